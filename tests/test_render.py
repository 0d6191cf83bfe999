"""The page as text: same bytes for the same graph, nothing of the data can leave its island, nothing is loaded."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import math
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from kg.errors import InputError
from kg.evidence import Evidence, Passage, Statement
from kg.render import inline_frame, render_page, write_page

NASTY = '</script><script>alert(1)</script><!-- & "quoted" \u2028\u2029 \ud800 \x00'


def passage(name: str, **facts: Any) -> Passage:
    given = {
        "words": "met", "sentence": "A and B met.", "marks": ((8, 11),), "start": 108, "end": 111, "document": "doc-1",
        "title": "A title", "publisher": "A paper", "published": "2025-12-21", "url": "https://paper.example/1",
    }  # fmt: skip
    return Passage(name, **(given | facts))


EVIDENCE = Evidence(
    {"p1": passage("p1"), "p2": passage("p2", start=20, end=23), "unused": passage("unused", document="doc-2")},
    {"s1": Statement("s1", ("A paper",), stage="held", passages=("p2",)), "s2": Statement("s2", ("nobody asks",))},
)


def graph(order: int = 1) -> nx.MultiGraph:
    """Three actors and a round; two sessions of A and B. order=-1 inserts the same things the other way round."""
    made = nx.MultiGraph()
    for name, kind in [("A", "state"), ("B", "state"), ("C", "person"), ("R", "round")][::order]:
        made.add_node(name, label=f"Name {name}", kind=kind, status="", note="", evidence=(), statements=())
    links = [("A", "B", "july", "held"), ("A", "B", "december", "disputed"), ("B", "C", "call", "held")]
    for start, end, key, status in links[::order]:
        start, end = (start, end)[::order]
        made.add_edge(
            start, end, key=key, relation="co-presence", status=status, weight=1.0, evidence=("p1",), statements=("s1",)
        )
    return made


def page_of(made: nx.MultiGraph, evidence: Evidence = EVIDENCE, **words: str) -> str:
    return render_page(made, evidence, **({"title": "A title", "description": "What counts."} | words))


class Parts(HTMLParser):
    """What a browser would take from the page: scripts, styles, the island, the policy, attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.bodies: list[tuple[str, dict[str, str | None], str]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = tag in ("script", "style")
        if self._open:
            self.bodies.append((tag, dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            tag, attrs, body = self.bodies.pop()
            self.bodies.append((tag, attrs, body + data))
        else:
            self.text += data

    @property
    def island(self) -> dict[str, Any]:
        (body,) = (body for _, attrs, body in self.bodies if attrs.get("id") == "island")
        return json.loads(body)

    @property
    def policy(self) -> str:
        (policy,) = (at["content"] for tag, at in self.tags if at.get("http-equiv") == "Content-Security-Policy")
        assert policy
        return policy


def test_same_graph_same_bytes_whatever_the_order_of_insertion() -> None:
    assert page_of(graph()) == page_of(graph()) == page_of(graph(-1))


def test_same_bytes_for_every_hash_seed() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import test_render, hashlib\n"
        "page = test_render.page_of(test_render.graph())\n"
        "print(hashlib.sha256(page.encode()).hexdigest())"
    )
    here = str(Path(__file__).parent)
    sums = {
        subprocess.run(
            [sys.executable, "-c", code, here],
            env=os.environ | {"PYTHONHASHSEED": seed}, cwd=Path(here).parent,
            check=True, capture_output=True, text=True,
        ).stdout
        for seed in ("0", "1", "77")
    }  # fmt: skip
    assert sums == {hashlib.sha256(page_of(graph()).encode()).hexdigest() + "\n"}


def test_page_is_utf8_html_in_english_with_unix_lines() -> None:
    page = page_of(graph())
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">')
    assert page.endswith("</html>\n")
    assert "\r" not in page


def test_every_parallel_edge_is_there_with_its_own_status_and_direction() -> None:
    island = Parts(page_of(graph())).island
    between = [edge for edge in island["edges"] if {edge["from"], edge["to"]} == {"A", "B"}]
    assert sorted(island["gatherings"][edge["at"]]["fixed"] for edge in between) == ["disputed", "held"]
    assert len({edge["id"] for edge in island["edges"]}) == 3
    made = nx.MultiDiGraph()
    made.add_edge("A", "B", key=0, directed=True)
    made.add_edge("B", "A", key=0, directed=True)
    edges = Parts(page_of(made)).island["edges"]
    assert [(edge["from"], edge["to"], edge["arrow"]) for edge in edges] == [("A", "B", True), ("B", "A", True)]


def test_edge_ids_survive_more_edges() -> None:
    before = {edge["id"] for edge in Parts(page_of(graph())).island["edges"]}
    grown = graph()
    grown.add_edge("A", "R", key="new")
    assert before < {edge["id"] for edge in Parts(page_of(grown)).island["edges"]}


def test_plain_graphs_are_drawn() -> None:
    assert len(Parts(page_of(nx.Graph([("A", "B")]))).island["edges"]) == 1


def test_only_the_evidence_in_use_is_in_the_file_with_each_document_and_sentence_once() -> None:
    island = Parts(page_of(graph())).island
    assert [document["id"] for document in island["documents"]] == ["doc-1"]
    assert island["sentences"] == ["A and B met."]
    assert [statement["id"] for statement in island["statements"]] == ["s1"]
    assert sorted(island["passages"], key=lambda passage: passage["a"]) == [
        {"d": 0, "n": 0, "a": 20, "z": 23, "m": [[8, 11]]},
        {"d": 0, "n": 0, "a": 108, "z": 111, "m": [[8, 11]]},
    ]


def test_references_to_nothing_are_kept_so_that_the_page_can_say_so() -> None:
    made = nx.MultiGraph()
    made.add_edge("A", "B", evidence=("gone",), statements=("lost",))
    (gathering,) = Parts(page_of(made)).island["gatherings"]
    assert (gathering["passages"], gathering["statements"]) == (["gone"], ["lost"])


def test_hostile_text_stays_text() -> None:
    made = nx.MultiGraph()
    made.add_node("A", label=NASTY, kind="person", note=NASTY)
    made.add_node("B", label="href", kind=NASTY)
    made.add_edge("A", "B", relation=NASTY, status=NASTY, label=NASTY, evidence=("p",))
    evidence = Evidence({"p": passage("p", sentence=NASTY, title=NASTY, url="javascript:alert(1)")})
    parts = Parts(page_of(made, evidence, title=NASTY, description=NASTY))
    assert [tag for tag, _ in parts.tags].count("script") == 4
    island = parts.island
    assert island["nodes"][0]["label"] == NASTY
    assert island["sentences"] == [NASTY]
    assert "<script>alert(1)</script>" in parts.text  # the description, as words
    (body,) = (body for _, attrs, body in parts.bodies if attrs.get("id") == "island")
    assert not re.search("[<>&\u2028\u2029\ud800-\udfff]", body)
    page_of(made, evidence, title=NASTY).encode("utf-8")


def test_a_text_that_names_the_placeholder_of_the_policy_changes_nothing() -> None:
    words = "@content-security-policy@ {{ 7 * 7 }} {% raw %}"
    parts = Parts(page_of(graph(), title=words, description=words))
    assert "sha256-" in parts.policy
    assert parts.text.count(words) == 3  # title, heading, description


def test_policy_names_exactly_the_scripts_and_the_style() -> None:
    parts = Parts(page_of(graph()))
    for tag in ("script", "style"):
        bodies = [body for name, attrs, body in parts.bodies if name == tag and not attrs]
        sums = [base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() for body in bodies]
        (found,) = re.findall(rf"{tag}-src ([^;]*)", parts.policy)
        assert found == " ".join(f"'sha256-{digest}'" for digest in sums)
    assert parts.policy.startswith("default-src 'none'; ")
    assert "unsafe" not in parts.policy


def test_nothing_in_the_page_asks_for_a_file_or_runs_inline() -> None:
    page = page_of(graph())
    for tag, attrs in Parts(page).tags:
        assert tag not in ("iframe", "object", "embed", "base", "img")
        assert not any(name.startswith("on") or name in ("src", "style", "srcset") for name in attrs), (tag, attrs)
        assert (attrs.get("href") or "#").startswith(("#", "data:,")), (tag, attrs)
        assert attrs.get("http-equiv") in (None, "Content-Security-Policy")
    style = next(body for name, _, body in Parts(page).bodies if name == "style")
    assert "url(" not in style
    assert "@import" not in style
    # Addresses stand only in licence comments, in names of XML namespaces, and in the data.
    code = "".join(body for name, attrs, body in Parts(page).bodies if name == "script" and not attrs)
    code = re.sub(r"/\*.*?\*/", "", code, flags=re.S)
    known = r"http://www\.w3\.org/2000/svg|http://gexf\.net/1\.3(/viz)?|https://github\.com/zloirock/core-js"
    assert set(re.findall(r"https?://[^\s\"'`)]+", re.sub(known, "", code))) <= {"/blob/v3.51.0/LICENSE"}
    assert "sourceMappingURL" not in page
    assert "innerHTML" not in code.split('"use strict";\n//')[-1]


def test_missing_attributes_and_empty_graphs_are_no_error() -> None:
    bare = nx.MultiGraph([("A", "B")])
    island = Parts(page_of(bare, Evidence())).island
    assert island["nodes"][0]["label"] == "A"
    assert island["edges"][0]["weight"] == 1.0
    assert "statements" not in island["gatherings"][0]
    assert Parts(page_of(nx.MultiGraph())).island["nodes"] == []


@pytest.mark.parametrize("weight", [math.nan, math.inf, "many"])
def test_a_weight_that_is_no_number_is_refused_with_its_place(weight: object) -> None:
    made = nx.MultiGraph()
    made.add_edge("A", "B", weight=weight)
    with pytest.raises(InputError, match=r"^edge A – B: weight .* is no finite number"):
        page_of(made)


def test_write_page_replaces_the_file_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "page.html"
    write_page(path, page_of(graph(), title="Türkiye"))
    first = path.read_bytes()
    assert "Türkiye".encode() in first
    assert first.decode("utf-8") == page_of(graph(), title="Türkiye")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(
        InputError, match=r"page\.html: No space left on device \(see whether the folder exists and the disk has room\)"
    ):
        write_page(path, page_of(graph(), title="Other"))
    assert path.read_bytes() == first
    assert [entry.name for entry in tmp_path.iterdir()] == ["page.html"]


def test_write_page_into_no_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"page\.html: No such file or directory \(see whether the folder exists"):
        write_page(tmp_path / "no" / "page.html", "<!DOCTYPE html>")


def test_inline_frame_carries_the_page_unchanged() -> None:
    page = page_of(graph(), title=NASTY)
    frame = inline_frame(page, 300)
    (found,) = re.findall(r'srcdoc="([^"]*)"', frame)
    assert html.unescape(found) == page
    assert 'height="300"' in frame
    assert frame._repr_html_() == frame  # a notebook shows it
    assert "allow-same-origin" not in frame
