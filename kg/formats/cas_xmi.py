"""UIMA CAS XMI, as INCEpTION, WebAnno and every UIMA tool write it.

One element for each feature structure; its type is its namespace and name, plain features are attributes, string arrays child
elements, references ids. Only the type system tells an id from a number, so the TypeSystem.xml of the export is needed.
Offsets count UTF-16 units.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any, NamedTuple

from kg.documents import Document
from kg.errors import Finding, InputError
from kg.formats.cas import DOCUMENT, NULL, SOFA, Cas, Structure, Types, about, is_segment, parse_types, read_cas
from kg.formats.layers import short_name
from kg.formats.reading import Data, Found, Head, Piece, stem
from kg.formats.safe_xml import new_parser, parse

_XMI = "http://www.omg.org/XMI"
_ID = f"{_XMI} id"
_FRAME = (SOFA, "uima.cas.View")
_LINK = frozenset((_ID, "role", "target"))
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
    yield Found(said.title or stem(name), name, said.annotator, said.curated, untouched=said.untouched)


def read(piece: Piece) -> tuple[Document, list[Finding]]:
    """The document of an XMI file; its companion is the type system."""
    if piece.companion is None:
        remedy = "put the TypeSystem.xml of the export beside it, or export as UIMA CAS JSON"
        raise InputError("has no TypeSystem.xml beside it", place=piece.place, remedy=remedy)
    types = parse_types(piece.companion, piece.companion_name)
    return read_cas(_Parser(types, piece.place).run(piece.data), piece.id, piece.annotator, piece.place)


class _Kind(NamedTuple):
    """How the elements of one type are read: its name, what each feature holds, which refer, which hold one string."""

    type: str
    features: dict[str, str]
    refs: tuple[str, ...]
    plain: frozenset[str]
    link: bool


class _Parser:
    """Collects feature structures. Elements of types have a name space, the children that hold their features have none."""

    def __init__(self, types: Types, place: str) -> None:
        self.types = types
        self.place = place
        self.kinds: dict[str, _Kind | None] = types.readers
        self.sofas: dict[str, str | None] = {}
        self.structures: list[Structure] = []
        self.members: dict[str, frozenset[str]] = {}
        self.links: dict[str, tuple[str, str]] = {}
        self.current: Structure | None = None
        self.kind: _Kind | None = None
        self.child = ""
        self.content: list[str] = []

    def run(self, data: bytes) -> Cas:
        self.parser = new_parser(self.place)
        self.parser.StartElementHandler = self.start
        parse(self.parser, data, self.place)
        return Cas(self.sofas, self.structures, self.members, self.links, self.types)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        try:
            kind = self.kinds[name]
        except KeyError:
            if " " not in name:
                self._child(name, attributes)
                return
            kind = self.kinds[name] = self._kind(name)
        self.current, self.kind = None, kind
        if kind is None:
            return
        if kind.link and attributes.keys() <= _LINK:
            self.links[attributes.get(_ID, "")] = attributes.get("role", ""), attributes.get("target", NULL)
        elif kind.type in _FRAME:
            self._frame(kind, attributes)
        else:
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
        if self.kind is None:
            return
        if self.current is None:
            found = f"is no XMI of a CAS: {short_name(self.kind.type)} holds the element {name}"
            raise InputError(found, place=self.place, remedy="export it again")
        if self.kind.features.get(name) in ("ref", "refs"):
            self.current.refs.setdefault(name, []).extend(content.split())
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
        refs = tuple(name for name, what in holds.items() if what in ("ref", "refs"))
        plain = frozenset(name for name, what in holds.items() if what == "string")
        return _Kind(full, holds, refs, plain, self.types.is_bare_link(full))

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

    def _structure(self, kind: _Kind, attributes: dict[str, Any]) -> None:
        # What every structure has is taken out; mostly plain strings are left, and serve as they are.
        take = attributes.pop
        own = take(_ID, "")
        if not own.isdigit():
            self._number(own, kind)
        sofa, begin, end = take("sofa", ""), take("begin", None), take("end", None)
        made = Structure(own, kind.type, sofa, -1, -1, attributes, {})
        if begin is not None and end is not None:
            made.begin = int(begin) if begin.isdigit() and len(begin) < 10 else self._number(begin, kind)
            made.end = int(end) if end.isdigit() and len(end) < 10 else self._number(end, kind)
        for name in kind.refs:
            if name in attributes:
                made.refs[name] = take(name).split()
        if not attributes.keys() <= kind.plain:
            self._features(made, kind, attributes)
        self.structures.append(made)
        self.current = made

    def _features(self, made: Structure, kind: _Kind, attributes: dict[str, Any]) -> None:
        """Read what is no plain string by what the type system says that it is."""
        holds, plain = kind.features, kind.plain
        values = made.values
        for name in [name for name in attributes if name not in plain]:
            value = attributes.pop(name)
            what = holds.get(name)
            if what == "boolean":
                values[name] = value in ("true", "1")
            elif what == "strings":
                values[name] = value.split()
            elif name == "elements":
                made.refs[name] = value.split()
            elif " " not in name:
                raise InputError(
                    f"{kind.type} {made.id} has the feature {name}, which its type system does not know",
                    place=self.place,
                    remedy="put the TypeSystem.xml of the same export beside it",
                )

    def _frame(self, kind: _Kind, attributes: dict[str, str]) -> None:
        """The text, or the list of what a view of it indexes."""
        if kind.type == SOFA:
            self.sofas[attributes.get(_ID, "")] = attributes.get("sofaString")
        else:
            self.members[attributes.get("sofa", "")] = frozenset(attributes.get("members", "").split())

    def _number(self, text: str, kind: _Kind) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise InputError(f"a {kind.type} has the number {text[:20]!r}", place=self.place, remedy="export it again")
        return int(text)
