"""The annotation scheme: which labels, roles, attributes and relations mean something, and what may fill them.

The tables are the public interface towards annotators; formats know nothing of them. `check` takes what a format read and
keeps what the scheme knows; everything else is reported, with the nearest known name where there is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import TypeVar

from kg.documents import Attribute, Document, Equivalence, Event, Normalisation, Note, Relation, Role
from kg.errors import Finding
from kg.namespaces import SCHEMES

ACTORS = frozenset({"Person", "State", "Organization", "Delegation"})
"""Who can take part in a meeting. A Group only speaks, hears or suffers."""
VOICES = ACTORS | {"Group"}
MENTIONS = VOICES | {"Venue", "Position", "Time", "Proposal", "Topic", "Quantity", "Channel"}

_TABLE = ("Party", "Mediator", "Facilitator", "Host", "Supporter", "Guarantor", "Observer", "Participant", "Excluded")
PARTICIPANT_ROLES: Mapping[str, str] = {name: name.lower() for name in _TABLE}
"""Role label -> value of the scheme `role`."""

_TIME = frozenset({"Time"})
_VENUE = frozenset({"Venue"})
_QUANTITY = frozenset({"Quantity"})
_SUBJECT = frozenset({"Proposal", "Topic"})
_PROCESS_ROLES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(_TABLE, ACTORS),
    "Time": _TIME,
    "PartOf": frozenset({"Round", "Process"}),
    "Result": frozenset({"Outcome"}),
    "Topic": _SUBJECT,
}
_MEETING_ROLES: Mapping[str, frozenset[str]] = {**_PROCESS_ROLES, "Venue": _VENUE}
_EVENT_LABELS = ("Meeting", "Round", "Process", "Claim", "Outcome", "Presence", "Communication", "Incident")
_ANYTHING = frozenset(_EVENT_LABELS) | MENTIONS

ROLES: Mapping[str, Mapping[str, frozenset[str]]] = {
    "Meeting": _MEETING_ROLES,
    "Round": _MEETING_ROLES,
    "Process": _PROCESS_ROLES,
    "Claim": {
        "Speaker": VOICES,
        "OnBehalfOf": ACTORS,
        "Addressee": VOICES,
        "Relay": VOICES,
        "Channel": frozenset({"Channel", "Organization"}),
        "About": _ANYTHING,
        "Time": _TIME,
    },
    "Outcome": {"Party": ACTORS, "Count": _QUANTITY, "Venue": _VENUE, "Time": _TIME},
    "Presence": {"Actor": VOICES, "Venue": _VENUE, "Time": _TIME},
    "Communication": {"From": VOICES, "To": VOICES, "Carrier": VOICES, "Time": _TIME, "Topic": _SUBJECT},
    "Incident": {"Actor": VOICES, "Target": VOICES | _VENUE, "Count": _QUANTITY, "Time": _TIME, "Venue": _VENUE},
}
"""Event label -> role -> labels of what may fill it. Any role may repeat."""

_GATHERINGS = frozenset({"Meeting", "Round"})
ATTRIBUTES: Mapping[str, tuple[str, frozenset[str]]] = {
    "Stage": ("stage", frozenset(_EVENT_LABELS) - {"Claim", "Incident"}),
    "Arity": ("arity", _GATHERINGS),
    "Directness": ("directness", _GATHERINGS | {"Process"}),
    "Mode": ("mode", _GATHERINGS),
    "Level": ("level", _GATHERINGS),
    "Track": ("track", _GATHERINGS),
    "Ordinal": ("ordinal", _GATHERINGS),
    "SpeechAct": ("act", frozenset({"Claim"})),
    "Asserts": ("stage", frozenset({"Claim"})),
    "Certainty": ("certainty", frozenset({"Claim"})),
    "Position": ("position", frozenset({"Claim"})),
    "DenialTarget": ("target", frozenset({"Claim"})),
    "Evaluation": ("evaluation", frozenset({"Claim"})),
    "OutcomeType": ("outcome", frozenset({"Outcome"})),
    "IncidentType": ("incident", frozenset({"Incident"})),
}
"""Attribute -> scheme of its values, labels of the events that may carry it. The flag Negated stands beside them."""

RELATIONS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "Represents": (frozenset({"Person", "Delegation", "Organization"}), frozenset({"State", "Organization", "Person"})),
    "Holds": (frozenset({"Person"}), frozenset({"Position"})),
    "MemberOf": (frozenset({"Person", "State"}), frozenset({"Delegation", "Organization"})),
}
"""Relation -> labels it may start from, labels it may lead to. Coref joins two of any one label."""

_NEVER = frozenset({("MemberOf", "State", "Delegation")})
"""What a relation cannot join though each end alone would do: a state sends a delegation, it is no member of one."""

_Remark = TypeVar("_Remark", Normalisation, Note)

EQUIVALENCES = frozenset({"Equiv", "Coref"})


def check(document: Document) -> tuple[Document, list[Finding]]:
    """The part of a document that the scheme knows, with Coref relations and equivalences as one list of equivalences."""
    return _Check(document).run()


class _Check:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.findings: list[Finding] = []
        self.labels: dict[str, str] = {}
        self.events_of: dict[str, list[str]] = {}
        self.sources: dict[str, str] = {}

    def run(self) -> tuple[Document, list[Finding]]:
        document = self.document
        triggers = {event.trigger for event in document.events}
        mentions = []
        for mention in document.mentions:
            if mention.label in MENTIONS or (mention.label in ROLES and mention.id in triggers):
                mentions.append(mention)
                self.labels[mention.id] = mention.label
            elif mention.label in ROLES:
                found = f"{mention.id} marks a {mention.label}, but no event line makes it one"
                self.lost(mention.line, found, f"write: E1, a tab and {mention.label}:{mention.id}")
            else:
                remedy = nearest(mention.label, [*MENTIONS, *ROLES])
                self.lost(mention.line, f"{mention.id} has the unknown label {mention.label}", remedy)
        events = [event for event in document.events if self.event(event)]
        self.sources = {relation.id: relation.source for relation in document.relations}
        for event in events:
            self.labels[event.id] = event.label
            self.events_of.setdefault(event.trigger, []).append(event.id)
        return (
            replace(
                document,
                mentions=tuple(mentions),
                events=tuple(self.with_known_roles(event) for event in events),
                relations=tuple(r for r in document.relations if r.label != "Coref" and self.relation(r)),
                attributes=tuple(self.attributes()),
                equivalences=tuple(self.equivalences()),
                normalisations=tuple(self.on_events(document.normalisations)),
                notes=tuple(self.on_events(document.notes)),
            ),
            self.findings,
        )

    def event_of(self, target: str) -> str:
        """The event that `target` triggers, where it triggers exactly one; else target itself."""
        events = self.events_of.get(target, ())
        return events[0] if len(events) == 1 else target

    def is_shared(self, target: str) -> bool:
        """Whether target triggers several events, so that it names none of them."""
        return len(self.events_of.get(target, ())) > 1

    def shared(self, who: str, target: str) -> tuple[str, str]:
        """What was found, and the remedy, where somebody refers to such a trigger."""
        return f"{who} names {target}, the trigger of several events", f"name one: {', '.join(self.events_of[target])}"

    def on_events(self, remarks: Iterable[_Remark]) -> Iterable[_Remark]:
        """Notes and normalisations; those of a trigger moved to its event, those of a relation to where it starts."""
        for remark in remarks:
            target = self.event_of(self.sources.get(remark.target, remark.target))
            if self.is_shared(target):
                self.lost(remark.line, *self.shared(remark.id, target))
            elif target in self.labels:
                yield remark._replace(target=target)
            else:
                self.lost(remark.line, f"{remark.id} stands on {remark.target}, which was left out", "mend that first")

    def event(self, event: Event) -> bool:
        if event.label in ROLES:
            return True
        if event.label not in MENTIONS and event.trigger in self.labels:
            self.lost(event.line, f"{event.id} has the unknown label {event.label}", nearest(event.label, ROLES))
        elif event.label in MENTIONS:
            self.lost(
                event.line, f"{event.id}: a {event.label} is a mention, not an event", "mark it with a T line only"
            )
        # Else its trigger has the same unknown label, which was reported already.
        return False

    def with_known_roles(self, event: Event) -> Event:
        allowed = ROLES[event.label]
        roles = tuple(role for role in event.roles if self.role(event, role, allowed))
        if any(role.target in self.events_of for role in roles):
            roles = tuple(role._replace(target=self.event_of(role.target)) for role in roles)
        return event._replace(roles=roles)

    def role(self, event: Event, role: Role, allowed: Mapping[str, frozenset[str]]) -> bool:
        if role.name not in allowed:
            self.lost(event.line, f"{event.id}: a {event.label} has no role {role.name}", nearest(role.name, allowed))
            return False
        label = self.labels.get(role.target)
        if label is None:
            self.lost(
                event.line, f"{event.id}: the role {role.name} names {role.target}, which was left out", "mend it first"
            )
            return False
        if label not in allowed[role.name]:
            found = f"{event.id}: the role {role.name} names {role.target}, a {label}"
            self.lost(event.line, found, f"{role.name} takes {_either(allowed[role.name])}")
            return False
        if self.is_shared(role.target):
            self.lost(event.line, *self.shared(f"{event.id}, role {role.name},", role.target))
            return False
        return True

    def relation(self, relation: Relation) -> bool:
        if relation.label not in RELATIONS:
            found = f"{relation.id} has the unknown label {relation.label}"
            self.lost(relation.line, found, nearest(relation.label, [*RELATIONS, "Coref"]))
            return False
        sources, targets = RELATIONS[relation.label]
        for end, allowed in ((relation.source, sources), (relation.target, targets)):
            label = self.labels.get(end)
            if label is None:
                self.lost(relation.line, f"{relation.id} names {end}, which was left out", "mend it first")
                return False
            if label not in allowed:
                found = f"{relation.id}: {relation.label} cannot join {end}, a {label}"
                self.lost(relation.line, found, f"it leads from {_either(sources)} to {_either(targets)}")
                return False
        ends = relation.label, self.labels[relation.source], self.labels[relation.target]
        if ends in _NEVER:
            found = f"{relation.id}: {relation.label} cannot join a {ends[1]} to a {ends[2]}"
            self.lost(relation.line, found, "use Represents from the delegation to the state")
            return False
        return True

    def attributes(self) -> Iterable[Attribute]:
        """The known attributes. One carrier has one value of each, only the target of a denial may be several things."""
        values: dict[tuple[str, str], str | None] = {}
        for attribute in self.document.attributes:
            if not self.attribute(attribute):
                continue
            key = attribute.target, attribute.label
            if attribute.label != "DenialTarget" and values.setdefault(key, attribute.value) != attribute.value:
                found = f"{attribute.id}: {attribute.target} is already {attribute.label} {values[key]}"
                self.lost(attribute.line, found, "keep one of the two")
                continue
            yield attribute

    def attribute(self, attribute: Attribute) -> bool:
        label = self.labels.get(attribute.target)
        if attribute.label == "Negated":
            if label in ROLES and attribute.value in (None, "true"):
                return True
            found = f"{attribute.id}: Negated is a flag of an event, here it stands on a {label or 'relation'}"
            if label in ROLES:
                found = f"{attribute.id}: Negated is a flag and has no value {attribute.value!r}"
            self.lost(attribute.line, found, "write: Negated E1")
            return False
        if attribute.label not in ATTRIBUTES:
            found = f"{attribute.id} has the unknown label {attribute.label}"
            self.lost(attribute.line, found, nearest(attribute.label, [*ATTRIBUTES, "Negated"]))
            return False
        scheme, carriers = ATTRIBUTES[attribute.label]
        if label is None:
            self.lost(
                attribute.line, f"{attribute.id} stands on {attribute.target}, which was left out", "mend it first"
            )
            return False
        if label not in carriers:
            found = f"{attribute.id}: a {label} has no {attribute.label}"
            self.lost(attribute.line, found, f"{attribute.label} stands on {_either(carriers)}")
            return False
        if attribute.value not in SCHEMES[scheme]:
            value = "no value" if attribute.value is None else f"the unknown value {attribute.value}"
            self.lost(
                attribute.line,
                f"{attribute.id}: {attribute.label} has {value}",
                nearest(attribute.value or "", SCHEMES[scheme]),
            )
            return False
        return True

    def equivalences(self) -> Iterable[Equivalence]:
        groups = [
            Equivalence("Coref", (relation.source, relation.target), relation.line)
            for relation in self.document.relations
            if relation.label == "Coref"
        ]
        for group in (*self.document.equivalences, *groups):
            if group.label not in EQUIVALENCES:
                self.lost(group.line, f"the unknown equivalence {group.label}", nearest(group.label, EQUIVALENCES))
                continue
            known = [self.event_of(member) for member in group.members if member in self.labels]
            known = [member for member in known if not self.is_shared(member)]
            for member in group.members:
                if self.is_shared(member):
                    self.lost(group.line, *self.shared("Coref", member))
                elif member not in self.labels:
                    self.lost(group.line, f"Coref names {member}, which was left out", "mend it first")
            labels = sorted({self.labels[member] for member in known})
            if len(labels) > 1:
                found = f"Coref joins {' and '.join(f'a {label}' for label in labels)}: {', '.join(known)}"
                self.lost(group.line, found, "all mentions of one thing carry one label")
            elif len(known) > 1:
                yield Equivalence("Coref", tuple(known), group.line)

    def lost(self, line: int, found: str, remedy: str) -> None:
        self.findings.append(Finding(self.document.place(line), found, remedy))


def nearest(word: str, known: Iterable[str]) -> str:
    """A remedy for a mistyped name: the nearest known one, or all of them where none is near."""
    names = sorted(known)
    folded = {name.casefold(): name for name in reversed(names)}
    close = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return f"did you mean {folded[close[0]]}?" if close else f"known: {', '.join(names)}"


def _either(labels: Iterable[str]) -> str:
    return " or ".join(sorted(labels)) if len(set(labels)) <= 6 else "an actor, a mention of the scheme or an event"
