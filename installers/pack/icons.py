"""The program's icon in the containers of Windows and macOS. Both may hold PNG pictures as they are."""

from __future__ import annotations

import struct
from pathlib import Path

SIZES = (16, 32, 48, 64, 128, 256, 512, 1024)
"""Drawn by `installers/draw_icons.py`; a test sees that they show the SVG."""

_ICNS_KINDS = {16: b"icp4", 32: b"icp5", 64: b"icp6", 128: b"ic07", 256: b"ic08", 512: b"ic09", 1024: b"ic10"}


def ico(pictures: dict[int, bytes]) -> bytes:
    """A Windows icon of PNG pictures up to 256 pixels."""
    fitting = {size: png for size, png in pictures.items() if size <= 256}
    entries, at = [], 6 + 16 * len(fitting)
    for size, png in fitting.items():
        entries.append(struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(png), at))
        at += len(png)
    return struct.pack("<HHH", 0, 1, len(fitting)) + b"".join(entries) + b"".join(fitting.values())


def icns(pictures: dict[int, bytes]) -> bytes:
    """A macOS icon of PNG pictures."""
    parts = [
        kind + struct.pack(">I", 8 + len(pictures[size])) + pictures[size]
        for size, kind in _ICNS_KINDS.items()
        if size in pictures
    ]
    body = b"".join(parts)
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def load(folder: Path) -> dict[int, bytes]:
    """The pictures by their size."""
    return {size: (folder / f"{size}.png").read_bytes() for size in SIZES}


def write(pictures: dict[int, bytes], stem: Path) -> None:
    """Everything that Briefcase looks for, beside each other."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    for size, png in pictures.items():
        stem.with_name(f"{stem.name}-{size}.png").write_bytes(png)
    stem.with_name(f"{stem.name}.ico").write_bytes(ico(pictures))
    stem.with_name(f"{stem.name}.icns").write_bytes(icns(pictures))
