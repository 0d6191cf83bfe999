"""The alignments: from terms of ours to terms that exist, each with its reason, imported by nothing, contradicting nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SDO, SKOS, XSD, BNode, Graph, Literal, URIRef
from rdflib.namespace import WGS
from rdflib.term import Node

from kg.namespaces import DP, LABELS, ONTOLOGY_VERSION, PREFIXES, SCHEMES, shrink, value_iri
from kg.namespaces import ONTOLOGY as ONTOLOGY_IRI
from kg.terms import iri
from tests.foreign_terms import ALIGNMENTS as HOME
from tests.foreign_terms import BY_HAND, CLOSED, NIF, is_known, namespace_of
from tests.reasoning import ALIGNMENTS, EXAMPLES, ONTOLOGY, alignments, close, ontology, read, turtle, vocabulary

Mapping = tuple[Node, Node, Node]

SEM, PROV, WD = "http://semanticweb.cs.vu.nl/2009/11/sem/", "http://www.w3.org/ns/prov#", PREFIXES["wd"]
GRASP = "http://groundedannotationframework.org/"
CAMEO, PLOVER, MEND = HOME + "cameo/", HOME + "plover/", HOME + "mend-column/"

# File -> the only namespaces that it may lead to.
EXPECTED = {
    "prov": {PROV},
    "sem": {SEM},
    "org": {"http://www.w3.org/ns/org#"},
    "foaf": {"http://xmlns.com/foaf/0.1/"},
    "schema": {"https://schema.org/"},
    "time": {"http://www.w3.org/2006/time#"},
    "oa": {"http://www.w3.org/ns/oa#"},
    "nif": {NIF},
    "grasp": {GRASP + "grasp#", GRASP + "grasp/factuality#", GRASP + "gaf#"},
    "cito": {"http://purl.org/spar/cito/"},
    "plover-cameo": {CAMEO, PLOVER},
    "wikidata": {WD},
    "mend": {MEND},
}

MATCHES = {SKOS.closeMatch, SKOS.relatedMatch, SKOS.exactMatch, SKOS.broadMatch, SKOS.narrowMatch}
STANDS_UNDER = {RDFS.subClassOf: OWL.Class, RDFS.subPropertyOf: OWL.ObjectProperty}

# What the others declare to exclude each other, as far as our terms are led there. Copied, since nothing is imported.
FOREIGN_AXIOMS = """
foaf:Person owl:disjointWith foaf:Organization , foaf:Project .
foaf:Document owl:disjointWith foaf:Organization , foaf:Project .
org:Organization owl:equivalentClass foaf:Organization ; rdfs:subClassOf foaf:Agent .
org:heldBy rdfs:domain org:Post ; rdfs:range foaf:Agent .
prov:Activity owl:disjointWith prov:Entity .
prov:Person rdfs:subClassOf prov:Agent .
"""


def mappings(graph: Graph) -> list[Mapping]:
    """The triples that lead from a term or value of ours elsewhere, sorted."""
    own = {URIRef(getattr(DP, name)) for name in vars(DP) if not name.startswith("_")} | {URIRef(v) for v in LABELS}
    return sorted(triple for triple in graph if triple[0] in own)


def file(name: str) -> Graph:
    return Graph().parse(ONTOLOGY / "alignments" / f"{name}.ttl", format="turtle")


@pytest.fixture(scope="module", params=EXPECTED)
def alignment(request: pytest.FixtureRequest) -> tuple[str, Graph]:
    return request.param, file(request.param)


def test_there_is_one_file_for_each_vocabulary() -> None:
    assert {path.stem for path in ALIGNMENTS} == set(EXPECTED)
    readme = (ONTOLOGY / "README.md").read_text(encoding="utf-8")
    assert [name for name in EXPECTED if f"`{name}.ttl`" not in readme] == []


def test_the_header_says_what_it_covers_and_what_is_lost(alignment: tuple[str, Graph]) -> None:
    name, graph = alignment
    home = URIRef(HOME + name)
    assert list(graph.subjects(RDF.type, OWL.Ontology)) == [home]
    version = str(graph.value(home, OWL.versionInfo))
    assert version == ONTOLOGY_VERSION
    assert graph.value(home, OWL.versionIRI) == URIRef(f"{home}/{version}")
    assert graph.value(home, DCTERMS.isPartOf) == URIRef(ONTOLOGY_IRI)
    for field in ("title", "description", "creator", "created", "license", "references"):
        assert len(list(graph.objects(home, DCTERMS[field]))) == 1, field
    notes = sorted(str(note) for note in graph.objects(home, SKOS.scopeNote))
    assert all(note.startswith(("Not mapped: ", "Lost: ")) and note.endswith(".") for note in notes)
    assert all("because" in note for note in notes if note.startswith("Not mapped: "))
    assert {note.partition(":")[0] for note in notes} == {"Not mapped", "Lost"}


def test_nothing_is_imported_or_equated(alignment: tuple[str, Graph]) -> None:
    _, graph = alignment
    for predicate in (OWL.imports, OWL.sameAs, OWL.equivalentClass, OWL.equivalentProperty):
        assert list(graph.subject_objects(predicate)) == []


def test_every_mapping_leads_from_ours_to_a_term_that_exists(alignment: tuple[str, Graph]) -> None:
    name, graph = alignment
    found = mappings(graph)
    assert len(found) >= 3
    for subject, predicate, value in found:
        assert predicate in MATCHES or predicate in STANDS_UNDER, shrink(str(predicate))
        assert iri(str(value)) == f"<{value}>"
        assert namespace_of(str(value)) in EXPECTED[name], (shrink(str(subject)), value)
        assert is_known(str(value)), value


def test_a_file_says_nothing_about_the_terms_of_others(alignment: tuple[str, Graph]) -> None:
    """Subjects are our terms and values, the header, the reasons, and codes that the file itself mints."""
    name, graph = alignment
    allowed = {subject for subject, _, _ in mappings(graph)} | {URIRef(HOME + name)}
    for subject in set(graph.subjects()) - allowed:
        assert isinstance(subject, BNode) or str(subject).startswith((CAMEO[:-1], PLOVER[:-1], MEND[:-1]))


def test_every_mapping_has_one_reason(alignment: tuple[str, Graph]) -> None:
    """Written as an annotated axiom of OWL 2: its source, property and target repeat the mapping."""
    _, graph = alignment
    explained = []
    for axiom in graph.subjects(RDF.type, OWL.Axiom):
        [reason] = graph.objects(axiom, RDFS.comment)
        assert isinstance(reason, Literal)
        assert reason.language == "en"
        assert 8 <= len(reason) <= 160
        assert reason.endswith(".")
        parts = (OWL.annotatedSource, OWL.annotatedProperty, OWL.annotatedTarget)
        [triple] = [tuple(graph.value(axiom, part) for part in parts)]
        explained.append(triple)
    assert sorted(explained) == mappings(graph)


def test_a_pair_is_related_in_one_way(alignment: tuple[str, Graph]) -> None:
    """SKOS: an exact match is no broader and no related one. Nothing here is exact, since all others lack the claimant."""
    _, graph = alignment
    found = mappings(graph)
    assert len({(subject, value) for subject, _, value in found}) == len(found)
    assert {predicate for _, predicate, _ in found} <= {*MATCHES - {SKOS.exactMatch}, *STANDS_UNDER}


def test_only_like_stands_under_like(alignment: tuple[str, Graph]) -> None:
    _, graph = alignment
    for subject, predicate, value in mappings(graph):
        if predicate in STANDS_UNDER:
            assert (subject, RDF.type, STANDS_UNDER[URIRef(str(predicate))]) in ontology()
            assert str(value).removeprefix(namespace_of(str(value)))[0].isupper() == (predicate == RDFS.subClassOf)


def test_wherever_rdflib_has_a_list_it_was_asked() -> None:
    asked = {space for spaces in EXPECTED.values() for space in spaces if space in CLOSED}
    assert len(asked) == 5
    assert not CLOSED.keys() & BY_HAND.keys()


# -- codes and columns -----------------------------------------------------------------------------------------------


def test_codes_are_concepts_of_their_list_and_all_are_used() -> None:
    whole = alignments()
    used = {value for _, _, value in mappings(whole)}
    for space, notation in ((CAMEO, "CAMEO"), (PLOVER, "PLOVER"), (MEND, "MEND")):
        codes = {concept for concept in whole.subjects(RDF.type, SKOS.Concept) if str(concept).startswith(space)}
        assert codes == {value for value in used if str(value).startswith(space)}
        for code in codes:
            assert whole.value(code, SKOS.inScheme) == URIRef(space[:-1])
            assert str(whole.value(code, SKOS.notation)) == f"{notation}:{str(code).removeprefix(space)}"
            assert whole.value(code, SKOS.prefLabel) is not None


def test_a_value_carries_a_code_exactly_where_it_is_more_than_related() -> None:
    """What the vocabularies give as skos:notation and what is matched here are the same, in both directions."""
    given = {(str(value), str(code)) for value, code in vocabulary().subject_objects(SKOS.notation)}
    graph = file("plover-cameo")
    matched = {
        (str(subject), str(graph.value(value, SKOS.notation)))
        for subject, predicate, value in mappings(graph)
        if predicate != SKOS.relatedMatch and str(subject) in LABELS
    }
    assert matched == given


# -- traps -----------------------------------------------------------------------------------------------------------


def targets(subject: str, space: str) -> set[str]:
    return {
        str(value) for one, _, value in mappings(alignments()) if str(one) == subject and str(value).startswith(space)
    }


def test_no_meeting_is_led_to_a_class_that_commits() -> None:
    reached = {str(value) for _, _, value in mappings(alignments())}
    assert not reached & {PROV + "Activity", "https://schema.org/Event", "https://schema.org/Country"}
    assert not reached & {WD + "P642", WD + "P3342"}
    scheduled = URIRef("https://schema.org/EventScheduled")
    assert [one for one, _, value in mappings(alignments()) if value == scheduled] == [
        URIRef(value_iri("stage", "scheduled"))
    ]


def test_denying_has_a_code_of_cameo_and_none_of_plover() -> None:
    assert targets(value_iri("act", "deny"), CAMEO) == {CAMEO + "016"}
    assert targets(value_iri("act", "deny"), PLOVER) == set()


def test_the_agent_of_a_delegation_is_our_principal() -> None:
    assert targets(DP.principal, PROV) == {PROV + "agent"}
    assert targets(DP.agent, PROV) == set()


def test_nothing_stands_under_a_term_of_grasp() -> None:
    """Its ontology is inconsistent, so that whatever stands under it is so too: matches only, all of them of values."""
    graph = file("grasp")
    assert {predicate for _, predicate, _ in mappings(graph)} <= {SKOS.closeMatch, SKOS.relatedMatch}
    for scheme in ("certainty", "polarity"):
        for value in SCHEMES[scheme]:
            assert targets(value_iri(scheme, value), GRASP) == {f"{GRASP}grasp/factuality#{value}"}


def test_the_lists_of_rdflib_are_no_trap_here() -> None:
    """rdflib binds WGS84 to https, where nobody publishes it, and schema.org to https, as we do."""
    assert str(WGS) != PREFIXES["wgs84"] == "http://www.w3.org/2003/01/geo/wgs84_pos#"
    assert is_known(PREFIXES["wgs84"] + "lat")
    assert not is_known(str(WGS) + "lat")
    assert str(SDO) == PREFIXES["schema"]
    assert not is_known("http://schema.org/Person")


@pytest.mark.parametrize(
    "wrong",
    [SEM + "Evnt", PROV + "wasAtributedTo", WD + "P3342", "https://example.org/x", str(XSD), "https://schema.org/evnt"],
)
def test_a_term_that_does_not_exist_is_not_known(wrong: str) -> None:
    assert not is_known(wrong)


# -- together --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_all_together_are_consistent(path: Path) -> None:
    """Also with what the others declare to be disjoint; and still no meeting took place, and nobody became responsible."""
    others = turtle(FOREIGN_AXIOMS, PREFIXES.items())
    closure, errors = close(ontology(), vocabulary(), alignments(), others, read(path))
    assert errors == []
    kinds = {str(kind) for kind in closure.objects(None, RDF.type)}
    assert not kinds & {PROV + "Activity", PROV + "Agent", "https://schema.org/Event"}


def test_an_alignment_that_commits_would_be_noticed() -> None:
    """The twin: a person under a body makes every speaker of the example a contradiction."""
    others = turtle(FOREIGN_AXIOMS + "dp:Person rdfs:subClassOf org:Organization .", PREFIXES.items())
    data = read(ONTOLOGY / "examples" / "session.ttl")
    assert close(ontology(), vocabulary(), alignments(), others, data)[1]
