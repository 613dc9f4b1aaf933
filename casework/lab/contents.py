"""The folder that opens and runs by itself must not be writable: whoever writes there runs code."""

from __future__ import annotations

from typing import Any, NoReturn

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from tornado.web import HTTPError


def _refuse() -> NoReturn:
    raise HTTPError(403, "The notebooks of casework are read-only.")


class ReadOnlyNotebooks(AsyncLargeFileManager):
    """Serves the packaged notebooks and refuses every change to them."""

    def is_writable(self, path: str) -> bool:
        """Nothing here can be written, whatever the file system says."""
        return False

    async def save(self, model: dict[str, Any], path: str = "") -> NoReturn:
        """Refuse with 403."""
        _refuse()

    async def delete_file(self, path: str) -> NoReturn:
        """Refuse with 403."""
        _refuse()

    async def rename_file(self, old_path: str, new_path: str) -> NoReturn:
        """Refuse with 403."""
        _refuse()

    async def copy(self, from_path: str, to_path: str | None = None) -> NoReturn:
        """Refuse with 403."""
        _refuse()

    async def create_checkpoint(self, path: str) -> NoReturn:
        """Refuse with 403: a checkpoint would be a file beside the notebook."""
        _refuse()

    async def restore_checkpoint(self, checkpoint_id: str, path: str) -> NoReturn:
        """Refuse with 403."""
        _refuse()

    async def list_checkpoints(self, path: str) -> list[dict[str, Any]]:
        """There are none."""
        return []
