"""What a template may name, and what a name in it stands for."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from casework.i18n import _
from casework.model import Finding
from casework.workbooks.filling.marks import Marked, Record, nearest, plain


@dataclass(frozen=True)
class Names:
    """The values and lists at hand. ``fields`` names the fields of each list; ``aliases`` are other words for names."""

    values: Mapping[str, object]
    lists: Mapping[str, Sequence[Record]]
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)

    def canonical(self, name: str) -> str:
        """The name that ``name`` (as :func:`~casework.workbooks.filling.marks.plain` gives it) is another word for."""
        return ".".join(self.aliases.get(part, part) for part in name.split("."))

    def list_of(self, name: str) -> str | None:
        """The list that a known ``list.field`` belongs to; None for anything else."""
        group, dot, key = name.partition(".")
        known = self.fields_of(group) if dot and group in self.lists else ()
        return group if key in known else None

    def knows(self, name: str) -> bool:
        """Whether ``name`` is a value or a field of a list."""
        return name in self.values or self.list_of(name) is not None

    def fields_of(self, group: str) -> tuple[str, ...]:
        """The fields of a list, in their order."""
        if group in self.fields:
            return tuple(self.fields[group])
        records = self.lists[group]
        return tuple(records[0]) if records else ()

    def scope(self, group: str, record: Record) -> Mapping[str, object]:
        """What a row of a list can show: its record, and every value."""
        known = {f"{group}.{key}": record.get(key) for key in self.fields_of(group)}
        return ChainMap(known, dict(self.values))

    def all(self, *, rows: bool = False) -> list[str]:
        """Every name there is, other words included; with ``rows`` the lists themselves too."""
        names = [*self.values, *(f"{group}.{key}" for group in self.lists for key in self.fields_of(group))]
        names += list(self.lists) if rows else []
        words = {name: word for word, name in self.aliases.items()}
        return names + [".".join(words.get(part, part) for part in name.split(".")) for name in names]

    def unknown(self, place: str, name: str) -> Finding:
        """The finding about a mark that names nothing."""
        alike = nearest(name, self.all())
        remedy = _("Did you mean {name}?").format(name="{{" + alike + "}}") if alike else _see_list()
        return Finding(place, _("There is no such name."), "{{" + name + "}}", remedy)

    def unknown_range(self, name: str) -> Finding:
        """The finding about a defined name that stands for nothing."""
        alike = nearest(name.removeprefix(PREFIX), self.all(rows=True))
        remedy = _("Did you mean {name}?").format(name=PREFIX + alike) if alike else _see_list()
        return Finding(_("named range"), _("There is no such name."), name, remedy)

    def settled(self, marks: Marked) -> Marked:
        """The same marks under the names that they stand for."""
        pieces = (self.canonical(piece) if place % 2 else piece for place, piece in enumerate(marks.pieces))
        return Marked(tuple(pieces))


PREFIX = "casework_"


def range_name(name: str) -> str | None:
    """What a defined name asks for, where it is one of casework's."""
    return plain(name[len(PREFIX) :]) if name.casefold().startswith(PREFIX) else None


def _see_list() -> str:
    return _("All names are listed in docs/templates.md.")
