"""Registry entries → quads: names, identifiers, coordinates and containment, as a named graph of their own.

What stands here was said by no text, so it carries no evidence and is kept apart from the graphs of texts.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from kg.entities import wikidata_iri
from kg.namespaces import BASE, DP, RDF, RDFS, SKOS, WGS84, XSD
from kg.registry import Entry, Registry
from kg.terms import iri, literal

_CLASSES = {"person": DP.Person, "state": DP.State, "organization": DP.Organization}


def registry_iri(base: str = BASE) -> str:
    """The named graph of registry entries. It sorts after the graphs of documents."""
    return f"{base}kg/registry"


def build_registry(entries: Iterable[Entry], registry: Registry, base: str = BASE) -> bytes:
    """Sorted N-Quads of the entries that a corpus names, and of the venues around its venues."""
    wanted = {entry.id: entry for entry in entries}
    for entry in list(wanted.values()):
        around = entry.within
        while around and around not in wanted and (outer := registry.entries.get(("venue", around))):
            wanted[outer.id] = outer
            around = outer.within
    graph = f"<{registry_iri(base)}>"
    lines = {f"{triple} {graph} .\n" for entry in wanted.values() for triple in _triples(entry, registry, base)}
    return "".join(sorted(lines)).encode()


def _triples(entry: Entry, registry: Registry, base: str) -> Iterable[str]:
    venue = entry.kind == "venue"
    me = f"<{base}{'venue' if venue else 'actor'}/{entry.id}>"
    if venue:
        yield f"{me} <{RDF.type}> <{DP.Venue}>"
    else:
        yield f"{me} <{RDF.type}> <{DP.Actor}>"
        yield f"{me} <{RDF.type}> <{_CLASSES[entry.kind]}>"
    yield f"{me} <{RDFS.label}> {literal(entry.label)}"
    for language, name in entry.aliases:
        if (language, name) != ("", entry.label):
            yield f"{me} <{SKOS.altLabel}> {literal(name, language=language)}"
    if entry.wikidata:
        yield f"{me} <{SKOS.exactMatch}> {iri(wikidata_iri(entry.wikidata))}"
    if ("venue", entry.within) in registry.entries:
        yield f"{me} <{DP.within}> <{base}venue/{entry.within}>"
    if entry.latitude and entry.longitude:
        yield f"{me} <{WGS84.lat}> {_degrees(entry.latitude)}"
        yield f"{me} <{WGS84.long}> {_degrees(entry.longitude)}"


def _degrees(text: str) -> str:
    """A canonical xsd:decimal: no exponent, no trailing zeros."""
    number = f"{Decimal(text):f}"
    if "." in number:
        number = number.rstrip("0").rstrip(".")
    return f'"{"0" if number == "-0" else number}"^^<{XSD.decimal}>'
