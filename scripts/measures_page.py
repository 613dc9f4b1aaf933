"""Write docs/measures.md and docs/measures.zh-CN.md from the definitions that the product shows.

``python scripts/measures_page.py``; a test keeps the two files in step.
"""

from __future__ import annotations

from pathlib import Path

from casework.analytics.definitions import definitions
from casework.analytics.review import MEASURES_VERSION
from casework.i18n import set_language

DOCS = Path(__file__).resolve().parent.parent / "docs"
HEADS = {
    "en": (
        "measures.md",
        "# Measures\n\nWhat each figure of a review means, as the dashboard, the workbook and the pages say it. "
        "Version {version} of the definitions; a pack names the version that it was made by. "
        "Made from `casework/analytics/definitions.py`.\n",
    ),
    "zh": (
        "measures.zh-CN.md",
        "# 指标定义\n\n看板、工作簿和报告页面中各项数字的含义，与产品所示一致。定义版本 {version}；"
        "每份报告包都注明所依据的版本。本页由 `casework/analytics/definitions.py` 生成。\n",
    ),
}


def page(lang: str) -> tuple[str, str]:
    """The name and the text of the page in a language."""
    set_language(lang)
    name, head = HEADS[lang]
    mark = "：" if lang == "zh" else ": "
    lines = [f"* **{term}**{mark}{words}" for term, words in definitions()]
    return name, head.format(version=MEASURES_VERSION) + "\n" + "\n".join(lines) + "\n"


def main() -> None:
    """Write both pages."""
    for lang in HEADS:
        name, text = page(lang)
        (DOCS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
