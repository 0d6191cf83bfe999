"""Pictures of the page for the README: `make screenshots` writes docs-assets/*.png from the shipped corpora, in a real Chromium."""

from __future__ import annotations

import struct
import tempfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

from kg.building import build_in_memory
from kg.evidence import load_evidence
from kg.render import render_page, write_page
from kg.scene import load_scene
from kg.standing import STANDINGS
from kg.views import Policy
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.helpers import DATA, ROOT, SAMPLE

# name → (width, height, scheme, fragment of the state)
SHOTS = {
    "network": (
        1240,
        760,
        "light",
        "ego=actor%2Fukraine,1&since=2025-11-15&open=node,actor%2Fukraine&off.kind=round&arranged=1",
    ),
    "filtered": (1240, 760, "light", "level=person&off.status=held,under-way,mentioned&off.kind=round&arranged=1"),
    "as-of": (1240, 760, "light", "axis=published&asOf=2025-12-21&off.kind=round"),
    "table": (1240, 760, "light", "view=table&rows=claims&sort=published,down"),
    "timeline": (1240, 760, "light", "view=timeline&since=2025-11-15&until=2026-02-28&undated=0"),
    "map": (1240, 760, "dark", "view=map"),
    "ledger": (1240, 760, "light", "view=ledger"),
    "phone": (390, 760, "light", "open=node,actor%2Fukraine"),
}


def smaller(png: bytes) -> bytes:
    """A screenshot with a palette of 256 colours: the commonest, then those farthest from them; all else is the nearest."""
    pixels = decoded(png)
    height, width, _ = pixels.shape
    packed = (pixels.astype(np.uint32) * [65536, 256, 1]).sum(axis=2)
    colours, counts = np.unique(packed, return_counts=True)
    known = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1).astype(int)
    chosen = list(np.argsort(-counts, kind="stable")[:160])
    apart = np.min([np.square(known - known[one]).sum(axis=1) for one in chosen], axis=0)
    while len(chosen) < min(256, len(colours)):
        chosen.append(apart.argmax())
        apart = np.minimum(apart, np.square(known - known[chosen[-1]]).sum(axis=1))
    rgb = known[chosen]
    nearest = np.concatenate(
        [np.square(part[:, None] - rgb[None]).sum(axis=2).argmin(axis=1) for part in np.array_split(known, 64)]
    )
    indexed = nearest[np.searchsorted(colours, packed)].astype(np.uint8)
    rows = np.concatenate([np.zeros((height, 1), np.uint8), indexed], axis=1).tobytes()
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)), (b"PLTE", rgb.astype(np.uint8).tobytes()),
        (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""),
    ]  # fmt: skip
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def decoded(png: bytes) -> Any:
    """The pixels of a PNG as the browser writes it: eight bits, RGB or RGBA, not interlaced."""
    at, data, width, height, depth = 8, b"", 0, 0, 3
    while at < len(png):
        (length,), kind = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
        body = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, bits, colour = struct.unpack(">IIBB", body[:10])
            assert bits == 8
            depth = {2: 3, 6: 4}[colour]
        data += body if kind == b"IDAT" else b""
        at += length + 12
    raw = np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, 1 + width * depth)
    before = np.zeros((width, depth), np.uint8)
    rows = []
    for line in raw:
        row = line[1:].reshape(width, depth).copy()
        if line[0] == 2:
            row += before
        elif line[0] == 1:
            row = np.cumsum(row, axis=0, dtype=np.uint8)
        elif line[0] in (3, 4):
            up, left, corner = before.astype(int), np.zeros(depth, int), np.zeros(depth, int)
            for x in range(width):
                if line[0] == 3:
                    guess = (left + up[x]) // 2
                else:
                    p = left + up[x] - corner
                    a, b, c = abs(p - left), abs(p - up[x]), abs(p - corner)
                    guess = np.where((a <= b) & (a <= c), left, np.where(b <= c, up[x], corner))
                corner = up[x]
                row[x] = left = (row[x] + guess) & 255
        rows.append(row[:, :3])
        before = row
    return np.stack(rows)


def main() -> None:
    target = ROOT / "docs-assets"
    target.mkdir(exist_ok=True)
    folders = [SAMPLE, *sorted(path.parent for path in DATA.glob("*/sources.csv") if path.parent != SAMPLE)]
    store, _ = build_in_memory(folders)
    scene, evidence = load_scene(store), load_evidence(store)
    store.close()
    policy = Policy(standings=STANDINGS, rounds=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "page.html"
        write_page(path, render_page(scene, evidence, title="Who talks to whom", policy=policy))
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        for name, (width, height, scheme, fragment) in SHOTS.items():
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
            page.goto(f"{path.as_uri()}#{fragment}")
            page.wait_for_timeout(800)
            if "view=" not in fragment and width > 900:
                page.locator("#zoom-fit").click(force=True)
                page.wait_for_timeout(400)
            (target / f"{name}.png").write_bytes(smaller(page.screenshot()))
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
