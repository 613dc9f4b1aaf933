"""``python -m casework`` and the ``casework`` command."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run the command line and return its exit code."""
    from casework.cli import run

    return run(sys.argv[1:])


def command() -> None:
    """Run the command line and end the process at once.

    Everything that matters is closed or flushed by then; taking the libraries apart again would only cost
    the person 0.2 s at the end of every command.
    """
    code = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


if __name__ == "__main__":
    command()
