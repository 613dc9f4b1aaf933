"""Where the measures run: DuckDB in this process, or PostgreSQL, or Spark, by a URL.

Every engine runs the same Ibis expressions. Engines only count and add up whole numbers; what needs fractions is
computed from their counts here, so that all of them give the same figures to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from glob import glob
from typing import TYPE_CHECKING, Protocol

from casework.errors import CaseworkError
from casework.i18n import _

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa


class Engine(Protocol):
    """An open connection to an engine. :meth:`close` drops everything that was put into it."""

    def table(self, cases: pa.Table) -> ir.Table:
        """Hand an Arrow table to the engine."""
        ...

    def parquet(self, pattern: str) -> ir.Table:
        """The table of cases that lies in Parquet files (a path, or a pattern of paths)."""
        ...

    def keep(self, expression: ir.Table) -> ir.Table:
        """Compute ``expression`` once and keep its rows under a temporary name."""
        ...

    def drop(self, kept: ir.Table) -> None:
        """Forget what :meth:`keep` returned."""
        ...

    def arrow(self, expression: ir.Table) -> pa.Table:
        """The rows of ``expression``."""
        ...

    def ask(self, measure: Callable[..., ir.Table], seen: ir.Table, *asked: Hashable) -> pa.Table:
        """The rows of ``measure(seen, *asked)``, ``seen`` being what :meth:`keep` returned.

        An engine may remember how a measure is put to it: building and translating an expression takes longer than
        counting a hundred thousand cases.
        """
        ...

    def close(self) -> None:
        """Leave the engine."""
        ...


def parquet_files(pattern: str) -> list[str]:
    """The files of a pattern, in order: engines have patterns of their own, which differ."""
    return sorted(glob(pattern))  # noqa: PTH207


def open_engine(url: str = "") -> Engine:
    """Open the engine at ``url``; without one, DuckDB in this process.

    ``postgresql://…`` runs in a PostgreSQL, ``spark://…``, ``local[2]`` or ``local-cluster[2,1,1024]`` in a Spark.
    Raises :class:`CaseworkError` where there is no such engine or it cannot be reached.
    """
    kind = url.split(":", 1)[0].split("[", 1)[0].split("+", 1)[0].lower()
    if kind in ("", "duckdb"):
        from casework.analytics.engines.duckdb import DuckDB

        return DuckDB()
    if kind in ("postgresql", "postgres"):
        from casework.analytics.engines.postgresql import PostgreSQL

        return PostgreSQL(url)
    if kind in ("spark", "local", "local-cluster"):
        from casework.analytics.engines.spark import Spark

        return Spark(url)
    raise CaseworkError(
        _("There is no such engine."),
        where=url,
        remedy=_("Leave it out, or give a postgresql:// or spark:// address, or local[2]."),
    )
