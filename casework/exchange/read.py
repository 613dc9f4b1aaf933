"""Exports of other systems, as the rest of the product sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.errors import BadFile, NotFound
from casework.exchange.cache import Cache, Content, Shelf
from casework.exchange.child import Answer, Parsing
from casework.exchange.understand import Request
from casework.i18n import _
from casework.model import ExportSource
from casework.progress import Progress, quiet
from casework.sources import Question

if TYPE_CHECKING:
    import pyarrow as pa

#: The roles that the measures need, and those that a report's list of cases shows: all but who complained, from which
#: telephone number and in what words. Case numbers join rows that repeat one, in one file and across files.
MEASURED = (
    *("case_no", "received", "closed", "first_response", "accepted", "due", "channel", "kind", "status"),
    *("outcome", "on_time", "satisfied", "reopened", "conduct", "respondent", "agent"),
    *("amount", "recovered", "region", "handler"),
)
LISTED = MEASURED


@dataclass(frozen=True)
class Export:
    """One table of an export: how it was understood, and its cases.

    ``table`` has the columns of :class:`casework.exchange.extract.Extract`. ``headers`` are all header texts,
    ``samples`` a few cells of each; ``raw`` (where asked for) the rows with problems as they are written: row, c0,
    c1, … Where ``refusal`` is not empty no column holds a received date, and a person has to say which.
    """

    source: ExportSource
    table: pa.Table
    has_time: bool
    headers: tuple[str, ...] = ()
    samples: tuple[tuple[str, ...], ...] = ()
    raw: pa.Table | None = None
    refusal: str = ""


class PendingExports:
    """Files being read in the background, each in its own limited child process."""

    def __init__(
        self,
        sources: Iterable[str | Path],
        *,
        roles: tuple[str, ...] | None = LISTED,
        day_first: bool | None = None,
        shelf: Shelf | None = None,
    ) -> None:
        """Find the files and start reading the first that is not known already.

        ``roles`` are those to build (None: all). ``day_first`` answers where no date settles the order of day and
        month. Raises :class:`NotFound` where a pattern matches nothing.
        """
        self._paths = find_files(sources)
        self._requests = {path: Request(str(path), roles, day_first=day_first) for path in self._paths}
        self._contents = {path: Content(path) for path in self._paths}
        self._cache = Cache(shelf)
        self._known = {path: answers for path in self._paths if (answers := self._find(path)) is not None}
        self._waiting = [path for path in self._paths if path not in self._known]
        self._running = [Parsing(self._requests[path]) for path in self._waiting[:1]]

    def _find(self, path: Path) -> list[Answer] | None:
        return self._cache.find(self._requests[path], self._contents[path])

    def result(self, progress: Progress = quiet) -> list[Export]:
        """Wait for all files, in order. Raises the first refusal and stops the rest."""
        for place, path in enumerate(self._waiting):
            self._running += [
                Parsing(self._requests[other]) for other in self._waiting[place + 1 : place + 2]
            ]
            try:
                answers = self._running[place].result(progress)
            except BaseException:
                for parsing in self._running[place + 1 :]:
                    parsing.cancel()
                raise
            self._cache.keep(self._requests[path], self._contents[path], answers)
            self._known[path] = answers
        return [export(answer) for path in self._paths for answer in self._known[path]]


def read_exports(request: Request, progress: Progress = quiet) -> list[Export]:
    """Read the tables of one file as asked. Raises :class:`casework.errors.BadFile` or :class:`NotFound`."""
    return [export(answer) for answer in Parsing(request).result(progress)]


def read_export(path: str | Path, **asked: Any) -> Export:
    """Read the first table of a file, all roles; ``asked`` are fields of :class:`Request`."""
    return read_exports(Request(str(path), **asked))[0]


def refuse_questions(exports: Sequence[Export]) -> None:
    """Raise a :class:`CaseworkError` where a person has to settle something before these can be measured."""
    for one in exports:
        for question in one.source.questions:
            if question.about == "day_month":
                raise Unsettled(
                    question.text,
                    question=question,
                    where=one.source.file,
                    remedy=_("Say which: --dates dmy (day first) or --dates mdy (month first)."),
                )


class Unsettled(BadFile):
    """A file that can be read in two ways; ``question`` is for a person."""

    def __init__(self, what: str, *, question: Question, where: str = "", remedy: str = "") -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.question = question


def find_files(sources: Iterable[str | Path]) -> list[Path]:
    """Expand names and patterns to files, in order, each once."""
    found: dict[Path, None] = {}
    for source in sources:
        text = str(source)
        path = Path(text)
        if path.exists() or not any(mark in text for mark in "*?["):
            found[path] = None
            continue
        folder = Path(path.anchor) if path.is_absolute() else Path()
        pattern = str(path.relative_to(path.anchor)) if path.is_absolute() else text
        matches = sorted(match for match in folder.glob(pattern) if match.is_file())
        if not matches:
            raise NotFound(
                _("No file matches this pattern."), where=text, remedy=_("Check the folder and the pattern.")
            )
        found.update(dict.fromkeys(matches))
    return list(found)


def export(answer: Answer) -> Export:
    """An answer of the child as values."""
    facts = answer.facts
    return Export(
        ExportSource.from_document(facts),
        answer.table,
        facts["has_time"],
        tuple(facts["headers"]),
        tuple(map(tuple, facts["samples"])),
        answer.raw,
        facts.get("refusal", ""),
    )
