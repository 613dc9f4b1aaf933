"""A report as one JSON document: the contract of the command line, and the whole review beside it.

:func:`document` is canonical: the same cases, question and comments give the same bytes on every machine and every
day. It holds no moment of making and no folder of this machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from casework.analytics.periods import month_name
from casework.analytics.review import MEASURES_VERSION
from casework.errors import BadFile
from casework.i18n import _, language
from casework.tables.cells import WITHHELD, is_withheld

if TYPE_CHECKING:
    from casework.analytics.figures import Report
    from casework.model import ExportSource

FORMAT = 1
#: The most that is read as a pack's document.
MOST_BYTES = 256 << 20


@dataclass(frozen=True)
class Packed:
    """What goes into a pack: a report, the supervisor's words, and for whom it is.

    ``comments`` are texts by the name of a chart or section (:func:`casework.tables.sections`). ``smallest`` is the
    smallest count shown where ``outside`` is true. ``asked`` is what the report was made with and what no figure in it
    tells: ``as_of`` and ``day_first`` where they were given, ``by_name``.
    """

    report: Report
    comments: Mapping[str, str] = field(default_factory=dict)
    outside: bool = False
    smallest: int = 5
    asked: Mapping[str, Any] = field(default_factory=dict)


def document(report: Report) -> dict[str, Any]:
    """The numbers of a report: all that section 5 of the design asks for, and the review.

    Withheld counts are null; ``suppressed`` lists where, as paths with slashes.
    """
    from casework.analytics.definitions import no_closing_dates
    from casework.analytics.figures import as_document

    told = as_document(report)
    told.pop("cases")
    for row, line in zip(told["resolution"], report.resolution, strict=True):
        row.pop("curve")
        row["too_few"] = not is_withheld(line.n) and line.too_few
    for row in told["review"]["timings"]:
        row.pop("curve")
    told |= {
        "format": FORMAT,
        "language": language(),
        "measures_version": MEASURES_VERSION,
        "sources": [source_document(source) for source in report.sources],
        "month": report.month,
        "period": _period(report),
        "filters": {name: list(values) for name, values in report.review.filters.given().items()},
    }
    if not report.has_closing:
        told["resolution_reason"] = no_closing_dates()
    suppressed: list[str] = []
    cleared: dict[str, Any] = _cleared(told, "", suppressed)
    return cleared | {"suppressed": suppressed}


def packed_document(packed: Packed) -> dict[str, Any]:
    """The document of a pack: the report's, what was asked, the comments, whether it is for outside."""
    return document(packed.report) | {
        "comments": dict(packed.comments),
        "outside": packed.outside,
        "smallest": packed.smallest if packed.outside else None,
        "asked": dict(packed.asked),
    }


def canonical(told: Mapping[str, Any]) -> bytes:
    """The bytes of a document: keys in order, one field a line, no space at a line's end, a line break at the end."""
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    return text.encode() + b"\n"


def read_document(content: bytes, name: str) -> dict[str, Any]:
    """The document of a pack. Raises :class:`BadFile` where these bytes are none."""
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or "review" not in told or "sources" not in told:
        raise BadFile(
            _("This is no report of casework."),
            where=name,
            remedy=_("Give the folder of a pack, its pack.json, or a report with its JSON beside it."),
        )
    return told


def report_of(told: Mapping[str, Any]) -> Report:
    """The report of a document, with neither curves nor cases; withheld counts are withheld again."""
    from casework.analytics.figures import Report

    filled = json.loads(json.dumps(told))
    for path in filled.get("suppressed", ()):
        _put(filled, path, WITHHELD)
    filled["cases"] = None
    filled["period"] = _span(filled.get("period"))
    for row in filled["resolution"]:
        row["curve"] = None
    report: Report = _converter().structure(filled, Report)
    return report


def _converter() -> Any:
    import datetime as dt

    import cattrs

    from casework.model import ExportSource

    converter = cattrs.Converter()
    converter.register_structure_hook(dt.date, lambda text, _type: dt.date.fromisoformat(text))
    converter.register_structure_hook(ExportSource, lambda one, _type: ExportSource.from_document(one))
    converter.register_structure_hook(bool, lambda one, _type: bool(one))
    converter.register_structure_hook(int, lambda one, _type: one if is_withheld(one) else int(one))
    return converter


def _period(report: Report) -> dict[str, Any] | None:
    """The period with its first and last month; months are those of the wall clock that the sources wrote."""
    if report.period is None:
        return None
    return {
        "first": month_name(report.period.first),
        "last": month_name(report.period.end - 1),
        "label": report.period.label,
        "months": report.period.months,
        "clock": _("Months of the wall clock that the source wrote; elapsed times count offsets from UTC."),
    }


def _span(told: Mapping[str, Any] | None) -> dict[str, int] | None:
    from casework.analytics.periods import month_index

    return None if told is None else {"first": month_index(told["first"]), "months": int(told["months"])}


def source_document(source: ExportSource) -> dict[str, Any]:
    """One source as the contract has it: columns by role, all that was understood of it."""
    from dataclasses import asdict

    told: dict[str, Any] = asdict(source)
    return told | {"columns": dict(source.columns)}


def _cleared(value: Any, path: str, found: list[str]) -> Any:
    """The value with null for what is withheld; ``found`` takes its paths."""
    if is_withheld(value):
        found.append(path[1:])
        return None
    if isinstance(value, dict):
        return {key: _cleared(one, f"{path}/{key}", found) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_cleared(one, f"{path}/{place}", found) for place, one in enumerate(value)]
    return value


def _put(told: Any, path: str, value: object) -> None:
    *way, last = path.split("/")
    for step in way:
        told = told[int(step)] if isinstance(told, list) else told[step]
    if isinstance(told, list):
        told[int(last)] = value
    else:
        told[last] = value
