"""The report that an office publishes: sentences and tables of the same figures, as Word file and PDF."""

from __future__ import annotations

from casework.published.contents import compose
from casework.published.document import Document
from casework.published.editorial import Editorial, HotSpot, TypicalCase, renewed, suggestions, untraceable
from casework.published.editorial_file import as_toml, editorial_at, from_toml
from casework.published.making import published_docx, published_pdf

__all__ = [
    "Document",
    "Editorial",
    "HotSpot",
    "TypicalCase",
    "as_toml",
    "compose",
    "editorial_at",
    "from_toml",
    "published_docx",
    "published_pdf",
    "renewed",
    "suggestions",
    "untraceable",
]
