"""The tables, as SQLAlchemy Core metadata: one row per record of the model.

Amounts are integers in the minor unit of their currency (分), dates are dates, times are the office's wall
clock. ``pk`` is the store's own number for a case; ``id`` is the model's. ``position`` keeps the order in
which a person arranged things. Every record that can be edited has a ``version``.

The migrations build the same tables; a test compares the two.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

metadata = MetaData()

AnyColumn = Column[Any]

#: SQLite numbers its rows itself only where the column is exactly INTEGER.
KEY = BigInteger().with_variant(Integer(), "sqlite")


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _version() -> Column[int]:
    return Column("version", Integer, nullable=False)


def _of_case() -> Column[int]:
    return Column("case_pk", KEY, ForeignKey("cases.pk", ondelete="CASCADE"), nullable=False)


cases = Table(
    "cases",
    metadata,
    Column("pk", KEY, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("case_no", Text, nullable=False, unique=True),
    Column("received_at", DateTime, nullable=False),
    Column("closed_at", DateTime),
    _text("status"),
    _text("summary"),
    _text("handler"),
    _text("region"),
    Column("conducts", JSON, nullable=False),
    _text("complainant_name"),
    _text("complainant_phone"),
    _text("complainant_email"),
    _text("complainant_address"),
    _text("respondent_company"),
    _text("respondent_platform"),
    _text("respondent_agent"),
    _text("respondent_address"),
    _text("respondent_credit_code"),
    _text("respondent_contact"),
    _text("run"),
    _version(),
    Index("ix_cases_received_at", "received_at"),
    Index("ix_cases_handler", "handler"),
    Index("ix_cases_run", "run"),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", Text, primary_key=True),
    _of_case(),
    Column("position", Integer, nullable=False),
    _text("text"),
    Column("on", Date),
    _text("at"),
    _version(),
    Index("ix_incidents_case_pk", "case_pk"),
)

remedies = Table(
    "remedies",
    metadata,
    Column("id", Text, primary_key=True),
    _of_case(),
    Column("position", Integer, nullable=False),
    _text("kind"),
    _text("text"),
    Column("amount_minor", BigInteger),
    _text("currency"),
    Column("reply_by", Date),
    _version(),
    Index("ix_remedies_case_pk", "case_pk"),
)

exhibits = Table(
    "exhibits",
    metadata,
    Column("id", Text, primary_key=True),
    _of_case(),
    Column("position", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    _text("name"),
    _text("sha256"),
    Column("size", BigInteger, nullable=False),
    _text("kind"),
    _text("source"),
    _text("content"),
    _text("purpose"),
    Column("pages", Integer),
    Column("copies", Integer, nullable=False),
    Column("is_original", Boolean, nullable=False),
    Column("obtained_on", Date),
    _text("obtained_by"),
    _text("media_type"),
    Column("added_at", DateTime),
    _version(),
    Index("ix_exhibits_case_pk", "case_pk"),
    Index("ix_exhibits_sha256", "sha256"),
)

incident_exhibits = Table(
    "incident_exhibits",
    metadata,
    Column("incident_id", Text, ForeignKey("incidents.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("exhibit_id", Text, ForeignKey("exhibits.id"), nullable=False),
    Index("ix_incident_exhibits_exhibit_id", "exhibit_id"),
)

filings = Table(
    "filings",
    metadata,
    Column("id", Text, primary_key=True),
    _of_case(),
    Column("position", Integer, nullable=False),
    _text("channel"),
    Column("filed_at", DateTime),
    _text("receipt_no"),
    _text("status"),
    Column("first_response_at", DateTime),
    Column("closed_at", DateTime),
    _text("outcome"),
    _version(),
    Index("ix_filings_case_pk", "case_pk"),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", KEY, primary_key=True, autoincrement=False),
    _text("previous"),
    _text("who"),
    _text("at"),
    _text("action"),
    _text("subject"),
    Column("before", Text),
    Column("after", Text),
    _text("hash"),
    Index("ix_audit_subject", "subject"),
)

settings = Table(
    "settings",
    metadata,
    Column("key", Text, primary_key=True),
    _text("value"),
    _version(),
)

import_runs = Table(
    "import_runs",
    metadata,
    Column("run", Text, primary_key=True),
    _text("source"),
    _text("file"),
    _text("sha256"),
    _text("who"),
    Column("at", DateTime, nullable=False),
    Column("new", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    _text("digest"),
    Column("undone_at", DateTime),
    _version(),
)

#: Which row of which source a case is, and what the last import brought for it. ``version`` is the version of the
#: case after that import: as long as the case still has it, nobody has edited what the import left.
imported = Table(
    "imported",
    metadata,
    Column("case_pk", KEY, ForeignKey("cases.pk", ondelete="CASCADE"), primary_key=True),
    _text("source"),
    _text("number"),
    _text("run"),
    _text("facts"),
    _version(),
    Index("ix_imported_number", "source", "number", unique=True),
)

#: What a case was before a run changed it, as JSON: see :mod:`casework.store.changes`. Gone when the run is undone.
import_changes = Table(
    "import_changes",
    metadata,
    Column("case_pk", KEY, ForeignKey("cases.pk", ondelete="CASCADE"), primary_key=True),
    Column("run", Text, primary_key=True),
    _text("before"),
    Index("ix_import_changes_run", "run"),
)

#: The memory of the systems that exports come from: see :mod:`casework.store.mappings`.
sources = Table(
    "sources",
    metadata,
    Column("name", Text, primary_key=True),
    _text("fingerprint"),
    _text("mapping"),
    Column("updated_at", DateTime, nullable=False),
    _version(),
    Index("ix_sources_fingerprint", "fingerprint"),
)
