"""The store: open a database, read cases, begin a unit of work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, select

from casework.errors import NotFound, printable
from casework.i18n import _
from casework.model import Case, Exhibit, Finding
from casework.sources import ImportRun, Mapping
from casework.store import audit, filings, listing, lists, mappings, runs, tables, whole
from casework.store.audit import AuditEntry
from casework.store.engine import is_same, open_engine, reading
from casework.store.listing import CaseSummary, Filter
from casework.store.rows import exhibit, load
from casework.store.unit import UnitOfWork

if TYPE_CHECKING:
    import pyarrow


class Store:
    """One office's records. Reads are here; every write goes through :meth:`unit`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str | Path) -> Store:
        """Open the database at a path, ``sqlite:///PATH`` or ``postgresql://…``; build or migrate its tables.

        Unavailable if it cannot be reached, is newer than this casework, or SQLite is too old; Damaged if the
        file is not a database.
        """
        return cls(open_engine(url))

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def unit(self, actor: str) -> UnitOfWork:
        """Return a unit of work in the name of ``actor``: the only way to write."""
        return UnitOfWork(self._engine, actor)

    def case(self, case_no: str) -> Case:
        """Return the case with this number. NotFound if there is none."""
        with reading(self._engine) as connection:
            query = select(tables.cases).where(tables.cases.c.case_no == case_no)
            found = load(connection, connection.execute(query).mappings().all())
        if not found:
            raise NotFound(_("There is no case with this number."), where=printable(case_no))
        return found[0]

    def whole_cases(self, pks: Sequence[int]) -> Iterator[Case]:
        """Yield the cases of these keys (``case_pk`` of :meth:`imported`), those that exist, in the order they came."""
        with reading(self._engine) as connection:
            yield from whole.of_keys(connection, pks)

    def all_cases(
        self, *, status: str | None = None, handler: str | None = None, words: str = ""
    ) -> Iterator[Case]:
        """Yield the cases that pass the conditions of :meth:`cases`, whole, in the order they came.

        They are read a page at a time, all as they were at the first one.
        """
        with reading(self._engine) as connection:
            yield from whole.passing(connection, Filter(status, handler, words))

    def cases(
        self,
        *,
        status: str | None = None,
        handler: str | None = None,
        words: str = "",
        limit: int = 100,
        offset: int = 0,
    ) -> list[CaseSummary]:
        """Return the cases that pass every condition, newest first; None and "" leave a condition out."""
        with reading(self._engine) as connection:
            return listing.summaries(connection, Filter(status, handler, words), limit=limit, offset=offset)

    def count(self, *, status: str | None = None, handler: str | None = None, words: str = "") -> int:
        """Return how many cases pass the conditions of :meth:`cases`."""
        with reading(self._engine) as connection:
            return listing.count(connection, Filter(status, handler, words))

    def search(self, words: str, limit: int = 50) -> list[CaseSummary]:
        """Return the cases in which every one of ``words`` is found, newest first; none for no words.

        Words are separated by spaces. A Chinese word of any length is found anywhere, a Latin word or a
        number by its beginning.
        """
        return self.cases(words=words, limit=limit) if words.strip() else []

    def exhibits(self, case_no: str | None = None) -> Iterator[tuple[str, Exhibit]]:
        """Yield (case number, exhibit) in order, of one case or of all."""
        whole, table = tables.cases.c, tables.exhibits
        query = select(whole.case_no, table).join(tables.cases, whole.pk == table.c.case_pk)
        if case_no is not None:
            query = query.where(whole.case_no == case_no)
        query = query.order_by(whole.pk, table.c.position).execution_options(yield_per=1000)
        with reading(self._engine) as connection:
            for row in connection.execute(query).mappings():
                yield row["case_no"], exhibit(row)

    def filings_table(self) -> pyarrow.Table:
        """Return all filings for the measures: see :func:`casework.store.filings.filings_table`."""
        return filings.filings_table(self._engine)

    def keep_filings(self) -> None:
        """Bring what is kept beside a large database up to date, so that the next look at it is quick."""
        filings.filings_table(self._engine)

    def filings_query(self, engine: str) -> str | None:
        """The query of all filings (:func:`casework.store.filings.filings_query`) for an engine at this very database.

        None where the address ``engine`` is that of another one.
        """
        return filings.filings_query() if is_same(self._engine, engine) else None

    def imported(self, source: str) -> pyarrow.Table:
        """Return what came from a source: see :func:`casework.store.lists.imported_table`."""
        with reading(self._engine) as connection:
            return lists.imported_table(connection, source)

    def people(self) -> pyarrow.Table:
        """Return who complained about whom: see :func:`casework.store.lists.people_table`."""
        with reading(self._engine) as connection:
            return lists.people_table(connection)

    def known_case_numbers(self, numbers: Iterable[str]) -> set[str]:
        """Return those of ``numbers`` that a case already has."""
        with reading(self._engine) as connection:
            return listing.known_numbers(connection, numbers)

    def import_runs(self) -> list[ImportRun]:
        """Return all imports, the newest first."""
        with reading(self._engine) as connection:
            return runs.all_runs(connection)

    def import_run(self, run: str) -> ImportRun:
        """Return the import of this number (``R7``, ``r7`` or ``7``). NotFound lists those that there are."""
        with reading(self._engine) as connection:
            return runs.find_run(connection, run)

    def mappings(self) -> list[Mapping]:
        """Return what is remembered of all sources, by name. Damaged where it cannot be read."""
        with reading(self._engine) as connection:
            return mappings.all_mappings(connection)

    def mapping(self, name: str) -> Mapping:
        """Return what is remembered of a source. NotFound lists the names; Damaged where it cannot be read."""
        with reading(self._engine) as connection:
            return mappings.find_mapping(connection, name)

    def audit_entries(self, case_no: str | None = None) -> Iterator[AuditEntry]:
        """Yield the audit entries in order, those of one case or all."""
        with reading(self._engine) as connection:
            yield from audit.entries(connection, case_no)

    def verify_audit(self, head: str | None = None) -> list[Finding]:
        """Return what is wrong with the audit chain; ``head`` is a hash noted earlier that must be in it."""
        with reading(self._engine) as connection:
            return audit.verify(connection, head)

    def audit_head(self) -> str:
        """Return the hash of the last audit entry; noted elsewhere, it betrays a cut tail."""
        with reading(self._engine) as connection:
            return audit.head(connection)

    def setting(self, key: str) -> str | None:
        """Return one of the office's settings, or None."""
        table = tables.settings
        with reading(self._engine) as connection:
            return connection.execute(select(table.c.value).where(table.c.key == key)).scalar()
