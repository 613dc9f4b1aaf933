"""The parsing child: reads one untrusted file under limits and hands back Arrow.

``python -m casework.exchange.parse REQUEST LANG MEMORY_BYTES SECONDS``, where REQUEST is the JSON of a
:class:`~casework.exchange.understand.Request`. Standard output is a line of JSON (what was understood of each table,
or the refusal) and then, table by table, an Arrow IPC stream of its rows and one of its raw rows where asked for.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from importlib.abc import MetaPathFinder
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from casework.errors import CaseworkError
    from casework.exchange.understand import Understood


def limit_resources(memory: int, seconds: int) -> None:
    """Cap address space (bytes) and processor time where the system can; the parent holds the clock as well."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(kind, (value, value))
        except (ValueError, OSError):  # macOS does not take every limit
            continue


class _WithoutPandas(MetaPathFinder):
    """Make ``import pandas`` fail here: pyarrow tries it at the first array, for 0.4 s and 60 MB of no use."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        """Refuse pandas, know nothing else."""
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


def main(argv: list[str]) -> int:
    """Parse one file and write the answer; every foreseeable fault becomes a refusal in JSON."""
    asked, lang, memory, seconds = json.loads(argv[0]), argv[1], int(argv[2]), int(argv[3])
    limit_resources(memory, seconds)
    sys.meta_path.insert(0, _WithoutPandas())
    from casework.errors import CaseworkError
    from casework.exchange.understand import Request, understand
    from casework.i18n import set_language

    set_language(lang)
    out = sys.stdout.buffer
    try:
        tables = understand(Request(**asked))
    except CaseworkError as error:
        _write_line(out, {"refused": _refusal(error)})
        return 0
    except MemoryError:
        return 3
    except Exception:  # a fault of ours, or a file nobody foresaw: the parent logs it and names the file
        _write_line(out, {"failed": traceback.format_exc()})
        return 1
    write_answer(out, tables)
    os._exit(0)  # the answer is out: freeing a few hundred megabytes cell by cell would only take time


def write_answer(out: BinaryIO, tables: list[Understood]) -> None:
    """Write what was understood: see the module."""
    import pyarrow as pa

    _write_line(out, {"tables": [{**table.facts, "raw": table.raw is not None} for table in tables]})
    for table in tables:
        for rows in (table.table, table.raw):
            if rows is not None:
                with pa.ipc.new_stream(out, rows.schema) as stream:
                    stream.write_table(rows)
    out.flush()


def _write_line(out: BinaryIO, answer: object) -> None:
    out.write(json.dumps(answer).encode() + b"\n")
    out.flush()


def _refusal(error: CaseworkError) -> dict[str, str]:
    return {"what": error.what, "where": error.where, "remedy": error.remedy, "kind": type(error).__name__}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
