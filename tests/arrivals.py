"""Rows of an export as the store takes them, one by one and as columns."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from casework.model import (
    CASE_STATUSES,
    FILING_STATUSES,
    Case,
    Complainant,
    Filing,
    Remedy,
    Respondent,
    new_id,
)
from casework.progress import Progress, quiet
from casework.sources import ImportRun
from casework.store import Change, Origin, Store
from casework.store.incoming import schema
from tests.cases import texts, times

DAY = dt.datetime(2025, 4, 9, 15, 30)
ORIGIN = Origin("12315 平台", "导出.xlsx", "ab" * 32, dt.datetime(2025, 5, 1, 9))

Arrival = dict[str, Any]


def an_arrival(number: str = "I-1", **changes: Any) -> Arrival:
    """Return one row of an export."""
    return {
        "number": number, "case_no": number, "received_at": DAY, "closed_at": None, "status": "open",
        "summary": "客服推诿，不予退款", "handler": "李四", "region": "东城区", "conducts": '["stalling"]',
        "complainant_name": "王小明", "complainant_phone": "13800000000", "respondent_company": "某某公司",
        "channel": "电话", "filing_status": "filed", "first_response_at": None, "amount_minor": 12850,
        "remedy_text": "导出表中的金额", "facts": f'{{"case_no":"{number}"}}', "outcome": None, **changes,
    }  # fmt: skip


def columns(rows: Iterable[Arrival]) -> pa.Table:
    """Return rows as the table that the store takes."""
    return pa.Table.from_pylist(list(rows), schema=schema())


def arrive(
    store: Store,
    rows: Iterable[Arrival] = (),
    changes: Iterable[Change] = (),
    *,
    origin: Origin = ORIGIN,
    progress: Progress = quiet,
) -> ImportRun:
    """Import and commit."""
    with store.unit("小李") as unit:
        run = unit.import_cases(origin, columns(rows), changes, progress=progress)
        unit.commit()
    return run


def expected(row: Arrival, run: str, stored: Case) -> Case:
    """Return the case that a row should become, with the ids that it got."""
    filings = remedies = ()
    if row["channel"] is not None:
        filing = Filing(
            row["channel"], row["received_at"], "", row["filing_status"], row["first_response_at"],
            row["closed_at"], row["outcome"] or "", id=stored.filings[0].id,
        )  # fmt: skip
        filings = (filing,)
    if row["amount_minor"] is not None:
        amount = Decimal(row["amount_minor"]).scaleb(-2)
        remedies = (Remedy("other", row["remedy_text"] or "", amount, id=stored.remedies[0].id),)
    return Case(
        row["case_no"],
        row["received_at"],
        Complainant(row["complainant_name"], row["complainant_phone"]),
        Respondent(row["respondent_company"]),
        tuple(json.loads(row["conducts"])),
        row["status"],
        row["summary"],
        row["handler"],
        row["region"],
        row["closed_at"],
        filings=filings,
        remedies=remedies,
        run=run,
        id=stored.id,
    )


@st.composite
def arrivals(draw: st.DrawFn) -> Arrival:
    """Draw any row that can be imported; its numbers are its own."""
    own = draw(st.builds(new_id))
    return {
        "number": draw(texts) + own, "case_no": draw(texts) + own,
        "received_at": draw(times), "closed_at": draw(st.none() | times),
        "status": draw(st.sampled_from(CASE_STATUSES)), "summary": draw(texts), "handler": draw(texts),
        "region": draw(texts), "conducts": json.dumps(draw(st.lists(texts, max_size=3))),
        "complainant_name": draw(texts), "complainant_phone": draw(texts), "respondent_company": draw(texts),
        "channel": draw(st.none() | texts), "filing_status": draw(st.sampled_from(FILING_STATUSES)),
        "first_response_at": draw(st.none() | times),
        "amount_minor": draw(st.none() | st.integers(1 - 2**63, 2**63 - 1)),
        "remedy_text": draw(st.none() | texts), "facts": draw(texts), "outcome": draw(st.none() | texts),
    }  # fmt: skip
