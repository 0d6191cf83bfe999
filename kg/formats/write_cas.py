"""UIMA CAS, written as JSON 0.4 and as XMI with its type system, in the layers of our INCEpTION project.

Spans are `webanno.custom.Mention` and `webanno.custom.Event`, relations `webanno.custom.Relation` and
`webanno.custom.EventRelation`, as in `ontology/schemes/inception/layers.json`; whatever a document carries beside these
gets a feature of its own. A discontinuous span has the offsets of its longest fragment, and all of them in the feature
`fragments`. Offsets count UTF-16 units, as all UIMA tools expect.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import quoteattr

from kg.documents import Document, Span
from kg.errors import Finding
from kg.formats.offsets import utf16
from kg.formats.writing import Written, numbered, pairs, without_place

_LAYER = "webanno.custom."
MENTION, EVENT, RELATION, EVENT_RELATION = (_LAYER + name for name in ("Mention", "Event", "Relation", "EventRelation"))
LINK = _LAYER + "EventRolesLink"
META = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
_ANNOTATION, _STRING, _BOOLEAN = "uima.tcas.Annotation", "uima.cas.String", "uima.cas.Boolean"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
_RESERVED = frozenset(
    {"begin", "end", "sofa", "label", "roles", "Reference", "Note", "fragments", "Governor", "Dependent"}
)
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class _Structure:
    """A feature structure to be written: strings, flags and lists as they are, references as ids."""

    def __init__(self, number: int, kind: str, span: Span | None) -> None:
        self.id = number
        self.kind = kind
        self.span = span
        self.values: dict[str, str | bool | list[str]] = {}
        self.refs: dict[str, int | list[int]] = {}


class _Cas:
    """A document as feature structures, and the types that they need. Sofa and view are written around them."""

    def __init__(self, document: Document) -> None:
        self.document = document = numbered(document)
        self.text = document.text
        unit = utf16(self.text)
        self.offset = unit.back(self.text)
        self.length = unit.length
        self.findings: list[Finding] = []
        self.structures: list[_Structure] = []
        self.types: dict[str, dict[str, str]] = {
            META: {"documentTitle": _STRING, "documentId": _STRING},
            MENTION: {"label": _STRING},
            LINK: {"role": _STRING, "target": _ANNOTATION},
            EVENT: {"label": _STRING, "roles": f"{LINK}[]"},
            RELATION: {"label": _STRING, "Governor": MENTION, "Dependent": MENTION},
            EVENT_RELATION: {"label": _STRING, "Governor": EVENT, "Dependent": EVENT},
        }
        self.ids: dict[str, _Structure] = {}
        self._make()

    def _make(self) -> None:
        document = self.document
        meta = self._add(META, (0, self.length))
        meta.values["documentTitle"] = document.id
        meta.values["documentId"] = document.annotator or document.id
        triggers = {event.trigger: event for event in document.events}
        spans = {mention.id: mention.spans for mention in document.mentions}
        for mention in document.mentions:
            if mention.id not in triggers:
                self._span(mention.id, MENTION, mention.label, mention.spans)
        for event in document.events:
            self._span(event.id, EVENT, event.label, spans[event.trigger])
            # What refers to the trigger means the event, where it triggers one.
            self.ids.setdefault(event.trigger, self.ids[event.id])
        links: list[_Structure] = []
        for event in document.events:
            numbers: list[int] = []
            for role in event.roles:
                link = _Structure(0, LINK, None)
                link.values["role"] = role.name
                link.refs["target"] = self.ids[role.target].id
                links.append(link)
                numbers.append(len(links) - 1)
            self.ids[event.id].refs["roles"] = numbers
        for relation in document.relations:
            if relation.source in self.ids and relation.target in self.ids:
                self._arc(relation.label, relation.source, relation.target, relation.id)
        for label, one, other in pairs(document):
            self._arc(label, one, other)
        self._said()
        first = len(self.structures) + 2
        for number, link in enumerate(links):
            link.id = first + number
        for event in document.events:
            mine = self.ids[event.id]
            mine.refs["roles"] = [first + number for number in mine.refs["roles"]]  # type: ignore[union-attr]
        self.members = [structure.id for structure in self.structures]
        self.structures += links

    def _add(self, kind: str, span: Span | None) -> _Structure:
        # The sofa is 1.
        made = _Structure(len(self.structures) + 2, kind, span)
        self.structures.append(made)
        return made

    def _span(self, own: str, kind: str, label: str, spans: tuple[Span, ...]) -> None:
        fragments = [(self.offset(start), self.offset(end)) for start, end in spans]
        made = self._add(kind, max(fragments, key=lambda span: (span[1] - span[0], -span[0])))
        made.values["label"] = label
        if len(fragments) > 1:
            made.values["fragments"] = [f"{start}-{end}" for start, end in fragments]
            self.types[kind]["fragments"] = f"{_STRING}[]"
        self.ids[own] = made

    def _arc(self, label: str, source: str, target: str, own: str = "") -> None:
        ends = self.ids[source], self.ids[target]
        kind = EVENT_RELATION if ends[0].kind == ends[1].kind == EVENT else RELATION
        made = self._add(kind, ends[1].span)
        made.values["label"] = label
        made.refs["Governor"], made.refs["Dependent"] = ends[0].id, ends[1].id
        if EVENT in (ends[0].kind, ends[1].kind) and kind == RELATION:
            self.types[RELATION] |= {"Governor": _ANNOTATION, "Dependent": _ANNOTATION}
        if own:
            self.ids[own] = made

    def _said(self) -> None:
        """Attributes, references and notes as features; a feature is a list where one carrier has several values of it."""
        document = self.document
        said: dict[tuple[str, str], list[str]] = {}
        unnamed = 0
        for attribute in document.attributes:
            if not _NAME.match(attribute.label) or attribute.label in _RESERVED or attribute.target not in self.ids:
                unnamed += 1
            elif attribute.value is None:
                self._feature(attribute.target, attribute.label, True)
            else:
                said.setdefault((attribute.target, attribute.label), []).append(attribute.value)
        several = {label for (_, label), values in said.items() if len(values) > 1}
        for (target, label), values in said.items():
            self._feature(target, label, values if label in several else values[0])
        references: dict[str, list[str]] = {}
        for one in document.normalisations:
            value = one.reference if one.database == "IRI" else f"{one.database}:{one.reference}"
            references.setdefault(one.target, []).append(value)
        for target, values in references.items():
            self._feature(target, "Reference", values)
        notes: dict[str, list[str]] = {}
        for note in document.notes:
            if note.text:
                notes.setdefault(note.target, []).append(note.text)
        lists = any(len(values) > 1 for values in notes.values())
        for target, values in notes.items():
            self._feature(target, "Note", values if lists else values[0])
        self.findings += without_place(document, "attributes", unnamed, "a CAS")

    def _feature(self, target: str, name: str, value: str | bool | list[str]) -> None:
        structure = self.ids[target]
        kind = _BOOLEAN if value is True else f"{_STRING}[]" if isinstance(value, list) else _STRING
        known = self.types[structure.kind].setdefault(name, kind)
        if known == kind:
            structure.values[name] = value
        elif known == f"{_STRING}[]" and isinstance(value, str):
            structure.values[name] = [value]
        elif known != kind:
            # A flag here and a value there: both are written as text.
            self.findings += without_place(self.document, f"values of {name}", 1, "a feature that is a flag elsewhere")


def write_json(document: Document) -> Written:
    """One `.json` file."""
    cas = _Cas(document)
    sofa = {
        "%ID": 1,
        "%TYPE": "uima.cas.Sofa",
        "sofaNum": 1,
        "sofaID": "_InitialView",
        "mimeType": "text",
        "sofaString": cas.text,
    }
    listed: list[dict[str, Any]] = [sofa]
    arrays: list[dict[str, Any]] = []
    following = len(cas.structures) + 2
    for structure in cas.structures:
        one: dict[str, Any] = {"%ID": structure.id, "%TYPE": structure.kind}
        if structure.span is not None:
            one |= {"@sofa": 1, "begin": structure.span[0], "end": structure.span[1]}
        elements: list[tuple[str, str, Any]] = []
        for name, value in structure.values.items():
            if isinstance(value, list):
                elements.append((name, "uima.cas.StringArray", value))
            else:
                one[name] = value
        for name, ref in structure.refs.items():
            if isinstance(ref, list):
                elements.append((name, "uima.cas.FSArray", ref))
            else:
                one[f"@{name}"] = ref
        for name, kind, values in elements:
            if values:
                arrays.append({"%ID": following, "%TYPE": kind, "%ELEMENTS": values})
                one[f"@{name}"] = following
                following += 1
        listed.append(one)
    types: dict[str, dict[str, Any]] = {}
    for kind, features in cas.types.items():
        types[kind] = {"%NAME": kind, "%SUPER_TYPE": _parent(kind)}
        types[kind] |= {name: {"%NAME": name, "%RANGE": held} for name, held in features.items()}
    whole = {
        "%TYPES": types,
        "%FEATURE_STRUCTURES": listed + arrays,
        "%VIEWS": {"_InitialView": {"%SOFA": 1, "%MEMBERS": cas.members}},
    }
    text = json.dumps(whole, ensure_ascii=False, indent=1)
    return Written({".json": text.encode("utf-8", "surrogatepass") + b"\n"}, cas.findings)


def write_xmi(document: Document) -> Written:
    """An `.xmi` file and the type system that it needs."""
    cas = _Cas(document)
    findings = list(cas.findings)
    if _NOT_IN_XML.search(cas.text):
        found = "holds control characters that XML cannot; they are written as U+FFFD"
        findings.append(Finding(document.id, found, "write it as uima-json", lost=False))
    spaces = {META.rpartition(".")[0]: "type", _LAYER.rstrip("."): "custom"}
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore"'
    ]
    out += [f' xmlns:{prefix}="http:///{space.replace(".", "/")}.ecore"' for space, prefix in spaces.items()]
    out.append(' xmi:version="2.0">\n<cas:NULL xmi:id="0"/>\n')
    for structure in cas.structures:
        space, _, local = structure.kind.rpartition(".")
        tag = f"{spaces[space]}:{local}"
        out.append(f'<{tag} xmi:id="{structure.id}"')
        if structure.span is not None:
            out.append(f' sofa="1" begin="{structure.span[0]}" end="{structure.span[1]}"')
        children: list[str] = []
        for name, value in structure.values.items():
            if isinstance(value, list):
                children += [f"<{name}>{_escaped(one)}</{name}>" for one in value]
            else:
                out.append(f" {name}={_quoted('true' if value is True else str(value))}")
        for name, ref in structure.refs.items():
            ids = ref if isinstance(ref, list) else [ref]
            if ids:
                out.append(f' {name}="{" ".join(map(str, ids))}"')
        out.append(f">{''.join(children)}</{tag}>\n" if children else "/>\n")
    members = " ".join(map(str, cas.members))
    out.append(
        f'<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString={_quoted(cas.text)}/>\n'
    )
    out.append(f'<cas:View sofa="1" members="{members}"/>\n</xmi:XMI>\n')
    return Written({".xmi": "".join(out).encode(), "/TypeSystem.xml": _type_system(cas.types)}, findings)


def _parent(name: str) -> str:
    return "uima.cas.TOP" if name == LINK else "uima.tcas.DocumentAnnotation" if name == META else _ANNOTATION


def _type_system(types: Mapping[str, Mapping[str, str]]) -> bytes:
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier">\n<types>\n'
    ]
    for name, features in types.items():
        out.append(f"<typeDescription><name>{name}</name><description/><supertypeName>{_parent(name)}</supertypeName>")
        out.append("<features>")
        for feature, kind in features.items():
            element = ""
            if kind == f"{_STRING}[]":
                kind = "uima.cas.StringArray"
            elif kind.endswith("[]"):
                kind, element = "uima.cas.FSArray", f"<elementType>{kind[:-2]}</elementType>"
            out.append(
                f"<featureDescription><name>{feature}</name><description/><rangeTypeName>{kind}</rangeTypeName>{element}</featureDescription>"
            )
        out.append("</features></typeDescription>\n")
    out.append("</types>\n</typeSystemDescription>\n")
    return "".join(out).encode()


def _quoted(text: str) -> str:
    return quoteattr(_NOT_IN_XML.sub("\ufffd", text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _escaped(text: str) -> str:
    text = _NOT_IN_XML.sub("\ufffd", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
