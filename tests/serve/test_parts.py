"""Parts of the endpoint by themselves: negotiation, the writers of graphs, links."""

from __future__ import annotations

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.namespaces import BASE, RDF, XSD
from kg.serving.answers import json_ld, n_triples, turtle
from kg.serving.negotiate import GRAPHS, HTML, ROWS, best_form
from kg.serving.pages import local_link
from kg.terms import Term


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("text/*", "xml"),
        ("text/csv", "csv"),
        ("TEXT/CSV", "csv"),
        ("text/csv;q=0.5, text/tab-separated-values", "tsv"),
        ("text/csv;q=0.5, */*;q=0.6", "json"),
        ("text/csv, application/json;q=0", "csv"),
        ("application/*;q=0.1, text/csv;q=0.05", "json"),
        ("text/csv;q=nonsense, application/xml;q=0.1", "xml"),
        ("nonsense", "json"),
        ("image/png", None),
        ("*/*;q=0", None),
    ],
)
def test_the_best_form_for_rows(accept: str, name: str | None):
    form = best_form(accept, ROWS)
    assert (form.name if form else None) == name


def test_a_browser_reads_and_a_program_gets_data():
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
    assert best_form(browser, (*GRAPHS, *ROWS, HTML)) == HTML
    assert best_form("*/*", (*GRAPHS, HTML)) == GRAPHS[0]


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
nodes = st.sampled_from(
    [Term("iri", BASE + "actor/a.b"), Term("iri", RDF.type), Term("iri", "urn:x:y"), Term("iri", BASE)]
)
literals = st.builds(
    lambda text, kind: Term("literal", text, *kind),
    texts,
    st.sampled_from([("", ""), ("", "en-gb"), (XSD.date, ""), ("urn:x:type", "")]),
)


@given(st.lists(st.tuples(nodes, nodes, st.one_of(nodes, literals)), max_size=12))
def test_what_the_writers_write_reads_back_as_it_was(triples: list[tuple[Term, Term, Term]]):
    wanted = {tuple(term.n3() for term in triple) for triple in triples}
    for write, form in (
        (turtle, pyoxigraph.RdfFormat.TURTLE),
        (n_triples, pyoxigraph.RdfFormat.N_TRIPLES),
        (json_ld, pyoxigraph.RdfFormat.JSON_LD),
    ):
        text = write(triples, BASE)
        read = {
            tuple(map(str, (q.subject, q.predicate, q.object))) for q in pyoxigraph.parse(text.encode(), format=form)
        }
        assert read == wanted, text
        assert text == write(list(reversed(triples)), BASE), "the order of what comes in does not matter"


@pytest.mark.parametrize(
    ("iri", "link"),
    [
        (BASE + "actor/russia", "/id/actor/russia"),
        (BASE + "document/a%20b/span/1-2_3-4", "/id/document/a%20b/span/1-2_3-4"),
        (BASE + "a/../b", "/resource?iri=https%3A%2F%2Fw3id.org%2Fdiplomatic-kg%2Fid%2Fa%2F..%2Fb"),
        (BASE + "a?b", "/resource?iri=https%3A%2F%2Fw3id.org%2Fdiplomatic-kg%2Fid%2Fa%3Fb"),
        (BASE + "ü", "/resource?iri=https%3A%2F%2Fw3id.org%2Fdiplomatic-kg%2Fid%2F%C3%BC"),
        ("https://w3id.org/diplomatic-kg/stage/held", ""),
        ("https://example.org/a", "https://example.org/a"),
        ("https://example.org/a b", ""),
        ("javascript:alert(1)", ""),
        ("urn:x", ""),
    ],
)
def test_where_an_iri_leads(iri: str, link: str):
    assert local_link(iri, BASE) == link
