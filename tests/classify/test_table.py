"""Scoring tables: every kind of input a bureau has, the same rows out, or a clear refusal."""

import csv

import pandas as pd
import pytest

from indicators.classify import load_classifier, score_csv, score_frame
from indicators.classify.table import ADDED
from indicators.errors import ReadError

ROWS = [
    ["1", "数量指标", "参训人数", "≥120人"],
    ["2", "社会效益指标", "社会稳定", "提高"],
    ["3", "质量指标", "质量", ""],
]
HEADER = ["序号", "level2", "level3", "value"]


@pytest.fixture(scope="module")
def classifier():
    return load_classifier()


def _text(rows=ROWS, header=HEADER):
    return "\n".join(",".join(row) for row in [header, *rows]) + "\n"


def _score(tmp_path, data, classifier):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(data)
    count = score_csv(source, target, classifier)
    limit = csv.field_size_limit(1 << 30)
    with target.open(encoding="utf-8-sig", newline="") as stream:
        table = list(csv.reader(stream))
    csv.field_size_limit(limit)
    assert len(table) == count + 1
    return table


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(tmp_path, classifier, encoding):
    table = _score(tmp_path, _text().encode(encoding), classifier)
    assert table[0] == [*HEADER, *ADDED]
    assert [row[:4] for row in table[1:]] == ROWS
    assert [row[4] for row in table[1:]] == ["3", "1", "0"]
    assert all(sum(float(cell) for cell in row[6:10]) == pytest.approx(1, abs=1e-6) for row in table[1:])


def test_existing_columns_are_replaced_in_place(tmp_path, classifier):
    header = ["level", "level2", "level3", "value", "score"]
    rows = [["0", "数量指标", "参训人数", "≥120人", "x"]]
    table = _score(tmp_path, _text(rows, header).encode(), classifier)
    assert table[0] == [*header, "p0", "p1", "p2", "p3", "reason"]
    assert table[1][0] == "3"
    assert float(table[1][4]) > 80


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "空的"),
        (b"\n\n", "空的"),
        ("level2,level3\n数量指标,甲\n".encode(), "value"),
        ("甲,乙\n1,2\n".encode("gb18030"), "level2、level3、value"),
        (b"PK\x03\x04 workbook", "工作簿"),
        (b"\xff\xfe\x00", "编码"),
        ("level2,level3,value\n数量指标,甲,1,000元\n".encode(), "第2行有4列"),
        (b"\x81\xff\xff level2", "编码"),
    ],
)
def test_bad_input_is_refused_in_words(tmp_path, classifier, data, message):
    with pytest.raises(ReadError, match=message):
        _score(tmp_path, data, classifier)


def test_missing_file(tmp_path, classifier):
    with pytest.raises(ReadError, match="无法读取"):
        score_csv(tmp_path / "none.csv", tmp_path / "out.csv", classifier)


def test_odd_cells(tmp_path, classifier):
    rows = [
        ["1", "数量指标", "参训人数", "=1+1"],
        ["2", "", "", ""],
        ["3", "数量指标", "名\x00称", "@SUM(A1)"],
        ["4", "数量指标", "短行"],
        ["5", "质量指标", "长", '"' + "及时，" * 1_200_000 + '"'],
    ]
    table = _score(tmp_path, _text(rows).encode(), classifier)
    assert table[1][3] == "=1+1"
    assert table[2][4] == "0"
    assert table[4][:4] == ["4", "数量指标", "短行", ""]
    assert len(table[5][3]) > 3_000_000
    assert "内容过长" in table[5][10]


def test_frames_keep_index_and_columns(classifier):
    frame = pd.DataFrame(
        {"level2": ["数量指标", None], "level3": ["参训人数", "x"], "value": [120, float("nan")]}, index=[7, 3]
    )
    scored = score_frame(frame, classifier)
    assert list(scored.columns) == ["level2", "level3", "value", *ADDED]
    assert scored.index.tolist() == [7, 3]
    assert scored["level"].tolist()[1] == 0
    assert "level" not in frame.columns
    assert score_frame(frame.iloc[:0], classifier).shape == (0, 10)
    with pytest.raises(ReadError, match="value"):
        score_frame(frame.drop(columns="value"), classifier)
