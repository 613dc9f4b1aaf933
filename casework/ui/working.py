"""Long work of a page: in a thread of its own, so that the page answers, and with a button that stops it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextvars import copy_context
from typing import Any, TypeVar

import traitlets

from casework.errors import Cancelled, CaseworkError
from casework.i18n import _
from casework.progress import Progress, Step
from casework.ui.element import Element, script

T = TypeVar("T")
_PERIOD = 0.15  # seconds between two messages to the browser


class Working(Element):
    """One piece of work at a time. What it finds, and what goes wrong in it, comes back to the page's own thread.

    Where no event loop runs (a script, a test) the work is done at once, in the caller's thread.
    """

    _esm = script("working")
    running = traitlets.Bool(False).tag(sync=True)
    stopping = traitlets.Bool(False).tag(sync=True)
    text = traitlets.Unicode("").tag(sync=True)
    count = traitlets.Unicode("").tag(sync=True)
    share = traitlets.Float(-1.0).tag(sync=True)  # 0 to 1; below 0: not known
    cancel_label = traitlets.Unicode("").tag(sync=True)

    def __init__(self) -> None:
        super().__init__()
        self._stop = threading.Event()
        self._told = 0.0
        self.apart = True  # False: whoever asks waits for the end, as a scheduled run does
        self.add_class("cw-sticky")

    def run(
        self,
        text: str,
        task: Callable[[Progress], T],
        then: Callable[[T], None],
        failed: Callable[[], None] = lambda: None,
    ) -> None:
        """Do ``task`` and give its result to ``then``; ``failed`` is called first where it raises or is cancelled.

        Raises :class:`CaseworkError` while other work is being done.
        """
        self.refuse_while_running()
        self._begin(text)
        loop = running_loop() if self.apart else None
        if loop is None:
            self._here(task, then, failed)
        else:
            self._apart(loop, task, then, failed)

    def refuse_while_running(self) -> None:
        """Raise a :class:`CaseworkError` while something is being done."""
        if self.running:
            raise CaseworkError(
                _("Something is still being done."), remedy=_("Wait until it is finished, or cancel it.")
            )

    def cancel(self) -> None:
        """Stop the work at its next step; it leaves nothing behind."""
        if self.running:
            self._stop.set()
            self.stopping = True

    def hear(self, content: dict[str, Any], buffers: list[memoryview]) -> None:
        """The button was pressed."""
        if content.get("cancel"):
            self.cancel()

    def _begin(self, text: str) -> None:
        self._stop.clear()
        self._told = 0.0
        with self.hold_sync():
            self.running, self.stopping, self.cancel_label = True, False, _("Cancel")
            self.text, self.count, self.share = text, "", -1.0

    def _here(
        self, task: Callable[[Progress], T], then: Callable[[T], None], failed: Callable[[], None]
    ) -> None:
        try:
            found = task(self._reporting(self._show))
        except BaseException:
            self.running = False
            failed()
            raise
        self.running = False
        then(found)

    def _apart(
        self,
        loop: asyncio.AbstractEventLoop,
        task: Callable[[Progress], T],
        then: Callable[[T], None],
        failed: Callable[[], None],
    ) -> None:
        def finish(act: Callable[[], None]) -> None:
            self.running = False
            self.around(act)

        def post(act: Callable[..., None], *told: Any) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(act, *told)

        def work() -> None:
            try:
                found = task(self._reporting(lambda step: post(self._show, step)))
            except BaseException as error:  # it is raised again where the page shows it
                post(finish, lambda error=error: _give_up(error, failed))
            else:
                post(finish, lambda: then(found))

        threading.Thread(target=copy_context().run, args=(work,), name="casework-work", daemon=True).start()

    def _reporting(self, show: Callable[[Step], None]) -> Progress:
        def report(step: Step) -> None:
            if self._stop.is_set():
                raise Cancelled(_("Stopped. What was finished before stays."))
            now = time.monotonic()
            if now - self._told >= _PERIOD:
                self._told = now
                show(step)

        return report

    def _show(self, step: Step) -> None:
        if not self.running:
            return
        with self.hold_sync():
            self.text = f"{step.stage} …"
            self.share = min(step.done / step.total, 1.0) if step.total else -1.0
            self.count = f"{step.done:,} / {step.total:,}" if step.total and step.done else ""


def running_loop() -> asyncio.AbstractEventLoop | None:
    """The event loop of this thread, where one runs."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _give_up(error: BaseException, failed: Callable[[], None]) -> None:
    failed()
    raise error
