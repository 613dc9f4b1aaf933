"""How long work says where it is, and how it is stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """A moment of long work: what is being done (in words), how much is done, and of how much (None: not known)."""

    stage: str
    done: int = 0
    total: int | None = None


#: Called now and then, at least every second. Raising :class:`casework.errors.Cancelled` in it stops the work, which
#: then leaves nothing behind.
Progress = Callable[[Step], None]


def quiet(step: Step) -> None:
    """Report to nobody."""
