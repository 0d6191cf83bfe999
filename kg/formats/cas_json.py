"""UIMA CAS JSON 0.4, as INCEpTION and dkpro-cassis write it.

A file brings its types along. `@feature` refers to another structure by id, `^feature` anchors an offset, everything else
is a plain value. The draft does not fix the unit of offsets; UTF-16 is what Java writes, and the annotation that spans the
whole text shows where something else was counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from kg.documents import Document
from kg.errors import Finding, InputError
from kg.formats.cas import (
    BUILT_IN,
    DOCUMENT,
    NO_OFFSET,
    SOFA,
    Cas,
    Feature,
    Structure,
    Types,
    about,
    is_segment,
    read_cas,
)
from kg.formats.reading import Data, Found, Head, Piece, stem
from kg.formats.strict_json import loads

_META = re.compile(rb'"(documentTitle|documentId)"\s*:\s*("(?:[^"\\]|\\.)*")')


def sniff(head: Head) -> bool:
    """Whether a file begins like CAS JSON."""
    return head.start[:1] == "{" and any(key in head.text for key in ('"%TYPES"', '"%FEATURE_STRUCTURES"', '"%VIEWS"'))


def find(data: Data, name: str) -> Iterator[Found | Finding]:
    """The one text of a file, named by its metadata, else by the file."""
    values: dict[str, str] = {}
    for match in _META.finditer(data):
        try:
            values.setdefault(match[1].decode(), json.loads(match[2]))
        except ValueError:
            continue
    said = about(values.get("documentTitle", ""), values.get("documentId", ""))
    yield Found(said.title or stem(name), name, said.annotator, said.curated, untouched=said.untouched)


def read(piece: Piece) -> tuple[Document, list[Finding]]:
    """The document of a CAS JSON file."""
    value = loads(piece.data, piece.place)
    try:
        cas = _cas(value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        found = f"is no UIMA CAS JSON 0.4: {type(error).__name__} {error}"[:160]
        raise InputError(found, place=piece.place, remedy="export it again as UIMA CAS JSON") from None
    return read_cas(cas, piece.id, piece.annotator, piece.place)


def _cas(value: dict[str, Any]) -> Cas:
    types = _types(value.get("%TYPES") or {})
    sofas: dict[str, str | None] = {}
    structures: list[Structure] = []
    kept: dict[str, bool] = {}
    links: dict[str, bool] = {}
    said: dict[str, tuple[str, str]] = {}
    listed = value["%FEATURE_STRUCTURES"]
    if isinstance(listed, dict):
        # Until 0.3 an object keyed by id.
        listed = [{"%ID": int(key), **one} for key, one in listed.items()]
    for one in listed:
        kind = one["%TYPE"]
        if kind == SOFA:
            text = one.get("sofaString")
            sofas[_id(one["%ID"])] = None if text is None else str(text)
            continue
        if kind not in kept:
            kept[kind] = not is_segment(kind) or types.is_a(kind, DOCUMENT)
            links[kind] = types.is_bare_link(kind)
        if links[kind]:
            said[_id(one["%ID"])] = str(one.get("role") or ""), _id(one.get("@target") or 0)
        elif kept[kind]:
            structures.append(_structure(one, kind))
    members = {
        _id(view["%SOFA"]): frozenset(map(_id, view.get("%MEMBERS") or ()))
        for view in (value.get("%VIEWS") or {}).values()
        if "%SOFA" in view
    }
    return Cas(sofas, structures, members, said, types)


def _structure(one: dict[str, Any], kind: str) -> Structure:
    made = Structure(_id(one["%ID"]), kind, "", -1, -1, {}, {})
    for name, value in one.items():
        if name[:1] == "%":
            if name == "%ELEMENTS":
                if _holds_references(kind):
                    made.refs["elements"] = [_id(element) for element in value if element]
                else:
                    made.values["elements"] = [str(element) for element in value if element is not None]
        elif name == "@sofa":
            made.sofa = _id(value)
        elif name[:1] == "@":
            made.refs[name[1:]] = [_id(one) for one in (value if isinstance(value, list) else [value]) if one]
        elif name.removeprefix("^") in ("begin", "end"):
            if type(value) is not int or value < 0:
                # No offset at all: this one is refused, and costs the others nothing.
                value = NO_OFFSET
            setattr(made, name.removeprefix("^"), value)
        elif isinstance(value, bool):
            made.values[name] = value
        elif isinstance(value, list):
            made.values[name] = [str(element) for element in value if element is not None]
        elif value is not None:
            made.values[name] = str(value)
    return made


def _holds_references(kind: str) -> bool:
    """Whether an array holds structures rather than values."""
    return kind in ("uima.cas.FSArray", "uima.cas.TOP[]") or (kind.endswith("[]") and not kind.startswith("uima.cas."))


def _id(value: Any) -> str:
    if type(value) is not int or value < 0:
        raise TypeError(f"no number: {value!r}")
    return str(value)


def _types(declared: dict[str, Any]) -> Types:
    types = Types(dict(BUILT_IN))
    for name, one in declared.items():
        types.parents[name] = str(one.get("%SUPER_TYPE") or "uima.cas.TOP")
        for key, feature in one.items():
            if key[:1] != "%":
                kind = str(feature.get("%RANGE") or "uima.cas.String")
                if kind in ("uima.cas.FSArray", "uima.cas.FSArray[]"):
                    kind = f"{feature.get('%ELEMENT_TYPE') or 'uima.cas.TOP'}[]"
                types.own.setdefault(name, []).append(Feature(key, kind))
    return types
