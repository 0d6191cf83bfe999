"""Tables shaped like MEND, the database of mediation events: one event to a row, its cells the evidence.

A row becomes a text that holds its filled cells, `column: content` to a line, so that everything it says rests on the cell
that says it. Columns are known by what they hold, since their names change between releases. The marks carry the names of
what the columns hold (ThirdParty, LocalParty, Individual, Venue, Date, Agreement …); the shipped mapping `mend` says what
they mean.
"""

from __future__ import annotations

import calendar
import csv
import io
import re
from collections.abc import Iterator, Mapping

from kg.documents import Document, Event, Mention, Role, Source, Span
from kg.errors import Finding, InputError
from kg.formats.layers import Assembly
from kg.formats.reading import Data, Found, Head, Piece, stem

_COLUMNS: Mapping[str, str] = {
    "Id": r"(med )?event id|id|med id",
    "Type": r"(mediation )?event type|type( of event)?|med type",
    "ThirdParty": r"third part(y|ies)( name)?( \d+)?|mediators?( \d+)?|third party actors?( \d+)?",
    "LocalParty": r"local (part(y|ies)|actors?)( name)?( \d+)?|conflict part(y|ies)( \d+)?|part(y|ies)( \d+)?",
    "Individual": r"(named )?individuals?( names?)?( \d+)?|negotiators?( \d+)?|names?",
    "Venue": r"venue|location( name)?|place|city|venue city",
    "Country": r"(venue |location )?country",
    "Latitude": r"(venue )?lat(itude)?",
    "Longitude": r"(venue )?(lon|long|lng|longitude)",
    "Date": r"(event |start )?date",
    "EndDate": r"end date|date end",
    "Year": r"(start |event )?year",
    "Month": r"(start |event )?month",
    "Day": r"(start |event )?day",
    "Agreement": r"(peace )?agreements?( name| signed)?|agmt",
    "Shuttle": r"shuttle( diplomacy)?",
    "Summary": r"(event )?(summary|description)",
    "Sources": r"sources?( urls?)?( \d+)?|urls?|references?",
}
_KNOWN = {role: re.compile(pattern + r"\Z") for role, pattern in _COLUMNS.items()}
_ROLES = ("ThirdParty", "LocalParty", "Individual", "Venue", "Country", "Date", "EndDate", "Agreement", "Summary")
_NO = frozenset({"", "no", "none", "n/a", "na", "0", "false", "-", "unknown"})
_YES = frozenset({"yes", "1", "true", "y"})
_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name}
_ROW = re.compile(rb'"(?:[^"]|"")*"|\n')
_DIGITS = re.compile(r"[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}\Z")
_ISO = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?\Z")


def columns(header: list[str]) -> list[str]:
    """What each column of a table holds; "" for a column that is not known."""
    held = []
    for name in header:
        plain = re.sub(r"[^a-z0-9]+", " ", name.casefold()).strip()
        held.append(next((role for role, pattern in _KNOWN.items() if pattern.match(plain)), ""))
    return held


def sniff(head: Head) -> bool:
    """Whether the first line names columns for third parties, for local parties, and for when or where."""
    line = head.text.partition("\n")[0]
    if head.start[:1] in ("{", "[", "<", "#"):
        return False
    held = set(columns(_header(line)))
    return {"ThirdParty", "LocalParty"} <= held and bool(held & {"Venue", "Country", "Date", "Year"})


def _delimiter(header: str) -> str:
    """What stands between the cells: a comma, or what spreadsheets of other countries write."""
    return max(",;\t", key=header.count)


def _header(line: str) -> list[str]:
    """The names of the columns; none where the line is no CSV (a bare carriage return, say)."""
    try:
        return next(csv.reader([line], delimiter=_delimiter(line)), [])
    except csv.Error:
        return []


def find(data: Data, name: str) -> Iterator[Found | Finding]:
    """The rows of a table, named by their id, else by their number."""
    rows = _rows(data)
    header = next(rows, (0, 0))
    start = 3 if data[:3] == b"\xef\xbb\xbf" else 0
    first = data[start : header[1]].decode("utf-8", "replace").strip("\r\n")
    held = columns(_header(first))
    if not any(held):
        yield Finding(f"{name}:1", "names no column that a table of mediation events has", "mend the first line")
        return
    unknown = [column for column, role in zip(_header(first), held, strict=True) if not role]
    if unknown:
        found = f"the columns {', '.join(unknown)[:200]} are kept in the text and mean nothing else"
        yield Finding(f"{name}:1", found, lost=False)
    for number, (start, end) in enumerate(rows, 2):
        record = data[start:end]
        if not record.strip(b"\r\n ,;\t"):
            continue
        place = f"{name}, row {number}"
        try:
            cells = _cells(record, place, _delimiter(first))
        except InputError as error:
            yield Finding(error.place, error.found, error.remedy)
            continue
        own = next((cell.strip() for cell, role in zip(cells, held, strict=False) if role == "Id" and cell.strip()), "")
        yield Found(f"{stem(name)}-{own or number}", place, start=start, length=end - start, key=first)


def _rows(data: Data) -> Iterator[tuple[int, int]]:
    """Where each row begins and ends; a line break between quotation marks ends none."""
    start = 0
    for match in _ROW.finditer(data):
        if match[0] == b"\n":
            yield start, match.end()
            start = match.end()
    if start < len(data):
        yield start, len(data)


def _cells(record: bytes, place: str, delimiter: str) -> list[str]:
    try:
        text = io.StringIO(record.decode("utf-8"), newline="")
        rows = list(csv.reader(text, delimiter=delimiter, strict=True))
    except UnicodeDecodeError as error:
        raise InputError(f"byte {error.start} is not UTF-8", place=place, remedy="save the table as UTF-8") from None
    except csv.Error as error:
        raise InputError(f"is no readable CSV: {error}", place=place, remedy="mend the quotation marks") from None
    return rows[0] if rows else []


def read(piece: Piece) -> tuple[Document, list[Finding]]:
    """The document of one row."""
    header = _header(piece.key)
    cells = _cells(piece.data, piece.place, _delimiter(piece.key))
    row = _Row(piece, header, cells)
    return row.document(), row.made.findings


class _Row:
    def __init__(self, piece: Piece, header: list[str], cells: list[str]) -> None:
        self.piece = piece
        self.made = Assembly(piece.place)
        self.held = columns(header)
        self.cells: dict[str, list[Span]] = {}
        lines: list[str] = []
        length = 0
        if len(cells) > len(header):
            self.made.lost(f"has {len(cells)} cells for {len(header)} columns", "put quotation marks around commas")
        for name, role, cell in zip(header, self.held, cells, strict=False):
            cell = cell.strip()
            if not cell:
                continue
            start = length + len(name) + 2
            lines.append(f"{name}: {cell}\n")
            length += len(lines[-1])
            self.cells.setdefault(role, []).append((start, start + len(cell)))
        self.text = "".join(lines)

    def words(self, span: Span) -> str:
        return self.text[span[0] : span[1]]

    def document(self) -> Document:
        roles: list[Role] = []
        for role in _ROLES:
            for cell in self.cells.get(role, ()):
                for span in self.items(role, cell):
                    mention = self.mark(role, (span,))
                    # A country is where it was only if no place in it is named.
                    if role != "Country" or "Venue" not in self.cells:
                        roles.append(Role(role, 1, mention))
        if date := self.date():
            roles.append(Role("Date", 1, date))
        self.coordinates(roles)
        trigger = self.cells.get("Type") or self.cells.get("Id") or [(0, len(self.text))]
        mention = self.mark("MediationEvent", (trigger[0],))
        me = "E1"
        self.made.events.append(Event(me, "MediationEvent", mention, tuple(roles), 0))
        if kind := self.cells.get("Type"):
            self.made.attribute(me, "Type", self.words(kind[0]).casefold())
        for cell in self.cells.get("Shuttle", ()):
            if self.words(cell).casefold() in _YES:
                self.made.attribute(me, "Shuttle", None)
        document = self.made.document(self.piece.id, self.text, "")
        return Document(
            **{name: getattr(document, name) for name in document.__dataclass_fields__ if name != "source"},
            source=self.source(),
        )

    def mark(self, label: str, spans: tuple[Span, ...]) -> str:
        number = f"T{len(self.made.mentions) + 1}"
        words = " ".join(self.words(span) for span in spans)
        self.made.mentions.append(Mention(number, label, spans, words, 0))
        return number

    def items(self, role: str, cell: Span) -> Iterator[Span]:
        """The parts of a cell of several: at `;`, `|` or line breaks, else at commas."""
        words = self.words(cell)
        if words.casefold() in _NO or (role == "Agreement" and words.casefold() in _YES):
            # "yes" alone names no agreement; it is still one.
            if words.casefold() in _YES:
                yield cell
            return
        if role not in ("ThirdParty", "LocalParty", "Individual"):
            yield cell
            return
        separator = r"[^;|\n]+" if re.search(r"[;|\n]", words) else r"[^,]+"
        for match in re.finditer(separator, words):
            part = match[0].strip()
            if part and part.casefold() not in _NO:
                start = cell[0] + match.start() + match[0].index(part)
                yield start, start + len(part)

    def date(self) -> str:
        """A Time for the date: its own cell, checked for ISO 8601, else the cells of year, month and day as one."""
        for mention in self.made.mentions:
            if mention.label == "Date" and _ISO.match(mention.words):
                self.made.reference(mention.id, f"EDTF:{mention.words}")
            elif mention.label == "Date" and _DIGITS.match(mention.words):
                self.made.lost(f"the date {mention.words} may be read in two ways", "write it as 2025-07-09")
        if "Date" in self.cells or "Year" not in self.cells:
            return ""
        parts = [self.cells[role][0] for role in ("Year", "Month", "Day") if role in self.cells]
        values = [self.words(span).casefold() for span in parts]
        edtf = values[0]
        if len(values) > 1:
            month = _MONTHS.get(values[1], int(values[1]) if values[1].isdigit() else 0)
            edtf += f"-{month:02}" if 1 <= month <= 12 else "-XX"
            if len(values) > 2 and values[2].isdigit():
                edtf += f"-{int(values[2]):02}"
        whole = self.mark("Date", tuple(parts))
        if _ISO.match(edtf):
            self.made.reference(whole, f"EDTF:{edtf}")
        else:
            self.made.lost(f"{'-'.join(values)} is no date", "write year, month and day as numbers")
        return whole

    def coordinates(self, roles: list[Role]) -> None:
        where = next((role.target for role in roles if role.name == "Venue"), "")
        both = [self.cells[role][0] for role in ("Latitude", "Longitude") if role in self.cells]
        if not both:
            return
        try:
            latitude, longitude = (float(self.words(span)) for span in both)
            if not (abs(latitude) <= 90 and abs(longitude) <= 180):
                raise ValueError
        except ValueError:
            found = f"{' '.join(self.words(span) for span in both)} are no coordinates"
            self.made.lost(found, "write latitude and longitude in degrees, with a point")
            return
        if where:
            self.made.reference(where, f"geo:{self.words(both[0])},{self.words(both[1])}")
        else:
            self.made.lost("has coordinates of no venue", "name the venue")

    def source(self) -> Source:
        words = " ".join(self.words(span) for span in self.cells.get("Sources", ()))
        addresses = tuple(dict.fromkeys(re.findall(r"https?://[^\s;,|<>\"'{}\\^`]+", words)))
        title = self.words(self.cells["Summary"][0]) if "Summary" in self.cells else self.piece.id
        return Source(title=title if len(title) <= 120 else title[:117] + "…", derived_from=addresses)
