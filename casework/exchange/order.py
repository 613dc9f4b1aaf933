"""Whether the day or the month comes first in ``03/04/2026``: settled by the whole table, or asked, never guessed."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from casework.exchange.dates import Order, day_month_order, read_dates
from casework.i18n import _
from casework.sources import Question


def settle_order(
    cells: Mapping[str, pa.Array], date_1904: bool, day_first: bool | None = None
) -> tuple[Order | None, bool]:
    """Return the order, or None where nothing settles it; and whether any date needs it.

    ``day_first`` is a person's word: it counts unless the cells that have only one reading all contradict it.

    ``cells`` are the columns of dates by role. A cell that has only one reading settles it for all; else the order
    under which no case closes or is answered before it was received, if the other has such cases.
    """
    order, needed = day_month_order(list(cells.values()))
    if order is not None or not needed:
        return order, needed
    if day_first is not None:
        return ("dmy" if day_first else "mdy"), True
    wrong = {order: _impossible(cells, order, date_1904) for order in _ORDERS}
    if wrong["mdy"] == wrong["dmy"]:
        return None, True
    return min(_ORDERS, key=wrong.__getitem__), True


_ORDERS: tuple[Order, Order] = ("mdy", "dmy")


def _impossible(cells: Mapping[str, pa.Array], order: Order, date_1904: bool) -> int:
    """How many dates cannot be under an order: unreadable ones, and what comes before the receipt."""
    dates = {role: read_dates(column, order=order, date_1904=date_1904) for role, column in cells.items()}
    received = dates["received"].wall
    early = sum(int((dates[role].wall < received).sum()) for role in dates if role != "received")
    return early + sum(int(column.unreadable.sum()) for column in dates.values())


def ask_order(header: str, example: str) -> Question:
    """The question that a person has to answer."""
    text = _("In “{header}” no date shows whether the day or the month comes first, for example {example}.")
    options = (("dmy", _("day first")), ("mdy", _("month first")))
    return Question("day_month", header, text.format(header=header, example=example), options)
