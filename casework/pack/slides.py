"""The pack as slides: one message a slide, charts that PowerPoint can edit, definitions in the notes.

An office's own .pptx lends its layouts; what it may hold is checked before it is opened (:func:`check_template`).
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from casework.i18n import _, language
from casework.pack.contents import Block, Contents
from casework.pack.document import Packed
from casework.pack.settled import settled
from casework.tables import Table, is_withheld, printed, words

if TYPE_CHECKING:
    from casework.pack.pictures import Picture

_FONT = "Microsoft YaHei"
_NAME = 28  # characters of a name on a slide
#: The charts that are shown as pictures; what PowerPoint can draw itself is not among them.
_PICTURES = (
    *("control_received", "by_conduct", "heat", "curves", "medians", "backlog", "control_open"),
    *("clocks", "ends"),
)
_ROWS = 9  # rows of a table on a slide
_PALETTE = ((0x00, 0x72, 0xB2), (0xE6, 0x9F, 0x00), (0x00, 0x9E, 0x73), (0xCC, 0x79, 0xA7))


def slides(packed: Packed, shown: Contents, template: bytes | None = None) -> bytes:
    """Return the .pptx: title, headline figures, then a slide for each message. The same numbers give the same bytes."""
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation(io.BytesIO(template)) if template else Presentation()
    if template:
        _without_slides(deck)
    else:
        deck.slide_width, deck.slide_height = Inches(13.333), Inches(7.5)
    maker = _Maker(deck)
    maker.title(shown)
    for block in shown.blocks:
        _slides_of(maker, packed, block)
    maker.text(_("Definitions"), [f"{term}: {text}" for term, text in shown.definitions[:8]], _all(shown))
    _properties(deck, shown, packed.report.as_of)
    target = io.BytesIO()
    deck.save(target)
    return settled(target.getvalue(), dt.datetime.combine(packed.report.as_of, dt.time()))


def _all(shown: Contents) -> str:
    sources = ["; ".join(f"{label}: {text}" for label, text in source) for source in shown.sources]
    return "\n".join([*(f"{term}: {text}" for term, text in shown.definitions), "", *sources])


def _without_slides(deck: Any) -> None:
    """A template's own slides go; its layouts, masters and size stay."""
    listed = deck.slides._sldIdLst
    for entry in list(listed):
        deck.part.drop_rel(entry.rId)
        listed.remove(entry)


def _properties(deck: Any, shown: Contents, as_of: dt.date) -> None:
    moment = dt.datetime.combine(as_of, dt.time())
    core = deck.core_properties
    core.title, core.author, core.last_modified_by = f"{shown.title} {shown.subtitle}", "casework", "casework"
    core.language = "zh-CN" if language() == "zh" else "en"
    core.created = core.modified = moment
    core.revision = 1


def _slides_of(maker: _Maker, packed: Packed, block: Block) -> None:
    notes = _notes(block)
    messages = dict(_messages(packed))
    section = block.section
    title = messages.get(section.name, section.title)
    native = _native(packed, section.name)
    said = [f"{label}: {text}" for label, text in block.comments]
    if native is not None:
        maker.chart(title, native, notes, said)
    drawn = [picture for picture in block.pictures if picture.name in _PICTURES]
    for place, picture in enumerate(drawn):
        maker.picture(picture.title if native or place else title, picture, notes, said)
    if native is None and not drawn:
        table = next((table for table in section.tables if table.rows), None)
        if table is not None:
            maker.table(title, table, notes, [*section.notes, *said])


def _messages(packed: Packed) -> Iterator[tuple[str, str]]:
    """What a slide says, where the figures say it in one line; rises and falls only as the control chart calls them."""
    review = packed.report.review
    received = review.headline("received")
    if received is not None:
        told = words.verdict(received.verdict)
        count = printed(received.now, "count")
        line = _("{count} cases received").format(count=count)
        yield "volume", _("{line}: {verdict}").format(line=line, verdict=told) if told else line
    overall = next((one for one in review.timing("resolution") if one.overall), None)
    if overall is not None and overall.median.value is not None:
        days = printed(overall.median.value, "days")
        yield "resolution", _("Half of the cases are resolved within {days} days").format(days=days)
    still = review.headline("open")
    if still is not None and still.now is not None:
        yield "backlog", _("{count} cases are open").format(count=printed(still.now, "count"))


def _notes(block: Block) -> str:
    lines = [*(picture.alt for picture in block.pictures), *block.section.notes]
    lines += [f"{table.title}. {table.note}".strip() for table in block.section.tables]
    return "\n".join(lines)


def _native(
    packed: Packed, name: str
) -> tuple[str, Sequence[str], Sequence[tuple[str, Sequence[float]]]] | None:
    """What PowerPoint can draw itself: (kind, categories, series); None where a picture serves better."""
    review = packed.report.review
    if name == "volume":
        shown = review.monthly[-13:]
        series = (
            (_("Received"), [one.received for one in shown]),
            (_("Closed"), [one.closed for one in shown]),
        )
        return _whole("column", [one.month for one in shown], series)
    if name == "breakdowns" and (found := review.breakdown("channel") or next(iter(review.breakdowns), None)):
        parts = found.parts[:_ROWS]
        names = [_short(words.value(part.value)) for part in parts]
        return _whole("bar", names, ((_("Received"), [part.received for part in parts]),))
    return None


def _whole(
    kind: str, names: Sequence[str], series: Sequence[tuple[str, Sequence[float]]]
) -> tuple[str, Sequence[str], Sequence[tuple[str, Sequence[float]]]] | None:
    """Nothing where a number is withheld: a bar that is missing would read as a 0."""
    if not names or any(is_withheld(value) for _name, values in series for value in values):
        return None
    return kind, names, series


def _short(text: str, most: int = _NAME) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


class _Maker:
    """Slides one after another on the layouts of a deck."""

    def __init__(self, deck: Any) -> None:
        self._deck = deck
        self._width, self._height = deck.slide_width, deck.slide_height
        layouts = list(deck.slide_layouts)
        self._cover = _layout(layouts, ("title slide", "标题幻灯片", "封面"), 0)
        self._plain = _layout(layouts, ("title only", "仅标题"), min(5, len(layouts) - 1))

    def title(self, shown: Contents) -> None:
        slide = self._deck.slides.add_slide(self._cover)
        self._head(slide, f"{shown.title} {shown.subtitle}")
        lines = [f"{label}: {text}" for label, text in shown.facts] + list(shown.remarks)
        body = next((one for one in slide.placeholders if one.placeholder_format.idx == 1), None)
        if body is None:
            self._lines(slide, lines, self._height // 2)
        else:
            _write(body.text_frame, lines, 16)
        slide.notes_slide.notes_text_frame.text = _all(shown)

    def text(self, title: str, lines: Sequence[str], notes: str) -> None:
        slide = self._slide(title, notes)
        self._lines(slide, lines, self._top, size=11)

    def picture(self, title: str, picture: Picture, notes: str, said: Sequence[str]) -> None:
        slide = self._slide(title, notes)
        room = self._room(said)
        shape = slide.shapes.add_picture(io.BytesIO(picture.png), self._left, self._top)
        scale = min(self._inside / shape.width, room / shape.height)
        shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
        shape.left = (self._width - shape.width) // 2
        shape._element._nvXxPr.cNvPr.set("descr", picture.alt)
        self._said(slide, said)

    def chart(self, title: str, native: Any, notes: str, said: Sequence[str]) -> None:
        from pptx.chart.data import CategoryChartData
        from pptx.enum.chart import XL_CHART_TYPE

        kind, names, series = native
        data = CategoryChartData()  # type: ignore[no-untyped-call]  # python-pptx types it in part
        data.categories = names
        for name, values in series:
            data.add_series(name, values)  # type: ignore[no-untyped-call]  # as above
        form = XL_CHART_TYPE.COLUMN_CLUSTERED if kind == "column" else XL_CHART_TYPE.BAR_CLUSTERED
        slide = self._slide(title, notes)
        place = (self._left, self._top, self._inside, self._room(said))
        frame = slide.shapes.add_chart(form, *place, data)
        frame._element._nvXxPr.cNvPr.set("descr", title)
        _dress(frame.chart, kind, len(series))
        self._said(slide, said)

    def table(self, title: str, table: Table, notes: str, said: Sequence[str]) -> None:
        from pptx.util import Pt

        cut = table.first(_ROWS)
        slide = self._slide(title, notes)
        rows, columns = len(cut.rows) + 1, len(cut.columns)
        shape = slide.shapes.add_table(rows, columns, self._left, self._top, self._inside, Pt(24) * rows)
        for place, column in enumerate(cut.columns):
            _cell(shape.table.cell(0, place), _short(column.title, 40), right=column.kind != "text", size=11)
        for line, row in enumerate(cut.texts(), start=1):
            for place, (text, column) in enumerate(zip(row, cut.columns, strict=True)):
                _cell(shape.table.cell(line, place), _short(text, 40), right=column.kind != "text", size=11)
        self._said(slide, [cut.note, *said])

    # ------------------------------------------------------------------ places

    @property
    def _left(self) -> int:
        return int(self._width * 0.05)

    @property
    def _inside(self) -> int:
        return int(self._width * 0.9)

    @property
    def _top(self) -> int:
        return int(self._height * 0.2)

    def _room(self, said: Sequence[str]) -> int:
        return int(self._height * (0.6 if any(said) else 0.74))

    def _slide(self, title: str, notes: str) -> Any:
        slide = self._deck.slides.add_slide(self._plain)
        self._head(slide, title)
        for one in list(slide.placeholders):
            if one.placeholder_format.idx != 0:
                one._element.getparent().remove(one._element)
        slide.notes_slide.notes_text_frame.text = notes
        return slide

    def _head(self, slide: Any, title: str) -> None:
        shape = slide.shapes.title
        if shape is None:
            shape = slide.shapes.add_textbox(
                self._left, int(self._height * 0.05), self._inside, self._height // 8
            )
        _write(shape.text_frame, [title], 26)

    def _lines(self, slide: Any, lines: Sequence[str], top: int, size: int = 14) -> None:
        box = slide.shapes.add_textbox(self._left, top, self._inside, self._height - top - self._height // 20)
        box.text_frame.word_wrap = True
        _write(box.text_frame, lines, size)

    def _said(self, slide: Any, said: Sequence[str]) -> None:
        lines = [_short(line, 300) for line in said if line]
        if lines:
            self._lines(slide, lines, int(self._height * 0.82), size=12)


def _layout(layouts: Sequence[Any], names: Sequence[str], otherwise: int) -> Any:
    """A layout by its name, else one with a title, else by its place."""
    for layout in layouts:
        if layout.name.strip().casefold() in names:
            return layout
    return layouts[min(otherwise, len(layouts) - 1)]


def _write(frame: Any, lines: Sequence[str], size: int) -> None:
    from pptx.util import Pt

    frame.clear()
    for place, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = line
        run.font.size = Pt(size)
        _face(run.font)


def _face(font: Any) -> None:
    """Western and Chinese letters from one face: a deck on a machine without Chinese fonts would else show boxes."""
    from pptx.oxml.ns import qn

    font.name = _FONT
    properties = font._element
    east = properties.find(qn("a:ea"))
    if east is None:
        east = properties.makeelement(qn("a:ea"), {})
        properties.find(qn("a:latin")).addnext(east)
    east.set("typeface", _FONT)


def _cell(cell: Any, text: str, *, right: bool, size: int) -> None:
    from pptx.enum.text import PP_ALIGN

    _write(cell.text_frame, [text], size)
    if right:
        cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT


def _dress(chart: Any, kind: str, series: int) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_LEGEND_POSITION
    from pptx.util import Pt

    chart.font.size = Pt(12)
    _face(chart.font)
    chart.has_title = False
    chart.has_legend = series > 1
    if series > 1:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    plot = chart.plots[0]
    plot.gap_width = 50
    plot.has_data_labels = kind == "bar"
    for place, one in enumerate(plot.series):
        one.format.fill.solid()
        one.format.fill.fore_color.rgb = RGBColor(*_PALETTE[place % len(_PALETTE)])  # type: ignore[no-untyped-call]  # as above
    chart.category_axis.reverse_order = kind == "bar"
    chart.value_axis.minimum_scale = 0
    chart.value_axis.has_major_gridlines = kind != "bar"
    chart.value_axis.visible = kind != "bar"
