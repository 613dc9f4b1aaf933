"""What all charts of one report share: looks of channels, the note at the foot, months that are not over."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from casework.analytics.definitions import channel_name
from casework.analytics.figures import Report
from casework.analytics.periods import month_index, month_name
from casework.analytics.review import Review
from casework.charts.canvas import SMALL, Canvas, Room, Words
from casework.charts.chart import Chart, Rows
from casework.charts.lettering import fit
from casework.charts.looks import MOST_LOOKS, OTHER, Look, channel_looks
from casework.i18n import _, language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_MONTHS = 120  # ten years; more months than that are a smear


@dataclass(frozen=True)
class Context:
    """A report and what its charts have in common."""

    report: Report

    @property
    def review(self) -> Review:
        """The review of the report."""
        return self.report.review

    @cached_property
    def source(self) -> str:
        """The names of the files, without their folders."""
        return ", ".join(one.file.replace("\\", "/").rsplit("/", 1)[-1] for one in self.report.sources)

    @cached_property
    def months(self) -> tuple[str, ...]:
        """The months that charts by month show, without holes: to the end of the period, at least thirteen if there are."""
        known = [row.month for row in self.review.monthly] or list(self.report.months)
        if not known:
            return ()
        first, last = month_index(min(known)), month_index(max(known))
        period = self.report.period
        if period is not None:
            last = max(first, min(last, period.end - 1))
            first = max(first, last + 1 - max(13, period.months))
        return tuple(month_name(index) for index in range(max(first, last + 1 - MOST_MONTHS), last + 1))

    @cached_property
    def leading(self) -> tuple[str | None, ...]:
        """The channels with most cases in those months, most first: they have a look of their own."""
        totals: Counter[str | None] = Counter()
        months = frozenset(self.months)
        for row in self.report.history:
            if row.month in months:
                totals[row.channel] += row.received
        return tuple(by_count(totals)[:MOST_LOOKS])

    @cached_property
    def looks(self) -> dict[str | None, Look]:
        """The look of each leading channel and of the others together."""
        return channel_looks(self.leading)

    @cached_property
    def incomplete(self) -> tuple[str, ...]:
        """The months in view that are not over at as-of."""
        return tuple(month for month in self.review.quality.incomplete if month in self.months)

    @cached_property
    def remark(self) -> str:
        """What is not whole in the months in view, in sentences."""
        lines = [
            _("{month} is not over: the data end on {day}.").format(month=month, day=self.report.as_of)
            for month in self.incomplete
        ]
        holes = [gap for gap in self.review.quality.gaps if set(gap.months) & set(self.months)]
        if holes:
            lines.append(
                _("Channels without any case in some months, perhaps a hole in the data: {channels}.").format(
                    channels=listed(channel_name(gap.channel) for gap in holes)
                )
            )
        return join(lines)

    def note(self, n: int | None) -> str:
        """The line at the foot of a picture."""
        shown = fit(self.source, SMALL, 300.0)
        day = self.report.as_of.isoformat()
        if n is None:
            return _("source: {files} · as of {day}").format(files=shown, day=day)
        return _("n = {n} · source: {files} · as of {day}").format(n=f"{n:,}", files=shown, day=day)

    def period_name(self) -> str:
        """The period in words."""
        return self.report.month or _("all months")

    def chart(
        self,
        name: str,
        title: str,
        *,
        alt: str,
        units: str,
        n: int | None,
        table: tuple[tuple[str, ...], Rows],
        draw: Callable[[Canvas], None],
        room: Room,
        subtitle: str = "",
        remark: str = "",
    ) -> Chart:
        """A chart that is drawn when it is asked for."""
        words = Words(title, subtitle, self.note(n))

        def picture() -> Figure:
            canvas = Canvas(words, room)
            draw(canvas)
            return canvas.figure

        told = join([titled(title, alt), remark])
        return Chart(
            name, title, told, units, n, self.source, self.report.as_of, *table,
            remark=remark, language=language(), draw=picture,
        )  # fmt: skip

    def nothing(self, name: str, title: str, reason: str) -> Chart:
        """A chart that says in a line why there is nothing to draw."""
        words = Words(title, reason, self.note(None))
        as_of: dt.date = self.report.as_of

        def picture() -> Figure:
            return Canvas(words, Room(height=0.0, above=4.0, below=6.0)).figure

        return Chart(
            name, title, titled(title, reason), "", None, self.source, as_of, (), (),
            reason=reason, language=language(), draw=picture,
        )  # fmt: skip


def by_count(totals: Counter[str | None]) -> list[str | None]:
    """Those counted at least once, most first; of equals by name, the unnamed last."""
    counted = [value for value, count in totals.items() if count]
    return sorted(counted, key=lambda value: (-totals[value], value is None, value or ""))


def join(sentences: Iterable[str]) -> str:
    """Sentences in a row: with blanks between them in English, without in Chinese."""
    return ("" if language() == "zh" else " ").join(filter(None, sentences))


def sentence(parts: Iterable[str], *, comma: bool = False) -> str:
    """Parts as one sentence, between them semicolons (or commas) of the language in force."""
    between, end = (("，", "；"), "。") if language() == "zh" else ((", ", "; "), ".")
    return between[0 if comma else 1].join(parts) + end


def titled(title: str, text: str) -> str:
    """A title, a colon, a text."""
    return f"{title}：{text}" if language() == "zh" else f"{title}: {text}"


def listed(names: Iterable[str], most: int = 8) -> str:
    """Names in a row, and how many more there are."""
    every = list(names)
    shown = (_("{name} …").format(name=name[:40]) if len(name) > 60 else name for name in every[:most])
    told = ("、" if language() == "zh" else ", ").join(shown)
    return (
        told
        if len(every) <= most
        else _("{names} and {count} more").format(names=told, count=len(every) - most)
    )


def shown_name(channel: str | None) -> str:
    """A channel, or the others together, as a legend names it."""
    return _("other channels") if channel == OTHER else channel_name(channel)


def lead_and_rest(
    lines: Sequence[tuple[str | None, Sequence[int]]], leading: Sequence[str | None]
) -> list[tuple[str | None, list[int]]]:
    """The lines of the leading channels in their order; the rest added up, where it is not nothing."""
    named = dict(lines)
    kept = [(channel, list(named[channel])) for channel in leading if channel in named]
    rest = [values for channel, values in lines if channel not in leading]
    summed = [sum(column) for column in zip(*rest, strict=True)] if rest else []
    return [*kept, (OTHER, summed)] if any(summed) else kept
