"""A build after some documents changed: the same graph as a full build, at the cost of the change, whatever interrupts it."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from kg import batches, building, increments
from kg.blocks import read_block
from kg.building import Report, build
from kg.errors import StoreError
from kg.ledger import FILE, read_ledger
from kg.store import Store
from tests.benchmarks.corpus import brief, write
from tests.helpers import ROOT

DOCUMENTS = 24


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus of 24 briefs, one of them broken, and a store built from it."""
    home = tmp_path_factory.mktemp("first")
    write(home / "corpus", DOCUMENTS)
    (home / "corpus" / "brief-000003.ann").open("a", encoding="utf-8").write("T99 broken\n")
    build([home / "corpus"], home / "store")
    return home


@pytest.fixture
def home(first: Path, tmp_path: Path) -> Path:
    """The same in a folder of its own."""
    shutil.copytree(first, tmp_path / "home", dirs_exist_ok=True)
    return tmp_path / "home"


def content(store: Path) -> bytes:
    with Store.open(store) as opened:
        assert opened.verify() == []
        return b"".join(opened.lines())


def report_of(report: Report) -> dict[str, object]:
    return {key: value for key, value in asdict(report).items() if key != "built"}


def grown(home: Path) -> Report:
    """Build again, and see that a full build of the same corpus gives the same store and the same report."""
    report = build([home / "corpus"], home / "store")
    full = build([home / "corpus"], home / "full", anew=True)
    assert content(home / "store") == content(home / "full")
    with Store.open(home / "store") as one, Store.open(home / "full") as other:
        assert one.manifest == other.manifest
    assert report_of(report) == report_of(full)
    return report


def edit(corpus: Path, number: int) -> None:
    """Put the text and annotation of another brief into the files of this one."""
    text, annotation = brief(number + 2_711)
    (corpus / f"brief-{number:06}.txt").write_text(text, encoding="utf-8")
    (corpus / f"brief-{number:06}.ann").write_text(annotation, encoding="utf-8")


def remove(corpus: Path, number: int) -> None:
    (corpus / f"brief-{number:06}.txt").unlink()
    (corpus / f"brief-{number:06}.ann").unlink()


def move_row(corpus: Path, number: int) -> None:
    """Another process and day in the row of one document."""
    rows = (corpus / "sources.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    rows[number + 1] = f"brief-{number:06},Renamed,Agency 1,2024-03-03,,en,process-1\n"
    (corpus / "sources.csv").write_text("".join(rows), encoding="utf-8")


def test_nothing_changed_builds_nothing(home: Path):
    before = sorted(home.glob("store/generations/*"))
    report = grown(home)
    assert report.built == 0 and report.documents == DOCUMENTS and report.left_out == 1
    assert sorted(home.glob("store/generations/*")) == before


@pytest.mark.parametrize(
    ("change", "built"),
    [
        (lambda corpus: edit(corpus, 7), 1),
        (lambda corpus: [edit(corpus, 0), edit(corpus, 23)], 2),
        (lambda corpus: remove(corpus, 15), 0),
        (lambda corpus: [remove(corpus, 15), edit(corpus, 16)], 1),
        (lambda corpus: move_row(corpus, 12), 1),
        (lambda corpus: (corpus / "brief-000003.ann").write_text(brief(3)[1], encoding="utf-8"), 1),
        (lambda corpus: (corpus / "brief-000005.txt").write_bytes(b"\xff\xfe"), 1),
        (lambda corpus: (corpus / "brief-000005.ann").write_bytes(b""), 1),
        (lambda corpus: [(corpus / f"new{end}").write_text(one) for end, one in zip((".txt", ".ann"), brief(99), strict=True)], 1),
    ],
    ids=["edited", "first and last", "removed", "removed and edited", "row", "mended", "unreadable", "emptied", "new"],
)  # fmt: skip
def test_only_what_changed_is_built(home: Path, change: Callable[[Path], object], built: int):
    change(home / "corpus")
    assert grown(home).built == built
    assert grown(home).built == (1 if b"\xff\xfe" in (home / "corpus" / "brief-000005.txt").read_bytes() else 0)


def test_many_changes_after_one_another(home: Path):
    chance = random.Random(9)
    for _ in range(4):
        for number in chance.sample(range(DOCUMENTS), 3):
            if (home / "corpus" / f"brief-{number:06}.txt").exists():
                chance.choice([edit, edit, move_row, remove])(home / "corpus", number)
        grown(home)


def test_another_registry_or_base_builds_all(home: Path):
    actors = home / "corpus" / "registry" / "actors.tsv"
    actors.write_text(actors.read_text().replace("Northland", "Northerland"), encoding="utf-8")
    assert grown(home).built == DOCUMENTS
    assert build([home / "corpus"], home / "store", base="https://example.org/").built == DOCUMENTS


def test_other_code_builds_all(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(building.fingerprints, "of_code", lambda: "other")
    assert grown(home).built == DOCUMENTS


def test_only_graphs_that_changed_are_read_again(home: Path, monkeypatch: pytest.MonkeyPatch):
    """What a claim about attacks says changes no conclusion about meetings."""
    read: list[str] = []

    def spied(engine: object, graph: str) -> bytes:
        read.append(graph.rpartition("/")[2])
        return read_block(engine, graph)

    monkeypatch.setattr(increments, "read_block", spied)
    file = home / "corpus" / "brief-000007.ann"
    file.write_text(file.read_text().replace("Certainty E8 probable", "Certainty E8 possible"))
    assert grown(home).built == 1
    assert read == ["brief-000007", "brief-000007"], "once before it is written, once after"
    read.clear()
    edit(home / "corpus", 7)
    assert grown(home).built == 1
    assert sorted(set(read)) == ["brief-000007", "conclusions", "registry"], "other names, too"


def test_a_new_place_of_the_corpus_builds_nothing(home: Path):
    (home / "corpus").rename(home / "moved")
    assert build([home / "moved"], home / "store").built == 0


def test_a_decision_changes_conclusions_alone(home: Path):
    with Store.open(home / "store") as store:
        rows = store.query("SELECT ?one ?other { ?one dp:sameMeeting ?other } ORDER BY ?one ?other LIMIT 1".replace(
            "dp:sameMeeting", "<https://w3id.org/diplomatic-kg/ontology#sameMeeting>")).rows  # fmt: skip
        nodes = [term.value for term in rows[0] if term] if rows else []
    if not nodes:
        nodes = [f"https://w3id.org/diplomatic-kg/id/document/brief-00000{n}/meeting/1-2" for n in (1, 2)]
    header, row = "one\tother\tverdict\tby\treason\n", f"{nodes[0]}\t{nodes[1]}\tnot-same\tme\ttwo rooms\n"
    (home / "corpus" / "decisions.tsv").write_text(header + row, encoding="utf-8")
    assert grown(home).built == 0


# -- what goes wrong -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "harm",
    [
        lambda generation: (generation / FILE).unlink(),
        lambda generation: (generation / FILE).write_bytes((generation / FILE).read_bytes()[:-200]),
        lambda generation: (generation / FILE).write_bytes((generation / FILE).read_bytes().replace(b"brief-000001", b"brief-000002")),
        lambda generation: (generation / FILE).write_bytes(b""),
        lambda generation: next(generation.glob("oxigraph/*.sst")).write_bytes(b"damaged"),
        lambda generation: (generation / "files.json").unlink(),
    ],
    ids=["gone", "cut", "forged", "empty", "damaged engine", "no hashes"],
)  # fmt: skip
def test_what_cannot_be_trusted_is_built_anew(home: Path, harm: Callable[[Path], object]):
    (generation,) = home.glob("store/generations/*")
    harm(generation)
    edit(home / "corpus", 7)
    assert grown(home).built == DOCUMENTS


BUILD = (
    "import sys; from pathlib import Path; from kg.building import build; build([Path(sys.argv[1])], Path(sys.argv[2]))"
)
LIMITED = f"import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2); {BUILD}"


def other(home: Path, code: str = BUILD, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, str(home / "corpus"), str(home / "store"), *arguments]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)


def test_a_build_that_is_killed_anywhere_ends_with_the_same_graph_when_run_again(home: Path):
    old = content(home / "store")
    edit(home / "corpus", 7)
    remove(home / "corpus", 8)
    build([home / "corpus"], home / "full")
    new = content(home / "full")
    shutil.copytree(home / "store", home / "kept")
    began = time.monotonic()
    assert other(home).wait() == 0
    whole = time.monotonic() - began
    assert content(home / "store") == new
    for part in range(8):
        shutil.rmtree(home / "store")
        shutil.copytree(home / "kept", home / "store")
        process = other(home)
        time.sleep(whole * (0.4 + 0.6 * part / 7))
        process.kill()
        process.wait()
        assert content(home / "store") in (old, new)
        build([home / "corpus"], home / "store")
        assert content(home / "store") == new
        assert not list((home / "store").glob("building-*"))


@pytest.mark.parametrize("size", [1, 5_000, 60_000])
def test_a_full_disk_leaves_the_earlier_graph(home: Path, size: int):
    old = content(home / "store")
    edit(home / "corpus", 7)
    process = other(home, LIMITED, str(size))
    error = process.communicate()[1]
    assert process.returncode == 1 and "an earlier graph is unharmed" in error.splitlines()[-1]
    assert content(home / "store") == old
    assert grown(home).built == 1


def test_a_second_build_is_refused_and_a_reader_keeps_its_generation(home: Path):
    old = content(home / "store")
    edit(home / "corpus", 7)
    with Store.open(home / "store") as reader:
        with building.site(home / "store"), pytest.raises(StoreError, match="another build is writing"):
            build([home / "corpus"], home / "store")
        assert grown(home).built == 1
        assert b"".join(reader.lines()) == old and reader.verify() == []


def test_a_file_that_cannot_be_read_is_told_and_tried_again(home: Path):
    name = home / "corpus" / "brief-000009.txt"
    text = name.read_bytes()
    name.unlink()
    name.symlink_to("/proc/self/mem")
    report = grown(home)
    assert report.documents == DOCUMENTS - 1 and any("brief-000009.txt" in finding.place for finding in report.findings)
    name.unlink()
    name.write_bytes(text)
    assert grown(home).documents == DOCUMENTS


def test_where_files_cannot_be_shared_they_are_copied(home: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise PermissionError("not here")

    monkeypatch.setattr(os, "link", refuse)
    edit(home / "corpus", 7)
    assert grown(home).built == 1


def test_the_engine_is_written_anew_when_much_of_it_is_stale(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(building, "MOST_STALE", 0.01)
    stale = []
    for turn in range(3):
        edit(home / "corpus", turn)
        report = grown(home)
        (generation,) = home.glob("store/generations/*")
        ledger = read_ledger(generation)
        assert ledger is not None
        stale.append((report.built, ledger.stale > 0))
    assert stale == [(1, True), (DOCUMENTS, False), (1, True)]


def test_processes_give_the_same_increment(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(batches, "SHARED_FROM", 1)
    monkeypatch.setattr(building, "processors", lambda: 3)
    for number in range(5):
        edit(home / "corpus", number)
    assert grown(home).built == 5
