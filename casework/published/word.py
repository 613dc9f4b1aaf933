"""A document as an editable Word file: real heading styles, real tables, page numbers, pictures with alt text.

The styles follow what offices use (GB/T 9704: 黑体 and 楷体 headings, 仿宋 text); an office's own template keeps its own.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from casework.i18n import use_language
from casework.published.columns import weights
from casework.published.document import (
    Block,
    Cell,
    Chart,
    Document,
    Heading,
    OwnWords,
    Paragraph,
    Table,
)
from casework.published.drawings import alt_text, as_png
from casework.published.looks import dress, measure
from casework.published.own_template import MARKS, opened

if TYPE_CHECKING:
    from docx.document import Document as Word

_LINE = 80
"""Half-width characters of a table's line in its usual size."""
_TOGETHER = 16
"""Tables of no more rows than these stay on one page."""


def as_word(document: Document, as_of: dt.date, template: bytes | None = None) -> bytes:
    """The bytes of a .docx; the same document gives the same bytes.

    ``template`` is an office's own .docx: its styles, page, headers and footers are used; the report stands where
    it says ``{{report}}`` (or ``{{报告}}``), else in place of its text. Raises
    :class:`~casework.errors.BadFile` for a file that is none or that could fetch or run something.
    """
    with use_language(document.lang):
        word = opened(template)
        dress(word, document.lang, own=template is None)
        mark, before = _mark(word), len(word.element.body)
        writer = _Writer(word)
        writer.paragraph(document.title, "Title")
        writer.paragraph(document.subtitle, "Subtitle")
        for block in document.blocks:
            writer.block(block)
        _moved(word, mark, before)
        _properties(word, document, as_of)
        output = io.BytesIO()
        word.save(output)
        return _settled(output.getvalue())


class _Writer:
    """Appends blocks to a Word file. The ids of its styles are looked up once: python-docx looks anew at each use."""

    def __init__(self, word: Word) -> None:
        self.word = word
        self.styles = {style.name: style.style_id for style in word.styles}
        self.width = measure(word)

    def paragraph(self, text: str, style: str) -> Any:
        """Append a paragraph."""
        paragraph = self.word.add_paragraph()
        paragraph._p.style = self.styles[style]
        if text:
            paragraph.add_run(text)
        return paragraph

    def block(self, block: Block) -> None:
        """Append one block of the document."""
        match block:
            case Heading():
                self.paragraph(block.label, f"Heading {block.level}")
            case Paragraph():
                self.paragraph(block.text, "Report Text")
            case Table():
                self.table(block)
            case Chart():
                self.picture(block)
            case OwnWords():
                self.own_words(block)

    def own_words(self, block: OwnWords) -> None:
        """Append what was written, a paragraph for each line, or the room for it."""
        for line in block.text.splitlines():
            if line.strip():
                self.paragraph(line.strip(), "Report Text")
        if not block.text and block.prompt:
            self.paragraph(f"[{block.prompt}]", "Report Prompt")

    def picture(self, chart: Chart) -> None:
        """Append a chart with its description for those who cannot see it."""
        run = self.paragraph("", "Report Picture").add_run()
        about = run.add_picture(io.BytesIO(as_png(chart)), width=self.width)._inline.docPr
        for name, text in (("descr", alt_text(chart)), ("title", chart.title), ("name", chart.title)):
            about.set(name, text)

    def table(self, table: Table) -> None:
        """Append a table with its caption and notes."""
        if table.caption:
            self.paragraph(table.caption, "Caption")
        grid = self.word.add_table(1 + len(table.rows), len(table.header))
        self._frame(grid)
        grid.autofit = False
        parts = weights(table, _LINE)
        widths = [self.width * part // sum(parts) for part in parts]
        for column, width in zip(grid.columns, widths, strict=True):
            column.width = width
        for place, row in enumerate(grid.rows):
            self._row(table, place, row, widths)
        for note in table.notes or ("",):
            self.paragraph(note, "Table Note")

    def _row(self, table: Table, place: int, row: Any, widths: list[int]) -> None:
        last = place == len(table.rows)
        bold = place == 0 or (table.total and last)
        contents: tuple[str | Cell, ...] = table.rows[place - 1] if place else table.header
        for cell, content, width in zip(row.cells, contents, widths, strict=True):
            cell.width = width
            paragraph = self._fill(cell, content, bold)
            if len(table.rows) <= _TOGETHER and not last:
                paragraph.paragraph_format.keep_with_next = True
        _row_rules(row, header=place == 0)

    def _fill(self, cell: Any, content: str | Cell, bold: bool) -> Any:
        from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        paragraph = cell.paragraphs[0]
        paragraph._p.style = self.styles["Table Text"]
        paragraph.add_run(content if isinstance(content, str) else content.text).bold = bold or None
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        if isinstance(content, str):
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif content.kind != "words":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        return paragraph

    def _frame(self, grid: Any) -> None:
        """The template's own grid where it has one, else plain lines; little room at the sides of a cell."""
        from docx.oxml import parse_xml
        from docx.oxml.ns import nsdecls, qn

        properties = grid._tbl.tblPr
        if "Table Grid" in self.styles:
            grid.style = "Table Grid"
        else:
            edges = ("top", "left", "bottom", "right", "insideH", "insideV")
            lines = "".join(
                f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="auto"/>' for edge in edges
            )
            _before_look(properties, parse_xml(f"<w:tblBorders {nsdecls('w')}>{lines}</w:tblBorders>"), qn)
        room = "".join(f'<w:{side} w:w="57" w:type="dxa"/>' for side in ("left", "right"))
        _before_look(properties, parse_xml(f"<w:tblCellMar {nsdecls('w')}>{room}</w:tblCellMar>"), qn)


def _before_look(properties: Any, element: Any, qn: Any) -> None:
    """Add to a table's properties where the order of Word files wants it."""
    look = properties.find(qn("w:tblLook"))
    if look is None:
        properties.append(element)
    else:
        look.addprevious(element)


def _row_rules(row: Any, *, header: bool) -> None:
    """No row is torn over two pages, and the header is repeated on each."""
    from docx.oxml import OxmlElement

    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if header:
        properties.append(OxmlElement("w:tblHeader"))


def _mark(word: Word) -> Any:
    """The paragraph of a template that says where the report stands; its other text is dropped where there is none."""
    for paragraph in word.paragraphs:
        if "".join(paragraph.text.split()) in MARKS:
            return paragraph._p
    for element in list(word.element.body):
        if not element.tag.endswith("}sectPr"):
            word.element.body.remove(element)
    return None


def _moved(word: Word, mark: Any, before: int) -> None:
    """Bring what was written at the end to where the mark is."""
    if mark is None:
        return
    body = word.element.body
    written = [element for element in list(body)[before - 1 :] if not element.tag.endswith("}sectPr")]
    for element in written:
        mark.addprevious(element)
    body.remove(mark)


def _properties(word: Word, document: Document, as_of: dt.date) -> None:
    """A title and a day, and nobody's name."""
    core = word.core_properties
    stamp = dt.datetime.combine(as_of, dt.time())
    core.title, core.subject = document.title, document.subtitle
    core.author = core.last_modified_by = core.comments = core.keywords = core.category = ""
    core.language = "zh-CN" if document.lang == "zh" else "en"
    core.created = core.modified = stamp
    core.revision = 1


def _settled(data: bytes) -> bytes:
    """The package zipped anew with one fixed time for every part."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(output, "w") as archive:
        for name in _ordered(source):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, source.read(name))
    return output.getvalue()


def _ordered(archive: zipfile.ZipFile) -> Iterator[str]:
    first = "[Content_Types].xml"
    yield from sorted(archive.namelist(), key=lambda name: (name != first, name))
