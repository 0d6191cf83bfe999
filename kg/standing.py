"""What the claims say of a meeting, read as of a day: its standing, never stored, always derived.

The rule is stated here once and used by everything that draws or answers: a session counts as held where somebody claims so and
nobody contradicts. What one claimant says later replaces what the same claimant said of the same stage before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar

HAPPENED = ("held", "under-way")
"""Stages of what takes or took place."""

AHEAD = ("scheduled", "accepted", "in-preparation", "proposed", "mooted")
"""Stages before it, the most advanced first."""

OFF = ("cancelled", "postponed", "adjourned", "lapsed")

STANDINGS = (*HAPPENED, "disputed", *AHEAD, *OFF, "denied", "mentioned")
"""Every standing that `standing` can give. `denied`: only denials; `mentioned`: no claim puts it at any stage."""

NO_ASSERTION = frozenset({"deny", "doubt", "speculate"})
SURE = frozenset({"certain", "probable"})


@dataclass(frozen=True, slots=True)
class StageClaim:
    """One claim about a meeting, reduced to what its standing depends on (local names of the controlled values).

    claimant is the IRI of who makes it, name its label; published the day of the text and made_to the last day on which it can
    have been said (ISO 8601), "" where none is known.
    """

    claim: str
    node: str
    claimant: str
    name: str
    act: str
    stage: str
    polarity: str
    certainty: str
    published: str
    made_to: str = ""

    @property
    def said(self) -> str:
        """The day on which it was said, as far as anybody knows: as the text says, else that of the text."""
        return min(self.made_to, self.published) if self.made_to and self.published else self.made_to or self.published


_Claim = TypeVar("_Claim", bound=StageClaim)


def asserts(claim: StageClaim) -> bool:
    """Whether the claim says, with at least probability, that its stage is reached. A guess or a denial does not."""
    return claim.polarity == "positive" and claim.act not in NO_ASSERTION and claim.certainty in SURE


def denies(claim: StageClaim) -> bool:
    """Whether the claim says that its stage is not reached."""
    return claim.polarity == "negative"


def upheld(claims: Iterable[_Claim]) -> list[_Claim]:
    """The claims that their claimants did not take back: for each claimant and stage, what it said last, if it said both.

    A claim is taken back where the same claimant on a later day says the opposite of the same stage. Two opposite claims of one
    day both stand: nobody knows which came last.
    """
    claims = list(claims)
    last: dict[tuple[str, str, bool], str] = {}
    for claim in claims:
        if claim.stage and (denies(claim) or asserts(claim)):
            key = claim.claimant, claim.stage, denies(claim)
            last[key] = max(last.get(key, ""), claim.said)
    return [
        claim
        for claim in claims
        if not claim.stage or last.get((claim.claimant, claim.stage, not denies(claim)), "") <= claim.said
    ]


def standing(claims: Iterable[StageClaim]) -> str:
    """Where a meeting stands by all claims about it: one of STANDINGS.

    Held or under way where somebody asserts it and nobody denies that same stage; disputed where somebody asserts a stage and
    anybody denies that same stage, be it the same claimant on the same day. A denial of another stage contradicts nothing
    (divergent is not contradictory).
    """
    asserted, denied = by_stage(claims)
    for stage in (*HAPPENED, *OFF, *AHEAD):
        if stage in asserted:
            return "disputed" if stage in denied else stage
    return "denied" if denied else "mentioned"


def occurrence(claims: Iterable[StageClaim]) -> str:
    """Whether it took place, by those who say that it was held or is under way: "yes", "disputed", "no"; "" where nobody says."""
    asserted, denied = by_stage(claims)
    for stage in HAPPENED:
        if stage in asserted:
            return "disputed" if stage in denied else "yes"
    return "no" if any(stage in denied for stage in HAPPENED) else ""


def by_stage(claims: Iterable[StageClaim]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Stage → who asserts it, and stage → who denies it (IRIs), what was taken back left out.

    Who stands on both sides of a stage is told both ways by texts of one day, as where an outlet drops a "not".
    """
    asserted: dict[str, set[str]] = {}
    denied: dict[str, set[str]] = {}
    for claim in upheld(claims):
        if claim.stage:
            if denies(claim):
                denied.setdefault(claim.stage, set()).add(claim.claimant)
            elif asserts(claim):
                asserted.setdefault(claim.stage, set()).add(claim.claimant)
    return asserted, denied


def contested(claims: Iterable[StageClaim]) -> bool:
    """Whether somebody denies any stage of it that another asserts it is at: proposed, and said not to be in preparation.

    This is no contradiction, both may be true; it is marked beside the standing so that nobody takes a proposal for agreed.
    """
    claims = upheld(claims)
    return any(denies(one) and asserts(other) and one.claimant != other.claimant for one in claims for other in claims)


def parse_standings(words: Collection[str]) -> tuple[str, ...]:
    """Standings as a person names them: "all", or some of STANDINGS. Raises ValueError naming an unknown one."""
    if "all" in words:
        return STANDINGS
    unknown = [word for word in words if word not in STANDINGS]
    if unknown:
        raise ValueError(unknown[0])
    return tuple(word for word in STANDINGS if word in {*words, *HAPPENED})
