"""Brokerage: who stands between principals that do not sit together, with lower and upper bounds.

A tie of two principals is confirmed where both sides claim one session of theirs as held, and claimed where anybody does and
nobody contradicts. A broker of two others has ties with both, and they have none with each other (after Gould and Fernandez
1989, Sociological Methodology 19). Since a tie between the two ends brokerage, the bounds take it the other way round: at
least, confirmed ties of the broker and not even a claimed tie between the two; at most, claimed ties of the broker and no
confirmed tie between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from kg.analysis.formats import table
from kg.scene import Gathering, Scene
from kg.standing import HAPPENED, asserts


@dataclass(frozen=True, slots=True)
class Broker:
    """One principal and the pairs of others between which it stands: how many at least and at most, and which at most
    (names)."""

    principal: str
    name: str
    at_least: int
    at_most: int
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OnlyThrough:
    """A pair of principals (names) that sit with one mediator, and in no session with each other; certain: by confirmed
    ties."""

    one: str
    other: str
    mediators: tuple[str, ...]
    certain: bool


@dataclass(frozen=True, slots=True)
class Ties:
    """Pairs of principals (IRIs, sorted) that sat together: as both sides confirm, and as anybody claims."""

    confirmed: frozenset[tuple[str, str]]
    claimed: frozenset[tuple[str, str]]


def ties(scene: Scene) -> Ties:
    """The ties of all principals by sessions held or under way."""
    confirmed: set[tuple[str, str]] = set()
    claimed: set[tuple[str, str]] = set()
    for gathering in _held(scene):
        present = sorted({one for seat in gathering.seats if seat.present for one in seat.principals})
        voices = {
            p for claim in gathering.claims if claim.stage in HAPPENED and asserts(claim) for p in claim.principals
        }
        for pair in combinations(present, 2):
            claimed.add(pair)
            if voices.issuperset(pair):
                confirmed.add(pair)
    return Ties(frozenset(confirmed), frozenset(claimed))


def brokers(scene: Scene) -> list[Broker]:
    """Every principal that stands between two others by what anybody claims, the most first."""
    known = ties(scene)
    principals = sorted({one for pair in known.claimed for one in pair})
    found = []
    for broker in principals:
        others = [one for one in principals if one != broker]
        pairs = list(combinations(others, 2))
        most = [p for p in pairs if _between(broker, p, known.claimed) and p not in known.confirmed]
        least = [p for p in pairs if _between(broker, p, known.confirmed) and p not in known.claimed]
        if most:
            named = tuple(sorted((scene.names.get(a, a), scene.names.get(b, b)) for a, b in most))
            found.append(Broker(broker, scene.names.get(broker, broker), len(least), len(most), named))
    return sorted(found, key=lambda one: (-one.at_most, -one.at_least, one.name))


def only_through_mediators(scene: Scene) -> list[OnlyThrough]:
    """Pairs of principals that mediators sat with, one by one or in a round, and that sat in no session together themselves."""
    known = ties(scene)
    served: dict[str, set[str]] = {}
    for gathering in scene.gatherings.values():
        if gathering.standing in HAPPENED:
            seated = table(gathering)
            for mediator in seated.mediators:
                served.setdefault(mediator, set()).update(seated.parties)
    through: dict[tuple[str, str], set[str]] = {}
    for mediator, parties in served.items():
        for pair in combinations(sorted(parties - {mediator}), 2):
            if pair not in known.claimed:
                through.setdefault(pair, set()).add(mediator)
    found = []
    for pair, mediators in sorted(through.items()):
        one, other = sorted(scene.names.get(end, end) for end in pair)
        names = tuple(sorted(scene.names.get(mediator, mediator) for mediator in mediators))
        certain = all(any((min(end, m), max(end, m)) in known.confirmed for m in mediators) for end in pair)
        found.append(OnlyThrough(one, other, names, certain))
    return found


def _held(scene: Scene) -> list[Gathering]:
    return [one for one in scene.gatherings.values() if one.kind == "meeting" and one.standing in HAPPENED]


def _between(broker: str, pair: tuple[str, str], known: frozenset[tuple[str, str]]) -> bool:
    return all((min(broker, end), max(broker, end)) in known for end in pair)
