"""The model's fixed lists as a person reads them, in the language in force."""

from __future__ import annotations

from casework.i18n import _, mark

REMEDIES = {
    "refund": mark("Refund"),
    "compensation": mark("Compensation"),
    "apology": mark("Apology"),
    "deletion": mark("Deletion of personal data"),
    "written_reply": mark("Written reply"),
    "penalty": mark("Penalty by the authority"),
    "other": mark("Other"),
}
EXHIBITS = {
    "documentary": mark("Documentary evidence"),
    "electronic_data": mark("Electronic data"),
    "audio_visual": mark("Audio-visual material"),
    "physical": mark("Physical evidence"),
    "statement": mark("Statement of a party"),
    "testimony": mark("Witness testimony"),
}
FILINGS = {
    "draft": mark("Draft"),
    "filed": mark("Filed"),
    "accepted": mark("Accepted"),
    "refused": mark("Refused"),
    "closed": mark("Closed"),
    "withdrawn": mark("Withdrawn"),
}
STATUSES = {"open": mark("Open"), "closed": mark("Closed")}


#: The roles that a column of an export can play (:data:`casework.sources.ROLES`).
ROLES = {
    "accepted": mark("Acceptance date"),
    "agent": mark("Respondent's agent"),
    "amount": mark("Amount"),
    "case_no": mark("Case number"),
    "channel": mark("Channel"),
    "closed": mark("Closing date"),
    "complainant": mark("Complainant"),
    "conduct": mark("Conduct"),
    "due": mark("Due date"),
    "first_response": mark("First response"),
    "handler": mark("Handler"),
    "kind": mark("Kind of contact"),
    "on_time": mark("On time"),
    "outcome": mark("Outcome"),
    "phone": mark("Phone"),
    "received": mark("Received date"),
    "recovered": mark("Amount recovered"),
    "region": mark("Region"),
    "reopened": mark("Times reopened"),
    "respondent": mark("Respondent"),
    "satisfied": mark("Satisfied"),
    "status": mark("Status"),
    "text": mark("Text of the complaint"),
}


def word(names: dict[str, str], key: str) -> str:
    """The name of ``key`` in one of the lists above, or ``key`` itself where the list does not know it."""
    return _(names[key]) if key in names else key
