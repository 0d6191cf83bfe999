"""The linking of meetings, measured on the shipped corpora against truth made by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.identity import Measures, compare, corpora, measured, without_decisions


def test_the_measures_on_a_case_worked_by_hand():
    """Truth {a, b, c} {d}; found {a, b} {c, d}. Pairs: found ab, cd; true ab, ac, bc; common ab. B³: precision (1+1+½+½)/4,
    recall (⅔+⅔+⅓+1)/4."""
    truth = {"a": "x", "b": "x", "c": "x", "d": "y"}
    found = {"a": "1", "b": "1", "c": "2", "d": "2"}
    assert compare(found, truth) == Measures(4, 3, 1 / 2, 1 / 3, pytest.approx(0.75), pytest.approx(2 / 3))
    assert compare(truth, truth)[2:] == (1.0, 1.0, 1.0, 1.0)


def test_the_rule_alone_joins_what_belongs_together(tmp_path: Path):
    alone = measured(without_decisions(tmp_path))
    assert alone.precision >= 0.97 and alone.b3_precision >= 0.97, alone
    assert alone.recall >= 0.90 and alone.b3_recall >= 0.90, alone


def test_with_the_decisions_of_persons_hardly_anything_is_wrong():
    decided = measured(corpora())
    assert decided.precision >= 0.99 and decided.recall >= 0.99, decided
