"""Lines of the result, and how they are printed."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.harness import median, ratios


@dataclass(frozen=True)
class Target:
    """What the project has set itself: a ratio of at most, or at least, so much."""

    ratio: float
    at_least: bool = False

    def met(self, ratio: float) -> bool:
        return ratio >= self.ratio if self.at_least else ratio <= self.ratio

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.ratio:g}×"


@dataclass(frozen=True)
class Line:
    """One comparison. ``ratio`` is ours to the peer's, or the peer's to ours where ``faster`` is meant."""

    what: str
    peer: str
    ours_value: float
    peer_value: float
    unit: str
    ratio: float
    lowest: float
    highest: float
    rounds: int
    target: Target | None = None

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        return "met" if self.target.met(self.ratio) else "MISSED"


def timed(
    what: str,
    peer: str,
    ours: Sequence[float | None],
    theirs: Sequence[float | None],
    target: Target | None = None,
) -> Line:
    """Compare two columns of a race. With an "at least" target the ratio says how many times faster we are."""
    faster = target is not None and target.at_least
    each = ratios(theirs, ours) if faster else ratios(ours, theirs)
    return Line(
        what, peer, median(ours), median(theirs), "s", median(each), min(each), max(each), len(each), target
    )


def weighed(what: str, peer: str, ours: float, theirs: float, target: Target | None = None) -> Line:
    """Compare two peaks of memory, in MiB."""
    ratio = ours / theirs
    return Line(what, peer, ours, theirs, "MiB", ratio, ratio, ratio, 1, target)


def print_line(line: Line) -> None:
    figures = "{:.3g}" if line.unit == "s" else "{:.0f}"
    spread = f"{line.lowest:.2f}–{line.highest:.2f}, n={line.rounds}" if line.rounds > 1 else "n=1"
    cells = [
        _padded(line.what, 34),
        _padded(line.peer, 35),
        f"{figures.format(line.ours_value):>7} {line.unit:<3}",
        f"{figures.format(line.peer_value):>7} {line.unit:<3}",
        f"{line.ratio:>7.2f}× ({spread})".ljust(30),
        str(line.target or "").ljust(8),
        line.verdict,
    ]
    print(" ".join(cells).rstrip(), flush=True)


def print_header() -> None:
    head = [_padded("casework", 34), _padded("against", 35), f"{'ours':>11}", f"{'peer':>11}"]
    print(" ".join([*head, "  ratio (lowest–highest)".ljust(30), "target".ljust(8)]), flush=True)


def _padded(text: str, width: int) -> str:
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return text + " " * max(0, width - len(text) - wide)
