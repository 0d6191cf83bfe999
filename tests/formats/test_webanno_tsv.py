"""WebAnno TSV 3: the cases of its grammar, written out by hand."""

from __future__ import annotations

import pytest

from kg.documents import Document
from kg.errors import InputError
from kg.formats import recognise, webanno_tsv
from kg.formats.reading import Piece

HEAD = "#FORMAT=WebAnno TSV 3.3\n"


def read(header: str, body: str) -> tuple[Document, list[str]]:
    data = (HEAD + header + "\n\n" + body).encode()
    assert recognise(data).name == "webanno-tsv"
    made, findings = webanno_tsv.read(Piece("report", data, "report.tsv"))
    return made, [str(finding) for finding in findings if finding.lost]


def rows(*lines: str) -> str:
    return "".join("\t".join(line.split()) + "\t\n" for line in lines)


def test_marks_of_one_token_several_tokens_and_stacked_ones():
    made, lost = read(
        "#T_SP=webanno.custom.Span|value\n",
        "#Text=Steve Witkoff met them\n"
        + rows("1-1 0-5 Steve Person[1]|Given[2]", "1-2 6-13 Witkoff Person[1]", "1-3 14-17 met *", "1-4 18-22 them _"),
    )
    assert lost == []
    assert [(m.label, m.words) for m in made.mentions] == [
        ("Person", "Steve Witkoff"),
        ("Given", "Steve"),
        ("Span", "met"),
    ]


def test_parts_of_tokens_and_marks_of_no_width():
    made, lost = read(
        "#T_SP=webanno.custom.Span|value\n",
        "#Text=aaaaaa bb\n"
        + "1-1\t0-6\taaaaaa\t_\t\n1-1.1\t3-6\taaa\tX[7]\t\n1-2\t7-9\tbb\tX[7]\t\n1-2.1\t9-9\t\tEnd\t\n",
    )
    assert lost == [] and [(m.label, m.spans) for m in made.mentions] == [("X", ((3, 9),)), ("End", ((9, 9),))]


def test_sentences_of_several_lines_and_the_gaps_between():
    made, lost = read(
        "#T_SP=webanno.custom.Span|value\n",
        "#Text=This is\n#Text=a test .\n"
        + rows("1-1 0-4 This _", "1-2 5-7 is _", "1-3 8-9 a _", "1-4 10-14 test X", "1-5 15-16 . _")
        + "\n#Text=Next\\tone\n"
        + rows("2-1 18-22 Next _", "2-2 23-26 one Y"),
    )
    assert lost == [] and made.text == "This is\na test . \nNext\tone"
    assert [(m.label, m.words) for m in made.mentions] == [("X", "test"), ("Y", "one")]


def test_offsets_count_utf16_units():
    made, lost = read(
        "#T_SP=webanno.custom.Span|value\n",
        "#Text=I like it 😊 .\n"
        + rows("1-1 0-1 I _", "1-2 2-6 like _", "1-3 7-9 it _", "1-4 10-12 😊 X", "1-5 13-14 . Y"),
    )
    assert lost == [] and [(m.words, m.spans) for m in made.mentions] == [("😊", ((10, 11),)), (".", ((12, 13),))]


def test_slots_with_and_without_disambiguation():
    made, lost = read(
        "#T_SP=webanno.custom.Mention|label\n"
        "#T_SP=webanno.custom.Event|label|Negated|ROLE_webanno.custom.Event:roles_webanno.custom.EventRolesLink|uima.tcas.Annotation\n",
        "#Text=Envoys met Russia\n"
        + rows(
            "1-1 0-6 Envoys Delegation[1]|Group[2] _ _ _ _",
            "1-2 7-10 met _ Meeting true Party;Participant 1-3;1-1[1]",
            "1-3 11-17 Russia State _ _ _ _",
        ),
    )
    assert lost == []
    by_id = {mention.id: mention for mention in made.mentions}
    (event,) = made.events
    assert [(role.name, by_id[role.target].label) for role in event.roles] == [
        ("Party", "State"),
        ("Participant", "Delegation"),
    ]
    assert [(a.label, a.value, a.target) for a in made.attributes] == [("Negated", None, event.id)]


def test_relations_stand_on_their_dependent_and_name_their_governor():
    header = "#T_SP=webanno.custom.Mention|label\n#T_RL=webanno.custom.Relation|label|BT_webanno.custom.Mention\n"
    text = "#Text=Witkoff of Washington\n"
    made, lost = read(
        header,
        text
        + rows(
            "1-1 0-7 Witkoff Person[1]|Delegation[2] _ _",
            "1-2 8-10 of _ _ _",
            "1-3 11-21 Washington State Represents 1-1[2_0]",
        ),
    )
    by_id = {mention.id: mention for mention in made.mentions}
    (relation,) = made.relations
    assert lost == [] and relation.label == "Represents"
    assert (by_id[relation.source].label, by_id[relation.target].label) == ("Delegation", "State")
    made, lost = read(
        header, text + rows("1-1 0-7 Witkoff _ _ _", "1-2 8-10 of _ _ _", "1-3 11-21 Washington State Represents 1-1")
    )
    assert made.relations == () and lost == [
        "report.tsv:9: the relation to 1-1 joins a token without a mark (mark it, or take the relation away)"
    ]


def test_chains_join_what_is_marked_on_their_links():
    made, lost = read(
        "#T_SP=webanno.custom.Mention|label\n#T_CH=de.tudarmstadt.ukp.dkpro.core.api.coref.type.CoreferenceLink|referenceRelation|referenceType\n",
        "#Text=Witkoff said he left\n"
        + rows(
            "1-1 0-7 Witkoff Person *->1-1 nam[1]",
            "1-2 8-12 said _ _ _",
            "1-3 13-15 he Person *->1-2 pro[1]",
            "1-4 16-20 left _ _ _",
        ),
    )
    assert lost == [] and [group.members for group in made.equivalences] == [("T1", "T2")]


def test_protected_characters_of_values():
    made, lost = read(
        "#T_SP=webanno.custom.Span|value\n", "#Text=a b\n1-1\t0-1\ta\tx\\|y\\[1\\]\\_\\->\\;z\t\n1-2\t2-3\tb\t_\t\n"
    )
    assert lost == [] and made.mentions[0].label == "x|y[1]_->;z"


def test_words_that_are_not_at_their_offsets_are_refused():
    made, lost = read(
        "#T_SP=webanno.custom.Span|value\n", "#Text=Envoys met\n" + rows("1-1 0-6 Envoys X", "1-2 7-9 met Y")
    )
    assert [m.label for m in made.mentions] == ["X"]
    assert lost == [
        'report.tsv:7: token 1-2 marks "me" in the sentence, but the line says "met" (was the text edited after annotation?)'
    ]


def test_layers_of_grammar_are_counted():
    data = (
        HEAD + "#T_SP=de.tudarmstadt.ukp.dkpro.core.api.lexmorph.type.pos.POS|PosValue\n\n\n#Text=a b\n"
        "1-1\t0-1\ta\tDT\t\n1-2\t2-3\tb\tNN\t\n"
    ).encode()
    made, findings = webanno_tsv.read(Piece("report", data, "report.tsv"))
    assert made.mentions == () and [str(one) for one in findings] == ["report.tsv: 2 of POS are not read"]


def test_a_file_without_sentence_is_refused():
    with pytest.raises(InputError):
        read("#T_SP=webanno.custom.Span|value\n", "")
