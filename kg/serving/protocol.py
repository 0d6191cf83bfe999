"""SPARQL 1.1 Protocol: a query, and the graphs it is put to, out of a GET or a POST request.

Source: SPARQL 1.1 Protocol, section 2.1. There is no update operation; a request for one is refused by name.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qsl

from kg.errors import KGError
from kg.serving.http import Request
from kg.terms import iri
from kg.worker import Dataset

MOST_FIELDS = 1000


class BadRequest(KGError):
    """A request that cannot be answered; status says in which way."""

    def __init__(self, status: int, found: str, remedy: str = "") -> None:
        super().__init__(found, remedy=remedy)
        self.status = status


class Operation(NamedTuple):
    """One query operation; dataset is None where the request leaves it to the query."""

    query: str
    dataset: Dataset | None


def operation(request: Request) -> Operation:
    """The query of a request. BadRequest where it has none, has two, or is something else."""
    fields = fields_of(request.query)
    if request.method == "POST":
        kind, _, rest = request.headers.get("content-type", "").partition(";")
        kind = kind.strip().lower()
        if kind == "application/sparql-update":
            raise _update()
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise BadRequest(415, "a body that is encoded otherwise than as it is", "send it uncompressed")
        if "charset" in rest.lower() and "utf-8" not in rest.lower():
            raise BadRequest(415, "a body in another character set", "send it as UTF-8")
        if kind == "application/x-www-form-urlencoded":
            if fields:
                raise BadRequest(400, "a form with parameters in its address, too", "send all of them in the body")
            fields = fields_of(_text(request.body))
        elif kind == "application/sparql-query":
            if any(name == "query" for name, _ in fields):
                raise BadRequest(400, "two queries, one in the address and one in the body", "send one")
            fields = [*fields, ("query", _text(request.body))]
        else:
            remedy = "send application/x-www-form-urlencoded or application/sparql-query"
            raise BadRequest(415, f"a body of the type {kind or 'none'}", remedy)
    if any(name == "update" for name, _ in fields):
        raise _update()
    queries = [value for name, value in fields if name == "query"]
    if len(queries) != 1:
        found = "no query" if not queries else "more than one query"
        raise BadRequest(400, found, "send one parameter named query")
    default = tuple(value for name, value in fields if name == "default-graph-uri")
    named = tuple(value for name, value in fields if name == "named-graph-uri")
    for graph in (*default, *named):
        try:
            iri(graph)
        except ValueError as error:
            raise BadRequest(400, f"the name of a graph is {error}", "write it in full") from None
    return Operation(queries[0], Dataset(default, named) if default or named else None)


def fields_of(encoded: str) -> list[tuple[str, str]]:
    """The fields of a form or of the query part of an address, decoded once. BadRequest for what is no UTF-8."""
    try:
        return parse_qsl(encoded, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeDecodeError:
        raise BadRequest(400, "parameters that are no UTF-8", "encode them as UTF-8, then as percent escapes") from None
    except ValueError:
        raise BadRequest(400, f"more than {MOST_FIELDS} parameters", "send fewer") from None


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise BadRequest(400, "a body that is no UTF-8", "send it as UTF-8") from None


def _update() -> BadRequest:
    return BadRequest(
        403, "updates are not allowed: this endpoint only reads", "the graph is changed by kg build alone"
    )
