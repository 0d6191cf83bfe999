"""The contact gap: for each pair of principals the last direct session, and the days since, as of a day.

Direct: both are parties of one session that somebody claims as held and nobody contradicts, and nobody mediates. Chance
encounters are passed over. Days are bounds, because dates are fuzzy. A round puts nobody into one room, so it closes no gap;
those held since are named beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from kg.analysis.formats import table
from kg.scene import Gathering, Scene
from kg.standing import HAPPENED


@dataclass(frozen=True, slots=True)
class Gap:
    """The last direct session of two principals (IRIs and names), and how many days before `as_of` it was, at least and at
    most.

    last, earliest and latest are those of the session that can have been the latest. Another one can have followed it where its
    days are fuzzy: the last contact was no later than the latest day of any session, and no earlier than the latest first day
    of any, and these bound the days. None where no text bounds any on that side. rounds_since are the labels of rounds of the
    two that were held later and of which no text tells a session.
    """

    one: str
    other: str
    one_name: str
    other_name: str
    sessions: int
    last: str
    label: str
    earliest: str
    latest: str
    days_at_least: int | None
    days_at_most: int | None
    as_of: str
    passages: tuple[str, ...]
    rounds_since: tuple[str, ...] = ()


def contact_gaps(scene: Scene, one: str = "", other: str = "") -> list[Gap]:
    """The gap of every pair of principals that ever met directly, or of those that include one or both of two (IRIs).

    Sorted by the last contact, the most recent first.
    """
    sessions: dict[tuple[str, str], list[Gathering]] = {}
    rounds: dict[tuple[str, str], list[Gathering]] = {}
    for gathering in scene.gatherings.values():
        if gathering.standing not in HAPPENED or gathering.encounter:
            continue
        if scene.as_of and gathering.earliest > scene.as_of:
            continue
        seated = table(gathering)
        if not seated.mediated:
            for pair in combinations(sorted(seated.parties), 2):
                (rounds if gathering.kind == "round" else sessions).setdefault(pair, []).append(gathering)
    gaps = [
        _gap(scene, pair, held, rounds.get(pair, ()))
        for pair, held in sessions.items()
        if (not one or one in pair) and (not other or other in pair)
    ]
    return sorted(gaps, key=lambda gap: (gap.latest or gap.earliest, gap.one, gap.other), reverse=True)


def _gap(scene: Scene, pair: tuple[str, str], held: list[Gathering], rounds: Iterable[Gathering]) -> Gap:
    last = max(held, key=lambda gathering: (gathering.latest or gathering.earliest, gathering.earliest, gathering.id))
    since = [one for one in rounds if last.latest and one.earliest > last.latest]
    passages = [p for seat in last.seats if seat.principals & set(pair) and seat.present for p in seat.passages]
    return Gap(
        pair[0],
        pair[1],
        scene.names.get(pair[0], pair[0]),
        scene.names.get(pair[1], pair[1]),
        len(held),
        last.id,
        last.label,
        last.earliest,
        last.latest,
        _days(max(gathering.latest for gathering in held), scene.as_of),
        _days(max(gathering.earliest for gathering in held), scene.as_of),
        scene.as_of,
        tuple(dict.fromkeys(passages)),
        tuple(one.label for one in sorted(since, key=lambda one: (one.earliest, one.id))),
    )


def _days(day: str, as_of: str) -> int | None:
    if not day or not as_of:
        return None
    return max(0, (date.fromisoformat(as_of) - date.fromisoformat(day)).days)
