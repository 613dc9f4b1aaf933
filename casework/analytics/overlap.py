"""Cases that several sources have, each counted once: the rule of :func:`casework.analytics.cases.together`, in an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.analytics.cases import COLUMNS

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

_CLOSED = 1 << 20  # more than there are sources


def keyed(cases: pa.Table) -> pa.Table:
    """The cases with ``case_key``, which number and day of receipt make: null where one of them is not known."""
    import pyarrow as pa
    import pyarrow.compute as pc

    number = pc.utf8_upper(pc.utf8_trim_whitespace(cases["case_no"]))
    day = cases["received"].cast(pa.date32(), safe=False).cast(pa.string())
    return cases.append_column("case_key", pc.binary_join_element_wise(number, day, "@"))


def once(cases: ir.Table) -> ir.Table:
    """The table of cases without the rows of which another source has a later state.

    It has ``case_key`` (:func:`keyed`) and the columns of :mod:`casework.analytics.cases`, and returns these. Of the
    sources that have a case that counts which knows it as closed, else the last.
    """
    closed = cases.closed.notnull().ifelse(_CLOSED, 0).cast("int64")
    ranked = cases.mutate(rank=cases.source.cast("int64") + closed)
    keys = ranked.filter(ranked.case_key.notnull())
    several = keys.group_by("case_key").aggregate(
        best=keys.rank.max(), first=keys.source.min(), last=keys.source.max()
    )
    several = several.filter(several["first"] != several["last"]).select(key="case_key", best="best")
    joined = ranked.left_join(several, ranked.case_key == several.key)
    stays = joined.best.isnull() | (joined.best % _CLOSED == joined.source)
    return joined.filter(stays).select(*COLUMNS)
