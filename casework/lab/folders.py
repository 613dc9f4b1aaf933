"""Where the packaged notebooks and the browser-side files of the application lie."""

from __future__ import annotations

from pathlib import Path

from casework.errors import Unavailable
from casework.i18n import _

HERE = Path(__file__).resolve().parent
PANELS = ("home", "cases", "evidence", "letters", "dashboard", "data")
HOME = "home.ipynb"


def notebooks() -> Path:
    """Return the folder of the panels' notebooks: inside the package when installed, beside it in a checkout.

    Raises Unavailable when neither holds the home notebook.
    """
    package = HERE.parent
    for folder in (package / "notebooks", package.parent / "notebooks"):
        if (folder / HOME).is_file():
            return folder
    raise Unavailable(
        _("The notebooks of casework are missing."),
        where=str(package / "notebooks"),
        remedy=_("Install casework again."),
    )


def config_path(lang: str) -> list[Path]:
    """Return the folders with the settings of JupyterLab in ``lang``, the strongest first."""
    return [HERE / "config" / lang, HERE / "config" / "common"]


def labextensions() -> Path:
    """Return the folder that holds the prebuilt extension (auto-run, hidden code, keyboard)."""
    return HERE / "labextension"


def share() -> Path:
    """Return the Jupyter data folder with the Voila template that asks nothing of the network."""
    return HERE / "share"
