"""The format of a meeting, claimed and computed, side by side, with the rule that fired and what is unknown.

Let P be the distinct principals with role party that are not mediators, M the mediating principals, S the supporters. A
session: two or more in P and none in M direct; two or more in P and M mediated; one in P and M separate leg; none in P
consultation. A round with two or more separate legs of different P and a shared M: one venue proximity, several shuttle. Who
is a party in one text and a mediator in another is a mediator: a text that calls it a party only lists it among those who
talk.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.scene import Gathering, Scene

_COUNTED = ("party", "mediator", "supporter", "participant")
ARITIES = {2: "bilateral", 3: "trilateral", 4: "quadrilateral"}


@dataclass(frozen=True, slots=True)
class Format:
    """Claimed and computed format of one gathering.

    claimed are pairs of a claimed value and the document that claims it. directness is a value of the scheme `format`, arity
    of the scheme `arity` or "unknown"; principals is how many are known at the table, a lower bound where `unknown` names
    somebody whose principal no text gives. rule says in words which rule fired. parties, mediators and supporters are names.
    """

    meeting: str
    label: str
    kind: str
    claimed: tuple[tuple[str, str], ...]
    directness: str
    arity: str
    principals: int
    rule: str
    parties: tuple[str, ...]
    mediators: tuple[str, ...]
    supporters: tuple[str, ...]
    unknown: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Who sits at a table by function, as IRIs; mediated says that somebody mediates, though perhaps for nobody known.

    both are parties and backing supporters of which another text says that they mediate.
    """

    parties: frozenset[str]
    mediators: frozenset[str]
    supporters: frozenset[str]
    others: frozenset[str]
    mediated: bool
    open_party: bool
    unknown: tuple[str, ...]
    both: frozenset[str]
    backing: frozenset[str] = frozenset()

    @property
    def principals(self) -> frozenset[str]:
        return self.parties | self.mediators | self.supporters | self.others


def table(gathering: Gathering) -> Table:
    """The table of a gathering over all texts."""
    of_role: dict[str, set[str]] = {role: set() for role in _COUNTED}
    unknown: dict[str, None] = {}
    mediated = open_party = False
    for seat in gathering.seats:
        if seat.role not in of_role or not seat.present:
            continue
        mediated |= seat.role == "mediator"
        of_role[seat.role] |= seat.principals
        if not seat.principals:
            unknown[seat.actor] = None
            open_party |= seat.role == "party"
    # Whose principal one text leaves out may be given by another.
    known = {seat.actor for seat in gathering.seats if seat.principals}
    still = tuple(actor for actor in unknown if actor not in known)
    both = of_role["party"] & of_role["mediator"]
    return Table(
        frozenset(of_role["party"] - of_role["mediator"]),
        frozenset(of_role["mediator"]),
        frozenset(of_role["supporter"]),
        frozenset(of_role["participant"]),
        mediated,
        open_party and bool(still),
        still,
        frozenset(both),
        frozenset(of_role["supporter"] & of_role["mediator"]),
    )


def formats(scene: Scene) -> list[Format]:
    """The formats of all gatherings, sorted by their ids."""
    return [format_of(scene, key) for key in sorted(scene.gatherings)]


def format_of(scene: Scene, key: str) -> Format:
    """Claimed and computed format of one gathering (id)."""
    gathering = scene.gatherings[key]
    seated = table(gathering)
    if gathering.kind == "round":
        directness, rule = _of_round(scene, gathering)
    else:
        directness, rule = _of_session(seated)

    def names(actors: frozenset[str]) -> tuple[str, ...]:
        return tuple(sorted(scene.names.get(actor, actor) for actor in actors))

    remarks = [f"{name} is a party in one text and a mediator in another" for name in names(seated.both)]
    remarks += [f"{name} is a supporter in one text and a mediator in another" for name in names(seated.backing)]
    if seated.unknown:
        remarks.append("a lower bound: no text says for whom some act")
    claims = {
        (value, telling.document)
        for telling in gathering.tellings.values()
        for value in (*telling.arity, *telling.directness)
    }
    return Format(
        key,
        gathering.label,
        gathering.kind,
        tuple(sorted(claims)),
        directness,
        _arity(seated),
        len(seated.principals),
        rule,
        names(seated.parties),
        names(seated.mediators),
        names(seated.supporters),
        names(frozenset(seated.unknown)),
        tuple(remarks),
    )


def _of_session(seated: Table) -> tuple[str, str]:
    parties = len(seated.parties)
    if parties >= 2:
        if seated.mediated:
            return "mediated", f"{parties} parties and a mediator in one session"
        return "direct", f"{parties} parties and no mediator in one session"
    if seated.open_party:
        return "unknown", "a party whose principal no text gives"
    if parties == 1:
        if seated.mediated:
            return "separate-leg", "one party and a mediator"
        return "unknown", "one party, and nobody who mediates"
    if seated.principals or seated.unknown:
        return "consultation", "no party at the table"
    return "unknown", "nobody is named at the table"


def _of_round(scene: Scene, gathering: Gathering) -> tuple[str, str]:
    """Proximity or shuttle where two or more separate legs of different parties share a mediator."""
    legs = []
    for part in scene.gatherings.values():
        if part.kind == "meeting" and gathering.id in part.wholes:
            seated = table(part)
            if len(seated.parties) == 1 and seated.mediated:
                legs.append((next(iter(seated.parties)), seated.mediators, part))
    for at, (party, mediators, one) in enumerate(legs):
        for other_party, other_mediators, other in legs[at + 1 :]:
            if party != other_party and mediators & other_mediators:
                if not one.venues or not other.venues:
                    if not gathering.venues:
                        return "unknown", "separate legs with a common mediator, at places no text gives"
                    return "proximity", "separate legs with a common mediator at the venue of the round"
                if _same_venue(scene, one, other):
                    return "proximity", "separate legs with a common mediator at one venue"
                return "shuttle", "separate legs with a common mediator at several venues"
    return "unknown", "a round: no two separate legs with a common mediator are told"


def _same_venue(scene: Scene, one: Gathering, other: Gathering) -> bool:
    return any(
        first == second or first in scene.around(second) or second in scene.around(first)
        for first in one.venues
        for second in other.venues
    )


def _arity(seated: Table) -> str:
    if seated.unknown or len(seated.principals) < 2:
        return "unknown"
    return ARITIES.get(len(seated.principals), "multilateral")
