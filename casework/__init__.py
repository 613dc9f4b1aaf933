"""casework: a toolkit for people who stand up for consumers.

Importing this package does nothing but name its public parts; each is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from casework.desk import Desk
    from casework.errors import CaseworkError
    from casework.model import Case, Complainant, Exhibit, Filing, Incident, Remedy, Respondent
    from casework.workspace import Workspace, open_workspace

__version__ = "0.1.0"

_HOME = {
    "Case": "casework.model",
    "CaseworkError": "casework.errors",
    "Complainant": "casework.model",
    "Desk": "casework.desk",
    "Exhibit": "casework.model",
    "Filing": "casework.model",
    "Incident": "casework.model",
    "Remedy": "casework.model",
    "Respondent": "casework.model",
    "Workspace": "casework.workspace",
    "open_workspace": "casework.workspace",
}

__all__ = [
    "Case",
    "CaseworkError",
    "Complainant",
    "Desk",
    "Exhibit",
    "Filing",
    "Incident",
    "Remedy",
    "Respondent",
    "Workspace",
    "open_workspace",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'casework' has no attribute {name!r}")
