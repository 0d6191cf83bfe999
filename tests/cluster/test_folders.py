"""Nothing is left behind: neither by workers that are killed, nor by threads, nor where whoever builds is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.cluster import engine as engines
from kg.cluster.engine import Engine, engine
from kg.cluster.run import build_parts
from tests.cluster.conftest import write_world


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for what is temporary, of this process and of those that it begins."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


def test_a_worker_that_is_killed_leaves_nothing(tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch):
    corpus = write_world(tmp_path / "corpus", 12)
    # From an archive, so that texts are staged, too.
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for file in sorted(corpus.rglob("*")):
            archive.write(file, file.relative_to(corpus).as_posix())
    staged: set[str] = set()
    share_out = Engine.share_out

    def deadly(self: Engine, function: Callable[..., Any], calls: Any) -> Iterator[Any]:
        for result in share_out(self, function, calls):
            if function.__name__ == "build_part" and not staged:
                staged.update(file.name for file in temporary.rglob("*") if file.name.startswith("kg-"))
                os.kill(min(self.client.run(os.getpid).values()), signal.SIGKILL)
            yield result

    monkeypatch.setattr(Engine, "share_out", deadly)
    with engine(workers=2, memory=512) as team:
        address = team.client.scheduler.address
        build_parts([f"zip://::{tmp_path / 'all.zip'}"], str(tmp_path / "parts"), scheduler=address, part=2)
    assert {name.rpartition("-")[0] for name in staged} >= {"kg-dask", "kg-setting"}
    assert list(temporary.iterdir()) == []


def test_threads_leave_nothing(tmp_path: Path, temporary: Path):
    corpus = write_world(tmp_path / "corpus", 3)
    build_parts([str(corpus)], "memory://left/parts", part=2, workers=2)
    assert list(temporary.iterdir()) == []


def test_whoever_builds_may_be_killed(tmp_path: Path, temporary: Path):
    home = Path(engines.__file__).resolve().parents[2]
    code = (
        f"import sys, time; sys.path.insert(0, {str(home)!r})\nfrom kg.cluster.engine import engine\n"
        "with engine(workers=1, memory=512):\n    print('ready', flush=True)\n    time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline() == b"ready\n"
        assert list(temporary.iterdir()) != []
        process.kill()
    for _ in range(120):
        if not list(temporary.iterdir()):
            break
        time.sleep(0.5)
    assert list(temporary.iterdir()) == []
