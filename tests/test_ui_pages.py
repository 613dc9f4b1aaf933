"""The panels as plain objects: handlers are called directly, because a click would swallow their exceptions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from casework.demo import load_demo
from casework.desk import Desk
from casework.errors import CaseworkError, EditConflict, Incomplete
from casework.i18n import LANGUAGES, use_language
from casework.model import Finding
from casework.ui.cases import CasesPage
from casework.ui.dashboard import DashboardPage
from casework.ui.data import DataPage
from casework.ui.evidence import EvidencePage
from casework.ui.home import HomePage
from casework.ui.letters import LettersPage
from casework.ui.page import Page
from casework.ui.panels import show
from casework.ui.upload import Arrived
from casework.workspace import open_workspace

PAGES = (HomePage, CasesPage, EvidencePage, LettersPage, DashboardPage, DataPage)
OPEN_CASE = "XF2026-0371"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample office, filled once; tests of this module add to it but do not depend on each other."""
    folder = tmp_path_factory.mktemp("office")
    with open_workspace(folder) as workspace:
        load_demo(workspace)
    return folder


@pytest.fixture
def desk(office: Path) -> Iterator[Desk]:
    with open_workspace(office) as workspace:
        yield Desk(workspace, "tester")


def values_of(page: CasesPage, **changes: Any) -> dict[str, Any]:
    """What the form holds, with what a person typed on top."""
    return json.loads(json.dumps(page.form.values)) | changes  # type: ignore[no-any-return]  # as it comes from the browser


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_panel_stands_in_both_languages_without_an_error(
    desk: Desk, page: type[Page], lang: str
) -> None:
    shown = page(desk, lang)
    assert shown.message.kind != "error", shown.message.text
    assert shown.header.lang.startswith(lang)
    other = "en" if lang == "zh" else "zh"
    title = shown.header.title
    shown.switch(other)
    assert shown.header.title != title
    assert desk.language() == other


def test_a_case_is_entered_and_then_changed(desk: Desk) -> None:
    page = CasesPage(desk, "zh")
    number = page.form.values["case_no"]
    typed = values_of(page, complainant={"name": "甲", "phone": "", "email": "", "address": ""})
    typed["respondent"]["company"] = "乙公司"
    page.save(typed)
    assert desk.workspace.store.case(number).complainant.name == "甲"
    page.save(values_of(page, summary="补充"))
    assert desk.workspace.store.case(number).summary == "补充"
    assert page.message.kind == "done"


def test_what_the_desk_refuses_stands_beside_its_fields(desk: Desk) -> None:
    page = CasesPage(desk, "en")
    with pytest.raises(Incomplete):
        page.save(values_of(page))
    assert set(page.form.errors) == {"complainant.name", "respondent.company"}


def test_an_edit_conflict_offers_both_versions_and_the_choice_is_kept(desk: Desk) -> None:
    page = CasesPage(desk, "en")
    page.open("XF2026-0300")
    stored = desk.workspace.store.case("XF2026-0300")
    desk.save_case(replace(stored, summary="theirs"))
    with pytest.raises(EditConflict):
        page.save(values_of(page, summary="mine"))
    assert [row["cells"][1:] for row in page.conflict.table.rows] == [["mine", "theirs"]]
    page.conflict._choose("theirs", {})
    assert page.form.values["summary"] == "theirs"
    desk.save_case(replace(desk.workspace.store.case("XF2026-0300"), summary="theirs again"))
    with pytest.raises(EditConflict):
        page.save(values_of(page, summary="mine"))
    page.conflict._choose("mine", {})
    assert desk.workspace.store.case("XF2026-0300").summary == "mine"


def test_files_are_attached_described_and_verified(desk: Desk, tmp_path: Path) -> None:
    page = EvidencePage(desk, "en")
    page.picker.choose("XF2026-0301")
    file = tmp_path / "聊天.txt"
    file.write_text("hello", encoding="utf-8")
    page.batch.values = {
        "kind": "documentary",
        "source": "client",
        "purpose": "p",
        "obtained_on": "2026-10-01",
    }
    page.attach_files([Arrived(file.name, file, 5, "")])
    exhibit = desk.workspace.store.case("XF2026-0301").exhibits[-1]
    assert (exhibit.name, exhibit.kind, exhibit.source) == ("聊天.txt", "documentary", "client")
    page.edit(str(exhibit.number))
    page.save(page.form.values | {"content": "what it says", "pages": "2"})
    changed = desk.workspace.store.case("XF2026-0301").exhibits[-1]
    assert (changed.content, changed.pages) == ("what it says", 2)
    page.verify()
    assert page.message.kind == "done"


def test_evidence_attached_elsewhere_is_no_conflict_for_the_form_that_is_being_typed(
    desk: Desk, tmp_path: Path
) -> None:
    page = CasesPage(desk, "en")
    page.open("XF2026-0302")
    file = tmp_path / "a.txt"
    file.write_text("a", encoding="utf-8")
    (added,) = desk.attach("XF2026-0302", [file])
    page.form.touched = True  # someone is typing
    page.refresh()
    typed = values_of(page, summary="typed meanwhile")
    typed["incidents"][0]["exhibits"] = str(added.number)
    page.save(typed)
    stored = desk.workspace.store.case("XF2026-0302")
    assert stored.summary == "typed meanwhile"
    assert stored.incidents[0].exhibits == (added.id,)


def test_an_exhibit_that_someone_else_changed_is_not_overwritten(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "b.txt"
    file.write_text("b", encoding="utf-8")
    (added,) = desk.attach("XF2026-0304", [file])
    page = EvidencePage(desk, "en")
    page.picker.choose("XF2026-0304")
    page.edit(str(added.number))
    case = desk.workspace.store.case("XF2026-0304")
    others = tuple(replace(each, content="theirs") if each.id == added.id else each for each in case.exhibits)
    desk.save_case(replace(case, exhibits=others))
    with pytest.raises(CaseworkError):
        page.save(page.form.values | {"content": "mine"})
    assert desk.workspace.store.case("XF2026-0304").exhibits[-1].content == "theirs"


def test_a_file_damaged_in_the_vault_is_named(tmp_path: Path) -> None:
    with open_workspace(tmp_path / "ws") as workspace:
        load_demo(workspace)
        page = EvidencePage(Desk(workspace, "tester"), "en")
        page.picker.choose(OPEN_CASE)
        assert page.case is not None
        digest = page.case.exhibits[0].sha256
        stored = next(path for path in (tmp_path / "ws" / "vault").rglob(f"*{digest[4:]}*") if path.is_file())
        stored.chmod(0o600)
        stored.write_bytes(b"something else")
        page.verify()
        assert page.message.kind == "error"
        assert any(page.case.exhibits[0].name in line for line in page.message.details)


def test_everything_missing_for_a_letter_is_listed_and_blocks_it(desk: Desk) -> None:
    page = CasesPage(desk, "en")
    typed = values_of(page, complainant={"name": "B", "phone": "", "email": "", "address": ""})
    typed["respondent"]["company"] = "C"
    page.save(typed)
    letters = LettersPage(desk, "en")
    letters.picker.choose(typed["case_no"])
    assert len(letters.missing.lines) >= 3
    assert letters.download.disabled
    assert letters.paper.paragraphs == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_complete_case_gives_a_letter_that_reads_like_its_preview(desk: Desk, lang: str) -> None:
    page = LettersPage(desk, "zh")
    page.picker.choose(OPEN_CASE)
    page.form.values = page.form.values | {"lang": lang}
    page.draw_letter()
    produced = page.produce()
    assert produced is not None and produced.name.endswith(f"_{lang}.docx")
    assert page.missing.kind == "good"
    assert page.paper.paragraphs[0]["kind"] == "title"


def test_an_error_becomes_one_line_and_keeps_what_was_typed(desk: Desk) -> None:
    page = HomePage(desk, "en")

    def refuse() -> None:
        raise Incomplete(
            "Not yet.", [Finding("Name", "is missing."), Finding("Date", "is missing.")], where="7"
        )

    page.guarded(refuse)
    assert (page.message.kind, page.message.text) == ("error", "7: Not yet.")
    assert page.message.details == ["Name: is missing.", "Date: is missing."]


def test_an_unexpected_failure_gives_a_reference_and_logs_no_content(desk: Desk) -> None:
    page = HomePage(desk, "en")
    personal = "张三 13800000000"

    def fail() -> None:
        raise ValueError(personal)

    page.guarded(fail)
    log = (Path(desk.workspace.folder) / "logs" / "errors.log").read_text(encoding="utf-8")
    reference = page.message.text.split("Reference ")[1][:6]
    assert reference in log
    assert "ValueError" in log and "fail" in log
    assert personal not in log and personal not in page.message.text


def test_a_workspace_that_cannot_be_opened_says_so_instead_of_failing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no workspace", encoding="utf-8")
    monkeypatch.setenv("CASEWORK_WORKSPACE", str(blocked))
    monkeypatch.setenv("CASEWORK_LANG", "en")
    box = show("home")
    message = box.children[-1]
    with use_language("en"), pytest.raises(CaseworkError) as refused:
        open_workspace(blocked)
    assert (message.kind, message.text) == ("error", str(refused.value))
