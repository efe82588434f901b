"""OLE2 compound files (legacy Word and Excel, encrypted OOXML): directory and streams.

Only what telling file types apart and reading number formats needs. Every chain is bounded, because a
damaged or hostile file may hold loops.

References
----------
[MS-CFB] Compound File Binary File Format.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

__all__ = ["MAGIC", "Compound", "Entry", "open_compound"]

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_REGULAR_SECTOR = 0xFFFFFFFA
_HEADER_DIFAT_ENTRIES = 109
_MINI_SECTOR = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A directory entry: ``kind`` 1 storage, 2 stream, 5 root; ``size`` in bytes."""

    name: str
    kind: int
    start: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Compound:
    """An opened compound file.

    Parameters
    ----------
    data
        All bytes of the file.
    sector
        Sector size in bytes, 512 or 4096.
    cutoff
        Streams smaller than this lie in the mini stream.
    fat, mini_fat
        Next sector of each sector.
    entries
        The directory, root first.
    """

    data: bytes
    sector: int
    cutoff: int
    fat: tuple[int, ...]
    mini_fat: tuple[int, ...]
    entries: tuple[Entry, ...]

    def find(self, *names: str) -> Entry | None:
        """Return the first stream with one of the names, in the order of the names, else ``None``."""
        for name in names:
            for entry in self.entries:
                if entry.name.lower() == name.lower() and entry.kind == 2:
                    return entry
        return None

    def read(self, entry: Entry) -> bytes:
        """Return the bytes of a stream, shorter than announced where the file is cut off."""
        if entry.size >= self.cutoff or entry.kind == 5:
            return self._chain(entry.start, entry.size)
        root = next((item for item in self.entries if item.kind == 5), None)
        if root is None:
            return b""
        mini = self._chain(root.start, root.size)
        chain = _walk(self.mini_fat, entry.start)
        return b"".join(mini[number * _MINI_SECTOR : (number + 1) * _MINI_SECTOR] for number in chain)[: entry.size]

    def _chain(self, start: int, size: int) -> bytes:
        wanted = -(-min(size, len(self.data)) // self.sector)
        parts: list[bytes] = []
        for sector in _walk(self.fat, start):
            if len(parts) >= wanted:
                break
            parts.append(_sector(self.data, self.sector, sector))
        return b"".join(parts)[:size]


def open_compound(data: bytes) -> Compound | None:
    """Open an OLE2 compound file.

    Parameters
    ----------
    data
        All bytes of the file.

    Returns
    -------
    Compound or None
        ``None`` where the header or the directory cannot be made out.
    """
    if not data.startswith(MAGIC) or len(data) < 1024:
        return None
    shift = struct.unpack_from("<H", data, 30)[0]
    if shift not in (9, 12):
        return None
    directory_start, cutoff, mini_start = struct.unpack_from("<I4xII", data, 48)
    fat = _fat(data, 1 << shift)
    raw = b"".join(_sector(data, 1 << shift, number) for number in _walk(fat, directory_start))
    mini_raw = b"".join(_sector(data, 1 << shift, number) for number in _walk(fat, mini_start))
    entries = tuple(_entries(raw))
    if not entries:
        return None
    return Compound(data=data, sector=1 << shift, cutoff=cutoff, fat=fat, mini_fat=_integers(mini_raw), entries=entries)


def _sector(data: bytes, size: int, number: int) -> bytes:
    # The header takes the room of one sector whatever the sector size.
    return data[(number + 1) * size : (number + 2) * size]


def _walk(table: tuple[int, ...], start: int) -> list[int]:
    # A chain can visit each sector once; anything longer is a loop.
    chain: list[int] = []
    seen: set[int] = set()
    while start < _LAST_REGULAR_SECTOR and start < len(table) and start not in seen:
        seen.add(start)
        chain.append(start)
        start = table[start]
    return chain


def _integers(raw: bytes) -> tuple[int, ...]:
    count = len(raw) // 4
    return struct.unpack(f"<{count}I", raw[: count * 4])


def _fat(data: bytes, size: int) -> tuple[int, ...]:
    sectors = list(struct.unpack_from(f"<{_HEADER_DIFAT_ENTRIES}I", data, 76))
    extra, seen = struct.unpack_from("<I", data, 68)[0], set()
    while extra < _LAST_REGULAR_SECTOR and extra not in seen and (extra + 1) * size < len(data):
        seen.add(extra)
        block = _integers(_sector(data, size, extra))
        if not block:
            break
        sectors.extend(block[:-1])
        extra = block[-1]
    parts: list[bytes] = []
    limit = len(data) // size + 1  # no file holds more FAT sectors than sectors
    for number in dict.fromkeys(sectors):
        if number < _LAST_REGULAR_SECTOR and (number + 1) * size < len(data) and len(parts) < limit:
            parts.append(_sector(data, size, number))
    return _integers(b"".join(parts))


def _entries(raw: bytes) -> list[Entry]:
    entries: list[Entry] = []
    for offset in range(0, len(raw) - 127, 128):
        length, kind = struct.unpack_from("<HB", raw, offset + 64)
        if kind not in (1, 2, 5) or not 2 <= length <= 64:
            continue
        name = raw[offset : offset + length - 2].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", raw, offset + 116)
        entries.append(Entry(name=name, kind=kind, start=start, size=size))
    return entries
