"""What only a supervisor can say in the published report: hot spots and typical cases chosen, and own words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from casework.analytics.review import Filters, Part
from casework.i18n import _
from casework.packing import editorial_of
from casework.tables import printed, words
from casework.ui.form import Field, Form, Section

if TYPE_CHECKING:
    from casework.analytics.figures import Report
    from casework.published.editorial import Editorial, HotSpot, TypicalCase

#: Sections of the published report with room for own words that are asked for here.
OWN_WORDS = ("overview", "handling", "nature", "respondents", "notes")


class Editing:
    """A form of suggestions to tick and texts to write. ``keep(editorial)`` is called at each change."""

    def __init__(self, adopt: Callable[[Any], Any], keep: Callable[[dict[str, Any]], None]) -> None:
        self._keep = keep
        self._editorial: Editorial | None = None
        self._report: Report | None = None
        self._facts: dict[str, dict[str, Any]] = {}
        self.form: Form = adopt(Form(on_change=lambda _path, values: self.changed(values)))

    def show(self, report: Report, kept: Mapping[str, Any]) -> None:
        """Offer what a report suggests, with what was chosen and written before."""
        from casework.published.editorial import case_facts, renewed, suggestions

        found = suggestions(report)
        self._report = report
        self._editorial = renewed(editorial_of(kept), found)
        self._facts = case_facts(report.cases, [one.case for one in self._editorial.typical_cases])
        self.form.fill(_values(self._editorial))
        self.draw()

    def draw(self) -> None:
        """Write the form in the language in force."""
        if self._editorial is None:
            return
        note = _(
            "Suggested are the values that grew most and telling cases, without names. Nothing is printed unless you tick it."
        )
        sections = [
            Section(
                _("Words for the published report"),
                (
                    Field("office", _("Name of the office"), width="half"),
                    Field("advice", _("Advice to consumers"), "long", width="half"),
                ),
                note,
            ),
            Section(_("Hot spots"), tuple(self._spots())),
            Section(_("Typical cases"), tuple(self._cases())),
            Section(_("Own words"), tuple(_own_words())),
        ]
        self.form.show([section for section in sections if section.fields])

    def changed(self, values: dict[str, Any]) -> None:
        """Keep what was chosen and written."""
        if self._editorial is None:
            return
        self._editorial = _read(self._editorial, values)
        self._keep(asdict(self._editorial))

    def _spots(self) -> list[Field]:
        fields: list[Field] = []
        for at, spot in enumerate(self._editorial.hot_spots if self._editorial else ()):
            label = self._spot_label(spot)
            fields += [
                Field(f"spots.{at}.use", label, "flag", width="half"),
                Field(
                    f"spots.{at}.words",
                    _("Own words: {what}").format(what=label),
                    "long",
                    width="half",
                    lines=2,
                ),
            ]
        return fields

    def _spot_label(self, spot: HotSpot) -> str:
        from casework.published.editorial import part_of

        name = words.filtered(Filters(**{spot.dimension: (spot.value,)}))
        part: Part | None = part_of(self._report.review, spot) if self._report else None
        if part is None:
            return _("{name} (not in these data)").format(name=name)
        return _("{name} ({count}, before {before})").format(
            name=name, count=printed(part.received, "count"), before=printed(part.before, "count")
        )

    def _cases(self) -> list[Field]:
        fields: list[Field] = []
        for at, case in enumerate(self._editorial.typical_cases if self._editorial else ()):
            label = self._case_label(case)
            fields += [
                Field(f"cases.{at}.use", label, "flag", width="third"),
                Field(f"cases.{at}.title", _("Title: {what}").format(what=case.case), width="third"),
                Field(
                    f"cases.{at}.words",
                    _("Own words: {what}").format(what=case.case),
                    "long",
                    width="third",
                    lines=2,
                ),
            ]
        return fields

    def _case_label(self, case: TypicalCase) -> str:
        facts = self._facts.get(case.case)
        if facts is None:
            return _("Case {key} (not in these data)").format(key=case.case)
        told = [str(facts[name]) for name in ("kind", "channel", "conduct") if facts.get(name)]
        if facts.get("amount_minor") is not None:
            told.append(_("{sum} yuan").format(sum=printed(facts["amount_minor"], "money")))
        if facts.get("elapsed_us") is not None:
            told.append(_("{days} days").format(days=printed(facts["elapsed_us"] / 86_400_000_000, "days")))
        return f"{case.case}: {_(', ').join(told)}"


def _values(editorial: Editorial) -> dict[str, Any]:
    return {
        "office": editorial.office,
        "advice": editorial.advice,
        "spots": [{"use": one.use, "words": one.words} for one in editorial.hot_spots],
        "cases": [
            {"use": one.use, "title": one.title, "words": one.words} for one in editorial.typical_cases
        ],
        "own": {name: editorial.words_of(name) for name in OWN_WORDS},
    }


def _read(editorial: Editorial, values: dict[str, Any]) -> Editorial:
    spots = zip(editorial.hot_spots, values["spots"], strict=True)
    cases = zip(editorial.typical_cases, values["cases"], strict=True)
    others = [pair for pair in editorial.own_words if pair[0] not in OWN_WORDS]
    return replace(
        editorial,
        office=values["office"],
        advice=values["advice"],
        hot_spots=tuple(replace(one, use=told["use"], words=told["words"]) for one, told in spots),
        typical_cases=tuple(
            replace(one, use=told["use"], title=told["title"], words=told["words"]) for one, told in cases
        ),
        own_words=(*others, *((name, text) for name, text in values["own"].items() if text.strip())),
    )


def _own_words() -> list[Field]:
    from casework.published.editorial import SECTIONS

    return [
        Field(f"own.{name}", _(SECTIONS[name]), "long", width="half", lines=2)
        for name in OWN_WORDS
        if name in SECTIONS
    ]
