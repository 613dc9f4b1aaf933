"""``case``: enter, show, list and search cases."""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from casework.cli.desk import open_desk
from casework.cli.printing import DONE, print_json, print_table
from casework.errors import CaseworkError
from casework.i18n import _, language
from casework.words import REMEDIES, STATUSES, word

if TYPE_CHECKING:
    from casework.model import Case
    from casework.store import CaseSummary


def case_new(options: argparse.Namespace) -> int:
    from casework.model import Case, Complainant, Incident, Respondent

    desk = open_desk(options, create=True)
    now = dt.datetime.now().replace(second=0, microsecond=0)
    unknown = [item for item in options.conduct if item not in desk.workspace.rules.conducts]
    if unknown:
        known = ", ".join(desk.workspace.rules.conducts)
        raise CaseworkError(
            _("There is no such conduct."),
            where=", ".join(unknown),
            remedy=_("Known: {ids}.").format(ids=known),
        )
    case = desk.new_case(
        Case(
            case_no=options.case_no or desk.next_case_no(now.date()),
            received_at=options.received or now,
            complainant=Complainant(options.complainant, options.phone, options.email, options.address),
            respondent=Respondent(
                options.company, options.platform, options.agent, options.company_address, options.credit_code
            ),
            conducts=tuple(options.conduct),
            summary=options.summary,
            handler=desk.actor,
            incidents=tuple(Incident(text, on) for on, text in options.incident),
            remedies=tuple(_remedy(item, options.reply_by) for item in options.remedy),
        )
    )
    if options.json:
        print_json(case_json(case))
    else:
        print(case.case_no)
    return DONE


def _remedy(text: str, reply_by: dt.date | None) -> Any:
    from decimal import Decimal, InvalidOperation

    from casework.model import REMEDY_KINDS, Remedy

    kind, _sign, amount = text.partition("=")
    if kind not in REMEDY_KINDS:
        raise CaseworkError(
            _("There is no such remedy."),
            where=kind,
            remedy=_("Known: {ids}.").format(ids=", ".join(REMEDY_KINDS)),
        )
    try:
        return Remedy(kind, amount=Decimal(amount) if amount else None, reply_by=reply_by)
    except InvalidOperation:
        raise CaseworkError(
            _("This is not an amount."), where=text, remedy=_("Write it as 300 or 300.50.")
        ) from None


def case_json(case: Case) -> dict[str, Any]:
    """A case as JSON: its fields by their names, dates as ISO text, amounts as text."""
    document: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(case), default=str))
    return document


def case_show(options: argparse.Namespace) -> int:
    desk = open_desk(options)
    case = desk.case(options.case_no)
    if options.json:
        print_json(case_json(case))
        return DONE
    conducts, lang = desk.workspace.rules.conducts, language()
    firm = (case.respondent.company, case.respondent.platform, case.respondent.agent)
    lines = (
        (_("Case"), case.case_no),
        (_("Received"), f"{case.received_at:%Y-%m-%d %H:%M}"),
        (_("Status"), word(STATUSES, case.status)),
        (_("Complainant"), case.complainant.name),
        (_("Respondent"), " / ".join(part for part in firm if part)),
        (
            _("Conduct"),
            ", ".join(conducts[item].name(lang) if item in conducts else item for item in case.conducts),
        ),
        (_("Summary"), case.summary),
    )
    for label, value in lines:
        print(f"{label}: {value}")
    for incident in case.incidents:
        print(f"  {incident.on or '-'}  {incident.text}")
    for remedy in case.remedies:
        amount = "" if remedy.amount is None else f"{remedy.amount} {remedy.currency}"
        print("  " + " ".join(part for part in (word(REMEDIES, remedy.kind), amount, remedy.text) if part))
    for exhibit in case.exhibits:
        print(f"  {_('Exhibit {number}').format(number=exhibit.number)}: {exhibit.name}")
    return DONE


def case_list(options: argparse.Namespace) -> int:
    return _print_cases(open_desk(options).cases(status=options.status, limit=options.limit), options.json)


def case_search(options: argparse.Namespace) -> int:
    return _print_cases(open_desk(options).search(" ".join(options.words), options.limit), options.json)


def _print_cases(found: Sequence[CaseSummary], as_json: bool) -> int:
    names = ("case_no", "received", "status", "complainant", "company", "exhibits")
    rows = [
        (
            row.case_no,
            f"{row.received_at:%Y-%m-%d}",
            row.status,
            row.complainant,
            row.company,
            row.exhibit_count,
        )
        for row in found
    ]
    if as_json:
        print_json([dict(zip(names, row, strict=True)) for row in rows])
        return DONE
    titles = (_("Case"), _("Received"), _("Status"), _("Complainant"), _("Company"), _("Exhibits"))
    print_table(titles, [(*row[:2], word(STATUSES, row[2]), *row[3:]) for row in rows])
    return DONE
