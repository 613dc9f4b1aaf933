"""The few lines that the servers print."""

from __future__ import annotations

import sys

from casework.i18n import _


def say(line: str) -> None:
    """Print one line at once; a closed terminal is no reason to fail."""
    try:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    except (OSError, ValueError):
        return


def announce(url: str, *, browse: bool) -> None:
    """Tell the address of the application, token included, and how to stop it."""
    if browse:
        say(_("casework opens in your browser. If it does not, open {url}").format(url=url))
    else:
        say(_("Open this address in a browser: {url}").format(url=url))
    say(_("Press Ctrl-C here to stop."))
