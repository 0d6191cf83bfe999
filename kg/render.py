"""A scene, or any graph, with its sentences as one HTML page that works offline.

pyvis keeps nodes and edges and fills a template of our own; the rest of pyvis (its templates, its loading from
elsewhere, its physics) stays unused. The data (`kg.page_data`) go into the page as an escaped JSON island; `static/js/` reads it.
A Content-Security-Policy names the scripts and the style by their hashes, so that nothing else can run, whatever the data
contain.

The page depends on the input alone: nodes and edges are sorted, `kg.layout` computes the positions with fixed seeds.
"""

from __future__ import annotations

import base64
import hashlib
import html as html_text
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

from kg.files import write_atomically
from kg.page_data import graph_data, scene_data
from kg.scene import Scene
from kg.views import Policy

if TYPE_CHECKING:
    import networkx as nx

    from kg.evidence import Evidence

_HERE = Path(__file__).parent
_OPTIONS = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False, "randomSeed": 1},
    "interaction": {"hover": True, "hoverConnectedEdges": False, "selectConnectedEdges": False, "tooltipDelay": 0},
}


def render_page(
    what: Scene | nx.Graph,
    evidence: Evidence,
    *,
    title: str,
    description: str = "",
    policy: Policy | None = None,
    view: str = "who-talks-to-whom",
) -> str:
    """what as the text of a self-contained HTML page, in which every line and name opens the sentences behind it.

    Of a scene the page holds everything: all standings, levels, rounds and days; policy and view (one of `kg.views.VIEWS`) say
    what it shows when it opens. Any networkx graph is drawn as it is: an edge has the status, words and evidence that it carries,
    the direction of an edge with directed=True is kept only by a MultiDiGraph, and what an edge lacks is drawn without it.

    description says, in plain words, what counts as an edge; the page of a scene says it itself. An id of a passage or statement
    that `evidence` lacks is shown as missing. A weight that is no finite number raises InputError.
    """
    from pyvis.network import Network

    if isinstance(what, Scene):
        data = scene_data(what, evidence, policy or Policy(), view)
        opens = f"{view}/{(policy or Policy()).level}"
    else:
        data = graph_data(what, evidence, _visible(description))
        opens = "graph"
    nodes, edges = data.pop("nodes"), data.pop("edges")

    # Only a directed Network keeps a second edge between two nodes.
    network = Network(directed=True, cdn_resources="remote", heading=_visible(title))
    network.options = _OPTIONS
    for node in nodes:
        x, y = node["spots"].get(opens) or next(iter(node["spots"].values()))
        about = {name: value for name, value in node.items() if name not in ("id", "label")}
        network.add_node(node["id"], label=node["label"], shape="custom", x=x, y=y, **about)
        network.nodes[-1].pop("color", None)  # pyvis's own; the page has its palette
    for edge in edges:
        network.add_edge(edge["from"], edge["to"], **{name: edge[name] for name in edge if name not in ("from", "to")})
        network.edges[-1].pop("arrows", None)

    network.set_template_dir(str(_HERE / "templates"), "page.html")
    network.templateEnv.autoescape = True
    network.templateEnv.filters.update(island=_island, parse=json.loads)
    network.templateEnv.globals["page"] = {
        "policy": _POLICY_GOES_HERE,
        "description": _visible(description),
        "style": _style(),
        "vendor": _static("vendor/vis-network.min.js"),
        "script": _script(),
        "data": data | {"fingerprint": _fingerprint(nodes, edges, data)},
        "land": json.loads(_static("vendor/land.json")) if any("spot" in venue for venue in data["venues"]) else None,
    }
    page: str = network.generate_html()
    # The first one stands in the head, before any text of the data.
    return page.replace(_POLICY_GOES_HERE, content_security_policy(page), 1) + "\n"


def write_page(path: Path | str, html: str) -> None:
    """Write html, what `render_page` returns, to path as UTF-8. The file is there whole or, on any error, unchanged."""
    write_atomically(Path(path), [html.encode("utf-8")])


class Frame(str):
    """Text of an element that a notebook shows as the element, not as text."""

    def _repr_html_(self) -> str:
        return str(self)


def inline_frame(html: str, height: int = 720) -> Frame:
    """html, a whole page, as an `<iframe>`: the last value of a notebook cell shows it. height is in CSS pixels.

    Nothing is written to disk. The frame has an origin of its own: the page can run its scripts and offer downloads, but reaches
    neither the notebook nor its data.
    """
    return Frame(
        f'<iframe title="Network with evidence" width="100%" height="{int(height)}" style="border:0" '
        'sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads allow-modals" '
        f'allow="clipboard-write" srcdoc="{html_text.escape(html, quote=True)}"></iframe>'
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


def _fingerprint(*values: object) -> str:
    """Twelve hex digits that name the data: two pages of the same data have the same."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:12]


def _static(name: str) -> str:
    return (_HERE / "static" / name).read_text(encoding="utf-8")


def _style() -> str:
    """The style sheets of static/css/ in the order of their names."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((_HERE / "static" / "css").glob("*.css")))


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
