"""Five reports annotated twice: the numbers that data/README.md gives, and that what was decided is what the reports hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

import pytest

from kg.agreement import Agreement, measure_agreement
from kg.cli.agreement import _number
from kg.corpus import find_documents
from kg.documents import Document
from tests.adjudication import DECISIONS, FIRST, HOME, SECOND, Row, against, annotated, decisions, moved, unlike
from tests.helpers import DATA
from tests.reports import corpora

README = (DATA / "README.md").read_text(encoding="utf-8")
LAYERS = {
    "mentions": ("mention", "all"),
    "events": ("event", "all"),
    "roles": ("role", "all"),
    "attributes": ("attribute", "all"),
    "relations": ("relation", "all"),
    "coreference of mentions, B³": ("coreference", "mentions, B³"),
    "coreference of events, B³": ("coreference", "events, B³"),
    "normalisations": ("normalisation", "all"),
}
Passes = Mapping[str, Mapping[str, Document]]


@pytest.fixture(scope="module")
def agreement() -> Agreement:
    return measure_agreement(FIRST, SECOND)


@pytest.fixture(scope="module")
def passes() -> Passes:
    return {"first": annotated(FIRST), "second": annotated(SECOND)}


@pytest.fixture(scope="module")
def released(passes: Passes) -> dict[str, Document]:
    found = {id: document for corpus in corpora(DATA) for id, document in annotated(corpus).items()}
    return {id: found[id] for id in passes["first"]}


def test_the_readme_gives_the_numbers_that_the_command_prints(agreement: Agreement):
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in README.split("\n") if line.startswith("|")
    ]
    given = {row[0]: row[1:] for row in rows if row[0] in LAYERS}
    assert given.keys() == LAYERS.keys()
    for name, (layer, label) in LAYERS.items():
        score = agreement.score(layer, label)
        numbers = (score.one, score.other, score.exact, score.f1_exact, score.f1_overlap, score.f1_things, score.kappa)
        assert given[name] == [_number(number) for number in numbers], name
    per_label = re.findall(r"`(\w+)` \(κ ([\d.]+)\)", README)
    assert per_label
    for label, kappa in per_label:
        (score,) = [score for score in agreement.scores if score.label == label]
        assert _number(score.kappa) == kappa, label


def test_the_readme_counts_the_decisions(agreement: Agreement):
    counted = Counter(row.decision for row in decisions())
    given = re.findall(r"^\| `(\w+)` \| (\d+) \| .+ \|$", README, flags=re.MULTILINE)
    assert [(decision, int(number)) for decision, number in given] == [(name, counted[name]) for name in DECISIONS]
    elsewhere = sum(difference.elsewhere for difference in agreement.differences)
    said = " ".join(README.split())
    assert f"each of the {counted.total()} differences" in said and f"In {elsewhere} of the {counted.total()}" in said


def test_every_difference_has_a_decision_and_a_reason(agreement: Agreement):
    rows = decisions()
    listed = [(d.document, d.start, d.end, d.layer, d.label, d.words, d.one, d.other) for d in agreement.differences]
    assert [(r.report, r.start, r.end, r.layer, r.label, r.words, r.first, r.second) for r in rows] == listed
    assert {row.decision for row in rows} == set(DECISIONS)
    assert not [row for row in rows if len(row.reason.split()) < 3]


def not_held(rows: list[Row], passes: Passes, released: Mapping[str, Document]) -> list[Row]:
    """The rows whose decision is not what the reports hold."""
    found = {side: against(document, released) for side, document in passes.items()}
    wrong = []
    for row in rows:
        first, second = (bool(unlike(row, side, found[side])) for side in ("first", "second"))
        held = {"first": not first, "second": not second, "both": not (first and second), "neither": first and second}
        if not held[row.decision]:
            wrong.append(row)
    return wrong


def test_the_reports_hold_what_was_decided(passes: Passes, released: dict[str, Document]):
    rows = list(moved(decisions(), passes["first"], released))
    # Of one difference the words no longer stand: the report was worded anew.
    assert len(rows) == len(decisions()) - 1
    assert not_held(rows, passes, released) == []


@pytest.mark.parametrize(("side", "other"), [("first", "second"), ("second", "first")])
def test_a_report_that_holds_the_other_pass_is_noticed(side: str, other: str, passes: Passes):
    rows = decisions()
    wrong = {(row.start, row.label, row.first, row.second, row.report) for row in not_held(rows, passes, passes[side])}
    decided = [row for row in rows if row.decision == other]
    assert decided
    assert not [r for r in decided if (r.start, r.label, r.first, r.second, r.report) not in wrong]
    assert not [row for row in not_held(rows, passes, passes[side]) if row.decision in (side, "both")]


def test_the_two_passes_are_no_corpus():
    assert HOME not in corpora(DATA) and not list(HOME.rglob("sources.csv"))
    texts = [item.text for corpus in corpora(DATA) for item in find_documents([corpus]).items]
    assert len(texts) == 77 and not [text for text in texts if str(HOME) in text]
