"""An editorial as a TOML file that a supervisor edits: suggestions stand in it, unused until ``use = true``."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.errors import BadFile
from casework.i18n import _
from casework.published.editorial import (
    SECTIONS,
    Editorial,
    HotSpot,
    TypicalCase,
    case_facts,
    part_of,
    suggestions,
)
from casework.published.numbers import grouped, line
from casework.published.wording import DIMENSIONS

if TYPE_CHECKING:
    from casework.analytics.figures import Report

MOST_BYTES = 1 << 20
_TEXTS = ("office", "advice")
_SPOT = {"use": bool, "dimension": str, "value": str, "words": str}
_CASE = {"use": bool, "case": str, "title": str, "words": str}


def as_toml(editorial: Editorial, report: Report | None = None) -> str:
    """The file's text. With a ``report`` each suggestion has its figures in a comment, for choosing."""
    return "\n".join([*_head(editorial), *_spots(editorial, report), *_cases(editorial, report)]) + "\n"


def from_toml(text: bytes | str, name: str = "") -> Editorial:
    """Read what :func:`as_toml` wrote and a person changed. Raises :class:`BadFile` with everything that is wrong."""
    told = _parsed(text, name)
    wrong = list(_wrong(told))
    if wrong:
        raise BadFile(
            _("The file of choices cannot be used: {problems}.").format(problems=_("; ").join(wrong)),
            where=name,
            remedy=_("Mend it, or remove it to have it made anew."),
        )
    return Editorial(
        office=told.get("office", ""),
        advice=told.get("advice", ""),
        own_words=tuple(told.get("own_words", {}).items()),
        hot_spots=tuple(
            HotSpot(one["dimension"], one.get("value"), one.get("words", ""), one.get("use", False))
            for one in told.get("hot_spots", [])
        ),
        typical_cases=tuple(
            TypicalCase(one["case"], one.get("title", ""), one.get("words", ""), one.get("use", False))
            for one in told.get("typical_cases", [])
        ),
    )


def _parsed(text: bytes | str, name: str) -> dict[str, Any]:
    remedy = _("Mend it, or remove it to have it made anew.")
    if len(text) > MOST_BYTES:
        raise BadFile(_("The file of choices is too large."), where=name, remedy=remedy)
    try:
        return tomllib.loads(text if isinstance(text, str) else text.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        told = _("The file of choices is not readable TOML in UTF-8 ({error}).").format(
            error=line(str(error))
        )
        raise BadFile(told, where=name, remedy=remedy) from error


def _wrong(told: Mapping[str, Any]) -> Iterator[str]:
    for key in told.keys() - {*_TEXTS, "own_words", "hot_spots", "typical_cases"}:
        yield _("“{key}” is not known").format(key=line(key))
    for key in _TEXTS:
        if not isinstance(told.get(key, ""), str):
            yield _("“{key}” is not text").format(key=key)
    yield from _wrong_words(told.get("own_words", {}))
    yield from _wrong_list("hot_spots", told.get("hot_spots", []), _SPOT, "dimension")
    yield from _wrong_list("typical_cases", told.get("typical_cases", []), _CASE, "case")
    for one in _dicts(told.get("hot_spots")):
        if isinstance(one.get("dimension"), str) and one["dimension"] not in DIMENSIONS:
            yield _("“{key}” is not known").format(key=line(one["dimension"]))


def _wrong_words(words: object) -> Iterator[str]:
    if not isinstance(words, dict):
        yield _("“{key}” is not a table").format(key="own_words")
        return
    for key, value in words.items():
        if key not in SECTIONS:
            yield _("“{key}” is not known").format(key=line(key))
        if not isinstance(value, str):
            yield _("“{key}” is not text").format(key=line(key))


def _wrong_list(name: str, rows: object, kinds: Mapping[str, type], needed: str) -> Iterator[str]:
    if not isinstance(rows, list) or len(_dicts(rows)) < len(rows):
        yield _("“{key}” is not a list of tables").format(key=name)
    for row in _dicts(rows):
        if needed not in row:
            yield _("“{key}” is missing in {place}").format(key=needed, place=name)
        for key, value in row.items():
            if key not in kinds:
                yield _("“{key}” is not known").format(key=line(key))
            elif not isinstance(value, kinds[key]):
                told = _("“{key}” is not true or false") if kinds[key] is bool else _("“{key}” is not text")
                yield told.format(key=key)


def _dicts(rows: object) -> list[dict[str, Any]]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _head(editorial: Editorial) -> Iterator[str]:
    yield "# " + _(
        "Choices and words for the published report. Figures are not kept here: they are computed anew."
    )
    yield "# " + _("Set use = true for what is to appear; write between the quotes.")
    yield f"office = {_quoted(editorial.office)}"
    yield f"advice = {_quoted(editorial.advice)}"
    yield ""
    yield "[own_words]"
    for section, title in SECTIONS.items():
        yield f"# {_(title)}"
        yield f"{section} = {_quoted(editorial.words_of(section))}"


def _spots(editorial: Editorial, report: Report | None) -> Iterator[str]:
    for spot in editorial.hot_spots:
        yield ""
        yield from _figures(spot, report)
        yield "[[hot_spots]]"
        yield f"use = {_flag(spot.use)}"
        yield f"dimension = {_quoted(spot.dimension)}"
        if spot.value is not None:
            yield f"value = {_quoted(spot.value)}"
        yield f"words = {_quoted(spot.words)}"


def _figures(spot: HotSpot, report: Report | None) -> Iterator[str]:
    part = part_of(report.review, spot) if report else None
    if part is not None and part.before is not None:
        told = _("This period {now}, the period before {before}.")
        yield "# " + told.format(now=grouped(part.received), before=grouped(part.before))


def _cases(editorial: Editorial, report: Report | None) -> Iterator[str]:
    keys = [one.case for one in editorial.typical_cases]
    facts = case_facts(report.cases, keys) if report else {}
    for one in editorial.typical_cases:
        yield ""
        for fact in (facts.get(one.case, {}).get(name) for name in ("kind", "channel", "conduct")):
            if fact:
                yield f"# {line(str(fact))}"
        yield "[[typical_cases]]"
        yield f"use = {_flag(one.use)}"
        yield f"case = {_quoted(one.case)}"
        yield f"title = {_quoted(one.title)}"
        yield f"words = {_quoted(one.words)}"


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _quoted(text: str) -> str:
    """A TOML string. JSON's escapes are TOML's too, but for the delete character; half surrogates are no text."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")


def editorial_at(path: Path, report: Report) -> tuple[Editorial, bool]:
    """The editorial kept in a file, and whether it was started just now: a missing one is made with suggestions.

    A file that is there is only read, never written. Raises :class:`BadFile`.
    """
    if path.exists():
        return from_toml(path.read_bytes(), path.name), False
    found = suggestions(report)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(as_toml(found, report))
    except OSError as error:
        raise BadFile(
            _("The file of choices cannot be written ({error}).").format(error=error.strerror or error),
            where=path.name,
            remedy=_("Choose a folder that can be written to."),
        ) from error
    return found, True
