"""Every report that ships is checked, one by one, and the graph of all of them together."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.building import build_in_memory
from kg.corpus import SOURCES
from kg.store import Store
from kg.validation import audit, validate
from tests import reports as checks
from tests.helpers import DATA
from tests.reports import CHECKS, NOT_IN_REGISTRY, OTHERWISE_DATED, Report, corpora, reports

REPORTS = list(reports(DATA))


def test_there_are_reports_and_none_is_told_twice():
    assert len(REPORTS) >= 6
    assert len({report.id for report in REPORTS}) == len(REPORTS)
    assert len({report.document.text for report in REPORTS}) == len(REPORTS)


@pytest.mark.parametrize("corpus", corpora(DATA), ids=lambda path: path.name)
def test_texts_annotations_and_rows_are_the_same_set(corpus: Path):
    with (corpus / SOURCES).open(encoding="utf-8", newline="") as file:
        rows = [row["id"] for row in csv.DictReader(file)]
    texts, annotations = (sorted(path.stem for path in corpus.glob(f"*.{ending}")) for ending in ("txt", "ann"))
    assert sorted(rows) == texts == annotations


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.id)
def test_a_report(report: Report, check: checks.Check):
    assert list(check(report)) == []


def test_no_exception_is_kept_that_nothing_needs():
    known = {(report.id, mention.words) for report in REPORTS for mention in report.document.mentions}
    assert OTHERWISE_DATED.keys() <= known
    assert {name for _, name in NOT_IN_REGISTRY} <= {words for _, words in known}
    assert all((OTHERWISE_DATED | NOT_IN_REGISTRY).values())


@pytest.fixture(scope="module")
def everything() -> Iterator[Store]:
    store, report = build_in_memory(corpora(DATA), registry=DATA / "registry")
    assert report.left_out == 0, [str(finding) for finding in report.findings]
    yield store
    store.close()


def test_the_graph_of_all_reports_breaks_no_shape_and_no_audit(everything: Store):
    found = [*validate(everything.graph()), *audit(everything)]
    assert [str(violation) for violation in found if violation.severity == "Violation"] == []
