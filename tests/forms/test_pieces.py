"""Lines of a form cut into cells."""

from __future__ import annotations

import pytest

from indicators.forms.pieces import name_and_value, pieces


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("湿地水鸟数量有所增加", ["湿地水鸟数量", "有所增加"]),
        ("农户收入逐年增长", ["农户收入", "逐年增长"]),
        ("村容村貌得到改善", ["村容村貌", "得到改善"]),
    ],
)
def test_a_direction_with_its_degree_is_the_value_of_glued_text(text: str, cells: list[str]) -> None:
    assert name_and_value(text) == cells


def test_headers_a_blank_apart_are_two() -> None:
    assert pieces("二级指标  三级指标  中期目标值 年度目标值", block=True)[-2:] == ("中期目标值", "年度目标值")
    assert pieces("三级 指标  指标 值", block=True) == ("三级 指标", "指标 值")
