"""Text to dates, a whole column at a time.

Every cell arrives as text (a spreadsheet's true dates as ``YYYY-MM-DD HH:MM:SS``). The result is the wall clock
that was written, and the offset from UTC where one was written, so that months are those of the office and
elapsed times are exact. Nothing is guessed cell by cell: whether 03/04 is March or April is settled by the
whole column (or by the other date columns of the same table).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Order = Literal["mdy", "dmy"]

_CANONICAL = r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"
_PREFIX = r"^(?:发布于|发表于|提交于|posted on|on)?\s*"
_TIME = (
    r"(?:[T\s]*(?P<noon1>上午|下午|中午|晚上|凌晨|早上|AM|PM|A\.M\.|P\.M\.)?\s*(?P<H>\d{1,2})[:时点](?P<M>\d{1,2})"
    r"(?:[:分](?P<S>\d{1,2})(?:[.,](?P<f>\d{1,9}))?秒?|分)?\s*(?P<noon2>AM|PM|A\.M\.|P\.M\.)?)?"
)
_ZONE = r"\s*(?P<z>Z|UTC|GMT|[+-]\d{2}:?\d{2})?\s*$"
_YMD = r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?(?:\s*(?:星期|周)[一二三四五六日天])?"
_AB_YEAR = r"(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<y>\d{4}|\d{2})"
_COMPACT = r"(?P<y>(?:19|20)\d{2})(?P<m>[01]\d)(?P<d>[0-3]\d)"
_COMPACT_TIME = _COMPACT + r"T?(?P<H>\d\d)(?P<M>\d\d)(?P<S>\d\d)"
_NAME = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?"
_D_NAME_Y = _WEEKDAY + r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[\s-]+" + _NAME + r"[\s,-]+(?P<y>\d{4})"
_NAME_D_Y = _WEEKDAY + _NAME + r"\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})"
_PATTERNS = tuple(
    f"(?i){_PREFIX}{day}{tail}"
    for day, tail in (
        (_YMD, r",?" + _TIME + _ZONE),
        (_AB_YEAR, r",?" + _TIME + _ZONE),
        (_COMPACT, r"\s*$"),
        (_COMPACT, r"\s+" + _TIME + _ZONE),
        (_COMPACT_TIME, _ZONE),
        (_D_NAME_Y, r",?" + _TIME + _ZONE),
        (_NAME_D_Y, r",?" + _TIME + _ZONE),
    )
)
_AB = _PATTERNS[1]
_STARTS_SHORT = r"^\s*[0-9０-９]{1,2}\s*[-/.／．－]"  # a day or a month comes first, not a year
_NUMBER = r"^\d{5}(?:\.\d+)?$|^1\d{9}$|^1\d{12}$"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_DAY_US = 86_400_000_000
_EPOCH_1900 = int(np.datetime64("1899-12-30", "us").astype(np.int64))
_EPOCH_1904 = int(np.datetime64("1904-01-01", "us").astype(np.int64))
_YEAR_1900 = int(np.datetime64("1900-01-01", "us").astype(np.int64))
_SERIAL_DAYS = (20_000, 80_000)  # 1954 to 2119: outside it, a number is not a date of a complaint
_NAT = np.iinfo(np.int64).min

_SAID = ("n/a", "na", "null", "none", "nil", "nan", "nat", "#n/a")
_NOTHING = pa.array(
    ["", "-", "--", "---", "—", "——", "/", "\\", "无", "空", "暂无", "NaN", "NaT"]
    + [form for word in _SAID for form in (word, word.upper(), word.capitalize())]
)

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class DateColumn:
    """One column read as dates; every array has the column's length.

    ``wall`` is microseconds since 1970 of the wall clock as written (``NaT`` where blank or unreadable),
    ``offset`` minutes east of UTC (0 where none was written), ``blank`` and ``unreadable`` say which cells
    hold nothing and which hold something else. ``has_time`` is whether any cell has a time of day.
    """

    wall: npt.NDArray[np.datetime64]
    offset: Ints
    blank: Flags
    unreadable: Flags
    has_time: bool

    def take(self, places: Ints) -> DateColumn:
        """The same dates at some places only."""
        wall = self.wall[places]
        return DateColumn(
            wall, self.offset[places], self.blank[places], self.unreadable[places], self.has_time
        )


def tidy(cells: pa.Array) -> pa.Array:
    """Trim cells and turn empty ones and the usual stand-ins for "nothing" (``-``, ``/``, 无, N/A) into null."""
    text = pc.utf8_trim_whitespace(pc.fill_null(cells, ""))
    nothing = pc.is_in(text, value_set=_NOTHING)
    return pc.if_else(nothing, pa.scalar(None, pa.string()), text)


def looks_like_date(cells: pa.Array) -> Flags:
    """Tell which cells of ``cells`` (strings) read as a date under some order of day and month.

    Plain numbers count only as Excel serials or epoch times; see :func:`read_dates`.
    """
    first = read_dates(cells, order="mdy")
    if not first.unreadable.any():
        return ~np.isnat(first.wall)
    second = read_dates(cells, order="dmy")
    either: Flags = ~np.isnat(first.wall) | ~np.isnat(second.wall)
    return either


def date_form(cells: pa.Array) -> str:
    """The commonest shape of a column's dates, such as ``00/00/0000 00:00``: up to two digits become 00, more 0000,
    letters a. Whether a month is written 7 or 07 makes no other shape.
    """
    texts = [text for text in tidy(cells).drop_null().to_pylist() if text]
    forms = Counter(re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", _zeros, text))[:40] for text in texts)
    return min(forms, key=lambda form: (-forms[form], form)) if forms else ""


def _zeros(digits: re.Match[str]) -> str:
    return "00" if len(digits.group()) <= 2 else "0000"


def day_month_order(columns: list[pa.Array]) -> tuple[Order | None, bool]:
    """Settle day/month order from whole columns.

    Returns the order, or None where no cell is of that kind or none settles it; and whether any cell needed it.
    """
    day_first = month_first = needed = False
    for cells in columns:
        short = pc.fill_null(pc.match_substring_regex(cells, _STARTS_SHORT), False)
        parts = pc.extract_regex(
            pc.utf8_normalize(pc.utf8_trim_whitespace(cells.filter(short)), form="NFKC"), _AB
        )
        parts = parts.filter(pc.is_valid(parts))
        if not len(parts):
            continue
        needed = True
        first, second = _ints(parts, "a"), _ints(parts, "b")
        day_first |= bool((first > 12).any())
        month_first |= bool((second > 12).any())
    if day_first == month_first:
        return None, needed
    return ("dmy" if day_first else "mdy"), needed


def read_dates(cells: pa.Array, *, order: Order = "mdy", date_1904: bool = False) -> DateColumn:
    """Read a column of text as dates.

    Understands true spreadsheet dates, ISO 8601 with and without offsets, Chinese 年月日 with 上午/下午, month-
    and day-first numbers (by ``order``), English month names, compact digits, Excel serial numbers (1900
    system, or 1904 where ``date_1904``) and epoch seconds or milliseconds (as UTC).
    """
    text = tidy(cells)
    n = len(text)
    blank: Flags = text.is_null().to_numpy(zero_copy_only=False)
    wall: Ints = np.full(n, _NAT, dtype=np.int64)
    offset: Ints = np.zeros(n, dtype=np.int64)
    _read_canonical(text, wall)
    left = np.flatnonzero((wall == _NAT) & ~blank)
    if len(left):
        rest = pc.utf8_normalize(text.take(pa.array(left)), form="NFKC")
        wall[left], offset[left] = _read_other(rest, order, date_1904)
    seen = wall[wall != _NAT]
    return DateColumn(
        wall=wall.view("datetime64[us]"),
        offset=offset,
        blank=blank,
        unreadable=(wall == _NAT) & ~blank,
        has_time=bool((seen % _DAY_US != 0).any()),
    )


def _read_canonical(text: pa.Array, wall: Ints) -> None:
    """Fill ``wall`` where cells are ``YYYY-MM-DD HH:MM:SS``: the form of true dates, read at full speed."""
    match = pc.fill_null(pc.match_substring_regex(text, _CANONICAL), False)
    where = np.flatnonzero(match.to_numpy(zero_copy_only=False))
    if not len(where):
        return
    chosen = text if len(where) == len(text) else text.take(pa.array(where))
    try:
        micros = chosen.cast(pa.timestamp("us")).cast(pa.int64()).to_numpy()
    except pa.ArrowInvalid:  # some cell is no real day, such as 30 February: the careful road tells which
        return
    wall[where] = np.where(micros >= _YEAR_1900, micros, _NAT)  # a duration arrives as a time in 1899


def _read_other(text: pa.Array, order: Order, date_1904: bool) -> tuple[Ints, Ints]:
    wall = np.full(len(text), _NAT, dtype=np.int64)
    offset = np.zeros(len(text), dtype=np.int64)
    left = np.arange(len(text))
    for pattern in _PATTERNS:
        if not len(left):
            break
        parts = pc.extract_regex(text.take(pa.array(left)), pattern)
        hit = parts.is_valid().to_numpy(zero_copy_only=False)
        if hit.any():
            found = parts.filter(pa.array(hit))
            wall[left[hit]], offset[left[hit]] = _assemble(found, order)
            left = left[~hit]
    if len(left):
        wall[left] = _read_numbers(text.take(pa.array(left)), date_1904)
    return wall, offset


def _assemble(parts: pa.StructArray, order: Order) -> tuple[Ints, Ints]:
    """Turn captured year, month, day and time into microseconds; impossible days and times become NaT."""
    names = {parts.type.field(i).name for i in range(parts.type.num_fields)}
    year = _ints(parts, "y")
    year = np.where(year < 100, year + 2000, year)
    month, day = _month_and_day(parts, names, order)
    ok = (year >= 1900) & (year <= 2200) & (month >= 1) & (month <= 12) & (day >= 1)
    months = (np.where(ok, year, 2000) - 1970) * 12 + np.where(ok, month, 1) - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    following = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    ok &= day <= following - first
    wall = (first + day - 1) * _DAY_US
    offset = np.zeros(len(year), dtype=np.int64)
    if "H" in names:
        micros, valid = _time_of_day(parts, names)
        wall += micros
        ok &= valid
    if "z" in names:
        offset = _offsets(parts.field("z"))
    return np.where(ok, wall, _NAT), np.where(ok, offset, 0)


def _month_and_day(parts: pa.StructArray, names: set[str], order: Order) -> tuple[Ints, Ints]:
    if "name" in names:
        lower = pc.utf8_lower(parts.field("name"))
        number = pc.index_in(pc.utf8_slice_codeunits(lower, 0, 3), value_set=pa.array(_MONTHS))
        return number.to_numpy(zero_copy_only=False).astype(np.int64) + 1, _ints(parts, "d")
    if "a" in names:
        first, second = _ints(parts, "a"), _ints(parts, "b")
        return (first, second) if order == "mdy" else (second, first)
    return _ints(parts, "m"), _ints(parts, "d")


def _time_of_day(parts: pa.StructArray, names: set[str]) -> tuple[Ints, Flags]:
    hour, minute, second = _ints(parts, "H"), _ints(parts, "M"), _ints(parts, "S")
    if "noon1" in names:
        noon = pc.binary_join_element_wise(parts.field("noon1"), parts.field("noon2"), "")
        noon = pc.replace_substring(pc.utf8_upper(noon), ".", "")
        late = pc.is_in(noon, value_set=pa.array(["下午", "晚上", "PM"])).to_numpy(zero_copy_only=False)
        early = pc.is_in(noon, value_set=pa.array(["上午", "凌晨", "早上", "AM"])).to_numpy(
            zero_copy_only=False
        )
        midday = pc.equal(noon, "中午").to_numpy(zero_copy_only=False)
        hour = np.where(late & (hour < 12), hour + 12, hour)
        hour = np.where(midday & (hour < 3), hour + 12, hour)
        hour = np.where(early & (hour == 12), 0, hour)
    fraction = np.zeros(len(hour), dtype=np.int64)
    if "f" in names:
        digits = pc.utf8_slice_codeunits(pc.utf8_rpad(parts.field("f"), 6, "0"), 0, 6)
        fraction = digits.cast(pa.int64()).to_numpy(zero_copy_only=False)
    valid = (hour <= 23) & (minute <= 59) & (second <= 59)
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction, valid


def _offsets(zone: pa.Array) -> Ints:
    """Minutes east of UTC from ``Z``, ``+01:00`` or ``+0100``; 0 where nothing is written."""
    signed = pc.extract_regex(zone, r"^(?P<sign>[+-])(?P<h>\d{2}):?(?P<m>\d{2})$")
    minutes = _ints(signed, "h") * 60 + _ints(signed, "m")
    negative = pc.fill_null(pc.equal(signed.field("sign"), "-"), False).to_numpy(zero_copy_only=False)
    return np.where(negative, -minutes, minutes)


def _read_numbers(text: pa.Array, date_1904: bool) -> Ints:
    """Excel serial days, epoch seconds and epoch milliseconds; anything else is NaT."""
    ok = pc.match_substring_regex(text, _NUMBER)
    value = pc.if_else(ok, text, pa.scalar(None, pa.string())).cast(pa.float64())
    number = value.to_numpy(zero_copy_only=False)
    serial = (number >= _SERIAL_DAYS[0]) & (number <= _SERIAL_DAYS[1])
    millis = np.where(serial, np.rint(np.where(serial, number, 0) * 86_400_000), 0).astype(np.int64)
    base = _EPOCH_1904 if date_1904 else _EPOCH_1900
    wall = np.where(serial, base + millis * 1000, _NAT)
    seconds = (number >= 1e9) & (number < 2e9)
    wall = np.where(seconds, np.where(seconds, number, 0).astype(np.int64) * 1_000_000, wall)
    milliseconds = (number >= 1e12) & (number < 2e12)
    result: Ints = np.where(milliseconds, np.where(milliseconds, number, 0).astype(np.int64) * 1000, wall)
    return result


def _ints(parts: Any, name: str) -> Ints:
    """A captured group as integers; 0 where the group took no part."""
    group = pc.fill_null(parts.field(name), "")
    digits = pc.if_else(pc.equal(group, ""), "0", group)
    numbers: Ints = digits.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return numbers
