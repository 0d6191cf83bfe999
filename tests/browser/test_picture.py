"""The drawing itself in a real Chromium: what stands out, which names are written where, new places, bundles, colours for all eyes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from kg.render import render_page
from kg.standing import STANDINGS
from kg.views import Policy
from tests.scenes import Maker, small

from .conftest import World
from .test_explorer import click_line, fragment, html, line_id
from .test_page import click_node


@pytest.fixture
def page(open_page: Any) -> Page:
    found: Page = open_page(html=html()).page
    return found


def spotlight(page: Page) -> list[str] | None:
    found: list[str] | None = page.evaluate(
        "diplomaticPage.spotlight() && [...diplomaticPage.spotlight().nodes].sort()"
    )
    return found


def crowd() -> World:
    """A wheel of sixty with long names around a hub, and ten pairs apart: more names than there is room for."""
    world = World()
    world.node("hub", "state", "The hub of all the talks")
    for index in range(60):
        world.node(f"n{index:02}", ("person", "state")[index % 2], f"A rather long name {index}")
        world.edge("hub", f"n{index:02}", str(index))
        world.edge(f"n{index:02}", f"n{(index * 7 + 3) % 60:02}", f"x{index}")
    for index in range(10):
        world.node(f"p{index}", "person", f"Somebody apart {index}")
        world.node(f"q{index}", "person", f"Another apart {index}")
        world.edge(f"p{index}", f"q{index}", "pair")
    return world


# --- what stands out ----------------------------------------------------------------------------------------------


INK = """(id) => {
  // The darkest point of a shape: faint shapes have none.
  const { network } = diplomaticPage;
  const { x, y } = network.canvasToDOM(network.getPosition(id));
  const canvas = document.querySelector('#canvas canvas');
  const ratio = canvas.width / canvas.clientWidth;
  const copy = Object.assign(document.createElement('canvas'), { width: 4, height: 4 });
  const context = copy.getContext('2d', { willReadFrequently: true });
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, 4, 4);
  context.drawImage(canvas, -Math.round(x * ratio) + 2, -Math.round(y * ratio) + 2);
  const { data } = context.getImageData(0, 0, 4, 4);
  return Math.min(...Array.from({ length: data.length / 4 }, (_, at) => data[4 * at] + data[4 * at + 1] + data[4 * at + 2]));
}"""


def settled(page: Page, holds: Callable[[int], bool]) -> bool:
    """Whether the picture comes to be so within two seconds; it is drawn some frames after a change."""
    for _ in range(20):
        if holds(page.evaluate(INK, "league")):
            return True
        page.wait_for_timeout(100)
    return False


def test_what_the_pointer_is_on_stands_out_with_what_it_touches(page: Page) -> None:
    assert spotlight(page) is None
    drawn = page.evaluate(INK, "league")
    where = page.evaluate("diplomaticPage.network.canvasToDOM(diplomaticPage.network.getPosition('avaria'))")
    box = page.locator("#canvas").bounding_box()
    assert box
    page.mouse.move(box["x"] + where["x"], box["y"] + where["y"])
    page.wait_for_timeout(150)
    assert spotlight(page) == ["avaria", "borduria", "clerk", "helvia"]
    assert settled(page, lambda ink: ink > drawn + 150), "who is not touched steps back"
    expect(page.locator("#tip")).to_contain_text("Avaria")
    page.mouse.move(box["x"] + 3, box["y"] + 3)
    page.wait_for_timeout(150)
    assert spotlight(page) is None
    assert settled(page, lambda ink: ink == drawn)


def test_what_is_open_stays_in_the_light(page: Page) -> None:
    click_node(page, "helvia")
    page.mouse.move(5, 5)
    assert spotlight(page) == ["avaria", "borduria", "helvia", "round/week"]
    page.keyboard.press("Escape")
    assert spotlight(page) is None
    click_line(page, line_id(page, "avaria", "borduria", "held"))
    page.mouse.move(5, 5)
    assert spotlight(page) == ["avaria", "borduria"]


# --- names and places ---------------------------------------------------------------------------------------------

LABELS = """() => ({
  names: [...diplomaticPage.labelled()].map(([id, { left, right, top, bottom }]) => ({ id, left, right, top, bottom })),
  shapes: [...diplomaticPage.visible().nodes].map((id) => ({ id, ...diplomaticPage.network.getPosition(id) })),
})"""


def over(a: dict[str, float], b: dict[str, float]) -> bool:
    return a["left"] < b["right"] and a["right"] > b["left"] and a["top"] < b["bottom"] and a["bottom"] > b["top"]


def test_names_run_over_no_other_name_and_hardly_over_a_shape(open_page: Any) -> None:
    page = open_page(crowd()).page
    for factor in (1, 2):
        page.evaluate(
            "(by) => diplomaticPage.network.moveTo({ scale: diplomaticPage.network.getScale() * by })", factor
        )
        page.wait_for_timeout(100)
        found = page.evaluate(LABELS)
        assert len(found["names"]) > 16
        clashes = [(a["id"], b["id"]) for a, b in itertools.combinations(found["names"], 2) if over(a, b)]
        assert clashes == []
        hidden = {
            (name["id"], shape["id"])
            for name in found["names"]
            for shape in found["shapes"]
            if name["id"] != shape["id"]
            and name["left"] < shape["x"] < name["right"]
            and name["top"] < shape["y"] < name["bottom"]
        }
        assert len({name for name, _ in hidden}) <= 16, "only the largest names may"


def test_what_is_shown_can_get_places_of_its_own(open_page: Any) -> None:
    whole = html()
    places = "Object.fromEntries([...diplomaticPage.visible().nodes].map((id) => [id, diplomaticPage.spotOf(id)]))"
    page = open_page(html=whole).page
    page.get_by_role("button", name="Persons").click()
    page.evaluate("diplomaticPage.change({ ego: { id: 'clerk', steps: 1 } })")
    before = page.evaluate(places)
    page.get_by_label("Arrange what is shown").check()
    after = page.evaluate(places)
    assert set(after) == {"anna", "clerk", "najib"} and after != before
    gaps = [(abs(a[0] - b[0]), abs(a[1] - b[1])) for a, b in itertools.combinations(after.values(), 2)]
    assert all(x >= 85 or y >= 60 for x, y in gaps)
    drawn = page.evaluate("[...diplomaticPage.visible().nodes].map((id) => diplomaticPage.network.getPosition(id))")
    assert sorted([one["x"], one["y"]] for one in drawn) == sorted(after.values())
    assert "arranged=1" in fragment(page)
    # The same state, in another window, has the same places.
    other = page.context.new_page()
    other.goto(page.url.partition("#")[0] + fragment(page))
    assert other.evaluate(places) == after
    page.get_by_label("Arrange what is shown").uncheck()
    assert page.evaluate(places) == before


def test_surroundings_are_brought_into_sight_and_a_chosen_view_is_kept(open_page: Any) -> None:
    page = open_page(crowd()).page
    inside = """() => [...diplomaticPage.visible().nodes].every((id) => {
      const { x, y } = diplomaticPage.network.canvasToDOM(diplomaticPage.network.getPosition(id));
      const { clientWidth, clientHeight } = document.getElementById('canvas');
      return x > 0 && y > 0 && x < clientWidth && y < clientHeight; })"""
    assert page.evaluate(inside)
    page.evaluate("diplomaticPage.network.moveTo({ position: { x: 9000, y: 9000 }, scale: 2 })")
    assert not page.evaluate(inside)
    page.evaluate("diplomaticPage.change({ ego: { id: 'p3', steps: 1 } })")
    assert page.evaluate(inside)
    page.get_by_role("button", name="Zoom in").click()
    page.wait_for_timeout(400)
    page.mouse.move(600, 300)
    page.mouse.down()
    page.mouse.move(680, 340, steps=4)
    page.mouse.up()
    chosen = page.evaluate("diplomaticPage.network.getViewPosition()")
    page.set_viewport_size({"width": 1200, "height": 700})
    page.wait_for_timeout(300)
    assert page.evaluate("diplomaticPage.network.getViewPosition()") == pytest.approx(chosen, abs=5)
    page.get_by_role("button", name="Fit the whole picture").click()
    page.set_viewport_size({"width": 1000, "height": 600})
    page.wait_for_timeout(300)
    assert page.evaluate(inside)


def test_a_high_screen_gets_a_high_picture(open_page: Any) -> None:
    page = open_page(crowd(), width=390, height=800, has_touch=True).page
    span = """() => { const at = [...diplomaticPage.visible().nodes].map((id) => diplomaticPage.network.getPosition(id));
      const one = (axis) => Math.max(...at.map((p) => p[axis])) - Math.min(...at.map((p) => p[axis]));
      return one('x') / one('y'); }"""
    high = page.evaluate(span)
    page.set_viewport_size({"width": 1300, "height": 700})
    page.wait_for_timeout(400)
    broad = page.evaluate(span)
    assert high < 0.85 and broad > high + 0.05, (high, broad)


# --- parallel lines -----------------------------------------------------------------------------------------------


def test_a_thicket_between_two_names_is_bundled_until_asked_for(open_page: Any) -> None:
    world = World()
    world.node("a", "state", "Avaria")
    world.node("b", "state", "Borduria")
    sentence = world.passage("courier", "They [met] again.")
    for day in range(1, 9):
        world.edge("a", "b", f"held {day}", when=f"2025-03-{day:02}", evidence=(sentence,))
    world.edge("a", "b", "wish", "proposed", evidence=(sentence,))
    page = open_page(world).page
    lines = "[...diplomaticPage.visible().lines.values()].map((l) => [l.standing, l.edges.length]).sort()"
    assert page.evaluate(lines) == [["held", 8], ["proposed", 1]]
    expect(page.locator("#parallel option").first).to_have_text("as fits: bundled")
    click_line(
        page, page.evaluate("[...diplomaticPage.visible().lines.values()].find((l) => l.standing === 'held').id")
    )
    expect(page.locator("#panel details.session")).to_have_count(8)
    expect(page.locator("#panel details.session").first.locator("summary")).to_contain_text("8 Mar 2025")
    page.select_option("#parallel", "separate")
    assert len(page.evaluate(lines)) == 9
    expect(page.locator("#count")).to_have_text("9 of 9 connections, 2 of 2 nodes")


# --- where to begin -----------------------------------------------------------------------------------------------


def test_the_panel_begins_with_what_is_disputed_frequent_and_new(page: Page) -> None:
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", level=3)).to_have_text(
        ["Disputed or denied", "Most often in one room", "Said last"]
    )
    rows = panel.locator(".connections").first.locator("li")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("Summit of three")
    expect(rows.nth(1)).to_contain_text("proposed, disputed · 2 claims · last 5 Mar 2025")
    page.locator('[data-facet="status"][data-value="denied"]').click()
    expect(rows).to_have_count(1)
    panel.get_by_role("button", name=re.compile("Avaria – Borduria|Borduria – Avaria")).click()
    expect(panel.locator("h2")).to_contain_text("Borduria")
    expect(panel.locator(".statement").first).to_be_visible()


def test_connections_that_the_filters_hide_are_told_apart(page: Page) -> None:
    page.locator('[data-facet="status"][data-value="proposed"]').click()
    page.evaluate("diplomaticPage.change({ selected: { type: 'node', id: 'avaria' } })")
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", name="3 of 5 connections")).to_be_visible()
    expect(panel.locator(".connections").first.locator("li")).to_have_count(3)
    hidden = panel.locator("details").filter(has_text="2 not shown by the filters")
    hidden.locator("summary").click()
    expect(hidden.locator("li")).to_have_count(2)
    expect(hidden.locator("li").first).to_contain_text("proposed")


def test_days_in_names_are_read_as_days_and_stay_as_they_are_in_files(open_page: Any) -> None:
    made: Maker = small()
    made.scene.gatherings["round/week"].label = "round in Geneva, 2025-03-08/2025-03-14: Helvia"
    text = render_page(made.scene, made.evidence, title="x", policy=Policy(standings=STANDINGS, rounds=True))
    page = open_page(html=text).page
    page.evaluate("diplomaticPage.change({ selected: { type: 'meeting', id: 'round/week' } })")
    expect(page.locator("#panel h2")).to_have_text("round in Geneva, 8–14 Mar 2025: Helvia")
    assert "2025-03-08/2025-03-14: Helvia" in page.evaluate("diplomaticPage.csvText()")
    for words, read in (("No. 2025-03-08-x", "No. 2025-03-08-x"), ("x 2025-03 y", "x Mar 2025 y"), ("2025", "2025")):
        assert page.evaluate("(text) => diplomaticPage.titled(text)", words) == read


# --- colours for all eyes -----------------------------------------------------------------------------------------

# Machado, Oliveira and Fernandes (2009), severity 1: what is seen where one kind of cones is missing, in linear light.
EYES = {
    "all cones": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def as_seen(colour: str, eye: Any) -> Any:
    """A colour in CIE L*a*b*, as an eye sees it."""
    part = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ np.clip(np.array(eye) @ linear, 0, 1) / np.array([0.9505, 1.0, 1.089])
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_of_the_statuses_differ_for_every_eye(open_page: Any, scheme: str, eye: str) -> None:
    page = open_page(html=html(), color_scheme=scheme).page
    names = ["held", "under-way", "disputed", "denied", "planned", "off"]
    colours = page.evaluate(
        "(names) => names.map((name) => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim())",
        names,
    )
    seen = [as_seen(colour, EYES[eye]) for colour in colours]
    gaps = {
        (a, b): float(np.linalg.norm(x - y))
        for (a, x), (b, y) in itertools.combinations(zip(names, seen, strict=True), 2)
    }
    assert min(gaps.values()) > 10, min(gaps, key=lambda pair: gaps[pair])


def test_every_status_and_every_kind_has_a_form_of_its_own(open_page: Any) -> None:
    page = open_page(html=html()).page
    looks = page.evaluate("diplomaticPage.looks()")
    # Held and under way are both talks, and solid; all others differ by their dashes, without any colour.
    dashes = [str(dash) for _, dash in looks["statuses"] if dash]
    assert len(dashes) == len(set(dashes)) >= 12
    assert [name for name, dash in looks["statuses"] if not dash] == ["held", "under-way", ""]
    assert len(set(looks["kinds"])) == len(looks["kinds"]) >= 10
