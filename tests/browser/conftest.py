"""A served workspace, a real browser, and a page that must stay free of faults."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from casework.i18n import _, use_language

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
HERE = re.compile(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:|about:")
STARTUP = 60_000  # ms

HIDE_PATH = """path => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replaceAll(path, "~/casework");
}"""  # a picture in the README shall not show a folder of the test
NAMELESS = """() => [...document.querySelectorAll(".casework :is(input, select, textarea, button, a, img)")]
  .filter((control) => control.checkVisibility())
  .filter((control) => !(control.labels?.length || control.textContent.trim() || control.alt
    || control.getAttribute("aria-label")))
  .map((control) => control.outerHTML.slice(0, 200))"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder that asks for a page is a browser test."""
    for item in items:
        if Path(item.path).parent == Path(__file__).parent and "desk" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


def find_chromium() -> str | None:
    """Return the browser to use: CASEWORK_CHROMIUM, else one on the path."""
    return os.environ.get("CASEWORK_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@dataclass
class Served:
    """A running ``casework lab`` or ``app``: its workspace, language and address (with token)."""

    workspace: Path
    lang: str
    home: str

    def address(self, panel: str) -> str:
        """Return where a panel's notebook opens."""
        return self.home.replace("home.ipynb", f"{panel}.ipynb")


@contextmanager
def serving(verb: str, workspace: Path, lang: str) -> Iterator[Served]:
    """Run ``casework lab`` (or ``app``) as a person without a screen does, and stop it with Ctrl-C."""
    with socket.socket() as probe:  # a port that no other test takes at the same moment
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "casework", verb, "--workspace", str(workspace), "--lang", lang]
    command += ["--port", str(port)]
    surroundings = {**os.environ, "CASEWORK_NO_BROWSER": "1", "CASEWORK_USER": "罗五"}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        process = subprocess.Popen(
            command, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, stderr=errors, encoding="utf-8"
        )
        assert process.stdout is not None
        try:
            found = re.search(r"http\S+", process.stdout.readline())
            errors.seek(0)
            assert found, errors.read()
            yield Served(workspace, lang, found[0])
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
            process.stdout.close()


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Headless Chromium that draws Chinese with the font the charts use, whatever this machine has."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("no Chromium found: set CASEWORK_CHROMIUM to its path")
    import pylopdf_fonts_zh_cn

    folder = tmp_path_factory.mktemp("fonts")
    fonts = Path(pylopdf_fonts_zh_cn.sans_path()).parent
    preferred = "".join(
        f"<alias binding='strong'><family>{family}</family><prefer><family>{chosen}</family></prefer></alias>"
        for family, chosen in (
            ("system-ui", "Noto Sans SC"),
            ("sans-serif", "Noto Sans SC"),
            ("serif", "Noto Serif SC"),
        )
    )
    (folder / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{fonts}</dir>{preferred}'
        f"<cachedir>{folder}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    # A UTF-8 locale that is there: without one Chromium cannot open files with Chinese names.
    surroundings = {**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf"), "LC_ALL": "C.UTF-8"}
    quiet = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-sync",
        "--no-first-run",
    ]
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=quiet, env=surroundings)
        yield started
        started.close()


@dataclass
class Panel:
    """A page of the application in one language, and everything that went wrong in it."""

    page: Page
    served: Served
    faults: list[str] = field(default_factory=list)

    def say(self, message: str, **values: object) -> str:
        """Return a sentence of the product as it stands on this page."""
        with use_language(self.served.lang):
            return _(message).format(**values) if values else _(message)

    def open(self, name: str) -> None:
        """Open a panel's notebook and wait until it stands."""
        self.page.goto(self.served.address(name))
        self.page.locator(".cw-bar:visible").wait_for(timeout=STARTUP)

    def go(self, title: str) -> None:
        """Follow the link to another panel."""
        self.page.locator("nav:visible").get_by_role("link", name=self.say(title), exact=True).click()
        heading = self.page.get_by_role("heading", name=self.say(title), exact=True, level=1)
        heading.and_(self.page.locator(":visible")).wait_for(timeout=STARTUP)

    def field(self, label: str, **values: object) -> Any:
        """Return the field with a label."""
        return self.page.get_by_label(self.say(label, **values), exact=True).and_(
            self.page.locator(":visible")
        )

    def cell(self, column: str, row: str, number: int) -> Any:
        """Return a field of a table of rows."""
        return self.page.get_by_label(f"{self.say(column)}, {self.say(row, n=number)}", exact=True)

    def press(self, label: str, **values: object) -> None:
        """Press a button."""
        self.button(label, **values).click()

    def button(self, label: str, **values: object) -> Any:
        """Return the visible button with a label."""
        button = self.page.get_by_role("button", name=self.say(label, **values), exact=True)
        return button.and_(self.page.locator(":visible"))

    def choose(self, case_no: str) -> None:
        """Find a case by its number and open it."""
        self.page.locator("input[type=search]:visible").fill(case_no)
        self.page.locator(".cw-range:visible").get_by_text(
            self.say("{first} to {last} of {total}", first=1, last=1, total=1)
        ).wait_for()
        self.page.get_by_role("button", name=case_no, exact=True).click()

    def hears(self, message: str, **values: object) -> None:
        """Wait until the message line says ``message``."""
        wanted = self.say(message, **values)
        line = self.page.locator(".cw-message:visible")
        try:
            line.get_by_text(wanted).wait_for(timeout=30_000)
        except Exception as error:  # whatever kept it away, the page says more than a time-out
            raise AssertionError(f"{wanted!r} was not said, but {line.all_inner_texts()}") from error

    def upload(self, *files: Path) -> None:
        """Give files to the first upload field in view."""
        self.page.locator(".cw-upload:visible .cw-file").first.set_input_files([str(file) for file in files])

    def download(self, label: str) -> tuple[str, bytes]:
        """Press a download button; return the name and content of the file that arrives."""
        with self.page.expect_download(timeout=30_000) as arriving:
            self.press(label)
        return arriving.value.suggested_filename, Path(arriving.value.path()).read_bytes()

    def shoot(self, name: str, height: int = 900) -> None:
        """Keep a picture in tests/output.

        ``CASEWORK_SCREENSHOTS=docs/screenshots pytest tests/browser/test_journey.py`` makes those of the README.
        """
        folder = ROOT / os.environ.get("CASEWORK_SCREENSHOTS", "tests/output")
        folder.mkdir(parents=True, exist_ok=True)
        self.page.locator(".cw-message[data-kind=busy]:visible").wait_for(state="hidden")
        self.page.locator(".cw-working:visible").wait_for(state="hidden")
        self.page.evaluate(HIDE_PATH, str(self.served.workspace))
        self.page.set_viewport_size({"width": 1280, "height": height})
        self.page.screenshot(path=folder / f"{name}.{self.served.lang}.png")
        self.page.set_viewport_size({"width": 1280, "height": 900})

    def nameless(self) -> list[str]:
        """Return the visible controls and pictures that a screen reader could not name."""
        found: list[str] = self.page.evaluate(NAMELESS)
        return found


Opener = Callable[[Served], Panel]


@pytest.fixture
def desk(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Opener]:
    """Open pages on a served workspace; at the end no page may have had an error or looked abroad."""
    opened: list[Panel] = []

    def open_page(served: Served) -> Panel:
        locale = {"zh": "zh-CN", "en": "en-GB"}[served.lang]
        context = browser.new_context(
            viewport={"width": 1280, "height": 900}, locale=locale, accept_downloads=True
        )
        context.set_default_timeout(20_000)
        panel = Panel(context.new_page(), served)
        panel.page.on("console", lambda line: _note(panel, line.type == "error", f"console: {line.text}"))
        panel.page.on("pageerror", lambda error: _note(panel, True, f"page error: {error}"))
        panel.page.on(
            "request", lambda asked: _note(panel, not HERE.match(asked.url), f"abroad: {asked.url}")
        )
        panel.page.on(
            "dialog", lambda dialog: (_note(panel, True, f"dialog: {dialog.message}"), dialog.dismiss())
        )
        opened.append(panel)
        return panel

    before = request.session.testsfailed
    yield open_page
    for number, panel in enumerate(opened):
        if request.session.testsfailed > before:
            panel.shoot(f"failed-{request.node.name}-{number}")
        panel.page.context.close()
    assert not [fault for panel in opened for fault in panel.faults]


def _note(panel: Panel, is_fault: bool, fault: str) -> None:
    if is_fault:
        panel.faults.append(fault)


@pytest.fixture(scope="session")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Served]]:
    """Serve the sample office in a language: one server a language for the whole session."""
    running: dict[str, tuple[Any, Served]] = {}

    def office(lang: str) -> Served:
        if lang not in running:
            workspace = tmp_path_factory.mktemp(f"office-{lang}")
            fill(workspace)
            server = serving("lab", workspace, lang)
            running[lang] = (server, server.__enter__())
        return running[lang][1]

    yield office
    for server, _served in running.values():
        server.__exit__(None, None, None)


def fill(workspace: Path) -> None:
    """Put the sample office into a workspace."""
    from casework.demo import load_demo
    from casework.workspace import open_workspace

    with open_workspace(workspace) as opened:
        load_demo(opened)
