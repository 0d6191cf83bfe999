"""Named questions: each runs, sorts its rows, and takes its parameters as bound terms."""

from __future__ import annotations

import re
from datetime import date

import pytest

from kg.errors import QueryError
from kg.namespaces import BASE, PREFIXES
from kg.query import Query, as_texts, ask, find_node, named_queries, named_query, parse_query, with_prefixes
from kg.questions import SUBJECTS, with_rules
from kg.store import Store

QUERIES = named_queries()
TRILATERAL = "kg:meeting/trilateral-2025-12"
EXAMPLES = {
    "actor": "Ushakov",
    "meeting": TRILATERAL,
    "venue": "Miami",
    "node": "kg:actor/steve-witkoff",
    "date": "2025-12-21",
    "text": "mediator",
    "integer": "1",
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_opens_with_a_question_and_sorts_its_rows(name: str):
    query = QUERIES[name]
    assert "?" in query.question or query.internal, "the first lines ask something"
    assert re.search(r"\nORDER BY [^\n]+\n\Z", query.sparql), "the last line decides the order"
    assert all(parameter.meaning for parameter in query.parameters)


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_answers_with_all_its_parameters_and_with_none_that_can_be_left_out(name: str, sample: Store):
    query = QUERIES[name]
    needed = {parameter.name: EXAMPLES[parameter.type] for parameter in query.parameters if not parameter.optional}
    given = {parameter.name: EXAMPLES[parameter.type] for parameter in query.parameters}
    for values in (needed, given):
        answer = ask(sample, query, None, **values)
        assert answer.kind == "select" and answer.columns
        assert len(answer.rows) == len(set(answer.rows)), "no row twice"


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, query in QUERIES.items()
        if not query.internal and name != "taken-back" and not any(not p.optional for p in query.parameters)
    ],
)
def test_a_question_without_parameters_finds_something_in_the_sample(name: str, sample: Store):
    assert ask(sample, name).rows


def test_as_of_a_day_only_what_was_published_by_then_is_known(sample: Store):
    def days(as_of: str | date | None) -> set[str]:
        answer = ask(sample, "claims-about", None, meeting=TRILATERAL, as_of=as_of)
        return {row[answer.columns.index("published")].value for row in answer.rows}

    assert days(None) == {"2025-12-20", "2025-12-21"}
    assert days("2025-12-20") == days(date(2025, 12, 20)) == {"2025-12-20"}
    assert days("2025-12-19") == set()


@pytest.mark.parametrize(
    "text",
    [
        "Ushakov",
        "ushakov",
        "Yury Ushakov",
        "Юрий Ушаков",
        "Yuri  USHAKOV",
        "kg:actor/yuri-ushakov",
        f"<{BASE}actor/yuri-ushakov>",
    ],
)
def test_an_actor_by_any_of_its_names(text: str, sample: Store):
    parameter = named_query("claims-of").parameters[0]
    assert find_node(sample, parameter, text).value == f"{BASE}actor/yuri-ushakov"


def test_a_name_without_accents_and_a_part_of_a_name(sample: Store):
    parameter = named_query("presences").parameters[1]
    assert find_node(sample, parameter, "Ciragan Palace").value.endswith("venue/ciragan-palace")
    assert find_node(sample, parameter, "hallandale").value.endswith("venue/hallandale-beach")


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        (
            "claims-abaut",
            {},
            "no query 'claims-abaut' (did you mean 'claims-about', 'claims-of', 'claims-on-claims'? kg query list shows them all)",
        ),
        ("claims-about", {}, "claims-about needs the parameter meeting"),
        ("claims-about", {"meting": "x"}, "claims-about has no parameter 'meting' (did you mean meeting?)"),
        ("claims-about", {"meeting": "Yalta"}, "nothing matches meeting='Yalta'"),
        ("claims-about", {"meeting": "talks"}, "things match meeting='talks' (name one: "),
        ("claims-about", {"meeting": TRILATERAL, "as_of": "yesterday"}, "as_of=yesterday is no date"),
        ("claims-of", {"actor": "Wtkoff"}, "did you mean 'witkoff'?"),
        ("claims-of", {"actor": "https://a b"}, "is no IRI"),
        ("claims-of", {"actor": "kg:a> . } #"}, "is no IRI"),
    ],
)
def test_what_cannot_be_asked_is_said_with_a_way_out(name: str, values: dict[str, str], message: str, sample: Store):
    with pytest.raises(QueryError) as raised:
        ask(sample, name, None, **values)
    assert message in str(raised.value)


def test_a_value_is_a_term_never_a_piece_of_the_query(sample: Store):
    hostile = '") } UNION { ?s ?p ?o } #'
    assert ask(sample, "claims-on-participation", None, name=hostile).rows == []


def test_prefixes_are_put_in_front_and_those_declared_are_kept():
    text = with_prefixes("PREFIX dp: <http://mine/> SELECT * { ?s dp:x kg:y ; a sem:Event }", "http://base/")
    assert text.count("PREFIX dp:") == 1
    assert "PREFIX kg: <http://base/>" in text and f"PREFIX sem: <{PREFIXES['sem']}>" in text


def test_an_unreadable_parameter_line_is_named_with_its_place():
    with pytest.raises(QueryError, match="mine:2: unreadable parameter"):
        parse_query("mine", "# What?\n# param when - a day\nSELECT * {}")


@pytest.mark.parametrize(
    "role", ["mediator", "Mediator", "role:mediator", "https://w3id.org/diplomatic-kg/role/mediator"]
)
def test_a_role_in_any_of_its_spellings(role: str, sample: Store):
    answer = ask(sample, "participants", None, meeting="kg:meeting/miami-us-ukraine-e3-2025-12-19", role=role)
    assert {row[2].value.rpartition("/")[2] for row in answer.rows} == {"mediator"}


PUBLIC = {name: query for name, query in QUERIES.items() if not query.internal}
WITHOUT_A_DAY = {"identities", "places"}
"""Questions on the registry, which is a table and has no day."""


def _given(query: Query) -> dict[str, str]:
    """Parameters that must be given, found in the sample."""
    return {p.name: EXAMPLES[p.type] for p in query.parameters if not p.optional}


def test_the_library_covers_every_subject_of_the_field():
    assert len(PUBLIC) >= 30
    assert {query.subject for query in PUBLIC.values()} == set(SUBJECTS)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_header_says_what_an_answer_means(name: str, sample: Store):
    query = PUBLIC[name]
    columns = ask(sample, query, None, **_given(query)).columns
    assert tuple(column.name for column in query.columns) == columns, "every column has its meaning, in order"
    assert all(column.meaning for column in query.columns) and set(query.shown) <= set(columns)
    assert "# view: " in query.sparql and "# include" not in query.sparql


@pytest.mark.parametrize("name", PUBLIC)
def test_every_question_takes_a_day_and_knows_nothing_before_the_first_text(name: str, sample: Store):
    query = PUBLIC[name]
    if name in WITHOUT_A_DAY:
        with pytest.raises(QueryError, match=f"{name} has no answer as of a day"):
            ask(sample, query, None, as_of="2025-12-21")
        return
    assert query.takes_day
    given = _given(query)
    assert ask(sample, query, None, as_of="2025-12-01", **given).rows == []
    # On the day of the last text all is known.
    last = max(row["published"] for row in as_texts(ask(sample, "documents")))
    then, now = (sorted(map(str, ask(sample, query, None, **given, **day).rows)) for day in ({"as_of": last}, {}))
    if name != "overview":  # which counts what only the registry knows, where no day is given
        assert then == now


def test_a_query_of_ones_own_may_include_our_rules(sample: Store):
    text = (
        "# Which sessions are disputed?\n# param as_of: date? - a day\nSELECT DISTINCT ?label WHERE {\n"
        '# include gatherings\n# include standing\nFILTER(?standing = "held")\n} ORDER BY ?label'
    )
    mine = parse_query("mine", text)
    held = {row["label"] for row in as_texts(ask(sample, "standings")) if row["standing"] == "held"}
    assert {row["label"] for row in as_texts(ask(sample, mine))} == held != set()
    assert with_rules("# include nothing-of-ours") == "# include nothing-of-ours"


def test_a_question_answered_by_a_command_says_so():
    with pytest.raises(QueryError, match=r"kg disagreements \[MEETING\] answers it"):
        named_query("disagreements")


@pytest.mark.parametrize("line", ["# view: hologram", "# view: pie a b"])
def test_an_unknown_view_is_named_with_its_place(line: str):
    with pytest.raises(QueryError, match="mine:2: unknown view"):
        parse_query("mine", f"# What?\n{line}\nSELECT * {{}}")


def test_notes_and_columns_are_read_from_the_header():
    mine = parse_query(
        "mine", "# What is\n# it?\n# subject: time\n# column a - one\n# view: records a\n#\n# Note.\nASK {}"
    )
    assert (mine.question, mine.subject, mine.view, mine.shown, mine.notes) == (
        "What is it?", "time", "records", ("a",), "Note.",
    )  # fmt: skip
    assert [(column.name, column.meaning) for column in mine.columns] == [("a", "one")]
