"""The report as a workbook: numbers equal the JSON, dates are dates, text stays text, Excel can restyle the charts."""

from __future__ import annotations

import datetime as dt
import zipfile

import openpyxl
import pytest
import xlsxwriter

from .commands import answer
from .layouts import LAYOUTS
from .office import as_pdf, text_of
from .shared import shared_data

LIVE = ['=HYPERLINK("http://x")', "+1+1", "-1+1", "@SUM(1)", "＝1+1", "\t=1", "http://example.com", "mailto:a@example.com", "=1", "'=1", "{=1}", "<b>x</b>"]  # fmt: skip


def table(sheet, width):
    """Rows below the header as tuples, up to the first blank one."""
    rows = [row[:width] for row in sheet.iter_rows(min_row=2, values_only=True)]
    return [row for row in rows if row[0] is not None]


@pytest.fixture
def zammad(tmp_path):
    return LAYOUTS[1].write(tmp_path)


def test_the_numbers_of_the_workbook_equal_the_json(zammad, tmp_path):
    report = answer("report", zammad, "--out", tmp_path / "out.xlsx", "--lang", "en")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert book.sheetnames[:3] == ["Summary", "Volume", "Resolution"]
    assert book.sheetnames[-2:] == ["Cases", "Notes"]
    assert {"Headline figures", "How long it takes", "What is open"} <= set(book.sheetnames)
    assert table(book["Volume"], 4) == [
        tuple(row[k] for k in ("month", "channel", "received", "closed")) for row in report["volume"]
    ]
    figures = ("channel", "n", "resolved", "open", "median_days", "median_low", "median_high", "p90_days")
    written = table(book["Resolution"], 8)  # a workbook keeps 16 digits
    assert [row[:4] for row in written] == [
        tuple(row[k] for k in figures[:4]) for row in report["resolution"]
    ]
    assert [row[4:] for row in written] == [
        tuple(row[k] if row[k] is None else pytest.approx(row[k], rel=1e-14) for k in figures[4:])
        for row in report["resolution"]
    ]
    summary = {row[0]: row[1] for row in book["Summary"].iter_rows(values_only=True) if row[0]}
    assert summary["Received"] == sum(row["received"] for row in report["volume"])
    assert summary["As of"] == dt.datetime.fromisoformat(report["as_of"])


def test_dates_are_dates_identifiers_are_text_headers_are_frozen_and_charts_are_native(zammad, tmp_path):
    answer("report", zammad, "--out", tmp_path / "out.xlsx", "--lang", "en")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    cases = book["Cases"]
    header = {cell.value: cell.column for cell in cases[1]}
    first = {name: cases.cell(2, column) for name, column in header.items()}
    assert first["Received"].is_date
    assert first["Received"].value == dt.datetime(2025, 1, 1, 8, 0)
    assert (first["Case number"].data_type, first["Case number"].value) == ("s", "67000")
    assert first["Source row"].value == 4
    assert cases.freeze_panes == "B2"
    assert all(cases.column_dimensions[letter].width >= 12 for letter in "BCD")
    with zipfile.ZipFile(tmp_path / "out.xlsx") as parts:
        charts = [name for name in parts.namelist() if name.startswith("xl/charts/chart")]
        text = parts.read(charts[0]).decode()
    assert len(charts) > 2
    assert "Volume!" in text, "a chart draws cells that a person can see and change"


def test_notes_name_source_hash_sheet_day_definitions_and_every_problem(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(
        "id,received,closed,channel\n1,2025-01-01,2025-01-03,web\n2,2025-02-30,,web\n", encoding="utf-8"
    )
    report = answer("report", path, "--out", tmp_path / "out.xlsx", "--lang", "en")
    rows = openpyxl.load_workbook(tmp_path / "out.xlsx")["Notes"].iter_rows(values_only=True)
    notes: dict[str, object] = {}
    for label, value, *_rest in rows:
        notes.setdefault(label, value)
    assert notes["SHA-256"] == report["sources"][0]["sha256"]
    assert notes["As of"] == dt.datetime(2025, 1, 3)
    assert "Kaplan-Meier" in notes["Median days"]
    assert "2025-02-30" in notes["rows.csv, row 3, received"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_title_is_in_the_language_asked_for(zammad, tmp_path, lang):
    answer("report", zammad, "--out", tmp_path / "out.xlsx", "--lang", lang)
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    titles = [*book.sheetnames, *(cell.value for sheet in list(book)[1:4] for cell in sheet[1] if cell.value)]
    own = [title for title in titles if title not in {"电话", "网页", "小程序"}]
    assert [
        title for title in own if any("\u4e00" <= letter <= "\u9fff" for letter in title) != (lang == "zh")
    ] == []


def test_text_that_looks_like_a_formula_or_a_link_stays_text_everywhere(tmp_path):
    path = tmp_path / "live.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for column, title in enumerate(["case number", "received", "closed", "channel", "status", "company"]):
            sheet.write_string(0, column, title)
        for row, text in enumerate(LIVE, start=1):
            for column, value in enumerate([f"{text}{row}", "2025-01-01", "2025-01-05", text, text, text]):
                sheet.write_string(row, column, value)
    answer("report", path, "--out", tmp_path / "out.xlsx", "--lang", "en")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]
    shown = {cell.value for cell in cells}
    assert {text.strip() for text in LIVE} <= {value.strip() for value in shown if isinstance(value, str)}


@pytest.mark.office
@pytest.mark.parametrize(
    "name", ["boston311/boston311-100.csv", pytest.param("receipt-log/receipt.csv", marks=pytest.mark.slow)]
)
def test_libreoffice_opens_it_and_shows_the_same_numbers(name, tmp_path):
    report = answer("report", shared_data(name), "--out", tmp_path / "out.xlsx", "--lang", "en")
    text = text_of(as_pdf(tmp_path / "out.xlsx", tmp_path))
    for row in report["resolution"]:
        assert row["channel"] in text
        assert f"{row['median_days']:.2f}" in text


def test_an_older_workbook_of_that_name_stays_until_the_new_one_is_whole(zammad, tmp_path):
    out = tmp_path / "out.xlsx"
    out.write_bytes(b"old")
    answer("report", zammad, "--out", out)
    assert zipfile.is_zipfile(out)
    assert not list(tmp_path.glob("*.part"))
