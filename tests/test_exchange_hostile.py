"""Files made to hurt: each ends soon, in a child of limited size, with one line for the person and nothing left over."""

from __future__ import annotations

import os
import struct
import time
import zipfile
from pathlib import Path

import pytest

from casework.errors import BadFile, CaseworkError
from casework.exchange.read import read_export
from casework.i18n import use_language
from tests.formats import pack_ods, pack_xlsb, write_html, write_spreadsheetml, write_text, write_xlsx
from tests.test_exchange_formats import hand_made, zip_of

SECONDS = 10.0
TABLE = [["工单号", "登记日期", "办结日期"], ["1", "2025-01-02", "2025-01-09"], ["2", "2025-01-03", ""]]
HEAD = "".join(
    f'<c r="{c}1" t="inlineStr"><is><t>{t}</t></is></c>' for c, t in zip("ABC", TABLE[0], strict=True)
)
BODY = "".join(
    f'<c r="{c}2" t="inlineStr"><is><t>{t}</t></is></c>' for c, t in zip("ABC", TABLE[1], strict=True)
)
MERGE, COLUMNS = '<mergeCell ref="A1:XFD1048576"/>', '<col min="1" max="4294967295" hidden="1"/>'
ROWS = f'<row r="1">{HEAD}</row><row r="2">{BODY}</row>'


@pytest.fixture(autouse=True)
def english():
    with use_language("en"):
        yield


@pytest.fixture(autouse=True)
def a_gigabyte(monkeypatch):
    """The child may not have more than this; a genuine file of this size needs a fraction."""
    monkeypatch.setenv("CASEWORK_PARSE_MEMORY_MB", "1024")


def outcome(path: Path) -> str:
    """``"read N"``, or the refusal's line. Fails where it took too long or was no refusal."""
    began = time.monotonic()
    try:
        ending = f"read {read_export(path).source.rows}"
    except CaseworkError as error:
        ending = str(error)
    assert time.monotonic() - began < SECONDS
    assert "\n" not in ending and "Traceback" not in ending
    return ending


def refusal(path: Path) -> str:
    ending = outcome(path)
    assert not ending.startswith("read "), ending
    return ending


SHEETS = {
    "the last cell of all": f'<sheetData>{ROWS}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
    "a row that cannot be": f'<sheetData>{ROWS}<row r="4294967295"><c r="A4294967295"><v>1</v></c></row></sheetData>',
    "a column that cannot be": f'<sheetData>{ROWS}<row r="3"><c r="ZZZZZZZ3"><v>1</v></c></row></sheetData>',
    "a style that is not there": f'<sheetData>{ROWS}<row r="3"><c r="A3" s="4294967295"><v>1</v></c></row></sheetData>',
    "a string that is not there": f'<sheetData>{ROWS}<row r="3"><c r="A3" t="s"><v>4294967295</v></c></row></sheetData>',
    "an attribute of 20 MB": f'<sheetData>{ROWS}<row r="3" x="{"a" * (20 << 20)}"/></sheetData>',
    "a text of 40 MB": f'<sheetData>{ROWS}<row r="3"><c r="A3" t="inlineStr"><is><t>{"b" * (40 << 20)}</t></is></c></row></sheetData>',
    "elements 100,000 deep": f"<sheetData>{ROWS}</sheetData>{'<x>' * 100_000}{'</x>' * 100_000}",
    "merges without end": f"<sheetData>{ROWS}</sheetData><mergeCells>{MERGE * 20_000}</mergeCells>",
    "hidden columns without end": f'<cols>{COLUMNS * 1000}</cols><sheetData>{ROWS}</sheetData>',
}  # fmt: skip


@pytest.mark.parametrize("what", SHEETS)
def test_a_sheet_that_lies_ends_soon(what, tmp_path, monkeypatch):
    monkeypatch.setenv("CASEWORK_MAX_RATIO", "100000")  # past the first gate, to the readers
    ending = outcome(hand_made(tmp_path / "a.xlsx", SHEETS[what]))
    assert "a.xlsx" in ending or ending.startswith("read ")


def test_a_sheet_that_declares_all_cells_and_has_few_is_read(tmp_path):
    sheet = f'<dimension ref="A1:XFD1048576"/><sheetData>{ROWS}</sheetData>'
    assert outcome(hand_made(tmp_path / "a.xlsx", sheet)) == "read 1"


def test_a_million_empty_styled_rows_are_no_rows(tmp_path):
    empty = "".join(f'<row r="{row}" s="1" customFormat="1"/>' for row in range(3, 1_000_000))
    assert outcome(hand_made(tmp_path / "a.xlsx", f"<sheetData>{ROWS}{empty}</sheetData>")) == "read 1"


def test_two_thousand_references_to_one_long_string_end_soon(tmp_path, monkeypatch):
    monkeypatch.setenv("CASEWORK_MAX_RATIO", "100000")
    many = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(3, 2003))
    path = hand_made(
        tmp_path / "a.xlsx",
        f"<sheetData>{ROWS}{many}</sheetData>",
        strings=f"<si><t>{'x' * (1 << 20)}</t></si>",
    )
    assert "a.xlsx" in refusal(path)


def test_a_false_count_of_strings_is_not_believed(tmp_path):
    path = hand_made(tmp_path / "a.xlsx", f"<sheetData>{ROWS}</sheetData>", strings="<si><t>x</t></si>")
    lying = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(lying, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(
                name, content.replace(b"<sst ", b'<sst count="4294967295" uniqueCount="4294967295" ')
            )
    ending = outcome(lying)
    assert ending == "read 1" or "b.xlsx" in ending


def test_a_part_that_expands_out_of_proportion_is_not_opened(tmp_path):
    path = hand_made(tmp_path / "a.xlsx", f"<sheetData>{'<row/>' * 3_000_000}</sheetData>")
    assert "CASEWORK_MAX_RATIO" in refusal(path)


def test_an_expansion_of_100_to_1_over_the_cap_is_refused_and_the_cap_can_be_raised(tmp_path, monkeypatch):
    noise = os.urandom(64).hex().encode()
    path = zip_of(tmp_path / "a.zip", {f"{n}.csv": b"a,b\n" + noise * 20_000 for n in range(3)})
    monkeypatch.setenv("CASEWORK_MAX_EXPANDED_MB", "4")
    assert "CASEWORK_MAX_EXPANDED_MB" in refusal(path)
    monkeypatch.setenv("CASEWORK_MAX_EXPANDED_MB", "64")
    assert "CASEWORK_MAX_EXPANDED_MB" not in refusal(path)


def test_a_size_that_the_directory_lies_about_is_found_while_unpacking(tmp_path, monkeypatch):
    path = zip_of(tmp_path / "a.zip", {"a.csv": b"a,b\n" + b"1,2\n" * 3_000_000})
    raw = bytearray(path.read_bytes())
    place = raw.rfind(b"PK\x01\x02")
    raw[place + 24 : place + 28] = struct.pack("<I", 10)  # the uncompressed size, in the directory
    path.write_bytes(raw)
    monkeypatch.setenv("CASEWORK_MAX_EXPANDED_MB", "1")
    assert "a.zip" in refusal(path)


DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY e SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"]
)
def test_no_part_of_a_workbook_may_declare_a_document_type(part, tmp_path):
    good = hand_made(tmp_path / "a.xlsx", f"<sheetData>{ROWS}</sheetData>")
    bad = tmp_path / "b.xlsx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(bad, "w") as new:
        for name in old.namelist():
            new.writestr(name, (DOCTYPE.encode() if name == part else b"") + old.read(name))
    assert "document type" in refusal(bad)


def test_a_document_type_behind_a_long_comment_expands_nothing(tmp_path):
    good = hand_made(tmp_path / "a.xlsx", f"<sheetData>{ROWS}</sheetData>")
    bad = tmp_path / "b.xlsx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(bad, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith("sheet1.xml"):
                content = (
                    b"<!--" + b"x" * 9000 + b"-->" + DOCTYPE.encode() + content.replace(b"2025-01-02", b"&e;")
                )
            new.writestr(name, content)
    assert "root:" not in refusal(bad)


def test_no_ods_and_no_spreadsheetml_may_declare_a_document_type(tmp_path):
    table = '<table:table><table:table-row><table:table-cell office:value-type="string"><text:p>&e;</text:p></table:table-cell></table:table-row></table:table>'
    assert "document type" in refusal(pack_ods(tmp_path / "a.ods", table, DOCTYPE))
    path = write_spreadsheetml(tmp_path / "a.xls", TABLE)
    text = path.read_text(encoding="utf-8").replace("<?mso", DOCTYPE + "<?mso").replace("2025-01-02", "&e;")
    path.write_text(text, encoding="utf-8")
    assert "document type" in refusal(path)
    path.write_text("<?xml version='1.0'?><!--" + "x" * 70_000 + "-->" + text[21:], encoding="utf-8")
    assert "root:" not in refusal(path)


def test_entities_of_a_web_page_are_not_expanded(tmp_path):
    path = write_html(tmp_path / "a.xls", TABLE)
    text = path.read_text(encoding="utf-8").replace("2025-01-02", "&e;&b;")
    path.write_text(DOCTYPE + text, encoding="utf-8")
    ending = outcome(path)
    assert "root:" not in ending


def test_repeats_of_an_ods_are_counted_before_they_are_made(tmp_path):
    cell = '<table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p></table:table-cell>'
    table = f'<table:table><table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row></table:table>'
    assert "CASEWORK_MAX" in refusal(pack_ods(tmp_path / "a.ods", table))
    spaces = '<table:table><table:table-row><table:table-cell><text:p><text:s text:c="2000000000"/>x</text:p></table:table-cell></table:table-row></table:table>'
    assert "a.ods" in refusal(pack_ods(tmp_path / "a.ods", spaces))


def test_jumps_of_spreadsheetml_are_bounded(tmp_path):
    path = write_spreadsheetml(tmp_path / "a.xls", TABLE)
    text = path.read_text(encoding="utf-8")
    for far in (
        '<Row ss:Index="4294967295">',
        '<Row ss:Index="9"><Cell ss:Index="99999999"><Data ss:Type="String">x</Data></Cell>',
    ):
        path.write_text(text.replace("</Table>", f'{far}<Cell><Data ss:Type="String">x</Data></Cell></Row></Table>'), encoding="utf-8")  # fmt: skip
        assert "CASEWORK_MAX" in refusal(path)


def test_a_hundred_thousand_nested_tables_end_soon(tmp_path):
    path = tmp_path / "a.xls"
    path.write_text("<html><body>" + "<table><tr><td>" * 100_000 + "x", encoding="utf-8")
    assert "a.xls" in refusal(path)


def test_cells_that_span_everything_are_bounded(tmp_path):
    path = tmp_path / "a.xls"
    row = "<tr>" + "<td colspan=99999999 rowspan=99999999>x" * 50
    path.write_text(f"<table>{row * 50}</table>", encoding="utf-8")
    assert "a.xls" in refusal(path)


def test_an_attribute_of_20_mb_in_a_page_ends_soon(tmp_path):
    path = write_html(tmp_path / "a.xls", TABLE)
    text = path.read_text(encoding="utf-8").replace("<table ", f'<table x="{"y" * (20 << 20)}" ')
    path.write_text(text, encoding="utf-8")
    assert outcome(path)


def test_one_endless_line_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a" * (20 << 20))
    assert "a.csv" in refusal(path)
    path.write_bytes(b"a," * (10 << 20))
    assert "CASEWORK_MAX_COLUMNS" in refusal(path)


def test_an_ole_header_that_lies_is_refused(tmp_path):
    head = bytearray(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "Workbook".encode("utf-16-le") + b"\0" * 2000
    )
    head[24:34] = struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6)
    for place, value in (
        (44, 0xFFFFFFF0),
        (48, 0xFFFFFFF0),
        (60, 0x7FFFFFFF),
        (64, 0x7FFFFFFF),
        (72, 0x7FFFFFFF),
    ):
        lie = bytearray(head)
        lie[place : place + 4] = struct.pack("<I", value)
        path = tmp_path / "a.xls"
        path.write_bytes(lie)
        assert "a.xls" in refusal(path)


def test_a_binary_workbook_whose_counts_lie_is_contained(tmp_path):
    strings = b"\x9f\x01\x08" + struct.pack("<II", 0xFFFFFFFF, 0xFFFFFFFF)
    sheet = b"\x81\x01\x00\x94\x01\x10" + struct.pack("<4I", 0, 0xFFFFFFFE, 0, 0xFFFFFFFE)
    assert "a.xlsb" in refusal(pack_xlsb(tmp_path / "a.xlsb", sheet, strings))


def test_a_zip_in_a_zip_and_a_zip_of_nothing_are_refused_by_name(tmp_path):
    inner = zip_of(tmp_path / "inner.zip", {"a.csv": b"a,b\n"})
    disguised = {"in.zip": inner.read_bytes(), "in.csv": inner.read_bytes()}
    assert "in.zip" in refusal(zip_of(tmp_path / "a.zip", {"in.zip": disguised["in.zip"]}))
    assert "in.csv" in refusal(zip_of(tmp_path / "b.zip", {"in.csv": disguised["in.csv"]}))
    assert "c.zip" in refusal(zip_of(tmp_path / "c.zip", {}))


def test_paths_in_a_zip_lead_nowhere(tmp_path):
    content = write_text(tmp_path / "good.csv", TABLE, "utf-8").read_bytes()
    path = zip_of(
        tmp_path / "a.zip",
        {"../../../evil.csv": content, "/evil-from-a-zip.csv": content, "..\\evil2.csv": content},
    )
    before = set(tmp_path.rglob("*"))
    assert outcome(path).startswith("read ")
    assert set(tmp_path.rglob("*")) == before
    assert not Path("/evil-from-a-zip.csv").exists()


def test_a_link_and_an_encrypted_member_are_refused(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        entry = zipfile.ZipInfo("a.csv")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    assert "link" in refusal(path)
    path = zip_of(tmp_path / "b.zip", {"a.csv": b"a,b\n1,2\n"})
    raw = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.find(mark) + place] |= 1
    path.write_bytes(raw)
    assert "password" in refusal(path)


def test_parts_of_the_same_name_are_refused(tmp_path):
    path = write_xlsx(tmp_path / "a.xlsx", TABLE)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/workbook.xml", "<x/>")
    assert "same name" in refusal(path)


def test_too_many_parts_are_refused(tmp_path):
    assert "CASEWORK_MAX_ENTRIES" in refusal(
        zip_of(tmp_path / "a.zip", {f"{n}.csv": b"" for n in range(2100)})
    )


def test_what_the_gates_let_through_still_reads(tmp_path):
    """The other side of every refusal above: a small genuine file of each kind."""
    assert outcome(write_xlsx(tmp_path / "a.xlsx", TABLE)) == "read 2"
    assert outcome(write_html(tmp_path / "a.xls", TABLE)) == "read 2"
    assert outcome(write_spreadsheetml(tmp_path / "b.xls", TABLE)) == "read 2"
    with pytest.raises(BadFile):
        read_export(zip_of(tmp_path / "a.zip", {"a.txt": b"no table here\n"}))
