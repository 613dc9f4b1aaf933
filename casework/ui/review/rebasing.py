"""New limits of a control chart from a month on: decided by a person, with a reason, and recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from casework.analytics.review import ControlChart, Rebase
from casework.i18n import _
from casework.tables import words
from casework.ui.form import Action, Field, Form, Option, Section

#: What keeps or drops a decision: name of the chart, month, reason (None: drop it).
Decide = Callable[[str, str, str | None], None]


class Rebasing:
    """A form for a new decision, and a button for each that can be taken back."""

    def __init__(self, adopt: Callable[[Any], Any], decide: Decide) -> None:
        self._decide = decide
        blank = {"name": "received", "month": "", "why": ""}
        self.form: Form = adopt(Form(self.act, values=blank))

    def show(self, charts: Sequence[ControlChart], rebases: Sequence[Rebase]) -> None:
        """Offer the months of the charts; list the decisions that stand."""
        self.form.layout.display = "" if charts else "none"
        if not charts:
            return
        months = sorted({point.month for chart in charts for point in chart.points}, reverse=True)
        names = tuple(Option(chart.name, words.control(chart.name)) for chart in charts)
        fields = (
            Field("name", _("Control chart"), "choice", options=names),
            Field(
                "month", _("From the month on"), "choice", options=tuple(Option(one, one) for one in months)
            ),
            Field(
                "why",
                _("What changed in that month"),
                hint=_("It is recorded with your name."),
                enter="rebase",
            ),
        )
        values = self.form.values
        known = {option.value for option in names}
        if values["month"] not in months or values["name"] not in known:
            name = values["name"] if values["name"] in known else names[0].value
            self.form.fill(values | {"name": name, "month": months[0] if months else ""})
        note = _("Limits stay as they are until a person says that the process itself has changed.")
        drops = [
            Action(f"drop:{one.name}:{one.month}", _("Take back: {what}").format(what=_told(one)))
            for one in rebases
        ]
        action = Action("rebase", _("Compute new limits from this month on"))
        self.form.show([Section(_("Limits of the control charts"), fields, note)], [action, *drops])

    def act(self, action: str, values: dict[str, Any]) -> None:
        """Record a decision or take one back."""
        if action == "rebase":
            if not str(values["why"]).strip():
                self.form.errors = {"why": _("Say what changed in that month.")}
                return
            self.form.errors = {}
            self._decide(str(values["name"]), str(values["month"]), str(values["why"]))
            self.form.fill(values | {"why": ""})
        elif action.startswith("drop:"):
            _drop, name, month = action.split(":", 2)
            self._decide(name, month, None)


def _told(one: Rebase) -> str:
    return f"{words.control(one.name)}, {one.month}, {one.who}, {one.why}"
