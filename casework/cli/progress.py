"""Where long work is, on standard error where that is a terminal; Ctrl-C stops it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from casework.cli.printing import display_width
from casework.progress import Progress, Step, quiet

_PATIENCE = 1.0  # seconds before anything is shown
_PERIOD = 0.1


@contextmanager
def terminal_progress() -> Iterator[Progress]:
    """One line that is written over and over, from the first second on; nothing where nobody looks."""
    if not sys.stderr.isatty():
        yield quiet
        return
    line = _Line()
    try:
        yield line
    finally:
        line.clear()


class _Line:
    def __init__(self) -> None:
        self._started = time.monotonic()
        self._shown = 0.0
        self._width = 0

    def __call__(self, step: Step) -> None:
        now = time.monotonic()
        if now - self._started < _PATIENCE or now - self._shown < _PERIOD:
            return
        self._shown = now
        self._write(_text(step, int(now - self._started)))

    def clear(self) -> None:
        """Leave an empty line."""
        if self._width:
            self._write("")
            sys.stderr.write("\r")

    def _write(self, text: str) -> None:
        width = display_width(text)
        sys.stderr.write("\r" + text + " " * max(self._width - width, 0))
        sys.stderr.flush()
        self._width = width


def _text(step: Step, seconds: int) -> str:
    done = f"{step.done / step.total:.0%} ({step.done:,}/{step.total:,})" if step.total else f"{seconds} s"
    return f"{step.stage} … {done}"
