"""What actors are called that a person decided to be one: not as whoever happens to come first."""

from __future__ import annotations

from pathlib import Path

from kg.building import build_in_memory
from kg.sameness import as_one, called
from kg.scene import load_scene
from tests.helpers import HEADER, annotate


def test_as_the_one_they_are_else_as_the_first_that_has_a_name():
    same = as_one([("x:actor/name/b", "x:actor/known"), ("x:actor/name/c", "x:actor/name/a"), ("x:b", "x:a")])
    assert same["x:actor/name/b"] == "x:actor/known" and same["x:actor/name/c"] == "x:actor/name/a"
    names = [
        ("x:actor/name/b", "Bo"),
        ("x:actor/known", "Ro"),
        ("x:actor/known", "Mo"),
        ("x:actor/name/c", "Cy"),
        ("x:b", "Y"),
        ("x:b", "X"),
    ]
    wanted = {"x:actor/known": "Mo", "x:actor/name/a": "Cy", "x:a": "X"}
    assert called(same, names) == called(same, reversed(names)) == wanted


def test_whoever_comes_first_does_not_name_the_others(tmp_path: Path):
    # The first text spells the second name.
    for number, name in enumerate(("Zoe Brandt", "Ada Brandt")):
        text = f"{name} met Ivo Castell in Oslo on 2025-06-1{number}.\n"
        lines = [
            f"T1 Person :: {name}", "T2 Meeting :: met", "T3 Person :: Ivo Castell", f"T4 Time :: 2025-06-1{number}",
            "E1 | Meeting:T2 Party:T1 Party2:T3 Time:T4",
        ]  # fmt: skip
        (tmp_path / f"text-{number}.txt").write_text(text)
        (tmp_path / f"text-{number}.ann").write_text(annotate(text, *lines))
    (tmp_path / "sources.csv").write_text(
        HEADER + "".join(f"text-{number},T,P,2025-06-1{number},,en,talks\n" for number in (0, 1))
    )
    one, other = "kg:actor/name/person/zoe_brandt", "kg:actor/name/person/ada_brandt"
    (tmp_path / "decisions.tsv").write_text(f"one\tother\tverdict\tby\treason\n{one}\t{other}\tsame\tN. N.\tseen\n")
    store, report = build_in_memory([tmp_path])
    with store:
        scene = load_scene(store)
        ada = f"{store.base}actor/name/person/ada_brandt"
        seats = [seat for gathering in scene.gatherings.values() for seat in gathering.seats]
        assert report.findings == [] and sum(seat.actor == ada for seat in seats) == 2
        assert scene.names[ada] == "Ada Brandt"
