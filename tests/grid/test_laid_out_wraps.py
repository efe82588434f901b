"""Laid-out text whose labels, amounts and fields wrap or stand below the indicators."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from indicators.forms import find_forms
from indicators.readers.text import read_text
from indicators.records import Form
from tests.samples.forms import projects
from tests.samples.layouts import LAYOUTS
from tests.samples.measure import compare, extracted
from tests.samples.render_pdf import Look, render_pdf

FORM = """\
                      项目支出绩效目标表
项目名称          灌区渠道清淤
主管部门          云溪县水利局                 实施单位     云溪县灌区站
               年度资金总额                     35.00
项目资金（万元）     其中：财政拨款                    30.00
               其他资金                         5.00
 年度目标         清淤渠道8公里，维修闸门6处。
      一级指标        二级指标         三级指标            指标值
                  数量指标     清淤渠道长度           ≥8公里
                            维修水闸闸门           6处
      产出指标(5
      0分)        质量指标     渠道验收合格率          100%
      效益指标        社会效益指标   受益农户数量           ≥900户
      满意度指标       服务对象满意度指标 受益农户满意度          ≥90%
审核意见          经审核，绩效目标设置较为完整，指标基本量化，同意报送。
"""


def forms(text: str) -> tuple[Form, ...]:
    return tuple(find_forms(read_text(text.encode(), "a.txt", sha256="")).forms)


def test_a_caption_of_amounts_does_not_swallow_the_goal_below() -> None:
    (form,) = forms(FORM)
    assert (form.amount("annual"), form.amount("annual", "other")) == (35, 5)
    assert form.text("goal.annual") == "清淤渠道8公里，维修闸门6处。"


def test_points_that_wrap_and_a_review_below_are_no_indicators() -> None:
    (form,) = forms(FORM)
    assert [(item.level1, item.name, item.value) for item in form.side("annual")] == [
        ("产出指标", "清淤渠道长度", "≥8公里"),
        ("产出指标", "维修水闸闸门", "6处"),
        ("产出指标", "渠道验收合格率", "100%"),
        ("效益指标", "受益农户数量", "≥900户"),
        ("满意度指标", "受益农户满意度", "≥90%"),
    ]


UNKNOWN = """\
                   部门项目绩效目标表
   项目名称                灌区渠道清淤
  {0}    预算数      35.00      其中：财政资金    30.00      其他资金    5.00
    {1}  用于清淤渠道和维修闸门，不用于其他支出。
            1.清淤渠道8公里，灌溉面积有所增加。
   绩效目标
            2.维修闸门6处，农户满意度不低于90%。
   一级指标        二级指标       三级指标         指标值
   产出指标        数量指标     清淤渠道长度        ≥8公里
               质量指标     渠道验收合格率       100%
   效益指标        社会效益指标   受益农户数量        ≥900户
   满意度指标       服务对象满意度指标 受益农户满意度       ≥90%
"""


@pytest.mark.parametrize(
    ("label", "rest"), [("经费规模及用", "途说明"), ("资金来源与使", "用方向"), ("支出内容和支", "出依据")]
)
def test_a_label_nobody_knows_goes_on_beside_a_row_of_its_own(label: str, rest: str) -> None:
    (form,) = forms(UNKNOWN.format(label, rest))
    assert form.text("goal.annual") == "1.清淤渠道8公里，灌溉面积有所增加。2.维修闸门6处，农户满意度不低于90%。"
    assert [form.amount("annual", source) for source in ("total", "fiscal", "other")] == [35, 30, 5]


STACKED = """\
                  2025年项目支出绩效目标表
   项目名称            灌区渠道清淤
   主管部门        云溪县水利局           实施单位        云溪县灌区站
 项目总预算（万元）       276       项目当年预算（万元）         98

                       {0}
{1}1   三年清淤渠道24公里，灌溉条件明显改善。
 一级指标       二级指标          指标名称        指标值
 产出指标       数量指标         清淤渠道长度       ≥24公里
            质量指标         验收合格率        100%
满意度指标   服务对象满意度指标      农户满意度       ≥90%

                       {2}
{3}1   全年清淤渠道8公里。
 一级指标       二级指标          指标名称        指标值
 产出指标       数量指标         清淤渠道长度       ≥8公里
            质量指标         验收合格率        98%
满意度指标   服务对象满意度指标      农户满意度       ≥85%
"""


@pytest.mark.parametrize(
    "names", ["长期绩效目标表 长期目标 年度绩效目标表 年度目标", "中期绩效目标表 中期目标 当年绩效目标表 当年目标"]
)
def test_the_heading_above_the_caption_of_the_first_of_stacked_blocks_is_theirs(names: str) -> None:
    (form,) = forms(STACKED.format(*names.split()))
    assert (form.project_name, form.amount("lifetime"), form.amount("annual")) == ("灌区渠道清淤", 276, 98)
    assert [item.value for item in form.side("lifetime")] == ["≥24公里", "100%", "≥90%"]
    assert [item.value for item in form.side("annual")] == ["≥8公里", "98%", "≥85%"]
    assert (form.text("goal.lifetime")[:6], form.text("goal.annual")) == ("三年清淤渠道", "全年清淤渠道8公里。")


@pytest.mark.parametrize(
    "layout", ["3-list", "3-list-words", "3-list-both", "4-text-blocks", "2-points-review", "2-synonyms"]
)
def test_borderless_samples_are_read_as_they_were_drawn(layout: str, tmp_path: Path) -> None:
    sample = LAYOUTS[layout](layout, projects()[:5])
    path = tmp_path / f"{layout}.pdf"
    path.write_bytes(render_pdf(sample, Look(rules="none")))
    counts, shown = compare(list(sample.truth), extracted(path))
    assert not shown, shown
    assert counts["indicators"][1] > 50


SIDES = """\
                         项目支出绩效目标表
   项目名称                        灌区渠道清淤
   主管部门             云溪县水利局                    项目实施单位      云溪县灌区站
  资金（万元）       实施期资金总额         5400.00          2025年资金总额        1800.00
                  实施期（2025-2027年）目标                       2025年目标

{0}
                         实施期指标                            2025年指标
一级指标   二级指标
                 三级指标     符号     值         单位     三级指标      符号      值      单位
               清淤灌区渠道和水闸                        清淤灌区渠道和水闸
                           ≥     16        公里               ≥       8      公里
       数量指标      前后长度                             前后长度
               维修水闸闸门      =     6        处     维修水闸闸门      =       2      处
产出指标   质量指标    工程验收合格率     =   100         %    工程验收合格率     =    100       %
                                                全年渠道清淤按期
       时效指标     工程建设期限     ≤     36        月                ≥       95     %
                                                   完成率
效益指标   社会效益指标   受益农户数量      ≥     900       户      受益农户数量       ≥    300      户
满意度指标  服务对象满意度指标 农户满意度     ≥     90        %      农户满意度      ≥      88     %
"""
GOALS = (
    """\
   绩效目标        在三年内完成灌区渠道清淤和水闸维修任务，
               新增灌溉面积1620亩，满足灌区群众就近用 清淤渠道8公里，维修水闸2处。
               水的需求。""",
    """\
               在三年内完成灌区渠道清淤和水闸维修任务， 清淤渠道8公里，
               新增灌溉面积1620亩，满足灌区群众就近用
               水的需求。                     维修水闸2处。""",
    """\
总体目 在三年内完成灌区渠道清淤和水闸维修任务，新增灌溉
 标                                清淤渠道8公里，维修水闸2处。
    面积1620亩，满足灌区群众就近用水的需求。""",
)


@pytest.mark.parametrize("goals", GOALS)
def test_lines_of_the_goals_of_both_sides_stand_a_blank_apart(goals: str) -> None:
    (form,) = forms(SIDES.format(goals))
    whole = "在三年内完成灌区渠道清淤和水闸维修任务，新增灌溉面积1620亩，满足灌区群众就近用水的需求。"
    assert (form.text("goal.lifetime"), form.text("goal.annual")) == (whole, "清淤渠道8公里，维修水闸2处。")


def test_two_lines_of_a_cell_stand_above_and_below_the_only_line_of_the_others() -> None:
    (form,) = forms(SIDES.format(GOALS[0]))
    assert [(item.name, item.value) for item in form.side("annual")] == [
        ("清淤灌区渠道和水闸前后长度", "≥8公里"),
        ("维修水闸闸门", "=2处"),
        ("工程验收合格率", "=100%"),
        ("全年渠道清淤按期完成率", "≥95%"),
        ("受益农户数量", "≥300户"),
        ("农户满意度", "≥88%"),
    ]


PUSHED = """\
                       部门预算项目绩效目标表（2025年度）
单位名称：601-云溪县水利局                            金额单位：万元
项目名称          预算金额    年度绩效目标               一级指标      二级指标        三级指标         指标性质   指标值   度量单位

渠道清淤          45.00   完成8公里渠道清淤任务，改善灌溉条件 产出指标        数量指标        清淤渠道长度       ≥      8     公里
                      和用水秩序。
                                         产出指标        质量指标        工程验收合格率      ＝      100   %

                                           效益指标        社会效益指标      受益农户数量       ≥      900   户

                                           满意度指标     服务对象满意度指标   农户满意度        ≥      90    %

闸门维修          28.80   维修闸门6处。                 产出指标        数量指标        维修闸门数量       ＝      6     处

                                           产出指标        质量指标        工程验收合格率      ＝      100   %

                                           满意度指标     服务对象满意度指标   农户满意度        ≥      88    %
"""


def test_cells_that_a_long_text_pushes_on_stay_in_their_column() -> None:
    first, second = forms(PUSHED)
    assert [(form.project_name, form.amount("annual")) for form in (first, second)] == [
        ("渠道清淤", 45),
        ("闸门维修", Decimal("28.80")),
    ]
    assert first.text("goal.annual") == "完成8公里渠道清淤任务，改善灌溉条件和用水秩序。"
    assert [(item.level2, item.value) for item in first.side("annual")] == [
        ("数量指标", "≥8公里"),
        ("质量指标", "=100%"),
        ("社会效益指标", "≥900户"),
        ("服务对象满意度指标", "≥90%"),
    ]


CAPTION_OVER_LINES = """\
                            项目支出绩效目标表
项目名称    堤防清淤及涵闸养护                              项目属性     新增项目
主管部门    云溪县水利局                                    实施单位     云溪县灌区站
        年度预算资金总额                                  438.20
预算资金情
况       其中：财政拨款                                   400.00
（万元）
        其他资金                                      38.20
年度总体目   对青泥河清淤疏浚，维修加固穿堤涵闸，恢复河道行洪除涝能力，保障沿线村屯
标       农田安全度汛。
        一级指标      二级指标      三级指标           本年指标值
                  数量指标      清淤河道长度            ≥18公里
        产出指标
                  质量指标      单元工程验收合格率         ≥98%
绩效指标    效益指标      社会效益指标    改善除涝条件受益村屯        ≥14个
                  服务对象满意度
        满意度指标               沿线群众满意度           ≥90%
                  指标
"""


def test_a_remark_that_ends_a_caption_does_not_begin_the_label_below() -> None:
    (form,) = forms(CAPTION_OVER_LINES)
    assert (form.amount("annual"), form.amount("annual", "other")) == (Decimal("438.2"), Decimal("38.2"))
    assert form.text("goal.annual").startswith("对青泥河清淤疏浚")
    assert form.text("goal.annual").endswith("农田安全度汛。")


LABEL_AROUND_TEXT = """\
                    项目支出绩效目标表

项目名称                   渠道防汛设施维护

主管部门    云溪县水利局     实施单位            云溪县灌区站

        年度资金总额                      42.00

项目资金（
        其中：财政拨款                     42.00
 万元）

         其他资金

年度总体目
          维护渠道监测预警设施，保障汛期正常运行，减少财产损失。
  标
       一级指标      二级指标        三级指标        指标值

                        维护雨量站点数量        ≥38处
                数量指标
                      组织防汛演练场次           ≥6场
       产出指标
                质量指标        设备完好率         ≥95%
绩效指标
       效益指标    社会效益指标      受益村庄数量         ≥14个

       满意度指标  服务对象满意度指标    群众满意度         ≥90%
"""


def test_the_rest_of_a_label_right_above_the_header_is_no_header() -> None:
    (form,) = forms(LABEL_AROUND_TEXT)
    assert form.text("goal.annual") == "维护渠道监测预警设施，保障汛期正常运行，减少财产损失。"
    assert form.reading == "understood"


def test_a_goal_lost_above_the_indicators_is_a_doubt() -> None:
    goal = "        对渠道和涵闸开展巡查养护，保障沿线村屯度汛。"
    first, rest = (
        "年度总体目   对青泥河清淤疏浚，维修加固穿堤涵闸，恢复河道行洪除涝能力，保障沿线村屯",
        "标       农田安全度汛。",
    )
    (form,) = forms(CAPTION_OVER_LINES.replace(first, f"年度总体目\n{goal}").replace(rest, "标"))
    assert form.text("goal.annual") == goal.strip() or form.reading != "understood"
