"""The evidence of a finding in words."""

from __future__ import annotations

from indicators.records import Finding
from indicators.report.places import clean, shortened

__all__ = ["evidence_text"]

_LONGEST = 120
#: What checks call the figures and texts they found. A name that is missing here is left out, its value is not.
_NAMES = {
    "amount": "金额", "annual": "年度", "attribute": "项目属性", "basis": "立项依据", "blank": "空白",
    "budget": "预算表", "category": "指标类别", "central": "中央", "cited": "引用", "cost": "成本",
    "count": "次数", "declared": "文中数", "earlier": "在前", "empty": "空", "excerpt": "摘录",
    "expected": "应为", "figure": "数字", "file": "文件", "filled": "已填", "filled_on": "填报日期",
    "first": "一处", "first_category": "另一类别", "form": "本表", "found": "实际数", "funds": "资金",
    "gap": "相差", "goal": "目标", "horizon": "期限", "indicator": "指标", "items": "各项", "level": "级别",
    "lifetime": "实施期", "line": "原文", "mark": "标记", "meaning": "含义", "measures": "措施",
    "missing": "缺", "name": "名称", "named": "写明", "names": "名称", "necessity": "必要性", "number": "数",
    "other": "另一处", "other_value": "另一值", "output": "产出", "overview": "概况", "parts": "分项合计",
    "period": "期限", "phone": "号码", "place": "位置", "plan": "计划", "planned": "计划数", "printed": "印出",
    "project": "项目", "projects": "项目", "provincial": "省级", "reason": "原因", "reasons": "原因",
    "relation": "符号", "repeated": "重复", "said": "说明", "second": "另一处", "side": "栏", "sign": "符号",
    "state": "状态", "stated": "写明", "table": "预算表", "tags": "标记", "text": "原文", "texts": "各栏",
    "thing": "事项", "total": "总额", "unit": "单位", "usual": "通常", "vague": "空泛", "value": "指标值",
    "what": "内容", "where": "位置", "word": "用词", "years": "年份",
}  # fmt: skip


def evidence_text(finding: Finding) -> str:
    """Return the evidence of a finding as one line: 总额 520000；分项合计 500000."""
    parts = (f"{_NAMES.get(name, '')} {shortened(clean(text), _LONGEST)}" for name, text in finding.values if text)
    return "；".join(part.strip() for part in parts)
