"""Put labels that stand on lines of their own, in the middle of their rows, before the first of these.

A page printed row by row shows the label of an odd number of rows in the middle one, that of an even number between
two of them: 检修机井 68眼 / 数量指标 / 新建机井 4眼. Read in order it would be the label of the rows below it alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby

from indicators.forms.pieces import Token
from indicators.grid.rows import Band, cheapest_runs
from indicators.vocabulary import LEVEL1_OF

__all__ = ["labels_first"]

#: Share of the labels that stand beside a row, where lines are rows, and their number at least.
_BESIDE, _LEAST = 0.5, 3
_COST = "成本指标"


@dataclass(frozen=True, slots=True)
class _Label:
    """A label with its line, its height, counted in rows, and whether it stands alone."""

    token: Token
    line: int
    height: float
    alone: bool


def labels_first(tokens: list[Token]) -> list[Token]:
    """Return the cells with every label of a second level that stands alone amid its rows before the first of them.

    What stands left of a label, its first level, goes with it.

    Parameters
    ----------
    tokens
        Of one form, in order.
    """
    lines = [list(group) for _, group in groupby(tokens, key=lambda token: token.line)]
    rows: list[int] = []
    labels: list[_Label] = []
    for number, line in enumerate(lines):
        second = next((token for token in line if token.item.level2), None)
        texts = sum(not token.item.label for token in line)
        if second is not None and texts:
            labels.append(_Label(second, number, len(rows), alone=False))
        elif second is not None and len(line) == 1 and _amid(lines, number):
            labels.append(_Label(second, number, len(rows) - 0.5, alone=True))
        if labels or _amid(lines, number + 1):
            rows += [number] if texts > 1 else []
    beside = sum(not label.alone for label in labels)
    if not _precede_firsts(tokens) or beside == len(labels) or beside < max(_LEAST, _BESIDE * len(labels)):
        return tokens
    bands = [Band(place, place, None) for place in range(len(rows))]
    _, runs = cheapest_runs([label.height for label in labels], bands)
    for label, run in zip(labels, runs, strict=True):
        if run and rows[run[0]] < label.line:
            own = lines[label.line]
            end = own.index(label.token) + 1
            top = lines[rows[run[0]]]
            top[:0] = [replace(token, line=top[0].line) for token in own[:end]]
            del own[:end]
    return [token for line in lines for token in line]


def _precede_firsts(tokens: list[Token]) -> bool:
    """Whether a label stands before its first level, as it only does where both are in the middle of their rows."""
    firsts: set[str] = set()
    owners: set[str] = set()
    for token in tokens:
        first, second = token.item.level1, token.item.level2
        if first and not second and first in owners - firsts:
            return True
        firsts |= {first} if first else set()
        # Costs may stand above 产出 in a first level of their own.
        owners |= {LEVEL1_OF[second]} if second and second != _COST else set()
    return False


def _amid(lines: list[list[Token]], number: int) -> bool:
    """Whether rows without labels stand right above and right below a line."""
    return all(
        0 <= place < len(lines) and len(lines[place]) > 1 and not any(token.item.label for token in lines[place])
        for place in (number - 1, number + 1)
    )
