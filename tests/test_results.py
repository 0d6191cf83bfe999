"""Answers as text: the standard formats carry everything, the table is for the eye."""

from __future__ import annotations

import csv
import io
import json

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import QueryError
from kg.namespaces import BASE, XSD
from kg.results import display_width, layout, write_answer
from kg.terms import Term
from kg.worker import Answer

IRI = Term("iri", BASE + "actor/x")
NAME = Term("literal", 'Zoë "Z", \\ \t\n', language="en")
NUMBER = Term("literal", "7", XSD.integer)
SELECT = Answer("select", ("who", "name", "n"), [(IRI, NAME, NUMBER), (None, Term("literal", "plain"), None)])


def test_csv_has_plain_values_and_crlf():
    text = write_answer(SELECT, "csv", BASE)
    assert text.startswith("who,name,n\r\n")
    assert list(csv.reader(io.StringIO(text, newline="")))[1:] == [[IRI.value, NAME.value, "7"], ["", "plain", ""]]


def test_tsv_and_json_are_read_back_whole_by_another_library():
    for form, reader in (("tsv", pyoxigraph.QueryResultsFormat.TSV), ("json", pyoxigraph.QueryResultsFormat.JSON)):
        solutions = list(pyoxigraph.parse_query_results(write_answer(SELECT, form, BASE).encode(), format=reader))
        assert solutions[0]["who"] == pyoxigraph.NamedNode(IRI.value)
        assert solutions[0]["name"] == pyoxigraph.Literal(NAME.value, language="en")
        assert solutions[0]["n"] == pyoxigraph.Literal(7)
        assert solutions[1]["who"] is None


def test_json_is_sparql_results_json():
    document = json.loads(write_answer(SELECT, "json", BASE))
    assert document["head"] == {"vars": ["who", "name", "n"]}
    assert document["results"]["bindings"][1] == {"name": {"type": "literal", "value": "plain"}}
    assert json.loads(write_answer(Answer("ask", boolean=True), "json", BASE)) == {"head": {}, "boolean": True}


def test_turtle_of_triples():
    answer = Answer("graph", triples=[(IRI, Term("iri", "http://www.w3.org/2000/01/rdf-schema#label"), NAME)])
    text = write_answer(answer, "ttl", BASE)
    assert [quad.object.value for quad in pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.TURTLE)] == [
        NAME.value
    ]


@pytest.mark.parametrize(("answer", "form"), [(SELECT, "ttl"), (Answer("graph"), "csv"), (Answer("graph"), "json")])
def test_a_form_that_cannot_carry_the_answer_is_refused(answer: Answer, form: str):
    with pytest.raises(QueryError, match="use -f"):
        write_answer(answer, form, BASE)


def test_the_table_shortens_iris_and_leaves_out_empty_columns():
    rows = [(IRI, None, NUMBER)]
    assert (
        write_answer(Answer("select", ("who", "empty", "n"), rows), "table", BASE)
        == "who         n\n──────────  ─\nkg:actor/x  7\n(1 row)\n"
    )
    assert write_answer(Answer("select", ("who",), []), "table", BASE) == "(no rows)\n"
    assert write_answer(Answer("ask", boolean=False), "table", BASE) == "no\n"


def test_a_hostile_value_drives_no_terminal():
    text = write_answer(Answer("select", ("x",), [(Term("literal", "\x1b[2Jred\u202e\r\n\x07"),)]), "table", BASE)
    assert "\x1b" not in text and "\x07" not in text and text.count("\n") == 4


def test_columns_that_would_get_too_narrow_become_records():
    row = ["word " * 12] * 8
    text = layout([f"column{n}" for n in range(8)], [row], 60)
    assert text.startswith("── 1 of 1 ") and "column7  word" in text


@given(st.lists(st.lists(st.text(max_size=40), min_size=3, max_size=3), min_size=1, max_size=4), st.integers(40, 140))
def test_no_line_of_a_table_is_wider_than_the_screen(rows: list[list[str]], width: int):
    terms = [tuple(Term("literal", cell) for cell in row) for row in rows]
    text = write_answer(Answer("select", ("a", "b", "c"), terms), "table", BASE, width)
    assert all(display_width(line) <= width for line in text.splitlines())
