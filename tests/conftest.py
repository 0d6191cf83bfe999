"""What several tests share: six reports of the shipped corpus as a store on disk, built once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.building import build
from kg.store import Store
from tests.helpers import DATA, weekend


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "store"
    report = build([weekend(tmp_path_factory.mktemp("weekend"))], folder, registry=DATA / "registry")
    assert report.left_out == 0, [str(finding) for finding in report.findings]
    return folder


@pytest.fixture(scope="session")
def sample(sample_folder: Path) -> Iterator[Store]:
    with Store.open(sample_folder) as store:
        yield store
