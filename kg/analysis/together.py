"""Session truth: were these two in one room? Yes, no, disputed or not stated, session by session, each with its passages.

Only a session puts two into one room, and only where somebody claims it as held or under way and nobody contradicts. A round, a
city or a day never does. A principal is present through whoever represents it in that session.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.scene import Gathering, Scene, Seat
from kg.standing import OFF, occurrence

ANSWERS = ("yes", "disputed", "no", "not stated")
"""From the strongest on: the answer over all sessions is the first of these that any session gives."""


@dataclass(frozen=True, slots=True)
class JointSession:
    """What one session or round says of two actors being in one room. earliest and latest are ISO 8601 days, "" where open.

    passages are ids of passages (`kg.evidence`) that name the two there, claims ids of the claims on its stage.
    """

    answer: str
    reason: str
    gathering: str
    label: str
    kind: str
    standing: str
    earliest: str
    latest: str
    venue: str
    passages: tuple[str, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Together:
    """The answer for two actors (IRIs) as of a day, and every gathering that says something of it, the latest first."""

    one: str
    other: str
    as_of: str
    answer: str
    sessions: tuple[JointSession, ...]


def together(scene: Scene, one: str, other: str) -> Together:
    """Whether two persons, delegations or principals (IRIs) sat in one room, by all published up to the day of the scene."""
    found = []
    for gathering in scene.gatherings.values():
        mine, theirs = _seats(gathering, one), _seats(gathering, other)
        # One seat for both, as of a delegation of two states, or of a person and whom it acts for, is no meeting of the two.
        shared = {seat.participation for seat in mine} & {seat.participation for seat in theirs}
        mine, theirs = ([seat for seat in seats if seat.participation not in shared] for seats in (mine, theirs))
        if mine and theirs:
            found.append(_session(scene, gathering, mine, theirs))
    found.sort(key=lambda session: (session.latest or session.earliest, session.gathering), reverse=True)
    answers = {session.answer for session in found}
    answer = next((answer for answer in ANSWERS if answer in answers), "not stated")
    return Together(one, other, scene.as_of, answer, tuple(found))


def _seats(gathering: Gathering, actor: str) -> list[Seat]:
    return [seat for seat in gathering.seats if actor == seat.actor or actor in seat.principals]


def _session(scene: Scene, gathering: Gathering, mine: list[Seat], theirs: list[Seat]) -> JointSession:
    answer, reason = _answer(gathering, mine, theirs)
    passages = [passage for seat in (*mine, *theirs) for passage in seat.passages]
    staged = [claim.claim for claim in gathering.claims if claim.stage]
    return JointSession(
        answer,
        reason,
        gathering.id,
        gathering.label,
        gathering.kind,
        gathering.standing,
        gathering.earliest,
        gathering.latest,
        scene.where(gathering),
        tuple(dict.fromkeys(passages)),
        tuple(dict.fromkeys(staged)),
    )


def _answer(gathering: Gathering, mine: list[Seat], theirs: list[Seat]) -> tuple[str, str]:
    if gathering.kind != "meeting":
        return "not stated", "a round, not a session"
    happened = occurrence(gathering.claims)
    if happened == "yes":
        there = {_there(mine), _there(theirs)}
        if there == {"yes"}:
            return "yes", "in one session"
        if "no" in there:
            return "no", "one of them is said to have been absent"
        if "disputed" in there:
            return "disputed", "one of them is said to have been there, and said to have been absent"
        return "not stated", "one of them only gave the place, the logistics or a promise, or may have been there"
    if happened == "disputed":
        return "disputed", "said to be held, and said not to be"
    if happened == "no":
        return "no", "said not to have been held"
    if gathering.standing in OFF:
        return "no", f"said to be {gathering.standing}"
    return "not stated", "nobody says that it was held"


def _there(seats: list[Seat]) -> str:
    """Whether an actor was there, by its seats: yes, no, disputed or "". A principal is there if anybody is who acts for it."""
    present = {seat.actor for seat in seats if seat.present}
    away = {seat.actor for seat in seats if (seat.role == "excluded" and seat.word == "said") or seat.word == "denied"}
    if present - away:
        return "yes"
    return "disputed" if present else "no" if away else ""
