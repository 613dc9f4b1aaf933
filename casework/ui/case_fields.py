"""A case as the values of a form, and back. What cannot be read is reported beside its field, all at once."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from casework.i18n import _
from casework.model import (
    Case,
    Complainant,
    Exhibit,
    Filing,
    Incident,
    Remedy,
    Respondent,
)

Values = Mapping[str, Any]
FIELD_OF = {"closed_at": "closed_on", "received_at": "received_on"}  # the model's field: the form's


def case_values(case: Case) -> dict[str, Any]:
    """Return the values that show ``case`` in the form."""
    return {
        "case_no": case.case_no,
        "received_on": case.received_at.date().isoformat(),
        "received_at": f"{case.received_at:%H:%M}",
        "status": case.status,
        "closed_on": _day_text(case.closed_at),
        "handler": case.handler,
        "region": case.region,
        "summary": case.summary,
        "conducts": list(case.conducts),
        "complainant": asdict(case.complainant),
        "respondent": asdict(case.respondent),
        "incidents": [_incident_row(incident, case.exhibits) for incident in case.incidents],
        "remedies": [_remedy_row(remedy) for remedy in case.remedies],
        "filings": [_filing_row(filing) for filing in case.filings],
    }


def _incident_row(incident: Incident, exhibits: Iterable[Exhibit]) -> dict[str, str]:
    numbers = sorted(exhibit.number for exhibit in exhibits if exhibit.id in incident.exhibits)
    return {
        "id": incident.id,
        "on": incident.on.isoformat() if incident.on else "",
        "at": incident.at,
        "text": incident.text,
        "exhibits": ", ".join(map(str, numbers)),
    }


def _remedy_row(remedy: Remedy) -> dict[str, str]:
    return {
        "id": remedy.id,
        "kind": remedy.kind,
        "amount": "" if remedy.amount is None else f"{remedy.amount:f}",
        "reply_by": remedy.reply_by.isoformat() if remedy.reply_by else "",
        "text": remedy.text,
    }


def _filing_row(filing: Filing) -> dict[str, str]:
    return {
        "id": filing.id,
        "channel": filing.channel,
        "filed_on": _day_text(filing.filed_at),
        "receipt_no": filing.receipt_no,
        "answered_on": _day_text(filing.first_response_at),
        "status": filing.status,
    }


def _day_text(moment: dt.datetime | None) -> str:
    return moment.date().isoformat() if moment else ""


class Reading:
    """One reading of a form: takes values apart and collects what is wrong, by field."""

    def __init__(self) -> None:
        self.errors: dict[str, str] = {}

    def day(self, path: str, text: str) -> dt.date | None:
        """Read a date as the browser's date field writes it."""
        if not text:
            return None
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            self.errors[path] = _("Write the date as 2026-03-31.")
            return None

    def moment(self, path: str, day: str, clock: str = "") -> dt.datetime | None:
        """Read a date and a time of day together."""
        date = self.day(path, day)
        if date is None:
            return None
        try:
            return dt.datetime.combine(date, dt.time.fromisoformat(clock) if clock else dt.time())
        except ValueError:
            self.errors[path] = _("Write the time as 14:30.")
            return None

    def amount(self, path: str, text: str) -> Decimal | None:
        """Read an amount; currency signs and thousands separators are let pass."""
        plain = re.sub(r"[\s,¥$元]", "", unicodedata.normalize("NFKC", text))
        if not plain:
            return None
        try:
            amount = Decimal(plain)
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite():
            self.errors[path] = _("Write the amount in digits, such as 1280.50.")
            return None
        return amount

    def whole(self, path: str, text: str, default: int | None = None) -> int | None:
        """Read a count of zero or more."""
        if not str(text).strip():
            return default
        try:
            number = int(unicodedata.normalize("NFKC", str(text)))
        except ValueError:
            number = -1
        if number < 0:
            self.errors[path] = _("Write a whole number.")
            return default
        return number

    def exhibits(self, path: str, text: str, known: Iterable[Exhibit]) -> tuple[str, ...]:
        """Read exhibit numbers ("1, 3") into the ids of the exhibits."""
        ids = {exhibit.number: exhibit.id for exhibit in known}
        numbers = [int(number) for number in re.findall(r"\d+", unicodedata.normalize("NFKC", text))]
        strange = [str(number) for number in numbers if number not in ids]
        if strange or (text.strip() and not numbers):
            words = _("There is no exhibit {numbers}.")
            self.errors[path] = words.format(numbers=", ".join(strange) or text.strip())
        return tuple(ids[number] for number in dict.fromkeys(numbers) if number in ids)


def read_case(values: Values, base: Case | None) -> tuple[Case | None, dict[str, str]]:
    """Return the case that ``values`` describe, and the errors by field (then the case is None).

    ``base`` is the case that the form was filled from: what the form does not show is kept from it.
    """
    reading = Reading()
    received = reading.moment("received_on", values["received_on"], values["received_at"])
    if base and received and received == base.received_at.replace(second=0, microsecond=0):
        received = base.received_at  # the form shows minutes, an imported moment may be finer
    if received is None:
        reading.errors.setdefault("received_on", _("Say when the case was received."))
    closed = _kept_time(reading.moment("closed_on", values["closed_on"]), base.closed_at if base else None)
    exhibits = base.exhibits if base else ()
    incidents = _incidents(reading, values["incidents"], base.incidents if base else (), exhibits)
    remedies = _remedies(reading, values["remedies"], base.remedies if base else ())
    filings = _filings(reading, values["filings"], base.filings if base else ())
    if reading.errors or received is None:
        return None, reading.errors
    start = base or Case(case_no="", received_at=received)
    return (
        replace(
            start,
            case_no=values["case_no"].strip(),
            received_at=received,
            status=values["status"],
            closed_at=closed,
            handler=values["handler"].strip(),
            region=values["region"].strip(),
            summary=values["summary"].strip(),
            conducts=tuple(values["conducts"]),
            complainant=Complainant(**_stripped(values["complainant"])),
            respondent=Respondent(**_stripped(values["respondent"])),
            incidents=incidents,
            remedies=remedies,
            filings=filings,
        ),
        {},
    )


def _stripped(values: Values) -> dict[str, str]:
    return {key: value.strip() for key, value in values.items()}


def _kept_time(day: dt.datetime | None, before: dt.datetime | None) -> dt.datetime | None:
    """Keep the time of day that a form with dates only cannot show."""
    return before if day and before and day.date() == before.date() else day


def _incidents(
    reading: Reading, rows: Iterable[Values], before: Iterable[Incident], exhibits: Iterable[Exhibit]
) -> tuple[Incident, ...]:
    known = {incident.id: incident for incident in before}
    listed = []
    for place, row in enumerate(rows):
        start = known.get(row.get("id", ""), Incident(""))
        listed.append(
            replace(
                start,
                on=reading.day(f"incidents.{place}.on", row["on"]),
                at=row["at"].strip(),
                text=row["text"].strip(),
                exhibits=reading.exhibits(f"incidents.{place}.exhibits", row["exhibits"], exhibits),
            )
        )
    return tuple(listed)


def _remedies(reading: Reading, rows: Iterable[Values], before: Iterable[Remedy]) -> tuple[Remedy, ...]:
    known = {remedy.id: remedy for remedy in before}
    return tuple(
        replace(
            known.get(row.get("id", ""), Remedy(row["kind"])),
            kind=row["kind"],
            text=row["text"].strip(),
            amount=reading.amount(f"remedies.{place}.amount", row["amount"]),
            reply_by=reading.day(f"remedies.{place}.reply_by", row["reply_by"]),
        )
        for place, row in enumerate(rows)
    )


def _filings(reading: Reading, rows: Iterable[Values], before: Iterable[Filing]) -> tuple[Filing, ...]:
    known = {filing.id: filing for filing in before}
    listed = []
    for place, row in enumerate(rows):
        start = known.get(row.get("id", ""), Filing(row["channel"]))
        filed = reading.moment(f"filings.{place}.filed_on", row["filed_on"])
        answered = reading.moment(f"filings.{place}.answered_on", row["answered_on"])
        listed.append(
            replace(
                start,
                channel=row["channel"],
                filed_at=_kept_time(filed, start.filed_at),
                first_response_at=_kept_time(answered, start.first_response_at),
                receipt_no=row["receipt_no"].strip(),
                status=row["status"],
            )
        )
        if not row["channel"]:
            reading.errors[f"filings.{place}.channel"] = _("Choose a channel.")
    return tuple(listed)
