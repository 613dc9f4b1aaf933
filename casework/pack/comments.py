"""The supervisor's comments, one for each chart or section, from a file that a person writes."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping

from casework.errors import BadFile, Incomplete
from casework.i18n import _
from casework.model import Finding
from casework.pack.pictures import picture_names

#: The sections that have no chart of their own name.
SECTIONS = (
    *("data", "headlines", "volume", "breakdowns", "heat", "resolution", "comparison", "backlog", "clocks"),
    *("ends", "handling", "repeats"),
)
MOST_LETTERS = 2_000


def comment_names() -> tuple[str, ...]:
    """Everything that can be commented on."""
    return tuple(dict.fromkeys((*picture_names(), *SECTIONS)))


def read_comments(content: bytes, name: str) -> dict[str, str]:
    """Read TOML or JSON: names of charts or sections and texts.

    Raises :class:`BadFile` where it is neither and :class:`Incomplete` with every name and text that cannot be used.
    """
    told = _parsed(content, name)
    told = told["comments"] if set(told) == {"comments"} and isinstance(told["comments"], dict) else told
    findings = list(_wrong(told, name))
    if findings:
        raise Incomplete(_("The comments cannot be used."), findings, where=name)
    return {key: text for key, told_text in told.items() if (text := str(told_text).strip())}


def _parsed(content: bytes, name: str) -> dict[str, object]:
    try:
        text = content.decode("utf-8-sig")
        told = json.loads(text) if name.lower().endswith(".json") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadFile(
            _("The comments are no TOML or JSON: {error}.").format(error=error),
            where=name,
            remedy=_("Write lines such as {line}.").format(line='volume = "…"'),
        ) from error
    if not isinstance(told, Mapping):
        raise BadFile(_("The comments are not names with texts."), where=name)
    return dict(told)


def _wrong(told: Mapping[str, object], name: str) -> list[Finding]:
    known = comment_names()
    found = []
    for key, text in told.items():
        if key not in known:
            remedy = _("Known names: {names}.").format(names=", ".join(known))
            found.append(Finding(name, _("There is no such chart or section."), key, remedy))
        elif not isinstance(text, str):
            found.append(Finding(name, _("A comment is a text."), key))
        elif len(text) > MOST_LETTERS:
            problem = _("A comment has at most {count} characters.").format(count=MOST_LETTERS)
            found.append(Finding(name, problem, key))
    return found
