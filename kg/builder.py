"""Document → quads: what one annotated text says, as one named graph.

The graph of a text holds only what that text says, each node with the words and the sentence that say it. The quads come as
canonical N-Quads lines, sorted and unique, ready for a store or a file.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from kg import ntriples as nt
from kg.affiliations import add_affiliations
from kg.claims import add_claim, add_reported, add_same_acts
from kg.context import Context, read_context
from kg.documents import Document, Normalisation
from kg.entities import Node
from kg.errors import Finding
from kg.events import add_event
from kg.leads import Leads, Named, Proposed
from kg.mentions import add_mention
from kg.namespaces import BASE
from kg.passages import TextGraph
from kg.profiles import profile
from kg.registry import Entry, Registry
from kg.scheme import VOICES, check
from kg.terms import iri, literal, slug


@dataclass(frozen=True, slots=True)
class DocumentGraph:
    """The graph of one text.

    quads is a block of canonical N-Quads lines, sorted by code point and unique. registered are the registry entries that the
    text names, leads what it leaves for conclusions about identity, among it the names that no registry has.
    """

    iri: str
    quads: bytes
    count: int
    findings: tuple[Finding, ...]
    registered: tuple[Entry, ...]
    leads: Leads


def graph_iri(document_id: str, base: str = BASE) -> str:
    """The named graph that holds what this document says."""
    return f"{base}graph/{slug(document_id)}"


def build_document(document: Document, registry: Registry, base: str = BASE) -> DocumentGraph:
    """The graph of what `document` says. Never raises for what the annotation says: findings name what was left out."""
    checked, unknown = check(document)
    context, unresolved = read_context(checked, registry, base)
    graph = TextGraph(checked, context.home)
    nodes = list({node.iri: node for node in context.nodes.values()}.values())
    _add_document(context, graph)
    for node in nodes:
        add_mention(context, graph, node)
    for event_node in context.events:
        if event_node.label == "Claim":
            add_claim(context, graph, event_node)
        else:
            add_event(context, graph, event_node)
    add_same_acts(context, graph)
    add_affiliations(context, graph)
    references = _add_remarks(context, graph)
    name = graph_iri(document.id, base)
    lines = sorted(set(graph.triples))
    entries = [*(node.entry for node in nodes), context.publisher_entry]
    return DocumentGraph(
        iri=name,
        # The empty line at the end ends the last quad too.
        quads=f" <{name}> .\n".join([*lines, ""]).encode(),
        count=len(lines),
        findings=(*unknown, *unresolved, *graph.findings),
        registered=tuple({entry.id: entry for entry in entries if entry is not None}.values()),
        leads=_leads(context, registry, nodes, references),
    )


def _leads(context: Context, registry: Registry, nodes: list[Node], references: dict[str, str]) -> Leads:
    """What the text leaves for conclusions; references are those of its nodes to known things."""
    gatherings = [node for node in context.events if node.label in ("Meeting", "Round")]
    published = context.published.day.isoformat() if context.published else ""
    process = context.document.source.process
    return Leads(
        profiles=[profile(context, registry, node, references.get(node.iri, "")) for node in gatherings],
        proposals=[
            Proposed(
                node.iri,
                tuple(dict.fromkeys(mention.words for mention in node.mentions)),
                process,
                published,
                references.get(node.iri, ""),
                context.document.place(node.mentions[0].line),
            )
            for node in nodes
            if node.label == "Proposal"
        ],
        named=sorted({Named(n.iri, n.label.lower(), n.words) for n in nodes if n.identified == "name"}),
        references={
            node.iri: references[node.iri]
            for node in context.events
            if node.iri in references and node not in gatherings
        },
    )


def _add_document(context: Context, graph: TextGraph) -> None:
    """Add what is known of the text as a publication, and who publishes it."""
    document, source, me = context.document, context.document.source, f"<{context.home}>"
    if source.publisher:
        _add_publisher(context, graph)
        graph.add(me, nt.PUBLISHER, context.publisher)
    graph.add(me, nt.TYPE, nt.DOCUMENT_CLASS)
    graph.add(me, nt.TYPE, nt.NEWS_ARTICLE_CLASS)
    graph.add(me, nt.LABEL, literal(source.title or document.id))
    if source.title:
        graph.add(me, nt.HEADLINE, literal(source.title))
    if context.published is not None:
        graph.add(me, nt.DATE_PUBLISHED, literal(context.published.lexical, context.published.datatype))
        add_reported(context, graph, me)
    if source.url:
        graph.add(me, nt.URL, iri(source.url))
    if source.language:
        graph.add(me, nt.IN_LANGUAGE, literal(source.language))
    if source.process:
        graph.add(me, nt.PROCESS, f"<{context.base}process/{slug(source.process)}>")
    for address in source.derived_from:
        graph.add(me, nt.DERIVED_FROM, iri(address))
    if document.annotator:
        graph.add(me, nt.ANNOTATED_BY, literal(document.annotator))
    digest = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()
    graph.add(me, nt.TEXT_LENGTH, f'"{len(document.text)}"{nt.AS_INTEGER}')
    graph.add(me, nt.TEXT_DIGEST, f'"{digest}"')


def _add_publisher(context: Context, graph: TextGraph) -> None:
    me, entry = context.publisher, context.publisher_entry
    graph.add(me, nt.TYPE, nt.ACTOR_CLASS)
    graph.add(me, nt.TYPE, nt.ORGANIZATION_CLASS)
    graph.add(me, nt.IDENTIFIED_BY, nt.VALUE["identification", "registry" if entry else "name"])
    if entry is None:
        graph.add(me, nt.LABEL, literal(context.document.source.publisher))


def _add_remarks(context: Context, graph: TextGraph) -> dict[str, str]:
    """Add notes, and references that identify no actor or venue; those of events to known ones are returned by their nodes."""
    for note in context.document.notes:
        if note.text:
            graph.add(context.term(note.target), nt.EDITORIAL_NOTE, literal(note.text))
    references: dict[str, str] = {}
    for reference in context.document.normalisations:
        event = context.event_node.get(reference.target)
        label = event.label if event else context.nodes[reference.target].label
        if reference.database == "kg" and (event or label in ("Proposal", "Topic")):
            known = _add_reference(context, graph, reference)
            if known:
                references.setdefault(event.iri if event else context.nodes[reference.target].iri, known)
        elif reference.database in ("kg", "Wikidata") and (label in VOICES or label == "Venue"):
            continue
        elif reference.database in ("EDTF", "ISO8601"):
            if label != "Time":
                found = f"{reference.id}: {reference.database} is a reference of a Time, not of a {label}"
                graph.lost(reference.line, found, "put it on the Time")
        else:
            value = literal(f"{reference.database}:{reference.reference}")
            graph.add(context.term(reference.target), nt.EXTERNAL_REFERENCE, value)
    return references


def _add_reference(context: Context, graph: TextGraph, reference: Normalisation) -> str:
    """The local id of the known thing that a reference names, "" where it names none."""
    local = "/".join(slug(segment) for segment in reference.reference.split("/"))
    if not local.strip("/"):
        graph.lost(reference.line, f"{reference.id} refers to nothing", "write kg:meeting/istanbul-2025-07-23")
        return ""
    graph.add(context.term(reference.target), nt.REFERENCE, f"<{context.base}{local}>")
    return local
