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
from indicators.vocabulary import LEVEL1_OF

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
    covered = _covered(rows, indicators)
    found = [f"指标区中间有 {lost} 处内容没有读出指标"] if lost else []
    found += [f"合并的“{text}”单元格盖住了不属于它的行" for text in covered[:1]]
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


#: Categories that never stand below a first level. Where satisfaction and costs stand, templates do not agree.
_FOREIGN = {
    one: frozenset(level2 for level2, level1 in LEVEL1_OF.items() if level1 == other and level2 != "成本指标")
    for one, other in (("产出指标", "效益指标"), ("效益指标", "产出指标"))
}


def _covered(rows: Sequence[Row], indicators: Sequence[Indicator]) -> list[str]:
    """Return the merged cells of a ruled form that reach over rows which cannot be theirs.

    A row that is gone takes with it the beginning of the merged cell that began there: its other rows go on with the
    cell above, the head of the column or the first level before. A first level that is printed elsewhere is not gone.
    """
    given = {(item.at.table, item.at.row) for item in indicators if not item.empty}
    ruled = [row for row in rows if row.table is not None and row.table.grid == "exact"]
    labels = {(row.at.table, row.index): {item.level2 for item in row.meanings} for row in ruled}
    printed = {item.level1 for row in rows for item in row.meanings}
    found = []
    for row in ruled:
        for cell, item in zip(row.cells, row.meanings):
            below = [(cell.at.table, (cell.at.row or 0) + step) for step in range(1, cell.row_span)]
            foreign = _FOREIGN.get(item.level1 or "", frozenset())
            gone = foreign and not printed & (_FOREIGN.keys() - {item.level1})
            head = row.stage == HEADER and item.header in ("level1", "level2", "name", "value")
            if (head and not given.isdisjoint(below)) or (
                gone and any(labels.get(place, set()) & foreign for place in below)
            ):
                found.append(cell.text)
    return found


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
