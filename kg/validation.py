"""SHACL shapes and audits → what is wrong with a graph, one `Violation` for each finding.

`validate` checks a plain rdflib graph that the caller hands over: for data, the union of the named graphs with the registry,
because the shapes ask for classes and labels that stand there. `audit` asks a store what SHACL Core cannot say: sums of
offsets, cycles, and which named graph a triple stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import KGError
from kg.namespaces import shrink
from kg.resources import audit_files, data_shapes

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

    from kg.query import Asked
    from kg.worker import Limits

_SHAPES = "https://w3id.org/diplomatic-kg/shapes/"
_WORST_FIRST = {"Violation": 0, "Warning": 1, "Info": 2}


@dataclass(frozen=True, slots=True)
class Violation:
    """One finding: node and property that it concerns, what is wrong and what to do, the offending value.

    focus and value are IRIs or lexical forms ("" where there is no value). path is a prefixed name, with ^ where the
    arrow is followed backwards ("" where the rule looks at the node as a whole). severity is Violation, Warning or
    Info. rule is the name of the shape, as in ontology/shapes/data.ttl ("" for an unnamed shape of one's own), or of
    the file of the audit.
    """

    focus: str
    path: str
    message: str
    value: str = ""
    severity: str = "Violation"
    rule: str = ""

    def __str__(self) -> str:
        what = f" {self.path}" if self.path else ""
        value = f" [{shrink(self.value)}]" if self.value else ""
        return f"{self.severity.lower()}: {shrink(self.focus)}{what}{value}: {self.message}"


def validate(data: Graph, shapes: Path | None = None) -> list[Violation]:
    """What `shapes` (by default those of the product) find wrong with data: worst first, then by focus, path, message.

    Violations and warnings are both listed; a graph is acceptable when none has the severity Violation. data is not
    changed, nothing is imported over the network. KGError if pySHACL is not installed or the shapes cannot be read.
    """
    try:
        import pyshacl
    except ImportError as error:
        raise KGError("validation needs pySHACL", remedy="pip install 'diplomatic-kg[validate]'") from error
    # owl:imports stays off and no ontology is mixed in: what the shapes see is what the caller handed over.
    _, report, _ = pyshacl.validate(
        _plain(data),
        shacl_graph=_read(shapes or data_shapes()),
        inference="none",
        do_owl_imports=False,
        advanced=False,
        js=False,
    )
    return worst_first([_violation(report, result) for result in _results(report)])


def worst_first(violations: Iterable[Violation]) -> list[Violation]:
    """Violations before warnings, then by focus, path, message, value and rule."""
    return sorted(
        violations,
        key=lambda v: (_WORST_FIRST.get(v.severity, 0), v.focus, v.path, v.message, v.value, v.rule),
    )


@dataclass(frozen=True, slots=True)
class Audit:
    """One rule as a query: its name, the rule in plain words, what to say where it is broken, and the SPARQL.

    The query selects ?focus and, where there is one, ?value: a row for each place where the rule is broken. severity is
    Violation or Warning.
    """

    name: str
    rule: str
    message: str
    severity: str
    sparql: str


_HEADER = re.compile(r"(severity|message):\s*(.*\S)")


def parse_audit(name: str, text: str) -> Audit:
    """Read the header of an audit: the rule up to an empty comment line, later severity and message. KGError if it lacks
    one."""
    lines = [line.lstrip("#").strip() for line in takewhile(lambda line: line.startswith("#"), text.splitlines())]
    rule = takewhile(bool, lines)
    facts = {match[1]: match[2] for line in lines if (match := _HEADER.fullmatch(line))}
    severity, message = facts.get("severity", "Violation"), facts.get("message", "")
    if not message or severity not in _WORST_FIRST:
        remedy = "begin with the rule, '# severity: Violation' (or Warning) and '# message: what is wrong: what to do.'"
        raise KGError("this audit does not say what is wrong", place=name, remedy=remedy)
    return Audit(name, " ".join(rule), message, severity, text)


def named_audits() -> list[Audit]:
    """The audits that come with the product, by name."""
    return [parse_audit(path.stem, path.read_text(encoding="utf-8")) for path in audit_files()]


def audit(store: Asked, audits: Iterable[Audit] | None = None, limits: Limits | None = None) -> list[Violation]:
    """What `audits` (by default those of the product) find in a store: worst first, then by focus.

    Each is asked of the store as a query of its own, under limits. QueryError or QueryLimit where one cannot be answered.
    """
    found = []
    for rule in named_audits() if audits is None else audits:
        answer = store.query(rule.sparql, None, limits)
        for row in answer.rows:
            cells = {column: term.value for column, term in zip(answer.columns, row, strict=True) if term is not None}
            focus, value = cells.get("focus", ""), cells.get("value", "")
            found.append(Violation(focus, "", rule.message, value, rule.severity, rule.name))
    return worst_first(found)


def _plain(data: Graph) -> Graph:
    """data as one graph: pySHACL would check the graphs of a dataset one by one, and miss what stands in another."""
    from rdflib import Dataset, Graph
    from rdflib.graph import ConjunctiveGraph

    if not isinstance(data, Dataset | ConjunctiveGraph):
        return data
    union = Graph()
    for subject, predicate, value, _ in data.quads():
        union.add((subject, predicate, value))
    return union


def _read(shapes: Path) -> Graph:
    from rdflib import Graph

    try:
        return Graph().parse(shapes, format="turtle")
    except OSError as error:
        raise KGError(f"cannot read the shapes: {error.strerror}", place=str(shapes)) from error
    except Exception as error:  # rdflib's parser raises exceptions of several families for a broken file
        raise KGError("the shapes are no valid Turtle", place=str(shapes), remedy=str(error).strip()[:200]) from error


def _results(report: Graph) -> list[Node]:
    from rdflib.namespace import SH

    # Only those of the report itself: a failed inner shape may have results of its own as details.
    return list(report.objects(report.value(predicate=None, object=SH.ValidationReport), SH.result))


def _violation(report: Graph, result: Node) -> Violation:
    from rdflib import BNode
    from rdflib.namespace import SH

    def text(node: Node | None) -> str:
        return "" if node is None else str(node)

    shape = report.value(result, SH.sourceShape)
    messages = sorted(text(message) for message in report.objects(result, SH.resultMessage))
    return Violation(
        focus=text(report.value(result, SH.focusNode)),
        path=_path(report, report.value(result, SH.resultPath)),
        message=" ".join(messages),
        value=text(report.value(result, SH.value)),
        severity=text(report.value(result, SH.resultSeverity)).rpartition("#")[2] or "Violation",
        rule="" if shape is None or isinstance(shape, BNode) else text(shape).removeprefix(_SHAPES),
    )


def _path(report: Graph, path: Node | None) -> str:
    from rdflib import BNode
    from rdflib.namespace import SH

    if path is None:
        return ""
    if isinstance(path, BNode):
        inverse = report.value(path, SH.inversePath)
        return "(complex path)" if inverse is None else "^" + _path(report, inverse)
    return shrink(str(path))
