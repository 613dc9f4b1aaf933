"""Keep the Chinese catalogue in step with the code.

python scripts/messages.py                    extract, merge and compile
python scripts/messages.py --add FILE.json    also take translations {"English": "中文"} from FILE
python scripts/messages.py --missing          list the sentences that have no Chinese yet
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "casework" / "locale" / "zh_CN" / "LC_MESSAGES"
PO, MO = FOLDER / "casework.po", FOLDER / "casework.mo"
KEYWORDS = {"_": None, "mark": None}


def extract() -> Catalog:
    """Return every marked sentence of the package, with the file it stands in."""
    catalog = Catalog(project="casework", charset="utf-8")
    found = extract_from_dir(str(ROOT / "casework"), [("**.py", "python")], keywords=KEYWORDS)
    for filename, _line, message, _comments, _context in sorted(found, key=lambda row: (row[0], row[1])):
        if message:
            catalog.add(message, locations=[(f"casework/{filename}", None)])
    return catalog


def known() -> Catalog:
    """Return the catalogue in the repository, or an empty one."""
    if not PO.exists():
        return Catalog(locale="zh_CN", project="casework", charset="utf-8")
    with PO.open("rb") as file:
        return read_po(file, locale="zh_CN")


def merged(additions: dict[str, str]) -> Catalog:
    """Return the catalogue of today's sentences with their Chinese."""
    old, new = known(), extract()
    catalog = Catalog(
        locale="zh_CN",
        project="casework",
        charset="utf-8",
        header_comment="# 中文 for casework.",
        creation_date=old.creation_date,
        revision_date=old.creation_date,
        version="",
        msgid_bugs_address="casework",
        last_translator="casework",
    )
    for message in new:
        if not message.id:
            continue
        before = old.get(message.id)
        text = additions.get(str(message.id)) or (before.string if before else "")
        catalog.add(
            message.id, text, locations=sorted(set(message.locations)), flags=message.flags - {"fuzzy"}
        )
    return catalog


def save(catalog: Catalog) -> None:
    """Write the .po file and the .mo file made from it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalog, width=110, sort_output=True, omit_header=False)
    with PO.open("rb") as file:
        again = read_po(file, locale="zh_CN")
    with MO.open("wb") as file:
        write_mo(file, again)


def main() -> int:
    """Extract, merge and compile; see the module."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--add", type=Path)
    parser.add_argument("--missing", action="store_true")
    options = parser.parse_args()
    additions = json.loads(options.add.read_text(encoding="utf-8")) if options.add else {}
    catalog = merged(additions)
    missing = [message for message in catalog if message.id and not message.string]
    if options.missing:
        for message in missing:
            print(json.dumps(message.id, ensure_ascii=False), message.locations)
        return 1 if missing else 0
    save(catalog)
    print(f"{len(catalog)} sentences, {len(missing)} without Chinese", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
