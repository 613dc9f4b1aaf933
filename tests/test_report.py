"""``casework report`` on real and disguised exports, held against pandas and lifelines."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest

from . import oracle
from .commands import answer, casework, process, refusal
from .layouts import CASES, LAYOUTS
from .shared import shared_data

REAL = [
    ("boston311/boston311-100.csv", {"received": "open_dt", "closed": "closed_dt", "channel": "source", "case_no": "case_enquiry_id"}, False),
    ("boston311/boston311-dmy-100.csv", {"received": "open_dt", "closed": "closed_dt", "channel": "source", "case_no": "case_enquiry_id"}, True),
    ("boston311/boston311-100-notime.csv", {"received": "open_dt", "closed": "closed_dt", "channel": "source", "case_no": "case_enquiry_id"}, False),
    ("receipt-log/DERIVED_receipt_cases.csv", {"received": "startdate", "closed": "enddate", "channel": "channel", "case_no": "case_id"}, False),
    ("receipt-log/receipt.csv", {"received": "case:startdate", "closed": "case:enddate", "channel": "case:channel", "case_no": "case:concept:name"}, False),
]  # fmt: skip


def same(ours: float | None, theirs: float | None, tolerance: float = 1e-9) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=tolerance)


def assert_equal_measures(report, expected):
    assert report["as_of"] == expected.as_of
    key = ("month", "channel", "received", "closed")
    order = lambda row: (row["month"], row["channel"] or "")  # noqa: E731
    assert [tuple(row[name] for name in key) for row in sorted(report["volume"], key=order)] == [
        tuple(row[name] for name in key) for row in sorted(expected.volume, key=order)
    ]
    theirs = {row["channel"]: row for row in expected.resolution}
    assert {row["channel"] for row in report["resolution"]} == set(theirs)
    for row in report["resolution"]:
        other = theirs[row["channel"]]
        assert (row["n"], row["resolved"], row["open"]) == (other["n"], other["resolved"], other["open"])
        for name in ("median_days", "median_low", "median_high", "p90_days"):
            assert same(row[name], other[name]), (row["channel"], name, row[name], other[name])


@pytest.mark.parametrize(("name", "columns", "day_first"), REAL, ids=[name for name, *_rest in REAL])
def test_real_exports_measure_as_pandas_and_lifelines_do(name, columns, day_first):
    path = shared_data(name)
    expected = oracle.measure(oracle.cells(path, 1), dayfirst=day_first, **columns)
    assert_equal_measures(answer("report", path), expected)


@pytest.mark.parametrize(
    "layout",
    [layout for layout in LAYOUTS if {"closed", "channel"} <= set(layout.columns)],
    ids=lambda layout: layout.name,
)
def test_disguised_exports_measure_alike(layout, tmp_path):
    """The same cases in every disguise: the same counts and medians as lifelines has on the cases themselves."""
    report = answer("report", layout.write(tmp_path))
    cases = pd.DataFrame([case[:3] for case in CASES], columns=["received", "closed", "channel"])
    for name in ("received", "closed"):
        cases[name] = (
            pd.to_datetime(cases[name]).dt.normalize() if layout.whole_days else pd.to_datetime(cases[name])
        )
    cases["elapsed"] = cases["closed"] - cases["received"]
    as_of = oracle.latest_day(cases)
    end = oracle.censored_at(as_of, layout.whole_days)
    theirs = sorted(
        (oracle.survival(rows, as_of, end) for _name, rows in cases.groupby("channel")),
        key=lambda row: (row["n"], row["median_days"]),
    )
    ours = sorted(report["resolution"], key=lambda row: (row["n"], row["median_days"]))
    assert report["as_of"] == str(as_of)
    for row, other in zip(ours, theirs, strict=True):
        assert (row["n"], row["resolved"], row["open"]) == (other["n"], other["resolved"], other["open"])
        for name in ("median_days", "median_low", "median_high", "p90_days"):
            assert same(row[name], other[name], layout.tolerance), (name, row, other)


def test_without_closing_dates_there_is_a_reason_and_no_invented_median():
    report = answer("report", shared_data("cfpb-xlsx/consumer_complaints.xlsx"), "--lang", "en")
    assert report["resolution"] == []
    assert "no closing date" in report["resolution_reason"]
    by_channel: dict[str, int] = {}
    for row in report["volume"]:
        by_channel[row["channel"]] = by_channel.get(row["channel"], 0) + row["received"]
    assert by_channel == {"Web": 691, "Postal mail": 107, "Referral": 92, "Phone": 90, "Fax": 19, "Email": 1}


def test_several_files_by_a_pattern_are_measured_together(tmp_path):
    for layout in LAYOUTS[:2]:
        layout.write(tmp_path)
    (tmp_path / "other.txt").write_text("not asked for", encoding="utf-8")
    report = answer("report", tmp_path / "nyc.csv", tmp_path / "z*.xlsx")
    assert [source["file"] for source in report["sources"]] == ["nyc.csv", "zammad.xlsx"]
    assert sum(row["received"] for row in report["volume"]) == 80


def test_a_month_limits_volume_and_resolution_to_itself(tmp_path):
    whole = answer("report", LAYOUTS[1].write(tmp_path))
    march = answer("report", tmp_path / "zammad.xlsx", "--month", "2025-03")
    assert march["volume"] == [row for row in whole["volume"] if row["month"] == "2025-03"]
    assert sum(row["n"] for row in march["resolution"]) == sum(row["received"] for row in march["volume"])
    assert march["as_of"] == whole["as_of"]


def test_an_earlier_as_of_day_makes_later_closings_open_and_later_cases_unseen(tmp_path):
    path = LAYOUTS[1].write(tmp_path)
    report = answer("report", path, "--as-of", "2025-03-31")
    table = oracle.cells(path, 3, footer_rows=1)
    columns = {"received": "Created At", "closed": "Close At", "channel": "Create Channel", "case_no": "#"}
    assert_equal_measures(report, oracle.measure(table, as_of=dt.date(2025, 3, 31), **columns))
    assert report["as_of"] == "2025-03-31"
    assert all(row["month"] <= "2025-03" for row in report["volume"])
    assert sum(row["n"] for row in report["resolution"]) == sum(1 for i in range(40) if 1 + i % 6 <= 3)


def test_a_bad_cell_is_a_problem_with_its_row_and_the_rest_is_measured(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(
        "编号,登记日期,办结日期,渠道\nA1,2025-01-01,2025-01-03,电话\nA2,2025-02-30,,电话\nA3,2025-01-05,2025-01-02,网页\nA4,,2025-01-09,网页\nA5,2025-01-06,下周,网页\n",
        encoding="utf-8",
    )
    done = casework("report", path, "--lang", "en")
    assert done.returncode == 1
    report = answer("report", path)
    (source,) = report["sources"]
    assert (source["rows"], source["problem_count"]) == (5, 4)
    assert [(item["row"], item["column"], item["value"]) for item in source["problems"]] == [
        (3, "登记日期", "2025-02-30"), (4, "办结日期", "2025-01-02"), (5, "登记日期", ""), (6, "办结日期", "下周"),
    ]  # fmt: skip
    assert {row["channel"]: (row["n"], row["resolved"], row["open"]) for row in report["resolution"]} == {
        "电话": (1, 1, 0),
        "网页": (2, 0, 2),
    }


def test_a_closing_day_without_a_time_does_not_lie_before_that_days_afternoon(tmp_path):
    path = tmp_path / "days.csv"
    path.write_text(
        "编号,登记时间,办结日期\nA1,2025-03-01 14:20,2025-03-01\nA2,2025-03-01 14:20,2025-03-02\nA3,2025-03-03 10:00,2025-03-01\n",
        encoding="utf-8",
    )
    report = answer("report", path)
    assert [(item["row"], item["value"]) for item in report["sources"][0]["problems"]] == [(4, "2025-03-01")]
    (row,) = report["resolution"]
    assert (row["n"], row["resolved"], row["open"]) == (3, 2, 1)


def test_without_a_channel_column_the_one_row_has_none(tmp_path):
    path = tmp_path / "plain.csv"
    path.write_text("id,received,closed\n1,2025-01-01,2025-01-11\n2,2025-01-02,\n", encoding="utf-8")
    (row,) = answer("report", path)["resolution"]
    assert row["channel"] is None
    assert (row["n"], row["resolved"], row["open"], row["median_days"]) == (2, 1, 1, 10.0)


def test_the_report_says_which_bytes_it_was_made_from(tmp_path):
    import hashlib

    path = LAYOUTS[0].write(tmp_path)
    assert (
        answer("report", path, run=process)["sources"][0]["sha256"]
        == hashlib.sha256(path.read_bytes()).hexdigest()
    )


def test_a_report_never_overwrites_the_export_it_is_made_from(tmp_path):
    path = LAYOUTS[1].write(tmp_path)
    before = path.read_bytes()
    assert "zammad.xlsx" in refusal("report", path, "--out", path, run=process)
    assert path.read_bytes() == before
