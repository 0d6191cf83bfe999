"""Writes kg/namespaces.py, the closed vocabulary that the code uses, schemes/, the annotation
scheme for annotators' tools, and context.jsonld, the JSON-LD context.

    python ontology/generate.py            write what has changed
    python ontology/generate.py --check    write nothing; name each stale file and exit 1 if there is one

Same Turtle, same bytes: everything is sorted, values of a scheme by their sh:order. No clock, no network.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import annotation_tools as tools
from annotation_words import Words, guide
from rdflib import OWL, RDF, RDFS, SH, SKOS, Graph, URIRef

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

HOME = "https://w3id.org/diplomatic-kg/"
ONTOLOGY = URIRef(HOME + "ontology")
DP = HOME + "ontology#"

# Foreign terms that the graph or the code really uses: (prefix, namespace, names). A name outside these lists is a
# mistyped one or a decision to be made here; schema:Event and prov:Activity are missing as they commit to existence.
FOREIGN: dict[str, tuple[str, str, str]] = {
    "DCTERMS": (
        "dcterms",
        "http://purl.org/dc/terms/",
        "conformsTo created creator date description identifier isReplacedBy license source title",
    ),
    "FOAF": ("foaf", "http://xmlns.com/foaf/0.1/", "Agent Group Organization Person name"),
    "OA": (
        "oa",
        "http://www.w3.org/ns/oa#",
        "SpecificResource TextPositionSelector TextQuoteSelector end exact hasSelector hasSource start",
    ),
    "ORG": ("org", "http://www.w3.org/ns/org#", "Organization Post heldBy"),
    "OWL": (
        "owl",
        "http://www.w3.org/2002/07/owl#",
        "Class DatatypeProperty ObjectProperty Ontology deprecated sameAs versionIRI versionInfo",
    ),
    "PROV": ("prov", "http://www.w3.org/ns/prov#", "Agent Entity generatedAtTime wasAttributedTo wasDerivedFrom"),
    "RDF": ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "Property langString type"),
    "RDFS": (
        "rdfs",
        "http://www.w3.org/2000/01/rdf-schema#",
        "Class comment isDefinedBy label seeAlso subClassOf subPropertyOf",
    ),
    "SCHEMA": (
        "schema",
        "https://schema.org/",
        "NewsArticle QuantitativeValue datePublished headline inLanguage maxValue minValue publisher unitText url"
        " value",
    ),
    "SEM": (
        "sem",
        "http://semanticweb.cs.vu.nl/2009/11/sem/",
        "Actor Event Place hasActor hasPlace hasSubEvent subEventOf",
    ),
    "SKOS": (
        "skos",
        "http://www.w3.org/2004/02/skos/core#",
        "Concept ConceptScheme altLabel closeMatch definition editorialNote exactMatch example inScheme notation"
        " prefLabel scopeNote topConceptOf",
    ),
    "WGS84": ("wgs84", "http://www.w3.org/2003/01/geo/wgs84_pos#", "lat long"),
    "XSD": (
        "xsd",
        "http://www.w3.org/2001/XMLSchema#",
        "anyURI boolean date dateTime decimal double duration integer nonNegativeInteger string",
    ),
}

# Prefixes without a list of terms: their names are open by nature.
OPEN_PREFIXES = {
    "edtf": "http://id.loc.gov/datatypes/edtf/",
    "kg": HOME + "id/",
    "wd": "http://www.wikidata.org/entity/",
}


def read() -> tuple[Graph, Graph]:
    """The ontology and the union of its vocabularies. A file that is no Turtle raises what rdflib raises."""
    ontology = Graph().parse(HERE / "diplomacy.ttl", format="turtle")
    vocabulary = Graph()
    for path in sorted((HERE / "vocab").glob("*.ttl")):
        vocabulary.parse(path, format="turtle")
    return ontology, vocabulary


def own_terms(ontology: Graph) -> list[str]:
    """Local names of the classes and properties, classes first, each group sorted."""
    names: list[str] = []
    for kinds in ((OWL.Class,), (OWL.ObjectProperty, OWL.DatatypeProperty)):
        found = {str(term) for kind in kinds for term in ontology.subjects(RDF.type, kind) if str(term).startswith(DP)}
        names += sorted(iri.removeprefix(DP) for iri in found)
    return names


def schemes(vocabulary: Graph) -> dict[str, list[str]]:
    """Each scheme with its values in their sh:order."""
    found: dict[str, list[str]] = {}
    for scheme in sorted(str(s) for s in vocabulary.subjects(RDF.type, SKOS.ConceptScheme)):
        concepts = vocabulary.subjects(SKOS.inScheme, URIRef(scheme))
        ordered = sorted((int(str(vocabulary.value(concept, SH.order))), str(concept)) for concept in concepts)
        found[scheme.removeprefix(HOME)] = [concept.removeprefix(scheme + "/") for _, concept in ordered]
    return found


def scheme_of(ontology: Graph) -> dict[str, str]:
    """Which scheme a property takes its values from: property name -> scheme, read from the property's range."""
    found = {}
    for restriction in ontology.subjects(OWL.onProperty, SKOS.inScheme):
        scheme = str(ontology.value(restriction, OWL.hasValue)).removeprefix(HOME)
        for prop in ontology.subjects(RDFS.range, restriction):
            found[str(prop).removeprefix(DP)] = scheme
    return dict(sorted(found.items()))


def python_class(name: str, prefix: str, namespace: str, terms: list[str]) -> list[str]:
    """The lines of one closed class of terms."""
    lines = [f"class {name}(metaclass=_Closed):", f'    """Terms of {prefix}: <{namespace}>."""', ""]
    lines += [f'    NS: Final = "{namespace}"']
    lines += [f'    {term}: Final = "{namespace}{term}"' for term in terms]
    return [*lines, "", ""]


HEAD = '''"""The closed vocabulary of the graph: every class, property, controlled value and prefix, as plain text.

GENERATED from ontology/ by `python ontology/generate.py`; edit the Turtle, not this file. A mistyped term is an
AttributeError (and an error of mypy), a mistyped value a KeyError. Knows no RDF library, so that it is imported fast.
"""

from __future__ import annotations

from typing import Final, NoReturn


class _Closed(type):
    """A class that only holds constants."""

    def __setattr__(cls, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{cls.__name__}.{name}: the vocabulary is closed; change ontology/ and generate it anew")


'''

TAIL = '''

def value_iri(scheme: str, value: str) -> str:
    """IRI of a controlled value: value_iri("stage", "held"). KeyError if the scheme or the value is unknown."""
    if value not in SCHEMES[scheme]:
        raise KeyError(f"{scheme}:{value}")
    return f"{HOME}{scheme}/{value}"


# Longest namespace first, so that "…/ontology#" is found before "…/".
_BY_LENGTH = sorted(PREFIXES.items(), key=lambda item: (-len(item[1]), item[0]))


def shrink(iri: str, base: str = BASE) -> str:
    """iri as prefix:rest, for tables and messages; unchanged where no prefix fits. base is what kg: stands for.

    The rest may hold "/" and "%", so the result is for reading (and for `expand`), not for pasting into SPARQL.
    """
    if iri.startswith(base):
        return "kg:" + iri[len(base) :]
    for prefix, namespace in _BY_LENGTH:
        if iri.startswith(namespace) and prefix != "kg":
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def expand(curie: str, base: str = BASE) -> str:
    """The IRI that `shrink` made curie from. What has no known prefix (an absolute IRI, say) comes back unchanged."""
    prefix, colon, rest = curie.partition(":")
    if not colon or prefix not in PREFIXES:
        return curie
    return (base if prefix == "kg" else PREFIXES[prefix]) + rest
'''


def namespaces_module(ontology: Graph, vocabulary: Graph) -> str:
    """The text of kg/namespaces.py."""
    values = schemes(vocabulary)
    prefixes = {"dp": DP, **OPEN_PREFIXES}
    prefixes |= {prefix: namespace for prefix, namespace, _ in FOREIGN.values()}
    prefixes |= {scheme: f"{HOME}{scheme}/" for scheme in values}
    version = str(ontology.value(ONTOLOGY, OWL.versionInfo))

    out = [f'HOME: Final = "{HOME}"', f'BASE: Final = "{OPEN_PREFIXES["kg"]}"', f'ONTOLOGY: Final = "{ONTOLOGY}"']
    out += [f'ONTOLOGY_VERSION: Final = "{version}"', 'EDTF: Final = "http://id.loc.gov/datatypes/edtf/EDTF"']
    out += ['WIKIDATA: Final = "http://www.wikidata.org/entity/"', "", ""]
    out += python_class("DP", "dp", DP, own_terms(ontology))
    for name, (prefix, namespace, terms) in sorted(FOREIGN.items()):
        out += python_class(name, prefix, namespace, sorted(terms.split()))

    out += [
        "# Prefix -> namespace, as in every query, table and Turtle file of the project.",
        "PREFIXES: Final[dict[str, str]] = {",
    ]
    out += [f'    "{prefix}": "{namespace}",' for prefix, namespace in sorted(prefixes.items())]
    out += ["}", "", "# Scheme -> its values, in the order in which a person would list them."]
    out += ["SCHEMES: Final[dict[str, tuple[str, ...]]] = {"]
    for scheme, names in values.items():
        out += [f'    "{scheme}": (', *(f'        "{name}",' for name in names), "    ),"]
    out += ["}", "", "# Property -> the scheme that its values come from.", "SCHEME_OF: Final[dict[str, str]] = {"]
    out += [f'    DP.{prop}: "{scheme}",' for prop, scheme in scheme_of(ontology).items()]
    out += ["}", "", "# IRI of a controlled value -> its English label.", "LABELS: Final[dict[str, str]] = {"]
    for scheme, names in values.items():
        for name in names:
            iri = f"{HOME}{scheme}/{name}"
            label = str(vocabulary.value(URIRef(iri), SKOS.prefLabel))
            out.append(f'    "{iri}": "{label}",')
    out += ["}"]
    return HEAD + "\n".join(out) + "\n" + TAIL


# Values of other vocabularies in the graph: IRIs, or literals of one datatype.
CONTEXT_OF_FOREIGN = {
    "dcterms:source": "@id",
    "oa:end": "xsd:integer",
    "oa:hasSelector": "@id",
    "oa:hasSource": "@id",
    "oa:start": "xsd:integer",
    "schema:datePublished": "xsd:date",
    "schema:publisher": "@id",
    "sem:hasSubEvent": "@id",
    "skos:exactMatch": "@id",
    "wgs84:lat": "xsd:decimal",
    "wgs84:long": "xsd:decimal",
}


def jsonld_context(ontology: Graph, vocabulary: Graph) -> str:
    """The text of ontology/context.jsonld: prefixes, and what kind of value each property has."""
    prefixes = {"dp": DP, **OPEN_PREFIXES}
    prefixes |= {prefix: namespace for prefix, namespace, _ in FOREIGN.values()}
    prefixes |= {scheme: f"{HOME}{scheme}/" for scheme in schemes(vocabulary)}
    types = dict(CONTEXT_OF_FOREIGN)
    for one in ontology.subjects(RDF.type, OWL.ObjectProperty):
        if str(one).startswith(DP):
            types[f"dp:{str(one).removeprefix(DP)}"] = "@id"
    by_namespace = {namespace: prefix for prefix, namespace in prefixes.items()}
    for one in ontology.subjects(RDF.type, OWL.DatatypeProperty):
        value = str(ontology.value(one, RDFS.range))
        namespace = next((known for known in by_namespace if value.startswith(known)), "")
        # A plain string needs no type, and a range that is no single datatype gives none.
        if str(one).startswith(DP) and namespace and not value.endswith("#string"):
            types[f"dp:{str(one).removeprefix(DP)}"] = f"{by_namespace[namespace]}:{value.removeprefix(namespace)}"
    context = {"@version": 1.1, **dict(sorted(prefixes.items()))}
    context |= {term: {"@type": kind} for term, kind in sorted(types.items())}
    lines = [f"  {json.dumps(term)}: {json.dumps(value)}" for term, value in context.items()]
    return '{"@context": {\n' + ",\n".join(lines) + "\n}}\n"


def outputs() -> dict[Path, str]:
    """Every generated file with the text that it should hold."""
    ontology, vocabulary = read()
    # The values come from the Turtle, not from kg/namespaces.py, which may just be stale.
    words = Words(ontology, vocabulary, schemes(vocabulary))
    folder = ROOT / "ontology" / "schemes"
    return {
        ROOT / "kg" / "namespaces.py": namespaces_module(ontology, vocabulary),
        HERE / "context.jsonld": jsonld_context(ontology, vocabulary),
        folder / "brat" / "annotation.conf": tools.brat_annotation(words),
        folder / "brat" / "visual.conf": tools.brat_visual(words),
        folder / "brat" / "tools.conf": tools.brat_tools(),
        folder / "inception" / "layers.json": tools.inception_layers(words),
        folder / "inception" / "constraints.txt": tools.inception_constraints(words),
        folder / "label-studio.xml": tools.label_studio(words),
        folder / "guide.md": guide((HERE / "guide.in.md").read_text(encoding="utf-8"), words),
    }


def main(arguments: list[str] | None = None) -> int:
    """Write or check the generated files; the exit code."""
    parser = argparse.ArgumentParser(description="Generate code from the ontology.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file is stale")
    check = parser.parse_args(arguments).check
    stale = {path: text for path, text in outputs().items() if not path.is_file() or path.read_bytes() != text.encode()}
    for path, text in stale.items():
        name = path.relative_to(ROOT).as_posix()
        if check:
            print(f"{name}: stale (run: python ontology/generate.py)", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
            print(f"wrote {name}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
