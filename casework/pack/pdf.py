"""The pack on paper: two to six A4 pages, set by Typst from data alone, the same bytes for the same numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from casework.analytics.review import DIMENSIONS
from casework.i18n import _, language
from casework.pack.contents import Block, Contents
from casework.tables import Table
from casework.workbooks.cells import width

MOST_PAGES = 6
#: How much is printed, tried one after another until the pages suffice: rows of a table, half-width letters of a name
#: (all of it stands in the workbook), width of a picture that stands alone.
_SIZES = ((12, 60, 64), (8, 48, 56), (6, 32, 48), (4, 24, 40), (2, 16, 32))
#: What stays in the workbook and on the page for screens: long, and read by few at the meeting.
_NOT_PRINTED = ("pairs", "limits", "rebases", "incidence", "unmapped", "status")
_PICTURES = (
    *("volume", "control_received", "by_channel", "by_conduct", "heat", "curves", "medians"),
    *("backlog", "control_open", "clocks", "ends"),
)
#: The columns of wide tables that are printed, so that two tables stand side by side.
_PRINTED = {
    "months": (0, 1, 2, 3, 6),
    "times": (0, 1, 3, 4, 5, 7),
    "breakdown": (0, 1, 2, 5, 6),
    "signals": (0, 1, 2, 3),
}
_PAGE = re.compile(rb"/Type\s*/Page\b")
_HALF = 6  # the most columns of half a page


def pdf_pages(shown: Contents) -> bytes:
    """Return the PDF. Cells reach Typst as JSON strings, never as its markup; no file or network is read by it."""
    content = b""
    for size in _SIZES:
        content = _set(_data(shown, *size))
        if _page_count(content) <= MOST_PAGES:
            break
    return content


def _set(data: dict[str, Any]) -> bytes:
    import pylopdf_fonts_zh_cn
    import typst

    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(Path(pylopdf_fonts_zh_cn.sans_path()).parent)],
    )
    source = files("casework.pack").joinpath("report.typ").read_bytes()
    given = {"data": json.dumps(data, ensure_ascii=False)}
    content: bytes = typst.compile(
        source, format="pdf", font_paths=fonts, ignore_system_fonts=True, sys_inputs=given, timestamp=0
    )
    return content


def _page_count(content: bytes) -> int:
    return len(_PAGE.findall(content))


def _data(shown: Contents, rows: int, name: int, alone: int) -> dict[str, Any]:
    middle = (len(shown.definitions) + 1) // 2
    return {
        "title": shown.title,
        "subtitle": shown.subtitle,
        "lang": language(),
        "alone": alone,
        "footer": f"casework · {shown.title} · {shown.subtitle}",
        "facts": shown.facts,
        "remarks": shown.remarks,
        "blocks": [_block(block, rows, name) for block in shown.blocks],
        "definitions_title": _("Definitions"),
        "definitions": [shown.definitions[:middle], shown.definitions[middle:]],
        "sources_title": _("Made from"),
        "sources": shown.sources,
    }


def _block(block: Block, rows: int, name: int) -> dict[str, Any]:
    tables = [_on_paper(table, rows) for table in block.section.tables if _printed(table)]
    return {
        "title": block.section.title,
        "pictures": [
            {"svg": one.svg.decode(), "alt": one.alt} for one in block.pictures if one.name in _PICTURES
        ],
        "comments": [{"title": title, "lines": text.splitlines()} for title, text in block.comments],
        "notes": block.section.notes,
        "tables": [
            [_table(table, block.section.title, name) for table in row] for row in _side_by_side(tables)
        ],
    }


def _side_by_side(tables: Sequence[Table]) -> list[list[Table]]:
    """Two narrow tables that follow each other share a row."""
    laid: list[list[Table]] = []
    for table in tables:
        narrow = len(table.columns) <= _HALF
        if narrow and laid and len(laid[-1]) == 1 and len(laid[-1][0].columns) <= _HALF:
            laid[-1].append(table)
        else:
            laid.append([table])
    return laid


def _printed(table: Table) -> bool:
    return table.name not in _NOT_PRINTED and not table.name.startswith(("within_", "control_"))


def _on_paper(table: Table, rows: int) -> Table:
    """Of the months the last thirteen, of everything else the first rows; of wide tables what is looked at first."""
    kept = _PRINTED.get(table.name.partition("_")[0], ())
    if table.name in DIMENSIONS:
        kept = _PRINTED["breakdown"]
    if kept and len(kept) < len(table.columns):
        table = table.only(kept)
    if table.name == "months":
        return table.cut(-13)
    if table.name in ("data", "headlines", "handling", "rates", "money"):
        return table
    return table.first(rows)


def _table(table: Table, section: str, name: int) -> dict[str, Any]:
    right = [column.kind != "text" for column in table.columns]
    cells = [[_short(cell, name) for cell in row] for row in table.texts()]
    return {
        "title": table.title if table.title != section else "",
        "titles": [
            _short(column.title, 32 if kind else 60)
            for column, kind in zip(table.columns, right, strict=True)
        ],
        "right": right,
        "widths": list(_widths(right)),
        "rows": cells,
        "note": table.note,
    }


def _widths(right: list[bool]) -> Iterable[float]:
    """The column of names takes what it needs of the room; numbers share the rest."""
    for place, number in enumerate(right):
        yield 1.0 if number else 2.6 if place == 0 else 1.6


def _short(text: str, most: int) -> str:
    """The text, cut where it takes more than ``most`` half-width letters; a Chinese one takes two."""
    if width(text) <= most:
        return text
    while width(text) >= most:
        text = text[:-1]
    return text + "…"
