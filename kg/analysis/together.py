"""Session truth: were these two in one room? Yes, no, disputed or not stated, session by session, each with its passages.

Only a session puts two into one room, and only where somebody claims it as held or under way and nobody contradicts. A round, a
city or a day never does, but one that did not come about brought nobody together. A principal is present through whoever
represents it in that session. By telephone or video is in one session, too: the label says that it was a call.
"""

from __future__ import annotations

from dataclasses import dataclass

from kg.scene import Gathering, Scene, Seat
from kg.standing import HAPPENED, OFF, asserts, occurrence, upheld

ANSWERS = ("yes", "disputed", "no", "not stated")
"""Over all sessions the answer is the first of these that any gives; but no only where nothing that took place leaves it open."""


@dataclass(frozen=True, slots=True)
class JointSession:
    """What one session or round says of two actors being in one room. earliest and latest are ISO 8601 days, "" where open.

    passages are ids of passages (`kg.evidence`) that name the two there, of_one and of_other those that seat each; claims are ids
    of the claims on its stage. said_by are names of those on whose word a yes rests: who says that it took place, or, where no
    text seats one of the two in its own voice, who alone says that this one was there.
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
    of_one: tuple[str, ...] = ()
    of_other: tuple[str, ...] = ()
    said_by: tuple[str, ...] = ()


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
    return Together(one, other, scene.as_of, _over_all(found), tuple(found))


def _over_all(sessions: list[JointSession]) -> str:
    answers = {session.answer for session in sessions}
    # That one of them stayed away from one session says nothing of another where their presence is open.
    if any(session.answer == "not stated" and session.standing in HAPPENED for session in sessions):
        answers.discard("no")
    return next((answer for answer in ANSWERS if answer in answers), "not stated")


def _seats(gathering: Gathering, actor: str) -> list[Seat]:
    return [seat for seat in gathering.seats if actor == seat.actor or actor in seat.principals]


def _session(scene: Scene, gathering: Gathering, mine: list[Seat], theirs: list[Seat]) -> JointSession:
    answer, reason = _answer(gathering, mine, theirs)
    first, second = (dict.fromkeys(p for seat in seats for p in seat.passages) for seats in (mine, theirs))
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
        tuple({**first, **second}),
        tuple(dict.fromkeys(staged)),
        tuple(first),
        tuple(second),
        _said_by(gathering, mine, theirs) if answer == "yes" else (),
    )


def _said_by(gathering: Gathering, mine: list[Seat], theirs: list[Seat]) -> tuple[str, ...]:
    """Names of those on whose word it rests that both were there: who says that it took place, or who alone seats one of them."""
    alone: set[str] = set()
    for seats in (mine, theirs):
        present = [seat for seat in seats if seat.present]
        if all(seat.claims for seat in present):
            own = {claim for seat in present for claim in seat.claims}
            alone |= {claim.name for claim in gathering.claims if claim.claim in own}
    said = {claim.name for claim in upheld(gathering.claims) if claim.stage in HAPPENED and asserts(claim)}
    return tuple(sorted(alone or said))


def _answer(gathering: Gathering, mine: list[Seat], theirs: list[Seat]) -> tuple[str, str]:
    happened = occurrence(gathering.claims)
    if gathering.kind != "meeting" and happened != "no" and gathering.standing not in OFF:
        return "not stated", "a round, not a session"
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
