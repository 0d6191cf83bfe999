"""`kg tables`: lists, prints and writes what the library gives."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from kg import tables
from kg.building import build
from kg.cli import main
from kg.projections import edges, pairs
from kg.store import Store
from kg.tables.rows import TABLES
from kg.views import Policy
from tests.helpers import weekend


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("command")
    (home / "corpus").mkdir()
    build([weekend(home / "corpus")], home / "store")
    return home / "store"


def kg_tables(store: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["tables", *arguments, "--store", str(store)])


def test_all_tables_are_listed_with_their_rows(built: Path):
    shown = kg_tables(built).stdout
    with Store.open(built) as store:
        found = store.tables()
        for name in TABLES:
            assert any(line.split()[:2] == [name, str(found[name].height)] for line in shown.splitlines()), name


def test_a_table_is_printed_as_csv(built: Path):
    rows = list(csv.DictReader(io.StringIO(kg_tables(built, "claims", "-f", "csv").stdout)))
    with Store.open(built) as store:
        wanted = store.tables()["claims"].fill_null("").to_dicts()
    assert rows == wanted and rows


def test_edges_follow_the_options(built: Path):
    rows = list(
        csv.DictReader(
            io.StringIO(kg_tables(built, "edges", "--stages", "all", "--level", "person", "--iris", "-f", "csv").stdout)
        )
    )
    from kg.standing import STANDINGS

    with Store.open(built) as store:
        wanted = edges(store, "who-talks-to-whom", Policy(STANDINGS, level="person"))
    assert [(row["one"], row["other"], row["gathering"]) for row in rows] == wanted.select(
        "one", "other", "gathering"
    ).rows() and rows


def test_pairs_have_names(built: Path):
    shown = kg_tables(built, "pairs").stdout
    with Store.open(built) as store:
        assert len(shown.splitlines()) >= pairs(store).height + 2
    assert "https://" not in shown


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_all_tables_are_written(built: Path, tmp_path: Path, form: str):
    assert kg_tables(built, "-o", str(tmp_path / "out"), "-f", form).exit_code == 0
    assert {file.name for file in (tmp_path / "out").iterdir()} == {f"{name}.{form}" for name in TABLES}
    if form == "parquet":
        with Store.open(built) as store:
            assert pl.read_parquet(tmp_path / "out" / "evidence.parquet").equals(store.tables()["evidence"])


def test_one_table_is_written_by_the_ending_of_its_file(built: Path, tmp_path: Path):
    for name in ("one.csv", "one.parquet"):
        assert kg_tables(built, "standings", "-o", str(tmp_path / name)).exit_code == 0
    assert pl.read_csv(tmp_path / "one.csv").height == pl.read_parquet(tmp_path / "one.parquet").height > 0
    assert "gathering" in kg_tables(built, "seats").stdout and "span" in kg_tables(built, "edge-evidence").stdout


def test_what_cannot_be_is_said_in_a_line(built: Path, monkeypatch: pytest.MonkeyPatch):
    for arguments, words in (
        (("nope",), "there is no table 'nope'"),
        (("seated",), "there is no table 'seated'"),
        (("claims", "-f", "parquet"), "name a file with -o"),
    ):
        done = kg_tables(built, *arguments)
        assert done.exit_code == 1 and words in done.stderr and len(done.stderr.splitlines()) == 1
    monkeypatch.setattr(tables, "available", lambda: False)
    done = kg_tables(built)
    assert done.exit_code == 1 and "pip install 'diplomatic-kg[tables]'" in done.stderr
