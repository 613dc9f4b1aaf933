"""Which source an export comes from, and what changed in it since its mapping was confirmed."""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from casework.i18n import _, mark
from casework.model import ExportSource
from casework.rules import RulePack
from casework.sources import ColumnProfile, Mapping, Question
from casework.staging import labels
from casework.staging.vocabulary import Vocabulary, word_questions

#: A mapping fits an export of another layout where at least this share of all their headers is common to both.
OVERLAP = 0.6
#: Headers alike enough (difflib's ratio) to ask whether one is the other under a new name.
SIMILAR = 0.6
#: A share of blanks has jumped where it moved by more than 20 points and chance would do so once in a hundred times.
JUMP, CHANCE = 0.20, 0.01
#: A share of none or all was seen in a sample: chance is reckoned with at least this much on either side.
LEAST_SHARE = 0.05

#: Values of a drift question's options. ``column:ROLE=HEADER`` gives a role to a column (or to
#: none); without a role it only says that the header is the old one under a new name.
ACCEPT = "accept"

_KINDS = {
    "date": mark("dates"),
    "number": mark("numbers"),
    "text": mark("text"),
    "empty": mark("nothing"),
}


@dataclass(frozen=True, slots=True)
class _Renamed:
    old: ColumnProfile
    new: ColumnProfile


def normal(header: str) -> str:
    """A header as it is compared: NFKC, lower case, letters, digits and ``#`` only."""
    return re.sub(r"[^\w#]|_", "", unicodedata.normalize("NFKC", header).casefold())


def best_mapping(mappings: Sequence[Mapping], source: ExportSource) -> Mapping | None:
    """The mapping whose layout this is, else the one that shares most of its headers (:data:`OVERLAP`), or None.

    ``mappings`` come most recent first: among equals the first one wins.
    """
    for mapping in mappings:
        if mapping.fingerprint and mapping.fingerprint == source.fingerprint:
            return mapping
    ranked = [(_overlap(mapping, source), -place) for place, mapping in enumerate(mappings)]
    best = max(ranked, default=(0.0, 0))
    return mappings[-best[1]] if best[0] >= OVERLAP else None


def _overlap(mapping: Mapping, source: ExportSource) -> float:
    ours = {normal(header) for header in _headers(mapping)} - {""}
    theirs = {normal(header) for header in source_headers(source)} - {""}
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0


def _headers(mapping: Mapping) -> list[str]:
    if mapping.profile:
        return [column.header for column in mapping.profile]
    return [header for _role, header in mapping.columns if header]


def source_headers(source: ExportSource) -> list[str]:
    """Every header of an export, in its order where that is known."""
    if source.profile:
        return [column.header for column in source.profile]
    return [*(header for _role, header in source.columns), *source.unused]


def drift(
    mapping: Mapping, source: ExportSource, vocabulary: Vocabulary, rules: RulePack
) -> tuple[Question, ...]:
    """What changed in a source since its mapping was confirmed, one question each; empty where nothing did.

    Columns gone, new and renamed, another type or date form, words without a meaning, and shares of blanks that
    jumped. A question's ``subject`` is the header (of a renamed column the old one) or ``role:word``.
    """
    return (*_columns(mapping, source), *word_questions(vocabulary, rules))


def _columns(mapping: Mapping, source: ExportSource) -> Iterator[Question]:
    roles = {normal(header): role for role, header in mapping.columns if header}
    before, now = list(mapping.profile), list(source.profile)
    if not before or not now:
        yield from _without_profiles(mapping, source)
        return
    known, there = _by_header(before), _by_header(now)
    gone = [column for key, column in known.items() if key not in there]
    new = [column for key, column in there.items() if key not in known]
    for each in _renamed(gone, new, before, now):
        gone.remove(each.old)
        new.remove(each.new)
        yield _ask_renamed(each, roles.get(normal(each.old.header), ""))
    for column in gone:
        yield _ask_gone(column.header, roles.get(normal(column.header), ""), new)
    for column in new:
        yield _ask_new(column.header)
    for key in (key for key in known if key in there):
        yield from _changes(known[key], there[key], source.rows)


def _without_profiles(mapping: Mapping, source: ExportSource) -> Iterator[Question]:
    """Where it is not known what the columns looked like, only those that play a role can be missed."""
    there = {normal(header) for header in source_headers(source)}
    for role, header in mapping.columns:
        if header and normal(header) not in there:
            yield _ask_gone(header, role, [])


def _by_header(columns: Sequence[ColumnProfile]) -> dict[str, ColumnProfile]:
    return {normal(column.header) or column.header: column for column in columns}


# ------------------------------------------------------------------ renamed columns


def _renamed(
    gone: Sequence[ColumnProfile],
    new: Sequence[ColumnProfile],
    before: Sequence[ColumnProfile],
    now: Sequence[ColumnProfile],
) -> list[_Renamed]:
    """Pairs of a column that is gone and one that is new, the likeliest first, each column once."""
    scored = [
        (score, -before.index(old), -now.index(other), old, other)
        for old in gone
        for other in new
        if (score := _likeness(old, other, before, now)) > 0
    ]
    found: list[_Renamed] = []
    for _score, _old_place, _new_place, old, other in sorted(scored, key=lambda item: item[:3], reverse=True):
        if all(old is not pair.old and other is not pair.new for pair in found):
            found.append(_Renamed(old, other))
    return found


def _likeness(
    old: ColumnProfile, new: ColumnProfile, before: Sequence[ColumnProfile], now: Sequence[ColumnProfile]
) -> float:
    """How likely one column is the other: a similar name, or the same place and kind; 0 where neither."""
    ratio = difflib.SequenceMatcher(None, normal(old.header), normal(new.header), autojunk=False).ratio()
    fits = old.kind == new.kind or "empty" in (old.kind, new.kind)
    same_place = fits and _in_place(old, new, before, now)
    if ratio >= SIMILAR:
        return ratio + (0.5 if same_place else 0.0)
    return 0.5 + ratio / 10 if same_place and old.kind == new.kind else 0.0


def _in_place(
    old: ColumnProfile, new: ColumnProfile, before: Sequence[ColumnProfile], now: Sequence[ColumnProfile]
) -> bool:
    """Whether one column stands where the other stood: as many columns from the left, or between the same two."""
    first, second = _index(old, before), _index(new, now)
    return first == second or _beside(first, before) == _beside(second, now)


def _index(column: ColumnProfile, columns: Sequence[ColumnProfile]) -> int:
    return next(index for index, each in enumerate(columns) if each is column)


def _beside(place: int, columns: Sequence[ColumnProfile]) -> tuple[str, str]:
    """The headers on either side: a column that was put in before the table does not move the others."""
    left = normal(columns[place - 1].header) if place else ""
    right = normal(columns[place + 1].header) if place + 1 < len(columns) else ""
    return left, right


def _ask_renamed(pair: _Renamed, role: str) -> Question:
    text = _(
        "The column “{old}” is gone and “{new}” is new: is it the same column under another name?"
    ).format(old=pair.old.header, new=pair.new.header)
    options = [(f"column:={pair.new.header}", _("Yes, it is the same column"))]
    if role:
        options = [
            (f"column:{role}={pair.new.header}", _("Yes, it is the same column")),
            (f"column:{role}=", _("No; no column has this any more")),
        ]
    return Question("drift", pair.old.header, text, tuple(options))


def _ask_gone(header: str, role: str, new: Sequence[ColumnProfile]) -> Question:
    if not role:
        text = _("The column “{old}” is gone. It played no role.").format(old=header)
        return Question("drift", header, text, ((ACCEPT, _("That is right from now on")),))
    text = _("The column “{old}” ({role}) is gone. Which column has it now?").format(
        old=header, role=labels.name(role)
    )
    options = [(f"column:{role}={column.header}", f"“{column.header}”") for column in new]
    return Question("drift", header, text, ((f"column:{role}=", _("No column has it any more")), *options))


def _ask_new(header: str) -> Question:
    text = _("The column “{new}” is new. It plays no role unless you give it one.").format(new=header)
    return Question("drift", header, text, ((ACCEPT, _("That is right from now on")),))


# ------------------------------------------------------------------ columns that look different


def _changes(old: ColumnProfile, new: ColumnProfile, rows: int) -> Iterator[Question]:
    accept = ((ACCEPT, _("That is right from now on")),)
    if "empty" not in (old.kind, new.kind) and old.kind != new.kind:
        text = _("“{column}” held {old} and now holds {new}. Check that it is still the right column.")
        told = text.format(
            column=new.header, old=_(_KINDS.get(old.kind, old.kind)), new=_(_KINDS.get(new.kind, new.kind))
        )
        yield Question("drift", new.header, told, accept)
    elif old.kind == new.kind == "date" and old.form and new.form and old.form != new.form:
        text = _("The dates in “{column}” were written {old} and are now written {new}. Check day and month.")
        yield Question(
            "drift", new.header, text.format(column=new.header, old=old.form, new=new.form), accept
        )
    if blanks_jumped(old.blank, new.blank, rows):
        text = _("“{column}” was blank in {old}% of the rows and is now blank in {new}%.")
        told = text.format(column=new.header, old=round(old.blank * 100), new=round(new.blank * 100))
        yield Question("drift", new.header, told, accept)


def blanks_jumped(before: float, now: float, rows: int) -> bool:
    """Whether a share of blanks moved by more than :data:`JUMP`, and further than chance moves it in ``rows`` rows.

    Chance: the binomial tail at the former share (at least :data:`LEAST_SHARE` from 0 and 1) is under
    :data:`CHANCE`.
    """
    if rows <= 0 or abs(now - before) <= JUMP:
        return False
    share = min(max(before, LEAST_SHARE), 1 - LEAST_SHARE)
    count = round(now * rows)
    if now > before:
        return _tail(count, rows, share) < CHANCE
    return _tail(rows - count, rows, 1 - share) < CHANCE


def _tail(count: int, rows: int, share: float) -> float:
    """The chance of ``count`` or more of ``rows`` at ``share``: exact for few rows, else the normal curve."""
    if rows > 500:
        deviation = math.sqrt(rows * share * (1 - share))
        return 0.5 * math.erfc((count - 0.5 - rows * share) / deviation / math.sqrt(2))
    return sum(
        math.comb(rows, each) * share**each * (1 - share) ** (rows - each) for each in range(count, rows + 1)
    )
