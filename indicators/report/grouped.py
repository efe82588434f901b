"""Groups of findings in words: a line for people, with all its places."""

from __future__ import annotations

from dataclasses import dataclass

from indicators.grouping import Group
from indicators.records import Finding, Form
from indicators.report.places import SEVERITY_RANK, clean, form_name

__all__ = ["GroupLine", "document_line", "form_line"]

#: More places than this are counted, not named.
_NAMED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLine:
    """What is shown of a group: its first finding, and a message that names the other places."""

    finding: Finding
    message: str
    severity: str
    findings: tuple[Finding, ...]


def _line(group: Group, more: str) -> GroupLine:
    return GroupLine(
        finding=group.head,
        message=clean(group.head.message) + more,
        severity=min((item.severity for item in group.findings), key=lambda severity: SEVERITY_RANK[severity]),
        findings=group.findings,
    )


def form_line(group: Group, form: Form | None) -> GroupLine:
    """Return the line of a group that stands in one form: further rows of the same rule are named."""
    others = [item for item in group.findings[1:] if item.rule == group.head.rule]
    if not others:
        return _line(group, "")
    names = [f"“{clean(form.indicators[item.indicator].name)}”" for item in others if _named(item, form)]  # type: ignore[union-attr,index]
    listed = "".join(names[:_NAMED]) + ("等" if len(names) > _NAMED else "") if len(names) == len(others) else ""
    return _line(group, f"（另有 {len(others)} 处" + (f"：{listed}）" if listed else "）"))


def _named(item: Finding, form: Form | None) -> bool:
    return (
        form is not None
        and item.indicator is not None
        and 0 <= item.indicator < len(form.indicators)
        and bool(form.indicators[item.indicator].name)
    )


def document_line(group: Group, forms: dict[int, Form], *, names: bool = False) -> GroupLine:
    """Return the line of a group that concerns the document: the forms it stands in are told.

    Parameters
    ----------
    names
        Whether by the names of the projects instead of by number, from 1.
    """
    if len(group.forms) < 2:
        return _line(group, "")
    shown = group.forms[:_NAMED] if names else group.forms
    told = "、".join(form_name(forms[index]) if names and index in forms else str(index + 1) for index in shown)
    told = f"：{told}" + ("等" if len(shown) < len(group.forms) else "") if names else f"：第 {told} 张"
    return _line(group, f"（{len(group.forms)} 张表都有{told}）")
