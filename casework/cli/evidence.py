"""``evidence``, ``letter``, ``verify`` and ``audit``: what is kept, and what goes out."""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from casework.cli.desk import open_desk, write_whole
from casework.cli.printing import DONE, print_findings, print_json, print_table
from casework.i18n import DEFAULT_LANGUAGE, _
from casework.words import EXHIBITS, word


def evidence_add(options: argparse.Namespace) -> int:
    desk = open_desk(options)
    details = {
        "source": options.source,
        "content": options.content,
        "purpose": options.purpose,
        "obtained_by": options.obtained_by,
        "obtained_on": options.obtained_on,
    }
    shown = {name: value for name, value in details.items() if value}
    progress = (lambda path: print(path, file=sys.stderr)) if sys.stderr.isatty() else None
    added = desk.attach(options.case_no, options.paths, progress=progress, **shown)
    return _print_exhibits(added, options.json)


def evidence_list(options: argparse.Namespace) -> int:
    return _print_exhibits(open_desk(options).case(options.case_no).exhibits, options.json)


def _print_exhibits(exhibits: Sequence[Any], as_json: bool) -> int:
    if as_json:
        print_json(json.loads(json.dumps([dataclasses.asdict(item) for item in exhibits], default=str)))
    else:
        rows = [
            (item.number, item.name, word(EXHIBITS, item.kind), item.purpose, item.size, item.sha256)
            for item in exhibits
        ]
        print_table((_("No."), _("Name"), _("Kind"), _("Purpose of proof"), _("Bytes"), "SHA-256"), rows)
    return DONE


def evidence_verify(options: argparse.Namespace) -> int:
    return print_findings(
        open_desk(options).verify_evidence(options.case_no), options.json, _("Every exhibit is as it was.")
    )


def letter(options: argparse.Namespace) -> int:
    desk = open_desk(options)
    today = options.today or dt.date.today()
    name, document = desk.letter(
        options.case_no,
        options.channel,
        kind=options.kind,
        lang=options.lang or DEFAULT_LANGUAGE,
        today=today,
        addressee=options.addressee,
    )
    remarks = desk.letter_remarks(options.case_no, options.channel, today=today, addressee=options.addressee)
    out = options.out or Path(name)
    write_whole(out, document)
    if options.json:
        shown = [{"place": item.place, "problem": item.problem} for item in remarks]
        print_json({"file": str(out), "bytes": len(document), "remarks": shown})
        return DONE
    for remark in remarks:
        print(remark)
    print(_("Written: {file}").format(file=out))
    return DONE


def verify(options: argparse.Namespace) -> int:
    return print_findings(
        open_desk(options).verify_workspace(),
        options.json,
        _("The audit log and every exhibit are as they were."),
    )


def audit(options: argparse.Namespace) -> int:
    entries = (dataclasses.asdict(entry) for entry in open_desk(options).audit(options.case_no))
    if options.json:
        print_json(json.loads(json.dumps(list(entries), default=str)))
        return DONE
    for entry in entries:
        print(json.dumps(entry, ensure_ascii=False, default=str))
    return DONE
