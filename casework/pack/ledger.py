"""Which published counts have to be withheld so that no small one can be worked out from the others.

Every count has a key that says what it counts, so that the same count printed in two tables is one key. A relation says that
some keys add up to others. A small count is withheld (primary), and of each relation from which it could still be
computed another count is withheld as well (secondary), until the system of all relations has no single solution for
any small count. One sign stands for both kinds, and a count of 0 is never withheld: a reader then knows of a withheld count
no more than that it is at least 0, every withheld count is above that, and so whatever the equations leave open stays open.

Follows the method of complementary cell suppression: Cox, Suppression methodology and statistical disclosure control,
J. Am. Stat. Assoc. 75 (1980) 377-385.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Key = tuple[str | None, ...]
Relation = Mapping[Key, int]  # coefficients of an equation whose right side is 0

_PRIME = 2_147_483_647  # products of two residues fit 64 bits
_TOTAL_COST = 1_000_000_000


@dataclass
class Ledger:
    """The counts that a report publishes, and how they add up."""

    smallest: int
    values: dict[Key, int] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    unpublished: set[Key] = field(default_factory=set)

    def note(self, key: Key, value: int) -> Key:
        """Take a count down and return its key: another one where the key already stands for another number."""
        if self.values.setdefault(key, value) == value:
            return key
        other = (*key, "again", str(value))
        self.values[other] = value
        return other

    def adds_up(self, parts: Iterable[Key], whole: Iterable[Key]) -> None:
        """Take down that parts add up to a whole, if they are all published and do."""
        left, right = list(parts), list(whole)
        if not left or not right or not all(key in self.values for key in (*left, *right)):
            return
        if sum(map(self.values.__getitem__, left)) != sum(map(self.values.__getitem__, right)):
            return
        relation: dict[Key, int] = defaultdict(int)
        for key in left:
            relation[key] += 1
        for key in right:
            relation[key] -= 1
        bare = {key: times for key, times in relation.items() if times}
        if bare:
            self.relations.append(bare)

    def difference(self, whole: Key, parts: Sequence[Key]) -> None:
        """Take down a small count that nobody prints, but that anybody can subtract."""
        if not all(key in self.values for key in (whole, *parts)):
            return
        rest = self.values[whole] - sum(map(self.values.__getitem__, parts))
        if self._is_small(rest):
            key = self.note(("difference", *whole, *(word for part in parts for word in part)), rest)
            self.unpublished.add(key)
            self.adds_up([key, *parts], [whole])

    def _is_small(self, value: int) -> bool:
        return 0 < value < self.smallest

    def withheld(self) -> frozenset[Key]:
        """Every key that must not be printed."""
        small = {key for key, value in self.values.items() if self._is_small(value)}
        hidden = small | self.unpublished
        by_key = self._by_key()
        while self._cover_alone(small, hidden, by_key) or self._cover_together(small, hidden, by_key):
            pass
        return frozenset(hidden - self.unpublished)

    def _cover_alone(self, small: set[Key], hidden: set[Key], by_key: Mapping[Key, list[Relation]]) -> bool:
        """Withhold a second key in every equation with a single unknown; whether there was one."""
        found = False
        for relation in self.relations:
            unknown = [key for key in relation if key in hidden]
            if len(unknown) == 1 and unknown[0] in small:
                found = True
                self._cover(unknown[0], hidden, by_key)
        return found

    def _cover_together(
        self, small: set[Key], hidden: set[Key], by_key: Mapping[Key, list[Relation]]
    ) -> bool:
        """Withhold keys where several equations together have one solution; whether there was one.

        One key more may free many others, so the neighbours of a key that was just withheld wait for the next look.
        """
        together = solvable(self.relations, hidden) & small
        fresh: set[Key] = set()
        for key in sorted(together, key=str):
            if not any(fresh & relation.keys() for relation in by_key[key]):
                fresh.add(self._cover(key, hidden, by_key))
        return bool(together)

    def _by_key(self) -> dict[Key, list[Relation]]:
        found: dict[Key, list[Relation]] = defaultdict(list)
        for relation in self.relations:
            for key in relation:
                found[key].append(relation)
        return found

    def _cover(self, key: Key, hidden: set[Key], by_key: Mapping[Key, list[Relation]]) -> Key:
        """Withhold the cheapest further count in a relation of ``key``, else in one of its surroundings."""
        seen, around = {key}, [key]
        while around:
            relations = [relation for near in around for relation in by_key.get(near, ())]
            open_ones = {near for relation in relations for near in relation} - hidden
            candidates = [near for near in open_ones if self.values[near] > 0]
            if candidates:
                chosen = min(candidates, key=self._cost)
                hidden.add(chosen)
                return chosen
            around = [near for relation in relations for near in relation if near not in seen]
            seen.update(around)
        raise AssertionError(f"nothing is left that could cover {key}")

    def _cost(self, key: Key) -> tuple[int, str]:
        is_total = len(key) < 4 or key[3] == ""
        return self.values[key] + _TOTAL_COST * is_total, str(key)


def solvable(relations: Sequence[Relation], unknown: set[Key]) -> set[Key]:
    """The unknown keys that have one solution, the others being known: alone in a row of the reduced echelon form."""
    found: set[Key] = set()
    for keys, rows in _components(relations, unknown):
        matrix = _reduced(rows)
        for row in matrix:
            places = np.flatnonzero(row)
            if len(places) == 1:
                found.add(keys[int(places[0])])
    return found


def _components(
    relations: Sequence[Relation], unknown: set[Key]
) -> Iterator[tuple[list[Key], npt.NDArray[np.int64]]]:
    """The equations in the unknown keys, those that share none apart from each other."""
    bare = [{key: times for key, times in relation.items() if key in unknown} for relation in relations]
    groups: dict[Key, Key] = {}

    def root(key: Key) -> Key:
        while groups.setdefault(key, key) != key:
            groups[key] = groups[groups[key]]
            key = groups[key]
        return key

    for equation in bare:
        first = next(iter(equation), None)
        for key in equation:
            groups[root(key)] = root(first) if first is not None else root(key)
    gathered: dict[Key, list[dict[Key, int]]] = defaultdict(list)
    for equation in bare:
        if equation:
            gathered[root(next(iter(equation)))].append(equation)
    for equations in gathered.values():
        keys = list(dict.fromkeys(key for equation in equations for key in equation))
        place = {key: column for column, key in enumerate(keys)}
        rows = np.zeros((len(equations), len(keys)), np.int64)
        for line, equation in enumerate(equations):
            for key, times in equation.items():
                rows[line, place[key]] = times % _PRIME
        yield keys, rows


def _reduced(rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The reduced row echelon form modulo a prime: exact, where fractions would need big numbers."""
    top = 0
    for column in range(rows.shape[1]):
        below = np.flatnonzero(rows[top:, column])
        if not len(below):
            continue
        pivot = top + int(below[0])
        rows[[top, pivot]] = rows[[pivot, top]]
        rows[top] = rows[top] * pow(int(rows[top, column]), -1, _PRIME) % _PRIME
        others = np.flatnonzero(rows[:, column])
        others = others[others != top]
        rows[others] = (rows[others] - rows[others, column][:, None] * rows[top] % _PRIME) % _PRIME
        top += 1
        if top == len(rows):
            break
    return rows[:top]
