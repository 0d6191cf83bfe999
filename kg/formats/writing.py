"""What a writer of a format is, and what all writers share: numbered ids, and events told from the marks that trigger them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from kg.documents import Document
from kg.errors import Finding


class Written(NamedTuple):
    """The files that a document became, by ending, and what the format has no place for."""

    files: Mapping[str, bytes]
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class Writer:
    """One format that can be written."""

    name: str
    title: str
    write: Callable[[Document], Written]


def numbered(document: Document) -> Document:
    """The document with ids that every format can write: T, E, R, A, N, # and a number, in the order of the document."""
    kinds: tuple[tuple[str, list[str]], ...] = (
        ("T", [one.id for one in document.mentions]),
        ("E", [one.id for one in document.events]),
        ("R", [one.id for one in document.relations]),
        ("A", [one.id for one in document.attributes]),
        ("N", [one.id for one in document.normalisations]),
        ("#", [one.id for one in document.notes]),
    )
    new = {own: f"{prefix}{number}" for prefix, listed in kinds for number, own in enumerate(listed, 1)}
    return replace(
        document,
        mentions=tuple(m._replace(id=new[m.id]) for m in document.mentions),
        events=tuple(
            e._replace(
                id=new[e.id],
                trigger=new[e.trigger],
                roles=tuple(role._replace(target=new[role.target]) for role in e.roles),
            )
            for e in document.events
        ),
        relations=tuple(
            r._replace(id=new[r.id], source=new[r.source], target=new[r.target]) for r in document.relations
        ),
        attributes=tuple(a._replace(id=new[a.id], target=new[a.target]) for a in document.attributes),
        normalisations=tuple(n._replace(id=new[n.id], target=new[n.target]) for n in document.normalisations),
        notes=tuple(n._replace(id=new[n.id], target=new[n.target]) for n in document.notes),
        equivalences=tuple(e._replace(members=tuple(new[m] for m in e.members)) for e in document.equivalences),
    )


def without_place(document: Document, what: str, number: int, where: str) -> list[Finding]:
    """A finding for what a format cannot hold; none where there is nothing."""
    if not number:
        return []
    return [Finding(document.id, f"{number} {what} are left out: {where} has no place for them", lost=True)]


def pairs(document: Document) -> list[tuple[str, str, str]]:
    """Equivalences as links from one member to the next, for formats that have no groups."""
    return [
        ("Coref" if group.label == "Equiv" else group.label, one, other)
        for group in document.equivalences
        for one, other in zip(group.members, group.members[1:], strict=False)
    ]
