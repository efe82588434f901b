"""From the sparse cells of a worksheet to tables and lines.

A region is a run of rows without an empty row between them (a merged range bridges the rows it covers). Leading
rows of one text only, and trailing ones that span the region or begin with 注, become Lines (titles, 单位：万元,
notes); a region of such rows alone becomes Lines. What remains is one Table. A title *between* two forms that
follow each other without an empty row stays a row of the table.
Positions are those of the sheet: ``Table.at.row`` and ``Table.at.column`` give the top left corner, and the
row and column of each cell count from the corner of the sheet, too.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from indicators.records import Cell, Line, Location, Note, Table

__all__ = ["Hidden", "Merge", "Sheet", "hidden_sheet", "sheet_blocks"]

#: ``(first row, first column, last row, last column)``, inclusive, from 0.
Merge = tuple[int, int, int, int]

#: Merged ranges reach this far beyond the last text at most; whole-column merges are common.
_MARGIN = 64
_MAX_COVERED = 300_000
#: Texts below merged ranges from which these are damaged: a program leaves one or two there, and Excel none.
_LEAST_BELOW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A worksheet: texts by ``(row, column)`` from 0, non-empty only, its merged ranges and its hidden rows.

    ``unseen`` are the texts in hidden rows and columns, which are no part of what the sheet says.
    """

    name: str
    texts: dict[tuple[int, int], str]
    merges: tuple[Merge, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    unseen: dict[tuple[int, int], str] = field(default_factory=dict)


class Hidden:
    """Rows and columns that a sheet does not show: codes for the program that made it, lists for choosing."""

    def __init__(self) -> None:
        self.rows: set[int] = set()
        self.columns: set[int] = set()

    def sheet(self, name: str, texts: dict[tuple[int, int], str], merges: list[Merge]) -> tuple[Sheet, list[Note]]:
        """Return the sheet as it is seen, and a note on what is not; a merged range shows where any of it does."""
        reach = {(merge[0], merge[1]): merge for merge in merges} if self.rows or self.columns else {}
        shown = texts
        if self.rows or self.columns:
            areas = ((place, text, reach.get(place, (*place, *place))) for place, text in texts.items())
            shown = {place: text for place, text, area in areas if not self._covers(area)}
        notes = []
        if len(shown) < len(texts):
            message = f"工作表“{name}”隐藏的行或列中有 {len(texts) - len(shown)} 个单元格，未读取；如需检查请先取消隐藏"
            notes.append(Note(code="cells-hidden", message=message, at=Location(sheet=name)))
        unseen = {place: text for place, text in texts.items() if place not in shown}
        rows = frozenset(self.rows)
        return Sheet(name=name, texts=shown, merges=tuple(merges), hidden_rows=rows, unseen=unseen), notes

    def _covers(self, area: Merge) -> bool:
        first_row, first_column, last_row, last_column = area
        return all(row in self.rows for row in range(first_row, last_row + 1)) or all(
            column in self.columns for column in range(first_column, last_column + 1)
        )


def hidden_sheet(name: str) -> Note:
    """Return the note on a sheet that is not shown and was not read."""
    message = f"工作表“{name}”已隐藏，未读取；如需检查请先取消隐藏"
    return Note(code="sheet-hidden", message=message, at=Location(sheet=name))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """What the rows of a sheet show: texts, merged ranges by anchor and by row."""

    sheet: Sheet
    by_row: dict[int, list[int]]
    anchors: dict[tuple[int, int], Merge]
    touching: dict[int, list[Merge]]
    #: Texts below merged ranges that say something else than the range shows.
    below: int
    #: Merged ranges that lie over each other, which no program allows.
    crossing: int

    def alone(self, row: int) -> Merge | None:
        """Return the range of the only text of a row, ``None`` where the row holds more."""
        columns, merges = self.by_row.get(row, []), self.touching.get(row, [])
        if len(columns) != 1:
            return None
        own = self.anchors.get((row, columns[0]), (row, columns[0], row, columns[0]))
        others = [merge for merge in merges if merge != own]
        return own if not others and own[0] == own[2] else None


def sheet_blocks(sheet: Sheet, first_table: int, problems: list[Note]) -> list[Table | Line]:
    """Split a worksheet into tables and lines in reading order.

    Parameters
    ----------
    sheet
        The worksheet.
    first_table
        Index that the first table takes.
    problems
        Gets a note where a merged range lies over cells that no person can have put there.

    Returns
    -------
    list of Table or Line
        See the module's description.
    """
    layout = _layout(sheet)
    if layout.below >= _LEAST_BELOW or layout.crossing:
        crossing = f"有 {layout.crossing} 处合并单元格互相重叠" if layout.crossing else ""
        hidden = f"的合并单元格下压着 {layout.below} 个另有内容的单元格，未读取" if layout.below else ""
        message = f"工作表“{sheet.name}”{'；'.join(filter(None, (crossing, hidden)))}，可能缺行，请与原件核对"
        problems.append(Note(code="merge-over-cells", message=message, at=Location(sheet=sheet.name), doubt=True))
    blocks: list[Table | Line] = []
    for rows in _regions(layout):
        found = _region_blocks(layout, rows, first_table)
        first_table += sum(isinstance(block, Table) for block in found)
        blocks.extend(found)
    return blocks


def _layout(sheet: Sheet) -> _Layout:
    bottom = max((row for row, _ in sheet.texts), default=0) + _MARGIN
    right = max((column for _, column in sheet.texts), default=0) + _MARGIN
    anchors: dict[tuple[int, int], Merge] = {}
    touching: dict[int, list[Merge]] = {}
    covered: dict[tuple[int, int], tuple[int, int]] = {}
    crossing = 0
    for first_row, first_column, last_row, last_column in sorted(sheet.merges):
        merge = (first_row, first_column, min(last_row, bottom), min(last_column, right))
        rows, columns = merge[2] - first_row + 1, merge[3] - first_column + 1
        if rows < 1 or columns < 1 or len(covered) + rows * columns > _MAX_COVERED:
            continue
        places = [
            (row, column) for row in range(first_row, merge[2] + 1) for column in range(first_column, merge[3] + 1)
        ]
        crossing += anchors.get(places[0]) != merge and not covered.keys().isdisjoint(places)
        if places[0] in covered:
            continue
        anchors[first_row, first_column] = merge
        for row in range(first_row, merge[2] + 1):
            touching.setdefault(row, []).append(merge)
        covered.update(dict.fromkeys(places, places[0]))
    by_row: dict[int, list[int]] = {}
    below = 0
    for place in sorted(sheet.texts):
        # A value under a merged range is stored but not shown.
        if place not in covered or place in anchors:
            by_row.setdefault(place[0], []).append(place[1])
        else:
            below += sheet.texts[place] != sheet.texts.get(covered[place], "")
    return _Layout(sheet=sheet, by_row=by_row, anchors=anchors, touching=touching, below=below, crossing=crossing)


def _regions(layout: _Layout) -> list[list[int]]:
    regions: list[list[int]] = []
    reach = -2
    for row in sorted(layout.by_row):
        if any(between not in layout.sheet.hidden_rows for between in range(reach + 1, row)):
            regions.append([])
        regions[-1].append(row)
        reach = max(reach, row, *(merge[2] for merge in layout.touching.get(row, [])))
    return regions


def _region_blocks(layout: _Layout, rows: list[int], table: int) -> list[Table | Line]:
    first, last = 0, len(rows)
    while first < last and layout.alone(rows[first]):
        first += 1
    while last > first and _is_footing(layout, rows[last - 1], rows[first:last]):
        last -= 1
    blocks: list[Table | Line] = [_line(layout, row) for row in rows[:first]]
    if first < last:
        blocks.append(_table(layout, rows[first:last], table))
    return blocks + [_line(layout, row) for row in rows[last:]]


def _is_footing(layout: _Layout, row: int, rows: list[int]) -> bool:
    own = layout.alone(row)
    if own is None:
        return False
    left, right = _columns(layout, rows)
    return (own[1] == left and own[3] == right) or layout.sheet.texts[row, own[1]].startswith("注")


def _columns(layout: _Layout, rows: list[int]) -> tuple[int, int]:
    merges = [merge for row in rows for merge in layout.touching.get(row, [])]
    left = min(min(layout.by_row[row][0] for row in rows), *(merge[1] for merge in merges), 1 << 20)
    right = max(max(layout.by_row[row][-1] for row in rows), *(merge[3] for merge in merges), 0)
    return left, right


def _line(layout: _Layout, row: int) -> Line:
    column = layout.by_row[row][0]
    return Line(text=layout.sheet.texts[row, column], at=Location(sheet=layout.sheet.name, row=row, column=column))


def _table(layout: _Layout, rows: list[int], table: int) -> Table:
    name = layout.sheet.name
    left, right = _columns(layout, rows)
    last = max(rows[-1], *(merge[2] for row in rows for merge in layout.touching.get(row, [])), 0)
    cells: list[Cell] = []
    for row in range(rows[0], last + 1):
        blank = [merge[1] for merge in layout.touching.get(row, []) if merge[0] == row]
        for column in sorted({*layout.by_row.get(row, []), *blank}):
            merge = layout.anchors.get((row, column), (row, column, row, column))
            cells.append(
                Cell(
                    text=layout.sheet.texts.get((row, column), ""),
                    at=Location(table=table, sheet=name, row=row, column=column),
                    row_span=merge[2] - row + 1,
                    column_span=merge[3] - column + 1,
                )
            )
    at = Location(table=table, sheet=name, row=rows[0], column=left)
    return Table(cells=tuple(cells), rows=last - rows[0] + 1, columns=right - left + 1, at=at)
