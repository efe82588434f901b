"""What the columns of an indicator block are, by their headers and by what stands in them, weighed together.

Every column gets a score for every role: what its header says (``header_role``, or the last word of a header nobody
met) plus what its cells are. The best roles win, then what every block must have, one column of names and one of
values a side, is given to the columns that lose least by it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain, pairwise

from indicators.dates import parse_dates
from indicators.forms.in_cell import block_cell
from indicators.forms.rows import Row, meaning
from indicators.quantities import parse_quantity
from indicators.text import squash
from indicators.units import unit_kind
from indicators.vocabulary import KINDS, header_hint, horizon_of, operator_word, period_of
from indicators.vocabulary.keys import SCOPE

__all__ = ["Slot", "in_place", "settle", "whole_rows"]


@dataclass(frozen=True, slots=True)
class Slot:
    """A column of the block: its role, its first and last grid column and its printed header."""

    role: str
    column: int
    last: int
    header: str = ""


#: Share of the filled cells of a column that must agree before its content speaks. Half would let a column of names
#: that are labels too (成本指标 | 成本) become a level; found on the random layouts.
_MOSTLY = 0.6
#: Cells of a column that are looked at.
_SAMPLE = 60
#: Filled cells from which a column's content has its full weight.
_ENOUGH = 3
#: Characters from which a text explains rather than names.
_LONG = 24
#: Weights of a header that is understood, and of one of which only the last word is.
_HEADER, _HINT = 2.5, 1.2
#: What a column of names or values loses whose header names neither: they are given out where a block has none.
_UNNAMED = 2.0
#: What a column behind the values loses as that of the names, which stand before them.
_BEHIND = 2.0
#: What a period in a header (当年考核水平) speaks for values.
_PERIOD = 1.5
#: What a column loses as names whose texts hold those of another column, and characters of the shortest name.
_RETELLS, _SHORTEST_NAME = 4.0, 3
#: Share of the level labels that must stand below their headers for rows split out of text to count as columns.
_IN_PLACE = 0.8
#: Roles of texts beside the indicators.
_TEXTS = ("note", "explanation", "standard", "source", "formula")
_FIXED = ("funds", "goal", "project", "block")


@dataclass(slots=True)
class Content:
    """What stands in the filled cells of a column.

    Shares of kinds and of different texts, the mean length, whether numbers rise by one, how many first levels.
    """

    filled: int = 0
    shares: dict[str, float] = field(default_factory=dict)
    distinct: float = 1.0
    length: float = 0.0
    rising: bool = False
    first_levels: int = 0

    def share(self, kind: str) -> float:
        """Share of the filled cells that are of a kind."""
        return self.shares.get(kind, 0.0)


#: A word that names a side and nothing else; 2026年6月 is a date.
_PERIOD_ALONE = re.compile(rf"{SCOPE}+(?:绩效)?(?:指标|目标)?")
_POINTS = re.compile(r"\d{1,3}(?:\.\d+)?[分%]?")


def _is_unit(key: str) -> bool:
    return 0 < len(key) <= 8 and not key[0].isdigit() and unit_kind(key.strip("()（）")) != "other"


@lru_cache(maxsize=16384)
def _kinds(text: str) -> frozenset[str]:
    """Return what a cell of an indicator block can be."""
    if block_cell(text):
        return frozenset({"block"})
    item = meaning(text)
    kinds: set[str] = set()
    if period_of(text) is not None and _PERIOD_ALONE.fullmatch(squash(text)):
        kinds.add("period")
    if item.level1 is not None:
        kinds.add("level1")
    if item.level2 is not None or text in KINDS:
        kinds.add("level2")
    word = operator_word(text)
    if word is not None:
        kinds.add("comparator" if word else "nature")
    key = squash(text)
    if _POINTS.fullmatch(key):
        kinds.add("points")
    if len(key) <= 16 and (parse_quantity(text) is not None or parse_dates(text) is not None):
        kinds.add("quantity")
    if "quantity" not in kinds and _is_unit(key):
        kinds.add("unit")
    if not kinds:
        kinds.add("text")
    return frozenset(kinds)


def _contents(slots: list[Slot], rows: Sequence[Row]) -> list[Content]:
    """Return what the body rows hold in the columns of each slot."""
    texts: list[list[str]] = [[] for _ in slots]
    for row in rows[:_SAMPLE]:
        for cell in row.cells:
            column = cell.at.column or 0
            for place, slot in enumerate(slots):
                if slot.column <= column <= slot.last:
                    texts[place].append(cell.text)
                    break
    return [_content(column) for column in texts]


def _content(texts: list[str]) -> Content:
    if not texts:
        return Content()
    count = Counter(chain.from_iterable(map(_kinds, texts)))
    keys = [squash(text) for text in texts]
    numbers = [int(key) for key in keys if key.isdecimal() and len(key) <= 3]
    return Content(
        filled=len(texts),
        shares={kind: number / len(texts) for kind, number in count.items()},
        distinct=len(set(keys)) / len(keys),
        length=sum(map(len, keys)) / len(keys),
        first_levels=len({item.level1 for text in texts if (item := meaning(text)).level1}),
        rising=len(numbers) == len(keys) > 1 and all(b - a == 1 for a, b in pairwise(numbers)),
    )


def _held(content: Content) -> dict[str, float]:
    """Return what the content of a column says for (positive) or against each role."""
    share = content.share
    level1, level2, quantities, units = share("level1"), share("level2"), share("quantity"), share("unit")
    comparators, natures = share("comparator"), share("nature")
    signs = comparators + natures
    labels = 3 * max(level1, level2)
    long = 1.0 if content.length > _LONG else 0.0
    repeated = 1.5 if content.distinct < 0.5 and content.filled > _ENOUGH else 0.0
    no_value = labels + (2.5 if signs >= _MOSTLY else 0.0) + (2.0 if units >= _MOSTLY else 0.0)
    points = 1.0 if share("points") >= 0.8 else -2.0
    return {
        "level1": 4 * level1 - level2 if level1 >= _MOSTLY else -3.0,
        "level2": 4 * level2 - level1 if level2 >= _MOSTLY else -3.0,
        "name": 2 * share("text") - (labels + 2 * signs + 2 * quantities + 1.5 * units) - repeated - long,
        "value": 2 * quantities - no_value - long - (3.0 if content.rising else 0),
        "operator": 3.0 if signs >= _MOSTLY and comparators >= 0.1 else -3.0,
        "nature": 3.0 if natures >= _MOSTLY and comparators < 0.1 else -3.0,
        "unit": -4.0 if quantities >= 0.5 else (2.0 if units >= 0.5 else -1.0),
        "score": points,
        "weight": points,
        "sequence": 2.0 if content.rising else -2.0,
        "period": 3.0 if share("period") >= 0.9 and content.distinct < 1.0 else -3.0,
        # What explains, remarks or names a source holds no quantities.
        **dict.fromkeys(_TEXTS, -2.0 * quantities),
    }


def _scores(slot: Slot, content: Content, trusted: float) -> dict[str, float]:
    weight = trusted * min(1.0, content.filled / _ENOUGH)
    found = {role: weight * held for role, held in _held(content).items()}
    if horizon_of(slot.header) is not None:
        found["value"] += _PERIOD
    found["other"] = 0.3
    if slot.role not in ("other", ""):
        found[slot.role] = found.get(slot.role, 0.0) + _HEADER
        if slot.role == "operator":  # 指标性质 heads signs as well as 正向, 定性
            found["nature"] += _HEADER - 0.5
            if content.filled and found["operator"] < 0:
                found["nature"] = max(found["nature"], 0.5)
        hint = slot.role
    else:
        hint = header_hint(slot.header) or "other"
        found[hint] = found.get(hint, 0.0) + _HINT
    for role in ("name", "value"):
        found[role] -= _UNNAMED if hint != role else 0.0
    return found


def settle(slots: list[Slot], rows: Sequence[Row]) -> list[Slot]:
    """Return the slots with the roles that header and content agree on.

    Parameters
    ----------
    slots
        Columns of the header row with the roles their words name, ``other`` where they name none.
    rows
        The rows below, of which only those up to the next header should be given.
    """
    held = _contents(slots, rows)
    if any(content.share("block") for content in held):
        # All indicators stand in one cell.
        return slots
    trusted = 1.0 if in_place(slots, rows) else 0.0
    scores = [_scores(slot, content, trusted) for slot, content in zip(slots, held)]
    for place in _before_levels(slots):
        # 单位代码及名称 and 本年安排 of a list hold texts and figures as well.
        scores[place] |= {"name": -math.inf, "value": -math.inf}
    for place in _telling_of_another(slots, rows):
        scores[place]["name"] -= _RETELLS
        scores[place]["explanation"] += 1.0
    roles = [
        slot.role if slot.role in _FIXED or not content.filled else max(score, key=lambda role: score[role])
        for slot, content, score in zip(slots, held, scores)
    ]
    if not {"level1", "level2", "value", "name"} & set(roles):
        # All indicators stand in one cell.
        return slots
    _one_level1(roles, held)
    for place, role in enumerate(roles):
        # 长期指标值 | 年度指标完成值: two values to be reached, of two periods.
        others = {horizon_of(slots[other].header) for other, one in enumerate(roles) if one == "value"}
        if role == "actual" and others == {"lifetime"} and horizon_of(slots[place].header) == "annual":
            roles[place] = "value"
    _one_name(slots, roles, scores, held)
    _one_value(slots, roles, scores, held)
    _told_of_values(slots, roles, held, rows)
    _one_operator(roles)
    return [replace(slot, role=role) for slot, role in zip(slots, roles)]


def _before_levels(slots: list[Slot]) -> range:
    """Return the columns left of the levels, names and values, where words of the header name all three of them."""
    roles = [slot.role for slot in slots]
    known = [place for place, role in enumerate(roles) if role in ("level1", "level2", "name", "value")]
    named = {"name", "value"} <= set(roles) and bool({"level1", "level2"} & set(roles))
    return range(known[0] if named else 0)


def _telling_of_another(slots: list[Slot], rows: Sequence[Row]) -> set[int]:
    """Return the columns whose texts hold those of another: 反映清淤长度情况 explains 清淤长度."""
    place_of = {column: place for place, slot in enumerate(slots) for column in range(slot.column, slot.last + 1)}
    named = [{place_of.get(cell.at.column or 0, -1): squash(cell.text) for cell in row.cells} for row in rows[:_SAMPLE]]
    held = Counter(
        (one, other)
        for texts in named
        for one, short in texts.items()
        if len(short) >= _SHORTEST_NAME
        for other, long in texts.items()
        if short in long and short != long
    )
    return {
        other
        for (one, other), number in held.items()
        if number >= _ENOUGH
        and number >= _MOSTLY * sum(len(texts.get(one, "")) >= _SHORTEST_NAME and other in texts for texts in named)
        and not _names_of_both(slots, one, other)
    }


def _names_of_both(slots: list[Slot], one: int, other: int) -> bool:
    """Whether two columns are the names of two sides, values between them: one side may print them cut off."""
    between = {slot.role for slot in slots[min(one, other) + 1 : max(one, other)]}
    return one >= 0 <= other and slots[one].role == slots[other].role == "name" and "value" in between


def in_place(slots: list[Slot], rows: Sequence[Row]) -> bool:
    """Whether the rows stand below the header: always where ruled, by their level labels where split out of text."""
    if not rows or (rows[0].table is not None and rows[0].table.grid != "ragged"):
        return True
    of_levels = {slot.column for slot in slots if slot.role in ("level1", "level2")}
    stand = [
        (cell.at.column or 0) in of_levels
        for row in rows[:_SAMPLE]
        for cell, item in zip(row.cells, row.meanings)
        if item.level1 is not None or item.level2 is not None
    ]
    if sum(stand) >= _IN_PLACE * len(stand):
        return True
    return whole_rows(slots, rows)


def whole_rows(slots: list[Slot], rows: Sequence[Row]) -> bool:
    """Whether most rows have a cell below every header: nothing slipped, whatever the headers call the levels."""
    columns = {slot.column for slot in slots}
    whole = sum({cell.at.column for cell in row.cells} >= columns for row in rows[:_SAMPLE])
    return bool(rows) and whole >= _MOSTLY * len(rows[:_SAMPLE])


_PLAIN_NAME = re.compile(r"[一二三四1234]级")


def _one_name(slots: list[Slot], roles: list[str], scores: list[dict[str, float]], held: list[Content]) -> None:
    """See to one column of names a group: 三级指标 beside 指标描述 is the name; 指标描述 alone is the name."""
    names = [place for place, role in enumerate(roles) if role == "name"]
    for place in names[1:]:
        if "value" not in roles[place:] and "value" in roles:
            # 三级指标 | 实施期指标值 | 年度指标值 | 指标描述: what stands behind the values explains.
            roles[place] = "explanation"
    names = [place for place, role in enumerate(roles) if role == "name"]
    if not names:
        start = max((p for p, role in enumerate(roles) if role in ("level1", "level2")), default=-1)
        open_roles = ("explanation", "standard", "note", "other", "value")
        places = [
            place
            for place in range(start + 1, len(roles))
            if roles[place] in open_roles and scores[place]["name"] > -_UNNAMED
            and not (roles[place] == "value" and roles.count("value") == 1)
        ]  # fmt: skip
        if places:
            value = roles.index("value") if "value" in roles else len(roles)
            lost = {
                place: scores[place][roles[place]] - scores[place]["name"] + (_BEHIND if place > value else 0.0)
                for place in places
            }
            roles[min(places, key=lambda place: (lost[place], place))] = "name"
        return
    if len(names) >= 2 and roles.count("value") <= 1 and roles.count("level2") <= 1:
        numbered = [place for place in names if _PLAIN_NAME.search(slots[place].header)]
        keep = numbered[-1] if numbered else max(names, key=lambda place: (scores[place]["name"], -place))
        for place in names:
            if place != keep:
                roles[place] = "explanation"


def _one_level1(roles: list[str], held: list[Content]) -> None:
    """Of 一级指标 (实施效果指标) | 二级指标 (产出指标) the column holding 产出, 效益 is the first level (中央投资)."""
    places = [place for place, role in enumerate(roles) if role == "level1"]
    if len(places) < 2 or roles.count("name") >= 2:
        return
    keep = max(places, key=lambda place: (held[place].first_levels, held[place].share("level1"), -place))
    for place in places:
        if place != keep and held[place].filled:
            roles[place] = "other"


def _one_value(slots: list[Slot], roles: list[str], scores: list[dict[str, float]], held: list[Content]) -> None:
    """Take the column that loses least as the values where no column won as such."""
    if "value" in roles or "name" not in roles:
        return
    for reached in ("actual", "previous"):
        if reached in roles:
            # 指标完成值, 2023年指标完成值 as the only column of values: what is to be reached.
            roles[roles.index(reached)] = "value"
            return
    name = roles.index("name")
    open_roles = ("other", "standard", "note", "nature", "unit", "explanation")
    choices = [
        (held[place].share("quantity"), place > name, -place)
        for place, role in enumerate(roles)
        # Numbers below a header nobody knows look like points: 运算符号 | 内容 | 度量单位.
        if (role in open_roles or (role in ("score", "weight") and slots[place].role == "other"))
        and held[place].filled
        and scores[place]["value"] > -_UNNAMED
    ]
    if choices and max(choices)[0] >= 0.3:
        roles[-max(choices)[2]] = "value"


def _told_of_values(slots: list[Slot], roles: list[str], held: list[Content], rows: Sequence[Row]) -> None:
    """Take a column of texts beside one of quantities for an explanation: 指标值 | 指标值内容, both of no period."""
    places = [place for place, role in enumerate(roles) if role == "value" and horizon_of(slots[place].header) is None]
    values = [place for place in places if held[place].share("quantity") >= _MOSTLY]
    if roles.count("name") != 1 or len(values) != 1:
        return
    for place in places:
        beside = sum(
            {slots[place].column, slots[values[0]].column} <= {cell.at.column for cell in row.cells}
            for row in rows[:_SAMPLE]
        )
        # 定量指标值 | 定性指标值: of such columns each row fills one.
        if held[place].share("quantity") < 1 - _MOSTLY and beside >= max(_ENOUGH, _MOSTLY * held[place].filled):
            roles[place] = "explanation"


def _one_operator(roles: list[str]) -> None:
    """Of 指标性质 | 指标值 | 权重 | 指标方向性 only the column nearest before the values holds their signs."""
    values = [place for place, role in enumerate(roles) if role == "value"]
    signs = [place for place, role in enumerate(roles) if role == "operator"]
    if not values or len(signs) <= len(values):
        return
    keep = {min(signs, key=lambda place: (place > value, abs(value - place))) for value in values}
    for place in signs:
        if place not in keep:
            roles[place] = "nature"
