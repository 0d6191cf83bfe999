"""Measures against numbers worked by hand or printed in the papers that define them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from kg.measures import b_cubed, cohen_kappa, f1, harmonic, links


def chains(*groups: str) -> list[frozenset[str]]:
    return [frozenset(group) for group in groups]


def test_f1_is_the_harmonic_mean_of_precision_and_recall():
    # precision 3/4, recall 3/6
    assert f1(3, 4, 6) == pytest.approx(2 * 0.75 * 0.5 / 1.25)
    assert f1(0, 2, 0) == 0 and f1(0, 0, 0) is None


def test_kappa_of_a_textbook_table():
    # Of 50: both yes 20, both no 15. Observed 35/50 = 0.7; by chance 0.5 * 0.6 + 0.5 * 0.4 = 0.5; so 0.2 / 0.5.
    assert cohen_kappa({("y", "y"): 20, ("y", "n"): 5, ("n", "y"): 10, ("n", "n"): 15}) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("judged", "kappa"),
    [
        ({}, None),
        ({("a", "a"): 7}, None),  # one category: chance alone agrees
        ({("a", "a"): 3, ("b", "b"): 1}, 1),
        ({("a", "b"): 1, ("b", "a"): 1}, -1),
        ({("a", "b"): 5}, 0),
    ],
)
def test_kappa_at_its_edges(judged: dict[tuple[str, str], int], kappa: float | None):
    assert cohen_kappa(judged) == kappa


def test_b_cubed_as_in_the_paper_that_defines_it():
    # Bagga and Baldwin 1998, figures 1 and 2: two chains of the key joined, once the small one, once the large one.
    key = chains("12345", "67", "89ABC")
    for response, precision in (
        (chains("12345", "6789ABC"), Fraction(16, 21)),
        (chains("1234589ABC", "67"), Fraction(7, 12)),
    ):
        recalled, precise = b_cubed(key, response)
        assert (recalled / 12, precise / 12) == (1, precision)


def test_a_mention_that_only_one_side_has_counts_against_it():
    one, other = b_cubed(chains("abc"), chains("ab"))
    assert (one / 3, other / 2) == (Fraction(4, 9), 1)
    assert harmonic(one, 3, other, 2) == pytest.approx(2 * (4 / 9) / (13 / 9))
    assert harmonic(Fraction(0), 2, Fraction(0), 0) == 0
    assert harmonic(Fraction(0), 0, Fraction(0), 0) is None


def test_links_are_the_pairs_of_a_chain():
    assert links(chains("abc", "de")) == {frozenset(pair) for pair in ("ab", "ac", "bc", "de")}
