"""Put rows into one that print one thing: the two rows of a stacked header, or a label that wraps beside its text.

一级指标 | 指标值 (three columns wide) above 前年 | 上年 | 预计当年实现, or 项目名称 | 绩效指标 above 一级指标 | …:
what the columns mean stands partly in the upper, partly in the lower row.
"""

from __future__ import annotations

from dataclasses import replace

from indicators.forms.fund_amounts import plain_amount
from indicators.forms.rows import Meaning, Row, meaning
from indicators.forms.stages import is_header
from indicators.records import Cell
from indicators.text import squash
from indicators.vocabulary import block_label, header_hint, likely_fund, list_column, names_money

__all__ = ["below_head", "join_headers"]

_LONGEST = 20


def join_headers(rows: list[Row]) -> list[Row]:
    """Return the rows with every stacked header made one row; all other rows stay as they are.

    An upper row that names the sides (长期 | 年度) above complete headers is kept above the joined row.
    """
    out: list[Row] = []
    position = 0
    while position < len(rows):
        if (wrapped := _wrapped(rows, position)) is not None:
            row, position = wrapped
            out.append(row)
            continue
        upper = rows[position]
        lower = rows[position + 1] if position + 1 < len(rows) else None
        joined = _joined(upper, lower) if lower is not None else None
        if joined is None:
            out.append(upper)
            position += 1
            continue
        if not _is_complete(upper) and is_header(lower or upper):
            out.append(upper)
        out.append(joined)
        position += 2
    return out


#: Rows over which a label wraps at most, and characters of a line of it.
_MOST_WRAPPED, _LONGEST_PART = 4, 6


def _wrapped(rows: list[Row], position: int) -> tuple[Row, int] | None:
    """Return the row of a field whose label wraps beside its text, and the place behind it.

    年度总体 | 全年检修机井， above 目标 | 保障灌溉。: only where cells were inferred; no line but the last is a label.
    """
    first = rows[position]
    if first.table is None or first.table.grid == "exact" or len(first.cells) != 2 or first.meanings[0].label:
        return None
    if plain_amount(first.cells[1].text):
        return None  # 项目支出 | 1,500 above 中长期目标 | …
    column = first.cells[0].at.column
    for size in range(_MOST_WRAPPED, 1, -1):
        part = rows[position : position + size]
        labels = [row.cells[0] for row in part]
        if len(part) < size or any(row.table is not first.table or len(row.cells) > 2 for row in part):
            continue
        if any(label.at.column != column or len(label.text) > _LONGEST_PART for label in labels):
            continue
        label, text = ("".join(row.cells[place].text for row in part if place < len(row.cells)) for place in (0, 1))
        if meaning(label).field is not None and not any(row.meanings[0].label for row in part[:-1]):
            cells = [replace(cell, text=whole) for cell, whole in zip(first.cells, (label, text))]
            return Row(cells, first.table, first.index, first.at), position + size
    return None


def _is_complete(upper: Row) -> bool:
    """Whether the upper row says nothing that the joined row does not say: it is a header or heads a list."""
    wide = [item for cell, item in zip(upper.cells, upper.meanings) if cell.column_span > 1 and cell.row_span == 1]
    return is_header(upper) or len(wide) == 1


def _joined(upper: Row, lower: Row) -> Row | None:
    if upper.table is None or upper.table is not lower.table:
        return None
    if upper.table.grid == "ragged":
        return _joined_ragged(upper, lower)
    if lower.index != upper.index + 1 or len(upper.cells) < 2:
        return None
    tall = [cell for cell in upper.cells if cell.row_span == 2]
    wide = [cell for cell in upper.cells if cell.column_span > 1 and cell.row_span == 1]
    if not tall or not wide or len(tall) + len(wide) < len([c for c in upper.cells if c.row_span <= 2]):
        return None
    below = [_under(cell, wide) for cell in lower.cells]
    if not below or any(cell is None for cell in below) or any(len(cell.text) > _LONGEST for cell in lower.cells):
        return None
    # 绩效指标 or 中期指标 beside header and rows names the block, or its side.
    beside = [cell for cell in upper.cells if cell.row_span > 2]
    cells = sorted(
        [*beside, *tall, *(cell for cell in below if cell is not None)], key=lambda cell: cell.at.column or 0
    )
    row = Row(cells, upper.table, lower.index, lower.at)
    return row if is_header(row) else None


def _joined_ragged(upper: Row, lower: Row) -> Row | None:
    """Join a header of two rows whose spans were lost: a group reaches to the next cell of its row.

    年度绩效指标 | 绩效指标 | 指标值 above 一级指标 | 二级指标 | 三级指标.
    """
    if lower.index != upper.index + 1:
        return None
    parted = _parted_values(upper, lower)
    if is_header(upper) or (parted is not None and is_header(parted)):
        return parted
    if is_header(lower) and _has_value(lower) and not _heads_list(upper, lower):
        return None
    if not any(item.header in ("level1", "level2", "name") for item in lower.meanings):
        return None
    taken = [cell.at.column or 0 for cell in lower.cells]
    cells = list(lower.cells)
    for number, cell in enumerate(upper.cells):
        start = cell.at.column or 0
        following = upper.cells[number + 1].at.column if number + 1 < len(upper.cells) else None
        stop = following if following is not None else start + 1
        if not any(start <= column < stop for column in taken):
            cells.append(cell)
    row = Row(sorted(cells, key=lambda cell: cell.at.column or 0), lower.table, lower.index, lower.at)
    return row if is_header(row) and _has_value(row) else None


def _heads_list(upper: Row, lower: Row) -> bool:
    """Whether a list goes on right of its projects in the lower row: 单位名称 | 项目名称 | 绩效指标 above 一级指标."""
    start = lower.cells[0].at.column or 0
    left = [cell for cell in upper.cells if (cell.at.column or 0) < start]
    above = next((cell for cell in upper.cells if cell.at.column == start), None)
    listed = any(list_column(cell.text) in ("project", "unit_project") for cell in left)
    return len(left) > 1 and listed and above is not None and block_label(above.text)


#: What the columns below a head of values hold.
_OF_VALUES = {"value", "operator", "unit", "previous", "actual", "interim"}


def _parted_values(upper: Row, lower: Row) -> Row | None:
    """Join a header whose head of values is parted in the row below it: 指标值 above 指标性质 | 目标值, 长期 | 年度.

    The lower row stands below that head or, where the cells that spans cover were left out, at the left end: then as
    many columns follow the head as it is parted into.
    """
    if len(lower.cells) < 2 or not _part_values(lower):
        return None
    columns = [cell.at.column or 0 for cell in lower.cells]
    heads = [n for n, (cell, item) in enumerate(zip(upper.cells, upper.meanings)) if _role(cell, item) == "value"]
    if not heads:
        return None
    for number in heads:
        start = upper.cells[number].at.column or 0
        following = upper.cells[number + 1].at.column if number + 1 < len(upper.cells) else None
        stop = following if following is not None else columns[-1] + 1
        if start == columns[0] and columns[-1] < stop:
            cells = [*upper.cells[:number], *lower.cells, *upper.cells[number + 1 :]]
            return Row(cells, lower.table, lower.index, lower.at)
    start = upper.cells[0].at.column or 0
    upper_columns = [cell.at.column or 0 for cell in upper.cells]
    compact = all(found == list(range(start, start + len(found))) for found in (upper_columns, columns))
    width = start + len(upper_columns) + len(columns) - 1
    if len(heads) > 1 or not compact or lower.table is None or width > lower.table.columns:
        return None
    cells = [*upper.cells[: heads[0]], *lower.cells, *upper.cells[heads[0] + 1 :]]
    placed = [replace(cell, at=replace(cell.at, column=column)) for column, cell in enumerate(cells, start)]
    return Row(placed, lower.table, lower.index, lower.at)


def _part_values(row: Row) -> bool:
    """Whether the cells of a row head what a head of values is parted into."""
    roles = set()
    for cell, item in zip(row.cells, row.meanings):
        roles.add(role := _role(cell, item))
        if role not in _OF_VALUES or item.level2 or len(cell.text) > _LONGEST:
            return False
    return "value" in roles


def _role(cell: Cell, item: Meaning) -> str | None:
    return item.header or header_hint(cell.text)


def _has_value(row: Row) -> bool:
    return any(item.header == "value" for item in row.meanings)


def _under(cell: Cell, wide: list[Cell]) -> Cell | None:
    """Return the lower cell, read below the wide one that it stands under."""
    column = cell.at.column or 0
    above = next((c for c in wide if (c.at.column or 0) <= column < (c.at.column or 0) + c.column_span), None)
    return below_head(cell, above) if above is not None else None


def below_head(cell: Cell, above: Cell) -> Cell:
    """Return a head with what the one above says where alone it names no column: 年度 below 指标值."""
    both = squash(cell.text) + squash(above.text)
    if meaning(cell.text).header is not None:
        return cell
    if meaning(both).header is None:
        if meaning(cell.text).label or not names_money(above.text) or likely_fund(cell.text) is None:
            return cell
        both = squash(cell.text) + "资金"
    return replace(cell, text=both, confidence=min(cell.confidence, above.confidence))
