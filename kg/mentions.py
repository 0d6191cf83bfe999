"""What a text mentions → triples: actors and venues, times, counts, and what else is only named."""

from __future__ import annotations

from kg import ntriples as nt
from kg.context import Context
from kg.datewords import Direction
from kg.documents import Event, Mention
from kg.edtf import bounds, duration, is_edtf
from kg.entities import Node, wikidata_iri
from kg.passages import TextGraph
from kg.quantities import parse_quantity
from kg.scheme import VOICES
from kg.terms import iri, literal
from kg.times import resolve

_AHEAD = frozenset({"mooted", "proposed", "accepted", "in-preparation", "scheduled", "postponed"})
"""Stages of what is still to come."""


def add_mention(context: Context, graph: TextGraph, node: Node) -> None:
    """Add one node that is no event, with its evidence."""
    me = f"<{node.iri}>"
    if node.label == "Quantity":
        _quantity(context, graph, node, me)
    elif node.label == "Time":
        _time(context, graph, node, me)
    elif node.label in VOICES or node.label == "Venue":
        _actor_or_venue(graph, node, me)
    else:
        graph.add(me, nt.TYPE, nt.CLASS[node.label])
        graph.add(me, nt.LABEL, literal(node.words))
    graph.rests_on(me, node.mentions)


def _actor_or_venue(graph: TextGraph, node: Node, me: str) -> None:
    graph.add(me, nt.TYPE, nt.CLASS[node.label])
    if node.label != "Venue":
        graph.add(me, nt.TYPE, nt.ACTOR_CLASS)
    graph.add(me, nt.IDENTIFIED_BY, nt.VALUE["identification", node.identified])
    if node.entry is None:
        graph.add(me, nt.LABEL, literal(node.words))
    if node.wikidata:
        graph.add(me, nt.EXACT_MATCH, iri(wikidata_iri(node.wikidata)))


# -- times ---------------------------------------------------------------------------------------------------------------


def moment(context: Context, mention: Mention) -> str:
    """When, as EDTF where it is known, else in words; "" for a duration, which tells no two meetings apart."""
    if (mention.id, "ISO8601") in context.normalisations:
        return ""
    references = context.normalisations.get((mention.id, "EDTF"))
    edtf = references[0].reference if references else _resolved(context, mention)
    return edtf or mention.words


def dates(context: Context, mention: Mention) -> list[str]:
    """The EDTF values of a Time: as annotated, else as its words say on the day of publication; none for a duration."""
    annotated = [one.reference for one in context.normalisations.get((mention.id, "EDTF"), ())]
    if not annotated and not context.normalisations.get((mention.id, "ISO8601")):
        found = _resolved(context, mention)
        annotated = [found] if found else []
    return [edtf for edtf in annotated[:1] if is_edtf(edtf)]


def _time(context: Context, graph: TextGraph, node: Node, me: str) -> None:
    mention = node.mentions[0]
    durations = context.normalisations.get((mention.id, "ISO8601"), ())
    graph.add(me, nt.TYPE, nt.TIME_EXPRESSION_CLASS)
    graph.add(me, nt.LABEL, literal(mention.words))
    edtf, resolved = _annotated(context, graph, mention), "annotator"
    if edtf is None and not durations:
        edtf = _resolved(context, mention)
        resolved = "unresolved" if edtf is None else "rule"
    if edtf is not None:
        earliest, latest = bounds(edtf)
        graph.add(me, nt.EDTF, f'"{edtf}"{nt.AS_EDTF}')
        if earliest is not None:
            graph.add(me, nt.EARLIEST, f'"{earliest.isoformat()}"{nt.AS_DATE}')
        if latest is not None:
            graph.add(me, nt.LATEST, f'"{latest.isoformat()}"{nt.AS_DATE}')
    graph.add(me, nt.RESOLVED_BY, nt.VALUE["resolution", resolved])
    for claim in _clauses(context, mention):
        graph.add(me, nt.ACCORDING_TO, context.term(claim.id))
    for reference in durations:
        try:
            graph.add(me, nt.DURATION, f'"{duration(reference.reference)}"{nt.AS_DURATION}')
        except ValueError as error:
            graph.lost(reference.line, f"{reference.id}: {error}", "write ISO8601:P6M")


def _clauses(context: Context, mention: Mention) -> list[Event]:
    """The claims in whose clause a Time dates a meeting; none for one that the text dates by it in its own voice."""
    dated = [event for event in context.dated.get(mention.id, ()) if event.label in ("Meeting", "Round")]
    own = {context.term(event.id) for event in dated if not context.claims_about.get(event.id)}
    return [
        claim
        for event in dated
        if context.term(event.id) not in own
        for claim in context.claims_about.get(event.id, ())
    ]


def _annotated(context: Context, graph: TextGraph, mention: Mention) -> str | None:
    """The EDTF value that the annotator gave a Time, if it is one."""
    for reference in context.normalisations.get((mention.id, "EDTF"), ()):
        try:
            bounds(reference.reference)
        except ValueError as error:
            graph.lost(reference.line, f"{reference.id}: {error}", "write EDTF:2025-12-20 or EDTF:2025-12-19/..")
        else:
            return reference.reference
    return None


def _resolved(context: Context, mention: Mention) -> str | None:
    """Our own reading of a Time on the day of publication."""
    if context.published is None:
        return None
    return resolve(mention.words, context.published.day, _towards(context, mention))


def _towards(context: Context, mention: Mention) -> Direction:
    """Whether "on Monday" means the next one: where what it dates is said to lie ahead."""
    for event in context.dated.get(mention.id, ()):
        if not _AHEAD.isdisjoint(context.said_of(event.id).get("Stage", ())):
            return "future"
        for claim in context.claims_about.get(event.id, ()):
            if not _AHEAD.isdisjoint(context.said_of(claim.id).get("Asserts", ())):
                return "future"
    return "past"


# -- counts --------------------------------------------------------------------------------------------------------------


def _quantity(context: Context, graph: TextGraph, node: Node, me: str) -> None:
    mention = node.mentions[0]
    graph.add(me, nt.TYPE, nt.QUANTITY_CLAIM_CLASS)
    graph.add(me, nt.LABEL, literal(mention.words))
    counted = context.counted.get(mention.id, ())
    claims = [claim for event in counted for claim in context.claims_about.get(event.id, ())]
    for event in counted:
        graph.add(me, nt.WHAT, context.term(event.id))
    for claim in claims:
        graph.add(me, nt.ACCORDING_TO, context.term(claim.id))
        for claimant in context.claimants(claim):
            graph.add(me, nt.CLAIMANT, claimant)
    if not claims:
        graph.add(me, nt.CLAIMANT, context.publisher)
    quantity = parse_quantity(mention.words)
    if quantity is None:
        return
    for predicate, number in (
        (nt.EXACT_VALUE, quantity.value),
        (nt.MIN_VALUE, quantity.low),
        (nt.MAX_VALUE, quantity.high),
    ):
        if number is not None:
            graph.add(me, predicate, f'"{number}"{nt.AS_INTEGER if isinstance(number, int) else nt.AS_DECIMAL}')
    graph.add(me, nt.EXACTNESS, nt.VALUE["exactness", quantity.exactness])
    if quantity.unit:
        graph.add(me, nt.UNIT_TEXT, literal(quantity.unit))
