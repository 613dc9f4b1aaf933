"""Fill a template that did not come with the package in a process of its own, with limits.

Such a template cannot run anything (see :mod:`casework.letters.sandbox`), but it can still ask for more memory
or time than there is. Where the system knows no such limits (Windows; macOS for memory), the clock remains.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from casework.errors import BadFile, CaseworkError
from casework.i18n import _, language, set_language

MEMORY = 1 << 30
SECONDS = 10
MOST_TEMPLATE = 20 << 20
"""The most bytes of a template file that are looked at."""


def fill_apart(template: bytes, context: Mapping[str, Any], *, title: str, day: dt.date) -> bytes:
    """Do what :func:`casework.letters.engine.fill` does, in a child process. Raises :class:`BadFile`."""
    if len(template) > MOST_TEMPLATE:
        raise BadFile(_("The template is too large."), remedy=_("Remove large pictures from it."))
    order = {
        "template": base64.b64encode(template).decode(),
        "context": context,
        "title": title,
        "day": day.isoformat(),
        "lang": language(),
    }
    answer = _ask(json.dumps(order).encode())
    if "docx" in answer:
        return base64.b64decode(answer["docx"])
    raise BadFile(answer["what"], where=answer["where"], remedy=answer["remedy"])


def _ask(order: bytes) -> dict[str, str]:
    command = [sys.executable, "-B", "-m", "casework.letters.child"]
    try:
        done = subprocess.run(  # noqa: S603  (our own interpreter and module, no arguments from outside)
            command, input=order, capture_output=True, timeout=SECONDS, env=_environment(), check=False
        )
        answer: dict[str, str] = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        told = _("Filling the template took longer than {seconds} seconds and was stopped.").format(
            seconds=SECONDS
        )
        raise BadFile(told, remedy=_("Use the template that comes with casework.")) from error
    except ValueError as error:
        told = _("Filling the template needed more than it may and was stopped.")
        raise BadFile(told, remedy=_("Use the template that comes with casework.")) from error
    return answer


def _environment() -> dict[str, str]:
    """What the child needs to start and to find the package: no passwords, no addresses."""
    kept = {
        name: os.environ[name]
        for name in ("SYSTEMROOT", "LANG", "LC_ALL", "TMPDIR", "TEMP")
        if name in os.environ
    }
    home = str(Path(__file__).parents[2])
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join([home, *filter(None, sys.path)]),
        "PYTHONIOENCODING": "utf-8",
    }


def limit_this_process() -> None:
    """Cap memory, processor time and files of this process, as far as the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(what)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (allowed, allowed))


def answer(order: Mapping[str, Any]) -> dict[str, str]:
    """Return the letter, or why there is none, as text."""
    from casework.letters.engine import fill

    set_language(order["lang"])
    try:
        day = dt.date.fromisoformat(order["day"])
        docx = fill(base64.b64decode(order["template"]), order["context"], title=order["title"], day=day)
    except CaseworkError as error:
        return {"what": error.what, "where": error.where, "remedy": error.remedy}
    return {"docx": base64.b64encode(docx).decode()}


def main() -> None:
    """Read one order from standard input, write one answer to standard output."""
    limit_this_process()
    order = json.loads(sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(answer(order)))


if __name__ == "__main__":
    main()
