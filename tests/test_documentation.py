"""What the documentation shows runs as it stands, and prints what it shows; what the docstrings show, too."""

from __future__ import annotations

import doctest
import pkgutil
import re
import shutil
import sys
from pathlib import Path

import pytest

import kg
from kg.building import build
from tests.documents import PAGES, Block, blocks, matches, prepare, run, run_page, steps
from tests.helpers import DATA, ROOT

BLOCK = re.compile(r"<!-- run -->\n```(console|python)\n(.*?)```", re.DOTALL)
BLOCKS = [Block(kind, text, 0, 0) for kind, text in BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))]
ALL_PAGES = sorted(PAGES.rglob("*.md"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(DATA, folder / "data")
    return folder


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "store"
    build([DATA / "russia-ukraine-2025"], folder)
    return folder


def test_the_readme_shows_commands_and_code():
    assert {block.kind for block in BLOCKS} == {"console", "python"}


def test_the_blocks_of_the_readme_run_one_after_the_other(place: Path):
    for block in BLOCKS:
        if block.kind == "python":
            code, printed = run([sys.executable, "-c", block.text], place)
            assert code == 0, printed
            continue
        for step in steps(block):
            code, printed = run(["bash", "-c", step.command], place)
            assert code == 0, (step.command, printed)
            assert not step.shown or matches(step.shown, printed), f"{step.command} prints:\n{printed}"
    assert (place / "page.html").is_file() and (place / "graph.trig").is_file()


@pytest.mark.parametrize("page", ALL_PAGES, ids=lambda page: page.relative_to(PAGES).as_posix())
def test_a_page_runs_and_prints_what_it_shows(page: Path, store: Path, tmp_path: Path):
    text = page.read_text(encoding="utf-8")
    where = prepare(tmp_path / "place", store) if any(block.kind for block in blocks(text)) else tmp_path
    for _, step, code, printed in run_page(text, where):
        assert code == 0, (step.command, printed)
        assert not step.shown or matches(step.shown, printed), f"{step.command} prints:\n{printed}"


@pytest.mark.parametrize("page", ALL_PAGES, ids=lambda page: page.relative_to(PAGES).as_posix())
def test_no_block_of_a_page_escapes_the_tests(page: Path):
    text = page.read_text(encoding="utf-8")
    for block in blocks(text):
        assert block.role or block.kind in ("console", "python") or block.kind == "", block.text
        assert block.role != "not run" or len(block.note) > 20, "says why it is not run"
    assert text.count("```") == 2 * len(blocks(text)) or page.name in ("index.md", "notebooks.md"), "a fence is open"
    assert not re.search(r"^    \$? ?kg ", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)


def test_what_is_shown_is_compared_line_by_line():
    assert matches("a\n…\nd", "a\nb\nc\nd\n") and matches("a", "a  \n")
    assert not matches("a\n…\nd", "a\nb\n") and not matches("a.c", "abc\n")
    block = Block("console", "$ one \\\n  more\nshown\n$ two\n", 0, 0)
    assert [(step.command, step.shown) for step in steps(block)] == [("one \\\n  more", "shown"), ("two", "")]


def test_no_public_name_is_a_module_too():
    modules = {module.name for module in pkgutil.iter_modules(kg.__path__)}
    assert modules & set(kg.__all__) == set(), "its first import would change what the name means"


def test_docstring_examples_run():
    assert doctest.testmod(kg, raise_on_error=True).attempted > 0


def test_every_name_of_the_package_is_importable():
    assert [name for name in kg.__all__ if getattr(kg, name, None) is None] == []


def test_local_links_of_the_documents_lead_somewhere():
    for document in (*ROOT.glob("*.md"), DATA / "README.md", ROOT / "ontology" / "README.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
