"""Measures of how far two annotators agree, from counts and sets alone.

F1 and B³ say how much of what either marked the other marked, too; κ sets the agreement against what chance would give. κ needs
a closed list of things that both judged. Spans, roles and relations have none, as nobody counts the stretches that both left
unmarked; there F1 is what κ tends to (Hripcsak and Rothschild, "Agreement, the F-measure, and reliability in information
retrieval", JAMIA 12(3), 2005).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Mapping
from fractions import Fraction
from itertools import combinations


def f1(both: int, one: int, other: int) -> float | None:
    """Twice what both have, over what each has: the harmonic mean of precision and recall, whoever counts as right.

    From 0 to 1; None where neither has anything.
    """
    return 2 * both / (one + other) if one + other else None


def cohen_kappa(judged: Mapping[tuple[Hashable, Hashable], int]) -> float | None:
    """Cohen's κ of judgements counted by (category of the one, category of the other).

    From -1 to 1: 0 is what chance gives. None where nothing was judged, or where both used one and the same category
    throughout, so that chance alone agrees. J. Cohen, "A coefficient of agreement for nominal scales", Educational and
    Psychological Measurement 20(1), 1960.
    """
    total = sum(judged.values())
    if not total:
        return None
    ones: Counter[Hashable] = Counter()
    others: Counter[Hashable] = Counter()
    for (one, other), count in judged.items():
        ones[one] += count
        others[other] += count
    # Exact until the end, so that neither the order of the counts nor who comes first changes a digit.
    observed = Fraction(sum(count for (one, other), count in judged.items() if one == other), total)
    expected = Fraction(sum(count * others[category] for category, count in ones.items()), total * total)
    return float((observed - expected) / (1 - expected)) if expected != 1 else None


Chains = Collection[frozenset[Hashable]]
"""Groups of mentions that are one and the same; no mention is in two of them."""


def links(chains: Chains) -> set[frozenset[Hashable]]:
    """All pairs of mentions that are in one chain."""
    return {frozenset(pair) for chain in chains for pair in combinations(chain, 2)}


def b_cubed(one: Chains, other: Chains) -> tuple[Fraction, Fraction]:
    """Sums, over the mentions of the one and of the other, of the share of a mention's chain that its chain there holds, too.

    Divided by the numbers of mentions these are recall and precision of B³; a mention that the other has in no chain
    adds nothing. A. Bagga and B. Baldwin, "Algorithms for scoring coreference chains", LREC 1998; mentions that only one
    side has as in Pradhan et al., "Scoring coreference partitions of predicted mentions", ACL 2014.
    """
    return _shares(one, other), _shares(other, one)


def _shares(of: Chains, among: Chains) -> Fraction:
    home = {member: chain for chain in among for member in chain}
    held = (Fraction(len(chain & home[member]), len(chain)) for chain in of for member in chain if member in home)
    return sum(held, Fraction(0))


def harmonic(one: Fraction, ones: int, other: Fraction, others: int) -> float | None:
    """The harmonic mean of one/ones and other/others; None where neither has anything, 0 where only one has."""
    if not ones and not others:
        return None
    first, second = (Fraction(part, of) if of else Fraction(0) for part, of in ((one, ones), (other, others)))
    return float(2 * first * second / (first + second)) if first + second else 0.0
