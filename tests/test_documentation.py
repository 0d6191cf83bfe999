"""What the README shows runs as it stands; what the docstrings show, too."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kg
from tests.helpers import DATA, ROOT

BLOCK = re.compile(r"<!-- run -->\n```(console|python)\n(.*?)```", re.DOTALL)
BLOCKS = BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(DATA, folder / "data")
    return folder


def test_the_readme_shows_commands_and_code():
    assert [kind for kind, _ in BLOCKS] == ["console", "console", "python"]


def test_the_blocks_of_the_readme_run_one_after_the_other(place: Path):
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for kind, text in BLOCKS:
        if kind == "python":
            subprocess.run([sys.executable, "-c", text], cwd=place, env=environment, check=True, capture_output=True)
            continue
        for line in text.splitlines():
            assert line.startswith("$ "), line
            done = subprocess.run(["bash", "-c", line[2:]], cwd=place, env=environment, capture_output=True, text=True)
            assert done.returncode == 0, (line, done.stderr)
    assert (place / "page.html").is_file() and (place / "graph.trig").is_file()


def test_docstring_examples_run():
    assert doctest.testmod(kg, raise_on_error=True).attempted > 0


def test_every_name_of_the_package_is_importable():
    assert [name for name in kg.__all__ if getattr(kg, name, None) is None] == []


def test_local_links_of_the_documents_lead_somewhere():
    for document in (*ROOT.glob("*.md"), DATA / "README.md", ROOT / "ontology" / "README.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
