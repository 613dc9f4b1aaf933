"""A table on the import page: as it was understood, what importing it would do, and its run once it is imported."""

from __future__ import annotations

from collections.abc import Mapping as Reasons
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from casework.errors import Cancelled, CaseworkError
from casework.imports import BLOCKING, Confirmed, Imports, Understood
from casework.progress import Progress, Step
from casework.sources import Mapping, Question, RoleChoice

if TYPE_CHECKING:
    from casework.staging.staged import Staged


@dataclass(frozen=True)
class Held:
    """One table. ``reasons`` are those of the first reading, by role, before a person corrected anything.

    ``staged`` is None where it has not been staged yet, or cannot be; ``done`` where it was imported on this page.
    """

    understood: Understood
    reasons: Reasons[str, RoleChoice]
    staged: Staged | None = None
    done: Confirmed | None = None

    @property
    def mapping(self) -> Mapping:
        """How it is read, as answered so far."""
        return self.understood.mapping

    @property
    def questions(self) -> tuple[Question, ...]:
        """What a person may settle, words excepted."""
        asked = self.staged.questions if self.staged else self.understood.export.source.questions
        return tuple(question for question in asked if question.about != "word")

    @property
    def blocking(self) -> tuple[Question, ...]:
        """What has to be settled before an import."""
        return tuple(question for question in self.questions if question.about in BLOCKING)

    @property
    def refusal(self) -> str:
        """Why it cannot be staged yet; empty where it can."""
        return self.understood.export.refusal

    @property
    def changes(self) -> int:
        """How many cases an import would add or change."""
        return self.staged.counts["new"] + self.staged.counts["update"] if self.staged else 0


def read_tables(
    imports: Imports, paths: Sequence[Path], progress: Progress
) -> tuple[list[Held], list[CaseworkError]]:
    """Understand the tables of several files; a file that cannot be read does not keep the others out."""
    held: list[Held] = []
    refused: list[CaseworkError] = []
    for path in paths:
        progress(Step(path.name))
        try:
            tables = imports.read(path, progress=progress)
        except Cancelled:
            raise
        except CaseworkError as error:
            refused.append(error)
        else:
            held += [Held(table, _reasons(table)) for table in tables]
    return held, refused


def _reasons(table: Understood) -> dict[str, RoleChoice]:
    return {choice.role: choice for choice in table.export.source.choices}


def staged(imports: Imports, held: Held, progress: Progress) -> Held:
    """Say what importing it would do now."""
    if held.refusal:
        return replace(held, staged=None)
    return replace(held, staged=imports.stage(held.understood, progress=progress))


def remapped(imports: Imports, held: Held, mapping: Mapping, progress: Progress) -> Held:
    """Read it again where ``mapping`` changes how it is read, and stage it."""
    understood = imports.again(held.understood, mapping, progress=progress)
    return staged(imports, replace(held, understood=understood, done=None), progress)


def renamed(imports: Imports, held: Held, name: str, progress: Progress) -> Held:
    """Give its source another name; the name of a source that is known already: read it as that one is read."""
    known = {one.name: one for one in imports.sources()}
    if name in known:
        mapping = replace(known[name])
        understood = replace(imports.again(held.understood, mapping, progress=progress), confirmed=True)
    else:
        understood = replace(held.understood, mapping=replace(held.mapping, name=name), confirmed=False)
    return staged(imports, replace(held, understood=understood, done=None), progress)


def spoken(imports: Imports, held: Held, progress: Progress) -> Held:
    """The same table with its reasons, notes and questions in the language in force."""
    source = held.understood.export.source
    tables = imports.read(held.understood.path, sheet=source.sheet, progress=progress)
    same = [table for table in tables if table.export.source.file == source.file]
    if not same:
        return held
    fresh = replace(
        held, understood=replace(same[0], confirmed=held.understood.confirmed), reasons=_reasons(same[0])
    )
    return replace(remapped(imports, fresh, held.mapping, progress), done=held.done)
