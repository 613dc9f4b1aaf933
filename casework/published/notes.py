"""数据说明: sources, as-of, what was read and left out, holes, changes, unknown words, definitions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from casework.analytics.definitions import channel_name
from casework.analytics.review import Review
from casework.i18n import _
from casework.published.document import Block, Cell, Paragraph, Sentence, Table
from casework.published.numbers import count, word
from casework.published.wording import DIMENSIONS

if TYPE_CHECKING:
    from casework.analytics.figures import Report

MOST_WORDS = 10
MOST_MONTHS = 6
_FINGERPRINT = 12


def notes(report: Report) -> Iterator[Block]:
    """The blocks of the last section, in order."""
    yield _sources(report)
    yield _quality(report.review)
    for table in (_holes(report.review), _changes(report.review), _unmapped(report.review)):
        if table.rows:
            yield table
    yield from (Paragraph((Sentence(text),)) for text in definitions())


def definitions() -> tuple[str, ...]:
    """How the figures of the report are defined and rounded."""
    return (
        _(
            "Received: cases with a received date in the period. Closed: cases whose closing date lies in the period."
        ),
        _("Share: cases of the row out of all cases received in the period, stated or not."),
        _(
            "On the year and on the period before: the difference as a percentage of the earlier figure; not given "
            "where that is missing or zero, or where a break in the data lies between."
        ),
        _(
            "On-time rate: closed on time out of closed cases with a known limit. Mediation rate: resolved out of "
            "closed cases with a known end. Satisfaction: satisfied out of those asked at a reply visit."
        ),
        _(
            "A figure is called a rise or a fall only where the control chart of its monthly values finds it "
            "unusual; every other difference is given without judging it."
        ),
        _(
            "Percentages are rounded half up to two decimals, sums of money likewise; — means not known or not comparable."
        ),
        _("Named values with fewer than five cases are counted among the others."),
    )


def _sources(report: Report) -> Table:
    rows = tuple(
        (
            word(re.split(r"[/\\]", source.file)[-1]),
            *(count(source.rows), count(source.duplicates), count(source.problem_count)),
            word(source.sha256[:_FINGERPRINT]),
        )
        for source in report.sources
    )
    header = (_("Source file"), _("Rows"), _("Repeated"), _("Problems"), _("Fingerprint (SHA-256)"))
    return Table(_("Sources"), header, rows)


def _quality(review: Review) -> Table:
    quality = review.quality
    rows = (
        (_("Rows read"), quality.rows),
        (_("Cases counted"), quality.cases),
        (_("Rows that repeat a case of the same source"), quality.duplicates),
        (_("Cases that several sources have, counted once"), quality.shared),
        (_("Cells that could not be used"), quality.problems),
        (_("Rows without a received date, left out"), quality.undated),
        (_("Cases received after the as-of date, left out"), quality.future),
        (_("Closings before receipt, counted as open"), quality.negative),
    )
    lines = tuple((word(name), count(value)) for name, value in rows)
    return Table(_("What the data are"), (_("Fact"), _("Number")), lines)


def _holes(review: Review) -> Table:
    quality = review.quality
    rows = [
        (
            word(channel_name(gap.channel)),
            _months(gap.months),
            word(_("no cases where cases would be expected")),
        )
        for gap in quality.gaps
    ]
    if quality.incomplete:
        rows.append(
            (word(_("all sources")), _months(quality.incomplete), word(_("not over as of this report")))
        )
    return Table(
        _("Holes and months that are not over"), (_("Source of cases"), _("Months"), _("What")), tuple(rows)
    )


def _months(names: tuple[str, ...]) -> Cell:
    shown = _(", ").join(names[:MOST_MONTHS])
    return word(shown if len(names) <= MOST_MONTHS else f"{shown} …")


def _changes(review: Review) -> Table:
    """What a person recorded as a change, and how sources differ from what they were."""
    series = {"received": _("cases received"), "open": _("open at month end")}
    rows = [
        (
            word(one.month),
            word(
                _("New limits for “{name}”: {why}").format(name=series.get(one.name, one.name), why=one.why)
            ),
        )
        for one in review.rebases
    ]
    rows += [(word("—"), word(text)) for text in review.quality.drift]
    return Table(_("Changes of systems, sources and counting"), (_("From"), _("What changed")), tuple(rows))


def _unmapped(review: Review) -> Table:
    rows = sorted(review.quality.unmapped, key=lambda row: (-row[2], row))
    lines = [
        (word(_(DIMENSIONS.get(name, name))), word(text), count(cases))
        for name, text, cases in rows[:MOST_WORDS]
    ]
    if len(rows) > MOST_WORDS:
        rest = rows[MOST_WORDS:]
        lines.append((word("—"), word(_("others")), count(sum(cases for _name, _text, cases in rest))))
    header = (_("Column"), _("Word"), _("Number of cases"))
    return Table(_("Words that are not in the office's vocabulary"), header, tuple(lines))
