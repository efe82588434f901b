"""Lay the cells of an indicator block into rows of its columns: the cheapest fit of the whole sequence.

What is left of a table that arrives cell by cell is the order of its cells. Every cell costs something in every
column (a quantity little among the values, a level label nothing among the levels), every column that a row leaves
empty costs something, and the cheapest path through all cells gives the rows. A second pass knows from the first which
columns are filled and what stands in them. Where the header leaves open which column is which (指标名称 | 指标描述,
levels without a header), each reading is fitted and the cheapest is taken.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from indicators.forms.pieces import Token, joined_token
from indicators.forms.row_fit import DROPPED, IN_PLACE, SLIPPED, RowFit, Way, ahead
from indicators.forms.suits import BAD, LEVELS, SHARED, CellCosts, ColumnCosts, Learned, empty_cost
from indicators.grid.parts import width_of

__all__ = ["OF_VALUES", "Body", "Column"]


@dataclass(slots=True)
class Column:
    """A column of the indicator block, in printing order."""

    role: str
    token: Token


#: Behind a first level the second one is due.
_LEVEL_DUE = 0.6
#: A row (or a side of one) that holds only its labels: an empty slot.
_EMPTY_SLOT = 2.5
_BEFORE_NAMES = (*LEVELS, "sequence")
#: A new row; one within a printed line, where lines hold several cells; a row that goes on on the next of such lines.
_NEW_ROW, _WITHIN_LINE, _OVER_LINE = 0.15, 0.8, 0.5
#: Share of the cells of a column that are no wider than its lines.
_MOST_OF_COLUMN = 0.85
#: Confidence of cells that stand where they hardly fit.
_UNSURE = 0.5
#: Second levels whose places tell whether blank cells were kept.
_LEAST_LABELS = 3
_TEXTS = ("explanation", "standard", "note", "source", "responsible", "formula", "other", "nature")
OF_VALUES = ("value", "operator", "unit", "previous")
_INFINITE = float("inf")
#: Columns that cells are fitted to, and readings of their header: the widest printed block has some twenty columns and
#: three readings. The time of a cell grows with the readings and the square of the columns.
_MOST_COLUMNS, _MOST_READINGS = 40, 12


@dataclass(frozen=True, slots=True)
class _Fit:
    """Columns of the cells, in order; ``joined`` where a cell goes on the one before it."""

    cost: float
    columns: tuple[int, ...]
    joined: tuple[bool, ...]


class Body:
    """Lays the cells of an indicator block into rows of its columns."""

    def __init__(
        self,
        columns: list[Column],
        body: list[Token],
        rows: list[list[tuple[int, Token]]],
        *,
        rowed: bool = False,
        broken: bool = False,
    ) -> None:
        self.columns = columns[:_MOST_COLUMNS]
        self.heads = [column.token.at.column or 0 for column in self.columns]
        self.rowed = rowed
        self.costs = CellCosts(body, len(self.columns), rowed=rowed, broken=broken)
        self.body = self.costs.body
        self.rows = rows
        self.blanks = any(not token.text for token in self.body)
        #: What the rows that were written do not show: cells left out, the line of each row, and lines whose cells
        #: stand left of where they were printed, as others pushed them off.
        self.dropped: list[Token] = []
        self.lines: list[int] = []
        self.pushed: set[int] = set()
        lines = Counter(token.line for token in self.body)
        self.longest = max(lines.values(), default=0)
        self.row_fit = RowFit(self.costs, self.heads, IN_PLACE if self._stands() else SLIPPED)
        self.full_lines = sum(lines[token.line] > 1 for token in self.body) * 2 > len(self.body)

    def _stands(self) -> bool:
        """Whether the rows kept their blank cells: every second level stands below its header."""
        heads = {column.token.at.column for column in self.columns if column.role == "level2"}
        below = [token.at.column in heads for token in self.body if token.item.level2 and not token.item.level1]
        return len(below) >= _LEAST_LABELS and all(below)

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
        values = [place for place, role in enumerate(roles) if role == "value"]
        if len(values) in (2, 4) and len(names) == 1 and "unit" not in roles and values[-1] - values[0] < len(values):
            # 目标值 | 数值单位: a column under a word of values may hold their units.
            found.append(_changed(roles, dict.fromkeys(values[1::2], "unit")))
        if len(values) > len(names) and roles[values[0] + 1 : values[0] + 2] and roles[values[0] + 1] in OF_VALUES:
            # 指标值 above 指标性质 | 目标值, 长期 | 年度: the head of a group has no column of its own.
            found.append(_changed(roles, {values[0]: "group"}))
        below = names[0] + 1 if len(names) == 1 else len(roles)
        if "level2" not in roles and below < len(roles) and roles[below] in _TEXTS:
            # 指标类型 | 指标名称 | 指标说明 above 产出指标 | 数量指标 | 清淤长度: the note is the name.
            found.append(_changed(roles, {names[0]: "level2", below: "name"}))
        kinds = [place for place, role in enumerate(roles) if role == "level1"]
        if len(kinds) > 1 and len(names) == 1:
            # 指标类别 | 指标内容 | 目标值 | 指标类型: the second word of kinds heads 正向, 定性.
            found.append(_changed(roles, dict.fromkeys(kinds[1:], "nature")))
            if kinds[1] < names[0]:
                # 目标分类 | 指标类别 | 指标名称: two words of kinds before the names head both levels.
                found.append(_changed(roles, {kinds[1]: "level2"}))
        levels = [place for place, role in enumerate(roles) if role in LEVELS]
        if not names and len(levels) >= 2:
            # 一级指标 | 二级指标 above 数量指标 | 办公楼维修次数: numbered from the second level on.
            found.append(_changed(roles, {levels[-2]: "level2", levels[-1]: "name"}))
        labels = {token.item.level2 for token in self.body if token.item.level2 and not token.item.level1}
        above = any(token.item.level1 and not token.item.level2 for token in self.body)
        if len(labels) >= 2 and "level2" not in roles:
            # 指标类型 | 指标名称 | 指标描述: the second level under another header.
            for place in range(min(names[-1:] or [len(roles)])):
                if roles[place] in ("name", *_TEXTS) or (roles[place] == "level1" and not above):
                    found.append(_changed(roles, {place: "level2"}))
        return found[:_MOST_READINGS]

    @staticmethod
    def _cut(roles: list[str]) -> int:
        """Return where the second side begins, behind the last column where names are headed once."""
        names = [place for place, role in enumerate(roles) if role == "name"]
        if len(names) < 2:
            return len(roles)
        starts = (place for place in range(names[0] + 1, names[1]) if roles[place] in LEVELS)
        return next(starts, names[1])

    # -- texts to columns

    def _fit(self, roles: list[str], learned: Learned | None = None) -> _Fit:
        """Return the cheapest path of the cells through the columns."""
        empty = learned.empty if learned is not None else [empty_cost(role, self.blanks) for role in roles]
        steps = _steps(roles, empty)
        costs = ColumnCosts(self.costs, roles, self._cut(roles), learned)
        way = Way(steps, costs, ahead(steps, self.longest) if self.rowed else [])
        return self._fit_rows(way) if self.rowed else self._fit_sequence(way)

    def _fit_sequence(self, way: Way) -> _Fit:
        """Return the cheapest path where only the order is known: dynamic programming over cell and column."""
        width, steps, roles = way.width, way.steps, way.costs.roles
        costs = [steps[width][place] + way.costs.of(0, place) for place in range(width)]
        trail: list[list[int]] = []
        for number in range(1, len(self.body)):
            token = self.body[number]
            new_line = token.line != self.body[number - 1].line
            down = 0.0 if new_line else _WITHIN_LINE
            across = _OVER_LINE if new_line and self.full_lines else 0.0
            whole = not new_line or token.item.label or not token.text or not self.body[number - 1].text
            # From the cheapest state on: one that costs more than the best way found so far leads nowhere.
            states = sorted((cost, other) for other, cost in enumerate(costs))
            fresh, origin = [], []
            for place in range(width):
                best, before = _INFINITE, 0
                for cost, other in states:
                    if cost > best:
                        break
                    total = cost + steps[other][place] + (across if other < place else down)
                    if total < best or (total == best and other < before):
                        best, before = total, other
                best += way.costs.of(number, place)
                if not whole and roles[place] in ("name", "value", *_TEXTS):
                    rest = costs[place] + way.costs.rest(number, place)
                    if rest < best:
                        best, before = rest, -1 - place
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

    def _fit_rows(self, way: Way) -> _Fit:
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
                cost, row = self.row_fit.lay(begin, end, way)
                total += cost
                columns.extend(row)
                begin = end
        return _Fit(total, tuple(columns), (False,) * len(columns))

    def _learned(self, roles: list[str], fit: _Fit) -> Learned:
        rows = sum(
            any(roles[fit.columns[number]] not in LEVELS and self.body[number].text for number in row)
            for row in self._rows(fit)
        )
        counts: list[Counter[str]] = [Counter() for _ in roles]
        for kind, place in zip(self.costs.kinds, fit.columns):
            if place != DROPPED:
                counts[place][kind] += 1
        empty = []
        for role, found in zip(roles, counts):
            usual = empty_cost(role, self.blanks)
            missing = 1.0 - min(found.total() / (rows or 1), 1.0)
            level = role in LEVELS
            empty.append(usual if level else (usual + min(-math.log(missing + 0.03), 2.5)) / 2)
        widths: list[list[int]] = [[] for _ in roles]
        for token, place in zip(self.body, fit.columns):
            if place != DROPPED:
                widths[place].append(width_of(token.text))
        return Learned(empty, counts, [_usual_most(found) for found in widths])

    # -- the rows

    def _write(self, roles: list[str], fit: _Fit) -> None:
        """Append the rows; level labels stand in every row that they hold for."""
        cut = self._cut(roles)
        places = [place for place, role in enumerate(roles) if role == "level2"]
        sides = [next((p for p in places if p < cut), -1), next((p for p in places if p >= cut), -1)]
        level1: Token | None = None
        level2: list[Token | None] = [None, None]
        for row in self._assigned(roles, fit):
            above = next((row[place] for place in row if roles[place] == "level1"), None)
            if above is not None:
                level1, level2 = above, [None, None]
            own = [row.get(place) for place in sides]
            for side, token in enumerate(own):
                level2[side] = token or own[1 - side] or level2[side]
            # A unit and its amount above its projects have no part in the levels.
            own_row = any(roles[place] not in SHARED for place in row)
            if above is None and level1 is not None and own_row:
                place = roles.index("level1") if "level1" in roles else -1
                row[place] = level1
            for side, place in enumerate(sides):
                token = level2[side]
                if place >= 0 and token is not None and own_row:
                    row[place] = token
            self.rows.append(sorted((place + 1, token) for place, token in row.items()))

    def _rows(self, fit: _Fit) -> Iterator[list[int]]:
        """Yield the numbers of the cells that have a place, row by row."""
        row: list[int] = []
        for number, (place, joined) in enumerate(zip(fit.columns, fit.joined)):
            if place == DROPPED:
                continue
            if row and not joined:
                last = row[-1]
                begins = self.body[number].line != self.body[last].line if self.rowed else place <= fit.columns[last]
                if begins:
                    yield row
                    row = []
            row.append(number)
        if row:
            yield row

    def _assigned(self, roles: list[str], fit: _Fit) -> list[dict[int, Token]]:
        rows: list[dict[int, Token]] = []
        self.lines, self.pushed = [], set()
        self.dropped = [token for token, place in zip(self.body, fit.columns) if place == DROPPED]
        costs = ColumnCosts(self.costs, roles, self._cut(roles), None)
        for numbers in self._rows(fit):
            row: dict[int, Token] = {}
            self.lines.append(self.body[numbers[0]].line)
            before = 0
            for number in numbers:
                token, place = self.body[number], fit.columns[number]
                if fit.joined[number] and place in row:
                    row[place] = joined_token([row[place], token])
                    continue
                off = self.heads[place] - (token.at.column or 0)
                if self.rowed and off < before:
                    self.pushed.add(token.line)
                before = off
                if costs.of(number, place) >= BAD:
                    token = replace(token, confidence=min(token.confidence, _UNSURE))
                if token.text:
                    row[place] = token
            rows.append(row)
        return [row for row in rows if row]


def _usual_most(widths: list[int]) -> int:
    """Return the width of the widest cells of a column, without a few that do not belong there."""
    return sorted(widths)[int(_MOST_OF_COLUMN * len(widths))] if widths else 0


def _changed(roles: list[str], new: dict[int, str]) -> list[str]:
    return [new.get(place, role) for place, role in enumerate(roles)]


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
                last = roles[before] in _BEFORE_NAMES
                if last if place == width else (roles[before] == roles[place] == "level2"):
                    cost = min(cost, _EMPTY_SLOT)
                if place < width and roles[before] == "level1" and "level2" in roles[before + 1 : place]:
                    cost += _LEVEL_DUE
            else:
                cost = ahead[width] - ahead[before + 1]
                if roles[before] in LEVELS:
                    cost = min(cost, _EMPTY_SLOT)
                cost += ahead[place] + _NEW_ROW
            steps[before][place] = cost
    return steps
