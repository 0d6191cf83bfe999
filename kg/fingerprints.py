"""What a document's graph depends on, as digests: if nothing of it has changed, the graph has not changed either."""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache, lru_cache
from pathlib import Path

from kg.corpus import Item
from kg.resources import mappings_dir

_CODE = (".py", ".toml", ".tsv", ".json")
_TABLES = ("actors.tsv", "venues.tsv", "offices.tsv")


@cache
def of_code() -> str:
    """The digest of this package and its mappings: a build by other code than the last one keeps nothing of it."""
    hashed = hashlib.sha256()
    for home in (Path(__file__).parent, mappings_dir()):
        for file in sorted(path for path in home.rglob("*") if path.suffix in _CODE):
            hashed.update(f"{file.relative_to(home).as_posix()}\n".encode())
            hashed.update(hashlib.sha256(file.read_bytes()).digest())
    return hashed.hexdigest()


def of_setting(base: str, registry: Path | None, *options: str) -> str:
    """The digest of what all documents depend on. Raises OSError where a table of the registry cannot be read."""
    hashed = hashlib.sha256(json.dumps([of_code(), base, *options]).encode())
    for table in _TABLES:
        file = registry / table if registry else None
        hashed.update(hashlib.sha256(file.read_bytes() if file and file.is_file() else b"").digest())
    return hashed.hexdigest()


def of_item(item: Item) -> str:
    """The digest of what one document depends on: its files, byte by byte, and its row of sources.csv.

    "" where a file cannot be read; whoever builds it then says so.
    """
    try:
        contents = [_file(name) for name in _files(item)]
    except OSError:
        return ""
    # Where the corpus lies does not matter, how its files are named does: messages name them.
    names = [Path(name).name for name in _files(item)]
    held = [item.held.found, item.held.format, item.held.member] if item.held else None
    known = json.dumps([item.id, names, contents, item.source, held], ensure_ascii=False)
    return hashlib.sha256(known.encode("utf-8", "surrogatepass")).hexdigest()


def _files(item: Item) -> list[str]:
    """All files that an item is read from, of an archive the archive."""
    files = [item.text, *item.annotations, item.mapping]
    if item.held is not None:
        files += [item.held.file, "" if item.held.member else item.held.companion]
    return [name for name in files if name]


def _file(name: str) -> str:
    state = os.stat(name)
    return _content(name, state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)


@lru_cache(8)
def _content(name: str, *_: int) -> str:
    """The digest of a file as it is now. A file of many texts is not read again for each of them."""
    with open(name, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
