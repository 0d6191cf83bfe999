"""Where the files lie that travel with the code: the ontology with its shapes, and the sample corpus with its registry.

An installed wheel has them inside the package (kg/ontology, kg/sample); a checkout, also one installed editable, has
them beside it (ontology/, data/). The wheel's place comes first, so that an installed product reads no stray folder.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from kg.errors import KGError

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent
_REMEDY = "install diplomatic-kg again, or run in a complete checkout"

SAMPLE = "russia-ukraine-2025"
"""Name of the sample corpus."""


def ontology_dir() -> Path:
    """The folder with diplomacy.ttl, vocab/ and shapes/. KGError if this installation has none."""
    return _find("the ontology", "diplomacy.ttl", _PACKAGE / "ontology", _CHECKOUT / "ontology")


def ontology_files() -> list[Path]:
    """diplomacy.ttl and every vocabulary, sorted: what a store needs to show labels and definitions."""
    home = ontology_dir()
    return [home / "diplomacy.ttl", *sorted((home / "vocab").glob("*.ttl"))]


def data_shapes() -> Path:
    """The SHACL shapes for a graph of data."""
    return _file("the shapes for data", ontology_dir() / "shapes" / "data.ttl")


def style_shapes() -> Path:
    """The SHACL shapes for the ontology itself."""
    return _file("the shapes for the ontology", ontology_dir() / "shapes" / "style.ttl")


@cache
def jsonld_context() -> dict[str, Any]:
    """The JSON-LD context of the ontology, as it stands in every JSON-LD export. KGError if this installation has none."""
    path = _file("the JSON-LD context", ontology_dir() / "context.jsonld")
    context: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["@context"]
    return context


def audit_files() -> list[Path]:
    """The queries for what shapes cannot say, sorted by name. KGError if this installation has none."""
    home = ontology_dir() / "audits"
    if not (files := sorted(home.glob("*.rq"))):
        raise KGError("the audits are missing", place=str(home), remedy=_REMEDY)
    return files


def mappings_dir() -> Path:
    """The folder of the mappings from other label sets. KGError if this installation has none."""
    home = ontology_dir() / "mappings"
    if not home.is_dir():
        raise KGError("the mappings are missing", place=str(home), remedy=_REMEDY)
    return home


def registry_dir() -> Path:
    """The folder with the registry that comes with the product: actors.tsv, venues.tsv. KGError if there is none."""
    return _find("the registry", "actors.tsv", _PACKAGE / "sample" / "registry", _CHECKOUT / "data" / "registry")


def sample_dir() -> Path:
    """The folder of the sample corpus. KGError if this installation has none."""
    return _find("the sample corpus", "sources.csv", _PACKAGE / "sample" / SAMPLE, _CHECKOUT / "data" / SAMPLE)


def _find(what: str, holds: str, *places: Path) -> Path:
    """The first of places that holds the named file: a folder that is merely there, and empty, is not it."""
    for place in places:
        if (place / holds).is_file():
            return place
    looked = " and ".join(str(place) for place in places)
    raise KGError(f"{what} is missing: no {holds} in {looked}", remedy=_REMEDY)


def _file(what: str, path: Path) -> Path:
    if not path.is_file():
        raise KGError(f"{what} are missing", place=str(path), remedy=_REMEDY)
    return path
