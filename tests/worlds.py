"""Small random worlds as quads: sessions and rounds, seats, claims and times in every combination, by a seed.

They are wilder than any text: what one rule says in SPARQL and in Python must count alike on them, too.
"""

from __future__ import annotations

from random import Random

from kg.namespaces import BASE
from kg.store import Store

DP = "https://w3id.org/diplomatic-kg/ontology#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OA = "http://www.w3.org/ns/oa#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
EVENT = "http://semanticweb.cs.vu.nl/2009/11/sem/Event"
ROLES = ("party", "mediator", "supporter", "participant", "observer", "host", "excluded")
STAGES = ("held", "held", "under-way", "scheduled", "proposed", "cancelled", "in-preparation")
ACTS = ("announce", "report", "deny", "doubt", "speculate", "propose", "criticise", "")
TARGETS = ("participants", "own-role", "existence", "content")
DAYS = ("2025-06-01", "2025-06-02", "2025-06-03")
ACTORS = {
    "north": "State", "south": "State", "middle": "State", "league": "Organization", "ann": "Person", "bo": "Person", "cy": "Person",
    "name/south": "State", "name/sur": "State",
}  # fmt: skip


class _Quads:
    def __init__(self) -> None:
        self.graphs: dict[str, set[str]] = {}

    def add(self, graph: str, subject: str, predicate: str, value: str) -> None:
        self.graphs.setdefault(graph, set()).add(f"<{subject}> <{predicate}> {value} <{graph}> .\n")

    def link(self, graph: str, subject: str, predicate: str, value: str) -> None:
        self.add(graph, subject, predicate, f"<{value}>")

    def day(self, graph: str, subject: str, predicate: str, value: str) -> None:
        self.add(graph, subject, predicate, f'"{value}"^^<http://www.w3.org/2001/XMLSchema#date>')

    def value(self, graph: str, subject: str, predicate: str, scheme: str, value: str) -> None:
        if value:
            self.link(graph, subject, DP + predicate, f"https://w3id.org/diplomatic-kg/{scheme}/{value}")

    def thing(self, graph: str, subject: str, kind: str, label: str) -> None:
        self.link(graph, subject, TYPE, DP + kind)
        self.add(graph, subject, RDFS + "label", f'"{label}"')


def random_world(seed: int) -> Store:
    """A store of two or three texts on three gatherings, some of them told by several texts."""
    random, quads = Random(seed), _Quads()
    told: dict[tuple[int, str], list[str]] = {}
    kinds = [random.choice(("Meeting", "Meeting", "Meeting", "Round")) for _ in range(3)]
    for number, day in enumerate(random.sample(DAYS, random.choice((2, 3)))):
        graph, home = f"{BASE}graph/t{number}", f"{BASE}document/t{number}"
        quads.thing(graph, home, "Document", f"text {number}")
        quads.day(graph, home, DP + "reportedAt", day)
        for name, kind in ACTORS.items():
            quads.thing(graph, f"{BASE}actor/{name}", kind, name.rpartition("/")[2].capitalize())
            quads.link(graph, f"{BASE}actor/{name}", TYPE, DP + "Actor")
        _mandates(random, quads, graph, home)
        for at in random.sample(range(3), random.choice((2, 3))):
            node = f"{home}/{kinds[at].lower()}/{at}"
            told.setdefault((at, kinds[at]), []).append(node)
            quads.thing(graph, node, kinds[at], f"gathering {at}")
            quads.link(graph, node, TYPE, EVENT)
            _evidence(quads, graph, home, node, at)
            _times(random, quads, graph, node)
            claims = _claims(random, quads, graph, home, node, day)
            _seats(random, quads, graph, home, node, claims)
    conclusions = f"{BASE}kg/conclusions"
    for (at, _), nodes in told.items():
        if len(nodes) > 1 or random.random() < 0.5:
            whole = f"{BASE}canonical/{at}"
            quads.thing(conclusions, whole, "CanonicalMeeting", f"gathering {at}")
            for node in nodes:
                quads.link(conclusions, whole, DP + "member", node)
    if seed % 2:
        quads.link(conclusions, f"{BASE}actor/name/south", DP + "sameActor", f"{BASE}actor/south")
        quads.link(conclusions, f"{BASE}actor/name/south", DP + "sameActor", f"{BASE}actor/name/sur")
    blocks = ["".join(sorted(lines)).encode() for _, lines in sorted(quads.graphs.items())]
    return Store.in_memory(blocks, base=BASE, documents=3)


LADDER = {"ann": ("north", "bo", "name/south"), "bo": ("south", "north", "name/sur"), "cy": ("league", "bo", "middle")}
"""Who may act for whom: never in a circle."""


def _mandates(random: Random, quads: _Quads, graph: str, home: str) -> None:
    """Some act for others, through one or two steps."""
    for agent, principals in LADDER.items():
        if random.random() < 0.6:
            _mandate(quads, graph, home, agent, random.choice(principals))


def _mandate(quads: _Quads, graph: str, home: str, agent: str, principal: str) -> None:
    mandate = f"{home}/mandate/{agent}-{principal.replace('/', '-')}"
    quads.thing(graph, mandate, "Mandate", "acts for")
    quads.link(graph, mandate, DP + "agent", f"{BASE}actor/{agent}")
    quads.link(graph, mandate, DP + "principal", f"{BASE}actor/{principal}")


def _evidence(quads: _Quads, graph: str, home: str, node: str, at: int) -> None:
    """One sentence with one span."""
    span, sentence = f"{home}/span/{at}-{at + 1}", f"{home}/sentence/0-99"
    quads.link(graph, node, DP + "evidence", span)
    quads.link(graph, node, DP + "sentence", sentence)
    quads.link(graph, span, OA + "hasSource", home)
    quads.link(graph, span, DP + "sentence", sentence)
    for place, words, start, end in ((span, "met", at, at + 1), (sentence, "They met.", 0, 99)):
        quads.link(graph, place, OA + "hasSelector", f"{place}/position")
        quads.link(graph, place, OA + "hasSelector", f"{place}/quote")
        for name, number in (("start", start), ("end", end)):
            quads.add(graph, f"{place}/position", OA + name, f'"{number}"^^<http://www.w3.org/2001/XMLSchema#integer>')
        quads.add(graph, f"{place}/quote", OA + "exact", f'"{words}"')


def _times(random: Random, quads: _Quads, graph: str, node: str) -> None:
    for number in range(random.choice((0, 1, 1, 2))):
        first, last = sorted(random.sample(range(1, 20), 2))
        time = f"{node}/time/{number}"
        quads.link(graph, node, DP + "when", time)
        quads.add(graph, time, DP + "edtf", f'"x{number}"')
        shape = random.choice(("both", "both", "both", "from", "to", "none"))
        if shape in ("both", "from"):
            quads.day(graph, time, DP + "earliest", f"2025-05-{first:02}")
        if shape in ("both", "to"):
            quads.day(graph, time, DP + "latest", f"2025-05-{last:02}")
    if random.random() < 0.1:
        quads.value(graph, node, "mode", "mode", "encounter")


def _claims(random: Random, quads: _Quads, graph: str, home: str, node: str, day: str) -> list[str]:
    claims: list[str] = []
    for number in range(random.randrange(5)):
        claim = f"{node}/claim/{number}".replace("/meeting/", "/said-meeting/").replace("/round/", "/said-round/")
        quads.thing(graph, claim, "Claim", "said")
        _evidence(quads, graph, home, claim, 10 + number)
        for who in random.sample(("north", "south", "ann", "name/south"), random.choice((1, 1, 1, 2))):
            quads.link(graph, claim, DP + "claimant", f"{BASE}actor/{who}")
        about = random.choice(claims) if claims and random.random() < 0.3 else node
        quads.link(graph, claim, DP + "about", about)
        quads.day(graph, claim, DP + "reportedAt", day)
        quads.value(graph, claim, "polarity", "polarity", random.choice(("positive", "positive", "negative")))
        quads.value(
            graph, claim, "certainty", "certainty", random.choice(("certain", "certain", "probable", "possible"))
        )
        quads.value(graph, claim, "speechAct", "act", random.choice(ACTS))
        if random.random() < 0.85:
            quads.value(graph, claim, "assertsStage", "stage", random.choice(STAGES))
        for target in random.sample(TARGETS, random.choice((0, 1, 1))):
            quads.value(graph, claim, "denialTarget", "target", target)
        if random.random() < 0.4:
            made = f"{claim}/time"
            quads.link(graph, claim, DP + "madeAt", made)
            quads.day(graph, made, DP + "latest", random.choice(("2025-05-30", *DAYS)))
        claims.append(claim)
    return claims


def _seats(random: Random, quads: _Quads, graph: str, home: str, node: str, claims: list[str]) -> None:
    for number in range(random.randrange(2, 5)):
        seat, actor = f"{node}/seat/{number}", random.choice(tuple(ACTORS))
        quads.thing(graph, seat, "Participation", "sits")
        _evidence(quads, graph, home, seat, 20 + number)
        quads.link(graph, f"{BASE}actor/{actor}", DP + "evidence", f"{home}/span/{20 + number}-{21 + number}")
        quads.link(graph, node, DP + "participation", seat)
        quads.link(graph, seat, DP + "participant", f"{BASE}actor/{actor}")
        quads.value(graph, seat, "role", "role", random.choice(("party", "party", "party", "party", *ROLES)))
        if ACTORS[actor] == "Person" and random.random() < 0.7:
            for whom in random.sample(LADDER[actor], random.choice((1, 1, 1, 2))):
                quads.link(graph, seat, DP + "onBehalfOf", f"{BASE}actor/{whom}")
                _mandate(quads, graph, home, actor, whom)
        if claims and random.random() < 0.4:
            for claim in random.sample(claims, 1 if len(claims) == 1 else random.choice((1, 2))):
                quads.link(graph, seat, DP + "accordingTo", claim)
