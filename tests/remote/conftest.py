"""Servers that hold the shipped corpus, pushed there by the product itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.pushing import push
from kg.store import Store
from kg.web import Client
from tests.remote.servers import Remote, oxigraph, virtuoso


@pytest.fixture(scope="package")
def oxigraph_server(tmp_path_factory: pytest.TempPathFactory, sample: Store) -> Iterator[Remote]:
    with oxigraph(tmp_path_factory.mktemp("oxigraph")) as server:
        push(sample, Client(server.store))
        yield server


@pytest.fixture(scope="package")
def virtuoso_server(tmp_path_factory: pytest.TempPathFactory, sample: Store) -> Iterator[Remote]:
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as server:
        push(sample, Client(server.store))
        yield server
