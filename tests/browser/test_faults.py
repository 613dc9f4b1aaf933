"""Markup, keys, errors, conflicts and large files: what must not go wrong in front of a person."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from casework.workspace import open_workspace
from tests.browser.conftest import Opener, Served

Offices = Callable[[str], Served]
MARKUP = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


def test_the_tests_notice_an_error_a_foreign_address_and_a_control_without_a_name(
    desk: Opener, offices: Offices
) -> None:
    panel = desk(offices("zh"))
    panel.open("home")
    panel.page.evaluate("""() => {
      console.error("an error of a script");
      fetch("http://192.0.2.1/").catch(() => undefined);
      document.querySelector(".casework").append(document.createElement("input"));
    }""")
    panel.page.wait_for_timeout(500)
    assert len(panel.nameless()) == 1
    assert any("an error of a script" in fault for fault in panel.faults)
    assert any("192.0.2.1" in fault for fault in panel.faults)  # the policy of the page refused it as well
    panel.faults.clear()


def test_markup_in_a_case_is_shown_as_text_and_runs_nothing(desk: Opener, offices: Offices) -> None:
    panel = desk(offices("zh"))
    panel.open("cases")
    number = panel.field("Case number").input_value()
    panel.field("Full name").fill(MARKUP)
    panel.field("Company").fill(f"{MARKUP}公司")
    panel.field("Summary").fill(MARKUP)
    panel.press("Enter the case")
    panel.hears("Case {case_no} is saved. Next: attach its evidence, then write the letter.", case_no=number)
    row = panel.page.locator(".cw-table:visible").get_by_role("row", name=number)
    assert MARKUP in row.inner_text()
    for title in ("Evidence", "Letters"):
        panel.go(title)
        panel.page.locator(".cw-notes-case:visible h3").get_by_text(MARKUP).wait_for()
    assert panel.page.locator("img:not(.cw-picture), script[src='x']").count() == 0
    assert panel.page.title() != "owned"


def test_keys_pressed_on_a_button_delete_no_cell(desk: Opener, offices: Offices) -> None:
    panel = desk(offices("zh"))
    panel.open("cases")
    panel.button("New case").focus()
    for key in "ddxbm":
        panel.page.keyboard.press(key)
    panel.button("New case").focus()
    panel.page.keyboard.press("Escape")
    for key in "ddx":
        panel.page.keyboard.press(key)
    assert panel.page.locator(".jp-Cell:visible").count() == 1
    assert panel.field("Case number").is_visible()


def test_an_error_of_the_desk_is_shown_in_the_panel_and_beside_the_field(
    desk: Opener, offices: Offices
) -> None:
    panel = desk(offices("en"))
    panel.open("cases")
    panel.press("Enter the case")
    error = panel.page.locator(".cw-message[data-kind=error]:visible")
    error.wait_for()
    name = panel.field("Full name")
    assert name.get_attribute("aria-invalid") == "true"
    assert name.evaluate("field => field === document.activeElement")
    assert panel.page.locator(f"#{name.get_attribute('aria-describedby')}").inner_text()
    panel.field("Full name").fill("Someone")
    panel.field("Company").fill("Some company")
    panel.field("Case number").fill("XF2026-0371")  # a number of the sample office
    panel.press("Enter the case")
    error.get_by_text("XF2026-0371").wait_for()
    assert panel.field("Full name").input_value() == "Someone"  # nothing that was typed is lost


def test_the_language_changes_at_once_and_is_remembered(desk: Opener, offices: Offices) -> None:
    office = offices("en")
    panel = desk(office)
    panel.open("cases")
    panel.field("Full name").fill("Typed before the switch")
    panel.page.get_by_role("button", name="中文").click()
    panel.page.get_by_role("heading", name="案件", exact=True, level=1).wait_for()
    assert panel.page.get_by_label("姓名", exact=True).input_value() == "Typed before the switch"
    again = desk(replace(office, lang="zh"))
    again.open("home")
    again.page.get_by_role("heading", name="工作台", exact=True, level=1).wait_for()
    again.page.get_by_role("button", name="English").click()
    again.page.get_by_role("heading", name="Desk", exact=True, level=1).wait_for()
    panel.go("Desk") if panel.page.get_by_role("link", name="Desk").count() else panel.open("home")


def test_two_people_who_save_the_same_case_see_both_versions(desk: Opener, offices: Offices) -> None:
    office = offices("zh")
    panel = desk(office)
    panel.open("cases")
    panel.choose("XF2026-0370")
    panel.hears("Case {case_no} is open.", case_no="XF2026-0370")
    workspace = open_workspace(office.workspace)
    with workspace.store.unit("someone else") as unit:
        unit.save(replace(workspace.store.case("XF2026-0370"), summary="别人先写的摘要"))
        unit.commit()
    panel.field("Summary").fill("我的摘要")
    panel.press("Save case {case_no}", case_no="XF2026-0370")
    versions = panel.page.get_by_role("row", name="我的摘要")
    versions.wait_for()
    assert "别人先写的摘要" in versions.inner_text()
    panel.shoot("conflict")
    panel.press("Save my version instead")
    panel.page.locator(".cw-message[data-kind=done]:visible").wait_for()
    assert workspace.store.case("XF2026-0370").summary == "我的摘要"
    workspace.close()


def test_a_file_of_twenty_five_megabytes_arrives_whole(
    desk: Opener, offices: Offices, tmp_path: Path
) -> None:
    office = offices("zh")
    recording = tmp_path / "通话录音 2026-11-03（第1次）.wav"
    recording.write_bytes(os.urandom(25 * 1024 * 1024))
    panel = desk(office)
    panel.open("evidence")
    panel.choose("XF2026-0369")
    panel.upload(recording)
    panel.page.get_by_role("cell", name=recording.name).wait_for(timeout=60_000)
    workspace = open_workspace(office.workspace)
    exhibit = workspace.store.case("XF2026-0369").exhibits[-1]
    workspace.close()
    assert exhibit.sha256 == hashlib.sha256(recording.read_bytes()).hexdigest()


def test_a_file_of_the_inbox_is_attached_without_uploading(desk: Opener, offices: Offices) -> None:
    office = offices("zh")
    (office.workspace / "inbox").mkdir(exist_ok=True)
    (office.workspace / "inbox" / "大录像.mp4").write_bytes(b"\0" * 1000)
    panel = desk(office)
    panel.open("evidence")
    panel.choose("XF2026-0367")
    panel.page.locator("[data-path='inbox:大录像.mp4']").check()
    panel.press("Attach the chosen files")
    panel.page.get_by_role("cell", name="大录像.mp4").wait_for()


@pytest.mark.slow
def test_a_refused_export_says_why_in_the_panel(desk: Opener, offices: Offices, tmp_path: Path) -> None:
    broken = tmp_path / "不是表格.xlsx"
    broken.write_bytes(b"PK\x03\x04 this is no workbook")
    panel = desk(offices("zh"))
    panel.open("dashboard")
    panel.page.locator(".cw-picture[src]:visible").first.wait_for(timeout=60_000)
    panel.upload(broken)
    panel.page.locator(".cw-message[data-kind=error]:visible").get_by_text("不是表格.xlsx").wait_for(
        timeout=60_000
    )
