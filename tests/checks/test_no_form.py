"""X102: a document without a form, and what its lines give away."""

import pytest

import indicators

SPACED = """项目支出绩效目标表

一级指标    二级指标      三级指标          指标值
产出指标    数量指标      新建泵站          ≥3座
            质量指标      验收合格率        100%
效益指标    社会效益指标  受益人口          ≥2万人
"""
PROSE = """预算说明

一、本单位  2025年  部门预算
二、数量指标和质量指标见附件。
"""


@pytest.mark.parametrize(("text", "said"), [(SPACED, "只用空格对齐"), (PROSE, "没有找到")])
def test_says_why_there_is_no_form(tmp_path, text, said):
    path = tmp_path / "表.txt"
    path.write_text(text, encoding="utf-8")
    (finding,) = (item for item in indicators.check(indicators.read(path)).findings if item.rule == "X102")
    assert said in finding.message
