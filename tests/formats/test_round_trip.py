"""One annotated text, written in every format, gives the same graph from each."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from kg.assembly import assemble
from kg.builder import build_document
from kg.documents import Document
from kg.formats import readers, recognise, writers
from kg.formats.brat import parse_brat
from kg.formats.offsets import utf16
from kg.formats.reading import Found, Piece
from kg.registry import Registry
from tests.formats import tool_writers
from tests.formats.worlds import documents

SETTINGS = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


def graph(document: Document) -> list[str]:
    """The sorted quads of a document; the digest and length of the text show whether the text is the same."""
    built = build_document(document, Registry())
    assert not built.findings, [str(finding) for finding in built.findings]
    return built.quads.decode().splitlines()


def read(form: str, data: bytes, *, companion: bytes | None = None, name: str = "report.json") -> Document:
    """Recognise, find and read, as a build does."""
    reader = recognise(data, name)
    assert reader is not None and reader.name == form, reader
    found = [one for one in reader.find(data, name) if isinstance(one, Found)]
    assert [one.id for one in found] == ["report"]
    record = data[found[0].start : found[0].start + found[0].length] if found[0].length else data
    piece = Piece("report", record, found[0].place, found[0].annotator, found[0].key, companion, "report.txt")
    document, findings = readers()[form].read(piece)
    assert not [str(finding) for finding in findings if finding.lost], [str(finding) for finding in findings]
    return document if reader.events else assemble(document)


def through_writer(form: str, document: Document) -> Document:
    written = writers()[form].write(document)
    assert not [finding for finding in written.findings if finding.lost]
    files = dict(written.files)
    if form == "brat":
        made, findings = parse_brat("report", files[".txt"].decode(), [("report.ann", files[".ann"].decode())])
        assert not [finding for finding in findings if finding.lost], [str(finding) for finding in findings]
        return made
    companion = files.pop(".txt", None) or files.pop("/TypeSystem.xml", None)
    (data,) = files.values()
    return read(form, data, companion=companion)


def cas_xmi(document: Document) -> Document:
    made = tool_writers.cas(document)
    return read("uima-xmi", made.to_xmi().encode(), companion=made.typesystem.to_xml().encode())


TOOLS: dict[str, Callable[[Document], Document]] = {
    "prodigy": lambda document: read("prodigy", tool_writers.prodigy(document)),
    "doccano": lambda document: read("doccano", tool_writers.doccano(document)),
    "webanno-tsv": lambda document: read("webanno-tsv", tool_writers.webanno_tsv(document)),
    "cassis JSON": lambda document: read("uima-json", tool_writers.cas(document).to_json().encode()),
    "cassis XMI": cas_xmi,
}


@pytest.mark.parametrize("form", ["brat", "web-annotation", "uima-json", "uima-xmi"])
@given(document=documents())
@SETTINGS
def test_what_a_writer_wrote_reads_as_the_same_graph(form: str, document: Document):
    made = replace(through_writer(form, document), source=document.source)
    assert made.text == document.text
    assert graph(made) == graph(document)


@pytest.mark.parametrize("form", ["label-studio", *TOOLS])
@given(document=documents(whole=True))
@SETTINGS
def test_what_a_tool_wrote_reads_as_the_same_graph(form: str, document: Document):
    if form == "webanno-tsv":
        # What follows the last word of a text is in no sentence.
        document = replace(document, text=document.text[: max(end for m in document.mentions for _, end in m.spans)])
        document = replace(document, text=document.text.rstrip())
    made = TOOLS[form](document) if form in TOOLS else through_writer(form, document)
    made = replace(made, source=document.source)
    assert made.text == document.text
    assert graph(made) == graph(document)


def in_utf16(value: Any, offset: Callable[[int], int]) -> Any:
    """A JSON value with every start and end as JavaScript counts them."""
    if isinstance(value, dict):
        return {
            key: offset(one) if key in ("start", "end") and isinstance(one, int) else in_utf16(one, offset)
            for key, one in value.items()
        }
    return [in_utf16(one, offset) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("form", ["brat", "label-studio", "prodigy", "web-annotation"])
@given(document=documents(whole=True))
@SETTINGS
def test_offsets_that_a_tool_counted_in_utf16_units_read_as_the_same_graph(form: str, document: Document):
    text, offset = document.text, utf16(document.text).back(document.text)
    spans = [(offset(start), offset(end)) for mention in document.mentions for start, end in mention.spans]
    # Where every mention reads the same in code points, nothing tells the units apart.
    assume(any(text[s:e] != m.words for (s, e), m in zip(spans, document.mentions, strict=True)))
    companion: bytes | None = None
    if form == "brat":
        files = writers()["brat"].write(document).files
        lines = re.sub(
            r"(?m)^(T[0-9]+\t\S+) ([0-9]+) ([0-9]+)",
            lambda match: f"{match[1]} {offset(int(match[2]))} {offset(int(match[3]))}",
            files[".ann"].decode(),
        )
        made, findings = parse_brat("report", text, [("report.ann", lines)])
        assert not [finding for finding in findings if finding.lost], [str(finding) for finding in findings]
    else:
        if form == "prodigy":
            data = tool_writers.prodigy(document)
        else:
            files = dict(writers()[form].write(document).files)
            companion = files.pop(".txt", None)
            (data,) = files.values()
        data = json.dumps(in_utf16(json.loads(data), offset)).encode()
        made = read(form, data, companion=companion)
    made = replace(made, source=document.source)
    assert graph(made) == graph(document)
