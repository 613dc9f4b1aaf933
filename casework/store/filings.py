"""Every filing as one Arrow table, for the measures.

The database writes CSV and Arrow reads it, so no Python object is made per cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Select,
    Text,
    case,
    cast,
    func,
    literal,
    select,
    type_coerce,
)
from sqlalchemy.sql.functions import coalesce

from casework.store import tables

if TYPE_CHECKING:
    import pyarrow

#: Texts are quoted in the CSV: an empty one is not a missing one.
_TEXTS = frozenset({"case_no", "channel", "status", "conduct", "respondent"})
_COLUMNS = ("case_no", "received", "closed", "channel", "status", "conduct", "respondent", "amount")

#: Cases per CSV text on SQLite, far from its limit of 1 GB a text.
_STEP = 20_000


def filings_table(connection: Connection) -> pyarrow.Table:
    """Return one row per filing and one per case without a filing, in the order the cases came.

    Columns: case_no, channel, status, conduct, respondent (string), received, closed (timestamp[us], office
    time), amount (float64, yuan). A filing without dates of its own has those of its case. ``conduct`` is the
    first of the case; ``amount`` adds up the case's remedies in CNY and is null where none has an amount.
    """
    import pyarrow as pa

    sqlite = connection.dialect.name == "sqlite"
    texts = _from_sqlite(connection) if sqlite else _from_postgresql(connection)
    parsed = [_parsed(text) for text in texts if text]
    return pa.concat_tables(parsed) if parsed else pa.schema(_types().items()).empty_table()


def _query() -> Select[Any]:
    whole, filing, remedy = tables.cases.c, tables.filings.c, tables.remedies.c
    asked = select(func.sum(cast(remedy.amount_minor, Float)) / 100).where(
        remedy.case_pk == whole.pk, remedy.currency == "CNY"
    )
    closed_with_case = filing.closed_at.is_(None) & whole.closed_at.is_not(None)
    return (
        select(
            whole.case_no,
            coalesce(filing.filed_at, whole.received_at).label("received"),
            coalesce(filing.closed_at, whole.closed_at).label("closed"),
            filing.channel,
            case((closed_with_case, whole.status), else_=coalesce(filing.status, whole.status)).label(
                "status"
            ),
            whole.conducts[0].as_string().label("conduct"),
            whole.respondent_company.label("respondent"),
            asked.scalar_subquery().label("amount"),
        )
        .select_from(tables.cases.outerjoin(tables.filings, filing.case_pk == whole.pk))
        .order_by(whole.pk, filing.position)
    )


def _from_sqlite(connection: Connection) -> Iterator[bytes]:
    """Yield CSV texts: SQLite itself joins cells to lines and lines to a text."""
    pk = tables.cases.c.pk
    last = connection.execute(select(func.max(pk))).scalar() or 0
    for start in range(0, last, _STEP):
        rows = _query().where(pk > start, pk <= start + _STEP).subquery().c
        cells = (_cell(rows[name]) for name in _COLUMNS)
        line = reduce(lambda line, cell: line + "," + cell, cells)
        text = connection.execute(select(func.group_concat(line + "\n", ""))).scalar()
        yield (text or "").encode()


def _cell(column: ColumnElement[Any]) -> ColumnElement[str]:
    text: ColumnElement[str] = type_coerce(column, Text)
    if column.name in _TEXTS:
        text = literal('"') + func.replace(text, '"', '""', type_=Text) + '"'
    return coalesce(text, "")


def _from_postgresql(connection: Connection) -> Iterator[bytes]:
    query = _query().compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    quoted = ", ".join(sorted(_TEXTS))
    raw: Any = connection.connection.driver_connection
    with (
        raw.cursor() as cursor,
        cursor.copy(f"COPY ({query}) TO STDOUT WITH (FORMAT csv, FORCE_QUOTE ({quoted}))") as copy,
    ):
        yield b"".join(copy)


def _types() -> dict[str, pyarrow.DataType]:
    import pyarrow as pa

    types = dict.fromkeys(_COLUMNS, pa.string())
    return types | {"received": pa.timestamp("us"), "closed": pa.timestamp("us"), "amount": pa.float64()}


def _parsed(text: bytes) -> pyarrow.Table:
    import pyarrow as pa
    from pyarrow import csv

    return csv.read_csv(
        pa.py_buffer(text),
        # One block: a text of several megabytes must not straddle two.
        read_options=csv.ReadOptions(column_names=list(_COLUMNS), block_size=len(text) + 1),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=_types(), strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )
