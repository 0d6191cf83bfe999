"""Resources: found in a checkout and in a wheel, and missed with a message that helps."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import resources
from kg.errors import KGError

ROOT = Path(__file__).resolve().parent.parent


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path.parent


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A package folder and a checkout folder, both empty."""
    package, checkout = tmp_path / "site" / "kg", tmp_path / "checkout"
    monkeypatch.setattr(resources, "_PACKAGE", package)
    monkeypatch.setattr(resources, "_CHECKOUT", checkout)
    return package, checkout


def test_this_checkout_has_its_ontology() -> None:
    assert resources.ontology_dir() == ROOT / "ontology"
    files = resources.ontology_files()
    assert files[0].name == "diplomacy.ttl"
    assert len(files) == 23
    assert files[1:] == sorted(files[1:])
    assert resources.data_shapes().is_file()
    assert resources.style_shapes().is_file()


def test_a_checkout_has_its_files_beside_the_package(places: tuple[Path, Path]) -> None:
    _, checkout = places
    assert resources.__name__ == "kg.resources"
    assert touch(checkout / "ontology" / "diplomacy.ttl") == resources.ontology_dir()
    assert touch(checkout / "data" / "registry" / "actors.tsv") == resources.registry_dir()
    assert touch(checkout / "data" / "russia-ukraine-2025" / "sources.csv") == resources.sample_dir()


def test_a_wheel_has_them_inside_and_they_come_first(places: tuple[Path, Path]) -> None:
    package, checkout = places
    touch(checkout / "ontology" / "diplomacy.ttl")
    assert touch(package / "ontology" / "diplomacy.ttl") == resources.ontology_dir()
    assert touch(package / "sample" / "registry" / "actors.tsv") == resources.registry_dir()
    assert touch(package / "sample" / "russia-ukraine-2025" / "sources.csv") == resources.sample_dir()


def test_an_empty_folder_is_not_taken_for_the_real_one(places: tuple[Path, Path]) -> None:
    package, checkout = places
    (package / "ontology").mkdir(parents=True)
    assert touch(checkout / "ontology" / "diplomacy.ttl") == resources.ontology_dir()


@pytest.mark.parametrize(
    "find", [resources.ontology_dir, resources.data_shapes, resources.registry_dir, resources.sample_dir]
)
def test_what_is_missing_is_said_with_a_remedy(places: tuple[Path, Path], find) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(KGError, match=r"missing.*install diplomatic-kg again"):
        find()


def test_missing_shapes_are_named(places: tuple[Path, Path]) -> None:
    touch(places[1] / "ontology" / "diplomacy.ttl")
    with pytest.raises(KGError, match=r"data\.ttl: the shapes for data are missing"):
        resources.data_shapes()
