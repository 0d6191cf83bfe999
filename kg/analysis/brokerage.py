"""Brokerage: who stands between principals that do not sit together, with lower and upper bounds.

A tie of two principals is confirmed where both sides claim one session of theirs as held, and claimed where anybody does and
nobody contradicts. A broker of two others has ties with both, and they have none with each other (after Gould and Fernandez
1989, Sociological Methodology 19). Since a tie between the two ends brokerage, the bounds take it the other way round: at
least, confirmed ties of the broker and not even a claimed tie between the two; at most, claimed ties of the broker and no
confirmed tie between them. Between the bounds lies what the claims say if all of them are taken at their word: claimed ties of
the broker, and no claimed tie between the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from kg.analysis.formats import table
from kg.scene import Gathering, Scene
from kg.standing import HAPPENED, asserts, upheld


@dataclass(frozen=True, slots=True)
class Broker:
    """One principal in one process and the pairs between which it stands: how many at least, by all claims, and at most.

    pairs are those by all claims, as names.
    """

    process: str
    principal: str
    name: str
    at_least: int
    as_claimed: int
    at_most: int
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OnlyThrough:
    """A pair of principals (names) that sit with one mediator of a process, and in no session with each other.

    certain says that both sides confirm their sessions with a mediator.
    """

    process: str
    one: str
    other: str
    mediators: tuple[str, ...]
    certain: bool


@dataclass(frozen=True, slots=True)
class Ties:
    """Pairs of principals (IRIs, sorted) that sat together: as both sides confirm, and as anybody claims."""

    confirmed: frozenset[tuple[str, str]]
    claimed: frozenset[tuple[str, str]]


def ties(gatherings: Iterable[Gathering]) -> Ties:
    """The ties of all principals by the sessions among some gatherings that are held or under way."""
    confirmed: set[tuple[str, str]] = set()
    claimed: set[tuple[str, str]] = set()
    for gathering in gatherings:
        if gathering.kind != "meeting" or gathering.standing not in HAPPENED:
            continue
        present = sorted({one for seat in gathering.seats if seat.present for one in seat.principals})
        saying = [claim for claim in upheld(gathering.claims) if claim.stage in HAPPENED and asserts(claim)]
        voices = {principal for claim in saying for principal in claim.principals}
        for pair in combinations(present, 2):
            claimed.add(pair)
            if voices.issuperset(pair):
                confirmed.add(pair)
    return Ties(frozenset(confirmed), frozenset(claimed))


def brokers(scene: Scene) -> list[Broker]:
    """Every principal that may stand between two others of one process, the most by all claims first."""
    found = []
    for process, gatherings in _processes(scene).items():
        known = ties(gatherings)
        principals = sorted({one for pair in known.claimed for one in pair})
        for broker in principals:
            pairs = list(combinations([one for one in principals if one != broker], 2))
            claimed = [p for p in pairs if _between(broker, p, known.claimed)]
            most = [p for p in claimed if p not in known.confirmed]
            apart = [p for p in claimed if p not in known.claimed]
            least = [p for p in pairs if _between(broker, p, known.confirmed) and p not in known.claimed]
            if most:
                named = tuple(sorted(_ordered(_name(scene, a), _name(scene, b)) for a, b in apart))
                found.append(Broker(process, broker, _name(scene, broker), len(least), len(apart), len(most), named))
    return sorted(found, key=lambda one: (one.process, -one.as_claimed, -one.at_most, -one.at_least, one.name))


def only_through_mediators(scene: Scene) -> list[OnlyThrough]:
    """Pairs of principals that mediators sat with, one by one or in a round, and that sat in no session together themselves."""
    found = []
    for process, gatherings in _processes(scene).items():
        known = ties(gatherings)
        through: dict[tuple[str, str], set[str]] = {}
        for mediator, parties in _served(gatherings).items():
            for pair in combinations(sorted(parties - {mediator}), 2):
                if pair not in known.claimed:
                    through.setdefault(pair, set()).add(mediator)
        for pair, mediators in sorted(through.items()):
            one, other = _ordered(_name(scene, pair[0]), _name(scene, pair[1]))
            certain = all(any((min(end, m), max(end, m)) in known.confirmed for m in mediators) for end in pair)
            found.append(OnlyThrough(process, one, other, tuple(sorted(_name(scene, m) for m in mediators)), certain))
    return found


def _served(gatherings: Iterable[Gathering]) -> dict[str, set[str]]:
    """Mediator → the parties of what it mediated."""
    served: dict[str, set[str]] = {}
    for gathering in gatherings:
        if gathering.standing in HAPPENED:
            seated = table(gathering)
            for mediator in seated.mediators:
                served.setdefault(mediator, set()).update(seated.parties)
    return served


def _processes(scene: Scene) -> dict[str, list[Gathering]]:
    """Gatherings by process, "" for those of none: who sits with whom in two processes stands between nobody."""
    found: dict[str, list[Gathering]] = {}
    for key in sorted(scene.gatherings):
        for process in scene.gatherings[key].processes or ("",):
            found.setdefault(process, []).append(scene.gatherings[key])
    return dict(sorted(found.items()))


def _name(scene: Scene, actor: str) -> str:
    return scene.names.get(actor, actor)


def _ordered(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one <= other else (other, one)


def _between(broker: str, pair: tuple[str, str], known: frozenset[tuple[str, str]]) -> bool:
    return all((min(broker, end), max(broker, end)) in known for end in pair)
