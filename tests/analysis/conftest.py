"""A small world worked by hand: eight short reports of one process, and all that follows from them.

North and South talk, Midland mediates, in Northtown. What happens, by the texts:

- 2 June: a session of North and South, told exactly by `direct` and vaguely ("in June") by `later`.
- 10 June: a round; Midland meets North and South apart in one town, and one joint session takes place (`round`).
- a summit: proposed by Midland (`proposed`, of 12 June), its preparation denied by South on the 13th (`denied`), said to be held
  by North on the 20th and denied by North on the 22nd (`summit`, `retracted`).
- one sentence on a call that three outlets carry, relayed by the Wire.
- Omar Quill acts for North in `direct`, for South in `changed`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.documents import Document
from kg.evidence import Evidence, load_evidence
from kg.scene import Scene, load_scene
from kg.store import Store
from tests.helpers import world
from tests.markup import marked

TEXTS = {
    "direct": (
        "2025-06-03",
        """Talks
        {State#nor:Northern} envoy {Person#quill:Omar Quill} {Meeting#m:met} {State#sou:Southland} in {Venue#town:Northtown} on {Time#day:Monday}. They {Outcome#swap:agreed} to swap prisoners.
        ---
        m Party=quill,sou Venue=town Time=day Stage=held Directness=direct Result=swap
        swap OutcomeType=prisoner-exchange
        quill Represents nor
        day = EDTF:2025-06-02""",
    ),
    "later": (
        "2025-08-01",
        """Look back
        {State#nor:Northland} and {State#sou:Southland} last {Meeting#m:met} in {Venue#town:Northtown} in {Time#june:June}.
        ---
        m Party=nor,sou Venue=town Time=june Stage=held Ordinal=last
        june = EDTF:2025-06""",
    ),
    "round": (
        "2025-06-11",
        """Two days
        In {Round#r:talks} in {Venue#town:Northtown}, {State#mid:Midland} {Meeting#a:met} {State#nor:Northland} and then {Meeting#b:saw} {State#sou:Southland}. On {Time#tue:Tuesday} all three {Meeting#j:sat} together.
        ---
        r Venue=town Mediator=mid Party=nor,sou Stage=held
        a Mediator=mid Party=nor PartOf=r Stage=held Venue=town
        b Mediator=mid Party=sou PartOf=r Stage=held Venue=town
        j Mediator=mid Party=nor,sou PartOf=r Time=tue Stage=held
        tue = EDTF:2025-06-10""",
    ),
    "proposed": (
        "2025-06-12",
        """Offer
        {State#nor:Northland} {Claim#c:said} that {State#mid:Midland} had {Claim#p:proposed} a {Meeting#s:summit} of {State#n2:Northland} and {State#sou:Southland}.
        ---
        s Party=n2,sou Level=leaders
        p Speaker=mid About=s SpeechAct=propose Asserts=proposed
        c Speaker=nor About=p SpeechAct=announce""",
    ),
    "denied": (
        "2025-06-13",
        """No summit
        {State#sou:Southland} {Claim#d:denied} that a {Meeting#s:summit} with {State#nor:Northland} was being prepared, and {Claim#e:denied} {State#mid:Midland}’s {Claim#f:account} of it.
        ---
        s Party=nor,sou Level=leaders
        d Speaker=sou About=s SpeechAct=deny Asserts=in-preparation Negated DenialTarget=preparation
        f Speaker=mid About=s SpeechAct=report Asserts=accepted
        e Speaker=sou About=f SpeechAct=deny Negated DenialTarget=content""",
    ),
    "summit": (
        "2025-06-20",
        """Summit
        {State#nor:Northland} {Claim#c:said} that the {Meeting#s:summit} with {State#sou:Southland} was held on {Time#day:Thursday}.
        ---
        s Party=nor,sou Time=day Level=leaders
        c Speaker=nor About=s SpeechAct=announce Asserts=held
        day = EDTF:2025-06-19""",
    ),
    "retracted": (
        "2025-06-22",
        """Taken back
        {State#nor:Northland} now {Claim#c:denied} that its {Meeting#s:summit} with {State#sou:Southland} of {Time#day:Thursday} had taken place.
        ---
        s Party=nor,sou Time=day Level=leaders
        c Speaker=nor About=s SpeechAct=deny Asserts=held Negated
        day = EDTF:2025-06-19""",
    ),
    "changed": (
        "2025-07-05",
        """New post
        {State#sou:Southern} envoy {Person#quill:Omar Quill} {Meeting#m:met} {State#mid:Midland} on {Time#day:Friday}. {Person#ilse:Ilse Brandt} was there, too.
        ---
        m Party=quill Mediator=mid Participant=ilse Time=day Stage=held
        quill Represents sou
        ilse Note no principal: the text gives neither office nor mandate
        day = EDTF:2025-07-04""",
    ),
}
CALL = """Call
    {State#nor:Northland} {Meeting#m:called} {State#mid:Midland} on {Time#day:Sunday}, the {Organization#wire:Northern Wire} {Claim#c:reported}.
    ---
    m Party=nor,mid Time=day Mode=phone
    c Speaker=wire About=m SpeechAct=report Asserts=held
    day = EDTF:2025-07-13"""
OWN = """Call
    {State#nor:Northland} and {State#mid:Midland} {Meeting#m:spoke} by telephone on {Time#day:Sunday}.
    ---
    m Party=nor,mid Time=day Mode=phone Stage=held
    day = EDTF:2025-07-13"""


def _clean(source: str) -> str:
    return "\n".join(line.strip() for line in source.splitlines())


def documents() -> list[Document]:
    """The reports of the world above."""
    made = [marked(_clean(source), name, day) for name, (day, source) in TEXTS.items()]
    made += [marked(_clean(CALL), f"wire-{n}", "2025-07-14", publisher) for n, publisher in enumerate(("Post", "Star"))]
    made += [marked(_clean(OWN), f"own-{p.lower()}", "2025-07-14", p) for p in ("Echo", "Globe", "Mail")]
    return made


@pytest.fixture(scope="session")
def small() -> Iterator[Store]:
    store, _ = world(documents())
    with store:
        yield store


@pytest.fixture(scope="session")
def scene(small: Store) -> Scene:
    return load_scene(small)


@pytest.fixture(scope="session")
def evidence(small: Store) -> Evidence:
    return load_evidence(small)
