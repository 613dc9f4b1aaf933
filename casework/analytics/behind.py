"""The cases behind a figure, the values that cases can be narrowed to, and how the data cover the months."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from casework.analytics import measures
from casework.analytics.periods import Span, month_name
from casework.analytics.review import Filters

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from casework.analytics.dataset import Dataset

LISTED = ("case_no", "received", "closed", "channel", "conduct", "respondent", "status", "source", "row")


@dataclass(frozen=True, slots=True)
class Place:
    """What a figure counts: ``received`` or ``closed`` in a period (None: ever), or ``open`` at as-of.

    ``ages`` are the first and last day of an age band of open cases (None: no last day).
    """

    filters: Filters
    period: Span | None = None
    counted: str = "received"
    ages: tuple[int, int | None] | None = None


def behind(
    data: Dataset, place: Place, *, offset: int = 0, limit: int = 50
) -> tuple[list[dict[str, Any]], int]:
    """One page of the cases that a figure counts, received last first, and how many there are."""
    found = _counted(data, place)
    counted = data.engine.arrow(found.aggregate(cases=found.count().cast("int64"))).to_pylist()
    page = found.order_by(found.received.desc(), found.source, found.row).limit(limit, offset=offset)
    return data.engine.arrow(page.select(*LISTED)).to_pylist(), int(counted[0]["cases"])


def _counted(data: Dataset, place: Place) -> ir.Table:
    table, end = measures.passing(data.table, place.filters), data.moment.end
    table = table.filter(table.received.notnull() & (table.received < end))
    is_closed = table.closed.notnull() & (table.closed < end)
    if place.counted == "open":
        table = table.filter(table.can_close & ~is_closed)
        if place.ages is not None:
            age = (data.moment.cut_us - table.received_us) // measures.DAY_US
            first, last = place.ages
            # the first band takes what was received on the very day, before the cut-off or after it
            table = table.filter((age >= first) if first else (age >= first) | (age < 0))
            table = table if last is None else table.filter(age <= last)
        return table
    stamp = table.received
    if place.counted == "closed":
        table = table.filter(is_closed)
        stamp = table.closed
    if place.period is None:
        return table
    return table.filter(
        (stamp.year() * 12 + stamp.month() - 1).between(place.period.first, place.period.end - 1)
    )


def values(
    data: Dataset, dimension: str, place: Place, words: str = "", limit: int = 50
) -> tuple[list[tuple[str | None, int]], int]:
    """The values of a dimension among the cases of a place, most first, and how many there are in all.

    The filter on the dimension itself is left aside, so that others of its values can be chosen as well. ``words``
    keeps those that contain them, whatever the case of the letters.
    """
    found = _counted(data, replace(place, filters=replace(place.filters, **{dimension: ()})))
    if words:
        found = found.filter(found[dimension].lower().contains(words.lower()))
    counted = found.group_by(value=found[dimension]).aggregate(cases=found.count().cast("int64"))
    rows = data.engine.arrow(counted).to_pylist()
    rows.sort(key=lambda row: (-row["cases"], row["value"] is None, row["value"] or ""))
    return [(row["value"], row["cases"]) for row in rows[:limit]], len(rows)


def coverage(data: Dataset) -> dict[str | None, dict[str, int]]:
    """How many cases each channel has in each month, whatever is being looked at."""
    known = data.seen
    counted = known.group_by(channel=known.channel, month=known.came).aggregate(
        cases=known.count().cast("int64")
    )
    found: dict[str | None, dict[str, int]] = {}
    for row in data.engine.arrow(counted).to_pylist():
        found.setdefault(row["channel"], {})[month_name(row["month"])] = row["cases"]
    return found
