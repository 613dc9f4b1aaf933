"""Random corruptions of valid exports of every format: ``python -m tests.fuzz_exports --count 20000 [--seed N]``.

Each corrupted file is parsed in a process forked from a warm one, with the memory limit of the real child and a clock
of ten seconds. A refusal, or a parser that dies of its limit, is right; an exception that is no refusal, a file that
takes longer, or more rows than the original has, is a failure.
"""

from __future__ import annotations

import argparse
import collections
import io
import os
import random
import re
import signal
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from casework.errors import CaseworkError
from casework.exchange.archive import read_members
from casework.exchange.guard import file_kind
from casework.exchange.peek import peek
from casework.exchange.readers import open_tables
from tests import formats

SECONDS = 10
MEMORY = 2 << 30
HEIGHT = 12
TABLE: formats.Rows = [
    ["工单号", "登记日期", "办结日期", "渠道", "金额"],
    *([f"37{n:06d}", formats.dt.datetime(2025, 1, 1 + n, 8), f"2025-02-{n + 1:02d}", "电话", n * 1.5] for n in range(HEIGHT - 1)),
]  # fmt: skip

REFUSED, READ, DIED, LATE, ESCAPED, INVENTED = range(6)
NAMES = ("refused", "read", "died of its limit", "late", "exception escaped", "rows invented")


def originals(folder: Path) -> dict[str, bytes]:
    """One valid file of each format, by name."""
    writers: dict[str, Callable[[Path], Path]] = {
        "a.xlsx": lambda path: formats.write_xlsx(path, TABLE),
        "b.xlsx": lambda path: formats.write_openpyxl(path, TABLE),
        "c.xlsb": lambda path: formats.write_xlsb(path, TABLE),
        "d.ods": lambda path: formats.write_ods(path, TABLE),
        "e.xls": lambda path: formats.write_html(path, TABLE, "gbk"),
        "f.xls": lambda path: formats.write_spreadsheetml(path, TABLE),
        "g.csv": lambda path: formats.write_text(path, TABLE, "gb18030"),
        "h.csv": lambda path: formats.write_text(path, TABLE, "utf-8-sig"),
        "i.txt": lambda path: formats.write_text(path, TABLE, "utf-16", "\t"),
    }
    files = {name: write(folder / name).read_bytes() for name, write in writers.items()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("a.xlsx", "g.csv"):
            archive.writestr(name, files[name])
    (folder / "j.zip").write_bytes(packed.getvalue())
    return {**files, "j.zip": packed.getvalue()}


def corrupted(raw: bytes, chance: random.Random) -> bytes:
    """One corruption: bytes flipped, cut off, repeated, taken out; parts of a zip swapped or corrupted inside."""
    if raw.startswith(b"PK") and chance.random() < 0.7:
        return _in_the_zip(raw, chance)
    return _bytes(raw, chance)


def _bytes(raw: bytes, chance: random.Random) -> bytes:
    data, way = bytearray(raw), chance.randrange(5)
    if not data:
        return raw
    place = chance.randrange(len(data))
    if way == 0:
        for _ in range(chance.choice((1, 1, 2, 8, 64))):
            data[chance.randrange(len(data))] = chance.randrange(256)
    elif way == 1:
        del data[place:]
    elif way == 2:
        del data[place : place + chance.choice((1, 4, 64, 1024))]
    elif way == 3:
        data[place:place] = chance.randbytes(chance.choice((1, 4, 64)))
    else:
        for offset in range(min(4, len(data) - place)):
            data[place + offset] = chance.choice((0, 255))
    return bytes(data)


def _in_the_zip(raw: bytes, chance: random.Random) -> bytes:
    """Corrupt a part before it is packed, so that its check sum is right; or swap, drop or double parts."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except Exception:  # corrupted before, in whatever way
        return _bytes(raw, chance)
    if not parts:
        return _bytes(raw, chance)
    names, way = list(parts), chance.randrange(6)
    one, other = chance.choice(names), chance.choice(names)
    if way == 0:
        parts[one], parts[other] = parts[other], parts[one]
    elif way == 1:
        del parts[one]
    elif way == 2:
        parts[one] = parts[other]
    else:
        parts[one] = _numbers(parts[one], chance) if way == 3 else _bytes(parts[one], chance)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _numbers(raw: bytes, chance: random.Random) -> bytes:
    """Replace the digits of one number: counts, places and references are where parsers break."""
    places = [place for place, byte in enumerate(raw) if 48 <= byte <= 57]
    if not places:
        return raw
    place = chance.choice(places)
    value = chance.choice(
        (b"0", b"-1", b"65536", b"1048576", b"1048577", b"4294967295", b"99999999999999999999")
    )
    return raw[:place] + value + raw[place + 1 :]


def parse(path: Path, height: int) -> int:
    """Read all tables of a file in this process; :data:`INVENTED` where one has more rows than ``height``."""
    try:
        kind = file_kind(path)
        if kind == "zip":
            with tempfile.TemporaryDirectory() as folder:
                return max(
                    (parse(file, height) for _name, file in read_members(path, Path(folder))), default=REFUSED
                )
        if kind == "xlsx":
            peek(path)
        filled = [_filled(grid) for grid in open_tables(path, kind)]
    except CaseworkError:
        return REFUSED
    except MemoryError:
        return DIED
    except Exception:
        traceback.print_exc()
        return ESCAPED
    return INVENTED if sum(filled) > height else READ


def _filled(grid: object) -> int:
    """How many rows of a grid hold anything. A text file of one column is no table, and may have any lines."""
    columns = grid.columns  # type: ignore[attr-defined]
    if len(columns) < 2:
        return 0
    there: set[int] = set()
    for column in columns:
        if column.null_count < len(column):
            there.update(place for place, cell in enumerate(column.to_pylist()) if cell)
    return len(there)


def forked(path: Path, height: int) -> tuple[int, int]:
    """Parse in a fork of this process under limits: what came of it, and the signal that ended it."""
    import faulthandler
    import resource

    child = os.fork()
    if child == 0:
        faulthandler.disable()  # an abort is one of the right ends
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        try:
            result = parse(path, height)
        except BaseException:
            result = ESCAPED
        os._exit(result)
    return _waited(child)


def _waited(child: int) -> tuple[int, int]:
    end = time.monotonic() + SECONDS
    pause = 0.0005
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            if os.WIFSIGNALED(status):
                return DIED, os.WTERMSIG(status)
            return os.WEXITSTATUS(status), 0
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return LATE, 0


def warm(files: dict[str, bytes], folder: Path) -> None:
    """Read each valid file once, so that all is loaded and a fork costs next to nothing."""
    os.environ["RUST_BACKTRACE"] = "0"
    for name in files:
        if parse(folder / name, HEIGHT) != READ:
            raise RuntimeError(f"the original {name} does not read")


def run(count: int, seed: int, folder: Path, keep: Path | None = None) -> collections.Counter[str]:
    """Corrupt and parse ``count`` files; what came of them, by name. Failures are kept in ``keep``."""
    files = originals(folder)
    warm(files, folder)
    chance = random.Random(seed)  # noqa: S311  (repeatable corruptions, not a secret)
    counts: collections.Counter[str] = collections.Counter()
    for number, (name, content) in enumerate(_corruptions(files, count, chance)):
        path = folder / f"{number}{Path(name).suffix}"
        path.write_bytes(content)
        result, ended = forked(path, most_rows(content))
        counts[NAMES[result]] += 1
        if ended:
            counts[f"signal {ended}"] += 1
        if result in (LATE, ESCAPED, INVENTED) and keep is not None:
            (keep / f"{NAMES[result].replace(' ', '-')}-{number}-{name}").write_bytes(content)
        path.unlink()
    return counts


def _corruptions(files: dict[str, bytes], count: int, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    names = list(files)
    for _ in range(count):
        name = chance.choice(names)
        content = files[name]
        for _again in range(chance.choice((1, 1, 1, 2, 3))):
            content = corrupted(content, chance) if content else content
        yield name, content


def most_rows(content: bytes) -> int:
    """The most rows that a right reading of this content can give: bytes put in may be line ends or tags themselves."""
    if not content.startswith(b"PK"):
        plain = content.replace(b"\x00", b"").lower()
        if b"<" in plain[:64]:
            return max(HEIGHT, plain.count(b"<tr") + plain.count(b"<row") + 1)
        return max(HEIGHT, len(re.findall(rb"\r\n|\r|\n", plain)) + 1)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            tables = [archive.read(name) for name in archive.namelist() if name.endswith((".csv", ".xlsx"))]
    except Exception:  # too damaged to look into: then no reader may find more than the original has
        tables = []
    return max([HEIGHT, *map(most_rows, tables)])


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=20_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--keep", type=Path, help="a folder for the files that failed")
    given = arguments.parse_args()
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        counts = run(given.count, given.seed, Path(folder), given.keep)
    for name, number in counts.most_common():
        print(f"{number:7,d}  {name}")
    print(f"{given.count:7,d}  files, seed {given.seed}, {time.monotonic() - began:.0f} s")
    return int(any(counts[NAMES[result]] for result in (LATE, ESCAPED, INVENTED)))


if __name__ == "__main__":
    sys.exit(main())
