"""A build by a cluster gives what a build by one machine gives: quads byte for byte, digest, findings, tables."""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from pathlib import Path

import pytest

from kg.building import Report, build_in_memory
from kg.cluster.run import build_parts
from kg.evidence import load_evidence
from kg.parts import Parts
from kg.places import Place
from kg.scene import load_scene
from kg.standing import STANDINGS
from kg.store import Store
from kg.views import LEVELS, Policy, edge_rows, who_talks_to_whom
from tests.benchmarks.corpus import write
from tests.cluster.conftest import decide, write_world
from tests.helpers import DATA

CORPORA = [DATA / name for name in ("russia-ukraine-2025", "united-states-iran-2025", "dr-congo-m23-2025")]


def alike(parts: Parts, report: Report, store: Store, single: Report) -> None:
    """Everything that a user sees is the same."""
    assert parts.graphs() == store.graphs()
    for graph in parts.graphs():
        assert list(parts.lines(graph)) == list(store.lines(graph)), graph
    assert parts.contents.digest == report.digest == store.digest
    assert (parts.contents.quads, parts.contents.documents) == (store.count, store.documents)
    assert parts.verify() == []
    assert [str(one) for one in report.findings] == [str(one) for one in single.findings]
    assert list(report.unregistered.items()) == list(single.unregistered.items())
    assert report.uncovered == single.uncovered
    for name in ("documents", "built", "quads", "left_out", "registry"):
        assert getattr(report, name) == getattr(single, name), name


def same_tables(folder: Path, store: Store) -> None:
    """The tables are the edges of the view, with the sentence behind each row."""
    scene, evidence = load_scene(store), load_evidence(store)
    for level in LEVELS:
        columns, rows = edge_rows(who_talks_to_whom(scene, Policy(standings=STANDINGS, level=level)), evidence)
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows([columns, *rows])
        name = "who-talks-to-whom.csv" if level == "principal" else f"who-talks-to-whom-{level}.csv"
        assert (folder / name).read_bytes().decode() == text.getvalue(), level
        assert level != "person" or len(rows) > 2


def test_the_shipped_corpora(scheduler: str, tmp_path: Path):
    report = build_parts([str(one) for one in CORPORA], str(tmp_path), scheduler=scheduler, part=9, bundle=20)
    store, single = build_in_memory(CORPORA)
    with store:
        alike(Parts(Place(str(tmp_path))), report, store, single)
        same_tables(tmp_path, store)


@pytest.mark.parametrize(("part", "bundle"), [(16, 8), (256, 4096)])
def test_a_generated_corpus(scheduler: str, tmp_path: Path, part: int, bundle: int):
    write(tmp_path / "corpus", 150)
    where = tmp_path / "parts"
    report = build_parts([str(tmp_path / "corpus")], str(where), scheduler=scheduler, part=part, bundle=bundle)
    store, single = build_in_memory([tmp_path / "corpus"])
    with store:
        alike(Parts(Place(str(where))), report, store, single)
        same_tables(where, store)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus with faults, and decisions on whatever it has: two of its meetings, its names, its proposals, things it has not."""
    folder = write_world(tmp_path_factory.mktemp("world") / "corpus")
    store, _ = build_in_memory([folder])
    with store:
        nodes = {}
        for kind in ("Meeting", "Round", "Proposal", "Person"):
            iri = f"https://w3id.org/diplomatic-kg/ontology#{kind}"
            rows = store.query(f"SELECT DISTINCT ?n {{ GRAPH ?g {{ ?n a <{iri}> }} }} ORDER BY ?n").rows
            nodes[kind] = [row[0].value for row in rows if row[0]]
    meetings, rounds, proposals = nodes["Meeting"], nodes["Round"], nodes["Proposal"]
    people = [one for one in nodes["Person"] if "/actor/name/" in one]
    assert len(people) > 3
    decide(
        folder,
        (meetings[0], meetings[7], "same"),
        (meetings[0], meetings[8], "not-same"),
        (meetings[7], meetings[8], "same"),
        (meetings[1], meetings[2], "unsure"),
        (meetings[1], meetings[2], "same"),
        (meetings[3], rounds[4], "same"),
        (rounds[0], rounds[1], "not-same"),
        ("kg:document/nowhere/meeting/0-4", meetings[5], "same"),
        ("kg:document/nowhere/meeting/0-4", "kg:document/nowhere/meeting/5-9", "same"),
        (proposals[0], proposals[5], "not-same"),
        (proposals[1], proposals[2], "same"),
        (people[0], people[1], "same"),
        (people[2], people[3], "not-same"),
        (people[2], meetings[4], "same"),
        (meetings[6], meetings[6], "same"),
        (meetings[6], "no iri", "maybe"),
    )
    return folder


def test_decisions_references_names_and_faults(scheduler: str, tmp_path: Path, world: Path):
    report = build_parts([str(world)], str(tmp_path), scheduler=scheduler, part=5, bundle=4)
    store, single = build_in_memory([world])
    with store:
        assert sum(finding.lost for finding in single.findings) > 8
        lines = b"".join(store.lines("https://w3id.org/diplomatic-kg/id/kg/conclusions"))
        labels = {
            row[0].value for row in store.query("SELECT ?l { ?n <http://www.w3.org/2000/01/rdf-schema#label> ?l }").rows
        }
        assert {"Jon Haldorsen", "JON HALDORSEN"} <= labels, "one node has two names"
        for word in (b"similar-name", b"points-or-words", b"sameProposal", b"sameActor", b"decision", b"reference"):
            assert word in lines, word
        assert sum("\\uFFFE" in line.decode() for line in store.lines()) > 0
        alike(Parts(Place(str(tmp_path))), report, store, single)
        same_tables(tmp_path, store)


def test_another_base(scheduler: str, tmp_path: Path, world: Path):
    base = "https://desk.example/graph#"
    report = build_parts([str(world)], str(tmp_path), scheduler=scheduler, part=9, bundle=8, base=base)
    store, single = build_in_memory([world], base=base)
    with store:
        alike(Parts(Place(str(tmp_path))), report, store, single)
        same_tables(tmp_path, store)


def test_a_zip_file_by_its_address(scheduler: str, tmp_path: Path, world: Path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(world.rglob("*")):
            if file.is_file():
                archive.write(file, f"desk/corpus/{file.relative_to(world).as_posix()}")
    where = tmp_path / "parts"
    address = f"zip://desk/corpus::file://{tmp_path / 'all.zip'}"
    report = build_parts([address], where.as_uri(), scheduler=scheduler, part=8, bundle=16)
    store, single = build_in_memory([world])
    with store:
        alike(Parts(Place(str(where))), report, store, single)


def test_memory_is_built_from_and_into_by_threads_of_this_process(world: Path):
    import fsspec

    memory = fsspec.filesystem("memory")
    for file in sorted(world.rglob("*")):
        if file.is_file():
            memory.pipe_file(f"/desk/world/{file.relative_to(world).as_posix()}", file.read_bytes())
    for table in ("actors.tsv", "venues.tsv", "offices.tsv"):
        memory.pipe_file(f"/desk/registry/{table}", (DATA / "registry" / table).read_bytes())
    report = build_parts(["memory://desk/world"], "memory://out/parts", part=8, bundle=16, workers=2)
    assert report.registry == "of the corpus"
    store, single = build_in_memory([world], registry=DATA / "registry")
    single.registry = "of the corpus"
    with store:
        alike(Parts(Place("memory://out/parts")), report, store, single)
    memory.rm("/", recursive=True)


def test_a_corpus_over_http(scheduler: str, tmp_path: Path, world: Path):
    import functools
    import threading
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(world.parent)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/corpus"
        report = build_parts([address], str(tmp_path), scheduler=scheduler, part=40)
    finally:
        server.shutdown()
        server.server_close()
    store, single = build_in_memory([world])
    with store:
        alike(Parts(Place(str(tmp_path))), report, store, single)


def test_other_formats_of_this_machine_are_read_and_those_elsewhere_named(scheduler: str, tmp_path: Path, world: Path):
    mixed = tmp_path / "mixed"
    shutil.copytree(world, mixed)
    line = '{"text": "Ada Brandt spoke.", "label": [[0, 10, "Person"]]}\n'
    (mixed / "more.jsonl").write_text(line)
    report = build_parts([str(mixed)], str(tmp_path / "here"), scheduler=scheduler)
    store, single = build_in_memory([mixed])
    with store:
        alike(Parts(Place(str(tmp_path / "here"))), report, store, single)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for file in mixed.rglob("*"):
            archive.write(file, file.relative_to(mixed).as_posix())
    there = build_parts([f"zip://::{tmp_path / 'all.zip'}"], str(tmp_path / "there"), scheduler=scheduler)
    assert there.documents == report.documents - 1
    assert [one.place for one in there.findings if "only brat files" in one.found] == ["more.jsonl"]


def test_quads_as_parquet(scheduler: str, tmp_path: Path, world: Path):
    import polars

    build_parts([str(world)], str(tmp_path), scheduler=scheduler, part=10, parquet=True)
    frame = polars.read_parquet(tmp_path / "*.parquet")
    lines = {f"{s} {p} {o} <{g}> .\n".encode() for s, p, o, g in frame.iter_rows()}
    parts = Parts(Place(str(tmp_path)))
    assert lines == set(parts.lines()) and len(lines) == frame.height == parts.contents.quads
    assert {file.name for file in parts.contents.others if file.name.endswith(".parquet")} == {
        file.name for file in tmp_path.glob("*.parquet")
    }
