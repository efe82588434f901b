"""Dates and periods as forms print them: 2024年1月1日至12月31日, 2024年12月底前, 2023年1月-12月."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from indicators.records import DateSpan

__all__ = ["find_dates", "parse_dates"]

_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x2212: "-", 0x2011: "-"}
_CHINESE_YEAR = re.compile("[一二][〇零○一二三四五六七八九]{3}(?=年)")
_CHINESE = str.maketrans("〇零○一二三四五六七八九", "000123456789")

_Y = r"(?<![0-9])(?P<{0}>(?:19|20)[0-9]{{2}})"
_M = r"(?P<{0}>1[0-2]|0?[1-9])"
_D = r"(?P<{0}>3[01]|[12][0-9]|0?[1-9])"
_JOIN = r"\s*(?:开始|起)?\s*[-~—–―至到]+\s*"
_ATOM = re.compile(
    rf"""
    {_Y.format("iso_y")}\s*[-./]\s*{_M.format("iso_m")}\s*[-./]\s*{_D.format("iso_d")}(?![0-9])日?
  | {_Y.format("iso2_y")}[-/]{_M.format("iso2_m")}(?![0-9.%/])月?
  | {_Y.format("dot_y")}\.{_M.format("dot_m")}(?![0-9.%])(?=\s*(?:[-~—–至到前]|$))
  | (?<![0-9])(?P<c_y>(?:19|20)[0-9]{{2}})(?P<c_m>0[1-9]|1[0-2])(?P<c_d>0[1-9]|[12][0-9]|3[01])(?![0-9.])
  | {_Y.format("y")}\s*年(?:度(?!报))?\s*
    (?: {_M.format("m")}\s*(?:月份?(?:\s*{_D.format("d")}\s*(?:[日号]|(?![0-9.%人个元月万]))
        |(?P<mpart>[底末初]|[上中下]旬))?
        |(?={_JOIN}(?:1[0-2]|[1-9])月))
      | (?P<ypart>上半年|下半年|第?[一二三四1-4]季度|年?[底末初]) )?
  | (?<![0-9]){_M.format("s_m")}\s*月(?:份)?\s*{_D.format("s_d")}\s*[日号]
  | (?<![0-9.])(?:每年)?{_M.format("p_m")}月(?:(?P<p_part>[底末初]|[上中下]旬)|份|(?=(?:之|以)?前))
  | {_Y.format("bare_y")}(?=(?:\s*[-~—–至到、,，]\s*(?:19|20)[0-9]{{2}}){{1,12}}年)
  | (?<![0-9])(?:每月)?{_D.format("l_d")}[日号](?=(?:之|以)?前)
  | (?P<feast>元旦|春节|元宵节?|清明节?|五一|劳动节|端午节?
     |六一|儿童节|七一|八一|建军节|教师节|中秋节?|国庆节?|十一(?!五)|重阳节?|妇女节)
    (?=(?:节|长假|假期)?(?:之?前|期间))
  | (?<![0-9.])(?P<weak_m>1[0-2]|0?[1-9])(?:月(?![0-9])|(?={_JOIN}(?:1[0-2]|[1-9])月))
  | (?<![0-9.])(?P<weak_d>3[01]|[12][0-9]|0?[1-9])[日号]
  | (?<=[-~—–至到])(?P<weak_y>(?:19|20)[0-9]{{2}})(?![0-9.])
    """,
    re.VERBOSE,
)
_BETWEEN = re.compile(r"\s*(?:开始|起)?\s*(?:[-~—–―]+|至|到)\s*(?P<next>次年|翌年)?\s*$")
_LISTED = re.compile(r"\s*[、,，和及]\s*$")
_BEFORE = re.compile(r"\s*(?:(?:之|以)?前|止|截止)")
_MAY_HOLD = re.compile("[0-9０-９]|节|元旦|元宵|五一|六一|七一|八一|十一|清明|端午|中秋|国庆|重阳|[一二][〇零○]")
# Digits alone are no date: one of these stands in every way to print one, or eight digits in a row.
_MAY_BE = re.compile("[-./年月日号前期至到~—–―－．／～\u2212\u2011]|[0-9０-９]{8}")
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}


@dataclass(frozen=True, slots=True)
class _Point:
    """One printed date; unknown parts are None. ``first`` and ``last`` bound the months it covers."""

    year: int | None
    first: int | None
    last: int | None
    day: int | None
    weak: bool
    start: int
    end: int

    @property
    def precision(self) -> str:
        return "day" if self.day is not None else "month" if self.first is not None else "year"

    def lower(self) -> date | None:
        return self._day(self.first or 1, self.day or 1)

    def upper(self) -> date | None:
        month = self.last or 12
        return self._day(month, self.day or 31)

    def _day(self, month: int, day: int) -> date | None:
        if self.year is None:
            return None
        return date(self.year, month, min(day, monthrange(self.year, month)[1]))


def _point(match: re.Match[str]) -> _Point:
    """Turn one match into a point."""
    got = {key: value for key, value in match.groupdict().items() if value is not None}

    def number(*keys: str) -> int | None:
        return next((int(got[key]) for key in keys if key in got), None)

    year = number("iso_y", "iso2_y", "dot_y", "c_y", "y", "bare_y", "weak_y")
    first = number("iso_m", "iso2_m", "dot_m", "c_m", "m", "s_m", "p_m", "weak_m")
    day = number("iso_d", "c_d", "d", "s_d", "l_d", "weak_d")
    last = first
    part = got.get("ypart", "")
    if "半年" in part:
        first, last = (1, 6) if part[0] == "上" else (7, 12)
    elif "季度" in part:
        quarter = _QUARTERS[part.removeprefix("第")[0]]
        first, last = quarter * 3 - 2, quarter * 3
    elif part:
        first = last = 1 if part.endswith("初") else 12
    if "feast" in got:
        day = None
    weak = any(key in got for key in ("weak_m", "weak_d", "weak_y"))
    return _Point(year, first, last, day, weak, match.start(), match.end())


def _following(left: _Point, right: _Point, *, next_year: bool) -> _Point:
    """Give the end of a period the year and month that only its beginning prints."""
    first, last, year = right.first, right.last, right.year
    if first is None and right.day is not None:
        first, last = left.last, left.last
    if year is None and left.year is not None:
        earlier = first is not None and left.first is not None and first < left.first
        year = left.year + (1 if next_year or earlier else 0)
    return replace(right, year=year, first=first, last=last, weak=False)


def _is_year(point: _Point) -> bool:
    return point.year is not None and point.first is None and not point.weak


def _coarsest(points: list[_Point]) -> str:
    return max((point.precision for point in points), key=("day", "month", "year").index)


def _group(plain: str) -> list[list[_Point]]:
    """Join points that a dash, 至 or a list comma connects; drop months and days that stand alone."""
    groups: list[list[_Point]] = []
    for match in _ATOM.finditer(plain):
        point = _point(match)
        previous = groups[-1][-1] if groups else None
        between = plain[previous.end : point.start] if previous is not None else ""
        joined = _BETWEEN.match(between) if previous is not None and len(between) < 12 else None
        if previous is not None and joined is not None:
            groups[-1].append(_following(previous, point, next_year=bool(joined.group("next"))))
        elif previous is not None and _is_year(previous) and _is_year(point) and _LISTED.match(between):
            groups[-1].append(point)
        else:
            groups.append([point])
    return [group for group in groups if len(group) > 1 or not group[0].weak]


@lru_cache(maxsize=32768)
def find_dates(text: str, *, year: int | None = None) -> tuple[tuple[DateSpan, int, int], ...]:
    """Find every date and period in running text.

    Parameters
    ----------
    text
        As printed, any width.
    year
        Year to assume for dates printed without one (1月1日-12月31日).

    Returns
    -------
    tuple
        ``(span, start, end)`` in order of appearance. Without a printed or assumed year ``start`` and ``end`` of
        the span are ``None``; a deadline (前) has no ``start``; a named holiday (春节前) has neither.
        A month that may as well be a duration (18月, 1月) is no date.
    """
    if not _MAY_HOLD.search(text) or not _MAY_BE.search(text):
        return ()
    plain = _CHINESE_YEAR.sub(lambda match: match.group().translate(_CHINESE), text.translate(_WIDTH))
    found: list[tuple[DateSpan, int, int]] = []
    for group in _group(plain):
        head, tail = group[0], group[-1]
        feast = head.year is None and head.first is None and head.day is None
        if year is not None and head.year is None and not feast and head.first is not None:
            head = replace(head, year=year)
            tail = _following(head, replace(tail, year=None), next_year=False) if len(group) > 1 else head
        before = plain[max(0, head.start - 8) : head.start].rstrip()
        deadline = len(group) == 1 and (
            _BEFORE.match(plain, tail.end) is not None or before.endswith(("截至", "截止", "至"))
        )
        lower, upper = (None, None) if feast else (head.lower(), tail.upper())
        precision = "day" if feast else _coarsest([head, tail])
        found.append(
            (DateSpan(start=None if deadline else lower, end=upper, precision=precision), head.start, tail.end)
        )
    return tuple(found)


@lru_cache(maxsize=32768)
def parse_dates(text: str, *, year: int | None = None) -> DateSpan | None:
    """Read the period a value or sentence names.

    Parameters
    ----------
    text
        As printed.
    year
        Year to assume for dates printed without one; without it their ``start`` and ``end`` stay ``None``.

    Returns
    -------
    DateSpan or None
        From the earliest to the latest date printed; ``None`` where there is none.
        ``precision`` is that of the coarsest part.
    """
    # Called the way quantities are, so that both share what is remembered.
    dated = find_dates(text) if year is None else find_dates(text, year=year)
    found = [span for span, _, _ in dated]
    if len(found) < 2:
        return found[0] if found else None
    starts = [span.start for span in found if span.start is not None]
    ends = [span.end for span in found if span.end is not None]
    precision = max((span.precision for span in found), key=("day", "month", "year").index)
    return DateSpan(start=min(starts, default=None), end=max(ends, default=None), precision=precision)
