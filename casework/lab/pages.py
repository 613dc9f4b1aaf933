"""The notebooks as pages without code: Voila, with our template and a token."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import threading
import webbrowser
from contextlib import suppress
from pathlib import Path
from typing import Any

from tornado.ioloop import IOLoop
from tornado.web import HTTPError, RedirectHandler
from traitlets.config import Config
from voila.app import Voila
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler

from casework.i18n import _
from casework.lab import folders
from casework.lab.announce import announce, say
from casework.lab.policy import content_security_policy

WIDGETS = [
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager8",
    "@voila-dashboards/widgets-manager7",
    "anywidget",
]
HOME = f"/voila/render/{folders.HOME}"
PATIENCE = 5.0  # seconds that kernels have to end; one that is left over ends by itself without its server


class Farewell(VoilaShutdownKernelHandler):  # type: ignore[misc]  # voila ships no types
    """A page that closes tells its kernel by a beacon, which cannot carry an XSRF header; it needs the token."""

    def check_xsrf_cookie(self) -> None:
        """Let the beacon through: all it can do is stop a kernel whose random id it knows."""


class Pages(Voila):  # type: ignore[misc]  # voila ships no types
    """Voila that opens at home, shows no list of files, and tells its address in one line."""

    opening_page: Path | None = None

    def init_handlers(self) -> list[Any]:
        """Serve the panels and what they need; the lists of files and the raw files are left out."""
        hidden = ("/voila/tree", "/voila/files", "/voila/api/contents")
        handlers = [
            rule for rule in super().init_handlers() if not str(rule[0]).startswith(hidden) and rule[0] != "/"
        ]
        handlers = [
            (rule[0], Farewell) if rule[1] is VoilaShutdownKernelHandler else rule for rule in handlers
        ]
        return [("/", RedirectHandler, {"url": HOME, "permanent": False}), *handlers]

    def launch_browser(self) -> None:
        """Called once the server listens."""
        _stop_on_signals(IOLoop.current())
        address = f"http://127.0.0.1:{self.port}{HOME}?token={self.token}"
        announce(address, browse=self.opening_page is not None)
        if self.opening_page is not None:
            page = _forwarding(self.opening_page, address).as_uri()
            threading.Thread(target=webbrowser.open, args=(page,), daemon=True).start()  # some browsers block

    def stop(self) -> None:
        """End the kernels. Voila alone waits for ever for one that was starting or ending at this moment."""
        for name in (
            "tornado.application",
            "tornado.access",
            "asyncio",
        ):  # that a page lost its kernel now is no news
            logging.getLogger(name).setLevel(logging.CRITICAL)
        shutil.rmtree(self.connection_dir, ignore_errors=True)
        with suppress(TimeoutError):
            IOLoop.current().run_sync(self._end_kernels, timeout=PATIENCE)

    async def _end_kernels(self) -> None:
        while True:
            try:
                return await self.kernel_manager.shutdown_all()  # type: ignore[no-any-return]  # untyped
            except HTTPError:  # one of them is only starting
                await asyncio.sleep(0.1)


def _stop_on_signals(loop: IOLoop) -> None:
    """Stop between two tasks: Voila lets Ctrl-C break whichever is at work, with a traceback, and waits for it."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name) and not (name == "SIGHUP" and os.name == "nt"):
            signal.signal(getattr(signal, name), lambda *_: loop.add_callback_from_signal(loop.stop))


def serve_app(port: int, token: str, state: Path, *, lang: str, browse: bool) -> int:
    """Run Voila on 127.0.0.1:``port`` until Ctrl-C; return the exit code."""
    pages = Pages.instance(config=_settings(port, token, state, lang))
    pages.opening_page = state / "open.html" if browse else None
    pages.initialize([])
    pages.start()
    say(_("casework has stopped."))
    return 0


def _settings(port: int, token: str, state: Path, lang: str) -> Config:
    # Voila writes its pages with inline scripts, hence 'unsafe-inline'; nothing foreign is loaded all the same.
    headers = {"Content-Security-Policy": content_security_policy("'unsafe-eval' 'unsafe-inline' blob:")}
    language_code = {"zh": "zh-CN"}.get(lang, lang)
    return Config(
        {
            "Voila": {
                "ip": "127.0.0.1",
                "port": port,
                "root_dir": str(folders.notebooks()),
                "connection_dir_root": str(_made(state / "kernels")),
                "token": token,
                "tornado_settings": {"headers": headers, "xsrf_cookies": True, "allow_remote_access": False},
                "log_level": 40,
                "open_browser": True,  # our launch_browser decides
            },
            "VoilaConfiguration": {
                "template": "casework",
                "allow_template_override": "NO",
                "allow_theme_override": "NO",
                "extension_allowlist": WIDGETS,
                "resources": {"language_code": language_code},
            },
            "KernelManager": {"transport_encryption": "auto"},
            "MappingKernelManager": {
                "kernel_manager_class": "casework.lab.kernels.QuietKernelManager",
                "cull_idle_timeout": 900,
                "cull_interval": 60,
            },
        }
    )


def _forwarding(page: Path, address: str) -> Path:
    """Write a page, for this person only, that leads to ``address``: the token stays off the command line."""
    page.touch(mode=0o600)
    page.write_text(f'<meta http-equiv="refresh" content="0;url={address}">', encoding="utf-8")
    return page


def _made(folder: Path) -> Path:
    os.makedirs(folder, mode=0o700, exist_ok=True)  # noqa: PTH103  (mode on the first try, no race)
    return folder
