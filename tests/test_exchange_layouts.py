"""Other systems' layouts are recognised, and every row is read as it was written."""

from __future__ import annotations

import datetime as dt
import os

import pytest

from casework.exchange.cache import Shelf
from casework.exchange.read import PendingExports, read_export

from .layouts import CASES, LAYOUTS, Layout
from .shared import shared_data


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_known_layout_is_recognised_and_read_whole(layout: Layout, tmp_path):
    export = read_export(layout.write(tmp_path))
    source, rows = export.source, export.table.to_pylist()
    found = dict(source.columns)
    assert {role: found.get(role) for role in layout.columns} == layout.columns
    assert (source.header_row, source.rows, source.duplicates, source.problem_count) == (
        layout.header_row,
        len(CASES),
        0,
        0,
    ), source
    if layout.encoding:
        assert source.encoding == layout.encoding
    for row, (received, closed, *_rest) in zip(rows, CASES, strict=True):
        assert row["received"] == _as_written(received, layout)
        if "closed" in layout.columns:
            assert row["closed"] == (_as_written(closed, layout) if closed else None)
    if "amount" in layout.columns:
        assert [row["amount"] for row in rows] == [case[-1] for case in CASES]
    assert rows[0]["row"] == layout.header_row + 1


def _as_written(stamp: dt.datetime, layout: Layout) -> dt.datetime:
    return stamp.replace(hour=0, minute=0) if layout.whole_days else stamp


@pytest.mark.parametrize(
    ("name", "rows", "duplicates", "columns"),
    [
        ("boston311/boston311-100.csv", 100, 0, {"received": "open_dt", "closed": "closed_dt", "channel": "source", "status": "case_status"}),
        ("boston311/boston311-dmy-100.csv", 100, 0, {"received": "open_dt", "closed": "closed_dt", "channel": "source"}),
        ("boston311/boston311-100-notime.csv", 100, 0, {"received": "open_dt", "closed": "closed_dt", "channel": "source"}),
        ("boston311/boston311-100-with-nonascii.csv", 100, 0, {"received": "open_dt", "closed": "closed_dt", "channel": "source"}),
        ("boston311/boston311-100-bad.tsv", 100, 0, {"received": "open_dt", "closed": "closed_dt", "channel": "source"}),
        ("cfpb-xlsx/consumer_complaints.xlsx", 1000, 0, {"received": "date_received", "closed": None, "channel": "submitted_via", "status": "company_response_to_consumer"}),
        ("receipt-log/receipt.csv", 8577, 7143, {"received": "case:startdate", "closed": "case:enddate", "channel": "case:channel"}),
        ("receipt-log/DERIVED_receipt_cases.csv", 1434, 0, {"received": "startdate", "closed": "enddate", "channel": "channel"}),
    ],
)  # fmt: skip
def test_real_exports_give_the_counts_that_their_source_states(name, rows, duplicates, columns):
    source = read_export(shared_data(name)).source
    assert (source.rows, source.duplicates) == (rows, duplicates)
    assert {role: dict(source.columns).get(role) for role in columns} == columns


def test_day_first_dates_read_as_the_same_days_as_year_first_ones():
    plain, day_first = (
        read_export(shared_data(f"boston311/boston311{kind}-100.csv")).table for kind in ("", "-dmy")
    )
    assert plain["received"].equals(day_first["received"])
    assert plain["closed"].equals(day_first["closed"])


def test_mixed_offsets_keep_the_wall_clock_and_count_exact_time():
    table = read_export(shared_data("receipt-log/DERIVED_receipt_cases.csv")).table
    row = table.slice(1, 1).to_pylist()[0]
    assert row["received"] == dt.datetime(2011, 10, 11, 1, 6, 40, 20000)
    assert row["elapsed_us"] == (
        dt.datetime(2011, 10, 18, 13, 56, 55, 943000) - row["received"]
    ) // dt.timedelta(microseconds=1)
    assert min(value for value in table["elapsed_us"].to_pylist() if value is not None) >= 0


def test_an_unchanged_file_is_not_read_twice_and_a_changed_one_is(tmp_path):
    shelf = Shelf()
    path = LAYOUTS[0].write(tmp_path)
    (first,) = PendingExports([path], shelf=shelf).result()
    (again,) = PendingExports([path], shelf=shelf).result()
    assert again.table is first.table
    changed = path.read_bytes().replace(b"10000039", b"10000040")
    state = path.stat()
    path.write_bytes(changed)
    os.utime(
        path, ns=(state.st_atime_ns, state.st_mtime_ns)
    )  # the same size and time: only the content tells
    (other,) = PendingExports([path], shelf=shelf).result()
    assert other.table is not first.table
    assert other.source.sha256 != first.source.sha256


def test_a_shelf_keeps_only_so_many_exports(tmp_path):
    shelf = Shelf(room=2)
    paths = [layout.write(tmp_path) for layout in LAYOUTS[:3]]
    tables = [export.table for export in PendingExports(paths, shelf=shelf).result()]
    again = [export.table for export in PendingExports(paths[1:], shelf=shelf).result()]
    assert [one is other for one, other in zip(tables[1:], again, strict=True)] == [True, True]
    (first,) = PendingExports(paths[:1], shelf=shelf).result()
    assert first.table is not tables[0]
