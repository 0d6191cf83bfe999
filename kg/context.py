"""What is looked up again and again while the graph of one text is made.

Made once per text and never changed: whatever turns a part of the text into triples takes it, and the graph to add to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.documents import Document, Event, Mention, Normalisation
from kg.edtf import Moment, canonical_date
from kg.entities import EventNode, Node, event_nodes, mention_nodes, name_id
from kg.errors import Finding
from kg.registry import Entry, Registry
from kg.terms import slug

GATHERINGS = frozenset({"Meeting", "Round", "Process"})
"""The events that have participants and a status."""

Values = Mapping[str, Sequence[str]]
"""What is said of one event: attribute → its values, "" for a flag."""

_NOTHING: Values = {}


@dataclass(frozen=True, slots=True)
class Context:
    """One text that the scheme has checked, with its nodes and indexes. Keys are ids of mentions and events."""

    document: Document
    base: str
    home: str
    """The IRI of the document, without brackets."""
    nodes: Mapping[str, Node]
    """The node of every mention that triggers no event."""
    events: Sequence[EventNode]
    event_node: Mapping[str, EventNode]
    mentions: Mapping[str, Mention]
    values: Mapping[str, Values]
    claims_about: Mapping[str, Sequence[Event]]
    dated: Mapping[str, Sequence[Event]]
    """Events by the Times that date them."""
    counted: Mapping[str, Sequence[Event]]
    """Events by the Quantities that count them."""
    normalisations: Mapping[tuple[str, str], Sequence[Normalisation]]
    """By what they stand on and the database they name."""
    principals: Mapping[str, Sequence[str]]
    """IRI of an actor → those it acts for in this text."""
    published: Moment | None
    publisher: str
    """Who speaks in the text's own voice, as an N-Triples term: the publisher, or the document where none is known."""
    publisher_entry: Entry | None

    def term(self, target: str) -> str:
        """The node of an event or a mention as an N-Triples term."""
        node = self.event_node.get(target) or self.nodes[target]
        return f"<{node.iri}>"

    def said_of(self, event: str) -> Values:
        """The attributes of an event."""
        return self.values.get(event, _NOTHING)

    def claimants(self, claim: Event) -> list[str]:
        """Who makes a claim, as N-Triples terms: its speakers, or somebody whom the text does not name."""
        speakers = [f"<{self.nodes[role.target].iri}>" for role in claim.roles if role.name == "Speaker"]
        return speakers or [f"<{self.event_node[claim.id].iri}/claimant>"]


def read_context(document: Document, registry: Registry, base: str) -> tuple[Context, list[Finding]]:
    """The context of a document that the scheme has checked, and what was found wrong with its references."""
    home = f"{base}document/{slug(document.id)}"
    nodes, findings = mention_nodes(document, registry, base)
    events = event_nodes(document, base)
    publisher, entry = _publisher(document, registry, base, home)
    claims_about, dated, counted = _fillers(document.events)
    context = Context(
        document=document,
        base=base,
        home=home,
        nodes=nodes,
        events=events,
        event_node={event.id: node for node in events for event in node.events},
        mentions={mention.id: mention for mention in document.mentions},
        values=_values(document),
        claims_about=claims_about,
        dated=dated,
        counted=counted,
        normalisations=_normalisations(document),
        principals=_principals(document, nodes),
        published=_published(document),
        publisher=publisher,
        publisher_entry=entry,
    )
    return context, findings


def _published(document: Document) -> Moment | None:
    try:
        return canonical_date(document.source.date) if document.source.date else None
    except ValueError:
        return None


def _publisher(document: Document, registry: Registry, base: str, home: str) -> tuple[str, Entry | None]:
    name = document.source.publisher
    if not name:
        return f"<{home}>", None
    entry = registry.find("organization", name)
    return f"<{base}actor/{entry.id if entry else f'name/organization/{name_id(name)}'}>", entry


def _values(document: Document) -> Mapping[str, Values]:
    values: dict[str, dict[str, list[str]]] = {}
    for attribute in document.attributes:
        values.setdefault(attribute.target, {}).setdefault(attribute.label, []).append(attribute.value or "")
    return values


def _normalisations(document: Document) -> dict[tuple[str, str], list[Normalisation]]:
    found: dict[tuple[str, str], list[Normalisation]] = {}
    for normalisation in document.normalisations:
        found.setdefault((normalisation.target, normalisation.database), []).append(normalisation)
    return found


def _fillers(
    events: Sequence[Event],
) -> tuple[dict[str, list[Event]], dict[str, list[Event]], dict[str, list[Event]]]:
    """The events by what fills their roles About, Time and Count."""
    about: dict[str, list[Event]] = {}
    time: dict[str, list[Event]] = {}
    count: dict[str, list[Event]] = {}
    of_role = {"About": about, "Time": time, "Count": count}
    for event in events:
        for role in event.roles:
            if (found := of_role.get(role.name)) is not None:
                found.setdefault(role.target, []).append(event)
    return about, time, count


def _principals(document: Document, nodes: Mapping[str, Node]) -> dict[str, list[str]]:
    """Actor → those it acts for in this text: as said of it, else as said of the delegation it is a member of."""
    direct: dict[str, list[str]] = {}
    teams: dict[str, list[str]] = {}
    for relation in document.relations:
        source, target = nodes.get(relation.source), nodes.get(relation.target)
        if source is None or target is None or source.iri == target.iri:
            continue
        if relation.label == "Represents":
            direct.setdefault(source.iri, []).append(target.iri)
        elif relation.label == "MemberOf" and target.label == "Delegation":
            teams.setdefault(source.iri, []).append(target.iri)
    for member, delegations in teams.items():
        if member not in direct:
            inherited = [principal for delegation in delegations for principal in direct.get(delegation, ())]
            if inherited:
                direct[member] = inherited
    return {actor: sorted(set(principals)) for actor, principals in direct.items()}
