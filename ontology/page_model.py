"""What the page of the ontology shows, read from the files of this folder as plain values: terms, schemes, rules, questions.

Order is decided here and depends on the files alone: classes as a tree, the rest by name or as the files number them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from rdflib import DCTERMS, OWL, RDF, RDFS, SH, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from kg.validation import Audit, parse_audit

HERE = Path(__file__).resolve().parent
HOME = "https://w3id.org/diplomatic-kg/"
DP = Namespace(HOME + "ontology#")
SHAPES = HOME + "shapes/"

TRAITS = {
    OWL.SymmetricProperty: "symmetric",
    OWL.TransitiveProperty: "transitive",
    OWL.FunctionalProperty: "functional",
    OWL.IrreflexiveProperty: "irreflexive",
    OWL.AsymmetricProperty: "asymmetric",
}


class Alignment(NamedTuple):
    """One mapping: by which relation, to what, under which name, why, and in which file it stands."""

    relation: str
    target: str
    shown: str
    reason: str
    source: str


@dataclass(frozen=True)
class Term:
    """A class, property or controlled value, with all that its entry says. Links are IRIs."""

    iri: str
    kind: str
    label: str
    definition: str
    examples: tuple[str, ...]
    scope_note: str
    notes: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()
    range: tuple[str, ...] = ()
    inverse: str = ""
    disjoint: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    notations: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    alignments: tuple[Alignment, ...] = ()


@dataclass(frozen=True)
class Scheme:
    """A list of controlled values in the order of its file."""

    iri: str
    title: str
    definition: str
    scope_note: str
    values: tuple[Term, ...]
    used_by: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A competency question with its SPARQL and its answer as SPARQL TSV."""

    name: str
    words: str
    asked_by: str
    sparql: str
    answer: str


class AlignmentFile(NamedTuple):
    """What one file of alignments is about: its name, title, purpose, and what it does not map or loses."""

    name: str
    title: str
    description: str
    references: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Model:
    """All that the page shows."""

    facts: dict[str, str]
    classes: tuple[Term, ...]
    properties: tuple[Term, ...]
    schemes: tuple[Scheme, ...]
    alignments: tuple[AlignmentFile, ...]
    rules: tuple[tuple[str, str, str], ...]
    audits: tuple[Audit, ...]
    questions: tuple[Question, ...]
    files: dict[str, str]


def local(iri: str) -> str:
    """The name of a term behind its namespace."""
    return re.split(r"[#/]", iri)[-1]


def read(here: Path = HERE) -> Model:
    """The model of an ontology folder; folders that are optional (alignments, audits, questions) may be missing."""
    ontology = _parse([here / "diplomacy.ttl"])
    vocabularies = sorted((here / "vocab").glob("*.ttl"))
    vocabulary = _parse(vocabularies)
    alignments = {path.stem: _parse([path]) for path in sorted((here / "alignments").glob("*.ttl"))}
    mapped = _alignments(alignments)
    home = URIRef(HOME + "ontology")
    shapes = here / "shapes" / "data.ttl"
    return Model(
        facts={
            "title": _text(ontology, home, DCTERMS.title),
            "description": _text(ontology, home, DCTERMS.description),
            "version": _text(ontology, home, OWL.versionInfo),
            "version_iri": _text(ontology, home, OWL.versionIRI),
            "license": _text(ontology, home, DCTERMS.license),
            "creator": _text(ontology, home, DCTERMS.creator),
        },
        classes=tuple(_classes(ontology, mapped)),
        properties=tuple(_properties(ontology, mapped)),
        schemes=tuple(_schemes(ontology, vocabulary, mapped)),
        alignments=tuple(_alignment_file(name, graph) for name, graph in alignments.items()),
        rules=tuple(_rules(_parse([shapes]))),
        audits=tuple(_audits(here / "audits")),
        questions=tuple(_questions(here / "questions")),
        files={
            "diplomacy.ttl": _join([here / "diplomacy.ttl"]),
            "vocabularies.ttl": _join(vocabularies),
            "shapes.ttl": _join([shapes]),
        },
    )


# -- terms ---------------------------------------------------------------------------------------------------------------


def _classes(graph: Graph, mapped: dict[str, list[Alignment]]) -> list[Term]:
    """Classes as a tree: each behind its superclass, those without one by name."""
    found = {iri: _term(graph, iri, "class", mapped) for iri in _own(graph, OWL.Class)}
    by_parent: dict[str, list[str]] = {}
    for iri, term in found.items():
        for parent in [p for p in term.parents if p in found] or [""]:
            by_parent.setdefault(parent, []).append(iri)
    ordered: list[Term] = []

    def walk(parent: str) -> None:
        for iri in sorted(by_parent.get(parent, []), key=local):
            if found[iri] not in ordered:
                ordered.append(found[iri])
                walk(iri)

    walk("")
    return ordered


def _properties(graph: Graph, mapped: dict[str, list[Alignment]]) -> list[Term]:
    kinds = ((OWL.ObjectProperty, "object property"), (OWL.DatatypeProperty, "datatype property"))
    found = [_term(graph, iri, name, mapped) for kind, name in kinds for iri in _own(graph, kind)]
    return sorted(found, key=lambda term: local(term.iri))


def _own(graph: Graph, kind: Node) -> list[str]:
    return sorted(str(term) for term in graph.subjects(RDF.type, kind) if str(term).startswith(DP))


def _term(graph: Graph, iri: str, kind: str, mapped: dict[str, list[Alignment]]) -> Term:
    node = URIRef(iri)
    up = RDFS.subClassOf if kind == "class" else RDFS.subPropertyOf
    return Term(
        iri=iri,
        kind=kind,
        label=_text(graph, node, RDFS.label) or _text(graph, node, SKOS.prefLabel),
        definition=_text(graph, node, SKOS.definition),
        examples=_texts(graph, node, SKOS.example),
        scope_note=_text(graph, node, SKOS.scopeNote),
        notes=_texts(graph, node, SKOS.editorialNote),
        parents=_texts(graph, node, up),
        children=tuple(sorted(str(child) for child in graph.subjects(up, node) if isinstance(child, URIRef))),
        domain=_members(graph, graph.value(node, RDFS.domain)),
        range=_members(graph, graph.value(node, RDFS.range)),
        inverse=_text(graph, node, OWL.inverseOf),
        disjoint=_disjoint(graph, node),
        traits=tuple(sorted(name for trait, name in TRAITS.items() if (node, RDF.type, trait) in graph)),
        notations=_texts(graph, node, SKOS.notation),
        sources=_texts(graph, node, DCTERMS.source),
        alignments=tuple(mapped.get(iri, ())),
    )


def _members(graph: Graph, node: Node | None) -> tuple[str, ...]:
    """The classes that a domain or range names: one, those of a union, or a scheme."""
    if node is None:
        return ()
    if union := graph.value(node, OWL.unionOf):
        return tuple(sorted(str(member) for member in Collection(graph, union)))
    if scheme := graph.value(node, OWL.hasValue):
        return (str(scheme),)
    return (str(node),) if isinstance(node, URIRef) else ()


def _disjoint(graph: Graph, node: URIRef) -> tuple[str, ...]:
    """Classes that share no member with this one: said of it, of the other, or of a list with both."""
    others = {*graph.objects(node, OWL.disjointWith), *graph.subjects(OWL.disjointWith, node)}
    for group in graph.subjects(RDF.type, OWL.AllDisjointClasses):
        listed = graph.value(group, OWL.members)
        members = set(Collection(graph, listed)) if listed is not None else set()
        others |= members - {node} if node in members else set()
    return tuple(sorted(str(other) for other in others))


def _schemes(ontology: Graph, vocabulary: Graph, mapped: dict[str, list[Alignment]]) -> list[Scheme]:
    users: dict[str, list[str]] = {}
    for prop in _own(ontology, OWL.ObjectProperty):
        for scheme in _members(ontology, ontology.value(URIRef(prop), RDFS.range)):
            users.setdefault(scheme, []).append(prop)
    found = []
    for home in sorted(vocabulary.subjects(RDF.type, SKOS.ConceptScheme), key=str):
        concepts = sorted(
            vocabulary.subjects(SKOS.inScheme, home), key=lambda concept: int(_text(vocabulary, concept, SH.order))
        )
        found.append(
            Scheme(
                iri=str(home),
                title=_text(vocabulary, home, DCTERMS.title),
                definition=_text(vocabulary, home, SKOS.definition),
                scope_note=_text(vocabulary, home, SKOS.scopeNote),
                values=tuple(_term(vocabulary, str(concept), "value", mapped) for concept in concepts),
                used_by=tuple(users.get(str(home), ())),
            )
        )
    return found


# -- alignments, rules, questions ----------------------------------------------------------------------------------------


def _alignments(graphs: dict[str, Graph]) -> dict[str, list[Alignment]]:
    """Per term: each annotated mapping of every file, in the order of file, relation and target."""
    found: dict[str, list[Alignment]] = {}
    for name, graph in graphs.items():
        bound = sorted(graph.namespaces(), key=lambda pair: -len(pair[1]))
        for axiom in graph.subjects(RDF.type, OWL.Axiom):
            source, relation, target = (
                _text(graph, axiom, part) for part in (OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget)
            )
            label = _text(graph, URIRef(target), SKOS.prefLabel)
            shown = next((f"{p}:{target[len(n) :]}" for p, n in bound if target.startswith(n) and p), target)
            shown = f"{shown} ({label})" if label else shown
            alignment = Alignment(local(relation), target, shown, _text(graph, axiom, RDFS.comment), name)
            found.setdefault(source, []).append(alignment)
    return {
        iri: sorted(alignments, key=lambda a: (a.source, a.relation, a.target)) for iri, alignments in found.items()
    }


def _alignment_file(name: str, graph: Graph) -> AlignmentFile:
    [home] = graph.subjects(RDF.type, OWL.Ontology)
    return AlignmentFile(
        name,
        _text(graph, home, DCTERMS.title),
        _text(graph, home, DCTERMS.description),
        _texts(graph, home, DCTERMS.references),
        _texts(graph, home, SKOS.scopeNote),
    )


def _rules(shapes: Graph) -> list[tuple[str, str, str]]:
    """(name, severity, message) of each rule of the shapes, by name."""
    found = []
    for shape, message in shapes.subject_objects(SH.message):
        severity = local(_text(shapes, shape, SH.severity)) or "Violation"
        found.append((str(shape).removeprefix(SHAPES), severity, str(message)))
    return sorted(found)


def _audits(folder: Path) -> list[Audit]:
    return [parse_audit(path.stem, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.rq"))]


def _questions(folder: Path) -> list[Question]:
    found = []
    for path in sorted(folder.glob("*.rq")):
        text = path.read_text(encoding="utf-8")
        first, second, _ = text.split("\n", 2)
        answer = path.with_suffix(".tsv").read_text(encoding="utf-8")
        words, asked_by = first.removeprefix("# "), second.removeprefix("# asked by: ")
        found.append(Question(path.stem, words, asked_by, text, answer))
    return found


# -- files ---------------------------------------------------------------------------------------------------------------


def _parse(paths: Iterable[Path]) -> Graph:
    graph = Graph(bind_namespaces="none")
    for path in paths:
        graph.parse(path, format="turtle")
    return graph


def _join(paths: Iterable[Path]) -> str:
    """Several Turtle files as one: prefixes may be declared again."""
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def _text(graph: Graph, node: Node, predicate: Node) -> str:
    found = _texts(graph, node, predicate)
    return found[0] if found else ""


def _texts(graph: Graph, node: Node, predicate: Node) -> tuple[str, ...]:
    named = (value for value in graph.objects(node, predicate) if isinstance(value, URIRef | Literal))
    return tuple(sorted(str(value) for value in named))
