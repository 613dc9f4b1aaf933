"""The parts of a Word file, read without trusting it.

Only parts that are reached through reviewed relationships are kept: text, styles, pictures. What a letter does
not need (properties, previews, the names of authors) is dropped; what can reach out or run is refused.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from casework.errors import BadFile
from casework.i18n import _

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_ENTRIES = 2_000
MOST_BYTES = 20 << 20
"""The most that all parts of a template may hold, unpacked."""

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
CONTENT_TYPES = "[Content_Types].xml"

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_RELATIONSHIP = f"{{{_PACKAGE}relationships}}Relationship"
_OVERRIDE = f"{{{_PACKAGE}content-types}}Override"
_HOLD_TEXT = frozenset({"officeDocument", "header", "footer", "footnotes", "endnotes"})
_KEPT = _HOLD_TEXT | {
    "styles",
    "settings",
    "webSettings",
    "fontTable",
    "theme",
    "numbering",
    "image",
    "hyperlink",
}
_DROPPED = {
    _OFFICE + "extended-properties",
    _OFFICE + "custom-properties",
    _OFFICE + "customXml",
    _PACKAGE + "relationships/metadata/core-properties",
    _PACKAGE + "relationships/metadata/thumbnail",
    "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects",
    "http://schemas.microsoft.com/office/2011/relationships/people",
}
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_DOCUMENT_TYPES = (f"{_WORD}document.main+xml", f"{_WORD}template.main+xml")
_PICTURES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
}
_SAFE_LINK = re.compile(r"(https?://|mailto:)\S", re.IGNORECASE)
_ENCODING = re.compile(r"""\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")


@dataclass(frozen=True, slots=True)
class Parts:
    """A Word file taken apart.

    ``files`` are the parts worth keeping, by name; ``texts`` names those that hold text, the document first;
    ``problems`` says in words what there is to refuse.
    """

    files: Mapping[str, bytes]
    texts: tuple[str, ...]
    problems: tuple[str, ...]


def read_parts(data: bytes) -> Parts:
    """Return the parts of a Word file. Raises :class:`BadFile` where it is no readable Word file at all."""
    entries = read_zip(data)
    if CONTENT_TYPES not in entries:
        raise _not_word()
    walk = _Walk(entries)
    walk.relations("")
    if not walk.texts:
        raise _not_word()
    files = {name: entries[name] for name in walk.kept} | walk.relations_kept
    types = _types(entries[CONTENT_TYPES])
    if types.get(walk.texts[0]) not in _DOCUMENT_TYPES:
        walk.problems.append(_("it may hold macros; save it as .docx"))
    files[CONTENT_TYPES] = _content_types(walk, types)
    return Parts(files, tuple(walk.texts), tuple(walk.problems))


def read_zip(data: bytes) -> dict[str, bytes]:
    """Return the entries of a zip. Raises :class:`BadFile` on a damaged, encrypted, doubled or huge one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _guard(entries)
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise _not_word() from error


def read_xml(name: str, data: bytes) -> Element:
    """Return the root of an XML part in UTF-8. Raises :class:`BadFile` on a DOCTYPE or broken XML."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        declared = _ENCODING.match(data.decode("utf-8-sig"))
        if declared and declared[1].upper() not in ("UTF-8", "US-ASCII"):
            raise BadFile(_("{part} is not in UTF-8.").format(part=name))
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise BadFile(_("{part} declares a DOCTYPE.").format(part=name)) from error
    except (ParseError, ValueError) as error:
        raise BadFile(_("{part} is not readable XML.").format(part=name)) from error
    return root


def _not_word() -> BadFile:
    return BadFile(_("The template is not a Word file (.docx)."), remedy=_("Save it in Word as .docx."))


def _guard(entries: list[zipfile.ZipInfo]) -> None:
    """Zip reading never yields more than an entry declares, so the declared sizes can be summed."""
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise BadFile(_("The template is too large."), remedy=_("Remove large pictures from it."))
    if len({entry.filename.casefold() for entry in entries}) < len(entries):
        raise BadFile(_("The template holds two parts of one name."), remedy=_("Save it anew in Word."))


class _Walk:
    """Follow relationships from the package root, keeping, dropping or refusing each target."""

    def __init__(self, entries: Mapping[str, bytes]) -> None:
        self._entries = entries
        self.kept: list[str] = []
        self.texts: list[str] = []
        self.problems: list[str] = []
        self.relations_kept: dict[str, bytes] = {}

    def relations(self, owner: str) -> None:
        """Read the relationships of a part ("" is the package itself) and walk on to its targets."""
        folder, base = posixpath.split(owner)
        name = posixpath.join(folder, "_rels", f"{base}.rels")
        if name in self._entries:
            found = list(read_xml(name, self._entries[name]).iter(_RELATIONSHIP))
            kept = [relation for relation in found if self._keep(folder, relation)]
            self.relations_kept[name] = _relations_xml(kept)

    def _keep(self, folder: str, relation: Element) -> bool:
        kind, target = relation.get("Type", ""), relation.get("Target", "")
        short = kind.removeprefix(_OFFICE)
        if kind in _DROPPED:
            return False
        if relation.get("TargetMode", "Internal") != "Internal":
            if short != "hyperlink" or not _SAFE_LINK.match(target):
                self.problems.append(_("it points outside: {target}").format(target=target))
                return False
            return True
        if short not in _KEPT:
            self._refuse(kind.rsplit("/", 1)[-1])
            return False
        if short == "hyperlink":
            return target.startswith("#")
        return self._target(posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"), short)

    def _target(self, name: str, short: str) -> bool:
        extension = name.rsplit(".", 1)[-1].lower()
        if name not in self._entries:
            self.problems.append(_("a part is missing: {part}").format(part=name))
            return False
        if extension not in (_PICTURES if short == "image" else ("xml",)):
            self._refuse(name)
            return False
        if name not in self.kept:
            self.kept.append(name)
            if short in _HOLD_TEXT:
                self.texts.append(name)
            self.relations(name)
        return True

    def _refuse(self, what: str) -> None:
        self.problems.append(_("it holds what a letter must not: {what}").format(what=what))


def _relations_xml(relations: list[Element]) -> bytes:
    lines = "".join(
        "<Relationship "
        + " ".join(f"{key}={quoteattr(value)}" for key, value in relation.attrib.items())
        + "/>"
        for relation in relations
    )
    return f'{DECLARATION}<Relationships xmlns="{_PACKAGE}relationships">{lines}</Relationships>'.encode()


def _types(data: bytes) -> dict[str, str]:
    overrides = read_xml(CONTENT_TYPES, data).iter(_OVERRIDE)
    return {each.get("PartName", "").lstrip("/"): each.get("ContentType", "") for each in overrides}


def _content_types(walk: _Walk, types: Mapping[str, str]) -> bytes:
    """The content types of what is kept; a template (.dotx) becomes a document."""
    defaults = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml"}
    lines = [
        f'<Default Extension="{extension}" ContentType="{kind}"/>'
        for extension, kind in {**defaults, **_PICTURES}.items()
    ]
    kept = {name: types[name] for name in walk.kept if name in types}
    kept[walk.texts[0]] = _DOCUMENT_TYPES[0]
    lines += [
        f"<Override PartName={quoteattr('/' + name)} ContentType={quoteattr(kind)}/>"
        for name, kind in kept.items()
    ]
    body = "".join(lines)
    return f'{DECLARATION}<Types xmlns="{_PACKAGE}content-types">{body}</Types>'.encode()
