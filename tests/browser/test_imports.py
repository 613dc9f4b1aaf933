"""An export that nobody has seen before: dropped, corrected, looked at, imported, taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from casework.workspace import open_workspace
from tests.browser.conftest import Opener, Panel, Served, fill, serving

Offices = Callable[[str], Served]

FIRMS = ("虚州示例视听科技有限公司", "示例出行服务有限公司", "样例健身管理有限公司")
WORDS = ("12345热线", "上门来访", "微信小程序")
LINES = ["甲,乙,丙,丁,戊"] + [
    f"Z{n:03d},2026-{1 + n % 9:02d}-{1 + n % 27:02d} 09:00,2026-{1 + n % 9:02d}-{2 + n % 26:02d} 16:30,"
    f"{WORDS[n % 3]},{FIRMS[n % 3]}"
    for n in range(60)
]


@pytest.fixture(scope="module", params=["zh", pytest.param("en", marks=pytest.mark.slow)])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """An office of its own, so that what is imported here troubles no other test."""
    workspace = tmp_path_factory.mktemp(f"imports-{request.param}")
    fill(workspace)
    with serving("lab", workspace, request.param) as served:
        yield served


def cases_of(office: Served) -> int:
    with open_workspace(office.workspace) as workspace:
        return workspace.store.count()


def column(panel: Panel, role: str, header: str) -> None:
    """Give a role to a column and wait until the page has read the file again."""
    field = panel.page.locator(f"[data-path='columns.{role}']")
    field.focus()
    field.select_option(header)
    row = panel.page.locator("tr", has=panel.page.locator(f"[data-path='columns.{role}']"))
    row.get_by_text("100%").wait_for(timeout=60_000)  # what a person said is certain, once it was read so
    panel.page.locator(".cw-working:visible").wait_for(state="hidden", timeout=60_000)


def fact(panel: Panel, label: str) -> str:
    """The figure under a name."""
    card = panel.page.locator(".cw-fact:visible").filter(has_text=panel.say(label)).first
    return str(card.locator(".cw-fact-value").inner_text())


def test_an_unknown_export_is_corrected_looked_at_imported_and_taken_back(
    desk: Opener, office: Served, tmp_path: Path
) -> None:
    export = tmp_path / "某区平台导出.csv"
    export.write_text("\n".join(LINES) + "\n", encoding="gb18030")
    before = cases_of(office)
    panel = desk(office)
    panel.open("data")
    panel.upload(export)
    panel.page.locator("[data-path='columns.received']").wait_for(timeout=60_000)
    assert panel.button("Import {new} new cases and change {updated}", new=0, updated=0).is_disabled()
    column(panel, "received", "乙")
    column(panel, "closed", "丙")
    column(panel, "case_no", "甲")
    column(panel, "channel", "丁")
    column(panel, "respondent", "戊")
    panel.page.wait_for_function("document.activeElement.dataset.path === 'columns.respondent'")
    assert fact(panel, "New cases") == "60" and fact(panel, "Cannot be imported") == "0"
    panel.page.get_by_role("cell", name="Z000", exact=True).wait_for()
    assert panel.nameless() == []
    panel.page.locator(".cw-bar:visible").scroll_into_view_if_needed()
    panel.shoot("import", 2350)
    assert cases_of(office) == before

    panel.press("Import {new} new cases and change {updated}", new=60, updated=0)
    panel.hears("Imported as {run}: {new} new, {updated} changed.", run="R1", new=60, updated=0)
    assert cases_of(office) == before + 60
    panel.button("R1").click()
    panel.press("Undo import {run} …", run="R1")
    assert cases_of(office) == before + 60
    panel.press("Yes, take it back")
    panel.hears(
        "Import {run} is undone: {removed} cases removed, {restored} put back as they were.",
        run="R1",
        removed=60,
        restored=0,
    )
    assert cases_of(office) == before


def test_markup_in_an_export_is_shown_as_text(desk: Opener, office: Served, tmp_path: Path) -> None:
    markup = "<img src=x onerror=\"document.title='owned'\">"
    export = tmp_path / "markup.csv"
    quoted = markup.replace('"', '""')
    export.write_text(
        f'Case number,Received date,Channel,"{quoted}",Respondent\n'
        f'1,2026-01-02,"{quoted}",x,"{quoted}"\n2,"{quoted}",a,y,b\n',
        encoding="utf-8",
    )
    panel = desk(office)
    panel.open("data")
    panel.upload(export)
    panel.page.get_by_role("cell", name=markup).first.wait_for(timeout=60_000)
    assert panel.page.locator(".casework img:not(.cw-picture)").count() == 0
    assert panel.page.title() != "owned"


def test_a_long_reading_is_stopped_by_its_button(desk: Opener, office: Served, tmp_path: Path) -> None:
    export = tmp_path / "large.csv"
    with export.open("w", encoding="utf-8") as file:
        file.write("Case number,Received date,Channel,Text\n")
        for n in range(150_000):
            file.write(f"L{n},2026-01-{1 + n % 28:02d},phone,{'text ' * 8}{n}\n")
    panel = desk(office)
    panel.open("data")
    panel.upload(export)
    panel.press("Cancel")
    panel.hears("Stopped. What was finished before stays.")
    assert panel.page.locator("[data-path='columns.received']:visible").count() == 0
    assert panel.button("Look at these files").is_enabled()


def test_records_and_a_blank_intake_workbook_are_downloaded(desk: Opener, office: Served) -> None:
    panel = desk(office)
    panel.open("data")
    for label in ("Download the records (.xlsx)", "Download a blank intake workbook (.xlsx)"):
        name, content = panel.download(label)
        panel.hears("{name} was downloaded.", name=name)
        assert name.endswith(".xlsx") and content.startswith(b"PK")
    panel.field("Personal data").select_option("clear")
    sure = panel.page.get_by_label(panel.say("I need the personal data in clear and may pass them on."))
    sure.wait_for()
    assert panel.button("Download the records (.xlsx)").is_disabled()
    sure.check()
    assert panel.download("Download the records (.xlsx)")[1].startswith(b"PK")
    assert panel.nameless() == []
