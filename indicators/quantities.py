"""Numbers with units and dates, out of printed values and running text.

Widths are normalised character by character, so that positions in the printed text stay valid.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from indicators.dates import find_dates, parse_dates
from indicators.money import in_yuan
from indicators.records import Indicator, Quantity
from indicators.text import mask_numbers
from indicators.units import MULTIPLIERS, UNITS, canonical_unit, unit_kind

__all__ = [
    "amount_in_yuan",
    "canonical_unit",
    "column_number",
    "find_dates",
    "find_quantities",
    "half_width",
    "parse_amount",
    "parse_dates",
    "parse_quantity",
    "points_of",
    "simple_quantity",
    "unit_kind",
]

# A value cell longer than this is prose; its first number says little about the whole.
_LONGEST_VALUE = 120

_WIDTH: dict[int, int | str] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_WIDTH |= {ord(a): b for a, b in zip("　﹪﹤﹥≧≦⩾⩽〜∼～—–－―﹣−‑：∶︰﹢／．", " %<>≥≤≥≤~~~-------:::+/.", strict=True)}


def half_width(text: str) -> str:
    """Return the text with full-width signs, digits and letters made half-width, one for one."""
    return text.translate(_WIDTH)


_AT_LEAST = "≥|>=|=>|大于或?等于|高于或?等于|不低于|不少于|不小于|不短于|不得低于|不得少于|至少|最低|最少|超过或?等于"
_AT_MOST = (
    "≤|<=|=<|小于或?等于|低于或?等于|不高于|不超过|不超出|不大于|不多于|不长于|不晚于|"
    "不得超过|不得高于|至多|最多|最高|最长|控制在|±"
)
_MORE = ">|大于|高于|超过|多于|超"
_LESS = "<|小于|低于|少于|不足|不到|未超过?"
_ABOUT = "≈|大?约|近|大概|接近"
_RELATIONS = (("≥", _AT_LEAST), ("≤", _AT_MOST), (">", _MORE), ("<", _LESS), ("≈", _ABOUT), ("=", "==?|等于"))
_RELATION_OF = tuple((sign, re.compile(words)) for sign, words in _RELATIONS)
_SIGNS = {"≥": "≥", "≤": "≤", "＞": ">", ">": ">", "<": "<", "=": "=", "≈": "≈", ">=": "≥", "<=": "≤"}

# Every repetition is bounded, by what no print reaches: a search that may begin at each place of a text and run to its
# end takes the square of its length (seen: a cell of 123,456,123,456, ...). MAX_DIGITS of readers.bounds is 40.
_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3}){1,13}(?:\.[0-9]{1,40})?(?![0-9])|[0-9]{1,40}(?:\.[0-9]{1,40})?"
_NUMERAL = "[零〇一二两三四五六七八九十百千万亿半]"
_NUMERALS = _NUMERAL + "{1,40}"
_COUNTED = (
    "个百分点|个工作日|个自然日|个季度|个小时|个学期|个星期|个月|个(?!百分之百|意识|自信|维护)|人次|人|名|位|次(?!性|要)|年(?!级|代)|日(?=[之以]?内)|天|小时|分钟|周(?!边|到)|季度|"
    "层|座|栋|幢|间|所|处|台|套|辆|部(?!门|分|署)|项|件|份|期|场|户|家(?!庭|长|属)|条|支|门|本|册|批次|轮|张|亩|公里|米|吨|元|倍|成"
)
_MULTIPLIER = "|".join(MULTIPLIERS)
_UNIT = "|".join(re.escape(unit) for unit in UNITS if unit not in {"号", "类", "平", "成", "代", "市", "区", "时"})
_RATE = rf"(?:\s*/\s*(?:每)?(?:{_UNIT}|[\u4e00-\u9fff]{{1,4}})|[·.](?:{_UNIT})){{0,4}}"
_AFTER = r"及?以上|之上|及?以下|以内|之内|之下|内(?![容部科地外])|左右|上下"

_SCAN = re.compile(
    rf"""
    (?P<skip> [\[〔(（【][12][0-9]{{3}}[\]〕)）】]\s*第?\s*[0-9]{{1,40}} | 第\s*(?:[0-9]{{1,40}}|{_NUMERALS})
      | [A-Za-z]{{2,24}}(?:/[A-Z]{{1,8}})?\s*-?[0-9][0-9.\-]{{0,40}} | (?:1[0-9]|2[0-4]|0?[02-9]):[0-5][0-9]
      | [0-9]{{1,40}}\s*(?:号|年级|级|类(?!型)) | [两二三四五六七八九十]个百分之[一-龥]{{1,40}})
    | (?P<relation> (?:(?:{"|".join(words for _, words in _RELATIONS)})\s*){{1,4}} )?
      (?:
        (?P<share>[百千万])分之(?P<part>{_NUMBER}|{_NUMERALS})
      | (?P<of>[0-9]{{1,40}}:[0-9]{{1,40}}(?:\.[0-9]{{1,40}})?)
      | (?P<minus>(?<![^\s≥≤<>=])-)?(?<![A-Za-z0-9.])(?P<number>{_NUMBER})\s*(?P<plus>(?:\+(?:{_NUMBER})\s*){{0,12}})
        (?: (?P<low_unit>{_UNIT})?\s*[-~至到]\s*(?P<upper>{_NUMBER})\s* )?
        (?P<over>[余多])? (?P<unit>个?百分点|百分比|(?:(?:{_MULTIPLIER})[余多]?)?\s*(?:{_UNIT}){_RATE})
      | (?P<numeral>{_NUMERALS})(?P<counted>余?(?:{_COUNTED}){_RATE})
      )
      \s* (?P<after>{_AFTER})?
    """,
    re.VERBOSE,
)
_BARE = re.compile(
    rf"(?P<relation>(?:(?:{'|'.join(words for _, words in _RELATIONS)})\s*){{1,4}})?"
    rf"(?P<lead>[提增减下上达降完共计为保]\S{{0,4}}?)?"
    rf"(?P<minus>(?<![^\s≥≤<>=])-)?(?P<number>{_NUMBER})\s*(?:[-~至到]\s*(?P<upper>{_NUMBER})\s*)?"
    rf"(?P<unit>(?!号|[级类期届版]\S)[\u4e00-\u9fffA-Za-zμ%‰℃/·²³]{{0,6}}?)\s*(?P<after>{_AFTER})?"
)
# 一批, 一项 and kin are articles, not counts, wherever they open a phrase.
_COUNTED_WHOLE = re.compile(
    rf"(?P<relation>(?:(?:{'|'.join(words for _, words in _RELATIONS)})\s*){{1,4}})?"
    rf"第?(?P<numeral>{_NUMERALS})\s*(?P<unit>{_UNIT})(?P<after>{_AFTER})?"
)
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟两", "一二三四五六七八九十百千两")
_ARTICLE = re.compile("一(?:批|成|家|期|条|支|门|部|元|米|处|张|位|周)")
_TRAILING = re.compile(r"(?<=.)无$|[。；;，,、.\s]+$")
_MAY_TRAIL = frozenset("无。；;，,、.")

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_POWERS = {"十": 10, "百": 100, "千": 1000}


def _numeral(text: str) -> Decimal | None:
    """Read a Chinese numeral: 一百二十 is 120; None for 百 standing alone, 万 and other non-numbers."""
    if text == "半":
        return Decimal("0.5")
    if "半" in text or text[0] in "百千万亿":
        return None
    total = section = digit = 0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character] if not digit else digit * 10 + _DIGITS[character]
        elif character in _POWERS:
            section += (digit or 1) * _POWERS[character]
            digit = 0
        else:
            total = (total + section + digit) * int(MULTIPLIERS[character])
            section = digit = 0
    return Decimal(total + section + digit)


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None


def _relation(before: str | None, after: str | None, *, over: bool = False) -> str:
    if before:
        first = before.strip()
        if first in _SIGNS:
            return _SIGNS[first]
        for sign, words in _RELATION_OF:
            if words.match(first):
                return sign
    if after:
        return "≥" if "上" in after and after != "上下" else "≈" if after in {"左右", "上下"} else "≤"
    return "≥" if over else "="


def _unit_of(text: str) -> str:
    unit = re.sub(r"\s+|余|多", "", text)
    return "%" if unit == "百分比" else unit


def _read(match: re.Match[str]) -> Quantity | None:
    """Turn one match of the scanner into a quantity; None for what only looks like one."""
    get = match.group
    if get("share"):
        number = _decimal(get("part")) if get("part")[0].isdigit() else _numeral(get("part"))
        if get("part") == "百":
            number = Decimal(100)
        unit = {"百": "%", "千": "‰", "万": "‱"}[get("share")]
        relation = _relation(get("relation"), get("after"))
        return None if number is None else Quantity(relation=relation, number=number, unit=unit)
    if get("of"):
        left, right = get("of").split(":")
        return Quantity(relation=_relation(get("relation"), get("after")), number=Decimal(left), unit=":" + right)
    if get("numeral"):
        if get("numeral") == "一" and _ARTICLE.match(get("numeral") + get("counted")):
            return None
        number = _numeral(get("numeral"))
        relation = _relation(get("relation"), get("after"), over="余" in get("counted"))
        return None if number is None else Quantity(relation=relation, number=number, unit=_unit_of(get("counted")))
    number = _decimal(get("number"))
    if number is None:
        return None
    if get("minus"):
        number = -number
    number += sum(filter(None, map(_decimal, (get("plus") or "").replace(" ", "").split("+")[1:])), Decimal(0))
    over = bool(get("over")) or any(sign in get("unit") for sign in "余多")
    relation = _relation(get("relation"), get("after"), over=over)
    upper = _decimal(get("upper")) if get("upper") else None
    return Quantity(relation=relation, number=number, unit=_unit_of(get("unit")), upper=upper)


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    starts = [0, *(end for _, end in spans)]
    return " ".join(text[start:stop] for start, stop in zip(starts, [*(start for start, _ in spans), len(text)]))


@lru_cache(maxsize=32768)
def find_quantities(text: str) -> tuple[tuple[Quantity, int, int], ...]:
    """Find every number that carries a unit in running text.

    Dates, document numbers, standards, ordinals, clock times and bare numbers are left out.

    Parameters
    ----------
    text
        As printed.

    Returns
    -------
    tuple
        ``(quantity, start, end)`` in order of appearance; positions in ``text``, relation words included.
    """
    plain = half_width(text)
    if not _MAY_HOLD.search(plain):
        return ()
    simple = simple_quantity(plain)
    if simple is not None:
        return ((simple, 0, len(plain)),)
    lead = _LEAD.search(plain)
    if lead is None:
        return ()
    dates = [(start, end) for _, start, end in find_dates(plain)]
    if dates and not _MAY_HOLD.search(_without(plain, dates)):
        return ()
    passed = 0
    found: list[tuple[Quantity, int, int]] = []
    for match in _SCAN.finditer(plain, lead.start()):
        while passed < len(dates) and dates[passed][1] <= match.start():
            passed += 1
        if match.group("skip") or (passed < len(dates) and dates[passed][0] < match.end()):
            continue
        quantity = _read(match)
        if quantity is not None:
            end = match.start() + len(match.group().rstrip())
            found.append((quantity, match.start(), end))
    return tuple(found)


# Where the scanner can first match: a numeral with something behind it, after what may stand before a number.
_OF_RELATIONS = re.escape("".join(sorted(set("".join(words for _, words in _RELATIONS)) - set("|?"))))
_BEFORE_NUMBER = rf"[{_OF_RELATIONS}\s\[〔(（A-Za-z/第-]"
# Only from where such a run begins: from each of its signs, one without a number is gone through over and over.
_LEAD = re.compile(rf"(?<!{_BEFORE_NUMBER}){_BEFORE_NUMBER}*(?:[0-9]|{_NUMERAL})\s*\S")
# Most values are a sign, a number and a unit; what the scanner says of those is known without it.
_SIMPLE = re.compile(
    rf"({'|'.join(words for _, words in _RELATIONS)})?([0-9]{{1,7}}(?:\.[0-9]{{1,6}})?)"
    r"([^0-9\s/]{1,6}?)(/[^0-9\s/]{1,4})?(以上|以下|以内)?"
)
_SINGLE_UNITS = frozenset(
    unit
    for unit in UNITS
    if unit[0] not in "亿万千百十年月日号级类" and unit not in {"平", "成", "代", "市", "区", "时"}
)
_SIMPLE_UNITS = _SINGLE_UNITS | {multiplier + unit for multiplier in MULTIPLIERS for unit in _SINGLE_UNITS}
_PER = frozenset("/" + unit for unit in UNITS)
_MAY_HOLD = re.compile(f"[0-9]|{_NUMERAL}|[壹贰叁肆伍陆柒捌玖拾]")


def simple_quantity(plain: str) -> Quantity | None:
    """Read a half-width text that is nothing but a sign, a number and a unit; ``None`` for any other, without search.

    What it reads, ``find_quantities`` and ``parse_quantity`` read alike.
    """
    match = _SIMPLE.fullmatch(plain)
    if match is None:
        return None
    before, number, unit, per, after = match.groups()
    if (unit not in _SIMPLE_UNITS and not (unit == "年" and len(number) < 4)) or (per and per not in _PER):
        return None
    relation = _relation(before, after) if before or after else "="
    return Quantity(relation=relation, number=Decimal(number), unit=unit + per if per else unit)


#: ≥100.00(%), =1.00(次), ≤120.00(万元): systems that keep number and unit apart print them so.
_UNIT_IN_BRACKETS = re.compile(rf"(?<=[0-9])\s*[(（]((?:(?:{_MULTIPLIER})?(?:{_UNIT}){_RATE})|百分比)[)）]\s*$")


@lru_cache(maxsize=32768)
def parse_quantity(text: str) -> Quantity | None:
    """Read the number of a value cell.

    A trailing 无 (the empty unit of the export system) is ignored, cells joined by ``|`` are joined,
    ``15+24万元`` is added up, ``±5%`` reads as ≤, ``1:10`` has number 1 and unit ``:10``,
    a range keeps its lower end in ``number`` and its upper end in ``upper``.

    Parameters
    ----------
    text
        A value as printed.

    Returns
    -------
    Quantity or None
        The first quantity of the cell; ``None`` where it holds none, or a date.
    """
    if len(text) > _LONGEST_VALUE:
        return None
    plain = half_width(text)
    if not _MAY_HOLD.search(plain):
        return None
    plain = plain.replace("|", "").strip()
    # Twice: what a trailing 无 or stop hid may be another.
    for _ in range(2):
        if plain and plain[-1] in _MAY_TRAIL:
            plain = _TRAILING.sub("", plain).strip()
    if plain and plain[-1] in ")）":
        plain = _UNIT_IN_BRACKETS.sub(r"\1", plain)
    found = find_quantities(plain)
    if found:
        return found[0][0]
    if find_dates(plain):
        return None
    whole = _BARE.fullmatch(plain)
    if whole is None:
        return _counted(plain)
    if mask_numbers(plain) != plain:
        # A telephone or identity number is no quantity, and must not leave as one.
        return None
    number = _decimal(whole.group("number"))
    if number is None:
        return None
    if whole.group("minus"):
        number = -number
    upper = _decimal(whole.group("upper")) if whole.group("upper") else None
    relation = _relation(whole.group("relation"), whole.group("after"))
    return Quantity(relation=relation, number=number, unit=_unit_of(whole.group("unit")), upper=upper)


def _counted(plain: str) -> Quantity | None:
    """Read a cell that is nothing but a Chinese numeral and a counter: 六艘, 壹场, 三十种."""
    match = _COUNTED_WHOLE.fullmatch(plain.translate(_FORMAL))
    if match is None or (match.group("numeral") == "一" and match.group("unit") in {"批", "宗", "成", "般"}):
        return None
    number = _numeral(match.group("numeral"))
    relation = _relation(match.group("relation"), match.group("after"))
    return None if number is None else Quantity(relation=relation, number=number, unit=match.group("unit"))


_AMOUNT = re.compile(rf"(?P<sign>[-(（]?)\s*(?P<number>{_NUMBER})")


@lru_cache(maxsize=8192)
def column_number(item: Indicator, *columns: str) -> Decimal | None:
    """Return the number of the first filled one of some further columns of an indicator (``attributes``)."""
    text = next((text for column, text in item.attributes if column in columns and text), "")
    quantity = parse_quantity(text) if text else None
    return quantity.number if quantity is not None else None


def points_of(item: Indicator) -> Decimal | None:
    """Return the points or the weight printed with an indicator."""
    return column_number(item, "score", "weight")


def parse_amount(text: str) -> Decimal | None:
    """Read a printed money cell: ``金300,000`` is 300000, ``10000万元`` is 10000.

    Parameters
    ----------
    text
        As printed; currency signs, labels and the unit around the number are passed over.

    Returns
    -------
    Decimal or None
        The number as printed, not scaled; ``None`` where there is none. A minus sign or brackets negate.
    """
    plain = half_width(text).replace("，", ",")
    if len(plain) > _LONGEST_VALUE:
        return None
    match = _AMOUNT.search(re.sub(r"(?<=[0-9,.])\s+(?=[0-9,.])", "", plain))
    if match is None:
        return None
    number = _decimal(match.group("number"))
    negative = match.group("sign") == "-" or (bool(match.group("sign")) and plain.rstrip().endswith((")", "）")))
    return -number if number is not None and negative else number


def amount_in_yuan(quantity: Quantity | None) -> Decimal | None:
    """Scale an amount of money to 元.

    Parameters
    ----------
    quantity
        Any quantity, or ``None``.

    Returns
    -------
    Decimal or None
        In 元 (the lower end of a range); ``None`` for rates such as 元/人 and for what is not money.
    """
    if quantity is None:
        return None
    return in_yuan(quantity.number, quantity.unit)
