"""An office's own .pptx, checked before its layouts are used: nothing in it may run, fetch, or blow up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from casework.errors import BadFile, Incomplete, NotFound
from casework.i18n import _
from casework.model import Finding
from casework.workbooks.filling.package import MOST_PACKED, Package, read_package

_MAIN = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
_DECLARES = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_SAFE_LINK = re.compile(r"(https?://|mailto:|#)\S", re.IGNORECASE)
_RUNS = ("vbaproject", "activex", "oleobject", "customui", "webextension", "externallink")


def read_slides_template(path: Path) -> bytes:
    """The bytes of a template that may be used. Raises :class:`NotFound`, :class:`BadFile`, or :class:`Incomplete`
    with everything in it that is refused.
    """
    if not path.is_file():
        raise NotFound(
            _("There is no such file."), where=str(path), remedy=_("Check the name and the folder.")
        )
    if path.stat().st_size > MOST_PACKED:
        raise BadFile(_("The template is too large."), where=path.name)
    content = path.read_bytes()
    check_slides_template(content, path.name)
    return content


def check_slides_template(content: bytes, name: str) -> None:
    """Refuse a template with macros, embedded programs, links out, declared entities, or that unpacks without end."""
    try:
        package = read_package(content)
        main = next(package.related("", "officeDocument"), "")
        kind = package.types().get(main, "")
        found = list(dict.fromkeys([*_of_kind(kind), *_of_parts(package)]))
    except BadFile as error:
        raise BadFile(error.what, where=name, remedy=error.remedy) from error
    if found:
        findings = [Finding(name, problem) for problem in found]
        raise Incomplete(_("The template cannot be used."), findings, where=name)


def _of_kind(kind: str) -> Iterator[str]:
    if "macroEnabled" in kind:
        yield _("it holds {what}").format(what=_("macros"))
    elif kind != _MAIN:
        raise BadFile(
            _("The template is no PowerPoint presentation (.pptx), or it is damaged."),
            remedy=_("Open it in PowerPoint, save it as .pptx, and try again."),
        )


def _of_parts(package: Package) -> Iterator[str]:
    for part, data in package.parts.items():
        flat = part.lower()
        odd = flat.endswith((".bin", ".exe", ".vbs", ".js")) and "printersettings" not in flat
        if odd or any(word in flat for word in _RUNS):
            yield _("it holds {what}").format(what=part)
        if flat.endswith((".xml", ".rels")) and _DECLARES.search(data.replace(b"\0", b"")):
            yield _("{part} declares a DOCTYPE.").format(part=part)
        elif flat.endswith(".rels"):
            yield from _of_relations(package, part)


def _of_relations(package: Package, part: str) -> Iterator[str]:
    folder, _slash, base = part.rpartition("_rels/")
    for relation in package.relations(folder + base.removesuffix(".rels")):
        if relation.kind.lower() in ("vbaproject", "oleobject", "control"):
            yield _("it holds {what}").format(what=relation.kind)
        if relation.outside and not (relation.kind == "hyperlink" and _SAFE_LINK.match(relation.target)):
            yield _("it points outside: {target}").format(target=relation.target)
