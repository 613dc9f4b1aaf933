"""What a pack is made of: one JSON, and pages, slides and workbooks that all show its numbers and nothing else."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pptx import Presentation

from casework.errors import CaseworkError
from casework.i18n import use_language
from casework.pack.comments import comment_names, read_comments
from casework.pack.contents import contents
from casework.pack.document import Packed, canonical, document, packed_document, read_document, report_of
from casework.pack.html import html_page
from casework.pack.own_slides import check_slides_template
from casework.pack.pdf import MOST_PAGES, pdf_pages
from casework.pack.slides import slides
from casework.tables import printed, sections
from casework.workbooks.report import report_workbook

from .office import text_of
from .reviews import make_report

MARKUP = '<script>alert(1)</script> #panic("x") =1+1 {{x}}'


@pytest.fixture(scope="module")
def packed():
    with use_language("en"):
        return Packed(
            make_report(names="en", channels=6), {"volume": f"Festival.\n{MARKUP}", "data": "checked"}
        )


@pytest.fixture(scope="module")
def shown(packed):
    with use_language("en"):
        return contents(packed)


def test_the_json_is_canonical_and_comes_back_as_the_same_report(packed):
    content = canonical(packed_document(packed))
    told = read_document(content, "pack.json")
    assert canonical(document(report_of(told))) == canonical(document(packed.report))
    assert told["comments"]["data"] == "checked"
    assert list(told) == sorted(told)
    assert "tests/" not in content.decode()


def test_the_json_holds_the_contract_of_the_command_line(packed):
    told = document(packed.report)
    assert set(told) >= {"sources", "as_of", "month", "volume", "resolution", "review", "measures_version"}
    assert set(told["volume"][0]) >= {"month", "channel", "received", "closed"}
    assert set(told["resolution"][0]) >= {"channel", "n", "resolved", "open", "median_days", "p90_days"}
    assert told["period"]["first"] == told["period"]["last"] == told["month"] == "2026-10"
    assert "curve" not in told["review"]["timings"][0]


@given(st.text(max_size=40), st.sampled_from(["{}", "[]", "null", '{"review": 1}', "{" * 5000]))
@settings(max_examples=25, deadline=None)
def test_what_is_no_document_is_refused_in_one_line(text, other):
    for content in (text, other):
        with pytest.raises(CaseworkError) as refused:
            read_document(content.encode("utf-8", "surrogatepass"), "pack.json")
        assert "\n" not in str(refused.value)


def test_the_page_needs_no_network_runs_nothing_and_shows_every_table(packed, shown):
    with use_language("en"):
        page = html_page(shown).decode()
        assert html_page(shown).decode() == page
    assert not re.search(r"<script|https?://|<iframe|<link|@import|url\(", page.replace("&lt;script", ""))
    assert "default-src 'none'" in page
    assert "&lt;script&gt;alert(1)" in page
    assert page.count("<table>") == sum(len(block.section.tables) for block in shown.blocks)
    assert page.count("<img ") == sum(len(block.pictures) for block in shown.blocks)
    assert all(f' alt="{start}' in page for start in ("Complaints",))
    with use_language("en"):
        received = packed.report.review.headline("received").now
        assert f"<td class=n>{printed(received, 'count')}</td>" in page


@pytest.mark.parametrize(
    ("lang", "asked"),
    [("zh", {"channels": 12}), ("en", {"channels": 60, "names": "long", "months": 14})],
    ids=["twelve channels", "sixty channels with long names"],
)
def test_the_pdf_has_two_to_six_pages_and_the_same_bytes_twice(tmp_path, lang, asked):
    with use_language(lang):
        pages = contents(Packed(make_report(**asked), {"data": MARKUP}))
        content = pdf_pages(pages)
        assert lang == "en" or pdf_pages(pages) == content
    count = len(re.findall(rb"/Type\s*/Page\b", content))
    assert 2 <= count <= MOST_PAGES
    (tmp_path / "report.pdf").write_bytes(content)
    text = text_of(tmp_path / "report.pdf")
    assert '#panic("x")' in text, "what looks like markup is printed as typed"
    assert "NotoSansSC" in content.decode("latin-1"), "the face that ships is in the file"


def test_the_slides_have_native_charts_notes_and_the_same_bytes_twice(packed, shown):
    with use_language("en"):
        content = slides(packed, shown)
        assert slides(packed, shown) == content
    deck = Presentation(io.BytesIO(content))
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    received = [one.received for one in packed.report.review.monthly[-13:]]
    assert list(charts[0].plots[0].series[0].values) == received
    assert all(slide.has_notes_slide for slide in deck.slides)
    text = "\n".join(slide.notes_slide.notes_text_frame.text for slide in deck.slides)
    assert "Kaplan-Meier" in text
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert len(titles) > 8
    assert all(titles)


def office_deck() -> bytes:
    """An office's own deck: its layouts renamed, its size, one slide of its own."""
    deck = Presentation()
    deck.slide_layouts[5].name = "仅标题"
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "样页"
    target = io.BytesIO()
    deck.save(target)
    return target.getvalue()


def altered(content: bytes, **parts: bytes) -> bytes:
    """The package with parts of these names (dots for slashes are given as is) added or replaced."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            new.writestr(entry.filename, parts.pop(entry.filename, old.read(entry)))
        for name, data in parts.items():
            new.writestr(name, data)
    return target.getvalue()


def test_an_office_s_own_deck_lends_its_layouts_and_none_of_its_slides(packed, shown):
    template = office_deck()
    check_slides_template(template, "deck.pptx")
    with use_language("en"):
        deck = Presentation(io.BytesIO(slides(packed, shown, template)))
    assert {slide.slide_layout.name for slide in deck.slides} == {"Title Slide", "仅标题"}
    assert "样页" not in [slide.shapes.title.text_frame.text for slide in deck.slides]


@pytest.mark.parametrize(
    "parts",
    [
        {"ppt/vbaProject.bin": b"x"},
        {"ppt/activeX/activeX1.xml": b"<a/>"},
        {"ppt/embeddings/oleObject1.bin": b"x"},
        {"ppt/theme/theme9.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'},
        {
            "ppt/slides/_rels/slide1.xml.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
            b'relationships"><Relationship Id="rId9" TargetMode="External" Target="file:///etc/passwd" Type="http://'
            b'schemas.openxmlformats.org/officeDocument/2006/relationships/image"/></Relationships>'
        },
        {"ppt/media/bomb.xml": b" " * (70 << 20)},
    ],
    ids=["macros", "ActiveX", "OLE", "entities", "a link out", "a bomb"],
)
def test_a_hostile_deck_is_refused_before_it_is_opened(parts):
    template = office_deck()
    if "ppt/media/bomb.xml" in parts:
        target = io.BytesIO(template)
        with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("ppt/media/bomb.xml", parts["ppt/media/bomb.xml"])
        template = target.getvalue()
    else:
        template = altered(template, **parts)
    with pytest.raises(CaseworkError) as refused:
        check_slides_template(template, "deck.pptx")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_what_is_no_deck_is_refused(content):
    with pytest.raises(CaseworkError):
        check_slides_template(content, "deck.pptx")


def test_the_workbook_holds_every_table_with_numbers_as_numbers(packed):
    with use_language("en"):
        book = openpyxl.load_workbook(io.BytesIO(report_workbook(packed.report, None, packed.comments)))
        laid_out = sections(packed.report)
        for section in laid_out:
            cells = [cell for row in book[section.title[:31]].iter_rows() for cell in row]
            texts = [cell.value for cell in cells if isinstance(cell.value, str)]
            assert all(table.title in texts for table in section.tables)
        sheet = book["Headline figures"]
        line = next(row for row in sheet.iter_rows() if row[0].value == "Received")
    assert line[1].value == packed.report.review.headline("received").now
    assert "#" in line[1].number_format
    assert any(
        cell.value == f"Comment: Festival.\n{MARKUP}" and cell.data_type == "s"
        for row in book["Received and closed by month"].iter_rows()
        for cell in row
    )


def test_comments_are_read_from_toml_and_json_and_every_wrong_name_is_told():
    assert read_comments('volume = "多"\n'.encode(), "c.toml") == {"volume": "多"}
    assert read_comments(b'{"comments": {"heat": " x "}}', "c.json") == {"heat": "x"}
    assert {"volume", "heat", "data", "handling"} <= set(comment_names())
    with pytest.raises(CaseworkError) as refused:
        read_comments(b'a = "1"\nb = 2\nvolume = 3', "c.toml")
    assert len(refused.value.findings) == 3
    for bad in (b"\xff\xfe\x00", b"= 1", b"[1"):
        with pytest.raises(CaseworkError):
            read_comments(bad, "c.toml")


@pytest.mark.parametrize("shape", ["empty", "one"])
def test_odd_data_give_a_page_that_says_what_is_so(shape):
    with use_language("zh"):
        report = make_report(shape=shape, channels=3)
        page = html_page(contents(Packed(report), {})).decode()
        assert report_workbook(report, None)
    assert "<h1>" in page
    assert "nan" not in page.lower().replace("finance", "")
