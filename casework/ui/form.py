"""Fields with labels, errors beside them, and buttons that send what is in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import traitlets

from casework.ui.element import Element, script


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a field; ``note`` stands small beside it."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field. ``kind``: text, long, date, time, whole, amount, password, choice, ticks, flag.

    ``width`` is quarter, third, half or full. ``enter`` names the action that the Enter key starts.
    """

    key: str
    label: str
    kind: str = "text"
    options: tuple[Option, ...] = ()
    required: bool = False
    hint: str = ""
    placeholder: str = ""
    width: str = "third"
    initial: str = ""
    lines: int = 3
    enter: str = ""
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class RowsField:
    """A small table of fields with rows that a person adds and removes. ``row_label`` holds ``{n}``."""

    key: str
    label: str
    columns: tuple[Field, ...]
    add_label: str
    remove_label: str
    row_label: str
    empty_label: str
    kind: str = "rows"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a :class:`LinesField`: texts, the first of which names it, and a field.

    ``choices`` names the options of the field among those that its table keeps once for all rows.
    """

    cells: tuple[str, ...]
    field: Field
    choices: str = ""


@dataclass(frozen=True, slots=True)
class LinesField:
    """A table with one field in each row, in the column ``at``. The rows are given, a person adds none."""

    key: str
    label: str
    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    choices: dict[str, tuple[Option, ...]]
    at: int = 1
    kind: str = "lines"


@dataclass(frozen=True, slots=True)
class Section:
    """Fields under one heading."""

    title: str
    fields: tuple[Field | RowsField | LinesField, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One button."""

    id: str
    label: str
    primary: bool = False
    disabled: bool = False


class Form(Element):
    """Sections of fields and the actions on them.

    ``on_action(name, values)`` gets the values that stood in the fields when the button was pressed.
    ``values`` is what the fields hold as far as the browser has told, ``touched`` whether a person changed
    any. Errors are keyed by the path of the
    field: ``"company"``, ``"incidents.2.on"``.
    """

    _esm = script("form")
    sections: traitlets.List[Any] = traitlets.List().tag(sync=True)
    actions: traitlets.List[Any] = traitlets.List().tag(sync=True)
    filled = traitlets.Dict().tag(sync=True)
    errors = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        on_action: Callable[[str, dict[str, Any]], None] | None = None,
        on_change: Callable[[str, dict[str, Any]], None] | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self._on_action, self._on_change, self._fills = on_action, on_change, 0
        self.touched = False
        self.values: dict[str, Any] = {}
        self.fill(values or {})

    def show(self, sections: Sequence[Section], actions: Sequence[Action] = ()) -> None:
        """Set the fields and buttons (again, in another language); what was typed stays."""
        with self.hold_sync():
            self.sections = [asdict(section) for section in sections]
            self.actions = [asdict(action) for action in actions]

    def fill(self, values: Mapping[str, Any]) -> None:
        """Put ``values`` into the fields and forget the errors."""
        self._fills += 1
        self.values, self.touched = dict(values), False
        with self.hold_sync():
            self.errors = {}
            self.filled = {"revision": self._fills, "values": self.values}

    def hear(self, content: dict[str, Any], buffers: list[memoryview]) -> None:
        """Take what was typed; start the action that was asked for."""
        if "values" in content:
            self.values, self.touched = dict(content["values"]), True
        if "change" in content and self._on_change is not None:
            self._on_change(str(content["change"]), self.values)
        if "action" in content:
            try:
                if self._on_action is not None:
                    self._on_action(str(content["action"]), self.values)
            finally:
                self.send({"done": True})
