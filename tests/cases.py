"""Cases to test with: one plain case, and any case at all."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from casework.model import (
    CASE_STATUSES,
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

EXHIBIT = Exhibit(1, "聊天记录.png", sha256="ab" * 32, size=1234, purpose="证明客服承认泄露")


def a_case(case_no: str = "2025-0001", **changes: Any) -> Case:
    """Return a small case with one part of each kind."""
    exhibit = replace(EXHIBIT, id=f"exhibit of {case_no}")
    case = Case(
        case_no,
        dt.datetime(2025, 4, 9, 10, 30),
        Complainant("王小明", "13800000000"),
        Respondent("某某网络科技有限公司", "某平台", "工号8012"),
        ("privacy_leak",),
        summary="客服泄露个人隐私 and refused a refund",
        handler="李四",
        incidents=(Incident("客服把订单发给了他人", dt.date(2025, 4, 8), exhibits=(exhibit.id,)),),
        remedies=(Remedy("refund", "退还会员费", Decimal("128.50")),),
        exhibits=(exhibit,),
        filings=(Filing("12315", dt.datetime(2025, 4, 10), "SL-1", "filed"),),
    )
    return replace(case, **changes)


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
times = st.datetimes(dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31))
counts = st.integers(0, 2**31 - 1)
amounts = st.decimals(-(10**15), 10**15, places=2, allow_nan=False, allow_infinity=False)

complainants = st.builds(Complainant, texts, texts, texts, texts)
respondents = st.builds(Respondent, texts, texts, texts, texts, texts, texts)
remedies = st.builds(
    Remedy, st.sampled_from(REMEDY_KINDS), texts, st.none() | amounts, st.sampled_from(["CNY", "USD"]),
    st.none() | st.dates(),
)  # fmt: skip
filings = st.builds(
    Filing,
    texts,
    st.none() | times,
    texts,
    st.sampled_from(FILING_STATUSES),
    st.none() | times,
    st.none() | times,
    texts,
)
exhibits = st.builds(
    Exhibit,
    number=counts, name=texts, sha256=texts, size=st.integers(0, 2**62), kind=st.sampled_from(EXHIBIT_KINDS),
    source=texts, content=texts, purpose=texts, pages=st.none() | counts, copies=counts,
    is_original=st.booleans(), obtained_on=st.none() | st.dates(), obtained_by=texts, media_type=texts,
    added_at=st.none() | times,
)  # fmt: skip


@st.composite
def parts(draw: st.DrawFn) -> dict[str, Any]:
    """Draw everything of a case that a person may change."""
    proofs = draw(st.lists(exhibits, max_size=3, unique_by=lambda exhibit: exhibit.number))
    cited = st.lists(st.sampled_from([proof.id for proof in proofs]), max_size=3) if proofs else st.just([])
    facts = st.builds(Incident, texts, st.none() | st.dates(), texts, cited.map(tuple))
    return {
        "received_at": draw(times),
        "closed_at": draw(st.none() | times),
        "complainant": draw(complainants),
        "respondent": draw(respondents),
        "conducts": tuple(draw(st.lists(texts, max_size=3))),
        "status": draw(st.sampled_from(CASE_STATUSES)),
        "summary": draw(texts),
        "handler": draw(texts),
        "region": draw(texts),
        "incidents": tuple(draw(st.lists(facts, max_size=3))),
        "remedies": tuple(draw(st.lists(remedies, max_size=3))),
        "exhibits": tuple(proofs),
        "filings": tuple(draw(st.lists(filings, max_size=3))),
        "run": draw(texts),
    }


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw any case that can be stored; its number is its own."""
    case = Case(case_no="", **draw(parts()))
    return replace(case, case_no=draw(texts) + case.id)
