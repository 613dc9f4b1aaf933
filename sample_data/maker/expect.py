"""Say what a report on each export must contain, computed from the finished files by pandas and lifelines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests import oracle

from . import exports

# How each disguise is to be understood: where the header is, and which column plays which role.
LAYOUTS: dict[str, dict[str, Any]] = {
    exports.BACK_OFFICE: {
        "sheet": "投诉举报信息",
        "header_row": 4,
        "encoding": None,
        "footer_rows": 0,
        "columns": {
            "case_no": "工单号",
            "received": "登记日期",
            "closed": "最终反馈日期",
            "channel": "信息来源",
            "status": "办理状态",
            "conduct": "问题分类",
            "respondent": "涉及主体名称",
            "amount": "消费金额",
        },
    },
    exports.ZAMMAD: {
        "sheet": "Tickets",
        "header_row": 3,
        "encoding": None,
        "footer_rows": 1,
        "columns": {
            "case_no": "#",
            "received": "Created At",
            "closed": "Closed At",
            "channel": "Create Channel",
            "status": "State",
        },
    },
    exports.LEDGER: {
        "sheet": None,
        "header_row": 1,
        "encoding": "gb18030",
        "footer_rows": 0,
        "columns": {
            "case_no": "受理编号",
            "received": "投诉日期",
            "closed": "办结日期",
            "channel": "渠道",
            "status": "办理状态",
            "conduct": "投诉类别",
            "respondent": "被投诉企业",
            "amount": "涉及金额",
        },
    },
}


def text(folder: Path) -> str:
    """Return EXPECT.json for the exports in ``folder``."""
    return (
        json.dumps({name: expectation(folder / name) for name in LAYOUTS}, ensure_ascii=False, indent=1)
        + "\n"
    )


def expectation(path: Path) -> dict[str, Any]:
    """Return layout, counts, problems and measures of one export."""
    layout = LAYOUTS[path.name]
    roles = layout["columns"]
    table = oracle.cells(
        path,
        layout["header_row"],
        sheet=layout["sheet"],
        footer_rows=layout["footer_rows"],
        encoding=layout["encoding"] or "utf-8",
    )
    found = oracle.measure(
        table, **{role: roles[role] for role in ("received", "closed", "channel", "case_no")}
    )
    known = {key: layout[key] for key in ("sheet", "header_row", "encoding", "columns")}
    return {
        **known,
        "rows": found.rows,
        "duplicates": found.duplicates,
        "problems": found.problems,
        "as_of": found.as_of,
        "volume": found.volume,
        "resolution": found.resolution,
    }
