"""Tables of one page, whatever their rules are made of."""

from __future__ import annotations

import numpy as np
import pytest

from indicators.forms import find_forms
from indicators.grid import solve
from indicators.readers.pdf import read_pdf
from indicators.readers.pdf.content import Chars, PageContent
from indicators.readers.pdf.parts import PageLayout
from indicators.readers.pdf.typeset import typeset
from indicators.records import Document, Table
from indicators.text import squash

pytest.importorskip("reportlab")
from tests.readers.pdf_making import STYLES, Grid, Pen, drawn, form_grid, plain_grid, words


def found(table: Table) -> set[tuple[int, int, int, int, str]]:
    return {(c.at.row, c.at.column, c.row_span, c.column_span, squash(c.text)) for c in table.cells}


def read(data: bytes, **options: object) -> Document:
    return read_pdf(data, "sample.pdf", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("style", STYLES)
def test_every_kind_of_rule_gives_the_same_table(style: str) -> None:
    grid = form_grid()
    document = read(drawn(grid, style))
    assert [table.grid for table in document.tables] == ["exact"]
    assert found(document.tables[0]) == grid.truth()
    assert document.lines == ()


@pytest.mark.parametrize("style", ["lines", "thin-rects", "cell-rects", "long"])
def test_the_second_engine_agrees(style: str) -> None:
    grid = form_grid(3)
    document = read(drawn(grid, style), engine="pdfplumber")
    assert document.reader == "pdfplumber"
    assert found(document.tables[0]) == grid.truth()


def test_cells_know_their_boxes() -> None:
    document = read(drawn(plain_grid(3, 4), widths=[50.0, 100.0, 60.0, 70.0], heights=[20.0, 30.0, 40.0]))
    table = document.tables[0]
    assert table.at.page == 1
    assert table.at.bbox == pytest.approx((60, 80, 340, 170), abs=1)
    middle = next(cell for cell in table.cells if (cell.at.row, cell.at.column) == (1, 1))
    assert middle.at.bbox == pytest.approx((110, 100, 210, 130), abs=1)
    assert (middle.at.page, middle.at.table) == (1, 0)


def test_tight_rows_keep_their_rules() -> None:
    grid = plain_grid(40, 3)
    document = read(drawn(grid, heights=[8.2] * 40, size=6))
    assert found(document.tables[0]) == grid.truth()


@pytest.mark.parametrize("quarter", [0, 90, 180, 270])
def test_rotated_pages_are_read_as_displayed(quarter: int) -> None:
    grid = form_grid(1)
    pen = Pen()
    pen.canvas.setPageRotation(quarter)
    # The content is turned back so that the page reads upright once it is displayed; reportlab itself exchanges
    # the sides of the media box.
    width, height = pen.size
    pen.canvas.translate(*{0: (0, 0), 90: (height, 0), 180: (width, height), 270: (0, width)}[quarter])
    pen.canvas.rotate(quarter)
    pen.grid(grid, top=60, heights=[40.0] * grid.rows)
    document = read(pen.data())
    assert found(document.tables[0]) == grid.truth()
    assert document.tables[0].at.bbox == pytest.approx((60, 60, 510, 60 + 40 * grid.rows), abs=1)


def test_sideways_text_is_turned() -> None:
    grid = form_grid(2)
    pen = Pen()
    width, height = pen.size
    pen.canvas.translate(width, 0)
    pen.canvas.rotate(90)
    pen.size = (height, width)
    pen.grid(grid, top=60, heights=[40.0] * grid.rows)
    document = read(pen.data())
    assert found(document.tables[0]) == grid.truth()
    x0, y0, x1, y1 = document.tables[0].at.bbox or (0, 0, 0, 0)
    # Boxes stay on the page as displayed: portrait, the table standing on its side.
    assert (x0, x1) == pytest.approx((60, 60 + 40 * grid.rows), abs=1)
    assert y1 - y0 == pytest.approx(450, abs=1)


def test_tables_beside_and_below_each_other() -> None:
    left, right, below = plain_grid(3, 2, 1), plain_grid(5, 2, 2), plain_grid(2, 4, 3)
    pen = Pen()
    pen.grid(left, x=40, top=80, heights=[30.0] * 3, widths=[80.0] * 2)
    pen.grid(right, x=320, top=80, heights=[22.0] * 5, widths=[80.0] * 2)
    pen.text(40, 210, "两表之间的一行文字")
    pen.grid(below, x=40, top=240, heights=[30.0] * 2)
    document = read(pen.data())
    assert [found(table) for table in document.tables] == [left.truth(), right.truth(), below.truth()]
    assert [table.at.table for table in document.tables] == [0, 1, 2]
    assert isinstance(document.blocks[2], type(document.lines[0]))


def test_lines_outside_tables_are_located_in_reading_order() -> None:
    pen = Pen()
    pen.text(200, 100, "项目支出绩效目标表")
    pen.text(60, 130, "（2024年度）")
    pen.text(400, 130, "单位：万元")
    pen.grid(plain_grid(2, 3), top=150)
    pen.text(60, 300, "注：本表一式两份")
    document = read(pen.data())
    assert [type(block).__name__ for block in document.blocks] == ["Line", "Line", "Table", "Line"]
    assert [line.text for line in document.lines] == [
        "项目支出绩效目标表",
        "（2024年度）  单位：万元",
        "注：本表一式两份",
    ]
    box = document.lines[0].at.bbox
    assert box is not None
    assert box[0] == pytest.approx(200, abs=1)
    assert box[1] < 105 < box[3]


def test_a_table_open_at_both_sides_is_closed() -> None:
    pen = Pen()
    grid = plain_grid(4, 3)
    pen.grid(grid, style=None)
    for row in range(5):
        y = pen.size[1] - 80 - 44 * row
        pen.canvas.line(60, y, 330, y)
    for x in (150, 240):
        pen.canvas.line(x, pen.size[1] - 80, x, pen.size[1] - 80 - 44 * 4)
    assert found(read(pen.data()).tables[0]) == grid.truth()


def test_a_frame_around_the_page_is_no_cell() -> None:
    pen = Pen()
    pen.canvas.rect(30, 30, pen.size[0] - 60, pen.size[1] - 60)
    grid = form_grid(4)
    pen.grid(grid, heights=[36.0] * grid.rows)
    pen.text(60, 50, "框内的标题")
    document = read(pen.data())
    assert [found(table) for table in document.tables] == [grid.truth()]
    assert [line.text for line in document.lines] == ["框内的标题"]


def test_shading_behind_text_does_not_cut_cells() -> None:
    pen = Pen()
    grid = form_grid(5)
    pen.canvas.setFillGray(0.9)
    pen.canvas.rect(62, pen.size[1] - 110, 60, 12, stroke=0, fill=1)
    pen.grid(grid)
    assert found(read(pen.data()).tables[0]) == grid.truth()


def test_shaded_cells_without_rules_are_a_table() -> None:
    pen = Pen()
    grid = plain_grid(4, 3)
    for row in range(4):
        for column in range(3):
            pen.canvas.setFillGray(0.85 if row % 2 else 0.75)
            pen.canvas.rect(60 + 90 * column, pen.size[1] - 80 - 44 * (row + 1), 89, 43, stroke=0, fill=1)
    pen.grid(grid, style=None)
    assert found(read(pen.data()).tables[0]) == grid.truth()


def test_white_space_inside_a_cell() -> None:
    texts = ["完成培训并通过年度考核验收的单位数量", "annual report of unit", "共 3 项", "GB/T 2016 标准"]
    grid = Grid(2, 2, tuple((i // 2, i % 2, 1, 1, text) for i, text in enumerate(texts)))
    document = read(drawn(grid, widths=[76.0, 76.0]))
    assert [cell.text for cell in document.tables[0].cells] == texts


def test_look_alike_characters_and_line_end_hyphens_are_read_as_seen() -> None:
    codes = np.array([ord(char) for char in "⼯作⽬标2020\x022023―年"])
    left = np.where(np.arange(len(codes)) < 9, np.arange(len(codes)), np.arange(len(codes)) - 9) * 10.0
    top = np.where(np.arange(len(codes)) < 9, 0.0, 14.0)
    boxes = np.stack((left, top, left + 10, top + 12), axis=1)
    none = np.zeros(len(codes))
    chars = Chars(codes=codes, boxes=boxes, angles=none, spaced=none.astype(bool))
    _, texts = typeset(chars, np.zeros(len(codes), np.int64)).runs()
    assert texts == ["工作目标2020-2023—年"]


def test_bold_by_printing_twice_is_read_once() -> None:
    pen = Pen()
    for shift in (0, 0.3):
        pen.text(100 + shift, 100, "绩效目标1122", 12)
    assert [line.text for line in read(pen.data()).lines] == ["绩效目标1122"]


def test_form_xobjects_are_read_through() -> None:
    pen = Pen()
    grid = form_grid(6)
    pen.canvas.beginForm("inner")
    pen.grid(grid, x=10, top=100)
    pen.canvas.endForm()
    pen.canvas.saveState()
    pen.canvas.translate(40, 20)
    pen.canvas.scale(0.9, 0.9)
    pen.canvas.doForm("inner")
    pen.canvas.restoreState()
    assert found(read(pen.data()).tables[0]) == grid.truth()


def test_a_borderless_form_is_guessed_by_alignment() -> None:
    rows = [("指标名称", "指标值", "备注")] + [(words(6, i), f"≥{80 + i}%", words(3, i + 50)) for i in range(6)]
    grid = Grid(7, 3, tuple((r, c, 1, 1, text) for r, row in enumerate(rows) for c, text in enumerate(row)))
    document = solve(read(drawn(grid, None, heights=[20.0] * 7)))
    assert [table.grid for table in document.tables] == ["guessed"]
    assert found(document.tables[0]) == grid.truth()


def test_prose_is_not_taken_for_a_borderless_table() -> None:
    pen = Pen()
    for line in range(20):
        pen.text(60, 100 + 20 * line, words(45, line))
    document = solve(read(pen.data()))
    assert document.tables == ()
    assert len(document.lines) == 20


def test_arrays_of_no_characters_are_harmless() -> None:
    pen = Pen()
    pen.canvas.line(50, 50, 300, 50)
    document = solve(read(pen.data()))
    assert document.blocks == ()
    assert np.isfinite(document.pages or 0)


@pytest.mark.parametrize("centred", [False, True])
def test_labels_printed_once_span_their_rows_in_a_borderless_table(centred: bool) -> None:
    labels = (("产出指标", 4), ("效益指标", 3), ("满意度指标", 1))
    cells = [(0, c, 1, 1, text) for c, text in enumerate(("一级指标", "三级指标", "指标值"))]
    row = 1
    for label, rows in labels:
        cells.append((row, 0, rows, 1, label))
        cells += [(row + i, 1, 1, 1, words(5 + i, row + i)) for i in range(rows)]
        cells += [(row + i, 2, 1, 1, f"≥{70 + row + i}%") for i in range(rows)]
        row += rows
    pen = Pen()
    for r, c, height, _, text in cells:
        top = 100 + 22 * r + (11 * (height - 1) if centred else 0)
        pen.text((60, 160, 360)[c], top, text)
    # A wrapped name shows where cells of several lines stand.
    wrapped = (row, 1, 1, 1, "上一行写不下的指标名称")
    pen.text(160, 100 + 22 * row - (6 if centred else 0), "上一行写不下的")
    pen.text(160, 111.5 + 22 * row - (6 if centred else 0), "指标名称")
    pen.text(60, 100 + 22 * row, "其他指标")
    pen.text(360, 100 + 22 * row, "≥1项")
    cells += [wrapped, (row, 0, 1, 1, "其他指标"), (row, 2, 1, 1, "≥1项")]
    document = solve(read(pen.data()))
    assert [table.grid for table in document.tables] == ["guessed"]
    assert found(document.tables[0]) == set(cells)


def test_a_doubtful_page_is_read_by_the_second_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    from indicators.readers.pdf import reader

    asked: list[int] = []
    real = reader.SecondEngine.better

    def better(self: reader.SecondEngine, page: PageContent, layout: PageLayout) -> PageLayout:
        asked.append(page.number)
        return real(self, page, layout)

    monkeypatch.setattr(reader.SecondEngine, "better", better)
    pen = Pen()
    grid = plain_grid(3, 3)
    pen.grid(grid, style=None)
    top = pen.size[1] - 80
    # The rule above the middle cell stops short on both sides: no closed cell there.
    for x in (60, 150, 240, 330):
        pen.canvas.line(x, top, x, top - 132)
    for y in (0, 44, 88, 132):
        pen.canvas.line(60, top - y, 330 if y != 44 else 150, top - y)
    pen.canvas.line(170, top - 44, 220, top - 44)
    pen.canvas.line(240, top - 44, 330, top - 44)
    document = read(pen.data())
    assert squash("".join(cell.text for cell in document.tables[0].cells)) != ""
    texts = squash("".join(c.text for t in document.tables for c in t.cells) + "".join(x.text for x in document.lines))
    assert sorted(texts) == sorted("".join(cell[4] for cell in grid.cells))


def test_a_stroke_keeps_its_place_in_a_wrapped_cell() -> None:
    """The box of 一 may be that of its stroke, where a font has no metrics; it is no line of its own."""
    from indicators.readers.pdf.pages import _heighten

    boxes = np.array([[10.0, 100.0, 20.0, 110.0], [20.0, 104.5, 30.0, 105.5], [30.0, 100.0, 33.0, 102.0]])
    _heighten(boxes, np.array([0, 1, 2]))
    assert boxes[1].tolist() == [20.0, 100.0, 30.0, 110.0]
    assert boxes[0].tolist() == [10.0, 100.0, 20.0, 110.0]
    assert boxes[2].tolist() == [30.0, 100.0, 33.0, 102.0]


def test_lines_of_a_cell_stay_apart_where_others_stand_between_them() -> None:
    """Cells of different heights, centred, once joined lines through one another: 2025年文化放场馆免费开."""
    pen = Pen()
    for left, tops in ((60, (100, 111.5, 123)), (160, (104, 115.5)), (260, (108, 119.5))):
        for number, top in enumerate(tops):
            pen.text(left, top, "甲乙丙丁戊己庚辛"[number : number + 4])
    printed = "".join(line.text for line in read(pen.data()).lines)
    assert all(text in printed for text in ("甲乙丙丁", "乙丙丁戊", "丙丁戊己"))


def test_punctuation_that_hangs_over_the_outer_rule_belongs_to_its_cell() -> None:
    pen = Pen()
    pen.grid(Grid(1, 2, ((0, 0, 1, 1, "概述"), (0, 1, 1, 1, ""))), widths=[90.0, 90.0])
    pen.text(240 - 2.5 - 8 * 9, 95, "清淤渠道十二公里。")
    document = read(pen.data())
    assert [cell.text for cell in document.tables[0].cells] == ["概述", "清淤渠道十二公里。"]
    assert document.lines == ()


def borders_of_cells(pen: Pen, rules: list[tuple[float, float, float, float]]) -> None:
    """Draw rules as they are given, each a path of its own, in points from the top left."""
    for x0, y0, x1, y1 in rules:
        pen.canvas.line(x0, pen.size[1] - y0, x1, pen.size[1] - y1)


def test_rows_without_a_rule_between_are_parted_at_the_joints_of_the_others() -> None:
    label, sides = (0, 0, 3, 1, "数量指标"), (150, 240, 330, 420)
    cells = [(r, c, 1, 1, text) for r in range(3) for c, text in ((1, words(18 - 5 * r, r)), (2, f"{r}台"), (3, "是"))]
    pen = Pen()
    grid = Grid(3, 4, (label, *cells))
    pen.grid(grid, style=None)
    borders_of_cells(pen, [(60 + 90 * c, y, 150 + 90 * c, y) for c in range(4) for y in (80, 212)])
    # The right side of the merged cell is drawn beside the first of its rows only, the others are whole.
    rows = [(x, 80 + 44 * r, x, 124 + 44 * r) for x in (60, *sides) for r in range(3) if x != 150 or r == 0]
    borders_of_cells(pen, rows)
    (table,) = read(pen.data()).tables
    assert found(table) == grid.truth()


def test_lines_of_a_cell_stay_together_at_the_joints_of_others() -> None:
    pen = Pen()
    grid = Grid(1, 3, ((0, 0, 1, 1, words(17, 1)), (0, 1, 1, 1, words(16, 2)), (0, 2, 1, 1, words(15, 3))))
    pen.grid(grid, style=None)
    borders_of_cells(pen, [(60 + 90 * c, y, 150 + 90 * c, y) for c in range(3) for y in (80, 124)])
    borders_of_cells(pen, [(x, 80 + 22 * r, x, 102 + 22 * r) for x in (60, 150, 240, 330) for r in range(2)])
    (table,) = read(pen.data()).tables
    assert found(table) == grid.truth()


def test_a_label_that_a_page_break_cuts_is_closed_at_the_open_side() -> None:
    pen = Pen()
    pen.grid(Grid(4, 3, ((0, 0, 1, 1, "名称"), (0, 1, 1, 2, "甲"), (1, 0, 3, 1, "资金"))), style=None, top=80)
    for row, label in enumerate(("合计", "中央", "地方")):
        pen.text(160, 144 + 44 * row, label)
        pen.text(260, 144 + 44 * row, f"{row}.00")
    borders_of_cells(pen, [(60, 80, 330, 80), (60, 124, 330, 124)])
    borders_of_cells(pen, [(150, y, 330, y) for y in (168, 212, 256)])
    borders_of_cells(pen, [(150, 80, 150, 256), (240, 124, 240, 256)])
    (table,) = read(pen.data()).tables
    assert (1, 0, 3, 1, "资金") in found(table)


def test_texts_close_to_each_other_are_parted_at_the_joints_of_the_rules_around_them() -> None:
    pen = Pen()
    texts = [("二级指标", "三级指标", "指标说明", "指标值")]
    texts += [("数量指标", words(5 - r % 2, r), words(6, 50 + r), f"≥{80 + r}%") for r in range(4)]
    # The longest names leave next to no white before what explains them.
    widths, bounds = [86.0, 86.0, 130.0, 90.0], (60, 146, 232, 362, 452)
    cells = tuple((r, c, 1, 1, text) for r, row in enumerate(texts) for c, text in enumerate(row))
    pen.grid(Grid(5, 4, cells), style=None, widths=widths, heights=[34.0] * 5, size=16)
    borders_of_cells(pen, [(bounds[c], 80 + 34 * r, bounds[c + 1], 80 + 34 * r) for r in range(6) for c in range(4)])
    (table,) = solve(read(pen.data())).tables
    assert [cell.text for cell in table.cells if cell.at.row == 3] == list(texts[3])


def test_a_shaded_header_and_the_ruled_rows_below_it_are_one_table() -> None:
    pen = Pen()
    pen.text(200, 50, "2026年项目绩效目标表", size=12)
    # The name of the project wraps around its label.
    for x, top, text in ((70, 80, "项目名称"), (160, 75, "青石镇渠道清淤"), (160, 86, "和闸门维修")):
        pen.text(x, top, text)
    texts = [("指标名称", "指标性质", "指标值", "计量单位")]
    texts += [
        (name, "≥", str(8 + 5 * r), "处") for r, name in enumerate(("清淤渠道", "维修闸门", "受益村庄", "管护站点"))
    ]
    pen.canvas.setFillGray(0.9)
    for column in range(4):
        pen.canvas.rect(60 + 90 * column, pen.size[1] - 144, 90, 24, stroke=0, fill=1)
        pen.canvas.rect(60 + 90 * column, pen.size[1] - 120, 90, 12, stroke=0, fill=1)
    cells = tuple((r, c, 1, 1, text) for r, row in enumerate(texts) for c, text in enumerate(row))
    pen.grid(Grid(5, 4, cells), style=None, top=120, heights=[24.0] * 5)
    borders_of_cells(pen, [(60 + 90 * c, 144 + 24 * r, 150 + 90 * c, 144 + 24 * r) for r in range(5) for c in range(4)])
    (form,) = find_forms(solve(read(pen.data()))).forms
    assert (form.project_name, form.year) == ("青石镇渠道清淤和闸门维修", 2026)
    assert [(item.name, item.value) for item in form.indicators] == [(n, f"≥{v}{u}") for n, _, v, u in texts[1:]]
