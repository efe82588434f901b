"""Documents made so that a search, a tree or a table is gone through again and again: each ends at once.

How time grows is measured by ``python -m bench.growth``; here stand the finds, in sizes at which the square of them would
not end within the time of a test run.
"""

from __future__ import annotations

import base64
import io
import os
import time
from decimal import Decimal
from random import Random

import pytest

from indicators.errors import ReadError
from indicators.forms.statements import read_statements
from indicators.pipeline import Checker, Options, forms_of
from indicators.quantities import find_quantities
from indicators.readers import bounds, read_bytes
from indicators.readers.bounds import bounded
from indicators.readers.pdf.bombs import _a85decoded, _unfolded_size
from indicators.records import Cell, Document, Line, Location, Region, Segment, Table

AT = Location(line=1)


def document(*blocks: Line | Table) -> Document:
    return Document(name="x", sha256="", media_type="text/plain", reader="text", blocks=blocks)


def test_digits_apart_by_blanks_are_no_number_without_end() -> None:
    # Blanks are taken out before statements are looked for: 1 2 3 ... becomes one number of thousands of digits.
    text = "1 2 3 4 5 6 7 8 9 " * 1000
    assert forms_of(read_bytes(text.encode(), "x")).statements == ()


def test_a_paragraph_of_lines_without_stop_is_parted() -> None:
    line = "本年收入100万元，占总收入的50%，其中财政拨款80万元，其他收入20万元，"
    text = "\n".join([line] * 3000)
    found = forms_of(read_bytes(text.encode(), "x")).statements
    assert len([item for item in found if item.kind == "share"]) >= 2900


@pytest.mark.parametrize("filler", ["123,456,", "1+1+", "大于等于不低于", "一百二十", "GBT", "1:2:", "2025、", "≥≤<>="])
def test_quantities_of_a_long_filler(filler: str) -> None:
    text = filler * (200_000 // len(filler)) + " ≥12个"
    assert find_quantities.__wrapped__(text)[-1][0].number == Decimal(12)


def test_names_as_long_as_a_cell_are_not_compared_place_by_place() -> None:
    head = "项目支出绩效目标表\n项目名称 | 清淤\n年度总体目标 | {goal}\n一级指标 | 二级指标 | 三级指标 | 指标值\n"
    rows = "".join(f"产出指标 | 数量指标 | {{name}}{number} | ≥{number}个\n" for number in range(1, 7))
    name = "".join(f"建设{number}个站点，覆盖{number}人，" for number in range(900))
    text = (head + rows).format(goal=name, name=name)
    checker = Checker(options=Options(ocr=False, classifier=False))
    report = checker.check_extraction(forms_of(read_bytes(text.encode(), "x")))
    assert not [item for item in report.findings if item.rule == "X901"]


def test_a_value_of_one_word_over_and_over_and_an_end() -> None:
    value = "万元" * 9_999 + "乙"
    goal = "项目支出绩效目标表\n项目名称 | 清淤\n一级指标 | 二级指标 | 三级指标 | 指标值\n"
    text = goal + "".join(f"产出指标 | 数量指标 | 长度{number} | {value}\n" for number in range(20))
    checker = Checker(options=Options(ocr=False, classifier=False))
    report = checker.check_extraction(forms_of(read_bytes(text.encode(), "x")))
    assert not [item for item in report.findings if item.rule in ("V115", "X901")]


def test_bounds_reach_the_pieces_of_a_region() -> None:
    number = "1" * 5000
    segment = Segment(text=number, x0=0, x1=1, y=0, line=0, at=AT)
    region = Region(text=number, at=AT, lines=(Line(text=number, at=AT),), segments=(segment,))
    found = bounded(document(region))
    (block,) = found.blocks
    assert isinstance(block, Region)
    assert len(block.text) < 50
    assert len(block.lines[0].text) < 50
    assert len(block.segments[0].text) < 50
    assert [note.code for note in found.problems] == ["number-limit"]


def test_runs_of_blanks_are_shortened_without_a_note() -> None:
    table = Table(cells=(Cell(text="电话" + " " * 900 + "\n" * 900 + "地址", at=AT),), rows=1, columns=1, at=AT)
    found = bounded(document(table))
    assert len(found.blocks[0].cells[0].text) <= 4 + 2 * bounds.MAX_BLANKS  # type: ignore[union-attr]
    assert found.problems == ()
    few = document(Line(text="电话    地址", at=AT))
    assert bounded(few) is few


def test_one_string_in_a_hundred_thousand_cells_is_refused() -> None:
    text = "数量指标" * 5000
    cells = tuple(Cell(text=text, at=AT) for _ in range(2000))
    with pytest.raises(ReadError, match="文字多得不合常理"):
        bounded(document(Table(cells=cells, rows=2000, columns=1, at=AT)))


def test_a_page_named_a_hundred_thousand_times_is_refused() -> None:
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[" + b"3 0 R " * 100_000 + b"]/Count 100000>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    )
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 4\n0000000000 65535 f \n" + table + b"trailer <</Size 4/Root 1 0 R>>\n"
    data += end + b"startxref\n%d\n%%%%EOF" % len(data)
    with pytest.raises(ReadError, match="页数过多"):
        read_bytes(data, "x.pdf")


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 9, 1000, 5003])
def test_ascii85_is_undone(size: int) -> None:
    for data in (os.urandom(size), bytes(size)):
        for packed in (base64.a85encode(data), base64.a85encode(data, adobe=True, wrapcol=60)):
            assert _a85decoded(packed) == data
    with pytest.raises(ValueError, match="ASCII85"):
        _a85decoded(b"abc{}")


def test_statements_still_read_grouped_numbers() -> None:
    row = "2025年本年收入1,234.50万元，占总收入的50%。"
    document_ = read_bytes(row.encode(), "x")
    (share,) = [item for item in forms_of(document_).statements if item.kind == "share"]
    assert share.get("part") == Decimal("1234.50")
    assert read_statements([]) == ()


HEADS = "指标类型\t指标名称\t指标值\t指标描述"


def test_a_header_over_and_over_is_fitted_in_bounds() -> None:
    # Cells were fitted to all columns by all columns, in as many readings of the header as it had names.
    header = "    ".join([HEADS] * 900)
    row = "产出指标\t数量指标\t清淤长度\t≥20公里"
    text = f"项目支出绩效目标表\n项目名称\t清淤\n{header}\n" + f"{row}\n" * 20
    assert forms_of(read_bytes(text.encode(), "x")).forms


def test_rows_of_thousands_of_cells_are_fitted_in_bounds() -> None:
    header = "单位名称 | 项目名称 | 年度目标 | 一级指标 | 二级指标 | 三级指标 | 指标值"
    row = "某局 | 清淤 | 完成清淤 | 产出指标 | 数量指标 | 清淤长度 | ≥20公里"
    text = f"项目绩效目标表\n{header}\n" + " | ".join([row] * 12_000) + "\n" + f"{row}\n" * 3
    assert forms_of(read_bytes(text.encode(), "x")).forms


def judged(text: str) -> float:
    """Return the seconds of the processor that all rules take for a text."""
    checker = Checker(options=Options(ocr=False, classifier=False))
    assert checker.rules
    extraction = forms_of(read_bytes(text.encode(), "x"))
    began = time.process_time()
    report = checker.check_extraction(extraction)
    assert not [item for item in report.findings if item.rule == "X901"]
    return time.process_time() - began


def test_brackets_that_do_not_close_are_not_followed_from_each() -> None:
    # Forty seconds: a remark was looked for to the end of the name at each of its brackets.
    rows = "".join(f"产出指标 | 数量指标 | {'（' * 19_000}{number} | ≥{number}个\n" for number in range(1, 7))
    head = (
        "项目支出绩效目标表\n项目名称 | 清淤\n年度总体目标 | 完成清淤2公里\n一级指标 | 二级指标 | 三级指标 | 指标值\n"
    )
    assert judged(head + rows) < 10


def test_a_period_of_years_and_dashes_is_read_in_bounds() -> None:
    # Hours: each year was tried with each dash and each year behind it.
    period = "2025年" * 1_500 + "-" * 7_500
    rows = "产出指标 | 数量指标 | 清淤长度 | ≥20公里\n" * 3
    head = f"项目支出绩效目标表\n项目名称 | 清淤\n项目期限 | {period}\n一级指标 | 二级指标 | 三级指标 | 指标值\n"
    text = head + rows
    (form,) = forms_of(read_bytes(text.encode(), "x")).forms
    assert len(form.text("project_period")) > 10_000
    assert judged(text) < 10


def test_attributes_by_the_hundred_thousand_are_refused() -> None:
    # The parser compares each attribute of a tag with each: two minutes for 150,000.
    many = " ".join(f"a{number}" for number in range(100_000))
    for page in (f"<table {many}><tr><td>完成</table>", f"<table b='>' {many}><tr><td>完成</table>"):
        with pytest.raises(ReadError, match="标签"):
            read_bytes(f"<html>{page}".encode(), "x.html")
    picture = "A/" * 100_000
    assert read_bytes(f"<html><img src='data:{picture}'><p>完成</html>".encode(), "x.html").blocks


@pytest.mark.parametrize("kind", ["one sign", "text", "noise"])
def test_lzw_is_measured_by_its_table_alone(kind: str) -> None:
    """Against an encoder of another house; the table runs full and is cleared several times."""
    from PIL import Image

    wide, high = 512, 256
    size = wide * high
    data = {
        "one sign": b"\0" * size,
        "text": (b"BT /F1 9 Tf 60 700 Td " * size)[:size],
        "noise": Random(1).randbytes(size),
    }
    out = io.BytesIO()
    picture = Image.frombytes("L", (wide, high), data[kind])
    picture.save(out, "TIFF", compression="tiff_lzw", tiffinfo={278: high})
    with Image.open(out) as written:
        (start,), (length,) = written.tag_v2[273], written.tag_v2[279]
    raw = out.getvalue()[start : start + length]
    assert _unfolded_size(raw, ["/LZWDecode"], 2 * size) == (size, True)
    found, _ = _unfolded_size(raw, ["/LZWDecode"], size // 2)
    assert size // 2 < found <= size
    # What is cut off is counted as far as it goes.
    assert 0 < _unfolded_size(raw[: length // 2], ["/LZW"], 2 * size)[0] < size
