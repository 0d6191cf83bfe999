"""What the guard lets through: nothing that calls out or writes, everything innocent, and values that stay values."""

from __future__ import annotations

import contextlib
import time

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import guard
from kg.errors import QueryError
from kg.terms import Term

PLACE = "<http://127.0.0.1:9/>"
PREFIXES = "PREFIX : <http://127.0.0.1:9/> PREFIX ex: <http://example.org/> PREFIX p: <http://example.org:8> "

CALLS = {
    "plain": "{ SERVICE <http://a> { ?s ?p ?o } }",
    "lower case": "{ service <http://a> { ?s ?p ?o } }",
    "no space": "{SERVICE<http://a>{?s ?p ?o}}",
    "silent": "{ SERVICE SILENT <http://a> {} }",
    "silent, no space": "{SERVICESILENT<http://a>{}}",
    "variable": "{ SERVICE ?x {} }",
    "variable, no space": "{SERVICE?x{}}",
    "prefixed": "{ SERVICE ex:a {} }",
    "prefixed, no space": "{ SERVICEex:a {} }",
    "empty prefix, no space": "{ SERVICE:a {} }",
    "behind true": "{ ?s ?p trueSERVICE<http://a>{} }",
    "behind a number": "{ ?s ?p 1e0SERVICE<http://a>{} }",
    "behind a number and a dot": "{ ?s ?p 1.SERVICE:a{} }",
    "behind a name that is no IRI": "{ ?s ?p p:SERVICE:a {} }",
    "behind a name that is no IRI, IRI": "{ ?s ?p p:SERVICE <http://a> {} }",
    "behind a name that is no IRI, silent": "{ ?s ?p p:SERVICE SILENT ?x {} }",
    "behind a name that is no IRI, comment": "{ ?s ?p p:SERVICE # x\n <http://a> # y\n {} }",
    "behind a prefix and a dot": "{ ?s ?p ex:.SERVICE<http://a>{} }",
    "behind a name and a dot": "{ ?s ?p ex:a. SERVICE<http://a>{} }",
    "behind a blank label": "{ ?s ?p _:a. SERVICE<http://a>{} }",
    "escape": "{ \\u0053ERVICE <http://a> {} }",
    "long escape": "{ S\\U00000045RVICE <http://a> {} }",
    "comment ended by an escape": "{ # \\u000a SERVICE <http://a> {}\n}",
    "comment ended by a return": "{ # \r SERVICE <http://a> {}\n}",
    "string ended by an escape": "{ ?s ?p 'a\\u0027 SERVICE <http://a> {} #'\n}",
    "behind a string": "{ ?s ?p 'a'SERVICE<http://a>{} }",
    "behind a long string": "{ ?s ?p '''a'b''c'''SERVICE<http://a>{} }",
    "behind an empty string": "{ ?s ?p ''SERVICE<http://a>{} }",
    "wrong escape in a long string": "{ VALUES ?x {'''\\q' SERVICE '''} SERVICE <http://a> {} }",
    "comparison that looks like an IRI": "{ FILTER(1<2)SERVICE:a#>\n{} }",
    "comparison that hides a quote": "{ FILTER(1<'>')SERVICE<http://a>{}#'\n}",
    "comparison that hides a comment": "{ FILTER(1<2)#>'''\nSERVICE:a{}#'''\n}",
    "escape in an IRI, escape in a string": "{BIND(<http://x\\u0041'> AS ?i) BIND('\\u0027' AS ?s) SERVICE:a{} #'''\n}",
    "subquery": "{ { SELECT * { SERVICE <http://a> {} } } }",
    "exists": "{ FILTER EXISTS { SERVICE <http://a> {} } }",
    "graph": "{ GRAPH ?g { SERVICE <http://a> {} } }",
}


@pytest.mark.parametrize("query", CALLS.values(), ids=CALLS.keys())
def test_every_way_to_call_another_server_is_refused(query):
    with pytest.raises(QueryError, match=r"SERVICE|can be read as an IRI|a string does not end"):
        guard.check(PREFIXES + "SELECT * " + query)


INNOCENT = {
    "string": "{ ?s ?p 'SERVICE <http://a> {}' }",
    "long string": '{ ?s ?p """a "" SERVICE <http://a> {} \n DROP""" }',
    "escaped quote": "{ ?s ?p 'it\\'s SERVICE' }",
    "IRI": "{ ?s ?p <http://example.org/SERVICE/INSERT> }",
    "IRI in a filter": "{ ?s ?p ?o FILTER(?o = <http://example.org/a(SERVICE)#b'c>) }",
    "comment": "{ ?s ?p ?o # SERVICE <http://a> {} INSERT\n}",
    "name": "{ ?s ex:service ?o }",
    "name before a group": "{ ?s ?p ex:service . { ?s ?p ?o } }",
    "name of a graph": "{ GRAPH ex:service { ?s ?p ?o } }",
    "prefix": "{ ?s service:delete ?o }",
    "variable": "{ ?service ?insert ?delete }",
    "language": "{ ?s ?p 'x'@service }",
    "blank label": "{ _:service ?p _:insert }",
    "comparison": "{ ?s ?p ?o FILTER(?s < ?o && ?p > ?o) }",
    "tight comparison": "{ ?s ?p ?o FILTER(?s<?o&&?p>?o) }",
    "words of updates as names": "{ ?add ex:copy ex:move , ex:with, add:load }",
}


@pytest.mark.parametrize("query", INNOCENT.values(), ids=INNOCENT.keys())
def test_a_text_that_merely_contains_the_words_passes_and_is_sparql(query):
    text = PREFIXES + "PREFIX service: <http://s/> PREFIX add: <http://s/> SELECT * " + query
    guard.check(text)
    list(pyoxigraph.Store().query(text))


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <a:a> <a:a> <a:a> }",
        "insert{}where{}",
        "DELETE WHERE { ?s ?p ?o }",
        "LOAD <http://127.0.0.1:9/>",
        "CLEAR ALL",
        "DROP GRAPH <http://g>",
        "CREATE GRAPH <http://g>",
        "ADD <http://g> TO <http://h>",
        "MOVE <http://g> TO <http://h>",
        "COPY <http://g> TO <http://h>",
        "WITH <http://g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "\\u0043LEAR ALL",
    ],
)
def test_changes_are_refused_by_name(update):
    with pytest.raises(QueryError, match=r"is not allowed: queries only read .*kg build"):
        guard.check(update)


def test_a_refusal_tells_where():
    with pytest.raises(QueryError, match=r"^line 3, column 5: SERVICE is not allowed \(no query may reach"):
        guard.check("SELECT *\nWHERE {\n    SERVICE <http://a> {} }")


def test_an_iri_that_could_be_a_comparison_is_refused_with_the_way_out():
    with pytest.raises(QueryError, match=r"can be read as an IRI and as a comparison \(.*space"):
        guard.check("PREFIX a: <http://a/> SELECT * { FILTER(1<a:b#>\n) }")


# -- size ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("opening, closing", ["{}", "()", "[]"])
def test_brackets_may_nest_to_a_stated_depth(opening, closing):
    guard.check(opening * guard.MAX_DEPTH + closing * guard.MAX_DEPTH)
    with pytest.raises(QueryError, match="nests brackets deeper than 128"):
        guard.check(opening * (guard.MAX_DEPTH + 1) + closing * (guard.MAX_DEPTH + 1))
    guard.check(f"{opening}{closing}" * 1000)


def test_brackets_in_strings_comments_and_iris_do_not_count():
    guard.check("SELECT * { ?s ?p '" + "(" * 500 + "' } # " + "{" * 500 + "\n")


def test_a_query_has_a_stated_length():
    guard.check("#" * guard.MAX_LENGTH)
    with pytest.raises(QueryError, match="100001 characters, 100000 are allowed"):
        guard.check("#" * (guard.MAX_LENGTH + 1))


UNITS = [
    "'",
    '"',
    "'''a",
    '"""a',
    "'''\\q",
    "'''\\'",
    "'''' ",
    '"""" ',
    "a.",
    "a-",
    "a.b:",
    "a:b.",
    "a:.",
    ":",
    "::",
    "<",
    "<a",
]
UNITS += [
    "<a ",
    "(<a#",
    "_:a.",
    "\\",
    "\\u00",
    "\\u0041",
    "\\'",
    "@a-",
    "%41",
    "a:%41",
    "a:\\",
    "$a",
    "?a",
    "#",
    "#\n",
    "1.",
    "1e",
    "[]",
]
UNITS += [
    "{}",
    "..",
    ".a:",
    "''\\",
    "a\\",
    "<\\u0041",
    "'\\u0041",
    "é.",
    "\U0001f600",
    "\0",
    "PREFIX a:<b>",
    "VALUES(?a){(",
    "$a{VALUES ",
]


@pytest.mark.parametrize("unit", UNITS)
def test_the_time_of_the_check_grows_with_the_length_only(unit):
    text = (unit * 30_000)[:30_000]
    began = time.perf_counter()
    for what in (guard.check, guard.names_dataset, guard.parameters):
        with contextlib.suppress(QueryError):
            what(text)
    # A tenth of a second where it is linear; quadratic, ten seconds and more.
    assert time.perf_counter() - began < 4


@pytest.mark.parametrize("text", ["'a", '"a\n"', "'''a'", '"\\q"', "'a' 'b", "'''a\\q'''"])
def test_a_string_that_does_not_end_is_refused(text):
    with pytest.raises(QueryError, match=r"^line \d, column \d+: a string does not end \(close it"):
        guard.check(f"ASK {{ ?s ?p {text} }}")


@given(st.text(max_size=200))
def test_tokens_stand_where_they_say_and_leave_out_only_space_and_comments(text):
    position = 0
    try:
        tokens = list(guard.tokens(text))
    except QueryError:
        return
    for token in tokens:
        between = text[position : token.start]
        assert not between.strip(" \t\r\n") or between.strip(" \t\r\n").startswith("#")
        assert text[token.start : token.end] == token.text
        position = token.end
    rest = text[position:].strip(" \t\r\n")
    assert not rest or rest.startswith("#")


# -- FROM ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query, named",
    [
        ("SELECT * { ?s ?p ?o }", False),
        ("SELECT * FROM <http://g> { ?s ?p ?o }", True),
        ("SELECT*from<http://g>{?s ?p ?o}", True),
        ("SELECT * FROM NAMED <http://g> { ?s ?p ?o }", True),
        ("SELECT * FROMex:g { ?s ?p ?o }", True),
        ("ASKFROM<http://g>{ ?s ?p ?o }", True),
        ("SELECT ?from { ?from ex:from 'FROM <http://g>' } # FROM <http://g>", False),
        ("PREFIX from: <http://f/> SELECT * { ?s from:a ?o }", False),
    ],
)
def test_it_is_known_whether_a_query_names_its_graphs(query, named):
    assert guard.names_dataset(query) is named


# -- parameters ----------------------------------------------------------------------------------------------------------

QUERY = "SELECT * { VALUES ?x { $x } VALUES (?y ?z) { ($y $z) (UNDEF $x) } ?x ?y ?z # $comment\n }"


def test_parameters_are_found_where_they_stand():
    assert guard.parameters(QUERY) == ("x", "y", "z")
    assert guard.parameters("SELECT * { ?s ?p '$no', <http://a/$no> }") == ()


def test_values_are_bound_as_terms():
    values = {"x": Term("iri", "http://a/x"), "y": None, "z": Term("literal", 'say "hi"\n', language="EN")}
    bound = guard.bind(QUERY, values)
    assert "VALUES ?x { <http://a/x> }" in bound
    assert '(UNDEF "say \\"hi\\"\\n"@en) (UNDEF <http://a/x>)' in bound


@pytest.mark.parametrize(
    "query, values, message",
    [
        (QUERY, {"x": None}, r"needs a value for \$y \(-p y=…"),
        ("ASK {}", {"x": None}, r"no parameter \$x \(it has: none"),
        ("ASK { VALUES ?x { $x } }", {"x": None, "y": None}, r"no parameter \$y \(it has: \$x"),
        ("ASK { ?s ?p $x }", {"x": None}, r"line 1, column 13: \$x stands outside a VALUES block \(write VALUES"),
        ("ASK { VALUES ?x { 1 } ?s ?p $x }", {"x": None}, "outside a VALUES block"),
        ("ASK { VALUES ?x { $x } { ?s ?p $x } }", {"x": None}, "outside a VALUES block"),
        ("ASK { VALUES ?x { $x } }", {"x": Term("iri", "a b")}, r"not an absolute IRI: 'a b'"),
        ("ASK { VALUES ?x { $x } }", {"x": Term("iri", "http://a> { } #")}, "not an absolute IRI"),
        ("ASK { VALUES ?x { $x } }", {"x": Term("blank", "b")}, "no IRI and no literal"),
        ("ASK { VALUES ?x { $x } }", {"x": Term("SERVICE", "b")}, "no IRI and no literal"),
        ("ASK { VALUES ?x { $x } }", {"x": Term("literal", "1", "http://a> }")}, "not an absolute IRI"),
        ("ASK { VALUES ?x { $x } }", {"x": Term("literal", "1", "", "en } SERVICE")}, "not a language tag"),
        ("ASK { VALUES ?x { $x } }", {"x": Term("literal", "\ud800")}, "half of a surrogate pair"),
    ],
)
def test_what_cannot_be_bound_is_refused(query, values, message):
    with pytest.raises(QueryError, match=message):
        guard.bind(query, values)


PIECES = st.sampled_from(
    [
        '"',
        "'",
        '"""',
        "\\",
        "\\u0022",
        "\\u005c",
        "\\\\",
        "\n",
        "\r",
        "\0",
        "}",
        "{",
        ">",
        "<",
        "#",
        "$x",
        "@en",
        "^^",
        " SERVICE <http://a> { ",
        "\u2028",
        "\x7f",
        "\x85",
    ]
)
TEXT = st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=12).map("".join))
TERMS = st.builds(
    Term,
    st.sampled_from(["iri", "literal", "blank", ""]),
    TEXT,
    st.one_of(st.just(""), TEXT),
    st.one_of(st.just(""), TEXT),
)
AROUND = "SELECT * { VALUES ?x { $x } ?s ?p ?x . FILTER(?o > 'a') }"


@given(st.one_of(st.builds(Term, st.just("literal"), TEXT), TERMS))
@settings(max_examples=400)
def test_no_value_changes_the_query_around_it(term):
    try:
        bound = guard.bind(AROUND, {"x": term})
    except QueryError:
        return
    kinds = [(token.kind, token.text) for token in guard.tokens(bound)]
    before, _, after = AROUND.partition("$x")
    expected_before = [(token.kind, token.text) for token in guard.tokens(before)]
    expected_after = [(token.kind, token.text) for token in guard.tokens(after)]
    assert kinds[: len(expected_before)] == expected_before
    assert kinds[-len(expected_after) :] == expected_after
    # One token for an IRI, one to four for a literal: the string, and ^^<datatype> or @language.
    value = kinds[len(expected_before) : -len(expected_after)]
    assert [kind for kind, _ in value] in (
        ["iri"],
        ["string"],
        ["string", "language"],
        ["string", "mark", "mark", "iri"],
    )


@given(TEXT)
@settings(max_examples=400)
def test_every_text_reaches_the_engine_as_it_is(text):
    term = Term("literal", text)
    if any("\ud800" <= character <= "\udfff" for character in text):
        with pytest.raises(QueryError):
            guard.bind("SELECT ?x { VALUES ?x { $x } }", {"x": term})
        return
    answer = pyoxigraph.Store().query(guard.bind("SELECT ?x { VALUES ?x { $x } }", {"x": term}))
    assert [row["x"].value for row in answer] == [text]
