"""Who says what → triples: the claims of speakers, and those that the text makes in its own voice.

A status is never stored on a meeting: what the text itself says of one is a claim of its publisher.
"""

from __future__ import annotations

from collections.abc import Mapping

from kg import ntriples as nt
from kg.context import GATHERINGS, Context, Values
from kg.documents import Event, Mention
from kg.entities import EventNode
from kg.passages import TextGraph, span_id
from kg.scheme import ATTRIBUTES
from kg.terms import literal

OF_GATHERING = {
    "Arity": nt.CLAIMED_ARITY,
    "Directness": nt.CLAIMED_DIRECTNESS,
    "Mode": nt.MODE,
    "Level": nt.LEVEL,
    "Track": nt.TRACK,
    "Ordinal": nt.ORDINAL,
}
"""Attributes of a gathering that also stand on the claims about it."""

_OF_CLAIM = {
    "SpeechAct": nt.SPEECH_ACT,
    "Asserts": nt.ASSERTS_STAGE,
    "Position": nt.POSITION,
    "DenialTarget": nt.DENIAL_TARGET,
    "Evaluation": nt.EVALUATION,
}
_ROLES = {
    "OnBehalfOf": nt.ON_BEHALF_OF,
    "Addressee": nt.ADDRESSEE,
    "Relay": nt.RELAY,
    "Channel": nt.CHANNEL,
    "About": nt.ABOUT,
    "Time": nt.MADE_AT,
}


def add_claim(context: Context, graph: TextGraph, node: EventNode) -> None:
    """Add what a speaker says, on whose behalf, to whom and of what."""
    event, me = node.events[0], f"<{node.iri}>"
    trigger, values = context.mentions[event.trigger], context.said_of(event.id)
    graph.add(me, nt.TYPE, nt.CLAIM_CLASS)
    graph.add(me, nt.LABEL, literal(trigger.words))
    claimants = context.claimants(event)
    for claimant in claimants:
        graph.add(me, nt.CLAIMANT, claimant)
    if not any(role.name == "Speaker" for role in event.roles):
        # An accusation without accuser: somebody says so, and the text does not say who.
        somebody = claimants[0]
        graph.add(somebody, nt.TYPE, nt.ACTOR_CLASS)
        graph.add(somebody, nt.IDENTIFIED_BY, nt.VALUE["identification", "unnamed"])
        graph.add(somebody, nt.LABEL, '"(not named)"')
        graph.rests_on(somebody, (trigger,))
    for role in event.roles:
        if role.name in _ROLES:
            graph.add(me, _ROLES[role.name], context.term(role.target))
        if role.name == "About" and (about := context.event_node.get(role.target)) and about.label in GATHERINGS:
            add_values(graph, me, context.said_of(role.target), OF_GATHERING)
    add_values(graph, me, values, _OF_CLAIM)
    _add_polarity_and_certainty(graph, me, values)
    add_reported(context, graph, me)
    graph.rests_on(me, (trigger,))


def add_own_voice(context: Context, graph: TextGraph, node: EventNode, event: Event, trigger: Mention) -> None:
    """Add what the text says in its own voice of an event, as a claim whose claimant is the publisher."""
    values = context.said_of(event.id)
    span = span_id(trigger.spans)
    rank = node.iri.rpartition(f"/{span}")[2]
    me = f"<{context.home}/claim/text/{node.label.lower()}/{span}{rank}>"
    graph.add(me, nt.TYPE, nt.CLAIM_CLASS)
    graph.add(me, nt.LABEL, literal(trigger.words))
    graph.add(me, nt.CLAIMANT, context.publisher)
    graph.add(me, nt.SPEECH_ACT, nt.VALUE["act", "report"])
    graph.add(me, nt.ABOUT, f"<{node.iri}>")
    # A text that says that a meeting did not happen, and no more, denies that it was held.
    for stage in values.get("Stage") or (["held"] if node.label in GATHERINGS else []):
        graph.add(me, nt.ASSERTS_STAGE, nt.VALUE["stage", stage])
    _add_polarity_and_certainty(graph, me, values)
    add_reported(context, graph, me)
    add_values(graph, me, values, OF_GATHERING)
    graph.rests_on(me, (trigger,))


def add_same_acts(context: Context, graph: TextGraph) -> None:
    """Claims joined by coreference stay apart, and are known as one act of speech."""
    for equivalence in context.document.equivalences:
        nodes = [context.event_node[member] for member in equivalence.members if member in context.event_node]
        claims = [node.iri for node in nodes if node.label == "Claim"]
        for other in claims[1:]:
            if other != claims[0]:
                graph.add(f"<{other}>", nt.SAME_ACT_AS, f"<{claims[0]}>")


def add_values(graph: TextGraph, me: str, values: Values, predicates: Mapping[str, str]) -> None:
    """Add the attributes that have a predicate there."""
    for attribute, given in values.items():
        predicate = predicates.get(attribute)
        if predicate is not None:
            scheme = ATTRIBUTES[attribute][0]
            for value in given:
                graph.add(me, predicate, nt.VALUE[scheme, value])


def add_reported(context: Context, graph: TextGraph, me: str) -> None:
    """Add the day on which the text reports, where it is known."""
    if context.published is not None:
        graph.add(me, nt.REPORTED_AT, f'"{context.published.day.isoformat()}"{nt.AS_DATE}')


def _add_polarity_and_certainty(graph: TextGraph, me: str, values: Values) -> None:
    graph.add(me, nt.POLARITY, nt.VALUE["polarity", "negative" if "Negated" in values else "positive"])
    for certainty in values.get("Certainty", ("certain",)):
        graph.add(me, nt.CERTAINTY, nt.VALUE["certainty", certainty])
