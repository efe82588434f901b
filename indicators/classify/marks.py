"""What a name or value holds: quantities, dates, standards, vague words, heads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from struct import Struct
from typing import NamedTuple
from zlib import crc32

from indicators.classify.lexicon import Lexicon
from indicators.classify.patterns import BIT, FIGURES, figures, oddness, value_kind
from indicators.classify.segment import Segmenter
from indicators.quantities import half_width, parse_quantity
from indicators.records import Quantity

__all__ = ["HEADS", "Marker", "Marks", "mark"]

HEADS: tuple[str, ...] = (
    *("none", "category", "feeling", "counted-rate", "trend", "rate", "money", "duration", "number", "statistic"),
    *("abstract", "person", "loss", "event", "direction", "timely", "adjective", "standard", "other", "empty"),
)
"""What a name asks for, by its last word; the first that fits."""

_HEAD_ORDER = tuple((HEADS.index(head), BIT[head]) for head in HEADS if head in BIT and head != "category")
_OTHER, _EMPTY, _CATEGORY = HEADS.index("other"), HEADS.index("empty"), HEADS.index("category")
_VAGUE = BIT["direction"] | BIT["gradual"] | BIT["adjective"] | BIT["timely"]
# Numerals as cheques print them, and the two that stand for two characters.
_NUMERALS = str.maketrans(
    dict(zip("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千", strict=True)) | {"廿": "二十", "卅": "三十"}
)
_PACKED = Struct(f"{len(FIGURES)}f")
_SIGNS = re.compile(r"[\s\W_]+")
# The unit column of some export systems is empty and prints as 无 behind the value.
_TIDY = re.compile(r"(?<=.)\s*无$|[。；;，,、\s]+$")


class Marks(NamedTuple):
    """What was found in one text. A tuple, since making one is a good part of the time a text takes.

    Parameters
    ----------
    text
        Half-width, without a trailing 无.
    codes
        Hashes of its words.
    present
        Mask of the sections of the word list that occur.
    covered
        ``(section index, share of characters)`` of those sections, 0..1.
    exact, first, last, base
        Masks of the whole text, its first word, its last word, and the word before the last.
    head, before
        Indices into ``HEADS`` of the last word and of the one before it.
    kind
        Index into ``patterns.KINDS``: what the text is as a value.
    figures
        See ``patterns.FIGURES``; packed as ``float32``, in the byte order of the machine.
    quantity
        The first quantity, if any.
    """

    text: str
    codes: tuple[int, ...]
    present: int
    covered: tuple[tuple[int, float], ...]
    exact: int
    first: int
    last: int
    base: int
    head: int
    before: int
    kind: int
    figures: bytes
    quantity: Quantity | None


@lru_cache(maxsize=65536)
def _code(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=4096)
def _head(mask: int) -> int:
    for index, bit in _HEAD_ORDER:
        if mask & bit:
            return index
    return _OTHER if mask else 0


def _coverage(spans: list[tuple[int, int]], size: int) -> tuple[int, int, int, tuple[tuple[int, float], ...]]:
    """Sum up the words found: mask, characters known, characters vague, share of each section."""
    if not spans:
        return 0, 0, 0, ()
    present = known = vague = 0
    cover: dict[int, int] = {}
    for length, mask in spans:
        present |= mask
        known += length
        if mask & _VAGUE:
            vague += length
        for section in _sections(mask):
            cover[section] = cover.get(section, 0) + length
    shares = tuple([(section, min(length / size, 1.0)) for section, length in cover.items()])
    return present, known, vague, shares


@lru_cache(maxsize=4096)
def _sections(mask: int) -> tuple[int, ...]:
    return tuple(index for index in range(mask.bit_length()) if mask >> index & 1)


def mark(words: Sequence[str], lexicon: Lexicon, frequencies: Mapping[str, float]) -> Marks:
    """Describe one text.

    Parameters
    ----------
    words
        The words of a name or a value; joined they are the text.
    lexicon
        The words of the pack.
    frequencies
        The tokenizer's dictionary, for telling words from debris.
    """
    plain = half_width("".join(words)).translate(_NUMERALS).strip()
    if len(plain) > 1:
        plain = _TIDY.sub("", plain)
    rest = _SIGNS.sub("", plain)
    size = max(len(rest), 1)
    present, known, vague, covered = _coverage(lexicon.found(plain), size)
    exact = lexicon.masks.get(plain, 0) | lexicon.masks.get(rest, 0)
    last, length = lexicon.ending(rest)
    base = lexicon.ending(rest[:-length])[0] if length else 0
    odd = oddness(plain, size)
    quantity = parse_quantity(plain)
    vague_share = min(vague / size, 1.0)
    kind = value_kind(plain, rest, exact=exact, present=present, vague=vague_share, odd=odd, quantity=quantity)
    numbers = figures(plain, rest, words, frequencies, known=known, vague=vague_share, odd=odd, quantity=quantity)
    head = _head(last) if rest and not exact & BIT["category"] else _CATEGORY if rest else _EMPTY
    first = lexicon.beginning(rest)[0]
    # In the order of the fields: a call by name costs twice as much.
    return Marks(
        *(plain, tuple(map(_code, words)), present, covered, exact, first, last, base, head, _head(base), kind),
        *(_PACKED.pack(*numbers), quantity),
    )


class Marker:
    """Marks texts with the dictionary and word list of a pack alone.

    Parameters
    ----------
    segmenter
        Cuts texts into words.
    lexicon
        The words of the pack.
    """

    def __init__(self, segmenter: Segmenter, lexicon: Lexicon) -> None:
        self.segmenter = segmenter
        self.lexicon = lexicon

    def __call__(self, texts: Sequence[str]) -> list[Marks]:
        """Mark each text."""
        cut, lexicon, scores = self.segmenter.words, self.lexicon, self.segmenter.scores
        return [mark(cut(text), lexicon, scores) for text in texts]
