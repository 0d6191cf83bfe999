"""The notebooks: kept without outputs, by public names alone, with a cell for every answer. `make test` runs them."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

import kg
from tests.helpers import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
IMPORTS = {"kg", "pandas", "matplotlib.pyplot", "matplotlib.dates", "networkx", "pathlib", "datetime"}


def cells(path: Path, kind: str) -> list[dict[str, Any]]:
    return [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == kind]


def code(path: Path) -> ast.Module:
    return ast.parse("\n".join("".join(cell["source"]) for cell in cells(path, "code")))


def test_there_are_four():
    assert [path.stem for path in NOTEBOOKS] == [
        "01_from_text_to_graph",
        "02_asking_questions",
        "03_who_talks_to_whom",
        "04_a_day_on_the_desk",
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs_and_tells_a_story(path: Path):
    for cell in cells(path, "code"):
        assert cell["outputs"] == [] and cell["execution_count"] is None
    prose = ["".join(cell["source"]) for cell in cells(path, "markdown")]
    assert prose[0].startswith("# ") and len(prose) >= 5


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_uses_the_library_by_its_public_names(path: Path):
    used, imported = set(), set()
    for node in ast.walk(code(path)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "kg":
            used.add(node.attr)
        elif isinstance(node, ast.Import):
            imported |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module or "")
    assert used <= set(kg.__all__) and len(used) >= 5
    assert imported <= IMPORTS


def test_every_answer_of_the_analysis_has_a_cell():
    answers = {
        name
        for name in kg.__all__
        if getattr(kg, name).__module__.startswith(("kg.analysis.", "kg.dossier", "kg.views"))
    }
    text = "".join("".join(cell["source"]) for path in NOTEBOOKS for cell in cells(path, "code"))
    assert {name for name in answers if f"kg.{name}" not in text} == set()
    assert "inline_frame" in text and "plt.subplots" in text and "to_pandas" in text
