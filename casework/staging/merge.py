"""Three versions of a case: what the export said at the last import, what it says now, and what the office has.

What the export did not change is left alone. What it changed and nobody edited is updated. Where both changed, the
office's value stays and a sentence says so. A blank in the export never erases.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType
from typing import TypeVar

from casework.i18n import LANGUAGES, _, use_language
from casework.model import Case, Filing, Remedy
from casework.sources import KEEP
from casework.staging import labels
from casework.staging.facts import MOST_FEN, YEARS, ZONES
from casework.staging.vocabulary import Meanings, normal

Facts = Mapping[str, str]
_Value = TypeVar("_Value")
NO_MEANINGS: Meanings = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Merged:
    """The case as it should be saved, and what of the export's changes was not taken, one sentence each."""

    case: Case
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """What facts make of a case: the same as :func:`casework.staging.facts.prepare` makes of a row."""

    received: dt.datetime | None
    closed: dt.datetime | None
    first_response: dt.datetime | None
    outcome: str
    status: str
    status_meaning: str | None
    channel: str | None
    channel_word: str | None
    conduct: str
    conduct_id: str | None
    text: str
    amount: Decimal | None
    handler: str
    region: str
    complainant: str
    phone: str
    respondent: str

    @property
    def conducts(self) -> tuple[str, ...]:
        """The conducts that the case gets."""
        return (self.conduct_id,) if self.conduct_id else ()

    @property
    def marked(self) -> str:
        """The summary where the conduct's word means nothing here."""
        return f"〔{self.conduct}〕{self.text}" if self.conduct and self.text else self.text or self.conduct

    @property
    def summary(self) -> str:
        """The summary that the case gets."""
        return (self.text or self.conduct) if self.conduct_id else self.marked


def load_facts(text: str) -> dict[str, str]:
    """The facts of a row by role."""
    facts: dict[str, str] = json.loads(text) if text else {}
    return facts


def read(facts: Facts, meanings: Meanings = NO_MEANINGS) -> Read:
    """What ``facts`` make of a case, words read by ``meanings`` (:func:`casework.staging.vocabulary.meanings`)."""
    received = _stamp(facts.get("received"))
    closed = _after(_stamp(facts.get("closed")), received)
    meant = {
        role: meanings.get((role, normal(facts[role]))) if role in facts else None
        for role in ("channel", "status", "conduct")
    }
    phone = facts.get("phone", "")
    return Read(
        received=received,
        closed=closed,
        first_response=_after(_stamp(facts.get("first_response")), received),
        outcome=facts.get("outcome", ""),
        status="closed" if closed or meant["status"] == "closed" else "open",
        status_meaning=meant["status"],
        channel=facts.get("channel") if meant["channel"] in (None, KEEP) else meant["channel"],
        channel_word=facts.get("channel"),
        conduct=facts.get("conduct", ""),
        conduct_id=None if meant["conduct"] == KEEP else meant["conduct"],
        text=facts.get("text", ""),
        amount=_amount(facts.get("amount")),
        handler=facts.get("handler", ""),
        region=facts.get("region", ""),
        complainant=facts.get("complainant", ""),
        phone=phone if len(re.findall(r"\d", phone)) >= 3 else "",
        respondent=facts.get("respondent", ""),
    )


def _stamp(text: str | None) -> dt.datetime | None:
    try:
        stamp = dt.datetime.fromisoformat(text) if text else None
    except ValueError:  # a year of five digits
        return None
    return stamp if stamp and YEARS[0] <= stamp.year <= YEARS[1] else None


def _after(stamp: dt.datetime | None, received: dt.datetime | None) -> dt.datetime | None:
    if stamp is None or received is None or stamp >= received:
        return stamp
    return received if received - stamp <= ZONES else None


def _amount(text: str | None) -> Decimal | None:
    amount = Decimal(text) if text else None
    return amount if amount is not None and 0 <= amount * 100 <= MOST_FEN else None


def merge(case: Case, before: Facts | str, after: Facts | str, meanings: Meanings = NO_MEANINGS) -> Merged:
    """Bring what the export changed since the last import into ``case`` (see the module for the rules).

    ``before`` and ``after`` are the facts (a mapping or their JSON) of the last import and of this one;
    ``meanings`` are the source's words. A closing closes the filing that the import made as well, and so with the
    channel, the receipt and the first response. Nothing is touched where the facts are the same.
    """
    old, new = (load_facts(facts) if isinstance(facts, str) else facts for facts in (before, after))
    new = {**old, **new}
    if new == old:
        return Merged(case)
    work = _Merge(case, case, read(old, meanings), read(new, meanings))
    for step in (_plain, _closing, _conduct, _filing, _amount_asked):
        step(work)
    return Merged(case if work.case == case else work.case, tuple(work.kept.values()))


@dataclass
class _Merge:
    """A merge under way."""

    office: Case
    case: Case
    old: Read
    new: Read
    kept: dict[str, str] = field(default_factory=dict)

    def three_way(self, role: str, ours: _Value, old: _Value, new: _Value) -> _Value:
        """The value to have, of the office's, the export's of last time, and the export's of now."""
        if new in (old, ours, None, ""):
            return ours
        if ours != old:
            self.keep(role, ours, new)
            return ours
        return new

    def keep(self, role: str, ours: object, new: object) -> None:
        """Say that the office's value stays."""
        told = _("{fact}: “{ours}” stays, because it was changed here; the export now says “{theirs}”.")
        self.kept.setdefault(role, told.format(fact=labels.name(role), ours=_said(ours), theirs=_said(new)))


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return labels.shown(", ".join(map(str, value)))
    return labels.shown("" if value is None else str(value))


def _plain(work: _Merge) -> None:
    """What lives in one field of the case."""
    case, old, new, pick = work.case, work.old, work.new, work.three_way
    person, company = case.complainant, case.respondent
    received = pick("received", case.received_at, old.received, new.received)
    work.case = replace(
        case,
        received_at=received or case.received_at,
        handler=pick("handler", case.handler, old.handler, new.handler),
        region=pick("region", case.region, old.region, new.region),
        complainant=replace(
            person,
            name=pick("complainant", person.name, old.complainant, new.complainant),
            phone=pick("phone", person.phone, old.phone, new.phone),
        ),
        respondent=replace(
            company, company=pick("respondent", company.company, old.respondent, new.respondent)
        ),
    )


def _closing(work: _Merge) -> None:
    """Whether and when the case is closed; no closing comes before the receipt that the office knows."""
    case, old, new = work.case, work.old, work.new
    closed = work.three_way("closed", case.closed_at, old.closed, new.closed)
    if closed is not None and closed != case.closed_at:
        told, closed = closed, _after(closed, case.received_at)
        if closed is None:
            work.keep("closed", case.closed_at, told)
            closed = case.closed_at
    if closed is not None and closed < case.received_at:
        work.keep("received", work.office.received_at, case.received_at)
        case = replace(case, received_at=work.office.received_at)
    work.case = replace(case, closed_at=closed, status=_status(work, closed))


def _status(work: _Merge, closed: dt.datetime | None) -> str:
    case, old, new = work.case, work.old, work.new
    status = case.status
    if closed is not None and closed != case.closed_at:
        status = "closed"
    elif new.closed == old.closed and not (new.status == "open" and closed is not None):
        status = work.three_way("status", case.status, old.status, new.status)
    if new.status_meaning == "open" and old.status_meaning == "closed" and status == "closed":
        told = _(
            "{fact}: the export says that the case is open again, but it stays closed here; please check it."
        )
        work.kept.setdefault("status", told.format(fact=labels.name("status")))
    return status


def _conduct(work: _Merge) -> None:
    """The conducts, and the summary, which bears the word of a conduct that means nothing here."""
    case, old, new = work.case, work.old, work.new
    if (old.conduct, old.text) == (new.conduct, new.text):
        return
    unmapped = (
        bool(old.conduct and old.text) and case.summary == old.marked
    )  # at that import the word meant nothing
    base = replace(old, conduct_id=None) if unmapped else old
    conducts = case.conducts
    if new.conduct != old.conduct and new.conducts != conducts and (new.conducts or base.conducts):
        if conducts == base.conducts:
            conducts = new.conducts
        else:
            work.keep("conduct", conducts, new.conduct)
    summary = work.three_way("text", case.summary, base.summary, new.summary)
    work.case = replace(case, conducts=conducts, summary=summary)


def _filing(work: _Merge) -> None:
    """The filing that the import made: its channel, receipt, first response and closing."""
    old, new = work.old, work.new
    place = _imported_filing(work.case.filings, old)
    if place is None:
        _missing_filing(work)
        return
    filing = work.case.filings[place]
    changed = _merged_filing(work, filing, old, new)
    if changed != filing:
        filings = list(work.case.filings)
        filings[place] = changed
        work.case = replace(work.case, filings=tuple(filings))


def _merged_filing(work: _Merge, filing: Filing, old: Read, new: Read) -> Filing:
    pick = work.three_way
    unmapped = filing.channel == old.channel_word  # at that import the word meant nothing
    channel = old.channel_word if unmapped and new.channel != old.channel else old.channel
    closed = pick("closed", filing.closed_at, old.closed, new.closed)
    status, was, now = filing.status, _filing_status(old), _filing_status(new)
    if closed != filing.closed_at and filing.status == was:
        status = "closed"
    elif new.closed == old.closed and not (now == "filed" and filing.closed_at is not None):
        status = pick("status", filing.status, was, now)
    return replace(
        filing,
        channel=pick("channel", filing.channel, channel or "", new.channel or ""),
        filed_at=pick("received", filing.filed_at, old.received, new.received),
        first_response_at=pick(
            "first_response", filing.first_response_at, old.first_response, new.first_response
        ),
        closed_at=closed,
        status=status,
        outcome=pick("outcome", filing.outcome, old.outcome, new.outcome),
    )


def _missing_filing(work: _Merge) -> None:
    """Without a filing of the import: one is added where the export names a channel for the first time."""
    case, old, new = work.case, work.old, work.new
    if new.channel is None or new.channel == old.channel:
        return
    if old.channel is not None:
        work.keep("channel", None, new.channel)
    elif all(filing.channel != new.channel for filing in case.filings):
        filing = Filing(
            new.channel,
            new.received,
            "",
            _filing_status(new),
            new.first_response,
            new.closed,
            new.outcome,
            id=_part_id(case, "filing"),
        )
        work.case = replace(case, filings=(*case.filings, filing))


def _filing_status(found: Read) -> str:
    return "closed" if found.status == "closed" else "filed"


def _imported_filing(filings: tuple[Filing, ...], old: Read) -> int | None:
    """The place of the filing that the last import made: by its channel and receipt, then by either."""
    if old.channel is None:
        return None
    likeness: tuple[Callable[[Filing], bool], ...] = (
        lambda filing: filing.channel == old.channel and filing.filed_at == old.received,
        lambda filing: filing.channel == old.channel,
        lambda filing: filing.filed_at == old.received,
    )
    for alike in likeness:
        for place, filing in enumerate(filings):
            if alike(filing):
                return place
    return None


def _amount_asked(work: _Merge) -> None:
    """The remedy that holds the export's amount."""
    case, old, new = work.case, work.old, work.new
    if new.amount is None or new.amount == old.amount:
        return
    for place, remedy in enumerate(case.remedies):
        if remedy.kind == "other" and remedy.text in _amount_words():
            amount = work.three_way("amount", remedy.amount, old.amount, new.amount)
            remedies = list(case.remedies)
            remedies[place] = replace(remedy, amount=amount)
            work.case = replace(case, remedies=tuple(remedies))
            return
    if old.amount is not None:
        work.keep("amount", None, new.amount)
        return
    asked = Remedy("other", _("Amount in the export"), new.amount, id=_part_id(case, "remedy"))
    work.case = replace(case, remedies=(*case.remedies, asked))


def _amount_words() -> set[str]:
    """The words of the remedy in every language: the import may have been made in another one."""
    found = set()
    for language in LANGUAGES:
        with use_language(language):
            found.add(_("Amount in the export"))
    return found


def _part_id(case: Case, kind: str) -> str:
    """The id of a part that a merge adds: the same for the same case, so that a merge gives one result."""
    return hashlib.sha256(f"{case.id} imported {kind}".encode()).hexdigest()[:32]
