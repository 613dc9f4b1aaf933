"""What was read of a file is kept, so that a second look needs no second reading.

An entry is known by the content of the file (its SHA-256), by what was asked and by the code that answered: a
changed file, another question or a newer casework never finds an older answer. Only big files are kept, and only
what the measures use (never who complained, telephone numbers or the text of complaints). The folder is
``CASEWORK_CACHE``, else the user's cache folder; it holds at most ``CASEWORK_CACHE_MB`` (default 1,024) megabytes,
the longest unused going first. 0 turns it off.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from casework.i18n import language

if TYPE_CHECKING:
    from casework.exchange.child import Answer
    from casework.exchange.understand import Request

_SMALLEST = 4 << 20
_DEFAULT_MB = 1_024


class Content:
    """What a file holds now: its hash, and whether it is still the same file."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._state = _state(self._path)
        self.size = self._state[0] if self._state else 0
        self._key = ""

    @property
    def key(self) -> str:
        """The hash of the content, with its size; computed once. ``OSError`` where the file cannot be read."""
        if not self._key:
            with self._path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            self._key = f"{self.size}-{found}"
        return self._key

    @property
    def unchanged(self) -> bool:
        """Whether size, time of change and place on the disk are those of the beginning."""
        return self._state is not None and _state(self._path) == self._state


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino


class Shelf:
    """The tables of the files looked at last, in this process. They are known as in the folder: by content."""

    def __init__(self, room: int = 4) -> None:
        """Keep at most ``room`` files, the longest unused going first."""
        self._room = room
        self._files: dict[str, list[Answer]] = {}

    def find(self, key: str) -> list[Answer] | None:
        """Return the tables kept under this key, or None."""
        answers = self._files.pop(key, None)
        if answers is not None:
            self._files[key] = answers
        return answers

    def keep(self, key: str, answers: list[Answer]) -> None:
        """Remember the tables of a file."""
        self._files[key] = answers
        while len(self._files) > self._room:
            del self._files[next(iter(self._files))]

    def __len__(self) -> int:
        return len(self._files)


class Cache:
    """The answers kept in the folder, and before them those on a ``shelf``."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        self._shelf = Shelf(room=0) if shelf is None else shelf

    def find(self, request: Request, content: Content) -> list[Answer] | None:
        """Return what this file was understood as, or None where it is new or has changed."""
        if not len(self._shelf) and not _may_know(content.size, "arrow"):
            return None  # no file of this size was ever kept: hashing would only take time
        try:
            key = _name(request, content)
        except OSError:
            return None
        answers = self._shelf.find(key)
        if answers is None:
            answers = _read(f"{key}.arrow", _read_tables)
            if answers is not None:
                self._shelf.keep(key, answers)
        return answers

    def keep(self, request: Request, content: Content, answers: list[Answer]) -> None:
        """Keep the answers of a file, as far as there is room."""
        if content.unchanged:
            key = _name(request, content)
            self._shelf.keep(key, answers)
            if content.size >= _SMALLEST and request.roles is not None:
                _write(f"{key}.arrow", lambda file: _write_tables(file, answers))


def recall(contents: Sequence[Content], question: object) -> Any:
    """Return what :func:`remember` kept for these files and this question (what JSON can say), or None."""
    if not contents or not _may_know(contents[0].size, "json"):
        return None
    with contextlib.suppress(OSError):
        return _read(f"{_together(contents, question)}.json", lambda path: json.loads(path.read_bytes()))
    return None


def remember(contents: Sequence[Content], question: object, answer: object) -> None:
    """Keep an answer about these files, where they are big and still what was read."""
    if sum(one.size for one in contents) >= _SMALLEST and all(one.unchanged for one in contents):
        text = json.dumps(answer).encode()
        _write(f"{_together(contents, question)}.json", lambda file: file.write(text))


def _read(name: str, how: Callable[[Path], Any]) -> Any:
    path = _folder() / name
    try:
        answer = how(path)
        os.utime(path)
    except (OSError, ValueError):  # not there, or cut off by a crash: read the file itself
        return None
    return answer


def _write(name: str, how: Callable[[IO[bytes]], object]) -> None:
    folder, room = _folder(), _room()
    if not room:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as file:
            how(file)
        Path(file.name).replace(folder / name)
        _make_room(folder, room)
    except OSError:  # no space, no right: the next look reads the file again
        return


def _read_tables(path: Path) -> list[Answer]:
    import pyarrow as pa

    from casework.exchange.child import Answer

    with pa.memory_map(str(path)) as source:
        head = int.from_bytes(source.read(8), "big")
        facts = json.loads(source.read(head))
        tables = []
        for _told in facts:
            with pa.ipc.open_stream(source) as stream:
                tables.append(stream.read_all())
    return [Answer(told, table, None) for told, table in zip(facts, tables, strict=True)]


def _write_tables(file: IO[bytes], answers: list[Answer]) -> None:
    import pyarrow as pa

    head = json.dumps([answer.facts for answer in answers]).encode()
    head += b" " * (-(8 + len(head)) % 64)  # Arrow reads in place what is aligned
    file.write(len(head).to_bytes(8, "big") + head)
    for answer in answers:
        with pa.ipc.new_stream(file, answer.table.schema) as stream:
            stream.write_table(answer.table)


def _make_room(folder: Path, room: int) -> None:
    found = []
    for entry in folder.iterdir():
        with contextlib.suppress(OSError):
            state = entry.stat()
            found.append((state.st_mtime, state.st_size, entry))
    total = 0
    for _time, size, entry in sorted(found, reverse=True):
        total += size
        if total > room and entry.suffix in (".arrow", ".json", ".part"):
            entry.unlink(missing_ok=True)


def _may_know(size: int, kind: str) -> bool:
    return any(_folder().glob(f"{size}-*.{kind}"))


def _folder() -> Path:
    given = os.environ.get("CASEWORK_CACHE")
    if given:
        return Path(given).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("casework", appauthor=False))


def _room() -> int:
    given = os.environ.get("CASEWORK_CACHE_MB", "")
    return (int(given) if given.isdigit() else _DEFAULT_MB) << 20


def _name(request: Request, content: Content) -> str:
    return _together([content], asdict(request) | {"path": Path(request.path).name})


def _together(contents: Sequence[Content], question: object) -> str:
    keys = [one.key for one in contents]
    asked = json.dumps([keys, question, language(), _code()], sort_keys=True, default=str)
    return f"{keys[0].partition('-')[0]}-{hashlib.sha256(asked.encode()).hexdigest()[:32]}"


@cache
def _code() -> str:
    """A hash over the code that reads and measures."""
    found = hashlib.sha256()
    for folder in ("exchange", "analytics"):
        for path in sorted(Path(__file__).parent.with_name(folder).glob("*.*")):
            if path.suffix in (".py", ".toml"):
                found.update(path.read_bytes())
    return found.hexdigest()
