"""What casework learns about another system's exports: roles, vocabulary, memory, verdicts. Standard library only.

A *source* is one system that an office gets exports from. Its *mapping* says which column plays which role and what
its words mean; a *run* is one import.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

#: Every role that a column can play, in the order in which they are shown and in which columns are given out.
ROLES = (
    *("case_no", "received", "closed", "first_response", "accepted", "due", "channel", "kind", "status"),
    *("outcome", "on_time", "satisfied", "reopened", "conduct", "respondent", "agent"),
    *("amount", "recovered", "region", "handler", "complainant", "phone", "text"),
)
DATE_ROLES = ("received", "closed", "first_response", "accepted", "due")
MONEY_ROLES = ("amount", "recovered")
#: Roles whose cells say yes or no.
YES_NO_ROLES = ("on_time", "satisfied")
#: Roles that a workspace has a place for; the others are measured only.
STORED_ROLES = tuple(
    role
    for role in ROLES
    if role not in ("accepted", "due", "kind", "agent", "recovered", "reopened", *YES_NO_ROLES)
)
#: Roles whose words are mapped to casework's own by a vocabulary.
WORD_ROLES = ("channel", "status", "conduct")


#: The two columns that a workbook of rows to mend adds behind the export's own; an import passes them over.
MENDING = {"zh": ("问题", "原表行号"), "en": ("Problem", "Row in the file")}


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """Why a column plays a role. ``column`` counts from 0; ``confidence`` is 0 to 1; ``rivals`` are header texts."""

    role: str
    column: int
    header: str
    confidence: float
    reason: str
    rivals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What a column looked like, to notice when a source drifts.

    ``kind`` is date, number, text or empty; ``form`` is the shape of its dates (such as ``0000-00-00 00:00:00``),
    else empty; ``blank`` is the share of blank cells, 0 to 1.
    """

    header: str
    kind: str
    form: str = ""
    blank: float = 0.0


@dataclass(frozen=True, slots=True)
class Question:
    """Something that only a person can settle. ``about`` is ``day_month``, ``word``, ``drift`` or ``role``.

    ``subject`` names it (a header, a word), ``text`` asks it, ``options`` are (value, words for it).
    """

    about: str
    subject: str
    text: str
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """One entry of a vocabulary: what an export's ``word`` in a column of ``role`` means.

    ``meaning`` is a casework id (a channel or conduct of the rule pack, or ``open``/``closed``), or ``=``: the word
    stands for itself, as a person confirmed. A word without an entry is unmapped.
    """

    role: str
    word: str
    meaning: str


KEEP = "="


@dataclass(frozen=True, slots=True)
class Mapping:
    """The memory of a source. ``columns`` are (role, header) pairs; an empty header: no column plays the role.

    ``fingerprint`` identifies the layout (a hash over its headers); ``day_first`` is None where no date needs it.
    """

    name: str
    fingerprint: str
    columns: tuple[tuple[str, str], ...]
    day_first: bool | None = None
    words: tuple[Word, ...] = ()
    profile: tuple[ColumnProfile, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One import: ``run`` is its number, such as ``R7``; the counts are cases. ``undone_at`` is None while it stands."""

    run: str
    source: str
    file: str
    sha256: str
    who: str
    at: dt.datetime
    new: int
    updated: int
    undone_at: dt.datetime | None = None


#: What staging says of a row, in the order of the preview.
VERDICTS = ("new", "update", "unchanged", "duplicate", "invalid")
