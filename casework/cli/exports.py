"""``export`` and ``intake``: records and blank forms out."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from pathlib import Path

from casework.cli.desk import open_desk, write_whole
from casework.cli.printing import DONE, print_json
from casework.cli.progress import terminal_progress
from casework.errors import CaseworkError
from casework.i18n import _, language


def export(options: argparse.Namespace) -> int:
    from casework.outgoing import Wanted

    form = _form(options.out, (".xlsx", ".csv"))
    what = tuple(kind.strip() for kind in options.what.split(",") if kind.strip())
    wanted = Wanted(what, form, options.status, masked=not options.unmasked, password=_password(options))
    made_at = dt.datetime.now().replace(microsecond=0)
    with terminal_progress() as progress:
        _name, content = open_desk(options).export_records(wanted, made_at=made_at, progress=progress)
    write_whole(options.out, content)
    if options.json:
        facts = {"masked": wanted.masked, "encrypted": wanted.password is not None, "bytes": len(content)}
        print_json({"file": str(options.out), **facts})
        return DONE
    print(_("Written: {file}").format(file=options.out))
    print(_("Personal data are masked.") if wanted.masked else _("Personal data stand in it in clear."))
    return DONE


def intake(options: argparse.Namespace) -> int:
    from casework.rules import load_pack
    from casework.workbooks.intake import intake_workbook

    _form(options.out, (".xlsx",))
    made_at = dt.datetime.now().replace(microsecond=0)
    write_whole(options.out, intake_workbook(language(), load_pack(), made_at=made_at))
    if options.json:
        print_json({"file": str(options.out)})
    else:
        print(_("Written: {file}").format(file=options.out))
    return DONE


def _form(out: Path, endings: tuple[str, ...]) -> str:
    ending = out.suffix.lower()
    if ending not in endings:
        raise CaseworkError(
            _("This kind of file cannot be written here."),
            where=str(out),
            remedy=_("Give the file the ending {endings}.").format(endings=" / ".join(endings)),
        )
    return ending[1:]


def _password(options: argparse.Namespace) -> str | None:
    """The password from a file's first line or typed twice; never from the command line, where others see it."""
    if options.password_file:
        lines = options.password_file.read_text(encoding="utf-8-sig").splitlines()
        return lines[0] if lines else ""
    if not options.password:
        return None
    if not sys.stdin.isatty():
        raise CaseworkError(
            _("Nobody is here to type a password."),
            remedy=_("Name a file that holds it: --password-file FILE."),
        )
    from getpass import getpass

    password = getpass(_("Password: "))
    if getpass(_("The same again: ")) != password:
        raise CaseworkError(_("The two passwords differ."), remedy=_("Try again."))
    return password
