"""Volume and resolution time by another road than the product's: plain cell readers, pandas and lifelines.

Nothing of casework is imported here. The caller says where the header is and which column is which; the
oracle computes what ``casework report --json`` must say about the same file. The conventions that are a
matter of choice stand in three small functions: :func:`latest_day`, :func:`censored_at` and
:func:`known_closing`.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

BLANKS = {"", "-", "--", "—", "——", "/"}
_CHINESE_DATE = re.compile(
    r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日(?:\s*(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2})秒?)?分?)?"
)
_EXCEL_EPOCH = dt.datetime(1899, 12, 30)


@dataclass(frozen=True)
class Measures:
    """What a report must say; see the command-line contract for the meaning of each key."""

    rows: int
    duplicates: int
    problems: list[dict[str, Any]]
    as_of: str | None
    volume: list[dict[str, Any]]
    resolution: list[dict[str, Any]]


# --- conventions -----------------------------------------------------------------------------------


def latest_day(frame: pd.DataFrame) -> dt.date:
    """Return the as-of day of an export: the latest received or closed date in it."""
    day: dt.date = max(frame["received"].max(), frame["closed"].max()).date()
    return day


def censored_at(as_of: dt.date, whole_days: bool) -> pd.Timestamp:
    """Return the moment up to which an open case has been watched.

    That is the end of the as-of day; where dates are whole days, the day itself, as for every other case.
    """
    return pd.Timestamp(as_of) + pd.Timedelta(days=0 if whole_days else 1)


def known_closing(closed: pd.Series, elapsed: pd.Series) -> pd.Series:
    """Keep a closing that lies after its receipt; one that lies before it, or cannot be read, is none."""
    return closed.where(elapsed >= pd.Timedelta(0))


# --- cells -----------------------------------------------------------------------------------------


def cells(
    path: Path,
    header_row: int,
    *,
    sheet: str | None = None,
    footer_rows: int = 0,
    encoding: str = "utf-8-sig",
    separator: str = ",",
) -> pd.DataFrame:
    """Return the data rows as they are stored, indexed by the spreadsheet's own row numbers.

    ``header_row`` counts from 1. A repeated header gets ``.1``, ``.2`` ...; the last ``footer_rows`` rows
    that hold anything are left out.
    """
    grid = list(_grid(path, sheet, encoding, separator))
    names = _distinct([str(value or "").strip() for value in grid[header_row - 1]])
    body = [
        (number, row)
        for number, row in enumerate(grid, 1)
        if number > header_row and any(_filled(v) for v in row)
    ]
    body = body[: len(body) - footer_rows]
    padded = [[*row, *[None] * (len(names) - len(row))][: len(names)] for _, row in body]
    return pd.DataFrame(padded, columns=names, index=[number for number, _ in body], dtype=object)


def _grid(path: Path, sheet: str | None, encoding: str, separator: str) -> Iterator[Sequence[Any]]:
    if path.suffix == ".xlsx":
        import openpyxl

        book = openpyxl.load_workbook(path, data_only=True)
        yield from (book[sheet] if sheet else book.worksheets[0]).iter_rows(values_only=True)
    else:
        with path.open(encoding=encoding, newline="") as lines:
            yield from csv.reader(lines, delimiter=separator)


def _filled(value: object) -> bool:
    return value is not None and str(value).strip() != ""


def _distinct(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    out = []
    for name in names:
        count = seen.get(name, 0)
        out.append(f"{name}.{count}" if count else name)
        seen[name] = count + 1
    return out


# --- dates -----------------------------------------------------------------------------------------


def date(value: object, *, dayfirst: bool = False) -> pd.Timestamp | None:
    """Return the moment a cell names, ``NaT`` for a blank, and ``None`` for what is not a date.

    A time with an offset keeps it. Numbers are Excel serials of the 1900 system.
    """
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return pd.NaT
    if isinstance(value, dt.datetime | dt.date):
        return pd.Timestamp(value)
    if isinstance(value, int | float):
        return pd.Timestamp(_EXCEL_EPOCH + dt.timedelta(days=float(value))).round("s")
    return _text_date(str(value).strip(), dayfirst)


def _text_date(text: str, dayfirst: bool) -> pd.Timestamp | None:
    if text in BLANKS:
        return pd.NaT
    try:
        if found := _CHINESE_DATE.fullmatch(text):
            return pd.Timestamp(*(int(part or 0) for part in found.groups()))
        if not re.match(r"\d", text) or not re.search(r"\d[-/.]\d", text):
            return None
        return pd.to_datetime(text, dayfirst=dayfirst)
    except (ValueError, OverflowError):
        return None


def _dates(column: pd.Series, dayfirst: bool) -> tuple[pd.Series, pd.Series, list[tuple[int, str]]]:
    """Return the times as written, the same in UTC where an offset is given, and the unreadable cells."""
    parsed = {row: date(value, dayfirst=dayfirst) for row, value in column.items()}
    wrong = [(row, str(column[row]).strip()) for row, moment in parsed.items() if moment is None]
    known = {row: pd.NaT if moment is None else moment for row, moment in parsed.items()}
    wall = {row: moment if moment is pd.NaT else moment.tz_localize(None) for row, moment in known.items()}
    zoned = {row: moment for row, moment in known.items() if moment is not pd.NaT and moment.tz}
    utc = {**wall, **{row: moment.tz_convert("UTC").tz_localize(None) for row, moment in zoned.items()}}
    return pd.Series(wall, dtype="datetime64[ns]"), pd.Series(utc, dtype="datetime64[ns]"), wrong


# --- measures --------------------------------------------------------------------------------------


def measure(
    table: pd.DataFrame,
    *,
    received: str,
    closed: str | None = None,
    channel: str | None = None,
    case_no: str | None = None,
    dayfirst: bool = False,
    as_of: dt.date | None = None,
) -> Measures:
    """Return volume and resolution of ``table`` (see :func:`cells`), given the names of its columns."""
    repeated = table[case_no].map(str).duplicated() if case_no else pd.Series(False, index=table.index)
    frame, problems = _frame(table[~repeated], received, closed, channel, dayfirst)
    last = as_of or latest_day(frame)
    watched = frame[frame["received"] < pd.Timestamp(last) + pd.Timedelta(days=1)]
    return Measures(
        rows=len(table),
        duplicates=int(repeated.sum()),
        problems=problems,
        as_of=str(last),
        volume=_volume(watched, last),
        resolution=_resolution(watched, last) if closed else [],
    )


def _frame(
    table: pd.DataFrame, received: str, closed: str | None, channel: str | None, dayfirst: bool
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return received and closed (wall clock), elapsed (offsets counted) and channel; and the problems."""
    nothing = pd.Series(None, index=table.index, dtype=object)
    started, started_utc, wrong_start = _dates(table[received], dayfirst)
    ended, ended_utc, wrong_end = _dates(table[closed] if closed else nothing, dayfirst)
    elapsed = ended_utc - started_utc
    backwards = [(row, str(table.loc[row, closed]).strip()) for row in table.index[elapsed < pd.Timedelta(0)]]
    problems = [{"row": row, "column": received, "value": value} for row, value in wrong_start]
    problems += [{"row": row, "column": closed, "value": value} for row, value in [*wrong_end, *backwards]]
    ways = table[channel].map(lambda v: str(v).strip() if _filled(v) else None) if channel else nothing
    known = {
        "received": started,
        "closed": known_closing(ended, elapsed),
        "elapsed": elapsed,
        "channel": ways,
    }
    return pd.DataFrame(known), sorted(problems, key=lambda problem: (problem["row"], problem["column"]))


def _volume(frame: pd.DataFrame, as_of: dt.date) -> list[dict[str, Any]]:
    """Count received by the month received and closed by the month closed."""
    done = frame[frame["closed"] < pd.Timestamp(as_of) + pd.Timedelta(days=1)]
    came = frame.groupby([frame["received"].dt.strftime("%Y-%m"), frame["channel"]], dropna=False).size()
    went = done.groupby([done["closed"].dt.strftime("%Y-%m"), done["channel"]], dropna=False).size()
    both = pd.DataFrame({"received": came, "closed": went}).fillna(0).astype(int)
    return [
        {"month": month, "channel": _name(channel), "received": int(row.received), "closed": int(row.closed)}
        for (month, channel), row in zip(both.index, both.itertuples(), strict=True)
    ]


def _resolution(frame: pd.DataFrame, as_of: dt.date) -> list[dict[str, Any]]:
    moments = pd.concat([frame["received"], frame["closed"]]).dropna()
    end = censored_at(as_of, whole_days=bool((moments == moments.dt.normalize()).all()))
    groups = frame.groupby("channel", dropna=False)
    return [{"channel": _name(channel), **survival(rows, as_of, end)} for channel, rows in groups]


def _name(channel: object) -> object:
    return None if pd.isna(channel) else channel


def survival(frame: pd.DataFrame, as_of: dt.date, end: pd.Timestamp) -> dict[str, Any]:
    """Return the Kaplan-Meier figures of one channel, in days, by lifelines; open cases end at ``end``."""
    done = frame["closed"] < pd.Timestamp(as_of) + pd.Timedelta(days=1)
    waited = frame["elapsed"].where(done, end - frame["received"]) / pd.Timedelta(days=1)
    counts = {"n": len(frame), "resolved": int(done.sum()), "open": int((~done).sum())}
    return {**counts, **quantiles(waited, done)}


def quantiles(durations: pd.Series, events: pd.Series) -> dict[str, float | None]:
    """Return median, its 95% log-log interval and p90 of right-censored durations (None: not reached)."""
    if durations.empty:
        return dict.fromkeys(("median_days", "median_low", "median_high", "p90_days"))
    from lifelines import KaplanMeierFitter
    from lifelines.utils import qth_survival_time

    fitted = KaplanMeierFitter(alpha=0.05).fit(durations, events)
    # Half of the cases is half: 0.5 plus one unit in the last place of a float is not "above 0.5".
    curve, band = fitted.survival_function_.round(12), fitted.confidence_interval_.round(12)
    found = {
        "median_days": qth_survival_time(0.5, curve),
        "median_low": qth_survival_time(0.5, band.iloc[:, [0]]),
        "median_high": qth_survival_time(0.5, band.iloc[:, [1]]),
        "p90_days": qth_survival_time(0.1, curve),
    }
    return {name: float(days) if math.isfinite(days) else None for name, days in found.items()}
