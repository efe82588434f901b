"""What names and values hold: quantities, dates, standards, vague words, heads; many texts at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indicators.classify.lexicon import SECTIONS
from indicators.classify.lines import FLAGS, Lines, jumps
from indicators.classify.patterns import BIT, figures, numbers, oddness, value_kinds
from indicators.classify.segment import Pieces, Vocabulary, piece_codes
from indicators.quantities import half_width
from indicators.records import Quantity

__all__ = ["CHOICES", "HEADS", "MASKS", "Marked", "Marker", "Marks", "mark", "plain_texts", "unpacked"]

HEADS: tuple[str, ...] = (
    *("none", "category", "feeling", "counted-rate", "trend", "rate", "money", "duration", "number", "statistic"),
    *("abstract", "person", "loss", "event", "direction", "timely", "adjective", "standard", "other", "empty"),
)
"""What a name asks for, by its last word; the first that fits."""

Integers = NDArray[np.int64]
_HEAD_ORDER = tuple((HEADS.index(head), BIT[head]) for head in HEADS if head in BIT and head != "category")
_NONE, _OTHER, _EMPTY, _CATEGORY = (HEADS.index(head) for head in ("none", "other", "empty", "category"))
_VAGUE = BIT["direction"] | BIT["gradual"] | BIT["adjective"] | BIT["timely"]
# Numerals as cheques print them, and the two that stand for two characters; 队伍, 登陆, 陆续, 收拾 are words.
_NUMERALS = dict(zip("壹贰叁肆伍陆柒捌玖拾佰仟廿卅", [*"一二三四五六七八九十百千", "二十", "三十"], strict=True))
# Neither ASCII nor Chinese characters: half-width as they are.
_NEITHER = re.compile("[^\x00-\x7f\u4e00-\u9fff]+")
_MAY_BE_FORMAL = re.compile(f"[{''.join(_NUMERALS)}]")
_FORMAL = re.compile(
    "[壹贰叁肆柒捌玖佰仟廿卅]|(?<![队退入行])伍|(?<![大登着水内上])陆(?![地续路军上运])|(?<![收捡])拾(?![金遗荒])"
)
_SIGNS = re.compile(r"[\s\W_]+")
# The unit column of some export systems is empty and prints as 无 behind the value.
_TIDY = re.compile(r"(?<=.)\s*无$|[。；;，,、\s]+$")
_MAY_TIDY = frozenset("无。；;，,、")


class Marks(NamedTuple):
    """What was found in one text.

    Parameters
    ----------
    text
        As ``plain_texts`` gives it.
    present
        Mask of the sections of the word list that occur.
    exact, first, last, base
        Masks of the whole text, its first word, its last word, and the word before the last.
    head, before
        Indices into ``HEADS`` of the last word and of the one before it.
    kind
        Index into ``patterns.KINDS``: what the text is as a value.
    quantity
        The first quantity, if any.
    """

    text: str
    present: int
    exact: int
    first: int
    last: int
    base: int
    head: int
    before: int
    kind: int
    quantity: Quantity | None


MASKS = ("present", "exact", "first", "last", "base")
CHOICES = ("head", "before", "kind")


@dataclass(frozen=True, slots=True)
class Marked:
    """What was found in many texts.

    Parameters
    ----------
    texts, quantities
        As in ``Marks``.
    masks, choices
        ``(texts, 5)`` and ``(texts, 3)``: the fields ``MASKS`` and ``CHOICES`` of ``Marks``.
    covered
        Share of the characters that words of each section cover, ``(texts, len(SECTIONS))``, 0..1.
    figures
        See ``patterns.FIGURES``; ``(texts, len(FIGURES))``.
    words
        ``(owners, codes)`` of the words of all texts, in order.
    """

    texts: list[str]
    quantities: list[Quantity | None]
    masks: Integers
    choices: Integers
    covered: NDArray[np.float32]
    figures: NDArray[np.float32]
    words: tuple[Integers, NDArray[np.uint64]]

    def rows(self) -> list[Marks]:
        """Return the marks of each text."""
        columns = [*self.masks.T.tolist(), *self.choices.T.tolist()]
        return list(map(Marks, self.texts, *columns, self.quantities))

    @classmethod
    def joined(cls, parts: Sequence[Marked]) -> Marked:
        """Put the marks of several lots of texts together."""
        offsets = np.cumsum([0, *(len(part.texts) for part in parts)])
        owners = [part.words[0] + offset for part, offset in zip(parts, offsets, strict=False)]
        return cls(
            [text for part in parts for text in part.texts],
            [quantity for part in parts for quantity in part.quantities],
            np.concatenate([part.masks for part in parts]),
            np.concatenate([part.choices for part in parts]),
            np.concatenate([part.covered for part in parts]),
            np.concatenate([part.figures for part in parts]),
            (np.concatenate(owners), np.concatenate([part.words[1] for part in parts])),
        )


def plain_texts(texts: Sequence[str]) -> list[str]:
    """Return texts of one line half-width, with plain numerals, without a trailing 无 and stops."""
    if not texts:
        return []
    joined = _NEITHER.sub(lambda at: half_width(at[0]), "\n".join(texts))
    joined = _MAY_BE_FORMAL.sub(lambda at: _NUMERALS[at[0]] if _FORMAL.match(joined, at.start()) else at[0], joined)
    plain = [text.strip() for text in joined.split("\n")]
    return [_TIDY.sub("", text) if len(text) > 1 and text[-1] in _MAY_TIDY else text for text in plain]


def _heads(masks: Integers) -> Integers:
    heads = np.where(masks != 0, _OTHER, _NONE)
    for index, bit in reversed(_HEAD_ORDER):
        heads[(masks & bit) != 0] = index
    return heads


def _without_signs(lines: Lines) -> tuple[list[str], Integers]:
    """Return each text without signs, and the indices of those that had any."""
    rests, changed = list(lines.texts), []
    for index in np.flatnonzero(lines.counts("han") < lines.ends - lines.starts).tolist():
        rests[index] = _SIGNS.sub("", rests[index])
        if len(rests[index]) < len(lines.texts[index]):
            changed.append(index)
    return rests, np.asarray(changed, np.int64)


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of the word list that are, begin or end each of some texts: masks."""

    exact: Integers
    first: Integers
    last: Integers
    base: Integers


def _edges(lines: Lines, pieces: Pieces, masks: Integers) -> _Words:
    """Look at both ends of each text; ``masks`` are those of the pieces, which go from short to long."""
    count = len(lines.texts)
    owner = lines.owner[pieces.at]
    stops = pieces.at + pieces.length
    at_start, at_end = pieces.at == lines.starts[owner], stops == lines.ends[owner]
    found = {name: np.zeros(count, np.int64) for name in ("exact", "first", "last", "base")}
    whole = at_start & at_end
    found["exact"][owner[whole]] = masks[whole]
    found["first"][owner[at_start]] = masks[at_start]
    found["last"][owner[at_end]] = masks[at_end]
    before = lines.ends.copy()
    before[owner[at_end]] = pieces.at[at_end]
    at_base = (stops == before[owner]) & ~at_end
    found["base"][owner[at_base]] = masks[at_base]
    return _Words(**found)


def _covering(lines: Lines, pieces: Pieces, masks: Integers) -> tuple[Integers, Integers, Integers]:
    """Choose words without overlaps, the longest first at each place: ``(owner, length, mask)`` of each."""
    size = len(lines.codes)
    length, mask = np.zeros(size, np.int64), np.zeros(size, np.int64)
    length[pieces.at], mask[pieces.at] = pieces.length, masks
    places = np.arange(size)
    # The place of the next word at or after each place, and where the search goes on after it.
    following = np.minimum.accumulate(np.where(length > 0, places, size)[::-1])[::-1]
    after = np.append(following, size)[np.minimum(places + np.maximum(length, 1), size)]
    chosen = jumps(following[lines.starts], after, lines.ends)
    return lines.owner[chosen], length[chosen], mask[chosen]


def unpacked(masks: Integers) -> NDArray[np.uint8]:
    """Return the bits of masks, ``(..., len(SECTIONS))``."""
    packed = np.ascontiguousarray(masks.astype("<u4")).view(np.uint8).reshape(*masks.shape, 4)
    return np.unpackbits(packed, axis=-1, bitorder="little")[..., : len(SECTIONS)]


def _sums(owner: Integers, values: Integers, count: int) -> Integers:
    return np.bincount(owner, weights=values, minlength=count).astype(np.int64)


def _words(lines: Lines, cuts: Integers) -> tuple[Integers, NDArray[np.uint64], NDArray[np.bool_], Integers]:
    """Return owner, code, whether it is Chinese, and length of each word."""
    owners = lines.owner[cuts]
    stops = np.minimum(np.append(cuts[1:], len(lines.codes)), lines.ends[owners])
    han = (lines.flags[cuts] & FLAGS["han"]) != 0
    return owners, piece_codes(lines.codes, cuts, stops - cuts), han, stops - cuts


def mark(lines: Lines, vocabulary: Vocabulary, cuts: Integers | None = None) -> Marked:
    """Describe texts.

    Parameters
    ----------
    lines
        Texts as ``plain_texts`` gives them.
    vocabulary
        Dictionary and words of the pack.
    cuts
        Where their words begin, in ascending order; ``None`` to cut them here.
    """
    count = len(lines.texts)
    rests, changed = _without_signs(lines)
    bare = np.fromiter(map(len, rests), np.int64, count)
    sizes = np.maximum(bare, 1)
    pieces = vocabulary.pieces(lines)
    if cuts is None:
        cuts = vocabulary.cuts(lines, pieces)
    masks = vocabulary.masks[pieces.slot]
    listed = masks != 0
    known_pieces, known_masks = pieces.where(listed), masks[listed]
    owner, length, mask = _covering(lines, known_pieces, known_masks)
    present = np.zeros(count, np.int64)
    np.bitwise_or.at(present, owner, mask)
    covered = np.zeros((count, len(SECTIONS)), np.float32)
    at, section = np.nonzero(unpacked(mask))
    np.add.at(covered, (owner[at], section), length[at])
    covered = np.minimum(covered / sizes[:, None].astype(np.float32), np.float32(1))
    vague = np.minimum(_sums(owner, np.where(mask & _VAGUE, length, 0), count) / sizes, 1.0)
    edges = _edges(lines, known_pieces, known_masks)
    exact, first, last, base = edges.exact, edges.first, edges.last, edges.base
    if len(changed):
        bared = Lines.of([rests[index] for index in changed.tolist()])
        inner = vocabulary.pieces(bared)
        inner_masks = vocabulary.masks[inner.slot]
        found = _edges(bared, inner.where(inner_masks != 0), inner_masks[inner_masks != 0])
        exact[changed] |= found.exact
        first[changed], last[changed], base[changed] = found.first, found.last, found.base
    head = _heads(last)
    head[(exact & BIT["category"]) != 0] = _CATEGORY
    head[bare == 0] = _EMPTY
    odd = np.zeros(count)
    for index in np.flatnonzero(lines.held & FLAGS["debris"]).tolist():
        odd[index] = oddness(lines.texts[index], int(sizes[index]))
    read = numbers(lines, rests)
    kinds, documents = value_kinds(lines, rests, read, exact=exact, present=present, vague=vague, odd=odd)
    owners, codes, han, wide = _words(lines, cuts)
    described = figures(
        lines,
        read,
        bare=bare,
        words=np.bincount(owners, minlength=count),
        single=np.bincount(owners[han & (wide == 1)], minlength=count),
        unknown=np.bincount(owners[han & (vocabulary.scores_of(codes) == 0)], minlength=count),
        known=_sums(owner, length, count),
        vague=vague,
        odd=odd,
        documents=documents,
    )
    return Marked(
        lines.texts,
        read.quantities,
        np.stack([present, exact, first, last, base], axis=1),
        np.stack([head, _heads(base), kinds], axis=1),
        covered,
        described,
        (owners, codes),
    )


class Marker:
    """Marks texts with the dictionary and word list of a pack alone.

    Parameters
    ----------
    vocabulary
        Of the pack.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def __call__(self, texts: Sequence[str]) -> Marked:
        """Mark each text."""
        return mark(Lines.of(texts), self.vocabulary)
