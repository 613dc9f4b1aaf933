"""Big sheets: what is written in columns reads back cell by cell, with formats, in any program."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from decimal import Decimal
from xml.etree import ElementTree

import fastexcel
import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from casework.errors import Cancelled, CaseworkError
from casework.progress import Step
from casework.workbooks.sheets import Column, Sheet, plain_sheet
from casework.workbooks.tables import write_table

from .office import as_pdf, text_of
from .vectors import DASHED, HARMLESS, LIVE

MADE = dt.datetime(2026, 11, 24, 9, 30)
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def written(*sheets: Sheet) -> bytes:
    target = io.BytesIO()
    write_table(target, sheets, title="t", made_at=MADE)
    return target.getvalue()


def read(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def texts_of(content: bytes, column: int = 0) -> list[str | None]:
    """The texts of the first sheet as its XML has them, with Excel's escapes undone."""
    part = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    rows = ElementTree.fromstring(part).find(f"{space}sheetData")  # noqa: S314 - our own file
    assert rows is not None
    cells = [{cell.get("r", ""): cell for cell in row} for row in list(rows)[1:]]
    found = [row.get(f"{'AB'[column]}{place}") for place, row in enumerate(cells, start=2)]
    return [None if cell is None else unescape("".join(cell.itertext())) for cell in found]


@given(st.lists(any_text | st.none(), min_size=1, max_size=12))
def test_any_text_comes_back(cells):
    assert texts_of(written(plain_sheet("x", pa.table({"a": pa.array(cells, pa.string())})))) == cells


@settings(max_examples=settings.default.max_examples // 2)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1, max_size=20), min_size=1, max_size=8))  # fmt: skip
def test_another_reader_finds_the_same_text(cells):
    content = written(plain_sheet("x", pa.table({"a": cells, "n": list(range(len(cells)))})))
    table = pa.table(fastexcel.read_excel(content).load_sheet(0, dtypes="string").to_arrow())
    assert table["a"].to_pylist() == cells


@pytest.mark.parametrize("text", LIVE + DASHED, ids=ascii)
def test_live_text_is_typed_as_text_with_a_quote_prefix_in_cells_headers_and_sheet_names(text):
    book = read(written(plain_sheet(text, pa.table({text: [text], "b": ["b"]}))))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert not [cell for cell in cells if cell.hyperlink]
    assert book.worksheets[0]["A2"].quotePrefix
    assert not book.worksheets[0]["B2"].quotePrefix


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_is_shown_as_it_is(text):
    assert read(written(plain_sheet("x", pa.table({"a": [text]})))).active["A2"].value == text


@given(
    st.lists(
        st.tuples(
            st.none() | st.integers(-(2**50), 2**50),
            st.none() | st.floats(-1e300, 1e300, allow_subnormal=False),
            st.none() | st.datetimes(dt.datetime(1900, 3, 1), dt.datetime(9999, 12, 31)),
            st.none() | st.dates(dt.date(1900, 3, 1), dt.date(9999, 12, 31)),
            st.none() | st.decimals(-(10**12), 10**12, places=2),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_numbers_dates_and_amounts_come_back(rows):
    kinds = (pa.int64(), pa.float64(), pa.timestamp("us"), pa.date32(), pa.decimal128(38, 2))
    columns = [
        pa.array(list(column), kind) for column, kind in zip(zip(*rows, strict=True), kinds, strict=True)
    ]
    sheet = read(written(plain_sheet("x", pa.table(columns, names=list("abcde"))))).active
    for wanted, cells in zip(rows, sheet.iter_rows(min_row=2, max_row=len(rows) + 1, max_col=5), strict=True):
        whole, real, stamp, day, amount = (cell.value for cell in cells)
        assert whole == wanted[0]
        assert real == (wanted[1] if wanted[1] is None else pytest.approx(wanted[1], rel=1e-15))
        assert (stamp is None) == (wanted[2] is None)
        assert stamp is None or abs(stamp - wanted[2]) < dt.timedelta(milliseconds=2)
        assert (day.date() if day else None) == wanted[3]
        assert amount == (None if wanted[4] is None else pytest.approx(float(wanted[4])))


def test_days_of_excels_first_two_months_and_before_them_are_right():
    days = [dt.date(1899, 12, 31), dt.date(1900, 1, 1), dt.date(1900, 2, 28), dt.date(1900, 3, 1)]
    content = written(plain_sheet("x", pa.table({"d": days})))
    part = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<t>1899-12-31</t>" in part
    assert re.findall(r"<v>([\d.]+)</v>", part.partition('<row r="2"')[2]) == ["1", "59", "61"]


def test_what_is_no_number_leaves_its_cell_empty():
    sheet = read(written(plain_sheet("x", pa.table({"x": [float("nan"), float("inf"), 1.5]})))).active
    assert [sheet.cell(row, 1).value for row in (2, 3, 4)] == [None, None, 1.5]


def test_headers_are_frozen_bold_and_a_table_and_every_column_has_its_format():
    table = pa.table({
        "编号": ["007"], "时间": [MADE], "日期": [dt.date(2025, 1, 2)], "金额": [Decimal("1234.50")], "件数": [3],
    })  # fmt: skip
    sheet = read(written(plain_sheet("案件", table))).active
    assert (sheet.title, sheet.freeze_panes) == ("案件", "B2")
    assert [table.ref for table in sheet.tables.values()] == ["A1:E2"]
    assert all(cell.font.bold for cell in sheet[1])
    formats = [cell.number_format for cell in sheet[2]]
    assert formats == ["General", "yyyy-mm-dd hh:mm", "yyyy-mm-dd", "#,##0.00", "#,##0"]
    assert (sheet["A2"].value, sheet["B2"].value, sheet["D2"].value) == ("007", MADE, 1234.5)
    assert (sheet.print_title_rows, sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("$1:$1", "landscape", 0)  # fmt: skip
    assert (sheet.page_setup.paperSize, sheet.oddFooter.right.text) == (9, "&P / &N")


def test_headers_that_no_table_takes_get_a_filter_and_stay_as_they_are():
    table = pa.table([pa.array(["a"]), pa.array(["b"]), pa.array(["c"])], names=["0", "1", "2"])
    sheet = read(written(Sheet("x", table, (Column("编号"), Column("编号"), Column(""))))).active
    assert [cell.value for cell in sheet[1]][:2] == ["编号", "编号"]
    assert not sheet.tables
    assert sheet.auto_filter.ref == "A1:C2"


def test_more_rows_than_a_sheet_holds_go_on_in_the_next():
    rows = 1_048_576 + 10
    table = pa.table({"n": pa.Array.from_buffers(pa.int8(), rows, [None, pa.py_buffer(bytes(rows))])})
    content = written(plain_sheet("案件", table))
    book = fastexcel.read_excel(content)
    assert book.sheet_names == ["案件", "案件 2"]
    assert [book.load_sheet(name).height for name in book.sheet_names] == [1_048_575, 11]


def test_marked_cells_stand_out_and_no_others():
    table = pa.table({"a": ["x", "=1", None], "b": ["x", "y", "z"]})
    columns = (Column("a", "id"), Column("b", "id"))
    sheet = read(written(Sheet("x", table, columns, marked={0: pa.array([False, True, True])}))).active
    fills = {
        cell.coordinate: cell.fill.fgColor.rgb
        for row in sheet["A2:B4"]
        for cell in row
        if cell.fill.fill_type
    }
    assert fills == {"A3": "FFFFC7CE"}  # an empty cell has no element to mark
    assert sheet["A3"].quotePrefix


def test_long_text_makes_its_row_grow():
    table = pa.table({"a": ["short", "长" * 100, "a\nb\nc", None]})
    content = written(Sheet("x", table, (Column("a", "wrap", 22),)))
    heights = [read(content).active.row_dimensions[row].height for row in (2, 3, 4, 5)]
    assert heights == [16.5, 165, 49.5, 16.5]


def test_the_same_data_give_the_same_bytes_and_another_day_does_not():
    table = pa.table({"a": ["案件"]})
    assert written(plain_sheet("x", table)) == written(plain_sheet("x", table))
    other = io.BytesIO()
    write_table(other, [plain_sheet("x", table)], title="t", made_at=MADE + dt.timedelta(days=1))
    assert other.getvalue() != written(plain_sheet("x", table))


def test_an_empty_table_is_a_header():
    sheet = read(written(plain_sheet("x", pa.table({"a": pa.array([], pa.string())})))).active
    assert [cell.value for cell in sheet[1]] == ["a"]


def test_a_sheet_that_is_too_wide_is_refused():
    table = pa.table([pa.array([1])] * 16_385, names=[str(place) for place in range(16_385)])
    with pytest.raises(CaseworkError, match="16,384"):
        written(plain_sheet("x", table))


def test_a_path_keeps_its_older_file_where_the_work_is_stopped(tmp_path):
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"old")

    def stop(step: Step) -> None:
        if step.done:
            raise Cancelled("stopped")

    table = pa.table({"a": ["x"] * 10_000})
    with pytest.raises(Cancelled):
        write_table(path, [plain_sheet("x", table)], made_at=MADE, progress=stop)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
    write_table(path, [plain_sheet("x", table)], made_at=MADE)
    assert openpyxl.load_workbook(path).active.max_row == 10_001


@pytest.mark.office
def test_libreoffice_shows_what_was_written(tmp_path):
    table = pa.table({"编号": ["0012345678901234567890", "=1+1", "<b>&"], "时间": [MADE, None, MADE]})
    write_table(tmp_path / "t.xlsx", [plain_sheet("案件", table)], made_at=MADE)
    text = text_of(as_pdf(tmp_path / "t.xlsx", tmp_path))
    for shown in ("0012345678901234567890", "=1+1", "<b>&", "2026-11-24 09:30"):
        assert shown in text
