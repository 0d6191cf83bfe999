"""A folder of parts: pushed into a server, made into a store, checked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.cluster.run import build_parts
from kg.errors import StoreError
from kg.parts import Parts
from kg.places import Place
from kg.remote import RemoteStore
from kg.store import Store
from tests.cluster.conftest import write_world
from tests.remote.servers import oxigraph


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_world(tmp_path_factory.mktemp("parts") / "corpus", 10)


def test_parts_are_pushed_into_a_server(scheduler: str, corpus: Path, tmp_path: Path):
    where = tmp_path / "parts"
    build_parts([str(corpus)], str(where), scheduler=scheduler, part=4)
    (tmp_path / "server").mkdir()
    with oxigraph(tmp_path / "server") as server, RemoteStore(server.query, trusted=True) as remote:
        for address in (str(where), where.as_uri()):
            done = CliRunner().invoke(main, ["push", server.store, "--store", address, "--query-url", server.query])
            assert done.exit_code == 0, done.output
        (row,) = remote.query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }").rows
        assert row[0] is not None and int(row[0].value) == Parts(Place(str(where))).contents.quads


def test_a_store_is_made_of_parts_by_the_same_command(scheduler: str, corpus: Path, tmp_path: Path):
    words = [
        "--engine",
        "dask",
        "--scheduler",
        scheduler,
        "--parts",
        str(tmp_path / "parts"),
        "--store",
        str(tmp_path / "store"),
    ]
    done = CliRunner().invoke(main, ["build", str(corpus), *words])
    assert done.exit_code == 0, done.output
    with Store.open(tmp_path / "store") as store:
        contents = Parts(Place(str(tmp_path / "parts"))).contents
        assert (store.digest, store.documents) == (contents.digest, contents.documents)
        assert store.verify() == []
    again = CliRunner().invoke(main, ["build", str(corpus), "--store", str(tmp_path / "store")])
    assert again.exit_code == 0
    with Store.open(tmp_path / "store") as store:
        assert store.digest == contents.digest, "a build by one machine goes on from there"


def test_damage_is_found(scheduler: str, corpus: Path, tmp_path: Path):
    build_parts([str(corpus)], str(tmp_path), scheduler=scheduler, part=4)
    parts = Parts(Place(str(tmp_path)))
    file = tmp_path / parts.contents.parts[1].name
    content = file.read_bytes()
    file.write_bytes(content.replace(b"Report", b"Rapport", 1).replace(b"Daily", b"Dayly", 1))
    assert any(file.name in finding.found for finding in parts.verify())
    with pytest.raises(StoreError, match="has changed"):
        list(parts.lines())
    file.write_bytes(content)
    assert parts.verify() == []
    index = tmp_path / parts.contents.index.name
    index.write_bytes(index.read_bytes()[:-40])
    with pytest.raises(StoreError, match="has changed"):
        Parts(Place(str(tmp_path))).graphs()


def test_what_is_no_folder_of_parts_is_refused(tmp_path: Path):
    with pytest.raises(StoreError, match="holds no parts"):
        Parts(Place(str(tmp_path)))
    (tmp_path / "parts.json").write_text(json.dumps({"format": 99}))
    with pytest.raises(StoreError, match="this version reads 1"):
        Parts(Place(str(tmp_path)))
    for text in ("{", "[]", '{"format": 1}', '{"format": 1, "parts": [3], "others": [], "index": {}}'):
        (tmp_path / "parts.json").write_text(text)
        with pytest.raises(StoreError, match="cannot be read"):
            Parts(Place(str(tmp_path)))


def test_addresses_for_messages_show_no_password():
    assert Place("s3://key:secret@desk/parts").shown == "s3://desk/parts"
    assert Place("zip://a::ftp://me:pw@host/x.zip").shown == "zip://a::ftp://host/x.zip"
    assert Place("zip://a::s3://b/x.zip").at("c").address == "zip://a/c::s3://b/x.zip"
