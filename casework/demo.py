"""The sample office: an invented one, to click through. Its data are in ``sample_data/``."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.errors import NotFound
from casework.i18n import _
from casework.model import Case, Complainant, Exhibit, Filing, Incident, Remedy, Respondent

if TYPE_CHECKING:
    from casework.evidence import Stored
    from casework.workspace import Workspace

RUN = "sample_data"  # the import run that brought the sample cases
_NAMESPACE = uuid.UUID("6c1f9a52-8f0e-5d3a-9a77-0c5ab1b6d1de")


def sample_folder() -> Path:
    """Return the folder of the sample data: beside the package in a checkout, inside it once installed.

    Raises NotFound where neither is there.
    """
    package = Path(__file__).resolve().parent
    for folder in (package.parent / "sample_data", package / "sample_data"):
        if (folder / "office.json").is_file():
            return folder
    raise NotFound(
        _("The sample data are missing."), where="sample_data", remedy=_("Install casework again.")
    )


def load_demo(workspace: Workspace, folder: Path | None = None) -> int:
    """Fill ``workspace`` with the sample office, files and all, and return the number of cases added.

    Cases that are already there are left alone, so that a second call adds nothing. One visible commit.
    """
    cases = office_cases((folder or sample_folder()) / "office.json", keep=workspace.vault.put)
    with workspace.store.unit("demo") as unit:
        known = unit.known_case_numbers([case.case_no for case in cases])
        new = [case for case in cases if case.case_no not in known]
        if new:
            unit.add_many(new, run=RUN)
            unit.commit()
    return len(new)


def office_cases(path: Path, keep: Callable[[Path], Stored]) -> list[Case]:
    """Return the cases of a file laid out as ``sample_data/office.json``.

    ``keep`` is given each evidence file and says its SHA-256, size and media type; ``Vault.put`` is one. Ids
    depend on the case number alone, so two workspaces filled from one file agree.
    """
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [_case(row, path.parent, keep) for row in rows]


def _case(row: dict[str, Any], folder: Path, keep: Callable[[Path], Stored]) -> Case:
    case_no = row["case_no"]
    exhibits = tuple(_exhibit(case_no, item, keep(folder / item["file"])) for item in row.get("exhibits", ()))
    numbered = {exhibit.number: exhibit.id for exhibit in exhibits}
    return Case(
        id=_id(case_no),
        case_no=case_no,
        received_at=dt.datetime.fromisoformat(row["received_at"]),
        closed_at=_moment(row, "closed_at"),
        status=row["status"],
        summary=row["summary"],
        handler=row["handler"],
        conducts=tuple(row["conducts"]),
        complainant=Complainant(**row["complainant"]),
        respondent=Respondent(**row["respondent"]),
        incidents=tuple(
            _incident(case_no, place, item, numbered) for place, item in enumerate(row["incidents"], 1)
        ),
        remedies=tuple(_remedy(case_no, place, item) for place, item in enumerate(row["remedies"], 1)),
        exhibits=exhibits,
        filings=tuple(_filing(case_no, place, item) for place, item in enumerate(row.get("filings", ()), 1)),
    )


def _id(*place: object) -> str:
    return uuid.uuid5(_NAMESPACE, "/".join(map(str, place))).hex


def _moment(row: dict[str, Any], name: str) -> dt.datetime | None:
    return dt.datetime.fromisoformat(row[name]) if name in row else None


def _day(row: dict[str, Any], name: str) -> dt.date | None:
    return dt.date.fromisoformat(row[name]) if name in row else None


def _incident(case_no: str, place: int, row: dict[str, Any], exhibit_ids: dict[int, str]) -> Incident:
    return Incident(
        id=_id(case_no, "incident", place),
        text=row["text"],
        on=_day(row, "on"),
        at=row.get("at", ""),
        exhibits=tuple(exhibit_ids[number] for number in row.get("exhibits", ())),
    )


def _remedy(case_no: str, place: int, row: dict[str, Any]) -> Remedy:
    return Remedy(
        id=_id(case_no, "remedy", place),
        kind=row["kind"],
        text=row["text"],
        amount=Decimal(row["amount"]) if "amount" in row else None,
        reply_by=_day(row, "reply_by"),
    )


def _exhibit(case_no: str, row: dict[str, Any], stored: Stored) -> Exhibit:
    return Exhibit(
        id=_id(case_no, "exhibit", row["number"]),
        sha256=stored.sha256,
        size=stored.size,
        media_type=stored.media_type,
        number=row["number"],
        name=row["name"],
        kind=row["kind"],
        source=row["source"],
        content=row["content"],
        purpose=row["purpose"],
        pages=row.get("pages"),
        obtained_on=_day(row, "obtained_on"),
        obtained_by=row["obtained_by"],
        added_at=_moment(row, "added_at"),
    )


def _filing(case_no: str, place: int, row: dict[str, Any]) -> Filing:
    return Filing(
        id=_id(case_no, "filing", place),
        channel=row["channel"],
        filed_at=_moment(row, "filed_at"),
        receipt_no=row.get("receipt_no", ""),
        status=row["status"],
        closed_at=_moment(row, "closed_at"),
        outcome=row.get("outcome", ""),
    )
