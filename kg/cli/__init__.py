"""The command `kg`: wires the library to a terminal, prints, exits. No logic of its own."""

from __future__ import annotations

import click

from kg.cli import agreement, answering, asking, drawing, exchanging, exporting, linking, making, pushing, serving
from kg.cli import tables as flat
from kg.cli.terminal import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="diplomatic-kg", prog_name="kg")
def main() -> None:
    """Build, ask and draw a knowledge graph of diplomatic processes.

    Every assertion in it leads back to the sentence that makes it.

    \b
    kg build data/russia-ukraine-2025 --store store
    kg query who-talks-to-whom --store store
    kg view --store store -o page.html
    """


for command in (
    making.build,
    making.demo,
    making.info,
    making.validate,
    making.verify,
    asking.query,
    answering.together,
    answering.ledger,
    answering.disagreements,
    answering.meeting_formats,
    answering.gap,
    answering.proposals,
    answering.denials,
    answering.brokers,
    answering.diff,
    answering.dossier,
    linking.link,
    drawing.view,
    exporting.export,
    exchanging.formats,
    exchanging.convert,
    agreement.agreement,
    serving.serve,
    pushing.push,
    flat.tables,
):
    main.add_command(command)
