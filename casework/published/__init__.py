"""The report that an office publishes: sentences and tables of the same figures, as Word file and PDF."""

from __future__ import annotations

from casework.published.contents import compose
from casework.published.document import Document
from casework.published.editorial import Editorial, HotSpot, TypicalCase, renewed, suggestions, untraceable

__all__ = [
    "Document",
    "Editorial",
    "HotSpot",
    "TypicalCase",
    "compose",
    "renewed",
    "suggestions",
    "untraceable",
]
