"""What belongs together by links, and which actor stands for those that a person decided to be one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def grouped(links: Iterable[Iterable[str]]) -> dict[str, set[str]]:
    """Each thing that is linked, with all that belong together with it, itself among them."""
    groups: dict[str, set[str]] = {}
    for link in links:
        together = set[str]().union(*(groups.get(one, {one}) for one in link))
        groups.update(dict.fromkeys(together, together))
    return groups


def as_one(links: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Actor → the one it was decided to be: an entry of the registry where there is one, else the first by IRI."""
    groups = grouped(links)
    return {actor: min(group, key=lambda iri: ("/actor/name/" in iri, iri)) for actor, group in groups.items()}


def called(same: Mapping[str, str], names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What those are called that several actors were decided to be: as they are themselves, else as the first by IRI of the
    others; of several names the first by alphabet.

    names are pairs of one of these actors and a name.
    """
    first: dict[str, tuple[bool, str, str]] = {}
    for actor, name in names:
        one = same[actor]
        found = (actor != one, actor, name)
        first[one] = min(first.get(one, found), found)
    return {one: name for one, (*_, name) in first.items()}
