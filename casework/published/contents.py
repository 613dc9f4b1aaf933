"""A report to a document: the sections that offices publish, in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from casework.i18n import _, use_language
from casework.published.breakdowns import are_bodies, leading, ranking
from casework.published.document import Block, Chart, Document, Heading, OwnWords, Paragraph, Sentence, Table
from casework.published.editorial import SECTIONS, Editorial
from casework.published.handling import handling
from casework.published.notes import notes
from casework.published.numbers import line, printable
from casework.published.overview import overview
from casework.published.stories import hot_spots, typical_cases
from casework.published.wording import heading_number, period_name

if TYPE_CHECKING:
    from casework.analytics.figures import Report
    from casework.analytics.review import Review

MOST_WORDS = 20_000


def compose(report: Report, editorial: Editorial, lang: str) -> Document:
    """The published report in ``lang`` (``zh`` or ``en``), with the supervisor's choices and words."""
    with use_language(lang):
        title = _("Consumer complaints: report on {period}").format(period=period_name(report.review.period))
        return Document(lang, title, _subtitle(report, editorial), tuple(_blocks(report, editorial)))


def _subtitle(report: Report, editorial: Editorial) -> str:
    as_of = _("Data as of {day}").format(day=report.as_of.isoformat())
    office = line(editorial.office)
    return _("{office} · {as_of}").format(office=office, as_of=as_of) if office else as_of


def _blocks(report: Report, editorial: Editorial) -> Iterator[Block]:
    review = report.review
    sections: tuple[tuple[str, Callable[[], Iterator[Block]]], ...] = (
        ("overview", lambda: overview(review)),
        ("sources", lambda: _sources(review)),
        ("handling", lambda: handling(review)),
        ("nature", lambda: _nature(review)),
        ("respondents", lambda: _respondents(review, 5)),
        ("hot_spots", lambda: hot_spots(review, editorial)),
        ("cases", lambda: typical_cases(report, editorial, 7)),
        ("advice", _nothing),
        ("notes", lambda: notes(report)),
    )
    for place, (name, blocks) in enumerate(sections, start=1):
        title = _("Advice to consumers") if name == "advice" else _(SECTIONS[name])
        yield Heading(1, heading_number(place), title)
        yield from blocks()
        yield from _words(name, editorial)


def _nothing() -> Iterator[Block]:
    return iter(())


def _words(name: str, editorial: Editorial) -> Iterator[OwnWords]:
    """What was written for the section; room for it where the report needs it."""
    text = editorial.advice if name == "advice" else editorial.words_of(name)
    prompts = {
        "advice": _("Write the advice to consumers here."),
        "hot_spots": _("Write about the hot spots here."),
    }
    wrote = any(spot.words for spot in editorial.hot_spots if spot.use)
    prompt = "" if name == "hot_spots" and wrote else prompts.get(name, "")
    if text.strip() or prompt:
        yield OwnWords(name, printable(text)[:MOST_WORDS].strip(), prompt)


def _sources(review: Review) -> Iterator[Block]:
    found = ranking(review, "channel", _("Received by source"))
    if found is None:
        yield _lacking(_("The sources do not say through which channel cases came."))
        return
    yield Paragraph((leading(_("The leading sources were: {listed}."), found),))
    yield found.table
    yield _bars(_("Received by source (cases)"), found.table)


def _nature(review: Review) -> Iterator[Block]:
    found = ranking(review, "conduct", _("Received by nature"))
    if found is None:
        yield _lacking(_("The sources do not say what the complaints are about."))
        return
    yield Paragraph((leading(_("By nature the most frequent were: {listed}."), found),))
    yield found.table
    yield _bars(_("Received by nature (cases)"), found.table)


def _respondents(review: Review, section: int) -> Iterator[Block]:
    """Firms complained about, then who is responsible: regions, and bodies where cases are handled by bodies."""
    place = 0
    for dimension, title, caption, template in _responsible(review):
        found = ranking(review, dimension, caption)
        if found is not None:
            place += 1
            yield Heading(2, heading_number(section, place), title)
            yield Paragraph((leading(template, found),))
            yield found.table
            if place == 1:
                yield _bars(caption, found.table)
    if not place:
        yield _lacking(_("The sources do not say whom the complaints are about."))


def _responsible(review: Review) -> Iterator[tuple[str, str, str, str]]:
    """Dimension, heading, caption and sentence of each part of the section."""
    yield (
        *("respondent", _("Respondents"), _("Received by respondent")),
        _("The respondents with most cases were: {listed}."),
    )
    yield "region", _("Regions"), _("Received by region"), _("The regions with most cases were: {listed}.")
    if are_bodies(review):
        yield (
            *("handler", _("Responsible bodies"), _("Received by responsible body")),
            _("The responsible bodies with most cases were: {listed}."),
        )


def _bars(title: str, table: Table) -> Chart:
    return Chart("bars", title, table)


def _lacking(text: str) -> Paragraph:
    return Paragraph((Sentence(text),))
