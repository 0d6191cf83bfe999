"""The ontology: it parses, terms are defined alike, the generated code is fresh, and nothing uses a term it lacks."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rdflib import OWL, PROV, RDF, RDFS, SH, SKOS, Graph, Namespace, URIRef

from kg import namespaces
from kg.namespaces import BASE, DP, HOME, LABELS, PREFIXES, SCHEME_OF, SCHEMES, expand, shrink, value_iri
from kg.resources import style_shapes
from kg.validation import validate

ROOT = Path(__file__).resolve().parent.parent
ONTOLOGY = ROOT / "ontology"
SEM = Namespace("http://semanticweb.cs.vu.nl/2009/11/sem/")

# The value lists of the annotation scheme and of the model, by hand: a change here is a change of the interface.
EXPECTED = {
    "stage": "mooted proposed accepted in-preparation scheduled under-way held adjourned postponed cancelled lapsed",
    "act": (
        "propose invite announce confirm deny accept reject demand doubt speculate criticise welcome warn"
        " decline-to-comment report"
    ),
    "target": "existence preparation format participants date content own-role success",
    "evaluation": "positive mixed negative",
    "ordinal": "first last resumed",
    "position": "accept accept-with-conditions reject defer",
    "certainty": "certain probable possible underspecified",
    "arity": "bilateral trilateral quadrilateral multilateral",
    "directness": "direct indirect separate shuttle proximity",
    "mode": "in-person phone video correspondence encounter",
    "level": "leaders ministers advisers envoys technical",
    "track": "track-1 track-1.5 track-2 back-channel",
    "outcome": "agreement ceasefire prisoner-exchange humanitarian statement next-round none",
    "incident": "attack air-attack ground-attack sabotage violation other",
    "role": "party mediator facilitator host supporter guarantor observer participant excluded",
    "polarity": "positive negative",
    "exactness": "exact about at-least at-most nearly range",
    "resolution": "annotator rule unresolved",
    "verdict": "same not-same unsure doubtful",
    "identification": "registry wikidata name description unnamed",
    "format": "direct mediated separate-leg consultation proximity shuttle unknown",
    "disagreement": "contradiction divergence different-denial-target silence",
}

# The shapes name these so that they can forbid them: a meeting must never have them, so the ontology must not either.
FORBIDDEN = {"stage", "status"}


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return Graph().parse(ONTOLOGY / "diplomacy.ttl", format="turtle")


@pytest.fixture(scope="module")
def vocabulary() -> Graph:
    graph = Graph()
    for path in (ONTOLOGY / "vocab").glob("*.ttl"):
        graph.parse(path, format="turtle")
    return graph


def defined() -> set[str]:
    return {name for name in vars(DP) if not name.startswith("_") and name != "NS"}


@pytest.mark.parametrize(
    "path", sorted(ONTOLOGY.rglob("*.ttl")), ids=lambda path: path.relative_to(ONTOLOGY).as_posix()
)
def test_turtle_parses(path: Path) -> None:
    assert len(Graph().parse(path, format="turtle")) > 0


def test_every_term_follows_the_style(ontology: Graph, vocabulary: Graph) -> None:
    assert validate(ontology + vocabulary, style_shapes()) == []


@pytest.mark.parametrize(
    ("predicate", "rule"),
    [
        (SKOS.definition, "term-definition"),
        (SKOS.example, "term-example"),
        (SKOS.scopeNote, "term-scope-note"),
        (RDFS.label, "term-label"),
    ],
)
def test_the_style_notices_what_a_term_lacks(ontology: Graph, predicate: URIRef, rule: str) -> None:
    broken = Graph() + ontology
    broken.remove((URIRef(DP.Claim), predicate, None))
    assert {(v.focus, v.rule) for v in validate(broken, style_shapes())} == {(DP.Claim, rule)}


def test_the_style_notices_a_scope_note_that_excludes_nothing(ontology: Graph) -> None:
    broken = Graph() + ontology
    [note] = broken.objects(URIRef(DP.Round), SKOS.scopeNote)
    broken.remove((URIRef(DP.Round), SKOS.scopeNote, note))
    broken.parse(data=f'<{DP.Round}> <{SKOS.scopeNote}> "Several sittings."@en .', format="turtle")
    assert {v.rule for v in validate(broken, style_shapes())} == {"term-scope-note"}


def test_schemes_are_those_of_the_annotation_scheme() -> None:
    assert {scheme: " ".join(values) for scheme, values in SCHEMES.items()} == EXPECTED


def test_every_value_is_a_concept_of_its_scheme_in_its_file(vocabulary: Graph) -> None:
    for scheme, values in SCHEMES.items():
        own = Graph().parse(ONTOLOGY / "vocab" / f"{scheme}.ttl", format="turtle")
        home = URIRef(HOME + scheme)
        assert (home, RDF.type, SKOS.ConceptScheme) in own
        for value in values:
            concept = URIRef(value_iri(scheme, value))
            assert (concept, RDF.type, SKOS.Concept) in own
            assert (concept, SKOS.inScheme, home) in own
            assert LABELS[str(concept)] == str(own.value(concept, SKOS.prefLabel))
    assert len(set(vocabulary.subjects(RDF.type, SKOS.Concept))) == sum(map(len, SCHEMES.values()))


def test_the_shapes_allow_exactly_the_values_of_the_schemes() -> None:
    shapes = Graph().parse(ONTOLOGY / "shapes" / "data.ttl", format="turtle")
    allowed = {}
    for shape, values in shapes.subject_objects(SH["in"]):
        allowed[str(shapes.value(shape, SH.path))] = [str(value) for value in shapes.items(values)]
    expected = {prop: [value_iri(scheme, value) for value in SCHEMES[scheme]] for prop, scheme in SCHEME_OF.items()}
    assert allowed == expected


def test_every_rule_of_the_shapes_says_what_is_wrong_and_what_to_do() -> None:
    shapes = Graph().parse(ONTOLOGY / "shapes" / "data.ttl", format="turtle")
    prefix = "https://w3id.org/diplomatic-kg/shapes/"
    rules = [
        s for s in set(shapes.subjects()) if str(s).removeprefix(prefix)[:1].islower() and str(s).startswith(prefix)
    ]
    assert len(rules) > 60
    for rule in rules:
        [message] = shapes.objects(rule, SH.message)
        assert re.fullmatch(r"[A-Zdsow].*: .*[.]", str(message)), rule


def test_no_term_says_that_a_meeting_took_place(ontology: Graph) -> None:
    committing = {URIRef("https://schema.org/Event"), PROV.Activity}
    assert not committing & set(ontology.objects())
    assert (URIRef(DP.Event), RDFS.subClassOf, SEM.Event) in ontology
    for kind in (DP.Meeting, DP.Round, DP.Process, DP.Outcome, DP.Presence, DP.Communication, DP.Incident):
        assert (URIRef(kind), RDFS.subClassOf, URIRef(DP.Event)) in ontology


def test_ontology_imports_nothing_and_names_its_version(ontology: Graph) -> None:
    home = URIRef(namespaces.ONTOLOGY)
    assert list(ontology.objects(None, OWL.imports)) == []
    assert str(ontology.value(home, OWL.versionIRI)) == f"{home}/{namespaces.ONTOLOGY_VERSION}"


# -- the generated module --------------------------------------------------------------------------------------------


def generate(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ONTOLOGY / "generate.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_generated_module_is_fresh() -> None:
    done = generate("--check")
    assert (done.returncode, done.stderr) == (0, "")


def test_check_names_the_stale_file_and_leaves_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:  # type: ignore[no-untyped-def]
    # No __pycache__ beside the ontology: the whole folder goes into the wheel.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.syspath_prepend(str(ONTOLOGY))
    module = importlib.import_module("generate")
    (tmp_path / "kg").mkdir()
    stale = tmp_path / "kg" / "namespaces.py"
    stale.write_text("old")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    assert module.main(["--check"]) == 1
    assert "kg/namespaces.py" in capsys.readouterr().err
    assert stale.read_text() == "old"
    assert module.main([]) == 0
    assert stale.read_text() == (ROOT / "kg" / "namespaces.py").read_text()
    assert module.main(["--check"]) == 0


def test_the_vocabulary_is_closed() -> None:
    with pytest.raises(AttributeError):
        DP.Meting  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(AttributeError):
        DP.Meeting = "x"  # type: ignore[misc]
    with pytest.raises(KeyError):
        value_iri("stage", "denied")
    with pytest.raises(KeyError):
        value_iri("stadium", "held")


def test_the_module_is_imported_without_an_rdf_library() -> None:
    code = "import sys, kg.namespaces; print([m for m in sys.modules if m.split('.')[0] in ('rdflib', 'pyoxigraph')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("iri", "short"),
    [
        (DP.Meeting, "dp:Meeting"),
        (HOME + "stage/held", "stage:held"),
        (BASE + "document/a/span/1-2", "kg:document/a/span/1-2"),
        ("http://www.wikidata.org/entity/Q406", "wd:Q406"),
        ("https://example.org/x", "https://example.org/x"),
    ],
)
def test_shrink_and_expand_are_inverse(iri: str, short: str) -> None:
    assert shrink(iri) == short
    assert expand(short) == iri


def test_shrink_knows_a_base_of_ones_own() -> None:
    assert shrink("https://example.org/data/actor/x", "https://example.org/data/") == "kg:actor/x"
    assert shrink(BASE + "actor/x", "https://example.org/data/") == BASE + "actor/x"
    assert expand("kg:actor/x", "https://example.org/data/") == "https://example.org/data/actor/x"


def test_prefixes_are_the_published_ones() -> None:
    assert PREFIXES["wgs84"] == "http://www.w3.org/2003/01/geo/wgs84_pos#"
    assert PREFIXES["schema"] == "https://schema.org/"
    assert namespaces.EDTF == "http://id.loc.gov/datatypes/edtf/EDTF"
    assert {scheme: PREFIXES[scheme] for scheme in SCHEMES} == {scheme: f"{HOME}{scheme}/" for scheme in SCHEMES}


# -- every term in use is defined ------------------------------------------------------------------------------------

USERS = sorted(
    [
        *(path for path in (ROOT / "kg").rglob("*.py") if path.name != "namespaces.py"),
        *(ROOT / "kg" / "queries").glob("*.rq"),
        *(ONTOLOGY / "shapes").glob("*.ttl"),
        *(ONTOLOGY / "examples").rglob("*.t*"),
        *(ONTOLOGY / "alignments").glob("*.ttl"),
    ]
)
_TERM = re.compile(r"\bdp:([A-Za-z]\w*)|\bDP\.(?!NS\b)([A-Za-z]\w*)|diplomatic-kg/ontology#([A-Za-z]\w*)")
_VALUE = re.compile(rf"(?<![\w/:-])({'|'.join(SCHEMES)}):([a-z][\w-]*(?:\.\w+)*)")


def test_the_walk_finds_something_to_check() -> None:
    assert len(USERS) > 20
    assert sum(bool(_TERM.search(path.read_text(encoding="utf-8"))) for path in USERS) > 10


@pytest.mark.parametrize("path", USERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_term_in_use_is_defined(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    used = {next(filter(None, match)) for match in _TERM.findall(text)}
    allowed = defined() | (FORBIDDEN if path.name == "data.ttl" else set())
    assert used - allowed == set()


def test_forbidden_terms_are_not_defined() -> None:
    assert FORBIDDEN & defined() == set()


@pytest.mark.parametrize("path", [p for p in USERS if p.suffix == ".rq"], ids=lambda path: path.stem)
def test_every_value_in_a_query_is_defined(path: Path) -> None:
    text = re.sub(r'"[^"\n]*"|<[^>\s]*>|^\s*#.*$', " ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    unknown = [f"{scheme}:{value}" for scheme, value in _VALUE.findall(text) if value not in SCHEMES[scheme]]
    assert unknown == []
