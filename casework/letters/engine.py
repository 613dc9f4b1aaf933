"""Fill a Word template: read and judged once, filled many times.

The tags are docxtpl's (https://docxtpl.readthedocs.io): ``{{ name }}``, ``{%p for … %}`` for whole paragraphs,
``{%tr for … %}`` for table rows. docxtpl's own functions make XML and tags fit; opening, filling and zipping
are done here, because docxtpl opens the file anew for each letter and mends broken XML by losing text.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from casework.errors import BadFile
from casework.i18n import _
from casework.letters import inspection, sandbox
from casework.letters.content import LetterContent
from casework.letters.parts import CONTENT_TYPES, DECLARATION, Parts, read_parts, read_xml

if TYPE_CHECKING:
    from jinja2 import Template

MOST_OUTPUT = 20_000_000
"""The most characters that one part of a letter may grow to."""

NAMES = frozenset(each.name for each in fields(LetterContent))
"""What a template may name."""

_CORE = "docProps/core.xml"
_ROOT = "_rels/.rels"
_CORE_RELATION = (
    '<Relationship Id="casework1" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/'
    'core-properties" Target="docProps/core.xml"/></Relationships>'
)
_CORE_TYPE = (
    '<Override PartName="/docProps/core.xml" '
    'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>\s*")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A template ready to be filled: the parts that stay as they are, and the compiled ones with tags."""

    fixed: Mapping[str, bytes]
    tagged: Mapping[str, Template]


@lru_cache(maxsize=8)
def prepare(template: bytes) -> Prepared:
    """Read, judge and compile a Word template. Raises :class:`BadFile` with everything that is refused."""
    parts = read_parts(template)
    sources = {name: _with_tags(parts.files[name]) for name in parts.texts}
    refused = inspection.problems(parts)
    refused += [told for source in sources.values() for told in sandbox.problems(source, NAMES)]
    if refused:
        raise BadFile(
            _("The template is refused: {problems}.").format(problems=_("; ").join(dict.fromkeys(refused))),
            remedy=_("Mend it in Word, or use the template that comes with casework."),
        )
    tagged = {name: sandbox.environment().from_string(source) for name, source in sources.items()}
    return Prepared(_fixed(parts), tagged)


def fill(template: bytes, context: Mapping[str, Any], *, title: str, day: dt.date) -> bytes:
    """Return the letter as a .docx. ``title`` and ``day`` become the document's properties; it has no author.

    Raises :class:`BadFile` where the template asks for something that the letter does not have.
    """
    prepared = prepare(template)
    files = dict(prepared.fixed)
    files[_CORE] = _core(title, day)
    for name, tagged in prepared.tagged.items():
        files[name] = _filled(name, tagged, context)
    return _zipped(files)


def _with_tags(data: bytes) -> str:
    """Return a part's XML with each tag in one piece, as Jinja can read it."""
    source = _DECLARED.sub("", data.decode("utf-8-sig"))
    return str(_docxtpl().patch_xml(source))


def _filled(name: str, tagged: Template, context: Mapping[str, Any]) -> bytes:
    from jinja2 import TemplateError

    try:
        pieces, size = [], 0
        for piece in tagged.generate(context):
            size += len(piece)
            if size > MOST_OUTPUT:
                raise BadFile(
                    _("The letter grows too large."), remedy=_("Look at the loops of the template.")
                )
            pieces.append(piece)
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, RecursionError) as error:
        told = _("The template cannot be filled: {error}.").format(error=str(error).rstrip("."))
        raise BadFile(
            told, remedy=_("Mend it in Word, or use the template that comes with casework.")
        ) from error
    filled = DECLARATION + str(_docxtpl().resolve_listing("".join(pieces)))
    data = filled.encode()
    read_xml(name, data)
    return data


@lru_cache(maxsize=1)
def _docxtpl() -> Any:
    """An empty docxtpl template: only its functions on XML text are used, and they keep nothing."""
    from docxtpl import DocxTemplate

    return DocxTemplate(io.BytesIO())


def _fixed(parts: Parts) -> dict[str, bytes]:
    """The parts without tags, with a place for the document's properties."""
    files = {name: data for name, data in parts.files.items() if name not in parts.texts}
    files[_ROOT] = files[_ROOT].replace(b"</Relationships>", _CORE_RELATION.encode())
    files[CONTENT_TYPES] = files[CONTENT_TYPES].replace(b"</Types>", _CORE_TYPE.encode())
    return files


def _core(title: str, day: dt.date) -> bytes:
    """The document's properties: a title and a date, and nobody's name."""
    stamp = f"{day.isoformat()}T00:00:00Z"
    dates = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{stamp}</dcterms:{name}>'
        for name in ("created", "modified")
    )
    return (
        f"{DECLARATION}<cp:coreProperties"
        ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator></dc:creator>{dates}</cp:coreProperties>"
    ).encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """Zip the parts, content types first, with one fixed time: the same letter gives the same bytes."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for name in sorted(files, key=lambda each: (each != CONTENT_TYPES, each)):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return output.getvalue()
