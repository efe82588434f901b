"""Tables drawn with characters: what spans, what broken cells hold, and what only looks like such a table."""

from __future__ import annotations

import pytest

from indicators.readers.text import read_text
from indicators.records import Table

NESTED = """\
┌────┬─────────┐
│项目名称│“四好”公路养护  │
├────┼────┬────┤
│绩效指标│数量指标│养护里程│
│        │        ├────┤
│        │        │里程≥9 │
│        ├────┼────┤
│        │质量指标│合格率  │
├────┼────┼────┤
│备注    │        │无      │
└────┴────┴────┘"""


def read(text: str) -> tuple[Table, list[tuple[int, int, int, int, str]]]:
    table = read_text(text.encode(), "a.txt", sha256="").tables[0]
    return table, [(c.at.row or 0, c.at.column or 0, c.row_span, c.column_span, c.text) for c in table.cells]


SPANNED = [
    (0, 0, 1, 1, "项目名称"),
    (0, 1, 1, 2, "“四好”公路养护"),
    (1, 0, 3, 1, "绩效指标"),
    (1, 1, 2, 1, "数量指标"),
    (1, 2, 1, 1, "养护里程"),
    (2, 2, 1, 1, "里程≥9"),
    (3, 1, 1, 1, "质量指标"),
    (3, 2, 1, 1, "合格率"),
    (4, 0, 1, 1, "备注"),
    (4, 2, 1, 1, "无"),
]


def test_cells_are_what_rules_and_lines_enclose() -> None:
    table, cells = read(NESTED)
    assert cells == SPANNED
    assert (table.grid, table.rows, table.columns, table.at.line) == ("exact", 5, 3, 1)


def test_lines_count_by_their_bars_where_their_texts_are_wider_than_counted() -> None:
    damaged = NESTED.replace("“四好”公路养护  ", "“四好”公路养护").replace("│合格率  │", "│合格率      │")
    assert read(damaged)[1] == SPANNED


@pytest.mark.parametrize("signs", ["┏┳┓┣╋┫┗┻┛━┃", "╔╦╗╠╬╣╚╩╝═║"])
def test_heavy_and_double_lines_are_lines(signs: str) -> None:
    drawn = NESTED.translate(str.maketrans("┌┬┐├┼┤└┴┘─│", signs))
    assert read(drawn)[1] == SPANNED


def test_a_drawing_goes_on_in_the_lines_around_it() -> None:
    document = read_text(f"附件\n\n{NESTED}\n{NESTED}\n单位：元\n| 甲 | 乙 |\n".encode(), "a.txt", sha256="")
    assert [getattr(block, "grid", None) or block.text for block in document.blocks] == [
        "附件", "exact", "exact", "单位：元", "ragged",
    ]  # fmt: skip
    assert [table.at.table for table in document.tables] == [0, 1, 2]


GRID = """\
+----------+----------+------------+
| 项目名称 | 校舍     |            |
|          | 维修     |            |
+==========+==========+============+
| 产出指标 | 数量指标 | 维修面积1. |
|          |          | 86万平方米 |
|          +----------+------------+
|          | 质量指标 | C+ | 合格  |
+----------+----------+------------+
| 效益指标 |          | 学生满意   |
|          |          | 100%       |
+----------+----------+------------+"""


def test_cells_of_plain_signs_hold_lines_and_keep_their_columns() -> None:
    assert read(GRID)[1] == [
        (0, 0, 1, 1, "项目名称"),
        (0, 1, 1, 1, "校舍维修"),
        (1, 0, 2, 1, "产出指标"),
        (1, 1, 1, 1, "数量指标"),
        (1, 2, 1, 1, "维修面积1.86万平方米"),
        (2, 1, 1, 1, "质量指标"),
        (2, 2, 1, 1, "C+ | 合格"),
        (3, 0, 1, 1, "效益指标"),
        (3, 2, 1, 1, "学生满意100%"),
    ]


@pytest.mark.parametrize("bar", ["|", "│"])
def test_without_rules_between_them_lines_are_rows(bar: str) -> None:
    rule = "+------+------+\n" if bar == "|" else "┌───┬───┐\n"
    table, cells = read(f"{rule}| 名称 | 数值 |\n{rule}| 里程 | 9 |\n| 面积 | 8 |\n{rule}".replace("|", bar))
    assert [(row, column, text) for row, column, _, _, text in cells] == [
        (0, 0, "名称"), (0, 1, "数值"), (1, 0, "里程"), (1, 1, "9"), (2, 0, "面积"), (2, 1, "8"),
    ]  # fmt: skip
    assert table.grid == "ragged"
