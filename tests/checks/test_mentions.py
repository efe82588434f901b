"""Numbers of a text against those of the rows: which clause speaks of a row, and which only looks like it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from indicators.cases import Scene
from indicators.catalogue import builtin_rules
from indicators.engine import check_extraction

Patched = Callable[..., Scene]


def contradicted(patched: Patched, text: str, name: str, value: str) -> bool:
    """Whether a rule of consistency speaks of a row beside a text."""
    scene = patched(
        sides=["annual"],
        goal={"annual": text},
        overview="",
        plan="",
        indicators=[{"level2": "数量指标", "name": name, "value": value}],
        alone=True,
    )
    report = check_extraction(scene.extraction, builtin_rules())
    return any(item.rule in ("C104", "C105") and name in item.message for item in report.findings)


@pytest.mark.parametrize(
    ("text", "name", "value", "said"),
    [
        ("聘用人员10人。", "聘用人员", "12人", True),
        ("聘用人员10人。", "聘用人员", "10人", False),
        ("聘用人员10人。", "聘用人员", "12台", False),  # another thing is counted
        # Words in between: about the same number, and the only one of the text.
        ("聘用辅助性岗位人员10人。", "聘用人员", "20人", True),
        ("聘用辅助性岗位人员10人。", "聘用人员", "21人", False),
        ("聘用辅助性岗位人员20人。", "聘用人员", "10人", True),
        ("聘用辅助性岗位人员21人。", "聘用人员", "10人", False),
        ("聘用辅助性岗位人员10人，另有民警30人。", "聘用人员", "12人", False),
        ("聘用从事基层辅助性岗位人员10人。", "聘用人员", "12人", False),  # too many words in between
        # What is done stands before or behind what it is done to.
        ("对60家医药机构开展检查。", "检查医药机构", "50家", True),
        ("教职工620人参加健康体检。", "参加体检教职工", "600人", True),
        ("修复青铜器15件、陶瓷器25件。", "修复陶瓷器", "20件", True),
        ("修复青铜器15件、陶瓷器25件。", "修复陶瓷器", "25件", False),
        ("修复青铜器15件、陶瓷器25件。", "修复青铜器", "20件", True),
        ("走访60家检查机构。", "检查机构", "50家", False),  # what they do is no action of the clause
        # Only like is compared with like.
        ("培训学员200人次。", "培训学员", "180人次", True),
        ("培训学员200人。", "培训学员", "180人次", False),
        ("清淤渠道8公里。", "清淤渠道", "6公里", True),
        ("清淤渠道8公里。", "清淤渠道", "6条", False),
    ],
)
def test_a_clause_speaks_of_a_row(text: str, name: str, value: str, said: bool, patched: Patched) -> None:
    assert contradicted(patched, text, name, value) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("签订合同，服务期三年。", True),
        ("设备免费服务期三年。", False),  # a guarantee is no period of the project
        ("设备质保。另签合同，服务期三年。", False),  # the word stands within eight characters
        ("设备质保另计。学校与供应商另签合同，服务期三年。", True),
        ("服务期一年。", False),
        ("分三年实施。", True),
        ("连续两年支付。", True),
    ],
)
def test_a_text_of_several_years_against_a_project_of_one(text: str, said: bool, patched: Patched) -> None:
    report = check_extraction(patched(plan=text).extraction, builtin_rules())
    assert ("C109" in {item.rule for item in report.findings}) == said
