"""Views in the formats of network programs: each read back by a reader that is not ours, hostile names included."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import jsonschema
import networkx as nx
import pytest

import kg
from kg.evidence import Evidence, load_evidence
from kg.export.gexf import _merged, gexf
from kg.export.graphml import graphml
from kg.export.network import Network, network, xml_text
from kg.export.web import _markdown, cytoscape, kumu
from kg.scene import load_scene
from kg.store import Store
from kg.views import VIEWS, Policy
from tests.export.conftest import EVIL_PERSON

GEXF = "{http://gexf.net/1.3}"


def ends(made: Network) -> list[tuple[str, str, str]]:
    return sorted((*sorted((edge.source, edge.target)), edge.id) for edge in made.edges)


def read_ends(graph: nx.MultiGraph) -> list[tuple[str, str, str]]:
    return sorted((*sorted((one, other)), key) for one, other, key in graph.edges(keys=True))


def test_the_world_has_what_is_tested(everything: Network):
    labels = {node.label for node in everything.nodes}
    assert EVIL_PERSON in labels and any("\x01" in label for label in labels) and any("🕊" in one for one in labels)
    assert len({(edge.source, edge.target) for edge in everything.edges}) < len(everything.edges), "parallel edges"
    assert len({edge.id for edge in everything.edges}) == len(everything.edges)
    assert {edge.status for edge in everything.edges} == {"held", "proposed"}


# -- GEXF ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("view", sorted(VIEWS))
def test_gexf_keeps_the_rules_of_version_1_3(view: str, world: Store):
    """What the schema asks (order, required attributes, enumerations, types) and what it cannot say (references, ids, order of time)."""
    made = network(VIEWS[view](load_scene(world), Policy(rounds=True)), load_evidence(world))
    root = ElementTree.fromstring(b"".join(gexf(made)))
    assert root.tag == f"{GEXF}gexf" and root.attrib == {"version": "1.3"}
    assert [child.tag for child in root] == [f"{GEXF}meta", f"{GEXF}graph"]
    assert {child.tag for child in root[0]} <= {f"{GEXF}{name}" for name in ("creator", "keywords", "description")}
    assert "lastmodifieddate" not in root[0].attrib, "no clock"
    graph = root[1]
    assert [child.tag for child in graph] == [
        f"{GEXF}{name}" for name in ("attributes", "attributes", "nodes", "edges")
    ]
    assert graph.get("mode") == "dynamic" and graph.get("timeformat") == "date"
    assert graph.get("timerepresentation") == "interval"
    assert graph.get("defaultedgetype") == ("directed" if view == "mediation" else "undirected")
    declared: dict[str, dict[str, str]] = {}
    for attributes in graph.findall(f"{GEXF}attributes"):
        assert attributes.get("mode") == "static"
        declared[attributes.get("class", "")] = {one.get("id", ""): one.get("type", "") for one in attributes}
        assert all(one.get("title") for one in attributes)
    assert set(declared) == {"node", "edge"}
    ids = {}
    for kind in ("node", "edge"):
        elements = graph.findall(f"{GEXF}{kind}s/{GEXF}{kind}")
        assert graph.find(f"{GEXF}{kind}s").get("count") == str(len(elements)) and elements
        ids[kind] = {element.get("id") for element in elements}
        assert len(ids[kind]) == len(elements)
        for element in elements:
            assert [child.tag for child in element] in (
                [f"{GEXF}attvalues"],
                [f"{GEXF}attvalues", f"{GEXF}spells"],
            )
            for value in element[0]:
                kind_of_value = declared[kind][value.get("for")]
                if kind_of_value == "boolean":
                    assert value.get("value") in ("true", "false")
                elif kind_of_value == "double":
                    float(value.get("value"))
            check_spells(element)
    for edge in graph.findall(f"{GEXF}edges/{GEXF}edge"):
        assert {edge.get("source"), edge.get("target")} <= ids["node"]
        assert edge.get("type") in ("directed", "undirected") and float(edge.get("weight", "")) > 0


def check_spells(element: ElementTree.Element) -> None:
    before = None
    for spell in element.iterfind(f"{GEXF}spells/{GEXF}spell"):
        assert set(spell.attrib) <= {"start", "end"} and spell.attrib
        start, end = (
            date.fromisoformat(spell.get(name, default))
            for name, default in (("start", "0001-01-01"), ("end", "9999-12-31"))
        )
        assert start <= end and (before is None or before < start)
        before = end


def test_gexf_is_read_by_networkx_with_its_times_and_evidence(everything: Network, tmp_path):
    path = tmp_path / "talks.gexf"
    path.write_bytes(b"".join(gexf(everything)))
    graph = nx.read_gexf(path, version="1.3")
    assert read_ends(graph) == ends(everything)
    assert {data["label"] for _, data in graph.nodes(data=True)} == {xml_text(node.label) for node in everything.nodes}
    for edge in everything.edges:
        data = graph.edges[edge.source, edge.target, edge.id]
        if edge.earliest or edge.latest:
            assert data["spells"] == [(edge.earliest, edge.latest)]
        else:
            assert "spells" not in data
        assert data["standing"] == edge.status and data["contested"] is edge.contested
        assert data["evidence"].count("#char=") == len(edge.passages) > 0
        for passage in edge.passages:
            assert f"{passage.document}#char={passage.start},{passage.end}" in data["evidence"]


def test_a_node_is_there_when_it_has_an_edge_and_always_when_an_edge_has_no_date(everything: Network, tmp_path):
    path = tmp_path / "talks.gexf"
    path.write_bytes(b"".join(gexf(everything)))
    nodes = nx.read_gexf(path, version="1.3").nodes
    base = "https://w3id.org/diplomatic-kg/id/actor"
    assert nodes[f"{base}/midland"]["spells"] == [("2025-05-01", "2025-05-31")]
    assert "spells" not in nodes[f"{base}/northland"], "its session of the fourth text has no date"


@pytest.mark.parametrize(
    ("spells", "merged"),
    [
        ([("2025-01-01", "2025-01-03"), ("2025-01-02", "2025-01-05")], [("2025-01-01", "2025-01-05")]),
        (
            [("2025-01-01", "2025-01-01"), ("2025-01-02", "2025-01-02")],
            [("2025-01-01", "2025-01-01"), ("2025-01-02", "2025-01-02")],
        ),
        ([("2025-01-01", ""), ("2025-03-01", "2025-03-02")], [("2025-01-01", "")]),
        ([("", "2025-01-01"), ("2024-01-01", "2025-02-01")], [("", "2025-02-01")]),
        ([("", "2025-01-01"), ("2025-02-01", "")], [("", "2025-01-01"), ("2025-02-01", "")]),
        ([("2025-01-01", "2025-01-09"), ("2025-01-02", "2025-01-03")], [("2025-01-01", "2025-01-09")]),
    ],
)
def test_spells_that_overlap_are_joined(spells: list, merged: list):
    assert _merged(spells) == _merged(reversed(spells)) == merged


def test_a_view_without_any_date_is_static(everything: Network):
    undated = replace(everything, edges=tuple(replace(edge, earliest="", latest="") for edge in everything.edges))
    graph = ElementTree.fromstring(b"".join(gexf(undated)))[1]
    assert graph.get("mode") == "static" and graph.get("timeformat") is None


# -- GraphML -------------------------------------------------------------------------------------------------------------


def test_graphml_is_read_by_networkx(everything: Network, tmp_path):
    path = tmp_path / "talks.graphml"
    path.write_bytes(b"".join(graphml(everything)))
    graph = nx.read_graphml(path, force_multigraph=True)
    assert read_ends(graph) == ends(everything)
    assert graph.graph["policy"] == everything.policy
    for edge in everything.edges:
        data = graph.edges[edge.source, edge.target, edge.id]
        assert (data["weight"], data["contested"], data["latest"]) == (edge.weight, edge.contested, edge.latest)
        assert data.get("newman") == edge.newman
        assert data["evidence"].count("#char=") == len(edge.passages)


def test_a_directed_view_stays_directed(world: Store, tmp_path):
    made = network(VIEWS["mediation"](load_scene(world)), load_evidence(world))
    for name, written in (("a.graphml", graphml), ("a.gexf", gexf)):
        (tmp_path / name).write_bytes(b"".join(written(made)))
    arcs = {(edge.source, edge.target) for edge in made.edges}
    for graph in (nx.read_graphml(tmp_path / "a.graphml"), nx.read_gexf(tmp_path / "a.gexf")):
        assert graph.is_directed() and set(graph.edges()) == arcs
    assert nx.cytoscape_graph(json.loads(b"".join(cytoscape(made)))).is_directed()
    assert {one["direction"] for one in json.loads(b"".join(kumu(made)))["connections"]} == {"directed"}


def test_what_xml_cannot_hold_is_shown_and_nothing_else_changes():
    assert xml_text("a\x00\x1f\x0b\ufffe\uffff\ud800z") == "a␀␟␋\ufffd\ufffd\ufffdz"
    fine = "tab\t line\n \x7f \x85 \u2028 🕊️ <&>\"'"
    assert xml_text(fine) == fine


# -- JSON ----------------------------------------------------------------------------------------------------------------

TEXT = {"type": "string"}
CYTOSCAPE = {
    "type": "object",
    "required": ["elements"],
    "properties": {
        "elements": {
            "type": "object",
            "required": ["nodes", "edges"],
            "additionalProperties": False,
            "properties": {
                "nodes": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["data"],
                        "properties": {"data": {"type": "object", "required": ["id"], "properties": {"id": TEXT}}},
                    },
                },
                "edges": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["data"],
                        "properties": {
                            "data": {
                                "type": "object",
                                "required": ["id", "source", "target"],
                                "properties": {
                                    "id": TEXT,
                                    "source": TEXT,
                                    "target": TEXT,
                                    "weight": {"type": "number"},
                                },
                            }
                        },
                    },
                },
            },
        }
    },
}
"""Elements JSON as the documentation of Cytoscape.js describes it: groups of elements, each with data; ids are strings."""

KUMU = {
    "type": "object",
    "required": ["elements", "connections"],
    "additionalProperties": False,
    "properties": {
        "elements": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "label"],
                "properties": {"id": TEXT, "label": TEXT, "type": TEXT, "description": TEXT},
                "additionalProperties": {"type": ["string", "number", "array"]},
            },
        },
        "connections": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["from", "to"],
                "properties": {
                    "id": TEXT,
                    "from": TEXT,
                    "to": TEXT,
                    "direction": {"enum": ["undirected", "directed", "mutual"]},
                    "tags": {"type": "array", "items": TEXT},
                    "description": TEXT,
                },
                "additionalProperties": {"type": ["string", "number", "array"]},
            },
        },
    },
}
"""A blueprint as the documentation of Kumu describes it."""


def test_cytoscape_json_is_read_by_networkx_and_keeps_every_character(everything: Network):
    document = json.loads(b"".join(cytoscape(everything)))
    jsonschema.validate(document, CYTOSCAPE)
    graph = nx.cytoscape_graph(document)
    assert read_ends(graph) == ends(everything)
    assert {data["name"] for _, data in graph.nodes(data=True)} == {node.label for node in everything.nodes}
    for edge in everything.edges:
        data = graph.edges[edge.source, edge.target, edge.id]
        assert [one["sentence"] for one in data["evidence"]] == [passage.sentence for passage in edge.passages]
        for claim in data["claims"]:
            assert claim["evidence"] and claim["claimants"]


def test_kumu_refers_by_id_and_ids_are_unique_over_elements_and_connections(everything: Network):
    document = json.loads(b"".join(kumu(everything)))
    jsonschema.validate(document, KUMU)
    ids = [one["id"] for one in (*document["elements"], *document["connections"])]
    assert len(ids) == len(set(ids))
    graph = nx.node_link_graph(
        {**document, "directed": False, "multigraph": True},
        source="from", target="to", name="id", key="id", edges="connections", nodes="elements",
    )  # fmt: skip
    assert read_ends(graph) == ends(everything)
    contested = [one for one in document["connections"] if "contested" in one["tags"]]
    assert len(contested) == sum(edge.contested for edge in everything.edges) > 0


def test_kumu_gets_no_markup_from_a_text():
    evil = _markdown("![x](http://evil/?a&b) <img src=x onerror=alert(1)> `code` *bold*")
    assert "<" not in evil and ">" not in evil
    assert re.search(r"(?<!\\)[\[\]()`*!]", evil) is None


@pytest.mark.parametrize("written", [gexf, graphml, cytoscape, kumu])
def test_bytes_do_not_depend_on_the_order_in_which_a_graph_was_made(written, world: Store):
    evidence, graph = load_evidence(world), VIEWS["who-talks-to-whom"](load_scene(world), Policy(rounds=True))
    turned = nx.MultiGraph(**graph.graph)
    turned.add_nodes_from(reversed(list(graph.nodes(data=True))))
    turned.add_edges_from(
        (other, one, key, data) for one, other, key, data in reversed(list(graph.edges(keys=True, data=True)))
    )
    assert b"".join(written(network(turned, evidence))) == b"".join(written(network(graph, evidence)))


def test_a_notebook_exports_a_view_by_the_name_of_the_format(world: Store):
    graph, evidence = VIEWS["who-talks-to-whom"](load_scene(world)), load_evidence(world)
    assert b"".join(kg.export_view(graph, evidence, "gexf")) == b"".join(gexf(network(graph, evidence)))
    table = b"".join(kg.export_view(graph, evidence, "nodes", spreadsheet=True))
    assert f"'{EVIL_PERSON}".encode() in table
    with pytest.raises(kg.KGError, match="'trig' is no format of a view"):
        kg.export_view(graph, evidence, "trig")


@pytest.mark.parametrize("written", [gexf, graphml, cytoscape, kumu])
def test_an_empty_view_is_an_empty_file_of_its_format(written, tmp_path):
    data = b"".join(written(network(nx.MultiGraph(name="", policy=""), Evidence())))
    if written in (cytoscape, kumu):
        json.loads(data)
    else:
        (tmp_path / "empty").write_bytes(data)
        read = nx.read_gexf if written is gexf else nx.read_graphml
        assert read(tmp_path / "empty").number_of_nodes() == 0
