"""From indicators to numbers: a dense block that encodes the guideline and a sparse one of crossings and n-grams."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indicators.classify.lexicon import SECTIONS
from indicators.classify.marks import HEADS, Marks
from indicators.classify.patterns import FIGURES, KINDS
from indicators.classify.segment import LONGEST_TEXT

__all__ = ["CATEGORIES", "CROSS_SPACE", "DENSE", "GRAM_SPACE", "SPARSE_WIDTH", "Encoder", "Row", "Sparse"]

Row = tuple[str, str, str]
"""``(level2, level3, value)`` as printed."""
Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

CATEGORIES: tuple[str, ...] = (
    *("数量指标", "质量指标", "时效指标", "成本指标", "经济成本指标", "社会成本指标", "生态环境成本指标"),
    *("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标", "服务对象满意度指标"),
)
_CATEGORY = {name: index for index, name in enumerate(CATEGORIES)}

GRAM_SPACE = 1 << 15
"""Buckets of the hashed character n-grams of each text."""
CROSS_SPACE = 1 << 14
"""Buckets of the crossings, and of the words of each text."""
SPARSE_WIDTH = 3 * CROSS_SPACE + 2 * GRAM_SPACE
"""Columns of the sparse block."""

PAIR: tuple[str, ...] = (
    *("equal", "value-in-name", "name-in-value", "value-chars-in-name", "name-chars-in-value", "value-pairs-in-name"),
    *("unit-in-name", "number-in-name", "same-ending", "same-beginning", "anagram", "empty-name", "empty-value"),
    *("value-is-head", "length-ratio"),
)
_MASKS = ("present", "exact", "first", "last", "base")
_SIDES = ("name", "value")

DENSE: tuple[str, ...] = (
    *(f"category:{name}" for name in (*CATEGORIES, "其他")),
    *(
        f"{side}.{column}"
        for side in _SIDES
        for column in (
            *(f"{part}:{section}" for part in (*_MASKS, "covered") for section in SECTIONS),
            *FIGURES,
            *(f"head:{head}" for head in HEADS),
            *(f"before:{head}" for head in HEADS),
            *(f"kind:{kind}" for kind in KINDS),
        )
    ),
    *(f"pair:{name}" for name in PAIR),
)
"""Names of the dense columns, in order."""

_SECTION_COUNT = len(SECTIONS)
_SHIFTS = np.arange(_SECTION_COUNT, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Sparse:
    """The sparse block in parts, each sorted by row.

    Parameters
    ----------
    parts
        ``(rows, columns, weights)`` of the cells; a cell may occur again and then adds up.
    count
        Number of rows.
    """

    parts: tuple[tuple[Integers, Integers, Floats], ...]
    count: int

    def csr(self) -> Any:
        """Return the block as a scipy matrix, ``(count, SPARSE_WIDTH)``."""
        from scipy.sparse import csr_matrix

        rows, columns, weights = (np.concatenate(column) for column in zip(*self.parts, strict=True))
        return csr_matrix((weights, (rows, columns)), shape=(self.count, SPARSE_WIDTH))


def _one_hot(codes: Integers, size: int) -> Floats:
    block = np.zeros((len(codes), size), dtype=np.float32)
    block[np.arange(len(codes)), codes] = 1
    return block


def _text_block(side: Sequence[Marks]) -> Floats:
    """Encode each text by itself; columns as in ``DENSE``."""
    count = len(side)
    fields = [(m.present, m.exact, m.first, m.last, m.base, m.head, m.before, m.kind) for m in side]
    table = np.asarray(fields, dtype=np.int64).reshape(count, len(_MASKS) + 3)
    masks = ((table[:, : len(_MASKS), None] >> _SHIFTS) & 1).astype(np.float32).reshape(count, -1)
    covered = np.zeros((count, _SECTION_COUNT), dtype=np.float32)
    cells = [(row, section, share) for row, marks in enumerate(side) for section, share in marks.covered]
    if cells:
        at, sections, shares = zip(*cells, strict=True)
        covered[list(at), list(sections)] = shares
    figures = np.frombuffer(b"".join([marks.figures for marks in side]), np.float32)
    choices = [_one_hot(table[:, len(_MASKS) + n], size) for n, size in enumerate((len(HEADS), len(HEADS), len(KINDS)))]
    return np.hstack([masks, covered, figures.reshape(count, len(FIGURES)), *choices])


def _pair(name: Marks, value: Marks) -> tuple[float, ...]:
    """Compare a name with its value; columns as in ``PAIR``."""
    n, v = name.text, value.text
    if not n or not v:
        return (0.0,) * 11 + (float(not n), float(not v), 0.0, 0.0)
    in_name, in_value = set(n), set(v)
    common = len(in_name & in_value)
    pairs = {v[i : i + 2] for i in range(len(v) - 1)}
    shared = len([pair for pair in pairs if pair in n]) if common else 0
    quantity = value.quantity
    unit = quantity.unit[-1:] if quantity is not None else ""
    inside, around = v in n, n in v
    return (
        float(n == v),
        float(inside),
        float(around),
        common / len(in_value),
        common / len(in_name),
        shared / max(len(pairs), 1),
        float(bool(unit) and unit in n),
        float(quantity is not None and str(quantity.number) in n),
        float(n[-2:] == v[-2:]),
        float(n[:2] == v[:2]),
        float(common == len(in_name) and not inside and not around),
        0.0,
        0.0,
        float(len(v) >= 2 and n.endswith(v)),
        min(len(v) / len(n), 3.0),
    )


# What a form's template prints around an indicator: 指标1：, ★, the empty measure (≥**元/人·月), and ═ typed for =.
_TEMPLATE = re.compile(
    r"^\s*(?:[★☆*]+|指标\s*[0-9一二三四五六七八九]+\s*[:：])\s*(?=[\u4e00-\u9fff★☆*])(?!\*+$)"
    r"|(?<=[\u4e00-\u9fff0-9])\s*[（(]\s*[≥≤≧≦＞＜<>=]*\s*[*＊×]{2}[^（()）]{0,12}[)）]"
    r"|(?<=[\u4e00-\u9fff])\s*[≥≤≧≦＞＜<>=]+\s*[*＊]{2}[\u4e00-\u9fff%]{0,3}$"
)
_MAY_BE_TEMPLATE = re.compile(r"[*＊★☆×═]|指标\s*[0-9一二三四五六七八九]")


def _tidy(text: str) -> str:
    """Return the text without the template's marks, as one line that UTF-8 can hold.

    A stray surrogate comes out of damaged PDF text layers.
    """
    if "\n" in text:
        text = text.replace("\n", " ")
    if _MAY_BE_TEMPLATE.search(text):
        text = _TEMPLATE.sub("", _TEMPLATE.sub("", text.replace("═", "=")))
    return text if text.isprintable() else text.encode("utf-8", "replace").decode("utf-8")


class Encoder:
    """Turns rows into matrices; texts seen before are looked up.

    Parameters
    ----------
    marker
        Marks texts of one line each: ``marks.Marker``, or ``component.PipelineMarker`` for the spaCy pipeline.
    remembered
        Number of distinct texts whose marks are kept.
    """

    def __init__(self, marker: Callable[[Sequence[str]], list[Marks]], *, remembered: int = 50_000) -> None:
        self.marker = marker
        self.remembered = remembered
        self._marks: dict[str, Marks] = {}

    def forget(self) -> None:
        """Drop the marks of texts seen before."""
        self._marks.clear()

    def marks(self, texts: Sequence[str]) -> list[Marks]:
        """Return the marks of each text."""
        known = self._marks
        if len(known) > self.remembered:
            known.clear()
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, self.marker([_tidy(text[:LONGEST_TEXT]) for text in new]), strict=True))
        return [known[text] for text in texts]

    def encode(self, rows: Sequence[Row]) -> tuple[Floats, Sparse, list[tuple[Marks, Marks]]]:
        """Encode rows.

        Parameters
        ----------
        rows
            Best without repetitions: each row is encoded by itself.

        Returns
        -------
        tuple
            Dense block ``(n, len(DENSE))``, sparse block of crossings and n-grams, and the marks of each row.
        """
        names = self.marks([row[1] for row in rows])
        values = self.marks([row[2] for row in rows])
        pairs = list(zip(names, values, strict=True))
        categories = np.asarray([_CATEGORY.get(row[0], len(CATEGORIES)) for row in rows], dtype=np.int64)
        compared = np.asarray([_pair(*pair) for pair in pairs], dtype=np.float32).reshape(len(rows), len(PAIR))
        category = _one_hot(categories, len(CATEGORIES) + 1)
        dense = np.hstack([category, _text_block(names), _text_block(values), compared])
        return dense, _sparse_block(categories, names, values), pairs


_PRIMES = tuple(np.uint64(prime) for prime in (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F))
_LOW = np.uint64(0xFFFFFFFF)


def _mix(seed: int, parts: Sequence[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """Hash aligned columns of codes into one column, the same on every machine."""
    hashed = np.full(len(parts[0]), seed, dtype=np.uint64)
    for part, prime in zip(parts, _PRIMES, strict=False):
        hashed = (hashed ^ part) * prime & _LOW
        hashed ^= hashed >> np.uint64(15)
    return hashed


def _grams(texts: Sequence[str], salt: int) -> list[tuple[Integers, Integers]]:
    """Hash the character 1-, 2- and 3-grams of many texts at once; a mark stands before and after each text.

    Returns ``(rows, columns)`` of each width.
    """
    joined = "\x02" + "\x02".join(texts) + "\x02"
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    edge = codes == 2
    owner = np.cumsum(edge) - 1
    found = []
    for width in (1, 2, 3):
        stop = len(codes) - width + 1
        if stop <= 0:
            continue
        # A gram may begin or end with a mark, never hold one in the middle or be one.
        if width == 1:
            inside = ~edge[:stop]
        elif width == 2:
            inside = ~(edge[:stop] & edge[1 : 1 + stop])
        else:
            inside = ~edge[1 : 1 + stop]
        hashed = _mix(salt + width, [codes[offset : offset + stop][inside] for offset in range(width)])
        found.append((owner[:stop][inside], (hashed % np.uint64(GRAM_SPACE)).astype(np.int64)))
    return found


def _word_columns(side: Sequence[Marks], salt: int) -> tuple[Integers, Integers]:
    sizes = [len(marks.codes) for marks in side]
    codes = np.asarray([code for marks in side for code in marks.codes], dtype=np.uint64)
    hashed = _mix(salt, [codes]) % np.uint64(CROSS_SPACE)
    return np.repeat(np.arange(len(side)), sizes), hashed.astype(np.int64)


def _lowest_bit(masks: Sequence[int]) -> list[int]:
    return [(mask & -mask).bit_length() for mask in masks]


def _crossings(category: Integers, names: Sequence[Marks], values: Sequence[Marks]) -> Integers:
    """Return the column of each crossing, ``(crossings, rows)``: what the name asks against what the value is."""
    columns = {
        "category": category,
        "head": [marks.head for marks in names],
        "before": [marks.before for marks in names],
        "first": _lowest_bit([marks.first for marks in names]),
        "kind": [marks.kind for marks in values],
        "exact": [marks.exact for marks in values],
        "present": [marks.present for marks in values],
    }
    codes = {name: np.asarray(column, dtype=np.uint64) + np.uint64(1) for name, column in columns.items()}
    crossed = (
        *(("head", "kind"), ("before", "kind"), ("head", "before", "kind"), ("category", "kind")),
        *(("category", "head", "kind"), ("first", "kind"), ("first", "head", "kind"), ("exact",), ("present",)),
    )
    hashed = [_mix(7919 * (index + 1), [codes[name] for name in parts]) for index, parts in enumerate(crossed)]
    return (np.asarray(hashed) % np.uint64(CROSS_SPACE)).astype(np.int64)


def _sparse_block(category: Integers, names: Sequence[Marks], values: Sequence[Marks]) -> Sparse:
    """Build the sparse block: crossings, then n-grams and words of both texts, each kind scaled to length 1 a row."""
    count = len(names)
    crossings = _crossings(category, names, values)
    at = np.repeat(np.arange(count), len(crossings))
    parts = [(at, crossings.T.ravel(), np.ones(crossings.size, dtype=np.float32))]
    offset = CROSS_SPACE
    for salt, side in ((11, names), (23, values)):
        texts = [marks.text for marks in side]
        grams = _grams(texts, salt)
        sizes = sum(np.bincount(rows, minlength=count) for rows, _ in grams)
        scale = (1 / np.sqrt(np.maximum(sizes, 1))).astype(np.float32)
        parts += [(rows, hashed + offset, scale[rows]) for rows, hashed in grams]
        offset += GRAM_SPACE
    for salt, side in ((101, names), (211, values)):
        rows, hashed = _word_columns(side, salt)
        scale = (1 / np.sqrt(np.maximum(np.bincount(rows, minlength=count), 1))).astype(np.float32)
        parts.append((rows, hashed + offset, scale[rows]))
        offset += CROSS_SPACE
    return Sparse(tuple(parts), count)
