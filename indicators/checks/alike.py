"""Finds texts that are nearly the same among many, in time that grows with their number and not with its square.

Each text is reduced to the smallest few hashes of its four-character pieces; two texts that are nearly the same share
some of them with near certainty. Only texts that share one are compared exactly, and only with the first of each kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import nsmallest
from zlib import crc32

from rapidfuzz.distance import Indel

__all__ = ["alike", "first_alike"]

_PIECE = 4
_SKETCH = 10
#: A piece that this many unlike texts share (为进一步加强) is a phrase of the trade and says nothing.
_COMMON = 60


def alike(one: str, other: str, least: float) -> bool:
    """Whether two texts are at least so similar (0..1, by insertions and deletions)."""
    shorter, longer = sorted((len(one), len(other)))
    # 2·shorter / (shorter + longer) is the best similarity these lengths allow.
    if 2 * shorter < least * (shorter + longer):
        return False
    return Indel.normalized_similarity(one, other, score_cutoff=least) >= least


def _sketch(text: str) -> list[int]:
    pieces = {text[at : at + _PIECE] for at in range(max(1, len(text) - _PIECE + 1))}
    return nsmallest(_SKETCH, (crc32(piece.encode()) for piece in pieces))


def first_alike(texts: Sequence[str], least: float) -> list[int]:
    """Return for each text the index of the first text it is nearly the same as; its own where there is none.

    Parameters
    ----------
    texts
        Normalised; ``""`` is like nothing.
    least
        Similarity 0..1 from which two texts are nearly the same.

    Returns
    -------
    list of int
        As long as ``texts``.
    """
    first: list[int] = []
    same: dict[str, int] = {}
    buckets: dict[int, list[int]] = {}
    for number, text in enumerate(texts):
        if not text:
            first.append(number)
            continue
        if text in same:
            first.append(same[text])
            continue
        sketch = _sketch(text)
        leader = _found(text, texts, _candidates(sketch, buckets), least)
        if leader is None:
            leader = number
            for piece in sketch:
                buckets.setdefault(piece, []).append(number)
        same[text] = leader
        first.append(leader)
    return first


def _candidates(sketch: Iterable[int], buckets: dict[int, list[int]]) -> list[int]:
    found: set[int] = set()
    for piece in sketch:
        bucket = buckets.get(piece, ())
        if len(bucket) <= _COMMON:
            found.update(bucket)
    return sorted(found)


def _found(text: str, texts: Sequence[str], candidates: Iterable[int], least: float) -> int | None:
    return next((number for number in candidates if alike(text, texts[number], least)), None)
