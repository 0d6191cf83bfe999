"""The store: all or nothing on disk, the same bytes back, and every kind of damage said with the command that mends it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError, KGError, QueryError, QueryLimit, StoreError
from kg.store import Store
from kg.terms import XSD, Term, literal
from kg.worker import Limits

BASE = "http://example.org/"
P = "<http://example.org/p>"


def block(graph: str, *objects: str) -> bytes:
    """The canonical block of one graph: a quad for each object, in N-Quads form."""
    lines = sorted(
        f"<{BASE}{number}> {P} {text} <{BASE}graph/{graph}> .\n".encode() for number, text in enumerate(objects)
    )
    return b"".join(lines)


OLD = [block("a", '"old"', '"two"@en'), block("b", f"<{BASE}x>")]
NEW = [block("a", '"new"'), block("c", '"3"', '"4"', '"5"')]
SUBJECTS = "SELECT ?s WHERE { ?s ?p ?o }"


def build(path: Path, blocks: Iterable[bytes]) -> None:
    Store.build(path, blocks, base=BASE)


def content(path: Path) -> bytes:
    """All lines of a store, once it has been opened, verified and asked."""
    with Store.open(path) as store:
        assert store.verify() == []
        assert len(store.query(SUBJECTS).rows) == store.count
        return b"".join(store.lines())


def oxigraph(path: Path) -> Path:
    (found,) = (path / "generations").glob("*/oxigraph")
    return found


@pytest.fixture
def store_folder(tmp_path: Path) -> Path:
    build(tmp_path / "store", OLD)
    return tmp_path / "store"


# -- what goes in comes out ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["disk", "memory"])
def test_a_store_tells_what_it_holds(tmp_path, where):
    if where == "disk":
        manifest = Store.build(tmp_path / "store", OLD, base=BASE, documents=lambda: 2)
        store = Store.open(tmp_path / "store")
        assert manifest == store.manifest
    else:
        store = Store.in_memory(OLD, base=BASE)
    with store:
        assert (store.count, store.documents, store.base) == (3, 2, BASE)
        assert store.digest == hashlib.sha256(b"".join(hashlib.sha256(one).digest() for one in OLD)).hexdigest()
        assert store.graphs() == [f"{BASE}graph/a", f"{BASE}graph/b"]
        assert list(store.lines()) == b"".join(OLD).splitlines(keepends=True)
        assert list(store.lines(f"{BASE}graph/b")) == OLD[1].splitlines(keepends=True)
        assert list(store.lines(f"{BASE}graph/none")) == []
        assert store.verify() == []
        assert len(store.query(SUBJECTS).rows) == 3
        assert len(store.query(f"SELECT ?s FROM <{BASE}graph/b> WHERE {{ ?s ?p ?o }}").rows) == 1
        assert len(store.query(f"SELECT ?s WHERE {{ GRAPH <{BASE}graph/a> {{ ?s ?p ?o }} }}").rows) == 2
        assert len(store.graph()) == 3


@pytest.mark.parametrize("blocks", [[], [b""]])
def test_an_empty_graph_is_a_graph(tmp_path, blocks):
    build(tmp_path / "store", blocks)
    assert content(tmp_path / "store") == b""
    with Store.in_memory(blocks) as store:
        assert (store.count, store.graphs(), store.verify(), store.query(SUBJECTS).rows) == (0, [], [], [])


TEXT = st.one_of(
    st.text(max_size=20),
    st.text(st.characters(codec=None), max_size=5),
    st.text(
        st.sampled_from(
            list(map(chr, range(0xA1))) + list("\u2028\u2029\ufeff\ufffe\uffff\U0001f600\U0010ffff\ud800\udfff")
        ),
        max_size=10,
    ),
)
LANGUAGE = st.sampled_from(["en", "EN", "en-GB", "ZH-hant", "de-CH-1996"])


@given(st.lists(st.tuples(TEXT, st.one_of(st.just(""), LANGUAGE)), min_size=1, max_size=8))
@settings(max_examples=60)
def test_every_literal_is_kept_byte_for_byte_as_the_engine_writes_it(texts):
    written = block("a", *(literal(text, language=language) for text, language in texts))
    store = Store.in_memory([written], base=BASE)
    lines = b"".join(store.lines())
    engine = pyoxigraph.Store()
    engine.load(written, format=pyoxigraph.RdfFormat.N_QUADS)
    dumped = engine.dump(format=pyoxigraph.RdfFormat.N_QUADS)
    assert lines == b"".join(sorted(dumped.splitlines(keepends=True)))
    kept = {
        (quad.object.value, quad.object.language or "")
        for quad in pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_QUADS)
    }
    assert kept == {(_without_surrogates(text), language.lower()) for text, language in texts}


def _without_surrogates(text: str) -> str:
    return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)


ODD = [
    '""',
    '"\\u0000\\u0001\\b\\t\\n\\f\\r\\u007F"',
    '"\u2028\x85\ufeff"',
    '"\U0001f600"',
    '"a"@en-gb',
    literal("\ud800", language="DE-CH"),
]
ODD += [
    f'"1.5"^^<{XSD}decimal>',
    f'"2025-06-15"^^<{XSD}date>',
    '"2025-06/.."^^<http://id.loc.gov/datatypes/edtf/EDTF>',
    '"\\"\\\\"',
]


def test_odd_literals_survive_the_disk(tmp_path):
    build(tmp_path / "store", [block("a", *ODD)])
    assert content(tmp_path / "store") == block("a", *ODD)
    with Store.open(tmp_path / "store") as store:
        values = store.query("SELECT ?o WHERE { ?s ?p ?o } ORDER BY ?s").rows
        assert [row[0].n3() for row in values if row[0]] == ODD
        assert {str(value) for value in store.graph().objects()} == {str(row[0]) for row in values}


@pytest.mark.parametrize(
    "blocks, message",
    [
        ([block("b", '"1"'), block("a", '"1"')], "graph .*graph/a is out of order"),
        ([block("a", '"1"'), block("a", '"2"')], "out of order"),
        ([block("a", '"1"') * 2], "not sorted and unique"),
        ([b"".join(reversed(block("a", '"1"', '"2"').splitlines(keepends=True)))], "not sorted and unique"),
        ([block("a", '"1"') + block("b", '"1"')], "more than the graph"),
        ([block("a", '"1"')[:-1]], "does not end with a graph and a line break"),
        ([block("a", f'"1.50"^^<{XSD}decimal>')], r'"1\.50".* is not canonical: the store would keep "1\.5"'),
    ],
)
def test_blocks_that_would_not_come_back_as_they_are_are_a_mistake_of_the_caller(store_folder, blocks, message):
    with pytest.raises(ValueError, match=message):
        build(store_folder, blocks)
    assert content(store_folder) == b"".join(OLD)


# -- queries -------------------------------------------------------------------------------------------------------------


def test_bindings_take_any_value(store_folder):
    query = "SELECT ?x WHERE { VALUES ?x { $x } }"
    with Store.open(store_folder) as store:
        for text in ("\\u0022 } SERVICE <http://a> { ", "\\uD800", "'''", "\\", "\U0001f600", "DROP ALL", "\x00"):
            assert store.query(query, {"x": Term("literal", text)}).rows == [(Term("literal", text),)]
        assert store.query(query, {"x": None}).rows == [(None,)]
        with pytest.raises(QueryError, match="with its values, 100000 are allowed"):
            store.query(query, {"x": Term("literal", "a" * 100_000)})


def test_queries_that_call_out_or_write_are_refused(store_folder):
    with Store.open(store_folder) as store:
        for query in ("SELECT * { SERVICE <http://127.0.0.1:9/> {} }", "CLEAR ALL", "LOAD <file:///etc/passwd>"):
            with pytest.raises(QueryError, match="is not allowed"):
                store.query(query)
        assert store.verify() == []


def test_limits_hold_in_memory_too_and_the_graph_is_still_there_after_them():
    with Store.in_memory(OLD, base=BASE) as store:
        product = " . ".join(f"?a{number} ?p{number} ?b{number}" for number in range(30))
        for _ in range(2):
            with pytest.raises(QueryLimit):
                store.query(f"SELECT (COUNT(*) AS ?n) {{ {product} }}", limits=Limits(seconds=0.3))
            assert len(store.query(SUBJECTS).rows) == 3


def test_a_closed_store_answers_nothing(store_folder):
    for store in (Store.open(store_folder), Store.in_memory(OLD, base=BASE)):
        store.query(SUBJECTS)
        store.close()
        store.close()
        with pytest.raises(StoreError, match="closed"):
            store.query(SUBJECTS)
        with pytest.raises(StoreError, match="closed"):
            store.dataset()


def test_store_and_dataset_can_be_asked_from_threads(store_folder):
    with Store.open(store_folder) as store:
        found: list[int] = []

        def ask() -> None:
            for _ in range(20):
                found.append(len(store.query(SUBJECTS).rows))
                found.append(len(list(store.lines())))

        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [3] * 240


# -- rdflib --------------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["disk", "memory"])
def dataset(request, store_folder) -> Iterator[rdflib.Dataset]:
    with Store.open(store_folder) if request.param == "disk" else Store.in_memory(OLD, base=BASE) as store:
        yield store.dataset()
        assert store.verify() == []


def test_rdflib_reads_the_union_and_each_graph(dataset):
    assert len(list(dataset.quads())) == 3
    assert len(dataset) == 3
    assert (rdflib.URIRef(BASE + "0"), None, rdflib.Literal("old")) in dataset
    assert [str(row.s) for row in dataset.query(f"SELECT ?s {{ ?s {P} 'two'@en }}")] == [BASE + "1"]
    assert len(dataset.graph(rdflib.URIRef(BASE + "graph/b"))) == 1
    assert len(dataset.graph(rdflib.URIRef(BASE + "graph/b")).query("SELECT * { ?s ?p ?o }")) == 1
    assert len(dataset.query(f"SELECT * FROM <{BASE}graph/a> {{ ?s ?p ?o }}")) == 2
    assert len(dataset.query("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }")) == 0
    assert len(dataset.query("SELECT * FROM NAMED <file:///etc/passwd> { GRAPH ?g { ?s ?p ?o } }")) == 0
    assert dataset.query("ASK { ?s ?p 'old' }").askAnswer
    assert len(dataset.query("CONSTRUCT { ?s ?p 'x' } { ?s ?p ?o }").graph) == 2


def test_rdflib_passes_prefixes_and_bindings(dataset):
    found = dataset.query("SELECT ?s ?o { ?s ex:p ?o }", initNs={"ex": BASE}, initBindings={"o": rdflib.Literal("old")})
    assert [str(row.s) for row in found] == [BASE + "0"]
    dataset.bind("own", BASE)
    assert len(dataset.query("SELECT * { ?s own:p ?o }")) == 3


CALL = "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"


def test_rdflib_calls_no_server(dataset):
    graph = dataset.graph(rdflib.URIRef(BASE + "graph/a"))
    for ask in (dataset.query, graph.query):
        with pytest.raises(QueryError, match="SERVICE is not allowed"):
            ask(CALL)
        with pytest.raises(QueryError, match="prepared"):
            ask(rdflib.plugins.sparql.prepareQuery(CALL))
        with pytest.raises(KGError):
            ask("SELECT * { ?s x:p ?o }", initNs={"x": "http://a> SELECT * { SERVICE <http://127.0.0.1:9/> {} } #"})


def test_rdflib_writes_nothing(dataset, tmp_path):
    quad = (rdflib.URIRef(BASE + "0"), rdflib.URIRef(BASE + "p"), rdflib.Literal("written"))
    graph = dataset.graph(rdflib.URIRef(BASE + "graph/a"))
    (tmp_path / "file.nt").write_text('<http://a> <http://b> "c" .\n')
    keep = tmp_path / "keep"
    keep.mkdir()
    for write in (
        lambda: dataset.add((*quad, graph)),
        lambda: dataset.addN([(*quad, graph)]),
        lambda: dataset.remove((None, None, None)),
        lambda: dataset.remove_graph(graph),
        lambda: graph.add(quad),
        lambda: graph.remove((None, None, None)),
        lambda: graph.parse(tmp_path / "file.nt"),
        lambda: dataset.update("INSERT DATA { GRAPH <http://g> { <http://a> <http://b> 1 } }"),
        lambda: dataset.update("LOAD <file:///etc/passwd>"),
        lambda: dataset.update("CLEAR ALL"),
        lambda: graph.update("DELETE WHERE { ?s ?p ?o }"),
        lambda: dataset.store.destroy(str(keep)),
    ):
        with pytest.raises(StoreError, match="the store is read-only"):
            write()
    assert keep.is_dir()
    assert len(list(dataset.quads())) == 3


# -- publishing ----------------------------------------------------------------------------------------------------------


def left_over(path: Path) -> list[str]:
    return sorted(
        entry.name for entry in path.iterdir() if entry.name.startswith("building-") or entry.name.endswith(".new")
    )


def test_a_build_replaces_the_earlier_graph(store_folder):
    build(store_folder, NEW)
    assert content(store_folder) == b"".join(NEW)
    assert len(list((store_folder / "generations").iterdir())) == 1
    assert left_over(store_folder) == []


def test_the_same_content_again_changes_no_file(store_folder):
    def times() -> dict[str, int]:
        return {
            str(file): file.stat().st_mtime_ns
            for file in store_folder.rglob("*")
            if file.is_file() and file.name != "LOG"
        }

    before = times()
    build(store_folder, iter(OLD))
    assert times() == before


def test_a_reader_keeps_its_generation(store_folder):
    with Store.open(store_folder) as reader:
        build(store_folder, NEW)
        assert b"".join(reader.lines()) == b"".join(OLD)
        assert len(reader.query(SUBJECTS).rows) == 3, "the query process starts after the publication"
        assert content(store_folder) == b"".join(NEW)
        assert len(list((store_folder / "generations").iterdir())) == 2
    build(store_folder, OLD)
    build(store_folder, NEW)
    assert len(list((store_folder / "generations").iterdir())) == 1


READER = """
import sys
from pathlib import Path
from kg.store import Store
seen, turns = set(), 0
while not Path(sys.argv[2]).exists():
    with Store.open(Path(sys.argv[1])) as store:
        assert store.verify() == []
        assert len(list(store.lines())) == store.count
        seen.add(store.digest)
        turns += 1
print(turns, len(seen))
"""


def test_readers_answer_while_builds_publish(store_folder, tmp_path):
    reader = subprocess.Popen([sys.executable, "-c", READER, store_folder, tmp_path / "stop"], stdout=subprocess.PIPE)
    for turn in range(16):
        build(store_folder, [block("a", f'"{turn}"'), block("b", *(f'"{number}"' for number in range(50)))])
    (tmp_path / "stop").touch()
    turns, seen = map(int, reader.communicate()[0].split())
    assert reader.returncode == 0
    assert turns >= seen >= 2


def test_generations_hold_only_what_is_ours_to_remove(store_folder):
    (store_folder / "generations" / "notes").mkdir()
    (store_folder / "building-plans").mkdir()
    build(store_folder, NEW)
    assert (store_folder / "generations" / "notes").is_dir()
    assert (store_folder / "building-plans").is_dir()


# -- what goes wrong while building --------------------------------------------------------------------------------------

MANY = [block(f"{number:03}", *(f'"{number} {line}"' for line in range(200))) for number in range(50)]


def broken_off(error: BaseException) -> Iterator[bytes]:
    yield from MANY[:25]
    raise error


@pytest.mark.parametrize(
    "error, told",
    [
        (KeyboardInterrupt(), KeyboardInterrupt),
        (InputError("is no text", place="a.txt"), InputError),
        (OSError(28, "No space left on device"), StoreError),
        (ValueError("a mistake"), ValueError),
        (MemoryError(), MemoryError),
    ],
)
def test_a_build_that_breaks_off_leaves_the_earlier_graph(store_folder, error, told):
    with pytest.raises(told) as caught:
        build(store_folder, broken_off(error))
    if told is StoreError:
        assert "No space left on device (free disk space and build again; an earlier graph is unharmed)" in str(
            caught.value
        )
    assert left_over(store_folder) == []
    assert content(store_folder) == b"".join(OLD)
    build(store_folder, MANY)
    assert content(store_folder) == b"".join(MANY)


BUILDER = """
import resource, sys, time
from pathlib import Path
from kg.store import Store
folder, blocks, size, pause = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
if size:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
def stream():
    for number, block in enumerate(blocks.read_bytes().split(b"\\n\\n")):
        if number == 1:
            print("streaming", flush=True)
        time.sleep(pause)
        yield block + b"\\n"
Store.build(folder, stream(), base="http://example.org/")
print("published", flush=True)
"""


def builder(folder: Path, size: int = 0, pause: float = 0) -> subprocess.Popen[str]:
    """Another process that builds MANY in a folder, in files of at most `size` bytes, with a pause before each block."""
    blocks = folder.parent / "blocks"
    blocks.write_bytes(b"\n".join(MANY).rstrip(b"\n"))
    command = [sys.executable, "-c", BUILDER, str(folder), str(blocks), str(size), str(pause)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def streaming(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "streaming\n"


@pytest.mark.parametrize("size", [1, 500, 10_000, 200_000])
def test_a_full_disk_leaves_the_earlier_graph(store_folder, size):
    process = builder(store_folder, size)
    error = process.communicate()[1]
    assert process.returncode == 1
    assert "kg.errors.StoreError" in error and str(store_folder) in error and "an earlier graph is unharmed" in error
    assert left_over(store_folder) == []
    assert content(store_folder) == b"".join(OLD)


def test_a_build_that_is_killed_leaves_the_old_graph_or_the_new_one(store_folder):
    process = builder(store_folder)
    streaming(process)
    began = time.monotonic()
    process.communicate()
    whole = time.monotonic() - began
    outcomes = []
    for part in range(10):
        build(store_folder, OLD)
        process = builder(store_folder)
        streaming(process)
        time.sleep(whole * part / 8)
        process.kill()
        process.communicate()
        outcomes.append(content(store_folder))
    build(store_folder, OLD)
    assert content(store_folder) == b"".join(OLD)
    assert left_over(store_folder) == []
    assert len(list((store_folder / "generations").iterdir())) == 1
    assert outcomes[0] == b"".join(OLD)
    assert set(outcomes) <= {b"".join(OLD), b"".join(MANY)}


def test_a_first_build_that_is_killed_at_any_point_does_not_block_the_next(tmp_path):
    folder = tmp_path / "store"
    for part in range(6):
        process = builder(folder)
        time.sleep(0.1 + part * 0.04)
        process.kill()
        process.communicate()
        if folder.exists() and not (folder / "current.json").exists():
            with pytest.raises(StoreError, match=f"kg build CORPUS… --store {folder}"):
                Store.open(folder)
    # The very first moments, too: the marker half written, then the lock alone.
    for names in (["diplomatic-kg-store.json.new"], ["lock"], []):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name in names:
            (folder / name).touch()
        build(folder, OLD)
        assert content(folder) == b"".join(OLD)
        assert left_over(folder) == []


def test_two_builds_at_once_are_one_too_many(store_folder):
    process = builder(store_folder, pause=0.02)
    streaming(process)
    with pytest.raises(StoreError, match=f"^{store_folder}: another build is writing .wait until it has finished"):
        build(store_folder, NEW)
    assert content(store_folder) == b"".join(OLD)
    assert process.communicate()[0] == "published\n"
    assert content(store_folder) == b"".join(MANY)


def test_a_lock_that_somebody_left_is_no_lock(store_folder):
    process = builder(store_folder, pause=0.02)
    streaming(process)
    process.kill()
    process.communicate()
    assert left_over(store_folder) != []
    build(store_folder, NEW)
    assert content(store_folder) == b"".join(NEW)
    assert left_over(store_folder) == []


# -- damage --------------------------------------------------------------------------------------------------------------


def emptied(folder: Path) -> None:
    for entry in folder.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def cut(file: Path, part: float) -> None:
    os.truncate(file, int(file.stat().st_size * part))


def largest(folder: Path) -> Path:
    return max(oxigraph(folder).glob("*.sst"), key=lambda file: file.stat().st_size)


def rewrite(file: Path, **changes: object) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def manifest(folder: Path) -> Path:
    return oxigraph(folder).parent / "manifest.json"


DAMAGE = {
    "emptied": (emptied, "is empty"),
    "no marker": (lambda f: (f / "diplomatic-kg-store.json").unlink(), "is no store"),
    "marker is garbage": (lambda f: (f / "diplomatic-kg-store.json").write_bytes(b"\xff\0{"), "json cannot be read"),
    "marker is a list": (lambda f: (f / "diplomatic-kg-store.json").write_text("[]"), "json cannot be read"),
    "marker nests deeply": (
        lambda f: (f / "diplomatic-kg-store.json").write_text("[" * 100_000),
        "json cannot be read",
    ),
    "newer format": (
        lambda f: rewrite(f / "diplomatic-kg-store.json", format=3),
        "has the format 3, this version reads 2",
    ),
    "no current": (lambda f: (f / "current.json").unlink(), "holds no finished graph"),
    "current is garbage": (lambda f: (f / "current.json").write_text("{"), "current.json cannot be read"),
    "current is empty": (lambda f: (f / "current.json").write_text(""), "current.json cannot be read"),
    "current leads out": (lambda f: rewrite(f / "current.json", generation="../../other"), "names no generation"),
    "current is a number": (lambda f: rewrite(f / "current.json", generation=3), "names no generation"),
    "generation gone": (lambda f: emptied(f / "generations"), "is missing"),
    "no manifest": (lambda f: manifest(f).unlink(), "manifest.json of .* cannot be read"),
    "manifest is garbage": (lambda f: manifest(f).write_text("nonsense"), "manifest.json of .* cannot be read"),
    "manifest lacks a key": (lambda f: manifest(f).write_text('{"quads": 1}'), "manifest.json of .* cannot be read"),
    "manifest of wrong types": (lambda f: rewrite(manifest(f), quads="3"), "manifest.json of .* cannot be read"),
    "wrong count": (lambda f: rewrite(manifest(f), quads=4), "3 quads found where 4 were published"),
    "engine emptied": (lambda f: emptied(oxigraph(f)), "cannot be read"),
    "engine removed": (lambda f: shutil.rmtree(oxigraph(f)), "cannot be read"),
    "engine gone, CURRENT": (lambda f: (oxigraph(f) / "CURRENT").unlink(), "cannot be read"),
    "MANIFEST cut": (lambda f: cut(next(oxigraph(f).glob("MANIFEST*")), 0.5), "cannot be read|quads found"),
    "MANIFEST emptied": (lambda f: cut(next(oxigraph(f).glob("MANIFEST*")), 0), "cannot be read|quads found"),
    "sst deleted": (lambda f: largest(f).unlink(), "cannot be read"),
    "sst cut": (lambda f: cut(largest(f), 0.5), "cannot be read"),
    "sst emptied": (lambda f: cut(largest(f), 0), "cannot be read"),
}


@pytest.mark.parametrize("damage, found", DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_is_refused_with_the_command_that_mends_it(store_folder, damage, found):
    damage(store_folder)
    with pytest.raises(
        StoreError, match=f"^{store_folder}: (is damaged: )?.*{found}.*kg build CORPUS… --store"
    ) as caught:
        Store.open(store_folder)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 600


MENDED_BY_A_BUILD = set(DAMAGE) - {
    "no marker",
    "marker is garbage",
    "marker is a list",
    "marker nests deeply",
    "newer format",
}


@pytest.mark.parametrize("name", sorted(MENDED_BY_A_BUILD))
def test_the_command_does_mend_it(store_folder, name):
    DAMAGE[name][0](store_folder)
    build(store_folder, OLD)
    assert content(store_folder) == b"".join(OLD)


@pytest.mark.parametrize("kind", ["*.sst", "MANIFEST*", "OPTIONS*", "CURRENT"])
def test_verify_finds_a_single_changed_byte(store_folder, kind):
    with Store.open(store_folder) as store:
        file = max(oxigraph(store_folder).glob(kind), key=lambda file: file.stat().st_size)
        changed = bytearray(file.read_bytes())
        changed[len(changed) // 2] ^= 1
        file.write_bytes(changed)
        findings = [str(finding) for finding in store.verify()]
    assert any(
        f"oxigraph/{file.name} is changed (kg build CORPUS… --store {store_folder})" in text for text in findings
    )
    # The same content is published beside a damaged generation, not taken for it.
    build(store_folder, OLD)
    assert content(store_folder) == b"".join(OLD)


def test_damage_while_open_is_an_error_not_an_answer(store_folder):
    with Store.open(store_folder) as store:
        shutil.rmtree(store_folder)
        with pytest.raises(StoreError):
            store.query(SUBJECTS)


def test_a_store_that_is_moved_stays_a_store(store_folder, tmp_path):
    store_folder.rename(tmp_path / "moved é")
    assert content(tmp_path / "moved é") == b"".join(OLD)
    (tmp_path / "link").symlink_to(tmp_path / "moved é")
    build(tmp_path / "link", NEW)
    assert content(tmp_path / "moved é") == b"".join(NEW)


def test_a_folder_that_cannot_be_written_is_still_read(store_folder):
    for path in [store_folder, *store_folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert content(store_folder) == b"".join(OLD)
    finally:
        for path in [store_folder, *store_folder.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)


# -- places that are no store --------------------------------------------------------------------------------------------


def make_foreign(path: Path) -> None:
    path.mkdir()
    (path / "thesis.txt").write_text("years of work")


def make_link(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere")


def make_linked_lock(path: Path) -> None:
    build(path, OLD)
    (path.parent / "thesis.txt").write_text("years of work")
    (path / "lock").unlink()
    (path / "lock").symlink_to(path.parent / "thesis.txt")


PLACES = {
    "file": (lambda path: path.write_text("years of work"), "is a file"),
    "foreign folder": (make_foreign, "holds other files .'thesis.txt'"),
    "link to nowhere": (make_link, "is a link that leads nowhere"),
    "pipe": (os.mkfifo, "is a file"),
    "lock is a link": (make_linked_lock, "lock is a link or a special file"),
    "below a file": (lambda path: path.parent.rmdir() or path.parent.write_text(""), "Not a directory|is a file"),
    "too long a name": (lambda path: None, "File name too long"),
}


def snapshot(folder: Path) -> dict[str, object]:
    return {
        str(file): (file.lstat().st_mtime_ns, file.read_bytes() if file.is_file() else None)
        for file in folder.rglob("*")
    }


@pytest.mark.parametrize("name", PLACES)
def test_a_place_that_is_no_store_is_left_as_it_is(tmp_path, name):
    make, found = PLACES[name]
    path = tmp_path / "place" / ("x" * 300 if "long" in name else "store")
    path.parent.mkdir()
    make(path)
    before = snapshot(tmp_path)
    with pytest.raises(StoreError, match=found):
        build(path, NEW)
    with pytest.raises(StoreError):
        Store.open(path)
    assert snapshot(tmp_path) == before


def test_what_is_not_there_is_not_made_by_looking(tmp_path):
    with pytest.raises(StoreError, match=r"there is no such store \(kg build CORPUS… --store"):
        Store.open(tmp_path / "store")
    assert list(tmp_path.iterdir()) == []


def test_no_message_breaks_the_line_or_the_terminal(tmp_path):
    path = tmp_path / "a\nb\x1b[31m"
    with pytest.raises(StoreError) as caught:
        Store.open(path)
    assert not any(ord(character) < 32 for character in str(caught.value))
