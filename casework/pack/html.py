"""The pack as one HTML file: no network, no script, every chart and word inside."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files

from casework.i18n import _, language
from casework.pack.contents import Block, Contents
from casework.pack.pictures import Picture
from casework.tables import Table

# Nothing is fetched and nothing runs, whatever an export's cells say.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_LANGUAGES = {"zh": "zh-CN", "en": "en"}


def html_page(shown: Contents) -> bytes:
    """Return the page, in UTF-8 and in the language in force."""
    style = files("casework.pack").joinpath("page.css").read_text("utf-8")
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{_LANGUAGES[language()]}"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{escape(shown.title)} {escape(shown.subtitle)}</title>",
        f"<style>{style}</style></head><body>",
        *_head(shown),
        *_index(shown),
        "<main>",
        *(line for block in shown.blocks for line in _block(block)),
        *_definitions(shown),
        *_sources(shown),
        "</main></body></html>",
    ]
    return "\n".join(lines).encode() + b"\n"


def _head(shown: Contents) -> list[str]:
    facts = "".join(f"<dt>{escape(label)}</dt><dd>{escape(text)}</dd>" for label, text in shown.facts)
    remarks = [f'<p class="remark">{escape(text)}</p>' for text in shown.remarks]
    return [
        f"<header><h1>{escape(shown.title)}</h1><p class=subtitle>{escape(shown.subtitle)}</p>",
        f"<dl>{facts}</dl>",
        *remarks,
        "</header>",
    ]


def _index(shown: Contents) -> list[str]:
    links = "".join(
        f'<li><a href="#{escape(block.section.name)}">{escape(block.section.title)}</a></li>'
        for block in shown.blocks
    )
    return [f'<nav aria-label="{escape(_("Contents"))}"><ul>{links}</ul></nav>']


def _block(block: Block) -> list[str]:
    section = block.section
    return [
        f'<section id="{escape(section.name)}"><h2>{escape(section.title)}</h2>',
        *map(_picture, block.pictures),
        *(_comment(title, text) for title, text in block.comments),
        *(f"<p>{escape(note)}</p>" for note in section.notes),
        *map(_table, section.tables),
        "</section>",
    ]


def _picture(picture: Picture) -> str:
    """As an image, never as markup of this page: what stands in a chart can then do nothing at all."""
    data = base64.b64encode(picture.svg).decode()
    return (
        f'<figure><img src="data:image/svg+xml;base64,{data}" alt="{escape(picture.alt)}">'
        f"<figcaption>{escape(picture.title)}</figcaption></figure>"
    )


def _comment(title: str, text: str) -> str:
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())
    label = _("Comment: {title}").format(title=title)
    return f"<aside><h3>{escape(label)}</h3>{paragraphs}</aside>"


def _table(table: Table) -> str:
    kinds = ["" if column.kind == "text" else " class=n" for column in table.columns]
    titles = "".join(
        f"<th scope=col{kind}>{escape(column.title)}</th>"
        for column, kind in zip(table.columns, kinds, strict=True)
    )
    rows = "".join(_row(kinds, row) for row in table.texts())
    caption = f"<caption>{escape(table.title)}</caption>"
    note = f"<p class=note>{escape(table.note)}</p>" if table.note else ""
    return (
        f"<div class=table><table>{caption}"
        f"<thead><tr>{titles}</tr></thead><tbody>{rows}</tbody></table></div>{note}"
    )


def _row(kinds: Sequence[str], row: Sequence[str]) -> str:
    first = f"<th scope=row>{escape(row[0])}</th>"
    rest = (f"<td{kind}>{escape(cell)}</td>" for cell, kind in zip(row[1:], kinds[1:], strict=True))
    return f"<tr>{first}{''.join(rest)}</tr>"


def _definitions(shown: Contents) -> list[str]:
    return [
        f'<section id="definitions"><h2>{escape(_("Definitions"))}</h2>',
        _list(shown.definitions),
        "</section>",
    ]


def _sources(shown: Contents) -> list[str]:
    return [
        f'<section id="sources"><h2>{escape(_("Made from"))}</h2>',
        *map(_list, shown.sources),
        "</section>",
    ]


def _list(pairs: Iterable[tuple[str, str]]) -> str:
    inside = "".join(f"<dt>{escape(label)}</dt><dd>{escape(text)}</dd>" for label, text in pairs)
    return f"<dl>{inside}</dl>"
