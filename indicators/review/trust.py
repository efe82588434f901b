"""Whether the reading of a file can be trusted, in figures a clerk can check against the paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["trust_of"]


def trust_of(report: Mapping[str, Any], status: str, reason: str) -> dict[str, Any]:
    """Return the facts about a reading.

    Parameters
    ----------
    report
        As ``indicators check --format json`` prints a document.
    status, reason
        How judging ended.

    Returns
    -------
    dict
        ``forms`` found, ``budgeted`` projects of the budget table (``None`` = no such table), ``slots`` and ``filled``
        indicator values, ``fund_unit``, lowest ``confidence``, ``doubtful`` and ``unread`` forms, ``problems`` in
        words, ``verdict`` (``good``, ``look``, ``bad``) and ``why``.
    """
    forms = report.get("forms", [])
    # A form is understood unless its reader says otherwise.
    readings = [form.get("reading", "understood") for form in forms]
    projects = {line["project"] for line in report.get("budget_lines", ()) if line["table"] == "current"}
    indicators = [item for form in forms for item in form["indicators"]]
    facts: dict[str, Any] = {
        "status": status,
        "reason": reason,
        "forms": len(forms),
        "overall": sum(form["form_type"] == "overall" for form in forms),
        "budgeted": len(projects) or None,
        "slots": sum(bool(item["level3"]) for item in indicators),
        "filled": sum(bool(item["level3"] and item["value"]) for item in indicators),
        "fund_unit": "、".join(sorted({form["fund_unit"] for form in forms})),
        "confidence": min((form["confidence"] for form in forms), default=None),
        "doubtful": readings.count("doubtful"),
        "unread": readings.count("not understood"),
        "problems": [item["message"] for item in report.get("problems", ())][:20],
        "pages": report.get("pages"),
        "department": report.get("department", ""),
        "errors": sum(item["severity"] == "error" for item in report.get("findings", ())),
        "warnings": sum(item["severity"] == "warning" for item in report.get("findings", ())),
    }
    facts["general"] = sum(item["form"] is None and item["severity"] != "note" for item in report.get("findings", ()))
    facts["verdict"], facts["why"] = _verdict(facts)
    return facts


def _verdict(facts: Mapping[str, Any]) -> tuple[str, str]:
    if facts["status"] != "ok":
        return "bad", facts["reason"]
    if not facts["forms"]:
        return "bad", "没有找到绩效目标表"
    reasons = []
    if facts["unread"]:
        reasons.append(f"{facts['unread']} 张表待人工识别")
    projects = facts["forms"] - facts["overall"]
    if facts["budgeted"] is not None and facts["budgeted"] != projects:
        reasons.append(f"预算表列 {facts['budgeted']} 个项目，找到 {projects} 张项目表")
    if facts["doubtful"]:
        reasons.append(f"{facts['doubtful']} 张表读取有疑问")
    if facts["confidence"] is not None and facts["confidence"] < 0.7:
        reasons.append(f"最低可信度 {facts['confidence']:.0%}")
    if facts["slots"] and facts["filled"] < 0.5 * facts["slots"]:
        reasons.append("一半以上的指标没有读到指标值")
    if facts["problems"]:
        reasons.append(facts["problems"][0])
    return ("look", "；".join(reasons)) if reasons else ("good", "")
