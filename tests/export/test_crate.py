"""The study as an RO-Crate: read by the library of the standard, complete, and byte for byte the same."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph
import pytest
import rdflib
from rocrate.rocrate import ROCrate

from kg.errors import InputError
from kg.export.crate import About, write_folder, zipped
from kg.query import named_queries
from kg.store import Store
from tests.helpers import SAMPLE

ABOUT = About("Miami, December 2025", "Ada Example", "https://creativecommons.org/licenses/by/4.0/", (SAMPLE,))


@pytest.fixture(scope="module")
def folder(sample: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("crate") / "study"
    write_folder(sample, ABOUT, made)
    return made


def test_the_library_of_the_standard_reads_it(folder: Path, sample: Store):
    crate = ROCrate(folder)
    assert crate.name == "Miami, December 2025"
    assert str(crate.root_dataset["datePublished"]).startswith("2025-12-22"), "the newest document, no clock"
    assert crate.root_dataset["license"].id == ABOUT.license
    assert crate.root_dataset["creator"]["name"] == "Ada Example"
    files = [entity for entity in crate.get_entities() if "File" in entity.type]
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {unquote(entity.id) for entity in files} == there - {"ro-crate-metadata.json"}
    for entity in files:
        data = (folder / unquote(entity.id)).read_bytes()
        assert (str(len(data)), hashlib.sha256(data).hexdigest()) == (entity["contentSize"], entity["sha256"])
    assert (folder / "data" / "graph.nq").read_bytes() == b"".join(sample.lines())
    documents = [entity for entity in crate.get_entities() if entity.type == "NewsArticle"]
    assert len(documents) == sample.documents and len(crate.root_dataset["citation"]) == sample.documents


def test_the_whole_study_is_in_it(folder: Path, sample: Store):
    quads = set(pyoxigraph.parse(path=folder / "data" / "graph.nq", format=pyoxigraph.RdfFormat.N_QUADS))
    assert len(quads) == sample.count
    rdflib.Graph().parse(folder / "ontology" / "diplomacy.ttl")
    assert (folder / "ontology" / "vocab" / "stage.ttl").is_file() and (
        folder / "ontology" / "shapes" / "data.ttl"
    ).is_file()
    asked = {path.stem for path in (folder / "queries").iterdir()}
    assert asked == {name for name, query in named_queries().items() if not query.internal}
    copied = {path.name: path.read_bytes() for path in (folder / "corpus" / SAMPLE.name).iterdir()}
    assert copied == {path.name: path.read_bytes() for path in SAMPLE.iterdir() if path.is_file()}
    assert "corpus/" in (folder / "README.md").read_text(encoding="utf-8")


def test_metadata_are_flat_json_ld_with_every_reference_resolved(folder: Path):
    document = json.loads((folder / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    ids = [entity["@id"] for entity in document["@graph"]]
    assert len(ids) == len(set(ids)) and ids[:2] == ["ro-crate-metadata.json", "./"]

    def references(value: object):
        if isinstance(value, dict):
            if set(value) == {"@id"}:
                yield value["@id"]
            for inner in value.values():
                yield from references(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from references(inner)

    known = {*ids, "https://w3id.org/ro/crate/1.1"}
    assert {one for entity in document["@graph"] for one in references(entity)} <= known


def test_the_zip_is_the_folder_and_the_same_each_time(folder: Path, sample: Store, tmp_path: Path):
    first, second = (b"".join(zipped(sample, ABOUT)) for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.testzip() is None
        inside = {info.filename: archive.read(info) for info in archive.infolist()}
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert inside == {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    (tmp_path / "study.zip").write_bytes(first)
    assert ROCrate(tmp_path / "study.zip").name == "Miami, December 2025"


def test_a_folder_with_something_in_it_is_left_alone(sample: Store, tmp_path: Path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep me")
    with pytest.raises(InputError, match="not empty"):
        write_folder(sample, About(), tmp_path / "mine")
    assert [path.name for path in tmp_path.rglob("*")] == ["mine", "notes.txt"]
    write_folder(sample, About(), tmp_path / "new")
    with pytest.raises(InputError, match="not empty"):
        write_folder(sample, About(), tmp_path / "new")
    (tmp_path / "empty").mkdir()
    write_folder(sample, About(), tmp_path / "empty")
    assert (tmp_path / "empty" / "ro-crate-metadata.json").is_file()


def test_links_hidden_files_and_pipes_of_a_corpus_stay_out(sample: Store, tmp_path: Path):
    import os

    corpus = tmp_path / "corpus"
    (corpus / ".git").mkdir(parents=True)
    (corpus / ".git" / "secret").write_text("secret")
    (corpus / ".hidden").write_text("hidden")
    (corpus / "a report#1 ü.txt").write_text("words")
    (corpus / "passwd").symlink_to("/etc/passwd")
    (corpus / "away").symlink_to("/etc")
    os.mkfifo(corpus / "pipe")
    write_folder(sample, About(corpora=(corpus,)), tmp_path / "study")
    assert [path.name for path in (tmp_path / "study" / "corpus" / "corpus").iterdir()] == ["a report#1 ü.txt"]
    assert ROCrate(tmp_path / "study").get("corpus/corpus/a%20report%231%20%C3%BC.txt") is not None


def test_what_cannot_be_a_corpus_is_said(sample: Store, tmp_path: Path):
    with pytest.raises(InputError, match="is no folder"):
        write_folder(sample, About(corpora=(tmp_path / "nowhere",)), tmp_path / "study")
    for one in ("a", "b"):
        (tmp_path / one / "same").mkdir(parents=True)
    with pytest.raises(InputError, match="a second corpus is called same"):
        write_folder(sample, About(corpora=(tmp_path / "a" / "same", tmp_path / "b" / "same")), tmp_path / "study")
    assert not (tmp_path / "study").exists() and not list(tmp_path.glob(".kg-*")), "nothing half is left"


def test_without_licence_and_creator_the_crate_says_so(sample: Store):
    with zipfile.ZipFile(io.BytesIO(b"".join(zipped(sample, About())))) as archive:
        root = json.loads(archive.read("ro-crate-metadata.json"))["@graph"][1]
    assert root["license"].startswith("No licence is stated") and "creator" not in root
