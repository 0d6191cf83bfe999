"""Identity across documents: which meetings and rounds of several texts are one.

Three ways, in this order of weight: a person's decision; a reference of the texts to one known meeting (`kg:meeting/…`); a
rule over process, time, place, principals and format, with a score and its reasons (`kg.likeness`). What is concluded stands
in a graph of its own with what concluded it (`kg.conclusions`); no text's graph is touched, and taking a decision back
restores what was.

Where a vague mention ("the talks in Istanbul this year") fits two meetings about as well, the rule joins it with neither and
leaves it for a person to decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

from kg.likeness import Comparison, Profile, blocks, compare

LINK, DOUBT, MARGIN = 0.7, 0.5, 0.1
"""From LINK on two nodes are joined, from DOUBT on they are shown to a person. A vague pair is joined only if the next best
meeting scores lower by MARGIN or more. The three were set on annotated reports (see CONTRIBUTING.md)."""


class Link(NamedTuple):
    """One conclusion about two nodes: same, not-same or doubtful, with what decided it."""

    one: str
    other: str
    verdict: str
    rule: str
    score: float | None = None
    reasons: tuple[str, ...] = ()
    decided_by: str = "rule"


class Decision(NamedTuple):
    """What a person decided of two nodes (IRIs): same, not-same or unsure; by whom, why, and where it is written."""

    one: str
    other: str
    verdict: str
    by: str
    reason: str
    place: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """The nodes that are one meeting, sorted; known is the local id of a known meeting that a text refers to, "" else."""

    members: tuple[str, ...]
    kind: str
    known: str


@dataclass(slots=True)
class Linked:
    """Clusters and links, both sorted, and decisions or references that could not be followed, with the reason."""

    clusters: list[Cluster] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    unheeded: list[tuple[str, str, str]] = field(default_factory=list)
    """Place, finding, remedy."""


# -- joining many --------------------------------------------------------------------------------------------------------


def link(
    profiles: Iterable[Profile],
    around: Mapping[str, Sequence[str]],
    decisions: Iterable[Decision] = (),
    *,
    by_rule: bool = True,
) -> Linked:
    """Join profiles into meetings: decisions first, then references, then the rule, best pairs first.

    The result depends on the profiles and decisions alone, not on their order. by_rule=False leaves the rule out.
    """
    ordered = sorted(set(profiles))
    groups = _Groups(ordered)
    linked = Linked()
    decided = _heed(groups, sorted(decisions), linked)
    _follow_references(groups, ordered, linked)
    if by_rule:
        _apply_rule(groups, _candidates(ordered, around), around, decided, linked)
    linked.clusters = groups.clusters()
    linked.links.sort()
    return linked


class _Groups:
    """Which profiles are together so far, and which must not come together."""

    def __init__(self, profiles: Sequence[Profile]) -> None:
        self.of = {profile.node: [profile] for profile in profiles}
        self.apart: set[frozenset[str]] = set()

    def together(self, one: str, other: str) -> bool:
        return self.of[one] is self.of[other]

    def join(self, one: str, other: str) -> None:
        into, gone = sorted((self.of[one], self.of[other]), key=lambda group: -len(group))
        if into is not gone:
            into += gone
            for profile in gone:
                self.of[profile.node] = into

    def kept_apart(self, one: str, other: str) -> bool:
        """Whether a person keeps any of the two groups apart, or they are known as two meetings."""
        if self.apart and any(frozenset((a.node, b.node)) in self.apart for a in self.of[one] for b in self.of[other]):
            return True
        known = [{p.reference for p in self.of[node]} - {""} for node in (one, other)]
        return bool(known[0] and known[1] and known[0] != known[1])

    def clusters(self) -> list[Cluster]:
        seen: dict[int, list[Profile]] = {id(group): group for group in self.of.values()}
        found = []
        for group in seen.values():
            known = min((p.reference for p in group if p.reference), default="")
            found.append(Cluster(tuple(sorted(p.node for p in group)), group[0].kind, known))
        return sorted(found, key=lambda cluster: cluster.members)


def _heed(groups: _Groups, decisions: Iterable[Decision], linked: Linked) -> dict[frozenset[str], str]:
    """Follow the decisions of persons; the pairs they decided, with the verdict."""
    decided: dict[frozenset[str], str] = {}
    for decision in decisions:
        missing = [node for node in (decision.one, decision.other) if node not in groups.of]
        if missing:
            found = f"decides on {missing[0]}, which no text has"
            linked.unheeded.append((decision.place, found, "see whether the text was edited, and name its node anew"))
            continue
        pair = frozenset((decision.one, decision.other))
        if decided.get(pair, decision.verdict) != decision.verdict:
            linked.unheeded.append((decision.place, "decides the same pair twice, and not alike", "keep one row"))
            continue
        decided[pair] = decision.verdict
        one, other = sorted((decision.one, decision.other))
        if decision.verdict == "same" and groups.of[one][0].kind != groups.of[other][0].kind:
            linked.unheeded.append((decision.place, "joins a session and a round", "they are two things: take it out"))
            continue
        if decision.verdict == "same":
            groups.join(one, other)
        elif decision.verdict == "not-same":
            groups.apart.add(pair)
        reasons = (decision.reason,) if decision.reason else ()
        linked.links.append(Link(one, other, decision.verdict, "decision", None, reasons, decision.by or "a person"))
    for pair in sorted(groups.apart, key=sorted):
        one, other = sorted(pair)
        if groups.together(one, other):
            found = f"keeps apart what other decisions join: {one} and {other}"
            linked.unheeded.append(("decisions.tsv", found, "take one of them back"))
    return decided


def _follow_references(groups: _Groups, profiles: Iterable[Profile], linked: Linked) -> None:
    """Join what refers to one known meeting. A session and a round are never joined, whatever a reference says."""
    by_known: dict[str, list[Profile]] = {}
    for profile in profiles:
        if profile.reference:
            by_known.setdefault(profile.reference, []).append(profile)
    for known, members in sorted(by_known.items()):
        kind = _agreed_kind(known, members)
        first: Profile | None = None
        for member in members:
            if member.kind != kind:
                found = f"kg:{known} is a {kind} elsewhere and a {member.kind} here: not joined"
                remedy = "give the two an id each: a session and a round are two things"
                linked.unheeded.append((member.place, found, remedy))
                groups.of[member.node][:] = [
                    p._replace(reference="") if p.node == member.node else p for p in groups.of[member.node]
                ]
                continue
            if first is None:
                first = member
            elif not groups.together(first.node, member.node):
                if frozenset((first.node, member.node)) in groups.apart:
                    found = f"refers to kg:{known} as {first.node} does, and a decision keeps the two apart"
                    linked.unheeded.append((member.place, found, "take one of the two back"))
                    continue
                groups.join(first.node, member.node)
                linked.links.append(Link(first.node, member.node, "same", "reference", 1.0, (f"both are kg:{known}",)))


def _agreed_kind(known: str, members: Sequence[Profile]) -> str:
    """What a known meeting is: what its id says (`kg:round/…`), else what most texts say, a session where they are even."""
    home = known.partition("/")[0].capitalize()
    kinds = [member.kind for member in members]
    return home if home in kinds else max(sorted(set(kinds)), key=kinds.count)


Pairs = Iterable[tuple[Profile, Profile, Comparison]]


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
        if groups.kept_apart(one, other) or _clash(groups, one, other, around):
            continue
        if score < LINK or (not comparison.exact and _rivals(groups, partners, one, other, score, around)):
            doubtful.append((score, one, other, comparison))
            continue
        groups.join(one, other)
        linked.links.append(Link(one, other, "same", "time-place-principals", score, comparison.reasons))
    shown: set[frozenset[int]] = set()
    for score, one, other, comparison in doubtful:
        # One doubtful pair per pair of meetings is enough to decide on.
        pair = frozenset((id(groups.of[one]), id(groups.of[other])))
        if len(pair) == 2 and pair not in shown and not groups.kept_apart(one, other):
            shown.add(pair)
            linked.links.append(Link(one, other, "doubtful", "time-place-principals", score, comparison.reasons))


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
                and not groups.kept_apart(mine, rival)
                and _clash(groups, rival, theirs, around)
                and not _clash(groups, mine, rival, around)
            ):
                return True
    return False
