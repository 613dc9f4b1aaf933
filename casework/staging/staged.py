"""An import before it happens: everything that the preview shows, and nothing changed yet."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from collections.abc import Mapping as Counts
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from casework.i18n import _
from casework.model import ExportSource, Problem
from casework.progress import Progress, Step, quiet
from casework.rules import RulePack
from casework.sources import VERDICTS, Mapping, Question
from casework.staging.columns import text_column
from casework.staging.drift import drift
from casework.staging.duplicates import Pair, find_duplicates
from casework.staging.facts import COLUMNS, prepare
from casework.staging.verdicts import INVALID, NEW, UPDATE, judge
from casework.staging.vocabulary import Vocabulary, vocabulary, word_questions

#: The columns of :attr:`Staged.updates`.
UPDATE_COLUMNS = ("row", "number", "case_pk", "version", "known_no", "before", "facts")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the preview. ``received`` is ISO without seconds, empty where it is not known."""

    row: int
    verdict: str
    case_no: str
    received: str
    respondent: str
    reason: str


@dataclass(frozen=True, slots=True)
class Staged:
    """What an import would do. ``counts`` are rows by verdict, in the order of the preview.

    ``table`` is the judged table (:func:`casework.staging.verdicts.judge`), ``name`` the source's, ``notes`` what a
    person should know besides. ``mapping`` is the one that was used.
    """

    file: str
    sha256: str
    sheet: str | None
    name: str
    mapping: Mapping
    counts: Counts[str, int]
    table: pa.Table
    vocabulary: Vocabulary
    questions: tuple[Question, ...] = ()
    pairs: tuple[Pair, ...] = ()
    problems: tuple[Problem, ...] = ()
    problem_count: int = 0
    notes: tuple[str, ...] = ()

    def of(self, *verdicts: str) -> pa.Table:
        """The judged rows of some verdicts (none named: of all), in the order of the file."""
        if not verdicts:
            return self.table
        wanted = pc.is_in(self.table["verdict"], value_set=pa.array(verdicts, pa.string()))
        return self.table.filter(wanted)

    def new_cases(self) -> pa.Table:
        """The rows to store as new cases: exactly :data:`casework.staging.facts.COLUMNS`."""
        return self.of(NEW).select(list(COLUMNS))

    def updates(self) -> pa.Table:
        """The rows that change a case: :data:`UPDATE_COLUMNS`, the facts before and after among them."""
        return self.of(UPDATE).select(list(UPDATE_COLUMNS))

    def refused(self) -> pa.Table:
        """The rows to mend: row, verdict, reason and what was understood of them."""
        return self.of(INVALID)

    def page(self, verdict: str | None = None, offset: int = 0, limit: int = 50) -> tuple[Line, ...]:
        """Some rows of a verdict (None: of all) as the screen shows them."""
        chosen = (self.of(verdict) if verdict else self.table).slice(offset, limit)
        names = ("row", "verdict", "case_no", "received_at", "respondent_company", "reason")
        return tuple(
            Line(
                row=row,
                verdict=told,
                case_no=number or "",
                received=f"{received:%Y-%m-%d %H:%M}".removesuffix(" 00:00") if received else "",
                respondent=company or "",
                reason=reason or "",
            )
            for row, told, number, received, company, reason in zip(
                *(chosen[name].to_pylist() for name in names), strict=True
            )
        )


def stage(
    table: pa.Table,
    source: ExportSource,
    mapping: Mapping,
    *,
    rules: RulePack,
    known: pa.Table,
    taken: Collection[str] | Callable[[Collection[str]], Collection[str]],
    people: pa.Table,
    confirmed: bool = True,
    progress: Progress = quiet,
) -> Staged:
    """Say what importing ``table`` would do; nothing is changed.

    ``table`` and ``source`` are one export as it was read; ``mapping`` its memory (``confirmed``: a person agreed to
    it before, so what drifted since is asked). ``known``, ``taken`` and ``people`` are what the store has (see
    :func:`~casework.staging.verdicts.judge`, :func:`~casework.staging.duplicates.find_duplicates`). ``taken`` may be a
    function that says which of the numbers it is given a case has: it is then asked for the names of rows without a
    number too; that it names the cases of ``known`` does no harm. ``progress`` is
    called between all steps and at least every 50,000 rows; what it raises goes through.
    """
    progress(Step(_("Comparing the words"), 0, table.num_rows))
    words = vocabulary(table, mapping.words, rules)
    incoming = prepare(table, words, progress)
    progress(Step(_("Comparing with the cases that are there"), 0, table.num_rows))
    header = dict(source.columns).get("case_no", "")
    numbers = taken(incoming["number"].to_pylist()) if callable(taken) else taken
    judged = judge(incoming, known, numbers, source.problems, number_header=header)
    progress(Step(_("Looking for duplicates")))
    new = judged.filter(pc.equal(judged["verdict"], NEW))
    found = find_duplicates(new, people, progress=progress)
    asked = drift(mapping, source, words, rules) if confirmed else word_questions(words, rules)
    return Staged(
        file=source.file,
        sha256=source.sha256,
        sheet=source.sheet,
        name=mapping.name,
        mapping=mapping,
        counts=_counts(judged),
        table=judged,
        vocabulary=words,
        questions=(*source.questions, *asked),
        pairs=found.pairs,
        problems=source.problems,
        problem_count=source.problem_count,
        notes=(*source.notes, *words.notes(), *_notes(found.more, found.unread, len(found.pairs))),
    )


def _counts(judged: pa.Table) -> dict[str, int]:
    counted = pc.value_counts(text_column(judged, "verdict"))
    found = dict(zip(counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True))
    return {verdict: found.get(verdict, 0) for verdict in VERDICTS}


def _notes(more: int, unread: int, listed: int) -> Sequence[str]:
    notes = []
    if more:
        told = _("{count} more pairs look like duplicates; the {listed} likeliest are listed.")
        notes.append(told.format(count=more, listed=listed))
    if unread:
        told = _("{count} further pairs of one person and respondent were not compared: there are too many.")
        notes.append(told.format(count=unread))
    return notes
