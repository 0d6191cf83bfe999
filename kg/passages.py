"""The graph of one text while it grows: triples, and the passages of the text that they rest on.

A passage is a span of the text or the sentence around it, written as a W3C Web Annotation resource when something first
rests on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg import ntriples as nt
from kg.documents import Document, Mention, Span
from kg.errors import Finding
from kg.sentences import locate, split
from kg.terms import escape

_IS_RESOURCE = f"{nt.TYPE} {nt.SPECIFIC_RESOURCE_CLASS}"
_IS_SENTENCE = f"{nt.TYPE} {nt.SENTENCE_CLASS}"
_IS_POSITION = f"{nt.TYPE} {nt.TEXT_POSITION_SELECTOR_CLASS}"
_IS_QUOTE = f"{nt.TYPE} {nt.TEXT_QUOTE_SELECTOR_CLASS}"


def span_id(spans: Sequence[Span]) -> str:
    """The spans as one segment of an IRI: "12-18", discontinuous "12-18_30-34"."""
    if len(spans) == 1:
        return f"{spans[0][0]}-{spans[0][1]}"
    return "_".join([f"{start}-{end}" for start, end in spans])


def extent(spans: Sequence[Span]) -> Span:
    """From the first character of the spans to their last, whatever their order."""
    if len(spans) == 1:
        return spans[0]
    return min([start for start, _ in spans]), max([end for _, end in spans])


class TextGraph:
    """What is collected of one text: triples as N-Triples text without their end, and what had to be left out.

    home is the IRI of the document without brackets. Triples may repeat; whoever writes them sorts and joins them.
    """

    def __init__(self, document: Document, home: str) -> None:
        self.triples: list[str] = []
        self.findings: list[Finding] = []
        self._document = document
        self._home = home
        self._has_source = f"{nt.HAS_SOURCE} <{home}>"
        sentences = split(document.text, [extent(mention.spans) for mention in document.mentions])
        # A text of white space alone has none, yet something may be marked in it.
        self._sentences = sentences or [(0, len(document.text))]
        self._spans: dict[tuple[Span, ...], tuple[str, str]] = {}
        self._sentence_nodes: dict[Span, str] = {}

    def add(self, subject: str, predicate: str, value: str) -> None:
        """Add a triple of three terms in N-Triples form."""
        self.triples.append(f"{subject} {predicate} {value}")

    def rests_on(self, subject: str, mentions: Iterable[Mention]) -> None:
        """Give subject its evidence: the words of these mentions, and the sentences they stand in."""
        for mention in mentions:
            span, sentence = self._spans.get(mention.spans) or self._span(mention.spans)
            self.triples.append(f"{subject} {nt.EVIDENCE} {span}")
            self.triples.append(f"{subject} {nt.SENTENCE} {sentence}")

    def lost(self, line: int, found: str, remedy: str) -> None:
        """Report that what stands on this line of the annotation is not in the graph."""
        self.findings.append(Finding(self._document.place(line), found, remedy))

    def _span(self, spans: tuple[Span, ...]) -> tuple[str, str]:
        """The nodes of a span and of its sentence, written on first use."""
        start, end = extent(spans)
        sentence = self._sentence(start, end)
        if len(spans) == 1:
            node = self._passage(f"{self._home}/span/{start}-{end}", start, end)
        else:
            node = f"<{self._home}/span/{span_id(spans)}>"
            self.triples.append(f"{node} {_IS_RESOURCE}")
            self.triples.append(f"{node} {self._has_source}")
            for fragment in spans:
                part, _ = self._spans.get((fragment,)) or self._span((fragment,))
                self.add(node, nt.FRAGMENT, part)
        self.add(node, nt.SENTENCE, sentence)
        self._spans[spans] = node, sentence
        return node, sentence

    def _sentence(self, start: int, end: int) -> str:
        """The node of the sentence around a span, written on first use."""
        sentence = self._sentences[locate(self._sentences, start, end)]
        node = self._sentence_nodes.get(sentence)
        if node is None:
            node = self._passage(f"{self._home}/sentence/{sentence[0]}-{sentence[1]}", *sentence)
            self.triples.append(f"{node} {_IS_SENTENCE}")
            self._sentence_nodes[sentence] = node
        return node

    def _passage(self, path: str, start: int, end: int) -> str:
        """One stretch of the text as a W3C Web Annotation resource with a position and a quotation."""
        words = escape(self._document.text[start:end])
        self.triples += (
            f"<{path}> {_IS_RESOURCE}",
            f"<{path}> {self._has_source}",
            f"<{path}> {nt.HAS_SELECTOR} <{path}/position>",
            f"<{path}> {nt.HAS_SELECTOR} <{path}/quote>",
            f"<{path}/position> {_IS_POSITION}",
            f'<{path}/position> {nt.START} "{start}"{nt.AS_INTEGER}',
            f'<{path}/position> {nt.END} "{end}"{nt.AS_INTEGER}',
            f"<{path}/quote> {_IS_QUOTE}",
            f'<{path}/quote> {nt.EXACT} "{words}"',
        )
        return f"<{path}>"
