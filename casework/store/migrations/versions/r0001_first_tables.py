"""The first tables: cases and their parts, audit chain, settings, imports, search index."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create everything."""
    _cases()
    _parts()
    _exhibit_links()
    _books()
    _audit()
    if op.get_bind().dialect.name == "sqlite":
        _sqlite_only()
    else:
        _postgresql_only()


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("pk", KEY, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("case_no", sa.Text, nullable=False, unique=True),
        sa.Column("received_at", sa.DateTime, nullable=False),
        sa.Column("closed_at", sa.DateTime),
        _text("status"),
        _text("summary"),
        _text("handler"),
        sa.Column("conducts", sa.JSON, nullable=False),
        *(_text(f"complainant_{name}") for name in ("name", "phone", "email", "address")),
        *(
            _text(f"respondent_{name}")
            for name in ("company", "platform", "agent", "address", "credit_code", "contact")
        ),
        _text("run"),
        _number("version"),
    )
    for column in ("received_at", "handler", "run"):
        op.create_index(f"ix_cases_{column}", "cases", [column])


def _part(name: str, *columns: sa.Column[Any]) -> None:
    owner = sa.Column("case_pk", KEY, sa.ForeignKey("cases.pk", ondelete="CASCADE"), nullable=False)
    op.create_table(
        name,
        sa.Column("id", sa.Text, primary_key=True),
        owner,
        _number("position"),
        *columns,
        _number("version"),
    )
    op.create_index(f"ix_{name}_case_pk", name, ["case_pk"])


def _parts() -> None:
    _part("incidents", _text("text"), sa.Column("on", sa.Date), _text("at"))
    _part(
        "remedies",
        *(_text("kind"), _text("text"), sa.Column("amount_minor", sa.BigInteger), _text("currency")),
        sa.Column("reply_by", sa.Date),
    )
    _part(
        "exhibits",
        *(
            _number("number"),
            _text("name"),
            _text("sha256"),
            sa.Column("size", sa.BigInteger, nullable=False),
        ),
        *(_text(name) for name in ("kind", "source", "content", "purpose")),
        *(sa.Column("pages", sa.Integer), _number("copies")),
        *(sa.Column("is_original", sa.Boolean, nullable=False), sa.Column("obtained_on", sa.Date)),
        *(_text("obtained_by"), _text("media_type"), sa.Column("added_at", sa.DateTime)),
    )
    op.create_index("ix_exhibits_sha256", "exhibits", ["sha256"])
    _part(
        "filings",
        *(_text("channel"), sa.Column("filed_at", sa.DateTime), _text("receipt_no"), _text("status")),
        *(sa.Column("closed_at", sa.DateTime), _text("outcome")),
    )


def _exhibit_links() -> None:
    incident = sa.ForeignKey("incidents.id", ondelete="CASCADE")
    op.create_table(
        "incident_exhibits",
        sa.Column("incident_id", sa.Text, incident, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("exhibit_id", sa.Text, sa.ForeignKey("exhibits.id"), nullable=False),
    )
    op.create_index("ix_incident_exhibits_exhibit_id", "incident_exhibits", ["exhibit_id"])


def _books() -> None:
    op.create_table(
        "settings", sa.Column("key", sa.Text, primary_key=True), _text("value"), _number("version")
    )
    op.create_table(
        "import_runs",
        sa.Column("run", sa.Text, primary_key=True),
        *(_text("who"), sa.Column("at", sa.DateTime, nullable=False), _number("cases"), _text("digest")),
        _number("version"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", KEY, primary_key=True, autoincrement=False),
        *(_text(name) for name in ("previous", "who", "at", "action", "subject")),
        *(sa.Column("before", sa.Text), sa.Column("after", sa.Text), _text("hash")),
    )
    op.create_index("ix_audit_subject", "audit", ["subject"])


def _run(statement: str) -> None:
    op.get_bind().exec_driver_sql(statement)


def _sqlite_only() -> None:
    # The index keeps no copy of the text. 'ascii' splits at ASCII separators only: the words are prepared
    # by casework.store.search, and no Han character may be dropped for being younger than SQLite's tables.
    _run("CREATE VIRTUAL TABLE search USING fts5(words, content='', contentless_delete=1, tokenize='ascii')")
    for change in ("UPDATE", "DELETE"):
        _run(
            f"CREATE TRIGGER audit_refuses_{change.lower()} BEFORE {change} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        )


def _postgresql_only() -> None:
    from sqlalchemy.dialects.postgresql import TSVECTOR

    op.create_table(
        "search",
        sa.Column("case_pk", KEY, sa.ForeignKey("cases.pk", ondelete="CASCADE"), primary_key=True),
        sa.Column("piece", sa.Integer, primary_key=True),
        sa.Column("words", TSVECTOR, nullable=False),
    )
    op.create_index("ix_search_words", "search", ["words"], postgresql_using="gin")
    _run(
        "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
    )
    _run(
        "CREATE TRIGGER audit_refuses_change BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()"
    )
    _run(
        "CREATE TRIGGER audit_refuses_truncate BEFORE TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
    )
