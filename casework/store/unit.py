"""The one way to write: a unit of work, committed visibly or not at all."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from casework.errors import CaseworkError, EditConflict, NotFound, printable
from casework.i18n import _
from casework.model import Case
from casework.progress import Progress, quiet
from casework.sources import ImportRun, Mapping
from casework.store import audit, bulk, incoming, mappings, runs, tables
from casework.store.audit import Deed, deed
from casework.store.changes import Change, apply_changes
from casework.store.checks import refuse_faults, refuse_unstorable, some
from casework.store.documents import Document, canonical, difference, document
from casework.store.engine import writing
from casework.store.listing import known_numbers, known_values
from casework.store.rows import load
from casework.store.runs import Origin
from casework.store.undo import Undone, undo_run
from casework.store.writer import Edit, count_again, insert_cases, update_cases

if TYPE_CHECKING:
    import pyarrow

#: Cases per round trip of a bulk import: large enough to be fast, small enough to keep in memory.
_BATCH = 2000

_Item = TypeVar("_Item")


class UnitOfWork:
    """Everything between ``with store.unit(actor) as unit`` and ``unit.commit()`` happens, or none of it.

    Each call is whole in itself: one that raises leaves the unit as it was before. The audit entries are
    written by the commit.
    """

    def __init__(self, engine: Engine, actor: str) -> None:
        self._engine, self._actor = engine, actor
        self._open: Connection | None = None
        self._deeds: list[Deed] = []

    def __enter__(self) -> Self:
        self._open = writing(self._engine)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def add(self, case: Case) -> None:
        """Store a new case. Incomplete if it cannot be stored; CaseworkError if its number is taken."""
        refuse_faults(case)
        self._refuse_taken([case.case_no])
        with _whole(self._connection, case.case_no):
            insert_cases(self._connection, [case], [whole := document(case)])
        self._deeds.append(deed("case.add", case.case_no, after=whole))

    def save(self, case: Case) -> Case:
        """Store a changed case and return it with its new versions.

        EditConflict if the case was saved since it was read; NotFound if it was never added; Incomplete if it
        cannot be stored. A case without a change is returned as it is.
        """
        refuse_faults(case)
        pk, theirs = self._stored(case)
        if theirs.version != case.version:
            raise _conflict(case, theirs)
        before, after = difference(document(theirs), document(case))
        if not before and not after:
            return case
        if "case_no" in after:
            self._refuse_taken([case.case_no])
        with _whole(self._connection, case.case_no):
            update_cases(self._connection, [Edit(pk, theirs, case)])
        self._deeds.append(deed("case.save", case.case_no, before, after))
        return self._stored(case)[1]

    def add_many(self, cases: Iterable[Case], run: str) -> int:
        """Store the cases of one import run and return how many; all of them or none.

        The run gets one audit entry, with a SHA-256 over the canonical JSON of the cases, one a line.
        CaseworkError if a number is taken or comes twice, or the run exists; Incomplete if a case cannot be
        stored.
        """
        count, fingerprint = 0, hashlib.sha256()
        with _whole(self._connection, run):
            self._refuse_known_run(run)
            for batch in _batches(cases):
                self._refuse_taken([case.case_no for case in batch])
                documents = [_checked(case, run) for case in batch]
                for whole in documents:
                    fingerprint.update(canonical(whole).encode() + b"\n")
                insert_cases(self._connection, batch, documents)
                count += len(batch)
            made = ImportRun(run, "", "", "", self._actor, dt.datetime.now(), new=count, updated=0)
            runs.insert_run(self._connection, made, fingerprint.hexdigest())
            count_again(self._connection)
        self._deeds.append(deed("import", run, after={"cases": count, "digest": fingerprint.hexdigest()}))
        return count

    def import_cases(
        self,
        origin: Origin,
        new: pyarrow.Table,
        changes: Iterable[Change] = (),
        *,
        progress: Progress = quiet,
    ) -> ImportRun:
        """Store what an import brings, all of it or nothing, as the next run (R1, R2, ...; none twice).

        ``new`` has the columns and types of :func:`casework.store.incoming.schema` (others are left alone): a row is a case with one filing where
        ``channel`` is given (filed when received, closed with the case) and one remedy of the kind "other" where
        ``amount_minor`` is. ``changes`` are cases already here as they should be.

        The run gets one audit entry, with the digest that :mod:`casework.store.incoming` defines. Incomplete if
        something cannot be stored or was edited since it was read; CaseworkError if a number is taken.
        """
        source, file, sha256 = origin.source, origin.file, origin.sha256
        refuse_unstorable(source, file, sha256)
        connection, table = self._connection, incoming.checked(new)
        self._refuse_arrived(source, table)
        digest = incoming.Digest()
        with _whole(connection, file):
            number = runs.next_run(connection)
            bulk.insert_incoming(connection, table, number, source, digest, progress)
            updated = apply_changes(connection, number, source, changes, digest, progress)
            run = ImportRun(
                number, source, file, sha256, self._actor, origin.at, new=table.num_rows, updated=updated
            )
            runs.insert_run(connection, run, digest.hexdigest())
            count_again(connection)
        told = {name: getattr(run, name) for name in ("source", "file", "sha256", "new", "updated")}
        self._deeds.append(deed("import", number, after={**told, "digest": digest.hexdigest()}))
        return run

    def undo_import(self, run: str, *, progress: Progress = quiet) -> Undone:
        """Take an import back (``R7``, ``r7`` or ``7``): see :mod:`casework.store.undo`.

        NotFound if there is none, CaseworkError if it was undone before; Incomplete with every case that stands in the
        way, who edited it and when.
        """
        with _whole(self._connection, run):
            undone = undo_run(self._connection, run, dt.datetime.now(), progress)
        self._deeds.append(
            deed("import.undo", undone.run, after={"removed": undone.removed, "restored": undone.restored})
        )
        return undone

    def save_mapping(self, mapping: Mapping) -> None:
        """Remember how a source is read. CaseworkError if it cannot be kept."""
        with _whole(self._connection, mapping.name):
            before, after = mappings.save_mapping(self._connection, mapping, dt.datetime.now())
        if before != after:
            old, new = difference(before or {}, after)
            self._deeds.append(deed("source.save", mapping.name, None if before is None else old, new))

    def forget_mapping(self, name: str) -> None:
        """Forget how a source is read; what came from it stays. NotFound lists the names."""
        before = mappings.forget_mapping(self._connection, name)
        self._deeds.append(deed("source.forget", name, before))

    def known_case_numbers(self, numbers: Iterable[str]) -> set[str]:
        """Return those of ``numbers`` that a case already has."""
        return known_numbers(self._connection, numbers)

    def record(self, action: str, subject: str, detail: dict[str, object] | None = None) -> None:
        """Note in the audit log something that changes no record: a read, an export, a letter, a check."""
        self._deeds.append(deed(action, subject, after=detail))

    def set_setting(self, key: str, value: str) -> None:
        """Store one of the office's settings."""
        table, connection = tables.settings, self._connection
        query = select(table.c.value).where(table.c.key == key).with_for_update()
        before = connection.execute(query).scalar()
        if before == value:
            return
        if before is None:
            with _whole(connection, key):
                connection.execute(insert(table), [{"key": key, "value": value, "version": 1}])
        else:
            change = update(table).where(table.c.key == key)
            connection.execute(change.values(value=value, version=table.c.version + 1))
        old = None if before is None else {"value": before}
        self._deeds.append(deed("setting", key, old, {"value": value}))

    def commit(self) -> None:
        """Write the audit entries and make everything durable. The unit is then finished."""
        audit.append(self._connection, self._actor, self._deeds)
        self._connection.commit()
        self._connection.close()
        self._open, self._deeds = None, []

    @property
    def _connection(self) -> Connection:
        if self._open is None:
            raise RuntimeError("the unit of work is not open: use it in a with block, and commit last")
        return self._open

    def _stored(self, case: Case) -> tuple[int, Case]:
        """Return key and state of the stored case, locked against other writers until the end."""
        query = select(tables.cases).where(tables.cases.c.id == case.id).with_for_update()
        rows = self._connection.execute(query).mappings().all()
        if not rows:
            raise NotFound(_("The case is not in this workspace."), where=printable(case.case_no))
        return rows[0]["pk"], load(self._connection, rows)[0]

    def _refuse_taken(self, numbers: Sequence[str]) -> None:
        twice = {number for number, count in Counter(numbers).items() if count > 1}
        taken = sorted(twice | self.known_case_numbers(numbers))
        if taken:
            remedy = _("Give each case a number of its own.")
            raise CaseworkError(_("This case number is already taken."), where=some(taken), remedy=remedy)

    def _refuse_known_run(self, run: str) -> None:
        table = tables.import_runs
        if self._connection.execute(select(table.c.run).where(table.c.run == run)).first():
            raise CaseworkError(_("An import of this name was made before."), where=printable(run))

    def _refuse_arrived(self, source: str, new: pyarrow.Table) -> None:
        """Refuse numbers that a case has, here or in the source."""
        self._refuse_taken(new["case_no"].to_pylist())
        table = tables.imported.c
        arrived = sorted(
            known_values(self._connection, table.number, new["number"].to_pylist(), table.source == source)
        )
        if arrived:
            remedy = _("Read the file again: these rows are now changes, not new cases.")
            raise CaseworkError(_("These cases were imported before."), where=some(arrived), remedy=remedy)


@contextmanager
def _whole(connection: Connection, where: str) -> Iterator[None]:
    """Do all of the block or none of it, and say in words what a unique index or a reference refuses."""
    refused = connection.dialect.dbapi.IntegrityError if connection.dialect.dbapi else IntegrityError
    try:
        with connection.begin_nested():
            yield
    except (IntegrityError, refused) as error:
        raise CaseworkError(
            _("A record with the same number or id is stored already."),
            where=printable(where),
            remedy=_("Read it again, then repeat the change."),
        ) from error


def _checked(case: Case, run: str) -> Document:
    refuse_faults(case)
    return {**document(case), "run": run}


def _conflict(mine: Case, theirs: Case) -> EditConflict:
    return EditConflict(
        _("Someone else saved this case in the meantime."),
        mine=mine,
        theirs=theirs,
        where=printable(mine.case_no),
        remedy=_("Compare both versions, then save again."),
    )


def _batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    rest = iter(items)
    while batch := list(islice(rest, _BATCH)):
        yield batch
