"""The stages between documents and conclusions: pairs are scored, and what hangs together is dealt into bundles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from kg.cluster import pairs
from kg.cluster.decided import Decided
from kg.cluster.documents import Documents
from kg.cluster.parts_of import KNOWN, PLACES
from kg.cluster.segments import Key, Piece
from kg.cluster.work import Work
from kg.linking import Decision

_MOST_CALLS = 256
"""Calls that score pairs at most: each leaves two files, which one worker reads."""

Dealt = list[tuple[str, dict[int, Piece]]]
"""Files, and where each bundle lies in them."""


class Bundles(NamedTuple):
    """How many bundles there are, where their profiles and pairs lie, and the decisions that each is to follow."""

    number: int
    profiles: Dealt
    pairs: Dealt
    decisions: dict[int, list[Decision]]

    def of(self, bundle: int) -> tuple[list[tuple[str, Piece]], list[tuple[str, Piece]], list[Decision]]:
        """The pieces of profiles and of pairs, and the decisions of one of them."""
        profiles, scored = (
            [(name, pieces[bundle]) for name, pieces in dealt if bundle in pieces]
            for dealt in (self.profiles, self.pairs)
        )
        return profiles, scored, self.decisions.get(bundle, [])


def make_bundles(work: Work, documents: Documents, decided: Decided, size: int) -> Bundles:
    """Score all pairs and deal what hangs together, at least so many profiles in a bundle where there are as many."""
    files = sorted(work.share_out(pairs.score_pairs, _shelves(documents, work.team.threads())))
    about = [(one, decided.profiles(one)) for one in decided.meetings]
    edges = [(found[0], found[1]) for _, found in about if len(found) == 2]
    known, placed = (documents.others.get((key,), []) for key in (KNOWN, PLACES))
    (sizes,) = work.share_out(pairs.make_bundles, [(documents.profiles, len(files), known, placed, edges, size)])
    profiles = ((made.number, start, made.profiles) for made, start in documents.with_profiles())
    return Bundles(
        len(sizes),
        sorted(work.share_out(pairs.deal_profiles, profiles)),
        sorted(work.share_out(pairs.deal_pairs, ((number,) for number, found in files if found))),
        _by_bundle(work, about),
    )


def _shelves(documents: Documents, threads: int) -> Iterator[tuple[Any, ...]]:
    """Calls that score pairs: neighbouring shelves, so that each call has about as many pairs to look at."""
    number: dict[Key, int] = {}
    for made in documents.parts:
        for shelf, piece in made.shelves.items():
            number[shelf] = number.get(shelf, 0) + piece.number
    most = sum(count * count for count in number.values()) / min(4 * threads, _MOST_CALLS)
    groups: list[list[Key]] = []
    group_of: dict[Key, int] = {}
    cost = 0
    for shelf in sorted(number):
        if not groups or cost + number[shelf] ** 2 > most:
            groups.append([])
            cost = 0
        group_of[shelf] = len(groups) - 1
        groups[-1].append(shelf)
        cost += number[shelf] ** 2
    wanted: list[list[tuple[str, int, list[Piece]]]] = [[] for _ in groups]
    for made, start in documents.with_profiles():
        own: dict[int, list[Piece]] = {}
        for shelf, piece in made.shelves.items():
            own.setdefault(group_of[shelf], []).append(piece)
        for group, found in own.items():
            wanted[group].append((f"leads-{made.number:05}", start, found))
    for place, shelves in enumerate(groups):
        yield place, wanted[place], shelves


def _by_bundle(work: Work, about: list[tuple[Decision, list[int]]]) -> dict[int, list[Decision]]:
    """The decisions of each bundle that has a meeting which they are about."""
    found: dict[int, list[Decision]] = {}
    numbers = [number for _, own in about for number in own]
    if numbers:
        (bundles,) = work.share_out(pairs.bundles_of, [(numbers,)])
        of_number = dict(zip(numbers, bundles, strict=True))
        for one, own in about:
            for bundle in {of_number[number]: None for number in own}:
                found.setdefault(bundle, []).append(one)
    return found
