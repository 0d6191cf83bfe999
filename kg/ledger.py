"""What a build keeps of each document, so that the next one need not build again what has not changed.

The ledger stands in the generation it describes and is published with it: after a build that was killed, the last published
graph and its ledger still belong together. A ledger that is damaged or from elsewhere is no ledger, and everything is built.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from kg.errors import Finding
from kg.leads import Leads
from kg.mapping import Uncovered

FILE = "documents.jsonl"


class Record(NamedTuple):
    """What one document gave beside its quads: what the report and the graphs over all documents need of it.

    inputs is the digest of all that its graph depends on, "" where it could not be read (such a record is never kept). graph is
    the IRI of its graph and quads its size, "" and 0 where it has none. registered are ids of registry entries that it names.
    """

    id: str
    inputs: str
    graph: str
    quads: int
    findings: tuple[Finding, ...]
    registered: tuple[str, ...]
    leads: Leads
    uncovered: Uncovered


@dataclass(frozen=True, slots=True)
class Ledger:
    """The records of one generation by document, the digests of all its graphs, and the digest of the store.

    setting is the digest of what all documents depend on: this code, the registry, the base and the options. stale is how many
    quads were exchanged since everything was last loaded anew: their strings stay in the engine.
    """

    setting: str
    digest: str
    digests: Mapping[str, str]
    records: Mapping[str, Record]
    stale: int = 0


def write_ledger(folder: Path, ledger: Ledger) -> None:
    """Write the ledger of a generation into its folder, through to the disk. OSError where the disk refuses."""
    hashed = hashlib.sha256()
    with open(folder / FILE, "wb") as out:

        def put(value: Any) -> None:
            line = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n"
            hashed.update(line)
            out.write(line)

        put([ledger.setting, ledger.digest, ledger.stale, list(ledger.digests.items())])
        for record in ledger.records.values():
            put(record_to_json(record))
        out.write(hashed.hexdigest().encode() + b"\n")
        out.flush()
        os.fsync(out.fileno())


def read_ledger(folder: Path) -> Ledger | None:
    """The ledger of a generation; None where there is none, or none that can be trusted."""
    try:
        content = (folder / FILE).read_bytes()
        body, digest = content[:-65], content[-65:].strip().decode()
        if hashlib.sha256(body).hexdigest() != digest:
            return None
        lines = iter(body.decode("utf-8", "surrogatepass").split("\n")[:-1])
        setting, of_store, stale, digests = json.loads(next(lines))
        records = map(record_from_json, map(json.loads, lines))
        return Ledger(setting, of_store, dict(digests), {record.id: record for record in records}, stale)
    except (OSError, ValueError, TypeError, StopIteration):
        return None


def record_to_json(record: Record) -> list[Any]:
    """A record as a value that JSON can carry."""
    *plain, findings, registered, leads, uncovered = record
    left = [(kind, label, number) for (kind, label), number in uncovered.items()]
    return [*plain, [astuple(finding) for finding in findings], registered, leads.to_json(), left]


def record_from_json(values: Iterable[Any]) -> Record:
    """The record again."""
    identifier, inputs, graph, quads, findings, registered, leads, uncovered = values
    return Record(
        identifier,
        inputs,
        graph,
        quads,
        tuple(Finding(*finding) for finding in findings),
        tuple(registered),
        Leads.from_json(leads),
        Uncovered({(kind, label): number for kind, label, number in uncovered}),
    )
