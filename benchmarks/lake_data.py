"""Generate tables of cases as Parquet, of any length in little memory: ``python -m benchmarks.lake_data ROWS FOLDER``.

The rows are in the form of :mod:`casework.analytics.cases`, six years long, drawn column by column from a seeded
generator; a lake's folders (``month=…``) are not needed for measuring, so the files lie side by side.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.harness import ROOT

if TYPE_CHECKING:
    import pyarrow as pa

FOLDER = ROOT / "benchmarks" / "data"
_CHUNK = 500_000
_DAY = 86_400_000_000
_FIRST = 1_577_836_800_000_000  # 2020-01-01
_DAYS = 6 * 365
_WORDS = {
    "channel": ("电话", "微信小程序", "全国12315平台网页", "12315 App", "来人", "来函", "其他部门转办", None),
    "kind": ("投诉", "举报", "咨询"),
    "conduct": ("虚假宣传", "售后服务", "合同", "质量", "人格尊严", "价格", "其他", None),
    "region": tuple(f"虚州市第{number}区" for number in range(12)),
    "handler": tuple(f"承办人{number}" for number in range(40)),
    "respondent": tuple(f"虚州第{number}网络科技有限公司" for number in range(4_000)),
    "agent": (*(f"工号{number}" for number in range(300)), *(None,) * 700),
    "status": ("已办结", "处理中"),
    "outcome": ("调解成功", "调解不成", "撤诉", None),
}
_ENDS = ("resolved", "terminated", "withdrawn", "other")


def parquet(rows: int, folder: Path = FOLDER) -> Path:
    """Return a folder of Parquet files with so many rows; made once."""
    import pyarrow.parquet as pq

    made = folder / f"cases-{rows}"
    if not made.exists():
        half = made.with_suffix(".part")
        half.mkdir(parents=True, exist_ok=True)
        for number, chunk in enumerate(chunks(rows)):
            pq.write_table(chunk, half / f"{number:04}.parquet", compression="zstd", row_group_size=131_072)
        half.rename(made)
    return made


def chunks(rows: int) -> Iterator[pa.Table]:
    """The rows, some at a time; the same for the same number."""
    rng = np.random.default_rng(rows)
    for start in range(0, rows, _CHUNK):
        yield _chunk(rng, start, min(_CHUNK, rows - start))


def _chunk(rng: np.random.Generator, start: int, count: int) -> pa.Table:
    import pyarrow as pa

    from casework.analytics.cases import schema

    received = _FIRST + rng.integers(0, _DAYS * 1440, count) * 60_000_000
    elapsed = np.rint(60 + 20_000 * rng.lognormal(0, 1, count)).astype(np.int64) * 60_000_000
    closed = received + elapsed
    is_open = closed > _FIRST + _DAYS * _DAY
    first = (elapsed * rng.random(count)).astype(np.int64) // 60_000_000 * 60_000_000
    accepted = first // 2 // 60_000_000 * 60_000_000
    due = received + rng.choice([60 * _DAY, 90 * _DAY], count)
    stamps = {
        "received": (received, None),
        "closed": (closed, is_open),
        "first_response": (received + first, is_open),
        "accepted": (received + accepted, rng.random(count) < 0.2),
        "due": (due, rng.random(count) < 0.1),
    }
    columns: dict[str, Any] = {name: _stamps(*told) for name, told in stamps.items()}
    columns |= {
        "received_us": pa.array(received),
        "elapsed_us": pa.array(elapsed, mask=is_open),
        "first_us": pa.array(first, mask=is_open),
        "accepted_us": pa.array(accepted, mask=columns["accepted"].is_null().to_numpy(zero_copy_only=False)),
        "handled_us": pa.array(
            elapsed - accepted,
            mask=is_open | columns["accepted"].is_null().to_numpy(zero_copy_only=False),
        ),
        "case_no": _numbers(start, count),
        **{name: _drawn(rng, words, count) for name, words in _WORDS.items()},
        "end": _drawn(rng, _ENDS, count, is_open),
        "amount_minor": pa.array(rng.integers(100, 2_000_000, count), mask=rng.random(count) < 0.3),
        "recovered_minor": pa.array(
            rng.integers(0, 500_000, count), mask=is_open | (rng.random(count) < 0.6)
        ),
        "reopened": pa.array((rng.random(count) < 0.02).astype(np.int32)),
        "on_time": pa.array(rng.random(count) < 0.9, mask=is_open),
        "satisfied": pa.array(rng.random(count) < 0.8, mask=is_open | (rng.random(count) < 0.7)),
        "can_close": pa.array(np.ones(count, dtype=bool)),
        "source": pa.array(np.zeros(count, dtype=np.int16)),
        "row": pa.array(np.arange(start + 2, start + 2 + count)),
    }
    return pa.table({name: columns[name] for name in schema().names}, schema=schema())


def _stamps(values: Any, missing: Any) -> pa.Array:
    import pyarrow as pa

    return pa.array(values.astype("datetime64[us]"), pa.timestamp("us"), mask=missing)


def _numbers(start: int, count: int) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    numbers = pa.array(np.arange(start, start + count)).cast(pa.string())
    return pc.binary_join_element_wise(pa.scalar("L"), pc.utf8_lpad(numbers, 9, "0"), "-")


def _drawn(rng: np.random.Generator, words: Any, count: int, missing: Any = None) -> pa.Array:
    """Words, the first of them more often than the last."""
    import pyarrow as pa

    share = 1 / np.sqrt(np.arange(1, len(words) + 1))
    places = rng.choice(len(words), count, p=share / share.sum())
    return pa.array(words, pa.string()).take(pa.array(places, mask=missing))


if __name__ == "__main__":
    print(parquet(int(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else FOLDER))
