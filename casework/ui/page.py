"""What every panel shares: its head, its message line, its language, and calm errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from ipywidgets import VBox

from casework.errors import Cancelled, CaseworkError, Incomplete
from casework.i18n import _, use_language
from casework.progress import Progress
from casework.ui.element import Element
from casework.ui.faults import record
from casework.ui.header import Header
from casework.ui.message import Message
from casework.ui.working import Working

if TYPE_CHECKING:
    from casework.desk import Desk
    from casework.ui.parameters import Parameters

E = TypeVar("E", bound=Element)
T = TypeVar("T")


class Page:
    """One panel. A subclass builds its widgets once in ``__init__`` and writes all words in :meth:`draw`."""

    name: ClassVar[str]

    def __init__(self, desk: Desk, lang: str) -> None:
        self.desk, self.lang = desk, lang
        self.message = self.adopt(Message())
        self.working = self.adopt(Working())
        self.header = self.adopt(Header(self.switch, self.shown))

    def adopt(self, element: E) -> E:
        """Run what ``element`` hears in the person's language, with errors shown on this page."""
        element.around = self.guarded
        return element

    def assemble(self, *widgets: Any) -> VBox:
        """Put the page together and write it; return what the notebook displays."""
        self.widget = VBox([self.header, self.message, self.working, *widgets])
        self.widget.add_class("casework")
        self.guarded(self.draw)
        return self.widget

    def lead(self) -> str:
        """Return one sentence that says what the panel is for."""
        raise NotImplementedError

    def draw(self) -> None:
        """Write every word of the page in the language in force. Subclasses add their own."""
        self.header.show(self.name, self.lead())

    def begin(self, asked: Parameters) -> Any:
        """Show what a scheduled run asks for and return what its notebook keeps; errors are raised."""
        return self.widget

    def refresh(self) -> None:
        """Read again what others may have changed; called when the panel comes into view."""

    def take_case(self, case_no: str) -> None:
        """Follow the person to the case they worked on in another panel."""

    def shown(self, case_no: str) -> None:
        """The panel came into view; another panel may have changed the language or the cases."""
        lang = self.desk.language(self.lang)
        if lang != self.lang:
            self.lang = lang
            with use_language(lang):
                self.draw()
        with use_language(lang):
            self.refresh()
        if case_no and case_no != self.header.case_no:
            self.take_case(case_no)

    def switch(self, lang: str) -> None:
        """Speak ``lang`` from now on, here and in every panel opened later."""
        self.working.refuse_while_running()
        self.lang = lang
        self.message.clear()
        with use_language(lang):
            self.draw()
        self.desk.set_language(lang)

    def guarded(self, act: Callable[[], None]) -> None:
        """Run ``act`` in the person's language; an error becomes one line on the page."""
        with use_language(self.lang):
            try:
                act()
            except Incomplete as error:
                self.message.show(
                    "error", CaseworkError.__str__(error), [str(finding) for finding in error.findings]
                )
            except Cancelled as error:
                self.message.show("info", str(error))
            except CaseworkError as error:
                self.message.show("error", str(error))
            except Exception as error:  # the last resort of the page: nothing may fail without a word
                self.message.show("error", self._apology(error))

    def work(
        self,
        text: str,
        task: Callable[[Progress], T],
        then: Callable[[T], None],
        failed: Callable[[], None] = lambda: None,
    ) -> None:
        """Do long work that a person can watch and stop; see :meth:`Working.run`."""
        self.working.refuse_while_running()
        self.message.clear()
        self.working.run(text, task, then, failed)

    @contextmanager
    def busy(self, text: str) -> Iterator[None]:
        """Say what is being done while it is being done."""
        self.message.show("busy", text)
        yield
        if self.message.kind == "busy":
            self.message.clear()

    def _apology(self, error: Exception) -> str:
        reference, log = record(error, Path(self.desk.workspace.folder) / "logs")
        words = _(
            "Something went wrong and was not finished. Reference {reference}; details for support are in {log}."
        )
        return words.format(reference=reference, log=log)
