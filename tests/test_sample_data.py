"""The sample office is invented, can be made again, opens as a demo, and measures as EXPECT.json says."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests import oracle

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "sample_data"
EXPORTS = SAMPLE / "exports"
EXPECT: dict[str, dict[str, Any]] = json.loads((EXPORTS / "EXPECT.json").read_text(encoding="utf-8"))
OFFICE: list[dict[str, Any]] = json.loads((SAMPLE / "office.json").read_text(encoding="utf-8"))
MADE = ("office.json", "exports", "evidence")


def made_files(folder: Path) -> dict[str, Path]:
    found = [
        folder / "office.json",
        *(p for name in ("exports", "evidence") for p in (folder / name).rglob("*")),
    ]
    return {path.relative_to(folder).as_posix(): path for path in found if path.is_file()}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    subprocess.run([sys.executable, SAMPLE / "make.py", folder], check=True, timeout=120)
    return folder


# --- made again ------------------------------------------------------------------------------------


def test_a_fresh_run_of_the_script_writes_the_same_files(fresh: Path) -> None:
    assert made_files(fresh).keys() == made_files(SAMPLE).keys()


def test_a_fresh_run_writes_the_same_bytes_of_text_tables_and_sound(fresh: Path) -> None:
    ours, theirs = made_files(SAMPLE), made_files(fresh)
    exact = [name for name in ours if name.endswith((".csv", ".txt", ".wav", "office.json"))]
    assert len(exact) > 30
    assert [name for name in exact if ours[name].read_bytes() != theirs[name].read_bytes()] == []


def test_a_fresh_run_expects_the_same_numbers(fresh: Path) -> None:
    again = json.loads((fresh / "exports" / "EXPECT.json").read_text(encoding="utf-8"))
    for name, expected in EXPECT.items():
        same_measures(again[name], expected)


@pytest.mark.parametrize("name", [name for name in EXPECT if name.endswith(".xlsx")])
def test_a_fresh_run_writes_the_same_cells_into_workbooks(fresh: Path, name: str) -> None:
    import openpyxl

    books = [openpyxl.load_workbook(folder / "exports" / name) for folder in (SAMPLE, fresh)]
    cells = [
        [[(c.value, c.data_type, c.number_format) for c in row] for row in book.active.rows] for book in books
    ]
    assert cells[0] == cells[1]


def test_a_fresh_run_draws_the_same_picture(fresh: Path) -> None:
    from PIL import Image, ImageChops

    pictures = [name for name in made_files(SAMPLE) if name.endswith(".png")]
    assert pictures
    for name in pictures:
        ours, theirs = (Image.open(folder / name).convert("RGB") for folder in (SAMPLE, fresh))
        # Another version of FreeType may shade the edge of a glyph otherwise, and nothing more.
        differing = ImageChops.difference(ours, theirs).convert("L").point(lambda level: 255 * (level > 64))
        assert sum(differing.histogram()[1:]) < ours.width * ours.height / 1000


def test_no_file_is_large() -> None:
    sizes = {name: path.stat().st_size for name, path in made_files(SAMPLE).items()}
    assert max(sizes.values()) < 1_000_000
    assert sum(sizes.values()) < 2_000_000


# --- invented --------------------------------------------------------------------------------------


def text_of(path: Path) -> str:
    if path.suffix == ".xlsx":
        import openpyxl

        sheet = openpyxl.load_workbook(path, read_only=True).active
        return "\n".join(
            str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
        )
    return path.read_text(encoding="gb18030" if "GB18030" in path.name else "utf-8")


@pytest.fixture(scope="module")
def all_text() -> str:
    return "\n".join(
        text_of(p) for p in made_files(SAMPLE).values() if p.suffix in {".json", ".xlsx", ".csv", ".txt"}
    )


def test_every_mobile_number_is_of_a_range_that_nobody_has(all_text: str) -> None:
    numbers = set(re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", all_text))
    assert len(numbers) > 300
    assert [n for n in numbers if not n.startswith("1990000")] == []


def test_every_mail_address_is_at_example_com(all_text: str) -> None:
    hosts = set(re.findall(r"[\w.+-]+@([\w.-]+\w)", all_text))
    assert hosts == {"example.com"}


def test_no_identity_card_or_bank_card_number_occurs(all_text: str) -> None:
    identity = r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"
    assert re.findall(identity, all_text) == []
    assert re.findall(r"(?<!\d)(?:62|4\d|5[1-5])\d{14}(?!\d)", all_text) == []


def test_every_credit_code_has_a_wrong_check_digit_and_no_district() -> None:
    sys.path.insert(0, str(ROOT))
    from sample_data.maker.office import check_digit

    assert check_digit("91350100M000100Y4") == "3"  # the standard's own example, 91350100M000100Y43
    codes = {case["respondent"]["credit_code"] for case in OFFICE}
    assert len(codes) == 17
    for code in codes:
        assert len(code) == 18
        assert code[2:8] == "000000"
        assert code[17] != check_digit(code[:17])


def test_every_person_is_named_after_the_sixty_year_cycle_and_every_company_after_nowhere() -> None:
    assert {
        bool(re.fullmatch(r".[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]", c["complainant"]["name"]))
        for c in OFFICE
    } == {True}
    assert len({case["complainant"]["name"] for case in OFFICE}) == len(OFFICE)
    assert {case["respondent"]["company"][:2] for case in OFFICE} == {"虚州", "乌有"}


# --- an office worth looking at --------------------------------------------------------------------


def test_the_office_has_a_few_hundred_cases_over_24_months_of_all_five_conducts() -> None:
    assert 300 <= len(OFFICE) <= 400
    months = Counter(case["received_at"][:7] for case in OFFICE)
    assert len(months) == 24
    assert (min(months), max(months)) == ("2024-11", "2026-10")
    conducts = Counter(conduct for case in OFFICE for conduct in case["conducts"])
    assert conducts.keys() == {"false_claims", "stalling", "privacy_leak", "insult", "minors_spending"}
    assert min(conducts.values()) >= 15
    assert months["2025-11"] + months["2026-06"] > 2 * (
        months["2025-02"] + months["2026-02"]
    )  # 双11, 618, 春节


def test_cases_are_open_and_closed_and_channels_differ() -> None:
    assert {"open", "closed"} == {case["status"] for case in OFFICE}
    filings = [filing for case in OFFICE for filing in case.get("filings", ())]
    assert len({filing["channel"] for filing in filings}) >= 10
    assert {"filed", "accepted", "refused", "closed", "withdrawn"} == {filing["status"] for filing in filings}
    assert all(
        ("closed_at" in filing) == (filing["status"] in {"refused", "closed", "withdrawn"})
        for filing in filings
    )
    assert all(filing.get("closed_at", "9") > filing["filed_at"] for filing in filings)
    assert len({filing["receipt_no"] for filing in filings}) == len(filings)


def test_every_exhibit_has_its_file_and_every_file_its_exhibit() -> None:
    named = {exhibit["file"] for case in OFFICE for exhibit in case.get("exhibits", ())}
    assert named == {name for name in made_files(SAMPLE) if name.startswith("evidence/")}
    assert {Path(name).suffix for name in named} == {".txt", ".csv", ".png", ".wav"}
    for case in OFFICE:
        numbers = {exhibit["number"] for exhibit in case.get("exhibits", ())}
        cited = {number for incident in case["incidents"] for number in incident.get("exhibits", ())}
        assert cited == numbers


def test_a_recording_is_a_few_seconds_of_sound() -> None:
    import wave

    for path in SAMPLE.rglob("*.wav"):
        with wave.open(io.BytesIO(path.read_bytes())) as sound:
            assert 3 < sound.getnframes() / sound.getframerate() < 15


# --- measured --------------------------------------------------------------------------------------


def same_measures(found: dict[str, Any], expected: dict[str, Any]) -> None:
    """Hold measures together; days may differ in the last digits, everything else may not."""
    for key in ("rows", "duplicates", "as_of", "volume"):
        assert found[key] == expected[key]
    assert [line["channel"] for line in found["resolution"]] == [
        line["channel"] for line in expected["resolution"]
    ]
    for ours, theirs in zip(found["resolution"], expected["resolution"], strict=True):
        assert {k: ours[k] for k in ("n", "resolved", "open")} == {
            k: theirs[k] for k in ("n", "resolved", "open")
        }
        for key in ("median_days", "median_low", "median_high", "p90_days"):
            assert ours[key] == pytest.approx(theirs[key], abs=1e-9), (ours["channel"], key)


@pytest.mark.parametrize("name", EXPECT)
def test_the_expected_numbers_are_those_of_lifelines_on_the_file(name: str) -> None:
    expected = EXPECT[name]
    footer = 1 if name.startswith("zammad") else 0
    table = oracle.cells(
        EXPORTS / name,
        expected["header_row"],
        sheet=expected["sheet"],
        footer_rows=footer,
        encoding=expected["encoding"] or "",
    )
    columns = {role: expected["columns"][role] for role in ("received", "closed", "channel", "case_no")}
    found = oracle.measure(table, **columns)
    assert found.problems == expected["problems"]
    same_measures(vars(found), expected)


@pytest.mark.parametrize("name", EXPECT)
def test_casework_report_reads_each_disguise_as_expected(name: str) -> None:
    expected = EXPECT[name]
    run = subprocess.run(
        [sys.executable, "-m", "casework", "report", EXPORTS / name, "--json"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == (1 if expected["problems"] else 0), run.stderr
    report = json.loads(run.stdout)
    (source,) = report["sources"]
    assert (source["sheet"], source["header_row"]) == (expected["sheet"], expected["header_row"])
    assert (source["rows"], source["duplicates"]) == (expected["rows"], expected["duplicates"])
    assert source["columns"].items() >= expected["columns"].items()
    found = sorted((p["row"], p["column"], p["value"]) for p in source["problems"])
    assert found == [(p["row"], p["column"], p["value"]) for p in expected["problems"]]
    order = {
        "volume": lambda line: (line["month"], line["channel"]),
        "resolution": lambda line: line["channel"],
    }
    same_measures(
        {
            **report,
            "rows": source["rows"],
            "duplicates": source["duplicates"],
            **{k: sorted(report[k], key=f) for k, f in order.items()},
        },
        {**expected, **{k: sorted(expected[k], key=f) for k, f in order.items()}},
    )


# --- opened ----------------------------------------------------------------------------------------


def test_the_demo_opens_with_every_case_filing_and_file_and_a_second_opening_adds_nothing(
    tmp_path: Path,
) -> None:
    from casework.demo import load_demo
    from casework.workspace import open_workspace

    workspace = open_workspace(tmp_path / "demo")
    assert load_demo(workspace) == len(OFFICE)
    assert workspace.store.count() == len(OFFICE)
    row = next(case for case in OFFICE if len(case.get("exhibits", ())) == 3)
    case = workspace.store.case(row["case_no"])
    assert case.complainant.name == row["complainant"]["name"]
    assert [filing.receipt_no for filing in case.filings] == [
        filing["receipt_no"] for filing in row["filings"]
    ]
    for exhibit, line in zip(case.exhibits, row["exhibits"], strict=True):
        with workspace.vault.open(exhibit.sha256) as stored:
            assert stored.read() == (SAMPLE / line["file"]).read_bytes()
    assert {e for incident in case.incidents for e in incident.exhibits} == {
        exhibit.id for exhibit in case.exhibits
    }
    assert load_demo(workspace) == 0
    assert workspace.store.verify_audit() == []
    workspace.store.close()


def test_a_letter_of_complaint_can_be_written_from_every_sample_case(tmp_path: Path) -> None:
    from casework.demo import office_cases
    from casework.evidence import Vault
    from casework.letters import check
    from casework.rules import load_pack

    pack = load_pack()
    cases = office_cases(SAMPLE / "office.json", keep=Vault(tmp_path).put)
    assert {finding for case in cases for finding in check(case, pack.channels["cn_platform"], pack)} == set()
    assert {
        channel for case in cases for channel in (f.channel for f in case.filings)
    } <= pack.channels.keys()
    assert {conduct for case in cases for conduct in case.conducts} == pack.conducts.keys()
