"""What every worker needs to know of a build: where it reads and writes, registry, mappings, base, names.

It lies in the folder that the build works in, so that a worker that comes later or again finds it there. Each
process reads it once.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from kg.cluster.engine import own_folder
from kg.errors import InputError
from kg.fingerprints import of_code
from kg.places import Place
from kg.registry import Registry, load_registry

FILE = "setting.json"


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for the whole build.

    target is the address of the parts; homes gives for the folder of an item the address where it lies, "" for a folder that
    workers see as it is; tables and mappings are the contents of files by name; decided are the nodes that persons decided on.
    """

    target: str
    base: str
    code: str
    homes: dict[str, str]
    tables: dict[str, str]
    mappings: dict[str, str]
    decided: list[str] = field(default_factory=list)
    parquet: bool = False


class Kept:
    """The setting as a worker has it: files staged, registry read."""

    def __init__(self, scratch: str) -> None:
        self.scratch = Place(scratch)
        self.setting = Setting(**json.loads(self.scratch.read(FILE)))
        if self.setting.code != of_code():
            place, remedy = "a worker of the cluster", "install the same version of diplomatic-kg everywhere"
            raise InputError("has another version of diplomatic-kg than this machine", place=place, remedy=remedy)
        self._staged = tempfile.TemporaryDirectory(prefix="kg-setting-", dir=own_folder(), ignore_cleanup_errors=True)
        home = Path(self._staged.name)
        self.mappings: dict[str, str] = {}
        for number, (name, content) in enumerate(self.setting.mappings.items()):
            folder = home / str(number)
            folder.mkdir()
            (folder / Path(name).name).write_text(content, encoding="utf-8", newline="")
            self.mappings[name] = str(folder / Path(name).name)
        self.names: Path | None = None
        if self.setting.tables:
            self.names = home / "registry"
            self.names.mkdir()
            for name, content in self.setting.tables.items():
                (self.names / name).write_text(content, encoding="utf-8", newline="")
        self.registry = load_registry(self.names)[0] if self.names else Registry()
        self.target = Place(self.setting.target)
        self.decided = frozenset(self.setting.decided)

    @property
    def base(self) -> str:
        return self.setting.base


@lru_cache(maxsize=2)
def kept(scratch: str) -> Kept:
    """The setting of a build, read once by each process."""
    return Kept(scratch)


@lru_cache(maxsize=2)
def labels(scratch: str) -> dict[str, str]:
    """What those actors are called that texts spell in several ways or that a person decided to be one, by node."""
    found: dict[str, str] = json.loads(Place(scratch).read("labels.json"))
    return found


def write_setting(scratch: Place, setting: Setting) -> None:
    value: dict[str, Any] = {name: getattr(setting, name) for name in setting.__dataclass_fields__}
    scratch.write(FILE, json.dumps(value).encode(), lasting=False)
