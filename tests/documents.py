"""The documentation as something that runs: its blocks, and what they print.

Every fenced block of kind console or python of a page is run in its order, in one folder with the corpora as `data` and the sample
built as `store`. In a console block, lines that begin with `$ ` are commands; what follows a command is what it prints, word for
word, a line `…` standing for any lines. A block is a file of the reader's where the line before it is `<!-- file: NAME -->`, and
left alone where it is `<!-- not run: WHY -->`.

`python -m tests.documents` writes what the commands print anew, to be read before it is committed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.helpers import DATA, ROOT

PAGES = ROOT / "docs-src"
_BLOCK = re.compile(r"(?:<!-- (file|not run): ([^\n]*?) -->\n)?```([a-z]*)\n(.*?)```\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: its kind, text and place, and what the comment above it says of it."""

    kind: str
    text: str
    start: int
    end: int
    role: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One command with what the page shows of its output ("" where it shows nothing)."""

    command: str
    shown: str


def blocks(text: str) -> list[Block]:
    return [Block(m[3], m[4], m.start(4), m.end(4), m[1] or "", m[2] or "") for m in _BLOCK.finditer(text)]


def steps(block: Block) -> Iterator[Step]:
    """The commands of a console block. ValueError where output stands before the first."""
    command: str | None = None
    shown: list[str] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            if command is not None:
                yield Step(command, "\n".join(shown))
            command, shown = line[2:], []
        elif command is None:
            raise ValueError(f"output before a command: {line!r}")
        elif command.endswith("\\"):
            command += f"\n{line}"
        else:
            shown.append(line)
    if command is not None:
        yield Step(command, "\n".join(shown))


def environment() -> dict[str, str]:
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}


def run(command: list[str], place: Path) -> tuple[int, str]:
    """Exit code, and what a person sees: both streams in their order."""
    done = subprocess.run(
        command,
        cwd=place,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return done.returncode, done.stdout.decode("utf-8")


def matches(shown: str, printed: str) -> bool:
    """Whether a page shows what was printed; `…` alone on a line stands for any lines."""
    pattern = "".join(".*?" if line == "…" else re.escape(line.rstrip()) + "\n" for line in shown.splitlines())
    seen = "".join(f"{line.rstrip()}\n" for line in printed.splitlines())
    return re.fullmatch(pattern, seen, re.DOTALL) is not None


def prepare(place: Path, store: Path) -> Path:
    """A folder to run a page in."""
    place.mkdir(parents=True, exist_ok=True)
    shutil.copytree(DATA, place / "data")
    shutil.copytree(store, place / "store")
    return place


def run_page(text: str, place: Path) -> Iterator[tuple[Block, Step, int, str]]:
    """Run every block in order: the block, the command, its exit code and what it printed."""
    for block in blocks(text):
        if block.role == "file":
            path = place / block.note
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif block.role:
            continue
        elif block.kind == "console":
            for step in steps(block):
                yield block, step, *run(["bash", "-c", step.command], place)
        elif block.kind == "python":
            yield block, Step(block.text, ""), *run([sys.executable, "-c", block.text], place)


def rewritten(text: str, place: Path) -> str:
    """The page with the output of every command that shows one, as it is printed now; with `…`, as it was."""
    out: dict[int, list[str]] = {}
    for block, step, _, printed in run_page(text, place):
        if block.kind == "console":
            lines = out.setdefault(block.start, [])
            lines.append(f"$ {step.command}\n")
            if step.shown:
                kept = "…" in step.shown.splitlines()
                lines.append(
                    f"{step.shown}\n" if kept else "".join(f"{line.rstrip()}\n" for line in printed.splitlines())
                )
    for block in reversed(blocks(text)):
        if block.start in out:
            text = text[: block.start] + "".join(out[block.start]) + text[block.end :]
    return text


def _main() -> None:
    chosen = [Path(name) for name in sys.argv[1:]] or sorted(PAGES.rglob("*.md"))
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        run(["kg", "build", str(DATA / "russia-ukraine-2025"), "--store", str(home / "store")], home)
        for page in chosen:
            place = prepare(home / page.stem, home / "store")
            page.write_text(rewritten(page.read_text(encoding="utf-8"), place), encoding="utf-8")


if __name__ == "__main__":
    _main()
