"""Cases in a database: SQLite in the workspace's folder, or PostgreSQL. The only owner of SQLAlchemy."""

from __future__ import annotations

from casework.store.audit import GENESIS, AuditEntry
from casework.store.changes import Change
from casework.store.listing import CaseSummary
from casework.store.runs import Origin
from casework.store.store import Store
from casework.store.undo import Undone
from casework.store.unit import UnitOfWork

__all__ = ["GENESIS", "AuditEntry", "CaseSummary", "Change", "Origin", "Store", "Undone", "UnitOfWork"]
