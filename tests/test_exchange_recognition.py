"""How a sheet is understood: its header, its roles with reasons, what is asked, what is flagged."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from casework.errors import CaseworkError
from casework.exchange.read import read_export
from casework.exchange.understand import Request, understand

from . import formats
from .commands import answer, refusal

Stamp = dt.datetime


def csv(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def facts(path: Path, **asked: object) -> dict:
    return understand(Request(str(path), raw=True, **asked))[0].facts


def test_a_header_in_two_merged_rows_is_joined(tmp_path):
    path = tmp_path / "merged.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:A2", "工单号")
        sheet.merge_range("B1:C1", "登记")
        sheet.merge_range("D1:E1", "办结")
        sheet.write_row("B2", ["日期", "渠道", "日期", "状态"])
        sheet.write_row("A3", ["A1", "2026-03-01", "电话", "2026-03-20", "已办结"])
        sheet.write_row("A4", ["A2", "2026-03-02", "网页", "", "处理中"])
    told = facts(path)
    assert told["columns"]["case_no"] == "工单号"
    by_role = {choice["role"]: choice["header"] for choice in told["choices"]}
    assert (by_role["received"], by_role["closed"], by_role["channel"]) == (
        "登记/日期",
        "办结/日期",
        "登记/渠道",
    )
    assert (told["header_row"], told["rows"], told["problem_count"]) == (2, 2, 0)


def test_a_units_line_gives_the_amounts_their_unit_and_is_no_row(tmp_path):
    path = csv(
        tmp_path / "units.csv", "工单号,登记日期,涉诉金额", ",,万元", "1,2026-03-01,1.5", "2,2026-03-02,20"
    )
    (table,) = understand(Request(str(path)))
    assert table.table["amount"].to_pylist() == [15_000, 200_000]
    assert any("2" in note for note in table.facts["notes"])


def test_a_unit_in_the_title_counts_for_amounts(tmp_path):
    path = csv(tmp_path / "title.csv", "投诉月报,,单位：万元", "工单号,登记日期,涉诉金额", "1,2026-03-01,1.5")
    assert understand(Request(str(path)))[0].table["amount"].to_pylist() == [15_000]


def test_repeated_headers_totals_in_the_middle_and_remarks_are_left_out_and_told(tmp_path):
    path = csv(
        tmp_path / "pages.csv",
        "工单号,登记日期,渠道",
        "1,2026-03-01,电话",
        "小计,,1",
        "工单号,登记日期,渠道",
        "2,2026-03-02,网页",
        "合计,,2",
        "注：本表由系统导出,,",
    )
    told = facts(path)
    assert (told["rows"], told["problem_count"]) == (2, 0)
    assert any("3, 6, 7" in note for note in told["notes"])


def test_every_choice_has_a_confidence_a_reason_and_its_rivals(tmp_path):
    path = csv(tmp_path / "rivals.csv", "id,created,received,status", "1,2026-01-01,2026-01-02,open")
    choice = next(one for one in facts(path)["choices"] if one["role"] == "received")
    assert choice["header"] == "received" and choice["rivals"] == ("created",)
    assert 0.5 < choice["confidence"] < 0.98 and choice["reason"]


def test_day_and_month_are_asked_where_nothing_settles_them(tmp_path):
    path = csv(tmp_path / "ambiguous.csv", "id,received,closed", "1,03/04/2026,05/06/2026", "2,01/02/2026,")
    (question,) = facts(path)["questions"]
    assert question["about"] == "day_month" and "03/04/2026" in question["text"]
    line = refusal("report", path, "--json", "--lang", "en")
    assert "--dates" in line and "03/04/2026" in line
    assert answer("report", path, "--dates", "dmy")["as_of"] == "2026-06-05"
    assert answer("report", path, "--dates", "mdy")["as_of"] == "2026-05-06"


def test_one_cell_settles_day_and_month_for_the_whole_table(tmp_path):
    path = csv(tmp_path / "settled.csv", "id,received,closed", "1,03/04/2026,25/04/2026", "2,01/02/2026,")
    told = understand(Request(str(path)))[0]
    assert told.facts["questions"] == [] and told.facts["day_first"] is True
    assert told.table["received"].to_pylist() == [Stamp(2026, 4, 3), Stamp(2026, 2, 1)]


def test_closings_before_receipts_settle_day_and_month(tmp_path):
    path = csv(tmp_path / "sense.csv", "id,received,closed", "1,10/02/2026,03/03/2026")
    told = understand(Request(str(path)))[0]  # month first it would close in March, before October
    assert told.facts["questions"] == []
    assert told.table["received"].to_pylist() == [Stamp(2026, 2, 10)]


def test_a_number_that_excel_has_cut_is_flagged_and_joins_nothing(tmp_path):
    rows = [
        ["工单号", "登记日期"],
        [202603010000000000, Stamp(2026, 3, 1)],
        [202603010000000000, Stamp(2026, 3, 2)],
    ]
    path = formats.write_xlsx(tmp_path / "cut.xlsx", rows)
    (table,) = understand(Request(str(path)))
    assert table.table.num_rows == 2
    assert [problem["row"] for problem in table.facts["problems"]] == [2, 3]
    assert table.table["case_no"].null_count == 2


def test_long_numbers_that_are_text_stay_whole(tmp_path):
    numbers = [f"1990000202603{place:09d}" for place in range(1, 30)]
    rows = [["工单号", "登记日期"], *([number, Stamp(2026, 3, 1)] for number in numbers)]
    (table,) = understand(Request(str(formats.write_xlsx(tmp_path / "long.xlsx", rows))))
    assert table.table["case_no"].to_pylist() == numbers
    assert table.facts["problem_count"] == 0


def test_a_persons_choice_of_columns_is_followed(tmp_path):
    path = csv(tmp_path / "own.csv", "甲,乙,丙", "x1,2026-03-01,2026-03-09", "x2,2026-03-02,")
    told = facts(path)
    assert "received" not in told["columns"] and told["refusal"]
    assert told["questions"][0]["about"] == "role" and told["samples"][1] == ["2026-03-01", "2026-03-02"]
    (table,) = understand(Request(str(path), wanted={"case_no": "甲", "received": "乙", "closed": "丙"}))
    assert table.table["case_no"].to_pylist() == ["x1", "x2"]
    assert table.table["closed"].to_pylist() == [Stamp(2026, 3, 9), None]
    assert table.facts["choices"][0]["confidence"] == 1.0


def test_sheets_of_one_layout_are_all_read_and_others_are_named(tmp_path):
    path = tmp_path / "months.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for month in (1, 2):
            sheet = book.add_worksheet(f"{month}月")
            sheet.write_row("A1", ["工单号", "登记日期", "渠道"])
            sheet.write_row("A2", [f"N{month}", f"2026-0{month}-01", "电话"])
        book.add_worksheet("汇总").write_row("A1", ["渠道", "件数"])
        book.get_worksheet_by_name("汇总").write_row("A2", ["电话", 2])
    document = answer("report", path, "--json")
    assert [source["sheet"] for source in document["sources"]] == ["1月", "2月"]
    assert sum(row["n"] for row in document["resolution"]) in (0, 2)
    assert any("汇总" in note for note in document["sources"][0]["notes"])


def test_a_zip_of_exports_is_read_member_by_member(tmp_path):
    one = csv(tmp_path / "一月.csv", "工单号,登记日期", "1,2026-01-01")
    two = formats.write_xlsx(tmp_path / "two.xlsx", [["工单号", "登记日期"], ["2", Stamp(2026, 2, 1)]])
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(one, "../../一月.csv")
        archive.write(two, "two.xlsx")
        archive.writestr("readme.pdf", b"%PDF-1.7 nothing")
    document = answer("report", path)
    assert [source["rows"] for source in document["sources"]] == [1, 1]
    assert all(source["file"].startswith("all.zip/") for source in document["sources"])
    assert not list(tmp_path.parent.glob("一月.csv"))


def test_hidden_rows_are_read_and_told(tmp_path):
    path = tmp_path / "filtered.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row("A1", ["工单号", "登记日期", "渠道"])
        for row in range(1, 6):
            sheet.write_row(row, 0, [str(row), f"2026-03-0{row}", "电话"])
        sheet.set_row(2, None, None, {"hidden": True})
    told = facts(path)
    assert told["rows"] == 5
    assert any("1" in note and "3" in note for note in told["notes"])


@pytest.mark.parametrize("text", ["", "\n\n", "just words\nand more\n"])
def test_what_is_no_table_is_refused(text, tmp_path):
    path = tmp_path / "nothing.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CaseworkError):
        read_export(path)
