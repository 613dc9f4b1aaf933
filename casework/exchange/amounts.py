"""Text to amounts of money in yuan (or the column's own unit), a whole column at a time."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from casework.exchange.dates import tidy

_SIGN = r"(?:¥|RMB|CNY|US\$|USD|\$|€|EUR|£|GBP|R\$|人民币)"
_AMOUNT = (
    rf"(?i)^(?P<open>\()?(?P<minus>-?)\s*{_SIGN}?\s*(?P<minus2>-?)(?P<number>\d[\d,.' ]*|\.\d+)"
    rf"\s*(?:{_SIGN})?\s*(?P<unit>亿元|万元|千元|元整|元|角|分|亿|万|千|yuan|rmb)?\)?(?P<minus3>-?)$"
)
_FACTORS = {"亿元": 1e8, "亿": 1e8, "万元": 1e4, "万": 1e4, "千元": 1e3, "千": 1e3, "角": 0.1, "分": 0.01}
_HEADER_UNIT = re.compile(r"[(（\[【/_]\s*(?:单位[:：])?\s*(亿元|万元|千元|元|角|分)\s*[)）\]】]?\s*$")

#: What only one of the conventions writes: 1.234,56 and 12,5 against 1,234.56 and 12.5.
_COMMA_DECIMAL = r"\.\d{3},\d|^\D*\d+,\d{1,2}\D*$|\d\.\d{3}\.\d{3}"
_POINT_DECIMAL = r",\d{3}\.\d|^\D*\d+\.\d{1,2}\D*$|\d,\d{3},\d{3}"

#: Thousands in threes, or none; under the point and under the comma as decimal mark.
_GROUPED = {
    False: r"^(\d{1,3}(,\d{3})+|\d+)(\.\d*)?$|^\.\d+$",
    True: r"^(\d{1,3}(\.\d{3})+|\d+)(,\d*)?$|^,\d+$",
}

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def read_amounts(cells: pa.Array, header: str = "", unit: str = "") -> tuple[Floats, Flags]:
    """Read amounts such as ``22196元``, ``¥1,234.50``, ``1.234,50 €``, ``3.5万`` or ``-3``.

    A unit in the header, ``金额(万元)``, or else ``unit`` (of a title line) counts for cells that carry none. Whether
    the comma or the point is the decimal mark is settled by the whole column; where nothing settles it, the point
    is. Returns the amounts (NaN where blank or unreadable) and which cells hold something that is no amount.
    """
    text = tidy(cells)
    default = _default_factor(header, unit)
    plain = _plain_numbers(text)
    if plain is not None:
        return plain * default, np.zeros(len(text), dtype=np.bool_)
    folded = pc.utf8_normalize(text, form="NFKC")
    parts = pc.extract_regex(folded, _AMOUNT)
    number = pc.replace_substring_regex(parts.field("number"), r"[' ]", "")
    comma = _comma_is_decimal(folded)
    well_formed = pc.fill_null(pc.match_substring_regex(number, _GROUPED[comma]), False)
    number = _with_point(number, comma=comma)
    value = pc.if_else(well_formed, number, pa.scalar(None, pa.string())).cast(pa.float64())
    amount = value.to_numpy(zero_copy_only=False) * _factors(parts.field("unit"), default)
    amount = np.where(_negative(parts), -amount, amount)
    unreadable = ~np.asarray(well_formed.to_numpy(zero_copy_only=False), dtype=bool)
    unreadable &= ~text.is_null().to_numpy(zero_copy_only=False)
    return amount, unreadable


def _default_factor(header: str, unit: str) -> float:
    found = _HEADER_UNIT.search(header.strip())
    return _FACTORS.get(found.group(1) if found else unit, 1.0)


def _comma_is_decimal(text: pa.Array) -> bool:
    comma = pc.any(pc.match_substring_regex(text, _COMMA_DECIMAL)).as_py()
    point = pc.any(pc.match_substring_regex(text, _POINT_DECIMAL)).as_py()
    return bool(comma) and not point


def _with_point(number: pa.Array, *, comma: bool) -> pa.Array:
    if comma:
        return pc.replace_substring(pc.replace_substring(number, ".", ""), ",", ".")
    return pc.replace_substring(number, ",", "")


def _factors(unit: pa.Array, default: float) -> Floats:
    given = pc.fill_null(unit, "")
    factor = np.where(pc.equal(given, "").to_numpy(zero_copy_only=False), default, 1.0)
    for mark, size in _FACTORS.items():
        factor = np.where(pc.equal(given, mark).to_numpy(zero_copy_only=False), size, factor)
    return factor


def _negative(parts: pa.StructArray) -> Flags:
    marks = [pc.not_equal(parts.field(name), "") for name in ("minus", "minus2", "minus3", "open")]
    negative = pc.or_(pc.or_(marks[0], marks[1]), pc.or_(marks[2], marks[3]))
    flags: Flags = pc.fill_null(negative, False).to_numpy(zero_copy_only=False)
    return flags


def _plain_numbers(text: pa.Array) -> Floats | None:
    """A column of nothing but numbers, at full speed; None where any cell says more."""
    try:
        number: Floats = text.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return None
    return number if np.isfinite(number[~np.isnan(number)]).all() else None
