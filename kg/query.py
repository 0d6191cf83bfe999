"""How questions are put to a store: parameters bound, prefixes put in front, names turned into nodes.

A parameter is written `$name` inside a VALUES block and is bound there as an RDF term, never pasted as text. The questions that
come with the package are `kg.questions`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Protocol

from kg.errors import QueryError
from kg.names import normalise, without_accents
from kg.namespaces import PREFIXES, XSD, expand, shrink
from kg.questions import FOLDER as FOLDER
from kg.questions import NODE_TYPES as NODE_TYPES
from kg.questions import VALUE_TYPES as VALUE_TYPES
from kg.questions import Parameter as Parameter
from kg.questions import Query as Query
from kg.questions import named_queries as named_queries
from kg.questions import named_query as named_query
from kg.questions import parse_query as parse_query
from kg.terms import Term, iri
from kg.worker import Answer, Limits


class Asked(Protocol):
    """What a question is put to: a store of this machine, or one behind an address."""

    @property
    def base(self) -> str:
        """Where IRIs of its data begin."""

    def query(
        self, sparql: str, bindings: Mapping[str, Term | None] | None = None, limits: Limits | None = None
    ) -> Answer:
        """Answer a SPARQL query whose parameters are bound to terms; None leaves a parameter open."""


def with_prefixes(sparql: str, base: str) -> str:
    """The query with the prefixes it uses and does not declare itself; `kg:` is the base of the store."""
    declared = set(re.findall(r"(?i)\bprefix\s+([A-Za-z][\w-]*)?:", sparql))
    used = set(re.findall(r"(?<![\w-])([A-Za-z][\w-]*):", sparql))
    lines = [
        f"PREFIX {prefix}: <{base if prefix == 'kg' else namespace}>"
        for prefix, namespace in PREFIXES.items()
        if prefix in used - declared
    ]
    return "\n".join([*lines, sparql]) if lines else sparql


def standalone(query: Query, base: str) -> str:
    """A question as a text that any SPARQL tool takes once its parameters are filled in: header, prefixes, rules put in."""
    lines = query.sparql.splitlines(keepends=True)
    end = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return "".join(lines[:end]) + with_prefixes("".join(lines[end:]), base)


def ask(store: Asked, query: Query | str, limits: Limits | None = None, /, **values: str | date | int | None) -> Answer:
    """Put a named question (or a Query) to a store. values are texts as a person writes them, or dates and integers.

    Raises QueryError for an unknown, missing or unreadable parameter, QueryLimit where a limit stopped the query.
    """
    if isinstance(query, str):
        query = named_query(query)
    known = {parameter.name: parameter for parameter in query.parameters}
    for name in values:
        if name not in known:
            if name == "as_of":
                remedy = "leave it out: the answer is the same on every day, or the query has no parameter as_of"
                raise QueryError(f"{query.name} has no answer as of a day", remedy=remedy)
            close = get_close_matches(name, known, n=1)
            remedy = f"did you mean {close[0]}?" if close else f"it has: {', '.join(known) or 'none'}"
            raise QueryError(f"{query.name} has no parameter {name!r}", remedy=remedy)
    bindings: dict[str, Term | None] = {}
    for parameter in query.parameters:
        value = values.get(parameter.name)
        if value is None and not parameter.optional:
            remedy = f"-p {parameter.name}=… : {parameter.meaning or parameter.type}"
            raise QueryError(f"{query.name} needs the parameter {parameter.name}", remedy=remedy)
        bindings[parameter.name] = None if value is None else as_term(store, parameter, value)
    text = with_prefixes(query.sparql, store.base)
    return store.query(text, bindings, limits)


def as_term(store: Asked, parameter: Parameter, value: str | date | int) -> Term:
    """The RDF term that a person means by a value of this parameter."""
    text = value.isoformat() if isinstance(value, date) else str(value)
    if parameter.type == "text":
        return Term("literal", text)
    if parameter.type == "integer":
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
            raise QueryError(f"{parameter.name}={text} is no whole number", remedy="for example 10")
        return Term("literal", str(int(text)), XSD.integer)
    if parameter.type == "date":
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise QueryError(f"{parameter.name}={text} is no date", remedy="for example 2025-12-21") from None
        return Term("literal", day.isoformat(), XSD.date)
    return find_node(store, parameter, text)


def find(store: Asked, name: str, kind: str = "actor") -> str:
    """The IRI that a name, a short form (`kg:…`) or an IRI means; kind is one of NODE_TYPES.

    Raises QueryError where none or several do.
    """
    return find_node(store, Parameter(kind, kind, False, ""), name).value


def find_node(store: Asked, parameter: Parameter, text: str) -> Term:
    """The node that an IRI, a short form (`kg:…`) or a name means. Raises QueryError where none or several do."""
    bare = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    prefix, colon, rest = bare.partition(":")
    if colon and (prefix in PREFIXES or rest.startswith("//") or prefix == "urn"):
        try:
            full = bare if rest.startswith("//") or prefix == "urn" else expand(bare, store.base)
            iri(full)
        except (KeyError, ValueError):
            raise QueryError(f"{parameter.name}={text} is no IRI", remedy="write a name or kg:…") from None
        return Term("iri", full)
    names = list(_names(store, parameter.type))
    wanted = normalise(text)
    for matches in (
        lambda name: name == wanted,
        lambda name: without_accents(name) == without_accents(wanted),
        lambda name: without_accents(wanted) in without_accents(name),
    ):
        found = sorted({node for node, name in names if matches(name)})
        if len(found) == 1:
            return Term("iri", found[0])
        if found:
            some = ", ".join(shrink(node, store.base) for node in found[:4]) + (" …" if len(found) > 4 else "")
            raise QueryError(f"{len(found)} things match {parameter.name}={text!r}", remedy=f"name one: {some}")
    close = get_close_matches(wanted, [name for _, name in names], n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    plural = {"actor": "actors", "meeting": "meetings", "venue": "venues"}.get(parameter.type, "meetings")
    raise QueryError(f"nothing matches {parameter.name}={text!r}", remedy=f"{hint}kg query {plural} lists them")


def _names(store: Asked, kind: str) -> Iterator[tuple[str, str]]:
    query = named_query("names")
    answer = store.query(with_prefixes(query.sparql, store.base), {"kind": Term("literal", kind)})
    for node, name in answer.rows:
        if node is not None and name is not None:
            yield node.value, normalise(name.value)


def rows(store: Asked, name: str, as_of: str = "") -> Iterator[dict[str, str]]:
    """The answer to a question behind a view, as `as_texts` gives it: from the flat tables of a store, else by SPARQL.

    The rows are the same; at ten thousand documents, tables take a hundredth of the time.
    """
    at_hand = getattr(store, "tables_at_hand", None)
    tables = at_hand() if at_hand is not None else None
    if tables is not None:
        from kg.tables.answers import texts

        days = (one for one in named_query(name).parameters if one.name == "as_of")
        return texts(tables, name, *(as_term(store, day, as_of).value for day in days if as_of))
    return as_texts(ask(store, name, **({"as_of": as_of} if as_of else {})))


def as_texts(answer: Answer) -> Iterator[dict[str, str]]:
    """Rows as texts by column; "" where a row has no value."""
    for row in answer.rows:
        yield {c: "" if term is None else term.value for c, term in zip(answer.columns, row, strict=True)}


def local_name(iri: str) -> str:
    """The value of a controlled list without its namespace: "held" of stage:held."""
    return iri.rpartition("/")[2].rpartition("#")[2]
