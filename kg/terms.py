"""RDF terms as values and as N-Quads text.

The builder writes its quads as canonical N-Quads lines, because text is the fastest form in which both the store and a file
take them; the asking side gets `Term` values back. Every IRI is checked where it is minted, so that no bad one is ever written.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote

XSD = "http://www.w3.org/2001/XMLSchema#"


class Term(NamedTuple):
    """One RDF term of an answer. kind is "iri", "literal" or "blank"; value its IRI, lexical form or label."""

    kind: str
    value: str
    datatype: str = ""
    language: str = ""

    def __str__(self) -> str:
        return self.value

    def n3(self) -> str:
        """The term as N-Triples text (a blank node keeps its label)."""
        if self.kind == "iri":
            return iri(self.value)
        if self.kind == "blank":
            return f"_:{self.value}"
        return literal(self.value, self.datatype, self.language)


# What N-Triples forbids inside <>, plus what RFC 3987 forbids that libraries refuse later: better refused here, once.
_BAD_IN_IRI = re.compile(
    '[\\x00-\\x20<>"{}|^`\\\\\\x7f-\\x9f\ud800-\uf8ff\ufdd0-\ufdef\ufff0-\uffff\U000e0000-\U0010ffff]'
)
_AFTER_SCHEME = re.compile(
    r"(?://(?:[^@/?#\[\]]*@)?(?:\[[0-9A-Fa-f:.]+\]|[^:/?#\[\]@]*)(?::[0-9]*)?(?=[/?#]|\Z))?(?!//)[^\[\]#]*(?:#[^\[\]#]*)?\Z"
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def iri(value: str) -> str:
    """`<value>`, if value is an absolute IRI that every RDF library accepts; else ValueError."""
    scheme = _SCHEME.match(value)
    if (
        scheme is None
        or _BAD_IN_IRI.search(value)
        or _BAD_PERCENT.search(value)
        or not _AFTER_SCHEME.match(value, scheme.end())
    ):
        raise ValueError(f"not an absolute IRI: {value!r}")
    return f"<{value}>"


# As the store writes them: control characters, and the two code points that are no characters.
_ESCAPE = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F, 0xFFFE, 0xFFFF)}
_ESCAPE |= dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")
_ESCAPE |= {0x08: "\\b", 0x09: "\\t", 0x0A: "\\n", 0x0C: "\\f", 0x0D: "\\r", 0x22: '\\"', 0x5C: "\\\\"}
_NEEDS_ESCAPE = re.compile("[\\x00-\\x1f\\x22\\x5c\\x7f\ud800-\udfff\ufffe\uffff]")


def escape(text: str) -> str:
    """text as it stands between the quotes of a canonical N-Quads literal. A lone surrogate becomes U+FFFD."""
    if not _NEEDS_ESCAPE.search(text):
        return text
    return text.translate(_ESCAPE)


def literal(text: str, datatype: str = "", language: str = "") -> str:
    """A literal in canonical N-Quads form. datatype is an IRI; a language tag is lower-cased as RDF compares it."""
    if language:
        return f'"{escape(text)}"@{language.lower()}'
    if datatype and datatype != XSD + "string":
        return f'"{escape(text)}"^^<{datatype}>'
    return f'"{escape(text)}"'


def slug(name: str) -> str:
    """name as one segment of an IRI path: reversible, unique, readable where it is plain ASCII.

    Bytes of a file name that are no UTF-8 (surrogate escapes) keep their value as percent escapes.
    """
    return quote(name.encode("utf-8", "surrogateescape"), safe="")
