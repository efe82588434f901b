"""The spaCy component that marks what a name or value holds: quantities, dates, standards, vague words, heads."""

from __future__ import annotations

import re
from functools import lru_cache
from struct import Struct
from typing import TYPE_CHECKING, Any, NamedTuple

from indicators.classify.lexicon import Lexicon
from indicators.classify.patterns import BIT, FIGURES, figures, oddness, value_kind
from indicators.classify.tokens import WORDS_KEY
from indicators.quantities import half_width, parse_quantity
from indicators.records import Quantity

if TYPE_CHECKING:
    from spacy.tokens import Doc

__all__ = ["COMPONENT", "HEADS", "LINE_END", "Marks", "mark", "register"]

COMPONENT = "indicator_marks"
LINE_END = "\n"
"""Divides the texts that share a document."""
_CODE_BITS = 0x7FFFFFFF

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
    """What the component found in one text. A tuple, since making one is a good part of the time a text takes.

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
        while mask:
            low = mask & -mask
            cover[low] = cover.get(low, 0) + length
            mask ^= low
    shares = tuple([(bit.bit_length() - 1, min(length / size, 1.0)) for bit, length in cover.items()])
    return present, known, vague, shares


def mark(words: list[str], codes: list[int], lexicon: Lexicon, frequencies: dict[str, float]) -> Marks:
    """Describe one text.

    Parameters
    ----------
    words
        The words of a name or a value; joined they are the text.
    codes
        A hash of each word.
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
        *(plain, tuple(codes), present, covered, exact, first, last, base, head, _head(base), kind),
        *(_PACKED.pack(*numbers), quantity),
    )


class MarkComponent:
    """Pipeline component that sets ``doc._.marks``: one ``Marks`` for each line of the document.

    Names and values are a few words long, so that many travel in one document, one a line: making a document
    costs more than marking a name.

    Parameters
    ----------
    lexicon
        The words of the pack.
    frequencies
        The tokenizer's dictionary.
    """

    def __init__(self, lexicon: Lexicon, frequencies: dict[str, float]) -> None:
        self.lexicon = lexicon
        self.frequencies = frequencies

    def __call__(self, doc: Doc) -> Doc:
        """Mark the lines of one document."""
        words = doc.user_data.get(WORDS_KEY) or [token.text for token in doc]
        codes = [code & _CODE_BITS for code in doc.to_array("ORTH").tolist()]
        marks = []
        start = 0
        for stop in [index for index, word in enumerate(words) if word == LINE_END] + [len(words)]:
            marks.append(mark(words[start:stop], codes[start:stop], self.lexicon, self.frequencies))
            start = stop + 1
        doc._.marks = tuple(marks)
        return doc


def register() -> None:
    """Make the component and its extension known to spaCy; harmless when called again."""
    from spacy.language import Language
    from spacy.tokens import Doc

    if not Doc.has_extension("marks"):
        Doc.set_extension("marks", default=None)
    if not Language.has_factory(COMPONENT):

        def create(nlp: Any, name: str) -> MarkComponent:
            return MarkComponent(Lexicon({}), nlp.tokenizer.frequencies)

        Language.factory(COMPONENT, func=create)
