"""What stands around a sheet's cells and moves with its rows: merged cells, formats, names, tables, pictures, charts.

Everything that names rows is here, so that what moves and what does not can be read in one place.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable

from casework.workbooks.filling.formulas import Growth, Growths, areas, moved, moved_areas
from casework.workbooks.filling.grid import Grid, corners, tag
from casework.workbooks.filling.package import Element, Package

_XM = "{http://schemas.microsoft.com/office/excel/2006/main}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_SERIES = frozenset(_CHART + name for name in ("cat", "val", "xVal", "yVal", "bubbleSize", "plus", "minus"))
_MOST_POINTS = 20_000
_RANGES = (  # (element, attributes that hold ranges)
    ("dimension", ("ref",)),
    ("pane", ("topLeftCell",)),
    ("sheetView", ("topLeftCell",)),
    ("selection", ("activeCell", "sqref")),
    ("protectedRange", ("sqref",)),
    ("autoFilter", ("ref",)),
    ("sortState", ("ref",)),
    ("sortCondition", ("ref",)),
    ("conditionalFormatting", ("sqref",)),
    ("dataValidation", ("sqref",)),
    ("hyperlink", ("ref",)),
    ("ignoredError", ("sqref",)),
    ("cellWatch", ("r",)),
)
_SINGLE = frozenset({"topLeftCell", "activeCell", "r"})


def move_sheet(root: Element, home: str, growths: Growths) -> None:
    """Move what a sheet itself keeps beside its rows."""
    growth = growths.get(home.casefold(), Growth())
    for name, attributes in _RANGES:
        for element in root.iter(tag(name)):
            for attribute in attributes:
                _move_range(element, attribute, growth)
    _move_merges(root, growth)
    for element in root.iter(tag("brk")):
        if element.getparent().tag == tag("rowBreaks") and element.get("id", "").isdigit():
            element.set("id", str(growth.end(int(element.get("id")))))
    for name in ("formula", "formula1", "formula2"):
        for element in root.iter(tag(name)):
            element.text = moved(element.text or "", home, growths)
    for element in root.iter(tag("hyperlink")):
        if element.get("location"):
            element.set("location", moved(element.get("location"), home, growths))
    for element in root.iter(_XM + "sqref"):
        element.text = moved_areas(element.text or "", growth)
    for element in root.iter(_XM + "f"):
        element.text = moved(element.text or "", home, growths)


def _move_range(element: Element, attribute: str, growth: Growth) -> None:
    value = element.get(attribute)
    if value:
        single = attribute in _SINGLE
        element.set(attribute, moved(value, "", {"": growth}) if single else moved_areas(value, growth))


def _move_merges(root: Element, growth: Growth) -> None:
    """A merge within a list's row is repeated with it; one that reaches beyond grows."""
    lists = dict(growth.lists)
    for element in list(root.iter(tag("mergeCell"))):
        ref = element.get("ref", "")
        _left, top, _right, bottom = corners(ref)
        if top != bottom or top not in lists:
            element.set("ref", moved_areas(ref, growth))
            continue
        first = growth.row(top)
        for row in range(first + lists[top], first, -1):
            another = copy.copy(element)
            another.set("ref", re.sub(r"\d+", str(row), ref))
            element.addnext(another)
        element.set("ref", re.sub(r"\d+", str(first), ref))
    for merges in root.iter(tag("mergeCells")):
        merges.set("count", str(len(merges)))


def move_parts(package: Package, sheet: str, home: str, growths: Growths) -> None:
    """Move what stands in parts of its own beside a sheet: tables, remarks and drawings."""
    growth = growths.get(home.casefold(), Growth())
    for part in package.related(sheet, "table"):
        package.edit(part, lambda root: _move_table(root, home, growths, growth))
    if not growth.lists:
        return
    for kind in ("comments", "threadedComment"):
        for part in package.related(sheet, kind):
            package.edit(part, lambda root: _move_remarks(root, growth))
    for part in package.related(sheet, "vmlDrawing"):
        package.replace(part, _moved_vml(package.parts[part], growth))
    for part in package.related(sheet, "drawing"):
        package.edit(part, lambda root: _move_anchors(root, growth))


def _move_remarks(root: Element, growth: Growth) -> None:
    for element in root.iter("{*}comment", "{*}threadedComment"):
        if element.get("ref"):
            element.set("ref", moved(element.get("ref"), "", {"": growth}))


def _move_table(root: Element, home: str, growths: Growths, growth: Growth) -> None:
    for element in (root, *root.iter(tag("autoFilter"), tag("sortState"), tag("sortCondition"))):
        _move_range(element, "ref", growth)
    for element in root.iter(tag("calculatedColumnFormula"), tag("totalsRowFormula")):
        element.text = moved(element.text or "", home, growths)


def _moved_vml(data: bytes, growth: Growth) -> bytes:
    """Remarks' old-style shapes: Excel's own are not always well-formed XML, so only their numbers are changed."""

    def row(found: re.Match[bytes]) -> bytes:
        return found[1] + str(growth.row(int(found[2]) + 1) - 1).encode() + found[3]

    def anchor(found: re.Match[bytes]) -> bytes:
        numbers = found[2].split(b",")
        if len(numbers) == 8 and all(number.strip().isdigit() for number in numbers):
            top, bottom = int(numbers[2]), int(numbers[6])
            step = growth.row(top + 1) - 1 - top
            numbers[2], numbers[6] = b" %d" % (top + step), b" %d" % (bottom + step)
        return found[1] + b",".join(numbers) + found[3]

    data = re.sub(rb"(<x:Row>\s*)(\d{1,7})(\s*</x:Row>)", row, data)
    return re.sub(rb"(<x:Anchor>)([^<]{1,200})(</x:Anchor>)", anchor, data)


def _move_anchors(root: Element, growth: Growth) -> None:
    """Pictures and charts that begin below a list move down whole; what begins beside or above it keeps its place."""
    for anchor in root.iter(_DRAWING + "twoCellAnchor", _DRAWING + "oneCellAnchor"):
        start = anchor.find(f"{_DRAWING}from/{_DRAWING}row")
        if start is None or not (start.text or "").strip().isdigit():
            continue
        step = growth.row(int(start.text) + 1) - 1 - int(start.text)
        for row in (start, anchor.find(f"{_DRAWING}to/{_DRAWING}row")):
            if row is not None and step and (row.text or "").strip().isdigit():
                row.text = str(int(row.text) + step)


def move_names(workbook: Element, sheets: list[str], growths: Growths) -> None:
    """Move defined names, print areas and filters among them."""
    for element in workbook.iter(tag("definedName")):
        local = element.get("localSheetId", "")
        home = sheets[int(local)] if local.isdigit() and int(local) < len(sheets) else ""
        element.text = moved(element.text or "", home, growths, spread=True)


def move_pivots(package: Package, growths: Growths) -> None:
    """Let pivot tables read their source where it is now, when the workbook is opened."""
    for part in [name for name in package.parts if name.startswith("xl/pivotCache/pivotCacheDefinition")]:
        source = package.tree(part).find(f".//{tag('worksheetSource')}")
        growth = growths.get((source.get("sheet") or "").casefold()) if source is not None else None
        package.change(part).set("refreshOnLoad", "1")
        if growth is not None and source.get("ref"):
            source.set("ref", moved_areas(source.get("ref"), growth))


def move_shapes(package: Package, growths: Growths) -> None:
    """Let text boxes that show a cell follow it."""
    for part in [name for name in package.parts if name.startswith("xl/drawings/drawing")]:
        for shape in package.tree(part).iter(_DRAWING + "sp"):
            link = shape.get("textlink")
            if link and (after := moved(link, "", growths)) != link:
                package.change(part)
                shape.set("textlink", after)


GridOf = Callable[[str], "Grid | None"]


def move_charts(package: Package, growths: Growths, grid_of: GridOf) -> None:
    """Let charts draw the cells as they are now: series take in whole lists, kept values are those of the cells.

    ``grid_of`` gives the grid of a sheet (by its casefolded name) that was altered, else None.
    """
    for part in [
        name for name in package.parts if re.fullmatch(r"xl/(charts|drawings)/[^/]*chart[^/]*\.xml", name)
    ]:
        for formula in list(package.tree(part).iter("{*}f", "{*}sqref")):
            if formula.text:
                _move_reference(package, part, formula, growths, grid_of)


def _move_reference(package: Package, part: str, formula: Element, growths: Growths, grid_of: GridOf) -> None:
    spread = any(parent.tag in _SERIES or _is_points(parent) for parent in formula.iterancestors())
    after = moved(formula.text, "", growths, spread=spread)
    there = areas(after)
    altered = there is None or any(grid_of(area[0]) is not None for area in there)
    if after == formula.text and not altered:
        return
    package.change(part)
    formula.text = after
    reference = formula.getparent()
    for kept in reference.findall("{*}lvl"):
        reference.remove(kept)
    for name in ("numCache", "strCache", "multiLvlStrCache"):
        for cache in reference.findall(_CHART + name):
            _renew(reference, cache, _shown(there, grid_of))


def _is_points(element: Element) -> bool:
    """Other places where a reference names one cell a point: labels and newer charts' data."""
    return element.tag.rpartition("}")[2] in ("datalabelsRange", "numDim", "strDim")


def _shown(there: list[tuple[str, int, int, int, int]] | None, grid_of: GridOf) -> list[object] | None:
    """What the cells of a series show; None where only a program can tell."""
    values: list[object] = []
    for sheet, left, top, right, bottom in there or ():
        grid = grid_of(sheet)
        if grid is None or len(values) + (right - left + 1) * (bottom - top + 1) > _MOST_POINTS:
            return None
        values += [
            grid.value(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)
        ]
    return None if there is None or ... in values else values


def _renew(reference: Element, cache: Element, values: list[object] | None) -> None:
    """Put the cells' values into a chart's store of them, or drop it: programs then read the cells."""
    if values is None or cache.tag == _CHART + "multiLvlStrCache":
        reference.remove(cache)
        return
    if any(isinstance(value, str) for value in values) and reference.getparent().tag == _CHART + "cat":
        reference.tag, cache.tag = _CHART + "strRef", _CHART + "strCache"
        _remove(cache, "formatCode")
    _remove(cache, "pt")
    _remove(cache, "ptCount")
    numeric = cache.tag == _CHART + "numCache"
    count = cache.makeelement(_CHART + "ptCount", {"val": str(len(values))})
    cache.insert(len(cache.findall(_CHART + "formatCode")), count)
    for place, value in reversed(list(enumerate(values))):
        if value is None or (numeric and not isinstance(value, float)):
            continue
        point = cache.makeelement(_CHART + "pt", {"idx": str(place)})
        shown = point.makeelement(_CHART + "v")
        shown.text = f"{value:.15g}" if isinstance(value, float) else _readable(str(value))
        point.append(shown)
        count.addnext(point)


def _remove(parent: Element, name: str) -> None:
    for child in parent.findall(_CHART + name):
        parent.remove(child)


def _readable(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
