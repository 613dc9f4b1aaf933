"""The history of the tables, one Alembic revision per change, run by the store when it opens."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from casework.errors import Unavailable
from casework.i18n import _

#: The newest revision. A test compares it with the scripts in ``versions``.
HEAD = "0002"


def current(connection: Connection) -> str | None:
    """Return the revision of the open database, or None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def upgrade(connection: Connection) -> None:
    """Bring the tables to :data:`HEAD` inside the transaction that ``connection`` is in.

    Alembic is loaded only when there is something to do. A database from a newer casework is
    :class:`~casework.errors.Unavailable`.
    """
    found = current(connection)
    if found == HEAD:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise Unavailable(
            _("This workspace was written by a newer version of casework."),
            where=found,
            remedy=_("Install the newest casework and open it again."),
        )
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
