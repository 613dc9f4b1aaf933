"""The panels of the notebooks: ``panel("cases")`` in a notebook's only cell shows one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def panel(
    name: str, *, sources: str | Sequence[str] = (), period: str = "", lang: str = "", as_of: str = ""
) -> Any:
    """Return the panel ``name`` for display: home, cases, evidence, letters, dashboard or data.

    It works in the workspace named by CASEWORK_WORKSPACE (default: ``~/casework``), in the language that
    the person last chose there, else CASEWORK_LANG, else Chinese.

    The rest is for a dashboard that nobody waits for (papermill): ``sources`` are paths, patterns or "workspace" (a text
    may hold several, or a JSON list of them), ``period`` is 2026-10, 2026-Q3, 2026-H1, 2026 or "all", ``lang`` zh or en,
    ``as_of`` YYYY-MM-DD. Where any is given, the review is made before this returns.
    """
    from casework.ui.panels import show
    from casework.ui.parameters import parameters

    return show(name, parameters(sources, period, lang, as_of))
