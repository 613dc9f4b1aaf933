"""Files and folders become exhibits: which, in which order, under which names."""

from __future__ import annotations

import datetime as dt
import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from casework.errors import Incomplete
from casework.evidence import (
    Stored,
    Vault,
    display_name,
    exhibit_kind,
    label,
    media_type,
    new_exhibits,
    next_number,
    plan_attach,
    renumbered,
)
from casework.i18n import use_language
from tests.cases import a_case


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as a consumer hands it over."""
    root = tmp_path / "材料"
    for name in ("截图10.png", "截图2.png", "b/录音.m4a", "a/合同.pdf", ".DS_Store", "Thumbs.db", "~$x.docx"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return root


def names(*paths: Path) -> list[str]:
    return [planned.name for planned in plan_attach(paths)]


def test_a_folder_is_walked_in_the_order_a_person_would(folder: Path) -> None:
    assert names(folder) == ["合同.pdf", "录音.m4a", "截图2.png", "截图10.png"]


def test_files_keep_the_order_in_which_they_are_named_and_come_once(folder: Path) -> None:
    assert names(folder / "截图10.png", folder / "a", folder) == [
        "截图10.png",
        "合同.pdf",
        "录音.m4a",
        "截图2.png",
    ]


def test_links_out_of_the_folder_and_every_other_problem_are_listed_together(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "elsewhere").mkdir()
    (folder / "out.txt").symlink_to(tmp_path / "secret")
    (folder / "up").symlink_to(tmp_path / "elsewhere")
    (folder / "broken").symlink_to(tmp_path / "nothing")
    os.mkfifo(folder / "pipe")
    with pytest.raises(Incomplete) as refusal:
        plan_attach([folder, tmp_path / "missing"])
    places = sorted(Path(finding.place).name for finding in refusal.value.findings)  # type: ignore[attr-defined]
    assert places == ["broken", "missing", "out.txt", "pipe", "up"]


def test_links_within_the_folder_add_nothing_and_do_not_loop(folder: Path) -> None:
    (folder / "again.png").symlink_to(folder / "截图2.png")
    (folder / "b" / "loop").symlink_to(folder)
    assert len(plan_attach([folder])) == 4


def test_a_link_that_is_named_itself_is_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "here.png").symlink_to(folder / "截图2.png")
    (tmp_path / "these").symlink_to(folder)
    assert names(tmp_path / "here.png") == ["here.png"]
    assert len(names(tmp_path / "these")) == 4


def test_nothing_to_attach_is_said(tmp_path: Path) -> None:
    for paths in ([], [tmp_path]):
        with pytest.raises(Incomplete):
            plan_attach(paths)


def test_a_name_that_is_no_text_is_shown_safely(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xb1\xa8\xb8\xe6\n\xff.txt")).write_text("x")
    [planned] = plan_attach([tmp_path])
    assert planned.name == ".txt" or planned.name.endswith(".txt")
    assert planned.name.isprintable()


def test_exhibits_are_numbered_on_and_say_what_they_are(folder: Path, tmp_path: Path) -> None:
    vault, case = Vault(tmp_path / "vault"), a_case()
    stored = [(planned, vault.put(planned.path)) for planned in plan_attach([folder])]
    now = dt.datetime(2025, 5, 1, 9)
    added = new_exhibits(case, stored, now=now, purpose="证明推诿", obtained_by="王小明")
    assert [exhibit.number for exhibit in added] == [2, 3, 4, 5]
    assert [exhibit.size for exhibit in added] == [planned.size for planned, _stored in stored]
    assert {(exhibit.purpose, exhibit.obtained_by, exhibit.added_at) for exhibit in added} == {
        ("证明推诿", "王小明", now)
    }


def test_a_kind_that_is_said_is_not_guessed() -> None:
    [planned] = plan_attach([Path(__file__)])
    stored = Stored("ab" * 32, 1, "audio/mpeg")
    assert new_exhibits(a_case(), [(planned, stored)])[0].kind == "audio_visual"
    assert new_exhibits(a_case(), [(planned, stored)], kind="testimony")[0].kind == "testimony"


def test_renumbering_closes_gaps_and_keeps_ids() -> None:
    case = a_case()
    first = case.exhibits[0]
    second = type(first)(7, "b", "cd" * 32, 1)
    assert next_number((first, second)) == 8
    assert [(exhibit.number, exhibit.id) for exhibit in renumbered((second, first))] == [
        (1, second.id),
        (2, first.id),
    ]


def test_the_list_speaks_both_languages() -> None:
    assert label(1) == "证据1"
    with use_language("en"):
        assert label(12) == "Exhibit 12"


@pytest.mark.parametrize(
    ("head", "name", "expected", "kind"),
    [
        (b"%PDF-1.7\n", "合同.pdf", "application/pdf", "documentary"),
        (b"\x89PNG\r\n\x1a\n", "x.txt", "image/png", "electronic_data"),
        (b"\xff\xd8\xff\xe0", "x", "image/jpeg", "electronic_data"),
        (b"RIFF\0\0\0\0WAVEfmt ", "x.wav", "audio/wav", "audio_visual"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "x.webp", "image/webp", "electronic_data"),
        (b"\0\0\0\x20ftypM4A ", "x.m4a", "audio/mp4", "audio_visual"),
        (b"\0\0\0\x20ftypisom", "x.mp4", "video/mp4", "audio_visual"),
        (b"\x02#!SILK_V3", "x.silk", "audio/silk", "audio_visual"),
        (b"#!AMR\n", "x.amr", "audio/amr", "audio_visual"),
        (
            b"PK\x03\x04...",
            "x.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "electronic_data",
        ),
        (b"PK\x03\x04...", "x.bin", "application/zip", "electronic_data"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "x.doc", "application/msword", "documentary"),
        ("客服：你好\n".encode("gb18030"), "聊天.txt", "text/plain", "electronic_data"),
        (b"\xef\xbb\xbf<!DOCTYPE html>", "page", "text/html", "electronic_data"),
        (b"From: a@example.com\n", "x.eml", "message/rfc822", "electronic_data"),
        (b"\0\1\2\3", "x.pdf", "application/octet-stream", "electronic_data"),
        (b"", "x.pdf", "application/octet-stream", "electronic_data"),
    ],
)
def test_the_content_says_what_a_file_is(head: bytes, name: str, expected: str, kind: str) -> None:
    assert media_type(head, name) == expected
    assert exhibit_kind(expected) == kind


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("聊天记录 2025.png", "聊天记录 2025.png"),
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("a\\b:c*d?.txt", "a_b_c_d_.txt"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("com¹.log", "_com¹.log"),
        ("console.txt", "console.txt"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("end. . .", "end"),
        ("a\r\nb\t c.txt", "a b c.txt"),
        ("e\u0301.txt", "é.txt"),
        ("...", "_"),
        ("", "_"),
        ("\ud800x", "x"),
        ("证" * 100 + ".pdf", "证" * 48 + ".pdf"),
    ],
)
def test_names_are_made_safe(raw: str, safe: str) -> None:
    assert display_name(raw) == safe


nasty = st.text(
    st.sampled_from('aZ.. \t\n/\\:*?"<>|\u202e\u200b\ud800\0证é\u0301\u0338\ufeff_1¹') | st.characters(),
    max_size=80,
)


@given(
    raw=nasty | st.sampled_from(["con", "PRN", "aux.", "lpt1"]).flatmap(lambda name: nasty.map(name.__add__))
)
@example(raw="a" * 149 + "." * 5)
@example(raw="." + "x" * 200)
@example(raw="con .txt")
@example(raw="\u200bcon")
@example(raw="证" * 60 + ". .txt")
def test_any_name_becomes_safe_and_stays(raw: str) -> None:
    name = display_name(raw)
    assert name
    assert len(name.encode()) <= 150
    assert name == unicodedata.normalize("NFC", name) == display_name(name)
    assert not set(name) & set('/\\:*?"<>|')
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in name)
    assert name[-1] not in ". "
    assert name.split(".")[0].strip().upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT1", "COM¹"}
