"""Forms of a change print what was approved before beside what holds now; amounts named by a period alone."""

from __future__ import annotations

import pytest

from indicators.forms import find_forms
from indicators.readers.text import read_text
from indicators.records import Form
from tests.forms.pages import only

_BLOCK = """一级指标\t二级指标\t三级指标\t{0}指标值\t{1}指标值
产出指标\t数量指标\t改造面积\t600平方米\t1200平方米
产出指标\t质量指标\t验收合格率\t98%\t100%
产出指标\t成本指标\t项目总成本\t≤1450万元\t≤2860万元
满意度指标\t服务对象满意度指标\t患者满意度\t≥90%\t≥95%
"""


def _form(text: str) -> Form:
    (form,) = find_forms(read_text(text.encode(), "a.txt", sha256="")).forms
    return form


@pytest.mark.parametrize(("before", "now"), [("调整前", "调整后"), ("原批复", "变更后")])
def test_amounts_and_goals_are_those_after_the_change(before: str, now: str) -> None:
    form = _form(
        "2020年项目绩效目标调整表\n单位：万元\n项目名称\t应急体系建设\n主管部门\t某区卫生健康委员会\n"
        f"项目资金\t\t{before}\t{now}\n年度资金总额\t1450.00\t2860.00\n其中：财政拨款\t1450.00\t2860.00\n"
        f"其他资金\t0.00\t0.00\n年度绩效目标\t{before}\t{now}\n改造600平方米。\t改造1200平方米，储备物资。\n"
        + _BLOCK.format(before, now)
    )
    assert (form.amount("annual"), form.amount("annual", "fiscal")) == (2860, 2860)
    assert form.text("goal.annual") == "改造1200平方米，储备物资。"


def test_a_goal_below_the_one_it_replaces_in_a_ruled_form() -> None:
    rows = [
        ("资金（万元）", "内容", "原批复", "调整后"),
        ("", "年度资金总额", "4200", "3150"),
        ("", "其中：省级资金", "2600", "1950"),
        ("", "县级资金", "1600", "1200"),
        ("年度目标", "原批复", "改造台区60个。"),
        ("", "调整后", "改造台区46个。"),
        ("一级指标", "二级指标", "三级指标", "指标值"),
        ("产出指标", "数量指标", "改造台区", "46个"),
        ("产出指标", "质量指标", "电压合格率", "≥99.8%"),
    ]
    cells = "".join(
        "<tr>"
        + "".join(f"<td colspan={2 if len(row) == 3 and n == 2 else 1}>{x}</td>" for n, x in enumerate(row))
        + "</tr>"
        for row in rows
    )
    form = only(
        f"<h2>项目绩效目标调整申请表</h2><table><tr><td>项目名称</td><td colspan=3>农村电网</td></tr>{cells}</table>"
    )
    assert [str(form.amount("annual", source)) for source in ("total", "provincial", "local")] == [
        "3150",
        "1950",
        "1200",
    ]
    assert form.text("goal.annual") == "改造台区46个。"


@pytest.mark.parametrize(
    "funds",
    [
        "财政支出责任（万元）\t2022—2024年合计\t5430\t其中：2022年度\t1720",
        "资金安排（万元）\t项目期\t5430\t本年度\t1720",
    ],
)
def test_a_period_alone_names_the_amount_behind_it(funds: str) -> None:
    form = _form(
        f"项目支出绩效目标表\n项目名称\t污水处理\t主管部门\t某区生态环境局\n{funds}\n年度绩效目标\t新建管网18公里。\n"
        "一级指标\t二级指标\t三级指标\t指标值\n产出指标\t数量指标\t新建管网\t18公里\n产出指标\t质量指标\t达标率\t100%\n"
        "满意度指标\t服务对象满意度指标\t居民满意度\t≥90%\n"
    )
    assert (form.amount("lifetime"), form.amount("annual")) == (5430, 1720)
