"""Nanopublications: each claim as four small named graphs in TriG, to be cited, signed and published one by one.

The assertion holds what the claim says; the provenance, whose claim it is and the words that make it; the publication info, where
the nanopublication comes from. They carry no trusty IRI and no signature: whoever publishes them signs them with his own key,
and the tool that signs adds the moment. The only dates are those of the documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from kg.export.rdf import Exportable, statements
from kg.namespaces import DCTERMS, DP, OA, ONTOLOGY, ONTOLOGY_VERSION, PROV, RDF, RDFS, SCHEMA
from kg.terms import iri, literal

NP = "http://www.nanopub.org/nschema#"
MAX_TRIPLES = 1200
"""How many triples the network of nanopublication servers takes; ours have a few dozen."""

Node = dict[str, list[str]]
"""Predicate → objects, as N-Triples text."""

_CLAIM, _TYPE, _LABEL = f"<{DP.Claim}>", f"<{RDF.type}>", f"<{RDFS.label}>"
_ABOUT_SOURCE = frozenset(f"<{one}>" for one in (DP.evidence, DP.sentence, DP.reportedAt))
_PLACED = tuple(f"<{one}>" for one in (DP.when, DP.venue))
_PARTICIPATION = tuple(f"<{one}>" for one in (DP.participant, DP.role, DP.onBehalfOf))
_MOMENT = tuple(f"<{one}>" for one in (DP.edtf, DP.earliest, DP.latest))
_OF_DOCUMENT = tuple(
    f"<{one}>" for one in (RDF.type, SCHEMA.headline, SCHEMA.publisher, SCHEMA.datePublished, SCHEMA.url)
)
_PART_OF_SPAN = tuple(f"<{one}>" for one in (DP.fragment, OA.hasSelector))


def nanopublications(store: Exportable, creator: str = "", license: str = "", as_of: str = "") -> Iterator[bytes]:
    """One nanopublication per claim, in canonical order of graphs and claims.

    creator is an IRI (an ORCID, say) or a name, license an IRI; without them the publication info says neither. With as_of (a
    day), only claims that were reported on or before it.
    """
    names = _labels(store)
    for graph in store.graphs():
        if not graph.startswith(f"{store.base}graph/"):
            continue
        nodes = _nodes(store, graph)
        for subject, node in nodes.items():
            if _CLAIM not in node.get(_TYPE, ()):
                continue
            day = next(iter(node.get(f"<{DP.reportedAt}>", ())), "")
            if as_of and (not day or day[1:11] > as_of):
                continue
            yield _publication(store.base, graph, subject, nodes, names, creator, license)


def _publication(
    base: str, graph: str, claim: str, nodes: dict[str, Node], names: dict[str, list[str]], creator: str, license: str
) -> bytes:
    me = _address(base, claim[1:-1])
    parts = {name: iri(f"{me}#{name}") for name in ("Head", "assertion", "provenance", "pubinfo")}
    np = iri(me)
    head = [
        f"{np} {_TYPE} <{NP}Nanopublication>",
        f"{np} <{NP}hasAssertion> {parts['assertion']}",
        f"{np} <{NP}hasProvenance> {parts['provenance']}",
        f"{np} <{NP}hasPublicationInfo> {parts['pubinfo']}",
    ]
    said = _assertion(claim, nodes, names)
    content = {
        "Head": head,
        "assertion": said,
        "provenance": _provenance(parts["assertion"], claim, nodes, names),
        "pubinfo": _info(np, graph, nodes[claim], creator, license),
    }
    out = [f"# {claim[1:-1]}\n".encode()]
    for name, lines in content.items():
        out.append(f"{parts[name]} {{\n".encode())
        out += statements(sorted({f"{line} .\n".encode() for line in lines}), b" .\n", b"  ")
        out.append(b"}\n")
    return b"".join([*out, b"\n"])


def _address(base: str, claim: str) -> str:
    """The IRI of the nanopublication: that of the claim, with `nanopub` for `document`."""
    home = f"{base}document/"
    return f"{base}nanopub/" + (claim.removeprefix(home) if claim.startswith(home) else quote(claim, safe=""))


def _assertion(claim: str, nodes: dict[str, Node], names: dict[str, list[str]]) -> list[str]:
    """What the claim says, with type and name of all it speaks of, and of a meeting what is needed to know which."""
    out = [
        f"{claim} {predicate} {term}"
        for predicate, terms in nodes[claim].items()
        if predicate not in _ABOUT_SOURCE
        for term in terms
    ]
    spoken_of = (terms for predicate, terms in nodes[claim].items() if predicate not in _ABOUT_SOURCE)
    told = {term for terms in spoken_of for term in terms if term in nodes or term in names}
    for about in nodes[claim].get(f"<{DP.about}>", ()):
        node = nodes.get(about, {})
        for predicate in _PLACED:
            for term in node.get(predicate, ()):
                out.append(f"{about} {predicate} {term}")
                out += _some(term, nodes, _MOMENT)
                told.add(term)
        for seat in node.get(f"<{DP.participation}>", ()):
            # Seats that somebody else says belong to that somebody's claim.
            if claim in nodes.get(seat, {}).get(f"<{DP.accordingTo}>", ()):
                out.append(f"{about} <{DP.participation}> {seat}")
                out += _some(seat, nodes, _PARTICIPATION)
                told.update(term for predicate in _PARTICIPATION for term in nodes[seat].get(predicate, ()))
    out += [line for one in told for line in _named(one, nodes, names)]
    return out


def _provenance(assertion: str, claim: str, nodes: dict[str, Node], names: dict[str, list[str]]) -> list[str]:
    """Whose claim it is, the words that make it, and the text they stand in."""
    node = nodes[claim]
    out = [f"{assertion} <{PROV.wasAttributedTo}> {who}" for who in node.get(f"<{DP.claimant}>", ())]
    for relay in node.get(f"<{DP.relay}>", ()):
        out.append(f"{assertion} <{DP.relay}> {relay}")
    out += [f"{assertion} <{DP.reportedAt}> {day}" for day in node.get(f"<{DP.reportedAt}>", ())]
    spans = [*node.get(f"<{DP.evidence}>", ()), *node.get(f"<{DP.sentence}>", ())]
    for predicate, terms in (
        ("evidence", node.get(f"<{DP.evidence}>", ())),
        ("sentence", node.get(f"<{DP.sentence}>", ())),
    ):
        out += [f"{assertion} <{DP.NS}{predicate}> {term}" for term in terms]
    sources: set[str] = set()
    while spans:
        span = spans.pop()
        for key, terms in nodes.get(span, {}).items():
            out += [f"{span} {key} {term}" for term in terms]
            if key in _PART_OF_SPAN:
                spans += terms
            if key == f"<{OA.hasSource}>":
                sources.update(terms)
    for source in sorted(sources):
        out.append(f"{assertion} <{PROV.wasDerivedFrom}> {source}")
        out += _some(source, nodes, _OF_DOCUMENT)
        for publisher in nodes.get(source, {}).get(f"<{SCHEMA.publisher}>", ()):
            out += _named(publisher, nodes, names)
    return out


def _info(np: str, graph: str, claim: Node, creator: str, license: str) -> list[str]:
    """Where the nanopublication comes from: the named graph and the version of the ontology; dated as the document is."""
    out = [
        f"{np} <{DCTERMS.source}> {iri(graph)}",
        f"{np} <{DCTERMS.conformsTo}> {iri(f'{ONTOLOGY}/{ONTOLOGY_VERSION}')}",
    ]
    out += [f"{np} <{DCTERMS.date}> {day}" for day in claim.get(f"<{DP.reportedAt}>", ())]
    if creator:
        term = iri(creator) if creator.startswith(("https://", "http://")) else literal(creator)
        out.append(f"{np} <{DCTERMS.creator}> {term}")
    if license:
        out.append(f"{np} <{DCTERMS.license}> {iri(license)}")
    return out


def _nodes(store: Exportable, graph: str) -> dict[str, Node]:
    """Subject → its statements, of one graph."""
    nodes: dict[str, Node] = {}
    suffix = len(f" <{graph}> .\n".encode())
    for line in store.lines(graph):
        subject, predicate, term = line[:-suffix].decode().split(" ", 2)
        nodes.setdefault(subject, {}).setdefault(predicate, []).append(term)
    return nodes


def _labels(store: Exportable) -> dict[str, list[str]]:
    """Names and kinds that stand outside the texts (the registry): subject → lines."""
    names: dict[str, list[str]] = {}
    for graph in store.graphs():
        if not graph.startswith(f"{store.base}graph/"):
            for subject, node in _nodes(store, graph).items():
                names[subject] = list(_some(subject, {subject: node}, (_TYPE, _LABEL)))
    return names


def _named(subject: str, nodes: dict[str, Node], names: dict[str, list[str]]) -> Iterable[str]:
    return [*names.get(subject, ()), *_some(subject, nodes, (_TYPE, _LABEL))]


def _some(subject: str, nodes: dict[str, Node], predicates: Iterable[str]) -> Iterator[str]:
    """The statements of a node under these predicates."""
    node = nodes.get(subject, {})
    return (f"{subject} {predicate} {term}" for predicate in predicates for term in node.get(predicate, ()))
