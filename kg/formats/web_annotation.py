"""W3C Web Annotation as JSON-LD, in the standard's own compact form, beside the text that it annotates.

Offsets count code points, checked by the quotation that stands beside them. A target without position is found by its
quotation, where prefix, words and suffix occur exactly once. Only the standard's context is known: no other is fetched or
opened. The text is a file beside the annotations, named by the last part of the source's address.

What a body says: `classifying` gives the label; `tagging` an attribute, as `Name: value` or a flag; `identifying` a
reference; `commenting` a remark. An annotation with the motivation `linking` leads from the annotation that is its target
to the one in its body.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from kg.documents import Document, Mention, Relation
from kg.errors import Finding, InputError
from kg.formats.layers import Assembly
from kg.formats.offsets import CHARACTERS, Mark, choose_unit, refusal, span_of
from kg.formats.reading import Data, Found, Head, Piece, stem
from kg.formats.strict_json import Record, records

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_KNOWN_CONTEXTS = frozenset({CONTEXT, CONTEXT.replace("http:", "https:")})
_HARMLESS = frozenset({"@base", "@language", "@version"})
_ADDRESS = re.compile(r"([^#]+)#(char=[0-9]+,[0-9]+(?:;.*)?)\Z")
_FRAGMENT = re.compile(r"char=([0-9]{1,9}),([0-9]{1,9})")


def sniff(head: Head) -> bool:
    """Whether the first record has a JSON-LD context and is an annotation or a collection of them."""
    record = head.record()
    if not isinstance(record, dict):
        return False
    if isinstance(record.get("@graph"), list) and "@context" in record:
        record = next((one for one in record["@graph"] if isinstance(one, dict)), {}) | {"@context": None}
    kinds = _listed(record.get("type") or record.get("@type"))
    known = any(kind in ("Annotation", "AnnotationPage", "AnnotationCollection", "oa:Annotation") for kind in kinds)
    return known and ("@context" in record or "target" in record)


def find(data: Data, name: str) -> Iterator[Found | Finding]:
    """The texts that a file annotates, each once for each creator."""
    seen: dict[tuple[str, str], None] = {}
    whole = 0
    for record in records(data, name):
        if isinstance(record, Finding):
            yield record
            continue
        try:
            annotations = list(_annotations(record.value, record.place))
        except InputError as error:
            if record.length == len(data):
                raise
            yield Finding(error.place, error.found, error.remedy)
            continue
        for annotation in annotations:
            sources = [_source(target) for target in _targets(annotation) if isinstance(target, dict)]
            if not any(sources) and "linking" not in _listed(annotation.get("motivation")):
                whole += 1
            for source in filter(None, sources):
                seen.setdefault((source, _creator(annotation)))
    if whole:
        yield Finding(name, f"{whole} annotations of whole texts are not read: they mark no words", lost=False)
    for source, creator in seen:
        yield Found(text_id(source), name, creator, key=source)


def text_id(source: str) -> str:
    """The name of the text behind an address: its last part, without `.txt`."""
    path = urlsplit(source).path.rstrip("/") if "//" in source else source
    last = unquote(path.rpartition("/")[2] or path)
    return stem(last.replace("/", "_")) or "text"


def read(piece: Piece) -> tuple[Document, list[Finding]]:
    """The document that the annotations of one text by one creator make; its companion is the text."""
    if piece.companion is None:
        remedy = f"put the text beside it, as {text_id(piece.key)}.txt"
        raise InputError(f"annotates {piece.key[:80]}, which is not here", place=piece.place, remedy=remedy)
    try:
        text = piece.companion.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"byte {error.start} is not UTF-8", place=piece.companion_name, remedy="save it as UTF-8"
        ) from None
    annotations: list[dict[str, Any]] = []
    for record in records(piece.data, piece.place):
        try:
            annotations += _annotations(record.value, record.place) if isinstance(record, Record) else ()
        except InputError:
            # Said when the file was looked through, if there are others.
            if isinstance(record, Record) and record.length == len(piece.data):
                raise
    try:
        return _Reader(piece, text, annotations).run()
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        found = f"is no Web Annotation: {type(error).__name__} {error}"[:160]
        raise InputError(found, place=piece.place, remedy="see the Web Annotation Data Model") from None


def _annotations(value: Any, place: str) -> Iterator[dict[str, Any]]:
    """The annotations of a record: itself, or the items of a page or collection."""
    if not isinstance(value, dict):
        return
    _check_context(value.get("@context"), place)
    kinds = _listed(value.get("type") or value.get("@type"))
    if "AnnotationPage" in kinds or "AnnotationCollection" in kinds:
        first = value.get("first")
        if isinstance(first, str) and "items" not in value:
            remedy = "save the pages in one file, with their items"
            raise InputError(f"names a page elsewhere: {first[:80]}", place=place, remedy=remedy)
        for item in [*_listed(value.get("items")), *_listed(first)]:
            if isinstance(item, dict) and item.get("type") == "Annotation" and "@context" not in item:
                yield item
            else:
                yield from _annotations(item, place)
    elif "Annotation" in kinds or "oa:Annotation" in kinds:
        yield value
    else:
        for item in _listed(value.get("@graph")):
            yield from _annotations(item, place)


def _check_context(context: Any, place: str) -> None:
    for one in _listed(context):
        if isinstance(one, str) and one not in _KNOWN_CONTEXTS:
            remedy = f"write the annotations with the context {CONTEXT} alone"
            raise InputError(f"needs the remote context {one[:80]}, and nothing is fetched", place=place, remedy=remedy)
        if isinstance(one, dict) and not one.keys() <= _HARMLESS:
            remedy = f"write the annotations with the context {CONTEXT} alone"
            raise InputError("has a context that gives names a meaning of its own", place=place, remedy=remedy)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _targets(annotation: Mapping[str, Any]) -> list[Any]:
    """The targets, one by one; an address that ends in `#char=…` is a source with a fragment selector."""
    targets = []
    for target in _listed(annotation.get("target")):
        if isinstance(target, dict) and target.get("type") in ("List", "Composite", "Independents"):
            targets += _listed(target.get("items"))
        elif isinstance(target, str) and (match := _ADDRESS.match(target)):
            targets.append({"source": match[1], "selector": {"type": "FragmentSelector", "value": match[2]}})
        else:
            targets.append(target)
    return targets


def _source(target: Mapping[str, Any]) -> str:
    source = target.get("source")
    if isinstance(source, dict):
        source = source.get("id") or source.get("@id")
    return source if isinstance(source, str) and "selector" in target else ""


def _creator(annotation: Mapping[str, Any]) -> str:
    creator = next(iter(_listed(annotation.get("creator"))), None)
    if isinstance(creator, dict):
        creator = creator.get("nickname") or creator.get("name") or creator.get("id")
    return str(creator) if creator else ""


class _Reader:
    def __init__(self, piece: Piece, text: str, annotations: list[dict[str, Any]]) -> None:
        self.piece = piece
        self.text = text
        self.annotations = annotations
        self.made = Assembly(piece.place)
        self.ids: dict[str, str] = {}

    def run(self) -> tuple[Document, list[Finding]]:
        kept: list[tuple[dict[str, Any], Mark]] = []
        links: list[dict[str, Any]] = []
        for annotation in self.annotations:
            targets = _targets(annotation)
            here = [target for target in targets if isinstance(target, dict) and _source(target)]
            if here and all(_source(target) == self.piece.key for target in here):
                if _creator(annotation) == self.piece.annotator and (mark := self._mark(annotation, here)) is not None:
                    kept.append((annotation, mark))
            elif "linking" in _listed(annotation.get("motivation")):
                links.append(annotation)
        unit, readings = choose_unit(
            self.text, [mark for _, mark in kept], byte_order_mark=(self.piece.companion or b"")[:3] == b"\xef\xbb\xbf"
        )
        if unit.counted != CHARACTERS:
            self.made.findings.append(Finding(self.piece.place, f"offsets count {unit.counted}; read so", lost=False))
        for (annotation, (spans, field)), reading in zip(kept, readings, strict=True):
            bodies = list(_bodies(annotation))
            label = next((value for purpose, value in bodies if purpose == "classifying"), "")
            label = label or next((value for purpose, value in bodies if purpose == "tagging" and ":" not in value), "")
            who = f"{label or 'annotation'} {str(annotation.get('id', ''))[:80]}".rstrip()
            if (wrong := refusal(reading, spans, field, unit, who, self.piece.companion_name)) is not None:
                self.made.lost(wrong, "was the text edited after annotation?")
            elif not label:
                self.made.lost(f"{who} has no body that classifies or tags", "give it one with the purpose classifying")
            else:
                self._mention(annotation, label, reading[0], reading[1], bodies)
        for annotation in links:
            self._link(annotation)
        return self.made.document(self.piece.id, self.text, self.piece.annotator), self.made.findings

    def _mention(
        self, annotation: Mapping[str, Any], label: str, spans: Any, words: str, bodies: list[tuple[str, str]]
    ) -> None:
        mention = Mention(f"T{len(self.made.mentions) + 1}", label, spans, words, 0)
        self.made.mentions.append(mention)
        if isinstance(annotation.get("id"), str):
            self.ids[annotation["id"]] = mention.id
        for purpose, value in bodies:
            if purpose == "tagging" and value != label:
                name, colon, given = value.partition(":")
                self.made.attribute(mention.id, name.strip(), given.strip() if colon else None)
            elif purpose == "identifying":
                self.made.reference(mention.id, value)
            elif purpose in ("commenting", "describing", "editing"):
                self.made.note(mention.id, value)

    def _mark(self, annotation: Mapping[str, Any], targets: list[dict[str, Any]]) -> Mark | None:
        spans, quotes = [], []
        for target in targets:
            span = quote = None
            for selector in _selectors(target.get("selector")):
                kind = selector.get("type") or selector.get("@type")
                if kind == "TextPositionSelector":
                    span = span_of(selector["start"], selector["end"])
                elif kind == "FragmentSelector" and (match := _FRAGMENT.match(str(selector.get("value")))):
                    span = int(match[1]), int(match[2])
                elif kind == "TextQuoteSelector":
                    quote = selector
            exact = str(quote["exact"]) if quote else None
            if span is None and quote is not None:
                span = self._quoted(quote)
            if span is None or not 0 <= span[0] <= span[1]:
                found = f"{str(annotation.get('id', 'an annotation'))[:80]} has no position"
                if exact is not None:
                    found = f"{str(annotation.get('id', 'an annotation'))[:80]} quotes what does not stand there exactly once"
                self.made.lost(found, "give it a TextPositionSelector and a TextQuoteSelector")
                return None
            spans.append(span)
            quotes.append(exact)
        return spans, " ".join(str(one) for one in quotes) if all(one is not None for one in quotes) else None

    def _quoted(self, quote: Mapping[str, Any]) -> tuple[int, int] | None:
        prefix, exact, suffix = (str(quote.get(key) or "") for key in ("prefix", "exact", "suffix"))
        context = prefix + exact + suffix
        first = self.text.find(context) if exact else -1
        if first < 0 or self.text.find(context, first + 1) >= 0:
            return None
        start = first + len(prefix)
        return start, start + len(exact)

    def _link(self, annotation: Mapping[str, Any]) -> None:
        bodies = list(_bodies(annotation))
        label = next((value for purpose, value in bodies if purpose == "classifying"), "related")
        source = next((self._id(target) for target in _targets(annotation) if self._id(target) in self.ids), None)
        ends = [value for purpose, value in bodies if purpose == "linking"]
        if source is None or not ends:
            # Links between annotations of other texts or creators are theirs.
            return
        for end in ends:
            if end not in self.ids:
                self.made.lost(
                    f"the link {label} leads to {end[:80]}, which is not there", "annotate it, or remove the link"
                )
                continue
            number = f"R{len(self.made.relations) + 1}"
            self.made.relations.append(Relation(number, label, self.ids[source], self.ids[end], 0))

    def _id(self, target: Any) -> str:
        return str(target.get("id") or target.get("source") or "") if isinstance(target, dict) else str(target)


def _selectors(selector: Any) -> Iterator[dict[str, Any]]:
    for one in _listed(selector):
        if isinstance(one, dict):
            if one.get("type") == "Choice":
                yield from _selectors(one.get("items"))
            yield one
            yield from _selectors(one.get("refinedBy"))


def _bodies(annotation: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Purpose and value of each body. A body without purpose has that of the annotation."""
    usual = str(next(iter(_listed(annotation.get("motivation"))), "tagging")).rpartition("#")[2].removeprefix("oa:")
    if isinstance(annotation.get("bodyValue"), str):
        yield "commenting", annotation["bodyValue"]
    for body in _listed(annotation.get("body")):
        if isinstance(body, dict) and isinstance(purpose := body.get("purpose"), str) and body.get("value"):
            if isinstance(value := body["value"], str):
                yield purpose.removeprefix("oa:"), value
        elif isinstance(body, str):
            yield "linking" if usual == "linking" else "identifying", body
        elif isinstance(body, dict):
            value = body.get("value") or body.get("source") or body.get("id")
            purpose = body.get("purpose") or (usual if "value" in body else "identifying")
            if isinstance(value, str) and value:
                yield str(next(iter(_listed(purpose)))).removeprefix("oa:"), value
