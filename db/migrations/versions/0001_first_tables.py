"""The first tables: places, people, catalogue, circulation, journal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# The types as they stood at this revision; a migration never follows the tables of later days.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
FACTS = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    _places()
    _people()
    _catalogue()
    _circulation()
    _journal()


def _places() -> None:
    op.create_table(
        "branch",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("code", KEY_TEXT, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('library', 'delivery_centre', 'locker_bank', 'metro_point', 'partner')",
            name=op.f("ck_branch_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branch")),
        sa.UniqueConstraint("code", name=op.f("uq_branch_code")),
    )
    op.create_table(
        "library",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_library_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library")),
    )
    op.create_table(
        "dated_hours",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("branch_id", ROW_ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opens", KEY_TEXT, nullable=True),
        sa.Column("closes", KEY_TEXT, nullable=True),
        sa.Column("note_zh", sa.String(), nullable=False),
        sa.Column("note_en", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(opens IS NULL) = (closes IS NULL) AND (opens IS NULL OR opens < closes)",
            name=op.f("ck_dated_hours_span"),
        ),
        sa.ForeignKeyConstraint(
            ["branch_id"],
            ["branch.id"],
            name=op.f("fk_dated_hours_branch_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dated_hours")),
        sa.UniqueConstraint("branch_id", "day", name=op.f("uq_dated_hours_branch_id_day")),
    )
    op.create_table(
        "desk",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("branch_id", ROW_ID, nullable=False),
        sa.Column("code", KEY_TEXT, nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"],
            ["branch.id"],
            name=op.f("fk_desk_branch_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk")),
        sa.UniqueConstraint("code", name=op.f("uq_desk_code")),
    )
    op.create_index(op.f("ix_desk_branch_id"), "desk", ["branch_id"], unique=False)
    op.create_table(
        "location",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("branch_id", ROW_ID, nullable=False),
        sa.Column("code", KEY_TEXT, nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"],
            ["branch.id"],
            name=op.f("fk_location_branch_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
        sa.UniqueConstraint("code", name=op.f("uq_location_code")),
    )
    op.create_index(op.f("ix_location_branch_id"), "location", ["branch_id"], unique=False)
    op.create_table(
        "opening_hours",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("branch_id", ROW_ID, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", KEY_TEXT, nullable=False),
        sa.Column("closes", KEY_TEXT, nullable=False),
        sa.CheckConstraint("opens < closes", name=op.f("ck_opening_hours_span")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_opening_hours_weekday")),
        sa.ForeignKeyConstraint(
            ["branch_id"],
            ["branch.id"],
            name=op.f("fk_opening_hours_branch_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
        sa.UniqueConstraint("branch_id", "weekday", name=op.f("uq_opening_hours_branch_id_weekday")),
    )


def _people() -> None:
    op.create_table(
        "patron_category",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("code", KEY_TEXT, nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("loans_limit", sa.Integer(), nullable=False),
        sa.Column("overdue_limit", sa.Integer(), nullable=True),
        sa.CheckConstraint("loans_limit >= 0", name=op.f("ck_patron_category_loans_limit")),
        sa.CheckConstraint("overdue_limit > 0", name=op.f("ck_patron_category_overdue_limit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patron_category")),
        sa.UniqueConstraint("code", name=op.f("uq_patron_category_code")),
    )
    op.create_table(
        "staff",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("badge", KEY_TEXT, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("pin_hash", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("attempted_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "role IN ('circulation', 'sorter', 'supervisor', 'administrator')",
            name=op.f("ck_staff_role"),
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_staff_attempts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("badge", name=op.f("uq_staff_badge")),
    )
    op.create_table(
        "patron",
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
        sa.CheckConstraint("status IN ('active', 'blocked')", name=op.f("ck_patron_status")),
        sa.ForeignKeyConstraint(
            ["branch_id"],
            ["branch.id"],
            name=op.f("fk_patron_branch_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["patron_category.id"],
            name=op.f("fk_patron_category_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patron")),
        sa.UniqueConstraint("number", name=op.f("uq_patron_number")),
    )


def _catalogue() -> None:
    op.create_table(
        "item_type",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("code", KEY_TEXT, nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_type")),
        sa.UniqueConstraint("code", name=op.f("uq_item_type_code")),
    )
    op.create_table(
        "title",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("number", KEY_TEXT, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("title_alt", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("author_alt", sa.String(), nullable=False),
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("isbn", KEY_TEXT, nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("clc", sa.String(), nullable=False),
        sa.Column("dewey", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title")),
        sa.UniqueConstraint("number", name=op.f("uq_title_number")),
    )
    op.create_index(op.f("ix_title_isbn"), "title", ["isbn"], unique=False)
    op.create_table(
        "item",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("barcode", KEY_TEXT, nullable=False),
        sa.Column("title_id", ROW_ID, nullable=False),
        sa.Column("item_type_id", ROW_ID, nullable=False),
        sa.Column("branch_id", ROW_ID, nullable=False),
        sa.Column("location_id", ROW_ID, nullable=True),
        sa.Column("call_number", sa.String(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.CheckConstraint(
            "status IN ('available', 'checked_out', 'in_transit', 'in_process', 'missing', 'withdrawn', 'restricted')",
            name=op.f("ck_item_status"),
        ),
        sa.CheckConstraint("price >= 0", name=op.f("ck_item_price")),
        sa.ForeignKeyConstraint(
            ["branch_id"],
            ["branch.id"],
            name=op.f("fk_item_branch_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["item_type_id"],
            ["item_type.id"],
            name=op.f("fk_item_item_type_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["location_id"],
            ["location.id"],
            name=op.f("fk_item_location_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["title_id"],
            ["title.id"],
            name=op.f("fk_item_title_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("barcode", name=op.f("uq_item_barcode")),
    )
    op.create_index("ix_item_status_barcode", "item", ["status", "barcode"], unique=False)
    op.create_index(op.f("ix_item_title_id"), "item", ["title_id"], unique=False)


def _circulation() -> None:
    op.create_table(
        "loan_policy",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("branch_id", ROW_ID, nullable=True),
        sa.Column("category_id", ROW_ID, nullable=True),
        sa.Column("item_type_id", ROW_ID, nullable=True),
        sa.Column("lendable", sa.Boolean(), nullable=False),
        sa.Column("loan_days", sa.Integer(), nullable=False),
        sa.Column("renewals", sa.Integer(), nullable=False),
        sa.Column("renew_from", sa.String(), nullable=False),
        sa.Column("type_limit", sa.Integer(), nullable=True),
        sa.CheckConstraint("renew_from IN ('today', 'due')", name=op.f("ck_loan_policy_renew_from")),
        sa.CheckConstraint("loan_days BETWEEN 0 AND 3650", name=op.f("ck_loan_policy_loan_days")),
        sa.CheckConstraint("renewals >= 0", name=op.f("ck_loan_policy_renewals")),
        sa.CheckConstraint("type_limit >= 0", name=op.f("ck_loan_policy_type_limit")),
        sa.ForeignKeyConstraint(
            ["branch_id"],
            ["branch.id"],
            name=op.f("fk_loan_policy_branch_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["patron_category.id"],
            name=op.f("fk_loan_policy_category_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["item_type_id"],
            ["item_type.id"],
            name=op.f("fk_loan_policy_item_type_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_policy")),
    )
    op.create_index(
        "uq_loan_policy_row",
        "loan_policy",
        [
            sa.text("coalesce(branch_id, 0)"),
            sa.text("coalesce(category_id, 0)"),
            sa.text("coalesce(item_type_id, 0)"),
        ],
        unique=True,
    )
    op.create_table(
        "loan",
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
        sa.CheckConstraint(
            "credential IN ('card', 'typed', 'command')",
            name=op.f("ck_loan_credential"),
        ),
        sa.CheckConstraint(
            "(returned_at IS NULL) = (returned_branch_id IS NULL)",
            name=op.f("ck_loan_returned"),
        ),
        sa.CheckConstraint("due_at >= opened_at", name=op.f("ck_loan_due_at")),
        sa.CheckConstraint("renewals >= 0", name=op.f("ck_loan_renewals")),
        sa.ForeignKeyConstraint(
            ["branch_id"],
            ["branch.id"],
            name=op.f("fk_loan_branch_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_loan_desk_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_loan_item_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["patron_id"],
            ["patron.id"],
            name=op.f("fk_loan_patron_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["returned_branch_id"],
            ["branch.id"],
            name=op.f("fk_loan_returned_branch_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan")),
    )
    op.create_index(
        "ix_loan_open_patron",
        "loan",
        ["patron_id"],
        unique=False,
        sqlite_where=sa.text("returned_at IS NULL"),
        postgresql_where=sa.text("returned_at IS NULL"),
    )
    op.create_index(
        "uq_loan_open_item",
        "loan",
        ["item_id"],
        unique=True,
        sqlite_where=sa.text("returned_at IS NULL"),
        postgresql_where=sa.text("returned_at IS NULL"),
    )


def _journal() -> None:
    op.create_table(
        "era",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("name", KEY_TEXT, nullable=False),
        sa.Column("begins_after", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_era")),
        sa.UniqueConstraint("name", name=op.f("uq_era_name")),
    )
    op.create_table(
        "event",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("act", KEY_TEXT, nullable=False),
        sa.Column("kind", KEY_TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", KEY_TEXT, nullable=False),
        sa.Column("branch_id", ROW_ID, nullable=True),
        sa.Column("desk_id", ROW_ID, nullable=True),
        sa.Column("patron_id", ROW_ID, nullable=True),
        sa.Column("item_id", ROW_ID, nullable=True),
        sa.Column("loan_id", ROW_ID, nullable=True),
        sa.Column("credential", KEY_TEXT, nullable=True),
        sa.Column("data", FACTS, nullable=False),
        sa.Column("request_key", KEY_TEXT, nullable=True),
        sa.Column("request_digest", KEY_TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["branch_id"],
            ["branch.id"],
            name=op.f("fk_event_branch_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_event_desk_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_event_item_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_event_loan_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["patron_id"],
            ["patron.id"],
            name=op.f("fk_event_patron_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index(
        "ix_event_unplaced",
        "event",
        ["id"],
        unique=False,
        sqlite_where=sa.text("position IS NULL"),
        postgresql_where=sa.text("position IS NULL"),
    )
    op.create_index(
        "uq_event_position",
        "event",
        ["position"],
        unique=True,
        sqlite_where=sa.text("position IS NOT NULL"),
        postgresql_where=sa.text("position IS NOT NULL"),
    )
    op.create_index(
        "uq_event_request_key",
        "event",
        ["request_key"],
        unique=True,
        sqlite_where=sa.text("request_key IS NOT NULL"),
        postgresql_where=sa.text("request_key IS NOT NULL"),
    )
