"""Commands that write the graph for other tools: export."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.terminal import open_store, store_option


@click.command()
@store_option
@click.option(
    "-f", "--format", "form", type=click.Choice(["nquads", "trig", "ttl"]), default="nquads", show_default=True
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Default: standard output.")
def export(store_dir: Path | str, form: str, output: Path | None) -> None:
    """Write the whole graph as sorted N-Quads, TriG, or Turtle (which drops the named graphs)."""
    from kg.export import EXPORTS
    from kg.files import write_atomically

    with open_store(store_dir) as store:
        chunks = EXPORTS[form](store)
        if output is None:
            for chunk in chunks:
                sys.stdout.buffer.write(chunk)
        else:
            write_atomically(output, chunks)
            click.echo(f"wrote {output}", err=True)
