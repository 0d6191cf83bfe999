"""Tables live and die with their generation: written with it, grown with it, never trusted when changed."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from kg import tables
from kg.building import build
from kg.errors import StoreError
from kg.scene import load_scene
from kg.store import Store
from kg.tables.kept import derive
from kg.tables.questions import all_pairs
from kg.tables.rows import TABLES
from kg.tables.seated import NUMBERED
from tests.benchmarks.corpus import write
from tests.test_growth import edit, move_row, remove


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("kept")
    write(home / "corpus", 24)
    build([home / "corpus"], home / "store")
    return home


@pytest.fixture
def home(first: Path, tmp_path: Path) -> Path:
    shutil.copytree(first, tmp_path / "home", dirs_exist_ok=True)
    return tmp_path / "home"


def generation(store: Path) -> Path:
    (only,) = store.glob("generations/*")
    return only


def files(store: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in (generation(store) / "tables").iterdir()}


def test_tables_of_a_generation_are_those_of_its_quads(home: Path):
    assert set(files(home / "store")) == {"index.json", *(f"{name}.parquet" for name in (*TABLES, *NUMBERED))}
    with Store.open(home / "store") as store:
        kept = store.tables_at_hand()
        assert kept is not None
        made = derive(b"".join(store.lines(graph)) for graph in store.graphs())
        for name in TABLES:
            assert kept[name].equals(made[name]), name
        for name in NUMBERED:
            assert kept.numbered(name).equals(made.numbered(name)) and kept.numbered(name).height > 0, name
            assert name not in kept
        assert kept["participation"].height > 24 and store.verify() == []


@pytest.mark.parametrize(
    "change",
    [
        lambda corpus: edit(corpus, 7),
        lambda corpus: [edit(corpus, 0), edit(corpus, 23)],
        lambda corpus: remove(corpus, 15),
        lambda corpus: [remove(corpus, 15), edit(corpus, 16), move_row(corpus, 3)],
        lambda corpus: None,
    ],
    ids=["edited", "first and last", "removed", "several", "nothing"],
)  # fmt: skip
def test_tables_that_grow_are_those_of_a_full_build_byte_for_byte(home: Path, change: Callable[[Path], object]):
    change(home / "corpus")
    assert build([home / "corpus"], home / "store").built < 24
    build([home / "corpus"], home / "full", anew=True)
    assert files(home / "store") == files(home / "full")


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / "claims.parquet").write_bytes(b"PAR1"),
        lambda folder: (folder / "claims.parquet").unlink(),
        lambda folder: (folder / "claims.parquet").write_bytes((folder / "labels.parquet").read_bytes()),
        lambda folder: (folder / "seated.parquet").unlink(),
        lambda folder: (folder / "actors.parquet").write_bytes((folder / "meetings.parquet").read_bytes()),
        lambda folder: (folder / "other.parquet").write_bytes(b""),
        lambda folder: (folder / "index.json").write_text("[]"),
    ],
    ids=["cut", "gone", "another's", "no numbers", "another's numbers", "foreign", "index"],
)
def test_changed_tables_are_found_and_made_anew(home: Path, harm: Callable[[Path], object]):
    harm(generation(home / "store") / "tables")
    with Store.open(home / "store") as store:
        assert any("tables" in str(finding) for finding in store.verify())
    assert build([home / "corpus"], home / "store").built == 24
    with Store.open(home / "store") as store:
        assert store.verify() == [] and store.tables()["claims"].height > 0


def test_a_damaged_table_is_refused_and_never_read(home: Path):
    file = generation(home / "store") / "tables" / "claims.parquet"
    file.write_bytes(file.read_bytes()[:-9] + b"\0" * 9)
    with (
        Store.open(home / "store") as store,
        pytest.raises(StoreError, match="the table claims is not what was written"),
    ):
        load_scene(store)


def test_damaged_numbers_are_refused_and_never_read(home: Path):
    file = generation(home / "store") / "tables" / "seated.parquet"
    file.write_bytes(file.read_bytes()[:-9] + b"\0" * 9)
    with Store.open(home / "store") as store:
        with pytest.raises(StoreError, match="the table seated is not what was written"):
            all_pairs(store.tables())
        assert any("tables/seated.parquet is changed" in str(finding) for finding in store.verify())


@pytest.mark.parametrize("name", ["claims", *NUMBERED])
def test_what_was_written_otherwise_than_the_quads_say_is_found(home: Path, name: str):
    folder = generation(home / "store") / "tables"
    file = folder / f"{name}.parquet"
    pl.read_parquet(file).reverse().write_parquet(file)
    index = json.loads((folder / "index.json").read_text())
    index["files"][file.name] = [file.stat().st_size, hashlib.sha256(file.read_bytes()).hexdigest()]
    (folder / "index.json").write_text(json.dumps(index))
    with Store.open(home / "store") as store:
        (finding,) = store.verify()
        assert f"the table {name} is not what the quads give" in str(finding)


def test_tables_of_another_format_are_none_and_made_anew(home: Path):
    """The format before numbers were kept, whole in itself."""
    wanted, index = files(home / "store"), generation(home / "store") / "tables" / "index.json"
    content = json.loads(index.read_text()) | {"format": 1}
    for name in NUMBERED:
        (index.parent / f"{name}.parquet").unlink()
        del content["files"][f"{name}.parquet"]
    index.write_text(json.dumps(content))
    with Store.open(home / "store") as store:
        assert store.verify() == [] and store.tables_at_hand() is None and all_pairs(store.tables()).height > 0
    assert build([home / "corpus"], home / "store").built == 24
    assert files(home / "store") == wanted


def test_without_polars_a_build_keeps_no_tables_and_answers_all_the_same(home: Path, monkeypatch: pytest.MonkeyPatch):
    with Store.open(home / "store") as store:
        wanted = load_scene(store)
    monkeypatch.setattr(tables, "available", lambda: False)
    build([home / "corpus"], home / "plain")
    assert not (generation(home / "plain") / "tables").exists()
    with Store.open(home / "plain") as store:
        assert store.tables_at_hand() is None and load_scene(store) == wanted
        with pytest.raises(StoreError, match="polars"):
            store.tables()
    edit(home / "corpus", 7)
    assert build([home / "corpus"], home / "plain").built == 1
    # Installed meanwhile: the next build writes them.
    monkeypatch.undo()
    assert build([home / "corpus"], home / "plain").built == 24
    assert (generation(home / "plain") / "tables").exists()


def test_a_build_that_changes_nothing_leaves_whole_tables(home: Path):
    before = files(home / "store")
    assert build([home / "corpus"], home / "store").built == 0
    assert files(home / "store") == before
    with Store.open(home / "store") as store:
        assert store.verify() == []
