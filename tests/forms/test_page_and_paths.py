"""What a page prints below a form, levels joined to a path, labels marked as items of a list, targets in words."""

from __future__ import annotations

import indicators
from indicators.forms import find_forms
from indicators.readers import read_bytes

HEAD = "2025年项目支出绩效目标表\n项目名称\t碑林修缮\n主管部门\t甲县文化局\n年度目标\t10月底前修缮碑刻12通。\n"
BLOCK = (
    "一级指标\t二级指标\t三级指标\t指标值\n产出指标\t数量指标\t修缮碑刻数量\t12通\n质量指标\t修缮验收合格率\t≥98%\n"
    "满意度指标\t服务对象满意度指标\t参观群众满意度\t≥90%\n"
)


def read(text: str) -> list[indicators.Form]:
    return list(find_forms(read_bytes(text.encode(), "甲县.txt")).forms)


def named(form: indicators.Form) -> list[str]:
    return [f"{item.name} {item.value}".strip() for item in form.indicators]


NAMED = ["修缮碑刻数量 12通", "修缮验收合格率 ≥98%", "参观群众满意度 ≥90%"]


def test_what_the_page_prints_below_the_last_category_is_no_indicator() -> None:
    (form,) = read(HEAD + BLOCK + "\n扫一扫看手机版\n【打印】\t【关闭】\n主办：甲县人民政府\t甲ICP备00000001号\n")
    assert named(form) == NAMED
    (form,) = read((HEAD + BLOCK).replace("\t", " | ") + "| 相关附件： |\n")
    assert named(form) == NAMED


def test_a_further_row_of_the_last_category_stays() -> None:
    (form,) = read(HEAD + BLOCK + "\n讲解员满意度\t≥85%\n")
    assert named(form) == [*NAMED, "讲解员满意度 ≥85%"]


def test_the_head_of_the_next_table_is_no_indicator() -> None:
    table = "| 项目 | 内容 |\n| --- | --- |\n| 项目名称 | 碑林修缮 |\n| 年度绩效目标 | 修缮碑刻12通。 |\n\n"
    block = "".join(f"| {line.replace(chr(9), ' | ')} |\n" for line in BLOCK.splitlines())
    first, second = read(f"## 项目支出绩效目标表\n\n### 碑林修缮\n\n{table}{block}\n### 石刻拓印\n\n{table}{block}")
    assert named(first) == named(second) == NAMED


def test_levels_may_be_joined_to_a_path_before_the_name() -> None:
    head = "甲县2025年项目绩效目标表\n项目名称: 碑林修缮\n预算单位: 甲县文化局\n预算金额: 36.00\n年度目标: 修缮碑刻12通。\n\n"
    rows = "产出指标-数量指标-修缮碑刻数量: 12通\n产出指标-质量指标-修缮验收合格率: ≥98%\n满意度指标-服务对象满意度指标-参观群众满意度: ≥90%\n"
    (form,) = read(head + "一级指标-二级指标-三级指标: 指标值\n" + rows)
    assert named(form) == NAMED
    assert [item.level2 for item in form.indicators] == ["数量指标", "质量指标", "服务对象满意度指标"]


def test_labels_may_be_items_of_a_list_or_emphasised() -> None:
    block = "".join(f"| {line.replace(chr(9), ' | ')} |\n" for line in BLOCK.splitlines())
    (form,) = read(
        "**填报单位：** 甲县文化局　　**金额单位：** 万元\n\n## 项目支出绩效目标表\n\n- 项目名称：碑林修缮\n- **实施单位**：甲县博物馆\n"
        f"- 年度预算金额：36.00\n- 年度绩效目标：修缮碑刻12通。\n\n{block}"
    )
    assert (form.project_name, form.text("implementing_unit")) == ("碑林修缮", "甲县博物馆")
    assert form.text("department") == "甲县文化局"
    assert form.text("goal.annual") == "修缮碑刻12通。"
    assert [int(line.amount or 0) for line in form.funds] == [36]


def test_words_in_the_column_of_signs_are_the_target_where_no_number_stands() -> None:
    head = "一级指标\t二级指标\t三级指标\t符号\t数值\t单位\n"
    rows = (
        "产出指标\t数量指标\t修缮碑刻数量\t等于\t12\t通\n产出指标\t质量指标\t修缮验收合格率\t≥\t98\t%\n"
        "效益指标\t可持续影响指标\t保护制度\t持续完善\t\t\n满意度指标\t服务对象满意度指标\t参观群众满意度\t≥\t90\t%\n"
    )
    (form,) = read(HEAD + head + rows)
    assert named(form) == ["修缮碑刻数量 =12通", "修缮验收合格率 ≥98%", "保护制度 持续完善", "参观群众满意度 ≥90%"]


def test_the_opinion_of_any_body_below_the_indicators_is_no_indicator() -> None:
    (form,) = read(HEAD + BLOCK + "学校意见\t同意申报。（公章）　2025年11月8日\n")
    assert named(form) == NAMED


def test_a_way_before_a_sign_belongs_to_the_name_of_a_glued_row() -> None:
    glued = (HEAD + BLOCK).replace("\t", "").replace("参观群众满意度≥90%", "参观群众满意度提升≥5个百分点")
    (form,) = read(glued)
    assert named(form)[2] == "参观群众满意度提升 ≥5个百分点"
