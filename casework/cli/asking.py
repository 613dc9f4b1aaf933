"""Asking at the terminal. Where nobody sits there, nothing is asked and nothing is guessed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from casework.i18n import _

if TYPE_CHECKING:
    from casework.sources import Question


def can_ask() -> bool:
    """Whether a person can see a question and answer it."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: Question) -> str:
    """Ask, and return the value of the option that was chosen; empty where the person left it open."""
    print(question.text, file=sys.stderr)
    for number, (_value, words) in enumerate(question.options, start=1):
        print(f"  {number}. {words}", file=sys.stderr)
    while True:
        print(_("Number (Enter: leave it open): "), end="", file=sys.stderr, flush=True)
        typed = sys.stdin.readline().strip()
        if not typed:
            return ""
        if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(question.options):
            return question.options[int(typed) - 1][0]


def agreed(sentence: str) -> bool:
    """Ask for a yes."""
    print(sentence + " " + _("[y/N]") + " ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().casefold() in {"y", "yes", "是", "好"}
