"""What in a template's text is refused: fields that fetch or run, links out, tracked changes.

Relationships are judged in :mod:`casework.letters.parts`, tags in :mod:`casework.letters.sandbox`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from casework.errors import BadFile
from casework.i18n import _
from casework.letters.parts import Parts, read_xml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HARMLESS_FIELDS = frozenset({
    "PAGE", "NUMPAGES", "SECTIONPAGES", "PAGEREF", "REF", "SEQ", "STYLEREF", "TOC", "DATE", "TIME", "HYPERLINK",
})  # fmt: skip
_CHANGES = frozenset(_W + name for name in ("ins", "del", "moveFrom", "moveTo", "delText", "delInstrText"))
_FORBIDDEN = frozenset(_W + name for name in ("altChunk", "subDoc", "control", "object", "attachedTemplate"))
_LINK = re.compile(r"""HYPERLINK\s+(\\l\s+)?"?(?P<target>[^"\s]*)""", re.IGNORECASE)
_SAFE_LINK = re.compile(r"(https?://|mailto:)\S", re.IGNORECASE)
_TAG = re.compile(r"\{[{%#]")
_WHOLE_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_HALF_TAG = re.compile(r"\{[{%#]|[}%#]\}")


def problems(parts: Parts) -> list[str]:
    """Return everything about a template that is refused, in words."""
    found = list(parts.problems)
    for name, data in parts.files.items():
        if name.lower().endswith((".xml", ".rels")):
            try:
                found += _of_part(name, read_xml(name, data), holds_text=name in parts.texts)
            except BadFile as error:
                found.append(error.what)
    return list(dict.fromkeys(found))


def _of_part(name: str, root: Element, *, holds_text: bool) -> Iterator[str]:
    for element in root.iter():
        if element.tag in _FORBIDDEN:
            yield _("it holds what a letter must not: {what}").format(what=element.tag.rsplit("}", 1)[-1])
        if element.tag in _CHANGES:
            yield _("it holds tracked changes; accept them all")
        for key, value in element.attrib.items():
            if key.rsplit("}", 1)[-1] in ("src", "href") and value:
                yield _("it points outside: {target}").format(target=value)
    yield from (told for instruction in _instructions(root) for told in _of_field(instruction))
    if holds_text:
        yield from _half_tags(root)
    elif not name.endswith(".rels") and _TAG.search("".join(root.itertext())):
        yield _("{part} holds a tag that would not be filled in").format(part=name)


def _half_tags(root: Element) -> Iterator[str]:
    """A tag must begin and end in one paragraph: a half one would swallow what follows."""
    for paragraph in root.iter(_W + "p"):
        text = "".join(each.text or "" for each in paragraph.iter(_W + "t"))
        if _HALF_TAG.search(_WHOLE_TAG.sub("", text)):
            yield _("a tag is not closed: {text}").format(text=text.strip()[:40])


def _instructions(root: Element) -> Iterator[str]:
    """Every field's instruction; one that is spread over runs is put together first."""
    for element in root.iter(_W + "fldSimple"):
        yield element.get(_W + "instr", "")
    open_fields: list[list[str]] = []
    for element in root.iter():
        kind = element.get(_W + "fldCharType") if element.tag == _W + "fldChar" else None
        if kind == "begin":
            open_fields.append([])
        elif kind in ("separate", "end") and open_fields and open_fields[-1] is not _READ:
            yield "".join(open_fields[-1])
            open_fields[-1] = _READ
        if kind == "end" and open_fields:
            open_fields.pop()
        if element.tag == _W + "instrText":
            yield from _add(open_fields, element.text or "")
    yield from ("".join(field) for field in open_fields if field is not _READ)


_READ: list[str] = []
"""Marks a field whose instruction has been given out; what follows is its result."""


def _add(open_fields: list[list[str]], text: str) -> Iterator[str]:
    """Add text to the innermost field; text outside any field is judged by itself."""
    if open_fields and open_fields[-1] is not _READ:
        open_fields[-1].append(text)
    else:
        yield text


def _of_field(instruction: str) -> Iterator[str]:
    words = instruction.split()
    keyword = words[0].upper() if words else ""
    if keyword not in _HARMLESS_FIELDS or _TAG.search(instruction):
        yield _("it holds a field that may fetch or run something: {field}").format(
            field=instruction.strip()[:40]
        )
    elif keyword == "HYPERLINK":
        link = _LINK.match(instruction.strip())
        if link and not link[1] and not _SAFE_LINK.match(link["target"]):
            yield _("it points outside: {target}").format(target=link["target"])
