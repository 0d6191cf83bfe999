"""One build on a cluster: what every stage of it knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from kg.building import Report
from kg.cluster.engine import Engine
from kg.cluster.setting import Setting
from kg.places import Place
from kg.registry import Registry


@dataclass(frozen=True, slots=True)
class Work:
    """Who does it, where the parts and what stages hand on are written, and what is reported.

    scratch is a folder beside the parts; the report is filled by the stages.
    """

    team: Engine
    target: Place
    scratch: Place
    setting: Setting
    registry: Registry
    report: Report

    @property
    def base(self) -> str:
        return self.setting.base

    def share_out(self, function: Callable[..., Any], calls: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """What a function of workers returns for each of these arguments, in the order in which it is ready. The address of the
        scratch folder goes before them."""
        return self.team.share_out(function, ((self.scratch.address, *call) for call in calls))

    def leave(self, name: str, content: bytes) -> None:
        """Leave something for the workers."""
        self.scratch.write(name, content, lasting=False)
