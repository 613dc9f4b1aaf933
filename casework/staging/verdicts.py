"""What an import would do with each row, and why. It only says so; nothing is changed here."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casework.i18n import _
from casework.model import Problem
from casework.sources import VERDICTS
from casework.staging import labels
from casework.staging.columns import Flags, Numbers, codes, column, flags, joined, ranks, text_column
from casework.staging.facts import facts_text, read_facts

NEW, UPDATE, UNCHANGED, DUPLICATE, INVALID = VERDICTS
_NULL = pa.scalar(None, pa.string())


def judge(
    incoming: pa.Table,
    known: pa.Table,
    taken: Collection[str],
    problems: Sequence[Problem] = (),
    *,
    number_header: str = "",
) -> pa.Table:
    """Add a verdict and its reason to each row of ``incoming`` (see :mod:`casework.staging.facts`).

    ``known`` are the cases that the same source brought before (number, case_pk, case_no, version, facts), ``taken``
    the case numbers of all other cases. ``problems`` are those of the reading; one in the column ``number_header``
    means that the case number cannot identify its row.

    Added: ``verdict`` (one of :data:`casework.sources.VERDICTS`), ``reason`` (words), and for known cases
    ``case_pk``, ``version``, ``known_no`` (the case's number here) and ``before`` (the facts of the last import).
    The ``facts`` of an update keep what the export said before and now leaves blank: a blank never erases.
    """
    return _Judgement(incoming, known, taken, problems, number_header).table()


class _Judgement:
    def __init__(
        self,
        incoming: pa.Table,
        known: pa.Table,
        taken: Collection[str],
        problems: Sequence[Problem],
        number_header: str,
    ) -> None:
        self.incoming, self.known, self.size = incoming, known, incoming.num_rows
        self.row = column(incoming, "row", pa.int64())
        self.number, self.facts = text_column(incoming, "number"), text_column(incoming, "facts")
        self.verdict = np.full(self.size, VERDICTS.index(NEW))
        self.reason = pa.repeat(pa.scalar(_("No case has this number yet."), pa.string()), self.size)
        self.place = pc.index_in(self.number, value_set=text_column(known, "number"))
        self.before = text_column(known, "facts").take(self.place)
        self._judge_known()
        self._judge_taken(taken)
        invalid = self._judge_invalid(problems, number_header)
        self._judge_repeated(~invalid)
        self._add_remarks(problems)

    def table(self) -> pa.Table:
        named = pa.DictionaryArray.from_arrays(pa.array(self.verdict.astype(np.int8)), pa.array(VERDICTS))
        seen = pa.array(np.isin(self.verdict, [VERDICTS.index(UPDATE), VERDICTS.index(UNCHANGED)]))
        place = pc.if_else(seen, self.place, pa.scalar(None, pa.int32()))
        added = {
            "verdict": named.cast(pa.string()),
            "reason": self.reason,
            "case_pk": column(self.known, "case_pk", pa.int64()).take(place),
            "version": column(self.known, "version", pa.int64()).take(place),
            "known_no": text_column(self.known, "case_no").take(place),
            "before": text_column(self.known, "facts").take(place),
        }
        table = self.incoming.set_column(self.incoming.column_names.index("facts"), "facts", self.facts)
        for name, values in added.items():
            table = table.append_column(name, values)
        return table

    def _set(self, where: Flags, verdict: str, reason: str | pa.Array) -> None:
        self.verdict[where] = VERDICTS.index(verdict)
        self.reason = pc.if_else(pa.array(where), reason, self.reason)

    def _judge_known(self) -> None:
        is_known = flags(self.place.is_valid())
        same = is_known & flags(pc.equal(self.before, self.facts))
        self._set(same, UNCHANGED, _("The export says what it said at the last import."))
        differs = is_known & ~same
        if differs.any():
            self._judge_different(differs)

    def _judge_different(self, differs: Flags) -> None:
        where = pa.array(differs)
        after, before = read_facts(self.facts.filter(where)), read_facts(self.before.filter(where))
        changed = {role: _changed(before[role], after[role]) for role in labels.FACTS}
        told = _told(before, after, changed)
        any_change = np.logical_or.reduce(list(changed.values()))
        self._keep(differs, before, after)
        updated = differs.copy()
        updated[differs] = any_change
        self._set(
            differs & ~updated, UNCHANGED, _("The export only leaves blank what it said before; that stays.")
        )
        self.verdict[updated] = VERDICTS.index(UPDATE)
        self.reason = pc.replace_with_mask(self.reason, pa.array(updated), told.filter(pa.array(any_change)))

    def _keep(self, differs: Flags, before: dict[str, pa.Array], after: dict[str, pa.Array]) -> None:
        """Put what the export said before and now leaves blank back into the facts."""
        blanked = [flags(before[role].is_valid()) & ~flags(after[role].is_valid()) for role in labels.FACTS]
        lost = np.logical_or.reduce(blanked)
        if not lost.any():
            return
        both = {role: pc.coalesce(after[role], before[role]).filter(pa.array(lost)) for role in labels.FACTS}
        where = differs.copy()
        where[differs] = lost
        self.facts = pc.replace_with_mask(self.facts, pa.array(where), facts_text(both))

    def _judge_taken(self, taken: Collection[str]) -> None:
        """A number that belongs to a case from elsewhere, or that the office has given to another case."""
        other = pa.concat_arrays(
            [pa.array(sorted(taken), pa.string()), _renumbered(self.known).filter(_renamed(self.known))]
        )
        where = flags(pc.is_in(self.number, value_set=other)) & ~flags(self.place.is_valid())
        self._set(where, DUPLICATE, _("Another case, not from this source, already has this number."))

    def _judge_invalid(self, problems: Sequence[Problem], number_header: str) -> Flags:
        cut = sorted(
            {problem.row for problem in problems if number_header and problem.column == number_header}
        )
        nameless = flags(pc.is_in(self.row, value_set=pa.array(cut, pa.int64())))
        undated = ~flags(column(self.incoming, "received_at", pa.timestamp("us")).is_valid())
        self._set(
            nameless, INVALID, _("Its case number cannot identify it: a spreadsheet has cut or replaced it.")
        )
        self._set(undated, INVALID, _("It has no received date that can be read."))
        fault = text_column(self.incoming, "fault")
        faulty = flags(fault.is_valid())
        self._set(faulty, INVALID, fault)
        return nameless | undated | faulty

    def _judge_repeated(self, usable: Flags) -> None:
        """The first usable row of a number stands; the others repeat it."""
        places = np.flatnonzero(usable & flags(self.number.is_valid()))
        code = codes(self.number)[places]
        again = ranks(code) > 0
        if not again.any():
            return
        first_of: Numbers = np.zeros(code.max() + 1, np.int64)
        first_of[code[~again]] = places[~again]
        repeated, first = places[again], first_of[code[again]]
        same = pc.equal(self._said(repeated), self._said(first))
        rows = self.row.take(pa.array(first)).cast(pa.string())
        told = pc.if_else(
            same,
            _sentence(_("Row {row} of this file says the same."), "{row}", rows),
            _sentence(
                _("Row {row} of this file has the same number but says something else."), "{row}", rows
            ),
        )
        where = np.zeros(self.size, np.bool_)
        where[repeated] = True
        self.verdict[where] = VERDICTS.index(DUPLICATE)
        self.reason = pc.replace_with_mask(self.reason, pa.array(where), told)

    def _said(self, places: Numbers) -> pa.Array:
        return text_column(self.incoming, "facts").take(pa.array(places))

    def _add_remarks(self, problems: Sequence[Problem]) -> None:
        """What the reading found wrong in a row, and what was left out of it, after the reason."""
        parts = [self.reason, text_column(self.incoming, "remark"), self._problems(problems)]
        if all(part.null_count == self.size for part in parts[1:]):
            return
        self.reason = joined(parts, " ")

    def _problems(self, problems: Sequence[Problem]) -> pa.Array:
        told: dict[int, str] = {}
        for problem in problems:
            text = f"{labels.shown(problem.column)} “{labels.shown(problem.value)}”: {problem.problem}"
            told[problem.row] = f"{told[problem.row]} {text}" if problem.row in told else text
        place = pc.index_in(self.row, value_set=pa.array(list(told), pa.int64()))
        return pa.array(list(told.values()), pa.string()).take(place)


def _renumbered(known: pa.Table) -> pa.Array:
    return text_column(known, "case_no")


def _renamed(known: pa.Table) -> pa.Array:
    return pc.fill_null(pc.not_equal(_renumbered(known), text_column(known, "number")), False)


def _changed(before: pa.Array, after: pa.Array) -> Flags:
    """Where the export says something that it did not say before."""
    return flags(after.is_valid()) & ~flags(pc.equal(before, after))


def _told(before: dict[str, pa.Array], after: dict[str, pa.Array], changed: dict[str, Flags]) -> pa.Array:
    """“Closing date: (blank) → 2026-05-02; …” for each row."""
    parts = []
    for role, where in changed.items():
        if where.any():
            told = pc.binary_join_element_wise(
                f"{labels.name(role)}: ", _shown(before[role]), " → ", _shown(after[role]), ""
            )
            parts.append(pc.if_else(pa.array(where), told, _NULL))
    if not parts:
        return pa.repeat(pa.scalar("", pa.string()), len(next(iter(before.values()))))
    return joined(parts, "; ")


def _shown(values: pa.Array) -> pa.Array:
    """:func:`casework.staging.labels.shown` for a column."""
    head = pc.utf8_slice_codeunits(values, 0, 4 * labels.SHOWN)
    line = pc.utf8_trim_whitespace(pc.replace_substring_regex(head, r"\s+", " "))
    line = pc.replace_substring_regex(line, " 00:00:00$", "")
    cut = pc.binary_join_element_wise(pc.utf8_slice_codeunits(line, 0, labels.SHOWN - 1), "…", "")
    line = pc.if_else(pc.greater(pc.utf8_length(line), labels.SHOWN), cut, line)
    return pc.if_else(pc.fill_null(pc.equal(line, ""), True), _("(blank)"), line)


def _sentence(told: str, mark: str, values: pa.Array) -> pa.Array:
    head, _mark, tail = told.partition(mark)
    return pc.binary_join_element_wise(head, values, tail, "")
