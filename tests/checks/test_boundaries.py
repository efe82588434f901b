"""Where a check begins to speak: the last amount, year or length it lets pass, and the first it does not.

Each of these stood alone when a change of the code went unnoticed (``make mutants``).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from indicators.cases import Scene
from indicators.catalogue import builtin_rules
from indicators.checks.arithmetic import find_equations
from indicators.checks.money import Money, money_of, possible_funds
from indicators.checks.value_words import pieces
from indicators.config import Config
from indicators.engine import check_extraction
from indicators.quantities import parse_quantity
from indicators.records import Indicator

Patched = Callable[..., Scene]


def codes(scene: Scene, *wanted: str) -> list[str]:
    found = check_extraction(scene.extraction, builtin_rules(), Config(select=wanted)).findings
    return [item.rule for item in found if item.rule in wanted]


@pytest.mark.parametrize(
    ("unit", "total", "parts", "said"),
    [
        ("元", "100.00", ("60.00", "39.99"), False),  # one cent is what cents explain
        ("元", "100.00", ("60.00", "39.98"), True),
        ("元", "100", ("60.4", "40.1"), False),  # the total drops half a 元
        ("元", "100", ("60.4", "40.2"), True),
        ("万元", "100.0", ("60.1", "40.0"), False),  # three figures rounded to a tenth
        ("万元", "100.0", ("60.2", "40.0"), True),
        ("万元", "100", ("60", "40.5"), True),  # whole 万元 are exact
        ("千元", "100.0", ("60.1", "40.0"), False),  # every unit but 元 is rounded
    ],
)
def test_sources_and_total(unit: str, total: str, parts: tuple[str, str], said: bool, patched: Patched) -> None:
    side = {"total": total, "central": parts[0], "local": parts[1]}
    scene = patched(fund_unit=unit, sides=["annual"], funds={"annual": side})
    assert codes(scene, "F101") == (["F101"] if said else [])


def money(yuan: str, step: str = "1") -> Money:
    return Money(yuan=Decimal(yuan), step=Decimal(step))


def test_amounts_agree_up_to_half_of_both_last_digits() -> None:
    assert money("100", "10").agrees(money("106", "2"))
    assert not money("100", "10").agrees(money("106.01", "2"))
    assert money("106", "2").agrees(money("100", "10"))


def test_an_amount_is_apart_by_ten_thousand_and_by_nothing_else() -> None:
    assert money("12345").slipped(money("123450000"))
    assert money("123450000").slipped(money("12345"))
    assert not money("12345").slipped(money("12345000"))
    assert not money("12345").slipped(money("1234500000"))
    assert not money("0").slipped(money("10000"))
    assert not money("-5").slipped(money("-50000"))
    # A rounded 万元 explains as much as its last digit is worth, and never more than a thousandth.
    assert money("12345").slipped(money("123455000", "10000"))
    assert not money("12345").slipped(money("123600000", "1000000000"))


def test_sums_add_the_steps_of_their_parts() -> None:
    total = Money.total([money("1.5", "0.1"), money("2", "1"), money("3", "0.01")])
    assert (total.yuan, total.step) == (Decimal("6.5"), Decimal("1.11"))
    less = total.times(Decimal(-2))
    assert (less.yuan, less.step) == (Decimal("-13.0"), Decimal("2.22"))


def test_about_leaves_a_twentieth_open() -> None:
    about, plain = money_of(parse_quantity("约200元")), money_of(parse_quantity("200元"))
    assert about is not None
    assert plain is not None
    assert (about.step, plain.step) == (10, 1)
    assert money_of(parse_quantity("100-200元")) is None
    assert money_of(parse_quantity("200元/人")) is None


def test_own_money_may_be_left_out_of_what_must_agree(patched: Patched) -> None:
    side = {"total": "100", "local": "60", "self": "30", "other": "10"}
    form = patched(fund_unit="元", sides=["annual"], funds={"annual": side}).extraction.forms[0]
    assert [found.yuan for found in possible_funds(form, "annual")] == [100, 70, 90, 60]
    side = {"total": "100", "local": "0", "self": "100"}
    form = patched(fund_unit="元", sides=["annual"], funds={"annual": side}).extraction.forms[0]
    assert [found.yuan for found in possible_funds(form, "annual")] == [100]
    assert possible_funds(form, "lifetime") == []


PLAN = "2023年3月完成设计和招标，4月至8月施工，9月组织竣工验收。"


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        ({}, True),
        ({"project_name": "2023年校舍维修补付"}, False),  # an earlier year in its name alone
        ({"project_name": "校舍维修尾款"}, False),  # a word for arrears alone
        ({"project_name": "2024年校舍维修"}, True),
        ({"project_name": "2025年校舍维修"}, True),
    ],
)
def test_a_project_about_an_earlier_year_may_speak_of_it(patch: dict[str, Any], said: bool, patched: Patched) -> None:
    assert codes(patched(plan=PLAN, **patch), "T103") == (["T103"] if said else [])


@pytest.mark.parametrize(("change", "said"), [("0", False), ("0.01", False), ("0.5", True)])
def test_the_items_of_three_public_funds_explain_their_change(change: str, said: bool, patched: Patched) -> None:
    figures = {"total": "30", **dict.fromkeys(("abroad", "reception", "vehicles"), "10")}
    figures |= {f"{name}_change": "0" for name in ("abroad", "reception", "vehicles")}
    text = "“三公”经费预算30万元，与上年持平"
    scene = patched(
        statements=[
            {"kind": "three_public", "text": text, "figures": figures},
            {"kind": "change", "text": text, "figures": {"amount": change, "direction": "1", "total": "30"}},
        ]
    )
    assert codes(scene, "A112") == (["A112"] if said else [])


def test_a_value_is_cut_into_words_up_to_a_length() -> None:
    words = (builtin_rules().lexicons["arrears"],)
    word = words[0].words[0]

    def cut(value: str, name: str = "") -> tuple[str, ...] | None:
        made = Indicator(horizon="annual", level1="产出指标", level2="数量指标", name=name, value=value)
        return pieces(made, words)

    assert cut(word) == (word,)
    assert cut("") is None
    assert cut("另有所指") is None
    # 24 characters are still a value; one more is prose.
    assert cut("清淤渠道长度清淤渠道长度清淤渠道长度清淤渠道长度", "清淤渠道长度") is not None
    assert cut("清淤渠道长度清淤渠道长度清淤渠道长度清淤渠道清淤渠道", "清淤渠道长度") is None


@pytest.mark.parametrize(("total", "said"), [("5000.02", False), ("4999.98", False), ("5000.03", True)])
def test_an_overall_form_may_miss_two_hundredths(total: str, said: bool, patched: Patched) -> None:
    scene = patched(form=2, overall={"年度资金总额": total, "基本支出": "4610.00", "项目支出": "390.00"})
    assert codes(scene, "A106") == (["A106"] if said else [])


@pytest.mark.parametrize(("value", "said"), [("1200", False), ("1000", True)])
def test_a_bare_number_that_its_name_prints_with_a_unit_is_not_bare(value: str, said: bool, patched: Patched) -> None:
    scene = patched(
        sides=["annual"], indicators=[{"level2": "数量指标", "name": "培训1200人次的任务完成", "value": value}]
    )
    assert codes(scene, "U116") == (["U116"] if said else [])


@pytest.mark.parametrize(
    ("value", "severity"), [("2024年6月1日至2025年4月30日", "warning"), ("2024年6月1日至2025年5月31日", "note")]
)
def test_a_year_that_runs_over_the_turn_of_the_year_is_a_year(value: str, severity: str, patched: Patched) -> None:
    scene = patched(indicators=[{"level2": "时效指标", "name": "维修服务期限", "value": value}])
    found = check_extraction(scene.extraction, builtin_rules(), Config(select=("T102",))).findings
    assert [item.severity for item in found if item.rule == "T102"] == [severity]


@pytest.mark.parametrize(("category", "said"), [("数量指标", False), ("质量指标", True)])
def test_a_price_may_be_multiplied_by_a_quantity_and_by_nothing_else(
    category: str, said: bool, patched: Patched
) -> None:
    """Devices at 40000元 and 20000元 for setting them up make 100000元: where a quantity says that there are 2."""
    scene = patched(
        sides=["annual"],
        funds={"annual": {"total": "100000", "local": "100000"}},
        overview="购置设备，用于日常巡查。",
        indicators=[
            {"level2": category, "name": "购置设备", "value": "2台"},
            {"level2": "数量指标", "name": "巡查次数", "value": "7次"},
            {"level2": "成本指标", "name": "设备购置成本", "value": "40000元"},
            {"level2": "成本指标", "name": "设备安装成本", "value": "20000元"},
        ],
    )
    assert bool(codes(scene, "F110")) == said


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("3人×1.5万元/人=4.6万元", True),  # 1.5 is anything up to 1.55
        ("3人×1.5万元/人=4.65万元", True),
        ("3人×1.5万元/人=4.71万元", False),
        ("3人×1.50万元/人=4.52万元", True),  # two decimals: up to 1.505
        ("3人×1.50万元/人=4.53万元", False),
        ("3人×15000元/人=45001元", True),  # whole figures are exact, up to one 元
        ("3人×15000元/人=45002元", False),
        ("3人×15000元/人=4.5万元", True),  # the result may be rounded, too
        ("3人×15100元/人=4.5万元", True),
        ("3人×15200元/人=4.5万元", False),
    ],
)
def test_a_figure_with_decimals_leaves_half_of_its_last_digit_open(text: str, holds: bool) -> None:
    [equation] = find_equations(f"{text}。")
    assert equation.holds == holds


@pytest.mark.parametrize(
    ("told", "value", "said"),
    [
        ("110块", "110块", False),
        ("110块", "109块", True),
        # About leaves a tenth of the larger open, on either side.
        ("约110块", "99块", False),
        ("约110块", "98块", True),
        ("约99块", "110块", False),
        ("99块", "约110块", False),
        ("98块", "约110块", True),
        # A floor below what is planned, and a ceiling above it; not the other way round.
        ("110块", "≥100块", False),
        ("110块", "≥120块", True),
        ("110块", "≤120块", False),
        ("110块", "≤100块", True),
        # More than four times as much is another thing.
        ("110块", "440块", True),
        ("110块", "441块", False),
        ("110块", "27块", False),
    ],
)
def test_what_a_text_counts_and_what_its_indicator_does(told: str, value: str, said: bool, patched: Patched) -> None:
    row = {"level2": "数量指标", "name": "标识牌数量", "value": value}
    scene = patched(overview=f"在主要路口设置标识牌{told}，每块800元。", drop=["数量指标"], append=[row])
    assert codes(scene, "C105") == (["C105"] if said else [])
