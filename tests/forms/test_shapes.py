"""Mechanisms that read layouts nobody listed: weighed columns, composed labels, tables of amounts, shapes of lists."""

from __future__ import annotations

from decimal import Decimal

import pytest

from indicators.forms.in_cell import items, pair, tags
from indicators.records import Form
from indicators.vocabulary import field_label, fund_label, header_role, likely_fund
from tests.forms.pages import forms, only, rows

HEADING = "<tr><td>项目名称<td colspan=5>渠道清淤<tr><td>主管部门<td>云溪县水利局<td>实施单位<td colspan=3>云溪县灌区站"
HEADER = "<tr><td>一级指标<td>二级指标<td>三级指标<td>指标值"
LEVELS = (
    "<tr><td rowspan=2>产出指标<td>数量指标<td>清淤渠道长度<td>≥8公里<tr><td>质量指标<td>工程验收合格率<td>100%"
    "<tr><td>效益指标<td>社会效益指标<td>受益农户<td>≥900户<tr><td>满意度指标<td>服务对象满意度指标<td>农户满意度<td>≥90%"
)


# --- columns -------------------------------------------------------------------------------------------


def body(*cells: str) -> str:
    return "<tr>" + "".join(f"<td>{cell}" for cell in cells)


def test_a_unit_column_is_known_by_its_units_whatever_heads_it() -> None:
    form = only(
        f"<table>{HEADING}<tr><td>一级指标<td>二级指标<td>三级指标<td>数值单位<td>关系<td>预期值"
        + body("产出指标", "数量指标", "清淤渠道长度", "公里", "≥", "8")
        + body("产出指标", "质量指标", "工程验收合格率", "%", "=", "100")
        + body("效益指标", "社会效益指标", "受益农户", "户", "≥", "900")
        + "</table>"
    )
    assert [item[2] for item in rows(form)] == ["≥8公里", "=100%", "≥900户"]


def test_signs_are_taken_from_the_column_of_signs_not_from_that_of_natures() -> None:
    form = only(
        f"<table>{HEADING}<tr><td>一级指标<td>二级指标<td>三级指标<td>指标性质<td>指标值<td>指标方向性"
        + body("产出指标", "数量指标", "清淤渠道长度", "≥", "8公里", "正向指标")
        + body("产出指标", "成本指标", "每公里成本", "≤", "1.5万元", "反向指标")
        + body("效益指标", "社会效益指标", "受益农户", "≥", "900户", "正向指标")
        + "</table>"
    )
    assert [item[2] for item in rows(form)] == ["≥8公里", "≤1.5万元", "≥900户"]


def test_two_columns_of_values_and_one_of_names_that_explains_behind_them() -> None:
    form = only(
        f"<table>{HEADING}<tr><td>一级指标<td>二级指标<td>三级指标<td>实施期指标值<td>当年考核水平/标准<td>指标描述"
        + body("产出指标", "数量指标", "清淤渠道长度", "≥16公里", "≥8公里", "反映清淤情况")
        + body("产出指标", "质量指标", "工程验收合格率", "100%", "100%", "反映质量情况")
        + body("效益指标", "社会效益指标", "受益农户", "≥1800户", "≥900户", "反映受益情况")
        + "</table>"
    )
    assert [item[2] for item in rows(form, "lifetime")] == ["≥16公里", "100%", "≥1800户"]
    assert rows(form)[0][1:] == ("清淤渠道长度", "≥8公里")


def test_first_levels_below_the_second_head_are_the_first_level() -> None:
    form = only(
        f"<table>{HEADING}{HEADER}<tr><td rowspan=4>实施效果指标<td rowspan=2>产出指标<td>新建道路<td>≥3公里"
        "<tr><td>安装路灯<td>≥190盏<tr><td>效益指标<td>惠及企业<td>≥46家<tr><td>满意度指标<td>企业满意度<td>≥90%</table>"
    )
    assert [(item.level1, item.level2) for item in form.side("annual")] == [
        ("产出指标", ""),
        ("产出指标", ""),
        ("效益指标", ""),
        ("满意度指标", ""),
    ]


def test_what_stands_beside_header_and_rows_names_the_side() -> None:
    block = (
        "<tr><td rowspan=4>{side}<td>一级指标<td>二级指标<td>三级指标<td>指标值<tr><td>产出指标<td>数量指标<td>清淤<td>≥{n}公里"
        "<tr><td>效益指标<td>社会效益指标<td>受益农户<td>≥900户<tr><td>满意度指标<td>服务对象满意度指标<td>农户满意度<td>≥90%"
    )
    form = only(
        f"<table>{HEADING}{block.format(side='跨年度目标指标', n=16)}{block.format(side='本年度目标指标', n=8)}</table>"
    )
    assert rows(form, "lifetime")[0][2] == "≥16公里"
    assert rows(form)[0][2] == "≥8公里"


def test_sides_of_stacked_blocks_by_the_header_of_their_values() -> None:
    header = "<tr><td>一级指标<td>二级指标<td>三级指标<td>{value}"
    form = only(
        f"<table>{HEADING}{header.format(value='中期绩效指标值')}{LEVELS.replace('8公里', '16公里')}"
        f"{header.format(value='本年度设定目标水平')}{LEVELS}</table>"
    )
    assert (rows(form, "lifetime")[0][2], rows(form)[0][2]) == ("≥16公里", "≥8公里")


# --- labels --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "path"),
    [
        ("跨年度绩效目标", "goal.lifetime"),
        ("项目周期目标任务", "goal.lifetime"),
        ("整个实施期绩效目标", "goal.lifetime"),
        ("2024-2026年绩效目标", "goal.lifetime"),
        ("本年度目标任务", "goal.annual"),
        ("预算年度绩效目标", "goal.annual"),
        ("2025年度目标", "goal.annual"),
        ("任务目标", "goal"),
        ("指标目标", None),
        ("项目内容概述", "overview"),
        ("必要性分析", "necessity"),
        ("一级预算单位", "department"),
    ],
)
def test_labels_are_composed(label: str, path: str | None) -> None:
    assert field_label(label) == path


@pytest.mark.parametrize(
    ("label", "fund"),
    [
        ("年度投入", ("total", "annual")),
        ("2025年预算（万元）", ("total", "annual")),
        ("预算安排", ("total", None)),
        ("中央", ("central", None)),
        ("市级配套", ("local", None)),
        ("企业自筹", ("self", None)),
        ("辅警装备购置经费", None),
        ("预算执行率", None),
    ],
)
def test_what_a_label_beside_an_amount_can_be(label: str, fund: tuple[str, str | None] | None) -> None:
    assert (fund_label(label) or likely_fund(label)) == fund


def test_a_year_is_no_number_before_a_fund() -> None:
    assert fund_label("2023年资金总额") == ("total", "annual")
    assert fund_label("2、其他资金") == ("other", None)


def test_values_to_be_reached_are_no_results() -> None:
    assert header_role("长期设定指标完成值") == "value"
    assert header_role("指标完成值") == "actual"
    form = only(
        f"<table>{HEADING}<tr><td>一级指标<td>二级指标<td>三级指标<td>2023年指标完成值"
        + body("产出指标", "数量指标", "清淤渠道长度", "8公里")
        + body("产出指标", "质量指标", "工程验收合格率", "100%")
        + body("满意度指标", "服务对象满意度指标", "农户满意度", "90%")
        + "</table>"
    )
    assert [item[2] for item in rows(form)] == ["8公里", "100%", "90%"]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("数值单位", "unit"), ("目标计量单位", "unit"), ("指标值及单位", "value"), ("目标值/标准", "value"),
        ("设定目标水平/标准", "value"), ("绩效标准/目标值", "value"),
    ],
)  # fmt: skip
def test_two_words_of_a_header(text: str, role: str) -> None:
    assert header_role(text) == role


def test_label_and_value_in_one_cell() -> None:
    form = only(
        "<table><tr><td colspan=4>项目名称：渠道清淤<tr><td colspan=2>主管部门：云溪县水利局<td colspan=2>项目期：1年"
        f"<tr><td colspan=4>项目概况：全县渠道年久失修。{HEADER}{LEVELS}</table>"
    )
    assert [form.text(path) for path in ("project_name", "department", "project_period", "overview")] == [
        "渠道清淤",
        "云溪县水利局",
        "1年",
        "全县渠道年久失修。",
    ]


def test_goals_below_labels_that_stand_alone() -> None:
    form = only(
        f"<table>{HEADING}<tr><td colspan=6>项目期绩效目标<tr><td colspan=6>三年清淤24公里。"
        f"<tr><td colspan=6>本年度绩效目标<tr><td colspan=6>清淤8公里。{HEADER}{LEVELS}</table>"
    )
    assert (form.text("goal.lifetime"), form.text("goal.annual")) == ("三年清淤24公里。", "清淤8公里。")


# --- funds ---------------------------------------------------------------------------------------------


def amounts(form: Form) -> dict[tuple[str, str], Decimal | None]:
    return {(line.horizon, line.source): line.amount for line in form.funds}


def test_a_table_of_amounts_with_sources_above() -> None:
    form = only(
        f"<table>{HEADING}<tr><td>项目资金（万元）<td>小计<td>中央财政资金<td>省级财政资金<td>其他资金"
        f"<tr><td>实施期资金总额<td>30.00<td>20.00<td>8.00<td>2.00<tr><td>年度资金总额<td>10.00<td>6.00<td>4.00<td>0"
        f"{HEADER}{LEVELS}</table>"
    )
    found = amounts(form)
    assert (found["lifetime", "total"], found["lifetime", "central"]) == (Decimal("30.00"), Decimal("20.00"))
    assert (found["annual", "total"], found["annual", "provincial"], found["annual", "other"]) == (10, 4, 0)


def test_a_table_of_amounts_with_periods_above() -> None:
    form = only(
        f"<table>{HEADING}<tr><td>项目资金（亿元）<td>年度资金申请总额<td>实施期资金总额<tr><td>合计<td>0.12<td>0.36"
        f"<tr><td>中央财政资金<td>0.10<td>0.30<tr><td>其他资金<td>0.02<td>0.06{HEADER}{LEVELS}</table>"
    )
    found = amounts(form)
    assert form.fund_unit == "亿元"
    assert (found["annual", "total"], found["lifetime", "total"]) == (Decimal("0.12"), Decimal("0.36"))
    assert (found["annual", "central"], found["lifetime", "other"]) == (Decimal("0.10"), Decimal("0.06"))


def test_funds_below_the_indicators_and_a_unit_above_the_title() -> None:
    form = only(
        f"<p>单位：千元<p>项目支出绩效目标表<table>{HEADING}{HEADER}{LEVELS}"
        "<tr><td rowspan=3>项目资金<td>年度资金总额<td>100.0<tr><td>一般公共预算<td>80.0<tr><td>其他资金<td>20.0</table>"
    )
    assert (form.fund_unit, form.amount("annual"), form.amount("annual", "other")) == ("千元", 100, 20)


def test_a_unit_that_is_not_printed_follows_from_the_size_of_the_amounts() -> None:
    table = f"<table>{HEADING}<tr><td>年度资金总额<td colspan=5>{{}}{HEADER}{LEVELS}</table>"
    assert only(table.format("1,144,629.25")).fund_unit == "元"
    assert only(table.format("114.46")).fund_unit == "万元"


def test_funds_in_the_heading_and_the_sole_total_of_one_side() -> None:
    form = only(
        "<table><tr><td>项目名称<td>渠道清淤<td>预算年度<td>2025年<tr><td>实施单位<td>云溪县灌区站<td>预算安排（万元）<td>98"
        f"{HEADER}{LEVELS}</table>"
    )
    assert form.amount("annual") == 98
    whole = only(f"<table>{HEADING}<tr><td>项目资金总额（万元）<td colspan=5>26{HEADER}{LEVELS}</table>")
    assert (whole.amount("annual"), whole.amount("lifetime")) == (26, None)


# --- shapes of lists -----------------------------------------------------------------------------------


def test_a_tree_without_indentation() -> None:
    lines = [
        ("项目及绩效指标", "指标值", "绩效金额（万元）"), ("云溪县合计", "", "158"), ("云溪县水利局", "", "158"), ("-渠道清淤", "", "60"),
        ("--产出指标", "", ""), ("---1.数量指标", "", ""), ("----清淤渠道长度", "≥8公里", ""), ("---2.质量指标", "", ""),
        ("----工程验收合格率", "100%", ""), ("-水闸维修", "", "98"), ("--产出指标", "", ""), ("---1.数量指标", "", ""),
        ("----维修水闸", "6处", ""), ("--满意度指标", "", ""), ("---服务对象满意度指标", "", ""), ("----农户满意度", "≥90%", ""),
    ]  # fmt: skip
    first, second = forms("<p>项目支出绩效目标表<table>" + "".join(body(*line) for line in lines) + "</table>")
    assert (first.project_name, first.text("implementing_unit"), first.amount("annual")) == (
        "渠道清淤",
        "云溪县水利局",
        60,
    )
    assert rows(first) == [("数量指标", "清淤渠道长度", "≥8公里"), ("质量指标", "工程验收合格率", "100%")]
    assert (second.project_name, second.amount("annual"), len(rows(second))) == ("水闸维修", 98, 2)


def test_a_list_printed_crosswise() -> None:
    form, other = forms(
        "<p>项目绩效目标表<table><tr><td rowspan=3>项目单位<td rowspan=3>项目名称<td rowspan=3>补助金额（万元）<td colspan=2>产出指标<td>满意度指标"
        "<tr><td>数量指标<td>质量指标<td>服务对象满意度指标<tr><td>补助户数<td>认定准确率<td>户主满意率"
        "<tr><td>云溪县殡仪馆<td>殡葬惠民补助<td>83<td>≥300户<td>100%<td>≥95%"
        "<tr><td>云溪县残联<td>康复训练补助<td>176<td>≥110户<td>98%<td>≥92%</table>"
    )
    assert (form.project_name, form.text("implementing_unit"), form.amount("annual")) == (
        "殡葬惠民补助",
        "云溪县殡仪馆",
        83,
    )
    assert rows(other) == [
        ("数量指标", "补助户数", "≥110户"),
        ("质量指标", "认定准确率", "98%"),
        ("服务对象满意度指标", "户主满意率", "≥92%"),
    ]


def test_a_list_printed_crosswise_with_texts() -> None:
    first, second = forms(
        "<p>渔业补助项目绩效目标表<table><tr><td rowspan=3>序号<td rowspan=3>项目名称<td rowspan=3>实施单位<td colspan=3>补助资金（万元）"
        "<td rowspan=3>绩效目标<td colspan=4>绩效指标<tr><td rowspan=2>合计<td rowspan=2>省级<td rowspan=2>市县<td colspan=2>产出指标"
        "<td>效益指标<td>满意度指标<tr><td>数量指标<td>时效指标<td>社会效益指标<td>服务对象满意度"
        "<tr><td colspan=3>合计<td>90<td>70<td>20<td><td><td><td><td>"
        "<tr><td>1<td>渔船更新<td>云溪县渔政站<td>60<td>50<td>10<td>更新渔船12艘。<td>更新渔船：12艘<br>拆解旧船：≥9艘<td>交付时间：10月底前"
        "<td>受益渔民：≥40人<td>渔民满意度：≥90%"
        "<tr><td>2<td>增殖放流<td>云溪县渔政站<td>30<td>20<td>10<td>放流鱼苗80万尾。<td>放流鱼苗：≥80万尾<td>放流时间：6月底前"
        "<td>参与群众：≥300人<td>群众满意度：≥92%</table>"
    )
    assert (first.amount("annual"), first.amount("annual", "provincial"), first.amount("annual", "local")) == (
        60,
        50,
        10,
    )
    assert first.text("goal.annual") == "更新渔船12艘。"
    assert rows(first) == [
        ("数量指标", "更新渔船", "12艘"),
        ("数量指标", "拆解旧船", "≥9艘"),
        ("时效指标", "交付时间", "10月底前"),
        ("社会效益指标", "受益渔民", "≥40人"),
        ("服务对象满意度指标", "渔民满意度", "≥90%"),
    ]
    assert (second.project_name, second.amount("annual"), len(rows(second))) == ("增殖放流", 30, 4)
    assert (first.reading, second.reading) == ("understood", "understood")


def test_a_list_printed_crosswise_with_pairs() -> None:
    pair = "<td>三级指标<td>指标值"
    first, second = forms(
        "<p>预算项目绩效目标汇总表<table><tr><td rowspan=3>单位（项目）名称<td rowspan=3>资金总额（万元）<td rowspan=3>绩效目标"
        f"<td colspan=6>绩效指标<tr><td colspan=2>成本指标<td colspan=2>产出指标<td colspan=2>满意度指标<tr>{pair * 3}"
        "<tr><td>云溪县渔政站<td>75<td><td><td><td><td><td><td>"
        "<tr><td rowspan=2>渔港疏浚<td rowspan=2>45<td rowspan=2>疏浚航道2公里。<td>疏浚单价<td>≤22元/立方米<td>疏浚长度<td>≥2公里"
        "<td>船员满意度<td>≥90%<tr><td><td><td>疏浚土方<td>≥2万立方米<td><td>"
        "<tr><td>渔船检验<td>30<td>检验渔船150艘。<td>单船检验费<td>≤2000元<td>检验渔船<td>150艘<td>船主满意度<td>≥92%</table>"
    )
    assert [(item.level1, item.level2, item.name, item.value) for item in first.indicators] == [
        ("成本指标", "", "疏浚单价", "≤22元/立方米"),
        ("产出指标", "", "疏浚长度", "≥2公里"),
        ("满意度指标", "", "船员满意度", "≥90%"),
        ("产出指标", "", "疏浚土方", "≥2万立方米"),
    ]
    assert (first.project_name, first.text("implementing_unit"), first.amount("annual")) == (
        "渔港疏浚",
        "云溪县渔政站",
        45,
    )
    assert (second.project_name, second.amount("annual"), len(second.indicators)) == ("渔船检验", 30, 3)


def test_one_project_of_many_units() -> None:
    found = forms(
        "<p>项目绩效目标表<table><tr><td rowspan=3>项目单位<td rowspan=3>项目名称<td rowspan=3>补助金额（万元）<td colspan=2>产出指标<td>满意度指标"
        "<tr><td>数量指标<td>质量指标<td>服务对象满意度指标<tr><td>补助户数<td>认定准确率<td>户主满意率"
        "<tr><td>甲县<td>危房改造<td>83<td>≥300户<td>100%<td>≥95%<tr><td>乙县<td>危房改造<td>76<td>≥210户<td>98%<td>≥92%</table>"
    )
    assert [(form.text("implementing_unit"), form.amount("annual")) for form in found] == [("甲县", 83), ("乙县", 76)]


def test_first_levels_side_by_side_are_one_side() -> None:
    head = "<td>一级指标<td>二级指标<td>三级指标<td>年度目标值"
    form = only(
        f"<table>{HEADING}<tr><td colspan=4>产出部分<td colspan=4>效益部分<tr>{head * 2}"
        + body("产出指标", "数量指标", "维护路灯", "≥420盏", "效益指标", "社会效益指标", "亮灯率", "≥98%")
        + body("产出指标", "质量指标", "维修合格率", "100%", "效益指标", "生态效益指标", "节电率", "≥12%")
        + body(
            "产出指标", "时效指标", "报修处理时限", "≤24小时", "满意度指标", "服务对象满意度指标", "居民满意度", "≥90%"
        )
        + body("权重合计", "90")
        + "</table>"
    )
    assert form.sides == ("annual",)
    assert rows(form) == [
        ("数量指标", "维护路灯", "≥420盏"),
        ("质量指标", "维修合格率", "100%"),
        ("时效指标", "报修处理时限", "≤24小时"),
        ("社会效益指标", "亮灯率", "≥98%"),
        ("生态效益指标", "节电率", "≥12%"),
        ("服务对象满意度指标", "居民满意度", "≥90%"),
    ]


def test_of_two_value_columns_that_of_figures_is_the_target() -> None:
    form = only(
        f"<table>{HEADING}<tr><td>一级指标<td>二级指标<td>三级指标<td>指标类型<td>指标值<td>度量单位<td>指标值内容"
        + body("产出指标", "数量指标", "清淤渠道", "定量", "≥8", "公里", "按测量图计")
        + body("产出指标", "质量指标", "验收合格率", "定量", "100", "%", "以验收单为准")
        + body("效益指标", "社会效益指标", "受益农户", "定量", "≥3", "万户", "全部灌区用水户")
        + body("满意度指标", "服务对象满意度指标", "农户满意度", "定量", "≥90", "%", "抽样二百户")
        + "</table>"
    )
    assert [value for *_, value in rows(form)] == ["≥8公里", "100%", "≥3万户", "≥90%"]


def test_columns_left_of_the_levels_of_a_list_are_no_names_and_values() -> None:
    tall, cells = "".join(f"<td rowspan=3>{{{place}}}" for place in range(6)), "".join(f"<td>{{{n}}}" for n in range(7))
    station, other = "319001-云溪县渔政站", "319002-云溪县渔船检验站"
    table = (
        "<td rowspan=2>单位代码及名称<td rowspan=2>项目编码<td rowspan=2>项目名称<td colspan=2>预算数<td rowspan=2>年度目标"
        "<td colspan=7>绩效指标<tr><td>总额<td>本年安排"
        + cells.format("权重", "一级指标", "二级指标", "三级指标", "指标值", "度量单位", "计算符号")
    )
    table += f"<tr><td colspan=3>319-云溪县农业农村局<td>75.00<td>70.00<td>{cells.format(*[''] * 7)}"
    for project in (
        (station, "5111T01", "渔港疏浚", "45.00", "40.00", "疏浚航道2公里。"),
        (other, "5111T02", "渔船检验", "30.00", "30.00", "检验渔船150艘。"),
    ):
        table += (
            f"<tr>{tall.format(*project)}{cells.format('20', '产出指标', '数量指标', '完成工程量', '2', '公里', '≥')}"
            f"<tr>{cells.format('10', '产出指标', '时效指标', '完成次数', '1', '次/季度', '=')}"
            f"<tr>{cells.format('10', '满意度指标', '服务对象满意度指标', '船员满意度', '90', '%', '≥')}"
        )
    first, second = forms(f"<p>部门预算项目绩效目标表<table><tr>{table}</table>")
    assert rows(first)[::2] == [("数量指标", "完成工程量", "≥2公里"), ("服务对象满意度指标", "船员满意度", "≥90%")]
    assert (first.amount("annual"), second.amount("annual"), len(rows(second))) == (45, 30, 3)


def test_a_framework_of_evaluation_is_no_form() -> None:
    assert not forms(
        "<p>项目支出绩效评价指标体系<table><tr><td>一级指标<td>二级指标<td>三级指标<td>指标解释"
        "<tr><td>决策<td>项目立项<td>立项依据充分性<td>是否符合规划<tr><td>过程<td>资金管理<td>预算执行率<td>实际支出占比"
        "<tr><td>产出<td>产出数量<td>实际完成率<td>实际产出占比<tr><td>效益<td>项目效益<td>实施效益<td>产生的效益</table>"
    )


def test_the_heads_of_a_budget_table_open_no_form() -> None:
    assert not forms(
        "<p>2025年项目支出预算表<table><tr><td>序号<td>单位名称<td>项目名称<td>本年预算（元）"
        "<tr><td>1<td>云溪县灌区站<td>渠道清淤经费<td>600000<tr><td>2<td>云溪县灌区站<td>水闸维修经费<td>980000</table>"
    )


@pytest.mark.parametrize(
    "text",
    [
        "【产出指标-40-①数量指标(核心)】清淤长度（≥8公里）；水闸（=6处）【产出指标-40-②质量指标(核心)】合格率（100%）",
        "（二）产出指标-1.数量指标：指标1：清淤长度（≥8公里）；指标2：水闸（=6处）（二）产出指标-2.质量指标：指标3：合格率（100%）",
        "产出目标>数量目标（必填）：1.清淤长度：≥8公里，2.水闸：=6处产出目标>质量目标（必填）：3.合格率：100%",
        "[数量指标]清淤长度：≥8公里，水闸：=6处[质量指标]合格率：100%",
        "产 出 指 标-数 量 指 标：1.清淤长度：≥8公里2.水闸：=6处产 出 指 标-质 量 指 标：3.合格率：100%",
        "【数量指标】清淤长度：≥8公里水闸：=6处【质量指标】合格率：100%",
        # Lines of the cell joined by blanks, as copies out of workbooks have them.
        "数量指标：清淤长度：≥8公里 水闸：=6处 质量指标：合格率：100%",
        "产出类-①数量指标：清淤长度：≥8公里 水闸：=6处 产出类-②质量指标：合格率：100%",
    ],
)
def test_indicators_in_a_cell(text: str) -> None:
    headings = tags(text)
    assert [tag.level2 for tag in headings] == ["数量指标", "质量指标"]
    ends = [*(tag.start for tag in headings[1:]), len(text)]
    found = [[pair(item) for item in items(text[tag.end : end])] for tag, end in zip(headings, ends)]
    assert found == [[("清淤长度", "≥8公里"), ("水闸", "=6处")], [("合格率", "100%")]]


def test_a_name_that_ends_like_a_level_is_no_heading() -> None:
    text = "【产出指标-成本指标】1.每平方米年保洁成本（≤5.8元）【效益指标-社会效益指标】2.市容环境卫生（整洁有序）"
    assert [(tag.level1, tag.level2) for tag in tags(text)] == [("产出指标", "成本指标"), ("效益指标", "社会效益指标")]


def test_a_column_of_periods_gives_the_sides() -> None:
    form = only(
        f"<table>{HEADING}<tr><td>期间<td>一级指标<td>二级指标<td>三级指标<td>指标值"
        + body("中长期", "产出指标", "数量指标", "新建充电桩", "≥600个")
        + body("中长期", "效益指标", "社会效益指标", "公共车桩比", "≤8:1")
        + body("中长期", "满意度指标", "服务对象满意度指标", "车主满意度", "≥85%")
        + body("2026年", "产出指标", "数量指标", "新建充电桩", "≥220个")
        + body("2026年", "满意度指标", "服务对象满意度指标", "车主满意度", "≥80%")
        + "</table>"
    )
    assert [item[2] for item in rows(form, "lifetime")] == ["≥600个", "≤8:1", "≥85%"]
    assert [item[2] for item in rows(form)] == ["≥220个", "≥80%"]


def test_first_levels_as_bands_across_the_table() -> None:
    form = only(
        f"<table>{HEADING}<tr><td>二级指标<td>三级指标<td>上年完成值<td>2026年指标值<tr><td colspan=4>一、产出指标"
        + body("数量指标", "发放助学金学生数", "4188", "≥4300人")
        + "<tr><td colspan=4>二、效益指标"
        + body("社会效益指标", "辍学学生", "0", "=0人")
        + "<tr><td colspan=4>三、满意度指标"
        + body("服务对象满意度指标", "受助学生满意度", "95%", "≥96%")
        + "</table>"
    )
    assert [(item.level1, item.name, item.value) for item in form.side("annual")] == [
        ("产出指标", "发放助学金学生数", "≥4300人"),
        ("效益指标", "辍学学生", "=0人"),
        ("满意度指标", "受助学生满意度", "≥96%"),
    ]


def test_indicators_below_one_another_in_the_cells_of_a_row() -> None:
    form = only(
        f"<table>{HEADING}{HEADER}<tr><td>产出指标<td>数量指标<td>指标1：编制详细规划<br>指标2：编制村庄规划<td>＝6个<br>≥14个"
        "<tr><td>效益指标<td>社会效益指标<td>规划公示覆盖率<td>＝100%"
        "<tr><td>满意度指标<td>服务对象满意度指标<td>村民满意度<td>≥85%</table>"
    )
    assert rows(form)[:2] == [
        ("数量指标", "指标1：编制详细规划", "＝6个"),
        ("数量指标", "指标2：编制村庄规划", "≥14个"),
    ]


def test_a_merged_value_holds_for_every_name_beside_it() -> None:
    form = only(
        f"<table>{HEADING}{HEADER}<tr><td rowspan=2>产出指标<td rowspan=2>质量指标<td>渠道验收合格率<td rowspan=2>100%<tr><td>泵站验收合格率"
        "<tr><td>效益指标<td>社会效益指标<td>受益人口<td>≥2万人"
        "<tr><td>满意度指标<td>服务对象满意度指标<td>村民满意度<td>≥85%</table>"
    )
    assert rows(form)[:2] == [("质量指标", "渠道验收合格率", "100%"), ("质量指标", "泵站验收合格率", "100%")]


def test_a_goal_in_a_frame_of_its_own_between_the_tables_of_a_form() -> None:
    form = only(
        f"<p>项目绩效目标表<table>{HEADING}</table><p>（二）年度绩效目标<table><tr><td>清淤8公里，保障灌溉。</table>"
        f"<p>三、年度绩效指标<table>{HEADER}{LEVELS}</table>"
    )
    assert form.text("goal.annual") == "清淤8公里，保障灌溉。"
    assert rows(form)


def test_an_office_of_finance_in_the_heading_is_no_fund() -> None:
    form = only(
        "<table><tr><td>转移支付（项目）名称<td>渠道清淤<td>省级财政部门<td>某省财政厅"
        f"<tr><td>资金情况（万元）<td>年度金额：<td>900<td><tr><td>其中：中央补助资金<td>700{HEADER}{LEVELS}</table>"
    )
    found = amounts(form)
    assert form.project_name == "渠道清淤"
    assert (found["annual", "total"], found["annual", "central"]) == (900, 700)
    assert found.get(("annual", "provincial")) is None


def test_the_name_of_the_fund_block_is_no_total() -> None:
    form = only(
        f"<table>{HEADING}<tr><td rowspan=2>预算金额（千元）<td>总投资<td>1,350.00<td>2026年预算<td>480.00"
        f"<tr><td>其中：省级补助<td>900.00<td>其中：省级补助<td>300.00{HEADER}{LEVELS}</table>"
    )
    found = amounts(form)
    assert (found["lifetime", "total"], found["annual", "total"]) == (1350, 480)
    assert (found["lifetime", "provincial"], found["annual", "provincial"]) == (900, 300)


def test_sources_in_a_sentence() -> None:
    form = only(
        f"<table>{HEADING}<tr><td>资金来源<td colspan=5>中央补助 618.00 万元；县级资金 371.00 万元；合计 989.00 万元"
        f"{HEADER}{LEVELS}</table>"
    )
    assert (form.amount("annual"), form.amount("annual", "central"), form.amount("annual", "local")) == (989, 618, 371)


def test_levels_of_government_alone_head_amounts_and_a_unit_stands_between_tables() -> None:
    form = only(
        f"<p>项目绩效目标表<table>{HEADING}</table><p>二、资金情况（单位：亿元）<table>"
        "<tr><td>预算资金<td>总额<td>中央<td>省级<td>市级<td>其他<tr><td>本年预算<td>1.20<td>0.40<td>0.20<td>0.55<td>0.05</table>"
        f"<p>三、绩效指标<table>{HEADER}{LEVELS}</table>"
    )
    assert form.fund_unit == "亿元"
    assert [form.amount("annual", source) for source in ("total", "central", "provincial", "local")] == [
        Decimal("1.20"),
        Decimal("0.40"),
        Decimal("0.20"),
        Decimal("0.55"),
    ]


def test_both_levels_in_one_cell_of_a_list() -> None:
    form = only(
        "<p>项目绩效目标表<p>单位：千元<table><tr><td>项目<td>资金总额<td>其中：财政拨款<td>指标类别<td>指标<td>绩效目标值"
        "<tr><td rowspan=3>渠道清淤<td rowspan=3>600<td rowspan=3>500<td>产出指标—数量指标<td>清淤长度<td>≥8公里"
        "<tr><td>效益指标—社会效益指标<td>受益农户<td>≥900户<tr><td>满意度指标—服务对象满意度指标<td>农户满意度<td>≥90%</table>"
    )
    assert (form.project_name, form.amount("annual"), form.fund_unit) == ("渠道清淤", 600, "千元")
    assert rows(form) == [
        ("数量指标", "清淤长度", "≥8公里"),
        ("社会效益指标", "受益农户", "≥900户"),
        ("服务对象满意度指标", "农户满意度", "≥90%"),
    ]


def test_indicators_as_text_beside_their_first_level_in_a_form() -> None:
    form = only(
        "<table><tr><td>项目名称<td>技能培训<td>预算年度<td>2025<tr><td>申请金额（万元）<td>432<td>资金构成<td>中央补助 300万元；地方财政资金 132万元"
        "<tr><td>年度绩效目标<td colspan=3>培训3600人次。"
        "<tr><td rowspan=3>绩效指标<td>产出指标<td colspan=2>数量指标：（1）培训人次：≥3600人次；质量指标：（1）合格率：≥85%（2）取证率：≥75%"
        "<tr><td>效益指标<td colspan=2>社会效益指标：（1）培训后就业率：≥60%；"
        "<tr><td>满意度指标<td colspan=2>服务对象满意度指标：（1）学员满意度：≥90%；</table>"
    )
    assert form.project_name == "技能培训"
    assert rows(form) == [
        ("数量指标", "培训人次", "≥3600人次"),
        ("质量指标", "合格率", "≥85%"),
        ("质量指标", "取证率", "≥75%"),
        ("社会效益指标", "培训后就业率", "≥60%"),
        ("服务对象满意度指标", "学员满意度", "≥90%"),
    ]


def test_units_as_bands_across_a_list() -> None:
    head = "<tr><td>项目<td>预算安排（万元）<td>二级指标<td>三级指标<td>指标值"
    first, second = forms(
        f"<p>项目绩效目标表<table>{head}<tr><td colspan=5>云溪县水利局"
        "<tr><td rowspan=2>渠道清淤<td rowspan=2>60<td>数量指标<td>清淤长度<td>≥8公里<tr><td>质量指标<td>合格率<td>100%"
        "<tr><td colspan=5>云溪县民政局<tr><td>老人照护<td>98<td>数量指标<td>照护人数<td>≥300人</table>"
    )
    assert [(form.project_name, form.text("implementing_unit")) for form in (first, second)] == [
        ("渠道清淤", "云溪县水利局"),
        ("老人照护", "云溪县民政局"),
    ]


# --- what one print says for several forms, or one label for another -------------------------------------


def test_the_caption_of_a_table_names_the_unit_of_every_form_in_it() -> None:
    one = f"{HEADING}<td>项目金额<td>960.00{HEADER}{LEVELS}"
    two = one.replace("渠道清淤", "闸门维修").replace("清淤渠道", "维修闸门")
    found = forms(f"<p>项目支出绩效目标表<p>部门：云溪县水利局  单位：千元<table>{one}{two}</table>")
    assert [(form.fund_unit, form.text("department")) for form in found] == [("千元", "云溪县水利局")] * 2


def test_the_size_of_an_amount_in_the_heading_speaks_for_its_unit() -> None:
    form = only(f"<table>{HEADING}<tr><td>项目期限<td>1年<td>项目金额<td>384000.00{HEADER}{LEVELS}</table>")
    assert form.fund_unit == "元"


@pytest.mark.parametrize("label", ["本年安排", "2025年申请", "当年拟使用"])
def test_what_is_given_this_year_is_money_beside_an_amount_of_money(label: str) -> None:
    form = only(f"<table>{HEADING}<tr><td>项目资金<td>项目总投资<td>1856<td>{label}<td>608{HEADER}{LEVELS}</table>")
    assert {line.horizon: line.amount for line in form.funds} == {"lifetime": Decimal(1856), "annual": Decimal(608)}
    assert likely_fund(label) is None


@pytest.mark.parametrize("label", ["全生命周期绩效目标", "全寿命期目标", "中长期发展愿景目标"])
def test_a_goal_of_the_whole_life_of_a_project(label: str) -> None:
    goals = f"<tr><td>{label}<td colspan=3>建成灌区。<tr><td>年度绩效目标<td colspan=3>清淤8公里。"
    form = only(f"<table>{HEADING}{goals}{HEADER}{LEVELS}</table>")
    assert (form.text("goal.lifetime"), form.text("goal.annual")) == ("建成灌区。", "清淤8公里。")
