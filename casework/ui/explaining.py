"""The words of an export and what they mean here: a table in which a person explains them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ipywidgets import VBox

from casework.i18n import _
from casework.sources import Mapping
from casework.ui.facts import Notes
from casework.ui.form import Action, Field, Form, Line, LinesField, Option, Section
from casework.ui.held import Held
from casework.words import ROLES, word

if TYPE_CHECKING:
    from casework.rules import RulePack
    from casework.staging.vocabulary import Entry

PAGE = 20


class Explaining:
    """``on_mapping`` gets the mapping with what was explained."""

    def __init__(
        self, adopt: Callable[[Any], Any], rules: RulePack, on_mapping: Callable[[Mapping], None]
    ) -> None:
        self._rules, self._on_mapping = rules, on_mapping
        self._held: Held | None = None
        self._offset = self._step = 0
        self.head: Notes = adopt(Notes())
        self.form: Form = adopt(Form(self._act, self._changed))
        self.widget = VBox([self.head, self.form])
        self.widget.add_class("cw-panel")

    def show(self, held: Held, step: int, *, again: bool = False) -> int:
        """Show the words of a table as a step of the page; return the number of the next one.

        ``again``: the same table, so the same page of words.
        """
        self._held, self._offset = held, self._offset if again else 0
        entries = self.entries
        self.widget.layout.display = "" if entries else "none"
        if not entries:
            return step
        self._step = step
        unmapped = [entry for entry in entries if entry.unmapped]
        rows = sum(entry.count for entry in unmapped)
        told = _(
            "{count} words have no meaning yet ({rows} rows). They stay as they are until you explain them."
        )
        lines = (
            [told.format(count=len(unmapped), rows=f"{rows:,}")]
            if unmapped
            else [_("All words are explained.")]
        )
        self.head.show(_("{step}. What its words mean").format(step=step), lines, "case")
        self.form.fill({"words": {str(place): entry.meaning or "" for place, entry in enumerate(entries)}})
        self.form.show([Section("", (self._table(),))], self._actions())
        return step + 1

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All words of the table, in the order of the export's columns, the most frequent first."""
        return self._held.staged.vocabulary.entries if self._held and self._held.staged else ()

    @property
    def suggested(self) -> list[Entry]:
        """The words that have a suggestion and no meaning yet."""
        return [entry for entry in self.entries if entry.unmapped and entry.suggestion]

    def accept_all(self) -> None:
        """Take every suggestion."""
        if self._held is None:
            return
        from casework.staging.answers import with_word

        mapping = self._held.mapping
        for entry in self.suggested:
            mapping = with_word(mapping, entry.role, entry.word, entry.suggestion or "")
        self._on_mapping(mapping)

    def explain(self, place: int, meaning: str) -> None:
        """Say what one word means; empty: nobody knows."""
        from casework.staging.answers import with_word

        entry = self.entries[place]
        if self._held is not None:
            self._on_mapping(with_word(self._held.mapping, entry.role, entry.word, meaning))

    def _actions(self) -> list[Action]:
        count, total = len(self.suggested), len(self.entries)
        label = _("Accept all suggestions ({count})").format(count=count)
        actions = [Action("accept", label)] if count else []
        if total > PAGE:
            actions.append(Action("before", _("Previous"), disabled=self._offset == 0))
            actions.append(Action("after", _("Next"), disabled=self._offset + PAGE >= total))
        return actions

    def _act(self, action: str, _values: dict[str, Any]) -> None:
        if action == "accept":
            self.accept_all()
        elif self._held is not None:
            self._offset = max(0, self._offset + (PAGE if action == "after" else -PAGE))
            self.show(self._held, self._step, again=True)

    def _changed(self, path: str, values: dict[str, Any]) -> None:
        place = path.partition(".")[2]
        self.explain(int(place), str(values["words"][place]))

    def _table(self) -> LinesField:
        listed = list(enumerate(self.entries))[self._offset : self._offset + PAGE]
        choices = {_kind(entry): self._options(entry) for _place, entry in listed}
        lines = tuple(
            Line(
                (entry.word, word(ROLES, entry.role), f"{entry.count:,}", self._suggestion(entry)),
                Field(f"words.{place}", f"{entry.word} ({word(ROLES, entry.role)})", "choice"),
                _kind(entry),
            )
            for place, entry in listed
        )
        headings = (_("Word in the file"), _("Column"), _("Rows"), _("Meaning here"), _("Suggestion"))
        caption = _("Words {first} to {last} of {total}").format(
            first=self._offset + 1, last=self._offset + len(listed), total=len(self.entries)
        )
        return LinesField("words", caption, headings, lines, choices, at=3)

    def _suggestion(self, entry: Entry) -> str:
        if not entry.unmapped or not entry.suggestion:
            return ""
        from casework.staging.vocabulary import word_question

        return dict(word_question(entry, self._rules).options)[entry.suggestion]

    def _options(self, entry: Entry) -> tuple[Option, ...]:
        """What the word may mean, the suggestion first."""
        from casework.staging.vocabulary import word_question

        suggestion = entry.suggestion
        offered = word_question(replace(entry, suggestion=suggestion), self._rules).options
        named = (
            Option(value, _("{meaning} (suggested)").format(meaning=words) if value == suggestion else words)
            for value, words in offered
        )
        return (Option("", _("(not explained yet)")), *named)


def _kind(entry: Entry) -> str:
    return f"{entry.role}:{entry.suggestion or ''}"
