"""Cases in a database: SQLite in the workspace's folder, or PostgreSQL. The only owner of SQLAlchemy."""

from __future__ import annotations

from casework.store.audit import GENESIS, AuditEntry
from casework.store.listing import CaseSummary
from casework.store.store import Store
from casework.store.unit import UnitOfWork

__all__ = ["GENESIS", "AuditEntry", "CaseSummary", "Store", "UnitOfWork"]
