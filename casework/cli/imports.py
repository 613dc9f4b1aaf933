"""``import``: take exports of other systems into the workspace; ``import undo``, ``runs``, ``sources``, ``forget``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.cli.asking import agreed, ask, can_ask
from casework.cli.desk import open_desk, write_whole
from casework.cli.printing import DONE, PROBLEMS, print_json, print_table
from casework.cli.progress import terminal_progress
from casework.cli.reports import day_first, print_source
from casework.errors import Cancelled, CaseworkError, NotFound
from casework.i18n import _

if TYPE_CHECKING:
    from casework.desk import Desk
    from casework.imports import Confirmed, Understood
    from casework.sources import ImportRun, Mapping, Question
    from casework.staging.duplicates import Pair
    from casework.staging.staged import Staged

_SHOWN = 20


def import_cases(options: argparse.Namespace) -> int:
    action = _ACTIONS.get(options.files[0]) if not Path(options.files[0]).exists() else None
    if action is not None:
        return action(open_desk(options), options)
    from casework.exchange.read import find_files

    desk = open_desk(options, create=True)
    done = []
    for path in find_files(options.files):
        with terminal_progress() as progress:
            name, new = _source(desk, options)
            tables = desk.imports.read(
                path, name=name, new_source=new, sheet=options.sheet, progress=progress
            )
        done += [_import_table(desk, table, options) for table in tables]
    if options.json:
        print_json(_document(done, options.dry_run))
    troubled = any(
        staged.problem_count or staged.counts["invalid"] or staged.counts["duplicate"]
        for staged, _run in done
    )
    return PROBLEMS if troubled else DONE


def _source(desk: Desk, options: argparse.Namespace) -> tuple[str | None, str | None]:
    """The remembered source that the files come from, or the new one; neither: the one that they look like."""
    known = {mapping.name for mapping in desk.imports.sources()}
    if options.source and options.source not in known and not options.mapping:
        return None, options.source
    return options.mapping or options.source, None


def _import_table(
    desk: Desk, table: Understood, options: argparse.Namespace
) -> tuple[Staged, Confirmed | None]:
    from casework.imports import refuse_open_questions

    table = _told(desk, table, options)
    with terminal_progress() as progress:
        staged = desk.imports.stage(table, progress=progress)
    table, staged = _answered(desk, table, staged, options)
    if not options.dry_run:
        refuse_open_questions(staged)
    if options.problems:
        _write_problems(desk, table, staged, options)
    if not options.json:
        _print_preview(table, staged)
    if options.dry_run:
        return staged, None
    if can_ask() and not options.yes and not agreed(_("Import this?")):
        raise Cancelled(_("Nothing was imported."), where=staged.file)
    with terminal_progress() as progress:
        confirmed = desk.imports.confirm(staged, progress=progress)
    if not options.json:
        _print_done(confirmed)
    return staged, confirmed


def _told(desk: Desk, table: Understood, options: argparse.Namespace) -> Understood:
    """The table as the command's own answers would have it."""
    from casework.staging.answers import with_column, with_day_first, with_word

    mapping = table.mapping
    for role, header in options.column:
        mapping = with_column(mapping, role, header)
    if options.dates:
        mapping = with_day_first(mapping, day_first(options.dates))
    for role, word, meaning in options.word:
        mapping = with_word(mapping, role, word, meaning)
    return _with_mapping(desk, table, mapping)


def _with_mapping(desk: Desk, table: Understood, mapping: Mapping) -> Understood:
    with terminal_progress() as progress:
        return desk.imports.again(table, mapping, progress=progress)


def _answered(
    desk: Desk, table: Understood, staged: Staged, options: argparse.Namespace
) -> tuple[Understood, Staged]:
    """Accept what drifted where told so; ask the rest where somebody sits at the terminal."""
    from casework.staging.answers import accepted

    mapping = table.mapping
    if options.accept and any(question.about == "drift" for question in staged.questions):
        mapping = accepted(mapping, staged.questions, table.export.source)
    elif can_ask() and not options.json:
        mapping = _asked(mapping, staged.questions, table)
    if mapping == table.mapping:
        return table, staged
    table = _with_mapping(desk, table, mapping)
    with terminal_progress() as progress:
        return table, desk.imports.stage(table, progress=progress)


def _asked(mapping: Mapping, questions: Sequence[Question], table: Understood) -> Mapping:
    from casework.staging.answers import answer

    for question in questions:
        value = ask(question)
        if value:
            mapping = answer(mapping, question, value, table.export.source)
    return mapping


def _write_problems(desk: Desk, table: Understood, staged: Staged, options: argparse.Namespace) -> None:
    try:
        _name, content = desk.imports.problem_workbook(table, staged)
    except NotFound as error:
        print(f"casework: {error}", file=sys.stderr)
        return
    write_whole(options.problems, content)
    if not options.json:
        print(_("Written: {file}").format(file=options.problems))


def _print_preview(table: Understood, staged: Staged) -> None:
    print_source(table.export.source)
    print(_("Source: {name}").format(name=staged.name))
    names = verdict_names()
    print_table([_("Verdict"), _("Rows")], [(names[key], count) for key, count in staged.counts.items()])
    for line in staged.page("invalid", limit=_SHOWN) + staged.page("duplicate", limit=_SHOWN):
        print("  " + _("row {row}: {reason}").format(row=line.row, reason=line.reason))
    _print_words(staged)
    for pair in staged.pairs[:_SHOWN]:
        print("  " + _pair_words(pair))
    for question in staged.questions:
        if question.about != "word":
            print("  ? " + question.text)


def _pair_words(pair: Pair) -> str:
    return _("Perhaps the same case: {one} and {other} ({reasons}).").format(
        one=pair.case_no, other=pair.other_no, reasons=", ".join(pair.reasons)
    )


def _print_words(staged: Staged) -> None:
    unmapped = staged.vocabulary.unmapped
    if not unmapped:
        return
    rows = sum(entry.count for entry in unmapped)
    print(
        _(
            "{words} words are not in the vocabulary of this source ({rows} rows); they stay as they are:"
        ).format(words=len(unmapped), rows=rows)
    )
    for entry in unmapped[:_SHOWN]:
        offer = f" → {entry.suggestion}?" if entry.suggestion and entry.suggestion != "=" else ""
        print(f"  {entry.role}: {entry.word} ({entry.count}){offer}")
    print("  " + _("Say what one means with --word ROLE:WORD=MEANING; = keeps it as it is."))


def _print_done(confirmed: Confirmed | None) -> None:
    if confirmed is None:
        print(_("There is nothing to change."))
        return
    run = confirmed.run
    text = _("Imported as {run}: {new} new, {updated} updated. To take it back: casework import undo {run}")
    print(text.format(run=run.run, new=run.new, updated=run.updated))
    for sentence in confirmed.kept:
        print("  " + sentence)


def _document(done: Sequence[tuple[Staged, Confirmed | None]], dry_run: bool) -> dict[str, Any]:
    tables = [_table_json(staged, confirmed) for staged, confirmed in done]
    totals = {
        key: sum(table[key] for table in tables)
        for key in ("new", "updated", "unchanged", "duplicate", "invalid")
    }
    known = {"known": totals["unchanged"] + totals["updated"], "skipped": totals["invalid"]}
    run = tables[-1]["run"] if tables else None
    return {**totals, **known, "run": run, "dry_run": dry_run, "imports": tables}


def _table_json(staged: Staged, confirmed: Confirmed | None) -> dict[str, Any]:
    counts = dict(staged.counts)
    return {
        "file": staged.file,
        "sha256": staged.sha256,
        "sheet": staged.sheet,
        "source": staged.name,
        "run": confirmed.run.run if confirmed else None,
        "new": counts["new"],
        "updated": counts["update"],
        "unchanged": counts["unchanged"],
        "duplicate": counts["duplicate"],
        "invalid": counts["invalid"],
        "kept": list(confirmed.kept) if confirmed else [],
        "columns": dict(staged.mapping.columns),
        "words": [
            {"role": entry.role, "word": entry.word, "count": entry.count, "meaning": entry.meaning}
            | {"suggestion": entry.suggestion}
            for entry in staged.vocabulary.entries
        ],
        "unmapped": len(staged.vocabulary.unmapped),
        "questions": [
            {"about": one.about, "subject": one.subject, "text": one.text, "options": dict(one.options)}
            for one in staged.questions
        ],
        "rows": [
            {"row": line.row, "verdict": line.verdict, "case_no": line.case_no, "reason": line.reason}
            for line in staged.page(limit=1000)
        ],
        "problems": [
            {"row": item.row, "column": item.column, "value": item.value, "problem": item.problem}
            for item in staged.problems
        ],
        "problem_count": staged.problem_count,
        "likely_duplicates": [
            {"case_no": pair.case_no, "other": pair.other_no, "score": pair.score}
            | {"reasons": list(pair.reasons)}
            for pair in staged.pairs
        ],
        "notes": list(staged.notes),
    }


def verdict_names() -> dict[str, str]:
    """The verdicts in words."""
    return {
        "new": _("new"),
        "update": _("update"),
        "unchanged": _("unchanged"),
        "duplicate": _("number taken"),
        "invalid": _("cannot be imported"),
    }


def _undo(desk: Desk, options: argparse.Namespace) -> int:
    run = _one_more(options, _("Which import? For example: casework import undo R7"))
    with terminal_progress() as progress:
        undone = desk.imports.undo(run, progress=progress)
    if options.json:
        print_json({"run": run, "removed": undone.removed, "restored": undone.restored})
    else:
        text = _("Import {run} is undone: {removed} cases removed, {restored} put back as they were.")
        print(text.format(run=run, removed=undone.removed, restored=undone.restored))
    return DONE


def _runs(desk: Desk, options: argparse.Namespace) -> int:
    runs = desk.imports.runs()
    if options.json:
        print_json([_run_json(run) for run in runs])
        return DONE
    header = [_("Run"), _("Source"), _("File"), _("When"), _("Who"), _("New"), _("Updated"), _("Undone")]
    rows = [
        (
            *(run.run, run.source, run.file, f"{run.at:%Y-%m-%d %H:%M}", run.who, run.new, run.updated),
            f"{run.undone_at:%Y-%m-%d %H:%M}" if run.undone_at else "",
        )
        for run in runs
    ]
    print_table(header, rows) if rows else print(_("Nothing has been imported yet."))
    return DONE


def _run_json(run: ImportRun) -> dict[str, Any]:
    return {
        "run": run.run,
        "source": run.source,
        "file": run.file,
        "sha256": run.sha256,
        "who": run.who,
        "at": run.at.isoformat(),
        "new": run.new,
        "updated": run.updated,
        "undone_at": run.undone_at.isoformat() if run.undone_at else None,
    }


def _sources(desk: Desk, options: argparse.Namespace) -> int:
    known = desk.imports.sources()
    if options.json:
        print_json(
            [
                {"name": one.name, "fingerprint": one.fingerprint, "columns": dict(one.columns)}
                | {"day_first": one.day_first}
                | {"words": [{"role": w.role, "word": w.word, "meaning": w.meaning} for w in one.words]}
                for one in known
            ]
        )
        return DONE
    for one in known:
        print(f"{one.name}: " + ", ".join(f"{role} = {header}" for role, header in one.columns if header))
    if not known:
        print(_("No source is remembered yet: the first import of an export remembers it."))
    return DONE


def _forget(desk: Desk, options: argparse.Namespace) -> int:
    name = _one_more(options, _("Which source? casework import sources lists them."))
    desk.imports.forget(name)
    if not options.json:
        print(_("The source {name} is forgotten; its cases stay.").format(name=name))
    return DONE


def _one_more(options: argparse.Namespace, question: str) -> str:
    if len(options.files) != 2:
        raise CaseworkError(question)
    return str(options.files[1])


_ACTIONS: dict[str, Callable[[Any, argparse.Namespace], int]] = {
    "undo": _undo,
    "runs": _runs,
    "sources": _sources,
    "forget": _forget,
}
