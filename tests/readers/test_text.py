"""The text reader: encodings, rows, and files that are no text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.errors import ReadError
from indicators.readers import read, read_bytes
from indicators.readers.text import LARGEST_TEXT, read_text
from indicators.records import Document, Line, Table

SAMPLE = "云溪县水利局\n\n项目名称\t堤防维修\t\n\t年度资金总额\t12.5\n尾注"


def texts(document: Document) -> list[list[str] | str]:
    out: list[list[str] | str] = []
    for block in document.blocks:
        if isinstance(block, Line):
            out.append(block.text)
        else:
            out.append([cell.text for cell in block.cells])
    return out


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_every_encoding_reads_the_same(encoding: str) -> None:
    document = read_text(SAMPLE.encode(encoding), "a.txt", sha256="")
    assert texts(document) == ["云溪县水利局", ["项目名称", "堤防维修", "年度资金总额", "12.5"], "尾注"]


def test_cells_keep_their_row_column_and_line() -> None:
    table = read_text(SAMPLE.encode(), "a.txt", sha256="").tables[0]
    assert [(c.at.row, c.at.column, c.at.line) for c in table.cells] == [(0, 0, 3), (0, 1, 3), (1, 1, 4), (1, 2, 4)]
    assert (table.rows, table.columns, table.grid) == (2, 3, "ragged")


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("项目名称 | 堤防维修 | 实施单位 | 水利局", [(0, "项目名称"), (1, "堤防维修"), (2, "实施单位"), (3, "水利局")]),
        ("| 项目名称 | 堤防维修 |", [(0, "项目名称"), (1, "堤防维修")]),
    ],
)
def test_bars_part_cells(row: str, cells: list[tuple[int, str]]) -> None:
    table = read_text(row.encode(), "a.txt", sha256="").tables[0]
    assert [(c.at.column, c.text) for c in table.cells] == cells


def test_an_empty_first_cell_between_bars_keeps_its_column() -> None:
    lines = "产出指标 | 数量指标 | 维修长度 | ≥3公里\n | 质量指标 | 合格率 | ≥95%"
    table = read_text(lines.encode(), "a.txt", sha256="").tables[0]
    assert [(c.at.column, c.text) for c in table.cells if c.at.row == 1] == [
        (1, "质量指标"),
        (2, "合格率"),
        (3, "≥95%"),
    ]


@pytest.mark.parametrize("data", [b"", b"\n\n  \t\n", b"\xef\xbb\xbf", b"\0\0\0\0"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(ReadError, match="空"):
        read_text(data, "a.txt", sha256="")


def test_a_few_nul_bytes_are_dropped_and_noted() -> None:
    document = read_text(SAMPLE.encode().replace("尾注".encode(), "尾\0注".encode()), "a.txt", sha256="")
    assert document.lines[-1].text == "尾注"
    assert [note.code for note in document.problems] == ["nul-dropped"]


def test_binary_is_refused_with_what_where_why_and_what_to_do() -> None:
    with pytest.raises(ReadError) as caught:
        read_bytes(bytes(range(256)) * 64, "a.txt")
    message = str(caught.value)
    assert "a.txt" in message
    assert "原因" in message
    assert "处理办法" in message


def test_a_damaged_byte_costs_one_character() -> None:
    data = (SAMPLE * 50).encode()
    document = read_text(data[:40] + b"\xff" + data[41:], "a.txt", sha256="")
    assert any(note.code == "bytes-replaced" for note in document.problems)
    assert len(document.tables) == 50


def test_a_missing_file_a_folder_and_a_giant_are_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ReadError, match="找不到"):
        read(tmp_path / "no.txt")
    with pytest.raises(ReadError, match="文件夹"):
        read(tmp_path)
    giant = tmp_path / "giant.txt"
    with giant.open("wb") as stream:
        stream.seek(200 * 1024 * 1024)
        stream.write(b"x")
    with pytest.raises(ReadError, match="太大"):
        read(giant)
    with pytest.raises(ReadError, match="太大"):
        read_bytes("项目".encode() * (LARGEST_TEXT // 6 + 1), "a.txt")


@given(st.binary(max_size=400))
def test_any_bytes_give_a_document_or_a_read_error(data: bytes) -> None:
    try:
        document = read_text(data, "a.txt", sha256="")
    except ReadError:
        return
    assert all(isinstance(block, Line | Table) for block in document.blocks)


def test_a_wide_blank_counts_as_the_program_counted_it() -> None:
    from indicators.records import Region

    lines = [f"指标{blank}名称    数值      备注" for blank in ("　", "x", "　", "x")]
    (region,) = [b for b in read_text("\n".join(lines).encode(), "a.txt", sha256="").blocks if isinstance(b, Region)]
    assert len({piece.x0 for piece in region.segments if piece.text == "数值"}) == 1


def lines_of(text: str) -> list[str]:
    return [block.text for block in read_text(text.encode(), "a.txt", sha256="").blocks if isinstance(block, Line)]


@pytest.mark.parametrize("text", ["甲\n\n15\n\f乙\n\n16\n\f", "甲\n\f乙\n 8 \n\f丙\n9\n", "甲\n乙\n\n1\n\f"])
def test_the_number_that_closes_a_page_is_no_line_of_it(text: str) -> None:
    assert lines_of(text) == [mark for mark in "甲乙丙" if mark in text]


@pytest.mark.parametrize("text", ["甲\n\n10\n\f", "甲\n\n10\n\f乙\n\n20\n\f", "甲\n\n1\n", "甲\n\n2\n\f乙\n\n丙\n\f"])
def test_a_number_that_closes_a_page_and_does_not_count_it_stays(text: str) -> None:
    assert lines_of(text) == text.split()


def test_lines_of_one_bar_are_rows_only_beside_rows_of_more() -> None:
    text = "首页 | 新闻\n\n项目名称 | 渠道清淤\n主管部门 | 云溪县水利局\n一级指标 | 二级指标 | 指标值\n产出指标 | 数量指标 | ≥8公里\n"
    line, table = read_text(text.encode(), "a.txt", sha256="").blocks
    assert isinstance(line, Line)
    assert isinstance(table, Table)
    assert [cell.text for cell in table.cells][:4] == ["项目名称", "渠道清淤", "主管部门", "云溪县水利局"]


def test_entities_that_a_page_left_are_the_signs_they_stand_for() -> None:
    document = read_text("首页\n &ge;95%&nbsp;\n&nbsp;\n合格率\t&lt;=5&#37;\n".encode(), "a.txt", sha256="")
    assert texts(document) == ["首页", "≥95%", ["合格率", "<=5%"]]
