"""Cheap checks before a file reaches a parser: what is it really, and is it safe to open at all.

Content decides, never the ending. Nothing here trusts a size that the file declares about itself; the wall
against a hostile file is the limited child process (:mod:`casework.exchange.child`). The limits, and how to raise
them, are in :mod:`casework.exchange.limits`.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import Path
from typing import Literal

from casework.errors import BadFile, NotFound
from casework.exchange.limits import limit, over
from casework.i18n import _, mark

Kind = Literal["xlsx", "xlsb", "xls", "ods", "html", "spreadsheetml", "zip", "text"]

MAX_SMALL = 1 << 20  # below this many bytes, how often a part expands does not matter

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_PROLOGUE = 4096
_NAMESPACE_DEPTH = 65_536
_SPREADSHEETML = b"urn:schemas-microsoft-com:office:spreadsheet"
_MARKUP = (
    b"<html",
    b"<!doctype",
    b"<table",
    b"<?xml",
    b"<!--",
    b"<meta",
    b"<head",
    b"<style",
    b"<body",
    b"<div",
)
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_BIFF_WITHOUT_OLE = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")

# First bytes of what is certainly no table, and what a person calls it.
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", mark("This is a PDF document, not a spreadsheet.")),
    (b"\xff\xd8\xff", mark("This is a picture, not a spreadsheet.")),
    (b"\x89PNG\r\n", mark("This is a picture, not a spreadsheet.")),
    (b"GIF8", mark("This is a picture, not a spreadsheet.")),
    (b"BM", mark("This is a picture, not a spreadsheet.")),
    (b"II*\x00", mark("This is a picture, not a spreadsheet.")),
    (b"MM\x00*", mark("This is a picture, not a spreadsheet.")),
    (b"RIFF", mark("This is a picture, a sound or a film, not a spreadsheet.")),
    (b"Rar!\x1a\x07", mark("This is a RAR archive.")),
    (b"7z\xbc\xaf\x27\x1c", mark("This is a 7z archive.")),
    (b"\x1f\x8b", mark("This is a gzip archive.")),
    (b"BZh", mark("This is a bzip2 archive.")),
    (b"\xfd7zXZ\x00", mark("This is an xz archive.")),
    (b"SQLite format 3\x00", mark("This is a database file, not a spreadsheet.")),
    (b"{\\rtf", mark("This is a Word document, not a spreadsheet.")),
    (b"MZ", mark("This is a program, not a spreadsheet.")),
    (b"\x7fELF", mark("This is a program, not a spreadsheet.")),
)
_ARCHIVES = ("RAR", "7z", "gzip", "bzip2", "xz")

# Names of OLE streams, and what they make the file.
_STREAMS = (
    ("WordDocument", mark("This is a Word document, not a spreadsheet.")),
    ("PowerPoint Document", mark("This is a PowerPoint presentation, not a spreadsheet.")),
    ("__properties_version1.0", mark("This is an Outlook message, not a spreadsheet.")),
)


def file_kind(path: Path) -> Kind:
    """Tell what ``path`` holds.

    Raises :class:`NotFound` where there is no such file and :class:`BadFile` where it is a directory, empty,
    protected by a password, not a table at all, or a zip that is not safe to open.
    """
    _check_there(path)
    with path.open("rb") as file:
        head = file.read(_NAMESPACE_DEPTH)
    if head.startswith(b"PK"):
        return _zip_kind(path)
    if head.startswith(_OLE):
        _check_ole(path)
        return "xls"
    _check_others(path.name, head)
    return _markup_kind(path.name, head) or "text"


def _check_there(path: Path) -> None:
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
        raise BadFile(_("The file is empty (0 bytes)."), where=path.name, remedy=_("Export it again."))


def _check_others(name: str, head: bytes) -> None:
    for start, what in _OTHERS:
        binary = any(byte < 9 for byte in head[: 1 << 10])
        if head.startswith(start) and (binary or len(start) > 3):  # "BM", "MZ" and "BZh" begin words as well
            archive = any(word in what for word in _ARCHIVES)
            remedy = (
                _("Unpack it, and give the spreadsheets in it.")
                if archive
                else _("Export the table as .xlsx or .csv.")
            )
            raise BadFile(_(what), where=name, remedy=remedy)
    if head.startswith(_BIFF_WITHOUT_OLE):
        raise BadFile(
            _("This is a workbook of a very old Excel (before 1995)."),
            where=name,
            remedy=_("Open it in Excel, save it as .xlsx, and try again."),
        )


def _markup_kind(name: str, head: bytes) -> Kind | None:
    """HTML, a web archive or SpreadsheetML; None where it is none of them. Raises for other XML."""
    plain = head.replace(b"\x00", b"")  # UTF-16 of ASCII markup
    for mark_ in _BOMS:
        plain = plain.removeprefix(mark_)
    plain = plain.lstrip().lower()
    if plain.startswith((b"mime-version:", b"from: <saved by", b"content-type: multipart/related")):
        return "html"
    if not plain.startswith(_MARKUP):
        return None
    if _SPREADSHEETML in plain and b"<html" not in plain:
        if b"<!doctype" in plain or b"<!entity" in plain:
            raise has_doctype(name)
        return "spreadsheetml"
    if not plain.startswith(b"<?xml") or b"<html" in plain or b"<table" in plain:
        return "html"
    raise BadFile(
        _("This is XML, but not of a spreadsheet."),
        where=name,
        remedy=_("Export the table as .xlsx or .csv."),
    )


def _check_ole(path: Path) -> None:
    with path.open("rb") as file:
        content = file.read(1 << 20)
        file.seek(max(path.stat().st_size - (1 << 20), 0))
        content += file.read(1 << 20)  # the directory may lie at the end

    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if has("EncryptedPackage"):
        raise password_protected(path.name)
    if has("Workbook") or has("Book"):
        return
    for stream, what in _STREAMS:
        if has(stream):
            raise BadFile(_(what), where=path.name, remedy=_("Export the table as .xlsx or .csv."))


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


def has_doctype(name: str) -> BadFile:
    """The refusal of XML that declares a document type: no spreadsheet program writes one, attacks need one."""
    return BadFile(
        _("The file declares an XML document type, which no spreadsheet program does."),
        where=name,
        remedy=_("It was not opened. Ask the sender for a plain export."),
    )


def _zip_kind(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            kind = _kind_by_parts(archive, path.name)
            fault = _zip_fault(archive.infolist(), path.name, archive_of_exports=kind == "zip")
            if fault:
                raise fault
            if kind != "zip":
                _check_parts(archive, path.name)
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        ValueError,
        NotImplementedError,
        EOFError,
        RuntimeError,
    ) as error:
        raise BadFile(
            _("The file is cut off or damaged: its zip directory cannot be read."),
            where=path.name,
            remedy=_("Export or copy it again."),
        ) from error
    return kind


def _kind_by_parts(archive: zipfile.ZipFile, name: str) -> Kind:
    parts = {part.lower().lstrip("/") for part in archive.namelist()}
    if any(part.endswith("workbook.bin") for part in parts):
        return "xlsb"
    if any(part.endswith("workbook.xml") for part in parts):
        return "xlsx"
    if "word/document.xml" in parts:
        raise _other_document(name, _("This is a Word document, not a spreadsheet."))
    if "ppt/presentation.xml" in parts:
        raise _other_document(name, _("This is a PowerPoint presentation, not a spreadsheet."))
    if "mimetype" in parts and "content.xml" in parts:
        return _open_document_kind(archive, name)
    if "[content_types].xml" in parts:
        raise not_a_spreadsheet(name)
    return "zip"


def _open_document_kind(archive: zipfile.ZipFile, name: str) -> Kind:
    with archive.open("mimetype") as part:
        kind = part.read(100)
    if not kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        raise _other_document(name, _("This is an OpenDocument file, but not a spreadsheet."))
    if "META-INF/manifest.xml" in archive.namelist():
        with archive.open("META-INF/manifest.xml") as part:
            if b"encryption-data" in part.read(1 << 20):
                raise password_protected(name)
    return "ods"


def _other_document(name: str, what: str) -> BadFile:
    return BadFile(what, where=name, remedy=_("Export the table as .xlsx or .csv."))


def _zip_fault(entries: list[zipfile.ZipInfo], name: str, *, archive_of_exports: bool) -> BadFile | None:
    if len(entries) > limit("CASEWORK_MAX_ENTRIES"):
        what = _("The zip has {count} parts.").format(count=len(entries))
        return over(what, "CASEWORK_MAX_ENTRIES", name)
    if any(entry.flag_bits & 0x1 for entry in entries):
        return _encrypted(name, archive_of_exports)
    fault = _structure_fault(entries)
    if fault:
        return BadFile(fault, where=name, remedy=_("It was not opened. Ask the sender for a plain export."))
    return _expansion_fault(entries, name)


def _encrypted(name: str, archive_of_exports: bool) -> BadFile:
    if archive_of_exports:
        return BadFile(
            _("The zip is protected by a password."),
            where=name,
            remedy=_("Unpack it with its password, and give the spreadsheets in it."),
        )
    return BadFile(
        _("Parts of the zip are encrypted."),
        where=name,
        remedy=_("It was not opened. Ask the sender for a plain export."),
    )


def _structure_fault(entries: list[zipfile.ZipInfo]) -> str | None:
    if len({entry.filename for entry in entries}) != len(entries):
        return _("The zip holds two parts of the same name.")
    if any(stat.S_ISLNK(entry.external_attr >> 16) for entry in entries):
        return _("The zip holds a link to another file.")
    if _overlap(entries):
        return _("Parts of the zip overlap.")
    return None


def _expansion_fault(entries: list[zipfile.ZipInfo], name: str) -> BadFile | None:
    if sum(entry.file_size for entry in entries) > limit("CASEWORK_MAX_EXPANDED_MB") << 20:
        what = _("The zip would expand to more than {megabytes} MB.").format(
            megabytes=limit("CASEWORK_MAX_EXPANDED_MB")
        )
        return over(what, "CASEWORK_MAX_EXPANDED_MB", name)
    ratio = limit("CASEWORK_MAX_RATIO")
    if any(
        entry.file_size > MAX_SMALL and entry.file_size > ratio * max(entry.compress_size, 1)
        for entry in entries
    ):
        what = _("A part of the zip expands more than {ratio} times.").format(ratio=ratio)
        return over(what, "CASEWORK_MAX_RATIO", name)
    return None


def _overlap(entries: list[zipfile.ZipInfo]) -> bool:
    end = 0
    for entry in sorted(entries, key=lambda item: item.header_offset):
        if entry.header_offset < end:
            return True
        end = entry.header_offset + 30 + entry.compress_size
    return False


def _check_parts(archive: zipfile.ZipFile, name: str) -> None:
    """No document type in any XML part: it can stand at the head only, so the first kilobytes tell."""
    for entry in archive.infolist():
        if not entry.filename.lower().endswith((".xml", ".rels")):
            continue
        with archive.open(entry) as part:
            head = part.read(_PROLOGUE).replace(b"\x00", b"").lower()
        if b"<!doctype" in head or b"<!entity" in head:
            raise has_doctype(name)
