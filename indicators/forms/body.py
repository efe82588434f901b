"""Lay the cells of an indicator block into rows of its columns: the cheapest fit of the whole sequence.

What is left of a table that arrives cell by cell is the order of its cells. Every cell costs something in every
column (a quantity little among the values, a level label nothing among the levels), every column that a row leaves
empty costs something, and the cheapest path through all cells gives the rows. A second pass knows from the first which
columns are filled and what stands in them. Where the header leaves open which column is which (指标名称 | 指标描述,
levels without a header), each reading is fitted and the cheapest is taken.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from indicators.forms.pieces import Token, joined_token
from indicators.forms.rows import meaning
from indicators.quantities import parse_dates, parse_quantity
from indicators.text import squash
from indicators.units import unit_kind
from indicators.vocabulary import LEVEL1_OF, damaged_level2, operator_word
from indicators.vocabulary.keys import bare

__all__ = ["DROPPED", "Body", "Column"]


@dataclass(slots=True)
class Column:
    """A column of the indicator block, in printing order."""

    role: str
    token: Token


#: What it costs to leave a column of a row empty; a row without a name is hardly one.
_EMPTY = {"name": 2.2, "value": 1.1, "operator": 0.5, "unit": 0.4, "score": 0.5, "weight": 0.5}
_EMPTY_OTHER = 0.3
#: A level is printed once for all its rows; behind its first level the second one is due.
_EMPTY_LEVEL, _LEVEL_DUE = 0.02, 0.6
#: A new row; one within a printed line, where lines hold several cells; a row that goes on on the next of such lines.
_NEW_ROW, _WITHIN_LINE, _OVER_LINE = 0.15, 0.8, 0.5
#: A cell that goes on in the next one: the print broke it over lines.
_BROKEN = 3.0
#: A level label among the texts, and a row (or a side of one) that holds only its labels: an empty slot.
_FULL, _SHORT, _EMPTY_SLOT = 7.0, 1.2, 2.5
#: A text that only the label below it makes a level.
_GUESSED = 0.6
#: A text among the levels, and the cost from which a cell stands in its place against the evidence.
_NO_LEVEL, _BAD = 7.0, 2.5
#: Confidence of cells that stand where they hardly fit.
_UNSURE = 0.5
#: A column that a cell slipped, as cells before it got lost, and one that it slipped the other way.
_SLIP_RIGHT, _SLIP_LEFT = 0.12, 0.8
#: More for a first level, which nothing before it can have pushed.
_LEVEL1_LEFT = 1.2
#: Weight of what the first pass found in a column.
_LEARNED, _MOST_LEARNED = 0.7, 1.4
_FULL_LABEL = re.compile(r"(?:指标|目标|值)(?:[(（].*[)）])?$")
_POINTS = re.compile(r"\d{1,3}(?:\.\d+)?[分%]?")
_LEVELS = ("level1", "level2")
_TEXTS = ("explanation", "standard", "note", "source", "responsible", "formula", "other", "nature")
_INFINITE = float("inf")
#: Column of a cell that has no place in its row, and what leaving one out costs: a label, a text printed twice, any.
DROPPED = -1
_DROP_LABEL, _DROP_AGAIN, _DROP = 3.2, 1.0, 4.0


@dataclass(frozen=True, slots=True)
class _Fit:
    """Columns of the cells, in order; ``joined`` where a cell goes on the one before it."""

    cost: float
    columns: tuple[int, ...]
    joined: tuple[bool, ...]


class Body:
    """Lays the cells of an indicator block into rows of its columns."""

    def __init__(
        self, columns: list[Column], body: list[Token], rows: list[list[tuple[int, Token]]], *, rowed: bool = False
    ) -> None:
        self.columns = columns
        self.rowed = rowed
        self.body = [_with_context(body, place) for place in range(len(body))]
        self.rows = rows
        self.keys = [squash(token.text) for token in self.body]
        counts = Counter(self.keys)
        #: What the rows that were written do not show: cells left out, the line of each row, and lines whose cells
        #: stand left of where they were printed, as others pushed them off.
        self.dropped: list[Token] = []
        self.lines: list[int] = []
        self.pushed: set[int] = set()
        self.repeated = {text for text, count in counts.items() if count >= 3}
        lines = Counter(token.line for token in self.body)
        self.full_lines = sum(lines[token.line] > 1 for token in self.body) * 2 > len(self.body)
        self.kinds = [self._kind(place) for place in range(len(self.body))]
        reach = len(columns) + 2
        self.again = [self._again(place, reach) for place in range(len(self.body))]
        self.same = [number > 0 and self.keys[number] == self.keys[number - 1] for number in range(len(self.body))]

    def read(self) -> list[str]:
        """Append the rows of the block, and return the roles its columns were given."""
        if not self.body:
            return [column.role for column in self.columns]
        fits = [(roles, self._fit(roles)) for roles in self._readings([column.role for column in self.columns])]
        roles, fit = min(fits, key=lambda found: found[1].cost)
        self._write(roles, self._fit(roles, self._learned(roles, fit)))
        return roles

    # -- which column is which

    def _readings(self, roles: list[str]) -> list[list[str]]:
        """Return the readings of the header that are worth trying; the first is that of its words."""
        names = [place for place, role in enumerate(roles) if role == "name"]
        found = [roles]
        if len(names) == 2 and roles.count("value") == 1:
            # 二级指标 | 指标名称 | 指标描述: one of them names the indicator, the other explains it.
            numbered = [place for place in names if "级" in self.columns[place].token.text]
            first = names[0] if numbered == names[1:] else names[1]
            found = [_changed(roles, {place: "explanation"}) for place in (first, *(set(names) - {first}))]
        levels = [place for place, role in enumerate(roles) if role in _LEVELS]
        if not names and len(levels) >= 2:
            # 一级指标 | 二级指标 above 数量指标 | 办公楼维修次数: numbered from the second level on.
            found.append(_changed(roles, {levels[-2]: "level2", levels[-1]: "name"}))
        labels = {token.item.level2 for token in self.body if token.item.level2 and not token.item.level1}
        if len(labels) >= 2 and "level2" not in roles:
            # 指标类型 | 指标名称 | 指标描述: the second level under another header.
            for place in range(min(names[-1:] or [len(roles)])):
                if roles[place] in ("name", "level1", *_TEXTS):
                    found.append(_changed(roles, {place: "level2"}))
        return found

    @staticmethod
    def _cut(roles: list[str]) -> int:
        """Return where the second side begins, behind the last column where names are headed once."""
        names = [place for place, role in enumerate(roles) if role == "name"]
        if len(names) < 2:
            return len(roles)
        starts = (place for place in range(names[0] + 1, names[1]) if roles[place] in _LEVELS)
        return next(starts, names[1])

    # -- texts to columns

    def _fit(self, roles: list[str], learned: _Learned | None = None) -> _Fit:
        """Return the cheapest path of the cells through the columns: dynamic programming over cell and column."""
        count, width = len(self.body), len(roles)
        steps = _steps(roles, learned.empty if learned is not None else [_empty(role) for role in roles])
        cut = self._cut(roles)
        costs = [steps[width][place] + self._cost(0, roles, place, cut, learned) for place in range(width)]
        trail: list[list[int]] = []
        if self.rowed:
            return self._fit_rows(roles, steps, cut, learned)
        for number in range(1, count):
            token = self.body[number]
            new_line = token.line != self.body[number - 1].line
            down = 0.0 if new_line else _WITHIN_LINE
            across = _OVER_LINE if new_line and self.full_lines else 0.0
            broken = _BROKEN if new_line and not token.item.label else _INFINITE
            fresh, origin = [], []
            for place in range(width):
                best, before = _INFINITE, 0
                for other in range(width):
                    total = costs[other] + steps[other][place] + (across if other < place else down)
                    if total < best:
                        best, before = total, other
                best += self._cost(number, roles, place, cut, learned)
                if roles[place] in ("name", "value", *_TEXTS) and costs[place] + broken < best:
                    best, before = costs[place] + broken, -1 - place
                fresh.append(best)
                origin.append(before)
            costs = fresh
            trail.append(origin)
        ends = [cost + steps[place][width] for place, cost in enumerate(costs)]
        place = min(range(width), key=ends.__getitem__)
        total = ends[place]
        columns, joined = [place], [False]
        for origin in reversed(trail):
            before = origin[place]
            joined[-1] = before < 0
            place = before if before >= 0 else -1 - before
            columns.append(place)
            joined.append(False)
        return _Fit(total, tuple(reversed(columns)), tuple(reversed(joined)))

    def _fit_rows(self, roles: list[str], steps: list[list[float]], cut: int, learned: _Learned | None) -> _Fit:
        """Return the cheapest path where the rows are known: cells keep their row and their order in it.

        Rows split out of text lose merged cells, so that what is left slips to the left: a cell may stand further
        right than it was printed, and hardly further left.
        """
        columns: list[int] = []
        total = 0.0
        begin = 0
        lines = [token.line for token in self.body]
        for end in range(1, len(lines) + 1):
            if end == len(lines) or lines[end] != lines[begin]:
                cost, row = self._fit_row(begin, end, roles, steps, cut, learned)
                total += cost
                columns.extend(row)
                begin = end
        return _Fit(total, tuple(columns), (False,) * len(columns))

    def _fit_row(
        self, begin: int, end: int, roles: list[str], steps: list[list[float]], cut: int, learned: _Learned | None
    ) -> tuple[float, list[int]]:
        """Return the cost and the columns of the cells of one row, ``DROPPED`` for one that has no place."""
        width = len(roles)
        heads = [column.token.at.column or 0 for column in self.columns]
        printed = [self.body[number].at.column or 0 for number in range(begin, end)]
        # The last state stands before the first column; ``shown`` is where the cell last placed in a state was printed.
        costs = [_INFINITE] * width + [0.0]
        shown = [0] * (width + 1)
        trail: list[list[int]] = []
        for number in range(begin, end):
            column = printed[number - begin]
            dropped = self._drop_cost(number)
            fresh, origin, places = [], [], []
            for place in range(width):
                best, before = costs[place] + dropped, DROPPED
                local = self._cost(number, roles, place, cut, learned)
                for other in (*range(place), width):
                    if costs[other] == _INFINITE:
                        continue
                    moved = (
                        heads[place] - column if other == width else heads[place] - heads[other] - column + shown[other]
                    )
                    total = costs[other] + steps[other][place] + local + _slipped(moved)
                    if moved < 0 and roles[place] == "level1":
                        total += _LEVEL1_LEFT
                    if total < best:
                        best, before = total, other
                fresh.append(best)
                origin.append(before)
                places.append(column if before != DROPPED else shown[place])
            costs = [*fresh, costs[width] + dropped]
            shown = [*places, 0]
            trail.append([*origin, DROPPED])
        ends = [cost + steps[place][width] for place, cost in enumerate(costs)]
        place = min(range(width + 1), key=ends.__getitem__)
        cost = ends[place]
        row: list[int] = []
        for origin in reversed(trail):
            before = origin[place]
            row.append(DROPPED if before == DROPPED else place)
            place = place if before == DROPPED else before
        return cost, row[::-1]

    def _drop_cost(self, number: int) -> float:
        item = self.body[number].item
        label = bool(item.level1 or item.level2)
        following = self.body[number + 1] if number + 1 < len(self.body) else None
        named = following is not None and following.line == self.body[number].line and not following.item.level2
        if self.same[number] and (named or not label):
            return _DROP_AGAIN
        return _DROP_LABEL if label else _DROP

    def _cost(self, number: int, roles: list[str], place: int, cut: int, learned: _Learned | None) -> float:
        role = roles[place]
        if role == "name" and self._named_as_label(number):
            return _GUESSED
        cost = self._level_cost(number, role) if role in _LEVELS else self._text_cost(number, role)
        if learned is not None and role not in _LEVELS:
            cost += learned.unlike(place, self.kinds[number])
        if cut < len(roles) and role in ("level2", "name"):
            # Both sides print the same rows: what was just printed is printed again on the right.
            again = self.again[number]
            cost += (0.8 if again else 0.0) if place < cut else (0.0 if again else 0.6)
        return cost

    def _level_cost(self, number: int, role: str) -> float:
        item = self.body[number].item
        following = self.body[number + 1].item.level2 if number + 1 < len(self.body) else None
        if role == "level1":
            if item.level1 is None:
                return _NO_LEVEL
            return 1.5 if following is not None and LEVEL1_OF[following] != item.level1 else 0.0
        if item.level2 is None:
            return 1.5 if item.level1 is None and damaged_level2(self.body[number].text) else _NO_LEVEL
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
            label = _GUESSED if guessed else (_FULL if _FULL_LABEL.search(key) else _SHORT) if role == "name" else _FULL
        if role == "operator":
            return label + (0.0 if kind == "operator" else 4.0)
        if role == "unit":
            return label + (0.0 if kind == "unit" else 0.4 if kind == "text" and len(key) <= 5 else 3.0)
        if role in ("score", "weight", "sequence", "gained"):
            return label + (0.0 if kind == "points" else 4.0)
        if role == "name":
            cost = 2.0 if kind in ("operator", "points") or len(key) < 2 else 1.6 if kind == "quantity" else 0.0
            return label + cost + (0.8 if key in self.repeated else 0.0) + (0.5 if len(key) < 4 else 0.0)
        if role == "value":
            if kind in ("quantity", "points"):
                return label
            return label + 0.5 + (2.0 if kind == "operator" else 0.0) + (0.5 if len(key) > 14 else 0.0)
        if role in ("previous", "interim", "actual"):
            return label + (0.3 if kind in ("quantity", "points") else 1.2)
        return label + (0.1 if key in self.repeated else 0.9) + (0.5 if kind == "quantity" else 0.0)

    def _again(self, number: int, reach: int) -> bool:
        """Whether the text of a cell stands before it already, in its row or about a row back."""
        before = range(max(0, number - reach), number)
        lines = [self.body[number].line] if self.rowed else [self.body[place].line for place in before]
        return any(self.keys[place] == self.keys[number] and self.body[place].line in lines for place in before)

    def _named_as_label(self, number: int) -> bool:
        """Whether an indicator bears the name of its category: 质量指标 | 质量指标 | 保质保量 in one row."""
        before, following = self.body[max(number - 1, 0)], self.body[min(number + 1, len(self.body) - 1)]
        line = self.body[number].line
        repeats = number > 0 and self.keys[number] == self.keys[number - 1]
        return self.rowed and repeats and before.line == line == following.line and not following.item.level2

    def _kind(self, number: int) -> str:
        key = self.keys[number]
        if operator_word(key) is not None:
            return "operator"
        if _POINTS.fullmatch(key):
            return "points"
        if _is_value(key):
            return "quantity"
        if len(key) <= 8 and unit_kind(key.strip("()（）")) != "other":
            return "unit"
        return "repeated" if key in self.repeated else "text" if len(key) <= 16 else "long"

    def _learned(self, roles: list[str], fit: _Fit) -> _Learned:
        rows = sum(any(roles[place] not in _LEVELS for place in row) for row in self._assigned(roles, fit)) or 1
        counts: list[Counter[str]] = [Counter() for _ in roles]
        for kind, place in zip(self.kinds, fit.columns):
            if place != DROPPED:
                counts[place][kind] += 1
        empty = []
        for role, found in zip(roles, counts):
            usual = _empty(role)
            missing = 1.0 - min(found.total() / rows, 1.0)
            level = role in _LEVELS
            empty.append(usual if level else (usual + min(-math.log(missing + 0.03), 2.5)) / 2)
        return _Learned(empty, counts)

    # -- the rows

    def _write(self, roles: list[str], fit: _Fit) -> None:
        """Append the rows; level labels stand in every row that they hold for."""
        cut = self._cut(roles)
        width = [place for place, role in enumerate(roles) if role == "level2"]
        sides = [place for place in (next((p for p in width if p < cut), -1), next((p for p in width if p >= cut), -1))]
        level1: Token | None = None
        level2: list[Token | None] = [None, None]
        for row in self._assigned(roles, fit):
            above = next((row[place] for place in row if roles[place] == "level1"), None)
            if above is not None:
                level1, level2 = above, [None, None]
            own = [row.get(place) for place in sides]
            for side, token in enumerate(own):
                level2[side] = token or own[1 - side] or level2[side]
            if above is None and level1 is not None:
                place = roles.index("level1") if "level1" in roles else -1
                row[place] = level1
            for side, place in enumerate(sides):
                token = level2[side]
                if place >= 0 and token is not None:
                    row[place] = token
            self.rows.append(sorted((place + 1, token) for place, token in row.items()))

    def _assigned(self, roles: list[str], fit: _Fit) -> list[dict[int, Token]]:
        cut = self._cut(roles)
        rows: list[dict[int, Token]] = []
        last, line = len(roles), -1
        self.dropped, self.lines, self.pushed = [], [], set()
        heads = [column.token.at.column or 0 for column in self.columns]
        before = 0
        for number, (place, joined) in enumerate(zip(fit.columns, fit.joined)):
            token = self.body[number]
            if place == DROPPED:
                self.dropped.append(token)
                continue
            if joined and rows:
                rows[-1][place] = joined_token([rows[-1][place], token])
                continue
            if not rows or (token.line != line if self.rowed else place <= last):
                rows.append({})
                self.lines.append(token.line)
                before = 0
            printed = token.at.column or 0
            if self.rowed and heads[place] - printed < before:
                self.pushed.add(token.line)
            before = heads[place] - printed
            if self._cost(number, roles, place, cut, None) >= _BAD:
                token = replace(token, confidence=min(token.confidence, _UNSURE))
            rows[-1][place] = token
            last, line = place, token.line
        return rows


@dataclass(slots=True)
class _Learned:
    """What a first pass found in the columns: what it costs to leave each empty, and the kinds of its cells."""

    empty: list[float]
    kinds: list[Counter[str]]

    def unlike(self, place: int, kind: str) -> float:
        """Return what a cell costs that is not of the kind of its column."""
        found = self.kinds[place]
        most = max(found.values(), default=0)
        return min(-_LEARNED * math.log((found[kind] + 0.5) / (most + 0.5)), _MOST_LEARNED)


def _slipped(off: int) -> float:
    """Return what it costs that a cell stands so many columns right (or left, negative) of where it was printed."""
    return _SLIP_RIGHT * min(off, 4) if off >= 0 else _SLIP_LEFT * min(-off, 4)


def _changed(roles: list[str], new: dict[int, str]) -> list[str]:
    return [new.get(place, role) for place, role in enumerate(roles)]


def _empty(role: str) -> float:
    return _EMPTY_LEVEL if role in _LEVELS else _EMPTY.get(role, _EMPTY_OTHER)


def _steps(roles: Sequence[str], empty: Sequence[float]) -> list[list[float]]:
    """Return what it costs to go from one column to another; the last index stands outside the rows."""
    width = len(roles)
    ahead = [0.0]
    for cost in empty:
        ahead.append(ahead[-1] + cost)
    steps = [[0.0] * (width + 1) for _ in range(width + 1)]
    for before in range(width + 1):
        for place in range(width + 1):
            if before == width:
                cost = ahead[place] if place < width else 0.0
            elif before < place:
                cost = ahead[place] - ahead[before + 1]
                if (roles[before] in _LEVELS) if place == width else (roles[before] == roles[place] == "level2"):
                    cost = min(cost, _EMPTY_SLOT)
                if place < width and roles[before] == "level1" and "level2" in roles[before + 1 : place]:
                    cost += _LEVEL_DUE
            else:
                cost = ahead[width] - ahead[before + 1]
                if roles[before] in _LEVELS:
                    cost = min(cost, _EMPTY_SLOT)
                cost += ahead[place] + _NEW_ROW
            steps[before][place] = cost
    return steps


def _with_context(body: list[Token], place: int) -> Token:
    """Return a cell as the level 1 it is where the label below it says so: 社会满意度 above 服务对象满意度指标."""
    token = body[place]
    following = body[place + 1].item.level2 if place + 1 < len(body) else None
    if following is None or token.item.label or not 2 <= len(token.text) <= 12:
        return token
    level1 = LEVEL1_OF[following]
    stem = bare(token.text).removesuffix("指标").removesuffix("类")
    if not stem.endswith(level1.removesuffix("指标")):
        return token
    return replace(token, item=token.item._replace(level1=level1))


@lru_cache(maxsize=16384)
def _is_value(key: str) -> bool:
    if re.match(r"[≥≤><=＞＜＝≧≦]", key):
        return True
    if len(key) > 18:
        return False
    return bool(re.search(r"\d", key)) and (parse_quantity(key) is not None or parse_dates(key) is not None)
