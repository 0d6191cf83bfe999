"""The page of a scene in a real Chromium: levels, facets, time, other views, sharing. Each test clicks and reads.

The scene is made by hand (`tests/scenes.py`), so that every number below can be checked on paper.
"""

from __future__ import annotations

import csv
import io
import re
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from kg.render import inline_frame, render_page
from kg.standing import STANDINGS
from kg.views import Policy
from tests.scenes import small

EVERYTHING = Policy(standings=STANDINGS, rounds=True)


@cache
def html(policy: Policy = EVERYTHING, view: str = "who-talks-to-whom") -> str:
    made = small()
    return render_page(made.scene, made.evidence, title="Lakes talks", policy=policy, view=view)


@pytest.fixture
def page(open_page: Any) -> Page:
    found: Page = open_page(html=html()).page
    return found


def line_id(page: Page, one: str, other: str, standing: str = "") -> str:
    found = page.evaluate(
        """([one, other, standing]) => [...diplomaticPage.visible().lines.values()]
          .filter((line) => [line.from, line.to].sort().join() === [one, other].sort().join())
          .filter((line) => !standing || line.standing === standing).map((line) => line.id)""",
        [one, other, standing],
    )
    assert len(found) == 1, found
    return str(found[0])


def click_line(page: Page, key: str) -> None:
    x, y = page.evaluate(
        """(key) => {
          const { network } = diplomaticPage;
          const { x, y } = network.canvasToDOM(network.body.edges[key].edgeType.getPoint(0.4));
          const box = document.getElementById("canvas").getBoundingClientRect();
          return [box.left + x, box.top + y];
        }""",
        key,
    )
    page.mouse.click(x, y)


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def fragment(page: Page) -> str:
    page.wait_for_timeout(300)
    return str(page.evaluate("location.hash"))


def download(page: Page, name: str) -> Path:
    page.locator("#share summary").click()
    with page.expect_download() as caught:
        page.get_by_role("button", name=name).click()
    return Path(caught.value.path())


# --- evidence -----------------------------------------------------------------------------------------------------


def test_a_line_opens_every_claim_behind_it_with_speaker_stance_and_source(page: Page) -> None:
    click_line(page, line_id(page, "avaria", "borduria", "held"))
    panel = page.locator("#panel")
    expect(panel.locator("h2")).to_have_text("Avaria – Borduria")
    expect(panel.locator(".statement")).to_have_count(5)
    denial = panel.locator(".statement").filter(has_text="Borduria denies")
    expect(denial.locator("mark")).to_have_text("not scheduled")
    expect(denial.locator("dl")).to_contain_text("Polaritynegative: says it is not so")
    expect(denial.locator("figcaption")).to_contain_text("North Agency")
    expect(denial.get_by_role("link")).to_have_attribute("href", "https://two.example/page")
    expect(panel.get_by_role("heading", name="Who took part")).to_be_visible()


def test_parallel_lines_stand_apart_or_bundled_by_status(page: Page) -> None:
    apart = page.evaluate("diplomaticPage.visible().lines.size")
    page.select_option("#parallel", "bundled")
    bundled = page.evaluate(
        "[...diplomaticPage.visible().lines.values()].map((l) => [l.from, l.to, l.standing, l.edges.length])"
    )
    assert len(bundled) == apart - 0  # every pair has at most one session of each status here
    assert {row[2] for row in bundled if {row[0], row[1]} == {"avaria", "borduria"}} == {"held", "proposed"}
    page.get_by_role("button", name="Delegations", exact=True).click()
    expect(page.locator("#count")).to_contain_text("connections")


def test_a_name_lists_its_lines_and_other_names(page: Page) -> None:
    page.fill("#query", "helvetia")
    page.keyboard.press("Enter")
    panel = page.locator("#panel")
    expect(panel.locator("h2")).to_have_text("Helvia")
    expect(panel.locator("dl").first).to_contain_text("Helvetia")
    expect(panel.locator(".connections li")).to_have_count(5)
    panel.get_by_role("button", name=re.compile("A week of talks")).click()
    expect(panel.locator("h2")).to_contain_text("A week of talks")


# --- finding and filtering ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("ivanenko", "Борис Иваненко"),
        ("aekstrom", "Anna Ækström"),
        ("ميقاتي", "نجيب ميقاتي"),
        ("борис", "Борис Иваненко"),
    ],
)
def test_search_knows_other_names_and_scripts(page: Page, words: str, first: str) -> None:
    page.get_by_role("button", name="Persons").click()
    page.keyboard.press("/")
    page.keyboard.type(words)
    expect(page.locator("#hits li").first).to_contain_text(first)
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_contain_text(first)


def test_what_begins_a_word_is_found_before_what_stands_within_one(open_page: Any) -> None:
    made = small()
    made.scene.aliases.update(helvia=("Объединённые Женевские",), borduria=("Киев", "Kyiv"))
    page = open_page(html=render_page(made.scene, made.evidence, title="x", policy=EVERYTHING)).page
    page.keyboard.press("/")
    page.keyboard.type("ки")
    expect(page.locator("#hits li").first).to_have_text("BorduriaКиев")
    page.fill("#query", "кие")
    expect(page.locator("#hits li").first).to_have_text("BorduriaКиев")
    page.fill("#query", "евск")
    expect(page.locator("#hits li").first).to_have_text("HelviaОбъединённые Женевские")


def test_processes_and_kinds_of_actors_are_facets(open_page: Any) -> None:
    made = small()
    made.scene.gatherings["meeting/summit"].processes = ("process/seas",)
    page = open_page(html=render_page(made.scene, made.evidence, title="x", policy=EVERYTHING)).page
    group = page.locator('[data-group="process"]')
    group.locator("summary").click()
    expect(group.locator(".switch")).to_have_text(["lakes8", "seas3"])
    group.get_by_role("button", name="lakes 8").click()
    expect(page.locator("#count")).to_have_text("3 of 11 connections, 3 of 6 nodes")
    expect(group.locator(".off")).to_have_text("1 off")
    page.get_by_role("button", name="Show all").click()
    persons = page.locator('[data-facet="kind"][data-value="person"]')
    persons.click()
    expect(persons).to_contain_text("0 of 1")
    assert "clerk" not in page.evaluate("[...diplomaticPage.visible().nodes]")
    assert "off.kind=person" in fragment(page)


def test_matches_are_walked_with_the_arrows(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("talks")
    expect(page.locator("#query")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#hits [aria-selected=true]")).to_have_count(1)
    expect(page.locator("#query")).to_have_attribute("aria-activedescendant", "hit-0")
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_be_focused()


def test_levels_change_who_is_drawn(page: Page) -> None:
    expect(page.locator("#count")).to_have_text("11 of 11 connections, 6 of 6 nodes")
    page.get_by_role("button", name="Persons").click()
    assert "anna" in page.evaluate("[...diplomaticPage.visible().nodes]")
    page.get_by_role("button", name="Delegations").click()
    names = page.evaluate("[...diplomaticPage.visible().nodes]")
    assert "team" in names and "avaria" in names  # no text counts who speaks for Avaria at the summit to a team
    at_talks = page.evaluate(
        "[...diplomaticPage.facts().values()].filter(({ g }) => g.label === 'Talks in Geneva').flatMap(({ edge }) => [edge.from, edge.to])"
    )
    assert set(at_talks) == {"team", "boris", "helvia"}
    expect(page.locator("#description")).to_contain_text("actors are delegations")
    assert "level=delegation" in fragment(page)


FACETS = [
    ("status", "proposed", 3, 11),
    ("role", "mediator", 2, 11),
    ("format", "trilateral", 3, 11),
    ("stance", "confirm", 3, 11),
    ("publisher", "Gazette", 6, 11),
]


@pytest.mark.parametrize(("facet", "value", "alone", "all_"), FACETS)
def test_facets_show_n_of_m_and_one_value_alone(page: Page, facet: str, value: str, alone: int, all_: int) -> None:
    group = page.locator(f'[data-group="{facet}"]')
    if not group.evaluate("(group) => group.open"):
        group.locator("summary").click()
    item = group.locator("li").filter(has=page.locator(f'[data-value="{value}"]'))
    before = item.locator(".number").inner_text()
    assert before == str(alone)
    item.hover()
    item.locator(".only").click()
    expect(page.locator("#count")).to_have_text(re.compile(f"^{alone} of {all_} connections"))
    others = group.locator('[aria-pressed="false"]')
    assert others.count() >= 1
    expect(group.locator(".off")).to_contain_text("off")
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("#count")).to_have_text(re.compile(f"^{all_} of {all_}"))


def test_a_switch_off_says_how_many_of_how_many_are_left(page: Page) -> None:
    page.locator('[data-facet="status"][data-value="held"]').click()
    expect(page.locator('[data-facet="status"][data-value="held"] .number')).to_have_text("0 of 7")
    expect(page.locator("#count")).to_have_text(re.compile("^4 of 11 connections"))


def test_surroundings_of_a_name_and_the_largest_part(page: Page) -> None:
    page.get_by_role("button", name="Persons").click()
    page.evaluate("diplomaticPage.change({ selected: { type: 'node', id: 'clerk' } })")
    page.get_by_role("button", name="Show its surroundings").click()
    assert sorted(page.evaluate("[...diplomaticPage.visible().nodes]")) == ["anna", "clerk", "najib"]
    page.get_by_role("button", name="One step more").click()
    assert "boris" in page.evaluate("[...diplomaticPage.visible().nodes]")
    assert "ego=clerk,2" in fragment(page)
    page.locator("#ego-off").click()
    page.get_by_role("button", name="Principals").click()
    page.locator("[data-facet=kind][data-value=round]").click()
    page.locator("[data-facet=status][data-value=denied]").click()
    everybody = page.evaluate("diplomaticPage.visible().nodes.size")
    page.get_by_label("Largest connected part only").check()
    assert page.evaluate("diplomaticPage.visible().nodes.size") < everybody
    expect(page.locator("#description")).to_contain_text("the largest connected part")


# --- time ---------------------------------------------------------------------------------------------------------


def set_range(page: Page, handle: str, day: str) -> None:
    page.evaluate(
        """([handle, day]) => {
          const input = document.getElementById(handle);
          input.value = Math.round(Date.parse(day + "T00:00:00Z") / 86400000);
          input.dispatchEvent(new Event("input", { bubbles: true }));
        }""",
        [handle, day],
    )
    page.wait_for_timeout(80)


def test_as_of_works_out_every_status_anew(page: Page) -> None:
    page.get_by_role("button", name="What was known").click()
    found = {}
    for day in ("2025-03-01", "2025-03-05", "2025-03-20"):
        set_range(page, "time-asof", day)
        found[day] = page.evaluate(
            """() => Object.fromEntries(diplomaticPage.sceneAt(diplomaticPage.state.asOf).filter(Boolean)
              .map((g) => [g.gathering.id.split("/")[1], g.standing + (g.contested ? "!" : "")]))"""
        )
    assert found == {
        "2025-03-01": {"geneva": "scheduled", "dinner": "held"},
        "2025-03-05": {"geneva": "disputed!", "dinner": "held", "summit": "proposed!", "call": "denied"},
        "2025-03-20": {"geneva": "held", "dinner": "held", "summit": "proposed!", "call": "denied", "week": "held"},
    }
    set_range(page, "time-asof", "2025-03-05")
    expect(page.locator("#time-text")).to_have_text("as of 5 Mar 2025")
    assert "asOf=2025-03-05" in fragment(page)
    click_line(page, line_id(page, "avaria", "borduria", "disputed"))
    expect(page.locator("#panel .statement")).to_have_count(2)
    expect(page.locator("#panel")).not_to_contain_text("Gazette")
    page.get_by_role("button", name="All time").click()
    expect(page.locator("#time-text")).to_contain_text("everything")


def test_event_time_filters_and_what_has_no_date_is_said(page: Page) -> None:
    set_range(page, "time-from", "2025-05-01")
    expect(page.locator("#count")).to_have_text(
        re.compile("^4 of 11 connections")
    )  # the summit, and the dinner without a date
    page.get_by_label("and 1 without a date").uncheck()
    expect(page.locator("#count")).to_have_text(re.compile("^3 of 11 connections"))
    set_range(page, "time-from", "2025-03-06")
    set_range(page, "time-to", "2025-03-12")
    expect(page.locator("#count")).to_have_text(
        re.compile("^6 of 11 connections")
    )  # the talks and the week that overlaps
    expect(page.locator("#description")).to_contain_text("event time 6 Mar 2025 to 12 Mar 2025")
    expect(page.locator("#time-from")).to_have_attribute("aria-valuetext", "6 Mar 2025")


def test_the_histogram_spreads_a_fuzzy_date_over_its_interval(page: Page) -> None:
    bars = page.evaluate("diplomaticPage.histogram().bars")
    assert sum(exact + fuzzy for exact, fuzzy in bars) == pytest.approx(4)  # four of five gatherings have a date
    assert sum(exact for exact, _ in bars) == pytest.approx(3)  # the call, the talks, and the summit on the last bar
    spread = [fuzzy for _, fuzzy in bars if fuzzy]
    assert len(spread) > 1 and len({round(share, 6) for share in spread}) == 1


def test_play_goes_from_publication_to_publication_and_stops(page: Page) -> None:
    page.clock.install()
    page.get_by_role("button", name="What was known").click()
    page.get_by_role("button", name="Play through publication time").click()
    seen = [page.evaluate("diplomaticPage.state.asOf")]
    for _ in range(3):
        page.clock.run_for(800)
        seen.append(page.evaluate("diplomaticPage.state.asOf"))
    assert seen == ["2025-03-01", "2025-03-05", "", ""]
    expect(page.locator("#play")).to_have_attribute("aria-label", "Play through publication time")


# --- honest drawing -----------------------------------------------------------------------------------------------


def test_what_is_not_held_is_dashed_and_says_so_and_rounds_are_nodes(page: Page) -> None:
    looks = page.evaluate(
        """() => diplomaticPage.network.body.data.edges.get().map((e) => {
          const line = diplomaticPage.visible().lines.get(e.id); return [line.standing, Boolean(e.dashes), e.label || ""]; })"""
    )
    for standing, dashed, label in looks:
        assert dashed == (standing not in ("held", "under-way"))
        assert standing == "held" or standing in label
    ends = page.evaluate(
        "[...diplomaticPage.facts().values()].filter(({ g }) => g.gathering.kind === 'round').map(({ edge }) => [edge.from, edge.to])"
    )
    assert len(ends) == 3 and all("round/week" in pair for pair in ends)


def test_size_says_what_and_of_which_graph(page: Page) -> None:
    expect(page.locator("#size-words")).to_have_text("Larger shapes: more different partners of the whole graph.")
    page.select_option("#size", "sessions")
    page.select_option("#of", "filtered")
    expect(page.locator("#size-words")).to_have_text("Larger shapes: more sessions of the filtered graph.")
    page.locator('[data-facet="status"][data-value="proposed"]').click()
    page.evaluate("diplomaticPage.change({ selected: { type: 'node', id: 'avaria' } })")
    expect(page.locator("#panel dl").first).to_contain_text("2 sessions of the filtered graph")
    page.select_option("#of", "whole")
    expect(page.locator("#panel dl").first).to_contain_text("3 sessions of the whole graph")


def test_betweenness_is_that_of_networkx(page: Page) -> None:
    page.get_by_role("button", name="Persons").click()
    found = page.evaluate("Object.fromEntries(diplomaticPage.measured('between', 'whole'))")
    graph = nx.Graph(page.evaluate("[...diplomaticPage.facts().values()].map(({ edge }) => [edge.from, edge.to])"))
    assert found == pytest.approx(nx.betweenness_centrality(graph))


def test_the_page_opens_as_it_was_asked_to(open_page: Any) -> None:
    page = open_page(html=html(Policy(level="person", since="2025-03-01", until="2025-03-31"), "participation")).page
    expect(page.locator("#description")).to_contain_text("A line is one seat")
    expect(page.locator("#description")).to_contain_text(
        "nobody contradicts; rounds are not drawn; actors are those at the table"
    )
    expect(page.locator('[data-facet="status"][data-value="proposed"]')).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("button", name="Start again")).to_be_hidden()
    page.get_by_role("button", name="Show all").click()
    page.get_by_role("button", name="Start again").click()
    expect(page.locator('[data-facet="status"][data-value="proposed"]')).to_have_attribute("aria-pressed", "false")


# --- other views --------------------------------------------------------------------------------------------------


def test_the_table_twin_follows_the_filters_and_opens_the_same(page: Page) -> None:
    open_tab(page, "Table")
    rows = page.locator("#view-table tbody tr")
    expect(rows).to_have_count(11)
    page.locator('[data-facet="status"][data-value="held"]').click()
    expect(rows).to_have_count(4)
    rows.filter(has_text="Avaria – Borduria").get_by_role("button").click()
    expect(page.locator("#panel h2")).to_have_text("Avaria – Borduria")
    expect(page.locator("tr[aria-current]")).to_have_count(1)
    for name, count in (("Meetings and rounds", 2), ("Claims", 3), ("Names", 4)):
        page.get_by_role("group", name="Rows").get_by_role("button", name=name, exact=True).click()
        expect(rows).to_have_count(count)
    page.get_by_role("button", name="Partners, whole").click()
    expect(page.locator("th[aria-sort=descending]")).to_have_text("Partners, whole")


def test_the_timeline_draws_intervals_open_ends_and_claims(page: Page) -> None:
    open_tab(page, "Timeline")
    rows = page.locator("#view-timeline li")
    expect(rows).to_have_count(5)
    geneva = rows.filter(has_text="Talks in Geneva")
    expect(geneva.locator(".bar.exact.solid")).to_have_count(1)
    expect(geneva.locator(".mark-claim.no")).to_have_count(1)
    expect(geneva.locator(".mark-claim.yes")).to_have_count(4)
    expect(rows.filter(has_text="A week of talks").locator(".bar.fuzzy")).to_have_count(1)
    expect(rows.filter(has_text="Summit of three").locator(".bar.open-end.dashed")).to_have_count(1)
    expect(rows.filter(has_text="dinner").locator(".bar")).to_have_count(0)
    expect(page.get_by_role("heading", name="Without a date")).to_be_visible()
    geneva.get_by_role("button").click()
    expect(page.locator("#panel h2")).to_contain_text("Talks in Geneva")
    expect(page.locator("#view-timeline li.current")).to_have_count(1)


def test_the_map_draws_venues_on_land_and_names_those_it_cannot_place(page: Page) -> None:
    open_tab(page, "Map")
    spots = page.locator("#map .spot")
    expect(spots).to_have_count(2)
    assert len(page.locator("#map .land").get_attribute("d") or "") > 50_000
    geneva = page.get_by_role("button", name=re.compile("^Geneva, Palace of Lakes: 2 meetings, 2 held"))
    expect(page.locator("#unplaced")).to_contain_text("A villa in the hills")
    geneva.focus()
    page.keyboard.press("Enter")
    panel = page.locator("#panel")
    expect(panel.locator("h2")).to_contain_text("Geneva")
    expect(panel).to_contain_text("puts nobody into one room")
    before = page.locator("#map-land").get_attribute("transform")
    page.get_by_role("button", name="Zoom into the map").click()
    assert page.locator("#map-land").get_attribute("transform") != before
    page.locator('[data-facet="status"][data-value="proposed"]').click()
    expect(spots).to_have_count(1)


def test_the_ledger_says_who_said_what_when_and_who_took_it_back(page: Page) -> None:
    click_line(page, line_id(page, "avaria", "borduria", "held"))
    page.get_by_role("button", name="Open its ledger").click()
    ledger = page.locator("#view-ledger")
    expect(ledger.locator("h2")).to_have_text("Talks in Geneva")
    expect(ledger.locator("dl").first).to_contain_text(
        "Whyasserted by Avaria (held), Avaria (scheduled), Borduria (scheduled), Helvia (held)."
    )
    rows = ledger.locator(".ledger tbody tr")
    expect(rows).to_have_count(5)
    expect(rows.nth(1)).to_contain_text("Borduriadenies")
    expect(rows.nth(1)).to_contain_text("taken back later")
    expect(rows.filter(has_text="latest of this claimant")).to_have_count(3)
    expect(rows.filter(has_text="through Gazette")).to_have_count(
        0
    )  # the relay stands with the statement, which names none
    expect(ledger.get_by_role("region", name="What each text says").locator("tbody tr")).to_have_count(3)
    ledger.get_by_label("Meeting").select_option(label="Summit of three, 1 Jun 2025")
    expect(ledger.locator("h2")).to_have_text("Summit of three")
    assert "meeting=meeting%2Fsummit" in fragment(page)


# --- keep and share -----------------------------------------------------------------------------------------------


def test_the_whole_state_is_in_the_address(open_page: Any) -> None:
    opened = open_page(html=html())
    page = opened.page
    page.get_by_role("button", name="Persons").click()
    page.locator('[data-facet="status"][data-value="denied"]').click()
    page.fill("#query", "anna & co")
    page.fill("#query", "anna")
    page.select_option("#size", "between")
    page.select_option("#parallel", "separate")
    set_range(page, "time-to", "2025-04-01")
    open_tab(page, "Table")
    page.locator("thead button").filter(has_text="When").click()
    page.locator("#view-table tbody button").first.click()
    state = "(() => { const s = { ...diplomaticPage.state }; s.hidden = Object.fromEntries(Object.entries(s.hidden).map(([k, v]) => [k, [...v].sort()])); return s; })()"
    before, count = page.evaluate(state), page.locator("#count").inner_text()
    address = page.url.partition("#")[0] + fragment(page)
    other = page.context.new_page()
    other.goto(address)
    assert other.evaluate(state) == before
    expect(other.locator("#count")).to_have_text(count)
    expect(other.locator("#panel h2")).to_have_text(page.locator("#panel h2").inner_text())
    other.goto(
        page.url.partition("#")[0]
        + "#view=table&level=emperor&asOf=yesterday&ego=%&off.status=held&open=line,none&sort"
    )
    expect(other.locator("#view-table")).to_be_visible()
    assert other.evaluate("diplomaticPage.state.level") == "principal"


def test_csv_holds_what_is_visible_with_its_sentences_and_no_formula(page: Page) -> None:
    page.fill("#query", "dinner")
    text = download(page, "Connections with sentences").read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["session"] for row in rows} == {"'=HYPERLINK(dinner)"}
    assert {(row["from"], row["to"]) for row in rows} == {("A clerk of nobody", "League of Lakes")}
    said = next(row for row in rows if row["claimant"])
    assert said["sentence"] == "League of Lakes said that it was held, according to The Evening Courier."
    assert (said["marked"], said["speech_act"], said["stage"], said["publisher"]) == (
        "held",
        "report",
        "held",
        "The Evening Courier",
    )
    assert said["sentence"][int(said["start"]) - 100 * (int(said["start"]) // 100) :].startswith("held")
    assert said["from_id"] == "https://w3id.org/diplomatic-kg/id/clerk"
    assert all(row["sentence"] for row in rows)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1"])
def test_csv_cells_that_look_like_formulas_get_an_apostrophe(open_page: Any, cell: str) -> None:
    graph = nx.MultiGraph()
    graph.add_node("a", label=cell, kind="state")
    graph.add_edge("a", "b", label="-5", weight=2.0)
    from kg.evidence import Evidence

    page = open_page(html=render_page(graph, Evidence(), title="t")).page
    rows = list(csv.DictReader(io.StringIO(page.evaluate("diplomaticPage.csvText()").lstrip("\ufeff"), newline="")))
    assert rows[0]["from"] == f"'{cell}"
    assert (rows[0]["session"], rows[0]["weight"]) == ("-5", "2")


def test_gexf_is_read_by_networkx_with_every_line_and_its_status(page: Page) -> None:
    path = download(page, "Graph for Gephi")
    text = (
        path.read_text(encoding="utf-8")
        .replace("http://gexf.net/1.3", "http://www.gexf.net/1.2draft")
        .replace('version="1.3"', 'version="1.2"')
    )
    graph = nx.read_gexf(io.BytesIO(text.encode()))
    assert graph.number_of_edges() == 11 and graph.number_of_nodes() == 6
    assert sorted({data["status"] for *_, data in graph.edges(data=True)}) == ["denied", "held", "proposed"]
    root = ElementTree.fromstring(path.read_bytes())
    labels = {node.get("label") for node in root.iter("{http://gexf.net/1.3}node")}
    assert {"Avaria", "A week of talks"} <= labels


def test_png_has_the_legend_below_the_picture(page: Page) -> None:
    data = download(page, "Picture with legend").read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    box = page.locator("#canvas").bounding_box()
    assert box and width >= 2 * box["width"] - 2 and height > 2 * box["height"] + 100
    ink = page.evaluate(
        """() => { const c = diplomaticPage.pngCanvas(); const d = c.getContext('2d').getImageData(0, c.height - 200, c.width, 200).data;
          let n = 0; for (let i = 0; i < d.length; i += 4) if (d[i] + d[i + 1] + d[i + 2] < 500) n += 1; return n; }"""
    )
    assert ink > 1000  # lines and words of the legend are drawn, not an empty margin


def test_png_of_a_phone_keeps_its_proportions(open_page: Any) -> None:
    page = open_page(html=html(), width=375, height=740, has_touch=True).page
    width, height = page.evaluate(
        """() => { const made = diplomaticPage.pngCanvas(); // The extent of what has the colour of actors, above the legend.
          const context = made.getContext('2d'); const row = context.getImageData(0, 0, made.width, made.height);
          let [left, right, first, last] = [made.width, 0, made.height, 0];
          for (let y = 0; y < made.height; y += 1) for (let x = 0; x < made.width; x += 1) { const at = 4 * (y * made.width + x);
            if (row.data[at] === 60 && row.data[at + 1] === 74 && row.data[at + 2] === 94 && y < made.height * 0.8) {
              left = Math.min(left, x); right = Math.max(right, x); first = Math.min(first, y); last = Math.max(last, y); } }
          return [right - left, last - first]; }"""
    )
    drawn = page.evaluate(
        """() => { const { network } = diplomaticPage; const at = [...diplomaticPage.visible().nodes].filter((id) => !id.includes('round'))
          .map((id) => network.canvasToDOM(network.getPosition(id)));
          const span = (axis) => Math.max(...at.map((one) => one[axis])) - Math.min(...at.map((one) => one[axis]));
          return [span('x'), span('y')]; }"""
    )
    assert width / height == pytest.approx(drawn[0] / drawn[1], rel=0.25)


def test_print_ends_with_words_to_cite_by(page: Page) -> None:
    cited = page.locator("#cite")
    expect(cited).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(cited).to_be_visible()
    expect(cited).to_contain_text("“Lakes talks”, diplomatic-kg page of 3 texts")
    for name in ("Start again", "Show all"):
        expect(page.get_by_role("button", name=name)).to_be_hidden()


def test_cite_as_names_the_texts_the_day_the_policy_and_the_data(open_page: Any) -> None:
    page = open_page(html=html(), permissions=["clipboard-read", "clipboard-write"]).page
    page.locator("#share summary").click()
    page.get_by_role("button", name="Copy “cite as”").click()
    expect(page.locator("#live")).to_have_text("Citation copied")
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("“Lakes talks”, diplomatic-kg page of 3 texts published 1 Mar 2025 to 20 Mar 2025, data ")
    assert "as published on or before 20 Mar 2025" in text
    assert re.search(r"data [0-9a-f]{12}\.", text)


def test_print_of_the_ledger_shows_the_ledger(page: Page) -> None:
    open_tab(page, "Ledger")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.locator("#view-ledger h2")).to_be_visible()
    expect(page.locator("#time")).not_to_be_visible()
    expect(page.locator("#canvas")).not_to_be_visible()


# --- people -------------------------------------------------------------------------------------------------------


STATES = [
    "",
    "view=table",
    "view=table&rows=claims",
    "view=timeline",
    "view=map",
    "view=ledger",
    "open=node,avaria",
    "axis=published&asOf=2025-03-05&query=geneva",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_serious(open_page: Any, state: str, scheme: str) -> None:
    page = open_page(html=html(), color_scheme=scheme).page
    page.evaluate("(state) => { location.hash = state; }", state)
    page.wait_for_timeout(150)
    page.evaluate("for (const facet of document.querySelectorAll('#facets details')) facet.open = true")
    found = Axe().run(page)
    bad = [
        (one["id"], one["nodes"][0]["html"][:160])
        for one in found.response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert bad == []


def test_everything_is_reached_and_worked_with_the_keyboard(page: Page) -> None:
    open_tab(page, "Network")
    page.get_by_role("tab", name="Network").focus()
    for name in ("Table", "Timeline", "Map", "Ledger", "Network"):
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("tab", name=name)).to_be_focused()
        expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
    page.locator("#canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("e")
    assert page.evaluate("diplomaticPage.state.ego.steps") == 1
    page.locator("#time-to").focus()
    before = page.evaluate("diplomaticPage.state.until")
    page.keyboard.press("PageDown")
    page.wait_for_timeout(80)
    assert page.evaluate("diplomaticPage.state.until") != before
    page.locator("#share summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#share-png")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#share-png")).not_to_be_visible()


def test_focus_is_seen(page: Page) -> None:
    seen = set()
    page.keyboard.press("Tab")
    for _ in range(25):
        page.keyboard.press("Tab")
        look = page.evaluate(
            """() => { const e = document.activeElement; const s = getComputedStyle(e);
              return [e.id || e.className || e.tagName, e.type === "range" || (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2)]; }"""
        )
        seen.add(look[0])
        assert look[1], look
    assert len(seen) > 10


@pytest.mark.parametrize("view", ["picture", "table", "timeline", "map", "ledger"])
def test_a_phone_shows_every_view_without_sideways_scrolling(open_page: Any, view: str) -> None:
    page = open_page(html=html(), width=375, height=740, has_touch=True).page
    page.evaluate("(view) => diplomaticPage.change({ view })", view)
    page.wait_for_timeout(100)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    expect(page.locator(f"#view-{view}")).to_be_visible()
    page.evaluate("diplomaticPage.change({ selected: { type: 'meeting', id: 'meeting/geneva' } })")
    page.wait_for_timeout(300)
    box = page.locator("#panel").bounding_box()
    assert box and box["width"] == 375 and box["y"] > 200


def test_names_of_other_scripts_keep_their_direction(page: Page) -> None:
    page.get_by_role("button", name="Persons").click()
    page.evaluate("diplomaticPage.change({ selected: { type: 'node', id: 'najib' } })")
    name = page.locator("#panel h2 bdi")
    expect(name).to_have_text("نجيب ميقاتي")
    assert page.evaluate("getComputedStyle(document.querySelector('#panel h2 bdi')).unicodeBidi") == "isolate"


def test_a_notebook_shows_the_same_page_in_its_frame(open_page: Any) -> None:
    opened = open_page(html=f"<!DOCTYPE html><title>notebook</title>{inline_frame(html(), 700)}")
    frame = opened.page.frame_locator("iframe")
    expect(frame.locator("#count")).to_have_text("11 of 11 connections, 6 of 6 nodes")
    frame.get_by_role("tab", name="Ledger").click()
    expect(frame.locator("#view-ledger h2")).to_be_visible()
    frame.get_by_role("tab", name="Network").click()
    frame.locator("#share summary").click()
    with opened.page.expect_download() as caught:
        frame.locator("#share-csv").click()
    assert caught.value.suggested_filename == "lakes-talks.csv"
    opened.requests = [url for url in opened.requests if url != "about:srcdoc" and not url.startswith("blob:")]
