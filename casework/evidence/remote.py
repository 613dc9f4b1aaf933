"""A vault on any file system that fsspec knows, such as an S3-compatible bucket."""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from casework.errors import CaseworkError, Damaged, Unavailable
from casework.i18n import _

if TYPE_CHECKING:
    from casework.evidence.vault import Source

_FOLDER = ".incoming"
#: Seconds after which a temporary file is nobody's: no upload takes a day.
_ABANDONED = 86_400


def local_path(url: str) -> Path | None:
    """Return the folder that a URL names on this machine, or None if it is elsewhere."""
    from fsspec.implementations.local import LocalFileSystem

    file_system, path = _file_system(url)
    return Path(path) if isinstance(file_system, LocalFileSystem) else None


class RemoteShelf:
    """Files below a URL. They are written under a temporary key, read back, and moved to their name."""

    def __init__(self, url: str) -> None:
        self._files, root = _file_system(url)
        self._root = root.rstrip("/")

    def put(self, source: Source) -> str:
        """See :class:`casework.evidence.vault.Shelf`."""
        temporary = f"{self._root}/{_FOLDER}/{time.time():.0f}-{uuid.uuid4().hex}"
        with self._said(), self._gone(temporary):
            digest = self._upload(source, temporary)
            if self._hash(temporary) != digest:
                raise Damaged(_("The vault did not keep what was written."), where=temporary)
            place = self._place(digest)
            if not (self._files.exists(place) and self._hash(place) == digest):
                self._files.makedirs(place.rpartition("/")[0], exist_ok=True)
                self._files.mv(temporary, place)
        return digest

    def open(self, sha256: str) -> BinaryIO:
        """See :class:`casework.evidence.vault.Shelf`."""
        return cast(BinaryIO, self._files.open(self._place(sha256), "rb"))

    def sweep(self) -> int:
        """Remove temporary files that are older than a day; a younger one may be somebody's upload."""
        folder, count = f"{self._root}/{_FOLDER}", 0
        with self._said():
            self._files.invalidate_cache()
            names = self._files.ls(folder, detail=False) if self._files.exists(folder) else []
            for name in names:
                begun = str(name).rpartition("/")[2].partition("-")[0]
                if begun.isdecimal() and time.time() - int(begun) > _ABANDONED:
                    self._files.rm_file(name)
                    count += 1
        return count

    def _place(self, sha256: str) -> str:
        return f"{self._root}/{sha256[:2]}/{sha256}"

    def _upload(self, source: Source, place: str) -> str:
        digest = hashlib.sha256()
        self._files.makedirs(place.rpartition("/")[0], exist_ok=True)
        with self._files.open(place, "wb") as file:
            for piece in source.pieces():
                digest.update(piece)
                file.write(bytes(piece))
        return digest.hexdigest()

    def _hash(self, place: str) -> str:
        with self._files.open(place, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    @contextmanager
    def _gone(self, temporary: str) -> Iterator[None]:
        try:
            yield
        finally:
            with suppress(OSError):
                if self._files.exists(temporary):
                    self._files.rm_file(temporary)

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            what = _("The vault does not answer or refuses: {reason}.").format(reason=error.strerror or error)
            raise Unavailable(
                what, where=self._root, remedy=_("Check the address and the rights.")
            ) from error


def _file_system(url: str) -> tuple[Any, str]:
    from fsspec.core import url_to_fs

    try:
        file_system, path = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise CaseworkError(
            _("This kind of vault cannot be opened: {reason}.").format(reason=error), where=url
        ) from error
    return file_system, str(path)
