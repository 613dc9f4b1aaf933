"""The use cases of importing: understand a file, stage it, confirm it, undo it; and what is learned of its source.

Nothing is changed before :meth:`Imports.confirm`, which is one transaction with a run number.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from casework.errors import CaseworkError, NotFound
from casework.exchange.read import Export, read_exports
from casework.exchange.understand import Request
from casework.i18n import _
from casework.model import ExportSource
from casework.progress import Progress, Step, quiet
from casework.sources import MENDING, ROLES, ImportRun, Mapping, Question

if TYPE_CHECKING:
    from casework.staging.staged import Staged
    from casework.store import Change, Undone
    from casework.workspace import Workspace

#: Questions that keep an import from being confirmed until a person has answered them.
BLOCKING = ("day_month", "role", "drift")


@dataclass(frozen=True)
class Understood:
    """One table of a file as it was read, with the mapping that was used; ``confirmed`` where it is remembered."""

    export: Export
    mapping: Mapping
    confirmed: bool
    path: Path


@dataclass(frozen=True)
class Confirmed:
    """A finished import: its run, and what the office's own edits kept from being changed, one sentence each."""

    run: ImportRun
    kept: tuple[str, ...] = ()


class Imports:
    """One person's imports into one workspace."""

    def __init__(self, workspace: Workspace, actor: str) -> None:
        self._workspace, self._actor = workspace, actor

    def read(
        self,
        path: str | Path,
        *,
        mapping: Mapping | None = None,
        name: str | None = None,
        new_source: str | None = None,
        sheet: str | None = None,
        progress: Progress = quiet,
    ) -> list[Understood]:
        """Understand the tables of a file: by ``mapping``, by the one remembered as ``name``, or by the best known.

        ``new_source`` names a source that nobody knows yet. Raises :class:`casework.errors.BadFile`, or
        :class:`NotFound` where no source has that name.
        """
        path = Path(path)
        known = self._workspace.store.mapping(name) if name and mapping is None else mapping
        asked = Request(str(path), sheet=sheet, raw=True)
        exports = read_exports(_as_mapped(asked, known) if known else asked, progress)
        if new_source:
            return [_as_new(new_source, export, path) for export in exports]
        return [self._understood(path, export, known, asked, progress) for export in exports]

    def _understood(
        self, path: Path, export: Export, mapping: Mapping | None, asked: Request, progress: Progress
    ) -> Understood:
        from casework.staging.answers import remembered
        from casework.staging.drift import best_mapping

        known = self._workspace.store.mappings()
        found = mapping or best_mapping(known, export.source)
        if found is None:
            return Understood(
                export, remembered(self._new_name(export, known), export.source), confirmed=False, path=path
            )
        if mapping is None and not _fits(found, export):
            again = replace(_as_mapped(asked, found), sheet=export.source.sheet)
            same = [one for one in read_exports(again, progress) if one.source.file == export.source.file]
            export = same[0] if same else export
        mended = any(pair in MENDING.values() for pair in pairwise(export.headers))  # bad rows only: no drift
        confirmed = not mended and any(one.name == found.name for one in known)
        return Understood(export, found, confirmed, path)

    def again(self, understood: Understood, mapping: Mapping, *, progress: Progress = quiet) -> Understood:
        """The same table under another mapping: read again where columns or the order of dates differ.

        Where the mapping is not remembered yet, the columns that were recognised besides become part of it.
        """
        before = understood.mapping
        if (mapping.columns, mapping.day_first) == (before.columns, before.day_first):
            return replace(understood, mapping=mapping)
        source = understood.export.source
        tables = self.read(understood.path, mapping=mapping, sheet=source.sheet, progress=progress)
        same = [table for table in tables if table.export.source.file == source.file]
        if not same:
            raise NotFound(_("This table is not in the file any more."), where=source.file)
        if not understood.confirmed:
            mapping = _completed(mapping, same[0].export.source)
        return replace(same[0], mapping=mapping, confirmed=understood.confirmed)

    def _new_name(self, export: Export, known: Sequence[Mapping]) -> str:
        """A name for a source nobody knows yet: the file's, without dates and numbers."""
        stem = Path(export.source.file.replace("\\", "/").rsplit("/", 1)[-1]).stem
        bare = re.sub(r"[\d_\-.()（）年月日~至\s]+", " ", stem).strip() or _("Export")
        taken, name, count = {one.name for one in known}, bare[:60], 2
        while name in taken:
            name, count = f"{bare[:60]} {count}", count + 1
        return name

    def stage(self, understood: Understood, *, progress: Progress = quiet) -> Staged:
        """Say what importing a table would do, row by row; nothing is changed.

        Raises :class:`casework.errors.BadFile` where no column holds a received date.
        """
        from casework.staging.staged import stage

        export, mapping = understood.export, understood.mapping
        if export.refusal:
            raise CaseworkError(export.refusal)
        store = self._workspace.store
        return stage(
            export.table,
            export.source,
            mapping,
            rules=self._workspace.rules,
            known=store.imported(mapping.name),
            taken=store.known_case_numbers,
            people=store.people(),
            confirmed=understood.confirmed,
            progress=progress,
        )

    def confirm(self, staged: Staged, *, progress: Progress = quiet) -> Confirmed | None:
        """Import what was staged, all or none, and remember the mapping. None where nothing would change.

        Raises :class:`CaseworkError` where a question that blocks is open, or where the cases have changed since.
        """
        from casework.store import Origin

        refuse_open_questions(staged)
        store, kept = self._workspace.store, list[str]()
        with store.unit(self._actor) as unit:
            unit.save_mapping(staged.mapping)
            run = None
            if staged.counts["new"] or staged.counts["update"]:
                now = dt.datetime.now().replace(microsecond=0)
                origin = Origin(staged.name, staged.file, staged.sha256, now)
                changes = self._changes(staged, kept)
                run = unit.import_cases(origin, staged.new_cases(), changes, progress=progress)
            progress(Step(_("Writing")))
            unit.commit()
        store.keep_filings()
        return Confirmed(run, tuple(kept)) if run else None

    def _changes(self, staged: Staged, kept: list[str]) -> Iterator[Change]:
        """The cases as they should be, the office's own edits left alone; what was left alone goes to ``kept``."""
        from casework.staging.merge import merge
        from casework.staging.vocabulary import meanings
        from casework.store import Change

        updates = staged.updates()
        words = meanings(staged.vocabulary.words)
        names = ("known_no", "number", "before", "facts")
        told = {row[0]: row[1:] for row in zip(*(updates[name].to_pylist() for name in names), strict=True)}
        for case in self._workspace.store.whole_cases(updates["case_pk"].to_pylist()):
            number, before, after = told[case.case_no]
            merged = merge(case, before, after, words)
            kept.extend(f"{case.case_no}: {sentence}" for sentence in merged.kept)
            yield Change(merged.case, number, after)

    def undo(self, run: str, *, progress: Progress = quiet) -> Undone:
        """Restore exactly what an import changed. Raises :class:`Incomplete`, naming the later edits in the way."""
        with self._workspace.store.unit(self._actor) as unit:
            undone = unit.undo_import(run, progress=progress)
            unit.commit()
        return undone

    def runs(self) -> list[ImportRun]:
        """All imports, the newest first."""
        return self._workspace.store.import_runs()

    def sources(self) -> list[Mapping]:
        """The mappings that are remembered."""
        return self._workspace.store.mappings()

    def remember(self, mapping: Mapping) -> None:
        """Keep a mapping under its name."""
        with self._workspace.store.unit(self._actor) as unit:
            unit.save_mapping(mapping)
            unit.commit()

    def forget(self, name: str) -> None:
        """Forget the mapping of a source; its cases stay. Raises :class:`NotFound`."""
        with self._workspace.store.unit(self._actor) as unit:
            unit.forget_mapping(name)
            unit.commit()

    def problem_workbook(self, understood: Understood, staged: Staged) -> tuple[str, bytes]:
        """The rows with problems as they were written, the problem beside each, to be mended in Excel.

        Returns a file name and the workbook. Raises :class:`NotFound` where there is no such row.
        """
        from casework.workbooks.problems import problem_workbook

        raw = understood.export.raw
        if raw is None or not raw.num_rows:
            raise NotFound(_("No row of this export has a problem."), where=staged.file)
        rows = raw["row"].to_pylist()
        told: dict[int, list[str]] = {}
        for problem in staged.problems:
            told.setdefault(problem.row, []).append(f"{problem.column}: {problem.problem}")
        content = problem_workbook(
            understood.export.headers,
            raw.drop_columns(["row"]),
            rows,
            ["; ".join(told.get(row, ())) for row in rows],
            made_at=dt.datetime.now().replace(microsecond=0),
            marked=_marks(understood.export.headers, rows, staged),
            file=staged.file,
        )
        return f"{Path(staged.file).stem}_{_('problems')}.xlsx", content


def _marks(headers: Sequence[str], rows: Sequence[int], staged: Staged) -> Iterator[tuple[int, int]]:
    """The cells that are wrong, as (row, column) of the problem workbook."""
    place = {row: index for index, row in enumerate(rows)}
    column = {header: index for index, header in enumerate(headers)}
    for problem in staged.problems:
        if problem.row in place and problem.column in column:
            yield place[problem.row], column[problem.column]


def _completed(mapping: Mapping, source: ExportSource) -> Mapping:
    """The mapping with every column that was recognised; what a person said goes first."""
    columns = {choice.role: choice.header for choice in source.choices} | dict(mapping.columns)
    day_first = source.day_first if mapping.day_first is None else mapping.day_first
    listed = tuple((role, columns[role]) for role in ROLES if role in columns)
    return replace(mapping, columns=listed, day_first=day_first)


def refuse_open_questions(staged: Staged) -> None:
    """Raise a :class:`CaseworkError` with every question that has to be answered before an import."""
    open_ = [question for question in staged.questions if question.about in BLOCKING]
    if open_:
        raise OpenQuestions(open_, where=staged.file)


class OpenQuestions(CaseworkError):
    """An import that a person has to answer ``questions`` about first."""

    def __init__(self, questions: Sequence[Question], *, where: str) -> None:
        text = " ".join(question.text for question in questions)
        super().__init__(
            _("This has to be answered first: {questions}").format(questions=text),
            where=where,
            remedy=_("Answer it with --dates, --column or --accept, or in the notebook."),
        )
        self.questions = tuple(questions)


def _as_new(name: str, export: Export, path: Path) -> Understood:
    from casework.staging.answers import remembered

    return Understood(export, remembered(name, export.source), confirmed=False, path=path)


def _as_mapped(asked: Request, mapping: Mapping) -> Request:
    return replace(asked, wanted=dict(mapping.columns), day_first=mapping.day_first)


def _fits(mapping: Mapping, export: Export) -> bool:
    """Whether a file was understood as the mapping would have it, without being told."""
    chosen = {choice.role: choice.header for choice in export.source.choices}
    asked = any(question.about == "day_month" for question in export.source.questions)
    return not asked and all(chosen.get(role, "") == header for role, header in mapping.columns)
