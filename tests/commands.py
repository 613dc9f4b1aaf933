"""Run the command line as a person does: a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def casework(
    *arguments: object, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run ``casework ARGUMENTS`` and return what it printed and its exit code."""
    command = [sys.executable, "-m", "casework", *map(str, arguments)]
    surroundings = {**os.environ, "PYTHONIOENCODING": "utf-8", **environment}
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", cwd=cwd, env=surroundings, timeout=120
    )


def answer(*arguments: object, **environment: str) -> Any:
    """Run a command with ``--json``, insist that it was not refused, and return its document."""
    done = casework(*arguments, "--json", **environment)
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
    return json.loads(done.stdout)


def refusal(*arguments: object, **environment: str) -> str:
    """Run a command that must be refused with exit 2 and one line; return the line."""
    done = casework(*arguments, **environment)
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    assert done.stdout == ""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]
