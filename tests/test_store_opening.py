"""A database opens migrated, once, whoever opens it, and says in words when it cannot."""

from __future__ import annotations

import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from casework.errors import CaseworkError, Damaged, EditConflict, NotFound, Unavailable
from casework.i18n import set_language
from casework.store import Store, engine, migrations, tables
from tests.cases import a_case

fresh = multiprocessing.get_context("forkserver")


def test_the_migrations_build_exactly_the_tables(store_url: str) -> None:
    Store.open(store_url).close()
    opened = engine.open_engine(store_url)
    with engine.reading(opened) as connection:
        context = MigrationContext.configure(connection, opts={"include_name": ours, "compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
    opened.dispose()


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """The search index is made by hand, for each database its own."""
    return not (kind == "table" and name is not None and name.startswith("search"))


def test_head_is_the_newest_script() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.HEAD


def test_opening_again_changes_nothing(store: Store, store_url: str) -> None:
    with store.unit("小李") as unit:
        unit.add(case := a_case())
        unit.commit()
    again = Store.open(store_url)
    assert again.case(case.case_no) == case
    again.close()


def open_and_add(url: str, number: int, start: object) -> None:
    start.wait()  # type: ignore[attr-defined]  # an Event of another process
    store = Store.open(url)
    with store.unit(f"writer {number}") as unit:
        unit.add(a_case(f"{number}"))
        unit.commit()
    store.close()


def test_processes_that_open_an_empty_database_at_once_all_succeed(store_url: str) -> None:
    start = fresh.Event()
    children = [fresh.Process(target=open_and_add, args=(store_url, number, start)) for number in range(4)]
    for child in children:
        child.start()
    start.set()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * 4
    store = Store.open(store_url)
    assert (store.count(), store.verify_audit(), len(list(store.audit_entries()))) == (4, [], 4)
    store.close()


def test_writers_at_once_lose_nothing_and_keep_the_chain_linear(store: Store, store_url: str) -> None:
    """Each writer of four adds 1 to the same case, ten times, repeating what a conflict refuses."""
    with store.unit("小李") as unit:
        unit.add(a_case("sum", summary="0"))
        unit.commit()
    ready = threading.Barrier(4)

    def count_up(number: int) -> None:
        own = Store.open(store_url)
        ready.wait()
        for _round in range(10):
            add_one(own, f"writer {number}")
        own.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count_up, range(4)))
    assert (store.case("sum").summary, store.case("sum").version) == ("40", 41)
    assert store.verify_audit() == []
    assert [entry.seq for entry in store.audit_entries("sum")] == list(range(1, 42))


def add_one(store: Store, who: str) -> None:
    while True:
        case = store.case("sum")
        try:
            with store.unit(who) as unit:
                unit.save(replace(case, summary=str(int(case.summary) + 1)))
                unit.commit()
                return
        except EditConflict:
            continue


def test_a_writer_does_not_hold_up_a_reader(store: Store) -> None:
    with store.unit("小李") as unit:
        unit.add(a_case())
        assert store.count() == 0
        unit.commit()
    assert store.count() == 1


def test_a_writer_that_waits_too_long_is_told_so(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "PATIENCE", 1)
    store, other = Store.open(store_url), Store.open(store_url)
    with store.unit("小李") as unit:
        unit.add(case := a_case())
        unit.commit()
    with store.unit("小李") as unit:
        unit.save(replace(case, summary="小李的"))
        with pytest.raises(Unavailable), other.unit("小王") as waiting:
            waiting.save(replace(case, summary="小王的"))
        unit.commit()
    assert other.case(case.case_no).summary == "小李的"
    store.close()
    other.close()


def test_a_newer_workspace_is_refused(store: Store, store_url: str) -> None:
    opened = engine.open_engine(store_url)
    with engine.writing(opened) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.commit()
    opened.dispose()
    with pytest.raises(Unavailable, match="9999"):
        Store.open(store_url)


def test_sqlite_is_kept_the_safe_way(tmp_path: Path) -> None:
    opened = engine.open_engine(tmp_path / "casework.db")
    with engine.reading(opened) as connection:
        said = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    opened.dispose()
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@pytest.mark.parametrize("name", ["案件 库?.db", "a%20b#c.db", "x&y=1;'\".db"])
def test_any_file_name_is_only_a_name(tmp_path: Path, name: str) -> None:
    Store.open(tmp_path / name).close()
    assert (tmp_path / name).is_file()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_no_database_is_named_in_one_line(tmp_path: Path, language: str) -> None:
    set_language(language)
    no_database = tmp_path / "casework.db"
    no_database.write_text("this is not a database, only a text that is long enough to have a header" * 20)
    refused: dict[str | Path, type[CaseworkError]] = {
        no_database: Damaged,
        tmp_path: Unavailable,
        tmp_path / "missing" / "casework.db": Unavailable,
        "postgresql://nobody:secret@127.0.0.1:1/x": Unavailable,
        "mysql://127.0.0.1/x": Unavailable,
        "sqlite://": Unavailable,
        "nonsense": NotFound,
    }
    for url, kind in refused.items():
        with pytest.raises(kind) as refusal:
            Store.open(url)
        assert "\n" not in str(refusal.value)
        assert "secret" not in str(refusal.value)


def test_a_damaged_page_is_an_error_in_words(tmp_path: Path) -> None:
    path = tmp_path / "casework.db"
    store = Store.open(path)
    with store.unit("小李") as unit:
        unit.add_many((a_case(f"{number}") for number in range(300)), "run")
        unit.commit()
    store.close()
    content = path.read_bytes()
    path.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))
    with pytest.raises(Damaged):
        Store.open(path).filings_table()
