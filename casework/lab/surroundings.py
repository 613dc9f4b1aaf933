"""The environment of the servers and kernels: ours alone, whatever Jupyter a person has set up for themselves."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from casework.lab import folders


@contextmanager
def private_jupyter(workspace: str | None, lang: str) -> Iterator[Path]:
    """Point Jupyter and the kernels at a temporary state folder and our settings; clean up afterwards.

    Nothing is read from or written to ``~/.jupyter`` and ``~/.ipython``. ``workspace`` and ``lang`` reach
    the kernels as CASEWORK_WORKSPACE and CASEWORK_LANG.
    """
    state = Path(tempfile.mkdtemp(prefix="casework-"))
    before, here = dict(os.environ), Path.cwd()
    os.environ.update(_variables(state, workspace, lang))
    os.environ.pop("JUPYTER_NO_CONFIG", None)
    os.chdir(state)  # Jupyter runs configuration files that lie in the current folder, whoever put them there
    try:
        yield state
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)
        shutil.rmtree(state, ignore_errors=True)


def _variables(state: Path, workspace: str | None, lang: str) -> dict[str, str]:
    variables = {
        "JUPYTER_CONFIG_PATH": os.pathsep.join(str(folder) for folder in folders.config_path(lang)),
        "JUPYTER_CONFIG_DIR": str(state / "config"),
        "JUPYTER_DATA_DIR": str(state / "data"),
        "JUPYTER_RUNTIME_DIR": str(state / "runtime"),
        "JUPYTER_PATH": str(folders.share()),
        "JUPYTERLAB_SETTINGS_DIR": str(state / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(state / "layouts"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "IPYTHONDIR": str(state / "ipython"),
        "CASEWORK_LANG": lang,
    }
    workspace = workspace or os.environ.get("CASEWORK_WORKSPACE")
    if workspace:
        is_url = "://" in workspace
        variables["CASEWORK_WORKSPACE"] = (
            workspace if is_url else str(Path(workspace).expanduser().absolute())
        )
    return variables


def has_screen() -> bool:
    """Say whether a browser can be opened here."""
    if os.environ.get("CASEWORK_NO_BROWSER"):
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def command_line(settings: Mapping[str, object]) -> list[str]:
    """Return ``settings`` as arguments, the strongest place for them; a list becomes repeated arguments."""
    pairs = [
        (name, each)
        for name, value in settings.items()
        for each in (value if isinstance(value, list) else [value])
    ]
    return [f"--{name}={value}" for name, value in pairs]
