"""Charts draw real Chinese glyphs, say in words what they show, hold the numbers they draw, and stay legible whatever the names."""

from __future__ import annotations

import io
import itertools
import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import font_manager, rcParams
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_hex
from matplotlib.image import imread
from matplotlib.patches import PathPatch
from matplotlib.text import Text

from casework.analytics.figures import Report
from casework.analytics.review import Headline
from casework.analytics.survival import kaplan_meier
from casework.charts import CHART_NAMES, Chart, all_charts, some_charts, sparkline
from casework.charts.canvas import Canvas, Room, Words
from casework.charts.context import Context
from casework.charts.curves import steps, thin
from casework.charts.lettering import MISSING, clean, fit, lettering, number, width, wrap
from casework.charts.looks import LOOKS, OTHER_LOOK, luminance, shade, text_color
from casework.i18n import use_language
from casework.measuring import report_exports

from .layouts import LAYOUTS
from .reviews import make_report


@pytest.fixture(scope="module")
def usual() -> Report:
    return make_report(channels=12, names="zh")


@pytest.fixture(scope="module")
def whole() -> Report:
    return make_report(channels=12, names="en", whole=True)


def by_name(report: Report, lang: str = "en") -> dict[str, Chart]:
    with use_language(lang):
        return {chart.name: chart for chart in all_charts(report)}


def texts(chart: Chart) -> list[str]:
    assert chart.figure is not None
    return [text.get_text() for text in chart.figure.findobj(Text)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_chart_says_what_it_shows_and_has_the_table_behind_it(usual, lang):
    charts = by_name(usual, lang)
    assert tuple(charts) == CHART_NAMES
    for chart in charts.values():
        assert chart.alt.startswith(chart.title)
        assert len(chart.alt) > len(chart.title) + 10
        assert chart.rows
        assert all(len(row) == len(chart.header) for row in chart.rows), chart.name
        assert chart.units
        assert chart.n
        assert chart.source == "虚构导出表.xlsx"
        assert chart.as_of == usual.as_of
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chart.title) == (lang == "zh")


def test_an_export_becomes_charts(tmp_path):
    report = report_exports([LAYOUTS[1].write(tmp_path)])
    for chart in some_charts(report, ("volume", "curves", "medians", "backlog")):
        picture = imread(io.BytesIO(chart.image("png", dpi=60)))
        assert picture.shape[0] > 150
        assert picture.std() > 0.05, "something is drawn"


def test_no_chart_is_drawn_before_it_is_asked_for(usual):
    assert all("figure" not in chart.__dict__ for chart in all_charts(usual))


def test_a_chart_keeps_the_language_in_which_it_was_made(usual):
    chart = by_name(usual, "en")["volume"]
    with use_language("zh"):
        assert "other channels" in texts(chart)


def test_matplotlib_is_left_as_it_was(usual):
    before = dict(rcParams)
    all_charts(usual)[0].image("svg")
    assert dict(rcParams) == before


CROWDS = (
    ("zh", {"channels": 3, "names": "zh"}),
    ("en", {"channels": 12, "names": "en", "whole": True, "rebase": "2025-09"}),
    ("zh", {"channels": 60, "names": "long", "whole": True, "months": 14}),
    ("en", {"channels": 100, "names": "zh", "per_month": 20, "months": 110, "whole": True}),
    ("en", {"channels": 12, "names": "en", "shape": "huge", "months": 14}),
)
#: With huge numbers only these differ.
COUNTED = {"volume", "control_received", "by_channel", "heat", "backlog", "clocks", "curves"}
#: These are drawn by the same code from the same kind of numbers.
ALIKE = {"by_kind", "by_region", "by_handler", "by_outcome", "by_status", "control_open", "acceptance"}


@pytest.mark.parametrize(
    ("lang", "wanted"), CROWDS, ids=[str(wanted["channels"]) for _lang, wanted in CROWDS]
)
def test_no_label_is_clipped_or_lies_on_another(lang, wanted):
    for chart in by_name(make_report(**wanted), lang).values():
        if chart.name in ALIKE or (wanted.get("shape") == "huge" and chart.name not in COUNTED):
            continue
        assert not chart.reason, chart.name
        assert_legible(chart)


def assert_legible(chart: Chart) -> None:
    """Every text lies in the picture and on no other, by the boxes of the renderer."""
    figure = chart.figure
    assert figure is not None
    across, up = (round(side * 72) for side in figure.get_size_inches())
    figure.set_dpi(72)
    with lettering():
        renderer = RendererAgg(across, up, 72)
        found = [text for text in figure.findobj(Text) if text.get_text()]
        boxes = [(text.get_text(), text.get_window_extent(renderer).padded(-0.6)) for text in found]
    for text, box in boxes:
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= across and box.y1 <= up, (chart.name, text, box)
    for (one, box), (other, second) in itertools.combinations(boxes, 2):
        assert not box.overlaps(second), (chart.name, one, other)


@pytest.mark.parametrize("shape", ["empty", "one", "all_open", "same_day"])
@pytest.mark.parametrize("without", [(), ("closed", "due", "conduct", "accepted", "first_response")])
def test_odd_data_draw_something_true_or_say_why_not(shape, without):
    for chart in by_name(make_report(3, names="en", shape=shape, months=13, without=without)).values():
        assert bool(chart.reason) != bool(chart.rows), chart.name
        if chart.reason:
            assert "\n" not in chart.reason
            assert chart.reason in chart.alt
        elif shape == "one" and chart.name not in ALIKE:
            assert_legible(chart)


def test_a_chart_without_a_picture_shows_its_reason_as_one():
    chart = by_name(make_report(shape="empty"))["medians"]
    assert any(chart.reason in text for text in texts(chart))
    assert chart.image("png", dpi=40).startswith(b"\x89PNG")


def test_names_are_cut_in_the_picture_and_whole_in_the_table():
    chart = by_name(make_report(12, names="long"))["by_channel"]
    names = [row[0] for row in chart.rows]
    assert {len(str(name)) for name in names} <= {200, len("(not stated)")}
    assert not set(names) & set(texts(chart)) - {"(not stated)"}
    assert any(text.endswith("…") and text[:-1] == str(names[0])[: len(text) - 1] for text in texts(chart))


def test_the_bars_of_volume_are_as_high_as_the_table_says(usual):
    chart = by_name(usual)["volume"]
    assert chart.figure is not None
    drawn = {}
    for patch in chart.figure.findobj(PathPatch):
        corners = patch.get_path().vertices.reshape(-1, 5, 2)
        color = to_hex(patch.get_facecolor())
        if patch.get_facecolor()[3] and len(corners) > 1:
            drawn.setdefault(color, float((corners[:, 2, 1] - corners[:, 0, 1]).sum()))
    look_of = dict(zip(chart.header[1:-1], [*LOOKS[:8], OTHER_LOOK], strict=True))
    totals = {name: sum(int(row[place + 1] or 0) for row in chart.rows) for place, name in enumerate(look_of)}
    heights = np.array([drawn[look.color.lower()] for look in look_of.values()])
    assert np.allclose(heights / heights.sum(), np.array(list(totals.values())) / sum(totals.values()))
    shown = {row[0] for row in chart.rows}
    assert sum(totals.values()) == sum(row.received for row in usual.history if row.month in shown)


def test_every_number_written_in_a_picture_is_in_its_table(usual):
    charts = by_name(usual)
    for name in ("heat", "backlog"):
        cells = {number(cell) for row in charts[name].rows for cell in row if isinstance(cell, int)}
        written = {text for text in texts(charts[name]) if re.fullmatch(r"[\d,]+", text)}
        ticks = {"0", "5", "10", "20", "30", "40"} if name == "backlog" else set()
        assert written - ticks <= cells
    shares = {f"{cell:.1%}" for row in charts["ends"].rows for cell in row if isinstance(cell, float)}
    assert {text for text in texts(charts["ends"]) if re.fullmatch(r"[\d.]+\.\d%", text)} <= shares
    within = {f"{cell:.1%}" for row in charts["within"].rows for cell in row if isinstance(cell, float)}
    assert {
        text.split(" (")[0] for text in texts(charts["within"]) if re.match(r"[\d.]+\.\d% \(", text)
    } <= within
    medians = {f"{row[3]:.1f} days" for row in charts["medians"].rows if row[3] is not None}
    assert {text for text in texts(charts["medians"]) if re.fullmatch(r"[\d.]+ days", text)} <= medians


def test_the_alternative_text_has_the_key_numbers(usual):
    charts = by_name(usual)
    totals = [int(row[-1] or 0) for row in charts["volume"].rows]
    assert f"{sum(totals):,} cases" in charts["volume"].alt
    assert f"the most, {max(totals)}, in 2026-07" in charts["volume"].alt
    assert "2026-10: usual variation, 109" in charts["control_received"].alt
    assert "2026-07 (outside the limits)" in charts["control_received"].alt
    overall = usual.review.timing("resolution")[0]
    assert f"all channels: median {overall.median.value:.1f} days" in charts["curves"].alt
    assert str(usual.review.breakdown("kind").parts[0].received) in charts["by_kind"].alt
    assert f"{usual.open} cases open" in charts["backlog"].alt


def test_a_month_that_is_not_over_is_hatched_and_said(whole):
    charts = by_name(whole)
    for name in ("volume", "control_received"):
        assert "month not over" in texts(charts[name])
    assert "2026-11 is not over: the data end on 2026-11-15." in charts["volume"].remark
    assert any("2026-11 is not over" in text for text in texts(charts["volume"]))
    last = charts["control_received"].rows[-1]
    assert (last[0], last[2], last[5], last[-1]) == ("2026-11", None, "", "month not over")


def test_festivals_are_named_below_the_months_and_in_the_remark(usual, whole):
    assert "春节" in texts(by_name(usual, "zh")["volume"])
    assert "2026-02 Spring Festival" in by_name(whole)["control_received"].remark


def test_a_hole_in_a_channel_is_said(whole):
    assert "perhaps a hole in the data" in by_name(whole)["volume"].remark


def test_channels_with_too_few_cases_are_listed_and_not_ranked():
    report = make_report(60, names="en", per_month=8, whole=True)
    chart = by_name(report)["medians"]
    few = [row for row in report.review.timing("resolution") if not row.overall and row.n < 5]
    assert few
    labels = texts(chart)
    assert not any(f"{row.channel} (n={row.n})" in labels for row in few)
    assert any(text.startswith("Too few to rank") or "Too few to rank" in text for text in labels)
    assert {row[0] for row in chart.rows if row[-1]} == {row.channel or "(not stated)" for row in few}


def test_a_signal_has_a_shape_of_its_own_and_new_limits_their_reason():
    report = make_report(3, names="en", months=40, whole=True, rebase="2025-09")
    chart = by_name(report)["control_received"]
    assert chart.figure is not None
    markers = {line.get_marker() for line in chart.figure.findobj(lambda one: hasattr(one, "get_marker"))}
    assert {"o", "s"} <= markers
    assert "New limits from 2025-09: 登记办法改变 (张虚构)." in chart.remark
    assert "new limits from here" in texts(chart)
    assert len({row[2] for row in chart.rows if row[2] is not None}) == 2


def test_without_limits_a_control_chart_calls_no_month_unusual():
    chart = by_name(make_report(3, names="en", months=8))["control_received"]
    assert "So no month is called unusual." in chart.alt
    assert all(row[2] is None for row in chart.rows)
    assert "limits of usual variation" not in texts(chart)


def test_adjusted_medians_are_drawn_only_where_the_mix_differs(usual):
    same = replace(usual.review, comparison=replace(usual.review.comparison, mix_differs=False))
    assert by_name(replace(usual, review=same))["adjusted"].reason
    assert not by_name(usual)["adjusted"].reason


def test_ends_that_no_source_tells_are_not_drawn(usual):
    told = tuple(replace(row, counts=(0, 0, 0, sum(row.counts))) for row in usual.review.ends)
    chart = by_name(replace(usual, review=replace(usual.review, ends=told)))["ends"]
    assert chart.reason == "The source does not say how cases ended."


def test_a_report_recalled_without_curves_says_so(usual):
    bare = tuple(replace(row, curve=None) for row in usual.review.timings)
    chart = by_name(replace(usual, review=replace(usual.review, timings=bare)))["curves"]
    assert "recalled without their curves" in chart.reason


def test_a_channel_has_the_same_look_in_every_chart(usual):
    context = Context(usual)
    names = [channel for channel in context.leading if channel is not None]
    for name in ("volume", "backlog"):
        shown = [one for one in texts(by_name(usual)[name]) if one in names]
        assert shown == [one for one in names if one in shown], (
            "the order, and so the look, of the leading channels"
        )
    assert len({(look.color, look.hatch) for look in context.looks.values()}) == len(context.looks) == 9


def test_looks_are_told_apart_in_grey_print():
    looks = [*LOOKS, OTHER_LOOK]
    with lettering():
        canvas = Canvas(Words("", "", ""), Room(height=20.0 * len(looks)))
        for row, look in enumerate(looks):
            y = canvas.bottom + 20 * row
            canvas.boxes([canvas.left, y, canvas.left + 30, y + 16], look)
        renderer = RendererAgg(round(605 * 1.5), round(canvas.height * 1.5), 108)
        canvas.figure.set_dpi(108)
        canvas.figure.draw(renderer)
    grey = np.asarray(renderer.buffer_rgba())[::-1, :, :3].astype(float) @ [0.299, 0.587, 0.114]
    found = []
    for row in range(len(looks)):
        y, x = round((canvas.bottom + 20 * row) * 1.5), round(canvas.left * 1.5)
        patch = grey[y + 3 : y + 21, x + 3 : x + 42]
        across, up = np.abs(np.diff(patch, axis=1)).mean(), np.abs(np.diff(patch, axis=0)).mean()
        slant = (
            np.abs(patch[1:, 1:] - patch[:-1, :-1]).mean() - np.abs(patch[1:, :-1] - patch[:-1, 1:]).mean()
        )
        found.append(np.array([patch.mean(), across, up, slant]))
    for (one, first), (other, second) in itertools.combinations(enumerate(found), 2):
        assert np.abs(first - second).max() > 12, (looks[one], looks[other])


@given(st.floats(0, 1))
def test_a_number_stands_out_from_its_cell(share):
    background = shade(share)
    light, dark = sorted((luminance(background), luminance(text_color(background))), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_chinese_is_drawn_from_the_font_that_ships_even_where_no_other_is_installed(usual, monkeypatch):
    """A machine with Chinese fonts of its own would make this pass for the wrong reason: only ours and DejaVu count."""
    import pylopdf_fonts_zh_cn

    ours = str(pylopdf_fonts_zh_cn.sans_path())
    chart = by_name(usual, "zh")["volume"]
    assert chart.figure is not None
    kept = [e for e in font_manager.fontManager.ttflist if e.fname == ours or e.name.startswith("DejaVu")]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", kept)
    one = chart.figure.findobj(Text)[0]
    assert font_manager.findfont(one.get_fontproperties()) == ours
    face = font_manager.get_font(ours)
    every = {letter for name in by_name(usual, "zh").values() for text in texts(name) for letter in text}
    assert {letter for letter in every if not face.get_char_index(ord(letter))} <= {"\u0302"}


def test_what_no_font_has_is_shown_as_the_printers_mark_not_as_a_box():
    assert clean("a\U0001f600b") in ("a" + MISSING + "b", "a\U0001f600b")
    assert clean("\U00020bb7野家") == MISSING + "野家"
    assert clean("a\u202eb\x00\n c") == "ab c"


@settings(max_examples=60)
@given(st.text(max_size=60), st.floats(30, 200))
def test_a_fitted_text_is_no_wider_than_its_room(text, room):
    assert width(fit(text, 9, room), 9) <= room + 1e-6
    lines = wrap(text, 9, room, 3)
    assert len(lines) <= 3
    assert all(width(line, 9) <= room + 1e-6 for line in lines)


ODD = ("$x_1$ <b>", "\\frac{1}", "a" * 200, "--> ]]> <script>", "\U0001f600\x01\u202e", "&lt;")


def test_hostile_names_are_drawn_as_typed_and_the_svg_stays_well_formed(usual):
    names = dict(zip([row.value for row in usual.review.breakdown("channel").parts], ODD, strict=False))
    parts = tuple(
        replace(p, value=names.get(p.value, p.value)) for p in usual.review.breakdown("channel").parts
    )
    odd = replace(usual.review.breakdown("channel"), parts=parts)
    review = replace(usual.review, breakdowns=(odd,))
    chart = by_name(replace(usual, review=review))["by_channel"]
    assert "$x_1$ <b>" in texts(chart)
    tree = ElementTree.fromstring(chart.image("svg"))  # noqa: S314 - our own bytes
    assert not [one for one in tree.iter() if one.tag.endswith(("script", "foreignObject", "image"))]


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_the_same_numbers_make_the_same_bytes(kind):
    images = [some_charts(make_report(3, months=14), ("volume",))[0].image(kind) for _ in range(2)]
    assert images[0] == images[1]
    assert b"202" not in images[0] or kind != "png"
    assert b"dc:date" not in images[0]
    assert b"CreationDate" not in images[0]


def test_a_curve_of_a_million_steps_is_drawn_from_what_the_picture_can_show():
    n = 1_000_000
    curve = kaplan_meier(np.arange(1, n + 1) / 1000, np.ones(n, dtype=np.int64), np.zeros(n, dtype=np.int64))
    kept = thin(curve.time, 1000.0)
    assert len(kept) <= 2 * 1200 + 2
    x, y = steps(curve.time, curve.open_share, 1000.0)
    at = np.linspace(0, 1000, 5000)
    drawn = y[np.searchsorted(x, at, side="right") - 1]
    true = curve.open_share[np.searchsorted(curve.time, at, side="right") - 1]
    assert np.abs(drawn - true).max() <= 1 / 1200 + 1e-9, "less than a column of the picture"


@given(st.lists(st.integers(0, 40), min_size=1, max_size=60), st.floats(1, 50))
def test_few_steps_are_drawn_exactly(days, limit):
    ones = np.ones(len(days), dtype=np.int64)
    curve = kaplan_meier(np.array(days, dtype=np.float64), ones, 0 * ones)
    x, y = steps(curve.time, curve.open_share, limit)
    corners = set(zip(x.tolist(), y.tolist(), strict=True))
    inside = curve.time <= limit
    assert set(zip(curve.time[inside].tolist(), curve.open_share[inside].tolist(), strict=True)) <= corners
    assert x.max() <= limit


def test_a_sparkline_marks_its_last_value_and_breaks_at_what_is_not_known():
    series = (("2026-08", 1.0), ("2026-09", None), ("2026-10", 3.0), ("2026-11", 2.0))
    drawn = sparkline(Headline("received", 2, 3, None, series, "high"))
    tree = ElementTree.fromstring(drawn)  # noqa: S314 - our own text
    paths = [one.get("d") or "" for one in tree.iter() if one.tag.endswith("path")]
    assert paths[0].count("M") == 2
    assert len(paths) == 2, "a triangle where the control chart calls it high"
    assert "circle" in sparkline(Headline("received", 2, 3, None, series, "usual"))
    assert sparkline(Headline("claimed", 2, 3, None, ())) == ""
    flat = sparkline(Headline("open", 2, 2, None, (("2026-10", 2.0), ("2026-11", 2.0))))
    assert "nan" not in flat
