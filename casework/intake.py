"""What keeps a case from being saved: what is missing and what cannot be."""

from __future__ import annotations

from collections.abc import Iterator

from casework.i18n import _
from casework.model import Case, Finding


def check_case(case: Case) -> list[Finding]:
    """List everything that keeps a case from being saved: what is missing and what cannot be."""
    return [*_missing(case), *_impossible(case)]


def _missing(case: Case) -> Iterator[Finding]:
    needed = (
        ("case_no", _("Case number"), case.case_no),
        ("complainant.name", _("Complainant's name"), case.complainant.name),
        ("respondent.company", _("Respondent company"), case.respondent.company),
    )
    for path, label, value in needed[:1] if case.run else needed:  # an imported row has what the export had
        if not value.strip():
            yield Finding(label, _("is missing."), field=path)
    for place, incident in enumerate(case.incidents):
        if not incident.text.strip():
            yield Finding(
                _("Incident {number}").format(number=place + 1),
                _("says nothing."),
                field=f"incidents.{place}.text",
            )


def _impossible(case: Case) -> Iterator[Finding]:
    yield from _impossible_dates(case)
    if case.complainant.email and "@" not in case.complainant.email:
        yield Finding(_("E-mail"), _("is not an address."), case.complainant.email, field="complainant.email")
    if case.complainant.phone and sum(map(str.isdigit, case.complainant.phone)) < 3:
        yield Finding(
            _("Phone"), _("is not a telephone number."), case.complainant.phone, field="complainant.phone"
        )
    for place, remedy in enumerate(case.remedies):
        label = _("Remedy {number}").format(number=place + 1)
        path = f"remedies.{place}.amount"
        if remedy.amount is not None and remedy.amount < 0:
            yield Finding(label, _("asks for a negative amount."), str(remedy.amount), field=path)
        elif remedy.amount is not None and remedy.amount != round(remedy.amount, 2):
            yield Finding(label, _("asks for a fraction of a cent."), str(remedy.amount), field=path)


def _impossible_dates(case: Case) -> Iterator[Finding]:
    dated = [("received_at", _("Received date"), case.received_at.date())]
    if case.closed_at:
        dated.append(("closed_at", _("Closing date"), case.closed_at.date()))
    for place, incident in enumerate(case.incidents):
        if incident.on:
            label = _("Incident {number}").format(number=place + 1)
            dated.append((f"incidents.{place}.on", label, incident.on))
    for path, label, day in dated:
        if not 1990 <= day.year <= 2100:  # a year typed as 26 or 20226
            yield Finding(label, _("has a year that cannot be."), day.isoformat(), field=path)
    if case.closed_at and case.closed_at < case.received_at:
        yield Finding(
            _("Closing date"),
            _("is before the received date."),
            f"{case.closed_at:%Y-%m-%d}",
            field="closed_at",
        )
    if case.closed_at and case.status == "open":
        closed = f"{case.closed_at:%Y-%m-%d}"
        remedy = _("Set the status to closed, or leave the date empty.")
        yield Finding(
            _("Closing date"), _("is given, but the case is open."), closed, remedy, field="closed_at"
        )
    for place, asked in enumerate(case.remedies):
        if asked.reply_by and asked.reply_by < case.received_at.date():
            label = _("Remedy {number}").format(number=place + 1)
            by, path = asked.reply_by.isoformat(), f"remedies.{place}.reply_by"
            yield Finding(label, _("asks for a reply before the case was received."), by, field=path)
