"""All measures of a report over a Parquet of the table of cases: ``python measures.py CASES.parquet YYYY-MM ROUNDS``.

Prints the median seconds of a round, the preparation of the cases included.
"""

from __future__ import annotations

import statistics
import sys
import time

from casework.analytics.dataset import Known, open_cases
from casework.analytics.engines import open_engine
from casework.analytics.periods import parse_span


def main(path: str, month: str, rounds: int) -> None:
    """Measure ``rounds`` times after one unmeasured round."""
    engine = open_engine()
    table = engine.parquet(path)
    top = engine.arrow(table.aggregate(last=table.received.max(), closed=table.closed.max())).to_pylist()[0]
    as_of = max(top["last"], top["closed"]).date()
    taken = []
    for _round in range(rounds + 1):
        start = time.perf_counter()
        open_cases(table, engine, Known(), as_of).report(parse_span(month))
        taken.append(time.perf_counter() - start)
    print(statistics.median(taken[1:]))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
