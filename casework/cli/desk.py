"""The desk that a command works at, and files that are written whole or not at all."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from casework.errors import NotFound
from casework.i18n import _

if TYPE_CHECKING:
    from casework.desk import Desk


def open_desk(options: argparse.Namespace, *, create: bool = False) -> Desk:
    from casework.desk import Desk
    from casework.workspace import open_workspace

    return Desk(open_workspace(options.workspace, create=create))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, and an older one stays until then."""
    if not path.absolute().parent.is_dir():
        raise NotFound(
            _("There is no such folder."),
            where=str(path.parent),
            remedy=_("Make it first, or choose another."),
        )
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
