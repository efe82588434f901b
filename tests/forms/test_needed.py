"""What tells early that a text is no label must never say so of one that is."""

from __future__ import annotations

import re

import pytest

from indicators.forms.pieces import chain
from indicators.vocabulary import field_label, header_role, level1_label, level2_label
from indicators.vocabulary.fields import FIELD_WORD
from indicators.vocabulary.needed import any_of, either, least_length, may_hold_several


def test_either_matches_what_one_of_the_patterns_does() -> None:
    patterns = [re.compile("(?:项目)*名称"), re.compile("甲|乙")]
    whole = either(patterns)
    for text in ("项目名称", "名称", "甲", "乙", "甲名称", "项目甲", "", "甲乙"):
        assert (whole.fullmatch(text) is not None) == any(pattern.fullmatch(text) for pattern in patterns)


@pytest.mark.parametrize(
    "text", ["项目名称食品抽检", "某局主管部门", "实施 单位甲", "项目（一）名称", "无一字相关", "目标"]
)
def test_no_label_begins_shorter_than_told(text: str) -> None:
    least = least_length(FIELD_WORD, text)
    found = [size for size in range(1, len(text) + 1) if field_label(text[:size]) is not None]
    assert not found or 0 < least <= found[0]


def test_where_no_word_stands_no_label_begins() -> None:
    assert least_length(FIELD_WORD, "清淤渠道长度") == 0


def test_two_labels_hold_two_words() -> None:
    word = any_of([re.compile("指标"), re.compile("目标值?")])
    assert may_hold_several(word, "一级指标目标值")
    assert may_hold_several(word, "指(一)标")
    assert not may_hold_several(word, "一级指标长度")


def test_a_chain_of_labels_is_told_though_brackets_part_its_words() -> None:
    assert chain("一级指标二级指标指标值") == ["一级指标", "二级指标", "指标值"]
    assert chain("指标(一级)指标值") == ["指标(一级)", "指标值"]
    assert chain("清淤渠道数量") is None


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("产出指标(50分)", "产出指标", None),
        ("项目完成指标", "产出指标", None),
        ("产出指标—数量指标", None, "数量指标"),
        ("满意度－服务对象", None, "服务对象满意度指标"),
        ("效益－服务对象", None, None),
        ("服务对象", None, "服务对象满意度指标"),
        ("成本指标", "成本指标", "成本指标"),
        ("满意", None, None),
        ("实施进度", None, None),
    ],
)
def test_both_levels_are_told_at_once(text: str, first: str | None, second: str | None) -> None:
    assert (level1_label(text), level2_label(text)) == (first, second)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("指标值", "value"),
        ("三级指标", "name"),
        ("上年完成值", "previous"),
        ("绩效标准/目标值", "value"),
        ("清淤数值情况好", None),
    ],
)
def test_headers_with_and_without_a_word_of_values(text: str, role: str | None) -> None:
    assert header_role(text) == role
