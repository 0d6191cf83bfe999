"""What one text leaves for conclusions about identity, which are drawn when all texts have been read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kg.likeness import Profile


class Proposed(NamedTuple):
    """What one text says of one proposal: its node, all its wordings, where it belongs, which known proposal it refers to."""

    node: str
    words: tuple[str, ...]
    process: str
    published: str
    reference: str
    place: str


class Named(NamedTuple):
    """An actor that no registry has: its node, kind (person, state or organization) and name."""

    node: str
    kind: str
    name: str


@dataclass(slots=True)
class Leads:
    """What texts leave for conclusions about identity.

    Profiles of meetings and rounds, proposals, names that no registry has, and further events (node → local id) that refer to
    something known.
    """

    profiles: list[Profile] = field(default_factory=list)
    proposals: list[Proposed] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)
    references: dict[str, str] = field(default_factory=dict)

    def add(self, other: Leads) -> None:
        """Take in what another text leaves."""
        self.profiles += other.profiles
        self.proposals += other.proposals
        self.named += other.named
        self.references.update(other.references)

    def to_json(self) -> list[Any]:
        """The same as values that JSON can carry."""
        return [self.profiles, self.proposals, self.named, self.references]

    @classmethod
    def from_json(cls, values: list[Any]) -> Leads:
        """What `to_json` gave, after a way through JSON."""
        profiles, proposals, named, references = values
        return cls(
            [Profile._make(map(frozen, one)) for one in profiles],
            [Proposed._make(map(frozen, one)) for one in proposals],
            [Named._make(one) for one in named],
            references,
        )


def frozen(value: Any) -> Any:
    """Lists as the tuples they were."""
    return tuple([frozen(one) if one.__class__ is list else one for one in value]) if value.__class__ is list else value
