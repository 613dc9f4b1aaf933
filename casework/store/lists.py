"""Whole columns of the workspace as Arrow tables, for staging an import and for the search for duplicates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from casework.store import tables
from casework.store.arrow import arrow_table

if TYPE_CHECKING:
    import pyarrow

_cases, _imported = tables.cases.c, tables.imported.c


def imported_table(connection: Connection, source: str) -> pyarrow.Table:
    """Return the cases that came from a source, in the order they came.

    Columns: number (string, the case's in the source), case_pk (int64), case_no (string), version (int64, the case's
    now), facts, run (string, what the last import brought, and which it was).
    """
    import pyarrow as pa

    types = dict.fromkeys(("number", "case_pk", "case_no", "version", "facts", "run"), pa.string())
    types |= {"case_pk": pa.int64(), "version": pa.int64()}
    query = (
        select(_imported.number, _cases.pk.label("case_pk"), _cases.case_no, _cases.version, _imported.facts)
        .add_columns(_imported.run)
        .join(tables.cases, _cases.pk == _imported.case_pk)
        .where(_imported.source == source)
        .order_by(_imported.case_pk)
    )
    return arrow_table(connection, query, types, _imported.case_pk)


def people_table(connection: Connection) -> pyarrow.Table:
    """Return who complained about whom, of all cases in the order they came.

    Columns: case_no, complainant, phone, company, summary (string), received (timestamp[us], office time).
    """
    import pyarrow as pa

    types = dict.fromkeys(("case_no", "received", "complainant", "phone", "company", "summary"), pa.string())
    types |= {"received": pa.timestamp("us")}
    query = select(
        *(_cases.case_no, _cases.received_at.label("received"), _cases.complainant_name.label("complainant")),
        *(
            _cases.complainant_phone.label("phone"),
            _cases.respondent_company.label("company"),
            _cases.summary,
        ),
    )
    return arrow_table(connection, query.order_by(_cases.pk), types, _cases.pk)
