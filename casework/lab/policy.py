"""What a page may load: only what this server serves. A script hidden in a case, a cell or a file never runs."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path


def content_security_policy(scripts: str) -> str:
    """Return the header value; ``scripts`` are the sources that scripts may come from besides our own server."""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


def inline_script_hashes(page: Path) -> str:
    """Return the CSP sources that allow exactly the inline scripts written in ``page``."""
    scripts = re.findall(r"<script>(.*?)</script>", page.read_text(encoding="utf-8"), re.DOTALL)
    return " ".join(f"'sha256-{_digest(script)}'" for script in scripts)


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
