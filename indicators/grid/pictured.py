"""Pictures of pages: ruled tables whose rules may be lost, and text that may hold tables.

A picture is believed where what its rules part, or else what the places of its text suggest, agrees with what forms
print in rows and columns. A form of which part would be lost is given up: half a form would be taken for one with
gaps, and its lines for a form of another kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from indicators.grid.labels import is_printed
from indicators.grid.repair import repaired
from indicators.records import Cell, Line, Location, Note, Picture, Region, Ruled, Table
from indicators.vocabulary import header_role, level2_label

__all__ = ["settled"]

#: Solves regions.
Solver = Callable[[list[Region]], list[Table | Line]]

#: Labels from which a table is one of forms.
_FORM = 3
#: Cells that may be wrong in a ruled table that is still used, and share of all cells.
_FEW_BLENDED, _BLENDED = 2, 0.02
#: Confidence of cells that hold several; confidence below which a cell is reported.
_MIXED, _DOUBTFUL = 0.65, 0.8
_MOST_NOTES = 40
_LEVELS = re.compile(r"(?:数量|质量|时效|成本|效益|满意度|可持续影响)指标")
_LONG = ("社会效益指标", "可持续影响指标", "服务对象满意度指标", "一级指标", "绩效指标")
_LOST = "表格线缺失或断续过多，行列无法可靠还原，该表未读取、未检查，请对照原件人工审核，或以 200 dpi 以上重新扫描"


def settled(picture: Picture, solve: Solver) -> tuple[list[Table | Line], list[Note]]:
    """Return the tables and lines of a picture from top to bottom, and what was doubtful, repaired or given up.

    Parameters
    ----------
    picture
        As delivered by a reader.
    solve
        Solves the regions of one page.
    """
    page = picture.at.page or 1
    blocks: list[Table | Line] = []
    notes: list[Note] = []
    lost = False
    for part in picture.parts:
        if isinstance(part, Region):
            own = solve([part])
            lost |= part.crossed and sum(is_printed(piece.text) for piece in part.segments) >= _FORM
            lost |= any(isinstance(block, Table) and _lost(block) for block in own)
            blocks += own
            continue
        table = _better(part, solve)
        if not trustworthy(table) or (part.cut and label_count(table.cells)):
            lost = True
            continue
        if table.at == part.table.at:
            # As ruled, not as its text is placed.
            cells, repairs = repaired(table.cells, page)
            table, notes = _doubted(replace(table, cells=tuple(cells))), notes + repairs
        blocks.append(table)
    if lost:
        why = Note(code="picture-unread", message=f"第 {page} 页：{_LOST}", at=Location(page=page))
        blocks, notes = [b for b in blocks if isinstance(b, Table) and not label_count(b.cells)], [why]
    for block in blocks:
        if isinstance(block, Table):
            notes += _doubts(block, page)
    return blocks, notes[:_MOST_NOTES]


def _lost(table: Table) -> bool:
    return label_count(table.cells) >= _FORM and not trustworthy(table)


def _better(ruled: Ruled, solve: Solver) -> Table:
    """Return the table as ruled or, where its rules are in doubt, as its text is placed if that has more labels."""
    if ruled.table.grid == "exact" and trustworthy(ruled.table):
        return ruled.table
    best = replace(ruled.table, grid="guessed")
    for other in solve([ruled.text]):
        if isinstance(other, Table) and label_count(other.cells) > label_count(best.cells) + 1:
            best = other
    return best


def _doubted(table: Table) -> Table:
    """Lower the confidence of cells that hold what forms print in several: a rule was lost."""
    wrong = {id(cell) for cell in blended(table.cells)}
    if not wrong:
        return table
    cells = (
        replace(cell, confidence=min(cell.confidence, _MIXED)) if id(cell) in wrong else cell for cell in table.cells
    )
    return replace(table, cells=tuple(cells))


def _doubts(table: Table, page: int) -> list[Note]:
    """Return a note for each cell to be compared with the original, the least certain first."""
    notes = []
    if table.grid != "exact":
        message = f"第 {page} 页：表格线不完整，行列按文字位置推定，请核对原件"
        notes.append(Note(code="low-confidence", message=message, at=table.at))
    for cell in sorted(table.cells, key=lambda cell: cell.confidence):
        if cell.text and cell.confidence < _DOUBTFUL and not is_printed(cell.text):
            share = f"可信度 {cell.confidence:.0%}"
            message = f"第 {page} 页：“{cell.text[:30]}”识别{share}，请核对原件"
            notes.append(Note(code="low-confidence", message=message, at=cell.at))
    return notes


def label_count(cells: Sequence[Cell]) -> int:
    """Return how many cells are labels: the better grid has more of them."""
    return sum(is_printed(cell.text) for cell in cells)


def blended(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells that hold what forms print in several, or part of what they print in one.

    These are labels beside other text, the end of a label alone, and in the rows of indicators a name that reaches
    over the column of values.
    """
    top, roles = _header(cells)
    columns = {column for column, _ in roles}
    found = []
    for cell in cells:
        first = cell.at.column or 0
        wide = (cell.at.row or 0) > top and sum(first <= column < first + cell.column_span for column in columns) > 1
        mixed = len(cell.text) < 60 and _LEVELS.search(cell.text) is not None and not is_printed(cell.text)
        filled = cell.text and len(columns) > 1 and wide and len(columns) * 3 > cell.column_span
        if mixed or _torn(cell.text) or (filled and not _signed(cell.text)):
            found.append(cell)
    return found


def _header(cells: Sequence[Cell]) -> tuple[int, list[tuple[int, str | None]]]:
    """Return the first row that names columns of names or values, and which columns; a row below all without one."""
    heads = [(cell, role) for cell in cells if (role := header_role(cell.text)) in ("name", "value")]
    top = min((cell.at.row or 0 for cell, _ in heads), default=10**9)
    return top, sorted((cell.at.column or 0, role) for cell, role in heads if cell.at.row == top)


def _torn(text: str) -> bool:
    """Return whether a text is the end of a label whose first line went to another row."""
    return bool(text) and not is_printed(text) and any(label != text and label.endswith(text) for label in _LONG)


def _signed(text: str) -> bool:
    """Return whether a cell belongs to the lines below the indicators (负责人：, 备注)."""
    return "：" in text or ":" in text or "备注" in text or "说明" in text


def trustworthy(table: Table) -> bool:
    """Return whether what a table holds agrees with what forms print in rows and columns.

    A ruled table may have a few blended cells; where rows and columns are guessed, every row must be whole.
    """
    wrong = len(blended(table.cells))
    if any(len(cell.text) < 60 and len(_LEVELS.findall(cell.text)) > 2 for cell in table.cells):
        return False
    if table.grid == "exact":
        return wrong <= max(_FEW_BLENDED, _BLENDED * len(table.cells))
    return not wrong and not _halves(table.cells)


def _halves(cells: Sequence[Cell]) -> bool:
    """Return whether an indicator lacks its name or its value, or the columns of names and values are not known."""
    top, roles = _header(cells)
    if not roles:
        return sum(level2_label(cell.text) is not None for cell in cells) > 1
    filled = {(cell.at.row, cell.at.column) for cell in cells if cell.text}
    signed = {cell.at.row for cell in cells if _signed(cell.text)}
    rows = {cell.at.row for cell in cells if (cell.at.row or 0) > top} - signed
    pairs = [(one[0], other[0]) for one, other in pairwise(roles) if (one[1], other[1]) == ("name", "value")]
    return not pairs or any(
        ((row, name) in filled) != ((row, value) in filled) for name, value in pairs for row in rows
    )
