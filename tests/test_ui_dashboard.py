"""The review page as a plain object: handlers are called directly, because a click would swallow their exceptions."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from casework.analytics.periods import Span, parse_span
from casework.analytics.review import Filters
from casework.cli.reports import _measured_again
from casework.demo import load_demo, sample_folder
from casework.desk import WORKSPACE, Desk
from casework.errors import CaseworkError, NotFound
from casework.i18n import set_language, use_language
from casework.pack.verify import verify_pack
from casework.progress import quiet
from casework.ui.beside import Act, Beside
from casework.ui.dashboard import DashboardPage
from casework.ui.parameters import Parameters, parameters
from casework.ui.review.links import filter_of, link_of
from casework.ui.review.looking import Looking
from casework.ui.review.period import spans_of, usual
from casework.ui.upload import Arrived
from casework.workspace import open_workspace

HEADER = ("case no", "received date", "closing date", "channel", "conduct", "respondent")
MARKUP = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample office, filled once; tests of this module add to it but do not depend on each other."""
    folder = tmp_path_factory.mktemp("office")
    with open_workspace(folder) as workspace:
        load_demo(workspace)
    return folder


@pytest.fixture(autouse=True)
def _english() -> None:
    set_language("en")


@pytest.fixture
def desk(office: Path) -> Iterator[Desk]:
    with open_workspace(office) as workspace:
        yield Desk(workspace, "tester")


@pytest.fixture(scope="module")
def own(office: Path) -> Looking:
    """The office's own cases, read once."""
    with open_workspace(office) as workspace, use_language("en"):
        return Looking(Desk(workspace, "tester").measured([WORKSPACE]), "en")


@pytest.fixture
def page(desk: Desk, own: Looking) -> DashboardPage:
    """The page with the office's own cases in view; it must not read others, which would close these."""
    shown = DashboardPage(desk, "en")
    with use_language("en"):
        shown.looked(own)
    return shown


@pytest.fixture
def fresh(desk: Desk) -> DashboardPage:
    """The same as a person meets it, having read the cases itself."""
    shown = DashboardPage(desk, "en")
    with use_language("en"):
        shown.shown("")
    assert shown.measured is not None, shown.message.text
    return shown


def export(path: Path, rows: list[tuple[str, ...]]) -> Path:
    """Write an export of our columns."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def look(desk: Desk, *files: Path, own: bool = False) -> DashboardPage:
    """A page that shows files."""
    page = DashboardPage(desk, "en")
    paths = "; ".join(map(str, files))
    page.choosing.form.values = {"own": own, "files": [], "paths": paths, "as_of": ""}
    with use_language("en"):
        page.guarded(page.measure)
    return page


def sheets(page: DashboardPage) -> Iterator[dict[str, Any]]:
    """Every table of the page as the browser reads it."""
    for chart in page.board.charts.values():
        if chart.table.get("rows"):
            yield chart.table
    for tables in page.board._tables.values():
        yield from tables.tables


def links(page: DashboardPage, kind: str) -> Iterator[tuple[str, str, str]]:
    """Every cell that leads somewhere: its table, its text and its key."""
    for sheet in sheets(page):
        for row in sheet["rows"]:
            yield from ((sheet["name"], cell["text"], cell[kind]) for cell in row if kind in cell)


def test_the_offices_own_cases_show_at_once_for_the_last_month_that_is_over(fresh: DashboardPage) -> None:
    page = fresh
    assert page.measured is not None
    assert page.measured.period == parse_span("2026-09")
    assert page.period.values == {"step": "month", "which": "2026-09"}
    headline = page.headlines.items[0]
    assert (headline["label"], headline["value"]) == ("Received", str(page.measured.received))
    assert len(headline["points"]) == 13 and headline["alt"]
    assert page.quality.tone == "good" and not page.quality.unfolded
    assert "2026-10" in page.quality.line  # the month that is not over is told all the same
    assert page.understood.layout.display == "none"
    shown = [name for name, chart in page.board.charts.items() if not chart.reason]
    assert {"volume", "control_received", "by_channel", "heat", "curves", "backlog"} <= set(shown)
    assert all(page.board.charts[name].alt and page.board.charts[name].table["rows"] for name in shown)
    assert all(chart.title for chart in page.board.charts.values())


def test_an_upload_is_shown_alone_and_then_joined_with_the_offices_own_cases(desk: Desk) -> None:
    page = DashboardPage(desk, "en")
    file = next((sample_folder() / "exports").glob("12315*.xlsx"))
    page.choosing.files.take([Arrived(file.name, file, 0, "")])
    assert page.looking is not None
    alone = page.looking.whole.review.quality
    assert alone.duplicates == 2 and page.quality.unfolded and page.quality.tone == "warn"
    assert page.understood.layout.display == ""
    page.choosing.form.values = page.choosing.form.values | {"own": True}
    page.measure()
    joined = page.looking.whole.review.quality
    assert joined.rows > alone.rows
    assert joined.shared == joined.rows - joined.duplicates - joined.cases - joined.undated - joined.future


def test_every_number_that_can_be_pressed_has_exactly_that_many_cases_behind_it(page: DashboardPage) -> None:
    pressed = 0
    for place, (_name, text, key) in enumerate(links(page, "cases")):
        if place % 7 == 0:  # every table is reached, not every cell
            page.wish("volume", {"cases": key})
            assert page.behind.table.total == int(text.replace(",", "")), (_name, text, key)
            pressed += 1
    assert pressed > 10
    tables = {name for name, _text, _key in links(page, "cases")}
    assert {"months", "channel", "heat", "backlog", "volume"} <= tables


def test_a_filter_from_a_table_crosses_with_one_from_the_list_and_every_figure_follows(
    page: DashboardPage,
) -> None:
    assert page.measured is not None and page.looking is not None
    _table, channel, key = next(row for row in links(page, "filter") if row[0] == "channel")
    page.wish("by_channel", {"filter": key})
    narrowed = page.measured.received
    counts = {row[1]: row for row in links(page, "filter") if row[0] == "conduct"}
    conduct = next(iter(counts))
    page.filters.hear({"list": "conduct", "words": ""}, [])
    item = next(one for one in page.filters.values["items"] if one["label"] == conduct)
    page.filters.hear({"tick": item["key"], "on": True}, [])
    assert page.measured.received == int(item["count"]) < narrowed
    assert [one["label"] for one in page.filters.chosen] == [f"Channel: {channel}", f"Conduct: {conduct}"]
    cases, total = page.looking.behind(
        link_of('[{}, "", "received", null]').place(page.filters.filters, page.period.span), 0, 1000
    )
    assert total == page.measured.received == len(cases)
    assert {(case["channel"], case["conduct"]) for case in cases} == {(channel, conduct)}
    assert page.message.text.endswith(f"(Channel: {channel}; Conduct: {conduct})")
    page.filters.hear({"list": "channel", "words": ""}, [])
    assert len(page.filters.values["items"]) > 1  # another channel can still be chosen
    page.filters.hear({"clear": True}, [])
    assert page.filters.filters == Filters() and page.filters.chosen == []


def test_values_are_found_by_a_part_of_their_name_and_chosen_ones_stay_in_the_list(
    page: DashboardPage,
) -> None:
    page.filters.hear({"list": "respondent", "words": "虚州"}, [])
    found = page.filters.values["items"]
    assert found and all("虚州" in one["label"] for one in found)
    page.filters.hear({"tick": found[0]["key"], "on": True}, [])
    page.change_period(parse_span("2024-11"))  # where it may have no case
    page.filters.hear({"list": "respondent", "words": ""}, [])
    assert page.filters.values["items"][0]["key"] == found[0]["key"]


def test_the_language_changes_and_period_filter_and_comment_stay(fresh: DashboardPage) -> None:
    page = fresh
    channel = next(text for name, text, _key in links(page, "filter") if name == "channel")
    page.filters.only("channel", channel)
    page.board.charts["volume"].hear({"comment": "A calm month."}, [])
    assert page.measured is not None
    before = (page.measured.received, page.measured.period)
    page.switch("zh")
    assert (page.measured.received, page.measured.period) == before
    assert page.filters.filters.channel != (channel,) and page.filters.filters.channel[0]
    assert page.board.charts["volume"].comment == "A calm month."
    page.switch("en")
    assert page.filters.filters.channel == (channel,)


def test_comments_belong_to_a_period_and_are_there_tomorrow(desk: Desk, page: DashboardPage) -> None:
    page.board.charts["curves"].hear({"comment": f"Slow: {MARKUP} "}, [])
    page.change_period(parse_span("2026-Q2"))
    assert page.board.charts["curves"].comment == ""
    again = DashboardPage(desk, "en")
    again.shown("")
    assert again.board.charts["curves"].comment == f"Slow: {MARKUP}"
    again.board.charts["curves"].hear({"comment": ""}, [])
    assert "curves" not in desk.review_notes("2026-09")["comments"]


def test_a_quarter_a_year_and_all_of_the_data_are_periods_too(page: DashboardPage) -> None:
    received = {}
    for step in ("quarter", "half", "year", "all"):
        page.period.hear({"change": "step", "values": {**page.period.values, "step": step}}, [])
        assert page.measured is not None
        received[step] = page.measured.received
    assert page.period.values["step"] == "all" and page.measured is not None
    assert received["all"] == page.looking.whole.received  # type: ignore[union-attr]  # it is looking
    assert received["quarter"] <= received["half"] <= received["year"] <= received["all"]
    page.period.hear({"change": "step", "values": {"step": "month", "which": ""}}, [])
    assert page.measured.period is not None and page.measured.period.months == 1


def test_new_limits_need_a_reason_are_recorded_and_can_be_taken_back(desk: Desk, page: DashboardPage) -> None:
    typed = {"name": "received", "month": "2026-01", "why": "  "}
    page.rebasing.act("rebase", typed)
    assert page.rebasing.form.errors and not desk.rebases()
    page.rebasing.act("rebase", typed | {"why": "A second hotline opened."})
    (kept,) = desk.rebases()
    assert (kept.name, kept.month, kept.who, kept.why) == (
        "received",
        "2026-01",
        "tester",
        "A second hotline opened.",
    )
    assert page.measured is not None and page.measured.review.rebases == (kept,)
    (drop,) = [action["id"] for action in page.rebasing.form.actions if action["id"].startswith("drop")]
    page.rebasing.act(drop, {})
    assert desk.rebases() == () and page.measured.review.rebases == ()
    actions = [entry.action for entry in desk.audit()]
    assert actions.index("rebase") < actions.index("rebase.drop")


def test_own_cases_open_in_their_panel_and_others_say_where_they_stand(
    desk: Desk, page: DashboardPage, tmp_path: Path
) -> None:
    page.wish("volume", {"cases": next(links(page, "cases"))[2]})
    row = page.behind.table.rows[0]
    page.behind.table.hear({"select": row["key"]}, [])
    assert page.header.case_no == row["cells"][0]
    other = look(desk, export(tmp_path / "other.csv", [("K-1", "2026-03-02", "", "A", "b", "C")]))
    other.wish("volume", {"cases": next(links(other, "cases"))[2]})
    other.behind.table.hear({"select": other.behind.table.rows[0]["key"]}, [])
    assert other.message.text == "Case K-1 is in row 2 of other.csv."
    other.behind.hide()
    assert other.behind.widget.layout.display == "none" and other.behind.table.taken == 0


def test_what_is_written_for_the_published_report_is_there_tomorrow(desk: Desk, page: DashboardPage) -> None:
    values = page.packing.editing.form.values
    typed = values | {"office": "某市消委会", "own": values["own"] | {"overview": MARKUP}}
    typed["spots"] = [one | {"use": True, "words": "集中"} for one in values["spots"]]
    page.packing.editing.form.hear({"change": "office", "values": typed}, [])
    again = DashboardPage(desk, "en")
    again.shown("")
    kept = again.packing.editing.form.values
    assert kept["office"] == "某市消委会" and kept["own"]["overview"] == MARKUP
    assert values["spots"] and [one["words"] for one in kept["spots"]][: len(values["spots"])] == [
        "集中" for _one in values["spots"]
    ]
    assert desk.review_notes("2026-09")["editorial"]["hot_spots"][0]["use"] is True


def test_the_pack_is_verified_the_next_day_and_says_for_whom_it_is(
    desk: Desk, page: DashboardPage, tmp_path: Path
) -> None:
    page.packing.form.values = page.packing.form.values | {"formats": [".xlsx"]}
    page.board.charts["volume"].hear({"comment": "Calm."}, [])
    made = page.packing.make(quiet)
    assert made is not None and isinstance(made.content, bytes) and made.name == "casework_2026-09.zip"
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "casework_2026-09"
    told = json.loads((folder / "pack.json").read_text(encoding="utf-8"))
    assert told["comments"] == {"volume": "Calm."}
    assert verify_pack(folder, measure=_measured_again) == []
    page.packing.form.values = page.packing.form.values | {"readers": "outside", "smallest": "1"}
    with pytest.raises(CaseworkError):
        page.packing.make(quiet)
    page.packing.form.values = page.packing.form.values | {"smallest": "5"}
    outside = page.packing.make(quiet)
    assert outside is not None and isinstance(outside.content, bytes)
    with zipfile.ZipFile(io.BytesIO(outside.content)) as archive:
        assert not [name for name in archive.namelist() if name.endswith(".parquet")]
    assert [entry.action for entry in desk.audit()].count("report.write") >= 2


def test_names_made_of_markup_are_shown_as_they_are_written(desk: Desk, tmp_path: Path) -> None:
    rows = [(f"K-{n}", f"2026-0{1 + n % 3}-05", "", MARKUP, MARKUP, f"{MARKUP}{n % 4}") for n in range(30)]
    page = look(desk, export(tmp_path / "hostile.csv", rows))
    assert any(text == MARKUP for _name, text, _key in links(page, "filter"))
    page.filters.only("channel", MARKUP)
    assert page.measured is not None and page.measured.received == 10
    assert page.filters.chosen[0]["label"] == f"Channel: {MARKUP}"


def days(n: int) -> str:
    return f"2026-{1 + n % 6:02d}-{1 + n % 28:02d}"


BAD: dict[str, Callable[[], list[tuple[str, ...]]]] = {
    "no closed case in a channel": lambda: [
        (f"{n}", days(n), "" if n % 2 else days(n), f"ch{n % 2}", "c", "r") for n in range(60)
    ],
    "one case only": lambda: [("1", "2026-03-01", "2026-03-04", "a", "c", "r")],
    "everything closed the same day": lambda: [(f"{n}", days(n), days(n), "a", "c", "r") for n in range(60)],
    "all open": lambda: [(f"{n}", days(n), "", "a", "c", "r") for n in range(60)],
    "dates in the future": lambda: [
        *((f"{n}", days(n), days(n), "a", "c", "r") for n in range(40)),
        ("x", "2099-01-01", "", "a", "c", "r"),
    ],
    "negative durations": lambda: [
        (f"{n}", "2026-03-10", f"2026-03-{1 + n % 28:02d}", "a", "c", "r") for n in range(60)
    ],
    "a month without rows": lambda: [
        (f"{n}", f"2026-{(1, 2, 4)[n % 3]:02d}-05", "", "a", "c", "r") for n in range(60)
    ],
    "a hundred channels": lambda: [
        (f"{n}", days(n), days(n + 3), f"channel {n % 100}", "c", "r") for n in range(400)
    ],
    "names of 200 characters": lambda: [
        (f"{n}", days(n), "", f"{n % 3}" + "名" * 199, "x" * 200, "y" * 200) for n in range(30)
    ],
    "a missing channel": lambda: [(f"{n}", days(n), "", "", "c", "r") for n in range(30)],
}


@pytest.mark.parametrize("name", BAD)
def test_bad_data_show_something_true_or_say_in_one_line_why_not(
    desk: Desk, tmp_path: Path, name: str
) -> None:
    rows = BAD[name]()
    page = look(desk, export(tmp_path / "bad.csv", rows))
    assert page.message.kind == "info", page.message.text
    assert page.measured is not None and page.looking is not None
    assert page.results.layout.display == ""
    page.change_period(None)
    future = sum(row[1] > "2090" for row in rows)
    assert page.measured.received == len(rows) - (future if page.looking.whole.as_of.year < 2090 else 0)
    for chart in page.board.charts.values():
        assert chart.title and (chart.reason or chart.alt)
        assert "\n" not in chart.reason
    if name == "a month without rows":
        page.change_period(parse_span("2026-03"))
        assert page.measured.received == 0 and page.headlines.items[0]["value"] == "0"
        assert page.quality.unfolded and any("2026-03" in line for line in page.quality.lines)
    if name == "negative durations":
        assert page.quality.unfolded and page.quality.tone == "warn"


def test_an_export_without_a_single_case_is_refused_or_shown_empty_in_one_line(
    desk: Desk, tmp_path: Path
) -> None:
    page = look(desk, export(tmp_path / "empty.csv", []))
    assert page.message.text and "Reference" not in page.message.text
    page = look(desk, tmp_path / "missing.csv")
    assert page.message.kind == "error" and "missing.csv" in page.message.text


def test_what_is_not_known_is_a_dash_and_never_a_nought(desk: Desk, tmp_path: Path) -> None:
    lines = ["case no,received", *(f"{n},{days(n)}" for n in range(40))]
    file = tmp_path / "bare.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    page = look(desk, file)
    assert page.reason.lines and page.board.charts["curves"].reason
    values = {item["name"]: item["value"] for item in page.headlines.items}
    assert values.get("closed", "–") == "–" and values.get("open", "–") == "–"


def test_other_data_keep_the_chosen_period_where_they_have_it(desk: Desk, tmp_path: Path) -> None:
    page = look(desk, own=True)
    page.change_period(parse_span("2026-08"))
    new = export(tmp_path / "new.csv", [(f"{n}", days(n + 1), "", "a", "c", "r") for n in range(30)])
    page.choosing.form.values = page.choosing.form.values | {"paths": str(new)}
    page.measure()
    assert page.measured is not None and page.measured.period == parse_span("2026-08")
    page.choosing.form.values = page.choosing.form.values | {"own": False}
    page.measure()
    assert page.measured.period == usual(page.measured.months, page.measured.as_of)


def test_day_and_month_of_an_export_are_asked(desk: Desk, tmp_path: Path) -> None:
    page = DashboardPage(desk, "en")
    either = tmp_path / "either.csv"
    lines = ["case no,received"] + [f"{n},0{1 + n % 9}/0{1 + n % 7}/2026" for n in range(40)]
    either.write_text("\n".join(lines), encoding="utf-8")
    page.choosing.files.take([Arrived(either.name, either, 0, "")])
    assert page.measured is None and page.question.layout.display == ""
    assert len(page.question.actions) == 2
    page.settle(page.question.actions[0]["id"])
    assert page.looking is not None and page.looking.whole.received == 40
    assert page.question.layout.display == "none"
    months = page.looking.whole.months
    page.day_first = None
    page.measure()
    page.settle(page.question.actions[1]["id"])
    assert page.looking.whole.months != months


def test_an_office_template_is_filled_with_the_report_in_view(desk: Desk) -> None:
    page = DashboardPage(desk, "zh")
    page.shown("")
    template = next((sample_folder() / "templates").glob("*.xlsx"))
    assert page.template.download.disabled
    page.template.take([Arrived(template.name, template, 0, "")])
    assert not page.template.download.disabled and template.name in page.template.download.label
    filled = page.template.fill(quiet)
    assert filled is not None and filled.name.startswith(template.stem) and filled.size > 1000


def test_charts_in_view_are_drawn_and_given_as_svg_too(page: DashboardPage) -> None:
    volume, curves = page.board.charts["volume"], page.board.charts["curves"]
    assert volume.stale and not volume.data
    volume.hear({"visible": True}, [])
    page.change_period(parse_span("2026-08"))
    assert volume.data.startswith(b"\x89PNG") and not volume.stale and volume.revision == 1
    assert not curves.data
    assert page.board.vector("volume").startswith(b"<?xml")
    assert volume.file_name == "casework_volume_2026-08"


def test_the_newest_of_many_wishes_is_shown_and_errors_reach_the_page() -> None:
    seen: list[int] = []
    failed: list[str] = []
    gate = threading.Event()

    def around(act: Act) -> None:
        try:
            act()
        except ValueError as error:
            failed.append(str(error))

    def wish(number: int) -> Callable[[], Iterator[Act]]:
        def steps() -> Iterator[Act]:
            gate.wait(10)
            yield lambda: seen.append(number)
            if number == 9:
                raise ValueError("at last")

        return steps

    async def many() -> None:
        beside = Beside(around)
        for number in range(10):
            beside.run(wish(number))
        gate.set()
        while not failed:
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(many(), 20))
    assert seen == [9] and failed == ["at last"]


def test_keys_from_the_browser_are_taken_apart_with_care() -> None:
    assert filter_of('["channel", null]') == ("channel", None)
    with pytest.raises(ValueError, match="no dimension"):
        filter_of('["__class__", "x"]')
    link = link_of(json.dumps([{"channel": "a", "source": "b"}, "2026-13", "deleted", None]))
    assert (link.where, link.month, link.counted, link.ages) == ({"channel": "a"}, "", "received", None)


def test_periods_on_offer_cover_the_data_and_no_more() -> None:
    months = ["2024-11", "2025-02", "2026-10"]
    assert [span.label for span in spans_of(months, 12)] == ["2026", "2025", "2024"]
    assert [span.label for span in spans_of(months, 6)][:2] == ["2026-H2", "2026-H1"]
    assert spans_of(months, 1)[-1] == parse_span("2024-11")
    assert spans_of([], 3) == []


def test_parameters_of_a_scheduled_run_come_as_lists_or_text() -> None:
    assert parameters('["a.xlsx", "b*.csv"]', "2026-10", "zh", "").sources == ("a.xlsx", "b*.csv")
    assert parameters("a.xlsx; b.csv", "", "", "").sources == ("a.xlsx", "b.csv")
    assert parameters(["workspace"], "", "", "").sources == ("workspace",)
    assert not parameters((), "", "", "")
    for wrong in (Parameters(lang="de"), Parameters(as_of="October")):
        with pytest.raises(CaseworkError):
            wrong.check()


def test_a_scheduled_run_keeps_a_plain_page_whose_names_are_escaped(desk: Desk, tmp_path: Path) -> None:
    rows = [(f"K-{n}", f"2026-0{1 + n % 3}-05", "", MARKUP, "c", MARKUP) for n in range(30)]
    file = export(tmp_path / "hostile.csv", rows)
    page = DashboardPage(desk, "en")
    page.board.pictures = lambda _drawn, unseen: iter(())  # type: ignore[method-assign]  # words are what is tested
    with use_language("en"):
        kept = page.begin(Parameters((str(file),), "2026-02"))
        told = kept._repr_mimebundle_()["text/html"]
    assert MARKUP not in told and "&lt;img src=x" in told
    assert page.measured is not None and page.measured.period == parse_span("2026-02")
    with use_language("en"), pytest.raises(NotFound):
        DashboardPage(desk, "en").begin(Parameters((str(file),), "2031-02"))


@pytest.mark.slow
def test_papermill_runs_the_notebook_and_keeps_what_it_showed(tmp_path: Path) -> None:
    papermill = pytest.importorskip("papermill", reason="papermill is not installed")
    rows = [(f"K-{n}", days(n), days(n + 9), f"channel {n % 2}", "c", MARKUP) for n in range(60)]
    file = export(tmp_path / "month.csv", rows)
    notebook = Path(__file__).resolve().parents[1] / "notebooks" / "dashboard.ipynb"
    asked = {"sources": [str(file)], "period": "2026-02", "lang": "en", "as_of": "2026-06-30"}
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("CASEWORK_WORKSPACE", str(tmp_path / "office"))
        done = papermill.execute_notebook(
            str(notebook), None, asked, kernel_name="python3", progress_bar=False
        )
    (output,) = done.cells[-1].outputs
    page = output.data["text/html"]
    assert "February 2026" in page or "2026-02" in page
    assert page.count("<img alt=") >= 5 and MARKUP not in page
    assert output.data["application/vnd.jupyter.widget-view+json"]


def test_the_workspace_and_files_can_be_named_together(desk: Desk) -> None:
    page = DashboardPage(desk, "en")
    page.choosing.fill([WORKSPACE, "a.csv", "b.csv"], "2026-10-31")
    chosen = page.choosing.chosen()
    assert chosen.sources == (WORKSPACE, "a.csv", "b.csv") and str(chosen.as_of) == "2026-10-31"
    assert Span(24321).label == "2026-10"
