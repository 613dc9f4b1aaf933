"""Cases that several sources have, each counted once: the rule of :func:`casework.analytics.cases.together`, in an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

_CLOSED = 1 << 20  # more than there are sources


def once(cases: ir.Table) -> ir.Table:
    """The table of cases without the rows of which another source has a later state.

    Besides the columns of :mod:`casework.analytics.cases` it has ``case_key``: what number and day of receipt make of
    a case, null where it has none. Of the sources that have a case that counts which knows it as closed, else the last.
    """
    ranked = cases.mutate(
        rank=cases.source.cast("int64") + cases.closed.notnull().ifelse(_CLOSED, 0).cast("int64")
    )
    keyed = ranked.filter(ranked.case_key.notnull())
    several = keyed.group_by("case_key").aggregate(
        best=keyed.rank.max(), first=keyed.source.min(), last=keyed.source.max()
    )
    several = several.filter(several["first"] != several["last"]).select(key="case_key", best="best")
    joined = ranked.left_join(several, ranked.case_key == several.key)
    stays = joined.best.isnull() | (joined.best % _CLOSED == joined.source)
    return joined.filter(stays).drop("rank", "key", "best", "case_key")
