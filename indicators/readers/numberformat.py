"""Number formats of workbooks: from the stored number to what a reader sees in the cell.

Covers what budget workbooks use: thousands separators, decimals, percent, literals and currency, sections by
sign or condition, dates with Chinese literals. What is not covered (fractions, exponents) falls back to the
plain number, which loses no digit.

References
----------
ECMA-376 part 1, 18.8.30 and 18.8.31; formats 27-36 and 50-58 as in Chinese Excel.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

__all__ = ["BUILTIN", "is_date_format", "plain", "render"]

_YM, _MD, _YMD = 'yyyy"年"m"月"', 'm"月"d"日"', 'yyyy"年"m"月"d"日"'
_HM, _HMS = 'h"时"mm"分"', 'h"时"mm"分"ss"秒"'
#: Format codes that files name by number only.
BUILTIN: dict[int, str] = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    12: "# ?/?", 13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: _YM, 28: _MD, 29: _MD, 30: "m/d/yy",
    31: _YMD, 32: _HM, 33: _HMS, 36: _YM, 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00", 41: '#,##0;-#,##0;"-"', 42: '¥#,##0;¥-#,##0;¥"-"', 43: '#,##0.00;-#,##0.00;"-"',
    44: '¥#,##0.00;¥-#,##0.00;¥"-"', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 49: "@", 50: _YM, 51: _MD,
    52: _YM, 53: _MD, 54: _MD, 55: _HM, 56: _HMS, 57: _YM, 58: _MD,
}  # fmt: skip

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<room>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<half>AM/PM|A/P|上午/下午)|(?P<general>General|G/通用格式)|(?P<exponent>E[+-]|e[+-])"
    r"|(?P<date>y+|Y+|m+|M+|d+|D+|h+|H+|s+|S+|a{3,4})|(?P<digit>[0#?]+)|(?P<other>.)",
    re.S,
)
_CONDITION = re.compile(r"(>=|<=|<>|>|<|=)\s*(-?\d+(?:\.\d+)?)\Z")
_SIGNIFICANT = 15
_WEEKDAYS = "一二三四五六日"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Token = tuple[str, str]


def plain(number: Decimal) -> str:
    """Return a number as the General format shows it in a wide column: no exponent, no trailing zeros.

    Workbooks store binary doubles, of which 15 digits are meant: 0.28999999999999998 is 0.29.
    """
    if not number.is_finite():
        return str(number)
    if len(number.as_tuple().digits) > _SIGNIFICANT and number:
        number = number.quantize(Decimal(1).scaleb(number.adjusted() - _SIGNIFICANT + 1), rounding=ROUND_HALF_UP)
    if abs(number.adjusted()) > 40:
        return str(number.normalize())
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def is_date_format(code: str) -> bool:
    """Return whether a format code shows dates or times."""
    tokens = _sections(code)[0]
    return any(kind in ("date", "half") for kind, _ in tokens) and not any(kind == "digit" for kind, _ in tokens[:1])


def render(number: Decimal, code: str, *, date1904: bool = False) -> str:
    """Return a number as its cell shows it.

    Parameters
    ----------
    number
        The stored number; for dates the serial day.
    code
        Format code, e.g. ``#,##0.00`` or ``yyyy"年"m"月"d"日"``.
    date1904
        Whether serial days count from 1904.

    Returns
    -------
    str
        The shown text; the plain number where the format is not understood.
    """
    try:
        if is_date_format(code):
            return _render_date(number, _sections(code)[0], date1904)
        tokens, value = _chosen(_sections(code), number)
        return _render_number(value, tokens)
    except (InvalidOperation, OverflowError, ValueError):
        return plain(number)


@lru_cache(maxsize=512)
def _sections(code: str) -> tuple[tuple[Token, ...], ...]:
    sections: list[list[Token]] = [[]]
    for match in _TOKEN.finditer(code[:255]):
        kind = str(match.lastgroup)
        text = match.group(kind)
        if kind == "other" and text == ";":
            sections.append([])
        else:
            sections[-1].append((kind, text))
    return tuple(tuple(section) for section in sections[:4])


def _chosen(sections: tuple[tuple[Token, ...], ...], number: Decimal) -> tuple[tuple[Token, ...], Decimal]:
    """Pick the section for a number; its sign is dropped where the section prints its own."""
    conditions = [
        next((m for k, t in section if k == "bracket" and (m := _CONDITION.match(t))), None) for section in sections
    ]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            if condition is None or _holds(number, condition.group(1), Decimal(condition.group(2))):
                return section, number
        return (("general", "General"),), number
    if number < 0 and len(sections) > 1:
        return sections[1], -number
    if number == 0 and len(sections) > 2:
        return sections[2], number
    return sections[0], number


def _holds(number: Decimal, sign: str, bound: Decimal) -> bool:
    return {
        ">=": number >= bound,
        "<=": number <= bound,
        "<>": number != bound,
        ">": number > bound,
        "<": number < bound,
        "=": number == bound,
    }[sign]


def _literal(kind: str, text: str) -> str:
    if kind in ("quoted", "escaped", "other"):
        return text
    if kind == "bracket" and text.startswith("$"):
        return text[1:].partition("-")[0]
    return " " if kind == "room" else ""


def _render_number(number: Decimal, tokens: tuple[Token, ...]) -> str:
    kinds = {kind for kind, _ in tokens}
    if "exponent" in kinds or (("other", "/") in tokens and "digit" in kinds):
        return plain(number)
    places = [index for index, (kind, text) in enumerate(tokens) if kind in ("digit", "general") or text == "@"]
    if not places:
        return "".join(_literal(*token) for token in tokens if token != ("other", "%")).strip()
    first, last = places[0], places[-1]
    # ".00" and "0.,": the point and the scaling commas belong to the number.
    while first and tokens[first - 1] == ("other", "."):
        first -= 1
    while last + 1 < len(tokens) and tokens[last + 1] in (("other", ","), ("other", ".")):
        last += 1
    head = "".join(_literal(*token) for token in tokens[:first])
    tail = "".join(_literal(*token) for token in tokens[last + 1 :])
    core = tokens[first : last + 1]
    if any(kind == "general" or text == "@" for kind, text in core):
        return f"{head}{plain(number)}{tail}".strip()
    number = number.scaleb(2 * sum(token == ("other", "%") for token in tokens))
    sign = "-" if number < 0 else ""
    digits = _digits(abs(number), "".join(text for _, text in core))
    if not re.search(r"[1-9]", digits):
        sign = ""
    return f"{sign}{head}{digits}{tail}".strip()


def _digits(number: Decimal, pattern: str) -> str:
    body = pattern.rstrip(",")
    scale = len(pattern) - len(body)
    whole, _, decimals = body.partition(".")
    if whole.endswith(","):  # "0,.0" scales as well
        scale, whole = scale + 1, whole.rstrip(",")
    places = sum(char in "0#?" for char in decimals)
    needed = decimals.count("0")
    shown = number.scaleb(-3 * scale).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    integer, _, fraction = format(shown, "f").partition(".")
    while len(fraction) > needed and fraction.endswith("0"):
        fraction = fraction[:-1]
    integer = integer.lstrip("0").rjust(whole.count("0"), "0")
    if re.search(r"[0#?],+[0#?]", whole):
        integer = re.sub(r"(?<=\d)(?=(?:\d{3})+\Z)", ",", integer)
    return f"{integer}.{fraction}" if fraction else integer


def _render_date(serial: Decimal, tokens: tuple[Token, ...], date1904: bool) -> str:
    if not 0 <= serial < 2_958_466:
        return plain(serial)
    if any(kind == "bracket" and text.lower().strip("hms") == "" and text for kind, text in tokens):
        return _elapsed(serial, tokens)
    seconds = int((serial * 86400).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    # Serial 60 is the 29 February 1900 that never was.
    epoch = datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 31 if serial < 60 else 30)
    moment = epoch + timedelta(seconds=seconds)
    half = any(kind == "half" for kind, _ in tokens)
    parts: list[str] = []
    for index, (kind, text) in enumerate(tokens):
        if kind == "date":
            parts.append(_date_part(moment, text.lower(), _is_minute(tokens, index), half))
        elif kind == "half":
            names = text.split("/")
            parts.append(names[moment.hour >= 12])
        elif kind not in ("digit", "bracket"):
            parts.append(_literal(kind, text))
    return "".join(parts).strip().removesuffix(".")


def _elapsed(serial: Decimal, tokens: tuple[Token, ...]) -> str:
    seconds = int((serial * 86400).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    parts: list[str] = []
    for index, (kind, text) in enumerate(tokens):
        unit = text.lower()
        if kind == "bracket" and unit[:1] in ("h", "m", "s"):
            parts.append(str(seconds // {"h": 3600, "m": 60, "s": 1}[unit[0]]))
        elif kind == "date" and unit[0] in "ms":
            minute = unit[0] == "m" and _is_minute(tokens, index)
            parts.append(f"{seconds // 60 % 60 if minute else seconds % 60:02d}")
        else:
            parts.append(_literal(kind, text))
    return "".join(parts).strip()


def _is_minute(tokens: tuple[Token, ...], index: int) -> bool:
    """Whether an ``m`` means minutes: after hours or before seconds."""
    before = next(
        (t.lower() for k, t in reversed(tokens[:index]) if k == "date" or (k == "bracket" and t.lower() == "h")), ""
    )
    after = next((t.lower() for k, t in tokens[index + 1 :] if k == "date"), "")
    return before.startswith("h") or after.startswith("s")


def _date_part(moment: datetime, token: str, minute: bool, half: bool) -> str:
    letter, length = token[0], len(token)
    if letter == "y":
        return f"{moment.year:04d}" if length > 2 else f"{moment.year % 100:02d}"
    if letter == "a":
        return ("星期" if length == 4 else "周") + _WEEKDAYS[moment.weekday()]
    if letter == "m" and not minute and length > 2:
        return _MONTHS[moment.month - 1]
    if letter == "d" and length > 2:
        return f"星期{_WEEKDAYS[moment.weekday()]}"
    hour = (moment.hour % 12 or 12) if half else moment.hour
    value = {"m": moment.minute if minute else moment.month, "d": moment.day, "h": hour, "s": moment.second}[letter]
    return f"{value:02d}" if length > 1 else str(value)
