"""`kg export` as a person uses it: every format, its options, what it says of losses, the same bytes whatever the surroundings."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.export import FORMATS
from tests.helpers import ROOT


def export(store: Path, *options: object) -> Result:
    return CliRunner().invoke(main, ["export", "--store", str(store), *map(str, options)])


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_goes_to_a_file_and_through_a_pipe(form: str, sample_folder: Path, tmp_path: Path):
    path = tmp_path / f"out.{FORMATS[form].ending}"
    written = export(sample_folder, "-f", form, "-o", path)
    assert written.exit_code == 0 and written.stdout == "" and f"wrote {path}" in written.stderr, written.output
    piped = export(sample_folder, "-f", form)
    assert piped.exit_code == 0 and piped.stdout_bytes == path.read_bytes() != b""


@pytest.mark.parametrize("form", FORMATS)
def test_every_loss_is_said_by_the_help_and_in_the_list(form: str, sample_folder: Path, tmp_path: Path):
    one = FORMATS[form]
    shown = " ".join(CliRunner().invoke(main, ["export", "--help"]).stdout.split())
    assert all(loss.replace("-", "") in shown.replace("- ", "").replace("-", "") for loss in one.losses)
    assert (
        export(sample_folder, "-f", form, "-o", tmp_path / "out.zip", "--loss", tmp_path / "loss.json").exit_code == 0
    )
    report = json.loads((tmp_path / "loss.json").read_text(encoding="utf-8"))
    assert report["losses"] == list(one.losses) and report["format"] == form
    assert bool(report["notCarried"]) == (form in ("mend", "plover"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["-f", "nquads", "--view", "mediation"], "--view goes with gexf"),
        (["-f", "ttl", "--as-of", "2025-12-20"], "--as-of goes with gexf"),
        (["-f", "gexf", "--spreadsheet"], "gexf is no table"),
        (["-f", "plover", "--spreadsheet"], "plover is no table"),
        (["-f", "gexf", "--license", "https://x.org/"], "--license goes with nanopubs, ro-crate"),
        (["-f", "nanopubs", "--license", "CC BY"], "--license: 'CC BY' is no IRI"),
        (["-f", "nanopubs", "--corpus", "x"], "--corpus goes with ro-crate"),
        (["-f", "mend", "--rounds"], "--rounds goes with"),
        (["-f", "gexf", "--stages", "planned"], "planned is none of all, held"),
    ],
)
def test_an_option_that_would_do_nothing_is_refused(options: list[str], message: str, sample_folder: Path):
    result = export(sample_folder, *options)
    assert result.exit_code == 2 and message in result.stderr and result.stdout == ""


def test_the_policy_is_that_of_the_view(sample_folder: Path):
    def edges(*options: str) -> int:
        return len(json.loads(export(sample_folder, "-f", "kumu", *options).stdout)["connections"])

    def shown(*options: str) -> int:
        drawn = CliRunner().invoke(main, ["view", "--store", str(sample_folder), "-f", "csv", *options]).stdout
        return sum(
            int(line.split(",")[4])
            for line in drawn.splitlines()[1:]
            if line.split(",")[4:5] and line.split(",")[4].isdigit()
        )

    plain = edges()
    assert plain == shown() > 0
    assert edges("--stages", "all", "--rounds") > plain > edges("--since", "2025-12-21") > 0
    assert edges("--as-of", "2025-12-20") < plain and edges("--level", "person") != plain
    assert edges("--view", "mediation") != plain


def test_a_study_becomes_a_folder_or_a_zip(sample_folder: Path, tmp_path: Path):
    assert export(sample_folder, "-f", "ro-crate", "-o", tmp_path / "study", "--title", "A").exit_code == 0
    assert (tmp_path / "study" / "ro-crate-metadata.json").is_file()
    again = export(sample_folder, "-f", "ro-crate", "-o", tmp_path / "study")
    assert again.exit_code == 1 and "is there already and not empty" in again.stderr


def test_the_same_bytes_whatever_the_surroundings(sample_folder: Path, tmp_path: Path):
    code = (
        "import hashlib, sys\nfrom click.testing import CliRunner\nfrom kg.cli import main\nfrom kg.export import FORMATS\n"
        "for form in FORMATS:\n"
        "    more = ['--stages', 'all', '--rounds'] if FORMATS[form].family in ('network', 'table') else []\n"
        "    done = CliRunner().invoke(main, ['export', '--store', sys.argv[1], '-f', form, *more])\n"
        "    assert done.exit_code == 0, done.output\n"
        "    print(form, hashlib.sha256(done.stdout_bytes).hexdigest())\n"
    )
    outputs = set()
    for seed, locale, zone, folder in (("1", "C", "UTC", "a"), ("2", "C.UTF-8", "Asia/Tokyo", "b")):
        (tmp_path / folder).mkdir()
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", code, str(sample_folder)]
        done = subprocess.run(
            command, cwd=tmp_path / folder, env=environment, capture_output=True, text=True, check=True
        )
        outputs.add(done.stdout)
    assert len(outputs) == 1 and outputs.pop().count("\n") == len(FORMATS)


def test_the_manual_says_what_the_formats_lose():
    text = " ".join((ROOT / "manual" / "exports.md").read_text(encoding="utf-8").split())
    for one in FORMATS.values():
        assert f"`{one.name}`" in text
        assert all(loss in text for loss in one.losses), one.name


def test_the_commands_of_the_manual_run(sample_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "store").symlink_to(sample_folder)
    (tmp_path / "data").symlink_to(ROOT / "data")
    block = (ROOT / "manual" / "exports.md").read_text(encoding="utf-8").split("```console\n")[1].split("```")[0]
    commands = [shlex.split(line.removeprefix("$ kg ")) for line in block.splitlines()]
    assert len(commands) == 6
    for command in commands:
        done = CliRunner().invoke(main, command)
        assert done.exit_code == 0, (command, done.output)
        assert Path(command[command.index("-o") + 1]).stat().st_size > 0
