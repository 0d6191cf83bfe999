"""What happens → triples: meetings, rounds and processes with their participants, outcomes, incidents and the like."""

from __future__ import annotations

from kg import ntriples as nt
from kg.claims import OF_GATHERING, add_own_voice, add_values
from kg.context import GATHERINGS, Context
from kg.documents import Event
from kg.entities import EventNode
from kg.mentions import moment
from kg.passages import TextGraph, span_id
from kg.scheme import PARTICIPANT_ROLES
from kg.terms import literal

_OF_EVENT = OF_GATHERING | {"OutcomeType": nt.OUTCOME_TYPE, "IncidentType": nt.INCIDENT_TYPE}
_ROLE_OF = {
    ("Outcome", "Party"): nt.PARTY,
    ("Presence", "Actor"): nt.ACTOR,
    ("Incident", "Actor"): nt.ACTOR,
    ("Incident", "Target"): nt.TARGET,
    ("Communication", "From"): nt.SENDER,
    ("Communication", "To"): nt.RECIPIENT,
    ("Communication", "Carrier"): nt.CARRIER,
}
_ROLE_OF_ANY = {
    "Venue": nt.VENUE,
    "Time": nt.WHEN,
    "Topic": nt.TOPIC,
    "Result": nt.RESULT,
    "Count": nt.COUNT,
}


def add_event(context: Context, graph: TextGraph, node: EventNode) -> None:
    """Add one event that is no claim, with every place that mentions it."""
    me = f"<{node.iri}>"
    gathering = node.label in GATHERINGS
    graph.add(me, nt.TYPE, nt.CLASS[node.label])
    if gathering:
        graph.add(me, nt.TYPE, nt.SEM_EVENT)
    graph.add(me, nt.LABEL, literal(_name(context, node)))
    for event in node.events:
        trigger = context.mentions[event.trigger]
        graph.rests_on(me, (trigger,))
        values = context.said_of(event.id)
        add_values(graph, me, values, _OF_EVENT)
        for role in event.roles:
            if gathering and role.name in PARTICIPANT_ROLES:
                _add_participation(context, graph, me, event, PARTICIPANT_ROLES[role.name], role.target)
            elif role.name == "PartOf":
                graph.add(context.term(role.target), nt.HAS_SUB_EVENT, me)
            else:
                predicate = _ROLE_OF.get((node.label, role.name)) or _ROLE_OF_ANY[role.name]
                graph.add(me, predicate, context.term(role.target))
        if values.get("Stage") or "Negated" in values:
            add_own_voice(context, graph, node, event, trigger)


def _add_participation(
    context: Context, graph: TextGraph, gathering: str, event: Event, role: str, target: str
) -> None:
    mention, actor = context.mentions[target], context.nodes[target]
    me = f"{gathering[:-1]}/participation/{role}/{span_id(mention.spans)}>"
    graph.add(gathering, nt.PARTICIPATION, me)
    graph.add(me, nt.TYPE, nt.PARTICIPATION_CLASS)
    graph.add(me, nt.PARTICIPANT, f"<{actor.iri}>")
    graph.add(me, nt.ROLE, nt.VALUE["role", role])
    for principal in context.principals.get(actor.iri, ()):
        graph.add(me, nt.ON_BEHALF_OF, f"<{principal}>")
    for claim in context.claims_about.get(event.id, ()):
        graph.add(me, nt.ACCORDING_TO, context.term(claim.id))
    graph.rests_on(me, (mention, context.mentions[event.trigger]))


def _name(context: Context, node: EventNode) -> str:
    """A label a person can tell meetings apart by: trigger, venue and time, or who is there."""
    name = context.mentions[node.events[0].trigger].words
    venues: dict[str, None] = {}
    moments: dict[str, None] = {}
    people: dict[str, None] = {}
    for event in node.events:
        for role in event.roles:
            filler = context.nodes.get(role.target)
            if filler is None:
                continue
            if role.name == "Venue":
                venues[filler.words] = None
            elif role.name == "Time":
                moments[moment(context, context.mentions[role.target])] = None
            elif role.name in PARTICIPANT_ROLES and role.name != "Excluded":
                people[filler.words] = None
    moments.pop("", None)
    if venues:
        name += f" in {' and '.join(venues)}"
    if moments:
        name += f", {' and '.join(moments)}"
    if people and not (venues and moments):
        named = list(people)
        more = f" and {len(named) - 3} more" if len(named) > 4 else ""
        name += f": {', '.join(named[: 3 if more else 4])}{more}"
    return name
