"""Print the table of ratios: ``python -m benchmarks [--quick] [SECTION...]``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.comparisons import QUICK, SECTIONS, Size
from benchmarks.harness import SideError
from benchmarks.table import Line, print_header, print_line


def main() -> int:
    """Run the sections asked for. Exit 1 where a side failed; a missed target is printed, not punished."""
    options = _options()
    print(_machine(), flush=True)
    print_header()
    lines: list[Line] = []
    failures: list[str] = []
    for name in options.section or SECTIONS:
        try:
            for line in SECTIONS[name](QUICK if options.quick else Size()):
                line = replace(line, target=None) if options.quick else line  # targets are for full sizes
                lines.append(line)
                print_line(line)
        except SideError as failure:
            failures.append(f"{name}: {failure}")
            print(f"not measured: {failures[-1]}", flush=True)
    if options.json:
        result = {"machine": _machine(), "lines": [_plain(line) for line in lines]}
        options.json.write_text(json.dumps(result, indent=1), encoding="utf-8")
    return 1 if failures else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Ratios of casework against its peers."
    )
    parser.add_argument(
        "section", nargs="*", metavar="SECTION", help=f"which of {', '.join(SECTIONS)} (default: all)"
    )
    parser.add_argument(
        "--quick", action="store_true", help="tiny sizes, one round: shows that it works, not how fast"
    )
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the lines to a file as well")
    options = parser.parse_args()
    unknown = set(options.section) - set(SECTIONS)
    if unknown:
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    return options


def _machine() -> str:
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores{load}, Python {platform.python_version()}"


def _plain(line: Line) -> dict[str, object]:
    target = str(line.target) if line.target else None
    return {**asdict(line), "target": target, "verdict": line.verdict}


if __name__ == "__main__":
    sys.exit(main())
