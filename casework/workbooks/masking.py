"""Personal data made unreadable, the same way every time: names, telephones, e-mails, addresses, identity numbers.

What is left is enough to tell two records apart at a desk, not to find a person. Company data are not personal and
stay. In free text only what has a recognisable form, and the names that are known, can be masked: a name that nobody
told casework stays readable, and the Notes sheet says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_HAN = "㐀-䶿一-鿿豈-﫿𠀀-𲎯"
#: Chinese family names of two characters; all others have one.
_TWO = frozenset(
    re.findall(
        "..",
        "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容仲孙钟离长孙宇文"
        "司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里呼延东郭南门羊舌微生梁丘"
        "左丘西门第五南荣东里东宫即墨达奚歐陽東方諸葛軒轅",
    )
)
_han = re.compile(f"[{_HAN}]")
_email = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_identity = re.compile(
    r"(?<![0-9A-Za-z])\d{6}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])"
)
_old_identity = re.compile(
    r"(?<![0-9A-Za-z])\d{6}\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}(?![0-9A-Za-z])"
)
_mobile = re.compile(r"(?<!\d)((?:\+|00)?86[ -]?)?(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)")
_landline = re.compile(r"(?<!\d)(0\d{2,3})[ -]?\d{3,4}[ -]?\d{3,4}(?!\d)")
_international = re.compile(r"\+\d{1,3}(?:[ ()-]{0,2}\d){6,14}(?!\d)")
_card = re.compile(r"(?<!\d)(?:\d{4}[ -]){3,4}\d{1,4}(?!\d)|(?<!\d)62\d{14,17}(?!\d)")
_region = re.compile(
    f"(?:[{_HAN}]{{2,10}}?(?:特别行政区|自治区|省))?(?:[{_HAN}]{{2,10}}?(?:自治州|地区|盟|市))?"
)
#: Full-width digits and signs, each to its narrow form.
_NARROW = str.maketrans("０１２３４５６７８９＋－＠（）．", "0123456789+-@().")
_FORMS = (_email, _identity, _old_identity, _card, _mobile, _landline, _international)


def mask_name(name: str) -> str:
    """Mask a person's name: 张三丰 → 张**, 欧阳修 → 欧阳*, John Smith → John S***."""
    text = name.strip()
    if not text:
        return ""
    if not _han.search(text):
        first, *others = text.split()
        if not others:
            return first[0] + "***"
        return " ".join([first, *(word[0] + "***" for word in others)])
    family = 2 if len(text) > 2 and text[:2] in _TWO else 1
    return text[:family] + "*" * max(1, len(text) - family)


def mask_phone(phone: str) -> str:
    """Mask a telephone number: a mobile keeps its first 3 and last 4 digits, a shorter one its last 2."""
    text = unicodedata.normalize("NFKC", phone).strip()
    digits = [place for place, char in enumerate(text) if char.isdigit()]
    found = _mobile.search(text)
    if found:
        start = found.start(2)
        own = [place for place in digits if start <= place < found.end()]
        hidden = set(own[3:-4])
    else:
        hidden = set(digits[: max(len(digits) - 2, 1)] if len(digits) < 8 else digits[3:-2])
    hidden |= {place for place in digits if found and place >= found.end()}
    masked = "".join("*" if place in hidden else char for place, char in enumerate(text))
    return masked if digits else "*" * min(len(text), 3)


def mask_email(email: str) -> str:
    """Mask an e-mail address: its first character and its domain stay."""
    text = email.strip()
    local, at, domain = text.rpartition("@")
    return f"{local[:1]}***@{domain}" if at else text[:1] + "***" if text else ""


def mask_address(address: str) -> str:
    """Mask a postal address: province and city stay; of an address without them, nothing."""
    text = address.strip()
    found = _region.match(text)
    kept = found.group() if found else ""
    return kept + "***" if len(text) > len(kept) else kept


def mask_identity(number: str) -> str:
    """Mask an identity number: its region (6 digits) and its last character stay."""
    text = number.strip()
    return text[:6] + "*" * (len(text) - 7) + text[-1:] if len(text) > 8 else "*" * len(text)


def mask_text(text: str, names: Iterable[str] = ()) -> str:
    """Mask what is personal inside a text: the ``names`` that are known, identity numbers, cards, telephones, e-mails."""
    for name in sorted({name.strip() for name in names} - {""}, key=len, reverse=True):
        if len(name) > 1:
            text = re.sub(_whole(name), mask_name(name).replace("\\", "\\\\"), text)
    if not any(char.isdigit() or char == "@" for char in text):
        return text
    narrow = text.translate(_NARROW)
    if narrow != text and any(form.search(narrow) for form in _FORMS):
        text = narrow  # full-width digits hide nothing from a reader
    text = _email.sub(lambda found: mask_email(found.group()), text)
    for form in (_identity, _old_identity):
        text = form.sub(lambda found: mask_identity(found.group()), text)
    text = _card.sub(lambda found: mask_card(found.group()), text)
    for form in (_mobile, _landline, _international):
        text = form.sub(lambda found: mask_phone(found.group()), text)
    return text


def _whole(name: str) -> str:
    """A name as a pattern: a Latin one only as a whole word."""
    edge = (
        r"\b" if name[0].isascii() and name[0].isalnum() and name[-1].isascii() and name[-1].isalnum() else ""
    )
    return edge + re.escape(name) + edge


def mask_card(number: str) -> str:
    """Mask a bank card number: its last 4 digits stay."""
    places = [place for place, char in enumerate(number) if char.isdigit()]
    hidden = set(places[:-4])
    return "".join("*" if place in hidden else char for place, char in enumerate(number))


def mask_agent(agent: str) -> str:
    """Mask an agent: a name is personal, a staff number (工号, anything with a digit) is not."""
    return agent if any(char.isdigit() for char in agent) else mask_name(agent)
