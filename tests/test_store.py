"""The store folder: canonical bytes, publication, kills, damage, readers and builders at once."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.blocks import read_block
from kg.errors import KGError, QueryError, QueryLimit, StoreError
from kg.store import Store
from kg.terms import XSD, Term, literal
from kg.worker import MIB, Limits
from tests.helpers import ROOT

BASE = "https://example.org/id/"
ALIVE = "ASK { ?s ?p ?o }"


def block(graph: str, *statements: str) -> bytes:
    """A canonical block of one graph; statements are `subject predicate object` in N-Triples."""
    return "".join(sorted(f"{statement} <{graph}> .\n" for statement in statements)).encode()


def world(*names: str) -> list[bytes]:
    """One small document per name, and a registry graph behind them: what a build hands over."""
    documents = [
        block(
            f"{BASE}graph/{name}",
            f"<{BASE}document/{name}> <http://x/title> {literal(name)}",
            f"<{BASE}document/{name}> <http://x/day> {literal('2025-01-02', XSD + 'date')}",
            f"<{BASE}document/{name}> <http://x/about> <{BASE}actor/ana>",
        )
        for name in sorted(names)
    ]
    return [*documents, block(f"{BASE}registry", f"<{BASE}actor/ana> <http://x/label> {literal('Ana', language='en')}")]


def build(folder: Path, *names: str) -> str:
    return Store.build(folder, iter(world(*names)), base=BASE, documents=len(names)).digest


def entries(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


def generations(folder: Path) -> list[str]:
    return sorted(entries(folder / "generations"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture(scope="module")
def _built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "store"
    build(folder, "a", "b")
    return folder


@pytest.fixture
def built(_built: Path, folder: Path) -> Path:
    """A folder with a store of the documents a and b, free to be damaged."""
    shutil.copytree(_built, folder)
    return folder


# -- what is in it -------------------------------------------------------------------------------------------------------


def test_a_store_gives_back_what_was_built(folder: Path) -> None:
    blocks = world("a", "b")
    manifest = Store.build(folder, iter(blocks), base=BASE, documents=lambda: 2)
    assert (manifest.quads, manifest.graphs, manifest.documents, manifest.base) == (7, 3, 2, BASE)
    assert manifest.digest == hashlib.sha256(b"".join(blocks)).hexdigest()
    with Store.open(folder) as store:
        assert (store.count, store.digest, store.base, store.documents) == (7, manifest.digest, BASE, 2)
        assert store.graphs() == [f"{BASE}graph/a", f"{BASE}graph/b", f"{BASE}registry"]
        assert b"".join(store.lines()) == b"".join(blocks)
        assert b"".join(store.lines(f"{BASE}graph/b")) == blocks[1]
        assert list(store.lines(f"{BASE}graph/none")) == []
        assert store.verify() == []
        assert len(store.query("SELECT * { ?s ?p ?o }").rows) == 7


def test_in_memory_is_the_same_without_a_folder(folder: Path) -> None:
    digest = build(folder, "a", "b")
    with Store.in_memory(iter(world("a", "b")), base=BASE) as store:
        assert (store.count, store.digest, store.documents) == (7, digest, 2)
        assert b"".join(store.lines()) == b"".join(world("a", "b"))
        assert list(store.lines(f"{BASE}registry")) == [world()[0]]
        assert store.verify() == []
        assert store.query(ALIVE).boolean


def test_an_empty_graph_is_a_graph(folder: Path) -> None:
    assert Store.build(folder, [], base=BASE).quads == 0
    with Store.open(folder) as store:
        assert store.query(ALIVE).boolean is False and store.verify() == [] and list(store.lines()) == []
    with Store.in_memory([], base=BASE) as store:
        assert store.query(ALIVE).boolean is False


def test_the_manifest_tells_no_time_and_no_place(folder: Path, tmp_path: Path) -> None:
    build(folder, "a")
    build(tmp_path / "elsewhere", "a")
    [one], [other] = (list(place.glob("generations/*/manifest.json")) for place in (folder, tmp_path / "elsewhere"))
    assert one.parent.name == other.parent.name
    assert one.read_bytes() == other.read_bytes()
    assert str(tmp_path) not in one.read_text()


AWKWARD = [
    "",
    "".join(map(chr, range(0xA0))),
    "\x00\x7f\x85\u2028\u2029\ufeff\ufffe\uffff\ufdd0",
    "\U0001f600\U0010ffff\U0001fffe\ud7ff\ue000",
    "e\u0301 \u202e rtl \u05d0",
    'a\\n"b" <http://x/g> .',
    "\\u0041",
]


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff")), st.sampled_from(["", "en-gb"])
)
def test_our_spelling_of_a_literal_is_that_of_the_engine(text: str, language: str) -> None:
    import pyoxigraph

    engine = pyoxigraph.Store()
    given = block("http://x/g", f"<http://x/s> <http://x/p> {literal(text, language=language)}")
    engine.load(given, format=pyoxigraph.RdfFormat.N_QUADS)
    assert read_block(engine, "http://x/g") == given


def test_awkward_characters_survive_the_store(folder: Path) -> None:
    statements = {f"<http://x/s> <http://x/p> {literal(text)}" for text in AWKWARD}
    manifest = Store.build(folder, [block("http://x/g", *statements)], base=BASE)
    with Store.open(folder) as store:
        assert store.verify() == [] and hashlib.sha256(b"".join(store.lines())).hexdigest() == manifest.digest
        assert {row[0].value for row in store.query("SELECT ?o { ?s ?p ?o }").rows if row[0]} == set(AWKWARD)


@pytest.mark.parametrize(
    "blocks",
    [
        [world("a")[1], world("a")[0]],  # graphs out of order
        [world("a")[0], world("a")[0]],  # the same one twice
        [b"".join(reversed(world("a")[0].splitlines(keepends=True)))],  # lines out of order
        [world("a")[1] * 2],  # a line twice
        [b"".join(world("a"))],  # two graphs in a block
        [world("a")[0][:-1]],  # no line break
        [b'<x:s> <x:p> "1.50"^^<http://www.w3.org/2001/XMLSchema#decimal> <x:g> .\n'],  # would come back as 1.5
        [b'<x:s> <x:p> "007"^^<http://www.w3.org/2001/XMLSchema#integer> <x:g> .\n'],
    ],
)
def test_blocks_that_are_not_canonical_are_refused(folder: Path, blocks: list[bytes]) -> None:
    """Their digest would not be that of what the store gives back."""
    build(folder, "before")
    with pytest.raises((ValueError, StoreError)):
        Store.build(folder, blocks, base=BASE)
    with pytest.raises((ValueError, StoreError)):
        Store.in_memory(blocks, base=BASE)
    with Store.open(folder) as store:
        assert f"{BASE}graph/before" in store.graphs()


def test_what_is_no_nquads_is_refused(folder: Path) -> None:
    for wrong in (b"<x:s> <x:p> no <x:g> .\n", b"<x:s> <x:p> <http://[> <x:g> .\n", b"<s> <x:p> <x:o> <x:g> .\n"):
        with pytest.raises(StoreError) as caught:
            Store.build(folder, [wrong], base=BASE)
        assert "\n" not in str(caught.value)
        assert not [name for name in entries(folder) if name.startswith("building")]


# -- asking --------------------------------------------------------------------------------------------------------------


def test_parameters_are_bound_as_terms(built: Path) -> None:
    query = "SELECT ?d { VALUES ?title { $title } ?d <http://x/title> ?title }"
    with Store.open(built) as store:
        assert len(store.query(query, {"title": Term("literal", "a")}).rows) == 1
        assert len(store.query(query, {"title": None}).rows) == 2
        hostile = '" } SERVICE <http://127.0.0.1:1/> { ?s ?p "'
        assert store.query(query, {"title": Term("literal", hostile)}).rows == []
        with pytest.raises(QueryError, match="title"):
            store.query(query)
        with pytest.raises(QueryError, match="other"):
            store.query(query, {"title": None, "other": None})


def test_each_query_ends_and_the_next_one_answers(built: Path) -> None:
    product = " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(12))
    with Store.open(built) as store:
        for query, limits in (
            (f"SELECT (COUNT(*) AS ?n) {{ {product} }}", Limits(seconds=0.3)),
            (f"SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT * {{ {product} }} }}", Limits(memory=30 * MIB)),
            ("SELECT * { ?s ?p ?o }", Limits(rows=6)),
            ("SELECT * { ?s ?p ?o }", Limits(bytes=100)),
        ):
            with pytest.raises(QueryLimit):
                store.query(query, limits=limits)
            assert store.query(ALIVE).boolean
        for query in (
            "ASK " + "{" * 300,
            "SELECT * { SERVICE <http://127.0.0.1:1/> {} }",
            "INSERT DATA {}",
            "ASK {",
            "ASK { FILTER(" + "!" * 90_000 + "true) }",
        ):
            with pytest.raises(KGError):
                store.query(query)
            assert store.query(ALIVE).boolean


def test_from_names_graphs_of_the_store(built: Path) -> None:
    with Store.open(built) as store:
        assert len(store.query(f"SELECT * FROM <{BASE}registry> {{ ?s ?p ?o }}").rows) == 1
        assert store.query(f"SELECT * FROM <{(built / 'current.json').as_uri()}> {{ ?s ?p ?o }}").rows == []


def test_a_closed_store_says_so(built: Path) -> None:
    store = Store.open(built)
    store.close()
    store.close()
    for use in (lambda: store.query(ALIVE), lambda: list(store.lines()), lambda: store.graphs()):
        with pytest.raises(StoreError, match="closed"):
            use()


# -- rdflib --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["disk", "memory"])
def test_the_dataset_reads_the_same_graph(built: Path, where: str) -> None:
    from rdflib import Literal, URIRef

    store = Store.open(built) if where == "disk" else Store.in_memory(world("a", "b"), base=BASE)
    with store:
        data = store.dataset()
        assert len(data) == 7
        assert {str(graph.identifier) for graph in data.graphs()} >= set(store.graphs())
        assert set(data.objects(URIRef(f"{BASE}actor/ana"), None)) == {Literal("Ana", lang="en")}
        assert len(data.graph(URIRef(f"{BASE}graph/a"))) == 3
        assert len(data.graph(URIRef(f"{BASE}graph/a")).query("SELECT * { ?s ?p ?o }")) == 3
        found = data.query("SELECT ?s ?d { ?s <http://x/day> ?d } ORDER BY ?s")
        assert [str(row.d) for row in found] == ["2025-01-02"] * 2  # type: ignore[union-attr]
        assert data.query(ALIVE).askAnswer is True
        assert len(data.query("CONSTRUCT WHERE { ?s <http://x/label> ?o }").graph or []) == 1
        assert (
            len(data.query("SELECT ?s { ?s rdfs:label|x:label ?o }", initNs={"rdfs": "http://r/", "x": "http://x/"}))
            == 1
        )
        assert len(data.query("SELECT ?s ?o { ?s <http://x/title> ?o }", initBindings={"o": Literal("a")})) == 1
        assert len(store.graph()) == 7


def test_the_dataset_calls_and_loads_nothing(built: Path) -> None:
    from rdflib.plugins.sparql import prepareQuery

    file = built.parent / "secret.nt"
    file.write_text("<http://x/s> <http://x/p> <http://x/o> .\n")
    with Store.open(built) as store:
        data = store.dataset()
        assert len(data.query(f"SELECT * FROM <{file.as_uri()}> {{ ?s ?p ?o }}")) == 0
        prepared = prepareQuery(f"SELECT * FROM <{file.as_uri()}> {{ ?s ?p ?o }}")
        for query in (
            "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
            "SELECT * { \\u0053ERVICE <http://x/> {} }",
            prepared,
        ):
            with pytest.raises(QueryError):
                data.query(query)
        with pytest.raises(QueryError):
            data.query("SELECT * { owl:SERVICE#>\n<http://127.0.0.1:1/>{} SERVICEowl:x {} }")


def test_the_dataset_cannot_be_changed(built: Path) -> None:
    from rdflib import Literal, URIRef

    with Store.open(built) as store:
        data = store.dataset()
        triple = (URIRef("http://x/s"), URIRef("http://x/p"), Literal("o"))
        for change in (
            lambda: data.add(triple),
            lambda: data.addN([(*triple, data.default_graph)]),
            lambda: data.remove((None, None, None)),
            lambda: data.graph(URIRef("http://x/g")).add(triple),
            lambda: data.remove_graph(URIRef(f"{BASE}registry")),
            lambda: data.update("CLEAR ALL"),
            lambda: data.update("LOAD <http://127.0.0.1:1/>"),
            lambda: data.parse(data='<http://x/s> <http://x/p> "o" .', format="turtle"),
        ):
            with pytest.raises(StoreError, match="read"):
                change()
        assert len(data) == 7 and store.verify() == []
        data.close()
        assert store.query(ALIVE).boolean


# -- publishing ----------------------------------------------------------------------------------------------------------


def test_the_same_content_changes_nothing(built: Path) -> None:
    def state() -> dict[str, tuple[int, int]]:
        return {
            str(path): (path.stat().st_ino, path.stat().st_mtime_ns)
            for path in built.rglob("*")
            if path.is_file() and path.name != "lock"
        }

    before = state()
    build(built, "a", "b")
    assert state() == before


def test_a_new_build_replaces_the_old_one(built: Path) -> None:
    build(built, "c")
    with Store.open(built) as store:
        assert store.graphs() == [f"{BASE}graph/c", f"{BASE}registry"]
    assert len(generations(built)) == 1


def test_a_reader_keeps_its_generation(built: Path) -> None:
    with Store.open(built) as reader:
        build(built, "c")
        assert len(reader.query("SELECT * { ?s ?p ?o }").rows) == 7
        with pytest.raises(QueryLimit):
            reader.query("SELECT * { ?s ?p ?o }", limits=Limits(seconds=0))
        assert len(reader.query("SELECT * { ?s ?p ?o }").rows) == 7 and reader.verify() == []
        with Store.open(built) as newer:
            assert newer.count == 4
            assert len(generations(built)) == 2
    build(built, "d")
    assert len(generations(built)) == 1


def test_an_older_content_can_come_back_while_it_is_read(built: Path) -> None:
    with Store.open(built) as reader:
        build(built, "c")
        build(built, "a", "b")
        with Store.open(built) as again:
            assert again.digest == reader.digest
        assert reader.verify() == []


def test_content_that_was_damaged_is_written_again(built: Path) -> None:
    [table] = sorted(built.glob("generations/*/oxigraph/*.sst"))[-1:]
    damage = bytearray(table.read_bytes())
    damage[len(damage) // 2] ^= 0xFF
    table.write_bytes(damage)
    build(built, "a", "b")
    with Store.open(built) as store:
        assert store.verify() == [] and store.count == 7
    assert len(generations(built)) == 1


def run(folder: Path, code: str) -> subprocess.Popen[str]:
    """Another Python that knows `folder`, `world`, `build` and `Store`."""
    head = (
        "import os, sys, time; sys.path.insert(0, sys.argv[1]); from pathlib import Path; folder = Path(sys.argv[2])\n"
        "from kg.store import Store\n"
        f"BASE = {BASE!r}\n"
        "def world(*names):\n"
        "    return [f'<x:{n}{i:03}> <x:p> <x:o> <{BASE}graph/{n}> .\\n'.encode() for n in names for i in [0]]\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", head + code, str(ROOT), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


STEPS = """
import builtins, pathlib, shutil, signal
left = int(sys.stdin.readline())
def counted(function):
    def call(*args, **named):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **named)
    return call
import pyoxigraph
os.fsync, os.rename, os.replace, os.mkdir = map(counted, (os.fsync, os.rename, os.replace, os.mkdir))
shutil.rmtree = counted(shutil.rmtree)
class Blocks:
    __iter__ = lambda self: self
    rest = iter(world('c', 'd', 'e'))
    __next__ = counted(lambda self: next(self.rest))
Store.build(folder, Blocks(), base=BASE, documents=3)
print('done', left)
"""


def test_a_kill_at_any_step_leaves_the_old_graph_or_the_new(built: Path) -> None:
    steps, killed = 0, 0
    ended = False
    while not ended:
        # The first steps one by one, those between (one for each file of the engine) in strides.
        steps += 1 if steps < 8 or steps > 24 else 4
        assert steps < 80
        folder = built.with_name(f"killed-{steps}")
        shutil.copytree(built, folder)
        process = run(folder, STEPS)
        _, err = process.communicate(f"{steps}\n", timeout=60)
        ended = process.returncode == 0
        assert ended or process.returncode == -9, err
        killed += not ended
        with Store.open(folder) as store:
            assert store.count in (7, 3) and store.verify() == []
            assert store.query(ALIVE).boolean
            if ended:
                assert store.count == 3
        build(folder, "f")
        with Store.open(folder) as store:
            assert store.count == 4
        assert entries(folder) == {"diplomatic-kg-store.json", "current.json", "generations", "lock"}
        assert len(generations(folder)) == 1
    assert killed >= 10


def test_a_first_build_that_is_killed_leaves_no_store_but_can_be_repeated(folder: Path) -> None:
    for steps in range(1, 12, 2):
        place = folder.with_name(f"first-{steps}")
        process = run(place, STEPS)
        process.communicate(f"{steps}\n", timeout=60)
        assert process.returncode == -9
        with pytest.raises(StoreError, match="kg build"):
            Store.open(place)
        build(place, "a")
        with Store.open(place) as store:
            assert store.count == 4


WAITS = """
def blocks():
    yield world('c')[0]
    print('writing', flush=True)
    sys.stdin.readline()
    yield world('d')[0]
Store.build(folder, blocks(), base=BASE)
"""


def test_only_one_builds_and_readers_go_on(built: Path) -> None:
    other = run(built, WAITS)
    assert other.stdout is not None and other.stdout.readline() == "writing\n"
    with pytest.raises(StoreError, match="another build"):
        build(built, "e")
    with Store.open(built) as store:
        assert store.count == 7
    assert any(name.startswith("building") for name in entries(built))
    other.communicate("go\n", timeout=60)
    assert other.returncode == 0
    with Store.open(built) as store:
        assert store.count == 2


def test_a_kill_from_outside_leaves_the_old_graph(built: Path) -> None:
    other = run(built, WAITS)
    assert other.stdout is not None and other.stdout.readline() == "writing\n"
    other.kill()
    other.communicate()
    with Store.open(built) as store:
        assert store.count == 7
    build(built, "e")
    assert not [name for name in entries(built) if name.startswith("building")]


class Boom(Exception):
    """Raised by the blocks of a build."""


@pytest.mark.parametrize(
    "error", [Boom("mine"), KeyboardInterrupt(), RuntimeError("mine"), StoreError("mine"), ValueError("mine")]
)
@pytest.mark.parametrize("after", [0, 1])
def test_what_the_blocks_raise_passes_through(built: Path, error: BaseException, after: int) -> None:
    def blocks() -> Iterator[bytes]:
        yield from world("c")[:after]
        raise error

    with pytest.raises(type(error)) as caught:
        Store.build(built, blocks(), base=BASE)
    assert caught.value is error
    assert not [name for name in entries(built) if name.startswith("building")]
    with Store.open(built) as store:
        assert store.count == 7
    build(built, "d")


def test_an_error_of_the_count_of_documents_publishes_nothing(built: Path) -> None:
    def documents() -> int:
        raise Boom

    with pytest.raises(Boom):
        Store.build(built, world("c"), base=BASE, documents=documents)
    with Store.open(built) as store:
        assert store.count == 7


def test_a_full_disk_is_told(built: Path) -> None:
    """A limit on the size of files stands in for a full disk."""
    code = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
from kg.errors import StoreError
try:
    Store.build(folder, world(*map(str, range(1000, 3000))), base=BASE)
except StoreError as error:
    print(error)
"""
    process = run(built, code)
    out, err = process.communicate(timeout=60)
    assert str(built) in out and len(out.splitlines()) == 1, err
    assert not [name for name in entries(built) if name.startswith("building")]
    with Store.open(built) as store:
        assert store.count == 7 and store.verify() == []


# -- folders that are not ours -------------------------------------------------------------------------------------------


def test_a_foreign_folder_is_left_alone(folder: Path) -> None:
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    for use in (lambda: build(folder, "a"), lambda: Store.open(folder)):
        with pytest.raises(StoreError, match=str(folder)):
            use()
    assert entries(folder) == {"thesis.txt"}


def test_a_file_and_missing_folders_are_told(folder: Path) -> None:
    with pytest.raises(StoreError, match="kg build"):
        Store.open(folder)
    folder.write_text("a file")
    for use in (lambda: build(folder, "a"), lambda: build(folder / "below", "a"), lambda: Store.open(folder)):
        with pytest.raises(StoreError):
            use()
    assert folder.read_text() == "a file"


def test_an_empty_folder_and_missing_parents_are_fine(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    build(tmp_path / "empty", "a")
    build(tmp_path / "x" / "y" / "ü 日本", "a")
    with Store.open(tmp_path / "x" / "y" / "ü 日本") as store:
        assert store.query(ALIVE).boolean and store.verify() == []


@pytest.mark.parametrize("name", ["generations", "lock", "current.json", "diplomatic-kg-store.json"])
def test_links_in_a_store_are_refused(built: Path, tmp_path: Path, name: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    (built / name).rename(elsewhere)
    (built / name).symlink_to(elsewhere)
    content = elsewhere.read_bytes() if elsewhere.is_file() else sorted(entries(elsewhere))
    with pytest.raises(StoreError):
        build(built, "c")
    assert (elsewhere.read_bytes() if elsewhere.is_file() else sorted(entries(elsewhere))) == content
    if name != "lock":
        with pytest.raises(StoreError):
            Store.open(built)


def test_a_link_to_nowhere_is_refused_and_left_overs_that_are_links_lead_nowhere(built: Path, tmp_path: Path) -> None:
    dangling = tmp_path / "dangling"
    dangling.symlink_to(tmp_path / "nothing")
    with pytest.raises(StoreError):
        build(dangling, "a")
    assert not (tmp_path / "nothing").exists()
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("mine")
    (built / "building-12345").symlink_to(precious)
    build(built, "c")
    assert (precious / "file").read_text() == "mine"


def test_a_folder_that_cannot_be_written_is_told(built: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    built.chmod(0o500)
    try:
        with pytest.raises(StoreError):
            build(built, "c")
        with Store.open(built) as store:
            assert store.query(ALIVE).boolean
    finally:
        built.chmod(0o700)


# -- damage --------------------------------------------------------------------------------------------------------------


def inner(folder: Path, pattern: str) -> list[Path]:
    found = sorted(folder.glob(f"generations/*/{pattern}"))
    assert found
    return found


def rewrite(path: Path, change: Callable[[dict[str, object]], None]) -> None:
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "marker removed": lambda f: (f / "diplomatic-kg-store.json").unlink(),
    "marker emptied": lambda f: (f / "diplomatic-kg-store.json").write_text(""),
    "marker of another format": lambda f: rewrite(f / "diplomatic-kg-store.json", lambda c: c.update(format=99)),
    "everything removed": lambda f: [shutil.rmtree(e) if e.is_dir() else e.unlink() for e in f.iterdir()],
    "all but the marker removed": lambda f: [shutil.rmtree(f / "generations"), (f / "current.json").unlink()],
    "current.json removed": lambda f: (f / "current.json").unlink(),
    "current.json emptied": lambda f: (f / "current.json").write_text(""),
    "current.json no object": lambda f: (f / "current.json").write_text("[1]"),
    "current.json leads out": lambda f: (f / "current.json").write_text('{"generation": "../../x"}'),
    "current.json names nothing": lambda f: (f / "current.json").write_text('{"generation": "0123456789abcdef"}'),
    "current.json is binary": lambda f: (f / "current.json").write_bytes(b"\xff\x00"),
    "generations removed": lambda f: shutil.rmtree(f / "generations"),
    "generation emptied": lambda f: [shutil.rmtree(e) if e.is_dir() else e.unlink() for e in inner(f, "*")],
    "manifest.json removed": lambda f: inner(f, "manifest.json")[0].unlink(),
    "manifest.json cut": lambda f: os.truncate(inner(f, "manifest.json")[0], 20),
    "manifest.json without count": lambda f: rewrite(inner(f, "manifest.json")[0], lambda c: c.pop("quads") and None),
    "manifest.json with another count": lambda f: rewrite(inner(f, "manifest.json")[0], lambda c: c.update(quads=8)),
    "manifest.json with a text for a count": lambda f: rewrite(
        inner(f, "manifest.json")[0], lambda c: c.update(quads="7")
    ),
    "oxigraph removed": lambda f: shutil.rmtree(inner(f, "oxigraph")[0]),
    "oxigraph emptied": lambda f: [e.unlink() for e in inner(f, "oxigraph/*")],
    "MANIFEST removed": lambda f: inner(f, "oxigraph/MANIFEST-*")[0].unlink(),
    "MANIFEST cut in half": lambda f: os.truncate(m := inner(f, "oxigraph/MANIFEST-*")[0], m.stat().st_size // 2),
    "MANIFEST emptied": lambda f: os.truncate(inner(f, "oxigraph/MANIFEST-*")[0], 0),
    "CURRENT removed": lambda f: inner(f, "oxigraph/CURRENT")[0].unlink(),
    "a table removed": lambda f: inner(f, "oxigraph/*.sst")[1].unlink(),
    "a table cut": lambda f: os.truncate(t := inner(f, "oxigraph/*.sst")[1], t.stat().st_size - 100),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_visible_damage_is_refused_with_the_command_that_repairs_it(built: Path, damage: str) -> None:
    DAMAGES[damage](built)
    with pytest.raises(StoreError) as caught:
        Store.open(built)
    message = str(caught.value)
    assert "\n" not in message and str(built) in message and "kg build" in message, message
    if damage not in ("marker removed", "marker emptied", "marker of another format"):
        build(built, "a", "b")
        with Store.open(built) as store:
            assert store.count == 7 and store.verify() == []


def tables(folder: Path) -> list[Path]:
    return inner(folder, "oxigraph/*.sst")


def test_every_changed_byte_is_found_by_verify(built: Path) -> None:
    """The dump of a graph reads one index of several; what it does not read has to be found as well."""
    for number in range(len(tables(built))):
        place = built.with_name(f"flipped-{number}")
        shutil.copytree(built, place)
        table = tables(place)[number]
        content = bytearray(table.read_bytes())
        content[len(content) // 3] ^= 0x01
        table.write_bytes(content)
        try:
            with Store.open(place) as store:
                findings = store.verify()
        except StoreError as error:
            assert "kg build" in str(error)
            continue
        assert findings and all("kg build" in str(finding) and finding.place for finding in findings)


@pytest.mark.parametrize(
    "change", [{"digest": "0" * 64}, {"graphs": 4}], ids=["another digest", "another number of graphs"]
)
def test_verify_compares_with_what_was_published(built: Path, change: dict[str, object]) -> None:
    rewrite(inner(built, "manifest.json")[0], lambda content: content.update(change))
    with Store.open(built) as store:
        [finding] = store.verify()
    assert "published" in str(finding)


def test_other_files_beside_the_quads_are_found(built: Path) -> None:
    (inner(built, "oxigraph")[0] / "999999.sst").write_bytes(b"x")
    with Store.open(built) as store:
        assert store.verify()


def test_reading_changes_no_file(built: Path) -> None:
    def state() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in sorted(built.rglob("*")) if path.is_file()}

    before = state()
    with Store.open(built) as store:
        store.query("SELECT * { ?s ?p ?o }")
        store.verify()
        list(store.lines())
        store.dataset().query(ALIVE)
    assert state() == before


def test_opening_waits_for_a_removal(built: Path) -> None:
    """A reader that has found a generation which a build is removing takes the new one."""
    [readers] = inner(built, "readers")
    with open(readers) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        code = "print('opening', flush=True)\nstore = Store.open(folder)\nprint(store.count)\nstore.close()\n"
        other = run(built, code)
        assert other.stdout is not None and other.stdout.readline() == "opening\n"
        build(built, "c")  # cannot lock the old generation, and leaves it
        old = readers.parent
        shutil.rmtree(old)
    out, err = other.communicate(timeout=60)
    assert out == "4\n", err
