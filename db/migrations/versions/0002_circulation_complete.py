"""Circulation, complete: rules of every kind, requests, transfers, money, slips and jobs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.changing import change_table

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The types as they stood at this revision; a migration never follows the tables of later days.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    _rules()
    _people()
    _catalogue()
    _loans()
    _requests()
    _transfers()
    _money()
    _slips_and_jobs()
    _journal()


def _rules() -> None:
    op.create_table(
        "block_rule",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("category_id", ROW_ID, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=True),
        sa.Column("stops_lending", sa.Boolean(), nullable=False),
        sa.Column("stops_renewing", sa.Boolean(), nullable=False),
        sa.Column("stops_holds", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(kind IN ('overdue', 'owes')) = (threshold IS NOT NULL)",
            name=op.f("ck_block_rule_threshold_where_counted"),
        ),
        sa.CheckConstraint("kind IN ('manual', 'expired', 'overdue', 'owes')", name=op.f("ck_block_rule_kind")),
        sa.CheckConstraint("threshold > 0", name=op.f("ck_block_rule_threshold")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["patron_category.id"], name=op.f("fk_block_rule_category_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block_rule")),
    )
    op.create_index(
        "uq_block_rule_row", "block_rule", [sa.literal_column("coalesce(category_id, 0)"), "kind"], unique=True
    )
    # What a category said of overdue loans is a row of the block rules now.
    op.execute(
        "INSERT INTO block_rule (category_id, kind, threshold, stops_lending, stops_renewing, stops_holds) "
        "SELECT id, 'overdue', overdue_limit, true, false, true FROM patron_category WHERE overdue_limit IS NOT NULL"
    )
    change_table(
        "patron_category",
        [
            sa.Column("id", ROW_ID, nullable=False),
            sa.Column("code", KEY_TEXT, nullable=False),
            sa.Column("name_zh", sa.String(), nullable=False),
            sa.Column("name_en", sa.String(), nullable=False),
            sa.Column("loans_limit", sa.Integer(), nullable=False),
            sa.Column("holds_limit", sa.Integer(), nullable=False),
            sa.Column("months", sa.Integer(), nullable=False),
            sa.Column("deposit", sa.Integer(), nullable=False),
            sa.CheckConstraint("deposit >= 0", name=op.f("ck_patron_category_deposit")),
            sa.CheckConstraint("holds_limit >= 0", name=op.f("ck_patron_category_holds_limit")),
            sa.CheckConstraint("loans_limit >= 0", name=op.f("ck_patron_category_loans_limit")),
            sa.CheckConstraint("months > 0", name=op.f("ck_patron_category_months")),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_patron_category")),
            sa.UniqueConstraint("code", name=op.f("uq_patron_category_code")),
        ],
        filled={"holds_limit": "10", "months": "12", "deposit": "0"},
    )
    change_table(
        "loan_policy",
        [
            sa.Column("id", ROW_ID, nullable=False),
            sa.Column("branch_id", ROW_ID, nullable=True),
            sa.Column("category_id", ROW_ID, nullable=True),
            sa.Column("item_type_id", ROW_ID, nullable=True),
            sa.Column("lendable", sa.Boolean(), nullable=False),
            sa.Column("period", sa.Integer(), nullable=False),
            sa.Column("renewals", sa.Integer(), nullable=False),
            sa.Column("renew_from", sa.String(), nullable=False),
            sa.Column("type_limit", sa.Integer(), nullable=True),
            sa.Column("period_kind", sa.String(), nullable=False),
            sa.Column("fixed_on", sa.Date(), nullable=True),
            sa.Column("closed_due", sa.String(), nullable=False),
            sa.Column("renew_before", sa.Integer(), nullable=True),
            sa.Column("grace", sa.Integer(), nullable=False),
            sa.Column("grace_open", sa.Boolean(), nullable=False),
            sa.Column("fine_unit", sa.String(), nullable=False),
            sa.Column("fine_every", sa.Integer(), nullable=False),
            sa.Column("fine_amount", sa.Integer(), nullable=False),
            sa.Column("fine_cap", sa.Integer(), nullable=True),
            sa.Column("fine_open", sa.Boolean(), nullable=False),
            sa.Column("fine_grace", sa.Boolean(), nullable=False),
            sa.Column("holdable", sa.Boolean(), nullable=False),
            sa.Column("shelf_days", sa.Integer(), nullable=False),
            sa.Column("recall_minimum", sa.Integer(), nullable=True),
            sa.Column("recall_days", sa.Integer(), nullable=False),
            sa.Column("lost_after", sa.Integer(), nullable=True),
            sa.Column("lost_fee", sa.Integer(), nullable=True),
            sa.Column("processing_fee", sa.Integer(), nullable=False),
            sa.Column("refund_days", sa.Integer(), nullable=True),
            sa.CheckConstraint("period_kind <> 'fixed' OR fixed_on IS NOT NULL", name=op.f("ck_loan_policy_fixed_on")),
            sa.CheckConstraint("closed_due IN ('forward', 'back', 'keep')", name=op.f("ck_loan_policy_closed_due")),
            sa.CheckConstraint("fine_unit IN ('day', 'hour')", name=op.f("ck_loan_policy_fine_unit")),
            sa.CheckConstraint("period_kind <> 'hours' OR period > 0", name=op.f("ck_loan_policy_hours")),
            sa.CheckConstraint(
                "period_kind IN ('days', 'hours', 'day_end', 'fixed')", name=op.f("ck_loan_policy_period_kind")
            ),
            sa.CheckConstraint("renew_from IN ('today', 'due')", name=op.f("ck_loan_policy_renew_from")),
            sa.CheckConstraint("fine_amount >= 0 AND fine_cap >= 0", name=op.f("ck_loan_policy_fine")),
            sa.CheckConstraint("fine_every BETWEEN 1 AND 3650", name=op.f("ck_loan_policy_fine_every")),
            sa.CheckConstraint("grace BETWEEN 0 AND 3650", name=op.f("ck_loan_policy_grace")),
            sa.CheckConstraint("lost_after > 0", name=op.f("ck_loan_policy_lost_after")),
            sa.CheckConstraint("lost_fee >= 0 AND processing_fee >= 0", name=op.f("ck_loan_policy_lost_fee")),
            sa.CheckConstraint("period BETWEEN 0 AND 3650", name=op.f("ck_loan_policy_period")),
            sa.CheckConstraint("recall_minimum >= 0 AND recall_days >= 0", name=op.f("ck_loan_policy_recall")),
            sa.CheckConstraint("refund_days >= 0", name=op.f("ck_loan_policy_refund_days")),
            sa.CheckConstraint("renew_before >= 0", name=op.f("ck_loan_policy_renew_before")),
            sa.CheckConstraint("renewals >= 0", name=op.f("ck_loan_policy_renewals")),
            sa.CheckConstraint("shelf_days BETWEEN 0 AND 365", name=op.f("ck_loan_policy_shelf_days")),
            sa.CheckConstraint("type_limit >= 0", name=op.f("ck_loan_policy_type_limit")),
            sa.ForeignKeyConstraint(
                ["branch_id"], ["branch.id"], name=op.f("fk_loan_policy_branch_id"), ondelete="RESTRICT"
            ),
            sa.ForeignKeyConstraint(
                ["category_id"], ["patron_category.id"], name=op.f("fk_loan_policy_category_id"), ondelete="RESTRICT"
            ),
            sa.ForeignKeyConstraint(
                ["item_type_id"], ["item_type.id"], name=op.f("fk_loan_policy_item_type_id"), ondelete="RESTRICT"
            ),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_policy")),
        ],
        indexes=[
            sa.Index(
                "uq_loan_policy_row",
                sa.literal_column("coalesce(branch_id, 0)"),
                sa.literal_column("coalesce(category_id, 0)"),
                sa.literal_column("coalesce(item_type_id, 0)"),
                unique=True,
            )
        ],
        renamed={"period": "loan_days"},
        filled={
            "period_kind": "'days'",
            "closed_due": "'forward'",
            "grace": "0",
            "grace_open": "true",
            "fine_unit": "'day'",
            "fine_every": "1",
            "fine_amount": "0",
            "fine_open": "true",
            "fine_grace": "false",
            "holdable": "true",
            "shelf_days": "7",
            "recall_days": "7",
            "processing_fee": "0",
        },
    )


def _people() -> None:
    change_table(
        "patron",
        [
            sa.Column("id", ROW_ID, nullable=False),
            sa.Column("number", KEY_TEXT, nullable=False),
            sa.Column("name", sa.String(), nullable=False),
            sa.Column("category_id", ROW_ID, nullable=False),
            sa.Column("branch_id", ROW_ID, nullable=False),
            sa.Column("status", sa.String(), nullable=False),
            sa.Column("note", sa.String(), nullable=False),
            sa.Column("language", sa.String(), nullable=False),
            sa.Column("expires_on", sa.Date(), nullable=False),
            sa.Column("registered_at", INSTANT, nullable=False),
            sa.Column("phone", sa.String(), nullable=False),
            sa.Column("email", sa.String(), nullable=False),
            sa.Column("merged_into_id", ROW_ID, nullable=True),
            sa.CheckConstraint("(status = 'merged') = (merged_into_id IS NOT NULL)", name=op.f("ck_patron_merged")),
            sa.CheckConstraint("status IN ('active', 'blocked', 'merged')", name=op.f("ck_patron_status")),
            sa.ForeignKeyConstraint(
                ["branch_id"], ["branch.id"], name=op.f("fk_patron_branch_id"), ondelete="RESTRICT"
            ),
            sa.ForeignKeyConstraint(
                ["category_id"], ["patron_category.id"], name=op.f("fk_patron_category_id"), ondelete="RESTRICT"
            ),
            sa.ForeignKeyConstraint(
                ["merged_into_id"], ["patron.id"], name=op.f("fk_patron_merged_into_id"), ondelete="RESTRICT"
            ),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_patron")),
            sa.UniqueConstraint("number", name=op.f("uq_patron_number")),
        ],
        filled={"phone": "''", "email": "''"},
    )


def _catalogue() -> None:
    change_table(
        "item",
        [
            sa.Column("id", ROW_ID, nullable=False),
            sa.Column("barcode", KEY_TEXT, nullable=False),
            sa.Column("title_id", ROW_ID, nullable=False),
            sa.Column("item_type_id", ROW_ID, nullable=False),
            sa.Column("branch_id", ROW_ID, nullable=False),
            sa.Column("location_id", ROW_ID, nullable=True),
            sa.Column("call_number", sa.String(), nullable=False),
            sa.Column("price", sa.Integer(), nullable=True),
            sa.Column("status", sa.String(), nullable=False),
            sa.Column("parts", sa.Integer(), nullable=False),
            sa.Column("damage", sa.String(), nullable=False),
            sa.Column("missing_parts", sa.String(), nullable=False),
            sa.Column("seen_at", INSTANT, nullable=True),
            sa.Column("seen_branch_id", ROW_ID, nullable=True),
            sa.CheckConstraint(
                "status IN ('available', 'awaiting_pickup', 'awaiting_delivery', 'checked_out', 'in_transit', 'paged', "
                "'on_order', 'in_process', 'missing', 'long_missing', 'declared_lost', 'aged_to_lost', "
                "'lost_and_paid', 'claimed_returned', 'withdrawn', 'restricted', 'unavailable')",
                name=op.f("ck_item_status"),
            ),
            sa.CheckConstraint("parts > 0", name=op.f("ck_item_parts")),
            sa.CheckConstraint("price >= 0", name=op.f("ck_item_price")),
            sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_item_branch_id"), ondelete="RESTRICT"),
            sa.ForeignKeyConstraint(
                ["item_type_id"], ["item_type.id"], name=op.f("fk_item_item_type_id"), ondelete="RESTRICT"
            ),
            sa.ForeignKeyConstraint(
                ["location_id"], ["location.id"], name=op.f("fk_item_location_id"), ondelete="RESTRICT"
            ),
            sa.ForeignKeyConstraint(
                ["seen_branch_id"], ["branch.id"], name=op.f("fk_item_seen_branch_id"), ondelete="RESTRICT"
            ),
            sa.ForeignKeyConstraint(["title_id"], ["title.id"], name=op.f("fk_item_title_id"), ondelete="RESTRICT"),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
            sa.UniqueConstraint("barcode", name=op.f("uq_item_barcode")),
        ],
        indexes=[
            sa.Index("ix_item_status_barcode", "status", "barcode", unique=False),
            sa.Index("ix_item_title_id", "title_id", unique=False),
        ],
        filled={"parts": "1", "damage": "''", "missing_parts": "''"},
    )


def _loans() -> None:
    change_table(
        "loan",
        [
            sa.Column("id", ROW_ID, nullable=False),
            sa.Column("item_id", ROW_ID, nullable=False),
            sa.Column("patron_id", ROW_ID, nullable=False),
            sa.Column("branch_id", ROW_ID, nullable=False),
            sa.Column("desk_id", ROW_ID, nullable=True),
            sa.Column("credential", KEY_TEXT, nullable=False),
            sa.Column("status_before", KEY_TEXT, nullable=False),
            sa.Column("opened_at", INSTANT, nullable=False),
            sa.Column("due_at", INSTANT, nullable=False),
            sa.Column("renewals", sa.Integer(), nullable=False),
            sa.Column("renewed_at", INSTANT, nullable=True),
            sa.Column("returned_at", INSTANT, nullable=True),
            sa.Column("returned_branch_id", ROW_ID, nullable=True),
            sa.Column("closed_as", KEY_TEXT, nullable=True),
            sa.Column("lost_at", INSTANT, nullable=True),
            sa.Column("lost_as", KEY_TEXT, nullable=True),
            sa.Column("recalled_at", INSTANT, nullable=True),
            sa.Column("overdue_told_at", INSTANT, nullable=True),
            sa.CheckConstraint(
                "closed_as IN ('returned', 'lost_paid', 'written_off', 'undone')", name=op.f("ck_loan_closed_as")
            ),
            sa.CheckConstraint("credential IN ('card', 'typed', 'command')", name=op.f("ck_loan_credential")),
            sa.CheckConstraint("lost_as IN ('declared', 'aged', 'claimed')", name=op.f("ck_loan_lost_as")),
            sa.CheckConstraint("(lost_at IS NULL) = (lost_as IS NULL)", name=op.f("ck_loan_lost")),
            sa.CheckConstraint("(returned_at IS NULL) = (closed_as IS NULL)", name=op.f("ck_loan_closed")),
            sa.CheckConstraint("(returned_at IS NULL) = (returned_branch_id IS NULL)", name=op.f("ck_loan_returned")),
            sa.CheckConstraint("due_at >= opened_at", name=op.f("ck_loan_due_at")),
            sa.CheckConstraint("renewals >= 0", name=op.f("ck_loan_renewals")),
            sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_loan_branch_id"), ondelete="RESTRICT"),
            sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_loan_desk_id"), ondelete="RESTRICT"),
            sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_loan_item_id"), ondelete="RESTRICT"),
            sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_loan_patron_id"), ondelete="RESTRICT"),
            sa.ForeignKeyConstraint(
                ["returned_branch_id"], ["branch.id"], name=op.f("fk_loan_returned_branch_id"), ondelete="RESTRICT"
            ),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_loan")),
        ],
        indexes=[
            sa.Index("ix_loan_item", "item_id", "id", unique=False),
            sa.Index(
                "ix_loan_lost_item",
                "item_id",
                unique=False,
                sqlite_where=sa.text("lost_at IS NOT NULL"),
                postgresql_where=sa.text("lost_at IS NOT NULL"),
            ),
            sa.Index(
                "ix_loan_open_due",
                "due_at",
                "id",
                unique=False,
                sqlite_where=sa.text("returned_at IS NULL"),
                postgresql_where=sa.text("returned_at IS NULL"),
            ),
            sa.Index(
                "ix_loan_open_patron",
                "patron_id",
                unique=False,
                sqlite_where=sa.text("returned_at IS NULL"),
                postgresql_where=sa.text("returned_at IS NULL"),
            ),
            sa.Index(
                "uq_loan_open_item",
                "item_id",
                unique=True,
                sqlite_where=sa.text("returned_at IS NULL"),
                postgresql_where=sa.text("returned_at IS NULL"),
            ),
        ],
        filled={"closed_as": "CASE WHEN returned_at IS NULL THEN NULL ELSE 'returned' END"},
    )


def _requests() -> None:
    op.create_table(
        "request",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("kind", KEY_TEXT, nullable=False),
        sa.Column("status", KEY_TEXT, nullable=False),
        sa.Column("title_id", ROW_ID, nullable=False),
        sa.Column("item_id", ROW_ID, nullable=True),
        sa.Column("patron_id", ROW_ID, nullable=False),
        sa.Column("branch_id", ROW_ID, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("placed_at", INSTANT, nullable=False),
        sa.Column("starts_at", INSTANT, nullable=True),
        sa.Column("ends_at", INSTANT, nullable=True),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("suspended_until", INSTANT, nullable=True),
        sa.Column("held_item_id", ROW_ID, nullable=True),
        sa.Column("held_at", INSTANT, nullable=True),
        sa.Column("shelf_until", INSTANT, nullable=True),
        sa.Column("shelf_number", sa.Integer(), nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (status IN ('open', 'in_transit', 'awaiting_pickup'))",
            name=op.f("ck_request_closed"),
        ),
        sa.CheckConstraint("kind IN ('hold', 'page', 'recall')", name=op.f("ck_request_kind")),
        sa.CheckConstraint("status <> 'awaiting_pickup' OR shelf_until IS NOT NULL", name=op.f("ck_request_shelf")),
        sa.CheckConstraint("status <> 'open' OR held_item_id IS NULL", name=op.f("ck_request_waiting")),
        sa.CheckConstraint(
            "status IN ('open', 'in_transit', 'awaiting_pickup', 'filled', 'cancelled', 'unfilled', 'pickup_expired')",
            name=op.f("ck_request_status"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('in_transit', 'awaiting_pickup') OR held_item_id IS NOT NULL", name=op.f("ck_request_held")
        ),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_request_branch_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["held_item_id"], ["item.id"], name=op.f("fk_request_held_item_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_request_item_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_request_patron_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["title_id"], ["title.id"], name=op.f("fk_request_title_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
    )
    op.create_index(
        "ix_request_branch",
        "request",
        ["branch_id", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_request_past_item",
        "request",
        ["held_item_id", "id"],
        unique=False,
        sqlite_where=sa.text("held_item_id IS NOT NULL"),
        postgresql_where=sa.text("held_item_id IS NOT NULL"),
    )
    op.create_index(
        "ix_request_patron",
        "request",
        ["patron_id", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_request_queue",
        "request",
        ["title_id", "position", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND held_item_id IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND held_item_id IS NULL"),
    )
    op.create_index(
        "ix_request_shelved",
        "request",
        ["branch_id", "held_at"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND shelf_number IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND shelf_number IS NOT NULL"),
    )
    op.create_index(
        "ix_request_shelf_until",
        "request",
        ["shelf_until"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND shelf_number IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND shelf_number IS NOT NULL"),
    )
    op.create_index(
        "uq_request_held_item",
        "request",
        ["held_item_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL AND held_item_id IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND held_item_id IS NOT NULL"),
    )
    op.create_index(
        "uq_request_open",
        "request",
        ["patron_id", "title_id", sa.literal_column("coalesce(item_id, 0)")],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "uq_request_shelf",
        "request",
        ["branch_id", "shelf_number"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL AND shelf_number IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND shelf_number IS NOT NULL"),
    )


def _transfers() -> None:
    op.create_table(
        "transfer",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("item_id", ROW_ID, nullable=False),
        sa.Column("from_branch_id", ROW_ID, nullable=False),
        sa.Column("to_branch_id", ROW_ID, nullable=False),
        sa.Column("reason", KEY_TEXT, nullable=False),
        sa.Column("status", KEY_TEXT, nullable=False),
        sa.Column("request_id", ROW_ID, nullable=True),
        sa.Column("requested_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint("(ended_at IS NULL) = (status IN ('requested', 'sent'))", name=op.f("ck_transfer_ended")),
        sa.CheckConstraint(
            "reason IN ('manual', 'hold', 'return_home', 'reallocation', 'order', 'repatriation', 'hold_cancelled')",
            name=op.f("ck_transfer_reason"),
        ),
        sa.CheckConstraint("status <> 'sent' OR sent_at IS NOT NULL", name=op.f("ck_transfer_sent")),
        sa.CheckConstraint("status IN ('requested', 'sent', 'arrived', 'cancelled')", name=op.f("ck_transfer_status")),
        sa.ForeignKeyConstraint(
            ["from_branch_id"], ["branch.id"], name=op.f("fk_transfer_from_branch_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_transfer_item_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["request_id"], ["request.id"], name=op.f("fk_transfer_request_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["to_branch_id"], ["branch.id"], name=op.f("fk_transfer_to_branch_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
    )
    op.create_index(
        "ix_transfer_from",
        "transfer",
        ["from_branch_id", "id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_transfer_to",
        "transfer",
        ["to_branch_id", "id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_transfer_active_item",
        "transfer",
        ["item_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    # An item on its way had no record of it; all that is known is where it goes.
    op.execute(
        "INSERT INTO transfer (item_id, from_branch_id, to_branch_id, reason, status, requested_at, sent_at, note) "
        "SELECT item.id, item.branch_id, item.branch_id, 'return_home', 'sent', library.made_at, library.made_at, '' "
        "FROM item CROSS JOIN library WHERE item.status = 'in_transit'"
    )


def _money() -> None:
    op.create_table(
        "entry",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("account", KEY_TEXT, nullable=False),
        sa.Column("kind", KEY_TEXT, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("patron_id", ROW_ID, nullable=False),
        sa.Column("charge_id", ROW_ID, nullable=True),
        sa.Column("item_id", ROW_ID, nullable=True),
        sa.Column("loan_id", ROW_ID, nullable=True),
        sa.Column("method", KEY_TEXT, nullable=True),
        sa.Column("payer_id", ROW_ID, nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", KEY_TEXT, nullable=False),
        sa.Column("branch_id", ROW_ID, nullable=False),
        sa.Column("desk_id", ROW_ID, nullable=True),
        sa.Column("receipt", KEY_TEXT, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(account = 'deposit') = (kind IN ('deposit', 'deposit_returned'))", name=op.f("ck_entry_deposit")
        ),
        sa.CheckConstraint(
            "(amount > 0) = (kind IN ('fine', 'lost', 'processing', 'damage', 'fee', 'refund', 'deposit_returned'))",
            name=op.f("ck_entry_sign"),
        ),
        sa.CheckConstraint(
            "(charge_id IS NULL) = (kind NOT IN ('payment', 'waiver', 'cancelled', 'refund'))",
            name=op.f("ck_entry_settles"),
        ),
        sa.CheckConstraint(
            "(method IS NOT NULL) = (kind IN ('payment', 'refund', 'deposit', 'deposit_returned'))",
            name=op.f("ck_entry_money"),
        ),
        sa.CheckConstraint("account IN ('fees', 'deposit')", name=op.f("ck_entry_account")),
        sa.CheckConstraint(
            "kind IN ('fine', 'lost', 'processing', 'damage', 'fee', 'payment', 'waiver', "
            "'cancelled', 'refund', 'deposit', 'deposit_returned')",
            name=op.f("ck_entry_kind"),
        ),
        sa.CheckConstraint(
            "method IN ('cash', 'card', 'wechat', 'alipay', 'campus_card')", name=op.f("ck_entry_method")
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_entry_amount")),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_entry_branch_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["charge_id"], ["entry.id"], name=op.f("fk_entry_charge_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_entry_desk_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_entry_item_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_entry_loan_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["patron_id"], ["patron.id"], name=op.f("fk_entry_patron_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["payer_id"], ["patron.id"], name=op.f("fk_entry_payer_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
    )
    op.create_index(
        "ix_entry_charge",
        "entry",
        ["charge_id"],
        unique=False,
        sqlite_where=sa.text("charge_id IS NOT NULL"),
        postgresql_where=sa.text("charge_id IS NOT NULL"),
    )
    op.create_index(
        "ix_entry_desk",
        "entry",
        ["desk_id", "id"],
        unique=False,
        sqlite_where=sa.text("method IS NOT NULL"),
        postgresql_where=sa.text("method IS NOT NULL"),
    )
    op.create_index(
        "ix_entry_loan",
        "entry",
        ["loan_id"],
        unique=False,
        sqlite_where=sa.text("loan_id IS NOT NULL"),
        postgresql_where=sa.text("loan_id IS NOT NULL"),
    )
    op.create_index("ix_entry_patron", "entry", ["patron_id", "id"], unique=False)
    op.create_table(
        "till_closing",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("desk_id", ROW_ID, nullable=False),
        sa.Column("upto_entry_id", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=False),
        sa.Column("actor", KEY_TEXT, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_till_closing_desk_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_closing")),
    )
    op.create_index("ix_till_closing_desk", "till_closing", ["desk_id", "upto_entry_id", "id"], unique=False)
    op.create_table(
        "till_count",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("closing_id", ROW_ID, nullable=False),
        sa.Column("method", KEY_TEXT, nullable=False),
        sa.Column("expected", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "method IN ('cash', 'card', 'wechat', 'alipay', 'campus_card')", name=op.f("ck_till_count_method")
        ),
        sa.ForeignKeyConstraint(
            ["closing_id"], ["till_closing.id"], name=op.f("fk_till_count_closing_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_count")),
        sa.UniqueConstraint("closing_id", "method", name=op.f("uq_till_count_closing_id_method")),
    )


def _slips_and_jobs() -> None:
    op.create_table(
        "slip_template",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("kind", KEY_TEXT, nullable=False),
        sa.Column("language", KEY_TEXT, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.CheckConstraint("kind IN ('loans', 'hold', 'transfer', 'payment')", name=op.f("ck_slip_template_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_template")),
        sa.UniqueConstraint("kind", "language", name=op.f("uq_slip_template_kind_language")),
    )
    op.create_table(
        "job_run",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("job", KEY_TEXT, nullable=False),
        sa.Column("slot", INSTANT, nullable=False),
        sa.Column("worker", KEY_TEXT, nullable=False),
        sa.Column("leased_until", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
        sa.UniqueConstraint("job", "slot", name=op.f("uq_job_run_job_slot")),
    )


def _journal() -> None:
    op.create_index(
        "ix_event_item",
        "event",
        ["item_id", "id"],
        unique=False,
        sqlite_where=sa.text("item_id IS NOT NULL"),
        postgresql_where=sa.text("item_id IS NOT NULL"),
    )
