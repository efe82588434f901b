"""One scale of money: each unit through records, totals, tables, texts and reports, and no second scale beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

import indicators
from indicators.cases import Scene
from indicators.catalogue import builtin_rules
from indicators.checks.arithmetic import find_equations
from indicators.checks.money import fund_money, money_of
from indicators.config import Config
from indicators.engine import check_extraction
from indicators.forms import find_forms
from indicators.money import in_unit, in_wan, in_yuan, sums_of_sources, told, worth
from indicators.quantities import amount_in_yuan, parse_quantity
from indicators.readers.html import read_html
from indicators.readers.text import read_text
from indicators.records import Extraction, Finding, Form
from indicators.report.restored import restored
from indicators.serialize import form_dict, report_dict

#: What a unit is worth in 元, written out: the scale of the package must agree with it.
UNITS = {"元": 1, "百元": 100, "千元": 1000, "万元": 10_000, "十万元": 100_000, "百万元": 1_000_000,
         "千万元": 10_000_000, "亿元": 100_000_000, "万亿元": 1_000_000_000_000}  # fmt: skip
LARGE = [unit for unit in UNITS if unit != "元"]


@pytest.mark.parametrize("unit", UNITS)
def test_each_unit_has_its_worth(unit: str) -> None:
    assert worth(unit) == UNITS[unit]
    assert in_yuan(Decimal("1.5"), unit) == Decimal("1.5") * UNITS[unit]
    assert in_wan(Decimal(3), unit) == Decimal(3) * UNITS[unit] / 10_000
    assert in_unit(Decimal(UNITS[unit]), "元", unit) == 1
    assert amount_in_yuan(parse_quantity(f"≥2{unit}")) == 2 * UNITS[unit]
    assert money_of(parse_quantity(f"2.5{unit}")).step == Decimal(UNITS[unit]) / 10  # type: ignore[union-attr]


@pytest.mark.parametrize("unit", UNITS)
def test_blanks_in_a_unit_change_no_worth(unit: str) -> None:
    assert worth(" ".join(unit)) == worth(f"{unit}\n") == UNITS[unit]


@pytest.mark.parametrize(
    ("number", "unit", "wanted", "printed"),
    [
        ("0.5", "万元", "元", "5000"),  # not 5E+3
        ("1234500", "元", "万元", "123.45"),  # not 123.4500
        ("3600", "千元", "万元", "360"),
        ("12.30", "万元", "万元", "12.30"),  # as printed where nothing is converted
        ("0", "亿元", "元", "0"),
        ("-0.00", "元", "万元", "0"),  # nothing has no sign
    ],
)
def test_a_converted_amount_is_written_plainly(number: str, unit: str, wanted: str, printed: str) -> None:
    assert str(in_unit(Decimal(number), unit, wanted)) == printed


@pytest.mark.parametrize(
    ("amounts", "sums"),
    [
        ({"total": 9}, []),
        ({"central": 1, "provincial": 2, "local": 4, "self": 8, "other": 16, "further": 32}, [63]),
        ({"fiscal": 7, "self": 8, "other": 16, "further": 32}, [63, 63]),
        # 财政拨款 above its levels, or beside them.
        ({"fiscal": 7, "central": 1, "local": 4}, [7, 12]),
        ({"fiscal": 7, "provincial": 2, "other": 16}, [23, 25]),
        # 上年结转 within or beyond.
        ({"local": 4, "carried": 64}, [4, 68]),
        ({"fiscal": 7, "central": 1, "carried": 64}, [7, 8, 71, 72]),
        ({"carried": 64}, [64]),
    ],
)
def test_what_the_sources_of_a_total_may_add_up_to(amounts: dict[str, int], sums: list[int]) -> None:
    assert sums_of_sources({source: Decimal(amount) for source, amount in amounts.items()}) == sums


@pytest.mark.parametrize("unit", ["", "人", "元/人", "%", "角", "美元", "万", "块"])
def test_what_is_no_unit_of_money_has_no_worth(unit: str) -> None:
    assert worth(unit) is None
    assert in_yuan(Decimal(5), unit) is None
    assert in_unit(Decimal(5), "元", unit) is None


def test_amounts_are_told_in_the_unit_a_reader_expects() -> None:
    assert [told(value) for value in (0, 800, 9_999.4, 10_000, Decimal("12345678"), -50_000)] == [
        "0 元", "800 元", "9,999 元", "1.00 万元", "1,234.57 万元", "-5.00 万元",
    ]  # fmt: skip


def _in(form: Form, unit: str) -> Form:
    """Return a form with the same money in another unit."""
    funds = tuple(
        replace(line, unit=unit, amount=None if line.amount is None else line.amount / UNITS[unit])
        for line in form.funds
    )
    return replace(form, funds=funds, fund_unit=unit)


@pytest.mark.parametrize("unit", UNITS)
def test_a_form_gives_its_money_in_yuan_whatever_it_prints(unit: str, form: Form) -> None:
    other = _in(form, unit)
    assert other.yuan() == form.yuan() == 3_600_000
    assert other.amount("annual") == Decimal(3_600_000) / UNITS[unit]
    money = fund_money(other, "annual")
    assert money is not None
    assert money.yuan == 3_600_000


def test_a_form_of_an_unknown_unit_has_no_amount_to_compare(form: Form) -> None:
    strange = replace(form, funds=tuple(replace(line, unit="美元") for line in form.funds), fund_unit="美元")
    assert strange.yuan() is None
    assert fund_money(strange, "annual") is None


def _findings(extraction: Extraction, *codes: str) -> list[Finding]:
    found = check_extraction(extraction, builtin_rules(), Config(select=codes)).findings
    return [item for item in found if item.rule in codes]


def test_a_cell_with_a_unit_of_its_own_is_added_up_in_that_of_the_form(patched: Callable[..., Scene]) -> None:
    scene = patched(
        fund_unit="万元", sides=["annual"], funds={"annual": {"total": "360", "central": "200", "local": "160"}}
    )
    form = scene.extraction.forms[0]
    own = tuple(
        replace(line, unit="元", amount=Decimal(1_600_000), text="1600000元") if line.source == "local" else line
        for line in form.funds
    )
    mixed = replace(form, funds=own)
    extraction = replace(scene.extraction, forms=(mixed, *scene.extraction.forms[1:]))
    assert mixed.amount("annual", "local") == 160
    assert _findings(extraction, "F101") == []
    assert form_dict(mixed)["funds"]["annual"]["local"] == 160
    # And a wrong sum is still found, in the unit of the form.
    wrong = replace(mixed, funds=tuple(replace(line, amount=Decimal(190)) if line.source == "central" else line for line in own))  # fmt: skip
    [finding] = _findings(replace(extraction, forms=(wrong, *extraction.forms[1:])), "F101")
    assert dict(finding.values)["gap"] == "10"


@pytest.mark.parametrize("unit", LARGE)
def test_a_report_that_was_saved_keeps_its_amounts(unit: str, document: Extraction) -> None:
    form = _in(document.forms[0], unit)
    report = indicators.records.Report(
        documents=(indicators.records.DocumentReport(extraction=replace(document, forms=(form,)), findings=()),),
        tool_version="0",
    )
    [again] = restored(report_dict(report)["documents"][0]).extraction.forms
    assert again.yuan() == 3_600_000


# --- totals of a document: every rule that adds forms up or compares tables, in each unit ------------------------------


def _scaled(scene: Scene, unit: str) -> Extraction:
    """Return the document of a scene with its budget tables and lines in another unit, worth the same."""
    power = 5 - len(str(UNITS[unit]))  # the last printed digit keeps its worth
    extraction = scene.extraction
    tables = tuple(
        replace(
            table,
            unit=unit,
            rows=tuple(
                replace(row, amounts=tuple(None if amount is None else amount.scaleb(power) for amount in row.amounts))
                for row in table.rows
            ),
        )
        for table in extraction.budget_tables
    )
    lines = tuple(
        replace(line, amount_unit=unit, amount=None if line.amount is None else line.amount.scaleb(power))
        for line in extraction.budget_lines
    )
    return replace(extraction, budget_tables=tables, budget_lines=lines)


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        (code, unit)
        for code in ("A102", "A105", "A107", "A110", "A111", "F104")
        for unit in UNITS
        if (code, unit) != ("F104", "元")  # two decimals of 万元 cannot be printed in 元
    ],
)
def test_the_unit_of_a_table_changes_no_judgement(code: str, unit: str, patched: Callable[..., Scene]) -> None:
    """Each rule on each of its cases says the same of tables in another unit."""
    rule = builtin_rules().rules[code]
    for case in (*rule.bad, *rule.good):
        scene = patched(**case.patch)
        before = _findings(scene.extraction, code)
        after = _findings(_scaled(scene, unit), code)
        assert [item.subject for item in after] == [item.subject for item in before], case.note
        told_before, told_after = (
            [{key: text for key, text in item.values if key not in _AS_PRINTED} for item in found]
            for found in (before, after)
        )
        assert told_after == told_before, case.note


#: Evidence that names an amount as it stands in the table.
_AS_PRINTED = {"projects", "table_amount", "line"}


@pytest.mark.parametrize(
    ("text", "unit"),
    [("项目支出", "千元"), ("项目支出", "百万元"), ("项目支出(亿元)", "亿元"), ("项目支出", "万元")],
)
def test_an_overall_form_in_any_unit_adds_up(text: str, unit: str, patched: Callable[..., Scene]) -> None:
    amounts = {"年度资金总额": 5000, "基本支出": 4610, text: 380}
    factor = Decimal(10_000) / UNITS[unit]
    printed = {
        label: f"{Decimal(amount) * factor:f}{'' if '(' in label else unit}" for label, amount in amounts.items()
    }
    [finding] = _findings(patched(form=2, overall=printed).extraction, "A106")
    values = dict(finding.values)
    assert (Decimal(values["total"]), Decimal(values["made"])) == (5000, 4990)


# --- texts ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", UNITS)
def test_statements_are_in_wan_whatever_the_text_prints(unit: str) -> None:
    amount = lambda wan: f"{Decimal(wan) * 10_000 / UNITS[unit]:f}{unit}"  # noqa: E731
    text = (
        f"2025年度支出预算{amount(1000)}，其中：基本支出{amount(600)}，项目支出{amount(400)}。\n"
        f"2025年纳入绩效目标管理的项目3个，涉及资金{amount(400)}。\n"
        f"支出预算比上年增加{amount(50)}，增长5.26%，主要原因是人员经费增加{amount(30)}、公用经费增加{amount(20)}。\n"
    )
    found = {item.kind: item for item in find_forms(read_text(text.encode(), "示例.txt", sha256="")).statements}
    spent = found["expenditure"]
    assert [spent.get(name) for name in ("total", "basic", "project")] == [1000, 600, 400]
    assert found["managed_forms"].get("amount") == 400
    change = found["change"]
    assert [change.get(name) for name in ("amount", "reason_1", "reason_2")] == [50, 30, 20]


@pytest.mark.parametrize("unit", ["千元", "百万元", "亿元", "元"])
def test_a_budget_table_knows_its_unit_and_cells_with_another(unit: str) -> None:
    factor = Decimal(10_000) / UNITS[unit]
    text = (
        f"部门支出总表\n单位：{unit}\n项目\t合计\t基本支出\t项目支出\n"
        f"合计\t{1000 * factor:f}\t{600 * factor:f}\t400万元\n教育支出\t{1000 * factor:f}\t{600 * factor:f}\t{400 * factor:f}\n"
    )
    [table] = find_forms(read_text(text.encode(), "示例.txt", sha256="")).budget_tables
    assert table.unit == unit
    assert [in_wan(amount, unit) for amount in table.rows[0].amounts if amount is not None] == [1000, 600, 400]


@pytest.mark.parametrize("unit", UNITS)
def test_a_calculation_may_end_in_any_unit(unit: str) -> None:
    result = f"{Decimal(60_000_000_000) / UNITS[unit]:f}{unit}"
    [equation] = find_equations(f"120座×500000000元/座={result}。")
    assert equation.holds


# --- forms -----------------------------------------------------------------------------------------------------------

HEAD = "<p>项目支出绩效目标表<table><tr><td>项目名称<td colspan=3>河道清淤<tr><td>实施单位<td colspan=3>云溪县水利局"
BODY = (
    "<tr><td>年度目标<td colspan=3>完成河道清淤8公里。<tr><td>一级指标<td>二级指标<td>三级指标<td>指标值"
    "<tr><td rowspan=2>产出指标<td>数量指标<td>清淤长度<td>≥8公里<tr><td>质量指标<td>验收合格率<td>=100%"
    "<tr><td>满意度指标<td>服务对象满意度指标<td>群众满意度<td>≥90%</table>"
)


def _form(funds: str) -> Extraction:
    return find_forms(read_html(f"{HEAD}{funds}{BODY}".encode(), "示例.html"))


@pytest.mark.parametrize("unit", UNITS)
def test_a_form_is_read_in_the_unit_its_label_prints(unit: str) -> None:
    funds = f"<tr><td rowspan=2>项目资金（{unit}）<td>年度资金总额：<td colspan=2>16<tr><td>其中：县级财政资金<td colspan=2>16"
    [form] = _form(funds).forms
    assert form.fund_unit == unit
    assert form.yuan() == 16 * UNITS[unit]


def test_the_kinds_of_fiscal_money_add_up() -> None:
    """General budget, government funds and state capital are one source: ten and five and one are sixteen."""
    rows = "<tr><td>其中：一般公共预算<td colspan=2>10<tr><td>政府性基金预算<td colspan=2>5<tr><td>国有资本经营预算<td colspan=2>1"
    extraction = _form(f"<tr><td rowspan=4>项目资金（万元）<td>年度资金总额：<td colspan=2>16{rows}")
    [form] = extraction.forms
    assert form.amount("annual", "fiscal") == 16
    assert _findings(extraction, "F101") == []


def test_the_kinds_of_fiscal_money_are_not_added_to_the_whole() -> None:
    rows = (
        "<tr><td>其中：财政拨款<td colspan=2>15<tr><td>一般公共预算<td colspan=2>10<tr><td>政府性基金预算<td colspan=2>5"
        "<tr><td>其他资金<td colspan=2>1"
    )
    extraction = _form(f"<tr><td rowspan=5>项目资金（万元）<td>年度资金总额：<td colspan=2>16{rows}")
    [form] = extraction.forms
    assert form.amount("annual", "fiscal") == 15
    assert _findings(extraction, "F101") == []
