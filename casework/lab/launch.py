"""Start the notebooks as an application on this machine, and stop calmly.

Both servers listen on 127.0.0.1 only, want a token, check XSRF and Host, and read no other Jupyter settings.
"""

from __future__ import annotations

import importlib
import logging
import secrets
import socket
import sys
import warnings

from casework.errors import Unavailable
from casework.i18n import _, language, use_language
from casework.lab.surroundings import has_screen, private_jupyter

LAB_PORT, APP_PORT = 8888, 8866


def lab(
    workspace: str | None, lang: str | None = None, *, open_browser: bool = True, port: int | None = None
) -> int:
    """Open the notebooks in JupyterLab and serve them until Ctrl-C; return the exit code.

    ``lang`` given is remembered as the person's choice; None means the language they chose last. Without a
    screen (or with ``open_browser=False``) the address to open is printed instead. ``port`` is the first free
    one from 8888 unless given. Raises CaseworkError where the workspace cannot be opened, Unavailable where
    the port is taken.
    """
    chosen = _remembered(workspace, lang)
    with use_language(chosen), private_jupyter(workspace, chosen):
        _be_quiet()
        free = _port(port, LAB_PORT)  # refused before the servers take their seconds to load
        _be_quick()
        from casework.lab.server import serve_lab

        return serve_lab(free, secrets.token_hex(24), browse=open_browser and has_screen())


def app(
    workspace: str | None, lang: str | None = None, *, open_browser: bool = True, port: int | None = None
) -> int:
    """Open the same notebooks as pages without code (Voila); arguments as for :func:`lab`."""
    chosen = _remembered(workspace, lang)
    with use_language(chosen), private_jupyter(workspace, chosen) as state:
        _be_quiet()
        free = _port(port, APP_PORT)
        _be_quick()
        from casework.lab.pages import serve_app

        browse = open_browser and has_screen()
        return serve_app(free, secrets.token_hex(24), state, lang=chosen, browse=browse)


def _remembered(workspace: str | None, lang: str | None) -> str:
    """Open the workspace once, so that a refusal comes before a browser does; return the person's language."""
    from casework.desk import Desk
    from casework.workspace import open_workspace

    with open_workspace(workspace) as opened:
        desk = Desk(opened)
        if lang is not None and desk.language("") != lang:
            desk.set_language(lang)
        return desk.language(language())


def _be_quiet() -> None:
    """Leave only errors of the servers on the terminal: the caseworker reads one line, the address."""
    warnings.simplefilter("ignore")
    for name in ("tornado.access", "tornado.application", "tornado.general", "asyncio", "traitlets"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _be_quick() -> None:
    """Load jsonschema without the grammars of IRIs: 1.5 s at every start, and no schema of Jupyter has one."""
    grammars = "rfc3987_syntax"
    if grammars in sys.modules:
        return
    sys.modules[grammars] = None  # type: ignore[assignment]  # how the import system is told "not here"
    try:
        importlib.import_module("jsonschema")  # for it they are an extra that may be missing
    finally:
        del sys.modules[grammars]


def _port(wanted: int | None, first: int) -> int:
    """Return ``wanted`` if it is free, else the first free port from ``first`` on."""
    if wanted is not None:
        if not _is_free(wanted):
            raise Unavailable(
                _("Port {port} is already in use.").format(port=wanted),
                remedy=_("Close the other program or choose another port with --port."),
            )
        return wanted
    for port in range(first, first + 100):
        if _is_free(port):
            return port
    raise Unavailable(_("No free port was found."), remedy=_("Choose a port with --port."))


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
    return True
