"""Tables in which unit, project, levels and indicators stand below one another in one column (宁夏, 内蒙古).

单位（项目）/绩效指标 | 指标值 | 绩效金额, below it 某局 | | 1530, 某项目 | | 1530, 产出指标, 数量指标,
补贴机具台数 | ≥2100台.
Indentation is seldom left when a document arrives, so the place of a row follows from its neighbours: the text row
before a first level is the project, the text rows before that are units and totals.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from indicators.forms.fund_amounts import fund_unit, parse_amount
from indicators.forms.indicator import make_indicator
from indicators.forms.listed import Listed
from indicators.forms.rows import Reading, Row
from indicators.records import Cell, Indicator, Note, Table
from indicators.text import squash
from indicators.vocabulary import LEVEL1_OF, header_hint, level2_in_column, sums_up

__all__ = ["read_tree", "tree_tables"]

#: Rows holding nothing but a level label, as a share of the rows, from which a table is a tree; seen: 0.3-0.6.
_LABEL_ROWS = 0.2
#: Share of the rows of several cells that may be strangers, such as a caption inside the table.
_FEW = 0.1


#: What a tree that lost its indentation prints before its lines: -产出指标, ·数量指标.
_MARK = re.compile(r"^[-—–·•◆●○├└│─\s]+")


def _bare(cell: Cell) -> Cell:
    return replace(cell, text=_MARK.sub("", cell.text))


def _end(rows: Sequence[Row]) -> int:
    """Return the column at which the tree ends: where what stands beside its lines begins.

    A tree whose indentation was kept as columns (a workbook, a page without vertical rules) takes several of them,
    but no line of it more than one.
    """
    beside = Counter(row.cells[1].at.column or 0 for row in rows if len(row.cells) > 1)
    few = beside.total() * _FEW
    return min((column for column, count in beside.items() if count > few), default=1)


def _in_tree(row: Row, end: int) -> bool:
    return (row.cells[0].at.column or 0) < end


def tree_tables(rows: Sequence[Row]) -> set[int]:
    """Return the identities of the tables that are trees: both levels and the names in one column, labels alone."""
    tables: dict[int, list[Row]] = {}
    for row in rows:
        if row.table is not None and row.table.columns >= 2:
            tables.setdefault(id(row.table), []).append(row)
    return {key for key, of_table in tables.items() if _is_tree(of_table)}


def _is_tree(rows: list[Row]) -> bool:
    end = _end(rows)
    labels = [row.meanings[0] for row in rows if len(row.cells) == 1 and _in_tree(row, end)]
    first = sum(item.level1 is not None and item.level2 is None for item in labels)
    second = sum(item.level2 is not None for item in labels)
    leaves = sum(len(row.cells) >= 2 and _in_tree(row, end) and not row.meanings[0].label for row in rows)
    return first >= 1 and second >= 2 and leaves >= 2 and first + second >= _LABEL_ROWS * len(rows)


@dataclass(slots=True)
class _Columns:
    """Where the tree ends, and the roles of the columns right of it."""

    end: int = 1
    roles: dict[int, str] = field(default_factory=dict)


def _columns(rows: Sequence[Row], table: Table | None) -> _Columns:
    """Return the roles of the columns by the last row of heads above the first label, then by what they hold."""
    of_table = [row for row in rows if row.table is table]
    found = _Columns(_end(of_table))
    for row in of_table:
        if row.meanings[0].level1 is not None and len(row.cells) == 1:
            break
        heads = {
            cell.at.column or 0: role
            for cell, item in zip(row.cells[1:], row.meanings[1:])
            if (role := _role(cell, item.header, item.fund is not None)) is not None
        }
        if heads and _in_tree(row, found.end) and parse_amount(row.cells[-1].text) is None:
            found.roles = heads
    if "value" not in found.roles.values():
        below_label = [b for a, b in pairwise(of_table) if a.meanings[0].level2 is not None and len(a.cells) == 1]
        columns = [cell.at.column or 0 for row in below_label for cell in row.cells[1:2]]
        if columns:
            found.roles[max(set(columns), key=lambda column: (columns.count(column), -column))] = "value"
    return found


def _role(cell: Cell, header: str | None, fund: bool) -> str | None:
    if header in ("value", "unit", "operator", "score", "weight", "note"):
        return header
    if fund or re.search(r"金额|预算|资金|经费|投资", squash(cell.text)):
        return "funds"
    return header_hint(cell.text)


def read_tree(rows: Sequence[Row], captions: Sequence[Row], default_unit: str) -> list[Listed]:
    """Read every project of a tree; rows of units and totals give no project."""
    projects: list[Listed] = []
    owner: Cell | None = None
    columns = _Columns()
    table: Table | None = None
    unit = fund_unit([*rows[:4], *captions]) or default_unit
    level1 = level2 = ""
    unplaced: list[Note] = []
    for number, row in enumerate(rows):
        if row.table is not table:
            table, columns = row.table, _columns(rows, row.table)
        item, cell = row.meanings[0], row.cells[0]
        if not _in_tree(row, columns.end):
            continue
        label = len(row.cells) == 1 or not any(_by_role(row, columns, role) for role in ("value", "funds"))
        own = level2_in_column(cell.text, level1) if label and level1 else None
        if own is not None and (item.level1 is None or level1 == LEVEL1_OF[own]):
            level2 = own
            continue
        if label and item.level1 is not None:
            level1, level2 = item.level1, "服务对象满意度指标" if item.level1 == "满意度指标" else ""
            continue
        follows = _kind_below(rows, number, columns)
        value = _by_role(row, columns, "value")
        if level1 and (value is not None or follows not in ("level1", "text")):
            if projects:
                projects[-1].indicators.append(_indicator(row, columns, level1, level2))
            continue
        headed = any(below.header is not None for below in row.meanings[1:])
        if value is not None and not headed and parse_amount(value.text) is None:
            # The label above it is damaged, or unknown: an indicator that belongs to nothing.
            unplaced.append(Note(code="row-unplaced", message=f"“{cell.text[:20]}”一行未归入任何项目", at=row.at))
        if follows == "level1":
            level1 = level2 = ""
            projects.append(_project(row, columns, owner, unit))
            projects[-1].notes.extend(unplaced)
            unplaced.clear()
        elif not sums_up(cell.text):
            owner = cell
            level1 = level2 = ""
    found = [project for project in projects if project.indicators]
    for project in found[-1:]:
        project.notes.extend(unplaced)
    return found


def _kind_below(rows: Sequence[Row], number: int, columns: _Columns) -> str:
    if number + 1 >= len(rows):
        return "end"
    below = rows[number + 1]
    item = below.meanings[0]
    if item.level1 is not None and (item.level2 is None or len(below.cells) == 1):
        return "level1"
    if item.level2 is not None:
        return "level2"
    return "leaf" if _by_role(below, columns, "value") is not None else "text"


def _by_role(row: Row, columns: _Columns, role: str) -> Cell | None:
    return next((cell for cell in row.cells[1:] if columns.roles.get(cell.at.column or 0) == role), None)


def _indicator(row: Row, columns: _Columns, level1: str, level2: str) -> Indicator:
    reading: Reading = {"name": _bare(row.cells[0])}
    for role in set(columns.roles.values()) - {"funds"}:
        cell = _by_role(row, columns, role)
        if cell is not None:
            reading[role] = cell
    return make_indicator("annual", level2, reading, row.at, level1=level1)


def _project(row: Row, columns: _Columns, owner: Cell | None, unit: str) -> Listed:
    listed = Listed(at=row.at)
    for path, cell in (("project_name", row.cells[0]), ("implementing_unit", owner)):
        if cell is not None:
            listed.put(path, cell, _bare(cell).text)
    listed.spend(_by_role(row, columns, "funds"), unit)
    return listed
