"""The period of a review: a month, quarter, half year, year, or all of the data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from casework.analytics.periods import Span, month_index, parse_span
from casework.i18n import _
from casework.tables import words
from casework.ui.form import Field, Form, Option, Section

STEPS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


class PeriodChoice(Form):
    """Two choices: how long, and which; ``on_period(span)`` is called with None for all of the data."""

    def __init__(self, on_period: Callable[[Span | None], None]) -> None:
        super().__init__(on_change=self._changed, values={"step": "month", "which": ""})
        self._on_period = on_period
        self.span: Span | None = None
        self._months: tuple[str, ...] = ()

    def offer(self, months: Sequence[str], span: Span | None) -> None:
        """Offer the periods that the data have, the latest first, with ``span`` chosen."""
        self._months, self.span = tuple(months), span
        self.draw()

    def draw(self) -> None:
        """Write the choices in the language in force."""
        names = (_("Month"), _("Quarter"), _("Half year"), _("Year"), _("All months"))
        steps = tuple(Option(key, name) for key, name in zip((*STEPS, "all"), names, strict=True))
        fields = [Field("step", _("Length of the period"), "choice", options=steps)]
        if self.span is not None:
            spans = spans_of(self._months, self.span.months)
            known = spans if self.span in spans else [self.span, *spans]
            options = tuple(Option(one.label, words.period(one)) for one in known)
            fields.append(Field("which", _("Period"), "choice", options=options))
        self.show([Section("", tuple(fields))])
        values = {"step": _step(self.span), "which": self.span.label if self.span else ""}
        if values != self.values:
            self.fill(values)

    def _changed(self, path: str, values: dict[str, Any]) -> None:
        is_step = path == "step"
        wanted = self._of_step(str(values["step"])) if is_step else parse_span(str(values["which"]))
        if wanted != self.span:
            self._on_period(wanted)

    def _of_step(self, step: str) -> Span | None:
        """The period of another length that holds the last month of the one before."""
        if step not in STEPS or not self._months:
            return None
        known = month_index(self._months[-1])
        last = min(self.span.end - 1, known) if self.span else known
        return Span(last - last % STEPS[step], STEPS[step])


def spans_of(months: Sequence[str], length: int) -> list[Span]:
    """The periods of some months' length from the first month to the last, the latest first."""
    if not months:
        return []
    first, last = month_index(months[0]), month_index(months[-1])
    starts = range(last - last % length, first - first % length - 1, -length)
    return [Span(start, length) for start in starts][:240]


def usual(months: Sequence[str], as_of: dt.date) -> Span | None:
    """What a monthly meeting looks at: the last month of the data that is over, else the last."""
    if not months:
        return None
    spans = [Span(month_index(month)) for month in months]
    over = [span for span in spans if span.last_day <= as_of]
    return (over or spans)[-1]


def _step(span: Span | None) -> str:
    if span is None:
        return "all"
    return next((name for name, months in STEPS.items() if months == span.months), "month")
