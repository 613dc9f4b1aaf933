"""The vault: every file once, under the SHA-256 of its content, whole or not at all.

A file goes in as ``ab/abcdef…`` below the vault's address. It is hashed while it is copied, read back and
hashed again, and only then gets its name; so a name is a promise. Originals are opened for reading and never
touched.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO, Protocol

from casework.errors import BadFile, CaseworkError, NotFound, printable
from casework.evidence.media import media_type
from casework.i18n import _

#: Bytes read at a time.
CHUNK = 1 << 20

#: How many first bytes tell what a file is.
HEAD = 4096

Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Stored:
    """What the vault holds: SHA-256 in hex, size in bytes, media type as far as the content tells."""

    sha256: str
    size: int
    media_type: str


class Shelf(Protocol):
    """Where a vault's files lie: a local folder or another file system."""

    def put(self, source: Source) -> str:
        """Store the content of ``source`` and return its SHA-256."""

    def open(self, sha256: str) -> BinaryIO:
        """Open a stored file. FileNotFoundError if it is not there."""

    def sweep(self) -> int:
        """Remove what interrupted writers left and return how many files that were."""


class Vault:
    """Content-addressed files below a folder, a ``file://`` URL or any URL that fsspec knows."""

    def __init__(self, url: str | Path) -> None:
        self.url = str(url)
        self._shelf = _shelf(url)

    def put(self, path: str | Path, told: Told | None = None) -> Stored:
        """Copy a file into the vault and return what is stored; a file that is there already is kept.

        ``told`` is called with the number of bytes after each piece, and may raise to stop. NotFound or
        BadFile if ``path`` is no readable file; CaseworkError if it changes meanwhile; Unavailable if there
        is no room. Nothing half-written remains.
        """
        with _opened(Path(path), told) as source:
            sha256 = self._shelf.put(source)
            return Stored(sha256, source.size, media_type(source.head, source.path.name))

    def open(self, sha256: str) -> BinaryIO:
        """Open a stored file for reading. NotFound if the vault has none of this hash."""
        try:
            return self._shelf.open(_checked(sha256))
        except FileNotFoundError:
            raise NotFound(_("The file is missing from the vault."), where=sha256) from None

    def verify(self, sha256: str, size: int) -> str | None:
        """Hash a stored file again and return what is wrong with it in words, or None."""
        import hashlib

        found, count = hashlib.sha256(), 0
        try:
            with self.open(sha256) as file:
                while piece := file.read(CHUNK):
                    found.update(piece)
                    count += len(piece)
        except CaseworkError as error:
            return error.what
        except OSError as error:
            return _("The stored file cannot be read: {reason}.").format(reason=error.strerror or error)
        if found.hexdigest() != sha256:
            return _("The stored file has changed: its SHA-256 is now {found}.").format(
                found=found.hexdigest()
            )
        if count != size:
            return _("The record says {size} bytes, the stored file has {count}.").format(
                size=size, count=count
            )
        return None

    def sweep(self) -> int:
        """Remove the temporary files of writers that are gone and return how many; live ones are left."""
        return self._shelf.sweep()


class Source:
    """An original that is being read, watched for changes."""

    def __init__(self, path: Path, file: FileIO, told: Told | None) -> None:
        self.path, self._file, self._told = path, file, told
        self._before = os.fstat(file.fileno())
        self.size, self.head = self._before.st_size, b""

    def pieces(self) -> Iterator[memoryview]:
        """Yield the content piece by piece. CaseworkError if it is not the same file at the end."""
        buffer = memoryview(bytearray(CHUNK))
        count = 0
        while count <= self.size and (length := self._read(buffer)):  # a log may grow for ever
            if not count:
                self.head = bytes(buffer[: min(length, HEAD)])
            count += length
            yield buffer[:length]
            if self._told:
                self._told(count)
        if count != self.size or _state(os.fstat(self._file.fileno())) != _state(self._before):
            raise CaseworkError(
                _("The file changed while it was being copied."),
                where=printable(self.path),
                remedy=_("Close the program that writes it and attach it again."),
            )

    def _read(self, buffer: memoryview) -> int:
        try:
            return self._file.readinto(buffer) or 0
        except OSError as error:
            raise _unreadable(self.path, error) from error


def _state(found: os.stat_result) -> tuple[int, int]:
    return found.st_size, found.st_mtime_ns


@contextmanager
def _opened(path: Path, told: Told | None) -> Iterator[Source]:
    try:
        # Without waiting: a named pipe must not hang the desk.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        raise NotFound(_("The file does not exist."), where=printable(path)) from None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if not S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise BadFile(_("This is not a file that can be attached."), where=printable(path))
    with FileIO(handle, "rb") as file:
        yield Source(path, file, told)


def _unreadable(path: Path, error: Exception) -> BadFile:
    reason = getattr(error, "strerror", None) or str(error)
    return BadFile(_("The file cannot be read: {reason}.").format(reason=reason), where=printable(path))


def _checked(sha256: str) -> str:
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise NotFound(_("This is not a SHA-256."), where=printable(sha256))
    return sha256


def _shelf(url: str | Path) -> Shelf:
    from casework.evidence.local import LocalShelf

    if isinstance(url, Path) or "://" not in url:
        return LocalShelf(Path(url))
    from casework.evidence.remote import RemoteShelf, local_path

    path = local_path(url)
    return RemoteShelf(url) if path is None else LocalShelf(path)
