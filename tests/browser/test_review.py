"""The whole review in a browser: by mouse with an export, by keyboard alone with the office's own cases."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from casework.demo import sample_folder
from tests.browser.conftest import Opener, Panel, Served

Offices = Callable[[str], Served]
MARKUP = "<img src=x onerror=\"document.title='owned'\">"
FOCUSED = "() => document.activeElement && document.activeElement.dataset.path"


def stands(panel: Panel) -> None:
    """Wait until figures and the first picture are there."""
    panel.page.locator(".cw-headline:visible").first.wait_for(timeout=60_000)
    panel.page.locator(".cw-picture[src]:visible").first.wait_for(timeout=60_000)


IN_VIEW = """() => [...document.querySelectorAll('.cw-chart.cw-stale')].every((chart) => {
  const { top, bottom } = chart.getBoundingClientRect();
  return bottom < 0 || top > window.innerHeight || !chart.checkVisibility();
})"""


def settled(panel: Panel) -> None:
    """Wait until the charts in view show the numbers that are asked for."""
    panel.page.wait_for_function(IN_VIEW, timeout=60_000)


def redrawn(panel: Panel, name: str) -> Any:
    """Go to a chart and wait until it and its table show what is asked for; return it."""
    chart = panel.page.locator(f"[data-chart={name}]")
    chart.scroll_into_view_if_needed()
    panel.page.locator(f"[data-chart={name}]:not(.cw-stale)").wait_for(timeout=60_000)
    return chart


def changed(panel: Panel, before: str) -> str:
    """Wait until the first headline says something else, and return it."""
    panel.page.wait_for_function(
        "before => document.querySelector('.cw-fact-value').innerText !== before", arg=before, timeout=30_000
    )
    return received(panel)


def picture(panel: Panel) -> None:
    """Keep how the page begins, and how its first charts look."""
    panel.page.locator(".cw-bar:visible").scroll_into_view_if_needed()
    panel.shoot("dashboard", 1500)
    panel.page.locator("[data-chart=volume] button:visible").first.scroll_into_view_if_needed()
    settled(panel)
    panel.page.locator(".cw-headlines:visible").evaluate(
        "list => { list.style.scrollMarginTop = '120px'; list.scrollIntoView(); }"
    )
    panel.shoot("dashboard-month", 1400)


def received(panel: Panel) -> str:
    return str(panel.page.locator(".cw-fact-value:visible").first.inner_text())


def unzip(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {Path(name).name: archive.read(name) for name in archive.namelist()}


def keys(panel: Panel, *pressed: str) -> None:
    for key in pressed:
        panel.page.keyboard.press(key)


def focus(panel: Panel, path: str) -> None:
    """Put the focus on a control as Tab would: it must be one that Tab reaches."""
    control = panel.page.locator(f"[data-path='{path}']:visible").first
    assert control.evaluate("control => control.tabIndex") == 0
    control.focus()


def everything_has_a_name(panel: Panel) -> None:
    """Open all that folds: controls have names, pictures words, and one line tells what happens."""
    panel.page.evaluate("() => document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
    assert panel.nameless() == []
    lines = panel.page.locator(".cw-message[role=status]:visible")
    assert lines.count() == 1 and lines.inner_text().strip()
    pictures = panel.page.locator("img.cw-picture[src]:visible")
    assert all(len(pictures.nth(at).get_attribute("alt") or "") > 15 for at in range(pictures.count()))
    panel.page.evaluate(
        "() => document.querySelectorAll('.cw-behind').forEach(fold => { fold.open = false; })"
    )


def there_and_back(panel: Panel) -> None:
    """Change the language and change it back: period, figures and filters stay."""
    before, chip = received(panel), panel.page.locator(".cw-chip").first.inner_text()
    panel.page.locator(".cw-language[lang=en]:visible").click()
    panel.page.locator(".cw-headline .cw-fact-label:visible", has_text=re.compile("^Received$")).wait_for(
        timeout=60_000
    )
    assert received(panel) == before
    assert panel.page.locator(".cw-chip").first.inner_text() != chip
    panel.page.locator(".cw-language[lang=zh]:visible").click()
    panel.page.wait_for_function(
        "chip => document.querySelector('.cw-chip').innerText === chip", arg=chip, timeout=60_000
    )
    panel.page.locator(".cw-headline .cw-fact-label:visible", has_text="接收").first.wait_for(timeout=60_000)
    assert received(panel) == before


def test_the_review_by_mouse_from_an_export_to_the_pack(desk: Opener, offices: Offices) -> None:
    export = next((sample_folder() / "exports").glob("12315*.xlsx"))
    panel = desk(offices("zh"))
    panel.open("dashboard")
    stands(panel)
    panel.upload(export)
    panel.page.get_by_role("cell", name=export.name).first.wait_for(timeout=60_000)
    panel.page.locator(".cw-message[data-kind=info]:visible", has_text="接收").wait_for()
    assert (
        panel.page.locator(".cw-data-first[open]").count() == 1
    )  # two rows repeat a case: look before you believe
    picture(panel)
    everything_has_a_name(panel)

    before = received(panel)
    panel.field("Length of the period").select_option("quarter")
    quarter = changed(panel, before)
    by_conduct = redrawn(panel, "by_conduct")
    by_conduct.locator("summary").click()
    value = by_conduct.locator("button.cw-filter").first
    name = value.inner_text()
    value.click()
    label = panel.say("{dimension}: {values}", dimension=panel.say("Conduct"), values=name)
    remove = f"{panel.say('Remove the filter')}: {label}"
    chip = panel.page.get_by_role("button", name=remove, exact=True)
    chip.wait_for()
    narrowed = changed(panel, quarter)
    assert int(narrowed) < int(quarter)

    cases = redrawn(panel, "by_conduct").locator("button.cw-cases").first
    assert cases.inner_text() == narrowed
    cases.click()
    rows = panel.page.locator(".cw-choose[data-row]:visible")
    rows.first.wait_for()
    rows.first.click()
    panel.page.locator(".cw-message:visible", has_text=export.name).wait_for()  # in which row of which file
    comment = by_conduct.locator("textarea")
    comment.fill("推诿案件集中。")
    comment.blur()
    panel.page.locator(".cw-message[data-kind=done]:visible").wait_for()
    there_and_back(panel)
    chip.click()
    panel.page.wait_for_function(
        "wanted => document.querySelector('.cw-fact-value').innerText === wanted", arg=quarter
    )
    assert by_conduct.locator("textarea").input_value() == "推诿案件集中。"

    with panel.page.expect_download(timeout=120_000) as arriving:
        panel.press("Download the pack (.zip)")
    name = arriving.value.suggested_filename
    content = Path(arriving.value.path()).read_bytes()
    panel.hears("{name} was downloaded.", name=name)
    files = unzip(content)
    assert {Path(file).suffix for file in files} >= {".xlsx", ".pdf", ".html", ".json"}
    pack = json.loads(files["pack.json"])
    assert pack["comments"] == {"by_conduct": "推诿案件集中。"}
    assert pack["review"]["headlines"][0]["now"] == int(quarter)
    assert "推诿案件集中。" in next(text for file, text in files.items() if file.endswith(".html")).decode()


def test_the_review_by_keyboard_alone(desk: Opener, offices: Offices) -> None:
    panel = desk(offices("en"))
    panel.open("dashboard")
    stands(panel)
    settled(panel)
    picture(panel)
    page = panel.page
    everything = received(panel)
    focus(panel, "open:channel")
    keys(panel, "Enter")
    page.locator(".cw-filter-list input").first.wait_for()
    page.keyboard.type("12345 gov")
    page.wait_for_function("() => document.querySelectorAll('.cw-filter-list input').length === 1")
    keys(panel, "ArrowDown", "Space")
    page.locator(".cw-chip").first.wait_for()
    assert page.evaluate(FOCUSED).startswith("value:")  # the focus stays where the person is
    keys(panel, "Escape")
    assert page.evaluate(FOCUSED) == "open:channel"
    narrowed = changed(panel, everything)
    settled(panel)

    focus(panel, "section:backlog")
    keys(panel, "Enter")
    assert page.evaluate("() => document.activeElement.id") == "cw-section-backlog"
    fold = page.locator("figure.cw-chart summary:visible").first
    fold.focus()
    keys(panel, "Enter")
    cases = page.locator(".cw-behind[open] button.cw-cases").first
    cases.focus()
    pressed = page.evaluate(FOCUSED)
    keys(panel, "Enter")
    page.locator(".cw-choose[data-row]:visible").first.wait_for()
    page.wait_for_function("() => document.activeElement.matches('.cw-choose[data-row]')")
    page.get_by_role("button", name=panel.say("Close the list"), exact=True).last.focus()
    keys(panel, "Enter")
    page.wait_for_function("path => document.activeElement.dataset.path === path", arg=pressed)

    page.locator(".cw-chip-all").focus()
    keys(panel, "Enter")
    page.wait_for_function(
        "wanted => document.querySelector('.cw-fact-value').innerText === wanted", arg=everything
    )
    assert narrowed != everything
    with page.expect_download() as arriving:
        page.locator("[data-path='chart:svg']:visible").first.focus()
        keys(panel, "Enter")
    assert arriving.value.suggested_filename.endswith(".svg")
    assert b"<svg" in Path(arriving.value.path()).read_bytes()
    with page.expect_download() as arriving:
        page.locator("[data-path='chart:png']:visible").first.focus()
        keys(panel, "Enter")
    assert Path(arriving.value.path()).read_bytes().startswith(b"\x89PNG")

    everything_has_a_name(panel)
    focus(panel, "section:pack")
    keys(panel, "Enter")
    for form in (".pdf", ".html"):
        focus(panel, f"formats:{form}")
        keys(panel, "Space")
    with page.expect_download(timeout=120_000) as arriving:
        panel.button("Download the pack (.zip)").focus()
        keys(panel, "Enter")
    files = unzip(Path(arriving.value.path()).read_bytes())
    assert "cases.parquet" in files and not any(file.endswith(".pdf") for file in files)
    assert json.loads(files["pack.json"])["review"]["headlines"][0]["now"] == int(everything)


def test_markup_in_names_runs_nothing_and_a_narrow_window_clips_nothing(
    desk: Opener, offices: Offices, tmp_path: Path
) -> None:
    rows = ["case no,received date,closing date,channel,conduct,respondent"]
    quoted = MARKUP.replace('"', '""')
    for n in range(40):
        cells = (f'"{quoted}{n % 3}"', f'"{quoted}"', f'"{quoted}{"长" * 180}"')
        rows.append(f"K-{n},2026-0{1 + n % 3}-05,2026-04-0{1 + n % 9},{','.join(cells)}")
    file = tmp_path / "标记.csv"
    file.write_text("\n".join(rows), encoding="utf-8")
    panel = desk(offices("en"))
    panel.open("dashboard")
    stands(panel)
    panel.upload(file)
    panel.page.get_by_role("cell", name=file.name).first.wait_for(timeout=60_000)
    panel.page.evaluate(
        "() => document.querySelectorAll('.cw-behind').forEach(fold => { fold.open = true; })"
    )
    settled(panel)
    panel.page.locator("button.cw-filter:visible", has_text="<img").first.click()
    panel.page.locator(".cw-chip", has_text="<img").first.wait_for()
    assert panel.page.locator("img:not(.cw-picture)").count() == 0
    assert panel.page.title() != "owned"
    panel.page.set_viewport_size({"width": 480, "height": 900})
    panel.page.wait_for_timeout(300)
    assert clipped(panel) == []


def clipped(panel: Panel) -> list[Any]:
    """What stands out of the page at the right, and is not inside a part that scrolls."""
    found: list[Any] = panel.page.evaluate("""() => {
      const page = document.querySelector(".casework").getBoundingClientRect();
      return [...document.querySelectorAll(".casework *")]
        .filter((part) => part.checkVisibility() && !part.closest(".cw-scroll, .cw-hidden, .cw-filter-list"))
        .filter((part) => part.getBoundingClientRect().right > page.right + 1)
        .map((part) => part.outerHTML.slice(0, 120));
    }""")
    return found
