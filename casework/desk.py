"""The use cases: what the notebooks and the command line call. One function, one visible commit."""

from __future__ import annotations

import datetime as dt
import getpass
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.errors import CaseworkError, Incomplete, NotFound
from casework.i18n import DEFAULT_LANGUAGE, LANGUAGES, _, language
from casework.intake import check_case
from casework.measuring import WORKSPACE, reported
from casework.model import Case, Exhibit, Filing, Finding
from casework.progress import Progress, quiet

if TYPE_CHECKING:
    from casework.analytics.dataset import Dataset
    from casework.analytics.figures import Report
    from casework.analytics.periods import Span
    from casework.analytics.review import Filters, Rebase
    from casework.exchange.cache import Shelf
    from casework.imports import Imports
    from casework.letters import Paragraph
    from casework.outgoing import Wanted
    from casework.rules import Channel, RulePack
    from casework.store import AuditEntry, CaseSummary
    from casework.workspace import Workspace

REBASES = "rebases"  # settings of the store
NOTES = "review"


class Desk:
    """One person's desk at one workspace. ``actor`` signs the audit log (default: the system's user name)."""

    def __init__(self, workspace: Workspace, actor: str = "") -> None:
        self.workspace = workspace
        self.actor = actor or os.environ.get("CASEWORK_USER", "") or getpass.getuser()

    # ------------------------------------------------------------------ settings

    def language(self, default: str = DEFAULT_LANGUAGE) -> str:
        """The language this person chose last, ``zh`` or ``en``; ``default`` where they never chose."""
        known = self.workspace.store.setting(f"language:{self.actor}")
        return known if known in LANGUAGES else default

    def set_language(self, lang: str) -> None:
        """Remember the language for this person."""
        if lang not in LANGUAGES:
            raise CaseworkError(_("The language must be zh or en."), where=lang)
        with self.workspace.store.unit(self.actor) as unit:
            unit.set_setting(f"language:{self.actor}", lang)
            unit.commit()

    # ------------------------------------------------------------------ cases

    def next_case_no(self, today: dt.date) -> str:
        """Propose the next free number of the year, such as ``2026-0042``."""
        store = self.workspace.store
        number = store.count() + 1
        with store.unit(self.actor) as unit:
            while unit.known_case_numbers([f"{today.year}-{number:04d}"]):
                number += 1
        return f"{today.year}-{number:04d}"

    def new_case(self, case: Case) -> Case:
        """Enter a case. Raises :class:`Incomplete` with every finding of :func:`check_case`."""
        self._refuse(case)
        with self.workspace.store.unit(self.actor) as unit:
            unit.add(case)
            unit.commit()
        return self.workspace.store.case(case.case_no)

    def save_case(self, case: Case) -> Case:
        """Save a changed case. Raises :class:`Incomplete`, or :class:`EditConflict` where someone saved first."""
        self._refuse(case)
        with self.workspace.store.unit(self.actor) as unit:
            saved = unit.save(case)
            unit.commit()
        return saved

    def _refuse(self, case: Case) -> None:
        findings = check_case(case)
        if findings:
            raise Incomplete(_("The case cannot be saved yet."), findings, where=case.case_no)

    def case(self, case_no: str) -> Case:
        """Open a case; that it was read is in the audit log."""
        case = self.workspace.store.case(case_no)
        with self.workspace.store.unit(self.actor) as unit:
            unit.record("case.read", case_no, {})
            unit.commit()
        return case

    def cases(
        self, *, status: str | None = None, words: str = "", limit: int = 100, offset: int = 0
    ) -> list[CaseSummary]:
        """List cases, newest first; ``words`` searches Chinese and English text."""
        return self.workspace.store.cases(status=status, words=words, limit=limit, offset=offset)

    def count(self, *, status: str | None = None, words: str = "") -> int:
        """Count the cases that :meth:`cases` would list without a limit."""
        return self.workspace.store.count(status=status, words=words)

    def search(self, words: str, limit: int = 50) -> list[CaseSummary]:
        """Find cases by words of one character or more."""
        return self.workspace.store.search(words, limit)

    def add_filing(self, case_no: str, filing: Filing) -> Case:
        """Record that a case was filed with a channel."""
        case = self.workspace.store.case(case_no)
        return self.save_case(replace(case, filings=(*case.filings, filing)))

    # ------------------------------------------------------------------ evidence

    def attach(
        self,
        case_no: str,
        paths: Iterable[str | Path],
        *,
        progress: Callable[[Path], None] | None = None,
        **details: Any,
    ) -> tuple[Exhibit, ...]:
        """Attach files, or every file of a folder, to a case; originals are copied, never touched.

        ``details`` are fields of :class:`Exhibit` for all of them (kind, source, purpose, ...). Each file is in
        the vault before its exhibit is recorded, and all exhibits are recorded in one commit.
        """
        from casework.evidence import new_exhibits, plan_attach

        store, vault = self.workspace.store, self.workspace.vault
        case = store.case(case_no)
        planned = plan_attach(paths)
        stored = []
        for item in planned:
            stored.append((item, vault.put(item.path)))
            if progress:
                progress(item.path)
        added = new_exhibits(case, stored, **details)
        with store.unit(self.actor) as unit:
            unit.save(replace(case, exhibits=(*case.exhibits, *added)))
            unit.commit()
        return added

    def verify_evidence(self, case_no: str | None = None) -> list[Finding]:
        """Hash every exhibit again (of one case, or of all) and list what changed or is missing."""
        from casework.evidence import verify

        store = self.workspace.store
        if case_no is not None:
            store.case(case_no)
        findings = verify(self.workspace.vault, store.exhibits(case_no))
        with store.unit(self.actor) as unit:
            unit.record("evidence.verify", case_no or "*", {"findings": len(findings)})
            unit.commit()
        return findings

    # ------------------------------------------------------------------ letters

    def channel(self, channel_id: str) -> Channel:
        """Look a channel up in the rule pack. Raises :class:`NotFound`, naming those that exist."""
        channels = self.workspace.rules.channels
        if channel_id not in channels:
            raise NotFound(
                _("There is no such channel."),
                where=channel_id,
                remedy=_("Known channels: {ids}.").format(ids=", ".join(channels)),
            )
        return channels[channel_id]

    def check_letter(
        self, case_no: str, channel_id: str, *, kind: str = "complaint", lang: str = "zh", addressee: str = ""
    ) -> list[Finding]:
        """List everything that the letter still lacks; an empty list means that it can be written."""
        from casework.letters import check

        case, channel, rules = self._letter_of(case_no, channel_id)
        return check(case, channel, rules, kind=kind, lang=lang, addressee=addressee)

    def letter_remarks(
        self, case_no: str, channel_id: str, *, today: dt.date, addressee: str = ""
    ) -> list[Finding]:
        """List what could be better in the letter but does not block it, such as a fact without evidence."""
        from casework.letters import remarks

        case, channel, rules = self._letter_of(case_no, channel_id)
        return remarks(case, channel, rules, today=today, addressee=addressee)

    def preview_letter(
        self,
        case_no: str,
        channel_id: str,
        *,
        kind: str = "complaint",
        lang: str = "zh",
        today: dt.date,
        addressee: str = "",
    ) -> list[Paragraph]:
        """The letter as paragraphs of text: the same content as the Word file."""
        from casework.letters import plain_text

        case, channel, rules = self._letter_of(case_no, channel_id)
        return plain_text(case, channel, rules, kind=kind, lang=lang, today=today, addressee=addressee)

    def letter(
        self,
        case_no: str,
        channel_id: str,
        *,
        kind: str = "complaint",
        lang: str = "zh",
        today: dt.date,
        addressee: str = "",
    ) -> tuple[str, bytes]:
        """Write a letter: a file name and the Word file. Raises :class:`Incomplete` with all that is missing.

        ``addressee`` is the office that it goes to, such as 某市市场监督管理局; without it the letter names the kind.
        """
        import hashlib

        from casework.letters import render

        case, channel, rules = self._letter_of(case_no, channel_id)
        document = render(case, channel, rules, kind=kind, lang=lang, today=today, addressee=addressee)
        digest = hashlib.sha256(document).hexdigest()
        with self.workspace.store.unit(self.actor) as unit:
            unit.record(
                "letter.write", case_no, {"channel": channel_id, "kind": kind, "lang": lang, "sha256": digest}
            )
            unit.commit()
        return f"{_file_word(case_no)}_{_file_word(channel_id)}_{kind}_{lang}.docx", document

    def _letter_of(self, case_no: str, channel_id: str) -> tuple[Case, Channel, RulePack]:
        return self.workspace.store.case(case_no), self.channel(channel_id), self.workspace.rules

    # ------------------------------------------------------------------ exports and reports

    @cached_property
    def imports(self) -> Imports:
        """Importing other systems' exports: understand, stage, confirm, undo."""
        from casework.imports import Imports

        return Imports(self.workspace, self.actor)

    def report(
        self,
        sources: Sequence[str | Path] = (),
        *,
        period: Span | None = None,
        filters: Filters | None = None,
        as_of: dt.date | None = None,
        by_name: bool = True,
        day_first: bool | None = None,
        engine: str = "",
        progress: Progress = quiet,
    ) -> Report:
        """Measure export files, patterns, lakes, the office's own records (:data:`WORKSPACE`), or several together.

        The office's own channels are shown by their names in the language in force, or by their ids. Raises
        :class:`casework.exchange.read.Unsettled` where ``day_first`` has to be answered.
        """
        held = self.measured(
            sources, as_of=as_of, by_name=by_name, day_first=day_first, engine=engine, progress=progress
        )
        try:
            return reported(held, period, filters)
        finally:
            held.close()

    def measured(
        self,
        sources: Sequence[str | Path] = (),
        *,
        as_of: dt.date | None = None,
        by_name: bool = True,
        day_first: bool | None = None,
        engine: str = "",
        progress: Progress = quiet,
    ) -> Dataset:
        """Read sources as :meth:`report` does and keep them ready, for many periods and filters."""
        from casework.measuring import open_sources

        return open_sources(
            sources or (WORKSPACE,),
            workspace=self.workspace,
            by_name=by_name,
            as_of=as_of,
            day_first=day_first,
            shelf=self._shelf,
            engine=engine,
            rebases=self.rebases(),
            progress=progress,
        )

    def rebases(self) -> tuple[Rebase, ...]:
        """Where people decided that a control chart has new limits from a month on."""
        from casework.analytics.review import Rebase

        return tuple(Rebase(**told) for told in json.loads(self.workspace.store.setting(REBASES) or "[]"))

    def rebase(self, name: str, month: str, why: str, *, at: dt.datetime) -> tuple[Rebase, ...]:
        """Record that the chart ``name`` (received or open) has new limits from ``month`` on; a reason is required.

        The decision is in the audit log. Returns all of them.
        """
        from casework.analytics.review import Rebase

        if not why.strip():
            raise CaseworkError(
                _("A re-base needs a reason."), where=month, remedy=_("Say what changed in that month.")
            )
        known = [one for one in self.rebases() if (one.name, one.month) != (name, month)]
        known.append(Rebase(name, month, self.actor, why.strip(), at.isoformat()))
        self._keep_rebases(known, "rebase", f"{name}:{month}")
        return tuple(known)

    def drop_rebase(self, name: str, month: str) -> tuple[Rebase, ...]:
        """Take a re-base back; the audit log keeps both."""
        known = [one for one in self.rebases() if (one.name, one.month) != (name, month)]
        self._keep_rebases(known, "rebase.drop", f"{name}:{month}")
        return tuple(known)

    def _keep_rebases(self, rebases: Sequence[Rebase], action: str, subject: str) -> None:
        with self.workspace.store.unit(self.actor) as unit:
            unit.set_setting(REBASES, json.dumps([asdict(one) for one in rebases], ensure_ascii=False))
            unit.record(action, subject, {"rebases": len(rebases)})
            unit.commit()

    def review_notes(self, period: str) -> dict[str, Any]:
        """What the supervisor wrote for a period: ``comments`` by chart, ``editorial`` (hot spots, cases, own words)."""
        kept = self.workspace.store.setting(f"{NOTES}:{period}")
        notes: dict[str, Any] = json.loads(kept) if kept else {"comments": {}, "editorial": {}}
        return notes

    def save_review_notes(self, period: str, notes: dict[str, Any]) -> None:
        """Keep what the supervisor wrote for a period; it survives a re-run of its report."""
        with self.workspace.store.unit(self.actor) as unit:
            unit.set_setting(f"{NOTES}:{period}", json.dumps(notes, ensure_ascii=False, sort_keys=True))
            unit.record("review.notes", period, {"comments": len(notes.get("comments", {}))})
            unit.commit()

    def pack(
        self,
        data: Dataset,
        report: Report,
        *,
        files: Sequence[str | Path] = (),
        formats: Sequence[str],
        smallest: int | None = None,
        templates: Mapping[str, Path] | None = None,
        day_first: bool | None = None,
        made_at: dt.datetime,
        progress: Progress = quiet,
    ) -> tuple[str, bytes]:
        """The frozen pack of a report on ``data`` as one zip: its name and content; in the audit log as well.

        ``files`` are the sources that are files, ``formats`` and the keys of ``templates`` endings such as ``.xlsx``.
        With ``smallest`` it is for outside, and smaller counts are withheld. The supervisor's comments and words for the
        period go in.
        """
        from casework.packing import make_pack

        notes = self.review_notes(report.month or "all")
        name, content, digest = make_pack(
            data,
            report,
            notes,
            files=files,
            formats=formats,
            smallest=smallest,
            templates=templates or {},
            day_first=day_first,
            made_at=made_at,
            progress=progress,
        )
        self.note_report(name, digest, report.received if smallest is None else None)
        return name, content

    @cached_property
    def _shelf(self) -> Shelf:
        from casework.exchange.cache import Shelf

        return Shelf()

    def workbook(self, report: Report, *, made_at: dt.datetime) -> tuple[str, bytes]:
        """Write a report as an Excel workbook: a file name and the file. The audit log keeps its SHA-256."""
        import hashlib

        from casework.workbooks.report import report_workbook

        content = report_workbook(report, made_at)
        name = f"casework_{report.month or report.as_of.isoformat()}.xlsx"
        with self.workspace.store.unit(self.actor) as unit:
            unit.record(
                "workbook.write",
                name,
                {"sha256": hashlib.sha256(content).hexdigest(), "cases": report.received},
            )
            unit.commit()
        return name, content

    def note_report(self, name: str, sha256: str, cases: int | None) -> None:
        """Put into the audit log that a report of the office's own cases was written (``cases`` None: not said)."""
        with self.workspace.store.unit(self.actor) as unit:
            unit.record("report.write", name, {"sha256": sha256, "cases": cases})
            unit.commit()

    def fill_template(
        self, report: Report, template: str | Path, *, made_at: dt.datetime
    ) -> tuple[str, bytes]:
        """Fill an office's own template (.xlsx) with a report: a file name and the file; in the audit log as well.

        Raises :class:`Incomplete` with every mark that means nothing, :class:`BadFile` where it is no template.
        """
        import hashlib

        from casework.workbooks.template import fill_report, read_template

        path = Path(template)
        content = fill_report(read_template(path), report, made_at, name=path.name)
        name = f"{path.stem}_{report.month or report.as_of.isoformat()}.xlsx"
        with self.workspace.store.unit(self.actor) as unit:
            digest = hashlib.sha256(content).hexdigest()
            details = {"sha256": digest, "cases": report.received, "template": path.name}
            unit.record("workbook.write", name, details)
            unit.commit()
        return name, content

    def export_records(
        self, wanted: Wanted, *, made_at: dt.datetime, progress: Progress = quiet
    ) -> tuple[str, bytes]:
        """Write the office's records as a workbook or CSV: a file name and the file; in the audit log as well."""
        from casework.outgoing import export_records

        return export_records(self.workspace, self.actor, wanted, made_at=made_at, progress=progress)

    def intake_workbook(self, *, made_at: dt.datetime) -> tuple[str, bytes]:
        """Write a blank intake workbook in the language in force: a file name and the file."""
        from casework.workbooks.intake import intake_workbook

        name = _("intake_form") + f"_{made_at:%Y%m%d}.xlsx"
        return name, intake_workbook(language(), self.workspace.rules, made_at=made_at)

    def audit(self, case_no: str | None = None) -> Iterator[AuditEntry]:
        """The audit log, oldest first: who did what, when, with before and after."""
        return self.workspace.store.audit_entries(case_no)

    def verify_workspace(self) -> list[Finding]:
        """Check the audit chain and hash every exhibit again; list all that is wrong."""
        return [*self.workspace.store.verify_audit(), *self.verify_evidence()]


def _file_word(text: str) -> str:
    """A part of a file name: letters, digits, dash and dot only."""
    return (
        "".join(character if character.isalnum() or character in "-." else "-" for character in text).strip(
            ".-"
        )
        or "x"
    )
