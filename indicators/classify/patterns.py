"""What a printed value is (number, date, placeholder, vague word …) and the figures that describe a text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from indicators.classify.lexicon import SECTIONS
from indicators.quantities import find_quantities, parse_dates, unit_kind
from indicators.records import DateSpan, Quantity

__all__ = ["BIT", "FIGURES", "KINDS", "figures", "has_placeholder", "oddness", "value_kind"]

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
_NOTHING = re.compile("零[\u4e00-\u9fff]{1,4}")
_PATTERNS = (
    re.compile(
        "^[待见详依据]|为准|据实|按实|按需|实有|实际|同[上下左右]|[?？]|附[件表]|视.{0,4}[情定]|随.*调整|XX|[*×]{1,2}"
    ),
    re.compile("应\\w尽\\w"),
    re.compile("[每一][\u4e00-\u9fff]{1,3}[一1两二][\u4e00-\u9fff]|[一两二三]次|[每逐]"),
    re.compile(
        "周[一二三四五六日末]|星期[一二三四五六日]|[节日]之?前|次月|正月|除夕|腊月|[上中下]旬|[月季年]底|[0-9][时点:]"
    ),
    re.compile("[后内前](?:$|[0-9一二三四五六七八九十半])"),
    re.compile("^(?:[不无未没]|零)"),
)
# Most names are Chinese characters alone and hold none of those without which a pattern above cannot match.
_NOT_HAN = re.compile("[^\u4e00-\u9fff]")
_NEEDED = tuple(
    map(
        frozenset,
        ("待见详依据为按实同附视随?？X*×", "应", "每一两二三逐", "周星节日次正除腊旬底时点:", "后内前", "不无未没零"),
    )
)
_DIGIT = re.compile("[0-9]")
_LATIN = re.compile("[A-Za-z]")
_STOPS = re.compile("[,;、。，；]")

FIGURES: tuple[str, ...] = (
    *("length", "words", "single", "unknown", "vague", "uncovered", "signs", "odd", "radicals", "doubled", "digits"),
    *("latin", "clauses", "document", "share-100", "log-number", "at-least", "at-most", "less", "range", "bracket"),
    *("quantities", "date", "money-figure", "quantity-share", "own-number"),
    *("never-mind", "all-of", "often", "calendar", "after-event", "negative"),
)
"""Names of the numbers ``figures`` returns."""
_NO_QUANTITY = (0.0,) * 7
_HAN_ONLY = (0.0,) * (FIGURES.index("own-number") - FIGURES.index("digits") + 1)


def oddness(plain: str, size: int) -> float:
    """Return the share of characters that no Chinese text holds, 0 where there is none."""
    if not _ODD.search(plain) and not _RADICALS.search(plain):
        return 0.0
    return (len(_ODD.findall(plain)) + len(_RADICALS.findall(plain))) / size


def has_placeholder(text: str) -> bool:
    """Say whether a text holds what stands for a value to be filled in: 据实, 详见附件, XX, ** and kin."""
    return _PATTERNS[0].search(text) is not None


def _number_kind(quantity: Quantity) -> str:
    if not quantity.unit:
        return "bare"
    return "grade" if quantity.unit[0] in "级类等星" else unit_kind(quantity.unit)


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


def value_kind(
    plain: str, rest: str, *, exact: int, present: int, vague: float, odd: float, quantity: Quantity | None
) -> int:
    """Say what a value is, the most telling description first.

    Parameters
    ----------
    plain, rest
        The text, and the text without signs.
    exact, present
        Masks of the words it is, and of those it holds.
    vague, odd
        Shares of vague words and of debris, 0..1.

    Returns
    -------
    int
        Index into ``KINDS``.
    """
    if not rest:
        return _KIND["symbols" if plain else "empty"]
    if exact:
        for bit, kind in _WITHHELD:
            if exact & bit:
                return kind
    if odd > 0.2:
        return _KIND["odd"]
    if _EXACT_YEARS.fullmatch(rest) and (quantity is None or quantity.relation == "="):
        return _KIND["whole-year"]
    span = parse_dates(plain)
    if span is not None and (quantity is None or span.precision != "year"):
        return _KIND[_date_kind(plain, span)]
    if quantity is not None:
        size = sum(end - start for _, start, end in find_quantities(plain)) or len(plain)
        return _KIND[("number-" if size >= len(plain) - 3 else "clause-") + _number_kind(quantity)]
    return _word_kind(plain, rest, exact, present, vague)


def _word_kind(plain: str, rest: str, exact: int, present: int, vague: float) -> int:
    if exact:
        for bit, kind in _WORD_KINDS:
            if exact & bit:
                return kind
    if _NOTHING.fullmatch(rest):
        return _KIND["word-zero"]
    if vague >= 0.95:
        return _KIND["all-vague"]
    if _DOCUMENT.search(plain):
        return _KIND["has-document"]
    if present:
        for bit, kind in _HAS_KINDS:
            if present & bit:
                return kind
    return _KIND["words"]


def _of_quantity(quantity: Quantity) -> tuple[float, ...]:
    number = abs(float(quantity.number))
    return (
        float(quantity.unit == "%" and number == 100),
        len(str(int(min(number, 1e12)))) / 4,
        float(quantity.relation in "≥>"),
        float(quantity.relation == "≤"),
        float(quantity.relation == "<"),
        float(quantity.upper is not None),
        float("元" in quantity.unit),
    )


def figures(
    plain: str,
    rest: str,
    words: Sequence[str],
    frequencies: Mapping[str, float],
    *,
    known: int,
    vague: float,
    odd: float,
    quantity: Quantity | None,
) -> tuple[float, ...]:
    """Describe a text by numbers, most of them 0..1, in the order of ``FIGURES``."""
    length = max(len(plain), 1)
    size = max(len(rest), 1)
    single = unknown = 0
    for word in words:
        if "\u4e00" <= word[0] <= "\u9fff":
            single += len(word) == 1
            unknown += not frequencies.get(word)
    count = len(words)
    characters = set(plain)
    return (
        min(size, 40) / 10,
        min(count, 20) / 5,
        single / size,
        unknown / max(count, 1),
        vague,
        1 - min(known / size, 1.0),
        (len(plain) - len(rest)) / length,
        odd,
        float(odd > 0 and _RADICALS.search(plain) is not None),
        float(size > 3 and len(characters) < len(plain) - 1 and _DOUBLED.search(plain) is not None),
        *(_of_signs(plain, length, size, quantity) if _NOT_HAN.search(plain) else _of_han(plain, length, quantity)),
        *[
            0.0 if needed.isdisjoint(characters) or pattern.search(plain) is None else 1.0
            for needed, pattern in zip(_NEEDED, _PATTERNS, strict=True)
        ],
    )


def _of_signs(plain: str, length: int, size: int, quantity: Quantity | None) -> tuple[float, ...]:
    """Describe a text with digits, letters or signs: ``FIGURES`` from digits to own-number."""
    digits = len(_DIGIT.findall(plain))
    found = find_quantities(plain) if quantity is not None else ()
    of_quantity = _of_quantity(quantity) if quantity is not None else _NO_QUANTITY
    return (
        digits / length,
        len(_LATIN.findall(plain)) / length,
        min(len(_STOPS.findall(plain)), 5) / 2,
        float(size > 3 and _DOCUMENT.search(plain) is not None),
        *of_quantity[:6],
        float("(" in plain),
        float(min(len(found), 3)),
        float(digits > 0 and parse_dates(plain) is not None),
        of_quantity[6],
        sum([end - start for _, start, end in found]) / length,
        float(quantity is not None and quantity.number in (0, 1)),
    )


def _of_han(plain: str, length: int, quantity: Quantity | None) -> tuple[float, ...]:
    """Return what ``_of_signs`` would for a text of Chinese characters alone: it has none of the signs."""
    if quantity is None:
        return _HAN_ONLY
    return _of_signs(plain, length, 0, quantity)
