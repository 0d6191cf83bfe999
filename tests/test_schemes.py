"""The annotation scheme in annotators' tools: each file parses by its tool's grammar and says what kg/scheme.py says, no more."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from kg.documents import Document
from kg.formats.brat import parse_brat
from kg.namespaces import SCHEMES
from kg.scheme import ATTRIBUTES, EQUIVALENCES, MENTIONS, RELATIONS, ROLES
from tests.helpers import ROOT, SAMPLE, document

SCHEMES_FOLDER = ROOT / "ontology" / "schemes"
BRAT = SCHEMES_FOLDER / "brat"
LABELS = MENTIONS | set(ROLES)
ROLE_NAMES = {role for roles in ROLES.values() for role in roles}
VALUES = {name: set(SCHEMES[scheme]) for name, (scheme, _) in ATTRIBUTES.items()}


# -- brat ------------------------------------------------------------------------------------------------------------

RESERVED = {"<ANY>": LABELS, "<ENTITY>": MENTIONS, "<EVENT>": set(ROLES)}
Line = tuple[list[str], dict[str, list[str]]]


def brat_config(name: str) -> dict[str, list[Line]]:
    """Sections of a brat configuration as (terms, arguments), by the grammar of its server: [section], <MACRO>=…, `TYPE args`."""
    sections: dict[str, list[Line]] = {}
    macros: dict[str, str] = {}
    lines: list[Line] = []
    for line in (BRAT / name).read_text(encoding="utf-8").split("\n"):
        if heading := re.fullmatch(r"\s*\[(.*)\]\s*", line):
            assert heading[1] not in sections, f"section {heading[1]} twice"
            lines = sections[heading[1]] = []
            macros = {}
            section = heading[1]
        elif macro := re.fullmatch(r"<([a-zA-Z_-]+)>=\s*(.*?)\s*", line):
            macros[f"<{macro[1]}>"] = macro[2]
        elif line.strip() and not line.lstrip().startswith("#"):
            for macro_name, text in macros.items():
                line = line.replace(macro_name, text)
            parts = re.fullmatch(r"([^\t]+)(?:\t(.*))?" if section == "labels" else r"(\S+)(?:\s+(.*))?", line)
            assert parts and not line.startswith(" "), line
            arguments: dict[str, list[str]] = {}
            for argument in (parts[2] or "").split(","):
                if argument.strip():
                    key = re.fullmatch(r"(\S*?):(\S*)", argument.strip())
                    assert key and key[1] not in arguments and "" not in key[2].split("|"), line
                    arguments[key[1]] = [key[2]] if key[1].startswith("<URL") else key[2].split("|")
            lines.append(([term.strip() for term in parts[1].split("|")], arguments))
    return sections


def labels_of(types: list[str]) -> set[str]:
    assert len(types) == len(set(types)), types
    found: set[str] = set()
    for name in types:
        found |= RESERVED.get(name, {name})
    assert found <= LABELS, types
    return found


@pytest.fixture(scope="module")
def annotation() -> dict[str, list[Line]]:
    return brat_config("annotation.conf")


def test_brat_has_every_label_once(annotation: dict[str, list[Line]]):
    assert set(annotation) == {"entities", "relations", "events", "attributes"}
    entities = [terms[0] for terms, _ in annotation["entities"]]
    events = [terms[0] for terms, _ in annotation["events"]]
    assert sorted(entities) == sorted(MENTIONS) and sorted(events) == sorted(ROLES)


def test_brat_has_the_roles_of_each_event_with_their_fillers(annotation: dict[str, list[Line]]):
    for (event,), arguments in annotation["events"]:
        assert all(role.endswith("*") for role in arguments), "any role may repeat and none is compulsory"
        assert {role[:-1]: labels_of(types) for role, types in arguments.items()} == ROLES[event]


def test_brat_has_the_relations_and_joins_two_of_one_label(annotation: dict[str, list[Line]]):
    lines = [(terms[0], arguments) for terms, arguments in annotation["relations"]]
    plain = [(name, (labels_of(a["Arg1"]), labels_of(a["Arg2"]))) for name, a in lines if name in RELATIONS]
    assert len(plain) == len(RELATIONS) and dict(plain) == RELATIONS
    for name in EQUIVALENCES:
        pairs = [(a["Arg1"], a["Arg2"]) for found, a in lines if found == name]
        assert sorted(pairs) == sorted(([label], [label]) for label in LABELS)
    groups = {name for name, a in lines if a.get("<REL-TYPE>") == ["symmetric-transitive"]}
    assert groups == {"Equiv"}, "brat writes Coref as relations, as the sample does"
    [overlap] = [a for name, a in lines if name == "<OVERLAP>"]
    assert overlap == {"Arg1": ["<ENTITY>"], "Arg2": ["<ENTITY>"], "<OVL-TYPE>": ["<ANY>"]}
    assert {name for name, _ in lines} == {*RELATIONS, *EQUIVALENCES, "<OVERLAP>"}


def test_brat_has_every_attribute_once_with_its_values(annotation: dict[str, list[Line]]):
    names = [terms[0] for terms, _ in annotation["attributes"]]
    assert sorted(names) == sorted([*ATTRIBUTES, "Negated"])
    for (name,), arguments in annotation["attributes"]:
        carriers = set(ROLES) if name == "Negated" else ATTRIBUTES[name][1]
        assert labels_of(arguments["Arg"]) == carriers
        assert ("Value" in arguments) == (name != "Negated")
        if name != "Negated":
            assert arguments["Value"] == list(SCHEMES[ATTRIBUTES[name][0]]), "values in their order"


def faults(read: Document, annotation: dict[str, list[Line]]) -> Iterator[str]:
    """What of a document the configuration does not allow, as brat's own verification would find it."""
    events = {terms[0]: {role.rstrip("*"): labels_of(t) for role, t in a.items()} for terms, a in annotation["events"]}
    attributes = {terms[0]: a for terms, a in annotation["attributes"]}
    pairs = {
        (terms[0], x, y)
        for terms, a in annotation["relations"]
        for x in labels_of(a["Arg1"])
        for y in labels_of(a["Arg2"])
    }
    known = {terms[0] for terms, _ in annotation["entities"]} | set(events)
    label = {mention.id: mention.label for mention in read.mentions} | {event.id: event.label for event in read.events}
    yield from (f"{id} {name}" for id, name in label.items() if name not in known)
    for event in read.events:
        for role in event.roles:
            if label[role.target] not in events.get(event.label, {}).get(role.name, ()):
                yield f"{event.id} {role.name}:{label[role.target]}"
    for relation in read.relations:
        if (relation.label, label[relation.source], label[relation.target]) not in pairs:
            yield f"{relation.id} {relation.label}"
    for group in read.equivalences:
        yield from (
            f"* {group.label}"
            for x in group.members
            for y in group.members
            if (group.label, label[x], label[y]) not in pairs
        )
    for attribute in read.attributes:
        arguments = attributes.get(attribute.label, {"Arg": []})
        values = arguments.get("Value", [None, "true"])
        if label[attribute.target] not in labels_of(arguments["Arg"]) or attribute.value not in values:
            yield f"{attribute.id} {attribute.label} {attribute.value}"


@pytest.mark.parametrize("path", sorted(SAMPLE.glob("*.ann")), ids=lambda path: path.stem)
def test_the_sample_obeys_the_configuration_of_brat(path, annotation: dict[str, list[Line]]):
    text = path.with_suffix(".txt").read_text(encoding="utf-8")
    read, findings = parse_brat(path.stem, text, [(path.name, path.read_text(encoding="utf-8"))])
    assert findings == [] and read.events
    assert list(faults(read, annotation)) == []


def test_the_check_of_the_sample_notices_what_is_not_allowed(annotation: dict[str, list[Line]]):
    bad = document(
        "Oria hosted talks on Monday.",
        "T1 State :: Oria",
        "T2 Meeting :: talks",
        "T3 Time :: Monday",
        "T4 Planet :: on",
        "E1 | Meeting:T2 Host:T3 Speaker:T1",
        "A1 | Stage E1 imagined",
        "A2 | Asserts E1 held",
        "R1 | Holds Arg1:T1 Arg2:T3",
        "* | Equiv T1 T3",
    )
    found = set(faults(bad, annotation))
    assert found == {
        "T4 Planet",
        "E1 Host:Time",
        "E1 Speaker:State",
        "A1 Stage imagined",
        "A2 Asserts held",
        "R1 Holds",
        "* Equiv",
    }


def test_brat_shows_every_name_once_and_short():
    visual = brat_config("visual.conf")
    names = [terms[0] for terms, _ in visual["labels"]]
    assert sorted(names) == sorted({*LABELS, *ROLE_NAMES, *RELATIONS, *EQUIVALENCES, *ATTRIBUTES, "Negated"})
    for first, shown, short in (terms for terms, _ in visual["labels"]):
        assert shown == first and len(short) <= 5 and len(short) <= len(first)
    drawn = [terms[0] for terms, _ in visual["drawing"]]
    assert len(drawn) == len(set(drawn)) and set(drawn) <= {*names, "SPAN_DEFAULT", "ARC_DEFAULT", "ATTRIBUTE_DEFAULT"}
    [certainty] = [a for terms, a in visual["drawing"] if terms[0] == "Certainty"]
    assert len(certainty["dashArray"]) == len(SCHEMES["certainty"])


# How the three kinds of colour blindness see linear RGB (Machado, Oliveira and Fernandes 2009, full severity).
SIGHT = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def linear(colour: str) -> list[float]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def luminance(rgb: list[float]) -> float:
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), rgb, strict=True))


def lab(rgb: list[float]) -> tuple[float, float, float]:
    def root(t: float) -> float:
        return t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116

    x = root(sum(w * c for w, c in zip((0.4124, 0.3576, 0.1805), rgb, strict=True)) / 0.9505)
    y = root(luminance(rgb))
    z = root(sum(w * c for w, c in zip((0.0193, 0.1192, 0.9505), rgb, strict=True)) / 1.089)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def test_colours_are_readable_and_told_apart_by_colour_blind_readers():
    colours = {terms[0]: a for terms, a in brat_config("visual.conf")["drawing"] if "bgColor" in a}
    del colours["SPAN_DEFAULT"]
    assert set(colours) == LABELS
    ground = {name: linear(a["bgColor"][0]) for name, a in colours.items()}
    for name, rgb in ground.items():
        ink = {"black": 0.0, "white": 1.0}[colours[name]["fgColor"][0]]
        light, dark = max(ink, luminance(rgb)), min(ink, luminance(rgb))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, f"{name}: contrast (WCAG AA)"
    for sight, matrix in SIGHT.items():
        seen = {}
        for name, rgb in ground.items():
            seen[name] = lab([min(1, max(0, sum(w * c for w, c in zip(row, rgb, strict=True)))) for row in matrix])
        for one, other in combinations(seen, 2):
            assert math.dist(seen[one], seen[other]) >= 15, f"{one} and {other} look alike in {sight}"


def test_brat_knows_the_databases_of_references():
    tools = brat_config("tools.conf")
    databases = {terms[0] for terms, _ in tools["normalization"]}
    assert databases == {"Wikidata", "kg", "EDTF", "ISO8601"}
    used = {
        n.split()[3].split(":")[0]
        for path in SAMPLE.glob("*.ann")
        for n in path.read_text().split("\n")
        if n.startswith("N")
    }
    assert used <= databases
    for section in ("search", "normalization"):
        assert all(a["<URL>"][0].startswith("https://") for _, a in tools[section])


# -- INCEpTION -------------------------------------------------------------------------------------------------------

# Fields of the classes that INCEpTION reads a layer file into: ExportedAnnotationLayer, …Feature, ExportedTagSet, ExportedTag.
LAYER_FIELDS = set(
    "name features uiName type description enabled built_in readonly attach_type attach_feature allow_stacking cross_sentence"
    " show_hover anchoring_mode overlap_mode validation_mode lock_to_token_offset multiple_tokens linked_list_behavior"
    " on_click_javascript_action traits".split()
)
FEATURE_FIELDS = set(
    "name tag_set uiName type enabled visible include_in_hover required remember hideUnconstraintFeature description"
    " multi_value_mode link_mode link_type_name link_type_role_feature_name link_type_target_feature_name traits curatable"
    " rank".split()
)


@pytest.fixture(scope="module")
def layers() -> dict[str, dict]:
    read = json.loads((SCHEMES_FOLDER / "inception" / "layers.json").read_text(encoding="utf-8"))
    assert isinstance(read, list), "a layer file is a list of layers"
    return {layer["name"]: layer for layer in read}


def features(layer: dict) -> dict[str, dict]:
    return {feature["name"]: feature for feature in layer["features"]}


def tags(feature: dict) -> list[str]:
    return [tag["tag_name"] for tag in feature["tag_set"]["tags"]]


def test_inception_layers_have_the_form_that_it_exports(layers: dict[str, dict]):
    sets: dict[str, dict] = {}
    for layer in layers.values():
        assert set(layer) == LAYER_FIELDS
        assert layer["anchoring_mode"] == "CHARACTERS" and layer["overlap_mode"] == "ANY_OVERLAP"
        assert (layer["type"] == "relation") == (layer["attach_type"] is not None)
        # What a layer is attached to must come with it, else the import drops the attachment.
        assert layer["attach_type"] is None or layer["attach_type"]["name"] in layers
        assert [feature["rank"] for feature in layer["features"]] == list(range(len(layer["features"])))
        for feature in layer["features"]:
            assert set(feature) == FEATURE_FIELDS and re.fullmatch(r"[A-Za-z]+", feature["name"])
            assert feature["description"]
            if tag_set := feature["tag_set"]:
                assert (
                    set(tag_set) == {"name", "description", "language", "tags", "create_tag"}
                    and not tag_set["create_tag"]
                )
                assert all(set(tag) == {"tag_name", "tag_description"} and all(tag.values()) for tag in tag_set["tags"])
                assert sets.setdefault(tag_set["name"], tag_set) == tag_set, "one tagset under one name"


def test_inception_has_the_labels_roles_and_attributes(layers: dict[str, dict]):
    mention, event = features(layers["webanno.custom.Mention"]), features(layers["webanno.custom.Event"])
    assert sorted(tags(mention["label"])) == sorted(MENTIONS)
    assert sorted(tags(event["label"])) == sorted(ROLES)
    assert set(mention) == {"label", "Reference", "Note"}
    assert set(event) == {"label", "roles", *ATTRIBUTES, "Negated", "Reference", "Note"}
    roles = event["roles"]
    assert sorted(tags(roles)) == sorted(ROLE_NAMES)
    assert (roles["multi_value_mode"], roles["link_mode"], roles["type"]) == (
        "ARRAY",
        "WITH_ROLE",
        "uima.tcas.Annotation",
    )
    assert roles["link_type_name"] == "webanno.custom.EventRolesLink", "the name that INCEpTION derives itself"
    for name, (scheme, _) in ATTRIBUTES.items():
        assert tags(event[name]) == list(SCHEMES[scheme])
        several = name == "DenialTarget"
        assert event[name]["type"] == ("uima.cas.StringArray" if several else "uima.cas.String")
        assert event[name]["multi_value_mode"] == ("ARRAY" if several else "NONE")
    assert event["Negated"]["type"] == "uima.cas.Boolean"


def test_inception_has_the_relations(layers: dict[str, dict]):
    relation, event_relation = layers["webanno.custom.Relation"], layers["webanno.custom.EventRelation"]
    assert relation["attach_type"] == {"name": "webanno.custom.Mention"}
    assert event_relation["attach_type"] == {"name": "webanno.custom.Event"}
    assert sorted(tags(features(relation)["label"])) == sorted([*RELATIONS, "Coref"])
    assert tags(features(event_relation)["label"]) == ["Coref"]


def test_inception_constraints_say_what_fits_what(layers: dict[str, dict]):
    text = (SCHEMES_FOLDER / "inception" / "constraints.txt").read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    imports = dict(re.findall(r"import ([\w.]+) as (\w+);", text))
    assert set(imports) <= set(layers)
    scopes = dict(re.findall(r"(\w+) \{\n(.*?)\n\}", text, flags=re.DOTALL))
    assert set(scopes) == set(imports.values()) == {"Event", "Relation"}
    offered: dict[str, dict[str, list[str]]] = {event: {} for event in ROLES}
    for line in scopes["Event"].split("\n"):
        rule = re.fullmatch(r'  label="(\w+)" -> (.*);', line)
        assert rule, line
        for restriction in rule[2].split(" | "):
            path, value = re.fullmatch(r'([\w.]+)="([\w.-]+)"', restriction).groups()  # type: ignore[union-attr]
            offered[rule[1]].setdefault(path, []).append(value)
    for event, roles in ROLES.items():
        single = {
            name: list(SCHEMES[s])
            for name, (s, carriers) in ATTRIBUTES.items()
            if event in carriers and name != "DenialTarget"
        }
        assert offered[event] == {"roles.role": list(roles), **single}
    joined: dict[str, set[tuple[str, str]]] = {name: set() for name in [*RELATIONS, "Coref"]}
    for line in scopes["Relation"].split("\n"):
        rule = re.fullmatch(r'  Governor\.label="(\w+)" & Dependent\.label="(\w+)" -> (.*);', line)
        assert rule, line
        for name in re.findall(r'label="(\w+)"', rule[3]):
            joined[name].add((rule[1], rule[2]))
    expected = {name: {(x, y) for x in sources for y in targets} for name, (sources, targets) in RELATIONS.items()}
    assert joined == {**expected, "Coref": {(label, label) for label in MENTIONS}}
    event = features(layers["webanno.custom.Event"])
    hidden = {name for name, feature in event.items() if feature["hideUnconstraintFeature"]}
    assert hidden == set(ATTRIBUTES) - {"DenialTarget"}, "what a constraint can show again"


# -- Label Studio ----------------------------------------------------------------------------------------------------


def test_label_studio_says_the_same():
    view = ET.parse(SCHEMES_FOLDER / "label-studio.xml").getroot()
    assert view.tag == "View"
    [text], [labels], [relations] = view.findall("Text"), view.findall("Labels"), view.findall("Relations")
    assert text.attrib == {"name": "text", "value": "$text", "granularity": "symbol"}
    assert sorted(label.get("value", "") for label in labels) == sorted(LABELS)
    assert sorted(r.get("value", "") for r in relations) == sorted([*ROLE_NAMES, *RELATIONS, "Coref"])
    assert not ROLE_NAMES & {*RELATIONS, "Coref"}, "roles and relations are told apart by name alone"
    controls = [*view.iter("Choices"), *view.findall("TextArea")]
    names = [control.get("name", "") for control in controls]
    assert sorted(names) == sorted([*ATTRIBUTES, "Negated", "Reference", "Note"])
    for control in (*controls, labels):
        assert control.get("toName") == text.get("name")
    for control in controls:
        assert control.get("perRegion") == "true" and control.get("visibleWhen") == "region-selected"
        assert control.get("whenTagName") == labels.get("name"), "the editor compares the name of the Labels tag"
    for choices in view.iter("Choices"):
        name = choices.get("name", "")
        values = [choice.get("value") for choice in choices]
        carriers = set(ROLES) if name == "Negated" else ATTRIBUTES[name][1]
        assert values == (["true"] if name == "Negated" else list(SCHEMES[ATTRIBUTES[name][0]]))
        assert set(choices.get("whenLabelValue", "").split(",")) == carriers
        assert choices.get("choice") == ("multiple" if name in {"DenialTarget", "Negated"} else "single")
    colours = {terms[0]: a["bgColor"][0] for terms, a in brat_config("visual.conf")["drawing"] if terms[0] in LABELS}
    assert {label.get("value"): label.get("background") for label in labels} == colours, "as in brat"


# -- the guide -------------------------------------------------------------------------------------------------------


def test_the_guide_explains_every_label_and_value_on_two_pages():
    text = (SCHEMES_FOLDER / "guide.md").read_text(encoding="utf-8")
    assert "{{" not in text
    rows = re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE)
    assert sorted(rows) == sorted(LABELS)
    for name in (*RELATIONS, "Coref", *ATTRIBUTES, "Negated", *ROLE_NAMES):
        assert f"`{name}`" in text, name
    for scheme in {scheme for scheme, _ in ATTRIBUTES.values()}:
        assert " · ".join(SCHEMES[scheme]) in text, scheme
    # Said in the template's own words.
    assert ROLES["Round"] == ROLES["Meeting"]
    assert {role: f for role, f in ROLES["Meeting"].items() if role != "Venue"} == ROLES["Process"]
    # What is printed: neither the comment at the head nor the lines of the tables.
    printed = [word for word in text.split("-->", 1)[1].split() if word.strip("|-")]
    assert len(printed) <= 1500, "two pages of A4 at 9 points"


def test_the_guide_uses_names_of_the_scheme_only():
    names = {*LABELS, *ROLE_NAMES, *RELATIONS, "Coref", *ATTRIBUTES, "Negated"}
    text = (SCHEMES_FOLDER / "guide.md").read_text(encoding="utf-8").split("-->", 1)[1]
    assert set(re.findall(r"`([A-Z]\w*)`", text)) <= names


def test_the_readme_names_every_file():
    text = (SCHEMES_FOLDER / "README.md").read_text(encoding="utf-8")
    for path in SCHEMES_FOLDER.rglob("*.*"):
        assert path.name in text or path.name == "README.md", path.name


# -- all of them -----------------------------------------------------------------------------------------------------


def test_files_are_fresh_and_the_same_for_any_hash_seed():
    code = (
        "import sys; sys.dont_write_bytecode = True; sys.path.insert(0, 'ontology'); import generate;"
        "[print(path.relative_to(generate.ROOT).as_posix(), repr(text)) for path, text in generate.outputs().items()]"
    )
    seen = set()
    for seed in ("0", "1"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=True)
        seen.add(done.stdout)
    assert len(seen) == 1
    made = dict(line.split(" ", 1) for line in seen.pop().decode().splitlines())
    written = {path.relative_to(ROOT).as_posix() for path in SCHEMES_FOLDER.rglob("*.*")}
    assert written - {"ontology/schemes/README.md"} == {name for name in made if "schemes" in name}
    for name, text in made.items():
        assert repr((ROOT / name).read_bytes().decode("utf-8")) == text, (
            f"{name} is stale (python ontology/generate.py)"
        )
