"""The page of who talks to whom, drawn in a process of its own: laying out a large graph takes time and memory.

The child opens the newest generation itself and writes the digest of what it drew, then the page. It has a time, is ended when
that is over or nobody waits any more, and only one draws at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path

from kg.errors import InputError, KGError, QueryLimit, one_line

MIB = 1 << 20
SECONDS = 120.0
MEMORY = 4096 * MIB
MOST_BYTES = 64 * MIB
_KEPT = 4
"""Pages that are kept, of different options."""

_BOOT = "import sys; sys.path += [sys.argv[1]]; from kg.serving.drawing import main; main()"


class Drawings:
    """Pages of a store folder, drawn when they are first asked for and kept until the graph changes."""

    def __init__(self, folder: Path, seconds: float = SECONDS) -> None:
        self._folder = folder
        self._seconds = seconds
        self._lock = asyncio.Lock()
        self._pages: OrderedDict[str, tuple[str, bytes]] = OrderedDict()

    async def page(self, digest: str, options: dict[str, str]) -> bytes:
        """The page of the newest graph, whose digest the caller knows. KGError where it cannot be drawn."""
        key = json.dumps(options, sort_keys=True)
        async with self._lock:
            kept = self._pages.get(key)
            if kept is None or kept[0] != digest:
                kept = await self._draw(key)
                self._pages[key] = kept
            self._pages.move_to_end(key)
            while len(self._pages) > _KEPT:
                self._pages.popitem(last=False)
            return kept[1]

    async def _draw(self, options: str) -> tuple[str, bytes]:
        package = Path(__file__).resolve().parent.parent.parent
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-P", "-c", _BOOT, str(package), str(self._folder.absolute()), options),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=MIB,
        )
        assert child.stdout is not None
        try:
            async with asyncio.timeout(self._seconds):
                drawn = bytearray()
                while part := await child.stdout.read(MIB):
                    drawn += part
                    if len(drawn) > MOST_BYTES:
                        found = f"the page has more than {MOST_BYTES // MIB} MiB"
                        raise QueryLimit(found, limit="bytes", remedy="draw it with kg view")
                code = await child.wait()
        except TimeoutError:
            found = f"the page was not drawn within {self._seconds:g} s"
            raise QueryLimit(found, limit="time", remedy="draw it with kg view") from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()
        head, _, page = bytes(drawn).partition(b"\n")
        if code == 0 and page:
            return head.decode("ascii"), page
        raise KGError(head.decode("utf-8", "replace") or "the page could not be drawn", remedy="kg view says more")


def options_of(fields: list[tuple[str, str]]) -> dict[str, str]:
    """What of the fields of a request says how to draw. InputError for a value that cannot be read."""
    from datetime import date

    options = {"stages": "all"}
    for name, value in fields:
        if name == "stages" and value in ("all", "held"):
            options[name] = value
        elif name in ("as_of", "since", "until"):
            try:
                options[name] = date.fromisoformat(value).isoformat() if value else ""
            except ValueError:
                raise InputError(f"{name}={value} is no date", remedy="for example 2025-12-21") from None
        else:
            raise InputError(f"{name}={value} says nothing here", remedy="stages=all or held; as_of, since, until")
    return {name: value for name, value in options.items() if value}


# -- the child -----------------------------------------------------------------------------------------------------------


def main() -> None:
    """The child: draw the page of a store folder with options, write digest and page, or one line of what went wrong."""
    import resource

    from kg.worker import end_with_parent

    end_with_parent()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    out = sys.stdout.buffer
    try:
        digest, page = draw(Path(sys.argv[2]), json.loads(sys.argv[3]))
    except (KGError, MemoryError) as error:
        out.write(one_line("", str(error) or f"needed more than {MEMORY // MIB} MiB of memory", "").encode())
        sys.exit(1)
    out.write(digest.encode("ascii") + b"\n" + page.encode("utf-8"))


def draw(folder: Path, options: dict[str, str]) -> tuple[str, str]:
    """The digest of the graph in a store folder, and its page."""
    from kg.evidence import load_evidence
    from kg.render import render_page
    from kg.scene import load_scene
    from kg.standing import STANDINGS
    from kg.store import Store
    from kg.views import Policy

    policy = Policy(as_of=options.get("as_of", ""), since=options.get("since", ""), until=options.get("until", ""))
    if options["stages"] == "all":
        policy = replace(policy, standings=STANDINGS, rounds=True)
    with Store.open(folder) as store:
        html = render_page(load_scene(store), load_evidence(store), title="Who talks to whom", policy=policy)
        return store.digest, html
