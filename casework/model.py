"""The words of the trade as frozen values. Standard library only.

A change to a value returns a new one (:func:`dataclasses.replace`). Times are the wall clock of the office
without a zone; amounts are decimal yuan (or the currency named); dates are calendar dates.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from typing import Any

from casework.sources import ColumnProfile, Question, RoleChoice


def new_id() -> str:
    """Return a fresh record id (a random UUID as 32 hex digits)."""
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class Complainant:
    """投诉人: the consumer. Personal data, always protected."""

    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Respondent:
    """被投诉方: the company, its platform, and the agent by name or staff number (工号)."""

    company: str = ""
    platform: str = ""
    agent: str = ""
    address: str = ""
    credit_code: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """事件: one dated fact in the chronology, with the ids of the exhibits that prove it."""

    text: str
    on: dt.date | None = None
    at: str = ""
    exhibits: tuple[str, ...] = ()
    id: str = field(default_factory=new_id)
    version: int = 1


@dataclass(frozen=True, slots=True)
class Remedy:
    """诉求: what is asked for. ``kind`` is one of :data:`REMEDY_KINDS`."""

    kind: str
    text: str = ""
    amount: Decimal | None = None
    currency: str = "CNY"
    reply_by: dt.date | None = None
    id: str = field(default_factory=new_id)
    version: int = 1


REMEDY_KINDS = ("refund", "compensation", "apology", "deletion", "written_reply", "penalty", "other")


@dataclass(frozen=True, slots=True)
class Exhibit:
    """证据: one numbered piece of evidence.

    ``sha256`` and ``size`` (bytes) are those of the original as it came; ``kind`` is one of
    :data:`EXHIBIT_KINDS`; ``purpose`` is what it proves (证明目的); ``pages`` and ``copies`` are counts.
    """

    number: int
    name: str
    sha256: str
    size: int
    kind: str = "electronic_data"
    source: str = ""
    content: str = ""
    purpose: str = ""
    pages: int | None = None
    copies: int = 1
    is_original: bool = True
    obtained_on: dt.date | None = None
    obtained_by: str = ""
    media_type: str = ""
    added_at: dt.datetime | None = None
    id: str = field(default_factory=new_id)
    version: int = 1


EXHIBIT_KINDS = (
    "documentary",  # 书证
    "electronic_data",  # 电子数据
    "audio_visual",  # 视听资料
    "physical",  # 物证
    "statement",  # 当事人陈述
    "testimony",  # 证人证言
)


@dataclass(frozen=True, slots=True)
class Filing:
    """提交: one submission of one case to one channel, with its own receipt number and dates.

    ``channel`` is a rule pack's channel id, or the words of the system the case was imported from.
    ``status`` is one of :data:`FILING_STATUSES`.
    """

    channel: str
    filed_at: dt.datetime | None = None
    receipt_no: str = ""
    status: str = "draft"
    first_response_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None
    outcome: str = ""
    id: str = field(default_factory=new_id)
    version: int = 1


FILING_STATUSES = ("draft", "filed", "accepted", "refused", "closed", "withdrawn")


@dataclass(frozen=True, slots=True)
class Case:
    """案件: one consumer's dispute with one respondent.

    ``case_no`` is the office's number, unique in a workspace. ``conducts`` are rule pack ids. ``status`` is
    one of :data:`CASE_STATUSES`. ``version`` is the version that was read: saving a stale one is an
    :class:`~casework.errors.EditConflict`. ``run`` names the import that brought the case, if one did; ``region``
    is the district that the source names.
    """

    case_no: str
    received_at: dt.datetime
    complainant: Complainant = Complainant()
    respondent: Respondent = Respondent()
    conducts: tuple[str, ...] = ()
    status: str = "open"
    summary: str = ""
    handler: str = ""
    region: str = ""
    closed_at: dt.datetime | None = None
    incidents: tuple[Incident, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    filings: tuple[Filing, ...] = ()
    run: str = ""
    id: str = field(default_factory=new_id)
    version: int = 1


CASE_STATUSES = ("open", "closed")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check found wrong: the place (as a person names it), the value there, what to do about it.

    ``field`` is the path of the field, such as ``complainant.name`` or ``remedies.0.amount``, where there is one.
    """

    place: str
    problem: str
    value: str = ""
    remedy: str = ""
    field: str = ""

    def __str__(self) -> str:
        value = f" “{self.value}”" if self.value else ""
        return f"{self.place}{value}: {self.problem}" + (f" {self.remedy}" if self.remedy else "")


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell of an export that could not be used. ``row`` is the spreadsheet's own row number."""

    row: int
    column: str
    value: str
    problem: str


@dataclass(frozen=True, slots=True)
class ExportSource:
    """导出表: one table of one file, and how it was understood.

    ``columns`` maps a role (:data:`casework.sources.ROLES`) to the header text that plays it, ``choices`` says why;
    ``unused`` are the headers that play none. ``header_row`` is a spreadsheet row number. ``rows`` counts data rows;
    ``duplicates`` counts those that repeat a case already counted. ``problems`` holds the first few;
    ``problem_count`` counts all. ``fingerprint`` identifies the layout, ``profile`` what its columns look like,
    ``questions`` are for a person, ``day_first`` is None where no date needs it.
    """

    file: str
    sha256: str
    sheet: str | None
    header_row: int | None
    encoding: str | None
    rows: int
    duplicates: int
    columns: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...] = ()
    problem_count: int = 0
    notes: tuple[str, ...] = ()
    choices: tuple[RoleChoice, ...] = ()
    unused: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    day_first: bool | None = None
    fingerprint: str = ""
    profile: tuple[ColumnProfile, ...] = ()

    @classmethod
    def from_document(cls, told: Mapping[str, Any]) -> ExportSource:
        """The source of what JSON says of one (:func:`dataclasses.asdict`); ``columns`` may be a dictionary too."""
        columns = told["columns"]
        return cls(
            **{
                **{name: told[name] for name in _EXPORT_FIELDS},
                "columns": tuple(map(tuple, columns.items() if isinstance(columns, dict) else columns)),
                "problems": tuple(Problem(**problem) for problem in told["problems"]),
                "notes": tuple(told["notes"]),
                "choices": tuple(
                    replace(RoleChoice(**one), rivals=tuple(one["rivals"])) for one in told["choices"]
                ),
                "unused": tuple(told["unused"]),
                "questions": tuple(
                    replace(Question(**one), options=tuple(map(tuple, one["options"])))
                    for one in told["questions"]
                ),
                "profile": tuple(ColumnProfile(**one) for one in told["profile"]),
            }
        )


_EXPORT_FIELDS = tuple(one.name for one in fields(ExportSource))
