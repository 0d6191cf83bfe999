"""What the feature structures of a UIMA CAS mean, whether they were written as XML or as JSON.

A CAS holds one text (its sofa) and feature structures, each of a type from a type system. Spans are of a type below
`uima.tcas.Annotation`; a relation is a span that has a `Governor` and a `Dependent`; a slot is a feature that holds links, each
with a role and a target; a chain starts at a structure with `first`, and its links have a `next`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from kg.documents import Document, Span
from kg.errors import Finding, InputError
from kg.formats.layers import Arc, Chain, Marked, Value, make_document, short_name
from kg.formats.offsets import Unit, characters, other_units, utf16
from kg.formats.reading import NOBODY

ANNOTATION_BASE = "uima.cas.AnnotationBase"
ANNOTATION = "uima.tcas.Annotation"
DOCUMENT = "uima.tcas.DocumentAnnotation"
SOFA = "uima.cas.Sofa"
NO_OFFSET = -2
"""Where a structure has an offset that is no whole number."""
NULL = "0"
"""The id of what is not there."""
CURATORS = frozenset({"CURATION_USER", "CURATION"})
FRAGMENTS = "fragments"
"""Our own feature for a discontinuous span: its parts as "12-18", in the order of the annotation."""

_DKPRO = "de.tudarmstadt.ukp.dkpro.core.api."
_SEGMENTS = (_DKPRO + "segmentation.type.", _DKPRO + "metadata.type.", "de.tudarmstadt.ukp.clarin.webanno.api.type.")
_LINGUISTIC = (_DKPRO + "lexmorph.type.", _DKPRO + "syntax.type.", _DKPRO + "transform.type.")


class Feature(NamedTuple):
    """A feature of a type: its name, the type of its values ("X[]" for an array), whether its arrays stand on their own."""

    name: str
    range: str
    shared: bool = False


FRAME, WHOLE, CHAIN, LINGUISTIC, RELATION, SPAN, UNDECLARED = range(7)
"""What a structure can be: what cuts or describes the text; the whole text; a chain; grammar; what people annotate."""


class Layer(NamedTuple):
    """What the structures of a type are, whether they annotate at all, and the features that are its slots."""

    what: int
    annotates: bool
    slots: tuple[str, ...]


@dataclass
class Types:
    """A type system: type → supertype, and the features that each type declares itself."""

    parents: dict[str, str] = field(default_factory=dict)
    own: dict[str, list[Feature]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._features: dict[str, dict[str, Feature]] = {}
        self._layers: dict[str, Layer] = {}
        self.readers: dict[str, Any] = {}
        """How a reader reads the elements of each type, worked out once for all files of this type system."""

    def line(self, name: str) -> list[str]:
        """A type and what it descends from. A cycle ends it."""
        seen = [name]
        while (parent := self.parents.get(seen[-1])) and parent not in seen:
            seen.append(parent)
        return seen

    def is_a(self, name: str, ancestor: str) -> bool:
        return ancestor in self.line(name)

    def features(self, name: str) -> dict[str, Feature]:
        """All features of a type, inherited ones too."""
        known = self._features.get(name)
        if known is None:
            known = {}
            for one in reversed(self.line(name)):
                known.update((feature.name, feature) for feature in self.own.get(one, ()))
            self._features[name] = known
        return known

    def is_link(self, name: str) -> bool:
        """Whether a type is a slot's link: a role and a target."""
        return {"role", "target"} <= self.features(name).keys()

    def is_bare_link(self, name: str) -> bool:
        """Whether a type is a link that has nothing but its role and its target."""
        return {"role", "target"} == self.features(name).keys() and not self.is_a(name, ANNOTATION_BASE)

    def layer(self, name: str) -> Layer:
        """What the structures of a type are."""
        known = self._layers.get(name)
        if known is None:
            features = self.features(name)
            slots = [f.name for f in features.values() if f.range.endswith("[]") and self.is_link(f.range[:-2])]
            what = SPAN
            if self.is_a(name, DOCUMENT):
                what = WHOLE
            elif is_segment(name):
                what = FRAME
            elif name.startswith(_LINGUISTIC):
                what = LINGUISTIC
            elif name not in self.parents:
                what = UNDECLARED
            elif {"Governor", "Dependent"} <= features.keys():
                what = RELATION
            elif "first" in features:
                what = CHAIN
            known = self._layers[name] = Layer(what, self.is_a(name, ANNOTATION_BASE), tuple(slots))
        return known


BUILT_IN = {
    ANNOTATION_BASE: "uima.cas.TOP",
    ANNOTATION: ANNOTATION_BASE,
    DOCUMENT: ANNOTATION,
}


@lru_cache(maxsize=16)
def parse_types(data: bytes, place: str) -> Types:
    """The type system of a TypeSystem.xml. Raises InputError where it is none."""
    from kg.formats.safe_xml import parse_elements

    types = Types(dict(BUILT_IN))
    name = feature = ""
    text: dict[str, str] = {}
    for event, tag, content in parse_elements(data, place):
        tag = tag.rpartition(" ")[2]
        if event == "start" and tag in ("typeDescription", "featureDescription"):
            feature = tag
            text = {} if tag == "featureDescription" else {"type": ""}
        elif event == "end" and tag in (
            "name",
            "supertypeName",
            "rangeTypeName",
            "elementType",
            "multipleReferencesAllowed",
        ):
            text[tag] = content.strip()
            if tag == "name" and feature == "typeDescription":
                name = text[tag]
                types.parents.setdefault(name, "uima.cas.TOP")
            elif tag == "supertypeName":
                types.parents[name] = text[tag]
        elif event == "end" and tag == "featureDescription":
            kind = text.get("rangeTypeName", "")
            if kind in ("uima.cas.FSArray", "uima.cas.FSList"):
                kind = f"{text.get('elementType') or 'uima.cas.TOP'}[]"
            elif kind.startswith("uima.cas.") and kind.endswith("Array"):
                kind = f"{kind.removesuffix('Array')}[]"
            shared = text.get("multipleReferencesAllowed") == "true"
            types.own.setdefault(name, []).append(Feature(text.get("name", ""), kind, shared))
    if not types.own and len(types.parents) == len(BUILT_IN):
        raise InputError("declares no type", place=place, remedy="export the type system together with the annotation")
    return types


@dataclass(slots=True)
class Structure:
    """A feature structure as read: plain values, and references to others by id. Ids are numbers, kept as they are written;
    begin and end are -1 where it marks nothing."""

    id: str
    type: str
    sofa: str
    begin: int
    end: int
    values: dict[str, Value]
    refs: dict[str, list[str]]


@dataclass(slots=True)
class Cas:
    """A CAS as read. sofas are texts by id, members the ids that the view of the text indexes (None: unknown), links the
    role and target of those links of slots that have nothing else."""

    sofas: dict[str, str | None]
    structures: list[Structure]
    members: dict[str, frozenset[str]]
    links: dict[str, tuple[str, str]]
    types: Types


class About(NamedTuple):
    """What the metadata of a CAS says: the text's name, who annotated it, or that nobody did yet."""

    title: str
    annotator: str
    curated: bool
    untouched: bool


def about(title: str, identifier: str) -> About:
    """INCEpTION writes the name of the text as title and the annotator as id; others write the name of the text twice."""
    name = title or identifier
    name = name.removesuffix(".txt") or name
    annotator = identifier if title and identifier != title and "/" not in identifier else ""
    curated = annotator in CURATORS
    untouched = annotator in NOBODY
    return About(name, "" if curated or untouched else annotator, curated, untouched)


def is_segment(name: str) -> bool:
    """Whether a type cuts the text or describes the file, and annotates nothing."""
    return name.startswith(_SEGMENTS) or name in (DOCUMENT, SOFA)


def read_cas(cas: Cas, identifier: str, annotator: str, place: str) -> tuple[Document, list[Finding]]:
    """The document that a CAS holds. Raises InputError where it holds no text."""
    sofa = next((key for key, text in cas.sofas.items() if text is not None), None)
    if sofa is None:
        raise InputError("holds no text", place=place, remedy="export the annotated text itself")
    if len({structure.id for structure in cas.structures}) < len(cas.structures):
        number, own = Counter(structure.id for structure in cas.structures).most_common(1)[0][::-1]
        raise InputError(f"gives the id {own} to {number} things", place=place, remedy="export it again")
    return _Interpreter(cas, sofa, identifier, annotator, place).run()


class _Interpreter:
    def __init__(self, cas: Cas, sofa: str, identifier: str, annotator: str, place: str) -> None:
        self.cas = cas
        self.types = cas.types
        self.sofa = sofa
        self.text = cas.sofas[sofa] or ""
        self.identifier = identifier
        self.annotator = annotator
        self.place = place
        self.findings: list[Finding] = []
        self.members = cas.members.get(sofa)
        self.unread: dict[str, int] = {}
        self.unit = self._unit()

    @cached_property
    def by_id(self) -> dict[str, Structure]:
        """The structures that others refer to, links aside."""
        return {structure.id: structure for structure in self.cas.structures}

    def _unit(self) -> Unit:
        """UTF-16 as Java writes, unless the end of the whole text shows that something else was counted."""
        usual = utf16(self.text)
        whole = {kind for kind in {one.type for one in self.cas.structures} if self.types.layer(kind).what == WHOLE}
        ends = {
            structure.end
            for structure in self.cas.structures
            if structure.type in whole and structure.end > 0 and structure.sofa == self.sofa
        }
        if not ends and usual.positions is not None:
            self._remark("nothing in it spans the whole text and shows what offsets count; read as UTF-16 units")
        if not ends or usual.length in ends:
            return usual
        for unit in (characters(self.text), *other_units(self.text)):
            if unit.length in ends:
                self._remark(f"offsets count {unit.counted}; read so")
                return unit
        end = max(ends)
        found = f"the text has {usual.length} {usual.counted}, but was annotated with {end}"
        remedy = "line breaks or characters were lost on the way: export it again, or as UIMA CAS JSON"
        raise InputError(found, place=self.place, remedy=remedy)

    def run(self) -> tuple[Document, list[Finding]]:
        others = sum(text is not None for text in self.cas.sofas.values()) - 1
        if others:
            self._remark(f"{others} other texts in the same file are not read")
        marked: list[Structure] = []
        arcs: list[Arc] = []
        chains: list[Chain] = []
        in_chain = {
            link for one in self.cas.structures if one.begin < 0 and "first" in one.refs for link in self._links(one)
        }
        layers: dict[str, Layer] = {}
        sofa, members = self.sofa, self.members
        for structure in self.cas.structures:
            kind = structure.type
            layer = layers.get(kind) or layers.setdefault(kind, self.types.layer(kind))
            what = layer.what
            if structure.begin == -1:
                if what == CHAIN and structure.refs.get("first"):
                    chains.append(Chain(kind, [s for s in map(self._link_span, self._links(structure)) if s]))
                elif layer.annotates and what > WHOLE and (members is None or structure.id in members):
                    self._skip(f"{short_name(kind)} of the whole text")
            elif what <= WHOLE or structure.id in in_chain:
                continue
            elif structure.sofa != sofa or (members is not None and structure.id not in members):
                self._skip(f"{short_name(kind)} outside the view of the text")
            elif what == SPAN:
                marked.append(structure)
            elif what == LINGUISTIC:
                self._skip(short_name(kind))
            elif what == RELATION:
                arcs.extend(self._arc(structure))
            elif what == UNDECLARED:
                self._lost(f"{structure.id} is of the undeclared type {kind}", "export the type system too")
            else:
                self._skip(f"{short_name(kind)} with a span of its own")
        marked.sort(key=attrgetter("begin", "end", "type"))
        marks = (self._mark(one, layers[one.type].slots, s) for one in marked if (s := self._spans(one)) is not None)
        document, findings = make_document(self.identifier, self.text, self.annotator, self.place, marks, arcs, chains)
        for unread, number in sorted(self.unread.items()):
            self._remark(f"{number} of {unread} are not read")
        return document, self.findings + findings

    def _spans(self, structure: Structure) -> tuple[Span, ...] | None:
        begin, end = structure.begin, structure.end
        in_one = FRAGMENTS not in structure.values and FRAGMENTS not in structure.refs
        if in_one and self.unit.positions is None and 0 <= begin <= end <= self.unit.length:
            # Nearly every mark is one span in a text in which all units are the same.
            return ((begin, end),)
        if begin < 0 or end < 0:
            found = f"{short_name(structure.type)} {structure.id} has offsets that are no whole numbers"
            self._lost(found, "was the file edited?")
            return None
        raw: list[Span] = [(begin, end)]
        fragments = structure.values.pop(FRAGMENTS, None) or self._words(structure.refs.pop(FRAGMENTS, ()))
        if (
            isinstance(fragments, list)
            and fragments
            and all(re.fullmatch(r"[0-9]{1,9}-[0-9]{1,9}", one) for one in fragments)
        ):
            raw = [(int(start), int(end)) for start, _, end in (one.partition("-") for one in fragments)]
        if any(start > end for start, end in raw):
            self._lost(f"{short_name(structure.type)} {structure.id} starts after its end", "was the file edited?")
            return None
        spans = self.unit.convert(raw)
        if spans is None:
            who = f"{short_name(structure.type)} {structure.id}"
            end = max(end for _, end in raw)
            found = f"{who} ends at {end}, but the text has {self.unit.length} {self.unit.counted}"
            if end <= self.unit.length:
                found = f"{who} starts or ends inside a character"
            self._lost(found, "was the text edited after annotation?")
        return spans

    def _mark(self, structure: Structure, slots: tuple[str, ...], spans: tuple[Span, ...]) -> Marked:
        links: list[tuple[str, str]] | None = None
        if slots:
            links = []
            known = self.cas.links
            for slot in slots:
                for target in self._expanded(structure.refs.get(slot, ())):
                    role, end = known.get(target) or self._link(target)
                    if end != NULL:
                        links.append((role or slot, end))
                    else:
                        found = f"{short_name(structure.type)} {structure.id} has a link to nothing"
                        self._lost(found, "link or remove it")
        values = structure.values
        for name, targets in structure.refs.items():
            if name in slots:
                continue
            words = self._words(targets)
            if words:
                values[name] = words
            elif targets:
                self._skip(f"feature {name} of {short_name(structure.type)}")
        return Marked(structure.id, structure.type, spans, values, links)

    def _link(self, target: str) -> tuple[str, str]:
        """The role and the target of a link that has features beside these: they are counted."""
        link = self.by_id.get(target)
        if link is None:
            return "", NULL
        for name in (*link.values, *link.refs):
            if name not in ("role", "target"):
                self._skip(f"feature {name} of {short_name(link.type)}")
        role, ends = link.values.get("role"), link.refs.get("target")
        return role if isinstance(role, str) else "", ends[0] if ends else NULL

    def _words(self, targets: Iterable[str]) -> list[str]:
        """The strings of arrays that stand on their own."""
        words: list[str] = []
        for target in targets:
            array = self.by_id.get(target)
            elements = array.values.get("elements") if array else None
            if isinstance(elements, list):
                words += [element for element in elements if element]
        return words

    def _expanded(self, targets: Sequence[str]) -> Sequence[str]:
        """References with arrays replaced by what they hold."""
        if all(target in self.cas.links for target in targets):
            return targets
        expanded: list[str] = []
        for target in targets:
            structure = self.by_id.get(target)
            if structure is not None and structure.type.endswith(("[]", "FSArray")):
                # One without elements is written without them.
                expanded += structure.refs.get("elements", ())
            elif target != NULL:
                expanded.append(target)
        return expanded

    def _arc(self, structure: Structure) -> Iterable[Arc]:
        governor, dependent = structure.refs.get("Governor"), structure.refs.get("Dependent")
        if not governor or not dependent:
            self._lost(f"{short_name(structure.type)} {structure.id} joins nothing", "draw it again, or remove it")
            return
        yield Arc(structure.id, structure.type, governor[0], dependent[0], structure.values)

    def _links(self, chain: Structure) -> list[str]:
        links: list[str] = []
        seen: set[str] = set()
        following = chain.refs.get("first")
        while following and following[0] in self.by_id and following[0] not in seen:
            links.append(following[0])
            seen.add(following[0])
            following = self.by_id[following[0]].refs.get("next")
        return links

    def _link_span(self, link: str) -> Span | None:
        structure = self.by_id[link]
        spans = self.unit.convert([(structure.begin, structure.end)]) if structure.begin <= structure.end else None
        return spans[0] if spans else None

    def _skip(self, what: str) -> None:
        self.unread[what] = self.unread.get(what, 0) + 1

    def _lost(self, found: str, remedy: str) -> None:
        self.findings.append(Finding(self.place, found, remedy))

    def _remark(self, found: str) -> None:
        self.findings.append(Finding(self.place, found, lost=False))
