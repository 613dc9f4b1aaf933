"""Text on its way out: nothing that a spreadsheet program would run, nothing spoiled, nothing lost without a word."""

from __future__ import annotations

import csv
import io
import sys
import unicodedata

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.i18n import use_language
from casework.workbooks.cells import MAX_TEXT, can_be_table, cell_text, sheet_name, width
from casework.workbooks.csv import BOM, csv_bytes
from casework.workbooks.live import LIVE as LIVE_PATTERN
from casework.workbooks.live import is_harmless, is_live, neutral
from casework.workbooks.sheets import Column, Sheet, plain_sheet

from .cases import texts
from .vectors import DASHED, HARMLESS, LIVE

any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def rows_of(content: bytes) -> list[list[str]]:
    assert content.startswith(BOM)
    text = content[len(BOM) :].decode("utf-8")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize("text", LIVE, ids=ascii)
def test_a_live_text_gets_an_apostrophe_and_quotes_in_cells_and_headers(text):
    content = csv_bytes(plain_sheet("x", pa.table({text: [text]})))
    assert rows_of(content) == [["'" + text], ["'" + text]]
    assert b"\"'" in content


@pytest.mark.parametrize("text", HARMLESS)
def test_numbers_telephones_and_dashes_stay_as_they_are(text):
    assert rows_of(csv_bytes(plain_sheet("x", pa.table({"header": [text]}))))[1] == [text]


@pytest.mark.parametrize("text", DASHED)
def test_other_text_behind_a_dash_stays_readable_behind_an_apostrophe(text):
    assert neutral(text) == "'" + text


def test_a_number_in_disguise_is_not_harmless():
    for text in ("-1+1", "+1-1", "-5\t=1", "-5\n", "-A1", "+1 1=1", "-1*2", "+SUM(1)", "+86 138=1"):
        assert not is_harmless(text), text


def test_the_rule_is_the_stated_one_for_every_character():
    """The ranges in the pattern are those of unicodedata: first character after white space and format characters."""
    wrong = []
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        if unicodedata.category(char) in {"Cs", "Cn"}:  # unassigned: a newer Unicode may know it
            continue
        starts = unicodedata.normalize("NFKC", char)[:1] in tuple("=+-@") or char in "\t\r\n\0"
        blank = char.isspace() or unicodedata.category(char) in {"Cf", "Cc", "Zs", "Zl", "Zp"}
        if is_live(char + "x") != starts or is_live(char + "=1") != (starts or blank):
            wrong.append(hex(code))
    assert wrong == []


@given(st.lists(any_text | st.sampled_from(LIVE + HARMLESS), min_size=1, max_size=5))
def test_arrow_and_python_read_the_same_rule(cells):
    found = pc.match_substring_regex(pa.array(cells, pa.string()), LIVE_PATTERN).to_pylist()
    assert found == [is_live(cell) for cell in cells]


@given(st.lists(st.tuples(any_text, any_text), max_size=8))
def test_any_text_comes_back_from_csv_but_for_the_apostrophe(rows):
    table = pa.table({"a": [a for a, _ in rows], "b": [b for _, b in rows]}, pa.schema([("a", "string"), ("b", "string")]))  # fmt: skip
    assert rows_of(csv_bytes(plain_sheet("x", table)))[1:] == [[neutral(a), neutral(b)] for a, b in rows]


def test_typed_numbers_stay_numbers_and_missing_values_are_empty():
    stamps = pa.array([1_700_000_000_000_000, None], pa.timestamp("us"))
    table = pa.table({"n": [-5, 7], "x": [-1.5, None], "t": stamps, "s": ["", None]})
    lines = csv_bytes(plain_sheet("x", table))[len(BOM) :].decode().split("\r\n")
    assert lines == ['"n","x","t","s"', '-5,-1.5,2023-11-14 22:13:20,""', "7,,,", ""]


def test_hours_without_seconds_are_written_to_the_minute():
    table = pa.table({"t": pa.array([1_700_000_040_000_000], pa.timestamp("us"))})
    assert csv_bytes(plain_sheet("x", table)).decode("utf-8-sig").splitlines()[1] == "2023-11-14 22:14"


def test_a_text_that_is_too_long_is_cut_and_says_so():
    with use_language("en"):
        cut = cell_text("x" * 40_000)
    assert len(cut) <= MAX_TEXT
    assert cut.endswith("[cut here: 40000 characters, a cell holds 32,767]")
    assert cell_text("x" * MAX_TEXT) == "x" * MAX_TEXT
    assert len(cell_text("😀" * 20_000).encode("utf-16-le")) // 2 <= MAX_TEXT


@given(st.lists(any_text, max_size=6))
def test_every_sheet_gets_a_name_of_its_own_that_excel_takes(wanted):
    names: list[str] = []
    for name in wanted:
        names.append(sheet_name(name, names))
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert 1 <= len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert name[0] != "'" != name[-1]
        assert name.casefold() != "history"
        assert name.isprintable()


@pytest.mark.parametrize("text", LIVE, ids=ascii)
def test_no_sheet_is_named_like_a_formula(text):
    assert not is_live(sheet_name(text))


@given(texts)
def test_a_chinese_character_is_two_wide(text):
    assert width("案件" + text) >= 4
    assert width("a\n案件\nb") == 4


def test_a_table_needs_headers_that_differ():
    assert can_be_table(["a", "b"])
    for titles in (["a", "A"], ["a", ""], ["a", "b\nc"], ["a", "x" * 256], ["a", "_x0041_"]):
        assert not can_be_table(titles)


def test_marks_and_formats_do_not_reach_csv():
    sheet = Sheet("x", pa.table({"0": ["a"]}), (Column("案件", "marked"),), marked={0: pa.array([True])})
    assert rows_of(csv_bytes(sheet)) == [["案件"], ["a"]]
