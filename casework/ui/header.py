"""The head of a panel: its name, links to the other panels, the language switch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import traitlets

from casework.i18n import LANGUAGES, _, language, mark
from casework.ui.element import Element, script, style

TITLES = {
    "home": mark("Desk"),
    "cases": mark("Cases"),
    "evidence": mark("Evidence"),
    "letters": mark("Letters"),
    "dashboard": mark("Dashboard"),
    "data": mark("Data"),
}
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}


class Style(Element):
    """Carries the style sheet where there is no header."""

    _esm = "export default { render({ el }) { el.hidden = true; } };"
    _css = style()


class Header(Element):
    """Stands on top of each panel and carries the style sheet.

    ``on_language(lang)`` is called when the other language is chosen, ``on_shown(case_no)`` each time the
    panel comes into view, with the case that was last worked on in this browser tab (or "").
    """

    _esm = script("header")
    _css = style()
    brand = traitlets.Unicode("").tag(sync=True)
    title = traitlets.Unicode("").tag(sync=True)
    lead = traitlets.Unicode("").tag(sync=True)
    lang = traitlets.Unicode("").tag(sync=True)
    links: traitlets.List[Any] = traitlets.List().tag(sync=True)
    languages: traitlets.List[Any] = traitlets.List().tag(sync=True)
    navigation_label = traitlets.Unicode("").tag(sync=True)
    case_no = traitlets.Unicode("").tag(sync=True)

    def __init__(self, on_language: Callable[[str], None], on_shown: Callable[[str], None]) -> None:
        super().__init__()
        self._on_language, self._on_shown = on_language, on_shown

    def show(self, panel: str, lead: str) -> None:
        """Write everything in the language in force."""
        with self.hold_sync():
            self.lang = {"zh": "zh-CN"}.get(language(), language())
            self.brand, self.title, self.lead = _("casework"), _(TITLES[panel]), lead
            self.navigation_label = _("Panels")
            self.links = [
                {"path": f"{name}.ipynb", "label": _(title), "current": name == panel}
                for name, title in TITLES.items()
            ]
            self.languages = [
                {"code": code, "label": LANGUAGE_NAMES[code], "current": code == language()}
                for code in LANGUAGES
            ]

    def go(self, panel: str, case_no: str) -> None:
        """Open another panel and take a case there."""
        self.case_no = case_no
        self.send({"open": f"{panel}.ipynb"})

    def hear(self, content: dict[str, Any], buffers: list[memoryview]) -> None:
        """A language was chosen, or the panel came into view."""
        if content.get("language") in LANGUAGES:
            self._on_language(content["language"])
        elif content.get("shown"):
            self._on_shown(str(content.get("case_no", ""))[:200])
