"""The new cases of an import as columns: what they must be, and the digest that stands for them.

The digest is the SHA-256 of one line ``NAME HASH`` per column of :data:`COLUMNS`, in that order, then of one line of
canonical JSON ``[number, facts, document of the case]`` per changed case. The line of ``outcome`` is left out where no
case has one (none had before it was imported). A column's hash is the SHA-256 of its values
in order: ``+``, the value as text and a NUL, or ``-`` and a NUL where there is none. Times are written
``YYYY-MM-DD HH:MM:SS.ffffff``, amounts as minor units, conducts as :func:`json.dumps` writes them. As long as nobody
edits the cases, it can be computed again from the database.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from casework.errors import Incomplete, printable
from casework.i18n import _
from casework.model import CASE_STATUSES, FILING_STATUSES, Finding
from casework.store.checks import is_storable

if TYPE_CHECKING:
    import pyarrow

#: A column's values as text, None where there is none.
Texts = Sequence[str | None]

_TIMES = ("received_at", "closed_at", "first_response_at")
COLUMNS = (
    *("number", "case_no", "received_at", "closed_at", "status", "summary", "handler", "region", "conducts"),
    *("complainant_name", "complainant_phone", "respondent_company", "channel", "filing_status"),
    *("first_response_at", "amount_minor", "remedy_text", "facts", "outcome"),
)
#: Columns that may be null: without a channel there is no filing, without an amount no remedy.
_OPTIONAL = frozenset(
    ("closed_at", "channel", "filing_status", "first_response_at", "amount_minor", "remedy_text", "outcome")
)
#: The most findings that are told; how many more there are is one more.
_TOLD = 50


def schema() -> pyarrow.Schema:
    """Return the columns and types of :meth:`casework.store.UnitOfWork.import_cases`."""
    import pyarrow as pa

    special = dict.fromkeys(_TIMES, pa.timestamp("us")) | {"amount_minor": pa.int64()}
    return pa.schema([(name, special.get(name, pa.string())) for name in COLUMNS])


def checked(new: pyarrow.Table) -> pyarrow.Table:
    """Return ``new`` with exactly the columns of :func:`schema`, each value one that the database keeps as it is.

    Incomplete with what is wrong; ValueError (KeyError) where it has other types or lacks a column.
    """
    table = new.select(list(COLUMNS)).cast(schema())
    found = list(_limited(_faults(table)))
    if found:
        raise Incomplete(_("These rows cannot be imported."), found)
    place = COLUMNS.index("conducts")
    return table.set_column(place, "conducts", _same_json(table["conducts"]))


def texts(table: pyarrow.Table) -> dict[str, Texts]:
    """Return the columns of a piece of a checked table as lists of texts."""
    import pyarrow as pa

    return {name: table[name].cast(pa.string()).to_pylist() for name in COLUMNS}


class Digest:
    """The digest of an import in the making: see the module."""

    def __init__(self) -> None:
        self._columns = {name: hashlib.sha256() for name in COLUMNS}
        self._any_outcome = False
        self._changes: list[str] = []

    def add(self, columns: Mapping[str, Texts]) -> None:
        """Take the next rows."""
        for name, hashed in self._columns.items():
            hashed.update(_marked(columns[name]).encode())
        self._any_outcome = self._any_outcome or any(outcome is not None for outcome in columns["outcome"])

    def add_change(self, line: str) -> None:
        """Take the next changed case, as canonical JSON."""
        self._changes.append(hashlib.sha256(line.encode()).hexdigest())

    def hexdigest(self) -> str:
        """Return the digest of everything taken."""
        taken = (name for name in COLUMNS if name != "outcome" or self._any_outcome)
        lines = [f"{name} {self._columns[name].hexdigest()}" for name in taken] + self._changes
        return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def _marked(values: Texts) -> str:
    """Return what is hashed of some values of a column."""
    if None in values:
        return "".join("-\0" if value is None else f"+{value}\0" for value in values)
    return "+" + "\0+".join(cast(Sequence[str], values)) + "\0" if values else ""


def _limited(findings: Iterator[Finding]) -> Iterator[Finding]:
    more = 0
    for place, finding in enumerate(findings):
        if place < _TOLD:
            yield finding
        else:
            more += 1
    if more:
        yield Finding(_("And"), _("{count} more.").format(count=more))


def _faults(table: pyarrow.Table) -> Iterator[Finding]:
    unreadable = list(_unreadable(table))
    if unreadable:  # nothing else can be said of such texts
        yield from unreadable
        return
    numbers = table["number"].to_pylist()
    yield from _missing(table, numbers)
    yield from _with_nul(table, numbers)
    yield from _impossible_times(table, numbers)
    yield from _outside(table["status"], CASE_STATUSES, "status", numbers)
    yield from _outside(table["filing_status"], (*FILING_STATUSES, None), "filing_status", numbers)
    yield from _wrong_numbers(table, numbers)
    yield from _wrong_conducts(table, numbers)


def _found(numbers: Texts, rows: Sequence[int], field: str, problem: str) -> Iterator[Finding]:
    for row in rows:
        place = _("Case {number}").format(number=printable(numbers[row] or f"#{row + 1}"))
        yield Finding(place, problem, field=field)


def _unreadable(table: pyarrow.Table) -> Iterator[Finding]:
    """Bytes that are no text: Arrow takes them on trust."""
    import pyarrow as pa

    for name in COLUMNS:
        column = table[name]
        if column.type != pa.string():
            continue
        try:
            column.validate(full=True)
        except pa.ArrowInvalid:
            rows = [row for row, raw in enumerate(column.cast(pa.binary()).to_pylist()) if _no_text(raw)]
            problem = _("The text holds a character that cannot be stored.")
            yield from _found([None] * len(column), rows, name, problem)


def _no_text(raw: bytes | None) -> bool:
    try:
        return raw is not None and not is_storable(raw.decode())
    except UnicodeDecodeError:
        return True


def _missing(table: pyarrow.Table, numbers: Texts) -> Iterator[Finding]:
    import pyarrow.compute as pc

    for name in COLUMNS:
        if name not in _OPTIONAL and table[name].null_count:
            rows = pc.indices_nonzero(table[name].is_null()).to_pylist()
            yield from _found(numbers, rows, name, _("The value is missing."))
    stateless = pc.and_(table["channel"].is_valid(), table["filing_status"].is_null())
    yield from _found(
        numbers, pc.indices_nonzero(stateless).to_pylist(), "filing_status", _("The value is missing.")
    )


def _with_nul(table: pyarrow.Table, numbers: Texts) -> Iterator[Finding]:
    import pyarrow as pa
    import pyarrow.compute as pc

    for name in COLUMNS:
        if table[name].type == pa.string() and _may_have_nul(table[name]):
            rows = pc.indices_nonzero(pc.match_substring(table[name], "\0")).to_pylist()
            problem = _("The text holds a character that cannot be stored.")
            yield from _found(numbers, rows, name, problem)


def _may_have_nul(column: pyarrow.ChunkedArray) -> bool:
    """Look at the memory of a column at once, ten times as fast as value by value; what is beside it may have one."""
    import numpy as np

    texts = [chunk.buffers()[2] for chunk in column.chunks]
    return any(not np.frombuffer(text, np.uint8).all() for text in texts if text is not None)


def _impossible_times(table: pyarrow.Table, numbers: Texts) -> Iterator[Finding]:
    import pyarrow as pa
    import pyarrow.compute as pc

    first, last = (pa.scalar(time, pa.timestamp("us")) for time in (dt.datetime.min, dt.datetime.max))
    for name in _TIMES:
        wrong = pc.or_(pc.less(table[name], first), pc.greater(table[name], last))
        rows = pc.indices_nonzero(wrong).to_pylist()
        yield from _found(numbers, rows, name, _("The time lies outside the years 1 to 9999."))


def _outside(
    column: pyarrow.ChunkedArray, allowed: Collection[str | None], name: str, numbers: Texts
) -> Iterator[Finding]:
    if set(column.unique().to_pylist()) <= {*allowed, None}:
        return
    rows = [row for row, value in enumerate(column.to_pylist()) if value not in {*allowed, None}]
    yield from _found(numbers, rows, name, _("This is not one of the values allowed."))


def _wrong_numbers(table: pyarrow.Table, numbers: Texts) -> Iterator[Finding]:
    import pyarrow.compute as pc

    case_numbers = table["case_no"].to_pylist()
    blank = [row for row, number in enumerate(case_numbers) if not (number or "").strip()]
    yield from _found(numbers, blank, "case_no", _("The case number is empty."))
    for name, listed in (("number", numbers), ("case_no", case_numbers)):
        yield from _found(numbers, _repeats(listed), name, _("The number comes twice."))
    smallest = -(2**63)  # its opposite cannot be stored
    rows = pc.indices_nonzero(pc.equal(table["amount_minor"], smallest)).to_pylist()
    yield from _found(numbers, rows, "amount_minor", _("The amount is too large."))


def _repeats(values: Texts) -> list[int]:
    if len(set(values)) == len(values):
        return []
    seen = set[str | None]()
    return [row for row, value in enumerate(values) if value in seen or seen.add(value)]  # type: ignore[func-returns-value]  # add says None: not a repeat


def _wrong_conducts(table: pyarrow.Table, numbers: Texts) -> Iterator[Finding]:
    wrong = {
        text for text in table["conducts"].unique().to_pylist() if text is not None and not _is_list(text)
    }
    if wrong:
        rows = [row for row, text in enumerate(table["conducts"].to_pylist()) if text in wrong]
        yield from _found(numbers, rows, "conducts", _("The conducts are not a list of texts."))


def _is_list(text: str) -> bool:
    try:
        listed = json.loads(text)
    except ValueError:
        return False
    return isinstance(listed, list) and all(isinstance(word, str) and is_storable(word) for word in listed)


def _same_json(column: pyarrow.ChunkedArray) -> pyarrow.Array:
    """Return lists in JSON as this program writes them, whatever spaces they came with."""
    import pyarrow as pa

    coded = pa.chunked_array(column.chunks, pa.string()).combine_chunks().dictionary_encode()
    words = [json.dumps(json.loads(text), ensure_ascii=False) for text in coded.dictionary.to_pylist()]
    return pa.array(words, pa.string()).take(coded.indices)
