"""Annotated texts for round trips, by property: words of several scripts, emoji, combining marks and CRLF, with every kind of annotation."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from kg.documents import (
    Attribute,
    Document,
    Equivalence,
    Event,
    Mention,
    Normalisation,
    Note,
    Relation,
    Role,
    Source,
    Span,
)
from kg.namespaces import SCHEMES
from kg.scheme import ATTRIBUTES, MENTIONS, RELATIONS, ROLES

WORDS = (
    "talks", "met", "Witkoff", "Москва", "Київ", "مفاوضات", "القاهرة", "e\u0301tat", "n\u0303", "😀", "👩\u200d🚀", "🇺🇦",
    "x\u0332y", "日本", "\u200fעברית", "a&b", "<tag>", '"quoted"', "semi;colon", "pipe|bar", "under_score", "back\\slash",
    "[bracket]", "star*", "->", "tab-less", "it's", "U\u0308ber", "𝒜", "ﬁn",
)  # fmt: skip
BREAKS = (" ", " ", " ", " ", "\r\n", "\n", ". ", " – ")


@st.composite
def documents(draw: st.DrawFn, whole: bool = False) -> Document:
    """A document that the annotation scheme knows wholly. whole: no discontinuous spans, for tools that have none."""
    words = draw(st.lists(st.sampled_from(WORDS), min_size=3, max_size=14))
    text, spans, line = "", [], [0]
    for word in words:
        spans.append((len(text), len(text) + len(word)))
        text += word
        separator = draw(st.sampled_from(BREAKS))
        text += separator
        line.append(line[-1] + ("\n" in separator))
    places: list[tuple[Span, ...]] = []
    for _ in range(draw(st.integers(1, 8))):
        first = draw(st.integers(0, len(words) - 1))
        last = first
        # A mention stays in its line: brat cannot write a line break in its words.
        while last + 1 < len(words) and line[last + 1] == line[first] and draw(st.booleans()):
            last += 1
        place: tuple[Span, ...] = ((spans[first][0], spans[last][1]),)
        later = [n for n in range(last + 2, len(words)) if line[n] == line[first]]
        if not whole and later and draw(st.integers(0, 3)) == 0:
            place = (*place, spans[draw(st.sampled_from(later))])
        places.append(place)
    mentions: list[Mention] = []
    for place in places:
        label = draw(st.sampled_from(sorted([*MENTIONS, *ROLES, *ROLES])))
        if not any(mention.spans == place and mention.label == label for mention in mentions):
            said = " ".join(text[start:end] for start, end in place)
            mentions.append(Mention(f"T{len(mentions) + 1}", label, place, said, 0))
    bare = [
        Event(f"E{number}", mention.label, mention.id, (), 0)
        for number, mention in enumerate((m for m in mentions if m.label in ROLES), 1)
    ]
    fillers = [(m.id, m.label) for m in mentions if m.label in MENTIONS] + [(e.id, e.label) for e in bare]
    events = []
    for event in bare:
        roles = []
        for name, allowed in ROLES[event.label].items():
            fitting = [one for one, label in fillers if label in allowed and one != event.id]
            if fitting and draw(st.booleans()):
                roles.append(Role(name, 1, draw(st.sampled_from(fitting))))
        events.append(event._replace(roles=tuple(roles)))
    attributes = []
    for event in events:
        for name, (scheme, carriers) in ATTRIBUTES.items():
            if event.label in carriers and draw(st.integers(0, 3)) == 0:
                value = draw(st.sampled_from(sorted(SCHEMES[scheme])))
                attributes.append(Attribute(f"A{len(attributes) + 1}", name, event.id, value, 0))
        if draw(st.integers(0, 4)) == 0:
            attributes.append(Attribute(f"A{len(attributes) + 1}", "Negated", event.id, None, 0))
    named = [mention for mention in mentions if mention.label in MENTIONS]
    relations = []
    for name, (sources, targets) in RELATIONS.items():
        pairs = [
            (a.id, b.id)
            for a in named
            for b in named
            if a.label in sources
            and b.label in targets
            and a.id != b.id
            and (name, a.label, b.label) != ("MemberOf", "State", "Delegation")
        ]
        if pairs and draw(st.booleans()):
            relations.append(Relation(f"R{len(relations) + 1}", name, *draw(st.sampled_from(pairs)), 0))
    groups = []
    for label in sorted({mention.label for mention in named}):
        alike = [mention.id for mention in named if mention.label == label]
        if len(alike) > 1 and draw(st.booleans()):
            groups.append(Equivalence("Equiv", tuple(alike), 0))
    references = [
        Normalisation(f"N{number}", mention.id, "EDTF", "2025-12-20", "", 0)
        for number, mention in enumerate(named, 1)
        if mention.label == "Time" and draw(st.booleans())
    ]
    notes = [
        Note(f"#{number}", "AnnotatorNotes", one, draw(st.sampled_from(("see above", "неясно 😀", "a|b;c_d[1]"))), 0)
        for number, (one, _) in enumerate(fillers, 1)
        if draw(st.integers(0, 5)) == 0
    ]
    made = Document(
        "report", text, Source(), tuple(mentions), tuple(events), tuple(relations), tuple(attributes),
        tuple(groups), tuple(references), tuple(notes),
    )  # fmt: skip
    return replace(made, source=Source(title="Report", publisher="The Daily", date="2025-12-21"))
