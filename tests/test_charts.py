"""Charts draw real Chinese glyphs, say in words what they show, and hold the numbers they draw."""

from __future__ import annotations

import io

import pytest
from matplotlib import font_manager
from matplotlib.image import imread

from casework.analytics.figures import Report
from casework.charts import all_charts
from casework.desk import report_exports
from casework.i18n import use_language

from .layouts import LAYOUTS


@pytest.fixture
def report(tmp_path) -> Report:
    return report_exports([LAYOUTS[1].write(tmp_path)])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_chart_has_title_alternative_text_and_the_table_behind_it(report, lang):
    with use_language(lang):
        charts = all_charts(report)
    assert [chart.name for chart in charts] == ["volume", "curves", "medians", "backlog"]
    for chart in charts:
        assert chart.title in chart.alt
        assert len(chart.alt) > len(chart.title) + 10
        assert all(len(row) == len(chart.header) for row in chart.rows)
        picture = imread(io.BytesIO(chart.image("png", dpi=60)))
        assert picture.shape[0] > 200
        assert picture.std() > 0.05, "something is drawn"
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chart.title) == (lang == "zh")


def test_chinese_is_drawn_from_the_font_that_ships_even_where_no_other_is_installed(report, monkeypatch):
    """A machine with Chinese fonts of its own would make this pass for the wrong reason: only ours and DejaVu count."""
    chart = all_charts(report)[0]
    import pylopdf_fonts_zh_cn

    ours = str(pylopdf_fonts_zh_cn.sans_path())
    kept = [
        entry
        for entry in font_manager.fontManager.ttflist
        if entry.fname == ours or entry.name.startswith("DejaVu")
    ]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", kept)
    found = font_manager.findfont(
        font_manager.FontProperties(family=chart.figure.axes[0].title.get_fontfamily())
    )
    assert found == ours
    face = font_manager.get_font(found)
    assert all(face.get_char_index(ord(letter)) for letter in "各月渠道接收投诉件数电话网页小程序未办结")


def test_a_dollar_sign_or_markup_in_a_channel_is_drawn_as_typed(tmp_path):
    path = tmp_path / "odd.csv"
    names = ["$x_1$ <b>", "\\frac{1}", "a" * 200, "$"]
    rows = [f'{i},2025-01-{i % 28 + 1:02d},,"{names[i % 4]}"' for i in range(40)]
    path.write_text("id,received,closed,channel\n" + "\n".join(rows) + "\n", encoding="utf-8")
    for chart in all_charts(report_exports([path])):
        assert chart.image("svg")


def test_a_month_all_open_and_a_single_case_still_draw(tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("id,received,closed,channel\n1,2025-01-01,,web\n", encoding="utf-8")
    assert [chart.name for chart in all_charts(report_exports([path]))] == [
        "volume",
        "curves",
        "medians",
        "backlog",
    ]
    assert all(chart.image("png", dpi=40) for chart in all_charts(report_exports([path], month="2025-01")))


def test_many_channels_become_the_leading_ones_and_the_others(tmp_path):
    path = tmp_path / "many.csv"
    rows = [f"{i},2025-01-01,2025-01-0{i % 8 + 2},channel {i % 100}" for i in range(1000)]
    path.write_text("id,received,closed,channel\n" + "\n".join(rows) + "\n", encoding="utf-8")
    with use_language("en"):
        chart = all_charts(report_exports([path]))[0]
    labels = [text.get_text() for text in chart.figure.axes[0].get_legend().get_texts()]
    assert len(labels) == 8
    assert labels[-1] == "other channels"
    assert sum(row[2] for row in chart.rows) == 1000
