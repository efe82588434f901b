"""Which department and which year a document speaks of."""

from __future__ import annotations

from indicators.forms import find_forms
from indicators.readers.text import read_text


def extraction(text: str):  # type: ignore[no-untyped-def]
    return find_forms(read_text(text.encode(), "示例.txt", sha256=""))


def test_a_year_compared_with_is_not_the_budget_year() -> None:
    found = extraction(
        "2025年部门预算编制说明\n机关运行经费与2024年预算持平。\n公务接待费比2024年预算减少。\n因公出国费与2024年预算持平\n"
    )
    assert found.fiscal_year == 2025


def test_the_unit_of_amounts_is_no_department() -> None:
    assert extraction("项目支出绩效目标清单\n单位：万元\n").department == ""
