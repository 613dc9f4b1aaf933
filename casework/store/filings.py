"""Every filing as one Arrow table, for the measures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Float, Select, case, cast, func, select
from sqlalchemy.sql.functions import coalesce

from casework.store import tables
from casework.store.arrow import arrow_table

if TYPE_CHECKING:
    import pyarrow


def filings_table(connection: Connection) -> pyarrow.Table:
    """Return one row per filing and one per case without a filing, in the order the cases came.

    Columns: case_no, channel, status, conduct, respondent (string), received, closed (timestamp[us], office
    time), amount (float64, yuan). A filing without dates of its own has those of its case. ``conduct`` is the
    first of the case; ``amount`` adds up the case's remedies in CNY and is null where none has an amount.
    """
    import pyarrow as pa

    columns = ("case_no", "received", "closed", "channel", "status", "conduct", "respondent", "amount")
    types = dict.fromkeys(columns, pa.string())
    types |= {"received": pa.timestamp("us"), "closed": pa.timestamp("us"), "amount": pa.float64()}
    return arrow_table(connection, _query(), types, tables.cases.c.pk)


def _query() -> Select[Any]:
    whole, filing, remedy = tables.cases.c, tables.filings.c, tables.remedies.c
    asked = select(func.sum(cast(remedy.amount_minor, Float)) / 100).where(
        remedy.case_pk == whole.pk, remedy.currency == "CNY"
    )
    closed_with_case = filing.closed_at.is_(None) & whole.closed_at.is_not(None)
    return (
        select(
            whole.case_no,
            coalesce(filing.filed_at, whole.received_at).label("received"),
            coalesce(filing.closed_at, whole.closed_at).label("closed"),
            filing.channel,
            case((closed_with_case, whole.status), else_=coalesce(filing.status, whole.status)).label(
                "status"
            ),
            whole.conducts[0].as_string().label("conduct"),
            whole.respondent_company.label("respondent"),
            asked.scalar_subquery().label("amount"),
        )
        .select_from(tables.cases.outerjoin(tables.filings, filing.case_pk == whole.pk))
        .order_by(whole.pk, filing.position)
    )
