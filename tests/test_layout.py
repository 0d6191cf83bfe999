"""Where nodes stand: apart, compact, and always the same."""

from __future__ import annotations

import networkx as nx

from kg.layout import lay_out


def places(graph: nx.Graph) -> list[tuple[int, int]]:
    """The positions of a graph whose labels are the names of its nodes."""
    names = {str(node): str(node) for node in graph}
    return list(lay_out(names, [(str(start), str(end)) for start, end in graph.edges]).values())


def test_names_do_not_overlap_and_parts_stand_apart() -> None:
    found = places(nx.disjoint_union_all([nx.complete_graph(6), nx.path_graph(5), nx.empty_graph(3)]))
    assert len(found) == 14
    for number, (x, y) in enumerate(found):
        for other_x, other_y in found[number + 1 :]:
            assert abs(x - other_x) >= 100 or abs(y - other_y) >= 70, (x, y, other_x, other_y)


def test_a_chain_stays_compact() -> None:
    across = [x for x, _ in places(nx.path_graph(3))]
    assert 200 <= max(across) - min(across) <= 600


def test_large_parts_are_laid_out_without_scipy() -> None:
    graph = nx.barabasi_albert_graph(520, 2, seed=3)
    found = places(graph)
    assert len(set(found)) > 500
    assert found == places(graph)


def test_the_order_of_nodes_and_edges_moves_nothing() -> None:
    labels = {name: f"Name {name}" for name in "ABCDE"}
    edges = [("A", "B"), ("A", "B"), ("B", "C"), ("A", "C"), ("D", "D")]
    turned = {name: labels[name] for name in reversed(labels)}
    assert lay_out(labels, edges) == lay_out(turned, edges[::-1])


def test_no_node_has_no_place() -> None:
    assert lay_out({}, []) == {}
