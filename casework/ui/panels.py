"""Opening the workspace for a notebook and showing one of the panels."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from ipywidgets import VBox

from casework.errors import CaseworkError
from casework.i18n import DEFAULT_LANGUAGE, LANGUAGES, _, use_language
from casework.ui.faults import record
from casework.ui.message import Message
from casework.ui.page import Page
from casework.ui.parameters import Parameters

PAGES = {
    "home": "HomePage",
    "cases": "CasesPage",
    "evidence": "EvidencePage",
    "letters": "LettersPage",
    "dashboard": "DashboardPage",
    "data": "DataPage",
}


def start_language() -> str:
    """Return the language that this process was started in."""
    lang = os.environ.get("CASEWORK_LANG", DEFAULT_LANGUAGE)
    return lang if lang in LANGUAGES else DEFAULT_LANGUAGE


def open_page(name: str, asked: Parameters = Parameters()) -> Page:  # noqa: B008  # a frozen value
    """Open the workspace and build the page ``name``. Raises CaseworkError where that is refused."""
    from casework.desk import Desk
    from casework.workspace import open_workspace

    desk = Desk(open_workspace())
    lang = asked.lang or desk.language(start_language())
    page: type[Page] = getattr(import_module(f"casework.ui.{name}"), PAGES[name])
    with use_language(lang):
        return page(desk, lang)


def show(name: str, asked: Parameters = Parameters()) -> Any:  # noqa: B008  # a frozen value
    """Return the widget of the page ``name``, or one line that says why there is none.

    What was ``asked`` for is shown on it already; where that fails, the error is raised: a scheduled run must not
    look like a success.
    """
    if name not in PAGES:
        raise ValueError(f"no panel {name!r}: there are {', '.join(PAGES)}")
    if asked:
        return _begun(name, asked)
    with use_language(start_language()):
        try:
            return open_page(name).widget
        except CaseworkError as error:
            return _refusal(str(error))
        except Exception as error:  # the last resort: a notebook must not greet anyone with a traceback
            reference, log = record(error, Path(gettempdir()) / "casework")
            words = _(
                "The panel could not be opened. Reference {reference}; details for support are in {log}."
            )
            return _refusal(words.format(reference=reference, log=log))


def _begun(name: str, asked: Parameters) -> Any:
    asked.check()
    page = open_page(name, asked)
    with use_language(page.lang):
        return page.begin(asked)


def _refusal(text: str) -> VBox:
    from casework.ui.header import Style

    message = Message()
    message.show("error", text)
    box = VBox([Style(), message])
    box.add_class("casework")
    return box
