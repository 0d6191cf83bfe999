"""Other label sets: what their labels, roles and attributes are called in ours, read from a TOML file.

A mapping is a list of rules for each kind of annotation; the first rule that fits decides. What no rule fits is left out,
counted by kind and label, and listed after the build; what a mapping leaves out on purpose stands under `ignore`. The form
of the file is described in `ontology/mappings/README.md`.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from kg.assembly import assemble
from kg.documents import Attribute, Document, Equivalence, Event, Mention, Normalisation, Note, Relation, Role
from kg.errors import InputError
from kg.passages import extent
from kg.resources import mappings_dir
from kg.scheme import ATTRIBUTES, EQUIVALENCES, MENTIONS, RELATIONS, ROLES, nearest

KINDS = ("mention", "event", "relation", "attribute")
_KEYS = {
    "mention": {"label", "when", "words", "becomes", "attributes"},
    "event": {"label", "when", "words", "becomes", "attributes", "roles"},
    "relation": {"label", "when", "from", "to", "becomes", "role", "event", "reverse", "roles", "attributes"},
    "attribute": {"label", "on", "only", "becomes", "value", "values"},
}
_TOP = {"name", "title", "description", "own", "ignore", "equivalences", *KINDS}

Uncovered = Counter[tuple[str, str]]
"""Kind and label → how often it was left out because no rule fits it."""


class Rule(NamedTuple):
    """One rule. Which fields count depends on its kind; empty ones hold always."""

    labels: tuple[str, ...]
    becomes: str = ""
    when: Mapping[str, Any] = {}
    words: re.Pattern[str] | None = None
    sources: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    role: str = ""
    event: str = ""
    reverse: bool = False
    roles: Mapping[str, str] = {}
    attributes: Mapping[str, str] = {}
    values: Mapping[str, str] = {}
    only: tuple[str, ...] = ()
    value: str = ""


@dataclass(frozen=True, slots=True)
class LabelMap:
    """A mapping as read. own says that our own labels may stand beside theirs."""

    name: str
    title: str
    own: bool
    rules: Mapping[str, tuple[Rule, ...]]
    ignored: Mapping[str, tuple[str, ...]]
    equivalences: tuple[str, ...]


class Mapped(NamedTuple):
    """A document in our labels, and what of it no rule covers."""

    document: Document
    uncovered: Uncovered


# -- reading a mapping ---------------------------------------------------------------------------------------------------


def find_mapping(name: str) -> Path:
    """The file of a mapping: a path, or the name of one that comes with the product. Raises InputError."""
    path = Path(name)
    if path.suffix == ".toml" or "/" in name:
        return path
    shipped = mappings_dir() / f"{name}.toml"
    if not shipped.is_file():
        raise InputError("is no mapping", place=name, remedy=nearest(name, shipped_mappings()))
    return shipped


def shipped_mappings() -> list[str]:
    """The names of the mappings that come with the product."""
    return sorted(path.stem for path in mappings_dir().glob("*.toml"))


@lru_cache(maxsize=32)
def load_mapping(path: Path) -> LabelMap:
    """Read a mapping. Raises InputError for what is no mapping, with the rule that is wrong."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(error.strerror or "cannot be read", place=str(path), remedy="name a mapping file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"is no TOML: {error}", place=path.name, remedy="see the manual of mappings") from None
    return _Loader(path.name).load(data)


class _Loader:
    def __init__(self, place: str) -> None:
        self.place = place

    def load(self, data: Mapping[str, Any]) -> LabelMap:
        self._known(data, _TOP, "")
        rules = {kind: tuple(self._rules(kind, data.get(kind, []))) for kind in KINDS}
        ignore = data.get("ignore", {})
        self._known(ignore, {*KINDS, "role", "equivalence"}, "ignore: ")
        equivalences = self._texts(data.get("equivalences", sorted(EQUIVALENCES)), "equivalences")
        return LabelMap(
            str(data.get("name") or self.place.removesuffix(".toml")),
            str(data.get("title") or ""),
            data.get("own") is True,
            rules,
            {kind: self._texts(ignore.get(kind, []), f"ignore.{kind}") for kind in (*KINDS, "role", "equivalence")},
            equivalences,
        )

    def _rules(self, kind: str, listed: Any) -> Iterable[Rule]:
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            self._refuse(f"{kind} is no list of rules", f"write [[{kind}]] above each rule")
        for number, one in enumerate(listed, 1):
            where = f"{kind} rule {number}"
            self._known(one, _KEYS[kind], f"{where}: ")
            labels = self._texts(one.get("label", []), f"{where}, label")
            if not labels:
                self._refuse(f"{where} has no label", 'write label = "…" or a list; "*" fits any')
            yield self._checked(kind, where, one, labels)

    def _checked(self, kind: str, where: str, one: Mapping[str, Any], labels: tuple[str, ...]) -> Rule:
        becomes, role, event = (str(one.get(key, "")) for key in ("becomes", "role", "event"))
        if sum(map(bool, (becomes, role, event))) != 1:
            wanted = "becomes, role or event" if kind == "relation" else "becomes"
            self._refuse(f"{where} does not say what {labels[0]} becomes", f"give it one of: {wanted}")
        known: Iterable[str] = {
            "mention": [*MENTIONS, *ROLES],
            "event": [*MENTIONS, *ROLES],
            "relation": [*RELATIONS, "Coref"],
            "attribute": [*ATTRIBUTES, "Negated", "Reference", "Note"],
        }[kind]
        if becomes and becomes not in known:
            self._refuse(f"{where} leads to {becomes}, which is not ours", nearest(becomes, known))
        every_role = {name for roles in ROLES.values() for name in roles}
        if role and role not in every_role:
            self._refuse(f"{where} leads to the role {role}, which is not ours", nearest(role, every_role))
        if event and event not in ROLES:
            self._refuse(f"{where} leads to {event}, which is no event of ours", nearest(event, ROLES))
        roles = self._pairs(one.get("roles", {}), f"{where}, roles")
        target = event or (becomes if becomes in ROLES else "")
        for name in roles.values():
            if target and name not in ROLES[target]:
                self._refuse(f"{where}: a {target} has no role {name}", nearest(name, ROLES[target]))
        if event and not roles.keys() <= {"source", "target"}:
            self._refuse(
                f"{where}: roles of a relation are source and target", "write roles = { source = …, target = … }"
            )
        attributes = self._pairs(one.get("attributes", {}), f"{where}, attributes")
        self._check_values(where, attributes.items())
        values = self._pairs(one.get("values", {}), f"{where}, values")
        value = str(one.get("value", ""))
        if kind == "attribute" and becomes not in ("Reference", "Note"):
            self._check_values(where, [(becomes, given) for given in (*values.values(), *filter(None, [value]))])
        words = None
        if "words" in one:
            try:
                words = re.compile(str(one["words"]))
            except re.error as error:
                self._refuse(f"{where}: words is no regular expression: {error}", "see the manual of Python's re")
        when = one.get("when", {})
        if not isinstance(when, dict):
            self._refuse(f"{where}: when is no table", 'write when = { Attribute = "value" }')
        return Rule(
            labels, becomes, when, words,
            self._texts(one.get("from", []), f"{where}, from"), self._texts(one.get("to", one.get("on", [])), f"{where}, to"),
            role, event, one.get("reverse") is True, roles, attributes, values,
            self._texts(one.get("only", []), f"{where}, only"), value,
        )  # fmt: skip

    def _check_values(self, where: str, pairs: Iterable[tuple[str, str]]) -> None:
        from kg.namespaces import SCHEMES

        for name, value in pairs:
            if name == "Negated":
                continue
            if name not in ATTRIBUTES:
                self._refuse(f"{where}: {name} is no attribute of ours", nearest(name, [*ATTRIBUTES, "Negated"]))
            if value not in SCHEMES[ATTRIBUTES[name][0]]:
                self._refuse(f"{where}: {name} has no value {value}", nearest(value, SCHEMES[ATTRIBUTES[name][0]]))

    def _known(self, data: Any, known: Iterable[str], where: str) -> None:
        if not isinstance(data, dict):
            self._refuse(f"{where}is no table", "see the manual of mappings")
        for key in data:
            if key not in known:
                self._refuse(f"{where}{key} is no part of a mapping", nearest(key, known))

    def _texts(self, value: Any, where: str) -> tuple[str, ...]:
        listed = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str) for one in listed):
            self._refuse(f"{where} is no text and no list of texts", "put quotation marks around it")
        return tuple(listed)

    def _pairs(self, value: Any, where: str) -> Mapping[str, str]:
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            self._refuse(f"{where} is no table of texts", 'write { theirs = "ours" }')
        return dict(value)

    def _refuse(self, found: str, remedy: str) -> None:
        raise InputError(found, place=self.place, remedy=remedy)


# -- applying it ---------------------------------------------------------------------------------------------------------


def apply_mapping(document: Document, labels: LabelMap) -> Mapped:
    """The document in our labels, with events assembled, and what no rule covers."""
    return _Mapper(document, labels).run()


@dataclass(slots=True)
class _Made:
    """What grows while a document is mapped."""

    mentions: dict[str, Mention] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    attributes: list[Attribute] = field(default_factory=list)
    references: list[Normalisation] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    roles: dict[str, list[Role]] = field(default_factory=dict)


class _Mapper:
    def __init__(self, document: Document, labels: LabelMap) -> None:
        self.document = document
        self.map = labels
        self.uncovered: Uncovered = Counter()
        self.made = _Made()
        self.said: dict[str, dict[str, list[str | None]]] = {}
        for attribute in document.attributes:
            self.said.setdefault(attribute.target, {}).setdefault(attribute.label, []).append(attribute.value)
        self.used: set[tuple[str, str]] = set()
        self.theirs = {mention.id: mention.label for mention in document.mentions}
        self.theirs.update((event.id, event.label) for event in document.events)
        self.where = {mention.id: mention for mention in document.mentions}
        self.where.update((event.id, self.where[event.trigger]) for event in document.events)
        self.on_purpose: set[str] = set()
        """What was left out because the mapping says so: what hangs on it goes with it, uncounted."""
        self.rules: dict[str, Rule] = {}
        """The rule that each event was mapped by."""

    def run(self) -> Mapped:
        document = self.document
        triggers = {event.trigger for event in document.events}
        for mention in document.mentions:
            if mention.id not in triggers:
                self._mention(mention)
        for event in document.events:
            self._event(event)
        known = self.made.mentions.keys() | self.made.events.keys()
        for event in document.events:
            if event.id in self.made.events:
                self._roles(event, known)
        for relation in document.relations:
            self._relation(relation, known)
        known = self.made.mentions.keys() | self.made.events.keys()
        for attribute in document.attributes:
            self._attribute(attribute, known)
        made = replace(
            document,
            mentions=tuple(self.made.mentions.values()),
            events=tuple(
                event._replace(roles=(*event.roles, *self.made.roles.get(event.id, ())))
                for event in self.made.events.values()
            ),
            relations=tuple(self.made.relations),
            attributes=tuple(self.made.attributes),
            equivalences=tuple(self._equivalences(known)),
            normalisations=(
                *(n for n in document.normalisations if self._kept("reference", n.database, n.target, known)),
                *self.made.references,
            ),
            notes=(*(n for n in document.notes if self._kept("note", n.label, n.target, known)), *self.made.notes),
        )
        return Mapped(assemble(made), self.uncovered)

    def _rule(self, kind: str, label: str, one: str, ends: tuple[str, str] = ("", "")) -> Rule | None:
        """The first rule that fits; counts what none fits, unless it is ignored on purpose."""
        for rule in self.map.rules[kind]:
            if (
                _fits(rule.labels, label)
                and (not rule.sources or _fits(rule.sources, ends[0]))
                and (not rule.targets or _fits(rule.targets, ends[1]))
                and (rule.words is None or rule.words.search(self.where[one].words))
                and self._holds(one, rule.when)
            ):
                return rule
        ours = {"mention": MENTIONS, "event": ROLES, "relation": {*RELATIONS, "Coref"}}.get(kind, ())
        if self.map.own and (label in ours or (kind == "mention" and label in ROLES)):
            return Rule((label,), label, roles={name: name for name in ROLES.get(label, ())})
        if _fits(self.map.ignored[kind], label):
            self.on_purpose.add(one)
        else:
            self.uncovered[kind, label] += 1
        return None

    def _holds(self, one: str, when: Mapping[str, Any]) -> bool:
        said = self.said.get(one, {})
        for name, wanted in when.items():
            values = said.get(name)
            if isinstance(wanted, bool):
                if (values is not None) is not wanted:
                    return False
            elif not values or not any(
                _fits(wanted if isinstance(wanted, list) else [wanted], value or "") for value in values
            ):
                return False
        self.used.update((one, name) for name in when)
        return True

    def _mention(self, mention: Mention) -> None:
        rule = self._rule("mention", mention.label, mention.id)
        if rule is not None:
            self.made.mentions[mention.id] = mention._replace(label=rule.becomes)
            self._add(mention.id, rule.attributes, mention.line)

    def _event(self, event: Event) -> None:
        rule = self._rule("event", event.label, event.id)
        if rule is None:
            return
        self.rules[event.id] = rule
        trigger = self.where[event.trigger]
        if rule.becomes in ROLES:
            # Events that share a trigger may become different things: each gets a trigger of its own.
            trigger_id = event.trigger if event.trigger not in self.made.mentions else f"{event.trigger}.{event.id}"
            self.made.mentions[trigger_id] = trigger._replace(id=trigger_id, label=rule.becomes)
            self.made.events[event.id] = event._replace(label=rule.becomes, trigger=trigger_id, roles=())
        else:
            self.made.mentions[event.id] = trigger._replace(id=event.id, label=rule.becomes)
        self._add(event.id, rule.attributes, event.line)

    def _roles(self, event: Event, known: set[str]) -> None:
        rule = self.rules[event.id]
        for role in event.roles:
            name = rule.roles.get(role.name)
            if name is None:
                if not _fits(self.map.ignored["role"], role.name):
                    self.uncovered["role", f"{event.label}.{role.name}"] += 1
            elif role.target in known:
                self.made.roles.setdefault(event.id, []).append(Role(name, role.number, role.target))

    def _relation(self, relation: Relation, known: set[str]) -> None:
        ends = self.theirs.get(relation.source, ""), self.theirs.get(relation.target, "")
        rule = self._rule("relation", relation.label, relation.id, ends)
        if rule is None:
            return
        source, target = relation.source, relation.target
        if source not in known or target not in known:
            if self.on_purpose.isdisjoint((source, target)):
                self.uncovered["relation", f"{relation.label} ({ends[0]} → {ends[1]})"] += 1
            return
        if rule.reverse:
            source, target = target, source
        if rule.event:
            self._relation_event(relation, rule, source, target)
        elif rule.role:
            self.made.relations.append(relation._replace(label=rule.role, source=source, target=target))
        else:
            self.made.relations.append(relation._replace(label=rule.becomes, source=source, target=target))

    def _relation_event(self, relation: Relation, rule: Rule, source: str, target: str) -> None:
        """An event whose trigger is the stretch of text from one end to the other: a relation marks no word of its own."""
        start, end = extent([*self.where[source].spans, *self.where[target].spans])
        trigger = Mention(f"T.{relation.id}", rule.event, ((start, end),), self.document.text[start:end], relation.line)
        self.made.mentions[trigger.id] = trigger
        fillers = {"source": source, "target": target}
        roles = tuple(Role(name, 1, fillers[end]) for end, name in rule.roles.items())
        self.made.events[f"E.{relation.id}"] = Event(f"E.{relation.id}", rule.event, trigger.id, roles, relation.line)
        self._add(f"E.{relation.id}", rule.attributes, relation.line)

    def _attribute(self, attribute: Attribute, known: set[str]) -> None:
        if attribute.target not in known:
            return
        for rule in self.map.rules["attribute"]:
            value = attribute.value or ""
            if (
                _fits(rule.labels, attribute.label)
                and (not rule.targets or _fits(rule.targets, self.theirs.get(attribute.target, "")))
                and (not rule.only or _fits(rule.only, value))
                and (not rule.values or value in rule.values)
            ):
                self._say(
                    attribute,
                    rule.becomes,
                    rule.values.get(value) or rule.value.replace("{}", value) or attribute.value,
                )
                return
        if self.map.own and (attribute.label in ATTRIBUTES or attribute.label == "Negated"):
            self.made.attributes.append(attribute)
        elif (attribute.target, attribute.label) not in self.used and not _fits(
            self.map.ignored["attribute"], attribute.label
        ):
            self.uncovered["attribute", attribute.label] += 1

    def _say(self, attribute: Attribute, becomes: str, ours: str | None) -> None:
        number, target, line = f"A.{attribute.id}", attribute.target, attribute.line
        if becomes == "Reference":
            database, _, reference = (ours or "").partition(":")
            self.made.references.append(Normalisation(number, target, database, reference, "", line))
        elif becomes == "Note":
            self.made.notes.append(Note(number, attribute.label, target, ours or "", line))
        else:
            self.made.attributes.append(
                Attribute(number, becomes, target, None if becomes == "Negated" else ours, line)
            )

    def _equivalences(self, known: set[str]) -> Iterable[Equivalence]:
        for group in self.document.equivalences:
            members = tuple(member for member in group.members if member in known)
            if group.label in self.map.equivalences:
                if len(members) > 1:
                    yield group._replace(label="Coref", members=members)
            elif not _fits(self.map.ignored["equivalence"], group.label):
                self.uncovered["equivalence", group.label] += 1

    def _kept(self, kind: str, label: str, target: str, known: set[str]) -> bool:
        if target in known:
            return True
        if target not in self.on_purpose:
            self.uncovered[kind, label] += 1
        return False

    def _add(self, target: str, attributes: Mapping[str, str], line: int) -> None:
        for name, value in attributes.items():
            number = f"A.{len(self.made.attributes) + 1}.{target}"
            self.made.attributes.append(Attribute(number, name, target, None if name == "Negated" else value, line))


def _fits(patterns: Sequence[str], label: str) -> bool:
    return any(pattern == label or fnmatchcase(label, pattern) for pattern in patterns)
