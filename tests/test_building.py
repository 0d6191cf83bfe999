"""A corpus into a store as one stream: the same bytes however many processes build it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from kg import batches
from kg.building import Report, build, build_in_memory, find_registry, quads, write_nquads
from kg.errors import InputError
from kg.processes import share_out
from kg.store import Store
from tests.benchmarks.corpus import write
from tests.helpers import SAMPLE, write_corpus


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many") / "corpus"
    write(folder, 70)
    (folder / "brief-000003.ann").open("a", encoding="utf-8").write("T99 broken\n")
    (folder / "brief-000040.txt").write_bytes(b"\xff\xfe broken")
    return folder


def digest(corpus: Path, processes: int, monkeypatch: pytest.MonkeyPatch) -> tuple[str, Report]:
    monkeypatch.setattr(batches, "SHARED_FROM", 1)
    report, found = Report(), hashlib.sha256()
    for block in quads([corpus], report, processes=processes):
        found.update(block)
    return found.hexdigest(), report


def test_any_number_of_processes_gives_the_same_bytes_and_the_same_report(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
):
    one, other = digest(corpus, 1, monkeypatch), digest(corpus, 3, monkeypatch)
    assert one == other
    assert one[1].documents == 69 and one[1].left_out == 2


def test_every_graph_is_one_sorted_block_in_the_order_of_graphs(corpus: Path):
    graphs = []
    for block in quads([corpus], Report()):
        lines = block.splitlines(keepends=True)
        assert lines == sorted(set(lines))
        (graph,) = {line.rsplit(b" ", 2)[1] for line in lines}
        graphs.append(graph)
    assert graphs == sorted(graphs) and len(graphs) == len(set(graphs))


def test_a_file_a_store_and_memory_hold_the_same(corpus: Path, tmp_path: Path):
    report = build([corpus], tmp_path / "store")
    write_nquads([corpus], tmp_path / "graph.nq")
    content = (tmp_path / "graph.nq").read_bytes()
    digests = [hashlib.sha256(block).digest() for block in quads([corpus], Report())]
    assert hashlib.sha256(b"".join(digests)).hexdigest() == report.digest
    store, again = build_in_memory([corpus])
    with store, Store.open(tmp_path / "store") as opened:
        assert store.digest == opened.digest == report.digest == again.digest
        assert b"".join(opened.lines()) == content
        assert opened.documents == report.documents == 69 and opened.count == report.quads


def test_the_registry_beside_a_corpus_comes_before_the_shipped_one(tmp_path: Path):
    assert find_registry([SAMPLE], None)[1] == "of the corpus"
    corpus = write_corpus(tmp_path / "corpus", {"one": ("x\n", "")})
    assert find_registry([corpus], None)[1] == "that comes with the package"
    assert find_registry([corpus], tmp_path) == (tmp_path, "as asked")


def test_progress_is_told_and_ends_at_the_end(corpus: Path):
    seen: list[tuple[int, int]] = []
    list(quads([corpus], Report(), progress=lambda done, total: seen.append((done, total))))
    assert seen[0] == (0, 70) and seen[-1] == (70, 70) and seen == sorted(seen)


def test_a_build_process_that_dies_is_one_clear_error(corpus: Path, monkeypatch: pytest.MonkeyPatch):
    def dying(*_: object) -> object:
        yield from share_out("os:abort", {}, [1], 1)

    monkeypatch.setattr(batches, "SHARED_FROM", 1)
    monkeypatch.setattr(batches, "share_out", dying)
    with pytest.raises(InputError, match="a process that builds has ended"):
        list(quads([corpus], Report(), processes=2))


@pytest.mark.parametrize("base", ["http://x", "x/", "http://a b/", "<http://x/>"])
def test_a_base_for_which_no_iri_can_be_made_is_refused(base: str):
    with pytest.raises(InputError, match="--base"):
        list(quads([SAMPLE], Report(), base=base))


def test_a_base_of_ones_own_is_used_throughout():
    content = b"".join(quads([SAMPLE], Report(), base="https://example.org/mine/"))
    assert b"https://example.org/mine/graph/" in content and b"w3id.org/diplomatic-kg/id/" not in content


def test_a_store_inside_its_corpus_is_refused(tmp_path: Path):
    corpus = write_corpus(tmp_path / "corpus", {"one": ("x\n", "")})
    with pytest.raises(InputError, match="lies inside the corpus"):
        build([corpus], corpus / "store")
    assert sorted(path.name for path in corpus.iterdir()) == ["one.ann", "one.txt", "sources.csv"]
