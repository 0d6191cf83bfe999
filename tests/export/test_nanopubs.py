"""Nanopublications: well-formed for their own library and for two RDF libraries, complete, and dated by the documents alone."""

from __future__ import annotations

import re

import pyoxigraph
import pytest
import rdflib
from nanopub import Nanopub, NanopubConf
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS

from kg.export.nanopub import MAX_TRIPLES, NP, nanopublications
from kg.store import Store

DP = rdflib.Namespace("https://w3id.org/diplomatic-kg/ontology#")
OA = rdflib.Namespace("http://www.w3.org/ns/oa#")


def publications(store: Store, **options: str) -> list[rdflib.ConjunctiveGraph]:
    made = []
    for chunk in nanopublications(store, **options):
        graph = rdflib.ConjunctiveGraph()
        graph.parse(data=chunk, format="trig")
        made.append(graph)
    return made


def part(graph: rdflib.ConjunctiveGraph, name: str) -> rdflib.Graph:
    (np,) = graph.subjects(RDF.type, rdflib.URIRef(f"{NP}Nanopublication"))
    return graph.get_context(rdflib.URIRef(f"{np}#{name}"))


def claims(store: Store) -> int:
    asked = store.query("SELECT DISTINCT ?c { ?c a <https://w3id.org/diplomatic-kg/ontology#Claim> }")
    return len(asked.rows)


@pytest.mark.parametrize("of", ["world", "sample"])
def test_every_claim_is_one_valid_nanopublication(of: str, request: pytest.FixtureRequest):
    store: Store = request.getfixturevalue(of)
    made = publications(
        store, creator="https://orcid.org/0000-0000-0000-0000", license="https://creativecommons.org/licenses/by/4.0/"
    )
    assert len(made) == claims(store) > 3
    for graph in made:
        assert Nanopub(rdf=graph, conf=NanopubConf(use_test_server=True)).is_valid
        assert len(graph) <= MAX_TRIPLES
        assertion, provenance, info = (part(graph, name) for name in ("assertion", "provenance", "pubinfo"))
        (claim,) = [one for one in assertion.subjects(RDF.type, DP.Claim) if (one, DP.polarity, None) in assertion]
        assert not list(assertion.subjects(RDF.type, OA.SpecificResource)), "where it is said belongs to the provenance"
        whole = assertion.identifier
        (claimant, *_) = provenance.objects(whole, PROV.wasAttributedTo)
        assert (claim, DP.claimant, claimant) in assertion
        assert list(assertion.objects(claimant, RDFS.label)), "who it is stands in the assertion itself"
        (document,) = provenance.objects(whole, PROV.wasDerivedFrom)
        spans = list(provenance.objects(whole, DP.evidence))
        assert spans and all((span, OA.hasSource, document) in provenance for span in spans)
        (sentence,) = provenance.objects(whole, DP.sentence)
        quoted = [
            str(text)
            for selector in provenance.objects(sentence, OA.hasSelector)
            for text in provenance.objects(selector, OA.exact)
        ]
        assert len(quoted) == 1 and quoted[0]
        (np,) = info.subjects(DCTERMS.license, None)
        assert str(info.value(np, DCTERMS.creator)).startswith("https://orcid.org/")
        assert (np, DCTERMS.created, None) not in info, "no clock"
        dates = list(info.objects(np, DCTERMS.date))
        assert dates == list(provenance.objects(whole, DP.reportedAt)) and len(dates) == 1, "that of the document"


def test_all_of_them_are_one_trig_document(world: Store):
    data = b"".join(nanopublications(world))
    quads = list(pyoxigraph.parse(data, format=pyoxigraph.RdfFormat.TRIG))
    assert len(quads) == len(set(quads)) == sum(len(list(graph.quads())) for graph in publications(world))
    assert not [quad for quad in quads if isinstance(quad.subject, pyoxigraph.BlankNode)]
    assert data == b"".join(nanopublications(world))


def test_a_seat_belongs_to_the_claim_that_says_it(sample: Store):
    """The assertion holds the participants that its own clause names, and no one else's."""
    seats = [
        (graph, seat)
        for graph in publications(sample)
        for seat in part(graph, "assertion").objects(None, DP.participation)
    ]
    assert seats
    for graph, seat in seats:
        assertion = part(graph, "assertion")
        assert list(assertion.objects(seat, DP.participant)) and list(assertion.objects(seat, DP.role))


def test_a_denial_says_whose_it_is_and_in_which_words(world: Store):
    (graph,) = [
        one
        for one in publications(world)
        if (None, DP.speechAct, rdflib.URIRef("https://w3id.org/diplomatic-kg/act/deny")) in one
    ]
    assertion, provenance = part(graph, "assertion"), part(graph, "provenance")
    claim = assertion.value(None, DP.polarity, rdflib.URIRef("https://w3id.org/diplomatic-kg/polarity/negative"))
    assert claim is not None
    assert str(provenance.value(assertion.identifier, PROV.wasAttributedTo)).endswith("/actor/southland")
    assert "Southland denied that it was held." in {str(text) for text in provenance.objects(None, OA.exact)}


def test_as_of_a_day(world: Store):
    before, after = (len(list(nanopublications(world, as_of=day))) for day in ("2025-06-01", "2025-06-30"))
    assert (before, after) == (1, claims(world))


def test_a_creator_may_be_a_name_and_every_address_is_an_iri(world: Store):
    chunk = next(iter(nanopublications(world, creator='A "B"\n')))
    graph = rdflib.ConjunctiveGraph().parse(data=chunk, format="trig")
    assert (None, DCTERMS.creator, rdflib.Literal('A "B"\n')) in graph
    assert re.match(rb"# https://w3id.org/diplomatic-kg/id/document/[a-z]+/claim/", chunk)
