"""The annotation scheme as brat, INCEpTION and Label Studio want it. Each function returns the text of one file.

Grammars: brat from its server's projectconfig.py; INCEpTION from its export classes (ExportedAnnotationLayer and its parts)
and the constraints chapter of its user guide; Label Studio from the reference of its tags. Same input, same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from xml.etree import ElementTree as ET

from annotation_words import (
    COLOURS,
    EVENT_LABELS,
    GENERATED,
    HOME,
    LABELS,
    MENTION_LABELS,
    MULTIPLE,
    OWN_WORDS,
    RELATION_NAMES,
    ROLE_NAMES,
    SHORT,
    Words,
    in_order,
)

from kg.scheme import ACTORS, ATTRIBUTES, MENTIONS, RELATIONS, ROLES, VOICES

# -- brat ------------------------------------------------------------------------------------------------------------

MACROS = {"VOICE": in_order(VOICES), "ACTOR": in_order(ACTORS)}


def _types(labels: Collection[str], macros: Mapping[str, Collection[str]] | None = None) -> str:
    """Labels as the value of an argument of annotation.conf."""
    ordered = in_order(labels)
    for reserved, every in (("<ANY>", LABELS), ("<EVENT>", EVENT_LABELS), ("<ENTITY>", MENTION_LABELS)):
        if ordered == every:
            return reserved
    for name, known in (macros or {}).items():
        if set(known) <= set(ordered):
            return "|".join([f"<{name}>", *(label for label in ordered if label not in known)])
    return "|".join(ordered)


def brat_annotation(words: Words) -> str:
    """annotation.conf: which labels, roles, relations and attributes there are, and what may fill them."""
    out = [f"# Annotation scheme of diplomatic-kg for brat. {GENERATED}", "", "[entities]", "", *MENTION_LABELS]
    out += ["", "[relations]", ""]
    for name, (sources, targets) in RELATIONS.items():
        out.append(f"{name}\tArg1:{_types(sources)}, Arg2:{_types(targets)}")
    out += [
        "",
        "# One and the same in this text: two of any one label. brat wants a line for each pair that it may join.",
    ]
    out += [f"Coref\tArg1:{label}, Arg2:{label}" for label in LABELS]
    out += ["", '# The same as a group, "*" lines: read as Coref over all members.']
    out += [f"Equiv\tArg1:{label}, Arg2:{label}, <REL-TYPE>:symmetric-transitive" for label in LABELS]
    out += ["", "# Mentions may lie inside one another: a State in the words of a Position."]
    out += ["<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>"]
    out += [
        "",
        "[events]",
        "",
        "# Any role may repeat; no role is compulsory, since only what the text says is marked.",
    ]
    out += [f"<{name}>={'|'.join(labels)}" for name, labels in MACROS.items()]
    for event, roles in ROLES.items():
        out.append(f"{event}\t" + ", ".join(f"{role}*:{_types(fillers, MACROS)}" for role, fillers in roles.items()))
    out += ["", "[attributes]", "", "Negated\tArg:<EVENT>"]
    for name, (scheme, carriers) in ATTRIBUTES.items():
        out.append(f"{name}\tArg:{_types(carriers)}, Value:{'|'.join(words.values[scheme])}")
    return "\n".join(out) + "\n"


GLYPHS = {"Stage": "S", "Asserts": "S", "Position": "P", "SpeechAct": "A", "Evaluation": "E", "DenialTarget": "D"}
LINES = {
    "Coref": "dashArray:3-3, arrowHead:none",
    "Equiv": "dashArray:1-2, arrowHead:none",
    "Negated": "box:crossed, glyph:<NONE>",
}
CERTAINTY = {"certain": "-", "probable": "6-2", "possible": "3-3", "underspecified": "1-3"}


def brat_visual(words: Words) -> str:
    """visual.conf: the labels as shown, short forms for narrow places, colours."""
    names = dict.fromkeys([*LABELS, *ROLE_NAMES, *RELATION_NAMES, "Equiv", *ATTRIBUTES, "Negated"])
    out = [f"# How brat shows the annotation scheme of diplomatic-kg. {GENERATED}", "", "[labels]", ""]
    out += [f"{name} | {name} | {SHORT[name]}" for name in names]
    out += ["", "[drawing]", "", "SPAN_DEFAULT\tfgColor:black, bgColor:white, borderColor:darken"]
    out += ["ARC_DEFAULT\tcolor:black, arrowHead:triangle-5", "ATTRIBUTE_DEFAULT\tglyph:*"]
    for name in names:
        drawn = []
        if name in COLOURS:
            drawn.append(f"bgColor:{COLOURS[name]}, fgColor:{'black' if name in MENTIONS else 'white'}")
        if name in GLYPHS:
            drawn.append(f"glyph:{GLYPHS[name]}")
        if name in LINES:
            drawn.append(LINES[name])
        if name == "Certainty":
            drawn.append(f"dashArray:{'|'.join(CERTAINTY[value] for value in words.values['certainty'])}, glyph:<NONE>")
        if drawn:
            out.append(f"{name}\t{', '.join(drawn)}")
    return "\n".join(out) + "\n"


def brat_tools() -> str:
    """tools.conf: validation, searches, and the lists that references lead to."""
    return f"""# Tools of brat for the annotation scheme of diplomatic-kg. {GENERATED}

[options]

Validation	validate:all
Tokens	tokenizer:whitespace
Sentences	splitter:regex
Annotation-log	logfile:<NONE>

[search]

Wikidata	<URL>:https://www.wikidata.org/w/index.php?search=%s

[annotators]

[disambiguators]

[normalization]

# Wikidata and kg (the registry, known meetings) name actors, venues and meetings. EDTF and ISO8601 are no lists but notations
# of a Time. Look-up needs a database of the same name, made with brat's tools/norm_db_init.py.
Wikidata	<URL>:https://www.wikidata.org/, <URLBASE>:https://www.wikidata.org/wiki/%s
kg	<URL>:{HOME}, <URLBASE>:{HOME}id/%s
EDTF	<URL>:https://www.loc.gov/standards/datetime/
ISO8601	<URL>:https://en.wikipedia.org/wiki/ISO_8601
"""


# -- INCEpTION -------------------------------------------------------------------------------------------------------

LAYER = "webanno.custom."
STRING, STRINGS, BOOLEAN, ANY_SPAN = (
    "uima.cas.String",
    "uima.cas.StringArray",
    "uima.cas.Boolean",
    "uima.tcas.Annotation",
)


def _tags(name: str, description: str, tags: Iterable[tuple[str, str]]) -> dict[str, Any]:
    listed = [{"tag_name": tag, "tag_description": text} for tag, text in tags]
    return {"name": name, "description": description, "language": "en", "tags": listed, "create_tag": False}


def _feature(
    name: str, description: str, kind: str = STRING, tags: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    made = {
        "name": name, "tag_set": tags, "uiName": name, "type": kind, "enabled": True, "visible": True,
        "include_in_hover": False, "required": name == "label", "remember": False, "hideUnconstraintFeature": False,
        "description": description, "multi_value_mode": "ARRAY" if kind == STRINGS else "NONE", "link_mode": "NONE",
        "link_type_name": None, "link_type_role_feature_name": None, "link_type_target_feature_name": None,
        "traits": None, "curatable": True, "rank": 0,
    }  # fmt: skip
    return made | more


def _layer(name: str, description: str, features: list[dict[str, Any]], attach: str | None = None) -> dict[str, Any]:
    for rank, feature in enumerate(features):
        feature["rank"] = rank
    return {
        "name": LAYER + name, "features": features, "uiName": name, "type": "relation" if attach else "span",
        "description": description, "enabled": True, "built_in": False, "readonly": False,
        "attach_type": {"name": LAYER + attach} if attach else None, "attach_feature": None, "allow_stacking": True,
        "cross_sentence": True, "show_hover": True, "anchoring_mode": "CHARACTERS", "overlap_mode": "ANY_OVERLAP",
        "validation_mode": "ALWAYS", "lock_to_token_offset": False, "multiple_tokens": False,
        "linked_list_behavior": False, "on_click_javascript_action": None, "traits": None,
    }  # fmt: skip


def _remarks() -> list[dict[str, Any]]:
    return [_feature("Reference", OWN_WORDS["Reference"], STRINGS), _feature("Note", OWN_WORDS["Note"])]


def inception_layers(words: Words) -> str:
    """layers.json: span layers Mention and Event, relation layers on each, with their tagsets; as INCEpTION exports layers."""

    def labels(name: str, names: Iterable[str], kind: str = "") -> dict[str, Any]:
        tags = _tags(name, f"{name} of the annotation scheme", ((n, words.definition(n, kind)) for n in names))
        return _feature("label", f"One of the {name}.", STRING, tags)

    attributes = []
    for name, (scheme, carriers) in ATTRIBUTES.items():
        tags = _tags(scheme, f"{HOME}{scheme}", ((value, words.value(scheme, value)) for value in words.values[scheme]))
        kind = STRINGS if name in MULTIPLE else STRING
        # Only a plain string can be hidden by a constraint; one that every event may have need not be.
        hidden = kind == STRING and set(carriers) != set(EVENT_LABELS)
        attributes.append(
            _feature(name, words.definition(name, "attribute"), kind, tags, hideUnconstraintFeature=hidden)
        )
    roles = _feature(
        "roles",
        "Who or what fills which role; any role may be given several times.",
        ANY_SPAN,
        _tags(
            "roles", "roles of the annotation scheme", ((role, words.definition(role, "role")) for role in ROLE_NAMES)
        ),
        multi_value_mode="ARRAY",
        link_mode="WITH_ROLE",
        link_type_name=LAYER + "EventRolesLink",
        link_type_role_feature_name="role",
        link_type_target_feature_name="target",
        traits='{"defaultSlots":[],"enableRoleLabels":true,"compareMode":"MULTIPLE_TARGETS_MULTIPLE_ROLES"}',
    )
    negated = _feature("Negated", OWN_WORDS["attribute Negated"], BOOLEAN)
    # What a layer is attached to is imported with it, so one file holds all four.
    layers = [
        _layer(
            "Mention",
            "A stretch of text that names something.",
            [labels("mention labels", MENTION_LABELS), *_remarks()],
        ),
        _layer(
            "Event",
            "The head word of something that happens, is planned or is said.",
            [labels("event labels", EVENT_LABELS), roles, *attributes, negated, *_remarks()],
        ),
        _layer(
            "Relation", "Between two mentions.", [labels("mention relations", RELATION_NAMES, "relation")], "Mention"
        ),
        _layer("EventRelation", "Between two events.", [labels("event relations", ["Coref"], "relation")], "Event"),
    ]
    return json.dumps(layers, indent=2, ensure_ascii=False) + "\n"


def inception_constraints(words: Words) -> str:
    """constraints.txt: which roles and attributes an event offers, which relations two mentions."""
    out = [f"/* Annotation scheme of diplomatic-kg for INCEpTION. {GENERATED} */"]
    out += [f"import {LAYER}{name} as {name};" for name in ("Event", "Relation")]
    out += ["", "Event {"]
    for event, roles in ROLES.items():
        out.append(f'  label="{event}" -> ' + " | ".join(f'roles.role="{role}"' for role in roles) + ";")
    for name, (scheme, carriers) in ATTRIBUTES.items():
        if name not in MULTIPLE:
            offered = " | ".join(f'{name}="{value}"' for value in words.values[scheme])
            out += [f'  label="{event}" -> {offered};' for event in in_order(carriers)]
    out += ["}", "", "Relation {"]
    joins = {name: (in_order(sources), in_order(targets)) for name, (sources, targets) in RELATIONS.items()}
    for source in MENTION_LABELS:
        for target in MENTION_LABELS:
            fitting = [name for name, (sources, targets) in joins.items() if source in sources and target in targets]
            fitting += ["Coref"] if source == target else []
            if fitting:
                offered = " | ".join(f'label="{name}"' for name in fitting)
                out.append(f'  Governor.label="{source}" & Dependent.label="{target}" -> {offered};')
    return "\n".join([*out, "}"]) + "\n"


# -- Label Studio ----------------------------------------------------------------------------------------------------


# "label" is the name of the Labels tag: the editor compares it with the tag that a region was labelled with.
_WHEN = {"visibleWhen": "region-selected", "whenTagName": "label"}


def label_studio(words: Words) -> str:
    """The labelling configuration: labels on the text, attributes per region, roles and relations as labelled relations."""
    view = ET.Element("View")
    view.append(ET.Comment(f" Annotation scheme of diplomatic-kg for Label Studio. {GENERATED} "))
    ET.SubElement(view, "Style").text = ".htx-text{ white-space: pre-wrap; }"
    relations = ET.SubElement(view, "Relations", choice="single")
    for name in [*ROLE_NAMES, *RELATION_NAMES]:
        ET.SubElement(relations, "Relation", value=name)
    labels = ET.SubElement(view, "Labels", name="label", toName="text", choice="single")
    for label in LABELS:
        hint = words.definition(label)
        text = "#000000" if label in MENTIONS else "#ffffff"
        ET.SubElement(labels, "Label", value=label, background=COLOURS[label], selectedColor=text, hint=hint)
    ET.SubElement(view, "Text", name="text", value="$text", granularity="symbol")
    for name, (scheme, carriers) in ATTRIBUTES.items():
        choice = "multiple" if name in MULTIPLE else "single"
        values = [(value, words.value(scheme, value)) for value in words.values[scheme]]
        _choices(view, name, carriers, choice, values)
    _choices(view, "Negated", EVENT_LABELS, "multiple", [("true", OWN_WORDS["attribute Negated"])])
    for name in ("Reference", "Note"):
        box = {"name": name, "toName": "text", "perRegion": "true", **_WHEN, "editable": "true"}
        ET.SubElement(view, "TextArea", {**box, "placeholder": OWN_WORDS[name]})
    ET.indent(view)
    return ET.tostring(view, encoding="unicode") + "\n"


def _choices(
    view: ET.Element, name: str, carriers: Collection[str], choice: str, values: list[tuple[str, str]]
) -> None:
    """One attribute, shown where a region with a fitting label is selected."""
    when = {**_WHEN, "whenLabelValue": ",".join(in_order(carriers))}
    block = ET.SubElement(view, "View", when)
    ET.SubElement(block, "Header", value=name, size="5")
    group = {"name": name, "toName": "text", "perRegion": "true", **when, "choice": choice, "showInline": "true"}
    choices = ET.SubElement(block, "Choices", group)
    for value, hint in values:
        ET.SubElement(choices, "Choice", value=value, hint=hint)
