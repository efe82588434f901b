"""Reads the arithmetic of running text: ``183人×710元/月×12+78人×480元/月×12=2008440元``.

What is not plainly a calculation is left alone; a text cut off in the middle of its result is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from indicators.money import MONEY_UNIT
from indicators.quantities import half_width
from indicators.text import squash
from indicators.units import MULTIPLIERS

__all__ = ["Equation", "Interval", "find_equations", "integer_times"]

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_WORDS = r"[\u4e00-\u9fff“”\"]{0,10}?"
_UNIT = r"[\u4e00-\u9fff%‰㎡²³/·a-wyzA-WYZ]{0,10}"
_FACTOR = rf"\(*{_WORDS}{_NUMBER}{_UNIT}\)*(?:{_UNIT})"
_OPERATOR = r"[+×*xX✕✖÷]"
_CHAIN = re.compile(rf"{_FACTOR}(?:{_OPERATOR}{_FACTOR})+$")
_RESULT = re.compile(rf"=\s*(?P<about>约|≈)?(?P<number>{_NUMBER})(?P<unit>{MONEY_UNIT}|万|亿)?(?P<after>.?)")
_TOKEN = re.compile(
    rf"(?P<bracket>[()])|(?P<operator>{_OPERATOR})|(?P<words>{_WORDS})(?P<number>{_NUMBER})(?P<unit>{_UNIT})|."
)
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_ASIDE = re.compile(r"\([^()0-9]*\)")
_BREAK = re.compile(r"[。;；，,:：、!?！？《》【】\[\]=]")
#: 千 and 百 multiply 元 only; 千克 and 百分比 are units of their own.
_SCALE = tuple((word if len(word) > 1 or word in "万亿" else f"{word}元", by) for word, by in MULTIPLIERS.items())
_TIME = {"月": "月", "天": "天", "日": "天", "季": "季", "年": "年", "周": "周"}
#: Calculations are short; a longer stretch of text is none.
_LONGEST = 300
_PER = re.compile(r"(?:/|每)(?:个)?(人|名|月|天|日|季|年|周|[\u4e00-\u9fff㎡])")


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with what rounding leaves open."""

    low: Decimal
    high: Decimal

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __mul__(self, other: Interval) -> Interval:
        return Interval(self.low * other.low, self.high * other.high)

    def over(self, other: Interval) -> Interval:
        """Return the quotient; the divisor is positive."""
        return Interval(self.low / other.high, self.high / other.low)

    @property
    def middle(self) -> Decimal:
        """The figure as printed."""
        return (self.low + self.high) / 2


@dataclass(frozen=True, slots=True)
class Equation:
    """A calculation with its printed result.

    Parameters
    ----------
    text
        As printed, white space removed.
    computed
        What the left side gives, in the base unit (元 where it is money).
    stated
        What is printed, in the same unit; where no unit is printed, other scales may be meant too.
    open_rates
        Denominators (月, 人) that no factor of the left side takes up: a factor may have been left out.
    with_earlier
        The left side with calculations before it in the sentence added: 10人×100元、20人×50元=2000元.
    """

    text: str
    computed: Interval
    stated: Interval
    scales: tuple[Decimal, ...]
    open_rates: tuple[str, ...]
    with_earlier: tuple[Interval, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether some reading makes both sides agree."""
        for scale in self.scales:
            low, high = self.stated.low * scale, self.stated.high * scale
            if any(left.low <= high and low <= left.high for left in (self.computed, *self.with_earlier)):
                return True
            if self.open_rates and integer_times(self.computed, Interval(low, high), _most(self.open_rates)):
                return True
        return False


def _most(open_rates: tuple[str, ...]) -> int:
    """Return how many times a left-out factor may count: months of a year, days of a year, any number of heads."""
    limits = {"月": 36, "天": 366, "季": 12, "年": 30, "周": 53}
    most = 1
    for rate in open_rates:
        most *= limits.get(rate, 10**6)
    return most


def integer_times(unit: Interval, total: Interval, most: int) -> int | None:
    """Return the whole number between 1 and ``most`` that takes ``unit`` to ``total``, ``None`` if there is none."""
    if unit.low <= 0:
        return None
    low, high = total.low / unit.high, total.high / unit.low
    first = int(low.to_integral_value(rounding="ROUND_CEILING"))
    return first if 1 <= first <= most and first <= high else None


def _interval(number: str, scale: Decimal) -> Interval:
    value = Decimal(number)
    half = Decimal(5).scaleb(-len(number.split(".")[1]) - 1) if "." in number else Decimal(0)
    return Interval((value - half) * scale, (value + half) * scale)


def _scale(unit: str) -> Decimal:
    for word, factor in _SCALE:
        if unit.startswith(word):
            return factor
    return Decimal("0.01") if unit.startswith("%") else Decimal("0.001") if unit.startswith("‰") else Decimal(1)


class _Reader:
    """A calculator with brackets; gives up on anything else."""

    def __init__(self, text: str) -> None:
        self.tokens = list(_TOKEN.finditer(text))
        self.at = 0
        self.rates: list[str] = []
        self.units: list[str] = []

    def sum(self) -> Interval:
        value = self.product()
        while self.operator() == "+":
            self.at += 1
            value = value + self.product()
        return value

    def product(self) -> Interval:
        value = self.factor()
        while (operator := self.operator()) and operator != "+":
            self.at += 1
            other = self.factor()
            value = value.over(other) if operator == "÷" else value * other
        return value

    def operator(self) -> str:
        return (self.tokens[self.at].group("operator") or "") if self.at < len(self.tokens) else ""

    def factor(self) -> Interval:
        if self.at >= len(self.tokens):
            raise ValueError
        token = self.tokens[self.at]
        self.at += 1
        if token.group("bracket") == "(":
            value = self.sum()
            if self.at >= len(self.tokens) or self.tokens[self.at].group("bracket") != ")":
                raise ValueError
            self.at += 1
            return value
        if token.group("number") is None:
            raise ValueError
        unit = token.group("unit")
        self.rates.extend(_TIME.get(name, name) for name in _PER.findall(token.group("words") + unit))
        self.units.append(re.split(r"[/每]", unit)[0])
        return _interval(token.group("number"), _scale(unit))

    def value(self) -> Interval:
        result = self.sum()
        if self.at != len(self.tokens):
            raise ValueError
        return result


def _open_rates(rates: list[str], units: list[str]) -> tuple[str, ...]:
    """Return the denominators without a factor of that unit; a factor without unit takes up one of them."""
    bare = sum(not unit for unit in units)
    missing = []
    for rate in dict.fromkeys(rates):
        people = rate in ("人", "名")
        taken = any(
            rate in unit or (people and re.search("[人名位]", unit)) or (rate == "天" and "日" in unit)
            for unit in units
        )
        if not taken:
            missing.append(rate)
    return tuple(missing[bare:]) if bare < len(missing) else ()


@lru_cache(maxsize=4096)
def find_equations(text: str) -> tuple[Equation, ...]:
    """Find the calculations of a text whose result is printed.

    Parameters
    ----------
    text
        As printed.

    Returns
    -------
    tuple
        In order of appearance; what cannot be read to the last character, or may be cut off, is left out.
    """
    if "=" not in text and "＝" not in text:
        return ()
    plain = _ASIDE.sub("", _THOUSANDS.sub("", squash(half_width(text))))
    return tuple(_equations(plain))


def _equations(plain: str) -> Iterator[Equation]:
    for match in _RESULT.finditer(plain):
        pieces = _BREAK.split(re.split(r"[。=]", plain[: match.start()])[-1][-_LONGEST:])
        # A result at the very end without its unit may be cut off; one that goes on is no result.
        cut_off = not match.group("after") and not match.group("unit")
        if match.group("about") or cut_off or re.match(r"[+×*xX✕÷0-9.%‰]", match.group("after")):
            continue
        read = _calculated(pieces[-1])
        if read is None:
            continue
        text, reader, computed = read
        earlier, total = [], computed
        for piece in reversed(pieces[:-1]):
            if (other := _calculated(piece)) is not None:
                total = total + other[2]
                earlier.append(total)
        yield Equation(
            text=f"{text}={match.group('number')}{match.group('unit') or ''}",
            computed=computed,
            stated=_stated(match.group("number")),
            scales=_scales(match.group("unit") or ""),
            open_rates=_open_rates(reader.rates, reader.units),
            with_earlier=tuple(earlier),
        )


def _calculated(piece: str) -> tuple[str, _Reader, Interval] | None:
    """Read the calculation a piece of text ends with."""
    chain = _CHAIN.search(piece)
    # An operator before it: the part that could be read is not the whole calculation.
    if chain is None or re.search(r"[+×*✕÷]", piece[: chain.start()]):
        return None
    reader = _Reader(chain.group())
    try:
        computed = reader.value()
    except (ValueError, ArithmeticError):
        return None
    return (chain.group(), reader, computed) if computed.low > 0 else None


def _stated(number: str) -> Interval:
    """Return a result with half its last digit; whole figures that end in zeros may be rounded to those."""
    value = Decimal(number)
    if "." in number:
        half = Decimal(5).scaleb(-len(number.split(".")[1]) - 1)
    else:
        zeros = len(number) - len(number.rstrip("0"))
        half = max(min(Decimal(10) ** zeros, value / 1000), Decimal("0.5"))
    return Interval(value - half, value + half)


def _scales(unit: str) -> tuple[Decimal, ...]:
    if not unit:
        return (Decimal(1), MULTIPLIERS["万"])
    # 3×0.75=2.25万元: the factors are in the unit of the result.
    return tuple(dict.fromkeys((_scale(unit), Decimal(1))))
