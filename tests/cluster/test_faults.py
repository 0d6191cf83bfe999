"""What goes wrong: workers that are killed, builds that end early, addresses and folders that cannot be used."""

from __future__ import annotations

import os
import signal
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import CliRunner

from kg.building import build_in_memory
from kg.cli import main
from kg.cluster import engine as engines
from kg.cluster import publishing, run
from kg.cluster.engine import Engine, engine
from kg.cluster.run import build_parts
from kg.errors import InputError, KGError
from kg.parts import Parts
from kg.places import Place
from tests.benchmarks.corpus import write
from tests.cluster.conftest import write_world


def pids(team: Engine) -> list[int]:
    return sorted(team.client.run(os.getpid).values())


@pytest.mark.parametrize("stage", ["build_part", "score_pairs", "join_bundle", "talk"])
def test_a_worker_killed_on_the_way_changes_nothing(
    stage: str, team: Engine, scheduler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    write(tmp_path / "corpus", 120)
    team.client.wait_for_workers(4, timeout=180)
    assert len(pids(team)) == 4
    killed: list[int] = []
    share_out = Engine.share_out

    def deadly(self: Engine, function: Callable[..., Any], calls: Any) -> Iterator[Any]:
        for result in share_out(self, function, calls):
            if function.__name__ == stage and not killed:
                # Whoever is at work: all four have calls waiting.
                busy = [address for address, tasks in self.client.processing().items() if tasks]
                pid = self.client.run(os.getpid, workers=busy[:1])[busy[0]] if busy else pids(team)[0]
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
            yield result

    monkeypatch.setattr(Engine, "share_out", deadly)
    report = build_parts([str(tmp_path / "corpus")], str(tmp_path / "parts"), scheduler=scheduler, part=8, bundle=16)
    assert len(killed) == 1 and not psutil.pid_exists(killed[0])
    store, single = build_in_memory([tmp_path / "corpus"])
    with store:
        assert report.digest == store.digest and report.findings == single.findings
    assert Parts(Place(str(tmp_path / "parts"))).verify() == []
    assert not [file for file in (tmp_path / "parts").iterdir() if file.name.startswith((".", "scratch-"))]


def test_a_cluster_of_this_machine_listens_to_it_alone_and_ends_with_the_build():
    me = psutil.Process()
    before = {(one.laddr.ip, one.laddr.port) for one in me.net_connections() if one.status == "LISTEN"}
    with engine(workers=2, memory=512) as team:
        family = [me, *me.children(recursive=True)]
        found = {one.laddr for process in family for one in process.net_connections() if one.status == "LISTEN"}
        addresses = {one.ip for one in found if (one.ip, one.port) not in before}
        assert addresses == {"127.0.0.1"}
        workers = list(team.client.scheduler_info(n_workers=-1)["workers"].values())
        assert [(one["memory_limit"], one["nthreads"]) for one in workers] == [(512 * 2**20, 1)] * 2
        assert (team.threads(), team.memory()) == (2, 512 * 2**20)
        own = pids(team)
    assert not any(psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE for pid in own)


def test_a_script_without_a_main_guard_may_build(tmp_path: Path):
    import subprocess

    write_world(tmp_path / "corpus", 4)
    script = tmp_path / "script.py"
    script.write_text(
        "import kg.cluster.run as run\n"
        f"report = run.build_parts([{str(tmp_path / 'corpus')!r}], {str(tmp_path / 'parts')!r}, workers=1, memory=512)\n"
        "print(report.documents)\n"
    )
    home = str(Path(engines.__file__).resolve().parents[2])
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": home},
        check=False,
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "7", "")


def test_a_build_that_ends_early_leaves_the_earlier_parts(
    scheduler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    corpus, where = write_world(tmp_path / "corpus", 6), tmp_path / "parts"
    build_parts([str(corpus)], str(where), scheduler=scheduler)
    before = {file.name: file.read_bytes() for file in where.iterdir()}
    (corpus / "text-01.txt").write_text("Nothing happened.\n")
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "publish", lambda *_: (_ for _ in ()).throw(KGError("the power is out")))
        with pytest.raises(KGError, match="power"):
            build_parts([str(corpus)], str(where), scheduler=scheduler)
    assert not list(where.glob("scratch-*"))
    now = {file.name: file.read_bytes() for file in where.iterdir()}
    assert {name: now[name] for name in before if "talks" not in name} == {
        name: content for name, content in before.items() if "talks" not in name
    }
    assert Parts(Place(str(where))).verify() == []
    # What a build left that was killed.
    (where / "scratch-0011").mkdir()
    (where / "scratch-0011" / "pairs-00000").write_bytes(b"")
    (where / ".part-00000-0123456789abcdef.nq.host-1").write_bytes(b"half")
    after = build_parts([str(corpus)], str(where), scheduler=scheduler)
    parts = Parts(Place(str(where)))
    assert parts.contents.digest == after.digest and parts.verify() == []
    contents = parts.contents
    wanted = {"parts.json", contents.index.name, *(file.name for file in (*contents.parts, *contents.others))}
    assert {file.name for file in where.iterdir()} == wanted


def test_the_same_again_is_the_same_bytes(scheduler: str, tmp_path: Path):
    corpus = write_world(tmp_path / "corpus", 8)
    for name, bundle in (("one", 4), ("two", 4096)):
        build_parts([str(corpus)], str(tmp_path / name), scheduler=scheduler, part=5, bundle=bundle)
    one, two = ({file.name: file.read_bytes() for file in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two


def refused(*words: str) -> str:
    done = CliRunner().invoke(main, ["build", *words, "--engine", "dask"])
    assert done.exit_code == 1 and done.output.count("\n") == 1, done.output
    return done.output


def test_what_cannot_be_built_says_so_in_one_line(scheduler: str, tmp_path: Path):
    corpus = str(write_world(tmp_path / "corpus", 3))
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.doc").write_text("")
    at = ("--scheduler", scheduler, "--parts", str(tmp_path / "parts"))
    assert "thesis.doc" in refused(corpus, "--parts", str(foreign), "--scheduler", scheduler)
    assert "input folders are never written to" in refused(corpus, "--parts", f"{corpus}/parts")
    assert "is seen by one process alone" in refused("memory://nowhere", *at)
    assert "cannot be reached" in refused(
        corpus, "--parts", str(tmp_path / "parts"), "--scheduler", "tcp://127.0.0.1:9"
    )
    assert "is no address" in refused(corpus, "--parts", str(tmp_path / "parts"), "--scheduler", "desk")
    assert "does not exist" in refused(str(tmp_path / "nowhere"), *at)
    assert "Protocol not known" in refused("gopher9://desk/corpus", *at)
    assert "127.0.0.1:9/corpus" in refused("http://127.0.0.1:9/corpus", *at)
    (tmp_path / "no.zip").write_bytes(b"PK\x03\x04no")
    assert "zip" in refused(f"zip://::{tmp_path / 'no.zip'}", *at).lower()
    said = refused("ftp://user:secret@127.0.0.1:9/corpus", *at)
    assert "secret" not in said and "127.0.0.1" in said


def test_a_zip_bomb_is_refused_by_its_directory(scheduler: str, tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"0" * 50_000_000)
        archive.writestr("a.ann", "")
    with pytest.raises(InputError, match="zip bomb"):
        build_parts([f"zip://::{tmp_path / 'bomb.zip'}"], str(tmp_path / "parts"), scheduler=scheduler)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--store", "s", "--parts", "p"], "--parts needs --engine dask"),
        (["--store", "s", "--workers", "3"], "--workers needs --engine dask"),
        ([], "Missing option '--store'"),
        (["--engine", "dask"], "needs --parts"),
        (["--engine", "dask", "--parts", "p", "--anew"], "builds every document anyway"),
        (["--engine", "dask", "--parts", "p", "--scheduler", "tcp://x:1", "--workers", "3"], "not for --scheduler"),
    ],
)
def test_options_that_do_not_go_together(words: list[str], said: str):
    done = CliRunner().invoke(main, ["build", "corpus", *words])
    assert done.exit_code == 2 and said in done.output


@pytest.mark.parametrize("package", ["distributed", "polars"])
def test_without_what_it_needs_the_remedy_is_named(package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, package, None)
    corpus = write_world(tmp_path / "corpus", 3)
    with pytest.raises(InputError, match=rf"{package}.*diplomatic-kg\[distributed\]"):
        build_parts([str(corpus)], str(tmp_path / "parts"))


def test_a_task_that_ends_every_worker_ends_the_build(team: Engine):
    from signal import SIGKILL

    def die(number: int) -> None:
        os.kill(os.getpid(), SIGKILL)

    with pytest.raises(InputError, match="ended 4 workers one after the other"):
        list(team.share_out(die, [(1,)]))
    team.client.wait_for_workers(4, timeout=180)


def test_workers_with_other_code_are_refused(scheduler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    corpus = write_world(tmp_path / "corpus", 3)
    monkeypatch.setattr(run, "of_code", lambda: "another")
    with pytest.raises(InputError, match="another version of diplomatic-kg"):
        build_parts([str(corpus)], str(tmp_path / "parts"), scheduler=scheduler)
