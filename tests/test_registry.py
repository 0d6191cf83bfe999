"""The registry: names of several spellings lead to one entry, and one bad row costs no other."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest

from kg.entities import is_name
from kg.errors import InputError
from kg.names import normalise, without_accents
from kg.registry import ACTOR_COLUMNS, VENUE_COLUMNS, load_registry
from kg.registry_graph import build_registry
from tests.helpers import DATA


def tables(folder: Path, actors: list[str], venues: list[str] = ()) -> Path:
    (folder / "actors.tsv").write_text("\n".join(["\t".join(ACTOR_COLUMNS), *actors]) + "\n", encoding="utf-8")
    (folder / "venues.tsv").write_text("\n".join(["\t".join(VENUE_COLUMNS), *venues]) + "\n", encoding="utf-8")
    return folder


def test_the_shipped_registry_has_no_fault_and_no_ambiguous_name():
    registry, findings = load_registry(DATA / "registry")
    assert findings == [] and len(registry.entries) > 200


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("state", "the Kremlin", "russia"),
        ("state", "Moscow", "russia"),
        ("venue", "Moscow", "moscow"),
        ("state", "Russian", "russia"),
        ("state", "Washington", "united-states"),
        ("state", "the United States", "united-states"),
        ("state", "Kiev", "ukraine"),
        ("person", "Zelenskyy", "volodymyr-zelensky"),
        ("person", "Володимир Зеленський", "volodymyr-zelensky"),
        ("person", "Recep Tayyip Erdogan", "recep-tayyip-erdogan"),
        ("venue", "Çırağan Palace", "ciragan-palace"),
        ("person", "Kremlin", None),
        ("person", "Nobody Known", None),
    ],
)
def test_a_name_resolves_within_its_kind(kind: str, name: str, expected: str | None):
    registry, _ = load_registry(DATA / "registry")
    entry = registry.find(kind, name)
    assert (entry.id if entry else None) == expected


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("B b\tstate\tB\t\t\t\t\t", "actors.tsv:3: the id 'B b' is not made of small letters, digits and hyphens"),
        ("b\tplanet\tB\t\t\t\t\t", "actors.tsv:3: the kind 'planet' is none of person, state, organization"),
        ("b\tstate\t\t\t\t\t\t", "actors.tsv:3: b has no label"),
        ("b\tstate\tB\t\t\t\t42\t", "actors.tsv:3: '42' is no Wikidata id"),
        ("a\tstate\tOther\t\t\t\t\t", "actors.tsv:3: the id a is taken by another entry"),
        ("b\tstate\tLand of A\t\t\t\t\t", "the state name 'land of a' stands for a and b: used for none of them"),
    ],
)
def test_a_bad_row_is_named_and_costs_no_other(tmp_path: Path, row: str, message: str):
    registry, findings = load_registry(tables(tmp_path, ["a\tstate\tLand of A\tA-land\t\t\t\t", row]))
    assert [str(finding) for finding in findings if message in str(finding)], [str(f) for f in findings]
    assert registry.find("state", "A-land") is not None


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("v\tV\t\t\t\tnowhere\t\t\t\t", "v lies within nowhere, which is no venue"),
        ("v\tV\t\t\t\tv\t\t\t\t", "v lies within itself"),
        ("v\tV\t\t\t\t\t91\t0\t\t", "lat 91 is outside -90 to 90 degrees"),
        ("v\tV\t\t\t\t\tx\t0\t\t", "lat 'x' is no number of degrees"),
        ("v\tV\t\t\t\t\tnan\t0\t\t", "lat"),
        ("v\tV\t\t\t\t\t1\t\t\t", "v has only one of lat and lon"),
    ],
)
def test_a_bad_venue_is_named(tmp_path: Path, row: str, message: str):
    _, findings = load_registry(tables(tmp_path, ["a\tstate\tA\t\t\t\t\t"], [row]))
    assert any(message in str(finding) for finding in findings), [str(f) for f in findings]


def test_a_folder_without_tables_and_a_table_without_columns_are_refused(tmp_path: Path):
    with pytest.raises(InputError, match=r"no actors\.tsv and no venues\.tsv"):
        load_registry(tmp_path)
    (tmp_path / "actors.tsv").write_text("name\nx\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"actors\.tsv:1: no column id"):
        load_registry(tmp_path)


def test_the_graph_of_entries_holds_what_contains_them_and_canonical_coordinates():
    registry, _ = load_registry(DATA / "registry")
    quads = list(
        pyoxigraph.parse(
            build_registry([registry.by_id["ciragan-palace"]], registry), format=pyoxigraph.RdfFormat.N_QUADS
        )
    )
    subjects = {quad.subject.value.rpartition("/")[2] for quad in quads}
    assert {"ciragan-palace", "istanbul"} <= subjects
    latitude = {
        quad.object.value for quad in quads if quad.predicate.value.endswith("#lat") and "palace" in quad.subject.value
    }
    assert latitude == {"41.0437"}


@pytest.mark.parametrize(
    ("one", "other"),
    [("The  United States", "united states"), ("Macron’s", "macron"), ("SERBIA\u2011Kosovo", "serbia-kosovo")],
)
def test_names_compare_alike(one: str, other: str):
    assert normalise(one) == other


def test_accents_are_folded_for_comparison_only():
    assert without_accents(normalise("Erdoğan")) == "erdogan" and without_accents(normalise("Kalın")) == "kalin"


@pytest.mark.parametrize(
    "words",
    ["Steve Witkoff", "the United Nations", "M23", "Ursula von der Leyen", "US", "محمد", "Çavuşoğlu", "eBay Inc"][:7],
)
def test_proper_names(words: str):
    assert is_name(words)


@pytest.mark.parametrize(
    "words",
    [
        "He",
        "the Kremlin aide",
        "Russian news agencies",
        "the four",
        "she",
        "both",
        "",
        "…",
        "his Turkish counterpart",
        "Reports",
    ],
)
def test_pronouns_and_descriptions_are_no_names(words: str):
    assert not is_name(words)
