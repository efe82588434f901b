from __future__ import annotations

import pytest

from indicators.readers.html import read_html
from indicators.records import Document, Line, Table
from tests.samples.forms import projects
from tests.samples.layouts import LAYOUTS
from tests.samples.page import Grid, Text
from tests.samples.render_html import render_html


def read(page: str, encoding: str = "utf-8") -> Document:
    return read_html(page.encode(encoding), "样本.html")


def cells(table: Table) -> list[tuple[int, int, str, int, int]]:
    return [(c.at.row or 0, c.at.column or 0, c.text, c.row_span, c.column_span) for c in table.cells]


def texts(document: Document) -> list[str]:
    return [
        block.text if isinstance(block, Line) else "|".join(c.text for c in block.cells) for block in document.blocks
    ]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_arrives_cell_by_cell(layout: str) -> None:
    sample = LAYOUTS[layout](layout, projects()[1:4])
    document = read_html(render_html(sample), "样本.html")
    wanted = [
        [(c.row, c.column, c.text.replace("\n", ""), c.row_span, c.column_span) for c in item.cells]
        for item in sample.items
        if isinstance(item, Grid)
    ]
    assert [cells(table) for table in document.tables] == wanted
    assert [line.text for line in document.lines] == [item.text for item in sample.items if isinstance(item, Text)]


def test_lines_and_tables_in_reading_order() -> None:
    page = "<body>前<b>言</b><p>段一<br>段二</p><table><tr><td>甲<td>乙</table>后</body>"
    document = read(page)
    assert texts(document) == ["前言", "段一", "段二", "甲|乙", "后"]
    assert [line.at.line for line in document.lines] == [1, 2, 3, 4]


def test_spans_hang_down_and_end_with_their_group() -> None:
    page = (
        "<table><thead><tr><th rowspan=9>头<th>二</thead>"
        "<tbody><tr><td rowspan=0>全<td colspan=2>宽<tr><td>甲<td>乙</tbody></table>"
    )
    assert cells(read(page).tables[0]) == [
        (0, 0, "头", 1, 1),
        (0, 1, "二", 1, 1),
        (1, 0, "全", 2, 1),
        (1, 1, "宽", 1, 2),
        (2, 1, "甲", 1, 1),
        (2, 2, "乙", 1, 1),
    ]


def test_no_place_has_two_cells() -> None:
    page = "<table><tr><td>a<td>b<td rowspan=2>c<tr><td>d<td colspan=3>e<td>f</table>"
    seen: set[tuple[int, int]] = set()
    for row, column, _, height, width in cells(read(page).tables[0]):
        covered = {(row + r, column + c) for r in range(height) for c in range(width)}
        assert not covered & seen
        seen |= covered


def test_what_a_browser_hides_is_left_out() -> None:
    page = (
        "<head><title>题</title></head><body><script>var a='脚本';</script><style>p{}</style><template>模板</template>"
        "<p hidden>藏</p><p style='DISPLAY : none'>藏</p><div style='visibility:hidden'>藏</div><!-- 注释 -->"
        "<table><tr><td>甲<td style='display:none'>藏<td>乙<tr hidden><td>藏</table><p>见</p></body>"
    )
    assert texts(read(page)) == ["甲|乙", "见"]


def test_nested_tables_and_frames() -> None:
    assert texts(read("<table><tr><td>外<table><tr><td>内<td>里</table><td>旁</table>")) == ["外|旁", "内|里"]
    assert texts(read("<table><tr><td><h1>题</h1><table><tr><td>内<td>里</table>尾</table>")) == ["题", "内|里", "尾"]


def test_white_space_and_input_fields() -> None:
    page = "<table><tr><td>项目\n   名称&nbsp;<td><input value='渠道维修'><td><p>甲</p>\n<p>乙</p><td>A<br>B</table>"
    assert [c.text for c in read(page).tables[0].cells] == ["项目 名称", "渠道维修", "甲乙", "A B"]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("gb18030", "gb2312"), ("gbk", ""), ("utf-8", "utf-8"), ("utf-8-sig", ""), ("utf-16", "")],
)
def test_encodings(encoding: str, declared: str) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    assert texts(read(f"<html>{meta}<p>绩效目标≥95%</p></html>", encoding)) == ["绩效目标≥95%"]


def test_a_wrong_declaration_is_survived() -> None:
    assert texts(read('<meta charset="utf-8"><p>绩效目标</p>', "gb18030")) == ["绩效目标"]


@pytest.mark.parametrize(
    "page", ["", "   ", "<!-- 空 -->", "<?xml version='1.0'?><html/>", "<table></table>", "\x00<p>"]
)
def test_pages_without_content(page: str) -> None:
    assert read(page).blocks == ()
