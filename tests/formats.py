"""Writers of small tables in every format that an export comes in, for round trips."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import xlsxwriter

Value = str | int | float | bool | dt.datetime | None
Rows = Sequence[Sequence[Value]]


def shown(value: Value) -> str:
    """The text that a reader must give for a value that was written with its type."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, float):
        return f"{value:.9f}".rstrip("0").rstrip(".")
    return str(value)


def write_xlsx(path: Path, rows: Rows) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("数据")
        stamp = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for row, values in enumerate(rows):
            for column, value in enumerate(values):
                if isinstance(value, bool):
                    sheet.write_boolean(row, column, value)
                elif isinstance(value, dt.datetime):
                    sheet.write_datetime(row, column, value, stamp)
                elif isinstance(value, int | float):
                    sheet.write_number(row, column, value)
                elif value:
                    sheet.write_string(row, column, value)
    return path


def write_openpyxl(path: Path, rows: Rows, *, date_1904: bool = False) -> Path:
    book = openpyxl.Workbook()
    if date_1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = book.active
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(row, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    book.save(path)
    return path


def write_text(path: Path, rows: Rows, encoding: str, delimiter: str = ",", newline: str = "\r\n") -> Path:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=csv.QUOTE_MINIMAL)
    writer.writerows([[shown(value) for value in row] for row in rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_html(path: Path, rows: Rows, encoding: str = "utf-8", *, declared: bool = True) -> Path:
    body = "".join(
        "<tr>"
        + "".join(
            "<td style='mso-number-format:\"\\@\"'>"
            + html.escape(shown(value)).replace("\n", "<br>")
            + "</td>"
            for value in row
        )
        + "</tr>\r\n"
        for row in rows
    )
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={encoding}">' if declared else ""
    page = (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>'
        f"{meta}<style>td{{mso-number-format:General}}</style></head><body><table border=1>{body}</table></body></html>"
    )
    path.write_bytes(page.encode(encoding))
    return path


def write_spreadsheetml(path: Path, rows: Rows) -> Path:
    kinds = {bool: "Boolean", int: "Number", float: "Number", dt.datetime: "DateTime", str: "String"}

    def cell(column: int, value: Value) -> str:
        if value is None or value == "":
            return ""
        text = f"{value:%Y-%m-%dT%H:%M:%S}.000" if isinstance(value, dt.datetime) else str(value)
        text = str(int(value)) if isinstance(value, bool) else text
        text = escape(text, {"\n": "&#10;", "\r": "&#13;"})
        return f'<Cell ss:Index="{column}"><Data ss:Type="{kinds[type(value)]}">{text}</Data></Cell>'

    body = "".join(
        f'<Row ss:Index="{number}">{"".join(cell(column, value) for column, value in enumerate(row, 1))}</Row>'
        for number, row in enumerate(rows, 1)
    )
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'<Worksheet ss:Name="数据"><Table>{body}</Table></Worksheet></Workbook>',
        encoding="utf-8",
    )
    return path


ODS = "urn:oasis:names:tc:opendocument:xmlns:"


def write_ods(path: Path, rows: Rows) -> Path:
    body = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, row)) or '<table:table-cell/>'}</table:table-row>"
        for row in rows
    )
    return pack_ods(path, f'<table:table table:name="数据">{body}</table:table>')


def pack_ods(path: Path, tables: str, before: str = "") -> Path:
    """An .ods of these tables; ``before`` stands before the root of its content."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<office:document-content xmlns:office="{ODS}office:1.0" '
        f'xmlns:table="{ODS}table:1.0" xmlns:text="{ODS}text:1.0" '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
    return path


def _ods_cell(value: Value) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, bool):
        return f'<table:table-cell office:value-type="boolean" office:boolean-value="{str(value).lower()}"/>'
    if isinstance(value, dt.datetime):
        return f'<table:table-cell office:value-type="date" office:date-value="{value:%Y-%m-%dT%H:%M:%S}"/>'
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value!r}"/>'
    paragraphs = "".join(f"<text:p>{_spaced(line)}</text:p>" for line in value.split("\n"))
    return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'


def _spaced(line: str) -> str:
    return escape(line).replace("\t", "<text:tab/>").replace("  ", ' <text:s text:c="1"/>')


def write_xlsb(path: Path, rows: Rows) -> Path:
    """The smallest .xlsb that Excel's format description allows (MS-XLSB): one sheet, shared strings, one date format."""
    strings: list[str] = []
    body = _record(129) + _record(148, struct.pack("<4I", 0, len(rows) - 1, 0, 30)) + _record(145)
    for number, row in enumerate(rows):
        body += _record(0, struct.pack("<IIHHBI", number, 0, 255, 0, 0, 0))
        for column, value in enumerate(row):
            body += _xlsb_cell(column, value, strings)
    body += _record(146) + _record(130)
    table = _record(159, struct.pack("<II", len(strings), len(strings)))
    table += b"".join(_record(19, b"\x00" + _wide(text)) for text in strings) + _record(160)
    pack_xlsb(path, body, table)
    return path


def pack_xlsb(path: Path, sheet: bytes, strings: bytes) -> Path:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kinds = "application/vnd.ms-excel."
    book = _record(131) + _record(143)
    book += (
        _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("数据")) + _record(144) + _record(132)
    )
    styles = _record(278) + _record(615, struct.pack("<I", 1))
    styles += _record(44, struct.pack("<H", 164) + _wide("yyyy-mm-dd hh:mm:ss")) + _record(616)
    styles += _record(617, struct.pack("<I", 2))
    styles += b"".join(_record(47, struct.pack("<HHHHH6x", 0, form, 0, 0, 0)) for form in (0, 164))
    styles += _record(618) + _record(279)
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.bin" ContentType="{kinds}sheet.binary.macroEnabled.main"/>'
        f'<Override PartName="/xl/worksheets/sheet1.bin" ContentType="{kinds}worksheet"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.bin"/>'
        f'<Relationship Id="rId2" Type="{office}/sharedStrings" Target="sharedStrings.bin"/>'
        f'<Relationship Id="rId3" Type="{office}/styles" Target="styles.bin"/></Relationships>',
        "xl/workbook.bin": book,
        "xl/worksheets/sheet1.bin": sheet,
        "xl/sharedStrings.bin": strings,
        "xl/styles.bin": styles,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def _xlsb_cell(column: int, value: Value, strings: list[str]) -> bytes:
    if value is None or value == "":
        return b""
    head = struct.pack("<II", column, 1 if isinstance(value, dt.datetime) else 0)
    if isinstance(value, bool):
        return _record(4, head + bytes([value]))
    if isinstance(value, dt.datetime):
        value = (value - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
    if isinstance(value, int | float):
        return _record(5, head + struct.pack("<d", value))
    strings.append(value)
    return _record(7, head + struct.pack("<I", len(strings) - 1))


def _wide(text: str) -> bytes:
    raw = text.encode("utf-16-le")
    return struct.pack("<I", len(raw) // 2) + raw


def _record(kind: int, body: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = len(body), b""
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 0x7F else 0)])
        size >>= 7
        if not size:
            return head + length + body


def attribute(text: str) -> str:
    """A text as an XML attribute with its quotes."""
    return quoteattr(text)
