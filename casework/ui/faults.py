"""A log of unexpected failures for whoever supports the office: places in the program, never content of a case."""

from __future__ import annotations

import secrets
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path


def record(error: BaseException, folder: Path) -> tuple[str, Path]:
    """Append where ``error`` arose to ``folder``/errors.log; return a reference number and the log's path.

    Only the kinds of the errors and the lines of the program are kept: messages and values may hold
    personal data. Times are UTC.
    """
    reference = secrets.token_hex(3).upper()
    lines = [f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {reference}"]
    cause: BaseException | None = error
    while cause is not None:
        lines.append(f"  {type(cause).__module__}.{type(cause).__qualname__}")
        frames = traceback.extract_tb(cause.__traceback__)
        lines += [f"    {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
        cause = cause.__cause__ or cause.__context__
    return reference, _append("\n".join(lines) + "\n", folder)


def _append(text: str, folder: Path) -> Path:
    for place in (folder, Path(tempfile.gettempdir())):
        try:
            place.mkdir(parents=True, exist_ok=True)
            with (place / "errors.log").open("a", encoding="utf-8") as log:
                log.write(text)
            return place / "errors.log"
        except OSError:
            continue
    return folder / "errors.log"
