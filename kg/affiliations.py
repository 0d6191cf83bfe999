"""Who acts for whom, belongs to what and holds which office → triples."""

from __future__ import annotations

from collections.abc import Sequence

from kg import ntriples as nt
from kg.context import Context
from kg.documents import Mention, Relation, Span
from kg.passages import TextGraph, extent, span_id
from kg.terms import slug

_Offices = dict[str, list[tuple[Mention, str]]]
"""IRI of a holder → the mentions of the offices it holds, each with the IRI of its node."""


def add_affiliations(context: Context, graph: TextGraph) -> None:
    """Add the relations of the text: offices first, because they say in which capacity somebody acts for another."""
    offices = _add_offices(context, graph)
    for relation in context.document.relations:
        if relation.label == "MemberOf":
            _add_membership(context, graph, relation)
        elif relation.label == "Represents":
            _add_mandate(context, graph, relation, offices)


def _add_offices(context: Context, graph: TextGraph) -> _Offices:
    offices: _Offices = {}
    for relation in context.document.relations:
        if relation.label == "Holds":
            holder, office = context.nodes[relation.source], context.nodes[relation.target]
            graph.add(f"<{office.iri}>", nt.HELD_BY, f"<{holder.iri}>")
            offices.setdefault(holder.iri, []).extend([(mention, office.iri) for mention in office.mentions])
    return offices


def _add_membership(context: Context, graph: TextGraph, relation: Relation) -> None:
    member, group = context.term(relation.source), context.term(relation.target)
    ends = context.mentions[relation.source], context.mentions[relation.target]
    me = f"<{context.home}/membership/{span_id(ends[0].spans)}_{span_id(ends[1].spans)}>"
    graph.add(member, nt.MEMBER_OF, group)
    graph.add(me, nt.TYPE, nt.MEMBERSHIP_CLASS)
    graph.add(me, nt.AGENT, member)
    graph.add(me, nt.GROUP, group)
    graph.rests_on(me, ends)


def _add_mandate(context: Context, graph: TextGraph, relation: Relation, offices: _Offices) -> None:
    agent = context.nodes[relation.source]
    ends = context.mentions[relation.source], context.mentions[relation.target]
    me = f"<{context.home}/mandate/{span_id(ends[0].spans)}_{span_id(ends[1].spans)}>"
    graph.add(me, nt.TYPE, nt.MANDATE_CLASS)
    graph.add(me, nt.AGENT, f"<{agent.iri}>")
    graph.add(me, nt.PRINCIPAL, context.term(relation.target))
    if context.document.source.process:
        graph.add(me, nt.SCOPE, f"<{context.base}process/{slug(context.document.source.process)}>")
    for held, office in offices.get(agent.iri, ()):
        if _inside(ends[1].spans, held.spans):
            graph.add(me, nt.CAPACITY, f"<{office}>")
    graph.rests_on(me, ends)


def _inside(spans: Sequence[Span], around: Sequence[Span]) -> bool:
    """Whether an office names the principal: "US" in "US envoy"."""
    start, end = extent(spans)
    first, last = extent(around)
    return first <= start and end <= last
