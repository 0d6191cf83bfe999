"""JSON-LD 1.1: one object per named graph, with the context of the ontology written into the file.

The context (`ontology/context.jsonld`) is part of the product and stands in every export: a reader fetches nothing. Values that
the context does not describe are written out with their datatype, so that nothing depends on it but brevity.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from kg.errors import InputError
from kg.export.rdf import Exportable
from kg.namespaces import PREFIXES, RDF, XSD, shrink
from kg.resources import jsonld_context

Value = str | dict[str, str]


def jsonld(store: Exportable) -> Iterator[bytes]:
    """The whole graph, sorted as in N-Quads. Raises InputError for an IRI that a prefix of the context would change."""
    compact = Compact(store.base)
    yield b'{\n"@context": ' + _dumps(compact.context) + b',\n"@graph": [\n'
    for number, graph in enumerate(store.graphs()):
        yield (b"" if number == 0 else b",\n") + b'{"@id": ' + _dumps(compact.iri(graph)) + b', "@graph": [\n'
        suffix = f" <{graph}> .\n"
        lines = (line.decode()[: -len(suffix)] for line in store.lines(graph))
        for place, node in enumerate(compact.nodes(lines)):
            yield (b"  " if place == 0 else b",\n  ") + _dumps(node)
        yield b"\n]}"
    yield b"\n]}\n"


def _dumps(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


class Compact:
    """Terms as the context shortens them. context is ours with kg: for base."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.context: dict[str, Any] = {**jsonld_context(), "kg": base}
        self._types = {term: entry["@type"] for term, entry in self.context.items() if isinstance(entry, dict)}

    def nodes(self, lines: Iterator[str]) -> Iterator[dict[str, Any]]:
        """Node objects from sorted lines `subject predicate object`."""
        for subject, block in groupby((line.split(" ", 2) for line in lines), key=lambda parts: parts[0]):
            node: dict[str, Any] = {"@id": self.iri(subject[1:-1])}
            for predicate, pairs in groupby(block, key=lambda parts: parts[1][1:-1]):
                if predicate == RDF.type:
                    values: list[Value] = [self.iri(term[1:-1]) for _, _, term in pairs]
                    key = "@type"
                else:
                    key = self.iri(predicate)
                    values = [self.value(key, term) for _, _, term in pairs]
                node[key] = values[0] if len(values) == 1 else values
            yield node

    def iri(self, iri: str) -> str:
        """The IRI with a prefix, or as it is."""
        short = shrink(iri, self.base)
        if short == iri and (prefix := iri.partition(":")[0]) in PREFIXES and not iri.startswith(f"{prefix}://"):
            found = f"the IRI {iri} cannot be written: in JSON-LD its beginning is a prefix"
            raise InputError(found, remedy="export N-Quads or TriG")
        prefix, _, rest = short.partition(":")
        # What follows a prefix must not begin with //, or no prefix is seen.
        return iri if rest.startswith("//") or prefix not in self.context else short

    def value(self, key: str, term: str) -> Value:
        """One value of a property whose name is key, from its N-Triples text."""
        coerced = self._types.get(key, "")
        if term.startswith("<"):
            iri = self.iri(term[1:-1])
            return iri if coerced == "@id" else {"@id": iri}
        end = term.rindex('"')
        text, mark = unescape(term[1:end]), term[end + 1 :]
        if mark.startswith("@"):
            return {"@value": text, "@language": mark[1:]}
        if mark:
            datatype = self.iri(mark[3:-1])
            return text if datatype == coerced else {"@value": text, "@type": datatype}
        return {"@value": text, "@type": self.iri(XSD.string)} if coerced else text


_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def unescape(text: str) -> str:
    """What stands between the quotes of an N-Triples literal, as text."""
    if "\\" not in text:
        return text
    return _ESCAPED.sub(
        lambda found: chr(int(found[1] or found[2], 16)) if found[3] is None else _CHARACTERS.get(found[3], found[3]),
        text,
    )
