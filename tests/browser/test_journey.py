"""What the issue asks to see: from a phone call to a letter, and from an export to the dashboard, in both languages."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from casework.demo import sample_folder
from casework.workspace import open_workspace
from tests.browser.conftest import Opener, Panel, Served

Offices = Callable[[str], Served]


def in_both_languages(first: str, second: str) -> pytest.MarkDecorator:
    """The second language is a repetition; which it is alternates, so that both are seen every time."""
    return pytest.mark.parametrize("lang", [first, pytest.param(second, marks=pytest.mark.slow)])


WORDS = {
    "zh": {
        "name": "宋示例",
        "company": "虚州示例视听科技有限公司",
        "summary": "客服为促成续费作虚假承诺，投诉后辱骂消费者并拒绝退款。",
        "first": "客服工号6021在线承诺“续费一年，随时可退全款”，投诉人当日支付298元。",
        "second": "投诉人申请退款，同一客服拒绝并辱骂投诉人。",
        "remedy": "退还会员费298元",
    },
    "en": {
        "name": "Song Shili",
        "company": "Xuzhou Example Video Technology Ltd",
        "summary": "The agent promised a full refund to sell a renewal, then insulted the consumer and refused.",
        "first": "Agent 6021 promised in chat: renew for a year, full refund at any time. 298 yuan were paid that day.",
        "second": "The complainant asked for the refund; the same agent refused and insulted them.",
        "remedy": "Refund of the membership fee of 298 yuan",
    },
}


def enter_case(panel: Panel) -> str:
    """Fill the form as one would on the phone and return the case number."""
    words = WORDS[panel.served.lang]
    number = panel.field("Case number").input_value()
    panel.field("Full name").fill(words["name"])
    panel.field("Telephone").fill("19900000000")
    panel.page.locator("[data-path='complainant.address']").fill("虚州市示例路1号")
    panel.field("Company").fill(words["company"])
    panel.field("Agent or staff number").fill("6021")
    for conduct in ("false_claims", "insult"):
        panel.page.locator(f"[data-path='conducts:{conduct}']").check()
    panel.field("Summary").fill(words["summary"])
    for place, (day, text) in enumerate((("2026-10-08", "first"), ("2026-10-20", "second")), 1):
        panel.press("Add an event")
        panel.cell("Date", "event {n}", place).fill(day)
        panel.cell("What happened", "event {n}", place).fill(words[text])
    panel.press("Add a remedy")
    panel.cell("Amount (yuan)", "remedy {n}", 1).fill("298")
    panel.cell("Reply by", "remedy {n}", 1).fill("2026-12-31")
    panel.cell("In words", "remedy {n}", 1).fill(words["remedy"])
    panel.press("Enter the case")
    panel.hears("Case {case_no} is saved. Next: attach its evidence, then write the letter.", case_no=number)
    return str(number)


def attach_two(panel: Panel, folder: Path) -> list[Path]:
    """Attach a chat log and a payment record; describe the first."""
    chat, payment = folder / "聊天记录.txt", folder / "支付凭证.csv"
    chat.write_text("客服6021：续费一年，随时可退全款。\n", encoding="utf-8")
    payment.write_text("日期,金额\n2026-10-08,298.00\n", encoding="utf-8")
    panel.field("Purpose of proof").fill(
        {"zh": "证明客服的承诺和付款", "en": "The promise and the payment"}[panel.served.lang]
    )
    panel.field("Source").fill({"zh": "投诉人提供", "en": "From the complainant"}[panel.served.lang])
    panel.upload(chat, payment)
    panel.hears(
        "Attached as exhibit {numbers}. Choose it in the list to say what it contains and proves.",
        numbers="1, 2",
    )
    return [chat, payment]


@in_both_languages("zh", "en")
def test_a_case_goes_from_the_phone_to_the_letter(
    desk: Opener, offices: Offices, lang: str, tmp_path: Path
) -> None:
    office = offices(lang)
    panel = desk(office)
    panel.open("home")
    assert panel.nameless() == []
    panel.shoot("home")
    panel.go("Cases")
    number = enter_case(panel)
    assert panel.nameless() == []
    panel.shoot("cases", 1500)
    panel.go("Evidence")
    files = attach_two(panel, tmp_path)
    panel.button("1").click()
    panel.field("Content").fill({"zh": "与客服6021的聊天记录", "en": "Chat with agent 6021"}[lang])
    panel.field("Pages").fill("1")
    panel.press("Save the exhibit")
    panel.hears("Exhibit {number} is saved.", number=1)
    panel.press("Verify the stored files")
    panel.page.locator(".cw-message[data-kind=done]:visible").wait_for()
    assert panel.nameless() == []
    panel.shoot("evidence", 1400)
    panel.go("Cases")
    for place, numbers in enumerate(("1, 2", "1"), 1):
        panel.cell("Exhibit numbers", "event {n}", place).fill(numbers)
    panel.press("Save case {case_no}", case_no=number)
    panel.page.locator(".cw-message[data-kind=done]:visible").wait_for()
    panel.go("Letters")
    panel.field("Language of the letter").select_option(lang)
    panel.page.locator(".cw-paper").wait_for()
    assert panel.nameless() == []
    panel.shoot("letters", 1500)
    name, letter = panel.download("Download the letter (.docx)")
    panel.hears("{name} was downloaded.", name=name)

    assert number in name and name.endswith(".docx")
    with zipfile.ZipFile(io.BytesIO(letter)) as archive:
        text = archive.read("word/document.xml").decode()
    assert WORDS[lang]["company"] in text and WORDS[lang]["first"] in text
    workspace = open_workspace(office.workspace)
    exhibits = workspace.store.case(number).exhibits
    workspace.close()
    assert [exhibit.name for exhibit in exhibits] == [file.name for file in files]
    assert [exhibit.sha256 for exhibit in exhibits] == [
        hashlib.sha256(file.read_bytes()).hexdigest() for file in files
    ]


@in_both_languages("en", "zh")
def test_an_export_is_looked_at_and_then_taken_in_once(desk: Opener, offices: Offices, lang: str) -> None:
    export = next((sample_folder() / "exports").glob("*GB18030.csv"))
    panel = desk(offices(lang))
    panel.open("data")
    panel.upload(export)
    panel.page.locator("[data-action=import]:visible").wait_for(timeout=60_000)
    assert panel.nameless() == []
    panel.shoot("data", 2400)
    take = panel.page.locator("[data-action=import]:visible")
    take.click()
    panel.page.locator(".cw-message[data-kind=done]:visible").wait_for(timeout=60_000)
    panel.page.reload()
    panel.upload(export)
    panel.page.get_by_text(panel.say("There is nothing new to take in.")).wait_for(timeout=60_000)
    assert take.count() == 0


def test_an_open_case_is_reached_from_the_desk_and_followed_into_the_other_panels(
    desk: Opener, offices: Offices
) -> None:
    panel = desk(offices("zh"))
    panel.open("home")
    listed = panel.page.locator(".cw-choose:visible").first
    number = listed.inner_text()
    listed.click()
    panel.hears("Case {case_no} is open.", case_no=number)
    assert panel.field("Case number").input_value() == number
    panel.go("Letters")
    panel.page.locator(".cw-notes-case:visible h3").get_by_text(number).wait_for()
