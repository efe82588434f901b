"""Laid-out text whose labels, amounts and fields wrap or stand below the indicators."""

from __future__ import annotations

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
