"""`kg build --engine dask`: what it needs of the options, and one call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.terminal import show_progress

if TYPE_CHECKING:
    from kg.building import Report

ENGINES = ("here", "dask")

_OPTIONS = (
    click.option(
        "--engine", type=click.Choice(ENGINES), default=ENGINES[0], show_default=True, help="Who builds: this machine's "
        "processors, or a Dask cluster.",
    ),
    click.option("--parts", metavar="DIR|URL", help="With dask: the folder for the parts, a path or any fsspec address."),
    click.option("--scheduler", default="", metavar="URL", help="With dask: a cluster that runs, tcp://… or tls://…"),
    click.option("--workers", type=click.IntRange(1, 256), help="With dask, without a scheduler: processes. [default: 4]"),
    click.option("--worker-memory", type=click.IntRange(256), help="With dask: MiB for each of them. [default: 1024]"),
    click.option("--parquet", is_flag=True, help="With dask: write the quads as Parquet, too."),
)  # fmt: skip


def cluster_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add them to a command, which gets them as engine, parts, scheduler, workers, worker_memory and parquet."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def check_options(engine: str, store: Path | None, anew: bool, **of_cluster: Any) -> None:
    """Refuse options that do not go with the engine."""
    if engine == "dask":
        if of_cluster["parts"] is None:
            raise click.UsageError("--engine dask needs --parts DIR|URL; with --store as well, a store is made of them")
        if anew:
            raise click.UsageError("--anew: a cluster builds every document anyway")
        if of_cluster["scheduler"] and (of_cluster["workers"] or of_cluster["worker_memory"]):
            raise click.UsageError(
                "--workers and --worker-memory are for a cluster of this machine, not for --scheduler"
            )
        return
    given = [f"--{name.replace('_', '-')}" for name, value in of_cluster.items() if value]
    if given:
        raise click.UsageError(f"{given[0]} needs --engine dask")
    if store is None:
        raise click.UsageError("Missing option '--store'.")


def build_parts(corpora: tuple[str, ...], parts: str, store: Path | None, **options: Any) -> Report:
    """Build into parts, and of them a store where one is wanted."""
    from kg.cluster.run import build_parts as build
    from kg.parts import Parts
    from kg.places import Place
    from kg.store import Store

    with show_progress("building") as progress:
        report = build(corpora, parts, progress=progress, **options)
    if store is not None:
        made = Parts(Place(parts))
        Store.build(store, made.blocks(), base=made.base, documents=made.contents.documents)
    return report
