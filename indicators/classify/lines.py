"""Many short texts as one array of characters, so that each question is asked of all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["FLAGS", "Lines", "jumps"]

Integers = NDArray[np.int64]

_HAN = (0x4E00, 0xA000)
_SETS: dict[str, str] = {
    "digit": "0123456789",
    "numeric": "0123456789.,",
    "latin": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "space": " \t\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"
    + "".join(map(chr, range(0x2000, 0x200B))),
    "stop": ",;、。，；",
    "bracket": "(",
    # What a quantity, a date or a document number cannot do without.
    "numeral": "0123456789零〇○一二两三四五六七八九十百千万亿半壹贰叁肆伍陆柒捌玖拾",
    "feast": "节旦宵五六七八十清端秋庆阳",
    "document": "《〔[(（ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    # What the patterns of ``patterns.PATTERNS`` cannot do without, one set each.
    "never-mind": "待见详依据为按实同附视随?？X*×",
    "all-of": "应",
    "often": "每一两二三逐",
    "calendar": "周星节日次正除腊旬底时点:",
    "after-event": "后内前",
    "negative": "不无未没零",
    # Strokes that OCR leaves of a character and signs of debris.
    "debris": "亻氵扌纟讠钅饣忄犭礻衤疒辶阝刂攵彳囗丨丿亅冫宀艹乚厶匚丅冖卩氺灬☆★?？#\ufffd",
}
_RANGES = {"debris": ((0x2E80, 0x2FE0), (0x2500, 0x2600), (0x3400, 0x4DC0), (0xFF61, 0xFFA0))}
FLAGS: dict[str, int] = {"han": 1} | {name: 2 << index for index, name in enumerate(_SETS)}
"""Bit of each kind of character in ``Lines.flags``."""


def _table() -> NDArray[np.uint32]:
    table = np.zeros(1 << 16, np.uint32)
    table[slice(*_HAN)] |= FLAGS["han"]
    for name, characters in _SETS.items():
        table[[ord(character) for character in characters]] |= FLAGS[name]
    for name, ranges in _RANGES.items():
        for start, stop in ranges:
            table[start:stop] |= FLAGS[name]
    return table


_TABLE = _table()


@dataclass(frozen=True, slots=True)
class Lines:
    """Texts of one line each, end to end; a line break follows each of them.

    Parameters
    ----------
    texts
        Without line breaks.
    codes, flags
        Code point of each character, and the ``FLAGS`` it has, ``(characters,)``.
    starts, ends
        Where each text lies in them, ``(texts,)``.
    owner
        Index of the text each character belongs to, ``(characters,)``.
    held
        The flags that occur in each text, ``(texts,)``.
    """

    texts: list[str]
    codes: NDArray[np.uint64]
    flags: NDArray[np.uint32]
    starts: Integers
    ends: Integers
    owner: Integers
    held: NDArray[np.uint32]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Lines:
        """Lay texts end to end."""
        joined = "\n".join([*texts, ""])
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
        sizes = np.fromiter(map(len, texts), np.int64, len(texts))
        ends = np.cumsum(sizes + 1) - 1
        flags = _TABLE[np.minimum(codes, 0xFFFF)] if len(codes) and codes.max() > 0xFFFF else _TABLE[codes]
        owner = np.repeat(np.arange(len(texts)), sizes + 1)
        held = np.bitwise_or.reduceat(flags, ends - sizes) if len(texts) else np.zeros(0, np.uint32)
        return cls(list(texts), codes.astype(np.uint64), flags, ends - sizes, ends, owner, held)

    def counts(self, *names: str) -> NDArray[np.int64]:
        """Count the characters of each text that have any of the flags."""
        wanted = (self.flags & sum(FLAGS[name] for name in names)) != 0
        return np.bincount(self.owner[wanted], minlength=len(self.texts))


def jumps(starts: Iterable[int] | Integers, following: Integers, stops: Integers) -> Integers:
    """Follow many chains of places at once, each to its stop.

    Parameters
    ----------
    starts
        First place of each chain.
    following
        The place after each place.
    stops
        Where each chain ends, as long as ``starts``.

    Returns
    -------
    numpy.ndarray
        All places visited, in ascending order.
    """
    at, stop = np.asarray(starts, np.int64), stops
    visited = []
    while True:
        going = at < stop
        if not going.all():
            at, stop = at[going], stop[going]
        if not len(at):
            break
        visited.append(at)
        at = following[at]
    return np.sort(np.concatenate(visited)) if visited else np.zeros(0, np.int64)
