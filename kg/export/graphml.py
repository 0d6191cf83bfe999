"""GraphML, as networkx writes it: for yEd, igraph, Cytoscape, NetworkX and whatever else reads it."""

from __future__ import annotations

from collections.abc import Iterator

from kg.export.network import Edge, Network, Node, xml_text


def graphml(network: Network) -> Iterator[bytes]:
    """The view as GraphML with all its parallel edges."""
    import networkx as nx

    graph = nx.MultiDiGraph() if network.directed else nx.MultiGraph()
    graph.graph |= {"name": xml_text(network.name), "policy": xml_text(network.policy)}
    for node in network.nodes:
        graph.add_node(xml_text(node.id), **_node(node))
    for edge in network.edges:
        graph.add_edge(xml_text(edge.source), xml_text(edge.target), key=edge.id, **_edge(edge))
    # The writer from the standard library: the other one is used where lxml happens to be installed, and its bytes differ.
    writer = nx.readwrite.graphml.GraphMLWriter(graph, encoding="utf-8", prettyprint=True)
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n'
    yield str(writer).encode()
    yield b"\n"


def _node(node: Node) -> dict[str, str]:
    return {name: xml_text(value) for name, value in {"label": node.label, **node.facts()}.items()}


def _edge(edge: Edge) -> dict[str, str | float | bool]:
    values = {"label": edge.label, "relation": edge.relation, **edge.facts(), **edge.words()}
    cleaned: dict[str, str | float | bool] = {name: xml_text(value) for name, value in values.items()}
    cleaned |= {"weight": edge.weight, "contested": edge.contested}
    if edge.newman is not None:
        cleaned["newman"] = edge.newman
    return cleaned
