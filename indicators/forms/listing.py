"""List tables (one long table for all projects of a unit) and indicators written as text inside a cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from indicators.forms.crosswise import Across, across
from indicators.forms.fund_amounts import fund_unit
from indicators.forms.in_cell import block_cell, read_blocks_in_cell
from indicators.forms.indicator import make_indicator
from indicators.forms.laying import lay_rows
from indicators.forms.layout import Layout, Slot, header_slots, read_layout
from indicators.forms.listed import Listed
from indicators.forms.locate import Run
from indicators.forms.roles import in_place, settle
from indicators.forms.rows import NO_MEANING, Reading, Row, meaning
from indicators.forms.stages import is_header, is_list_header
from indicators.records import Cell, Field, Horizon, Indicator, Location
from indicators.text import squash
from indicators.vocabulary import LEVEL1_OF, fund_label, level2_in_column, likely_fund, list_column, sums_up

__all__ = ["Listed", "read_list"]


# --- list tables ---------------------------------------------------------------------------------------


class _Columns:
    """What the columns of the list mean."""

    def __init__(self, header: Row, body: Sequence[Row] = ()) -> None:
        self.layout: Layout = read_layout(header, body=body)
        self.header = header
        taken = [s for slots in self.layout.sides.values() for s in slots]
        if self.layout.level1 is not None:
            taken.append(self.layout.level1)
        slots = sorted([*self._others(header, taken), *taken], key=lambda slot: slot.column)
        #: Sources and sides of the columns of amounts, by their roles, which are told apart.
        self.funds: dict[str, tuple[str, Horizon]] = {}
        self.slots: list[Slot] = self._told_apart(slots)

    def _told_apart(self, slots: list[Slot]) -> list[Slot]:
        labels = {
            slot.column: fund_label(slot.header) or likely_fund(slot.header) or ("total", None)
            for slot in slots
            if slot.role == "funds"
        }
        of_year = ("total", "annual") in labels.values()
        out = []
        for slot in slots:
            if slot.role == "funds":
                source, side = labels[slot.column]
                # 项目总额 beside 本年预算 is that of the whole project; alone it is what the year gets.
                whole = of_year and source == "total" and side != "annual"
                slot = replace(slot, role=f"funds{len(self.funds) or ''}")
                self.funds[slot.role] = source, "lifetime" if whole else "annual"
            out.append(slot)
        return out

    @staticmethod
    def _others(header: Row, taken: list[Slot]) -> list[Slot]:
        used = {slot.column for slot in taken}
        others = []
        for cell, item in zip(header.cells, header.meanings):
            column = cell.at.column or 0
            if column in used:
                continue
            others.append(
                Slot(_role(cell.text, item.field, item.fund), column, column + cell.column_span - 1, cell.text)
            )
        return others


def _role(text: str, field_path: str | None, fund: tuple[str, str | None] | None) -> str:
    role = list_column(text)
    if role is not None:
        return role
    if _names_unit(text):
        return "unit_name"
    if (field_path is not None and field_path.startswith("goal")) or "目标" in text:
        return "goal"
    if field_path is not None:
        return field_path
    if fund is not None or re.search(r"预算|金额|资金", squash(text)):
        return "funds"
    return "other"


def _names_unit(text: str) -> bool:
    return list_column(text) == "unit_name" or squash(text) in ("单位", "部门", "科室")


def read_list(run: Run, default_unit: str) -> list[Listed]:
    """Read every project of a list table.

    A project begins where a new value stands in the project column; merged project cells span its rows,
    also over a page break. Rows of units and subtotals carry no indicators and give no project.
    """
    wide = across(run.rows) if run.shape == "crosswise" else None
    columns: _Columns | None = _Columns(wide.header) if wide is not None else None
    heads = wide.above if wide is not None else [*(row for row in run.rows if _is_head(row)), *run.rows[:2]]
    unit = fund_unit([*heads, *run.captions]) or default_unit
    projects: list[Listed] = []
    state: dict[str, Cell] = {}
    spans: dict[int, tuple[Cell, int]] = {}
    current: Listed | None = None
    label: str | None = None
    previous: Row | None = None
    rows = wide.body if wide is not None else _laid(run.rows)
    for number, row in enumerate(rows):
        if wide is None and (_is_head(row) or (columns is None and not _holds_block(row))):
            columns, spans = _Columns(row, rows[number + 1 :]), {}
            continue
        if columns is None:
            columns = _Columns(row, rows[number + 1 :])
        if _is_band(row):
            # 甲局 across the list, above its projects.
            state["unit_name"], current, spans = row.cells[0], None, {}
            continue
        reading = _read(row, columns, spans)
        begun = _begins(reading, state, alone=wide is not None)
        if begun and current is not None and _cut_by_page(row, previous, reading, columns):
            _continue_name(current, reading)
            begun = False
        previous = row
        state.update({role: cell for role, cell in reading.items() if role in ("unit_name", "project", "unit_project")})
        found = wide.indicators(row) if wide is not None else []
        if not (found or _has_indicator(reading)):
            if begun and "goal" not in reading:
                _remember_unit(reading, state)
                current = None
                continue
        if begun or current is None:
            if not begun and not ("project" in reading or "unit_project" in reading) and not projects:
                continue
            if begun or not projects:
                current = _open(row, reading, state, columns, unit)
                projects.append(current)
                label = None
            else:
                current = projects[-1]
        current.rows.append(row)
        if wide is not None:
            _add_across(current, reading, found, wide)
        else:
            label = _add(current, row, reading, columns, label)
    return [project for project in projects if project.indicators or "goal.annual" in project.fields]


def _holds_block(row: Row) -> bool:
    return any(block_cell(cell.text) for cell in row.cells)


def _is_band(row: Row) -> bool:
    """Whether a row is one cell across the ruled list that names a unit."""
    cell = row.cells[0]
    whole = row.table is not None and row.table.grid == "exact" and cell.column_span >= max(3, row.table.columns - 1)
    return whole and len(row.cells) == 1 and not row.meanings[0].label and len(cell.text) <= _LONGEST_UNIT


#: Characters of the longest name of a unit.
_LONGEST_UNIT = 40


def _is_head(row: Row) -> bool:
    return is_header(row) or is_list_header(row)


def _read(row: Row, columns: _Columns, spans: dict[int, tuple[Cell, int]]) -> Reading:
    covering = {column: cell for column, (cell, last) in spans.items() if last >= row.index}
    anchored = set()
    for cell in row.cells:
        first = cell.at.column or 0
        for column in range(first, first + cell.column_span):
            covering[column] = cell
            if cell.row_span > 1:
                spans[column] = (cell, row.index + cell.row_span - 1)
            else:
                spans.pop(column, None)
        anchored.add(id(cell))
    reading: Reading = {}
    for slot in columns.slots:
        for column in range(slot.column, slot.last + 1):
            found = covering.get(column)
            if found is None or not found.text:
                continue
            if slot.role in ("value", "operator", "unit", "score") and id(found) not in anchored:
                continue
            # Several columns may be unknown; that of the indicators written in a cell is kept apart.
            reading.setdefault("block" if slot.role == "other" and block_cell(found.text) else slot.role, found)
            break
    return reading


def _laid(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with those split out of text laid below their header: leading cells get lost.

    What names a unit above its projects (甲局 | | 29.96) stays as printed.
    """
    # Each row with itself as printed and the first column of the levels, where it was laid.
    out: list[tuple[Row, Row, int | None]] = []
    owners: set[str] = set()
    place = 0
    while place < len(rows):
        header = rows[place]
        out.append((header, header, None))
        place += 1
        if not _is_head(header) or header.table is None or header.table.grid != "ragged":
            continue
        end = next((n for n in range(place, len(rows)) if _is_head(rows[n]) or rows[n].table is None), len(rows))
        slots = settle(header_slots(header), rows[place:end])
        stand = in_place(slots, rows[place:end])
        start = min((slot.column for slot in slots if slot.role in ("level1", "level2", "name")), default=0)
        roles = ["unit_name" if _names_unit(slot.header) else slot.role for slot in slots]
        columns = [(Cell(text=slot.header, at=Location(column=slot.column)), role) for slot, role in zip(slots, roles)]
        printed = {row.index: row for row in rows[place:end]}
        for row in lay_rows(columns, rows[place:end]).rows[1:]:
            owners.update(squash(cell.text) for cell in row.cells if (cell.at.column or 0) < start)
            own = printed[row.index]
            # Where rows stand below their headers, one without a cell below the levels has slipped nowhere.
            above = stand and all((cell.at.column or 0) < start for cell in own.cells)
            out.append((own, own, None) if above else (row, own, start))
        place = end
    return [printed_row if start is not None and _holds(row, start, owners) else row for row, printed_row, start in out]


def _holds(row: Row, start: int, texts: set[str]) -> bool:
    return any(squash(cell.text) in texts for cell in row.cells if (cell.at.column or 0) >= start)


def _has_indicator(reading: Reading) -> bool:
    if "other" in reading and block_cell(reading["other"].text):
        return True
    return any(role in reading for role in ("level2", "name", "value")) or any(
        block_cell(cell.text) for cell in reading.values()
    )


def _cut_by_page(row: Row, previous: Row | None, reading: Reading, columns: _Columns) -> bool:
    """Whether the first row of a page only goes on with the project above: its amount is not printed again."""
    if previous is None or row.at.page is None or row.at.page == previous.at.page:
        return False
    return bool(columns.funds) and not any(role in reading for role in columns.funds)


def _continue_name(listed: Listed, reading: Reading) -> None:
    """Join a project name cut by the page break."""
    cell = reading.get("project") or reading.get("unit_project")
    known = listed.fields.get("project_name")
    if cell is not None and known is not None:
        listed.fields["project_name"] = replace(known, text=known.text + cell.text)


def _key_role(reading: Reading) -> str | None:
    for role in ("project", "unit_project"):
        if role in reading:
            return role
    return None


def _begins(reading: Reading, state: dict[str, Cell], alone: bool) -> bool:
    role = _key_role(reading)
    if role is None:
        return False
    known = state.get(role)
    if known is None:
        return True
    if known is reading[role]:
        return False
    if alone and known.at.page == reading[role].at.page:
        return True  # one project of many units: 甲局 | 惠民补助, 乙局 | 惠民补助, a row each
    # The same name printed again at the top of a page continues the project; a goal beside it would be
    # printed again as well, so nothing is lost by waiting for another name.
    return squash(known.text) != squash(reading[role].text)


def _remember_unit(reading: Reading, state: dict[str, Cell]) -> None:
    cell = reading.get("unit_project")
    if cell is not None and not sums_up(cell.text):
        state["unit_name"] = cell


def _open(row: Row, reading: Reading, state: dict[str, Cell], columns: _Columns, unit: str) -> Listed:
    listed = Listed(at=row.at)
    name = reading.get("project") or reading.get("unit_project")
    if name is not None:
        listed.fields["project_name"] = Field(
            path="project_name", text=name.text, at=name.at, confidence=name.confidence
        )
    owner = reading.get("unit_name") or state.get("unit_name")
    if owner is not None:
        listed.fields["implementing_unit"] = Field(path="implementing_unit", text=owner.text, at=owner.at)
    goal = reading.get("goal")
    if goal is not None:
        listed.put("goal.annual", goal)
    for role in ("project_attribute", "project_period", "overview", "basis", "department"):
        if role in reading:
            listed.fields[role] = Field(path=role, text=reading[role].text, at=reading[role].at)
    for role, (source, horizon) in columns.funds.items():
        listed.spend(reading.get(role), unit, source, horizon)
    return listed


def _add_goal(listed: Listed, goal: Cell) -> None:
    """Take the goal of a row; a goal cell cut by a page break goes on in the first row of the next page."""
    known = listed.fields.get("goal.annual")
    if known is None:
        listed.put("goal.annual", goal)
    elif goal.at != known.at and goal.at != listed.goal_end and squash(goal.text) not in squash(known.text):
        listed.fields["goal.annual"] = replace(known, text=known.text + goal.text)
        listed.goal_end = goal.at


def _add(listed: Listed, row: Row, reading: Reading, columns: _Columns, label: str | None) -> str | None:
    if _holds_block(row):
        listed.indicators.extend(_written(row, columns))
        listed.in_cell = True
    if listed.in_cell:
        return label
    goal = reading.get("goal")
    if goal is not None:
        _add_goal(listed, goal)
    level2 = reading.get("level2")
    if level2 is not None and (own := level2_in_column(level2.text)) is not None:
        label = own
    if label is None and "level1" in reading and meaning(reading["level1"].text).level1 == "满意度指标":
        label = "服务对象满意度指标"
    if label is None or not ("name" in reading or "value" in reading):
        if label is not None and level2 is not None:
            listed.indicators.append(make_indicator("annual", label, {}, row.at))
        return label
    level1 = ""
    if label == "成本指标" and "level1" in reading and meaning(reading["level1"].text).level1 == "成本指标":
        level1 = "成本指标"
    listed.indicators.append(make_indicator("annual", label, reading, row.at, level1=level1 or LEVEL1_OF[label]))
    return label


def _add_across(listed: Listed, reading: Reading, found: list[Indicator], wide: Across) -> None:
    """Take what a row of a list printed crosswise says of its project."""
    listed.in_cell = wide.written
    if (goal := reading.get("goal")) is not None:
        _add_goal(listed, goal)
    listed.indicators += found


def _written(row: Row, columns: _Columns) -> list[Indicator]:
    """Read the cells of a row in which indicators are written: under headings of their own, or those of the columns."""
    found: list[Indicator] = []
    for cell in row.cells:
        slot = next((s for s in columns.slots if s.column <= (cell.at.column or 0) <= s.last), None)
        item = meaning(slot.header) if slot is not None else NO_MEANING
        level2 = item.level2 or ""
        if block_cell(cell.text) or item.level1 or level2:
            found += read_blocks_in_cell(cell, item.level1 or LEVEL1_OF.get(level2, ""), level2)
    return found
