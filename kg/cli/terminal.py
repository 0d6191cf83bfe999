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
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kg.errors import LINE_BREAKS

if TYPE_CHECKING:
    from kg.building import Report
    from kg.errors import Finding
    from kg.remote import RemoteStore
    from kg.store import Store

EXIT_FAILED, EXIT_VIOLATIONS = 1, 3
_Command = TypeVar("_Command", bound=Callable[..., Any])


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


class Place(click.ParamType):  # type: ignore[type-arg]
    """A store: a folder, as a Path, or the address of a SPARQL endpoint, as text."""

    name = "place"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if isinstance(value, Path) or value.lower().startswith(("http://", "https://")) else Path(value)


def keep_in_context(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Leave the value of an option to `open_store`, so that no command has to hand it on."""
    ctx.meta[f"{__name__}.{param.name}"] = value


token_option = click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    expose_value=False,
    callback=keep_in_context,
    help="File with the token of a store behind an address.",
)
plain_option = click.option(
    "--plain-http",
    is_flag=True,
    expose_value=False,
    callback=keep_in_context,
    help="Ask another machine without encryption.",
)
trust_option = click.option(
    "--trust-server",
    is_flag=True,
    expose_value=False,
    callback=keep_in_context,
    help="Ask a server whose engine fails a question with a known answer.",
)


def _store_option(required: bool) -> Callable[[_Command], _Command]:
    def add(command: _Command) -> _Command:
        option = click.option(
            "--store",
            "store_dir",
            type=Place(),
            required=required,
            metavar="DIR|URL",
            help="The store folder, or the https address of a SPARQL endpoint.",
        )
        return option(token_option(plain_option(trust_option(command))))

    return add


store_option = _store_option(required=True)
"""For a command that asks: a folder, or the address of a SPARQL endpoint with what that needs."""

optional_store_option = _store_option(required=False)

folder_option = click.option(
    "--store", "store_dir", type=click.Path(path_type=Path), required=True, metavar="DIR", help="The store folder."
)
corpora_argument = click.argument(
    "corpora", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="CORPUS…"
)
registry_option = click.option(
    "--registry",
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


def open_store(place: Path | str) -> Store | RemoteStore:
    """The store in a folder or behind an address."""
    if isinstance(place, str):
        from kg.remote import RemoteStore

        trusted = bool(click.get_current_context().meta.get(f"{__name__}.trust_server"))
        return RemoteStore(place, **remote_settings(), trusted=trusted)
    from kg.store import Store

    return Store.open(place)


def open_folder(folder: Path) -> Store:
    """The store in a folder."""
    from kg.store import Store

    return Store.open(folder)


def remote_settings() -> dict[str, Any]:
    """What the options say of an address: its token, and whether it may be asked without encryption."""
    meta = click.get_current_context().meta
    file = meta.get(f"{__name__}.token_file")
    return {"token": read_text(file).strip() if file else "", "plain": bool(meta.get(f"{__name__}.plain_http"))}


def width() -> int:
    """Columns of the terminal; a fixed number in a pipe, so that the same call gives the same bytes."""
    import shutil

    return shutil.get_terminal_size((120, 24)).columns if sys.stdout.isatty() else 120


@contextmanager
def show_progress(what: str, things: str = "documents") -> Iterator[Callable[[int, int], None] | None]:
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
            click.echo(f"\r{what}: {done} of {total} {things} ({percent} %)", err=True, nl=False)

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


def report_build(report: Report, store_dir: Path | str) -> None:
    """Say what a build did and what it left out."""
    report_findings(report.findings)
    report_uncovered(report.uncovered)
    if report.unregistered:
        names = sorted(report.unregistered)
        shown = ", ".join(f"{name} ({kind})" for kind, name in names[:12]) + (", …" if len(names) > 12 else "")
        click.echo(f"{len(names)} names are in no registry: {shown}", err=True)
    built = f" ({report.built} of them new or changed)" if report.built < report.documents else ""
    click.echo(
        f"{report.documents} documents{built}, {report.quads} quads in {store_dir}; names by the registry {report.registry}; "
        f"{report.left_out} left out",
        err=True,
    )
