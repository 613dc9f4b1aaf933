"""Starting and stopping the notebooks, and what is packaged with them. No browser is needed here."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from casework.errors import Unavailable
from casework.lab import folders, lab
from casework.lab.policy import content_security_policy, inline_script_hashes
from casework.lab.surroundings import has_screen, private_jupyter
from tests.commands import refusal

EXTENSION = folders.labextensions() / "casework-desk" / "static" / "remoteEntry.js"


def test_each_notebook_is_one_short_call_that_cannot_be_changed_and_has_no_output() -> None:
    for name in folders.PANELS:
        notebook = json.loads((folders.notebooks() / f"{name}.ipynb").read_text(encoding="utf-8"))
        *before, cell = notebook["cells"]
        for each in notebook["cells"]:
            assert each["cell_type"] == "code"
            assert each["outputs"] == []
            assert not each["metadata"]["deletable"] and not each["metadata"]["editable"]
        source = "".join(cell["source"])
        assert (
            source.startswith(f'from casework.ui import panel\n\npanel("{name}"') and source.count("\n") == 2
        )
        assert [each["metadata"].get("tags") for each in before] == (
            [["parameters"]] if name == "dashboard" else []  # papermill sets what stands there
        )
        assert set(notebook["metadata"]["casework"]["title"]) == {"zh", "en"}


def test_the_extension_runs_exactly_the_packaged_notebooks() -> None:
    listed = re.search(r"const PANELS = (\[.*?\]);", EXTENSION.read_text(encoding="utf-8"))
    assert listed is not None
    assert tuple(json.loads(listed[1])) == folders.PANELS
    assert {path.stem for path in folders.notebooks().glob("*.ipynb")} == set(folders.PANELS)


def test_no_script_of_ours_writes_markup_or_names_another_host() -> None:
    scripts = [EXTENSION, *Path(folders.HERE.parent / "ui" / "static").glob("*.js")]
    for script in scripts:
        text = script.read_text(encoding="utf-8").replace(
            "http://www.w3.org/2000/svg", ""
        )  # a language's name
        for forbidden in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "http://",
            "https://",
        ):
            assert forbidden not in text, (script.name, forbidden)


def test_the_policy_allows_exactly_the_inline_scripts_of_the_page(tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text('<script type="x">no</script><script>\nhello\n</script>', encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(b"\nhello\n").digest()).decode()
    assert inline_script_hashes(page) == f"'sha256-{digest}'"
    assert f"script-src 'self' 'sha256-{digest}';" in content_security_policy(inline_script_hashes(page))


def test_without_a_screen_no_browser_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "CASEWORK_NO_BROWSER"):
        monkeypatch.delenv(name, raising=False)
    if sys.platform == "linux":
        assert not has_screen()
    monkeypatch.setenv("DISPLAY", ":0")
    assert has_screen()
    monkeypatch.setenv("CASEWORK_NO_BROWSER", "1")
    assert not has_screen()


def test_the_surroundings_are_put_back_and_the_state_is_removed(tmp_path: Path) -> None:
    before, here = dict(os.environ), Path.cwd()
    with private_jupyter(str(tmp_path / "ws"), "en") as state:
        assert os.environ["CASEWORK_LANG"] == "en"
        assert Path(os.environ["CASEWORK_WORKSPACE"]).is_absolute()
        assert Path.cwd() == state.resolve()
    assert dict(os.environ) == before
    assert Path.cwd() == here
    assert not state.exists()


def test_a_port_that_is_taken_is_refused(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(Unavailable):
            lab(str(tmp_path / "ws"), "en", port=taken.getsockname()[1])


def test_a_workspace_that_is_a_file_is_refused_before_a_server_starts(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert str(tmp_path / "file") in refusal("lab", "--workspace", tmp_path / "file", "--lang", "en")


@pytest.mark.parametrize(
    ("verb", "lang"), [("lab", "zh"), pytest.param("lab", "en", marks=pytest.mark.slow), ("app", "zh")]
)
def test_the_address_is_printed_and_ctrl_c_ends_calmly(
    request: pytest.FixtureRequest, tmp_path: Path, verb: str, lang: str
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    surroundings = {**os.environ, "HOME": str(home), "CASEWORK_NO_BROWSER": "1", "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "casework", verb, "--workspace", str(tmp_path / "ws"), "--lang", lang]
    process = subprocess.Popen(
        command, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )
    request.addfinalizer(process.kill)  # where the test fails before the end
    assert process.stdout is not None and process.stderr is not None
    line = process.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+/\S*home\.ipynb\?token=[0-9a-f]{48}$", line.strip())
    assert found, line
    assert line.startswith({"zh": "请", "en": "Open this address"}[lang])
    with urllib.request.urlopen(found[0], timeout=20) as page:  # noqa: S310  (an address of ours)
        assert page.status == 200
    address = urllib.parse.urlsplit(found[0])
    with socket.create_connection(
        (address.hostname, address.port)
    ) as waiting:  # for a page that is being made
        waiting.sendall(
            f"GET {address.path}?{address.query} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode()
        )
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    assert len(process.stdout.readlines()) == 2  # how to stop, and that it has stopped
    assert process.stderr.read() == ""
    process.stdout.close()
    process.stderr.close()
    assert not (home / ".jupyter").exists() and not (home / ".ipython").exists()
    assert not (home / ".local" / "share" / "jupyter").exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("casework-")] == []


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for a browser is a shell script")
@pytest.mark.parametrize("verb", ["lab", "app"])
def test_with_a_screen_the_browser_gets_the_address_with_its_token(
    request: pytest.FixtureRequest, tmp_path: Path, verb: str
) -> None:
    seen, browser = tmp_path / "seen.html", tmp_path / "browser"
    browser.write_text(
        f'#!/bin/sh\ncat "${{1#file://}}" > {seen}.part && mv {seen}.part {seen}\n', encoding="utf-8"
    )
    browser.chmod(0o700)
    surroundings = {**os.environ, "DISPLAY": ":0", "BROWSER": str(browser)}
    surroundings.pop("CASEWORK_NO_BROWSER", None)
    command = [sys.executable, "-m", "casework", verb, "--workspace", str(tmp_path / "ws"), "--lang", "en"]
    process = subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, encoding="utf-8")
    request.addfinalizer(process.kill)
    assert process.stdout is not None
    found = re.search(r"token=([0-9a-f]{48})", process.stdout.readline())
    deadline = time.monotonic() + 20
    while not seen.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    process.wait(timeout=20)
    process.stdout.close()
    assert found is not None
    opened = seen.read_text(encoding="utf-8")
    assert "home.ipynb" in opened and found[1] in opened
