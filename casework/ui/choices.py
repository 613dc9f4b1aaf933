"""The model's fixed lists as options of a form."""

from __future__ import annotations

from casework.model import CASE_STATUSES, EXHIBIT_KINDS, FILING_STATUSES, REMEDY_KINDS
from casework.ui.form import Option
from casework.words import EXHIBITS, FILINGS, REMEDIES, STATUSES, word


def remedies() -> tuple[Option, ...]:
    """The kinds of remedy."""
    return tuple(Option(kind, word(REMEDIES, kind)) for kind in REMEDY_KINDS)


def exhibits() -> tuple[Option, ...]:
    """The kinds of evidence."""
    return tuple(Option(kind, word(EXHIBITS, kind)) for kind in EXHIBIT_KINDS)


def filings() -> tuple[Option, ...]:
    """The states of a filing."""
    return tuple(Option(status, word(FILINGS, status)) for status in FILING_STATUSES)


def statuses() -> tuple[Option, ...]:
    """The states of a case."""
    return tuple(Option(status, word(STATUSES, status)) for status in CASE_STATUSES)
