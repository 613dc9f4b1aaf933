"""Cheap checks before a file reaches a parser: what is it really, and is it safe to open at all.

Content decides, never the ending. Nothing here trusts a size that the file declares about itself; the wall
against a hostile file is the limited child process (:mod:`casework.exchange.child`).
"""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path
from typing import Literal

from casework.errors import BadFile, NotFound
from casework.i18n import _

Kind = Literal["xlsx", "xls", "text"]

MAX_ENTRIES = 2_000
MAX_RATIO = 400  # genuine exports measure 8 to 11; only above MAX_SMALL bytes
MAX_SMALL = 1 << 20
MAX_EXPANDED = 4 << 30

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<!--")


def file_kind(path: Path) -> Kind:
    """Tell what ``path`` holds.

    Raises :class:`NotFound` where there is no such file and :class:`BadFile` where it is a directory, empty,
    protected by a password, not a table at all, or a zip that is not safe to open.
    """
    name = path.name
    if path.is_dir():
        raise BadFile(
            _("This is a folder, not a file."),
            where=str(path),
            remedy=_("Name the files in it, for example with *.xlsx."),
        )
    if not path.exists():
        raise NotFound(
            _("There is no such file."), where=str(path), remedy=_("Check the name and the folder.")
        )
    if not path.is_file():
        raise BadFile(_("This is not an ordinary file."), where=str(path))
    if path.stat().st_size == 0:
        raise BadFile(_("The file is empty (0 bytes)."), where=name, remedy=_("Export it again."))
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"PK"):
        _check_zip(path)
        return "xlsx"
    if head.startswith(_OLE):
        _check_ole(path)
        return "xls"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        raise BadFile(
            _("This is a web page or XML under the name of a spreadsheet."),
            where=name,
            remedy=_("Open it in Excel and save it as .xlsx, then try again."),
        )
    return "text"


def _check_ole(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(1 << 20)
    if _ENCRYPTED in start:
        raise password_protected(path.name)


def password_protected(name: str) -> BadFile:
    """The refusal of a workbook that needs a password."""
    return BadFile(
        _("The workbook is protected by a password."),
        where=name,
        remedy=_("Open it in Excel, remove the password, save it, and try again."),
    )


def not_a_spreadsheet(name: str) -> BadFile:
    """The refusal of a file that no reader understands."""
    return BadFile(
        _("This is not a spreadsheet that can be read, or it is damaged."),
        where=name,
        remedy=_("Open it in Excel, save it as .xlsx, and try again."),
    )


def _check_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise BadFile(
            _("The file is cut off or damaged: its zip directory cannot be read."),
            where=path.name,
            remedy=_("Export or copy it again."),
        ) from error
    names = {entry.filename for entry in entries}
    if not any(
        name.lower().endswith("workbook.xml") or name.lower().endswith("workbook.bin") for name in names
    ):
        raise not_a_spreadsheet(path.name)
    fault = _zip_fault(entries, names)
    if fault:
        raise BadFile(
            fault, where=path.name, remedy=_("It was not opened. Ask the sender for a plain export.")
        )


def _zip_fault(entries: list[zipfile.ZipInfo], names: set[str]) -> str | None:
    if len(entries) > MAX_ENTRIES:
        return _("The zip has {count} parts; at most {limit} are allowed.").format(
            count=len(entries), limit=MAX_ENTRIES
        )
    if len(names) != len(entries):
        return _("The zip holds two parts of the same name.")
    if any(entry.flag_bits & 0x1 for entry in entries):
        return _("Parts of the zip are encrypted.")
    if any(stat.S_ISLNK(entry.external_attr >> 16) for entry in entries):
        return _("The zip holds a link to another file.")
    if _overlap(entries):
        return _("Parts of the zip overlap.")
    if sum(entry.file_size for entry in entries) > MAX_EXPANDED:
        return _("The zip would expand to more than {gigabytes} GB.").format(gigabytes=MAX_EXPANDED >> 30)
    if any(
        entry.file_size > MAX_SMALL and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
        for entry in entries
    ):
        return _("A part of the zip expands more than {ratio} times.").format(ratio=MAX_RATIO)
    return None


def _overlap(entries: list[zipfile.ZipInfo]) -> bool:
    end = 0
    for entry in sorted(entries, key=lambda item: item.header_offset):
        if entry.header_offset < end:
            return True
        end = entry.header_offset + 30 + entry.compress_size
    return False
