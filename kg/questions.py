"""The named questions as files: what each asks, which parameters it takes, what its columns mean.

A question is a file `queries/<name>.rq`. Its first comment lines are its header: the question in plain words, then
`# subject`, `# param`, `# column` and `# view` lines; after an empty comment line follow notes. A line `# include NAME` stands
for a rule of `queries/rules/`, which is said there once and used by every question that needs it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from kg.errors import QueryError

FOLDER = Path(__file__).parent / "queries"
NODE_TYPES = ("actor", "meeting", "venue", "node")
VALUE_TYPES = ("date", "text", "integer")
VIEWS = ("table", "records")
"""How an answer is shown where nobody says otherwise: columns side by side, or one row below the other."""

SUBJECTS = (
    "actors", "mandates", "meetings", "formats", "venues", "claims", "stances", "evidence", "time", "quantities",
)  # fmt: skip

MOVED = {
    "disagreements": "kg disagreements [MEETING] answers it: windows of time and silences are more than SPARQL can say well"
}
"""Questions that are answered by a command, with what to say to who asks for them by name."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a question. type is one of NODE_TYPES or VALUE_TYPES; an optional one may be left out."""

    name: str
    type: str
    optional: bool
    meaning: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an answer, and what it means."""

    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Query:
    """One question: its name, its words, its parameters, and the SPARQL text without prefixes, rules put in.

    columns say what an answer means; view is one of VIEWS, shown the columns that it shows (none: all that have a value).
    """

    name: str
    question: str
    parameters: tuple[Parameter, ...]
    sparql: str
    internal: bool = False
    columns: tuple[Column, ...] = ()
    view: str = "table"
    shown: tuple[str, ...] = ()
    notes: str = ""
    subject: str = ""

    @property
    def takes_day(self) -> bool:
        """Whether the answer can be had as of a day."""
        return any(parameter.name == "as_of" for parameter in self.parameters)


_PARAMETER = re.compile(r"param\s+([a-z_]+)\s*:\s*([a-z]+)(\?)?\s*(?:-\s*(.*))?$")
_COLUMN = re.compile(r"column\s+([a-z_]+)\s+-\s+(.+)$")
_VIEW = re.compile(r"view:\s*([a-z]+)((?:\s+[a-z_]+)*)$")
_SUBJECT = re.compile(r"subject:\s*([a-z]+)$")
_INCLUDE = re.compile(r"^[ \t]*# include ([a-z-]+)((?: [a-z_]+=[a-z_]+)*)[ \t]*$", re.MULTILINE)


def parse_query(name: str, text: str) -> Query:
    """Read the header of a query text and put in the rules it includes. Raises QueryError for a line that cannot be read."""
    text = with_rules(text)
    question: list[str] = []
    notes: list[str] = []
    parameters: list[Parameter] = []
    columns: list[Column] = []
    view: tuple[str, tuple[str, ...]] = ("table", ())
    internal = asked = False
    subject = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#"):
            break
        words = line.lstrip("#").strip()
        place = f"{name}:{number}"
        if words.startswith("param "):
            parameters.append(_parameter(words, place))
        elif match := _COLUMN.match(words):
            columns.append(Column(match[1], match[2]))
        elif match := _VIEW.match(words):
            if match[1] not in VIEWS:
                raise QueryError(f"unknown view {match[1]!r}", place=place, remedy=f"one of {', '.join(VIEWS)}")
            view = match[1], tuple(match[2].split())
        elif match := _SUBJECT.match(words):
            subject = match[1]
        elif words == "internal":
            internal = True
        elif asked or parameters or columns or not words:
            asked = True
            notes.append(words)
        else:
            question.append(words)
    remarks = " ".join(notes).strip()
    asked_for, shown = " ".join(question), tuple(columns)
    return Query(name, asked_for, tuple(parameters), text, internal, shown, view[0], view[1], remarks, subject)


def _parameter(words: str, place: str) -> Parameter:
    match = _PARAMETER.match(words)
    if match is None or match[2] not in NODE_TYPES + VALUE_TYPES:
        remedy = f"write: # param name: type - meaning; types: {', '.join(NODE_TYPES + VALUE_TYPES)}"
        raise QueryError(f"unreadable parameter {words!r}", place=place, remedy=remedy)
    return Parameter(match[1], match[2], match[3] == "?", match[4] or "")


def with_rules(text: str) -> str:
    """The text with each line `# include NAME` replaced by that rule, where there is one of that name.

    `# include NAME variable=other` renames variables of the rule on the way.
    """

    def rule(match: re.Match[str]) -> str:
        path = FOLDER / "rules" / f"{match[1]}.rq"
        if not path.is_file():
            return match[0]
        text = with_rules(path.read_text(encoding="utf-8")).rstrip("\n")
        for old, _, new in (pair.partition("=") for pair in match[2].split()):
            text = re.sub(rf"\?{old}\b", f"?{new}", text)
        return text

    return _INCLUDE.sub(rule, text)


@cache
def named_queries() -> dict[str, Query]:
    """The questions that come with the package, by name."""
    files = sorted(FOLDER.glob("*.rq"))
    return {path.stem: parse_query(path.stem, path.read_text(encoding="utf-8")) for path in files}


def named_query(name: str) -> Query:
    """One named question. Raises QueryError with the nearest names where there is none."""
    queries = named_queries()
    if name in queries:
        return queries[name]
    if name in MOVED:
        raise QueryError(f"no query {name!r}", remedy=MOVED[name])
    raise QueryError(f"no query {name!r}", remedy=f"{_close(name, queries)}kg query list shows them all")


def _close(name: str, queries: dict[str, Query]) -> str:
    public = [known for known, query in queries.items() if not query.internal]
    words = {word for word in name.lower().split("-") if len(word) > 3}
    close = get_close_matches(name, public, n=3, cutoff=0.7)
    close += [known for known in public if known not in close and words & set(known.split("-"))]
    return f"did you mean {', '.join(map(repr, close[:3]))}? " if close else ""
