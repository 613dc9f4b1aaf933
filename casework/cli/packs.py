"""What ``report`` writes: one file with its JSON beside it, or a frozen pack."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.cli.desk import write_whole
from casework.cli.progress import terminal_progress
from casework.errors import BadFile, CaseworkError, NotFound
from casework.i18n import _

if TYPE_CHECKING:
    from casework.analytics.figures import Report
    from casework.desk import Desk
    from casework.pack.document import Packed
    from casework.pack.origin import Origin
    from casework.pack.writing import Templates

_TEMPLATES = (".xlsx", ".pptx", ".docx")
_MOST_COMMENTS = 1 << 20


@dataclass(frozen=True)
class Wanted:
    """What is to be written, checked before anything is measured."""

    templates: Templates
    workbook: Path | None = None
    comments: Mapping[str, str] | None = None
    smallest: int = 5
    files: tuple[Path, ...] = field(default=())


def wanted(options: argparse.Namespace) -> Wanted:
    """Refuse what cannot be written, with a line that says why."""
    from casework.pack.suppress import SMALLEST
    from casework.pack.writing import Templates

    files = _source_files(options)
    _check_out(options, files)
    chosen = _templates(options)
    editorial = _editorial(options.editorial)
    if options.smallest is not None and not options.outside:
        raise CaseworkError(_("--smallest goes with --outside."), where=f"--smallest {options.smallest}")
    return Wanted(
        templates=Templates(_slides(chosen), _word(chosen), editorial),
        workbook=chosen.get(".xlsx"),
        comments=_comments(options.comments) if options.comments else None,
        smallest=options.smallest or SMALLEST,
        files=files,
    )


def write(
    options: argparse.Namespace, asked: Wanted, desk: Desk | None, report: Report
) -> tuple[Report, list[Path]]:
    """Write what is wanted. Returns the report as it is shown, and where it was written."""
    from casework.pack.document import Packed
    from casework.pack.suppress import suppress

    shown = suppress(report, asked.smallest) if options.outside else report
    if not options.out and not options.out_dir:
        return shown, []
    asked = _with_kept(asked, desk, report)
    packed = Packed(
        shown,
        asked.comments or {},
        options.outside,
        asked.smallest,
        {"day_first": None if options.dates is None else options.dates == "dmy"},
    )
    origin = _origin(options, asked, desk, report)
    places = []
    if options.out:
        places += _write_file(options.out, packed, origin, asked)
    if options.out_dir:
        places.append(_write_pack(options, packed, origin, asked))
    if desk is not None:
        for place in places:
            desk.note_report(place.name, _digest(place), None if options.outside else report.received)
    return shown, places


# ---------------------------------------------------------------------- checks before anything is measured


def _source_files(options: argparse.Namespace) -> tuple[Path, ...]:
    from casework.exchange.read import find_files
    from casework.measuring import WORKSPACE

    return tuple(find_files([source for source in options.sources if source != WORKSPACE]))


def _check_out(options: argparse.Namespace, files: tuple[Path, ...]) -> None:
    from casework.pack.writing import SUFFIXES, outside_word

    out = options.out
    folder = options.out_dir.absolute() if options.out_dir else None
    if folder is not None and not (folder.is_dir() or folder.parent.is_dir()):  # one level is made
        raise NotFound(
            _("There is no such folder."),
            where=str(options.out_dir),
            remedy=_("Make it first, or choose another."),
        )
    if out is None:
        return
    if not out.absolute().parent.is_dir():
        raise NotFound(
            _("There is no such folder."),
            where=str(out.parent),
            remedy=_("Make it first, or choose another."),
        )
    if out.suffix.lower() not in SUFFIXES:
        raise CaseworkError(
            _("A report is written as one of: {forms}.").format(forms=", ".join(SUFFIXES)),
            where=str(out),
            remedy=_("Give the file one of these endings."),
        )
    if options.outside and out.suffix.lower() == ".docx":
        raise outside_word()
    for place in {out, _beside(out)}:
        if any(_same_file(place, source) for source in files):
            raise CaseworkError(
                _("The report would overwrite the export that it is made from."),
                where=str(place),
                remedy=_("Give it another name."),
            )
    _check_beside(_beside(out))


def _check_beside(place: Path) -> None:
    """The JSON beside a report never takes the place of a file that is something else."""
    from casework.pack.document import MOST_BYTES, read_document

    if place.exists():
        try:
            if place.stat().st_size > MOST_BYTES:
                raise BadFile("")
            read_document(place.read_bytes(), place.name)
        except (BadFile, OSError) as error:
            raise CaseworkError(
                _("The report's numbers would overwrite a file that is something else."),
                where=str(place),
                remedy=_("Give the report another name."),
            ) from error


def _beside(out: Path) -> Path:
    return out.with_suffix(".json")


def _same_file(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


def _templates(options: argparse.Namespace) -> dict[str, Path]:
    """The templates by their ending; each must have a file that it can be used for."""
    chosen: dict[str, Path] = {}
    for path in options.template:
        suffix = path.suffix.lower()
        if suffix not in _TEMPLATES or suffix in chosen:
            raise CaseworkError(
                _("A template is one .xlsx, one .pptx and one .docx at most."), where=str(path)
            )
        chosen[suffix] = path
    for suffix, path in chosen.items():
        if not options.out_dir and (options.out is None or options.out.suffix.lower() != suffix):
            raise CaseworkError(
                _("A template is filled into a file."),
                where=str(path),
                remedy=_("Add --out FILE{suffix} or --out-dir DIR.").format(suffix=suffix),
            )
        if options.out and _same_file(options.out, path):
            raise CaseworkError(
                _("The report would overwrite the template that it is made from."),
                where=str(options.out),
                remedy=_("Give it another name."),
            )
    if ".xlsx" in chosen:
        from casework.workbooks.template import read_template

        read_template(chosen[".xlsx"])
        if options.outside:
            raise CaseworkError(
                _("A template of your own cannot be filled with small numbers withheld."),
                where=str(chosen[".xlsx"]),
                remedy=_("Leave --outside or the template out."),
            )
    return chosen


def _slides(chosen: dict[str, Path]) -> bytes | None:
    if ".pptx" not in chosen:
        return None
    from casework.pack.own_slides import read_slides_template

    return read_slides_template(chosen[".pptx"])


def _word(chosen: dict[str, Path]) -> bytes | None:
    if ".docx" not in chosen:
        return None
    return _small_file(chosen[".docx"], 20 << 20)


def _editorial(path: Path | None) -> Any:
    if path is None:
        return None
    from casework.published import from_toml

    return from_toml(_small_file(path, _MOST_COMMENTS), path.name)


def _small_file(path: Path, most: int) -> bytes:
    if not path.is_file():
        raise NotFound(
            _("There is no such file."), where=str(path), remedy=_("Check the name and the folder.")
        )
    if path.stat().st_size > most:
        raise BadFile(_("The file is too large."), where=path.name)
    return path.read_bytes()


def _comments(path: Path) -> dict[str, str]:
    """Comments by the name of a chart or section; an unknown name is refused, and all of them are listed."""
    from casework.pack.comments import read_comments

    return read_comments(_small_file(path, _MOST_COMMENTS), path.name)


def _with_kept(asked: Wanted, desk: Desk | None, report: Report) -> Wanted:
    """What the supervisor wrote for this period at the dashboard, where no file says otherwise."""
    if desk is None:
        return asked
    from casework.packing import editorial_of

    notes = desk.review_notes(report.month or "all")
    templates = asked.templates
    if templates.editorial is None:
        templates = replace(templates, editorial=editorial_of(notes.get("editorial", {})))
    comments = notes.get("comments", {}) if asked.comments is None else asked.comments
    return replace(asked, templates=templates, comments=comments)


# ---------------------------------------------------------------------- writing


def _origin(options: argparse.Namespace, asked: Wanted, desk: Desk | None, report: Report) -> Origin:
    """What the report was made from. The office's own cases are read again only where they go into a pack."""
    import pyarrow as pa

    from casework.measuring import own_cases
    from casework.pack.origin import Origin

    if desk is None:
        return Origin(asked.files)
    if options.outside or not options.out_dir:
        return Origin(asked.files, pa.table({}))
    own = own_cases(desk.workspace, by_name=not options.json)
    if own.source.sha256 not in {source.sha256 for source in report.sources}:
        raise CaseworkError(_("The records changed while the report was made."), remedy=_("Make it again."))
    return Origin(asked.files, own.table, own.has_time)


def _write_file(out: Path, packed: Packed, origin: Origin, asked: Wanted) -> list[Path]:
    from casework.pack.document import canonical
    from casework.pack.writing import pack_document, written

    suffix = out.suffix.lower()
    outputs = {}
    if suffix != ".json":
        content = _filled(packed, asked) if suffix == ".xlsx" and asked.workbook else None
        outputs[out.name] = content or written(suffix, packed, asked.templates)
    document = canonical(pack_document(packed, origin, out.absolute().parent, outputs))
    if suffix != ".json":
        write_whole(out, outputs[out.name])
    write_whole(_beside(out), document)
    return [out]


def _filled(packed: Packed, asked: Wanted) -> bytes:
    """The office's own workbook. The moment of making goes where its template asks for it."""
    from casework.workbooks.template import fill_report, read_template

    template = asked.workbook
    assert template is not None  # noqa: S101 - asked by the caller
    made_at = dt.datetime.now().replace(microsecond=0)
    return fill_report(read_template(template), packed.report, made_at, name=template.name)


def _write_pack(options: argparse.Namespace, packed: Packed, origin: Origin, asked: Wanted) -> Path:
    from casework.pack.writing import is_there, pack_files, pack_name, write_pack

    folder: Path = options.out_dir / pack_name(packed)
    if is_there(packed, origin, folder, replace=options.replace):
        return folder
    extra = {asked.workbook.name: _filled(packed, asked)} if asked.workbook else {}
    with terminal_progress() as progress:
        files = pack_files(packed, origin, folder, asked.templates, extra, progress=progress)
    write_pack(files, folder)
    return folder


def _digest(place: Path) -> str:
    import hashlib

    from casework.pack.writing import DOCUMENT

    file = place / DOCUMENT if place.is_dir() else place
    return hashlib.sha256(file.read_bytes()).hexdigest()
