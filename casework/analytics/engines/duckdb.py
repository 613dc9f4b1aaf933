"""DuckDB in this process: nothing to set up, nothing on the network."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

from casework.analytics.cases import schema
from casework.analytics.engines import parquet_files

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa


_BLANK = "<seen>"


class DuckDB:
    """A database in memory. See :class:`casework.analytics.engines.Engine`."""

    def __init__(self) -> None:
        import ibis

        self._ibis = ibis.duckdb.connect()
        self._raw: Any = self._ibis.con
        # What DuckDB would fetch from the network when a query asks for it stays away.
        self._raw.execute("SET autoinstall_known_extensions = false")
        self._raw.execute("SET autoload_known_extensions = false")
        self._raw.execute("SET preserve_insertion_order = false")
        self._names = 0
        self._asked: dict[tuple[str, tuple[Hashable, ...]], tuple[str, pa.Schema]] = {}

    def _name(self) -> str:
        self._names += 1
        return f"kept_{self._names}"

    def table(self, cases: pa.Table) -> ir.Table:
        """See :class:`Engine`; DuckDB reads Arrow where it lies."""
        name = self._name()
        self._raw.register(name, cases)
        return self._ibis.table(name)

    def parquet(self, pattern: str) -> ir.Table:
        """See :class:`Engine`; DuckDB reads of Parquet files what a query needs."""
        files = parquet_files(pattern)
        if not files:
            return self.table(schema().empty_table())
        return self._ibis.read_parquet(files, table_name=self._name(), hive_partitioning=False)

    def keep(self, expression: ir.Table) -> ir.Table:
        """See :class:`Engine`."""
        return self._ibis.create_table(self._name(), expression, temp=True)

    def drop(self, kept: ir.Table) -> None:
        """See :class:`Engine`."""
        self._raw.execute(f"DROP TABLE IF EXISTS {kept.op().name}")

    def arrow(self, expression: ir.Table) -> pa.Table:
        """See :class:`Engine`; not by Ibis's own way, which looks at every result twice."""
        return self._rows(str(self._ibis.compile(expression)), expression.schema().to_pyarrow())

    def _rows(self, query: str, columns: pa.Schema) -> pa.Table:
        """DuckDB adds whole numbers up to 128 bits, hence the cast."""
        return self._raw.sql(query).to_arrow_table().cast(columns)

    def ask(self, measure: Callable[..., ir.Table], seen: ir.Table, *asked: Hashable) -> pa.Table:
        """See :class:`Engine`. The query is remembered with a blank for the name of the table, which is one of ours."""
        key, name = (measure.__name__, asked), seen.op().name
        if key not in self._asked:
            expression = measure(seen, *asked)
            query = str(self._ibis.compile(expression)).replace(f'"{name}"', _BLANK)
            self._asked[key] = query, expression.schema().to_pyarrow()
        query, columns = self._asked[key]
        return self._rows(query.replace(_BLANK, f'"{name}"'), columns)

    def close(self) -> None:
        """See :class:`Engine`."""
        self._ibis.disconnect()
