"""Complaints that may be one, two at a time and side by side. The program only points them out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ipywidgets import VBox

from casework.i18n import _, mark
from casework.ui.table import Column, DataTable, fixed

if TYPE_CHECKING:
    from casework.desk import Desk
    from casework.staging.duplicates import Pair
    from casework.staging.staged import Staged
    from casework.ui.page import Page

#: Columns of a judged table that tell two complaints apart, and what a person calls them.
FIELDS = {
    "case_no": mark("Case number"),
    "received_at": mark("Received"),
    "complainant_name": mark("Complainant"),
    "complainant_phone": mark("Telephone"),
    "respondent_company": mark("Respondent"),
    "summary": mark("Summary"),
}


class Likely:
    """The list of pairs, and the two complaints of the one that is chosen."""

    def __init__(self, page: Page) -> None:
        self._desk: Desk = page.desk
        self._staged: Staged | None = None
        adopt: Callable[[Any], Any] = page.adopt
        self.pairs: DataTable = adopt(DataTable(page_size=5, on_select=self.compare))
        self.both: DataTable = adopt(DataTable(page_size=len(FIELDS)))
        self.widget = VBox([self.pairs, self.both])

    def show(self, staged: Staged) -> None:
        """List the pairs of a staged table."""
        self._staged = staged
        self.widget.layout.display = "" if staged.pairs else "none"
        self.both.layout.display = "none"
        self.pairs.selected = ""
        columns = [
            *(Column("0", _("No.")), Column("1", _("This complaint")), Column("2", _("And this one"))),
            *(Column("3", _("Alike"), align="right"), Column("4", _("What agrees"))),
        ]
        self.pairs.feed(fixed([_pair_row(place, pair) for place, pair in enumerate(staged.pairs, 1)]))
        caption = _(
            "Perhaps the same complaint twice: {count}. Choose a pair to compare. Nothing is left out."
        )
        self.pairs.show(columns, caption.format(count=len(staged.pairs)), "")

    def compare(self, number: str) -> None:
        """Show the two complaints of a pair side by side."""
        if self._staged is None:
            return
        pair = self._staged.pairs[int(number) - 1]
        left, right = self._row(pair.row), self._other(pair)
        rows = [(_(name), left.get(key, ""), right.get(key, "")) for key, name in FIELDS.items()]
        columns = [Column("0", _("Field")), Column("1", _here(pair.row, pair.case_no))]
        columns.append(Column("2", _here(pair.other_row, pair.other_no)))
        self.both.feed(fixed(rows))
        self.both.show(columns, _("The two complaints"), "")
        self.both.layout.display = ""

    def _row(self, row: int) -> dict[str, str]:
        table = self._staged.table if self._staged else None
        if table is None:
            return {}
        import pyarrow.compute as pc

        found = table.filter(pc.equal(table["row"], row)).slice(0, 1)
        names = [name for name in FIELDS if name in found.column_names]
        return dict(_texts({name: found[name].to_pylist()[0] for name in names} if found.num_rows else {}))

    def _other(self, pair: Pair) -> dict[str, str]:
        if pair.other_row is not None:
            return self._row(pair.other_row)
        case = self._desk.case(pair.other_no)  # that it was read is in the audit log
        return dict(
            _texts(
                {
                    "case_no": case.case_no,
                    "received_at": case.received_at,
                    "complainant_name": case.complainant.name,
                    "complainant_phone": case.complainant.phone,
                    "respondent_company": case.respondent.company,
                    "summary": case.summary,
                }
            )
        )


def _texts(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        text = f"{value:%Y-%m-%d %H:%M}" if hasattr(value, "year") else str(value or "")
        yield name, text


def _here(row: int | None, number: str) -> str:
    if row is None:
        return _("case {number}, already here").format(number=number)
    return _("row {row} {number}").format(row=row, number=number).strip()


def _pair_row(place: int, pair: Pair) -> tuple[object, ...]:
    other = _here(pair.other_row, pair.other_no)
    return (place, _here(pair.row, pair.case_no), other, f"{pair.score:.0%}", _("; ").join(pair.reasons))
