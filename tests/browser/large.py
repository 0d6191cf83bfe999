"""Graphs like those of the field, of any size: a few well connected names, many with one or two lines. Same sizes, same graph."""

from __future__ import annotations

import random

import networkx as nx

from kg.evidence import Evidence, Passage, Statement


def generated(names: int, lines: int) -> tuple[nx.MultiGraph, Evidence]:
    """A graph of so many names and lines, each line with a sentence and a statement behind it."""
    chance = random.Random(7)
    graph = nx.MultiGraph()
    passages, statements = {}, {}
    for number in range(names):
        graph.add_node(
            f"n{number:05}", label=f"Name number {number}", kind=("person", "state", "organization")[number % 3]
        )
    for number in range(200):
        passages[f"p{number}"] = Passage(
            f"p{number}", "met", f"Sentence {number:03}: the two met again.", ((22, 25),), number, number + 3,
            f"d{number % 40}", f"Title {number % 40}", "Paper", f"2025-{number % 12 + 1:02}-01", "https://paper.example/",
        )  # fmt: skip
        statements[f"s{number}"] = Statement(f"s{number}", ("Paper",), stage="held", passages=(f"p{number}",))
    for number in range(lines):
        one = number % names if number < names else int(names * chance.random() ** 2)
        other = int(names * chance.random() ** 2)
        graph.add_edge(
            f"n{one:05}", f"n{(other + (one == other)) % names:05}", key=number, relation="co-presence",
            status=("held", "held", "held", "proposed", "disputed", "scheduled")[number % 6],
            when=f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}", evidence=(f"p{number % 200}",), statements=(f"s{number % 200}",),
        )  # fmt: skip
    return graph, Evidence(passages, statements)
