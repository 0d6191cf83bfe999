"""Which profiles may be one meeting: shelves are shared out, pairs scored there, and what hangs together is dealt into bundles.

Two profiles come into one bundle if a chain of pairs, of references to one known meeting, of decisions, or of places where one
may be recalled, leads from one to the other. What a bundle concludes depends on nothing outside it, so that bundles can be joined
apart (see `kg.cluster.joins`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np

from kg.candidates import Compared, Shelf, candidates
from kg.cluster.segments import Piece, read_pieces, write_pieces
from kg.cluster.setting import Kept, kept
from kg.conclusions import Around
from kg.leads import frozen
from kg.likeness import Profile
from kg.linking import DOUBT
from kg.places import Place

PAIR = np.dtype([("one", "<i8"), ("other", "<i8"), ("score", "<f8"), ("exact", "?")])
"""A pair as it stands in files; profiles by their number in the whole corpus."""

BUNDLE, MOST_BUNDLES = 4096, 256
"""Profiles in one bundle at least, where there are so many; and how many bundles there are at most."""


def profile_of(values: list[Any]) -> Profile:
    """A profile after a way through JSON."""
    return Profile._make(map(frozen, values))


def score_pairs(
    scratch: str, number: int, wanted: list[tuple[str, int, list[Piece]]], shelves: list[Shelf]
) -> tuple[int, int]:
    """Score the pairs of some shelves and write those that may be one; its number, and how many pairs there are.

    wanted are the pieces of each file of leads, with the number in the corpus of its first profile.
    """
    here = kept(scratch)
    starts = {name: start for name, start, _ in wanted}
    found: dict[Profile, int] = {}
    for name, (place, values) in read_pieces(here.scratch, [(name, pieces) for name, _, pieces in wanted]):
        found[profile_of(values)] = starts[name] + place
    profiles = sorted(found)
    numbers = np.array([found[profile] for profile in profiles], dtype=np.int64)
    compared = Compared(profiles, Around(here.registry))
    pairs = candidates(profiles, compared, DOUBT, frozenset((kind, process, month) for kind, process, month in shelves))
    table = np.empty(len(pairs.one), dtype=PAIR)
    table["one"], table["other"] = numbers[pairs.one], numbers[pairs.other]
    table["score"], table["exact"] = pairs.score, pairs.exact
    here.scratch.write(f"pairs-{number:05}", table.tobytes(), lasting=False)
    forest = np.array(list(_forest(zip(pairs.one.tolist(), pairs.other.tolist(), strict=True))), dtype=np.int64)
    here.scratch.write(f"forest-{number:05}", numbers[forest.reshape(-1, 2)].tobytes(), lasting=False)
    return number, len(table)


class _Sets:
    """Numbers joined into sets."""

    def __init__(self) -> None:
        self.above: dict[int, int] = {}

    def top(self, one: int) -> int:
        above = self.above
        while (up := above.get(one, one)) != one:
            above[one] = above.get(up, up)
            one = above[one]
        return one

    def join(self, one: int, other: int) -> bool:
        first, second = self.top(one), self.top(other)
        if first != second:
            self.above[max(first, second)] = min(first, second)
        return first != second


def _forest(pairs: Iterable[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """As many of the pairs as are needed to see what hangs together."""
    sets = _Sets()
    return [(one, other) for one, other in pairs if sets.join(one, other)]


def make_bundles(
    scratch: str,
    profiles: int,
    tasks: int,
    known: list[tuple[str, int, Piece]],
    placed: list[tuple[str, int, Piece]],
    decided: list[tuple[int, int]],
    size: int,
) -> list[int]:
    """Deal profiles into bundles and write which one each is in; the sizes of the bundles.

    tasks is how many files of pairs there are; known are pieces of references to known meetings, with the number of the first
    profile of their file, placed those of places; decided the pairs that persons decided on.
    """
    here = kept(scratch)
    sets = _Sets()
    for number in range(tasks):
        edges = np.frombuffer(here.scratch.read(f"forest-{number:05}"), dtype=np.int64).reshape(-1, 2)
        for one, other in edges.tolist():
            sets.join(one, other)
    first: dict[str, int] = {}
    starts = {name: start for name, start, _ in known}
    for name, (place, reference) in read_pieces(here.scratch, [(name, [piece]) for name, _, piece in known]):
        one = starts[name] + place
        sets.join(first.setdefault(reference, one), one)
    for one, other in decided:
        sets.join(one, other)
    _tie_places(here, sets, placed)
    tops = np.fromiter((sets.top(one) for one in range(profiles)), dtype=np.int64, count=profiles)
    distinct, member, counts = np.unique(tops, return_inverse=True, return_counts=True)
    # In the order of the documents, so that the texts of one bundle lie together.
    bundle = (np.cumsum(counts) - counts) // max(size, -(-profiles // MOST_BUNDLES), 1)
    _, bundle = np.unique(bundle, return_inverse=True)
    of_profile = bundle[member].astype(np.int32) if len(distinct) else np.zeros(0, dtype=np.int32)
    here.scratch.write("bundles", of_profile.tobytes(), lasting=False)
    return [int(number) for number in np.bincount(of_profile)] if profiles else []


def _tie_places(here: Kept, sets: _Sets, placed: list[tuple[str, int, Piece]]) -> None:
    """Tie what may recall a meeting by its place alone to all that tell of that place: whether there was only one depends on it.

    Meetings count for the processes of all that they are one with so far.
    """
    around = Around(here.registry)
    starts = {name: start for name, start, _ in placed}
    about = [
        (starts[name] + place, kind, process, venues, {*venues}.union(*(around[venue] for venue in venues)), recalling)
        for name, (place, kind, process, venues, recalling) in read_pieces(
            here.scratch, [(name, [piece]) for name, _, piece in placed]
        )
    ]
    processes: dict[int, set[str]] = {}
    for one, _, process, *_ in about:
        processes.setdefault(sets.top(one), set()).add(process)
    own = {one: processes[sets.top(one)] for one, *_ in about}
    # First by the place that is named, then by those that it lies within.
    shelves: tuple[dict[Any, list[int]], dict[Any, list[int]]] = {}, {}
    for one, kind, _, venues, within, _ in about:
        for shelf, places in zip(shelves, (venues, within), strict=True):
            for key in ((kind, process, place) for process in own[one] for place in places):
                shelf.setdefault(key, []).append(one)
    for one, kind, _, venues, within, recalling in about:
        for shelf, places in zip(shelves, (within, venues), strict=True) if recalling else ():
            for key in ((kind, process, place) for process in own[one] for place in places):
                # Once tied, a shelf stays so.
                for other in shelf.pop(key, ()):
                    sets.join(one, other)
                shelf[key] = [one]


@lru_cache(maxsize=2)
def _bundles(scratch: str) -> Any:
    return np.frombuffer(Place(scratch).read("bundles"), dtype=np.int32)


def bundles_of(scratch: str, numbers: list[int]) -> list[int]:
    """The bundle of each of these profiles."""
    return [int(one) for one in _bundles(scratch)[np.array(numbers, dtype=np.int64)]]


def deal_profiles(scratch: str, part: int, start: int, piece: Piece) -> tuple[str, dict[int, Piece]]:
    """Sort the profiles of one part by bundle; the file that holds them, and where each bundle lies in it."""
    here = kept(scratch)
    name = f"profiles-{part:05}"
    dealt: dict[int, list[Any]] = {}
    for number, (_, (values, where)) in enumerate(read_pieces(here.scratch, [(name, [piece])]), start):
        dealt.setdefault(int(_bundles(scratch)[number]), []).append((number, values, where))
    return f"dealt-{name}", write_pieces(here.scratch, f"dealt-{name}", dealt)


def deal_pairs(scratch: str, number: int) -> tuple[str, dict[int, Piece]]:
    """Sort the pairs of one file by bundle; the file that holds them, and where each bundle lies in it."""
    here = kept(scratch)
    table = np.frombuffer(here.scratch.read(f"pairs-{number:05}"), dtype=PAIR)
    own = _bundles(scratch)[table["one"]]
    order = np.argsort(own, kind="stable")
    distinct, starts, counts = np.unique(own[order], return_index=True, return_counts=True)
    here.scratch.write(f"dealt-pairs-{number:05}", table[order].tobytes(), lasting=False)
    return f"dealt-pairs-{number:05}", {
        bundle: Piece(start * PAIR.itemsize, count * PAIR.itemsize, count)
        for bundle, start, count in zip(distinct.tolist(), starts.tolist(), counts.tolist(), strict=True)
    }
