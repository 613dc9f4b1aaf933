"""A document as a PDF through Typst. The document goes in as data: no text of it is ever read as markup."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from casework.errors import Unavailable
from casework.i18n import _, use_language
from casework.published.columns import weights
from casework.published.document import (
    Block,
    ChartPlace,
    Document,
    Heading,
    OwnWords,
    Paragraph,
    Table,
)
from casework.published.drawings import Picture

if TYPE_CHECKING:
    import typst


def as_pages(document: Document, pictures: Mapping[str, Picture], as_of: dt.date) -> bytes:
    """The bytes of a PDF (A4, tagged), the same for the same document."""
    with use_language(document.lang), TemporaryDirectory(prefix="casework-") as folder:
        place = Path(folder)
        place.joinpath("main.typ").write_bytes(files("casework.published").joinpath("pages.typ").read_bytes())
        place.joinpath("data.json").write_text(json.dumps(_told(document, pictures)), "utf-8")
        for name, picture in pictures.items():
            place.joinpath(f"{name}.png").write_bytes(picture.png)
        return _compiled(place, as_of)


def _compiled(folder: Path, as_of: dt.date) -> bytes:
    import typst

    stamp = dt.datetime.combine(as_of, dt.time(), dt.UTC)
    try:
        data = typst.compile(
            str(folder / "main.typ"),
            root=str(folder),
            font_paths=_fonts(),
            format="pdf",
            timestamp=stamp,
            package_path=str(folder),
            package_cache_path=str(folder),
        )
    except typst.TypstError as error:
        raise Unavailable(_("The PDF could not be set: {error}.").format(error=error.message)) from error
    return bytes(data)


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """The two Chinese faces that come with casework and nothing of the machine's: a page looks the same everywhere."""
    import pylopdf_fonts_zh_cn
    import typst

    folder = Path(str(pylopdf_fonts_zh_cn.sans_path())).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)])


def _told(document: Document, pictures: Mapping[str, Picture]) -> dict[str, Any]:
    blocks = [told for block in document.blocks if (told := _block(block, pictures))]
    return {
        "lang": document.lang,
        "title": document.title,
        "subtitle": document.subtitle,
        "blocks": blocks,
    }


def _block(block: Block, pictures: Mapping[str, Picture]) -> dict[str, Any] | None:
    match block:
        case Heading():
            return {"kind": "heading", "level": block.level, "text": f"{block.number} {block.text}".strip()}
        case Paragraph():
            return {"kind": "text", "text": block.text}
        case Table():
            return _table(block)
        case ChartPlace():
            picture = pictures.get(block.name)
            return {"kind": "picture", "file": f"{block.name}.png", "alt": picture.alt} if picture else None
        case OwnWords():
            return {"kind": "words", "lines": block.text.splitlines(), "prompt": block.prompt}


def _table(table: Table) -> dict[str, Any]:
    return {
        "kind": "table",
        "caption": table.caption,
        "header": table.header,
        "rows": [[{"text": cell.text, "word": cell.kind == "words"} for cell in row] for row in table.rows],
        "notes": table.notes,
        "total": table.total,
        "widths": weights(table),
    }
