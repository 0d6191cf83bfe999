"""The scene: every session and round, who sat there, who says what of it, where and when. Views and answers are read from it.

Read once from a store, as of a day, as plain values. A gathering here is one meeting or round over all texts that speak of it
(the canonical meeting of the conclusions); what the texts say of it is kept with the claim or the seat that says it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kg.query import Asked, local_name, rows
from kg.sameness import as_one, called
from kg.standing import HAPPENED, StageClaim, asserts, contested, denies, standing

AT_TABLE = frozenset({"party", "mediator", "supporter", "observer", "participant"})
"""Roles that put somebody into the room. A host gives the place, a facilitator the logistics, a guarantor a promise: that alone
puts none of them at the table, and `excluded` says the opposite."""

_NEVER = "9999-12-31"
"""The end of an open interval, for comparing."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One actor at one gathering in one text: who, in which role, for which principals, and the passages that say so.

    claims are those in whose clause the seat is said; without any, the text says it in its own voice. word is "said" where the
    text or a claim asserts the seat, "denied" where all that is said of it is that it was not so, else "possible": where it is
    only doubted, guessed or told as a possibility. delegations
    are the teams to which that text counts the actor.
    """

    participation: str
    node: str
    actor: str
    role: str
    principals: frozenset[str]
    passages: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    word: str = "said"
    delegations: frozenset[str] = frozenset()

    @property
    def present(self) -> bool:
        """Whether the seat is said to be in the room."""
        return self.role in AT_TABLE and self.word == "said"

    def actors(self, level: str) -> list[str]:
        """Who sits there at a level of `kg.views.LEVELS`. Who has none that is known stays who it is, never guessed."""
        known = {"principal": self.principals, "delegation": self.delegations}.get(level, frozenset())
        return sorted(known) or [self.actor]


@dataclass(frozen=True, slots=True)
class Claim(StageClaim):
    """One claim about a gathering by one claimant, with all that its text says of it (several claimants: several values).

    on_behalf_of, relays, addressees and channels are pairs of IRI and name. made_from and made_to bound the day on which it was
    made ("" where the text does not say). outer are the claims that report this one ("as Zelensky announced"), heads who is
    behind them. about is the claim that this one is about, where it speaks of the meeting only through another claim. principals
    are IRIs of those for whom the claimant acts in that text: itself for a state or body, else whom the text gives it.
    """

    document: str = ""
    on_behalf_of: tuple[tuple[str, str], ...] = ()
    relays: tuple[tuple[str, str], ...] = ()
    addressees: tuple[tuple[str, str], ...] = ()
    channels: tuple[tuple[str, str], ...] = ()
    position: str = ""
    targets: tuple[str, ...] = ()
    evaluation: str = ""
    made_from: str = ""
    outer: tuple[str, ...] = ()
    heads: tuple[tuple[str, str], ...] = ()
    about: str = ""
    principals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Telling:
    """What one text says of one gathering: its node there, its words for it, its bounds, places and claimed formats.

    moments are the bounds of each time it names in its own voice (`9999-12-31` where the end is open), passed_on those that it
    passes on from somebody; earliest and latest are of the first, if there are any. wholes and outcomes as of a gathering.
    """

    node: str
    document: str
    label: str
    published: str
    earliest: str = ""
    latest: str = ""
    edtf: tuple[str, ...] = ()
    venues: tuple[str, ...] = ()
    arity: tuple[str, ...] = ()
    directness: tuple[str, ...] = ()
    mode: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    moments: tuple[tuple[str, str], ...] = ()
    wholes: tuple[str, ...] = ()
    outcomes: tuple[tuple[str, str], ...] = ()
    passed_on: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Gathering:
    """One session or round over all texts that speak of it, with where it stands by their claims.

    venues are IRIs; earliest and latest the days within which it was or is to be ("" where open); wholes the rounds it is part
    of; outcomes pairs of a value of the scheme `outcome` ("" where the text gives none) and the words for it.
    """

    id: str
    kind: str
    label: str
    processes: tuple[str, ...] = ()
    standing: str = "mentioned"
    contested: bool = False
    tellings: dict[str, Telling] = field(default_factory=dict)
    seats: list[Seat] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    venues: tuple[str, ...] = ()
    edtf: tuple[str, ...] = ()
    earliest: str = ""
    latest: str = ""
    wholes: tuple[str, ...] = ()
    outcomes: tuple[tuple[str, str], ...] = ()

    @property
    def formats(self) -> tuple[str, ...]:
        """Arities and kinds of directness that texts claim for it."""
        return tuple(sorted({value for one in self.tellings.values() for value in (*one.arity, *one.directness)}))

    @property
    def modes(self) -> tuple[str, ...]:
        return tuple(sorted({value for one in self.tellings.values() for value in one.mode}))

    def present(self, level: str = "principal") -> dict[str, list[Seat]]:
        """Who is said to be in the room, with the seats that say so."""
        found: dict[str, list[Seat]] = {}
        for seat in self.seats:
            for actor in seat.actors(level) if seat.present else ():
                found.setdefault(actor, []).append(seat)
        return found

    @property
    def encounter(self) -> bool:
        """A chance or corridor contact."""
        return "encounter" in self.modes


@dataclass(frozen=True, slots=True)
class Place:
    """A venue: its name, the venue around it, and its coordinates in degrees (WGS 84), "" where the registry has none."""

    name: str
    within: str = ""
    latitude: str = ""
    longitude: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """Gatherings by id, kind and name of every actor, the venues, the last day of publication seen, and other names by IRI."""

    gatherings: dict[str, Gathering]
    kinds: dict[str, str]
    names: dict[str, str]
    places: dict[str, Place] = field(default_factory=dict)
    as_of: str = ""
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def where(self, gathering: Gathering) -> str:
        """The venues of a gathering in words, the most exact alone where the others lie around it."""
        inner = [one for one in gathering.venues if not any(one in self.around(two) for two in gathering.venues)]
        return ", ".join(sorted(self.places[one].name if one in self.places else one for one in inner))

    def around(self, venue: str) -> list[str]:
        """The venues within which a venue lies, the next one first."""
        found: list[str] = []
        while (place := self.places.get(venue)) is not None and place.within and place.within not in found:
            venue = place.within
            found.append(venue)
        return found


def load_scene(store: Asked, as_of: str = "") -> Scene:
    """Read all gatherings with their participants, claims, places and times; only what was published by `as_of` (a day)."""
    scene = Scene({}, {}, {}, _places(store), as_of, _lists(store, "view-aliases"))
    same = as_one((row["one"], row["other"]) for row in rows(store, "view-same-actors"))
    principals = _principals(store, scene, same)
    of_node = _add_tellings(store, scene, principals, same, as_of)
    _add_claims(store, of_node, principals, same, as_of)
    _add_moments(store, of_node)
    _add_parts(store, scene, of_node)
    for gathering in scene.gatherings.values():
        gathering.seats = [_with_word(seat, gathering.claims) for seat in gathering.seats]
        gathering.standing = standing(gathering.claims)
        gathering.contested = gathering.standing not in HAPPENED and contested(gathering.claims)
    if same:
        # Not as whoever happens to come first: the same for any part of the graph that is asked.
        names = called(same, ((row["actor"], row["name"]) for row in rows(store, "view-same-names")))
        scene.names.update((one, name) for one, name in names.items() if one in scene.names)
    newest = max((one.published for g in scene.gatherings.values() for one in g.tellings.values()), default="")
    return scene if as_of else replace(scene, as_of=newest)


# -- who sits where ------------------------------------------------------------------------------------------------------


def _add_tellings(
    store: Asked, scene: Scene, principals: Mandates, same: Mapping[str, str], as_of: str
) -> dict[str, Gathering]:
    """Add every gathering with its tellings and seats; the gathering of each node."""
    delegations = _delegations(store, scene, same)
    passages = _lists(store, "view-evidence")
    accordings = _lists(store, "view-accordings")
    of_node: dict[str, Gathering] = {}
    seats: dict[str, Seat] = {}
    for row in rows(store, "view-participations", as_of):
        gathering = scene.gatherings.setdefault(
            row["meeting"], Gathering(row["meeting"], _kind(row["kind"]), row["label"])
        )
        node = row["node"]
        of_node[node] = gathering
        telling = gathering.tellings.get(node) or Telling(node, row["document"], row["words"], row["published"])
        gathering.tellings[node] = replace(telling, mode=_with(telling.mode, local_name(row["mode"])))
        gathering.processes = _with(gathering.processes, row["process"])
        if not row["participation"]:
            continue
        actor, kind = same.get(row["who"], row["who"]), _kind(row["sort"])
        scene.kinds.setdefault(actor, kind)
        scene.names.setdefault(actor, row["name"])
        if row["direct"]:
            direct = same.get(row["direct"], row["direct"])
            found = frozenset(_followed(direct, principals.get(_graph_of(node), {})))
        elif kind in ("state", "organization"):
            found = frozenset({actor})
        else:
            found = frozenset()
        key = row["participation"]
        if key in seats:
            seats[key] = replace(seats[key], principals=seats[key].principals | found)
        else:
            seats[key] = Seat(
                key, node, actor, local_name(row["role"]), found, passages.get(key, ()), accordings.get(key, ()),
                delegations=frozenset(delegations.get((_graph_of(node), actor), ())),
            )  # fmt: skip
    for seat in seats.values():
        of_node[seat.node].seats.append(seat)
    return of_node


def _lists(store: Asked, query: str) -> dict[str, tuple[str, ...]]:
    """First column → values of the second, in the order of the answer."""
    found: dict[str, list[str]] = {}
    for row in rows(store, query):
        first, second = row.values()
        found.setdefault(first, []).append(second)
    return {key: tuple(values) for key, values in found.items()}


Mandates = dict[str, dict[str, set[str]]]
"""Graph → agent → its principals in that text."""


def _principals(store: Asked, scene: Scene, same: Mapping[str, str]) -> Mandates:
    mandates: Mandates = {}
    for row in rows(store, "view-mandates"):
        agent, principal = (same.get(row[end], row[end]) for end in ("agent", "principal"))
        mandates.setdefault(row["graph"], {}).setdefault(agent, set()).add(principal)
        scene.kinds.setdefault(principal, _kind(row["sort"]))
        scene.names.setdefault(principal, row["name"])
    # A graph that others made may seat somebody for a principal without a mandate.
    for row in rows(store, "view-principals"):
        principal = same.get(row["principal"], row["principal"])
        scene.kinds.setdefault(principal, _kind(row["sort"]))
        scene.names.setdefault(principal, row["name"])
    return mandates


def _delegations(store: Asked, scene: Scene, same: Mapping[str, str]) -> dict[tuple[str, str], set[str]]:
    """Graph and member → its delegations in that text."""
    teams: dict[tuple[str, str], set[str]] = {}
    for row in rows(store, "view-memberships"):
        member, group = (same.get(row[end], row[end]) for end in ("member", "group"))
        teams.setdefault((row["graph"], member), set()).add(group)
        scene.kinds.setdefault(group, "delegation")
        scene.names.setdefault(group, row["name"])
    return teams


def _followed(principal: str, mandates: Mapping[str, set[str]], seen: frozenset[str] = frozenset()) -> Iterable[str]:
    """The ends of the chain of mandates that starts at a principal (an envoy of a president acts for the state)."""
    further = mandates.get(principal, set()) - seen - {principal}
    if not further:
        yield principal
    for one in sorted(further):
        yield from _followed(one, mandates, seen | {principal})


def _with_word(seat: Seat, claims: Iterable[Claim]) -> Seat:
    """The seat with its word: what the claims in whose clause it stands do with it."""
    own = [claim for claim in claims if claim.claim in seat.claims]
    if not own or any(asserts(claim) for claim in own):
        return seat
    # A proposal says who is to be at the table; a denial that a meeting with them took place or is prepared says it too.
    if all(denies(claim) and {"participants", "own-role"}.intersection(claim.targets) for claim in own):
        return replace(seat, word="denied")
    return seat if any(denies(claim) or _puts_there(claim) for claim in own) else replace(seat, word="possible")


def _puts_there(claim: Claim) -> bool:
    """Whether a claim says who is there, or is to be there by a proposal, and not only who may be."""
    return claim.act in ("propose", "invite") or (claim.act not in _DISTANCE and claim.certainty != "possible")


# -- who says what -------------------------------------------------------------------------------------------------------

_OPPOSITE = {"positive": "negative", "negative": "positive"}
_DISTANCE = frozenset({"deny", "doubt", "reject", "criticise", "speculate", "decline-to-comment"})
"""Acts that do not pass a claim on as made."""


def _add_claims(
    store: Asked, of_node: dict[str, Gathering], principals: Mandates, same: Mapping[str, str], as_of: str
) -> None:
    details = _claim_details(store)
    on_claims: dict[str, list[dict[str, str]]] = {}
    for row in rows(store, "view-claims-on-claims", as_of):
        on_claims.setdefault(row["inner"], []).append(row)
    for row in rows(store, "view-claims", as_of):
        if (gathering := of_node.get(row["node"])) is None:
            continue
        claim = _claim(row, row["node"], details, principals, same)
        around = on_claims.get(claim.claim, [])
        # Who reports this claim as made is behind it; who denies it speaks against it.
        reports = [one for one in around if not _against(one) and local_name(one["act"]) not in _DISTANCE]
        claim = replace(
            claim,
            outer=tuple(sorted({one["claim"] for one in reports})),
            heads=tuple(sorted({(one["who"], one["claimant"]) for one in reports})),
        )
        gathering.claims.append(claim)
        for one in around:
            if _against(one) and same.get(one["who"], one["who"]) != claim.claimant and claim.stage:
                # Who denies a claim says the opposite of what it says of the meeting.
                other = _claim(one, row["node"], details, principals, same)
                polarity = _OPPOSITE.get(claim.polarity, claim.polarity)
                gathering.claims.append(replace(other, stage=claim.stage, polarity=polarity, about=claim.claim))


def _against(row: Mapping[str, str]) -> bool:
    """Whether a claim about a claim says that what it says is not so."""
    return local_name(row["polarity"]) == "negative" or local_name(row["act"]) == "deny"


def _claim(
    row: Mapping[str, str],
    node: str,
    details: Mapping[str, dict[str, tuple[tuple[str, str], ...]]],
    principals: Mandates,
    same: Mapping[str, str],
) -> Claim:
    own = details.get(row["claim"], {})
    mandates = principals.get(_graph_of(row["claim"]), {})
    speakers = [same.get(one, one) for one in (row["who"], *(iri for iri, _ in own.get("onBehalfOf", ())))]
    made = own.get("made", (("", ""),))
    return Claim(
        claim=row["claim"],
        node=node,
        claimant=speakers[0],
        name=row["claimant"],
        act=local_name(row["act"]),
        stage=local_name(row["stage"]),
        polarity=local_name(row["polarity"]),
        certainty=local_name(row["certainty"]),
        published=row["published"],
        document=row["document"],
        on_behalf_of=own.get("onBehalfOf", ()),
        relays=own.get("relay", ()),
        addressees=own.get("addressee", ()),
        channels=own.get("channel", ()),
        position=local_name(own.get("position", (("", ""),))[0][0]),
        targets=tuple(local_name(value) for value, _ in own.get("denialTarget", ())),
        evaluation=local_name(own.get("evaluation", (("", ""),))[0][0]),
        made_from=min(start for start, _ in made),
        made_to=max(end for _, end in made),
        principals=tuple(sorted({end for speaker in speakers for end in _followed(speaker, mandates)})),
    )


def _claim_details(store: Asked) -> dict[str, dict[str, tuple[tuple[str, str], ...]]]:
    """Claim → property (local name) → pairs of value and label; `made`: pairs of earliest and latest day."""
    found: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {}
    for row in rows(store, "view-claim-details"):
        of_claim, name = found.setdefault(row["claim"], {}), local_name(row["property"])
        of_claim[name] = (*of_claim.get(name, ()), (row["value"], row["label"]))
    for row in rows(store, "view-claim-times"):
        of_claim = found.setdefault(row["claim"], {})
        of_claim["made"] = (*of_claim.get("made", ()), (row["earliest"], row["latest"]))
    return found


# -- where and when ------------------------------------------------------------------------------------------------------


def _add_moments(store: Asked, of_node: dict[str, Gathering]) -> None:
    for row in rows(store, "view-moments"):
        gathering = of_node.get(row["node"])
        if gathering is None:
            continue
        telling = gathering.tellings[row["node"]]
        start, end = row["earliest"], row["latest"] or (_NEVER if row["earliest"] else "")
        gathering.tellings[row["node"]] = replace(
            telling,
            venues=_with(telling.venues, row["venue"]),
            edtf=_with(telling.edtf, row["edtf"]),
            arity=_with(telling.arity, local_name(row["arity"])),
            directness=_with(telling.directness, local_name(row["directness"])),
            level=_with(telling.level, local_name(row["level"])),
            **_with_moment(telling, (start, end), "passed_on" if row["passed_on"] else "moments"),
        )
        gathering.venues = _with(gathering.venues, row["venue"])
        gathering.edtf = _with(gathering.edtf, row["edtf"])
    for gathering in of_node.values():
        for node, telling in gathering.tellings.items():
            moments = telling.moments or telling.passed_on
            start, end = max((s for s, _ in moments), default=""), min((e for _, e in moments), default="")
            gathering.tellings[node] = replace(telling, earliest=start, latest="" if end == _NEVER else end)
        tellings = gathering.tellings.values()
        own = {moment for telling in tellings for moment in telling.moments}
        passed_on = {moment for telling in tellings for moment in telling.passed_on}
        # What the texts say themselves of a session counts before what they pass on from somebody. A round has many days.
        gathering.earliest, gathering.latest = agreed(
            own | passed_on if gathering.kind == "round" else own or passed_on
        )


def _with_moment(telling: Telling, bounds: tuple[str, str], kind: str) -> dict[str, Any]:
    known = getattr(telling, kind)
    return {kind: tuple(sorted({*known, bounds}))} if any(bounds) else {}


def agreed(bounds: Collection[tuple[str, str]]) -> tuple[str, str]:
    """The days on which all texts agree, of bounds that several give (ISO 8601, "" where open); those of all where they do not.

    A text that is vague ("in July") contradicts no exact one: only the narrowest bounds count where some exclude each other.
    """
    closed = [(start, end or _NEVER) for start, end in bounds]
    if not closed:
        return "", ""
    start, end = max(start for start, _ in closed), min(end for _, end in closed)
    if start > end:
        narrow = [(s, e) for s, e in closed if not any(s <= a and b <= e and (s, e) != (a, b) for a, b in closed)]
        start, end = min(s for s, _ in narrow), max(e for _, e in narrow)
    return start, "" if end == _NEVER else end


def _add_parts(store: Asked, scene: Scene, of_node: dict[str, Gathering]) -> None:
    for row in rows(store, "view-parts"):
        part = of_node.get(row["part"])
        if part is None:
            continue
        telling = part.tellings[row["part"]]
        if row["whole"] and (whole := of_node.get(row["whole"])) is not None:
            part.wholes = _with(part.wholes, whole.id)
            telling = replace(telling, wholes=_with(telling.wholes, whole.id))
        if row["result"]:
            result = local_name(row["outcome"]), row["label"]
            part.outcomes = tuple(sorted({*part.outcomes, result}))
            telling = replace(telling, outcomes=tuple(sorted({*telling.outcomes, result})))
        part.tellings[row["part"]] = telling


def _places(store: Asked) -> dict[str, Place]:
    return {
        row["venue"]: Place(row["name"], row["within"], row["latitude"], row["longitude"])
        for row in rows(store, "view-places")
    }


def _kind(iri: str) -> str:
    return local_name(iri).lower()


def _graph_of(node: str) -> str:
    """The named graph of a node that a text made: its IRI has the document in it, as its graph has."""
    home, _, rest = node.rpartition("/document/")
    return f"{home}/graph/{rest.partition('/')[0]}"


def _with(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return values if not value or value in values else tuple(sorted((*values, value)))
