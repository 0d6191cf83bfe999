"""Entries of the page of the ontology as HTML: a term, a scheme, a question, and the links between them.

Whatever comes from a file is escaped. No styles inside elements: the page's policy allows none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from page_model import DP, HOME, Model, Question, Scheme, Term, local
from pyoxigraph import Literal, QueryResultsFormat, QuerySolutions, parse_query_results

from kg.namespaces import DP as KNOWN
from kg.namespaces import SCHEMES, shrink

RELATIONS = {
    "closeMatch": "close to",
    "exactMatch": "same as",
    "broadMatch": "narrower than",
    "narrowMatch": "broader than",
    "relatedMatch": "related to",
    "subClassOf": "a kind of",
    "subPropertyOf": "a kind of",
}
_TERM = re.compile(
    rf"\bdp:([A-Za-z]\w*)|(?<![\w:/])({'|'.join(SCHEMES)}):([a-z0-9][\w-]*(?:\.\w+)?)(?![\w:/])|`([^`]+)`"
)


# -- small pieces --------------------------------------------------------------------------------------------------------


def anchor(iri: str) -> str:
    """Where on the page a term or scheme stands; "" for what is not ours."""
    if iri.startswith(DP):
        return iri.removeprefix(DP)
    inside = iri.removeprefix(HOME)
    if inside == iri or inside.partition("/")[0] not in SCHEMES:
        return ""
    return inside if "/" in inside else f"scheme/{inside}"


def link(iri: str) -> str:
    """A term by its short name, leading to its entry or, for a foreign term, to its address."""
    place = anchor(iri)
    text = iri.removeprefix(HOME) if place.startswith("scheme/") else shrink(iri)
    if place:
        return f'<a href="#{escape(place)}"><code>{escape(text)}</code></a>'
    return foreign(iri, f"<code>{escape(text)}</code>")


def foreign(iri: str, html: str) -> str:
    """A link that leaves the page."""
    return f'<a class="foreign" href="{escape(iri)}" rel="noreferrer">{html}</a>'


def prose(text: str) -> str:
    """A sentence of the Turtle, with the terms that it names as links."""

    def linked(match: re.Match[str]) -> str:
        name, scheme, value, code = match.groups()
        if code:
            return f"<code>{escape(code)}</code>"
        if name:
            return link(str(DP[name])) if hasattr(KNOWN, name) else escape(match[0])
        return link(f"{HOME}{scheme}/{value}") if value in SCHEMES[scheme] else escape(match[0])

    out, end = [], 0
    for match in _TERM.finditer(text):
        out += [escape(text[end : match.start()]), linked(match)]
        end = match.end()
    return "".join([*out, escape(text[end:])])


def facts(rows: Iterable[tuple[str, str]]) -> str:
    """Pairs of a word and some HTML as a list; pairs without HTML are left out."""
    lines = [f"<div><dt>{escape(word)}</dt><dd>{html}</dd></div>" for word, html in rows if html]
    return f'<dl class="facts">{"".join(lines)}</dl>' if lines else ""


def links(iris: Iterable[str]) -> str:
    return ", ".join(link(iri) for iri in iris)


# -- entries -------------------------------------------------------------------------------------------------------------


def entry(term: Term, model: Model) -> str:
    """One class, property or value: what it is, an example, what it is not, and how it hangs together with others."""
    place = escape(anchor(term.iri))
    level = "h4" if term.kind == "value" else "h3"
    name = anchor(term.iri).rpartition("/")[2]
    # A label that only repeats the name is not shown twice.
    label = "" if term.label.replace(" ", "").lower() == name.replace("-", "").lower() else term.label
    out = [
        f'<article class="entry {term.kind.split()[-1]}" id="{place}" data-find>',
        f'<{level}><a class="self" href="#{place}" title="{escape(term.iri)}">{escape(name)}</a>',
        f'<span class="label">{escape(label)}</span><span class="kind">{escape(term.kind)}</span></{level}>',
        f'<p class="definition">{prose(term.definition)}</p>',
    ]
    out += [said("example", example) for example in term.examples]
    out.append(said("not", term.scope_note))
    out += [said("note", note) for note in term.notes]
    out.append(facts([*_relations(term, model), ("IRI", f"<code>{escape(term.iri)}</code>")]))
    out.append(_mappings(term))
    return "\n".join([*out, "</article>"])


def said(kind: str, text: str) -> str:
    """A sentence with its kind in front: example, not or note."""
    text = text.removeprefix("Not ") if kind == "not" else text
    return f'<p class="said {kind}"><b>{kind.capitalize()}</b><span>{prose(text)}</span></p>'


def _relations(term: Term, model: Model) -> list[tuple[str, str]]:
    rows = [
        ("kind of", links(term.parents)),
        ("kinds", links(term.children)),
        ("from", links(term.domain)),
        ("to", links(term.range)),
        ("inverse", link(term.inverse) if term.inverse else ""),
        ("is", ", ".join(term.traits)),
    ]
    if term.kind == "class":
        has = [prop.iri for prop in model.properties if term.iri in prop.domain]
        above = _above(term, model)
        inherited = [prop.iri for prop in model.properties if above & set(prop.domain) and prop.iri not in has]
        reached = [prop.iri for prop in model.properties if term.iri in prop.range]
        rows += [
            ("has", links(has)),
            ("inherits", links(inherited)),
            ("reached by", links(reached)),
            ("never also", links(term.disjoint)),
        ]
    rows += [
        ("codes", ", ".join(f"<code>{escape(code)}</code>" for code in term.notations)),
        ("after", "; ".join(prose(source) for source in term.sources)),
    ]
    return rows


def _above(term: Term, model: Model) -> set[str]:
    """All classes of ours above this one."""
    above = {other.iri for other in model.classes if other.iri in term.parents}
    return above.union(*(_above(other, model) for other in model.classes if other.iri in above))


def _mappings(term: Term) -> str:
    if not term.alignments:
        return ""
    rows = [
        f'<li><span class="relation">{escape(RELATIONS.get(found.relation, found.relation))}</span> '
        f"{foreign(found.target, f'<code>{escape(found.shown)}</code>')} "
        f"<small>{prose(found.reason)}</small></li>"
        for found in term.alignments
    ]
    count = len(rows)
    return f'<details class="mappings"><summary>{count} alignment{"s" * (count > 1)}</summary><ul>{"".join(rows)}</ul></details>'


def scheme(found: Scheme, model: Model) -> str:
    """A list of values with its own words in front."""
    place = anchor(found.iri)
    used = facts([("values of", links(found.used_by)), ("IRI", f"<code>{escape(found.iri)}</code>")])
    values = "\n".join(entry(value, model) for value in found.values)
    return (
        f'<section class="scheme" id="{escape(place)}" data-group><h3><a class="self" href="#{escape(place)}">'
        f"{escape(local(found.iri))}</a><span class='kind'>scheme</span></h3>"
        f'<p class="definition">{prose(found.definition)}</p>'
        f"{said('not', found.scope_note)}{used}{values}</section>"
    )


def question(found: Question) -> str:
    """A competency question with its SPARQL and its answer."""
    return (
        f'<article class="entry question" id="question/{escape(found.name)}" data-find><h3>'
        f'<a class="self" href="#question/{escape(found.name)}">{escape(found.name[:2])}</a> {escape(found.words)}</h3>'
        f'<p class="asked">asked by: {escape(found.asked_by)}</p>'
        f"<details><summary>SPARQL and answer</summary><pre tabindex='0'><code>{escape(_sparql(found.sparql))}</code></pre>"
        f"{_table(found.answer)}</details></article>"
    )


def _sparql(text: str) -> str:
    """The query without the two lines that the page shows as words."""
    return text.split("\n", 2)[2].strip().removeprefix("#\n")


def _table(tsv: str) -> str:
    solutions = parse_query_results(tsv.encode(), format=QueryResultsFormat.TSV)
    assert isinstance(solutions, QuerySolutions)  # a golden answer has rows, by its test
    head = "".join(
        f"<th scope='col'>{escape(variable.value.replace('_', ' '))}</th>" for variable in solutions.variables
    )
    rows = []
    for row in solutions:
        cells = []
        for term in row:
            text = (
                "" if term is None else term.value if isinstance(term, Literal) else shrink(getattr(term, "value", ""))
            )
            cells.append(f"<td>{escape(text)}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<div class='wide' tabindex='0'><table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
