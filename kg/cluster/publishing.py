"""Putting together: conclusions merged into one part, the registry as another, all graphs listed, and all of it published."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.cluster import joins, parts_of
from kg.cluster.documents import Documents
from kg.cluster.told import Told
from kg.cluster.work import Work
from kg.errors import InputError
from kg.generations import Manifest
from kg.parts import Contents, File, Where, named, publish


@dataclass(slots=True)
class Folder:
    """What is to be in the folder: parts in their order, tables and the like, and the graphs after those of documents."""

    files: list[File] = field(default_factory=list)
    others: list[File] = field(default_factory=list)
    last: list[Where] = field(default_factory=list)

    def add(self, file: File, where: Where) -> None:
        """Add a part that is one graph."""
        self.last.append(where._replace(part=len(self.files)))
        self.files.append(file)


def put_together(work: Work, documents: Documents, told: Told, runs: list[str]) -> Folder:
    """Merge the conclusions and write the graph of the registry, after the parts of documents."""
    folder = Folder(documents.files, [table for made in documents.parts for table in made.tables])
    ((file, tables, where),) = work.share_out(joins.merge, [(len(documents.parts), runs)])
    if file is not None:
        folder.add(file, where)
        folder.others += tables
        work.report.quads += file.number
    if told.registry:
        stem = f"part-{len(documents.parts) + max(len(tables), 1):05}"
        (graph,) = told.digests
        file = parts_of.write_file(work.target, stem, "nq", told.registry, told.quads)
        folder.add(file, Where(graph, 0, 0, file.size, file.number, file.sha256))
        work.report.quads += file.number
        if work.setting.parquet:
            folder.others.append(parts_of.write_table(work.target, stem, told.registry))
    return folder


def publish_folder(work: Work, documents: Documents, folder: Folder) -> None:
    """List all graphs, and make what was written the content of the folder."""
    of_all, of_index = hashlib.sha256(), hashlib.sha256()
    graphs = size = 0
    last = ""
    with work.scratch.writing("graphs.jsonl") as out:
        for where in _all_graphs(work, documents, folder):
            if where.graph <= last:
                raise InputError(f"the graph {where.graph} is out of order", place="kg build", remedy="report this")
            last = where.graph
            of_all.update(bytes.fromhex(where.sha256))
            line = f"{json.dumps(where)}\n".encode()
            of_index.update(line)
            out.write(line)
            graphs, size = graphs + 1, size + len(line)
    name = named("graphs", "jsonl", of_index.hexdigest())
    work.target.move(f"{work.scratch.name}/graphs.jsonl", name)
    report = work.report
    report.digest = of_all.hexdigest()
    contents = Contents(
        work.base,
        report.documents,
        report.quads,
        graphs,
        report.digest,
        Manifest.of(0, {}, work.base, 0).version,
        File(name, size, of_index.hexdigest(), graphs),
        tuple(folder.files),
        tuple(folder.others),
    )
    publish(work.target, contents)


def _all_graphs(work: Work, documents: Documents, folder: Folder) -> Iterator[Where]:
    position = {file.name: place for place, file in enumerate(folder.files)}
    for made in documents.parts:
        if made.file is not None:
            for line in work.scratch.read(f"index-{made.number:05}.jsonl").splitlines():
                yield Where(*json.loads(line))._replace(part=position[made.file.name])
    yield from folder.last
