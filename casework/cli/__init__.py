"""The command line: arguments, one use case, print.

Exit 0: done. Exit 1: done, and problems were found and listed. Exit 2: refused, with one line that says what,
where and what to do; nothing was changed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from casework.errors import CaseworkError
from casework.i18n import LANGUAGES, _, set_language


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    set_language(_language_asked(arguments))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # a Windows console may be anything else
    from casework.cli.arguments import parser
    from casework.cli.printing import DONE, REFUSED

    options = parser().parse_args(arguments)
    try:
        code: int = options.use(options)
    except CaseworkError as error:
        print(f"casework: {error}", file=sys.stderr)
        return REFUSED
    except BrokenPipeError:  # the reader of our output went away
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print(f"casework: {place}{error.strerror or error}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print(_("casework: stopped; nothing was left half-done."), file=sys.stderr)
        return REFUSED
    return code


def _language_asked(arguments: Sequence[str]) -> str:
    """The language of ``--lang``, before anything is parsed: help and errors speak it too."""
    asked = os.environ.get("CASEWORK_LANG", "zh")
    for place, argument in enumerate(arguments):
        if argument == "--lang" and place + 1 < len(arguments):
            asked = arguments[place + 1]
        elif argument.startswith("--lang="):
            asked = argument.partition("=")[2]
    return asked if asked in LANGUAGES else "zh"
