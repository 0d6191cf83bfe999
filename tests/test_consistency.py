"""The ontology contradicts neither itself nor its examples, it notices what does, and it keeps its own rules of style."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, Graph, URIRef

from kg.export import nquads
from kg.namespaces import DP, ONTOLOGY_VERSION, PREFIXES
from kg.namespaces import ONTOLOGY as ONTOLOGY_IRI
from kg.store import Store
from tests.ontology_checks import CHECKS, terms
from tests.reasoning import EXAMPLES, ONTOLOGY, close, disjoint_pairs, ontology, read, turtle, vocabulary

NEW = "https://example.org/new/"


def graph(text: str) -> Graph:
    """Turtle with the prefixes of the project, and new: for what stands nowhere else."""
    return turtle(text, [*PREFIXES.items(), ("new", NEW)])


def term_name(term: str) -> str:
    return term.removeprefix(DP.NS)


# -- what follows is possible ----------------------------------------------------------------------------------------


def test_the_ontology_and_its_values_are_consistent() -> None:
    closure, errors = close(ontology(), vocabulary())
    assert errors == []
    assert list(closure.subjects(RDF.type, OWL.Nothing)) == []
    assert set(closure.subjects(RDFS.subClassOf, OWL.Nothing)) <= {OWL.Nothing}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_valid_example_is_consistent(path: Path) -> None:
    closure, errors = close(ontology(), vocabulary(), read(path))
    assert errors == []
    assert list(closure.subjects(RDF.type, OWL.Nothing)) == []


def test_the_sample_corpus_is_consistent(sample: Store) -> None:
    """Actors of several texts in one graph, as a query sees them. Spans and sentences are left out: they take the time."""
    kept = [line for line in nquads(sample) if b"/span/" not in line and b"/sentence/" not in line]
    data = Graph()
    for line in kept:
        data.parse(data=line.rsplit(b" <", 1)[0] + b" .\n", format="nt")
    assert len(data) > 1000
    assert close(ontology(), vocabulary(), data)[1] == []


def test_every_class_can_have_a_member_and_every_property_a_value() -> None:
    """No class is empty by definition, and no property joins what can never be joined."""
    world = Graph()
    for term in terms(ontology(), OWL.Class):
        world.add((URIRef(NEW + term_name(term)), RDF.type, term))
    for prop in terms(ontology(), OWL.ObjectProperty):
        name = term_name(prop)
        world.add((URIRef(f"{NEW}{name}/from"), prop, URIRef(f"{NEW}{name}/to")))
    assert close(ontology(), vocabulary(), world)[1] == []


# -- what must not be is noticed -------------------------------------------------------------------------------------


def test_every_disjointness_is_noticed() -> None:
    """One thing of two kinds for each two kinds that exclude each other: each is an error of its own."""
    pairs = disjoint_pairs(ontology())
    assert len(pairs) > 100
    twins = Graph()
    for one, other in pairs:
        twin = URIRef(f"{NEW}{term_name(one)}-{term_name(other)}")
        twins.add((twin, RDF.type, one))
        twins.add((twin, RDF.type, other))
    _, errors = close(ontology(), twins)
    unnoticed = [
        (one, other)
        for one, other in pairs
        if not any(error.endswith(f"{NEW}{term_name(one)}-{term_name(other)}") for error in errors)
    ]
    assert unnoticed == []


def test_kinds_of_actors_that_annotators_may_mix_are_not_disjoint() -> None:
    """ "The EU" is an organization here and a state there; that is a difference between texts and no contradiction."""
    mixed = graph("new:eu a dp:State , dp:Organization , dp:Delegation , dp:Group .")
    assert close(ontology(), mixed)[1] == []


# What is wrong -> a word of the contradiction.
TWINS = {
    "a meeting that is a round": ("new:talks a dp:Meeting , dp:Round .", "talks"),
    "a meeting under the name of its claim": ("new:talks a dp:Meeting ; dp:polarity polarity:negative .", "talks"),
    "a person who is a team": ("new:team a dp:Envoy , dp:Delegation .", "team"),
    "a capital that acts as a venue": ("new:talks dp:venue new:kyiv . new:kyiv a dp:State .", "kyiv"),
    "according to a person": ("new:a dp:accordingTo new:b . new:b a dp:Person .", "new/b"),
    "yes and no in one claim": ("new:claim dp:polarity polarity:positive , polarity:negative .", "polarity"),
    "acting for oneself": ("new:mandate dp:agent new:envoy ; dp:principal new:envoy .", "mandate"),
    "belonging to oneself": ("new:union dp:memberOf new:union .", "memberOf"),
    "a group that is its own member": ("new:membership dp:agent new:union ; dp:group new:union .", "membership"),
    "one act of speech with itself": ("new:claim dp:sameActAs new:claim .", "sameActAs"),
    "a span that is its own piece": ("new:span dp:fragment new:span .", "fragment"),
    "two spans that are pieces of each other": ("new:a dp:fragment new:b . new:b dp:fragment new:a .", "fragment"),
}


@pytest.mark.parametrize("wrong", TWINS)
def test_a_contradiction_is_noticed(wrong: str) -> None:
    text, word = TWINS[wrong]
    _, errors = close(ontology(), vocabulary(), graph(text))
    assert errors
    assert any(word in error for error in errors), errors


@pytest.mark.parametrize("rule", ["claim-made", "mandate-capacity", "mandate-self", "one-kind", "participation-voice"])
def test_reasoning_and_shapes_agree_on_invalid_examples(rule: str) -> None:
    """Where a broken rule is also a contradiction, OWL finds it without SHACL."""
    data = read(ONTOLOGY / "examples" / "invalid" / f"{rule}.ttl")
    assert close(ontology(), vocabulary(), data)[1]


def test_what_is_derived_says_what_a_reader_expects() -> None:
    """From the session in Istanbul: kinds of actors and events, and the other direction of a count."""
    data = read(ONTOLOGY / "examples" / "denial.ttl")
    closure, _ = close(ontology(), vocabulary(), data)
    [quantity] = data.subjects(RDF.type, URIRef(DP.QuantityClaim))
    [incident] = data.objects(quantity, URIRef(DP.what))
    assert (incident, URIRef(DP.count), quantity) in closure
    assert (incident, RDF.type, URIRef(PREFIXES["sem"] + "Event")) in closure
    # A count has a claimant and a document a day without being claims: what their domains once said.
    claims = set(closure.subjects(RDF.type, URIRef(DP.Claim)))
    assert claims == set(data.subjects(RDF.type, URIRef(DP.Claim)))


def test_no_meeting_is_derived_to_have_taken_place() -> None:
    closure, _ = close(ontology(), vocabulary(), read(ONTOLOGY / "examples" / "denial.ttl"))
    committing = {URIRef("https://schema.org/Event"), URIRef("http://www.w3.org/ns/prov#Activity")}
    assert not committing & set(closure.objects(None, RDF.type))


# -- style and completeness ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole() -> Graph:
    return ontology() + vocabulary()


@pytest.mark.parametrize("name", CHECKS)
def test_the_ontology_passes(name: str, whole: Graph) -> None:
    assert list(CHECKS[name](whole)) == []


# Check -> Turtle that breaks it, added to the ontology.
BROKEN = {
    "metadata": '<https://w3id.org/diplomatic-kg/ontology> owl:versionInfo "9.9.9" .',
    "home": 'dp:Summit a owl:Class ; rdfs:label "summit"@en .',
    "labels": 'dp:Talks a owl:Class ; rdfs:label "Meeting"@en .',
    "cycles": "dp:Event rdfs:subClassOf dp:Meeting .",
    "connected": "dp:Summit a owl:Class .",
    "inverses": "dp:sender owl:inverseOf dp:recipient .",
    "ends": "dp:attends a owl:ObjectProperty ; rdfs:range dp:Meeting .",
    "names": "dp:has_seat a owl:ObjectProperty .",
    "defined": "dp:Meeting rdfs:subClassOf sem:Evnt .",
    "one_kind": "dp:claimant a owl:DatatypeProperty .",
    "simple": "dp:within a owl:IrreflexiveProperty .",
    "deprecated": "dp:Round owl:deprecated true .",
}


def test_every_check_has_a_twin() -> None:
    assert BROKEN.keys() == CHECKS.keys()


@pytest.mark.parametrize("name", BROKEN)
def test_the_check_notices_what_is_wrong(name: str, whole: Graph) -> None:
    assert list(CHECKS[name](whole + graph(BROKEN[name])))


@pytest.mark.parametrize("field", ["title", "description", "creator", "license", "created"])
def test_missing_metadata_are_noticed(field: str, whole: Graph) -> None:
    broken = Graph() + whole
    broken.remove((URIRef(ONTOLOGY_IRI), DCTERMS[field], None))
    assert list(CHECKS["metadata"](broken)) == [f"the ontology needs one {field}"]


def test_a_replaced_term_that_nothing_uses_may_be_deprecated(whole: Graph) -> None:
    old = "dp:Summit a owl:Class ; owl:deprecated true ; dcterms:isReplacedBy dp:Meeting ."
    assert list(CHECKS["deprecated"](whole + graph(old))) == []


def test_the_changelog_knows_the_version_and_the_rules_are_written_down() -> None:
    changelog = (ONTOLOGY / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"\n## {ONTOLOGY_VERSION}" in changelog
    readme = (ONTOLOGY / "README.md").read_text(encoding="utf-8")
    for rule in ("owl:deprecated", "dcterms:isReplacedBy", "Major:", "Minor:", "Patch:", "## Disjointness"):
        assert rule in readme
