"""How alike two texts' words for a meeting are: time, place, principals and format, with a score and its reasons.

The comparison refuses more than it accepts: two nodes of one text are two meetings, since the annotator kept them apart; a
session is never a round; days, places or sides that exclude each other are never one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

_WEIGHTS = {"time": 0.45, "place": 0.20, "principals": 0.35}
_UNKNOWN_PLACE, _UNKNOWN_PRINCIPALS = 0.5, 0.45
_NEWS_DAYS, _BACKGROUND_DAYS, _AHEAD_DAYS, _DISCUSSED_DAYS = 3, 60, 28, 21
_VOICE_MODES = frozenset({"phone", "video", "correspondence"})
_CLOSE = 3
"""Days that a session dated exactly may last."""


class Profile(NamedTuple):
    """What one text says of one meeting or round, reduced to what its identity depends on.

    node is its IRI there; published, earliest and latest are ISO 8601 days, "" where unknown or open; venues are registry
    ids or IRIs of named venues; parties, mediators and others are IRIs of principals at the table by role; people are pairs
    of person and principal ("" where unknown); unknown counts those at the table whose principal nobody knows. stage is
    "happened" where the text or a speaker says that it is held or under way, "ahead" where all that is said of it lies
    before, else "".
    """

    node: str
    kind: str
    document: str
    process: str
    published: str
    earliest: str
    latest: str
    venues: tuple[str, ...]
    parties: tuple[str, ...]
    mediators: tuple[str, ...]
    others: tuple[str, ...]
    people: tuple[tuple[str, str], ...]
    unknown: int
    stage: str
    mode: tuple[str, ...]
    arity: tuple[str, ...]
    directness: tuple[str, ...]
    level: tuple[str, ...]
    ordinal: tuple[str, ...]
    reference: str
    place: str
    """Where its annotation stands, as file:line."""

    @property
    def principals(self) -> frozenset[str]:
        return frozenset((*self.parties, *self.mediators, *self.others))


class Comparison(NamedTuple):
    """How alike two profiles are, from 0 to 1 and a little more, and why; exact where both give the day and the sides.

    conflict says why they cannot be one; then nothing else counts.
    """

    score: float
    reasons: tuple[str, ...]
    exact: bool = False
    conflict: str = ""


class Setting(NamedTuple):
    """What of a profile excludes another one at once: kind, process and format; venues says whether it names any."""

    kind: str
    process: str
    mode: tuple[str, ...]
    venues: bool
    stage: str
    arity: tuple[str, ...]


class When(NamedTuple):
    """What of a profile its likeness in time depends on. published is "" where the text itself gives the days."""

    kind: str
    stage: str
    published: str
    window: Window | None


class Where(NamedTuple):
    """What of a profile its likeness in place depends on."""

    mode: tuple[str, ...]
    venues: tuple[str, ...]


class Whom(NamedTuple):
    """What of a profile its likeness in principals depends on. core are the sides with the mediators."""

    kind: str
    principals: frozenset[str]
    sides: frozenset[str]
    core: frozenset[str]
    unknown: bool


class Manner(NamedTuple):
    """What of a profile small additions and deductions depend on. latest is the last day of what happened, published the day on
    which something still ahead is spoken of."""

    people: tuple[tuple[str, str], ...]
    voice: bool
    arity: tuple[str, ...]
    level: tuple[str, ...]
    directness: tuple[str, ...]
    stage: str
    latest: str
    published: str


class Parts(NamedTuple):
    """A profile cut into what the parts of a comparison depend on; many profiles share each of them (see `kg.candidates`)."""

    setting: Setting
    when: When
    where: Where
    whom: Whom
    manner: Manner


def parts(profile: Profile) -> Parts:
    """Cut a profile into the parts that are compared, each on its own."""
    window = window_of(profile)
    mediators = frozenset(profile.mediators)
    sides = frozenset(profile.parties) - mediators
    happened, ahead = profile.stage == "happened", profile.stage == "ahead"
    return Parts(
        Setting(profile.kind, profile.process, profile.mode, bool(profile.venues), profile.stage, profile.arity),
        When(profile.kind, profile.stage, "" if window and window.said else profile.published, window),
        Where(profile.mode, profile.venues),
        Whom(profile.kind, profile.principals, sides, sides | mediators, profile.unknown > 0),
        Manner(
            profile.people,
            bool(_VOICE_MODES.intersection(profile.mode)),
            profile.arity,
            profile.level,
            profile.directness,
            profile.stage,
            profile.latest if happened else "",
            profile.published if ahead else "",
        ),
    )


def compare(one: Profile, other: Profile, around: Mapping[str, Sequence[str]]) -> Comparison:
    """How alike two profiles are. around gives for a venue the venues that it lies within.

    The score is the weighted sum of how well time, place and principals agree, each between 0 and 1, with small additions and
    deductions for persons, format and level, so that it may pass 1 by a little. It is no probability.
    """
    if one.kind != other.kind:
        return _never("a session is no round")
    if one.document == other.document:
        return _never("one text keeps them apart")
    first, second = parts(one), parts(other)
    if conflict := setting_conflict(first.setting, second.setting):
        return _never(conflict)
    return taken_together(
        compare_times(first.when, second.when),
        compare_places(first.where, second.where, around),
        compare_principals(first.whom, second.whom),
        details(first.manner, second.manner),
    )


def taken_together(
    time: Comparison, place: Comparison, principals: Comparison, additions: Iterable[tuple[float, str]]
) -> Comparison:
    """How alike two profiles are whose settings do not exclude each other, by their likeness part by part."""
    for part in (time, place, principals):
        if part.conflict:
            return part
    reasons = [*time.reasons, *place.reasons, *principals.reasons]
    if nothing_but_time(place.score, principals.score):
        reasons.append("nothing but the time to go by")
    score = weigh(time.score, place.score, principals.score)
    for bonus, reason in additions:
        score += bonus
        reasons.append(reason)
    return Comparison(round(score, 3), tuple(reasons), time.exact and principals.exact)


def weigh(time: Any, place: Any, principals: Any) -> Any:
    """The weighted sum of three scores, numbers or arrays of numbers. One step after the other: the last digit is rounded."""
    score = _WEIGHTS["time"] * time + _WEIGHTS["place"] * place + _WEIGHTS["principals"] * principals
    return score - 0.1 * nothing_but_time(place, principals)


def nothing_but_time(place: Any, principals: Any) -> Any:
    """Whether neither place nor principals are known on both sides, by their scores (numbers or arrays)."""
    return (place == _UNKNOWN_PLACE) & (principals == _UNKNOWN_PRINCIPALS)


def _never(conflict: str) -> Comparison:
    return Comparison(0.0, (), conflict=conflict)


def setting_conflict(one: Setting, other: Setting) -> str:
    """Why two settings cannot be one; "" where they can."""
    if one.kind != other.kind:
        return "a session is no round"
    if one.process and other.process and one.process != other.process:
        return "different processes"
    for voice, room in ((one, other), (other, one)):
        if _VOICE_MODES.intersection(voice.mode) and ("in-person" in room.mode or (room.venues and not room.mode)):
            return "one is a call, the other has a place"
    if {*one.mode} ^ {*other.mode} and "encounter" in {*one.mode} ^ {*other.mode}:
        return "one is a chance contact"
    if one.stage == other.stage == "happened" and one.arity and other.arity and not {*one.arity} & {*other.arity}:
        return f"one is said to be {one.arity[0]}, the other {other.arity[0]}"
    return ""


def compare_times(one: When, other: When) -> Comparison:
    """How alike two times are."""
    first, second = one.window, other.window
    if first is None or second is None:
        return Comparison(0.3, ("no date on one side",))
    start, end = max(first.start, second.start), min(first.end, second.end)
    if start > end:
        apart = (start - end).days
        if first.said and second.said and apart == 1:
            return Comparison(0.6 if one.kind == "Round" else 0.3, ("one day apart",))
        return _never("their days exclude each other")
    if first.said and second.said:
        return _both_dated(one.kind, first, second)
    if not first.said and not second.said:
        apart = abs((date.fromisoformat(one.published) - date.fromisoformat(other.published)).days)
        if one.stage == other.stage == "happened":
            return Comparison(0.6 if apart <= _NEWS_DAYS else 0.2, (f"undated, reported {apart} days apart",))
        score = 0.65 if apart <= _NEWS_DAYS else 0.5 if apart <= _DISCUSSED_DAYS else 0.2
        return Comparison(score, (f"undated, spoken of {apart} days apart",))
    undated, said = (one, second) if second.said else (other, first)
    published = date.fromisoformat(undated.published)
    if undated.stage == "happened":
        fresh = said.days <= _CLOSE and (published - said.end).days <= _NEWS_DAYS
        return Comparison(0.7 if fresh else 0.25, (f"{'just ' if fresh else ''}before {undated.published}",))
    ahead = (said.start - published).days
    score = 0.5 if ahead <= 7 and undated.stage == "ahead" else 0.35 if ahead <= 14 else 0.2
    return Comparison(score, (f"{max(ahead, 0)} days after the other speaks of it",))


def _both_dated(kind: str, first: Window, second: Window) -> Comparison:
    wide, narrow = max(first.days, second.days), min(first.days, second.days)
    if wide <= _CLOSE:
        return Comparison(1.0, ("same day" if wide == 1 else "same days",), exact=True)
    if kind == "Round" and narrow > _CLOSE:
        shared = ((min(first.end, second.end) - max(first.start, second.start)).days + 1) / wide
        return Comparison(max(0.5, shared), ("their days overlap",), exact=shared > 0.6)
    for limit, score in ((10, 0.9), (31, 0.8), (92, 0.6), (366, 0.45)):
        if wide <= limit:
            return Comparison(score, (f"the days of one lie within {wide} of the other",))
    return Comparison(0.3, ("one gives no more than a long time",))


class Window(NamedTuple):
    """Days within which a meeting lies, both included; said is False where they follow from the day of publication alone."""

    start: date
    end: date
    said: bool

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


def window_of(profile: Profile) -> Window | None:
    """The window of a profile. An open end is closed by what is known: what happened lies before publication."""
    published = date.fromisoformat(profile.published) if profile.published else None
    start = date.fromisoformat(profile.earliest) if profile.earliest else None
    end = date.fromisoformat(profile.latest) if profile.latest else None
    if start and not end:
        end = published if published and profile.stage == "happened" else start + timedelta(days=_BACKGROUND_DAYS)
    if end and not start:
        start = end - timedelta(days=_BACKGROUND_DAYS)
    if start and end:
        return Window(start, max(start, end), True)
    if published is None:
        return None
    if profile.stage == "happened":
        return Window(published - timedelta(days=_BACKGROUND_DAYS), published, False)
    return Window(published - timedelta(days=_NEWS_DAYS), published + timedelta(days=_AHEAD_DAYS), False)


def compare_places(one: Where, other: Where, around: Mapping[str, Sequence[str]]) -> Comparison:
    """How alike two places are."""
    if _VOICE_MODES.intersection(one.mode) and _VOICE_MODES.intersection(other.mode):
        return Comparison(1.0, ("both calls",))
    if not one.venues or not other.venues:
        return Comparison(_UNKNOWN_PLACE, ("no place on one side",))
    if {*one.venues} & {*other.venues}:
        return Comparison(1.0, ("same place",))
    for inner, outer in ((one, other), (other, one)):
        if any(venue in around.get(place, ()) for place in inner.venues for venue in outer.venues):
            return Comparison(0.9, ("one place lies within the other",))
    return _never("different places")


def compare_principals(one: Whom, other: Whom) -> Comparison:
    """How alike those at two tables are."""
    first, second = one.principals, other.principals
    if not first or not second:
        return Comparison(_UNKNOWN_PRINCIPALS, ("principals unknown on one side",))
    if first == second:
        return Comparison(1.0 if len(first) > 1 else 0.7, ("same principals",), exact=len(first) > 1)
    shared = first & second
    if not shared:
        return _never("no principal in common")
    sides, theirs = one.sides, other.sides
    if sides == theirs and len(sides) > 1:
        return Comparison(0.85, ("same parties",), exact=True)
    if one.core == other.core and len(one.core) > 1:
        # Who else was there is told by one text and left out by the other.
        return Comparison(0.8, ("same parties and mediators",), exact=True)
    if sides - second and theirs - first:
        return _never("each has a party that is not at the other")
    smaller = min(first, second, key=len)
    if shared == smaller:
        open_seats = one.unknown if first == smaller else other.unknown
        if len(smaller) == 1:
            # One side of a meeting tells little; of a round, which goes on beside others in one town, hardly anything.
            return Comparison(0.15 if one.kind == "Round" else 0.5, ("the only principal named is at both",))
        return Comparison(0.6 if open_seats else 0.1, ("all principals of one are at the other",))
    # Groupings ("Europe") and their states are told one for the other, so that different others exclude nothing.
    return Comparison(0.25, ("some principals in common",))


def details(one: Manner, other: Manner) -> Iterable[tuple[float, str]]:
    """Additions to the score and deductions from it, with their reasons."""
    people, theirs = {person for person, _ in one.people}, {person for person, _ in other.people}
    if people & theirs:
        yield 0.1, "a person in common"
    else:
        sides = {principal for _, principal in one.people} & {principal for _, principal in other.people}
        if sides - {""}:
            yield -0.2, "other persons for the same principal"
    if one.voice != other.voice:
        yield -0.15, "only one is said to be a call"
    if one.arity and other.arity:
        yield (0.05, "same arity") if {*one.arity} & {*other.arity} else (-0.2, "different arity")
    if one.level and other.level and not {*one.level} & {*other.level}:
        yield -0.15, "different level"
    if one.directness and other.directness and not {*one.directness} & {*other.directness}:
        yield -0.1, "different directness"
    if {one.stage, other.stage} == {"happened", "ahead"}:
        held, ahead = (one, other) if one.stage == "happened" else (other, one)
        if held.latest and ahead.published and ahead.published > held.latest:
            yield -0.3, "still ahead when the other was over"
        else:
            yield -0.05, "only one is said to have happened"


def blocks(profile: Profile) -> Iterable[tuple[str, str, str, str]]:
    """Keys under which a profile is compared with others: kind, process, a month in which it may be, one principal.

    Two that share no key are never compared. A profile without principals stands under the key of none of them and of all.
    """
    window = window_of(profile)
    months = [""] if window is None else _months(window.start, window.end)
    for month in months:
        for principal in sorted(profile.principals) or [""]:
            yield profile.kind, profile.process, month, principal


def _months(start: date, end: date) -> list[str]:
    """The months of an interval; of a longer one than a year the last twelve."""
    found: list[str] = []
    year, month = end.year, end.month
    while (year, month) >= (start.year, start.month) and len(found) < 12:
        found.append(f"{year:04}-{month:02}")
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return found
