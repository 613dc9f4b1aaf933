"""An Office package with its moments settled, so that the same content gives the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile

_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")
_DATE = (1980, 1, 1, 0, 0, 0)


def settled(package: bytes, moment: dt.datetime) -> bytes:
    """The same package with one moment of making in all its parts, also in workbooks that lie inside it."""
    written = io.BytesIO()
    stamp = f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as source,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename.endswith("docProps/core.xml"):
                content = _MOMENT.sub(rb"\g<1>" + stamp + rb"\g<2>", content)
            elif entry.filename.endswith(".xlsx"):
                content = settled(content, moment)
            made = zipfile.ZipInfo(entry.filename, _DATE)
            made.compress_type, made.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            target.writestr(made, content)
    return written.getvalue()
