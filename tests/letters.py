"""A case that a letter can be written about, and Word files taken apart and put together again."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from docx import Document

from casework.letters import own_template
from casework.model import Case, Complainant, Exhibit, Incident, Remedy, Respondent
from casework.rules import load_pack

TODAY = dt.date(2026, 11, 24)
PACK = load_pack("cn")
SAMR = PACK.channels["cn_samr_complaint"]
PLATFORM = PACK.channels["cn_platform"]

CHAT = Exhibit(
    1, "与客服的聊天记录", "ab" * 32, 1200, source="平台内导出", content="客服承诺七天无理由退款", purpose="证明客服的承诺",
    pages=3, obtained_on=dt.date(2026, 3, 12), id="chat",
)  # fmt: skip
PAYMENT = Exhibit(
    2, "支付凭证", "cd" * 32, 800, kind="documentary", source="支付账户", content="支付300元", purpose="证明交易金额",
    pages=1, copies=2, is_original=False, obtained_on=dt.date(2026, 3, 2), id="payment",
)  # fmt: skip
CALL = Exhibit(
    3, "通话录音", "ef" * 32, 900_000, kind="audio_visual", source="投诉人手机", content="客服辱骂并拒绝退款",
    purpose="证明客服的言行", id="call",
)  # fmt: skip


def letter_case(**changes: Any) -> Case:
    """Return a case that lacks nothing; its incidents stand in the wrong order on purpose."""
    case = Case(
        "2026-0001",
        dt.datetime(2026, 4, 1, 9, 0),
        Complainant("李小萌", "13800000000", "", "示例市示例区示例路1号"),
        Respondent(
            "示例在线教育有限公司",
            "示例学堂",
            "8021",
            "示例市示例大道88号",
            "91310000XXXXXXXXXX",
            "400-000-0000",
        ),
        ("false_claims", "stalling"),
        incidents=(
            Incident("客服以系统升级为由推诿", dt.date(2026, 3, 20), "10:15", ("call",)),
            Incident("客服保证学完找到高薪工作", dt.date(2026, 3, 2), "9:30", ("payment", "chat")),
            Incident("提交退款申请", dt.date(2026, 3, 2), "14:05"),
        ),
        remedies=(
            Remedy("refund", "退还课程费用", Decimal("300"), reply_by=dt.date(2026, 12, 10)),
            Remedy("apology"),
        ),
        exhibits=(PAYMENT, CHAT, CALL),
    )
    return replace(case, **changes)


def words(docx: bytes) -> str:
    """Return every word of a Word file's body, as python-docx reads it: an independent pair of eyes."""
    document = Document(io.BytesIO(docx))
    pieces = []
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            pieces += [
                paragraph.text for row in block.rows for cell in row.cells for paragraph in cell.paragraphs
            ]
        else:
            pieces.append(block.text)
    return "\n".join(pieces)


def unpack(docx: bytes) -> dict[str, bytes]:
    """Return the parts of a Word file."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return a Word file of these parts."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return output.getvalue()


def tampered(
    changes: Mapping[str, Callable[[bytes], bytes]], *, more: Mapping[str, bytes] | None = None
) -> bytes:
    """Return the Chinese template with some parts changed and others added."""
    files = unpack(own_template("complaint", "zh"))
    for name, change in changes.items():
        changed = change(files[name])
        assert changed != files[name], f"nothing was changed in {name}"
        files[name] = changed
    return pack({**files, **(more or {})})


def swap(old: str, new: str) -> Callable[[bytes], bytes]:
    """Return a change that puts ``new`` in the place of the first ``old``."""
    return lambda data: data.replace(old.encode(), new.encode(), 1)


def paragraph(text: str) -> str:
    """Return a Word paragraph that says ``text``."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
