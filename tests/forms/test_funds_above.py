"""Money that the text above a form tells, where the form itself prints none."""

from __future__ import annotations

import pytest

from indicators import check
from indicators.forms import find_forms
from indicators.readers.text import read_text
from indicators.records import Document, Form

_TABLE = """项目支出绩效目标表（2025年度）
项目名称\t{name}\t预算单位\t临溪区图书馆
年度总目标\t新增图书3.2万册、期刊820种。
一级指标\t二级指标\t指标名称\t指标目标值
产出指标\t数量指标\t新增图书册数\t≥3.2万册
产出指标\t质量指标\t编目差错率\t≤0.5%
产出指标\t时效指标\t采购完成时间\t2025年11月底前
效益指标\t社会效益指标\t全年外借册次\t≥58万册次
满意度指标\t服务对象满意度指标\t读者满意度\t≥93%
"""


def _document(text: str) -> Document:
    return read_text(text.encode(), "a.txt", sha256="")


def _form(above: str, name: str = "区图书馆文献购置") -> tuple[Form, set[str]]:
    document = _document(above + "\n\n" + _TABLE.format(name=name))
    (form,) = find_forms(document).forms
    return form, {item.message for item in check(document).findings if item.rule == "S102"}


_TITLE = "区图书馆文献购置项目经费情况说明\n一、项目概述\n购置图书3.2万册（45元/册，144万元）。\n六、年度预算安排\n"


@pytest.mark.parametrize(
    "sentence",
    [
        "2025年预算安排186万元，其中：区级财政资金140万元、读者捐赠46万元。",
        "本项目2025年申请预算资金186万元（区级财政资金140万元，读者捐赠46万元）。",
        "年度预算安排：186万元，其中区级财政资金140万元，读者捐赠46万元",
        "1.预算资金共计186万元（其中：区级财政资金140万元，读者捐赠46万元）；",
    ],
)
def test_the_amount_above_the_form_of_the_same_project_is_its_money(sentence: str) -> None:
    form, missing = _form(_TITLE + sentence)
    assert {line.path: str(line.amount) for line in form.funds} == {
        "funds.annual.total": "186",
        "funds.annual.local": "140",
        "funds.annual.other": "46",
    }
    assert form.fund_unit == "万元"
    assert not missing


def test_the_year_of_the_form_tells_its_money_from_that_of_another() -> None:
    form, missing = _form(_TITLE + "2024年预算安排170万元。2025年预算安排186万元。")
    assert form.amount("annual") == 186
    assert not missing


def test_two_amounts_accuse_nobody_and_are_not_taken() -> None:
    form, missing = _form(_TITLE + "预算安排186万元。\n资金总额206万元。")
    assert not form.funds
    assert [note.code for note in form.notes] == ["amount-above"]
    assert not missing


def test_the_money_of_another_project_is_left_there() -> None:
    form, missing = _form(_TITLE + "2025年预算安排186万元。", name="少儿阅读推广活动")
    assert not form.funds
    assert missing


def test_a_price_or_the_money_of_a_whole_trade_is_not_the_money_of_the_project() -> None:
    form, missing = _form(_TITLE + "全区文化惠民活动2025年投入900万元。\n图书单价45元/册。")
    assert not form.funds
    assert missing


def test_the_department_in_brackets_behind_the_unit_ends_before_the_bracket() -> None:
    form, _ = _form("区图书馆文献购置\n三、实施主体\n临溪区图书馆（主管部门：临溪区文化局）\n预算安排186万元。")
    assert form.text("department") == "临溪区文化局"
