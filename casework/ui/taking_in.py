"""The import button, why it cannot be pressed yet, and what an import did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ipywidgets import VBox

from casework.errors import CaseworkError
from casework.i18n import _
from casework.ui.facts import Notes
from casework.ui.form import Action, Form
from casework.ui.held import Held, staged

if TYPE_CHECKING:
    from casework.imports import Confirmed
    from casework.progress import Progress
    from casework.ui.data import DataPage

Done = list[tuple[int, "Confirmed"]]


class TakingIn:
    """Imports the table in view, or all that have no open question. ``on_done(place, confirmed)`` for each."""

    def __init__(
        self, page: DataPage, on_done: Callable[[int, Confirmed], None], look_again: Callable[[], None]
    ) -> None:
        self._page, self._on_done, self._look_again = page, on_done, look_again
        self._tables: Sequence[Held] = ()
        self._place = 0
        adopt: Callable[[Any], Any] = page.adopt
        self.head: Notes = adopt(Notes())
        self.reasons: Notes = adopt(Notes())
        self.form: Form = adopt(Form(lambda action, _values: self.act(action)))
        self.widget = VBox([self.head, self.reasons, self.form])
        self.widget.add_class("cw-panel")

    def show(self, tables: Sequence[Held], place: int, step: int) -> None:
        """Offer to import a table, or say what stands in the way."""
        self._tables, self._place = tables, place
        held = tables[place]
        self.head.show(_("{step}. Import").format(step=step), (), "case")
        self._draw_reasons(held)
        waiting = [each for each in tables if each.done is None]
        several = [Action("all", _("Import all tables without open questions"))] if len(waiting) > 1 else []
        self.form.show((), [*_actions(held), *several])

    def _draw_reasons(self, held: Held) -> None:
        if held.done is not None:
            run = held.done.run
            told = _("Imported as {run}: {new} new, {updated} changed.")
            title = told.format(run=run.run, new=f"{run.new:,}", updated=f"{run.updated:,}")
            kept = [
                _("Left as the office wrote it — {sentence}").format(sentence=each) for each in held.done.kept
            ]
            self.reasons.show(title, kept or [_("It can be taken back under “Past imports”.")], "good")
        elif held.blocking:
            title = _("This has to be answered before the import:")
            self.reasons.show(title, [question.text for question in held.blocking], "missing")
        elif held.refusal:
            self.reasons.show(_("This has to be answered before the import:"), [held.refusal], "missing")
        elif held.staged is not None and not held.changes:
            self.reasons.show("", [_("There is nothing new to take in.")])
        else:
            self.reasons.show("", [_("All of it is taken in, or nothing; it can be taken back afterwards.")])

    def act(self, action: str) -> None:
        """One of the buttons was pressed."""
        if action == "again":
            self._look_again()
        elif action == "remember":
            self.remember()
        else:
            self.take_in([self._place] if action == "import" else range(len(self._tables)))

    def remember(self) -> None:
        """Keep the answers although there is nothing to import."""
        mapping = self._tables[self._place].mapping
        self._page.desk.imports.remember(mapping)
        self._page.known.draw()
        told = _("The source {name} is remembered.").format(name=mapping.name)
        self._page.message.show("done", told)

    def take_in(self, places: Sequence[int]) -> None:
        """Import tables one after the other, each whole or not at all."""
        tables = list(self._tables)
        done: Done = []

        def task(progress: Progress) -> Done:
            for place in places:
                confirmed = self._one(tables[place], progress, alone=len(places) == 1)
                if confirmed is not None:
                    done.append((place, confirmed))
            return done

        self._page.work(_("The cases are being taken in …"), task, self._told, lambda: self._note(done))

    def _one(self, held: Held, progress: Progress, *, alone: bool) -> Confirmed | None:
        imports = self._page.desk.imports
        if held.done is not None:
            return None
        if alone:
            return imports.confirm(held.staged, progress=progress) if held.staged else None
        fresh = staged(imports, held, progress)  # the table before may have brought the same cases
        return (
            imports.confirm(fresh.staged, progress=progress) if fresh.staged and not fresh.blocking else None
        )

    def _note(self, done: Done) -> None:
        """Show what was imported, also where the next one was refused or cancelled."""
        for place, confirmed in done:
            self._on_done(place, confirmed)
        self._page.past.draw()
        self._page.known.draw()
        self._page.draw_table(again=True)

    def _told(self, done: Done) -> None:
        self._note(done)
        if not done:
            raise CaseworkError(_("There is nothing that can be imported now."))
        runs = ", ".join(confirmed.run.run for _place, confirmed in done)
        new, updated = (sum(getattr(each.run, name) for _place, each in done) for name in ("new", "updated"))
        told = _("Imported as {run}: {new} new, {updated} changed.")
        self._page.message.show("done", told.format(run=runs, new=f"{new:,}", updated=f"{updated:,}"))


def _actions(held: Held) -> list[Action]:
    if held.done is not None:
        return []
    again = Action("again", _("Compare again"))
    if held.staged is not None and not held.changes and not held.blocking:
        return [Action("remember", _("Remember how to read this source")), again]
    counts = held.staged.counts if held.staged else {"new": 0, "update": 0}
    label = _("Import {new} new cases and change {updated}").format(
        new=f"{counts['new']:,}", updated=f"{counts['update']:,}"
    )
    free = held.staged is not None and not held.blocking
    return [Action("import", label, primary=True, disabled=not free), *([again] if free else [])]
