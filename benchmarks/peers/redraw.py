"""A filter change to redrawn charts: ``python redraw.py casework|bare CASES YYYY-MM ROUNDS``.

``CASES`` is a pattern of Parquet files of the table of cases. Both sides keep the cases in DuckDB and then, for one channel after
another, count what six charts show (volume by channel, curves, backlog by age, channel by conduct, control chart,
largest respondents) and draw them as PNG at 100 dpi. Prints the median seconds of a change.
"""

from __future__ import annotations

import io
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

CHARTS = ("volume", "curves", "backlog", "heat", "control_received", "by_respondent")
CHANNELS = ("电话", "微信小程序", "全国12315平台网页", "12315 App", "来人")


def casework(cases: str, month: str) -> Callable[[str], None]:
    """The product: the whole report of a filter, and six of its charts."""
    from casework.analytics.cases import latest
    from casework.analytics.dataset import Known, open_cases
    from casework.analytics.engines import open_engine
    from casework.analytics.periods import parse_span
    from casework.analytics.review import Filters
    from casework.charts import some_charts

    engine = open_engine()
    table = engine.parquet(cases)
    last = latest(engine.arrow(table.select("received", "closed")))
    data, period = open_cases(table, engine, Known(), last), parse_span(month)

    def change(channel: str) -> None:
        report = data.report(period, Filters(channel=(channel,)))
        for chart in some_charts(report, CHARTS):
            chart.image("png", dpi=100)

    return change


def bare(cases: str, month: str) -> Callable[[str], None]:
    """By hand: the SQL that these six pictures need, and matplotlib as anyone would use it."""
    import duckdb
    import numpy as np
    import pylopdf_fonts_zh_cn
    from matplotlib import font_manager, rcParams
    from matplotlib.figure import Figure

    path = str(pylopdf_fonts_zh_cn.sans_path())
    font_manager.fontManager.addfont(path)
    rcParams["font.family"] = font_manager.FontProperties(fname=path).get_name()
    database = duckdb.connect()
    database.execute(
        "CREATE TABLE seen AS SELECT *, year(received) * 12 + month(received) - 1 AS came, "
        "year(closed) * 12 + month(closed) - 1 AS went, "
        "coalesce(elapsed_us, (SELECT epoch_us(max(received)) FROM read_parquet($cases)) - received_us) AS us "
        "FROM read_parquet($cases)",
        {"cases": cases},
    )
    year, number = map(int, month.split("-"))
    now = year * 12 + number - 1

    def rows(query: str, channel: str) -> list[Any]:
        return database.execute(query, [channel]).fetchall()

    def draw(plot: Callable[[Any], None]) -> None:
        figure = Figure(figsize=(8.4, 4.4))
        plot(figure.subplots())
        figure.savefig(io.BytesIO(), format="png", dpi=100)

    def bars(found: Sequence[Any]) -> Callable[[Any], None]:
        def plot(axes: Any) -> None:
            axes.bar([str(row[0]) for row in found], [row[1] for row in found])
            axes.tick_params(axis="x", rotation=45)

        return plot

    def curve(found: Sequence[Any]) -> Callable[[Any], None]:
        days = np.array([row[0] for row in found]) / 86.4e9
        ended = np.array([row[1] for row in found], dtype=float)
        at_risk = np.cumsum(np.array([row[2] for row in found], dtype=float)[::-1])[::-1]
        share = np.cumprod(1 - ended / at_risk)
        variance = np.cumsum(ended / np.maximum(at_risk * (at_risk - ended), 1))

        def plot(axes: Any) -> None:
            axes.step(days, share, where="post")
            width = 1.96 * share * np.sqrt(variance)
            axes.fill_between(days, share - width, share + width, step="post", alpha=0.2)

        return plot

    def change(channel: str) -> None:
        where = "FROM seen WHERE channel = ?"
        month_rows = rows(f"SELECT came, count(*) {where} GROUP BY 1 ORDER BY 1", channel)
        rows(f"SELECT went, count(*) {where} GROUP BY 1", channel)
        draw(bars(month_rows[-13:]))
        draw(
            curve(
                rows(
                    f"SELECT us, count(closed), count(*) {where} AND came = {now} GROUP BY 1 ORDER BY 1",
                    channel,
                )
            )
        )
        draw(
            bars(
                rows(
                    f"SELECT least(cast(us / 864e8 AS int) // 15, 6), count(*) {where} AND closed IS NULL GROUP BY 1",
                    channel,
                )
            )
        )
        heat = rows(f"SELECT coalesce(conduct, '-'), count(*) {where} AND came = {now} GROUP BY 1", channel)
        draw(lambda axes: axes.imshow([[row[1] for row in heat]]))
        draw(
            lambda axes: axes.plot([row[0] for row in month_rows], [row[1] for row in month_rows], marker="o")
        )
        top = f"SELECT respondent, count(*) {where} AND came = {now} GROUP BY 1 ORDER BY 2 DESC LIMIT 15"
        draw(bars(rows(top, channel)))

    return change


def main(side: str, cases: str, month: str, rounds: int) -> None:
    """Change the filter ``rounds`` times after one unmeasured change."""
    change = casework(cases, month) if side == "casework" else bare(cases, month)
    taken = []
    for turn in range(rounds + 1):
        start = time.perf_counter()
        change(CHANNELS[turn % len(CHANNELS)])
        taken.append(time.perf_counter() - start)
    print(statistics.median(taken[1:]))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
