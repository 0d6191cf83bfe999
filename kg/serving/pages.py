"""The pages to read: home, questions, answers, things, the query editor. Templates escape all text; no page has script of its own
but the editor, and no address in a page leads elsewhere unless it is one of http or https that the data names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode

from kg.errors import KGError
from kg.namespaces import DP, HOME, RDF, RDFS, XSD, shrink
from kg.query import NODE_TYPES, Asked, Parameter, Query, ask, named_queries, with_prefixes
from kg.questions import SUBJECTS
from kg.serving.answers import Triple, encode
from kg.serving.http import Response
from kg.terms import Term, iri
from kg.worker import Answer

if TYPE_CHECKING:
    from jinja2 import Environment

    from kg.generations import Manifest

MOST_ROWS = 1000
"""Rows that a page shows; the formats beside it have all of them."""
_MOST_NAMES = 500

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_EDITOR_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The editor sets styles on elements. Styles alone load nothing, since no other origin may be reached."""


class Cell(NamedTuple):
    """One value of a table: what is shown, where it leads ("" for nowhere), its whole form, its language."""

    text: str
    link: str = ""
    title: str = ""
    language: str = ""
    kind: str = ""


class Table(NamedTuple):
    """An answer to show: columns that hold something, rows of cells, and how many rows there are."""

    columns: tuple[str, ...]
    rows: list[list[Cell]]
    total: int


class Section(NamedTuple):
    """Part of the page of a thing: a question about it and the answer, or why there is none."""

    name: str
    question: str
    link: str
    table: Table | None
    error: str = ""


# -- pages ---------------------------------------------------------------------------------------------------------------


def home(manifest: Manifest, kinds: Answer) -> Response:
    """What the store holds and where to go."""
    counts = [(shrink(kind.value).partition(":")[2], int(n.value)) for kind, n in kinds.rows if kind and n]
    return _page("home.html", manifest=manifest, counts=counts, subjects=_by_subject(), pages=_PAGES)


def questions() -> Response:
    """All named questions, by what they ask about."""
    return _page("questions.html", subjects=_by_subject())


def question(store: Asked, query: Query, values: dict[str, str], answer: Answer | None, error: str) -> Response:
    """A named question with its form; with the answer, or with what is wrong with the values."""
    sparql = with_prefixes(query.sparql, store.base)
    # The editor has no parameters: what is bound here is a variable to fill in there.
    return _page(
        "question.html",
        400 if error else 200,
        query=query,
        fields=[(parameter, values.get(parameter.name, ""), _input(parameter)) for parameter in query.parameters],
        names={parameter.name: _names(store, parameter.type) for parameter in query.parameters},
        table=None if answer is None else table(answer, store.base),
        boolean=None if answer is None or answer.kind != "ask" else bool(answer.boolean),
        error=error,
        sparql=sparql,
        formats=[(form, "?" + urlencode({**values, "format": form})) for form in ("csv", "tsv", "json", "xml")],
    )


def thing(store: Asked, node: str) -> Response | None:
    """The page of one node; None where the graph says nothing of it."""
    facts, uses = _about(store, node)
    if not facts.rows and not uses.rows:
        return None
    types = {
        value.value for of, value, _ in facts.rows if of is not None and value is not None and of.value == RDF.type
    }
    kind = "actor" if DP.Actor in types else "meeting" if _is_meeting(types) else ""
    labels = [value.value for of, value, _ in facts.rows if of and value and of.value == RDFS.label]
    sections = [_section(store, query, parameter, node) for query, parameter in _questions_about(kind)]
    others = [
        (query.name, query.question, _question_link(query, parameter, node))
        for query, parameter in _questions_about(kind, inline=False)
    ]
    return _page(
        "thing.html",
        node=node,
        title=labels[0] if labels else _member(facts) or shrink(node, store.base),
        names=labels[1:],
        types=sorted(shrink(name).rpartition(":")[2] for name in types),
        facts=_grouped(facts, store.base, skip=RDF.type),
        uses=_grouped(uses, store.base),
        sections=sections,
        others=others,
        forms=[(form, _with_format(local_link(node, store.base), form)) for form in ("ttl", "nt", "jsonld")],
    )


def thing_triples(store: Asked, node: str) -> list[Triple]:
    """What the page of a node shows, as triples; empty where the graph says nothing of it."""
    facts, uses = _about(store, node)
    this = Term("iri", node)
    label = Term("iri", RDFS.label)
    triples = [(this, of, value) for of, value, _ in facts.rows if of and value]
    triples += [(subject, of, this) for of, subject, _ in uses.rows if of and subject]
    for _, other, name in (*facts.rows, *uses.rows):
        if other is not None and other.kind != "literal" and name is not None:
            triples.append((other, label, name))
    return triples


def editor(query: str, base: str) -> Response:
    """The query editor."""
    return _page("editor.html", policy=_EDITOR_POLICY, query=query, base=base)


def error_page(status: int, found: str) -> Response:
    """What went wrong, for a reader."""
    return _page("error.html", status, found=found)


# -- parts ---------------------------------------------------------------------------------------------------------------


def table(answer: Answer, base: str) -> Table | None:
    """An answer as a table without the columns that no row fills; None for an answer of ASK."""
    if answer.kind == "ask":
        return None
    columns = answer.columns if answer.kind == "select" else ("subject", "predicate", "object")
    rows: Sequence[Sequence[Term | None]] = answer.rows if answer.kind == "select" else answer.triples
    filled = [at for at in range(len(columns)) if not rows or any(row[at] is not None for row in rows)]
    return Table(
        tuple(columns[at] for at in filled),
        [[cell(row[at], base) for at in filled] for row in rows[:MOST_ROWS]],
        len(rows),
    )


def cell(term: Term | None, base: str, label: str = "") -> Cell:
    """A term to show. Nodes of the store lead to their page here, other IRIs of the web to where they say."""
    if term is None:
        return Cell("")
    if term.kind == "blank":
        return Cell(label or f"_:{term.value}", title="a node without a name")
    if term.kind == "literal":
        number = term.datatype.startswith(XSD.NS) and term.datatype in _NUMBERS
        return Cell(
            term.value,
            title=shrink(term.datatype) if term.datatype else "",
            language=term.language,
            kind="number" if number else "",
        )
    short = shrink(term.value, base)
    return Cell(label or _readable(term.value, short, base), local_link(term.value, base), term.value, kind="node")


_NUMBERS = frozenset({XSD.integer, XSD.decimal, XSD.double, XSD.nonNegativeInteger})


def _readable(value: str, short: str, base: str) -> str:
    """An IRI as a word: values of the controlled lists and terms without their prefix."""
    if not value.startswith(base) and value.startswith(HOME) and ":" in short:
        return short.partition(":")[2].replace("-", " ")
    return short


def local_link(node: str, base: str) -> str:
    """Where an IRI leads from here: its page for a node of the store, itself on the web, else nowhere."""
    if node.startswith(base):
        rest = node[len(base) :]
        # What an address cannot carry as it is goes into a parameter; so does what a browser would resolve away.
        parts = rest.split("/")
        if rest and rest == quote(rest, safe="/%:@!$&'()*+,;=-._~") and not {"", ".", ".."} & set(parts):
            return f"/id/{rest}"
        return f"/resource?{urlencode({'iri': node})}"
    if node.startswith(HOME):
        return ""  # the vocabulary, which stands in the ontology and not in the store
    if node.startswith(("http://", "https://")):
        try:
            iri(node)
        except ValueError:
            return ""
        return node
    return ""


def _about(store: Asked, node: str) -> tuple[Answer, Answer]:
    bracketed = f"<{node}>"
    return ask(store, "page-facts", None, node=bracketed), ask(store, "page-uses", None, node=bracketed)


def _is_meeting(types: set[str]) -> bool:
    return bool(types & {DP.Meeting, DP.CanonicalMeeting, DP.Round, DP.Process})


def _member(facts: Answer) -> str:
    """The label of the first member of a thing that has none itself, as a meeting over several texts; else ""."""
    return next((label.value for of, _, label in facts.rows if of and label and of.value == DP.member), "")


_INLINE = {
    "actor": ("mandates", "claims-of", "evidence"),
    "meeting": ("participants", "claims-about", "evidence"),
    "": ("evidence",),
}


def _questions_about(kind: str, *, inline: bool = True) -> list[tuple[Query, Parameter]]:
    """The questions that one node of a kind answers, with the parameter that takes it."""
    found = []
    for query in named_queries().values():
        fitting = [parameter for parameter in query.parameters if parameter.type in (kind, "node")]
        needed = [parameter for parameter in query.parameters if not parameter.optional]
        if query.internal or not fitting or any(parameter is not fitting[0] for parameter in needed):
            continue
        if (query.name in _INLINE[kind]) is inline:
            found.append((query, fitting[0]))
    if inline:
        found.sort(key=lambda pair: _INLINE[kind].index(pair[0].name))
    return found


def _section(store: Asked, query: Query, parameter: Parameter, node: str) -> Section:
    link = _question_link(query, parameter, node)
    try:
        answer = ask(store, query, None, **{parameter.name: f"<{node}>"})
    except KGError as error:
        return Section(query.name, query.question, link, None, str(error))
    return Section(query.name, query.question, link, table(answer, store.base))


def _question_link(query: Query, parameter: Parameter, node: str) -> str:
    return f"/questions/{query.name}?{urlencode({parameter.name: f'<{node}>'})}"


def _grouped(answer: Answer, base: str, skip: str = "") -> list[tuple[str, str, list[Cell]]]:
    """Properties with their values; a value with two labels once."""
    out = []
    for of, rows in groupby(answer.rows, key=lambda row: row[0]):
        if of is None or of.value == skip:
            continue
        values: dict[Term, str] = {}
        for _, value, label in rows:
            if value is not None:
                values.setdefault(value, label.value if label is not None else "")
        out.append((shrink(of.value), of.value, [cell(value, base, label) for value, label in values.items()]))
    return out


def _names(store: Asked, kind: str) -> list[str]:
    """Names to choose from for a parameter of a kind of node."""
    if kind not in NODE_TYPES or kind == "node":
        return []
    found = ask(store, "names", None, kind=kind)
    return sorted({name.value for _, name in found.rows if name is not None})[:_MOST_NAMES]


def _input(parameter: Parameter) -> str:
    return {"date": "date", "integer": "number"}.get(parameter.type, "text")


def _with_format(link: str, form: str) -> str:
    return f"{link}{'&' if '?' in link else '?'}format={form}"


def _by_subject() -> list[tuple[str, list[Query]]]:
    """The questions for readers, by what they ask about."""
    shown = [query for query in named_queries().values() if not query.internal]
    return [(subject, [query for query in shown if query.subject == subject]) for subject in SUBJECTS]


_PAGES: Iterable[tuple[str, str, str]] = (
    ("/who-talks-to-whom", "Who talks to whom", "the network of actors, with the sentences behind every edge"),
    ("/questions/actors", "Actors", "everybody whom the texts name, each with a page"),
    ("/questions/meetings", "Meetings", "every meeting, round and process, each with a page"),
    ("/questions/documents", "Documents", "the texts"),
    ("/questions/", "Questions", "named questions with their parameters"),
    ("/editor", "Query editor", "SPARQL by hand"),
)


# -- templates -----------------------------------------------------------------------------------------------------------


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = Path(__file__).parent.parent / "templates" / "serve"
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _page(template: str, status: int = 200, *, policy: str = _POLICY, **values: Any) -> Response:
    text = _templates().get_template(template).render(**values)
    headers = (("Content-Security-Policy", policy), ("Vary", "Accept"))
    return Response(status, "text/html; charset=utf-8", encode(text), headers)
