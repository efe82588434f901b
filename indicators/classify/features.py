"""From indicators to numbers: a dense block that encodes the guideline and a sparse one of crossings and n-grams."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indicators.classify.lexicon import SECTIONS
from indicators.classify.lines import Lines
from indicators.classify.marks import CHOICES, HEADS, MASKS, Marked, Marks, plain_texts, unpacked
from indicators.classify.patterns import FIGURES, KINDS
from indicators.classify.segment import LONGEST_TEXT

__all__ = [
    "CATEGORIES",
    "CROSS_SPACE",
    "DENSE",
    "GRAM_SPACE",
    "SPARSE_WIDTH",
    "Encoder",
    "Part",
    "Row",
    "Sparse",
    "tidy",
]

Row = tuple[str, str, str]
"""``(level2, level3, value)`` as printed."""
Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
Codes = NDArray[np.uint64]

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
_SIDES = ("name", "value")

DENSE: tuple[str, ...] = (
    *(f"category:{name}" for name in (*CATEGORIES, "其他")),
    *(
        f"{side}.{column}"
        for side in _SIDES
        for column in (
            *(f"{part}:{section}" for part in (*MASKS, "covered") for section in SECTIONS),
            *FIGURES,
            *(f"head:{head}" for head in HEADS),
            *(f"before:{head}" for head in HEADS),
            *(f"kind:{kind}" for kind in KINDS),
        )
    ),
    *(f"pair:{name}" for name in PAIR),
)
"""Names of the dense columns, in order."""


class Part(NamedTuple):
    """Cells of the sparse block, sorted by row; a cell may occur again and then adds up.

    Parameters
    ----------
    rows, columns, weights
        Of the cells; where there are ``places``, ``rows`` are those of a table of texts.
    places
        The text of each row of the block, ``None`` where cells are given by row: a text that stands in many rows
        need be summed up once.
    """

    rows: Integers
    columns: Integers
    weights: Floats
    places: Integers | None = None


@dataclass(frozen=True, slots=True)
class Sparse:
    """The sparse block in parts.

    Parameters
    ----------
    parts
        Of the block.
    count
        Number of rows.
    """

    parts: tuple[Part, ...]
    count: int

    def csr(self) -> Any:
        """Return the block as a scipy matrix, ``(count, SPARSE_WIDTH)``."""
        from scipy.sparse import csr_matrix

        cells = [(rows, columns, weights) for rows, columns, weights in map(_spread, self.parts)]
        rows, columns, weights = (np.concatenate(column) for column in zip(*cells, strict=True))
        return csr_matrix((weights, (rows, columns)), shape=(self.count, SPARSE_WIDTH))


def _spread(part: Part) -> tuple[Integers, Integers, Floats]:
    if part.places is None:
        return part.rows, part.columns, part.weights
    count = int(max(part.places.max(initial=-1), part.rows.max(initial=-1))) + 1
    rows, at = _repeated(part.rows, np.arange(len(part.rows)), part.places, count)
    return rows, part.columns[at], part.weights[at]


def _one_hot(codes: Integers, size: int) -> Floats:
    block = np.zeros((len(codes), size), dtype=np.float32)
    block[np.arange(len(codes)), codes] = 1
    return block


def _text_block(side: Marked) -> Floats:
    """Encode each text by itself; columns as in ``DENSE``."""
    masks = unpacked(side.masks).reshape(len(side.texts), -1)
    choices = [_one_hot(side.choices[:, n], size) for n, size in enumerate((len(HEADS), len(HEADS), len(KINDS)))]
    return np.hstack([masks, side.covered, side.figures, *choices], dtype=np.float32)


def _sets(marked: Marked, width: int) -> tuple[Integers, Codes]:
    """Return the distinct pieces of so many characters of each text: ``(texts, pieces)``, sorted by both."""
    lines = Lines.of(marked.texts)
    codes = lines.codes.copy()
    for place in range(1, width):
        codes[: len(codes) - place] = codes[: len(codes) - place] << np.uint64(21) | lines.codes[place:]
    inside = np.arange(len(codes)) + width <= lines.ends[lines.owner]
    keys = np.sort(lines.owner[inside].astype(np.uint64) << _ROW | codes[inside])
    keys = keys[np.append(True, keys[1:] != keys[:-1])] if len(keys) else keys
    return (keys >> _ROW).astype(np.int64), keys & ((np.uint64(1) << _ROW) - np.uint64(1))


_DIGITS = FIGURES.index("digits")
_ROW = np.uint64(42)
"""Two characters take 42 bits; the number of the text or row stands before them."""


def _shared(marked: Marked, names: Integers, values: Integers, width: int) -> tuple[Integers, Integers]:
    """Count the distinct pieces of so many characters that name and value share, and those of each text."""
    count = len(marked.texts)
    owners, pieces = _sets(marked, width)
    keys = []
    for side in (names, values):
        rows, found = _repeated(owners, pieces, side, count)
        keys.append(rows.astype(np.uint64) << _ROW | found)
    if not len(keys[0]):
        return np.zeros(len(names), np.int64), np.bincount(owners, minlength=count)
    places = np.minimum(np.searchsorted(keys[0], keys[1]), len(keys[0]) - 1)
    common = (keys[1][keys[0][places] == keys[1]] >> _ROW).astype(np.int64)
    return np.bincount(common, minlength=len(names)), np.bincount(owners, minlength=count)


def _compared(marked: Marked, names: Integers, values: Integers) -> Floats:
    """Compare each name with its value; columns as in ``PAIR``."""
    texts, quantities = marked.texts, marked.quantities
    pairs = [(texts[name], texts[value]) for name, value in zip(names.tolist(), values.tolist(), strict=True)]
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    common, characters = _shared(marked, names, values, 1)
    shared, doubles = _shared(marked, names, values, 2)
    inside = np.asarray([value in name for name, value in pairs], bool)
    around = np.asarray([name in value for name, value in pairs], bool)
    table = np.zeros((len(PAIR), len(pairs)), np.float32)
    with_digits = (marked.figures[names, _DIGITS] > 0).tolist()
    asked = [
        (row, quantity.unit[-1:] in name if quantity.unit else False, with_digits[row] and str(quantity.number) in name)
        for row, (place, (name, _)) in enumerate(zip(values.tolist(), pairs, strict=True))
        if (quantity := quantities[place]) is not None
    ]
    if asked:
        rows, units, figures = zip(*asked, strict=True)
        table[6, rows], table[7, rows] = units, figures
    table[0] = [name == value for name, value in pairs]
    table[1:3] = inside, around
    table[3], table[4] = common / np.maximum(characters[values], 1), common / np.maximum(characters[names], 1)
    table[5] = shared / np.maximum(doubles[values], 1)
    table[8] = [name[-2:] == value[-2:] for name, value in pairs]
    table[9] = [name[:2] == value[:2] for name, value in pairs]
    table[10] = (common == characters[names]) & ~inside & ~around
    table[13] = [len(value) > 1 and name.endswith(value) for name, value in pairs]
    table[14] = np.minimum(sizes[values] / np.maximum(sizes[names], 1), 3.0)
    blank = (sizes[names] == 0) | (sizes[values] == 0)
    table[:, blank] = 0
    table[11:13] = sizes[names] == 0, sizes[values] == 0
    return table.T


# What a form's template prints around an indicator: 指标1：, ★, the empty measure (≥**元/人·月), and ═ typed for =.
_TEMPLATE = re.compile(
    r"^\s*(?:[★☆*]+|指标\s*[0-9一二三四五六七八九]+\s*[:：])\s*(?=[\u4e00-\u9fff★☆*])(?!\*+$)"
    r"|(?<=[\u4e00-\u9fff0-9])\s*[（(]\s*[≥≤≧≦＞＜<>=]*\s*[*＊×]{2}[^（()）]{0,12}[)）]"
    r"|(?<=[\u4e00-\u9fff])\s*[≥≤≧≦＞＜<>=]+\s*[*＊]{2}[\u4e00-\u9fff%]{0,3}$"
)
_MAY_BE_TEMPLATE = re.compile(r"[*＊★☆×═]|指标\s*[0-9一二三四五六七八九]")


def tidy(text: str) -> str:
    """Return the text without the template's marks, as one line that UTF-8 can hold.

    A stray surrogate comes out of damaged PDF text layers.
    """
    if "\n" in text:
        text = text.replace("\n", " ")
    if _MAY_BE_TEMPLATE.search(text):
        text = _TEMPLATE.sub("", _TEMPLATE.sub("", text.replace("═", "=")))
    return text if text.isprintable() else text.encode("utf-8", "replace").decode("utf-8")


class Encoder:
    """Turns rows into matrices.

    Parameters
    ----------
    marker
        Marks texts of one line each: ``marks.Marker``, or ``component.PipelineMarker`` for the spaCy pipeline.
    """

    def __init__(self, marker: Callable[[Sequence[str]], Marked]) -> None:
        self.marker = marker

    def marks(self, texts: Sequence[str]) -> list[Marks]:
        """Return the marks of each text."""
        marked, places = self._marked(texts)
        rows = marked.rows()
        return [rows[place] for place in places.tolist()]

    def _marked(self, texts: Sequence[str]) -> tuple[Marked, Integers]:
        """Mark each distinct text once; returns the marks and the place of each text in them."""
        distinct = dict.fromkeys(texts)
        marked = self.marker(plain_texts([tidy(text[:LONGEST_TEXT]) for text in distinct]))
        place = dict(zip(distinct, range(len(distinct)), strict=True))
        return marked, np.fromiter(map(place.__getitem__, texts), np.int64, len(texts))

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
        count = len(rows)
        marked, places = self._marked([*(row[1] for row in rows), *(row[2] for row in rows)])
        names, values = places[:count], places[count:]
        marks = marked.rows()
        pairs = [(marks[name], marks[value]) for name, value in zip(names.tolist(), values.tolist(), strict=True)]
        categories = np.asarray([_CATEGORY.get(row[0], len(CATEGORIES)) for row in rows], dtype=np.int64)
        category = _one_hot(categories, len(CATEGORIES) + 1)
        described = _text_block(marked)
        dense = np.hstack([category, described[names], described[values], _compared(marked, names, values)])
        return dense, _sparse_block(categories, marked, names, values), pairs


_PRIMES = tuple(np.uint64(prime) for prime in (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F))
_LOW = np.uint64(0xFFFFFFFF)


def _mix(seed: int, parts: Sequence[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """Hash aligned columns of codes into one column, the same on every machine."""
    hashed = np.full(len(parts[0]), seed, dtype=np.uint64)
    for part, prime in zip(parts, _PRIMES, strict=False):
        hashed = (hashed ^ part) * prime & _LOW
        hashed ^= hashed >> np.uint64(15)
    return hashed


def _grams(texts: Sequence[str]) -> list[tuple[Integers, Codes]]:
    """Hash the character 1-, 2- and 3-grams of many texts at once; a mark stands before and after each text.

    Returns ``(texts, codes)`` of each width.
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
        hashed = _mix(width, [codes[offset : offset + stop][inside] for offset in range(width)])
        found.append((owner[:stop][inside], hashed))
    return found


def _repeated(rows: Integers, codes: NDArray[Any], places: Integers, count: int) -> tuple[Integers, NDArray[Any]]:
    """Give the codes of distinct texts, sorted by text, to each row that holds the text."""
    sizes = np.bincount(rows, minlength=count)
    starts = np.cumsum(sizes) - sizes
    wanted = sizes[places]
    first = np.cumsum(wanted) - wanted
    at = np.arange(int(wanted.sum())) + np.repeat(starts[places] - first, wanted)
    return np.repeat(np.arange(len(places)), wanted), codes[at]


def _lowest_bit(masks: Integers) -> Integers:
    bits = np.frexp((masks & -masks).astype(np.float64))[1]
    return np.where(masks != 0, bits, 0).astype(np.int64)


_HEAD, _BEFORE, _KIND = (CHOICES.index(name) for name in ("head", "before", "kind"))
_PRESENT, _EXACT, _FIRST = (MASKS.index(name) for name in ("present", "exact", "first"))


def _crossings(category: Integers, marked: Marked, names: Integers, values: Integers) -> Integers:
    """Return the column of each crossing, ``(crossings, rows)``: what the name asks against what the value is."""
    columns = {
        "category": category,
        "head": marked.choices[names, _HEAD],
        "before": marked.choices[names, _BEFORE],
        "first": _lowest_bit(marked.masks[names, _FIRST]),
        "kind": marked.choices[values, _KIND],
        "exact": marked.masks[values, _EXACT],
        "present": marked.masks[values, _PRESENT],
    }
    codes = {name: column.astype(np.uint64) + np.uint64(1) for name, column in columns.items()}
    crossed = (
        *(("head", "kind"), ("before", "kind"), ("head", "before", "kind"), ("category", "kind")),
        *(("category", "head", "kind"), ("first", "kind"), ("first", "head", "kind"), ("exact",), ("present",)),
    )
    hashed = [_mix(7919 * (index + 1), [codes[name] for name in parts]) for index, parts in enumerate(crossed)]
    return (np.asarray(hashed) % np.uint64(CROSS_SPACE)).astype(np.int64)


def _sparse_block(category: Integers, marked: Marked, names: Integers, values: Integers) -> Sparse:
    """Build the sparse block: crossings, then n-grams and words of both texts, each kind scaled to length 1 a row."""
    count, distinct = len(category), len(marked.texts)
    crossings = _crossings(category, marked, names, values)
    at = np.repeat(np.arange(count), len(crossings))
    parts = [Part(at, crossings.T.ravel(), np.ones(crossings.size, dtype=np.float32))]
    grams, words = _grams(marked.texts), marked.words
    gram_sizes = sum(np.bincount(owners, minlength=distinct) for owners, _ in grams)
    word_sizes = np.bincount(words[0], minlength=distinct)
    offset = CROSS_SPACE
    for found, sizes, space, salts in (
        (grams, gram_sizes, GRAM_SPACE, (11, 23)),
        ([words], word_sizes, CROSS_SPACE, (101, 211)),
    ):
        scale = (1 / np.sqrt(np.maximum(sizes, 1))).astype(np.float32)
        for salt, side in zip(salts, (names, values), strict=True):
            on_side = np.zeros(distinct, bool)
            on_side[side] = True
            for owners, codes in found:
                kept = on_side[owners]
                hashed = (_mix(salt, [codes[kept]]) % np.uint64(space)).astype(np.int64) + offset
                parts.append(Part(owners[kept], hashed, scale[owners[kept]], side))
            offset += space
    return Sparse(tuple(parts), count)
