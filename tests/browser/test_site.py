"""The documentation in a browser: it fits the window at every width, and asks nothing of any server."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.test_site import site as site  # the built pages, as a fixture

PAGES = ("index.html", "tutorial.html", "how-to/together.html", "reference/queries.html", "threat-model.html")


@pytest.mark.parametrize("width", [360, 800, 1024, 1280, 1440, 1920])
def test_no_page_is_broader_than_the_window(site: Path, browser: Browser, width: int):
    page = browser.new_page(viewport={"width": width, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name in PAGES:
        page.goto((site / name).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    page.close()
    assert [address for address in asked if not address.startswith(("file:", "data:", "blob:"))] == []
