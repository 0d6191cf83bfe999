"""SPARQL 1.1 Protocol as clients speak it: requests, forms of answers, datasets, descriptions."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ElementTree
from urllib.parse import quote, urlencode

import pyoxigraph
import pytest
from rdflib import RDF, Graph, Literal, URIRef

from kg.namespaces import BASE, DP
from kg.store import Store
from tests.serve.process import JSON, Served

LABELS = "SELECT ?s ?label WHERE { ?s a dp:Meeting ; rdfs:label ?label } ORDER BY ?s"
PREFIXES = "PREFIX dp: <https://w3id.org/diplomatic-kg/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
QUERY = PREFIXES + LABELS
SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
ODD = "100%41+1 & <b>ü𝄞</b> \"'"


def _literal(text: str) -> str:
    return pyoxigraph.Literal(text).__str__()


@pytest.fixture(scope="module")
def expected(sample: Store) -> list[dict[str, str]]:
    answer = sample.query(QUERY)
    return [{"s": s.value, "label": label.value} for s, label in answer.rows if s and label]


def test_get_form_and_raw_post_give_the_same_answer_as_the_store(endpoint: Served, expected: list[dict[str, str]]):
    assert len(expected) == 16
    get = endpoint.get("/sparql?" + urlencode({"query": QUERY}), Accept=JSON)
    form = endpoint.ask(QUERY)
    raw = endpoint.send(
        "POST", "/sparql", QUERY.encode(), Accept=JSON, Content_Type="application/sparql-query; charset=UTF-8"
    )
    assert get.rows == form.rows == raw.rows == expected


@pytest.mark.parametrize("text", [ODD, "a\tb\nc", "\u202e\u0000".replace("\u0000", ""), "x" * 5000])
def test_a_value_arrives_as_it_was_sent_on_every_way(endpoint: Served, text: str):
    query = f"SELECT ({_literal(text)} AS ?x) WHERE {{ }}"
    get = endpoint.get("/sparql?query=" + quote(query, safe=""), Accept=JSON)
    form = endpoint.ask(query)
    raw = endpoint.send("POST", "/sparql", query.encode(), Accept=JSON, Content_Type="application/sparql-query")
    assert get.rows == form.rows == raw.rows == [{"x": text}]


def test_a_dollar_variable_is_a_variable(endpoint: Served):
    assert endpoint.ask("SELECT (1 AS $x) WHERE { }").rows == [{"x": "1"}]


def test_rows_come_as_json_xml_csv_and_tsv(endpoint: Served, expected: list[dict[str, str]]):
    for accept, kind in (("", JSON), ("*/*", JSON), ("application/json", JSON), ("text/html;q=0.1, " + JSON, JSON)):
        reply = endpoint.ask(QUERY, accept=accept)
        assert reply.headers["content-type"] == kind and reply.rows == expected, accept
    xml = endpoint.ask(QUERY, accept="application/sparql-results+xml")
    tree = ElementTree.fromstring(xml.body)
    name = "{http://www.w3.org/2005/sparql-results#}"
    found = [[b.find("*").text for b in r] for r in tree.iter(f"{name}result")]  # type: ignore[union-attr]
    assert found == [[row["s"], row["label"]] for row in expected]
    comma = endpoint.ask(QUERY, accept="text/csv")
    assert list(csv.DictReader(io.StringIO(comma.text))) == expected
    tab = endpoint.ask(QUERY, accept="text/tab-separated-values")
    assert tab.text.splitlines()[0] == "?s\t?label"
    assert tab.text.splitlines()[1].startswith(f'<{expected[0]["s"]}>\t"')
    for reply in (xml, comma, tab):
        assert reply.headers["vary"] == "Accept" and int(reply.headers["content-length"]) == len(reply.body)


@pytest.mark.parametrize("accept", ["application/sparql-results+xml", JSON, "text/csv", "text/tab-separated-values"])
def test_ask_is_answered_in_every_form_for_rows(endpoint: Served, accept: str):
    yes = endpoint.ask("ASK { ?s ?p ?o }", accept=accept)
    no = endpoint.ask("ASK { <urn:x> ?p ?o }", accept=accept)
    assert (yes.status, no.status) == (200, 200)
    assert "true" in yes.text and "false" in no.text


def test_odd_values_survive_every_form(endpoint: Served):
    text = 'a"b\r\n<c>&\t\\ü'
    query = f"SELECT ({_literal(text)} AS ?a) (STRLANG({_literal(text)}, 'EN') AS ?b) (<urn:x> AS ?c) (1.50 AS ?d) WHERE {{}}"
    reply = endpoint.ask(query, accept="application/sparql-results+xml")
    read = next(iter(pyoxigraph.parse_query_results(reply.body, format=pyoxigraph.QueryResultsFormat.XML)))
    assert read["a"].value == text and read["b"].language == "en" and read["c"].value == "urn:x"
    reply = endpoint.ask(query, accept="text/tab-separated-values")
    read = next(iter(pyoxigraph.parse_query_results(reply.body, format=pyoxigraph.QueryResultsFormat.TSV)))
    assert read["a"].value == text and read["b"].value == text
    assert json.loads(endpoint.ask(query).body)["results"]["bindings"][0]["b"]["xml:lang"] == "en"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", pyoxigraph.RdfFormat.TURTLE),
        ("text/turtle", pyoxigraph.RdfFormat.TURTLE),
        ("application/n-triples", pyoxigraph.RdfFormat.N_TRIPLES),
        ("application/ld+json", pyoxigraph.RdfFormat.JSON_LD),
        ("text/html, application/ld+json;q=0.5", pyoxigraph.RdfFormat.JSON_LD),
    ],
)
def test_graphs_come_as_turtle_n_triples_and_json_ld(endpoint: Served, sample: Store, accept: str, form):
    query = PREFIXES + "CONSTRUCT { ?s ?p ?o } WHERE { ?s a dp:Claim ; ?p ?o }"
    wanted = {tuple(term.n3() for term in triple) for triple in sample.query(query).triples}
    assert len(wanted) > 500
    reply = endpoint.ask(query, accept=accept)
    assert reply.headers["content-type"].startswith(form.media_type)
    read = {tuple(map(str, (q.subject, q.predicate, q.object))) for q in pyoxigraph.parse(reply.body, format=form)}
    assert read == wanted
    name = {"text/turtle": "turtle", "application/n-triples": "nt"}.get(form.media_type, "json-ld")
    assert len(Graph().parse(data=reply.text, format=name)) == len(wanted)


def test_describe_is_answered(endpoint: Served):
    graph = Graph().parse(
        data=endpoint.ask(f"DESCRIBE <{BASE}actor/russia>", accept="text/turtle").text, format="turtle"
    )
    assert (URIRef(BASE + "actor/russia"), RDF.type, URIRef(DP.State)) in graph


def test_what_no_form_fits_is_406(endpoint: Served):
    assert endpoint.ask("ASK {}", accept="image/png").status == 406
    assert endpoint.ask("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", accept="text/csv").status == 406


# -- the dataset ---------------------------------------------------------------------------------------------------------

COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
NAMED = "SELECT (COUNT(DISTINCT ?g) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"


def _count(endpoint: Served, query: str, *fields: tuple[str, str]) -> int:
    body = urlencode([("query", query), *fields]).encode()
    reply = endpoint.send("POST", "/sparql", body, Accept=JSON, Content_Type="application/x-www-form-urlencoded")
    assert reply.status == 200, reply.text
    return int(reply.rows[0]["n"])


def test_the_default_graph_is_the_union_and_the_request_can_choose(endpoint: Served, sample: Store):
    one, two = sample.graphs()[:2]
    sizes = [sum(1 for _ in sample.lines(graph)) for graph in (one, two)]
    assert _count(endpoint, NAMED) == len(sample.graphs()) == 8
    assert _count(endpoint, COUNT, ("default-graph-uri", one)) == sizes[0]
    both = _count(endpoint, COUNT, ("default-graph-uri", one), ("default-graph-uri", two))
    assert max(sizes) < both <= sum(sizes)
    assert _count(endpoint, NAMED, ("named-graph-uri", one)) == 1
    assert _count(endpoint, COUNT, ("named-graph-uri", one)) == 0, "no default graph was named"
    assert _count(endpoint, NAMED, ("default-graph-uri", one)) == 0, "no named graph was named"
    # What the request says counts, whatever the query says.
    assert (
        _count(endpoint, f"SELECT (COUNT(*) AS ?n) FROM <{two}> WHERE {{ ?s ?p ?o }}", ("default-graph-uri", one))
        == sizes[0]
    )
    assert _count(endpoint, f"SELECT (COUNT(*) AS ?n) FROM <{two}> WHERE {{ ?s ?p ?o }}") == sizes[1]
    raw = endpoint.send(
        "POST",
        "/sparql?" + urlencode({"default-graph-uri": one}),
        COUNT.encode(),
        Accept=JSON,
        Content_Type="application/sparql-query",
    )
    assert int(raw.rows[0]["n"]) == sizes[0]


def test_a_graph_that_the_store_does_not_have_is_empty(endpoint: Served):
    for name in ("file:///etc/passwd", "http://127.0.0.1:9/x", BASE + "graph/none"):
        assert _count(endpoint, COUNT, ("default-graph-uri", name)) == 0
        assert _count(endpoint, f"SELECT (COUNT(*) AS ?n) FROM <{name}> WHERE {{ ?s ?p ?o }}") == 0
        assert _count(endpoint, f"SELECT (COUNT(*) AS ?n) FROM NAMED <{name}> WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}") == 0


# -- what is no request --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "body", "kind", "status"),
    [
        ("/sparql", b"", "application/x-www-form-urlencoded", 400),
        ("/sparql", b"query=ASK+%7B%7D&query=ASK+%7B%7D", "application/x-www-form-urlencoded", 400),
        ("/sparql", b"query=ASK+%7B%7D&default-graph-uri=not+an+iri", "application/x-www-form-urlencoded", 400),
        ("/sparql?query=ASK+%7B%7D", b"query=ASK+%7B%7D", "application/x-www-form-urlencoded", 400),
        ("/sparql?query=ASK+%7B%7D", b"ASK {}", "application/sparql-query", 400),
        ("/sparql", b"ASK { \xff }", "application/sparql-query", 400),
        ("/sparql", b"query=%FF", "application/x-www-form-urlencoded", 400),
        ("/sparql", b"no query at all", "application/sparql-query", 400),
        ("/sparql", b"ASK {}", "text/plain", 415),
        ("/sparql", b"ASK {}", "", 415),
        ("/sparql", "ASK {}".encode("utf-16"), "application/sparql-query; charset=utf-16", 415),
        ("/sparql", b"&".join([b"a=1"] * 2000), "application/x-www-form-urlencoded", 400),
        ("/sparql", b"DELETE WHERE { ?s ?p ?o }", "application/sparql-update", 403),
        ("/sparql", b"update=CLEAR+ALL", "application/x-www-form-urlencoded", 403),
        ("/sparql?update=CLEAR+ALL", b"ASK {}", "application/sparql-query", 403),
    ],
)
def test_a_bad_request_says_what_is_wrong(endpoint: Served, path: str, body: bytes, kind: str, status: int):
    reply = endpoint.send("POST", path, body, Content_Type=kind)
    assert reply.status == status, reply.text
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    assert reply.text.count("\n") == 1 and len(reply.text) > 15


def test_a_compressed_body_is_refused(endpoint: Served):
    reply = endpoint.send(
        "POST", "/sparql", b"\x1f\x8b\x08", Content_Type="application/sparql-query", Content_Encoding="gzip"
    )
    assert reply.status == 415


# -- descriptions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("accept", ["text/turtle", "application/n-triples", "application/ld+json"])
def test_the_service_describes_itself(endpoint: Served, sample: Store, accept: str):
    reply = endpoint.get("/sparql", Accept=accept)
    name = {"text/turtle": "turtle", "application/n-triples": "nt"}.get(accept, "json-ld")
    graph = Graph().parse(data=reply.text, format=name)
    service = URIRef(f"http://127.0.0.1:{endpoint.port}/sparql")
    assert (service, URIRef(SD + "endpoint"), service) in graph
    assert (service, URIRef(SD + "feature"), URIRef(SD + "UnionDefaultGraph")) in graph
    assert len(list(graph.objects(service, URIRef(SD + "resultFormat")))) == 7
    names = {str(name) for name in graph.objects(None, URIRef(SD + "name"))}
    assert names == set(sample.graphs())


def test_void_counts_what_is_there(endpoint: Served, sample: Store):
    for path in ("/void", "/.well-known/void"):
        graph = Graph().parse(data=endpoint.get(path).text, format="turtle")
        dataset = URIRef(f"http://127.0.0.1:{endpoint.port}/sparql#dataset")
        assert graph.value(dataset, URIRef(VOID + "triples")) == Literal(sample.count)
        assert graph.value(dataset, URIRef(VOID + "uriSpace")) == Literal(BASE)
        part = next(graph.subjects(URIRef(VOID + "class"), URIRef(DP.Meeting)))
        assert graph.value(part, URIRef(VOID + "entities")) == Literal(16)
