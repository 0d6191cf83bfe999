"""Events as PLOVER codes them, as JSON records, and the list of what PLOVER has no place for.

The codes are those of the alignment (ontology/alignments/plover-cameo.ttl), after the manual of 17 September 2021. Actors stand
together in one compound source, as the specification allows, not as pairs. `code` and `sector` of actors are left out: the graph
knows neither. `dateCoded` is left out: no clock.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from kg.evidence import Evidence, Passage
from kg.export.carried import NotCarried
from kg.export.network import telling
from kg.query import Asked, as_texts, ask, local_name
from kg.scene import Claim, Gathering, Scene
from kg.standing import HAPPENED, asserts, denies

ACTS = {
    "propose": "AGREE",
    "invite": "AGREE",
    "accept": "AGREE",
    "demand": "REQUEST",
    "reject": "REJECT",
    "warn": "THREATEN",
}
"""Speech act → category. The others, denials first of all, have none."""

MODES = {"REQUEST": "meet", "REJECT": "meet", "THREATEN": "relations"}
STAGES = {"accepted": "AGREE", "scheduled": "AGREE", "under-way": "CONSULT", "held": "CONSULT"}
INCIDENTS = {"attack": "ASSAULT", "air-attack": "ASSAULT", "ground-attack": "ASSAULT"}
OUTCOMES = {"prisoner-exchange": "RETREAT"}

VERSION = "2021-09-17"
"""Date of the manual whose categories are used."""

REASONS = {
    "denial": "a denial: PLOVER dropped CAMEO 016 and gives no general rule",
    "negated": "said not to be so: event data code deeds, not their absence",
    "unsure": "said to be possible only, or not how certain: event data have no certainty",
    "no-code": "its speech act has no category of its own",
    "no-stage-code": "its stage (mooted, proposed, in preparation, adjourned, postponed, cancelled, lapsed) has no code",
    "merged": "told in the event of its session: who claims it, through whom and how surely is lost",
    "contradicted": "somebody contradicts that it was held",
    "no-pair": "fewer than two known actors at the table, or no actor of the deed",
    "round": "a round: several rooms; a CONSULT of all would put actors into contact who may not have met",
    "not-held": "nobody claims it as held or under way; what claims say of it is coded where it has a code",
    "no-incident-code": "this kind of incident has no category",
    "no-outcome-code": "this kind of outcome has no category",
    "other": "PLOVER has no record for this kind of thing",
}
"""Why something is in no event."""


@dataclass(slots=True)
class _Coding:
    """What is being coded: the scene with its evidence, events so far, and what became none."""

    scene: Scene
    evidence: Evidence
    events: list[dict[str, Any]] = field(default_factory=list)
    left: list[NotCarried] = field(default_factory=list)

    def leave(self, id: str, kind: str, label: str, reason: str) -> None:
        self.left.append(NotCarried(id, kind, label, reason))

    def add(
        self,
        id: str,
        category: str,
        source: Iterable[str],
        target: Iterable[str],
        passages: Iterable[str],
        *,
        day: tuple[str, str],
        mode: str = "",
        comment: str = "",
    ) -> None:
        known = [self.evidence.passages[one] for one in passages if one in self.evidence.passages]
        known.sort(key=lambda passage: (passage.published, passage.document, passage.start))
        told = telling(known)
        earliest, latest = day
        exact = earliest if earliest == latest else ""
        notes = [comment, "" if exact else _dating(earliest, latest)]
        self.events.append(
            {
                "id": id,
                "date": exact or (known[0].published if known else ""),
                "source": [{"actorText": name} for name in source],
                "target": [{"actorText": name} for name in target],
                "event": category,
                "eventText": " ".join(dict.fromkeys(one.words for one in known)),
                "mode": mode,
                "context": "military" if category == "ASSAULT" else "diplomatic",
                "text": told.sentence if told else "",
                "textInfo": {"passages": [_passage(one) for one in known]},
                "publication": told.publisher if told else "",
                "coder": "diplomatic-kg",
                "version": VERSION,
                "comment": "; ".join(note for note in notes if note),
            }
        )


def _dating(earliest: str, latest: str) -> str:
    if not earliest and not latest:
        return "date of publication; the text dates nothing"
    return f"date of publication; what is told is of {earliest or '…'} to {latest or '…'}"


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "document": passage.document,
        "url": passage.url,
        "sentence": passage.sentence,
        "start": passage.start,
        "end": passage.end,
    }


def plover(
    store: Asked, scene: Scene, evidence: Evidence, as_of: str = "", since: str = "", until: str = ""
) -> tuple[list[dict[str, Any]], list[NotCarried]]:
    """Events in the order of their ids, and what is in none of them."""
    coding = _Coding(scene, evidence)
    day = {"as_of": as_of} if as_of else {}
    seen: set[str] = set()
    for _, gathering in sorted(scene.gatherings.items()):
        seen.update(claim.claim for claim in gathering.claims)
        if (since and gathering.latest and gathering.latest < since) or (
            until and gathering.earliest and gathering.earliest > until
        ):
            continue
        coded = _code_session(coding, gathering)
        for claim in sorted(gathering.claims, key=lambda claim: (claim.claim, claim.claimant, claim.stage)):
            _code_claim(coding, gathering, claim, coded)
    _code_events(coding, as_texts(ask(store, "export-events", **day)), since, until)
    for row in as_texts(ask(store, "export-things", **day)):
        if row["thing"] not in seen:
            coding.leave(row["thing"], local_name(row["kind"]).lower(), row["label"], "other")
    return sorted(coding.events, key=lambda event: str(event["id"])), list(dict.fromkeys(coding.left))


def write_plover(events: list[dict[str, Any]]) -> Iterator[bytes]:
    """The events as a JSON array, one to a line."""
    yield b"[\n"
    for number, event in enumerate(events):
        yield (b",\n" if number else b"") + json.dumps(event, ensure_ascii=False).encode()
    yield b"\n]\n" if events else b"]\n"


# -- sessions and claims -------------------------------------------------------------------------------------------------


def _code_session(coding: _Coding, gathering: Gathering) -> bool:
    """Code a session that was held; whether it was."""
    at_table = _at_table(coding.scene, gathering)
    reason = ""
    if gathering.kind == "round":
        reason = "round"
    elif gathering.standing == "disputed":
        reason = "contradicted"
    elif gathering.standing not in HAPPENED:
        reason = "not-held"
    elif len(at_table) < 2:
        reason = "no-pair"
    if reason:
        coding.leave(gathering.id, gathering.kind, gathering.label, reason)
        return False
    hosts = {one for seat in gathering.seats if seat.role == "host" for one in seat.actors("principal")}
    mode = "phone" if "phone" in gathering.modes else "third-party" if hosts - at_table.keys() else ""
    passages = dict.fromkeys(one for seat in gathering.seats if seat.word == "said" for one in seat.passages)
    bounds = gathering.earliest, gathering.latest
    comment = "compound source: all at the table; who mediated is not told apart"
    coding.add(gathering.id, "CONSULT", at_table.values(), (), passages, day=bounds, mode=mode, comment=comment)
    return True


def _code_claim(coding: _Coding, gathering: Gathering, claim: Claim, session: bool) -> None:
    """Code what somebody does by saying it, or else the meeting to come that is said to be agreed."""
    statement = coding.evidence.statements.get(claim.claim)
    passages = statement.passages if statement else ()
    at_table = _at_table(coding.scene, gathering)
    category = ACTS.get(claim.act)
    if claim.about or claim.act == "deny":
        reason = "denial"
    elif category and not denies(claim) and claim.certainty in ("certain", "probable"):
        own = {claim.claimant, *claim.principals, *(one for one, _ in claim.on_behalf_of)}
        target = [name for one, name in at_table.items() if one not in own]
        coding.add(
            claim.claim,
            category,
            [claim.name],
            target,
            passages,
            day=(claim.made_from, claim.made_to),
            mode=MODES.get(category, ""),
        )
        return
    elif denies(claim):
        reason = "negated"
    elif claim.certainty not in ("certain", "probable"):
        reason = "unsure"
    elif session and claim.stage in HAPPENED and asserts(claim):
        reason = "merged"
    elif STAGES.get(claim.stage) == "AGREE" and asserts(claim):
        if at_table:
            coding.add(
                claim.claim,
                "AGREE",
                at_table.values(),
                (),
                passages,
                day=(claim.made_from, claim.made_to),
                comment=f"a meeting to come, as {claim.name} says",
            )
            return
        reason = "no-pair"
    else:
        reason = "no-stage-code" if claim.stage and claim.stage not in HAPPENED else "no-code"
    coding.leave(claim.claim, "claim", claim.name, reason)


def _at_table(scene: Scene, gathering: Gathering) -> dict[str, str]:
    """IRI → name of whoever is said to be in the room, principals where they are known; in the order of their names."""
    found = {one: scene.names[one] for one in gathering.present()}
    return dict(sorted(found.items(), key=lambda item: (item[1], item[0])))


# -- incidents and outcomes ----------------------------------------------------------------------------------------------


def _code_events(coding: _Coding, answer: Iterable[dict[str, str]], since: str, until: str) -> None:
    for event, found in groupby(answer, key=lambda row: row["event"]):
        rows = list(found)
        first = rows[0]
        earliest = max(row["earliest"] for row in rows)
        latest = min((row["latest"] for row in rows if row["latest"]), default="")
        if (since and latest and latest < since) or (until and earliest and earliest > until):
            continue
        kind, value = local_name(first["kind"]).lower(), local_name(first["type"])
        category = (INCIDENTS if kind == "incident" else OUTCOMES).get(value, "")
        sides = {side: _names(rows, side) for side in ("actor", "target", "party")}
        stages = {local_name(row["stage"]) for row in rows if local_name(row["polarity"]) == "positive"}
        if not category:
            reason = f"no-{kind}-code"
        elif {local_name(row["polarity"]) for row in rows} == {"negative"}:
            reason = "negated"
        elif not sides["actor"] + sides["party"]:
            reason = "no-pair"
        else:
            if kind == "outcome" and stages.isdisjoint(HAPPENED):
                category = "AGREE"  # Agreed to, and not said to be carried out.
            coding.add(
                event,
                category,
                sides["actor"] or sides["party"],
                sides["target"],
                dict.fromkeys(row["span"] for row in rows),
                day=(earliest, latest),
                mode="aerial" if value == "air-attack" else "",
            )
            continue
        coding.leave(event, kind, first["label"], reason)


def _names(rows: Iterable[dict[str, str]], side: str) -> list[str]:
    return sorted({row["name"] for row in rows if local_name(row["side"]) == side})
