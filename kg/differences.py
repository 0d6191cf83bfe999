"""Where two annotations of a text differ: one line for each difference, with its place and sentence, for whoever decides.

What hangs on a mention or an event that only one of the two has marked is not listed again: the line of that mention or event
says how much follows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from kg.pairing import LAYERS, Pairing, Side, Statement, Unit, matched
from kg.sentences import locate, split


class Difference(NamedTuple):
    """One difference. start and end count Unicode code points of the text, end excluded; one and other are what each of the
    two annotations says there, "" for nothing; follows counts the statements that hang on a thing only one has marked."""

    document: str
    start: int
    end: int
    layer: str
    label: str
    words: str
    one: str
    other: str
    follows: int
    elsewhere: bool
    """Whether the other says the same of another mention of the same thing, so that the graph would not differ."""
    sentence: str


def differences(pairing: Pairing) -> list[Difference]:
    """All differences between two annotations of a text, in the order of the text, then of the layers."""
    return _Differences(pairing).all()


class _Differences:
    def __init__(self, pairing: Pairing) -> None:
        self.pairing = pairing
        self.one, self.other = pairing.one, pairing.other
        self.back = {b: a for a, b in pairing.overlapping.items()}
        self.text = self.one.document.text
        spans = [span for side in (self.one, self.other) for unit in side.units.values() for span in unit.spans]
        self.sentences = split(self.text, spans)

    def all(self) -> list[Difference]:
        found = [*self.units(), *self.statements(), *self.chains()]
        return sorted(found, key=lambda one: (one.start, one.end, LAYERS.index(one.layer), *one[4:]))

    def line(
        self,
        unit: Unit,
        layer: str,
        label: str,
        one: str,
        other: str,
        follows: int = 0,
        *more: Unit,
        elsewhere: bool = False,
    ) -> Difference:
        edges = [span for unit in (unit, *more) for span in unit.spans]
        start, end = min(start for start, _ in edges), max(end for _, end in edges)
        first, last = self.sentences[locate(self.sentences, start, end)]
        words = " ".join(self.text[start:end].split())
        sentence = " ".join(self.text[first:last].split())
        place = self.one.document.id, start, end
        return Difference(*place, layer, label, words, one, other, follows, elsewhere, sentence)

    def words(self, unit: Unit) -> str:
        return " … ".join(" ".join(self.text[start:end].split()) for start, end in unit.spans)

    # -- what only one has marked, or marked otherwise ---------------------------------------------------------------------

    def units(self) -> Iterator[Difference]:
        """Mentions and events: other words, another label, or missing."""
        for a, b in self.pairing.overlapping.items():
            if a not in self.pairing.exact:
                unit, rival = self.one.units[a], self.other.units[b]
                yield self.line(unit, unit.layer, unit.label, self.words(unit), self.words(rival), 0, rival)
        hanging = _hanging(self.one, self.pairing.overlapping), _hanging(self.other, self.back)
        for layer in LAYERS[:2]:
            alone = [
                [unit for unit in side.units.values() if unit.id not in paired and unit.layer == layer]
                for side, paired in ((self.one, self.pairing.overlapping), (self.other, self.back))
            ]
            relabelled = matched(*alone, any_label=True)
            for unit, rival in relabelled:
                labels = " | ".join(sorted((unit.label, rival.label)))
                follows = hanging[0][unit.id] + hanging[1][rival.id]
                yield self.line(unit, layer, labels, self.named(unit), self.named(rival), follows, rival)
            done = {unit.id for unit, _ in relabelled}, {rival.id for _, rival in relabelled}
            for which in (0, 1):
                for unit in alone[which]:
                    if unit.id not in done[which]:
                        said = ["", ""]
                        said[which] = self.words(unit)
                        yield self.line(unit, layer, unit.label, said[0], said[1], hanging[which][unit.id])

    def named(self, unit: Unit) -> str:
        return f"{unit.label}: {self.words(unit)}"

    # -- what is said of things that both have marked ----------------------------------------------------------------------

    def statements(self) -> Iterator[Difference]:
        """Roles, attributes, relations and references of one thing, under one label, that are not the same for both."""
        ours = self.common(self.one, self.pairing.overlapping, {})
        theirs = self.common(self.other, self.back, self.back)
        only, others_only = ours - theirs, theirs - ours
        renamed = {one.of for one in only if one.layer == "role"} & {
            one.of for one in others_only if one.layer == "role"
        }
        of_things = [self.pairing.of_things(side.statements, n) for n, side in enumerate((self.one, self.other))]
        places: dict[tuple[str, str, tuple[str, ...], bool], tuple[set[str], set[str]]] = {}
        for which, statements in enumerate((only, others_only)):
            for statement in statements:
                # One filler in another role is one line; else a line holds all fillers, values or ends under one label.
                swapped = statement.layer == "role" and statement.of in renamed
                of = statement.of if swapped else statement.of[:1]
                # Ids are those of the one, and so are the numbers of its things.
                elsewhere = self.pairing.of_things([statement], 0) <= of_things[1 - which]
                key = statement.layer, "" if swapped else statement.label, of, elsewhere
                said = self.said(statement, which)
                said = f"{statement.label}: {said}" if swapped else said
                places.setdefault(key, (set(), set()))[which].add(said)
        for (layer, label, of, elsewhere), sides in places.items():
            one, other = (", ".join(sorted(said)) for said in sides)
            label = label or " | ".join(sorted({said.partition(":")[0] for side in sides for said in side}))
            units = self.unit(of[0], 0), self.unit(of[0], 1)
            yield self.line(units[0], layer, label, one, other, 0, units[1], elsewhere=elsewhere)

    def common(self, side: Side, paired: Mapping[str, str], names: Mapping[str, str]) -> set[Statement]:
        """What one side says of things that both have, those named by the ids of the first."""
        return {
            statement._replace(of=tuple(names.get(thing, thing) for thing in statement.of))
            for statement in side.statements
            if statement.layer not in LAYERS[:2] and all(thing in paired for thing in statement.of)
        }

    def said(self, statement: Statement, which: int) -> str:
        return statement.value or self.words(self.unit(statement.of[-1], which))

    def unit(self, thing: str, which: int) -> Unit:
        """What the one (0) or the other (1) has marked for a thing of both, by its id in the one."""
        return self.other.units[self.pairing.overlapping[thing]] if which else self.one.units[thing]

    # -- coreference -------------------------------------------------------------------------------------------------------

    def chains(self) -> Iterator[Difference]:
        """Things that both have marked and group otherwise: one line for all that hang together in either."""
        for kind in ("mentions", "events"):
            ours = _within(self.one.chains[kind], self.pairing.overlapping, {})
            theirs = _within(self.other.chains[kind], self.back, self.back)
            agreed = ours & theirs
            for members in _components([*(ours - agreed), *(theirs - agreed)]):
                first = min(members, key=lambda member: sorted(self.unit(member, which).spans for which in (0, 1)))
                one, other = (self.grouping(chains, members, which) for which, chains in enumerate((ours, theirs)))
                places = self.unit(first, 0), self.unit(first, 1)
                yield self.line(places[0], "coreference", kind, one, other, 0, places[1])

    def grouping(self, chains: Iterable[frozenset[str]], members: frozenset[str], which: int) -> str:
        groups = [
            sorted((self.unit(member, which) for member in chain), key=lambda unit: (unit.spans, unit.content))
            for chain in chains
            if chain <= members
        ]
        groups.sort(key=lambda units: units[0].spans)
        return "; ".join(" = ".join(map(self.words, units)) for units in groups)


def _hanging(side: Side, paired: Mapping[str, str]) -> Counter[str]:
    """How many statements hang on each thing that the other has not marked; on the first one, where several are missing."""
    of = [statement.of for statement in side.statements if statement.layer not in LAYERS[:2]]
    missing = ([thing for thing in things if thing not in paired] for things in of)
    return Counter(things[0] for things in missing if things)


def _within(
    chains: Iterable[frozenset[str]], paired: Mapping[str, str], names: Mapping[str, str]
) -> set[frozenset[str]]:
    """The chains without what only their side has marked, by the ids of the first side."""
    kept = (frozenset(names.get(member, member) for member in chain if member in paired) for chain in chains)
    return {chain for chain in kept if len(chain) > 1}


def _components(chains: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Chains that share members, joined."""
    joined: list[frozenset[str]] = []
    for chain in chains:
        apart = [one for one in joined if not one & chain]
        joined = [*apart, chain.union(*(one for one in joined if one & chain))]
    return joined
