"""What a person calls each fact of an export, and how its values are shown."""

from __future__ import annotations

from casework.i18n import _
from casework.sources import STORED_ROLES
from casework.words import ROLES as NAMES

#: The facts of a row that a workspace keeps, in the order of their names: the order of canonical JSON.
FACTS = tuple(sorted(STORED_ROLES))

SHOWN = 40  # characters of a value that a sentence quotes


def name(role: str) -> str:
    """The name of a role in the language in force."""
    return _(NAMES[role]) if role in NAMES else role


def shown(value: str) -> str:
    """A value as a sentence quotes it: on one line, cut after 40 characters, ``-`` where it is blank."""
    line = " ".join(value.split()).removesuffix(" 00:00:00")
    return (line[: SHOWN - 1] + "…" if len(line) > SHOWN else line) or _("(blank)")
