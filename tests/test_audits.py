"""Audits: what holds in data breaks none; each invalid twin breaks the audit that it is named after, and no other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

import pyoxigraph
import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.errors import KGError, QueryLimit
from kg.namespaces import BASE, DP, PREFIXES, SCHEME_OF, SCHEMES
from kg.store import Store
from kg.terms import Term
from kg.validation import Audit, Violation, audit, named_audits, parse_audit
from kg.worker import Answer, Limits, plain_term
from tests.competency import EXAMPLE, asked_of_oxigraph, asked_of_rdflib
from tests.helpers import ROOT

TWINS = sorted((ROOT / "ontology" / "examples" / "invalid-audits").glob("*.trig"))
AUDITS = named_audits()
WARNINGS = {
    "excluded-and-present",
    "same-act-claimant",
    "said-before-published",
    "held-before-published",
    "relay-of-oneself",
}

# What some of them find, by hand: (focus, value) behind the base.
FOUND = {
    "span-inside-text": {("document/a/span/30-34", "34")},
    "quote-length": {("document/a/span/0-7", "🕊 met.")},
    "quote-in-sentence": {("document/a/span/25-28", "sat")},
    "evidence-elsewhere": {("document/a/claim/0-4", "document/b/span/0-4")},
    "canonical-mixed": {("meeting/a", "document/b/round/0-4")},
    "member-twice": {("document/a/meeting/0-4", "meeting/b")},
    "mandate-cycle": {("actor/one", "actor/two"), ("actor/two", "actor/one")},
    "venue-cycle": {("venue/palace", "venue/city"), ("venue/city", "venue/palace")},
    "reported-on-publication": {("document/a/claim/0-4", "2025-12-21")},
    "time-bounds": {("document/a/time/0-4", "2024-07-01")},
    "no-default-graph": {("actor/oman", "Oman")},
}

each = pytest.mark.parametrize("rule", AUDITS, ids=lambda rule: rule.name)


class Loaded:
    """One TriG file as something that can be asked, default graph and all."""

    base = BASE

    def __init__(self, path: Path) -> None:
        self._store = pyoxigraph.Store()
        self._store.load(path=path, format=pyoxigraph.RdfFormat.TRIG)

    def query(
        self, sparql: str, bindings: Mapping[str, Term | None] | None = None, limits: Limits | None = None
    ) -> Answer:
        answer = self._store.query(sparql, use_default_graph_as_union=True)
        columns = tuple(variable.value for variable in answer.variables)
        rows = [tuple(None if term is None else Term(*plain_term(term)) for term in row) for row in answer]
        return Answer("select", columns, rows)


def test_every_audit_has_an_invalid_twin_and_every_twin_an_audit():
    assert len(AUDITS) >= 20
    assert [path.stem for path in TWINS] == [rule.name for rule in AUDITS]


def test_the_shipped_corpus_breaks_no_audit(sample: Store):
    assert audit(sample) == []


@pytest.mark.parametrize("path", sorted((ROOT / "ontology" / "examples").glob("*.trig")), ids=lambda path: path.stem)
def test_valid_examples_break_no_audit(path: Path):
    assert audit(Loaded(path)) == []


@pytest.mark.parametrize("path", TWINS, ids=lambda path: path.stem)
def test_an_invalid_twin_breaks_its_audit_alone(path: Path):
    found = audit(Loaded(path))
    assert {violation.rule for violation in found} == {path.stem}
    assert {violation.severity for violation in found} == {"Warning" if path.stem in WARNINGS else "Violation"}
    assert all(violation.value for violation in found)
    if path.stem in FOUND:
        assert {(v.focus.removeprefix(BASE), v.value.removeprefix(BASE)) for v in found} == FOUND[path.stem]


@each
def test_both_engines_find_the_same(rule: Audit):
    twin = ROOT / "ontology" / "examples" / "invalid-audits" / f"{rule.name}.trig"
    for path in (twin, EXAMPLE):
        assert asked_of_rdflib(rule.sparql, path) == asked_of_oxigraph(rule.sparql, path)


@each
def test_an_audit_states_its_rule_and_says_what_is_wrong_and_what_to_do(rule: Audit):
    assert re.fullmatch(r"[A-Z].*\.", rule.rule)
    assert re.fullmatch(r"[A-Z].*: .*\.", rule.message)
    assert re.search(r"SELECT DISTINCT \?focus \?value\nWHERE \{", rule.sparql)
    assert rule.sparql.endswith("ORDER BY ?focus ?value\n")


@each
def test_an_audit_uses_terms_and_prefixes_that_are_defined(rule: Audit):
    assert [term for term in re.findall(r"\bdp:(\w+)", rule.sparql) if not hasattr(DP, term)] == []
    homes = dict(re.findall(r"PREFIX (\w+): <([^>]*)>", rule.sparql))
    assert homes == {prefix: PREFIXES[prefix] for prefix in homes}


def test_the_audit_of_values_knows_every_scheme_and_property():
    text = next(rule.sparql for rule in AUDITS if rule.name == "value-misplaced")
    listed = re.search(r"VALUES \?scheme \{([^}]*)\}", text)
    assert listed and set(re.findall(r'"(\w+)"', listed[1])) == set(SCHEMES)
    pairs = re.findall(r'\(dp:(\w+) "(\w+)" 1\)', text)
    assert {(f"{DP.NS}{name}", scheme) for name, scheme in pairs} == set(SCHEME_OF.items())


def test_a_finding_reads_as_one_line():
    path = ROOT / "ontology" / "examples" / "invalid-audits" / "span-inside-text.trig"
    [violation] = audit(Loaded(path))
    assert str(violation) == (
        "violation: kg:document/a/span/30-34 [34]: The span ends behind the end of its text: "
        "mark the words again (was the text edited after annotation?)."
    )


def test_audits_of_ones_own_are_sorted_with_the_worst_first():
    ask_all = "SELECT ?focus { VALUES ?focus { <urn:b> <urn:a> } }"
    rules = [
        parse_audit("soft", f"# A rule.\n#\n# Why.\n#\n# severity: Warning\n# message: Odd: look.\n{ask_all}"),
        parse_audit("hard", f"# A rule\n# on two lines.\n#\n# message: Wrong: mend it.\n{ask_all}"),
    ]
    assert [rule.rule for rule in rules] == ["A rule.", "A rule on two lines."]
    found = audit(Loaded(EXAMPLE), rules)
    assert found[0] == Violation("urn:a", "", "Wrong: mend it.", "", "Violation", "hard")
    assert [(v.rule, v.focus) for v in found] == [(r, f) for r in ("hard", "soft") for f in ("urn:a", "urn:b")]


@pytest.mark.parametrize("header", ["# A rule.", "# A rule.\n#\n# severity: Fatal\n# message: Wrong: mend it."])
def test_an_audit_without_a_message_or_with_another_severity_is_refused(header: str):
    with pytest.raises(KGError, match=r"^own: this audit does not say what is wrong"):
        parse_audit("own", f"{header}\nSELECT ?focus ?value {{ }}")


def test_audits_keep_the_limits_of_queries(sample: Store):
    rule = parse_audit("all", "# All.\n#\n# message: Much: less.\nSELECT ?focus ?value { ?focus ?p ?value }")
    with pytest.raises(QueryLimit):
        audit(sample, [rule], Limits(rows=10))


def test_validate_prints_what_audits_find_and_exits_with_three(tmp_path: Path):
    twin = next(path for path in TWINS if path.stem == "canonical-mixed")
    lines = sorted(f"{quad} .\n" for quad in pyoxigraph.parse(path=twin, format=pyoxigraph.RdfFormat.TRIG))
    graphs = groupby(sorted(lines, key=lambda line: line.split(" ")[-2]), key=lambda line: line.split(" ")[-2])
    Store.build(tmp_path / "store", ["".join(block).encode() for _, block in graphs])
    result = CliRunner().invoke(main, ["validate", "--store", str(tmp_path / "store")])
    assert result.exit_code == 3
    assert (
        "violation: kg:meeting/a [kg:document/b/round/0-4]: A session, a round and a process are never one thing"
        in result.stdout
    )
