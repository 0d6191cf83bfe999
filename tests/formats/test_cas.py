"""UIMA CAS as XMI and JSON, beside dkpro-cassis: what it wrote is read, what we write it reads; and what neither may let pass."""

from __future__ import annotations

import json
from pathlib import Path

import cassis
import pytest

from kg.documents import Document
from kg.errors import InputError
from kg.formats import cas_json, cas_xmi, writers
from kg.formats.cas import parse_types
from kg.formats.reading import Found, Piece
from tests.helpers import document as brat

TEXT = "Envoys 😀 met in Геленджик.\r\nThey left."
TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types>
<typeDescription><name>webanno.custom.Mention</name><description/><supertypeName>uima.tcas.Annotation</supertypeName><features>
<featureDescription><name>label</name><description/><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
</features></typeDescription>
<typeDescription><name>de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData</name><description/>
<supertypeName>uima.tcas.DocumentAnnotation</supertypeName><features>
<featureDescription><name>documentTitle</name><description/><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
<featureDescription><name>documentId</name><description/><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
</features></typeDescription>
<typeDescription><name>webanno.custom.CoreferenceChain</name><description/><supertypeName>uima.cas.AnnotationBase</supertypeName><features>
<featureDescription><name>first</name><description/><rangeTypeName>webanno.custom.CoreferenceLink</rangeTypeName></featureDescription>
</features></typeDescription>
<typeDescription><name>webanno.custom.CoreferenceLink</name><description/><supertypeName>uima.tcas.Annotation</supertypeName><features>
<featureDescription><name>next</name><description/><rangeTypeName>webanno.custom.CoreferenceLink</rangeTypeName></featureDescription>
<featureDescription><name>referenceType</name><description/><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
</features></typeDescription>
<typeDescription><name>de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token</name><description/>
<supertypeName>uima.tcas.Annotation</supertypeName><features/></typeDescription>
<typeDescription><name>de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity</name><description/>
<supertypeName>uima.tcas.Annotation</supertypeName><features>
<featureDescription><name>value</name><description/><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
<featureDescription><name>identifier</name><description/><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
</features></typeDescription>
</types></typeSystemDescription>
"""
META = (
    '<type:DocumentMetaData xmlns:type="http:///de/tudarmstadt/ukp/dkpro/core/api/metadata/type.ecore" xmi:id="2" sofa="1" '
    'begin="0" end="{end}" documentTitle="report.txt" documentId="anna"/>'
)


def xmi(body: str, text: str = TEXT, *, members: str = "2 3 4 5 6 7", end: int | None = None, head: str = "") -> bytes:
    """An XMI file as INCEpTION writes it, with this between the metadata and the sofa."""
    units = len(text.encode("utf-16-le")) // 2 if end is None else end
    quoted = text.replace("&", "&amp;").replace("\r", "&#13;").replace("\n", "&#10;")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" '
        'xmlns:custom="http:///webanno/custom.ecore" xmlns:ner="http:///de/tudarmstadt/ukp/dkpro/core/api/ner/type.ecore" '
        'xmlns:seg="http:///de/tudarmstadt/ukp/dkpro/core/api/segmentation/type.ecore" xmi:version="2.0"><cas:NULL xmi:id="0"/>'
        f'{META.format(end=units)}{body}<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" '
        f'sofaString="{quoted}"/><cas:View sofa="1" members="{members}"/></xmi:XMI>'
    ).encode()


def mention(number: int, begin: int, end: int, label: str = "Venue") -> str:
    return f'<custom:Mention xmi:id="{number}" sofa="1" begin="{begin}" end="{end}" label="{label}"/>'


def read(data: bytes, types: str | None = TYPES) -> tuple[Document, list[str]]:
    piece = Piece("report", data, "anna.xmi", "anna", "", types.encode() if types else None, "TypeSystem.xml")
    document, findings = cas_xmi.read(piece)
    return document, [str(finding) for finding in findings if finding.lost]


def test_offsets_count_utf16_units_and_leave_as_code_points():
    made, lost = read(xmi(mention(3, 17, 26) + mention(4, 7, 9, "Topic")))
    assert lost == []
    assert [(m.label, m.words, m.spans) for m in made.mentions] == [
        ("Topic", "😀", ((7, 8),)),
        ("Venue", "Геленджик", ((16, 25),)),
    ]


def test_the_metadata_names_the_text_and_the_annotator():
    assert list(cas_xmi.find(xmi(""), "anna.xmi")) == [Found("report", "anna.xmi", "anna", False)]
    curated = xmi("").replace(b'documentId="anna"', b'documentId="CURATION_USER"')
    assert list(cas_xmi.find(curated, "x.xmi")) == [Found("report", "x.xmi", "", True)]
    twice = xmi("").replace(b'documentId="anna"', b'documentId="report.txt"')
    assert list(cas_xmi.find(twice, "x.xmi")) == [Found("report", "x.xmi", "", False)]


def test_segmentation_is_no_annotation_and_deleted_spans_stay_deleted():
    made, lost = read(xmi('<seg:Token xmi:id="3" sofa="1" begin="0" end="6"/>' + mention(9, 0, 6, "Person")))
    assert made.mentions == () and lost == [], "a span outside the index of the view was deleted by its annotator"


def test_a_knowledge_base_link_is_a_reference():
    entity = '<ner:NamedEntity xmi:id="3" sofa="1" begin="17" end="26" value="LOC" identifier="http://www.wikidata.org/entity/Q161346"/>'
    made, _ = read(xmi(entity))
    assert made.mentions[0].label == "LOC"
    assert [(n.database, n.reference) for n in made.normalisations] == [("Wikidata", "Q161346")]


def test_a_chain_joins_what_stands_on_its_links():
    links = (
        '<custom:CoreferenceChain xmi:id="20" sofa="1" first="21"/>'
        '<custom:CoreferenceLink xmi:id="21" sofa="1" begin="0" end="6" next="22" referenceType="nam"/>'
        '<custom:CoreferenceLink xmi:id="22" sofa="1" begin="29" end="33" referenceType="pro"/>'
    )
    made, lost = read(
        xmi(mention(3, 0, 6, "Delegation") + mention(4, 29, 33, "Delegation") + links, members="2 3 4 20 21 22")
    )
    assert lost == []
    assert [group.members for group in made.equivalences] == [("T1", "T2")]
    made, lost = read(xmi(mention(3, 0, 6, "Delegation") + links, members="2 3 20 21 22"))
    assert made.equivalences == ()
    assert lost == [
        "anna.xmi: a link of CoreferenceChain stands on 'They', where nothing else is marked (join it by a relation)"
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (xmi(mention(3, 0, 600)), "anna.xmi: Mention 3 ends at 600, but the text has 39 UTF-16 units (was the text edited after annotation?)"),
        (xmi(mention(3, 8, 12)), "anna.xmi: Mention 3 starts or ends inside a character (was the text edited after annotation?)"),
        (xmi(mention(3, 12, 8)), "anna.xmi: Mention 3 starts after its end (was the file edited?)"),
    ],
)  # fmt: skip
def test_a_span_that_is_none_is_one_clear_line(data: bytes, said: str):
    made, lost = read(data)
    assert made.mentions == () and lost == [said]


@pytest.mark.parametrize(
    ("data", "types", "said"),
    [
        (xmi("", head='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'), TYPES, "has a document type (DOCTYPE)"),
        (xmi(""), TYPES.replace("?>", '?><!DOCTYPE a [<!ENTITY b "bb">]>', 1), "has a document type (DOCTYPE)"),
        (xmi("", head="<!--<!DOCTYPE x>-->"), TYPES, "has a document type (DOCTYPE)"),
        (xmi("").decode().encode("utf-16"), TYPES, "is not UTF-8"),
        (xmi("")[:-20], TYPES, "is no XML"),
        (xmi(""), None, "has no TypeSystem.xml beside it (put the TypeSystem.xml of the export beside it, or export as UIMA CAS JSON)"),
        (xmi("", end=36), TYPES, "the text has 39 UTF-16 units, but was annotated with 36"),
        (xmi('<custom:Mention xmi:id="3" sofa="1" begin="0" end="6" colour="red"/>'), TYPES, "has the feature colour, which its type system"),
        (xmi('<custom:Mention xmi:id="x" sofa="1" begin="0" end="6"/>'), TYPES, "has the number 'x'"),
        (b'<?xml version="1.0"?><xmi:XMI xmlns:xmi="http://www.omg.org/XMI"/>', TYPES, "holds no text"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_trusted_is_refused_in_one_line(data: bytes, types: str | None, said: str):
    with pytest.raises(InputError) as caught:
        read(data, types)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_a_text_whose_line_breaks_xml_lost_is_refused():
    """XML makes one blank of CR LF in an attribute that was written raw: every later offset is then wrong by one."""
    raw = xmi(mention(3, 17, 26)).replace(b"&#13;&#10;", b"\r\n")
    with pytest.raises(InputError) as caught:
        read(raw)
    assert "line breaks or characters were lost on the way" in str(caught.value)


def test_xml_1_1_is_read():
    made, lost = read(xmi(mention(3, 0, 6)).replace(b'version="1.0"', b'version="1.1"', 1))
    assert [m.words for m in made.mentions] == ["Envoys"] and lost == []


def test_type_systems_inherit_and_end_at_a_cycle():
    types = parse_types(TYPES.encode(), "t.xml")
    assert types.is_a("webanno.custom.Mention", "uima.tcas.Annotation")
    types.parents["a"], types.parents["b"] = "b", "a"
    assert not types.is_a("a", "uima.tcas.Annotation")


# -- JSON ----------------------------------------------------------------------------------------------------------------


def cas_document(spans: list[dict[str, object]], text: str = TEXT, end: int | None = None) -> bytes:
    meta = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
    structures: list[dict[str, object]] = [
        {
            "%ID": 1,
            "%TYPE": "uima.cas.Sofa",
            "sofaNum": 1,
            "sofaID": "_InitialView",
            "mimeType": "text",
            "sofaString": text,
        }
    ]
    if end is not None:
        structures.append({"%ID": 2, "%TYPE": meta, "@sofa": 1, "begin": 0, "end": end, "documentTitle": "report.txt"})
    structures += spans
    types = {
        "webanno.custom.Mention": {
            "%NAME": "webanno.custom.Mention",
            "%SUPER_TYPE": "uima.tcas.Annotation",
            "label": {"%NAME": "label", "%RANGE": "uima.cas.String"},
        },
        meta: {"%NAME": meta, "%SUPER_TYPE": "uima.tcas.DocumentAnnotation"},
    }
    views = {"_InitialView": {"%SOFA": 1, "%MEMBERS": [one["%ID"] for one in structures[1:]]}}
    return json.dumps({"%TYPES": types, "%FEATURE_STRUCTURES": structures, "%VIEWS": views}).encode()


def json_mention(begin: int, end: int) -> dict[str, object]:
    return {"%ID": 3, "%TYPE": "webanno.custom.Mention", "@sofa": 1, "begin": begin, "end": end, "label": "Venue"}


@pytest.mark.parametrize(("end", "begin"), [(39, 17), (None, 17), (38, 16), (37, 16)])
def test_the_unit_of_cas_json_is_the_one_in_which_the_whole_text_ends(end: int | None, begin: int):
    """UTF-16 as Java writes; code points; and code points after CRLF was made LF."""
    data = cas_document([json_mention(begin, begin + 9)], end=end)
    made, findings = cas_json.read(Piece("report", data, "x.json"))
    assert [m.words for m in made.mentions] == ["Геленджик"]
    assert not [finding for finding in findings if finding.lost]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"%TYPES": {}, "%TYPES": {}}', "gives the key '%TYPES' twice"),
        (b'{"%TYPES": {}, "%FEATURE_STRUCTURES": [{"%ID": NaN}]}', "holds NaN, which is no JSON"),
        (b'{"%TYPES": {}, "a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "is nested too deeply"),
        (b'{"%TYPES": {}, "a": ' + b"1" * 5000 + b"}", "holds a number that is too long"),
        (b'{"%TYPES": {}, "%FEATURE_STRUCTURES": [{"%TYPE": "x"}]}', "is no UIMA CAS JSON 0.4"),
        (b'{"%TYPES": {}, "%FEATURE_STRUCTURES": []}', "holds no text"),
        (b'{"%TYPES": {}', "is no JSON"),
    ],
)
def test_json_that_is_none_is_refused_in_one_line(data: bytes, said: str):
    with pytest.raises(InputError) as caught:
        cas_json.read(Piece("report", data, "x.json"))
    assert said in str(caught.value) and str(caught.value).startswith("x.json: ")


# -- writing -------------------------------------------------------------------------------------------------------------


def world() -> Document:
    return brat(
        "Envoys 😀 met Russian and Ukrainian teams.",
        "T1 Delegation :: Envoys",
        "T2 Meeting :: met",
        "T3 Delegation :: Russian + teams",
        "E1 | Meeting:T2 Party:T3 Participant:T1",
        "A1 | Stage E1 held",
        "A2 | Negated E1",
        "#1 | AnnotatorNotes E1 | see <here>",
    )


def test_cassis_reads_what_we_write(tmp_path: Path):
    files = writers()["uima-xmi"].write(world()).files
    types = cassis.load_typesystem(files["/TypeSystem.xml"].decode())
    from_xmi = cassis.load_cas_from_xmi(files[".xmi"].decode(), typesystem=types)
    from_json = cassis.load_cas_from_json(writers()["uima-json"].write(world()).files[".json"].decode())
    for cas in (from_xmi, from_json):
        assert cas.sofa_string == world().text
        (event,) = cas.select("webanno.custom.Event")
        assert event.get_covered_text() == "met" and event.Stage == "held" and event.Negated is True
        assert event.Note == "see <here>"
        links = event.roles.elements
        assert [link.role for link in links] == ["Party", "Participant"]
        assert [link.target.get_covered_text() for link in links] == ["Russian", "Envoys"]
        assert links[0].target.fragments.elements == ["14-21", "36-41"]


def test_a_control_character_that_xml_cannot_hold_is_said():
    from dataclasses import replace

    written = writers()["uima-xmi"].write(replace(world(), text=world().text + "\x07"))
    assert [str(finding) for finding in written.findings] == [
        "note: holds control characters that XML cannot; they are written as U+FFFD (write it as uima-json)"
    ]
