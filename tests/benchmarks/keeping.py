"""What benchmarks share: results as JSON with machine and versions, and a mean of ratios."""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table of `make bench`: what we take, what something else takes, how many times as much, and what is wanted.

    stopped says that the other was stopped there, so that it takes longer still.
    """

    what: str
    ours: float
    beside: str = ""
    theirs: float | None = None
    wanted: float | None = None
    unit: str = "s"
    stopped: bool = False

    @property
    def times(self) -> float | None:
        return None if self.theirs is None or not self.ours else self.theirs / self.ours

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "times": self.times}


def show(rows: Sequence[Row]) -> None:
    """Print the table, nothing where there is none."""
    if not rows:
        return
    width = max((len(row.what) for row in rows), default=0)
    other = max((len(row.beside) for row in rows), default=0)
    print(f"{'what':{width}}  {'ours':>10}  {'beside':{other}}  {'theirs':>10}  {'ratio':>9}  {'wanted':>6}")
    for row in rows:
        theirs = "" if row.theirs is None else f"{'> ' if row.stopped else ''}{_short(row.theirs)} {row.unit}".strip()
        ratio = "" if row.times is None else f"{_short(row.times)} ×"
        wanted = "" if row.wanted is None else f"{row.wanted:g}"
        print(
            f"{row.what:{width}}  {f'{_short(row.ours)} {row.unit}'.strip():>10}  {row.beside:{other}}  {theirs:>10}  {ratio:>9}  {wanted:>6}".rstrip()
        )


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


RESULTS = Path(__file__).parent / "results"
_PACKAGES = (
    "diplomatic-kg",
    "pyoxigraph",
    "rdflib",
    "oxrdflib",
    "polars",
    "scipy",
    "networkx",
    "maplib",
    "morph-kgc",
    "kglab",
    "dkpro-cassis",
    "bioc",
    "pybrat",
    "playwright",
    "h11",
    "dask",
    "distributed",
)


def geometric_mean(ratios: Iterable[float]) -> float:
    logs = [math.log(one) for one in ratios]
    return math.exp(sum(logs) / len(logs))


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    packages = {}
    for name in _PACKAGES:
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            continue
    about = {
        "cpus": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "load": os.getloadavg()[0],
    }
    return {"machine": about, "packages": packages}


def keep(name: str, results: dict[str, Any]) -> None:
    """Write results beside those of other benchmarks."""
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps({**machine(), **results}, indent=1, ensure_ascii=False) + "\n"
    (RESULTS / name).write_text(text, encoding="utf-8")
