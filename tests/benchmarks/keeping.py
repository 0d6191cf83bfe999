"""What benchmarks share: results as JSON with machine and versions, and a mean of ratios."""

from __future__ import annotations

import json
import math
import os
import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

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
    about = {"cpus": os.cpu_count(), "machine": platform.machine(), "python": platform.python_version()}
    return {"machine": about, "packages": packages}


def keep(name: str, results: dict[str, Any]) -> None:
    """Write results beside those of other benchmarks."""
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps({**machine(), **results}, indent=1, ensure_ascii=False) + "\n"
    (RESULTS / name).write_text(text, encoding="utf-8")
