"""Commands that make a store and look after it: build, demo, info, validate, verify."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from kg.cli.clustering import build_parts, check_options, cluster_options
from kg.cli.terminal import (
    EXIT_FAILED,
    EXIT_VIOLATIONS,
    annotator_option,
    base_option,
    folder_option,
    mapping_option,
    open_folder,
    open_store,
    registry_option,
    report_build,
    show_progress,
    store_option,
    width,
)


@click.command()
@click.argument("corpora", nargs=-1, required=True, metavar="CORPUS…")
@click.option(
    "--store",
    "store_dir",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The store folder. Needed without dask.",
)
@registry_option
@base_option
@annotator_option
@mapping_option
@click.option("--strict", is_flag=True, help="Exit with 1 when anything of the input was left out.")
@click.option("--anew", is_flag=True, help="Build every document, also those that have not changed.")
@cluster_options
def build(
    corpora: tuple[str, ...],
    store_dir: Path | None,
    registry: str | None,
    base: str | None,
    annotators: tuple[str, ...],
    mapping: str,
    strict: bool,
    anew: bool,
    engine: str,
    parts: str | None,
    scheduler: str,
    workers: int | None,
    worker_memory: int | None,
    parquet: bool,
) -> None:
    """Build corpora into a store: folders with annotated files and a sources.csv, or single exports.

    Formats are recognised by content; `kg formats` lists them. Documents that have not changed since the last build are not
    built again; the graph is the same as if they were. The earlier graph of the store answers until the new one is complete.

    With --engine dask, a cluster writes the same graph as a folder of parts; corpora may be addresses (s3://, https://, zip://).

    \b
    kg build data/russia-ukraine-2025 --store store
    kg build s3://desk/corpus --engine dask --scheduler tls://10.0.0.5:8786 --parts s3://desk/parts
    """
    from kg.building import build as build_store
    from kg.namespaces import BASE

    of_cluster = {"parts": parts, "scheduler": scheduler, "workers": workers, "worker_memory": worker_memory}
    check_options(engine, store_dir, anew, **of_cluster, parquet=parquet)
    known: dict[str, Any] = {"base": base or BASE, "annotators": annotators, "mapping": mapping}
    if parts is not None:
        sizes = {"workers": workers, "memory": worker_memory}
        options = {name: size for name, size in sizes.items() if size is not None} | known
        report = build_parts(
            corpora, parts, store_dir, registry=registry, scheduler=scheduler, parquet=parquet, **options
        )
        report_build(report, parts)
    else:
        assert store_dir is not None  # check_options has seen to it
        with show_progress("building") as progress:
            report = build_store(
                [Path(corpus) for corpus in corpora],
                store_dir,
                registry=Path(registry) if registry else None,
                progress=progress,
                anew=anew,
                **known,
            )
        report_build(report, store_dir)
    if strict and report.left_out:
        sys.exit(EXIT_FAILED)


@click.command()
@store_option
def info(store_dir: Path | str) -> None:
    """Say what is in a store: documents, quads, kinds of things, named graphs."""
    from kg.query import ask
    from kg.results import layout

    with open_store(store_dir) as store:
        rows = [("documents", str(store.documents)), ("quads", str(store.count)), ("graphs", str(len(store.graphs())))]
        rows += [("base", store.base), ("sha256", store.digest)]
        answer = ask(store, "overview")
        rows += [(kind.value.rpartition("#")[2], number.value) for kind, number in answer.rows if kind and number]
    click.echo(layout(["what", "value"], rows, width()), nl=False)


@click.command()
@store_option
@click.option("--shapes", type=click.Path(path_type=Path), metavar="FILE", help="Other SHACL shapes than our own.")
def validate(store_dir: Path | str, shapes: Path | None) -> None:
    """Check a store against the SHACL shapes and the audits of the ontology; exit with 3 where something violates them."""
    from kg.validation import audit, worst_first
    from kg.validation import validate as check

    with open_store(store_dir) as store:
        click.echo("validating …", err=True)
        violations = worst_first([*check(store.graph(), shapes), *audit(store)])
    for violation in violations:
        click.echo(str(violation))
    wrong = [violation for violation in violations if violation.severity == "Violation"]
    click.echo(f"{len(wrong)} violations, {len(violations) - len(wrong)} warnings", err=True)
    if wrong:
        sys.exit(EXIT_VIOLATIONS)


@click.command()
@folder_option
def verify(store_dir: Path) -> None:
    """Check that a store is whole: count and hash all quads anew."""
    with open_folder(store_dir) as store:
        findings = store.verify()
        for finding in findings:
            click.echo(str(finding))
        if findings:
            sys.exit(EXIT_FAILED)
        click.echo(f"{store.count} quads, sha256 {store.digest}: as published", err=True)


@click.command()
@click.option(
    "--store", "store_dir", type=click.Path(path_type=Path), default=Path("store"), show_default=True, metavar="DIR"
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="PAGE.html",
    help="Default: page.html in the store's parent.",
)
def demo(store_dir: Path, output: Path | None) -> None:
    """Build the corpus that comes with the package, print who talks to whom, and write the page."""
    from kg.building import build as build_store
    from kg.evidence import load_evidence
    from kg.render import render_page, write_page
    from kg.resources import sample_dir
    from kg.results import layout
    from kg.scene import load_scene
    from kg.standing import STANDINGS
    from kg.views import Policy, edge_rows, who_talks_to_whom

    with show_progress("building") as progress:
        report = build_store([sample_dir()], store_dir, progress=progress)
    report_build(report, store_dir)
    page = output or store_dir.parent / "who-talks-to-whom.html"
    with open_store(store_dir) as store:
        scene = load_scene(store)
        held = who_talks_to_whom(scene)
        everything = Policy(standings=STANDINGS, rounds=True)
        html = render_page(scene, load_evidence(store), title="Who talks to whom", policy=everything)
        write_page(page, html)
    click.echo("Who talks to whom, in sessions that somebody claims as held and nobody contradicts:\n")
    click.echo(layout(*edge_rows(held), width()))
    click.echo(f"The page, with what is proposed, disputed and denied marked as such:\n{page.resolve()}")
