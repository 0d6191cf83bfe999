"""Exports as the tools really leave them: folders of several annotators, old and short forms, archives that only look harmless."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest

from kg.building import Report, quads
from kg.corpus import find_documents, read_document
from kg.errors import InputError
from kg.formats import archives
from tests.formats.test_cas import TYPES, cas_document, json_mention, mention, xmi

TEXT = "Envoys met in Muscat."


def packed(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def laid(folder: Path, members: dict[str, bytes]) -> Path:
    for name, content in members.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def found(folder: Path, **options: Any) -> list[tuple[str, str, bool]]:
    items = find_documents([folder], **options).items
    return [(i.id, i.held.found.annotator, i.held.found.curated) for i in items if i.held is not None]


def by(annotator: str) -> bytes:
    return xmi(mention(3, 17, 26)).replace(b'documentId="anna"', f'documentId="{annotator}"'.encode())


def nameless() -> bytes:
    """CAS JSON without metadata: who annotated which text is said by the folders alone."""
    return cas_document([json_mention(17, 26)])


# -- INCEpTION -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_zip", [True, False])
def test_the_text_as_it_was_taken_in_never_stands_for_an_annotator(tmp_path: Path, as_zip: bool):
    members = {"annotation/report.txt/INITIAL_CAS.xmi": by("INITIAL_CAS"), "annotation/report.txt/anna.xmi": by("anna"), "TypeSystem.xml": TYPES.encode()}  # fmt: skip
    if as_zip:
        (tmp_path / "project.zip").write_bytes(packed(members))
    else:
        laid(tmp_path, members)
    assert found(tmp_path) == [("report", "anna", False)]


def test_the_text_as_it_was_taken_in_is_read_where_nobody_annotated_it(tmp_path: Path):
    laid(tmp_path, {"INITIAL_CAS.xmi": by("INITIAL_CAS"), "TypeSystem.xml": TYPES.encode()})
    assert found(tmp_path) == [("report", "", False)]


def test_folders_of_a_project_name_text_and_annotator_where_the_files_do_not(tmp_path: Path):
    laid(
        tmp_path,
        {
            "annotation/report.txt/INITIAL_CAS.json": nameless(),
            "annotation/report.txt/anna.json": nameless(),
            "annotation/report.txt/boris.json": nameless(),
            "annotation/other.txt/anna.zip": packed({"anna.json": nameless()}),
            "curation/other.txt/CURATION_USER.json": nameless(),
        },
    )
    with pytest.raises(InputError, match="1 text is annotated by several people and not curated: anna, boris"):
        find_documents([tmp_path])
    assert found(tmp_path, annotators=["boris", "curated"]) == [("other", "", True), ("report", "boris", False)]


def test_folders_of_a_tsv_export_name_text_and_annotator(tmp_path: Path):
    tsv = b"#FORMAT=WebAnno TSV 3.3\n#T_SP=a.M|label\n\n\n#Text=Envoys met\n1-1\t0-6\tEnvoys\tDelegation\t\n"
    names = ("annotation/report.txt/INITIAL_CAS.tsv", "annotation/report.txt/anna.tsv", "annotation/b.txt/anna.tsv")
    laid(tmp_path, dict.fromkeys(names, tsv) | {"curation/report.txt/CURATION_USER.tsv": tsv})
    assert found(tmp_path) == [("b", "anna", False), ("report", "", True)]
    laid(tmp_path / "flat", {"report.tsv": tsv})
    assert found(tmp_path / "flat") == [("report", "", False)]


def test_annotations_of_the_whole_text_are_counted(tmp_path: Path):
    types = TYPES.replace(
        "</types>",
        "<typeDescription><name>webanno.custom.Tone</name><description/><supertypeName>uima.cas.AnnotationBase</supertypeName>"
        "<features><featureDescription><name>label</name><description/><rangeTypeName>uima.cas.String</rangeTypeName>"
        "</featureDescription></features></typeDescription></types>",
    )
    data = xmi(mention(3, 17, 26) + '<custom:Tone xmi:id="4" sofa="1" label="calm"/>')
    (item,) = find_documents([laid(tmp_path, {"a.xmi": data, "TypeSystem.xml": types.encode()})]).items
    made = read_document(item)
    assert [str(one) for one in made.findings] == ["a.xmi: 1 of Tone of the whole text are not read"]


def linked(link: str) -> tuple[str, str]:
    """A span with one slot, and the type system of its link, which has a feature of its own."""
    text = "<rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>"
    types = TYPES.replace(
        "</types>",
        "<typeDescription><name>webanno.custom.EventRolesLink</name><description/><supertypeName>uima.cas.TOP</supertypeName><features>"
        f"<featureDescription><name>role</name><description/>{text}<featureDescription><name>remark</name><description/>{text}"
        "<featureDescription><name>target</name><description/><rangeTypeName>uima.tcas.Annotation</rangeTypeName></featureDescription>"
        "</features></typeDescription><typeDescription><name>webanno.custom.Event</name><description/>"
        "<supertypeName>uima.tcas.Annotation</supertypeName><features><featureDescription><name>roles</name><description/>"
        "<rangeTypeName>uima.cas.FSArray</rangeTypeName><elementType>webanno.custom.EventRolesLink</elementType></featureDescription>"
        "</features></typeDescription></types>",
    )
    return f'<custom:Event xmi:id="4" sofa="1" begin="10" end="13" roles="5"/>{link}', types


def test_links_with_features_of_their_own(tmp_path: Path):
    body, types = linked('<custom:EventRolesLink xmi:id="5" role="Venue" target="3" remark="sure"/>')
    data = {"a.xmi": xmi(mention(3, 17, 26) + body), "TypeSystem.xml": types.encode()}
    (item,) = find_documents([laid(tmp_path, data)]).items
    made = read_document(item)
    assert [str(one) for one in made.findings] == ["a.xmi: 1 of feature remark of EventRolesLink are not read"]
    assert item.held is not None
    from kg.holdings import read

    raw, _ = read(item.held)
    assert [(event.label, [role.name for role in event.roles]) for event in raw.events] == [("Event", ["Venue"])]


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ('<custom:EventRolesLink xmi:id="5" role="Venue" target="0"/>', "a.xmi: Event 4 has a link to nothing (link or remove it)"),
        ('<custom:EventRolesLink xmi:id="9" role="Venue" target="3"/>', "a.xmi: Event 4 has a link to nothing (link or remove it)"),
        ('<custom:EventRolesLink xmi:id="5" role="Venue" target="88"/>', "a.xmi: Event 4, role Venue, links 88, which is no marked span (mark it, or unlink)"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("bare", [True, False])
def test_a_link_that_leads_nowhere_is_one_line(tmp_path: Path, link: str, said: str, bare: bool):
    body, types = linked(link)
    if bare:
        types = types.replace("<featureDescription><name>remark</name>", "<!-- ", 1).replace(
            "<!-- <description/><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>", "", 1
        )
    data = {"a.xmi": xmi(mention(3, 17, 26) + body), "TypeSystem.xml": types.encode()}
    (item,) = find_documents([laid(tmp_path, data)]).items
    assert [str(one) for one in read_document(item).findings if one.lost] == [said]


@pytest.mark.parametrize("bare", [True, False])
def test_a_link_may_not_have_what_its_type_does_not_know(tmp_path: Path, bare: bool):
    body, types = linked('<custom:EventRolesLink xmi:id="5" role="Venue" target="3" colour="red"/>')
    types = types.replace("<name>remark</name>", "<name>role</name>") if bare else types
    laid(tmp_path, {"a.xmi": xmi(mention(3, 17, 26) + body), "TypeSystem.xml": types.encode()})
    report = Report()
    b"".join(quads([tmp_path], report))
    assert [str(one) for one in report.findings if one.lost] == [
        "a.xmi: webanno.custom.EventRolesLink 5 has the feature colour, which its type system does not know "
        "(put the TypeSystem.xml of the same export beside it)"
    ]


def test_offsets_without_a_witness_are_said_to_be_so(tmp_path: Path):
    (item,) = find_documents([laid(tmp_path, {"a.json": nameless()})]).items
    assert [str(one) for one in read_document(item).findings] == [
        "a.json: nothing in it spans the whole text and shows what offsets count; read as UTF-16 units"
    ]


def custom(*structures: dict[str, Any]) -> bytes:
    """CAS JSON 0.4 with types of its own, as dkpro-cassis writes them."""
    types = {
        "my.Person": {"%NAME": "my.Person", "%SUPER_TYPE": "uima.tcas.Annotation", "tags": {"%NAME": "tags", "%RANGE": "uima.cas.String[]"}},
        "my.Role": {"%NAME": "my.Role", "%SUPER_TYPE": "uima.cas.TOP", "role": {"%RANGE": "uima.cas.String"}, "target": {"%RANGE": "uima.tcas.Annotation"}},
        "my.Talks": {"%NAME": "my.Talks", "%SUPER_TYPE": "uima.tcas.Annotation", "who": {"%RANGE": "my.Role[]"}},
    }  # fmt: skip
    sofa = {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaID": "_InitialView", "sofaString": TEXT}
    views = {"_InitialView": {"%SOFA": 1, "%MEMBERS": [one["%ID"] for one in structures if "begin" in one]}}
    whole = {
        "%HEADER": {"version": "0.4"},
        "%TYPES": types,
        "%FEATURE_STRUCTURES": [sofa, *structures],
        "%VIEWS": views,
    }
    return json.dumps(whole).encode()


def span(number: int, begin: Any, end: Any, kind: str = "my.Person", **more: Any) -> dict[str, Any]:
    return {"%ID": number, "%TYPE": kind, "@sofa": 1, "begin": begin, "end": end} | more


def raw(folder: Path, data: bytes) -> tuple[Any, list[str]]:
    """A CAS JSON file as read, in its own labels."""
    from kg.holdings import read

    (item,) = find_documents([laid(folder, {"a.json": data})]).items
    assert item.held is not None
    made, findings = read(item.held)
    return made, [str(one) for one in findings]


def test_types_of_its_own_with_arrays(tmp_path: Path):
    array = {"%ID": 7, "%TYPE": "uima.cas.StringArray", "%ELEMENTS": ["a", None, "b"]}
    made, findings = raw(tmp_path, custom(span(3, 0, 6, **{"@tags": 7}), array))
    assert findings == [] and [(a.label, a.value) for a in made.attributes] == [("tags", "a"), ("tags", "b")]


@pytest.mark.parametrize(
    ("slot", "array"),
    [([5], None), (6, {"%ID": 6, "%TYPE": "my.Role[]", "%ELEMENTS": [5]}), (6, {"%ID": 6, "%TYPE": "uima.cas.FSArray", "%ELEMENTS": [5, 0]})],
)  # fmt: skip
def test_slots_in_the_line_or_in_an_array_of_their_own(tmp_path: Path, slot: Any, array: dict[str, Any] | None):
    link = {"%ID": 5, "%TYPE": "my.Role", "role": "Side", "@target": 3}
    talks = span(4, 7, 10, "my.Talks", **{"@who": slot})
    made, findings = raw(tmp_path, custom(span(3, 0, 6), talks, link, *([array] if array else [])))
    assert findings == [] and [(e.label, [(r.name, r.target) for r in e.roles]) for e in made.events] == [("Talks", [("Side", "T1")])]  # fmt: skip


@pytest.mark.parametrize(("begin", "end"), [(-1, 6), (0.5, 6), (0, "6"), (True, 6), (0, None)])
def test_an_offset_that_is_none_costs_its_own_mention_alone(tmp_path: Path, begin: Any, end: Any):
    made, findings = raw(tmp_path, custom(span(3, begin, end), span(4, 7, 10)))
    assert [mention.words for mention in made.mentions] == ["met"]
    assert findings == ["a.json: Person 3 has offsets that are no whole numbers (was the file edited?)"]


def test_an_id_given_twice_is_refused_since_what_refers_to_it_means_either(tmp_path: Path):
    assert lost(tmp_path, {"a.json": custom(span(3, 0, 6), span(3, 7, 10))}) == [
        "a.json: gives the id 3 to 2 things (export it again)"
    ]


def test_other_texts_of_one_file_are_counted(tmp_path: Path):
    other = b'<cas:Sofa xmi:id="99" sofaNum="2" sofaID="x" sofaString="hello"/><cas:View'
    data = xmi(mention(3, 17, 26)).replace(b"<cas:View", other)
    (item,) = find_documents([laid(tmp_path, {"a.xmi": data, "TypeSystem.xml": TYPES.encode()})]).items
    assert [str(one) for one in read_document(item).findings] == ["a.xmi: 1 other texts in the same file are not read"]


def test_utf16_and_empty_archives_are_said(tmp_path: Path):
    assert lost(tmp_path, {"a.xmi": xmi("").decode().encode("utf-16")}) == [
        "a.xmi: is UTF-16, and is not UTF-8 (save it as UTF-8)"
    ]
    (tmp_path / "b").mkdir()
    assert lost(tmp_path / "b", {"a.zip": packed({"readme.md": b"x"})}) == [
        "a.zip: holds nothing that is read (see kg formats)"
    ]


# -- Label Studio, doccano -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["labels", "hypertextlabels"])
def test_the_short_form_of_label_studio_is_refused_with_the_way_out(tmp_path: Path, kind: str):
    short = [
        {
            "text": TEXT,
            "id": 1,
            "label": [{"start": 0, "end": 6, "text": "Envoys", kind: ["Delegation"]}],
            "annotator": 1,
        }
    ]
    (tmp_path / "min.json").write_text(json.dumps(short), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        find_documents([tmp_path])
    assert str(caught.value) == (
        "min.json: is JSON-MIN, which leaves out relations, ids and who annotated (in Label Studio, export with the format JSON)"
    )


def test_html_marked_by_paths_is_refused_in_one_line(tmp_path: Path):
    value = {"start": "/p[1]/text()[1]", "end": "/p[1]/text()[1]", "startOffset": 0, "endOffset": 6, "hypertextlabels": ["Delegation"]}  # fmt: skip
    result = {"id": "a", "from_name": "l", "to_name": "text", "type": "hypertextlabels", "value": value}
    task = {"id": 1, "data": {"text": f"<p>{TEXT}</p>"}, "annotations": [{"id": 1, "result": [result]}]}
    (tmp_path / "a.json").write_text(json.dumps([task]), encoding="utf-8")
    report = Report()
    b"".join(quads([tmp_path], report))
    assert [str(one) for one in report.findings if one.lost] == [
        "a.json, record 1: marks HTML by paths: /p[1]/text()[1] (export with a version that writes globalOffsets, or annotate plain text)"
    ]


def test_doccano_packs_a_file_for_each_annotator(tmp_path: Path):
    def line(label: str) -> bytes:
        return json.dumps({"id": 1, "text": TEXT, "label": [[0, 6, label]]}).encode() + b"\n"

    (tmp_path / "talks.zip").write_bytes(packed({"anna.jsonl": line("Delegation"), "boris.jsonl": line("Group")}))
    with pytest.raises(InputError, match="annotated by several people and not curated: anna, boris"):
        find_documents([tmp_path])
    assert found(tmp_path, annotators=["boris"]) == [("talks-1", "boris", False)]
    (tmp_path / "talks.zip").write_bytes(packed({"all.jsonl": line("Delegation")}))
    assert found(tmp_path) == [("talks-1", "", False)]


def lost(folder: Path, files: dict[str, Any]) -> list[str]:
    """What a build of these files says is lost; the refusal where nothing is left."""
    for name, content in files.items():
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        (folder / name).write_bytes(data)
    report = Report()
    try:
        b"".join(quads([folder], report, processes=1))
    except InputError as error:
        return [str(error)]
    return [str(one) for one in report.findings if one.lost]


def task(start: Any, end: Any, text: str = TEXT) -> list[dict[str, Any]]:
    """A Label Studio export with one region, which gives no words to check it by."""
    value = {"start": start, "end": end, "labels": ["Delegation"]}
    region = {"id": "a", "from_name": "l", "to_name": "text", "type": "labels", "value": value}
    return [{"id": 1, "data": {"text": text}, "annotations": [{"id": 1, "result": [region]}]}]


@pytest.mark.parametrize("address", ["https://example.org/a.txt", "/data/upload/1/a.txt", "s3://bucket/a.txt"])
def test_a_text_that_lies_elsewhere_is_never_taken_for_the_text(tmp_path: Path, address: str):
    assert lost(tmp_path, {"a.json": task(0, 6, address)}) == [
        f"a.json, record 1: names the text instead of holding it: {address} (import the texts themselves, as a column text)"
    ]


@pytest.mark.parametrize(("start", "end"), [(0.4, 6), (True, 6), ("0", "6"), (None, 6), (0, [6])])
def test_offsets_are_whole_numbers_and_never_rounded(tmp_path: Path, start: Any, end: Any):
    (said,) = lost(tmp_path, {"a.json": task(start, end)})
    assert "has offsets that are no whole numbers" in said
    (said,) = lost(tmp_path, {"a.json": {"text": TEXT, "spans": [{"start": start, "end": end, "label": "Delegation"}]}})
    assert "has offsets that are no whole numbers" in said
    (said,) = lost(tmp_path, {"a.json": {"id": 1, "text": TEXT, "label": [[start, end, "Delegation"]]}})
    assert "has offsets that are no whole numbers" in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"text": NaN}', "a.json: holds NaN, which is no JSON (export it again)"),
        (b'{"text": "a",\n "spans": [', "a.json: is no JSON: "),
        (b'[{"text": "a", "text": "b"}]', "a.json: gives the key 'text' twice (export it again)"),
        (b"[" * 100_000, "a.json: is nested too deeply (export it again)"),
        (b"[]", "a.json: is of no known format (see kg formats)"),
    ],
)
def test_what_is_wrong_with_a_file_of_no_known_format(tmp_path: Path, content: bytes, said: str):
    (refused,) = lost(tmp_path, {"a.json": content})
    assert refused.startswith(said)


def test_predictions_alone_are_refused_with_the_reason(tmp_path: Path):
    only = [{"id": 1, "data": {"text": TEXT}, "annotations": [], "predictions": [{"result": []}]}]
    assert lost(tmp_path, {"a.json": only}) == ["a.json: 1 predictions are not read: nobody stands behind them"]


def test_what_prodigy_says_of_the_whole_text_is_counted(tmp_path: Path):
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": TEXT, "accept": ["x"], "answer": "accept", "_task_hash": 1}), encoding="utf-8")  # fmt: skip
    (item,) = find_documents([tmp_path]).items
    assert [str(one) for one in read_document(item).findings] == [
        "a.jsonl: what is said of the whole text is not read: accept"
    ]


# -- Web Annotation ------------------------------------------------------------------------------------------------------

CONTEXT = "http://www.w3.org/ns/anno.jsonld"


def annotation(target: Any, **more: Any) -> dict[str, Any]:
    body = {"type": "TextualBody", "purpose": "classifying", "value": "Delegation"}
    return {
        "@context": CONTEXT,
        "id": "http://example.org/1",
        "type": "Annotation",
        "body": body,
        "target": target,
    } | more


@pytest.mark.parametrize(
    "content",
    [
        annotation("http://example.org/a.txt#char=0,6"),
        annotation(["http://example.org/a.txt#char=0,6;length=21"]),
        {"@context": CONTEXT, "@graph": [annotation("a.txt#char=0,6")]},
        {"@context": CONTEXT, "type": "AnnotationCollection", "first": {"type": "AnnotationPage", "items": [annotation("a.txt#char=0,6")]}},
    ],
)  # fmt: skip
def test_other_ways_to_name_a_stretch_of_text(tmp_path: Path, content: Any):
    laid(tmp_path, {"a.txt": TEXT.encode(), "a.jsonld": json.dumps(content).encode()})
    (item,) = find_documents([tmp_path]).items
    made = read_document(item)
    assert [m.words for m in made.document.mentions] == ["Envoys"] and not [one for one in made.findings if one.lost]


def test_annotations_of_whole_texts_are_counted(tmp_path: Path):
    whole = annotation("http://example.org/a.txt")
    assert lost(tmp_path, {"a.jsonld": whole}) == [
        "a.jsonld: 1 annotations of whole texts are not read: they mark no words"
    ]


def test_a_remote_context_costs_its_own_record_alone(tmp_path: Path):
    both = [annotation("a.txt#char=0,6"), annotation("a.txt#char=7,10", **{"@context": "https://example.org/mine"})]
    assert lost(tmp_path, {"a.txt": TEXT.encode(), "a.jsonld": both}) == [
        "a.jsonld, record 2: needs the remote context https://example.org/mine, and nothing is fetched "
        f"(write the annotations with the context {CONTEXT} alone)"
    ]
    (item,) = find_documents([tmp_path]).items
    assert len(read_document(item).document.mentions) == 1


def test_offsets_that_count_the_byte_order_mark_are_found_out(tmp_path: Path):
    selector = [
        {"type": "TextPositionSelector", "start": 1, "end": 7},
        {"type": "TextQuoteSelector", "exact": "Envoys"},
    ]
    content = annotation({"source": "a.txt", "selector": selector})
    laid(tmp_path, {"a.txt": b"\xef\xbb\xbf" + TEXT.encode(), "a.jsonld": json.dumps(content).encode()})
    (item,) = find_documents([tmp_path]).items
    assert [m.words for m in read_document(item).document.mentions] == ["Envoys"]


# -- archives ------------------------------------------------------------------------------------------------------------


def test_brat_in_an_archive_and_unknown_members_are_said(tmp_path: Path):
    (tmp_path / "brat.zip").write_bytes(packed({"a.txt": b"Envoys", "a.ann": b"T1\tDelegation 0 6\tEnvoys\n"}))
    with pytest.raises(InputError) as caught:
        find_documents([tmp_path])
    assert (
        str(caught.value) == "brat.zip: holds 1 annotation files of brat, which are read from a folder only (unpack it)"
    )
    laid(
        tmp_path, {"good.json": nameless(), "more.zip": packed({"x.json": b'{"a": 1}', "exportedproject1.json": b"{}"})}
    )
    corpus = find_documents([tmp_path])
    assert [item.id for item in corpus.items] == ["good"], "nothing else is lost"
    assert [str(one) for one in corpus.findings if "known format" in str(one)] == [
        "more.zip/x.json: is of no known format (see kg formats)"
    ]


def overlapping(number: int) -> bytes:
    """A zip whose members all point at the same bytes: each alone shrinks to a hundredth."""
    content = b" " * 60_000 + bytes(range(256)) * 8
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    squeezed = packer.compress(content * 20) + packer.flush()
    size, check = len(content) * 20, zlib.crc32(content * 20)
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, check, len(squeezed), size, 1, 0) + b"a" + squeezed
    central = b"".join(
        struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, check, len(squeezed), size, 7, 0, 0, 0, 0, 0, 0) + b"a%06d" % n
        for n in range(number)
    )  # fmt: skip
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, number, number, len(central), len(local), 0)
    return local + central + end


def test_members_that_share_their_bytes_are_a_bomb(tmp_path: Path):
    (tmp_path / "a.zip").write_bytes(overlapping(200))
    with pytest.raises(InputError) as caught:
        find_documents([tmp_path])
    assert "times its size (this is how a zip bomb looks" in str(caught.value)


def test_archives_in_an_archive_count_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    import kg.holdings

    inner = packed({"a.json": b"[" + b"1," * 3_000 + b"1]"})
    (tmp_path / "a.zip").write_bytes(packed({f"{n}.zip": inner for n in range(4)}))
    monkeypatch.setattr(kg.holdings, "MOST_BYTES", 20_000)
    with pytest.raises(InputError, match="with the archives inside it"):
        find_documents([tmp_path])
    assert archives.MOST_BYTES == 4 * 1024**3
