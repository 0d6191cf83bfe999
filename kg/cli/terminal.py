"""What the commands share: options, the store they open, how they report, and how errors end a command.

Answers go to standard output, everything else to standard error. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 violations.
Modules of the library are imported where they are used, so that `kg --help` answers at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.errors import LINE_BREAKS

if TYPE_CHECKING:
    from kg.building import Report
    from kg.errors import Finding
    from kg.store import Store

EXIT_FAILED, EXIT_VIOLATIONS = 1, 3


class Commands(click.Group):
    """A group whose commands turn the library's own errors into one line and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        from kg.errors import KGError

        try:
            return super().invoke(ctx)
        except KGError as error:
            click.echo(f"kg: {error}", err=True)
            ctx.exit(EXIT_FAILED)
        except BrokenPipeError:
            # The reader of a pipe has seen enough.
            sys.stderr.close()
            ctx.exit(0)
        except OSError as error:
            click.echo(f"kg: {error.strerror or error} (see whether the disk has room)", err=True)
            # What could not be written cannot be written at the end, either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(EXIT_FAILED)


store_option = click.option(
    "--store", "store_dir", type=click.Path(path_type=Path), required=True, metavar="DIR", help="The store folder."
)
corpora_argument = click.argument(
    "corpora", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="CORPUS…"
)
registry_option = click.option(
    "--registry",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder with actors.tsv and venues.tsv. Default: `registry` inside or beside the corpus, else the shipped one.",
)
base_option = click.option(
    "--base", metavar="IRI", help="Where IRIs of data begin. Default: https://w3id.org/diplomatic-kg/id/"
)

annotator_option = click.option(
    "--annotator",
    "annotators",
    multiple=True,
    metavar="NAME",
    help="Whose work to use where several people annotated a text, or `curated`; given again, the next best.",
)
mapping_option = click.option(
    "--mapping",
    default="",
    metavar="NAME|FILE",
    help="Turn other labels into ours: a mapping that kg formats lists, or a TOML file.",
)


def parameters(params: tuple[str, ...]) -> dict[str, str]:
    """`-p name=value` options as a mapping."""
    values: dict[str, str] = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals or not name:
            raise click.UsageError(f"-p {param}: write -p name=value")
        values[name.strip().replace("-", "_")] = value
    return values


def read_text(path: Path) -> str:
    """The text of a file that the user named."""
    from kg.errors import InputError

    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(error.strerror or "cannot be read", place=str(path), remedy="name a readable file") from None
    except UnicodeDecodeError:
        raise InputError("is not UTF-8", place=str(path), remedy="save it as UTF-8") from None


def open_store(folder: Path) -> Store:
    """The store in a folder."""
    from kg.store import Store

    return Store.open(folder)


def width() -> int:
    """Columns of the terminal; a fixed number in a pipe, so that the same call gives the same bytes."""
    import shutil

    return shutil.get_terminal_size((120, 24)).columns if sys.stdout.isatty() else 120


@contextmanager
def show_progress(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """A counter on standard error, on a terminal only."""
    if not sys.stderr.isatty():
        yield None
        return
    last = -1

    def show(done: int, total: int) -> None:
        nonlocal last
        percent = 100 * done // total if total else 100
        if percent != last:
            last = percent
            click.echo(f"\r{what}: {done} of {total} documents ({percent} %)", err=True, nl=False)

    try:
        yield show
    finally:
        if last >= 0:
            click.echo("", err=True)


def report_findings(findings: Iterable[Finding]) -> None:
    """Say what was found wrong, and what is worth knowing."""
    for finding in findings:
        click.echo(str(finding) if finding.lost else f"note: {finding}", err=True)


def report_uncovered(uncovered: Mapping[tuple[str, str], int]) -> None:
    """List what the mapping has no rule for, most first."""
    if not uncovered:
        return
    click.echo("left out, since no rule of the mapping covers it:", err=True)
    for (kind, label), number in sorted(uncovered.items(), key=lambda item: (-item[1], item[0])):
        click.echo(f"{number:>8,} {kind} {label}".translate(LINE_BREAKS), err=True)


def report_build(report: Report, store_dir: Path) -> None:
    """Say what a build did and what it left out."""
    report_findings(report.findings)
    report_uncovered(report.uncovered)
    if report.unregistered:
        names = sorted(report.unregistered)
        shown = ", ".join(f"{name} ({kind})" for kind, name in names[:12]) + (", …" if len(names) > 12 else "")
        click.echo(f"{len(names)} names are in no registry: {shown}", err=True)
    click.echo(
        f"{report.documents} documents, {report.quads} quads in {store_dir}; names by the registry {report.registry}; "
        f"{report.left_out} left out",
        err=True,
    )
