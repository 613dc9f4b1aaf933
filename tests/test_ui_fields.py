"""What a person types, as values of the model and back."""

from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import BadFile
from casework.model import (
    EXHIBIT_KINDS,
    FILING_STATUSES,
    REMEDY_KINDS,
    Case,
    Complainant,
    Exhibit,
    Filing,
    Incident,
    Remedy,
    Respondent,
)
from casework.ui.case_fields import Reading, case_values, read_case
from casework.ui.exhibit_form import exhibit_values, read_exhibit
from casework.ui.table import Column, DataTable, Query, fixed
from casework.ui.upload import Receiving, plain_name

text = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=12)
words = text.filter(bool)
days = st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1))
moments = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2100, 1, 1))
amounts = st.decimals(0, 10**9, places=2)
incidents = st.builds(Incident, text=words, on=st.none() | days, at=st.sampled_from(["", "09:30", "23:59"]))
remedies = st.builds(
    Remedy, st.sampled_from(REMEDY_KINDS), text, st.none() | amounts, st.just("CNY"), st.none() | days
)
filings = st.builds(
    Filing, words, st.none() | moments, text, st.sampled_from(FILING_STATUSES), st.none() | moments, text
)
exhibits = st.builds(
    Exhibit,
    number=st.just(1),
    name=words,
    sha256=st.just("0" * 64),
    size=st.integers(0, 9),
    kind=st.sampled_from(EXHIBIT_KINDS),
    source=text,
    content=text,
    purpose=text,
    pages=st.none() | st.integers(0, 999),
    copies=st.integers(1, 99),
    is_original=st.booleans(),
    obtained_on=st.none() | days,
    obtained_by=text,
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A case whose incidents cite its exhibits."""
    listed = draw(st.lists(exhibits, max_size=1))
    cited = tuple(exhibit.id for exhibit in listed)
    told = [
        Incident(each.text, each.on, each.at, cited, each.id)
        for each in draw(st.lists(incidents, max_size=3))
    ]
    return Case(
        case_no=draw(words),
        received_at=draw(moments),
        complainant=draw(st.builds(Complainant, text, text, text, text)),
        respondent=draw(st.builds(Respondent, text, text, text, text, text, text)),
        conducts=("insult",),
        summary=draw(text),
        handler=draw(text),
        closed_at=draw(st.none() | moments),
        incidents=tuple(told),
        remedies=tuple(draw(st.lists(remedies, max_size=3))),
        exhibits=tuple(listed),
        filings=tuple(draw(st.lists(filings, max_size=3))),
    )


@given(cases())
def test_a_case_survives_the_form_unchanged(case: Case) -> None:
    assert read_case(case_values(case), case) == (case, {})


@given(exhibits)
def test_an_exhibit_survives_its_form_unchanged(exhibit: Exhibit) -> None:
    reading = Reading()
    assert read_exhibit(exhibit_values(exhibit), exhibit, reading) == exhibit
    assert reading.errors == {}


def test_everything_that_cannot_be_read_is_reported_at_once_and_by_field() -> None:
    blank = case_values(Case(case_no="1", received_at=dt.datetime(2026, 1, 2, 3, 4)))
    values = blank | {
        "received_on": "",
        "closed_on": "yesterday",
        "incidents": [{"on": "2026-13-01", "at": "", "text": "x", "exhibits": "1, 7"}],
        "remedies": [{"kind": "refund", "amount": "a lot", "reply_by": "soon", "text": ""}],
        "filings": [
            {"channel": "", "filed_on": "", "receipt_no": "", "answered_on": "soon", "status": "draft"}
        ],
    }
    case, errors = read_case(values, None)
    assert case is None
    assert set(errors) == {
        "received_on",
        "closed_on",
        "incidents.0.on",
        "incidents.0.exhibits",
        "remedies.0.amount",
        "remedies.0.reply_by",
        "filings.0.channel",
        "filings.0.answered_on",
    }


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("1,280.50", "1280.50"), ("￥１２８０", "1280"), ("¥298元", "298"), (" 3 000 ", "3000"), ("-5", "-5")],
)
def test_amounts_are_read_as_people_write_them(typed: str, meant: str) -> None:
    assert Reading().amount("amount", typed) == Decimal(meant)


@pytest.mark.parametrize("typed", ["NaN", "Infinity", "12.3.4", "十元", "=1+1"])
def test_what_is_no_amount_is_said_to_be_none(typed: str) -> None:
    reading = Reading()
    assert reading.amount("amount", typed) is None
    assert "amount" in reading.errors


@given(st.text(max_size=300))
def test_no_uploaded_name_reaches_outside_its_folder(name: str) -> None:
    plain = plain_name(name)
    assert plain
    assert Path(plain).name == plain
    assert not set(plain) & set('<>:"|?*/\\\0')
    assert len(plain.encode()) <= 150
    assert plain not in (".", "..")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\证据\\聊天.txt", "聊天.txt"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("...", "_"),
        ("CON.txt", "_CON.txt"),
        ("长" * 100 + ".wav", "长" * 48 + ".wav"),
    ],
)
def test_an_uploaded_name_is_kept_as_far_as_it_is_safe(name: str, kept: str) -> None:
    assert plain_name(name) == kept


def test_a_file_arrives_in_pieces_and_is_hashed_on_the_way(tmp_path: Path) -> None:
    content = bytes(range(256)) * 100
    coming = Receiving(tmp_path, "一.bin", len(content))
    for offset in range(0, len(content), 10_000):
        piece = content[offset : offset + 10_000]
        coming.piece(offset, hashlib.sha256(piece).hexdigest(), memoryview(piece))
    arrived = coming.finish()
    assert arrived.path.read_bytes() == content
    assert (arrived.name, arrived.size, arrived.sha256) == (
        "一.bin",
        len(content),
        hashlib.sha256(content).hexdigest(),
    )


@pytest.mark.parametrize(
    ("offset", "digest", "data"),
    [(1, "", b"ab"), (0, "0" * 64, b"ab"), (0, "", b"abcdef")],
    ids=["out of order", "damaged", "too long"],
)
def test_a_wrong_piece_is_refused(tmp_path: Path, offset: int, digest: str, data: bytes) -> None:
    coming = Receiving(tmp_path, "a", 4)
    with pytest.raises(BadFile):
        coming.piece(offset, digest, memoryview(data))
    coming.discard()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_stops_half_way_is_refused(tmp_path: Path) -> None:
    coming = Receiving(tmp_path, "a", 4)
    coming.piece(0, "", memoryview(b"ab"))
    with pytest.raises(BadFile):
        coming.finish()


def test_a_table_shows_pages_sorts_and_searches_without_holding_everything() -> None:
    rows = [(f"{number:03}", f"name {number % 7}") for number in range(100)]
    table = DataTable(fixed(rows), page_size=10, searchable=True)
    table.show([Column("0", "No.", sortable=True), Column("1", "Name")], "caption", "empty", "search")
    assert [row["key"] for row in table.rows] == [f"{number:03}" for number in range(10)]
    table.ask({"offset": 90, "sort": "0", "descending": True})
    assert [row["key"] for row in table.rows] == [f"{number:03}" for number in range(9, -1, -1)]
    table.ask({"offset": 90, "query": "name 3"})  # fewer pages than before: back to the first
    assert (table.offset, table.total, len(table.rows)) == (0, 14, 10)
    table.ask({"sort": "1; DROP TABLE"})
    assert table.sort == ""


def test_markup_in_a_cell_stays_text_on_its_way() -> None:
    source = fixed([("<b>x</b>", None)])
    assert source(Query()).rows[0].cells == ("<b>x</b>", "")
