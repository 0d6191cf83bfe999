"""XML of strangers: UTF-8 only, no document type, no entities of its own; then expat.

A document type is where external files and entity bombs come from, and no tool of annotators needs one, so any is refused
before a parser sees it.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.parsers import expat

from kg.errors import InputError

DEEPEST = 256


def prepared(data: bytes, place: str) -> bytes:
    """The bytes, fit to be parsed. Raises InputError for a document type, or where one could hide in another encoding."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        # expat would see the mark and read it, and the search below would see nothing.
        raise InputError("is UTF-16, and is not UTF-8", place=place, remedy="save it as UTF-8")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise InputError("has a document type (DOCTYPE)", place=place, remedy="take it out: no annotation needs one")
    start = data[:256]
    if b'version="1.1"' in start or b"version='1.1'" in start:
        # expat knows 1.0 only; they differ in control characters, which it then reports.
        data = start.replace(b'"1.1"', b'"1.0"', 1).replace(b"'1.1'", b"'1.0'", 1) + data[256:]
    return data


def new_parser(place: str) -> expat.XMLParserType:
    """A parser that refuses document types and entities; names of elements are `namespace name`."""
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise InputError("has a document type (DOCTYPE)", place=place, remedy="take it out: no annotation needs one")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


def parse(parser: expat.XMLParserType, data: bytes, place: str) -> None:
    """Parse XML with the handlers that the parser has. Raises InputError for what is none."""
    try:
        parser.Parse(prepared(data, place), True)
    except expat.ExpatError as error:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as wrong:
            raise InputError(f"byte {wrong.start} is not UTF-8", place=place, remedy="save it as UTF-8") from None
        found = f"is no XML: {expat.ErrorString(error.code)} at line {error.lineno}, column {error.offset}"
        raise InputError(found, place=place, remedy="export it again, as XML 1.0") from None


def parse_elements(data: bytes, place: str) -> Iterator[tuple[str, str, str]]:
    """The elements of a small file as ("start", name, "") and ("end", name, text of the innermost element)."""
    events: list[tuple[str, str, str]] = []
    texts: list[list[str]] = [[]]

    def start(name: str, _: dict[str, str]) -> None:
        if len(texts) > DEEPEST:
            raise InputError("is nested too deeply", place=place, remedy="export it again")
        events.append(("start", name, ""))
        texts.append([])

    def end(name: str) -> None:
        events.append(("end", name, "".join(texts.pop())))

    def text(content: str) -> None:
        texts[-1].append(content)

    parser = new_parser(place)
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parse(parser, data, place)
    return iter(events)
