"""What is no export is refused with one clear line, exit 2, and nothing is left behind."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from .commands import refusal
from .shared import shared_data


def workbook(path: Path, rows: list[list[str]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate(rows):
            for column, text in enumerate(cells):
                sheet.write_string(number, column, text)
    return path


def made(tmp_path: Path) -> dict[str, tuple[Path, str]]:
    """Bad files by what is wrong with them, with a word that the refusal must say."""
    whole = workbook(tmp_path / "whole.xlsx", [["received", "channel"], ["2025-01-01", "web"]] * 400)
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(whole.read_bytes()[:-300])
    empty = tmp_path / "empty.xlsx"
    empty.write_bytes(b"")
    picture = tmp_path / "picture.xlsx"
    picture.write_bytes(bytes(range(256)) * 40)
    archive = tmp_path / "archive.xlsx"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("letter.pdf", "%PDF-1.4")
    page = tmp_path / "page.xls"
    page.write_text("<html><p>Your session has expired.</p></html>", encoding="utf-8")
    folder = tmp_path / "folder.xlsx"
    folder.mkdir()
    blank = tmp_path / "blank.csv"
    blank.write_text("\n\n\n", encoding="utf-8")
    return {
        "cut off": (cut, "damaged"),
        "empty": (empty, "empty"),
        "not a spreadsheet": (picture, "neither a spreadsheet"),
        "another zip": (archive, "not a spreadsheet"),
        "a web page": (page, "web page"),
        "a folder": (folder, "folder"),
        "missing": (tmp_path / "missing.xlsx", "no such file"),
        "a pattern of nothing": (tmp_path / "*.ods", "No file matches"),
        "blank lines": (blank, "blank lines"),
        "headers only": (workbook(tmp_path / "headers.xlsx", [["received", "closed", "channel"]]), "no rows"),
        "no date": (
            workbook(tmp_path / "nodate.xlsx", [["name", "age"], ["a", "1"], ["b", "2"]]),
            "received date",
        ),
        "no cells": (workbook(tmp_path / "nothing.xlsx", []), "no rows"),
    }


@pytest.mark.parametrize("fault", ["cut off", "empty", "not a spreadsheet", "another zip", "a web page", "a folder", "missing", "a pattern of nothing", "blank lines", "headers only", "no date", "no cells"])  # fmt: skip
def test_a_bad_file_is_refused_in_one_line_that_says_what_and_where(fault, tmp_path):
    path, word = made(tmp_path)[fault]
    before = sorted(tmp_path.rglob("*"))
    line = refusal("report", path, "--lang", "en", "--out", tmp_path / "out.xlsx")
    assert word.lower() in line.lower()
    assert path.name in line
    assert sorted(tmp_path.rglob("*")) == before, "a refused report must leave nothing behind"


@pytest.mark.parametrize("name", ["calamine__pass_protected.xlsx", "openspout__file_corrupted.xlsx", "openspout__attack_quadratic_blowup.xlsx", "edr__TestFail_Binary.xls", "calamine__OOM_alloc3.xls"])  # fmt: skip
def test_real_bad_files_are_refused_too(name):
    line = refusal("report", shared_data(f"messy/{name}"), "--lang", "en")
    assert name in line
    assert ("password" in line) == ("pass_protected" in name)


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'


def crafted(path: Path, sheet: str) -> Path:
    """A small valid workbook whose sheet is replaced by hostile XML."""
    plain = io.BytesIO()
    with xlsxwriter.Workbook(plain) as book:
        book.add_worksheet().write_string(0, 0, "received")
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            target.writestr(entry.filename, sheet if entry.filename.endswith("sheet1.xml") else content)
    return path


@pytest.mark.parametrize(
    "cell",
    ['<row r="1"><c r="XFD1048576" t="n"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>', '<row r="4294967295"><c r="A4294967295"><v>1</v></c></row>'],
    ids=["the last cell of all", "a row that cannot be"],
)  # fmt: skip
def test_a_small_file_that_makes_the_parser_abort_is_contained(cell, tmp_path):
    """1.8 KB that ask for 550 GB: the parser dies in its own process, and the person reads a line."""
    path = crafted(tmp_path / "bomb.xlsx", SHEET.format(cell))
    assert path.stat().st_size < 10_000
    assert "bomb.xlsx" in refusal("report", path, "--lang", "en")


def test_a_zip_that_expands_out_of_proportion_is_not_opened(tmp_path):
    path = crafted(tmp_path / "bomb.xlsx", SHEET.format("<row/>" * 3_000_000))
    assert "expands" in refusal("report", path, "--lang", "en")


def test_the_refusal_speaks_the_language_asked_for(tmp_path):
    assert refusal("report", tmp_path / "没有.xlsx", "--lang", "zh") != refusal(
        "report", tmp_path / "没有.xlsx", "--lang", "en"
    )


@pytest.mark.parametrize("arguments", [["lab", "--port", "99999"], ["report", "--month", "2025-13", "x.csv"], ["report", "--as-of", "soon", "x.csv"], ["report", "x.csv", "--lang", "fr"], ["fly"], []])  # fmt: skip
def test_wrong_arguments_are_refused_in_one_line(arguments):
    refusal(*arguments)


def test_a_report_into_a_folder_that_is_not_there_is_refused(tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("id,received\n1,2025-01-01\n", encoding="utf-8")
    line = refusal("report", path, "--out", tmp_path / "nowhere" / "out.xlsx", "--lang", "en")
    assert "nowhere: There is no such folder." in line
