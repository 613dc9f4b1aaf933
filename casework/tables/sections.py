"""A review laid out in the order of the meeting: what the data are, what happened, how long it took, what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.i18n import _
from casework.tables import counts, times
from casework.tables.cells import Section, Table

if TYPE_CHECKING:
    from casework.analytics.figures import Report


_BY = tuple(
    f"by_{name}"
    for name in ("channel", "kind", "conduct", "respondent", "region", "handler", "outcome", "status")
)
_CURVES = ("curves", "medians", "within", "first_response", "acceptance")


def sections(report: Report) -> tuple[Section, ...]:
    """Every section that has something to tell. Tables without a row, and sections without a table, are left out."""
    review = report.review
    laid_out = (
        Section("data", _("What the data are"), counts.data(review)),
        Section("headlines", _("Headline figures"), (counts.headlines(review),)),
        Section(
            "volume", _("Received and closed by month"), counts.months(review), ("volume", "control_received")
        ),
        Section("breakdowns", _("What the complaints are"), counts.breakdowns(review), _BY),
        Section("heat", _("Channel by conduct"), (counts.heat(review),), ("heat",)),
        Section("resolution", _("How long it takes"), times.timings(review), _CURVES),
        Section(
            "comparison",
            _("Whether channels differ"),
            times.comparison(review),
            ("adjusted",),
            times.remarks(review),
        ),
        Section(
            "backlog", _("What is open"), counts.backlog(report), ("backlog", "backlog_time", "control_open")
        ),
        Section("clocks", _("Limits met and missed"), (counts.clocks(review),), ("clocks",)),
        Section("ends", _("How cases end"), times.ends(review), ("ends",)),
        Section("handling", _("Handling and money"), counts.handling(review)),
        Section("repeats", _("Complained about again"), (counts.repeats(review),)),
    )
    return tuple(kept for section in laid_out if (kept := _kept(section)) is not None)


def _kept(section: Section) -> Section | None:
    tables = tuple(table for table in map(Table.without_empty_columns, section.tables) if table.rows)
    if not tables and not section.notes:
        return None
    return Section(section.name, section.title, tables, section.charts, section.notes)
