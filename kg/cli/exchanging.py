"""Commands that deal with formats of annotation: formats, convert."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.terminal import (
    EXIT_FAILED,
    annotator_option,
    corpora_argument,
    mapping_option,
    report_findings,
    report_uncovered,
    show_progress,
    width,
)


@click.command()
def formats() -> None:
    """List the formats that are read and written, and the mappings that come with the product."""
    from kg.formats import BRAT, readers, writers
    from kg.formats.brat import ENDINGS
    from kg.mapping import find_mapping, load_mapping, shipped_mappings
    from kg.results import layout

    written = writers()
    rows = [
        (
            BRAT,
            "yes",
            "yes",
            "brat stand-off: texts with their annotation",
            f"a .txt beside a file {', '.join(ENDINGS)}",
        )
    ]
    for reader in readers().values():
        rows.append((reader.name, "yes", "yes" if reader.name in written else "", reader.title, reader.recognised))
    click.echo(layout(["format", "read", "written", "what it is", "recognised by"], rows, max(width(), 150)), nl=False)
    click.echo()
    mappings = [(name, load_mapping(find_mapping(name)).title) for name in shipped_mappings()]
    click.echo(layout(["mapping", "for"], mappings, max(width(), 150)), nl=False)


@click.command()
@corpora_argument
@click.option(
    "-f", "--format", "form", required=True, metavar="FORMAT", help="One of those that kg formats shows as written."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="DIR", help="A new folder.")
@annotator_option
@mapping_option
@click.option("--strict", is_flag=True, help="Exit with 1 when anything was left out.")
def convert(
    corpora: tuple[Path, ...], form: str, output: Path, annotators: tuple[str, ...], mapping: str, strict: bool
) -> None:
    """Write the texts of corpora in another format, so that they can move between tools.

    \b
    kg convert data/russia-ukraine-2025 -f uima-json -o for-inception
    kg convert export.zip -f brat -o as-brat --annotator curated
    """
    from kg.converting import convert as convert_corpora

    with show_progress("converting") as progress:
        done = convert_corpora(list(corpora), output, form, annotators=annotators, mapping=mapping, progress=progress)
    report_findings(done.findings)
    report_uncovered(done.uncovered)
    click.echo(f"{done.documents} documents, {done.files} files in {output}; {done.left_out} left out", err=True)
    if strict and done.left_out:
        sys.exit(EXIT_FAILED)
