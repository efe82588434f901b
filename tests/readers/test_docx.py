from __future__ import annotations

import pytest

from indicators.errors import ReadError
from indicators.readers.docx import read_docx
from indicators.records import Document, Line, Table
from tests.readers.office import docx, element, p, tbl, tc
from tests.samples.forms import projects
from tests.samples.layouts import LAYOUTS
from tests.samples.page import Grid, Text
from tests.samples.render_docx import render_docx


def read(body: str, **parts: str | bytes) -> Document:
    return read_docx(docx(body, **parts), "样本.docx")


def cells(table: Table) -> list[tuple[int, int, str, int, int]]:
    return [(c.at.row or 0, c.at.column or 0, c.text, c.row_span, c.column_span) for c in table.cells]


def texts(document: Document) -> list[str]:
    return [
        block.text if isinstance(block, Line) else "|".join(c.text for c in block.cells) for block in document.blocks
    ]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_arrives_cell_by_cell(layout: str) -> None:
    sample = LAYOUTS[layout](layout, projects()[1:4])
    document = read_docx(render_docx(sample), "样本.docx")
    wanted = [
        [(c.row, c.column, c.text.replace("\n", ""), c.row_span, c.column_span) for c in item.cells]
        for item in sample.items
        if isinstance(item, Grid)
    ]
    assert [cells(table) for table in document.tables] == wanted
    assert [line.text for line in document.lines] == [item.text for item in sample.items if isinstance(item, Text)]


def test_blocks_come_in_reading_order_with_places() -> None:
    document = read(p("甲") + tbl(tc("1") + tc("2")) + p("乙") + tbl(tc("3")))
    assert texts(document) == ["甲", "1|2", "乙", "3"]
    assert [table.at.table for table in document.tables] == [0, 1]
    assert document.tables[1].cells[0].at.table == 1
    assert (document.reader, document.pages) == ("docx", None)


def test_spans_across_and_down() -> None:
    table = tbl(
        tc("一", '<w:vMerge w:val="restart"/>') + tc("二", '<w:gridSpan w:val="2"/>'),
        tc("", "<w:vMerge/>") + tc("三") + tc("四"),
        tc("", '<w:vMerge w:val="continue"/>') + tc("五", '<w:hMerge w:val="restart"/>') + tc("", "<w:hMerge/>"),
    )
    found = read(table).tables[0]
    assert cells(found) == [
        (0, 0, "一", 3, 1),
        (0, 1, "二", 1, 2),
        (1, 1, "三", 1, 1),
        (1, 2, "四", 1, 1),
        (2, 1, "五", 1, 2),
    ]
    assert (found.rows, found.columns) == (3, 3)


def test_a_row_that_begins_later_keeps_its_columns() -> None:
    late = '<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>' + tc("b") + "</w:tr>"
    assert cells(read(tbl(tc("a") + tc("c"), late)).tables[0])[-1] == (1, 1, "b", 1, 1)


def test_a_continued_merge_without_beginning_is_a_cell_of_its_own() -> None:
    assert cells(read(tbl(tc("甲", "<w:vMerge/>") + tc("乙"))).tables[0])[0] == (0, 0, "甲", 1, 1)


def test_nested_table_follows_the_outer_one() -> None:
    document = read(tbl(tc(p("外") + tbl(tc("内1") + tc("内2")) + p("")) + tc("旁")) + p("后"))
    assert texts(document) == ["外|旁", "内1|内2", "后"]


def test_a_frame_of_one_cell_is_opened() -> None:
    document = read(tbl(tc(p("题") + tbl(tc("甲") + tc("乙")) + p("尾"))))
    assert texts(document) == ["题", "甲|乙", "尾"]


def test_revisions_hidden_text_and_fields() -> None:
    body = (
        "<w:p><w:r><w:t>保留</w:t></w:r><w:del><w:r><w:delText>删</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>插入</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom>"
        "<w:moveTo><w:r><w:t>移来</w:t></w:r></w:moveTo><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>98</w:t></w:r></w:p>"
    )
    assert texts(read(body)) == ["保留插入移来98"]
    dropped = "<w:tr><w:trPr><w:del/></w:trPr>" + tc("删行") + "</w:tr>"
    assert [c.text for c in read(tbl(tc("留"), dropped)).tables[0].cells] == ["留"]


def test_content_controls_and_symbols() -> None:
    body = (
        f"<w:sdt><w:sdtPr/><w:sdtContent>{p('控件')}</w:sdtContent></w:sdt>"
        '<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t>是</w:t><w:noBreakHyphen/><w:t>1</w:t></w:r>'
        "<m:oMath><m:r><m:t>≥95%</m:t></m:r></m:oMath></w:p>"
    )
    assert texts(read(body)) == ["控件", "☑是-1≥95%"]
    cell = f"<w:sdt><w:sdtContent>{tc('格')}</w:sdtContent></w:sdt>"
    row = f"<w:sdt><w:sdtContent><w:tr>{tc('行')}{cell}</w:tr></w:sdtContent></w:sdt>"
    assert texts(read(f"<w:tbl>{row}</w:tbl>")) == ["行|格"]


def test_text_box_is_read_once() -> None:
    box = f"<w:txbxContent>{p('框内')}</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>段</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:wsp><wps:txbx>"
        f"{box}</wps:txbx></wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert texts(read(body)) == ["段", "框内"]
    assert texts(read(tbl(tc(body)))) == ["段", "框内"]


def test_line_breaks_of_a_cell_are_joined_and_lines_kept_apart() -> None:
    two = "<w:p><w:r><w:t>市县</w:t><w:br/><w:t>资金</w:t></w:r></w:p>"
    assert texts(read(two)) == ["市县", "资金"]
    assert texts(read(tbl(tc(two + p("Word") + p("two"))))) == ["市县资金Word two"]


def test_look_alike_code_points_become_what_is_seen() -> None:
    assert texts(read(p("⽔利⼯程"))) == ["水利工程"]


def test_headers_footers_and_watermarks_are_marks() -> None:
    shape = '<v:shape id="PowerPlusWaterMarkObject1"><v:textpath string="征求意见稿"/></v:shape>'
    watermark = f"<w:p><w:r><w:pict>{shape}</w:pict></w:r></w:p>"
    box = (
        '<w:p><w:r><w:drawing><wp:anchor><wp:docPr name="水印 2"/><wps:txbx><w:txbxContent>'
        f"{p('内部资料')}</w:txbxContent></wps:txbx></wp:anchor></w:drawing></w:r></w:p>"
    )
    document = read(p("正文"), header1=element("hdr", p("页眉") + watermark + box), footer1=element("ftr", p("第1页")))
    assert texts(document) == ["正文"]
    assert [(mark.kind, mark.text) for mark in document.marks] == [
        ("watermark", "征求意见稿"),
        ("watermark", "内部资料"),
        ("header", "页眉"),
        ("footer", "第1页"),
    ]


def test_footnotes_come_last_and_separators_not() -> None:
    notes = element(
        "footnotes", f'<w:footnote w:type="separator">{p("—")}</w:footnote><w:footnote>{p("注一")}</w:footnote>'
    )
    assert texts(read(p("正文"), footnotes=notes)) == ["正文", "注一"]


def test_a_broken_header_costs_only_itself() -> None:
    document = read(p("正文"), header1="<w:hdr")
    assert texts(document) == ["正文"]
    assert [note.code for note in document.problems] == ["part-unreadable"]


def test_a_workbook_is_no_word_document() -> None:
    from tests.readers.office import xlsx

    with pytest.raises(ReadError, match="样本"):
        read_docx(xlsx({"一": "<sheetData/>"}), "样本.docx")
