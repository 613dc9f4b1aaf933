"""A report to the files that are published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.published.contents import compose
from casework.published.editorial import Editorial

if TYPE_CHECKING:
    from casework.analytics.figures import Report


def published_docx(report: Report, editorial: Editorial, lang: str, template: bytes | None = None) -> bytes:
    """The published report as an editable Word file; ``template`` as in :func:`casework.published.word.as_word`."""
    from casework.published.word import as_word

    return as_word(compose(report, editorial, lang), report.as_of, template)


def published_pdf(report: Report, editorial: Editorial, lang: str) -> bytes:
    """The published report as a PDF to read and print; the same report gives the same bytes."""
    from casework.published.pages import as_pages

    return as_pages(compose(report, editorial, lang), report.as_of)
