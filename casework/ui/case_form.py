"""The fields of a case: what each is called, where it stands."""

from __future__ import annotations

from collections.abc import Iterable

from casework.i18n import _, language
from casework.rules import Channel, Conduct, RulePack
from casework.ui import choices
from casework.ui.form import Field, Option, RowsField, Section


def case_sections(rules: RulePack, channels_used: Iterable[str] = ()) -> list[Section]:
    """Return the form of a case in the language in force.

    ``channels_used`` are channels of the case's filings, which may be words of the system it came from.
    """
    return [
        Section(_("The case"), _case_fields()),
        Section(_("Complainant"), _complainant_fields()),
        Section(_("Respondent"), _respondent_fields()),
        Section(_("What happened"), (_conducts(rules), _summary(), _incidents())),
        Section(_("What is asked for"), (_remedies(),)),
        Section(_("Where it was filed"), (_filings(rules, channels_used),)),
    ]


def _case_fields() -> tuple[Field, ...]:
    return (
        Field("case_no", _("Case number"), required=True),
        Field("received_on", _("Received on"), "date", required=True),
        Field("received_at", _("Time received"), "time"),
        Field("status", _("Status"), "choice", options=choices.statuses()),
        Field("closed_on", _("Closed on"), "date"),
        Field("handler", _("Caseworker")),
        Field("region", _("Region")),
    )


def _complainant_fields() -> tuple[Field, ...]:
    return (
        Field("complainant.name", _("Full name"), required=True),
        Field("complainant.phone", _("Telephone")),
        Field("complainant.email", _("E-mail")),
        Field("complainant.address", _("Address"), width="full"),
    )


def _respondent_fields() -> tuple[Field, ...]:
    return (
        Field("respondent.company", _("Company"), required=True),
        Field("respondent.platform", _("Platform or shop")),
        Field("respondent.agent", _("Agent or staff number")),
        Field("respondent.credit_code", _("Unified social credit code")),
        Field("respondent.contact", _("Contact of the company")),
        Field("respondent.address", _("Address")),
    )


def _conducts(rules: RulePack) -> Field:
    options = tuple(_conduct_option(conduct) for conduct in rules.conducts.values())
    return Field("conducts", _("Conduct complained of"), "ticks", options=options)


def _conduct_option(conduct: Conduct) -> Option:
    return Option(conduct.id, conduct.name(language()), to_be_checked(conduct.verified))


def to_be_checked(verified: bool) -> str:
    """Return the remark on a record of the rule pack that nobody has checked yet."""
    return "" if verified else _("to be checked")


def _summary() -> Field:
    return Field("summary", _("Summary"), "long", width="full", lines=3)


def _incidents() -> RowsField:
    return RowsField(
        "incidents",
        _("Chronology"),
        (
            Field("on", _("Date"), "date"),
            Field("at", _("Time"), "time"),
            Field("text", _("What happened"), "long", lines=2, required=True),
            Field("exhibits", _("Exhibit numbers"), "short", placeholder="1, 2"),
        ),
        add_label=_("Add an event"),
        remove_label=_("Remove"),
        row_label=_("event {n}"),
        empty_label=_("No events yet. Enter them one by one: when, who, what."),
    )


def _remedies() -> RowsField:
    return RowsField(
        "remedies",
        _("Remedies"),
        (
            Field("kind", _("Remedy"), "choice", options=choices.remedies(), initial="refund"),
            Field("amount", _("Amount (yuan)"), "amount"),
            Field("reply_by", _("Reply by"), "date"),
            Field("text", _("In words"), "long", lines=2),
        ),
        add_label=_("Add a remedy"),
        remove_label=_("Remove"),
        row_label=_("remedy {n}"),
        empty_label=_("Nothing is asked for yet."),
    )


def _filings(rules: RulePack, used: Iterable[str]) -> RowsField:
    return RowsField(
        "filings",
        _("Filings"),
        (
            Field("channel", _("Channel"), "choice", options=channel_options(rules, used), required=True),
            Field("filed_on", _("Filed on"), "date"),
            Field("receipt_no", _("Receipt number")),
            Field("answered_on", _("First response on"), "date"),
            Field("status", _("Status"), "choice", options=choices.filings(), initial="draft"),
        ),
        add_label=_("Add a filing"),
        remove_label=_("Remove"),
        row_label=_("filing {n}"),
        empty_label=_("Not filed anywhere yet."),
    )


def channel_options(rules: RulePack, used: Iterable[str] = ()) -> tuple[Option, ...]:
    """Return the channels to choose from, those of other systems last."""
    known = tuple(Option(channel.id, channel_name(channel)) for channel in rules.channels.values())
    foreign = tuple(Option(name, name) for name in dict.fromkeys(used) if name and name not in rules.channels)
    return (Option("", ""), *known, *foreign)


def channel_name(channel: Channel) -> str:
    """Return a channel's name, marked where nobody has checked the record yet."""
    remark = to_be_checked(channel.verified)
    name = channel.name(language())
    return _("{name} ({remark})").format(name=name, remark=remark) if remark else name
