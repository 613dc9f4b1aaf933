"""The tags of a template may print, choose and repeat, and nothing else.

Three walls. A tag outside a short grammar is refused when the template is read: no calls, no assignments, no
arithmetic, no macros, no names that begin with an underscore. What remains runs in Jinja's immutable sandbox
without a single global and with few filters. And everything printed is escaped here, whatever the tag says, so
that no value can become markup. (Templates from outside the package meet a fourth: a child process.)
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from casework.i18n import _

if TYPE_CHECKING:
    from jinja2 import Environment, nodes

FILTERS = ("default", "first", "join", "last", "length", "lower", "trim", "upper")
TESTS = (
    "defined",
    "undefined",
    "eq",
    "ne",
    "equalto",
    "in",
    "==",
    "!=",
    "lt",
    "gt",
    "le",
    "ge",
    "<",
    ">",
    "<=",
    ">=",
)
LOOP = ("index", "index0", "first", "last", "length", "revindex")
_GRAMMAR = frozenset({
    "Template", "Output", "TemplateData", "Name", "Const", "Getattr", "Getitem", "For", "If", "CondExpr",
    "Filter", "Test", "Compare", "Operand", "And", "Or", "Not", "Keyword",
})  # fmt: skip


@cache
def environment() -> Environment:
    """Return the one environment in which every template is read and filled."""
    from jinja2 import StrictUndefined, pass_context
    from jinja2.runtime import Context, LoopContext
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Desk(ImmutableSandboxedEnvironment):
        def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
            return isinstance(obj, LoopContext) and attr in LOOP

        def is_safe_callable(self, obj: Any) -> bool:
            return False

    @pass_context  # keeps Jinja from printing constants past this function
    def printed(_context: Context, value: object) -> str:
        return as_xml(value)

    desk = Desk(autoescape=True, undefined=StrictUndefined, loader=None, finalize=printed, extensions=())
    desk.globals.clear()
    desk.filters = {name: desk.filters[name] for name in FILTERS}
    desk.tests = {name: desk.tests[name] for name in TESTS if name in desk.tests}
    return desk


def as_xml(value: object) -> str:
    """Return text or a whole number as it stands in XML. Raises :class:`TypeError` on anything else.

    Even text that claims to be escaped already is refused: a template can only have made it from its own markup.
    """
    from markupsafe import escape

    if type(value) is not str and type(value) is not int:
        raise TypeError(_("a tag prints something that is not text"))
    return escape(str(value).replace("\r\n", "\n").replace("\r", "\n"))


def problems(source: str, known: frozenset[str]) -> list[str]:
    """Return what in the tags of a template is refused; ``known`` are the names that a letter has.

    The tags are only parsed here, not compiled: Jinja would work out constants such as ``'a' * 999999999``.
    """
    from jinja2 import TemplateSyntaxError

    try:
        nodes = list(_every(environment().parse(source)))
    except TemplateSyntaxError as error:
        return [_("a tag cannot be read: {error}").format(error=error.message)]
    except RecursionError:
        return [_("its tags are nested too deeply")]
    found = [told for node in nodes for told in _of_node(node)]
    found += [_("a letter has nothing called “{name}”").format(name=name) for name in _unknown(nodes, known)]
    return list(dict.fromkeys(found))


def _unknown(found: list[nodes.Node], known: frozenset[str]) -> list[str]:
    """The names that are neither known nor given out by a loop. (A loop's name outside it fails when filled.)"""
    from jinja2 import nodes

    names = [node for node in found if isinstance(node, nodes.Name)]
    given = {node.name for node in names if node.ctx == "store"} | {"loop"}
    return sorted({node.name for node in names if node.ctx == "load"} - given - known)


def _every(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _every(child)


def _of_node(node: nodes.Node) -> Iterator[str]:
    from jinja2 import nodes

    kind = type(node).__name__
    if kind not in _GRAMMAR:
        yield _("a tag does what a letter must not: {what}").format(what=kind)
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        yield _("a tag does what a letter must not: {what}").format(what=node.name)
    if isinstance(node, nodes.Test) and node.name not in TESTS:
        yield _("a tag does what a letter must not: {what}").format(what=node.name)
    if isinstance(node, nodes.For) and node.recursive:
        yield _("a tag does what a letter must not: {what}").format(what="recursive")
    if isinstance(node, nodes.Getitem) and not isinstance(node.arg, nodes.Const):
        yield _("a tag does what a letter must not: {what}").format(what="[…]")
    name = _named(node)
    if name.startswith("_"):
        yield _("a tag does what a letter must not: {what}").format(what=name)


def _named(node: nodes.Node) -> str:
    from jinja2 import nodes

    if isinstance(node, nodes.Getattr):
        return node.attr
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        return str(node.arg.value)
    return ""
