"""The files of a pack: one at a time, or all of them in a folder that is there whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casework.errors import CaseworkError, NotFound
from casework.i18n import _, language
from casework.pack.contents import Contents, contents
from casework.pack.document import Packed, canonical, packed_document
from casework.pack.origin import CASES, Origin, as_parquet, file_entries
from casework.progress import Progress, Step, quiet

DOCUMENT = "pack.json"
SUMS = "SHA256SUMS"
#: What a report is written as.
SUFFIXES = (".xlsx", ".pdf", ".html", ".pptx", ".docx", ".json")


@dataclass(frozen=True)
class Templates:
    """An office's own slides (``pptx``) and Word file (``docx``), and its words for the published report."""

    pptx: bytes | None = None
    docx: bytes | None = None
    editorial: Any = None


def pack_name(packed: Packed) -> str:
    """How a pack is called: by its period, or by its as-of date where it has none."""
    period = packed.report.period
    name = f"casework_{period.label if period else packed.report.as_of.isoformat()}".replace("/", "_")
    return f"{name}_{_('outside')}" if packed.outside else name


def written(suffix: str, packed: Packed, templates: Templates | None = None) -> bytes:
    """One file of a report. ``suffix`` is one of :data:`SUFFIXES` but ``.json``."""
    return _makers(packed, templates or Templates())[suffix]()


def _makers(packed: Packed, templates: Templates) -> dict[str, Callable[[], bytes]]:
    laid_out: list[Contents] = []

    def shown() -> Contents:
        if not laid_out:
            laid_out.append(contents(packed))
        return laid_out[0]

    def xlsx() -> bytes:
        from casework.workbooks.report import report_workbook

        return report_workbook(packed.report, None, packed.comments)

    def pdf() -> bytes:
        from casework.pack.pdf import pdf_pages

        return pdf_pages(shown())

    def html() -> bytes:
        from casework.pack.html import html_page

        return html_page(shown())

    def pptx() -> bytes:
        from casework.pack.slides import slides

        return slides(packed, shown(), templates.pptx)

    def docx() -> bytes:
        from casework.published import Editorial, published_docx

        if packed.outside:
            raise outside_word()
        return published_docx(packed.report, templates.editorial or Editorial(), language(), templates.docx)

    return {".xlsx": xlsx, ".pdf": pdf, ".html": html, ".pptx": pptx, ".docx": docx}


def outside_word() -> CaseworkError:
    """Why there is no Word file for outside: its sentences say whole numbers, and with some withheld they would be wrong."""
    return CaseworkError(
        _("The published report cannot be written with small numbers withheld."),
        where=".docx",
        remedy=_("Leave --outside out, or choose another form."),
    )


def pack_document(
    packed: Packed, origin: Origin, folder: Path, outputs: Mapping[str, bytes]
) -> dict[str, Any]:
    """The JSON of a pack in ``folder``: the report's document, the sources' hashes, the files written beside it."""
    from importlib.metadata import version

    told = packed_document(packed) | {
        "program": version("casework"),
        "files": file_entries(origin.files, folder),
        "outputs": {name: hashlib.sha256(content).hexdigest() for name, content in outputs.items()},
    }
    if origin.own is not None:
        told["own_cases"] = {"file": CASES if CASES in outputs else None, "has_time": origin.has_time}
    return told


def pack_files(
    packed: Packed,
    origin: Origin,
    folder: Path,
    templates: Templates | None = None,
    extra: Mapping[str, bytes] | None = None,
    *,
    suffixes: Collection[str] = SUFFIXES,
    progress: Progress = quiet,
) -> dict[str, bytes]:
    """Every file of a pack that will lie in ``folder``, by name; ``extra`` among them; the manifest last.

    ``suffixes`` are those that are wanted; the numbers are always there.
    """
    name = pack_name(packed)
    outputs = dict(extra or {})
    makers = _makers(packed, templates or Templates())
    makers = {suffix: make for suffix, make in makers.items() if suffix in suffixes}
    if packed.outside:
        makers.pop(".docx", None)
    for place, (suffix, make) in enumerate(makers.items()):
        progress(Step(_("Writing {sheet}").format(sheet=name + suffix), place, len(makers)))
        outputs[name + suffix] = make()
    if origin.own is not None and not packed.outside:
        outputs[CASES] = as_parquet(origin.own)
    files = outputs | {DOCUMENT: canonical(pack_document(packed, origin, folder, outputs))}
    return files | {SUMS: _sums(files)}


def _sums(files: Mapping[str, bytes]) -> bytes:
    lines = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    return "".join(lines).encode()


def is_there(packed: Packed, origin: Origin, folder: Path, *, replace: bool = False) -> bool:
    """Whether ``folder`` is this very pack, whole; asked before anything is drawn.

    Raises :class:`CaseworkError` where another pack of that name is there and ``replace`` is false, or where the folder is
    no pack; :class:`NotFound` where the folder above is missing.
    """
    above = folder.absolute().parent
    if not (above.is_dir() or above.parent.is_dir()):
        raise NotFound(
            _("There is no such folder."),
            where=str(folder.parent),
            remedy=_("Make it first, or choose another."),
        )
    if not folder.exists():
        return False
    if _same(packed, origin, folder):
        return True
    if not replace:
        raise CaseworkError(
            _("There is another pack of this name, and it differs."),
            where=str(folder),
            remedy=_("Add --replace to write over it, or choose another folder."),
        )
    _refuse_strange(folder)
    return False


def _same(packed: Packed, origin: Origin, folder: Path) -> bool:
    """Whether the folder holds the same document, and every file as its manifest has it."""
    try:
        told = json.loads((folder / DOCUMENT).read_bytes())
        lines = (line.partition("  ") for line in (folder / SUMS).read_text("utf-8").splitlines())
        sums = {name: digest for digest, _gap, name in lines}
        wanted = json.loads(canonical(pack_document(packed, origin, folder, {})))
        for one in (told, wanted):
            one.pop("outputs")
            one.get("own_cases", {}).pop("file", None)
        intact = all(
            hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
            for name, digest in sums.items()
        )
    except (OSError, ValueError, KeyError, AttributeError, TypeError):  # no pack, or a damaged one
        return False
    return bool(told == wanted) and intact and {one.name for one in folder.iterdir()} == {SUMS, *sums}


def write_pack(files: Mapping[str, bytes], folder: Path) -> None:
    """Write a pack as a folder, whole or not at all, in the place of an older one; see :func:`is_there`."""
    temporary = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    folder.absolute().parent.mkdir(exist_ok=True)
    try:
        _write_all(files, temporary)
        _put_in_place(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _refuse_strange(folder: Path) -> None:
    """Only a pack is ever replaced, never a folder with other things in it."""
    if not (folder / SUMS).is_file() or not (folder / DOCUMENT).is_file():
        raise CaseworkError(
            _("This folder is no pack, so it is not replaced."),
            where=str(folder),
            remedy=_("Move it away, or choose another folder."),
        )


def _write_all(files: Mapping[str, bytes], temporary: Path) -> None:
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    for name, content in files.items():
        with (temporary / name).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


def _put_in_place(temporary: Path, folder: Path) -> None:
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    if folder.exists():
        folder.rename(old)
    try:
        temporary.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
