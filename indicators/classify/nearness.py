"""How near short texts are: characters and pairs of characters that both hold, rare ones weighing more.

Plain dictionaries on purpose: a check asks for a few vague rows, and loading a library of matrices for that would cost
more than all its answers.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import add

__all__ = ["Held", "Nearness", "Rarity", "pieces"]

#: Weight of a piece that every text holds.
_LEAST_WEIGHT = 0.3


@lru_cache(maxsize=8192)
def pieces(text: str) -> frozenset[str]:
    """Return the characters and pairs of neighbouring characters of a text."""
    return frozenset((*text, *map(add, text, text[1:])))


class Rarity:
    """What a piece weighs: the more texts hold it, the less.

    Parameters
    ----------
    texts
        Each text with how often it occurs.
    """

    def __init__(self, texts: Mapping[str, int]) -> None:
        once = (pieces(text) for text, times in texts.items() if times == 1)
        self._counts: Counter[str] = Counter(chain.from_iterable(once))
        for text, times in texts.items():
            if times > 1:
                self._counts.update(dict.fromkeys(pieces(text), times))
        self._total = sum(texts.values()) + 1
        self._squares: dict[str, float] = {}

    def of(self, piece: str) -> float:
        """Return the weight of a piece."""
        return math.log(self._total / (self._counts[piece] + 1)) + _LEAST_WEIGHT

    def square(self, piece: str) -> float:
        """Return the square of the weight of a piece, which is asked for again and again."""
        found = self._squares.get(piece)
        if found is None:
            found = self._squares[piece] = self.of(piece) ** 2
        return found


class Held:
    """A text of which others may hold a part."""

    def __init__(self, text: str, rarity: Rarity) -> None:
        self._weights = {piece: rarity.of(piece) for piece in sorted(pieces(text))}
        self._whole = sum(self._weights.values())

    def share(self, held: frozenset[str]) -> float:
        """Return how much of the text, by weight, is among these pieces."""
        return sum(weight for piece, weight in self._weights.items() if piece in held) / self._whole


class Nearness:
    """Texts to be asked which of them are near another; looked at when the first is asked for."""

    def __init__(self, texts: Sequence[str], rarity: Rarity) -> None:
        self._texts = texts
        self._rarity = rarity
        self._sizes: list[float] = []
        self._holders: dict[str, list[int]] = {}

    def _size(self, held: frozenset[str]) -> float:
        return math.sqrt(math.fsum(map(self._rarity.square, held)))

    def _look(self) -> None:
        holders: dict[str, list[int]] = defaultdict(list)
        for number, text in enumerate(self._texts):
            held = pieces(text)
            self._sizes.append(self._size(held))
            for piece in held:
                holders[piece].append(number)
        self._holders = dict(holders)

    def near(self, text: str) -> dict[int, float]:
        """Return the numbers of the texts that share a piece with this one, each with 0 to 1 (the same)."""
        if not self._sizes:
            self._look()
        held = pieces(text)
        size = self._size(held)
        shared: dict[int, float] = defaultdict(float)
        # In order: sums of the same numbers must not depend on the order of a set.
        for piece in sorted(held):
            weight = self._rarity.square(piece)
            for number in self._holders.get(piece, ()):
                shared[number] += weight
        return {number: weight / (size * self._sizes[number]) for number, weight in shared.items()}
