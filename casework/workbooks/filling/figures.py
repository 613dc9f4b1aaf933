"""A report as the names that a template may use: single values, and lists of records.

Each name is English, as the report's own words are in code; :data:`CHINESE` gives the same names in Chinese, for those
who make their template in Chinese. Both may be used, in one template too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from casework.analytics.definitions import band_names, channel_name, definitions, no_closing_dates
from casework.analytics.figures import MIN_CASES, Report, Resolution, Volume, age_bands
from casework.i18n import _, language

Values = dict[str, object]
Lists = dict[str, list[dict[str, object]]]

#: Chinese names of values, lists and fields. A list's field is written as list.field in either language.
CHINESE = {
    "received": "接收", "closed": "办结", "open": "未办结", "month": "月份", "month_words": "年月", "as_of": "截止日",
    "as_of_words": "截止年月日", "made_at": "制表时间", "problem_count": "数据问题数", "remark": "备注",
    "too_few_below": "不足件数", "resolution": "办理时长", "channel": "渠道", "n": "件数", "resolved": "已办结",
    "median_days": "中位天数", "median_low": "下限", "median_high": "上限", "p90_days": "九成天数",
    "volume": "受理量", "history": "历史", "months": "各月", "channels": "各渠道", "backlog": "未结",
    "bands": "未结天数段", "band": "天数段", "total": "合计", "sources": "来源", "file": "文件", "sheet": "工作表",
    "encoding": "编码", "header_row": "表头行", "rows": "行数", "duplicates": "重复", "problems": "问题",
    "sha256": "校验值", "row": "行", "column": "列", "value": "值", "problem": "说明", "definitions": "指标说明",
    "term": "指标", "text": "含义",
}  # fmt: skip


def report_values(report: Report, made_at: dt.datetime) -> tuple[Values, Lists]:
    """What a template can show of a report: values by name, and lists of records, in the language in force."""
    values: Values = {
        "received": report.received,
        "closed": report.closed,
        "open": report.open if report.has_closing else None,
        "month": report.month or _span(report),
        "month_words": _month_words(report.month) if report.month else _span(report),
        "as_of": report.as_of,
        "as_of_words": _day_words(report.as_of),
        "made_at": made_at,
        "problem_count": sum(source.problem_count for source in report.sources),
        "too_few_below": MIN_CASES,
        "remark": None if report.has_closing else no_closing_dates(),
    }
    lists: Lists = {
        "resolution": [_resolution(row) for row in report.resolution],
        "volume": [_volume(row) for row in report.volume],
        "history": [_volume(row) for row in report.history],
        "months": _totals(report.history, "month"),
        "channels": _totals(report.volume, "channel"),
        "backlog": _backlog(report),
        "bands": _bands(report),
        "sources": [_source(source) for source in report.sources],
        "problems": _problems(report),
        "definitions": [{"term": term, "text": text} for term, text in definitions()],
    }
    return values, lists


def fields() -> dict[str, tuple[str, ...]]:
    """The fields of each list, so that a template can be checked against a list that is empty."""
    return {
        "resolution": (
            *("channel", "n", "resolved", "open", "median_days", "median_low", "median_high", "p90_days"),
            "remark",
        ),
        "volume": ("month", "channel", "received", "closed"),
        "history": ("month", "channel", "received", "closed"),
        "months": ("month", "received", "closed"),
        "channels": ("channel", "received", "closed"),
        "backlog": ("channel", *_band_fields(), "total"),
        "bands": ("band", "open"),
        "sources": ("file", "sheet", "encoding", "header_row", "rows", "duplicates", "problems", "sha256"),
        "problems": ("file", "row", "column", "value", "problem"),
        "definitions": ("term", "text"),
    }


def in_chinese(name: str) -> str:
    """A name, or list.field, in Chinese; age bands as 0至7天."""
    return ".".join(CHINESE.get(part) or _band_in_chinese(part) for part in name.split("."))


def _span(report: Report) -> str:
    ends = (report.months[0], report.months[-1]) if report.months else ("-", "-")
    return _("{first} to {last}").format(first=ends[0], last=ends[1])


def _month_words(month: str) -> str:
    from babel.dates import format_skeleton

    day = dt.date.fromisoformat(f"{month}-01")
    return str(format_skeleton("yMMMM", day, locale="zh_CN" if language() == "zh" else "en_GB"))


def _day_words(day: dt.date) -> str:
    from babel.dates import format_date

    return format_date(day, "long", locale="zh_CN" if language() == "zh" else "en_GB")


def _resolution(row: Resolution) -> dict[str, object]:
    remark = None
    if row.too_few:
        remark = _("too few to compare")
    elif row.median_days is not None and row.median_high is None:
        remark = _("the upper limit is not reached")
    return {
        "channel": channel_name(row.channel),
        "n": row.n,
        "resolved": row.resolved,
        "open": row.open,
        "median_days": row.median_days,
        "median_low": row.median_low,
        "median_high": row.median_high,
        "p90_days": row.p90_days,
        "remark": remark,
    }


def _volume(row: Volume) -> dict[str, object]:
    return {
        "month": row.month,
        "channel": channel_name(row.channel),
        "received": row.received,
        "closed": row.closed,
    }


def _totals(rows: Iterable[Volume], key: str) -> list[dict[str, object]]:
    """Received and closed by month in its order, or by channel with the most received first."""
    totals: dict[str, list[int]] = {}
    for row in rows:
        name = row.month if key == "month" else channel_name(row.channel)
        total = totals.setdefault(name, [0, 0])
        total[0] += row.received
        total[1] += row.closed
    order = sorted(totals) if key == "month" else sorted(totals, key=lambda name: (-totals[name][0], name))
    return [{key: name, "received": totals[name][0], "closed": totals[name][1]} for name in order]


def _band_fields() -> tuple[str, ...]:
    """``days_0_7`` … ``days_over_90``."""
    return tuple(
        f"days_over_{first - 1}" if last is None else f"days_{first}_{last}" for first, last in age_bands()
    )


def _band_in_chinese(name: str) -> str:
    words = name.removeprefix("days_").split("_")
    return f"超{words[1]}天" if words[0] == "over" else f"{words[0]}至{words[-1]}天"


def _backlog(report: Report) -> list[dict[str, object]]:
    return [
        {
            "channel": channel_name(row.channel),
            **dict(zip(_band_fields(), row.open, strict=True)),
            "total": sum(row.open),
        }
        for row in report.backlog
    ]


def _bands(report: Report) -> list[dict[str, object]]:
    totals = [sum(counts) for counts in zip(*(row.open for row in report.backlog), strict=True)]
    return [{"band": name, "open": total} for name, total in zip(band_names(), totals, strict=False)]


def _source(source: Any) -> dict[str, object]:
    return {
        "file": source.file,
        "sheet": source.sheet,
        "encoding": source.encoding,
        "header_row": source.header_row,
        "rows": source.rows,
        "duplicates": source.duplicates,
        "problems": source.problem_count,
        "sha256": source.sha256,
    }


def _problems(report: Report) -> list[dict[str, object]]:
    return [
        {
            "file": source.file,
            "row": item.row,
            "column": item.column,
            "value": item.value,
            "problem": item.problem,
        }
        for source in report.sources
        for item in source.problems
    ]


def aliases() -> dict[str, str]:
    """The names in Chinese, each with the name that it stands for."""
    words = {chinese: name for name, chinese in CHINESE.items()}
    return words | {_band_in_chinese(name): name for name in _band_fields()}
