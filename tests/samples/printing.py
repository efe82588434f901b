"""How figures and labels are printed in the samples."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

LABELS: dict[str, dict[str, str]] = {
    "full": {},
    "short": {
        "服务对象满意度指标": "服务对象满意度",
        "可持续影响指标": "可持续发展指标",
        "生态效益指标": "环境效益指标",
    },
    "bare": {
        "数量指标": "数量",
        "质量指标": "质量",
        "时效指标": "时效",
        "成本指标": "成本",
        "经济效益指标": "经济效益",
        "社会效益指标": "社会效益",
        "生态效益指标": "生态效益",
        "可持续影响指标": "可持续影响",
        "服务对象满意度指标": "满意度",
    },
}
WORDS = {"≥": "大于等于", "≤": "小于等于", "=": "等于", ">": "大于", "<": "小于"}
COST_FIRST = {"成本指标": "经济成本指标"}
Record = dict[str, Any]
HORIZONS = ("lifetime", "annual")


def yuan(amount: Decimal) -> str:
    return f"{amount.normalize():,f}"


def wan(amount: Decimal) -> str:
    return f"{amount / 10000:,.2f}"


def label_of(level2: str, style: str) -> str:
    return LABELS[style].get(level2, level2)
