"""A document as a PDF. The document goes in as data: no text of it is ever read as markup."""

from __future__ import annotations

import datetime as dt
from typing import Any

from casework.i18n import use_language
from casework.published.columns import size, weights
from casework.published.document import Block, Chart, Document, Heading, OwnWords, Paragraph, Table
from casework.published.drawings import alt_text, drawn
from casework.published.setting import set_pages

_LINE = 100
"""Half-width characters of a table's line."""
_TOGETHER = 18
"""Tables of no more lines than these stay on one page."""


def as_pages(document: Document, as_of: dt.date) -> bytes:
    """The bytes of a PDF (A4, tagged), the same for the same document."""
    with use_language(document.lang):
        data = {
            "lang": document.lang,
            "title": document.title,
            "subtitle": document.subtitle,
            "blocks": [_block(block) for block in document.blocks],
        }
        return set_pages("pages.typ", data, "pdf", as_of)


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "level": block.level, "text": block.label}
        case Paragraph():
            return {"kind": "text", "text": block.text}
        case Table():
            return _table(block)
        case Chart():
            return {"kind": "chart", "chart": drawn(block), "alt": alt_text(block)}
        case OwnWords():
            return {"kind": "words", "lines": block.text.splitlines(), "prompt": block.prompt}


def _table(table: Table) -> dict[str, Any]:
    return {
        "kind": "table",
        "caption": table.caption,
        "header": table.header,
        "rows": [[{"text": cell.text, "word": cell.kind == "words"} for cell in row] for row in table.rows],
        "notes": table.notes,
        "total": table.total,
        "widths": weights(table, _LINE),
        "together": _fits(table),
    }


def _fits(table: Table) -> bool:
    """Whether a table is surely short enough to stay on one page."""
    widths = weights(table, _LINE)
    lines = (
        max(-(-size(cell.text) // width) for cell, width in zip(row, widths, strict=True))
        for row in table.rows
    )
    return sum(lines) <= _TOGETHER
