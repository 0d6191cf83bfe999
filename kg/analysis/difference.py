"""What changed between two days: new meetings, changed standings, new claims, new disagreements.

Identity is that of the whole graph: two reports that are known today to speak of one meeting count as one on both days.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.analysis.disagreement import Disagreement, disagreements
from kg.scene import Claim, Scene


@dataclass(frozen=True, slots=True)
class Changed:
    """A meeting whose standing changed, with the one before and the one after."""

    meeting: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class NewClaim:
    """A claim that is new, with the meeting it is about."""

    meeting: str
    label: str
    claim: Claim


@dataclass(frozen=True, slots=True)
class Difference:
    """What is known on `until` and was not on `since` (days, ISO 8601); everything sorted by id."""

    since: str
    until: str
    new_meetings: tuple[tuple[str, str, str], ...]
    """id, label and standing"""
    changed: tuple[Changed, ...]
    new_claims: tuple[NewClaim, ...]
    new_disagreements: tuple[Disagreement, ...]
    resolved_disagreements: tuple[Disagreement, ...]


def difference(before: Scene, after: Scene) -> Difference:
    """The difference of two scenes of one store, loaded as of two days."""
    new = [key for key in sorted(after.gatherings) if key not in before.gatherings]
    changed = [
        Changed(key, after.gatherings[key].label, before.gatherings[key].standing, after.gatherings[key].standing)
        for key in sorted(after.gatherings)
        if key in before.gatherings and before.gatherings[key].standing != after.gatherings[key].standing
    ]
    known = {(claim.claim, claim.claimant, claim.node) for one in before.gatherings.values() for claim in one.claims}
    claims = [
        NewClaim(key, gathering.label, claim)
        for key, gathering in after.gatherings.items()
        for claim in gathering.claims
        if (claim.claim, claim.claimant, claim.node) not in known
    ]
    claims.sort(key=lambda new: (new.claim.published, new.claim.claim, new.claim.claimant, new.claim.node))
    # What somebody has said nothing of so far is no news.
    earlier, later = (
        {(d.kind, d.meeting, d.one, d.other): d for d in disagreements(scene) if d.kind != "silence"}
        for scene in (before, after)
    )
    return Difference(
        before.as_of,
        after.as_of,
        tuple((key, after.gatherings[key].label, after.gatherings[key].standing) for key in new),
        tuple(changed),
        tuple(claims),
        tuple(later[key] for key in sorted(later.keys() - earlier.keys())),
        tuple(earlier[key] for key in sorted(earlier.keys() - later.keys())),
    )
