"""The options that say which view is meant and what it counts, for every command that takes a view."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from kg.views import Policy

VIEWS = ("who-talks-to-whom", "participation", "mediation")

_DAY = click.DateTime(["%Y-%m-%d"])
_OPTIONS = (
    click.option("--view", "name", type=click.Choice(VIEWS), default=VIEWS[0], show_default=True),
    click.option(
        "--stages",
        default="held",
        show_default=True,
        metavar="LIST",
        help="Standings to draw beside held and under-way, with commas: disputed,scheduled,proposed,denied,… or all.",
    ),
    click.option("--rounds", is_flag=True, help="Draw rounds too, as nodes of their own."),
    click.option(
        "--level", type=click.Choice(["principal", "delegation", "person"]), default="principal", show_default=True
    ),
    click.option("--as-of", type=_DAY, metavar="DATE", help="Only what was published by then."),
    click.option("--since", type=_DAY, metavar="DATE", help="Only what took place from then on."),
    click.option("--until", type=_DAY, metavar="DATE", help="Only what took place by then."),
)


def policy_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add them to a command, which gets the name of the view as `view` and all else as one `policy`."""

    @wraps(command)
    def with_policy(
        *args: Any, name: str, stages: str, rounds: bool, level: str, as_of: Any, since: Any, until: Any, **others: Any
    ) -> Any:
        return command(*args, view=name, policy=_policy(stages, rounds, level, as_of, since, until), **others)

    for option in reversed(_OPTIONS):
        with_policy = option(with_policy)
    return with_policy


def _policy(stages: str, rounds: bool, level: str, as_of: Any, since: Any, until: Any) -> Policy:
    """The policy that the options give; a usage error for a standing that there is not."""
    from kg.standing import STANDINGS, parse_standings
    from kg.views import Policy

    try:
        standings = parse_standings([word.strip() for word in stages.split(",") if word.strip()])
    except ValueError as error:
        raise click.UsageError(f"--stages: {error} is none of all, {', '.join(STANDINGS)}") from None
    return Policy(standings, _day(as_of), _day(since), _day(until), rounds, level)


def _day(value: Any) -> str:
    return value.date().isoformat() if value else ""
