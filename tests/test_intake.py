"""Entering a case: everything wrong is said at once, each beside its field."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from casework.i18n import use_language
from casework.intake import check_case
from casework.model import Case, Complainant, Incident, Remedy, Respondent

GOOD = Case(
    "A1", dt.datetime(2026, 4, 9, 9, 30), Complainant("张三", "199-0000-1111"), Respondent("虚构公司")
)


def fields(case: Case) -> list[str]:
    return sorted(finding.field for finding in check_case(case))


def test_a_case_with_its_essentials_has_no_findings():
    assert check_case(GOOD) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"case_no": " "}, "case_no"),
        ({"complainant": Complainant("")}, "complainant.name"),
        ({"complainant": Complainant("张三", email="nobody")}, "complainant.email"),
        ({"complainant": Complainant("张三", phone="abc")}, "complainant.phone"),
        ({"respondent": Respondent("")}, "respondent.company"),
        ({"received_at": dt.datetime(26, 4, 9)}, "received_at"),
        ({"closed_at": dt.datetime(2026, 4, 8), "status": "closed"}, "closed_at"),
        ({"closed_at": dt.datetime(2026, 5, 1), "status": "open"}, "closed_at"),
        ({"incidents": (Incident("", dt.date(2026, 4, 1)),)}, "incidents.0.text"),
        ({"incidents": (Incident("x", dt.date(2, 4, 1)),)}, "incidents.0.on"),
        ({"remedies": (Remedy("refund", amount=Decimal("-1")),)}, "remedies.0.amount"),
        ({"remedies": (Remedy("refund", amount=Decimal("1.005")),)}, "remedies.0.amount"),
        ({"remedies": (Remedy("refund", reply_by=dt.date(2026, 4, 1)),)}, "remedies.0.reply_by"),
    ],
)
def test_what_is_missing_or_cannot_be_is_found_at_its_field(change, field):
    assert fields(replace(GOOD, **change)) == [field]


def test_all_findings_come_at_once_and_in_the_language_of_the_desk():
    bad = Case("", dt.datetime(26, 1, 1), Complainant("", "x", "y"), Respondent(""))
    assert fields(bad) == ["case_no", "complainant.email", "complainant.name", "complainant.phone", "received_at", "respondent.company"]  # fmt: skip
    with use_language("en"):
        english = [str(finding) for finding in check_case(bad)]
    assert english != [str(finding) for finding in check_case(bad)]


def test_an_imported_row_needs_only_its_number():
    assert check_case(Case("A1", dt.datetime(2026, 4, 9), run="import-1")) == []
