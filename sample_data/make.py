"""Write the sample office, its evidence and its exports: ``python sample_data/make.py [FOLDER]``.

Everything is invented. The seed is fixed, so two runs write the same; a test holds the committed files
against a fresh run. EXPECT.json is computed from the finished exports by pandas and lifelines
(tests/oracle.py), not from what this script knows about them.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))  # run as a script, this folder is on the path, but its parent is not

from sample_data.maker import evidence, expect, exports, office, template  # noqa: E402

INTERNAL = ("words",)  # what the script remembers about a case, and the file does not say


def main(folder: Path) -> None:
    """Write everything below ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    cases = office.cases()
    evidence.attach(cases, folder)
    (folder / "office.json").write_text(_office(cases), encoding="utf-8", newline="\n")
    exports.write(cases, folder / "exports")
    template.write(folder / "templates")
    (folder / "exports" / "EXPECT.json").write_text(
        expect.text(folder / "exports"), encoding="utf-8", newline="\n"
    )


def _office(cases: list[dict[str, Any]]) -> str:
    """Return a JSON list with one case a line."""
    lines = (json.dumps(_plain(case), ensure_ascii=False, default=_text) for case in cases)
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _plain(case: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is empty or internal."""
    kept = {name: value for name, value in case.items() if name not in INTERNAL}
    for group in ("incidents", "remedies", "exhibits", "filings"):
        kept[group] = [
            {k: v for k, v in row.items() if v not in (None, "") and k != "proof"} for row in kept[group]
        ]
    return {name: value for name, value in kept.items() if value not in (None, [])}


def _text(value: object) -> str:
    """Write dates in ISO 8601. Amounts are whole yuan, plain numbers."""
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in office.json")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
