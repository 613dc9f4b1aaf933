"""An .xlsx package as its parts: read without trusting it, written back with untouched parts byte for byte.

A package is a zip of parts that name each other through relationships (ECMA-376, part 2). Only parts that are
asked for as XML and marked as changed are written anew.
"""

from __future__ import annotations

import io
import posixpath
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from casework.errors import BadFile
from casework.i18n import _

Element = Any  # lxml ships no types

MOST_PACKED = 20 << 20
MOST_ENTRIES = 2_000
MOST_RATIO = 400  # only above SMALL bytes
SMALL = 1 << 20
MOST_UNPACKED = 64 << 20
CONTENT_TYPES = "[Content_Types].xml"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_FORBIDDEN = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Relation:
    """One relationship: its kind (the last word of its type), its target as a part's name, or a link outside."""

    id: str
    kind: str
    target: str
    outside: bool


class Package:
    """The parts of one file by name; :meth:`tree` gives a part as XML, :meth:`change` says that it was altered."""

    def __init__(self, entries: list[zipfile.ZipInfo], parts: dict[str, bytes]) -> None:
        self._entries = entries
        self.parts = parts
        self._trees: dict[str, Element] = {}
        self._changed: set[str] = set()

    def tree(self, part: str) -> Element:
        """The root element of a part. Raises :class:`BadFile` where it is missing or not plain XML."""
        if part not in self._trees:
            if part not in self.parts:
                raise BadFile(_("A part of the workbook is missing: {part}.").format(part=part))
            self._trees[part] = parse_xml(part, self.parts[part])
        return self._trees[part]

    def change(self, part: str) -> Element:
        """The root element of a part that is about to be altered."""
        self._changed.add(part)
        return self.tree(part)

    def edit(self, part: str, change: Callable[[Element], None]) -> None:
        """Let ``change`` work on a part, which counts as altered only if it came out different."""
        root = self.tree(part)
        before = None if part in self._changed else etree.tostring(root)
        change(root)
        if before is not None and etree.tostring(root) != before:
            self._changed.add(part)

    @property
    def changed(self) -> frozenset[str]:
        """The names of the parts that were altered."""
        return frozenset(self._changed)

    def replace(self, part: str, data: bytes) -> None:
        """Put other bytes in the place of a part."""
        self.parts[part] = data

    def drop(self, part: str, owner: str) -> None:
        """Take a part out, with its content type and the relationships of ``owner`` that name it."""
        self.parts.pop(part)
        for element in list(self.change(CONTENT_TYPES)):
            if element.get("PartName", "").lstrip("/").casefold() == part.casefold():
                element.getparent().remove(element)
        gone = {relation.id for relation in self.relations(owner) if relation.target == part}
        for element in list(self.change(relations_part(owner))):
            if element.get("Id") in gone:
                element.getparent().remove(element)

    def relations(self, owner: str) -> list[Relation]:
        """The relationships of a part ("" is the package itself)."""
        name = relations_part(owner)
        if name not in self.parts:
            return []
        folder = posixpath.dirname(owner)
        return [
            _relation(folder, element) for element in self.tree(name).iter(f"{{{RELATIONS}}}Relationship")
        ]

    def related(self, owner: str, kind: str) -> Iterator[str]:
        """The parts that ``owner`` names as its ``kind``, such as ``drawing`` or ``chart``."""
        for relation in self.relations(owner):
            if relation.kind == kind and not relation.outside and relation.target in self.parts:
                yield relation.target

    def types(self) -> dict[str, str]:
        """The content type of each part that has one of its own."""
        overrides = self.tree(CONTENT_TYPES).iter(f"{{{TYPES}}}Override")
        return {each.get("PartName", "").lstrip("/"): each.get("ContentType", "") for each in overrides}

    def packed(self) -> bytes:
        """The package as the bytes of a zip, parts in their old order."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for entry in self._entries:
                if entry.filename in self.parts:
                    target = zipfile.ZipInfo(entry.filename, entry.date_time)
                    target.compress_type = zipfile.ZIP_DEFLATED
                    archive.writestr(target, self._bytes(entry.filename))
        return buffer.getvalue()

    def _bytes(self, part: str) -> bytes:
        if part not in self._changed:
            return self.parts[part]
        tree = self._trees[part].getroottree()
        data: bytes = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
        return data


def relations_part(owner: str) -> str:
    """The part that holds the relationships of ``owner``."""
    folder, base = posixpath.split(owner)
    return posixpath.join(folder, "_rels", f"{base}.rels")


def _relation(folder: str, element: Element) -> Relation:
    target = element.get("Target", "")
    outside = element.get("TargetMode", "Internal") != "Internal"
    if not outside and not target.startswith("#"):
        target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
    return Relation(element.get("Id", ""), element.get("Type", "").rsplit("/", 1)[-1], target, outside)


def parse_xml(part: str, data: bytes) -> Element:
    """Return the root of an XML part in UTF-8. Raises :class:`BadFile` on a DOCTYPE, another encoding or broken XML."""
    declared = _DECLARED.match(data.removeprefix(b"\xef\xbb\xbf"))
    named = declared[1].upper() if declared else b"UTF-8"
    if named not in (b"UTF-8", b"UTF8", b"US-ASCII") or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadFile(_("{part} is not in UTF-8.").format(part=part))
    if _FORBIDDEN.search(data):
        raise BadFile(_("{part} declares a DOCTYPE.").format(part=part))
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadFile(_("{part} is not readable XML.").format(part=part)) from error
    if root.getroottree().docinfo.doctype:
        raise BadFile(_("{part} declares a DOCTYPE.").format(part=part))
    return root


def read_package(data: bytes) -> Package:
    """Take an .xlsx file apart. Raises :class:`BadFile` where it is none, or its zip is not safe to open."""
    if data.startswith(_OLE):
        raise BadFile(
            _("The template is an old .xls file or is protected by a password."),
            remedy=_("Open it in Excel, remove the password, save it as .xlsx, and try again."),
        )
    if len(data) > MOST_PACKED:
        raise _too_large()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _guard(entries)
            parts = {entry.filename: archive.read(entry) for entry in entries}
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise _not_xlsx() from error
    if CONTENT_TYPES not in parts:
        raise _not_xlsx()
    return Package(entries, parts)


def _not_xlsx() -> BadFile:
    return BadFile(
        _("The template is not an Excel workbook (.xlsx), or it is damaged."),
        remedy=_("Open it in Excel, save it as .xlsx, and try again."),
    )


def _too_large() -> BadFile:
    return BadFile(
        _("The template is too large."),
        remedy=_(
            "Remove large pictures and unused rows from it; at most {megabytes} MB unpacked are allowed."
        ).format(megabytes=MOST_UNPACKED >> 20),
    )


def _guard(entries: list[zipfile.ZipInfo]) -> None:
    """Reading never yields more than an entry declares, so the declared sizes can be summed."""
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise _too_large()
    fault = _fault(entries)
    if fault:
        raise BadFile(fault, remedy=_("Open the template in Excel and save it anew."))


def _fault(entries: list[zipfile.ZipInfo]) -> str | None:
    if len({entry.filename.casefold() for entry in entries}) < len(entries):
        return _("The zip holds two parts of the same name.")
    if any(entry.flag_bits & 0x1 for entry in entries):
        return _("Parts of the zip are encrypted.")
    if any(stat.S_ISLNK(entry.external_attr >> 16) for entry in entries):
        return _("The zip holds a link to another file.")
    if any(_leaves(entry.filename) for entry in entries):
        return _("The zip names a part outside itself.")
    if any(_bomb(entry) for entry in entries):
        return _("A part of the zip expands more than {ratio} times.").format(ratio=MOST_RATIO)
    return None


def _leaves(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name


def _bomb(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > SMALL and entry.file_size > MOST_RATIO * max(entry.compress_size, 1)
