"""The verbs and their options. ``casework VERB --help`` is complete."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from casework.analytics.review import DIMENSIONS
from casework.cli import cases, evidence, exports, imports, lab, lake, reports
from casework.cli.printing import REFUSED
from casework.i18n import LANGUAGES, _
from casework.sources import ROLES, WORD_ROLES


class _Parser(argparse.ArgumentParser):
    """Usage errors as one line, exit 2."""

    def error(self, message: str) -> Any:
        print(f"{self.prog}: {message} " + _("Try: {prog} --help").format(prog=self.prog), file=sys.stderr)
        raise SystemExit(REFUSED)


def parser() -> argparse.ArgumentParser:
    common = _Parser(add_help=False)
    where = _("where the office's data are (default: CASEWORK_WORKSPACE, else ~/casework)")
    common.add_argument("--workspace", metavar="PATH|URL", help=where)
    common.add_argument("--lang", choices=LANGUAGES, help=_("language: zh (default) or en"))
    common.add_argument("--json", action="store_true", help=_("print one JSON document"))
    parser = _Parser(
        prog="casework", description=_("A desk for consumer-advocacy casework."), parents=[common]
    )
    verbs = parser.add_subparsers(metavar="VERB", required=True, parser_class=_Parser)
    # After the verb the same options again, but without a default that would undo one given before it.
    again = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    again.add_argument("--workspace", metavar="PATH|URL", help=where)
    again.add_argument("--lang", choices=LANGUAGES, help=_("language: zh (default) or en"))
    again.add_argument("--json", action="store_true", help=_("print one JSON document"))

    def verb(group: Any, name: str, use: Callable[[Any], int], text: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = group.add_parser(name, help=text, description=text, parents=[again])
        added.set_defaults(use=use)
        return added

    _lab_verbs(verb, verbs)
    _report_verbs(verb, verbs)
    _import_verb(verb, verbs)
    _lake_verbs(verb, verbs)
    _export_verbs(verb, verbs)
    _case_verbs(verb, verbs)
    _evidence_verbs(verb, verbs)
    _letter_verbs(verb, verbs)
    _care_verbs(verb, verbs)
    return parser


def _lab_verbs(verb: Any, verbs: Any) -> None:
    for name, use, text in (
        ("lab", lab.lab, _("open the notebooks in JupyterLab")),
        ("app", lab.app, _("open the notebooks as an application, no code shown")),
        ("demo", lab.demo, _("open a workspace filled with the sample office")),
    ):
        added = verb(verbs, name, use, text)
        added.add_argument(
            "--port", type=_port, default=None, help=_("port on this machine (default: a free one)")
        )
        added.add_argument(
            "--no-browser", action="store_true", help=_("print the address instead of opening a browser")
        )
        if name == "demo":
            added.add_argument("--fill-only", action="store_true", help=_("fill the workspace and stop"))


def _report_verbs(verb: Any, verbs: Any) -> None:
    text = _(
        "volume, resolution time and all else that a monthly review asks, of export files or of the workspace; "
        "also: report verify PACK"
    )
    added = verb(verbs, "report", reports.report, text)
    added.add_argument(
        "sources",
        nargs="*",
        metavar="SOURCE",
        help=_("file or pattern; none, or the word workspace: the office's own cases"),
    )
    _question_options(added)
    _output_options(added)
    _dates_option(added)


def _question_options(added: argparse.ArgumentParser) -> None:
    text = _("only this month; last: the month before today's")
    added.add_argument("--month", type=_month, metavar="YYYY-MM|last", help=text)
    text = _("only this month, quarter, half year or year: 2026-10, 2026-Q3, 2026-H1, 2026")
    added.add_argument("--period", metavar="PERIOD", help=text)
    added.add_argument(
        "--as-of",
        type=_date,
        metavar="DATE",
        help=_("count cases as open that were open then (default: the latest date in the data)"),
    )
    text = _("only cases with this value, may be repeated: channel=12345; nothing after the sign: not stated")
    added.add_argument("--filter", action="append", default=[], type=_filter, metavar="WHAT=VALUE", help=text)
    text = _("where the measures are computed: a database or cluster URL (default: here)")
    added.add_argument("--engine", metavar="URL", help=text)


def _output_options(added: argparse.ArgumentParser) -> None:
    text = _("write this file, and its numbers as JSON beside it: .xlsx, .pdf, .html, .pptx, .docx or .json")
    added.add_argument("--out", type=Path, metavar="FILE", help=text)
    text = _("write all of them as a frozen pack in this folder, in a folder named by the period")
    added.add_argument("--out-dir", type=Path, metavar="DIR", help=text)
    added.add_argument("--replace", action="store_true", help=_("write over another pack of the same name"))
    own = _(
        "a template of your own: fill this .xlsx, use the layouts of this .pptx or the styles of this .docx"
    )
    added.add_argument("--template", type=Path, action="append", default=[], metavar="FILE", help=own)
    text = _("the supervisor's comments by chart or section: a .toml or .json file")
    added.add_argument("--comments", type=Path, metavar="FILE", help=text)
    text = _("what the office chose and wrote for the published report: a .toml file")
    added.add_argument("--editorial", type=Path, metavar="FILE", help=text)
    text = _("for outside: no people of the office, no list of cases, small numbers withheld")
    added.add_argument("--outside", action="store_true", help=text)
    text = _("with --outside: the smallest number of cases that is shown (default: 5)")
    added.add_argument("--smallest", type=_smallest, metavar="N", default=None, help=text)
    text = _("with verify: the folder in which the sources are now")
    added.add_argument("--sources", dest="at", type=Path, metavar="DIR", help=text)


def _import_verb(verb: Any, verbs: Any) -> None:
    text = _(
        "take the cases of exports into the workspace, all or none; also: import undo RUN, import runs, "
        "import sources, import forget NAME"
    )
    added = verb(verbs, "import", imports.import_cases, text)
    added.add_argument(
        "files", nargs="+", metavar="FILE", help=_("files or patterns, also a zip of exports; or undo RUN")
    )
    added.add_argument("--dry-run", action="store_true", help=_("say what would be done, and do nothing"))
    added.add_argument("--mapping", metavar="NAME", help=_("read it as this remembered source"))
    added.add_argument(
        "--source", metavar="NAME", help=_("the system it comes from; a new name makes a new source")
    )
    added.add_argument("--sheet", metavar="NAME", help=_("only this sheet"))
    _dates_option(added)
    added.add_argument(
        "--column",
        action="append",
        default=[],
        type=_column,
        metavar="ROLE=HEADER",
        help=_("this column plays this role, may be repeated; an empty header: none does"),
    )
    added.add_argument(
        "--word",
        action="append",
        default=[],
        type=_word,
        metavar="ROLE:WORD=MEANING",
        help=_("what a word means (status:结案=closed), may be repeated; = keeps it as it is"),
    )
    added.add_argument("--accept", action="store_true", help=_("accept what changed in the source"))
    added.add_argument(
        "--problems", type=Path, metavar="FILE.xlsx", help=_("write the rows with problems, to be mended")
    )
    added.add_argument("--yes", action="store_true", help=_("do not ask before importing"))


def _lake_verbs(verb: Any, verbs: Any) -> None:
    group = verbs.add_parser(
        "lake", help=_("keep many exports in one folder, for reports over years")
    ).add_subparsers(metavar="ACTION", required=True, parser_class=_Parser)
    where = _("the lake's folder (default: CASEWORK_LAKE, else lake in the workspace)")
    added = verb(
        group,
        "add",
        lake.add,
        _("put exports into the lake, each whole or not at all; one that is there already is left alone"),
    )
    added.add_argument("files", nargs="+", metavar="EXPORT", help=_("files or patterns"))
    added.add_argument("--lake", metavar="DIR", help=where)
    _dates_option(added)
    added = verb(group, "list", lake.show, _("list the exports in the lake"))
    added.add_argument("--lake", metavar="DIR", help=where)


def _export_verbs(verb: Any, verbs: Any) -> None:
    text = _("write cases, filings, exhibits and letters as a workbook or as CSV; personal data masked")
    added = verb(verbs, "export", exports.export, text)
    added.add_argument(
        "--out", type=Path, required=True, metavar="FILE.xlsx|.csv", help=_("where to write it")
    )
    kinds = _(
        "which records, with commas between them: cases,filings,exhibits,letters (default: all; CSV: cases)"
    )
    added.add_argument("--what", default="", metavar="KINDS", help=kinds)
    added.add_argument("--status", choices=("open", "closed"), help=_("only cases that are open, or closed"))
    added.add_argument(
        "--unmasked",
        action="store_true",
        help=_("personal data in clear; the audit log keeps that you asked"),
    )
    secret = added.add_mutually_exclusive_group()
    secret.add_argument("--password", action="store_true", help=_("encrypt it; the password is asked for"))
    secret.add_argument(
        "--password-file", type=Path, metavar="FILE", help=_("encrypt it with the first line of this file")
    )
    text = _("write a blank intake workbook for field staff, which imports without a question")
    added = verb(verbs, "intake", exports.intake, text)
    added.add_argument("--out", type=Path, required=True, metavar="FILE.xlsx", help=_("where to write it"))


def _dates_option(added: argparse.ArgumentParser) -> None:
    text = _("day first (dmy) or month first (mdy), where no date in the file shows it")
    added.add_argument("--dates", choices=("dmy", "mdy"), help=text)


def _case_verbs(verb: Any, verbs: Any) -> None:
    group = verbs.add_parser("case", help=_("enter, show, list and search cases")).add_subparsers(
        metavar="ACTION", required=True, parser_class=_Parser
    )
    added = verb(group, "new", cases.case_new, _("enter a case"))
    added.add_argument("--case-no", help=_("case number (default: the next one)"))
    added.add_argument(
        "--received", type=_moment, metavar="DATE", help=_("when it was received (default: now)")
    )
    for option, text in (
        ("--complainant", _("consumer's name")),
        ("--phone", _("consumer's telephone")),
        ("--email", _("consumer's e-mail")),
        ("--address", _("consumer's address")),
        ("--company", _("company complained about")),
        ("--company-address", _("company's address")),
        ("--credit-code", _("company's unified social credit code")),
        ("--platform", _("its platform or product")),
        ("--agent", _("agent's name or staff number")),
        ("--summary", _("what happened, in a sentence")),
    ):
        added.add_argument(option, default="", help=text)
    added.add_argument(
        "--conduct", action="append", default=[], metavar="ID", help=_("kind of conduct, may be repeated")
    )
    added.add_argument(
        "--incident",
        action="append",
        default=[],
        metavar="DATE=TEXT",
        type=_dated,
        help=_("a dated fact, may be repeated"),
    )
    added.add_argument(
        "--remedy",
        action="append",
        default=[],
        metavar="KIND[=AMOUNT]",
        help=_("what is asked for, may be repeated: refund=300"),
    )
    added.add_argument("--reply-by", type=_date, metavar="DATE", help=_("answer asked for by this day"))
    verb(group, "show", cases.case_show, _("show a case")).add_argument("case_no", metavar="CASE")
    added = verb(group, "list", cases.case_list, _("list cases, newest first"))
    added.add_argument("--status", choices=("open", "closed"))
    added.add_argument("--limit", type=int, default=50)
    added = verb(group, "search", cases.case_search, _("find cases by words, Chinese or English"))
    added.add_argument("words", nargs="+")
    added.add_argument("--limit", type=int, default=50)


def _evidence_verbs(verb: Any, verbs: Any) -> None:
    group = verbs.add_parser("evidence", help=_("attach, list and verify exhibits")).add_subparsers(
        metavar="ACTION", required=True, parser_class=_Parser
    )
    added = verb(group, "add", evidence.evidence_add, _("attach files or a folder to a case"))
    added.add_argument("case_no", metavar="CASE")
    added.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    for option, text in (
        ("--source", _("where it comes from")),
        ("--content", _("what it shows")),
        ("--purpose", _("what it proves")),
        ("--obtained-by", _("who obtained it")),
    ):
        added.add_argument(option, default="", help=text)
    added.add_argument("--obtained-on", type=_date, metavar="DATE", help=_("day it was obtained"))
    verb(group, "list", evidence.evidence_list, _("list the exhibits of a case")).add_argument(
        "case_no", metavar="CASE"
    )
    added = verb(
        group,
        "verify",
        evidence.evidence_verify,
        _("hash every exhibit again and say what changed or is missing"),
    )
    added.add_argument("case_no", metavar="CASE", nargs="?")


def _letter_verbs(verb: Any, verbs: Any) -> None:
    added = verb(verbs, "letter", evidence.letter, _("write a letter as a Word file"))
    added.add_argument("case_no", metavar="CASE")
    added.add_argument("--channel", required=True, metavar="ID", help=_("the body it goes to"))
    added.add_argument("--kind", default="complaint", help=_("kind of letter (default: complaint)"))
    added.add_argument("--addressee", default="", help=_("the office it goes to, such as 某市市场监督管理局"))
    added.add_argument("--out", type=Path, metavar="FILE.docx", help=_("where to write it"))
    added.add_argument("--today", type=_date, metavar="DATE", help=_("date of the letter (default: today)"))


def _care_verbs(verb: Any, verbs: Any) -> None:
    verb(verbs, "verify", evidence.verify, _("check the audit chain and every exhibit"))
    added = verb(verbs, "audit", evidence.audit, _("print the audit log, oldest first"))
    added.add_argument("case_no", metavar="CASE", nargs="?")


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            _("{value} is not a date such as 2026-04-09").format(value=repr(text))
        ) from None


def _moment(text: str) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise argparse.ArgumentTypeError(
            _("{value} is not a date such as 2026-04-09 or 2026-04-09T15:30").format(value=repr(text))
        ) from None


def _port(text: str) -> int:
    if text.isdigit() and 1 <= int(text) <= 65_535:
        return int(text)
    raise argparse.ArgumentTypeError(_("{value} is not a port from 1 to 65535").format(value=repr(text)))


def _month(text: str) -> str:
    if text == "last":
        return text
    try:
        return f"{dt.datetime.strptime(text, '%Y-%m'):%Y-%m}"
    except ValueError:
        raise argparse.ArgumentTypeError(
            _("{value} is not a month such as 2026-04").format(value=repr(text))
        ) from None


def _filter(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if name in DIMENSIONS and sign:
        return name, value
    raise argparse.ArgumentTypeError(
        _("{value} is not WHAT=VALUE; what: {names}").format(value=repr(text), names=", ".join(DIMENSIONS))
    )


def _smallest(text: str) -> int:
    if text.isdigit() and 2 <= int(text) <= 1000:
        return int(text)
    raise argparse.ArgumentTypeError(_("{value} is not a number from 2 to 1000").format(value=repr(text)))


def _dated(text: str) -> tuple[dt.date, str]:
    day, _sign, words = text.partition("=")
    return _date(day), words


def _column(text: str) -> tuple[str, str]:
    role, sign, header = text.partition("=")
    if role in ROLES and sign:
        return role, header
    raise argparse.ArgumentTypeError(
        _("{value} is not ROLE=HEADER; roles: {roles}").format(value=repr(text), roles=", ".join(ROLES))
    )


def _word(text: str) -> tuple[str, str, str]:
    role, colon, rest = text.partition(":")
    word, sign, meaning = rest.rpartition("=")
    if meaning == "" and word.endswith("="):  # status:结案== keeps the word as it is
        word, meaning = word[:-1], "="
    if role in WORD_ROLES and colon and sign and word and meaning:
        return role, word, meaning
    raise argparse.ArgumentTypeError(
        _("{value} is not ROLE:WORD=MEANING; roles: {roles}").format(
            value=repr(text), roles=", ".join(WORD_ROLES)
        )
    )
