"""Large pages in a real Chromium: what they weigh, what they leave out and say so, that they answer. Times are those of
`python -m tests.benchmarks.page`: a machine that others use as well would make a test of them fail for nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from playwright.sync_api import Browser, Page, expect

from kg.evidence import Evidence
from kg.render import render_page, write_page
from kg.standing import STANDINGS
from kg.views import Policy

from .large import generated

LOADED = 60_000  # milliseconds


@pytest.fixture
def large(browser: Browser, tmp_path: Path) -> Any:
    opened: list[Page] = []

    def make(names: int, lines: int) -> Page:
        path = tmp_path / "large.html"
        graph, evidence = generated(names, lines)
        write_page(path, render_page(graph, evidence, title="Generated"))
        page = browser.new_page(viewport={"width": 1360, "height": 860})
        opened.append(page)
        page.goto(path.as_uri())
        expect(page.locator("#count")).to_contain_text("nodes", timeout=LOADED)
        return page

    yield make
    for page in opened:
        page.close()


Large = Callable[[int, int], Page]


def test_the_page_without_its_data_is_small() -> None:
    page = render_page(nx.MultiGraph(), Evidence(), title="")
    assert len(page.encode()) < 1_500_000


def test_the_shipped_corpus_makes_a_small_page(sample: Any, tmp_path: Path) -> None:
    from kg.evidence import load_evidence
    from kg.scene import load_scene

    path = tmp_path / "corpus.html"
    policy = Policy(standings=STANDINGS, rounds=True)
    write_page(path, render_page(load_scene(sample), load_evidence(sample), title="Corpus", policy=policy))
    assert path.stat().st_size < 1_500_000


def test_beyond_3000_lines_the_backbone_is_drawn_with_a_notice(large: Large) -> None:
    page = large(1500, 5000)
    expect(page.locator("#count")).to_have_text("5,000 of 5,000 connections, 1,500 of 1,500 nodes")
    notice = page.locator("#backbone")
    expect(notice).to_contain_text("Backbone: 3,000 of")
    expect(notice).to_contain_text("are left out of the picture. The table, the counts and the exports have them all.")
    drawn = "diplomaticPage.network.body.edgeIndices.length"
    assert page.evaluate(drawn) == 3000
    ends = "new Set(diplomaticPage.visible().drawn.flatMap((line) => [line.from, line.to])).size"
    assert page.evaluate(ends) == 1500, "every name keeps its strongest connection"
    left_out = page.evaluate("diplomaticPage.visible().leftOut")
    assert left_out == page.evaluate("diplomaticPage.visible().lines.size") - 3000 > 0
    expect(notice).to_contain_text(f"{left_out:,} are left out")
    assert page.evaluate("diplomaticPage.csvText().split('\\r\\n').length") > 5000, "files leave nothing out"
    expect(page.get_by_label("Arrange what is shown")).to_be_disabled()
    page.get_by_role("button", name="Draw all lines").click()
    expect(notice).to_contain_text("All ")
    assert page.evaluate(drawn) == left_out + 3000
    page.get_by_role("button", name="Draw the backbone").click()
    assert page.evaluate(drawn) == 3000
    # A filter that leaves fewer lines draws them all, and the notice goes.
    page.locator('[data-facet="status"][data-value="held"]').click()
    expect(notice).to_be_hidden()
    expect(page.locator("#count")).to_contain_text("2,499 of 5,000 connections")
    page.get_by_role("tab", name="Table").click()
    expect(page.locator("#view-table tbody tr")).to_have_count(300)
    page.get_by_role("button", name="Show 300 more").click()
    expect(page.locator("#view-table tbody tr")).to_have_count(600)


def test_many_lines_drawn_at_once_still_answer_to_a_click(large: Large) -> None:
    page = large(600, 1500)
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


def test_5000_names_open_and_are_filtered(large: Large) -> None:
    page = large(5000, 9000)
    expect(page.locator("#count")).to_contain_text("5,000 of 5,000 nodes")
    page.fill("#query", "number 4999")
    expect(page.locator("#count")).to_contain_text("of 9,000 connections")
    assert page.evaluate("diplomaticPage.visible().nodes.has('n04999')")
