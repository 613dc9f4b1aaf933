"""What a scheduled run of a notebook asks for, as papermill hands it over."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from casework.errors import CaseworkError
from casework.i18n import LANGUAGES, _


@dataclass(frozen=True)
class Parameters:
    """Sources, period, language and day; empty: whatever the page would do by itself."""

    sources: tuple[str, ...] = ()
    period: str = ""
    lang: str = ""
    as_of: str = ""

    def __bool__(self) -> bool:
        return bool(self.sources or self.period or self.lang or self.as_of)

    def check(self) -> None:
        """Raise :class:`CaseworkError` where the language or the day is none."""
        if self.lang and self.lang not in LANGUAGES:
            raise CaseworkError(_("The language must be zh or en."), where=self.lang)
        if self.as_of and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", self.as_of, re.ASCII):
            raise CaseworkError(_("This is no date."), where=self.as_of, remedy=_("Write it as 2026-10-31."))


def parameters(sources: str | Sequence[str], period: str, lang: str, as_of: str) -> Parameters:
    """Take parameters as they come: ``-p sources '["a.xlsx"]'`` is a list to papermill, or text to others."""
    return Parameters(_list(sources), str(period).strip(), str(lang).strip(), str(as_of).strip())


def _list(sources: str | Sequence[str]) -> tuple[str, ...]:
    if not isinstance(sources, str):
        return tuple(map(str, sources))
    text = sources.strip()
    if text.startswith("["):
        try:
            return tuple(map(str, json.loads(text)))
        except ValueError:
            pass  # a pattern may start with a bracket as well
    return tuple(part.strip() for part in re.split(r"[;；\n]", text) if part.strip())
