"""``lake``: many exports in one folder of Parquet files."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from casework.cli.printing import DONE, PROBLEMS, print_json, print_table
from casework.cli.progress import terminal_progress
from casework.cli.reports import day_first
from casework.i18n import _

if TYPE_CHECKING:
    from casework.lake import Added


def add(options: argparse.Namespace) -> int:
    from casework.lake import add_exports

    told = []
    with terminal_progress() as progress:
        for one in add_exports(
            _folder(options), options.files, day_first=day_first(options.dates), progress=progress
        ):
            told.append(one)
            if not options.json:
                print(_line(one))
    if options.json:
        print_json(
            [
                {"file": one.file, "sha256": one.sha256, "rows": one.rows, "problem_count": one.problem_count}
                | {"added": not one.already, "same_name_before": one.namesake}
                for one in told
            ]
        )
    return PROBLEMS if any(one.problem_count for one in told) else DONE


def _line(one: Added) -> str:
    if one.already:
        return _("{file}: is in the lake already, nothing was changed.").format(file=one.file)
    text = _("{file}: {rows} rows added, {problems} problems.").format(
        file=one.file, rows=one.rows, problems=one.problem_count
    )
    if one.namesake:
        text += " " + _(
            "An older file of this name stays beside it; a case that both have counts once, as the newer says."
        )
    return text


def show(options: argparse.Namespace) -> int:
    from casework.lake import open_lake

    lake = open_lake(_folder(options))
    if options.json:
        print_json(
            [
                {"file": entry.source.file, "sheet": entry.source.sheet, "sha256": entry.source.sha256}
                | {"rows": entry.rows, "months": len(entry.files)}
                for entry in lake.entries
            ]
        )
        return DONE
    header = (_("File"), _("Sheet"), _("Rows"), _("Months"), "SHA-256")
    print_table(
        header,
        [
            (one.source.file, one.source.sheet or "", one.rows, len(one.files), one.source.sha256[:16])
            for one in lake.entries
        ],
    )
    return DONE


def _folder(options: argparse.Namespace) -> Path:
    """The folder asked for, else CASEWORK_LAKE, else ``lake`` in the workspace."""
    given = options.lake or os.environ.get("CASEWORK_LAKE")
    if given:
        return Path(given).expanduser()
    from casework.workspace import open_workspace

    with open_workspace(options.workspace, create=False) as workspace:
        return workspace.folder / "lake"
