"""Kernels that leave the terminal alone: what a panel has to say, it says on its page and in its log."""

from __future__ import annotations

import subprocess
from typing import Any

from jupyter_server.services.kernels.kernelmanager import ServerKernelManager


class QuietKernelManager(ServerKernelManager):
    """Starts kernels without the terminal of the server: no warnings, no traceback of a kernel stopped early."""

    async def _async_pre_start_kernel(self, **kw: Any) -> tuple[list[str], dict[str, Any]]:
        """Add where the output of the process goes."""
        command, options = await super()._async_pre_start_kernel(**kw)
        return command, {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **options}
