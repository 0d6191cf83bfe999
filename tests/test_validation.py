"""Validation: valid examples conform; each invalid one breaks the rule that it is named after, and no other."""

from __future__ import annotations

import builtins
import re
from pathlib import Path

import pytest
from rdflib import Dataset, Graph, URIRef

from kg.errors import KGError
from kg.namespaces import OA
from kg.resources import data_shapes
from kg.validation import Violation, validate

EXAMPLES = Path(__file__).resolve().parent.parent / "ontology" / "examples"
VALID = sorted([*EXAMPLES.glob("*.ttl"), *EXAMPLES.glob("*.trig")])
INVALID = sorted((EXAMPLES / "invalid").glob("*.ttl"))

# Rules that only warn: the corpus may lack these facts.
WARNINGS = {"document-title", "document-publisher", "document-dated", "quantity-number"}

# Some messages by hand, so that a reader of the tests sees what a person is told.
MESSAGES = {
    "participation-role": "A participation has exactly one role: make one participation for each role of the actor.",
    "no-stored-status": (
        "An event has no status of its own: put the stage on a dp:Claim about it, with whoever says so."
    ),
    "time-order": "The time ends before it begins: exchange dp:earliest and dp:latest, or correct the EDTF value.",
    "value-role": "dp:role takes a value of the scheme role: choose one from ontology/vocab/role.ttl.",
}


def rules() -> set[str]:
    text = data_shapes().read_text(encoding="utf-8")
    return set(re.findall(r"^shape:([a-z][\w-]*) a sh:", text, re.MULTILINE))


def test_there_are_examples() -> None:
    assert len(VALID) >= 3
    assert len(INVALID) >= 12


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid_examples_conform(path: Path) -> None:
    graph = Dataset() if path.suffix == ".trig" else Graph()
    graph.parse(path)
    assert validate(graph) == []


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_invalid_examples_break_their_rule_alone(path: Path) -> None:
    found = validate(Graph().parse(path, format="turtle"))
    assert {violation.rule for violation in found} == {path.stem}
    assert {violation.severity for violation in found} == {"Warning" if path.stem in WARNINGS else "Violation"}
    if path.stem in MESSAGES:
        assert {violation.message for violation in found} == {MESSAGES[path.stem]}


def test_every_rule_has_an_invalid_example() -> None:
    stems = {path.stem for path in INVALID}
    assert stems <= rules()
    # Rules on values are alike but for their list, which test_ontology compares with the schemes.
    assert {rule for rule in rules() - stems if not rule.startswith("value-")} == set()


def test_offsets_of_the_examples_are_those_of_their_words() -> None:
    for path in VALID:
        graph = Dataset(default_union=True) if path.suffix == ".trig" else Graph()
        graph.parse(path)
        quotes = list(graph.subject_objects(URIRef(OA.exact)))
        assert quotes
        for quote, words in quotes:
            position = URIRef(str(quote).removesuffix("quote") + "position")
            start, end = (int(str(graph.value(position, URIRef(p)))) for p in (OA.start, OA.end))
            assert end - start == len(str(words))


def test_a_violation_names_node_property_value_and_remedy() -> None:
    [violation] = validate(Graph().parse(EXAMPLES / "invalid" / "venue-latitude.ttl"))
    assert violation.focus == "https://w3id.org/diplomatic-kg/id/venue/istanbul"
    assert violation.path == "wgs84:lat"
    assert violation.value == "141.01"
    assert violation.rule == "venue-latitude"
    assert str(violation).startswith(
        "violation: kg:venue/istanbul wgs84:lat [141.01]: wgs84:lat must be one xsd:decimal"
    )


def test_a_path_backwards_is_shown_as_such() -> None:
    [violation] = validate(Graph().parse(EXAMPLES / "invalid" / "participation-gathering.ttl"))
    assert violation.path == "^dp:participation"


def test_graphs_of_a_dataset_are_checked_together() -> None:
    """A document's graph alone lacks the labels of the registry; both together have them."""
    dataset = Dataset()
    dataset.parse(
        data="""@prefix dp: <https://w3id.org/diplomatic-kg/ontology#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        <urn:doc> { <urn:oman> a dp:Actor , dp:State . }
        <urn:registry> { <urn:oman> rdfs:label "Oman" . }""",
        format="trig",
    )
    assert validate(dataset) == []


def test_findings_are_sorted_with_the_worst_first_and_data_is_left_alone() -> None:
    data = Graph()
    for name in ("claim-polarity", "document-title", "claim-claimant"):
        data.parse(EXAMPLES / "invalid" / f"{name}.ttl")
    data.parse(
        data="""@prefix dp: <https://w3id.org/diplomatic-kg/ontology#> .
        <urn:b> a dp:Venue . <urn:a> a dp:Venue . <urn:c> a dp:Document ; dp:textLength 0 ; dp:textDigest "" .""",
        format="turtle",
    )
    before = set(data)
    found = validate(data)
    assert [v.severity for v in found] == sorted((v.severity for v in found), key=["Violation", "Warning"].index)
    assert [v.focus for v in found if v.rule == "label-present" and v.focus.startswith("urn:")] == ["urn:a", "urn:b"]
    assert validate(data) == found
    assert set(data) == before


def test_an_empty_graph_conforms() -> None:
    assert validate(Graph()) == []


def test_shapes_of_ones_own(tmp_path: Path) -> None:
    shapes = tmp_path / "own.ttl"
    shapes.write_text(
        """@prefix sh: <http://www.w3.org/ns/shacl#> .
        [] a sh:NodeShape ; sh:targetNode <urn:x> ;
           sh:property [ sh:path <urn:p> ; sh:minCount 1 ; sh:message "none" ] ."""
    )
    assert validate(Graph(), shapes) == [Violation("urn:x", "urn:p", "none")]


def test_broken_or_missing_shapes_are_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttl"
    broken.write_text("this is no Turtle")
    with pytest.raises(KGError, match=r"broken\.ttl"):
        validate(Graph(), broken)
    with pytest.raises(KGError, match=r"none\.ttl"):
        validate(Graph(), tmp_path / "none.ttl")


def test_missing_pyshacl_is_said_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    original = builtins.__import__

    def without(name: str, *arguments: object, **keywords: object) -> object:
        if name == "pyshacl":
            raise ImportError(name)
        return original(name, *arguments, **keywords)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(KGError, match=r"pip install 'diplomatic-kg\[validate\]'"):
        validate(Graph())
