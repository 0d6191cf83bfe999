"""The formats of annotated text: one module for each, and this table of them.

Formats do not know each other. What they share are the values of `reading`, the unit of offsets (`offsets`), and two ways
to put a document together (`layers`, `cas`). Each is imported when the table is first used.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from kg.formats.reading import Data, Head, Reader
from kg.formats.writing import Writer

BRAT = "brat"


@lru_cache(maxsize=1)
def readers() -> Mapping[str, Reader]:
    """The formats that lie in files of their own, by name, in the order in which they are tried. brat lies in pairs of files
    that belong together by name, so that it is found by the corpus and stands beside this table."""
    from kg.formats import cas_json, cas_xmi, doccano, label_studio, mend, prodigy, web_annotation, webanno_tsv

    listed = (
        Reader(
            "uima-xmi",
            "UIMA CAS XMI, alone with its TypeSystem.xml or in the zip of INCEpTION",
            "an XML element in the name space of XMI",
            cas_xmi.sniff,
            cas_xmi.find,
            cas_xmi.read,
            companion="types",
        ),
        Reader(
            "uima-json",
            "UIMA CAS JSON 0.4 (INCEpTION, dkpro-cassis)",
            "an object with %TYPES, %FEATURE_STRUCTURES or %VIEWS",
            cas_json.sniff,
            cas_json.find,
            cas_json.read,
        ),
        Reader(
            "webanno-tsv",
            "WebAnno TSV 3",
            "a first line #FORMAT=WebAnno TSV 3",
            webanno_tsv.sniff,
            webanno_tsv.find,
            webanno_tsv.read,
        ),
        Reader(
            "web-annotation",
            "W3C Web Annotation as JSON-LD, with the text beside it",
            "an object of the type Annotation, AnnotationPage or AnnotationCollection",
            web_annotation.sniff,
            web_annotation.find,
            web_annotation.read,
            companion="text",
        ),
        Reader(
            "label-studio",
            "Label Studio JSON",
            "records with data, and annotations, completions or predictions",
            label_studio.sniff,
            label_studio.find,
            label_studio.read,
        ),
        Reader(
            "prodigy",
            "Prodigy JSONL, spans and relations",
            "records with a text, and spans or Prodigy's hashes",
            prodigy.sniff,
            prodigy.find,
            prodigy.read,
        ),
        Reader(
            "doccano",
            "doccano JSONL, labels or entities with relations",
            "records with a text, and a list of labels or entities",
            doccano.sniff,
            doccano.find,
            doccano.read,
        ),
        Reader(
            "mend-csv",
            "tables shaped like MEND, a mediation event to a row",
            "columns for third parties, local parties, and when or where",
            mend.sniff,
            mend.find,
            mend.read,
            mapping="mend",
            events=True,
        ),
    )
    return {reader.name: reader for reader in listed}


def recognise(data: Data, name: str = "") -> Reader | None:
    """The format of a file by its content; None where no reader knows it."""
    head = Head(data, name)
    return next((reader for reader in readers().values() if reader.sniff(head)), None)


@lru_cache(maxsize=1)
def writers() -> Mapping[str, Writer]:
    """The formats that a document can be written in, by name."""
    from kg.formats import write_annotation, write_brat, write_cas, write_label_studio

    listed = (
        Writer(BRAT, "brat stand-off: .txt and .ann", write_brat.write),
        Writer("web-annotation", "W3C Web Annotation: .txt and .jsonld", write_annotation.write),
        Writer("uima-json", "UIMA CAS JSON 0.4", write_cas.write_json),
        Writer("uima-xmi", "UIMA CAS XMI, a folder for each text with its TypeSystem.xml", write_cas.write_xmi),
        Writer("label-studio", "Label Studio JSON, a task to a file", write_label_studio.write),
    )
    return {writer.name: writer for writer in listed}
