"""The same measures as a report's, in SQL written by hand for DuckDB, over a Parquet of the table of cases.

``python measures_sql.py CASES.parquet YYYY-MM ROUNDS``: prints the median seconds of a round. The curves' times are
found in SQL as well (cumulative product by window functions), with the same counts behind them.
"""

from __future__ import annotations

import datetime as dt
import statistics
import sys
import time

import duckdb

DIMENSIONS = ("channel", "kind", "conduct", "respondent", "region", "handler", "status", "outcome")

SEEN = """
    CREATE OR REPLACE TEMP TABLE seen AS
    SELECT channel, kind, conduct, respondent, region, handler, status, outcome, agent, can_close,
           year(received) * 12 + month(received) - 1 AS came,
           CASE WHEN closed < $end THEN year(closed) * 12 + month(closed) - 1 END AS went,
           CASE WHEN accepted < $end THEN year(accepted) * 12 + month(accepted) - 1 END AS took_on,
           CASE WHEN closed < $end THEN "end" END AS "end",
           coalesce(closed < $end AND elapsed_us IS NOT NULL, false) AS done,
           CASE WHEN closed < $end AND elapsed_us IS NOT NULL THEN elapsed_us ELSE $cut - received_us END AS us,
           first_response < $end AS first_done, coalesce(first_us, elapsed_us, $cut - received_us) AS first_us,
           accepted < $end AS accepted_done, coalesce(accepted_us, elapsed_us, $cut - received_us) AS accepted_us,
           handled_us, amount_minor, recovered_minor, reopened, satisfied,
           CASE WHEN can_close AND NOT coalesce(closed < $end, false)
                THEN ($cut - received_us) // 86400000000 END AS age,
           CASE WHEN closed < $end AND due IS NOT NULL THEN CASE WHEN closed <= due THEN 1 ELSE 2 END
                WHEN closed < $end AND on_time IS NOT NULL THEN CASE WHEN on_time THEN 1 ELSE 2 END
                WHEN due < $end THEN 3 WHEN due IS NOT NULL THEN 4 END AS clock
    FROM cases WHERE received < $end
"""

CURVES = """
    WITH counted AS (
        SELECT channel, {us} AS us, count(*) FILTER ({done}) AS d, count(*) AS n
        FROM seen WHERE {where} GROUP BY ALL
    ), risk AS (
        SELECT channel, us, d, sum(n) OVER (PARTITION BY channel ORDER BY us DESC) AS r FROM counted
    ), curve AS (
        SELECT channel, us, exp(sum(CASE WHEN d = r THEN -1e9 ELSE ln(1 - d / r) END) OVER w) AS s,
               sum(CASE WHEN r > d THEN d / (r * (r - d)) ELSE 0 END) OVER w AS v
        FROM risk WINDOW w AS (PARTITION BY channel ORDER BY us)
    )
    SELECT channel, min(us) FILTER (s <= 0.5), min(us) FILTER (s <= 0.25), min(us) FILTER (s <= 0.1),
           min(s) FILTER (us <= 7 * 86400e6), min(s) FILTER (us <= 15 * 86400e6), min(s) FILTER (us <= 30 * 86400e6),
           min(s) FILTER (us <= 60 * 86400e6), min(s) FILTER (us <= 90 * 86400e6), max(v)
    FROM curve GROUP BY channel
"""


def queries(first: int) -> list[str]:
    """Everything that a report counts, for the month with this index."""
    now = f"came = {first}"
    months = f"({first}, {first - 1}, {first - 12})"
    made = ["SELECT came, channel, count(*), count(*) FILTER (can_close) FROM seen GROUP BY ALL"]
    made.append("SELECT went, channel, count(*) FROM seen WHERE went IS NOT NULL GROUP BY ALL")
    for name in DIMENSIONS[1:]:
        made.append(f"SELECT came, {name}, count(*) FROM seen WHERE came IN {months} GROUP BY ALL")
        made.append(f"SELECT went, {name}, count(*) FROM seen WHERE went IN {months} GROUP BY ALL")
    made.append(CURVES.format(us="us", done="done", where=f"can_close AND {now}"))
    made += [
        CURVES.format(us="us", done="done", where=f"can_close AND came = {month}")
        for month in (first - 1, first - 12)
    ]
    made.append(CURVES.format(us="first_us", done="first_done", where=now))
    made.append(CURVES.format(us="accepted_us", done="accepted_done", where=now))
    made.append(CURVES.format(us="handled_us", done="done", where=f"{now} AND handled_us IS NOT NULL"))
    made.append(f"SELECT channel, conduct, us, count(*) FROM seen WHERE done AND {now} GROUP BY ALL")
    made.append(f'SELECT channel, "end", us, count(*) FROM seen WHERE {now} GROUP BY ALL')
    made.append("SELECT channel, age, count(*) FROM seen WHERE age IS NOT NULL GROUP BY ALL")
    made.append("SELECT channel, clock, count(*) FROM seen WHERE can_close GROUP BY ALL")
    made.append(f"SELECT channel, conduct, count(*) FROM seen WHERE {now} GROUP BY ALL")
    year = f"came BETWEEN {first - 11} AND {first}"
    for keys in ("respondent", "respondent, agent"):
        made.append(f"SELECT {keys}, count(*) n FROM seen WHERE {year} GROUP BY ALL HAVING count(*) > 1")
    made.append(
        "SELECT came, sum(amount_minor), count(amount_minor), count_if(reopened > 0) FROM seen GROUP BY ALL"
    )
    made.append(
        "SELECT coalesce(went, came), count(went), count_if(\"end\" <> 'other'), count_if(\"end\" = 'resolved'), "
        "count_if(clock = 1), count_if(clock = 2), count(satisfied), count_if(satisfied), sum(recovered_minor), "
        "count(recovered_minor) FROM seen GROUP BY ALL"
    )
    made.append("SELECT took_on, count(*) FROM seen WHERE took_on IS NOT NULL GROUP BY ALL")
    return made


def main(path: str, month: str, rounds: int) -> None:
    """Measure ``rounds`` times after one unmeasured round."""
    year, number = map(int, month.split("-"))
    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW cases AS SELECT * FROM read_parquet('{path}')")
    last = connection.execute("SELECT greatest(max(received), max(closed)) FROM cases").fetchone()
    end = dt.datetime.combine(last[0].date() + dt.timedelta(days=1), dt.time())
    cut = int((end - dt.datetime(1970, 1, 1)).total_seconds()) * 1_000_000
    taken = []
    for _round in range(rounds + 1):
        start = time.perf_counter()
        connection.execute(SEEN, {"end": end, "cut": cut})
        for query in queries(year * 12 + number - 1):
            connection.sql(query).to_arrow_table()
        taken.append(time.perf_counter() - start)
    print(statistics.median(taken[1:]))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
