"""A table of cases reads back equal whatever format, encoding, date style and layout it is disguised in."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from casework.exchange.understand import Request, understand

from . import formats

Stamp = dt.datetime
HEADERS = ("工单号", "登记日期", "办结日期", "投诉渠道", "涉诉金额", "投诉内容")

WRITERS: dict[str, Callable[[Path, formats.Rows], Path]] = {
    "xlsx": lambda path, rows: formats.write_xlsx(path.with_suffix(".xlsx"), rows),
    "xlsx named xls": lambda path, rows: formats.write_xlsx(path.with_suffix(".xls"), rows),
    "xlsb": lambda path, rows: formats.write_xlsb(path.with_suffix(".xlsb"), rows),
    "ods": lambda path, rows: formats.write_ods(path.with_suffix(".ods"), rows),
    "SpreadsheetML": lambda path, rows: formats.write_spreadsheetml(path.with_suffix(".xls"), rows),
    "HTML": lambda path, rows: formats.write_html(path.with_suffix(".xls"), rows),
    "csv": lambda path, rows: formats.write_text(path.with_suffix(".csv"), rows, "utf-8-sig"),
    "csv GB18030": lambda path, rows: formats.write_text(path.with_suffix(".csv"), rows, "gb18030"),
    "csv UTF-16": lambda path, rows: formats.write_text(path.with_suffix(".csv"), rows, "utf-16"),
    "tab text named xls": lambda path, rows: formats.write_text(
        path.with_suffix(".xls"), rows, "utf-8", "\t"
    ),
    "semicolons": lambda path, rows: formats.write_text(path.with_suffix(".csv"), rows, "utf-8", ";"),
}
TRUE_DATES = ("xlsx", "xlsx named xls", "xlsb", "ods", "SpreadsheetML")


def _noon(stamp: Stamp) -> str:
    return f"{'上午' if stamp.hour < 12 else '下午'}{stamp.hour % 12 or 12}:{stamp:%M:%S}"


def _epoch(stamp: Stamp) -> int:
    return int((stamp - Stamp(1970, 1, 1)).total_seconds())


STYLES: dict[str, Callable[[Stamp], object]] = {
    "ISO": lambda stamp: f"{stamp:%Y-%m-%d %H:%M:%S}",
    "ISO with a zone": lambda stamp: f"{stamp:%Y-%m-%dT%H:%M:%S}+08:00",
    "slashes": lambda stamp: f"{stamp.year}/{stamp.month}/{stamp.day} {stamp:%H:%M:%S}",
    "US": lambda stamp: f"{stamp:%m/%d/%Y %I:%M:%S %p}",
    "European": lambda stamp: f"{stamp:%d.%m.%Y %H:%M:%S}",
    "Chinese": lambda stamp: f"{stamp.year}年{stamp.month}月{stamp.day}日 {stamp:%H:%M:%S}",
    "Chinese with noon": lambda stamp: f"{stamp.year}年{stamp.month}月{stamp.day}日 {_noon(stamp)}",
    "full width": lambda stamp: f"{stamp:%Y-%m-%d %H:%M:%S}".translate(
        {ord(a): ord(b) for a, b in zip("0123456789", "０１２３４５６７８９", strict=True)}
    ),
    "published on": lambda stamp: f"发布于 {stamp.year}年{stamp.month}月{stamp.day}日 {stamp:%H:%M:%S}",
    "seconds": lambda stamp: str(_epoch(stamp)),
    "milliseconds": lambda stamp: str(_epoch(stamp) * 1000),
    "month name": lambda stamp: f"{stamp:%d %b %Y %H:%M:%S}",
}
MONEY: dict[str, Callable[[int], str]] = {
    "plain": lambda cents: f"{cents / 100:.2f}",
    "yuan": lambda cents: f"{cents / 100:.2f}元",
    "sign": lambda cents: f"¥{cents / 100:,.2f}",
    "comma": lambda cents: f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02d}",
}

WORDS = st.text("客服承诺退款后拒绝兑现，。 abcXYZ0159-_/\"'<&>;\t𠮷😀", max_size=30).map(
    lambda text: " ".join(text.split())
)
MOMENTS = st.datetimes(Stamp(2001, 9, 10), Stamp(2033, 5, 1)).map(lambda stamp: stamp.replace(microsecond=0))
ROWS = st.lists(
    st.tuples(
        MOMENTS,
        st.none() | st.timedeltas(dt.timedelta(0), dt.timedelta(days=400)).map(lambda span: span // 1),
        st.sampled_from(("电话", "网页", "小程序")),
        st.integers(0, 10**9),
        WORDS,
    ),
    min_size=1,
    max_size=12,
)
SAID_NOTHING = {"", "-", "/", "--", "---", "\\", "—"}


@st.composite
def disguises(draw: st.DrawFn) -> dict[str, object]:
    writer = draw(st.sampled_from(sorted(WRITERS)))
    return {
        "writer": writer,
        "style": "true dates"
        if writer in TRUE_DATES and draw(st.booleans())
        else draw(st.sampled_from(sorted(STYLES))),
        "money": draw(st.sampled_from(sorted(MONEY))),
        "title": draw(st.booleans()),
        "blank": draw(st.integers(0, 2)),
        "units": draw(st.booleans()),
        "merged": draw(st.booleans()),
        "repeat": draw(st.booleans()),
        "total": draw(st.booleans()),
        "remark": draw(st.booleans()),
    }


@settings(
    max_examples=settings.default.max_examples * 2,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)
@given(rows=ROWS, how=disguises())
def test_a_disguised_table_reads_back_equal(rows, how):
    rows = [
        (
            received,
            received + took.__class__(seconds=int(took.total_seconds())) if took is not None else None,
            *rest,
        )
        for received, took, *rest in rows
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = WRITERS[how["writer"]](Path(folder, "export"), disguised(rows, how))
        order = how["style"] == "European"
        (table,) = understand(Request(str(path), day_first=order, raw=True))
    found = table.table.to_pylist()
    assert table.facts["problem_count"] == 0, table.facts["problems"]
    assert len(found) == len(rows)
    for number, (row, (received, closed, channel, cents, text)) in enumerate(zip(found, rows, strict=True)):
        assert row["case_no"] == _number(number)
        assert (row["received"], row["closed"], row["channel"]) == (received, closed, channel)
        assert round(row["amount"] * 100) == cents
        assert (row["text"] or "") == ("" if text in SAID_NOTHING else text)


def _number(place: int) -> str:
    return f"199000020260101{place + 1:07d}"


def disguised(rows, how) -> list[list[object]]:
    style = (lambda stamp: stamp) if how["style"] == "true dates" else STYLES[how["style"]]
    money = MONEY[how["money"]]
    header = list(HEADERS)
    lines: list[list[object]] = [["某市投诉举报登记表（2026年）"]] if how["title"] else []
    lines += [[]] * how["blank"]
    if how["merged"]:
        lines.append(["工单号", "登记", "办结", "投诉", "", ""])
        header = ["", "日期", "日期", "渠道", "涉诉金额", "投诉内容"]
    lines.append(header)
    if how["units"]:
        lines.append(["", "", "", "", "元", ""])
    for place, (received, closed, channel, cents, text) in enumerate(rows):
        if how["repeat"] and place == len(rows) // 2 and place:
            lines.append(header)
        cells = [_number(place), style(received), None if closed is None else style(closed), channel]
        lines.append([*cells, money(cents), text])
    if how["total"]:
        lines.append(["合计", "", "", "", money(sum(row[3] for row in rows)), ""])
    if how["remark"]:
        lines.append(["注：本表由系统导出"])
    return lines


@pytest.mark.parametrize("writer", sorted(WRITERS))
def test_every_format_is_read_on_the_whole_road(writer, tmp_path):
    """The child process, the limits and the transport included."""
    from casework.exchange.read import read_export

    rows = [(Stamp(2026, 3, 9, 10, 30), Stamp(2026, 4, 1), "电话", 12345, "退款")]
    how = dict.fromkeys(("title", "blank", "units", "merged", "repeat", "total", "remark"), 0)
    path = WRITERS[writer](tmp_path / "export", disguised(rows, how | {"style": "ISO", "money": "plain"}))
    export = read_export(path)
    assert export.table["received"].to_pylist() == [rows[0][0]]
    assert (export.source.rows, export.source.problem_count) == (1, 0)
