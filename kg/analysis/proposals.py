"""What becomes of proposals and of denials: the funnel from proposed to held, and whether what was denied was held later.

Days are those on which somebody first says so, as far as the texts tell; a meeting that was held has its own days, where any
are known, and its lag has bounds where they are fuzzy. A step counts as standings do: where somebody asserts it, does not take
it back, and nobody denies it. Small numbers stay numbers: every share comes with its n.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median

from kg.analysis.ledger import days_said, told_as
from kg.scene import Claim, Gathering, Scene
from kg.standing import HAPPENED, OFF, STANDINGS, asserts, by_stage, denies, upheld

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

    proposers are names; lags are days from the proposal to each later step, None where the step was not reached; that to being
    held is at most so long, and at least `held_at_least`, since the day may be fuzzy. disputed names the steps that somebody
    says are reached and somebody says are not: they count as not reached.
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
    held_at_least: int | None = None
    disputed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many proposals of one proposer reached each step, and the median lag in days to being held (None where none was).

    The median is of the lags at most; `median_at_least` that of the lags at least.
    """

    proposer: str
    proposed: int
    accepted: int
    scheduled: int
    held: int
    median_days_to_held: float | None
    median_at_least: float | None = None


def courses(scene: Scene) -> list[Course]:
    """Every meeting or round that somebody proposed, oldest proposal first.

    A later step counts also where no text tells of an earlier one.
    """
    found = []
    for gathering in scene.gatherings.values():
        proposing = [claim for claim in upheld(gathering.claims) if _proposes(claim)]
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
    disputed: set[str] = set()
    claims = upheld(gathering.claims)
    _, denied = by_stage(claims)
    for claim in claims:
        for step, stages in _REACHES.items():
            said = claim.stage in stages and asserts(claim)
            if said and claim.stage in denied:
                disputed.add(step)
                said = False
            if (said or (step == "proposed" and _proposes(claim))) and claim.said:
                days[step] = min(filter(None, (days[step], claim.said)))
    first = days["held"]
    if days["held"] and gathering.latest:
        first, days["held"] = gathering.earliest, gathering.latest
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
        None if _lag(days["proposed"], days["held"]) is None else _lag(days["proposed"], max(first, days["proposed"])),
        tuple(step for step in STEPS if step in disputed and (step == "proposed" or not days[step])),
    )


def _lag(start: str, end: str) -> int | None:
    if not start or not end or end < start:
        return None
    return (date.fromisoformat(end) - date.fromisoformat(start)).days


def _funnel(proposer: str, own: Iterable[Course]) -> Funnel:
    own = list(own)
    most = [course.lags[2] for course in own if course.lags[2] is not None]
    least = [course.held_at_least for course in own if course.held_at_least is not None]
    accepted, scheduled, held = (sum(bool(getattr(course, step)) for course in own) for step in STEPS[1:])
    medians = [float(median(lags)) if lags else None for lags in (most, least)]
    return Funnel(proposer, len(own), accepted, scheduled, held, *medians)


@dataclass(frozen=True, slots=True)
class Denial:
    """What one claimant denies of a meeting on one day, in one or more claims, and what was said of the meeting later.

    Texts that tell of a denial without its day tell of one of the day before, if there is one. later is the most advanced stage
    that anybody first asserts on a later day, with that day and by whom; "" where nobody does. What is taken back, and what
    anybody denies then or later, does not count. reached says that it is the denied stage or one beyond; that something is
    called off is reached only by that.
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
    reached: bool = False


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
    found = []
    for gathering in scene.gatherings.values():
        said = days_said(gathering.claims)
        by_act: dict[tuple[str, str], list[tuple[str, str, Claim]]] = {}
        for claim in gathering.claims:
            if denies(claim) and claim.stage:
                day = said[told_as(claim)]
                # By name: two texts that quote one unnamed source have no better one.
                by_act.setdefault((claim.name, claim.stage), []).append((day, claim.claim, claim))
        words = _standing_words(gathering, said)
        for told in by_act.values():
            found += [_denial(gathering, day, claims, words) for day, claims in _acts(told, said)]
    return sorted(found, key=lambda denial: (denial.said, denial.meeting, denial.claimant, denial.stage))


def _acts(told: list[tuple[str, str, Claim]], said: dict[tuple[str, ...], str]) -> list[tuple[str, list[Claim]]]:
    """Claims of one claimant on one stage, by the day of each act: who does not say when tells of the day before, too."""
    acts: list[tuple[str, list[Claim]]] = []
    for day, _, claim in sorted(told, key=lambda one: one[:2]):
        undated = not claim.made_to and said[told_as(claim)] == claim.said
        if acts and (day == acts[-1][0] or (undated and _lag(acts[-1][0], day) == 1)):
            acts[-1][1].append(claim)
        else:
            acts.append((day, [claim]))
    return acts


def _denial(gathering: Gathering, day: str, claims: list[Claim], words: list[tuple[str, Claim]]) -> Denial:
    first = claims[0]
    later = [(on, one) for on, one in words if on > day]
    best_on, best = min(later, key=lambda word: (_RANK[word[1].stage], word[0], word[1].claim), default=("", None))
    return Denial(
        gathering.id,
        gathering.label,
        first.name,
        first.stage,
        tuple(sorted({target for claim in claims for target in claim.targets})),
        day,
        best.stage if best else "",
        best_on,
        best.name if best else "",
        tuple(sorted({claim.claim for claim in claims})),
        best.claim if best else "",
        any(_reaches(one.stage, first.stage) for _, one in later),
    )


def _standing_words(gathering: Gathering, said: dict[tuple[str, ...], str]) -> list[tuple[str, Claim]]:
    """What puts it at a stage, with the day on which its claimant first said so.

    Left out is what the claimant takes back, and what anybody then or later says is not so.
    """
    kept = upheld(gathering.claims)
    against = [(claim.stage, said[told_as(claim)]) for claim in kept if denies(claim)]
    first: dict[tuple[str, str], tuple[str, str, Claim]] = {}
    for one in kept:
        if one.stage and asserts(one):
            day, key = said[told_as(one)], (one.name, one.stage)
            if not any(stage == one.stage and on >= day for stage, on in against):
                first[key] = min(
                    first.get(key, (day, one.claim, one)), (day, one.claim, one), key=lambda word: word[:2]
                )
    return [(day, one) for day, _, one in first.values()]


def _reaches(stage: str, denied: str) -> bool:
    if denied in OFF or stage in OFF:
        return stage == denied
    return _RANK[stage] <= _RANK[denied]


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
    reached = sum(denial.reached for denial in own)
    return Fate(claimant, len(own), held, reached)
