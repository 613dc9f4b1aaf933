"""Someone outside who reads every number of a published report and solves for those that are withheld.

Knows nothing of how the numbers were chosen: writes down, from the published JSON alone, every sum that must hold, and
asks a linear program how small and how large each withheld count can be.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from scipy.optimize import linprog

Name = tuple[Any, ...]
COUNTS = ("met", "missed", "running", "overdue", "unknown")


class Attacker:
    """Equations over the counts of one published report; ``truth`` is the same report before anything was withheld."""

    def __init__(self, published: dict[str, Any], truth: dict[str, Any]) -> None:
        self.published, self.truth = published, truth
        self.known: dict[Name, float | None] = {}
        self.true: dict[Name, float] = {}
        self.equations: list[dict[Name, int]] = []
        review, real = published["review"], truth["review"]
        self.now = published["month"] or "all"
        self._read(review, real)
        self._sums(review)

    def _see(self, name: Name, shown: Any, real: Any) -> Name:
        if real is None:
            return name
        if name in self.true and self.true[name] != real:
            name = (*name, real)
        self.true[name] = real
        if self.known.get(name) is None:
            self.known[name] = shown
        return name

    def _read(self, review: Any, real: Any) -> None:
        self._read_headlines(review, real)
        for line, plain in zip(review["monthly"], real["monthly"], strict=True):
            for what in ("received", "closed", "open"):
                self._see((what, line["month"]), line[what], plain[what])
        plain_parts = {one["dimension"]: one for one in real["breakdowns"]}
        for one in review["breakdowns"]:
            plain = {part["value"]: part for part in plain_parts[one["dimension"]]["parts"]}
            self._see(("received", self.now), one["total"], plain_parts[one["dimension"]]["total"])
            for part in one["parts"]:
                self._read_part(one["dimension"], part["value"], part, plain[part["value"]])
            if one["rest"]:
                self._read_part(one["dimension"], "\0", one["rest"], plain_parts[one["dimension"]]["rest"])
        for line, plain in zip(self.published["history"], self.truth["history"], strict=True):
            for what in ("received", "closed"):
                self._see((what, line["month"], "channel", line["channel"]), line[what], plain[what])
        for row, channel in enumerate(review["heat"]["channels"]):
            for column, conduct in enumerate(review["heat"]["conducts"]):
                name = ("received", self.now, "channel", channel, "conduct", conduct)
                self._see(name, review["heat"]["counts"][row][column], real["heat"]["counts"][row][column])
        self._read_rows(review, real)

    def _read_part(self, dimension: str, value: Any, part: Any, plain: Any) -> None:
        for what, when in (("received", self.now), ("before", "before"), ("last_year", "last_year")):
            self._see(("received", when, dimension, value), part[what], plain[what])
        self._see(("closed", self.now, dimension, value), part["closed"], plain["closed"])

    def _read_headlines(self, review: Any, real: Any) -> None:
        for one, plain in zip(review["headlines"], real["headlines"], strict=True):
            if one["name"] in ("received", "closed", "open", "reopened"):
                for when in ("now", "before", "last_year"):
                    name = (one["name"], self.now if when == "now" else when)
                    self._see(name, one[when], plain[when])

    def _read_rows(self, review: Any, real: Any) -> None:
        plain_clocks = {one["channel"]: one for one in real["clocks"]}
        for one in review["clocks"]:
            for what in COUNTS:
                self._see(("clock", what, one["channel"]), one[what], plain_clocks[one["channel"]][what])
        plain_ends = {(one["overall"], one["channel"]): one for one in real["ends"]}
        for one in review["ends"]:
            plain = plain_ends[one["overall"], one["channel"]]
            key = (one["overall"], one["channel"])
            self._see(("n", *key), one["n"], plain["n"])
            self._see(("pending", *key), one["open"], plain["open"])
            for place, count in enumerate(one["counts"]):
                self._see(("end", place, *key), count, plain["counts"][place])
        plain_backlog = {one["channel"]: one for one in self.truth["backlog"]}
        for one in self.published["backlog"]:
            for band, count in enumerate(one["open"]):
                self._see(("aged", band, one["channel"]), count, plain_backlog[one["channel"]]["open"][band])
        plain_stages = {(one["stage"], one["overall"], one["channel"]): one for one in real["timings"]}
        for one in review["timings"]:
            plain = plain_stages[one["stage"], one["overall"], one["channel"]]
            stage = () if one["stage"] == "resolution" else (one["stage"],)
            key = (*stage, one["overall"], one["channel"])
            self._see(("n", *key), one["n"], plain["n"])
            self._see(("ended", *key), one["ended"], plain["ended"])
        for place, (one, plain) in enumerate(zip(review["handling"], real["handling"], strict=True)):
            for what in one:
                self._see(("handling", place, what), one[what], plain[what])

    def _holds(self, parts: list[Name], whole: list[Name]) -> None:
        """An equation that the reader may rely on: true, and between numbers that are printed or withheld."""
        if not parts or not all(name in self.true for name in (*parts, *whole)):
            return
        if sum(self.true[name] for name in parts) == sum(self.true[name] for name in whole):
            equation: dict[Name, int] = defaultdict(int)
            for name in parts:
                equation[name] += 1
            for name in whole:
                equation[name] -= 1
            self.equations.append(dict(equation))

    def _sums(self, review: Any) -> None:
        names = list(self.true)
        for dimension in {name[2] for name in names if len(name) == 4 and name[0] == "received"}:
            for what, when in (
                ("received", self.now),
                ("received", "before"),
                ("received", "last_year"),
                ("closed", self.now),
            ):
                parts = [name for name in names if len(name) == 4 and name[:3] == (what, when, dimension)]
                self._holds(parts, [(what, when)])
        months = [line["month"] for line in review["monthly"]]
        for what in ("received", "closed"):
            self._holds([(what, month) for month in months], [(what, self.now)])
            for month in months:
                parts = [name for name in names if len(name) == 4 and name[:3] == (what, month, "channel")]
                self._holds(parts, [(what, month)])
        for before, month in zip([None, *months], months, strict=False):
            former = [("open", before)] if before else []
            self._holds([*former, ("received", month)], [("closed", month), ("open", month)])
        for channel in {name[3] for name in names if len(name) == 4 and name[2] == "channel"}:
            self._channel(names, months, channel)
        for conduct in review["heat"]["conducts"]:
            parts = [name for name in names if len(name) == 6 and name[5] == conduct]
            self._holds(parts, [("received", self.now, "conduct", conduct)])
        self._columns(names)

    def _channel(self, names: list[Name], months: list[str], channel: Any) -> None:
        came = [name for month in months if (name := ("received", month, "channel", channel)) in self.true]
        gone = [name for month in months if (name := ("closed", month, "channel", channel)) in self.true]
        bands = [name for name in names if name[0] == "aged" and name[2] == channel]
        self._holds(came, [("received", self.now, "channel", channel)])
        self._holds(came, [*gone, *bands])
        heat = [name for name in names if len(name) == 6 and name[3] == channel]
        self._holds(heat, [("received", self.now, "channel", channel)])
        clock = [("clock", what, channel) for what in COUNTS]
        self._holds(clock, [("closed", self.now, "channel", channel), *bands])
        ends = [name for name in names if name[0] == "end" and name[2:4] == (False, channel)]
        self._holds([*ends, ("pending", False, channel)], [("n", False, channel)])
        self._holds([("ended", False, channel), ("pending", False, channel)], [("n", False, channel)])
        self._holds([("n", False, channel)], [("received", self.now, "channel", channel)])

    def _columns(self, names: list[Name]) -> None:
        """Channels to all of them together."""
        for head in {
            (name[0], *name[1:-2]) for name in names if len(name) >= 3 and isinstance(name[-2], bool)
        }:
            parts = [name for name in names if name[:-2] == head and name[-2:-1] == (False,)]
            self._holds(parts, [(*head, True, None)])
        ends = [name for name in names if name[0] == "end" and name[2:] == (True, None)]
        self._holds([*ends, ("pending", True, None)], [("n", True, None)])
        self._holds(
            [name for name in names if name[0] == "aged"],
            [("open", self.published["review"]["monthly"][-1]["month"])]
            if self.published["review"]["monthly"]
            else [],
        )
        for clock, what in (("met", "on_time"), ("missed", "late")):
            self._holds([name for name in names if name[:2] == ("clock", clock)], [("handling", 0, what)])

    def learns(self, smallest: int) -> list[tuple[Name, float, float]]:
        """The small counts whose value is certain, with the bounds that the equations leave."""
        places = {name: place for place, (name, shown) in enumerate(
            (name, shown) for name, shown in self.known.items() if shown is None
        )}  # fmt: skip
        rows, right = [], []
        for equation in self.equations:
            row, rest = np.zeros(len(places)), 0.0
            for name, times in equation.items():
                shown = self.known[name]
                if shown is None:
                    row[places[name]] += times
                else:
                    rest -= times * shown
            if row.any():
                rows.append(row)
                right.append(rest)
        found = []
        for name, place in places.items():
            if 0 < self.true[name] < smallest:
                low, high = self._bounds(np.array(rows), np.array(right), place, len(places))
                if high - low < 0.99:
                    found.append((name, low, high))
        return found

    def _bounds(self, rows: Any, right: Any, place: int, count: int) -> tuple[float, float]:
        if not len(rows):
            return 0.0, 1e9
        goal = np.zeros(count)
        goal[place] = 1.0
        ends = []
        for sign in (1, -1):
            done = linprog(sign * goal, A_eq=rows, b_eq=right, bounds=(0, 1e6), method="highs")
            assert done.status == 0, done.message
            ends.append(float(done.x[place]))
        return ends[0], ends[1]
