"""Pictures of a document's tables, set by Typst: they show the very figures of the table and can show no others."""

from __future__ import annotations

from typing import Any

from casework.i18n import _, language
from casework.published.columns import size
from casework.published.document import Cell, Chart, Table
from casework.published.setting import set_pages

MOST_MONTHS = 24
_LONGEST = 30


def as_png(chart: Chart) -> bytes:
    """The picture as PNG, in the language in force."""
    data = {"lang": language(), "chart": drawn(chart)}
    return set_pages("picture.typ", data, "png")


def alt_text(chart: Chart) -> str:
    """The picture in words, for those who cannot see it."""
    now, _before = _columns(chart.table)
    column = 1 if chart.kind == "months" else now
    told = [f"{row[0].text} {row[column].text}" for row in _rows(chart)]
    return _("{title}: {figures}").format(title=chart.title, figures=_(", ").join(told))


def drawn(chart: Chart) -> dict[str, Any]:
    """What the Typst file needs: texts, and lengths as shares of the longest."""
    return _months(chart) if chart.kind == "months" else _bars(chart)


def _rows(chart: Chart) -> tuple[tuple[Cell, ...], ...]:
    table = chart.table
    if chart.kind == "months":
        return table.rows[-MOST_MONTHS:]
    return table.rows[:-1] if table.total else table.rows


def _columns(table: Table) -> tuple[int, int | None]:
    """Where this period's cases and last year's stand."""
    year = {_("Same period last year (cases)"), _("Same period last year")}
    return 1, next((place for place, name in enumerate(table.header) if name in year), None)


def _bars(chart: Chart) -> dict[str, Any]:
    now, before = _columns(chart.table)
    rows = _rows(chart)
    shown = [place for place in (now, before) if place is not None and any(row[place].known for row in rows)]
    longest = max((row[place].value or 0 for row in rows for place in shown), default=0)
    lines = [
        {
            "name": _short(row[0].text),
            "bars": [_bar(row[place], longest) for place in shown if row[place].known],
        }
        for row in rows
    ]
    key = [_("This period"), _("Same period last year")] if len(shown) > 1 else []
    return {"kind": "bars", "title": chart.title, "key": key, "rows": lines}


def _bar(cell: Cell, longest: int) -> dict[str, Any]:
    return {"text": cell.text, "length": _share(cell.value, longest)}


def _months(chart: Chart) -> dict[str, Any]:
    rows = _rows(chart)
    tenths = [10 * (row[1].value or 0) for row in rows]
    longest = max((*tenths, *(cell.value or 0 for row in rows for cell in row[2:4])), default=0)
    lines = [
        {
            "name": row[0].text,
            "text": row[1].text,
            "length": _share(height, longest),
            "limits": [_share(cell.value, longest) for cell in row[2:4] if cell.value is not None],
            "unusual": row[4].text in (_("above the usual"), _("below the usual")),
            "partial": row[4].text == _("not over"),
        }
        for row, height in zip(rows, tenths, strict=True)
    ]
    key = [_("cases received"), _("beyond usual variation"), _("not over"), _("control limits")]
    return {"kind": "months", "title": chart.title, "key": key, "rows": lines}


def _share(value: int | None, longest: int) -> float:
    return round((value or 0) / longest, 6) if longest else 0.0


def _short(text: str) -> str:
    """A name short enough to leave room for its bar; the table has it whole."""
    if size(text) <= _LONGEST:
        return text
    kept = ""
    for char in text:
        if size(kept + char) > _LONGEST - 2:
            break
        kept += char
    return f"{kept}…"
