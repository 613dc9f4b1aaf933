"""The words of an export and what they mean here. A word nobody has explained is a question, never a guess."""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from casework.i18n import _, language
from casework.rules import RulePack
from casework.sources import KEEP, WORD_ROLES, Question, Word
from casework.staging import labels
from casework.staging.columns import text_column
from casework.words import STATUSES
from casework.words import word as status_word

#: A column with more different words than this holds free text; only its most frequent words are asked about.
MOST_WORDS = 200
ASKED_OF_MANY = 20
#: How alike two words must be (difflib's ratio) to be taken for the same, and how far ahead of the next meaning.
ALIKE, AHEAD = 0.85, 0.05

#: What turns a word into its opposite; a word that differs from a known one by such a part is not that word.
_TURNING = re.compile(
    r"[未不无非待拟再重撤否莫勿没别转移退]|\b(?:not|no|non|never|pending|awaiting|without|re|un)\b"
)
_HOTLINE = re.compile(r"(?<!\d)(12315|12345|12377|12318|12300|12368)(?!\d)")
_BREAKS = re.compile(r"[-—–/／:：|｜()（）\[\]【】,，、;；]|\bwith\b")

Meanings = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One word of an export: how often it stands there, what it was said to mean, and what it may mean.

    ``meaning`` and ``suggestion`` are as in :class:`casework.sources.Word`, None where there is none.
    """

    role: str
    word: str
    count: int
    meaning: str | None = None
    suggestion: str | None = None

    @property
    def unmapped(self) -> bool:
        """Whether nobody has said yet what the word means."""
        return self.meaning is None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every word of an export's channel, status and conduct columns, the most frequent first.

    ``words`` are the meanings that people confirmed. ``crowded`` names the roles whose column has more than
    :data:`MOST_WORDS` different words, with their number: of these only the most frequent are in ``entries``.
    """

    entries: tuple[Entry, ...] = ()
    words: tuple[Word, ...] = ()
    crowded: tuple[tuple[str, int], ...] = ()

    @property
    def unmapped(self) -> tuple[Entry, ...]:
        """The words that nobody has explained."""
        return tuple(entry for entry in self.entries if entry.unmapped)

    def notes(self) -> tuple[str, ...]:
        """What a person should know of it, in words."""
        told = _(
            "The column for “{role}” has {count} different words, so it may be free text; "
            "only the {shown} most frequent are asked about, the others stay as they are."
        )
        return tuple(
            told.format(role=labels.name(role), count=count, shown=ASKED_OF_MANY)
            for role, count in self.crowded
        )


def normal(word: str) -> str:
    """A word as it is compared: NFKC, trimmed, case folded, one space where there are several."""
    return " ".join(unicodedata.normalize("NFKC", word).casefold().split())


def meanings(words: Iterable[Word]) -> dict[tuple[str, str], str]:
    """The confirmed meanings by role and :func:`normal` word."""
    return {(entry.role, normal(entry.word)): entry.meaning for entry in words}


# ------------------------------------------------------------------ suggestions


def suggest(role: str, word: str, rules: RulePack) -> str | None:
    """What ``word`` may mean: a casework id, ``=`` where it stands for itself, None rather than a wrong guess.

    Known names (both languages) and synonyms first, then their parts, a hotline's number, and last a spelling
    that is nearly one of them.
    """
    known, bare = _known(role, rules), _bare(word)
    if not bare or not known:
        return None
    if bare in known:
        return known[bare]
    for guess in (_by_parts, _by_hotline, _by_phrase, _by_likeness):
        found = guess(role, word, known)
        if found:
            return found
    return None


def _bare(word: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", word).casefold())


@cache
def _synonyms() -> dict[str, dict[str, list[str]]]:
    table = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    return {role: table[role] for role in WORD_ROLES}


@cache
def placeholders() -> frozenset[str]:
    """What people type where they have nothing to say, as :func:`normal` words."""
    table = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    return frozenset(normal(word) for word in table["blank"])


def _known(role: str, rules: RulePack) -> dict[str, str]:
    return _table(role, rules.jurisdiction, tuple(_names(role, rules)))


def _names(role: str, rules: RulePack) -> Iterable[tuple[str, str]]:
    if role == "status":
        return [(key, key) for key in STATUSES]
    records = rules.channels if role == "channel" else rules.conducts if role == "conduct" else {}
    named = [(name, key) for key, each in records.items() for name in (key, each.names.zh, each.names.en)]
    if role == "conduct":
        named += [
            (name, key) for key, each in rules.conducts.items() for name in (each.short.zh, each.short.en)
        ]
    return named


@cache
def _table(role: str, jurisdiction: str, names: tuple[tuple[str, str], ...]) -> dict[str, str]:
    ids = {key for _name, key in names} | {KEEP}
    table = {}
    for key, listed in _synonyms().get(role, {}).items():
        meaning = KEEP if key == "keep" else key
        if meaning in ids:
            table.update({_bare(word): meaning for word in listed})
    table.update({_bare(name): key for name, key in names})
    return table


def _only(found: Iterable[str]) -> str | None:
    different = set(found)
    return different.pop() if len(different) == 1 else None


def _by_parts(role: str, word: str, known: Mapping[str, str]) -> str | None:
    """“已办结（调解成功）”: its first part is known, and no other part says otherwise."""
    parts = [part for part in _BREAKS.split(unicodedata.normalize("NFKC", word).casefold()) if _bare(part)]
    if len(parts) < 2 or _bare(parts[0]) not in known:
        return None
    rest = [part for part in parts[1:] if _bare(part) not in known]
    if any(_TURNING.search(part) for part in rest):
        return None
    found = {known[_bare(part)] for part in parts if _bare(part) in known}
    return _only(found - {KEEP} or found)


def _by_hotline(role: str, word: str, known: Mapping[str, str]) -> str | None:
    """“全国12315平台网页”: one hotline's number and no other says whose channel it is."""
    numbers = set(_HOTLINE.findall(unicodedata.normalize("NFKC", word)))
    if role != "channel" or len(numbers) != 1 or len(word) > 30 or re.search("转|移送|退", word):
        return None
    number = numbers.pop()
    if "举报" in word and "投诉" in word:
        return None
    return known.get(f"{number}举报") if "举报" in word and f"{number}举报" in known else known.get(number)


def _by_phrase(role: str, word: str, known: Mapping[str, str]) -> str | None:
    """“涉嫌虚假宣传问题”: a conduct's name of four characters or more stands in a short text, and no other's."""
    text = _bare(word)
    if role != "conduct" or len(text) > 20 or _TURNING.search(word):
        return None
    return _only(
        meaning
        for name, meaning in known.items()
        if meaning != KEEP and len(name) >= 4 and not name.isascii() and name in text
    )


def _by_likeness(role: str, word: str, known: Mapping[str, str]) -> str | None:
    """A spelling that is nearly a known word, from the same first letter on, and does not turn its sense."""
    text = _bare(word)
    if len(text) < 4 or len(text) > 40:
        return None
    best: dict[str, float] = {}
    for name, meaning in known.items():
        if name[0] == text[0] and not _turned(text, name) and abs(len(name) - len(text)) <= len(text) * 0.3:
            ratio = difflib.SequenceMatcher(None, name, text, autojunk=False).ratio()
            best[meaning] = max(best.get(meaning, 0.0), ratio)
    ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] < ALIKE:
        return None
    return ranked[0][0] if len(ranked) == 1 or ranked[0][1] - ranked[1][1] >= AHEAD else None


def _turned(text: str, name: str) -> bool:
    """Whether one of two words has what turns a sense, or a different number, and the other has not."""
    if sorted(re.findall(r"\d", text)) != sorted(re.findall(r"\d", name)):
        return True
    return sorted(_TURNING.findall(text)) != sorted(_TURNING.findall(name))


# ------------------------------------------------------------------ the words of a table


def vocabulary(table: pa.Table, words: Sequence[Word], rules: RulePack) -> Vocabulary:
    """Every word of each word column with its count, its confirmed meaning, and what it may mean."""
    confirmed = meanings(words)
    entries: list[Entry] = []
    added: list[Word] = []
    crowded = []
    for role in WORD_ROLES:
        counted = _counted(table, role)
        if len(counted) > MOST_WORDS:
            crowded.append((role, len(counted)))
            counted = counted[:ASKED_OF_MANY]
        own = _own_words(role, rules)
        for word, count in counted:
            meaning = confirmed.get((role, normal(word)))
            if (
                meaning is None and normal(word) in own
            ):  # casework's own name for it, as in its intake workbook
                meaning = own[normal(word)]
                added.append(Word(role, word, meaning))
            guess = suggest(role, word, rules) if meaning is None else None
            entries.append(Entry(role, word, count, meaning, guess))
    return Vocabulary(tuple(entries), (*words, *added), tuple(crowded))


def _own_words(role: str, rules: RulePack) -> dict[str, str]:
    """Casework's own ids and names; a name that two records share says nothing."""
    named = list(_names(role, rules))
    if role == "status":
        named += [(status_word(STATUSES, key), key) for key in STATUSES]
    found: dict[str, str] = {}
    shared = set()
    for name, key in named:
        if found.setdefault(normal(name), key) != key:
            shared.add(normal(name))
    return {name: key for name, key in found.items() if name not in shared}


def _counted(table: pa.Table, role: str) -> list[tuple[str, int]]:
    """The words of a column and how often they stand there; spellings that compare equal are one word."""
    found = pc.value_counts(text_column(table, role).drop_null())
    spelled = zip(found.field("values").to_pylist(), found.field("counts").to_pylist(), strict=True)
    total: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for word, count in sorted(spelled, key=lambda item: (-item[1], item[0])):
        key = normal(word)
        if key:
            total[key] += count
            shown.setdefault(key, word.strip())
    return [(shown[key], count) for key, count in sorted(total.items(), key=lambda item: (-item[1], item[0]))]


def apply(table: pa.Table, words: Sequence[Word]) -> pa.Table:
    """Add ``channel_meaning``, ``status_meaning`` and ``conduct_meaning``: as confirmed, null where unmapped."""
    confirmed = meanings(words)
    for role in WORD_ROLES:
        coded = text_column(table, role).dictionary_encode()
        meant = [None if word is None else confirmed.get((role, normal(word))) for word in _listed(coded)]
        column = pa.DictionaryArray.from_arrays(coded.indices, pa.array(meant, pa.string()))
        table = table.append_column(f"{role}_meaning", column.cast(pa.string()))
    return table


def _listed(coded: pa.DictionaryArray) -> list[str | None]:
    listed: list[str | None] = coded.dictionary.to_pylist()
    return listed


# ------------------------------------------------------------------ questions


def word_question(entry: Entry, rules: RulePack) -> Question:
    """Ask what a word means. ``subject`` is ``role:word``; the first option is the suggestion, if there is one."""
    choices = dict(_choices(entry.role, rules))
    first = entry.suggestion or KEEP
    ordered = [first, *(value for value in choices if value != first)]
    text = _("What does “{word}” mean ({role}, {count} rows)?").format(
        word=labels.shown(entry.word), role=labels.name(entry.role), count=entry.count
    )
    return Question(
        "word", f"{entry.role}:{entry.word}", text, tuple((value, choices[value]) for value in ordered)
    )


def _choices(role: str, rules: RulePack) -> list[tuple[str, str]]:
    keep = [(KEEP, _("Keep the word as it is"))]
    if role == "status":
        return [*((key, status_word(STATUSES, key)) for key in STATUSES), *keep]
    records = rules.channels if role == "channel" else rules.conducts
    return [*((key, each.name(language())) for key, each in records.items()), *keep]


def word_questions(found: Vocabulary, rules: RulePack) -> tuple[Question, ...]:
    """One question for each word that nobody has explained."""
    return tuple(word_question(entry, rules) for entry in found.unmapped)
