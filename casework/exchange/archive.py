"""A zip of exports: its members, one after another, each in a file of our own naming.

Nothing is unpacked by a member's name, nothing is believed about its size: what it expands to is counted while it is
written, against the limits of :mod:`casework.exchange.limits`. Runs only in the limited child process.
"""

from __future__ import annotations

import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from casework.errors import BadFile
from casework.exchange.limits import limit, over
from casework.i18n import _

_PIECE = 1 << 20
_SMALL = 1 << 20
_LONGEST = 150  # bytes of a name that is shown
_NO_NAME = '/\\:*?"<>|'
_UTF8_NAME = 0x800
_TABLES = (
    ".xlsx",
    ".xlsm",
    ".xlsb",
    ".xls",
    ".ods",
    ".csv",
    ".tsv",
    ".txt",
    ".tab",
    ".htm",
    ".html",
    ".xml",
    ".mht",
)
_ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz")
_ASIDES = ("__macosx", "thumbs.db", "desktop.ini")


def read_members(
    path: Path, folder: Path, skipped: list[tuple[str, str]] | None = None
) -> Iterator[tuple[str, Path]]:
    """Yield (name to show, file) for each spreadsheet in the zip, the file numbered in ``folder``, in the zip's order.

    A file is there until the next is asked for; the caller removes the folder. What is not read goes to ``skipped``
    with the reason. Raises :class:`BadFile` where a limit is passed, the zip is damaged, or no spreadsheet is in it.
    """
    skipped = skipped if skipped is not None else []
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _members(archive, path.name, folder, skipped)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise BadFile(
            _("The zip is cut off or damaged."), where=path.name, remedy=_("Export or copy it again.")
        ) from error


def _members(
    archive: zipfile.ZipFile, where: str, folder: Path, skipped: list[tuple[str, str]]
) -> Iterator[tuple[str, Path]]:
    room = limit("CASEWORK_MAX_EXPANDED_MB") << 20
    found = False
    for number, entry in enumerate(archive.infolist()):
        if _is_aside(entry.filename) or entry.is_dir():  # a damaged zip has entries without a name
            continue
        name = shown_name(entry)
        reason = _unwanted(name)
        if reason:
            skipped.append((name, reason))
            continue
        target = folder / f"{number:05d}{PurePosixPath(name.lower()).suffix}"
        room -= _write(archive, entry, target, room, f"{where}: {name}")
        try:
            if target.stat().st_size == 0:
                skipped.append((name, _("The file is empty (0 bytes).")))
                continue
            found = True
            yield name, target
        finally:
            target.unlink(missing_ok=True)
    if not found:
        raise _nothing(where, skipped)


def _nothing(where: str, skipped: list[tuple[str, str]]) -> BadFile:
    names = "; ".join(f"{name}: {reason}" for name, reason in skipped[:3])
    return BadFile(
        _("The zip holds no spreadsheet.") + (f" {names}" if names else ""),
        where=where,
        remedy=_("Give the exported spreadsheets, or a zip of them."),
    )


def _is_aside(name: str) -> bool:
    parts = [part.lower() for part in name.replace("\\", "/").split("/") if part]
    return not parts or any(part in _ASIDES for part in parts) or parts[-1].startswith((".", "~$"))


def _unwanted(name: str) -> str:
    """Why a member is not read; ``""`` where it may be a table."""
    suffix = PurePosixPath(name.lower()).suffix
    if suffix in _ARCHIVES:
        return _("An archive inside the archive is not opened: unpack it first.")
    return "" if suffix in _TABLES or not suffix else _("This is not a spreadsheet.")


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, room: int, where: str) -> int:
    """Unpack one member, counting; returns its size in bytes."""
    written, ratio = 0, limit("CASEWORK_MAX_RATIO")
    with archive.open(entry) as source, target.open("xb") as file:
        while chunk := source.read(_PIECE):
            written += len(chunk)
            if written > room:
                what = _("The zip would expand to more than {megabytes} MB.").format(
                    megabytes=limit("CASEWORK_MAX_EXPANDED_MB")
                )
                raise over(what, "CASEWORK_MAX_EXPANDED_MB", where)
            if written > _SMALL and written > ratio * max(entry.compress_size, 1):
                what = _("A part of the zip expands more than {ratio} times.").format(ratio=ratio)
                raise over(what, "CASEWORK_MAX_RATIO", where)
            file.write(chunk)
    return written


def shown_name(entry: zipfile.ZipInfo) -> str:
    """The member's own name for a person: without folders, control and direction marks, in at most 150 bytes.

    Chinese Windows writes names in GBK without saying so; zipfile reads those as the code page of old DOS.
    """
    name = entry.filename
    if not entry.flag_bits & _UTF8_NAME:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    name = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    name = unicodedata.normalize("NFC", name)
    name = "".join(" " if char.isspace() else char for char in name if char.isprintable() or char.isspace())
    name = "".join(char for char in name if char not in _NO_NAME)
    name = name.strip(" .") or "?"
    if len(name.encode()) > _LONGEST:
        stem, dot, suffix = name.rpartition(".")
        keep = max(_LONGEST - len((dot + suffix).encode()), 1)
        name = (stem.encode()[:keep].decode("utf-8", "ignore") + dot + suffix) if keep > 1 else name[:40]
    return name
