"""Typst at work: a folder of its own, the two Chinese faces that come with casework, data as JSON.

No text is ever read as markup, nothing is fetched, and the same data give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from casework.errors import Unavailable
from casework.i18n import _

if TYPE_CHECKING:
    import typst

SOURCES = ("pages.typ", "picture.typ", "drawing.typ")
PPI = 200


def set_pages(
    main: str, data: Mapping[str, Any], kind: Literal["pdf", "png"], as_of: dt.date | None = None
) -> bytes:
    """Set one of :data:`SOURCES` with ``data``; a PNG is of one page."""
    with TemporaryDirectory(prefix="casework-") as folder:
        place = Path(folder)
        for name in SOURCES:
            place.joinpath(name).write_bytes(files("casework.published").joinpath(name).read_bytes())
        place.joinpath("data.json").write_text(json.dumps(data), "utf-8")
        return _compiled(place, main, kind, as_of or dt.date(1980, 1, 1))


def _compiled(folder: Path, main: str, kind: Literal["pdf", "png"], as_of: dt.date) -> bytes:
    import typst

    try:
        made: bytes | None = typst.compile(
            str(folder / main),
            root=str(folder),
            font_paths=_fonts(),
            format=kind,
            ppi=PPI if kind == "png" else None,
            timestamp=dt.datetime.combine(as_of, dt.time(), dt.UTC),
            package_path=str(folder),
            package_cache_path=str(folder),
        )
    except typst.TypstError as error:
        raise Unavailable(_("The PDF could not be set: {error}.").format(error=error.message)) from error
    return made or b""  # its types also tell of several pages, which these files do not have


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Nothing of the machine's fonts: a page looks the same everywhere."""
    import pylopdf_fonts_zh_cn
    import typst

    folder = Path(str(pylopdf_fonts_zh_cn.sans_path())).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)])
