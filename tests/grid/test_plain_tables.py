"""Tables on a page that belong to no form and are not ruled, or only between their rows."""

from __future__ import annotations

import pytest

from indicators.grid import solve
from indicators.readers.pdf import read_pdf
from indicators.records import Document, Table
from tests.readers.pdf_making import Pen

#: Left edges of the columns, and the words of each row.
_EDGES = (60.0, 200.0, 340.0)
STAFF = (("科室", "岗位", "人数"), ("办公室", "文秘", "3"), ("财务科", "会计", "2"), ("工程科", "技术员", "11"))


def page(rows: tuple[tuple[str, ...], ...], *, step: float = 15.0, rules: bool = False, more: str = "") -> Document:
    pen = Pen()
    for number, row in enumerate(rows):
        for edge, text in zip(_EDGES, row, strict=True):
            if text:
                pen.text(edge, 100 + step * number, text)
        if rules:
            height = pen.size[1] - 97 - step * number
            pen.canvas.line(55, height, 420, height)
    end = 100 + step * len(rows)
    if rules:
        pen.canvas.line(55, pen.size[1] - end + 3, 420, pen.size[1] - end + 3)
    if more:
        pen.text(_EDGES[1], end - step + 11, more)
    pen.text(60, end + 80, "以上为本单位二〇二五年人员情况。")
    return solve(read_pdf(pen.data(), "表.pdf"))


def cells(table: Table) -> list[list[str]]:
    rows: list[list[str]] = [[""] * table.columns for _ in range(table.rows)]
    for cell in table.cells:
        rows[cell.at.row or 0][cell.at.column or 0] = cell.text
    return rows


@pytest.mark.parametrize("rules", [False, True])
def test_columns_are_parted_at_their_white(rules: bool) -> None:
    document = page(STAFF, rules=rules)
    (table,) = document.tables
    assert cells(table) == [list(row) for row in STAFF]
    assert [line.text for line in document.lines] == ["以上为本单位二〇二五年人员情况。"]


def test_the_rest_of_a_last_cell_still_belongs_to_it() -> None:
    (table,) = page(STAFF, step=22.0, more="（兼职）").tables
    assert cells(table)[-1] == ["工程科", "技术员（兼职）", "11"]


def test_a_label_printed_once_stands_for_its_rows() -> None:
    rows = (
        ("", "文秘", "3"), ("办公室", "档案", "1"), ("", "司机", "2"),
        ("", "会计", "2"), ("财务科", "出纳", "1"), ("", "审核", "1"),
    )  # fmt: skip
    (table,) = page(rows).tables
    spans = {cell.text: (cell.at.row, cell.row_span) for cell in table.cells}
    assert spans["办公室"] == (0, 3)
    assert spans["财务科"] == (3, 3)


def test_two_lines_side_by_side_are_no_table() -> None:
    document = page(STAFF[:2])
    assert document.tables == ()
    assert [line.text.split() for line in document.lines[:2]] == [list(row) for row in STAFF[:2]]


def test_columns_nothing_parts_are_no_table() -> None:
    rows = (("甲" * 20, "", ""), ("乙" * 3, "丙" * 12, ""), ("", "丁" * 20, ""), ("戊" * 20, "", "己"))
    assert page(rows).tables == ()
