"""What must not be concluded: one small world for each answer that would be wrong, worked by hand from its texts."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from kg.analysis.brokerage import brokers, ties
from kg.analysis.contact import contact_gaps
from kg.analysis.disagreement import disagreements
from kg.analysis.formats import format_of
from kg.analysis.ledger import Ledger, ledger
from kg.analysis.proposals import courses, denials, fates, funnel
from kg.analysis.together import together
from kg.evidence import load_evidence
from kg.namespaces import BASE
from kg.scene import Scene, load_scene
from tests.helpers import world
from tests.markup import marked

NORTH, SOUTH, MID = (f"{BASE}actor/{name}" for name in ("northland", "southland", "midland"))
SUMMIT = "{Meeting#s:summit} of {State#nor:Northland} and {State#sou:Southland}"
SEATS = "s = kg:meeting/summit\ns Party=nor,sou Level=leaders"


def scene_of(*texts: tuple[str, str], as_of: str = "") -> Scene:
    """The scene of some texts, each a day of publication and a body in the markup of `tests.markup`."""
    return _read(texts, as_of)[0]


def ledger_of(*texts: tuple[str, str]) -> Ledger:
    scene, made = _read(texts, "")
    assert len(scene.gatherings) == 1, sorted(scene.gatherings)
    return made


def _read(texts: Iterable[tuple[str, str]], as_of: str) -> tuple[Scene, Ledger]:
    made = [marked(f"Report\n{body}", f"text-{number}", day) for number, (day, body) in enumerate(texts)]
    store, _ = world(made)
    with store:
        scene = load_scene(store, as_of)
        return scene, ledger(scene, load_evidence(store), scene.gatherings)


def only(scene: Scene) -> str:
    (key,) = scene.gatherings
    return key


# -- told both ways ------------------------------------------------------------------------------------------------------

DENIED = (
    "2025-06-21",
    "{State#sou2:Southland} {Claim#d:denied} on {Time#t:Saturday} that a "
    + SUMMIT
    + " was being prepared.\n---\n"
    + SEATS
    + "\n"
    "d Speaker=sou2 Time=t About=s SpeechAct=deny Asserts=in-preparation Negated DenialTarget=preparation\nt = EDTF:2025-06-21",
)
GARBLED = (
    "2025-06-22",
    "A {Organization#agg:digest} dropped the word not: {Person#vale:Ann Vale} {Claim#g:said} on {Time#t:Saturday} that the " + SUMMIT
    + " was being prepared. {Person#v2:Vale} had {Claim#h:said} on {Time#u:Saturday} that it was not.\n---\n" + SEATS + "\n"
    "g Speaker=vale Relay=agg Time=t About=s SpeechAct=report Asserts=in-preparation\n"
    "h Speaker=v2 Time=u About=s SpeechAct=deny Asserts=in-preparation Negated DenialTarget=preparation\n"
    "Coref vale v2\nvale Represents sou\nt = EDTF:2025-06-21\nu = EDTF:2025-06-21",
)  # fmt: skip


def test_an_outlet_that_drops_a_not_makes_nobody_contradict_or_take_back():
    scene, made = _read((DENIED, GARBLED), "")
    assert [(e.claimant, e.polarity, e.taken_back) for e in made.entries] == [
        ("Southland", "negative", False),
        ("Ann Vale", "positive", False),
        ("Ann Vale", "negative", False),
    ]
    found = [d for d in disagreements(scene) if d.kind != "silence"]
    assert [(d.kind, d.one, d.other, d.reason) for d in found] == [
        ("divergence", "Ann Vale", "Southland", "Ann Vale is told to have said in-preparation, and not in-preparation")
    ]
    assert scene.gatherings[only(scene)].standing == "disputed"
    assert [d.later for d in denials(scene)] == ["", ""], "no denial came to nothing by a slip"


def test_who_says_held_and_not_held_on_one_day_proves_nothing():
    said = (
        "{State#nor2:Northland} {Claim#c:said} that the "
        + SUMMIT
        + " was {held}.\n---\n"
        + SEATS
        + "\nc Speaker=nor2 About=s "
    )
    scene = scene_of(
        ("2025-06-20", said.replace("{held}", "held") + "SpeechAct=announce Asserts=held"),
        ("2025-06-20", said.replace("{held}", "not held") + "SpeechAct=deny Asserts=held Negated"),
    )
    assert together(scene, NORTH, SOUTH).answer == "disputed"


# -- one room ------------------------------------------------------------------------------------------------------------


def test_who_may_have_been_there_was_not_therefore_in_the_room():
    text = (
        "{State#nor:Northland} and {State#sou:Southland} {Meeting#m:met} on {Time#t:Friday}. {State#mid:Midland} took part in the "
        "{Meeting#n:session} or opened it, the {Organization#post:Post} {Claim#c:wrote}.\n---\nm Party=nor,sou Time=t Stage=held\n"
        "n Participant=mid\nc Speaker=post About=n SpeechAct=report {sure}\nCoref m n\nt = EDTF:2025-06-20"
    )
    doubtful = scene_of(("2025-06-21", text.replace("{sure}", "Certainty=possible")))
    assert together(doubtful, MID, NORTH).answer == "not stated" and together(doubtful, NORTH, SOUTH).answer == "yes"
    assert format_of(doubtful, only(doubtful)).principals == 2
    said = scene_of(("2025-06-21", text.replace("{sure}", "Asserts=held")))
    (session,) = together(said, MID, NORTH).sessions
    assert (session.answer, session.said_by) == ("yes", ("Post",)), (
        "only the Post seats Midland, and the answer says so"
    )
    assert together(said, NORTH, SOUTH).sessions[0].said_by == ("Post", "The Daily")


AWAY = (
    "2025-06-21",
    "{State#nor:Northland} {Meeting#m:met} {State#mid:Midland} on {Time#t:Friday}; {State#sou:Southland} was absent.\n---\n"
    "m Party=nor Mediator=mid Excluded=sou Time=t Stage=held\nt = EDTF:2025-06-20",
)
ROUND = (
    "2025-06-28",
    "{State#nor:Northland} and {State#sou:Southland} were both at the {Round#r:talks} in {Venue#town:Northtown} on {Time#t:Friday}."
    "\n---\nr Party=nor,sou Venue=town Time=t {stage}\nt = EDTF:2025-06-27",
)  # fmt: skip


def test_absence_from_one_session_is_no_answer_where_a_round_leaves_it_open():
    assert together(scene_of(AWAY), NORTH, SOUTH).answer == "no"
    held = (ROUND[0], ROUND[1].replace("{stage}", "Stage=held"))
    found = together(scene_of(AWAY, held), NORTH, SOUTH)
    assert [one.answer for one in found.sessions] == ["not stated", "no"] and found.answer == "not stated"


@pytest.mark.parametrize(
    ("stage", "reason"),
    [("Stage=held Negated", "said not to have been held"), ("Stage=cancelled", "said to be cancelled")],
)
def test_a_round_that_did_not_come_about_brought_nobody_together(stage: str, reason: str):
    (session,) = together(scene_of((ROUND[0], ROUND[1].replace("{stage}", stage))), NORTH, SOUTH).sessions
    assert (session.answer, session.reason) == ("no", reason)


# -- when ----------------------------------------------------------------------------------------------------------------

HELD = (
    "2025-06-03",
    "{State#nor:Northland} {Meeting#m:met} {State#sou:Southland} in {Venue#town:Northtown} on {Time#t:Monday}.\n---\n"
    "m Party=nor,sou Venue=town Time=t Stage=held Directness=direct\nt = EDTF:2025-06-02",
)
PASSED_ON = (
    "2025-06-05",
    "{State#nor:Northland} and {State#sou:Southland} {Meeting#m:met} in {Venue#town:Northtown} this week; the {Organization#post:Post} "
    "{Claim#c:put} the {Meeting#n:session} on {Time#t:Tuesday}.\n---\nm Party=nor,sou Venue=town Stage=held\nn Time=t\n"
    "c Speaker=post About=n SpeechAct=report Asserts=held\nCoref m n\nt = EDTF:2025-06-03",
)


def test_a_day_that_a_text_passes_on_counts_only_where_no_text_has_its_own():
    (alone,) = scene_of(PASSED_ON).gatherings.values()
    assert (alone.earliest, alone.latest) == ("2025-06-03", "2025-06-03")
    known = [(day, text.replace("---\n", "---\nm = kg:meeting/x\n")) for day, text in (HELD, PASSED_ON)]
    scene = scene_of(*known)
    (both,) = scene.gatherings.values()
    assert (both.earliest, both.latest) == ("2025-06-02", "2025-06-02")
    assert {moment for one in both.tellings.values() for moment in one.passed_on} == {("2025-06-03", "2025-06-03")}
    assert [(gap.days_at_least, gap.days_at_most) for gap in contact_gaps(scene)] == [(3, 3)]


def test_two_days_that_two_texts_give_in_their_own_voice_are_both_possible():
    named = HELD[1].replace("---\n", "---\nm = kg:meeting/x\n")
    other = named.replace("Monday", "Tuesday").replace("2025-06-02", "2025-06-03")
    (both,) = scene_of((HELD[0], named), ("2025-06-04", other)).gatherings.values()
    assert (both.earliest, both.latest) == ("2025-06-02", "2025-06-03")


def test_rounds_held_since_stand_beside_the_gap():
    held = (ROUND[0], ROUND[1].replace("{stage}", "Stage=held"))
    (gap,) = contact_gaps(scene_of(HELD, held))
    assert (gap.latest, gap.days_at_least, len(gap.rounds_since)) == ("2025-06-02", 26, 1)
    assert gap.rounds_since[0].startswith("round of talks in Northtown, 2025-06-27")


# -- who said it last, and how many did ----------------------------------------------------------------------------------


def test_the_last_word_is_what_was_said_last_not_what_was_published_last():
    plan = (
        "{State#nor2:Northland} {Claim#c:said} on {Time#t:Tuesday} that the "
        + SUMMIT
        + " was fixed.\n---\n"
        + SEATS
        + "\n"
    )
    made = ledger_of(
        (
            "2025-06-10",
            plan + "c Speaker=nor2 Time=t About=s SpeechAct=announce Asserts=scheduled\nt = EDTF:2025-06-10",
        ),
        (
            "2025-06-20",
            plan + "c Speaker=nor2 Time=t About=s SpeechAct=deny Asserts=scheduled Negated\nt = EDTF:2025-06-03",
        ),
    )
    assert [(e.published, e.polarity, e.latest, e.taken_back) for e in made.entries] == [
        ("2025-06-10", "positive", ("stage",), False),
        ("2025-06-20", "negative", (), True),
    ]


def test_a_headline_was_said_when_the_lead_says_so():
    text = (
        "{State#sou2:Southland} {Claim#a:denies} {Meeting#s:summit}. {State#sou3:Southland} {Claim#b:denied} on {Time#t:Monday} that the "
        "{Meeting#z:summit} with {State#nor:Northland} was prepared.\n---\nz Party=nor,sou3 Level=leaders\nCoref z s\n"
        "a Speaker=sou2 About=s SpeechAct=deny Asserts=in-preparation Negated\n"
        "b Speaker=sou3 Time=t About=z SpeechAct=deny Asserts=in-preparation Negated\nt = EDTF:2025-06-16"
    )
    scene, made = _read([("2025-06-19", text)], "")
    assert [e.latest for e in made.entries] == [("stage",), ("stage",)]
    assert [(d.said, len(d.claims)) for d in denials(scene)] == [("2025-06-16", 2)], "one denial, told twice"


def test_who_speaks_for_a_state_is_no_second_originator_beside_it():
    text = (
        "{State#sou2:Southland} {Claim#a:denied} that a "
        + SUMMIT
        + " was prepared. {Person#vale:Ann Vale}, its spokeswoman, {Claim#b:said}"
        " so, too. So did {State#mid:Midland} {Claim#c:say}.\n---\n" + SEATS + "\n"
        "a Speaker=sou2 About=s SpeechAct=deny Asserts=in-preparation Negated\n"
        "b Speaker=vale About=s SpeechAct=deny Asserts=in-preparation Negated\n"
        "c Speaker=mid About=s SpeechAct=deny Asserts=in-preparation Negated\nvale Represents sou2"
    )
    assert ledger_of(("2025-06-19", text)).originators == (("not in-preparation", ("Midland", "Southland")),)


# -- no disagreement where there is none, and one where there is -----------------------------------------------------------


def view(*claims: str) -> list[tuple[str, str, str, str]]:
    """Disagreements of Northland and Southland on a summit, each claim given by its attributes."""
    text = (
        "{State#nor2:Northland} {Claim#a:spoke}, and {State#sou2:Southland} {Claim#b:spoke} of the "
        + SUMMIT
        + ".\n---\n"
        + SEATS
    )
    text += "".join(
        f"\n{name} Speaker={who} About=s {what}" for name, who, what in zip("ab", ("nor2", "sou2"), claims, strict=True)
    )
    found = disagreements(scene_of(("2025-06-19", text)))
    return [(d.kind, d.one, d.other, d.reason) for d in found if d.kind != "silence"]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("SpeechAct=announce Asserts=scheduled", "SpeechAct=deny Asserts=cancelled Negated", []),
        ("SpeechAct=announce Asserts=held", "SpeechAct=deny DenialTarget=success", []),
        ("SpeechAct=speculate", "SpeechAct=deny Asserts=in-preparation Negated", []),
        ("SpeechAct=announce Asserts=cancelled", "SpeechAct=deny Asserts=cancelled Negated", ["contradiction"]),
        ("SpeechAct=report Evaluation=positive", "SpeechAct=report Evaluation=negative", ["divergence"]),
        ("SpeechAct=report Evaluation=positive", "SpeechAct=report Evaluation=positive", []),
        ("SpeechAct=accept Position=accept", "SpeechAct=report Position=defer", ["divergence"]),
        ("SpeechAct=propose Asserts=proposed", "SpeechAct=reject Position=reject", ["divergence"]),
    ],
)  # fmt: skip
def test_what_is_a_disagreement(one: str, other: str, expected: list[str]):
    assert [kind for kind, *_ in view(one, other)] == expected


def test_the_names_stand_in_the_order_of_the_reason():
    reject, accept = "SpeechAct=reject Position=reject", "SpeechAct=accept Position=accept"
    wanted = "the position accept and the position reject may both be true"
    assert view(accept, reject) == [("divergence", "Northland", "Southland", wanted)]
    assert view(reject, accept) == [("divergence", "Southland", "Northland", wanted)]
    doubts = view(
        "SpeechAct=doubt DenialTarget=success", "SpeechAct=deny Asserts=in-preparation Negated DenialTarget=preparation"
    )
    assert doubts == [("different-denial-target", "Northland", "Southland", "success against preparation")]


# -- proposals, denials, ties ----------------------------------------------------------------------------------------------

PROPOSED = (
    "2025-06-02",
    "{State#mid:Midland} {Claim#p:proposed} a "
    + SUMMIT
    + ".\n---\n"
    + SEATS
    + "\np Speaker=mid About=s SpeechAct=propose Asserts=proposed",
)


def later(day: str, who: str, said: str) -> tuple[str, str]:
    return (
        day,
        "{State#who:"
        + who
        + "} {Claim#c:spoke} of the "
        + SUMMIT
        + ".\n---\n"
        + SEATS
        + f"\nc Speaker=who About=s {said}",
    )


def test_a_meeting_that_its_only_witness_takes_back_was_not_held():
    said = later("2025-06-10", "Northland", "SpeechAct=announce Asserts=held")
    back = later("2025-06-12", "Northland", "SpeechAct=deny Asserts=held Negated")
    assert courses(scene_of(PROPOSED, said))[0].held == "2025-06-10"
    scene = scene_of(PROPOSED, said, back)
    (course,) = courses(scene)
    assert (course.held, course.lags, course.disputed) == ("", (None, None, None), ())
    assert ties(scene.gatherings.values()).claimed == frozenset()


def test_a_step_that_somebody_denies_is_disputed_not_reached():
    yes = later("2025-06-10", "Northland", "SpeechAct=announce Asserts=accepted")
    no = later("2025-06-10", "Southland", "SpeechAct=deny Asserts=accepted Negated")
    (course,) = courses(scene_of(PROPOSED, yes, no))
    assert (course.accepted, course.disputed) == ("", ("accepted",))


def test_the_lag_of_a_fuzzy_day_has_bounds():
    held = (
        "2025-07-30",
        "The " + SUMMIT + " was held in {Time#t:June}.\n---\n" + SEATS + " Time=t Stage=held\nt = EDTF:2025-06",
    )
    (course,) = courses(scene_of(PROPOSED, held))
    assert (course.held, course.held_at_least, course.lags[2]) == ("2025-06-30", 0, 28), "2 June to 2 or 30 June"
    assert [(row.median_at_least, row.median_days_to_held) for row in funnel(scene_of(PROPOSED, held))] == [
        (0.0, 28.0)
    ] * 2


def test_that_it_is_not_cancelled_is_borne_out_when_it_is_held():
    no = later("2025-06-10", "Southland", "SpeechAct=deny Asserts=cancelled Negated")
    held = later("2025-06-14", "Northland", "SpeechAct=announce Asserts=held")
    scene = scene_of(no, held)
    assert [(d.stage, d.later, d.reached) for d in denials(scene)] == [("cancelled", "held", False)]
    assert [(f.denials, f.later_held, f.denied_stage_reached) for f in fates(scene)] == [(1, 1, 0)] * 2


def test_a_proposal_retold_after_a_denial_is_not_what_came_of_it():
    no = later("2025-06-10", "Southland", "SpeechAct=deny Asserts=mooted Negated")
    again = later("2025-06-14", "Midland", "SpeechAct=propose Asserts=proposed")
    assert [d.later for d in denials(scene_of(PROPOSED, no, again))] == [""]
    assert [(d.later, d.later_on) for d in denials(scene_of(no, again))] == [("proposed", "2025-06-14")]


def test_a_denial_told_without_its_day_is_that_of_the_day_before():
    said = "SpeechAct=deny Asserts=in-preparation Negated"
    two = [later(day, "Southland", said) for day in ("2025-06-10", "2025-06-11", "2025-06-20")]
    assert [d.said for d in denials(scene_of(*two))] == ["2025-06-10", "2025-06-20"]


def test_brokers_by_all_claims_lie_between_the_bounds():
    def met(day: str, one: str, other: str) -> tuple[str, str]:
        text = "{State#a:%s} {Meeting#m:met} {State#b:%s} on {Time#t:that day}.\n---\nm Party=a,b Time=t Stage=held\nt = EDTF:%s"
        return day, text % (one, other, day)

    star = [met("2025-06-02", "Midland", "Northland"), met("2025-07-02", "Midland", "Southland")]
    assert [(b.name, b.at_least, b.as_claimed, b.at_most, b.pairs) for b in brokers(scene_of(*star))] == [
        ("Midland", 0, 1, 1, (("Northland", "Southland"),))
    ]
    closed = brokers(scene_of(*star, met("2025-08-02", "Northland", "Southland")))
    assert [(b.as_claimed, b.at_most) for b in closed] == [(0, 1)] * 3, (
        "claimed by one text alone, the tie ends no upper bound"
    )


def test_supporter_in_one_text_and_mediator_in_another_is_remarked():
    text = HELD[1].replace(" on {Time", " with {State#mid:Midland} on {Time")
    scene = scene_of(
        (HELD[0], text.replace("Venue=town", "Mediator=mid Venue=town")),
        ("2025-06-04", text.replace("Venue=town", "Supporter=mid Venue=town")),
    )
    assert format_of(scene, only(scene)).remarks == ("Midland is a supporter in one text and a mediator in another",)
