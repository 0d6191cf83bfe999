"""What the identity of a meeting depends on, read off one annotated text.

Principals are those whom the text itself gives; only where it gives none, the office that the registry knows for the person on
the day of publication stands in. That is background knowledge: it helps to tell meetings apart, and no graph of a text has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from kg.context import Context
from kg.documents import Event
from kg.edtf import bounds
from kg.entities import EventNode, Node
from kg.likeness import Profile
from kg.mentions import dates
from kg.registry import Registry
from kg.scheme import PARTICIPANT_ROLES

_AT_TABLE = frozenset({"party", "mediator", "supporter", "participant"})
_HAPPENED = frozenset({"held", "under-way", "adjourned"})


def profile(context: Context, registry: Registry, node: EventNode, reference: str) -> Profile:
    """The profile of one meeting or round of a text; reference is the local id of the known meeting it refers to, "" else."""
    published = context.published.day if context.published else None
    principals: dict[str, set[str]] = {"party": set(), "mediator": set(), "other": set()}
    people: set[tuple[str, str]] = set()
    venues: set[str] = set()
    own: list[tuple[date | None, date | None]] = []
    claimed: list[tuple[date | None, date | None]] = []
    unknown = 0
    for event in node.events:
        for role in event.roles:
            filler = context.nodes.get(role.target)
            if filler is None:
                continue
            if role.name == "Venue":
                venues |= {filler.entry.id} if filler.entry else {filler.iri} if filler.identified == "name" else set()
            elif role.name == "Time":
                told = claimed if context.claims_about.get(event.id) else own
                told += [bounds(edtf) for edtf in dates(context, context.mentions[role.target])]
            elif (value := PARTICIPANT_ROLES.get(role.name, "")) in _AT_TABLE:
                found = _principals(context, registry, filler, published)
                principals[value if value in principals else "other"].update(found)
                unknown += not found
                if filler.label == "Person":
                    people |= {(filler.iri, one) for one in found or ("",)}
    # What the text says itself counts before what it passes on from somebody.
    days = _days(own or claimed)
    values = [context.said_of(event.id) for event in node.events]

    def said(attribute: str) -> tuple[str, ...]:
        return tuple(sorted({value for of_event in values for value in of_event.get(attribute, ())}))

    return Profile(
        node=node.iri,
        kind=node.label,
        document=context.document.id,
        process=context.document.source.process,
        published=published.isoformat() if published else "",
        earliest=days[0],
        latest=days[1],
        venues=tuple(sorted(venues)),
        parties=tuple(sorted(principals["party"])),
        mediators=tuple(sorted(principals["mediator"])),
        others=tuple(sorted(principals["other"])),
        people=tuple(sorted(people)),
        unknown=unknown,
        stage=_stage(context, node.events),
        mode=said("Mode"),
        arity=said("Arity"),
        directness=said("Directness"),
        level=said("Level"),
        ordinal=said("Ordinal"),
        reference=reference,
        place=context.document.place(context.mentions[node.events[0].trigger].line),
    )


def _days(told: Sequence[tuple[date | None, date | None]]) -> tuple[str, str]:
    """The first and last day of a meeting by all its times: what they have in common, else all of what they span."""
    starts, ends = [start for start, _ in told if start], [end for _, end in told if end]
    start, end = max(starts, default=None), min(ends, default=None)
    if start and end and start > end:
        start, end = min(starts), max(ends)
    return start.isoformat() if start else "", end.isoformat() if end else ""


def _principals(context: Context, registry: Registry, actor: Node, published: date | None) -> Sequence[str]:
    """Whom an actor acts for: as the text says, followed to the end; itself where it is a state or body; else by its office."""
    direct = context.principals.get(actor.iri, ())
    if not direct and actor.label in ("State", "Organization"):
        return (actor.iri,)
    ends = {end for one in direct or [actor.iri] for end in _followed(context, one, frozenset())}
    found: set[str] = set()
    for end in ends:
        # A person at the end of the chain ("envoy of Putin") is there for the state whose office it holds.
        entry = registry.by_id.get(end.removeprefix(f"{context.base}actor/"))
        offices = registry.principals(entry.id, published) if entry and published else ()
        found |= {f"{context.base}actor/{one}" for one in offices} or ({end} if direct else set())
    return sorted(found)


def _followed(context: Context, principal: str, seen: frozenset[str]) -> Iterable[str]:
    further = [one for one in context.principals.get(principal, ()) if one not in seen and one != principal]
    if not further:
        yield principal
    for one in further:
        yield from _followed(context, one, seen | {principal})


def _stage(context: Context, events: Sequence[Event]) -> str:
    """Whether anybody says that it took place ("happened"), all that is said lies before that ("ahead"), or nothing is ("")."""
    stages: set[str] = set()
    denied: set[str] = set()
    for event in events:
        own = context.said_of(event.id)
        (denied if "Negated" in own else stages).update(own.get("Stage", ()))
        for claim in context.claims_about.get(event.id, ()):
            values = context.said_of(claim.id)
            (denied if "Negated" in values else stages).update(values.get("Asserts", ()))
    if stages & _HAPPENED:
        return "happened"
    # Who denies that it was held speaks of the past: that says nothing of what lies ahead.
    return "ahead" if stages or denied - _HAPPENED else ""
