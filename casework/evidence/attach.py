"""From files and folders to exhibits: which files, in which order, under which names."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import Any

from casework.errors import Incomplete, printable
from casework.evidence.exhibits import next_number
from casework.evidence.media import exhibit_kind
from casework.evidence.names import display_name
from casework.evidence.vault import Stored
from casework.i18n import _
from casework.model import Case, Exhibit, Finding

#: Files that systems and office programs leave in folders; nobody's evidence.
_LITTER = re.compile(r"\.DS_Store|\._.*|Thumbs\.db|desktop\.ini|~\$.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Planned:
    """A file that is going to be attached: where it lies, the name it will show, its size in bytes."""

    path: Path
    name: str
    size: int


def plan_attach(paths: Iterable[str | Path]) -> tuple[Planned, ...]:
    """Return the files at ``paths``, and those below where one is a folder, each once and in a stable order.

    Within a folder, numbers in names count as numbers (2.png before 10.png). What systems leave in folders
    (.DS_Store, Thumbs.db, ~$…) and links to other files of the same folder are passed over. Incomplete with
    every problem if something is missing or is no file, if a link leads out of its folder, or nothing is left.
    """
    problems: list[Finding] = []
    found: dict[str, Planned] = {}
    for path in map(Path, paths):
        for file in _files(path, problems):
            planned = _planned(file, problems)
            if planned is not None:
                found.setdefault(os.path.realpath(file), planned)
    if not found and not problems:
        problems.append(Finding(_("Files"), _("There is no file to attach.")))
    if problems:
        raise Incomplete(_("Nothing was attached."), problems)
    return tuple(found.values())


def new_exhibits(
    case: Case, stored: Iterable[tuple[Planned, Stored]], *, now: dt.datetime | None = None, **details: Any
) -> tuple[Exhibit, ...]:
    """Return exhibits for files that are in the vault, numbered on from those of ``case``.

    ``details`` are fields of :class:`Exhibit` for all of them (kind, source, purpose, …); where the kind is
    not said it is guessed from the content. ``now`` is the office's time, by default that of this machine.
    """
    added_at = now or dt.datetime.now().replace(microsecond=0)
    first = next_number(case.exhibits)
    return tuple(
        Exhibit(
            number=number,
            name=planned.name,
            sha256=held.sha256,
            size=held.size,
            media_type=held.media_type,
            **{"kind": exhibit_kind(held.media_type), "added_at": added_at, **details},
        )
        for number, (planned, held) in enumerate(stored, first)
    )


def _files(path: Path, problems: list[Finding]) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    yield from _below(path, Path(os.path.realpath(path)), problems)


def _below(folder: Path, root: Path, problems: list[Finding]) -> Iterator[Path]:
    """Yield the files below ``folder``; ``root`` is the real path of the folder that was named."""
    try:
        entries = sorted(folder.iterdir(), key=lambda path: _natural(path.name))
    except OSError as error:
        problems.append(_unreadable(folder, error))
        return
    for entry in entries:
        if entry.is_symlink():
            if not Path(os.path.realpath(entry)).is_relative_to(root):
                problem = _("This link leads out of the folder.")
                problems.append(Finding(printable(entry), problem, remedy=_("Attach the file itself.")))
        elif entry.is_dir():
            yield from _below(entry, root, problems)
        elif not _LITTER.fullmatch(entry.name):
            yield entry


def _planned(path: Path, problems: list[Finding]) -> Planned | None:
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        problems.append(_unreadable(path, error))
        return None
    if not S_ISREG(found.st_mode):
        problems.append(Finding(printable(path), _("This is not a file that can be attached.")))
        return None
    if not os.access(path, os.R_OK):
        problems.append(_unreadable(path, PermissionError(13, os.strerror(13))))
        return None
    return Planned(path, display_name(path.name), found.st_size)


def _unreadable(path: Path, error: Exception) -> Finding:
    if isinstance(error, FileNotFoundError):
        return Finding(printable(path), _("The file does not exist."))
    reason = getattr(error, "strerror", None) or str(error)
    return Finding(printable(path), _("The file cannot be read: {reason}.").format(reason=reason))


def _natural(name: str) -> list[tuple[int, str]]:
    """Return a key that sorts numbers by value; the name itself decides between equals."""
    parts = re.split(r"(\d+)", name.casefold())
    return [*((int(part), "") if part.isdecimal() else (-1, part) for part in parts), (-2, name)]
