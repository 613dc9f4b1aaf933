"""The published report: the figures of public reports, sentences that cannot contradict tables, both file formats."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.analytics.figures import Report
from casework.analytics.periods import Span, month_name, parse_span
from casework.analytics.review import (
    Breakdown,
    ControlChart,
    ControlPoint,
    Gap,
    Handling,
    Headline,
    Month,
    Part,
    Phase,
    Rebase,
    Review,
)
from casework.errors import BadFile
from casework.published import Editorial, HotSpot, compose, published_docx, published_pdf
from casework.published.document import Chart, Document, Paragraph, Table
from tests.office import as_pdf, text_of
from tests.reviews import make_report

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
RISES = {"zh": ("上升", "下降", "增长", "下滑"), "en": (" rise", " fall", "rose", "fell", "increase", "drop")}
PLAIN = Editorial()


@cache
def base() -> Report:
    return make_report(channels=3, months=26, incomplete=False)


Row = tuple[str | None, int, int | None, int | None]


def breakdown(dimension: str, rows: list[Row], total: int | None = None) -> Breakdown:
    parts = tuple(Part(*row, closed=0) for row in sorted(rows, key=lambda row: -row[1]))
    whole = sum(row[1] for row in rows)
    rest = None if total is None or total == whole else Part(None, total - whole, None, None, 0)
    return Breakdown(dimension, total or whole, len(rows), parts, rest)


def headline(
    name: str, now: float, before: float | None, last_year: float | None, verdict: str = ""
) -> Headline:
    return Headline(name, now, before, last_year, (), verdict)


def charted(span: Span, verdicts: dict[str, str], months: int = 13) -> ControlChart:
    names = [month_name(index) for index in range(span.end - months, span.end)]
    points = tuple(ControlPoint(name, 100.0, (), verdicts.get(name, "usual")) for name in names)
    return ControlChart("received", points, (Phase(names[0], names[-1], 100.0, 10.0, 73.4, 126.6),))


def published(
    period: str,
    parts: list[Breakdown],
    totals: tuple[int | None, ...],
    controls: tuple[ControlChart, ...] = (),
    **more: Any,
) -> Report:
    """A report with the counts of a public one and nothing else."""
    span = parse_span(period)
    first = month_name(span.last_year.first)
    quality = replace(
        base().review.quality,
        gaps=(),
        incomplete=(),
        unmapped=(),
        drift=(),
        first_month=first,
        last_month=month_name(span.end - 1),
    )
    now, before, last_year = totals
    review = replace(
        base().review,
        period=span,
        headlines=(headline("received", now or 0, before, last_year),),
        breakdowns=tuple(parts),
        monthly=(),
        clocks=(),
        controls=controls,
        rebases=(),
        quality=quality,
    )
    return replace(base(), period=span, review=replace(review, **more))


def handling(**counts: int) -> Handling:
    names = ("accepted", "closed", "how_known", "resolved", "on_time", "late", "asked", "satisfied")
    return Handling(*(counts.get(name) for name in names))


def rows_of(document: Document) -> dict[str, list[str]]:
    """Every row of every table by its first cell (the first one that has it)."""
    found: dict[str, list[str]] = {}
    for table in document.tables():
        for row in table.rows:
            found.setdefault(row[0].text, [cell.text for cell in row])
    return found


def text(document: Document) -> str:
    return "".join(line.text for line in document.sentences())


def luan(**more: Any) -> Report:
    """Counts of a city's 12315 report of December 2021 (Lu'an)."""
    kinds = [("投诉", 971, 1097, 744), ("举报", 356, 354, 656), ("咨询", 2116, 2404, 2143)]
    sources = [("话务", 2648, None, None), ("互联网", 745, None, None), ("监管人员录入", 50, None, None)]
    nothing = handling()
    money = replace(
        base().review.money,
        recovered=(15_210_000, None, None), recovered_cases=(409, None, None),
        claimed=(None,) * 3, claimed_cases=(None,) * 3,
    )  # fmt: skip
    defaults: dict[str, Any] = {
        "handling": (
            handling(accepted=798, closed=1029, how_known=1029, resolved=409, on_time=899, late=130),
            nothing,
            nothing,
        ),
        "money": money,
    }
    return published(
        "2021-12",
        [breakdown("kind", kinds), breakdown("channel", sources)],
        (3443, 3855, 3543),
        **{**defaults, **more},
    )


def test_a_months_report_gives_the_published_shares_changes_and_rates() -> None:
    rows = rows_of(compose(luan(), PLAIN, "zh"))
    assert rows["投诉"] == ["投诉", "971", "28.20", "744", "+30.51", "-11.49"]
    assert rows["举报"] == ["举报", "356", "10.34", "656", "-45.73", "+0.56"]
    assert rows["咨询"] == ["咨询", "2116", "61.46", "2143", "-1.26", "-11.98"]
    assert rows["接收(件)"] == ["接收(件)", "3443", "3855", "-412", "-10.69", "3543", "-100", "-2.82"]
    assert [rows[name][2] for name in ("话务", "互联网", "监管人员录入")] == ["76.91", "21.64", "1.45"]
    assert rows["调解成功率（已办结且结果明确的）"][1:4] == ["409", "1029", "39.75"]
    assert rows["按期办结率（已办结且办理期限明确的）"][1:4] == ["899", "1029", "87.37"]
    assert rows["挽回经济损失(万元)"][1] == "15.21"
    assert rows["回访满意率（回访有答复的）"][1:4] == ["—", "—", "—"]


def test_its_sentences_say_the_same() -> None:
    said = text(compose(luan(), PLAIN, "zh"))
    assert "2021年12月，共接收3443件；环比减少412件（10.69%）；同比减少100件（2.82%）。" in said
    assert "投诉（971件，占比28.20%，同比增加30.51%）" in said
    assert "在结果明确的1029件办结件中，调解成功409件，调解成功率39.75%。" in said
    assert "挽回经济损失15.21万元，涉及409件" in said


def test_half_years_and_quarters_give_the_published_changes() -> None:
    kinds: list[Row] = [
        ("投诉", 20616, None, 18908),
        ("举报", 7144, None, 8716),
        ("咨询", 29973, None, 26345),
    ]
    rows = rows_of(
        compose(published("2024-H1", [breakdown("kind", kinds)], (57733, None, 53969)), PLAIN, "zh")
    )
    assert [rows[name][4] for name in ("投诉", "举报", "咨询")] == ["+9.03", "-18.04", "+13.77"]
    natures = {
        "售后服务": (57378, "26.1"), "合同": (53823, "24.5"), "质量": (40687, "18.5"), "其他": (35204, "16.0"),
        "价格": (9835, "4.5"), "虚假宣传": (8959, "4.1"), "安全": (7619, "3.5"), "假冒": (2901, "1.3"),
        "人格尊严": (2443, "1.1"), "计量": (1060, "0.5"),
    }  # fmt: skip
    parts: list[Row] = [(name, count, None, None) for name, (count, _share) in natures.items()]
    document = compose(published("2020-Q3", [breakdown("conduct", parts)], (219909, None, None)), PLAIN, "en")
    rows = rows_of(document)
    for name in ("售后服务", "合同", "质量", "其他", "价格"):
        assert f"{float(rows[name][2]) + 1e-9:.1f}" == natures[name][1]
    assert rows["Total"][1:3] == ["219,909", "100.00"]
    assert "third quarter of 2020" in document.title


@pytest.mark.parametrize(
    ("total", "shares"),
    [
        (3776, {1028: "27.22", 268: "7.10", 2480: "65.68"}),
        (1296, {604: "46.60", 290: "22.38", 127: "9.80", 126: "9.72", 121: "9.34"}),
        (38447, {34859: "90.67", 2724: "7.09", 318: "0.83", 261: "0.68", 170: "0.44"}),
        (11171, {1590: "14.23", 1485: "13.29", 1152: "10.31", 1050: "9.40", 827: "7.40"}),
        (3656, {2954: "80.80", 480: "13.13", 139: "3.80", 66: "1.81", 17: "0.46"}),
    ],
)
def test_shares_are_those_of_other_published_reports(total: int, shares: dict[int, str]) -> None:
    parts: list[Row] = [(f"渠道{count}", count, None, None) for count in shares]
    report = published("2025-03", [breakdown("channel", parts, total)], (total, None, None))
    rows = rows_of(compose(report, PLAIN, "zh"))
    assert {count: rows[f"渠道{count}"][2] for count in shares} == shares
    others = total - sum(shares)
    assert ("其余" in rows) == bool(others)
    assert rows["合计"][1:3] == [str(total), "100.00"]


def test_a_change_of_system_is_no_fall_of_ninety_one_per_cent() -> None:
    kinds: list[Row] = [("投诉", 250, 1109, 841), ("举报", 37, 283, 75), ("咨询", 110, 3224, 3939)]
    rates = (handling(closed=241, how_known=241, resolved=92, on_time=180, late=61), handling(), handling())
    report = published("2022-Q1", [breakdown("kind", kinds)], (397, 4616, 4855), handling=rates)
    rows = rows_of(compose(report, PLAIN, "zh"))
    assert [rows[name][4] for name in ("投诉", "举报", "咨询")] == ["-70.27", "-50.67", "-97.21"]
    assert rows["接收(件)"][-1] == "-91.82"
    assert rows["调解成功率（已办结且结果明确的）"][3] == "38.17"
    assert rows["按期办结率（已办结且办理期限明确的）"][3] == "74.69"
    changed = (Rebase("received", "2022-01", "虚构", "热线并入，口径改变", "2022-04-01T00:00:00"),)
    broken = compose(replace(report, review=replace(report.review, rebases=changed)), PLAIN, "zh")
    rows = rows_of(broken)
    assert rows["投诉"][4:] == ["—", "—"]
    assert rows["接收(件)"][2:] == ["4616", "—", "—", "4855", "—", "—"]
    assert "91.82" not in str(broken)
    assert "上年同期无可比数据" in text(broken)
    assert any("不跨口径作比较" in note for table in broken.tables() for note in table.notes)
    assert "热线并入，口径改变" in str(broken)


@pytest.mark.parametrize(
    ("verdict", "before", "said"),
    [
        ("high", 3000, "本月明显上升"),
        ("high", 3855, "本月高于常态"),
        ("low", 3855, "本月明显下降"),
        ("low", 3000, "本月低于常态"),
        ("usual", 3855, "属正常波动"),
        ("", 3855, "尚无控制限"),
    ],
)
def test_only_the_control_chart_makes_a_change_a_rise_or_a_fall(verdict: str, before: int, said: str) -> None:
    chart = charted(parse_span("2021-12"), {"2021-12": verdict})
    lines = (headline("received", 3443, before, 3543),)
    document = compose(luan(controls=(chart,), headlines=lines), PLAIN, "zh")
    assert said in text(document)
    rises = [word for word in RISES["zh"] if word in _judged(document, "zh")]
    assert rises == [word for word in RISES["zh"] if word in said]


def test_a_quarter_names_its_unusual_months_and_calls_none_a_rise() -> None:
    span = parse_span("2022-Q1")
    chart = charted(span, {"2022-02": "high"}, 24)
    monthly = tuple(Month(month_name(index), 100, 90, 10) for index in range(span.end - 24, span.end))
    report = published("2022-Q1", [], (300, 250, 280), (chart,), monthly=monthly)
    document = compose(report, PLAIN, "zh")
    assert "2022-02高于常态，其余月份属正常波动" in text(document)
    assert not [word for word in RISES["zh"] if word in _judged(document, "zh")]


def _judged(document: Document, lang: str) -> str:
    """All sentences but the last, fixed ones that define the words."""
    fixed = {"zh": "才称为上升或者下降", "en": "is called a rise or a fall"}[lang]
    return "".join(line.text for line in document.sentences() if fixed not in line.text)


def test_a_hole_in_a_channel_is_not_compared_and_is_said() -> None:
    sources: list[Row] = [("话务", 2648, 2700, 0), ("互联网", 795, 800, 900)]
    quality = replace(luan().review.quality, gaps=(Gap("话务", ("2020-12",)),))
    document = compose(luan(breakdowns=(breakdown("channel", sources),), quality=quality), PLAIN, "zh")
    rows = rows_of(document)
    assert rows["话务"][3:] == ["0", "—", "-1.93"]
    assert rows["互联网"][4] == "-11.67"
    assert rows["接收(件)"][-1] == "—"
    assert "应有数据的月份没有数据" in text(document)
    assert "2020-12" in str([table for table in document.tables() if table.caption == "数据缺口和未满月份"])


def test_a_small_channels_hole_is_said_without_ending_every_comparison() -> None:
    sources: list[Row] = [("话务", 3400, 3800, 3500), ("来函", 10, 12, 0), ("转办", 33, 43, 43)]
    for months, compared in ((("2020-12",), True), (("2020-12", "2021-11", "2021-12"), False)):
        quality = replace(luan().review.quality, gaps=(Gap("来函", months),))
        document = compose(luan(breakdowns=(breakdown("channel", sources),), quality=quality), PLAIN, "zh")
        assert (rows_of(document)["接收(件)"][-1] == "-2.82") == compared
        assert rows_of(document)["来函"][4] == "—"
        assert "应有数据的月份没有数据" in text(document)


def test_an_unfinished_month_is_neither_compared_nor_judged() -> None:
    quality = replace(luan().review.quality, incomplete=("2021-12",))
    document = compose(luan(quality=quality), PLAIN, "en")
    rows = rows_of(document)
    assert rows["Received (cases)"][3:5] == ["—", "—"]
    assert "provisional" in text(document)
    assert "is not judged" in text(document)


def test_a_base_of_zero_is_no_infinity() -> None:
    kinds: list[Row] = [("投诉", 10, 0, 0), ("举报", 5, None, None)]
    document = compose(published("2025-03", [breakdown("kind", kinds)], (15, 0, 0)), PLAIN, "zh")
    rows = rows_of(document)
    assert rows["投诉"] == ["投诉", "10", "66.67", "0", "—", "—"]
    assert rows["举报"] == ["举报", "5", "33.33", "—", "—", "—"]
    assert "上年同期无可比数据" in text(document)


def test_people_who_handle_cases_are_not_named_and_bodies_are() -> None:
    people = breakdown("handler", [("张某某", 20, 10, 10), ("李某某", 10, 10, 10)])
    bodies = breakdown("handler", [("城东区市场监管局", 20, 10, 10), ("物价所", 10, 10, 10)])
    assert "张某某" not in str(compose(published("2025-03", [people], (30, 20, 20)), PLAIN, "zh"))
    assert "城东区市场监管局" in str(compose(published("2025-03", [bodies], (30, 20, 20)), PLAIN, "zh"))


def test_respondents_with_few_cases_are_not_named() -> None:
    rows: list[Row] = [("虚构甲公司", 9, 2, 2), ("虚构乙公司", 4, 8, 8)]
    document = compose(published("2025-03", [breakdown("respondent", rows)], (13, 10, 10)), PLAIN, "zh")
    assert "虚构乙公司" not in str(document)
    assert rows_of(document)["其余"][1] == "4"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_number_of_the_word_files_sentences_is_in_its_tables(lang: str) -> None:
    report = make_report(names="zh", channels=60, rebase=None)
    spots = tuple(
        HotSpot("conduct", part.value) for part in report.review.breakdown("conduct").parts[:2] if part.value
    )  # type: ignore[union-attr]
    word = docx.Document(io.BytesIO(published_docx(report, Editorial(hot_spots=spots), lang)))
    cells = {
        number
        for table in word.tables
        for row in table.rows
        for cell in row.cells
        for number in NUMBER.findall(cell.text)
    }
    period = {"zh": "2026年10月", "en": "October 2026"}[lang]
    lines = [
        line.text.replace(period, "")
        for line in word.paragraphs
        if line.style and line.style.name == "Report Text"
    ]
    said = [number for line in lines for number in NUMBER.findall(line)]
    assert len(said) > 40
    assert [number for number in said if number not in cells] == []


def test_a_sentence_with_a_figure_of_no_table_cannot_be_made() -> None:
    from casework.published.document import sentence
    from casework.published.numbers import count

    with pytest.raises(ValueError, match="in no table"):
        Document("zh", "", "", (Paragraph((sentence("{n}", n=count(7)),)),))
    with pytest.raises(ValueError, match="not known"):
        sentence("{n}", n=count(None))


counts = st.none() | st.integers(0, 10**6)


@st.composite
def reviews(draw: st.DrawFn) -> Review:
    """A review of arbitrary figures that need not fit together."""
    span = draw(st.sampled_from([parse_span(one) for one in ("2026-10", "2026-Q3", "2026-H1", "2025")]))
    dimensions = draw(
        st.lists(
            st.sampled_from(("kind", "channel", "conduct", "respondent", "region", "handler")), unique=True
        )
    )
    names = st.none() | st.sampled_from(
        ["电话", "网站", "市监局", "<b>甲</b>", "{乙}", "#let x", "12345热线", "下属单位"]
    )
    parts = []
    for dimension in dimensions:
        values = draw(st.lists(names, unique=True, min_size=1, max_size=7))
        rows = [(name, draw(st.integers(0, 10**5)), draw(counts), draw(counts)) for name in values]
        parts.append(breakdown(dimension, rows, sum(row[1] for row in rows) + draw(st.integers(0, 50))))
    total = parts[0].total if parts else draw(st.integers(0, 10**5))
    verdicts = {month: draw(st.sampled_from(("high", "low", "usual", ""))) for month in span.names()}
    handled = [Handling(*(draw(counts) for _ in range(8))) for _ in range(3)]
    quality = replace(
        base().review.quality,
        first_month=draw(st.sampled_from(("2020-01", "2026-01"))),
        incomplete=draw(st.sampled_from(((), (span.names()[-1],)))),
        gaps=draw(st.sampled_from(((), (Gap("电话", span.before.names()[:1]),)))),
    )
    money = replace(
        base().review.money,
        recovered=tuple(draw(counts) for _ in range(3)),
        recovered_cases=tuple(draw(counts) for _ in range(3)),
    )
    return replace(
        base().review, period=span, breakdowns=tuple(parts), handling=(handled[0], handled[1], handled[2]),
        headlines=(headline("received", total, draw(counts), draw(counts)), headline("open", 5, draw(counts), draw(counts))),
        controls=(charted(span, verdicts, 24),), quality=quality, money=money,
        rebases=draw(st.sampled_from(((), (Rebase("received", span.names()[0], "", "变了", ""),)))),
    )  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(reviews(), st.sampled_from(["zh", "en"]))
def test_whatever_the_figures_nothing_is_made_up(review: Review, lang: str) -> None:
    document = compose(replace(base(), review=review, period=review.period), PLAIN, lang)
    judged = _judged(document, lang)
    span = review.period
    assert span is not None
    month = next(point for point in review.controls[0].points if point.month == span.names()[-1])
    if span.months > 1 or month.verdict not in ("high", "low") or review.quality.incomplete:
        assert not [word for word in RISES[lang] if word in judged]
    if month.verdict != "high":
        assert "上升" not in judged and " rise" not in judged
    assert not re.search(r"\b(None|nan|inf)\b|\{\w*\}(?<!\{乙\})", judged)
    for table in document.tables():
        _adds_up(table, lang)
    rates = [
        table
        for table in document.tables()
        if table.caption in ("办理质量指标及其基数", "Rates with their denominators")
    ]
    for row in (row for table in rates for row in table.rows):
        assert (row[3].text == "—") == (row[1].value is None or not row[2].value)
        assert (row[1].text == "—") == (row[1].value is None)


def _adds_up(table: Table, lang: str) -> None:
    name = {"zh": "占比(%)", "en": "Share (%)"}[lang]
    if name not in table.header:
        return
    shares = [row[table.header.index(name)].value for row in table.rows]
    known = [value for value in shares[:-1] if value is not None]
    assert shares[-1] == 10_000
    assert abs(sum(known) - 10_000) <= len(known)
    rounded = {"zh": "各项占比分别四舍五入", "en": "each is rounded"}[lang]
    assert (sum(known) == 10_000) or any(rounded in note for note in table.notes)
    assert sum(row[1].value or 0 for row in table.rows[:-1]) == table.rows[-1][1].value


def test_the_word_file_has_headings_repeated_headers_page_numbers_and_pictures_in_words() -> None:
    data = published_docx(make_report(channels=3, months=14), replace(PLAIN, office="虚构中心"), "zh")
    word = docx.Document(io.BytesIO(data))
    styles = [line.style.name for line in word.paragraphs if line.style]
    assert styles.count("Heading 1") == 9
    assert styles.count("Heading 2") >= 2
    xml = word.element.xml
    assert xml.count("<w:tblHeader/>") == len(word.tables) >= 9
    pictures = re.findall(r'<wp:docPr [^>]*descr="([^"]+)"', xml)
    assert len(pictures) == 5
    assert "PAGE" in word.sections[0].footer._element.xml
    assert "虚构中心" in word.paragraphs[1].text
    assert 'w:eastAsia="仿宋"' in word.styles.element.xml
    core = word.core_properties
    assert (core.author, core.last_modified_by, core.comments) == ("", "", "")
    assert core.created == dt.datetime(2026, 11, 15, tzinfo=core.created.tzinfo if core.created else None)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_same_report_gives_the_same_bytes(lang: str) -> None:
    report = make_report(channels=3, months=14)
    assert published_docx(report, PLAIN, lang) == published_docx(report, PLAIN, lang)
    assert published_pdf(report, PLAIN, lang) == published_pdf(report, PLAIN, lang)


@pytest.mark.parametrize("shape", ["empty", "one", "all_open", "same_day", "huge"])
def test_odd_data_give_a_whole_report(shape: str) -> None:
    for lang in ("zh", "en"):
        document = compose(make_report(channels=3, months=14, shape=shape), PLAIN, lang)
        assert len([block for block in document.blocks if isinstance(block, Table)]) >= 2
    report = make_report(channels=3, months=14, shape=shape, whole=True, without=("closed", "kind"))
    assert published_pdf(report, PLAIN, "zh").startswith(b"%PDF")


def test_markup_in_names_stays_text(tmp_path: Path) -> None:
    hostile = ["#panic()", "$x^2$ *b*", '"]); #let y = 1', "<w:b/>&amp;", "\u202e反\x00\x0b", "=cmd|x"]
    rows: list[Row] = [(name, 20 - place, 9, 9) for place, name in enumerate(hostile)]
    parts = [breakdown("channel", rows), breakdown("respondent", rows)]
    total = sum(row[1] for row in rows)
    report = published("2025-03", parts, (total, 54, 54))
    words = replace(PLAIN, advice='#read("main.typ")\n{{ x }} \x01 ok', office="#image()")
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(published_pdf(report, words, "zh"))
    shown = text_of(pdf)
    assert "#panic()" in shown and "#read(" in shown
    word = docx.Document(io.BytesIO(published_docx(report, words, "zh")))
    assert any(cell.text == "<w:b/>&amp;" for table in word.tables for cell in table.columns[0].cells)


def test_charts_draw_the_figures_of_their_table() -> None:
    from casework.i18n import use_language
    from casework.published.drawings import alt_text, drawn

    document = compose(luan(), PLAIN, "zh")
    charts = [block for block in document.blocks if isinstance(block, Chart)]
    with use_language("zh"):
        bars = drawn(charts[0])
        assert alt_text(charts[0]).endswith("话务 2648、互联网 745、监管人员录入 50")
    assert [row["bars"][0]["text"] for row in bars["rows"]] == ["2648", "745", "50"]
    assert [len(row["bars"]) for row in bars["rows"]] == [
        1,
        1,
        1,
    ]  # last year's are not known, so none is drawn
    assert bars["rows"][0]["bars"][0]["length"] == 1.0


def _template(change: Any = None) -> bytes:
    word = docx.Document()
    word.styles["Heading 1"].font.name = "Office Face"
    word.add_paragraph("虚构市监局文件")
    word.add_paragraph("{{report}}")
    word.add_paragraph("抄送：虚构")
    if change:
        change(word)
    output = io.BytesIO()
    word.save(output)
    return output.getvalue()


def test_an_offices_own_template_keeps_its_styles_and_what_stands_around() -> None:
    word = docx.Document(io.BytesIO(published_docx(luan(), PLAIN, "zh", template=_template())))
    lines = [line.text for line in word.paragraphs]
    assert lines[0] == "虚构市监局文件"
    assert lines[1] == "2021年12月消费投诉数据分析报告"
    assert lines[-1] == "抄送：虚构"
    assert "{{report}}" not in lines
    assert word.styles["Heading 1"].font.name == "Office Face"
    assert word.styles["Report Text"].font.name == "Times New Roman"


def test_a_template_that_could_fetch_or_run_something_is_refused() -> None:
    def fetches(word: Any) -> None:
        word.part.relate_to(
            "http://example.invalid/x.dotm",
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate",
            is_external=True,
        )

    with pytest.raises(BadFile, match="不能使用"):
        published_docx(luan(), PLAIN, "zh", template=_template(fetches))
    with pytest.raises(BadFile):
        published_docx(luan(), PLAIN, "zh", template=b"no word file")
    with zipfile.ZipFile(io.BytesIO(_template())) as whole:
        assert "word/document.xml" in whole.namelist()


@pytest.mark.office
def test_a_word_processor_shows_every_section(tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    path.write_bytes(published_docx(make_report(channels=3, months=14), PLAIN, "en"))
    shown = text_of(as_pdf(path, tmp_path))
    for title in (
        "1. Overall",
        "3. Handling",
        "5.1 Respondents",
        "8. Advice to consumers",
        "9. Notes on the data",
    ):
        assert title in shown
