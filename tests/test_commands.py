"""A case from the telephone to the letter, and an export into the workspace, all from the command line."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from casework.cli.arguments import parser

from .commands import answer, casework, process, refusal
from .layouts import CASES, LAYOUTS

ENTER = (
    "case", "new", "--complainant", "张三", "--phone", "19900001111", "--address", "某市某路1号",
    "--company", "虚构网络科技有限公司", "--company-address", "某市某园区2号", "--agent", "工号1024",
    "--conduct", "false_claims", "--incident", "2026-10-01=客服承诺保证就业", "--remedy", "refund=2980",
    "--reply-by", "2027-01-31", "--received", "2026-10-06T09:30", "--summary", "虚假宣传诱导购课",
)  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> tuple[str, str]:
    """The option that names an empty workspace."""
    return ("--workspace", str(tmp_path / "office"))


def test_a_case_goes_from_entry_to_evidence_to_letter(desk, tmp_path):
    case = answer(*ENTER, *desk, run=process)
    number = case["case_no"]
    assert case["remedies"][0]["amount"] == "2980.00"
    chat = tmp_path / "聊天记录.txt"
    chat.write_text("2026-10-01 10:00 客服：保证就业\n", encoding="utf-8")
    before = chat.read_bytes()
    (exhibit,) = answer(
        "evidence",
        "add",
        number,
        chat,
        "--purpose",
        "证明客服承诺",
        "--source",
        "消费者提供",
        *desk,
        run=process,
    )
    assert exhibit["sha256"] == hashlib.sha256(before).hexdigest()
    assert chat.read_bytes() == before
    for lang in ("zh", "en"):
        out = tmp_path / f"{lang}.docx"
        done = process(
            "letter", number, "--channel", "cn_samr_complaint", "--lang", lang, "--out", out, *desk
        )
        assert done.returncode == 0, done.stderr
        text = zipfile.ZipFile(out).read("word/document.xml").decode()
        assert "张三" in text
        assert "1024" in text
    assert process("verify", *desk).returncode == 0


def test_a_letter_that_lacks_something_lists_all_of_it_and_writes_nothing(desk, tmp_path):
    answer("case", "new", "--complainant", "李四", "--company", "虚构公司", "--case-no", "A1", *desk)
    out = tmp_path / "letter.docx"
    line = refusal("letter", "A1", "--channel", "cn_samr_complaint", "--lang", "en", "--out", out, *desk)
    for lack in ("address", "conduct", "incident", "request"):
        assert lack in line.lower(), line
    assert not out.exists()


def test_a_case_without_its_essentials_is_refused_with_all_that_is_missing(desk):
    line = refusal("case", "new", "--lang", "en", *desk)
    assert "Complainant's name" in line
    assert "company" in line.lower()
    assert answer("case", "list", *desk) == []


def test_words_of_one_or_two_characters_are_found(desk):
    number = answer(*ENTER, *desk)["case_no"]
    for words in ("课", "虚假", "张三", "1024", "虚构网络"):
        assert [row["case_no"] for row in answer("case", "search", words, *desk)] == [number], words
    assert answer("case", "search", "无关", *desk) == []


def test_importing_an_export_twice_adds_its_cases_once(desk, tmp_path):
    path = LAYOUTS[5].write(tmp_path)
    planned = answer("import", path, "--dry-run", *desk, run=process)
    assert planned["new"] == len(CASES)
    assert answer("case", "list", *desk) == [], "a dry run changes nothing"
    assert answer("import", path, *desk, run=process)["new"] == len(CASES)
    again = answer("import", path, *desk, run=process)
    assert (again["new"], again["known"]) == (0, len(CASES))


def test_the_workspace_measures_what_was_imported_as_the_export_does(desk, tmp_path):
    path = LAYOUTS[1].write(tmp_path)
    answer("import", path, *desk)
    own, export = answer("report", *desk), answer("report", path)
    key = lambda row: row["channel"]  # noqa: E731
    assert sorted(own["resolution"], key=key) == sorted(export["resolution"], key=key)
    assert own["volume"] == export["volume"]


def test_verify_names_the_exhibit_that_was_changed(desk, tmp_path):
    number = answer(*ENTER, *desk)["case_no"]
    paper = tmp_path / "note.txt"
    paper.write_text("before", encoding="utf-8")
    answer("evidence", "add", number, paper, *desk)
    (kept,) = [
        path
        for path in (tmp_path / "office" / "vault").rglob("*")
        if path.is_file() and path.stat().st_size == 6
    ]
    kept.chmod(0o600)
    kept.write_bytes(b"after!")
    done = casework("evidence", "verify", number, "--lang", "en", *desk)
    assert done.returncode == 1
    assert "note.txt" in done.stdout


def test_a_command_that_only_reads_does_not_make_a_workspace(desk, tmp_path):
    assert "workspace" in refusal("case", "list", "--lang", "en", *desk, run=process).lower()
    assert not (tmp_path / "office").exists()


def test_every_verb_explains_itself_in_both_languages(capsys):
    verbs = [["report"], ["import"], ["lab"], ["app"], ["demo"], ["case", "new"], ["case", "show"], ["case", "list"], ["case", "search"],
             ["evidence", "add"], ["evidence", "list"], ["evidence", "verify"], ["letter"], ["verify"], ["audit"]]  # fmt: skip
    for verb in verbs:
        with pytest.raises(SystemExit) as stopped:
            parser().parse_args([*verb, "--help"])
        assert stopped.value.code == 0
        assert "--workspace" in capsys.readouterr().out


def test_a_file_name_out_of_a_case_number_cannot_leave_the_folder(desk, tmp_path, monkeypatch):
    arguments = [*ENTER, "--case-no", "../../etc/x", *desk]
    number = answer(*arguments)["case_no"]
    paper = tmp_path / "a.txt"
    paper.write_text("x", encoding="utf-8")
    answer("evidence", "add", number, paper, "--purpose", "p", *desk)
    here = tmp_path / "here"
    here.mkdir()
    done = casework("letter", number, "--channel", "cn_samr_complaint", *desk, cwd=here)
    assert done.returncode == 0, done.stderr
    assert len(list(here.iterdir())) == 1


def test_rows_without_a_number_are_known_again_in_a_longer_export(desk, tmp_path):
    path = tmp_path / "plain.csv"
    rows = [f"2025-01-{day:02d},电话" for day in range(1, 21)] + ["2025-01-20,电话"]
    path.write_text("接收日期,渠道\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert answer("import", path, *desk)["new"] == 21
    path.write_text("接收日期,渠道\n" + "\n".join([*rows, "2025-02-01,电话"]) + "\n", encoding="utf-8")
    again = answer("import", path, *desk)
    assert (again["new"], again["known"]) == (1, 21)
