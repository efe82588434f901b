"""Form understanding on ruled tables as bureaus print them: labels, headers, captions and funds of many hands."""

from __future__ import annotations

from decimal import Decimal

import pytest

from indicators.forms import find_forms
from indicators.readers.text import read_text
from indicators.records import Cell, Document, Location, Table
from tests.forms.pages import forms, only, rows

LEVELS = """\
<tr><td rowspan=2>产出指标<td>数量指标<td>清淤渠道长度<td>≥8公里<tr><td>质量指标<td>工程验收合格率<td>100%
<tr><td>效益指标<td>社会效益指标<td>受益农户<td>≥900户<tr><td>满意度指标<td>服务对象满意度指标<td>农户满意度<td>≥90%
"""
HEADER = "<tr><td>一级指标<td>二级指标<td>三级指标<td>指标值"
READ = [
    ("数量指标", "清淤渠道长度", "≥8公里"),
    ("质量指标", "工程验收合格率", "100%"),
    ("社会效益指标", "受益农户", "≥900户"),
    ("服务对象满意度指标", "农户满意度", "≥90%"),
]
HEADING = "<tr><td>项目名称<td colspan=3>渠道清淤<tr><td>主管部门<td>云溪县水利局<td>实施单位<td>云溪县灌区站"


def test_an_unknown_label_beside_a_known_one_keeps_its_value() -> None:
    form = only(
        "<p>项目支出绩效目标表<table><tr><td>项目名称<td>渠道清淤<td>归口股室<td>农水股"
        f"<tr><td>主管部门<td>云溪县水利局<td>内设机构<td>云溪县水利局{HEADER}{LEVELS}</table>"
    )
    assert (form.project_name, form.text("department")) == ("渠道清淤", "云溪县水利局")


def test_the_label_of_the_field_itself_is_believed_before_its_neighbours() -> None:
    form = only(
        f"<table>{HEADING}<tr><td>项目类别<td>部门专项<td>存续期间<td>3年"
        f"<tr><td>项目属性<td colspan=3>延续性项目{HEADER}{LEVELS}</table>"
    )
    assert (form.text("project_attribute"), form.text("project_period")) == ("延续性项目", "3年")


@pytest.mark.parametrize(
    ("label", "years"), [("中期目标", "（2026年—2028年）"), ("三年绩效目标", ""), ("长期目标", "(2026-2030年)")]
)
def test_goals_of_several_years_are_told_from_the_annual_one(label: str, years: str) -> None:
    form = only(
        f"<table>{HEADING}<tr><td>{label}{years}<td colspan=3>建成灌区"
        f"<tr><td>年度目标（2026年）<td colspan=3>清淤8公里{HEADER}{LEVELS}</table>"
    )
    assert (form.text("goal.lifetime"), form.text("goal.annual")) == ("建成灌区", "清淤8公里")


def test_values_of_three_years_and_of_one_stand_side_by_side() -> None:
    levels = LEVELS.replace("<td>≥8公里", "<td>≥24公里<td>≥8公里").replace("<td>100%", "<td>100%<td>100%")
    levels = levels.replace("<td>≥900户", "<td>≥900户<td>≥900户").replace("<td>≥90%", "<td>≥90%<td>≥90%")
    form = only(
        f"<table><tr><td>项目名称<td colspan=4>渠道清淤<tr><td>一级指标<td>二级指标<td>三级指标<td>三年指标值<td>年度指标值{levels}</table>"
    )
    assert rows(form) == READ
    assert rows(form, "lifetime")[0] == ("数量指标", "清淤渠道长度", "≥24公里")


def test_a_stacked_header_of_past_and_expected_values() -> None:
    head = (
        "<tr><td rowspan=2>一级指标<td rowspan=2>二级指标<td rowspan=2>三级指标<td colspan=3>指标值"
        "<td rowspan=2>指标值确定依据<tr><td>前年<td>上年<td>预计当年实现"
    )
    levels = LEVELS
    for value in ("≥8公里", "100%", "≥900户", "≥90%"):
        levels = levels.replace(f"<td>{value}", f"<td>5<td>6<td>{value}<td>年度计划")
    form = only(f"<table><tr><td>项目名称<td colspan=6>渠道清淤{head}{levels}</table>")
    assert rows(form) == READ


def test_block_captions_inside_a_table_part_the_sides() -> None:
    form = only(
        f"<p>项目支出绩效目标申报表<table>{HEADING}<tr><td>项目负责人<td>甲某<td>联系电话<td>13800001234"
        "<tr><td>项目类型<td>一次性项目<td>项目期限<td>2年"
        f"<tr><td colspan=4>长期绩效目标表{HEADER}{LEVELS.replace('≥8公里', '≥16公里')}"
        f"<tr><td colspan=4>年度绩效目标表{HEADER}{LEVELS}</table>"
    )
    assert form.title == "项目支出绩效目标申报表"
    assert (form.text("implementing_unit"), form.text("project_period")) == ("云溪县灌区站", "2年")
    assert rows(form) == READ
    assert rows(form, "lifetime")[0][2] == "≥16公里"


def test_a_list_whose_header_stands_in_two_rows_and_is_repeated() -> None:
    head = (
        "<tr><td rowspan=2>单位名称<td rowspan=2>项目名称<td rowspan=2>预算数<td rowspan=2>年度目标<td colspan=7>绩效指标"
        "<tr><td>一级指标<td>二级指标<td>三级指标<td>绩效指标性质<td>绩效指标值<td>绩效度量单位<td>指标方向性"
    )
    first = "<td rowspan={n}>灌区站<td rowspan={n}>渠道清淤<td rowspan={n}>12.50<td rowspan={n}>清淤8公里"
    quantity = "<td>产出指标<td>数量指标<td>清淤渠道长度<td>≥<td>8<td>公里<td>正向指标"
    cost = "<td>产出指标<td>成本指标<td>每公里成本<td>≤<td>1.5<td>万元<td>反向指标"
    quality = "<td>产出指标<td>质量指标<td>渠道外观<td>定性<td>整洁<td><td>正向指标"
    form = only(
        f"<p>项目绩效目标表<table>{head}<tr>{first.format(n=2)}{quantity}<tr>{cost}</table>"
        f"<table>{head}<tr>{first.format(n=1).replace('灌区站', '').replace('渠道清淤', '').replace('12.50', '').replace('清淤8公里', '')}{quality}</table>"
    )
    assert (form.project_name, form.text("goal.annual"), form.amount("annual")) == (
        "渠道清淤",
        "清淤8公里",
        Decimal("12.50"),
    )
    assert [item[2] for item in rows(form)] == ["≥8公里", "≤1.5万元", "整洁"]


def test_the_caption_above_and_the_signature_below_belong_to_the_form() -> None:
    form = only(
        "<p>项目绩效目标表<p>预算年度：2026　　金额单位：万元"
        f"<table>{HEADING}<tr><td>中期资金总额<td>30.00<td>年度资金总额<td>10.00{HEADER}{LEVELS}</table>"
        "<p>填报人：　　审核人：　　填报日期：2025年11月10日<p>第五部分 名词解释"
    )
    assert (form.year, form.fund_unit, form.text("filled_on")) == (2026, "万元", "2025年11月10日")
    assert form.text("handler") == ""


def test_the_caption_row_inside_the_table_counts_too() -> None:
    form = only(
        "<p>项目绩效目标表<table><tr><td colspan=2>预算单位：云溪县水利局<td>填报日期：<td>2025-11-06"
        f"{HEADING}{HEADER}{LEVELS}</table>"
    )
    assert (form.title, form.text("filled_on")) == ("项目绩效目标表", "2025-11-06")


@pytest.mark.parametrize(
    ("label", "source"),
    [
        ("中央补助", "central"),
        ("省级补助", "provincial"),
        ("省补助", "provincial"),
        ("县级安排", "local"),
        ("县配套", "local"),
    ],
)
def test_a_level_of_government_names_a_source_without_the_word_funds(label: str, source: str) -> None:
    form = only(
        f"<table>{HEADING}<tr><td rowspan=2>资金金额（万元）<td>年度资金总额：<td colspan=2>10.00"
        f"<tr><td>其中：{label}<td colspan=2>4.00{HEADER}{LEVELS}</table>"
    )
    assert form.amount("annual", source) == Decimal(4)


def test_sources_printed_once_below_two_totals_are_those_of_the_year() -> None:
    form = only(
        f"<table>{HEADING}<tr><td>项目总预算<td>30.00<td>项目当年预算<td>10.00"
        "<tr><td rowspan=3>资金来源<td colspan=2>合计<td>10.00<tr><td colspan=2>中央财政资金<td>4.00"
        f"<tr><td colspan=2>县级财政资金<td>6.00{HEADER}{LEVELS}</table>"
    )
    assert form.amount("lifetime") == 30
    assert [form.amount("annual", source) for source in ("total", "central", "local")] == [10, 4, 6]
    assert form.amount("lifetime", "central") is None


def test_amounts_below_their_labels_are_read_by_column() -> None:
    form = only(
        "<p>部门整体支出绩效目标表<table><tr><td>部门名称<td colspan=4>云溪县水利局"
        "<tr><td rowspan=2>年度部门预算（万元）<td>部门预算总额<td>按资金性质分：财政拨款<td>其他资金<td>项目支出"
        "<tr><td>310.50<td>300.50<td>10.00<td>120.00"
        "<tr><td>年度总体目标<td colspan=4>保障灌溉。<tr><td>一级指标<td>二级指标<td>三级指标<td colspan=2>指标值"
        f"{LEVELS.replace('<td>≥', '<td colspan=2>≥').replace('<td>100%', '<td colspan=2>100%')}</table>"
    )
    assert form.form_type == "overall"
    assert [form.amount("annual", source) for source in ("total", "other")] == [Decimal("310.50"), 10]


def test_the_title_of_another_table_ends_the_form() -> None:
    form = only(
        f"<p>项目支出绩效目标表<table>{HEADING}{HEADER}{LEVELS}</table><p>2026年项目支出预算表"
        "<table><tr><td>项目名称<td>单位<td>合计<tr><td>渠道清淤<td>灌区站<td>12.50</table>"
    )
    assert rows(form) == READ


def test_the_title_of_the_next_form_ends_a_form_printed_cell_by_cell() -> None:
    cells = [
        "项目支出绩效目标表",
        "（2026年度）",
        "项目名称",
        "渠道清淤",
        "主管部门",
        "云溪县水利局",
        "实施单位",
        "灌区站",
    ]
    cells += ["一级指标", "二级指标", "三级指标", "指标值", "产出指标", "数量指标", "清淤渠道长度", "≥8公里"]
    cells += ["质量指标", "工程验收合格率", "100%", "满意度指标", "服务对象满意度指标", "农户满意度", "≥90%"]
    found = find_forms(read_text("\n".join(cells * 2).encode(), "a.txt", sha256="")).forms
    assert [form.title for form in found] == ["项目支出绩效目标表"] * 2
    assert [len(form.indicators) for form in found] == [3, 3]


def test_a_form_ends_with_its_worksheet() -> None:
    tables = []
    for number, (sheet, lines) in enumerate(
        (
            (
                "绩效",
                [
                    ["项目名称", "渠道清淤"],
                    ["主管部门", "云溪县水利局"],
                    ["一级指标", "二级指标", "三级指标", "指标值"],
                    ["产出指标", "数量指标", "清淤渠道长度", "≥8公里"],
                    ["满意度指标", "服务对象满意度指标", "农户满意度", "≥90%"],
                ],
            ),
            ("支出表", [["2026年", "单位：万元"], ["渠道清淤", "12.50"]]),
        )
    ):
        cells = [
            Cell(text=text, at=Location(sheet=sheet, table=number, row=row, column=column))
            for row, line in enumerate(lines)
            for column, text in enumerate(line)
        ]
        at = Location(sheet=sheet, table=number, row=0, column=0)
        tables.append(Table(cells=tuple(cells), rows=len(lines), columns=4, at=at))
    document = Document(name="a.xlsx", sha256="", media_type="", reader="xlsx", blocks=tuple(tables))
    (form,) = find_forms(document).forms
    assert [item[1] for item in rows(form)] == ["清淤渠道长度", "农户满意度"]


def test_the_sum_below_the_tasks_of_a_department_is_read_by_column() -> None:
    form = only(
        "<p>部门整体支出绩效目标表<table><tr><td>部门名称<td colspan=5>云溪县水利局"
        "<tr><td rowspan=4>年度主要任务<td rowspan=2>任务名称<td rowspan=2>主要内容<td colspan=3>预算金额（万元）"
        "<tr><td>总额<td>财政拨款<td>其他资金<tr><td>灌溉<td>维修渠道和闸门<td>7.00<td>6.00<td>1.00"
        "<tr><td>防汛<td>巡查险工险段<td>5.00<td>5.00<td>0.00"
        "<tr><td colspan=3>金额合计<td>12.00<td>11.00<td>1.00<tr><td>年度总体目标<td colspan=5>保障灌溉。"
        f"<tr><td>一级指标<td>二级指标<td>三级指标<td colspan=3>指标值{LEVELS}</table>"
    )
    assert [form.amount("annual", source) for source in ("total", "other")] == [12, 1]


def test_labels_and_values_in_one_cell_are_parted() -> None:
    form = only(
        "<p>项目绩效目标申报表<table><tr><td colspan=2>项目名称：渠道清淤<td colspan=2>项目单位：灌区站"
        "<tr><td colspan=2>主管部门：云溪县水利局<td colspan=2>填报日期：2025年10月20日"
        "<tr><td>年度资金总额（万元）<td colspan=3>10.00"
        f"{HEADER}{LEVELS}</table>"
    )
    assert [form.text(path) for path in ("project_name", "implementing_unit", "department", "filled_on")] == [
        "渠道清淤",
        "灌区站",
        "云溪县水利局",
        "2025年10月20日",
    ]


def test_the_value_of_the_whole_year_counts_beside_that_of_half_a_year() -> None:
    levels = LEVELS.replace("<td>≥8公里", "<td>≥4公里<td>≥8公里").replace("<td>100%", "<td><td>100%")
    levels = levels.replace("<td>≥900户", "<td><td>≥900户").replace("<td>≥90%", "<td><td>≥90%")
    form = only(
        "<p>部门整体绩效目标表<table><tr><td>单位名称<td colspan=4>云溪县水利局<tr><td>部门职责<td colspan=4>管水。"
        f"<tr><td>整体绩效目标<td colspan=4>保障灌溉。"
        f"<tr><td>一级指标<td>二级指标<td>三级指标<td>半年（程）目标值<td>全年（程）目标值{levels}</table>"
    )
    assert (form.form_type, form.text("department")) == ("overall", "云溪县水利局")
    assert rows(form) == READ
    assert dict(form.indicators[0].attributes)["interim"] == "≥4公里"


def test_a_name_that_is_only_its_category_is_kept() -> None:
    levels = LEVELS.replace("<td>工程验收合格率<td>100%", "<td>质量指标<td>优良")
    form = only(f"<table>{HEADING}{HEADER}{levels}</table>")
    assert rows(form)[1] == ("质量指标", "质量指标", "优良")


def test_any_kind_of_receipts_is_a_source_and_no_total() -> None:
    form = only(
        "<table><tr><td colspan=5>项目支出绩效目标申报表（2024年度）</td></tr>"
        "<tr><td>项目名称</td><td colspan=4>村道养护</td></tr>"
        "<tr><td rowspan=4 colspan=2>项目资金（万元）</td><td colspan=2>年度资金总额</td><td>金额（万元）</td></tr>"
        "<tr><td colspan=2>（一）财政拨款小计</td><td>6.30</td></tr>"
        "<tr><td colspan=2>1、事业收入</td><td>0.00</td></tr>"
        "<tr><td colspan=2>2、经营性收入</td><td>0.00</td></tr>"
        "<tr><td>绩效指标</td><td>一级指标</td><td>二级指标</td><td>三级指标</td><td>指标值</td></tr>"
        "<tr><td></td><td>产出指标</td><td>数量指标</td><td>养护里程</td><td>8公里</td></tr>"
        "<tr><td></td><td>产出指标</td><td>质量指标</td><td>验收合格率</td><td>≥95%</td></tr></table>"
    )
    assert {line.source: line.text for line in form.funds if line.horizon == "annual"}.get("total", "") == ""
    assert {line.text for line in form.funds if line.source == "fiscal"} == {"6.30"}


def test_rows_marked_as_qualitative_may_be_left_without_value() -> None:
    head = "<tr><td>指标</td><td>指标权重</td><td>计量单位</td><td>指标性质</td><td>指标值</td></tr>"
    table = (
        "<table><tr><td colspan=5>2023年一般性项目绩效目标表</td></tr>"
        "<tr><td>专项资金名称</td><td colspan=4>村干部补助</td></tr>"
        "<tr><td>当年绩效目标</td><td colspan=4>按时足额发放80人补助</td></tr>{}"
        "<tr><td>发放人数</td><td>40</td><td>人</td><td>≥</td><td>80</td></tr>"
        "<tr><td>足额发放比例</td><td>20</td><td>%</td><td>≥</td><td>95</td></tr>"
        "<tr><td>促进社会和谐</td><td>10</td><td></td><td>{}</td><td></td></tr>"
        "<tr><td>保障村干部收入</td><td>10</td><td></td><td>{}</td><td></td></tr>"
        "<tr><td>保障村民权益</td><td>20</td><td></td><td>{}</td><td></td></tr></table>"
    )
    assert only(table.format(head, *["定性"] * 3)).reading == "understood"
    # Without such a mark the value column was missed.
    assert only(table.format(head, *["≥"] * 3)).reading != "understood"


@pytest.mark.parametrize(
    ("label", "points"),
    [
        ("产出指标（50分）", "50"),
        ("产出指标50分", "50"),
        ("产出指标[权重：50%]", "50"),
        ("产出指标（40-50分）", ""),
        ("产出指标", ""),
    ],
)
def test_points_that_a_first_level_states_go_with_its_rows(label: str, points: str) -> None:
    form = only(
        "<table><tr><td colspan=5>项目支出绩效目标表（2024年度）</td></tr><tr><td>项目名称</td><td colspan=4>村道养护</td></tr>"
        "<tr><td>年度目标</td><td colspan=4>养护村道8公里</td></tr>"
        "<tr><td>一级指标</td><td>二级指标</td><td>三级指标</td><td>指标值</td><td>分值</td></tr>"
        f"<tr><td rowspan=2>{label}</td><td>数量指标</td><td>养护里程</td><td>8公里</td><td>20</td></tr>"
        "<tr><td>质量指标</td><td>验收合格率</td><td>≥95%</td><td>20</td></tr>"
        "<tr><td>效益指标</td><td>社会效益指标</td><td>受益人数</td><td>≥300人</td><td>60</td></tr></table>"
    )
    stated = [dict(item.attributes).get("block_score", "") for item in form.indicators]
    assert stated == [points, points, ""]


def test_numbers_below_a_header_nobody_knows_are_the_values_though_they_look_like_points() -> None:
    levels = LEVELS.replace("<td>≥8公里", "<td>≥<td>8<td>公里<td>沿线群众核实").replace(
        "<td>100%", "<td>=<td>100<td>%<td>"
    )
    levels = levels.replace("<td>≥900户", "<td>≥<td>900<td>户<td>").replace(
        "<td>≥90%", "<td>≥<td>90<td>%<td>2025年抽样"
    )
    head = "<tr><td>一级指标<td>二级指标<td>三级指标<td>运算符号<td>内容<td>度量单位<td>指标值说明"
    heading = HEADING.replace("colspan=3", "colspan=6")
    form = only(f"<p>项目支出绩效目标表<table>{heading}{head}{levels}</table>")
    assert [(level2, name, value.replace("=", "")) for level2, name, value in rows(form)] == READ


@pytest.mark.parametrize(("caption", "side"), [("整体绩效指标", "annual"), ("中长期整体绩效指标", "lifetime")])
def test_the_whole_of_a_department_is_no_period(caption: str, side: str) -> None:
    form = only(
        "<p>2026年部门（单位）整体绩效目标表<table><tr><td>部门（单位）名称<td>云溪县水利局<td>部门支出预算数<td>1,200.50"
        f"<tr><td>当年整体绩效目标<td colspan=3>保障灌溉。<tr><td colspan=4>{caption}{HEADER}{LEVELS}</table>"
    )
    assert (form.form_type, {item.horizon for item in form.indicators}) == ("overall", {side})


def test_a_title_that_could_be_a_caption_titles_the_form_whose_project_is_named_below() -> None:
    one = f"<p>2026年项目绩效目标表<p>编制单位：云溪县水利局　单位：万元<table>{HEADING}{HEADER}{LEVELS}</table>"
    first, second = forms(one + one.replace("渠道清淤", "闸门维修"))
    assert [(form.title, form.year, form.project_name) for form in (first, second)] == [
        ("2026年项目绩效目标表", 2026, "渠道清淤"),
        ("2026年项目绩效目标表", 2026, "闸门维修"),
    ]


def test_sources_that_fill_a_cell_each_with_their_amounts_are_those_of_the_year() -> None:
    form = only(
        "<p>2025年项目绩效目标表<table><tr><td>项目名称<td>渠道清淤<td>金额单位<td colspan=2>万元<tr><td>资金总额<td colspan=4>96.50"
        "<tr><td>资金构成<td>中央 20.00<td>省级 30.00<td>市县 46.50<td>单位自筹 0.00"
        "<tr><td>年度绩效目标<td colspan=4>清淤8公里。"
        f"<tr><td>一级指标<td>二级指标<td>三级指标<td colspan=2>指标值{LEVELS}</table>"
    )
    sources = ("total", "central", "provincial", "local", "self")
    assert [form.amount("annual", source) for source in sources] == [
        Decimal(n) for n in ("96.5", "20", "30", "46.5", "0")
    ]
