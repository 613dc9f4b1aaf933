"""What a person answers, put into the mapping of a source. Each function returns a new mapping."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from casework.errors import CaseworkError
from casework.i18n import _
from casework.model import ExportSource
from casework.sources import ROLES, WORD_ROLES, ColumnProfile, Mapping, Question, Word
from casework.staging.drift import ACCEPT, normal
from casework.staging.vocabulary import normal as normal_word

DAY_FIRST, MONTH_FIRST = ("dmy", "day", "day_first"), ("mdy", "month", "month_first")


def remembered(name: str, source: ExportSource, words: Iterable[Word] = ()) -> Mapping:
    """The mapping of an export as it was understood, to be confirmed and kept under ``name``."""
    columns = tuple((choice.role, choice.header) for choice in source.choices) or source.columns
    return Mapping(name, source.fingerprint, columns, source.day_first, tuple(words), source.profile)


def refreshed(mapping: Mapping, source: ExportSource) -> Mapping:
    """The mapping with the layout of ``source`` as the known one: what drifted is accepted.

    A role whose column is not there any more has none.
    """
    there = {column.header for column in source.profile}
    columns = tuple(
        (role, header if header in there or not there else "") for role, header in mapping.columns
    )
    return replace(mapping, fingerprint=source.fingerprint, profile=source.profile, columns=columns)


def accepted(mapping: Mapping, questions: Iterable[Question], source: ExportSource) -> Mapping:
    """The mapping with everything that drifted accepted, each question by its first option (the likeliest)."""
    for question in questions:
        if question.about == "drift" and question.options:
            mapping = answer(mapping, question, question.options[0][0], source)
    return replace(mapping, fingerprint=source.fingerprint, profile=source.profile)


def with_column(mapping: Mapping, role: str, header: str) -> Mapping:
    """Give ``role`` to the column ``header`` (empty: to none); a column plays one role, so another one loses it.

    Raises :class:`CaseworkError` for a role that does not exist, or for no received date at all.
    """
    if role not in ROLES:
        raise CaseworkError(
            _("There is no such role."), where=role, remedy=_("Known: {ids}.").format(ids=", ".join(ROLES))
        )
    if role == "received" and not header:
        raise CaseworkError(
            _("An import needs a column with the received date."),
            remedy=_("Choose the column that holds it."),
        )
    others = [
        (each, "" if header and known == header else known) for each, known in mapping.columns if each != role
    ]
    if ("received", "") in others:
        raise CaseworkError(
            _("This column holds the received date."),
            where=header,
            remedy=_("Choose another column for the received date first."),
        )
    chosen = {**dict(others), role: header}
    return replace(mapping, columns=tuple((each, chosen[each]) for each in ROLES if each in chosen))


def with_word(mapping: Mapping, role: str, word: str, meaning: str) -> Mapping:
    """Say what ``word`` means in a column of ``role`` (a casework id, or ``=``); an empty meaning takes it back."""
    if role not in WORD_ROLES:
        raise CaseworkError(
            _("The words of this column have no meanings."),
            where=role,
            remedy=_("Known: {ids}.").format(ids=", ".join(WORD_ROLES)),
        )
    if role == "status" and meaning not in ("", "open", "closed", "="):
        raise CaseworkError(_("A status word means open or closed."), where=word)
    rest = [
        each for each in mapping.words if (each.role, normal_word(each.word)) != (role, normal_word(word))
    ]
    added = [Word(role, word, meaning)] if meaning else []
    return replace(mapping, words=tuple(sorted([*rest, *added], key=lambda each: (each.role, each.word))))


def with_day_first(mapping: Mapping, day_first: bool | None) -> Mapping:
    """Say whether the day stands before the month in this source's dates (None: no date needs it)."""
    return replace(mapping, day_first=day_first)


def answer(mapping: Mapping, question: Question, value: str, source: ExportSource | None = None) -> Mapping:
    """Put the answer ``value`` (one of the question's options) to a question into the mapping.

    Accepting a drift needs the ``source`` that drifted. Raises :class:`CaseworkError` for a value that answers no
    question of its kind.
    """
    if question.about == "day_month" and value in (*DAY_FIRST, *MONTH_FIRST):
        return with_day_first(mapping, value in DAY_FIRST)
    if question.about == "word":
        role, _colon, word = question.subject.partition(":")
        return with_word(mapping, role, word, value)
    if question.about == "role":
        return with_column(mapping, question.subject, value)
    if question.about == "drift" and value.startswith("column:"):
        role, _equals, header = value.removeprefix("column:").partition("=")
        given = with_column(mapping, role, header) if role else mapping
        return _accepted(given, {question.subject, header}, source)
    if question.about == "drift" and value == ACCEPT:
        return _accepted(mapping, {question.subject}, source)
    raise CaseworkError(
        _("This does not answer the question."),
        where=question.subject,
        remedy=_("Known: {ids}.").format(ids=", ".join(key for key, _words in question.options)),
    )


def _accepted(mapping: Mapping, headers: set[str], source: ExportSource | None) -> Mapping:
    """The profile of these columns as they are in ``source``; one that is gone is forgotten."""
    if source is None or not mapping.profile:
        return mapping
    keys = {normal(header) or header for header in headers if header}
    now = {normal(column.header) or column.header: column for column in source.profile}
    known = {normal(column.header) or column.header: column for column in mapping.profile}
    for key in keys:
        if key in now:
            known[key] = now[key]
        else:
            known.pop(key, None)
    return replace(mapping, profile=_in_order(known, source))


def _in_order(known: dict[str, ColumnProfile], source: ExportSource) -> tuple[ColumnProfile, ...]:
    """Columns in the order of the export, those that it does not have at the end."""
    order = {normal(column.header) or column.header: place for place, column in enumerate(source.profile)}
    return tuple(known[key] for key in sorted(known, key=lambda key: (order.get(key, len(order)), key)))
