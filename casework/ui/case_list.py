"""The list of cases with its search: the way to one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.i18n import _, language
from casework.ui.table import Column, Query, Row, Rows
from casework.words import STATUSES, word

if TYPE_CHECKING:
    from casework.desk import Desk


def case_columns() -> list[Column]:
    """The headings of the list."""
    return [
        Column("case_no", _("Case number")),
        Column("received_at", _("Received on"), align="fixed"),
        Column("complainant", _("Complainant")),
        Column("company", _("Respondent")),
        Column("conducts", _("Conduct")),
        Column("status", _("Status"), align="fixed"),
        Column("exhibits", _("Exhibits"), align="right"),
    ]


def case_rows(desk: Desk, query: Query, status: str | None = None) -> Rows:
    """One page of the list, newest case first; of all cases, or of those in ``status``."""
    found = desk.cases(status=status, words=query.words, limit=query.limit, offset=query.offset)
    conducts = desk.workspace.rules.conducts
    rows = [
        Row(
            case.case_no,
            (
                case.case_no,
                f"{case.received_at:%Y-%m-%d}",
                case.complainant,
                case.company,
                _("; ").join(
                    conducts[each].short.of(language()) if each in conducts else each
                    for each in case.conducts
                ),
                word(STATUSES, case.status),
                str(case.exhibit_count),
            ),
        )
        for case in found
    ]
    return Rows(rows, desk.count(status=status, words=query.words))
