"""Heads written in lines and sentences: short labels, sources in a sentence, periods over amounts, a plan's course."""

from __future__ import annotations

import indicators
from indicators.forms import find_forms
from indicators.readers import read_bytes

BLOCK = (
    "一级指标|二级指标|三级指标|年度指标值\n产出指标|数量指标|修缮碑刻数量|12通\n产出指标|质量指标|修缮验收合格率|≥98%\n"
    "产出指标|时效指标|修缮完成时间|2025年10月底前\n效益指标|社会效益指标|年接待参观人次|≥3万人次\n"
)
OUTLINE = (
    "（一）产出指标\n1. 数量指标：修缮碑刻数量：12通。\n2. 质量指标：修缮验收合格率≥98%。\n"
    "（二）效益指标\n1. 社会效益指标：年接待参观人次：≥3万人次。\n"
)


def read(text: str) -> indicators.Form:
    (form,) = find_forms(read_bytes(text.encode(), "甲县.txt")).forms
    return form


def amounts(form: indicators.Form) -> dict[tuple[str, str], int]:
    return {(line.horizon, line.source): int(line.amount) for line in form.funds if line.amount is not None}


def test_short_labels_in_lines_name_the_project_and_its_unit() -> None:
    head = "甲县2025年项目绩效目标\n项目：碑林修缮保护\n单位：甲县博物馆　　主管部门：甲县文化局\n项目概况：修缮碑刻12通。\n"
    form = read(
        head
        + "预算安排：2025年安排资金36万元（县级财政资金30万元、门票收入6万元）。\n年度目标：10月底前修缮碑刻12通。\n\n"
        + BLOCK
    )
    assert (form.project_name, form.text("implementing_unit"), form.text("department")) == (
        "碑林修缮保护",
        "甲县博物馆",
        "甲县文化局",
    )
    assert form.text("goal.annual") == "10月底前修缮碑刻12通。"
    # A source without a known name beside one that has it.
    assert amounts(form) == {("annual", "total"): 36, ("annual", "local"): 30, ("annual", "other"): 6}


def test_an_amount_with_its_parts_in_an_outline_is_the_total() -> None:
    head = "2025年度项目支出绩效目标申报书\n一、项目名称：碑林修缮保护\n二、申报单位：甲县博物馆\n三、项目资金：36万元，其中市（区）财政资金36万元。\n四、年度绩效目标：修缮碑刻12通。\n五、绩效指标\n"
    form = read(head + OUTLINE)
    assert form.text("implementing_unit") == "甲县博物馆"
    assert amounts(form) == {("annual", "total"): 36, ("annual", "local"): 36}


def test_periods_head_the_amounts_below_them() -> None:
    head = "项目支出绩效目标表\n项目名称\t碑林修缮保护\n资金情况（万元）\t\t实施期\t年度\n\t资金总额\t80\t36\n\t一般公共预算\t50\t20\n\t政府性基金预算\t30\t16\n年度目标\t修缮碑刻12通\n"
    form = read(head + BLOCK.replace("|", "\t"))
    assert amounts(form)["lifetime", "total"] == 80
    assert amounts(form)["annual", "total"] == 36
    assert form.reading == "understood"


def test_the_course_of_a_project_is_a_text_and_no_category() -> None:
    head = "| 项目名称 | 碑林修缮保护 |\n| 实施进度 | 3月招标，4月至9月修缮，10月验收。 |\n| 年度绩效目标 | 修缮碑刻12通。 |\n\n"
    form = read("项目支出绩效目标表\n" + head + "".join(f"|{line}|\n" for line in BLOCK.splitlines()))
    assert form.text("plan").startswith("3月招标")
    assert form.project_name == "碑林修缮保护"
    assert [item.level2 for item in form.indicators] == ["数量指标", "质量指标", "时效指标", "社会效益指标"]
