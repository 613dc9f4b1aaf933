"""Exports to stage, as the reader hands them over, and what a store would remember of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from casework.model import ExportSource, Problem
from casework.sources import ROLES, ColumnProfile, Word
from casework.staging.facts import prepare
from casework.staging.vocabulary import Vocabulary

STAMP = pa.timestamp("us")
WORDS = (
    Word("status", "已办结", "closed"),
    Word("status", "处理中", "open"),
    Word("conduct", "虚假宣传", "false_claims"),
    Word("channel", "12315平台", "cn_samr_complaint"),
    Word("channel", "电话", "="),
)
HEADERS = {
    "case_no": "登记编号",
    "received": "登记日期",
    "closed": "办结日期",
    "channel": "信息来源",
    "status": "办理状态",
    "conduct": "问题分类",
    "respondent": "涉及主体名称",
    "amount": "消费金额",
}
PROFILE = (
    ColumnProfile("登记编号", "text"),
    ColumnProfile("登记日期", "date", "0000-00-00"),
    ColumnProfile("办结日期", "date", "0000-00-00", 0.1),
    ColumnProfile("信息来源", "text"),
    ColumnProfile("办理状态", "text"),
    ColumnProfile("问题分类", "text"),
    ColumnProfile("涉及主体名称", "text"),
    ColumnProfile("消费金额", "number"),
    ColumnProfile("备注", "text", "", 0.5),
)


def a_row(**said: Any) -> dict[str, Any]:
    """One row of an export: a plain one, with changes by role."""
    plain = {
        "case_no": "199000020250101001",
        "received": dt.datetime(2025, 1, 1, 9, 30),
        "channel": "12315平台",
        "status": "处理中",
        "conduct": "虚假宣传",
        "respondent": "虚州星梭云网络科技有限公司",
        "amount": 100.0,
        "handler": "李四",
        "region": "虚州市第1区",
        "complainant": "赵甲子",
        "phone": "13900000001",
        "text": "客服承诺七天无理由退款，付款后拒绝兑现。",
    }
    return plain | said


def a_table(rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """The table of an export, its first data row being row 2 of the sheet."""
    listed = list(rows)
    kinds = {"received": STAMP, "closed": STAMP, "first_response": STAMP, "amount": pa.float64()}
    columns = {
        role: pa.array([row.get(role) for row in listed], kinds.get(role, pa.string())) for role in ROLES
    }
    return pa.table({"row": pa.array(range(2, len(listed) + 2), pa.int64()), **columns})


def prepared(*rows: Mapping[str, Any], words: Iterable[Word] = WORDS) -> pa.Table:
    """Rows as new cases, with what was found wrong."""
    return prepare(a_table(rows), Vocabulary(words=tuple(words)))


def a_source(
    profile: tuple[ColumnProfile, ...] = PROFILE, problems: tuple[Problem, ...] = (), **changes: Any
) -> ExportSource:
    """How an export was understood."""
    values: dict[str, Any] = {
        "file": "12315.xlsx",
        "sha256": "ab" * 32,
        "sheet": "导出",
        "header_row": 1,
        "encoding": None,
        "rows": 100,
        "duplicates": 0,
        "columns": tuple(HEADERS.items()),
        "problems": problems,
        "problem_count": len(problems),
        "fingerprint": "|".join(column.header for column in profile),
        "profile": profile,
    }
    return ExportSource(**values | changes)


def known_after(judged: pa.Table, before: pa.Table | None = None) -> pa.Table:
    """What the store knows of a source once the new and changed rows of a judged table are in it."""
    known = {row["number"]: row for row in (before.to_pylist() if before is not None else [])}
    for row in judged.to_pylist():
        if row["verdict"] == "new":
            known[row["number"]] = {
                "number": row["number"],
                "case_pk": len(known) + 1,
                "case_no": row["case_no"],
                "version": 1,
                "facts": row["facts"],
                "run": "R1",
            }
        elif row["verdict"] == "update":
            known[row["number"]] |= {"facts": row["facts"], "version": row["version"] + 1}
    return known_table(known.values())


def known_table(rows: Iterable[Mapping[str, Any]] = ()) -> pa.Table:
    """The store's table of the cases that a source brought."""
    listed = list(rows)
    kinds = {"case_pk": pa.int64(), "version": pa.int64()}
    names = ("number", "case_pk", "case_no", "version", "facts", "run")
    return pa.table(
        {name: pa.array([row[name] for row in listed], kinds.get(name, pa.string())) for name in names}
    )


def people_table(rows: Iterable[Mapping[str, Any]] = ()) -> pa.Table:
    """The store's table of the people of all cases."""
    listed = list(rows)
    names = ("case_no", "received", "complainant", "phone", "company", "summary")
    kinds = {"received": STAMP}
    return pa.table(
        {name: pa.array([row.get(name) for row in listed], kinds.get(name, pa.string())) for name in names}
    )
