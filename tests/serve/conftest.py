"""One endpoint on the shipped corpus, for all tests that only ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serve.process import Served, served


@pytest.fixture(scope="package")
def endpoint(sample_folder: Path) -> Iterator[Served]:
    with served(
        sample_folder, "--timeout", "3", "--memory", "512", "--max-rows", "20000", "--max-size", "4"
    ) as running:
        yield running
