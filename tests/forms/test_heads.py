"""What stands above the indicators: lines between title and table, goals with a table of stages, labels that also serve."""

from __future__ import annotations

import pytest

from indicators.forms import find_forms
from indicators.readers.text import read_text
from indicators.records import Form

_BLOCK = """一级指标\t二级指标\t三级指标\t指标值
产出指标\t数量指标\t维护航标座数\t460座
产出指标\t质量指标\t航标维护正常率\t≥99%
产出指标\t时效指标\t维护完成时间\t2025年12月15日前
效益指标\t社会效益指标\t事故起数\t0起
满意度指标\t服务对象满意度指标\t船员满意度\t≥90%
"""
_GOAL = "年度绩效目标\t维护航标460座，正常率不低于99%。\n"


def _form(text: str) -> Form:
    (form,) = find_forms(read_text(text.encode(), "a.txt", sha256="")).forms
    return form


@pytest.mark.parametrize(
    "head",
    [
        "单位：沅水市航道局\t年度：2025\t金额单位：万元\n项目名称：航标维护\n实施期限：2025年1月至12月\n",
        "金额单位：万元\n项目名称：航标维护\n主管部门：沅水市航道局\n实施期限：2025年1月至12月\n",
        "项目名称：航标维护\n实施期限：2025年1月至12月\n填报单位：沅水市航道局（盖章）\t\t单位：万元\n",
    ],
)
def test_lines_between_the_title_and_the_table_belong_to_the_form(head: str) -> None:
    form = _form("项目支出绩效目标表\n" + head + "预算金额\t345\t市级财政资金\t345\n" + _GOAL + _BLOCK)
    assert form.reading == "understood"
    assert form.project_name == "航标维护"
    assert form.text("department") == "沅水市航道局"
    assert form.text("project_period") == "2025年1月至12月"


def _below(lines: str) -> Form:
    head = "项目绩效目标表（2025年）\n项目名称\t航标维护\t主管部门\t沅水市航道局\n资金总额（万元）\t345\n"
    return _form(head + lines + _BLOCK)


@pytest.mark.parametrize(
    "stages",
    [
        "阶段目标\t时间节点\t计划完成内容\n\t3月底前\t完成春季检查\n\t12月底前\t完成考核验收\n",
        "分阶段目标\t完成时限\t工作内容\n\t6月底前\t维护230座\n\t9月底前\t维护345座\n\t12月底前\t维护460座\n",
    ],
)
def test_a_table_of_stages_is_no_part_of_the_goal(stages: str) -> None:
    assert _below(_GOAL + stages).text("goal.annual") == "维护航标460座，正常率不低于99%。"


def test_the_name_of_the_block_left_of_the_goal_of_the_year_is_no_second_goal() -> None:
    form = _below("总体目标\t年度目标\n\t维护航标460座，正常率不低于99%。\n")
    assert form.text("goal.annual") == "维护航标460座，正常率不低于99%。"
    assert form.field("goal.lifetime") is None
    assert not form.notes


def test_two_texts_below_the_heads_of_two_goals_stay_two() -> None:
    form = _below("总体目标\t年度目标\n三年内更新航标1380座。\t维护航标460座，正常率不低于99%。\n")
    assert form.text("goal.lifetime") == "三年内更新航标1380座。"
    assert form.text("goal.annual") == "维护航标460座，正常率不低于99%。"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_label_of_the_department_goes_before_one_that_also_serves(order: tuple[int, int]) -> None:
    pairs = ["归口部门\t科学技术处", "主管部门\t衡西省教育厅"]
    lines = "\n".join(pairs[place] for place in order)
    form = _form(
        "江淮理工大学项目绩效目标申报书（2026年）\n一、基本信息\n项目名称\t科研业务费\t申报单位\t江淮理工大学\n"
        f"{lines}\n资金总额（万元）\t600\n{_GOAL}{_BLOCK}"
    )
    assert form.text("department") == "衡西省教育厅"
    assert (form.title, form.year) == ("江淮理工大学项目绩效目标申报书（2026年）", 2026)


def test_contents_and_their_costs_are_the_overview() -> None:
    assert (
        _below("项目内容及测算\t维护航标460座，每座0.75万元。\n" + _GOAL).text("overview")
        == "维护航标460座，每座0.75万元。"
    )


def test_a_whole_transfer_that_names_its_project_is_no_department() -> None:
    head = "转移支付整体绩效目标表\n（2026年度）\n专项名称\t居民医疗保险补助\n主管部门\t某省医疗保障局\n年度金额（万元）\t60\n"
    assert _form(head + _GOAL + _BLOCK).form_type == "project"


@pytest.mark.parametrize(
    ("value", "unit", "joined"),
    [
        ("12月20日", "月/日", "≤12月20日"),
        ("2025年6月", "年、月", "≤2025年6月"),
        ("15", "日", "≤15日"),
        ("4", "年", "≤4年"),
    ],
)
def test_how_a_date_is_written_is_no_unit(value: str, unit: str, joined: str) -> None:
    block = (
        "一级指标\t二级指标\t三级指标\t指标性质\t指标值\t度量单位\n产出指标\t数量指标\t维护座数\t=\t460\t座\n"
        f"产出指标\t质量指标\t正常率\t≥\t99\t%\n产出指标\t时效指标\t完成日期\t≤\t{value}\t{unit}\n"
        "满意度指标\t服务对象满意度指标\t船员满意度\t≥\t90\t%\n"
    )
    head = "项目绩效目标表（2025年）\n项目名称\t航标维护\t主管部门\t沅水市航道局\n资金总额（万元）\t345\n"
    form = _form(head + _GOAL + block)
    assert [item.value for item in form.indicators if item.level2 == "时效指标"] == [joined]
