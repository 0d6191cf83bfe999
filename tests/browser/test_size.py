"""How large pages may be and how quickly they answer, on generated graphs, in a real Chromium.

The bounds are those of the issue for two free cores. Where other work shares them, times grow; each is taken as the best of a few.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import networkx as nx
import pytest
from playwright.sync_api import Browser, Page, expect

from kg.evidence import Evidence, Passage, Statement
from kg.render import render_page, write_page
from kg.standing import STANDINGS
from kg.views import Policy

DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def generated(names: int, lines: int) -> tuple[nx.MultiGraph, Evidence]:
    """A graph like those of the field: a few well connected names, many with one or two lines."""
    chance = random.Random(7)
    graph = nx.MultiGraph()
    passages, statements = {}, {}
    for number in range(names):
        graph.add_node(
            f"n{number:05}", label=f"Name number {number}", kind=("person", "state", "organization")[number % 3]
        )
    for number in range(200):
        passages[f"p{number}"] = Passage(
            f"p{number}", "met", f"Sentence {number:03}: the two met again.", ((22, 25),), number, number + 3,
            f"d{number % 40}", f"Title {number % 40}", "Paper", f"2025-{number % 12 + 1:02}-01", "https://paper.example/",
        )  # fmt: skip
        statements[f"s{number}"] = Statement(f"s{number}", ("Paper",), stage="held", passages=(f"p{number}",))
    for number in range(lines):
        one = number % names if number < names else int(names * chance.random() ** 2)
        other = int(names * chance.random() ** 2)
        graph.add_edge(
            f"n{one:05}", f"n{(other + (one == other)) % names:05}", key=number, relation="co-presence",
            status=("held", "held", "held", "proposed", "disputed", "scheduled")[number % 6],
            when=f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}", evidence=(f"p{number % 200}",), statements=(f"s{number % 200}",),
        )  # fmt: skip
    return graph, Evidence(passages, statements)


def opened_in(browser: Browser, path: Any, tries: int = 3) -> tuple[Page, float]:
    """The page and the seconds until it is drawn and answers, the best of a few."""
    best = float("inf")
    for _ in range(tries):
        page = browser.new_page(viewport={"width": 1360, "height": 860})
        start = time.perf_counter()
        page.goto(path.as_uri())
        page.evaluate(DRAWN)
        best = min(best, time.perf_counter() - start)
        if _ < tries - 1:
            page.close()
    return page, best


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, int], Any]:
    def make(names: int, lines: int) -> Any:
        path = tmp_path_factory.mktemp("large") / f"{names}.html"
        graph, evidence = generated(names, lines)
        write_page(path, render_page(graph, evidence, title="Generated"))
        return path

    return make


def test_the_page_without_its_data_is_small() -> None:
    page = render_page(nx.MultiGraph(), Evidence(), title="")
    assert len(page.encode()) < 1_500_000


def test_the_shipped_corpus_is_there_in_a_second(browser: Browser, sample: Any, tmp_path: Any) -> None:
    from kg.evidence import load_evidence
    from kg.scene import load_scene

    path = tmp_path / "corpus.html"
    policy = Policy(standings=STANDINGS, rounds=True)
    write_page(path, render_page(load_scene(sample), load_evidence(sample), title="Corpus", policy=policy))
    assert path.stat().st_size < 1_500_000
    page, seconds = opened_in(browser, path, 5)
    page.close()
    assert seconds < 1, seconds


def test_1500_names_and_5000_lines(browser: Browser, large: Callable[[int, int], Any]) -> None:
    page, seconds = opened_in(browser, large(1500, 5000))
    assert seconds < 2, seconds
    expect(page.locator("#count")).to_have_text("5,000 of 5,000 connections, 1,500 of 1,500 nodes")
    answer = """(patch) => { const start = performance.now(); const hidden = diplomaticPage.state.hidden;
      if (patch.off) { hidden.status.has(patch.off) ? hidden.status.delete(patch.off) : hidden.status.add(patch.off); }
      diplomaticPage.change(patch.off ? { hidden } : patch); return performance.now() - start; }"""
    patches = [
        {"off": "proposed"},
        {"query": "number 12"},
        {"query": ""},
        {"since": "2025-06-01"},
        {"since": ""},
        {"off": "proposed"},
    ]
    times: dict[str, float] = {}
    for _ in range(3):
        for number, patch in enumerate(patches):
            took = page.evaluate(answer, patch)
            times[f"{number} {patch}"] = min(took, times.get(f"{number} {patch}", took))
            page.evaluate(DRAWN)
    assert max(times.values()) < 100, times
    # Beyond 3,000 lines the backbone is drawn, and the page says what is left out and how to see it.
    notice = page.locator("#backbone")
    expect(notice).to_contain_text("Backbone: 3,000 of")
    assert page.evaluate("diplomaticPage.network.body.edgeIndices.length") == 3000
    ends = page.evaluate("new Set(diplomaticPage.visible().drawn.flatMap((line) => [line.from, line.to])).size")
    assert ends == 1500, "every name keeps its strongest connection"
    page.get_by_role("button", name="Draw all lines").click()
    expect(notice).to_contain_text("All ")
    assert page.evaluate("diplomaticPage.network.body.edgeIndices.length") > 4000
    page.get_by_role("button", name="Draw the backbone").click()
    page.get_by_role("tab", name="Table").click()
    expect(page.locator("#view-table tbody tr")).to_have_count(300)
    page.get_by_role("button", name="Show 300 more").click()
    expect(page.locator("#view-table tbody tr")).to_have_count(600)
    page.close()


def test_many_lines_drawn_at_once_still_answer_to_a_click(browser: Browser, large: Callable[[int, int], Any]) -> None:
    page, _ = opened_in(browser, large(600, 1500), 1)
    key = page.evaluate(
        """() => { const { network } = diplomaticPage; const line = diplomaticPage.visible().drawn[700];
          network.moveTo({ position: network.body.edges[line.id].edgeType.getPoint(0.5), scale: 3, animation: false });
          return line.id; }"""
    )
    page.wait_for_timeout(100)
    box = page.locator("#canvas").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert page.evaluate("diplomaticPage.state.selected?.id") == key
    expect(page.locator("#panel mark").first).to_have_text("met")
    page.close()


def test_5000_names(browser: Browser, large: Callable[[int, int], Any]) -> None:
    page, seconds = opened_in(browser, large(5000, 9000))
    assert seconds < 4, seconds
    expect(page.locator("#count")).to_contain_text("5,000 of 5,000 nodes")
    page.close()
