"""What the claims say of a meeting, read as of a day: its standing, never stored, always derived.

The rule is stated here once and used by every view: a session counts as held where somebody claims so and nobody contradicts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

HAPPENED = ("held", "under-way")
"""Stages of what takes or took place."""

AHEAD = ("scheduled", "accepted", "in-preparation", "proposed", "mooted")
"""Stages before it, the most advanced first."""

OFF = ("cancelled", "postponed", "adjourned", "lapsed")

STANDINGS = (*HAPPENED, "disputed", *AHEAD, *OFF, "denied", "mentioned")
"""Every standing that `standing` can give. `denied`: only denials; `mentioned`: no claim puts it at any stage."""

_NO_ASSERTION = frozenset({"deny", "doubt", "speculate"})
_SURE = frozenset({"certain", "probable"})


@dataclass(frozen=True, slots=True)
class StageClaim:
    """One claim about a meeting, reduced to what its standing depends on (local names of the controlled values)."""

    claim: str
    node: str
    claimant: str
    name: str
    act: str
    stage: str
    polarity: str
    certainty: str
    published: str


def asserts(claim: StageClaim) -> bool:
    """Whether the claim says, with at least probability, that its stage is reached. A guess or a denial does not."""
    return claim.polarity == "positive" and claim.act not in _NO_ASSERTION and claim.certainty in _SURE


def denies(claim: StageClaim) -> bool:
    """Whether the claim says that its stage is not reached."""
    return claim.polarity == "negative"


def standing(claims: Iterable[StageClaim]) -> str:
    """Where a meeting stands by all claims about it: one of STANDINGS.

    Held or under way where somebody asserts it and nobody denies that same stage; disputed where somebody asserts a stage and
    somebody else denies that same stage. A denial of another stage contradicts nothing (divergent is not contradictory).
    """
    asserted: dict[str, set[str]] = {}
    denied: dict[str, set[str]] = {}
    for claim in claims:
        if claim.stage:
            if denies(claim):
                denied.setdefault(claim.stage, set()).add(claim.claimant)
            elif asserts(claim):
                asserted.setdefault(claim.stage, set()).add(claim.claimant)
    for stages in (HAPPENED, OFF, AHEAD):
        for stage in stages:
            if stage in asserted:
                return "disputed" if denied.get(stage, set()) - asserted[stage] else stage
    return "denied" if denied else "mentioned"


def contested(claims: Iterable[StageClaim]) -> bool:
    """Whether somebody denies any stage of it that another asserts it is at: proposed, and said not to be in preparation.

    This is no contradiction, both may be true; it is marked beside the standing so that nobody takes a proposal for agreed.
    """
    claims = list(claims)
    return any(denies(one) and asserts(other) and one.claimant != other.claimant for one in claims for other in claims)


@dataclass(frozen=True, slots=True)
class Policy:
    """Which sessions a view counts. standings are those drawn; what is drawn but not held stays marked as what it is."""

    standings: tuple[str, ...] = HAPPENED
    as_of: str = ""
    since: str = ""
    until: str = ""
    rounds: bool = False
    level: str = "principal"

    def describe(self, edge: str = "An edge is co-presence in one session", rounds: str = "") -> str:
        """The policy in words, to stand beside every picture. edge says what one is; rounds, what they do if not as usual."""
        if set(self.standings) <= set(HAPPENED):
            counted = "sessions that somebody claims as held or under way and nobody contradicts"
        else:
            counted = f"sessions that stand as {', '.join(self.standings)}; only held and under way were talks"
        parts = [f"{edge}. Counted: {counted}"]
        drawn = "rounds are drawn as nodes, they put nobody into one room" if self.rounds else "rounds are not drawn"
        parts.append(rounds or drawn)
        parts.append({"principal": "actors are principals", "person": "actors are those at the table"}[self.level])
        if self.since or self.until:
            parts.append(f"event time {self.since or '…'} to {self.until or '…'}")
        if self.as_of:
            parts.append(f"as published on or before {self.as_of}")
        return "; ".join(parts) + "."


def parse_standings(words: Collection[str]) -> tuple[str, ...]:
    """Standings as a person names them: "all", or some of STANDINGS. Raises ValueError naming an unknown one."""
    if "all" in words:
        return STANDINGS
    unknown = [word for word in words if word not in STANDINGS]
    if unknown:
        raise ValueError(unknown[0])
    return tuple(word for word in STANDINGS if word in {*words, *HAPPENED})
