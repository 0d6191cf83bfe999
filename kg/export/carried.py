"""What a format cannot carry, item by item, for a machine to read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class NotCarried:
    """One thing of the graph that stands nowhere in an export, or only in part. reason is a key of the reasons of the format."""

    id: str
    kind: str
    label: str
    reason: str


def loss_report(form: str, says: Sequence[str], reasons: Mapping[str, str], items: Iterable[NotCarried]) -> bytes:
    """The list as JSON: what the format loses of everything, the reasons, how many things each concerns, and the things."""
    listed = sorted(items, key=lambda item: (item.reason, item.kind, item.id))
    counts = Counter(item.reason for item in listed)
    report = {
        "format": form,
        "losses": list(says),
        "reasons": {
            reason: {"says": says, "items": counts[reason]} for reason, says in reasons.items() if counts[reason]
        },
        "notCarried": [asdict(item) for item in listed],
    }
    return (json.dumps(report, ensure_ascii=False, indent=1) + "\n").encode()
