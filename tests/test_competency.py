"""The ontology answers what it was made for: each competency question, by two engines, as its golden file has it."""

from __future__ import annotations

import re

import pyoxigraph
import pytest

from kg.namespaces import DP, PREFIXES, SCHEMES
from tests.competency import QUESTIONS, Question, asked_of_oxigraph, asked_of_rdflib, questions, readme

ALL = questions()
each = pytest.mark.parametrize("question", ALL, ids=lambda question: question.name)


def test_there_are_enough_questions_and_each_has_an_answer():
    assert len(ALL) >= 20
    assert {path.stem for path in QUESTIONS.glob("*.tsv")} == {question.name for question in ALL}
    assert [int(question.name[:2]) for question in ALL] == list(range(1, len(ALL) + 1))


@each
def test_a_question_opens_with_its_words_and_says_who_asks(question: Question):
    first, second = question.sparql.splitlines()[:2]
    assert re.fullmatch(r"# [A-Z].*\?", first)
    assert re.fullmatch(r"# asked by: [a-z].+", second)


@each
def test_both_engines_give_the_golden_answer(question: Question):
    golden = (QUESTIONS / f"{question.name}.tsv").read_text(encoding="utf-8")
    assert golden.count("\n") > 1, "an answer without rows shows nothing"
    assert asked_of_oxigraph(question.sparql) == golden
    assert asked_of_rdflib(question.sparql) == golden


@each
def test_the_golden_answer_is_a_sparql_result_of_every_tool(question: Question):
    text = (QUESTIONS / f"{question.name}.tsv").read_bytes()
    solutions = pyoxigraph.parse_query_results(text, format=pyoxigraph.QueryResultsFormat.TSV)
    assert sum(1 for _ in solutions) == text.count(b"\n") - 1


@each
def test_no_question_leaves_a_tie_to_the_engine(question: Question):
    rows = asked_of_oxigraph(question.sparql).splitlines()
    assert "ORDER BY" in question.sparql and len(rows) == len(set(rows))


@each
def test_a_question_declares_the_prefixes_it_uses_and_no_others(question: Question):
    body = re.sub(r'"[^"\n]*"|^#.*$|<[^>\s]*>', " ", question.sparql, flags=re.MULTILINE)
    declared = set(re.findall(r"PREFIX ([a-z]+):", body))
    assert declared == set(re.findall(r"(?<![\w?])([a-z]+):", re.sub(r"PREFIX \w+:", "", body)))
    homes = dict(re.findall(r"PREFIX ([a-z]+): <([^>]*)>", question.sparql))
    assert {name: home for name, home in homes.items() if PREFIXES.get(name, home) != home} == {}


@each
def test_a_question_uses_terms_and_values_that_are_defined(question: Question):
    assert [term for term in re.findall(r"\bdp:(\w+)", question.sparql) if not hasattr(DP, term)] == []
    values = re.findall(rf"(?<![\w:/])({'|'.join(SCHEMES)}):([a-z][\w-]*)", question.sparql)
    assert [f"{scheme}:{value}" for scheme, value in values if value not in SCHEMES[scheme]] == []


def test_the_list_of_the_readme_is_fresh():
    assert (QUESTIONS / "README.md").read_text(encoding="utf-8") == readme(), "run: python -m tests.competency"
