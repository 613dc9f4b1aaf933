"""The same notebooks as pages without code, and what both servers refuse."""

from __future__ import annotations

import http.client
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import Opener, Served, fill, serving

Offices = Callable[[str], Served]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    workspace = tmp_path_factory.mktemp("office-pages")
    fill(workspace)
    with serving("app", workspace, "zh") as served:
        yield served


def test_the_pages_without_code_enter_and_find_a_case(desk: Opener, pages: Served) -> None:
    panel = desk(pages)
    panel.open("home")
    panel.go("Cases")
    number = panel.field("Case number").input_value()
    panel.field("Full name").fill("页面用户")
    panel.field("Company").fill("页面公司")
    panel.press("Enter the case")
    panel.hears("Case {case_no} is saved. Next: attach its evidence, then write the letter.", case_no=number)
    panel.page.get_by_role("searchbox").fill("页面用户")
    panel.page.locator(".cw-range").get_by_text(
        panel.say("{first} to {last} of {total}", first=1, last=1, total=1)
    ).wait_for()
    panel.shoot("pages-cases")
    assert panel.page.locator(".jp-InputArea, .jp-CodeMirrorEditor").count() == 0
    assert panel.page.title() == panel.say("Cases")


def test_the_pages_upload_and_download_whole_files(desk: Opener, pages: Served, tmp_path: Path) -> None:
    picture = tmp_path / "截图 一.png"
    picture.write_bytes(bytes(range(256)) * 40_000)  # more than one piece
    panel = desk(pages)
    panel.open("evidence")
    panel.choose("XF2026-0371")
    panel.upload(picture)
    panel.page.get_by_role("cell", name=picture.name).wait_for(timeout=60_000)


def ask(
    served: Served, path: str, method: str = "GET", body: str = "", token: str | None = None, host: str = ""
) -> tuple[int, dict[str, str]]:
    """Ask a server without a browser; return status and headers. ``token``: the server's own unless given."""
    parts = urllib.parse.urlsplit(served.home)
    known = urllib.parse.parse_qs(parts.query)["token"][0] if token is None else token
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    headers = {"Authorization": f"token {known}"} | ({"Host": host} if host else {})
    connection.request(method, path, body=body, headers=headers)
    reply = connection.getresponse()
    reply.read()
    connection.close()
    return reply.status, dict(reply.headers)


def test_nothing_is_served_without_the_token(offices: Offices, pages: Served) -> None:
    lab = offices("zh")
    for served, path in (
        (lab, "/api/contents"),
        (lab, "/api/kernels"),
        (lab, "/doc/tree/home.ipynb"),
        (pages, "/voila/render/home.ipynb"),
        (pages, "/api/kernels/00000000-0000-0000-0000-000000000000"),
    ):
        for token in ("", "wrong"):
            status, headers = ask(served, path, token=token)
            assert status in (401, 403) or (status == 302 and "/login" in headers["Location"]), path


def test_a_foreign_host_name_is_refused(offices: Offices, pages: Served) -> None:
    assert ask(offices("zh"), "/doc/tree/home.ipynb", host="evil.example")[0] == 403
    assert ask(pages, "/voila/render/home.ipynb", host="evil.example")[0] == 403


def test_the_notebooks_cannot_be_changed_through_the_server(offices: Offices) -> None:
    cells = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    for method, path, body in (
        ("PUT", "/home.ipynb", f'{{"type": "notebook", "format": "json", "content": {cells}}}'),
        ("PUT", "/evil.py", '{"type": "file", "format": "text", "content": "import os"}'),
        ("POST", "", '{"type": "notebook"}'),
        ("POST", "", '{"copy_from": "home.ipynb"}'),
        ("PATCH", "/home.ipynb", '{"path": "other.ipynb"}'),
        ("DELETE", "/home.ipynb", ""),
        ("POST", "/home.ipynb/checkpoints", ""),
    ):
        assert ask(offices("zh"), f"/api/contents{path}", method, body)[0] == 403, (method, path)


def test_the_pages_without_code_serve_no_files_and_no_lists(pages: Served) -> None:
    for path in ("/voila/tree", "/voila/files/home.ipynb", "/voila/api/contents", "/api/contents"):
        assert ask(pages, path)[0] == 404, path


def test_pages_may_load_only_from_their_own_server(offices: Offices, pages: Served) -> None:
    lab = ask(offices("zh"), "/doc/tree/home.ipynb")[1]["Content-Security-Policy"]
    voila = ask(pages, "/voila/render/none.ipynb")[1]["Content-Security-Policy"]
    for policy in (lab, voila):
        assert "default-src 'self'" in policy
        assert "object-src 'none'" in policy
        assert "http" not in policy
    assert "'unsafe-inline'" not in lab.partition("style-src")[0]
