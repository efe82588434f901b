"""X102: a document without a form, and what its lines give away."""

from __future__ import annotations

from pathlib import Path

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


def told(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "表.txt"
    path.write_text(text, encoding="utf-8")
    return [item.message for item in indicators.check(indicators.read(path)).findings if item.rule == "X102"]


def test_says_that_there_is_no_form(tmp_path: Path) -> None:
    (message,) = told(tmp_path, PROSE)
    assert "没有找到" in message


def test_columns_parted_by_blanks_are_a_form(tmp_path: Path) -> None:
    # Where blanks do not tell the columns, a case of the rule holds what is said.
    assert told(tmp_path, SPACED) == []
