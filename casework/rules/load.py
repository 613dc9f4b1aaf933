"""Read a rule pack and refuse it, with every fault listed, unless it is whole."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from casework.errors import BadFile, NotFound
from casework.i18n import _
from casework.rules.pack import (
    DEADLINE_ROLES,
    EFFECTS,
    EVIDENCE_LEVELS,
    TRIGGERS,
    UNITS,
    Channel,
    Conduct,
    Deadline,
    Provision,
    RulePack,
    Source,
)
from casework.rules.reader import TableReader


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


Record = TypeVar("Record", bound=_Identified)


def jurisdictions() -> list[str]:
    """Return the jurisdictions that have a pack, such as ``["cn", "gb"]``."""
    names = (entry.name for entry in files("casework.rules").joinpath("packs").iterdir())
    return sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


@cache
def load_pack(jurisdiction: str = "cn") -> RulePack:
    """Return a jurisdiction's pack. Raises :class:`NotFound`, or :class:`BadFile` with every fault."""
    if jurisdiction not in jurisdictions():
        raise NotFound(
            _("There is no rule pack of this name."),
            where=jurisdiction,
            remedy=_("Packs: {names}.").format(names=", ".join(jurisdictions())),
        )
    entry = files("casework.rules").joinpath("packs", f"{jurisdiction}.toml")
    return parse_pack(entry.read_text(encoding="utf-8"), entry.name)


def parse_pack(text: str, where: str) -> RulePack:
    """Return the pack that ``text`` (TOML) describes; ``where`` names it in errors.

    Raises :class:`BadFile` listing every missing, unknown, wrongly typed, repeated or dangling entry.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        told = _("The rule pack is not valid TOML: {error}.").format(error=error)
        raise BadFile(told, where=where) from error
    faults: list[str] = []
    reader = TableReader(table, where, faults)
    channels = _by_id(table, "channel", _channel, faults)
    pack = RulePack(
        jurisdiction=reader.string("jurisdiction"),
        compiled_on=reader.day("compiled_on"),
        sources=_by_id(table, "source", _source, faults),
        conducts=_by_id(table, "conduct", _conduct, faults),
        provisions=_by_id(table, "provision", _provision, faults),
        channels=dict(sorted(channels.items(), key=lambda item: item[1].order)),
        deadlines=_by_id(table, "deadline", _deadline, faults),
    )
    reader.finish(also=("source", "conduct", "provision", "channel", "deadline"))
    faults += _dangling(pack)
    if faults:
        told = _("The rule pack has {count} faults.").format(count=len(faults))
        raise BadFile(told, where=where, remedy=" ".join(faults))
    return pack


def _by_id(
    table: dict[str, Any], key: str, build: Callable[[TableReader], Record], faults: list[str]
) -> Mapping[str, Record]:
    records: dict[str, Record] = {}
    entries = table.get(key, [])
    for position, entry in enumerate(entries if isinstance(entries, list) else [entries], start=1):
        name = entry.get("id", position) if isinstance(entry, dict) else position
        reader = TableReader(entry, f"{key} {name}", faults)
        record = build(reader)
        reader.finish()
        if record.id in records:
            reader.fault(_("the id stands twice"))
        records.setdefault(record.id, record)
    return MappingProxyType(records)


def _source(reader: TableReader) -> Source:
    return Source(
        id=reader.string("id"),
        title=reader.string("title"),
        basis=reader.string("basis"),
        url=reader.maybe_string("url"),
        read_in=reader.maybe_string("read_in"),
        note=reader.maybe_string("note"),
    )


def _conduct(reader: TableReader) -> Conduct:
    return Conduct(
        id=reader.string("id"),
        names=reader.text("name"),
        short=reader.text("short"),
        channels=reader.strings("channels", required=True),
        cites=reader.strings("cites", required=True),
        source=reader.string("source"),
        verified=reader.flag("verified"),
    )


def _provision(reader: TableReader) -> Provision:
    return Provision(
        id=reader.string("id"),
        law=reader.text("law"),
        article=reader.text("article"),
        number=reader.string("number"),
        gist=reader.text("gist"),
        conducts=reader.strings("conducts", required=True),
        effect=reader.one_of("effect", EFFECTS),
        source=reader.string("source"),
        evidence_level=reader.one_of("evidence_level", EVIDENCE_LEVELS),
        verified=reader.flag("verified"),
        edition=reader.maybe_text("edition"),
        in_force_from=reader.maybe_day("in_force_from"),
        replaces=reader.maybe_text("replaces"),
        note=reader.maybe_text("note"),
    )


def _channel(reader: TableReader) -> Channel:
    return Channel(
        id=reader.string("id"),
        order=reader.number("order"),
        kind=reader.string("kind"),
        names=reader.text("name"),
        addressee=reader.text("addressee"),
        salutation=reader.text("salutation"),
        you=reader.text("you"),
        paper=reader.text("paper"),
        letters=reader.strings("letters", required=True),
        source=reader.string("source"),
        evidence_level=reader.one_of("evidence_level", EVIDENCE_LEVELS),
        verified=reader.flag("verified"),
        hotline=reader.maybe_string("hotline"),
        url=reader.maybe_string("url"),
        contact_verified=reader.maybe_flag("contact_verified"),
        contact_note=reader.maybe_text("contact_note"),
        in_force_from=reader.maybe_day("in_force_from"),
        replaces=reader.maybe_string("replaces"),
        scope=reader.maybe_text("scope"),
        competent=reader.maybe_text("competent"),
        prerequisites=reader.texts("prerequisites"),
        materials=reader.materials("materials"),
        refusal_grounds=reader.texts("refusal_grounds"),
        legal_basis=reader.strings("legal_basis"),
        cites=reader.strings("cites"),
        next=reader.strings("next"),
        produces=reader.maybe_text("produces"),
        warning=reader.maybe_text("warning"),
        notes=reader.texts("notes"),
    )


def _deadline(reader: TableReader) -> Deadline:
    return Deadline(
        id=reader.string("id"),
        channel=reader.string("channel"),
        role=reader.one_of("role", DEADLINE_ROLES),
        n=reader.number("n"),
        unit=reader.one_of("unit", UNITS),
        trigger=reader.one_of("trigger", TRIGGERS),
        provision=reader.text("provision"),
        gist=reader.text("gist"),
        source=reader.string("source"),
        evidence_level=reader.one_of("evidence_level", EVIDENCE_LEVELS),
        verified=reader.flag("verified"),
        provisions=reader.strings("provisions"),
        extension=reader.maybe_extension("extension", UNITS),
        in_force_from=reader.maybe_day("in_force_from"),
        in_force_until=reader.maybe_day("in_force_until"),
    )


def _dangling(pack: RulePack) -> list[str]:
    """Every reference to a record that is not in the pack."""
    return [
        _("{place}: “{id}” is not among the {group}s.").format(place=place, id=target, group=kind)
        for place, kind, target in _references(pack)
        if target and target not in getattr(pack, f"{kind}s")
    ]


def _references(pack: RulePack) -> list[tuple[str, str, str]]:
    """Every reference of the pack: the place it stands in, the kind of record meant, and its id."""
    found: list[tuple[str, str, str]] = []
    for conduct in pack.conducts.values():
        place = f"conduct {conduct.id}"
        found += [(place, "channel", each) for each in conduct.channels]
        found += [(place, "provision", each) for each in conduct.cites]
        found.append((place, "source", conduct.source))
    for provision in pack.provisions.values():
        place = f"provision {provision.id}"
        found += [(place, "conduct", each) for each in provision.conducts]
        found.append((place, "source", provision.source))
    for channel in pack.channels.values():
        place = f"channel {channel.id}"
        found += [(place, "channel", each) for each in channel.next]
        found += [(place, "provision", each) for each in (*channel.legal_basis, *channel.cites)]
        found += [(place, "source", channel.source), (place, "source", channel.replaces)]
    for deadline in pack.deadlines.values():
        place = f"deadline {deadline.id}"
        found += [(place, "channel", deadline.channel), (place, "source", deadline.source)]
        found += [(place, "provision", each) for each in deadline.provisions]
    return found
