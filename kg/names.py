"""The form in which names of actors and venues are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_QUOTES = str.maketrans("’‘ʼ`´“”„«»", "'''''" + '""""' + '"')
_DASHES = re.compile("[\N{HYPHEN}-\N{EM DASH}]")
_SPACE = re.compile(r"\s+")


@lru_cache(maxsize=65536)
def normalise(name: str) -> str:
    """The form in which names are compared: NFKC, case folded, plain quotes and hyphens, no article, no possessive s."""
    text = unicodedata.normalize("NFKC", name).translate(_QUOTES)
    text = _SPACE.sub(" ", _DASHES.sub("-", text)).strip().casefold()
    return text.removeprefix("the ").removesuffix("'s").removesuffix("'") or text


@lru_cache(maxsize=65536)
def without_accents(key: str) -> str:
    """A normalised name without combining marks, so that "erdogan" finds "erdoğan" (dotless ı counts as i)."""
    decomposed = unicodedata.normalize("NFKD", key.replace("ı", "i"))
    return "".join(character for character in decomposed if not unicodedata.combining(character))
