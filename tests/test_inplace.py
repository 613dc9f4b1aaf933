"""The office's own records are measured inside their PostgreSQL as they are outside it."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from casework.analytics.figures import as_document
from casework.analytics.periods import parse_span
from casework.desk import Desk
from casework.model import Case, Filing, Remedy, Respondent
from casework.store import Store, kept
from casework.workspace import Workspace


@pytest.fixture
def url(postgres: str) -> Iterator[str]:
    """A schema of its own in a real PostgreSQL."""
    import psycopg

    schema = f"inplace_{uuid.uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}".encode())
    yield f"{postgres}{'&' if '?' in postgres else '?'}options=-csearch_path%3D{schema}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA {schema} CASCADE".encode())


def some_cases(count: int) -> list[Case]:
    start = dt.datetime(2026, 1, 3, 9, 30)
    made = []
    for number in range(count):
        at = start + dt.timedelta(days=number % 200, seconds=number)
        closed = at + dt.timedelta(days=number % 90, microseconds=number) if number % 3 else None
        filing = Filing(
            ("cn_samr_complaint", "12321", "", "x")[number % 4],
            at if number % 5 else None,
            status="closed" if closed else "filed",
            first_response_at=at + dt.timedelta(hours=number) if number % 2 else None,
            closed_at=closed if number % 7 else None,
            outcome=("调解成功", "撤诉", "", "其他")[number % 4],
        )
        made.append(
            Case(
                f"C-{number:04}",
                at,
                conducts=("false_claims", "y")[: number % 3],
                respondent=Respondent(company=("甲公司", "", "乙公司")[number % 3], agent="8" * (number % 2)),
                region="甲区" if number % 4 else "",
                handler="小李" if number % 6 else "",
                closed_at=closed,
                status="closed" if closed else "open",
                remedies=(
                    Remedy("refund", amount=Decimal(number) / 100),
                    Remedy("compensation", amount=Decimal("9E15")),
                    Remedy("other", amount=Decimal(5), currency="USD"),
                )[: number % 4],
                filings=(filing, Filing("12321", at))[: number % 3],
            )
        )
    return made


@pytest.mark.parametrize(("count", "month"), [(0, ""), (300, "2026-05")])
def test_the_same_figures_come_from_within_and_from_without(
    url: str, tmp_path: Path, count: int, month: str
) -> None:
    store = Store.open(url)
    with store.unit("小李") as unit:
        for case in some_cases(count):
            unit.add(case)
        unit.commit()
    assert store.filings_query(url) is not None
    assert store.filings_query("postgresql://elsewhere/y") is None
    assert store.filings_query("local[2]") is None
    desk = Desk(Workspace("postgresql://x", tmp_path, store, vault=None), "小李")  # type: ignore[arg-type]  # not needed
    period = parse_span(month) if month else None
    within, without = (desk.report([], period=period, engine=engine) for engine in (url, ""))
    store.close()
    documents = [json.dumps(as_document(one), sort_keys=True, default=str) for one in (within, without)]
    assert documents[0] == documents[1]
    assert within.received == (0 if not count else without.received)


def test_what_is_kept_of_a_server_is_what_it_says(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "SMALLEST", 1)
    monkeypatch.setenv("CASEWORK_CACHE", str(tmp_path / "cache"))
    store = Store.open(url)
    for number, case in enumerate(some_cases(12)):
        with store.unit("小李") as unit:
            unit.add(case)
            unit.commit()
        if number in (3, 7, 11):
            table = store.filings_table()
            with monkeypatch.context() as patch:
                patch.setenv("CASEWORK_CACHE_MB", "0")
                assert table == store.filings_table()
    assert len(list((tmp_path / "cache").iterdir())) == 1
    store.close()
