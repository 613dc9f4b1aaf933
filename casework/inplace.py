"""The office's own records measured inside the PostgreSQL that holds them: no row leaves it.

Only distinct words and days are fetched: what they mean (names of channels, ends, limits) is worked out here and handed
back as small tables.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from casework.analytics.engines import Engine
    from casework.rules import RulePack


#: The roles that the office's own records can have beside those that they always have, in the order in which they are told.
ROLES_KNOWN = (
    *(
        "first_response",
        "case_no",
        "conduct",
        "respondent",
        "agent",
        "region",
        "handler",
        "status",
        "outcome",
    ),
    *("amount", "due"),
)
_DAY_US = 86_400_000_000


def own_in_place(
    query: str, engine: Any, rules: RulePack, names: Mapping[str, Mapping[str, str]]
) -> ir.Table:
    """The table of cases of :meth:`casework.store.Store.filings_query`, kept in the engine.

    ``names`` are what the words of a column are shown as (channel, conduct).
    """
    from casework.analytics.cases import COLUMNS

    cases = engine.keep(engine.from_sql(query))
    cases = _with_due(cases, engine, rules)
    cases = _with_ends(cases, engine)
    shown = {column: cases[column].substitute(dict(words)) for column, words in names.items() if words}
    return engine.keep(cases.mutate(**shown).select(*COLUMNS))


def facts_of(cases: ir.Table, engine: Engine) -> tuple[dt.date, bool]:
    """The latest received or closed date (1970 where there is none), and whether any of them has a time of day."""
    odd = ((cases.received_us % _DAY_US) != 0) | (((cases.received_us + cases.elapsed_us) % _DAY_US) != 0)
    asked = cases.aggregate(
        received=cases.received.max(), closed=cases.closed.max(), odd=odd.ifelse(1, 0).sum().cast("int64")
    )
    [told] = engine.arrow(asked).to_pylist()
    known = [told[name] for name in ("received", "closed") if told[name] is not None]
    return (max(known).date() if known else dt.date(1970, 1, 1)), bool(told["odd"])


def _with_due(cases: ir.Table, engine: Engine, rules: RulePack) -> ir.Table:
    """By when a filing has to be finished, looked up by channel and day."""
    import pyarrow as pa

    from casework.rules.clocks import due_columns

    marked = cases.mutate(of=cases.channel, on=cases.received.cast("date"))
    found = engine.arrow(
        marked.filter(marked.of.notnull() & marked.on.notnull()).select("of", "on").distinct()
    )
    filed = found["on"].cast(pa.timestamp("us"))
    due = due_columns(rules, found["of"], filed, pa.nulls(len(filed), pa.timestamp("us")))
    known = pa.table({"due_of": found["of"], "due_on": found["on"], "due_by": due})
    limits = engine.table(known.filter(known["due_by"].is_valid()))
    joined = marked.left_join(limits, [marked.of == limits.due_of, marked.on == limits.due_on])
    return joined.mutate(due=joined.due_by).select(*cases.columns)


def _with_ends(cases: ir.Table, engine: Engine) -> ir.Table:
    """How a closed case ended, looked up by its outcome and status."""
    import pyarrow as pa

    from casework.analytics.ends import ends_of

    marked = cases.mutate(told=cases.outcome.fill_null(""), state=cases.status.fill_null(""))
    found = engine.arrow(marked.filter(marked.closed.notnull()).select("told", "state").distinct())
    closed = pa.nulls(found.num_rows).is_null()
    ends = ends_of(found["told"], found["state"], closed)
    means = engine.table(pa.table({"end_told": found["told"], "end_state": found["state"], "means": ends}))
    joined = marked.left_join(means, [marked.told == means.end_told, marked.state == means.end_state])
    ended: Any = joined.closed.notnull().ifelse(joined.means, None)
    return joined.mutate(end=ended).select(*cases.columns)
