"""What a SPARQL text may say, judged by its tokens before any engine sees it.

`check` refuses what this product never does (call another endpoint, change the data) and what crashes engines (texts too long
or too deep). `bind` puts values in the place of parameters, as checked terms and never as text. This is the first of two
fences: the process that answers queries can open no connection whatever this module overlooks.

Two readings are checked where they differ. The recommendation decodes `\\u0053` everywhere before it looks for tokens (rdflib
does), Oxigraph only inside strings and IRIs; a text is refused when it is refused in either.
Source: SPARQL 1.1 Query Language, sections 19.2 (codepoint escapes) and 19.8 (grammar).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from typing import NamedTuple, NoReturn

from kg.errors import QueryError, QueryRefused
from kg.terms import Term, iri

MAX_LENGTH = 100_000
MAX_DEPTH = 128

_UPDATES = frozenset({"insert", "delete", "load", "clear", "drop", "create", "add", "move", "copy"})
_OPENING, _CLOSING = frozenset("{(["), frozenset("})]")


class Token(NamedTuple):
    """One token: kind is a group name of _TOKEN or "mark" for a single character; start and end are code points."""

    kind: str
    text: str
    start: int
    end: int


# -- what a text may say -------------------------------------------------------------------------------------------------


def check(sparql: str, *, max_length: int = MAX_LENGTH, max_depth: int = MAX_DEPTH) -> None:
    """Raise QueryError for a text that is nested deeper than max_depth or too long, QueryRefused for one that calls a SERVICE
    or changes data.

    The words may stand in strings, IRIs, comments, variables and prefixed names. Whether the rest is SPARQL, the engine says.
    """
    if len(sparql) > max_length:
        found = f"the query has {len(sparql)} characters, {max_length} are allowed"
        raise QueryError(found, remedy="ask for less at once")
    if broken := re.search("[\ud800-\udfff]", sparql):
        raise QueryError("half of a surrogate pair", place=_place(sparql, broken.start()), remedy="send it as UTF-8")
    _check_reading(sparql, max_depth)
    decoded = _CODEPOINT.sub(_decoded, sparql)
    if decoded != sparql:
        _check_reading(decoded, max_depth)


def names_dataset(sparql: str) -> bool:
    """Whether the query says FROM or FROM NAMED, so that it asks these graphs and not the union of all."""
    declared = {token.text for token in tokens(sparql) if token.kind == "name" and token.text.endswith(":")}
    for token in tokens(sparql):
        # Oxigraph needs no space around a keyword: it reads `ASKFROMex:graph` as ASK, FROM and `ex:graph`.
        if token.kind == "word" and "from" in token.text.lower():
            return True
        if token.kind == "name":
            prefix = token.text.partition(":")[0]
            if "from" in prefix.lower() and prefix + ":" not in declared:
                return True
    return False


def form(sparql: str) -> str:
    """What a query asks for: "select", "ask", "construct" or "describe"; "" for what says none of these."""
    for token in tokens(sparql):
        if token.kind == "word" and (found := re.match("(?i)select|ask|construct|describe", token.text)):
            return found[0].lower()
    return ""


def _check_reading(text: str, max_depth: int) -> None:
    depth = 0
    recent: deque[Token] = deque(maxlen=4)
    for token in tokens(text):
        if token.kind == "mark":
            if token.text in _OPENING:
                depth += 1
                if depth > max_depth:
                    found = f"the query nests brackets deeper than {max_depth}"
                    raise QueryError(found, place=_place(text, token.start), remedy="write it flatter")
            elif token.text in _CLOSING:
                depth = max(depth - 1, 0)
            if token.text == "{" and (hidden := _hidden_call(list(recent))):
                _refuse_service(text, hidden)
        elif token.kind == "word":
            word = token.text.lower()
            if "service" in word:
                _refuse_service(text, token)
            for part in re.findall("[a-z]+", word):
                if part in _UPDATES:
                    remedy = "the graph is changed by kg build alone"
                    found = f"{part.upper()} is not allowed: queries only read"
                    raise QueryRefused(found, place=_place(text, token.start), remedy=remedy)
        recent.append(token)


def _hidden_call(before: list[Token]) -> Token | None:
    """The prefixed name before a brace in which Oxigraph may see a call, if there is one.

    It needs no space behind a keyword, so that `SERVICEex:a {` calls `ex:a`. And where prefix and local part together make no
    IRI, it takes the prefix alone for the name: with `PREFIX p: <http://host:8>`, `p:SERVICE <http://a> {` calls `<http://a>`.
    """
    if not before or before[-1].kind not in ("name", "iri", "variable"):
        return None
    last = before.pop()
    if last.kind == "name" and "service" in last.text.lower():
        return None if before and before[-1].text.lower() in _BEFORE_GRAPH_NAME else last
    if before and before[-1].kind == "word" and before[-1].text.lower() == "silent":
        before.pop()
    if before and before[-1].kind == "name" and "service" in before[-1].text.lower():
        return before[-1]
    return None


_BEFORE_GRAPH_NAME = frozenset({"graph", "from", "named", "describe"})


def _refuse_service(text: str, token: Token) -> NoReturn:
    remedy = "no query may reach another server; build what you need into the store"
    if token.kind == "name":
        remedy = f"{token.text} can be read as a call of SERVICE: put a dot before the brace, or write the IRI in full"
    raise QueryRefused("SERVICE is not allowed", place=_place(text, token.start), remedy=remedy)


def _place(text: str, start: int) -> str:
    line = text.count("\n", 0, start) + 1
    return f"line {line}, column {start - text.rfind(chr(10), 0, start)}"


# -- parameters ----------------------------------------------------------------------------------------------------------


def parameters(sparql: str) -> tuple[str, ...]:
    """Names of the parameters of a query, in the order in which they first occur. QueryError as in `bind`."""
    return tuple(dict.fromkeys(token.text[1:] for token in _places(sparql)))


def bind(sparql: str, values: Mapping[str, Term | None]) -> str:
    """The query with each parameter `$name` replaced by its value as N-Triples text, or by UNDEF where the value is None.

    A parameter stands among the data of a VALUES block: `VALUES ?meeting { $meeting }`. QueryError for one that stands
    elsewhere or has no value, for a value that no parameter takes, and for a term that no query can contain.
    """
    places = _places(sparql)
    names = {token.text[1:] for token in places}
    for name in values:
        if name not in names:
            raise QueryError(f"the query has no parameter ${name}", remedy=f"it has: {_listed(names)}")
    out: list[str] = []
    position = 0
    for token in places:
        name = token.text[1:]
        if name not in values:
            remedy = f"-p {name}=…, or write ?{name} if it is a variable"
            raise QueryError(f"the query needs a value for ${name}", remedy=remedy)
        out += [sparql[position : token.start], _checked(name, values[name])]
        position = token.end
    return "".join([*out, sparql[position:]])


def bound(sparql: str, values: Mapping[str, Term | None]) -> str:
    """The text that goes to an engine: checked, its parameters bound. QueryError as in `check` and `bind`."""
    check(sparql)
    # Not checked again: each value is one token, and decoding its escapes as if they were the query's would refuse some.
    text = bind(sparql, values)
    if len(text) > MAX_LENGTH:
        found = f"the query has {len(text)} characters with its values, {MAX_LENGTH} are allowed"
        raise QueryError(found, remedy="ask for less at once")
    return text


def _places(sparql: str) -> list[Token]:
    """The parameters where they stand, in order; QueryError for one outside the data of a VALUES block."""
    found: list[Token] = []
    state = ""  # "head" between VALUES and its brace, "data" inside the braces
    depth = 0
    for token in tokens(sparql):
        if token.kind == "variable" and token.text.startswith("$"):
            if state != "data":
                name = token.text[1:]
                remedy = f"write VALUES ?{name} {{ {token.text} }}, or ?{name} if it is a variable"
                found_at = _place(sparql, token.start)
                raise QueryError(f"{token.text} stands outside a VALUES block", place=found_at, remedy=remedy)
            found.append(token)
        if state == "data":
            depth += (token.text in _OPENING) - (token.text in _CLOSING) if token.kind == "mark" else 0
            state = "data" if depth else ""
        elif token.text == "{" and token.kind == "mark":
            state, depth = ("data", 1) if state == "head" else ("", 0)
        elif token.kind == "word" and token.text.lower() == "values":
            state = "head"
        elif token.kind != "variable" and token.text not in ("(", ")"):
            state = ""
    return found


def _checked(name: str, term: Term | None) -> str:
    """A term as one token of SPARQL, or QueryError. Whatever it contains, the tokens around it stay what they are."""
    if term is None:
        return "UNDEF"
    if term.kind not in ("iri", "literal"):
        raise QueryError(f"the value of ${name} is no IRI and no literal", remedy="only these two can be asked for")
    try:
        if term.kind == "literal" and re.search("[\ud800-\udfff]", term.value):
            raise ValueError("half of a surrogate pair")
        if term.datatype:
            iri(term.datatype)
        if term.language and not _LANGUAGE.fullmatch(term.language):
            raise ValueError(f"not a language tag: {term.language!r}")
        return term.n3()
    except ValueError as error:
        raise QueryError(f"the value of ${name} is {error}", remedy="give another value") from None


def _listed(names: set[str]) -> str:
    return ", ".join(f"${name}" for name in sorted(names)) or "none"


# -- tokens --------------------------------------------------------------------------------------------------------------

# Beyond ASCII more is taken as a letter than the grammar allows: where it does not, the text is no SPARQL in any reading. The
# sets say what is left out, because sets that reach beyond U+FFFF take milliseconds to compile.
_LETTER = r"[^\x00-@\[-`{-\x7f]"
_NAME = r"[^\x00-/:-@\[-^`{-\x7f]"  # letters, digits, _
_NAME_DOT = r"[^\x00-,/:-@\[-^`{-\x7f]"  # and - .
_LOCAL = r"[^\x00-/;-@\[-^`{-\x7f]"  # letters, digits, _ :
_LOCAL_DOT = r"[^\x00-,/;-@\[-^`{-\x7f]"  # and - .
_HEX = "[0-9A-Fa-f]"
_CODE = rf"\\u(?![Dd][89A-Fa-f]){_HEX}{{4}}|\\U(?!0000[Dd][89A-Fa-f])00(?:0{_HEX}|10){_HEX}{{4}}"
# Escapes are spelled out: a string that an engine ends elsewhere could hide a keyword.
_ESCAPE = rf"\\[tbnrf\"'\\]|{_CODE}"
_LOCAL_ESCAPE = rf"%{_HEX}{{2}}|\\[-_~.!$&'()*+,;=/?#@%]"

# Possessive quantifiers keep a hostile text from making the search quadratic.
_TOKEN = re.compile(
    rf"""
      (?P<space>(?:[\ \t\r\n]|\#[^\r\n]*+)++)
    | (?P<string>
          \"\"\"(?:\"{{0,2}}(?:[^\"\\]|{_ESCAPE}))*+\"\"\"
        | '''(?:'{{0,2}}(?:[^'\\]|{_ESCAPE}))*+'''
        | (?!\"\"\")\"(?:[^\"\\\r\n]|{_ESCAPE})*+\"
        | (?!''')'(?:[^'\\\r\n]|{_ESCAPE})*+')
    | (?P<unclosed>["'])
    | (?P<variable>[?$]{_NAME}++)
    | (?P<label>_:{_NAME}{_NAME_DOT}*+)
    | (?P<name>(?:{_LETTER}{_NAME_DOT}*+)?:(?:(?:{_LOCAL}|{_LOCAL_ESCAPE})(?:{_LOCAL_DOT}|{_LOCAL_ESCAPE})*+)?)
    | (?P<word>{_LETTER}{_NAME_DOT}*+)
    | (?P<number>[0-9]++)
    | (?P<language>@[A-Za-z]++(?:-+[A-Za-z0-9]++)*+)
    """,
    re.VERBOSE,
)
_IRI = re.compile(rf'<((?:[^<>"{{}}|^`\\\x00-\x20]|{_CODE})*+)>')
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*(--(ltr|rtl))?")
_CODEPOINT = re.compile(rf"\\u({_HEX}{{4}})|\\U({_HEX}{{8}})")


def _decoded(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else match[0]


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text, without white space and comments.

    Not everything that is no SPARQL is refused, that is the engine's part; but QueryError for a string that does not end. An
    engine may go back and read it otherwise, and looking for the end from every quote takes minutes.
    """
    brackets: list[str] = []
    prefixes: set[str] = set()
    has_base = False
    position = 0
    while position < len(text):
        if text[position] == "<" and (match := _IRI.match(text, position)) is not None:
            if not brackets or brackets[-1] != "(" or _is_iri(match[1], prefixes, has_base):
                yield Token("iri", match[0], position, match.end())
                position = match.end()
                continue
        elif (match := _TOKEN.match(text, position)) is not None:
            kind, found = str(match.lastgroup), match[0]
            if kind == "unclosed":
                remedy = "close it, and write a quote inside it as \\\" or \\'"
                raise QueryError("a string does not end", place=_place(text, position), remedy=remedy)
            if kind in ("name", "label"):
                # A dot behind a name ends the triple, unless it is escaped.
                bare = found.rstrip(".")
                found = bare + "." if bare.endswith("\\") else bare
            if kind == "name" and found.endswith(":"):
                prefixes |= {found[:-1], re.sub("(?i)^prefix", "", found[:-1])}
            has_base = has_base or (kind == "word" and found.lower() == "base")
            if kind != "space":
                yield Token(kind, found, position, position + len(found))
            position += len(found)
            continue
        mark = text[position]
        if mark in _OPENING:
            brackets.append(mark)
        elif mark in _CLOSING and brackets:
            brackets.pop()
        yield Token("mark", mark, position, position + 1)
        position += 1


def _is_iri(content: str, prefixes: set[str], has_base: bool) -> bool:
    """Whether `<content>` inside round brackets is an IRI, and not a comparison as in `(?a<?b && ?c>?d)`.

    By the letter of the grammar it always is; Oxigraph goes by the place. The two must not differ on where a string, a
    comment or a bracket begins, or a keyword could hide there: QueryError for a text in which they might.
    """
    scheme = _SCHEME.match(content)
    if scheme is not None and scheme[1] not in prefixes and "+" not in scheme[1]:
        return True
    if scheme is None and not has_base:
        return False
    if re.search("['#()]", content):
        raise QueryError(f"<{content}> can be read as an IRI and as a comparison", remedy="put a space behind <")
    return True
