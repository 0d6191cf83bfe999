"""Which form of an answer a client likes best, by its Accept header. Source: RFC 9110, section 12.5.1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Form(NamedTuple):
    """One form in which answers are given: its short name, and its media types, the one that is sent first."""

    name: str
    types: tuple[str, ...]


ROWS = (
    Form("json", ("application/sparql-results+json", "application/json")),
    Form("xml", ("application/sparql-results+xml", "application/xml", "text/xml")),
    Form("csv", ("text/csv",)),
    Form("tsv", ("text/tab-separated-values",)),
)
"""For the answers to SELECT and ASK; the first is what a client gets that says nothing."""

GRAPHS = (
    Form("ttl", ("text/turtle", "application/x-turtle")),
    Form("nt", ("application/n-triples",)),
    Form("jsonld", ("application/ld+json",)),
)
"""For the answers to CONSTRUCT and DESCRIBE."""

HTML = Form("html", ("text/html", "application/xhtml+xml"))


def best_form(accept: str, offered: Sequence[Form]) -> Form | None:
    """The offered form that accept likes best, the earlier one of equals; None where it takes none of them."""
    wishes = _wishes(accept)
    if not wishes:
        return offered[0]
    quality, place = max((max(_quality(wishes, each) for each in form.types), -at) for at, form in enumerate(offered))
    return offered[-place] if quality > 0 else None


def _wishes(accept: str) -> list[tuple[str, float]]:
    """Media ranges and how much each is liked. What cannot be read is left out."""
    wishes = []
    for part in accept.split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if "/" not in kind:
            continue
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = min(max(float(parameter[2:]), 0.0), 1.0)
                except ValueError:
                    quality = 0.0
        wishes.append((kind, quality))
    return wishes


def _quality(wishes: list[tuple[str, float]], media_type: str) -> float:
    """How much a media type is liked: what its most specific range says."""
    for wanted in (media_type, media_type.partition("/")[0] + "/*", "*/*"):
        said = [quality for kind, quality in wishes if kind == wanted]
        if said:
            return max(said)
    return 0.0
