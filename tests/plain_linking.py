"""Linking done plainly: every pair compared, every clash looked for pair by pair. What `kg.linking` must give, only slower."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from kg.likeness import Comparison, Profile, blocks, compare
from kg.linking import DOUBT, LINK, MARGIN, Decision, Link, Linked, _follow_references, _Groups, _heed
from kg.recall import REASON, RULE, recalled


def plain_link(
    profiles: Iterable[Profile], around: Mapping[str, Sequence[str]], decisions: Iterable[Decision] = ()
) -> Linked:
    ordered = sorted(set(profiles))
    groups = _Groups(ordered)
    linked = Linked()
    decided = _heed(groups, sorted(decisions), linked)
    _follow_references(groups, ordered, linked)
    _apply_rule(groups, _candidates(ordered, around), around, decided, linked)
    linked.clusters = groups.clusters()
    linked.links.sort()
    return linked


def _kept_apart(groups: _Groups, one: str, other: str) -> bool:
    """Whether a person keeps any of the two groups apart, or they are known as two meetings."""
    if any(frozenset((a.node, b.node)) in groups.apart for a in groups.of[one] for b in groups.of[other]):
        return True
    known = [{p.reference for p in groups.of[node]} - {""} for node in (one, other)]
    return bool(known[0] and known[1] and known[0] != known[1])


def _candidates(
    profiles: Sequence[Profile], around: Mapping[str, Sequence[str]]
) -> list[tuple[float, str, str, Comparison]]:
    """Pairs that score at least DOUBT, best first."""
    shelves: dict[tuple[str, str, str, str], list[Profile]] = {}
    for profile in profiles:
        for key in blocks(profile):
            shelves.setdefault(key, []).append(profile)
    seen: set[tuple[str, str]] = set()
    found = []
    for key, shelf in shelves.items():
        # Who names no principal may be any of those who name some.
        nameless = shelves.get((*key[:3], ""), []) if key[3] else []
        for one, other in (*combinations(shelf, 2), *((a, b) for a in shelf for b in nameless)):
            first, second = (one, other) if one.node < other.node else (other, one)
            if first.document == second.document or (first.node, second.node) in seen:
                continue
            seen.add((first.node, second.node))
            comparison = compare(first, second, around)
            if not comparison.conflict and comparison.score >= DOUBT:
                found.append((comparison.score, first.node, second.node, comparison))
    found.sort(key=lambda pair: (not pair[3].exact, -pair[0], pair[1], pair[2]))
    return found


def _apply_rule(
    groups: _Groups,
    candidates: list[tuple[float, str, str, Comparison]],
    around: Mapping[str, Sequence[str]],
    decided: Mapping[frozenset[str], str],
    linked: Linked,
) -> None:
    partners: dict[str, list[tuple[float, str]]] = {}
    for score, one, other, _ in candidates:
        partners.setdefault(one, []).append((score, other))
        partners.setdefault(other, []).append((score, one))
    doubtful: list[tuple[float, str, str, Comparison]] = []
    for score, one, other, comparison in candidates:
        if groups.together(one, other) or decided.get(frozenset((one, other))):
            continue
        if _kept_apart(groups, one, other) or _clash(groups, one, other, around):
            continue
        if score < LINK or (not comparison.exact and _rivals(groups, partners, one, other, score, around)):
            doubtful.append((score, one, other, comparison))
            continue
        groups.join(one, other)
        linked.links.append(Link(one, other, "same", "time-place-principals", score, comparison.reasons))
    _recall(groups, around, linked)
    shown: set[frozenset[int]] = set()
    for score, one, other, comparison in doubtful:
        # One doubtful pair per pair of meetings is enough to decide on.
        pair = frozenset((id(groups.of[one]), id(groups.of[other])))
        if len(pair) == 2 and pair not in shown and not _kept_apart(groups, one, other):
            shown.add(pair)
            linked.links.append(Link(one, other, "doubtful", "time-place-principals", score, comparison.reasons))


def _recall(groups: _Groups, around: Mapping[str, Sequence[str]], linked: Linked) -> None:
    def kept_apart(one: Profile, other: Profile) -> bool:
        texts = [{member.document for member in groups.of[profile.node]} for profile in (one, other)]
        return bool(texts[0] & texts[1]) or _kept_apart(groups, one.node, other.node)

    for one, other in recalled([list(group) for group in groups.distinct()], around, kept_apart):
        groups.join(one.node, other.node)
        first, second = sorted((one.node, other.node))
        linked.links.append(Link(first, second, "same", RULE, None, (REASON,)))


def _clash(groups: _Groups, one: str, other: str, around: Mapping[str, Sequence[str]]) -> bool:
    """Whether any two of the groups of these cannot be one."""
    return any(
        compare(a, b, around).conflict and not (a.reference and a.reference == b.reference)
        for a in groups.of[one]
        for b in groups.of[other]
    )


def _rivals(
    groups: _Groups,
    partners: Mapping[str, list[tuple[float, str]]],
    one: str,
    other: str,
    score: float,
    around: Mapping[str, Sequence[str]],
) -> bool:
    """Whether one of the two fits another meeting about as well, and the two meetings cannot be one."""
    for mine, theirs in ((one, other), (other, one)):
        for rival_score, rival in partners[mine]:
            if (
                rival_score > score - MARGIN
                and not groups.together(rival, theirs)
                and not groups.together(rival, mine)
                and not _kept_apart(groups, mine, rival)
                and _clash(groups, rival, theirs, around)
                and not _clash(groups, mine, rival, around)
            ):
                return True
    return False
