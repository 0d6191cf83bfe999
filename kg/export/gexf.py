"""GEXF 1.3 with time: a view for Gephi and its timeline.

An edge has a spell from the first to the last day on which its meeting can have been; a node the spells of its edges. That is
uncertainty drawn as duration, for want of anything better in the format: "in May" lasts for all of May. What has no date has no
spell and is there at all times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from kg.export.network import Edge, Network, Node, xml_text

_OF_NODE = {"kind": "string", "standing": "string", "when": "string", "venue": "string", "note": "string"}
_OF_EDGE = {
    "relation": "string",
    "role": "string",
    "standing": "string",
    "contested": "boolean",
    "newman": "double",
    "meeting": "anyURI",
    "when": "string",
    "earliest": "string",
    "latest": "string",
    "venue": "string",
    "format": "string",
    "evidence": "string",
    "claims": "string",
}
_TIME = (
    "A spell runs from the first to the last day on which the meeting can have been: it bounds the date, it does not say that "
    "the meeting lasted so long. What has no date has no spell."
)


def gexf(network: Network) -> Iterator[bytes]:
    """The view as GEXF 1.3. Parallel edges keep ids of their own; in Gephi, import them with the merge strategy "Don't merge"."""
    return (part.encode() for part in _document(network))


def _document(network: Network) -> Iterator[str]:
    spells = {edge.id: _spell(edge.earliest, edge.latest) for edge in network.edges}
    of_nodes = _node_spells(network, spells)
    dynamic = any(spells.values())
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<gexf xmlns="http://gexf.net/1.3" version="1.3">\n'
    yield "  <meta>\n    <creator>diplomatic-kg</creator>\n    <keywords>"
    yield f"{_escape(network.name)}</keywords>\n    <description>{_escape(f'{network.policy} {_TIME}')}</description>\n"
    kind = "directed" if network.directed else "undirected"
    time = 'mode="dynamic" timeformat="date" timerepresentation="interval"' if dynamic else 'mode="static"'
    yield f'  </meta>\n  <graph defaultedgetype="{kind}" idtype="string" {time}>\n'
    yield from _attributes("node", _OF_NODE)
    yield from _attributes("edge", _OF_EDGE)
    yield f'    <nodes count="{len(network.nodes)}">\n'
    for node in network.nodes:
        yield f"      <node id={_quote(node.id)} label={_quote(node.label)}>\n"
        yield from _values(_node_values(node))
        yield from _spells(of_nodes[node.id])
        yield "      </node>\n"
    yield f'    </nodes>\n    <edges count="{len(network.edges)}">\n'
    for edge in network.edges:
        yield (
            f"      <edge id={_quote(edge.id)} source={_quote(edge.source)} target={_quote(edge.target)} "
            f'type="{"directed" if edge.directed else "undirected"}" label={_quote(edge.label)} '
            f'weight="{edge.weight!r}" kind={_quote(edge.relation)}>\n'
        )
        yield from _values(_edge_values(edge))
        spell = spells[edge.id]
        yield from _spells([spell] if spell else [])
        yield "      </edge>\n"
    yield "    </edges>\n  </graph>\n</gexf>\n"


def _node_values(node: Node) -> dict[str, str]:
    return {"kind": node.kind, "standing": node.status, "when": node.when, "venue": node.venue, "note": node.note}


def _edge_values(edge: Edge) -> dict[str, str]:
    return {
        "relation": edge.relation,
        **edge.facts(),
        "contested": "true" if edge.contested else "false",
        "newman": "" if edge.newman is None else repr(edge.newman),
        **edge.words(),
    }


Spell = tuple[str, str]


def _spell(earliest: str, latest: str) -> Spell | None:
    return (earliest, latest) if earliest or latest else None


def _node_spells(network: Network, spells: dict[str, Spell | None]) -> dict[str, list[Spell]]:
    """Node → when it has an edge; nothing where one of its edges has no date, for then it is always there."""
    of_node: dict[str, set[Spell]] = {node.id: set() for node in network.nodes}
    always: set[str] = set()
    for edge in network.edges:
        for end in (edge.source, edge.target):
            if (spell := spells[edge.id]) is None:
                always.add(end)
            else:
                of_node[end].add(spell)
    return {node: [] if node in always else _merged(found) for node, found in of_node.items()}


def _merged(spells: Iterable[Spell]) -> list[Spell]:
    """Spells in order, those that overlap joined: readers refuse overlapping ones. An open end is "" and reaches to all time."""
    merged: list[Spell] = []
    for start, end in sorted(spells):
        if merged and (not merged[-1][1] or not start or start <= merged[-1][1]):
            before = merged.pop()
            start, end = before[0], "" if not before[1] or not end else max(before[1], end)
        merged.append((start, end))
    return merged


def _spells(spells: Iterable[Spell]) -> Iterator[str]:
    parts = [
        "          <spell" + (f' start="{start}"' if start else "") + (f' end="{end}"' if end else "") + "/>\n"
        for start, end in spells
    ]
    if parts:
        yield "        <spells>\n"
        yield from parts
        yield "        </spells>\n"


def _attributes(of: str, types: dict[str, str]) -> Iterator[str]:
    yield f'    <attributes class="{of}" mode="static">\n'
    for name, kind in types.items():
        yield f'      <attribute id="{name}" title="{name}" type="{kind}"/>\n'
    yield "    </attributes>\n"


def _values(values: dict[str, str]) -> Iterator[str]:
    yield "        <attvalues>\n"
    for name, value in values.items():
        if value:
            yield f'          <attvalue for="{name}" value={_quote(value)}/>\n'
    yield "        </attvalues>\n"


def _quote(text: str) -> str:
    return quoteattr(xml_text(text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _escape(text: str) -> str:
    return escape(xml_text(text))
