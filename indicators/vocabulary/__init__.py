"""What labels of the forms can mean: closed level names, and labels composed of morphemes.

No bureau prints the wording of the next one (年度(/项目)指标值, 预期2025年实现值, 指标值(包含数字及文字描述)), so
headers and field labels are not listed: a label is a scope (年度, 项目期), a subject (资金, 绩效), a modifier (预期,
计划) and a head (总额, 值, 目标), in brackets or not, and the head decides. Closed lists stay where the field is
closed: the twelve 二级指标 and the sources of funds. Labels are compared by :func:`label_key`: half width, no white
space, no points, colons, numbering or remarks.
"""

from __future__ import annotations

from indicators.vocabulary.fields import block_label, damaged_field, field_label, list_column
from indicators.vocabulary.funds import (
    fund_label,
    giver,
    is_sum,
    level_of_government,
    likely_fund,
    names_money,
    names_no_money,
    sums_up,
)
from indicators.vocabulary.headers import header_hint, header_role
from indicators.vocabulary.keys import LONGEST_PERIOD, horizon_of, label_key, period_alone, period_of, stated_points
from indicators.vocabulary.levels import (
    KINDS,
    LEVEL1,
    LEVEL1_OF,
    LEVEL2,
    LEVEL2_ORDER,
    OPERATORS,
    damaged_level2,
    level1_label,
    level2_in_column,
    level2_inside,
    level2_label,
    operator_word,
)

__all__ = [
    "KINDS",
    "LEVEL1",
    "LEVEL1_OF",
    "LEVEL2",
    "LEVEL2_ORDER",
    "LONGEST_PERIOD",
    "OPERATORS",
    "block_label",
    "damaged_field",
    "damaged_level2",
    "field_label",
    "fund_label",
    "giver",
    "header_hint",
    "header_role",
    "horizon_of",
    "is_sum",
    "label_key",
    "level1_label",
    "level2_in_column",
    "level2_inside",
    "level2_label",
    "level_of_government",
    "likely_fund",
    "list_column",
    "names_money",
    "names_no_money",
    "operator_word",
    "period_alone",
    "period_of",
    "stated_points",
    "sums_up",
]
