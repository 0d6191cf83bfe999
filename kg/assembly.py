"""Marks and arrows → events, for tools that have no events.

Where a tool knows only marks and arrows between them, a mark with the label of an event is its trigger, and an arrow that
starts there and is named like one of its roles fills that role. Everything else stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import replace

from kg.documents import Document, Event, Relation, Role
from kg.scheme import ROLES

_ROLE = re.compile(r"(.*?[^0-9])([0-9]{0,9})\Z")


def assemble(document: Document) -> Document:
    """The document with events where marks are labelled as such; the same document where there are none."""
    triggers = {event.trigger for event in document.events}
    taken = {event.id for event in document.events}
    events = {event.id: event for event in document.events}
    event_of: dict[str, str] = {}
    for mention in document.mentions:
        if mention.label in ROLES and mention.id not in triggers:
            number = mention.id[1:] if mention.id[1:].isdigit() else f"{len(events) + 1}"
            identifier = f"E{number}"
            while identifier in taken:
                identifier += "x"
            taken.add(identifier)
            events[identifier] = Event(identifier, mention.label, mention.id, (), mention.line)
            event_of[mention.id] = identifier
    if not event_of and not any(relation.source in events for relation in document.relations):
        return document
    relations: list[Relation] = []
    roles: dict[str, list[Role]] = {}
    for relation in document.relations:
        source, target = event_of.get(relation.source, relation.source), event_of.get(relation.target, relation.target)
        match = _ROLE.match(relation.label)
        if match is not None and source in events and match[1] in ROLES.get(events[source].label, ()):
            roles.setdefault(source, []).append(Role(match[1], int(match[2] or 1), target))
        else:
            relations.append(relation._replace(source=source, target=target))
    return replace(
        document,
        events=tuple(
            event._replace(
                roles=(
                    *(role._replace(target=event_of.get(role.target, role.target)) for role in event.roles),
                    *roles.get(event.id, ()),
                )
            )
            for event in events.values()
        ),
        relations=tuple(relations),
        attributes=tuple(a._replace(target=event_of.get(a.target, a.target)) for a in document.attributes),
        normalisations=tuple(n._replace(target=event_of.get(n.target, n.target)) for n in document.normalisations),
        notes=tuple(n._replace(target=event_of.get(n.target, n.target)) for n in document.notes),
        equivalences=tuple(
            e._replace(members=tuple(event_of.get(member, member) for member in e.members))
            for e in document.equivalences
        ),
    )
