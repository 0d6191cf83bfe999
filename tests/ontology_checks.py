"""What a reader of an ontology may expect, as checks: each takes a graph and gives one line for each finding.

After the pitfalls and principles that the services OOPS! and FOOPS! look for, as far as they can be told offline.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, VANN, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from kg.namespaces import DP, LABELS, ONTOLOGY, SCHEMES, XSD, shrink
from tests.foreign_terms import is_known

_PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty)
_KINDS = (OWL.Class, *_PROPERTIES)
_METADATA = (
    (DCTERMS, "title description abstract creator publisher created modified license bibliographicCitation"),
    (OWL, "versionIRI versionInfo"),
    (VANN, "preferredNamespacePrefix preferredNamespaceUri"),
)


def terms(graph: Graph, *kinds: URIRef) -> list[URIRef]:
    """The named classes and properties of ours, or those of the given kinds, sorted."""
    found = {term for kind in kinds or _KINDS for term in graph.subjects(RDF.type, kind)}
    return sorted(term for term in found if isinstance(term, URIRef) and term.startswith(DP.NS))


def classes_of(graph: Graph, node: Node) -> frozenset[str]:
    """The classes that a domain or range names, the members of a union one by one."""
    union = graph.value(node, OWL.unionOf)
    return frozenset(str(member) for member in Collection(graph, union)) if union else frozenset([str(node)])


def _ends(graph: Graph, term: Node, which: URIRef) -> set[frozenset[str]]:
    return {classes_of(graph, node) for node in graph.objects(term, which)}


def metadata(graph: Graph) -> Iterator[str]:
    """The ontology says what it is, whose, since when, in which version and under which licence."""
    home = URIRef(ONTOLOGY)
    for space, names in _METADATA:
        for name in names.split():
            if len(set(graph.objects(home, space[name]))) != 1:
                yield f"the ontology needs one {name}"
    version = graph.value(home, OWL.versionInfo)
    citation = graph.value(home, DCTERMS.bibliographicCitation)
    if str(version) not in str(citation) or str(graph.value(home, OWL.versionIRI)) != f"{home}/{version}":
        yield "version, versionIRI and citation differ"
    if str(graph.value(home, VANN.preferredNamespaceUri)) != DP.NS:
        yield "the namespace is another one"


def home(graph: Graph) -> Iterator[str]:
    """Every class and property says which ontology defines it."""
    for term in terms(graph):
        if list(graph.objects(term, RDFS.isDefinedBy)) != [URIRef(ONTOLOGY)]:
            yield f"{shrink(term)} needs rdfs:isDefinedBy"


def labels(graph: Graph) -> Iterator[str]:
    """No two classes, no two properties and no two values of a scheme share a label; no two terms a definition."""
    for kinds in ((OWL.Class,), _PROPERTIES):
        counted = Counter(str(label).casefold() for t in terms(graph, *kinds) for label in graph.objects(t, RDFS.label))
        yield from (f"label used twice: {label}" for label, times in counted.items() if times > 1)
    concepts = [
        (graph.value(concept, SKOS.inScheme), str(label).casefold())
        for concept, label in graph.subject_objects(SKOS.prefLabel)
    ]
    yield from (f"label used twice: {label}" for (_, label), times in Counter(concepts).items() if times > 1)
    defined = Counter(str(text) for text in graph.objects(None, SKOS.definition))
    yield from (f"definition used twice: {text}" for text, times in defined.items() if times > 1)


def cycles(graph: Graph) -> Iterator[str]:
    """No class or property stands under itself."""
    for relation in (RDFS.subClassOf, RDFS.subPropertyOf):
        for term in terms(graph):
            above = (
                higher
                for parent in graph.objects(term, relation)
                for higher in graph.transitive_objects(parent, relation)
            )
            if term in above:
                yield f"{shrink(term)} stands under itself"


def connected(graph: Graph) -> Iterator[str]:
    """Every term hangs together with dp:Event by axioms, or says why it stands alone."""
    meaning = (
        RDFS.subClassOf,
        RDFS.subPropertyOf,
        RDFS.domain,
        RDFS.range,
        OWL.inverseOf,
        OWL.unionOf,
        RDF.first,
        RDF.rest,
    )
    neighbours: dict[Node, set[Node]] = {}
    for subject, predicate, value in graph:
        # That two properties hold an xsd:date, or that two lists end, connects nothing.
        if predicate in meaning and value != RDF.nil and not str(value).startswith(XSD.NS):
            neighbours.setdefault(subject, set()).add(value)
            neighbours.setdefault(value, set()).add(subject)
    seen: set[Node] = set()
    todo: list[Node] = [URIRef(DP.Event)]
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo += neighbours.get(node, ())
    for term in terms(graph):
        if term not in seen and graph.value(term, SKOS.editorialNote) is None:
            yield f"{shrink(term)} hangs together with nothing"


def inverses(graph: Graph) -> Iterator[str]:
    """An inverse is declared from both sides, and domain and range change places."""
    for one, other in graph.subject_objects(OWL.inverseOf):
        if (other, OWL.inverseOf, one) not in graph:
            yield f"{shrink(str(other))} does not name its inverse {shrink(str(one))}"
        for near, far in ((RDFS.domain, RDFS.range), (RDFS.range, RDFS.domain)):
            if _ends(graph, one, near) != _ends(graph, other, far):
                yield f"{shrink(str(one))} and {shrink(str(other))}: domain and range do not change places"
    for prop in graph.subjects(RDF.type, OWL.SymmetricProperty):
        if _ends(graph, prop, RDFS.domain) != _ends(graph, prop, RDFS.range):
            yield f"{shrink(str(prop))} is symmetric: domain and range differ"


def ends(graph: Graph) -> Iterator[str]:
    """A property has one domain and one range, or says why not; data properties lead to datatypes, others never."""
    for prop in terms(graph, *_PROPERTIES):
        reasons = [str(note) for note in graph.objects(prop, SKOS.editorialNote)]
        for which, word in ((RDFS.domain, "domain"), (RDFS.range, "range")):
            given = list(graph.objects(prop, which))
            excused = any(note.startswith(f"No {word}: ") for note in reasons)
            if len(given) != (0 if excused else 1):
                yield f"{shrink(prop)} needs one {word}, or else a note why it has none"
        data = (prop, RDF.type, OWL.DatatypeProperty) in graph
        for node in graph.objects(prop, RDFS.range):
            if data != (str(node).startswith(XSD.NS) or (node, RDF.type, RDFS.Datatype) in graph):
                yield f"{shrink(prop)} leads to the wrong kind of thing"


def names(graph: Graph) -> Iterator[str]:
    """UpperCamelCase for classes, lowerCamelCase for properties, small letters with hyphens for values."""
    for kinds, pattern in (((OWL.Class,), "([A-Z][a-z]+)+"), (_PROPERTIES, "[a-z]+([A-Z][a-z]+)*")):
        for term in terms(graph, *kinds):
            if not re.fullmatch(pattern, term.removeprefix(DP.NS)):
                yield f"{shrink(term)} is not named like its kind"
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        scheme = str(graph.value(concept, SKOS.inScheme))
        if not re.fullmatch(r"[a-z]+([-.][a-z0-9]+)*", str(concept).removeprefix(f"{scheme}/")):
            yield f"{shrink(str(concept))} is not named like a value"


def defined(graph: Graph) -> Iterator[str]:
    """Every term of ours that occurs is declared here, every foreign one exists."""
    declared = {str(term) for term in terms(graph)} | set(LABELS) | {ONTOLOGY, DP.NS}
    declared |= {ONTOLOGY.replace("ontology", scheme) for scheme in SCHEMES}
    allowed = re.compile(re.escape(ONTOLOGY) + r"/\d+\.\d+\.\d+|https://creativecommons\.org/licenses/by/4\.0/")
    for node in sorted({str(node) for triple in graph for node in triple if isinstance(node, URIRef)}):
        if graph.value(URIRef(node), RDF.type) is not None and not node.startswith(DP.NS):
            continue
        # Literature is cited by its address.
        if (None, DCTERMS.source, URIRef(node)) in graph:
            continue
        if node not in declared and not allowed.fullmatch(node) and not is_known(node):
            yield f"{shrink(node)} is nowhere defined"


def one_kind(graph: Graph) -> Iterator[str]:
    """A term is a class, a property between things or a property to literals: one of the three."""
    for term in terms(graph):
        if sum((term, RDF.type, kind) in graph for kind in _KINDS) != 1:
            yield f"{shrink(term)} is of two kinds"


def simple(graph: Graph) -> Iterator[str]:
    """OWL 2 DL: a transitive property is neither functional nor irreflexive, asymmetric or disjoint with another."""
    for prop in graph.subjects(RDF.type, OWL.TransitiveProperty):
        kinds = set(graph.objects(prop, RDF.type))
        if kinds & {OWL.FunctionalProperty, OWL.IrreflexiveProperty, OWL.AsymmetricProperty} or (
            (prop, OWL.propertyDisjointWith, None) in graph
        ):
            yield f"{shrink(str(prop))} is transitive and hence not simple"


def deprecated(graph: Graph) -> Iterator[str]:
    """A deprecated term stays, says by what it is replaced, and nothing that is not deprecated depends on it."""
    old = set(graph.subjects(OWL.deprecated, Literal(True)))
    for term in sorted(old, key=str):
        new = graph.value(term, DCTERMS.isReplacedBy)
        if new is None or new in old or (new, RDF.type, None) not in graph:
            yield f"{shrink(str(term))} is deprecated: name the living term that replaces it"
        for user in graph.subjects(None, term):
            if not isinstance(user, BNode) and user not in old:
                yield f"{shrink(str(user))} depends on {shrink(str(term))}, which is deprecated"


CHECKS: dict[str, Callable[[Graph], Iterator[str]]] = {
    check.__name__: check
    for check in (
        metadata,
        home,
        labels,
        cycles,
        connected,
        inverses,
        ends,
        names,
        defined,
        one_kind,
        simple,
        deprecated,
    )
}
