"""Workbooks that come back: the blank intake form, and the bad rows of an import."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import openpyxl
import pyarrow as pa
import pytest

from casework.errors import CaseworkError
from casework.exchange.read import read_export
from casework.i18n import set_language, use_language
from casework.rules import load_pack
from casework.sources import MENDING
from casework.workbooks.intake import ROWS, intake_columns, intake_workbook
from casework.workbooks.problems import problem_workbook

from .commands import answer
from .office import as_pdf, text_of
from .vectors import LIVE

MADE = dt.datetime(2026, 11, 24, 9, 30)
RULES = load_pack()


def filled(lang: str, *rows: dict[str, object]):
    """The form with these cells (by role) typed into its prepared rows."""
    book = openpyxl.load_workbook(io.BytesIO(intake_workbook(lang, RULES, made_at=MADE)))
    with use_language(lang):
        place = {column.role: number for number, column in enumerate(intake_columns(RULES), start=1)}
    for number, row in enumerate(rows, start=2):
        for role, value in row.items():
            book.worksheets[0].cell(number, place[role]).value = value
    return book


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_filled_form_is_read_back_without_a_question(lang, tmp_path):
    set_language(lang)
    channel = next(iter(RULES.channels.values())).name(lang)
    conduct = next(iter(RULES.conducts.values())).name(lang)
    row = {
        "received": dt.date(2026, 4, 9), "complainant": "张三", "respondent": "某公司", "conduct": conduct,
        "text": "客服承诺退款后拒绝", "channel": channel, "case_no": "2026-0042", "phone": "138 0013 8000",
        "amount": 128.5, "region": "西湖区", "handler": "李四",
    }  # fmt: skip
    book = filled(lang, row, {**row, "case_no": "2026-0043", "received": dt.date(2026, 4, 10)})
    book.save(tmp_path / "filled.xlsx")
    export = read_export(tmp_path / "filled.xlsx")
    assert (export.source.header_row, export.source.rows, export.source.problem_count) == (1, 2, 0)
    assert export.source.questions == ()
    with use_language(lang):
        expected = {column.role: column.title for column in intake_columns(RULES)}
    recognised = dict(export.source.columns)
    assert recognised == {role: expected[role] for role in recognised}
    assert set(row) <= set(recognised)
    first = export.table.slice(0, 1).to_pylist()[0]
    assert first["received"] == dt.datetime(2026, 4, 9)
    assert (first["respondent"], first["channel"], first["case_no"], first["amount"]) == ("某公司", channel, "2026-0042", 128.5)  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_form_that_nobody_filled_in_holds_no_case(lang, tmp_path):
    (tmp_path / "blank.xlsx").write_bytes(intake_workbook(lang, RULES, made_at=MADE))
    with pytest.raises(CaseworkError):
        read_export(tmp_path / "blank.xlsx")


def test_the_form_offers_lists_checks_and_hints():
    book = openpyxl.load_workbook(io.BytesIO(intake_workbook("zh", RULES, made_at=MADE)))
    sheet = book.worksheets[0]
    assert book.sheetnames == ["案件", "填写说明", "选项列表"]
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    letter = {cell.value: cell.column_letter for cell in sheet[1]}
    received = rules[f"{letter['接收日期']}2:{letter['接收日期']}{ROWS + 1}"]
    assert (received.type, received.showInputMessage, received.prompt[:3]) == ("date", True, "必填。")
    channel = rules[f"{letter['投诉渠道']}2:{letter['投诉渠道']}{ROWS + 1}"]
    assert (channel.type, channel.formula1, channel.errorStyle or "stop") == ("list", "list_channel", "stop")
    assert rules[f"A1:{sheet[1][-1].column_letter}1"].formula1 == "FALSE"
    listed = [cell.value for cell in book["选项列表"]["B"] if cell.value]
    assert listed == [each.name("zh") for each in RULES.channels.values()]
    assert [table.ref for table in sheet.tables.values()] == [f"A1:{sheet[1][-1].column_letter}{ROWS + 1}"]
    assert sheet.max_row == 1, "a prepared row has no cells"
    yellow = [cell.value for cell in sheet[1] if cell.fill.fgColor.rgb == "FFFFD966"]
    assert yellow == ["接收日期", "投诉人", "被投诉方", "违法行为", "投诉内容"]


def test_the_hints_fit_into_excels_limits():
    for lang in ("zh", "en"):
        content = intake_workbook(lang, RULES, made_at=MADE)
        for rule in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].data_validations.dataValidation:
            assert len(rule.promptTitle or "") <= 32
            assert len(rule.prompt or "") <= 255
            assert len(rule.error or "") <= 255


def test_intake_is_a_command(tmp_path):
    answer("intake", "--out", tmp_path / "form.xlsx", "--lang", "zh")
    assert zipfile.is_zipfile(tmp_path / "form.xlsx")


@pytest.mark.office
def test_libreoffice_keeps_the_forms_lists(tmp_path):
    path = tmp_path / "form.xlsx"
    path.write_bytes(intake_workbook("zh", RULES, made_at=MADE))
    text = text_of(as_pdf(path, tmp_path))
    assert "接收日期" in text
    assert "张三（示例）" in text


# ---------------------------------------------------------------- rows to mend

HEADERS = ("编号", "接收日期", "办结日期", "编号", "", "投诉渠道")
CELLS = pa.table(
    [
        pa.array(["007", "=1+1", None]),
        pa.array(["2025-13-45", "2025-01-02", "昨天"]),
        pa.array(["2025-01-03", "2025-01-01", None]),
        pa.array(["x", "y", "z"]),
        pa.array([None, "  spaces ", None], pa.string()),
        pa.array(["电话", "<b>&", "网页"]),
    ],
    names=[f"c{place}" for place in range(6)],
)
PROBLEMS = ("接收日期: 不是日期", "办结日期: 早于接收", "接收日期: 不是日期")


def mending() -> bytes:
    marked = [(0, 1), (1, 2), (2, 1)]
    return problem_workbook(
        HEADERS, CELLS, (5, 9, 12), PROBLEMS, made_at=MADE, marked=marked, file="导出.xls"
    )


def test_bad_rows_keep_every_cell_under_its_header_with_the_problem_beside_them():
    sheet = openpyxl.load_workbook(io.BytesIO(mending())).worksheets[0]
    assert [cell.value for cell in sheet[1]] == [
        "编号",
        "接收日期",
        "办结日期",
        "编号",
        None,
        "投诉渠道",
        *MENDING["zh"],
    ]
    assert [cell.value for cell in sheet[2]] == [
        "007",
        "2025-13-45",
        "2025-01-03",
        "x",
        None,
        "电话",
        PROBLEMS[0],
        5,
    ]
    assert [cell.value for cell in sheet[3]] == ["=1+1", "2025-01-02", "2025-01-01", "y", "  spaces ", "<b>&", PROBLEMS[1], 9]  # fmt: skip
    assert sheet["A3"].data_type == "s"
    red = {cell.coordinate for row in sheet["A2:F4"] for cell in row if cell.fill.fgColor.rgb == "FFFFC7CE"}
    assert red == {"B2", "C3", "B4"}


def test_mended_rows_are_read_again(tmp_path):
    book = openpyxl.load_workbook(io.BytesIO(mending()))
    sheet = book.worksheets[0]
    sheet["B2"].value, sheet["B4"].value, sheet["C3"].value = "2025-01-01", "2025-02-03", "2025-01-09"
    book.save(tmp_path / "mended.xlsx")
    export = read_export(tmp_path / "mended.xlsx")
    assert (export.source.rows, export.source.problem_count) == (3, 0)
    assert sorted(stamp.date().isoformat() for stamp in export.table["received"].to_pylist()) == ["2025-01-01", "2025-01-02", "2025-02-03"]  # fmt: skip


@pytest.mark.parametrize("text", LIVE, ids=ascii)
def test_live_cells_and_headers_stay_text(text):
    content = problem_workbook([text], pa.table({"a": [text]}), [2], [text], made_at=MADE, file=text)
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]


def test_counts_that_do_not_agree_are_a_fault_of_the_caller():
    with pytest.raises(ValueError, match="do not agree"):
        problem_workbook(HEADERS[:2], CELLS, (5, 9, 12), PROBLEMS, made_at=MADE)
