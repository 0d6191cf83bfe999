"""How far two annotators agree: two annotations of the same texts, compared per layer and label.

A mention or an event counts as the same where label and words are (exact), or where the label is and the words overlap; a
role, attribute, relation or reference where what it is said of counts as the same and its label and value are. A third reading
asks what the graph asks: whether the two say the same of the same things, on whichever mention of them. Everything is counted
over all texts together. The numbers do not depend on which annotation comes first.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from kg.corpus import find_documents, read_document
from kg.differences import Difference, differences
from kg.documents import Document
from kg.errors import Finding, InputError
from kg.measures import b_cubed, cohen_kappa, f1, harmonic, links
from kg.pairing import LAYERS, Pairing, Side, Statement, pair
from kg.scheme import ATTRIBUTES, ROLES, check

ALL = "all"
"""The label under which a layer is counted as a whole."""


@dataclass(frozen=True, slots=True)
class Score:
    """Agreement on one label of one layer: how many each has, how many of them both have, F1 and Cohen's κ.

    one and other count what each annotator has marked; exact and overlap what both have, by the stricter and the laxer
    reading. f1_things compares what is said of things, where coreference of either joins the mentions. B³ counts mentions,
    or events, in chains, and has no number of what both have. Where a measure says nothing, it is None.

    κ is taken over what both have judged: for mentions and events the words of the texts (is it in a span of this label?
    all: which labels is it in?), for roles the fillers that both give one event (is it in this role? all: in which?), for
    attributes the events paired that may carry it (which value, or none?).
    """

    layer: str
    label: str
    one: int
    other: int
    exact: int | None
    f1_exact: float | None
    overlap: int | None
    f1_overlap: float | None
    f1_things: float | None
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """What two annotations of some texts have in common: ids of the texts, scores by layer and label, what differs, and
    what could not be compared."""

    documents: tuple[str, ...]
    scores: tuple[Score, ...]
    differences: tuple[Difference, ...]
    findings: tuple[Finding, ...] = ()

    def score(self, layer: str, label: str = ALL) -> Score:
        """One score. Raises KeyError where neither annotation has anything under the label."""
        for score in self.scores:
            if (score.layer, score.label) == (layer, label):
                return score
        raise KeyError((layer, label))


def measure_agreement(one: Path, other: Path) -> Agreement:
    """Compare two folders in which the same texts, by id, are annotated twice.

    A text that only one of them holds, or that is not the same in both, is left out and reported. Raises InputError where
    a folder cannot be read or no text is in both.
    """
    findings: list[Finding] = []
    first, second = ({made.id: made for made in _read(folder, findings)} for folder in (one, other))
    for mine, folder, theirs in ((first, one, second), (second, other, first)):
        for name in sorted(mine.keys() - theirs.keys()):
            found = f"is annotated in {folder} alone"
            findings.append(Finding(mine[name].place(), found, "annotate it in both folders", lost=False))
    pairs = []
    for name in sorted(first.keys() & second.keys()):
        a, b = first[name], second[name]
        if a.text == b.text:
            pairs.append((a, b))
        else:
            at = next((i for i, (x, y) in enumerate(zip(a.text, b.text, strict=False)) if x != y), 0)
            at = at or min(len(a.text), len(b.text))
            found = f"the texts of {name} differ from character {at} on; they are not compared"
            findings.append(Finding(a.place(), found, "annotate the same text twice"))
    if not pairs:
        raise InputError(f"no text is annotated both here and in {other}", place=str(one), remedy="compare by id")
    compared = compare(pairs)
    return Agreement(compared.documents, compared.scores, compared.differences, tuple(findings))


def _read(folder: Path, findings: list[Finding]) -> Iterator[Document]:
    corpus = find_documents([folder])
    # What is known of the texts as publications plays no part here.
    findings += [finding for finding in corpus.findings if finding.lost]
    for item in corpus.items:
        document, faults = read_document(item)[:2]
        checked, unknown = check(document)
        findings += [finding for finding in (*faults, *unknown) if finding.lost]
        yield checked


def compare(pairs: Iterable[tuple[Document, Document]]) -> Agreement:
    """Compare pairs of annotations of one text each, as `kg.scheme.check` returns them."""
    tally, names, found = _Tally(), list[str](), list[Difference]()
    for one, other in pairs:
        if one.text != other.text:
            raise InputError("the two annotations are of different texts", place=one.place())
        pairing = pair(one, other)
        tally.add(pairing)
        names.append(one.id)
        found += differences(pairing)
    return Agreement(tuple(names), tuple(tally.scores()), tuple(found))


@dataclass(slots=True)
class _Counts:
    """What is counted of one label: sizes, what both have by either reading, shares of chains, judgements."""

    one: int = 0
    other: int = 0
    exact: int = 0
    overlap: int = 0
    things: int = 0
    things_one: int = 0
    things_other: int = 0
    shares: dict[str, tuple[Fraction, Fraction]] = field(default_factory=dict)
    judged: Counter[tuple[object, object]] = field(default_factory=Counter)


class _Tally:
    """Counts over several texts, by layer and label."""

    def __init__(self) -> None:
        self.counts: dict[tuple[str, str], _Counts] = {}

    def of(self, layer: str, label: str) -> _Counts:
        return self.counts.setdefault((layer, label), _Counts())

    def add(self, pairing: Pairing) -> None:
        self.statements(pairing)
        self.coreference(pairing)
        for layer in LAYERS[:2]:
            self.words(layer, pairing)
        self.role_names(pairing)
        self.values(pairing)

    def statements(self, pairing: Pairing) -> None:
        ours, theirs = pairing.one.statements, pairing.other.statements
        both = {
            reading: _renamed(ours, names) & theirs
            for reading, names in (("exact", pairing.exact), ("overlap", pairing.overlapping))
        }
        things = [
            pairing.of_things((s for s in side if s.layer not in LAYERS[:2]), which)
            for which, side in enumerate((ours, theirs))
        ]
        both |= {"things_one": things[0], "things_other": things[1], "things": things[0] & things[1]}
        for reading, statements in (("one", ours), ("other", theirs), *both.items()):
            for statement in statements:
                for label in (statement.label, ALL):
                    counts = self.of(statement.layer, label)
                    setattr(counts, reading, getattr(counts, reading) + 1)

    def coreference(self, pairing: Pairing) -> None:
        for kind, theirs in pairing.other.chains.items():
            ours = pairing.one.chains[kind]
            if not ours and not theirs:
                continue
            pairs, cubed = self.of("coreference", f"{kind}, links"), self.of("coreference", f"{kind}, B³")
            pairs.one += len(links(ours))
            pairs.other += len(links(theirs))
            cubed.one += sum(map(len, ours))
            cubed.other += sum(map(len, theirs))
            for reading, names in (("exact", pairing.exact), ("overlap", pairing.overlapping)):
                renamed = [frozenset(names.get(member, (member,)) for member in chain) for chain in ours]
                shared = len(links(renamed) & links(theirs))
                setattr(pairs, reading, getattr(pairs, reading) + shared)
                before = cubed.shares.get(reading, (Fraction(0), Fraction(0)))
                shares = b_cubed(renamed, theirs)
                cubed.shares[reading] = before[0] + shares[0], before[1] + shares[1]

    def words(self, layer: str, pairing: Pairing) -> None:
        """Judge every word of the text: which labels is it in?"""
        words = [match.span() for match in re.finditer(r"\w+", pairing.one.document.text)]
        ours, theirs = (_labels_on(words, side, layer) for side in (pairing.one, pairing.other))
        for label in sorted({label for side in (ours, theirs) for labels in side.values() for label in labels}):
            on_one, on_other = ({word for word in side if label in side[word]} for side in (ours, theirs))
            either = len(on_one | on_other)
            judged = self.of(layer, label).judged
            judged[True, True] += len(on_one & on_other)
            judged[True, False] += len(on_one - on_other)
            judged[False, True] += len(on_other - on_one)
            judged[False, False] += len(words) - either
        nothing: frozenset[str] = frozenset()
        self.of(layer, ALL).judged.update(
            (ours.get(word, nothing), theirs.get(word, nothing)) for word in range(len(words))
        )

    def role_names(self, pairing: Pairing) -> None:
        """Judge every filler that both give one event: in which roles?"""
        ours, theirs = (_roles(side) for side in (pairing.one, pairing.other))
        names = pairing.overlapping
        for (event, filler), one in ours.items():
            other = theirs.get((names.get(event, ""), names.get(filler, "")))
            if other is None:
                continue
            self.of("role", ALL).judged[one, other] += 1
            for role in sorted({name for allowed in ROLES.values() for name in allowed}):
                self.of("role", role).judged[role in one, role in other] += 1

    def values(self, pairing: Pairing) -> None:
        """Judge every event that both have, for each attribute that it may carry: which value?"""
        ours, theirs = (_values(side) for side in (pairing.one, pairing.other))
        carriers = {**{label: on for label, (_, on) in ATTRIBUTES.items()}, "Negated": frozenset(ROLES)}
        for a, b in pairing.overlapping.items():
            for attribute, labels in carriers.items():
                if pairing.one.units[a].label in labels:
                    judged = self.of("attribute", attribute).judged
                    judged[ours.get((a, attribute), ""), theirs.get((b, attribute), "")] += 1

    def scores(self) -> Iterator[Score]:
        """By layer, the whole layer first, then its labels by name; only labels that somebody used."""
        order = sorted(self.counts, key=lambda key: (LAYERS.index(key[0]), key[1] != ALL, key[1]))
        for layer, label in order:
            counts = self.counts[layer, label]
            if not counts.one and not counts.other:
                continue
            kappa = cohen_kappa(counts.judged)
            if counts.shares:
                exact, overlap = (
                    harmonic(counts.shares[reading][0], counts.one, counts.shares[reading][1], counts.other)
                    for reading in ("exact", "overlap")
                )
                yield Score(layer, label, counts.one, counts.other, None, exact, None, overlap, None, kappa)
            else:
                exact, overlap = (f1(both, counts.one, counts.other) for both in (counts.exact, counts.overlap))
                sizes = counts.one, counts.other
                things = f1(counts.things, counts.things_one, counts.things_other)
                yield Score(layer, label, *sizes, counts.exact, exact, counts.overlap, overlap, things, kappa)


def _renamed(statements: Iterable[Statement], names: Mapping[str, str]) -> set[Statement]:
    """Statements of the one side by the ids of the other; without those of things that are not in both."""
    return {
        statement._replace(of=tuple(names[thing] for thing in statement.of))
        for statement in statements
        if all(thing in names for thing in statement.of)
    }


def _labels_on(words: list[tuple[int, int]], side: Side, layer: str) -> dict[int, frozenset[str]]:
    """The labels on each word (by its number) that has any; a word is in a span that covers some of its characters."""
    starts, ends = [start for start, _ in words], [end for _, end in words]
    on: dict[int, set[str]] = {}
    for statement in side.statements:
        if statement.layer == layer:
            for start, end in side.units[statement.of[0]].spans:
                for word in range(bisect_right(ends, start), bisect_left(starts, end)):
                    on.setdefault(word, set()).add(statement.label)
    return {word: frozenset(labels) for word, labels in on.items()}


def _roles(side: Side) -> dict[tuple[str, ...], frozenset[str]]:
    found: dict[tuple[str, ...], set[str]] = {}
    for statement in side.statements:
        if statement.layer == "role":
            found.setdefault(statement.of, set()).add(statement.label)
    return {key: frozenset(names) for key, names in found.items()}


def _values(side: Side) -> dict[tuple[str, str], str]:
    """Event and attribute → its value; several values of one as one category."""
    found: dict[tuple[str, str], set[str]] = {}
    for statement in side.statements:
        if statement.layer == "attribute":
            found.setdefault((statement.of[0], statement.label), set()).add(statement.value)
    return {key: " + ".join(sorted(values)) for key, values in found.items()}
