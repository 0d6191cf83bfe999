"""Views for programs of the web: Cytoscape JSON (Cytoscape.js, Cytoscape) and Kumu's JSON blueprint.

JSON holds every character, so that labels and sentences are exact. Evidence is nested in Cytoscape JSON, and text in Kumu,
which shows descriptions as Markdown: what would be markup there is escaped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from kg.evidence import Passage
from kg.export.network import Edge, Network, Node, address, assertion, quotation


def cytoscape(network: Network) -> Iterator[bytes]:
    """Elements as Cytoscape.js takes them; `data` of the whole holds name and policy."""
    yield _json(
        {
            "data": {"name": network.name, "policy": network.policy},
            "directed": network.directed,
            "multigraph": True,
            "elements": {
                "nodes": [{"data": _cytoscape_node(node)} for node in network.nodes],
                "edges": [{"data": _cytoscape_edge(network, edge)} for edge in network.edges],
            },
        }
    )


def _cytoscape_node(node: Node) -> dict[str, Any]:
    return {
        "id": node.id,
        "value": node.id,
        "name": node.label,
        "label": node.label,
        **node.facts(),
    }


def _cytoscape_edge(network: Network, edge: Edge) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": edge.id,
        "key": edge.id,
        "source": edge.source,
        "target": edge.target,
        "interaction": edge.relation,
        "label": edge.label,
        "directed": edge.directed,
        **edge.facts(),
        "contested": edge.contested,
        "weight": edge.weight,
        "newman": edge.newman,
        "evidence": [_passage(passage) for passage in edge.passages],
        "claims": [
            {
                "id": statement.id,
                "claimants": list(statement.claimants),
                "onBehalfOf": list(statement.on_behalf_of),
                "relays": list(statement.relays),
                "speechAct": statement.speech_act,
                "stage": statement.stage,
                "polarity": statement.polarity,
                "certainty": statement.certainty,
                "position": statement.position,
                "denialTargets": list(statement.denial_targets),
                "reported": statement.reported,
                "evidence": [_passage(passage) for passage in network.statement_passages(statement)],
            }
            for statement in edge.statements
        ],
    }
    if edge.newman is None:
        del data["newman"]
    return data


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "words": passage.words,
        "sentence": passage.sentence,
        "start": passage.start,
        "end": passage.end,
        "document": passage.document,
        "title": passage.title,
        "publisher": passage.publisher,
        "published": passage.published,
        "url": passage.url,
    }


def kumu(network: Network) -> Iterator[bytes]:
    """A blueprint: elements and connections, which refer to one another by id, so that two of one name stay two."""
    yield _json(
        {
            "elements": [_element(node) for node in network.nodes],
            "connections": [_connection(edge) for edge in network.edges],
        }
    )


def _element(node: Node) -> dict[str, Any]:
    fields = {
        "id": node.id,
        "label": node.label,
        "type": node.kind,
        "description": _markdown(node.note),
        "standing": node.status,
        "when": node.when,
        "earliest": node.earliest,
        "latest": node.latest,
        "venue": node.venue,
    }
    return {name: value for name, value in fields.items() if value or name in ("id", "label", "type")}


def _connection(edge: Edge) -> dict[str, Any]:
    lines = [quotation(passage) for passage in edge.passages] + [assertion(statement) for statement in edge.statements]
    fields: dict[str, Any] = {
        "id": edge.id,
        "from": edge.source,
        "to": edge.target,
        "direction": "directed" if edge.directed else "undirected",
        "type": edge.relation,
        "label": edge.label,
        "description": "\n\n".join(_markdown(line) for line in lines),
        "tags": [edge.status, "contested"] if edge.contested else [edge.status] if edge.status else [],
        **edge.facts(),
        "strength": edge.weight,
        "newman": edge.newman,
        "sources": [address(passage) for passage in edge.passages],
    }
    kept = ("id", "from", "to", "direction", "type", "label")
    return {name: value for name, value in fields.items() if name in kept or value not in ("", None, [])}


_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+!|~&$-])")


def _markdown(text: str) -> str:
    """text with every character that Markdown or HTML could read as markup (an image that calls home) escaped."""
    return _MARKUP.sub(r"\\\1", text).replace("\\<", "&lt;").replace("\\>", "&gt;").replace("\\&", "&amp;")


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
