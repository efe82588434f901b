"""项目支出预算表 laid out with blanks gives the amounts that forms are checked against."""

from __future__ import annotations

from decimal import Decimal

from indicators.forms import find_forms
from indicators.readers.text import read_text

TABLE = """\
                     表十二   2026年项目支出预算表（本年预算）

部门名称：云溪县水利局                                                       单位：万元

项目名称                                合计      一般公共预算     政府性基金预算
合计                                  81.50    69.00       12.50
  云溪县水利局                            69.00    69.00
    灌区渠道清淤                           35.00    35.00
    提前下达2026年中央水利发展资金
                                      34.00    34.00
    （小型水库管护）
  云溪县供水站                            12.50                12.50
    农村饮水管护                           12.50                12.50

注：金额四舍五入。

                           2026年项目支出预算表（上年结转）

项目名称                                合计      一般公共预算     政府性基金预算

注：本表无数据
"""


def test_lines_of_projects_with_units_and_wrapped_names() -> None:
    found = find_forms(read_text(TABLE.encode(), "budget.txt", sha256="")).budget_lines
    assert [(line.unit, line.project, line.amount) for line in found] == [
        ("云溪县水利局", "灌区渠道清淤", Decimal("35.00")),
        ("云溪县水利局", "提前下达2026年中央水利发展资金（小型水库管护）", Decimal("34.00")),
        ("云溪县供水站", "农村饮水管护", Decimal("12.50")),
    ]


def test_a_table_without_data_stays_empty() -> None:
    tables = find_forms(read_text(TABLE.encode(), "budget.txt", sha256="")).budget_tables
    assert [(table.kind, table.empty) for table in tables] == [
        ("project_current", False),
        ("project_carried_over", True),
    ]
