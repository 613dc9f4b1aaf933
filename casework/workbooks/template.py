"""An office's own report template (.xlsx) filled in: its styles, pictures and charts stay as they are.

The package is edited part by part, because libraries that load and save a workbook lose what they do not know. What a
template may hold is described for its makers in docs/templates.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from casework.errors import BadFile, Incomplete, NotFound
from casework.i18n import _
from casework.model import Finding
from casework.workbooks.filling import surroundings
from casework.workbooks.filling.captions import Caption, captions, fill_caption
from casework.workbooks.filling.formulas import LAST_ROW, Growth, Growths, areas, letters, spans_sheets
from casework.workbooks.filling.grid import (
    FORMULA,
    Grid,
    Writer,
    corners,
    fit_height,
    joined,
    renumber,
    repeat,
    tag,
    true,
)
from casework.workbooks.filling.marks import Marked, Record, half_mark, marked
from casework.workbooks.filling.names import Names, range_name
from casework.workbooks.filling.package import CONTENT_TYPES, MOST_PACKED, Element, Package, read_package
from casework.workbooks.filling.refusals import MAIN, TEMPLATE, problems
from casework.workbooks.filling.styles import Styles

if TYPE_CHECKING:
    from casework.analytics.figures import Report

MOST_CELLS = 2_000_000
_R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BEFORE_CALC = ("definedNames", "externalReferences", "functionGroups", "sheets")


@dataclass
class _Sheet:
    """One worksheet, and what is to be put where: marks by row and column, lists by row."""

    name: str
    part: str
    grid: Grid
    marks: dict[int, dict[int, Marked]] = field(default_factory=dict)
    lists: dict[int, str] = field(default_factory=dict)

    def place(self, row: int, column: int) -> str:
        return _("sheet {sheet}, cell {cell}").format(sheet=self.name, cell=f"{letters(column)}{row}")


class _Book:
    """A template taken apart: its sheets with cells, its names, its styles."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.part = next(package.related("", "officeDocument"))
        self.root = package.tree(self.part)
        targets = {relation.id: relation for relation in package.relations(self.part)}
        strings = self._strings()
        self.names: list[str] = []
        self.sheets: list[_Sheet] = []
        for element in self.root.iter(tag("sheet")):
            relation = targets.get(element.get(_R_ID, ""))
            self.names.append(element.get("name", ""))
            if relation is not None and relation.kind == "worksheet":
                grid = Grid(package.tree(relation.target), strings)
                self.sheets.append(_Sheet(element.get("name", ""), relation.target, grid))
        if not self.sheets:
            raise BadFile(_("A part of the workbook is missing: {part}.").format(part="sheets"))
        properties = self.root.find(tag("workbookPr"))
        self.date1904 = properties is not None and true(properties.get("date1904"))
        self.styles = Styles(package, next(package.related(self.part, "styles"), None))

    def _strings(self) -> list[str]:
        part = next(self.package.related(self.part, "sharedStrings"), None)
        return [] if part is None else [joined(item) for item in self.package.tree(part).iter(tag("si"))]

    def sheet(self, name: str) -> _Sheet | None:
        return next((sheet for sheet in self.sheets if sheet.name.casefold() == name.casefold()), None)


def read_template(path: str | Path) -> bytes:
    """Return the bytes of a template file. Raises :class:`NotFound` or :class:`BadFile` before it is read whole."""
    path = Path(path)
    if not path.exists():
        raise NotFound(
            _("There is no such file."), where=str(path), remedy=_("Check the name and the folder.")
        )
    if not path.is_file():
        raise BadFile(_("This is not an ordinary file."), where=str(path))
    if path.stat().st_size > MOST_PACKED:
        raise BadFile(_("The template is too large."), where=path.name)
    return path.read_bytes()


def fill_report(template: bytes, report: Report, made_at: dt.datetime, *, name: str) -> bytes:
    """Return an office's template filled with a report, in the language in force. See :func:`fill_template`."""
    from casework.workbooks.filling.figures import aliases, fields, report_values

    values, lists = report_values(report, made_at)
    return fill_template(template, values, lists, name=name, fields=fields(), aliases=aliases())


def fill_template(
    template: bytes,
    values: Mapping[str, object],
    lists: Mapping[str, Sequence[Record]],
    *,
    name: str,
    fields: Mapping[str, Sequence[str]] | None = None,
    aliases: Mapping[str, str] | None = None,
) -> bytes:
    """Return an .xlsx template with its marks and named ranges filled.

    ``values`` are single facts, ``lists`` records by the name of their list; a row with marks of a list is repeated
    for each record. ``fields`` names the fields of lists that may be empty; ``aliases`` are other words for names.
    Values are text, numbers, dates or None (an empty cell). ``name`` is the template's, for messages.

    Raises :class:`BadFile` where the template is none or holds what it must not, and :class:`Incomplete` with every
    mark and name in it that means nothing.
    """
    names = Names(values, lists, fields or {}, aliases or {})
    try:
        book = _opened(template)
        found = list(captions(book.package, {sheet.part: sheet.name for sheet in book.sheets}))
        findings = [*_survey(book, names), *_caption_findings(found, names)]
        if findings:
            raise Incomplete(_("The template cannot be filled."), findings, where=name)
        _check_extent(book, names, found, name)
        _fill(book, names, found)
        return book.package.packed()
    except BadFile as error:
        raise BadFile(error.what, where=error.where or name, remedy=error.remedy) from error


def _opened(template: bytes) -> _Book:
    package = read_package(template)
    refused = problems(package)
    if refused:
        raise BadFile(
            _("The template is refused: {problems}.").format(problems=_("; ").join(refused)),
            remedy=_("Mend it in Excel and try again."),
        )
    return _Book(package)


# ---------------------------------------------------------------------- what is asked for


def _survey(book: _Book, names: Names) -> list[Finding]:
    """Find every mark and name; return all that is wrong with them."""
    findings: list[Finding] = []
    for sheet in book.sheets:
        findings += _survey_cells(sheet, names)
    findings += _survey_names(book, names)
    for sheet in book.sheets:
        findings += _survey_rows(sheet, names)
        findings += _survey_tables(book.package, sheet)
    return [*findings, *_three_dimensional(book)]


def _survey_cells(sheet: _Sheet, names: Names) -> Iterator[Finding]:
    for row, column, cell in sheet.grid.cells():
        formula = cell.find(FORMULA)
        text = formula.text if formula is not None else sheet.grid.text(cell)
        if not text or ("{" not in text and "｛" not in text and "}" not in text and "｝" not in text):
            continue
        found = marked(text)
        if formula is not None:
            if found:
                problem = _("A mark stands in a formula.")
                yield Finding(sheet.place(row, column), problem, text[:60], _("Put it in a cell of its own."))
            continue
        if half_mark(text):
            yield Finding(sheet.place(row, column), _("A mark is not closed."), text[:60], _marks_look())
        if found:
            yield from _unknown(sheet.place(row, column), found, names)
            sheet.marks.setdefault(row, {})[column] = names.settled(found)


def _marks_look() -> str:
    return _("A mark looks like {name}.").format(name="{{received}}")


def _unknown(place: str, found: Marked, names: Names) -> Iterator[Finding]:
    for mark in found.names:
        if not names.knows(names.canonical(mark)) and not _of_empty(mark, names):
            yield names.unknown(place, mark)


def _of_empty(mark: str, names: Names) -> bool:
    """Whether the mark belongs to a list that is empty and whose fields nobody has named."""
    group = names.canonical(mark).partition(".")[0]
    return "." in mark and group in names.lists and not names.fields_of(group)


def _survey_names(book: _Book, names: Names) -> Iterator[Finding]:
    for element in book.root.iter(tag("definedName")):
        written = element.get("name", "")
        wanted = range_name(written)
        if wanted is None:
            continue
        wanted = names.canonical(wanted)
        if not names.knows(wanted) and wanted not in names.lists:
            yield names.unknown_range(written)
            continue
        there = areas(element.text or "")
        sheet = book.sheet(there[0][0]) if there and len(there) == 1 else None
        if there is None or sheet is None:
            problem = _("It does not point to cells of one sheet.")
            yield Finding(_("named range"), problem, written, _("Define the name anew."))
            continue
        yield from _name_there(sheet, written, wanted, there[0][1:], names)


def _name_there(
    sheet: _Sheet, written: str, wanted: str, area: tuple[int, int, int, int], names: Names
) -> Iterator[Finding]:
    left, top, right, bottom = area
    if wanted in names.lists:
        if top != bottom:
            problem = _("A list's name must stand on one row.")
            yield Finding(_("named range"), problem, written, _("It is repeated for each record."))
            return
        _list_name_there(sheet, wanted, area, names)
    elif (left, top) != (right, bottom) and area not in sheet.grid.merges():
        problem = _("A value's name must stand on one cell.")
        yield Finding(_("named range"), problem, written, _("Define the name anew."))
    else:
        sheet.marks.setdefault(top, {})[left] = Marked(("", wanted, ""))


def _list_name_there(sheet: _Sheet, group: str, area: tuple[int, int, int, int], names: Names) -> None:
    """A row named after a list takes its fields from left to right, unless marks in it say which go where."""
    left, top, right, _bottom = area
    sheet.lists[top] = group
    if any(names.list_of(mark) for marks in sheet.marks.get(top, {}).values() for mark in marks.names):
        return
    covered = {
        column
        for x1, y1, x2, y2 in sheet.grid.merges()
        if y1 <= top <= y2
        for column in range(x1 + 1, x2 + 1)
    }
    columns = (column for column in range(left, right + 1) if column not in covered)
    for key, column in zip(names.fields_of(group), columns, strict=False):
        sheet.marks.setdefault(top, {})[column] = Marked(("", f"{group}.{key}", ""))


def _survey_rows(sheet: _Sheet, names: Names) -> Iterator[Finding]:
    """Settle which list each row belongs to."""
    for row, marks in sheet.marks.items():
        groups = {
            mark.partition(".")[0]
            for each in marks.values()
            for mark in each.names
            if "." in mark and mark.partition(".")[0] in names.lists
        }
        groups |= {sheet.lists[row]} if row in sheet.lists else set()
        if len(groups) > 1:
            first = min(marks)
            problem = _("Two lists stand in one row: {lists}.").format(lists=", ".join(sorted(groups)))
            yield Finding(sheet.place(row, first), problem, "", _("Give each list a row of its own."))
        if groups:
            sheet.lists[row] = min(groups)


def _survey_tables(package: Package, sheet: _Sheet) -> Iterator[Finding]:
    """A table's header names its columns, so nothing can be filled in there."""
    for part in package.related(sheet.part, "table"):
        root = package.tree(part)
        left, top, right, _bottom = corners(root.get("ref", ""))
        for column in sheet.marks.get(top, {}) if root.get("headerRowCount", "1") != "0" else ():
            if left <= column <= right:
                problem = _("A mark stands in the header of an Excel table.")
                yield Finding(sheet.place(top, column), problem, "", _("Put it above the table."))


def _three_dimensional(book: _Book) -> Iterator[Finding]:
    """A formula through several sheets cannot follow one of them."""
    if not any(sheet.lists for sheet in book.sheets):
        return
    for sheet in book.sheets:
        for row, column, cell in sheet.grid.cells():
            formula = cell.find(FORMULA)
            if formula is not None and spans_sheets(formula.text or ""):
                problem = _(
                    "A formula adds up through several sheets, while a list makes one of them longer."
                )
                yield Finding(sheet.place(row, column), problem, formula.text, _("Name each sheet in it."))


def _caption_findings(found: Sequence[Caption], names: Names) -> Iterator[Finding]:
    for caption in found:
        if caption.half:
            yield Finding(caption.place, _("A mark is not closed."), caption.text[:60], _marks_look())
        for mark in caption.marks.names if caption.marks else ():
            if names.list_of(names.canonical(mark)):
                problem = _("A list can stand in cells only.")
                yield Finding(caption.place, problem, "{{" + mark + "}}", _("Put it in a row of its own."))
            elif names.canonical(mark) not in names.values:
                yield names.unknown(caption.place, mark)


def _check_extent(book: _Book, names: Names, found: Sequence[Caption], name: str) -> None:
    if not found and not any(sheet.marks for sheet in book.sheets):
        raise BadFile(
            _("The template holds no mark and no named range of casework, so nothing would be filled in."),
            remedy=_("Write marks such as {name} into it; docs/templates.md lists them.").format(
                name="{{received}}"
            ),
        )
    cells = 0
    for sheet in book.sheets:
        extra = sum(max(len(names.lists[group]) - 1, 0) for group in sheet.lists.values())
        for row, group in sheet.lists.items():
            line = sheet.grid.rows.get(row)
            cells += (1 + len(sheet.marks.get(row, {})) + (0 if line is None else len(line))) * len(
                names.lists[group]
            )
        if max(sheet.grid.rows, default=0) + extra > LAST_ROW or cells > MOST_CELLS:
            raise BadFile(
                _("The filled template would be larger than a sheet can be."),
                where=f"{name}, {sheet.name}",
                remedy=_("Take the long list out of it, or choose one month."),
            )


# ---------------------------------------------------------------------- filling


def _fill(book: _Book, names: Names, found: Sequence[Caption]) -> None:
    growths = _growths(book, names)
    writer = Writer(book.styles, date1904=book.date1904)
    for sheet in book.sheets:
        _fill_sheet(book, sheet, names, growths, writer)
    for caption in found:
        fill_caption(book.package, caption, names)
    _finish_workbook(book, growths)
    altered = {
        sheet.name.casefold(): sheet.grid for sheet in book.sheets if sheet.part in book.package.changed
    }
    surroundings.move_pivots(book.package, growths)
    surroundings.move_shapes(book.package, growths)
    surroundings.move_charts(book.package, growths, altered.get)


def _growths(book: _Book, names: Names) -> Growths:
    grown = {}
    for sheet in book.sheets:
        lists = tuple(
            (row, max(len(names.lists[group]) - 1, 0)) for row, group in sorted(sheet.lists.items())
        )
        if lists:
            grown[sheet.name.casefold()] = Growth(lists)
    return grown


def _fill_sheet(book: _Book, sheet: _Sheet, names: Names, growths: Growths, writer: Writer) -> None:
    """Fill one sheet. One without marks changes only where its formulas must be moved or computed anew."""
    grid = sheet.grid
    has_formulas = next(grid.root.iter(FORMULA), None) is not None
    if not sheet.marks and not sheet.lists and not has_formulas:
        _move_around(book, sheet, growths)
        return
    book.package.change(sheet.part)
    if growths:
        grid.expand_shared()
    grid.forget_results()
    grid.move_formulas(sheet.name, growths)
    _fill_rows(sheet, names, growths, writer)
    _move_around(book, sheet, growths)


def _fill_rows(sheet: _Sheet, names: Names, growths: Growths, writer: Writer) -> None:
    grid = sheet.grid
    growth = growths.get(sheet.name.casefold(), Growth())
    for row in sorted({*sheet.marks, *sheet.lists}):
        for column in sheet.marks.get(row, {}):
            grid.cell(row, column)
    for row, line in list(grid.rows.items()):
        marks = sheet.marks.get(row, {})
        if row in sheet.lists:
            group = sheet.lists[row]
            scopes = [names.scope(group, record) for record in names.lists[group]]
            repeat(grid, row, scopes, marks, writer, sheet.name, growths)
            continue
        if marks:
            fit_height(line)
        for column, mark in marks.items():
            writer.put(grid.cell(row, column), mark, names.values)
        if growth.row(row) != row:
            renumber(line, growth.row(row))
    grid.index()


def _move_around(book: _Book, sheet: _Sheet, growths: Growths) -> None:
    if not growths:
        return
    book.package.edit(sheet.part, lambda root: surroundings.move_sheet(root, sheet.name, growths))
    surroundings.move_parts(book.package, sheet.part, sheet.name, growths)


def _finish_workbook(book: _Book, growths: Growths) -> None:
    """Names follow, every program computes anew when it opens the file, and a template becomes a workbook."""
    root: Element = book.package.change(book.part)
    surroundings.move_names(root, book.names, growths)
    calculation = root.find(tag("calcPr"))
    if calculation is None:
        calculation = root.makeelement(tag("calcPr"))
        before = next(root.find(tag(name)) for name in _BEFORE_CALC if root.find(tag(name)) is not None)
        before.addnext(calculation)
    calculation.set("fullCalcOnLoad", "1")
    for part in list(book.package.related(book.part, "calcChain")):
        book.package.drop(part, book.part)
    for element in book.package.tree(CONTENT_TYPES):
        if element.get("ContentType") == TEMPLATE:
            book.package.change(CONTENT_TYPES)
            element.set("ContentType", MAIN)
