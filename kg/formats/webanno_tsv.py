r"""WebAnno TSV 3, one token to a line.

Each line gives a token's number, its offsets in UTF-16 units, its form, and a column for each feature of each layer. `_` is
nothing, `*` a mark without a value; `|` separates stacked marks; `[n]` joins the tokens of one mark and tells stacked ones
apart. A relation stands on its dependent's line and names its governor; a slot names its fillers; a chain's number stands
in brackets. The text of each sentence stands before it in `#Text=` lines; what lies between sentences is rebuilt from the
offsets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kg.documents import Document, Span
from kg.errors import Finding, InputError
from kg.formats.layers import Arc, Chain, Marked, Value, make_document
from kg.formats.offsets import WRONG, Agreement, Mark, choose_unit, refusal, utf16
from kg.formats.reading import Data, Found, Head, Piece, stem

_FORMAT = "#FORMAT=WebAnno TSV 3"
_TOKEN = re.compile(r"([0-9]{1,9}-[0-9]{1,9}(?:\.[0-9]{1,9})?)\t([0-9]{1,9})-([0-9]{1,9})\t")
_NUMBERED = re.compile(r"(.*?)\[([0-9]{1,9}(?:_[0-9]{1,9})?)\]\Z", re.DOTALL)
_LINGUISTIC = ("Lemma", "POS", "Dependency", "MorphologicalFeatures", "Stem", "SurfaceForm")
_DKPRO = "de.tudarmstadt.ukp.dkpro.core.api."
_ESCAPE = re.compile(r"\\(->|.)", re.DOTALL)
_CONTROL = {"t": "\t", "n": "\n", "r": "\r"}


def sniff(head: Head) -> bool:
    """Whether a file begins with the format's own line."""
    return head.start.startswith(_FORMAT)


def find(data: Data, name: str) -> Iterator[Found | Finding]:
    """The one text of a file."""
    yield Found(stem(name), name)


def read(piece: Piece) -> tuple[Document, list[Finding]]:
    """The document of a TSV file."""
    try:
        content = piece.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"byte {error.start} is not UTF-8", place=piece.place, remedy="save it as UTF-8") from None
    return _Reader(piece, content).run()


class _Layer(NamedTuple):
    """A layer of the header: its kind (SP, RL, CH), its name, its columns; role and target for a slot's pair of columns."""

    kind: str
    name: str
    columns: tuple[str, ...]
    first: int
    slots: frozenset[int]
    """The columns that hold the roles of a slot."""
    beside: frozenset[int]
    """The columns beside them, which hold the targets."""


class _Token(NamedTuple):
    """A line: number of the token, its span in the tool's unit, its form, its cells."""

    id: str
    start: int
    end: int
    form: str
    cells: list[str]
    line: int


class _Mark:
    """A mark that grows token by token."""

    def __init__(self, number: int, layer: _Layer, line: int) -> None:
        self.id = str(number)
        self.layer = layer
        self.line = line
        self.tokens: list[_Token] = []
        self.features: dict[str, Value] = {}
        self.links: list[tuple[str, str]] = []


def _split(cell: str, separator: str) -> list[str]:
    """Split at a separator that is not escaped."""
    if "\\" not in cell:
        return cell.split(separator)
    parts, part, position = [], "", 0
    while position < len(cell):
        if cell[position] == "\\":
            part += cell[position : position + 2]
            position += 2
        elif cell[position] == separator:
            parts.append(part)
            part = ""
            position += 1
        else:
            part += cell[position]
            position += 1
    return [*parts, part]


def _numbered(value: str) -> tuple[str, str]:
    """A value and the number of the mark that it is of, "" where none is given."""
    if value[-1:] == "]" and (match := _NUMBERED.match(value)):
        return match[1], match[2]
    return value, ""


def _plain(text: str) -> str:
    """text without the backslashes that protect the format's own characters."""
    return _ESCAPE.sub(lambda match: _CONTROL.get(match[1], match[1]), text) if "\\" in text else text


def _value(text: str) -> Value:
    return text == "true" if text in ("true", "false") else text


class _Reader:
    def __init__(self, piece: Piece, content: str) -> None:
        self.piece = piece
        self.lines = content.split("\n")
        self.findings: list[Finding] = []
        self.layers: list[_Layer] = []
        self.sentences: list[tuple[str, list[_Token]]] = []
        self.marks: dict[tuple[int, str, str], _Mark] = {}
        self.order: list[_Mark] = []
        self.on_token: dict[str, list[tuple[_Mark, str]]] = {}
        self.width = 0
        self.chain_rows: dict[tuple[int, str], list[tuple[int, _Token]]] = {}

    def run(self) -> tuple[Document, list[Finding]]:
        self._header()
        self._sentences()
        text = self._text()
        tokens = [token for _, group in self.sentences for token in group]
        self._marks(tokens)
        marked, where = self._settled(text, tokens)
        arcs = list(self._arcs(tokens))
        chains = self._chains(where)
        document, findings = make_document(
            self.piece.id, text, self.piece.annotator, self.piece.place, marked, arcs, chains, [(self.piece.place, 1)]
        )
        return document, self.findings + findings

    # -- the file --------------------------------------------------------------------------------------------------------

    def _header(self) -> None:
        column = 0
        for line in self.lines:
            line = line.rstrip("\r")
            if line.startswith("#T_"):
                kind, _, declared = line[3:].partition("=")
                name, *features = declared.split("|")
                columns = tuple(features) or ("",)
                slots = frozenset(n for n, one in enumerate(columns) if one.startswith("ROLE_"))
                self.layers.append(_Layer(kind, name, columns, column, slots, frozenset(n + 1 for n in slots)))
                column += len(columns)
            elif line.startswith("#Text="):
                break
        self.width = column

    def _sentences(self) -> None:
        words: list[str] = []
        tokens: list[_Token] = []
        for number, line in enumerate(self.lines, 1):
            line = line.removesuffix("\r")
            if line[:6] == "#Text=":
                if tokens:
                    self.sentences.append(("\n".join(words), tokens))
                    words, tokens = [], []
                words.append(_plain(line[6:]))
            elif (match := _TOKEN.match(line)) is not None:
                form, *cells = line[match.end() :].split("\t")
                cells += ["_"] * (self.width - len(cells))
                tokens.append(_Token(match[1], int(match[2]), int(match[3]), form, cells, number))
            elif line and not line.startswith("#"):
                self._lost(number, f"is no token line: {line[:40]!r}", "write: 1-1, a tab, 0-5, a tab, the token")
        if tokens:
            self.sentences.append(("\n".join(words), tokens))
        if not self.sentences:
            raise InputError("holds no sentence", place=self.piece.place, remedy="export it again")

    def _text(self) -> str:
        """The text from its sentences: blanks where the offsets leave room, a line break at the end of each gap."""
        parts: list[str] = []
        length = 0
        for words, tokens in self.sentences:
            # A sentence may begin with blanks before its first token.
            form = tokens[0].form if tokens[0].form in words else _plain(tokens[0].form)
            lead = words.find(form) if form else 0
            begin = tokens[0].start - utf16(words[: max(lead, 0)]).length
            if begin > length:
                parts.append(" " * (begin - length - 1) + ("\n" if length else " "))
                length = begin
            parts.append(words)
            length += utf16(words).length
        return "".join(parts)

    # -- marks -----------------------------------------------------------------------------------------------------------

    def _marks(self, tokens: list[_Token]) -> None:
        layers = [(index, layer) for index, layer in enumerate(self.layers) if layer.kind in ("SP", "CH")]
        for token in tokens:
            if token.cells.count("_") == len(token.cells):
                continue
            for index, layer in layers:
                cells = token.cells[layer.first : layer.first + len(layer.columns)]
                if cells.count("_") + cells.count("") == len(cells):
                    continue
                if layer.kind == "SP":
                    self._spans(index, layer, token, cells)
                else:
                    self._chain_cell(index, token, cells)

    def _spans(self, index: int, layer: _Layer, token: _Token, cells: list[str]) -> None:
        """The marks of one layer on a token: `|` separates stacked ones, `[n]` after each value says which mark it is of."""
        stacks = [_split(cell, "|") for cell in cells]
        for position in range(max(map(len, stacks))):
            values = [stack[position] if position < len(stack) else "_" for stack in stacks]
            if values.count("_") == len(values):
                continue
            numbers = (_numbered(value)[1] for n, value in enumerate(values) if n not in layer.beside)
            number = next(filter(None, numbers), "")
            key = (index, number, "" if number else f"{token.id}/{position}")
            mark = self.marks.get(key)
            if mark is None:
                mark = self.marks[key] = _Mark(len(self.order) + 1, layer, token.line)
                self.order.append(mark)
            mark.tokens.append(token)
            self.on_token.setdefault(token.id, []).append((mark, number))
            if len(mark.tokens) > 1:
                # All tokens of a mark say the same of it.
                continue
            for n, value in enumerate(values):
                if n in layer.beside:
                    continue
                plain = _numbered(value)[0]
                if n in layer.slots:
                    mark.links += self._linked(layer, n, plain, values)
                elif plain not in ("*", "_", ""):
                    mark.features[layer.columns[n]] = _value(_plain(plain))

    def _linked(self, layer: _Layer, n: int, roles: str, values: list[str]) -> Iterator[tuple[str, str]]:
        """What a slot links: role and target for each; a slot of one target has no column for it."""
        slot = layer.columns[n].partition(":")[2].partition("_")[0]
        targets = _split(values[n + 1], ";") if n + 1 < len(values) else []
        for role, target in zip(_split(roles, ";"), targets, strict=False):
            if target not in ("*", "_", ""):
                yield slot if role in ("*", "_", "") else _plain(role), target

    def _settled(self, text: str, tokens: list[_Token]) -> tuple[list[Marked], dict[str, Span]]:
        """The marks with spans in code points; every token's words must stand where its offsets say."""
        witnesses: list[Mark] = [([(token.start, token.end)], token.form) for token in tokens]
        unit, readings = choose_unit(text, witnesses)
        if any("\\" in token.form for token in tokens):
            # Some versions protect the format's own characters in the tokens, too.
            protected: list[Mark] = [([(token.start, token.end)], _plain(token.form)) for token in tokens]
            other, others = choose_unit(text, protected)
            if sum(one[2] in WRONG for one in others) < sum(one[2] in WRONG for one in readings):
                unit, readings, witnesses = other, others, protected
        where: dict[str, Span] = {}
        for token, (spans, form), reading in zip(tokens, witnesses, readings, strict=True):
            if reading[2] is Agreement.YES:
                where[token.id] = reading[0][0]
                continue
            wrong = refusal(reading, spans, form, unit, f"token {token.id}", "the sentence")
            if wrong is None:
                where[token.id] = reading[0][0]
            elif any(cell not in ("_", "") for cell in token.cells):
                self._lost(token.line, wrong, "was the text edited after annotation?")
        marked = []
        grammar: dict[str, int] = {}
        for mark in self.order:
            name = mark.layer.name.rpartition(".")[2]
            if name in _LINGUISTIC and mark.layer.name.startswith(_DKPRO):
                grammar[name] = grammar.get(name, 0) + 1
                continue
            parts = [where[token.id] for token in mark.tokens if token.id in where]
            if len(parts) < len(mark.tokens):
                continue
            span = (min(parts)[0], max([end for _, end in parts]))
            links = [(role, found) for role, target in mark.links if (found := self._target(target, mark))]
            marked.append(
                Marked(mark.id, mark.layer.name, (span,), mark.features, links if mark.layer.slots else None, mark.line)
            )
        for name, number in sorted(grammar.items()):
            self.findings.append(Finding(self.piece.place, f"{number} of {name} are not read", lost=False))
        return marked, where

    def _target(self, target: str, mark: _Mark) -> str:
        """The mark that a slot or relation names: `1-2`, or `1-2[3]` where several stand there."""
        match = _NUMBERED.match(target)
        token, number = (match[1], match[2]) if match else (target, "")
        layer = next(
            (name for name in reversed(mark.layer.columns) if "." in name and not name.startswith("ROLE_")), ""
        )
        found = self._at(token, number, layer)
        return found.id if found else f"{token}{f'[{number}]' if number else ''}"

    def _at(self, token: str, number: str, layer: str) -> _Mark | None:
        here = self.on_token.get(token, [])
        if number and number != "0":
            return next((mark for mark, own in here if own == number), None)
        marks = [mark for mark, _ in here]
        named = [mark for mark in marks if mark.layer.name == layer] or marks
        first = [mark for mark in named if mark.tokens[0].id == token]
        return next(iter(first or named), None)

    def _arcs(self, tokens: list[_Token]) -> Iterator[Arc]:
        count = 0
        for layer in self.layers:
            if layer.kind != "RL" or layer.name.startswith(_DKPRO + "syntax."):
                continue
            base = next((name[3:] for name in layer.columns if name.startswith("BT_")), "")
            names = [name for name in layer.columns if not name.startswith("BT_")]
            for token in tokens:
                cells = token.cells[layer.first : layer.first + len(layer.columns)]
                if cells[-1] in ("_", ""):
                    continue
                stacks = [_split(cell, "|") for cell in cells]
                for position, end in enumerate(stacks[-1]):
                    count += 1
                    match = _NUMBERED.match(end)
                    source, _, target = match[2].partition("_") if match else ("", "", "")
                    governor = self._at(match[1] if match else end, source, base)
                    dependent = self._at(token.id, target, base)
                    features: dict[str, Value] = {}
                    for name, stack in zip(names, stacks, strict=False):
                        value = stack[position] if position < len(stack) else "_"
                        if value not in ("_", "*", ""):
                            features[name] = _value(_plain(value))
                    if governor is None or dependent is None:
                        found = f"the relation to {end} joins a token without a mark"
                        self._lost(token.line, found, "mark it, or take the relation away")
                        continue
                    yield Arc(str(count), layer.name, governor.id, dependent.id, features, token.line)

    # -- chains ----------------------------------------------------------------------------------------------------------

    def _chain_cell(self, index: int, token: _Token, cells: list[str]) -> None:
        """`value->chain-link` in one column says which link of which chain the token belongs to."""
        for cell in cells:
            for one in _split(cell, "|"):
                _, arrow, ends = one.rpartition("->")
                chain, _, link = ends.partition("-")
                if arrow and chain.isdigit() and link.split("[")[0].isdigit():
                    self.chain_rows.setdefault((index, chain), []).append((int(link.split("[")[0]), token))

    def _chains(self, where: dict[str, Span]) -> list[Chain]:
        chains = []
        for (index, _), rows in self.chain_rows.items():
            links: dict[int, list[Span]] = {}
            for link, token in rows:
                if token.id in where:
                    links.setdefault(link, []).append(where[token.id])
            spans = [(min(s for s, _ in group), max(e for _, e in group)) for _, group in sorted(links.items())]
            chains.append(Chain(self.layers[index].name, spans, rows[0][1].line))
        return chains

    def _lost(self, line: int, found: str, remedy: str) -> None:
        self.findings.append(Finding(f"{self.piece.place}:{line}", found, remedy))
