"""PostgreSQL: tables go in by COPY, the measures run there, and only their counts come back.

Everything is put into temporary tables, which belong to this connection and end with it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from casework.analytics.cases import schema
from casework.analytics.engines import parquet_files
from casework.errors import BadFile, CaseworkError, Unavailable
from casework.i18n import _

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

#: Rows per message of COPY on the way in, bytes per text that Arrow parses on the way out.
_ROWS, _BYTES = 65_536, 16 << 20
_TYPES = {
    "int8": "smallint",
    "int16": "smallint",
    "int32": "integer",
    "int64": "bigint",
    "double": "double precision",
    "string": "text",
    "large_string": "text",
    "bool": "boolean",
    "date32[day]": "date",
}


class PostgreSQL:
    """A connection of its own. See :class:`casework.analytics.engines.Engine`."""

    def __init__(self, url: str) -> None:
        """Connect. :class:`Unavailable` where the driver is missing or the server says no."""
        try:
            import psycopg
        except ModuleNotFoundError:
            raise Unavailable(
                _("The PostgreSQL driver is not installed."), remedy=_("Install casework[postgres].")
            ) from None
        import ibis

        self._where = re.sub(r"(://[^:/@]*):[^@]*@", r"\1:***@", url)
        address = re.sub(r"^postgres(ql)?(\+\w+)?:", "postgresql:", url)
        try:
            self._raw = psycopg.connect(address, autocommit=True)
        except (psycopg.Error, ValueError) as error:
            raise Unavailable(
                _("The database cannot be reached."), where=self._where, remedy=_first_line(error)
            ) from error
        self._ibis: Any = ibis.postgres.from_connection(self._raw)
        self._raw.execute("SET jit = off")  # many small queries: compiling each costs more than running it
        self._names = 0

    def _name(self) -> str:
        self._names += 1
        return f"kept_{self._names}"

    def table(self, cases: pa.Table) -> ir.Table:
        """See :class:`Engine`. :class:`BadFile` where a text holds what PostgreSQL cannot keep (NUL)."""
        return self._filled(cases.schema, iter(cases.to_batches(max_chunksize=_ROWS)))

    def parquet(self, pattern: str) -> ir.Table:
        """See :class:`Engine`; the files are streamed in, one batch of rows at a time."""
        from pyarrow import parquet

        files = parquet_files(pattern)
        return self._filled(parquet.read_schema(files[0]) if files else schema(), _batches(files))

    def _filled(self, columns: pa.Schema, batches: Iterator[pa.RecordBatch]) -> ir.Table:
        name = self._name()
        named = ", ".join(f"{_quoted(field.name)} {_type(field.type)}" for field in columns)
        with self._explained():
            self._raw.execute(f"CREATE TEMP TABLE {name} ({named})".encode())
            with self._raw.cursor().copy(f"COPY {name} FROM STDIN (FORMAT csv)".encode()) as copy:
                for batch in batches:
                    copy.write(_csv(batch))
        return self._analysed(name)

    def from_sql(self, text: str) -> ir.Table:
        """What a query finds in this very database, as a table to be measured in place."""
        name = self._name()
        with self._explained():
            self._raw.execute(f"CREATE TEMP VIEW {name} AS {text}".encode())
            return self._ibis.table(name)

    def keep(self, expression: ir.Table) -> ir.Table:
        """See :class:`Engine`."""
        name = self._name()
        with self._explained():
            self._raw.execute(f"CREATE TEMP TABLE {name} AS {self._ibis.compile(expression)}".encode())
        return self._analysed(name)

    def _analysed(self, name: str) -> ir.Table:
        with self._explained():
            self._raw.execute(f"ANALYZE {name}".encode())
            return self._ibis.table(name)

    def drop(self, kept: ir.Table) -> None:
        """See :class:`Engine`."""
        with self._explained():
            self._raw.execute(f"DROP TABLE IF EXISTS {_quoted(kept.op().name)}".encode())

    def arrow(self, expression: ir.Table) -> pa.Table:
        """See :class:`Engine`; PostgreSQL writes CSV and Arrow reads it, no Python object is made per cell."""
        import pyarrow as pa

        schema = expression.schema().to_pyarrow()
        texts = ", ".join(_quoted(field.name) for field in schema if pa.types.is_string(field.type))
        quoted = f", FORCE_QUOTE ({texts})" if texts else ""
        query = f"COPY ({self._ibis.compile(expression)}) TO STDOUT (FORMAT csv{quoted})"
        with self._explained(), self._raw.cursor().copy(query.encode()) as copy:
            parts = [_parsed(text, schema) for text in _texts(copy)]
        return pa.concat_tables(parts) if parts else schema.empty_table()

    def ask(self, measure: Callable[..., ir.Table], seen: ir.Table, *asked: Hashable) -> pa.Table:
        """See :class:`Engine`; put anew each time, which is little beside the way to the server."""
        return self.arrow(measure(seen, *asked))

    def close(self) -> None:
        """See :class:`Engine`."""
        self._raw.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """What the server refuses for reasons of its own, in a person's words; a wrong query stays a programmer's."""
        import psycopg

        try:
            yield
        except (psycopg.errors.SyntaxErrorOrAccessRuleViolation, psycopg.errors.DataError) as error:
            if not isinstance(error, psycopg.errors.InsufficientPrivilege):
                raise
            raise _refused(self._where, error) from error
        except psycopg.OperationalError as error:
            raise _refused(self._where, error) from error


def _batches(files: list[str]) -> Iterator[pa.RecordBatch]:
    from pyarrow import parquet

    for file in files:
        with parquet.ParquetFile(file) as opened:
            yield from opened.iter_batches(_ROWS)


def _refused(where: str, error: BaseException) -> CaseworkError:
    return Unavailable(_("The database did not do it."), where=where, remedy=_first_line(error))


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _type(type_: pa.DataType) -> str:
    return "timestamp" if str(type_).startswith("timestamp") else _TYPES[str(type_)]


def _csv(batch: pa.RecordBatch) -> bytes:
    """Rows as CSV: texts are quoted, so that an empty one is not a missing one."""
    from pyarrow import csv

    _refuse_unkept(batch)
    text = io.BytesIO()
    csv.write_csv(batch, text, csv.WriteOptions(include_header=False))
    return text.getvalue()


def _refuse_unkept(batch: pa.RecordBatch) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    for field, column in zip(batch.schema, batch.columns, strict=True):
        if not (pa.types.is_string(field.type) or pa.types.is_large_string(field.type)):
            continue
        try:
            column.validate(full=True)
            whole = not pc.any(pc.match_substring(column, "\0")).as_py()
        except pa.ArrowInvalid:
            whole = False
        if not whole:
            raise BadFile(
                _("This column has a character that PostgreSQL cannot keep (NUL or half of a pair)."),
                where=field.name,
                remedy=_("Measure it without --engine, or take the character out of the export."),
            )


def _texts(copy: Any) -> Iterator[bytes]:
    """Whole rows of a COPY together, some megabytes at a time."""
    waiting: list[bytes] = []
    size = 0
    for row in copy:
        waiting.append(bytes(row))
        size += len(waiting[-1])
        if size >= _BYTES:
            yield b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)


def _parsed(text: bytes, schema: pa.Schema) -> pa.Table:
    import pyarrow as pa
    from pyarrow import csv

    return csv.read_csv(
        pa.py_buffer(text),
        read_options=csv.ReadOptions(column_names=schema.names, block_size=len(text) + 1),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=dict(zip(schema.names, schema.types, strict=True)),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t"],
            false_values=["f"],
        ),
    )
