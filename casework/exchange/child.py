"""Untrusted spreadsheets are parsed in a child process with limits on memory and time.

Spreadsheet parsers can abort the whole process on a file of 2 KB (an impossible cell address, a false count):
nothing in Python can catch that, so it happens in a process whose death is a bad file and nothing more.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from casework.errors import BadFile, CaseworkError, NotFound
from casework.exchange.understand import Request
from casework.i18n import _, language
from casework.progress import Progress, Step, quiet

if TYPE_CHECKING:
    import pyarrow as pa

_log = logging.getLogger(__name__)
_BASE_MEMORY, _MEMORY_PER_BYTE, _MOST_MEMORY = 2 << 30, 64, 12 << 30
_BASE_SECONDS, _BYTES_PER_SECOND = 20, 1 << 20
_TICK = 0.2


# One heap: a parser makes millions of small strings (glibc only; nothing elsewhere heeds these).
_LEAN = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


class Answer(NamedTuple):
    """What the child says of one table: facts, rows, and the raw rows that were asked for."""

    facts: dict[str, Any]
    table: pa.Table
    raw: pa.Table | None


@dataclass(frozen=True)
class Limits:
    """What one file may cost: address space in bytes, and seconds of wall clock and of processor time."""

    memory: int
    seconds: int

    @classmethod
    def for_file(cls, path: Path) -> Limits:
        """Limits that grow with the file, so that a small hostile one is stopped soon.

        ``CASEWORK_PARSE_MEMORY_MB`` and ``CASEWORK_PARSE_SECONDS`` override them.
        """
        size = path.stat().st_size if path.is_file() else 0
        memory = min(_BASE_MEMORY + _MEMORY_PER_BYTE * size, _MOST_MEMORY)
        seconds = _BASE_SECONDS + size // _BYTES_PER_SECOND * 4
        given = os.environ.get("CASEWORK_PARSE_MEMORY_MB", "")
        asked = os.environ.get("CASEWORK_PARSE_SECONDS", "")
        return cls(
            int(given) << 20 if given.isdigit() else memory, int(asked) if asked.isdigit() else seconds
        )


class Parsing:
    """One file being parsed in the background. :meth:`result` waits for it."""

    def __init__(self, request: Request) -> None:
        """Start the child at once, so that the caller can load other things meanwhile."""
        path = Path(request.path).absolute()
        self._name, self._limits = path.name, Limits.for_file(path)
        asked = json.dumps(asdict(request) | {"path": str(path)})
        command = [sys.executable, "-m", "casework.exchange.parse", asked, language()]
        command += [str(self._limits.memory), str(self._limits.seconds)]
        self._child = subprocess.Popen(  # noqa: S603  (our own interpreter and module; the path is in one argument)
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **_LEAN},
        )
        self._started = time.monotonic()
        self._late = False
        self._timer = threading.Timer(self._limits.seconds, self._stop)
        self._timer.daemon = True
        self._timer.start()

    def _stop(self) -> None:
        self._late = True
        self._child.kill()

    def cancel(self) -> None:
        """Stop the child; nothing is left behind."""
        self._timer.cancel()
        self._child.kill()
        self._child.wait()

    def result(self, progress: Progress = quiet) -> list[Answer]:
        """Wait and return what :func:`casework.exchange.understand.understand` found. Raises :class:`CaseworkError`.

        What ``progress`` raises stops the child.
        """
        output = self._child.stdout
        if output is None:
            raise RuntimeError("the child was started without a pipe")
        try:
            self._wait(progress)
            answer = _first_line(output)
            if answer is not None and "tables" in answer:
                return [_answer(output, facts) for facts in answer["tables"]]
        except (ValueError, OSError):  # the stream ends in the middle: the child died
            answer = None
        except BaseException:
            self.cancel()
            raise
        finally:
            self._timer.cancel()
            output.close()
            self._child.wait()
        raise self._refusal(answer)

    def _wait(self, progress: Progress) -> None:
        """Tell that the file is being read until the child says something."""
        if progress is quiet:
            return
        stage = _("Reading {file}").format(file=self._name)
        waiting = threading.Thread(target=self._child.stdout.peek, args=(1,), daemon=True)  # type: ignore[union-attr]
        waiting.start()
        while waiting.is_alive():
            progress(Step(stage, int(time.monotonic() - self._started)))
            waiting.join(_TICK)

    def _refusal(self, answer: dict[str, Any] | None) -> CaseworkError:
        if answer is not None and "failed" in answer:
            _log.error("reading %s failed in the child:\n%s", self._name, answer["failed"])
        elif answer is not None:
            told = answer["refused"]
            kind = NotFound if told["kind"] == "NotFound" else BadFile
            return kind(told["what"], where=told["where"], remedy=told["remedy"])
        if self._late:
            return BadFile(
                _("Reading took longer than {seconds} seconds and was stopped.").format(
                    seconds=self._limits.seconds
                ),
                where=self._name,
                remedy=_("If the file is genuine, set CASEWORK_PARSE_SECONDS higher and try again."),
            )
        return BadFile(
            _("The file is damaged or hostile: the reader failed on it and was contained."),
            where=self._name,
            remedy=_("Open it in Excel, save it as .xlsx, and try again."),
        )


def _first_line(output: IO[bytes]) -> dict[str, Any] | None:
    line = output.readline()
    answer: dict[str, Any] | None = json.loads(line) if line.endswith(b"\n") else None
    return answer


def _answer(output: IO[bytes], facts: dict[str, Any]) -> Answer:
    import pyarrow as pa

    def rows() -> pa.Table:
        with pa.ipc.open_stream(output) as stream:
            return stream.read_all()

    return Answer(facts, rows(), rows() if facts["raw"] else None)
