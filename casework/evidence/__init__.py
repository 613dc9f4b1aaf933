"""Evidence: the vault of originals, attaching files, the exhibit list."""

from __future__ import annotations

from casework.evidence.attach import Planned, new_exhibits, plan_attach
from casework.evidence.exhibits import label, next_number, renumbered, verify
from casework.evidence.media import exhibit_kind, media_type
from casework.evidence.names import display_name
from casework.evidence.vault import Stored, Vault

__all__ = [
    "Planned",
    "Stored",
    "Vault",
    "display_name",
    "exhibit_kind",
    "label",
    "media_type",
    "new_exhibits",
    "next_number",
    "plan_attach",
    "renumbered",
    "verify",
]
