"""Real data that nobody here wrote. They stay outside the repository; tests skip where they are not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def shared_data(name: str) -> Path:
    """The path of a real data file, from CASEWORK_SHARED_DATA or ../shared/data; skips where it is absent."""
    folder = Path(os.environ.get("CASEWORK_SHARED_DATA", ROOT.parent / "shared" / "data"))
    path = folder / name
    if not path.exists():
        pytest.skip(f"the shared data are not on this machine: {name} (set CASEWORK_SHARED_DATA)")
    return path
