from __future__ import annotations

import io
import struct
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from indicators.readers.numberformat import plain, render
from indicators.readers.xlsx import read_xlsx, workbook_cells
from indicators.records import Document, Line, Table
from tests.readers.office import compound, xlsx
from tests.samples.forms import projects
from tests.samples.layouts import LAYOUTS
from tests.samples.page import Grid, Text
from tests.samples.render_xlsx import render_xlsx


def cells(table: Table) -> list[tuple[int, int, str, int, int]]:
    top, left = table.at.row or 0, table.at.column or 0
    return [((c.at.row or 0) - top, (c.at.column or 0) - left, c.text, c.row_span, c.column_span) for c in table.cells]


def texts(document: Document) -> list[str]:
    return [
        block.text if isinstance(block, Line) else "|".join(c.text for c in block.cells) for block in document.blocks
    ]


def row(number: int, *values: str) -> str:
    letters = "ABCDEFGH"
    inner = "".join(
        f'<c r="{letters[n]}{number}" t="inlineStr"><is><t>{value}</t></is></c>'
        for n, value in enumerate(values)
        if value
    )
    return f'<row r="{number}">{inner}</row>'


def sheet(*rows: str, merges: tuple[str, ...] = ()) -> str:
    merged = "".join(f'<mergeCell ref="{ref}"/>' for ref in merges)
    return f"<sheetData>{''.join(rows)}</sheetData><mergeCells>{merged}</mergeCells>"


@pytest.mark.parametrize("mode", ["sheets", "stacked"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_arrives_cell_by_cell(layout: str, mode: str) -> None:
    sample = LAYOUTS[layout](layout, projects()[1:4])
    document = read_xlsx(render_xlsx(sample, mode=mode), "样本.xlsx")
    wanted = [
        [
            (c.row, c.column, c.text.replace("\n", ""), c.row_span, c.column_span)
            for c in item.cells
            if c.text or c.row_span * c.column_span > 1
        ]
        for item in sample.items
        if isinstance(item, Grid)
    ]
    assert [cells(table) for table in document.tables] == wanted
    assert [line.text for line in document.lines] == [item.text for item in sample.items if isinstance(item, Text)]


def test_places_are_those_of_the_sheet() -> None:
    data = xlsx({"目标表": sheet(row(1, "", "标题"), row(2, "", "甲", "乙"), row(3, "", "丙", "丁"), row(9, "注：无"))})
    document = read_xlsx(data, "样本.xlsx")
    assert texts(document) == ["标题", "甲|乙|丙|丁", "注：无"]
    table = document.tables[0]
    assert (table.at.sheet, table.at.row, table.at.column, table.rows, table.columns) == ("目标表", 1, 1, 2, 2)
    assert [(c.at.sheet, c.at.row, c.at.column) for c in table.cells][-1] == ("目标表", 2, 2)
    assert [(line.at.row, line.at.column) for line in document.lines] == [(0, 1), (8, 0)]


def test_regions_are_parted_by_empty_rows_unless_a_merge_bridges_them() -> None:
    rows = (row(1, "甲", "乙"), row(2, "", ""), row(3, "丙", "丁"))
    assert len(read_xlsx(xlsx({"一": sheet(*rows)}), "x").tables) == 2
    bridged = read_xlsx(xlsx({"一": sheet(*rows, merges=("A1:A2",))}), "x").tables
    assert [(table.rows, table.cells[0].row_span) for table in bridged] == [(3, 2)]


def test_a_blank_merged_cell_keeps_its_place_and_row() -> None:
    data = xlsx({"一": sheet(row(1, "项目名称"), row(2, "单位", "水利局"), merges=("B1:C1",))})
    table = read_xlsx(data, "x").tables[0]
    assert cells(table) == [(0, 0, "项目名称", 1, 1), (0, 1, "", 1, 2), (1, 0, "单位", 1, 1), (1, 1, "水利局", 1, 1)]


def test_values_under_a_merge_are_not_shown() -> None:
    data = xlsx({"一": sheet(row(1, "甲", "藏"), row(2, "乙", "丙"), merges=("A1:B1",))})
    assert "藏" not in "".join(texts(read_xlsx(data, "x")))


def test_hidden_sheets_are_named_and_not_read() -> None:
    data = xlsx({"表": sheet(row(1, "甲")), "字典": sheet(row(1, "乙"))}, states={"字典": "veryHidden"})
    document = read_xlsx(data, "x")
    assert texts(document) == ["甲"]
    assert [(note.code, note.at.sheet if note.at else "") for note in document.problems] == [("sheet-hidden", "字典")]


def test_hidden_rows_and_columns_are_named_and_not_read() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    page = book.active
    for number, words in enumerate((("项目名称", "ID", "渠道清淤"), ("XMMC", "", "QD"), ("单位", "ID2", "灌区站")), 1):
        for column, word in enumerate(words, 1):
            page.cell(number, column).value = word or None
    page.merge_cells("B4:C4")
    page["B4"] = "见跨列"
    page.row_dimensions[2].hidden = True
    page.column_dimensions["B"].hidden = True
    file = io.BytesIO()
    book.save(file)
    document = read_xlsx(file.getvalue(), "x")
    (table,) = document.tables
    assert [cell.text for cell in table.cells if cell.text] == ["项目名称", "渠道清淤", "单位", "灌区站", "见跨列"]
    assert [note.code for note in document.problems] == ["cells-hidden"]
    # A workbook of ours that comes back filtered or folded is read whole.
    whole = workbook_cells(file.getvalue(), "x")["Sheet"]
    assert (whole[1, 0], whole[0, 1], whole[0, 2]) == ("XMMC", "ID", "渠道清淤")


def test_formulas_count_by_their_stored_result() -> None:
    inner = '<c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>SUM(A1)</f></c><c r="C1" t="str"><f>A1</f><v>合</v></c>'
    document = read_xlsx(xlsx({"一": f'<sheetData><row r="1">{inner}</row></sheetData>'}), "x")
    assert texts(document) == ["2|合"]
    # What the formula would show may be a row of a form.
    assert [(note.code, note.doubt) for note in document.problems] == [("formula-without-value", True)]


def test_a_figure_typed_as_a_formula_says_what_was_typed() -> None:
    """Programs write the text =100% as a formula without a result, and the target of the row was lost."""
    inner = '<c r="A1" t="inlineStr"><is><t>合格率</t></is></c><c r="B1"><f>100%</f><v></v></c><c r="C1"><f>12</f></c>'
    document = read_xlsx(xlsx({"一": f'<sheetData><row r="1">{inner}</row></sheetData>'}), "x")
    assert texts(document) == ["合格率|=100%|=12"]
    assert document.problems == ()


def test_shared_strings_without_phonetics_and_with_escapes() -> None:
    strings = (
        "<si><r><t>维修</t></r><r><t>养护</t></r><rPh><t>weixiu</t></rPh></si><si><t>甲_x000D_\n乙</t></si>"
        "<si><t>⽔</t></si>"
    )
    inner = "".join(f'<c t="s"><v>{number}</v></c>' for number in (0, 1, 2, 99))
    data = f"<sheetData><row>{inner}</row></sheetData>"
    assert texts(read_xlsx(xlsx({"一": data}, strings=strings), "x")) == ["维修养护|甲乙|水"]


def test_styles_decide_what_is_shown() -> None:
    styles = (
        '<numFmts><numFmt numFmtId="176" formatCode="#,##0.00&quot;万元&quot;"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="10"/><xf numFmtId="176"/><xf numFmtId="31"/></cellXfs>'
    )
    data = (
        '<sheetData><row><c s="1"><v>0.953</v></c><c s="2"><v>1234.5</v></c><c s="3"><v>45356</v></c>'
        '<c s="0"><v>0.28999999999999998</v></c><c s="9"><v>20240115103315</v></c></row></sheetData>'
    )
    shown = texts(read_xlsx(xlsx({"一": data}, styles=styles), "x"))
    assert shown == ["95.30%|1,234.50万元|2024年3月5日|0.29|20240115103315"]


@pytest.mark.parametrize(
    ("number", "code", "shown"),
    [
        ("1144629.25", "General", "1144629.25"),
        ("1144629", "#,##0", "1,144,629"),
        ("-1234.5", "#,##0.00_);(#,##0.00)", "(1,234.50)"),
        ("-0.004", "0.00", "0.00"),
        ("0", '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
        ("12", '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "12.00"),
        ("0.95", '"≥"0%', "≥95%"),
        ("0.5", "0.0#%", "50.0%"),
        ("2.5", "0", "3"),
        ("1234567", "0.00,", "1234.57"),
        ("1234567", "0.0,,", "1.2"),
        ("12000", '[>=10000]0.00,"千";0', "12.00千"),
        ("9000", '[>=10000]0.00,"千";0', "9000"),
        ("5", "000", "005"),
        ("1.5", "# ?/?", "1.5"),
        ("7", "@", "7"),
        ("3", '0"个"', "3个"),
        ("8", "[$¥-804]#,##0.00", "¥8.00"),
        ("8", "[Red]0.0", "8.0"),
        ("45356", "yyyy/m/d", "2024/3/5"),
        ("45356.75", "yyyy-mm-dd hh:mm", "2024-03-05 18:00"),
        ("45356", '[$-804]yyyy"年"m"月"', "2024年3月"),
        ("45356", "aaaa", "星期二"),
        ("0.5", "h:mm AM/PM", "12:00 PM"),
        ("1.5", "[h]:mm", "36:00"),
        ("59", "m/d", "2/28"),
        ("-5", "yyyy/m/d", "-5"),
        ("1E+300", "General", "1E+300"),
    ],
)
def test_number_formats(number: str, code: str, shown: str) -> None:
    assert render(Decimal(number), code) == shown


def test_a_serial_may_count_from_1904() -> None:
    assert render(Decimal(0), "yyyy/m/d", date1904=True) == "1904/1/1"


@pytest.mark.parametrize("number", ["0", "0.1", "12345678901234.5", "-3.25", "100"])
def test_plain_numbers_lose_no_digit(number: str) -> None:
    assert Decimal(plain(Decimal(number))) == Decimal(number)


def test_calamine_agrees_on_every_value() -> None:
    from python_calamine import CalamineWorkbook

    sample = LAYOUTS["1-two-sided-yuan"]("样本", projects()[:3])
    data = render_xlsx(sample)
    document = read_xlsx(data, "x")
    seen = {(c.at.sheet, c.at.row, c.at.column): c.text for table in document.tables for c in table.cells if c.text}
    seen |= {(line.at.sheet, line.at.row, line.at.column): line.text for line in document.lines}
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        for name in book.sheet_names:
            for number, values in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False)):
                for column, value in enumerate(values):
                    text = seen.get((name, number, column), "")
                    if isinstance(value, float):
                        share = Decimal(text.rstrip("%").replace(",", "")) / (100 if text.endswith("%") else 1)
                        assert abs(share - Decimal(repr(value))) < Decimal("0.0001")
                    else:
                        assert text == value.replace("\n", "")


def test_legacy_workbook_with_formats() -> None:
    data = (Path(__file__).parent / "legacy.xls").read_bytes()
    document = read_xlsx(data, "旧表.xls")
    assert document.reader == "xls"
    assert texts(document) == [
        "项目支出绩效目标表",
        "项目|金额|比率|日期|渠道维修|1,234,567.50|95.3%|2024年3月5日|17|0.3",
    ]
    table = document.tables[0]
    assert (table.cells[4].row_span, table.at.sheet) == (2, "目标表")
    assert [note.code for note in document.problems] == ["sheet-hidden"]


@pytest.mark.parametrize("name", ["hidden.xls", "hidden_office.xls"])
def test_hidden_rows_and_columns_of_a_legacy_workbook_are_not_read(name: str) -> None:
    """Written by xlwt, and that file saved again by LibreOffice: column B, row 3 and row 5 are hidden.

    Row 5 is the first of two rows under one label, which shows since its second row does.
    """
    document = read_xlsx((Path(__file__).parent / name).read_bytes(), name)
    [table] = document.tables
    assert [(cell.at.row, cell.at.column, cell.text) for cell in table.cells] == [
        (1, 0, "项目名称"), (1, 2, "河道清淤"), (1, 3, "备注"),
        (3, 0, "金额"), (3, 2, "120.5"), (3, 3, "y"),
        (4, 0, "跨行标签"), (5, 2, "看得见的行"),
    ]  # fmt: skip
    [note] = document.problems
    assert note.code == "cells-hidden"
    assert "7 个单元格" in note.message


def test_strings_of_a_legacy_workbook_go_on_in_the_next_record() -> None:
    from indicators.readers.biff import _string_table

    first = struct.pack("<IIHB", 2, 2, 4, 1) + "绩效".encode("utf-16-le")
    second = b"\x01" + "目标".encode("utf-16-le") + struct.pack("<HBH", 3, 8, 1) + b"ab"
    third = b"\x00c" + b"\0" * 4
    assert _string_table([first, second, third]) == ["绩效目标", "abc"]


@pytest.mark.parametrize(
    ("raw", "value"),
    [(0x3FF00000, 1.0), (0x3FF00001, 0.01), (30 << 2 | 2, 30.0), (3050 << 2 | 3, 30.5), (0xFFFFFFFE, -1.0)],
)
def test_compressed_numbers(raw: int, value: float) -> None:
    from indicators.readers.biff import _rk

    assert _rk(raw) == value


def legacy_source() -> bytes:
    """Return the XLSX from which ``legacy.xls`` was saved by LibreOffice."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    page = book.add_worksheet("目标表")
    page.merge_range("A1:D1", "项目支出绩效目标表")
    page.write_row(1, 0, ["项目", "金额", "比率", "日期"])
    page.merge_range("A3:A4", "渠道维修")
    page.write_number(2, 1, 1234567.5, book.add_format({"num_format": "#,##0.00"}))
    page.write_number(2, 2, 0.953, book.add_format({"num_format": "0.0%"}))
    page.write_datetime(2, 3, date(2024, 3, 5), book.add_format({"num_format": 'yyyy"年"m"月"d"日"'}))
    page.write_number(3, 1, 17)
    page.write_number(3, 2, 0.1 + 0.2)
    book.add_worksheet("字典").hide()
    book.close()
    return buffer.getvalue()


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def test_every_kind_of_cell_of_an_old_workbook_is_shown() -> None:
    """Numbers packed into four bytes, several in a record, truth values, faults, and what formulas came to."""

    def formula(column: int, *result: int) -> bytes:
        return _record(0x06, struct.pack("<HHH", 2, column, 0) + bytes(result) + b"\0" * 8)

    start, end = _record(0x809, struct.pack("<HH", 0x600, 5)), _record(0x0A, b"")
    page = _record(0x809, struct.pack("<HH", 0x600, 0x10))
    page += _record(
        0xBD, struct.pack("<HH", 0, 0) + struct.pack("<HIHI", 0, (12 << 2) | 2, 0, (1234 << 2) | 3) + b"\1\0"
    )
    page += _record(0x27E, struct.pack("<HHHI", 1, 0, 0, (7 << 2) | 2))
    page += _record(0x205, struct.pack("<HHHBB", 1, 1, 0, 1, 0)) + _record(0x205, struct.pack("<HHHBB", 1, 2, 0, 7, 1))
    page += _record(0x204, struct.pack("<HHHHB", 1, 3, 0, 2, 1) + "水利".encode("utf-16-le"))
    page += formula(0, 1, 0, 1, 0, 0, 0, 255, 255) + formula(1, 2, 0, 42, 0, 0, 0, 255, 255)
    page += formula(2, *struct.pack("<d", 1.0))
    listed = struct.pack("<IBBBB", len(start) + 13 + 4, 0, 0, 1, 0) + b"A"
    (table,) = read_xlsx(compound({"Workbook": start + _record(0x85, listed) + end + page + end}), "旧.xls").tables
    assert [[text for row, _, text, _, _ in cells(table) if row == number] for number in range(3)] == [
        ["12", "12.34"], ["7", "TRUE", "#DIV/0!", "水利"], ["TRUE", "#N/A", "1"],
    ]  # fmt: skip
