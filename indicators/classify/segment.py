"""Cut names and values into words by jieba's most probable route, over a dictionary that is plain data.

The dictionary is jieba's (see ``tokens.private_jieba``); the model pack carries it as two arrays, so that a check
needs neither jieba's start-up nor spaCy. The words of the pack's own list stand in the same table, so that both are
found in one pass over the characters of many texts. Tests compare the words with those of jieba itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.classify.lines import FLAGS, Lines, jumps

__all__ = ["LONGEST_TEXT", "Pieces", "Vocabulary", "piece_codes"]

LONGEST_TEXT = 400
"""Characters of a text that are looked at; a longer cell is prose or damage."""

_SEED, _FACTOR = np.uint64(0xCBF29CE484222325), np.uint64(0x9E3779B97F4A7C15)
Integers = NDArray[np.int64]
Codes = NDArray[np.uint64]


def _extended(codes: Codes, characters: Codes) -> Codes:
    longer: Codes = (codes ^ characters) * _FACTOR
    return longer


def piece_codes(characters: Codes, starts: Integers, sizes: Integers) -> Codes:
    """Return the code of each piece of a text: a hash, the same on every machine."""
    codes = np.full(len(starts), _SEED)
    at = np.arange(len(starts))
    for place in range(int(sizes.max(initial=0))):
        at = at[sizes[at] > place]
        codes[at] = _extended(codes[at], characters[starts[at] + place])
    return codes


def _codes(words: str) -> Codes:
    """Return the code of each word of a text with one word a line."""
    characters = np.frombuffer(words.encode("utf-32-le"), np.uint32).astype(np.uint64)
    ends = np.append(np.flatnonzero(characters == 10), len(characters))
    starts = np.concatenate([[0], ends[:-1] + 1])
    return piece_codes(characters, starts, ends - starts)


@dataclass(frozen=True, slots=True)
class Pieces:
    """The words of a vocabulary in many texts, overlapping ones too, shorter ones first.

    Parameters
    ----------
    at, length
        Where each begins and how long it is.
    slot
        Its place in the tables of the vocabulary.
    """

    at: Integers
    length: Integers
    slot: Integers

    def where(self, kept: NDArray[np.bool_]) -> Pieces:
        """Return the chosen ones."""
        return Pieces(self.at[kept], self.length[kept], self.slot[kept])


class Vocabulary:
    """Dictionary and word list in one table, and the segmentation that follows from them.

    Parameters
    ----------
    words
        The dictionary, one word a line; every beginning of a word is a word of it.
    counts
        How often each occurs; 0 marks a mere beginning of longer words.
    masks
        The word list: kinds of each word, see ``lexicon.Lexicon``.
    """

    def __init__(self, words: str, counts: NDArray[np.int32], masks: Mapping[str, int]) -> None:
        own = dict.fromkeys(word[:stop] for word in masks for stop in range(1, len(word) + 1))
        keys = np.concatenate([_codes(words), _codes("\n".join(own)) if own else np.zeros(0, np.uint64)])
        keys, first = np.unique(keys, return_index=True)
        # Linear probing, laid out at once: in the order of keys each takes the first free place at or after its own.
        self._shift = np.uint64(64 - max(len(keys) * 2 - 1, 2).bit_length())
        order = np.arange(len(keys))
        places = np.maximum.accumulate((keys >> self._shift).astype(np.int64) - order) + order
        size = max(int(places[-1]) + 2, 1 << (64 - int(self._shift)))
        self._keys = np.zeros(size + 1, np.uint64)
        self._keys[places] = keys
        self.total = float(np.log(max(float(counts.sum(dtype=np.int64)), 1.0)))
        scores = np.append(np.log(np.maximum(counts, 1).astype(np.float64)), np.zeros(len(own)))
        self.scores = np.zeros(size + 1)
        self.scores[places] = scores[first]
        self.masks = np.zeros(size + 1, np.int64)
        if masks:
            self.masks[self._find(_codes("\n".join(masks)))] = list(masks.values())

    def _find(self, codes: Codes) -> Integers:
        """Return the slot of each code, -1 where it is no word."""
        at = (codes >> self._shift).astype(np.int64)
        keys = self._keys[at]
        # Keys ascend, so that a larger one ends the search as an empty place does.
        going = np.flatnonzero((keys < codes) & (keys != 0))
        while len(going):
            at[going] += 1
            keys[going] = found = self._keys[at[going]]
            going = going[(found < codes[going]) & (found != 0)]
        return np.where(keys == codes, at, -1)

    def scores_of(self, codes: Codes) -> NDArray[np.float64]:
        """Return the logarithm of how often each word occurs, 0 for a mere beginning and for what is no word."""
        slots = self._find(codes)
        return np.where(slots >= 0, self.scores[slots], 0.0)

    def masks_of(self, words: Sequence[str]) -> Integers:
        """Return the mask of each word, 0 for what is not in the word list."""
        slots = self._find(_codes("\n".join(words)))
        return np.where(slots >= 0, self.masks[slots], 0)

    def pieces(self, lines: Lines) -> Pieces:
        """Find every word in every text."""
        levels = list(self._levels(lines.codes, lines.ends[lines.owner]))
        if not levels:
            return Pieces(*(np.zeros(0, np.int64),) * 3)
        return Pieces(*(np.concatenate(column) for column in zip(*levels, strict=True)))

    def _levels(self, characters: Codes, ends: Integers) -> Iterator[tuple[Integers, Integers, Integers]]:
        at = np.flatnonzero(np.arange(len(characters)) < ends)
        codes = np.full(len(at), _SEED)
        ends = ends[at]
        length = 1
        while len(at):
            codes = _extended(codes, characters[at + (length - 1)])
            slots = self._find(codes)
            kept = slots >= 0
            at, codes, ends, slots = at[kept], codes[kept], ends[kept], slots[kept]
            yield at, np.full(len(at), length), slots
            length += 1
            kept = at + length <= ends
            at, codes, ends = at[kept], codes[kept], ends[kept]

    def cuts(self, lines: Lines, pieces: Pieces) -> Integers:
        """Return where the words of all texts begin: numbers, Latin words, signs, Chinese words by the likeliest route.

        The route is that of ``jieba.Tokenizer.cut(text, HMM=False)``.
        """
        flags = lines.flags
        size = len(flags)
        places = np.arange(size)
        kinds = np.zeros(size, np.int8)
        for kind, name in enumerate(("han", "latin", "space"), start=1):
            kinds[(flags & FLAGS[name]) != 0] = kind
        # A number begins with a digit; points and commas only go on.
        numeric = (flags & FLAGS["numeric"]) != 0
        opened = np.maximum.accumulate(np.where((flags & FLAGS["digit"]) != 0, places, -1))
        closed = np.maximum.accumulate(np.where(numeric, -1, places))
        kinds[numeric & (opened > closed)] = 4
        begins = np.ones(size, bool)
        begins[1:] = (kinds[1:] != kinds[:-1]) | (kinds[1:] == 0)
        begins[lines.ends] = False
        han = kinds == 1
        if han.any():
            starts = np.flatnonzero(begins & han)
            after = np.flatnonzero(np.append(han[:-1] & ~han[1:], False)) + 1
            stops = np.zeros(size, np.int64)
            stops[han] = after[np.cumsum(begins & han)[han] - 1]
            following = self._routes(places, han, stops, pieces)
            begins[jumps(starts, following, after)] = True
        return np.flatnonzero(begins)

    def _routes(self, places: Integers, han: NDArray[np.bool_], stops: Integers, pieces: Pieces) -> Integers:
        """Return where the likeliest word that begins at each Chinese character ends, worked out from the back."""
        score = self.scores[pieces.slot]
        usable = han[pieces.at] & (score != 0) & (pieces.at + pieces.length <= stops[pieces.at])
        at, length, score = pieces.at[usable], pieces.length[usable], score[usable]
        width = int(length.max(initial=1))
        chances = np.full((len(places), width), -np.inf)
        # A single character may always stand, known or not.
        chances[:, 0] = 0.0 - self.total
        chances[at, length - 1] = score - self.total
        best = np.zeros(len(places) + width)
        ahead = np.arange(1, width + 1)
        following = places + 1
        inside = np.flatnonzero(han)
        distance = stops[inside] - inside
        order = np.argsort(distance, kind="stable")
        inside = inside[order]
        bounds = np.append(0, np.cumsum(np.bincount(distance)[1:]))
        for low, high in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            group = inside[low:high]
            values = chances[group] + best[group[:, None] + ahead]
            # Of equal routes the one with the longer word.
            taken = width - 1 - values[:, ::-1].argmax(axis=1)
            best[group] = values[np.arange(len(group)), taken]
            following[group] += taken
        return following

    def words(self, texts: Sequence[str]) -> list[list[str]]:
        """Cut texts into words; joined again they are the text."""
        lines = Lines.of(texts)
        cuts = self.cuts(lines, self.pieces(lines)).tolist()
        joined = "\n".join([*texts, ""])
        found: list[list[str]] = [[] for _ in texts]
        owners, ends = lines.owner.tolist(), lines.ends.tolist()
        for place, start in enumerate(cuts):
            owner = owners[start]
            stop = min(cuts[place + 1], ends[owner]) if place + 1 < len(cuts) else ends[owner]
            found[owner].append(joined[start:stop])
        return found
