"""What is concluded about identity → quads, in a named graph of their own: canonical meetings, and the links behind them.

Every conclusion names what made it: the rule with its score and reasons, a reference, or the person who decided.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote

from kg import ntriples as nt
from kg.leads import Leads
from kg.likeness import Profile
from kg.linking import Cluster, Decision, Link, Linked, link
from kg.namesakes import guess_actors, link_proposals
from kg.namespaces import BASE, DP
from kg.registry import KINDS, Registry
from kg.terms import XSD, literal

Unheeded = tuple[str, str, str]
"""A decision or reference that could not be followed: place, finding, remedy."""


def conclude(
    leads: Leads, decisions: Iterable[Decision], registry: Registry, base: str = BASE
) -> tuple[bytes, list[Unheeded]]:
    """Sorted N-Quads of all that is concluded about identity, and what could not be followed."""
    decisions = list(decisions)
    proposals = {one.node for one in leads.proposals}
    actors = {one.node for one in leads.named} | {f"{base}actor/{one}" for one in registry.by_id}
    of_proposals = [d for d in decisions if {d.one, d.other} <= proposals]
    of_actors = [d for d in decisions if {d.one, d.other} <= actors]
    rest = [d for d in decisions if d not in of_proposals and d not in of_actors]
    linked = link(leads.profiles, Around(registry), rest)
    namesakes = {
        nt.SAME_PROPOSAL: link_proposals(leads.proposals, of_proposals),
        nt.SAME_ACTOR: guess_actors([one for one in leads.named if one.kind in KINDS], registry, of_actors, base),
    }
    return build_conclusions(linked, leads, registry, base, namesakes), in_order(linked.unheeded)


def in_order(unheeded: Iterable[Unheeded]) -> list[Unheeded]:
    """What could not be followed, by file and line."""

    def place(one: Unheeded) -> tuple[str, int, Unheeded]:
        name, _, line = one[0].rpartition(":")
        return (name, int(line), one) if line.isdecimal() else (one[0], 0, one)

    return sorted(unheeded, key=place)


def conclusions_iri(base: str = BASE) -> str:
    """The named graph of conclusions. It sorts after the graphs of documents, so that a build can stream them first."""
    return f"{base}kg/conclusions"


def canonical_iri(cluster: Cluster, base: str = BASE) -> str:
    """The node that stands for a meeting over all texts: that of the known meeting, else named after its first node."""
    if cluster.known:
        return f"{base}{cluster.known}"
    return f"{base}canonical/{cluster.members[0].removeprefix(base).removeprefix('document/')}"


def build_conclusions(
    linked: Linked,
    leads: Leads,
    registry: Registry,
    base: str = BASE,
    namesakes: Mapping[str, Iterable[Link]] | None = None,
) -> bytes:
    """Sorted N-Quads of clusters and links; namesakes are links of other kinds by the predicate that joins two of them."""
    by_node = {profile.node: profile for profile in leads.profiles}
    graph = f"<{conclusions_iri(base)}>"
    lines: set[str] = set()
    rules: dict[str, set[str]] = {}
    for one in linked.links:
        if one.verdict == "same":
            rules.setdefault(one.one, set()).add(one.rule)
    for cluster in linked.clusters:
        me = f"<{canonical_iri(cluster, base)}>"
        members = [by_node[member] for member in cluster.members]
        lines.add(f"{me} {nt.TYPE} <{DP.CanonicalMeeting}> {graph} .\n")
        lines.add(f"{me} {nt.LABEL} {literal(label(members, registry, base))} {graph} .\n")
        own = {rule for member in cluster.members for rule in rules.get(member, ())}
        for rule in sorted(own or {"reference" if cluster.known else "single"}):
            lines.add(f"{me} <{DP.rule}> {literal(rule)} {graph} .\n")
        for member in cluster.members:
            lines.add(f"{me} <{DP.member}> <{member}> {graph} .\n")
    for predicate, links in {nt.SAME_MEETING: linked.links, **(namesakes or {})}.items():
        for one in links:
            lines.update(f"{triple} {graph} .\n" for triple in _link(one, predicate, base))
    for node, known in leads.references.items():
        me = f"<{base}{known}>"
        lines.add(f"{me} {nt.TYPE} <{DP.CanonicalMeeting}> {graph} .\n")
        lines.add(f'{me} <{DP.rule}> "reference" {graph} .\n')
        lines.add(f"{me} <{DP.member}> <{node}> {graph} .\n")
    return "".join(sorted(lines)).encode()


def _link(link: Link, joins: str, base: str) -> Iterable[str]:
    digest = hashlib.sha256(f"{link.one}\n{link.other}\n{link.rule}".encode()).hexdigest()[:16]
    me = f"<{base}link/{digest}>"
    yield f"{me} {nt.TYPE} <{DP.Link}>"
    yield f"{me} <{DP.between}> <{link.one}>"
    yield f"{me} <{DP.between}> <{link.other}>"
    yield f"{me} <{DP.verdict}> {nt.VALUE['verdict', link.verdict]}"
    yield f"{me} <{DP.rule}> {literal(link.rule)}"
    yield f"{me} <{DP.decidedBy}> {literal(link.decided_by)}"
    if link.score is not None:
        yield f'{me} <{DP.score}> "{_decimal(min(link.score, 1.0))}"^^<{XSD}decimal>'
    for reason in link.reasons:
        yield f"{me} <{DP.reason}> {literal(reason)}"
    if link.verdict == "same":
        yield f"<{link.one}> {joins} <{link.other}>"


def _decimal(number: float) -> str:
    """The canonical form of an xsd:decimal: no exponent, one digit at least after the point dropped where it is zero."""
    return f"{number:.3f}".rstrip("0").rstrip(".")


# -- labels --------------------------------------------------------------------------------------------------------------


def label(members: list[Profile], registry: Registry, base: str = BASE) -> str:
    """A name by which a person tells meetings apart: what it is, where, when, who; from all texts that speak of it."""
    name = _what(members)
    venues = sorted({venue for member in members for venue in member.venues})
    inner = [one for one in venues if not any(one in around(registry, two) for two in venues)]
    if inner:
        name += f" in {' and '.join(_venue(venue, registry) for venue in inner[:2])}"
    when = _when(members)
    if when:
        name += f", {when}"
    who = _who(members, registry, base)
    return f"{name}: {who}" if who else name


def _what(members: list[Profile]) -> str:
    modes = {mode for member in members for mode in member.mode}
    if members[0].kind == "Round":
        return "round of talks"
    if "encounter" in modes:
        return "encounter"
    return "call" if "phone" in modes else "video call" if "video" in modes else "meeting"


def _when(members: list[Profile]) -> str:
    """The days on which all texts agree as an EDTF value, the widest bounds where they do not; "" where none gives any."""
    bounds = {(member.earliest, member.latest or "9999") for member in members if member.earliest or member.latest}
    if not bounds:
        return ""
    start, end = max(start for start, _ in bounds), min(end for _, end in bounds)
    if start > end:
        # Vague bounds contradict no exact ones: the narrowest count.
        narrow = [one for one in bounds if not any(_inside(two, one) for two in bounds if two != one)]
        start, end = min(start for start, _ in narrow), max(end for _, end in narrow)
    end = "" if end == "9999" else end
    if start == end:
        return start
    if start[:7] == end[:7] and start.endswith("-01") and int(end[8:]) >= 28:
        return start[:7]
    return f"{start or '..'}/{end or '..'}"


def _inside(inner: tuple[str, str], outer: tuple[str, str]) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _who(members: list[Profile], registry: Registry, base: str) -> str:
    """Parties first, then mediators, then the others; those without principal by their own names."""
    names: dict[str, None] = {}
    for role in ("parties", "mediators", "others"):
        for one in sorted({_actor(iri, registry, base) for member in members for iri in getattr(member, role)}):
            names[one] = None
    for member in members:
        for person, principal in member.people:
            if not principal:
                names[_actor(person, registry, base)] = None
    listed = [name for name in names if name]
    return ", ".join(listed[:4]) + (f" and {len(listed) - 4} more" if len(listed) > 4 else "")


def _actor(node: str, registry: Registry, base: str) -> str:
    local = node.removeprefix(f"{base}actor/")
    entry = registry.by_id.get(local)
    if entry is not None:
        return entry.label
    kind, _, name = local.removeprefix("name/").partition("/")
    return unquote(name).replace("_", " ").title() if local.startswith("name/") and kind else ""


def _venue(venue: str, registry: Registry) -> str:
    entry = registry.entries.get(("venue", venue))
    return entry.label if entry else unquote(venue.rpartition("/")[2]).replace("_", " ").title()


def around(registry: Registry, venue: str) -> tuple[str, ...]:
    """The venues within which a venue of the registry lies, the next one first."""
    found: list[str] = []
    entry = registry.entries.get(("venue", venue))
    while entry is not None and entry.within and entry.within not in found:
        found.append(entry.within)
        entry = registry.entries.get(("venue", entry.within))
    return tuple(found)


class Around(Mapping[str, tuple[str, ...]]):
    """For each venue those around it, looked up when it is first asked for."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._known: dict[str, tuple[str, ...]] = {}

    def __getitem__(self, venue: str) -> tuple[str, ...]:
        if venue not in self._known:
            self._known[venue] = around(self._registry, venue)
        return self._known[venue]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)
