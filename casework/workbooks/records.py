"""The office's records going out: cases, filings, exhibits, letters and deadlines, as a workbook or as CSV.

Cases may come one by one from a generator: they are turned into columns some thousand at a time, so that two hundred
thousand of them are never in memory as objects.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casework.i18n import _, language
from casework.model import Case
from casework.progress import Progress, Step, quiet
from casework.rules import RulePack
from casework.words import EXHIBITS, FILINGS, STATUSES, word
from casework.workbooks.book import Book
from casework.workbooks.columns import Gathering
from casework.workbooks.csv import csv_bytes
from casework.workbooks.notes import NotesPage
from casework.workbooks.overview import overview
from casework.workbooks.record_columns import (
    PRINTED_CASE_COLUMNS,
    PRINTED_EXHIBIT_COLUMNS,
    case_fields,
    deadline_fields,
    exhibit_fields,
    filing_fields,
    letter_fields,
)
from casework.workbooks.sheets import Sheet
from casework.workbooks.shown import Shown

#: What can go out, in the order of the sheets.
KINDS = ("cases", "filings", "exhibits", "letters", "deadlines")


@dataclass(frozen=True, slots=True)
class LetterRecord:
    """文书: one letter that was written, as the audit log has it. ``at`` is the office's wall clock."""

    case_no: str
    channel: str
    kind: str
    lang: str
    at: dt.datetime
    who: str
    sha256: str


@dataclass(frozen=True, slots=True)
class DeadlineRecord:
    """期限: one due date. ``provision`` is the article it rests on, in words."""

    case_no: str
    channel: str
    what: str
    due: dt.date
    status: str = ""
    provision: str = ""


@dataclass(frozen=True, slots=True)
class Records:
    """What goes out. ``cases`` is read once, then ``letters``; ``deadlines`` is None where none are kept.

    ``source`` names the workspace, ``choice`` says in words which cases these are, ``count`` how many come (None: not
    known); all three only inform.
    """

    cases: Iterable[Case]
    letters: Iterable[LetterRecord] = ()
    deadlines: Sequence[DeadlineRecord] | None = None
    source: str = ""
    choice: str = ""
    count: int | None = None


def records_workbook(
    records: Records,
    rules: RulePack,
    *,
    made_at: dt.datetime,
    masked: bool = True,
    what: Sequence[str] = KINDS,
    progress: Progress = quiet,
) -> bytes:
    """Return records as the bytes of an .xlsx file, in the language in force.

    Sheets: overview, then one for each of ``what`` (of :data:`KINDS`), then notes. Personal data are masked unless
    ``masked`` is False. The same records and ``made_at`` give the same bytes.
    """
    sheets = record_sheets(records, rules, masked=masked, what=what, progress=progress)
    title = _("Case records")
    book = Book(title, subject=records.choice, made_at=made_at, progress=progress)
    book.lists(_lists(rules))
    if "cases" in sheets or "filings" in sheets:
        _overview(book, title, sheets)
    for sheet in sheets.values():
        book.grid(sheet)
    _notes(NotesPage(book.page(_("Notes"))), records, sheets, made_at=made_at, masked=masked)
    return book.content()


def records_csv(
    records: Records, rules: RulePack, what: str, *, masked: bool = True, progress: Progress = quiet
) -> bytes:
    """Return one kind of records (of :data:`KINDS`) as CSV for Excel, in the language in force."""
    sheets = record_sheets(records, rules, masked=masked, what=(what,), progress=progress)
    return csv_bytes(sheets[what], progress)


def record_sheets(
    records: Records, rules: RulePack, *, masked: bool, what: Sequence[str], progress: Progress = quiet
) -> dict[str, Sheet]:
    """Return the sheets asked for, by kind, in the order of :data:`KINDS`; of letters only where there are any."""
    shown = Shown(rules, masked)
    gatherings = _gatherings(shown, [kind for kind in KINDS if kind in what], records)
    for done, case in enumerate(records.cases):
        if done % 200 == 0:
            progress(Step(_("Reading cases"), done, records.count))
        _take(case, gatherings)
    for kind, rows in (("letters", records.letters), ("deadlines", records.deadlines or ())):
        for row in rows if kind in gatherings else ():
            gatherings[kind].add(row)
    sheets = {kind: gathering.sheet() for kind, gathering in gatherings.items()}
    return {
        kind: sheet
        for kind, sheet in sheets.items()
        if sheet.table.num_rows or kind != "letters" or len(what) == 1
    }


def _gatherings(shown: Shown, kinds: Sequence[str], records: Records) -> dict[str, Gathering[Any]]:
    made: dict[str, Gathering[Any]] = {
        "cases": Gathering(_("Cases"), case_fields(shown), printed=PRINTED_CASE_COLUMNS),
        "filings": Gathering(_("Filings"), filing_fields(shown)),
        "exhibits": Gathering(
            _("Exhibits"), exhibit_fields(shown), frozen=2, printed=PRINTED_EXHIBIT_COLUMNS
        ),
        "letters": Gathering(_("Letters"), letter_fields(shown)),
    }
    if records.deadlines is not None:
        made["deadlines"] = Gathering(_("Deadlines"), deadline_fields(shown))
    return {kind: made[kind] for kind in kinds if kind in made}


def _take(case: Case, gatherings: Mapping[str, Gathering[Any]]) -> None:
    if "cases" in gatherings:
        gatherings["cases"].add(case)
    for kind, parts in (("filings", case.filings), ("exhibits", case.exhibits)):
        if kind in gatherings:
            for part in parts:
                gatherings[kind].add((case, part))


def _lists(rules: RulePack) -> dict[str, Sequence[str]]:
    """The words of the drop-downs."""
    lang = language()
    return {
        "status": [word(STATUSES, key) for key in STATUSES],
        "conduct": [conduct.name(lang) for conduct in rules.conducts.values()],
        "channel": [channel.name(lang) for channel in rules.channels.values()],
        "filing": [word(FILINGS, key) for key in FILINGS],
        "exhibit": [word(EXHIBITS, key) for key in EXHIBITS],
        "yes_no": [_("yes"), _("no")],
    }


def _overview(book: Book, title: str, sheets: Mapping[str, Sheet]) -> None:
    received = sheets["cases"].table.column(1) if "cases" in sheets else sheets["filings"].table.column(3)
    channels = sheets["filings"].table.column(2) if "filings" in sheets else None
    overview(book, title, received, channels)


def _notes(
    notes: NotesPage, records: Records, sheets: Mapping[str, Sheet], *, made_at: dt.datetime, masked: bool
) -> None:
    notes.heading(_("Made from"))
    notes.line(_("Made at"), made_at)
    if records.source:
        notes.line(_("Workspace"), records.source)
    if records.choice:
        notes.line(_("Which cases"), records.choice)
    for sheet in sheets.values():
        notes.line(sheet.name, sheet.table.num_rows)
    notes.heading(_("Personal data"))
    notes.line(_("Masked") if masked else _("Not masked"), _masking_note(masked))
    notes.heading(_("Definitions"))
    for term, text in _definitions(sheets):
        notes.line(term, text)


def _masking_note(masked: bool) -> str:
    if not masked:
        return _(
            "This file holds personal data in clear, as whoever made it asked; the audit log has it. Keep it where only those can read it who need it."
        )
    return _(
        "Names, telephones, e-mails and addresses of complainants are masked. In free text, identity, card and telephone numbers, e-mails and the names of the case's own complainant and agent are masked; other names written there are not. Read free text before you pass this file on."
    )


def _definitions(sheets: Mapping[str, Sheet]) -> list[tuple[str, str]]:
    said = [
        (_("Received date"), _("Wall clock of the office when the case came in.")),
        (
            _("Amount (CNY)"),
            _("What the case's remedies in yuan add up to; other currencies stand in the remedies."),
        ),
    ]
    if "filings" in sheets:
        said.append(
            (_("Filing"), _("One submission of one case to one channel: a case may have none or several."))
        )
    if "exhibits" in sheets:
        said.append(
            ("SHA-256", _("Fingerprint of the original file: the same file has the same, any other another."))
        )
    said.append(
        (
            _("Drop-down lists"),
            _("Cells offer the words that casework uses; the words stand in a hidden sheet."),
        )
    )
    if "cases" in sheets:
        said.append(
            (
                _("On paper"),
                _("The first {count} columns of the cases are printed.").format(count=PRINTED_CASE_COLUMNS),
            )
        )
    return said
