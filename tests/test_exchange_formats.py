"""A table written in any format, encoding and dialect reads back equal."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from casework.errors import BadFile, NotFound
from casework.exchange.archive import read_members
from casework.exchange.guard import file_kind
from casework.exchange.peek import peek
from casework.exchange.spreadsheet import read_sheet
from casework.i18n import use_language
from tests.formats import (
    pack_ods,
    shown,
    write_html,
    write_ods,
    write_openpyxl,
    write_spreadsheetml,
    write_text,
    write_xlsb,
    write_xlsx,
)
from tests.grids import by_libreoffice, cells, first, grids, members, trimmed

HAN = "投訴诉受理渠道电话網页小程序已办结處理中的一是不了在人有我他这这個个𠮷𤭢㐂龘"
PLAIN = "abcXYZ 0123456789,;'\"|#<>&=+-@/\\_%"


@pytest.fixture(autouse=True)
def english():
    with use_language("en"):
        yield


def texts(alphabet: str, *, lines: bool = True) -> st.SearchStrategy[str]:
    """Text as a cell holds it: no blanks at its ends, which some formats do not keep."""
    more = "\n" if lines else ""
    return st.text(alphabet + more, max_size=12).map(lambda text: text.strip()).filter(_fair)


def _fair(text: str) -> bool:
    return "  " not in text and " \n" not in text and "\n " not in text and not text.startswith('="')


STAMPS = st.datetimes(dt.datetime(1911, 1, 1), dt.datetime(2099, 12, 31)).map(
    lambda stamp: stamp.replace(microsecond=0)
)
NUMBERS = st.integers(-(10**15) + 1, 10**15 - 1) | st.decimals(
    -(10**6), 10**6, places=3, allow_nan=False, allow_infinity=False
).map(float).map(lambda value: value + 0.0)
IDENTIFIERS = st.from_regex(r"0[0-9]{3,17}", fullmatch=True)
TYPED = st.one_of(texts(HAN + PLAIN + "😀é"), IDENTIFIERS, NUMBERS, STAMPS, st.booleans(), st.none())


def tables(values: st.SearchStrategy[object]) -> st.SearchStrategy[list[list[object]]]:
    """A header without blanks, then rows of the same width, none of them blank."""
    return st.integers(2, 5).flatmap(
        lambda width: st.lists(
            st.lists(values, min_size=width, max_size=width).filter(lambda row: any(map(shown, row))),
            min_size=1,
            max_size=6,
        ).map(lambda rows: [[f"列{place}x" for place in range(width)], *rows])
    )


WRITERS = {
    "table.xlsx": write_xlsx,
    "openpyxl.xlsx": write_openpyxl,
    "wrong-name.csv": write_xlsx,
    "table.xlsb": write_xlsb,
    "table.ods": write_ods,
    "html.xls": write_html,
    "xml.xls": write_spreadsheetml,
}


@pytest.mark.parametrize("name", WRITERS)
@settings(max_examples=settings.default.max_examples // 3)
@given(table=tables(TYPED))
def test_a_typed_table_reads_back_equal(name, table, tmp_path):
    path = WRITERS[name](tmp_path / name, table)
    grid = first(path)
    assert trimmed(cells(grid)) == trimmed([[shown(value) for value in row] for row in table])
    assert grid.errors == {}


@settings(max_examples=settings.default.max_examples // 3)
@given(table=tables(TYPED), data=st.data())
def test_the_first_look_and_a_few_columns_agree_with_the_whole(table, data, tmp_path):
    path = write_xlsx(tmp_path / "table.xlsx", table)
    whole = first(path)
    head = peek(path)
    assert head is not None
    assert trimmed(cells(head)) == trimmed(cells(whole))
    chosen = data.draw(st.sets(st.integers(0, len(table[0]) - 1), min_size=1))
    some = read_sheet(path, "xlsx", "数据", sorted(chosen))
    assert some.loaded == chosen
    for place in chosen:
        assert some.columns[place].equals(whole.columns[place])


# Encodings, and the characters that each can hold.
ENCODINGS = {
    "utf-8": HAN + "😀é",
    "utf-8-sig": HAN + "😀é",
    "utf-16": HAN + "😀é",
    "utf-16-le": HAN + "😀é",
    "utf-16-be": HAN + "😀é",
    "utf-32": HAN + "😀é",
    "utf-32-le": HAN,
    "gb18030": "投诉受理渠道电话网页小程序已办结处理中的一是不了在人有我他这个",
    "big5": "投訴受理渠道電話網頁小程序已辦結處理中的一是不了在人有我他這個",
    "cp1252": "éüßñçàø€",
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@settings(max_examples=settings.default.max_examples // 3)
@given(data=st.data())
def test_delimited_text_reads_back_equal_in_every_encoding(encoding, data, tmp_path):
    letters = ENCODINGS[encoding]
    words = st.text(letters, min_size=2, max_size=8)
    mixed = words | texts('abcXYZ 0123456789,;"|<>=+-', lines=False) | IDENTIFIERS
    width = data.draw(st.integers(2, 5))
    head = data.draw(st.lists(words, min_size=width, max_size=width))
    rows = data.draw(
        st.lists(st.lists(mixed, min_size=width, max_size=width).filter(any), min_size=1, max_size=6)
    )
    delimiter = data.draw(st.sampled_from(",\t;|"))
    newline = data.draw(st.sampled_from(["\r\n", "\n", "\r"]))
    clean = [
        [cell.replace(",", " ").replace(";", " ").replace("|", " ").strip() for cell in row] for row in rows
    ]
    path = write_text(tmp_path / "table.csv", [head, *clean], encoding, delimiter, newline)
    grid = first(path)
    assert trimmed(cells(grid)) == trimmed([head, *clean])
    assert grid.encoding == {"utf-8-sig": "utf-8"}.get(encoding, encoding)


@pytest.mark.parametrize("delimiter", ["\t", ",", ";", "|"])
@settings(max_examples=settings.default.max_examples // 3)
@given(table=tables(texts(HAN + PLAIN).filter(lambda text: text[:1] not in "'#")))
def test_cells_with_quotes_separators_and_lines_survive(delimiter, table, tmp_path):
    regular = [*table, *([["甲乙丙"] * len(table[0])] * 20)]  # evidence for the separator
    path = write_text(tmp_path / "table.xls", regular, "utf-8", delimiter)
    assert cells(first(path)) == [[shown(value) for value in row] for row in regular]


@pytest.mark.parametrize("encoding", ["gb2312", "gbk", "big5", "utf-8", "utf-16"])
@pytest.mark.parametrize("declared", [True, False])
def test_html_is_read_in_the_encoding_it_is_written_in(encoding, declared, tmp_path):
    simplified = encoding in ("gb2312", "gbk")
    table = (
        [["工单号", "受理渠道"], ["007", "电话"]] if simplified else [["編號", "受理渠道"], ["007", "電話"]]
    )
    assert cells(first(write_html(tmp_path / "a.xls", table, encoding, declared=declared))) == table


def test_html_with_all_that_offices_put_in_it(tmp_path):
    page = """<html><head><title>x</title><style>td{}</style></head><body><table><tr><td>menu</td></tr></table>
    <table border=1><tr><td colspan=3>投诉登记表<tr><td rowspan=2>工单号<td colspan=2>登记</tr>
    <tr><td>日期<th>人</tr><tr style="display:none"><td x:str>007&nbsp;<td>2024-01-01<br>12:00
    <td x:num="123456789012345">1.23E+14</td></tr><tr><td>&lt;b&gt; &amp; &#x4e2d;
    <td><table><tr><td>a<td>b<tr><td>c<td>d</table><td><p>x</p><p>y</p></table></body></html>"""
    path = tmp_path / "a.xls"
    path.write_bytes(page.encode("gbk"))
    outer, inner = grids(path)
    assert cells(outer) == [
        ["投诉登记表", "", ""],
        ["工单号", "登记", ""],
        ["", "日期", "人"],
        ["007", "2024-01-01\n12:00", "123456789012345"],
        ["<b> & 中", "", "x\ny"],
    ]
    assert cells(inner) == [["a", "b"], ["c", "d"]]
    assert outer.merged == ((0, 0, 0, 2), (1, 0, 2, 0), (1, 1, 1, 2))
    assert (outer.hidden_rows, outer.hidden_spans) == (1, ((4, 4),))


def test_a_web_archive_is_read_like_the_page_in_it(tmp_path):
    path = tmp_path / "a.xls"
    path.write_bytes(
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=X\r\n\r\n--X\r\n"
        b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"<table><tr><td>a=3Db<td>2<tr><td>3<td>4</table>\r\n--X--\r\n"
    )
    assert cells(first(path)) == [["a=b", "2"], ["3", "4"]]


def test_spreadsheetml_with_jumps_merges_errors_and_comments(tmp_path):
    path = tmp_path / "a.xls"
    path.write_text(
        """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
        <Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
         xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:schemas-microsoft-com:office:excel">
        <Worksheet ss:Name="隐"><Table/><x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>
        </Worksheet><Worksheet ss:Name="一"><Table><Column ss:Index="2" ss:Hidden="1"/>
        <Row ss:Index="2"><Cell ss:MergeAcross="1"><Data ss:Type="String">标题 & x</Data></Cell>
        <Cell><Data ss:Type="DateTime">2024-01-02T03:04:05.000</Data></Cell></Row>
        <Row ss:Hidden="1"><Cell ss:Index="3"><Data ss:Type="Number">1.5</Data>
        <Comment><ss:Data>note</ss:Data></Comment></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell>
        <Cell><Data ss:Type="Error">#REF!</Data></Cell></Row></Table></Worksheet></Workbook>""",
        encoding="utf-8",
    )
    shown_sheet, hidden_sheet = grids(path)
    assert hidden_sheet.hidden and hidden_sheet.height == 0
    assert cells(shown_sheet)[1:] == [
        ["标题 & x", "", "2024-01-02 03:04:05", "", ""],
        ["", "", "1.5", "true", ""],
    ]
    assert shown_sheet.errors == {(2, 4): "#REF!"}
    assert shown_sheet.merged == ((1, 0, 1, 1),)
    assert (shown_sheet.hidden_spans, shown_sheet.hidden_columns) == (((3, 3),), (1,))


def test_spreadsheetml_in_gbk_is_read(tmp_path):
    path = write_spreadsheetml(tmp_path / "a.xls", [["工单号", "渠道"], ["007", "电话"]])
    text = path.read_text(encoding="utf-8").replace('encoding="UTF-8"', 'encoding="GB2312"')
    path.write_bytes(text.encode("gbk"))
    grid = first(path)
    assert cells(grid) == [["工单号", "渠道"], ["007", "电话"]]
    assert grid.encoding == "gb2312"


def test_an_ods_with_repeats_covered_cells_notes_and_typed_values(tmp_path):
    path = pack_ods(
        tmp_path / "a.ods",
        """<table:table table:name="一"><table:table-column table:number-columns-repeated="2"/>
        <table:table-column table:visibility="collapse"/><table:table-header-rows><table:table-row>
        <table:table-cell table:number-columns-spanned="2"><text:p>标题</text:p></table:table-cell>
        <table:covered-table-cell/><table:table-cell table:number-columns-repeated="2"><text:p>x</text:p>
        <office:annotation><text:p>note</text:p></office:annotation></table:table-cell></table:table-row>
        </table:table-header-rows><table:table-row table:number-rows-repeated="2" table:visibility="filter">
        <table:table-cell office:value-type="currency" office:value="12.50"><text:p>¥12.50</text:p></table:table-cell>
        <table:table-cell office:value-type="percentage" office:value="0.5"/>
        <table:table-cell office:value-type="date" office:date-value="2024-01-02"/>
        <table:table-cell office:value-type="time" office:time-value="PT30H05M07S"/></table:table-row>
        <table:table-row table:number-rows-repeated="1048000"><table:table-cell
        table:number-columns-repeated="16384"/></table:table-row></table:table>""",
    )
    grid = first(path)
    typed = ["12.5", "0.5", "2024-01-02 00:00:00", "30:05:07"]
    assert cells(grid) == [["标题", "", "x", "x"], typed, typed]
    assert grid.merged == ((0, 0, 0, 1),)
    assert (grid.hidden_rows, grid.hidden_spans, grid.hidden_columns) == (2, ((2, 3),), (2,))


def hand_made(path: Path, sheet: str, *, styles: str = "", strings: str = "", book: str = "") -> Path:
    """An .xlsx with this sheet XML inside ``worksheet``, and these ``xf`` records and ``si`` entries."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}">{book}<sheets><sheet name="S" sheetId="1" r:id="a"/></sheets></workbook>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="a" '
            f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="a" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="b" Type="{office}/styles" Target="styles.xml"/>'
            f'<Relationship Id="c" Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/styles.xml", f'<styleSheet xmlns="{main}"><cellXfs>{styles or "<xf/>"}</cellXfs></styleSheet>'
        )
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{main}">{strings}</sst>')
        archive.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{main}">{sheet}</worksheet>')
    return path


def test_hidden_rows_hidden_columns_and_merges_of_an_xlsx_are_told(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 1, 0, 2, "登记")
        for row in range(1, 9):
            sheet.write_row(row, 1, [f"a{row}", row, row])
        sheet.set_column(2, 2, None, None, {"hidden": True})
        for row in (3, 4, 7):
            sheet.set_row(row, None, None, {"hidden": True})
        sheet.autofilter(1, 1, 8, 3)
    for grid in (first(path), peek(path)):
        assert grid is not None
        assert cells(grid)[4] == ["", "a4", "4", "4"]  # read, hidden or not; and the blank column A stays
        assert (grid.hidden_rows, grid.hidden_spans) == (3, ((4, 5), (8, 8)))
        assert grid.hidden_columns == (2,)
        assert grid.merged == ((0, 1, 0, 2),)


def test_dates_in_chinese_built_in_formats_are_dates(tmp_path):
    """Numbers 31 and 57 are yyyy年m月d日 and yyyy年m月: Chinese Excel writes them without saying what they mean."""
    path = hand_made(
        tmp_path / "a.xlsx",
        '<sheetData><row r="1"><c r="A1" s="1"><v>45292</v></c><c r="B1" s="2"><v>45292.5</v></c>'
        '<c r="C1"><v>45292</v></c></row></sheetData>',
        styles='<xf numFmtId="0"/><xf numFmtId="31"/><xf numFmtId="57"/>',
    )
    assert cells(first(path)) == [["2024-01-01 00:00:00", "2024-01-01 12:00:00", "45292"]]


@pytest.mark.parametrize("extension", ["", '<x:workbookPr xmlns:x="urn:x" chartTrackingRefBase="1"/>'])
@pytest.mark.parametrize("flag", ["1", "true"])
def test_the_1904_system_is_honoured_however_it_is_written(flag, extension, tmp_path):
    path = hand_made(
        tmp_path / "a.xlsx",
        '<sheetData><row r="1"><c r="A1" s="1"><v>43830.25</v></c></row></sheetData>',
        styles='<xf numFmtId="0"/><xf numFmtId="22"/>',
        book=f'<workbookPr date1904="{flag}"/>{extension}',
    )
    head = peek(path)
    assert head is not None and head.date_1904
    assert cells(first(path)) == cells(head) == [["2024-01-01 06:00:00"]]


def test_every_kind_of_cell_of_an_xlsx_is_read(tmp_path):
    path = hand_made(
        tmp_path / "a.xlsx",
        '<sheetData><row r="2"><c r="B2" t="s"><v>0</v></c><c r="C2" t="inlineStr"><is><t xml:space="preserve"> i </t>'
        '</is></c><c r="D2" t="str"><f>"a"&amp;"b"</f><v>ab</v></c><c r="E2"><f>1+1</f><v>2</v></c>'
        '<c r="F2" t="b"><v>1</v></c><c r="G2" t="e"><v>#DIV/0!</v></c><c r="H2" t="d"><v>2024-01-02T03:04:05</v></c>'
        '<c r="I2"><v>123456789012345</v></c><c r="J2"><v>1.0</v></c><c r="K2"><v>1.2E+11</v></c></row></sheetData>',
        strings="<si><r><t>富</t></r><r><t>文本</t></r><rPh sb='0' eb='1'><t>フ</t></rPh></si>",
    )
    expected = [
        "",
        "富文本",
        " i ",
        "ab",
        "2",
        "true",
        "",
        "2024-01-02T03:04:05",
        "123456789012345",
        "1",
        "120000000000",
    ]
    head = peek(path)
    assert head is not None
    for grid in (first(path), head):
        assert cells(grid) == [[""] * 11, expected]
        assert grid.errors == {(1, 6): "#DIV/0!"}
        assert list(grid.row_numbers) == [1, 2]


def test_the_first_look_takes_only_the_first_rows(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(20_000):
            sheet.write_row(row, 0, [f"编号{row}", row, "电话"])
    head = peek(path)
    assert head is not None
    assert head.height == 400
    assert cells(head)[399] == ["编号399", "399", "电话"]


def test_a_separator_line_says_the_separator_and_is_no_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbfsep=;\r\na;b,c\r\n1;2\r\n")
    grid = first(path)
    assert cells(grid) == [["a", "b,c"], ["1", "2"]]
    assert list(grid.row_numbers) == [1, 2]


def test_text_that_pretends_to_be_a_formula_to_save_its_zeros_is_the_text(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('no,x\n="0012",a\n"=""0013""",b\n=1+1,c\n', encoding="utf-8")
    assert [row[0] for row in cells(first(path))] == ["no", "0012", "0013", "=1+1"]


def test_a_quote_that_is_never_closed_swallows_no_rows(tmp_path):
    path = tmp_path / "a.txt"
    lines = ["no\ttext", '1\t"5 inch', *(f"{n}\tplain" for n in range(2, 200))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert [row[0] for row in cells(first(path))][1:] == [str(n) for n in range(1, 200)]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_character_cut_through_by_a_byte_count_does_not_spoil_the_rest(encoding, tmp_path):
    path = tmp_path / "a.csv"
    good = "工单号,内容\n" + "".join(f"{n},投诉内容是处理电话的问题\n" for n in range(50))
    raw = good.encode(encoding)
    path.write_bytes(raw + b"50," + "投".encode(encoding)[:1] + b"\n")
    grid = first(path)
    assert grid.encoding == encoding
    assert cells(grid)[50] == ["49", "投诉内容是处理电话的问题"]


def test_stray_zero_bytes_are_no_text_and_no_obstacle(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"no,name\n1,abc\x00\n" + b"2,defghijklmnopqrstuvwxyz\n" * 10)
    assert cells(first(path))[1] == ["1", "abc"]


def zip_of(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_a_zip_of_exports_gives_each_of_them(tmp_path):
    table = [["号", "渠道"], ["1", "电话"]]
    files = {
        "一月/导出.xlsx": write_xlsx(tmp_path / "a.xlsx", table).read_bytes(),
        "导出.csv": write_text(tmp_path / "a.csv", table, "gb18030").read_bytes(),
        "页.xls": write_html(tmp_path / "a.xls", table).read_bytes(),
        "说明.pdf": b"%PDF-1.7",
        "inner.zip": b"PK\x05\x06" + b"\0" * 18,
        "__MACOSX/._x.csv": b"x",
        ".hidden.csv": b"x",
        "empty.csv": b"",
    }
    path = zip_of(tmp_path / "all.zip", files)
    assert file_kind(path) == "zip"
    skipped: list[tuple[str, str]] = []
    folder = tmp_path / "work"
    folder.mkdir()
    names = [(name, cells(first(file))) for name, file in read_members(path, folder, skipped)]
    assert names == [("导出.xlsx", table), ("导出.csv", table), ("页.xls", table)]
    assert [name for name, _reason in skipped] == ["说明.pdf", "inner.zip", "empty.csv"]
    assert "unpack" in dict(skipped)["inner.zip"]
    assert list(folder.iterdir()) == []


def test_names_that_chinese_windows_wrote_are_shown_as_they_were_meant(tmp_path):
    path = zip_of(tmp_path / "a.zip", {"AAAA.csv": b"a,b\n1,2\n"})
    raw = path.read_bytes().replace(b"AAAA.csv", "导出".encode("gbk") + b".csv")
    path.write_bytes(raw)
    assert list(members(path)) == ["导出.csv"]


@given(name=st.text(min_size=1, max_size=60))
@example(name="../../etc/passwd.csv")
@example(name="/etc/x.csv")
@example(name="C:\\x\\..\\y.csv")
@example(name="a\u202egpj.csv")
@example(name="\0")
def test_no_name_in_a_zip_leads_out_of_the_folder(name, tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        try:
            archive.writestr(name, b"a,b\n1,2\n")
        except (UnicodeEncodeError, ValueError, IndexError):  # a name that the writer itself cannot take
            return
    path = tmp_path / "a.zip"
    path.write_bytes(buffer.getvalue())
    folder = tmp_path / "only-here"
    folder.mkdir(exist_ok=True)
    try:
        for shown_name, file in read_members(path, folder):
            assert file.parent == folder
            assert file.stem.isdigit()
            assert shown_name.isprintable() and "/" not in shown_name and len(shown_name.encode()) <= 150
    except BadFile:
        pass
    assert list(folder.iterdir()) == []


REFUSED = {
    "a PDF": (b"%PDF-1.7\n1 0 obj", "PDF"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "picture"),
    "a photograph": (b"\xff\xd8\xff\xe0\0\x10JFIF", "picture"),
    "a RAR": (b"Rar!\x1a\x07\x01\x00", "RAR"),
    "a 7z": (b"7z\xbc\xaf\x27\x1c\0\x04", "7z"),
    "a gzip": (b"\x1f\x8b\x08\0\0\0\0\0", "gzip"),
    "a database": (b"SQLite format 3\0", "database"),
    "Word in old form": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + "WordDocument".encode("utf-16-le"), "Word"),
    "rich text": (b"{\\rtf1\\ansi x}", "Word"),
    "an encrypted workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le"), "password"),
    "an ancient workbook": (b"\x09\x00\x04\x00\x02\x00\x10\x00", "old Excel"),
    "other XML": (b"<?xml version='1.0'?><note/>", "XML"),
    "a page without a table": (b"<html><body>login</body></html>", "no table"),
    "nothing": (b"", "empty"),
    "blanks": (b"\r\n\r\n", "blank"),
    "noise": (bytes(range(256)) * 20, "neither"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_table_is_refused_by_its_name(what, tmp_path):
    content, word = REFUSED[what]
    path = tmp_path / "export.xls"
    path.write_bytes(content)
    with pytest.raises(BadFile) as caught:
        first(path)
    assert word in str(caught.value)


@pytest.mark.parametrize(
    ("part", "word"), [("word/document.xml", "Word"), ("ppt/presentation.xml", "PowerPoint")]
)
def test_other_office_documents_are_refused_by_their_name(part, word, tmp_path):
    path = zip_of(tmp_path / "a.xlsx", {"[Content_Types].xml": b"<Types/>", part: b"<x/>"})
    with pytest.raises(BadFile, match=word):
        file_kind(path)


def test_an_ods_with_a_password_says_so(tmp_path):
    path = zip_of(
        tmp_path / "a.ods",
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": b"\x01\x02",
            "META-INF/manifest.xml": b"<m:manifest><m:encryption-data/></m:manifest>",
        },
    )
    with pytest.raises(BadFile, match="password"):
        file_kind(path)


def test_a_folder_and_a_missing_file_are_told_apart(tmp_path):
    with pytest.raises(BadFile, match="folder"):
        file_kind(tmp_path)
    with pytest.raises(NotFound):
        file_kind(tmp_path / "no.xlsx")


def test_a_limit_can_be_raised_at_the_desk_and_the_refusal_names_it(tmp_path, monkeypatch):
    path = write_text(tmp_path / "a.csv", [["a", "b", "c"]] * 5, "utf-8")
    monkeypatch.setenv("CASEWORK_MAX_COLUMNS", "2")
    with pytest.raises(BadFile, match="CASEWORK_MAX_COLUMNS"):
        first(path)
    monkeypatch.setenv("CASEWORK_MAX_COLUMNS", "3")
    assert first(path).height == 5


@pytest.mark.office
def test_what_libreoffice_writes_reads_like_the_original(tmp_path):
    table = [
        ["工单号", "登记日期", "金额", "备注"],
        ["007", dt.datetime(2024, 1, 2, 3, 4, 5), 12.5, "a,b\n“c”"],
        ["370601234567890123", dt.datetime(2023, 12, 31), 123456789012345, "𠮷😀"],
    ]
    path = write_xlsx(tmp_path / "t.xlsx", table)
    expected = [[shown(value) for value in row] for row in table]
    for kind in ("ods", "xls"):
        [made] = by_libreoffice([path], tmp_path, kind)
        assert trimmed(cells(first(made))) == expected, kind


def test_a_cell_that_names_another_row_than_its_own_makes_no_new_row(tmp_path):
    path = hand_made(
        tmp_path / "a.xlsx",
        '<sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="2"><c r="A65536"><v>2</v></c><c r="B2"><v>3</v></c></row></sheetData>',
    )
    assert cells(first(path)) == [["1", ""], ["2", "3"]]


def test_errors_are_told_at_their_place_however_many_columns_are_loaded(tmp_path):
    path = hand_made(
        tmp_path / "a.xlsx",
        '<sheetData><row r="2"><c r="B2"><v>1</v></c><c r="C2" t="e"><v>#N/A</v></c>'
        '<c r="D2" t="e"><v>#DIV/0!</v></c><c r="E2"><v>1</v></c></row></sheetData>',
    )
    assert first(path).errors == {(1, 2): "#N/A", (1, 3): "#DIV/0!"}
    assert read_sheet(path, "xlsx", "S", [0, 3, 4]).errors == {(1, 3): "#DIV/0!"}
    assert read_sheet(path, "xlsx", "S", [2]).errors == {(1, 2): "#N/A"}
    assert read_sheet(path, "xlsx", "S", [1, 4]).errors == {}


def test_an_entry_without_a_name_is_passed_over(tmp_path):
    path = zip_of(tmp_path / "a.zip", {"N.csv": b"a,b\n", "b.csv": b"a,b\n1,2\n"})
    path.write_bytes(path.read_bytes().replace(b"N.csv", b"\0.csv"))  # a name ends at its first zero byte
    assert list(members(path)) == ["b.csv"]
