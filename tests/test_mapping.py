"""Mappings: corpora with other labels, and what happens to what they do not cover."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.building import Report, quads
from kg.documents import Document
from kg.errors import InputError
from kg.formats.brat import parse_brat
from kg.mapping import apply_mapping, find_mapping, load_mapping, shipped_mappings
from kg.scheme import check
from tests.helpers import annotate


def read(text: str, *lines: str) -> Document:
    made, findings = parse_brat("note", text, [("note.ann", annotate(text, *lines))])
    assert not [finding for finding in findings if finding.lost], [str(finding) for finding in findings]
    return made


def mapped(document: Document, mapping: str | Path) -> tuple[Document, dict[tuple[str, str], int]]:
    """In our labels, checked against the scheme."""
    made, uncovered = apply_mapping(document, load_mapping(find_mapping(str(mapping))))
    checked, findings = check(made)
    assert findings == [], [str(finding) for finding in findings]
    return checked, dict(uncovered)


def roles(document: Document) -> list[tuple[str, str, str]]:
    words = {mention.id: mention.words for mention in document.mentions}
    words.update((event.id, event.label) for event in document.events)
    return [(event.label, role.name, words[role.target]) for event in document.events for role in event.roles]


def own(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


# -- those that are shipped ----------------------------------------------------------------------------------------------


def test_every_shipped_mapping_loads_and_says_what_it_is_for():
    assert shipped_mappings() == ["attribution", "mend", "nerel", "plover-cameo"]
    assert all(load_mapping(find_mapping(name)).title for name in shipped_mappings())


@pytest.mark.parametrize(
    "lines",
    [
        ["R1 | source Arg1:T2 Arg2:T1", "R2 | content Arg1:T2 Arg2:T3"],
        ["R1 | source-of Arg1:T1 Arg2:T2", "R2 | content-of Arg1:T3 Arg2:T2"],
    ],
)
def test_attributions_become_claims(lines: list[str]):
    document = read(
        "The Kremlin denied that talks are planned.",
        "T1 Source :: The Kremlin", "T2 Cue :: denied", "T3 Content :: that talks are planned", *lines,
    )  # fmt: skip
    made, uncovered = mapped(document, "attribution")
    assert uncovered == {}
    assert roles(made) == [("Claim", "Speaker", "The Kremlin"), ("Claim", "About", "that talks are planned")]
    assert [(a.label, a.value) for a in made.attributes] == [("SpeechAct", "deny")]
    assert {mention.words: mention.label for mention in made.mentions}["The Kremlin"] == "State"


def test_attributions_as_events_with_roles():
    document = read(
        "Analysts said it works.", "T1 Source :: Analysts", "T2 Attribution :: said", "T3 Content :: it works",
        "E1 | Attribution:T2 Source:T1 Content:T3",
    )  # fmt: skip
    made, uncovered = mapped(document, "attribution")
    assert uncovered == {} and [name for _, name, _ in roles(made)] == ["Speaker", "About"]


@pytest.mark.parametrize(
    ("code", "event", "source", "target", "attribute"),
    [
        ("CONSULT", "Meeting", "Participant", "Participant", ("Stage", "held")),
        ("041", "Meeting", "Participant", "Participant", ("Mode", "phone")),
        ("045", "Meeting", "Mediator", "Party", ("Stage", "held")),
        ("046", "Meeting", "Party", "Party", ("Stage", "held")),
        ("REJECT", "Claim", "Speaker", "Addressee", ("SpeechAct", "reject")),
        ("112", "Claim", "Speaker", "About", ("SpeechAct", "criticise")),
        ("195", "Incident", "Actor", "Target", ("IncidentType", "air-attack")),
        ("190", "Incident", "Actor", "Target", ("IncidentType", "attack")),
    ],
)
def test_coded_relations_become_events_that_rest_on_the_words_between_their_ends(
    code: str, event: str, source: str, target: str, attribute: tuple[str, str]
):
    document = read(
        "Then Northland did it to Southland.",
        "T1 GPE :: Northland",
        "T2 GPE :: Southland",
        f"R1 | {code} Arg1:T1 Arg2:T2",
    )
    made, uncovered = mapped(document, "plover-cameo")
    assert uncovered == {}
    assert roles(made) == [(event, source, "Northland"), (event, target, "Southland")]
    trigger = next(mention for mention in made.mentions if mention.id == made.events[0].trigger)
    assert trigger.words == "Northland did it to Southland"
    assert attribute in [(a.label, a.value) for a in made.attributes]


def test_nerel_entities_keep_their_wikidata_links():
    text = "Президент России Владимир Путин участвовал в переговорах в Москве, ему 73 года."
    document = read(
        text, "T1 PROFESSION :: Президент", "T2 COUNTRY :: России", "T3 PERSON :: Владимир Путин", "T4 EVENT :: переговорах",
        "T5 CITY :: Москве", "T6 AGE :: 73 года", "T7 NATIONALITY :: России", "R1 | WORKS_AS Arg1:T3 Arg2:T1",
        "R2 | PARTICIPANT_IN Arg1:T3 Arg2:T4", "R3 | TAKES_PLACE_IN Arg1:T4 Arg2:T5", "R4 | AGE_IS Arg1:T3 Arg2:T6",
        "N1 | Reference T3 Wikidata:Q7747 | Владимир Путин",
    )  # fmt: skip
    made, uncovered = mapped(document, "nerel")
    assert uncovered == {("mention", "NATIONALITY"): 1}
    assert roles(made) == [("Meeting", "Participant", "Владимир Путин"), ("Meeting", "Venue", "Москве")]
    assert [(r.label, r.source, r.target) for r in made.relations] == [("Holds", "T3", "T1")]
    assert [n.reference for n in made.normalisations] == ["Q7747"]


# -- one's own -----------------------------------------------------------------------------------------------------------


def test_conditions_values_flags_and_references(tmp_path: Path):
    mapping = own(
        tmp_path,
        """
        own = true
        [[mention]]
        label = "GPE*"
        when = { type = ["nation", "state"], metonym = false }
        becomes = "State"
        [[mention]]
        label = "GPE*"
        becomes = "Venue"
        [[event]]
        label = "Meet"
        becomes = "Meeting"
        roles = { Entity = "Participant" }
        [[attribute]]
        label = "Modality"
        on = "Meet"
        becomes = "Stage"
        values = { Asserted = "held", Future = "scheduled" }
        [[attribute]]
        label = "Polarity"
        only = "Negative"
        becomes = "Negated"
        [[attribute]]
        label = "link"
        becomes = "Reference"
        value = "Wikidata:{}"
        [ignore]
        attribute = ["Genericity"]
        """,
    )
    document = read(
        "Northland and Southland met Ada near Oldtown.", "T1 GPE-1 :: Northland", "T2 GPE-2 :: Southland", "T3 Meet :: met",
        "T4 Person :: Ada", "T5 GPE :: Oldtown", "E1 | Meet:T3 Entity:T1 Entity2:T4 Place:T5", "A1 | type T1 nation",
        "A2 | type T2 nation", "A3 | metonym T2", "A4 | Modality E1 Asserted", "A5 | Polarity E1 Negative", "A6 | Genericity E1 x",
        "A7 | Tense E1 Past", "A8 | link T1 Q42", "A9 | Polarity E1 Positive",
    )  # fmt: skip
    made, uncovered = mapped(document, mapping)
    assert {mention.words: mention.label for mention in made.mentions} == {
        "Northland": "State", "Southland": "Venue", "met": "Meeting", "Ada": "Person", "Oldtown": "Venue",
    }  # fmt: skip
    assert roles(made) == [("Meeting", "Participant", "Northland"), ("Meeting", "Participant", "Ada")]
    assert [(a.label, a.value) for a in made.attributes] == [("Stage", "held"), ("Negated", None)]
    assert [(n.target, n.database, n.reference) for n in made.normalisations] == [("T1", "Wikidata", "Q42")]
    assert uncovered == {
        ("role", "Meet.Place"): 1,
        ("attribute", "Tense"): 1,
        ("attribute", "metonym"): 1,
        ("attribute", "type"): 1,
        ("attribute", "Polarity"): 1,
    }


def test_relations_whose_ends_are_not_covered_are_counted(tmp_path: Path):
    mapping = own(
        tmp_path, '[[mention]]\nlabel = "A"\nbecomes = "Person"\n[[relation]]\nlabel = "r"\nbecomes = "Coref"\n'
    )
    document = read(
        "x y z",
        "T1 A :: x",
        "T2 B :: y",
        "T3 A :: z",
        "R1 | r Arg1:T1 Arg2:T2",
        "R2 | r Arg1:T1 Arg2:T3",
        "R3 | q Arg1:T1 Arg2:T3",
    )
    made, uncovered = mapped(document, mapping)
    assert uncovered == {("mention", "B"): 1, ("relation", "r (A → B)"): 1, ("relation", "q"): 1}
    assert [group.members for group in made.equivalences] == [("T1", "T3")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[mention]\n", "is no TOML"),
        ('[[mentions]]\nlabel = "A"\n', "mentions is no part of a mapping (did you mean mention?)"),
        ('[[mention]]\nlabel = "A"\nbecomes = "Persona"\n', "mention rule 1 leads to Persona, which is not ours (did you mean Person?)"),
        ('[[mention]]\nbecomes = "Person"\n', "mention rule 1 has no label"),
        ('[[mention]]\nlabel = "A"\n', "mention rule 1 does not say what A becomes (give it one of: becomes)"),
        ('[[relation]]\nlabel = "A"\nbecomes = "Coref"\nrole = "Party"\n', "relation rule 1 does not say what A becomes"),
        ('[[event]]\nlabel = "A"\nbecomes = "Claim"\nroles = { X = "Party" }\n', "event rule 1: a Claim has no role Party"),
        ('[[event]]\nlabel = "A"\nbecomes = "Meeting"\nattributes = { Stage = "over" }\n', "event rule 1: Stage has no value over"),
        ('[[mention]]\nlabel = "A"\nbecomes = "Person"\nwords = "("\n', "mention rule 1: words is no regular expression"),
        ('[[mention]]\nlabel = "A"\nbecomes = "Person"\nif = "x"\n', "mention rule 1: if is no part of a mapping"),
        ('[[relation]]\nlabel = "A"\nevent = "Meeting"\nroles = { from = "Party" }\n', "roles of a relation are source and target"),
        ('[[attribute]]\nlabel = "A"\nbecomes = "Stage"\nvalues = { x = "heldd" }\n', "attribute rule 1: Stage has no value heldd (did you mean held?)"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_mapping_is_one_line_with_the_rule(tmp_path: Path, text: str, said: str):
    with pytest.raises(InputError) as caught:
        load_mapping(own(tmp_path, text))
    assert said in str(caught.value) and str(caught.value).startswith("own.toml: ")


def test_a_mapping_that_is_not_there(tmp_path: Path):
    with pytest.raises(InputError, match="did you mean nerel"):
        find_mapping("nerell")
    with pytest.raises(InputError, match="name a mapping file"):
        load_mapping(tmp_path / "none.toml")


def test_a_build_counts_what_is_not_covered_over_all_texts(tmp_path: Path):
    text = "Ada is 40."
    for name in ("one", "two"):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
        (tmp_path / f"{name}.ann").write_text(
            annotate(text, "T1 PERSON :: Ada", "T2 NATIONALITY :: is", "T3 AGE :: 40"), encoding="utf-8"
        )
    report = Report()
    b"".join(quads([tmp_path], report, mapping="nerel"))
    assert dict(report.uncovered) == {("mention", "NATIONALITY"): 2} and report.left_out == 2
    (tmp_path / "mapping.toml").write_text('[[mention]]\nlabel = "*"\nbecomes = "Topic"\n', encoding="utf-8")
    report = Report()
    out = b"".join(quads([tmp_path], report))
    assert report.left_out == 0 and out.count(b"ontology#Topic>") == 6
