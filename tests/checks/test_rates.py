"""Count times rate against the funds (F115), and rates among the quantities (U119): each limit from both sides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from indicators.cases import Scene
from indicators.catalogue import builtin_rules
from indicators.config import Config
from indicators.engine import check_extraction

Patched = Callable[..., Scene]


def said(scene: Scene, code: str) -> list[tuple[str, dict[str, str]]]:
    found = check_extraction(scene.extraction, builtin_rules(), Config(select=(code,), preview=True)).findings
    return [(item.severity, dict(item.values)) for item in found if item.rule == code]


def rows(*given: str) -> Sequence[dict[str, str]]:
    return [dict(zip(("level2", "name", "value"), row.split("=", 2), strict=True)) for row in given]


@pytest.mark.parametrize(
    ("funds", "more", "rate", "times"),
    [
        # One count: the usual number of months, quarters, terms, or what comes nearest to the funds.
        ("1300", "", "100元/人·月", None),  # thirteen months are paid
        ("1250", "", "100元/人·月", "12"),
        ("430", "", "100元/人·季度", "4"),
        ("250", "", "100元/人·学期", "2"),
        ("730", "", "100元/人", "7"),
        # Other things counted beside it may cost the rest: only what a slip explains is a slip.
        ("1290", "数量指标=涉及学校=6所", "100元/人", "12"),
        ("109", "数量指标=涉及学校=6所", "100元/人", "1"),
        ("112", "数量指标=涉及学校=6所", "100元/人", None),
        ("1850", "数量指标=涉及学校=6所", "100元/人", None),
        # A limit that the funds keep to proves nothing.
        ("1250", "", "≥100元/人·月", None),
        ("1150", "", "≥100元/人·月", "12"),
        ("1150", "", "≤100元/人·月", None),
        ("1250", "", "≤100元/人·月", "12"),
    ],
)
def test_a_head_times_its_rate(funds: str, more: str, rate: str, times: str | None, patched: Patched) -> None:
    """Ten heads at ten times less: a count of 10 and a rate of 100元 against funds in tens of 元."""
    scene = patched(
        project_name="寄宿生生活补助",
        sides=["annual"],
        fund_unit="元",
        funds={"annual": {"total": f"{funds}0", "local": f"{funds}0"}},
        overview="为寄宿生发放生活补助。",
        indicators=rows(
            "数量指标=受助学生=100人", *([more] if more else []), f"成本指标=补助标准={rate.replace('100', '10')}"
        ),
        alone=True,
    )
    found = said(scene, "F115")
    assert [values.get("times") for _, values in found] == ([] if times is None else [times])


@pytest.mark.parametrize(
    ("heads", "each", "funds", "found"),
    [
        ("300户", "≤6000元/户", "900000", True),
        ("300户", "≤6000元/户", "1200000", False),
        ("300户", "6000元/户", "1201000", False),
    ],
)
def test_a_ceiling_that_allows_twice_the_money(
    heads: str, each: str, funds: str, found: bool, patched: Patched
) -> None:
    scene = patched(
        sides=["annual"],
        fund_unit="元",
        funds={"annual": {"total": funds, "local": funds}},
        overview="改造农村厕所。",
        indicators=rows(f"数量指标=改厕户数={heads}", f"成本指标=补助标准={each}"),
        alone=True,
    )
    assert bool(said(scene, "F115")) == found


@pytest.mark.parametrize(
    ("beside", "severity"),
    [
        ("", "warning"),  # nothing else tells how much is done
        ("数量指标=维修学校数量=6所", "note"),
        ("数量指标=无=无", "warning"),  # a row struck out tells nothing
        ("数量指标=维修学校数量=", "warning"),  # nor does one left blank
        ("质量指标=维修学校数量=6所", "warning"),  # nor one of another category
        ("数量指标=设备完好率=98%", "warning"),  # nor another rate
    ],
)
def test_a_rate_alone_among_the_quantities(beside: str, severity: str, patched: Patched) -> None:
    given: dict[str, Any] = {"indicators": rows("数量指标=校园监控覆盖率=100%", *([beside] if beside else []))}
    found = said(patched(sides=["annual"], **given), "U119")
    assert {level for level, _ in found} == {severity}
