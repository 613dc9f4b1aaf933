"""Text in pictures: which letters the fonts have, how wide a text will be, what fits.

Widths are in points, from the advance widths of the font that ships; nothing has to be drawn to know them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from casework.i18n import language

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font, LoadFlags

#: Printers' mark for a letter that the type case does not have.
MISSING = "〓"
ELLIPSIS = "…"


@cache
def _fonts() -> tuple[FT2Font, FT2Font, str]:
    """The Chinese font that ships, the one that matplotlib ships, and the name of the first."""
    import pylopdf_fonts_zh_cn
    from matplotlib import font_manager, get_data_path
    from matplotlib.ft2font import FT2Font

    path = str(pylopdf_fonts_zh_cn.sans_path())
    font_manager.fontManager.addfont(path)
    name = font_manager.FontProperties(fname=path).get_name()
    return FT2Font(path), FT2Font(f"{get_data_path()}/fonts/ttf/DejaVuSans.ttf"), name


@cache
def _charmaps() -> tuple[frozenset[int], frozenset[int]]:
    ours, other, _name = _fonts()
    return frozenset(ours.get_charmap()), frozenset(other.get_charmap())


@contextmanager
def lettering() -> Iterator[None]:
    """Draw with the fonts that ship, every text as typed and the same bytes each time; leaves matplotlib as it was."""
    import matplotlib

    settings: Any = {
        "font.family": [_fonts()[2], "DejaVu Sans"],
        "axes.unicode_minus": False,
        "text.parse_math": False,  # a "$" in a channel name is a dollar sign
        "svg.fonttype": "path",
        "svg.hashsalt": "casework",
        "hatch.linewidth": 0.7,
        "path.simplify": True,
    }
    with matplotlib.rc_context(settings):
        yield


@lru_cache(maxsize=20_000)
def _advance(letter: str) -> float:
    """The width of a letter at one point."""
    code = ord(letter)
    ours, other, _name = _fonts()
    font = ours if code in _charmaps()[0] else other
    font.set_size(64, 72)
    return font.load_char(code, flags=_no_hinting()).linearHoriAdvance / 65536 / 64


@cache
def _no_hinting() -> LoadFlags:
    from matplotlib.ft2font import LoadFlags

    return LoadFlags.NO_HINTING


def width(text: str, size: float) -> float:
    """How wide a cleaned text will be, in points."""
    return size * sum(map(_advance, text))


def clean(text: str) -> str:
    """One line of letters that can be drawn: blanks for control characters, ``〓`` for what no font has."""
    ours, other = _charmaps()
    letters = (
        " " if letter.isspace() or unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter
        for letter in text[:400]  # no picture has room for more
        if unicodedata.category(letter) != "Cf"  # marks that only steer: joiners, direction
    )
    drawable = (one if ord(one) in ours or ord(one) in other else MISSING for one in letters)
    return " ".join("".join(drawable).split())


def fit(text: str, size: float, room: float) -> str:
    """The cleaned text, cut with an ellipsis where it is wider than ``room`` points."""
    text = clean(text)
    return text if width(text, size) <= room else _cut(text, size, room)


def fit_name(name: str, tail: str, size: float, room: float) -> str:
    """A name cut so that it and the whole tail (how many cases) fit."""
    return fit(name, size, room - width(tail, size)) + tail


def _cut(text: str, size: float, room: float) -> str:
    left = room - width(ELLIPSIS, size)
    kept = ""
    for letter in text:
        left -= size * _advance(letter)
        if left < 0:
            break
        kept += letter
    return kept.rstrip() + ELLIPSIS


def wrap(text: str, size: float, room: float, lines: int) -> list[str]:
    """The cleaned text in at most so many lines, broken at blanks and between Chinese letters; cut where too long."""
    found = [""]
    for piece in _pieces(clean(text)):
        if found[-1] and width((found[-1] + piece).rstrip(), size) > room:
            found.append("")
        found[-1] += piece
    rest = "".join(found[lines - 1 :])
    return [fit(line, size, room) for line in (*found[: lines - 1], rest) if line]


def _pieces(text: str) -> list[str]:
    """The parts between which a line may break."""
    pieces = [""]
    for letter, following in zip_longest(text, text[1:], fillvalue=" "):
        pieces[-1] += letter
        if letter == " " or _may_break(letter, following):
            pieces.append("")
    return [piece for piece in pieces if piece]


def _may_break(letter: str, following: str) -> bool:
    """Whether a line may end between two letters: beside a Chinese one, but not before a closing mark."""
    wide = any(unicodedata.east_asian_width(one) in "WF" for one in (letter, following))
    return wide and following not in "，。、；：）》」”！？,.;:)%… " and letter not in "（《「“("


def number(value: float) -> str:
    """A count as a picture has room for it: whole up to ten million, then in 万/亿 or M/bn with three digits."""
    if abs(value) < 10_000_000:
        return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 100 else f"{value:,.1f}"
    units: Sequence[tuple[float, str]] = (
        ((1e12, "万亿"), (1e8, "亿"), (1e4, "万"))
        if language() == "zh"
        else ((1e12, "tn"), (1e9, "bn"), (1e6, "M"))
    )
    scale, name = next((unit for unit in units if abs(value) >= unit[0]), units[-1])
    scaled = value / scale
    return f"{scaled:,.0f}{name}" if abs(scaled) >= 100 else f"{scaled:.3g}{name}"


def percent(share: float) -> str:
    """A share with as many digits as a meeting needs."""
    return f"{share * 100:.0f}%" if share in (0.0, 1.0) else f"{share * 100:.1f}%"
