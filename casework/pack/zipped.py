"""A pack as one file that a browser saves: the same pack gives the same bytes."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say
_PACKED = (".xlsx", ".pptx", ".docx", ".pdf", ".parquet")  # squeezed already


def zipped(name: str, files: Mapping[str, bytes]) -> bytes:
    """The files of a pack in a folder ``name``."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for file, content in files.items():
            entry = zipfile.ZipInfo(f"{name}/{file}", _EPOCH)
            entry.external_attr = 0o644 << 16
            stored = file.endswith(_PACKED)
            archive.writestr(entry, content, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
    return target.getvalue()


def nowhere() -> Path:
    """A folder that no source lies near: a pack that is sent through a browser knows nobody's place."""
    return Path(tempfile.gettempdir(), *("pack",) * 8)
