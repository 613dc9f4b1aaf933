"""From a case to a letter: check, compose, fill the Word template."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib.resources import files

from casework.errors import Incomplete
from casework.i18n import _, mark, use_language
from casework.letters.check import check
from casework.letters.content import compose
from casework.letters.preview import Paragraph, read_letter
from casework.model import Case
from casework.rules import Channel, RulePack

TITLES = {"complaint": mark("Letter of complaint")}
"""The name of each kind of letter."""


def render(
    case: Case,
    channel: Channel,
    pack: RulePack,
    *,
    kind: str = "complaint",
    lang: str = "zh",
    today: dt.date,
    addressee: str = "",
    template: bytes | None = None,
) -> bytes:
    """Return the letter as a Word file (.docx). The same arguments give the same bytes.

    ``today`` is the letter's date, ``addressee`` the office it goes to where the pack names only a kind of
    office, ``template`` an office's own Word template instead of the one that comes with the package.

    Raises :class:`~casework.errors.Incomplete` with every finding of :func:`~casework.letters.check`, and
    :class:`~casework.errors.BadFile` where the template is refused or cannot be filled.
    """
    findings = check(case, channel, pack, kind=kind, lang=lang, addressee=addressee)
    if findings:
        raise Incomplete(_("The letter cannot be written yet."), findings, where=case.case_no)
    content = compose(case, channel, pack, lang=lang, today=today, addressee=addressee)
    with use_language(lang):
        title = _(TITLES[kind])
    if template is None:
        # The package's own templates are as trusted as its code, so no child is started for them; they are
        # judged by the same rules and filled in the same sandbox.
        from casework.letters.engine import fill

        return fill(own_template(kind, lang), content.context(), title=title, day=today)
    from casework.letters.child import fill_apart

    return fill_apart(template, content.context(), title=title, day=today)


def plain_text(
    case: Case,
    channel: Channel,
    pack: RulePack,
    *,
    kind: str = "complaint",
    lang: str = "zh",
    today: dt.date,
    addressee: str = "",
    template: bytes | None = None,
) -> list[Paragraph]:
    """Return the letter for a preview: the paragraphs of the very Word file that :func:`render` returns."""
    docx = render(
        case, channel, pack, kind=kind, lang=lang, today=today, addressee=addressee, template=template
    )  # fmt: skip
    return read_letter(docx)


@cache
def own_template(kind: str, lang: str) -> bytes:
    """Return the Word template that comes with the package, for example as a start for an office's own."""
    return files("casework.letters").joinpath("templates", f"{kind}.{lang}.docx").read_bytes()
