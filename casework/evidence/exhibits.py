"""The exhibit list: numbers, and whether the stored files are still what was attached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from casework.errors import printable
from casework.evidence.vault import Vault
from casework.i18n import _
from casework.model import Exhibit, Finding


def label(number: int) -> str:
    """Return what the list calls an exhibit: 证据1, Exhibit 1."""
    return _("Exhibit {number}").format(number=number)


def next_number(exhibits: Iterable[Exhibit]) -> int:
    """Return the number that follows the highest in use; a freed number is not given again by itself."""
    return max((exhibit.number for exhibit in exhibits), default=0) + 1


def renumbered(exhibits: Sequence[Exhibit]) -> tuple[Exhibit, ...]:
    """Return the exhibits in their order, numbered from 1 without gaps; links by id stay right."""
    return tuple(replace(exhibit, number=number) for number, exhibit in enumerate(exhibits, 1))


def verify(vault: Vault, exhibits: Iterable[tuple[str, Exhibit]]) -> list[Finding]:
    """Hash the stored file of each (case number, exhibit) again; list all that are changed or missing.

    A file that belongs to several exhibits is read once.
    """
    seen: dict[tuple[str, int], str | None] = {}
    found = []
    for case_no, exhibit in exhibits:
        key = (exhibit.sha256, exhibit.size)
        if key not in seen:
            seen[key] = vault.verify(*key)
        problem = seen[key]
        if problem is not None:
            place = _("Case {case_no}, exhibit {number}, {name}")
            place = place.format(case_no=case_no, number=exhibit.number, name=printable(exhibit.name))
            found.append(Finding(place, problem, exhibit.sha256, _("Restore it from a backup.")))
    return found
