"""The wheel alone, outside the checkout: ontology, shapes and sample travel with it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.helpers import ROOT


def test_the_wheel_works_outside_the_checkout(tmp_path: Path):
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {
        "kg/ontology/diplomacy.ttl",
        "kg/ontology/shapes/data.ttl",
        "kg/sample/registry/actors.tsv",
        "kg/ontology/audits/quote-length.rq",
        "kg/ontology/mappings/nerel.toml",
    } <= set(names)
    kept_out = ("invalid", "tests/", "generate.py", "sample/agreement")
    assert not [name for name in names if any(word in name for word in kept_out)]
    site = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", site, wheel]
    subprocess.run(install, check=True, capture_output=True)
    environment = {**os.environ, "PYTHONPATH": str(site)}
    where = "import kg, sys; sys.exit(0 if kg.__file__.startswith(sys.argv[1]) else kg.__file__)"
    subprocess.run([sys.executable, "-c", where, str(site)], cwd=tmp_path, env=environment, check=True)
    for command in (
        ["demo", "--store", "store"],
        ["query", "outcomes", "--store", "store"],
        ["validate", "--store", "store"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "kg.cli", *command], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, (command, done.stderr)
    assert (tmp_path / "who-talks-to-whom.html").is_file()
