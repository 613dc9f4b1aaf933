"""How a table was understood: the column of each role with the reason, and what only a person can settle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ipywidgets import VBox

from casework import sources
from casework.i18n import _
from casework.sources import Question, RoleChoice
from casework.ui.facts import Notes
from casework.ui.form import Action, Field, Form, Line, LinesField, Option, Section
from casework.ui.held import Held
from casework.ui.problems import short
from casework.words import ROLES, word

_SAMPLES = 3  # values of a column that its name is shown with
_SHOWN = 60


@dataclass(frozen=True)
class Answers:
    """What the page does with what a person settles."""

    column: Callable[[str, str], None]
    question: Callable[[Question, str], None]
    accept_all: Callable[[], None]
    name: Callable[[str], None]


class Understanding:
    """One table's questions, roles, name and remarks."""

    def __init__(self, adopt: Callable[[Any], Any], answers: Answers) -> None:
        self._answers = answers
        self._held: Held | None = None
        self.about: Notes = adopt(Notes())
        self.form: Form = adopt(Form(lambda _action, _values: answers.accept_all(), self._changed))
        self.remarks: Notes = adopt(Notes())
        self.widget = VBox([self.about, self.form, self.remarks])
        self.widget.add_class("cw-panel")

    def show(self, held: Held) -> None:
        """Show a table in the language in force."""
        self._held = held
        source = held.understood.export.source
        self.about.show(
            _("2. How “{file}” was understood").format(file=short(source.file)), [_facts(held)], "case"
        )
        self.form.fill(
            {
                "name": held.mapping.name,
                "columns": {role: _header(held, role) for role in sources.ROLES},
                "answers": {str(place): "" for place in range(len(held.questions))},
            }
        )
        drifted = sum(question.about == "drift" for question in held.questions)
        accept = Action("accept", _("Accept all changes since last time ({count})").format(count=drifted))
        self.form.show(self._sections(held), [accept] if drifted > 1 else [])
        unused = _("; ").join(source.unused)
        lines = [*source.notes, *(held.staged.notes if held.staged else ())]
        lines += [_("Columns that are not used: {headers}").format(headers=unused)] if unused else []
        self.remarks.show(_("Remarks"), list(dict.fromkeys(lines))) if lines else self.remarks.show("")

    def _sections(self, held: Held) -> list[Section]:
        questions = [_questions(held)] if held.questions else []
        hint = _("Under this name the answers are remembered for the next export of this kind.")
        name = Field("name", _("Name of the source"), width="half", hint=hint)
        return [Section("", (*questions, _roles(held), name))]

    def _changed(self, path: str, values: dict[str, Any]) -> None:
        if self._held is None:
            return
        kind, _dot, key = path.partition(".")
        try:
            if kind == "name":
                self._answers.name(str(values["name"]).strip())
            elif kind == "columns":
                self._answers.column(key, str(values["columns"][key]))
            elif values["answers"][key]:
                self._answers.question(self._held.questions[int(key)], str(values["answers"][key]))
        except Exception:
            self.show(self._held)  # what was refused does not stay in the field
            raise


def _facts(held: Held) -> str:
    source = held.understood.export.source
    told = [
        _("sheet “{name}”").format(name=source.sheet) if source.sheet else "",
        _("headings in row {row}").format(row=source.header_row) if source.header_row else "",
        _("encoding {name}").format(name=source.encoding) if source.encoding else "",
        _("{count} rows").format(count=f"{source.rows:,}") if source.rows else "",
        _("{count} repeated").format(count=f"{source.duplicates:,}") if source.duplicates else "",
        _("{count} problems").format(count=f"{source.problem_count:,}") if source.problem_count else "",
        _("known source") if held.understood.confirmed else _("new source"),
    ]
    return " · ".join(part for part in told if part)


def _header(held: Held, role: str) -> str:
    chosen = {choice.role: choice.header for choice in held.understood.export.source.choices}
    return chosen.get(role, "")


def column_options(held: Held) -> tuple[Option, ...]:
    """Every column of a table, named with some of its values."""
    export = held.understood.export
    samples = dict(zip(export.headers, export.samples, strict=False))
    told = ((header, _("; ").join(samples.get(header, ())[:_SAMPLES])) for header in export.headers if header)
    return tuple(
        Option(header, _cut(f"{header} — {values}" if values else header)) for header, values in told
    )


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line[: _SHOWN - 1] + "…" if len(line) > _SHOWN else line


def _roles(held: Held) -> LinesField:
    headings = (_("What it is"), _("Column in the file"), _("Certainty"), _("Reason"), _("Other candidates"))
    options = {"columns": (Option("", _("(no column)")), *column_options(held))}
    found = {choice.role: choice for choice in held.understood.export.source.choices}
    lines = tuple(_role_line(role, found.get(role), held) for role in sources.ROLES)
    return LinesField("columns", _("Correct a column where it is wrong."), headings, lines, options)


def _role_line(role: str, choice: RoleChoice | None, held: Held) -> Line:
    before = held.reasons.get(role)
    if choice and before and before.header == choice.header:
        choice = before  # the reason of the first reading says more than that it was kept
    name = word(ROLES, role)
    field = Field(f"columns.{role}", name, "choice", required=role == "received")
    if choice is None:
        return Line((name, "", "", ""), field, "columns")
    rivals = _("; ").join(choice.rivals)
    return Line((name, f"{choice.confidence:.0%}", choice.reason, rivals), field, "columns")


def _questions(held: Held) -> LinesField:
    choices, lines = {}, []
    for place, question in enumerate(held.questions):
        options = column_options(held) if question.about == "role" else ()
        listed = options or tuple(Option(value, words) for value, words in question.options)
        choices[str(place)] = (Option("", _("(please choose)")), *listed)
        field = Field(f"answers.{place}", question.text, "choice", required=question in held.blocking)
        lines.append(Line((question.text,), field, str(place)))
    headings = (_("Question"), _("Answer"))
    return LinesField("answers", _("Please answer these questions first."), headings, tuple(lines), choices)
