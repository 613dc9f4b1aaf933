"""From a cell of a table to a filter or to the cases behind it, by what the columns are called."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from casework.analytics.behind import Place
from casework.analytics.figures import age_bands
from casework.analytics.periods import Span, month_index
from casework.analytics.review import DIMENSIONS, Filters
from casework.i18n import _
from casework.tables import Table, printed, words
from casework.ui.numbers import Sheet, as_key

if TYPE_CHECKING:
    from casework.analytics.figures import Report

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
Where = dict[str, str | None]


@dataclass(frozen=True)
class Link:
    """What a cell of one row counts: values of dimensions, a month, and whether received, closed or open cases."""

    where: Where = field(default_factory=dict)
    month: str = ""
    counted: str = "received"
    ages: tuple[int, int | None] | None = None

    def key(self) -> str:
        """The link as text for the browser."""
        return as_key([self.where, self.month, self.counted, self.ages])

    def place(self, filters: Filters, period: Span | None) -> Place:
        """The cases meant, within what the page is narrowed to."""
        narrowed = replace(filters, **{name: (value,) for name, value in self.where.items()})
        span = Span(month_index(self.month)) if self.month else period
        return Place(narrowed, span, self.counted, self.ages)

    def words(self, period: Span | None) -> str:
        """What is counted in a period, as a heading."""
        what = {"received": _("Cases received"), "closed": _("Cases closed"), "open": _("Cases open")}
        parts = [words.filtered(Filters(**{name: (value,)})) for name, value in self.where.items()]
        if period is not None and self.counted != "open":
            parts.insert(0, words.period(period))
        if self.ages:
            first, last = self.ages
            parts.append(
                _("older than {days} days").format(days=first - 1)
                if last is None
                else _("{first} to {last} days old").format(first=first, last=last)
            )
        return _("; ").join([what[self.counted], *parts])


def link_of(key: str) -> Link:
    """The link of a key; only what :meth:`Link.key` can have written is taken."""
    where, month, counted, ages = json.loads(key)
    known = {str(name): _text(value) for name, value in dict(where).items() if name in DIMENSIONS}
    span = str(month) if _MONTH.fullmatch(str(month)) else ""
    what = counted if counted in ("received", "closed", "open") else "received"
    return Link(
        known, span, what, (int(ages[0]), None if ages[1] is None else int(ages[1])) if ages else None
    )


def filter_of(key: str) -> tuple[str, str | None]:
    """The dimension and value of a key of a filter. Raises :class:`ValueError` for a dimension that is none."""
    dimension, value = json.loads(key)
    if dimension not in DIMENSIONS:
        raise ValueError(f"no dimension {dimension!r}")
    return dimension, _text(value)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


class Linker:
    """Knows the values of a report by the names that people see, and links the cells of its tables."""

    def __init__(self, report: Report) -> None:
        self._dimensions = {words.dimension(name): name for name in DIMENSIONS}
        self._values = {
            name: {words.value(value): value for value in values} for name, values in _known(report).items()
        }

    def table(self, table: Table) -> Sheet:
        """A table of the review as texts with links."""
        columns = [(column.title, column.kind != "text") for column in table.columns]
        rows = [
            [printed(cell, column.kind) for cell, column in zip(row, table.columns, strict=True)]
            for row in table.rows
        ]
        return self.sheet(table.name, table.title, columns, rows, table.note)

    def sheet(
        self,
        name: str,
        caption: str,
        columns: Sequence[tuple[str, bool]],
        rows: Sequence[Sequence[str]],
        note: str = "",
    ) -> Sheet:
        """Rows of texts with links on what the columns' titles explain."""
        filters: dict[tuple[int, int], str] = {}
        cases: dict[tuple[int, int], str] = {}
        titles = [title for title, _right in columns]
        for at, row in enumerate(rows):
            where, month = self._row(titles, row)
            for place, (dimension, value) in where.items():
                filters[at, place] = as_key([dimension, value])
            counted = dict(where.values())
            if name != "unmapped" and self._is_counted(row, where, month):
                cases |= {
                    (at, place): link.key() for place, link in self._cells(name, titles, row, counted, month)
                }
        return Sheet(name, caption, columns, rows, note, filters, cases)

    def _row(
        self, titles: Sequence[str], row: Sequence[str]
    ) -> tuple[dict[int, tuple[str, str | None]], str]:
        where: dict[int, tuple[str, str | None]] = {}
        month = ""
        for place, (title, text) in enumerate(zip(titles, row, strict=True)):
            dimension = self._dimensions.get(title)
            if dimension and text in self._values[dimension]:
                where[place] = (dimension, self._values[dimension][text])
            elif title == _("Month") and _MONTH.fullmatch(text):
                month = text
        return where, month

    def _is_counted(self, row: Sequence[str], where: Mapping[int, Any], month: str) -> bool:
        """Whether the row is of known cases: not a rest such as "12 others", whose cases cannot be named."""
        return bool(where or month) or (bool(row) and row[0] in (_("Total"), words.everything()))

    def _cells(
        self, name: str, titles: Sequence[str], row: Sequence[str], where: Where, month: str
    ) -> Iterator[tuple[int, Link]]:
        for place, (title, text) in enumerate(zip(titles, row, strict=True)):
            if text in ("", "0", "–", "*"):
                continue
            if title == _("Received") or (title == _("Cases") and name == "control_received"):
                yield place, Link(where, month)
            elif title == _("Closed"):
                yield place, Link(where, month, "closed")
            elif name == "volume" and title in (_("Total"), *self._values["channel"]):
                channel = {} if title == _("Total") else {"channel": self._values["channel"][title]}
                yield place, Link({**where, **channel}, month)
            elif name == "heat" and place and title in self._values["conduct"]:
                yield place, Link({**where, "conduct": self._values["conduct"][title]})
            elif name == "backlog" and place:
                bands = age_bands()
                ages = bands[place - 1] if place <= len(bands) else None
                yield place, Link(where, "", "open", ages)


def _known(report: Report) -> dict[str, list[str | None]]:
    """Every value of every dimension that a table of the report may name."""
    review = report.review
    found: dict[str, list[str | None]] = {name: [] for name in DIMENSIONS}
    for one in review.breakdowns:
        found[one.dimension] += [part.value for part in one.parts]
    found["channel"] += [row.channel for row in report.history] + [row.channel for row in report.backlog]
    found["channel"] += [*review.heat.channels, *(clock.channel for clock in review.clocks)]
    found["conduct"] += review.heat.conducts
    found["respondent"] += [repeat.respondent for repeat in review.repeats]
    return found
