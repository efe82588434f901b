"""Texts that were copied: minhash signatures find candidates, shared four-character pieces decide.

A signature is 64 minima of a hashed set of pieces; the share of equal minima estimates the Jaccard index of two sets.
Cut into 16 bands of 4, two texts with a Jaccard index of 0.8 share a band with probability 0.9998, two with 0.3 with
0.12. What shares a band is compared exactly.

References
----------
Broder 1997, On the resemblance and containment of documents; Leskovec, Rajaraman, Ullman, Mining of Massive Datasets,
chapter 3.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Any

__all__ = ["SIGNATURE", "bare", "candidates", "digest", "likeness", "project_key", "signature"]

#: Numbers of a signature, 4 bytes each.
SIGNATURE = 64
_BANDS = 16
_PIECE = 4
#: In a crowded bucket (a template of a whole province) each text is compared with the first few only.
_CROWD = 24
_SIGNS = re.compile(r"[\W_]+")
_YEARS = re.compile(r"(?:19|20)\d\d(?:年度|年|-|至)?|(?:第?[一二三四]季度|[上下]半年|上年结转|结转)")
_MASK = (1 << 64) - 1


def bare(text: str) -> str:
    """Return a text for comparing: half width, without white space and signs."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text))


def project_key(name: str) -> str:
    """Return a project name for comparing: no signs, no years, no 结转."""
    plain = bare(name)
    return bare(_YEARS.sub("", unicodedata.normalize("NFKC", name))) or plain


def digest(text: str) -> str:
    """Return the key of a bare text: 32 hexadecimal digits."""
    return hashlib.blake2b(text.encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()


def _splitmix(seed: int) -> Iterator[int]:
    """Yield fixed pseudo-random numbers of 64 bits; a library's generator might change between versions."""
    state = seed
    while True:
        state = (state + 0x9E3779B97F4A7C15) & _MASK
        mixed = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        yield mixed ^ (mixed >> 31)


def _factors() -> Any:
    import numpy as np

    numbers = _splitmix(20150000)
    odd = np.array([next(numbers) | 1 for _ in range(SIGNATURE)], dtype=np.uint64)
    shift = np.array([next(numbers) for _ in range(SIGNATURE)], dtype=np.uint64)
    return odd, shift


def signature(text: str) -> bytes:
    """Return the minhash signature of a bare text, ``SIGNATURE`` little-endian numbers of 32 bits.

    Parameters
    ----------
    text
        As :func:`bare` returns it; texts of fewer than four characters count as one piece.
    """
    import numpy as np

    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    if len(points) == 0:
        return bytes(4 * SIGNATURE)
    if len(points) < _PIECE:
        points = np.pad(points, (0, _PIECE - len(points)))
    pieces = np.zeros(len(points) - _PIECE + 1, dtype=np.uint64)
    for offset in range(_PIECE):
        pieces = pieces * np.uint64(0x100000001B3) + points[offset : offset + len(pieces)]
    pieces = np.unique(pieces)
    pieces ^= pieces >> np.uint64(29)
    pieces *= np.uint64(0xBF58476D1CE4E5B9)
    pieces ^= pieces >> np.uint64(32)
    odd, shift = _factors()
    hashed = (pieces[None, :] * odd[:, None] + shift[:, None]) >> np.uint64(32)
    return bytes(hashed.min(axis=1).astype("<u4").tobytes())


def likeness(one: str, other: str) -> float:
    """Return the Jaccard index of the four-character pieces of two bare texts, 0..1."""
    first, second = _pieces(one), _pieces(other)
    return len(first & second) / len(first | second)


def _pieces(text: str) -> set[str]:
    return {text[start : start + _PIECE] for start in range(max(1, len(text) - _PIECE + 1))}


def candidates(signatures: bytes) -> set[tuple[int, int]]:
    """Return the pairs of texts that share a band, as positions ``(first, second)`` with ``first < second``.

    Parameters
    ----------
    signatures
        Signatures one after another. The order of the texts decides which pairs of a crowded bucket are compared,
        so hand them in an order that does not depend on the run.
    """
    import numpy as np

    matrix = np.frombuffer(signatures, dtype="<u4").reshape(-1, _BANDS, SIGNATURE // _BANDS)
    pairs: set[tuple[int, int]] = set()
    for band in range(_BANDS):
        columns = np.ascontiguousarray(matrix[:, band, :])
        rows = columns.view([("", "<u4")] * columns.shape[1]).ravel()
        order = np.argsort(rows, kind="stable")
        edges = np.flatnonzero(rows[order][1:] != rows[order][:-1]) + 1
        for bucket in np.split(order, edges) if len(order) else ():
            if len(bucket) > 1:
                pairs |= _pairs([int(position) for position in bucket])
    return pairs


def _pairs(bucket: list[int]) -> set[tuple[int, int]]:
    if len(bucket) <= _CROWD:
        return set(combinations(bucket, 2))
    chain = set(pairwise(bucket))
    return chain | {(first, second) for first in bucket[:4] for second in bucket if first < second}
