"""A form as it was printed: the part of the document's tables that belongs to it, names and numbers hidden."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from indicators.records import SEVERITIES, Cell, DocumentReport, Finding, Form, Location, Specificity, Table
from indicators.report.places import clean
from indicators.text import is_phone, mask_phone, squash

__all__ = ["PrintedCell", "PrintedTable", "hidden_boxes", "printed_forms", "private_text"]

_SIGN_PATHS = ("leader", "handler", "contact_phone")
_MOST_ROWS = 400
_HEADING_ROWS = 3
_LABEL = r"(?:项目|单位|填报|部门|财务)?(?:负责人|经办人|填报人|填表人|联系人|审核人|制表人)(?:[（(]?签[字章名][)）]?)?"
_NAMED = re.compile(rf"({_LABEL}\s*[:：]\s*)([^\s:：，。；,;]+)")
_ONLY_LABEL = re.compile(rf"(?:{_LABEL}|(?:联系|办公)?电话|(?:填报|填表)日期|日期)[:：]?")
_DATE = re.compile(r"[0-9]{8,17}|[0-9]{4}[-./年].{0,12}")

Place = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCell:
    """A cell of a printed form, ready to show.

    Parameters
    ----------
    findings
        Positions in the findings of the form.
    severity
        The worst of them, ``""`` where there is none.
    level
        Specificity of the indicator whose value stands here.
    """

    text: str
    row_span: int = 1
    column_span: int = 1
    findings: tuple[int, ...] = ()
    severity: str = ""
    confidence: float = 1.0
    level: Specificity | None = None
    at: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedTable:
    """Rows of one table of the document; ``cut`` is whether rows were left out for size."""

    rows: tuple[tuple[PrintedCell, ...], ...]
    cut: bool = False


class _Rows:
    """Cells of a table by the row they begin in; a list table may hold a thousand forms."""

    def __init__(self, table: Table) -> None:
        self.count = table.rows
        self.exact = table.grid == "exact"
        self.by_row: dict[int, list[Cell]] = {}
        for cell in table.cells:
            self.by_row.setdefault(_row(cell), []).append(cell)
        self.tall = [cell for cell in table.cells if cell.row_span > 1]


class _Document:
    """Where forms and their parts stand among the tables of a document."""

    def __init__(self, document: DocumentReport) -> None:
        self.tables = {table.at.table: _Rows(table) for table in document.extraction.document.tables}
        self.document = document
        self.first_rows: dict[int, list[int]] = {}
        self.spans = [_rows_of(form) for form in document.extraction.forms]
        for span in self.spans:
            for table, (first, _) in span.items():
                self.first_rows.setdefault(table, []).append(first)
        for rows in self.first_rows.values():
            rows.sort()


def _parts(form: Form) -> Iterator[Location]:
    yield form.at
    yield from (item.at for item in (*form.fields, *form.overall))
    yield from (line.at for line in form.funds)
    for indicator in form.indicators:
        yield indicator.at
        if indicator.name_at is not None:
            yield indicator.name_at


def _rows_of(form: Form) -> dict[int, tuple[int, int]]:
    """Return the first and last row of a form in each table it stands in."""
    found: dict[int, tuple[int, int]] = {}
    for at in _parts(form):
        if at.table is not None and at.row is not None:
            first, last = found.get(at.table, (at.row, at.row))
            found[at.table] = (min(first, at.row), max(last, at.row))
    return found


def printed_forms(document: DocumentReport, findings: dict[int, tuple[Finding, ...]]) -> Iterator[list[PrintedTable]]:
    """Yield the printed tables of each form, in the order of the forms; an empty list where there are none.

    Parameters
    ----------
    findings
        By index of the form, in the order in which they are shown.
    """
    known = _Document(document)
    for position, form in enumerate(document.extraction.forms):
        levels = document.specificity[position] if position < len(document.specificity) else ()
        marks = _Marks(form, findings.get(form.index, ()), levels)
        tables = []
        for number, (first, last) in sorted(known.spans[position].items()):
            table = known.tables.get(number)
            if table is not None:
                tables.append(_slice(table, first, last, known.first_rows[number], marks))
        yield [table for table in tables if table.rows]


class _Marks:
    """What is to be shown at the cells of a form."""

    def __init__(self, form: Form, findings: tuple[Finding, ...], levels: tuple[Specificity | None, ...]) -> None:
        self.findings = findings
        self.by_place: dict[Place, list[int]] = {}
        for index, finding in enumerate(findings):
            place = _place(finding.at)
            if place is not None:
                self.by_place.setdefault(place, []).append(index)
        self.levels = {
            place: level
            for item, level in zip(form.indicators, levels)
            if level is not None and (place := _place(item.at)) is not None
        }
        self.private_rows = {
            (item.at.table, item.at.row) for item in form.fields if item.path in _SIGN_PATHS and item.at.row is not None
        }
        self.open_places = {_place(item.at) for item in form.fields if item.path not in _SIGN_PATHS}
        self.open_places |= {_place(item.at) for item in form.funds}

    def text(self, text: str, place: Place) -> str:
        return private_text(text, place[:2] in self.private_rows and place not in self.open_places)


def _place(at: Location) -> Place | None:
    return (at.table, at.row, at.column) if None not in (at.table, at.row, at.column) else None  # type: ignore[return-value]


def private_text(text: str, sign_row: bool = False) -> str:
    """Return the text of a cell without names of people and phone numbers.

    Parameters
    ----------
    sign_row
        Whether the cell stands in the row of 负责人, 经办人 and 联系电话; then all but labels and dates is hidden.
    """
    text = _NAMED.sub(r"\1已填", clean(text))
    if not sign_row or not text.strip():
        return text
    plain = squash(text)
    if _ONLY_LABEL.fullmatch(plain) or "已填" in text:
        return text
    if is_phone(text) and not _DATE.fullmatch(plain):
        return mask_phone(text)
    return text if _DATE.fullmatch(plain) or len(plain) > 60 else "已填"


def hidden_boxes(form: Form) -> dict[int, list[tuple[float, float, float, float]]]:
    """Return the boxes of names and phone numbers of a form by page, to be painted over in pictures."""
    found: dict[int, list[tuple[float, float, float, float]]] = {}
    for item in form.fields:
        if item.path in _SIGN_PATHS and item.text and item.at.page is not None and item.at.bbox is not None:
            found.setdefault(item.at.page, []).append(item.at.bbox)
    return found


def _slice(table: _Rows, first: int, last: int, starts: list[int], marks: _Marks) -> PrintedTable:
    """Return the rows of a form, with the heading of a list table above them."""
    rows = _row_numbers(table, first, last, starts)
    cut = len(rows) > _MOST_ROWS
    rows = rows[:_MOST_ROWS]
    cells = _cells_of(table, rows) if rows else {}
    columns = sorted({column for _, column in cells})
    taken: set[tuple[int, int]] = set()
    grid = []
    for row in range(len(rows)):
        line = []
        for place, column in enumerate(columns):
            if (row, place) in taken:
                continue
            found = cells.get((row, column))
            if found is None:
                line.append(PrintedCell(text=""))
                continue
            cell, height = found
            wide = max(1, bisect_left(columns, column + cell.column_span) - place)
            # A cell never covers one that was printed there, whatever its spans claim.
            while wide > 1 and any((row, columns[place + step]) in cells for step in range(1, wide)):
                wide -= 1
            taken.update((row + down, place + right) for down in range(height) for right in range(wide))
            line.append(_shown(cell, height, wide, marks))
        grid.append(tuple(line if table.exact else _stretched(line)))
    return PrintedTable(rows=tuple(grid), cut=cut)


def _stretched(line: list[PrintedCell]) -> list[PrintedCell]:
    """Let each cell of a row split out of text reach to the next one: the merged cells of the print are lost."""
    row: list[PrintedCell] = []
    for cell in line:
        if row and not cell.text and not cell.findings:
            row[-1] = replace(row[-1], column_span=row[-1].column_span + cell.column_span)
        else:
            row.append(cell)
    return row


def _row_numbers(rows: _Rows, first: int, last: int, starts: list[int]) -> list[int]:
    following = next((row for row in starts if row > first), rows.count)
    spanned = [_row(cell) + cell.row_span - 1 for row in range(first, last + 1) for cell in rows.by_row.get(row, ())]
    end = min(max([last, *spanned]), following - 1)
    heading = range(max(0, starts[0] - _HEADING_ROWS), starts[0])
    return [*heading, *range(first, end + 1)]


def _cells_of(table: _Rows, rows: list[int]) -> dict[tuple[int, int], tuple[Cell, int]]:
    """Return cells and their heights by place in the slice; a cell begun above the slice starts at its top."""
    places = {row: place for place, row in enumerate(rows)}
    above = [cell for cell in table.tall if _row(cell) not in places]
    found: dict[tuple[int, int], tuple[Cell, int]] = {}
    for cell in (*above, *(cell for row in rows for cell in table.by_row.get(row, ()))):
        top = _row(cell)
        covered = [places[row] for row in range(top, min(top + cell.row_span, rows[-1] + 1)) if row in places]
        if covered:
            found[covered[0], cell.at.column or 0] = (cell, covered[-1] - covered[0] + 1)
    return found


def _row(cell: Cell) -> int:
    return cell.at.row or 0


def _shown(cell: Cell, height: int, wide: int, marks: _Marks) -> PrintedCell:
    place = _place(cell.at)
    assert place is not None
    found = list(_findings_in(cell.at, cell.row_span, cell.column_span, marks.by_place))
    worst = min((marks.findings[index].severity for index in found), key=SEVERITIES.index, default="")
    return PrintedCell(
        text=marks.text(cell.text, place),
        row_span=height,
        column_span=wide,
        findings=tuple(found),
        severity=worst,
        confidence=cell.confidence,
        level=marks.levels.get(place),
        at=cell.at,
    )


def _findings_in(at: Location, height: int, wide: int, by_place: dict[Place, list[int]]) -> Iterable[int]:
    table, row, column = at.table or 0, at.row or 0, at.column or 0
    if height == wide == 1:
        return by_place.get((table, row, column), ())
    if height * wide > 64:
        return [
            index
            for (other, down, right), items in by_place.items()
            if other == table and row <= down < row + height and column <= right < column + wide
            for index in items
        ]
    return [
        index
        for down in range(height)
        for right in range(wide)
        for index in by_place.get((table, row + down, column + right), ())
    ]
