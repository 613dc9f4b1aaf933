"""A picture measured in points: title above, plot in the middle, note below, room for labels computed beforehand.

Everything is placed by arithmetic on the figure itself. Axes with their ticks and a layout engine would cost several times
as long as the drawing, and place labels only after the fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from casework.charts.lettering import fit, fit_name, number, width, wrap
from casework.charts.looks import GRID, INK, PALE, Look

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.transforms import Transform

WIDTH = 605.0  # points: 8.4 inches
EDGE = 10.0
TITLE, BODY, SMALL = 13.0, 9.0, 8.0
Floats = npt.NDArray[np.float64]
Line = Sequence[float] | Floats


@dataclass(frozen=True, slots=True)
class Words:
    """The words around a plot."""

    title: str
    subtitle: str
    note: str


@dataclass(frozen=True, slots=True)
class Room:
    """Points around the plot for labels, and the plot's height."""

    left: float = 60.0
    right: float = 20.0
    above: float = 20.0
    below: float = 30.0
    height: float = 230.0


class Canvas:
    """Draws on a figure of :data:`WIDTH` points; x and y are points from the bottom left."""

    def __init__(self, words: Words, room: Room) -> None:
        from matplotlib.figure import Figure
        from matplotlib.transforms import Affine2D

        space = WIDTH - 2 * EDGE
        title = wrap(words.title, TITLE, space, 2)
        subtitle = wrap(words.subtitle, BODY, space, 3) if words.subtitle else []
        note = wrap(words.note, SMALL, space, 2)
        head = EDGE + 17 * len(title) + 12.5 * len(subtitle) + room.above
        foot = EDGE + 11 * len(note) + 4 + room.below
        self.height = head + room.height + foot
        self.left, self.right = EDGE + room.left, WIDTH - EDGE - room.right
        self.bottom, self.top = foot, foot + room.height
        self.figure = Figure(figsize=(WIDTH / 72, self.height / 72))
        self.points: Transform = Affine2D().scale(1 / 72) + self.figure.dpi_scale_trans
        self.x_range, self.y_range = (0.0, 1.0), (0.0, 1.0)
        y = self.height - EDGE
        for line in title:
            self.text(EDGE, y - 11, line, size=TITLE)
            y -= 17
        for line in subtitle:
            self.text(EDGE, y - 9, line, color=PALE)
            y -= 12.5
        for place, line in enumerate(reversed(note)):
            self.text(EDGE, EDGE - 4 + 11 * place, line, size=SMALL, color=PALE)

    def x(self, value: float) -> float:
        """Points of a value along the plot."""
        low, high = self.x_range
        return self.left + (value - low) / (high - low) * (self.right - self.left)

    def y(self, value: float) -> float:
        """Points of a value up the plot."""
        low, high = self.y_range
        return self.bottom + (value - low) / (high - low) * (self.top - self.bottom)

    def add(self, artist: Artist) -> None:
        """Put an artist on the figure, in points, without clipping; later ones lie above."""
        artist.set_zorder(1)
        artist.set_transform(self.points)
        self.figure.add_artist(artist)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = BODY,
        color: str = INK,
        ha: str = "left",
        va: str = "baseline",
    ) -> None:
        """Write a line that has been made to fit."""
        from matplotlib.text import Text

        self.add(
            Text(x, y, text, fontsize=size, color=color, horizontalalignment=ha, verticalalignment=va)  # type: ignore[arg-type]  # the names are matplotlib's
        )

    def line(
        self, x: Line, y: Line, *, color: str = INK, width: float = 1.0, dashes: Sequence[float] = ()
    ) -> None:
        """Draw a line through points."""
        from matplotlib.lines import Line2D

        style: Any = (0, tuple(dashes)) if dashes else "-"
        self.add(Line2D(x, y, color=color, linewidth=width, linestyle=style, solid_capstyle="butt"))

    def lines(self, ends: Iterable[tuple[float, float, float, float]], *, color: str, width: float) -> None:
        """Draw many straight lines (x0, y0, x1, y1) at once."""
        from matplotlib.collections import LineCollection

        segments = [((x0, y0), (x1, y1)) for x0, y0, x1, y1 in ends]
        if segments:
            self.add(LineCollection(segments, colors=color, linewidths=width))

    def marks(
        self, x: Line, y: Line, marker: str, *, color: str, size: float = 6, hollow: bool = False
    ) -> None:
        """Draw one marker at each point."""
        from matplotlib.lines import Line2D

        face = "white" if hollow else color
        edge = color if hollow or marker in "|_+x" else "white"
        self.add(
            Line2D(
                x, y, linestyle="none", marker=marker, markersize=size, markerfacecolor=face,
                markeredgecolor=edge, markeredgewidth=1.2 if hollow or marker in "|_" else 0.6,
            )
        )  # fmt: skip

    def boxes(
        self,
        boxes: Line | Floats,
        look: Look,
        *,
        edge: str = "white",
        line: float = 0.5,
        alpha: float | None = None,
    ) -> None:
        """Fill boxes (rows of x0, y0, x1, y1) with one look, as one path."""
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        corners = np.asarray(boxes, dtype=np.float64).reshape(-1, 4)
        corners = corners[(corners[:, 2] > corners[:, 0]) & (corners[:, 3] > corners[:, 1])]
        if not len(corners):
            return
        x0, y0, x1, y1 = corners.T
        around = np.stack([x0, y0, x1, y0, x1, y1, x0, y1, x0, y0], axis=1).reshape(-1, 2)
        codes = np.tile(np.array([1, 2, 2, 2, 79], dtype=np.uint8), len(corners))
        path = Path(around, codes)
        if look.hatch:  # the edge gives the hatch its colour
            self.add(
                PathPatch(
                    path, facecolor=look.color, edgecolor=look.hatch_color, hatch=look.hatch, linewidth=0
                )
            )
            self.add(PathPatch(path, facecolor="none", edgecolor=edge, linewidth=line))
        else:
            self.add(PathPatch(path, facecolor=look.color, edgecolor=edge, linewidth=line, alpha=alpha))

    def outlines(self, boxes: Line | Floats, *, color: str = INK, width: float = 1.0) -> None:
        """Draw the outlines of boxes."""
        self.boxes(boxes, Look("none"), edge=color, line=width)

    def hatch(self, box: Sequence[float]) -> None:
        """Lay black slanting lines and a dashed frame over a box."""
        from matplotlib.patches import Rectangle

        x0, y0, x1, y1 = box
        place, across, up = (x0, y0), x1 - x0, y1 - y0
        self.add(Rectangle(place, across, up, facecolor="none", edgecolor=INK, hatch="////", linewidth=0))
        self.add(Rectangle(place, across, up, facecolor="none", edgecolor=INK, linewidth=0.9, linestyle="--"))

    def cells(self, boxes: Sequence[tuple[float, float, float, float]], colors: Sequence[str]) -> None:
        """Fill boxes, each with its own colour."""
        from matplotlib.collections import PolyCollection

        corners = [((x0, y0), (x1, y0), (x1, y1), (x0, y1)) for x0, y0, x1, y1 in boxes]
        if corners:
            self.add(PolyCollection(corners, facecolors=list(colors), edgecolors="#ffffff", linewidths=1.0))

    def area(self, x: Line, low: Line, high: Line, color: str, alpha: float) -> None:
        """Fill between two lines."""
        from matplotlib.patches import Polygon

        there = np.column_stack([np.asarray(x), np.asarray(high)])
        back = np.column_stack([np.asarray(x), np.asarray(low)])[::-1]
        self.add(Polygon(np.concatenate([there, back]), facecolor=color, alpha=alpha, linewidth=0))

    def y_axis(self, ticks: Sequence[float], labels: Sequence[str], units: str) -> None:
        """Draw horizontal grid lines with their labels, and the units above them."""
        self.lines(
            [(self.left, self.y(tick), self.right, self.y(tick)) for tick in ticks], color=GRID, width=0.6
        )
        for tick, label in zip(ticks, labels, strict=True):
            self.text(self.left - 5, self.y(tick) - 3, label, ha="right", size=SMALL, color=PALE)
        self.text(EDGE, self.top + 5, fit(units, SMALL, WIDTH / 2), size=SMALL, color=PALE)

    def x_axis(self, ticks: Sequence[float], labels: Sequence[str], units: str, *, grid: bool = True) -> None:
        """Draw labels below the plot, the units under them at the right, and vertical grid lines."""
        if grid:
            self.lines(
                [(self.x(tick), self.bottom, self.x(tick), self.top) for tick in ticks], color=GRID, width=0.6
            )
        for tick, label in zip(ticks, labels, strict=True):
            self.text(self.x(tick), self.bottom - 12, label, ha="center", size=SMALL, color=PALE)
        self.text(self.right, self.bottom - 24, units, ha="right", size=SMALL, color=PALE)

    def floor(self) -> None:
        """Draw the line on which bars stand."""
        self.line([self.left, self.right], [self.bottom, self.bottom], color=PALE, width=0.8)

    def key(self, entries: Sequence[tuple[str, str, Look]], *, swatch: str) -> None:
        """Write the legend to the right of the plot: areas (``area``), lines (``line``) or marks (``mark``)."""
        x, y = self.right + 14, self.top - 6
        for name, tail, look in entries:
            if swatch == "area":
                self.boxes([x, y - 5, x + 18, y + 5], look, edge=PALE)
            else:
                if swatch == "line":
                    self.line([x, x + 22], [y, y], color=look.color, width=1.8, dashes=look.dashes)
                self.marks([x + 11], [y], look.marker, color=look.color, size=6)
            room = WIDTH - EDGE - (x + 27)
            self.text(x + 27, y - 3, fit_name(name, tail, SMALL, room), size=SMALL)
            y -= 15

    def row_labels(self, labels: Sequence[tuple[str, str]], places: Sequence[float]) -> None:
        """Write the names of rows and their tails to the left of the plot; names are cut where they are too long."""
        room = self.left - EDGE - 8
        for (name, tail), place in zip(labels, places, strict=True):
            self.text(self.left - 6, place - 3, fit_name(name, tail, BODY, room), ha="right")


def nice_ticks(top: float, most: int = 5) -> list[float]:
    """Round numbers from 0 to at least ``top``, in at most ``most`` steps of whole numbers."""
    if top <= 0:
        return [0.0, 1.0]
    raw = top / most
    power = 10.0 ** np.floor(np.log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw * (1 - 1e-9))
    step = max(1.0, step)
    return [step * place for place in range(int(np.ceil(top / step - 1e-9)) + 1)]


def label_room(
    labels: Iterable[tuple[str, str]], size: float = BODY, *, most: float = 170.0, least: float = 20.0
) -> float:
    """The room that labels (names and their tails) need beside the plot, within bounds."""
    widths = (width(fit_name(name, tail, size, most), size) for name, tail in labels)
    return min(most, max([least, *widths])) + 8


def scale(top: float) -> tuple[list[float], list[str], float]:
    """Ticks, their labels and the room that these need, for an axis of counts."""
    ticks = nice_ticks(top)
    labels = [number(tick) for tick in ticks]
    return ticks, labels, label_room(((label, "") for label in labels), SMALL, most=60.0)
