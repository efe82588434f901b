"""Lay the rows of an indicator block that was split out of text below its header.

Splitting loses merged cells, so that rows slip to the left, and doubles or pushes others. The rows are known, and the
order of the cells in them; which column each cell stands in is fitted (``body``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from indicators.forms.body import Body, Column
from indicators.forms.pieces import Token
from indicators.forms.rows import Row, meaning
from indicators.records import Cell, Location, Table
from indicators.vocabulary import LEVEL1_OF

__all__ = ["Laid", "as_rows", "lay_rows"]

#: Cells of a row that are fitted, three times those of the widest block: what stands beyond is in no column.
_MOST_CELLS = 120


@dataclass(frozen=True, slots=True)
class Laid:
    """A header and the rows below it with their cells below their headers.

    Attributes
    ----------
    rows
        The header first.
    pushed
        Numbers of the table's rows whose cells were pushed to the right, so that the last ones may have been lost.
    dropped
        Cells that have no place in their row.
    """

    rows: list[Row]
    pushed: frozenset[int]
    dropped: tuple[Cell, ...]


def lay_rows(header: Sequence[tuple[Cell, str]], rows: Sequence[Row]) -> Laid:
    """Lay rows below a header.

    Parameters
    ----------
    header
        Its cells, from left to right, with the role of each column.
    rows
        As they were printed; a cell keeps its text and line and gets the column of its header.
    """
    columns = [Column(role, Token(cell.text, cell.at, cell.confidence, 0, meaning(cell.text))) for cell, role in header]
    stacked = [(row, start, stop) for row in rows for start, stop in _stacked(row)]
    parts = [(row, start, min(stop, start + _MOST_CELLS)) for row, start, stop in stacked]
    beyond = [cell for row, start, stop in stacked for cell in row.cells[start + _MOST_CELLS : stop]]
    body = [
        Token(cell.text, cell.at, cell.confidence, line, item)
        for line, (row, start, stop) in enumerate(parts)
        for cell, item in zip(row.cells[start:stop], row.meanings[start:stop])
    ]
    placed: list[list[tuple[int, Token]]] = [[(number + 1, column.token) for number, column in enumerate(columns)]]
    fitted = Body(columns, body, placed, rowed=True)
    fitted.read()
    heads = [column.token.at.column or 0 for column in columns]
    laid = [
        [
            Cell(text=token.text, at=_below(token.at, heads[place - 1]), confidence=token.confidence)
            for place, token in row
        ]
        for row in placed
    ]
    cells = tuple(cell for row in laid for cell in row)
    at = header[0][0].at
    table = Table(cells=cells, rows=len(laid), columns=heads[-1] + 1, at=at, grid="guessed")
    places = [(-1, at), *((parts[line][0].index, parts[line][0].at) for line in fitted.lines)]
    return Laid(
        rows=[Row(row, table, index, at) for row, (index, at) in zip(laid, places)],
        pushed=frozenset(parts[line][0].index for line in fitted.pushed),
        dropped=(*(Cell(text=token.text, at=token.at) for token in fitted.dropped), *beyond),
    )


def _below(at: Location, column: int) -> Location:
    return at if at.column == column else replace(at, column=column)


def _stacked(row: Row) -> list[tuple[int, int]]:
    """Part a row that holds two: an empty slot's labels, then the next first level and its row."""
    items = row.meanings
    for index in range(1, len(items) - 1):
        level1, below = items[index].level1, items[index + 1].level2
        if level1 is None or below is None or LEVEL1_OF[below] != level1:
            continue
        if all(item.level2 and LEVEL1_OF[item.level2] != level1 for item in items[:index]):
            return [(0, index), (index, len(items))]
    return [(0, len(items))]


def as_rows(rows: list[list[tuple[int, Token]]]) -> list[Row]:
    """Return the placed cells as rows of one table."""
    placed: list[list[Cell]] = []
    for index, row in enumerate(rows):
        placed.append(
            [
                Cell(
                    text=token.text,
                    at=Location(row=index, column=column, line=token.at.line, page=token.at.page),
                    confidence=token.confidence,
                )
                for column, token in row
            ]
        )
    placed = [row for row in placed if row]
    if not placed:
        return []
    cells = tuple(cell for row in placed for cell in row)
    width = max(cell.at.column or 0 for cell in cells) + 1
    table = Table(cells=cells, rows=len(rows), columns=width, at=cells[0].at, grid="guessed")
    return [Row(row, table, row[0].at.row or 0, row[0].at) for row in placed]
