"""What becomes of proposals and of denials: the funnel from proposed to held, and whether what was denied was held later.

Days are those on which somebody first says so, as far as the texts tell; a meeting that was held has its own day, where one is
known. Small numbers stay numbers: every share comes with its n.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kg.scene import Claim, Gathering, Scene
from kg.standing import HAPPENED, STANDINGS, asserts, denies

STEPS = ("proposed", "accepted", "scheduled", "held")
_REACHES = {
    "proposed": ("proposed",),
    "accepted": ("accepted", "in-preparation"),
    "scheduled": ("scheduled",),
    "held": HAPPENED,
}


@dataclass(frozen=True, slots=True)
class Course:
    """How far one proposed meeting came: per step the first day (ISO 8601) on which it is said so, "" where nobody does.

    proposers are names; lags are days from the proposal to each later step, None where the step was not reached.
    """

    meeting: str
    label: str
    proposers: tuple[str, ...]
    proposed: str
    accepted: str
    scheduled: str
    held: str
    lags: tuple[int | None, int | None, int | None]
    standing: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many proposals of one proposer reached each step, and the median lag in days to being held (None where none was)."""

    proposer: str
    proposed: int
    accepted: int
    scheduled: int
    held: int
    median_days_to_held: float | None


def courses(scene: Scene) -> list[Course]:
    """Every meeting or round that somebody proposed, oldest proposal first.

    A later step counts also where no text tells of an earlier one.
    """
    found = []
    for gathering in scene.gatherings.values():
        proposing = [claim for claim in gathering.claims if _proposes(claim)]
        if proposing:
            found.append(_course(gathering, proposing))
    return sorted(found, key=lambda course: (course.proposed, course.meeting))


def funnel(scene: Scene) -> list[Funnel]:
    """Proposals by proposer, the most first; "(all)" counts each meeting once."""
    by_proposer: dict[str, list[Course]] = {}
    everything = courses(scene)
    for course in everything:
        for proposer in course.proposers:
            by_proposer.setdefault(proposer, []).append(course)
    rows = [_funnel(proposer, own) for proposer, own in by_proposer.items()]
    rows.sort(key=lambda row: (-row.proposed, row.proposer))
    return [_funnel("(all)", everything), *rows] if everything else []


def _proposes(claim: Claim) -> bool:
    return (claim.act in ("propose", "invite") and not denies(claim)) or (claim.stage == "proposed" and asserts(claim))


def _course(gathering: Gathering, proposing: list[Claim]) -> Course:
    # Who is said to propose, not who only reports that something was proposed.
    proposers = {claim.name for claim in proposing if claim.act in ("propose", "invite")}
    days = dict.fromkeys(STEPS, "")
    for claim in gathering.claims:
        for step, stages in _REACHES.items():
            said = claim.stage in stages and asserts(claim)
            if (said or (step == "proposed" and _proposes(claim))) and claim.said:
                days[step] = min(filter(None, (days[step], claim.said)))
    if days["held"] and gathering.latest:
        days["held"] = gathering.latest
    return Course(
        gathering.id,
        gathering.label,
        tuple(sorted(proposers)),
        days["proposed"],
        days["accepted"],
        days["scheduled"],
        days["held"],
        tuple(_lag(days["proposed"], days[step]) for step in STEPS[1:]),  # type: ignore[arg-type]
        gathering.standing,
        tuple(sorted({claim.claim for claim in proposing})),
    )


def _lag(start: str, end: str) -> int | None:
    if not start or not end or end < start:
        return None
    return (date.fromisoformat(end) - date.fromisoformat(start)).days


def _funnel(proposer: str, own: Iterable[Course]) -> Funnel:
    own = list(own)
    lags = sorted(course.lags[2] for course in own if course.lags[2] is not None)
    middle = len(lags) // 2
    median = None if not lags else (float(lags[middle]) if len(lags) % 2 else (lags[middle - 1] + lags[middle]) / 2)
    accepted, scheduled, held = (sum(bool(getattr(course, step)) for course in own) for step in STEPS[1:])
    return Funnel(proposer, len(own), accepted, scheduled, held, median)


@dataclass(frozen=True, slots=True)
class Denial:
    """What one claimant denies of a meeting on one day, in one or more claims, and what was said of the meeting later.

    later is the most advanced stage that anybody asserts on a later day, with that day and by whom; "" where nobody does.
    """

    meeting: str
    label: str
    claimant: str
    stage: str
    targets: tuple[str, ...]
    said: str
    later: str
    later_on: str
    later_by: str
    claims: tuple[str, ...]
    later_claim: str


@dataclass(frozen=True, slots=True)
class Fate:
    """How many denials there are, and of how many of them the meeting was later said to be held, or the denied stage
    reached."""

    claimant: str
    denials: int
    later_held: int
    denied_stage_reached: int


_RANK = {stage: rank for rank, stage in enumerate(STANDINGS)}


def denials(scene: Scene) -> list[Denial]:
    """Every denial of a stage of a gathering, oldest first, with what became of it."""
    acts: dict[tuple[str, str, str, str], list[Claim]] = {}
    for gathering in scene.gatherings.values():
        for claim in gathering.claims:
            if denies(claim) and claim.stage:
                acts.setdefault((claim.said, gathering.id, claim.name, claim.stage), []).append(claim)
    return [_denial(scene.gatherings[key[1]], acts[key]) for key in sorted(acts)]


def _denial(gathering: Gathering, claims: list[Claim]) -> Denial:
    first = claims[0]
    later = [one for one in gathering.claims if one.stage and asserts(one) and one.said > first.said]
    best = min(later, key=lambda one: (_RANK[one.stage], one.said, one.claim), default=None)
    return Denial(
        gathering.id,
        gathering.label,
        first.name,
        first.stage,
        tuple(sorted({target for claim in claims for target in claim.targets})),
        first.said,
        best.stage if best else "",
        best.said if best else "",
        best.name if best else "",
        tuple(sorted({claim.claim for claim in claims})),
        best.claim if best else "",
    )


def fates(scene: Scene) -> list[Fate]:
    """What became of denials, by claimant, the most first; "(all)" counts every denial once."""
    found = denials(scene)
    by_claimant: dict[str, list[Denial]] = {}
    for denial in found:
        by_claimant.setdefault(denial.claimant, []).append(denial)
    rows = [_fate(claimant, own) for claimant, own in by_claimant.items()]
    rows.sort(key=lambda row: (-row.denials, row.claimant))
    return [_fate("(all)", found), *rows] if found else []


def _fate(claimant: str, own: list[Denial]) -> Fate:
    held = sum(denial.later in HAPPENED for denial in own)
    reached = sum(bool(denial.later) and _RANK[denial.later] <= _RANK[denial.stage] for denial in own)
    return Fate(claimant, len(own), held, reached)
