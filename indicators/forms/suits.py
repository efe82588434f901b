"""What a cell of an indicator block costs in a column: little where it looks like what the column holds.

The one place for what speaks for and against a cell being a level, a name, a value, a unit, points or a remark where
only the order of the cells is known (``body``).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import takewhile

from indicators.forms.pieces import Token
from indicators.forms.rows import meaning
from indicators.grid.parts import width_of
from indicators.money import MONEY_UNIT
from indicators.quantities import parse_dates, parse_quantity
from indicators.text import squash
from indicators.units import unit_kind
from indicators.vocabulary import (
    KINDS,
    LEVEL1_OF,
    block_label,
    damaged_level2,
    horizon_of,
    level2_label,
    operator_word,
)
from indicators.vocabulary.keys import bare

__all__ = ["BAD", "LEAST_DROP", "LEVELS", "SHARED", "CellCosts", "ColumnCosts", "Learned", "empty_cost"]

LEVELS = ("level1", "level2")
#: Times from which a text is no name.
_OFTEN = 3
#: What it costs to leave a column of a row empty; a row without a name is hardly one.
_EMPTY = {"name": 2.2, "value": 1.1, "operator": 0.5, "unit": 0.4, "score": 0.5, "weight": 0.5}
_EMPTY_OTHER, _EMPTY_LEVEL = 0.3, 0.02
#: The same where empty cells are printed, and what it costs that a cell is one of them.
_UNPRINTED = 1.5
_BLANK = {"name": 1.5, "value": 0.7, "level1": 0.1, "level2": 0.1, "group": 7.0}
#: What a list prints once for all rows of a project.
SHARED = ("unit_name", "project", "goal", "funds", "block")
#: A text among the levels.
_NO_LEVEL = 7.0
#: The cost from which a cell stands in its place against the evidence.
BAD = 2.5
#: A cell of the block beside its name.
_NO_BLOCK = 3.0
#: Characters up to which a period names no indicator: 2026年度.
_SHORTEST_NAME = 6
#: A level label among the texts: a full one, and a short one, which may be a name behind its own.
_FULL, _SHORT = 7.0, 1.2
#: A text that tells of another one, as a name or a value.
_RETOLD = 2.0
#: A text that only the label below it makes a level.
_GUESSED = 0.6
#: A cell that goes on in the next one, as the print broke it over lines; where labels are broken too; a rest of two
#: signs; a line that stops before others of its column do, and what share of them it reaches; what may be a rest.
_BROKEN, _BROKEN_LIKE_LABELS, _LAST_SIGNS, _STOPS_SHORT, _FULL_LINE = 3.0, 1.0, 0.4, 1.0, 0.75
_WORDS = ("text", "long", "repeated", "unit")
#: The unit of a value in brackets on a line of its own: ≥120.00 / (张).
_UNIT_ALONE, _UNIT_BELOW = re.compile(r"[(（][^()（）\d]{1,6}[)）]"), 0.2
#: Weight of what the first pass found in a column.
_LEARNED, _MOST_LEARNED = 0.7, 1.4
_FULL_LABEL = re.compile(r"(?:指标|目标|值)(?:[(（].*[)）])?$")
#: How a second level ends that lacks its 指标, and characters of the shortest one.
_LAST_OF_LEVEL, _SHORTEST_LEVEL = ("满意度", "满意程度", "影响", "发展"), 4
_LEVEL_POINTS = re.compile(
    r"[\u4e00-\u9fff]{0,4}(产出|效益|满意度|成本)(?:[(（]?\d{1,3}(?:分|%)[)）]?|[-—－]\d{1,3}分?)"
)
_POINTS = re.compile(r"\d{1,3}(?:\.\d+)?[分%]?")
_AMOUNT = re.compile(rf"-?[\d,，]+(?:\.\d+)?(?:{MONEY_UNIT}|万)?")
#: What leaving a cell out costs: a label, a text printed twice, any other.
_DROP_LABEL, LEAST_DROP, _DROP = 3.2, 1.0, 4.0


@dataclass(slots=True)
class Learned:
    """What a first pass found in the columns: what it costs to leave each empty, the kinds of its cells, the widest."""

    empty: list[float]
    kinds: list[Counter[str]]
    widest: list[int]
    _known: dict[tuple[int, str], float] = field(default_factory=dict)

    def unlike(self, place: int, kind: str) -> float:
        """Return what a cell costs that is not of the kind of its column."""
        known = self._known.get((place, kind))
        if known is None:
            found = self.kinds[place]
            most = max(found.values(), default=0)
            known = min(-_LEARNED * math.log((found[kind] + 0.5) / (most + 0.5)), _MOST_LEARNED)
            self._known[place, kind] = known
        return known


class CellCosts:
    """Costs of the cells of one block.

    Parameters
    ----------
    body
        The cells in printing order.
    width
        How many columns the block has.
    rowed
        Whether the rows are known: the line of a cell is its row.
    broken
        Whether the form shows cells over several lines.
    """

    def __init__(self, body: list[Token], width: int, *, rowed: bool, broken: bool = False) -> None:
        self.rowed = rowed
        self.body = [_with_context(body, place) for place in range(len(body))]
        self.keys = [squash(token.text) for token in self.body]
        self.repeated = {text for text, count in Counter(self.keys).items() if count >= _OFTEN}
        self.kinds = [self._kind(key) for key in self.keys]
        #: Whether a cell says what the one before it said.
        self.same = [number > 0 and key == self.keys[number - 1] for number, key in enumerate(self.keys)]
        self.broken = broken
        self.again = self._again(width + 2)
        self.retold = [self._retold(place, width) for place in range(len(self.body))]
        self.named_as_label = [self._named_as_label(place) for place in range(len(self.body))]
        #: What it costs to leave a cell out of its row.
        self.dropped = [self._dropped(place) for place in range(len(self.body))]
        #: By cell, what it costs in a role, as far as it was asked: all readings of a header and both passes ask again.
        self._known: list[dict[str, float]] = [{} for _ in self.body]

    def plain(self, number: int, role: str) -> float:
        """Return what a cell costs in a role, whatever column has it."""
        known = self._known[number]
        if role not in known:
            known[role] = self._plain_cost(number, role)
        return known[role]

    def _plain_cost(self, number: int, role: str) -> float:
        if role == "name" and self.named_as_label[number]:
            return _GUESSED
        if role == "group":
            return _NO_LEVEL
        return self._level_cost(number, role) if role in LEVELS else self._text_cost(number, role)

    def _level_cost(self, number: int, role: str) -> float:
        item = self.body[number].item
        following = self.body[number + 1].item.level2 if number + 1 < len(self.body) else None
        if role == "level1":
            if item.level1 is None:
                return _NO_LEVEL
            return 1.5 if following is not None and LEVEL1_OF[following] != item.level1 else 0.0
        if item.level2 is None:
            text = self.body[number].text
            if _asks_for_level2(text):
                return _GUESSED
            return 1.5 if item.level1 is None and damaged_level2(text) else _NO_LEVEL
        if number and not _FULL_LABEL.search(self.keys[number]) and self.body[number - 1].item.level2 == item.level2:
            # 服务对象满意度指标 | 满意度: a name that is a label elsewhere, right behind its own.
            return _SHORT
        if following is None or item.level1 != LEVEL1_OF[following] or self.keys[number] == self.keys[number + 1]:
            return 0.0
        return 2.0 if _FULL_LABEL.search(self.keys[number + 1]) else 0.0

    def _text_cost(self, number: int, role: str) -> float:
        key, kind, item = self.keys[number], self.kinds[number], self.body[number].item
        label = 0.0
        if item.level1 is not None or item.level2 is not None:
            # A short label may be a name behind its own (满意度指标 | 满意度), hardly anything else.
            guessed = not meaning(self.body[number].text).label
            short = role == "name" and not _FULL_LABEL.search(key) and self._valued(number)
            label = _GUESSED if guessed else _SHORT if short else _FULL
        if role == "operator":
            return label + (0.0 if kind == "operator" else 4.0)
        if role == "unit":
            return label + (0.0 if kind == "unit" else 0.6 if kind == "text" and len(key) <= 2 else 3.0)
        if role in ("score", "weight", "sequence", "gained"):
            return label + (0.0 if kind == "points" else 4.0)
        if role == "name":
            cost = 2.0 if kind in ("operator", "points") or len(key) < 2 else 1.6 if kind == "quantity" else 0.0
            cost += _RETOLD if self.retold[number] else 0.0
            return label + cost + (0.8 if key in self.repeated else 0.0) + (0.5 if len(key) < 4 else 0.0)
        if role == "value":
            if kind in ("quantity", "points"):
                return label
            cost = _RETOLD if self.retold[number] else 0.5 if len(key) > 14 else 0.0
            return label + 0.5 + (2.0 if kind == "operator" else 0.0) + cost
        if role == "block":
            return label + (0.0 if block_label(key) or _names_side(key) else _NO_BLOCK)
        if role == "funds":
            return label + (0.0 if _AMOUNT.fullmatch(key) else 4.0)
        if role in ("unit_name", "project", "goal"):
            # A unit is printed once for its projects, so that a row more often begins with the project.
            fits = (len(key) > 16) == (role == "goal")
            usual = (0.0 if fits else 0.6) + (0.3 if role == "unit_name" else 0.0)
            return label + (usual if kind in ("text", "long", "repeated") else 2.0)
        if role in ("previous", "interim", "actual"):
            return label + (0.3 if kind in ("quantity", "points") else 0.7)
        return label + (0.1 if key in self.repeated else 0.9) + (0.5 if kind == "quantity" else 0.0)

    def _again(self, reach: int) -> list[bool]:
        """Return of each cell whether its text stands before it already, in its row or about a row back."""
        last: dict[str, int] = {}
        found = []
        for number, key in enumerate(self.keys):
            before = last.get(key, number - reach - 1)
            near = number - before <= reach
            found.append(near and not (self.rowed and self.body[before].line != self.body[number].line))
            last[key] = number
        return found

    def _retold(self, number: int, width: int) -> bool:
        """Whether a text holds that of a cell shortly before it: 反映清淤长度情况 explains 清淤长度."""
        key = self.keys[number]
        if len(key) <= _SHORTEST_LEVEL:
            return False
        before = self.keys[max(0, number - width) : number]
        return any(len(other) >= _SHORTEST_LEVEL and other in key and other != key for other in before)

    def _valued(self, number: int) -> bool:
        """Whether a cell that is no label follows in the row, where rows are known: what a name has behind it."""
        if not self.rowed:
            return True
        line = self.body[number].line
        behind = takewhile(lambda token: token.line == line, self.body[number + 1 :])
        return any(not token.item.level1 and not token.item.level2 for token in behind)

    def _named_as_label(self, number: int) -> bool:
        """Whether an indicator bears the name of its category: 质量指标 | 质量指标 | 保质保量 in one row."""
        if not self.rowed or not self.same[number]:
            return False
        line, following = self.body[number].line, self.body[min(number + 1, len(self.body) - 1)]
        return self.body[number - 1].line == line == following.line and not following.item.level2

    def _kind(self, key: str) -> str:
        kind = _kind_alone(key)
        return "repeated" if kind in ("text", "long") and key in self.repeated else kind

    def _dropped(self, number: int) -> float:
        item = self.body[number].item
        label = bool(item.level1 or item.level2)
        following = self.body[number + 1] if number + 1 < len(self.body) else None
        named = following is not None and following.line == self.body[number].line and not following.item.level2
        if self.same[number] and (named or not label):
            return LEAST_DROP
        return _DROP_LABEL if label else _DROP


class ColumnCosts:
    """Costs of the cells of a block in its columns, for one reading of the header.

    Parameters
    ----------
    cells
        The cells.
    roles
        Of each column.
    cut
        Where the second side begins.
    learned
        What a first pass found in the columns.
    """

    def __init__(self, cells: CellCosts, roles: list[str], cut: int, learned: Learned | None) -> None:
        self.cells = cells
        self.roles = roles
        self.cut = cut
        self.learned = learned
        #: By cell, what it costs in a column, as far as it was asked.
        self.known: list[dict[int, float]] = [{} for _ in cells.body]

    def of(self, number: int, place: int) -> float:
        """Return what a cell costs in a column."""
        known = self.known[number]
        if place not in known:
            known[place] = self._cost(number, place)
        return known[place]

    def rest(self, number: int, place: int) -> float:
        """Return what it costs that a cell goes on the one before it, which the print broke over lines.

        Where labels are broken, other cells are; a line that was broken reaches as far as others of its column do.
        """
        cells = self.cells
        above, key = cells.keys[number - 1], cells.keys[number]
        if cells.kinds[number - 1] == "quantity" and _UNIT_ALONE.fullmatch(key):
            return _UNIT_BELOW
        if self.learned is None or not cells.broken:
            return _BROKEN
        if cells.kinds[number] not in _WORDS or width_of(key) > self.learned.widest[place]:
            return _BROKEN
        short = width_of(above) < _FULL_LINE * self.learned.widest[place]
        return (_LAST_SIGNS if len(key) <= 2 else _BROKEN_LIKE_LABELS) + (_STOPS_SHORT if short else 0.0)

    def _cost(self, number: int, place: int) -> float:
        cells, role = self.cells, self.roles[place]
        kind = cells.kinds[number]
        if kind == "blank":
            return _BLANK.get(role, 0.0)
        cost = cells.plain(number, role)
        if role == "name" and cells.named_as_label[number]:
            return cost
        if self.learned is not None and role not in LEVELS:
            cost += self.learned.unlike(place, kind)
        if self.cut < len(self.roles) and role in ("level2", "name"):
            # Both sides print the same rows: what was just printed is printed again on the right.
            again = cells.again[number]
            cost += (0.8 if again else 0.0) if place < self.cut else (0.0 if again else 0.6)
        return cost


def empty_cost(role: str, blanks: bool) -> float:
    """Return what it costs to leave a column of a row empty; ``blanks`` tells whether empty cells are printed."""
    if role in (*LEVELS, *SHARED, "group"):
        return _EMPTY_LEVEL
    return max(_EMPTY.get(role, _EMPTY_OTHER), _UNPRINTED if blanks else 0.0)


def _with_context(body: list[Token], place: int) -> Token:
    """Return a cell as the level 1 it is where the label below it says so: 社会满意度 above 服务对象满意度指标."""
    token = body[place]
    following = body[place + 1].item.level2 if place + 1 < len(body) else None
    if token.item.label or not 2 <= len(token.text) <= 12:
        return token
    if following is None:
        return _with_points(token)
    level1 = LEVEL1_OF[following]
    stem = bare(token.text).removesuffix("指标").removesuffix("类")
    if not stem.endswith(level1.removesuffix("指标")):
        return token
    return replace(token, item=token.item._replace(level1=level1))


def _with_points(token: Token) -> Token:
    """Return a cell as the first level it ends in where points are printed behind it: 社会满意度10分."""
    found = _LEVEL_POINTS.fullmatch(squash(token.text))
    return replace(token, item=token.item._replace(level1=f"{found.group(1)}指标")) if found else token


def _asks_for_level2(text: str) -> bool:
    """Whether a text is a label but for its last word: 群众满意度, 持续影响, 社会; no name of those served (居民)."""
    key = bare(text)
    cut_short = len(key) >= _SHORTEST_LEVEL and key.endswith(_LAST_OF_LEVEL)
    return key in KINDS or (cut_short and level2_label(key + "指标") is not None)


def _names_side(key: str) -> bool:
    """Whether a word beside the rows says which side they are on: 年度指标, 中长期."""
    return horizon_of(key) is not None and (len(key) <= _SHORTEST_NAME or _FULL_LABEL.search(key) is not None)


@lru_cache(maxsize=16384)
def _kind_alone(key: str) -> str:
    """Return what a text is, whatever else stands in the block."""
    if not key:
        return "blank"
    if operator_word(key) is not None:
        return "operator"
    if _POINTS.fullmatch(key):
        return "points"
    if _is_value(key):
        return "quantity"
    if len(key) <= 8 and unit_kind(key.strip("()（）")) != "other":
        return "unit"
    return "text" if len(key) <= 16 else "long"


def _is_value(key: str) -> bool:
    if re.match(r"[≥≤><=＞＜＝≧≦]", key):
        return True
    if len(key) > 18:
        return False
    return bool(re.search(r"\d", key)) and (parse_quantity(key) is not None or parse_dates(key) is not None)
