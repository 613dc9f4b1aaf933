"""Every filing as one Arrow table, for the measures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine

from casework.store import kept
from casework.store.engine import reading
from casework.store.scan import Wanted, scan, scan_cases

if TYPE_CHECKING:
    import pyarrow as pa

Ints = npt.NDArray[np.int64]

#: Text columns of a case and what they are called here.
_OF_CASE = {
    "case_no": "case_no",
    "respondent_company": "respondent",
    "respondent_agent": "agent",
    "region": "region",
    "handler": "handler",
}
#: No dispute is about so much (yuan): such an amount is a slip of the pen and not known, or it would drown all others and
#: their sum would not fit into 64 bits.
_TOO_MUCH = 1e11


def filings_table(engine: Engine) -> pa.Table:
    """Return one row per filing and one per case without a filing, in the order the cases came.

    Columns: received, closed, first_response (timestamp[us], office time), case_no, channel, conduct, respondent, agent,
    region, handler, status, outcome (string, null where nothing is written), amount_minor (int64, cents) and
    amount (float64, yuan). A filing without dates of its own has those of its case. ``conduct`` is the first of the
    case; ``amount`` adds up the case's remedies in CNY and is null where none has an amount; ``amount_minor`` is the
    same on the first filing of a case only, so that adding up the rows counts every claim once.
    """
    place = kept.place(engine)
    table = _kept(engine, place) if place else None
    if table is None:
        found = scan(engine, _wanted())
        table = _built(*found.tables)
        if place and table.num_rows >= kept.SMALLEST:
            kept.write(place, kept.Kept(table, found.seq, found.hash))
    return table.drop_columns(["pk"])


def _kept(engine: Engine, place: Path) -> pa.Table | None:
    """What was kept of this database, with the cases that changed since then; None where all must be read."""
    found = kept.read(place)
    if found is None:
        return None
    with reading(engine) as connection:
        changed = kept.changed_since(connection, found)
        parts = scan_cases(connection, _wanted(), changed) if changed else ()
    if changed is None or not parts:
        return None if changed is None else found.table
    return _renewed(found.table, _built(*parts), changed)


def _renewed(table: pa.Table, fresh: pa.Table, changed: Sequence[int]) -> pa.Table:
    """The table with the rows of the changed cases in the place of what they were."""
    import pyarrow as pa

    stays = ~np.isin(_numbers(table["pk"]), np.array(changed))
    return _ordered(pa.concat_tables([table.filter(pa.array(stays)), fresh]), "pk")


def _built(cases: pa.Table, filings: pa.Table, remedies: pa.Table) -> pa.Table:
    """The columns of :func:`filings_table` and pk, the key of the case."""
    import pyarrow as pa

    cases, filings = _ordered(cases, "pk"), _ordered(filings, "case_pk", "position")
    pks = _numbers(cases["pk"])
    case, filing = _joined(pks, _numbers(filings["case_pk"]))
    minor, yuan = (sums[case] for sums in _claimed(pks, remedies))
    first = np.ones(len(case), dtype=bool)
    first[1:] = case[1:] != case[:-1]
    of_case = _taken(_case_columns(cases), case, len(pks))
    of_filing = _taken(filings, filing, filings.num_rows)
    closed_with_case = _and_not(of_case["closed_at"], of_filing["closed_at"])
    columns = {
        "pk": of_case["pk"],
        "received": _first_known(of_filing["filed_at"], of_case["received_at"]),
        "closed": _first_known(of_filing["closed_at"], of_case["closed_at"]),
        "first_response": of_filing["first_response_at"],
        "case_no": of_case["case_no"],
        "channel": of_filing["channel"],
        "conduct": of_case["conduct"],
        **{name: of_case[name] for name in ("respondent", "agent", "region", "handler")},
        "status": _status(closed_with_case, of_case["status"], of_filing["status"]),
        "outcome": of_filing["outcome"],
        "amount_minor": _masked(minor, first & (np.abs(yuan) < _TOO_MUCH)),  # not where it is NaN
        "amount": _masked(yuan, ~np.isnan(yuan)),
    }
    return pa.table(columns)


def filings_query() -> str:
    """What :func:`filings_table` returns as one query for PostgreSQL, to be measured where the records lie.

    The columns are those of :mod:`casework.analytics.cases`; ``due``, ``end`` and what the store does not know are null.
    """
    return " ".join(_QUERY.split())


_QUERY = """
WITH claimed AS (
    SELECT case_pk, sum(amount_minor) AS minor FROM remedies
    WHERE currency = 'CNY' AND amount_minor IS NOT NULL GROUP BY case_pk
), rows AS (
    SELECT coalesce(f.filed_at, c.received_at) AS received, coalesce(f.closed_at, c.closed_at) AS closed,
        f.first_response_at AS first_response, c.case_no, nullif(f.channel, '') AS channel,
        nullif(c.conducts ->> 0, '') AS conduct, nullif(c.respondent_company, '') AS respondent,
        nullif(c.respondent_agent, '') AS agent, nullif(c.region, '') AS region, nullif(c.handler, '') AS handler,
        CASE WHEN f.closed_at IS NULL AND c.closed_at IS NOT NULL THEN c.status ELSE coalesce(f.status, c.status) END AS status,
        nullif(f.outcome, '') AS outcome,
        CASE WHEN row_number() OVER (PARTITION BY c.pk ORDER BY f.position) = 1
            AND abs(minor) < 10000000000000 THEN minor::bigint END AS amount_minor,
        row_number() OVER (ORDER BY c.pk, f.position) AS row
    FROM cases c LEFT JOIN filings f ON f.case_pk = c.pk LEFT JOIN claimed ON claimed.case_pk = c.pk
)
SELECT received, closed, first_response, NULL::timestamp AS accepted, NULL::timestamp AS due,
    (extract(epoch FROM received) * 1000000)::bigint AS received_us,
    (extract(epoch FROM closed - received) * 1000000)::bigint AS elapsed_us,
    (extract(epoch FROM first_response - received) * 1000000)::bigint AS first_us,
    NULL::bigint AS accepted_us, NULL::bigint AS handled_us,
    case_no, channel, NULL::text AS kind, conduct, respondent, agent, region, handler, status, outcome,
    NULL::text AS "end", amount_minor, NULL::bigint AS recovered_minor, NULL::integer AS reopened,
    NULL::boolean AS on_time, NULL::boolean AS satisfied, true AS can_close, 0::smallint AS source, row
FROM rows
"""


def _wanted() -> tuple[Wanted, Wanted, Wanted]:
    import pyarrow as pa

    text, stamp, whole = pa.string(), pa.timestamp("us"), pa.int64()
    of_case = {"pk": whole, "received_at": stamp, "closed_at": stamp, "status": text, "conducts": text}
    times = dict.fromkeys(("filed_at", "first_response_at", "closed_at"), stamp)
    words = dict.fromkeys(("channel", "status", "outcome"), text)
    return (
        Wanted("cases", "pk", of_case | dict.fromkeys(_OF_CASE, text)),
        Wanted("filings", "case_pk", {"case_pk": whole, "position": whole} | times | words),
        Wanted(
            "remedies",
            "case_pk",
            {"case_pk": whole, "amount_minor": whole},
            "currency = 'CNY' AND amount_minor IS NOT NULL",
        ),
    )


def _numbers(column: pa.ChunkedArray) -> Ints:
    """A column without nulls as numpy."""
    numbers: Ints = column.combine_chunks().to_numpy(zero_copy_only=False)
    return numbers


def _ordered(table: pa.Table, *keys: str) -> pa.Table:
    """The rows in the order of whole-number columns; most tables are in it already."""
    import pyarrow as pa

    columns = [_numbers(table[key]) for key in keys]
    order = np.lexsort(columns[::-1])
    if np.array_equal(order, np.arange(len(order))):
        return table
    return table.take(pa.array(order))


def _joined(pks: Ints, case_pks: Ints) -> tuple[Ints, Ints]:
    """For every row its place among the cases and its place among the filings (-1: the case has none)."""
    start, end = np.searchsorted(case_pks, pks, "left"), np.searchsorted(case_pks, pks, "right")
    rows = np.maximum(end - start, 1)
    case = np.repeat(np.arange(len(pks)), rows)
    within = np.arange(len(case)) - np.repeat(np.cumsum(rows) - rows, rows)
    has = (end > start)[case]
    return case, np.where(has, start[case] + within, -1)


def _taken(table: pa.Table, places: Ints, count: int) -> pa.Table:
    """The rows at these places, nulls at -1."""
    import pyarrow as pa

    if len(places) == count and np.array_equal(places, np.arange(count)):
        return table
    return table.take(pa.array(places, mask=places < 0))


def _case_columns(cases: pa.Table) -> pa.Table:
    """The columns of cases under the names that the measures use, with the first of their conducts."""
    renamed = cases.select(["pk", "received_at", "closed_at", "status", *_OF_CASE])
    renamed = renamed.rename_columns([_OF_CASE.get(name, name) for name in renamed.column_names])
    return renamed.append_column("conduct", _first_conducts(cases["conducts"]))


def _first_conducts(lists: pa.ChunkedArray) -> pa.Array:
    """The first of each JSON list; each distinct list is read once."""
    import pyarrow as pa

    coded = lists.combine_chunks().dictionary_encode()
    firsts = [next(iter(json.loads(text)), None) or None for text in coded.dictionary.to_pylist()]
    return pa.array(firsts, pa.string()).take(coded.indices)


def _claimed(pks: Ints, remedies: pa.Table) -> tuple[Ints, npt.NDArray[np.float64]]:
    """Sums of each case's remedies in cents, and in yuan, NaN where none has an amount."""
    amounts = _numbers(remedies["amount_minor"])
    place = np.searchsorted(pks, _numbers(remedies["case_pk"]))
    minor = np.zeros(len(pks), dtype=np.int64)
    np.add.at(minor, place, amounts)
    counts = np.bincount(place, minlength=len(pks))
    yuan = np.bincount(place, weights=amounts, minlength=len(pks)) / 100
    yuan[counts == 0] = np.nan
    return minor, yuan


def _masked(values: npt.NDArray[Any], known: npt.NDArray[np.bool_]) -> pa.Array:
    import pyarrow as pa

    return pa.array(values, mask=~known)


def _first_known(first: pa.ChunkedArray, second: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow.compute as pc

    return pc.coalesce(first, second)


def _and_not(one: pa.ChunkedArray, other: pa.ChunkedArray) -> pa.ChunkedArray:
    """Where one is known and the other is not."""
    import pyarrow.compute as pc

    return pc.and_(one.is_valid(), other.is_null())


def _status(with_case: pa.ChunkedArray, case: pa.ChunkedArray, filing: pa.ChunkedArray) -> pa.ChunkedArray:
    """A filing's own status, unless it was closed only with its case."""
    import pyarrow.compute as pc

    return pc.if_else(with_case, case, pc.coalesce(filing, case))
