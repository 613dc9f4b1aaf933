"""Finding cases by their words, Chinese and English.

Text becomes a row of tokens: every CJK character is one, every run of other letters and digits is one
(folded: ａＢ１ equals ab1). A word that a person types becomes a phrase of tokens, so Chinese words of any
length are found; the last token of a Latin word may be a beginning (refu finds refund). What a person types
is never query syntax: only letters and digits survive.

SQLite keeps the tokens in an FTS5 table. PostgreSQL keeps them in tsvector columns with a GIN index; a
tsvector remembers at most 256 places of a token, so a long text is cut into overlapping pieces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Connection, TextClause, false, text

from casework.model import Case

_CJK = (
    "\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_TOKEN = re.compile(f"[{_CJK}]|[^\\W_{_CJK}]+")
_IDEOGRAPH = re.compile(f"[{_CJK}]")

#: Stands between two fields, so that no phrase is found across them. A person's words have no such token.
BREAK = "\u00b6"
_TOKEN_OR_BREAK = re.compile(f"{BREAK}|{_TOKEN.pattern}")
LONGEST_TOKEN = 100
_MOST_WORDS = 32
#: The longest phrase that is looked for, hence also how far two pieces on PostgreSQL overlap.
_LONGEST_PHRASE = 64
_PIECE = 4000

_SQLITE_ADD = text("INSERT INTO search(rowid, words) VALUES (:pk, :words)")
_SQLITE_ADD_MANY = "INSERT INTO search(rowid, words) SELECT ? + key, value FROM json_each(?)"
_SQLITE_MERGE = text("INSERT INTO search(search, rank) VALUES ('deletemerge', :share)")
_SQLITE_REMOVE = text("DELETE FROM search WHERE rowid = :pk")
_POSTGRESQL_ADD = text(
    "INSERT INTO search(case_pk, piece, words) VALUES (:pk, :piece, CAST(:words AS tsvector))"
)
_POSTGRESQL_REMOVE = text("DELETE FROM search WHERE case_pk = :pk")


def tokens(words: str) -> list[str]:
    """Return the tokens of a text in order."""
    return _found(_TOKEN, words)


def case_tokens(case: Case) -> list[str]:
    """Return the tokens of everything a person may look for in a case."""
    return text_tokens(BREAK.join(filter(None, _fields(case))))


def index_words(connection: Connection, pks: Sequence[int], words: Sequence[str]) -> None:
    """Make new cases findable by their tokens (:func:`text_tokens`), which spaces separate in ``words``.

    On SQLite the keys follow one another.
    """
    if connection.dialect.name == "sqlite":
        # One statement for all, so that other threads go on meanwhile. Tokens hold nothing that JSON would escape.
        listed = '["' + '","'.join(words) + '"]'
        connection.exec_driver_sql(_SQLITE_ADD_MANY, (pks[0], listed))
        return
    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor, cursor.copy("COPY search(case_pk, piece, words) FROM STDIN") as copy:
        for pk, text in zip(pks, words, strict=True):
            for value in _pieces(pk, text.split()):
                copy.write_row((value["pk"], value["piece"], value["words"]))


@contextmanager
def removing_many(connection: Connection) -> Iterator[None]:
    """Leave it to later writers to close the gaps that many removals make: at once, it takes seven times as long."""
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.execute(_SQLITE_MERGE, {"share": 0})
    yield
    connection.execute(_SQLITE_MERGE, {"share": 10})  # percent, as SQLite has it


def forget(connection: Connection, condition: str, parameters: Mapping[str, object]) -> None:
    """Make the cases that meet a condition on ``cases`` not to be found, before they are removed."""
    if connection.dialect.name == "sqlite":  # PostgreSQL's rows go with their cases
        statement = f"DELETE FROM search WHERE rowid IN (SELECT pk FROM cases WHERE {condition})"  # noqa: S608
        connection.execute(text(statement), dict(parameters))


def index(connection: Connection, rows: Iterable[tuple[int, Case]], *, fresh: bool) -> None:
    """Make the cases of these keys findable as they now are; ``fresh`` ones were not there before."""
    rows = list(rows)
    sqlite = connection.dialect.name == "sqlite"
    if not fresh:
        removal = _SQLITE_REMOVE if sqlite else _POSTGRESQL_REMOVE
        connection.execute(removal, [{"pk": pk} for pk, _case in rows])
    if sqlite:
        values: list[dict[str, object]] = [
            {"pk": pk, "words": " ".join(case_tokens(case))} for pk, case in rows
        ]
        connection.execute(_SQLITE_ADD, values)
    else:
        values = [value for pk, case in rows for value in _pieces(pk, case_tokens(case))]
        connection.execute(_POSTGRESQL_ADD, values)


def matching(dialect: str, words: str) -> ColumnElement[bool] | TextClause:
    """Return the condition on ``cases`` that every word is found; words without letters find nothing."""
    phrases = [tokens(word)[:_LONGEST_PHRASE] for word in words.split()[:_MOST_WORDS]]
    phrases = [phrase for phrase in phrases if phrase]
    if not phrases:
        return false()
    if dialect == "sqlite":
        query = " AND ".join(map(_fts5_phrase, phrases))
        return _clause("cases.pk IN (SELECT rowid FROM search WHERE search MATCH :words)", words=query)
    # The words of one case may lie in several pieces. INTERSECT, because nested conditions are planned badly.
    asked = {f"words{number}": _tsquery(phrase) for number, phrase in enumerate(phrases)}
    each = (f"SELECT case_pk FROM search WHERE words @@ CAST(:{name} AS tsquery)" for name in asked)  # noqa: S608
    return _clause(f"cases.pk IN ({' INTERSECT '.join(each)})", **asked)


def text_tokens(text: str) -> list[str]:
    """Return the tokens of fields that :data:`BREAK` stands between, breaks included."""
    return _found(_TOKEN_OR_BREAK, text)


def folded(text: str) -> str:
    """Return ``text`` as its tokens are spelled: no capitals, no full-width letters."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def stands_alone(char: str) -> bool:
    """Say whether a folded character is a token by itself."""
    return char == BREAK or _IDEOGRAPH.match(char) is not None


def is_in_word(char: str) -> bool:
    """Say whether a folded character is part of a token of several."""
    return not stands_alone(char) and _TOKEN.match(char) is not None


def _found(pattern: re.Pattern[str], words: str) -> list[str]:
    return [token[:LONGEST_TOKEN] for token in pattern.findall(folded(words))]


def _fields(case: Case) -> Iterator[str]:
    person, company = case.complainant, case.respondent
    yield from (case.case_no, case.summary, case.handler, case.region)
    yield from (person.name, person.phone, person.email, person.address)
    yield from (company.company, company.platform, company.agent, company.address)
    yield from (company.credit_code, company.contact)
    for incident in case.incidents:
        yield incident.text
    for remedy in case.remedies:
        yield remedy.text
    for exhibit in case.exhibits:
        yield from (exhibit.name, exhibit.source, exhibit.content, exhibit.purpose)
    for filing in case.filings:
        yield from (filing.channel, filing.receipt_no, filing.outcome)


def _is_beginning(phrase: Sequence[str]) -> bool:
    return _IDEOGRAPH.fullmatch(phrase[-1]) is None


def _fts5_phrase(phrase: Sequence[str]) -> str:
    return f'"{" ".join(phrase)}"' + (" *" if _is_beginning(phrase) else "")


def _tsquery(phrase: Sequence[str]) -> str:
    return " <-> ".join(f"'{token}'" for token in phrase) + (":*" if _is_beginning(phrase) else "")


def _clause(condition: str, **parameters: str) -> TextClause:
    return text(condition).bindparams(**parameters)


def _pieces(pk: int, found: Sequence[str]) -> Iterator[dict[str, object]]:
    for piece, start in enumerate(range(0, max(len(found), 1), _PIECE)):
        places: dict[str, list[str]] = {}
        for place, token in enumerate(found[start : start + _PIECE + _LONGEST_PHRASE], 1):
            if token != BREAK:
                places.setdefault(token, []).append(str(place))
        vector = " ".join(f"'{token}':{','.join(places[token])}" for token in places)
        yield {"pk": pk, "piece": piece, "words": vector}
