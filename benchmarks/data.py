"""Make what the sides work on; made once, kept in benchmarks/data/ (not in git)."""

from __future__ import annotations

import datetime as dt
import random
import subprocess
import sys
from pathlib import Path

from benchmarks.harness import ROOT

FOLDER = ROOT / "benchmarks" / "data"
HEADER = [
    *("登记编号", "标题", "信息来源", "登记日期", "办结日期", "办理状态", "问题分类"),
    *("涉及主体名称", "消费金额", "区域", "承办人", "投诉内容"),
]
_CHANNELS = ("电话", "微信小程序", "全国12315平台网页", "12315 App", "来人", "来函", "其他部门转办")
_KINDS = ("虚假宣传", "售后服务", "合同", "质量", "人格尊严", "价格", "其他")
_SENTENCES = (
    "客服在聊天中承诺七天无理由退款，付款后拒绝兑现。",
    "多次联系客服均答复已加急处理，至今没有结果。",
    "接到自称平台理赔专员的电话，对方准确说出订单号。",
    "客服态度恶劣，出言侮辱后单方结束会话。",
    "孩子使用家长手机充值，申请退款被拒。",
)


def export(rows: int) -> Path:
    """Return an export of ``rows`` rows and twelve columns, as a 12315 back office writes them."""
    path = FOLDER / f"export-{rows}.xlsx"
    if not path.exists():
        FOLDER.mkdir(exist_ok=True)
        half = path.with_suffix(".part")
        _write_export(half, rows)
        half.rename(path)
    return path


def _write_export(path: Path, rows: int) -> None:
    import xlsxwriter

    rng = random.Random(f"casework benchmark {rows}")
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_urls": False}) as book:
        sheet, moment = book.add_worksheet("导出"), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(0, 0, HEADER)
        for y in range(1, rows + 1):
            for x, value in enumerate(_row(rng, y)):
                if isinstance(value, dt.datetime):
                    sheet.write_datetime(y, x, value, moment)
                elif isinstance(value, str):
                    sheet.write_string(y, x, value)
                elif value is not None:
                    sheet.write_number(y, x, value)


def table(rows: int) -> Path:
    """Return an Arrow file of the same twelve columns, typed.

    Made in a process of its own: what this one holds would count towards the peak of those it starts.
    """
    path = FOLDER / f"table-{rows}.arrow"
    if not path.exists():
        FOLDER.mkdir(exist_ok=True)
        make = f"from benchmarks import data; data.write_table(data.Path({str(path)!r}), {rows})"
        subprocess.run([sys.executable, "-c", make], cwd=ROOT, check=True)
    return path


def write_table(path: Path, rows: int) -> None:
    import pyarrow as pa

    rng = random.Random(f"casework benchmark {rows}")
    columns = [list(column) for column in zip(*(_row(rng, y) for y in range(1, rows + 1)), strict=True)]
    whole = pa.table(dict(zip(HEADER, columns, strict=True)))
    half = path.with_suffix(".part")
    with pa.ipc.new_file(half, whole.schema) as file:
        file.write_table(whole)
    half.rename(path)


def _row(rng: random.Random, number: int) -> list[str | float | dt.datetime | None]:
    received = dt.datetime(2024, 11, 1) + dt.timedelta(minutes=rng.randrange(730 * 1440))
    closed = received + dt.timedelta(minutes=round(60 + 20_000 * rng.lognormvariate(0, 1)))
    is_open = closed > dt.datetime(2026, 11, 1)
    return [
        f"1990000{received:%Y%m%d}{number:07d}",
        f"关于第{number}号订单的投诉",
        rng.choice(_CHANNELS),
        received,
        None if is_open else closed,
        "处理中" if is_open else "已办结",
        rng.choice(_KINDS),
        f"虚州第{rng.randrange(400)}网络科技有限公司",
        rng.randrange(100, 2_000_000) / 100,
        f"虚州市第{rng.randrange(12)}区",
        f"承办人{rng.randrange(40)}",
        f"{rng.choice(_SENTENCES)}{rng.choice(_SENTENCES)}订单号{rng.randrange(10**12):012d}。",
    ]


def evidence(megabytes: int) -> Path:
    """Return a file of so many MiB of noise, such as a screen recording."""
    path = FOLDER / f"recording-{megabytes}.mp4"
    if not path.exists():
        FOLDER.mkdir(exist_ok=True)
        rng = random.Random("casework benchmark recording")
        with path.open("wb") as out:
            for _ in range(megabytes):
                out.write(rng.randbytes(2**20))
    return path


def renew(path: Path) -> None:
    """Change the first bytes of a file, so that its content is new to a store that knows contents by hash."""
    with path.open("r+b") as out:
        out.write(random.randbytes(16))
    path.read_bytes()  # both sides find it in the page cache


def workspace(folder: Path) -> str:
    """Make a workspace with one case and return the case's number."""
    from casework import Case, Complainant, Desk, Respondent, open_workspace

    case = Case(
        case_no="2026-0001",
        received_at=dt.datetime(2026, 10, 1, 9, 30),
        complainant=Complainant(name="赵甲子"),
        respondent=Respondent(company="虚州星梭云网络科技有限公司"),
    )
    opened = open_workspace(folder)
    Desk(opened, "benchmark").new_case(case)
    opened.store.close()
    return case.case_no
