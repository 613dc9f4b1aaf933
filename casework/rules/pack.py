"""The records of a rule pack, as frozen values.

``verified`` on a record says that its text was read in a stored copy of ``source``; the caseworker sees
"to be checked" beside every other one. ``evidence_level`` is one of :data:`EVIDENCE_LEVELS`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

EVIDENCE_LEVELS = ("primary", "official_page", "secondary", "memory")
DEADLINE_ROLES = ("accept", "handle")
TRIGGERS = ("filed", "received", "accepted")
UNITS = ("working_day", "calendar_day")
EFFECTS = ("duty", "prohibition", "remedy", "penalty", "procedure")


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and in English."""

    zh: str
    en: str

    def of(self, lang: str) -> str:
        """Return the words in ``lang`` (``"zh"`` or ``"en"``)."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record comes from, and in which copy it was read."""

    id: str
    title: str
    basis: str
    url: str = ""
    read_in: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Conduct:
    """违法行为: what an agent may have done.

    ``cites`` are the provisions that a letter about it relies on, in the order in which they are printed.
    """

    id: str
    names: Text
    short: Text
    channels: tuple[str, ...]
    cites: tuple[str, ...]
    source: str
    verified: bool

    def name(self, lang: str) -> str:
        """Return the name in ``lang``."""
        return self.names.of(lang)


@dataclass(frozen=True, slots=True)
class Provision:
    """One article (or group of articles) of a law.

    ``number`` is the article as lawyers write it, ``article`` the same in words, ``gist`` what it says in our
    words; ``effect`` is one of :data:`EFFECTS`; ``replaces`` names the former article of a renumbered law.
    """

    id: str
    law: Text
    article: Text
    number: str
    gist: Text
    conducts: tuple[str, ...]
    effect: str
    source: str
    evidence_level: str
    verified: bool
    edition: Text | None = None
    in_force_from: dt.date | None = None
    replaces: Text | None = None
    note: Text | None = None

    def name(self, lang: str) -> str:
        """Return law and article in ``lang``: 《……》第二十条, or "... Law, Article 20"."""
        edition = self.edition.of(lang) if self.edition else ""
        if lang == "en":
            law = f"{self.law.en} ({edition})" if edition else self.law.en
            return f"{law}, {self.article.en}"
        return f"《{self.law.zh}》" + (f"（{edition}）" if edition else "") + self.article.zh

    def in_force(self, on: dt.date) -> bool:
        """Whether the provision was in force on a day, as far as the pack knows."""
        return self.in_force_from is None or self.in_force_from <= on


@dataclass(frozen=True, slots=True)
class Material:
    """What a channel asks for. ``field`` is the place in the case that carries it, if a letter does."""

    text: Text
    field: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """渠道: a body or procedure that a complaint can go to.

    ``legal_basis`` are the provisions it rests on, ``cites`` those of them that a letter to it mentions.
    ``paper`` is what it takes; ``letters`` are the kinds of letter that can be addressed to it. ``addressee``
    and ``salutation`` may hold ``{company}`` and ``{addressee}``. ``contact_verified`` covers ``hotline`` and
    ``url`` apart from the legal content; it is None where there is no contact to verify.
    """

    id: str
    order: int
    kind: str
    names: Text
    addressee: Text
    salutation: Text
    you: Text
    paper: Text
    letters: tuple[str, ...]
    source: str
    evidence_level: str
    verified: bool
    hotline: str = ""
    url: str = ""
    contact_verified: bool | None = None
    contact_note: Text | None = None
    in_force_from: dt.date | None = None
    replaces: str = ""
    scope: Text | None = None
    competent: Text | None = None
    prerequisites: tuple[Text, ...] = ()
    materials: tuple[Material, ...] = ()
    refusal_grounds: tuple[Text, ...] = ()
    legal_basis: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    produces: Text | None = None
    warning: Text | None = None
    notes: tuple[Text, ...] = ()

    def name(self, lang: str) -> str:
        """Return the name in ``lang``."""
        return self.names.of(lang)

    @property
    def needs(self) -> tuple[str, ...]:
        """The places in a case that this channel's materials demand, such as ``"complainant.phone"``."""
        return tuple(material.field for material in self.materials if material.field)


@dataclass(frozen=True, slots=True)
class Extension:
    """How long a body may extend a period by a decision of its own, and how often."""

    n: int
    unit: str
    times: int


@dataclass(frozen=True, slots=True)
class Deadline:
    """期限: how long a channel's body has to accept a filing (``accept``) or to finish it (``handle``).

    ``n`` of ``unit`` (:data:`UNITS`) after the day of ``trigger`` (:data:`TRIGGERS`). ``provisions`` are those in the
    pack that lay it down, ``provision`` names all of them, ``gist`` says it in our words. It is for filings from
    ``in_force_from`` to ``in_force_until``, both included; None is without end. No clock counts an ``extension``.
    """

    id: str
    channel: str
    role: str
    n: int
    unit: str
    trigger: str
    provision: Text
    gist: Text
    source: str
    evidence_level: str
    verified: bool
    provisions: tuple[str, ...] = ()
    extension: Extension | None = None
    in_force_from: dt.date | None = None
    in_force_until: dt.date | None = None

    def in_force(self, on: dt.date) -> bool:
        """Whether it is the period for a filing of this day."""
        return (self.in_force_from or dt.date.min) <= on <= (self.in_force_until or dt.date.max)


@dataclass(frozen=True, slots=True)
class RulePack:
    """规则包: one jurisdiction's records, each kind by id. Channels are in the order of their ``order``."""

    jurisdiction: str
    compiled_on: dt.date
    sources: Mapping[str, Source]
    conducts: Mapping[str, Conduct]
    provisions: Mapping[str, Provision]
    channels: Mapping[str, Channel]
    deadlines: Mapping[str, Deadline] = field(default_factory=lambda: MappingProxyType({}))

    def channels_for(self, conducts: Iterable[str]) -> list[Channel]:
        """Return the channels listed for any of the conducts, in the pack's order."""
        known = [self.conducts[conduct] for conduct in conducts if conduct in self.conducts]
        wanted = {channel for conduct in known for channel in conduct.channels}
        return [channel for channel in self.channels.values() if channel.id in wanted]

    def candidates(self, conducts: Iterable[str], channel: Channel) -> list[Provision]:
        """Return every provision that a letter about the conducts to the channel would rely on, once each.

        First what the conducts cite, then what the channel cites, where it concerns one of the conducts.
        """
        known = [self.conducts[conduct] for conduct in conducts if conduct in self.conducts]
        ids = [provision for conduct in known for provision in conduct.cites]
        ours = {conduct.id for conduct in known}
        ids += [each for each in channel.cites if ours & set(self.provisions[each].conducts)]
        return [self.provisions[each] for each in dict.fromkeys(ids)]

    def cited(
        self, conducts: Iterable[str], channel: Channel, *, events: dt.date, today: dt.date
    ) -> list[Provision]:
        """Return the candidates that may stand in a letter: verified, and in force when it mattered.

        What binds the respondent must have been in force at ``events`` (the last event complained of); what
        governs the procedure must be in force ``today``.
        """
        return [
            provision
            for provision in self.candidates(conducts, channel)
            if provision.verified and provision.in_force(today if provision.effect == "procedure" else events)
        ]
