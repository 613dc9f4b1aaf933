"""The encoding of a text, by evidence: byte-order marks, zero bytes, strict decoding, and how common its characters are."""

from __future__ import annotations

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_BIG5 = ("big5", "cp950", "big5hkscs")
_HEAD = 4096
_SAMPLE = 1 << 18
_COMMON_SHARE = 0.6
_STRAY = (
    0.02  # of the bytes may be zero, and of the foreign characters broken, in a text that is one otherwise
)

# What a page or a program calls an encoding, and the codec that reads it: supersets, as browsers take them.
_NAMES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "cp936": "gb18030",
    "x-gbk": "gb18030",
    "ms936": "gb18030",
    "hz-gb-2312": "gb18030",
    "big5-hkscs": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "windows-1252": "cp1252",
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
}

# The most frequent characters of plain Chinese, traditional and simplified, and some of this trade.
_FREQUENT = frozenset(
    "的一是不了在人有我他這这個个们們中來来上大為为和國国地到以說说時时要就出會会可也你對对生能而子那得于於着著下自之年過过發发後后作"
    "裡里用道行所然家種种事成方多經经么麼去法學学如都同現现當当沒没動动面起看定天分還还進进好小部其些主樣样理心她本前開开但因只從从想實实"
    "日月號号電电話话編编姓名投訴诉期間间狀状態态渠市區区消費费者公司服務务處处理單单元金額额類类型備备註注接收結结案受來源"
)


def detect_encoding(raw: bytes) -> str | None:
    """Name the codec of ``raw``, or None where the bytes are not text.

    A byte-order mark, then zero bytes (UTF-16 and UTF-32 without one), strict UTF-8, then GB18030 or Big5, whichever
    makes the commoner characters, then UTF-8 or GB18030 with a few characters cut through, then Windows-1252.
    """
    for mark, name in _BOMS:
        if raw.startswith(mark):
            return (
                name
                if _decodes(raw[: len(raw) // 4 * 4 if "32" in name else len(raw) // 2 * 2], name)
                else None
            )
    if b"\x00" in raw[:_HEAD]:
        wide = _wide(raw)
        if wide:
            return wide
        if raw.count(0) > _STRAY * len(raw):
            return None
        raw = raw.replace(b"\x00", b"")
    if _decodes(raw, "utf-8"):
        return "gb18030" if _only_looks_like_utf8(raw) else "utf-8"
    return _chinese(raw) or _cut_through(raw) or ("cp1252" if _mostly_printable(raw) else None)


def decode(raw: bytes, encoding: str) -> str:
    """The text, without zero characters; what cannot be decoded becomes a replacement character."""
    text = raw.decode(encoding, errors="replace")
    return text.replace("\x00", "") if "\x00" in text else text


def known_encoding(name: str) -> str:
    """The codec that reads what is called ``name``, as it is named in a result; ``""`` where there is none."""
    name = name.strip().lower()
    name = _NAMES.get(name, name)
    try:
        codecs.lookup(name)
    except LookupError:
        return ""
    return name


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _wide(raw: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: read the right way round it has ASCII, and no control characters."""
    head = raw[:_HEAD]
    best, most = None, 0.0
    for name in _WIDE:
        width = 4 if "32" in name else 2
        if len(raw) % width and len(raw) < _HEAD:
            continue
        text = head[: len(head) // width * width].decode(name, errors="replace")
        plain = sum(char in "\t\r\n" or " " <= char <= "~" for char in text)
        strange = sum(char == "\ufffd" or (char < " " and char not in "\t\r\n") for char in text)
        share = (plain - 4 * strange) / len(text) if text else 0.0
        if share > most and strange <= _STRAY * len(text):
            best, most = name, share
    if best is None or most < 0.02:
        return None
    return best if "\ufffd" not in raw[: len(raw) // 4 * 4].decode(best, errors="replace")[:-1] else None


def _chinese(raw: bytes) -> str | None:
    """GB18030 or Big5: both may decode, but only the right one makes common characters."""
    scores: dict[str, float] = {}
    if _decodes(raw, "gb18030"):
        scores["gb18030"] = _gb_share(raw)
    big5 = next((name for name in _BIG5 if _decodes(raw, name)), None)
    if big5:
        scores[big5] = _big5_share(raw, big5)
    fitting = {name: score for name, score in scores.items() if score >= _COMMON_SHARE}
    return max(fitting, key=lambda name: fitting[name] + _frequent_share(raw, name)) if fitting else None


def _only_looks_like_utf8(raw: bytes) -> bool:
    """A few words of GB18030 may be valid UTF-8: then as letters of rare scripts, and as frequent Han."""
    foreign = _foreign(raw, "utf-8")
    if not foreign or max(foreign) > "\u07ff" or max(foreign) < "\u0250" or not _decodes(raw, "gb18030"):
        return False
    return _gb_share(raw) >= 0.9 and _frequent_share(raw, "gb18030") > 0.3


def _foreign(raw: bytes, encoding: str) -> str:
    text = raw[:_SAMPLE].decode(encoding, errors="ignore")
    return "".join(char for char in text if ord(char) > 127)


def _frequent_share(raw: bytes, encoding: str) -> float:
    foreign = _foreign(raw, encoding)
    return sum(char in _FREQUENT for char in foreign) / len(foreign) if foreign else 0.0


def _gb_share(raw: bytes) -> float:
    """How many of the characters are common Han (GB 2312 level 1) or Chinese punctuation.

    Accented Latin letters that happen to pair up into valid GB18030 land among the rare characters.
    """
    foreign = _foreign(raw, "gb18030")
    common = 0
    for character in foreign:
        coded = character.encode("gb18030")
        common += (
            len(coded) == 2 and (0xB0 <= coded[0] <= 0xD7 or 0xA1 <= coded[0] <= 0xA3) and coded[1] >= 0xA1
        )
    return common / len(foreign) if foreign else 0.0


def _big5_share(raw: bytes, encoding: str) -> float:
    """How many of the characters are among the 5,401 common ones of Big5, or its punctuation."""
    foreign = _foreign(raw, encoding)
    common = 0
    for character in foreign:
        coded = character.encode(encoding, errors="ignore")
        common += len(coded) == 2 and 0xA1 <= coded[0] <= 0xC6
    return common / len(foreign) if foreign else 0.0


def _cut_through(raw: bytes) -> str | None:
    """UTF-8 or GB18030 in which a program that counts bytes has cut some characters through."""
    for name in ("utf-8", "gb18030"):
        text = raw.decode(name, errors="replace")
        foreign = len(re.findall(r"[^\x00-\x7f]", text[:_SAMPLE]))
        broken = text[:_SAMPLE].count("\ufffd")
        if (
            foreign > 4
            and broken <= _STRAY * foreign + 1
            and (name == "utf-8" or _gb_share(raw) >= _COMMON_SHARE)
        ):
            return name
    return None


def _mostly_printable(raw: bytes) -> bool:
    sample = raw[:65_536]
    control = sum(byte < 32 and byte not in (9, 10, 13) for byte in sample)
    return control <= 0.001 * len(sample)
