"""A workspace of an older casework opens with everything that was in it."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from sqlalchemy import text

from casework.model import Case, Complainant, Filing, Remedy
from casework.store import Store, engine, migrations
from tests.arrivals import an_arrival, arrive


@pytest.fixture
def old_url(store_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database as revision 0001 made it, with a case of a run, its filing, its words and a setting."""
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "HEAD", "0001")
        opened = engine.open_engine(store_url)
    case = {
        **dict.fromkeys(("complainant_phone", "complainant_email", "complainant_address"), ""),
        **dict.fromkeys(("respondent_company", "respondent_platform", "respondent_agent"), ""),
        **dict.fromkeys(("respondent_address", "respondent_credit_code", "respondent_contact"), ""),
        "pk": 1, "id": "old", "case_no": "2024-0001", "received_at": "2024-03-01 09:00:00.000000", "closed_at": None,
        "status": "open", "summary": "泄露隐私", "handler": "李四", "conducts": json.dumps(["privacy_leak"]),
        "complainant_name": "王小明", "run": "sample_data", "version": 3,
    }  # fmt: skip
    filing = {
        "id": "f", "case_pk": 1, "position": 0, "channel": "12315", "filed_at": None, "receipt_no": "SL-1",
        "status": "filed", "closed_at": None, "outcome": "", "version": 2,
    }  # fmt: skip
    run = {"run": "sample_data", "who": "demo", "at": "2024-03-02 10:00:00.000000", "cases": 1, "digest": "d",
           "version": 1}  # fmt: skip
    with engine.writing(opened) as connection:
        for table, row in (("cases", case), ("filings", filing), ("import_runs", run)):
            names, places = ", ".join(row), ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table}({names}) VALUES ({places})"), row)  # noqa: S608
        words = "INSERT INTO search(rowid, words) VALUES (1, '泄 露 隐 私')"
        if opened.dialect.name == "postgresql":
            connection.execute(text("SELECT setval(pg_get_serial_sequence('cases', 'pk'), 1)"))
            words = "INSERT INTO search(case_pk, piece, words) VALUES (1, 0, '''泄'':1 ''露'':2 ''隐'':3 ''私'':4')"
        connection.exec_driver_sql(words)
        connection.commit()
    opened.dispose()
    return store_url


def test_an_old_workspace_opens_with_all_that_was_in_it(old_url: str) -> None:
    store = Store.open(old_url)
    assert store.case("2024-0001") == Case(
        "2024-0001", dt.datetime(2024, 3, 1, 9), Complainant("王小明"), conducts=("privacy_leak",), summary="泄露隐私",
        handler="李四", filings=(Filing("12315", None, "SL-1", "filed", id="f", version=2),), run="sample_data",
        id="old", version=3,
    )  # fmt: skip
    assert store.count(words="隐私") == 1
    [run] = store.import_runs()
    assert (run.run, run.new, run.updated, run.source, run.undone_at) == ("sample_data", 1, 0, "", None)
    assert (run.who, run.at) == ("demo", dt.datetime(2024, 3, 2, 10))
    store.close()


def test_an_old_workspace_takes_imports_and_edits(old_url: str) -> None:
    store = Store.open(old_url)
    assert arrive(store, [an_arrival("new", amount_minor=100)]).run == "R1"
    case = store.case("2024-0001")
    with store.unit("小李") as unit:
        answered = tuple(Filing("12315", id="f", first_response_at=dt.datetime(2024, 3, 5)) for _ in range(1))
        unit.save(Case(**{**plain(case), "region": "东城区", "filings": answered}))
        unit.commit()
    again = store.case("2024-0001")
    assert (again.region, again.filings[0].first_response_at) == ("东城区", dt.datetime(2024, 3, 5))
    assert isinstance(store.case("new").remedies[0], Remedy)
    store.close()


def plain(case: Case) -> dict[str, object]:
    return {name: getattr(case, name) for name in Case.__dataclass_fields__}
