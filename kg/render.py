"""One graph and its sentences as one HTML page that works offline.

pyvis keeps nodes and edges and fills a template of our own; the rest of pyvis (its templates, its loading from
elsewhere, its physics) stays unused. The data go into the page as an escaped JSON island; `static/js/` reads it. A
Content-Security-Policy names the scripts and the style by their hashes, so that nothing else can run, whatever the data
contain.

The page depends on the input alone: nodes and edges are sorted, positions are computed here with fixed seeds.
"""

from __future__ import annotations

import base64
import hashlib
import html as html_text
import json
import math
import os
import re
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import InputError

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
    places = _positions([node for node, _ in nodes], [(start, end) for start, end, _, _ in edges], dict(nodes))

    # Only a directed Network keeps a second edge between two nodes.
    network = Network(directed=True, cdn_resources="remote", heading=_visible(title))
    network.options = _OPTIONS
    for node, data in nodes:
        x, y = places[node]
        about = {name: _text(data.get(name)) for name in _NODE_TEXT} | _refs(data)
        network.add_node(node, label=_text(data.get("label")) or node, shape="custom", x=x, y=y, **about)
    for (start, end, key, data), curve in zip(edges, _curves(edges), strict=True):
        facts: dict[str, Any] = {name: _text(data.get(name)) for name in _EDGE_TEXT} | _refs(data)
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
    path = Path(path)
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(beside, "x", encoding="utf-8", newline="\n") as out:
            out.write(html)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        reason = error.strerror or "unknown reason"
        raise InputError(
            f"the page cannot be written: {reason}", place=str(path), remedy="does the folder exist?"
        ) from error
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


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


# --- positions ---------------------------------------------------------------------------------------------------

_WRAP = 20  # characters in a line of a label; static/js breaks lines at the same width
_EDGE_LENGTH = 200.0
_SHAPE = 1.45  # width by height that a picture should have
_GAP = 90.0


def _positions(
    nodes: list[str], edges: list[tuple[str, str]], data: Mapping[str, Mapping[str, Any]]
) -> dict[str, tuple[int, int]]:
    """Where each node is drawn, in canvas units: connected parts laid out singly, then set in rows, largest first."""
    import networkx as nx
    import numpy as np

    simple = nx.Graph()
    simple.add_nodes_from(nodes)
    simple.add_edges_from((start, end) for start, end in edges if start != end)
    parts = sorted((sorted(part) for part in nx.connected_components(simple)), key=lambda part: (-len(part), part))
    boxes = {node: _label_box(_text(data[node].get("label")) or node) for node in nodes}
    blocks = []
    for part in parts:
        sizes = np.array([boxes[node] for node in part])
        number = {node: index for index, node in enumerate(part)}
        # Not simple.subgraph: it lists nodes in the order of a set, which changes with the hash seed.
        links = np.array(
            [(number[start], number[end]) for start in part for end in sorted(simple[start]) if start < end], dtype=int
        ).reshape(-1, 2)
        points = _arrange(len(part), links, sizes)
        blocks.append((part, points - (points - sizes / 2).min(axis=0), np.ptp(_corners(points, sizes), axis=0)))

    places: dict[str, tuple[int, int]] = {}
    areas = [float((w + _GAP) * (h + _GAP)) for _, _, (w, h) in blocks]
    width = max((float(w) for _, _, (w, _) in blocks), default=0.0)
    if areas and areas[0] < 0.6 * sum(areas):  # else one part is the picture, and the rest stands below it
        width = max(width, math.sqrt(_SHAPE * sum(areas)))
    left = top = row = 0.0
    for part, points, (w, h) in blocks:
        if left and left + w > width:
            left, top, row = 0.0, top + row + _GAP, 0.0
        for node, (x, y) in zip(part, points, strict=True):
            places[node] = (round(float(x) + left), round(float(y) + top))
        left, row = left + float(w) + _GAP, max(row, float(h))
    return places


def _label_box(label: str) -> tuple[float, float]:
    """Width and height that a shape with its label takes, in canvas units."""
    longest = min(_WRAP, len(label))
    lines = min(3, max(1, math.ceil(len(label) / _WRAP)))
    return max(110.0, 8.0 * longest + 24.0), 64.0 + 16.0 * lines


def _corners(points: Any, sizes: Any) -> Any:
    import numpy as np

    return np.concatenate([points - sizes / 2, points + sizes / 2])


def _arrange(count: int, links: Any, sizes: Any) -> Any:
    """Points of one connected part, wide rather than high, edges of about _EDGE_LENGTH: best of some tries."""
    import numpy as np

    if count == 1:
        return np.zeros((1, 2))
    if count == 2:
        return np.array([[0.0, 0.0], [_EDGE_LENGTH * 1.2, 0.0]])
    tries = 20 if count <= 40 else 4 if count <= 150 else 1
    best, least = None, math.inf
    for seed in range(tries):
        points = _wide(_springs(count, links, seed))
        lengths = np.linalg.norm(points[links[:, 0]] - points[links[:, 1]], axis=1)
        points = _spread(points * (_EDGE_LENGTH / max(float(lengths.mean()), 1e-9)), sizes)
        if tries == 1:
            return points
        if count <= 40:  # above, it would take seconds and change little
            points = _step_aside(points, links, sizes)
        cost = _clutter(points, links)
        cost += float(lengths.std() / max(float(lengths.mean()), 1e-9))
        if cost < least:
            best, least = points, cost
    return best


def _springs(count: int, links: Any, seed: int) -> Any:
    """Force-directed points. networkx needs scipy from 500 nodes on; there a sampled repulsion stands in."""
    import networkx as nx
    import numpy as np

    if count < 500:
        part = nx.Graph()
        part.add_nodes_from(range(count))
        part.add_edges_from(links.tolist())
        spots = nx.spring_layout(part, seed=seed, iterations=200, k=1.6 / math.sqrt(count))
        return np.array([spots[index] for index in range(count)])
    draw = np.random.default_rng(seed)
    points = draw.standard_normal((count, 2))
    for heat in np.linspace(0.2, 0.004, 160):
        sample = draw.choice(count, 192, replace=False)
        apart = points[:, None, :] - points[None, sample, :]
        force = (apart / (np.square(apart).sum(axis=2, keepdims=True) + 1e-4)).sum(axis=1) * (4.0 / 192)
        pull = points[links[:, 1]] - points[links[:, 0]]
        pull *= np.linalg.norm(pull, axis=1, keepdims=True) * 2.0
        for axis in (0, 1):
            force[:, axis] += np.bincount(links[:, 0], pull[:, axis], count)
            force[:, axis] -= np.bincount(links[:, 1], pull[:, axis], count)
        points += force * (heat / (np.linalg.norm(force, axis=1, keepdims=True) + 1e-9))
    return points


def _wide(points: Any) -> Any:
    """points turned so that they spread along x, because screens and labels are wider than high."""
    import numpy as np

    points = points - points.mean(axis=0)
    (a, b), (_, c) = np.cov(points.T)
    angle = 0.5 * math.atan2(2 * float(b), float(a - c))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    points = points @ turn
    high = np.ptp(points[:, 0]) / _SHAPE
    points[:, 1] *= min(1.6, max(1.0, high / max(np.ptp(points[:, 1]), 1e-9)))
    return points


def _crossings(points: Any, links: Any) -> float:
    """How many pairs of links cross, links that share a node aside."""
    import numpy as np

    start, end = points[links[:, 0]], points[links[:, 1]]

    def side(p: Any, q: Any, r: Any) -> Any:
        return np.sign(
            (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1]) - (q[..., 1] - p[..., 1]) * (r[..., 0] - p[..., 0])
        )

    a, b, c, d = start[:, None], end[:, None], start[None, :], end[None, :]
    crossing = (side(a, b, c) * side(a, b, d) < 0) & (side(c, d, a) * side(c, d, b) < 0)
    return float(crossing.sum()) / 2


def _clutter(points: Any, links: Any) -> float:
    return _crossings(points, links) + 2.0 * float(_run_over(points, links).sum())


def _step_aside(points: Any, links: Any, sizes: Any) -> Any:
    """points after each node that a link runs over has looked around for a place where there is less clutter."""
    import numpy as np

    least = _clutter(points, links)
    for node in np.flatnonzero(_run_over(points, links)):
        for far in (0.35, 0.6):
            for turn in range(8):
                tried = points.copy()
                angle = turn * math.pi / 4
                tried[node] += _EDGE_LENGTH * far * np.array([math.cos(angle), math.sin(angle)])
                apart = np.abs(tried - tried[node])
                overlaps = (apart < (sizes + sizes[node]) / 2).all(axis=1).sum() > 1
                if not overlaps and _clutter(tried, links) < least:
                    points, least = tried, _clutter(tried, links)
    return points


def _run_over(points: Any, links: Any) -> Any:
    """For each node, how many links that are not its own pass so close by that they seem to touch it."""
    import numpy as np

    start, along = points[links[:, 0]], points[links[:, 1]] - points[links[:, 0]]
    to_node = points[None, :, :] - start[:, None, :]
    share = (to_node * along[:, None, :]).sum(axis=2) / np.maximum(np.square(along).sum(axis=1), 1e-9)[:, None]
    foot = np.clip(share, 0, 1)[..., None] * along[:, None, :]
    near = np.linalg.norm(to_node - foot, axis=2) < _EDGE_LENGTH / 3
    near[np.arange(len(links)), links[:, 0]] = False
    near[np.arange(len(links)), links[:, 1]] = False
    return near.sum(axis=0)


def _spread(points: Any, sizes: Any) -> Any:
    """points moved apart until no two labels overlap (or the rounds are used up); above 800 points only scaled."""
    import numpy as np

    if len(points) < 2:
        return points
    # Evenly first, so that the shape of the drawing survives; then pair by pair.
    room = 1.4 * sizes.prod(axis=1).sum() / float(np.ptp(_corners(points, sizes), axis=0).prod())
    points = points * max(1.0, math.sqrt(room))
    if len(points) > 800:
        return points
    need = (sizes[:, None, :] + sizes[None, :, :]) / 2
    for _ in range(80):
        apart = points[:, None, :] - points[None, :, :]
        lack = need - np.abs(apart)
        overlap = (lack > 0).all(axis=2)
        np.fill_diagonal(overlap, False)
        if not overlap.any():
            break
        # Two nodes on one spot go to different sides: the earlier one left and up.
        direction = np.where(
            apart == 0,
            np.sign(np.subtract.outer(np.arange(len(points)), np.arange(len(points))))[..., None],
            np.sign(apart),
        )
        along_x = lack[..., 0] <= lack[..., 1]
        push = np.stack([np.where(along_x, lack[..., 0], 0), np.where(along_x, 0, lack[..., 1])], axis=2)
        points += (push * direction * overlap[..., None]).sum(axis=1) * 0.5
    return points
