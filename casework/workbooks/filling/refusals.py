"""What a template may not hold: whatever runs, fetches, or carries another file inside."""

from __future__ import annotations

import re
from collections.abc import Iterator

from casework.errors import BadFile
from casework.i18n import _
from casework.workbooks.filling.formulas import reaches_out
from casework.workbooks.filling.package import Package

MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
TEMPLATE = "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml"

_SAFE_LINK = re.compile(r"(https?://|mailto:|#)\S", re.IGNORECASE)
_DECLARES = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_SHAPES = re.compile(rb"""ObjectType\s*=\s*["'](\w+)""")
_FORMULAS = frozenset({
    "f", "formula", "formula1", "formula2", "definedName", "calculatedColumnFormula", "totalsRowFormula",
})  # fmt: skip


def problems(package: Package) -> list[str]:
    """Everything about a template that is refused, in words, each once."""
    found = [*_of_types(package), *_of_relations(package)]
    for part, data in package.parts.items():
        name = part.lower()
        if name.endswith((".xml", ".rels")) and name.startswith("xl/"):
            found += _of_xml(package, part)
        elif name.endswith((".xml", ".rels", ".vml")) and _DECLARES.search(data.replace(b"\0", b"")):
            found.append(_("{part} declares a DOCTYPE.").format(part=part))
        if name.endswith(".vml") and set(_SHAPES.findall(data)) - {b"Note"}:
            found.append(_("it holds {what}").format(what=_("a form control such as a button")))
    return list(dict.fromkeys(found))


def _kinds() -> tuple[tuple[str, str], ...]:
    """Words that give a part or relationship away, and what it is called."""
    return (
        ("vbaproject", _("macros (save it as .xlsx without them)")),
        ("macrosheet", _("macros (save it as .xlsx without them)")),
        ("dialogsheet", _("macros (save it as .xlsx without them)")),
        ("activex", _("an ActiveX control")),
        ("ctrlprop", _("a form control such as a button")),
        ("oleobject", _("an embedded object")),
        ("embeddings/", _("an embedded object")),
        ("package/", _("an embedded object")),
        ("externallink", _("a link to another workbook (Data, Edit Links, Break Link)")),
        ("connections", _("a data connection")),
        ("querytable", _("a data connection")),
        ("volatiledependencies", _("a data connection")),
        ("customui", _("a changed ribbon")),
        ("webextension", _("an add-in")),
        ("xmlsignatures", _("a digital signature, which filling it would break")),
    )


def _of_types(package: Package) -> Iterator[str]:
    types = package.types()
    main = next(package.related("", "officeDocument"), "")
    if types.get(main) not in (MAIN, TEMPLATE) and "macroEnabled" not in types.get(main, ""):
        raise BadFile(
            _("The template is not an Excel workbook (.xlsx), or it is damaged."),
            remedy=_("Open it in Excel, save it as .xlsx, and try again."),
        )
    if "macroEnabled" in types.get(main, ""):
        yield _("it holds {what}").format(what=_("macros (save it as .xlsx without them)"))
    for name, kind in types.items():
        yield from _told(f"{name} {kind}")


def _told(words: str) -> Iterator[str]:
    flat = words.lower()
    for word, what in _kinds():
        if word in flat:
            yield _("it holds {what}").format(what=what)


def _of_relations(package: Package) -> Iterator[str]:
    for part in package.parts:
        yield from _told(part)
        if not part.endswith(".rels"):
            continue
        folder, _slash, base = part.rpartition("_rels/")
        for relation in package.relations(folder + base.removesuffix(".rels")):
            yield from _told(relation.kind + "/")
            safe = relation.kind == "hyperlink" and _SAFE_LINK.match(relation.target)
            if relation.outside and not safe:
                yield _("it points outside: {target}").format(target=relation.target)


def _of_xml(package: Package, part: str) -> Iterator[str]:
    try:
        root = package.tree(part)
    except BadFile as error:
        yield error.what
        return
    for element in root.iter("{*}*"):
        name = element.tag.rpartition("}")[2]
        if name in _FORMULAS and element.text:
            for formula in reaches_out(element.text):
                yield _("a formula reaches outside the workbook: {formula}").format(formula=formula)
        if name == "oleObject":
            yield _("it holds {what}").format(what=_("an embedded object"))
        if name == "definedName" and {element.get("xlm"), element.get("vbProcedure")} & {"1", "true"}:
            yield _("it holds {what}").format(what=_("macros (save it as .xlsx without them)"))
