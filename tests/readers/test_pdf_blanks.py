"""Tables of white boxes: what a program filled with the colour of the paper, edge to edge."""

from __future__ import annotations

from collections import Counter

import pytest

from indicators.forms.rows import stream
from indicators.readers.pdf import read_pdf
from indicators.records import Document, Table
from indicators.text import squash

pytest.importorskip("reportlab")
from tests.readers.pdf_making import Grid, Pen, form_grid, plain_grid, words

CONTENTS = ("目录", "", "一、主要职能", "二、机构设置", "三、预算表", "1. 收支预算总表", "2. 支出预算总表")


def read(data: bytes, engine: str = "pypdfium2") -> Document:
    return read_pdf(data, "sample.pdf", engine=engine)


def boxed(pen: Pen, top: float, texts: tuple[str, ...], edges: tuple[float, ...], height: float = 20) -> None:
    """Print one row of white boxes with their texts."""
    for left, right, text in zip(edges, edges[1:], texts, strict=False):
        pen.canvas.setFillGray(1)
        pen.canvas.rect(left, pen.size[1] - top - height, right - left + 0.1, height + 0.1, stroke=0, fill=1)
        pen.canvas.setFillGray(0)
        pen.text(left + 3, top + 4, text)


def stacked(texts: tuple[str, ...], step: float = 20) -> bytes:
    pen = Pen()
    for number, text in enumerate(texts):
        boxed(pen, 100 + step * number, (text,), (60, 500))
    return pen.data()


def texts_of(table: Table) -> list[str]:
    return [cell.text for cell in table.cells]


@pytest.mark.parametrize("engine", ["pypdfium2", "pdfplumber"])
def test_boxed_lines_of_a_contents_page_are_cells(engine: str) -> None:
    document = read(stacked(CONTENTS), engine)
    (table,) = document.tables
    assert texts_of(table) == list(CONTENTS)
    assert (table.rows, table.columns, document.lines) == (len(CONTENTS), 1, ())
    assert table.cells[2].at.bbox == pytest.approx((60, 140, 500, 160), abs=0.5)


def test_boxed_lines_count_as_guessed_and_stay_lines_for_forms() -> None:
    document = read(stacked(CONTENTS))
    assert [table.grid for table in document.tables] == ["guessed"]
    rows = list(stream(document))
    assert [row.text for row in rows] == [text for text in CONTENTS if text]
    assert all(row.table is None for row in rows)


def test_boxed_prose_stays_lines() -> None:
    texts = tuple(words(30, seed) + "。" * (seed == 3) for seed in range(5))
    document = read(stacked(texts))
    assert document.tables == ()
    assert [line.text for line in document.lines] == list(texts)


def test_boxes_apart_or_too_few_are_no_table() -> None:
    assert read(stacked(CONTENTS, step=24)).tables == ()
    assert read(stacked(CONTENTS[2:4])).tables == ()


def test_white_rows_flush_above_a_ruled_table_belong_to_it() -> None:
    grid = form_grid(2)
    edges = tuple(60.0 + 90 * column for column in range(6))
    pen = Pen()
    boxed(pen, 60, ("",) * 5, edges)
    boxed(pen, 80, ("项目支出绩效目标表",), (60, 510))
    boxed(pen, 100, ("填报单位", "某市样例局", "", "", "单位：元"), edges)
    pen.grid(grid, top=120, heights=[36.0] * grid.rows)
    data = pen.data()
    (table,) = read(data).tables
    assert (table.grid, table.rows, table.columns) == ("exact", grid.rows + 3, 5)
    found = {(c.at.row, c.at.column, c.row_span, c.column_span, squash(c.text)) for c in table.cells}
    below = {(row + 3, column, rows, columns, text) for row, column, rows, columns, text in grid.truth()}
    assert below < found
    assert (1, 0, 1, 5, "项目支出绩效目标表") in found
    (second,) = read(data, "pdfplumber").tables
    assert Counter(map(squash, texts_of(second))) == Counter(map(squash, texts_of(table)))


def test_white_rows_with_borders_of_their_own_leave_the_ruled_table_alone() -> None:
    grid = plain_grid(4, 3)
    pen = Pen()
    for row in range(3):
        boxed(pen, 60 + 20 * row, (words(3, row), words(4, row)), (60, 200, 330))
    pen.grid(grid, top=120)
    white, ruled = read(pen.data()).tables
    assert (white.grid, white.rows, white.columns) == ("guessed", 3, 2)
    assert {(c.at.row, c.at.column, c.row_span, c.column_span, c.text) for c in ruled.cells} == grid.truth()


def test_a_titled_form_does_not_go_on_the_table_of_the_page_before() -> None:
    pen = Pen()
    edges = tuple(60.0 + 150 * column for column in range(4))
    for page in range(2):
        for row, text in enumerate(("", f"表{page + 1} 项目清单", "")):
            boxed(pen, 90 + 14 * row, (text,), (edges[0], edges[-1]), height=14)
        pen.grid(plain_grid(14, 3, page), top=132, widths=[150.0] * 3, heights=[46.0] * 14)
        if page == 0:
            pen.canvas.showPage()
    tables = read(pen.data()).tables
    assert [table.rows for table in tables] == [17, 17]


def test_a_list_goes_on_below_boxed_rows_of_its_first_page() -> None:
    grid = plain_grid(29, 3)
    head, body = [cell for cell in grid.cells if cell[0] == 0], [cell for cell in grid.cells if cell[0] > 0]
    edges = tuple(60.0 + 150 * column for column in range(4))
    pen = Pen()
    for row, text in enumerate(("", "项目清单", "")):
        boxed(pen, 90 + 14 * row, (text,), (edges[0], edges[-1]), height=14)
    for first, top in ((1, 132.0), (15, 60.0)):
        part = [(r - first + 1, *rest) for r, *rest in body if first <= r < first + 14]
        pen.grid(Grid(15, 3, (*head, *part)), top=top, widths=[150.0] * 3, heights=[44.0] * 15)  # type: ignore[arg-type]
        if first == 1:
            pen.canvas.showPage()
    (table,) = read(pen.data()).tables
    assert table.rows == 3 + 29
    assert {cell.at.page for cell in table.cells} == {1, 2}


def test_a_boxed_running_title_stays_a_running_line() -> None:
    pen = Pen()
    grid = plain_grid(15, 3)
    for page in range(3):
        for row, text in enumerate(("", "某市样例局2025年部门预算", "")):
            boxed(pen, 24 + 16 * row, (text,), (60, 510), height=16)
        pen.grid(grid, top=72, widths=[150.0] * 3, heights=[48.0] * 15)
        if page < 2:
            pen.canvas.showPage()
    document = read(pen.data())
    assert {(mark.kind, mark.text) for mark in document.marks} == {("header", "某市样例局2025年部门预算")}
