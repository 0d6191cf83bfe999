"""Documents into graphs, one by one or in batches on all processors.

What one document gives depends on it, the registry and the base alone, so that it may be made anywhere and kept.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kg.builder import build_document
from kg.corpus import Item, read_document
from kg.documents import Source
from kg.errors import Finding, InputError
from kg.fingerprints import of_item
from kg.formats.reading import Found
from kg.holdings import Holding
from kg.leads import Leads
from kg.ledger import Record, record_from_json, record_to_json
from kg.mapping import Uncovered
from kg.processes import share_out
from kg.registry import Registry, load_registry

BATCH = 32
"""Documents built in one go: enough to hide the talk between processes, few enough to hold in memory."""

SHARED_FROM = 256
"""From so many documents on, a build is worth the start of further processes."""

Built = tuple[Record, bytes]
"""What is kept of a document, and the canonical block of its graph, empty where it has none."""


def build_one(item: Item, registry: Registry, base: str, *, kept: bool = True) -> Built:
    """Read and build one document. A text that cannot be read is a finding, never the end of the build.

    kept: whether the record is kept for the next build, and says what the document depends on.
    """
    # Before the files are read, so that a file that changes meanwhile is built again by the next build.
    inputs = of_item(item) if kept else ""
    try:
        document, findings, uncovered = read_document(item)
    except InputError as error:
        return unread(item, Finding(error.place, error.found, error.remedy))
    graph = build_document(document, registry, base)
    record = Record(
        item.id,
        inputs,
        graph.iri if graph.quads else "",
        graph.count,
        (*findings, *graph.findings),
        tuple(entry.id for entry in graph.registered),
        graph.leads,
        uncovered,
    )
    return record, graph.quads


def unread(item: Item, finding: Finding) -> Built:
    """What is kept of a document that cannot be read."""
    return Record(item.id, "", "", 0, (finding,), (), Leads(), Uncovered()), b""


def build_all(items: list[Item], names: Path | None, registry: Registry, base: str, processes: int) -> Iterator[Built]:
    """Documents in the order given, built in this process where they are few, else in `processes` at once.

    names is the folder of the registry. Raises InputError where a process ended.
    """
    if processes < 2 or len(items) < SHARED_FROM:
        yield from (build_one(item, registry, base) for item in items)
        return
    setting = {"registry": str(names.absolute()) if names else None, "base": base}
    parts = (items[start : start + BATCH] for start in range(0, len(items), BATCH))
    questions = ([item_to_json(item) for item in part] for part in parts)
    try:
        for reply, quads in share_out("kg.batches:_answerer", setting, questions, processes):
            start = 0
            for values, size in reply:
                yield record_from_json(values), quads[start : start + size]
                start += size
    except ChildProcessError as error:
        raise InputError(str(error), place="kg build", remedy="see whether memory ran out, then build again") from None


def _answerer(setting: dict[str, Any]) -> Callable[[list[Any]], tuple[Any, bytes]]:
    """The same work in a process of its own: items in, records with the sizes of their blocks and the blocks out."""
    registry = load_registry(Path(setting["registry"]))[0] if setting["registry"] else Registry()

    def answer(items: list[Any]) -> tuple[Any, bytes]:
        built = [build_one(item_from_json(item), registry, setting["base"]) for item in items]
        return [(record_to_json(record), len(block)) for record, block in built], b"".join(block for _, block in built)

    return answer


def item_to_json(item: Item) -> Any:
    """An item as a value that JSON can carry, with absolute paths."""
    held = None
    if item.held is not None:
        inside = bool(item.held.member)
        companion = item.held.companion if inside or not item.held.companion else os.path.abspath(item.held.companion)
        held = [item.held.found, item.held.format, os.path.abspath(item.held.file), item.held.member, companion]
    return [
        item.id,
        os.path.abspath(item.text),
        [os.path.abspath(name) for name in item.annotations],
        item.source,
        item.corpus,
        held,
        item.mapping and os.path.abspath(item.mapping),
    ]


def item_from_json(value: Any) -> Item:
    """The item again."""
    identifier, text, annotations, source, corpus, held, mapping = value
    known = Source._make([*source[:-1], tuple(source[-1])]) if source else None
    place = Holding(Found(*held[0]), *held[1:]) if held else None
    return Item(identifier, text, tuple(annotations), known, corpus, place, mapping)


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
