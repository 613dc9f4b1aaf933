"""What a person calls each fact of an export, and how its values are shown."""

from __future__ import annotations

from casework.i18n import _, mark
from casework.sources import ROLES

#: The facts of a row in the order of their names: the order of canonical JSON.
FACTS = tuple(sorted(ROLES))

_NAMES = {
    "amount": mark("Amount"),
    "case_no": mark("Case number"),
    "channel": mark("Channel"),
    "closed": mark("Closing date"),
    "complainant": mark("Complainant"),
    "conduct": mark("Conduct"),
    "first_response": mark("First response"),
    "handler": mark("Handler"),
    "phone": mark("Phone"),
    "received": mark("Received date"),
    "region": mark("Region"),
    "respondent": mark("Respondent"),
    "status": mark("Status"),
    "text": mark("Text of the complaint"),
}
SHOWN = 40  # characters of a value that a sentence quotes


def name(role: str) -> str:
    """The name of a role in the language in force."""
    return _(_NAMES[role]) if role in _NAMES else role


def shown(value: str) -> str:
    """A value as a sentence quotes it: on one line, cut after 40 characters, ``-`` where it is blank."""
    line = " ".join(value.split()).removesuffix(" 00:00:00")
    return (line[: SHOWN - 1] + "…" if len(line) > SHOWN else line) or _("(blank)")
