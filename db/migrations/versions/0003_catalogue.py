"""The catalogue: whole descriptions, original records, shelf keys, stacks, and the search index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from db.migrations.changing import change_table

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# The types as they stood at this revision; a migration never follows the tables of later days.
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
FACTS = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
SCHEMES = "scheme IN ('clc', 'dewey', 'lcc', 'plain')"


def upgrade() -> None:
    _imports()
    _places()
    _titles()
    _items()
    _events()
    _search()


def _imports() -> None:
    op.create_table(
        "import_run",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("fingerprint", KEY_TEXT, nullable=False),
        sa.Column("size", ROW_ID, nullable=False),
        sa.Column("settings", FACTS, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("position", ROW_ID, nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("items_added", sa.Integer(), nullable=False),
        sa.Column("items_changed", sa.Integer(), nullable=False),
        sa.Column("items_without_barcode", sa.Integer(), nullable=False),
        sa.Column("items_unreadable", sa.Integer(), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint("subject IN ('titles', 'items', 'patrons')", name=op.f("ck_import_run_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_index("ix_import_run_fingerprint", "import_run", ["fingerprint"])
    op.create_table(
        "import_fault",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("import_id", ROW_ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("start", ROW_ID, nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("reasons", FACTS, nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_run.id"], name=op.f("fk_import_fault_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_fault")),
    )
    op.create_index("uq_import_fault", "import_fault", ["import_id", "place"], unique=True)


def _places() -> None:
    change_table(
        "location",
        [
            sa.Column("id", ROW_ID, nullable=False),
            sa.Column("branch_id", ROW_ID, nullable=False),
            sa.Column("code", KEY_TEXT, nullable=False),
            sa.Column("name_zh", sa.String(), nullable=False),
            sa.Column("name_en", sa.String(), nullable=False),
            sa.Column("scheme", sa.String(), nullable=False),
            sa.CheckConstraint(SCHEMES, name=op.f("ck_location_scheme")),
            sa.ForeignKeyConstraint(
                ["branch_id"], ["branch.id"], name=op.f("fk_location_branch_id"), ondelete="RESTRICT"
            ),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
            sa.UniqueConstraint("code", name=op.f("uq_location_code")),
        ],
        indexes=[sa.Index("ix_location_branch_id", "branch_id", unique=False)],
        filled={"scheme": "'clc'"},
    )
    op.create_table(
        "stack",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("branch_id", ROW_ID, nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("plan", FACTS, nullable=False),
        sa.Column("loaded_at", INSTANT, nullable=False),
        sa.CheckConstraint(SCHEMES, name=op.f("ck_stack_scheme")),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"], name=op.f("fk_stack_branch_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stack")),
        sa.UniqueConstraint("branch_id", name=op.f("uq_stack_branch_id")),
    )
    op.create_table(
        "bay",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("stack_id", ROW_ID, nullable=False),
        sa.Column("code", KEY_TEXT, nullable=False),
        sa.Column("floor", sa.String(), nullable=False),
        sa.Column("aisle", sa.String(), nullable=False),
        sa.Column("face", sa.String(), nullable=False),
        sa.Column("y", sa.Float(), nullable=False),
        sa.Column("shelves", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("location_id", ROW_ID, nullable=True),
        sa.Column("cn_from", sa.String(), nullable=False),
        sa.Column("cn_to", sa.String(), nullable=False),
        sa.Column("key_from", KEY_TEXT, nullable=False),
        sa.Column("key_to", KEY_TEXT, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.CheckConstraint("face IN ('L', 'R')", name=op.f("ck_bay_face")),
        sa.CheckConstraint("status IN ('open', 'closed')", name=op.f("ck_bay_status")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_bay_location_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["stack_id"], ["stack.id"], name=op.f("fk_bay_stack_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bay")),
        sa.UniqueConstraint("stack_id", "code", name=op.f("uq_bay_stack_id_code")),
    )
    op.create_index("ix_bay_range", "bay", ["location_id", "key_from"])


def _titles() -> None:
    unindexed, in_a_set = sa.text("title_key = ''"), sa.text("set_key <> ''")
    change_table(
        "title",
        [
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
            sa.Column("material", sa.String(), nullable=False),
            sa.Column("volume", sa.String(), nullable=False),
            sa.Column("set_key", KEY_TEXT, nullable=False),
            sa.Column("title_key", KEY_TEXT, nullable=False),
            sa.Column("name_key", sa.String(), nullable=False),
            sa.Column("about", FACTS, nullable=True),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_title")),
            sa.UniqueConstraint("number", name=op.f("uq_title_number")),
        ],
        indexes=[
            sa.Index("ix_title_isbn", "isbn", unique=False),
            sa.Index("ix_title_set_key", "set_key", sqlite_where=in_a_set, postgresql_where=in_a_set),
            sa.Index("ix_title_title_key", "title_key", "id"),
            sa.Index("ix_title_unindexed", "id", sqlite_where=unindexed, postgresql_where=unindexed),
        ],
        filled={"material": "'book'", "volume": "''", "set_key": "''", "title_key": "''", "name_key": "''"},
    )
    op.create_table(
        "title_identifier",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("title_id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", KEY_TEXT, nullable=False),
        sa.CheckConstraint("kind IN ('isbn', 'issn')", name=op.f("ck_title_identifier_kind")),
        sa.ForeignKeyConstraint(
            ["title_id"], ["title.id"], name=op.f("fk_title_identifier_title_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_identifier")),
    )
    op.create_index("ix_title_identifier_value", "title_identifier", ["value", "kind"])
    op.create_index("uq_title_identifier", "title_identifier", ["title_id", "kind", "value"], unique=True)
    # What a title's own column said; the search looks here.
    op.execute(
        "INSERT INTO title_identifier (title_id, kind, value) SELECT id, 'isbn', isbn FROM title WHERE isbn IS NOT NULL"
    )
    op.create_table(
        "title_record",
        sa.Column("title_id", ROW_ID, nullable=False),
        sa.Column("import_id", ROW_ID, nullable=True),
        sa.Column("source", KEY_TEXT, nullable=False),
        sa.Column("control_number", KEY_TEXT, nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("encoding", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("start", ROW_ID, nullable=False),
        sa.Column("digest", KEY_TEXT, nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("read_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_run.id"], name=op.f("fk_title_record_import_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["title_id"], ["title.id"], name=op.f("fk_title_record_title_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("title_id", name=op.f("pk_title_record")),
    )
    op.create_index("ix_title_record_control", "title_record", ["control_number", "source"])
    op.create_index(op.f("ix_title_record_import_id"), "title_record", ["import_id"])


def _items() -> None:
    # What is looked up by is compared byte by byte; change_table adds columns and does not change their types.
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("item", "call_number", type_=sa.Text(collation="C"))
    change_table(
        "item",
        [
            sa.Column("id", ROW_ID, nullable=False),
            sa.Column("barcode", KEY_TEXT, nullable=False),
            sa.Column("title_id", ROW_ID, nullable=False),
            sa.Column("item_type_id", ROW_ID, nullable=False),
            sa.Column("branch_id", ROW_ID, nullable=False),
            sa.Column("location_id", ROW_ID, nullable=True),
            sa.Column("call_number", KEY_TEXT, nullable=False),
            sa.Column("price", sa.Integer(), nullable=True),
            sa.Column("status", sa.String(), nullable=False),
            sa.Column("parts", sa.Integer(), nullable=False),
            sa.Column("damage", sa.String(), nullable=False),
            sa.Column("missing_parts", sa.String(), nullable=False),
            sa.Column("seen_at", INSTANT, nullable=True),
            sa.Column("seen_branch_id", ROW_ID, nullable=True),
            sa.Column("shelf_key", KEY_TEXT, nullable=False),
            sa.Column("bay_id", ROW_ID, nullable=True),
            sa.Column("rfid_uid", KEY_TEXT, nullable=True),
            sa.Column("volume", sa.String(), nullable=False),
            sa.Column("condition", sa.String(), nullable=False),
            sa.Column("note", sa.String(), nullable=False),
            sa.Column("added_at", INSTANT, nullable=True),
            sa.CheckConstraint("condition IN ('', 'new', 'good', 'worn', 'poor')", name=op.f("ck_item_condition")),
            sa.CheckConstraint(
                "status IN ('available', 'awaiting_pickup', 'awaiting_delivery', 'checked_out', 'in_transit', 'paged', "
                "'on_order', 'in_process', 'missing', 'long_missing', 'declared_lost', 'aged_to_lost', "
                "'lost_and_paid', 'claimed_returned', 'withdrawn', 'restricted', 'unavailable')",
                name=op.f("ck_item_status"),
            ),
            sa.CheckConstraint("parts > 0", name=op.f("ck_item_parts")),
            sa.CheckConstraint("price >= 0", name=op.f("ck_item_price")),
            sa.ForeignKeyConstraint(["bay_id"], ["bay.id"], name=op.f("fk_item_bay_id"), ondelete="SET NULL"),
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
            sa.Index("ix_item_bay_id", "bay_id", unique=False),
            sa.Index("ix_item_shelf", "branch_id", "location_id", "shelf_key", "barcode"),
            sa.Index("ix_item_call_number", "call_number"),
            sa.Index("uq_item_rfid_uid", "rfid_uid", unique=True),
        ],
        filled={"shelf_key": "''", "volume": "''", "condition": "''", "note": "''"},
    )


def _events() -> None:
    many = sa.text(
        "kind = 'title.added' OR kind = 'title.changed' OR kind = 'item.batch' OR kind = 'item.batch_undone'"
    )
    changes = sa.text("kind = 'item.batch' OR kind = 'item.edited' OR kind = 'item.changed'")
    op.create_index("ix_event_catalogue", "event", ["kind", "id"], sqlite_where=many, postgresql_where=many)
    op.create_index("ix_event_item_changes", "event", ["act", "id"], sqlite_where=changes, postgresql_where=changes)


def _search() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE title_search USING fts5(title, name, more, single, sound, facet, "
            "tokenize=\"unicode61 remove_diacritics 0 tokenchars 'ǂ'\", prefix='2 3')"
        )
        return
    op.execute(
        "CREATE TABLE title_search (title_id BIGINT CONSTRAINT pk_title_search PRIMARY KEY "
        "CONSTRAINT fk_title_search_title_id REFERENCES title (id) ON DELETE CASCADE, words TSVECTOR NOT NULL, "
        "title_key TEXT NOT NULL, title_alt TEXT NOT NULL, name_key TEXT NOT NULL, year INTEGER)"
    )
    op.execute("CREATE INDEX ix_title_search_words ON title_search USING gin (words)")
