"""What every written form of a pack shows, in its order: the page, the PDF and the slides lay this out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from casework.analytics.definitions import definitions
from casework.i18n import _
from casework.pack.document import Packed
from casework.pack.pictures import Picture, pictures
from casework.tables import Section, sections, words


@dataclass(frozen=True)
class Block:
    """One section with its pictures, and what the supervisor says to each of them (title, text)."""

    section: Section
    pictures: tuple[Picture, ...]
    comments: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Contents:
    """A pack in words. ``facts`` stand at the head, ``remarks`` are warnings; ``sources`` are (label, text) by source."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
    blocks: tuple[Block, ...]
    definitions: tuple[tuple[str, str], ...]
    sources: tuple[tuple[tuple[str, str], ...], ...]


def contents(packed: Packed, drawn: Mapping[str, Picture] | None = None) -> Contents:
    """Lay a pack out in the language in force. ``drawn`` are its pictures where they have been drawn already."""
    report = packed.report
    known = pictures(report) if drawn is None else drawn
    blocks = tuple(_block(section, known, packed.comments) for section in sections(report))
    span = report.period
    subtitle = (
        words.period(span)
        if span
        else _("{first} to {last}").format(first=_edge(packed, 0), last=_edge(packed, -1))
    )
    return Contents(
        title=_("Monthly review of complaints")
        if span is None or span.months == 1
        else _("Review of complaints"),
        subtitle=subtitle,
        facts=_facts(packed, subtitle),
        remarks=_remarks(packed),
        blocks=blocks,
        definitions=definitions(),
        sources=tuple(_source(packed, place) for place in range(len(report.sources))),
    )


def _edge(packed: Packed, place: int) -> str:
    months = packed.report.months
    return months[place] if months else "–"


def _facts(packed: Packed, subtitle: str) -> tuple[tuple[str, str], ...]:
    report = packed.report
    facts = [(_("Period"), subtitle), (_("As of"), report.as_of.isoformat())]
    chosen = words.filtered(report.review.filters)
    if chosen:
        facts.append((_("Only"), chosen))
    facts.append((_("Measures"), _("version {version}").format(version=report.review.version)))
    return tuple(facts)


def _remarks(packed: Packed) -> tuple[str, ...]:
    told = []
    if packed.outside:
        told.append(
            _(
                "For outside. A star (*) stands for a number of cases below {count}, or for one from which such a number could be worked out."
            ).format(count=packed.smallest)
        )
    period = packed.report.period
    unfinished = [
        month for month in packed.report.review.quality.incomplete if words.in_period(month, period)
    ]
    if unfinished:
        told.append(_("Not over at the as-of date: {months}.").format(months=_(", ").join(unfinished)))
    return tuple(told)


def _block(section: Section, known: Mapping[str, Picture], comments: Mapping[str, str]) -> Block:
    drawn = tuple(known[name] for name in section.charts if name in known)
    said = [(picture.title, comments[picture.name]) for picture in drawn if comments.get(picture.name)]
    if section.name not in {picture.name for picture in drawn} and comments.get(section.name):
        said.append((section.title, comments[section.name]))
    return Block(section, drawn, tuple(said))


def _source(packed: Packed, place: int) -> tuple[tuple[str, str], ...]:
    source = packed.report.sources[place]
    told = [
        (_("File"), source.file),
        ("SHA-256", source.sha256),
        (_("Rows"), f"{source.rows:,}"),
        (_("Rows that repeat a case"), f"{source.duplicates:,}"),
        (_("Problems in the data"), f"{source.problem_count:,}"),
        (_("Columns"), _("; ").join(f"{role}: {header}" for role, header in source.columns)),
    ]
    if source.sheet:
        told.insert(1, (_("Sheet"), source.sheet))
    return tuple(told)
