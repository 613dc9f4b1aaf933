"""The import page as a plain object with a real workspace: understood, corrected, looked at, imported, taken back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from casework.desk import Desk
from casework.errors import CaseworkError, Incomplete
from casework.i18n import use_language
from casework.progress import Progress, Step
from casework.ui.data import DataPage
from casework.ui.home import HomePage
from casework.workspace import open_workspace

DAYS = [f"2026-{1 + n % 9:02d}-{1 + n % 27:02d} 09:00" for n in range(40)]
UNKNOWN = ["甲,乙,丙,丁"] + [
    f"T{n:03d},{day},{day.replace('09:00', '17:30')},{'网页' if n % 2 else '来访'}"
    for n, day in enumerate(DAYS)
]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_workspace(tmp_path / "ws") as workspace:
        yield Desk(workspace, "tester")


@pytest.fixture
def page(desk: Desk) -> Iterator[DataPage]:
    with use_language("en"):
        yield DataPage(desk, "en")


def written(folder: Path, lines: list[str], name: str = "甲乙丙.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def cells(table: Any) -> list[list[str]]:
    return [row["cells"] for row in table.rows]


def button(form: Any, name: str) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {action["id"]: action for action in form.actions}
    return found[name]


def change(form: Any, path: str, value: str) -> None:
    """Change a field as the browser reports it, the exception not swallowed."""
    values = dict(form.values)
    kind, _dot, key = path.partition(".")
    values[kind] = {**values[kind], key: value} if key else value
    form.hear({"change": path, "values": values}, [])


def look_and_correct(page: DataPage, path: Path) -> None:
    page.look([path])
    change(page.understanding.form, "columns.received", "乙")
    change(page.understanding.form, "columns.closed", "丙")
    change(page.understanding.form, "columns.case_no", "甲")
    change(page.understanding.form, "columns.channel", "丁")


def test_an_export_with_an_unknown_layout_is_asked_about_and_not_refused(
    page: DataPage, tmp_path: Path
) -> None:
    page.look([written(tmp_path, UNKNOWN)])
    assert page.held is not None and page.held.staged is None
    lines = page.understanding.form.sections[0]["fields"][0]
    assert len(lines["lines"]) == 1
    offered = lines["choices"]["0"]
    assert [option["value"] for option in offered] == ["", "甲", "乙", "丙", "丁"]
    assert DAYS[0] in offered[2]["label"]
    assert button(page.taking_in.form, "import")["disabled"]
    assert len(page.taking_in.reasons.lines) == 1


def test_a_corrected_column_shows_a_preview_and_keeps_the_other_answers(
    page: DataPage, desk: Desk, tmp_path: Path
) -> None:
    look_and_correct(page, written(tmp_path, UNKNOWN))
    assert page.held is not None and page.held.staged is not None
    assert dict(page.held.mapping.columns) == {
        "received": "乙",
        "closed": "丙",
        "case_no": "甲",
        "channel": "丁",
    }
    assert [fact["value"] for fact in page.preview.facts.items] == ["40", "0", "0", "0", "0"]
    assert cells(page.preview.rows)[0][2:4] == ["T000", DAYS[0]]
    assert page.preview.rows.total == 40
    assert desk.count() == 0
    page.explaining.explain(0, "cn_12345")
    change(page.understanding.form, "columns.closed", "")
    assert ("closed", "") in page.held.mapping.columns
    assert [word.meaning for word in page.held.mapping.words] == ["cn_12345"]


def test_an_import_has_a_run_that_is_taken_back_after_a_second_question(
    page: DataPage, desk: Desk, tmp_path: Path
) -> None:
    look_and_correct(page, written(tmp_path, UNKNOWN))
    page.taking_in.act("import")
    assert desk.count() == 40
    assert page.message.kind == "done" and "R1" in page.message.text
    assert cells(page.past.table)[0][0] == "R1"
    assert page.taking_in.form.actions == []
    page.past.choose("R1")
    page.past.act("ask")
    assert desk.count() == 40
    assert [action["id"] for action in page.past.form.actions] == ["undo", "keep"]
    page.past.act("undo")
    assert desk.count() == 0
    assert cells(page.past.table)[0][-1] != ""
    assert page.held is not None and page.held.changes == 40
    page.taking_in.act("import")
    assert desk.count() == 40


def test_what_stands_in_the_way_of_undoing_is_listed(page: DataPage, desk: Desk, tmp_path: Path) -> None:
    from dataclasses import replace

    look_and_correct(page, written(tmp_path, UNKNOWN))
    page.taking_in.act("import")
    case = desk.workspace.store.case("T003")
    with desk.workspace.store.unit("someone") as unit:
        unit.save(replace(case, summary="edited since"))
        unit.commit()
    page.past.choose("R1")
    with pytest.raises(Incomplete) as refused:
        page.past.act("undo")
    assert "T003" in str(refused.value)
    assert desk.count() == 40


def test_the_same_file_again_brings_nothing_and_needs_no_answer(page: DataPage, tmp_path: Path) -> None:
    path = written(tmp_path, UNKNOWN)
    look_and_correct(page, path)
    page.taking_in.act("import")
    page.look([path])
    assert page.held is not None and page.held.understood.confirmed
    assert page.held.blocking == ()
    assert [fact["value"] for fact in page.preview.facts.items] == ["0", "0", "40", "0", "0"]
    assert [action["id"] for action in page.taking_in.form.actions] == ["remember", "again"]


def test_a_column_that_is_gone_blocks_the_import_until_it_is_settled(page: DataPage, tmp_path: Path) -> None:
    look_and_correct(page, written(tmp_path, UNKNOWN))
    page.taking_in.act("import")
    drifted = [line.replace("丙", "办结于") for line in UNKNOWN]
    page.look([written(tmp_path, drifted, "甲乙丙 11月.csv")])
    assert page.held is not None and page.held.understood.confirmed
    assert [one.about for one in page.held.blocking] == ["drift"]
    assert button(page.taking_in.form, "import")["disabled"]
    page.accept_all()
    assert page.held.blocking == ()


def test_day_and_month_are_asked_with_the_choice_beside_the_question(page: DataPage, tmp_path: Path) -> None:
    lines = ["Case number,Received date", *(f"N{n},0{1 + n % 9}/0{1 + n % 7}/2026" for n in range(30))]
    page.look([written(tmp_path, lines, "either.csv")])
    assert page.held is not None and [one.about for one in page.held.blocking] == ["day_month"]
    value = page.held.blocking[0].options[0][0]
    change(page.understanding.form, "answers.0", value)
    assert page.held.blocking == () and page.held.mapping.day_first is not None
    assert not button(page.taking_in.form, "import")["disabled"]


def test_words_are_listed_with_suggestions_that_are_taken_all_at_once(page: DataPage, tmp_path: Path) -> None:
    lines = ["Case number,Received date,Channel,Status"]
    lines += [f"N{n},2026-01-{1 + n % 28:02d},{'12345热线' if n % 3 else '某处'},办结" for n in range(30)]
    page.look([written(tmp_path, lines, "words.csv")])
    table = page.explaining.form.sections[0]["fields"][0]
    assert [line["cells"][0] for line in table["lines"]] == ["12345热线", "某处", "办结"]
    first = table["choices"][table["lines"][0]["choices"]][1]
    assert first["value"] == "cn_12345"
    page.explaining.accept_all()
    assert page.held is not None and page.held.staged is not None
    assert [entry.word for entry in page.held.staged.vocabulary.unmapped] == ["某处"]
    assert "1" in page.explaining.head.lines[0]


def test_a_refused_file_does_not_keep_the_others_out(page: DataPage, tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 this is no workbook")
    with pytest.raises(CaseworkError) as refused:
        page.look([broken, written(tmp_path, UNKNOWN)])
    assert "broken.xlsx" in str(refused.value)
    assert len(page.tables) == 1


def test_several_tables_are_imported_each_in_its_own_run(page: DataPage, desk: Desk, tmp_path: Path) -> None:
    header = "Case number,Received date"
    one = written(tmp_path, [header, *(f"A{n},2026-01-0{1 + n}" for n in range(5))], "one.csv")
    two = written(tmp_path, [header, *(f"B{n},2026-02-0{1 + n}" for n in range(5))], "two.csv")
    page.look([one, two])
    assert [row[1] for row in cells(page.listing)] == ["one.csv", "two.csv"]
    page.taking_in.act("all")
    assert desk.count() == 10
    assert {run.run for run in desk.imports.runs()} == {"R1", "R2"}
    assert all(held.done for held in page.tables)


def test_a_refused_answer_does_not_stay_in_the_field(page: DataPage, tmp_path: Path) -> None:
    look_and_correct(page, written(tmp_path, UNKNOWN))
    with pytest.raises(CaseworkError):
        change(page.understanding.form, "columns.received", "")
    assert page.understanding.form.values["columns"]["received"] == "乙"


def test_a_source_is_forgotten_after_a_second_question(page: DataPage, desk: Desk, tmp_path: Path) -> None:
    look_and_correct(page, written(tmp_path, UNKNOWN))
    change(page.understanding.form, "name", "某市热线")
    page.taking_in.act("import")
    assert cells(page.known.table)[0][0] == "某市热线"
    page.known.choose("某市热线")
    page.known.act("ask")
    assert desk.imports.sources()
    page.known.act("forget")
    assert desk.imports.sources() == []
    assert desk.count() == 40


def test_files_of_the_inbox_are_looked_at_without_uploading(
    page: DataPage, desk: Desk, tmp_path: Path
) -> None:
    inbox = Path(desk.workspace.folder) / "inbox"
    inbox.mkdir(exist_ok=True)
    written(inbox, UNKNOWN)
    page.refresh()
    page.act("show", {"files": [], "inbox": ["甲乙丙.csv"], "paths": ""})
    assert len(page.tables) == 1


def test_two_complaints_that_may_be_one_stand_side_by_side(page: DataPage, tmp_path: Path) -> None:
    text = "客服承诺续费一年可随时退全款，付款后拒绝退款并辱骂消费者，要求退还会员费。"
    lines = ["工单号,接收日期,投诉人,联系电话,被投诉方,投诉内容"]
    lines += [f"N{n},2026-01-0{n},宋示例,19900000000,虚州示例公司,{text}{n}" for n in (1, 2)]
    page.look([written(tmp_path, lines, "twice.csv")])
    assert len(cells(page.preview.likely.pairs)) == 1
    page.preview.likely.compare("1")
    both = {row[0]: row[1:] for row in cells(page.preview.likely.both)}
    assert both["Case number"] == ["N1", "N2"]
    assert both["Complainant"] == ["宋示例", "宋示例"]


def test_the_rows_with_problems_come_back_as_a_workbook(page: DataPage, tmp_path: Path) -> None:
    lines = ["Case number,Received date", "N1,2026-01-01", "N2,not a day", "N3,2026-01-03"]
    page.look([written(tmp_path, lines, "bad.csv")])
    assert page.preview.workbook.layout.display == ""
    file = page.preview._mendable(lambda _step: None)
    assert file is not None and file.name.endswith(".xlsx") and file.size > 1000


def test_the_words_of_the_program_change_with_the_language_and_the_answers_stay(
    page: DataPage, tmp_path: Path
) -> None:
    look_and_correct(page, written(tmp_path, UNKNOWN))
    before = page.understanding.about.title
    page.switch("zh")
    assert page.understanding.about.title != before
    assert page.held is not None and dict(page.held.mapping.columns)["closed"] == "丙"


# ------------------------------------------------------------------ work that can be stopped


def counting(seen: list[int]) -> Any:
    def task(progress: Progress) -> str:
        for number in range(200):
            progress(Step("Counting", number, 200))
            seen.append(number)
            time.sleep(0.01)
        return "counted"

    return task


async def until(told: Any) -> None:
    for _attempt in range(400):
        if told():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen")


def test_work_runs_beside_the_page_and_is_cancelled_by_the_button(desk: Desk) -> None:
    page, seen, result = HomePage(desk, "en"), list[int](), list[str]()

    async def person() -> None:
        page.guarded(lambda: page.work("Counting …", counting(seen), result.append))
        assert page.working.running
        await until(lambda: page.working.share > 0)
        page.working.hear({"cancel": True}, [])
        await until(lambda: not page.working.running)

    asyncio.run(person())
    assert result == [] and 0 < len(seen) < 200
    assert (page.message.kind, page.message.text) == ("info", "Stopped. What was finished before stays.")


def test_a_second_piece_of_work_is_refused_while_the_first_runs(desk: Desk) -> None:
    page, result = HomePage(desk, "en"), list[str]()

    async def person() -> None:
        page.guarded(lambda: page.work("Counting …", lambda _progress: time.sleep(0.2), lambda _none: None))
        page.guarded(lambda: page.work("More …", lambda _progress: "more", result.append))
        await until(lambda: not page.working.running)

    asyncio.run(person())
    assert result == [] and page.message.kind == "error"


def test_an_error_in_the_work_becomes_a_line_on_the_page(desk: Desk) -> None:
    page = HomePage(desk, "en")

    def refuse(_progress: Progress) -> None:
        raise CaseworkError("It is too large.", where="a.xlsx")

    async def person() -> None:
        page.guarded(lambda: page.work("…", refuse, lambda _none: None))
        await until(lambda: not page.working.running)

    asyncio.run(person())
    assert (page.message.kind, page.message.text) == ("error", "a.xlsx: It is too large.")


def test_an_import_that_is_cancelled_leaves_nothing(page: DataPage, desk: Desk, tmp_path: Path) -> None:
    header = "Case number,Received date"
    lines = [header, *(f"N{n},2026-01-{1 + n % 28:02d}" for n in range(30_000))]

    async def person() -> None:
        page.guarded(lambda: page.look([written(tmp_path, lines, "many.csv")]))
        await until(lambda: not page.working.running)
        assert page.held is not None and page.held.changes == 30_000
        page.guarded(lambda: page.taking_in.act("import"))
        page.working.cancel()
        await until(lambda: not page.working.running)

    asyncio.run(person())
    assert desk.count() == 0 and desk.imports.runs() == []
    assert page.message.kind == "info"
