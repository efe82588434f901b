"""The cheapest way of the cells of one row to their columns, where the rows of an indicator block are known.

Most rows are laid like others before them: what that would cost is soon added up, and dearer ways are not followed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import count
from operator import add

from indicators.forms.suits import LEAST_DROP, CellCosts, ColumnCosts

__all__ = ["DROPPED", "IN_PLACE", "SLIPPED", "RowFit", "Way", "ahead"]

#: Column of a cell that has no place in its row.
DROPPED = -1
#: A column that a cell slipped, as cells before it got lost, and one that it slipped the other way.
_SLIP_RIGHT, _SLIP_LEFT = 0.12, 0.8
#: More for a first level, which nothing before it can have pushed.
_LEVEL1_LEFT = 1.2
#: What a cell costs where it cannot stand: leaving it out is cheaper.
_HOPELESS = 7.0
_INFINITE = float("inf")
#: What a row costs: most of them little, those with a cell left out more. Dearer ways are followed where none is cheap.
_USUAL_ROWS = (3.0, 6.0, _INFINITE)
#: From what cost on it says little of a row that it could be laid like others.
_DEAR = 6.0
#: More than sums of the same costs differ by for their rounding.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Way:
    """What a reading of the header costs: from column to column, and the cells in its columns.

    ``ahead`` is what a row costs at least behind a column, by the number of cells that follow, where rows are known.
    """

    steps: list[list[float]]
    costs: ColumnCosts
    ahead: list[list[float]]

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.costs.roles)


class RowFit:
    """Lays the cells of rows below the headers of their columns.

    Parameters
    ----------
    costs
        What the cells cost.
    heads
        Columns of the table in which the headers stand.
    slips
        What it costs that cells stand elsewhere than they were printed.
    """

    def __init__(self, costs: CellCosts, heads: list[int], slips: _Slips) -> None:
        self.costs = costs
        self.body = costs.body
        self.heads = heads
        self.slips = slips
        #: How rows were laid whose cells stood in these columns.
        self.usual: dict[tuple[int, ...], list[list[int]]] = {}

    def lay(self, begin: int, end: int, way: Way) -> tuple[float, list[int]]:
        """Return the cost and the columns of the cells of one row, ``DROPPED`` for one that has no place."""
        width = way.width
        printed = [self.body[number].at.column or 0 for number in range(begin, end)]
        if printed == self.heads:
            # Whole below its header: only leaving cells out could be cheaper.
            total = sum(way.costs.of(begin + place, place) for place in range(width))
            if total <= LEAST_DROP:
                return total + way.steps[width][0] + way.steps[width - 1][width], list(range(width))
        usual = self.usual.setdefault(tuple(printed), [])
        if not usual and set(printed) <= set(self.heads):
            usual.append([self.heads.index(column) for column in printed])
        known = min((self._cost(begin, printed, row, way) for row in usual), default=_INFINITE)
        cost, row = _INFINITE, [DROPPED] * len(printed)
        for most in (math.nextafter(known, _INFINITE), *_USUAL_ROWS) if known < _DEAR else _USUAL_ROWS:
            cost, row = self._cheapest(begin, printed, way, most)
            if cost < most:
                break
        if row not in usual:
            usual.append(row)
        return cost, row

    def _cost(self, begin: int, printed: list[int], row: list[int], way: Way) -> float:
        """Return what it costs to lay the cells of a row as others were; the cheapest path costs no more."""
        total, before, slipped = 0.0, way.width, 0
        for number, column, place in zip(count(begin), printed, row):
            if place == DROPPED:
                total += self.costs.dropped[number]
                continue
            off, local = self.heads[place] - column, way.costs.of(number, place)
            if local >= _HOPELESS:
                return _INFINITE
            total = total + way.steps[before][place] + local + self.slips[off - slipped]
            if off < slipped and way.costs.roles[place] == "level1":
                total += _LEVEL1_LEFT
            before, slipped = place, off
        return total + way.steps[before][way.width]

    def _cheapest(self, begin: int, printed: list[int], way: Way, most: float) -> tuple[float, list[int]]:
        """Return the cost and the columns of the cheapest path of a row; ways that cost ``most`` are left out."""
        width, heads, roles, slips = way.width, self.heads, way.costs.roles, self.slips
        # By the column of the cell last placed, the last one before the first: what the way so far costs, and how far
        # right of its print that cell stands.
        states: dict[int, tuple[float, int]] = {width: (0.0, 0)}
        trail: list[dict[int, int]] = []
        for behind, column in zip(range(len(printed) - 1, -1, -1), printed):
            number = begin + len(printed) - 1 - behind
            dropped, local = self.costs.dropped[number], way.costs.known[number]
            fresh = {
                place: (cost + dropped, slipped) for place, (cost, slipped) in states.items() if cost + dropped < most
            }
            origin = dict.fromkeys(fresh, DROPPED)
            ahead = way.ahead[behind]
            for other in sorted(states):
                cost, slipped = states[other]
                steps = way.steps[other]
                for place in range(other + 1 if other < width else 0, width):
                    reached = cost + steps[place]
                    if reached + ahead[place] >= most:
                        continue  # wherever it was printed
                    off = heads[place] - column
                    slip = slips[off - slipped]
                    if reached + slip + ahead[place] >= most:
                        continue  # whatever the cell itself costs there
                    own = local[place] if place in local else way.costs.of(number, place)
                    total = reached + own + slip
                    if off < slipped and roles[place] == "level1":
                        total += _LEVEL1_LEFT
                    if own < _HOPELESS and (place not in fresh or total < fresh[place][0]):
                        fresh[place], origin[place] = (total, off), other
            states = fresh
            trail.append(origin)
        if not states:
            return _INFINITE, []
        cost, place = min((cost + way.steps[place][width], place) for place, (cost, _) in states.items())
        row: list[int] = []
        for origin in reversed(trail):
            before = origin[place]
            row.append(DROPPED if before == DROPPED else place)
            place = place if before == DROPPED else before
        return cost, row[::-1]


class _Slips(dict[int, float]):
    """What it costs that a cell stands so many columns right (or left, negative) of where it was printed."""

    def __init__(self, right: float, left: float) -> None:
        super().__init__()
        self._right, self._left = right, left

    def __missing__(self, off: int) -> float:
        self[off] = self._right * min(off, 4) if off >= 0 else self._left * min(-off, 4)
        return self[off]


SLIPPED, IN_PLACE = _Slips(_SLIP_RIGHT, _SLIP_LEFT), _Slips(5 * _SLIP_RIGHT, 3 * _SLIP_LEFT)


def ahead(steps: list[list[float]], cells: int) -> list[list[float]]:
    """Return what a row costs at least behind each column, by the number of its cells that follow.

    They may be left out, or stand further right at no cost of their own.
    """
    width = len(steps) - 1
    found = [[row[width] - _ROUNDING for row in steps]]
    for _ in range(cells - 1):
        behind = found[-1]
        found.append(
            [
                min((behind[before] + LEAST_DROP, *map(add, row[start:width], behind[start:])))
                for before, row in enumerate(steps)
                for start in [(before + 1) % (width + 1)]
            ]
        )
    return found
