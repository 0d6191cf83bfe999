"""One graph and its sentences as one HTML page that works offline.

pyvis keeps nodes and edges and fills a template of our own; the rest of pyvis (its templates, its loading from
elsewhere, its physics) stays unused. The data go into the page as an escaped JSON island; `static/js/` reads it. A
Content-Security-Policy names the scripts and the style by their hashes, so that nothing else can run, whatever the data
contain.

The page depends on the input alone: nodes and edges are sorted, `kg.layout` computes the positions with fixed seeds.
"""

from __future__ import annotations

import base64
import hashlib
import html as html_text
import json
import math
import re
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import InputError
from kg.files import write_atomically
from kg.layout import lay_out

if TYPE_CHECKING:
    import networkx as nx

    from kg.evidence import Evidence, Passage, Statement

_HERE = Path(__file__).parent
_NODE_TEXT = ("kind", "status", "note")
_EDGE_TEXT = ("relation", "label", "status", "meeting", "when", "venue", "format")
_OPTIONS = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False, "randomSeed": 1},
    "interaction": {"hover": True, "hoverConnectedEdges": False, "selectConnectedEdges": False, "tooltipDelay": 0},
}


def render_page(graph: nx.MultiGraph | nx.MultiDiGraph, evidence: Evidence, *, title: str, description: str) -> str:
    """graph as the text of a self-contained HTML page; edges and nodes open the sentences behind them.

    description says, in plain words, what counts as an edge. Nodes and edges without a known attribute are drawn
    without it. An id of a passage or statement that `evidence` lacks is shown as missing. The direction of an edge with
    directed=True is kept only by a MultiDiGraph. A weight that is no finite number raises InputError.
    """
    from pyvis.network import Network

    nodes = sorted(((str(node), data) for node, data in graph.nodes(data=True)), key=lambda pair: pair[0])
    edges = _edges(graph)
    labels = {node: _text(data.get("label")) or node for node, data in nodes}
    places = lay_out(labels, [(start, end) for start, end, _, _ in edges])

    # Only a directed Network keeps a second edge between two nodes.
    network = Network(directed=True, cdn_resources="remote", heading=_visible(title))
    network.options = _OPTIONS
    for node, data in nodes:
        x, y = places[node]
        about = {name: _text(data.get(name)) for name in _NODE_TEXT} | _refs(data)
        network.add_node(node, label=labels[node], shape="custom", x=x, y=y, **about)
    for (start, end, key, data), curve in zip(edges, _curves(edges), strict=True):
        facts: dict[str, Any] = {name: _text(data.get(name)) for name in _EDGE_TEXT} | _refs(data)
        facts["contested"] = bool(data.get("contested"))
        facts |= {"weight": _weight(data, f"edge {start} – {end}"), "arrows": "to" if data.get("directed") else ""}
        network.add_edge(start, end, id=key, **facts, **curve)

    network.set_template_dir(str(_HERE / "templates"), "page.html")
    network.templateEnv.autoescape = True
    network.templateEnv.filters.update(island=_island, parse=json.loads)
    network.templateEnv.globals["page"] = {
        "policy": _POLICY_GOES_HERE,
        "description": _visible(description),
        "style": _static("page.css"),
        "vendor": _static("vendor/vis-network.min.js"),
        "script": _script(),
        "evidence": _evidence(evidence, [data for _, data in nodes] + [data for *_, data in edges]),
    }
    page: str = network.generate_html()
    # The first one stands in the head, before any text of the data.
    return page.replace(_POLICY_GOES_HERE, content_security_policy(page), 1) + "\n"


def write_page(path: Path | str, html: str) -> None:
    """Write html, what `render_page` returns, to path as UTF-8. The file is there whole or, on any error, unchanged."""
    write_atomically(Path(path), [html.encode("utf-8")])


def inline_frame(html: str, height: int = 640) -> str:
    """html, a whole page, as an `<iframe>` for a notebook cell; height in CSS pixels. Nothing is written to disk.

    The frame has an origin of its own: the page can run its scripts, but reaches neither the notebook nor its data.
    """
    return (
        f'<iframe title="Network with evidence" width="100%" height="{int(height)}" style="border:0" '
        'sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox" allow="clipboard-write" '
        f'srcdoc="{html_text.escape(html, quote=True)}"></iframe>'
    )


# --- the page's text ---------------------------------------------------------------------------------------------

_POLICY_GOES_HERE = "@content-security-policy@"
_ISLAND_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_INVISIBLE = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\ud800-\udfff]")


def content_security_policy(page: str) -> str:
    """The policy that lets exactly the scripts and styles of page run, and nothing be loaded from anywhere."""
    bodies = _Bodies()
    bodies.feed(page)
    bodies.close()
    scripts = " ".join(_hash(body) for body in bodies.of["script"])
    styles = " ".join(_hash(body) for body in bodies.of["style"])
    return (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


class _Bodies(HTMLParser):
    """Collects the bodies of the style elements and of the scripts that a browser would run."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.of: dict[str, list[str]] = {"script": [], "style": []}
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "style" or (tag == "script" and not attrs):
            self._inside = tag
            self.of[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.of[self._inside][-1] += data


def _hash(body: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(body.encode('utf-8')).digest()).decode('ascii')}'"


def _static(name: str) -> str:
    return (_HERE / "static" / name).read_text(encoding="utf-8")


def _script() -> str:
    """The modules of static/js/ in the order of their names, in one function that gives them a scope of their own."""
    parts = [path.read_text(encoding="utf-8") for path in sorted((_HERE / "static" / "js").glob("*.js"))]
    return '(() => {\n"use strict";\n' + "\n".join(parts) + "})();"


def _island(value: object) -> object:
    """value as JSON in which no character can end the script element around it."""
    from markupsafe import Markup

    text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    text = text.translate(_ISLAND_ESCAPES)
    return Markup(_LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def _visible(text: str) -> str:
    """text with replacement characters for what HTML cannot carry (control characters, lone surrogates)."""
    return _INVISIBLE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))


# --- nodes, edges, evidence --------------------------------------------------------------------------------------

_Edge = tuple[str, str, str, Mapping[str, Any]]


def _edges(graph: nx.MultiGraph | nx.MultiDiGraph) -> list[_Edge]:
    """(start, end, id, data) of every edge, sorted; the id depends on the ends and the key alone."""
    found = []
    if graph.is_multigraph():
        triples = graph.edges(keys=True, data=True)
    else:
        triples = ((start, end, 0, data) for start, end, data in graph.edges(data=True))
    for start, end, key, data in triples:
        ends = (str(start), str(end))
        if not graph.is_directed() and not data.get("directed"):
            ends = (min(ends), max(ends))  # which end networkx names first depends on the order of insertion
        found.append((*ends, str(key), data))
    found.sort(key=lambda edge: edge[:3])
    edges: list[_Edge] = []
    taken: dict[str, int] = {}
    for start, end, key, data in found:
        digest = hashlib.sha256("\0".join((start, end, key)).encode("utf-8", "surrogatepass")).hexdigest()[:16]
        taken[digest] = taken.get(digest, 0) + 1
        edges.append((start, end, f"e-{digest}" + (f"-{taken[digest]}" if taken[digest] > 1 else ""), data))
    return edges


def _curves(edges: list[_Edge]) -> Iterable[dict[str, Any]]:
    """How each edge bends: parallel edges fan out evenly, a single one is straight, loops grow around their node."""
    ids: dict[tuple[str, str], list[str]] = {}
    for start, end, key, _ in edges:
        ids.setdefault((min(start, end), max(start, end)), []).append(key)
    for start, end, key, _ in edges:
        fan = ids[min(start, end), max(start, end)]
        place = fan.index(key)
        if start == end:
            yield {"selfReference": {"size": 18 + 9 * place, "angle": 0.8}}
            continue
        step = min(0.3, 1.5 / len(fan))
        bend = round((place - (len(fan) - 1) / 2) * step, 4)
        if start > end:
            bend = -bend  # clockwise is seen from the start of each edge
        if bend == 0:
            yield {"smooth": {"enabled": False}}
        else:
            yield {
                "smooth": {
                    "enabled": True,
                    "type": "curvedCW" if bend > 0 else "curvedCCW",
                    "roundness": abs(bend),
                }
            }


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _weight(data: Mapping[str, Any], place: str) -> float:
    try:
        weight = float(data.get("weight", 1.0))
    except (TypeError, ValueError):
        weight = math.nan
    if not math.isfinite(weight):
        raise InputError(f"weight {data.get('weight')!r} is no finite number", place=place)
    return weight


def _refs(data: Mapping[str, Any]) -> dict[str, list[str]]:
    return {name: [_text(ref) for ref in data.get(name) or ()] for name in ("evidence", "statements")}


def _evidence(evidence: Evidence, carriers: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The passages, statements and documents that carriers refer to, as JSON values; each document once."""
    passages: dict[str, Passage] = {}
    statements: dict[str, Statement] = {}
    for data in carriers:
        refs = _refs(data)
        said = [evidence.statements[ref] for ref in refs["statements"] if ref in evidence.statements]
        statements.update((statement.id, statement) for statement in said)
        wanted = refs["evidence"] + [ref for statement in said for ref in statement.passages]
        passages.update((ref, evidence.passages[ref]) for ref in wanted if ref in evidence.passages)
    documents = sorted({_document(passage) for passage in passages.values()})
    number = {document: index for index, document in enumerate(documents)}
    return {
        "documents": [
            dict(zip(("id", "title", "publisher", "published", "url"), document, strict=True)) for document in documents
        ],
        "passages": {
            ref: {
                "words": passage.words,
                "sentence": passage.sentence,
                "marks": [list(mark) for mark in passage.marks],
                "start": passage.start,
                "end": passage.end,
                "document": number[_document(passage)],
            }
            for ref, passage in passages.items()
        },
        "statements": {ref: _statement(statement) for ref, statement in statements.items()},
    }


def _document(passage: Passage) -> tuple[str, str, str, str, str]:
    return passage.document, passage.title, passage.publisher, passage.published, passage.url


def _statement(statement: Statement) -> dict[str, Any]:
    return {
        "claimants": statement.claimants,
        "onBehalfOf": statement.on_behalf_of,
        "relays": statement.relays,
        "speechAct": statement.speech_act,
        "stage": statement.stage,
        "polarity": statement.polarity,
        "certainty": statement.certainty,
        "position": statement.position,
        "denialTargets": statement.denial_targets,
        "reported": statement.reported,
        "passages": statement.passages,
    }
