"""Meetings recalled by their place alone: "the talks in Geneva", "the Anchorage summit".

Who says neither when it was nor who met whom takes it that readers know: the only one there, so far. So such a mention is joined
with the one meeting of its process that is known to have taken place there in the year before. Where there were two, or none, it
is joined with nothing. Who tells both sides may well tell news, of another meeting in that place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from kg.likeness import Profile, compare_places, compare_principals, parts, setting_conflict, window_of

RULE = "only-one-there"
REASON = "the only one known to have taken place there in the year before"
_MEMORY = timedelta(days=366)

Group = Sequence[Profile]
"""Profiles that are one meeting so far."""


def recalled(
    groups: Iterable[Group], around: Mapping[str, Sequence[str]], kept_apart: Callable[[Profile, Profile], bool]
) -> Iterator[tuple[Profile, Profile]]:
    """Pairs of a profile that recalls a meeting and one that gives its day, for each group that recalls just one.

    around gives for a venue the venues that it lies within; kept_apart says whether the groups of two profiles must not come
    together for another reason. It is asked when the pair before has been dealt with, so that joins may be made on the way.
    """
    vague: list[list[Profile]] = []
    dated: dict[tuple[str, str, str], dict[str, list[Profile]]] = {}
    for group in groups:
        members = sorted(group)
        if all(recalls(member) for member in members):
            vague.append(members)
        elif any(_tells_day(member) for member in members):
            for key in _shelves(members, around):
                dated.setdefault(key, {})[members[0].node] = members
    for members in sorted(vague):
        found: dict[str, list[Profile]] = {}
        for key in _shelves(members, around):
            for name, other in dated.get(key, {}).items():
                if name not in found and _fits(members, other, around) and not kept_apart(members[0], other[0]):
                    found[name] = other
            if len(found) > 1:
                break
        if len(found) == 1 and any(_says_where(member, around) for member in members):
            (other,) = found.values()
            yield members[0], next(member for member in other if _tells_day(member))


def recalls(profile: Profile) -> bool:
    """Whether it says that it happened and where, but neither a day nor two sides."""
    if profile.stage != "happened" or not profile.venues or len(profile.principals) > 1:
        return False
    window = window_of(profile)
    return window is not None and not window.said


def _says_where(profile: Profile, around: Mapping[str, Sequence[str]]) -> bool:
    """Whether it names more than a country: "the talks in Türkiye" may be any."""
    return any(around.get(venue) for venue in profile.venues)


def _tells_day(profile: Profile) -> bool:
    return profile.stage == "happened" and (window := window_of(profile)) is not None and window.said


def _shelves(members: Group, around: Mapping[str, Sequence[str]]) -> list[tuple[str, str, str]]:
    """Kind, process and each place that the members name or that it lies within."""
    places = {place for member in members for place in places_of(member, around)}
    return [(members[0].kind, members[0].process, place) for place in sorted(places)]


def _fits(mention: Group, other: Group, around: Mapping[str, Sequence[str]]) -> bool:
    """Whether the other meeting lies in the year before the mention, there, and nothing but days keeps the two apart."""
    published = min(date.fromisoformat(member.published) for member in mention)
    windows = [window for member in other if _tells_day(member) and (window := window_of(member))]
    end, start = min(window.end for window in windows), max(window.start for window in windows)
    return (
        start <= published
        and published - _MEMORY <= end
        and any(
            {*places_of(a, around)} & {*b.venues} or {*a.venues} & {*places_of(b, around)}
            for a in mention
            for b in other
        )
        and not any(_excluded(a, b, around) for a in mention for b in other)
    )


def places_of(profile: Profile, around: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for venue in profile.venues:
        yield venue
        yield from around.get(venue, ())


def _excluded(one: Profile, other: Profile, around: Mapping[str, Sequence[str]]) -> bool:
    """Whether anything but their days keeps two profiles apart."""
    if one.document == other.document:
        return True
    first, second = parts(one), parts(other)
    return bool(
        setting_conflict(first.setting, second.setting)
        or compare_places(first.where, second.where, around).conflict
        or compare_principals(first.whom, second.whom).conflict
    )
