"""Which pairs of profiles may be one meeting, for archives: the same pairs and scores as comparing them one by one.

Profiles share the parts that a comparison depends on: there are few days, places and tables in a month, however many texts speak
of them. So each two distinct parts are compared once, and all pairs are then looked up in arrays. Scores are added up in the same
order as in `kg.likeness.compare`, so that they are the same to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from functools import partial
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from kg.likeness import (
    Comparison,
    Parts,
    Profile,
    blocks,
    compare_places,
    compare_principals,
    compare_times,
    details,
    parts,
    setting_conflict,
    taken_together,
    weigh,
)

_CHUNK = 4_000_000
"""Pairs looked at in one go: a few bytes each for every array."""

_FEW = 24
"""Up to so many profiles, looking pairs up one by one is faster than making arrays."""


Shelf = tuple[str, str, str]
"""Where profiles stand that may be one: kind, process, month."""

SETTING, WHEN, WHERE, WHOM, MANNER = range(5)
"""Kinds of parts, in the order of `Parts`."""

_LIKELY = (WHEN, WHOM, WHERE, SETTING)
"""Those that exclude, the likeliest first."""


class Pairs(NamedTuple):
    """Candidates, best first: numbers of the two profiles (the smaller IRI first), score, and whether it is exact."""

    one: Any
    other: Any
    score: Any
    exact: Any


class Compared:
    """Profiles cut into numbered parts, and what was found when two parts were compared; each two are compared once."""

    def __init__(self, profiles: Sequence[Profile], around: Mapping[str, Sequence[str]]) -> None:
        self._compare: tuple[Callable[[Any, Any], Any], ...] = (
            setting_conflict,
            compare_times,
            partial(compare_places, around=around),
            compare_principals,
            lambda one, other: tuple(details(one, other)),
        )
        kinds = range(len(Parts._fields))
        self.of: list[list[int]] = [[] for _ in kinds]
        """For each kind of part, the number of that part of each profile."""
        self._values: list[list[Any]] = [[] for _ in kinds]
        self._found: list[dict[tuple[int, int], Any]] = [{} for _ in kinds]
        numbers: list[dict[Any, int]] = [{} for _ in kinds]
        for profile in profiles:
            for kind, value in enumerate(parts(profile)):
                number = numbers[kind].setdefault(value, len(numbers[kind]))
                if number == len(self._values[kind]):
                    self._values[kind].append(value)
                self.of[kind].append(number)
        self.arrays = [np.array(own, dtype=np.int64) for own in self.of]
        """The same as arrays."""

    def found(self, kind: int, one: int, other: int) -> Any:
        """What comparing two parts of a kind gives: a Comparison, for SETTING the reason why not, for MANNER the additions with
        their reasons."""
        key = (one, other) if one < other else (other, one)
        known = self._found[kind]
        if key not in known:
            known[key] = self._compare[kind](self._values[kind][key[0]], self._values[kind][key[1]])
        return known[key]

    def both(self, one: int, other: int) -> Comparison:
        """How alike two profiles of different texts are whose settings fit, as `kg.likeness.compare` says."""
        time, place, principals, additions = (
            self.found(kind, self.of[kind][one], self.of[kind][other]) for kind in (WHEN, WHERE, WHOM, MANNER)
        )
        return taken_together(time, place, principals, additions)

    def conflict(self, kind: int, one: int, other: int) -> bool:
        """Whether two parts of a kind other than MANNER exclude each other."""
        found = self.found(kind, one, other)
        return bool(found if kind == SETTING else found.conflict)


def candidates(
    profiles: Sequence[Profile], compared: Compared, least: float, only: Container[Shelf] | None = None
) -> Pairs:
    """Pairs that share a block, do not exclude each other and score at least `least`.

    profiles are sorted, and each has a node of its own. With only, pairs are looked for on these shelves alone.
    """
    shelves: dict[Shelf, dict[int, set[str]]] = {}
    for number, profile in enumerate(profiles):
        for kind, process, month, principal in blocks(profile):
            if only is None or (kind, process, month) in only:
                shelves.setdefault((kind, process, month), {}).setdefault(number, set()).add(principal)
    texts: dict[str, int] = {}
    documents = np.array([texts.setdefault(profile.document, len(texts)) for profile in profiles], dtype=np.int32)
    few: list[tuple[int, int]] = []
    many: list[Any] = []
    for shelf in shelves.values():
        if len(shelf) <= _FEW:
            few += _one_by_one(profiles, shelf, compared)
        else:
            many += _in_arrays(documents, shelf, compared)
    keys = [np.array(few, dtype=np.int64).reshape(-1, 2) @ np.array([len(profiles), 1], dtype=np.int64), *many]
    # A pair that stands on the shelves of several months counts once.
    pairs = np.unique(np.concatenate(keys))
    return _scored(pairs // max(len(profiles), 1), pairs % max(len(profiles), 1), compared, least)


def _one_by_one(
    profiles: Sequence[Profile], shelf: Mapping[int, set[str]], compared: Compared
) -> list[tuple[int, int]]:
    found = []
    for one, other in combinations(shelf, 2):
        mine, theirs = shelf[one], shelf[other]
        if (
            ("" in mine or "" in theirs or not mine.isdisjoint(theirs))
            and profiles[one].document != profiles[other].document
            and not any(compared.conflict(kind, compared.of[kind][one], compared.of[kind][other]) for kind in _LIKELY)
        ):
            found.append((one, other))
    return found


def _in_arrays(documents: Any, shelf: Mapping[int, set[str]], compared: Compared) -> list[Any]:
    members = np.fromiter(shelf, dtype=np.int64)
    allowed = [_principals_met(list(shelf.values()))]
    for kind in _LIKELY:
        own = compared.arrays[kind][members]
        distinct, number = np.unique(own, return_inverse=True)
        fits = np.ones((len(distinct), len(distinct)), dtype=bool)
        for (row, one), (column, other) in combinations(enumerate(distinct.tolist()), 2):
            fits[row, column] = fits[column, row] = not compared.conflict(kind, one, other)
        for place, one in enumerate(distinct.tolist()):
            fits[place, place] = not compared.conflict(kind, one, one)
        allowed.append((fits, number))
    text = documents[members]
    found = []
    step = max(_CHUNK // len(members), 1)
    for start in range(0, len(members), step):
        rows: Any = np.arange(start, min(start + step, len(members)))
        # Members are in the order of their nodes, so that the smaller one of each pair is the row.
        columns: Any = np.arange(start + 1, len(members))
        fit = columns[None, :] > rows[:, None]
        fit &= text[rows][:, None] != text[columns][None, :]
        for fits, number in allowed:
            fit &= fits[number[rows]][:, number[columns]]
        down, across = np.nonzero(fit)
        found.append(members[rows[down]] * len(documents) + members[columns[across]])
    return found


def _principals_met(shelf: Sequence[set[str]]) -> tuple[Any, Any]:
    """For each two sets of principals whether they share one or one is open, and the number of the set of each member."""
    numbers: dict[frozenset[str], int] = {}
    number = np.array([numbers.setdefault(frozenset(one), len(numbers)) for one in shelf])
    met = [["" in one or "" in other or not one.isdisjoint(other) for other in numbers] for one in numbers]
    return np.array(met, dtype=bool), number


def _scored(one: Any, other: Any, compared: Compared, least: float) -> Pairs:
    """The pairs that score enough, sorted: exact ones first, then by score, then by node."""
    columns = []
    exact = np.ones(len(one), dtype=bool)
    for kind in (WHEN, WHERE, WHOM):
        first, second, position = _distinct(compared.arrays[kind], one, other)
        found = [compared.found(kind, a, b) for a, b in zip(first, second, strict=True)]
        columns.append(np.array([comparison.score for comparison in found], dtype=float)[position])
        if kind in (WHEN, WHOM):
            exact &= np.array([comparison.exact for comparison in found], dtype=bool)[position]
    score = weigh(*columns)
    first, second, position = _distinct(compared.arrays[MANNER], one, other)
    bonuses = [compared.found(MANNER, a, b) for a, b in zip(first, second, strict=True)]
    for place in range(max(map(len, bonuses), default=0)):
        score = score + np.array([own[place][0] if place < len(own) else 0.0 for own in bonuses])[position]
    # Rounded as Python rounds, which numpy does not in the last place; there are few distinct sums.
    sums, position = np.unique(score, return_inverse=True)
    score = np.array([round(value, 3) for value in sums.tolist()], dtype=float)[position]
    enough = np.flatnonzero(score >= least)
    return best_first(Pairs(one[enough], other[enough], score[enough], exact[enough]))


def best_first(pairs: Pairs) -> Pairs:
    """The pairs in the order in which they are judged."""
    order = np.lexsort((pairs.other, pairs.one, -pairs.score, ~pairs.exact))
    return Pairs(*(column[order] for column in pairs))


def _distinct(numbers: Any, one: Any, other: Any) -> tuple[list[int], list[int], Any]:
    """The distinct pairs of parts among pairs of profiles, and for each pair of profiles which of them it has."""
    first, second = numbers[one], numbers[other]
    size = len(numbers) + 1
    distinct, position = np.unique(np.minimum(first, second) * size + np.maximum(first, second), return_inverse=True)
    return (distinct // size).tolist(), (distinct % size).tolist(), position
