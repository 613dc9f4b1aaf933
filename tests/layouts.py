"""Exports laid out as other systems lay them out (names and quirks from their public documentation), invented rows."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

Stamp = dt.datetime

# received, closed (None: open), channel, status, respondent, conduct, amount
CASES: tuple[tuple[Stamp, Stamp | None, str, str, str, str, float], ...] = tuple(
    (
        Stamp(2025, 1 + i % 6, 1 + (i * 7) % 28, 8 + i % 9, (i * 13) % 60),
        None
        if i % 5 == 4
        else Stamp(2025, 1 + i % 6, 1 + (i * 7) % 28, 8 + i % 9, (i * 13) % 60)
        + dt.timedelta(days=(i * 11) % 47, hours=i % 5),
        ("电话", "网页", "小程序")[i % 3],
        "处理中" if i % 5 == 4 else "已办结",
        f"虚构公司{i % 7}",
        ("虚假宣传", "售后服务")[i % 2],
        100.0 + i,
    )
    for i in range(40)
)


@dataclass(frozen=True)
class Layout:
    """One disguise: how to write the cases, and what must be recognised."""

    name: str
    write: Callable[[Path], Path]
    columns: dict[str, str]
    header_row: int = 1
    encoding: str | None = None
    whole_days: bool = False
    tolerance: float = 1e-9  # days: how exactly the disguise keeps the time


def _xlsx(path: Path, rows: Sequence[Sequence[object]], *, hidden_first: bool = False) -> Path:
    with xlsxwriter.Workbook(path) as book:
        if hidden_first:
            cover = book.add_worksheet("说明")
            cover.write_string(0, 0, "本表由系统导出")
        sheet = book.add_worksheet("数据")
        stamp = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if isinstance(value, dt.datetime):
                    sheet.write_datetime(row, column, value, stamp)
                elif isinstance(value, int | float):
                    sheet.write_number(row, column, value)
                elif value is not None:
                    sheet.write_string(row, column, str(value))
    return path


def _csv(
    path: Path, rows: Sequence[Sequence[object]], encoding: str, delimiter: str = ",", newline: str = "\r\n"
) -> Path:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=newline).writerows(
        ["" if cell is None else cell for cell in row] for row in rows
    )
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def _us(stamp: Stamp | None) -> str:
    return f"{stamp:%m/%d/%Y %I:%M:%S %p}" if stamp else ""


def _nyc(path: Path) -> Path:
    header = [
        "Unique Key",
        "Created Date",
        "Closed Date",
        "Agency",
        "Agency Name",
        "Complaint Type",
        "Descriptor",
        "Status",
        "Due Date",
        "Resolution Description",
        "Resolution Action Updated Date",
        "Open Data Channel Type",
        "Latitude",
    ]
    rows = [
        [
            str(10_000_000 + i),
            _us(r),
            _us(c),
            "DCA",
            "Consumer Affairs",
            conduct,
            "x",
            status,
            _us(r + dt.timedelta(days=30)),
            "",
            _us(c),
            channel,
            40.7,
        ]
        for i, (r, c, channel, status, _who, conduct, _amount) in enumerate(CASES)
    ]
    return _csv(path / "nyc.csv", [header, *rows], "utf-8")


def _zammad(path: Path) -> Path:
    header = [
        "#",
        "Title",
        "State",
        "Priority",
        "Group",
        "Owner",
        "Create Channel",
        "Created At",
        "Updated At",
        "Close At",
        "Escalation At",
    ]
    rows: list[list[object]] = [["Tickets 2025"], [], list(header)]
    rows += [
        [f"{67000 + i}", f"ticket {i}", status, "2 normal", "Users", "agent", channel, r, c or r, c, None]
        for i, (r, c, channel, status, *_rest) in enumerate(CASES)
    ]
    rows.append(["Time zone: Asia/Shanghai"])
    return _xlsx(path / "zammad.xlsx", rows)


def _osticket(path: Path) -> Path:
    header = [
        "Ticket Number",
        "Date Created",
        "Subject",
        "From",
        "Priority",
        "Department",
        "Help Topic",
        "Source",
        "Current Status",
        "Last Updated",
        "SLA Due Date",
        "Overdue",
        "Closed Date",
    ]
    rows = [
        [
            f"T{i:06d}",
            f"{r:%Y-%m-%d %H:%M:%S}",
            "s",
            "n",
            "Normal",
            "Support",
            conduct,
            channel,
            status,
            f"{c or r:%Y-%m-%d %H:%M:%S}",
            f"{r + dt.timedelta(2):%Y-%m-%d %H:%M:%S}",
            "0",
            f"{c:%Y-%m-%d %H:%M:%S}" if c else "",
        ]
        for i, (r, c, channel, status, _w, conduct, _a) in enumerate(CASES)
    ]
    return _csv(path / "osticket.csv", [header, *rows], "utf-8-sig")


def _fixmystreet(path: Path) -> Path:
    header = [
        "Report ID",
        "Title",
        "Detail",
        "User Name",
        "Category",
        "Created",
        "Confirmed",
        "Acknowledged",
        "Fixed",
        "Closed",
        "Status",
        "Latitude",
        "Longitude",
        "Site Used",
    ]
    rows = [
        [
            i + 1,
            "t",
            "d",
            "u",
            conduct,
            f"{r:%Y-%m-%dT%H:%M:%S}",
            f"{r:%Y-%m-%dT%H:%M:%S}",
            "",
            "",
            f"{c:%Y-%m-%dT%H:%M:%S}" if c else "",
            status,
            1.0,
            2.0,
            channel,
        ]
        for i, (r, c, channel, status, _w, conduct, _a) in enumerate(CASES)
    ]
    return _csv(path / "fms.csv", [header, *rows], "utf-8")


def _consumidor(path: Path) -> Path:
    header = [
        "Gestor",
        "Canal de Origem",
        "Região",
        "Data Abertura",
        "Data Resposta",
        "Data Finalização",
        "Prazo Resposta",
        "Nome Fantasia",
        "Grupo Problema",
        "Situação",
    ]
    rows = [
        [
            "g",
            channel,
            "SP",
            f"{r:%d/%m/%Y}",
            f"{r:%d/%m/%Y}",
            f"{c:%d/%m/%Y}" if c else "",
            10,
            f"Firma {i % 7}",
            "Cobrança",
            "Finalizada avaliada" if c else "Em análise",
        ]
        for i, (r, c, _channel, *_rest) in enumerate(CASES)
        for channel in [("Telefone", "Página", "Balcão")[i % 3]]
    ]
    return _csv(path / "consumidor.csv", [header, *rows], "cp1252", delimiter=";")


def _back_office(path: Path) -> Path:
    header = [
        "工单号",
        "标题",
        "来电号码",
        "联系电话",
        "涉及主体名称",
        "统一社会信用代码",
        "消费金额",
        "问题分类",
        "投诉内容",
        "投诉内容",
        "投诉内容",
        "",
        "接收方式",
        "案件接收日期",
        "最终反馈日期",
        "办理状态",
    ]
    rows: list[list[object]] = [
        ["某市市场监督管理局投诉举报登记表"],
        ["导出时间：2025年8月1日  单位：件"],
        [],
        list(header),
    ]
    rows += [
        [
            f"3706{i:014d}",
            f"标题{i}",
            "",
            "",
            who,
            "",
            amount,
            conduct,
            "内容",
            "",
            "",
            "",
            channel,
            f"{r:%Y年%m月%d日}",
            f"{c.year}年{c.month}月{c.day}日" if c else "-",
            status,
        ]
        for i, (r, c, channel, status, who, conduct, amount) in enumerate(CASES)
    ]
    rows.append(["合计", None, None, None, None, None, sum(case[-1] for case in CASES)])
    return _xlsx(path / "12315.xlsx", rows, hidden_first=True)


def _heimao(path: Path) -> Path:
    header = ["投诉编号", "投诉对象", "投诉问题", "投诉要求", "涉诉金额", "投诉进度", "发布时间"]
    rows = [
        [
            f"173{i:08d}",
            who,
            conduct,
            "退款,赔偿",
            f"{amount:g}元",
            "已完成" if c else "处理中",
            f"发布于 {r.year}年{r.month}月{r.day}日",
        ]
        for i, (r, c, _ch, _s, who, conduct, amount) in enumerate(CASES)
    ]
    return _csv(path / "heimao.csv", [header, *rows], "gb18030")


def _telecom(path: Path) -> Path:
    header = [
        "客服流水号",
        "工单号",
        "受理号码",
        "区域",
        "系统接单时间",
        "受理渠道",
        "重复投诉次数",
        "完成时间",
        "工单状态",
    ]
    rows = [
        [
            f"{20250000000 + i}",
            f"GD{i:08d}",
            "19900000000",
            "东区",
            f"{r.year}/{r.month}/{r.day} {r:%H:%M}",
            channel,
            0,
            f"{c.year}/{c.month}/{c.day} {c:%H:%M}" if c else "",
            status,
        ]
        for i, (r, c, channel, status, *_rest) in enumerate(CASES)
    ]
    return _csv(path / "telecom.csv", [header, *rows], "utf-16")


def _serials(path: Path) -> Path:
    """Dates that lost their format: bare Excel serial numbers."""

    def serial(stamp: Stamp | None) -> float | None:
        return (stamp - Stamp(1899, 12, 30)) / dt.timedelta(days=1) if stamp else None

    header = ["案件编号", "登记时间", "办结时间", "来源渠道"]
    return _xlsx(
        path / "serials.xlsx",
        [
            header,
            *([f"A{i}", serial(r), serial(c), channel] for i, (r, c, channel, *_rest) in enumerate(CASES)),
        ],
    )


LAYOUTS = (
    Layout("nyc311", _nyc, {"received": "Created Date", "closed": "Closed Date", "channel": "Open Data Channel Type", "status": "Status", "case_no": "Unique Key", "conduct": "Complaint Type"}, encoding="utf-8"),
    Layout("zammad", _zammad, {"received": "Created At", "closed": "Close At", "channel": "Create Channel", "status": "State", "case_no": "#"}, header_row=3),
    Layout("osticket", _osticket, {"received": "Date Created", "closed": "Closed Date", "channel": "Source", "status": "Current Status", "case_no": "Ticket Number"}, encoding="utf-8"),
    Layout("fixmystreet", _fixmystreet, {"received": "Created", "closed": "Closed", "status": "Status", "case_no": "Report ID", "conduct": "Category"}, encoding="utf-8"),
    Layout("consumidor.gov.br", _consumidor, {"received": "Data Abertura", "closed": "Data Finalização", "channel": "Canal de Origem", "status": "Situação", "respondent": "Nome Fantasia"}, encoding="cp1252", whole_days=True),
    Layout("12315", _back_office, {"received": "案件接收日期", "closed": "最终反馈日期", "channel": "接收方式", "status": "办理状态", "case_no": "工单号", "conduct": "问题分类", "respondent": "涉及主体名称", "amount": "消费金额"}, header_row=4, whole_days=True),
    Layout("heimao", _heimao, {"received": "发布时间", "status": "投诉进度", "case_no": "投诉编号", "conduct": "投诉问题", "respondent": "投诉对象", "amount": "涉诉金额"}, encoding="gb18030", whole_days=True),
    Layout("telecom", _telecom, {"received": "系统接单时间", "closed": "完成时间", "channel": "受理渠道", "status": "工单状态", "case_no": "工单号"}, encoding="utf-16"),
    Layout("serial numbers", _serials, {"received": "登记时间", "closed": "办结时间", "channel": "来源渠道", "case_no": "案件编号"}, tolerance=1e-7),
)  # fmt: skip
