"""Typed disagreement: how two claims about one meeting stand to each other. A false "contradiction" is the worst error here.

- contradiction: the same stage of the same meeting, asserted by one and denied by the other, of times that overlap; not where
  one of the two is told both ways of that stage on one day: then its versions contradict each other, not the two;
- divergence: different stages or axes; both may be true;
- different denial target: both deny or doubt, but not the same thing;
- silence: one side at the table speaks of the meeting, the other does not, in anything published by that day.

Claims of one claimant never disagree: what somebody says later replaces what it said before.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations

from kg.scene import Claim, Gathering, Scene
from kg.standing import HAPPENED, OFF, asserts, by_stage, denies, upheld

KINDS = ("contradiction", "different-denial-target", "divergence", "silence")
_AGAINST = frozenset({"deny", "doubt", "reject", "criticise"})
_REPORTING_DAYS = 1
"""A text of one day tells what was said on that day or the day before, where it does not say when."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two claims (ids) about one gathering and how they stand to each other; reason says why in words.

    one and other are names of the claimants; in a silence, other is who says nothing and other_claim is "". The claims are the
    first pair that disagrees so, pairs how many pairs of claims of these two do.
    """

    kind: str
    meeting: str
    label: str
    one: str
    other: str
    reason: str
    one_claim: str
    other_claim: str
    pairs: int = 1


def disagreements(scene: Scene, gatherings: Iterable[str] | None = None) -> list[Disagreement]:
    """Every disagreement about some gatherings (ids; all by default), contradictions first, in a fixed order."""
    found: dict[tuple[str, str, str, str, str], Disagreement] = {}
    for key in sorted(scene.gatherings if gatherings is None else set(gatherings) & set(scene.gatherings)):
        gathering = scene.gatherings[key]
        claims = sorted(
            upheld(gathering.claims), key=lambda claim: (claim.said, claim.claimant, claim.claim, claim.stage)
        )
        for one, other in combinations(claims, 2):
            # Who is against comes second; of two who are, the one whose name comes later.
            if (_is_against(one), denies(one), one.name) > (_is_against(other), denies(other), other.name):
                one, other = other, one
            if one.claimant == other.claimant or not (verdict := compare(one, other, gathering)):
                continue
            new = _of(verdict, gathering, one, other)
            alike = (new.kind, new.meeting, new.one, new.other, new.reason)
            known = found.get(alike)
            found[alike] = replace(known, pairs=known.pairs + 1) if known else new
        found.update({(d.kind, d.meeting, d.one, d.other, d.reason): d for d in _silences(scene, gathering)})
    rank = {kind: number for number, kind in enumerate(KINDS)}
    return sorted(found.values(), key=lambda d: (rank[d.kind], d.meeting, d.one, d.other, d.reason))


def compare(one: Claim, other: Claim, gathering: Gathering) -> tuple[str, str] | None:
    """The kind of disagreement between two claims of different claimants, and the reason.

    None where they agree or do not touch.
    """
    against = [_is_against(claim) for claim in (one, other)]
    if not any(against):
        return _other_view(one, other)
    for denial, claim in ((one, other), (other, one)):
        if denial.about == claim.claim and denies(denial) != denies(claim):
            if {"existence", "content"}.issuperset(denial.targets):
                return "contradiction", "one says that what the other claims is not so"
            return "divergence", "one denies the other's claim, but not that it is so"
    if all(against):
        if set(one.targets) == set(other.targets) or not one.targets or not other.targets:
            return None
        return "different-denial-target", f"{_words(one.targets)} against {_words(other.targets)}"
    denial, claim = (one, other) if against[0] else (other, one)
    if not (claim.stage or claim.position or claim.evaluation):
        # A remark that takes no stand on any axis stands against nothing.
        return None
    if claim.evaluation and denial.evaluation:
        return _other_view(one, other)
    if not denial.stage and claim.stage in HAPPENED and set(denial.targets) == {"success"}:
        # That talks brought little says nothing against whoever says that they were held.
        return None
    if denies(denial) and denial.stage in OFF and claim.stage and claim.stage not in OFF:
        # That it is not called off agrees with whoever says that it is on.
        return None
    if denies(denial) and denial.stage and denial.stage == claim.stage and asserts(claim):
        if both_ways := [side for side in (claim, denial) if _told_both_ways(side, gathering)]:
            return "divergence", f"{both_ways[0].name} is told to have said {claim.stage}, and not {claim.stage}"
        if _sure(denial) and overlap(denial, claim, gathering):
            return "contradiction", f"{claim.stage}, and not {claim.stage}"
        return "divergence", f"both of {claim.stage}, but of different days or as a possibility"
    if _told_both_ways(claim, gathering):
        # What else that version says stands on the same feet.
        return None
    if denial.stage and claim.stage:
        return (
            "divergence",
            f"{claim.stage} and {'not ' if denies(denial) else 'doubt about '}{denial.stage} may both be true",
        )
    return "divergence", f"{_axis(claim)} and {_axis(denial)} may both be true"


def _other_view(one: Claim, other: Claim) -> tuple[str, str] | None:
    """Where nobody denies or doubts anything: different judgements of it, or different positions on it."""
    if one.evaluation and other.evaluation and one.evaluation != other.evaluation:
        return "divergence", f"one finds it {one.evaluation}, the other {other.evaluation}"
    if one.position and other.position and one.position != other.position:
        return "divergence", f"the position {one.position} and the position {other.position} may both be true"
    return None


def _told_both_ways(claim: Claim, gathering: Gathering) -> bool:
    """Whether texts of one day have the claimant say that the stage is reached, and that it is not."""
    asserted, denied = by_stage(gathering.claims)
    return claim.claimant in asserted.get(claim.stage, ()) and claim.claimant in denied.get(claim.stage, ())


def overlap(denial: Claim, claim: Claim, gathering: Gathering) -> bool:
    """Whether a denial and an assertion of one stage speak of the same time.

    That something took place is denied of all time only once it lies in the past: a denial made before the day of the meeting
    says that it has not been held yet. All other stages pass: two claims on them meet only if they were made on the same
    days.
    """
    if denial.stage in HAPPENED and gathering.latest:
        made = _window(denial)
        return made is None or made[1] >= date.fromisoformat(gathering.latest)
    first, second = _window(denial), _window(claim)
    if first is None or second is None:
        return False
    return first[0] <= second[1] and second[0] <= first[1]


def _window(claim: Claim) -> tuple[date, date] | None:
    """The days on which a claim was made: as its text says, else the day of the text and the day before."""
    published = date.fromisoformat(claim.published) if claim.published else None
    end = date.fromisoformat(claim.made_to) if claim.made_to else published
    start = date.fromisoformat(claim.made_from) if claim.made_from else None
    if end is None:
        return None
    if published is not None and end > published:
        end = published
    return (start or end - timedelta(days=_REPORTING_DAYS), end)


def _is_against(claim: Claim) -> bool:
    return denies(claim) or claim.act in _AGAINST


def _sure(claim: Claim) -> bool:
    return claim.certainty in ("certain", "probable")


def _axis(claim: Claim) -> str:
    if claim.stage:
        return f"{'not ' if denies(claim) else ''}{claim.stage}"
    if claim.position:
        return f"the position {claim.position}"
    if claim.evaluation:
        return f"a {claim.evaluation} judgement"
    if claim.targets:
        return f"{claim.act} ({_words(claim.targets)})"
    return claim.act or "a remark"


def _words(targets: tuple[str, ...]) -> str:
    return ", ".join(sorted(targets)) or "nothing in particular"


def _of(verdict: tuple[str, str], gathering: Gathering, one: Claim, other: Claim) -> Disagreement:
    kind, reason = verdict
    return Disagreement(kind, gathering.id, gathering.label, one.name, other.name, reason, one.claim, other.claim)


def _silences(scene: Scene, gathering: Gathering) -> Iterable[Disagreement]:
    """Principals that are party or mediator and say nothing of a gathering of which another of them speaks."""
    sides: dict[str, bool] = {}
    for seat in gathering.seats:
        if seat.role in ("party", "mediator"):
            sides.update(dict.fromkeys(seat.principals, False))
    voices: dict[str, Claim] = {}
    for claim in gathering.claims:
        for actor in claim.principals:
            if actor in sides:
                sides[actor] = True
                voices.setdefault(actor, claim)
    if not voices:
        return
    speaker, claim = min(voices.items(), key=lambda voice: (voice[1].published, voice[0]))
    for side in sorted(side for side, speaks in sides.items() if not speaks):
        names = scene.names.get(speaker, speaker), scene.names.get(side, side)
        reason = f"{names[1]} has said nothing of it by {scene.as_of}"
        yield Disagreement("silence", gathering.id, gathering.label, names[0], names[1], reason, claim.claim, "")
