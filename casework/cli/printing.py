"""What commands print: JSON documents, and tables aligned for the eye."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casework.model import Finding


DONE, PROBLEMS, REFUSED = 0, 1, 2


def print_findings(findings: Sequence[Finding], as_json: bool, fine: str) -> int:
    if as_json:
        print_json(
            {
                "findings": [
                    {"place": item.place, "problem": item.problem, "value": item.value, "remedy": item.remedy}
                    for item in findings
                ]
            }
        )
    else:
        for item in findings:
            print(item)
        if not findings:
            print(fine)
    return PROBLEMS if findings else DONE


def print_json(document: object) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


def print_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Columns aligned for the eye; a Chinese character is two cells wide."""
    lines = [[str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(display_width(line[place]) for line in lines) for place in range(len(header))]
    for line in lines:
        print(
            "  ".join(
                cell + " " * (width - display_width(cell)) for cell, width in zip(line, widths, strict=True)
            ).rstrip()
        )


def display_width(text: str) -> int:
    """How many cells of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
