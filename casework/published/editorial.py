"""What a supervisor chooses and writes: hot spots and typical cases from suggestions, advice, own words.

Only choices and words are kept, never figures: these are computed anew at every run. A choice stays even when the
data no longer suggest it; :func:`untraceable` says so to the office, not to the public.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from casework.analytics.review import Part, Review
from casework.i18n import _, mark
from casework.published.comparing import ALL, bases

if TYPE_CHECKING:
    import pyarrow as pa

    from casework.analytics.figures import Report

#: Sections that have room for own words, with their names.
SECTIONS = {
    "overview": mark("Overall"),
    "sources": mark("Sources of the cases"),
    "handling": mark("Handling"),
    "nature": mark("Nature of the complaints"),
    "respondents": mark("Respondents and responsible bodies"),
    "hot_spots": mark("Hot spots"),
    "cases": mark("Typical cases"),
    "notes": mark("Notes on the data"),
}
#: What hot spots are looked for in, and the fewest cases of one.
HOT_DIMENSIONS = ("conduct", "respondent", "region", "channel", "kind")
FEWEST = 5
MOST_HOT = 5


@dataclass(frozen=True, slots=True)
class HotSpot:
    """A value of a dimension to write about (``value`` None: not stated). ``use`` False: only suggested."""

    dimension: str
    value: str | None
    words: str = ""
    use: bool = True


@dataclass(frozen=True, slots=True)
class TypicalCase:
    """A case to tell, by its key (:func:`case_key`). ``title`` and ``words`` are the supervisor's."""

    case: str
    title: str = ""
    words: str = ""
    use: bool = True


@dataclass(frozen=True, slots=True)
class Editorial:
    """A supervisor's choices and words. ``own_words`` are (section of :data:`SECTIONS`, text)."""

    office: str = ""
    hot_spots: tuple[HotSpot, ...] = ()
    typical_cases: tuple[TypicalCase, ...] = ()
    advice: str = ""
    own_words: tuple[tuple[str, str], ...] = ()

    def words_of(self, section: str) -> str:
        """What was written for a section."""
        return dict(self.own_words).get(section, "")


def hottest(review: Review) -> list[HotSpot]:
    """The values with the most additional cases since the period before, most first, none of them chosen.

    Only where the comparison may be made; values with fewer than :data:`FEWEST` cases are no hot spot.
    """
    found = sorted(_rising(review), key=lambda item: (-item[0], item[1].dimension, item[1].value or ""))
    return [spot for _more, spot in found[:MOST_HOT]]


def _rising(review: Review) -> Iterator[tuple[int, HotSpot]]:
    for dimension in HOT_DIMENSIONS:
        found = review.breakdown(dimension)
        for part in found.parts if found else ():
            more = part.received - (part.before or 0)
            known = part.value is not None and part.before is not None and part.received >= FEWEST
            if known and more > 0 and not bases(review, channel=_channel(dimension, part)).before:
                yield more, HotSpot(dimension, part.value, use=False)


def _channel(dimension: str, part: Part) -> object:
    return part.value if dimension == "channel" else ALL


def part_of(review: Review, spot: HotSpot) -> Part | None:
    """The counts of a hot spot in this review, if it still is in the data."""
    found = review.breakdown(spot.dimension)
    return next((part for part in found.parts if part.value == spot.value), None) if found else None


def case_key(table: pa.Table, place: int) -> str:
    """A short key of a case that does not tell its number: the same case has the same key at every run."""
    number = table["case_no"][place].as_py()
    told = number or f"{table['source'][place].as_py()}:{table['row'][place].as_py()}"
    return sha256(str(told).encode()).hexdigest()[:12]


def suggestions(report: Report, cases: pa.Table | None = None) -> Editorial:
    """An editorial with suggestions only: nothing is chosen, nothing written.

    ``cases`` (default: the report's own) is the table of cases of :mod:`casework.analytics.cases`; without it no
    typical cases are suggested.
    """
    table = report.cases if cases is None else cases
    found = [TypicalCase(key, use=False) for key in typical(report.review, table)]
    return Editorial(hot_spots=tuple(hottest(report.review)), typical_cases=tuple(found))


def typical(review: Review, table: pa.Table | None) -> list[str]:
    """Keys of telling cases of the period: the largest sums, the longest handling, the most repeated respondent."""
    if table is None or "received" not in table.column_names:
        return []
    inside = _of_period(review, table)
    orders: list[Iterable[int]] = [_largest(inside, "amount_minor", 2), _largest(inside, "elapsed_us", 2)]
    repeated = next((one.respondent for one in review.repeats if one.respondent), None)
    orders.append(_of_respondent(inside, repeated))
    return list(dict.fromkeys(case_key(inside, place) for order in orders for place in order))


def _of_period(review: Review, table: pa.Table) -> pa.Table:
    import datetime as dt

    import pyarrow as pa
    import pyarrow.compute as pc

    from casework.analytics.periods import first_day

    if review.period is None:
        return table
    edges = [
        dt.datetime.combine(first_day(month), dt.time()) for month in (review.period.first, review.period.end)
    ]
    first, end = (pa.scalar(edge, pa.timestamp("us")) for edge in edges)
    received = table["received"]
    return table.filter(pc.and_(pc.greater_equal(received, first), pc.less(received, end)))


def _largest(table: pa.Table, column: str, most: int) -> list[int]:
    import pyarrow.compute as pc

    if column not in table.column_names:
        return []
    values = table[column]
    places = pc.sort_indices(values, sort_keys=[("", "descending")])[:most].to_pylist()  # nulls come last
    return [place for place in places if values[place].as_py() is not None]


def _of_respondent(table: pa.Table, name: str | None) -> list[int]:
    import pyarrow.compute as pc

    if name is None or "respondent" not in table.column_names:
        return []
    return list(pc.indices_nonzero(pc.equal(table["respondent"], name))[:1].to_pylist())


def case_facts(table: pa.Table | None, keys: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What may be told of cases, by key: kind, channel, conduct, sum, days, end. No names, numbers or texts of anybody."""
    wanted = set(keys)
    if table is None or not wanted or "received" not in table.column_names:
        return {}
    numbers, sources, rows = (table[name].to_pylist() for name in ("case_no", "source", "row"))
    found = {}
    for place, (number, source, row) in enumerate(zip(numbers, sources, rows, strict=True)):
        key = sha256(str(number or f"{source}:{row}").encode()).hexdigest()[:12]
        if key in wanted and key not in found:
            found[key] = _facts(table, place)
    return found


def _facts(table: pa.Table, place: int) -> dict[str, Any]:
    names = ("kind", "channel", "conduct", "amount_minor", "recovered_minor", "elapsed_us", "end")
    return {name: table[name][place].as_py() for name in names if name in table.column_names}


def renewed(kept: Editorial, found: Editorial) -> Editorial:
    """What a supervisor has, with the new suggestions behind: choices and words stay; only idle suggestions go."""
    spots = [one for one in kept.hot_spots if one.use or one.words]
    cases = [one for one in kept.typical_cases if one.use or one.words or one.title]
    held = {(one.dimension, one.value) for one in spots}
    keys = {one.case for one in cases}
    return replace(
        kept,
        hot_spots=(*spots, *(one for one in found.hot_spots if (one.dimension, one.value) not in held)),
        typical_cases=(*cases, *(one for one in found.typical_cases if one.case not in keys)),
    )


def untraceable(report: Report, editorial: Editorial) -> tuple[str, ...]:
    """Sentences for the office on choices that the data no longer have; they stay in the report."""
    told = [
        _(
            "“{value}” was chosen as a hot spot and is not in this period's data; what was written stays."
        ).format(value=spot.value or _("(not stated)"))
        for spot in editorial.hot_spots
        if spot.use and part_of(report.review, spot) is None
    ]
    chosen = [one.case for one in editorial.typical_cases if one.use]
    facts = case_facts(report.cases, chosen)
    told += [
        _("The typical case {key} is not in the data at hand; what was written stays.").format(key=key)
        for key in chosen
        if key not in facts
    ]
    return tuple(told)
