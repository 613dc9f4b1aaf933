"""How things look: one colour, hatch, dash and marker for each channel, the same in every chart of a report.

The colours are M. Okabe and K. Ito's, told apart by people with any common colour blindness; hatches, dashes and markers tell
them apart in grey print.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

INK, PALE, GRID = "#1a1a1a", "#555555", "#dddddd"
BLUE, ORANGE, GREEN, PINK, SKY, RED, YELLOW, BLACK = (
    *("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000"),
)
PALETTE = (BLUE, ORANGE, GREEN, PINK, SKY, RED, YELLOW, BLACK)
MOST_LOOKS = len(PALETTE)
#: Stands for the channels beyond the leading ones, together.
OTHER = "\x00other"

# Lines only: dots are thousands of curves in an SVG file.
_HATCHES = ("", "///", "|||", "\\\\\\", "xxx", "---", "///////", "+++")
_DASHES: tuple[tuple[float, ...], ...] = (
    *((), (6, 2), (1, 1.5), (6, 2, 1, 2), (3, 1.5), (9, 2), (4, 1, 1, 1, 1, 1), (2, 3)),
)
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")


@dataclass(frozen=True, slots=True)
class Look:
    """One look: fill colour, hatch of areas, dashes (points on, points off, …) and marker of lines."""

    color: str
    hatch: str = ""
    dashes: tuple[float, ...] = ()
    marker: str = "o"

    @property
    def hatch_color(self) -> str:
        """Black on light colours and white on dark ones."""
        return text_color(self.color)


LOOKS = tuple(map(Look, PALETTE, _HATCHES, _DASHES, _MARKERS))
OTHER_LOOK = Look("#bbbbbb", "", (1, 3), ".")


def channel_looks(leading: Iterable[str | None]) -> dict[str | None, Look]:
    """Give each leading channel its look, in their order, and the others together theirs."""
    found: dict[str | None, Look] = dict(zip(leading, LOOKS, strict=False))
    return found | {OTHER: OTHER_LOOK}


def luminance(color: str) -> float:
    """The relative luminance of ``#rrggbb``, 0 to 1 (WCAG 2.2)."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def text_color(background: str) -> str:
    """Black or white, whichever stands out more: at least 4.5 to 1 on any colour."""
    light = luminance(background)
    return "#000000" if (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) else "#ffffff"


def shade(share: float) -> str:
    """White to dark blue for 0 to 1."""
    share = min(max(share, 0.0), 1.0)
    ends = ((255, 255, 255), (0, 68, 120))
    mixed = (round(start + (stop - start) * share) for start, stop in zip(*ends, strict=True))
    return "#{:02x}{:02x}{:02x}".format(*mixed)
