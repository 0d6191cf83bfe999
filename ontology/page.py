"""Writes docs/ontology.html from the files of this folder: one page to read the ontology, without a network.

    python ontology/page.py              write docs/ontology.html
    python ontology/page.py -o FILE      write it elsewhere

Same files, same bytes. The page may load nothing: its Content-Security-Policy names its one script and its one style by
their hashes. Each class and property has its name as an anchor (#Meeting), each value `scheme/value` (#stage/held).
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import sys
from collections.abc import Iterable
from html import escape
from pathlib import Path

from page_diagram import draw
from page_html import anchor, entry, facts, foreign, prose, question, scheme
from page_model import DP, HERE, HOME, Model, Term, local, read

POLICY = "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'"
OUTPUT = HERE.parent / "docs" / "ontology.html"
# -- sections ------------------------------------------------------------------------------------------------------------


def sections(model: Model) -> list[tuple[str, str, str, list[tuple[str, str, int]]]]:
    """(id, title, HTML, entries for the menu) of each section, in the order of the page."""
    found = [
        ("overview", "Overview", _overview(model), []),
        ("classes", "Classes", _entries(model.classes, model), _menu(model.classes)),
        ("properties", "Properties", _entries(model.properties, model), _menu(model.properties)),
        (
            "schemes",
            "Schemes of values",
            "\n".join(scheme(one, model) for one in model.schemes),
            [(anchor(one.iri), local(one.iri), 0) for one in model.schemes],
        ),
        ("questions", "Competency questions", _questions(model), []),
        ("alignments", "Alignments", _alignments(model), []),
        ("rules", "Rules for data", _rules(model), []),
        ("files", "Files and names", _files(model), []),
    ]
    return [section for section in found if section[2]]


def _entries(terms: Iterable[Term], model: Model) -> str:
    return "\n".join(entry(term, model) for term in terms)


def _menu(terms: Iterable[Term]) -> list[tuple[str, str, int]]:
    """Anchor, name and depth in the tree of each term."""
    depth: dict[str, int] = {}
    for term in terms:
        depth[term.iri] = max((depth[parent] + 1 for parent in term.parents if parent in depth), default=0)
    return [(anchor(iri), local(iri), level) for iri, level in depth.items()]


def _overview(model: Model) -> str:
    return f"""<p>{prose(model.facts["description"])}</p>
<figure><div class="wide" tabindex="0">{draw(model)}</div>
<figcaption>Dashed: what is concluded, and never said by a text. Everything made from a text leads to the words that say it,
as the claim does here. Presences, communications, proposals, topics, channels and memberships are left out.</figcaption></figure>
<ul class="reading">
<li><b>An event is no fact.</b> A meeting may be proposed, denied or held: claims say which, each with its claimant and day.</li>
<li><b>The same city is not the same room.</b> Only a meeting, which is one session, puts two into one room; a round never.</li>
<li><b>Stage, position and certainty are three things.</b> To deny that talks are prepared is to reject nothing.</li>
<li><b>What a text says stays in that text’s graph.</b> What is concluded from several stands in another, with its rule.</li>
</ul>"""


def _questions(model: Model) -> str:
    if not model.questions:
        return ""
    intro = """<p>What the ontology was made to answer. The answers are those over <code>examples/talks.trig</code>, four short
reports on states that do not exist; the tests ask each question of two engines.</p>"""
    return intro + "\n".join(question(one) for one in model.questions)


def _alignments(model: Model) -> str:
    if not model.alignments:
        return ""
    out = [
        "<p>Mappings stand in files of their own and are imported by nothing. Each term lists its own; here is what each file "
        "leaves out.</p>"
    ]
    for one in model.alignments:
        place, notes = f"alignment/{escape(one.name)}", "".join(f"<li>{prose(note)}</li>" for note in one.notes)
        out += [
            f'<article class="entry" id="{place}" data-find>',
            f'<h3><a class="self" href="#{place}">{escape(one.name)}</a><span class="label">{escape(one.title)}</span></h3>',
            f'<p class="definition">{prose(one.description)}</p>',
            facts([("with", " ".join(foreign(iri, escape(iri)) for iri in one.references))]),
            f"<details><summary>Not mapped, and lost</summary><ul>{notes}</ul></details></article>",
        ]
    return "\n".join(out)


def _rules(model: Model) -> str:
    audits = [(one.name, one.severity, one.rule) for one in model.audits]
    tables = (
        (f"{len(model.rules)} rules of the shapes (SHACL Core)", model.rules),
        (f"{len(audits)} audits (SPARQL), for what SHACL Core cannot say", audits),
    )
    out = ["<p>What <code>kg validate</code> checks. A rule that is broken is reported with its name.</p>"]
    for title, rows in tables:
        lines = "\n".join(_rule(*row) for row in rows)
        out.append(f"<details data-group><summary>{title}</summary><table class='rules'>{lines}</table></details>")
    return "\n".join(out)


def _rule(name: str, severity: str, text: str) -> str:
    hint = " <i>(warning)</i>" if severity == "Warning" else ""
    return f"<tr data-find><th scope='row'><code>{escape(name)}</code></th><td>{prose(text)}{hint}</td></tr>"


def _files(model: Model) -> str:
    what = {
        "diplomacy.ttl": "classes and properties",
        "vocabularies.ttl": "all schemes of values",
        "shapes.ttl": "SHACL shapes for data",
    }
    given = "".join(_download(name, text, what[name]) for name, text in model.files.items())
    names = facts(
        [
            ("ontology", f"<code>{escape(HOME)}ontology</code>"),
            ("this version", f"<code>{escape(model.facts['version_iri'])}</code>"),
            ("terms", f"<code>dp:</code> = <code>{escape(str(DP))}</code>"),
            ("values", f"<code>stage:</code> = <code>{escape(HOME)}stage/</code>, and so on for each scheme"),
            ("licence", foreign(model.facts["license"], escape(model.facts["license"]))),
            ("by", escape(model.facts["creator"])),
        ]
    )
    return f"<p>The files are inside this page.</p><ul>{given}</ul>{names}"


def _download(name: str, text: str, what: str) -> str:
    data = base64.b64encode(text.encode()).decode()
    return f'<li><a download="{name}" href="data:text/turtle;base64,{data}">{name}</a>: {escape(what)}</li>'


# -- the page ------------------------------------------------------------------------------------------------------------


def page(model: Model, style: str, script: str) -> str:
    """The whole page as HTML."""
    policy = f"style-src {_hash(style)}; script-src {_hash(script)}; {POLICY}"
    parts = sections(model)
    values = sum(len(one.values) for one in model.schemes)
    counts = f"{len(model.classes)} classes, {len(model.properties)} properties, {values} values"
    menu = "".join(_menu_part(*part) for part in parts)
    body = "\n".join(
        f'<section id="{name}" class="part" data-group><h2><a class="self" href="#{name}">{title}</a></h2>{html}</section>'
        for name, title, html, _ in parts
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>{escape(model.facts["title"])}</title>
<style>{style}</style>
</head>
<body>
<a class="skip" href="#ui-content">Skip to the terms</a>
<header class="top">
<h1>{escape(model.facts["title"])}</h1>
<p>Ontology of diplomatic-kg, version {escape(model.facts["version"])}: {counts}</p>
</header>
<div class="bar" role="search">
<label for="ui-query">Find</label>
<input id="ui-query" type="search" autocomplete="off" spellcheck="false" placeholder="meeting, denial …">
<kbd>/</kbd>
<output id="ui-count" for="ui-query" aria-live="polite"></output>
</div>
<div class="columns">
<nav aria-label="Terms"><details open><summary>Contents</summary>{menu}</details></nav>
<main id="ui-content" tabindex="-1">
{body}
<p id="ui-none" class="nothing" hidden>No term has all these words.</p>
</main>
</div>
<script>{script}</script>
</body>
</html>
"""


def _menu_part(name: str, title: str, _html: str, entries: list[tuple[str, str, int]]) -> str:
    head = f'<a class="part" href="#{name}">{escape(title)}</a>'
    if not entries:
        return head
    items = "".join(
        f'<li class="depth-{level}"><a href="#{escape(place)}">{escape(text)}</a></li>'
        for place, text, level in entries
    )
    return f"{head}<ul>{items}</ul>"


def _hash(body: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(body.encode('utf-8')).digest()).decode('ascii')}'"


def build(here: Path = HERE) -> str:
    """The page of an ontology folder."""
    style, script = ((HERE / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    return page(read(here), style, script)


def main(arguments: list[str] | None = None) -> int:
    """Write the page; the exit code."""
    parser = argparse.ArgumentParser(description="Write the page of the ontology.")
    parser.add_argument("-o", "--output", type=Path, default=OUTPUT, metavar="FILE")
    output: Path = parser.parse_args(arguments).output
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(build(), encoding="utf-8")
    print(f"wrote {output}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
