"""Places that look like target forms and were not read as one: they are named, not passed over.

A form whose rows nobody could tell apart leaves its print behind: a title, categories of indicators, targets. Where
these stand together outside all forms, a person must look, and ``X102`` (no form found) would be untrue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from indicators.forms.locate import Run, sets_no_targets
from indicators.forms.rows import Row
from indicators.forms.stages import evaluates, is_header, title_of
from indicators.records import Form, Note
from indicators.vocabulary import LEVEL2_ORDER, level2_inside, level2_label

__all__ = ["suspected"]

#: Different categories and targets that a place must print; a text that mentions indicators has fewer. A block that
#: prints no categories has its first levels instead, each at the head of a row.
_CATEGORIES, _LEVELS, _TARGETS = 3, 2, 3
#: Rows without a sign of a form after which a place ends; a heading of fields and funds is as long.
_APART = 16

_TARGET = re.compile(r"[≥≤＞＜<>]|[大小高低多少]于|\d\s*[%％]")
#: A figure alone in its cell, whose sign and unit stand elsewhere.
_FIGURE = re.compile(r"\d[^。；]{0,11}")
#: What may stand between cells that were not parted.
_BETWEEN = re.compile(r"[,，|\t]|\s{2,}")


def suspected(rows: Sequence[Row], taken: set[int]) -> list[tuple[int, Form]]:
    """Return the places that look like forms among the rows that no form took.

    Parameters
    ----------
    rows
        Of the document, in reading order.
    taken
        Identities of the rows that belong to forms, or to tables known to be none.

    Returns
    -------
    list of (int, Form)
        For each place the number of its first row, and a form without contents that is ``not understood``.
    """
    found = []
    for first, run in _places(rows, taken):
        named = {level for row in run.rows for level in _categories(row)}
        targets = sum(max(len(_TARGET.findall(row.text)), _has_figure(row)) for row in run.rows)
        titled = bool(run.title) and (
            len({level for row in run.rows for level in level2_inside(row.text)}) >= _CATEGORIES
            or any(is_header(row) for row in run.rows)
        )
        first_levels = {row.meanings[0].level1 for row in run.rows if len(row.cells) > 1} - {None}
        marked = titled or len(named) >= _CATEGORIES or len(first_levels) >= _LEVELS
        if targets < _TARGETS or not marked or sets_no_targets(run):
            continue
        shown = sorted(named, key=LEVEL2_ORDER.index)[:_CATEGORIES] or sorted(filter(None, first_levels))
        what = f"印有{'、'.join(shown)}等类别" if shown else "印有标题和指标"
        note = Note(code="reading-doubt", message=f"{what}和 {targets} 处目标值，未能还原成行和列", at=run.rows[0].at)
        form = Form(
            index=0,
            form_type="overall" if "整体" in run.title else "project",
            title=run.title,
            year=None,
            family=2,
            sides=(),
            fields=(),
            funds=(),
            fund_unit="万元",
            indicators=(),
            at=run.rows[0].at,
            reading="not understood",
            doubts=(note,),
        )
        found.append((first, form))
    return found


def _places(rows: Sequence[Row], taken: set[int]) -> Iterator[tuple[int, Run]]:
    """Yield the stretches of rows between forms and titles that print signs of a form, with their first row."""
    run, first, gap = Run(), 0, 0
    for number, row in enumerate(rows):
        title = title_of(row.cells[0].text) if len(row.cells) == 1 else ""
        if title and "表" in run.title and "表" not in title:
            # 绩效目标 in a line of its own heads the goal of the form above.
            title = ""
        if id(row) in taken or title or gap > _APART:
            if run.rows:
                yield first, run
            if run.rows or run.title or title:
                run = Run(title="" if evaluates(title) or "目标" not in title else title)
            gap = 0
            if id(row) in taken:
                continue
        shows = _shows(row)
        if not run.rows and not title and not shows:
            continue
        if not run.rows:
            first = number
        run.rows.append(row)
        gap = 0 if shows else gap + 1
    if run.rows:
        yield first, run


def _has_figure(row: Row) -> bool:
    return any(_FIGURE.fullmatch(cell.text.strip()) for cell in row.cells[1:])


def _shows(row: Row) -> bool:
    return bool(_TARGET.search(row.text)) or bool(_categories(row)) or row.meanings[0].level1 is not None


def _categories(row: Row) -> set[str]:
    """Return the categories that stand in a row as cells, or as cells that were not parted."""
    texts = [piece.strip() for cell in row.cells for piece in _BETWEEN.split(cell.text)]
    return {level for text in texts if text and (level := level2_label(text)) is not None}
