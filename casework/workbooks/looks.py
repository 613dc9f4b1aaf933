"""How workbooks look: one font, a few named styles, one palette."""

from __future__ import annotations

from typing import Any

PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
GRID_LINES = {"visible": True, "line": {"color": "#DDDDDD"}}

_FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
_HEADER = {"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
_STYLES: dict[str, dict[str, object]] = {
    "text": {},
    "id": {"num_format": "@"},
    "wrap": {"text_wrap": True},
    "note": {"text_wrap": True, "valign": "top"},
    "count": {"num_format": "#,##0", "align": "center"},
    "title": {"bold": True, "font_size": 14},
    "header": _HEADER,
    "header_right": {**_HEADER, "align": "right"},
    "required": {**_HEADER, "bg_color": "#FFD966"},
    "gap": {"bg_color": "#FFC7CE"},
    "faint": {"num_format": "0.00", "font_color": "#808080"},
    "hint": {"font_color": "#595959", "italic": True, "text_wrap": True, "valign": "top"},
    "number": {"num_format": "#,##0"},
    "total": {"num_format": "#,##0", "bold": True, "bg_color": "#DCE6F1", "bottom": 1},
    "days": {"num_format": "0.00"},
    "share": {"num_format": "0.0%"},
    "change": {"num_format": "+0.0%;-0.0%;0.0%"},
    "p": {"num_format": "0.0000"},
    "star": {"align": "right"},
    "words": {"indent": 1},
    "money": {"num_format": "#,##0.00"},
    "stamp": {"num_format": "yyyy-mm-dd hh:mm", "align": "left"},
    "day": {"num_format": "yyyy-mm-dd", "align": "left"},
    "left": {"num_format": "0", "align": "left"},
    "problem": {"font_color": "#9C0006", "text_wrap": True},
    "marked": {"bg_color": "#FFC7CE", "font_color": "#9C0006", "num_format": "@"},
}


def add_formats(book: Any) -> dict[str, Any]:
    """Return every style as a format of this workbook, by name; ``NAME quoted`` is the same with a quote prefix."""
    plain = {name: book.add_format({**_FONT, **style}) for name, style in _STYLES.items()}
    quoted = {
        f"{name} quoted": book.add_format({**_FONT, **_STYLES[name], "quote_prefix": True})
        for name in ("text", "id", "wrap", "note", "problem", "marked", "header", "header_right", "words")
    }
    return plain | quoted
