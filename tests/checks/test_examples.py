"""A finding on a vague row offers an indicator like it; no other finding does."""

from __future__ import annotations

from indicators.cases import build
from indicators.catalogue import builtin_rules
from indicators.config import Config
from indicators.engine import check_extraction

_OFFER = "同类指标可参照："


def fixes(*rows: tuple[str, str, str]) -> dict[str, str]:
    patch = {"append": [{"level2": category, "name": name, "value": value} for category, name, value in rows]}
    scene = build(patch)
    found = check_extraction(scene.extraction, builtin_rules(), Config()).findings
    return {item.rule: item.fix for item in found if item.form == 0}


def test_a_vague_row_gets_an_example() -> None:
    given = fixes(("社会效益指标", "困难群众基本生活", "提高"))
    assert _OFFER in given["V101"]
    assert given["V101"].endswith("（N 填本项目的数）。")


def test_a_vague_row_near_nothing_gets_none() -> None:
    assert _OFFER not in fixes(("社会效益指标", "社会主义核心价值观", "提高"))["V101"]


def test_a_row_at_fault_otherwise_gets_none() -> None:
    given = fixes(("质量指标", "设备质量合格率", "≤95%"), ("数量指标", "安全生产事故起数", "≥3起"))
    assert given
    assert not any(_OFFER in fix for fix in given.values())
