"""What a query finds as an Arrow table.

The database writes CSV and Arrow reads it, so no Python object is made per cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Select, Text, func, literal, select, type_coerce
from sqlalchemy.sql.functions import coalesce

if TYPE_CHECKING:
    import pyarrow

#: Keys per CSV text on SQLite, far from its limit of 1 GB a text.
_STEP = 20_000


def arrow_table(
    connection: Connection,
    query: Select[Any],
    types: Mapping[str, pyarrow.DataType],
    key: ColumnElement[int],
) -> pyarrow.Table:
    """Return what ``query`` finds, in its order, with a column for each of ``types``.

    ``key`` is a whole number of every row, by which the query is ordered first: it is read in ranges of it.
    """
    import pyarrow as pa

    sqlite = connection.dialect.name == "sqlite"
    texts = (
        _from_sqlite(connection, query, types, key) if sqlite else _from_postgresql(connection, query, types)
    )
    parsed = [_parsed(text, types) for text in texts if text]
    return pa.concat_tables(parsed) if parsed else pa.schema(types.items()).empty_table()


def _from_sqlite(
    connection: Connection, query: Select[Any], types: Mapping[str, pyarrow.DataType], key: ColumnElement[int]
) -> Iterator[bytes]:
    """Yield CSV texts: SQLite itself joins cells to lines and lines to a text."""
    quoted = _texts(types)
    last = connection.execute(select(func.max(key))).scalar() or 0
    for start in range(0, last, _STEP):
        rows = query.where(key > start, key <= start + _STEP).subquery().c
        cells = (_cell(rows[name], quoted=name in quoted) for name in types)
        line = reduce(lambda line, cell: line + "," + cell, cells)
        text = connection.execute(select(func.group_concat(line + "\n", ""))).scalar()
        yield (text or "").encode()


def _cell(column: ColumnElement[Any], *, quoted: bool) -> ColumnElement[str]:
    """A text is quoted in the CSV: an empty one is not a missing one."""
    text: ColumnElement[str] = type_coerce(column, Text)
    if quoted:
        text = literal('"') + func.replace(text, '"', '""', type_=Text) + '"'
    return coalesce(text, "")


def _from_postgresql(
    connection: Connection, query: Select[Any], types: Mapping[str, pyarrow.DataType]
) -> Iterator[bytes]:
    text = str(query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
    text = text.replace("%%", "%")  # doubled for the driver's parameters, of which COPY has none
    quoted = ", ".join(sorted(_texts(types)))
    raw: Any = connection.connection.driver_connection
    with (
        raw.cursor() as cursor,
        cursor.copy(f"COPY ({text}) TO STDOUT WITH (FORMAT csv, FORCE_QUOTE ({quoted}))") as copy,
    ):
        yield b"".join(copy)


def _texts(types: Mapping[str, pyarrow.DataType]) -> set[str]:
    import pyarrow as pa

    return {name for name, type_ in types.items() if pa.types.is_string(type_)}


def _parsed(text: bytes, types: Mapping[str, pyarrow.DataType]) -> pyarrow.Table:
    import pyarrow as pa
    from pyarrow import csv

    return csv.read_csv(
        pa.py_buffer(text),
        # One block: a text of several megabytes must not straddle two.
        read_options=csv.ReadOptions(column_names=list(types), block_size=len(text) + 1),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=dict(types), strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )
