"""What the control charts say of the period. Only they make a change a rise or a fall."""

from __future__ import annotations

from dataclasses import dataclass

from casework.analytics.periods import month_index
from casework.analytics.review import ControlChart, Phase, Review
from casework.i18n import _
from casework.published.comparing import Compared
from casework.published.document import Cell, Sentence, joined, sentence
from casework.published.numbers import word

VERDICTS = ("high", "low", "usual")


@dataclass(frozen=True, slots=True)
class Judged:
    """One month of a control chart: its verdict (``""``: not judged) and its limits, where it has them."""

    month: str
    verdict: str
    lower: float | None = None
    upper: float | None = None


def judged(review: Review, name: str) -> dict[str, Judged]:
    """Every month of the chart ``name``."""
    chart = review.control(name)
    if chart is None:
        return {}
    incomplete = set(review.quality.incomplete)
    return {
        point.month: _judged(
            chart, point.month, "" if point.incomplete or point.month in incomplete else point.verdict
        )
        for point in chart.points
    }


def _judged(chart: ControlChart, month: str, verdict: str) -> Judged:
    phase = _phase(chart, month)
    known = verdict if verdict in VERDICTS and phase is not None else ""
    if phase is None or not known:
        return Judged(month, known)
    return Judged(month, known, phase.lower, phase.upper)


def _phase(chart: ControlChart, month: str) -> Phase | None:
    """The limits in force in a month: those of its phase, or of the last phase before it."""
    begun = [phase for phase in chart.phases if month_index(phase.first) <= month_index(month)]
    return begun[-1] if begun else None


def verdict_word(verdict: str) -> Cell:
    """A verdict as the table of months shows it."""
    words = {
        "high": _("above the usual"),
        "low": _("below the usual"),
        "usual": _("usual variation"),
    }
    return word(words.get(verdict, _("not judged")))


def judgement(review: Review, name: str, row: Compared) -> Sentence:
    """One sentence on whether the period's figures are unusual: a rise or a fall only where the chart says so."""
    if review.period is None:
        return Sentence("")
    found = judged(review, name)
    months = [found.get(month, Judged(month, "")) for month in review.period.names()]
    if any(one.month in review.quality.incomplete for one in months):
        return Sentence(_("The period is not over, so whether this is usual is not judged."))
    if any(not one.verdict for one in months):
        return Sentence(
            _("There are no control limits yet, so whether this is usual variation cannot be said.")
        )
    if all(one.verdict == "usual" for one in months):
        return Sentence(_("By the control chart this is usual variation."))
    return _of_month(months[0], row) if len(months) == 1 else _of_months(months)


def _of_month(month: Judged, row: Compared) -> Sentence:
    if month.verdict == "high":
        if (row.more.value or 0) > 0:
            return Sentence(_("By the control chart this is a rise beyond usual variation."))
        return Sentence(_("By the control chart the month is above the usual."))
    if (row.more.value or 0) < 0:
        return Sentence(_("By the control chart this is a fall beyond usual variation."))
    return Sentence(_("By the control chart the month is below the usual."))


def _of_months(months: list[Judged]) -> Sentence:
    """The unusual months of a longer period by name; the others are usual."""
    clauses = []
    for verdict, template in (
        ("high", _("above the usual in {months}")),
        ("low", _("below the usual in {months}")),
    ):
        cells = [word(one.month) for one in months if one.verdict == verdict]
        if cells:
            inner = joined([sentence("{one}", one=cell) for cell in cells], _(", "), "")
            clauses.append(Sentence(template.format(months=inner.text), inner.cells))
    body = joined(clauses, _("; "), "")
    return Sentence(_("By the control chart the figure was {body}.").format(body=body.text), body.cells)
