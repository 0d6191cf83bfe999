"""The built documentation: complete, every link leads somewhere, nothing is loaded from elsewhere."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import kg
from kg.query import named_queries
from tests.helpers import ROOT

LOADING = {
    "link": "href",
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "object": "data",
    "embed": "src",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("docs") / "docs"
    command = [sys.executable, str(ROOT / "tools" / "make_docs.py"), "-o", str(output), "--no-notebooks"]
    done = subprocess.run(
        command, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    )
    assert done.returncode == 0, done.stderr
    return output


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.linked: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.anchors.add(given.get("id") or "")
        if tag in LOADING and (value := given.get(LOADING[tag])):
            self.loaded.append(value)
        if tag == "a" and (value := given.get("href")):
            self.linked.append(value)


def read(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def test_no_page_loads_anything_from_elsewhere(site: Path):
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 20
    for path in pages:
        for target in filter(lambda target: target != "#", read(path).loaded):
            assert "//" not in target and not target.startswith("/"), f"{path.name}: {target}"
            assert (path.parent / target.partition("?")[0]).exists(), f"{path.name}: {target}"
    for style in site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert "@import" not in text and "url(http" not in text and "url(//" not in text


def test_every_link_within_the_site_leads_somewhere(site: Path):
    pages = {path.resolve(): read(path) for path in site.rglob("*.html")}
    for path, page in pages.items():
        for target in page.linked:
            file, _, anchor = target.partition("#")
            if target.startswith(("http:", "https:", "mailto:")) or file.endswith("ontology.html"):
                continue
            leads_to = (path.parent / file).resolve() if file else path
            assert leads_to.exists(), f"{path.name}: {target}"
            assert not anchor or leads_to.suffix != ".html" or anchor in pages[leads_to].anchors, (
                f"{path.name}: {target}"
            )


def test_the_reference_has_every_name_question_and_command(site: Path):
    from kg.cli import main

    python, queries, commands = (
        read(site / "reference" / f"{page}.html").anchors for page in ("python", "queries", "commands")
    )
    assert {f"kg-{name.lower().replace('_', '-')}" for name in kg.__all__} <= python
    assert {name for name, query in named_queries().items() if not query.internal} <= queries | {"formats"}
    assert {f"kg-{name}" for name in main.commands} <= commands


def test_the_pages_of_the_notebooks_are_there(site: Path):
    assert len(list((site / "notebooks").glob("*.html"))) == 4
