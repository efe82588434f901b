"""Forms that arrive as text: cell by cell, glued into one line, or in rows that lost their merged cells."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from indicators.forms import find_forms
from indicators.forms.glued import cut_pages
from indicators.forms.rows import stream
from indicators.forms.stages import HEADER
from indicators.forms.trust import judge
from indicators.readers.text import read_text
from indicators.records import Form, Line, Note, Quantity

HEADING = "项目支出绩效目标表~项目名称~渠道清淤~主管部门~云溪县水利局~实施单位~云溪县灌区站"


def forms(text: str) -> tuple[Form, ...]:
    return find_forms(read_text(text.replace("~", "\n").encode(), "a.txt", sha256="")).forms


def only(text: str) -> Form:
    found = forms(text)
    assert len(found) == 1
    return found[0]


def rows(form: Form, horizon: str = "annual") -> list[tuple[str, str, str]]:
    return [(item.level2, item.name, item.value) for item in form.side(horizon) if not item.empty]


def test_a_row_without_its_unit_keeps_value_and_source_apart() -> None:
    form = only(
        f"{HEADING}~年度目标~清淤8公里。~一级指标~二级指标~三级指标~指标值~计量单位~数据来源"
        "~产出指标~数量指标~清淤渠道长度~8~公里~工作台账~修复闸门~3~座~统计报表~质量指标~验收合格率~95~%~验收资料"
        "~效益指标~社会效益指标~灌溉秩序~明显好转~问卷调查~满意度指标~服务对象满意度指标~农户满意度~90~%~问卷调查"
    )
    assert rows(form) == [
        ("数量指标", "清淤渠道长度", "8公里"),
        ("数量指标", "修复闸门", "3座"),
        ("质量指标", "验收合格率", "95%"),
        ("社会效益指标", "灌溉秩序", "明显好转"),
        ("服务对象满意度指标", "农户满意度", "90%"),
    ]


def test_both_sides_cell_by_cell_with_labels_printed_once() -> None:
    form = only(
        f"{HEADING}~长期目标~改善灌溉。~年度目标~清淤8公里。"
        "~一级指标~二级指标~三级指标~长期指标值~二级指标~三级指标~年度指标值"
        "~产出　指标~数量　指标~清淤渠道长度~≥16公里~数量　指标~清淤渠道长度~≥8公里~修复闸门~6座~修复闸门~3座"
        "~质量指标~验收合格率~100%~质量指标~验收合格率~100%"
        "~满意度指标~服务对象满意度指标~农户满意度~≥90%~服务对象满意度指标~农户满意度~≥85%"
    )
    assert rows(form, "lifetime") == [
        ("数量指标", "清淤渠道长度", "≥16公里"),
        ("数量指标", "修复闸门", "6座"),
        ("质量指标", "验收合格率", "100%"),
        ("服务对象满意度指标", "农户满意度", "≥90%"),
    ]
    assert [value for _, _, value in rows(form)] == ["≥8公里", "3座", "100%", "≥85%"]


def test_the_second_level_stands_under_a_header_of_names() -> None:
    form = only(
        f"{HEADING}~年度目标~清淤8公里。~指标类型~指标名称~指标描述~指标值~权重"
        "~产出~数量指标~清淤渠道长度~8公里~30~质量指标~验收合格率~100%~20~时效指标~完工时间~10月底前~20"
        "~满意度~服务对象满意度指标~农户满意度~≥90%~10"
    )
    assert rows(form)[0] == ("数量指标", "清淤渠道长度", "8公里")
    assert rows(form)[-1] == ("服务对象满意度指标", "农户满意度", "≥90%")
    assert len(rows(form)) == 4


def test_columns_under_words_nobody_met_are_columns() -> None:
    form = only(
        f"{HEADING}~年度目标~清淤8公里。~一级指标~二级指标~三级指标~指标值~考评要旨~责任科室"
        "~产出指标~数量指标~清淤渠道长度~8公里~按图纸~农水科~质量指标~验收合格率~100%~按规范~质监站"
        "~满意度指标~服务对象满意度指标~农户满意度~≥90%~按问卷~办公室"
    )
    assert rows(form) == [
        ("数量指标", "清淤渠道长度", "8公里"),
        ("质量指标", "验收合格率", "100%"),
        ("服务对象满意度指标", "农户满意度", "≥90%"),
    ]


BLOCK = (
    "一级指标~二级指标~三级指标~指标值~产出指标-50~数量指标~清淤渠道长度~8公里~质量指标~验收合格率~100%"
    "~社会满意度~服务对象满意度指标~农户满意度~≥90%"
)


@pytest.mark.parametrize(
    "tail",
    [
        "项目资金（万元）~项目资金总额~30~年度资金总额~10~财政拨款~30~财政拨款~10",
        "单位：万元~名词解释~1.绩效目标：预算资金计划达到的产出和效果。",
        "填报单位（盖章）：云溪县水利局",
        "附件：公开表.xls",
    ],
)
def test_what_follows_the_block_is_no_indicator(tail: str) -> None:
    form = only(f"{HEADING}~年度目标~清淤8公里。~{BLOCK}~{tail}")
    assert rows(form) == [
        ("数量指标", "清淤渠道长度", "8公里"),
        ("质量指标", "验收合格率", "100%"),
        ("服务对象满意度指标", "农户满意度", "≥90%"),
    ]
    assert {item.level1 for item in form.indicators} == {"产出指标", "满意度指标"}


def test_amounts_of_both_sides_cell_by_cell() -> None:
    form = only(
        f"{HEADING}~项目资金（千元）~项目资金总额~30~2026年资金总额~10~其中：财政拨款~28~其中：财政拨款~9~其他资金~2~其他资金~1"
        f"~长期目标~改善灌溉。~年度目标~清淤8公里。~{BLOCK}"
    )
    assert [form.amount(side, "total") for side in ("lifetime", "annual")] == [Decimal(30), Decimal(10)]
    assert [form.amount(side, "other") for side in ("lifetime", "annual")] == [Decimal(2), Decimal(1)]
    assert form.fund_unit == "千元"


def test_amounts_below_two_totals_cell_by_cell() -> None:
    form = only(
        f"{HEADING}~资金情况（万元）~年度资金总额~实施期资金总额~小计~10~30~其他资金~1~2"
        f"~长期目标~改善灌溉。~年度目标~清淤8公里。~{BLOCK}"
    )
    assert [form.amount(side, "other") for side in ("annual", "lifetime")] == [Decimal(1), Decimal(2)]


@pytest.mark.parametrize("beside", ["绩效~指标", "绩~效~指~标", "绩效指标（90分，其中产出指标50分）", "分解目标"])
def test_the_word_beside_a_block_is_no_part_of_the_goal(beside: str) -> None:
    form = only(f"{HEADING}~年度目标~清淤8公里，修复闸门3座。~{beside}~{BLOCK}")
    assert form.text("goal.annual") == "清淤8公里，修复闸门3座。"


def test_a_list_of_projects_above_the_form_does_not_begin_it() -> None:
    form = only(
        f"2026年项目支出预算表~序号~项目名称~本年预算（元）~1~渠道清淤~100000.00~单位：元~{HEADING}"
        f"~年度目标~清淤8公里。~{BLOCK}"
    )
    assert (form.title, form.project_name) == ("项目支出绩效目标表", "渠道清淤")
    assert len(rows(form)) == 3


GLUED = (
    "附件预览项目绩效目标申报表（2026年度）项目名称渠道清淤主管部门云溪县水利局实施单位云溪县灌区站"
    "项目资金（万元）年度资金总额22.5其中：财政拨款22.5其他资金0年度总体目标完成渠道清淤和闸门维修。绩效指标"
    "一级指标二级指标三级指标年度指标值产出指标数量指标清淤渠道长度≥8公里修复闸门=3座质量指标验收合格率≥95%"
    "时效指标完工时间10月31日前效益指标社会效益指标受益农户≥900户满意度指标服务对象满意度指标农户满意度≥90%"
)


def test_a_page_in_one_line_is_cut_at_its_labels_and_quantities() -> None:
    first, second = forms(GLUED + GLUED.replace("渠道清淤", "闸门更新"))
    assert (first.project_name, second.project_name) == ("渠道清淤", "闸门更新")
    assert first.amount("annual", "total") == Decimal("22.5")
    assert first.text("goal.annual") == "完成渠道清淤和闸门维修。"
    assert rows(first) == [
        ("数量指标", "清淤渠道长度", "≥8公里"),
        ("数量指标", "修复闸门", "=3座"),
        ("质量指标", "验收合格率", "≥95%"),
        ("时效指标", "完工时间", "10月31日前"),
        ("社会效益指标", "受益农户", "≥900户"),
        ("服务对象满意度指标", "农户满意度", "≥90%"),
    ]
    assert all(item.confidence < 1 for item in first.indicators)


def test_a_long_text_about_indicators_is_not_cut() -> None:
    text = "三级指标的设置应当细化量化，产出指标、数量指标、质量指标和满意度指标都要可衡量。" * 6
    page = list(stream(read_text(text.encode(), "a.txt", sha256="")))
    assert cut_pages(page) == page


BARS = """\
| 项目支出绩效目标表 | | | | | | | |
| 项目名称 | 渠道清淤 | | | | | | |
| 主管部门 | 云溪县水利局 | | | | | | |
"""


def test_rows_that_lost_their_merged_cells_stand_below_their_headers() -> None:
    form = only(
        f"{BARS}| 指标 | 一级指标 | 二级指标 | 三级指标 | 长期指标值 | 二级指标 | 三级指标 | 年度指标值 |\n"
        "| 产出指标 | 数量指标 | 清淤渠道长度 | ≥16公里 | 数量指标 | 清淤渠道长度 | ≥8公里 | |\n"
        "| 修复闸门 | 6座 | 修复闸门 | 3座 | | | | |\n"
        "| 质量指标 | 验收合格率 | 100% | 质量指标 | 验收合格率 | 100% | | |\n"
        "| 效益指标 | 社会效益指标 | 灌溉秩序 | 好转 | 社会效益指标 | 灌溉秩序 | 好转 | |\n"
        "| 生态效益指标 | | | 生态效益指标 | | | | |\n"
    )
    assert rows(form, "lifetime") == [
        ("数量指标", "清淤渠道长度", "≥16公里"),
        ("数量指标", "修复闸门", "6座"),
        ("质量指标", "验收合格率", "100%"),
        ("社会效益指标", "灌溉秩序", "好转"),
    ]
    assert rows(form)[1] == ("数量指标", "修复闸门", "3座")
    assert [item.level2 for item in form.side("annual") if item.empty] == ["生态效益指标"]


def test_split_rows_with_columns_of_remarks_keep_their_values() -> None:
    form = only(
        f"{BARS}| 指标 | 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 数据来源 | 指标解释 |\n"
        "| 产出指标 | 数量指标 | 清淤渠道长度 | ≥8公里 | 工作台账 | 反映清淤渠道长度情况 | |\n"
        "| 修复闸门 | 3座 | 统计报表 | 反映修复闸门情况 | | | |\n"
        "| 质量指标 | 验收合格率 | 100% | 验收资料 | 反映验收合格率情况 | | |\n"
        "| 满意度指标 | 服务对象满意度指标 | 农户满意度 | ≥90% | 问卷调查 | 反映农户满意度情况 | |\n"
    )
    assert rows(form) == [
        ("数量指标", "清淤渠道长度", "≥8公里"),
        ("数量指标", "修复闸门", "3座"),
        ("质量指标", "验收合格率", "100%"),
        ("服务对象满意度指标", "农户满意度", "≥90%"),
    ]


def test_the_second_block_without_a_header_is_that_of_the_year_it_names() -> None:
    first = BLOCK.replace("8公里", "16公里").replace("一级指标", "实施期指标~指标~一级指标", 1)
    second = BLOCK[BLOCK.index("产出指标") :]
    form = only(f"{HEADING}~长期目标~改善灌溉。~年度目标~清淤8公里。~{first}~2026年度指标~指标~{second}")
    assert [value for _, _, value in rows(form, "lifetime")] == ["16公里", "100%", "≥90%"]
    assert [value for _, _, value in rows(form)] == ["8公里", "100%", "≥90%"]


@pytest.mark.parametrize("colon", ["：", ":"])
def test_labels_and_values_with_colons_on_lines_that_end_in_bars(colon: str) -> None:
    lines = f"项目支出绩效目标表 |~项目名称{colon}渠道清淤 |~项目期{colon}2026年 |~年度目标 |~清淤8公里。 |"
    form = only(f"{lines}~{BLOCK.replace('~', ' |~')} |")
    assert (form.project_name, form.text("project_period")) == ("渠道清淤", "2026年")
    assert len(rows(form)) == 3


def test_cells_glued_line_by_line() -> None:
    form = only(
        "项目支出绩效目标表~（2026年度）~项目名称渠道清淤~主管部门云溪县水利局~年度资金总额10.50~其他资金0"
        "~2026年目标完成渠道清淤。~第一级指标第二级指标第三级指标指标值"
        "~产出目标数量目标清淤渠道长度≥8公里~修复闸门=3座~质量目标工程一次验收合格率≥95%"
        "~满意度目标服务对象满意度目标农户满意度≥90%~填报人：祁某"
    )
    assert rows(form) == [
        ("数量指标", "清淤渠道长度", "≥8公里"),
        ("数量指标", "修复闸门", "=3座"),
        ("质量指标", "工程一次验收合格率", "≥95%"),
        ("服务对象满意度指标", "农户满意度", "≥90%"),
    ]
    assert (form.project_name, form.amount("annual", "total")) == ("渠道清淤", Decimal("10.50"))
    assert form.text("goal.annual") == "完成渠道清淤。"


def test_cells_glued_line_by_line_with_bare_level_labels() -> None:
    # 质量达标率 and 成本节约额 are names: their levels were printed before.
    form = only(
        "项目支出绩效目标表~（2026年度）~项目名称渠道清淤~主管部门云溪县水利局~年度资金总额10.50~年度目标完成渠道清淤。"
        "~指标一级指标二级指标三级指标2026年度目标值~产出数量清淤渠道长度≥8公里~修复闸门=3座~质量工程验收合格率≥95%"
        "~质量达标率≥98%~成本清淤单价≤3万元/公里~成本节约额≥2万元~效果社会效益受益农户≥900户"
        "~服务对象满意度满意度灌区农户满意度≥90%~填报人：祁某"
    )
    assert form.reading == "understood"
    assert rows(form) == [
        ("数量指标", "清淤渠道长度", "≥8公里"),
        ("数量指标", "修复闸门", "=3座"),
        ("质量指标", "工程验收合格率", "≥95%"),
        ("质量指标", "质量达标率", "≥98%"),
        ("成本指标", "清淤单价", "≤3万元/公里"),
        ("成本指标", "成本节约额", "≥2万元"),
        ("社会效益指标", "受益农户", "≥900户"),
        ("服务对象满意度指标", "灌区农户满意度", "≥90%"),
    ]


def test_a_column_of_categories_of_which_none_was_read_is_doubted() -> None:
    text = f"{HEADING}~一级指标\t二级指标\t三级指标\t指标值~产出指标\t数量指标\t清淤渠道长度\t≥8公里"
    lines = list(stream(read_text(text.replace("~", "\n").encode(), "a.txt", sha256="")))
    for line in lines:
        line.stage = HEADER if line.cells[0].text == "一级指标" else None
    form = only(f"{text}~\t质量指标\t验收合格率\t100%~满意度指标\t服务对象满意度指标\t农户满意度\t≥90%")
    lost = [replace(item, level1="", level2="", name=f"{item.level2}{item.name}") for item in form.indicators]
    assert judge(lines, form.indicators, []).reading == "understood"
    assert judge(lines, lost, []).reading == "doubtful"


def test_two_values_beside_a_block_name_in_slipped_rows() -> None:
    form = only(
        f"{BARS}| 指标 | 一级指标 | 二级指标 | 三级指标 | 当年指标值 | 中长期指标值 | 说明 | 指标说明 |\n"
        "| 成本指标 | 经济成本指标 | 每公里成本 | ≤1.5万元 | ≤1.5万元 | 按计划推进 | 反映每公里成本情况 | |\n"
        "| 闸门单价 | ≤2万元 | ≤2万元 |  | 反映闸门单价情况 | | | |\n"
        "| 产出指标 | 数量指标 | 清淤渠道长度 | ≥8公里 | ≥16公里 |  | 反映清淤渠道长度情况 | |\n"
        "| 质量指标 | 验收合格率 | 100% | 100% | 按计划推进 | 反映验收合格率情况 | | |\n"
    )
    assert rows(form) == [
        ("经济成本指标", "每公里成本", "≤1.5万元"),
        ("经济成本指标", "闸门单价", "≤2万元"),
        ("数量指标", "清淤渠道长度", "≥8公里"),
        ("质量指标", "验收合格率", "100%"),
    ]
    assert rows(form, "lifetime")[2] == ("数量指标", "清淤渠道长度", "≥16公里")


def test_cells_that_suit_their_columns_badly_are_a_doubt() -> None:
    form = only(f"{HEADING}~年度目标~清淤8公里。~{BLOCK}")
    assert form.reading == "understood"
    hardly = [replace(item, confidence=0.5) for item in form.indicators]
    assert judge([], form.indicators, []).reading == "understood"
    assert judge([], [hardly[0], *form.indicators[1:]] * 3, []).reading == "not understood"
    assert judge([], [hardly[0], *form.indicators * 4], []).reading == "doubtful"
    strays = [Note(code="stray-cell", message="", at=form.at)] * 2
    assert judge([], form.indicators, strays).reading == "doubtful"


def test_what_a_form_says_against_its_reading_is_a_doubt() -> None:
    found = only(f"{HEADING}~年度目标~清淤8公里。~{BLOCK}")
    lines = list(stream(read_text("渠道清淤".encode(), "a.txt", sha256="")))
    annual = list(found.indicators)
    assert judge(lines, annual, []).reading == "understood"
    nameless = [replace(annual[0], name=""), *annual[1:] * 3]
    assert "1 个指标值没有名称" in [doubt.message for doubt in judge(lines, nameless, []).doubts]
    alike = [replace(item, name="指标") for item in annual]
    assert judge(lines, alike, []).reading == "not understood"
    half = [replace(item, horizon="lifetime", quantity=_halved(item.quantity)) for item in annual]
    double = [replace(item, horizon="lifetime", quantity=_doubled(item.quantity)) for item in annual]
    assert judge(lines, [*annual, *half], []).reading == "doubtful"
    assert judge(lines, [*annual, *double], []).reading == "understood"


def _halved(quantity: Quantity | None) -> Quantity | None:
    return replace(quantity, number=quantity.number / 2) if quantity is not None else None


def _doubled(quantity: Quantity | None) -> Quantity | None:
    return replace(quantity, number=quantity.number * 2) if quantity is not None else None


def test_lines_of_signatures_far_apart_are_no_columns() -> None:
    page = ["单位负责人：祁某　　填表人：祝某　　联系电话：已填", *["正文"] * 20] * 4
    assert all(isinstance(block, Line) for block in read_text("\n".join(page).encode(), "a.txt", sha256="").blocks)


def test_the_side_beside_the_rows_of_split_text_holds_for_them() -> None:
    # The header begins one column further right than the words that name the sides.
    form = only(
        "项目支出绩效目标表~项目名称\t渠道清淤\t主管部门\t云溪县水利局~实施期目标\t改善灌溉。~年度目标\t清淤8公里。"
        "~\t一级指标\t二级指标\t三级指标\t上年值\t目标值\t责任科室"
        "~三年指标\t产出指标\t数量指标\t清淤渠道长度\t\t≥24公里\t工程科~\t满意度指标\t服务对象满意度指标\t农户满意度\t85%\t≥90%\t工程科"
        "~当年指标\t产出指标\t数量指标\t清淤渠道长度\t7公里\t≥8公里\t工程科~\t\t质量指标\t验收合格率\t98%\t100%\t工程科"
    )
    assert rows(form, "lifetime") == [
        ("数量指标", "清淤渠道长度", "≥24公里"),
        ("服务对象满意度指标", "农户满意度", "≥90%"),
    ]
    assert rows(form) == [("数量指标", "清淤渠道长度", "≥8公里"), ("质量指标", "验收合格率", "100%")]


def test_a_column_of_periods_left_of_the_levels() -> None:
    form = only(
        "项目支出绩效目标表~|项目名称|渠道清淤|主管部门|云溪县水利局|~|中期目标|改善灌溉。|~|年度目标|清淤8公里。|"
        "~|时段|一级指标|二级指标|三级指标|指标值|~|中期|产出指标|数量指标|清淤渠道长度|≥24公里|"
        "~|中期|产出指标|质量指标|验收合格率|100%|~|年度|产出指标|数量指标|清淤渠道长度|≥8公里|"
        "~|年度|产出指标|质量指标|验收合格率|≥98%|~|年度|满意度指标|服务对象满意度指标|农户满意度|≥85%|"
    )
    assert rows(form, "lifetime") == [("数量指标", "清淤渠道长度", "≥24公里"), ("质量指标", "验收合格率", "100%")]
    assert [value for *_, value in rows(form)] == ["≥8公里", "≥98%", "≥85%"]


LIST = (
    "项目支出绩效目标表~单位：元~项目名称 项目单位 项目类别 预算数 年度绩效目标 一级指标 二级指标 三级指标 指标方向 目标值 计量单位 分值"
    "~渠道清淤 201-云溪县灌区站 31-水利类 365,200.00 疏通骨干渠道，恢复灌溉。 满意度指标(10分) 服务对象满意度 农户满意度 大于等于 88 % 10"
    "~产出指标(60分) 数量指标 清淤渠道长度 大于等于 8 公里 30~质量指标 验收合格率 等于 100 % 30"
    "~闸门检修 201-云溪县灌区站 31-水利类 80,000.00 检修老化闸门，汛前完成。 产出指标(60分) 数量指标 检修闸门 大于等于 14 座 60"
)


@pytest.mark.parametrize("between", [" ", "\n"], ids=["single blanks", "a cell a line"])
def test_a_list_of_projects_without_a_table(between: str) -> None:
    first, second = forms(LIST.replace(" ", between))
    assert [(label, name, value.replace(" ", "")) for label, name, value in rows(first)] == [
        ("服务对象满意度指标", "农户满意度", "≥88%"),
        ("数量指标", "清淤渠道长度", "≥8公里"),
        ("质量指标", "验收合格率", "=100%"),
    ]
    assert first.text("project_name") == "渠道清淤"
    assert first.text("goal.annual") == "疏通骨干渠道，恢复灌溉。"
    assert first.amount("annual") == Decimal(365200)
    assert second.text("project_name") == "闸门检修"
    assert [item.name for item in second.side("annual")] == ["检修闸门"]


def test_the_number_of_a_page_between_cells_is_no_cell() -> None:
    form = only(
        f"{HEADING}~年度目标~清淤8公里。~一级指标~二级指标~三级指标~指标值~产出指标~数量指标~清淤渠道长度~≥8公里"
        "~- 14 -~修复闸门~3座~质量指标~验收合格率~100%~— 15 —"
    )
    assert [item.name for item in form.side("annual")] == ["清淤渠道长度", "修复闸门", "验收合格率"]


def test_a_numbered_outline_is_a_form() -> None:
    form = only(
        "关于报送绩效目标的报告~项目支出绩效目标表~一、基本情况~1.项目名称：渠道清淤~2.主管部门：云溪县水利局"
        "~二、资金（单位：万元）~年度资金总额：36.50~其中：财政拨款：30.00~三、绩效目标~疏通骨干渠道，恢复灌溉。~四、绩效指标"
        "~（一）产出指标（50分）~1.数量指标~（1）清淤渠道长度：≥8公里~（2）渠水含沙比不高于：1:9~2.质量指标~（1）验收合格率：100%"
        "~- 3 -~（二）效益指标~1.社会效益指标~（1）灌溉秩序：干旱年份~也不发生争水~（三）满意度指标~1.服务对象满意度指标~（1）农户满意度：≥90%"
        "~云溪县水利局~2025年11月6日"
    )
    assert form.text("project_name") == "渠道清淤"
    assert form.text("goal.annual") == "疏通骨干渠道，恢复灌溉。"
    assert form.amount("annual") == Decimal("36.5")
    assert rows(form) == [
        ("数量指标", "清淤渠道长度", "≥8公里"),
        ("数量指标", "渠水含沙比不高于", "1:9"),
        ("质量指标", "验收合格率", "100%"),
        ("社会效益指标", "灌溉秩序", "干旱年份也不发生争水"),
        ("服务对象满意度指标", "农户满意度", "≥90%"),
    ]
    assert form.reading == "understood"


def test_a_relation_and_its_quantity_are_one_value() -> None:
    form = only(
        f"{HEADING}~年度目标~清淤8公里。~一级指标~二级指标~三级指标~指标值~产出指标~数量指标~清淤渠道长度~≧ 8公里"
        "~成本指标~每公里清淤成本~≦ 900元~满意度指标~服务对象满意度指标~农户满意度~≧ 90%"
    )
    assert [item.value.replace(" ", "") for item in form.side("annual")] == ["≧8公里", "≦900元", "≧90%"]


def test_a_heading_names_the_project_of_the_form_below_it() -> None:
    block = "~一级指标~二级指标~三级指标~指标值~产出指标~数量指标~{}~{}~满意度指标~服务对象满意度指标~农户满意度~≥90%"
    first, second = forms(
        "2026年云溪县重点项目绩效目标~灌区渠道清淤补助项目绩效目标~（一）中期绩效目标~疏通骨干渠道，恢复灌溉。~（二）中期绩效指标"
        "~按照实施内容设置下列2个指标，内容如下：~具体目标表"
        + block.format("清淤渠道长度", "≥24公里")
        + "~山塘水质监测经费绩效目标"
        "~（一）年度绩效目标~掌握山塘水质变化。~（二）年度绩效指标~指标如下："
        + block.format("监测山塘", "36口")
        + "~三、其他说明~数量指标之外的内容另行报告。"
    )
    assert first.text("project_name") == "灌区渠道清淤补助项目"
    assert first.text("goal.lifetime") == "疏通骨干渠道，恢复灌溉。"
    assert rows(first, "lifetime") == [
        ("数量指标", "清淤渠道长度", "≥24公里"),
        ("服务对象满意度指标", "农户满意度", "≥90%"),
    ]
    assert second.text("project_name") == "山塘水质监测经费"
    assert rows(second) == [("数量指标", "监测山塘", "36口"), ("服务对象满意度指标", "农户满意度", "≥90%")]


def test_a_heading_of_all_projects_names_none() -> None:
    text = "2026年部门预算项目绩效目标~项目名称~渠道清淤~年度目标~清淤8公里。~一级指标~二级指标~三级指标~指标值~产出指标~数量指标~清淤长度~≥8公里"
    assert only(text).text("project_name") == "渠道清淤"


def test_the_name_stands_under_a_word_of_notes_where_that_of_names_heads_the_second_level() -> None:
    form = only(
        f"{HEADING}~年度目标~清淤8公里。~指标类别~名称~指标说明~目标值~指标解释~产出指标~数量指标~清淤渠道长度~≥8公里~反映清淤长度"
        "~质量指标~验收合格率~100%~反映质量~效益指标~社会效益指标~灌溉秩序~明显好转~反映秩序~满意度指标~服务对象满意度指标~农户满意度~≥90%~反映评价"
    )
    assert [(label, name) for label, name, _ in rows(form)] == [
        ("数量指标", "清淤渠道长度"),
        ("质量指标", "验收合格率"),
        ("社会效益指标", "灌溉秩序"),
        ("服务对象满意度指标", "农户满意度"),
    ]


def test_a_first_level_with_points_and_without_the_word_of_indicators() -> None:
    form = only(
        f"{HEADING}~年度目标~清淤8公里。~指标类别~三级指标~目标值~产出60分~清淤渠道长度~≥8公里~修复闸门~3座"
        "~效益30分~灌溉面积~420亩~社会满意度10分~农户满意度~≥90%"
    )
    assert [(item.level1, item.name) for item in form.side("annual")][-2:] == [
        ("效益指标", "灌溉面积"),
        ("满意度指标", "农户满意度"),
    ]


def test_amounts_with_their_unit_above_them_below_the_indicators() -> None:
    block = "~一级指标~二级指标~三级指标~指标值~产出指标~数量指标~清淤长度~{}~质量指标~验收合格率~100%"
    form = only(
        f"{HEADING}~中期目标~改善灌溉。~年度目标~清淤8公里。~中期指标" + block.format("≥24公里") + "~年度指标" + block.format("≥8公里")
        + "~金额单位：千元~项目总投资~365.2千元~年度资金总额~120千元~其中：财政拨款~365.2~其中：财政拨款~120~填报人：~某某"
    )  # fmt: skip
    assert form.fund_unit == "千元"
    assert (form.amount("lifetime"), form.amount("annual")) == (Decimal("365.2"), Decimal(120))
    assert len(form.side("annual")) == 2


def test_a_title_with_its_year_opens_the_next_form() -> None:
    page = (
        "2026年项目支出绩效目标表~（2026年度）~金额单位：千元~项目名称：~{}~年度资金总额~120~年度目标~改善灌溉。~一级指标~二级指标~三级指标~指标值"
        "~产出指标~数量指标~清淤长度~≥8公里~质量指标~验收合格率~100%~主管部门意见~同意。"
    )
    first, second = forms(page.format("渠道清淤") + "~" + page.format("闸门检修"))
    assert first.title == second.title == "2026年项目支出绩效目标表"
    assert first.fund_unit == second.fund_unit == "千元"


def test_reached_values_as_the_only_values_and_a_second_word_of_kinds() -> None:
    form = only(
        f"{HEADING}~年度目标~清淤8公里。~指标类别~指标内容~指标完成值~指标解释~指标类型~产出指标~清淤渠道长度~≥8公里~反映清淤长度~正向指标"
        "~验收合格率~100%~反映质量~正向指标~效益指标~灌溉秩序~明显好转~反映秩序~定性指标~满意度指标~农户满意度~≥90%~反映评价~正向指标"
    )
    assert [(item.level1, item.name, item.value) for item in form.side("annual")] == [
        ("产出指标", "清淤渠道长度", "≥8公里"),
        ("产出指标", "验收合格率", "100%"),
        ("效益指标", "灌溉秩序", "明显好转"),
        ("满意度指标", "农户满意度", "≥90%"),
    ]


def test_labels_broken_before_their_last_word_and_its_remark() -> None:
    form = only(
        f"{HEADING}~年度目标~清淤8公里。~一级指标~二级指标~三级指标~指标值~产出指标~数量~目标（至少一项）~清淤渠道长度~≥8公里"
        "~效益指标~社会效益~目标（至少一项）~灌溉秩序~明显好转~满意度指标~群众满意度（必填）~农户评价~≥90%"
    )
    assert [(item.level1, item.name) for item in form.side("annual")] == [
        ("产出指标", "清淤渠道长度"),
        ("效益指标", "灌溉秩序"),
        ("满意度指标", "农户评价"),
    ]


def test_amounts_of_both_sides_each_in_the_cell_of_its_label() -> None:
    form = only(
        f"{HEADING}~资金（万元）~年度预算金额：120.5~实施期资金总额：365.2~其中：省级财政资金：20.5~其中：省级财政资金：65.2~其他资金：0~其他资金：0"
        "~实施期目标~改善灌溉。~年度目标~清淤8公里。~一级指标~二级指标~三级指标~实施期指标值~年度指标值"
        "~产出指标~数量指标~清淤长度~≥24公里~≥8公里~质量指标~验收合格率~100%~100%"
    )
    assert (form.amount("lifetime"), form.amount("annual")) == (Decimal("365.2"), Decimal("120.5"))


@pytest.mark.parametrize(
    "funds",
    [
        "项目资金（万元）~小计~财政拨款~自筹资金~年度资金总额~36.5~30~6.5",
        "项目资金（万元）~年度资金总额~小计~36.5~财政拨款~30~自筹资金~6.5",
    ],
    ids=["sources in a row", "the total over the amounts"],
)
def test_amounts_crossed_with_their_sources(funds: str) -> None:
    form = only(
        f"{HEADING}~{funds}~年度目标~清淤8公里。~一级指标~二级指标~三级指标~指标值~产出指标~数量指标~清淤长度~≥8公里~质量指标~合格率~100%"
    )
    assert form.amount("annual") == Decimal("36.5")
    assert form.amount("annual", "self") == Decimal("6.5")


def test_a_label_with_a_number_in_a_circle_broken_over_lines() -> None:
    form = only(
        f"{HEADING}~年度目标~清淤8公里。~一级指标~二级指标~三级指标~指标值~产出指标~①数量目标~清淤渠道长度~≥8公里"
        "~效益指标~①社会效益~目标~灌溉秩序~明显好转~②生态效益~目标~渠水水质~改善"
    )
    assert [item.name for item in form.side("annual")] == ["清淤渠道长度", "灌溉秩序", "渠水水质"]


def test_the_upper_header_of_the_next_block_is_no_row_of_the_one_above() -> None:
    block = "\t绩效指标\t\t\t指标值~\t一级指标\t二级指标\t三级指标\t~\t产出\t数量指标\t清淤渠道长度\t{}~\t\t质量指标\t验收合格率\t100%~\t满意度\t服务对象满意度指标\t农户满意度\t≥90%"
    form = only(
        "项目支出绩效目标表~项目名称：\t渠道清淤\t主管部门：\t云溪县水利局~长期目标\t改善灌溉。~年度目标\t清淤8公里。"
        "~长期绩效指标" + block.format("≥24公里") + "~年度绩效指标" + block.format("≥8公里")
    )
    assert [item.value for item in form.side("lifetime")] == ["≥24公里", "100%", "≥90%"]
    assert [item.value for item in form.side("annual")] == ["≥8公里", "100%", "≥90%"]


def test_a_goal_that_speaks_of_years_does_not_head_the_blocks_below_it() -> None:
    block = "~一级指标~二级指标~三级指标~指标值~产出指标~数量指标~清淤长度~{}~质量指标~验收合格率~100%"
    form = only(
        f"{HEADING}~年度绩效目标~清淤8公里。~项目期绩效目标~分年度实施，改善灌溉。~实施期指标" + block.format("≥24公里")
        + "~本年指标" + block.format("≥8公里")
    )  # fmt: skip
    assert [item.value for item in form.side("lifetime")] == ["≥24公里", "100%"]
    assert [item.value for item in form.side("annual")] == ["≥8公里", "100%"]


def test_the_head_of_values_is_parted_in_the_row_below_it() -> None:
    head = "项目支出绩效目标表~项目名称\t渠道清淤\t主管部门\t云溪县水利局~年度目标\t清淤8公里。~"
    form = only(
        f"{head}指标\t一级指标\t二级指标\t三级指标\t指标值\t\t评分依据~\t\t\t\t计算符号\t目标值~\t产出指标\t数量指标\t清淤渠道长度\t≥\t8公里\t台账"
        "~\t\t\t修复闸门\t=\t3座\t台账~\t\t质量指标\t验收合格率\t=\t100%\t台账~\t满意度指标\t服务对象满意度指标\t农户满意度\t≥\t90%\t问卷"
    )
    assert [item.value for item in form.side("annual")] == ["≥8公里", "=3座", "=100%", "≥90%"]
    form = only(
        f"{head}指标\t一级指标\t二级指标\t三级指标\t指标值\t\t评分依据~\t\t\t\t实施期指标值\t当年指标值~\t产出指标\t数量指标\t清淤渠道长度\t24公里\t8公里\t台账"
        "~\t\t质量指标\t验收合格率\t100%\t98%\t台账~\t满意度指标\t服务对象满意度指标\t农户满意度\t92%\t90%\t问卷"
    )
    assert [item.value for item in form.side("lifetime")] == ["24公里", "100%", "92%"]
    assert [item.value for item in form.side("annual")] == ["8公里", "98%", "90%"]


def test_a_goal_in_lines_of_its_own_between_split_rows_is_no_title() -> None:
    page = (
        "项目支出绩效目标表~项目名称\t{0}\t主管部门\t云溪县水利局~项目资金（万元）\t年度资金总额\t36.5~2026年度绩效目标~{1}"
        "~一级指标\t二级指标\t三级指标\t指标值~产出指标\t数量指标\t{0}长度\t≥8公里~\t质量指标\t验收合格率\t100%~满意度指标\t服务对象满意度指标\t农户满意度\t≥90%"
    )
    first, second = forms(page.format("清淤", "疏通骨干渠道。") + "~~" + page.format("护岸", "加固河岸。"))
    assert (first.text("goal.annual"), second.text("goal.annual")) == ("疏通骨干渠道。", "加固河岸。")
    assert [form.side("annual")[0].name for form in (first, second)] == ["清淤长度", "护岸长度"]
    assert first.title == second.title == "项目支出绩效目标表"


WHOLE = (
    f"{HEADING}~年度目标~清淤8公里。~一级指标~二级指标~三级指标~指标值~产出指标~数量指标~清淤渠道长度~≥8公里"
    "~质量指标~验收合格率~100%~满意度指标~服务对象满意度指标~农户满意度~≥90%"
)
LAST = ("服务对象满意度指标", "农户满意度", "≥90%")


@pytest.mark.parametrize(
    "below",
    [
        "【打印本页】~【关闭窗口】~主办：云溪县水利局",
        "[顶部]~云溪县水利局",
        "附件清单：~目标表.docx",
        "技术支持：云溪网~县水利局",
        "渠道清淤目标表.pdf",
    ],
)
def test_what_a_page_prints_below_the_last_indicator_is_none(below: str) -> None:
    assert rows(only(f"{WHOLE}~{below}"))[-1] == LAST


@pytest.mark.parametrize("below", ["种粮大户满意度：~≥85%", "干部满意度~≥85%", "用水协会评价~良：85分以上"])
def test_a_further_indicator_of_the_last_category_stays(below: str) -> None:
    assert len(rows(only(f"{WHOLE}~{below}"))) == 4


@pytest.mark.parametrize(
    "cut", ["社会公众或服务~对象满意度指标", "社会公众或服务对象~满意度指标", "服务对象或受益人~满意度指标"]
)
def test_a_long_label_broken_in_two(cut: str) -> None:
    assert rows(only(WHOLE.replace("~服务对象满意度指标", f"~{cut}")))[-1] == LAST


def test_the_goal_of_a_form_on_one_line_ends_before_the_name_of_the_block() -> None:
    for name in ("绩效指标", "2025年度指标", "绩效指标（必填）"):
        text = WHOLE.replace("~一级指标", f"~{name}~一级指标").replace("~", " ")
        assert only(text).text("goal.annual") == "清淤8公里。"


def test_marks_of_converters_are_no_print() -> None:
    form = only(
        "| 项目支出绩效目标表 |  |  |  |~|---|---|---|---|~| 项目名称 | 渠道<br>清淤 | 主管部门 | 云溪县水利局 |~| 年度目标 | 清淤8公里，<br/>护岸3处。 |  |  |"
        "~| 一级指标 | 二级指标 | 三级指标 | 指标值 |~| 产出指标 | 数量指标 | 清淤渠道长度 | &ge;8公里 |~|  | 时效指标 | 完工天数 | &lt;=90天 |"
        "~| 满意度指标 | 服务对象满意度指标 | 农户满意度 | ≥90% |"
    )
    assert (form.project_name, form.text("goal.annual")) == ("渠道清淤", "清淤8公里，护岸3处。")
    assert [value for *_, value in rows(form)] == ["≥8公里", "<=90天", "≥90%"]


@pytest.mark.parametrize("cell", ["其他资金 0.00", "其他资金  12.5万元", "其他资金：12.5"])
def test_a_cell_with_label_and_amount(cell: str) -> None:
    form = only(
        f"项目支出绩效目标表~项目名称\t渠道清淤\t主管部门\t云溪县水利局~资金\t年度资金总额\t80\t其中：财政拨款\t67.5\t{cell}"
        "~一级指标\t二级指标\t三级指标\t指标值~产出指标\t数量指标\t清淤渠道长度\t≥8公里~\t质量指标\t合格率\t100%~满意度指标\t服务对象满意度指标\t农户满意度\t≥90%"
    )
    assert {line.source: float(line.amount or 0) for line in form.funds}["other"] == (0 if "0.00" in cell else 12.5)


def test_a_label_printed_upright_beside_an_amount_is_no_part_of_it() -> None:
    form = only(
        f"{HEADING}~项目资金~（万元）~年度资金总额 2,460.00 执~行~率~分~值~（10）~其中：财政拨款 2,460.00~上年结转 0.00"
        "~年度目标~清淤8公里。" + WHOLE[WHOLE.index("~一级") :]
    )
    assert {line.source: str(line.amount) for line in form.funds} == {
        "total": "2460.00",
        "fiscal": "2460.00",
        "carried": "0.00",
    }


MIDDLE = "一级指标~二级指标~三级指标~指标值~产出指标~数量指标~清淤渠道长度~≥8公里~质量指标~验收合格率~100%~效益指标~社会效益指标~受益农户~≥900户"


@pytest.mark.parametrize(
    ("between", "unit", "kind"),
    [
        ("~实施单位~云溪县灌区站", "云溪县灌区站", ""),
        ("~实施单位~云溪县灌区站~项目属性~新增项目", "云溪县灌区站", "新增项目"),
    ],
)
def test_the_label_of_a_goal_in_the_middle_of_its_cell(between: str, unit: str, kind: str) -> None:
    form = only(
        f"项目支出绩效目标表~项目名称~渠道清淤~主管部门~云溪县水利局~资金总额（万元）~84.00~年度目标{between}"
        f"~清淤渠道8公里，维修水闸6处，改善灌溉条件，使下游农户及时用上~水。~{MIDDLE}"
    )
    assert form.text("goal.annual") == "清淤渠道8公里，维修水闸6处，改善灌溉条件，使下游农户及时用上水。"
    assert (form.text("implementing_unit"), form.text("project_attribute")) == (unit, kind)
    assert (form.text("project_name"), len(form.indicators)) == ("渠道清淤", 3)


def test_a_unit_named_behind_the_label_of_a_goal_opens_no_form() -> None:
    form = only(f"项目支出绩效目标表~项目名称~渠道清淤~主管部门~云溪县水利局~年度目标~实施单位~云溪县灌区站~{MIDDLE}")
    assert form.text("project_name") == "渠道清淤"
    assert (form.text("implementing_unit"), len(form.indicators)) == ("云溪县灌区站", 3)


FUNDS_GLUED = "~年度资金申请总额（万元）10.50"
GLUED_HEAD = (
    "项目支出绩效目标表~（2026年度）~项目名称：渠道清淤项目类型：一次性项目项目期2年~主管部门：云溪县水利局"
    f"~保障项目实施的制度、措施执行《水利工程管理细则》。{FUNDS_GLUED}~年度目标完成渠道清淤。"
)


def test_headers_of_glued_lines_are_cut_by_what_each_label_is_headed_by() -> None:
    form = only(
        f"{GLUED_HEAD}~指标一级二级（必填）具体指标目标值~1、产出类指标（权重40%）数量（必填）清淤渠道长度≥8公里~修复闸门=3座"
        "~质量（必填）工程验收合格率≥95%~2、效果类指标社会效益（必填）受益农户≥900户~满意度（必填）灌区农户满意度≥90%"
        "~审核意见经审核，同意上报。~填报人：祁某"
    )
    assert form.reading == "understood"
    assert rows(form) == [
        ("数量指标", "清淤渠道长度", "≥8公里"),
        ("数量指标", "修复闸门", "=3座"),
        ("质量指标", "工程验收合格率", "≥95%"),
        ("社会效益指标", "受益农户", "≥900户"),
        ("服务对象满意度指标", "灌区农户满意度", "≥90%"),
    ]
    assert form.project_name == "渠道清淤"
    assert (form.text("project_attribute"), form.text("project_period")) == ("一次性项目", "2年")
    assert form.text("measures") == "执行《水利工程管理细则》。"
    assert [(line.source, int(line.amount or 0)) for line in form.funds] == [("total", 10)]


def test_a_side_of_glued_lines_begins_without_a_header_of_its_own() -> None:
    block = "产出指标数量指标清淤渠道长度≥{}公里~质量指标工程验收合格率≥95%~效益指标社会效益指标受益农户≥900户"
    form = only(
        f"{GLUED_HEAD.replace(FUNDS_GLUED, '')}~全周期指标一级指标二级指标三级指标指标值~{block.format(8)}~年度指标{block.format(4)}"
        "~年度资金总额10.50~其中：财政拨款10.50~填报人：祁某"
    )
    found = [(item.horizon, item.name, item.value) for item in form.indicators]
    assert found[0] == ("lifetime", "清淤渠道长度", "≥8公里")
    assert found[3] == ("annual", "清淤渠道长度", "≥4公里")
    assert len(found) == 6
    assert {line.source for line in form.funds} == {"total", "fiscal"}
