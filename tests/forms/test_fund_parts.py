"""What an amount of the fund block is, where no list knows its label: the total decides."""

from __future__ import annotations

from decimal import Decimal

import pytest

from indicators import check
from indicators.forms import find_forms
from indicators.readers.text import read_text
from indicators.records import Form
from tests.forms.pages import only

_TAIL = """年度绩效目标\t全年收运餐厨垃圾6.2万吨。
一级指标\t二级指标\t三级指标\t指标值
产出指标\t数量指标\t收运处理量\t≥6.2万吨
产出指标\t质量指标\t排放达标率\t100%
效益指标\t社会效益指标\t有效投诉量\t≤12件
满意度指标\t服务对象满意度指标\t餐饮单位满意度\t≥88%
"""
_HEAD = "2025年项目支出绩效目标表\n金额单位：万元\n项目名称\t餐厨垃圾收运\t主管部门\t某市城市管理局\n"


def _text(funds: str) -> str:
    return _HEAD + funds.strip() + "\n" + _TAIL


def _form(funds: str) -> Form:
    (form,) = find_forms(read_text(_text(funds).encode(), "a.txt", sha256="")).forms
    return form


def _amounts(form: Form, horizon: str = "annual") -> dict[str, str]:
    return {line.source: str(line.amount) for line in form.funds if line.horizon == horizon}


def _codes(funds: str) -> set[str]:
    return {item.rule for item in check(read_text(_text(funds).encode(), "a.txt", sha256="")).findings}


@pytest.mark.parametrize(
    "funds",
    [
        "年度预算安排\t合计\t1300\n\t一般公共预算资金\t900\n\t垃圾处理费收入安排\t400",
        "年度预算安排\t合计\t1300\n\t用户缴费返还\t400\n\t一般公共预算资金\t900",
        "当年预算（万元）\t1300\n\t其中：财政拨款\t900\n\t其中：体育彩票公益金\t400",
        "预算金额\t1300\t财政拨款\t900\t管线单位及居民出资\t400",
        "预算金额\t1300\t上级补助资金\t400\t财政拨款\t900",
    ],
)
def test_an_unknown_source_that_makes_the_total_whole_is_read(funds: str) -> None:
    assert _amounts(_form(funds)) == {"total": "1300", "fiscal": "900", "other": "400"}
    assert not _codes(funds) & {"F101", "F102"}


def test_an_unknown_source_of_a_ruled_form_is_read_on_both_sides() -> None:
    rows = [
        ("实施期资金总额", "300", "年度资金总额", "100"),
        ("其中：财政拨款", "200", "其中：财政拨款", "60"),
        ("村民投工折资", "100", "村民投工折资", "40"),
    ]
    funds = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    form = only(
        "<h2>项目支出绩效目标表</h2><table><tr><td>项目名称</td><td colspan=3>便民桥</td></tr>"
        "<tr><td>单位：万元</td></tr>" + funds + "<tr><td>年度目标</td><td colspan=3>建成便民桥3座。</td></tr>"
        "<tr><td>一级指标</td><td>二级指标</td><td>三级指标</td><td>指标值</td></tr>"
        "<tr><td>产出指标</td><td>数量指标</td><td>建桥座数</td><td>3座</td></tr>"
        "<tr><td>产出指标</td><td>质量指标</td><td>验收合格率</td><td>100%</td></tr></table>"
    )
    assert form.amount("lifetime", "other") == 100
    assert form.amount("annual", "other") == 40


def test_two_sources_of_one_kind_are_added_where_the_total_asks_for_both() -> None:
    form = _form("资金总额\t500\n市级财政资金\t300\n区级配套资金\t200")
    assert _amounts(form) == {"total": "500", "local": "500"}
    # The second within the first: the total is whole without it.
    form = _form("资金总额\t500\n市级财政资金\t500\n区级配套资金\t200")
    assert _amounts(form) == {"total": "500", "local": "500"}


def test_what_the_money_is_spent_on_is_no_source() -> None:
    form = _form("资金总额\t500\n财政拨款\t500\n设备购置费\t300\n人员培训费\t200")
    assert _amounts(form) == {"total": "500", "fiscal": "500"}
    assert not form.notes


def test_a_table_of_costs_below_the_total_gives_no_second_total() -> None:
    form = _form(
        "项目总预算\t748\t其中：一般公共预算\t748\n"
        "项目预算成本构成\t支出内容\t测算公式\t金额\n\t保安服务费\t40人×4.8万元\t192\n"
        "\t水电气费\t12月×46.3万元\t556\n\t合计\t\t748"
    )
    assert _amounts(form) == {"total": "748", "fiscal": "748"}


def test_a_part_is_no_total_of_the_whole_period() -> None:
    funds = "年度预算总额\t876\t其中：本级预算金额\t576\t上级资金\t300"
    assert _amounts(_form(funds)) == {"total": "876", "local": "576", "other": "300"}
    assert not _amounts(_form(funds), "lifetime")
    assert not _codes(funds) & {"F101", "F102"}
    funds = "年度预算总额\t876\t本级预算金额\t576\t上级资金\t300"
    assert _amounts(_form(funds)) == {"total": "876", "local": "576", "other": "300"}


def test_the_year_within_the_whole_keeps_its_side() -> None:
    form = _form("实施期资金总额\t876\t其中：年度资金总额\t300")
    assert (form.amount("lifetime"), form.amount("annual")) == (876, 300)


def test_what_the_form_calls_other_stays_other_beside_a_named_source() -> None:
    for order in (("专项债券资金\t800", "其他资金\t0"), ("其他资金\t0", "专项债券资金\t800")):
        form = _form("资金总额\t1000\n财政拨款\t200\n" + "\n".join(order))
        assert _amounts(form) == {"total": "1000", "fiscal": "200", "other": "0", "further": "800"}


def test_nothing_is_proved_by_a_sum_with_an_amount_nobody_understood() -> None:
    funds = "资金总额\t1000\n财政拨款\t700\n用户缴费返还\t200"
    form = _form(funds)
    assert [note.code for note in form.notes] == ["amount-unread"]
    assert "F101" not in _codes(funds)
    # The same gap with known sources is one.
    assert "F101" in _codes("资金总额\t1000\n财政拨款\t700\n单位自筹\t200")


def test_counts_beside_the_funds_are_no_amounts() -> None:
    form = _form("资金总额\t1000\n财政拨款\t1000\n受益人数\t200")
    assert form.amount("annual", "other") is None
    assert form.fund("annual", "total").amount == Decimal(1000)  # type: ignore[union-attr]


def test_sources_behind_the_total_of_a_side_in_one_cell_are_of_that_side() -> None:
    form = _form(
        "项目资金\t项目期资金总额：900万元，其中：财政拨款：800万元，其他资金：100万元；"
        "年度资金总额：300万元，其中：财政拨款：280万元，其他资金：20万元"
    )
    assert _amounts(form, "lifetime") == {"total": "900", "fiscal": "800", "other": "100"}
    assert _amounts(form) == {"total": "300", "fiscal": "280", "other": "20"}


def test_sources_told_in_one_cell_beside_their_total() -> None:
    told = "项目总预算\t264\t资金构成\t中央财政资金90万元；区级财政资金154万元；捐赠收入20万元"
    assert _amounts(_form(told)) == {"total": "264", "central": "90", "local": "154", "other": "20"}
    assert "F101" not in _codes(told)
    assert "F101" in _codes(told.replace("154", "134"))


def test_amounts_that_are_not_all_sources_are_no_parts_of_the_total() -> None:
    told = "项目总预算\t264\t资金构成\t中央财政资金90万元，其中运费30万元；其余为区级财政资金，含设备费134万元"
    assert "F101" not in _codes(told)
