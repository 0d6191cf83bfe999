"""Which node each mention and each event of one text stands for.

Mentions joined by coreference are one node. An actor or venue is looked up in the registry; what is in no registry gets a
node of its own, shared between texts where it has a name, kept within its text where it is only described ("the Kremlin
aide", "Ukrainian teams"). IRIs derive from the document, its offsets and the registry alone, never from an order of reading.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from kg.documents import Document, Equivalence, Event, Mention, Normalisation, Span
from kg.errors import Finding
from kg.names import normalise
from kg.namespaces import WIKIDATA
from kg.passages import span_id
from kg.registry import Entry, Registry
from kg.scheme import VOICES, nearest
from kg.terms import slug

_NAMED = {"Person": "person", "State": "state", "Organization": "organization", "Venue": "venue"}


class Node(NamedTuple):
    """One thing a text speaks of. iri has no brackets; identified is a value of the scheme `identification`."""

    iri: str
    label: str
    """Label of the annotation scheme: Person, Venue, Time …"""
    words: str
    """A name for it: of the registry where it has an entry, else the words of its fullest mention."""
    mentions: tuple[Mention, ...]
    identified: str = ""
    entry: Entry | None = None
    wikidata: str = ""


@dataclass(frozen=True, slots=True)
class EventNode:
    """One event of a text with every place that mentions it, in the order of the text."""

    iri: str
    label: str
    events: tuple[Event, ...]


def group(ids: Iterable[str], equivalences: Iterable[Equivalence]) -> list[list[str]]:
    """Ids joined by equivalences, transitively; ids and groups in the order given."""
    root: dict[str, str] = {}

    def find(member: str) -> str:
        while (parent := root.get(member, member)) != member:
            member = parent
        return member

    ids = list(ids)
    rank = {member: position for position, member in enumerate(ids)}
    for equivalence in equivalences:
        members = [member for member in equivalence.members if member in rank]
        for member in members[1:]:
            one, other = sorted((find(members[0]), find(member)), key=rank.__getitem__)
            root[other] = one
    if not root:
        return [[member] for member in ids]
    groups: dict[str, list[str]] = {}
    for member in ids:
        groups.setdefault(find(member), []).append(member)
    return list(groups.values())


def mention_nodes(document: Document, registry: Registry, base: str) -> tuple[dict[str, Node], list[Finding]]:
    """The node of every mention that triggers no event, by mention id. Takes a document that the scheme has checked."""
    resolver = _Resolver(document, registry, base)
    triggers = {event.trigger for event in document.events}
    by_id = {mention.id: mention for mention in sorted(document.mentions, key=_in_text) if mention.id not in triggers}
    found: dict[str, Node] = {}
    iri_of: dict[str, str] = {}
    for members in group(by_id, document.equivalences):
        node = resolver.node([by_id[member] for member in members])
        for member in members:
            iri_of[member] = node.iri
        # Groups that no coreference joins may still mean one entry: "Moscow" here, "Russia" there.
        if (known := found.get(node.iri)) is not None:
            node = known._replace(mentions=(*known.mentions, *node.mentions))
        found[node.iri] = node
    return {member: found[iri] for member, iri in iri_of.items()}, resolver.findings


def event_nodes(document: Document, base: str) -> list[EventNode]:
    """The events of a text in its order; Meetings and the like joined by coreference are one, Claims stay apart.

    Two claims in one act of speech assert two things, so that joining them would mix what belongs to which.
    """
    spans = {mention.id: mention.spans for mention in document.mentions}
    in_text = sorted(document.events, key=lambda event: (spans[event.trigger], event.label, event.id))
    by_id = {event.id: event for event in in_text}
    claims = {event.id for event in document.events if event.label == "Claim"}
    joins = [e for e in document.equivalences if not claims.intersection(e.members)]
    home = f"{base}document/{slug(document.id)}"
    on_trigger: dict[str, list[list[Event]]] = {}
    for ids in group(by_id, joins):
        first = by_id[ids[0]]
        iri = f"{home}/{first.label.lower()}/{span_id(spans[first.trigger])}"
        on_trigger.setdefault(iri, []).append([by_id[member] for member in ids])
    nodes = []
    for iri, rivals in on_trigger.items():
        if len(rivals) > 1:
            # Several events share a trigger: what they say decides their order, so that no numbering of a tool does.
            contents = _contents(document, spans)
            rivals.sort(key=lambda members: [contents[event.id] for event in members])
        for rank, members in enumerate(rivals, 1):
            nodes.append(EventNode(iri if rank == 1 else f"{iri}/{rank}", members[0].label, tuple(members)))
    return nodes


def _contents(document: Document, spans: dict[str, tuple[Span, ...]]) -> dict[str, tuple[Hashable, ...]]:
    """What each event says, as a value that compares alike whatever ids a tool gave: label, span, attributes, roles."""
    attributes: dict[str, list[tuple[str, str]]] = {}
    for attribute in document.attributes:
        attributes.setdefault(attribute.target, []).append((attribute.label, attribute.value or ""))
    triggers = {event.id: spans[event.trigger] for event in document.events}
    own = {
        event.id: (event.label, triggers[event.id], tuple(sorted(attributes.get(event.id, ()))))
        for event in document.events
    }
    return {
        event.id: (
            own[event.id],
            tuple(
                sorted((role.name, own.get(role.target, ("", spans.get(role.target, ()), ()))) for role in event.roles)
            ),
        )
        for event in document.events
    }


def _in_text(mention: Mention) -> tuple[tuple[Span, ...], str, str]:
    return mention.spans, mention.label, mention.id


class _Resolver:
    def __init__(self, document: Document, registry: Registry, base: str) -> None:
        self.document = document
        self.registry = registry
        self.base = base
        self.home = f"{base}document/{slug(document.id)}"
        self.findings: list[Finding] = []
        self.references: dict[str, list[Normalisation]] = {}
        for normalisation in document.normalisations:
            self.references.setdefault(normalisation.target, []).append(normalisation)

    def node(self, mentions: list[Mention]) -> Node:
        label = mentions[0].label
        if label in VOICES or label == "Venue":
            return self.actor_or_venue(label, mentions)
        iri = f"{self.home}/{label.lower()}/{span_id(mentions[0].spans)}"
        return Node(iri, label, mentions[0].words, tuple(mentions))

    def actor_or_venue(self, label: str, mentions: list[Mention]) -> Node:
        kind = _NAMED.get(label, "")
        path = "venue" if label == "Venue" else "actor"
        entry, wikidata = self.referenced(path, mentions)
        if entry is None and kind and not wikidata:
            entry = self.registered(kind, mentions)
        if entry is not None:
            return Node(f"{self.base}{path}/{entry.id}", label, entry.label, tuple(mentions), "registry", entry)
        words = self.fullest_name(mentions) if kind else ""
        if wikidata:
            iri = f"{self.base}{path}/wikidata/{wikidata}"
            return Node(iri, label, words or mentions[0].words, tuple(mentions), "wikidata", wikidata=wikidata)
        if words:
            return Node(f"{self.base}{path}/name/{kind}/{name_id(words)}", label, words, tuple(mentions), "name")
        # The longest description says most; of two, the one that comes first.
        described = max(mentions, key=lambda mention: (len(mention.words), [-edge for edge in mention.spans[0]]))
        iri = f"{self.home}/{path}/{span_id(mentions[0].spans)}"
        return Node(iri, label, described.words, tuple(mentions), "description")

    def referenced(self, path: str, mentions: list[Mention]) -> tuple[Entry | None, str]:
        """The registry entry, or else the Wikidata id, that a normalisation names."""
        wikidata = ""
        for mention in mentions:
            for reference in self.references.get(mention.id, ()):
                if reference.database == "kg":
                    name = reference.reference.removeprefix(f"{path}/")
                    entry = self.registry.by_id.get(name)
                    if entry is not None and (entry.kind == "venue") == (path == "venue"):
                        return entry, ""
                    found = f"{reference.id}: the registry has no {path} {name}"
                    ids = [entry.id for entry in self.registry if (entry.kind == "venue") == (path == "venue")]
                    remedy = nearest(name, ids) if len(ids) < 9 or nearest(name, ids).startswith("did") else "add it"
                    self.findings.append(Finding(self.document.place(reference.line), found, remedy))
                elif reference.database == "Wikidata":
                    if re.fullmatch(r"Q[1-9][0-9]*", reference.reference):
                        if entry := self.registry.by_wikidata.get(reference.reference):
                            return entry, ""
                        wikidata = wikidata or reference.reference
                    else:
                        found = f"{reference.id}: {reference.reference!r} is no Wikidata id"
                        self.findings.append(Finding(self.document.place(reference.line), found, "write Wikidata:Q71"))
        return None, wikidata

    def registered(self, kind: str, mentions: list[Mention]) -> Entry | None:
        found: dict[str, Entry] = {}
        for mention in mentions:
            entry = self.registry.find(kind, mention.words)
            if entry is not None:
                found.setdefault(entry.id, entry)
        if len(found) > 1:
            first = mentions[0]
            text = f"Coref joins {' and '.join(found)}, which the registry keeps apart: read as {next(iter(found))}"
            place = self.document.place(first.line)
            self.findings.append(Finding(place, text, "take the wrong mention out of the group", lost=False))
        return next(iter(found.values()), None)

    def fullest_name(self, mentions: list[Mention]) -> str:
        names = [mention.words for mention in mentions if is_name(mention.words)]
        return max(names, key=lambda name: (len(name), name), default="")


_PRONOUNS = frozenset(
    "he she it they him her them his hers its their theirs this that these those who we us our i you all both one "
    "none some others another".split()
)
# Who speaks without a name, and begins a sentence: "Reports put the number at 40".
_NAMELESS = _PRONOUNS | frozenset("reports accounts media sources".split())
_PARTICLES = frozenset(
    "of and for the de del della der den von van zu la le el al bin ibn abu y e da dos du di".split()
)


@lru_cache(maxsize=65536)
def is_name(words: str) -> bool:
    """Whether words are a proper name and not a pronoun or a description, by capitals.

    "Steve Witkoff", "the United Nations", "M23" and any name in a script without capitals are; "He", "the Kremlin aide",
    "Russian news agencies", "Reports" and "the four" are not.
    """
    tokens = re.findall(r"[^\W_][\w.'’-]*", words)
    if not tokens or (len(tokens) == 1 and tokens[0].casefold() in _NAMELESS and not tokens[0].isupper()):
        return False
    if tokens[0].casefold() in ("the", "a", "an", "his", "her", "their", "its", "this", "that", "these", "those"):
        tokens = tokens[1:]
    content = [token for token in tokens if token.casefold() not in _PARTICLES]
    return (
        bool(content) and all(not token[0].islower() for token in content) and any(not t[0].isdigit() for t in content)
    )


@lru_cache(maxsize=65536)
def name_id(name: str) -> str:
    """A name as one segment of an IRI, the same for all spellings that compare alike: "steve_witkoff"."""
    return slug(normalise(name).replace("_", "%5F")).replace("%20", "_")


def wikidata_iri(wikidata: str) -> str:
    """The concept IRI of a Wikidata item."""
    return WIKIDATA + wikidata
