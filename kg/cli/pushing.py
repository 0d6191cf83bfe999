"""Commands that write into another server: push."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.terminal import (
    EXIT_FAILED,
    open_folder,
    plain_option,
    remote_settings,
    show_progress,
    token_option,
)

if TYPE_CHECKING:
    from kg.parts import Parts
    from kg.store import Store


@contextmanager
def _opened(address: str) -> Iterator[Store | Parts]:
    """A store in a folder, or parts in a folder or at an address."""
    from kg.parts import Parts, is_parts
    from kg.places import Place, is_address

    if is_address(address) or is_parts(Place(address)):
        yield Parts(Place(address))
        return
    with open_folder(Path(address)) as store:
        yield store


@click.command()
@click.argument("address", metavar="URL")
@click.option(
    "--store",
    "store_dir",
    required=True,
    metavar="DIR|URL",
    help="The store folder; or a folder of parts, also at any fsspec address.",
)
@click.option("--query-url", metavar="URL", help="Its SPARQL endpoint: compare what is there afterwards.")
@click.option("--prune", is_flag=True, help="Remove graphs that are there and not in the store. Needs --query-url.")
@click.option("--timeout", type=click.FloatRange(0.1, 86400), default=120.0, show_default=True, help="Seconds a graph.")
@token_option
@plain_option
def push(address: str, store_dir: str, query_url: str | None, prune: bool, timeout: float) -> None:
    """Write a store, or the parts of a cluster, into a server by the SPARQL Graph Store Protocol, graph by graph.

    Each named graph takes the place of its namesake.

    \b
    kg push http://127.0.0.1:7878/store --store store
    kg push https://kg.example.org/store --store store --token-file token \\
            --query-url https://kg.example.org/query --prune
    kg push http://127.0.0.1:7878/store --store s3://desk/parts
    """
    from kg.pushing import differences, remove_others
    from kg.pushing import push as push_store
    from kg.remote import RemoteStore
    from kg.web import Client

    if prune and query_url is None:
        raise click.UsageError("--prune needs --query-url, which tells what graphs are there")
    settings = remote_settings()
    client = Client(address, **settings)
    remote = RemoteStore(query_url, **settings, trusted=True) if query_url else None  # it only counts
    with _opened(store_dir) as store:
        with show_progress("pushing", "graphs") as progress:
            pushed = push_store(store, client, seconds=timeout, progress=progress)
        click.echo(f"{pushed.triples} triples in {pushed.graphs} graphs written to {address}", err=True)
        if remote is None:
            return
        if prune:
            removed = remove_others(store, client, remote, seconds=timeout)
            click.echo(f"{len(removed)} graphs removed", err=True)
        findings = differences(store, remote)
    for finding in findings:
        click.echo(str(finding))
    if any(finding.lost for finding in findings):
        sys.exit(EXIT_FAILED)
