"""A pack a year later: are its files what was written, its sources what was read, its numbers what comes out today?"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.analytics.review import MEASURES_VERSION
from casework.errors import BadFile, CaseworkError, NotFound
from casework.i18n import _, use_language
from casework.model import ExportSource, Finding
from casework.pack.document import MOST_BYTES, document, read_document, report_of
from casework.pack.origin import CASES, find_file
from casework.pack.suppress import suppress
from casework.pack.writing import DOCUMENT, SUMS

if TYPE_CHECKING:
    from casework.analytics.figures import Report
    from casework.exchange.read import Export

#: Computes a report anew: the sources' files, then what :func:`casework.desk.report_exports` takes.
Measure = Callable[..., "Report"]
_MOST = 200  # differing figures that are listed
_COMPARED = ("as_of", "months", "volume", "history", "resolution", "backlog", "has_closing", "review")
#: What names an entry of a list, the first that it has.
_NAMES = ("name", "dimension", "stage", "month", "channel", "value", "respondent", "one", "label")


def verify_pack(path: str | Path, sources_at: str | Path | None = None, *, measure: Measure) -> list[Finding]:
    """List everything in which a pack differs from its manifest, its sources and its numbers computed anew.

    ``path`` is a pack's folder, its pack.json, or a report with its JSON beside it; ``sources_at`` is a folder with the
    sources. Raises :class:`NotFound` or :class:`BadFile` where there is no pack.
    """
    place = _document_place(Path(path))
    told = _read(place)
    beside = Path(sources_at) if sources_at is not None else None
    if beside is not None and not beside.is_dir():
        raise NotFound(_("There is no such folder."), where=str(beside))
    findings = list(_manifest(place, told))
    found = {entry["name"]: find_file(entry, place.parent, beside) for entry in told.get("files", [])}
    findings += _sources(told, found)
    findings += _versions(told)
    try:
        findings += _numbers(place, told, found, measure)
    except CaseworkError as error:
        what = _("The numbers cannot be computed anew.")
        findings.append(Finding(_("numbers"), what, "", str(error)))
    return findings


def _document_place(path: Path) -> Path:
    if path.is_dir():
        path = path / DOCUMENT
    elif path.suffix.lower() != ".json":
        path = path.with_suffix(".json")
    if not path.is_file():
        raise NotFound(
            _("There is no pack here."),
            where=str(path),
            remedy=_("Give the folder of a pack, its pack.json, or a report with its JSON beside it."),
        )
    return path


def _read(place: Path) -> dict[str, Any]:
    if place.stat().st_size > MOST_BYTES:
        raise BadFile(_("The file is too large."), where=place.name)
    told = read_document(place.read_bytes(), place.name)
    try:
        with use_language(told.get("language", "zh")):
            report_of(told)
    except Exception as error:  # whatever is wrong in it: it is no document that casework wrote
        raise BadFile(
            _("This is no report of casework."), where=place.name, remedy=type(error).__name__
        ) from error
    return told


def _manifest(place: Path, told: Mapping[str, Any]) -> Iterator[Finding]:
    """Files that changed, are missing, or were added since."""
    written = _sums(place.parent / SUMS) if place.name == DOCUMENT else {}
    outputs = told.get("outputs", {})
    for name, digest in sorted({*written.items(), *outputs.items()}):
        if Path(name).name != name:
            yield Finding(name, _("The manifest names a file outside the pack."))
            continue
        file = place.parent / name
        if not file.is_file():
            yield Finding(name, _("The file is missing from the pack."))
        elif _digest(file) != digest:
            yield Finding(name, _("The file is not what was written."))
    if written:
        known = {SUMS, *written}
        for file in sorted(place.parent.iterdir()):
            if file.name not in known:
                yield Finding(file.name, _("The file was added to the pack."))
    elif place.name == DOCUMENT:
        yield Finding(SUMS, _("The file is missing from the pack."))


def _sums(path: Path) -> dict[str, str]:
    found = {}
    if path.is_file() and path.stat().st_size < 1 << 20:
        for line in path.read_text("utf-8", "replace").splitlines():
            digest, _gap, name = line.partition("  ")
            if name:
                found[name] = digest
    return found


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sources(told: Mapping[str, Any], found: Mapping[str, Path | None]) -> Iterator[Finding]:
    for entry in told.get("files", []):
        file = found[entry["name"]]
        if file is None:
            remedy = _("Put it beside the pack, or name its folder with --sources DIR.")
            yield Finding(entry["name"], _("The source is not found."), "", remedy)
        elif _digest(file) != entry["sha256"]:
            yield Finding(entry["name"], _("The source is not the file that the report was made from."))


def _versions(told: Mapping[str, Any]) -> Iterator[Finding]:
    made = str(told.get("measures_version", ""))
    if made != MEASURES_VERSION:
        problem = _("Made by version {made} of the measures; this program computes version {now}.").format(
            made=made, now=MEASURES_VERSION
        )
        yield Finding(_("measures"), problem)


def _numbers(
    place: Path, told: Mapping[str, Any], found: Mapping[str, Path | None], measure: Measure
) -> Iterator[Finding]:
    """Every figure that comes out otherwise today. Without all sources nothing is computed."""
    own = told.get("own_cases")
    if own and not own.get("file"):
        remedy = _("A pack for outside, or a single file, does not hold the office's own cases.")
        yield Finding(_("numbers"), _("The numbers cannot be computed anew."), "", remedy)
        return
    if None in found.values():
        yield Finding(_("numbers"), _("The numbers cannot be computed anew: a source is missing."))
        return
    with use_language(told.get("language", "zh")):
        old = report_of(told)
        tables = [_own_cases(place.parent, told)] if own else []
        new = measure(
            _arguments(told, found),
            period=old.period,
            filters=old.review.filters,
            as_of=old.as_of,
            day_first=told.get("asked", {}).get("day_first"),
            with_tables=tables,
            rebases=old.review.rebases,
        )
        if told.get("outside"):
            new = suppress(new, int(told.get("smallest") or 5))
        today = document(new)
    yield from differences(told, today)


def _arguments(told: Mapping[str, Any], found: Mapping[str, Path | None]) -> list[str]:
    """The files as they were given: those of a folder together by their folder."""
    given: dict[str, None] = {}
    for entry in told.get("files", []):
        path = found[entry["name"]]
        if path is not None:
            depth = str(entry["name"]).count("/")
            given[str(path.parents[depth - 1] if depth else path)] = None
    return list(given)


def _own_cases(folder: Path, told: Mapping[str, Any]) -> Export:
    import pyarrow.parquet as pq

    from casework.exchange.read import Export

    source = ExportSource.from_document(told["sources"][0])
    return Export(source, pq.read_table(folder / CASES), bool(told["own_cases"]["has_time"]))


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Finding]:
    """The figures in which two documents differ: which, what it was, what it is."""
    found: list[Finding] = []
    more = 0
    for key in _COMPARED:
        for way, was, is_ in _differing(old.get(key), new.get(key), (key,)):
            more += len(found) >= _MOST
            if len(found) < _MOST:
                problem = _("was {was}, is {now}").format(was=_shown(was), now=_shown(is_))
                found.append(Finding(" / ".join(way), problem))
    if more:
        found.append(Finding(_("numbers"), _("{count} more figures differ.").format(count=more)))
    return found


def _shown(value: Any) -> str:
    text = "–" if value is None else str(value)
    return text if len(text) <= 80 else text[:79] + "…"


Difference = tuple[tuple[str, ...], Any, Any]


def _differing(old: Any, new: Any, way: tuple[str, ...]) -> Iterator[Difference]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            yield from _differing(old.get(key), new.get(key), (*way, key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _differing_lists(old, new, way)
    elif not _equal(old, new):
        yield way, old, new


def _differing_lists(old: Sequence[Any], new: Sequence[Any], way: tuple[str, ...]) -> Iterator[Difference]:
    """Entries with a name are compared by it, so that one more channel is one difference and not a hundred."""
    one, other = _named(old), _named(new)
    if one is None or other is None:
        for place in range(max(len(old), len(new))):
            left = old[place] if place < len(old) else None
            right = new[place] if place < len(new) else None
            yield from _differing(left, right, (*way, str(place + 1)))
        return
    for name in dict.fromkeys((*one, *other)):
        if name in one and name in other:
            yield from _differing(one[name], other[name], (*way, name))
        else:
            yield (*way, name), _there(name in one), _there(name in other)


def _there(known: bool) -> str:
    return _("there") if known else _("not there")


def _named(rows: Sequence[Any]) -> dict[str, Any] | None:
    named: dict[str, Any] = {}
    for row in rows:
        if not isinstance(row, dict):
            return None
        words = [str(row[name]) for name in _NAMES if isinstance(row.get(name), str)]
        words += [_("all channels together")] if row.get("overall") else []
        key = " ".join(words) or _("(not stated)")
        if key in named:
            return None
        named[key] = row
    return named


def _equal(old: Any, new: Any) -> bool:
    if isinstance(old, float) or isinstance(new, float):
        numbers = isinstance(old, int | float) and isinstance(new, int | float)
        return numbers and math.isclose(old, new, rel_tol=1e-9, abs_tol=1e-12)
    return bool(old == new)
