"""``lab``, ``app`` and ``demo``: the notebooks."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from casework.cli.printing import DONE
from casework.i18n import _


def lab(options: argparse.Namespace) -> int:
    from casework.lab import lab

    return lab(options.workspace, options.lang, open_browser=not options.no_browser, port=options.port)


def app(options: argparse.Namespace) -> int:
    from casework.lab import app

    return app(options.workspace, options.lang, open_browser=not options.no_browser, port=options.port)


def demo(options: argparse.Namespace) -> int:
    from casework.demo import load_demo
    from casework.workspace import open_workspace

    place = options.workspace or os.environ.get("CASEWORK_DEMO") or Path.home() / "casework-demo"
    workspace = open_workspace(place, create=True)
    added = load_demo(workspace)
    workspace.store.close()
    print(
        _("{count} sample cases were added in {place}.").format(count=added, place=workspace.location),
        file=sys.stderr,
    )
    if options.fill_only:
        return DONE
    from casework.lab import lab

    return lab(str(place), options.lang, open_browser=not options.no_browser, port=options.port)
