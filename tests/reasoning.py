"""The OWL 2 RL closure of a graph, and what it finds impossible."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations
from pathlib import Path

from owlrl.OWLRL import OWLRL_Semantics
from rdflib import OWL, RDFS, SKOS, Dataset, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

ROOT = Path(__file__).resolve().parent.parent
ONTOLOGY = ROOT / "ontology"
ALIGNMENTS = sorted((ONTOLOGY / "alignments").glob("*.ttl"))
EXAMPLES = sorted([*(ONTOLOGY / "examples").glob("*.ttl"), *(ONTOLOGY / "examples").glob("*.trig")])

# Words for people: no rule of OWL looks at them, and without them the closure takes half the time.
_WORDS = (SKOS.definition, SKOS.example, SKOS.scopeNote, SKOS.editorialNote, SKOS.prefLabel, SKOS.notation, RDFS.label)


@lru_cache
def ontology() -> Graph:
    """The classes and properties. Shared: copy it before a change."""
    return Graph().parse(ONTOLOGY / "diplomacy.ttl", format="turtle")


@lru_cache
def vocabulary() -> Graph:
    """The values of all schemes. Shared: copy it before a change."""
    graph = Graph()
    for path in sorted((ONTOLOGY / "vocab").glob("*.ttl")):
        graph.parse(path, format="turtle")
    return graph


@lru_cache
def alignments() -> Graph:
    """All alignments together. Shared: copy it before a change."""
    graph = Graph()
    for path in ALIGNMENTS:
        graph.parse(path, format="turtle")
    return graph


def read(path: Path) -> Graph:
    """A file of data as one graph: the named graphs of TriG are joined."""
    if path.suffix != ".trig":
        return Graph().parse(path, format="turtle")
    dataset = Dataset()
    dataset.parse(path, format="trig")
    graph = Graph()
    for subject, predicate, value, _ in dataset.quads():
        graph.add((subject, predicate, value))
    return graph


def close(*graphs: Graph) -> tuple[Graph, list[str]]:
    """The graphs with all that OWL 2 RL derives from them, and a message for each contradiction (none: consistent)."""
    union = Graph()
    for graph in graphs:
        for triple in graph:
            if triple[1] not in _WORDS:
                union.add(triple)
    semantics = OWLRL_Semantics(union, axioms=False, daxioms=False, rdfs=False)
    semantics.closure()
    return union, sorted(semantics.error_messages)


def disjoint_pairs(graph: Graph) -> list[tuple[URIRef, URIRef]]:
    """Every two classes that the graph declares to have no member in common, however it declares it."""
    found: set[tuple[Node, Node]] = set(graph.subject_objects(OWL.disjointWith))
    for members in graph.objects(None, OWL.members):
        found.update(combinations(Collection(graph, members), 2))
    return sorted((URIRef(str(one)), URIRef(str(other))) for one, other in found)


def turtle(text: str, prefixes: Iterable[tuple[str, str]]) -> Graph:
    """A graph from Turtle without its prefix lines."""
    head = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in prefixes)
    return Graph().parse(data=head + text, format="turtle")
