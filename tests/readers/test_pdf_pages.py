"""Tables over page breaks, what is printed around and over them, pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from indicators.grid import solve
from indicators.readers.ocr.page import PageReading
from indicators.readers.pdf import read_pdf
from indicators.records import Cell, Document, Location, Mark, Note, Picture, Region, Ruled, Table
from indicators.text import squash

pytest.importorskip("reportlab")
from tests.readers.pdf_making import (
    Grid,
    Pen,
    as_html,
    browser_pdf,
    chromium,
    flowed,
    form_grid,
    plain_grid,
    words,
)

NEEDS_BROWSER = pytest.mark.skipif(chromium() is None, reason="headless Chromium is not installed")


def found(table: Table) -> set[tuple[int, int, int, int, str]]:
    return {(c.at.row, c.at.column, c.row_span, c.column_span, squash(c.text)) for c in table.cells}


def read(data: bytes, **options: object) -> Document:
    return read_pdf(data, "sample.pdf", **options)  # type: ignore[arg-type]


def list_grid(projects: int, header: bool = True) -> Grid:
    """A list table: project cells span three rows each."""
    cells = [(0, c, 1, 1, text) for c, text in enumerate(("项目名称", "一级指标", "三级指标", "目标值"))]
    for number in range(projects):
        row = 1 + 3 * number
        cells.append((row, 0, 3, 1, f"样例项目第{number}号"))
        for line in range(3):
            cells.append((row + line, 1, 1, 1, ("产出指标", "效益指标", "满意度指标")[line]))
            cells.append((row + line, 2, 1, 1, words(5 + (number + line) % 4, number * 3 + line)))
            cells.append((row + line, 3, 1, 1, f"≥{60 + number}%"))
    return Grid(1 + 3 * projects, 4, tuple(cells))


def test_a_list_over_pages_is_one_table_with_one_header() -> None:
    grid = list_grid(30)
    document = read(flowed([grid], [""], header=1))
    assert (document.pages or 0) > 2
    assert len(document.tables) == 1
    assert found(document.tables[0]) == grid.truth()
    pages = {cell.at.page for cell in document.tables[0].cells}
    assert pages == set(range(1, (document.pages or 0) + 1))


def test_forms_that_break_anywhere_come_back_whole() -> None:
    grids = [form_grid(seed, lines=8, goal=60 + 37 * seed) for seed in range(7)]
    document = read(flowed(grids, ["项目支出绩效目标表"] * 7, size=9))
    assert [found(table) for table in document.tables] == [grid.truth() for grid in grids]
    assert [squash(line.text) for line in document.lines] == ["项目支出绩效目标表"] * 7


def test_a_row_cut_by_the_break_is_joined() -> None:
    long = words(900, 1)
    rows = [(r, c, 1, 1, words(30, 10 * r + c)) for r in range(14) for c in range(2)]
    grid = Grid(15, 2, (*rows, (14, 0, 1, 1, "年度目标"), (14, 1, 1, 1, long)))
    document = read(flowed([grid], [""], split_rows=True))
    assert document.pages == 2
    assert found(document.tables[0]) == grid.truth()


def test_a_form_that_fills_its_page_is_not_joined_with_the_next() -> None:
    pen = Pen()
    for seed in (1, 2):
        grid = form_grid(seed, lines=10)
        pen.grid(grid, top=60, heights=[48.0] * grid.rows)
        if seed == 1:
            pen.canvas.showPage()
    document = read(pen.data())
    assert [found(table) for table in document.tables] == [form_grid(seed, lines=10).truth() for seed in (1, 2)]


def test_a_header_below_a_long_heading_is_left_out_where_the_next_page_repeats_it() -> None:
    heading = [(row, c, 1, 1 + 3 * c, f"{'签注'[c]}{words(4, 9 * row + c)}") for row in range(9) for c in (0, 1)]
    header = [(0, 0, 2, 1, "一级指标"), (0, 1, 2, 1, "三级指标"), (0, 2, 1, 2, "指标值"), (0, 4, 2, 1, "佐证材料")]
    header += [(1, 2, 1, 1, "实施周期"), (1, 3, 1, 1, "2025年度")]
    texts = [(f"样例设备第{r}批", f"≥{80 + r}台", f"≥{30 + r}台", "合同") for r in range(4)]
    rows = [(r, 1 + c, 1, 1, text) for r, row in enumerate(texts) for c, text in enumerate(row)]
    pen = Pen()
    upper = [*heading, *((9 + r, *rest) for r, *rest in header), (11, 0, 2, 1, "产出指标")]
    upper += [(11 + r, *rest) for r, *rest in rows[:8]]
    pen.grid(Grid(13, 5, tuple(upper)), top=60, heights=[55.0] * 13)
    pen.canvas.showPage()
    # The program that merged the cell prints the rest of it empty.
    lower = [*header, (2, 0, 2, 1, ""), *rows[8:]]
    pen.grid(Grid(4, 5, tuple(lower)), top=60)
    (table,) = read(pen.data()).tables
    assert table.rows == 15
    assert [cell.text for cell in table.cells].count("指标值") == 1
    assert [(c.at.row, c.row_span) for c in table.cells if c.text == "产出指标"] == [(11, 4)]


def test_a_table_after_free_space_is_a_new_one() -> None:
    pen = Pen()
    pen.grid(plain_grid(5, 3, 1), top=60)
    pen.canvas.showPage()
    pen.grid(plain_grid(5, 3, 2), top=60)
    assert len(read(pen.data()).tables) == 2


def test_a_continued_caption_does_not_part_a_table() -> None:
    pen = Pen()
    upper, lower = plain_grid(16, 3, 1), plain_grid(4, 3, 2)
    pen.grid(upper, top=80)
    pen.canvas.showPage()
    pen.text(250, 50, "（续表）")
    pen.grid(lower, top=80)
    document = read(pen.data())
    assert len(document.tables) == 1
    assert document.tables[0].rows == 20
    assert document.lines == ()


@NEEDS_BROWSER
@pytest.mark.parametrize("border", ["1px solid #000", "1px dashed #000", "3px double #000", "1px dotted #777"])
def test_browser_pages(tmp_path: Path, border: str) -> None:
    grids = [form_grid(seed, lines=8, goal=50 + 31 * seed) for seed in range(5)]
    html = as_html(grids, ["项目支出绩效目标表"] * 5, css=f"td{{border:{border}}}td{{padding:6px}}")
    document = read(browser_pdf(html, tmp_path))
    assert [found(table) for table in document.tables] == [grid.truth() for grid in grids]
    assert not document.problems


@NEEDS_BROWSER
def test_browser_list_with_repeated_header(tmp_path: Path) -> None:
    grid = list_grid(34)
    document = read(browser_pdf(as_html([grid], [""], thead=1), tmp_path))
    assert len(document.tables) == 1
    assert found(document.tables[0]) == grid.truth()


def slanted(pen: Pen, text: str, size: float, angle: float, gray: float = 0.8) -> None:
    pen.canvas.saveState()
    pen.canvas.setFillGray(gray)
    pen.canvas.translate(150, 450)
    pen.canvas.rotate(angle)
    pen.canvas.setFont(pen.canvas._fontname, size)
    pen.canvas.drawString(0, 0, text)
    pen.canvas.restoreState()


@pytest.mark.parametrize(
    ("angle", "size", "gray"), [(40, 54, 0.8), (40, 12, 0.0), (-55, 30, 0.0), (0, 60, 0.85), (0, 72, 0.3)]
)
def test_watermarks_are_marks_and_not_content(angle: float, size: float, gray: float) -> None:
    grid = form_grid(1, lines=10)
    pen = Pen()
    pen.grid(grid, top=80)
    slanted(pen, "内部资料", size, angle, gray)
    document = read(pen.data())
    assert found(document.tables[0]) == grid.truth()
    assert [(mark.kind, mark.text, mark.at.page) for mark in document.marks] == [("watermark", "内部资料", 1)]
    assert document.lines == ()


def test_a_large_title_is_no_watermark() -> None:
    pen = Pen()
    pen.text(100, 100, "部门预算公开", 42)
    for line in range(8):
        pen.text(80, 200 + 20 * line, words(30, line))
    document = read(pen.data())
    assert document.marks == ()
    assert document.lines[0].text == "部门预算公开"


def test_running_headers_footers_and_page_numbers_are_marks() -> None:
    pen = Pen()
    for page in range(1, 5):
        pen.text(220, 30, "某市样例局2025年部门预算")
        pen.text(60, 75, "项目支出绩效目标表")
        pen.grid(plain_grid(3, 3, page), top=100)
        pen.text(290, 810, f"- {page} -")
        if page < 4:
            pen.canvas.showPage()
    document = read(pen.data())
    kinds = {(mark.kind, mark.text) for mark in document.marks}
    assert kinds == {("header", "某市样例局2025年部门预算")} | {("footer", f"- {page} -") for page in range(1, 5)}
    assert [line.text for line in document.lines] == ["项目支出绩效目标表"] * 4


def test_a_list_goes_on_below_running_headers() -> None:
    grid = plain_grid(30, 3)
    pen = Pen()
    for page, (first, count) in enumerate(((0, 15), (15, 15)), start=1):
        pen.text(220, 30, "某市样例局2025年部门预算")
        part = Grid(
            count, 3, tuple((r - first, c, h, w, t) for r, c, h, w, t in grid.cells if first <= r < first + count)
        )
        pen.grid(part, top=80, heights=[46.0] * count)
        pen.text(290, 812, f"第 {page} 页 共 2 页")
        if page == 1:
            pen.canvas.showPage()
    document = read(pen.data())
    assert len(document.tables) == 1
    assert found(document.tables[0]) == grid.truth()


def test_a_word_on_the_margin_does_not_part_a_table_from_its_next_page() -> None:
    grid = plain_grid(30, 3)
    pen = Pen()
    for page, first in enumerate((0, 15)):
        part = Grid(15, 3, tuple((r - first, *rest) for r, *rest in grid.cells if first <= r < first + 15))
        pen.grid(part, top=80, heights=[48.0] * 15)
        if page == 0:
            pen.text(340, 300, "盖章处")
            pen.canvas.showPage()
    document = read(pen.data())
    assert [found(table) for table in document.tables] == [grid.truth()]


def picture_pdf(text_above: str | None = None, whole: bool = True) -> bytes:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    pen = Pen()
    image = ImageReader(Image.new("RGB", (600, 800), (240, 240, 240)))
    if whole:
        pen.canvas.drawImage(image, 0, 0, *pen.size)
    else:
        pen.canvas.drawImage(image, 100, 200, 300, 400)
    if text_above:
        for line in range(4):
            pen.text(100, 60 + 20 * line, text_above)
        pen.text(100, 700, "图片之后的一行")
    return pen.data()


def test_a_picture_page_without_recogniser_is_noted() -> None:
    document = read(picture_pdf())
    assert [note.code for note in document.problems] == ["ocr-missing"]
    assert "第 1 页" in document.problems[0].message
    assert 'pip install "jixiao-indicators[ocr]"' in document.problems[0].message


def test_the_recogniser_sees_the_page_and_its_blocks_are_merged_by_height() -> None:
    seen: list[tuple[tuple[int, ...], float, int]] = []

    def ocr(image: NDArray[np.uint8], scale: float, page: int) -> PageReading:
        seen.append((image.shape, scale, page))
        at = Location(page=page, table=0, bbox=(10.0, 20.0, 90.0, 60.0))
        cell = Cell(
            text="扫描件",
            at=Location(page=page, table=0, row=0, column=0, bbox=(10.0, 20.0, 90.0, 60.0)),
            confidence=0.8,
        )
        note = Note(code="low-confidence", message="请核对原件", at=at)
        table = Table(cells=(cell,), rows=1, columns=1, at=at, grid="guessed")
        ruled = Ruled(table=table, text=Region(text="扫描件", at=at))
        return PageReading(
            blocks=(Picture(text="扫描件", at=at, parts=(ruled,)),),
            marks=(Mark(text="", kind="stamp", at=at),),
            notes=(note,),
        )

    whole = solve(read(picture_pdf(), ocr=ocr))
    assert [type(block).__name__ for block in whole.blocks] == ["Table"]
    assert [note.code for note in whole.problems] == ["low-confidence", "low-confidence"]
    assert [mark.kind for mark in whole.marks] == ["stamp"]
    shape, scale, page = seen[0]
    assert page == 1
    assert shape == (pytest.approx(841.9 * scale, abs=2), pytest.approx(595.3 * scale, abs=2), 3)
    mixed = solve(read(picture_pdf("图片之前的文字说明共四行", whole=False), ocr=ocr))
    assert [type(block).__name__ for block in mixed.blocks] == ["Line"] * 4 + ["Table", "Line"]
    # The picture begins 200 points above the bottom and is 400 points high.
    place = pytest.approx((110, 841.9 - 600 + 20, 190, 841.9 - 600 + 60), abs=1)
    assert mixed.tables[0].cells[0].at.bbox == place
    assert mixed.problems[0].at is not None
    assert mixed.problems[0].at.bbox == place
    assert mixed.marks[-1].at.bbox == place


def test_a_small_picture_is_left_alone() -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    pen = Pen()
    pen.canvas.drawImage(ImageReader(Image.new("RGB", (80, 80))), 400, 100, 80, 80)
    for line in range(10):
        pen.text(80, 100 + 20 * line, words(30, line))
    assert read(pen.data()).problems == ()
