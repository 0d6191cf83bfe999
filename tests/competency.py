"""The competency questions of the ontology, asked of its example with two engines.

`python -m tests.competency` writes the golden answers and the list in the README anew, to be read before they are committed.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import pyoxigraph
from rdflib import Dataset, URIRef
from rdflib.term import Node

from tests.helpers import ROOT

QUESTIONS = ROOT / "ontology" / "questions"
EXAMPLE = ROOT / "ontology" / "examples" / "talks.trig"


class Question(NamedTuple):
    """One file: its name, the question, who asks it, and the SPARQL."""

    name: str
    words: str
    asked_by: str
    sparql: str


def questions() -> list[Question]:
    """All of them, in the order of their numbers."""
    found = []
    for path in sorted(QUESTIONS.glob("*.rq")):
        text = path.read_text(encoding="utf-8")
        first, second, _ = text.split("\n", 2)
        found.append(Question(path.stem, first.removeprefix("# "), second.removeprefix("# asked by: "), text))
    return found


@cache
def oxigraph(path: Path = EXAMPLE) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.load(path=path, format=pyoxigraph.RdfFormat.TRIG)
    return store


@cache
def rdflib_dataset(path: Path = EXAMPLE) -> Dataset:
    dataset = Dataset(default_union=True)
    dataset.parse(path, format="trig")
    return dataset


def asked_of_oxigraph(sparql: str, path: Path = EXAMPLE) -> str:
    """The answer as SPARQL 1.1 TSV, with the terms in their long form."""
    answer = oxigraph(path).query(sparql, use_default_graph_as_union=True)
    return _tsv(
        [variable.value for variable in answer.variables], [[row[v] for v in answer.variables] for row in answer]
    )


def asked_of_rdflib(sparql: str, path: Path = EXAMPLE) -> str:
    """The same, by the other engine."""
    answer = rdflib_dataset(path).query(sparql)
    variables = answer.vars or []
    return _tsv([str(v) for v in variables], [[_term(row[v]) for v in variables] for row in answer])


def _term(node: Node | None) -> pyoxigraph.NamedNode | pyoxigraph.Literal | None:
    if node is None:
        return None
    if isinstance(node, URIRef):
        return pyoxigraph.NamedNode(str(node))
    if node.language:
        return pyoxigraph.Literal(str(node), language=node.language)
    return (
        pyoxigraph.Literal(str(node), datatype=pyoxigraph.NamedNode(str(node.datatype)))
        if node.datatype
        else pyoxigraph.Literal(str(node))
    )


def _tsv(variables: list[str], rows: list[list[object]]) -> str:
    lines = ["\t".join(f"?{variable}" for variable in variables)]
    lines += ["\t".join("" if term is None else str(term).replace("\t", "\\t") for term in row) for row in rows]
    return "".join(f"{line}\n" for line in lines)


def listed() -> str:
    """The table of the README."""
    rows = [f"| [{q.name[:2]}]({q.name}.rq) | {q.words} | {q.asked_by} |" for q in questions()]
    return "\n".join(["| | question | asked by |", "|---|---|---|", *rows]) + "\n"


START, END = "<!-- list: python -m tests.competency -->\n", "<!-- end of list -->\n"


def readme() -> str:
    """The README with the table put in anew."""
    text = (QUESTIONS / "README.md").read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    return before + START + listed() + END + rest.partition(END)[2]


def _main() -> None:
    for question in questions():
        (QUESTIONS / f"{question.name}.tsv").write_text(asked_of_oxigraph(question.sparql), encoding="utf-8")
    (QUESTIONS / "README.md").write_text(readme(), encoding="utf-8")


if __name__ == "__main__":
    _main()
