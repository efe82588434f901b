"""A document that ends in the midst of a form: what stands behind is not missing, only not seen."""

from __future__ import annotations

import pytest

import indicators
from indicators.forms import find_forms
from indicators.readers import read_bytes

HEAD = "项目支出绩效目标表\n| 项目名称 | 水渠清淤 |\n| 年度资金总额 | 120 |\n| 年度目标 | 清淤18公里，6月底前完工 |\n"
TABLE = "| 一级指标 | 二级指标 | 三级指标 | 指标值 | 分值 |\n"
ROWS = (
    "| 产出指标 | 数量指标 | 清淤长度 | ≥18公里 | 20 |\n"
    "| 产出指标 | 质量指标 | 验收合格率 | ≥98% | 20 |\n"
    "| 产出指标 | 时效指标 | 完工时间 | 6月底前 | 10 |\n"
)
BENEFIT = "| 效益指标 | 社会效益指标 | 受益灌溉面积 | ≥3600亩 | 30 |\n"
SATISFIED = "| 满意度指标 | 服务对象满意度指标 | 农户满意度 | ≥90% | 10 |\n"


def last(text: str) -> indicators.Form:
    return find_forms(read_bytes(text.encode(), "甲镇.txt")).forms[-1]


@pytest.mark.parametrize(
    "end",
    [
        pytest.param("| 效益指标 | 社会效益指标 | 受益灌溉面积 |", id="before the value"),
        pytest.param("| 效益指标 | 社会效益指标 | 受益灌溉面积 | ≥", id="in the value"),
        pytest.param("| 效益指标 | 社会效益指标 | 受益灌溉面积 | ≥3600亩", id="before the points"),
        pytest.param(BENEFIT + "| 满意度指标", id="behind a label"),
    ],
)
def test_a_form_that_ends_in_a_row_may_go_on(end: str) -> None:
    form = last(HEAD + TABLE + ROWS + end)
    assert form.cut_off
    assert form.reading == "doubtful"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(HEAD + TABLE + ROWS + BENEFIT + SATISFIED, id="whole"),
        pytest.param(HEAD + TABLE + ROWS + BENEFIT.replace("≥3600亩", "") + SATISFIED, id="blank value above"),
        pytest.param(HEAD + TABLE + ROWS + BENEFIT + SATISFIED.replace("≥90%", ""), id="points make the total"),
        pytest.param(
            HEAD + TABLE + ROWS + "| 效益指标 | 社会效益指标 | 受益灌溉面积 |\n其他说明：本表一式两份，由甲局存档。",
            id="text below",
        ),
    ],
)
def test_a_form_that_is_whole_or_has_text_below_is_not_cut_off(text: str) -> None:
    assert not last(text).cut_off


def test_points_far_below_those_of_the_other_forms_show_that_rows_are_lost() -> None:
    whole = HEAD + TABLE + ROWS + BENEFIT + SATISFIED
    assert last(whole + "\n" + HEAD.replace("水渠清淤", "河道清淤") + TABLE + ROWS).cut_off


def test_nobody_is_asked_for_what_stands_behind_the_break() -> None:
    text = HEAD + TABLE + ROWS + "| 效益指标 | 社会效益指标 | 受益灌溉面积 |"
    cut = {item.rule for item in indicators.check(read_bytes(text.encode(), "甲镇.txt")).findings}
    closed = text + "\n其他说明：本表一式两份，由甲局存档。"
    whole = {item.rule for item in indicators.check(read_bytes(closed.encode(), "甲镇.txt")).findings}
    asked = {"S106", "S107", "S108", "S109", "S110"}
    assert not cut & asked
    assert whole & asked
    assert "X104" in cut
