"""A review's figures by another road than the product's: pandas and lifelines over a frame of cases.

Nothing of casework is imported here. A frame has received, closed (datetime64), elapsed (timedelta) and any of channel,
conduct, respondent, region, handler, kind, status, outcome, accepted, first_response, due, on_time, amount, recovered,
reopened, satisfied, end; months are pandas periods.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
from lifelines import KaplanMeierFitter

DIMENSIONS = ("channel", "kind", "conduct", "respondent", "region", "handler", "status", "outcome")


def seen(frame: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """The cases received by the end of a day; what happened after it has not happened."""
    end = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    known = frame[frame["received"] < end].copy()
    for name in ("closed", "accepted", "first_response"):
        if name in known:
            known[name] = known[name].where(known[name] < end)
    known["came"] = known["received"].dt.to_period("M")
    known["went"] = known["closed"].dt.to_period("M")
    return known


def _named(value: object) -> object:
    return None if pd.isna(value) else value


def breakdown(known: pd.DataFrame, dimension: str, months: list[pd.Period]) -> dict[object, tuple[int, int]]:
    """Received and closed in these months, by the values of a dimension."""
    came = known[known["came"].isin(months)].groupby(dimension, dropna=False).size()
    went = known[known["went"].isin(months)].groupby(dimension, dropna=False).size()
    both = pd.DataFrame({"came": came, "went": went}).fillna(0).astype(int)
    return {
        _named(value): (int(row.came), int(row.went))
        for value, row in zip(both.index, both.itertuples(), strict=True)
    }


def monthly(known: pd.DataFrame) -> list[tuple[str, int, int, int]]:
    """Month, received, closed, open at its end, from the first month with a receipt to the last."""
    months = pd.period_range(known["came"].min(), known["came"].max(), freq="M")
    rows = []
    for month in months:
        open_ = int(((known["came"] <= month) & ~(known["went"] <= month)).sum())
        rows.append(
            (str(month), int((known["came"] == month).sum()), int((known["went"] == month).sum()), open_)
        )
    return rows


def within(cohort: pd.DataFrame, as_of: dt.date, whole_days: bool, days: list[int]) -> list[float]:
    """The shares resolved within so many days, by lifelines."""
    end = pd.Timestamp(as_of) + pd.Timedelta(days=0 if whole_days else 1)
    done = cohort["closed"].notna()
    waited = (cohort["elapsed"].where(done, end - cohort["received"]) / pd.Timedelta(days=1)).clip(lower=0)
    fitted = KaplanMeierFitter().fit(waited, done)
    return [1 - float(fitted.survival_function_at_times(day).iloc[0]) for day in days]


def clocks(
    known: pd.DataFrame, as_of: dt.date, months: list[pd.Period] | None
) -> dict[object, tuple[int, ...]]:
    """Met, missed, running, overdue and unknown by channel."""
    end = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    found: dict[object, list[int]] = {}
    for row in known.to_dict("records"):
        is_closed = not pd.isna(row["closed"])
        if is_closed and months is not None and row["went"] not in months:
            continue
        due, said = row.get("due"), row.get("on_time")
        if not pd.isna(due):
            place = (0 if row["closed"] <= due else 1) if is_closed else (3 if due < end else 2)
        elif is_closed and not pd.isna(said):
            place = 0 if said else 1
        else:
            place = 4
        found.setdefault(_named(row["channel"]), [0] * 5)[place] += 1
    return {channel: tuple(counts) for channel, counts in found.items()}


def sums(known: pd.DataFrame, months: list[pd.Period]) -> dict[str, Any]:
    """Sums of cents and counts of the months."""
    came, went = known["came"].isin(months), known["went"].fillna(known["came"]).isin(months)
    gone = known["went"].isin(months)
    told: dict[str, Any] = {}
    for name, rows in (("amount", came), ("recovered", went)):
        if name in known:
            values = known.loc[rows, name].dropna()
            told[name] = (int((values * 100).round().sum()), len(values))
    if "satisfied" in known:
        answers = known.loc[gone, "satisfied"].dropna()
        told["satisfied"] = (len(answers), int(answers.astype(bool).sum()))
    if "end" in known:
        ends = known.loc[gone, "end"].dropna()
        told["ends"] = (int((ends != "other").sum()), int((ends == "resolved").sum()))
    if "reopened" in known:
        told["reopened"] = int((known.loc[came, "reopened"] > 0).sum())
    return told
