"""What a case must be to be stored. Every problem is listed, each with its place and value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from casework.errors import Incomplete, printable
from casework.i18n import _, mark
from casework.model import (
    CASE_STATUSES,
    EXHIBIT_KINDS,
    FILING_STATUSES,
    REMEDY_KINDS,
    Case,
    Exhibit,
    Filing,
    Finding,
    Incident,
    Remedy,
)
from casework.store.money import places, to_minor

_LARGEST_COUNT = 2**31 - 1


class _Place(NamedTuple):
    """Where in a case: a marked sentence, translated only when something is wrong there."""

    name: str
    number: int = 0

    def __str__(self) -> str:
        return _(self.name).format(number=self.number)


_CASE = _Place(mark("Case"))
_COMPLAINANT = _Place(mark("Complainant"))
_RESPONDENT = _Place(mark("Respondent"))
_INCIDENT = mark("Incident {number}")
_REMEDY = mark("Remedy {number}")
_EXHIBIT = mark("Exhibit {number}")
_FILING = mark("Filing {number}")


def refuse_faults(case: Case) -> None:
    """Raise Incomplete with every fault of ``case``; return if there is none."""
    found = list(faults(case))
    if found:
        raise Incomplete(_("The case cannot be saved."), found, where=printable(case.case_no))


def refuse_unstorable(*texts: str) -> None:
    """Raise Incomplete if a database does not keep one of these texts as it is."""
    found = list(_text(_Place(mark("Text")), *texts))
    if found:
        raise Incomplete(_("This cannot be saved."), found)


def faults(case: Case) -> Iterator[Finding]:
    """Yield everything that keeps ``case`` from being stored exactly as it is."""
    if not case.case_no.strip():
        yield Finding(str(_CASE), _("The case number is empty."))
    yield from _choice(_CASE, case.status, CASE_STATUSES)
    yield from _times(_CASE, case.received_at, case.closed_at)
    yield from _text(_CASE, case.case_no, case.summary, case.handler, case.region, case.run, case.id)
    yield from _text(_CASE, *case.conducts)
    person, company = case.complainant, case.respondent
    yield from _text(_COMPLAINANT, person.name, person.phone, person.email, person.address)
    yield from _text(_RESPONDENT, company.company, company.platform, company.agent)
    yield from _text(_RESPONDENT, company.address, company.credit_code, company.contact)
    known = {exhibit.id for exhibit in case.exhibits}
    for number, incident in enumerate(case.incidents, 1):
        yield from _incident(_Place(_INCIDENT, number), incident, known)
    for number, remedy in enumerate(case.remedies, 1):
        yield from _remedy(_Place(_REMEDY, number), remedy)
    for exhibit in case.exhibits:
        yield from _exhibit(_Place(_EXHIBIT, exhibit.number), exhibit)
    for number, filing in enumerate(case.filings, 1):
        yield from _filing(_Place(_FILING, number), filing)
    yield from _repeats(case)


def _incident(place: _Place, incident: Incident, known: Collection[str]) -> Iterator[Finding]:
    yield from _text(place, incident.text, incident.at, incident.id)
    for missing in incident.exhibits:
        if missing not in known:
            problem = _("It cites an exhibit that the case does not have.")
            yield Finding(str(place), problem, printable(missing))


def _remedy(place: _Place, remedy: Remedy) -> Iterator[Finding]:
    yield from _choice(place, remedy.kind, REMEDY_KINDS)
    yield from _text(place, remedy.text, remedy.currency, remedy.id)
    if remedy.amount is None:
        return
    try:
        to_minor(remedy.amount, remedy.currency)
    except ValueError:
        problem = _("The amount cannot be stored: at most {places} decimal places and 16 digits before them.")
        yield Finding(str(place), problem.format(places=places(remedy.currency)), str(remedy.amount))


def _exhibit(place: _Place, exhibit: Exhibit) -> Iterator[Finding]:
    yield from _choice(place, exhibit.kind, EXHIBIT_KINDS)
    yield from _times(place, exhibit.added_at)
    yield from _text(place, exhibit.name, exhibit.sha256, exhibit.source, exhibit.content, exhibit.purpose)
    yield from _text(place, exhibit.obtained_by, exhibit.media_type, exhibit.id)
    for count in (exhibit.number, exhibit.pages or 0, exhibit.copies, exhibit.size >> 32):
        if not 0 <= count <= _LARGEST_COUNT:
            yield Finding(str(place), _("A count is out of range."), str(count))


def _filing(place: _Place, filing: Filing) -> Iterator[Finding]:
    yield from _choice(place, filing.status, FILING_STATUSES)
    yield from _times(place, filing.filed_at, filing.first_response_at, filing.closed_at)
    yield from _text(place, filing.channel, filing.receipt_no, filing.outcome, filing.id)


def _repeats(case: Case) -> Iterator[Finding]:
    for parts in (case.incidents, case.remedies, case.exhibits, case.filings):
        for id_ in _repeated([part.id for part in parts]):
            yield Finding(str(_CASE), _("Two of its records have the same id."), printable(id_))
    for number in _repeated([str(exhibit.number) for exhibit in case.exhibits]):
        yield Finding(str(_CASE), _("Two exhibits have the same number."), number)


def _repeated(values: Sequence[str]) -> list[str]:
    unique = dict.fromkeys(values)
    return [] if len(unique) == len(values) else [value for value in unique if values.count(value) > 1]


def _choice(place: _Place, value: str, allowed: Collection[str]) -> Iterator[Finding]:
    if value not in allowed:
        remedy = _("Use one of: {choices}.").format(choices=", ".join(allowed))
        yield Finding(str(place), _("This is not one of the values allowed."), printable(value), remedy)


def _times(place: _Place, *times: dt.datetime | None) -> Iterator[Finding]:
    for time in times:
        if time is not None and time.tzinfo is not None:
            problem = _("Times are kept as the clock on the wall, without a zone.")
            yield Finding(str(place), problem, time.isoformat())


def _text(place: _Place, *texts: str) -> Iterator[Finding]:
    if is_storable("".join(texts)):
        return
    for text in texts:
        if not is_storable(text):
            problem = _("The text holds a character that cannot be stored.")
            yield Finding(str(place), problem, printable(text))


def is_storable(text: str) -> bool:
    """Say whether every database keeps ``text`` as it is."""
    try:
        return "\0" not in text and bool(text.encode() or True)
    except UnicodeEncodeError:  # half a surrogate pair
        return False


def some(names: Sequence[str]) -> str:
    """Return the first names for a message, with a sign where there are more."""
    return ", ".join(map(printable, names[:20])) + (" …" if len(names) > 20 else "")
