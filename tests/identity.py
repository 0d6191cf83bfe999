"""How well meetings are linked across documents, against truth made by hand: pairwise precision and recall, and B³.

`truth/meetings.tsv` names for every mention of a meeting or round in `data/` which one it is (document, label, start and end of its
trigger in code points, words, key); `-` for talks in general. Pairwise measures count pairs of nodes; B³ averages over nodes (after
Bagga and Baldwin 1998, LREC workshop on linguistic coreference).
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from kg.building import build_in_memory
from kg.query import ask, parse_query
from kg.store import Store
from tests.helpers import DATA

TRUTH = Path(__file__).parent / "truth" / "meetings.tsv"
_MEMBERS = (
    "SELECT ?canonical ?node WHERE { ?canonical a dp:CanonicalMeeting ; dp:member ?node } ORDER BY ?canonical ?node"
)
_SPANS = """SELECT ?node ?kind ?document ?start WHERE {
  VALUES ?kind { dp:Meeting dp:Round }
  ?node a ?kind ; dp:evidence ?span . ?span oa:hasSource ?document ; dp:fragment?/oa:hasSelector ?at . ?at oa:start ?start
} ORDER BY ?node ?start"""


class Measures(NamedTuple):
    """Shares between 0 and 1; nodes is how many there are, pairs how many of them belong together."""

    nodes: int
    pairs: int
    precision: float
    recall: float
    b3_precision: float
    b3_recall: float


def corpora() -> list[Path]:
    """The folders of the shipped corpora."""
    return sorted(path.parent for path in DATA.glob("*/sources.csv"))


def without_decisions(folder: Path) -> list[Path]:
    """Copies of the corpora in which nobody has decided anything."""
    for corpus in corpora():
        shutil.copytree(corpus, folder / corpus.name, ignore=shutil.ignore_patterns("decisions.tsv"))
    shutil.copytree(DATA / "registry", folder / "registry")
    return sorted(path.parent for path in folder.glob("*/sources.csv"))


def measured(folders: list[Path]) -> Measures:
    """The measures of a build of some corpora."""
    store, _ = build_in_memory(folders)
    with store:
        found = {node.value: canonical.value for canonical, node in ask(store, parse_query("members", _MEMBERS)).rows}
        truth = keys(store)
    return compare({node: found[node] for node in truth}, truth)


def keys(store: Store) -> dict[str, str]:
    """Node → name of the meeting that it is. A mention of talks in general is a meeting of its own."""
    return {node: node if key == "-" else f"{key} as {_kind(node)}" for node, key in named_nodes(store).items()}


def named_nodes(store: Store, file: Path = TRUTH) -> dict[str, str]:
    """Node → key, `-` for talks in general. Raises KeyError for a mention that the graph does not have."""
    nodes = {
        (document.value.rpartition("/")[2], kind.value.rpartition("#")[2], int(start.value)): node.value
        for node, kind, document, start in ask(store, parse_query("spans", _SPANS)).rows
    }
    found: dict[str, str] = {}
    for line in file.read_text(encoding="utf-8").splitlines()[1:]:
        document, label, start, _, _, key = line.split("\t")
        node = nodes[document, label, int(start)]
        if found.get(node, "-") == "-":
            found[node] = key
    return found


def _kind(node: str) -> str:
    return "round" if "/round/" in node else "meeting"


def compare(found: Mapping[str, str], truth: Mapping[str, str]) -> Measures:
    """Two groupings of the same nodes, each as node → name of its group."""
    clusters, kinds = _groups(found), _groups(truth)
    joined = {pair for group in clusters.values() for pair in combinations(sorted(group), 2)}
    true = {pair for group in kinds.values() for pair in combinations(sorted(group), 2)}
    shared = len(joined & true)
    precision = recall = 0.0
    for node in truth:
        common = len(clusters[found[node]] & kinds[truth[node]])
        precision += common / len(clusters[found[node]])
        recall += common / len(kinds[truth[node]])
    return Measures(
        len(truth),
        len(true),
        shared / len(joined) if joined else 1.0,
        shared / len(true) if true else 1.0,
        precision / len(truth) if truth else 1.0,
        recall / len(truth) if truth else 1.0,
    )


def _groups(names: Mapping[str, str]) -> dict[str, set[str]]:
    groups: dict[str, set[str]] = {}
    for node, name in names.items():
        groups.setdefault(name, set()).add(node)
    return groups
