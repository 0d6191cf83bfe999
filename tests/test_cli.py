"""The command as a person uses it: what it prints where, and what it exits with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph
import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from tests.helpers import SAMPLE, annotate, write_corpus

TEXT = "Envoys met.\n"
GOOD = annotate(TEXT, "T1 Delegation :: Envoys", "T2 Meeting :: met", "E1 | Meeting:T2 Participant:T1")


def kg(*command: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(word) for word in command], input=stdin)


def test_build_says_what_it_did_on_standard_error_alone(tmp_path: Path):
    corpus = write_corpus(tmp_path / "corpus", {"one": (TEXT, GOOD + "T9 broken\n")})
    result = kg("build", corpus, "--store", tmp_path / "store")
    assert result.exit_code == 0 and result.stdout == ""
    assert "one.ann:4: no tab in" in result.stderr
    assert "1 documents" in result.stderr and "1 left out" in result.stderr
    assert kg("build", corpus, "--store", tmp_path / "store", "--strict").exit_code == 1


def test_names_in_no_registry_are_listed_at_the_end(tmp_path: Path):
    text = "Omar Quill spoke.\n"
    corpus = write_corpus(tmp_path / "corpus", {"one": (text, annotate(text, "T1 Person :: Omar Quill"))})
    assert "1 names are in no registry: Omar Quill (person)" in kg("build", corpus, "--store", tmp_path / "s").stderr


@pytest.mark.parametrize(
    ("command", "code", "message"),
    [
        (["build", "nowhere", "--store", "s"], 1, "nowhere: does not exist"),
        (["info", "--store", "nowhere"], 1, "nowhere: "),
        (["query", "claims-abaut", "--store", "STORE"], 1, "did you mean 'claims-about', 'claims-of'"),
        (["query", "claims-about", "--store", "STORE", "-p", "meeting"], 2, "write -p name=value"),
        (["query", "--store", "STORE"], 2, "name a question"),
        (["query", "no.rq", "--store", "STORE"], 1, "no.rq: "),
        (["query", "-", "--store", "STORE"], 1, "error at 1:16"),
        (["view", "--store", "STORE", "--stages", "planned"], 2, "planned is none of all, held"),
        (["view", "--store", "STORE", "-o", "no/such/folder/page.html"], 1, "page.html: "),
        (["build"], 2, "Missing argument"),
        (["build", str(SAMPLE), "--store", "s", "--base", "nonsense"], 1, "--base: 'nonsense' is no IRI"),
    ],
)
def test_a_mistake_is_one_clear_line_and_never_a_traceback(
    command: list[str], code: int, message: str, sample_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    words = [str(sample_folder) if word == "STORE" else word for word in command]
    result = kg(*words, stdin="SELECT nonsense {")
    assert result.exit_code == code, result.output
    assert message in result.stderr and "Traceback" not in result.output
    assert result.stdout == ""


def test_query_from_a_file_and_from_standard_input_in_every_format(sample_folder: Path, tmp_path: Path):
    sparql = "SELECT (COUNT(?c) AS ?n) { ?c a dp:Claim }"
    file = tmp_path / "count.rq"
    file.write_text(sparql, encoding="utf-8")
    counts = {
        kg("query", file, "--store", sample_folder, "-f", "csv").stdout.split()[1],
        kg("query", "-", "--store", sample_folder, "-f", "csv", stdin=sparql).stdout.split()[1],
        json.loads(kg("query", file, "--store", sample_folder, "-f", "json").stdout)["results"]["bindings"][0]["n"][
            "value"
        ],
    }
    assert len(counts) == 1 and int(counts.pop()) > 40
    constructed = kg(
        "query", "-", "--store", sample_folder, "-f", "ttl", stdin="CONSTRUCT { ?c a dp:Claim } { ?c a dp:Claim }"
    )
    assert "a dp:Claim" in constructed.stdout


def test_a_named_graph_can_be_asked_alone(sample_folder: Path):
    text = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?c a dp:Claim } }"
    assert kg("query", "-", "--store", sample_folder, "-f", "csv", stdin=text).stdout.split() == ["n", "6"]


@pytest.mark.parametrize(
    ("sparql", "message"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", "insert"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ", "stopped|more than"),
    ],
)
def test_a_hostile_query_ends_in_one_line(sparql: str, message: str, sample_folder: Path):
    import re

    result = kg("query", "-", "--store", sample_folder, "--timeout", "1", "--max-rows", "1000", stdin=sparql)
    assert result.exit_code == 1 and result.stdout == ""
    assert re.search(message, result.stderr, re.IGNORECASE), result.stderr


def test_info_verify_and_validate_on_the_sample(sample_folder: Path):
    info = kg("info", "--store", sample_folder)
    assert "documents" in info.stdout and "Claim" in info.stdout
    assert kg("verify", "--store", sample_folder).exit_code == 0
    validated = kg("validate", "--store", sample_folder)
    assert (validated.exit_code, validated.stdout) == (0, ""), validated.output


def test_validate_exits_with_three_where_something_violates_a_shape(sample_folder: Path, tmp_path: Path):
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dp: <https://w3id.org/diplomatic-kg/ontology#> .\n"
        "<urn:shape> a sh:NodeShape ; sh:targetClass dp:Meeting ;\n"
        "  sh:property [ sh:path dp:score ; sh:minCount 1 ; sh:message 'No score: add one.' ] .\n",
        encoding="utf-8",
    )
    result = kg("validate", "--store", sample_folder, "--shapes", shapes)
    assert result.exit_code == 3 and "No score: add one." in result.stdout


def test_exports_hold_the_same_graph_and_the_same_bytes_each_time(sample_folder: Path, tmp_path: Path):
    nquads, trig, turtle = (tmp_path / f"graph.{ending}" for ending in ("nq", "trig", "ttl"))
    for form, path in (("nquads", nquads), ("trig", trig), ("ttl", turtle)):
        assert kg("export", "--store", sample_folder, "-f", form, "-o", path).exit_code == 0
    quads = set(pyoxigraph.parse(path=nquads, format=pyoxigraph.RdfFormat.N_QUADS))
    assert quads == set(pyoxigraph.parse(path=trig, format=pyoxigraph.RdfFormat.TRIG))
    triples = {quad.triple for quad in quads}
    assert triples == {quad.triple for quad in pyoxigraph.parse(path=turtle, format=pyoxigraph.RdfFormat.TURTLE)}
    piped = subprocess.run(
        [sys.executable, "-m", "kg.cli", "export", "--store", sample_folder], capture_output=True, check=True
    )
    assert piped.stdout == nquads.read_bytes()


def test_the_same_corpus_gives_the_same_bytes_whatever_the_surroundings(tmp_path: Path):
    outputs = set()
    for seed, locale, zone, folder in (("1", "C", "UTC", "a"), ("2", "C.UTF-8", "Asia/Tokyo", "b/c")):
        (tmp_path / folder).mkdir(parents=True)
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone}
        for command in (["build", str(SAMPLE), "--store", "store"], ["export", "--store", "store", "-o", "out.nq"]):
            subprocess.run(
                [sys.executable, "-m", "kg.cli", *command],
                cwd=tmp_path / folder,
                env=environment,
                check=True,
                capture_output=True,
            )
        outputs.add((tmp_path / folder / "out.nq").read_bytes())
    assert len(outputs) == 1


def test_view_writes_a_page_and_prints_edges(sample_folder: Path, tmp_path: Path):
    page = tmp_path / "page.html"
    result = kg("view", "--store", sample_folder, "--stages", "all", "--rounds", "-o", page, "-f", "csv")
    assert result.exit_code == 0, result.output
    assert result.stdout_bytes.startswith(
        b"from,to,relation,standing,sessions,latest,which,sentence,start,end,document\r\n"
    )
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert kg("view", "--store", sample_folder, "--view", "mediation", "-f", "table").exit_code == 0


def test_demo_builds_prints_and_writes(tmp_path: Path):
    result = kg("demo", "--store", tmp_path / "store")
    assert result.exit_code == 0, result.output
    assert "Russia" in result.stdout and str(tmp_path / "who-talks-to-whom.html") in result.stdout
    assert (tmp_path / "who-talks-to-whom.html").stat().st_size > 100_000


def test_help_answers_without_the_heavy_libraries():
    code = (
        "import sys\nfrom kg.cli import main\n"
        "try:\n main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'rdflib', 'networkx', 'pyvis', 'pyoxigraph', 'numpy', 'pandas', 'IPython'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_an_excluded_party_is_no_participant_and_a_session_counts_once(sample_folder: Path):
    out = kg("view", "--store", sample_folder, "--view", "participation", "-f", "csv").stdout.splitlines()
    istanbul = [line for line in out if line.startswith("Russia,") and "Istanbul" in line]
    assert len(istanbul) == 1 and ",party,held,1,2025-07-23," in istanbul[0]
    assert [
        line for line in out if line.startswith("Ukraine,") and "Josh Gruenbaum" in line and ",excluded,held," in line
    ]


def test_a_full_disk_is_one_line(sample_folder: Path):
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "kg.cli", "query", "actors", "--store", str(sample_folder), "-f", "csv"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (
        done.returncode == 1
        and done.stderr.startswith("kg: No space left on device")
        and "Traceback" not in done.stderr
    )


def test_questions_are_listed_shown_and_run(sample_folder: Path):
    listed = kg("query", "list").stdout
    assert listed == kg("query", "--list").stdout and "together a b [as_of]\n    Were these two" in listed
    assert [line for line in kg("query", "list", "venues").stdout.splitlines() if line[0] != " "] == [
        "meetings-at venue [as_of]",
        "places",
        "venues [as_of]",
    ]
    assert "no question on 'dragons' (subjects: actors, " in kg("query", "list", "dragons").stderr
    shown = kg("query", "show", "standings").stdout
    assert "as_of (date, may be left out)" in shown and "PREFIX dp:" in shown and "  standing: where it stands" in shown
    assert "did you mean 'standings'" in kg("query", "show", "standing").stderr
    short, long = (kg("query", *run, "standings", "--store", sample_folder).stdout for run in ([], ["run"]))
    assert short == long and "denied" in short


def test_what_show_prints_is_a_whole_query(sample_folder: Path, tmp_path: Path):
    file = tmp_path / "mine.rq"
    file.write_text(kg("query", "show", "standings", "--sparql").stdout, encoding="utf-8")
    text = file.read_text(encoding="utf-8")
    assert text.startswith("# Where does each meeting") and "# include" not in text and "\nPREFIX dp: <" in text
    ours, theirs = (
        kg("query", one, "--store", sample_folder, "-f", "csv", "--as-of", "2025-12-20").stdout
        for one in ("standings", file)
    )
    assert ours == theirs and "held" in ours


def test_as_of_a_day_on_the_command_line(sample_folder: Path):
    by_option = kg("query", "standings", "--store", sample_folder, "--as-of", "2025-12-20", "-f", "csv").stdout
    by_parameter = kg("query", "standings", "--store", sample_folder, "-p", "as_of=2025-12-20", "-f", "csv").stdout
    assert by_option == by_parameter != kg("query", "standings", "--store", sample_folder, "-f", "csv").stdout
    wrong = kg("query", "places", "--store", sample_folder, "--as-of", "2025-12-20")
    assert (wrong.exit_code, wrong.stdout) == (1, "") and "places has no answer as of a day" in wrong.stderr
    twice = kg("query", "standings", "--store", sample_folder, "--as-of", "2025-12-20", "-p", "as_of=2025-12-20")
    assert twice.exit_code == 2 and "name the day once" in twice.stderr


def test_a_table_shows_the_columns_of_the_view_and_all_of_them_when_asked(sample_folder: Path):
    some = kg("query", "standings", "--store", sample_folder).stdout
    all_columns = kg("query", "standings", "--store", sample_folder, "--all-columns").stdout
    assert "kg:meeting/trilateral-2025-12" not in some and "kg:meeting/trilateral-2025-12" in all_columns
    assert kg(
        "query", "claims-about", "--store", sample_folder, "-p", "meeting=kg:meeting/trilateral-2025-12"
    ).stdout.startswith("── 1 of ")
