"""How records are shown to whoever gets them: ids as names, personal data masked or not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from casework.i18n import _, language
from casework.model import Case
from casework.rules import RulePack
from casework.workbooks import masking


@dataclass(frozen=True, slots=True)
class Shown:
    """One way to show records: with the names of a rule pack in the language in force, ``masked`` or in clear."""

    rules: RulePack
    masked: bool

    def channel(self, channel: str) -> str:
        """The channel's name; words of another system stay as they are."""
        known = self.rules.channels.get(channel)
        return known.name(language()) if known else channel

    def conducts(self, conducts: Iterable[str]) -> str:
        """The names of the conducts, one after another."""
        known = self.rules.conducts
        names = [known[each].name(language()) if each in known else each for each in conducts]
        return _("; ").join(names)

    def title(self, title: str) -> str:
        """The header of a column that is masked as a whole."""
        return _("{title} (masked)").format(title=title) if self.masked else title

    def name(self, name: str) -> str:
        """A person's name."""
        return masking.mask_name(name) if self.masked else name

    def phone(self, phone: str) -> str:
        """A telephone number."""
        return masking.mask_phone(phone) if self.masked else phone

    def email(self, email: str) -> str:
        """An e-mail address."""
        return masking.mask_email(email) if self.masked else email

    def address(self, address: str) -> str:
        """A person's address."""
        return masking.mask_address(address) if self.masked else address

    def agent(self, agent: str) -> str:
        """The company's agent: a name is masked, a staff number is not."""
        return masking.mask_agent(agent) if self.masked else agent

    def text(self, case: Case, text: str) -> str:
        """Free text of a case: what has a form, and the names that the case knows, are masked in it."""
        if not self.masked or not text:
            return text
        agent = case.respondent.agent
        names = (case.complainant.name, "" if any(map(str.isdigit, agent)) else agent)
        return masking.mask_text(text, names)
