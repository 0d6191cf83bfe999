"""Documents → one part: canonical N-Quads of consecutive graphs, and what the other stages need of them."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from kg.batches import build_one, item_from_json, unread
from kg.blocks import Stream
from kg.cluster.engine import own_folder
from kg.cluster.segments import Key, Piece, write_pieces
from kg.cluster.setting import Kept, kept
from kg.corpus import Item
from kg.errors import Finding, InputError
from kg.leads import Leads, Named
from kg.ledger import Record
from kg.likeness import Profile, blocks
from kg.mapping import Uncovered
from kg.parts import File, Where, named
from kg.places import Place
from kg.recall import recalls

PROPOSALS, REFERENCES, KNOWN, PLACES = "proposals", "references", "known", "places"
"""Keys of what is no profile: proposals by process, references of further events, profiles that refer to a known meeting, and
places of profiles with what may be recalled there (see `kg.recall`)."""

_GONE = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError)
"""What is wrong with one file, and not with the way to it."""


class Part(NamedTuple):
    """What a part is, for whoever puts the parts together. number is its place; file is None where no text gave a graph.

    profiles says where the profiles lie in `profiles-…`, each with the place of its graph; shelves where in `leads-…` by kind,
    process and month; others where the rest lies in `others-…`. decided tells for nodes that persons decided on what they are:
    a profile by its number here, a proposal by its process, an actor.
    """

    number: int
    file: File | None
    tables: tuple[File, ...]
    documents: int
    findings: list[Finding]
    unregistered: list[tuple[tuple[str, str], int]]
    registered: set[str]
    uncovered: Uncovered
    named: set[Named]
    proposed: dict[str, set[str]]
    """Processes with proposals, and the known proposals that they refer to."""
    profiles: Piece
    shelves: dict[Key, Piece]
    others: dict[Key, Piece]
    decided: dict[str, tuple[str, str | int]]


def build_part(scratch: str, number: int, items: list[Any]) -> Part:
    """Build consecutive documents into one part. Single faults of documents are findings of it."""
    here = kept(scratch)
    content = io.BytesIO()
    index: list[Where] = []
    records: list[Record] = []
    with tempfile.TemporaryDirectory(prefix="kg-part-", dir=own_folder()) as folder:
        built = _built(here, [item_from_json(item) for item in items], Path(folder))
        stream = Stream(_blocks(built, records))
        for block in stream.blocks:
            graph = next(reversed(stream.digests))
            index.append(Where(graph, number, content.tell(), len(block), block.count(b"\n"), stream.digests[graph]))
            content.write(block)
    data = content.getvalue()
    file = write_file(here.target, f"part-{number:05}", "nq", data, stream.quads) if data else None
    tables = (write_table(here.target, f"part-{number:05}", data),) if here.setting.parquet and data else ()
    lines = "".join(f"{json.dumps(where)}\n" for where in index)
    here.scratch.write(f"index-{number:05}.jsonl", lines.encode(), lasting=False)
    return _summed_up(here, number, file, tables, index, records)


def _blocks(built: Iterable[tuple[Record, bytes]], records: list[Record]) -> Iterator[bytes]:
    """The blocks as they are built; their records are put aside."""
    for record, block in built:
        records.append(record)
        yield block


def write_file(place: Place, stem: str, ending: str, data: bytes, number: int) -> File:
    """Write a file that is named by its content; number is how many quads or rows it has."""
    digest = hashlib.sha256(data).hexdigest()
    file = File(named(stem, ending, digest), len(data), digest, number)
    place.write(file.name, data)
    return file


def write_table(place: Place, stem: str, data: bytes) -> File:
    """Quads as a Parquet file of four columns: terms as they stand in N-Quads, the graph without brackets."""
    try:
        import polars
    except ImportError:
        found, remedy = "Parquet needs polars, and a worker has none", "pip install 'diplomatic-kg[distributed]'"
        raise InputError(found, place="--parquet", remedy=remedy) from None
    rows = [_cut(line) for line in data.decode().split("\n")[:-1]]
    frame = polars.DataFrame(rows, schema=["subject", "predicate", "object", "graph"], orient="row")
    out = io.BytesIO()
    frame.write_parquet(out, compression="zstd")
    return write_file(place, stem, "parquet", out.getvalue(), len(rows))


def _cut(line: str) -> tuple[str, str, str, str]:
    subject, predicate, rest = line.split(" ", 2)
    value, _, graph = rest.removesuffix("> .").rpartition(" <")
    return subject, predicate, value, graph


def _built(here: Kept, items: Iterable[Item], folder: Path) -> Iterator[tuple[Record, bytes]]:
    """Each document as `build_one` makes it of files of this machine: those that lie elsewhere are staged first."""
    for number, item in enumerate(items):
        if item.mapping:
            item = replace(item, mapping=here.mappings[item.mapping])
        home = here.setting.homes[item.corpus]
        if not home:
            if not os.path.exists(item.corpus):
                found, place = "a worker does not see this folder", item.corpus
                remedy = "put the corpus where all machines see it, and give that address"
                raise InputError(found, place=place, remedy=remedy)
            yield build_one(item, here.registry, here.base, kept=False)
            continue
        try:
            item = _staged(item, Place(home), folder / str(number))
        except _GONE as error:
            finding = Finding(
                os.path.basename(item.text), error.strerror or str(error), "see whether the file can be read"
            )
            yield unread(item, finding)
            continue
        yield build_one(item, here.registry, here.base, kept=False)
        for file in (item.text, *item.annotations):
            os.unlink(file)


def _staged(item: Item, home: Place, folder: Path) -> Item:
    """The item with its files copied into a folder of this machine, under their own names."""
    folder.mkdir()

    def copy(name: str) -> str:
        own = PurePosixPath(name).relative_to(item.corpus)
        new = folder / own.name
        new.write_bytes(home.fetch(own.as_posix()))
        return str(new)

    return replace(item, text=copy(item.text), annotations=tuple(map(copy, item.annotations)), corpus=str(folder))


def _summed_up(
    here: Kept, number: int, file: File | None, tables: tuple[File, ...], index: list[Where], records: list[Record]
) -> Part:
    places = {where.graph: where for where in index}
    profiles = [(profile, places[record.graph]) for record in records for profile in record.leads.profiles]
    leads, shelves, others = Leads(), dict[Key, list[Any]](), dict[Key, list[Any]]()
    unregistered: dict[tuple[str, str], int] = {}
    uncovered = Uncovered()
    for record in records:
        leads.add(record.leads)
        uncovered.update(record.uncovered)
        for one in record.leads.named:
            unregistered[one.kind, one.name] = unregistered.get((one.kind, one.name), 0) + 1
    for place, profile in enumerate(leads.profiles):
        for shelf in sorted(shelves_of(profile)):
            shelves.setdefault(shelf, []).append((place, profile))
        if profile.reference:
            others.setdefault((KNOWN,), []).append((place, profile.reference))
        # What refers or is decided on may be one with meetings of another process.
        if profile.venues or profile.reference or profile.node in here.decided:
            about = place, profile.kind, profile.process, profile.venues, recalls(profile)
            others.setdefault((PLACES,), []).append(about)
    proposed: dict[str, set[str]] = {}
    for proposal in leads.proposals:
        others.setdefault((PROPOSALS, proposal.process), []).append(proposal)
        proposed.setdefault(proposal.process, set()).update({proposal.reference} - {""})
    if leads.references:
        others[REFERENCES,] = list(leads.references.items())
    own = write_pieces(here.scratch, f"profiles-{number:05}", {0: profiles})[0]
    return Part(
        number,
        file,
        tables,
        sum(bool(record.graph) for record in records),
        [finding for record in records for finding in record.findings],
        list(unregistered.items()),
        {identifier for record in records for identifier in record.registered},
        uncovered,
        set(leads.named),
        proposed,
        own._replace(number=len(leads.profiles)),
        write_pieces(here.scratch, f"leads-{number:05}", shelves),
        write_pieces(here.scratch, f"others-{number:05}", others),
        _decided(here, leads),
    )


def shelves_of(profile: Profile) -> set[tuple[str, str, str]]:
    """Where a profile stands: kind, process and month."""
    return {(kind, process, month) for kind, process, month, _ in blocks(profile)}


def _decided(here: Kept, leads: Leads) -> dict[str, tuple[str, str | int]]:
    found: dict[str, tuple[str, str | int]] = {}
    if here.decided:
        found |= {one.node: ("actor", "") for one in leads.named}
        found |= {one.node: ("proposal", one.process) for one in leads.proposals}
        found |= {profile.node: ("profile", place) for place, profile in enumerate(leads.profiles)}
    return {node: what for node, what in found.items() if node in here.decided}
