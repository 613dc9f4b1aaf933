"""Which data are looked at: the office's own cases, export files, or both together, seen at a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipywidgets import VBox

from casework.errors import CaseworkError
from casework.i18n import _
from casework.ui.case_fields import Reading
from casework.ui.export_files import ExportFiles
from casework.ui.form import Action, Field, Form, Section

if TYPE_CHECKING:
    from casework.desk import Desk


@dataclass(frozen=True)
class Chosen:
    """Sources as :meth:`Desk.measured` takes them, and the day at which they are seen (None: the latest date)."""

    sources: tuple[str | Path, ...]
    as_of: dt.date | None


class Choosing:
    """The fields that choose the data. ``on_new(failed)`` is called when files arrived; ``failed`` takes them back."""

    def __init__(
        self,
        desk: Desk,
        adopt: Callable[[Any], Any],
        measure: Callable[[], None],
        on_new: Callable[[Callable[[], None]], None],
    ) -> None:
        self._desk, self._on_new = desk, on_new
        self.files = ExportFiles(adopt, self.add_files)
        blank = {"own": desk.count() > 0, "files": [], "paths": "", "as_of": ""}
        self.form: Form = adopt(Form(lambda _action, _values: measure(), values=blank))
        self.widget = VBox([self.files.upload, self.form])
        self.widget.add_class("cw-panel")

    def draw(self) -> None:
        """Write the fields in the language in force."""
        self.files.draw()
        own = Field(
            "own", _("The office's own cases ({count})").format(count=f"{self._desk.count():,}"), "flag"
        )
        as_of = Field("as_of", _("As of"), "date", hint=_("Empty: the latest date in the data."))
        fields = (own, as_of, self.files.path_field("third"), self.files.field())
        section = Section("", tuple(field for field in fields if field is not None))
        self.form.show([section], [Action("show", _("Show the dashboard"), primary=True)])

    def fill(self, sources: Sequence[str], as_of: str) -> None:
        """Choose as a scheduled run does: ``workspace`` for the office's own cases, paths and patterns for exports."""
        from casework.measuring import WORKSPACE

        paths = [source for source in sources if source != WORKSPACE]
        own = WORKSPACE in sources or not sources
        self.form.fill({"own": own, "files": [], "paths": "; ".join(paths), "as_of": as_of})

    def add_files(self, names: list[str]) -> None:
        """Take uploaded files in and show them, alone unless the person had chosen more."""
        values = self.form.values
        first = not values["files"] and not values["paths"] and not self.form.touched
        chosen = list(dict.fromkeys([*values["files"], *names]))
        self.form.fill(values | {"files": chosen, "own": values["own"] and not first})
        self.draw()

        def back() -> None:  # a refused file must not stand in the way of the next one
            self.form.fill(values)
            self.draw()

        self._on_new(back)

    def chosen(self) -> Chosen:
        """What is chosen. Raises :class:`CaseworkError` where that is nothing, or the day is none."""
        from casework.measuring import WORKSPACE

        values, reading = self.form.values, Reading()
        as_of = reading.day("as_of", values["as_of"])
        self.form.errors = reading.errors
        files = self.files.chosen(values)
        if reading.errors:
            raise CaseworkError(_("Please correct the marked fields."))
        if not files and not values["own"]:
            raise CaseworkError(
                _("No data are chosen."), remedy=_("Choose the office's own cases or an export file.")
            )
        return Chosen((*([WORKSPACE] if values["own"] else []), *files), as_of)
