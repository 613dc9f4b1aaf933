"""Records going out of the office: read, shown, written, and noted in the audit log."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from casework.errors import CaseworkError
from casework.i18n import _
from casework.model import Case
from casework.progress import Progress, quiet
from casework.words import STATUSES, word

if TYPE_CHECKING:
    from casework.workbooks.records import LetterRecord
    from casework.workspace import Workspace

FORMS = ("xlsx", "csv")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to go out: kinds of records, the form (:data:`FORMS`), which cases, masked or in clear, a password or none.

    ``what`` are some of :data:`casework.workbooks.records.KINDS`; without any, all that there are (a CSV file: cases).
    """

    what: tuple[str, ...] = ()
    form: str = "xlsx"
    status: str | None = None
    masked: bool = True
    password: str | None = field(default=None, repr=False)


def export_records(
    workspace: Workspace, actor: str, wanted: Wanted, *, made_at: dt.datetime, progress: Progress = quiet
) -> tuple[str, bytes]:
    """Return a file name and the file. The audit log keeps its SHA-256, how many cases, and whether it was masked.

    Raises :class:`CaseworkError` for a weak password and for what a CSV file cannot be.
    """
    kinds = _kinds(wanted)
    passing = _Passing(workspace, wanted.status)
    content = _content(workspace, wanted, kinds, passing, made_at, progress)
    name = _("case_records") + f"_{made_at:%Y%m%d-%H%M}.{wanted.form}"
    details = {
        "what": list(kinds),
        "cases": len(passing.numbers),
        "status": wanted.status,
        "masked": wanted.masked,
        "encrypted": wanted.password is not None,
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    with workspace.store.unit(actor) as unit:
        unit.record("records.export", name, details)
        unit.commit()
    return name, content


def _kinds(wanted: Wanted) -> tuple[str, ...]:
    """The kinds to write. Everything that stands in the way is said before anything is read."""
    from casework.workbooks.protect import check_password
    from casework.workbooks.records import KINDS

    own = tuple(kind for kind in KINDS if kind != "deadlines")  # none are kept yet
    unknown = [kind for kind in wanted.what if kind not in own]
    if unknown:
        known = _("Known: {ids}.").format(ids=", ".join(own))
        raise CaseworkError(_("There are no such records."), where=", ".join(unknown), remedy=known)
    if wanted.password is not None:
        check_password(wanted.password)
    if wanted.form != "csv":
        return wanted.what or own
    if wanted.password is not None:
        raise CaseworkError(_("A CSV file cannot be encrypted."), remedy=_("Write an .xlsx file instead."))
    if len(wanted.what) > 1:
        remedy = _("Choose one kind of records, or write an .xlsx file.")
        raise CaseworkError(_("A CSV file holds one table."), where=", ".join(wanted.what), remedy=remedy)
    return wanted.what or ("cases",)


class _Passing:
    """The cases that go out, read once; their numbers are noted for the letters."""

    def __init__(self, workspace: Workspace, status: str | None) -> None:
        self._store, self._status = workspace.store, status
        self.numbers: set[str] = set()

    def __iter__(self) -> Iterator[Case]:
        for case in self._store.all_cases(status=self._status):
            self.numbers.add(case.case_no)
            yield case

    def letters(self) -> Iterator[LetterRecord]:
        """The letters of the cases read so far, as the audit log has them."""
        from casework.workbooks.records import LetterRecord

        for entry in self._store.audit_entries():
            if entry.action == "letter.write" and entry.subject in self.numbers:
                details: dict[str, Any] = {
                    "channel": "",
                    "kind": "",
                    "lang": "",
                    "sha256": "",
                    **(entry.after or {}),
                }
                at = entry.at.replace(tzinfo=dt.UTC).astimezone().replace(tzinfo=None)
                yield LetterRecord(
                    entry.subject, at=at, who=entry.who, **{name: details[name] for name in _LETTER}
                )


def _place(location: str) -> str:
    """The workspace's own name: where it lies is nobody's business who gets the file."""
    return location.partition("?")[0].rstrip("/\\").replace("\\", "/").rpartition("/")[2]


_LETTER = ("channel", "kind", "lang", "sha256")


def _content(
    workspace: Workspace,
    wanted: Wanted,
    kinds: Sequence[str],
    passing: _Passing,
    made_at: dt.datetime,
    progress: Progress,
) -> bytes:
    from casework.workbooks.protect import encrypt
    from casework.workbooks.records import Records, records_csv, records_workbook

    count = workspace.store.count(status=wanted.status)
    choice = word(STATUSES, wanted.status) if wanted.status else ""
    records = Records(
        passing, passing.letters(), source=_place(workspace.location), choice=choice, count=count
    )
    if wanted.form == "csv":
        return records_csv(records, workspace.rules, kinds[0], masked=wanted.masked, progress=progress)
    content = records_workbook(
        records, workspace.rules, made_at=made_at, masked=wanted.masked, what=kinds, progress=progress
    )
    return content if wanted.password is None else encrypt(content, wanted.password)
