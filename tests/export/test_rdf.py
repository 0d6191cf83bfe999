"""The whole graph in four syntaxes: the same quads for two readers that are not ours, and the same bytes each time."""

from __future__ import annotations

import json

import pyoxigraph
import pytest
import rdflib

from kg.errors import InputError
from kg.export import nquads, trig, turtle
from kg.export.jsonld import Compact, jsonld, unescape
from kg.namespaces import BASE, DP, XSD
from kg.store import Store
from kg.terms import escape, literal


def parsed(data: bytes, form: pyoxigraph.RdfFormat) -> set:
    return set(pyoxigraph.parse(data, format=form))


@pytest.mark.parametrize("of", ["world", "sample"])
def test_quads_are_the_same_in_every_syntax_that_has_graphs(of: str, request: pytest.FixtureRequest):
    store: Store = request.getfixturevalue(of)
    quads = parsed(b"".join(nquads(store)), pyoxigraph.RdfFormat.N_QUADS)
    assert len(quads) == store.count
    assert parsed(b"".join(trig(store)), pyoxigraph.RdfFormat.TRIG) == quads
    assert parsed(b"".join(jsonld(store)), pyoxigraph.RdfFormat.JSON_LD) == quads
    union = parsed(b"".join(turtle(store)), pyoxigraph.RdfFormat.TURTLE)
    assert {quad.triple for quad in union} == {quad.triple for quad in quads}


def test_rdflib_reads_the_same(world: Store):
    read = {}
    for form, made in (("nquads", nquads), ("trig", trig), ("json-ld", jsonld)):
        dataset = rdflib.Dataset()
        dataset.parse(data=b"".join(made(world)), format=form)
        read[form] = set(dataset.quads())
    assert read["nquads"] == read["trig"] == read["json-ld"]
    assert len(read["nquads"]) == world.count
    assert len(rdflib.Graph().parse(data=b"".join(turtle(world)), format="turtle")) > 100


def test_nquads_are_sorted_and_canonical(world: Store):
    lines = b"".join(nquads(world)).splitlines()
    of_graph: dict[bytes, list[bytes]] = {}
    for line in lines:
        of_graph.setdefault(line.rsplit(b" ", 2)[1], []).append(line)
    assert list(of_graph) == sorted(of_graph)
    assert all(block == sorted(set(block)) for block in of_graph.values())


def test_json_ld_has_its_context_inside_and_asks_for_nothing(world: Store):
    document = json.loads(b"".join(jsonld(world)))
    assert isinstance(document["@context"], dict) and document["@context"]["dp:claimant"] == {"@type": "@id"}
    node = next(
        node
        for graph in document["@graph"]
        for node in graph["@graph"]
        if node.get("@type") == "dp:Claim" and node.get("dp:speechAct") == "act:deny"
    )
    assert node["dp:claimant"] == "kg:actor/southland" and node["dp:reportedAt"] == "2025-06-09"


def test_json_ld_keeps_values_that_the_context_does_not_describe():
    compact = Compact(BASE)
    assert compact.value("dp:earliest", f'"2025"^^<{XSD.string[:-6]}gYear>') == {"@value": "2025", "@type": "xsd:gYear"}
    assert compact.value("dp:earliest", '"2025-01-01"') == {"@value": "2025-01-01", "@type": "xsd:string"}
    assert compact.value("rdfs:label", '"Київ"@uk') == {"@value": "Київ", "@language": "uk"}
    assert compact.value("rdfs:seeAlso", "<https://example.org/>") == {"@id": "https://example.org/"}
    assert compact.iri(f"{BASE}//odd") == f"{BASE}//odd", "kg://odd would be read as an absolute IRI"
    assert compact.iri("dp://host/path") == "dp://host/path"
    assert compact.iri(DP.Claim) == "dp:Claim"


def test_json_ld_refuses_an_iri_that_a_prefix_would_change():
    with pytest.raises(InputError, match="kg:x cannot be written"):
        Compact(BASE).iri("kg:x")


@pytest.mark.parametrize("text", ["", 'a"b\\c\td\ne\rf\bg\fh', "\x00\x1f\x7f", "🕊️ \\u0041 \\", "\ufffe"])
def test_literals_come_back_as_they_were(text: str):
    assert unescape(escape(text)) == text
    quad = f"<a:a> <a:b> {literal(text)} .\n".encode()
    assert next(iter(pyoxigraph.parse(quad, format=pyoxigraph.RdfFormat.N_TRIPLES))).object.value == text
