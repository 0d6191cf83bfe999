"""The page of the ontology: all of it is there, nothing is loaded, the same files make the same bytes, and a browser likes it."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from rdflib import SKOS, Graph, URIRef

from kg.namespaces import DP, SCHEMES, value_iri
from tests.browser.conftest import Opened
from tests.competency import questions
from tests.helpers import ROOT
from tests.test_audits import AUDITS

ONTOLOGY = ROOT / "ontology"
TERMS = sorted(name for name in vars(DP) if not name.startswith("_") and name != "NS")
VALUES = [f"{scheme}/{value}" for scheme, values in SCHEMES.items() for value in values]


@pytest.fixture(scope="module")
def module() -> Iterator[ModuleType]:
    before = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(ONTOLOGY))
    yield importlib.import_module("page")
    sys.path.remove(str(ONTOLOGY))
    sys.dont_write_bytecode = before


@pytest.fixture(scope="module")
def html(module: ModuleType) -> str:
    return str(module.build())


class Elements(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, name: str) -> list[str]:
        return [
            value or "" for _, attributes in self.found for attribute, value in attributes.items() if attribute == name
        ]


def test_every_term_and_value_has_its_anchor_and_its_words(html: str) -> None:
    anchors = Elements(html).all("id")
    assert len(anchors) == len(set(anchors))
    assert {*TERMS, *VALUES, *(f"scheme/{scheme}" for scheme in SCHEMES)} <= set(anchors)
    graph = Graph()
    for path in (ONTOLOGY / "diplomacy.ttl", *(ONTOLOGY / "vocab").glob("*.ttl")):
        graph.parse(path)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html))
    for iri in [*(getattr(DP, name) for name in TERMS), *(value_iri(*value.split("/")) for value in VALUES)]:
        for predicate in (SKOS.definition, SKOS.example, SKOS.scopeNote):
            for words in graph.objects(URIRef(iri), predicate):
                shown = (
                    str(words).removeprefix("Not ").replace("&", "&amp;").replace('"', "&quot;").replace("'", "&#x27;")
                )
                assert shown in text, (iri, predicate)


def test_questions_alignments_rules_and_audits_are_on_it(html: str) -> None:
    anchors = set(Elements(html).all("id"))
    assert {f"question/{question.name}" for question in questions()} <= anchors
    assert {f"alignment/{path.stem}" for path in (ONTOLOGY / "alignments").glob("*.ttl")} <= anchors
    assert all(f"<code>{audit.name}</code>" in html for audit in AUDITS)
    assert "<code>participation-role</code>" in html


def test_links_within_the_page_lead_somewhere(html: str) -> None:
    elements = Elements(html)
    inside = [href[1:] for href in elements.all("href") if href.startswith("#")]
    assert len(inside) > 1000
    assert set(inside) - set(elements.all("id")) == set()


def test_nothing_is_loaded_and_no_style_or_handler_stands_in_an_element(html: str) -> None:
    elements = Elements(html)
    assert [
        tag
        for tag, _ in elements.found
        if tag in {"img", "iframe", "object", "embed", "audio", "video", "base", "form"}
    ] == []
    for name in ("src", "srcset", "style", "onclick", "onload", "action", "ping", "xlink:href"):
        assert elements.all(name) == []
    assert [attributes["href"] for tag, attributes in elements.found if tag == "link"] == ["data:,"]
    assert re.search(r"url\((?!#)|@import", html) is None


def test_the_policy_names_the_script_and_the_style_by_their_hashes(html: str, module: ModuleType) -> None:
    [policy] = [
        attributes["content"] or ""
        for tag, attributes in Elements(html).found
        if tag == "meta" and "http-equiv" in attributes
    ]
    for tag in ("script", "style"):
        bodies = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        assert len(bodies) == 1
        assert f"{tag}-src {module._hash(bodies[0])}" in policy
    assert "default-src 'none'" in policy and "unsafe" not in policy


def test_what_stands_in_the_files_cannot_become_markup(module: ModuleType) -> None:
    html = importlib.import_module("page_html")
    assert html.prose("<b>dp:Claim</b> & `a<b`") == (
        '&lt;b&gt;<a href="#Claim"><code>dp:Claim</code></a>&lt;/b&gt; &amp; <code>a&lt;b</code>'
    )
    assert html.prose("dp:Nothing, stage:nothing and stage:held") == (
        'dp:Nothing, stage:nothing and <a href="#stage/held"><code>stage:held</code></a>'
    )


def test_the_overview_notices_what_the_ontology_lacks(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    diagram, model = importlib.import_module("page_diagram"), module.read()
    diagram.check(model)
    for arrow in (("Meeting", ("venu",), "Venue"), ("Claim", ("venue",), "Venue"), ("Meeting", ("venue",), "Claim")):
        monkeypatch.setattr(diagram, "ARROWS", (diagram.Arrow(*arrow),))
        with pytest.raises(ValueError, match=arrow[1][0]):
            diagram.check(model)


def test_the_same_files_make_the_same_bytes_in_another_process(html: str, tmp_path: Path) -> None:
    output = tmp_path / "docs" / "page.html"
    command = [sys.executable, "-B", str(ONTOLOGY / "page.py"), "-o", str(output)]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path, env={"PYTHONHASHSEED": "7"})
    assert output.read_text(encoding="utf-8") == html


# -- in a browser --------------------------------------------------------------------------------------------------------


@pytest.fixture
def opened(browser: Any, html: str, tmp_path: Path) -> Iterator[Any]:
    """open(width, scheme, anchor) -> Opened. At the end nothing may have been loaded or complained about."""
    path = tmp_path / "ontology.html"
    path.write_text(html, encoding="utf-8")
    contexts, pages = [], []

    def open_(width: int = 1360, scheme: str = "light", anchor: str = "") -> Opened:
        contexts.append(browser.new_context(viewport={"width": width, "height": 860}, color_scheme=scheme))
        pages.append(Opened(contexts[-1].new_page()))
        pages[-1].page.goto(path.as_uri() + anchor)
        return pages[-1]

    yield open_
    for context in contexts:
        context.close()
    for page in pages:
        assert [url for url in page.requests if not url.startswith(("file:", "data:"))] == []
        assert page.complaints == []


@pytest.mark.parametrize("width", [390, 820, 1360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_without_complaint_and_fits_the_screen(opened: Any, width: int, scheme: str) -> None:
    page = opened(width, scheme).page
    assert page.locator("h1").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(18, 23, 30)")


def test_an_anchor_is_arrived_at(opened: Any) -> None:
    page = opened(anchor="#stage/held").page
    assert page.locator("[id='stage/held'] .definition").is_visible()
    assert 0 <= page.evaluate("document.getElementById('stage/held').getBoundingClientRect().top") < 200


def test_search_leaves_what_has_all_words_and_a_link_brings_back_what_it_hid(opened: Any) -> None:
    page = opened().page
    page.keyboard.press("/")
    page.keyboard.type("sèparate LEG")
    assert page.locator("[id='format/separate-leg']").is_visible()
    assert page.locator("#Venue").is_hidden()
    assert re.fullmatch(r"\d+ of \d+", page.locator("#ui-count").inner_text())
    page.locator("nav a[href='#Venue']").click()
    assert page.locator("#Venue").is_visible() and page.locator("#ui-query").input_value() == ""
    page.locator("#ui-query").fill("no such word at all")
    assert page.locator("#ui-none").is_visible()
    page.locator("#ui-query").press("Escape")
    assert page.locator("#ui-none").is_hidden() and page.locator("#Meeting").is_visible()


def test_a_file_of_the_ontology_can_be_saved_from_it(opened: Any, tmp_path: Path) -> None:
    page = opened(anchor="#files").page
    with page.expect_download() as download:
        page.get_by_role("link", name="diplomacy.ttl").click()
    saved = tmp_path / "saved.ttl"
    download.value.save_as(saved)
    assert saved.read_bytes() == (ONTOLOGY / "diplomacy.ttl").read_bytes()
