"""A second look at an unchanged big file reads nothing again; a changed one is always read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .commands import answer


@pytest.fixture
def big(tmp_path) -> Path:
    path = tmp_path / "big.csv"
    text = "案情" * 40
    rows = [
        f"N{place:07d},2026-03-{place % 28 + 1:02d},电话,{text},虚构人{place},139{place:08d}"
        for place in range(17_000)
    ]
    path.write_text("\n".join(["工单号,登记日期,渠道,投诉内容,投诉人,联系电话", *rows]), encoding="utf-8")
    assert path.stat().st_size > 4 << 20
    return path


def test_the_second_look_gives_the_same_and_only_measures_are_kept(big, tmp_path):
    cache = tmp_path / "cache"
    first = answer("report", big, CASEWORK_CACHE=str(cache))
    kept = sorted(path.suffix for path in cache.iterdir())
    assert kept == [".arrow", ".json"]
    written = b"".join(path.read_bytes() for path in cache.iterdir())
    assert not any(personal.encode() in written for personal in ("案情", "虚构人", "13900000001"))
    assert answer("report", big, CASEWORK_CACHE=str(cache)) == first
    assert answer("report", big, "--month", "2026-03", CASEWORK_CACHE=str(cache))["month"] == "2026-03"


def test_a_change_that_leaves_size_and_time_is_seen(big, tmp_path):
    cache = {"CASEWORK_CACHE": str(tmp_path / "cache")}
    first = answer("report", big, **cache)
    state = big.stat()
    big.write_bytes(big.read_bytes().replace(b"2026-03-01", b"2025-03-01"))
    os.utime(big, ns=(state.st_atime_ns, state.st_mtime_ns))
    second = answer("report", big, **cache)
    assert second["sources"][0]["sha256"] != first["sources"][0]["sha256"]
    assert {row["month"] for row in second["volume"]} == {"2025-03", "2026-03"}


def test_a_cut_off_entry_is_read_again(big, tmp_path):
    cache = tmp_path / "cache"
    first = answer("report", big, CASEWORK_CACHE=str(cache))
    for path in cache.iterdir():
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert answer("report", big, CASEWORK_CACHE=str(cache)) == first


def test_the_cache_is_bounded_and_can_be_turned_off(big, tmp_path):
    off, small = tmp_path / "off", tmp_path / "small"
    answer("report", big, CASEWORK_CACHE=str(off), CASEWORK_CACHE_MB="0")
    assert not off.exists()
    small.mkdir()
    (small / "1-old.arrow").write_bytes(bytes(1 << 20))
    os.utime(small / "1-old.arrow", (0, 0))
    answer("report", big, CASEWORK_CACHE=str(small), CASEWORK_CACHE_MB="1")
    assert sum(path.stat().st_size for path in small.iterdir()) <= 1 << 20
    assert not (small / "1-old.arrow").exists()
