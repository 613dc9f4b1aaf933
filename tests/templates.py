"""Templates for tests, made by XlsxWriter and openpyxl, and ways to look into a filled one."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from casework.workbooks.template import fill_template

AS_OF = dt.date(2026, 10, 31)
VALUES: dict[str, object] = {
    "received": 128,
    "closed": 97,
    "open": 31,
    "month": "2026-10",
    "as_of": AS_OF,
    "made_at": dt.datetime(2026, 11, 2, 9, 15),
}
FIELDS = {
    "resolution": ("channel", "n", "median_days"),
    "backlog": ("channel", "total"),
    "months": ("month", "n"),
}
ALIASES = {"接收": "received", "办理时长": "resolution", "渠道": "channel", "件数": "n"}


def records(count: int) -> list[dict[str, object]]:
    return [{"channel": f"渠道{i}", "n": 10 * (i + 1), "median_days": i + 0.25} for i in range(count)]


def lists(count: int = 5) -> dict[str, list[dict[str, object]]]:
    return {
        "resolution": records(count),
        "backlog": [{"channel": f"积压{i}", "total": i + 1} for i in range(3)],
        "months": [{"month": f"2026-{i:02d}", "n": i} for i in range(1, 11)],
    }


def fill(template: bytes, count: int = 5, **more: object) -> bytes:
    return fill_template(
        template, {**VALUES, **more}, lists(count), name="模板.xlsx", fields=FIELDS, aliases=ALIASES
    )


def made(draw: Callable[[Any, Any], None], sheet: str = "汇总") -> bytes:
    """A template that ``draw(book, sheet)`` fills with XlsxWriter."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": True}) as book:
        draw(book, book.add_worksheet(sheet))
    return buffer.getvalue()


def cells(*rows: tuple[object, ...], first: int = 0) -> bytes:
    """A template with these rows of texts and formulas, from row ``first`` (counted from 0)."""

    def draw(_book: Any, sheet: Any) -> None:
        for place, row in enumerate(rows, start=first):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(place, column, value)

    return made(draw)


def logo() -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (48, 48), (180, 30, 40)).save(buffer, "PNG")
    return buffer.getvalue()


def office_template() -> bytes:
    """What an office would make: title, facts, a styled list with totals, a picture, and a chart below the list."""

    def draw(book: Any, sheet: Any) -> None:
        title = book.add_format({"bold": True, "font_size": 16, "font_color": "#1F4E79"})
        head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1})
        body = book.add_format({"border": 1, "num_format": "0.0", "font_color": "#7F0000"})
        count = book.add_format({"border": 1, "num_format": "#,##0"})
        day = book.add_format({"num_format": "yyyy/mm/dd", "italic": True})
        sheet.insert_image("F1", "logo.png", {"image_data": io.BytesIO(logo())})
        sheet.write("A1", "消费投诉月报 {{month}}", title)
        sheet.write("A2", "截至{{as_of}}，共接收{{received}}件")
        sheet.write("A3", "截止日")
        sheet.write("B3", "{{as_of}}", day)
        sheet.write_row("A5", ["渠道", "件数", "中位天数", "占比"], head)
        sheet.write("A6", "{{resolution.channel}}", body)
        sheet.write("B6", "{{resolution.n}}", count)
        sheet.write("C6", "{{resolution.median_days}}", body)
        sheet.write_formula("D6", "=B6/B$7", body)
        sheet.set_row(5, 21)
        sheet.write("A7", "合计", head)
        sheet.write_formula("B7", "=SUM(B6:B6)", head)
        sheet.write_formula("C7", "=MAX(C6)", head)
        sheet.merge_range("A9:D9", "制表：{{made_at}}", head)
        sheet.set_row(8, 30)
        sheet.set_column(0, 3, 14)
        sheet.conditional_format("B6", {"type": "cell", "criteria": ">", "value": 30, "format": head})
        sheet.data_validation("A6:A6", {"validate": "list", "source": ["a", "b"]})
        sheet.write_url("A10", "internal:'汇总'!A7", string="合计")
        chart = book.add_chart({"type": "column"})
        chart.add_series({"name": "=汇总!$B$5", "categories": "=汇总!$A$6:$A$6", "values": "=汇总!$B$6:$B$6"})
        chart.set_title({"name": "{{month}}各渠道件数"})
        sheet.insert_chart("A12", chart)
        sheet.print_area("A1:G30")
        sheet.set_footer("&L{{month}}&R&P")
        other = book.add_worksheet("引用")
        other.write_formula("A1", "=汇总!B7+SUM(汇总!B6:B6)")
        other.write_formula("A2", "=汇总!A9")

    return made(draw)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(
    data: bytes, changes: dict[str, Callable[[bytes], bytes]], more: dict[str, bytes] | None = None
) -> bytes:
    """The same package with parts changed or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**parts(data), **(more or {})}.items():
            archive.writestr(name, changes.get(name, lambda same: same)(content))
    return buffer.getvalue()


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def grid(data: bytes, sheet: str = "汇总", width: int = 4) -> list[list[object]]:
    """The values of a sheet by openpyxl, formulas as text."""
    return [[cell.value for cell in row[:width]] for row in opened(data)[sheet].iter_rows(max_col=width)]


def formulas(data: bytes, part: str) -> list[str]:
    """The references of a chart."""
    return re.findall(r"<c:f>([^<]*)</c:f>", parts(data)[part].decode())


def converted(data: bytes, folder: Path, kind: str) -> bytes:
    """The workbook as LibreOffice saves it; skips where LibreOffice is missing."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if not program:
        pytest.skip("LibreOffice is not installed (Debian: libreoffice-calc)")
    folder.mkdir(exist_ok=True)
    source = folder / "book.xlsx"
    source.write_bytes(data)
    out = folder / "out"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", kind, "--outdir", str(out), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180)
    result = out / f"book.{kind.partition(':')[0]}"
    assert result.exists(), done.stdout + done.stderr
    return result.read_bytes()
