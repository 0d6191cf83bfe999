"""The endpoint's pages in a real Chromium: the editor asks this server and nobody else, and no policy is broken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.serve.process import Served, served


@pytest.fixture(scope="module")
def endpoint(sample_folder: Path) -> Iterator[Served]:
    with served(sample_folder) as running:
        yield running


class Visit:
    """A page, what it asked for, and what it complained of."""

    def __init__(self, browser: Browser, endpoint: Served, path: str) -> None:
        self.page = browser.new_page(viewport={"width": 1300, "height": 900})
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.home = f"http://127.0.0.1:{endpoint.port}"
        self.page.goto(self.home + path)

    def check(self) -> None:
        self.page.wait_for_timeout(300)
        outside = [url for url in self.requests if not url.startswith((self.home + "/", "data:", "blob:"))]
        assert not outside and not self.complaints
        self.page.close()


def test_the_editor_asks_this_server_alone(browser: Browser, endpoint: Served) -> None:
    visit = Visit(browser, endpoint, "/editor")
    page = visit.page
    page.locator(".yasqe_queryButton").click()
    expect(page.locator(".yasr table")).to_contain_text("meeting: United States, Ukraine, Russia")
    assert visit.requests.count(visit.home + "/sparql") == 1
    # Typing a name and a prefix completes nothing from elsewhere.
    page.locator(".CodeMirror").click()
    page.keyboard.type("\nPREFIX foaf: ?x a foaf:Per")
    page.keyboard.press("Control+Space")
    page.get_by_text("Response", exact=True).click()
    visit.check()


def test_a_query_in_the_address_is_shown_and_not_run(browser: Browser, endpoint: Served) -> None:
    visit = Visit(browser, endpoint, "/editor?query=ASK%20%7B%7D%20%23%20%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    expect(visit.page.locator(".CodeMirror")).to_contain_text("ASK {} # <img src=x onerror=alert(1)>")
    assert visit.home + "/sparql" not in visit.requests
    visit.check()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/questions/",
        "/questions/claims-about?meeting=kg:meeting/trilateral-2025-12",
        "/id/actor/yuri-ushakov",
        "/who-talks-to-whom",
    ],
)
def test_a_page_keeps_its_own_policy(browser: Browser, endpoint: Served, path: str) -> None:
    visit = Visit(browser, endpoint, path)
    assert visit.page.title()
    visit.check()


def test_a_question_is_asked_by_its_form(browser: Browser, endpoint: Served) -> None:
    visit = Visit(browser, endpoint, "/questions/claims-about")
    page: Any = visit.page
    page.get_by_label("meeting").fill("kg:meeting/trilateral-2025-12")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("table")).to_contain_text("Yuri Ushakov")
    page.get_by_role("link", name="kg:document/2025-12-21-kremlin-denies-trilateral").first.click()
    expect(page.locator("h1")).to_be_visible()
    visit.check()


def test_the_network_works_as_a_served_page_as_it_does_as_a_file(browser: Browser, endpoint: Served) -> None:
    visit = Visit(browser, endpoint, "/who-talks-to-whom#open=node,actor%2Fukraine")
    page: Any = visit.page
    reply = endpoint.get("/who-talks-to-whom")
    sent, own = reply.headers["content-security-policy"], page.locator("meta[http-equiv]").get_attribute("content")
    assert sent == f"{own}; frame-ancestors 'none'", "the server sends the policy of the page, and nothing weaker"
    assert "'unsafe" not in sent and "http" not in sent and sent.startswith("default-src 'none'; script-src 'sha256-")
    expect(page.locator("#panel h2")).to_have_text("Ukraine")
    page.locator("#panel .connections button").first.click()
    expect(page.locator("#panel mark").first).to_be_visible()
    for name, shown in (
        ("Table", "#view-table tbody tr"), ("Timeline", "#view-timeline .bar"), ("Map", "#map .spot"), ("Ledger", "#view-ledger .ledger mark"),
    ):  # fmt: skip
        page.get_by_role("tab", name=name).click()
        expect(page.locator(shown).first).to_be_visible()
    page.locator("#axis-published").click()
    page.locator("#time-asof").focus()
    page.keyboard.press("Home")
    expect(page.locator("#time-text")).to_contain_text("as of")
    page.get_by_role("tab", name="Network").click()
    for button, ending in (("#share-png", "png"), ("#share-csv", "csv"), ("#share-gexf", "gexf")):
        page.locator("#share summary").click()
        with page.expect_download() as caught:
            page.locator(button).click()
        assert caught.value.suggested_filename == f"who-talks-to-whom.{ending}"
    asked = [url.partition("#")[0] for url in visit.requests if not url.startswith(("blob:", "data:"))]
    assert asked == [visit.home + "/who-talks-to-whom"], "the page is one request, and asks for nothing after it"
    visit.check()
