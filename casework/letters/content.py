"""What a letter says, as plain words: a template gets nothing else to work with."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import asdict, dataclass
from typing import Any

from casework.i18n import _, use_language
from casework.letters import wording
from casework.model import Case, Complainant, Exhibit, Incident, Respondent
from casework.rules import Channel, RulePack
from casework.words import EXHIBITS, word

_SHORT_HASH = 8
_NOTHING = "—"
"""Stands in a cell of the evidence list where the case says nothing."""


@dataclass(frozen=True, slots=True)
class LetterContent:
    """The words of one letter in its language. Every value is text, or a list or dict of text.

    ``requests``: number, text. ``facts``: number, when, text, exhibits. ``basis``: number, law, gist.
    ``exhibits``: number, label, name, kind, source, content, purpose, extent, form, obtained, short_hash,
    sha256. ``reply_by`` is the earliest day asked for, or nothing.
    """

    date: str
    addressee: dict[str, str]
    complainant: dict[str, str]
    respondent: dict[str, str]
    conducts: list[str]
    requests: list[dict[str, str]]
    facts: list[dict[str, str]]
    basis: list[dict[str, str]]
    reply_by: str
    exhibits: list[dict[str, str]]
    enclosed: str

    def context(self) -> dict[str, Any]:
        """Return the values that a template may name."""
        return asdict(self)


def compose(
    case: Case,
    channel: Channel,
    pack: RulePack,
    *,
    lang: str = "zh",
    today: dt.date,
    addressee: str = "",
) -> LetterContent:
    """Return what a letter about the case to the channel says.

    ``today`` is the letter's date; ``addressee`` names the office where the pack knows only its kind. The
    case is taken as it is: :func:`casework.letters.check` says beforehand what is missing.
    """
    with use_language(lang):
        incidents = chronology(case)
        return LetterContent(
            date=wording.date_text(today),
            addressee=_addressee(case, channel, lang, addressee),
            complainant=_complainant(case.complainant),
            respondent=_respondent(case.respondent),
            conducts=[pack.conducts[each].short.of(lang) for each in case.conducts if each in pack.conducts],
            requests=_numbered([{"text": wording.request_text(remedy)} for remedy in case.remedies]),
            facts=_numbered([_fact(incident, case.exhibits) for incident in incidents]),
            basis=_numbered(_basis(case, channel, pack, lang, today)),
            reply_by=_reply_by(case),
            exhibits=[_exhibit(exhibit) for exhibit in exhibit_list(case)],
            enclosed=wording.pile_text(case.exhibits) if case.exhibits else "",
        )


def chronology(case: Case) -> list[Incident]:
    """Return the incidents from first to last; one without a day stands at the end, ties as entered."""
    return sorted(case.incidents, key=lambda incident: (incident.on or dt.date.max, _clock(incident.at)))


def exhibit_list(case: Case) -> list[Exhibit]:
    """Return the exhibits by their numbers."""
    return sorted(case.exhibits, key=lambda exhibit: exhibit.number)


def last_event(case: Case, today: dt.date) -> dt.date:
    """Return the day of the last dated incident, or today where none has a day."""
    return max((incident.on for incident in case.incidents if incident.on), default=today)


def addressee_name(case: Case, channel: Channel, lang: str, given: str = "") -> str:
    """Return who the letter is addressed to: the office given, else what the pack says."""
    named = given.strip().rstrip("：:").rstrip()
    return named or channel.addressee.of(lang).replace("{company}", case.respondent.company)


def _clock(at: str) -> tuple[int, int]:
    found = re.match(r"\s*(\d{1,2})[:：](\d{2})", at)
    return (int(found[1]), int(found[2])) if found else (99, 0)


def _numbered(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{"number": str(number), **row} for number, row in enumerate(rows, start=1)]


def _addressee(case: Case, channel: Channel, lang: str, given: str) -> dict[str, str]:
    name = addressee_name(case, channel, lang, given)
    salutation = channel.salutation.of(lang).replace("{addressee}", name)
    return {"name": name, "salutation": salutation, "you": channel.you.of(lang)}


def _complainant(person: Complainant) -> dict[str, str]:
    return {"name": person.name, "phone": person.phone, "email": person.email, "address": person.address}


def _respondent(respondent: Respondent) -> dict[str, str]:
    return {
        "company": respondent.company,
        "platform": respondent.platform,
        "agent": wording.agent_text(respondent.agent),
        "address": respondent.address,
        "credit_code": respondent.credit_code,
        "contact": respondent.contact,
    }


def _fact(incident: Incident, exhibits: tuple[Exhibit, ...]) -> dict[str, str]:
    numbers = sorted(exhibit.number for exhibit in exhibits if exhibit.id in incident.exhibits)
    cited = _(", ").join(wording.exhibit_label(number) for number in numbers)
    return {"when": wording.moment_text(incident), "text": incident.text, "exhibits": cited}


def _basis(case: Case, channel: Channel, pack: RulePack, lang: str, today: dt.date) -> list[dict[str, str]]:
    cited = pack.cited(case.conducts, channel, events=last_event(case, today), today=today)
    return [{"law": provision.name(lang), "gist": provision.gist.of(lang)} for provision in cited]


def _reply_by(case: Case) -> str:
    days = [remedy.reply_by for remedy in case.remedies if remedy.reply_by is not None]
    return wording.date_text(min(days)) if days else ""


def _exhibit(exhibit: Exhibit) -> dict[str, str]:
    return {
        "number": str(exhibit.number),
        "label": wording.exhibit_label(exhibit.number),
        "name": exhibit.name,
        "kind": word(EXHIBITS, exhibit.kind),
        "source": exhibit.source or _NOTHING,
        "content": exhibit.content or _NOTHING,
        "purpose": exhibit.purpose,
        "extent": wording.extent_text(exhibit),
        "form": _("original") if exhibit.is_original else _("copy"),
        "obtained": wording.date_text(exhibit.obtained_on) if exhibit.obtained_on else _NOTHING,
        "short_hash": exhibit.sha256[:_SHORT_HASH],
        "sha256": exhibit.sha256,
    }
