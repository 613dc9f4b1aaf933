"""What an experienced colleague would point out about a letter. Nothing here blocks it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from casework.i18n import _, language
from casework.letters.content import last_event
from casework.letters.places import at, is_empty, of_exhibit, of_incident, of_remedy
from casework.model import Case, Finding
from casework.rules import Channel, RulePack


def remarks(
    case: Case, channel: Channel, pack: RulePack, *, today: dt.date, addressee: str = ""
) -> list[Finding]:
    """Return what could be better about the letter. None of it blocks."""
    return [
        *_channel_remarks(case, channel, addressee),
        *_fact_remarks(case),
        *_request_remarks(case),
        *_evidence_remarks(case),
        *_law_remarks(case, channel, pack, today),
    ]


def _channel_remarks(case: Case, channel: Channel, addressee: str) -> Iterator[Finding]:
    lang, name = language(), channel.name(language())
    if channel.kind != "respondent" and is_empty(addressee):
        yield at("addressee", _("names no particular office."), remedy=_("Enter the competent office."))
    if channel.warning:
        yield at("channel", channel.warning.of(lang), value=name)
    if not channel.verified:
        yield at("channel", _("is to be checked before it is relied on."), value=name)
    if is_empty(case.respondent.agent):
        advice = _("A name or staff number makes the letter stronger.")
        yield at("respondent.agent", _("is missing."), remedy=advice)


def _fact_remarks(case: Case) -> Iterator[Finding]:
    for index, incident in enumerate(case.incidents):
        if not incident.exhibits:
            advice = _("Cite an exhibit if there is one.")
            yield of_incident(index, "exhibits", _("has no evidence."), remedy=advice)


def _request_remarks(case: Case) -> Iterator[Finding]:
    for index, remedy in enumerate(case.remedies):
        if remedy.kind in ("refund", "compensation") and remedy.amount is None:
            yield of_remedy(index, "amount", _("asks for money without an amount."))
    if case.remedies and not any(remedy.reply_by for remedy in case.remedies):
        yield at("remedies", _("names no day by which an answer is expected."))


def _evidence_remarks(case: Case) -> Iterator[Finding]:
    if not case.exhibits:
        yield at("exhibits", _("is missing."), remedy=_("A letter with evidence is taken more seriously."))
    cited = {exhibit for incident in case.incidents for exhibit in incident.exhibits}
    for index, exhibit in enumerate(case.exhibits):
        if exhibit.id not in cited:
            yield of_exhibit(case, index, "id", _("is not cited by any incident."))
        if is_empty(exhibit.source):
            yield of_exhibit(case, index, "source", _("does not say where it comes from."))
        if is_empty(exhibit.content):
            yield of_exhibit(case, index, "content", _("does not say what it contains."))


def _law_remarks(case: Case, channel: Channel, pack: RulePack, today: dt.date) -> Iterator[Finding]:
    lang = language()
    for conduct in case.conducts:
        if conduct in pack.conducts and channel.id not in pack.conducts[conduct].channels:
            told = _("is not among the matters listed for this channel.")
            yield at("conducts", told, value=pack.conducts[conduct].name(lang))
    cited = pack.cited(case.conducts, channel, events=last_event(case, today), today=today)
    for provision in pack.candidates(case.conducts, channel):
        if not provision.verified:
            told = _("is to be checked and is left out of the letter.")
            yield at("conducts", told, value=provision.name(lang))
        elif provision not in cited:
            told = _("was not in force at the time and is left out of the letter.")
            yield at("conducts", told, value=provision.name(lang))
