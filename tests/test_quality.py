"""The project's own promises: types, style, direction of imports, both languages, nothing that must not be here."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import casework

ROOT = Path(__file__).resolve().parent.parent
# Spelled in pieces, so that this file does not name what it forbids.
HOSTS = re.compile(
    "|".join(("pypi[.]" + "org", "python" + "hosted", "registry[.]npm" + "js", "deb[.]debian" + "[.]org"))
)


def run(*command: str) -> str:
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    return done.stdout


def kept_files() -> list[Path]:
    """Every file that git tracks or would; all files where git is not there."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard"],
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("git is not there to say which files belong to the project")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


@pytest.mark.parametrize(
    "command", [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",)], ids=" ".join
)
def test_style_and_types_hold(command):
    run(*command)


def test_imports_point_one_way():
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as main; main()"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_sentence_has_its_chinese_and_the_compiled_catalogue_is_in_step(tmp_path):
    from babel.messages.mofile import read_mo
    from babel.messages.pofile import read_po

    run("scripts.messages", "--missing")
    folder = ROOT / "casework" / "locale" / "zh_CN" / "LC_MESSAGES"
    with (folder / "casework.po").open("rb") as source, (folder / "casework.mo").open("rb") as compiled:
        written, shipped = read_po(source, locale="zh_CN"), read_mo(compiled)
    assert {m.id: m.string for m in written if m.id} == {m.id: m.string for m in shipped if m.id}


def test_a_translation_has_the_same_fields_as_its_sentence():
    from babel.messages.pofile import read_po

    with (ROOT / "casework" / "locale" / "zh_CN" / "LC_MESSAGES" / "casework.po").open("rb") as source:
        wrong = [
            m.id
            for m in read_po(source, locale="zh_CN")
            if m.id and fields(str(m.id)) != fields(str(m.string))
        ]
    assert not wrong


def fields(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)[^}]*}", text))


def test_importing_the_package_loads_nothing_heavy():
    heavy = (
        "pandas",
        "numpy",
        "pyarrow",
        "ibis",
        "sqlalchemy",
        "matplotlib",
        "ipywidgets",
        "docx",
        "fastexcel",
        "xlsxwriter",
    )
    code = f"import sys, json, casework.cli.arguments; print(json.dumps([m for m in {heavy!r} if m in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_every_public_name_can_be_had():
    for name in casework.__all__:
        assert getattr(casework, name) is not None
    assert set(casework.__all__) == set(casework._HOME)


def test_the_model_knows_only_the_standard_library():
    for file in ("model.py", "sources.py"):
        tree = ast.parse((ROOT / "casework" / file).read_text(encoding="utf-8"))
        nodes = list(ast.walk(tree))
        names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
        assert {name.partition(".")[0] for name in names - {"casework.sources"}} <= sys.stdlib_module_names


def test_no_registry_and_no_path_of_a_machine_is_named():
    home = re.compile(r"(?<![\w.~])/(?:home|Users)/[a-z]|/(?:work|farm|root)/[a-zA-Z.]")
    found = []
    for path in kept_files():
        if path.suffix in {".png", ".docx", ".xlsx", ".wav", ".mo", ".gif"}:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [
            f"{path.relative_to(ROOT)}: {hit.group()}"
            for hit in (HOSTS.search(text), home.search(text))
            if hit
        ]
    assert not found


def test_every_dependency_is_pinned_with_hashes():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    pinned = re.findall(
        r"^([\w.-]+)==\S+ .*\\\n +--hash=sha256:",
        (ROOT / "requirements.txt").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    missing = {re.split(r"[\[<>=~; ]", name)[0].lower() for name in asked} - {name.lower() for name in pinned}
    assert not missing


def test_no_lock_file_and_nothing_large_is_kept():
    kept = kept_files()
    assert not [path for path in kept if path.name in {"uv.lock", "poetry.lock"}]
    assert not [path for path in kept if path.stat().st_size > 2 << 20]


def test_notebooks_are_one_short_cell_each_and_saved_without_outputs():
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert len(notebooks) == 6
    for path in notebooks:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert not any(cell.get("outputs") for cell in cells), path.name
        assert all(len("".join(cell["source"]).splitlines()) <= 6 for cell in cells), path.name


def test_the_page_of_measures_says_what_the_product_says():
    from scripts.measures_page import page

    for lang in ("en", "zh"):
        name, text = page(lang)
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, "python scripts/measures_page.py"
