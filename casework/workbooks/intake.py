"""A blank intake workbook: field staff fill it in without casework, send it back, and it imports without a question.

The headers are names that the importer knows. Prepared rows have formats, drop-downs and checks but no cells, so none
of them is read as a case. The example stands on the sheet of instructions, in a column, where it is no table.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from casework.i18n import _, language, use_language
from casework.rules import RulePack
from casework.words import STATUSES, word
from casework.workbooks.book import Book
from casework.workbooks.cells import width
from casework.workbooks.page import Page
from casework.workbooks.stream import letters

ROWS = 500  # prepared, below the header
_FIRST_DAY, _LAST_DAY = dt.date(2000, 1, 1), dt.date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class Asked:
    """One column: its role in an import, its header, how to fill it in, an example, and how its cells look.

    ``check`` is a rule of Excel's data validation (without its messages), ``choices`` the name of a list.
    """

    role: str
    title: str
    how: str
    example: str
    width: float
    style: str = "text"
    required: bool = False
    choices: str = ""
    check: dict[str, Any] | None = None


def intake_workbook(lang: str, rules: RulePack, *, made_at: dt.datetime, rows: int = ROWS) -> bytes:
    """Return a blank intake workbook in ``lang`` as the bytes of an .xlsx file: cases, then instructions."""
    with use_language(lang):
        columns = intake_columns(rules)
        book = Book(_("Intake of cases"), made_at=made_at)
        book.lists(_lists(rules))
        _cases(book, columns, rows)
        _instructions(book.page(_("How to fill this in")), columns)
        return book.content()


def intake_columns(rules: RulePack) -> tuple[Asked, ...]:
    """Return the columns, in the language in force: first what must be given."""
    return (*_needed(rules), *_optional())


def _needed(rules: RulePack) -> tuple[Asked, ...]:
    lang = language()
    conduct = next((each.name(lang) for each in rules.conducts.values()), "")
    channel = next((each.name(lang) for each in rules.channels.values()), "")
    from_list = _("Choose from the list.")
    return (
        Asked("received", _("Received date"), _("The day on which the complaint came in, such as 2026-04-09."),
              "2026-04-09", 14, "day", True, check=_day()),
        Asked("complainant", _("Complainant"), _("The consumer's full name."), _("Zhang San (example)"), 14,
              required=True, check=_length(1, 100)),
        Asked("respondent", _("Respondent"), _("The company complained about, by its full name if it is known."),
              _("Example Network Technology Ltd."), 30, required=True, check=_length(1, 200)),
        Asked("conduct", _("Conduct"), from_list, conduct, 24, required=True, choices="conduct"),
        Asked("text", _("Complaint text"), _("What happened: when, who, what was said and done. One cell, any length."),
              _("On 8 April the agent promised a refund within seven days, and refused it after payment."), 50, "wrap",
              True, check=_length(1, 32_767)),
        Asked("channel", _("Complaint channel"), from_list, channel, 26, choices="channel"),
    )  # fmt: skip


def _optional() -> tuple[Asked, ...]:
    return (
        Asked("case_no", _("Case number"), _("Only if the case has one; each number once. Left empty, casework gives one."),
              "2026-0042", 16, "id", check=_unique()),
        Asked("phone", _("Phone"), _("Digits; spaces, + and - are fine."), "138 0013 8000", 16, "id",
              check=_length(5, 30)),
        Asked("amount", _("Amount"), _("In yuan, digits only: 128.50."), "128.50", 12, "money",
              check={"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 10**12}),
        Asked("region", _("Region"), _("District or city."), _("Xihu District"), 14, check=_length(0, 100)),
        Asked("handler", _("Handler"), _("Who takes care of the case."), _("Li Si (example)"), 12,
              check=_length(0, 100)),
        Asked("status", _("Status"), _("Choose from the list. Left empty, the case is open."), word(STATUSES, "open"), 10,
              choices="status"),
        Asked("closed", _("Closed date"), _("The day on which the case was closed; not before it was received."), "", 14,
              "day", check=_day()),
    )  # fmt: skip


def _day() -> dict[str, Any]:
    return {"validate": "date", "criteria": "between", "minimum": _FIRST_DAY, "maximum": _LAST_DAY}


def _length(least: int, most: int) -> dict[str, Any]:
    return {"validate": "length", "criteria": "between", "minimum": least, "maximum": most}


def _unique() -> dict[str, Any]:
    return {"validate": "custom", "value": "=COUNTIF({column}$2:{column}${last},{column}2)<=1"}


def _lists(rules: RulePack) -> dict[str, list[str]]:
    lang = language()
    return {
        "conduct": [each.name(lang) for each in rules.conducts.values()],
        "channel": [each.name(lang) for each in rules.channels.values()],
        "status": [word(STATUSES, key) for key in STATUSES],
    }


def _cases(book: Book, columns: tuple[Asked, ...], rows: int) -> None:
    page = book.blank(_("Cases"), [column.title for column in columns], rows)
    for place, column in enumerate(columns):
        if column.required:
            page.text(0, place, column.title, "required")
        page.sheet.set_column(place, place, column.width, page.formats[column.style])
        _checked(page, place, column, rows)
    _keep_headers(page, len(columns))
    _warn_of_gaps(page, columns, rows)


def _checked(page: Page, place: int, column: Asked, rows: int) -> None:
    """Tell what belongs in a column's cells when one is chosen, and refuse what does not."""
    rule = dict(column.check or {})
    if column.choices:
        rule = {"validate": "list", "source": f"=list_{column.choices}"}
    if "value" in rule:
        rule["value"] = rule["value"].format(column=letters(place), last=rows + 1)
    needed = _("Required. ") if column.required else ""
    page.sheet.data_validation(
        *(1, place, rows, place),
        {
            **rule,
            "input_title": column.title[:32],
            "input_message": (needed + column.how)[:255],
            "error_title": column.title[:32],
            "error_message": (_("This does not fit here. ") + column.how)[:255],
        },
    )


def _keep_headers(page: Page, count: int) -> None:
    """Refuse typing into the header: a sheet protection would also forbid pasting, sorting and filtering."""
    page.sheet.data_validation(
        *(0, 0, 0, count - 1),
        {
            "validate": "custom",
            "value": "=FALSE",
            "error_title": _("Header"),
            "error_message": _("Please leave the headers as they are: casework knows the columns by them."),
        },
    )


def _warn_of_gaps(page: Page, columns: tuple[Asked, ...], rows: int) -> None:
    """Colour what is still missing in a row that has been begun."""
    last = letters(len(columns) - 1)
    for place, column in enumerate(columns):
        if column.required:
            rule = f"=AND(COUNTA($A2:${last}2)>0,ISBLANK({letters(place)}2))"
            page.sheet.conditional_format(
                *(1, place, rows, place), {"type": "formula", "criteria": rule, "format": page.formats["gap"]}
            )


def _instructions(page: Page, columns: tuple[Asked, ...]) -> None:
    page.sheet.set_column(0, 0, 24)
    page.sheet.set_column(1, 1, 12)
    page.sheet.set_column(2, 2, 62)
    page.sheet.set_column(3, 3, 44)
    page.text(0, 0, _("How to fill this in"), "title")
    steps = (
        _("1. Go to the first sheet. One row is one case: one consumer against one company."),
        _("2. Fill in the columns with a yellow header; the others as far as you know."),
        _("3. Click a cell to see what belongs there. Some cells offer a list: choose from it."),
        _("4. Leave the headers as they are, and add no rows above them."),
        _("5. Save, and send the file back. It holds personal data: send it as your office requires."),
    )
    for row, step in enumerate(steps, start=2):
        page.text(row, 0, step)
    top = len(steps) + 3
    page.header(top, (_("Column"), _("Required?"), _("How"), _("Example")), words=4)
    for row, column in enumerate(columns, start=top + 1):
        page.sheet.set_row(row, 34 if width(column.how) > 60 or width(column.example) > 42 else 20)
        page.text(row, 0, column.title, "note")
        page.text(row, 1, _("yes") if column.required else "", "note")
        page.text(row, 2, column.how, "note")
        page.text(row, 3, column.example, "hint")
