"""What a letter still lacks: every lack at once, each with its place, so that a form can lead there.

A finding blocks the letter; :mod:`casework.letters.remarks` has what does not. ``field`` of a
:class:`~casework.model.Finding` is the path in the case (``complainant.phone``, ``incidents.0.text``: the first
incident as entered); ``place`` is its name in the language in force.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from casework.i18n import LANGUAGES, _, language
from casework.letters.places import PLACES, at, is_empty, of_exhibit, of_incident, of_remedy, value_at
from casework.letters.wording import REQUESTS
from casework.model import Case, Finding
from casework.rules import Channel, RulePack

KINDS = ("complaint",)
"""The kinds of letter there are."""

MOST_TEXT = 20_000
"""The most characters of one field that fit a letter."""

MOST_DIGITS = 15
"""The most digits before and after the point of an amount."""

_BASE_NEEDS = ("complainant.name", "respondent.company")
_CONTACTS = ("complainant.phone", "complainant.email", "complainant.address")
_NOT_IN_WORD = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def check(
    case: Case,
    channel: Channel,
    pack: RulePack,
    *,
    kind: str = "complaint",
    lang: str = "zh",
    addressee: str = "",
) -> list[Finding]:
    """Return everything that keeps the letter from being written; an empty list means that it can be."""
    return [
        *_kind_findings(channel, kind, lang),
        *_party_findings(case, channel),
        *_conduct_findings(case, pack),
        *_incident_findings(case),
        *_remedy_findings(case),
        *_exhibit_findings(case),
        *_text_findings(case, addressee),
    ]


def _kind_findings(channel: Channel, kind: str, lang: str) -> Iterator[Finding]:
    if lang not in LANGUAGES:
        yield at("lang", _("is not zh or en."), value=lang)
    if kind not in KINDS:
        names = _("Kinds: {names}.").format(names=", ".join(KINDS))
        yield at("kind", _("is unknown."), value=kind, remedy=names)
    elif kind not in channel.letters:
        yield at(
            "channel",
            _("takes another paper: {paper}.").format(paper=channel.paper.of(language())),
            value=channel.name(language()),
            remedy=_("Choose a channel that takes a letter of complaint."),
        )


def _party_findings(case: Case, channel: Channel) -> Iterator[Finding]:
    needs = [*_BASE_NEEDS, *(place for place in channel.needs if "." in place)]
    for place in sorted(set(needs), key=list(PLACES).index):
        if is_empty(value_at(case, place)):
            asked = "" if place in _BASE_NEEDS else _("The channel asks for it.")
            yield at(place, _("is missing."), remedy=asked)
    if not set(_CONTACTS) & set(needs) and all(is_empty(value_at(case, place)) for place in _CONTACTS):
        asked = _("Enter a phone number, an e-mail or an address.")
        yield at("complainant.phone", _("is missing."), remedy=asked)


def _conduct_findings(case: Case, pack: RulePack) -> Iterator[Finding]:
    if not case.conducts:
        yield at("conducts", _("is missing."), remedy=_("Choose what the agent did."))
    for conduct in case.conducts:
        if conduct not in pack.conducts:
            yield at("conducts", _("is not in the rule pack."), value=conduct, remedy=_("Choose another."))


def _incident_findings(case: Case) -> Iterator[Finding]:
    if not case.incidents:
        yield at("incidents", _("is empty."), remedy=_("Enter at least one incident with its date."))
    known = {exhibit.id for exhibit in case.exhibits}
    for index, incident in enumerate(case.incidents):
        if incident.on is None:
            yield of_incident(index, "on", _("has no date."))
        if is_empty(incident.text):
            yield of_incident(index, "text", _("does not say what happened."))
        for missing in (exhibit for exhibit in incident.exhibits if exhibit not in known):
            told = _("cites an exhibit that is not in the case.")
            yield of_incident(index, "exhibits", told, value=missing, remedy=_("Attach it or remove it."))


def _remedy_findings(case: Case) -> Iterator[Finding]:
    if not case.remedies:
        yield at("remedies", _("is empty."), remedy=_("Enter at least one request."))
    for index, remedy in enumerate(case.remedies):
        if remedy.kind not in REQUESTS and is_empty(remedy.text):
            yield of_remedy(index, "text", _("does not say what is asked for."))
        if remedy.amount is not None:
            yield from _amount_findings(index, remedy.amount, remedy.currency)


def _amount_findings(index: int, amount: Decimal, currency: str) -> Iterator[Finding]:
    if not amount.is_finite() or amount <= 0:
        yield of_remedy(index, "amount", _("needs an amount above zero."), value=str(amount))
    elif abs(amount.adjusted()) > MOST_DIGITS or len(amount.as_tuple().digits) > 2 * MOST_DIGITS:
        yield of_remedy(index, "amount", _("is no plausible amount."), value=str(amount))
    if is_empty(currency):
        yield of_remedy(index, "currency", _("has an amount without a currency."))


def _exhibit_findings(case: Case) -> Iterator[Finding]:
    """The evidence list names each item and says what it proves: without that it is no list."""
    numbers = Counter(exhibit.number for exhibit in case.exhibits)
    for index, exhibit in enumerate(case.exhibits):
        if exhibit.number < 1 or numbers[exhibit.number] > 1:
            told = _("needs a number of its own, from 1 up.")
            yield of_exhibit(case, index, "number", told, value=str(exhibit.number))
        if is_empty(exhibit.name):
            yield of_exhibit(case, index, "name", _("has no name."))
        if is_empty(exhibit.purpose):
            told = _("does not say what it proves.")
            yield of_exhibit(case, index, "purpose", told, remedy=_("Enter its purpose of proof."))


def _text_findings(case: Case, addressee: str) -> Iterator[Finding]:
    for found, value in _texts(case, addressee):
        bad = sorted({f"U+{ord(each):04X}" for each in _NOT_IN_WORD.findall(value)})
        if bad:
            told = _("holds invisible characters that a Word file cannot hold.")
            yield replace(found, problem=told, value=", ".join(bad), remedy=_("Type the text anew."))
        if len(value) > MOST_TEXT:
            told = _("is too long for a letter: {count} characters.").format(count=len(value))
            yield replace(found, problem=told, remedy=_("Shorten it and attach the rest as evidence."))


def _texts(case: Case, addressee: str) -> Iterator[tuple[Finding, str]]:
    """Every text that a letter prints, with a finding that names its place and no problem yet."""
    yield at("addressee", ""), addressee
    for place in PLACES:
        if place.startswith(("complainant.", "respondent.")):
            yield at(place, ""), str(value_at(case, place))
    for index, incident in enumerate(case.incidents):
        yield of_incident(index, "at", ""), incident.at
        yield of_incident(index, "text", ""), incident.text
    for index, remedy in enumerate(case.remedies):
        yield of_remedy(index, "text", ""), remedy.text
        yield of_remedy(index, "currency", ""), remedy.currency
    for index, exhibit in enumerate(case.exhibits):
        for part in ("name", "source", "content", "purpose", "sha256"):
            yield of_exhibit(case, index, part, ""), getattr(exhibit, part)
