"""Identity across documents by reference: joined, with the rule, and never a round with a session."""

from __future__ import annotations

from kg.linking import Reference, link_by_reference

A = Reference("meeting/x", "https://w3id.org/diplomatic-kg/id/document/a/meeting/1-2", "Meeting", "a.ann:9")
B = Reference("meeting/x", "https://w3id.org/diplomatic-kg/id/document/b/meeting/3-4", "Meeting", "b.ann:9")
ROUND = Reference("meeting/x", "https://w3id.org/diplomatic-kg/id/document/c/round/5-6", "Round", "c.ann:9")


def test_texts_that_name_one_meeting_are_members_of_it():
    quads, findings = link_by_reference([B, A, A])
    text = quads.decode()
    assert findings == []
    assert text.count("#member>") == 2 and text.count("#CanonicalMeeting>") == 1 and '#rule> "reference"' in text
    assert quads == link_by_reference([A, B])[0], "the order of texts changes nothing"


def test_a_round_is_never_joined_with_a_session_even_where_more_texts_say_so():
    for references in ([A, ROUND], [A, ROUND, ROUND._replace(node=ROUND.node + "0")]):
        quads, findings = link_by_reference(references)
        assert b"/round/" not in quads and b"document/a/meeting" in quads
        assert str(findings[0]).startswith("c.ann:9: kg:meeting/x is a Meeting elsewhere and a Round here: not joined")
        assert not findings[0].lost


def test_nothing_known_gives_nothing():
    assert link_by_reference([]) == (b"", [])
