"""A vault in a local folder: temporary file, fsync, read back, rename, fsync of the folder."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from casework.errors import CaseworkError, Damaged, Unavailable, printable
from casework.i18n import _

if TYPE_CHECKING:
    from casework.evidence.vault import Source

_PREFIX = ".incoming-"
_SPARE = 1 << 20  # bytes left free beside the file itself


class LocalShelf:
    """Files below ``root``, which is made when the first one comes."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, source: Source) -> str:
        """See :class:`casework.evidence.vault.Shelf`."""
        with _said(self._root):
            self._root.mkdir(parents=True, exist_ok=True)
            self._require_room(source.size)
            with self._temporary() as (path, file):
                digest = _copy(source, file)
                if _hash(path) != digest:
                    raise Damaged(_("The disk did not keep what was written."), where=printable(path))
                if sys.platform == "win32":  # an open file cannot be renamed there
                    file.close()
                self._name(path, digest)
        return digest

    def open(self, sha256: str) -> BinaryIO:
        """See :class:`casework.evidence.vault.Shelf`."""
        return self._place(sha256).open("rb")

    def sweep(self) -> int:
        """Remove temporary files whose writer is gone: a living one holds a lock on its file."""
        count = 0
        for path in sorted(self._root.glob(_PREFIX + "*")):
            with suppress(OSError), path.open("r+b") as file:
                if _locked(file):
                    path.unlink()
                    count += 1
        return count

    def _place(self, sha256: str) -> Path:
        return self._root / sha256[:2] / sha256

    def _require_room(self, size: int) -> None:
        free = shutil.disk_usage(self._root).free
        if free < size + _SPARE:
            raise _full(self._root, _("{size} MB are needed, {free} MB are free.").format(
                size=size // 10**6 + 1, free=free // 10**6
            ))  # fmt: skip

    @contextmanager
    def _temporary(self) -> Iterator[tuple[Path, BinaryIO]]:
        """Open a new file in the vault that is gone after the block, unless it was renamed."""
        while True:
            path = self._root / f"{_PREFIX}{uuid.uuid4().hex}"
            with path.open("xb", buffering=0) as file:
                try:
                    # A sweep may take a file in the moment before it is locked: then take another.
                    if _locked(file) and path.exists():
                        yield path, file
                        return
                finally:
                    _remove(path, file)

    def _name(self, temporary: Path, digest: str) -> None:
        """Give a finished file its name, durably. A sound file of that name stays; a damaged one is healed."""
        place = self._place(digest)
        if not place.parent.is_dir():
            place.parent.mkdir(exist_ok=True)
            _sync_folder(self._root)
        if place.is_file() and _hash(place) == digest:
            return
        temporary.chmod(0o444)
        temporary.replace(place)
        _sync_folder(place.parent)


def _copy(source: Source, file: BinaryIO) -> str:
    """Write the source to an open file, durably, and return the SHA-256 of what was read."""
    digest = hashlib.sha256()
    for piece in source.pieces():
        digest.update(piece)
        rest = piece
        while rest:  # the system may take less than it was offered
            rest = rest[file.write(rest) :]
    os.fsync(file.fileno())
    return digest.hexdigest()


def _hash(path: Path) -> str:
    with path.open("rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    """Make a rename durable. Windows cannot sync a folder and does not need to."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path, file: BinaryIO) -> None:
    if sys.platform == "win32":  # an open file cannot be removed there
        file.close()
    path.unlink(missing_ok=True)


def _locked(file: BinaryIO) -> bool:
    """Lock an open file without waiting and say whether that went; the system unlocks it when we end.

    Windows needs no lock: there a file that someone has open cannot be removed.
    """
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _said(root: Path) -> Iterator[None]:
    """Say in words what the disk refuses."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise _full(root) from error
        what = _("The file cannot be stored: {reason}.").format(reason=error.strerror or error)
        raise CaseworkError(
            what, where=printable(root), remedy=_("Check the disk and the rights.")
        ) from error


def _full(root: Path, detail: str = "") -> Unavailable:
    what = " ".join(filter(None, (_("There is no room for the file on the vault's disk."), detail)))
    return Unavailable(what, where=printable(root), remedy=_("Make room and try again."))
