"""Imports that can be undone: regions, first responses, what a run brought and changed, the memory of sources."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what is new; the cases and runs that are there get empty values."""
    op.add_column("cases", _text("region", default=""))
    op.add_column("filings", sa.Column("first_response_at", sa.DateTime))
    _runs()
    _what_runs_did()
    _sources()
    if op.get_bind().dialect.name == "sqlite":
        # Words of a bulk import are gathered in 16 MB before they are written, not in 1 MB: fewer merges.
        op.get_bind().exec_driver_sql("INSERT INTO search(search, rank) VALUES ('hashsize', 16777216)")


def _text(name: str, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def _runs() -> None:
    op.get_bind().exec_driver_sql('ALTER TABLE import_runs RENAME COLUMN cases TO "new"')
    for name in ("source", "file", "sha256"):
        op.add_column("import_runs", _text(name, default=""))
    op.add_column("import_runs", sa.Column("updated", sa.Integer, nullable=False, server_default="0"))
    op.add_column("import_runs", sa.Column("undone_at", sa.DateTime))


def _of_case() -> sa.Column[int]:
    return sa.Column("case_pk", KEY, sa.ForeignKey("cases.pk", ondelete="CASCADE"), primary_key=True)


def _what_runs_did() -> None:
    op.create_table(
        "imported",
        _of_case(),
        *(_text(name) for name in ("source", "number", "run", "facts")),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("ix_imported_number", "imported", ["source", "number"], unique=True)
    op.create_table(
        "import_changes", _of_case(), sa.Column("run", sa.Text, primary_key=True), _text("before")
    )
    op.create_index("ix_import_changes_run", "import_changes", ["run"])


def _sources() -> None:
    op.create_table(
        "sources",
        sa.Column("name", sa.Text, primary_key=True),
        *(_text("fingerprint"), _text("mapping")),
        sa.Column("updated_at", sa.DateTime, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("ix_sources_fingerprint", "sources", ["fingerprint"])
