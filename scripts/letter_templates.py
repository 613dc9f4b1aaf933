"""Make the Word templates of the letters, from which an office goes on in Word.

    python scripts/letter_templates.py [FOLDER]     default: casework/letters/templates

What the letters say stands here once; afterwards the .docx files are the originals, and this script is only for
starting afresh. The tags in braces are filled in by casework (see casework/letters/engine.py).
"""

from __future__ import annotations

import io
import re
import sys
import zipfile
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

FOLDER = Path(__file__).resolve().parent.parent / "casework" / "letters" / "templates"
KEPT_STYLES = {"Normal", "DefaultParagraphFont", "TableNormal", "NoList", "TableGrid", "Header", "Footer"}
LEFT, CENTRE, RIGHT, BOTH = (
    WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY,
)  # fmt: skip


@dataclass(frozen=True)
class Look:
    """How one kind of paragraph looks. Lengths in points; ``indent`` is that of the first line, in characters."""

    name: str
    font: str = ""
    size: float | None = None
    bold: bool = False
    align: WD_ALIGN_PARAGRAPH = BOTH
    before: float = 0
    after: float = 0
    indent: float = 0
    right: float = 0
    hanging: float = 0
    keep: bool = False
    colour: str = ""
    line: float | None = None


@dataclass(frozen=True)
class Letter:
    """One template: its language, fonts and looks, and the words of its parts."""

    lang: str
    latin: str
    chinese: str
    size: float
    line: float
    looks: dict[str, Look]
    note: str
    body: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str, float], ...]
    evidence_heading: str
    submitter: str
    hashes: tuple[tuple[str, str], ...]
    page: str


ZH = Letter(
    lang="zh-CN",
    latin="Times New Roman",
    chinese="仿宋",
    size=12,
    line=22,
    looks={
        "LetterTitle": Look("文书标题", "宋体", 22, True, CENTRE, before=6, after=4, line=34),
        "LetterSubtitle": Look("文书副标题", "楷体", 14, False, CENTRE, after=16),
        "LetterAddressee": Look("称谓", "仿宋", 12, True, LEFT, after=4),
        "LetterParty": Look("当事人", align=LEFT, hanging=100),
        "LetterHeading": Look("文书层级标题", "黑体", 12, False, LEFT, before=10, after=2, keep=True),
        "LetterBody": Look("文书正文", indent=2),
        "LetterItem": Look("文书条目", indent=2),
        "LetterClosing": Look("此致", align=LEFT, before=10, indent=2, keep=True),
        "LetterRegards": Look("敬礼", align=LEFT, keep=True),
        "LetterSignature": Look("落款", align=RIGHT, right=24, keep=True),
        "LetterEnclosure": Look("附件", align=LEFT, hanging=40),
        "LetterNote": Look("文书注释", size=10.5, align=LEFT, after=4, line=17),
        "LetterCell": Look("证据清单单元格", size=9, align=LEFT, line=14),
        "LetterTag": Look("填充指令", size=9, align=LEFT, colour="8A8A8A", line=14),
    },
    note="本模板可以在Word中修改。双花括号和百分号里的名称由系统填写，修改文字时请保留；本行不会出现在文书中。",
    body=(
        ("LetterTitle", "投诉书"),
        ("LetterSubtitle", "关于{{ respondent.company }}客服的投诉"),
        ("LetterAddressee", "{{ addressee.salutation }}"),
        ("LetterParty^", "**投诉人：**\t{{ complainant.name }}"),
        ("?complainant.phone", "联系电话：\t{{ complainant.phone }}"),
        ("?complainant.email", "电子邮箱：\t{{ complainant.email }}"),
        ("?complainant.address", "通讯地址：\t{{ complainant.address }}"),
        ("LetterParty^", "**被投诉人：**\t{{ respondent.company }}"),
        ("?respondent.platform", "所在平台：\t{{ respondent.platform }}"),
        ("?respondent.agent", "涉事客服：\t{{ respondent.agent }}"),
        ("?respondent.credit_code", "统一信用代码：\t{{ respondent.credit_code }}"),
        ("?respondent.address", "地址：\t{{ respondent.address }}"),
        ("?respondent.contact", "联系方式：\t{{ respondent.contact }}"),
        (
            "LetterBody^",
            "我是{{ complainant.name }}，我要投诉{{ respondent.company }}的客服"
            "{% if respondent.agent %}（{{ respondent.agent }}）{% endif %}。"
            "该客服的行为涉及以下问题：{{ conducts|join('；') }}。现将投诉请求、事实与理由陈述如下。",
        ),
        ("LetterHeading", "一、投诉请求"),
        ("@r in requests", "{{ r.number }}．{{ r.text }}"),
        ("LetterHeading", "二、事实与理由"),
        (
            "@f in facts",
            "{{ f.number }}．{{ f.when }}，{{ f.text }}{% if f.exhibits %}（见{{ f.exhibits }}）{% endif %}",
        ),
        ("if", "basis"),
        ("LetterHeading", "三、法律依据"),
        ("LetterBody", "本投诉主要依据下列规定："),
        ("@b in basis", "{{ b.number }}．{{ b.law }}：{{ b.gist }}"),
        ("endif", ""),
        (
            "LetterBody^",
            "本人承诺，以上陈述及所提供材料的内容真实，本人对其真实性负责，并愿意配合核验证据原件、补充材料。",
        ),
        (
            "LetterBody",
            "恳请{{ addressee.you }}依法、及时处理本投诉，"
            "{% if reply_by %}并于{{ reply_by }}前{% else %}并{% endif %}将处理结果书面答复本人。",
        ),
        ("LetterClosing", "此致"),
        ("LetterRegards", "敬礼！"),
        ("LetterSignature", "投诉人（签名）：{{ complainant.name }}"),
        ("LetterSignature", "{{ date }}"),
        ("if", "exhibits"),
        ("LetterEnclosure^", "附件：\t1．证据清单"),
        ("LetterEnclosure+", "2．证据材料（{{ enclosed }}）"),
        ("LetterEnclosure+", "3．证据完整性校验值"),
    ),
    columns=(
        ("编号", "{{ e.label }}", 1.5),
        ("证据名称", "{{ e.name }}", 3.2),
        ("种类", "{{ e.kind }}", 1.8),
        ("来源", "{{ e.source }}", 2.9),
        ("主要内容", "{{ e.content }}", 4.1),
        ("证明目的", "{{ e.purpose }}", 4.1),
        ("页数／份数", "{{ e.extent }}", 1.9),
        ("原件／复制件", "{{ e.form }}", 1.5),
        ("取得时间", "{{ e.obtained }}", 2.2),
        ("校验值（前8位）", "{{ e.short_hash }}", 2.5),
    ),
    evidence_heading="附件1　证据清单",
    submitter="提交人（签名）：{{ complainant.name }}　　提交日期：{{ date }}",
    hashes=(
        ("LetterHeading", "附件3　证据完整性校验值"),
        (
            "LetterNote",
            "下列SHA-256校验值在收存证据文件时计算，可用于核对文件自收存之后未被改动；它不证明文件内容本身真实。",
        ),
        ("@e in exhibits", "{{ e.label }}　{{ e.name }}\n{{ e.sha256 }}"),
    ),
    page="第 PAGE 页　共 NUMPAGES 页",
)

EN = Letter(
    lang="en-GB",
    latin="Times New Roman",
    chinese="宋体",
    size=11.5,
    line=16,
    looks={
        "LetterTitle": Look("Letter Title", "宋体", 18, True, CENTRE, before=0, after=2, line=24),
        "LetterSubtitle": Look("Letter Subtitle", size=12, align=CENTRE, after=16),
        "LetterDate": Look("Letter Date", align=RIGHT, after=4),
        "LetterAddressee": Look("Letter Addressee", align=LEFT, after=4),
        "LetterParty": Look("Letter Party", align=LEFT, hanging=120, after=1),
        "LetterHeading": Look("Letter Heading", "黑体", 12.5, True, LEFT, before=14, after=4, keep=True),
        "LetterBody": Look("Letter Body", align=LEFT, after=7),
        "LetterItem": Look("Letter Item", align=LEFT, hanging=28, after=5),
        "LetterClosing": Look("Letter Closing", align=LEFT, before=8, after=30, keep=True),
        "LetterRegards": Look("Letter Regards", align=LEFT, keep=True),
        "LetterSignature": Look("Letter Signature", align=LEFT, after=1, keep=True),
        "LetterEnclosure": Look("Letter Enclosure", align=LEFT, hanging=76),
        "LetterNote": Look("Letter Note", size=9.5, align=LEFT, after=4, line=13),
        "LetterCell": Look("Evidence Cell", size=8.5, align=LEFT, line=11.5),
        "LetterTag": Look("Letter Tag", size=8, align=LEFT, colour="8A8A8A", line=11),
    },
    note="This template may be changed in Word. Keep the names in braces: casework fills them in. This line is not printed.",
    body=(
        ("LetterTitle", "Letter of Complaint"),
        ("LetterSubtitle", "The customer service of {{ respondent.company }}"),
        ("LetterDate", "{{ date }}"),
        ("LetterAddressee", "To: {{ addressee.name }}"),
        ("LetterParty^", "**Complainant**\t{{ complainant.name }}"),
        ("?complainant.phone", "Telephone\t{{ complainant.phone }}"),
        ("?complainant.email", "E-mail\t{{ complainant.email }}"),
        ("?complainant.address", "Address\t{{ complainant.address }}"),
        ("LetterParty^", "**Respondent**\t{{ respondent.company }}"),
        ("?respondent.platform", "Platform\t{{ respondent.platform }}"),
        ("?respondent.agent", "Agent\t{{ respondent.agent }}"),
        ("?respondent.credit_code", "Credit code\t{{ respondent.credit_code }}"),
        ("?respondent.address", "Address\t{{ respondent.address }}"),
        ("?respondent.contact", "Contact\t{{ respondent.contact }}"),
        ("LetterClosing-", "{{ addressee.salutation }}"),
        (
            "LetterBody",
            "I am {{ complainant.name }}, and I wish to complain about the customer service of {{ respondent.company }}"
            "{% if respondent.agent %} (agent: {{ respondent.agent }}){% endif %}. "
            "My complaint concerns the following conduct: {{ conducts|join('; ') }}. "
            "I set out below what I ask for, what happened, and the law I rely on.",
        ),
        ("LetterHeading", "1. Requests"),
        ("@r in requests", "({{ r.number }})\t{{ r.text }}"),
        ("LetterHeading", "2. Facts and reasons"),
        (
            "@f in facts",
            "({{ f.number }})\t{{ f.when }}: {{ f.text }}{% if f.exhibits %} ({{ f.exhibits }}){% endif %}",
        ),
        ("if", "basis"),
        ("LetterHeading", "3. Legal basis"),
        ("LetterBody", "This complaint rests chiefly on the following provisions."),
        ("@b in basis", "({{ b.number }})\t{{ b.law }}: {{ b.gist }}"),
        ("endif", ""),
        (
            "LetterBody^",
            "I confirm that what I state here and the material I provide are true, and I take responsibility for them. "
            "I am ready to show originals and to provide further evidence on request.",
        ),
        (
            "LetterBody",
            "Please deal with this complaint promptly and as the law provides. I look forward to your written reply"
            "{% if reply_by %} by {{ reply_by }}{% endif %}.",
        ),
        ("LetterClosing", "Yours faithfully,"),
        ("LetterSignature", "{{ complainant.name }}"),
        ("LetterSignature", "Complainant, {{ date }}"),
        ("if", "exhibits"),
        ("LetterEnclosure^", "Enclosures:\t1. List of evidence"),
        ("LetterEnclosure+", "2. Evidence ({{ enclosed }})"),
        ("LetterEnclosure+", "3. Checksums of the evidence files"),
    ),
    columns=(
        ("No.", "{{ e.label }}", 1.8),
        ("Name", "{{ e.name }}", 3.0),
        ("Type", "{{ e.kind }}", 2.4),
        ("Source", "{{ e.source }}", 2.8),
        ("Content", "{{ e.content }}", 3.9),
        ("Purpose of proof", "{{ e.purpose }}", 3.9),
        ("Pages / copies", "{{ e.extent }}", 1.8),
        ("Original or copy", "{{ e.form }}", 1.7),
        ("Obtained on", "{{ e.obtained }}", 2.0),
        ("SHA-256 (first 8)", "{{ e.short_hash }}", 2.4),
    ),
    evidence_heading="Enclosure 1: List of evidence",
    submitter="Submitted by: {{ complainant.name }}    Date: {{ date }}",
    hashes=(
        ("LetterHeading", "Enclosure 3: Checksums of the evidence files"),
        (
            "LetterNote",
            "The SHA-256 checksums below were computed when the files were received. They show that a file has not "
            "changed since then; they do not show that its content is true.",
        ),
        ("@e in exhibits", "{{ e.label }}  {{ e.name }}\n{{ e.sha256 }}"),
    ),
    page="Page PAGE of NUMPAGES",
)


def element(tag: str, **attributes: str) -> Any:
    """Return a new Word element with attributes in Word's namespace."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def set_fonts(properties: Any, latin: str, chinese: str) -> None:
    """Name the fonts of a style for Latin and for Chinese text."""
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    properties.insert(0, element("w:rFonts", ascii=latin, hAnsi=latin, cs=latin, eastAsia=chinese))


def prune(document: Any, letter: Letter) -> None:
    """Leave out of python-docx's start document what a letter does not use."""
    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:styleId")) not in KEPT_STYLES:
            styles.remove(style)
    defaults = styles.find(qn("w:docDefaults"))
    run = defaults.find(qn("w:rPrDefault")).find(qn("w:rPr"))
    set_fonts(run, letter.latin, letter.chinese)
    for old in run.findall(qn("w:lang")):
        run.remove(old)
    run.append(element("w:lang", val="en-US" if letter.lang == "zh-CN" else letter.lang, eastAsia="zh-CN"))
    spacing = defaults.find(qn("w:pPrDefault")).find(qn("w:pPr")).find(qn("w:spacing"))
    spacing.set(qn("w:after"), "0")
    settings = document.settings.element
    for name in ("w:savePreviewPicture", "w:rsids", "w:shapeDefaults", "w:zoom", "w:proofState"):
        for old in settings.findall(qn(name)):
            settings.remove(old)
    for language in settings.findall(qn("w:themeFontLang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    for setting in settings.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
    drop_relations(document.part, ("/customXml", "/stylesWithEffects", "/numbering"))
    drop_relations(document.part.package, ("/thumbnail", "/extended-properties"))
    document.core_properties.title = ""
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.core_properties.keywords = ""


def drop_relations(owner: Any, endings: tuple[str, ...]) -> None:
    """Cut the relationships of the given kinds; python-docx saves only what is reached."""
    for key, relation in list(owner.rels.items()):
        if relation.reltype.endswith(endings):
            del owner.rels[key]


def add_styles(document: Any, letter: Letter) -> None:
    """Add one paragraph style for each look; the name is what a person sees in Word."""
    normal = document.styles["Normal"]
    normal.font.size = Pt(letter.size)
    set_fonts(normal.element.get_or_add_rPr(), letter.latin, letter.chinese)
    normal.paragraph_format.line_spacing = Pt(letter.line)
    for identity, look in letter.looks.items():
        style = document.styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
        style.element.set(qn("w:styleId"), identity)
        style.base_style, style.quick_style = normal, True
        set_fonts(style.element.get_or_add_rPr(), letter.latin, look.font or letter.chinese)
        style.font.bold = look.bold or None
        if look.size:
            style.font.size = Pt(look.size)
        if look.colour:
            style.font.color.rgb = RGBColor.from_string(look.colour)
        shape(style, look, look.size or letter.size)


def shape(style: Any, look: Look, size: float) -> None:
    """Set spacing, indents and alignment of a style."""
    form = style.paragraph_format
    form.alignment = look.align
    form.space_before, form.space_after = Pt(look.before), Pt(look.after)
    form.keep_with_next = look.keep or None
    form.widow_control = True
    if look.line:
        form.line_spacing = Pt(look.line)
    if look.indent:
        form.first_line_indent = Pt(look.indent * size)
        style.element.get_or_add_pPr().find(qn("w:ind")).set(
            qn("w:firstLineChars"), str(int(look.indent * 100))
        )
    if look.hanging:
        form.left_indent, form.first_line_indent = Pt(look.hanging), Pt(-look.hanging)
        form.tab_stops.add_tab_stop(Pt(look.hanging))
    if look.right:
        form.right_indent = Pt(look.right)
    if style.style_id == "LetterHeading":
        style.element.get_or_add_pPr().append(element("w:outlineLvl", val="0"))


def write(document: Any, identity: str, text: str) -> Any:
    """Add one paragraph; ``**bold**`` is bold, what follows a newline is set like code on a line of its own."""
    paragraph = document.add_paragraph()
    paragraph.style = next(each for each in document.styles if each.style_id == identity)
    for piece in re.split(r"(\*\*.+?\*\*)", text):
        words, newline, code = piece.partition("\n")
        if words:
            run = paragraph.add_run(words.strip("*"))
            run.bold = True if words.startswith("**") else None
        if newline:
            run.add_break()
            paragraph.add_run(code).font.name = "Courier New"
    return paragraph


def write_part(document: Any, kind: str, text: str) -> Any:
    """Add what one line of a letter's description stands for; see :data:`ZH`."""
    if kind in ("if", "endif"):
        return write(document, "LetterTag", f"{{%p {kind} {text} %}}".replace("  ", " "))
    if kind.startswith("?"):
        write(document, "LetterTag", f"{{%p if {kind[1:]} %}}")
        write(document, "LetterParty", text)
        return write(document, "LetterTag", "{%p endif %}")
    if kind.startswith("@"):
        write(document, "LetterTag", f"{{%p for {kind[1:]} %}}")
        write(document, "LetterNote" if "sha256" in text else "LetterItem", text)
        return write(document, "LetterTag", "{%p endfor %}")
    paragraph = write(document, kind.rstrip("+-^"), text)
    if kind.endswith("^"):
        paragraph.paragraph_format.space_before = Pt(8)
    if kind.endswith("+"):
        paragraph.paragraph_format.first_line_indent = Pt(0)
    if kind.endswith("-"):
        paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(14), Pt(7)
    return paragraph


def add_table(document: Any, letter: Letter) -> None:
    """Add the evidence list: a head that repeats on each page, and one row for each exhibit."""
    table = document.add_table(rows=4, cols=len(letter.columns))
    table.style = next(each for each in document.styles if each.style_id == "TableGrid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    cell_style = next(each for each in document.styles if each.style_id == "LetterCell")
    fill(table.rows[0], [head for head, _tag, _width in letter.columns], cell_style, bold=True)
    fill(table.rows[1], ["{%tr for e in exhibits %}"], cell_style)
    fill(table.rows[2], [tag for _head, tag, _width in letter.columns], cell_style)
    fill(table.rows[3], ["{%tr endfor %}"], cell_style)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(element("w:cantSplit"))
        for cell, (_head, _tag, width) in zip(row.cells, letter.columns, strict=True):
            cell.width = Cm(width)
            cell.paragraphs[0].style = cell_style
    for row in (
        table.rows[1],
        table.rows[3],
    ):  # they only hold a tag, and are gone when the letter is written
        row.cells[0].merge(row.cells[-1])
        row.cells[0].paragraphs[0].style = next(
            each for each in document.styles if each.style_id == "LetterTag"
        )
    table.rows[0]._tr.get_or_add_trPr().append(element("w:tblHeader"))
    for cell in table.rows[0].cells:
        cell._tc.get_or_add_tcPr().append(element("w:shd", val="clear", color="auto", fill="EDEDED"))
    for column, (_head, _tag, width) in zip(table.columns, letter.columns, strict=True):
        column.width = Cm(width)


def fill(row: Any, texts: list[str], style: Any, *, bold: bool = False) -> None:
    """Write into the cells of one row."""
    for cell, text in zip(row.cells, texts, strict=False):
        paragraph = cell.paragraphs[0]
        paragraph.style = style
        run = paragraph.add_run(text)
        run.bold = bold or None
        if bold:
            paragraph.alignment = CENTRE


def add_evidence(document: Any, letter: Letter) -> None:
    """Add the evidence list on pages that lie across, and the checksums after it."""
    across = document.add_section(WD_SECTION.NEW_PAGE)
    set_page(across, landscape=True)
    write(document, "LetterHeading", letter.evidence_heading)
    add_table(document, letter)
    signed = write(document, "LetterNote", letter.submitter)
    signed.alignment, signed.paragraph_format.space_before = RIGHT, Pt(14)
    upright = document.add_section(WD_SECTION.NEW_PAGE)
    set_page(upright, landscape=False)
    for kind, text in letter.hashes:
        write_part(document, kind, text)
    write_part(document, "endif", "")


def set_page(section: Any, *, landscape: bool) -> None:
    """A4, upright or across, with room for the page number."""
    wide, high = Cm(21), Cm(29.7)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (high, wide) if landscape else (wide, high)
    section.left_margin = section.right_margin = Cm(2.0 if landscape else 2.8)
    section.top_margin, section.bottom_margin = Cm(2.5), Cm(2.3)
    section.footer_distance = Cm(1.2)


def move_breaks(document: Any) -> None:
    """python-docx ends a section with an empty paragraph: put the break into the last one with words."""
    body = document.element.body
    for paragraph in list(body.findall(qn("w:p"))):
        properties = paragraph.find(qn("w:pPr"))
        broken = None if properties is None else properties.find(qn("w:sectPr"))
        if broken is None or paragraph.findall(qn("w:r")):
            continue
        before = paragraph.getprevious()
        before.get_or_add_pPr().append(broken)
        body.remove(paragraph)


def add_page_numbers(document: Any, letter: Letter) -> None:
    """Put "page x of y" into the footer as fields."""
    footer = document.sections[0].footer
    paragraph = footer.paragraphs[0]
    paragraph.style = next(each for each in document.styles if each.style_id == "LetterCell")
    paragraph.alignment = CENTRE
    for piece in re.split(r"(NUMPAGES|PAGE)", letter.page):
        if piece in ("PAGE", "NUMPAGES"):
            field = element("w:fldSimple", instr=piece)
            run = element("w:r")
            shown = element("w:t")
            shown.text = "1"
            run.append(shown)
            field.append(run)
            paragraph._p.append(field)
        elif piece:
            paragraph.add_run(piece)
    reference = document.sections[0]._sectPr.find(qn("w:footerReference"))
    for section in document.sections[1:]:  # a letter without evidence has only the last section
        section._sectPr.insert(0, deepcopy(reference))


def prefer_chinese(document: Any) -> None:
    """Let signs that both scripts have, such as quotation marks, be set in the Chinese font."""
    for part in (document.element.body, document.sections[0].footer._element):
        for run in part.iter(qn("w:r")):
            properties = run.get_or_add_rPr()
            fonts = properties.find(qn("w:rFonts"))
            if fonts is None:
                properties.insert(0, element("w:rFonts", hint="eastAsia"))


def make(letter: Letter) -> bytes:
    """Return one template as a .docx."""
    document = Document()
    prune(document, letter)
    add_styles(document, letter)
    set_page(document.sections[0], landscape=False)
    write(document, "LetterTag", f"{{#p {letter.note} #}}")
    for kind, text in letter.body:
        write_part(document, kind, text)
    add_evidence(document, letter)
    move_breaks(document)
    add_page_numbers(document, letter)
    if letter.lang == "zh-CN":
        prefer_chinese(document)
    output = io.BytesIO()
    document.save(output)
    return with_fixed_times(output.getvalue())


def with_fixed_times(data: bytes) -> bytes:
    """Zip the parts anew with one time, so that the same script gives the same file."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            timed = zipfile.ZipInfo(entry.filename, (2026, 1, 1, 0, 0, 0))
            new.writestr(timed, old.read(entry), zipfile.ZIP_DEFLATED)
    return output.getvalue()


def main() -> int:
    """Write every template."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for lang, letter in (("zh", ZH), ("en", EN)):
        (folder / f"complaint.{lang}.docx").write_bytes(make(letter))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
