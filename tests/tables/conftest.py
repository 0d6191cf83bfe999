"""Stores with their tables: the shipped corpora, and random worlds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.building import build_in_memory
from kg.store import Store
from tests.identity import corpora
from tests.worlds import random_world

WORLDS = range(12)


@pytest.fixture(scope="session")
def shipped() -> Iterator[Store]:
    """All shipped corpora in one store."""
    store, _ = build_in_memory(corpora())
    with store:
        yield store


@pytest.fixture(scope="session", params=["shipped", *WORLDS])
def store(request: pytest.FixtureRequest, shipped: Store) -> Iterator[Store]:
    """The shipped corpora, then worlds wilder than any text."""
    if request.param == "shipped":
        yield shipped
    else:
        with random_world(request.param) as world:
            yield world
