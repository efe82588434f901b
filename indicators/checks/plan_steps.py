"""The dated steps of a plan: 3月完成招标，4月至8月施工, whose year is often printed once or not at all."""

from __future__ import annotations

import re
from datetime import date, timedelta

from indicators.quantities import half_width

__all__ = ["clauses", "dated_steps", "years_by_falling_months"]

_STEP_END = re.compile(r"[，,。；;\n]")
_MONTH = re.compile(
    r"(?:(?P<year>20[0-9]{2})年)?(?:(?P<first>1[0-2]|0?[1-9])月?(?:份)?[-~—至到])?(?P<last>1[0-2]|0?[1-9])月(?!内|后|个|均|度)"
    r"|(?:(?P<year2>20[0-9]{2})(?:年(?![底末终]))?)?(?P<part>上半年|下半年|年底|年末|年终|第?[一二三四1-4]季度)"
)
_PARTS = {"上半年": 6, "下半年": 12, "年底": 12, "年末": 12, "年终": 12}
_QUARTERS = {"一": 3, "二": 6, "三": 9, "四": 12, "1": 3, "2": 6, "3": 9, "4": 12}


def clauses(text: str) -> list[str]:
    """Return the clauses of a text that are not blank."""
    return [part for part in _STEP_END.split(half_width(text)) if part.strip()]


def _month(match: re.Match[str]) -> int:
    """Return the last month a match of the month pattern names."""
    part = match.group("part")
    if part is None:
        return int(match.group("last"))
    return _PARTS.get(part) or _QUARTERS[part.removeprefix("第")[0]]


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def dated_steps(text: str, budget: int) -> list[tuple[str, date]]:
    """Return the dated steps of a plan: words and last day of the month they name."""
    steps: list[tuple[str, date]] = []
    year, before = budget, 0
    for step in clauses(text):
        for match in _MONTH.finditer(step):
            stated = match.group("year") or match.group("year2")
            month = _month(match)
            if stated:
                year = int(stated)
            elif month < before and year < budget:
                year += 1
            before = month
            steps.append((step, _month_end(year, month)))
    return steps


def years_by_falling_months(text: str) -> set[int]:
    """Return years that only a falling month tells: 2023年底完成设计，3月招标 goes on in 2024."""
    found: set[int] = set()
    year = month = 0
    for match in _MONTH.finditer(text):
        stated = match.group("year") or match.group("year2")
        last = _month(match)
        if stated:
            year = int(stated)
        elif year and last < month:
            year += 1
            found.add(year)
        month = last
    return found
