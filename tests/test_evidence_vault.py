"""The vault keeps files whole, under their hash, and tells when one is not what it was."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import BadFile, CaseworkError, NotFound, Unavailable
from casework.evidence import Stored, Vault, verify
from casework.evidence.vault import CHUNK
from tests.cases import EXHIBIT, a_case

fresh = multiprocessing.get_context("forkserver")

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


@pytest.fixture(params=["folder", "memory"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    """An empty vault in a local folder, and one on another file system of fsspec."""
    return Vault(tmp_path / "vault" if request.param == "folder" else f"memory://{tmp_path.name}/vault")


@pytest.fixture
def local(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault")


def test_a_file_is_copied_under_its_hash_and_the_original_is_untouched(local: Vault, tmp_path: Path) -> None:
    original = tmp_path / "聊天记录.png"
    original.write_bytes(PNG)
    os.utime(original, (1_000_000, 1_000_000))
    before = original.stat()
    stored = local.put(original)
    digest = hashlib.sha256(PNG).hexdigest()
    assert stored == Stored(digest, len(PNG), "image/png")
    assert (tmp_path / "vault" / digest[:2] / digest).read_bytes() == PNG
    assert original.read_bytes() == PNG
    assert (original.stat().st_mtime_ns, original.stat().st_mode) == (before.st_mtime_ns, before.st_mode)


@given(content=st.binary(max_size=300), times=st.integers(0, 3))
def test_any_content_comes_back(vault: Vault, tmp_path: Path, content: bytes, times: int) -> None:
    path = tmp_path / "original"
    path.write_bytes(content + bytes(CHUNK) * times)
    stored = vault.put(path)
    with vault.open(stored.sha256) as file:
        assert file.read() == path.read_bytes()
    assert stored.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert stored.size == path.stat().st_size
    assert vault.verify(stored.sha256, stored.size) is None


def test_the_same_content_is_stored_once(local: Vault, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("同样的内容")
        local.put(tmp_path / name)
    assert len(files(tmp_path / "vault")) == 1


def test_writers_of_one_file_at_once_agree(local: Vault, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(os.urandom(3 * CHUNK))
    found: list[Stored] = []
    writers = [threading.Thread(target=lambda: found.append(local.put(path))) for _number in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(set(found)) == 1
    assert len(found) == 8
    assert len(files(tmp_path / "vault")) == 1


def test_progress_is_told_and_can_stop_the_copy(vault: Vault, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(bytes(3 * CHUNK))
    told: list[int] = []
    vault.put(path, told.append)
    assert told == [CHUNK, 2 * CHUNK, 3 * CHUNK]

    def stop(_count: int) -> None:
        raise KeyboardInterrupt

    path.write_bytes(b"x" * CHUNK)
    with pytest.raises(KeyboardInterrupt):
        vault.put(path, stop)
    assert len(files(tmp_path / "vault")) <= 1
    assert vault.sweep() == 0


def test_a_file_that_grows_while_it_is_read_is_refused(local: Vault, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(bytes(2 * CHUNK))

    def write(_count: int) -> None:
        with path.open("ab") as file:
            file.write(b"more")

    with pytest.raises(CaseworkError, match=str(path)):
        local.put(path, write)
    assert files(tmp_path / "vault") == []


def test_a_file_that_changes_under_the_same_size_is_refused(local: Vault, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(bytes(2 * CHUNK))
    with pytest.raises(CaseworkError):
        local.put(path, lambda count: path.write_bytes(b"x" * 2 * CHUNK) and None if count == CHUNK else None)
    assert files(tmp_path / "vault") == []


def test_what_is_no_file_is_refused_in_one_line(local: Vault, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    refused: dict[str | Path, type[CaseworkError]] = {
        tmp_path: BadFile,
        tmp_path / "pipe": BadFile,
        tmp_path / "nowhere": NotFound,
        "/dev/zero": BadFile,
        tmp_path / ("x" * 300): BadFile,
        "nul\0byte": BadFile,
    }
    for path, kind in refused.items():
        with pytest.raises(kind) as refusal:
            local.put(path)
        assert str(refusal.value).isprintable()
    assert files(tmp_path / "vault") == []


def test_a_file_larger_than_the_disk_is_refused_before_a_byte_is_written(
    local: Vault, tmp_path: Path
) -> None:
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(8 << 40)  # takes no room: a hole
    with pytest.raises(Unavailable):
        local.put(path, lambda _count: pytest.fail("it began to copy"))
    assert files(tmp_path / "vault") == []


def put_with_little_room(folder: str, answer: Callable[[object], None]) -> None:
    """Attach a file where the system lets nobody write more than 1 MB."""
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    try:
        Vault(Path(folder, "vault")).put(Path(folder, "large"))
    except CaseworkError as error:
        answer((type(error).__name__, str(error)))


def test_a_write_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(os.urandom(5 << 20))
    here, there = fresh.Pipe()
    child = fresh.Process(target=put_with_little_room, args=(str(tmp_path), there.send))
    child.start()
    kind, message = here.recv()
    child.join()
    assert kind == "Unavailable"
    assert str(tmp_path) in message
    assert files(tmp_path / "vault") == []


def test_a_change_of_one_bit_is_found_and_the_file_named(vault: Vault, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(PNG)
    stored = vault.put(path)
    exhibit = a_case().exhibits[0]
    exhibit = type(exhibit)(3, "聊天.png", stored.sha256, stored.size)
    assert verify(vault, [("2025-0001", exhibit)]) == []
    place = f"{vault.url}/{stored.sha256[:2]}/{stored.sha256}"
    flip_a_bit(place)
    [finding] = verify(vault, [("2025-0001", exhibit)])
    assert all(word in str(finding) for word in ("2025-0001", "3", "聊天.png", stored.sha256))
    remove(place)
    [finding] = verify(vault, [("2025-0001", exhibit)])
    assert "聊天.png" in str(finding)
    with pytest.raises(NotFound):
        vault.open(stored.sha256)


@given(bit=st.integers(0, len(PNG) * 8 - 1))
def test_every_flipped_bit_is_found(local: Vault, tmp_path: Path, bit: int) -> None:
    path = tmp_path / "a"
    path.write_bytes(PNG)
    stored = local.put(path)
    flip_a_bit(f"{local.url}/{stored.sha256[:2]}/{stored.sha256}", bit)
    assert local.verify(stored.sha256, stored.size) is not None


def test_a_damaged_file_is_healed_by_attaching_it_again(vault: Vault, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(PNG)
    stored = vault.put(path)
    flip_a_bit(f"{vault.url}/{stored.sha256[:2]}/{stored.sha256}")
    assert vault.verify(stored.sha256, stored.size) is not None
    vault.put(path)
    assert vault.verify(stored.sha256, stored.size) is None


def test_a_wrong_size_in_the_record_is_found(vault: Vault, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(PNG)
    stored = vault.put(path)
    assert vault.verify(stored.sha256, stored.size + 1) is not None


@pytest.mark.parametrize(
    "name", ["", "..", "../../etc/passwd", "A" * 64, "ab" * 31 + "\n", EXHIBIT.sha256 + "/x"]
)
def test_only_a_hash_opens_a_file(vault: Vault, name: str) -> None:
    with pytest.raises(NotFound):
        vault.open(name)
    assert vault.verify(name, 1) is not None


def test_sweeping_removes_what_a_crash_left_and_spares_a_living_writer(local: Vault, tmp_path: Path) -> None:
    path, folder = tmp_path / "a", tmp_path / "vault"
    path.write_bytes(bytes(2 * CHUNK))
    folder.mkdir()
    (folder / ".incoming-dead").write_bytes(b"half")
    swept: list[int] = []
    stored = local.put(path, lambda _count: swept.append(Vault(folder).sweep()))
    assert swept == [1, 0]
    assert local.verify(stored.sha256, stored.size) is None
    assert local.sweep() == 0


def test_sweeping_elsewhere_spares_what_is_younger_than_a_day(tmp_path: Path) -> None:
    import fsspec

    vault = Vault(f"memory://{tmp_path.name}/vault")
    files = fsspec.filesystem("memory")
    files.pipe({f"{tmp_path.name}/vault/.incoming/{begun}-x": b"half" for begun in ("1000000", "9999999999")})
    assert (vault.sweep(), vault.sweep()) == (1, 0)


def test_a_file_url_is_a_local_folder(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(PNG)
    Vault(f"file://{tmp_path}/vault").put(tmp_path / "a")
    assert len(files(tmp_path / "vault")) == 1


def test_an_unknown_kind_of_vault_is_refused() -> None:
    with pytest.raises(CaseworkError):
        Vault("carrier-pigeon://roof/vault")


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def flip_a_bit(place: str, bit: int = 77) -> None:
    content = bytearray(read(place))
    content[bit // 8] ^= 1 << bit % 8
    write(place, bytes(content))


def read(place: str) -> bytes:
    import fsspec

    with fsspec.open(place, "rb") as file:
        found: bytes = file.read()
    return found


def write(place: str, content: bytes) -> None:
    import fsspec

    remove(place)
    with fsspec.open(place, "wb") as file:
        file.write(content)


def remove(place: str) -> None:
    from fsspec.core import url_to_fs

    files, path = url_to_fs(place)
    files.rm(path)
