"""The overview of the ontology as an SVG drawing: the main classes as boxes, the properties between them as arrows.

Where a box stands is decided by hand; that every class and property on it exists, and leads from where to where it is drawn, is
checked against the Turtle.
"""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from page_model import DP, Model, Term

WIDTH, HEIGHT = 1040, 560
BOX_WIDTH, LINE = 186, 19
COLUMNS = {"a": 105, "b": 372, "c": 668, "d": 935}
ROWS = {1: 62, 2: 208, 3: 354, 4: 500}


class Box(NamedTuple):
    """A class with its place; the names below it are shown in the same box."""

    name: str
    column: str
    row: int
    others: tuple[str, ...] = ()
    tint: str = "thing"


class Arrow(NamedTuple):
    """Properties from one box to another; along says where on the line their names stand, 0 at its start."""

    start: str
    names: tuple[str, ...]
    end: str
    along: float = 0.5


BOXES = (
    Box("Position", "a", 1, tint="who"),
    Box("Mandate", "b", 1, tint="who"),
    Box("Actor", "c", 1, ("Person", "State", "Organization", "Delegation", "Group"), "who"),
    Box("Document", "d", 1, tint="text"),
    Box("Venue", "a", 2, tint="where"),
    Box("Participation", "b", 2, tint="who"),
    Box("Claim", "c", 2, tint="said"),
    Box("evidence span", "d", 2, tint="text"),
    Box("TimeExpression", "a", 3, tint="where"),
    Box("Meeting", "b", 3, ("Round", "Process"), "event"),
    Box("Outcome", "c", 3, tint="event"),
    Box("Sentence", "d", 3, tint="text"),
    Box("CanonicalMeeting", "b", 4, tint="concluded"),
    Box("QuantityClaim", "c", 4, tint="said"),
    Box("Incident", "d", 4, tint="event"),
)
ARROWS = (
    Arrow("Mandate", ("capacity",), "Position"),
    Arrow("Mandate", ("agent", "principal"), "Actor"),
    Arrow("Participation", ("participant",), "Actor"),
    Arrow("Claim", ("claimant",), "Actor", 0.42),
    Arrow("Claim", ("evidence",), "evidence span"),
    Arrow("Claim", ("about",), "Meeting"),
    Arrow("Meeting", ("participation",), "Participation"),
    Arrow("Meeting", ("venue",), "Venue"),
    Arrow("Meeting", ("when",), "TimeExpression"),
    Arrow("Meeting", ("result",), "Outcome"),
    Arrow("Outcome", ("count",), "QuantityClaim"),
    Arrow("Incident", ("count",), "QuantityClaim"),
    Arrow("CanonicalMeeting", ("member",), "Meeting"),
    Arrow("evidence span", ("oa:hasSource",), "Document"),
    Arrow("evidence span", ("sentence",), "Sentence"),
)
WORDS = {"evidence span"}
"""Boxes that are no classes of ours."""


def draw(model: Model) -> str:
    """The drawing as inline SVG, coloured by the classes of the page's style. ValueError where it contradicts the Turtle."""
    check(model)
    out = [
        f'<svg class="overview" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="overview-title overview-text">',
        '<title id="overview-title">The main classes and how they hang together</title>',
        f'<desc id="overview-text">{escape(described())}</desc>',
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0.6 9.4 5 0 9.4z"/></marker></defs>',
    ]
    boxes = {box.name: box for box in BOXES}
    out += [_arrow(arrow, boxes) for arrow in ARROWS]
    out += [_box(box) for box in BOXES]
    return "\n".join([*out, "</svg>"])


def described() -> str:
    """The drawing in words, for those who do not see it."""
    return " ".join(f"{arrow.start} {' and '.join(arrow.names)} {arrow.end}." for arrow in ARROWS)


def check(model: Model) -> None:
    """ValueError for a box or arrow that the ontology does not have."""
    classes = {term.iri: term for term in model.classes}
    properties = {term.iri: term for term in model.properties}
    for shown in BOXES:
        for name in {shown.name, *shown.others} - WORDS:
            if str(DP[name]) not in classes:
                raise ValueError(f"the overview shows a class {name} that the ontology lacks: change page_diagram.py")
    for arrow in ARROWS:
        for name in arrow.names:
            if ":" in name:
                continue
            term = properties.get(str(DP[name]))
            if term is None:
                raise ValueError(
                    f"the overview shows a property {name} that the ontology lacks: change page_diagram.py"
                )
            for side, box in ((term.domain, arrow.start), (term.range, arrow.end)):
                if box not in WORDS and side and not _above(str(DP[box]), classes) & set(side):
                    raise ValueError(
                        f"the overview draws {name} at {box}, where it does not belong: change page_diagram.py"
                    )


def _above(iri: str, classes: dict[str, Term]) -> set[str]:
    """The class and all above it."""
    above = {iri}
    for parent in classes[iri].parents if iri in classes else ():
        above |= _above(parent, classes)
    return above


def _size(box: Box) -> tuple[float, float]:
    rows = (len(box.others) + 1) // 2 if len(box.others) > 2 else bool(box.others)
    return BOX_WIDTH, 40 + LINE * rows


def _box(box: Box) -> str:
    x, y = COLUMNS[box.column], ROWS[box.row]
    width, height = _size(box)
    left, top = x - width / 2, y - height / 2
    out = [
        f'<g class="box {box.tint}">',
        f'<rect x="{left:g}" y="{top:g}" width="{width:g}" height="{height:g}" rx="7"/>',
    ]
    out.append(_name(box.name, x, top + 25, "name"))
    step = 2 if len(box.others) > 2 else len(box.others) or 1
    for place in range(0, len(box.others), step):
        line = box.others[place : place + step]
        middle = top + 25 + LINE * (place // step + 1)
        links = " · ".join(_link(name) for name in line)
        out.append(f'<text x="{x:g}" y="{middle:g}" class="small">{links}</text>')
    return "".join([*out, "</g>"])


def _name(name: str, x: float, y: float, style: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" class="{style}">{escape(name) if name in WORDS else _link(name)}</text>'


def _link(name: str) -> str:
    return f'<a href="#{escape(name)}">{escape(name)}</a>'


def _arrow(arrow: Arrow, boxes: dict[str, Box]) -> str:
    start, end = boxes[arrow.start], boxes[arrow.end]
    x1, y1 = _border(start, end)
    x2, y2 = _border(end, start)
    out = f'<path class="arrow" marker-end="url(#tip)" d="M{x1:.1f} {y1:.1f} {x2:.1f} {y2:.1f}"/>'
    x, y = x1 + (x2 - x1) * arrow.along, y1 + (y2 - y1) * arrow.along
    for number, name in enumerate(arrow.names):
        # Several names share a line: one above the other, around its middle; a level line carries them above itself.
        lift = 5 if abs(y2 - y1) > 30 else -7
        height = y + lift + 16 * number if lift > 0 else y + lift + 22 * number
        text = escape(name) if ":" in name else _link(name)
        out += f'<text x="{x:.1f}" y="{height:.1f}" class="property">{text}</text>'
    return out


def _border(box: Box, other: Box) -> tuple[float, float]:
    """Where the line between the middles of two boxes leaves the first."""
    x, y = COLUMNS[box.column], ROWS[box.row]
    dx, dy = COLUMNS[other.column] - x, ROWS[other.row] - y
    width, height = _size(box)
    scale = min(width / 2 / abs(dx) if dx else 9.0, height / 2 / abs(dy) if dy else 9.0)
    return x + dx * scale, y + dy * scale
