"""What all texts together say of names, left for the workers: how actors are called, which are no entries of the registry, which
are decided to be one; and the graph of the registry."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kg.blocks import Stream
from kg.cluster.decided import Decided, same_actors
from kg.cluster.documents import Documents
from kg.cluster.work import Work
from kg.leads import Named
from kg.registry import KINDS
from kg.registry_graph import build_registry
from kg.sameness import as_one, called


class Told(NamedTuple):
    """names are those that no registry has, sorted, as `names.json` holds them; registry is the block of its graph, quads and
    digests count it."""

    names: list[Named]
    registry: bytes
    quads: int
    digests: dict[str, str]


def tell(work: Work, documents: Documents, decided: Decided) -> Told:
    """Leave for all stages what is known of names."""
    named = {one for made in documents.parts for one in made.named}
    names = sorted(one for one in named if one.kind in KINDS)
    work.leave("names.json", json.dumps(names).encode())
    used = sorted({identifier for made in documents.parts for identifier in made.registered})
    entries = [work.registry.by_id[one] for one in used]
    stream = Stream([build_registry(entries, work.registry, work.base)])
    block = b"".join(stream.blocks)
    work.leave("registry.nq", block)
    same = list(same_actors(work, decided))
    work.leave("same-actors.nq", b"".join(line for _, line in same))
    spelled: dict[str, set[str]] = {f"{work.base}actor/{one.id}": {one.label} for one in entries}
    for one in named:
        spelled.setdefault(one.node, set()).add(one.name)
    labels = _labels(spelled, as_one(link for link, _ in same))
    work.leave("labels.json", json.dumps(labels).encode())
    return Told(names, block, stream.quads, stream.digests)


def _labels(spelled: Mapping[str, Iterable[str]], same: Mapping[str, str]) -> dict[str, str]:
    """What those actors are called that one text alone does not tell it of."""
    several = {node: min(words) for node, words in spelled.items() if len(set(words)) > 1}
    names = ((actor, name) for actor in same for name in spelled.get(actor, ()))
    return dict(sorted((several | called(same, names)).items()))
