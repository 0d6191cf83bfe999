"""From layers to a document: what INCEpTION and WebAnno call spans, relations, slots and chains, as mentions, events,
relations.

Layers are typed by a long name and carry named features. Which layer and which feature mean what:

- the label is the feature `label`, else `value`, else the last part of the layer's name;
- a layer with slots (features that link with a role) marks events: its span is the trigger, its links are the roles;
- `Reference` holds references as `database:reference`; any feature whose value is a web address is one, too;
- `Note` holds a remark; a true boolean is a flag; every other feature is an attribute;
- a chain joins what is marked on exactly the spans of its links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from kg.documents import (
    Attribute,
    Document,
    Equivalence,
    Event,
    Mention,
    Normalisation,
    Note,
    Relation,
    Role,
    Span,
)
from kg.errors import Finding

Value: TypeAlias = str | bool | list[str]

LABELS = ("label", "value")
_WIKIDATA = re.compile(r"https?://www\.wikidata\.org/(?:entity|wiki)/(Q[1-9][0-9]*)\Z")
_REFERENCE = re.compile(r"([A-Za-z][A-Za-z0-9_-]*):(?!//)(.+)\Z", re.DOTALL)


class Marked(NamedTuple):
    """A span of a layer. spans are code points; links is None for a layer without slots; line as in a `Mention`."""

    id: str
    layer: str
    spans: tuple[Span, ...]
    features: dict[str, Value]
    links: list[tuple[str, str]] | None = None
    line: int = 0


class Arc(NamedTuple):
    """A relation of a layer, from governor to dependent: ids of spans."""

    id: str
    layer: str
    governor: str
    dependent: str
    features: dict[str, Value]
    line: int = 0


class Chain(NamedTuple):
    """What a chain joins: the spans of its links."""

    layer: str
    links: list[Span]
    line: int = 0


def short_name(layer: str) -> str:
    """The last part of a layer's long name."""
    return layer.rpartition(".")[2]


def parse_reference(value: str) -> tuple[str, str]:
    """A reference as database and reference: Wikidata from its address, `db:ref` at the first colon, "IRI" for an address."""
    if match := _WIKIDATA.match(value):
        return "Wikidata", match[1]
    if value.startswith(("http://", "https://")):
        return "IRI", value
    if match := _REFERENCE.match(value):
        return match[1], match[2]
    return "", value


class Assembly:
    """Collects what is said of the spans of one document, under ids of our own: T, E, R, A, N, # with numbers."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.findings: list[Finding] = []
        self.mentions: list[Mention] = []
        self.events: list[Event] = []
        self.relations: list[Relation] = []
        self.attributes: list[Attribute] = []
        self.normalisations: list[Normalisation] = []
        self.notes: list[Note] = []
        self.equivalences: list[Equivalence] = []

    def attribute(self, target: str, label: str, value: str | None, line: int = 0) -> None:
        self.attributes.append(Attribute(f"A{len(self.attributes) + 1}", label, target, value, line))

    def reference(self, target: str, value: str, words: str = "", line: int = 0) -> None:
        database, reference = parse_reference(value.strip())
        if not database or not reference.strip():
            self.lost(f"the reference {value[:60]!r} names no database", "write database:reference, as Wikidata:Q71")
            return
        number = f"N{len(self.normalisations) + 1}"
        self.normalisations.append(Normalisation(number, target, database, reference.strip(), words, line))

    def note(self, target: str, text: str, line: int = 0) -> None:
        self.notes.append(Note(f"#{len(self.notes) + 1}", "AnnotatorNotes", target, text, line))

    def feature(self, target: str, name: str, value: Value, line: int = 0) -> None:
        """One feature of a span or relation: a reference, a note, a flag or an attribute."""
        for one in value if isinstance(value, list) else (value,):
            if one is True:
                self.attribute(target, name, None, line)
            elif not one:
                continue
            elif name == "Reference" or one.startswith(("http://", "https://")):
                self.reference(target, one, line=line)
            elif name == "Note":
                self.note(target, one, line)
            else:
                self.attribute(target, name, one, line)

    def lost(self, found: str, remedy: str) -> None:
        self.findings.append(Finding(self.place, found, remedy))

    def document(self, identifier: str, text: str, annotator: str, files: Sequence[tuple[str, int]] = ()) -> Document:
        return Document(
            id=identifier,
            text=text,
            mentions=tuple(self.mentions),
            events=tuple(self.events),
            relations=tuple(self.relations),
            attributes=tuple(self.attributes),
            equivalences=tuple(self.equivalences),
            normalisations=tuple(self.normalisations),
            notes=tuple(self.notes),
            files=tuple(files) or ((self.place, 1),),
            annotator=annotator,
        )


def label_of(features: dict[str, Value], layer: str) -> tuple[str, str]:
    """The label of a span or relation, and the feature that holds it ("" where the layer's name is the label)."""
    for name in LABELS:
        value = features.get(name)
        if isinstance(value, str) and value:
            return value, name
    return short_name(layer), ""


def make_document(
    identifier: str,
    text: str,
    annotator: str,
    place: str,
    marked: Iterable[Marked],
    arcs: Iterable[Arc],
    chains: Sequence[Chain],
    files: Sequence[tuple[str, int]] = (),
) -> tuple[Document, list[Finding]]:
    """The document that layers make, with what of them refers to nothing."""
    made = Assembly(place)
    known: dict[str, str] = {}
    on_span: dict[Span, list[str]] = {}
    events: list[tuple[str, str, str, list[tuple[str, str]], int]] = []
    joined = bool(chains)
    for number, (own, layer, spans, features, links, line) in enumerate(marked, 1):
        label, feature = label_of(features, layer)
        if len(spans) == 1:
            ((start, end),) = spans
            words = text[start:end]
        else:
            words = " ".join(text[start:end] for start, end in spans)
        me = f"T{number}"
        made.mentions.append(Mention(me, label, spans, words, line))
        if links is not None:
            me = f"E{number}"
            events.append((me, label, own, links, line))
        known[own] = me
        if joined and len(spans) == 1:
            on_span.setdefault(spans[0], []).append(me)
        for name, value in features.items():
            if name != feature:
                made.feature(me, name, value, line)
    for me, label, own, links, line in events:
        roles = []
        for role, target in links:
            if target in known:
                roles.append(Role(role, 1, known[target]))
            else:
                found = f"{label} {own}, role {role}, links {target}, which is no marked span"
                made.lost(found, "mark it, or unlink")
        made.events.append(Event(me, label, f"T{me[1:]}", tuple(roles), line))
    for number, arc in enumerate(arcs, 1):
        label, feature = label_of(arc.features, arc.layer)
        missing = [end for end in (arc.governor, arc.dependent) if end not in known]
        if missing:
            made.lost(
                f"{label} {arc.id} joins {missing[0]}, which is no marked span", "mark it, or take the relation away"
            )
            continue
        relation = Relation(f"R{number}", label, known[arc.governor], known[arc.dependent], arc.line)
        made.relations.append(relation)
        for name, value in arc.features.items():
            if name != feature:
                made.feature(relation.id, name, value, arc.line)
    for chain in chains:
        members = []
        for span in chain.links:
            here = on_span.get(span, [])
            if len(here) == 1:
                members.append(here[0])
            else:
                what = "nothing else is marked" if not here else "several things are marked"
                said = text[span[0] : span[1]][:40]
                made.lost(
                    f"a link of {short_name(chain.layer)} stands on {said!r}, where {what}", "join it by a relation"
                )
        if len(members) > 1:
            made.equivalences.append(Equivalence("Coref", tuple(members), chain.line))
    return made.document(identifier, text, annotator, files), made.findings
