"""The page in a real Chromium: each test clicks and reads; the fixture checks that nothing was loaded or refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kg.evidence import Evidence
from kg.render import inline_frame, render_page

from .conftest import World, hostile, sample

# Where an edge is on the screen: the middle of its curve, or a point further along it.
POINT = """([key, share]) => {
  const { network } = diplomaticPage;
  const { x, y } = network.canvasToDOM(network.body.edges[key].edgeType.getPoint(share));
  const box = document.getElementById("canvas").getBoundingClientRect();
  return [box.left + x, box.top + y];
}"""


def island(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("JSON.parse(document.getElementById('island').textContent)")
    return found


def edge_id(page: Page, **facts: str) -> str:
    """The id of the one edge with these facts; its status is that of what it stands for."""
    known = island(page)
    told = [{**edge, "status": known["gatherings"][edge["at"]]["fixed"]} for edge in known["edges"]]
    (found,) = (edge["id"] for edge in told if all(edge[name] == facts[name] for name in facts))
    assert isinstance(found, str)
    return found


def click_edge(page: Page, key: str, share: float = 0.35) -> None:
    x, y = page.evaluate(POINT, [key, share])
    page.mouse.click(x, y)


def click_node(page: Page, name: str) -> None:
    at = "id => diplomaticPage.network.canvasToDOM(diplomaticPage.network.getPosition(id))"
    box = page.locator("#canvas").bounding_box()
    where = page.evaluate(at, name)
    assert box
    page.mouse.click(box["x"] + where["x"], box["y"] + where["y"])


def test_click_on_an_edge_opens_its_sentences_with_the_words_marked(open_page: Any) -> None:
    page = open_page().page
    click_edge(page, edge_id(page, **{"from": "Russia", "to": "Ukraine", "status": "disputed"}))
    panel = page.locator("#panel")
    expect(panel.locator("h2")).to_have_text("Russia – Ukraine")
    expect(panel.locator(".facts")).to_contain_text("disputed")
    first = panel.locator(".statement").first
    expect(first.locator("h4")).to_contain_text("Yuri Ushakov denies")
    facts = ["On behalf ofRussia", "Passed on byNorth Agency, Gazette", "Speech actdeny", "Stagein preparation"]
    facts += ["Polaritynegative", "Certaintyprobable", "What is deniedpreparation", "Reported20 Dec 2025"]
    for words in facts:
        expect(first.locator("dl")).to_contain_text(words)
    expect(first.locator("mark")).to_have_text(["this initiative", "it is not in preparation"])
    expect(first.locator("blockquote")).to_contain_text("Nobody has seriously discussed this initiative and,")
    expect(first.locator("figcaption")).to_contain_text("North Agency, Aide: nothing is being prepared")
    expect(first.locator("figcaption")).to_contain_text("characters 434–496")
    link = first.get_by_role("link")
    expect(link).to_have_attribute("href", "http://agency.example/aide")
    expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_parallel_edges_open_each_its_own(open_page: Any) -> None:
    page = open_page().page
    for status in ("held", "disputed"):
        key = edge_id(page, **{"from": "Russia", "to": "Ukraine", "status": status})
        click_edge(page, key)
        expect(page.locator("#panel .facts")).to_contain_text(status)
        assert page.evaluate("diplomaticPage.state.selected") == {"type": "line", "id": key}


def test_marks_count_code_points_past_an_emoji(open_page: Any) -> None:
    page = open_page().page
    click_edge(page, edge_id(page, **{"from": "Russia", "to": "Ukraine", "status": "held"}))
    expect(page.locator("#panel mark")).to_have_text(
        ["both delegations", "one table", "session in Istanbul", "little else"]
    )


def test_click_on_a_node_lists_its_connections_and_leads_to_them(open_page: Any) -> None:
    page = open_page().page
    click_node(page, "round-miami")
    panel = page.locator("#panel")
    expect(panel.locator("h2")).to_have_text("Miami talks")
    expect(panel.locator(".connections li")).to_have_count(4)
    expect(panel.locator(".statement mark").first).to_have_text("Witkoff and Kushner")
    panel.get_by_role("button", name="European envoys").click()
    expect(panel.locator("h2")).to_have_text("envoys – Miami talks".replace("envoys", "European envoys"))
    panel.locator("h2").get_by_role("button", name="Miami talks").click()
    expect(panel.locator("h2")).to_have_text("Miami talks")


def test_table_row_opens_the_same_panel(open_page: Any) -> None:
    page = open_page().page
    page.get_by_role("tab", name="Table").click()
    rows = page.locator("#view-table tbody tr")
    expect(rows).to_have_count(28)
    rows.filter(has_text="disputed").filter(has_text="Russia – Ukraine").locator("td").first.click()
    expect(page.locator("#panel h2")).to_have_text("Russia – Ukraine")
    expect(page.locator("#panel mark").first).to_have_text("this initiative")
    expect(page.locator("tr[aria-current]")).to_have_count(1)


def test_table_sorts_by_its_headings(open_page: Any) -> None:
    page = open_page().page
    page.get_by_role("tab", name="Table").click()
    when = page.locator("thead th").filter(has_text="When")
    when.get_by_role("button").click()
    expect(when).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("tbody tr").first).to_contain_text("23 Jul 2025")
    expect(page.locator("tbody tr").last.locator("time")).to_have_count(0)
    when.get_by_role("button").click()
    expect(when).to_have_attribute("aria-sort", "descending")
    expect(page.locator("tbody tr").first).to_contain_text("Jan 2026")
    expect(page.locator("tbody tr").last.locator("time")).to_have_count(0)
    expect(page.locator("[aria-sort]")).to_have_count(1)


def test_everything_works_with_the_keyboard_alone(open_page: Any) -> None:
    page = open_page().page
    page.keyboard.press("/")
    expect(page.locator("#query")).to_be_focused()
    page.keyboard.type("turkiye")
    expect(page.locator("#count")).to_have_text("3 of 28 connections, 4 of 15 nodes")
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_be_focused()
    expect(page.locator("#panel-title")).to_have_text("Türkiye")
    page.keyboard.press("Escape")
    expect(page.locator("#panel-title")).to_have_text("Evidence")
    expect(page.locator("#query")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#count")).to_have_text("28 of 28 connections, 15 of 15 nodes")

    page.locator("#canvas").focus()
    said = []
    for arrow in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(arrow)
        said.append(page.locator("#live").inner_text())
    assert len(set(said)) >= 3
    walked = said[-1]
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_be_focused()
    assert walked.startswith(page.locator("#panel-title").inner_text())

    page.get_by_role("tab", name="Network").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Table")).to_be_focused()
    expect(page.locator("tbody")).to_be_visible()
    page.locator("tbody button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("tbody button").first).to_be_focused()


def test_search_ignores_accents_and_filters_picture_and_table(open_page: Any) -> None:
    page = open_page().page
    page.fill("#query", "ÜMEROV miami")
    expect(page.locator("#count")).to_have_text(re.compile(r"^4 of 28 connections"))
    page.get_by_role("tab", name="Table").click()
    expect(page.locator("#view-table tbody tr")).to_have_count(4)
    page.fill("#query", "nobody like this")
    expect(page.locator("#view-table .none")).to_be_visible()
    page.get_by_role("tab", name="Network").click()
    expect(page.locator("#empty")).to_contain_text("Nothing passes the filters")
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("#count")).to_have_text("28 of 28 connections, 15 of 15 nodes")
    expect(page.locator("#canvas canvas")).to_be_visible()


def test_legend_switches_change_n_of_m_and_the_picture(open_page: Any) -> None:
    page = open_page().page
    disputed = page.locator("#facets").get_by_role("button", name=re.compile("^disputed"))
    expect(disputed).to_have_attribute("aria-pressed", "true")
    disputed.click()
    expect(disputed).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#count")).to_have_text("25 of 28 connections, 15 of 15 nodes")
    hidden = "Object.values(diplomaticPage.network.body.edges).filter(e => e.options.hidden).length"
    assert page.evaluate(hidden) == 3
    # A hidden line cannot be clicked: the held one or nothing answers in its place.
    click_edge(page, edge_id(page, **{"from": "Russia", "to": "Ukraine", "status": "disputed"}), 0.5)
    expect(page.locator("#panel .facts .chip").filter(has_text="disputed")).to_have_count(0)
    page.locator("#facets").get_by_role("button", name=re.compile("^round")).click()
    expect(page.locator("#count")).to_have_text("21 of 28 connections, 14 of 15 nodes")
    page.locator("#facets").get_by_role("button", name=re.compile("^acts for")).click()
    expect(page.locator("#count")).to_have_text("15 of 28 connections, 13 of 15 nodes")
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("#facets [aria-pressed=false]")).to_have_count(0)
    assert page.evaluate(hidden) == 0


def test_dates_are_read_as_edtf_and_several_are_no_interval(open_page: Any) -> None:
    world = World()
    world.node("A", "state")
    world.node("B", "state")
    shown = {
        "2025-07": "Jul 2025",
        "2025-12-19/2025-12-21": "19–21 Dec 2025",
        "2025-11-30/2025-12-02": "30 Nov – 2 Dec 2025",
        "2025-12-30/2026-01-02": "30 Dec 2025 – 2 Jan 2026",
        "2025-12-19/..": "from 19 Dec 2025",
        "2025-07 / 2025-07-23": "Jul 2025 / 23 Jul 2025",
        "2025-1X": "2025-1X",
    }
    for when in shown:
        world.edge("A", "B", when, when=when)
    page = open_page(world).page
    page.get_by_role("tab", name="Table").click()
    found = page.locator("tbody td:nth-child(4)").all_inner_texts()
    assert sorted(found) == sorted(shown.values())


def test_status_is_told_by_dashes_and_words_not_by_colour_alone(open_page: Any) -> None:
    page = open_page().page
    look = """status => diplomaticPage.network.body.data.edges.get().filter(e =>
      diplomaticPage.visible().lines.get(e.id).standing === status).map(e => [e.dashes, e.label ?? ''])"""
    assert all(dashes is False for dashes, _ in page.evaluate(look, "held"))
    seen = []
    for status in ("disputed", "denied", "proposed", "mooted", "scheduled"):
        for dashes, label in page.evaluate(look, status):
            assert dashes and label == status
        seen.append(str(page.evaluate(look, status)[0][0]))
    assert len(set(seen)) == 5
    # A round is one node, its participants are not joined by it.
    ends = [{edge["from"], edge["to"]} for edge in island(page)["edges"] if edge["relation"] == "participation"]
    assert all("round-miami" in pair for pair in ends)


def test_hostile_names_are_shown_as_text_and_run_nothing(open_page: Any) -> None:
    world = hostile()
    page = open_page(world).page
    page.get_by_role("tab", name="Table").click()
    expect(page.locator("tbody tr").first).to_contain_text("</script><img src=x onerror=alert(1)>")
    page.locator("tbody button").first.click()
    panel = page.locator("#panel")
    expect(panel.locator("h2")).to_contain_text('<a href="javascript:alert(2)">href</a>')
    expect(panel.locator("blockquote")).to_contain_text("Quoting <script>alert(4)</script> ")
    expect(panel.locator("mark")).to_have_text(["<b>bold</b>", "words"])
    expect(panel.locator("h4").first).to_contain_text("<img src=x onerror=alert(5)>")
    expect(panel.locator(".missing")).to_have_count(3)
    expect(panel.locator("a")).to_have_count(0)
    panel.locator("h2 button").nth(1).click()
    expect(panel).to_contain_text("<script>alert(3)</script>")
    page.locator("tbody button").nth(1).click()
    expect(panel).to_contain_text("{{ 7*7 }}")
    expect(panel).to_contain_text("javascript:alert(7)")
    page.get_by_role("tab", name="Network").click()
    click_node(page, "n1")
    assert (
        page.evaluate("document.images.length + document.querySelectorAll('svg svg, a[href^=java], b b').length") == 0
    )
    assert page.evaluate("document.querySelectorAll('script').length") == 4


def test_the_policy_stops_code_that_gets_into_the_page_all_the_same(open_page: Any) -> None:
    opened = open_page()
    opened.page.evaluate(
        """() => {
          const script = document.createElement('script');
          script.textContent = 'window.ran = 1';
          const image = document.createElement('img');
          image.setAttribute('onerror', 'window.ran = 2');
          image.src = 'https://x.example/';
          document.body.append(script, image);
        }"""
    )
    opened.page.wait_for_timeout(100)
    assert opened.page.evaluate("window.ran") is None
    assert len(opened.complaints) >= 2
    assert all("Content Security Policy" in complaint for complaint in opened.complaints)
    assert opened.failures == ["https://x.example/ csp"]  # refused before it left
    opened.requests.remove("https://x.example/")
    opened.complaints.clear()


def test_copy_as_citation(open_page: Any) -> None:
    opened = open_page(permissions=["clipboard-read", "clipboard-write"])
    page = opened.page
    click_edge(page, edge_id(page, **{"from": "Yuri Ushakov", "to": "Steve Witkoff"}))
    page.get_by_role("button", name="Copy as citation").click()
    expect(page.locator("#live")).to_have_text("Citation copied")
    page.fill("#query", "")
    page.locator("#query").focus()
    page.keyboard.press("Control+V")
    expect(page.locator("#query")).to_have_value(
        "“No call between Ushakov and Witkoff took place, the aide's office said.” — "
        "Gazette, “Six months of silence”, 22 Dec 2025, characters 93–112."
    )


def test_phone_shows_the_evidence_as_a_sheet(open_page: Any) -> None:
    page = open_page(width=375, height=740, has_touch=True).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    expect(page.locator("#facets")).not_to_be_visible()
    expect(page.locator("#panel")).not_to_be_visible()
    click_node(page, "Russia")
    expect(page.locator("#panel h2")).to_have_text("Russia")
    page.wait_for_timeout(300)
    box = page.locator("#panel").bounding_box()
    assert box and box["x"] == 0 and box["width"] == 375
    assert 700 < box["y"] + box["height"] <= 741 and box["y"] > 200
    page.wait_for_timeout(300)
    place = page.evaluate("diplomaticPage.network.canvasToDOM(diplomaticPage.network.getPosition('Russia')).y")
    top = page.locator("#canvas").bounding_box()
    assert top and 0 <= top["y"] + place < box["y"], "what was tapped is seen above the sheet"
    page.get_by_role("button", name="Close the evidence").click()
    expect(page.locator("#panel")).not_to_be_visible()
    page.fill("#query", "fidan")
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).not_to_be_visible()
    page.get_by_text("Legend and filters").click()
    expect(page.locator("#facets")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


CONTRAST = """() => {
  const style = getComputedStyle(document.documentElement);
  const light = name => {
    const hex = style.getPropertyValue('--' + name).trim();
    const [r, g, b] = [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16) / 255)
      .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
  const words = ['ink', 'soft', 'accent', 'held', 'under-way', 'disputed', 'denied', 'planned', 'off'];
  return Object.fromEntries([...words.map(n => [n, ratio(n, 'paper')]), ['soft on surface', ratio('soft', 'surface')],
    ['mark', ratio('mark-ink', 'mark')], ['accent on surface', ratio('accent', 'surface')]]);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_have_contrast_and_the_picture_follows(open_page: Any, scheme: str) -> None:
    page = open_page(color_scheme=scheme).page
    assert {name: ratio for name, ratio in page.evaluate(CONTRAST).items() if ratio < 4.5} == {}
    colours = "new Set(diplomaticPage.network.body.data.edges.get().map(e => e.color.color)).size"
    held = "getComputedStyle(document.documentElement).getPropertyValue('--held').trim()"
    used = "diplomaticPage.network.body.data.edges.get().map(e => e.color.color)"
    assert page.evaluate(colours) >= 5
    assert page.evaluate(held) in page.evaluate(used)
    page.emulate_media(color_scheme="dark" if scheme == "light" else "light")
    page.wait_for_timeout(100)
    assert page.evaluate(held) in page.evaluate(used)


def test_print_shows_picture_and_table_on_white(open_page: Any) -> None:
    page = open_page(color_scheme="dark").page
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.locator("table")).to_be_visible()
    expect(page.locator("#canvas")).to_be_visible()
    expect(page.locator("#query")).not_to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_an_empty_graph_says_why_there_is_nothing(open_page: Any) -> None:
    page = open_page(World()).page
    expect(page.locator("#empty")).to_contain_text("There is nothing to draw")
    expect(page.locator("#count")).to_have_text("0 of 0 connections, 0 of 0 nodes")
    expect(page.locator(".policy")).to_contain_text("Two actors are joined when")
    page.get_by_role("tab", name="Table").click()
    expect(page.locator("#view-table .none")).to_be_visible()


def test_without_javascript_the_page_explains_itself(open_page: Any) -> None:
    page = open_page(java_script_enabled=False).page
    expect(page.locator("noscript p")).to_be_visible()
    assert "draws its network with JavaScript" in page.locator("noscript p").inner_text()
    expect(page.locator("main")).not_to_be_visible()
    expect(page.locator(".policy")).to_contain_text("Two actors are joined when")


def test_reduced_motion_moves_nothing(open_page: Any) -> None:
    page = open_page(reduced_motion="reduce").page
    before = page.evaluate("diplomaticPage.network.getScale()")
    page.get_by_role("button", name="Zoom in").click()
    assert page.evaluate("diplomaticPage.network.getScale()") == pytest.approx(before * 1.3)


def test_frame_for_notebooks_runs_the_page(open_page: Any) -> None:
    world = sample()
    whole = render_page(world.graph, world.evidence, title="In a notebook", description="x")
    opened = open_page(html=f"<!DOCTYPE html><title>notebook</title>{inline_frame(whole, 500)}")
    frame = opened.page.frame_locator("iframe")
    expect(frame.locator("#count")).to_have_text("28 of 28 connections, 15 of 15 nodes")
    frame.get_by_role("tab", name="Table").click()
    frame.locator("tbody button").first.click()
    expect(frame.locator("#panel blockquote").first).to_be_visible()
    opened.requests = [url for url in opened.requests if url != "about:srcdoc"]


def test_every_control_has_a_name_and_the_page_its_landmarks(open_page: Any) -> None:
    page = open_page().page
    page.get_by_role("tab", name="Table").click()
    page.locator("tbody button").first.click()
    unnamed = """() => [...document.querySelectorAll('button, a, input, [tabindex="0"]')]
      .filter(e => !(e.textContent.trim() || e.getAttribute('aria-label') || e.labels?.length)).map(e => e.outerHTML)"""
    assert page.evaluate(unnamed) == []
    twice = "[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i)"
    assert page.evaluate(twice) == []
    for role in ("main", "search", "tablist"):
        expect(page.get_by_role(role)).to_have_count(1)
    assert page.evaluate("document.querySelectorAll('h1').length") == 1


def test_sample_has_what_the_tests_speak_of() -> None:
    world = sample()
    assert isinstance(world.evidence, Evidence)
    assert world.graph.number_of_edges() == 28
