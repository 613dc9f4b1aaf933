"""Write the office's cases as three other systems would export them."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any

import xlsxwriter

from .words import AS_OF, WORDS, chance

Record = dict[str, Any]
MADE = dt.datetime(2026, 11, 2, 9, 15)

BACK_OFFICE = "12315后台导出.xlsx"
ZAMMAD = "zammad-tickets.xlsx"
LEDGER = "投诉台账-GB18030.csv"


def write(cases: list[Record], folder: Path) -> None:
    """Write the three exports into ``folder``."""
    folder.mkdir(exist_ok=True)
    _workbook(folder / BACK_OFFICE, "投诉举报信息", _back_office_rows(cases))
    _workbook(folder / ZAMMAD, "Tickets", _zammad_rows(cases))
    (folder / LEDGER).write_bytes(_ledger(cases).encode("gb18030"))


def _workbook(path: Path, sheet_name: str, rows: list[list[Any]]) -> None:
    """Write cells by type: text stays text even where it looks like a number or a formula."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": MADE, "author": "样例（虚构）"})
        sheet, moment = book.add_worksheet(sheet_name), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for y, row in enumerate(rows):
            for x, value in enumerate(row):
                if isinstance(value, dt.datetime):
                    sheet.write_datetime(y, x, value, moment)
                elif isinstance(value, int | float):
                    sheet.write_number(y, x, value)
                elif value:
                    sheet.write_string(y, x, value)
        sheet.set_column(0, max(map(len, rows)) - 1, 18)


def _filings(cases: list[Record], *channels: str) -> list[tuple[Record, Record]]:
    """Return (case, filing) of the channels named (all if none is), in the order filed."""
    found = [
        (case, filing)
        for case in cases
        for filing in case["filings"]
        if not channels or filing["channel"] in channels
    ]
    return sorted(found, key=lambda pair: (pair[1]["filed_at"], pair[0]["case_no"]))


def _chinese(moment: dt.datetime | None, *, time: bool = False) -> str:
    if moment is None:
        return ""
    day = f"{moment.year}年{moment.month}月{moment.day}日"
    return f"{day} {moment:%H:%M}" if time else day


# --- a 12315 back office ---------------------------------------------------------------------------

_BACK_OFFICE_HEADER = [
    "序号",
    "工单号",
    "登记编号",
    "业务类型",
    "标题",
    "信息来源",
    "登记日期",
    "受理日期",
    "投诉人",
    "联系电话",
    "涉及主体名称",
    "统一社会信用代码",
    "消费金额",
    "问题分类",
    "投诉内容",
    "投诉内容",
    "投诉内容",
    "",
    "办理状态",
    "最终反馈日期",
    "处理结果",
    "承办人",
]
_STATES = {
    "filed": "待受理",
    "accepted": "处理中",
    "refused": "不予受理",
    "closed": "已办结",
    "withdrawn": "已撤诉",
}


_SOURCES = {  # the back office's own words for how a complaint came in
    "电话": "电话",
    "微信小程序": "微信小程序",
    "网站": "全国12315平台网页",
    "来访": "来人",
    "电子邮件": "12315 App",
    "其他部门转办": "其他部门转办",
}
_TOLD = {
    33: "=客服发来的价格公式：1280+299",  # looks like a formula, and is text
    34: "客服弹窗原文：<b>最后一天</b>&nbsp;仅剩3席",  # markup that must show as text
}


def _back_office_rows(cases: list[Record]) -> list[list[Any]]:
    """Three title lines, the header in row 4, dates true and as text, two rows exported twice."""
    rows: list[list[Any]] = [
        ["投诉举报信息查询结果（样例，全部虚构）"],
        ["导出单位：虚州市云桥区消费维权服务站", "", "", "", f"导出时间：{_chinese(MADE, time=True)}"],
        [f"查询条件：登记日期 2024-11-01 至 {AS_OF:%Y-%m-%d}"],
        _BACK_OFFICE_HEADER,
    ]
    pairs = _filings(cases, "cn_samr_complaint", "cn_samr_report")
    body = [_back_office_row(number, case, filing) for number, (case, filing) in enumerate(pairs, 1)]
    body.insert(41, body[40])
    body.insert(120, body[117])
    return rows + body


def _back_office_row(number: int, case: Record, filing: Record) -> list[Any]:
    rng = chance("12315", filing["receipt_no"])
    style = "chinese time" if number % 29 == 0 else rng.choices(("true", "chinese", "iso"), (6, 3, 1))[0]
    looked_at = filing["status"] in ("accepted", "closed")
    accepted = filing["filed_at"] + dt.timedelta(days=5, hours=1) if looked_at else None
    kind = WORDS["conduct"][case["conducts"][0]]
    return [
        number,
        f"GD{filing['filed_at']:%Y%m}{number:05d}",
        filing["receipt_no"],
        "投诉" if filing["channel"] == "cn_samr_complaint" else "举报",
        f"{case['respondent']['platform']}：{kind['category_zh']}",
        _SOURCES[case["intake"]],
        _styled(filing["filed_at"], style),
        _styled(accepted, style),
        case["complainant"]["name"],
        case["complainant"]["phone"],
        case["respondent"]["company"],
        case["respondent"]["credit_code"],
        case["words"]["amount"],
        kind["class_zh"],
        case["summary"],
        _TOLD.get(number, case["incidents"][0]["text"]),
        case["remedies"][0]["text"],
        "",
        _STATES[filing["status"]],
        _styled(filing.get("closed_at"), style),
        filing.get("outcome", ""),
        f"承办人{1 + number % 6}",
    ]


def _styled(moment: dt.datetime | None, style: str) -> Any:
    if moment is None or style == "true":
        return moment
    if style == "iso":
        return f"{moment:%Y-%m-%d %H:%M:%S}"
    return _chinese(moment, time=style == "chinese time")


# --- Zammad ----------------------------------------------------------------------------------------

_ZAMMAD_HEADER = [
    "#",
    "Title",
    "State",
    "Priority",
    "Group",
    "Owner",
    "Customer",
    "Organization",
    "Create Channel",
    "Sender",
    "Tags",
    "Time Units Total",
    "Created At",
    "Updated At",
    "Closed At",
    "First Response At",
    "Last Contact At",
    "Close Escalation At",
]


def _zammad_rows(cases: list[Record]) -> list[list[Any]]:
    """Title in row 1, header in row 3, true datetimes, and the time zone below the data."""
    rows: list[list[Any]] = [[f"Tickets 2024-11-01 - {AS_OF:%Y-%m-%d}"], [], _ZAMMAD_HEADER]
    rows += [_zammad_row(number, case) for number, case in enumerate(cases, 1)]
    return [*rows, [], ["Timezone: Asia/Shanghai"]]


def _zammad_row(number: int, case: Record) -> list[Any]:
    rng = chance("zammad", case["case_no"])
    received, closed = case["received_at"], case["closed_at"]
    answered = received + dt.timedelta(minutes=20 + rng.randrange(900))
    latest = closed or max([answered, *(f["filed_at"] for f in case["filings"])])
    waiting = rng.choice(("open", "pending reminder")) if case["filings"] else "new"
    channel = next(row["zammad"] for row in WORDS["intake"] if row["zh"] == case["intake"])
    return [
        f"{20000 + number}",
        case["summary"],
        "closed" if closed else waiting,
        "3 high" if case["conducts"][0] == "insult" else "2 normal",
        "Consumer Desk",
        case["handler"],
        case["complainant"]["email"],
        case["respondent"]["platform"],
        channel,
        "Customer",
        ", ".join(case["conducts"]),
        rng.randrange(5, 240) / 4,
        received,
        latest,
        closed,
        answered,
        latest,
        received + dt.timedelta(days=15),
    ]


# --- a ledger kept by hand -------------------------------------------------------------------------

_LEDGER_HEADER = [
    "受理编号",
    "投诉日期",
    "渠道",
    "投诉类别",
    "被投诉企业",
    "涉及金额",
    "办理状态",
    "办结日期",
    "经办人",
    "备注",
]
_UNREADABLE_RECEIVED = {57: "2025年13月5日", 203: "日期不详", 344: "2025年2月30日", 501: "补登"}
_UNREADABLE_CLOSED = {88: "上周三", 260: "2025年9月31日"}
_BACKWARDS = (149, 402)  # closed before received: the year was typed wrong
_NOTES = {
    12: "来电两次，\n第二次补充录音",
    75: "姓名含生僻字“𬱖”，系统打不出",
    130: '当事人说："退一赔三"',
    310: "-20%折扣争议",
}


def _ledger(cases: list[Record]) -> str:
    """年月日 dates, amounts with 元, and the slips of the pen of a ledger: see ``_UNREADABLE_*``."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(_LEDGER_HEADER)
    for number, (case, filing) in enumerate(_filings(cases), 1):
        table.writerow(_ledger_row(number, case, filing))
    return out.getvalue()


def _ledger_row(number: int, case: Record, filing: Record) -> list[str]:
    rng = chance("ledger", number)
    closed = _chinese(filing.get("closed_at")) or rng.choice(("", "", "", "-"))
    if filing.get("closed_at") and number in _BACKWARDS:
        closed = _chinese(filing["filed_at"].replace(year=filing["filed_at"].year - 1, day=1))
    if filing.get("closed_at") and number in _UNREADABLE_CLOSED:
        closed = _UNREADABLE_CLOSED[number]
    amount = case["words"]["amount"]
    return [
        filing["receipt_no"],
        _UNREADABLE_RECEIVED.get(number, _chinese(filing["filed_at"])),
        WORDS["channel"][filing["channel"]]["zh"],
        WORDS["conduct"][case["conducts"][0]]["category_zh"],
        case["respondent"]["company"],
        rng.choice((f"{amount}元", f"{amount:,.2f}元", f"{amount}元", "")),
        _STATES[filing["status"]],
        closed,
        case["handler"],
        _NOTES.get(number, filing.get("outcome", "")),
    ]
