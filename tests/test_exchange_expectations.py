"""Every file that another project keeps because it once broke a reader: read as its own tests say, or refused."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from casework.errors import BadFile
from casework.exchange.guard import file_kind
from casework.exchange.peek import peek
from casework.exchange.readers import open_tables
from casework.i18n import use_language
from tests.grids import cells, first, grids, trimmed
from tests.shared import shared_data

TRUE_DATE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def messy(name: str) -> Path:
    return shared_data(f"messy/{name}")


def rows(name: str, sheet: int = 0) -> list[list[str]]:
    return cells(grids(messy(name))[sheet])


@pytest.fixture(autouse=True)
def english():
    with use_language("en"):
        yield


def test_every_file_that_has_an_expectation_is_spoken_of_here():
    with messy("EXPECT.tsv").open(encoding="utf-8") as file:
        named = {row[0] for row in csv.reader(file, delimiter="\t")} - {"file"}
    text = Path(__file__).read_text(encoding="utf-8")
    assert {name for name in named if name not in text} == set()


# One row of cells each, by the row's index.
ROWS = [
    ("calamine__date.xlsx", 0, ["2021-01-01 00:00:00", "15"]),
    ("calamine__date.xlsx", 2, ["255:10:10", "17"]),
    ("calamine__date_iso.xlsx", 0, ["2021-01-01"]),
    ("calamine__date_iso.xlsx", 1, ["2021-01-01T10:10:10"]),
    ("calamine__date_iso.xlsx", 2, ["10:10:10"]),
    *(("calamine__date_quoted_format.xlsx", row, ["2021-01-01 00:00:00"]) for row in range(4)),
    ("openspout__sheet_with_different_numeric_value_dates.xlsx", 0, ["2015-09-01 00:00:00", "2015-09-02 00:00:00", "2015-09-01 22:23:00"]),
    ("openspout__sheet_with_same_numeric_value_durations_formatted_differently.xlsx", 1, ["3:07:05"] * 12),
    ("openspout__sheet_with_same_numeric_value_durations_formatted_differently.xlsx", 2, ["0:07:05"] * 12),
    ("openspout__sheet_with_same_numeric_value_durations_formatted_differently.xlsx", 3, ["0:00:05"] * 12),
    ("openspout__sheet_with_custom_date_formats_and_no_apply_number_format.xlsx", 0, ["42382", "42382", "2016-01-13 00:00:00", "2016-01-13 00:00:00", "4:43:25"]),
    ("readxl__dates-1904.xls", 0, ["2000-01-01 00:00:00"] * 5),
    ("readxl__texty-dates-xlsx.xlsx", 1, ["1985-03-11 13:00:00"]),
    ("readxl__texty-dates-xlsx.xlsx", 2, ["1985-03-11 13:23:32"]),
    ("edr__Test_Issue_DateFormatButNotDate.xlsx", 0, ["columna", "columnb", "columnc", "columnd", "columne"]),
    ("edr__Test_Issue_DateFormatButNotDate.xlsx", 1, ["1", "2", "3", "2013-12-10 00:00:00", "red"]),
    ("edr__Test_Issue_DateFormatButNotDate.xlsx", 2, ["", "", "", "", "yellow"]),
    ("edr__Test_git_Issue_649_Date1904_Parsings.xlsx", 11, [""] * 12 + ["2023-09-01 00:00:00"]),
    ("edr__Format49_@.xlsx", 0, ["2010-05-05", "1.1", "2.2", "123", "2,2"]),
    ("readxl__unnamed-duplicated-columns.xlsx", 0, ["", "var2", "", "var2"]),
    ("readxl__whitespace-xlsx.xlsx", 0, [" <-space, space-> "]),
    ("calamine__header-row.xlsx", 8, ["Columns", "Column A", "Column B", "Column C"]),
    ("calamine__temperature-in-middle.xlsx", 3, ["", "label", "value"]),
    ("calamine__temperature-in-middle.xlsx", 5, ["", "fahrenheit", "72"]),
    ("calamine__whitespace_trim.xlsx", 0, ["trimmed value", "value with tabs", " \t\n", "clean text"]),
    ("openspout__sheet_with_row_not_starting_at_column_a.xlsx", 0, ["", "", "s1--C1", "s1--D1", "s1--E1"]),
    ("openspout__sheet_with_pronunciation.xlsx", 0, ["名前", "一二三四"]),
    ("sheetjs__crlf__crlf.xlsx", 0, ["Normal", "abc\ndef"]),
    ("calamine__nonstandard-xml-ns-prefix.xlsx", 1, ["1", "3"]),
    ("edr__Fillreport.xlsx", 0, ["Fills Reported as of 04/01/2016 12:55:42"] + [""] * 9),
    ("openspout__one_sheet_with_invalid_xml_characters.xlsx", 0, ["Invalid & character"]),
    ("sheetjs__wps__fn.xlsx", 0, ["Name", "Example", "Result"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "row", "expected"), ROWS)
def test_a_row_reads_as_the_peers_own_test_says(name, row, expected):
    assert rows(name)[row] == expected


SIZES = [
    ("edr__Fillreport.xlsx", 0, 20, 10),
    ("edr__Test_git_issue_271_InvalidDimension.xlsx", 0, 9, 3),
    ("edr__Test_BlankHeader.xlsx", 0, 6, 4),
    ("edr__AllColumnsNotReadInHiddenTable.xls", 1, 51, 6),
    ("openspout__sheet_with_strict_ooxml.xlsx", 0, 2, 92),
    ("sheetjs__phpexcel_bad_cfb_dir.xls", 0, 3, 30),
]


@pytest.mark.parametrize(("name", "sheet", "height", "width"), SIZES)
def test_a_sheet_has_the_size_that_the_peers_own_test_says(name, sheet, height, width):
    grid = grids(messy(name))[sheet]
    assert (grid.height, len(grid.columns)) == (height, width)


def test_a_second_before_the_leap_day_that_never_was_is_a_date_and_no_duration():
    dates = rows("openspout__sheet_with_different_numeric_value_dates.xlsx")[1]
    assert dates[0] in ("1900-02-27 23:59:59", "1900-02-28 23:59:59")  # the peers disagree
    assert dates[1:] == ["1900-03-01 00:00:00", "1900-02-28 11:00:00"]


def test_no_second_is_lost_to_rounding():
    for stamp, text in rows("readxl__datetime-rounding.xlsx")[1:]:
        assert stamp == text


def test_letters_in_the_names_of_colours_make_no_dates():
    values = [row[0] for row in rows("readxl__color-date-xlsx.xlsx")]
    assert values and not any(TRUE_DATE.match(value) for value in values)


def test_a_list_column_has_a_date_among_its_kinds():
    sheet = dict(row[:2] for row in rows("readxl__clippy.xlsx"))
    assert sheet["Species"] == "paperclip"
    assert sheet["Approx date of death"] == "2007-01-01 00:00:00"


def test_hidden_sheets_come_last_and_say_so():
    found = grids(messy("calamine__any_sheets.xlsx"))
    assert [(grid.sheet, grid.hidden) for grid in found if grid.sheet != "Chart"] == [
        ("Visible", False),
        ("Hidden", True),
        ("VeryHidden", True),
    ]
    assert grids(messy("edr__AllColumnsNotReadInHiddenTable.xls"))[1].hidden


def test_text_dates_of_a_hidden_sheet_stay_text():
    hidden = grids(messy("edr__AllColumnsNotReadInHiddenTable.xls"))[1]
    assert hidden.sheet == "_Hidden2"
    assert hidden.row(1)[0] == "21/09/2015"


def test_a_workbook_of_seven_sheets_with_a_false_count_of_strings_reads_whole():
    found = grids(messy("calamine__gh548_incorrect_sst_unique_count.xls"))
    data = found[0]
    assert data.sheet == "System Level Data"
    assert data.row(9)[2] == "11th May 2023"
    assert len(found) >= 7
    assert any(grid.hidden for grid in found)


def test_merged_areas_near_the_top_are_told():
    assert set(first(messy("edr__Test_MergedCell.xlsx")).merged) == {(1, 0, 2, 1), (1, 2, 5, 2), (3, 0, 5, 0), (6, 0, 6, 2)}  # fmt: skip
    assert (0, 0, 0, 1) in first(messy("openspout__two_sheets_with_merged_cells.xlsx")).merged


def test_an_error_of_a_function_only_wps_knows_is_an_error_and_not_a_value():
    grid = first(messy("sheetjs__wps__fn.xlsx"))
    assert grid.errors == {(2, 2): "#VALUE!"}


def test_blanks_around_text_stay_in_the_cell_and_go_from_the_row():
    grid = first(messy("readxl__whitespace-xlsx.xlsx"))
    assert cells(grid)[1] == [" <-space"]
    assert grid.row(1) == ["<-space"]


REFUSALS = [
    ("openspout__file_with_sheet_xml_not_matching_content_types.xlsx", "damaged"),
    ("openspout__attack_quadratic_blowup.xlsx", "document type"),
    ("edr__TestFail_Binary.xls", "picture"),
    ("calamine__OOM_alloc3.xls", "damaged"),
    ("calamine__pass_protected.xlsx", "password"),
]


@pytest.mark.parametrize(("name", "word"), REFUSALS)
def test_what_cannot_be_read_is_refused_by_what_it_is(name, word):
    with pytest.raises(BadFile) as caught:
        grids(messy(name))
    assert word in str(caught.value)
    assert "\n" not in str(caught.value)


def test_text_under_the_name_of_a_workbook_is_read_as_the_text_it_is():
    """openspout__file_corrupted.xlsx: 71 bytes of CSV. Content decides, and the table is there."""
    path = messy("openspout__file_corrupted.xlsx")
    assert file_kind(path) == "text"
    assert first(path).row(0) == ["csv--11", "csv--12", "csv--13"]


def test_the_first_look_at_a_workbook_shows_what_the_whole_reading_shows():
    compared = 0
    for path in sorted(messy("EXPECT.tsv").parent.glob("*.xlsx")):
        try:
            whole = list(open_tables(path, file_kind(path)))
        except BadFile:
            continue
        for grid in whole:
            head = peek(path, grid.sheet) if grid.height else None
            if head is not None:
                compared += 1
                assert trimmed(cells(head)) == trimmed(cells(grid, head.height)), path.name
                assert head.date_1904 == grid.date_1904
                assert head.hidden == grid.hidden
    assert compared > 25


STANDARD = [[f"csv--{row}{column}" for column in (1, 2, 3)] for row in (1, 2, 3)]
CSV = [
    ("csv_standard", STANDARD, "utf-8"),
    ("csv_with_utf8_bom", STANDARD, "utf-8"),
    ("csv_with_utf16le_bom", STANDARD, "utf-16"),
    ("csv_with_utf16be_bom", STANDARD, "utf-16"),
    ("csv_with_utf32le_bom", STANDARD, "utf-32"),
    ("csv_with_encoding_utf16le_no_bom", STANDARD, "utf-16-le"),
    ("csv_with_encoding_cp1252", STANDARD, "utf-8"),
    ("csv_with_CR_EOL", STANDARD, "utf-8"),
    ("csv_delimited_with_pipes", STANDARD, "utf-8"),
    ("csv_text_enclosed_with_pound", [["This is, a comma", "csv--12", "csv--13"], STANDARD[1]], "utf-8"),
    ("csv_with_comma_enclosed", [["This is, a comma", "csv--12"], STANDARD[1][:2]], "utf-8"),
    ("csv_with_line_breaks", [["This is,\na comma", "csv--12"]], "utf-8"),
    ("csv_with_different_cells_number", [STANDARD[0], [*STANDARD[1][:2], ""], ["csv--31", "", ""]], "utf-8"),
    ("csv_with_empty_cells", [STANDARD[0], ["csv--21", "", "csv--23"], ["csv--31", "csv--32", ""]], "utf-8"),
    ("csv_with_multiple_empty_lines", [[""] * 3, STANDARD[1], [""] * 3, ["csv--41", "csv--42", "csv--43"], [""] * 3], "utf-8"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "expected", "encoding"), CSV)
def test_a_text_file_reads_as_its_source_says(name, expected, encoding):
    grid = first(shared_data(f"messy-csv/openspout__{name}.csv"))
    assert cells(grid) == expected
    assert grid.encoding == encoding


@pytest.mark.parametrize("name", ["csv_empty", "csv_all_lines_empty"])
def test_a_text_file_without_a_text_is_refused(name):
    with pytest.raises(BadFile):
        first(shared_data(f"messy-csv/openspout__{name}.csv"))
