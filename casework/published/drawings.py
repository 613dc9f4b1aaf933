"""The charts of a published report as pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from casework.analytics.figures import Report


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as PNG, with its title and what it shows in words."""

    png: bytes
    title: str
    alt: str


def pictures(report: Report, lang: str) -> Mapping[str, Picture]:
    """A chart for each :class:`~casework.published.document.ChartPlace` that can be drawn, in ``lang``."""
    return {}
