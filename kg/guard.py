"""What a query may say, decided on its text before any engine sees it.

Engines call out for SERVICE, load files, and crash on deep nesting. So the text is cut into the tokens of SPARQL's grammar (with
its `\\uXXXX` escapes decoded first, as the specification says), and refused by name: a literal, an IRI or a comment that merely
contains such a word passes. Parameters are bound here, too: as checked terms, inside VALUES blocks, never as pasted text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kg.errors import QueryError
from kg.terms import Term

MAX_LENGTH = 100_000
MAX_DEPTH = 128
"""Brackets within brackets. An engine's parser recurses: some thousands of them end the process."""

_UPDATES = frozenset("INSERT DELETE LOAD CLEAR DROP CREATE ADD MOVE COPY WITH".split())

_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\r\n]+)
    | (?P<comment>\#[^\r\n]*)
    | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    | (?P<string>\"\"\"(?:(?:\"|\"\")?(?:[^\"\\]|\\.))*\"\"\" | '''(?:(?:'|'')?(?:[^'\\]|\\.))*'''
        | \"(?:[^\"\\\n\r]|\\.)*\" | '(?:[^'\\\n\r]|\\.)*')
    | (?P<parameter>\$\w+)
    | (?P<variable>\?\w+)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<blank>_:[\w][\w.·-]*)
    | (?P<name>(?:[^\W\d_][\w.·-]*)?:(?:[\w:·-]|%[0-9A-Fa-f]{2}|\\[_~.!$&'()*+,;=/?\#@%-]|\.(?=[\w:.%\\·-]))*)
    | (?P<word>[^\W\d_]\w*)
    | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<open>[{(\[])
    | (?P<close>[})\]])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


class Token(NamedTuple):
    """A piece of a query text: its kind, its text, where it starts."""

    kind: str
    text: str
    start: int


def tokens(sparql: str) -> Iterator[Token]:
    """Cut a query into tokens; joined, their texts are the query."""
    for match in _TOKEN.finditer(sparql):
        yield Token(match.lastgroup or "other", match[0], match.start())


def decode_escapes(sparql: str) -> str:
    """Replace codepoint escapes as SPARQL 1.1 (19.2) has it: before the grammar, anywhere in the text.

    Raises QueryError for an escape that is no character, or that would end the string or the IRI it stands in.
    """

    def character(match: re.Match[str]) -> str:
        code = int(match[1] or match[2], 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise QueryError(f"{match[0]} is no character", remedy="take the escape out")
        return chr(code)

    return _ESCAPE.sub(character, sparql)


def check(sparql: str, *, max_length: int = MAX_LENGTH, max_depth: int = MAX_DEPTH) -> None:
    """Raise QueryError for a query that is too long, too deep, calls another server or writes.

    A query is looked at twice, as it stands and with its escapes decoded, because engines differ in where they allow them.
    """
    if len(sparql) > max_length:
        raise QueryError(f"the query has {len(sparql)} characters, {max_length} are allowed", remedy="ask for less at once")
    decoded = decode_escapes(sparql)
    for text in {sparql, decoded}:
        _check_tokens(text, max_depth)


def _check_tokens(text: str, max_depth: int) -> None:
    depth = 0
    for token in tokens(text):
        if token.kind == "open":
            depth += 1
            if depth > max_depth:
                found = f"the query nests brackets deeper than {max_depth}"
                raise QueryError(found, place=_place(text, token.start), remedy="write it flatter")
        elif token.kind == "close":
            depth -= 1
        elif token.kind == "word":
            word = token.text.upper()
            if word == "SERVICE":
                remedy = "no query may reach another server; build what you need into the store"
                raise QueryError("SERVICE is not allowed", place=_place(text, token.start), remedy=remedy)
            if word in _UPDATES:
                remedy = "the graph is changed by kg build alone"
                raise QueryError(f"{word} is not allowed: queries only read", place=_place(text, token.start), remedy=remedy)
        elif token.kind == "other" and token.text in "\"'":
            # An open string could hide anything from this check, so it is refused here, not left to the engine.
            raise QueryError("a string is not closed", place=_place(text, token.start), remedy="close it")


def _place(text: str, start: int) -> str:
    line = text.count("\n", 0, start) + 1
    return f"line {line}, column {start - text.rfind(chr(10), 0, start)}"


def parameters(sparql: str) -> tuple[str, ...]:
    """Names of the parameters of a query, in order of first use."""
    return tuple(dict.fromkeys(token.text[1:] for token in tokens(sparql) if token.kind == "parameter"))


def bind(sparql: str, values: Mapping[str, Term | None]) -> str:
    """Put terms in place of the parameters; None becomes UNDEF.

    Raises QueryError for a parameter without a value, a value without a parameter, a parameter outside the data of a VALUES
    block, or a term that cannot be written (a bad IRI).
    """
    names = parameters(sparql)
    for name in names:
        if name not in values:
            raise QueryError(f"the query needs a value for ${name}", remedy=f"-p {name}=…")
    for name in values:
        if name not in names:
            raise QueryError(f"the query has no parameter ${name}", remedy=f"it has: {', '.join(names) or 'none'}")
    out: list[str] = []
    braces: list[bool] = []
    expecting = False
    for token in tokens(sparql):
        if token.kind == "word" and token.text.upper() == "VALUES":
            expecting = True
        elif token.kind == "open" and token.text == "{":
            braces.append(expecting)
            expecting = False
        elif token.kind == "close" and token.text == "}" and braces:
            braces.pop()
        elif token.kind == "parameter":
            if not braces or not braces[-1]:
                remedy = f"write VALUES ?x {{ {token.text} }}"
                raise QueryError(f"{token.text} stands outside a VALUES block", place=_place(sparql, token.start), remedy=remedy)
            out.append(_text_of(token.text[1:], values[token.text[1:]]))
            continue
        out.append(token.text)
    return "".join(out)


def _text_of(name: str, term: Term | None) -> str:
    if term is None:
        return "UNDEF"
    if term.kind == "blank":
        raise QueryError(f"{name} cannot be a blank node", remedy="name an IRI")
    try:
        return term.n3()
    except ValueError as error:
        raise QueryError(f"{name}: {error}", remedy="name an absolute IRI") from None
