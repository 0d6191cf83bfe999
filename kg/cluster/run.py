"""A corpus anywhere → a folder of parts anywhere, by a cluster: the stages in their order, and what is counted.

    documents   parts of consecutive graphs, profiles laid on shelves            one call for each PART documents
    pairs       scored on shelves (kind, process, month)                         one call for some shelves
    bundles     what hangs together by pairs, references, decisions, places      one call; then dealt file by file
    joins       meetings and conclusions of a bundle                             one call for each bundle
    the rest    proposals by process, names in rows, further references          beside the joins
    merge       all conclusions as one sorted graph                              one call
    talks       who sits together, by texts of sessions; then by pair of actors  one call for each share

The graph is that of `kg.building`, byte for byte, whoever did what and in whatever order.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from kg import ntriples as nt
from kg.batches import item_to_json
from kg.blocks import Stream
from kg.builder import graph_iri
from kg.building import Progress, Report, check_base
from kg.cluster import joins, pairs, parts_of, talks
from kg.cluster.engine import MEMORY, WORKERS, Engine, engine
from kg.cluster.listing import TABLES, Listing, list_corpora
from kg.cluster.parts_of import KNOWN, PLACES, PROPOSALS, REFERENCES, Part
from kg.cluster.segments import Key, Piece
from kg.cluster.setting import Setting, write_setting
from kg.conclusions import Unheeded, build_conclusions, in_order
from kg.corpus import Item
from kg.decisions import FILE as DECISIONS
from kg.decisions import read_decisions
from kg.errors import Finding, InputError
from kg.fingerprints import of_code
from kg.generations import Manifest
from kg.leads import Leads
from kg.linking import Decision, Linked, link
from kg.namesakes import guess_actors
from kg.namespaces import BASE
from kg.parts import SCRATCH, TABLE, Contents, File, Where, check_target, named, publish
from kg.places import Place, of_this_machine
from kg.registry import KINDS, Registry, load_registry
from kg.registry_graph import build_registry
from kg.views import LEVELS, row_order

PART, PART_BYTES = 256, 1_000_000
"""Documents in a part at most, and bytes of text and annotation; the quads of a part take about fifty times as many."""

_ROWS = 200_000
"""Pairs of names compared in one call."""

_BUCKETS = 16
"""Shares of pairs of actors in which talks are counted."""


def build_parts(
    corpora: Sequence[str],
    target: str,
    *,
    registry: str | None = None,
    base: str = BASE,
    progress: Progress | None = None,
    annotators: Sequence[str] = (),
    mapping: str = "",
    parquet: bool = False,
    scheduler: str = "",
    workers: int = WORKERS,
    memory: int = MEMORY,
    part: int = PART,
    bundle: int = pairs.BUNDLE,
) -> Report:
    """Build corpora, each a path or an address, into a folder of parts; an earlier one stays until the new one is complete.

    registry, base, annotators and mapping are as in `kg.building.build`, registry may be an address. scheduler is the address of
    a Dask cluster; without one, so many workers of so much memory (MiB) are started on this machine. part and bundle say how
    much one call gets. Raises InputError or StoreError; single faults of the input are in the report.
    """
    check_base(base)
    place = Place(_absolute(target))
    _check_apart(corpora, place)
    check_target(place)
    here = not all(Place(one).shared for one in (*corpora, place.address))
    if here and scheduler:
        found, remedy = "memory:// is seen by one process alone", "name a place that all workers see"
        raise InputError(found, place="--engine dask", remedy=remedy)
    report = Report()
    with tempfile.TemporaryDirectory(prefix="kg-cluster-") as staging:
        listing = list_corpora(corpora, Path(staging), registry, annotators, mapping)
        report.registry = listing.registry
        tables = {
            name: (listing.names / name).read_text(encoding="utf-8-sig")
            for name in TABLES
            if listing.names and (listing.names / name).is_file()
        }
        known, findings = load_registry(listing.names) if listing.names else (Registry(), [])
        report.findings += [*findings, *listing.findings]
        decisions, of_decisions = read_decisions(listing.decisions, base)
    # Not part of what is built: two builds at once must not work in one folder.
    scratch = place.at(f"{SCRATCH}{secrets.token_hex(8)}")
    nodes = sorted({node for one in decisions for node in (one.one, one.other)})
    setting = Setting(place.address, base, of_code(), listing.homes, tables, listing.mappings, nodes, parquet)
    with engine(scheduler, workers=workers, memory=memory, here=here) as team:
        try:
            write_setting(scratch, setting)
            run = _Run(team, place, scratch, setting, known, decisions, report, progress)
            run.documents(listing, part)
            report.findings += of_decisions
            run.conclude(bundle)
            run.publish()
        finally:
            scratch.clear()
    return report


def _absolute(address: str) -> str:
    path = of_this_machine(address)
    return address if path is None else os.path.abspath(path)


def _check_apart(corpora: Sequence[str], target: Place) -> None:
    """Input folders are never written to."""
    for corpus in map(_absolute, corpora):
        if f"{target.address.rstrip('/')}/".startswith(f"{corpus.rstrip('/')}/"):
            found = f"lies inside the corpus {Place(corpus).shown}, and input folders are never written to"
            raise InputError(found, place=target.shown, remedy="choose a folder beside the corpus")


def _groups(listing: Listing, items: Sequence[Item], most: int) -> list[list[Item]]:
    """Consecutive items, so many and of so many bytes together that one worker holds what they give."""
    groups: list[list[Item]] = []
    size = 0
    for item in items:
        own = listing.size(item)
        if not groups or len(groups[-1]) == most or size + own > PART_BYTES:
            groups.append([])
            size = 0
        groups[-1].append(item)
        size += own
    return groups


class _Run:
    """One build on a cluster."""

    def __init__(
        self,
        team: Engine,
        target: Place,
        scratch: Place,
        setting: Setting,
        registry: Registry,
        decisions: list[Decision],
        report: Report,
        progress: Progress | None,
    ) -> None:
        self.team, self.target, self.setting, self.registry = team, target, setting, registry
        self.decisions, self.report, self.progress = decisions, report, progress
        self.scratch, self.at = scratch, scratch.address
        self.base = setting.base
        self.parts: list[Part] = []
        self.starts: list[int] = []
        self.files: list[File] = []
        self.others: list[File] = []
        self.last: list[Where] = []

    # -- documents -------------------------------------------------------------------------------------------------------

    def documents(self, listing: Listing, size: int) -> None:
        """Build all documents, in parts."""
        items = sorted(listing.items, key=lambda item: graph_iri(item.id, self.base))
        groups = _groups(listing, items, size)
        calls = ((self.at, number, [item_to_json(item) for item in group]) for number, group in enumerate(groups))
        done = 0
        for made in self.team.share_out(parts_of.build_part, calls):
            self.parts.append(made)
            done += len(groups[made.number])
            if self.progress is not None:
                self.progress(done, len(items))
        self.report.built = len(items)
        self.sum_up()

    def sum_up(self) -> None:
        """Count what all parts together are."""
        self.parts.sort(key=lambda made: made.number)
        self.starts = [0, *accumulate(made.profiles.number for made in self.parts)]
        report = self.report
        for made in self.parts:
            report.documents += made.documents
            report.findings += made.findings
            report.uncovered.update(made.uncovered)
            for name, number in made.unregistered:
                report.unregistered[name] = report.unregistered.get(name, 0) + number
            if made.file is not None:
                report.quads += made.file.number
                self.files.append(made.file)
            self.others += made.tables

    # -- conclusions -----------------------------------------------------------------------------------------------------

    def conclude(self, bundle: int) -> None:
        """Conclude what there is to conclude, and count who talks to whom."""
        self._write_names()
        meetings, proposals, actors = self._sorted_decisions()
        sizes = self._bundles(bundle, meetings)
        joined = list(self.team.share_out(joins.join_bundle, self._joins(len(sizes), meetings)))
        runs = [one.run for one in joined]
        unheeded: list[Unheeded] = [item for one in joined for item in one.unheeded]
        lost = [one for one in meetings if not any(self._is_profile(node) for node in (one.one, one.other))]
        unheeded += link([], {}, lost).unheeded
        runs += self.team.share_out(joins.link_process, self._processes(proposals))
        runs += self.team.share_out(joins.link_names, self._rows(actors))
        references = [(name, [piece]) for name, _, piece in self._others((REFERENCES,))]
        runs += self.team.share_out(joins.follow_references, [(self.at, 0, references)] if references else [])
        self.report.findings += [Finding(*one, lost=one[0].startswith(DECISIONS)) for one in in_order(unheeded)]
        self._merge(sorted(runs))
        self._count(self.team.share_out(talks.talk, self._talks([one for made in joined for one in made.sessions])))

    def _write_names(self) -> None:
        """Leave for all stages what is known of names over all texts."""
        spelled: dict[str, set[str]] = {}
        names = set()
        for made in self.parts:
            for one in made.named:
                spelled.setdefault(one.node, set()).add(one.name)
                names.add(one)
        several = {node: sorted(words) for node, words in sorted(spelled.items()) if len(words) > 1}
        self.scratch.write("labels.json", json.dumps(several).encode())
        self.names = sorted(one for one in names if one.kind in KINDS)
        self.scratch.write("names.json", json.dumps(self.names).encode())
        used = {identifier for made in self.parts for identifier in made.registered}
        block = build_registry((self.registry.by_id[one] for one in sorted(used)), self.registry, self.base)
        self.of_registry = Stream([block])
        self.registry_block = b"".join(self.of_registry.blocks)
        self.scratch.write("registry.nq", self.registry_block)

    def _sorted_decisions(self) -> tuple[list[Decision], list[Decision], list[Decision]]:
        """Decisions on meetings, on proposals and on actors, as `kg.conclusions.conclude` tells them apart."""
        self.decided: dict[str, tuple[str, str | int]] = {}
        actors = {f"{self.base}actor/{one}" for one in self.registry.by_id}
        for made, start in zip(self.parts, self.starts, strict=False):
            for node, (kind, value) in made.decided.items():
                self.decided[node] = (kind, start + value) if isinstance(value, int) else (kind, value)
        kinds = {node: kind for node, (kind, _) in self.decided.items()} | dict.fromkeys(actors, "actor")
        of_kind: dict[str, list[Decision]] = {"proposal": [], "actor": [], "": []}
        for one in self.decisions:
            first, second = kinds.get(one.one, ""), kinds.get(one.other, "")
            of_kind[first if first == second and first in of_kind else ""].append(one)
        lines = build_conclusions(
            Linked(), Leads(), self.registry, self.base,
            {nt.SAME_ACTOR: guess_actors([], self.registry, of_kind["actor"], self.base)},
        )  # fmt: skip
        same = [line for line in lines.splitlines(keepends=True) if f"> {nt.SAME_ACTOR} <".encode() in line]
        self.scratch.write("same-actors.nq", b"".join(same))
        return of_kind[""], of_kind["proposal"], of_kind["actor"]

    def _is_profile(self, node: str) -> bool:
        return self.decided.get(node, ("", ""))[0] == "profile"

    def _number(self, node: str) -> int:
        return int(self.decided[node][1])

    def _bundles(self, size: int, decisions: list[Decision]) -> list[int]:
        """Score all pairs and deal what hangs together; the sizes of the bundles."""
        calls = list(self._shelves())
        files = sorted(self.team.share_out(pairs.score_pairs, calls))
        edges = [
            (self._number(one.one), self._number(one.other))
            for one in decisions
            if self._is_profile(one.one) and self._is_profile(one.other)
        ]
        known, placed = self._others((KNOWN,)), self._others((PLACES,))
        call = self.at, self.starts[-1], len(files), known, placed, edges, size
        (sizes,) = self.team.share_out(pairs.make_bundles, [call])
        profiles = ((self.at, made.number, start, made.profiles) for made, start in self._with_profiles())
        self.dealt = sorted(self.team.share_out(pairs.deal_profiles, profiles))
        self.dealt_pairs = sorted(
            self.team.share_out(pairs.deal_pairs, ((self.at, number) for number, found in files if found))
        )
        return list(sizes)

    def _with_profiles(self) -> Iterator[tuple[Part, int]]:
        return ((made, start) for made, start in zip(self.parts, self.starts, strict=False) if made.profiles.number)

    def _shelves(self) -> Iterator[tuple[Any, ...]]:
        """Calls that score pairs: neighbouring shelves, so that each call has about as many pairs to look at."""
        number: dict[Key, int] = {}
        for made in self.parts:
            for shelf, piece in made.shelves.items():
                number[shelf] = number.get(shelf, 0) + piece.number
        most = sum(count * count for count in number.values()) / min(4 * self.team.threads(), 256)
        groups: list[list[Key]] = [[]]
        cost = 0
        for shelf in sorted(number):
            if groups[-1] and cost + number[shelf] ** 2 > most:
                groups.append([])
                cost = 0
            groups[-1].append(shelf)
            cost += number[shelf] ** 2
        for place, shelves in enumerate(group for group in groups if group):
            wanted = []
            for made, start in self._with_profiles():
                if pieces := [made.shelves[shelf] for shelf in shelves if shelf in made.shelves]:
                    wanted.append((f"leads-{made.number:05}", start, pieces))
            yield self.at, place, wanted, shelves

    def _others(self, key: Key) -> list[tuple[str, int, Piece]]:
        """Where what has this key lies, with the number of the first profile of its file."""
        return [
            (f"others-{made.number:05}", start, made.others[key])
            for made, start in zip(self.parts, self.starts, strict=False)
            if key in made.others
        ]

    def _joins(self, bundles: int, decisions: list[Decision]) -> Iterator[tuple[Any, ...]]:
        own: dict[int, list[Decision]] = {}
        mine = [(one, node) for one in decisions for node in (one.one, one.other) if self._is_profile(node)]
        if mine:
            numbers = [self._number(node) for _, node in mine]
            (found,) = self.team.share_out(pairs.bundles_of, [(self.at, numbers)])
            for (one, _), bundle in zip(mine, found, strict=True):
                if one not in own.setdefault(bundle, []):
                    own[bundle].append(one)
        size = sum(file.size for file in self.files)
        most = min(max(size // (2 * self.team.threads()), talks.FEWEST), talks.MOST)
        for bundle in range(bundles):
            profiles, scored = (
                [(name, pieces[bundle]) for name, pieces in dealt if bundle in pieces]
                for dealt in (self.dealt, self.dealt_pairs)
            )
            yield self.at, bundle, profiles, scored, own.get(bundle, []), self.starts[:-1], most

    def _talks(self, sessions: list[tuple[str, Piece]]) -> Iterator[tuple[Any, ...]]:
        parts = {made.number: made.file.name for made in self.parts if made.file is not None}
        for number, (name, piece) in enumerate(sorted(sessions)):
            yield self.at, number, name, piece, parts, _BUCKETS

    def _processes(self, decisions: list[Decision]) -> Iterator[tuple[Any, ...]]:
        """Calls that link proposals: of one process, or of several that share a known proposal or a decision."""
        group: dict[str, set[str]] = {}

        def join(names: list[str]) -> None:
            together = set[str]().union(*(group.get(name, {name}) for name in names))
            group.update(dict.fromkeys(together, together))

        referred: dict[str, list[str]] = {}
        for made in self.parts:
            for process, references in made.proposed.items():
                join([process])
                for reference in references:
                    referred.setdefault(reference, []).append(process)
        for processes in referred.values():
            join(processes)
        homes = {one: [str(self.decided[node][1]) for node in (one.one, one.other)] for one in decisions}
        for processes in homes.values():
            join(processes)
        distinct = sorted({min(together): sorted(together) for together in group.values()}.items())
        for number, (_, processes) in enumerate(distinct):
            wanted: dict[str, list[Piece]] = {}
            for process in processes:
                for name, _, piece in self._others((PROPOSALS, process)):
                    wanted.setdefault(name, []).append(piece)
            own = [one for one in decisions if homes[one][0] in processes]
            yield self.at, number, sorted(wanted.items()), own

    def _rows(self, decisions: list[Decision]) -> Iterator[tuple[Any, ...]]:
        """Calls that compare names: as many rows of the triangle of pairs as make one call worth while."""
        start = number = 0
        while start < len(self.names) or (number == 0 and decisions):
            rows = max(_ROWS // max(len(self.names) - start, 1), 1)
            yield self.at, number, (start, start + rows), decisions
            start, number = start + rows, number + 1

    # -- putting together ------------------------------------------------------------------------------------------------

    def _merge(self, runs: list[str]) -> None:
        (found,) = self.team.share_out(joins.merge, [(self.at, len(self.parts), runs)])
        file, tables, where = found
        number = len(self.parts) + max(len(tables), 1)
        if file is not None:
            self.files.append(file)
            self.last.append(where._replace(part=len(self.files) - 1))
            self.others += tables
            self.report.quads += file.number
        if self.registry_block:
            block, (graph,) = self.registry_block, self.of_registry.digests
            file = parts_of.write_file(self.target, f"part-{number:05}", "nq", block, self.of_registry.quads)
            self.files.append(file)
            self.last.append(Where(graph, len(self.files) - 1, 0, file.size, file.number, file.sha256))
            self.report.quads += file.number
            if self.setting.parquet:
                self.others.append(parts_of.write_table(self.target, f"part-{number:05}", block))

    def _count(self, written: Iterable[tuple[str, dict[int, Piece]]]) -> None:
        """Write the tables of who talks to whom."""
        calls = []
        files = sorted(written)
        for bucket in range(_BUCKETS):
            if wanted := [(name, pieces[bucket]) for name, pieces in files if bucket in pieces]:
                calls.append((self.at, bucket, wanted))
        rows: dict[str, list[tuple[str, ...]]] = {level: [] for level in LEVELS}
        for found in self.team.share_out(talks.count_talks, calls):
            for level, own in found.items():
                rows[level] += own
        for level, own in rows.items():
            text = io.StringIO(newline="")
            writer = csv.writer(text, lineterminator="\r\n")
            writer.writerow(talks.header())
            own.sort(key=row_order)
            writer.writerows(own)
            data = text.getvalue().encode("utf-8")
            name = f"{TABLE}.csv" if level == "principal" else f"{TABLE}-{level}.csv"
            self.target.write(name, data)
            self.others.append(File(name, len(data), hashlib.sha256(data).hexdigest(), len(own)))

    def publish(self) -> None:
        """List all graphs, and make what was written the content of the folder."""
        position = {file.name: place for place, file in enumerate(self.files)}
        of_all, of_index = hashlib.sha256(), hashlib.sha256()
        graphs = size = 0
        last = ""
        with self.scratch.writing("graphs.jsonl") as out:
            for where in self._all_graphs(position):
                if where.graph <= last:
                    raise InputError(f"the graph {where.graph} is out of order", place="kg build", remedy="report this")
                last = where.graph
                of_all.update(bytes.fromhex(where.sha256))
                line = f"{json.dumps(where)}\n".encode()
                of_index.update(line)
                out.write(line)
                graphs, size = graphs + 1, size + len(line)
        name = named("graphs", "jsonl", of_index.hexdigest())
        folder = self.scratch.address.partition("::")[0].rpartition("/")[2]
        self.target.move(f"{folder}/graphs.jsonl", name)
        index = File(name, size, of_index.hexdigest(), graphs)
        version = Manifest.of(0, {}, self.base, 0).version
        self.report.digest = of_all.hexdigest()
        publish(
            self.target,
            Contents(
                self.base,
                self.report.documents,
                self.report.quads,
                graphs,
                self.report.digest,
                version,
                index,
                tuple(self.files),
                tuple(self.others),
            ),
        )

    def _all_graphs(self, position: dict[str, int]) -> Iterator[Where]:
        for made in self.parts:
            if made.file is not None:
                for line in self.scratch.read(f"index-{made.number:05}.jsonl").splitlines():
                    yield Where(*json.loads(line))._replace(part=position[made.file.name])
        yield from self.last
