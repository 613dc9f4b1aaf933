"""Every way of writing a date that an office meets reads as that date, and nothing else reads as one."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.exchange.dates import day_month_order, read_dates

moments = st.datetimes(dt.datetime(1980, 1, 1), dt.datetime(2099, 12, 31)).map(
    lambda m: m.replace(microsecond=0)
)

STYLES = {
    "true date": lambda m: f"{m:%Y-%m-%d %H:%M:%S}",
    "ISO": lambda m: f"{m:%Y-%m-%dT%H:%M:%S}",
    "ISO, UTC": lambda m: f"{m:%Y-%m-%dT%H:%M:%SZ}",
    "ISO, offset": lambda m: f"{m:%Y-%m-%d %H:%M:%S}+08:00",
    "ISO, milliseconds": lambda m: f"{m:%Y-%m-%d %H:%M:%S}.000",
    "slashes": lambda m: f"{m.year}/{m.month}/{m.day} {m.hour}:{m:%M:%S}",
    "dots": lambda m: f"{m.year}.{m.month}.{m.day} {m:%H:%M:%S}",
    "Chinese": lambda m: f"{m.year}年{m.month}月{m.day}日 {m.hour}时{m.minute}分{m.second}秒",
    "Chinese with half day": lambda m: (
        f"{m.year}年{m.month}月{m.day}日 {'下午' if m.hour >= 12 else '上午'}{m.hour % 12 or 12}:{m:%M:%S}"
    ),
    "full width": lambda m: "".join(
        chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in f"{m:%Y-%m-%d %H:%M:%S}"
    ),
    "US": lambda m: f"{m:%m/%d/%Y %I:%M:%S %p}",
    "compact": lambda m: f"{m:%Y%m%d%H%M%S}",
    "English": lambda m: f"{m.day} {m:%b} {m.year} {m:%H:%M:%S}",
    "English, month first": lambda m: f"{m:%B} {m.day}, {m.year} {m:%I:%M:%S %p}",
    "published": lambda m: f"发布于 {m:%Y-%m-%d %H:%M:%S}",
}


@pytest.mark.parametrize("style", STYLES)
@given(moment=moments)
def test_a_moment_reads_back_in_every_style(style, moment):
    read = read_dates(pa.array([STYLES[style](moment)]), order="mdy")
    assert read.wall[0] == np.datetime64(moment, "us")


@given(moments)
def test_day_first_reads_back(moment):
    assert read_dates(pa.array([f"{moment:%d/%m/%Y %H:%M:%S}"]), order="dmy").wall[0] == np.datetime64(
        moment, "us"
    )


@given(moments)
def test_an_excel_serial_number_reads_back_to_the_second_in_both_systems(moment):
    for start, system in ((dt.datetime(1899, 12, 30), False), (dt.datetime(1904, 1, 1), True)):
        serial = (moment - start) / dt.timedelta(days=1)
        if 20_000 <= serial <= 80_000:
            read = read_dates(pa.array([f"{serial:.9f}".rstrip("0").rstrip(".")]), date_1904=system)
            assert abs(read.wall[0] - np.datetime64(moment, "us")) <= np.timedelta64(1000, "us")


@pytest.mark.parametrize("text", ["2025-02-30", "2025-13-01", "2025-00-10", "31/31/2025", "1899-12-31 03:07:05", "12345678901234567890", "2025", "约三天", "24:00", "2025-01-01 25:00", "99999", "#REF!"])  # fmt: skip
def test_what_is_no_date_is_unreadable_not_a_guess(text):
    read = read_dates(pa.array([text]))
    assert np.isnat(read.wall[0])
    assert read.unreadable[0]


@pytest.mark.parametrize("text", [None, "", "  ", "-", "——", "/", "无", "N/A", "null", "NaT"])
def test_stand_ins_for_nothing_are_blank(text):
    read = read_dates(pa.array([text], pa.string()))
    assert read.blank[0]
    assert not read.unreadable[0]


def test_one_impossible_day_does_not_spoil_the_column():
    read = read_dates(pa.array(["2025-02-28 00:00:00", "2025-02-30 00:00:00", "2025-03-01 00:00:00"]))
    assert read.unreadable.tolist() == [False, True, False]


def test_the_whole_column_settles_day_and_month():
    assert day_month_order([pa.array(["03/04/2025", "13/04/2025"])]) == ("dmy", True)
    assert day_month_order([pa.array(["03/04/2025", "04/13/2025"])]) == ("mdy", True)
    assert day_month_order([pa.array(["03/04/2025"])]) == (None, True)
    assert day_month_order([pa.array(["2025-04-03"])]) == (None, False)
