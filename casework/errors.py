"""What a caseworker is told when something cannot be done: what, where, and what to do next.

Every error that may reach a person derives from :class:`CaseworkError` and reads as one line. Texts are
translated by whoever raises the error.
"""

from __future__ import annotations

from collections.abc import Sequence


def printable(text: object) -> str:
    """Return ``text`` for a message: on one line, with what cannot be shown written as an escape."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in str(text)
    )


class CaseworkError(Exception):
    """Something was refused and nothing was changed.

    ``what`` says what is wrong, ``where`` names the file, sheet, row, column or record, and ``remedy``
    says what to do. ``str()`` joins them into one line.
    """

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what, self.where, self.remedy = what, where, remedy
        super().__init__(what)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f" {self.remedy}" if self.remedy else ""
        return " ".join(f"{place}{self.what}{advice}".split())


class BadFile(CaseworkError):
    """A file cannot be read as what it claims or needs to be."""


class NotFound(CaseworkError):
    """A case, exhibit, channel, file or workspace does not exist."""


class EditConflict(CaseworkError):
    """Someone else saved the record first. ``mine`` and ``theirs`` hold both versions."""

    def __init__(self, what: str, *, mine: object, theirs: object, where: str = "", remedy: str = "") -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.mine, self.theirs = mine, theirs


class Incomplete(CaseworkError):
    """A record lacks what the use case needs. ``findings`` lists every lack, not just the first."""

    def __init__(self, what: str, findings: Sequence[object], *, where: str = "", remedy: str = "") -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.findings = tuple(findings)

    def __str__(self) -> str:
        listed = " ".join(str(finding) for finding in self.findings)
        head = super().__str__()
        return f"{head} {listed}" if listed else head


class Cancelled(CaseworkError):
    """A person stopped long work; it left nothing behind."""


class Damaged(CaseworkError):
    """Stored data are not what was written: a hash, a chain or a count does not agree."""


class Unavailable(CaseworkError):
    """The machine lacks something: disk space, a program, a driver, a supported version."""
