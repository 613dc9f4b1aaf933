"""Figures as they are printed: one rule of rounding, in whole numbers throughout.

Shares and changes are rounded half away from zero to two decimals of a per cent (ROUND_HALF_UP), money to two decimals of
its unit, both exactly: no binary fraction is ever involved.
"""

from __future__ import annotations

from casework.i18n import language
from casework.published.document import NOT_KNOWN, Cell


def word(text: str) -> Cell:
    """A word of a table, on one line and without what no file can hold."""
    clean = line(text)
    return Cell(clean, clean)


def line(text: str) -> str:
    """The text on one line."""
    return " ".join(printable(text).split())


def printable(text: str) -> str:
    """The text without control characters, halves of surrogates and direction marks; line ends stay."""
    return "".join(char for char in text if char.isprintable() or char in "\n\t\u3000\xa0")


def count(value: int | None) -> Cell:
    """A number of cases."""
    if value is None:
        return _unknown("count")
    text = grouped(value)
    return Cell(text, text, value, "count")


def difference(now: int | None, base: int | None) -> Cell:
    """How many more (a table prints the sign; a sentence says more or fewer)."""
    if now is None or base is None:
        return _unknown("count")
    value = now - base
    return Cell(_signed(value, grouped(abs(value))), grouped(abs(value)), value, "count")


def share(part: int | None, whole: int | None) -> Cell:
    """``part`` of ``whole`` in per cent; not known without a denominator."""
    if part is None or not whole:
        return _unknown("share")
    value = rounded(10_000 * part, whole)
    return Cell(_hundredths(value), f"{_hundredths(value)}%", value, "share")


def change(now: int | None, base: int | None) -> Cell:
    """The change from ``base`` in per cent; not known where the base is missing or zero.

    A table prints the sign, a sentence says more or fewer.
    """
    if now is None or not base:
        return _unknown("change")
    value = rounded(10_000 * (now - base), base)
    size = _hundredths(abs(value))
    return Cell(_signed(value, size), f"{size}%", value, "change")


def money(cents: int | None) -> Cell:
    """A sum: in Chinese 万元 with two decimals, in English yuan with two decimals."""
    if cents is None:
        return _unknown("money")
    text = _sum(cents)
    return Cell(text, text, cents, "money")


def rounded(numerator: int, denominator: int) -> int:
    """The nearest whole number, halves away from zero."""
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return size if numerator >= 0 else -size


def grouped(value: int) -> str:
    """A whole number as the language writes it: ``3776`` in Chinese, ``3,776`` in English."""
    return str(value) if language() == "zh" else f"{value:,}"


def _sum(cents: int) -> str:
    value = rounded(cents, 10_000) if language() == "zh" else cents
    sign = "-" if value < 0 else ""
    return f"{sign}{grouped(abs(value) // 100)}.{abs(value) % 100:02d}"


def _hundredths(value: int) -> str:
    return f"{value // 100}.{value % 100:02d}"


def _signed(value: int, size: str) -> str:
    return size if value == 0 else f"{'+' if value > 0 else '-'}{size}"


def _unknown(kind: str) -> Cell:
    return Cell(NOT_KNOWN, NOT_KNOWN, None, kind)
