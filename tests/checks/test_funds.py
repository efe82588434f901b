"""The arithmetic of texts, amounts with their rounding, and the join of forms with the budget table."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.cases import Scene
from indicators.catalogue import builtin_rules
from indicators.checks.arithmetic import find_equations
from indicators.checks.funds_table import join
from indicators.checks.money import Money, money_of
from indicators.config import Config
from indicators.engine import check_extraction
from indicators.quantities import parse_quantity

#: Calculations as offices of all kinds write them; every one is right.
RIGHT = (
    "专家咨询费1000元/人×2次×3人=0.6万元。",
    "生产准备费6人×60%×2500元/人×6个月=54000元。",
    "(1)护林员120人×500元/月×12个月=72万元；(2)保险120人×100元=1.2万元；合计73.2万元。",
    "按照每亩150元标准，补贴面积2.3万亩，共计345万元。",
    "全县共有村医312名，每人每月补助300元，全年共计112.32万元。",
    "按每生每年1250元，家庭经济困难寄宿生560人，共需70万元。",
    "城乡居民医保21.5万人×640元/人=13760万元，县级承担10%。",
    "人员经费：15人×6.5万元/年=97.5万元；公用经费：15人×1.2万元=18万元。共115.5万元。",
    "污水处理费：1.2万吨/日×365天×1.05元/吨=459.9万元。",
    "路灯3260盏×0.15千瓦×10小时×365天×0.55元/度=98.17万元。",
    "租赁面积1200平方米×1.5元/平方米/天×365天=657000元",
    "参训人员=50人×4期=200人，每人300元，共6万元。",
    "80岁以上老人2300人×50元×12月+100岁以上12人×300元×12月=142.32万元。",
    "每季度末支付12.5万元，全年50万元。每月租金8000元，全年共计96000元。",
    "每月5000元，全年按10个月计，共计50000元。",
    "辅助人员20人*(2500+800)元*12月=79.2万元。",
    "（15人×200元/天×3天+场租费5000元）×2期=28000元",
    "劳务派遣人员12人×5800元/月×12个月×(1+6%)=885312元",
    "覆盖率=（参保人数/应参保人数）×100%，绩效=60分×30%+90分×70%=81分",
    "3个站点*2.6万元/站/年=7.8万元，2个泵站*5万=10万，合计17.8万",
    "配比1:10，GB/T 19001=2016，同比增长12%×0.5=6%",
    "购置电脑30台，每台5000元，打印机10台，每台2000元，合计19万元。",
    "寄宿生398人×710元/月×12月=339.1万元，本年安排339万元。",
    "值守2人×366天×180元/天=131760元。",
)


@pytest.mark.parametrize("text", RIGHT)
def test_right_calculations_are_left_alone(text: str, patched: Callable[..., Scene]) -> None:
    scene = patched(overview=f"本项目资金3600000元。{text}")
    report = check_extraction(scene.extraction, builtin_rules(), Config(select=("F111", "F113", "F114", "F115")))
    assert [item.message for item in report.findings] == []


@settings(max_examples=150, deadline=None)
@given(
    people=st.integers(2, 5000),
    rate=st.integers(10, 9000),
    months=st.integers(2, 12),
    wrong=st.integers(1, 400),
    sign=st.sampled_from("×*xX✕"),
)
def test_a_product_holds_only_with_its_result(people: int, rate: int, months: int, wrong: int, sign: str) -> None:
    result = people * rate * months
    left = f"补助{people}人{sign}{rate}元/月{sign}{months}月"
    (right,) = find_equations(f"{left}={result}元，")
    assert right.holds
    (thousands,) = find_equations(f"{left}={result:,}元，")
    assert thousands.holds
    (off,) = find_equations(f"{left}={result + result * wrong // 100 + 1}.00元，")
    assert not off.holds


@given(st.text(alphabet="0123456789.,元万人月天×+=()（）/每 共", max_size=60))
def test_any_text_is_read_without_error(text: str) -> None:
    for equation in find_equations(text):
        assert equation.holds in (True, False)


@pytest.mark.parametrize(
    ("one", "other", "agree", "slip"),
    [
        ("123.94万元", "1239400元", True, False),
        ("473623元", "47.3623万元", True, False),
        ("1239400万元", "1239400元", False, True),
        ("300万元", "2996000元", True, False),
        ("300.0万元", "2996000元", False, False),
        ("250万元", "251元", False, False),
    ],
)
def test_amounts_agree_within_their_last_digit(one: str, other: str, agree: bool, slip: bool) -> None:
    first, second = money_of(parse_quantity(one)), money_of(parse_quantity(other))
    assert isinstance(first, Money)
    assert isinstance(second, Money)
    assert (first.agrees(second), first.slipped(second)) == (agree, slip)
    assert (second.agrees(first), second.slipped(first)) == (agree, slip)


def test_rates_and_ranges_are_no_amounts() -> None:
    assert money_of(parse_quantity("710元/月")) is None
    assert money_of(parse_quantity("10-20万元")) is None
    assert money_of(parse_quantity("12人")) is None


def _names(*names: str) -> list[dict[str, Any]]:
    return [{"bare": True, "project_name": name, "funds": {"both": {"total": "50000"}}} for name in names]


def test_one_name_in_several_units_is_a_multiset(patched: Callable[..., Scene]) -> None:
    lines = [{"project": "乡村教师津贴", "amount": amount} for amount in ("5.00", "7.00", "9.00")]
    further = [
        {"bare": True, "project_name": "乡村教师津贴", "implementing_unit": unit, "funds": {"both": {"total": total}}}
        for unit, total in (("东校", "70000"), ("西校", "50000"), ("南校", "90000"))
    ]
    joined = join(patched(budget_lines=lines, forms=further, form=1).extraction)
    amounts = {pair.form.text("implementing_unit"): pair.line.amount for pair in joined.pairs.values()}
    assert amounts == {"东校": Decimal("7.00"), "西校": Decimal("5.00"), "南校": Decimal("9.00")}
    assert joined.unused == ()
    assert joined.differing == 0


def test_numbers_in_names_are_no_damage(patched: Callable[..., Scene]) -> None:
    lines = [{"project": "校园路灯改造二期", "amount": "8.00"}, {"project": "操场看台翻新工裎", "amount": "6.00"}]
    joined = join(patched(budget_lines=lines, forms=_names("校园路灯改造一期", "操场看台翻新工程")).extraction)
    assert {pair.form.project_name: pair.line.project for pair in joined.pairs.values()} == {
        "操场看台翻新工程": "操场看台翻新工裎"
    }


def test_order_of_forms_does_not_matter(patched: Callable[..., Scene]) -> None:
    lines = [{"project": name, "amount": "5.00"} for name in ("课桌椅更新", "校车租赁", "图书购置")]
    names = ("图书购置费", "校车租赁", "课桌椅更新项目")
    for order in (names, names[::-1]):
        joined = join(patched(budget_lines=lines, forms=_names(*order)).extraction)
        assert joined.unused == ()
