"""What an indicator block prints between its rows and the reading does not hold.

A row that fell apart (a lost tag, a row of a table that became lines, two rows run together) leaves its cells behind:
the rows around it are read, and nothing says that there was one more. A column that nobody asks for leaves its cells
behind in every row, and captions and page numbers hold no target.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from indicators.forms.rows import Row
from indicators.forms.stages import HEADER, LEVELS, is_header
from indicators.records import Form, Indicator, Note, Table
from indicators.text import squash

__all__ = ["left_behind", "passed_over", "with_passed_over"]

#: A cell that says what is to be reached: a figure with a sign or a unit.
_TARGET = re.compile(r"[≥≤＞＜<>=＝]=?\d[\d.,]*\D{0,6}|\d[\d.,]*(?:[%％‰]|[^\W\d]{1,4})")


def left_behind(rows: Sequence[Row], indicators: Sequence[Indicator]) -> list[str]:
    """Return doubts on rows of the block that gave nothing, and on cells beyond the columns of its head.

    Parameters
    ----------
    rows
        Of the form, as printed.
    indicators
        As read.
    """
    used = "\0".join(
        squash(text)
        for item in indicators
        for text in (item.name, item.value, *(text for _, text in item.attributes))
        if text
    )
    lost = sum(any(_TARGET.fullmatch(squash(text)) for text in texts) for texts in _unread(rows, used))
    beyond = _beyond(rows)
    found = [f"指标区中间有 {lost} 处内容没有读出指标"] if lost else []
    return [*found, f"有 {beyond} 行的单元格超出表头的各列"] if beyond else found


#: Rows below a form in which a row of it that became lines may stand.
_BELOW = 6


def passed_over(rows: Sequence[Row], taken: set[int], first: int, last: int) -> bool:
    """Whether a category with its target stands between the rows of a form, or right below them, and belongs to none.

    Parameters
    ----------
    rows
        Of the document, in reading order.
    taken
        Identities of the rows that belong to forms.
    first, last
        Numbers of the first and the last row of the form.
    """
    labelled = False
    for number, row in enumerate(rows[first : last + 1 + _BELOW], first):
        if id(row) in taken:
            if number > last:
                return False
            labelled = False
            continue
        labelled |= any(item.level1 or item.level2 for item in row.meanings)
        if labelled and any(_TARGET.fullmatch(squash(cell.text)) for cell in row.cells):
            return True
    return False


def with_passed_over(form: Form) -> Form:
    """Return a form beside whose rows one stands that belongs to none: doubtful, if it was understood."""
    if form.reading == "not understood":
        return form
    doubt = Note(code="reading-doubt", message="表中或表下有印着指标类别和目标值的内容，没有读进任何一行", at=form.at)
    return replace(form, reading="doubtful", doubts=(*form.doubts, doubt))


def _unread(rows: Sequence[Row], used: str) -> Iterator[list[str]]:
    """Yield the texts of which none was read, between rows of the block that were."""
    inside = False
    waiting: list[str] = []
    for row in rows:
        if row.stage == HEADER or row.stage not in (None, LEVELS):
            inside, waiting = row.stage == HEADER, []
            continue
        if not inside:
            continue
        texts = [cell.text for cell, item in zip(row.cells, row.meanings) if not item.label and cell.text.strip()]
        if not texts:
            continue
        if any(squash(text) in used for text in texts):
            if waiting:
                yield waiting
            waiting = []
        else:
            waiting += texts


def _beyond(rows: Sequence[Row]) -> int:
    """Count the rows of a ruled block that reach further right than its head, with an empty cell as well.

    A span one too many pushes the cells of a row below it aside. Where most rows reach further, the head is short.
    """
    count, printed, table, end = 0, 0, None, 0
    ends: dict[int, int] = {}
    for row in rows:
        if row.table is None or row.table.grid != "exact":
            if row.stage not in (None, LEVELS):
                table = None
        elif row.stage == HEADER or is_header(row):
            if row.table is not table:
                table, ends, end = row.table, _ends(row.table), 0
            end = max(end, ends[row.index])
        elif row.stage not in (None, LEVELS):
            table = None
        elif row.table is table:
            printed += 1
            count += ends[row.index] > end
    return count if 2 * count < printed else 0


def _ends(table: Table) -> dict[int, int]:
    """Return the column behind the last cell of each row."""
    ends: dict[int, int] = {}
    for cell in table.cells:
        row = cell.at.row or 0
        ends[row] = max(ends.get(row, 0), (cell.at.column or 0) + cell.column_span)
    return ends
