"""The audit chain tells everything that was done, and betrays whoever touches it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from casework.store import GENESIS, Store
from casework.store.audit import digest, verify
from casework.store.engine import open_engine, writing
from casework.store.tables import audit
from tests.cases import a_case


@pytest.fixture
def log(store: Store) -> Store:
    """A store with seven entries."""
    with store.unit("小李") as unit:
        for number in range(5):
            unit.add(a_case(f"{number}"))
        unit.commit()
    with store.unit("小王") as unit:
        unit.save(replace(store.case("3"), summary="改了"))
        unit.record("letter", "3", {"channel": "12315", "on": dt.date(2025, 5, 1)})
        unit.commit()
    return store


def test_an_entry_says_who_when_what_and_both_sides_of_a_change(log: Store) -> None:
    before = a_case("3")
    _added, saved, letter = log.audit_entries("3")
    assert (saved.seq, saved.who, saved.action, saved.subject) == (6, "小王", "case.save", "3")
    assert (saved.before, saved.after) == ({"summary": before.summary}, {"summary": "改了"})
    assert abs(dt.datetime.now(dt.UTC) - saved.at) < dt.timedelta(minutes=1)
    assert (letter.before, letter.after) == (None, {"channel": "12315", "on": "2025-05-01"})
    assert letter.previous == saved.hash
    assert letter.hash == log.audit_head()


def test_the_first_entry_holds_the_whole_case(log: Store) -> None:
    entry = next(log.audit_entries())
    assert entry.previous == GENESIS
    assert entry.after is not None
    assert entry.after["complainant_name"] == "王小明"
    [remedy] = entry.after["remedies"].values()
    assert (remedy["amount_minor"], remedy["currency"]) == (12850, "CNY")


def test_a_change_of_one_part_names_only_that_part(log: Store) -> None:
    case = log.case("1")
    with log.unit("小李") as unit:
        unit.save(replace(case, remedies=(replace(case.remedies[0], text="全额退款"),)))
        unit.commit()
    *_, entry = log.audit_entries("1")
    part = case.remedies[0].id
    assert entry.before == {"remedies": {part: {"text": "退还会员费"}}}
    assert entry.after == {"remedies": {part: {"text": "全额退款"}}}


def test_an_untouched_chain_is_whole_and_continues_a_noted_head(log: Store) -> None:
    noted = log.audit_head()
    with log.unit("小李") as unit:
        unit.record("read", "1", {})
        unit.commit()
    assert log.verify_audit() == log.verify_audit(noted) == log.verify_audit(GENESIS) == []
    assert len(log.verify_audit("f" * 64)) == 1


def test_an_empty_log_is_whole(store: Store) -> None:
    assert (store.verify_audit(), store.audit_head()) == ([], GENESIS)


def test_the_database_itself_refuses_to_change_an_entry(log: Store, store_url: str) -> None:
    for change in (update(audit).values(who="x"), delete(audit)):
        with tampering(store_url, guarded=True) as connection, pytest.raises(DBAPIError, match="append-only"):
            connection.execute(change)


@given(data=st.data())
def test_every_tampering_is_found(log: Store, store_url: str, data: st.DataObject) -> None:
    head = log.audit_head()
    with tampering(store_url) as connection:
        data.draw(st.sampled_from([edit, remove, swap, forge, move]))(connection, data)
        found = verify(connection, head)
    assert found, "tampering went unnoticed"
    assert log.verify_audit(head) == []  # the transaction was rolled back


@given(kept=st.integers(0, 6))
def test_a_cut_tail_is_found_against_a_noted_head_only(log: Store, store_url: str, kept: int) -> None:
    head = log.audit_head()
    with tampering(store_url) as connection:
        connection.execute(delete(audit).where(audit.c.seq > kept))
        assert verify(connection, None) == []
        [finding] = verify(connection, head)
    assert head in str(finding)


def test_an_entry_that_is_no_text_any_more_is_found(log: Store, store_url: str, backend: str) -> None:
    if backend != "sqlite":
        pytest.skip("PostgreSQL does not store invalid UTF-8")
    for column in ("who", "after", "hash", "previous"):
        with tampering(store_url) as connection:
            connection.execute(text(f"UPDATE audit SET {column} = CAST(x'ff00fe' AS TEXT) WHERE seq = 3"))  # noqa: S608
            assert verify(connection, None)


def edit(connection: Any, data: st.DataObject) -> None:
    """Change one column of one entry; a clever forger also mends that entry's own hash."""
    row = dict(data.draw(st.sampled_from(rows(connection))))
    column = data.draw(
        st.sampled_from(["who", "at", "action", "subject", "before", "after", "previous", "hash"])
    )
    row[column] = (row[column] or "") + data.draw(st.sampled_from(["x", " ", "\u200b", "0"]))
    if column != "hash" and data.draw(st.booleans()):
        row["hash"] = digest(row)
    connection.execute(update(audit).where(audit.c.seq == row["seq"]).values(**row))


def remove(connection: Any, data: st.DataObject) -> None:
    """Delete some entries; perhaps close the gap by renumbering."""
    gone = data.draw(st.sets(st.integers(1, 7), min_size=1))
    connection.execute(delete(audit).where(audit.c.seq.in_(gone)))
    if data.draw(st.booleans()):
        for new, row in enumerate(rows(connection), 1):
            connection.execute(update(audit).where(audit.c.seq == row["seq"]).values(seq=new))


def swap(connection: Any, data: st.DataObject) -> None:
    """Exchange two entries."""
    one, other = data.draw(st.lists(st.integers(1, 7), min_size=2, max_size=2, unique=True))
    for old, new in ((one, -1), (other, one), (-1, other)):
        connection.execute(update(audit).where(audit.c.seq == old).values(seq=new))


def move(connection: Any, data: st.DataObject) -> None:
    """Give an entry another place."""
    old = data.draw(st.integers(1, 7))
    connection.execute(
        update(audit).where(audit.c.seq == old).values(seq=data.draw(st.sampled_from([-3, 0, 8, 99])))
    )


def forge(connection: Any, data: st.DataObject) -> None:
    """Insert an entry with a sound hash and make room for it."""
    place = data.draw(st.integers(1, 7))
    for row in reversed(rows(connection)):
        if row["seq"] >= place:
            connection.execute(update(audit).where(audit.c.seq == row["seq"]).values(seq=row["seq"] + 1))
    previous = next((row["hash"] for row in rows(connection) if row["seq"] == place - 1), GENESIS)
    row = {**rows(connection)[0], "seq": place, "previous": previous, "who": "nobody"}
    connection.execute(insert(audit), [{**row, "hash": digest(row)}])


def rows(connection: Any) -> list[Any]:
    return list(connection.execute(select(audit).order_by(audit.c.seq)).mappings())


@contextmanager
def tampering(url: str, *, guarded: bool = False) -> Iterator[Any]:
    """Someone with another program and full rights; what is done is rolled back."""
    engine = open_engine(url)
    with writing(engine) as connection:
        if not guarded:
            on = " ON audit" if engine.name == "postgresql" else ""
            for name in ["change", "truncate"] if on else ["update", "delete"]:
                connection.execute(text(f"DROP TRIGGER audit_refuses_{name}{on}"))
        yield connection
        connection.rollback()
    engine.dispose()


def test_the_hash_is_what_the_documentation_says(log: Store, store_url: str) -> None:
    """An outsider with nothing but hashlib and json can check an entry."""
    import hashlib
    import json

    with tampering(store_url) as connection:
        row = rows(connection)[5]
    body = [row[name] for name in ("previous", "seq", "who", "at", "action", "subject", "before", "after")]
    said = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    assert hashlib.sha256(said).hexdigest() == row["hash"]


def test_what_cannot_be_stored_is_escaped_in_the_log(store: Store, tmp_path: Path) -> None:
    with store.unit("\ud800") as unit:
        unit.record("read", "nul \0", {"name": "\udcff", "path": tmp_path, "many": {"b", "a"}})
        unit.commit()
    [entry] = store.audit_entries()
    assert (entry.who, entry.subject) == ("\\ud800", "nul \\0")
    assert entry.after == {"name": "\udcff", "path": str(tmp_path), "many": ["a", "b"]}
    assert store.verify_audit() == []
