"""Quick work beside the page: the newest wish counts, what it finds is shown piece by piece."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from casework.ui.working import running_loop

Act = Callable[[], None]
Steps = Callable[[], Iterator[Act]]


class Beside:
    """Runs generators in one thread of its own; each act that one yields is done on the page's own thread.

    A newer piece of work ends the one before it at its next act, so that a page under many quick changes shows only
    the last. Where no event loop runs (a script, a test), or ``apart`` is False, everything is done at once. ``around``
    runs every act and shows its errors.
    """

    def __init__(self, around: Callable[[Act], None]) -> None:
        self._around, self._turn = around, 0
        self._threads: ThreadPoolExecutor | None = None
        self.apart = True

    def run(self, steps: Steps) -> None:
        """Start work; what was begun before is dropped."""
        self._turn += 1
        loop = running_loop() if self.apart else None
        if loop is None:
            self._here(steps, self._turn)
        else:
            self._threads = self._threads or ThreadPoolExecutor(1, thread_name_prefix="casework-beside")
            self._threads.submit(copy_context().run, self._apart, loop, steps, self._turn)

    def drop(self) -> None:
        """Forget what is being done."""
        self._turn += 1

    def _here(self, steps: Steps, turn: int) -> None:
        for act in steps():
            if turn != self._turn:
                return
            act()

    def _apart(self, loop: asyncio.AbstractEventLoop, steps: Steps, turn: int) -> None:
        def post(act: Act) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._in_turn, act, turn)

        if turn != self._turn:
            return
        try:
            for act in steps():
                if turn != self._turn:
                    return
                post(act)
        except Exception as error:  # it is raised again where the page shows it
            post(lambda error=error: _again(error))  # type: ignore[misc]  # bound now: the name is gone later

    def _in_turn(self, act: Act, turn: int) -> None:
        if turn == self._turn:
            self._around(act)


def _again(error: Exception) -> None:
    raise error
