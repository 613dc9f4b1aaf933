"""Write the template that the office fills its monthly report into: a logo, its own styles, totals and two charts."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import xlsxwriter

NAME = "投诉月报模板.xlsx"
MADE = dt.datetime(2026, 11, 2, 9, 15)
FONT = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
RED, LINE, PALE = "#9E2A2B", "#C8B8A6", "#F5EFE6"
STYLES: dict[str, dict[str, object]] = {
    "title": {"bold": True, "font_size": 18, "font_color": RED},
    "under": {"font_color": "#6B6B6B", "bottom": 2, "bottom_color": RED},
    "label": {"font_color": "#6B6B6B", "align": "center", "bg_color": PALE, "top": 1, "top_color": LINE},
    "figure": {"bold": True, "font_size": 20, "align": "center", "bg_color": PALE, "num_format": "#,##0"},
    "heading": {"bold": True, "font_size": 12, "font_color": RED},
    "head": {"bold": True, "font_color": "#FFFFFF", "bg_color": RED, "align": "center", "text_wrap": True},
    "words": {"bottom": 1, "bottom_color": LINE},
    "count": {"bottom": 1, "bottom_color": LINE, "num_format": "#,##0"},
    "days": {"bottom": 1, "bottom_color": LINE, "num_format": "0.0"},
    "share": {"bottom": 1, "bottom_color": LINE, "num_format": "0.0%"},
    "total": {"bold": True, "top": 1, "bottom": 6, "num_format": "#,##0"},
    "total_share": {"bold": True, "top": 1, "bottom": 6, "num_format": "0.0%"},
    "note": {"font_size": 9, "text_wrap": True, "valign": "top"},
}  # fmt: skip


def write(folder: Path) -> None:
    """Write the template into ``folder``."""
    folder.mkdir(exist_ok=True)
    with xlsxwriter.Workbook(folder / NAME) as book:
        book.set_properties({"created": MADE, "author": "样例（虚构）", "title": "投诉月报模板"})
        styles = {name: book.add_format({**FONT, **style}) for name, style in STYLES.items()}
        sheet = book.add_worksheet("月报")
        _page(sheet)
        _head(sheet, styles)
        _resolution(book, sheet, styles)
        _months(book, sheet, styles)
        _open(sheet, styles)
        _notes(sheet, styles)


def _page(sheet: Any) -> None:
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.set_footer("&L虚州市消费维权服务中心&C{{年月}}&R第 &P 页，共 &N 页")
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 7, 11)


def _head(sheet: Any, styles: dict[str, Any]) -> None:
    sheet.set_row(0, 34)
    sheet.insert_image(
        "A1",
        "logo.png",
        {"image_data": io.BytesIO(logo()), "x_offset": 4, "y_offset": 3, "description": "标志"},
    )
    sheet.merge_range("B1:H1", "投诉办理月报（{{年月}}）", styles["title"])
    sheet.merge_range(
        "A2:H2", "虚州市消费维权服务中心　　数据截至{{截止年月日}}　　制表：{{制表时间}}", styles["under"]
    )
    sheet.set_row(4, 36)
    for place, (label, mark) in enumerate(
        (
            ("接收（件）", "接收"),
            ("办结（件）", "办结"),
            ("期末未办结（件）", "未办结"),
            ("数据问题（处）", "数据问题数"),
        )
    ):
        left, right = (0, 1) if place == 0 else (2 * place, 2 * place + 1)
        sheet.merge_range(3, left, 3, right, label, styles["label"])
        sheet.merge_range(4, left, 4, right, "{{" + mark + "}}", styles["figure"])


def _resolution(book: Any, sheet: Any, styles: dict[str, Any]) -> None:
    sheet.write("A7", "一、各渠道办理时长（天，未办结案件计入）", styles["heading"])
    heads = ("渠道", "件数", "已办结", "未办结", "中位天数", "95%下限", "95%上限", "九成办结")
    fields = ("渠道", "件数", "已办结", "未办结", "中位天数", "下限", "上限", "九成天数")
    sheet.set_row(7, 22)
    sheet.write_row("A8", heads, styles["head"])
    for column, field in enumerate(fields):
        style = "words" if column == 0 else "count" if column < 4 else "days"
        sheet.write(8, column, "{{办理时长." + field + "}}", styles[style])
    sheet.write("A10", "合计", styles["total"])
    for column in "BCD":
        sheet.write_formula(f"{column}10", f"=SUM({column}9:{column}9)", styles["total"])
    sheet.conditional_format(
        "D9", {"type": "data_bar", "bar_color": "#E0B1A0", "bar_solid": True, "data_bar_2010": True}
    )
    chart = book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": "=月报!$E$8",
            "categories": "=月报!$A$9:$A$9",
            "values": "=月报!$E$9:$E$9",
            "fill": {"color": RED},
            "gap": 50,
            "data_labels": {"value": True, "num_format": "0.0"},
        }
    )
    chart.set_title({"name": "{{年月}}各渠道中位办理天数", "name_font": {"size": 12}})
    chart.set_y_axis({"reverse": True})
    chart.set_legend({"none": True})
    chart.set_size({"width": 760, "height": 360})
    sheet.insert_chart("A12", chart, {"description": "各渠道中位办理天数"})


def _months(book: Any, sheet: Any, styles: dict[str, Any]) -> None:
    sheet.write("A32", "二、各月接收与办结", styles["heading"])
    sheet.write_row("A33", ("月份", "接收", "办结", "办结比"), styles["head"])
    for column, field in enumerate(("月份", "接收", "办结")):
        sheet.write(33, column, "{{各月." + field + "}}", styles["count" if column else "words"])
    sheet.write_formula("D34", "=IF(B34=0,0,C34/B34)", styles["share"])
    sheet.write("A35", "合计", styles["total"])
    sheet.write_formula("B35", "=SUM(B34:B34)", styles["total"])
    sheet.write_formula("C35", "=SUM(C34:C34)", styles["total"])
    sheet.write_formula("D35", "=IF(B35=0,0,C35/B35)", styles["total_share"])
    chart = book.add_chart({"type": "line"})
    for column, color in (("B", RED), ("C", "#3D6B6B")):
        chart.add_series(
            {
                "name": f"=月报!${column}$33",
                "categories": "=月报!$A$34:$A$34",
                "values": f"=月报!${column}$34:${column}$34",
                "line": {"color": color, "width": 2},
            }
        )
    chart.set_title({"name": "各月接收与办结（件）", "name_font": {"size": 12}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 340, "height": 300})
    sheet.insert_chart("E33", chart, {"x_offset": 6, "description": "各月接收与办结"})


def _open(sheet: Any, styles: dict[str, Any]) -> None:
    sheet.write("A37", "三、未办结案件按已历天数", styles["heading"])
    sheet.write_row("A38", ("已历天数", "件数"), styles["head"])
    sheet.write("A39", "{{未结天数段.天数段}}", styles["words"])
    sheet.write("B39", "{{未结天数段.未办结}}", styles["count"])


def _notes(sheet: Any, styles: dict[str, Any]) -> None:
    sheet.set_h_pagebreaks([40])
    sheet.write("A41", "四、指标说明", styles["heading"])
    sheet.set_row(41, 30)
    sheet.write("A42", "{{指标说明.指标}}", styles["note"])
    sheet.merge_range("B42:H42", "{{指标说明.含义}}", styles["note"])


def logo() -> bytes:
    """A seal of the invented office: a ring around a tick."""
    from PIL import Image, ImageDraw

    size = 400
    picture = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((10, 10, size - 10, size - 10), fill=(158, 42, 43, 255))
    draw.ellipse((40, 40, size - 40, size - 40), outline=(255, 255, 255, 255), width=10)
    draw.line([(115, 205), (180, 270), (290, 140)], fill=(255, 255, 255, 255), width=36, joint="curve")
    buffer = io.BytesIO()
    picture.resize((40, 40)).save(buffer, "PNG")
    return buffer.getvalue()
