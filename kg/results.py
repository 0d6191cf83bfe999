"""Answers as text: a table to read, and the standard formats of SPARQL results.

CSV, TSV, JSON and XML follow the W3C recommendations "SPARQL 1.1 Query Results CSV and TSV", "… JSON" and "… XML"; they carry
every value as it is, but for control characters, which XML cannot carry. Only the table is made for the eye: it shortens IRIs
and leaves out columns in which no row has a value.
"""

from __future__ import annotations

import csv
import io
import json
import re
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from kg.errors import QueryError, one_line
from kg.namespaces import PREFIXES, XSD, shrink
from kg.terms import Term
from kg.worker import Answer

if TYPE_CHECKING:
    import pandas

FORMATS = ("table", "csv", "tsv", "json", "xml", "ttl")
_NUMBERS = {XSD.integer: int, XSD.decimal: float, XSD.NS + "double": float}


def write_answer(
    answer: Answer, form: str, base: str, width: int = 120, shown: Sequence[str] = (), one_by_one: bool = False
) -> str:
    """The answer in one of FORMATS, ending in a line break. width is that of the screen, in columns, for the table; shown and
    one_by_one are as in `table`.

    Raises QueryError where the form cannot carry the answer: ttl takes triples, csv and tsv take rows.
    """
    if answer.kind == "graph":
        if form in ("table", "ttl"):
            return turtle(answer, base)
        raise QueryError(f"this query answers with triples, which {form} cannot carry", remedy="use -f ttl")
    if form == "ttl":
        raise QueryError("this query answers with rows, not with triples", remedy="use -f table, csv, tsv, json or xml")
    if answer.kind == "ask":
        verdict = "true" if answer.boolean else "false"
        if form == "json":
            return json.dumps({"head": {}, "boolean": answer.boolean}) + "\n"
        if form == "xml":
            return sparql_xml(answer)
        return ("yes\n" if answer.boolean else "no\n") if form == "table" else f"{verdict}\n"
    if form == "table":
        return table(answer, base, width, shown, one_by_one)
    return {"csv": comma_separated, "tsv": tab_separated, "json": sparql_json, "xml": sparql_xml}[form](answer)


def comma_separated(answer: Answer) -> str:
    """SPARQL CSV: plain values, lines ending in CRLF."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(answer.columns)
    for row in answer.rows:
        writer.writerow(
            ["" if term is None else f"_:{term.value}" if term.kind == "blank" else term.value for term in row]
        )
    return out.getvalue()


def tab_separated(answer: Answer) -> str:
    """SPARQL TSV: terms in N-Triples form, so that nothing of them is lost."""
    lines = ["\t".join(f"?{column}" for column in answer.columns)]
    lines += ["\t".join("" if term is None else term.n3() for term in row) for row in answer.rows]
    return "".join(f"{line}\n" for line in lines)


def sparql_json(answer: Answer) -> str:
    """SPARQL 1.1 Query Results JSON."""
    bindings = [
        {column: _json_term(term) for column, term in zip(answer.columns, row, strict=True) if term is not None}
        for row in answer.rows
    ]
    document = {"head": {"vars": list(answer.columns)}, "results": {"bindings": bindings}}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _json_term(term: Term) -> dict[str, str]:
    if term.kind == "iri":
        return {"type": "uri", "value": term.value}
    if term.kind == "blank":
        return {"type": "bnode", "value": term.value}
    out = {"type": "literal", "value": term.value}
    if term.language:
        out["xml:lang"] = term.language
    elif term.datatype and term.datatype != XSD.string:
        out["datatype"] = term.datatype
    return out


def sparql_xml(answer: Answer) -> str:
    """SPARQL Query Results XML. Characters that XML cannot carry become U+FFFD, so that every reader takes the rest."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<sparql xmlns="http://www.w3.org/2005/sparql-results#">']
    if answer.kind == "ask":
        verdict = "true" if answer.boolean else "false"
        return "\n".join([*lines, "<head/>", f"<boolean>{verdict}</boolean>", "</sparql>"]) + "\n"
    variables = "".join(f'<variable name="{_xml(column)}"/>' for column in answer.columns)
    lines += [f"<head>{variables}</head>", "<results>"]
    for row in answer.rows:
        bindings = [
            f'<binding name="{_xml(column)}">{_xml_term(term)}</binding>'
            for column, term in zip(answer.columns, row, strict=True)
            if term is not None
        ]
        lines.append(f"<result>{''.join(bindings)}</result>")
    return "\n".join([*lines, "</results>", "</sparql>"]) + "\n"


def _xml_term(term: Term) -> str:
    if term.kind == "iri":
        return f"<uri>{_xml(term.value)}</uri>"
    if term.kind == "blank":
        return f"<bnode>{_xml(term.value)}</bnode>"
    about = ""
    if term.language:
        about = f' xml:lang="{_xml(term.language)}"'
    elif term.datatype and term.datatype != XSD.string:
        about = f' datatype="{_xml(term.datatype)}"'
    return f"<literal{about}>{_xml(term.value)}</literal>"


_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _xml(text: str) -> str:
    # A carriage return that stood there as it is would be read as a line feed.
    return escape(_NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text), {'"': "&quot;", "\r": "&#13;"})


def turtle(answer: Answer, base: str) -> str:
    """The triples of a CONSTRUCT or DESCRIBE as Turtle, sorted."""
    from rdflib import BNode, Graph, Literal, URIRef

    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, base if prefix == "kg" else namespace)

    def term(of: Term) -> Any:
        if of.kind == "iri":
            return URIRef(of.value)
        if of.kind == "blank":
            return BNode(of.value)
        datatype = URIRef(of.datatype) if of.datatype and not of.language else None
        return Literal(of.value, lang=of.language or None, datatype=datatype, normalize=False)

    for triple in answer.triples:
        graph.add((term(triple[0]), term(triple[1]), term(triple[2])))
    return str(graph.serialize(format="turtle"))


def records(values: Sequence[Any]) -> tuple[list[str], list[list[Any]]]:
    """Dataclass values of one kind as columns and rows, as `kg.analysis` gives them. Raises TypeError for anything else."""
    if not values:
        return [], []
    columns = [field.name for field in fields(values[0])]
    return columns, [[getattr(value, column) for column in columns] for value in values]


def plain_cells(rows: Iterable[Sequence[Any]]) -> list[list[str]]:
    """Cells as text: the parts of a tuple joined, nothing for None and for what is empty, yes and no for truth values."""
    return [[_as_text(cell) for cell in row] for row in rows]


def _as_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, tuple):
        return "; ".join(
            filter(None, (" – ".join(part) if isinstance(part, tuple) else _as_text(part) for part in cell))
        )
    return str(cell)


def write_records(columns: Sequence[str], rows: Iterable[Sequence[Any]], form: str) -> str:
    """Rows as csv (cells as text, lines ending in CRLF) or json (a list of objects; tuples as lists)."""
    if form == "json":
        return json.dumps([dict(zip(columns, row, strict=True)) for row in rows], ensure_ascii=False, indent=1) + "\n"
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(plain_cells(rows))
    return out.getvalue()


def to_pandas(answer: Answer | Sequence[Any], base: str = "") -> pandas.DataFrame:
    """Rows of a query, or dataclass values of an answer, as a DataFrame.

    Numbers stay numbers, other literals are text, IRIs of a query are short where a prefix fits.
    """
    import pandas

    if not isinstance(answer, Answer):
        columns, values = records(answer)
        return pandas.DataFrame(values, columns=columns or None)
    rows = [[_plain(term, base) for term in row] for row in answer.rows]
    return pandas.DataFrame(rows, columns=list(answer.columns))


def _plain(term: Term | None, base: str) -> object:
    if term is None:
        return None
    if term.kind == "iri":
        return shrink(term.value, base) if base else term.value
    convert = _NUMBERS.get(term.datatype)
    return convert(term.value) if convert else term.value


# -- the table -----------------------------------------------------------------------------------------------------------

_NARROWEST = 16


def table(answer: Answer, base: str, width: int = 120, shown: Sequence[str] = (), one_by_one: bool = False) -> str:
    """Rows for the eye: columns side by side where they fit, else (or one_by_one) one record after another.

    Of the columns those in shown, all where it is empty; columns in which no row has a value are left out.
    """
    cells = [["" if term is None else _cell(term, base) for term in row] for row in answer.rows]
    chosen = [at for at, name in enumerate(answer.columns) if not shown or name in shown]
    filled = [at for at in chosen if any(row[at] for row in cells)] or chosen
    columns, rows = [answer.columns[at] for at in filled], [[row[at] for at in filled] for row in cells]
    return _records(columns, rows, width) if one_by_one and rows else layout(columns, rows, width)


def layout(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int = 120) -> str:
    """Plain text columns, wrapped to width; records one below the other where columns would get too narrow."""
    if not rows:
        return "(no rows)\n"
    natural = [max(map(display_width, (name, *(row[i] for row in rows)))) for i, name in enumerate(columns)]
    room = width - 2 * (len(columns) - 1)
    widths = _shares(natural, room)
    if any(share < min(full, _NARROWEST) for share, full in zip(widths, natural, strict=True)):
        return _records(columns, rows, width)
    lines = [_line(columns, widths), _line(["─" * share for share in widths], widths)]
    for row in rows:
        wrapped = [_wrap(cell, share) for cell, share in zip(row, widths, strict=True)]
        for number in range(max(map(len, wrapped))):
            lines.append(_line([part[number] if number < len(part) else "" for part in wrapped], widths))
    lines.append(f"({len(rows)} {'row' if len(rows) == 1 else 'rows'})")
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _shares(natural: list[int], room: int) -> list[int]:
    """The natural widths, all cut at the widest cap under which they fit into the room."""
    cap = max(natural)
    while cap > 1 and sum(min(width, cap) for width in natural) > room:
        cap -= 1
    return [min(width, cap) for width in natural]


def _records(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    margin = max(map(len, columns)) + 2
    out = []
    for number, row in enumerate(rows, 1):
        out.append(f"── {number} of {len(rows)} ".ljust(min(width, 60), "─"))
        for name, cell in zip(columns, row, strict=True):
            if cell:
                first, *rest = _wrap(cell, max(width - margin, 20))
                out.append(f"{name:<{margin}}{first}")
                out += [f"{'':<{margin}}{line}" for line in rest]
    return "".join(f"{line.rstrip()}\n" for line in out)


def _wrap(cell: str, width: int) -> list[str]:
    if display_width(cell) <= width:
        return [cell]
    # Wide characters take two columns; wrapping by characters at half the width is safe for them.
    characters = width if display_width(cell) == len(cell) else max(width // 2, 1)
    return textwrap.wrap(cell, max(characters, 1), break_long_words=True) or [""]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell + " " * (width - display_width(cell)) for cell, width in zip(cells, widths, strict=True))


def display_width(text: str) -> int:
    """Columns that text takes on a terminal: wide characters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def _cell(term: Term, base: str) -> str:
    return one_line("", shrink(term.value, base) if term.kind == "iri" else term.value, "")
