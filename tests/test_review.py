"""The figures of a review, held against pandas and lifelines on real exports and on generated cases."""

from __future__ import annotations

import datetime as dt
import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from casework.analytics.dataset import Known, open_tables
from casework.analytics.figures import as_document, from_document
from casework.analytics.periods import Span, month_name, parse_span
from casework.analytics.review import WITHIN_DAYS, Filters, Rebase
from casework.errors import CaseworkError, NotFound
from casework.measuring import report_exports

from . import oracle, oracle_review
from .shared import shared_data

CHANNELS = ("电话", "网站", "小程序", None)
WORDS = {
    "kind": ("投诉", "举报"),
    "conduct": ("虚假宣传", "售后服务", None),
    "respondent": ("甲公司", "乙公司", "丙公司", None),
    "region": ("东区", "西区"),
    "handler": ("一", "二"),
    "status": ("已办结", "处理中"),
    "outcome": ("调解成功", "撤诉", "终止调解", None),
}
ENDS = {"调解成功": "resolved", "撤诉": "withdrawn", "终止调解": "terminated", None: "other"}
START = pd.Timestamp("2024-01-01")
AS_OF = dt.date(2025, 12, 20)


def frame(seed: int, count: int) -> pd.DataFrame:
    """Invented cases over two years; every column may be empty."""
    rng = np.random.default_rng(seed)
    minutes = rng.integers(0, 720 * 24 * 60, count)
    took = (rng.gamma(1.1, 20, count) * 1440).astype(int)
    table = pd.DataFrame({"received": START + pd.to_timedelta(minutes, unit="m")})
    table["closed"] = (table["received"] + pd.to_timedelta(took, unit="m")).where(rng.random(count) > 0.15)
    table["elapsed"] = table["closed"] - table["received"]
    table["accepted"] = (table["received"] + pd.to_timedelta(took // 4, unit="m")).where(
        rng.random(count) > 0.3
    )
    table["first_response"] = (table["received"] + pd.to_timedelta(took // 8, unit="m")).where(
        rng.random(count) > 0.3
    )
    table["due"] = (table["received"] + pd.Timedelta(days=30)).where(rng.random(count) > 0.2)
    for name, words in {"channel": CHANNELS, **WORDS}.items():
        table[name] = np.array(words, dtype=object)[rng.integers(0, len(words), count)]
    table["end"] = table["outcome"].map(lambda word: ENDS[word if isinstance(word, str) else None])
    table["on_time"] = np.array([True, False, None], dtype=object)[rng.integers(0, 3, count)]
    table["satisfied"] = np.array([True, False, None], dtype=object)[rng.integers(0, 3, count)]
    table["reopened"] = rng.integers(0, 3, count)
    for name in ("amount", "recovered"):
        table[name] = pd.Series(rng.integers(0, 1_000_000, count) / 100).where(rng.random(count) > 0.4)
    return table


def arrow(table: pd.DataFrame) -> pa.Table:
    stamps = ("received", "closed", "accepted", "first_response", "due")
    columns = {name: pa.array(table[name], pa.timestamp("us"), from_pandas=True) for name in stamps}
    elapsed = [None if pd.isna(one) else one // pd.Timedelta(microseconds=1) for one in table["elapsed"]]
    columns["elapsed_us"] = pa.array(elapsed, pa.int64())
    words = ("channel", *WORDS)
    columns |= {
        name: pa.array([v if isinstance(v, str) else None for v in table[name]], pa.string())
        for name in words
    }
    columns |= {name: pa.array(list(table[name]), pa.bool_()) for name in ("on_time", "satisfied")}
    columns["reopened"] = pa.array(table["reopened"], pa.int32())
    columns |= {
        name: pa.array(table[name], pa.float64(), from_pandas=True) for name in ("amount", "recovered")
    }
    return pa.table(columns | {"row": pa.array(np.arange(len(table)))})


def measured(table: pd.DataFrame, period: Span | None, filters: Filters | None = None):
    data = open_tables([arrow(table)], [True], Known(), as_of=AS_OF)
    try:
        return data.report(period, filters)
    finally:
        data.close()


def months(span: Span) -> list[pd.Period]:
    return [pd.Period(name, "M") for name in span.names()]


def close(one: float | None, other: float | None) -> bool:
    return one == other or (
        one is not None and other is not None and math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    )


@pytest.mark.parametrize("label", ["2025-10", "2025-Q3", "2025-H1", "2025"])
def test_every_count_of_a_period_is_pandas_count(label):
    table, span = frame(11, 3_000), parse_span(label)
    report = measured(table, span)
    known = oracle_review.seen(table, AS_OF)
    for one in report.review.breakdowns:
        now = oracle_review.breakdown(known, one.dimension, months(span))
        before = oracle_review.breakdown(known, one.dimension, months(span.before))
        last_year = oracle_review.breakdown(known, one.dimension, months(span.last_year))
        assert one.total == sum(count for count, _closed in now.values())
        for part in one.parts:
            assert (part.received, part.closed) == now.get(part.value, (0, 0))
            assert part.before == before.get(part.value, (0, 0))[0]
            assert part.last_year == last_year.get(part.value, (0, 0))[0]
    assert [(m.month, m.received, m.closed, m.open) for m in report.review.monthly] == oracle_review.monthly(
        known
    )
    assert {
        one.channel: (one.met, one.missed, one.running, one.overdue, one.unknown)
        for one in report.review.clocks
    } == (oracle_review.clocks(known, AS_OF, months(span)))


@pytest.mark.parametrize("label", ["2025-10", "2024-H2"])
def test_money_rates_and_reopened_cases_are_pandas_sums(label):
    table, span = frame(5, 2_000), parse_span(label)
    review = measured(table, span).review
    told = oracle_review.sums(oracle_review.seen(table, AS_OF), months(span))
    assert (review.money.claimed[0], review.money.claimed_cases[0]) == told["amount"]
    assert (review.money.recovered[0], review.money.recovered_cases[0]) == told["recovered"]
    assert (review.handling[0].asked, review.handling[0].satisfied) == told["satisfied"]
    assert (review.handling[0].how_known, review.handling[0].resolved) == told["ends"]
    assert review.headline("reopened").now == told["reopened"]


def test_shares_resolved_within_days_are_lifelines():
    table, span = frame(3, 1_500), parse_span("2025-H1")
    review = measured(table, span).review
    known = oracle_review.seen(table, AS_OF)
    cohort = known[known["came"].isin(months(span))]
    overall = next(one for one in review.timing("resolution") if one.overall)
    theirs = oracle_review.within(cohort, AS_OF, False, list(WITHIN_DAYS))
    assert all(close(one.value, other) for one, other in zip(overall.within, theirs, strict=True))
    for timing in review.timing("resolution"):
        if not timing.overall:
            rows = (
                cohort[cohort["channel"].isna()]
                if timing.channel is None
                else cohort[cohort["channel"] == timing.channel]
            )
            theirs = oracle_review.within(rows, AS_OF, False, list(WITHIN_DAYS))
            assert all(close(one.value, other) for one, other in zip(timing.within, theirs, strict=True))


@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.integers(0, 10_000), st.integers(0, 40), st.sampled_from(["2024-01", "2025-12", "2025-Q4", None]))
def test_parts_add_up_to_their_whole_whatever_the_data(seed, count, label):
    table = frame(seed, count)
    span = parse_span(label) if label else None
    report = measured(table, span)
    for one in report.review.breakdowns:
        rest = one.rest.received if one.rest else 0
        assert sum(part.received for part in one.parts) + rest == one.total == report.received
    for one in report.review.ends:
        assert sum(one.counts) + one.open == one.n
    document = json.dumps(as_document(report), ensure_ascii=False)
    assert json.dumps(as_document(from_document(json.loads(document))), ensure_ascii=False) == document


def test_filters_let_through_the_same_cases_as_pandas_does():
    table = frame(8, 1_000)
    filters = Filters(channel=("电话", None), region=("东区",))
    report = measured(table, parse_span("2025-10"), filters)
    kept = table[(table["channel"].isna() | (table["channel"] == "电话")) & (table["region"] == "东区")]
    assert report.received == (oracle_review.seen(kept, AS_OF)["came"] == pd.Period("2025-10", "M")).sum()
    assert report.review.filters == filters


def test_a_period_before_the_data_begin_is_not_compared_with_nothing():
    review = measured(frame(2, 500), parse_span("2024-03")).review
    received = review.headline("received")
    assert received.before is not None
    assert received.last_year is None
    assert all(part.last_year is None for one in review.breakdowns for part in one.parts)


def test_the_month_that_is_not_over_is_marked_and_not_judged():
    review = measured(frame(2, 4_000), parse_span("2025-12")).review
    assert review.quality.incomplete == ("2025-12",)
    last = review.control("received").points[-1]
    assert (last.month, last.incomplete, last.verdict) == ("2025-12", True, "")
    assert review.headline("received").verdict == ""


def test_a_months_without_cases_in_a_busy_channel_is_a_hole_and_not_a_fall():
    table = frame(2, 4_000)
    lost = (table["channel"] == "电话") & (table["received"].dt.strftime("%Y-%m") == "2025-05")
    review = measured(table[~lost], parse_span("2025-06")).review
    assert [(gap.channel, gap.months) for gap in review.quality.gaps] == [("电话", ("2025-05",))]


def test_a_case_that_two_sources_have_counts_once_as_the_one_that_knows_it_closed():
    first = pa.table(
        {
            "case_no": ["A1", "A2", "A3"],
            "received": pa.array([dt.datetime(2025, 1, day) for day in (1, 2, 3)], pa.timestamp("us")),
            "closed": pa.array([dt.datetime(2025, 1, 5), None, None], pa.timestamp("us")),
            "elapsed_us": pa.array([4 * 86_400_000_000, None, None], pa.int64()),
            "channel": ["电话", "电话", "电话"],
        }
    )
    later = first.slice(0, 2).set_column(
        2, "closed", pa.array([None, dt.datetime(2025, 2, 5)], pa.timestamp("us"))
    )
    later = later.set_column(3, "elapsed_us", pa.array([None, 34 * 86_400_000_000], pa.int64()))
    report = open_tables([first, later], [True, True], Known()).report()
    assert (report.received, report.closed) == (3, 2)
    assert report.review.quality.shared == 2


def test_the_same_number_on_another_day_is_another_case():
    def one(day: int) -> pa.Table:
        stamp = pa.array([dt.datetime(2025, 1, day)], pa.timestamp("us"))
        return pa.table(
            {
                "case_no": ["1"],
                "received": stamp,
                "closed": stamp,
                "elapsed_us": pa.array([0], pa.int64()),
                "channel": ["x"],
            }
        )

    assert open_tables([one(1), one(2)], [True, True], Known()).report().received == 2


def test_a_rebase_gives_a_chart_new_limits_and_is_kept_with_the_review():
    rebase = Rebase("received", "2025-01", "某人", "新平台上线", "2025-02-01T09:00:00")
    data = open_tables([arrow(frame(2, 4_000))], [True], Known(rebases=(rebase,)), as_of=AS_OF)
    review = data.report(parse_span("2025-10")).review
    assert [phase.first for phase in review.control("received").phases] in (
        ["2024-01", "2025-01"],
        ["2025-01"],
        ["2024-01"],
    )
    assert review.rebases == (rebase,)


REAL = {
    "boston311/boston311-100.csv": {
        "header": 1,
        "received": "open_dt",
        "closed": "closed_dt",
        "channel": "source",
        "due": "target_dt",
        "on_time": ("ontime", {"ONTIME": True, "OVERDUE": False}),
    },
    "receipt-log/DERIVED_receipt_cases.csv": {
        "header": 1,
        "received": "startdate",
        "closed": "enddate",
        "channel": "channel",
    },
}


@pytest.mark.parametrize("name", REAL)
def test_real_exports_give_the_monthly_table_and_the_clocks_of_pandas(name):
    path, columns = shared_data(name), dict(REAL[name])
    cells = oracle.cells(path, columns.pop("header"))
    table = pd.DataFrame({"channel": cells[columns["channel"]].str.strip()})
    for role in ("received", "closed", "due"):
        if role in columns:
            stamps = [oracle.date(value) for value in cells[columns[role]]]
            table[role] = [stamp if pd.isna(stamp) else stamp.tz_localize(None) for stamp in stamps]
            utc = [
                stamp if pd.isna(stamp) or not stamp.tz else stamp.tz_convert("UTC").tz_localize(None)
                for stamp in stamps
            ]
            table[f"{role}_utc"] = utc
    table["closed"] = table["closed"].where(table["closed_utc"] >= table["received_utc"])
    if "on_time" in columns:
        header, words = columns["on_time"]
        table["on_time"] = cells[header].map(words)
    report = report_exports([path])
    known = oracle_review.seen(table, report.as_of)
    assert [(m.month, m.received, m.closed, m.open) for m in report.review.monthly] == oracle_review.monthly(
        known
    )
    if "due" in columns:
        ours = {
            one.channel: (one.met, one.missed, one.running, one.overdue, one.unknown)
            for one in report.review.clocks
        }
        assert ours == oracle_review.clocks(known, report.as_of, None)


def test_periods_are_read_named_and_compared():
    assert parse_span("2026-10").before.label == "2026-09"
    assert parse_span("2026-01").before.label == "2025-12"
    assert parse_span("2026-Q1").last_year.label == "2025-Q1"
    assert parse_span("2026-H2").before.label == "2026-H1"
    assert parse_span("2026").before == parse_span("2026").last_year == parse_span("2025")
    for text in ("2026-13", "last week", "", "2026-Q5", "２０２６-10"):
        with pytest.raises(CaseworkError):
            parse_span(text)


@given(st.integers(12, 100_000), st.sampled_from([1, 3, 6, 12]))
def test_a_span_is_the_one_that_its_label_names(first, length):
    first -= first % length
    assert parse_span(Span(first, length).label) == Span(first, length)


def test_a_period_without_cases_is_refused_with_what_there_is(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("case_no,received,closed,channel\n1,2025-03-01,2025-03-02,web\n", encoding="utf-8")
    with pytest.raises(NotFound, match="2025-03"):
        report_exports([path], period=parse_span("2020-Q1"))
    assert month_name(parse_span("2025-03").first) == "2025-03"
    assert replace(parse_span("2025-03"), months=2).label == "2025-03/2025-04"


def test_a_mistyped_year_in_the_future_moves_no_as_of_and_is_counted(tmp_path):
    path = tmp_path / "x.csv"
    rows = f"1,2026-03-01,2026-03-02,web\n2,{dt.date.today().year + 1}-03-01,,web\n3,2026-03-05,,web\n"
    path.write_text("case_no,received,closed,channel\n" + rows, encoding="utf-8")
    report = report_exports([path])
    assert report.as_of == dt.date(2026, 3, 5)
    assert (report.received, report.review.quality.future) == (2, 1)


def test_a_quarter_that_lacks_a_whole_month_is_compared_with_nothing():
    table = frame(2, 3_000)
    data = open_tables([arrow(table)], [True], Known(), as_of=dt.date(2025, 10, 31))
    received = data.report(parse_span("2025-Q4")).review.headline("received")
    assert (received.before, received.last_year) == (None, None)
    assert data.report(parse_span("2025-10")).review.headline("received").before is not None
