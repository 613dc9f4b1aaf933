"""Invent the evidence of some cases: chat logs, payment records, a screenshot and recordings."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import struct
import wave
from pathlib import Path
from typing import Any

from .words import WORDS, chance

Record = dict[str, Any]
WANTED = {"false_claims": 7, "stalling": 6, "privacy_leak": 4, "insult": 4, "minors_spending": 3}
FROM = dt.datetime(2026, 1, 1)

FORMS = {  # kind of proof: file name, kind of exhibit, where it came from, what is in it
    "chat": (
        "微信聊天记录.txt",
        "electronic_data",
        "投诉人手机微信导出",
        "投诉人与“{platform}”客服{agent}的聊天记录",
    ),
    "pay": (
        "微信支付账单.csv",
        "electronic_data",
        "投诉人微信支付账单下载",
        "向“{platform}”支付{amount}元的交易明细，订单号{order}",
    ),
    "shot": ("客服会话截图.png", "electronic_data", "投诉人手机截屏", "“{platform}”客服{agent}会话界面"),
    "audio": ("通话录音.wav", "audio_visual", "投诉人手机通话录音", "与“{platform}”客服热线的通话录音"),
}


def attach(cases: list[Record], folder: Path) -> None:
    """Write the files of a few cases of each conduct below ``folder``; note them in the cases as exhibits."""
    left = dict(WANTED)
    for case in reversed(cases):
        conduct, rng = case["conducts"][0], chance("attach", case["case_no"])
        if case["received_at"] >= FROM and left[conduct] and rng.random() < 0.6:
            _attach_case(case, folder, first=left[conduct] == WANTED[conduct])
            left[conduct] -= 1


def _attach_case(case: Record, folder: Path, *, first: bool) -> None:
    """Write one case's exhibits. Pictures and sound are heavy: only the first case of a conduct has them."""
    purposes = WORDS["conduct"][case["conducts"][0]]["purpose"]
    cited = dict.fromkeys(incident["proof"] for incident in case["incidents"] if incident["proof"])
    for proof in cited:  # numbered in the order in which the chronology cites them
        if proof in ("shot", "audio") and not first:
            continue
        name, kind, source, content = FORMS[proof]
        if proof == "chat" and first and case["conducts"][0] == "stalling":
            name = "微信聊天记录导出.csv"
        path = folder / "evidence" / case["case_no"] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_content(path.suffix, proof, case))
        exhibit = {
            "number": len(case["exhibits"]) + 1,
            "name": name,
            "file": path.relative_to(folder).as_posix(),
            "kind": kind,
            "source": source,
            "content": content.format(**case["words"]),
            "purpose": purposes[proof].format(**case["words"]),
            "obtained_on": case["received_at"].date(),
            "obtained_by": case["handler"],
            "added_at": case["received_at"] + dt.timedelta(minutes=25),
        }
        case["exhibits"].append(exhibit)
        for incident in case["incidents"]:
            if incident["proof"] == proof:
                incident.setdefault("exhibits", []).append(exhibit["number"])


def _content(suffix: str, proof: str, case: Record) -> bytes:
    if proof == "pay":
        return _bill(case).encode("utf-8-sig")
    if proof == "shot":
        return _screenshot(case)
    if proof == "audio":
        return _recording(case["words"]["m"])
    return _chat_csv(case).encode("utf-8-sig") if suffix == ".csv" else _chat_text(case).encode("utf-8")


_CHAT_COLUMNS = [
    *("localId", "TalkerId", "Type", "SubType", "IsSender", "CreateTime", "Status", "StrContent", "StrTime"),
    *("Remark", "NickName", "Sender"),
]
_BILL_COLUMNS = [
    *("交易时间", "交易类型", "交易对方", "商品", "收/支", "金额(元)", "支付方式", "当前状态", "交易单号"),
    *("商户单号", "备注"),
]

# --- chats -----------------------------------------------------------------------------------------


def _lines(case: Record) -> list[tuple[dt.datetime, str, str]]:
    """Return the conversation as (moment, who, text); who is 客, 服 or 系统."""
    words, conduct = case["words"], WORDS["conduct"][case["conducts"][0]]
    days = [step[0] for step in conduct["steps"] if step[1] == "chat"]
    rng, moment = chance("chat", case["case_no"]), words["day0"] + dt.timedelta(days=days[0])
    lines = []
    for line in conduct["chat"]:
        if line == "……":
            moment = words["day0"] + dt.timedelta(days=days[-1], hours=1)
            continue
        who, text = line.format(**words).split("：", 1)
        moment += dt.timedelta(seconds=20 + rng.randrange(140))
        lines.append((moment, who, text))
    return lines


def _names(case: Record) -> dict[str, str]:
    return {
        "客": case["complainant"]["name"],
        "服": f"{case['words']['platform']}客服{case['words']['agent']}",
        "系统": "系统消息",
    }


def _chat_text(case: Record) -> str:
    names = _names(case)
    return "\n".join(
        f"{moment:%Y-%m-%d %H:%M:%S} {names[who]}\n{text}\n" for moment, who, text in _lines(case)
    )


def _chat_csv(case: Record) -> str:
    """A chat in the columns of the WeChat export tools; CreateTime is epoch seconds (UTC+8 clock)."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(_CHAT_COLUMNS)
    names, zone = _names(case), dt.timezone(dt.timedelta(hours=8))
    for number, (moment, who, text) in enumerate(_lines(case), 1):
        kind, sender = (10000 if who == "系统" else 1), int(who == "客")
        seconds = int(moment.replace(tzinfo=zone).timestamp())
        row = [number, 2, kind, 0, sender, seconds, 2, text, f"{moment:%Y-%m-%d %H:%M:%S}", ""]
        rows.writerow([*row, names[who], names[who]])
    return out.getvalue()


# --- a payment record ------------------------------------------------------------------------------


Payment = tuple[dt.datetime, str, str, float]  # when, to whom, for what, yuan


def _bill(case: Record) -> str:
    """A WeChat Pay bill: seventeen lines of preamble, then the table; the disputed payments among others."""
    payments = sorted(_payments(case))
    out = io.StringIO()
    table = csv.writer(out)
    for line in _preamble(case, payments):
        table.writerow([line, *[""] * 8])
    table.writerow(_BILL_COLUMNS)
    for index, (moment, whom, what, amount) in enumerate(payments):
        number = f"42000000{moment:%Y%m%d}{index:012d}\t"
        order = case["words"]["order"] if whom == case["words"]["platform"] else f"9900{index:016d}"
        row = [f"{moment:%Y-%m-%d %H:%M:%S}", "商户消费", whom, what, "支出", f"¥{amount:.2f}"]
        table.writerow([*row, "零钱", "支付成功", number, f"{order}\t", "/"])
    return out.getvalue()


def _preamble(case: Record, payments: list[Payment]) -> list[str]:
    spent = sum(amount for _, _, _, amount in payments)
    first, last = payments[0][0], payments[-1][0]
    return [
        "微信支付账单明细",
        f"微信昵称：[{case['complainant']['name']}]",
        f"起始时间：[{first:%Y-%m-%d} 00:00:00] 终止时间：[{last:%Y-%m-%d} 23:59:59]",
        "导出类型：[全部]",
        f"导出时间：[{case['received_at']:%Y-%m-%d %H:%M:%S}]",
        "",
        f"共{len(payments)}笔记录",
        "收入：0笔 0.00元",
        f"支出：{len(payments)}笔 {spent:.2f}元",
        "中性交易：0笔 0.00元",
        "注：",
        "1. 充值/提现/理财通购买/零钱通存取/信用卡还款等交易，将计入中性交易",
        "2. 本明细仅展示当前账单中的交易，不包括已删除的记录",
        "3. 本明细仅供个人对账使用",
        "4. 样例文件，内容全部虚构",
        "",
        "----------------------微信支付账单明细列表--------------------",
    ]


def _payments(case: Record) -> list[Payment]:
    """The payments in dispute (a child's come in several parts) and a few of every day."""
    rng, words = chance("pay", case["case_no"]), case["words"]
    paid = next(incident for incident in case["incidents"] if incident["proof"] == "pay")
    day = dt.datetime.combine(paid["on"], dt.time.fromisoformat(paid["at"]))
    parts = rng.randrange(4, 9) if case["conducts"][0] == "minors_spending" else 1
    share = words["amount"] // parts
    amounts = [words["amount"] - share * (parts - 1), *[share] * (parts - 1)]
    payments = [
        (day + dt.timedelta(hours=5 * part), words["platform"], words["product"], float(amount))
        for part, amount in enumerate(amounts)
    ]
    for shop in ("虚州样例便利店", "乌有早餐铺", "虚州例图书店", "虚州公交"):
        moment = day + dt.timedelta(days=rng.randrange(-6, 4), minutes=rng.randrange(-180, 360))
        payments.append((moment, shop, "日常消费", rng.randrange(200, 9000) / 100))
    return payments


# --- a screenshot ----------------------------------------------------------------------------------

_WIDTH, _HEIGHT, _MARGIN = 720, 1280, 24


def _screenshot(case: Record) -> bytes:
    """A phone's screen with the conversation, drawn with the Chinese font that casework ships with."""
    from PIL import Image, ImageDraw, ImageFont
    from pylopdf_fonts_zh_cn import sans_path

    font, small = (ImageFont.truetype(sans_path(), size) for size in (26, 20))
    picture = Image.new("RGB", (_WIDTH, _HEIGHT), "#ededed")
    draw = ImageDraw.Draw(picture)
    lines = _lines(case)
    draw.rectangle((0, 0, _WIDTH, 96), fill="#f7f7f7")
    draw.text((_WIDTH / 2, 28), f"{lines[-1][0]:%H:%M}", font=small, fill="#666666", anchor="mm")
    draw.text((_WIDTH / 2, 66), _names(case)["服"], font=font, fill="#111111", anchor="mm")
    top = 120
    draw.text((_WIDTH / 2, top), f"{lines[0][0]:%Y年%m月%d日 %H:%M}", font=small, fill="#888888", anchor="mm")
    top += 32
    for _, who, text in lines:
        top = _bubble(draw, top, who, text, font, small)
    draw.rectangle((0, _HEIGHT - 84, _WIDTH, _HEIGHT), fill="#f7f7f7")
    draw.rounded_rectangle((90, _HEIGHT - 64, _WIDTH - 160, _HEIGHT - 20), 8, fill="#ffffff")
    draw.text((_WIDTH - 80, _HEIGHT - 42), "样例·虚构", font=small, fill="#b0b0b0", anchor="mm")
    out = io.BytesIO()
    picture.quantize(48, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _bubble(draw: Any, top: int, who: str, text: str, font: Any, small: Any) -> int:
    """Draw one message below ``top``; return where the next one starts."""
    if who == "系统":
        draw.text((_WIDTH / 2, top + 18), text, font=small, fill="#888888", anchor="mm")
        return top + 54
    wrapped = "\n".join(text[start : start + 18] for start in range(0, len(text), 18))
    left, upper, right, lower = draw.multiline_textbbox((0, 0), wrapped, font=font, spacing=10)
    width, height = right - left + 36, lower - upper + 36
    mine = who == "客"
    x = _WIDTH - _MARGIN - 76 - width if mine else _MARGIN + 76
    face = _WIDTH - _MARGIN - 60 if mine else _MARGIN
    draw.rounded_rectangle((face, top, face + 60, top + 60), 8, fill="#7a9cc6" if mine else "#d08c60")
    draw.text((face + 30, top + 30), who, font=font, fill="#ffffff", anchor="mm")
    draw.rounded_rectangle((x, top, x + width, top + height), 10, fill="#95ec69" if mine else "#ffffff")
    draw.multiline_text((x + 18 - left, top + 18 - upper), wrapped, font=font, fill="#111111", spacing=10)
    return top + max(height, 60) + 26


# --- a recording -----------------------------------------------------------------------------------

_RATE = 8000


def _recording(transfers: int) -> bytes:
    """Ringing (450 Hz), a voice that is only tones, a beep for each transfer, then the engaged tone."""
    sound = [*_tone(450, 1.0), *_tone(0, 0.4)]
    for pitch in (220, 262, 247, 196, 233):
        sound += [*_tone(pitch, 0.22, 0.35), *_tone(0, 0.06)]
    for _ in range(transfers):
        sound += [*_tone(0, 0.25), *_tone(1000, 0.15), *_tone(0, 0.25)]
    for _ in range(3):
        sound += [*_tone(450, 0.35), *_tone(0, 0.35)]
    out = io.BytesIO()
    with wave.open(out, "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(1)
        recording.setframerate(_RATE)
        recording.writeframes(struct.pack(f"{len(sound)}B", *sound))
    return out.getvalue()


def _tone(pitch: float, seconds: float, loudness: float = 0.5) -> list[int]:
    return [
        128 + round(127 * loudness * math.sin(math.tau * pitch * step / _RATE))
        for step in range(round(seconds * _RATE))
    ]
