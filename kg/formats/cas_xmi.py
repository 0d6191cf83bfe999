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
from kg.formats.safe_xml import parse

_XMI = "http://www.omg.org/XMI"
_ID = f"{_XMI} id"
_META = re.compile(rb"<[\w.-]*:?DocumentMetaData\b[^>]*>")
_ATTRIBUTE = re.compile(r"""\b(documentTitle|documentId)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_NUMBER = re.compile(r"-?[0-9]{1,9}\Z")


def sniff(head: Head) -> bool:
    """Whether a file begins like XMI."""
    return head.start[:1] == "<" and _XMI in head.text[:4096]


def find(data: Data, name: str) -> Iterator[Found | Finding]:
    """The one text of a file, named by its metadata, else by the file."""
    title = identifier = ""
    if (match := _META.search(data)) is not None:
        values = {
            found[1]: unescape(found[2] or found[3] or "")
            for found in _ATTRIBUTE.finditer(match[0].decode("utf-8", "replace"))
        }
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
    """How the elements of one type are read: name of the type, whether to keep them, what each feature holds."""

    type: str
    keep: bool
    features: dict[str, str]


class _Parser:
    def __init__(self, types: Types, place: str) -> None:
        self.types = types
        self.place = place
        self.kinds: dict[str, _Kind] = {}
        self.sofas: dict[int, str | None] = {}
        self.structures: list[Structure] = []
        self.members: dict[int, frozenset[int]] = {}
        self.depth = 0
        self.current: Structure | None = None
        self.kind: _Kind | None = None
        self.content: list[str] = []

    def run(self, data: bytes) -> Cas:
        parse(data, self.place, self.start, self.end, self.content.append)
        return Cas(self.sofas, self.structures, self.members, self.types)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth == 2:
            kind = self.kinds.get(name) or self._kind(name)
            if kind.keep:
                self._structure(kind, attributes)
        elif self.depth == 3:
            self.content.clear()
            if "href" in attributes and self.current is not None and self.kind is not None:
                raise InputError("refers to another file", place=self.place, remedy="export it as one file")
        elif self.depth > 3:
            raise InputError("is no XMI of a CAS: it nests too deeply", place=self.place, remedy="export it again")

    def end(self, name: str) -> None:
        if self.depth == 3 and self.current is not None and self.kind is not None:
            self._child(self.current, self.kind, name.rpartition(" ")[2], "".join(self.content))
        elif self.depth == 2:
            self.current = None
        self.depth -= 1
        self.content.clear()

    def _kind(self, name: str) -> _Kind:
        namespace, _, local = name.rpartition(" ")
        path = namespace.removeprefix("http:///").removesuffix(".ecore").replace("/", ".")
        full = local if path in ("uima.noNamespace", "") else f"{path}.{local}"
        keep = not is_segment(full) or full in (DOCUMENT, SOFA) or self.types.is_a(full, DOCUMENT)
        features = {
            feature.name: self._holds(feature.range, feature.shared) for feature in self.types.features(full).values()
        }
        kind = _Kind(full, keep and full != "uima.cas.NULL", features)
        self.kinds[name] = kind
        return kind

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
        made = Structure(self._number(attributes.pop(_ID, ""), kind), kind.type)
        if "begin" in attributes:
            made.begin = self._number(attributes.pop("begin"), kind)
            made.end = self._number(attributes.pop("end", ""), kind)
        if "sofa" in attributes:
            made.sofa = self._number(attributes.pop("sofa"), kind)
        holds = kind.features
        for name, value in attributes.items():
            what = holds.get(name)
            if what == "string":
                made.values[name] = value
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

    def _child(self, made: Structure, kind: _Kind, name: str, content: str) -> None:
        if kind.features.get(name) in ("ref", "refs"):
            made.refs.setdefault(name, []).extend(int(one) for one in content.split() if one.isdigit())
        else:
            values = made.values.setdefault(name, [])
            if isinstance(values, list):
                values.append(content)

    def _number(self, text: str, kind: _Kind) -> int:
        if not _NUMBER.match(text):
            raise InputError(f"a {kind.type} has the number {text[:20]!r}", place=self.place, remedy="export it again")
        return int(text)
