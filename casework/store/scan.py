"""Whole tables of the database as Arrow, read from front to back by as many readers as there are processors.

The database writes CSV and Arrow reads it, so no Python object is made per cell. Tables are read one by one and joined
by whoever asks: looking every row of one up in another takes longer than reading both.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine

from casework.store import audit
from casework.store.engine import reading

if TYPE_CHECKING:
    import pyarrow

#: Rows per CSV text, or cases, far from the limit of 1 GB a text.
_ROWS = 20_000
_MOST_READERS = 4
_TRIES = 5


@dataclass(frozen=True)
class Wanted:
    """Columns of a table, by name, with their Arrow types; of the rows that pass ``where``.

    ``key`` is the column with the key of the case. Texts must be NOT NULL in the database; an empty one is null in the
    Arrow table.
    """

    table: str
    key: str
    types: Mapping[str, pyarrow.DataType]
    where: str = ""


@dataclass(frozen=True)
class Scanned:
    """The tables in the order asked for, and the last entry of the audit log at that moment."""

    tables: tuple[pyarrow.Table, ...]
    seq: int
    hash: str


def scan(engine: Engine, wanted: Sequence[Wanted]) -> Scanned:
    """Read the tables, all as they were at one moment, in the order in which they are stored."""
    with _readers(engine) as readers:
        parts = _ranges(readers, wanted)
        seq, found = audit.last(readers[0])
    return Scanned(tuple(map(_together, wanted, parts)), seq, found)


def scan_cases(
    reader: Connection, wanted: Sequence[Wanted], keys: Sequence[int]
) -> tuple[pyarrow.Table, ...]:
    """Read what belongs to some cases."""
    dialect = _dialect(reader)
    listed = ", ".join(map(str, keys))
    texts = [
        reader.exec_driver_sql(_csv_query(dialect, one, f"{one.key} IN ({listed})")).scalar()
        for one in wanted
    ]
    return tuple(
        _together(one, [_parsed(text, one)] if text else []) for one, text in zip(wanted, texts, strict=True)
    )


def _together(one: Wanted, parts: Sequence[pyarrow.Table]) -> pyarrow.Table:
    import pyarrow as pa

    return pa.concat_tables(parts) if parts else pa.schema(one.types.items()).empty_table()


@contextmanager
def _readers(engine: Engine) -> Iterator[list[Connection]]:
    """Connections that see the same moment.

    Every write appends to the audit log, so what shows the same end of it is the same. Where others write all the
    time, one connection serves.
    """
    count = min(os.cpu_count() or 1, _MOST_READERS)
    for attempt in range(_TRIES):
        with ExitStack() as opened:
            number = 1 if attempt == _TRIES - 1 else count
            readers = [opened.enter_context(reading(engine)) for _ in range(number)]
            if len({audit.last(reader) for reader in readers}) == 1:
                yield readers
                return


def _ranges(readers: Sequence[Connection], wanted: Sequence[Wanted]) -> list[list[pyarrow.Table]]:
    """Read ranges of rows, in turn by whichever reader is free."""
    free: SimpleQueue[Connection] = SimpleQueue()
    for reader in readers:
        free.put(reader)
    dialect = _dialect(readers[0])

    def read(one: Wanted, start: int) -> pyarrow.Table | None:
        reader, key = free.get(), dialect.key or one.key
        try:
            condition = f"{key} > {start} AND {key} <= {start + _ROWS}"
            found = reader.exec_driver_sql(_csv_query(dialect, one, condition)).scalar()
        finally:
            free.put(reader)
        return _parsed(found, one) if found else None

    jobs = [(one, start) for one in wanted for start in range(0, _last(readers[0], dialect, one), _ROWS)]
    with ThreadPoolExecutor(len(readers), "read") as pool:
        results = list(zip(jobs, pool.map(read, *zip(*jobs, strict=True)), strict=True)) if jobs else []
    return [[table for job, table in results if job[0] is one and table is not None] for one in wanted]


def _last(reader: Connection, dialect: _Dialect, one: Wanted) -> int:
    return int(reader.exec_driver_sql(f"SELECT max({dialect.key or one.key}) FROM {one.table}").scalar() or 0)  # noqa: S608


@dataclass(frozen=True)
class _Dialect:
    """How a database writes lines of CSV: what counts its rows (empty: the key of the case), the expressions of a line
    and of all lines together, how a text and another value are written in it.
    """

    key: str
    line: str
    lines: str
    text: str
    other: str


#: ``%w`` doubles the quotes in a cell.
_SQLITE = _Dialect(
    key="rowid",
    line="format('{forms}' || char(10), {values})",
    lines="CAST(group_concat({line}, '') AS BLOB)",
    text='"{name}"',
    other="coalesce(\"{name}\", '')",
)
_POSTGRESQL = _Dialect(
    key="",
    line="concat_ws(',', {values})",
    lines="convert_to(string_agg({line}, chr(10)) || chr(10), 'UTF8')",
    text="'\"' || replace(\"{name}\"::text, '\"', '\"\"') || '\"'",
    other="coalesce(\"{name}\"::text, '')",
)


def _dialect(reader: Connection) -> _Dialect:
    return _SQLITE if reader.dialect.name == "sqlite" else _POSTGRESQL


def _csv_query(dialect: _Dialect, one: Wanted, condition: str) -> str:
    """The database itself joins cells to lines and lines to a text."""
    texts = {name: _is_text(type_) for name, type_ in one.types.items()}
    line = dialect.line.format(
        forms=",".join('"%w"' if text else "%s" for text in texts.values()),
        values=", ".join(
            (dialect.text if text else dialect.other).format(name=name) for name, text in texts.items()
        ),
    )
    where = f" AND {one.where}" if one.where else ""
    return f"SELECT {dialect.lines.format(line=line)} FROM {one.table} WHERE {condition}{where}"  # noqa: S608


def _is_text(type_: pyarrow.DataType) -> bool:
    return str(type_) == "string"


def _parsed(text: bytes, one: Wanted) -> pyarrow.Table:
    import pyarrow as pa
    from pyarrow import csv

    return csv.read_csv(
        pa.py_buffer(text),
        # One block: a text must not straddle two. The readers are the threads.
        read_options=csv.ReadOptions(
            column_names=list(one.types), block_size=len(text) + 1, use_threads=False
        ),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=dict(one.types),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )
