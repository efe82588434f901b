"""What a printed value is (number, date, placeholder, vague word …) and the figures that describe a text.

Each question is asked of many texts at once; expressions are tried only where a character they need occurs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indicators.classify.lexicon import SECTIONS
from indicators.classify.lines import FLAGS, Lines
from indicators.quantities import find_quantities, parse_dates, parse_quantity, simple_quantity, unit_kind
from indicators.records import DateSpan, Quantity

__all__ = ["BIT", "FIGURES", "KINDS", "Found", "figures", "has_placeholder", "numbers", "oddness", "value_kinds"]

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

BIT = {section: 1 << index for index, section in enumerate(SECTIONS)}
"""Bit of each section of the word list in a mask."""

_UNIT_KINDS = (
    *("count", "person", "money", "money-rate", "time", "length", "area", "volume", "mass", "ratio", "energy"),
    *("temperature", "rate-per-time", "other", "bare", "grade"),
)
_EXACT = (
    *(
        "withheld",
        "placeholder",
        "timely",
        "no-event",
        "zero",
        "compare",
        "coarse",
        "cycle",
        "yes",
        "standard",
        "state",
    ),
    *("adjective", "direction", "gradual", "category"),
)
_HOLDS = (
    *("withheld", "placeholder", "no-event", "zero", "compare", "standard", "state", "cycle", "coarse", "timely"),
    *("direction", "adjective"),
)
KINDS: tuple[str, ...] = (
    *("empty", "symbols", "odd", "words", "all-vague", "has-document"),
    *("date-day", "date-month", "date-year", "date-deadline", "feast", "whole-year"),
    *(f"number-{kind}" for kind in _UNIT_KINDS),
    *(f"clause-{kind}" for kind in _UNIT_KINDS),
    *(f"word-{section}" for section in _EXACT),
    *(f"has-{section}" for section in _HOLDS),
)
"""What a value can be. ``number-``: nothing but a quantity; ``clause-``: one inside words; ``word-``: nothing but a
word of that section; ``has-``: other words around it."""
_KIND = {kind: index for index, kind in enumerate(KINDS)}
_WITHHELD = tuple((BIT[section], _KIND[f"word-{section}"]) for section in ("withheld", "placeholder"))
_WORD_KINDS = tuple((BIT[section], _KIND[f"word-{section}"]) for section in _EXACT)
_HAS_KINDS = tuple((BIT[section], _KIND[f"has-{section}"]) for section in _HOLDS)

# Strokes that OCR leaves of a character, boxes, half-width kana and the like: no Chinese word holds them.
_RADICALS = re.compile("[亻氵扌纟讠钅饣忄犭礻衤疒辶阝刂攵彳囗丨丿亅冫宀艹乚厶匚丅冖卩氺灬]")
_ODD = re.compile("[\u2e80-\u2fdf\u2500-\u25ff\u3400-\u4dbf\ufffd\uff61-\uff9f☆★]|[?？][?？.%]|#[A-Z]+")
_DOUBLED = re.compile("([\u4e00-\u9fff]{2,30})\\1")  # bounded: longer ones are no words, and cost their square
_DOCUMENT = re.compile(
    r"《[^》]+|[〔\[(（]\s*(?:19|20)[0-9]{2}\s*[〕\])）]\s*[0-9]+"
    r"|(?:GB|DB|JGJ|CJJ|ISO|HJ|SL|DL|YY|WS|NY|LY|JT|TD|CH|DA|GY|CY|MZ|RB|SZ|QX|DZ|GA|XF|AQ)[A-Z/]*\s*[0-9T]"
)
_EXACT_YEARS = re.compile(
    "(?:为期|全年)?(?:12个?月|(?:[0-9]{1,2}|[一二两三四五六七八十])周?年|十二个月|365天|半年)[整期]?"
)
_WHOLE_YEAR = re.compile(r"(?:20[0-9]{2}[年.])?1月?份?\s*[-~—–至到]+\s*(?:20[0-9]{2}[年.])?12(?:月份?)?底?")
_DIGIT = re.compile("[0-9]")
_NOTHING = re.compile("零[\u4e00-\u9fff]{1,4}")
PATTERNS = {
    "never-mind": re.compile(
        "^[待见详依据]|为准|据实|按实|按需|实有|实际|同[上下左右]|[?？]|附[件表]|视.{0,4}[情定]|随.*调整|XX|[*×]{1,2}"
    ),
    "all-of": re.compile("应\\w尽\\w"),
    "often": re.compile("[每一][\u4e00-\u9fff]{1,3}[一1两二][\u4e00-\u9fff]|[一两二三]次|[每逐]"),
    "calendar": re.compile(
        "周[一二三四五六日末]|星期[一二三四五六日]|[节日]之?前|次月|正月|除夕|腊月|[上中下]旬|[月季年]底|[0-9][时点:]"
    ),
    "after-event": re.compile("[后内前](?:$|[0-9一二三四五六七八九十半])"),
    "negative": re.compile("^(?:[不无未没]|零)"),
}
"""What a text says of number and time in words; without the characters of ``lines.FLAGS`` none can match."""

FIGURES: tuple[str, ...] = (
    *("length", "words", "single", "unknown", "vague", "uncovered", "signs", "odd", "radicals", "doubled", "digits"),
    *("latin", "clauses", "document", "share-100", "log-number", "at-least", "at-most", "less", "range", "bracket"),
    *("quantities", "date", "money-figure", "quantity-share", "own-number"),
    *PATTERNS,
)
"""Names of the numbers ``figures`` returns."""
_OF_QUANTITY = ("share-100", "log-number", "at-least", "at-most", "less", "range", "money-figure", "own-number")


def oddness(plain: str, size: int) -> float:
    """Return the share of characters that no Chinese text holds, 0 where there is none."""
    if not _ODD.search(plain) and not _RADICALS.search(plain):
        return 0.0
    return (len(_ODD.findall(plain)) + len(_RADICALS.findall(plain))) / size


def has_placeholder(text: str) -> bool:
    """Say whether a text holds what stands for a value to be filled in: 据实, 详见附件, XX, ** and kin."""
    return PATTERNS["never-mind"].search(text) is not None


@lru_cache(maxsize=1024)
def _unit_kind(unit: str) -> int:
    """Return the place of a unit's kind in ``_UNIT_KINDS``."""
    kind = "bare" if not unit else "grade" if unit[0] in "级类等星" else unit_kind(unit)
    return _UNIT_KINDS.index(kind)


def _date_kind(text: str, span: DateSpan) -> str:
    if _WHOLE_YEAR.fullmatch(text.strip()):
        return "whole-year"
    if span.precision == "year":
        return "date-year"
    if span.start is None and span.end is None and not _DIGIT.search(text):
        return "feast"
    if span.start is None and span.end is not None:
        return "date-deadline"
    return "date-day" if span.precision == "day" else "date-month"


_NUMBER, _CLAUSE = _KIND[f"number-{_UNIT_KINDS[0]}"], _KIND[f"clause-{_UNIT_KINDS[0]}"]
_TIME = _UNIT_KINDS.index("time")


@lru_cache(maxsize=4096)
def _of_quantity(relation: str, number: Decimal, unit: str, ranged: bool) -> tuple[float, ...]:
    """Describe a quantity, in the order of ``_OF_QUANTITY``."""
    size = abs(float(number))
    return (
        float(unit == "%" and size == 100),
        len(str(int(min(size, 1e12)))) / 4,
        float(relation in "≥>"),
        float(relation == "≤"),
        float(relation == "<"),
        float(ranged),
        float("元" in unit),
        float(number in (0, 1)),
    )


class Found(NamedTuple):
    """The numbers and dates of some texts.

    Parameters
    ----------
    quantities
        First quantity of each text, ``None`` where there is none.
    at
        Indices of the texts that hold a numeral or may hold a date.
    kinds
        Index into ``KINDS`` of each of those as a number or date, -1 where it is neither.
    columns
        ``(texts at, 11)``: ``_OF_QUANTITY``, count of quantities, whether it is a date, share of quantities.
    """

    quantities: list[Quantity | None]
    at: Integers
    kinds: Integers
    columns: Floats


_NOTHING_FOUND = (0.0,) * (len(_OF_QUANTITY) + 3)


def numbers(lines: Lines, rests: Sequence[str]) -> Found:
    """Read the numbers and dates of many texts."""
    quantities: list[Quantity | None] = [None] * len(lines.texts)
    at = np.flatnonzero(lines.held & (FLAGS["numeral"] | FLAGS["feast"]))
    kinds, columns = [], []
    for index in at.tolist():
        plain = lines.texts[index]
        quantity = simple_quantity(plain)
        if quantity is not None and (unit := _unit_kind(quantity.unit)) != _TIME:
            kind, of_all = _NUMBER + unit, (1.0, 0.0, 1.0)
        else:
            quantity = parse_quantity(plain)
            kind, of_all = _number_kind(plain, rests[index], quantity)
        kinds.append(kind)
        if quantity is None:
            columns.append((*_NOTHING_FOUND[:-3], *of_all))
        else:
            quantities[index] = quantity
            described = _of_quantity(quantity.relation, quantity.number, quantity.unit, quantity.upper is not None)
            columns.append((*described, *of_all))
    table = np.asarray(columns, np.float64).reshape(len(at), len(_NOTHING_FOUND))
    return Found(quantities, at, np.asarray(kinds, np.int64), table)


def _number_kind(plain: str, rest: str, quantity: Quantity | None) -> tuple[int, tuple[float, float, float]]:
    """Say what a text is as a number or date (-1: neither), and how many quantities, whether a date, their share."""
    found = find_quantities(plain) if quantity is not None else ()
    span = parse_dates(plain)
    size = sum([end - start for _, start, end in found])
    dated = span is not None and _DIGIT.search(plain) is not None
    of_all = (float(min(len(found), 3)), float(dated), size / max(len(plain), 1))
    if _EXACT_YEARS.fullmatch(rest) and (quantity is None or quantity.relation == "="):
        return _KIND["whole-year"], of_all
    if span is not None and (quantity is None or span.precision != "year"):
        return _KIND[_date_kind(plain, span)], of_all
    if quantity is not None:
        whole = (size or len(plain)) >= len(plain) - 3
        return (_NUMBER if whole else _CLAUSE) + _unit_kind(quantity.unit), of_all
    return (_KIND["word-zero"] if _NOTHING.fullmatch(rest) else -1), of_all


def value_kinds(
    lines: Lines, rests: Sequence[str], found: Found, *, exact: Integers, present: Integers, vague: Floats, odd: Floats
) -> tuple[Integers, NDArray[np.bool_]]:
    """Say what each text is as a value, the most telling description first.

    Parameters
    ----------
    lines, rests
        The texts, and the texts without signs.
    found
        Their numbers and dates.
    exact, present
        Masks of the words each is, and of those it holds.
    vague, odd
        Shares of vague words and of debris, 0..1.

    Returns
    -------
    tuple
        Indices into ``KINDS``, and whether a document is named, ``(texts,)`` each.
    """
    kinds = np.full(len(lines.texts), _KIND["words"])
    for bit, kind in reversed(_HAS_KINDS):
        kinds[(present & bit) != 0] = kind
    documents = matches(lines, "document", _DOCUMENT.search)
    kinds[documents] = _KIND["has-document"]
    kinds[vague >= 0.95] = _KIND["all-vague"]
    nothing = found.kinds == _KIND["word-zero"]
    kinds[found.at[nothing]] = _KIND["word-zero"]
    for bit, kind in reversed(_WORD_KINDS):
        kinds[(exact & bit) != 0] = kind
    told = (found.kinds >= 0) & ~nothing
    kinds[found.at[told]] = found.kinds[told]
    kinds[odd > 0.2] = _KIND["odd"]
    for bit, kind in reversed(_WITHHELD):
        kinds[(exact & bit) != 0] = kind
    for index in np.flatnonzero(np.fromiter(map(len, rests), np.int64, len(rests)) == 0).tolist():
        kinds[index] = _KIND["symbols" if lines.texts[index] else "empty"]
    return kinds, documents


def matches(lines: Lines, flag: str, search: Callable[[str], object]) -> NDArray[np.bool_]:
    """Say of which texts an expression holds; it is tried only on those with a character of the flag."""
    result: NDArray[np.bool_] = (lines.held & FLAGS[flag]) != 0
    for index in np.flatnonzero(result).tolist():
        result[index] = search(lines.texts[index]) is not None
    return result


def figures(
    lines: Lines,
    found: Found,
    *,
    bare: Integers,
    words: Integers,
    single: Integers,
    unknown: Integers,
    known: Integers,
    vague: Floats,
    odd: Floats,
    documents: NDArray[np.bool_],
) -> NDArray[np.float32]:
    """Describe each text by numbers, most of them 0..1, ``(texts, len(FIGURES))``.

    Parameters
    ----------
    lines, found
        The texts, and their numbers and dates.
    bare
        Characters without signs.
    words, single, unknown
        How many words, Chinese words of one character, and Chinese words that are in no dictionary.
    known
        Characters in words of the word list.
    vague, odd
        Shares of vague words and of debris, 0..1.
    documents
        Whether a document is named.
    """
    texts = lines.texts
    printed, sizes = lines.ends - lines.starts, np.maximum(bare, 1)
    length = np.maximum(printed, 1)
    column: dict[str, NDArray[Any]] = {
        "length": np.minimum(sizes, 40) / 10,
        "words": np.minimum(words, 20) / 5,
        "single": single / sizes,
        "unknown": unknown / np.maximum(words, 1),
        "vague": vague,
        "uncovered": 1 - np.minimum(known / sizes, 1.0),
        "signs": (printed - bare) / length,
        "odd": odd,
        "digits": lines.counts("digit") / length,
        "latin": lines.counts("latin") / length,
        "clauses": np.minimum(lines.counts("stop"), 5) / 2,
        "document": documents & (sizes > 3),
        "bracket": (lines.held & FLAGS["bracket"]) != 0,
    }
    for name, pattern in PATTERNS.items():
        column[name] = matches(lines, name, pattern.search)
    table = np.zeros((len(texts), len(FIGURES)), np.float32)
    for name, values in column.items():
        table[:, FIGURES.index(name)] = values
    places = [FIGURES.index(name) for name in (*_OF_QUANTITY, "quantities", "date", "quantity-share")]
    table[found.at[:, None], places] = found.columns
    for index in np.flatnonzero(odd > 0).tolist():
        table[index, FIGURES.index("radicals")] = _RADICALS.search(texts[index]) is not None
    for index in np.flatnonzero(sizes > 3).tolist():
        plain = texts[index]
        if len(set(plain)) < len(plain) - 1 and _DOUBLED.search(plain) is not None:
            table[index, FIGURES.index("doubled")] = 1
    return table
