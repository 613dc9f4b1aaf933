"""The columns of the records workbook, sheet by sheet, in the order in which a supervisor reads them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from casework.i18n import _
from casework.model import Case, Exhibit, Filing
from casework.words import EXHIBITS, FILINGS, REMEDIES, STATUSES, word
from casework.workbooks.columns import Field
from casework.workbooks.shown import Shown

if TYPE_CHECKING:
    from casework.workbooks.records import DeadlineRecord, LetterRecord

#: How many columns of the cases and of the exhibits are printed: the rest would make the paper unreadable.
PRINTED_CASE_COLUMNS = 14
PRINTED_EXHIBIT_COLUMNS = 12


def case_fields(shown: Shown) -> tuple[Field[Case], ...]:
    """The columns of the cases."""
    return (*_case_first(shown), *_case_rest(shown))


def _case_first(shown: Shown) -> tuple[Field[Case], ...]:
    return (
        Field(_("Case number"), "id", lambda case: case.case_no, 16),
        Field(_("Received date"), "stamp", lambda case: case.received_at, 16),
        Field(_("Status"), "text", lambda case: word(STATUSES, case.status), 9, "status"),
        Field(shown.title(_("Complainant")), "text", lambda case: shown.name(case.complainant.name), 13),
        Field(shown.title(_("Phone")), "id", lambda case: shown.phone(case.complainant.phone), 15),
        Field(_("Respondent"), "text", lambda case: case.respondent.company, 26),
        Field(_("Conduct"), "wrap", lambda case: shown.conducts(case.conducts), 20, "conduct"),
        Field(_("Summary"), "wrap", lambda case: shown.text(case, case.summary), 44),
        Field(_("Amount (CNY)"), "money", _asked, 13),
        Field(_("Filings"), "count", lambda case: len(case.filings), 8),
        Field(_("Exhibits"), "count", lambda case: len(case.exhibits), 8),
        Field(_("Handler"), "text", lambda case: case.handler, 11),
        Field(_("Region"), "text", lambda case: case.region, 11),
        Field(_("Closed date"), "stamp", lambda case: case.closed_at, 16),
    )


def _case_rest(shown: Shown) -> tuple[Field[Case], ...]:
    return (
        Field(_("Platform"), "text", lambda case: case.respondent.platform, 16),
        Field(_("Agent or staff number"), "text", lambda case: shown.agent(case.respondent.agent), 14),
        Field(_("Respondent's address"), "text", lambda case: case.respondent.address, 28),
        Field(_("Unified social credit code"), "id", lambda case: case.respondent.credit_code, 22),
        Field(_("Respondent's contact"), "text", lambda case: shown.text(case, case.respondent.contact), 16),
        Field(shown.title(_("E-mail")), "text", lambda case: shown.email(case.complainant.email), 24),
        Field(shown.title(_("Address")), "text", lambda case: shown.address(case.complainant.address), 28),
        Field(_("Chronology"), "wrap", lambda case: _chronology(shown, case), 44),
        Field(_("What is asked for"), "wrap", lambda case: _remedies(shown, case), 30),
        Field(
            _("Reply by"),
            "day",
            lambda case: min((r.reply_by for r in case.remedies if r.reply_by), default=None),
        ),
        Field(_("Import run"), "text", lambda case: case.run, 12),
    )


def _asked(case: Case) -> Decimal | None:
    sums = [
        remedy.amount for remedy in case.remedies if remedy.amount is not None and remedy.currency == "CNY"
    ]
    return round(sum(sums, Decimal()), 2) if sums else None


def _chronology(shown: Shown, case: Case) -> str:
    lines = (
        " ".join(filter(None, (incident.on.isoformat() if incident.on else "", incident.at, incident.text)))
        for incident in case.incidents
    )
    return shown.text(case, "\n".join(lines))


def _remedies(shown: Shown, case: Case) -> str:
    lines = []
    for remedy in case.remedies:
        amount = "" if remedy.amount is None else f"{remedy.amount:,.2f} {remedy.currency}"
        lines.append(" ".join(filter(None, (word(REMEDIES, remedy.kind), amount, remedy.text))))
    return shown.text(case, "\n".join(lines))


def filing_fields(shown: Shown) -> tuple[Field[tuple[Case, Filing]], ...]:
    """The columns of the filings."""
    return (
        Field(_("Case number"), "id", lambda row: row[0].case_no, 16),
        Field(_("Respondent"), "text", lambda row: row[0].respondent.company, 26),
        Field(_("Channel"), "text", lambda row: shown.channel(row[1].channel), 26, "channel"),
        Field(_("Filing date"), "stamp", lambda row: row[1].filed_at, 16),
        Field(_("Receipt number"), "id", lambda row: row[1].receipt_no, 20),
        Field(_("Status"), "text", lambda row: word(FILINGS, row[1].status), 10, "filing"),
        Field(_("First response"), "stamp", lambda row: row[1].first_response_at, 16),
        Field(_("Closed date"), "stamp", lambda row: row[1].closed_at, 16),
        Field(_("Outcome"), "wrap", lambda row: shown.text(row[0], row[1].outcome), 40),
    )


def exhibit_fields(shown: Shown) -> tuple[Field[tuple[Case, Exhibit]], ...]:
    """The columns of the exhibits."""
    return (
        Field(_("Case number"), "id", lambda row: row[0].case_no, 16),
        Field(_("No."), "left", lambda row: row[1].number, 6),
        Field(_("File name"), "text", lambda row: shown.text(row[0], row[1].name), 28),
        Field(_("Kind"), "text", lambda row: word(EXHIBITS, row[1].kind), 14, "exhibit"),
        Field(_("Source"), "text", lambda row: shown.text(row[0], row[1].source), 18),
        Field(_("Content"), "wrap", lambda row: shown.text(row[0], row[1].content), 30),
        Field(_("What it proves"), "wrap", lambda row: shown.text(row[0], row[1].purpose), 34),
        Field(_("Pages"), "count", lambda row: row[1].pages, 7),
        Field(_("Copies"), "count", lambda row: row[1].copies, 7),
        Field(_("Original"), "text", lambda row: _("yes") if row[1].is_original else _("no"), 8, "yes_no"),
        Field(_("Obtained on"), "day", lambda row: row[1].obtained_on, 12),
        Field(_("Obtained by"), "text", lambda row: shown.text(row[0], row[1].obtained_by), 14),
        Field(_("Bytes"), "number", lambda row: row[1].size, 12),
        Field("SHA-256", "text", lambda row: row[1].sha256, 24),
    )


def letter_fields(shown: Shown) -> tuple[Field[LetterRecord], ...]:
    """The columns of the letters."""
    kinds = {"complaint": _("Complaint")}
    languages = {"zh": _("Chinese"), "en": _("English")}
    return (
        Field(_("Case number"), "id", lambda letter: letter.case_no, 16),
        Field(_("Channel"), "text", lambda letter: shown.channel(letter.channel), 26, "channel"),
        Field(_("Letter"), "text", lambda letter: kinds.get(letter.kind, letter.kind), 12),
        Field(_("Language"), "text", lambda letter: languages.get(letter.lang, letter.lang), 10),
        Field(_("Written at"), "stamp", lambda letter: letter.at, 16),
        Field(_("Written by"), "text", lambda letter: letter.who, 14),
        Field("SHA-256", "text", lambda letter: letter.sha256, 66),
    )


def deadline_fields(shown: Shown) -> tuple[Field[DeadlineRecord], ...]:
    """The columns of the deadlines."""
    return (
        Field(_("Case number"), "id", lambda row: row.case_no, 16),
        Field(_("Channel"), "text", lambda row: shown.channel(row.channel), 26, "channel"),
        Field(_("What is due"), "text", lambda row: row.what, 30),
        Field(_("Due"), "day", lambda row: row.due, 12),
        Field(_("Status"), "text", lambda row: row.status, 12),
        Field(_("Provision"), "wrap", lambda row: row.provision, 40),
    )
