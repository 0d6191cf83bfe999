"""W3C Web Annotation: positions, quotations, links between annotations, and contexts that are never fetched."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kg.documents import Document
from kg.errors import InputError
from kg.formats import recognise, web_annotation
from kg.formats.reading import Found, Piece

TEXT = "Envoys 😀 met in Muscat. Envoys left."
CONTEXT = "http://www.w3.org/ns/anno.jsonld"


def page(*items: dict[str, Any], context: Any = CONTEXT) -> bytes:
    return json.dumps(
        {"@context": context, "id": "http://example.org/p", "type": "AnnotationPage", "items": list(items)}
    ).encode()


def annotation(
    own: str, selector: Any, *bodies: dict[str, str], source: str = "http://example.org/report.txt", **more: Any
) -> dict[str, Any]:
    return {
        "id": own,
        "type": "Annotation",
        "body": list(bodies),
        "target": {"source": source, "selector": selector},
    } | more


def body(purpose: str, value: str) -> dict[str, str]:
    return {"type": "TextualBody", "purpose": purpose, "value": value}


def position(start: int, end: int) -> dict[str, Any]:
    return {"type": "TextPositionSelector", "start": start, "end": end}


def quote(exact: str, prefix: str = "", suffix: str = "") -> dict[str, str]:
    return {"type": "TextQuoteSelector", "exact": exact, "prefix": prefix, "suffix": suffix}


def read(data: bytes, annotator: str = "") -> tuple[Document, list[str]]:
    piece = Piece(
        "report", data, "report.jsonld", annotator, "http://example.org/report.txt", TEXT.encode(), "report.txt"
    )
    made, findings = web_annotation.read(piece)
    return made, [str(finding) for finding in findings]


VENUE = body("classifying", "Venue")


def test_a_position_checked_by_its_quotation():
    made, findings = read(
        page(
            annotation(
                "a",
                [position(16, 22), quote("Muscat")],
                VENUE,
                body("identifying", "http://www.wikidata.org/entity/Q3826"),
            )
        )
    )
    assert findings == [] and [(m.label, m.words) for m in made.mentions] == [("Venue", "Muscat")]
    assert [(n.database, n.reference) for n in made.normalisations] == [("Wikidata", "Q3826")]
    _, findings = read(page(annotation("a", [position(16, 22), quote("Vienna")], VENUE)))
    assert findings == [
        'report.jsonld: Venue a marks "Muscat" in report.txt, but the line says "Vienna" (was the text edited after annotation?)'
    ]


def test_positions_of_a_tool_that_counts_utf16_are_found_out():
    made, findings = read(page(annotation("a", [position(17, 23), quote("Muscat")], VENUE)))
    assert made.mentions[0].spans == ((16, 22),) and findings == ["report.jsonld: offsets count UTF-16 units; read so"]


@pytest.mark.parametrize(
    ("selector", "words"),
    [
        (quote("Muscat"), "Muscat"),
        (quote("Envoys", suffix=" left"), "Envoys"),
        ({"type": "FragmentSelector", "value": "char=16,22"}, "Muscat"),
        ({"type": "FragmentSelector", "value": "xywh=1", "refinedBy": position(16, 22)}, "Muscat"),
        ({"type": "Choice", "items": [position(16, 22)]}, "Muscat"),
    ],
)
def test_other_selectors(selector: dict[str, Any], words: str):
    made, findings = read(page(annotation("a", selector, VENUE)))
    assert findings == [] and made.mentions[0].words == words


def test_a_quotation_that_stands_twice_names_no_place():
    made, findings = read(page(annotation("a", quote("Envoys"), VENUE)))
    assert made.mentions == () and "quotes what does not stand there exactly once" in findings[0]


def test_links_between_annotations_and_other_bodies():
    link = {
        "id": "l",
        "type": "Annotation",
        "motivation": "linking",
        "target": "e",
        "body": [body("classifying", "Venue"), {"source": "v", "purpose": "linking"}],
    }
    lost = link | {"id": "m", "body": [body("classifying", "Party"), {"source": "zz", "purpose": "linking"}]}
    event = annotation(
        "e",
        position(9, 12),
        body("classifying", "Meeting"),
        body("tagging", "Stage: held"),
        body("tagging", "Negated"),
        body("commenting", "sure"),
    )
    made, findings = read(page(event, annotation("v", position(16, 22), VENUE), link, lost))
    assert [(r.label, r.source, r.target) for r in made.relations] == [("Venue", "T1", "T2")]
    assert [(a.label, a.value) for a in made.attributes] == [("Stage", "held"), ("Negated", None)]
    assert [n.text for n in made.notes] == ["sure"]
    assert findings == [
        "report.jsonld: the link Party leads to zz, which is not there (annotate it, or remove the link)"
    ]


def test_several_texts_and_several_creators_in_one_file():
    data = page(
        annotation("a", position(0, 6), VENUE, creator="anna"),
        annotation("b", position(0, 6), VENUE, creator={"type": "Person", "name": "boris"}),
        annotation("c", position(0, 6), VENUE, source="http://example.org/texts/other"),
    )
    assert recognise(data).name == "web-annotation"
    assert [(f.id, f.annotator) for f in web_annotation.find(data, "x.jsonld") if isinstance(f, Found)] == [
        ("report", "anna"),
        ("report", "boris"),
        ("other", ""),
    ]
    made, _ = read(data, "boris")
    assert len(made.mentions) == 1


@pytest.mark.parametrize(
    ("context", "said"),
    [
        (
            "https://evil.example/context.jsonld",
            "needs the remote context https://evil.example/context.jsonld, and nothing is fetched",
        ),
        ([CONTEXT, "file:///etc/passwd"], "needs the remote context file:///etc/passwd, and nothing is fetched"),
        ([CONTEXT, {"@import": "http://evil.example/"}], "has a context that gives names a meaning of its own"),
        ([CONTEXT, {"body": "http://evil.example/"}], "has a context that gives names a meaning of its own"),
    ],
)
def test_no_context_but_the_standards_own_is_known(context: Any, said: str):
    data = page(annotation("a", position(0, 6), VENUE), context=context)
    for reading in (lambda: list(web_annotation.find(data, "x.jsonld")), lambda: read(data)):
        with pytest.raises(InputError) as caught:
            reading()
        assert said in str(caught.value)


def test_pages_elsewhere_and_missing_texts_are_refused():
    elsewhere = json.dumps(
        {"@context": CONTEXT, "type": "AnnotationCollection", "first": "http://example.org/p1"}
    ).encode()
    with pytest.raises(InputError) as caught:
        list(web_annotation.find(elsewhere, "x.jsonld"))
    assert "names a page elsewhere" in str(caught.value)
    with pytest.raises(InputError) as caught:
        web_annotation.read(Piece("report", page(), "x.jsonld", "", "http://example.org/report.txt", None))
    assert (
        str(caught.value)
        == "x.jsonld: annotates http://example.org/report.txt, which is not here (put the text beside it, as report.txt)"
    )


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("http://example.org/a/report", "report"),
        ("http://example.org/../../etc/passwd%2F..", "passwd_.."),
        ("urn:x:report", "urn:x:report"),
        ("report.txt", "report"),
    ],
)
def test_the_text_is_named_by_the_last_part_of_the_address(source: str, name: str):
    assert web_annotation.text_id(source) == name and "/" not in name
