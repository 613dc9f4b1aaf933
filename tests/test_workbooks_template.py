"""An office's own template: what is filled, what moves with it, what stays as it was."""

from __future__ import annotations

import datetime as dt
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from casework.errors import BadFile, Incomplete
from casework.workbooks.filling.formulas import Growth, copied, moved, shifted
from casework.workbooks.filling.marks import escaped, unescaped
from casework.workbooks.template import fill_template

from .office import as_pdf, text_of
from .templates import (
    VALUES,
    cells,
    converted,
    fill,
    formulas,
    grid,
    lists,
    logo,
    made,
    office_template,
    opened,
    parts,
    rewritten,
)

SHEET = "xl/worksheets/sheet1.xml"


def findings(template: bytes) -> list[str]:
    with pytest.raises(Incomplete) as caught:
        fill(template)
    return [str(finding) for finding in caught.value.findings]


# --- cells -------------------------------------------------------------------------------------------


def test_a_cell_that_is_only_a_mark_gets_a_true_number_or_date_and_words_around_it_make_text():
    filled = fill(cells(("{{received}}", "{{as_of}}", "截至{{as_of}}，共接收{{ received }}件", "{{month}}")))
    assert grid(filled) == [[128, dt.datetime(2026, 10, 31), "截至2026-10-31，共接收128件", "2026-10"]]


def test_a_cell_keeps_its_style_and_its_number_format():
    template = office_template()
    before, after = opened(template)["汇总"], opened(fill(template))["汇总"]
    pairs = {"A1": "A1", "B3": "B3", "A6": "A6", "B6": "B6", "D6": "D6", "A9": "A13", "B7": "B11"}
    for old, new in pairs.items():
        for look in ("font", "fill", "border", "number_format", "alignment"):
            assert repr(getattr(before[old], look)) == repr(getattr(after[new], look)), (old, look)
    assert after["B3"].number_format == "yyyy/mm/dd"


def test_a_date_in_a_cell_without_a_format_is_shown_as_a_date_and_other_cells_of_that_style_stay():
    filled = opened(fill(cells(("{{as_of}}", "{{made_at}}", "{{received}}"))))["汇总"]
    assert [cell.number_format for cell in filled[1]] == ["yyyy-mm-dd", "yyyy-mm-dd hh:mm", "General"]
    assert filled["B1"].value == dt.datetime(2026, 11, 2, 9, 15)


def test_a_workbook_that_counts_from_1904_gets_the_same_day():
    template = rewritten(
        cells(("{{as_of}}",)),
        {"xl/workbook.xml": lambda xml: xml.replace(b"<workbookPr ", b'<workbookPr date1904="1" ')},
    )
    assert opened(fill(template))["汇总"]["A1"].value == dt.datetime(2026, 10, 31)


def test_a_mark_split_by_formats_within_a_cell_still_counts():
    def draw(book: Any, sheet: Any) -> None:
        bold = book.add_format({"bold": True})
        sheet.write_rich_string("A1", "共{{rec", bold, "eiv", "ed}}件")

    assert grid(fill(made(draw)), width=1) == [["共128件"]]


@pytest.mark.parametrize("mark", ["｛｛received｝｝", "{{ RECEIVED }}", "{{ｒｅｃｅｉｖｅｄ}}", "{{接收}}"])
def test_marks_may_be_typed_on_a_chinese_keyboard_or_in_chinese(mark):
    assert grid(fill(cells((mark,))), width=1) == [[128]]


def test_a_value_with_braces_is_not_filled_again_and_an_empty_one_empties_the_cell():
    filled = fill(cells(("{{month}}", "{{open}}", "未办结{{open}}件")), month="{{received}}", open=None)
    assert grid(filled, width=3) == [["{{received}}", None, "未办结-件"]]


@pytest.mark.parametrize("text", ["=1+1", "＝cmd|'/c calc'!A0", "+86 138", "-5%", "@SUM(A1)", "\t=1", "{=1}"])
def test_text_never_becomes_a_formula(text):
    filled = fill(cells(("{{month}}", "甲{{month}}")), month=text)
    sheet = opened(filled)["汇总"]
    assert [cell.data_type for cell in sheet[1]] == ["s", "s"]
    assert b"<f" not in parts(filled)[SHEET]
    assert sheet["A1"].quotePrefix == (text != "{=1}")


@given(st.text(max_size=60))
@example("_x0041_x0042_")
@example("\r\n\x00\x1f\ufffe_x000D_")
@example(" 前后空格 ")
@example("𠮷🀄<&>\"'")
def test_any_text_comes_back_as_it_was(text):
    assert unescaped(escaped(text)) == text
    filled = fill(BARE, month=text)
    inside = re.search(r"<is><t[^>]*>(.*?)</t></is>", parts(filled)[SHEET].decode(), re.DOTALL)
    from lxml import etree

    held = etree.fromstring(parts(filled)[SHEET]).find(".//{*}is/{*}t")
    assert (held is None) == (text == "") == (inside is None)
    if held is not None:
        assert unescaped(held.text) == text


BARE = cells(("{{month}}",))


@settings(max_examples=settings.default.max_examples // 2)
@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="_\ufffe\uffff"), min_size=1)
)
def test_openpyxl_reads_the_text_that_was_filled_in(text):
    assert opened(fill(BARE, month=text))["汇总"]["A1"].value == text


def test_text_longer_than_a_cell_is_cut_and_says_so():
    text = grid(fill(BARE, month="长" * 40_000), width=1)[0][0]
    assert isinstance(text, str)
    assert 32_000 < len(text) <= 32_767
    assert "40000" in text


# --- named ranges ------------------------------------------------------------------------------------


def test_named_ranges_are_filled_in_cells_that_are_written_merged_or_not_written_at_all():
    def draw(book: Any, sheet: Any) -> None:
        bold = book.add_format({"bold": True})
        sheet.write("A1", "示例", bold)
        sheet.merge_range("A3:C3", "", bold)
        for name, place in (
            ("received", "$A$1"),
            ("as_of", "$A$3:$C$3"),
            ("Closed", "$D$9"),
            ("接收", "$B$1"),
        ):
            book.define_name(f"casework_{name}", f"=汇总!{place}")
        book.define_name("other", "=汇总!$A$1")

    sheet = opened(fill(made(draw)))["汇总"]
    assert [sheet[place].value for place in ("A1", "A3", "D9", "B1")] == [
        128,
        dt.datetime(2026, 10, 31),
        97,
        128,
    ]
    assert sheet["A1"].font.bold


def test_a_named_row_takes_the_fields_of_its_list_from_left_to_right():
    def draw(book: Any, sheet: Any) -> None:
        italic = book.add_format({"italic": True})
        sheet.write_row("B2", ["甲", 1, 2, "备注"], italic)
        sheet.write("B3", "合计")
        book.define_name("casework_resolution", "=汇总!$B$2:$E$2")

    filled = fill(made(draw), 3)
    assert grid(filled, width=5) == [
        [None] * 5,
        [None, "渠道0", 10, 0.25, "备注"],
        [None, "渠道1", 20, 1.25, "备注"],
        [None, "渠道2", 30, 2.25, "备注"],
        [None, "合计", None, None, None],
    ]
    assert opened(filled)["汇总"]["C4"].font.italic
    assert opened(filled).defined_names["casework_resolution"].attr_text == "汇总!$B$2:$E$4"


def test_a_name_for_one_field_covers_the_whole_list_afterwards():
    def draw(book: Any, sheet: Any) -> None:
        sheet.write("A2", "示例")
        sheet.write_formula("A3", "=SUM(casework_resolution.n)")
        book.define_name("casework_resolution.n", "=汇总!$A$2")

    filled = fill(made(draw), 3)
    assert grid(filled, width=1) == [[None], [10], [20], [30], ["=SUM(casework_resolution.n)"]]
    assert opened(filled).defined_names["casework_resolution.n"].attr_text == "汇总!$A$2:$A$4"


# --- lists -------------------------------------------------------------------------------------------


def test_a_row_with_marks_is_repeated_in_its_style_and_everything_below_moves_down():
    filled = fill(office_template())
    assert grid(filled)[4:13] == [
        ["渠道", "件数", "中位天数", "占比"],
        ["渠道0", 10, 0.25, "=B6/B$11"],
        ["渠道1", 20, 1.25, "=B7/B$11"],
        ["渠道2", 30, 2.25, "=B8/B$11"],
        ["渠道3", 40, 3.25, "=B9/B$11"],
        ["渠道4", 50, 4.25, "=B10/B$11"],
        ["合计", "=SUM(B6:B10)", "=MAX(C6:C10)", None],
        [None, None, None, None],
        ["制表：2026-11-02 09:15", None, None, None],
    ]
    assert [row[0] for row in grid(filled, "引用", 1)] == ["=汇总!B11+SUM(汇总!B6:B10)", "=汇总!A13"]
    sheet = opened(filled)["汇总"]
    assert [sheet.row_dimensions[row].height for row in (6, 10, 11, 13)] == [21, 21, None, 30]
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A13:D13"]
    assert [str(each.sqref) for each in sheet.conditional_formatting] == ["B6:B10"]
    assert [str(each.sqref) for each in sheet.data_validations.dataValidation] == ["A6:A10"]
    assert sheet.print_area == "'汇总'!$A$1:$G$34"
    assert (sheet["A14"].hyperlink.ref, sheet["A14"].hyperlink.location) == ("A14", "'汇总'!A11")
    assert sheet.oddFooter.left.text == "2026-10"


def test_without_records_the_row_stays_and_is_emptied():
    filled = fill(office_template(), 0)
    assert grid(filled)[4:7] == [
        ["渠道", "件数", "中位天数", "占比"],
        [None] * 4,
        ["合计", "=SUM(B6:B6)", "=MAX(C6)", None],
    ]
    assert opened(filled)["汇总"]["A6"].border.left.style == "thin"


def test_several_lists_on_one_sheet_each_take_the_room_they_need():
    filled = fill(
        cells(
            ("{{resolution.channel}}", "{{resolution.n}}"),
            ("{{backlog.channel}}", "{{backlog.total}}"),
            ("合计", "=SUM(B1)+SUM(B2)", "=SUM(B1:B2)"),
        ),
        2,
    )
    assert [row[:2] for row in grid(filled)] == [
        ["渠道0", 10],
        ["渠道1", 20],
        ["积压0", 1],
        ["积压1", 2],
        ["积压2", 3],
        ["合计", "=SUM(B1:B2)+SUM(B3:B5)"],
    ]
    assert grid(filled)[5][2] == "=SUM(B1:B5)"


def test_facts_and_words_in_a_list_row_are_repeated_with_it():
    filled = fill(cells(("{{as_of}}", "渠道：{{resolution.channel}}", "{{resolution.n}}件", "x")), 2)
    day = dt.datetime(2026, 10, 31)
    assert grid(filled) == [[day, "渠道：渠道0", "10件", "x"], [day, "渠道：渠道1", "20件", "x"]]


def test_merged_cells_within_the_row_are_merged_in_every_copy():
    def draw(book: Any, sheet: Any) -> None:
        sheet.merge_range("A2:B2", "{{resolution.channel}}", book.add_format({"bold": True}))
        sheet.write("C2", "{{resolution.n}}")
        sheet.merge_range("D1:D3", "旁注", book.add_format())

    sheet = opened(fill(made(draw), 3))["汇总"]
    assert sorted(str(area) for area in sheet.merged_cells.ranges) == ["A2:B2", "A3:B3", "A4:B4", "D1:D5"]


def test_an_excel_table_grows_with_its_list_and_remarks_below_move_along():
    def draw(_book: Any, sheet: Any) -> None:
        sheet.write_row("A2", ["{{resolution.channel}}", "{{resolution.n}}"])
        sheet.add_table("A1:B2", {"columns": [{"header": "渠道"}, {"header": "件数"}], "name": "各渠道"})
        sheet.write("A4", "说明")
        sheet.write_comment("A4", "批注", {"author": "某"})
        sheet.write_formula("B4", "=SUM(各渠道[件数])")

    filled = fill(made(draw), 4)
    sheet = opened(filled)["汇总"]
    assert (sheet.tables["各渠道"].ref, sheet.tables["各渠道"].autoFilter.ref) == ("A1:B5", "A1:B5")
    assert sheet["A7"].comment.text.endswith("批注")
    assert sheet["B7"].value == "=SUM(各渠道[件数])"
    assert b"<x:Row>6</x:Row>" in parts(filled)["xl/drawings/vmlDrawing1.vml"]


def test_formulas_that_share_a_text_are_written_out_before_they_move():
    plain = cells(("{{resolution.n}}", None), (1, "=A2*2"), (2, "=A3*2"))
    shared = rewritten(
        plain,
        {
            SHEET: lambda xml: xml.replace(
                b"<f>A2*2</f>", b'<f t="shared" ref="B2:B3" si="0">A2*2</f>'
            ).replace(b"<f>A3*2</f>", b'<f t="shared" si="0"/>')
        },
    )
    assert [row[1] for row in grid(fill(shared, 3))] == [None, None, None, "=A4*2", "=A5*2"]


def test_ten_thousand_records_take_seconds():
    template = office_template()
    start = time.process_time()
    filled = fill(template, 10_000)
    assert time.process_time() - start < 10
    assert len(grid(filled)) == 10_009


# --- formulas ----------------------------------------------------------------------------------------

GROWTHS = {"汇总": Growth(((5, 9),)), "a b": Growth(((2, 3),))}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("B4+B5+B6", "B4+B5+B15"),
        ("SUM(B5)", "SUM(B5:B14)"),
        ("SUM($B$5,C5)", "SUM($B$5:$B$14,C5:C14)"),
        ("SUM(B4:B5)", "SUM(B4:B14)"),
        ("SUM(B1:B4)+SUM(B6:B9)", "SUM(B1:B4)+SUM(B15:B18)"),
        ("SUM(B:B)/SUM(5:5)", "SUM(B:B)/SUM(5:14)"),
        ("IF(B5>1,B6,\"B6\")", "IF(B5>1,B15,\"B6\")"),
        ("'a b'!B2+SUM('A B'!B2)+'a b'!B3", "'a b'!B2+SUM('A B'!B2:B5)+'a b'!B6"),
        ("别处!B6+汇总!B6", "别处!B6+汇总!B15"),
        ("LOG10(B6)+B6A+名B6+Tab[B6]", "LOG10(B15)+B6A+名B6+Tab[B6]"),
        ("INDIRECT(\"B6\")", "INDIRECT(\"B6\")"),
    ],
)  # fmt: skip
def test_a_formula_follows_its_cells(before, after):
    assert moved(before, "汇总", GROWTHS) == after


@pytest.mark.parametrize(
    ("before", "third"),
    [
        ("B5*C5", "B7*C7"),
        ("B5/B$6", "B7/B$15"),
        ("B5/B6", "B7/B15"),
        ("B5/$B$2", "B7/$B$2"),
        ("SUM(B5:D5)", "SUM(B7:D7)"),
        ("SUM(B$5:B5)", "SUM(B$5:B7)"),
        ("B5/SUM(B$5:B$5)", "B7/SUM(B$5:B$14)"),
        ("B5/SUM(B$5)", "B7/SUM(B$5:B$14)"),
        ("D4+B5", "D6+B7"),
        ("B5/B3", "B7/B3"),
        ("'a b'!C2+'a b'!C1", "'a b'!C4+'a b'!C1"),
    ],
)
def test_a_formula_in_a_list_row_follows_its_own_row(before, third):
    assert copied(before, "汇总", GROWTHS, 5, 2) == third


def test_a_shared_formula_is_filled_down_and_right():
    assert shifted("A1+$A$1+汇总!B$2+SUM(A1:B2)", 2, 1) == "B3+$A$1+汇总!C$2+SUM(B3:C4)"


# --- pictures and charts ---------------------------------------------------------------------------


def test_the_picture_stays_byte_for_byte_and_so_does_every_part_without_marks():
    before, after = parts(office_template()), parts(fill(office_template()))
    assert before.keys() == after.keys()
    assert after["xl/media/image1.png"] == logo()
    altered = {name for name in before if before[name] != after[name]}
    assert altered == {
        "xl/workbook.xml",
        SHEET,
        "xl/worksheets/sheet2.xml",
        "xl/charts/chart1.xml",
        "xl/drawings/drawing1.xml",
    }


def test_a_chart_draws_the_whole_list_and_keeps_the_values_that_it_draws():
    filled = fill(office_template())
    assert formulas(filled, "xl/charts/chart1.xml") == ["汇总!$B$5", "汇总!$A$6:$A$10", "汇总!$B$6:$B$10"]
    chart = parts(filled)["xl/charts/chart1.xml"].decode()
    assert re.findall(r"<c:v>([^<]*)</c:v>", chart) == [
        "件数", *(f"渠道{i}" for i in range(5)), "10", "20", "30", "40", "50"
    ]  # fmt: skip
    assert "2026-10各渠道件数" in chart


def test_what_stands_below_a_list_moves_down_whole_and_what_stands_beside_it_stays():
    drawing = parts(fill(office_template()))["xl/drawings/drawing1.xml"].decode()
    before = parts(office_template())["xl/drawings/drawing1.xml"].decode()
    rows = [[int(row) for row in re.findall(r"<xdr:row>(\d+)</xdr:row>", xml)] for xml in (before, drawing)]
    assert rows[1][:2] == rows[0][:2]
    assert rows[1][2:] == [row + 4 for row in rows[0][2:]]


def test_the_calculation_chain_goes_and_every_program_computes_anew():
    types = b'<Override PartName="/xl/calcChain.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"/></Types>'
    relation = b'<Relationship Id="rCalc" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain" Target="calcChain.xml"/></Relationships>'
    template = rewritten(
        office_template(),
        {
            "[Content_Types].xml": lambda xml: xml.replace(b"</Types>", types),
            "xl/_rels/workbook.xml.rels": lambda xml: xml.replace(b"</Relationships>", relation),
        },
        {
            "xl/calcChain.xml": b'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
        },
    )
    after = parts(fill(template))
    assert "xl/calcChain.xml" not in after
    assert b"calcChain" not in after["[Content_Types].xml"] + after["xl/_rels/workbook.xml.rels"]
    assert b'fullCalcOnLoad="1"' in after["xl/workbook.xml"]


def test_a_template_by_openpyxl_is_filled_too(tmp_path):
    import io

    import openpyxl
    from openpyxl.chart import BarChart, Reference
    from openpyxl.drawing.image import Image

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "月报"
    sheet.append(["渠道", "件数"])
    sheet.append(["{{resolution.channel}}", "{{resolution.n}}"])
    sheet.append(["合计", "=SUM(B2:B2)"])
    sheet["B2"].number_format = "0.00"
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=2), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2))
    sheet.add_chart(chart, "D2")
    (tmp_path / "logo.png").write_bytes(logo())
    sheet.add_image(Image(tmp_path / "logo.png"), "D20")
    buffer = io.BytesIO()
    book.save(buffer)
    filled = fill(buffer.getvalue(), 3)
    assert grid(filled, "月报", 2)[1:] == [
        ["渠道0", 10],
        ["渠道1", 20],
        ["渠道2", 30],
        ["合计", "=SUM(B2:B4)"],
    ]
    references = [each.replace("'", "") for each in formulas_any(filled, "xl/charts/chart1.xml")]
    assert references == ["月报!B1", "月报!$A$2:$A$4", "月报!$B$2:$B$4"]
    assert opened(filled)["月报"]["B4"].number_format == "0.00"


def formulas_any(data: bytes, part: str) -> list[str]:
    return re.findall(r"<(?:c:)?f>([^<]*)</(?:c:)?f>", parts(data)[part].decode())


# --- what is wrong ---------------------------------------------------------------------------------


def test_every_unknown_mark_and_name_is_listed_at_once_with_its_place_and_the_nearest_known():
    def draw(book: Any, sheet: Any) -> None:
        sheet.write("A1", "{{recieved}}")
        sheet.write("B2", "{{resolution.chanel}}")
        sheet.write("B3", "{{接受}}")
        sheet.write("B4", "{{received}")
        sheet.write_formula("B5", '="{{received}}"')
        sheet.write_row("B7", ["{{resolution.n}}", "{{backlog.total}}"])
        sheet.write("B9", "{{zzzzzz}}")
        book.define_name("casework_recieved", "=汇总!$D$1")
        book.define_name("casework_closed", "=汇总!$D$1:$D$4")
        sheet.set_header("&L{{mont}}")
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=汇总!$B$7"})
        chart.set_title({"name": "{{resolution.n}}"})
        sheet.insert_chart("F1", chart)

    told = findings(made(draw))
    assert len(told) == 11
    for place, hint in (
        ("A1", "{{received}}"),
        ("B2", "{{resolution.channel}}"),
        ("B3", "{{接收}}"),
        ("B4", "{{received}"),
        ("B5", ""),
        ("B7", "resolution"),
        ("B9", "docs/templates.md"),
        ("casework_recieved", "casework_received"),
        ("casework_closed", ""),
        ("{{mont}}", "{{month}}"),
        ("{{resolution.n}}", ""),
    ):
        assert any(place in line and hint in line for line in told), (place, told)


def test_a_field_of_an_empty_list_is_checked_as_well():
    with pytest.raises(Incomplete) as caught:
        fill(cells(("{{resolution.chanel}}",)), 0)
    assert "{{resolution.channel}}" in str(caught.value)


def test_a_mark_in_the_header_of_an_excel_table_is_refused():
    def draw(_book: Any, sheet: Any) -> None:
        sheet.add_table("A1:B2", {"columns": [{"header": "{{month}}"}, {"header": "b"}]})

    assert len(findings(made(draw))) == 1


def test_a_template_without_marks_is_refused_instead_of_coming_back_unchanged():
    with pytest.raises(BadFile, match="模板"):
        fill(cells(("合计", 1)))


def test_a_formula_through_several_sheets_is_refused_where_one_of_them_grows():
    template = cells(("{{resolution.n}}",), ("=SUM(一月:三月!B5)",))
    assert "SUM(一月:三月!B5)" in findings(template)[0]


def test_the_same_template_and_values_give_the_same_bytes():
    assert fill(office_template()) == fill(office_template())


# --- LibreOffice -------------------------------------------------------------------------------------


@pytest.mark.office
def test_a_template_made_in_libreoffice_comes_back_with_styles_picture_chart_and_right_results(
    tmp_path: Path,
):
    by_calc = converted(converted(office_template(), tmp_path / "ods", "ods"), tmp_path / "calc", "xlsx")
    assert b"LibreOffice" in parts(by_calc)["docProps/app.xml"]
    filled = fill(by_calc)
    before, after = parts(by_calc), parts(filled)
    pictures = [name for name in before if name.startswith("xl/media/")]
    assert pictures
    assert all(before[name] == after[name] for name in pictures)
    assert before["xl/styles.xml"] == after["xl/styles.xml"]
    assert formulas(filled, "xl/charts/chart1.xml") == ["汇总!$B$5", "汇总!$A$6:$A$10", "汇总!$B$6:$B$10"]
    old, new = opened(by_calc)["汇总"], opened(filled)["汇总"]
    for was, now in {"A1": "A1", "A6": "A10", "B6": "B10", "B7": "B11"}.items():
        for look in ("font", "fill", "border", "number_format"):
            assert repr(getattr(old[was], look)) == repr(getattr(new[now], look)), (was, look)
    again = converted(filled, tmp_path / "again", "xlsx")
    assert {name for name in parts(again) if "chart1" in name or "media" in name}
    results = computed(again)
    assert results["B11"] == 150
    assert results["C11"] == 4.25
    assert results["D10"] == pytest.approx(1 / 3)
    text = text_of(as_pdf(written(filled, tmp_path), tmp_path)).replace(" ", "")
    for shown in ("截至2026-10-31，共接收128件", "渠道4", "2026-10各渠道件数", "制表：2026-11-0209:15"):
        assert shown in text


@pytest.mark.office
def test_formulas_of_every_sheet_are_computed_anew_by_libreoffice(tmp_path: Path):
    filled = converted(fill(office_template()), tmp_path / "a", "xlsx")
    assert [computed(filled, "引用")[place] for place in ("A1", "A2")] == [300, "制表：2026-11-02 09:15"]
    assert [computed(filled)[place] for place in ("B11", "C11")] == [150, 4.25]


def computed(data: bytes, sheet: str = "汇总") -> dict[str, object]:
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return {cell.coordinate: cell.value for row in book[sheet].iter_rows() for cell in row}


def written(data: bytes, folder: Path) -> Path:
    path = folder / "filled.xlsx"
    path.write_bytes(data)
    return path


def test_the_lists_need_no_field_names():
    filled = fill_template(cells(("{{resolution.channel}}",)), VALUES, lists(2), name="x")
    assert grid(filled, width=1) == [["渠道0"], ["渠道1"]]
