"""The panels of the notebooks: ``panel("cases")`` in a notebook's only cell shows one."""

from __future__ import annotations

from typing import Any


def panel(name: str) -> Any:
    """Return the panel ``name`` for display: home, cases, evidence, letters, dashboard or data.

    It works in the workspace named by CASEWORK_WORKSPACE (default: ``~/casework``), in the language that
    the person last chose there, else CASEWORK_LANG, else Chinese.
    """
    from casework.ui.panels import show

    return show(name)
