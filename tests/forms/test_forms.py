"""Form understanding on texts: layouts, damage, and what is no target form."""

from __future__ import annotations

from decimal import Decimal

import pytest

from indicators.forms import find_forms
from indicators.readers.text import read_text
from indicators.records import Extraction, Form

HEAD = """\
云溪县水利局2025年部门预算
项目支出绩效目标表
(2025年度)
项目名称\t\t堤防维修养护\t\t\t\t\t
主管部门及代码\t\t318-云溪县水利局\t\t实施单位\t\t云溪县河道站\t
项目属性\t\t一次性项目(1年结束)\t\t项目期\t\t1年\t
项目资金(元)\t\t实施期资金总额:\t125,000\t\t年度资金总额:\t125,000\t
\t\t其中:中央财政资金\t0\t\t其中:中央财政资金\t0\t
\t\t省级财政资金\t25,000\t\t省级财政资金\t25,000\t
\t\t市县(区)财政资金\t100,000\t\t市县(区)财政资金\t100,000\t
\t\t单位自筹\t0\t\t单位自筹\t0\t
其他资金\t\t\t\t其他资金\t\t\t
项目概况\t\t维修青石河堤防3公里。\t\t\t\t\t
立项依据\t\t云水字〔2024〕12号\t\t\t\t\t
项目设立必要性\t\t堤防老化。\t\t\t\t\t
保证项目实施的制度、措施\t\t云溪县水利工程管护办法\t\t\t\t\t
项目实施计划\t\t6月底前完工。\t\t\t\t\t
实施期目标\t\t\t\t年度目标\t\t\t
总体目标\t\t维修堤防3公里\t\t\t维修堤防3公里\t\t
"""
BLOCK = """\
绩效指标\t一级指标\t二级指标\t三级指标\t指标值\t二级指标\t三级指标\t指标值
\t产出指标\t数量指标\t维修堤防长度\t3公里\t数量指标\t维修堤防长\t3公里
\t\t\t加固护岸长度\t800米\t\t加固护岸长\t800米
\t\t质量指标\t工程验收合格率\t≥98%\t质量指标\t工程验收合\t≥98%
\t\t时效指标\t完工时间\t2025年6月30日前\t时效指标\t完工时间\t2025年6月30日
\t\t成本指标\t维修成本\t125000元\t成本指标\t维修成本\t125000元
\t效益指标\t经济效益指标\t\t\t经济效益指标\t\t
\t\t社会效益指标\t保护人口\t≥2万人\t社会效益指标\t保护人口\t≥2万人
\t\t生态效益指标\t\t\t生态效益指标\t\t
\t\t可持续影响指标\t\t\t可持续影响指标\t\t
\t满意度指标\t服务对象满意度\t群众满意度\t≥90%\t服务对象满意度\t群众满意度\t≥90%
"""
TAIL = "负责人:\t\t经办人:\t甲某\t联系电话:\t13800001234\t填报日期:\t20241230101112\n"
FORM = HEAD + BLOCK + TAIL
LIFETIME = [
    ("数量指标", "维修堤防长度", "3公里"),
    ("数量指标", "加固护岸长度", "800米"),
    ("质量指标", "工程验收合格率", "≥98%"),
    ("时效指标", "完工时间", "2025年6月30日前"),
    ("成本指标", "维修成本", "125000元"),
    ("经济效益指标", "", ""),
    ("社会效益指标", "保护人口", "≥2万人"),
    ("生态效益指标", "", ""),
    ("可持续影响指标", "", ""),
    ("服务对象满意度指标", "群众满意度", "≥90%"),
]


def extract(text: str) -> Extraction:
    return find_forms(read_text(text.encode(), "a.txt", sha256=""))


def only(text: str) -> Form:
    forms = extract(text).forms
    assert len(forms) == 1
    return forms[0]


def rows(form: Form, horizon: str = "lifetime") -> list[tuple[str, str, str]]:
    return [(item.level2, item.name, item.value) for item in form.side(horizon)]


def test_a_two_sided_form_is_read_whole() -> None:
    extraction = extract(FORM)
    form = extraction.forms[0]
    assert (extraction.department, extraction.fiscal_year) == ("云溪县水利局", 2025)
    assert (form.title, form.year, form.family, form.fund_unit) == ("项目支出绩效目标表", 2025, 1, "元")
    assert form.project_name == "堤防维修养护"
    assert form.text("department") == "318-云溪县水利局"
    assert form.text("implementing_unit") == "云溪县河道站"
    assert form.text("project_period") == "1年"
    assert form.text("plan") == "6月底前完工。"
    assert (form.text("goal.lifetime"), form.text("goal.annual")) == ("维修堤防3公里", "维修堤防3公里")
    assert form.amount("annual") == Decimal(125000)
    assert form.amount("lifetime", "provincial") == Decimal(25000)
    assert form.amount("annual", "self") == 0
    assert form.fund("annual", "other") is not None
    assert form.amount("annual", "other") is None
    assert rows(form) == LIFETIME
    assert rows(form, "annual")[1] == ("数量指标", "加固护岸长", "800米")
    assert form.notes == ()
    assert form.confidence == 1.0


def test_names_and_phones_of_the_sign_off_never_enter_a_record() -> None:
    form = only(FORM)
    assert form.text("handler") == "已填"
    assert form.field("leader") is not None
    assert form.text("leader") == ""
    assert form.text("contact_phone") == "138****1234"
    assert "甲某" not in repr(form)
    assert "13800001234" not in repr(form)


def test_every_field_knows_its_line() -> None:
    form = only(FORM)
    assert form.at.line == 4
    assert form.indicators[0].at.line == 21
    line = form.fund("annual", "total")
    assert line is not None
    assert line.at.line == 7


DAMAGE = {
    "without its title": ("项目支出绩效目标表\n(2025年度)\n", ""),
    "label lost on the left": ("\t\t质量指标\t工程验收合格率", "\t\t\t工程验收合格率"),
    "label lost on the right": ("\t质量指标\t工程验收合\t", "\t\t工程验收合\t"),
    "row shifted left": ("\t\t时效指标\t完工时间\t2025年6月30日前", "时效指标\t完工时间\t2025年6月30日前"),
    "row shifted right": ("\t\t成本指标\t维修成本", "\t\t\t\t成本指标\t维修成本"),
    "continuation row in the first columns": (
        "\t\t\t加固护岸长度\t800米\t\t加固护岸长",
        "\t加固护岸长度\t\t800米\t加固护岸长\t",
    ),
    "a spare column between the sides": ("≥98%\t质量指标", "≥98%\t\t质量指标"),
    "every cell followed by an empty one": (
        "社会效益指标\t保护人口\t≥2万人\t社会",
        "社会效益指标\t\t保护人口\t\t≥2万人\t\t社会",
    ),
    "a cell printed twice": ("维修成本\t125000元\t成本指标", "维修成本\t125000元\t125000元\t成本指标"),
    "header row lost": ("绩效指标\t一级指标\t二级指标\t三级指标\t指标值\t二级指标\t三级指标\t指标值\n", ""),
    "level 1 lost": ("\t产出指标\t", "\t\t"),
    "cost beside benefit": ("\t\t成本指标\t维修成本", "\t效益指标\t成本指标\t维修成本"),
    "sustained influence beside satisfaction": (
        "\t\t可持续影响指标\t\t\t可持续影响指标\t\t\n\t满意度指标",
        "可持续影响指标\t满意度指标",
    ),
    "one damaged character in a label": ("\t\t质量指标\t工程", "\t\t质量描标\t工程"),
    "stray label": ("\t3公里\t数量指标", "\t3公里\t成本指标\t数量指标"),
    "watermark line between rows": ("\t效益指标\t经济", "公开版\n\t效益指标\t经济"),
    "loose lines after the form": ("20241230101112\n", "20241230101112\n\n0日前\n度\n"),
    "bars": ("\t", " | "),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_survived(name: str) -> None:
    before, after = DAMAGE[name]
    assert before in FORM
    assert rows(only(FORM.replace(before, after))) == LIFETIME


def test_one_cell_a_line_is_put_back_into_rows() -> None:
    lines = [cell for line in FORM.split("\n") for cell in line.split("\t") if cell.strip()]
    form = only("\n".join(lines))
    assert rows(form) == LIFETIME
    assert form.text("project_period") == "1年"
    assert form.amount("annual", "local") == Decimal(100000)


def test_cells_pushed_off_the_edge_come_from_the_twin_side_and_are_noted() -> None:
    form = only(
        FORM.replace(
            "\t成本指标\t维修成本\t125000元\t成本指标\t维修成本\t125000元",
            "\t成本指标\t\t维修成本\t125000元\t成本指标\t维修成本",
        )
    )
    assert ("成本指标", "维修成本", "125000元") in rows(form, "annual")
    assert [note.code for note in form.notes] == ["restored-from-twin"]
    assert form.confidence < 1


def test_a_value_left_blank_is_not_invented() -> None:
    form = only(FORM.replace("成本指标\t维修成本\t125000元\n", "成本指标\t维修成本\t\n"))
    assert ("成本指标", "维修成本", "") in rows(form, "annual")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "市县(区)财政资金\t100,000\t\t市县(区)财政资金\t100,000",
            "市县(区)财政资\t100,000\t\t市县(区)财政资\t100,000\t\n\t\t金\t\t\t金\t",
        ),
        ("市县(区)财政资金\t100,000", "市县(区)财政资\t金100,000"),
        (
            "市县(区)财政资金\t100,000\t\t市县(区)财政资金\t100,000",
            "市县(区)财政资\t\t\t市县(区)财政资\t\n\t\t金\t100,000\t\t金\t100,000",
        ),
        ("省级财政资金\t25,000", "省 级 财政资金\t25,000"),
    ],
)
def test_wrapped_fund_labels_lose_no_amount(before: str, after: str) -> None:
    form = only(FORM.replace(before, after))
    for horizon in ("lifetime", "annual"):
        assert form.amount(horizon, "local") == Decimal(100000)
        assert form.amount(horizon, "provincial") == Decimal(25000)


def test_repeated_and_cut_off_forms_are_each_found() -> None:
    cut = FORM.split("\t效益指标")[0] + "\n"
    forms = extract(FORM + FORM + cut).forms
    assert [len(form.side("lifetime")) for form in forms] == [10, 10, 5]


SELF_EVALUATION = """\
2024年度项目支出绩效自评表
项目名称\t堤防维修养护
主管部门\t云溪县水利局\t实施单位\t云溪县河道站
项目资金(万元)\t年初预算数\t全年执行数\t分值\t执行率\t得分
\t年度资金总额\t12\t12\t10\t100%\t10
一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分
产出指标\t数量指标\t维修堤防长度\t3公里\t3公里\t20\t20
"""
PROSE = """\
十、绩效管理情况
本部门2025年纳入绩效目标管理的项目3个，设置数量指标、质量指标、满意度指标等，详见项目绩效目标表。
"""


@pytest.mark.parametrize("text", [SELF_EVALUATION, PROSE, "项目名称\t合计\t2025年财政拨款\n堤防维修\t12\t12\n"])
def test_what_is_no_target_form_yields_none(text: str) -> None:
    assert extract(text).forms == ()


ONE_SIDED = """\
项目支出绩效目标表
(2025年度)
单位：万元
项目名称\t河湖长制工作经费
主管部门\t云溪县水利局\t实施单位\t云溪县河长办
项目资金（万元）\t年度资金总额\t28.00
\t其中：财政拨款\t28.00
\t其他资金\t0.00
总体目标\t加强河湖管护
绩效指标\t一级指标\t二级指标\t三级指标\t指标性质\t指标值\t度量单位\t分值
\t产出指标(50分)\t数量指标\t巡查河流\t大于等于\t27\t条\t10
\t\t质量指标\t问题整改率\t≥\t95\t%\t10
\t效益指标(30分)\t社会效益指标\t河湖面貌\t定性\t改善\t无\t20
\t满意度指标(10分)\t服务对象满意度指标\t群众满意度\t大于等于\t85\t%\t10
"""


def test_a_one_sided_form_joins_operator_number_and_unit() -> None:
    form = only(ONE_SIDED)
    assert form.sides == ("annual",)
    assert form.fund_unit == "万元"
    assert form.yuan() == Decimal(280000)
    assert form.amount("annual", "fiscal") == Decimal(28)
    assert form.text("goal.annual") == "加强河湖管护"
    assert rows(form, "annual") == [
        ("数量指标", "巡查河流", "≥27条"),
        ("质量指标", "问题整改率", "≥95%"),
        ("社会效益指标", "河湖面貌", "改善"),
        ("服务对象满意度指标", "群众满意度", "≥85%"),
    ]
    assert form.indicators[0].attributes[0] == ("score", "10")


LIST = """\
项目绩效目标清单
项目名称\t预算数(万元)\t年度绩效目标\t一级指标\t二级指标\t三级指标\t指标方向\t目标值\t计量单位
河道清淤\t12.50\t清淤3公里\t产出指标\t数量指标\t清淤长度\t大于等于\t3\t公里
\t\t\t\t质量指标\t验收合格率\t等于\t100\t%
\t\t\t效益指标\t社会效益指标\t受益人口\t大于等于\t2\t万人
水库巡查\t8\t巡查12座水库\t产出指标\t数量指标\t巡查水库\t等于\t12\t座
\t\t\t满意度指标\t服务对象满意度\t群众满意度\t大于等于\t90\t%
"""


def test_a_list_table_gives_one_form_a_project() -> None:
    forms = extract(LIST).forms
    assert [form.project_name for form in forms] == ["河道清淤", "水库巡查"]
    assert [form.yuan() for form in forms] == [Decimal(125000), Decimal(80000)]
    assert rows(forms[0], "annual") == [
        ("数量指标", "清淤长度", "≥3公里"),
        ("质量指标", "验收合格率", "=100%"),
        ("社会效益指标", "受益人口", "≥2万人"),
    ]
    assert forms[1].family == 3


IN_CELL = """\
单位/项目名称\t预算数\t年度绩效目标\t绩效指标
云溪县水利局\t20.50\t\t
河道清淤\t12.50\t清淤3公里\t【产出指标-数量指标】 指标1：清淤长度（≥3公里）；指标2：清运淤泥（≥2万立方米（自然方）） 【满意度指标-服务对象满意度指标】 指标1：群众满意度（≥90%）
水库巡查\t8\t巡查水库\t【产出指标-时效指标】 指标1：巡查时间（2025年12月底前）
"""


def test_indicators_inside_one_cell() -> None:
    forms = extract(IN_CELL).forms
    assert [form.project_name for form in forms] == ["河道清淤", "水库巡查"]
    assert rows(forms[0], "annual") == [
        ("数量指标", "清淤长度", "≥3公里"),
        ("数量指标", "清运淤泥", "≥2万立方米（自然方）"),
        ("服务对象满意度指标", "群众满意度", "≥90%"),
    ]
    assert forms[0].family == 4


OVERALL = """\
部门整体支出绩效目标表
(2025年度)
部门名称\t云溪县水利局
年度预算资金(万元)\t资金总额\t5000\t基本支出\t4610\t项目支出\t390
人员情况\t编制人数\t120\t实有人数\t118
年度总体目标\t完成全年水利任务
绩效指标\t一级指标\t二级指标\t三级指标\t指标值
\t产出指标\t数量指标\t维修堤防\t≥12公里
\t效益指标\t社会效益指标\t受益人口\t≥20万人
\t满意度指标\t服务对象满意度\t群众满意度\t≥90%
"""


def test_an_overall_form_is_told_apart() -> None:
    form = only(OVERALL)
    assert form.form_type == "overall"
    assert form.text("department") == "云溪县水利局"
    assert form.fund_unit == "万元"
    assert {item.path: item.text for item in form.overall}["实有人数"] == "118"
    assert len(form.side("annual")) == 3


BUDGET = """\
云溪县水利局2025年部门预算
2025年项目支出预算表（本年预算）
部门名称：云溪县水利局
单位：万元
项目名称\t合计\t2025年财政拨款\t
\t\t一般公共预算\t单位资金
1\t2\t3\t4
云溪县河道站\t20.50\t20.50\t
河道清淤\t12.50\t12.50\t
水库巡查\t8.00\t8.00\t
合计\t20.50\t20.50\t
2025年项目支出预算表（上年结转）
单位：万元
项目名称\t合计
注：本表无数据
2025年收入预算20.50万元，其中：项目支出20.50万元，占100%。比上年增加1.50万元，增长7.89%，主要原因是人员经费增加1.00万元，公用经费增加0.50万元。
公开项目绩效目标2个，涉及项目金额20.50万元。其中：其他运转类项目1个，涉及金额8万元；特定目标类项目1个，涉及金额12.50万元。
本部门未编制整体支出绩效目标。
"""


def test_budget_lines_know_their_unit_and_totals_give_none() -> None:
    extraction = extract(BUDGET)
    assert [(line.unit, line.project, line.amount) for line in extraction.budget_lines] == [
        ("云溪县河道站", "河道清淤", Decimal("12.50")),
        ("云溪县河道站", "水库巡查", Decimal("8.00")),
    ]
    kinds = {table.kind: table for table in extraction.budget_tables}
    assert not kinds["project_current"].empty
    assert kinds["project_carried_over"].empty


DEPARTMENT_ABOVE_UNITS = """\
2025年项目支出预算表（本年预算）
单位：万元
项目名称\t合计\t一般公共预算
1\t2\t3
云溪县水利局\t90.50\t90.50
云溪县水利局\t60.50\t60.50
河道清淤\t40.50\t40.50
河长制工作经费\t20.00\t20.00
云溪县灌溉服务中心\t30.00\t30.00
灌区渠系维修\t30.00\t30.00
"""


def test_a_department_above_its_units_is_no_project() -> None:
    lines = extract(DEPARTMENT_ABOVE_UNITS).budget_lines
    assert [(line.unit, line.project) for line in lines] == [
        ("云溪县水利局", "河道清淤"),
        ("云溪县水利局", "河长制工作经费"),
        ("云溪县灌溉服务中心", "灌区渠系维修"),
    ]


LIKE_FUNDS = """\
项目名称\t\t村干部报酬\t\t\t\t
主管部门及代码\t\t801-云溪县石桥镇人民政府\t\t实施单位\t\t云溪县石桥镇人民政府
项目资金(元)\t\t实施期资金总额:\t\t100,000\t\t年度资金总额:\t\t100,000
\t\t其中:中央财政资金\t\t0\t\t其中:中央财政资金\t\t0
总体目标\t\t按月发放报酬\t\t\t\t按月发放报酬
绩效指标\t一级指标\t二级指标\t三级指标\t指标值\t二级指标\t三级指标\t指标值
\t产出指标\t数量指标\t村支部书记人数\t18人\t数量指标\t村支部书记人数\t18人
\t\t\t其他村干部人数\t54人\t\t其他村干部人数\t54人
\t\t质量指标\t财政资金拨付率\t100%\t质量指标\t财政资金拨付率\t100%
\t效益指标\t社会效益指标\t村务公开率\t100%\t社会效益指标\t村务公开率\t100%
"""


def test_an_indicator_named_like_a_fund_label_stays_an_indicator() -> None:
    form = only(LIKE_FUNDS)
    names = [item.name for item in form.side("annual") if item.name]
    assert names == ["村支部书记人数", "其他村干部人数", "财政资金拨付率", "村务公开率"]
    assert {line.source for line in form.funds} == {"total", "central"}


def test_statements_hold_the_figures_of_the_text() -> None:
    found = {item.kind: item for item in extract(BUDGET).statements}
    assert found["change"].get("amount") == Decimal("1.50")
    assert found["change"].get("percent") == Decimal("7.89")
    assert found["change"].get("reason_1") == Decimal("1.00")
    declared = found["declared_forms"]
    assert (declared.get("count"), declared.get("amount")) == (2, Decimal("20.50"))
    assert (declared.get("count_1"), declared.get("amount_2")) == (1, Decimal("12.50"))
    assert "no_overall" in found
    assert declared.at.line == 17
