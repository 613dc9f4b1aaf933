"""The language of the person at the desk: Chinese first, English second.

Message ids are English sentences; ``locale/zh_CN`` holds the Chinese. A message is looked up when it is
shown, so one process can serve two languages (a context variable, not a global).
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")
DEFAULT_LANGUAGE = "zh"

_language: ContextVar[str] = ContextVar("casework_language", default=DEFAULT_LANGUAGE)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation("casework", Path(__file__).with_name("locale"), languages=["zh_CN"])


def language() -> str:
    """Return the language in force here: ``"zh"`` or ``"en"``."""
    return _language.get()


def set_language(lang: str) -> None:
    """Switch the language for the rest of this context (a command, a notebook kernel)."""
    if lang not in LANGUAGES:
        raise ValueError(f"language is {lang!r}, not one of {LANGUAGES}")
    _language.set(lang)


@contextmanager
def use_language(lang: str) -> Iterator[None]:
    """Speak ``lang`` inside the block, the former language after it."""
    before = _language.get()
    set_language(lang)
    try:
        yield
    finally:
        _language.set(before)


def _(message: str) -> str:
    """Return ``message`` (an English sentence) in the language in force."""
    return _catalogue(_language.get()).gettext(message)


def mark(message: str) -> str:
    """Mark a sentence for translation where it stands as data; show it through :func:`_` later."""
    return message
