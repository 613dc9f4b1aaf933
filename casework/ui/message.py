"""One persistent line that tells what happened. Text only."""

from __future__ import annotations

from collections.abc import Sequence

import traitlets

from casework.ui.element import Element, script


class Message(Element):
    """The status line of a panel: ``kind`` is info, busy, done or error."""

    _esm = script("message")
    text = traitlets.Unicode("").tag(sync=True)
    kind = traitlets.Unicode("info").tag(sync=True)
    details = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self) -> None:
        super().__init__()
        self.add_class("cw-sticky")

    def show(self, kind: str, text: str, details: Sequence[str] = ()) -> None:
        """Replace what the line says; ``details`` become a list under it."""
        with self.hold_sync():
            self.kind, self.text, self.details = kind, text, list(details)

    def clear(self) -> None:
        """Say nothing."""
        self.show("info", "")
