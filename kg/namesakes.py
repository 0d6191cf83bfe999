"""Identity across documents of what is not a meeting: proposals and actors.

Proposals are one where texts refer to one known proposal, where they name one number of points ("28-point plan", "the 28
points") or the same distinctive words, in one process and within some weeks. Actors are one by the registry or by the same
name, which gives them one node already; names that are only alike are a guess, marked as a guess, and join nothing until a
person decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from difflib import SequenceMatcher
from itertools import combinations

from kg.leads import Named, Proposed
from kg.linking import Decision, Link
from kg.names import normalise, without_accents
from kg.registry import Registry

_WEEKS, _FEW_WEEKS = 90, 30
"""Days within which a number of points, and within which the same words, mean one proposal."""

ALIKE = 0.88
"""From this ratio of common characters on two names are shown to a person as perhaps one (after Ratcliff and Metzener 1988)."""

_NUMBER = re.compile(r"\b(\d{1,3})(?:-| )points?\b|\bpoints?\b.*?\b(\d{1,3})\b")
_POINT_WORDS = {"ten": "10", "twelve": "12", "fourteen": "14", "fifteen": "15", "twenty": "20", "thirty": "30"}
_PLAIN = frozenset(
    "a an the new latest revised updated draft plan proposal document documents text paper papers framework deal offer list "
    "terms agreement ceasefire truce settlement version concessions guarantees us u.s. american russian ukrainian "
    "european".split()
)


def link_proposals(proposals: Iterable[Proposed], decisions: Iterable[Decision] = ()) -> list[Link]:
    """Links between proposals of different texts, sorted: as decided, as referred to, by the rule."""
    ordered = sorted(set(proposals))
    decided = {frozenset((d.one, d.other)): d for d in sorted(decisions)}
    found = [_decision(d) for d in decided.values()]
    for one, other in combinations(ordered, 2):
        if one.node.partition("/proposal/")[0] == other.node.partition("/proposal/")[0]:
            continue
        if frozenset((one.node, other.node)) in decided:
            continue
        if one.reference and other.reference:
            if one.reference == other.reference:
                reasons = (f"both are kg:{one.reference}",)
                found.append(Link(one.node, other.node, "same", "reference", 1.0, reasons))
        elif reason := _same_proposal(one, other):
            found.append(Link(one.node, other.node, "same", "points-or-words", 0.9, (reason,)))
    return sorted(found)


def _same_proposal(one: Proposed, other: Proposed) -> str:
    if not one.process or one.process != other.process or not one.published or not other.published:
        return ""
    apart = abs((date.fromisoformat(one.published) - date.fromisoformat(other.published)).days)
    numbers, theirs = points(one.words), points(other.words)
    if numbers and theirs:
        shared = sorted(numbers & theirs)
        return f"both have {shared[0]} points" if shared and apart <= _WEEKS else ""
    words = {normalise(words) for words in one.words if distinctive(words)}
    common = sorted(words & {normalise(words) for words in other.words if distinctive(words)})
    return f"both are called {common[0]}" if common and apart <= _FEW_WEEKS else ""


def points(wordings: Sequence[str]) -> set[str]:
    """The numbers of points that wordings give: {"28"} of "the 28-point plan" or "a plan of twenty-eight points"."""
    found = set()
    for words in wordings:
        text = " ".join(_POINT_WORDS.get(word, word) for word in normalise(words).replace("-", " ").split())
        for match in _NUMBER.finditer(text):
            found.add(match[1] or match[2])
    return found


def distinctive(words: str) -> bool:
    """Whether a wording tells a proposal from others: a word in it that many proposals would not share."""
    return any(word not in _PLAIN for word in normalise(words).split()) and len(normalise(words).split()) > 1


def guess_actors(
    names: Iterable[Named],
    registry: Registry,
    decisions: Iterable[Decision] = (),
    base: str = "",
    rows: slice = slice(None),
) -> list[Link]:
    """Names in no registry that are alike, or like a name of the registry: doubtful links, and what persons decided of them.

    With rows, only those of the sorted names are compared, each with all that follow it and with the registry.
    """
    ordered = sorted(set(names))
    decided = {frozenset((d.one, d.other)): d for d in sorted(decisions)}
    found = [_decision(d) for d in decided.values()]
    known = sorted((kind, key, entry.id) for (kind, key), entry in registry.names.items() if kind != "venue")
    by_shape: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for kind, key, entry in known:
        by_shape.setdefault((kind, _letters(key)[:1]), []).append((key, f"{base}actor/{entry}"))
    own = range(len(ordered))[rows]
    for one, other in ((ordered[place], other) for place in own for other in ordered[place + 1 :]):
        if one.kind == other.kind:
            _guess(found, decided, (one.node, one.name), (other.node, other.name))
    for one in ordered[rows]:
        best: dict[str, tuple[float, str]] = {}
        for key, node in by_shape.get((one.kind, _letters(one.name)[:1]), ()):
            best[node] = max(best.get(node, (0.0, "")), (alike(one.name, key), key))
        for node, (score, key) in sorted(best.items()):
            if score >= ALIKE:
                _guess(found, decided, (one.node, one.name), (node, key))
    return sorted(found)


def alike(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1: the ratio of common characters of their words, sorted, without accents."""
    first, second = _letters(one), _letters(other)
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return round(matcher.ratio(), 3) if matcher.quick_ratio() >= ALIKE else 0.0


def _letters(name: str) -> str:
    return " ".join(sorted(without_accents(normalise(name)).replace("-", " ").split()))


def _guess(
    found: list[Link], decided: dict[frozenset[str], Decision], one: tuple[str, str], other: tuple[str, str]
) -> None:
    score = alike(one[1], other[1])
    if score >= ALIKE and frozenset((one[0], other[0])) not in decided:
        first, second = sorted((one[0], other[0]))
        found.append(Link(first, second, "doubtful", "similar-name", score, (f"{one[1]} is like {other[1]}",)))


def _decision(decision: Decision) -> Link:
    one, other = sorted((decision.one, decision.other))
    reasons = (decision.reason,) if decision.reason else ()
    return Link(one, other, decision.verdict, "decision", None, reasons, decision.by or "a person")
