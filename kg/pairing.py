"""Which mention and which event of one annotation of a text is which one of another.

Two people who mark the same thing seldom use the same id and not always the same words. Things of one label are paired where
they share characters, those that share most first, each at most once. Where several events of one label share a trigger, those
that say most alike are paired. The result is the same whichever annotation comes first, and whatever ids a tool gave.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from kg.documents import Document, Equivalence, Span
from kg.entities import group
from kg.scheme import ROLES

LAYERS = ("mention", "event", "role", "attribute", "relation", "coreference", "normalisation")
"""What is compared, in the order of reports."""

Content = tuple[tuple[str, str, str, tuple[Span, ...]], ...]


class Unit(NamedTuple):
    """A mention or an event as what it covers and says: its id is left out of every comparison."""

    label: str
    spans: tuple[Span, ...]
    content: Content
    id: str

    @property
    def layer(self) -> str:
        return "event" if self.label in ROLES else "mention"


class Statement(NamedTuple):
    """One thing that an annotation says: in a layer, under a label, of mentions and events (by id), with a value."""

    layer: str
    label: str
    of: tuple[str, ...]
    value: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One annotation of a text, as the scheme has checked it. Mentions of one label on the same words count once."""

    document: Document
    units: Mapping[str, Unit]
    """Mentions that trigger no event, and events, by id."""
    statements: frozenset[Statement]
    """What is said but coreference: mentions, events, roles, attributes, relations, normalisations."""
    chains: Mapping[str, frozenset[frozenset[str]]]
    """Groups of two or more that are one and the same: of "mentions" and of "events"."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two annotations of one text with what is the same in both: ids of the one → ids of the other."""

    one: Side
    other: Side
    overlapping: Mapping[str, str]
    exact: Mapping[str, str]
    """The pairs among them that cover the same characters."""
    things: tuple[Mapping[str, int], Mapping[str, int]]
    """For each side, the number of the thing that an id stands for: mentions of it that were paired, and those that either
    side calls the same. Claims stay apart, as in the graph: two claims of one act assert two things."""

    def of_things(self, statements: Iterable[Statement], which: int) -> set[Statement]:
        """Statements of the one (0) or the other (1) about things, whichever of their mentions they stand on."""
        number = self.things[which]
        return {s._replace(of=tuple(str(number[member]) for member in s.of)) for s in statements}


def pair(one: Document, other: Document) -> Pairing:
    """Pair two annotations of one text, each as `kg.scheme.check` returns it."""
    first, second = _side(one), _side(other)
    pairs = {a.id: b.id for a, b in matched(first.units.values(), second.units.values())}
    exact = {a: b for a, b in pairs.items() if first.units[a].spans == second.units[b].spans}
    return Pairing(first, second, pairs, exact, _things(first, second, pairs))


def _things(one: Side, other: Side, pairs: Mapping[str, str]) -> tuple[dict[str, int], dict[str, int]]:
    # The ids of both sides in one list: those of the other behind a mark that no id begins with.
    joined: list[tuple[str, ...]] = [(a, f" {b}") for a, b in pairs.items()]
    for side, mark in ((one, ""), (other, " ")):
        for kind in side.chains.values():
            for chain in kind:
                if not any(side.units[member].label == "Claim" for member in chain):
                    joined.append(tuple(f"{mark}{member}" for member in sorted(chain)))
    ids = [*one.units, *(f" {member}" for member in other.units)]
    groups = group(ids, [Equivalence("Coref", members, 0) for members in joined])
    number = {member: count for count, members in enumerate(groups) for member in members}
    return {member: number[member] for member in one.units}, {member: number[f" {member}"] for member in other.units}


def matched(ones: Iterable[Unit], others: Iterable[Unit], *, any_label: bool = False) -> list[tuple[Unit, Unit]]:
    """Units of one label (or of any) that share characters, each at most once, the most alike first."""
    at: dict[tuple[str, int], list[Unit]] = {}
    for unit in others:
        for position in _covered(unit.spans):
            at.setdefault(("" if any_label else unit.label, position), []).append(unit)
    candidates = []
    for unit in ones:
        rivals: dict[str, Unit] = {}
        for position in _covered(unit.spans):
            rivals.update((rival.id, rival) for rival in at.get(("" if any_label else unit.label, position), ()))
        candidates += [(_distance(unit, rival), unit, rival) for rival in rivals.values()]
    taken, pairs = (set[str](), set[str]()), []
    for _, one, other in sorted(candidates):
        if one.id not in taken[0] and other.id not in taken[1]:
            taken[0].add(one.id)
            taken[1].add(other.id)
            pairs.append((one, other))
    return pairs


def _distance(one: Unit, other: Unit) -> tuple[Fraction, int, list[tuple[str, tuple[Span, ...], Content]]]:
    """How unlike two units are, least first; the last part decides between equals without asking who comes first."""
    covered, theirs = _covered(one.spans), _covered(other.spans)
    shared = Fraction(2 * len(covered & theirs), len(covered) + len(theirs))
    alike = len(set(one.content) & set(other.content))
    return -shared, -alike, sorted((unit.label, unit.spans, unit.content) for unit in (one, other))


def _covered(spans: Iterable[Span]) -> set[int]:
    return {position for start, end in spans for position in range(start, end)}


def _side(document: Document) -> Side:
    triggers = {mention.id: tuple(sorted(mention.spans)) for mention in document.mentions}
    owners = {event.trigger for event in document.events}
    labels = {event.id: (event.label, triggers[event.trigger]) for event in document.events}
    units: dict[str, Unit] = {}
    first: dict[tuple[str, tuple[Span, ...]], str] = {}
    same: dict[str, str] = {}
    for mention in document.mentions:
        if mention.id not in owners:
            labels[mention.id] = key = mention.label, triggers[mention.id]
            same[mention.id] = first.setdefault(key, mention.id)
            units.setdefault(same[mention.id], Unit(*key, (), same[mention.id]))
    statements = {Statement("mention", unit.label, (unit.id,)) for unit in units.values()}
    content: dict[str, set[tuple[str, str, str, tuple[Span, ...]]]] = {event.id: set() for event in document.events}
    for event in document.events:
        statements.add(Statement("event", event.label, (event.id,)))
        for role in event.roles:
            content[event.id].add(("role", role.name, *labels[role.target]))
            statements.add(Statement("role", role.name, (event.id, same.get(role.target, role.target))))
    for attribute in document.attributes:  # of the scheme, so that each stands on an event
        content[attribute.target].add(("attribute", attribute.label, attribute.value or "", ()))
        statements.add(Statement("attribute", attribute.label, (attribute.target,), attribute.value or "yes"))
    for event in document.events:
        units[event.id] = Unit(*labels[event.id], tuple(sorted(content[event.id])), event.id)
    for relation in document.relations:
        ends = same.get(relation.source, relation.source), same.get(relation.target, relation.target)
        statements.add(Statement("relation", relation.label, ends))
    for reference in document.normalisations:
        target = same.get(reference.target, reference.target)
        statements.add(Statement("normalisation", reference.database, (target,), reference.reference))
    return Side(document, units, frozenset(statements), _chains(document, same))


def _chains(document: Document, same: Mapping[str, str]) -> dict[str, frozenset[frozenset[str]]]:
    joined = [
        Equivalence(one.label, tuple(same.get(member, member) for member in one.members), one.line)
        for one in document.equivalences
    ]
    members = {"mentions": dict.fromkeys(same.values()), "events": [event.id for event in document.events]}
    groups = {kind: group(ids, joined) for kind, ids in members.items()}
    return {kind: frozenset(frozenset(one) for one in found if len(one) > 1) for kind, found in groups.items()}
