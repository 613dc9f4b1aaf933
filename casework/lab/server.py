"""JupyterLab with our settings, our notebooks and nothing else."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from types import FrameType

from jupyter_server.serverapp import ServerApp
from jupyterlab.labapp import LabApp

from casework.i18n import _, language, use_language
from casework.lab import folders
from casework.lab.announce import announce, say
from casework.lab.policy import content_security_policy, inline_script_hashes
from casework.lab.surroundings import command_line

OTHER_EXTENSIONS = (
    "jupyter_lsp",
    "jupyter_server_terminals",
    "notebook_shim",
    "voila.server_extension",
    "voila",
)


def serve_lab(port: int, token: str, *, browse: bool) -> int:
    """Run JupyterLab on 127.0.0.1:``port`` until it is told to stop; return the exit code."""
    server = LabApp.initialize_server(argv=_arguments(port, token, browse))
    _stop_on_signals(server)
    chosen = language()

    def ready() -> None:  # runs after the callback that binds the port
        with use_language(chosen):
            announce(f"http://127.0.0.1:{server.port}/doc/tree/{folders.HOME}?token={token}", browse=browse)

    server.io_loop.add_callback(ready)
    server.start()
    say(_("casework has stopped."))
    return 0


def _arguments(port: int, token: str, browse: bool) -> list[str]:
    settings: dict[str, object] = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 50,
        "ServerApp.root_dir": folders.notebooks(),
        "ServerApp.contents_manager_class": "casework.lab.contents.ReadOnlyNotebooks",
        "ServerApp.terminals_enabled": False,
        "ServerApp.jpserver_extensions": dict.fromkeys(OTHER_EXTENSIONS, False) | {"jupyterlab": True},
        "ServerApp.tornado_settings": {"headers": {"Content-Security-Policy": _policy()}},
        "ServerApp.open_browser": browse,
        "ServerApp.allow_root": True,
        "ServerApp.log_level": 40,
        "IdentityProvider.token": token,
        "PasswordIdentityProvider.allow_password_change": False,
        "MappingKernelManager.kernel_manager_class": "casework.lab.kernels.QuietKernelManager",
        "KernelManager.transport_encryption": "auto",
        "MappingKernelManager.cull_idle_timeout": 3600,
        "MappingKernelManager.cull_interval": 300,
        "LabApp.default_url": f"/doc/tree/{folders.HOME}",
        "LabApp.open_browser": browse,
        "LabApp.news_url": None,
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "LabApp.extension_manager": "readonly",
        "LabApp.extra_labextensions_path": [str(folders.labextensions())],
        "LabApp.log_level": 40,
    }
    return command_line(settings)


def _policy() -> str:
    from jupyterlab.commands import get_app_dir

    page = Path(get_app_dir()) / "static" / "index.html"
    # anywidget and JupyterLab load modules from blobs; JupyterLab compiles its settings schemas.
    return content_security_policy(f"'unsafe-eval' blob: {inline_script_hashes(page)}")


def _stop_on_signals(server: ServerApp) -> None:
    """Ctrl-C and a polite kill stop at once and without a question; open work lives in the workspace."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        server.stop(from_signal=True)

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name) and not (name == "SIGHUP" and os.name == "nt"):
            signal.signal(getattr(signal, name), stop)
