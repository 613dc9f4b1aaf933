"""A letter as paragraphs of plain words, read back from the Word file itself: the two cannot disagree."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.letters.parts import read_xml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_KINDS = {
    "LetterTitle": "title",
    "LetterSubtitle": "subtitle",
    "LetterDate": "date",
    "LetterAddressee": "addressee",
    "LetterParty": "party",
    "LetterHeading": "heading",
    "LetterItem": "item",
    "LetterClosing": "closing",
    "LetterRegards": "closing",
    "LetterSignature": "signature",
    "LetterEnclosure": "enclosure",
    "LetterNote": "note",
}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph or table row of a letter.

    ``kind``: title, subtitle, date, addressee, party, heading, body, item, closing, signature, enclosure, note,
    table_head or table_row. The cells of a row are divided by tabs; a line break within is a newline.
    """

    kind: str
    text: str


def read_letter(docx: bytes) -> list[Paragraph]:
    """Return the paragraphs and table rows of a letter's body, in order, without empty ones."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        root = read_xml("word/document.xml", archive.read("word/document.xml"))
    return [paragraph for paragraph in _blocks(root) if paragraph.text.strip()]


def _blocks(root: Element) -> Iterator[Paragraph]:
    for block in root.iterfind(f"{_W}body/*"):
        if block.tag == _W + "p":
            yield Paragraph(_kind(block), _text(block))
        elif block.tag == _W + "tbl":
            yield from (_row(row) for row in block.iter(_W + "tr"))


def _kind(paragraph: Element) -> str:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return _KINDS.get(style.get(_W + "val", ""), "body") if style is not None else "body"


def _row(row: Element) -> Paragraph:
    cells = ("\n".join(_text(each) for each in cell.iter(_W + "p")) for cell in row.iter(_W + "tc"))
    is_head = row.find(f"{_W}trPr/{_W}tblHeader") is not None
    return Paragraph("table_head" if is_head else "table_row", "\t".join(cells))


def _text(paragraph: Element) -> str:
    signs = {_W + "tab": "\t", _W + "br": "\n", _W + "cr": "\n"}
    pieces = (
        element.text or "" if element.tag == _W + "t" else signs.get(element.tag, "")
        for run in paragraph.iter(_W + "r")
        for element in run
    )
    return "".join(pieces)
