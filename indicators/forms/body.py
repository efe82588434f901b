"""Lay the cells of an indicator block into rows of its columns, by the labels between them and the cheapest fit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from indicators.forms.pieces import Token
from indicators.quantities import parse_dates, parse_quantity
from indicators.text import squash
from indicators.vocabulary import LEVEL1_OF, operator_word

__all__ = ["Body", "Column"]


@dataclass(slots=True)
class Column:
    """A column of the indicator block, in printing order."""

    role: str
    token: Token


class Body:
    """Lays the cells of an indicator block into rows of its columns."""

    def __init__(self, columns: list[Column], body: list[Token], rows: list[list[tuple[int, Token]]]) -> None:
        self.columns = columns
        self.body = body
        self.rows = rows
        self.repeated = {text for text, count in Counter(squash(token.text) for token in body).items() if count >= 3}
        roles = [column.role for column in columns]
        self.sides = self._side_columns(roles)
        self.level1 = roles.index("level1") if "level1" in roles else None

    @staticmethod
    def _side_columns(roles: list[str]) -> list[list[int]]:
        """Return the columns of each side from its second level on; two where names are headed twice."""
        names = [place for place, role in enumerate(roles) if role == "name"]
        start = next((place for place, role in enumerate(roles) if role != "level1"), 0)
        if len(names) < 2:
            return [[place for place in range(len(roles)) if roles[place] != "level1"]]
        cut = next(
            (place for place in range(names[0] + 1, names[1] + 1) if roles[place] in ("level1", "level2", "name")),
            names[1],
        )
        left = [place for place in range(start, cut) if roles[place] != "level1"]
        right = [place for place in range(cut, len(roles)) if roles[place] != "level1"]
        return [left, right]

    def read(self) -> None:
        """Append the rows of the block."""
        level1: Token | None = None
        level2: Token | None = None
        side = 0
        texts: list[Token] = []
        groups: list[tuple[Token | None, Token | None, int, list[Token]]] = []

        def close() -> None:
            nonlocal texts
            if level2 is not None or texts:
                groups.append((level1, level2, side, texts))
            texts = []

        leveled = any(column.role in ("level1", "level2") for column in self.columns)
        for place, token in enumerate(self.body):
            kind = self._level_kind(place, token, level1, level2, texts, side) if leveled else None
            if kind is None:
                texts.append(token)
                continue
            if kind == "twin":
                close()
                side = 1
                level2 = token
                continue
            close()
            if kind == "level1":
                level1, level2, side = token, None, 0
            else:
                level2, side = token, 0
        close()
        self._write(groups)

    def _level_kind(
        self, place: int, token: Token, level1: Token | None, level2: Token | None, texts: list[Token], side: int
    ) -> str | None:
        """Return what a level label does here; ``None`` where it stands as a name or value."""
        item = token.item
        if item.level1 is None and item.level2 is None:
            return None
        following = self.body[place + 1] if place + 1 < len(self.body) else None
        same = following is not None and squash(following.text) == squash(token.text)
        short = not re.search(r"(?:指标|值)(?:[(（].*[)）])?$", squash(token.text))
        if len(self.sides) == 2 and level2 is not None and side == 0 and item.level2 == level2.item.level2:
            return "twin"
        if short and level2 is not None and not texts and following is not None and not following.item.label:
            # 满意度 | 公众满意度: a name that is a level elsewhere, right behind its label.
            return None
        if item.level2 is None:
            return "level1"
        opened = level1 is not None and level2 is None and level1.item.level1 == LEVEL1_OF[item.level2]
        if item.level1 is not None and following is not None and following.item.level2 is not None and not opened:
            fresh = level1 is None or level1.item.level1 != item.level1
            if (LEVEL1_OF[following.item.level2] == item.level1 and not same) or (
                same and self.level1 is not None and (fresh or self._thrice(place))
            ):
                return "level1"
        return "level2"

    def _thrice(self, place: int) -> bool:
        """Whether a label stands three times in a row: level 1 and both sides' level 2 of one name (满意度指标)."""
        texts = [squash(token.text) for token in self.body[place : place + 3]]
        return len(texts) == 3 and len(set(texts)) == 1 and len(self.sides) == 2

    def _write(self, groups: list[tuple[Token | None, Token | None, int, list[Token]]]) -> None:
        number = 0
        while number < len(groups):
            level1, level2, side, texts = groups[number]
            rows = [self._fit(texts, self.sides[side])]
            if len(self.sides) == 2 and side == 0 and number + 1 < len(groups) and groups[number + 1][2] == 1:
                rows.append(self._fit(groups[number + 1][3], self.sides[1]))
                self._part_sides(rows)
                number += 1
            self._write_rows(level1, level2, rows)
            number += 1

    def _part_sides(self, rows: list[list[list[tuple[int, Token]]]]) -> None:
        """Give rows printed left, right, left, right behind one pair of labels back to their sides, in place."""
        left, right = rows
        if len(left) > 1 or len(right) < 3 or len(right) % 2 == 0:
            return
        to_left = {
            theirs: ours
            for role in ("name", "value", "operator", "unit")
            for ours, theirs in zip(self._of(0, role), self._of(1, role))
        }
        for index in range(1, len(right), 2):
            left.append([(to_left.get(place, place), token) for place, token in right[index]])
        rows[1] = [right[0], *right[2::2]]

    def _of(self, side: int, role: str) -> list[int]:
        return [place for place in self.sides[side] if self.columns[place].role == role]

    def _write_rows(
        self, level1: Token | None, level2: Token | None, sides: list[list[list[tuple[int, Token]]]]
    ) -> None:
        count = max([len(side) for side in sides] + [1])
        for index in range(count):
            row: list[tuple[int, Token]] = []
            if level1 is not None and self.level1 is not None:
                row.append((self.level1 + 1, level1))
            elif level1 is not None:
                row.append((0, level1))
            for place, columns in enumerate(self.sides):
                level_column = next((p for p in columns if self.columns[p].role == "level2"), None)
                if level2 is not None and level_column is not None:
                    row.append((level_column + 1, level2))
                if place < len(sides) and index < len(sides[place]):
                    row.extend((p + 1, token) for p, token in sides[place][index])
            if row:
                self.rows.append(sorted(row, key=lambda item: item[0]))

    # -- texts to columns

    def _fit(self, texts: list[Token], columns: list[int]) -> list[list[tuple[int, Token]]]:
        """Lay texts into rows of the text columns at the least cost: dynamic programming over text and column."""
        places = [place for place in columns if self.columns[place].role not in ("level1", "level2")]
        if not places or not texts:
            return []
        roles = [self.columns[place].role for place in places]
        width = len(roles)
        infinite = float("inf")
        cost = [[infinite] * width for _ in texts]
        trail = [[-1] * width for _ in texts]
        for index, token in enumerate(texts):
            for column in range(width):
                local = self._cost(token, roles[column])
                if index == 0:
                    cost[0][column] = local + _skipped(roles[:column])
                    continue
                same_line = token.line == texts[index - 1].line
                for before in range(width):
                    if before < column:
                        step = _skipped(roles[before + 1 : column])
                    else:
                        step = _skipped(roles[before + 1 :]) + _skipped(roles[:column]) + (0.8 if same_line else 0.0)
                    total = cost[index - 1][before] + step + local
                    if total < cost[index][column]:
                        cost[index][column], trail[index][column] = total, before
        last = min(range(width), key=lambda column: cost[-1][column] + _skipped(roles[column + 1 :]))
        assigned = [last]
        for index in range(len(texts) - 1, 0, -1):
            assigned.append(trail[index][assigned[-1]])
        assigned.reverse()
        rows: list[list[tuple[int, Token]]] = []
        for token, column in zip(texts, assigned):
            if not rows or places[column] <= rows[-1][-1][0]:
                rows.append([])
            rows[-1].append((places[column], token))
        return rows

    def _cost(self, token: Token, role: str) -> float:
        key = squash(token.text)
        quantity = _is_value(key)
        operator = operator_word(token.text) is not None
        if role == "operator":
            return 0.0 if operator else 4.0
        if role == "name":
            return (
                (1.6 if quantity else 0.0)
                + (2.0 if operator or len(key) < 2 else 0.0)
                + (0.8 if key in self.repeated else 0.0)
                + (0.5 if len(key) < 4 else 0.0)
            )
        if role == "value":
            return 0.0 if quantity else 0.5 + (2.0 if operator else 0.0) + (0.5 if len(key) > 14 else 0.0)
        if role == "unit":
            return 0.2 if len(key) <= 5 and not quantity and not operator else 3.0
        if role in ("score", "weight", "sequence", "gained"):
            return 0.0 if re.fullmatch(r"\d{1,3}(?:\.\d+)?[分%]?", key) else 4.0
        if role in ("previous", "interim", "actual"):
            return 0.3 if quantity else 1.2
        return (0.1 if key in self.repeated else 0.9) + (0.5 if quantity else 0.0)


#: What it costs to leave a column of a row empty; a row without a name is hardly one.
_EMPTY = {"name": 2.2, "value": 1.1, "operator": 0.5, "unit": 0.4, "score": 0.5, "weight": 0.5}


def _skipped(roles: Sequence[str]) -> float:
    return sum(_EMPTY.get(role, 0.3) for role in roles)


@lru_cache(maxsize=16384)
def _is_value(key: str) -> bool:
    if re.match(r"[≥≤><=＞＜＝]", key):
        return True
    if len(key) > 18:
        return False
    return bool(re.search(r"\d", key)) and (parse_quantity(key) is not None or parse_dates(key) is not None)
