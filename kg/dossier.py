"""A dossier: all that the texts say of two actors or of one meeting, each sentence with where it stands and who says it.

One static page to print or send (HTML without any script), and the same as Markdown. Everything in it is text of the graph; the
order is that of publication.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from kg.analysis.disagreement import disagreements
from kg.analysis.formats import format_of
from kg.analysis.ledger import Entry, ledger
from kg.analysis.together import together
from kg.evidence import Evidence, Passage
from kg.scene import Gathering, Scene

_STYLE = """
body { font: 11pt/1.45 Georgia, "Times New Roman", serif; color: #111; background: #fff }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem; margin-bottom: .2rem }
h2 { font-size: 1.2rem; margin: 2rem 0 .4rem; border-top: 1px solid #999; padding-top: .8rem }
p.facts { margin: .2rem 0; color: #333 }
blockquote { margin: .5rem 0 .9rem 0; padding-left: .8rem; border-left: 3px solid #888; break-inside: avoid }
blockquote p { margin: 0 } blockquote ul { margin: .2rem 0 0; padding-left: 1.2rem; font-size: .9em }
mark { background: #ffeb99; color: inherit }
cite { font-style: normal; font-size: .85em; color: #444 }
@page { margin: 2cm; @bottom-right { content: counter(page) } }
@media print { body { margin: 0; max-width: none } h2 { break-after: avoid } a { color: inherit; text-decoration: none } }
"""


@dataclass(frozen=True, slots=True)
class Quote:
    """One sentence of one text with the words that count in it.

    marks are (start, end) of the words within the sentence, spans where they stand in the document (code points, end excluded).
    remarks say for each claim in it who says it, how, to whom and through whom; none for a sentence that only names somebody.
    """

    sentence: str
    marks: tuple[tuple[int, int], ...]
    spans: tuple[tuple[int, int], ...]
    document: str
    title: str
    publisher: str
    published: str
    url: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One meeting of a dossier: its facts as the texts give them, line by line, and its quotes, oldest first."""

    heading: str
    facts: tuple[str, ...]
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    title: str
    summary: str
    as_of: str
    chapters: tuple[Chapter, ...]


def dossier_of_pair(scene: Scene, evidence: Evidence, one: str, other: str) -> Dossier:
    """The dossier of two actors (IRIs): every gathering that names both, the latest first, and whether they met there."""
    found = together(scene, one, other)
    names = scene.names.get(one, one), scene.names.get(other, other)
    chapters = []
    for session in found.sessions:
        by = f", according to {', '.join(session.said_by)}" if session.said_by else ""
        answer = f"In one room: {session.answer} ({session.reason}{by})"
        chapters.append(_chapter(scene, evidence, scene.gatherings[session.gathering], (answer,), session.passages))
    summary = f"In one room, by what was published up to {scene.as_of}: {found.answer}."
    return Dossier(f"{names[0]} and {names[1]}", summary, scene.as_of, tuple(chapters))


def dossier_of_meeting(scene: Scene, evidence: Evidence, gathering: str) -> Dossier:
    """The dossier of one meeting or round (id): who was there, who says what of it, and where they disagree."""
    one = scene.gatherings[gathering]
    seats = [passage for seat in one.seats for passage in seat.passages]
    chapter = replace(_chapter(scene, evidence, one, (), seats), heading="What the texts say of it")
    disagreeing = [d for d in disagreements(scene, [gathering]) if d.kind != "silence"]
    lines = tuple(f"{d.kind}: {d.one} – {d.other} ({d.reason})" for d in disagreeing)
    chapters = [chapter]
    if lines:
        chapters.append(Chapter("Where they disagree", lines, ()))
    return Dossier(
        _opening(one.label),
        f"{_opening(one.standing)}, by what was published up to {scene.as_of}.",
        scene.as_of,
        tuple(chapters),
    )


def _chapter(
    scene: Scene, evidence: Evidence, gathering: Gathering, first: tuple[str, ...], passages: Iterable[str]
) -> Chapter:
    computed = format_of(scene, gathering.id)
    claimed = ", ".join(sorted({value for value, _ in computed.claimed})) or "none"
    contested = (
        ", denied by somebody" if gathering.contested and gathering.standing not in ("denied", "disputed") else ""
    )
    facts = [*first, f"Standing: {gathering.standing}{contested}"]
    if gathering.earliest or gathering.latest:
        days = (
            gathering.earliest
            if gathering.earliest == gathering.latest
            else f"{gathering.earliest} to {gathering.latest}"
        )
        facts.append(f"When: {days}")
    if where := scene.where(gathering):
        facts.append(f"Where: {where}")
    facts.append(f"Format: claimed {claimed}; computed {computed.directness}, {computed.arity} ({computed.rule})")
    said: dict[str, list[str]] = {}
    for entry in ledger(scene, evidence, [gathering.id]).entries:
        statement = evidence.statements.get(entry.claim)
        for passage in statement.passages if statement else ():
            said.setdefault(passage, []).append(_remark(entry))
    chosen = [
        (evidence.passages[one], said.get(one, ()))
        for one in dict.fromkeys((*said, *passages))
        if one in evidence.passages
    ]
    return Chapter(_opening(gathering.label), tuple(facts), tuple(_quotes(chosen)))


def _opening(words: str) -> str:
    """Words as the beginning of a line."""
    return words[:1].upper() + words[1:]


def _quotes(passages: Iterable[tuple[Passage, Sequence[str]]]) -> list[Quote]:
    """Passages joined sentence by sentence, in the order of publication and text."""
    by_sentence: dict[tuple[str, str, int, str], list[tuple[Passage, Sequence[str]]]] = {}
    for passage, remarks in passages:
        begin = passage.start - passage.marks[0][0] if passage.marks else passage.start
        key = passage.published, passage.document, begin, passage.sentence
        by_sentence.setdefault(key, []).append((passage, remarks))
    quotes = []
    for key in sorted(by_sentence):
        own = sorted(by_sentence[key], key=lambda pair: (pair[0].start, pair[0].end))
        first = own[0][0]
        marks = _merged(mark for passage, _ in own for mark in passage.marks)
        quotes.append(
            Quote(
                first.sentence,
                marks,
                tuple((start + key[2], end + key[2]) for start, end in marks),
                first.document.rpartition("/")[2],
                first.title,
                first.publisher,
                first.published,
                first.url,
                tuple(dict.fromkeys(remark for _, remarks in own for remark in remarks)),
            )
        )
    return quotes


def _merged(marks: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Stretches without overlap, in order."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(marks):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _remark(entry: Entry) -> str:
    holds = entry.stage.replace("-", " ") or ("so" if entry.polarity == "negative" and entry.act != "deny" else "")
    parts = [f"{entry.claimant} ({entry.act.replace('-', ' ') or 'say'})"]
    if holds:
        parts[0] += f": {'not ' if entry.polarity == 'negative' else ''}{holds}"
    if any(entry.made):
        parts.append(f"said {' to '.join(dict.fromkeys(day for day in entry.made if day))}")
    if entry.certainty != "certain":
        parts.append(entry.certainty)
    for name, values in (
        ("position", (entry.position,)),
        ("finds it", (entry.evaluation,)),
        ("as to", entry.targets),
        ("for", entry.on_behalf_of),
        ("to", entry.addressees),
        ("on", entry.channels),
        ("through", entry.relays),
        ("according to", entry.according_to),
    ):
        if any(values):
            parts.append(f"{name} {', '.join(values)}")
    if entry.latest:
        parts.append(f"last word on {' and '.join(entry.latest)}")
    if entry.taken_back:
        parts.append("says the opposite later")
    return "; ".join(parts)


# -- as text -------------------------------------------------------------------------------------------------------------


def to_markdown(dossier: Dossier) -> str:
    """The dossier as CommonMark; characters of the data that mean something in Markdown or HTML are escaped."""
    lines = [f"# {_md(dossier.title)}", "", _md(dossier.summary), ""]
    for chapter in dossier.chapters:
        lines += [f"## {_md(chapter.heading)}", ""]
        lines += [f"- {_md(fact)}" for fact in chapter.facts]
        lines.append("")
        for quote in chapter.quotes:
            lines += [f"> {_marked(quote, _md, '**', '**')}", ">", f"> — {_md(_source(quote))}", ""]
            lines += [*(f"- {_md(remark)}" for remark in quote.remarks), *([""] if quote.remarks else [])]
    return "\n".join(lines).rstrip() + "\n"


def to_html(dossier: Dossier) -> str:
    """The dossier as one page without scripts and without anything from elsewhere."""
    body = [f"<h1>{_h(dossier.title)}</h1>", f"<p>{_h(dossier.summary)}</p>"]
    for chapter in dossier.chapters:
        body.append(f"<h2>{_h(chapter.heading)}</h2>")
        body += [f'<p class="facts">{_h(fact)}</p>' for fact in chapter.facts]
        for quote in chapter.quotes:
            words = _marked(quote, _h, "<mark>", "</mark>")
            link = (
                f' <a href="{_h(quote.url)}">{_h(quote.url)}</a>'
                if quote.url.startswith(("http://", "https://"))
                else ""
            )
            remarks = "".join(f"<li>{_h(remark)}</li>" for remark in quote.remarks)
            body.append(
                f"<blockquote><p>{words}</p><cite>{_h(_source(quote))}{link}</cite>"
                + (f"<ul>{remarks}</ul>" if remarks else "")
                + "</blockquote>"
            )
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_h(dossier.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _source(quote: Quote) -> str:
    spans = ", ".join(f"{start}-{end}" for start, end in quote.spans)
    place = f"{quote.document}, characters {spans}"
    return ", ".join(filter(None, (quote.publisher, quote.title, quote.published, place)))


def _marked(quote: Quote, escape: Callable[[str], str], before: str, after: str) -> str:
    out, at = [], 0
    for start, end in quote.marks:
        out += [escape(quote.sentence[at:start]), before, escape(quote.sentence[start:end]), after]
        at = end
    return "".join([*out, escape(quote.sentence[at:])])


def _h(text: str) -> str:
    return html.escape(_visible(text), quote=True)


_MARKDOWN = {ord(char): f"\\{char}" for char in "\\`*_[]<>|~&"}


def _md(text: str) -> str:
    return _visible(text).translate(_MARKDOWN)


def _visible(text: str) -> str:
    """Text on one line, with replacement characters for what no page can carry."""
    return text.translate(_UNSEEN)


_UNSEEN = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)), "\N{REPLACEMENT CHARACTER}")
_UNSEEN |= dict.fromkeys((0x09, 0x0A, 0x0D, 0x2028, 0x2029), " ")
