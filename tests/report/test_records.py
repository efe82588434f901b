"""What ``extract`` prints: every indicator as a row, every form as a paragraph, nothing personal."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from indicators.cases import Scene
from indicators.records import Extraction, Note
from indicators.report.records import records_csv, records_json, records_table


@pytest.fixture
def found(document: Extraction) -> list[tuple[str, Extraction]]:
    note = Note(code="ocr-off", message="第 3 页未读取")
    return [("报送/甲.pdf", replace(document, problems=(note,)))]


def test_a_row_an_indicator(found: list[tuple[str, Extraction]]) -> None:
    text = records_csv(found)
    assert text.startswith("\ufeff文件,表序,项目名称")
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    [(_, extraction)] = found
    items = [(form, item) for form in extraction.forms for item in form.indicators]
    assert len(rows) == len(items)
    for row, (form, item) in zip(rows, items, strict=True):
        assert (row["表序"], row["项目名称"], row["单位"]) == (str(form.index + 1), form.project_name, form.fund_unit)
        assert row["期限"] == {"annual": "年度", "lifetime": "实施期"}[item.horizon]
        assert (row["一级指标"], row["二级指标"], row["三级指标"], row["指标值"]) == (
            item.level1, item.level2, item.name, item.value,
        )  # fmt: skip
    assert rows[0]["年度资金"] == "3600000"


def test_a_blank_amount_is_an_empty_cell(patched: Callable[..., Scene]) -> None:
    scene = patched(funds={"annual": {"total": ""}})
    first = records_csv([("a", scene.extraction)]).splitlines()[1].split(",")
    assert first[4] == ""


def test_a_list_for_reading(found: list[tuple[str, Extraction]], patched: Callable[..., Scene]) -> None:
    text = records_table(found)
    lines = text.splitlines()
    assert lines[0] == "报送/甲.pdf：青榆县教育局 2024年 共 3 张绩效目标表"
    assert lines[1] == "  第 3 页未读取"
    assert lines[2].startswith("[1] 农村中小学校舍维修改造　青榆县教育局　年度资金 3,600,000 元　指标 ")
    assert "     实施期 数量指标：维修校舍面积 = ≥12000平方米" in lines
    bare = patched(project_name="", department="", funds={"annual": {"total": ""}}, append=[{"level2": "数量指标"}])
    text = records_table([("乙", replace(bare.extraction, fiscal_year=None, department=""))])
    assert text.splitlines()[0].startswith("乙： 共 ")
    assert "（无项目名称）" in text
    assert "年度资金 未填" in text
    assert "年度 数量指标：（空）" in text


def test_numbers_of_people_are_masked_and_no_cell_is_a_formula(patched: Callable[..., Scene]) -> None:
    scene = patched(
        project_name="=1+1 联系13800138000", indicators=[{"level2": "数量指标", "name": "＝cmd", "value": "1"}]
    )
    for text in (records_csv([("a", scene.extraction)]), records_table([("a", scene.extraction)])):
        assert "13800138000" not in text
        assert "138****8000" in text
    cells = [cell for row in csv.reader(io.StringIO(records_csv([("a", scene.extraction)]))) for cell in row]
    assert not [cell for cell in cells if cell[:1] in "=＝" and cell]


def test_the_json_is_that_of_the_contract(found: list[tuple[str, Extraction]]) -> None:
    whole, brief = json.loads(records_json(found)), json.loads(records_json(found, brief=True))
    assert whole["documents"][0]["path"] == "报送/甲.pdf"
    assert "goal" in whole["documents"][0]["forms"][0]
    assert "goal" not in brief["documents"][0]["forms"][0]
