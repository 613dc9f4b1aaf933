"""Cases ready to be measured: put into an engine once, looked at for many periods and filters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from casework.analytics import measures
from casework.analytics.cases import as_cases, latest, schema, together
from casework.analytics.engines import Engine, open_engine
from casework.analytics.figures import Report
from casework.analytics.measures import Moment
from casework.analytics.periods import Span
from casework.analytics.review import Filters, Rebase
from casework.model import ExportSource

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa


@dataclass(frozen=True)
class Known:
    """Facts beside the cases: where they come from and what a person has decided or a source's memory says.

    ``shared`` are rows left out because another source has the case. ``unmapped`` are (dimension, word, cases) that
    the office's vocabulary does not know, ``drift`` sentences on what changed in a source.
    """

    sources: tuple[ExportSource, ...] = ()
    has_time: bool = True
    shared: int = 0
    rebases: tuple[Rebase, ...] = ()
    unmapped: tuple[tuple[str, str, int], ...] = ()
    drift: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """A table of cases (:mod:`casework.analytics.cases`) inside an engine, seen at one day.

    ``seen`` are the cases known at ``moment`` and ``facts`` the row of :func:`measures.contents`. ``cases`` is the Arrow
    table where the cases came from one, else None.
    """

    engine: Engine
    moment: Moment
    known: Known
    table: ir.Table = field(repr=False)
    seen: ir.Table = field(repr=False)
    facts: dict[str, Any] = field(repr=False)
    cases: pa.Table | None = field(repr=False)

    def report(self, period: Span | None = None, filters: Filters | None = None) -> Report:
        """Measure the cases of a period that pass the filters (None: all)."""
        from casework.analytics.report import report_on

        return report_on(self, period, filters or Filters())

    def close(self) -> None:
        """Leave the engine."""
        self.engine.close()


def open_tables(
    tables: Sequence[pa.Table],
    can_close: Sequence[bool],
    known: Known,
    *,
    as_of: dt.date | None = None,
    today: dt.date = dt.date.max,
    engine: Engine | None = None,
) -> Dataset:
    """Put the tables of several sources into an engine, a case that several have once.

    ``can_close`` says which have closing dates. ``as_of`` defaults to the latest received or closed date that is
    not after ``today``.
    """
    ready = [
        as_cases(table, can_close=closes, source=place)
        for place, (table, closes) in enumerate(zip(tables, can_close, strict=True))
    ]
    cases, shared = together(ready) if ready else (schema().empty_table(), 0)
    engine = engine or open_engine()
    return open_cases(
        engine.table(cases), engine, replace(known, shared=shared), as_of or latest(cases, today), cases
    )


def open_cases(
    table: ir.Table, engine: Engine, known: Known, as_of: dt.date, cases: pa.Table | None = None
) -> Dataset:
    """Take a table of cases that an engine has already."""
    moment = Moment(as_of, known.has_time)
    facts = engine.arrow(measures.contents(table, moment)).to_pylist()[0]
    return Dataset(engine, moment, known, table, engine.keep(measures.seen(table, moment)), facts, cases)
