"""The places that a finding can point to: a path for the form, and a name for the person."""

from __future__ import annotations

from casework.i18n import _, mark
from casework.model import Case, Finding

PLACES = {
    "complainant.name": mark("Complainant's name"),
    "complainant.phone": mark("Complainant's phone"),
    "complainant.email": mark("Complainant's e-mail"),
    "complainant.address": mark("Complainant's address"),
    "respondent.company": mark("Respondent's company"),
    "respondent.platform": mark("Platform"),
    "respondent.agent": mark("Agent's name or staff number"),
    "respondent.address": mark("Respondent's address"),
    "respondent.credit_code": mark("Respondent's credit code"),
    "respondent.contact": mark("Respondent's contact"),
    "conducts": mark("Conduct"),
    "incidents": mark("Chronology"),
    "remedies": mark("Requests"),
    "exhibits": mark("Evidence"),
    "addressee": mark("Addressee"),
    "channel": mark("Channel"),
    "kind": mark("Kind of letter"),
    "lang": mark("Language of the letter"),
}
"""The names of the places that a finding may point to, to be shown through :func:`casework.i18n._`."""


def at(field: str, problem: str, *, value: str = "", remedy: str = "") -> Finding:
    """Return a finding about a field that there is once."""
    return Finding(place=_(PLACES[field]), problem=problem, value=value, remedy=remedy, field=field)


def of_incident(index: int, part: str, problem: str, *, value: str = "", remedy: str = "") -> Finding:
    """Return a finding about the incident at ``index`` of the case."""
    place = _("Incident {number}").format(number=index + 1)
    return Finding(place, problem, value, remedy, field=f"incidents.{index}.{part}")


def of_remedy(index: int, part: str, problem: str, *, value: str = "", remedy: str = "") -> Finding:
    """Return a finding about the request at ``index`` of the case."""
    place = _("Request {number}").format(number=index + 1)
    return Finding(place, problem, value, remedy, field=f"remedies.{index}.{part}")


def of_exhibit(
    case: Case, index: int, part: str, problem: str, *, value: str = "", remedy: str = ""
) -> Finding:
    """Return a finding about the exhibit at ``index`` of the case; a person knows it by its number."""
    place = _("Exhibit {number}").format(number=case.exhibits[index].number)
    return Finding(place, problem, value, remedy, field=f"exhibits.{index}.{part}")


def value_at(case: Case, place: str) -> object:
    """Return what stands at a path such as ``complainant.phone``."""
    value: object = case
    for name in place.split("."):
        value = getattr(value, name)
    return value


def is_empty(value: object) -> bool:
    """Whether there is nothing to read in a value."""
    return not value.strip() if isinstance(value, str) else not value
