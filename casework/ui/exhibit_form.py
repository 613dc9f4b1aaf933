"""The fields of an exhibit, for one and for a batch that is about to be attached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from casework.i18n import _
from casework.model import Exhibit
from casework.ui import choices
from casework.ui.case_fields import Reading
from casework.ui.form import Field, Option, Section


def batch_section() -> Section:
    """What can be said about all files of a batch at once."""
    return Section(
        "",
        (
            Field(
                "kind",
                _("Kind"),
                "choice",
                options=(Option("", _("By the type of file")), *choices.exhibits()),
            ),
            Field("obtained_on", _("Obtained on"), "date"),
            Field("source", _("Source")),
            Field("purpose", _("Purpose of proof"), width="full"),
        ),
        note=_(
            "These apply to all files attached together; each exhibit can be described on its own afterwards."
        ),
    )


def read_batch(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the details for :meth:`casework.desk.Desk.attach`, and the errors by field."""
    reading = Reading()
    kind = {"kind": values["kind"]} if values["kind"] else {}
    details = {
        **kind,
        "source": values["source"].strip(),
        "purpose": values["purpose"].strip(),
        "obtained_on": reading.day("obtained_on", values["obtained_on"]),
    }
    return details, reading.errors


def exhibit_section(exhibit: Exhibit) -> Section:
    """The fields of one exhibit."""
    return Section(
        _("Exhibit {number}").format(number=exhibit.number),
        (
            Field("name", _("Name"), required=True, width="half"),
            Field("kind", _("Kind"), "choice", options=choices.exhibits(), width="half"),
            Field("source", _("Source"), width="half"),
            Field("obtained_by", _("Obtained by"), width="half"),
            Field("content", _("Content"), "long", width="full", lines=2),
            Field("purpose", _("Purpose of proof"), "long", width="full", lines=2),
            Field("pages", _("Pages"), "whole"),
            Field("copies", _("Copies"), "whole"),
            Field("obtained_on", _("Obtained on"), "date"),
            Field("is_original", _("This is the original"), "flag"),
        ),
        note=_("SHA-256 {hash}, {size} bytes").format(hash=exhibit.sha256, size=f"{exhibit.size:,}"),
    )


def exhibit_values(exhibit: Exhibit) -> dict[str, Any]:
    """Return the values that show ``exhibit`` in the form."""
    return {
        "name": exhibit.name,
        "kind": exhibit.kind,
        "source": exhibit.source,
        "obtained_by": exhibit.obtained_by,
        "content": exhibit.content,
        "purpose": exhibit.purpose,
        "pages": "" if exhibit.pages is None else str(exhibit.pages),
        "copies": str(exhibit.copies),
        "obtained_on": exhibit.obtained_on.isoformat() if exhibit.obtained_on else "",
        "is_original": exhibit.is_original,
    }


def read_exhibit(values: Mapping[str, Any], base: Exhibit, reading: Reading) -> Exhibit:
    """Return ``base`` with what the form says; errors are left in ``reading``."""
    if not values["name"].strip():
        reading.errors["name"] = _("Give the exhibit a name.")
    return replace(
        base,
        name=values["name"].strip(),
        kind=values["kind"],
        source=values["source"].strip(),
        obtained_by=values["obtained_by"].strip(),
        content=values["content"].strip(),
        purpose=values["purpose"].strip(),
        pages=reading.whole("pages", values["pages"]),
        copies=reading.whole("copies", values["copies"], 1) or 1,
        obtained_on=reading.day("obtained_on", values["obtained_on"]),
        is_original=bool(values["is_original"]),
    )
