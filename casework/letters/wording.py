"""Dates, amounts and set phrases in the language of a letter.

Phrases go through the catalogue of the interface, so call these inside :func:`casework.i18n.use_language`.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from casework.i18n import _, language, mark
from casework.model import Exhibit, Incident, Remedy

REQUESTS = {
    "refund": mark("Refund of the sum paid"),
    "compensation": mark("Compensation for the loss suffered"),
    "apology": mark("An apology to me"),
    "deletion": mark("Deletion of my personal information, and no further use or disclosure of it"),
    "written_reply": mark("A written reply on the outcome"),
    "penalty": mark("Action against those responsible as the law provides"),
}
"""What each kind of remedy asks for where the caseworker has not put it in words; "other" must be."""

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_STAFF_NUMBER = re.compile(r"[A-Za-z]{0,4}[-_]?\d+")
_SENTENCE_ENDS = "。！？；….!?;"


def date_text(day: dt.date) -> str:
    """Return 2025年4月9日 or "9 April 2025"."""
    if language() == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def moment_text(incident: Incident) -> str:
    """Return the day of an incident with the time as it was typed: 2025年4月9日14:30, "9 April 2025, 14:30"."""
    day = date_text(incident.on) if incident.on else ""
    if not incident.at.strip():
        return day
    return f"{day}{incident.at}" if language() == "zh" else f"{day}, {incident.at}"


def amount_text(amount: Decimal, currency: str) -> str:
    """Return 人民币300元, 人民币1,234.50元 or "CNY 300.00"; a currency other than the yuan keeps its code."""
    exponent = amount.normalize().as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    if language() == "zh" and currency == "CNY":
        return f"人民币{amount:,.{max(places, 2) if places else 0}f}元"
    return f"{currency} {amount:,.{max(places, 2)}f}"


def agent_text(agent: str) -> str:
    """Return an agent's name as it is, or a bare staff number with words around it."""
    if _STAFF_NUMBER.fullmatch(agent.strip()):
        return _("staff no. {number}").format(number=agent)
    return agent


def request_text(remedy: Remedy) -> str:
    """Return one request as a sentence, with its amount and the day by which it is to be answered."""
    told = remedy.text
    if not told.strip() and remedy.kind in REQUESTS:
        told = _(REQUESTS[remedy.kind])
    details = []
    if remedy.amount is not None:
        details.append(_("amount: {amount}").format(amount=amount_text(remedy.amount, remedy.currency)))
    if remedy.reply_by is not None:
        details.append(_("please reply by {day}").format(day=date_text(remedy.reply_by)))
    if details:
        told += _(" ({details})").format(details=_("; ").join(details))
    return told if told.endswith(tuple(_SENTENCE_ENDS)) else told + _(".")


def exhibit_label(number: int) -> str:
    """Return 证据1 or "Exhibit 1"."""
    return _("Exhibit {number}").format(number=number)


def extent_text(exhibit: Exhibit) -> str:
    """Return pages and copies of an exhibit: 3页／1份, or "3 pages / 1 copy"."""
    copies = _("1 copy") if exhibit.copies == 1 else _("{count} copies").format(count=exhibit.copies)
    if exhibit.pages is None:
        return copies
    pages = _("1 page") if exhibit.pages == 1 else _("{count} pages").format(count=exhibit.pages)
    return f"{pages}／{copies}" if language() == "zh" else f"{pages} / {copies}"


def pile_text(exhibits: tuple[Exhibit, ...]) -> str:
    """Return how much evidence is enclosed; the pages are summed only where every exhibit has a count."""
    pages = [exhibit.pages for exhibit in exhibits if exhibit.pages is not None]
    if len(pages) == len(exhibits) and pages:
        return _("items: {items}, pages: {pages}").format(items=len(exhibits), pages=sum(pages))
    return _("items: {items}").format(items=len(exhibits))
