"""White of one blank: a border where the lines around are parted there as well, and a blank of the text elsewhere."""

from __future__ import annotations

import pytest

from indicators.forms import find_forms
from indicators.readers.text import read_text
from indicators.records import Form

FORM = """\
                    项目支出绩效目标表（2026年度）
项目名称        {name:<40}
主管部门        {department}{gap}实施单位        云溪县灌区站
项目属性        新增项目      项目期          1年
年度资金总额    35.00万元     其他资金        5.00万元
年度目标        {goal}
一级指标    二级指标        三级指标              指标值
产出指标    数量指标        清淤渠道长度          ≥8公里
            质量指标        渠道验收合格率        100%
效益指标    社会效益指标    受益农户数量          ≥900户
满意度指标  服务对象满意度  受益农户满意度        ≥90%
"""


def only(**given: str) -> Form:
    text = FORM.format(
        **{"name": "灌区渠道清淤", "department": "云溪县水利局", "gap": "  ", "goal": "清淤渠道8公里。"} | given
    )
    (form,) = find_forms(read_text(text.encode(), "a.txt", sha256="")).forms
    return form


@pytest.mark.parametrize(
    ("department", "gap"),
    [("云溪县水利局", "  "), ("云溪县水利局1", " "), ("云溪县水利局", " "), ("云溪县水务管理局", "  ")],
)
def test_a_label_one_blank_behind_a_value_is_a_cell(department: str, gap: str) -> None:
    form = only(department=department, gap=gap)
    assert (form.text("department"), form.text("implementing_unit")) == (department, "云溪县灌区站")
    assert (form.text("project_attribute"), form.text("project_period")) == ("新增项目", "1年")


@pytest.mark.parametrize("goal", ["清淤渠道8公里， 维修闸门6处。", "清淤渠道 8公里。", "2026 年 4 月清淤渠道。"])
def test_a_blank_inside_a_text_is_no_border(goal: str) -> None:
    form = only(goal=goal)
    assert form.text("goal.annual") == goal
    assert [item.value for item in form.indicators] == ["≥8公里", "100%", "≥900户", "≥90%"]


@pytest.mark.parametrize("name", ["灌区渠道清淤 二期", "灌区 渠道清淤", "2026年 灌区渠道清淤"])
def test_a_blank_inside_a_name_is_no_border(name: str) -> None:
    assert only(name=name).project_name == name
