"""Canonical N-Quads → columns: the facts of some graphs as one frame per predicate, ready to be joined.

Everything happens in columns; Python sees single values only where a literal has an escape.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Sequence

import polars as pl

from kg.namespaces import RDF

TYPE = RDF.type
SCHEMA = {"graph": pl.String, "subject": pl.String, "object": pl.String, "language": pl.String}

_ESCAPED = re.compile(r'\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([tbnrf"\\]))')
_SINGLE = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "\\": "\\"}


class Facts:
    """Predicate → its triples as graph, subject, object, language: IRIs without brackets, literals as their text."""

    def __init__(self, frames: dict[str, pl.DataFrame]) -> None:
        self._frames = frames

    def __getitem__(self, predicate: str) -> pl.DataFrame:
        return self._frames.get(predicate, _NOTHING)

    def of(self, predicate: str, subject: str, value: str) -> pl.DataFrame:
        """The triples of a predicate with its subject and object under other names."""
        return self[predicate].select("graph", pl.col("subject").alias(subject), pl.col("object").alias(value))

    def typed(self, classes: Collection[str], subject: str) -> pl.DataFrame:
        """Which things are of some classes: graph, the subject under a name, kind."""
        return self.of(TYPE, subject, "kind").filter(pl.col("kind").is_in(list(classes)))


_NOTHING = pl.DataFrame(schema=SCHEMA)


def read_facts(blocks: Sequence[bytes], predicates: Collection[str], classes: Collection[str]) -> Facts:
    """The triples of some blocks with these predicates, of rdf:type those with these classes.

    Each block is one graph in canonical N-Quads (see `kg.blocks`).
    """
    if not blocks:
        return Facts({})
    # Canonical N-Quads escapes control characters, so that none stands in a line but its end.
    lines = pl.read_csv(
        io.BytesIO(b"".join(blocks)),
        has_header=False,
        separator="\x01",
        quote_char=None,
        schema={"line": pl.String},
        encoding="utf8",
    )
    counts = [block.count(b"\n") for block in blocks]
    names = [block[block.rindex(b" <") + 2 : -4].decode("utf-8") for block in blocks]
    graphs = pl.DataFrame({"graph": names, "count": counts}).select(pl.col("graph").repeat_by("count").explode())
    wanted = [f"<{predicate}>" for predicate in sorted({*predicates, TYPE})]
    kinds = [f"<{one}>" for one in sorted(classes)]
    parts = (
        lines.with_columns(graphs.to_series())
        .lazy()
        .with_columns(pl.col("line").str.splitn(" ", 3).struct.rename_fields(["s", "p", "rest"]).alias("part"))
        .unnest("part")
        .filter(pl.col("p").is_in(wanted))
        .with_columns(
            pl.col("rest").str.head(pl.col("rest").str.len_chars() - pl.col("graph").str.len_chars() - 5).alias("o")
        )
        .filter((pl.col("p") != f"<{TYPE}>") | pl.col("o").is_in(kinds))
        .select(
            "graph",
            pl.col("s").str.strip_chars("<>").alias("subject"),
            pl.col("p").str.strip_chars("<>").alias("predicate"),
            pl.when(pl.col("o").str.starts_with("<"))
            .then(pl.col("o").str.strip_chars("<>"))
            .otherwise(pl.col("o").str.extract(r'(?s)^"((?:[^"\\]|\\.)*)"'))
            .alias("object"),
            pl.col("o").str.extract('"@([a-z0-9-]+)$').alias("language"),
        )
        .collect()
    )
    escaped = parts["object"].str.contains("\\", literal=True)
    if escaped.any():
        plain = parts["object"].to_list()
        for at in escaped.arg_true():
            plain[at] = unescape(plain[at])
        parts = parts.with_columns(pl.Series("object", plain, pl.String))
    cut = parts.partition_by("predicate", as_dict=True, include_key=False, maintain_order=True)
    return Facts({str(key[0]): frame for key, frame in cut.items()})


def unescape(text: str) -> str:
    """What stands between the quotes of a literal, as it is meant."""
    return _ESCAPED.sub(lambda m: _SINGLE[m[3]] if m[3] else chr(int(m[1] or m[2], 16)), text)
