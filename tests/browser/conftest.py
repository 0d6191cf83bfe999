"""A graph as an analyst meets it, and a real Chromium that opens its page.

Names and sentences are made up for the tests, after talks that could have been. The browser is required: without it
these tests fail, because a page that was never opened was never tested.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from kg.evidence import Evidence, Passage, Statement
from kg.render import render_page, write_page

expect.set_options(timeout=15_000)  # other work may share the processors

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
DESCRIPTION = (
    "Two actors are joined when they sat in one session that somebody claims took place or is under way; sessions that "
    "are disputed, denied, proposed or mooted are drawn too and stay marked. Presence in the same city or the same "
    "round joins nobody: a round is a node of its own. Line width grows with the number of sessions."
)
DOCUMENTS = {
    "courier": (
        "Talks go on in two capitals",
        "The Evening Courier",
        "2025-12-21",
        "https://courier.example/2025/talks?a=1&b=2",
    ),
    "agency": ("Aide: nothing is being prepared", "North Agency", "2025-12-20", "http://agency.example/aide"),
    "gazette": ("Six months of silence", "Gazette", "2025-12-22T08:30:00+02:00", ""),
    "blog": ("Blog", "", "", "javascript:alert(1)"),
}


@dataclass
class World:
    """A graph under construction with its sentences."""

    graph: nx.MultiDiGraph = field(default_factory=nx.MultiDiGraph)
    passages: dict[str, Passage] = field(default_factory=dict)
    statements: dict[str, Statement] = field(default_factory=dict)

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.passages, self.statements)

    def passage(self, document: str, text: str, start: int = 1200) -> str:
        """A passage whose marked words stand in [square brackets] in text."""
        sentence, marks, at = "", [], 0
        for place, piece in enumerate(text.replace("]", "[").split("[")):
            if place % 2:
                marks.append((at, at + len(piece)))
            sentence += piece
            at += len(piece)
        words = " … ".join(sentence[a:b] for a, b in marks)
        name = f"passage-{len(self.passages) + 1}"
        title, publisher, published, url = DOCUMENTS[document]
        span = (start + marks[0][0], start + marks[-1][1]) if marks else (start, start)
        self.passages[name] = Passage(
            name, words, sentence, tuple(marks), *span, document, title, publisher, published, url
        )
        return name

    def statement(self, *passages: str, claimants: tuple[str, ...] = (), **facts: Any) -> str:
        name = f"statement-{len(self.statements) + 1}"
        self.statements[name] = Statement(name, claimants, passages=passages, **facts)
        return name

    def node(self, name: str, kind: str, label: str = "", **facts: Any) -> str:
        given = {"label": label or name, "kind": kind, "status": "", "note": "", "evidence": (), "statements": ()}
        self.graph.add_node(name, **given | facts)
        return name

    def edge(self, a: str, b: str, key: str, status: str = "held", **facts: Any) -> None:
        given = {
            "relation": "co-presence",
            "label": "",
            "status": status,
            "weight": 1.0,
            "directed": False,
            "evidence": (),
            "statements": (),
            "meeting": "",
            "when": "",
            "venue": "",
            "format": "",
        }
        self.graph.add_edge(a, b, key=key, **given | facts)


def sample() -> World:
    """Thirteen actors, eight sessions in every state of being, and one round."""
    w = World()
    for name in ("Russia", "Ukraine", "United States", "Türkiye"):
        w.node(name, "state")
    w.node("EU", "organization", "European Union")
    for name in ("Yuri Ushakov", "Kirill Dmitriev", "Steve Witkoff", "Jared Kushner", "Rustem Umerov", "Hakan Fidan"):
        w.node(name, "person")
    w.node("Volodymyr Zelensky", "person", "Volodymyr Zelensky", note="Володимир Зеленський")
    w.node("envoys", "delegation", "European envoys")
    w.node("observers", "group", "reporters")

    ist = w.passage("gazette", "The last time [both delegations] sat at [one table] was in Istanbul in July.", 1341)
    ist2 = w.passage(
        "courier", "Their July [session in Istanbul] led to a swap of prisoners 🕊 and to [little else].", 988
    )
    s_ist = w.statement(ist, claimants=("Gazette",), speech_act="report", stage="held", reported="2025-12-22")
    s_ist2 = w.statement(
        ist2, claimants=("Rustem Umerov",), on_behalf_of=("Ukraine",), speech_act="confirm", stage="held",
        polarity="positive", reported="2025-12-21",
    )  # fmt: skip
    july = {"when": "2025-07-23", "venue": "Istanbul", "format": "direct", "label": "Second session in Istanbul"}
    w.edge("Russia", "Ukraine", "istanbul", weight=2.0, evidence=(ist, ist2), statements=(s_ist, s_ist2), **july)
    w.edge("Russia", "Türkiye", "istanbul", evidence=(ist,), statements=(s_ist,), **july)
    w.edge("Türkiye", "Ukraine", "istanbul", evidence=(ist,), statements=(s_ist,), **july)
    w.edge("Rustem Umerov", "Hakan Fidan", "istanbul", evidence=(ist2,), statements=(s_ist2,), **july)

    deny = w.passage(
        "agency",
        "“Nobody has seriously discussed [this initiative] and, to my knowledge, [it is not in preparation]”, he said.",
        402,
    )
    plan = w.passage("courier", "Zelensky said Washington had [proposed] talks of [the three] together.", 655)
    s_deny = w.statement(
        deny, claimants=("Yuri Ushakov",), on_behalf_of=("Russia",), relays=("North Agency", "Gazette"),
        speech_act="deny", stage="in-preparation", polarity="negative", certainty="probable",
        denial_targets=("preparation",), reported="2025-12-20",
    )  # fmt: skip
    s_plan = w.statement(
        plan, claimants=("Volodymyr Zelensky",), speech_act="announce", stage="proposed", polarity="positive",
        reported="2025-12-21",
    )  # fmt: skip
    three = {"when": "2025-12", "format": "trilateral", "label": "Three-way talks"}
    w.edge("Russia", "Ukraine", "three-way", "disputed", evidence=(deny, plan), statements=(s_deny, s_plan), **three)
    w.edge("Russia", "United States", "three-way", "disputed", evidence=(deny,), statements=(s_deny, s_plan), **three)
    w.edge("Ukraine", "United States", "three-way", "disputed", evidence=(plan,), statements=(s_deny, s_plan), **three)

    legs = w.passage(
        "courier",
        "[Witkoff and Kushner] sat down [with the Ukrainian team] on Friday, and with [Dmitriev] a day later.",
        120,
    )
    s_legs = w.statement(
        legs, claimants=("The Evening Courier",), speech_act="report", stage="held", reported="2025-12-21"
    )
    miami = {"venue": "Miami", "format": "separate-leg"}
    for friend in ("Steve Witkoff", "Jared Kushner"):
        w.edge(friend, "Rustem Umerov", "leg-1", when="2025-12-19", evidence=(legs,), statements=(s_legs,), **miami)
        w.edge(friend, "Kirill Dmitriev", "leg-2", when="2025-12-20", evidence=(legs,), statements=(s_legs,), **miami)
    w.edge(
        "Jared Kushner",
        "Steve Witkoff",
        "leg-1",
        weight=2.0,
        when="2025-12-19/2025-12-20",
        evidence=(legs,),
        statements=(s_legs,),
        **miami,
    )

    week = w.passage(
        "courier", "A working group of [Umerov and the European envoys] has been [meeting since Friday].", 1410
    )
    s_week = w.statement(
        week, claimants=("Rustem Umerov",), speech_act="announce", stage="under-way", reported="2025-12-21"
    )
    w.edge(
        "Rustem Umerov",
        "envoys",
        "working-group",
        "under-way",
        when="2025-12-19/..",
        venue="Miami",
        format="direct",
        evidence=(week,),
        statements=(s_week,),
    )
    call = w.passage("gazette", "No call between [Ushakov] and [Witkoff] took place, the aide's office said.", 77)
    s_call = w.statement(
        call,
        claimants=("Yuri Ushakov",),
        speech_act="deny",
        stage="held",
        polarity="negative",
        denial_targets=("existence",),
        reported="2025-12-22",
    )
    w.edge("Yuri Ushakov", "Steve Witkoff", "call", "denied", when="2025-12-18", evidence=(call,), statements=(s_call,))
    joint = w.passage(
        "courier", "It would be [logical], he added, to sit down [together], perhaps with [the Europeans].", 804
    )
    s_joint = w.statement(
        joint,
        claimants=("Volodymyr Zelensky",),
        speech_act="propose",
        stage="mooted",
        certainty="possible",
        reported="2025-12-21",
    )
    w.edge("Volodymyr Zelensky", "envoys", "joint", "mooted", evidence=(joint,), statements=(s_joint,))
    visit = w.passage("agency", "[Fidan] invited [Zelensky] to Ankara for January.", 15)
    s_visit = w.statement(
        visit,
        claimants=("Hakan Fidan",),
        on_behalf_of=("Türkiye",),
        speech_act="invite",
        stage="proposed",
        reported="2025-12-20",
    )
    w.edge(
        "Hakan Fidan",
        "Volodymyr Zelensky",
        "ankara",
        "proposed",
        when="2026-01",
        venue="Ankara",
        evidence=(visit,),
        statements=(s_visit,),
    )
    w.edge("EU", "Ukraine", "summit", "scheduled", when="2026-01-15", venue="Brussels", evidence=(visit,))
    w.edge("EU", "envoys", "members", "", relation="member-of", directed=True)
    served = {
        "Yuri Ushakov": "Russia",
        "Kirill Dmitriev": "Russia",
        "Rustem Umerov": "Ukraine",
        "Steve Witkoff": "United States",
        "Hakan Fidan": "Türkiye",
        "Volodymyr Zelensky": "Ukraine",
    }
    for person, state in served.items():
        w.edge(person, state, "mandate", "", relation="acts-for", directed=True, evidence=(deny,))

    w.node("round-miami", "round", "Miami talks", status="held", evidence=(legs, week), statements=(s_legs,))
    for actor in ("Steve Witkoff", "Kirill Dmitriev", "Rustem Umerov", "envoys"):
        w.edge(
            actor,
            "round-miami",
            "miami",
            relation="participation",
            when="2025-12-19/2025-12-21",
            venue="Miami",
            evidence=(legs,),
        )
    return w


def hostile() -> World:
    """Names that try to be something else than names."""
    w = World()
    script = w.node("n1", "person", "</script><img src=x onerror=alert(1)>")
    link = w.node("n2", "state", '<a href="javascript:alert(2)">href</a>', note="<script>alert(3)</script>")
    turned = w.node("n3", "person", "\u202eevil\u2066 نجيب ميقاتي \u2028\u2029 \ud800")
    bad = w.passage("blog", "Quoting <script>alert(4)</script> [<b>bold</b>] 🕊️🕊️ [words] & \u202emore", 7)
    said = w.statement(bad, "gone", claimants=("<img src=x onerror=alert(5)>",), speech_act="deny", stage="held")
    w.edge(
        script,
        link,
        "1",
        "disputed",
        venue="<svg onload=alert(6)>",
        evidence=(bad, "nowhere"),
        statements=(said, "lost"),
    )
    w.edge(
        link,
        turned,
        "2",
        "__proto__",
        relation="constructor",
        label="{{ 7*7 }}",
        when="soon-ish",
        meeting="javascript:alert(7)",
    )
    return w


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail(
            f"{CHROMIUM} is missing: the page is tested in a real browser (apt install chromium)", pytrace=False
        )
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield running
        running.close()


class Opened:
    """A page in the browser, and everything it did that it should not have done."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.failures: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("requestfailed", lambda request: self.failures.append(f"{request.url} {request.failure}"))
        page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error} {error.stack}"))
        page.on("dialog", lambda dialog: (self.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Any]:
    """open_page(world, width=…, …) -> Opened. At the end nothing may have been loaded or complained about."""
    contexts, opened = [], []

    def open_(
        world: World | None = None, *, width: int = 1360, height: int = 860, html: str = "", **media: Any
    ) -> Opened:
        path = tmp_path / f"page-{len(opened)}.html"
        if not html:
            world = world or sample()
            title = "Who talks to whom, December 2025"
            html = render_page(world.graph, world.evidence, title=title, description=DESCRIPTION)
        write_page(path, html)
        context = browser.new_context(viewport={"width": width, "height": height}, **media)
        contexts.append(context)
        found = Opened(context.new_page())
        opened.append(found)
        found.page.goto(path.as_uri())
        return found

    yield open_
    for context in contexts:
        context.close()
    for found in opened:
        assert [url for url in found.requests if not url.startswith(("file:", "data:", "blob:"))] == []
        assert found.complaints == []
