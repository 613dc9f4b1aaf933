"""Run the command line: in this process, where that proves the same, or as a person does in one of its own."""

from __future__ import annotations

import contextlib
import contextvars
import io
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Done = subprocess.CompletedProcess[str]


def casework(*arguments: object, cwd: Path | None = None, **environment: str) -> Done:
    """Run ``casework ARGUMENTS`` in this process and return what it printed and its exit code.

    Nobody sits at its terminal, its language and its environment are its own, and an error that would end a
    process with a traceback is told in the same way. Half a second quicker than :func:`process`.
    """
    from casework.cli import run

    command = [str(argument) for argument in arguments]
    printed, told = io.StringIO(), io.StringIO()
    with (
        _surroundings(cwd, environment),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(told),
    ):
        code = contextvars.copy_context().run(_code, run, command)
    return subprocess.CompletedProcess(command, code, printed.getvalue(), told.getvalue())


def _code(run: Callable[[list[str]], int], command: list[str]) -> int:
    try:
        return run(command)
    except SystemExit as end:  # of argparse
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception:  # what no command may let through; tests look for it
        traceback.print_exc()
        return 1


@contextlib.contextmanager
def _surroundings(cwd: Path | None, environment: dict[str, str]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.StringIO())
        for name, value in environment.items():
            patch.setenv(name, value)
        if cwd is not None:
            patch.chdir(cwd)
        yield


def process(*arguments: object, cwd: Path | None = None, **environment: str) -> Done:
    """Run ``casework ARGUMENTS`` as a process of its own."""
    command = [sys.executable, "-m", "casework", *map(str, arguments)]
    surroundings = {**os.environ, "PYTHONIOENCODING": "utf-8", **environment}
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", cwd=cwd, env=surroundings, timeout=120
    )


def answer(*arguments: object, run: Callable[..., Done] = casework, **environment: str) -> Any:
    """Run a command with ``--json``, insist that it was not refused, and return its document."""
    done = run(*arguments, "--json", **environment)
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
    return json.loads(done.stdout)


def refusal(*arguments: object, run: Callable[..., Done] = casework, **environment: str) -> str:
    """Run a command that must be refused with exit 2 and one line; return the line."""
    done = run(*arguments, **environment)
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    assert done.stdout == ""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]
