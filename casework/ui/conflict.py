"""Two people changed the same case: both versions side by side, and a choice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from ipywidgets import VBox

from casework.i18n import _
from casework.model import Case
from casework.ui.case_fields import case_values
from casework.ui.element import Element
from casework.ui.form import Action, Form
from casework.ui.table import Column, DataTable, fixed

E = TypeVar("E", bound=Element)
Choice = Callable[[Case, Case], None]


class Conflict:
    """Shown while there is one. ``keep_mine`` and ``take_theirs`` get both versions."""

    def __init__(self, adopt: Callable[[Any], Any], keep_mine: Choice, take_theirs: Choice) -> None:
        self._choices = {"mine": keep_mine, "theirs": take_theirs}
        self._versions: tuple[Case, Case] | None = None
        self.table: DataTable = adopt(DataTable(page_size=50))
        self.buttons: Form = adopt(Form(self._choose))
        self.widget = VBox([self.table, self.buttons])
        self.widget.add_class("cw-panel")
        self.clear()

    def draw(self) -> None:
        """Write the words in the language in force."""
        columns = [Column("0", _("Field")), Column("1", _("Your version")), Column("2", _("Saved version"))]
        caption = _("Someone else saved this case first. These fields differ:")
        self.table.show(columns, caption, _("No difference in the fields of this form."))
        self.buttons.show(
            (),
            [
                Action("theirs", _("Continue with the saved version")),
                Action("mine", _("Save my version instead")),
            ],
        )

    def show(self, mine: Case, theirs: object) -> None:
        """Show both versions."""
        if not isinstance(theirs, Case):
            return
        self._versions = (mine, theirs)
        self.table.feed(fixed(list(differences(mine, theirs))))
        self.widget.layout.display = ""
        self.table.beckon += 1

    def clear(self) -> None:
        """There is no conflict."""
        self._versions = None
        self.widget.layout.display = "none"

    def _choose(self, action: str, _values: dict[str, Any]) -> None:
        if self._versions is not None:
            self._choices[action](*self._versions)


def differences(mine: Case, theirs: Case) -> Iterator[tuple[str, str, str]]:
    """Return field, my value and the saved value of all that differ."""
    left, right = dict(_flat(case_values(mine))), dict(_flat(case_values(theirs)))
    names = field_names()
    for path in dict.fromkeys((*left, *right)):
        if left.get(path, "") != right.get(path, ""):
            yield _name(path, names), left.get(path, ""), right.get(path, "")


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        path = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}.")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for place, row in enumerate(value, 1):
                shown = {name: text for name, text in row.items() if name != "id"}
                yield from _flat(shown, f"{path}.{place}.")
        else:
            yield path, ", ".join(value) if isinstance(value, list) else str(value)


def _name(path: str, names: Mapping[str, str]) -> str:
    known = names.get(path)
    if known:
        return known
    head, *rest = path.split(".")
    tail = names.get(f"{head}.{rest[-1]}", rest[-1] if rest else "")
    return f"{names.get(head, head)} {rest[0] if rest else ''} {tail}".strip()


def field_names() -> dict[str, str]:
    """Return the names of the form's fields by path; a row's field as ``incidents.text``."""
    from casework.rules import load_pack
    from casework.ui.case_form import case_sections

    names: dict[str, str] = {}
    for section in case_sections(load_pack()):
        for field in section.fields:
            plain = field.label
            names[field.key] = f"{section.title}: {plain}" if "." in field.key else plain
            names |= {f"{field.key}.{column.key}": column.label for column in getattr(field, "columns", ())}
    return names
