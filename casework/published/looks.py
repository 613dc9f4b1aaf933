"""The styles of a published Word file, by language. A template's own styles are left as they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document as Word

_GREY = "7F7F7F"
_A4_WIDTH = 7_560_000


@dataclass(frozen=True, slots=True)
class Look:
    """Fonts (East Asian, western), size in points, and the shape of a paragraph (points; indent in characters)."""

    east: str
    west: str
    size: float
    bold: bool = False
    centred: bool = False
    indent: int = 0
    line: float | None = None
    before: float = 0
    after: float = 0
    with_next: bool = False
    colour: str | None = None


_ZH_TEXT = Look("仿宋", "Times New Roman", 16, indent=2, line=28)
_EN_TEXT = Look("宋体", "Times New Roman", 11, after=6)
LOOKS = {
    "zh": {
        "Normal": replace(_ZH_TEXT, indent=0, line=None),
        "Title": Look(
            "宋体", "Times New Roman", 22, bold=True, centred=True, before=12, after=6, with_next=True
        ),
        "Subtitle": Look("楷体", "Times New Roman", 12, centred=True, after=18),
        "Heading 1": Look("黑体", "Arial", 16, indent=2, line=28, before=8, with_next=True),
        "Heading 2": Look("楷体", "Times New Roman", 16, indent=2, line=28, with_next=True),
        "Caption": Look("黑体", "Arial", 10.5, centred=True, before=8, after=3, with_next=True),
        "Report Text": _ZH_TEXT,
        "Report Prompt": replace(_ZH_TEXT, colour=_GREY),
        "Report Picture": Look("宋体", "Times New Roman", 10.5, before=6, after=6, centred=True),
        "Table Text": Look("宋体", "Times New Roman", 10.5),
        "Table Note": Look("宋体", "Times New Roman", 9, before=2, after=4),
    },
    "en": {
        "Normal": replace(_EN_TEXT, after=0),
        "Title": Look("黑体", "Arial", 20, bold=True, centred=True, after=4, with_next=True),
        "Subtitle": Look("宋体", "Arial", 10, centred=True, after=14),
        "Heading 1": Look("黑体", "Arial", 14, bold=True, before=14, after=4, with_next=True),
        "Heading 2": Look("黑体", "Arial", 12, bold=True, before=8, after=3, with_next=True),
        "Caption": Look("黑体", "Arial", 9, bold=True, before=8, after=3, with_next=True),
        "Report Text": _EN_TEXT,
        "Report Prompt": replace(_EN_TEXT, colour=_GREY),
        "Report Picture": Look("宋体", "Times New Roman", 9, before=6, after=6, centred=True),
        "Table Text": Look("宋体", "Arial", 8.5),
        "Table Note": Look("宋体", "Arial", 8, before=2, after=4),
    },
}


def dress(word: Word, lang: str, *, own: bool) -> None:
    """Give a new file page, styles and page numbers; give an office's template only the styles that it lacks."""
    known = {style.name for style in word.styles}
    for name, look in LOOKS[lang].items():
        if own or name not in known:
            _style(word, name, look, known)
    if own:
        _language(word, lang)
        _page(word)
        _numbers(word)


def measure(word: Word) -> Any:
    """The width of the text, in the units of Word files."""
    section: Any = word.sections[-1]  # python-docx gives None for what a template does not say
    width, sides = section.page_width or _A4_WIDTH, (section.left_margin, section.right_margin)
    return max(width - sum(side or 0 for side in sides), _A4_WIDTH // 3)


def _style(word: Word, name: str, look: Look, known: set[str | None]) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    styles: Any = word.styles
    style = (
        styles[name] if name in known else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, name in _BUILT_IN)
    )
    style.quick_style = True
    _font(style, look)
    shape = style.paragraph_format
    shape.space_before, shape.space_after = Pt(look.before), Pt(look.after)
    shape.line_spacing = Pt(look.line) if look.line else 1.0
    shape.keep_with_next = look.with_next
    shape.alignment = WD_ALIGN_PARAGRAPH.CENTER if look.centred else None
    shape.first_line_indent = Pt(look.indent * look.size)


_BUILT_IN = ("Normal", "Title", "Subtitle", "Heading 1", "Heading 2", "Caption")


def _font(style: Any, look: Look) -> None:
    """Fonts by name for both scripts; the default's theme fonts and blue are taken off."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    font = style.font
    font.name, font.size, font.bold, font.italic = look.west, Pt(look.size), look.bold, False
    font.color.rgb = RGBColor.from_string(look.colour or "000000")
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), look.east)
    for border in style.element.iter(qn("w:pBdr")):
        border.getparent().remove(border)
        break


def _language(word: Word, lang: str) -> None:
    """What a spelling checker takes the text to be."""
    from docx.oxml.ns import qn

    for element in word.styles.element.iter(qn("w:lang")):
        element.set(qn("w:val"), "en-US" if lang == "zh" else "en-GB")
        element.set(qn("w:eastAsia"), "zh-CN")


def _page(word: Word) -> None:
    """A4 with the margins of an official document."""
    from docx.shared import Mm

    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(30), Mm(28)
    section.left_margin, section.right_margin = Mm(27), Mm(26)


def _numbers(word: Word) -> None:
    """The number of the page, in the middle of the foot."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = word.sections[0].footer.paragraphs[0]
    paragraph.style = "Table Note"
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph.add_run("— ")
    paragraph._p.append(field)
    paragraph.add_run(" —")
