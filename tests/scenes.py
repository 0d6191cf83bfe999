"""A scene as an analyst meets it, made by hand: who sat where, who said what and when, with answers worked out on paper.

Names and sentences are made up. Three texts of three days: on the first, talks in Geneva are announced; on the second, one side
denies them; on the third, they are reported as held, and a claimant takes back what it said.
"""

from __future__ import annotations

from typing import Any

from kg.evidence import Evidence, Passage, Statement
from kg.scene import Claim, Gathering, Place, Scene, Seat, Telling

DAYS = {"one": "2025-03-01", "two": "2025-03-05", "three": "2025-03-20"}
PUBLISHERS = {"one": "The Evening Courier", "two": "North Agency", "three": "Gazette"}
KINDS = {
    "avaria": ("state", "Avaria"),
    "borduria": ("state", "Borduria"),
    "helvia": ("state", "Helvia"),
    "league": ("organization", "League of Lakes"),
    "anna": ("person", "Anna Ækström"),
    "boris": ("person", "Борис Иваненко"),
    "najib": ("person", "نجيب ميقاتي"),
    "team": ("delegation", "Avarian team"),
    "clerk": ("person", "A clerk of nobody"),
}
ALIASES = {"boris": ("Boris Ivanenko", "Ivanenko"), "avaria": ("Avaric Republic",), "helvia": ("Helvetia",)}
PLACES = {
    "geneva": Place("Geneva", "", "46.2044", "6.1432"),
    "palace": Place("Palace of Lakes", "geneva"),
    "ankara": Place("Ankara", "", "39.93", "32.86"),
    "nowhere": Place("A villa in the hills"),
}


class Maker:
    """A scene with its evidence under construction."""

    def __init__(self) -> None:
        self.scene = Scene({}, {}, {}, dict(PLACES), DAYS["three"], dict(ALIASES))
        self.passages: dict[str, Passage] = {}
        self.statements: dict[str, Statement] = {}
        for key, (kind, name) in KINDS.items():
            self.scene.kinds[key], self.scene.names[key] = kind, name

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.passages, self.statements)

    def passage(self, text: str, sentence: str, words: str) -> str:
        start = sentence.index(words)
        key = f"{text}/span/{len(self.passages)}"
        at = 100 * len(self.passages)
        self.passages[key] = Passage(
            key, words, sentence, ((start, start + len(words)),), at + start, at + start + len(words),
            text, f"Title of {text}", PUBLISHERS[text], DAYS[text], f"https://{text}.example/page",
        )  # fmt: skip
        return key

    def gathering(self, key: str, kind: str, label: str) -> Gathering:
        made = self.scene.gatherings[key] = Gathering(key, kind, label, processes=("process/lakes",))
        return made

    def tell(self, one: Gathering, text: str, **facts: Any) -> str:
        node = f"{text}/{one.id}"
        moments = facts.pop("moments", ())
        one.tellings[node] = Telling(node, text, one.label, DAYS[text], moments=moments, **facts)
        one.venues = tuple(sorted({*one.venues, *facts.get("venues", ())}))
        one.edtf = tuple(sorted({*one.edtf, *facts.get("edtf", ())}))
        if moments:
            one.earliest, one.latest = moments[0][0], "" if moments[0][1] == "9999-12-31" else moments[0][1]
        return node

    def seat(self, one: Gathering, text: str, actor: str, role: str, *principals: str, **facts: Any) -> None:
        node = f"{text}/{one.id}"
        where = (self.passage(text, f"{self.scene.names[actor]} came as {role}, they said.", f"as {role}"),)
        found = frozenset(principals or ({actor} if self.scene.kinds[actor] in ("state", "organization") else ()))
        key = f"{node}/seat/{actor}/{role}"
        one.seats.append(Seat(key, node, actor, role, found, where, **facts))

    def claim(self, one: Gathering, text: str, who: str, act: str, stage: str, **facts: Any) -> None:
        node = f"{text}/{one.id}"
        key = f"{text}/claim/{len(self.statements)}"
        name = self.scene.names.get(who, who)
        no = facts.get("polarity") == "negative"
        words = f"{'not ' if no else ''}{stage or act}"
        passage = self.passage(text, f"{name} said that it was {words}, according to {PUBLISHERS[text]}.", words)
        polarity = facts.pop("polarity", "positive")
        certainty = facts.pop("certainty", "certain")
        self.statements[key] = Statement(
            key, (name,), speech_act=act, stage=stage, polarity=polarity, certainty=certainty,
            reported=DAYS[text], passages=(passage,), denial_targets=facts.get("targets", ()),
        )  # fmt: skip
        one.claims.append(Claim(key, node, who, name, act, stage, polarity, certainty, DAYS[text], text, **facts))


def small() -> Maker:
    """Five gatherings: disputed then held, proposed and denied, a round, one with no date, one of a person without principal."""
    m = Maker()
    talks = m.gathering("meeting/geneva", "meeting", "Talks in Geneva")
    for text, venues in (("one", ("geneva",)), ("two", ()), ("three", ("palace",))):
        edtf = ("2025-03-10",) if text == "three" else ("2025-03",)
        days = (("2025-03-10", "2025-03-10"),) if text == "three" else (("2025-03-01", "2025-03-31"),)
        m.tell(talks, text, venues=venues, edtf=edtf, moments=days, arity=("bilateral",), directness=("direct",))
        m.seat(talks, text, "anna", "party", "avaria", delegations=frozenset({"team"}))
        m.seat(talks, text, "boris", "party", "borduria")
    talks.earliest = talks.latest = "2025-03-10"
    m.seat(talks, "three", "helvia", "mediator")
    m.claim(talks, "one", "avaria", "announce", "scheduled")
    m.claim(talks, "two", "borduria", "deny", "scheduled", polarity="negative", targets=("existence",))
    m.claim(talks, "three", "borduria", "confirm", "scheduled")
    m.claim(talks, "three", "avaria", "announce", "held")
    m.claim(talks, "three", "helvia", "confirm", "held", relays=(("gazette", "Gazette"),))

    summit = m.gathering("meeting/summit", "meeting", "Summit of three")
    m.tell(
        summit,
        "two",
        venues=("ankara",),
        edtf=("2025-06/..",),
        moments=(("2025-06-01", "9999-12-31"),),
        arity=("trilateral",),
    )
    for actor in ("avaria", "borduria", "helvia"):
        m.seat(summit, "two", actor, "party")
    m.claim(summit, "two", "helvia", "propose", "proposed")
    m.claim(summit, "two", "borduria", "deny", "in-preparation", polarity="negative", targets=("preparation",))

    week = m.gathering("round/week", "round", "A week of talks")
    m.tell(week, "three", venues=("geneva",), edtf=("2025-03-08/2025-03-14",), moments=(("2025-03-08", "2025-03-14"),))
    for actor, principal in (("najib", "league"), ("boris", "borduria"), ("helvia", "helvia")):
        m.seat(week, "three", actor, "participant", principal)
    m.claim(week, "three", "league", "report", "held")

    dinner = m.gathering("meeting/dinner", "meeting", "=HYPERLINK(dinner)")
    m.tell(dinner, "one", venues=("nowhere",), mode=("in-person",))
    m.seat(dinner, "one", "clerk", "participant")
    m.seat(dinner, "one", "najib", "participant", "league")
    m.claim(dinner, "one", "league", "report", "held")

    call = m.gathering("meeting/call", "meeting", "A call that nobody confirms")
    m.tell(call, "two", edtf=("2025-03-04",), moments=(("2025-03-04", "2025-03-04"),), mode=("phone",))
    m.seat(call, "two", "anna", "participant", "avaria")
    m.seat(call, "two", "clerk", "participant")
    m.claim(call, "two", "avaria", "deny", "held", polarity="negative", targets=("existence",))

    from kg.standing import HAPPENED, contested, standing

    for one in m.scene.gatherings.values():
        one.standing = standing(one.claims)
        one.contested = one.standing not in HAPPENED and contested(one.claims)
    return m
