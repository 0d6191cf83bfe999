"""The ledger of a meeting or of a format: who said what of it, when, through whom, in which words.

Every claim is a line of its own; nothing is averaged into one truth. The last word of each claimant is marked, on each of the
three axes: stage, position, and what else it says; it is the one said last, not the one published last. Relays are shown and
count for nothing: what several outlets carry from one speaker, or in the same words, has one originator, and so has what a state
and somebody who speaks for it say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.evidence import Evidence
from kg.scene import Claim, Gathering, Scene
from kg.standing import standing, upheld


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a ledger: one claim of one claimant about one gathering.

    made bounds the day on which it was said ("" where the text does not say), published is the day of the text. latest names
    the axes on which it is the claimant's last word ("stage", "position", "stance"); taken_back says that the same claimant
    later said the opposite. according_to are those who report it as made; about is the claim that it is about, if it speaks
    of the meeting only through another claim. originator is the IRI of who vouches for it.
    """

    meeting: str
    label: str
    published: str
    made: tuple[str, str]
    claimant: str
    on_behalf_of: tuple[str, ...]
    act: str
    stage: str
    polarity: str
    certainty: str
    position: str
    targets: tuple[str, ...]
    evaluation: str
    relays: tuple[str, ...]
    addressees: tuple[str, ...]
    channels: tuple[str, ...]
    according_to: tuple[str, ...]
    about: str
    latest: tuple[str, ...]
    taken_back: bool
    originator: str
    sentence: str
    start: int
    end: int
    document: str
    claim: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """The entries about some gatherings up to a day, oldest first; where each stands, and how many vouch for each stage.

    originators maps a stage, with "not " before it where it is denied, to the names of those who vouch for it: relays, copies,
    and who acts for another of them left out.
    """

    as_of: str
    standings: tuple[tuple[str, str], ...]
    entries: tuple[Entry, ...]
    originators: tuple[tuple[str, tuple[str, ...]], ...]


def ledger(scene: Scene, evidence: Evidence, gatherings: Iterable[str]) -> Ledger:
    """The ledger of one or more gatherings, by id, as of the day of the scene."""
    chosen = [scene.gatherings[one] for one in sorted(set(gatherings)) if one in scene.gatherings]
    entries: list[Entry] = []
    vouching: dict[str, dict[str, str]] = {}
    acts_for: dict[str, set[str]] = {}
    for gathering in chosen:
        kept = {id(claim) for claim in upheld(gathering.claims)}
        origins = originators(gathering.claims, evidence)
        last = _last_words(claim for claim in gathering.claims if id(claim) in kept)
        said = days_said(gathering.claims)
        for claim in gathering.claims:
            acts_for.setdefault(claim.claimant, set()).update(claim.principals)
            entries.append(
                _entry(
                    gathering,
                    claim,
                    evidence,
                    [axis for axis in _axes(claim) if last.get((claim.claimant, axis)) == said[told_as(claim)]],
                    id(claim) not in kept,
                    origins[claim.claim, claim.claimant],
                )
            )
            if claim.stage and id(claim) in kept and claim.certainty in ("certain", "probable"):
                key = f"{'not ' if claim.polarity == 'negative' else ''}{claim.stage}"
                origin, name = origins[claim.claim, claim.claimant]
                vouching.setdefault(key, {})[origin] = name
    entries.sort(
        key=lambda entry: (entry.published, entry.document, entry.start, entry.claimant, entry.claim, entry.meeting)
    )
    return Ledger(
        scene.as_of,
        tuple((gathering.id, standing(gathering.claims)) for gathering in chosen),
        tuple(entries),
        tuple((stage, _independent(names, acts_for)) for stage, names in sorted(vouching.items())),
    )


def _independent(names: dict[str, str], acts_for: dict[str, set[str]]) -> tuple[str, ...]:
    """The names of those who vouch for one thing, without who only acts for another of them (IRI → name)."""
    return tuple(sorted({name for one, name in names.items() if not (acts_for.get(one, set()) - {one}) & names.keys()}))


def of_format(scene: Scene, value: str) -> list[str]:
    """The gatherings for which some text claims a format: an arity (trilateral) or a directness (proximity)."""
    return sorted(one.id for one in scene.gatherings.values() if value in one.formats)


def originators(claims: Sequence[Claim], evidence: Evidence) -> dict[tuple[str, str], tuple[str, str]]:
    """(claim, claimant) → IRI and name of who vouches for it: the head of the chain by which it reached us.

    A claim known only because somebody else reports it as made has that one behind it. Texts that carry one sentence in their
    own voice (claimant and document's publisher are one) have the first of them behind it.
    """
    first: dict[str, tuple[str, str, str, str]] = {}
    for claim in claims:
        words = _sentence(claim, evidence)
        if words and not claim.heads:
            known = (claim.published, claim.document, claim.claimant, claim.name)
            first[words] = min(first.get(words, known), known)
    found = {}
    own_words = {claim.claimant for claim in claims if not claim.heads}
    for claim in claims:
        if claim.heads and claim.claimant not in own_words:
            found[claim.claim, claim.claimant] = claim.heads[0]
        elif _in_own_voice(claim) and (words := _sentence(claim, evidence)):
            found[claim.claim, claim.claimant] = first[words][2:] if words in first else (claim.claimant, claim.name)
        else:
            found[claim.claim, claim.claimant] = (claim.claimant, claim.name)
    return found


def _in_own_voice(claim: Claim) -> bool:
    """Whether a text says it in its own voice: the builder gives such claims a place of their own."""
    return "/claim/text/" in claim.claim


def _sentence(claim: Claim, evidence: Evidence) -> str:
    statement = evidence.statements.get(claim.claim)
    if statement is None or not statement.passages:
        return ""
    return " ".join(evidence.passages[statement.passages[0]].sentence.split()).casefold()


def _axes(claim: Claim) -> list[str]:
    axes = ["stage"] if claim.stage else []
    axes += ["position"] if claim.position else []
    return axes or ["stance"]


def _last_words(claims: Iterable[Claim]) -> dict[tuple[str, str], str]:
    """(claimant, axis) → the day on which the claimant last spoke on that axis. A later text may recall an earlier word."""
    last: dict[tuple[str, str], str] = {}
    claims = list(claims)
    said = days_said(claims)
    for claim in claims:
        for axis in _axes(claim):
            key = claim.claimant, axis
            last[key] = max(last.get(key, ""), said[told_as(claim)])
    return last


def days_said(claims: Iterable[Claim]) -> dict[tuple[str, ...], str]:
    """The day on which each claim was said, by what one text tells of it: a headline was said when the lead says so."""
    claims = list(claims)
    told: dict[tuple[str, ...], str] = {}
    for claim in claims:
        if claim.made_to:
            told[told_as(claim)] = max(told.get(told_as(claim), ""), claim.said)
    return {told_as(claim): told.get(told_as(claim), claim.said) for claim in claims}


def told_as(claim: Claim) -> tuple[str, ...]:
    """What is alike in all claims by which one text tells one thing that somebody said."""
    return claim.document, claim.claimant, claim.act, claim.stage, claim.polarity, claim.position, *claim.targets


def _entry(
    gathering: Gathering,
    claim: Claim,
    evidence: Evidence,
    latest: Sequence[str],
    taken_back: bool,
    origin: tuple[str, str],
) -> Entry:
    statement = evidence.statements.get(claim.claim)
    passage = evidence.passages[statement.passages[0]] if statement and statement.passages else None
    return Entry(
        meeting=gathering.id,
        label=gathering.label,
        published=claim.published,
        made=(claim.made_from, claim.made_to),
        claimant=claim.name,
        on_behalf_of=tuple(name for _, name in claim.on_behalf_of),
        act=claim.act,
        stage=claim.stage,
        polarity=claim.polarity,
        certainty=claim.certainty,
        position=claim.position,
        targets=claim.targets,
        evaluation=claim.evaluation,
        relays=tuple(name for _, name in claim.relays),
        addressees=tuple(name for _, name in claim.addressees),
        channels=tuple(name for _, name in claim.channels),
        according_to=tuple(name for _, name in claim.heads),
        about=claim.about,
        latest=() if taken_back else tuple(latest),
        taken_back=taken_back,
        originator=origin[0],
        sentence=passage.sentence if passage else "",
        start=passage.start if passage else 0,
        end=passage.end if passage else 0,
        document=claim.document,
        claim=claim.claim,
    )
