"""Text to amounts of money in yuan (or the column's own unit), a whole column at a time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from casework.exchange.dates import tidy

_AMOUNT = r"^(?P<minus>[-(]?)\s*(?:¥|￥|RMB|CNY|\$|€|£|US\$)?\s*(?P<minus2>-?)(?P<number>\d[\d,]*(?:\.\d+)?|\.\d+)\s*(?P<unit>万元|亿元|元|分|万|yuan|rmb|cny)?\)?$"
_FACTORS = {"万元": 1e4, "万": 1e4, "亿元": 1e8, "分": 0.01}


def read_amounts(cells: pa.Array, header: str = "") -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Read amounts such as ``22196元``, ``¥1,234.50`` or ``-3``.

    A unit in the header, ``金额(万元)`` or ``金额(分)``, counts for cells that carry none. Returns the amounts (NaN where
    blank or unreadable) and which cells hold something that is no amount.
    """
    text = tidy(cells)
    plain = _plain_numbers(text, header)
    if plain is not None:
        return plain, np.zeros(len(text), dtype=np.bool_)
    parts = pc.extract_regex(pc.utf8_normalize(text, form="NFKC"), "(?i)" + _AMOUNT)
    hit = parts.is_valid()
    number = pc.replace_substring(parts.field("number"), ",", "")
    value = (
        pc.if_else(hit, number, pa.scalar(None, pa.string()))
        .cast(pa.float64())
        .to_numpy(zero_copy_only=False)
    )
    negative = pc.or_(pc.not_equal(parts.field("minus"), ""), pc.not_equal(parts.field("minus2"), ""))
    value = np.where(pc.fill_null(negative, False).to_numpy(zero_copy_only=False), -value, value)
    unit = pc.fill_null(parts.field("unit"), "")
    default = next(
        (
            factor
            for mark, factor in _FACTORS.items()
            if f"({mark})" in header.replace("（", "(").replace("）", ")")
        ),
        1.0,
    )
    factor = np.where(pc.equal(unit, "").to_numpy(zero_copy_only=False), default, 1.0)
    for mark, size in _FACTORS.items():
        factor = np.where(pc.equal(unit, mark).to_numpy(zero_copy_only=False), size, factor)
    unreadable = ~hit.to_numpy(zero_copy_only=False) & ~text.is_null().to_numpy(zero_copy_only=False)
    return value * factor, unreadable


def _plain_numbers(text: pa.Array, header: str) -> npt.NDArray[np.float64] | None:
    """A column of nothing but numbers, at full speed; None where any cell or the header says more."""
    if "(" in header or "（" in header:
        return None
    try:
        number = text.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return None
    return number if np.isfinite(number[~np.isnan(number)]).all() else None
