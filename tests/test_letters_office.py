"""The letters through LibreOffice: what a person gets who prints them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from casework.letters import render

from .letters import PACK, SAMR, TODAY, letter_case

pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed here"),
    pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed here"),
]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The words of both letters, printed to PDF with the Chinese font that comes with casework's dependencies."""
    folder = tmp_path_factory.mktemp("office")
    fonts = pytest.importorskip("pylopdf_fonts_zh_cn", reason="the Chinese font is not installed here")
    (folder / ".fonts").mkdir()
    for font in Path(fonts.__file__).parent.glob("*.otf"):
        shutil.copy(font, folder / ".fonts")
    for lang in ("zh", "en"):
        (folder / f"{lang}.docx").write_bytes(render(letter_case(), SAMR, PACK, lang=lang, today=TODAY))
    home = {**os.environ, "HOME": str(folder)}
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
         "--outdir", str(folder), str(folder / "zh.docx"), str(folder / "en.docx")],
        check=True, capture_output=True, timeout=180, env=home,
    )  # fmt: skip
    return {lang: text_of(folder / f"{lang}.pdf") for lang in ("zh", "en")}


def text_of(pdf: Path) -> str:
    told = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True
    ).stdout.decode()
    return re.sub(r"\s+", "", told)


def test_the_chinese_letter_prints_with_every_part(printed: dict[str, str]) -> None:
    for part in (
        "投诉书", "市场监督管理局：", "李小萌", "一、投诉请求", "1．退还课程费用（金额：人民币300元", "二、事实与理由",
        "客服保证学完找到高薪工作（见证据1、证据2）", "三、法律依据", "此致", "敬礼！", "2026年11月24日", "附件1证据清单", "证明客服的承诺", "第1页共",
    ):  # fmt: skip
        assert part in printed["zh"], part


def test_the_english_letter_prints_with_every_part(printed: dict[str, str]) -> None:
    for part in (
        "LetterofComplaint", "To:AdministrationforMarketRegulation", "李小萌", "1.Requests", "CNY300.00", "2.Factsandreasons",
        "(Exhibit1,Exhibit2)", "3.Legalbasis", "Yoursfaithfully,", "24November2026", "Enclosure1:Listofevidence", "Page1of",
    ):  # fmt: skip
        assert part in printed["en"], part


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_tag_reaches_paper(printed: dict[str, str], lang: str) -> None:
    assert not re.search(r"\{\{|\{%|\{#|%\}|\}\}", printed[lang])
