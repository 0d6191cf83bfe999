"""UIMA CAS XMI, as INCEpTION, WebAnno and every UIMA tool write it.

One element for each feature structure; its type is its namespace and name, plain features are attributes, string arrays child
elements, references ids. Only the type system tells an id from a number, so the TypeSystem.xml of the export is needed.
Offsets count UTF-16 units.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from kg.documents import Document
from kg.errors import Finding, InputError
from kg.formats.cas import DOCUMENT, SOFA, Cas, Structure, Types, about, is_segment, parse_types, read_cas
from kg.formats.reading import Data, Found, Head, Piece, stem
from kg.formats.safe_xml import new_parser, parse

_XMI = "http://www.omg.org/XMI"
_ID = f"{_XMI} id"
_ATTRIBUTE = re.compile(r"""\b(documentTitle|documentId)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def sniff(head: Head) -> bool:
    """Whether a file begins like XMI."""
    return head.start[:1] == "<" and _XMI in head.text[:4096]


def find(data: Data, name: str) -> Iterator[Found | Finding]:
    """The one text of a file, named by its metadata, else by the file."""
    title = identifier = ""
    place = data.find(b":DocumentMetaData")
    if place >= 0:
        element = data[place : data.find(b">", place)].decode("utf-8", "replace")
        values = {found[1]: unescape(found[2] or found[3] or "") for found in _ATTRIBUTE.finditer(element)}
        title, identifier = values.get("documentTitle", ""), values.get("documentId", "")
    said = about(title, identifier)
    yield Found(said.title or stem(name), name, said.annotator, said.curated)


def read(piece: Piece) -> tuple[Document, list[Finding]]:
    """The document of an XMI file; its companion is the type system."""
    if piece.companion is None:
        remedy = "put the TypeSystem.xml of the export beside it, or export as UIMA CAS JSON"
        raise InputError("has no TypeSystem.xml beside it", place=piece.place, remedy=remedy)
    types = parse_types(piece.companion, piece.companion_name)
    return read_cas(_Parser(types, piece.place).run(piece.data), piece.id, piece.annotator, piece.place)


class _Kind(NamedTuple):
    """How the elements of one type are read: name of the type, and what each feature holds."""

    type: str
    features: dict[str, str]


class _Parser:
    """Collects feature structures. Elements of types have a name space, the children that hold their features have none."""

    def __init__(self, types: Types, place: str) -> None:
        self.types = types
        self.place = place
        self.kinds: dict[str, _Kind | None] = types.readers
        self.sofas: dict[int, str | None] = {}
        self.structures: list[Structure] = []
        self.members: dict[int, frozenset[int]] = {}
        self.current: Structure | None = None
        self.kind: _Kind | None = None
        self.child = ""
        self.content: list[str] = []

    def run(self, data: bytes) -> Cas:
        self.parser = new_parser(self.place)
        self.parser.StartElementHandler = self.start
        parse(self.parser, data, self.place)
        return Cas(self.sofas, self.structures, self.members, self.types)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        try:
            kind = self.kinds[name]
        except KeyError:
            if " " not in name:
                self._child(name, attributes)
                return
            kind = self.kinds[name] = self._kind(name)
        self.current = None
        if kind is not None:
            self._structure(kind, attributes)

    def _child(self, name: str, attributes: dict[str, str]) -> None:
        """A feature written as an element: its text is listened to until it ends."""
        if self.child or "href" in attributes:
            what = "refers to another file" if "href" in attributes else "is no XMI of a CAS: it nests too deeply"
            raise InputError(what, place=self.place, remedy="export it again, as one file")
        self.child = name
        self.content.clear()
        self.parser.CharacterDataHandler = self.content.append
        self.parser.EndElementHandler = self._end_child

    def _end_child(self, _: str) -> None:
        content, name = "".join(self.content), self.child
        self.child = ""
        self.parser.CharacterDataHandler = None
        self.parser.EndElementHandler = None
        if self.current is None or self.kind is None:
            return
        if self.kind.features.get(name) in ("ref", "refs"):
            self.current.refs.setdefault(name, []).extend(int(one) for one in content.split() if one.isdigit())
        else:
            values = self.current.values.setdefault(name, [])
            if isinstance(values, list):
                values.append(content)

    def _kind(self, name: str) -> _Kind | None:
        """How to read the elements of a type; None for those that annotate nothing."""
        namespace, _, local = name.rpartition(" ")
        path = namespace.removeprefix("http:///").removesuffix(".ecore").replace("/", ".")
        full = local if path in ("uima.noNamespace", "") else f"{path}.{local}"
        keep = not is_segment(full) or full in (DOCUMENT, SOFA) or self.types.is_a(full, DOCUMENT)
        if namespace == _XMI or full == "uima.cas.NULL" or not keep:
            return None
        features = self.types.features(full).values()
        holds = {feature.name: self._holds(feature.range, feature.shared) for feature in features}
        return _Kind(full, holds | dict.fromkeys(("begin", "end", "sofa", _ID), "number"))

    def _holds(self, kind: str, shared: bool) -> str:
        """What a feature of this range holds: a "ref", "refs", "strings", a "boolean" or a "string"."""
        if kind.endswith("[]"):
            element = kind[:-2]
            plain = element.startswith("uima.cas.") and element != "uima.cas.TOP"
            return "ref" if shared else "strings" if plain else "refs"
        if kind.endswith("List"):
            return "strings" if kind == "uima.cas.StringList" else "refs"
        if kind == "uima.cas.Boolean":
            return "boolean"
        if self.types.is_a(kind, "uima.cas.String") or (kind.startswith("uima.cas.") and kind != "uima.cas.TOP"):
            return "string"
        return "ref"

    def _structure(self, kind: _Kind, attributes: dict[str, str]) -> None:
        if kind.type == SOFA:
            self.sofas[self._number(attributes.get(_ID, ""), kind)] = attributes.get("sofaString")
            return
        if kind.type == "uima.cas.View":
            members = attributes.get("members", "").split()
            self.members[self._number(attributes.get("sofa", "0"), kind)] = frozenset(
                int(m) for m in members if m.isdigit()
            )
            return
        made = Structure(-1, kind.type)
        holds = kind.features
        for name, value in attributes.items():
            what = holds.get(name)
            if what == "number":
                number = int(value) if value.isdigit() and len(value) < 10 else self._number(value, kind)
                if name == "begin":
                    made.begin = number
                elif name == "end":
                    made.end = number
                elif name == "sofa":
                    made.sofa = number
                else:
                    made.id = number
            elif what == "string":
                made.values[name] = value
            elif what == "ref" and value.isdigit():
                made.refs[name] = [int(value)]
            elif what == "boolean":
                made.values[name] = value in ("true", "1")
            elif what == "ref" or what == "refs" or name == "elements":
                made.refs[name] = [int(one) for one in value.split() if one.isdigit()]
            elif what == "strings":
                made.values[name] = value.split()
            elif " " not in name:
                raise InputError(
                    f"{kind.type} {made.id} has the feature {name}, which its type system does not know",
                    place=self.place,
                    remedy="put the TypeSystem.xml of the same export beside it",
                )
        self.structures.append(made)
        self.current, self.kind = made, kind

    def _number(self, text: str, kind: _Kind) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise InputError(f"a {kind.type} has the number {text[:20]!r}", place=self.place, remedy="export it again")
        return int(text)
