"""``casework report`` writes packs that are there whole or not at all, and ``report verify`` says what differs since."""

from __future__ import annotations

import hashlib
import json
import shutil

import pytest

from casework.cli import run
from casework.desk import Desk
from casework.i18n import use_language
from casework.model import Case, Complainant, Filing, Respondent
from casework.workspace import open_workspace

from .commands import refusal
from .layouts import LAYOUTS

import datetime as dt  # isort: skip


@pytest.fixture
def export(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    path = LAYOUTS[1].write(tmp_path / "in")
    return path.relative_to(tmp_path)


def casework(capsys, *arguments):
    """Run a command in this process: exit code, standard output, standard error."""
    with use_language("en"):
        code = run([*map(str, arguments), "--lang", "en"])
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    return code, told.out, told.err


def test_a_pack_is_written_whole_verifies_and_is_not_overwritten_by_another(export, tmp_path, capsys):
    (tmp_path / "packs").mkdir()
    month = json.loads(casework(capsys, "report", export, "--json")[1])["volume"][-1]["month"]
    asked = ("report", export, "--month", month, "--out-dir", "packs")
    assert casework(capsys, *asked)[0] in (0, 1)
    pack = tmp_path / "packs" / f"casework_{month}"
    assert {path.suffix for path in pack.iterdir()} == {
        ".xlsx",
        ".pdf",
        ".html",
        ".pptx",
        ".docx",
        ".json",
        "",
    }
    for line in (pack / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((pack / name).read_bytes()).hexdigest() == digest
    before = {path.name: path.read_bytes() for path in pack.iterdir()}
    assert casework(capsys, "report", "verify", pack)[0] == 0
    assert casework(capsys, *asked)[0] in (0, 1), "the same pack again is no fault"
    assert {path.name: path.read_bytes() for path in pack.iterdir()} == before
    (tmp_path / "c.toml").write_text('volume = "A word"', "utf-8")
    code, _out, err = casework(capsys, *asked, "--comments", "c.toml")
    assert (code, "differs" in err) == (2, True)
    assert {path.name: path.read_bytes() for path in pack.iterdir()} == before
    assert casework(capsys, *asked, "--comments", "c.toml", "--replace")[0] in (0, 1)
    assert json.loads((pack / "pack.json").read_text("utf-8"))["comments"] == {"volume": "A word"}
    assert "A word" in next(pack.glob("*.html")).read_text("utf-8")
    assert [path.name for path in (tmp_path / "packs").iterdir()] == [pack.name], (
        "nothing half-written is left"
    )
    _check_tampering(pack, export, tmp_path, capsys)


def _check_tampering(pack, export, tmp_path, capsys):
    """One byte of anything, and the verdict names it."""
    page = next(pack.glob("*.html"))
    good = page.read_bytes()
    page.write_bytes(good.replace(b"A word", b"B word"))
    code, out, _err = casework(capsys, "report", "verify", pack)
    assert (code, page.name in out) == (1, True)
    page.write_bytes(good)
    source = tmp_path / export
    whole = source.read_bytes()
    source.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    code, out, _err = casework(capsys, "report", "verify", pack)
    assert (code, source.name in out) == (1, True)
    source.unlink()
    code, out, _err = casework(capsys, "report", "verify", pack)
    assert (code, "not found" in out) == (1, True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / source.name).write_bytes(whole)
    assert casework(capsys, "report", "verify", pack, "--sources", tmp_path / "elsewhere")[0] == 0


def test_a_changed_number_is_named_with_what_it_was_and_is(export, tmp_path, capsys):
    casework(capsys, "report", export, "--out", "r.json")
    told = json.loads((tmp_path / "r.json").read_text("utf-8"))
    told["resolution"][0]["median_days"] += 1
    told["measures_version"] = "0"
    (tmp_path / "r.json").write_text(json.dumps(told), "utf-8")
    code, out, _err = casework(capsys, "report", "verify", "r.json")
    assert code == 1
    assert "median_days" in out
    assert f"was {told['resolution'][0]['median_days']}" in out
    assert "version 0" in out
    assert len(out.splitlines()) == 2


def test_one_file_has_its_numbers_beside_it_and_two_runs_give_the_same_bytes(export, tmp_path, capsys):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        assert casework(capsys, "report", export, "--out", f"{name}/r.html")[0] in (0, 1)
    for ending in ("html", "json"):
        assert (tmp_path / "a" / f"r.{ending}").read_bytes() == (tmp_path / "b" / f"r.{ending}").read_bytes()
    assert casework(capsys, "report", "verify", "a/r.html")[0] == 0
    assert (
        json.loads(casework(capsys, "report", export, "--json")[1])["review"]
        == json.loads((tmp_path / "a" / "r.json").read_text("utf-8"))["review"]
    ), "the same numbers everywhere"


def test_for_outside_it_verifies_too_and_shows_no_small_number(export, tmp_path, capsys):
    assert casework(capsys, "report", export, "--out", "o.json", "--outside", "--smallest", "4")[0] in (0, 1)
    told = json.loads((tmp_path / "o.json").read_text("utf-8"))
    assert (told["outside"], told["smallest"]) == (True, 4)
    shown = [row["received"] for row in told["volume"]]
    assert not [count for count in shown if count is not None and 0 < count < 4]
    assert all(source["problems"] == [] for source in told["sources"])
    assert casework(capsys, "report", "verify", "o.json")[0] == 0


def case(number, day):
    """A case of the office with one filing, closed after some days."""
    filed = dt.datetime(2026, 10, day, 9)
    filing = Filing("platform", filed, closed_at=filed + dt.timedelta(days=day), status="closed")
    consumer, company = Complainant(name="张某某"), Respondent(company="虚构公司")
    return Case(number, filed, consumer, company, filings=(filing,), summary="secret summary")


def test_the_office_s_own_cases_verify_after_the_records_moved_on(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CASEWORK_WORKSPACE", str(tmp_path / "office"))
    desk = Desk(open_workspace(str(tmp_path / "office"), create=True), "tester")
    for day in range(1, 9):
        desk.new_case(case(f"2026-{day:04d}", day))
    assert casework(capsys, "report", "--month", "2026-10", "--out-dir", ".")[0] == 0
    pack = tmp_path / "casework_2026-10"
    assert casework(capsys, "report", "verify", pack)[0] == 0
    desk.new_case(case("2026-0100", 20))
    assert casework(capsys, "report", "verify", pack)[0] == 0, "the pack holds what it was made from"
    assert not [
        path
        for path in pack.iterdir()
        if any(word.encode() in path.read_bytes() for word in ("secret summary", "张某某"))
    ]
    written = [entry for entry in desk.audit() if entry.action == "report.write"]
    assert len(written) == 1
    code, _out, err = casework(capsys, "report", "--month", "2026-10", "--out-dir", ".")
    assert (code, "differs" in err) == (2, True), "records moved on: the old pack stays"
    assert casework(capsys, "report", "--month", "2026-10", "--out", "o.xlsx", "--outside")[0] == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("--out", "r.txt"),
        ("--out", "nowhere/r.pdf"),
        ("--out-dir", "nowhere/neither"),
        ("--month", "2026-10", "--period", "2026"),
        ("--period", "2026-Q5"),
        ("--filter", "colour=red"),
        ("--smallest", "9"),
        ("--out", "r.docx", "--outside"),
        ("--template", "none.pptx", "--out", "r.pptx"),
        ("--comments", "none.toml"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_written_is_refused_in_one_line_and_leaves_nothing(
    export, tmp_path, capsys, arguments
):
    before = sorted(path.name for path in tmp_path.rglob("*"))
    try:
        code, out, err = casework(capsys, "report", export, *arguments)
    except SystemExit as stopped:
        code, (out, err) = stopped.code, capsys.readouterr()
    assert (code, out, len(err.strip().splitlines())) == (2, "", 1)
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_verify_refuses_what_is_no_pack_and_a_file_named_verify_is_still_a_file(export, tmp_path, capsys):
    assert "There is no pack here." in refusal("report", "verify", tmp_path / "none", "--lang", "en")
    (tmp_path / "bad.json").write_text('{"review": {}, "sources": []}')
    assert casework(capsys, "report", "verify", "bad.json")[0] == 2
    shutil.copy(export, tmp_path / "verify")
    assert casework(capsys, "report", "./verify")[0] in (0, 1)
    assert casework(capsys, "report", "verify")[0] == 2


def test_the_json_beside_never_takes_the_place_of_another_file(export, tmp_path, capsys):
    (tmp_path / "r.json").write_text('{"mine": true}')
    code, _out, err = casework(capsys, "report", export, "--out", "r.pdf")
    assert (code, "something else" in err) == (2, True)
    assert (tmp_path / "r.json").read_text() == '{"mine": true}'
    assert not (tmp_path / "r.pdf").exists()
