"""The records workbook: every case, filing and exhibit in its sheet, personal data masked unless asked otherwise."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from dataclasses import replace
from decimal import Decimal

import msoffcrypto
import openpyxl
import pytest

from casework.errors import Cancelled, CaseworkError
from casework.i18n import set_language
from casework.model import Case, Filing, Remedy
from casework.progress import Step
from casework.rules import load_pack
from casework.workbooks.protect import encrypt
from casework.workbooks.records import (
    DeadlineRecord,
    LetterRecord,
    Records,
    record_sheets,
    records_csv,
    records_workbook,
)

from .cases import a_case
from .commands import answer, casework, refusal
from .office import as_pdf, text_of
from .vectors import LIVE

MADE = dt.datetime(2026, 11, 24, 9, 30)
RULES = load_pack()
CHANNEL, CHANNEL_NAME = next((key, channel.name("en")) for key, channel in RULES.channels.items())
PERSONAL = ("王小明", "13800000000", "wang@example.com", "文三路")


@pytest.fixture(autouse=True)
def _english():
    set_language("en")


def cases() -> list[Case]:
    first = a_case("2025-0001")
    person = replace(first.complainant, email="wang@example.com", address="浙江省杭州市文三路1号")
    filings = (replace(first.filings[0], channel=CHANNEL),)
    first = replace(
        first,
        complainant=person,
        filings=filings,
        summary="王小明来电13800000000，称客服泄露隐私",
        region="西湖区",
    )
    second = a_case("2025-0002", received_at=dt.datetime(2025, 6, 1), filings=(), exhibits=(), incidents=())
    return [first, replace(second, remedies=(), status="closed", closed_at=dt.datetime(2025, 6, 3, 12))]


def book_of(records: Records, **how) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(records_workbook(records, RULES, made_at=MADE, **how)))


def rows(sheet) -> list[dict[str, object]]:
    header = [cell.value for cell in sheet[1]]
    return [dict(zip(header, row, strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True)]


def all_text(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "".join(
            parts.read(name).decode() for name in parts.namelist() if name.endswith((".xml", ".rels"))
        )


def test_cases_filings_and_exhibits_stand_in_sheets_of_their_own():
    book = book_of(Records(cases()))
    assert book.sheetnames == ["Overview", "Cases", "Filings", "Exhibits", "Notes", "Lists"]
    first, second = rows(book["Cases"])
    assert (first["Case number"], first["Received date"]) == ("2025-0001", dt.datetime(2025, 4, 9, 10, 30))
    assert (first["Amount (CNY)"], first["Filings"], first["Exhibits"]) == (128.5, 1, 1)
    assert first["Region"] == "西湖区"
    assert (second["Status"], second["Closed date"]) == ("Closed", dt.datetime(2025, 6, 3, 12))
    assert second["Amount (CNY)"] is None
    (filing,) = rows(book["Filings"])
    assert filing["Channel"] == CHANNEL_NAME
    assert (filing["Receipt number"], filing["Status"]) == ("SL-1", "Filed")
    (exhibit,) = rows(book["Exhibits"])
    assert (exhibit["Case number"], exhibit["No."], exhibit["Bytes"]) == ("2025-0001", 1, 1234)


def test_personal_data_are_masked_and_the_notes_say_so():
    content = records_workbook(Records(cases()), RULES, made_at=MADE)
    text = all_text(content)
    assert [word for word in PERSONAL if word in text] == []
    assert "王**" in text
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert rows(book["Cases"])[0]["Phone (masked)"] == "138****0000"
    assert rows(book["Cases"])[0]["Summary"] == "王**来电138****0000，称客服泄露隐私"
    assert "Masked" in {row[0] for row in book["Notes"].iter_rows(values_only=True)}


def test_in_clear_nothing_is_masked_and_the_notes_say_that():
    book = book_of(Records(cases()), masked=False)
    first = rows(book["Cases"])[0]
    assert (first["Complainant"], first["Phone"], first["Address"]) == (
        "王小明",
        "13800000000",
        "浙江省杭州市文三路1号",
    )
    assert "Not masked" in {row[0] for row in book["Notes"].iter_rows(values_only=True)}
    assert not [title for title in first if "masked" in str(title)]


def test_identifiers_are_text_and_drop_downs_offer_the_offices_words():
    case = replace(cases()[0], respondent=replace(cases()[0].respondent, credit_code="911234567890123456"))
    book = book_of(Records([case]), masked=False)
    header = {cell.value: cell.column_letter for cell in book["Cases"][1]}
    for title in ("Case number", "Phone", "Unified social credit code"):
        cell = book["Cases"][f"{header[title]}2"]
        assert (cell.data_type, cell.number_format) == ("s", "@")
    lists = {rule.formula1: str(rule.sqref) for rule in book["Cases"].data_validations.dataValidation}
    assert lists["list_status"] == f"{header['Status']}2"
    assert book.defined_names["list_status"].attr_text == "'Lists'!$A$1:$A$2"
    assert (book["Lists"].sheet_state, book["Lists"]["A1"].value) == ("hidden", "Open")


def test_print_set_up_and_document_properties():
    book = book_of(Records(cases(), choice="Open"))
    for name in ("Cases", "Filings", "Exhibits"):
        sheet = book[name]
        assert (sheet.print_title_rows, sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("$1:$1", "landscape", 9)  # fmt: skip
        assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (0, True)
        assert (sheet.oddFooter.right.text, len(sheet.tables), sheet.freeze_panes is not None) == (
            "&P / &N",
            1,
            True,
        )
    assert book["Cases"].print_area == "'Cases'!$A$1:$N$3"
    properties = book.properties
    assert (properties.title, properties.subject, properties.creator, properties.created) == ("Case records", "Open", "casework", MADE)  # fmt: skip


def test_the_overview_counts_by_month_and_channel_with_native_charts():
    content = records_workbook(Records(cases()), RULES, made_at=MADE)
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Overview"]
    figures = [row[:2] for row in sheet.iter_rows(values_only=True) if row[1] is not None]
    assert figures[:5] == [("Month", "Cases"), ("2025-04", 1), ("2025-05", 0), ("2025-06", 1), ("Total", 2)]
    assert figures[5:] == [("Channel", "Filings"), (CHANNEL_NAME, 1), ("Total", 1)]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert len([name for name in parts.namelist() if name.startswith("xl/charts/chart")]) == 2


def test_letters_and_deadlines_appear_where_there_are_any():
    letter = LetterRecord("2025-0001", "12315", "complaint", "zh", MADE, "li", "ab" * 32)
    due = DeadlineRecord("2025-0001", "12315", "Decision on acceptance", dt.date(2025, 4, 21))
    book = book_of(Records(cases(), letters=[letter], deadlines=[due]))
    assert book.sheetnames[1:6] == ["Cases", "Filings", "Exhibits", "Letters", "Deadlines"]
    assert rows(book["Letters"])[0]["Written at"] == MADE
    assert rows(book["Deadlines"])[0]["Due"] == dt.datetime(2025, 4, 21)


def test_live_text_is_text_in_every_sheet():
    hostile = [
        a_case(
            f"{text}{place}",
            summary=text,
            handler=text,
            filings=(Filing(text, receipt_no=text, outcome=text),),
            conducts=(text,),
        )
        for place, text in enumerate([*LIVE, "<r>x</r>", "<b>x</b>", "http://x.example"])
    ]
    book = book_of(Records(hostile, choice=LIVE[0], source=LIVE[1]), masked=False)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]


def test_the_same_records_give_the_same_bytes():
    once, again = (records_workbook(Records(cases()), RULES, made_at=MADE) for _ in range(2))
    assert once == again


def test_amounts_in_other_currencies_stand_in_words():
    case = a_case(remedies=(Remedy("refund", amount=Decimal("20"), currency="USD"),))
    (row,) = rows(book_of(Records([case]))["Cases"])
    assert (row["Amount (CNY)"], row["What is asked for"]) == (None, "Refund 20.00 USD")


def test_no_records_at_all_still_make_a_workbook():
    book = book_of(Records([]))
    assert book["Cases"]["A1"].value == "Case number"
    assert book["Cases"].max_row == 1


def test_cases_come_one_by_one_and_can_be_stopped():
    steps: list[Step] = []

    def stop(step: Step) -> None:
        steps.append(step)
        if step.done >= 1000:
            raise Cancelled("stopped")

    endless = (a_case(f"c{number}") for number in range(10**9))
    with pytest.raises(Cancelled):
        record_sheets(Records(endless), RULES, masked=True, what=("cases",), progress=stop)
    assert [step.done for step in steps] == [0, 200, 400, 600, 800, 1000]


def test_csv_holds_one_kind_with_the_same_words():
    lines = list(csv.reader(io.StringIO(records_csv(Records(cases()), RULES, "filings").decode("utf-8-sig"), newline="")))  # fmt: skip
    assert lines[0][:3] == ["Case number", "Respondent", "Channel"]
    assert lines[1][:4] == [
        "2025-0001",
        "某某网络科技有限公司",
        CHANNEL_NAME,
        "2025-04-10 00:00",
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_word_is_in_the_language_asked_for(lang):
    set_language(lang)
    book = book_of(Records(cases()))
    titles = [*book.sheetnames, *(cell.value for name in book.sheetnames[1:4] for cell in book[name][1])]
    titles = [title for title in titles if title != "SHA-256"]
    assert [title for title in titles if any("\u4e00" <= letter <= "\u9fff" for letter in title) != (lang == "zh")] == []  # fmt: skip


# ---------------------------------------------------------------- a password


def opened(content: bytes, password: str) -> openpyxl.Workbook:
    target = io.BytesIO()
    file = msoffcrypto.OfficeFile(io.BytesIO(content))
    file.load_key(password=password, verify_password=True)
    file.decrypt(target, verify_integrity=True)
    return openpyxl.load_workbook(target)


def test_an_encrypted_workbook_opens_with_its_password_only():
    plain = records_workbook(Records(cases()), RULES, made_at=MADE)
    content = encrypt(plain, "密码 long enough")
    assert not zipfile.is_zipfile(io.BytesIO(content))
    assert "2025-0001".encode("utf-16-le") not in content
    assert (
        opened(content, "密码 long enough").sheetnames == openpyxl.load_workbook(io.BytesIO(plain)).sheetnames
    )
    with pytest.raises(msoffcrypto.exceptions.InvalidKeyError):
        opened(content, "another password")


def test_the_encryption_is_aes_of_256_bits():
    info = msoffcrypto.OfficeFile(io.BytesIO(encrypt(records_workbook(Records([]), RULES, made_at=MADE), "12345678"))).info  # fmt: skip
    assert (info["keyDataHashAlgorithm"], info["passwordKeyBits"], info["spinValue"]) == (
        "SHA512",
        256,
        100_000,
    )


@pytest.mark.parametrize("password", ["", "   ", "short", "x" * 256, "line\nend of it"])
def test_a_password_that_protects_nothing_is_refused_in_words(password):
    with pytest.raises(CaseworkError, match="password"):
        encrypt(b"", password)


# ---------------------------------------------------------------- the command


@pytest.fixture
def workspace(tmp_path):
    place = tmp_path / "office"
    casework(
        *(
            "case",
            "new",
            "--workspace",
            place,
            "--case-no",
            "2025-7",
            "--complainant",
            "王小明",
            "--phone",
            "13800000000",
        ),
        *("--company", "某公司", "--summary", "王小明来电", "--received", "2025-04-09"),
    )
    return place


def test_export_writes_a_masked_workbook_and_the_audit_log_knows(workspace, tmp_path):
    out = tmp_path / "out.xlsx"
    said = answer("export", "--workspace", workspace, "--out", out, "--lang", "en")
    assert said["masked"] is True
    assert rows(openpyxl.load_workbook(out)["Cases"])[0]["Complainant (masked)"] == "王**"
    assert str(tmp_path) not in all_text(out.read_bytes())
    answer("export", "--workspace", workspace, "--out", out, "--unmasked")
    entries = [
        entry for entry in answer("audit", "--workspace", workspace) if entry["action"] == "records.export"
    ]
    assert [(entry["after"]["masked"], entry["after"]["cases"]) for entry in entries] == [
        (True, 1),
        (False, 1),
    ]


def test_export_encrypts_with_a_password_from_a_file(workspace, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("correct horse\n", encoding="utf-8")
    answer("export", "--workspace", workspace, "--out", tmp_path / "out.xlsx", "--password-file", secret)
    assert opened((tmp_path / "out.xlsx").read_bytes(), "correct horse")


def test_export_refuses_in_one_line_and_leaves_nothing(workspace, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("short\n", encoding="utf-8")
    place = ("export", "--workspace", workspace, "--lang", "en")
    assert "ending" in refusal(*place, "--out", tmp_path / "out.pdf")
    assert "nonsense" in refusal(*place, "--out", tmp_path / "out.xlsx", "--what", "cases,nonsense")
    assert "one table" in refusal(*place, "--out", tmp_path / "out.csv", "--what", "cases,filings")
    assert "too short" in refusal(*place, "--out", tmp_path / "out.xlsx", "--password-file", secret)
    secret.write_text("long enough\n", encoding="utf-8")
    assert "encrypted" in refusal(*place, "--out", tmp_path / "out.csv", "--password-file", secret)
    assert "folder" in refusal(*place, "--out", tmp_path / "missing" / "out.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["office", "secret"]


@pytest.mark.office
def test_libreoffice_shows_the_records(tmp_path):
    path = tmp_path / "records.xlsx"
    path.write_bytes(records_workbook(Records(cases()), RULES, made_at=MADE))
    text = text_of(as_pdf(path, tmp_path))
    for shown in ("2025-0001", "128.50", "138****0000", "Cases received by month", "2025-06-03 12:00"):
        assert shown in text
