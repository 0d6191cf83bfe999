"""Identity across documents: which meetings and rounds of several texts are one.

Three ways, in this order of weight: a person's decision; a reference of the texts to one known meeting (`kg:meeting/…`); a
rule over process, time, place, principals and format, with a score and its reasons (`kg.likeness`). What is concluded stands
in a graph of its own with what concluded it (`kg.conclusions`); no text's graph is touched, and taking a decision back
restores what was.

A mention without a day is joined by its place alone where only one meeting took place there (`kg.recall`).

Where a vague mention ("the talks in Istanbul this year") fits two meetings about as well, the rule joins it with neither and
leaves it for a person to decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

import numpy as np

from kg.candidates import MANNER, Compared, Pairs, candidates
from kg.likeness import Profile, compare
from kg.recall import REASON, RULE, recalled

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
    pairs: Pairs | None = None,
) -> Linked:
    """Join profiles into meetings: decisions first, then references, then the rule, best pairs first.

    The result depends on the profiles and decisions alone, not on their order. by_rule=False leaves the rule out. pairs are
    the candidates by number of the sorted profiles, where they have been looked for elsewhere.
    """
    ordered = sorted(set(profiles))
    groups = _Groups(ordered)
    linked = Linked()
    decided = _heed(groups, sorted(decisions), linked)
    _follow_references(groups, ordered, linked)
    if by_rule:
        rule = _Rule(ordered, groups, around, decided)
        rule.apply(candidates(ordered, rule.compared, DOUBT) if pairs is None else pairs)
        linked.links += rule.links
        for one in rule.links:
            if one.verdict == "same":
                groups.join(one.one, one.other)
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

    def distinct(self) -> Iterable[list[Profile]]:
        """Each group once."""
        return {id(group): group for group in self.of.values()}.values()

    def clusters(self) -> list[Cluster]:
        found = []
        for group in self.distinct():
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


# -- the rule ------------------------------------------------------------------------------------------------------------


class _Meeting:
    """What keeps a group of profiles apart from others, summed up: members, their texts, distinct parts and references.

    state is another number after every change.
    """

    __slots__ = ("documents", "members", "parts", "references", "state")

    def __init__(self, member: int, document: str, own: Iterable[int], reference: str) -> None:
        self.state = member
        self.members = [member]
        self.documents = {document}
        self.parts = tuple({number} for number in own)
        self.references = {reference} - {""}

    def take(self, other: _Meeting) -> None:
        self.members += other.members
        self.documents |= other.documents
        self.references |= other.references
        for mine, theirs in zip(self.parts, other.parts, strict=True):
            mine |= theirs


class _Rule:
    """Joins by the rule, on numbers of profiles. Two meetings clash if any two of their profiles do: if their texts, or any two
    of their distinct parts, exclude each other."""

    def __init__(
        self,
        profiles: Sequence[Profile],
        groups: _Groups,
        around: Mapping[str, Sequence[str]],
        decided: Mapping[frozenset[str], str],
    ) -> None:
        self.profiles, self.around = profiles, around
        self.compared = Compared(profiles, around)
        self.number_of = {profile.node: number for number, profile in enumerate(profiles)}
        # A reference that could not be followed is none here.
        references = {profile.node: profile.reference for group in groups.distinct() for profile in group}
        self.reference = [references[profile.node] for profile in profiles]
        self.of: list[_Meeting] = []
        together: dict[int, _Meeting] = {}
        for number, (profile, own) in enumerate(
            zip(profiles, zip(*self.compared.of[:MANNER], strict=True), strict=True)
        ):
            single = _Meeting(number, profile.document, own, self.reference[number])
            meeting = together.setdefault(id(groups.of[profile.node]), single)
            if meeting is not single:
                meeting.take(single)
            self.of.append(meeting)
        self.apart: dict[int, set[int]] = {}
        for pair in groups.apart:
            one, other = (self.number_of[node] for node in pair)
            self.apart.setdefault(one, set()).add(other)
            self.apart.setdefault(other, set()).add(one)
        self.decided = {frozenset(self.number_of[node] for node in pair) for pair in decided}
        self.links: list[Link] = []
        self._states = count(len(profiles))
        self._clashes: dict[tuple[int, int], bool] = {}

    def apply(self, pairs: Pairs) -> None:
        self._rank_partners(pairs)
        one, other, score, exact = (column.tolist() for column in pairs)
        doubtful: list[int] = []
        # Behind the last pair that could be joined, meetings grow no more.
        able = np.flatnonzero(pairs.score >= LINK)
        last = int(able[-1]) + 1 if len(able) else 0
        for place in range(last):
            a, b = one[place], other[place]
            mine, theirs = self.of[a], self.of[b]
            if mine is theirs or (self.decided and frozenset((a, b)) in self.decided):
                continue
            if self._kept_apart(mine, theirs) or self._clash(mine, theirs):
                continue
            if score[place] < LINK or (not exact[place] and self._rivals(a, b, score[place])):
                doubtful.append(place)
                continue
            self._join(mine, theirs)
            self._tell(a, b, "same")
        self._recall()
        self._doubt(one, other, doubtful, last)

    def _recall(self) -> None:
        """Join what a text recalls by its place alone with the only meeting that took place there."""
        meetings = {id(meeting): meeting for meeting in self.of}.values()
        groups = [[self.profiles[member] for member in meeting.members] for meeting in meetings]

        def meeting(profile: Profile) -> _Meeting:
            return self.of[self.number_of[profile.node]]

        def kept_apart(one: Profile, other: Profile) -> bool:
            mine, theirs = meeting(one), meeting(other)
            return not mine.documents.isdisjoint(theirs.documents) or self._kept_apart(mine, theirs)

        for one, other in recalled(groups, self.around, kept_apart):
            self._join(meeting(one), meeting(other))
            first, second = sorted((one.node, other.node))
            self.links.append(Link(first, second, "same", RULE, None, (REASON,)))

    def _doubt(self, one: list[int], other: list[int], doubtful: list[int], last: int) -> None:
        """Tell one doubtful pair per pair of meetings: it is enough to decide on."""
        told: set[tuple[int, int]] = set()
        for place in (*doubtful, *range(last, len(one))):
            a, b = one[place], other[place]
            mine, theirs = self.of[a], self.of[b]
            key = (id(mine), id(theirs)) if id(mine) < id(theirs) else (id(theirs), id(mine))
            if mine is theirs or key in told:
                continue
            if place >= last:
                if self.decided and frozenset((a, b)) in self.decided:
                    continue
                if self._clash(mine, theirs):
                    continue
            if not self._kept_apart(mine, theirs):
                told.add(key)
                self._tell(a, b, "doubtful")

    def _tell(self, one: int, other: int, verdict: str) -> None:
        first, second = self.profiles[one], self.profiles[other]
        found = self.compared.both(one, other)
        self.links.append(Link(first.node, second.node, verdict, "time-place-principals", found.score, found.reasons))

    def _join(self, one: _Meeting, other: _Meeting) -> None:
        into, gone = (one, other) if len(one.members) >= len(other.members) else (other, one)
        for member in gone.members:
            self.of[member] = into
        into.take(gone)
        into.state = next(self._states)

    def _kept_apart(self, one: _Meeting, other: _Meeting) -> bool:
        """Whether a person keeps any of the two meetings apart, or they are known as two."""
        if self.apart:
            less, more = (one, other) if len(one.members) <= len(other.members) else (other, one)
            if any(self.of[far] is more for member in less.members for far in self.apart.get(member, ())):
                return True
        return bool(one.references and other.references and one.references != other.references)

    def _clash(self, one: _Meeting, other: _Meeting) -> bool:
        """Whether any two of the profiles of these cannot be one."""
        key = (one.state, other.state) if one.state < other.state else (other.state, one.state)
        if key not in self._clashes:
            self._clashes[key] = self._look_for_clash(one, other)
        return self._clashes[key]

    def _look_for_clash(self, one: _Meeting, other: _Meeting) -> bool:
        if not one.references.isdisjoint(other.references):
            return self._clash_in_detail(one, other)
        if not one.documents.isdisjoint(other.documents):
            return True
        conflict = self.compared.conflict
        kinds = enumerate(zip(one.parts, other.parts, strict=True))
        return any(conflict(kind, a, b) for kind, (mine, theirs) in kinds for a in mine for b in theirs)

    def _clash_in_detail(self, one: _Meeting, other: _Meeting) -> bool:
        """The same where texts refer to both as one: what they call one is not held against it."""
        return any(
            compare(self.profiles[a], self.profiles[b], self.around).conflict
            and not (self.reference[a] and self.reference[a] == self.reference[b])
            for a in one.members
            for b in other.members
        )

    def _rank_partners(self, pairs: Pairs) -> None:
        """For each profile the others that it may be one with, best first."""
        ends = np.concatenate((pairs.one, pairs.other))
        partners = np.concatenate((pairs.other, pairs.one))
        scores = np.concatenate((pairs.score, pairs.score))
        order = np.lexsort((-scores, ends))
        self.partners, self.scores = partners[order].tolist(), scores[order].tolist()
        self.starts = np.searchsorted(ends[order], np.arange(len(self.profiles) + 1)).tolist()

    def _rivals(self, one: int, other: int, score: float) -> bool:
        """Whether one of the two fits another meeting about as well, and the two meetings cannot be one."""
        for mine, theirs in ((one, other), (other, one)):
            own, far = self.of[mine], self.of[theirs]
            seen = {id(own), id(far)}
            for place in range(self.starts[mine], self.starts[mine + 1]):
                if self.scores[place] <= score - MARGIN:
                    break
                rival = self.of[self.partners[place]]
                if id(rival) in seen:
                    continue
                seen.add(id(rival))
                if not self._kept_apart(own, rival) and self._clash(rival, far) and not self._clash(own, rival):
                    return True
        return False
