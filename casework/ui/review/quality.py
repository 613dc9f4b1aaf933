"""What the data are, before any chart: counts, holes by month and channel, words nobody knows, drift."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import traitlets

from casework.i18n import _
from casework.tables import words
from casework.ui.element import Element, script

if TYPE_CHECKING:
    from casework.analytics.review import Quality

Coverage = Mapping[str | None, Mapping[str, int]]
MOST_MONTHS, MOST_CHANNELS, MOST_LINES = 24, 12, 40


class DataFirst(Element):
    """One line when the data are whole, everything when something is wrong with them.

    ``on_open(is_open)`` is called when a person folds or unfolds it.
    """

    _esm = script("quality")
    title = traitlets.Unicode("").tag(sync=True)
    tone = traitlets.Unicode("good").tag(sync=True)
    line = traitlets.Unicode("").tag(sync=True)
    lines: traitlets.List[Any] = traitlets.List(traitlets.Unicode()).tag(sync=True)
    facts: traitlets.List[Any] = traitlets.List().tag(sync=True)
    coverage: traitlets.Dict[str, Any] = traitlets.Dict({"caption": "", "months": [], "rows": []}).tag(
        sync=True
    )
    labels = traitlets.Dict().tag(sync=True)
    unfolded = traitlets.Bool(False).tag(sync=True)

    def __init__(self, on_open: Callable[[bool], None]) -> None:
        super().__init__()
        self._on_open = on_open

    def show(self, quality: Quality, coverage: Coverage, *, fresh: bool) -> None:
        """Tell of the data; ``fresh`` data unfold it where something is wrong and fold it where nothing is."""
        lines = _lines(quality)
        wrong = _wrong(quality)
        count = len(lines) - len(quality.incomplete) + len(wrong)  # a month that is not over is no fault
        clean = _("{cases} cases from {first} to {last}. Nothing missing, nothing repeated.")
        flawed = _("{cases} cases from {first} to {last}. To look at before a chart is believed: {count}.")
        with self.hold_sync():
            self.labels = {
                "channel": words.dimension("channel"),
                "look": _("(look at this)"),
                "hole": _("(no case, although cases are usual)"),
                "part": _("(the month is not over)"),
            }
            self.title = _("What the data are")
            self.tone = "warn" if count else "good"
            told = (flawed if count else clean).format(
                cases=f"{quality.cases:,}",
                first=quality.first_month or "–",
                last=quality.last_month or "–",
                count=count,
            )
            self.line = " ".join([told, *map(_not_over, quality.incomplete)])
            self.facts, self.lines = _facts(quality, wrong), lines
            self.coverage = _coverage(quality, coverage)
            if fresh:
                self.unfolded = bool(count)

    def hear(self, content: dict[str, Any], buffers: list[memoryview]) -> None:
        """It was folded or unfolded."""
        if "open" in content:
            self.unfolded = bool(content["open"])
            self._on_open(self.unfolded)


_FLAWS = ("duplicates", "shared", "problems", "future", "undated", "negative")


def _wrong(quality: Quality) -> set[str]:
    return {name for name in _FLAWS if getattr(quality, name)}


def _facts(quality: Quality, wrong: set[str]) -> list[dict[str, Any]]:
    names = {
        "rows": _("Rows read"),
        "cases": _("Cases counted"),
        "duplicates": _("Rows that repeat a case"),
        "shared": _("Cases that several sources have (counted once)"),
        "problems": _("Cells that could not be used"),
        "future": _("Cases received after the as-of date (left out)"),
        "undated": _("Rows without a received date"),
        "negative": _("Closings before their receipt"),
    }
    return [
        {"label": label, "value": f"{getattr(quality, name):,}", "wrong": name in wrong}
        for name, label in names.items()
    ]


def _lines(quality: Quality) -> list[str]:
    """Everything that a number alone does not say, one line each."""
    told = [
        _("No case from {channel} in {months}: a hole in the data, or none came.").format(
            channel=words.value(gap.channel), months=_(", ").join(gap.months)
        )
        for gap in quality.gaps
    ]
    told += map(_not_over, quality.incomplete)
    told += [
        _("“{word}” ({dimension}, {cases} cases) is not in the office's vocabulary.").format(
            word=word, dimension=words.dimension(name), cases=f"{cases:,}"
        )
        for name, word, cases in quality.unmapped
    ]
    told += quality.drift
    if len(told) > MOST_LINES:
        told = [*told[:MOST_LINES], _("{count} more.").format(count=f"{len(told) - MOST_LINES:,}")]
    return told


def _not_over(month: str) -> str:
    return _("{month} is not over: it is shown, but not judged.").format(month=month)


def _coverage(quality: Quality, coverage: Coverage) -> dict[str, Any]:
    """The last months by channel: how many cases, where holes are, what is not over."""
    months = sorted({month for counts in coverage.values() for month in counts})[-MOST_MONTHS:]
    holes = {gap.channel: set(gap.months) for gap in quality.gaps}
    ordered = sorted(coverage, key=lambda channel: -sum(coverage[channel].values()))
    shown = [*ordered[:MOST_CHANNELS], *(one for one in ordered[MOST_CHANNELS:] if one in holes)]
    caption = _("Cases received by channel and month")
    if len(shown) < len(ordered):
        caption = _("{caption} ({shown} of {all} channels)").format(
            caption=caption, shown=len(shown), all=len(ordered)
        )
    rows = [
        {
            "name": words.value(one),
            "cells": _cells(coverage[one], months, holes.get(one, set()), quality.incomplete),
        }
        for one in shown
    ]
    return {"caption": caption, "months": months, "rows": rows}


def _cells(
    counts: Mapping[str, int], months: Sequence[str], holes: set[str], incomplete: Sequence[str]
) -> list[dict[str, Any]]:
    return [
        {"text": f"{counts.get(month, 0):,}", "hole": month in holes, "part": month in incomplete}
        for month in months
    ]
